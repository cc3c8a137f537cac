"""When cues come and go, in whole frames: so no gap is a hair too short at 29.97, and none overlaps.

A cue comes with its first word, or on a cut that is so near that the eye takes it for the same. It stays
until its
last word is over, as long as its words take to read, and a little; it makes way for the next, and never stays
over
a cut to another shot. Gaps that would flicker are closed, or made wide enough to be seen as one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby, pairwise
from math import ceil, floor

from pipeline.core.time import nearest
from pipeline.production.profile import Timing


@dataclass(frozen=True)
class Spoken:
    """A cue's words on the film's clock, in frames, and the frames that they may be on the screen in.

    `first` and `limit` are the shot's, with the pause that its last picture stands; `cuts` are changes of
    picture inside it.
    """

    start: Fraction
    end: Fraction
    words: int
    label: bool
    first: int
    limit: int
    cuts: tuple[int, ...] = ()


Frames = tuple[int, int]


@dataclass(frozen=True)
class Clock:
    """A profile's times in frames of the film's rate. What is a least is rounded up, what is a most down."""

    timing: Timing
    rate: Fraction

    def least(self, seconds: float) -> int:
        """Frames of a time that is a least."""
        return ceil(exact(seconds) * self.rate)

    def most(self, seconds: float) -> int:
        """Frames of a time that is a most."""
        return floor(exact(seconds) * self.rate)

    def needed(self, cue: Spoken) -> int:
        """Frames to read a cue in: the least for any, more for many words, and for a name before them."""
        timing = self.timing
        return self.least(
            max(timing.min_seconds, timing.seconds_a_word * cue.words)
            + (timing.label_seconds if cue.label else 0.0)
        )


def times(cues: Sequence[Spoken], timing: Timing, rate: Fraction) -> list[Frames]:
    """Each cue's first frame, and the first one without it."""
    clock = Clock(timing, rate)
    starts = [
        start for _, shot in groupby(cues, lambda cue: cue.first) for start in _starts(list(shot), clock)
    ]
    ends: list[int] = []
    for index, cue in enumerate(cues):
        follower = cues[index + 1] if index + 1 < len(cues) else None
        if follower is None or follower.first != cue.first:
            ends.append(_last(cue, starts[index], clock))
            if follower:
                starts[index + 1], ends[-1] = _over_the_cut(
                    cue, follower, (starts[index], ends[-1], starts[index + 1]), clock
                )
        else:
            ends.append(_before(cue, starts[index], starts[index + 1], clock))
    return list(zip(starts, ends, strict=True))


def fits(count: int, frames: int, timing: Timing) -> bool:
    """Whether so many cues can be shown one after the other in so many frames at all."""
    return count * (timing.chain_frames + 1) <= frames


def _starts(shot: Sequence[Spoken], clock: Clock) -> Iterator[int]:
    """With the first word; or shared out over the shot, where words were guessed at one moment."""
    first, limit, apart = shot[0].first, shot[0].limit, clock.timing.chain_frames + 1
    starts: list[int] = []
    for cue, after in zip(shot, [*(cue.start for cue in shot[1:]), None], strict=True):
        at = max(nearest(cue.start), first)
        near = _near(at, cue, clock)
        earliest = starts[-1] + apart if starts else near
        latest = near if after is None else nearest(after) - apart
        starts.append(near if earliest <= near <= latest else at)
    if all(two - one >= apart for one, two in pairwise(starts)) and starts[-1] + apart <= limit:
        return iter(starts)
    return (first + (limit - first) * number // len(shot) for number in range(len(shot)))


def _near(at: int, cue: Spoken, clock: Clock) -> int:
    """The cut that a cue begins on, where one is near enough for the eye and for the ear."""
    early, late = exact(clock.timing.early) * clock.rate, exact(clock.timing.late) * clock.rate
    cuts = [
        cut
        for cut in (cue.first, *cue.cuts)
        if abs(cut - at) <= clock.timing.snap_frames and cue.start - early <= cut <= cue.start + late
    ]
    return min(cuts, key=lambda cut: abs(cut - at), default=at)


def _wanted(cue: Spoken, start: int, clock: Clock) -> int:
    """Until when a cue stays where nothing is in its way."""
    spoken = ceil(cue.end)
    wanted = max(spoken + clock.most(clock.timing.linger), start + clock.needed(cue))
    wanted = min(wanted, max(spoken, start + clock.most(clock.timing.max_seconds)))
    near = [
        cut
        for cut in cue.cuts
        if abs(cut - wanted) <= clock.timing.snap_frames and cut >= max(spoken, start + clock.needed(cue))
    ]
    return min(near, key=lambda cut: abs(cut - wanted), default=wanted)


def _last(cue: Spoken, start: int, clock: Clock) -> int:
    """The end of a shot's last cue: on the cut (or the profile's frames before it) where that is near."""
    edge = max(cue.limit - clock.timing.chain_frames, start + 1)
    wanted = _wanted(cue, start, clock)
    close = max(clock.timing.snap_frames, clock.least(0.2))
    return edge if wanted + close >= edge else wanted


def _before(cue: Spoken, start: int, follows: int, clock: Clock) -> int:
    """The end of a cue that another follows in the same shot: touching it, or far enough from it."""
    edge, apart = max(follows - clock.timing.chain_frames, start + 1), clock.least(clock.timing.min_gap)
    wanted = _wanted(cue, start, clock)
    if follows - wanted >= apart and wanted < edge:
        return wanted
    long = edge - start > clock.most(clock.timing.max_seconds)
    away = follows - apart
    return away if long and away >= max(ceil(cue.end), start + clock.needed(cue)) else edge


def _over_the_cut(cue: Spoken, follower: Spoken, at: tuple[int, int, int], clock: Clock) -> tuple[int, int]:
    """A gap with a cut in it: closed by the second, which comes with its picture, or opened by the first,
    which has been read.
    """
    start, end, follows = at
    apart = clock.least(clock.timing.min_gap)
    if follows - end >= apart or follows - end <= clock.timing.chain_frames:
        return follows, end
    touching = (
        follower.first - end <= clock.timing.chain_frames
        and follower.start - follower.first <= exact(clock.timing.early) * clock.rate
    )
    if touching:
        return follower.first, end
    away = follows - apart
    return follows, away if max(ceil(cue.end), start + clock.needed(cue)) <= away < end else end


def exact(seconds: float) -> Fraction:
    """A profile's seconds, to the millisecond."""
    return Fraction(seconds).limit_denominator(1000)
