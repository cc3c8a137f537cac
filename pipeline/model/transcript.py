"""What a recogniser heard: words with exact times, and which of them not to trust."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.model.time import Source, Span


@dataclass(frozen=True)
class Word:
    """One word as heard. `suspect` says why it is not passed on: "" is a word to use."""

    text: str
    span: Span[Source]
    confidence: float
    suspect: str = ""


@dataclass(frozen=True)
class Transcript:
    """All that was heard in one source. Times rise; an engine's text is never shown as captions."""

    source: str
    language: str
    engine: str
    weights: str
    words: tuple[Word, ...]

    def __post_init__(self) -> None:
        starts = [word.span.start for word in self.words]
        if starts != sorted(starts):
            raise ValueError(f"the words of {self.source} are not in the order of their times")

    @property
    def heard(self) -> tuple[Word, ...]:
        """The words that later stages may use: neither invented in silence nor repeated in a loop."""
        return tuple(word for word in self.words if not word.suspect)
