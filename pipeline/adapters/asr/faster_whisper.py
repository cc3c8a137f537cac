"""faster-whisper: the recogniser by default. CPU, int8, one thread a source, sources in parallel."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pipeline.core.ports import Speech
from pipeline.core.time import Span
from pipeline.core.word import Word

OPTIONS: dict[str, Any] = {
    "beam_size": 5,
    "temperature": [0.0, 0.2, 0.4],
    "condition_on_previous_text": False,  # what was misheard once is not handed on
    "word_timestamps": True,
    "vad_filter": True,
    "vad_parameters": {"min_silence_duration_ms": 700, "speech_pad_ms": 300},
}


class FasterWhisper:
    """The default recogniser: Whisper in 8-bit integers on the processor. `weights` is their hash; loaded at
    the first hearing.
    """

    def __init__(self, folder: Path, weights: str, workers: int) -> None:
        self.name = f"faster-whisper {version('faster-whisper')} int8"
        self.weights = weights
        self._folder, self._workers = folder, workers
        self._loaded: Any = None
        self._lock = threading.Lock()

    def hear(
        self, speech: Speech, language: str, glossary: Sequence[str], progress: Callable[[float], None]
    ) -> tuple[str, list[list[Word]]]:
        segments, info = self.model().transcribe(
            speech, language=language or None, hotwords=" ".join(glossary) or None, **OPTIONS
        )
        heard = []
        for segment in segments:
            heard.append(
                [
                    Word(w.word.strip(), Span.measured(w.start, w.end), round(float(w.probability), 3))
                    for w in segment.words or ()
                ]
            )
            progress(segment.end)
        return str(info.language), heard

    def model(self) -> Any:
        """The loaded model: its aligner is of use besides its hearing."""
        with self._lock:
            if self._loaded is None:
                import ctranslate2
                from faster_whisper import WhisperModel

                ctranslate2.set_random_seed(0)
                self._loaded = WhisperModel(
                    str(self._folder),
                    device="cpu",
                    compute_type="int8",
                    cpu_threads=1,
                    num_workers=self._workers,
                )
            return self._loaded


def speech_spans(speech: Speech, hz: int = 16_000) -> list[tuple[float, float]]:
    """Where somebody speaks, in seconds, by the Silero model that comes with faster-whisper."""
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    options = VadOptions(threshold=0.3, min_silence_duration_ms=200, speech_pad_ms=60)
    return [(found["start"] / hz, found["end"] / hz) for found in get_speech_timestamps(speech, options)]
