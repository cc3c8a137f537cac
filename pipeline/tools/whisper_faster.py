"""faster-whisper: the recogniser by default. CPU, int8, one thread a source, sources in parallel.

Windows are heard many at once, greedily, each in an encoder context of its own length: attention
grows with the square of it, so two windows of 15 seconds cost little more than half of one of 30.
A window that came out doubtful is marked, and the stage has it heard again in sequence.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from pipeline.model.time import Span
from pipeline.model.transcript import UNSURE, Word
from pipeline.tools.protocols import Speech, Windows

OPTIONS: dict[str, Any] = {
    "beam_size": 5,
    "temperature": [0.0, 0.2, 0.4],
    "condition_on_previous_text": False,  # what was misheard once is not handed on
    "word_timestamps": True,
    "vad_filter": True,
    "vad_parameters": {"min_silence_duration_ms": 700, "speech_pad_ms": 300},
}

HZ = 16_000
PREPENDED, APPENDED = "\"'“¿([{-", "\"'.。,，!！?？:：”)]}、"
"""Marks that belong to the word after them, and to the word before."""

BATCH = 8
TAIL = 2.0
"""Seconds of silence after a window. Whisper ends a text at silence: without any it goes on and repeats itself."""

TOKENS_PER_SECOND, TOKENS = 12, 20
"""What a window may hold at most, twice what anybody says: a loop ends there."""

REPETITIVE, UNLIKELY = 2.0, -0.7
"""How often a text may contain itself (its length by zlib), and the mean log probability of its tokens, before it is heard again."""


class FasterWhisper:
    def __init__(self, folder: Path, weights: str, workers: int) -> None:
        self.name = f"faster-whisper {version('faster-whisper')} int8"
        self.weights = weights
        self._folder, self._workers = folder, workers
        self._loaded: Any = None
        self._lock = threading.Lock()

    def hear(
        self, speech: Speech, language: str, glossary: Sequence[str], progress: Callable[[float], None], windows: Windows = ()
    ) -> tuple[str, list[list[Word]]]:
        if windows:
            return self._in_windows(speech, language, glossary, progress, windows)
        segments, info = self.model().transcribe(speech, language=language or None, hotwords=" ".join(glossary) or None, **OPTIONS)
        heard = []
        for segment in segments:
            heard.append(_words(segment.words or ()))
            progress(segment.end)
        return str(info.language), heard

    def _in_windows(
        self, speech: Speech, language: str, glossary: Sequence[str], progress: Callable[[float], None], windows: Windows
    ) -> tuple[str, list[list[Word]]]:
        from faster_whisper.tokenizer import Tokenizer

        model = self.model()
        multilingual = model.model.is_multilingual
        if not multilingual:
            language = "en"
        elif not language:
            language = model.detect_language(audio=speech[round(windows[0][0] * HZ) :][: 30 * HZ])[0]
        tokenizer = Tokenizer(model.hf_tokenizer, multilingual, task="transcribe", language=language)
        prompt = model.get_prompt(tokenizer, [], without_timestamps=True, hotwords=" ".join(glossary) or None)
        heard = []
        for first in range(0, len(windows), BATCH):
            batch = windows[first : first + BATCH]
            heard += _hear_batch(model, tokenizer, prompt, speech, batch)
            progress(batch[-1][1])
        return language, heard

    def model(self) -> Any:
        """The loaded model: its aligner is of use besides its hearing."""
        with self._lock:
            if self._loaded is None:
                import ctranslate2
                from faster_whisper import WhisperModel

                ctranslate2.set_random_seed(0)
                self._loaded = WhisperModel(str(self._folder), device="cpu", compute_type="int8", cpu_threads=1, num_workers=self._workers)
            return self._loaded


def _hear_batch(model: Any, tokenizer: Any, prompt: list[int], speech: Speech, windows: Windows) -> list[list[Word]]:
    from faster_whisper.transcribe import get_compression_ratio

    frames = [round((end - start) * 100) for start, end in windows]
    samples = max(frames) * 160 + round(TAIL * HZ)
    sounds = [speech[round(start * 100) * 160 :][: count * 160] for (start, _), count in zip(windows, frames, strict=True)]
    features = np.stack([model.feature_extractor(np.pad(s, (0, samples - len(s))), padding=0)[:, : samples // 320 * 2] for s in sounds])
    encoded = model.encode(features)
    longest = min(model.max_length, len(prompt) + TOKENS + TOKENS_PER_SECOND * max(frames) // 100)
    results = model.model.generate(encoded, [prompt] * len(windows), beam_size=1, max_length=longest, return_scores=True)
    segments: list[list[dict[str, Any]]] = []
    for (start, end), result in zip(windows, results, strict=True):
        tokens = [token for token in result.sequences_ids[0] if token < tokenizer.eot]
        segments.append([{"tokens": tokens, "start": start, "end": end, "seek": round(start * 100), "words": []}])
    model.add_word_timestamps(segments, tokenizer, encoded, frames, PREPENDED, APPENDED, 0.0)
    heard = []
    for (segment,), result in zip(segments, results, strict=True):
        words = _words(SimpleNamespace(**word) for word in segment["words"])
        if get_compression_ratio(tokenizer.decode(segment["tokens"])) > REPETITIVE:
            words = [replace(word, confidence=0.0, suspect=UNSURE) for word in words]  # a loop is sure of itself, which says nothing
        elif result.scores[0] < UNLIKELY:
            words = [replace(word, suspect=UNSURE) for word in words]
        heard.append(words)
    return heard


def _words(found: Iterable[Any]) -> list[Word]:
    return [Word(w.word.strip(), Span.measured(w.start, w.end), round(float(w.probability), 3)) for w in found]


def speech_spans(speech: Speech, hz: int = HZ) -> list[tuple[float, float]]:
    """Where somebody speaks, in seconds, by the Silero model that comes with faster-whisper."""
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    options = VadOptions(threshold=0.3, min_silence_duration_ms=200, speech_pad_ms=60)
    return [(found["start"] / hz, found["end"] / hz) for found in get_speech_timestamps(speech, options)]
