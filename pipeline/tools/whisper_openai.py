"""openai-whisper: the user's second recogniser, an extra (`pip install "ourwords[whisper]"`).

It loads a checkpoint file: `OURWORDS_OPENAI_WHISPER` names one, or openai-whisper's own cache holds
it. Whisper's dicts and floats stop here.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from pipeline.errors import MissingTool
from pipeline.model.time import Span
from pipeline.model.transcript import Word
from pipeline.store import file_digest
from pipeline.tools.protocols import Speech


class OpenaiWhisper:
    def __init__(self, model: str) -> None:
        try:
            from importlib.metadata import version

            self.name = f"openai-whisper {version('openai-whisper')}"
        except ImportError:
            raise MissingTool(
                "openai-whisper is not installed", where="transcribe.engine", next_step='pip install "ourwords[whisper]", or use engine = "faster-whisper"'
            ) from None
        self._file = _checkpoint(model)
        self.weights = file_digest(self._file)
        self._loaded: Any = None
        self._lock = threading.Lock()

    def hear(self, speech: Speech, language: str, glossary: Sequence[str], progress: Callable[[float], None]) -> tuple[str, list[list[Word]]]:
        with self._lock:  # one model, one caller: torch uses every core by itself
            if self._loaded is None:
                import whisper

                self._loaded = whisper.load_model(str(self._file), device="cpu")
            result = self._loaded.transcribe(
                speech,
                language=language or None,
                initial_prompt=" ".join(glossary) or None,
                word_timestamps=True,
                condition_on_previous_text=False,
                temperature=(0.0, 0.2, 0.4),
                beam_size=5,
                fp16=False,
                verbose=None,
            )
        progress(len(speech) / 16_000)
        return str(result["language"]), [
            [Word(w["word"].strip(), Span.measured(w["start"], w["end"]), round(float(w["probability"]), 3)) for w in segment["words"]]
            for segment in result["segments"]
        ]


def _checkpoint(model: str) -> Path:
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "whisper" / f"{model}.pt"
    for path in (Path(os.environ.get("OURWORDS_OPENAI_WHISPER", cache)), cache):
        if path.is_file():
            return path
    raise MissingTool(
        f"no openai-whisper checkpoint for {model}",
        where=str(cache),
        next_step=f"where there is a network: python -c \"import whisper; whisper.load_model('{model}')\"; or set OURWORDS_OPENAI_WHISPER to a .pt file",
    )
