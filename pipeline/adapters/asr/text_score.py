"""How well a text fits a sound, by Whisper's own decoder: it is led along the text, and asked at each step.

The decoder hears and guesses at once, so each text is scored once more without any sound: what the guess
alone is worth. Works in every language that the weights know.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from pipeline.core.ports import Speech, TextScore

HZ, HOP = 16_000, 160
LONGEST = 30 * HZ
"""Whisper hears half a minute at once."""


class WhisperScorer:
    """`name` says which weights; `model` gives the loaded faster-whisper model when it is first needed."""

    def __init__(self, name: str, language: str, model: Callable[[], Any]) -> None:
        self.name = f"{name} scores {language}"
        self._language, self._load = language.partition("-")[0] or "en", model

    def score(self, speech: Speech, texts: Sequence[str]) -> list[TextScore] | None:
        """A score for each text, comparable for the same sound only; None where there is too much sound, or
        a language that these weights have not learnt."""
        if not len(speech) or len(speech) > LONGEST or self._tokenizer is None:
            return None
        heard, steps = self._encoded(speech), len(speech) // HOP
        return [
            TextScore(self._sum(heard, steps, text), self._sum(self._silence, steps, text)) for text in texts
        ]

    @cached_property
    def _model(self) -> Any:
        return self._load()

    @cached_property
    def _tokenizer(self) -> Any:
        from faster_whisper.tokenizer import Tokenizer

        model = self._model
        try:
            return Tokenizer(
                model.hf_tokenizer, model.model.is_multilingual, task="transcribe", language=self._language
            )
        except ValueError:  # a language that Whisper has not learnt
            return None

    @cached_property
    def _silence(self) -> Any:
        return self._encoded(np.zeros(HZ, np.float32))

    def _encoded(self, speech: Speech) -> Any:
        from faster_whisper.audio import pad_or_trim

        features = self._model.feature_extractor(np.asarray(speech, np.float32))
        return self._model.encode(pad_or_trim(features[:, : LONGEST // HOP]))

    def _sum(self, heard: Any, steps: int, text: str) -> float:
        """The sum of the natural logarithms of the tokens' probabilities."""
        if not text.strip():
            return 0.0
        tokens = self._tokenizer.encode(f" {text.strip()}")
        [found] = self._model.model.align(heard, self._tokenizer.sot_sequence, [tokens], steps)
        return float(np.log(np.maximum(np.array(found.text_token_probs), 1e-12)).sum())
