"""When cues come and go, in whole frames: so no gap is a hair too short at 29.97, and none overlaps.

A cue comes with its first word, or on a cut that is so near that the eye takes it for the same; earlier, as
the profile allows, where it could not be read otherwise and there is quiet before it. It stays until its last
word is over, as long as it takes to read, and a little; it makes way for the next, and never stays over a cut
to another shot. Gaps that would flicker are closed, or made wide enough to be seen as one.
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
    picture inside it. `letters` are all that is read, the name and blanks counted.
    """

    start: Fraction
    end: Fraction
    words: int
    label: bool
    first: int
    limit: int
    cuts: tuple[int, ...] = ()
    letters: int = 0


Frames = tuple[int, int]


@dataclass(frozen=True)
class Clock:
    """A profile's times in frames of the film's rate. What is a least is rounded up, what is a most down."""

    timing: Timing
    rate: Fraction
    speed: float = 0.0
    """Characters a second that are read at ease; 0: nobody counts them."""

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

    def at_ease(self, cue: Spoken) -> int:
        """Frames to read all its letters in, and no fewer than are needed."""
        return max(self.needed(cue), self.least(cue.letters / self.speed) if self.speed else 0)

    def latest(self, cue: Spoken) -> int:
        """The frame until which a cue may stay after its last word: a gap that would be closed is its own."""
        return ceil(cue.end) + self.most(self.timing.linger + self.timing.min_gap)


def times(cues: Sequence[Spoken], timing: Timing, rate: Fraction, speed: float = 0.0) -> list[Frames]:
    """Each cue's first frame, and the first one without it."""
    clock = Clock(timing, rate, speed)
    shots = [list(shot) for _, shot in groupby(cues, lambda cue: cue.first)]
    starts = [start for shot in shots for start in _sooner(shot, list(_starts(shot, clock)), clock)]
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


def _sooner(shot: Sequence[Spoken], starts: list[int], clock: Clock) -> list[int]:
    """Those that could not be read come sooner: as far as the profile allows, and as whoever spoke before is
    over and read.
    """
    dark = clock.timing.chain_frames
    free = shot[0].first
    for number, cue in enumerate(shot):
        follows = starts[number + 1] if number + 1 < len(shot) else cue.limit
        ends = min(follows - dark, clock.latest(cue), starts[number] + clock.most(clock.timing.max_seconds))
        early = ceil(cue.start - exact(clock.timing.early) * clock.rate)
        last = max((cut for cut in cue.cuts if cut <= cue.start), default=cue.first)
        wanted = max(ends - clock.at_ease(cue), early, free, last)
        if clock.speed and wanted < starts[number]:
            starts[number] = _off_the_cut(wanted, starts[number], max(early, free), last, clock)
        free = dark + max(starts[number] + 1, ceil(cue.end), min(ends, starts[number] + clock.at_ease(cue)))
    return starts


def _off_the_cut(wanted: int, start: int, earliest: int, cut: int, clock: Clock) -> int:
    """A cue that would begin just after a cut begins on it, or well after it."""
    if not 0 < wanted - cut <= clock.timing.snap_frames:
        return wanted
    return cut if cut >= earliest else min(start, cut + clock.timing.snap_frames + 1)


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
    wanted = max(wanted, min(start + clock.at_ease(cue), clock.latest(cue)))
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
