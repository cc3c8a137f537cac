"""faster-whisper: the recogniser by default. On the processor in int8, one thread a source, sources in
parallel; on a GPU in float16.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pipeline.core.ports import Speech
from pipeline.core.time import Span
from pipeline.core.word import Word
from pipeline.errors import MissingTool

OPTIONS: dict[str, Any] = {
    "beam_size": 5,
    "temperature": [0.0, 0.2, 0.4],
    "condition_on_previous_text": False,  # what was misheard once is not handed on
    "word_timestamps": True,
    "vad_filter": True,
    "vad_parameters": {"min_silence_duration_ms": 700, "speech_pad_ms": 300},
}

ROUGHLY: dict[str, Any] = {
    "beam_size": 1,
    "temperature": 0.0,
    "batch_size": 8,
    "no_repeat_ngram_size": 6,  # in a batch a loop takes a whole window along
    "without_timestamps": False,
    "word_timestamps": True,
    "vad_parameters": OPTIONS["vad_parameters"],
}
"""Eight windows at once and the first guess: two thirds of what one after the other costs (measured)."""


class FasterWhisper:
    """The default recogniser: Whisper in 8-bit integers on the processor. `weights` is their hash; loaded at
    the first hearing. `rough`: it hears for finding places only.
    """

    def __init__(
        self, folder: Path, weights: str, workers: int, device: str = "cpu", *, rough: bool = False
    ) -> None:
        self._compute = {"cpu": "int8", "cuda": "float16"}[device]
        how = f"{self._compute}, rough" if rough else self._compute
        self.name = f"faster-whisper {version('faster-whisper')} {how}"
        self.weights = weights
        self._folder, self._workers, self._device, self._rough = folder, workers, device, rough
        self._loaded: Any = None
        self._lock = threading.Lock()

    def hear(
        self, speech: Speech, language: str, glossary: Sequence[str], progress: Callable[[float], None]
    ) -> tuple[str, list[list[Word]]]:
        from pipeline.adapters.asr.registry import spoken

        names = " ".join(glossary) or None
        asked = {"language": spoken(language), "hotwords": names}
        if self._rough:
            from faster_whisper import BatchedInferencePipeline

            segments, info = BatchedInferencePipeline(self.model()).transcribe(speech, **asked, **ROUGHLY)
        else:
            segments, info = self.model().transcribe(speech, **asked, **OPTIONS)
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
                self._loaded = self._load()
            return self._loaded

    def _load(self) -> Any:
        import ctranslate2
        from faster_whisper import WhisperModel

        ctranslate2.set_random_seed(0)
        try:
            return WhisperModel(
                str(self._folder),
                device=self._device,
                compute_type=self._compute,
                cpu_threads=1,
                num_workers=self._workers,
            )
        except Exception as problem:  # ctranslate2's, the tokeniser's and JSON's own, by which file is broken
            raise MissingTool(
                f"these weights do not load ({type(problem).__name__}: {problem})",
                where=str(self._folder),
                next_step="get them again, or name others as transcribe.model",
            ) from problem


def speech_spans(speech: Speech, hz: int = 16_000) -> list[tuple[float, float]]:
    """Where somebody speaks, in seconds, by the Silero model that comes with faster-whisper."""
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    options = VadOptions(threshold=0.3, min_silence_duration_ms=200, speech_pad_ms=60)
    return [(found["start"] / hz, found["end"] / hz) for found in get_speech_timestamps(speech, options)]
