"""Editions: the captions as they left, and which of them a file that comes back was made from.

A file is compared with its own edition and not with today's captions: what somebody else put right since is
in none of its lines, and nobody took it away.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from pipeline.captions.formats.text import decode
from pipeline.captions.model import Captions, Cue
from pipeline.core.digest import digest
from pipeline.edit.timeline import Break, Card, Hold, Take, Timeline, asked
from pipeline.errors import OurwordsError

MARK = "ourwords captions {}"
"""What a file that can hold a remark says of itself. It tells nobody anything but which edition it is of."""

_MARKED = re.compile(rb"\bourwords captions ([0-9a-f]{12})\b")


@dataclass(frozen=True)
class Edition:
    """The captions as they were once, on the film as it was cut, and the ids of the corrections in them."""

    captions: Captions
    rate: Fraction
    size: tuple[int, int]
    shots: tuple[Take | Card | Hold | Break, ...]
    profile: str
    knew: tuple[str, ...] = ()

    @classmethod
    def of(cls, captions: Captions, timeline: Timeline, profile: str, knew: Iterable[str]) -> Edition:
        """The captions of a film as they are."""
        plain = (asked(shot) or shot for shot in timeline.shots)
        known = tuple(shot for shot in plain if isinstance(shot, Take | Card | Hold | Break))
        return cls(captions, timeline.rate, timeline.size, known, profile, tuple(sorted(knew)))

    @cached_property
    def id(self) -> str:
        """Of what is to be seen in a file, and of nothing else: the same captions are the same edition."""
        return edition_id(self.captions)

    @property
    def timeline(self) -> Timeline:
        """The film as it was cut."""
        return Timeline("", self.rate, self.size, self.shots)


def edition_id(captions: Captions) -> str:
    """By which an edition is known in a file.

    >>> edition_id(Captions("en", ()))
    '8cdb456d19c4'
    """
    cues = [[*_times(cue), cue.lines, cue.speaker, cue.kind, cue.position] for cue in captions.cues]
    return digest([captions.language, cues])[:12]


def mark_in(name: str, data: bytes) -> str:
    """The id of the edition that a file says it is of; blank where it says nothing."""
    found = _MARKED.search(data) or _MARKED.search(_plain(name, data))
    return found[1].decode() if found else ""


def _plain(name: str, data: bytes) -> bytes:
    try:
        return decode(name, data).encode()
    except OurwordsError:  # bytes of another kind: they hold no remark
        return b""


def nearest(cues: Sequence[Cue], editions: Iterable[Edition]) -> Edition | None:
    """The edition that a file shares most with: the first of those that share as much."""
    mine = Counter(_facts(cues))

    def apart(edition: Edition) -> int:
        theirs = Counter(_facts(edition.captions.cues))
        return (mine - theirs).total() + (theirs - mine).total()

    return min(editions, key=apart, default=None)


def shared(cues: Sequence[Cue], edition: Edition) -> float:
    """What share of a file is as it was in an edition: its lines, and when cues come and go."""
    mine = Counter(_facts(cues))
    return (mine & Counter(_facts(edition.captions.cues))).total() / max(mine.total(), 1)


def _facts(cues: Iterable[Cue]) -> Iterator[tuple[object, ...]]:
    """What a reviewer may change of a cue: what it says, line by line, and when it comes and goes."""
    for cue in cues:
        start, end = _times(cue)
        yield "in", start
        yield "out", end
        yield from (("line", " ".join(line.split())) for line in cue.lines)


def _times(cue: Cue) -> tuple[int, int]:
    """In milliseconds, as files have them."""
    return cue.span.start.ms(), cue.span.end.ms()
