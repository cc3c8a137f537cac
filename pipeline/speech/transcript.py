"""What a recogniser heard: words with exact times, and which of them not to trust."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import accumulate, pairwise
from typing import overload

from pipeline.core.time import TICKS, Source, Span, Ticks, Time, ticks
from pipeline.core.word import ROUGH, Word

SAID = frozenset(("", ROUGH))


def side_by_side(times: Iterable[Ticks]) -> Sequence[Ticks]:
    """Eight bytes each where all are whole microseconds, so that hours of speech are no weight."""
    kept = tuple(times)
    whole = [time for time in kept if isinstance(time, int)]
    return array("q", whole) if len(whole) == len(kept) else kept


@dataclass(frozen=True)
class Words(Sequence[Word]):
    """Words in the order of their times, kept as columns: a film needs some hundred words of hours of speech,
    and only those are made.
    """

    texts: Sequence[str]
    starts: Sequence[Ticks]
    ends: Sequence[Ticks]
    confidences: Sequence[float]
    suspects: Sequence[str]
    speakers: Sequence[str]

    def __post_init__(self) -> None:
        if any(two < one for one, two in pairwise(self.starts)):
            raise ValueError("words are not in the order of their times")

    @classmethod
    def of(cls, words: Iterable[Word]) -> Words:
        if isinstance(words, Words):
            return words
        rows = [
            (
                w.text,
                ticks(w.span.start.seconds),
                ticks(w.span.end.seconds),
                w.confidence,
                w.suspect,
                w.speaker,
            )
            for w in words
        ]
        return cls.from_rows(rows)

    @classmethod
    def from_rows(cls, rows: Sequence[tuple[str, Ticks, Ticks, float, str, str]]) -> Words:
        texts, starts, ends, sure, suspects, speakers = zip(*rows, strict=True) if rows else ((),) * 6
        return cls(texts, side_by_side(starts), side_by_side(ends), array("d", sure), suspects, speakers)

    def __len__(self) -> int:
        return len(self.texts)

    @overload
    def __getitem__(self, at: int) -> Word: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Word, ...]: ...
    def __getitem__(self, at: int | slice) -> Word | tuple[Word, ...]:
        if isinstance(at, slice):
            return tuple(self[one] for one in range(len(self))[at])
        span = Span(*(Time[Source](Fraction(column[at], TICKS)) for column in (self.starts, self.ends)))
        return Word(self.texts[at], span, self.confidences[at], self.suspects[at], self.speakers[at])

    @cached_property
    def used(self) -> Words:
        """Those that were said, as far as is known: neither invented nor repeated. Rough ones are among them:
        something was said there.
        """
        if not set(self.suspects) - SAID:
            return self
        columns = (self.texts, self.starts, self.ends, self.confidences, self.suspects, self.speakers)
        return Words.from_rows([row for row in zip(*columns, strict=True) if row[4] in SAID])

    @cached_property
    def reach(self) -> Sequence[Ticks]:
        """Where the last of each word and of all before it ends: it rises, which the ends need not."""
        return side_by_side(accumulate(self.ends, max))

    def over(self, span: Span[Source]) -> Iterator[Word]:
        """Those that share some time with a span, in their order, however many others there are."""
        start, end = ticks(span.start.seconds), ticks(span.end.seconds)
        for at in range(bisect_right(self.reach, start), bisect_left(self.starts, end)):
            if self.ends[at] > start:
                yield self[at]

    def pauses(self, end: Ticks, least: Ticks) -> Iterator[tuple[Ticks, Ticks]]:
        """From and until where none is heard for so long, from the very beginning until `end`."""
        before = (0, *(max(reach, 0) for reach in self.reach))
        return (
            (one, two) for one, two in zip(before, (*self.starts, end), strict=True) if two - one >= least
        )


@dataclass(frozen=True)
class Transcript:
    """All that was heard in one source. Times rise; an engine's text is never shown as captions."""

    source: str
    language: str
    engine: str
    weights: str
    words: Words

    @property
    def heard(self) -> Words:
        """The words that later stages may use: neither invented in silence nor repeated in a loop."""
        return self.words.used

    @property
    def speakers(self) -> tuple[str, ...]:
        """Who speaks, by the labels of its words, in the order in which they begin; "" is no label."""
        return tuple(dict.fromkeys(self.words.speakers))

    @property
    def rough(self) -> int:
        """How many words were heard in passing only."""
        return sum(suspect == ROUGH for suspect in self.words.suspects)

    def is_rough(self, span: Span[Source]) -> bool:
        """Was anything in this span heard in passing only?"""
        return any(word.suspect == ROUGH for word in self.words.over(span))
