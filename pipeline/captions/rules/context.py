"""What a caption rule is given to judge by, and what it says of it.

Everything that is not always known is None until somebody knows it: a rule that needs it is listed as
not judged, and never passed in silence.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Literal

from pipeline.captions.formats.text import Written
from pipeline.captions.model import Cue, CueWord
from pipeline.core.time import Programme, Span, Time, nearest
from pipeline.production.profile import CaptionArea, Profile

Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Spoken:
    """A word that the film says: as it was recognised, how sure that is, and which piece of an approved quote
    it is (-1: none).

    `text` is blank where the recogniser heard nothing that fits.
    """

    text: str
    span: Span[Programme]
    confidence: float
    quote: str
    piece: int


@dataclass(frozen=True)
class Loud:
    """Something that is heard and is no voice; `decibels` above the ambience of the place."""

    span: Span[Programme]
    decibels: float


@dataclass(frozen=True)
class Judged:
    """Cues in the order of their file or film (a file's may overlap), the profile, and what else is known of
    them.
    """

    cues: tuple[Cue, ...]
    profile: Profile
    language: str = "en"
    rate: Fraction | None = None
    size: tuple[int, int] | None = None
    cuts: tuple[Time[Programme], ...] | None = None
    """Where shots begin."""
    stops: tuple[Time[Programme], ...] = ()
    """Where whoever plays the film stops it: nothing follows anything at once there."""
    end: Time[Programme] | None = None
    """Where the film ends."""
    width: Callable[[str], float] | None = None
    """A line's width in the caption font, of the picture's width."""
    written: tuple[Written, ...] | None = None
    """Of a file: each cue as it stands there, those that show nothing among them."""

    # Known in a production only:
    spoken: tuple[Spoken, ...] | None = None
    voiced: tuple[Span[Programme], ...] | None = None
    """Where a voice is heard."""
    loud: tuple[Loud, ...] | None = None
    approved: Mapping[str, str] | None = None
    """By quote: the text that its contributor approved, names hidden as they are in the captions."""
    listened: frozenset[tuple[str, int]] | None = None
    """(quote, piece) of every word that a person has listened to and said so."""
    dismissed: tuple[Span[Programme], ...] = ()
    """Where a person has listened and said that nothing needs a label."""
    labelled: tuple[Span[Programme], ...] = ()
    """Where a caption says, in a person's words, why the speech cannot be made out."""

    @cached_property
    def area(self) -> CaptionArea:
        """What fits on the picture; on a wide one, where nobody says which."""
        return self.profile.area(self.size) if self.size else self.profile.wide

    @property
    def room(self) -> float:
        """The widest line, of the picture's width."""
        return self.area.room(self.size) if self.size else self.area.width

    @cached_property
    def speakers(self) -> frozenset[str] | None:
        """Who speaks, where the cues say it; None where none does."""
        return frozenset(cue.speaker for cue in self.cues if cue.speaker) or None

    @cached_property
    def places(self) -> tuple[int, ...]:
        """Each cue's number in its file, where some of the file's cues show nothing; else in their order."""
        shown = tuple(number for number, cue in enumerate(self.written or (), 1) if cue.shows)
        return shown if len(shown) == len(self.cues) else tuple(range(1, len(self.cues) + 1))

    @property
    def count(self) -> int:
        """How many cues there are, those that show nothing among them."""
        return len(self.written or self.cues)

    def as_written(self, number: int) -> Written | None:
        """A cue as it stands in its file, where that is known."""
        return self._shown[number - 1] if len(self._shown) == len(self.cues) else None

    @cached_property
    def _shown(self) -> tuple[Written, ...]:
        return tuple(cue for cue in self.written or () if cue.shows)

    @property
    def tongue(self) -> str:
        """The language without its region."""
        return re.split("[-_]", self.language.lower())[0]

    @cached_property
    def english(self) -> bool | None:
        """The lists of words that belong together are English."""
        return True if self.language.lower().startswith("en") else None

    def cuts_within(self, low: Time[Programme], high: Time[Programme]) -> Sequence[Time[Programme]]:
        """The cuts from one time to another, both included."""
        cuts = self.cuts or ()
        return cuts[bisect_left(cuts, low) : bisect_right(cuts, high)]

    def frame(self, time: Time[Programme]) -> int:
        """The frame that a time means: files round to the millisecond, and 29.97 frames a second fall on
        none.
        """
        assert self.rate
        return nearest(time.seconds * self.rate)

    def between(self, one: Time[Programme], two: Time[Programme]) -> Fraction:
        """Seconds from one to the other; counted in whole frames where the rate is known."""
        return Fraction(self.frame(two) - self.frame(one)) / self.rate if self.rate else two - one

    def whole(self, seconds: float) -> Fraction:
        """A limit in seconds, as the nearest whole frame where the rate is known."""
        return _whole(seconds, self.rate)

    @property
    def numbered(self) -> Iterator[tuple[int, Cue]]:
        """Each cue with its number, from 1."""
        return iter(enumerate(self.cues, 1))

    @property
    def neighbours(self) -> Iterator[tuple[int, Cue, Cue]]:
        """Each cue with the one after it, whose number comes first."""
        return ((number, one, two) for number, (one, two) in enumerate(pairwise(self.cues), 2))


@lru_cache(maxsize=1024)
def exact(seconds: float) -> Fraction:
    """A profile's seconds, to the millisecond."""
    return Fraction(seconds).limit_denominator(1000)


@lru_cache(maxsize=4096)
def _whole(seconds: float, rate: Fraction | None) -> Fraction:
    return Fraction(nearest(exact(seconds) * rate)) / rate if rate else exact(seconds)


@dataclass(frozen=True)
class Fault:
    """What a rule's function says: of cue number `cue` (from 1; 0 for none, and then `at` says where).
    `place` is the number in its file of a cue that shows nothing.
    """

    cue: int
    what: str
    measured: str
    limit: str
    severity: Severity = "error"
    at: Time[Programme] | None = None
    place: int = 0


@dataclass(frozen=True)
class Rule:
    """A rule: its function, where it comes from, what it needs to know, and the WCAG 2.2 criterion that it
    bears on.

    `source` is cited where the profile has no clause of its own; `asks` marks what a person has to answer
    before signing.
    """

    name: str
    judge: Callable[[Judged], Iterator[Fault]]
    source: str
    needs: tuple[str, ...] = ()
    criterion: str = "1.2.2"
    asks: bool = False
    guideline: bool = False
    """Does it hold only where the profile has a clause for it?"""


NEEDED = {
    "rate": "the frame rate (--rate)",
    "cuts": "the film's cuts",
    "width": "the caption font",
    "spoken": "the words and their times",
    "voiced": "the film's sound",
    "loud": "the film's sound",
    "approved": "the approved words",
    "listened": "what a person has listened to",
    "speakers": "who speaks",
    "english": "lists of words in this language",
}
"""What each thing is called where it is missing."""


def timed(cue: Cue) -> list[CueWord]:
    """The cue's words that are said, with the times at which they are."""
    return [word for word in cue.words if word.heard]


def counted(number: int, noun: str) -> str:
    """A number of things.

    >>> counted(1, "frame"), counted(2, "frame")
    ('1 frame', '2 frames')
    """
    return f"{number} {noun}{'' if number == 1 else 's'}"


def near(span: Span[Programme], others: Sequence[Span[Programme]]) -> Sequence[Span[Programme]]:
    """Those of some spans that overlap it; they come in the order of their times and do not overlap each
    other.
    """
    first = bisect_right(others, span.start, key=lambda other: other.end)
    return others[first : bisect_left(others, span.end, lo=first, key=lambda other: other.start)]


def covered(span: Span[Programme], others: Sequence[Span[Programme]]) -> Fraction:
    """Seconds of a span that any of the others covers; in the order of their times, none over another."""
    return sum((span.overlap(other) for other in near(span, others)), Fraction(0))
