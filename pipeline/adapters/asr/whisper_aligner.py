"""Whisper's own aligner on known words: for languages that pocketsphinx has no model for.

It reads off which sound the decoder looked at for each word, in the model that heard the source
anyway. Its times are rougher, often by a tenth of a second, and whoever uses them says so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from pipeline.core.ports import Speech
from pipeline.core.time import Source, Span

HZ = 16_000
HOP = 160
LONGEST = 30 * HZ
"""Whisper hears half a minute at once."""


class WhisperAligner:
    """`name` says which weights; `model` gives the loaded faster-whisper model when it is first needed."""

    def __init__(self, name: str, language: str, model: Callable[[], Any]) -> None:
        self.name = f"{name} aligns {language}"
        self._language, self._model = language.partition("-")[0], model

    def align(self, speech: Speech, words: Sequence[str]) -> list[Span[Source]] | None:
        if not words or not len(speech) or len(speech) > LONGEST:
            return None
        from faster_whisper.audio import pad_or_trim
        from faster_whisper.tokenizer import Tokenizer

        model = self._model()
        try:
            tokenizer = Tokenizer(
                model.hf_tokenizer, model.model.is_multilingual, task="transcribe", language=self._language
            )
        except ValueError:  # a language that Whisper has not learnt
            return None
        pieces = [tokenizer.encode(f" {word.strip()}") for word in words]
        features = model.feature_extractor(np.asarray(speech, np.float32))
        encoded = model.encode(pad_or_trim(features[:, : LONGEST // HOP]))
        [found] = model.model.align(
            encoded,
            tokenizer.sot_sequence,
            [[token for piece in pieces for token in piece]],
            len(speech) // HOP,
        )
        return _spans(
            [len(piece) for piece in pieces], found.alignments, model.time_precision, len(speech) / HZ
        )


def _spans(
    lengths: Sequence[int], path: Sequence[tuple[int, int]], step: float, end: float
) -> list[Span[Source]] | None:
    """Each word from where its first token is reached to where the next word's is: (token, step) pairs rise
    in both.

    >>> [str(span) for span in _spans([1, 2], [(0, 5), (1, 10), (1, 11), (2, 20), (3, 30)], 0.02, 9.0) or ()]
    ['0:00:00.100–0:00:00.200', '0:00:00.200–0:00:00.600']
    """
    reached: dict[int, int] = {}
    for token, at in path:
        reached.setdefault(token, at)
    firsts = [sum(lengths[:number]) for number in range(len(lengths) + 1)]
    if not all(lengths) or any(token not in reached for token in firsts[:-1]):
        return None
    times = [reached.get(token, round(end / step)) * step for token in firsts]
    return [Span[Source].measured(start, stop) for start, stop in pairwise(times)]
