"""openai-whisper: the user's second recogniser, an extra (`pip install "ourwords[whisper]"`).

It loads a checkpoint file: the production names one, or `OURWORDS_OPENAI_WHISPER` does, or openai-whisper's
own cache holds it. Whisper's dicts and floats stop here.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from pipeline.core.digest import file_digest
from pipeline.core.ports import Speech
from pipeline.core.time import Span
from pipeline.core.word import Word
from pipeline.errors import MissingTool


class OpenaiWhisper:
    """The second recogniser, on torch: the extra [whisper]. MissingTool where it is not installed."""

    def __init__(
        self,
        model: str,
        file: Path,
        device: str = "cpu",
        weights: str = "",
        heads: Sequence[Sequence[int]] = (),
    ) -> None:
        self.name = f"openai-whisper {installed()}"
        self._model, self._file, self._device, self._heads = model, file, device, heads
        self.weights = weights or file_digest(file)
        self._loaded: Any = None
        self._lock = threading.Lock()

    def hear(
        self, speech: Speech, language: str, glossary: Sequence[str], progress: Callable[[float], None]
    ) -> tuple[str, list[list[Word]]]:
        import whisper

        from pipeline.adapters.asr.registry import spoken

        with self._lock:  # one model, one caller: torch uses every core by itself
            if self._loaded is None:
                self._loaded = _load(self._file, self._model, self._device, self._heads)
            whisper.torch.manual_seed(0)  # above temperature 0 it draws lots: the same ones at every run
            result = self._loaded.transcribe(
                speech,
                language=spoken(language),
                initial_prompt=" ".join(glossary) or None,
                carry_initial_prompt=True,  # into every window, not only the first
                word_timestamps=True,
                condition_on_previous_text=False,
                temperature=(0.0, 0.2, 0.4),
                beam_size=5,
                fp16=self._device == "cuda",
                verbose=None,
            )
        progress(len(speech) / 16_000)
        return str(result["language"]), [
            [
                Word(
                    w["word"].strip(), Span.measured(w["start"], w["end"]), round(float(w["probability"]), 3)
                )
                for w in segment["words"]
            ]
            for segment in result["segments"]
        ]


def installed() -> str:
    """Its version; MissingTool where it is not there."""
    from importlib.metadata import version

    try:
        return version("openai-whisper")
    except ImportError:
        raise MissingTool(
            "openai-whisper is not installed",
            where="transcribe.engine",
            next_step='pip install "ourwords[whisper]", or use engine = "faster-whisper"',
        ) from None


def _load(file: Path, model: str, device: str, known: Sequence[Sequence[int]]) -> Any:
    """The model in a checkpoint, with the attention heads that its word times are read from.

    No checkpoint holds them. openai-whisper sets them where it loads a model by its name, which may
    download it; by path it leaves all heads of the upper layers. Its own table of them is used here.
    """
    import whisper

    try:
        loaded = whisper.load_model(str(file), device=device)
        if heads := whisper._ALIGNMENT_HEADS.get(model):  # noqa: SLF001 - no public door leads to it
            loaded.set_alignment_heads(heads)
        elif known:
            mask = whisper.torch.zeros(loaded.dims.n_text_layer, loaded.dims.n_text_head, dtype=bool)
            for layer, head in known:
                mask[layer, head] = True
            loaded.register_buffer("alignment_heads", mask.to_sparse(), persistent=False)
    except Exception as problem:  # torch's, pickle's and Python's own, by what is wrong with the file
        raise MissingTool(
            f"does not load as an openai-whisper checkpoint of {model} ({type(problem).__name__})",
            where=str(file),
            next_step="get it again, or name another",
        ) from problem
    return loaded


def checkpoint(model: str) -> Path:
    """The model's .pt file: what $OURWORDS_OPENAI_WHISPER names, else the one in openai-whisper's cache.
    MissingTool where there is none.
    """
    named = os.environ.get("OURWORDS_OPENAI_WHISPER")
    if named:
        if not Path(named).is_file():
            raise MissingTool(
                f"$OURWORDS_OPENAI_WHISPER names {named}, which is not there",
                next_step="correct it, or unset it to use openai-whisper's cache",
            )
        return Path(named)
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "whisper" / f"{model}.pt"
    if cache.is_file():
        return cache
    raise MissingTool(
        f"no openai-whisper checkpoint for {model}",
        where=str(cache),
        next_step=f'where there is a network: python -c "import whisper; '
        f"whisper.load_model('{model}')\"; or set OURWORDS_OPENAI_WHISPER to a .pt file",
    )
