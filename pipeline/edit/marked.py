"""The film without cards that wait: a break is a mark in the quiet after a phrase; whoever plays it holds.

Between what is heard of the phrase and the mark there is the guard at least, and as much after it in which
the picture goes on standing: players stop up to a fifth of a second late, and no word may have begun by then.
What is missing of it is quiet on the last picture, as in any pause.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from itertools import accumulate
from math import ceil

from pipeline.core.time import Programme, Source, Time, decimal
from pipeline.edit.timeline import Break, Hold, Mark, Shot, Take, Timeline, follow, over_the_end, still
from pipeline.errors import InputError
from pipeline.matching.edit_points import TIGHT
from pipeline.matching.model import Cut

GUARD = Fraction(3, 10)
"""Seconds of quiet before a marked break, and after it."""

LOST = Fraction(1, 10)
"""Seconds of a word that are lost where a break falls inside it; of a shorter one, a third. What a tight cut
may give up is less.
"""


def outside_words(after: str, where: str, cut: Cut, heard: Time[Source]) -> None:
    """Refuse a break after a quote whose sound stops, at `heard`, before its last word is over: by the
    aligner's time, and by the recogniser's.
    """
    times = zip(cut.stretch.said, cut.raw or [word.span for word in cut.stretch.said], strict=True)
    said = sorted(times, key=lambda both: both[0].span.end)
    last, raw = said[-1]
    start, end = min(last.span.start, raw.start), min(last.span.end, raw.end)
    lost = end - heard
    if lost > max(TIGHT, min(LOST, (end - start) / 3)) or start >= heard:
        words = " ".join(word.text or word.heard for word, _ in said[-3:])
        raise InputError(
            f"the break after {after} falls inside “{words}”: what is heard of it stops at {heard}, "
            f"{decimal(lost, 2)} s before “{last.text or last.heard}” is over",
            where=where,
            next_step="let the quote go on until its last word is over (its out), or set the break after "
            "another quote",
        )


@dataclass(frozen=True)
class Marked:
    """A film with its breaks' cards, as it is `held`, and the same with marks in their places."""

    held: Timeline

    @cached_property
    def timeline(self) -> Timeline:
        """Every shot but the cards of breaks, and the quiet that marks need."""
        return replace(self.held, shots=follow(tuple(shot for some in self._instead for shot in some)))

    @cached_property
    def _instead(self) -> list[list[Shot]]:
        """What stands for each shot of the held film."""
        laid: list[Shot] = []
        found = []
        for shot in self.held.shots:
            some = self._mark(shot, laid) if isinstance(shot, Break) else [shot]
            laid += some
            found.append(some)
        return found

    def _mark(self, stop: Break, before: Sequence[Shot]) -> list[Shot]:
        """A mark on the picture that stands before it, and before that the quiet that is missing."""
        picture, rate = _standing(before[-1], self.held.rate), self.held.rate
        missing = ceil((GUARD - _quiet(before, rate)) * rate)
        mark = Mark(**(vars(picture) | {"frames": ceil(GUARD * rate), "stop": stop}))
        return [replace(picture, frames=missing), mark] if missing > 0 else [mark]

    @cached_property
    def _begins(self) -> tuple[int, ...]:
        return tuple(shot.at for shot in self.held.shots)

    @cached_property
    def _moved(self) -> list[int]:
        """Where what stands for each shot of the held film begins in the marked one; a mark, itself."""
        lengths = [[shot.frames for shot in some] for some in self._instead]
        firsts = accumulate(map(sum, lengths), initial=0)
        return [first + sum(some[:-1]) for first, some in zip(firsts, lengths, strict=False)]

    def moment(self, moment: Time[Programme], *, end: bool = False) -> Time[Programme]:
        """Where a moment of the held film is in the marked one; all of a card's time is at its mark. Where
        one shot ends and the next begins, an `end` belongs to the first.
        """
        frame = moment.seconds * self.held.rate
        number = max(0, (bisect_left if end else bisect_right)(self._begins, frame) - 1)
        moved, at = self._moved[number], self._begins[number]
        if isinstance(self.held.shots[number], Break):
            return self.held.time(moved)
        return moment + Fraction(moved - at) / self.held.rate


def _standing(shot: Shot, rate: Fraction) -> Hold:
    """A frame of the picture that a shot ends with, standing still."""
    if isinstance(shot, Hold):
        return still(shot)
    if not isinstance(shot, Take):
        raise ValueError("a break follows a quote")
    whose = (shot.quote, shot.contributor, shot.source, shot.first + shot.frames - 1, shot.sound, shot.angle)
    over = over_the_end(shot)
    if over and not over.still:
        over = replace(over, start=over.start + Fraction(shot.frames - 1 - over.at) / rate)
    return Hold(0, 1, *whose, over and replace(over, at=0, frames=1))


def _quiet(shots: Sequence[Shot], rate: Fraction) -> Fraction:
    """Seconds since anything was heard of a quote: its sound ends after its last word, and a voice may go on
    up to there.
    """
    quiet = Fraction(0)
    for shot in reversed(shots):
        if isinstance(shot, Take):
            return quiet + max(Fraction(0), shot.source_out(rate) - shot.sound.end)
        quiet += shot.frames / rate
    return quiet
