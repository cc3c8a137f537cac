"""A word and when it was said: what recognisers and aligners give."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.core.time import Source, Span

ROUGH = "rough"
"""Said of a word that was heard in passing: it shows where to listen, and is no evidence of what was said."""


@dataclass(frozen=True)
class Word:
    """One word as heard. `suspect` says why it is not passed on: "" is a word to use. `speaker` is who says
    it, as the transcript or the sound has it: "" where neither says.
    """

    text: str
    span: Span[Source]
    confidence: float
    suspect: str = ""
    speaker: str = ""
