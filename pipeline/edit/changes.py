"""A finished cut as its manifest lists it, and what differs between two of them, in words for people.

A manifest outlives the production it was made from: old cuts are compared, and comments tied, by it alone.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from pipeline.core.time import Programme, Source, Time
from pipeline.edit.timeline import Break, Shot


@dataclass(frozen=True)
class Played(Shot):
    """A stretch of a quote, as it is played; `text` are the words of this stretch."""

    quote: str
    source: str
    source_in: Time[Source]
    text: str
    angle: str = ""


@dataclass(frozen=True)
class Still(Shot):
    """A quote's picture standing still for a moment, before its words or after them."""

    quote: str
    source: str
    moment: Time[Source]
    angle: str = ""


@dataclass(frozen=True)
class CutList:
    """The shots of a cut (played, still, cards and breaks), which touch, in order, from frame 0."""

    title: str
    rate: Fraction
    shots: tuple[Shot, ...]

    def __post_init__(self) -> None:
        ends = [0, *(shot.end for shot in self.shots)]
        if any(shot.at != end for shot, end in zip(self.shots, ends, strict=False)):
            raise ValueError("its shots do not touch")

    @property
    def seconds(self) -> Fraction:
        return self.shots[-1].end / self.rate if self.shots else Fraction(0)

    @cached_property
    def _played(self) -> dict[str, tuple[Played, ...]]:
        found: dict[str, tuple[Played, ...]] = {}
        for shot in self.shots:
            if isinstance(shot, Played):
                found[shot.quote] = (*found.get(shot.quote, ()), shot)
        return found

    @property
    def quotes(self) -> tuple[str, ...]:
        """Every quote once, in the order of the film."""
        return tuple(self._played)

    @property
    def breaks(self) -> tuple[Break, ...]:
        return tuple(shot for shot in self.shots if isinstance(shot, Break))

    def parts(self, quote: str) -> tuple[Played, ...]:
        return self._played.get(quote, ())

    def text(self, quote: str) -> str:
        return " … ".join(part.text for part in self.parts(quote))

    def stills(self, quote: str) -> tuple[Still, ...]:
        return tuple(shot for shot in self.shots if isinstance(shot, Still) and shot.quote == quote)

    def time(self, shot: Shot) -> Time[Programme]:
        return Time.frames_at(shot.at, self.rate)

    def shot_at(self, moment: Time[Programme]) -> Shot | None:
        """What is on at this moment; nothing before the start or from the end on."""
        if not 0 <= moment.seconds < self.seconds:
            return None
        return self.shots[bisect_right([shot.at for shot in self.shots], moment.seconds * self.rate) - 1]


@dataclass(frozen=True)
class Change:
    """One difference. `what` is a whole sentence; `quote` is blank for the film itself, its cards and breaks.

    `kind` is added, removed, moved, neighbours, shortened, lengthened, footage (another moment of it), recut
    (joined differently), angle (another camera), words or still for a quote; length, title, break or card for
    the film.
    """

    kind: str
    quote: str
    what: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class Story:
    """What became of one quote: `state` is added, removed, changed or same; `at` is where it is in the new
    cut.
    """

    quote: str
    contributor: str
    who: str
    words: str
    state: str
    at: Time[Programme] | None
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Comparison:
    """Two cuts compared. `reader` is the contributor it is told to, or blank for those who see everything."""

    title: str
    reader: str
    film: tuple[Change, ...]
    quotes: tuple[Story, ...]

    @property
    def changes(self) -> tuple[Change, ...]:
        return (*self.film, *(change for story in self.quotes for change in story.changes))


def minutes(moment: Time[Programme]) -> str:
    """Where in the film, as a player shows it.

    >>> minutes(Time(Fraction(1679, 20)))
    '1:23'
    """
    return f"{int(moment.seconds) // 60}:{int(moment.seconds) % 60:02}"
