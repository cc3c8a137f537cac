"""Two recordings of one conversation laid over each other by what both hear: how far apart, and how fast they
drift.

First roughly, over their whole length: an outline of each (how loud four bands are, 50 times a second)
is slid along the other's. Then exactly, at some forty places where somebody speaks: the lag of one sound
behind the other, by its phase. A line through those is the answer, if they lie on one; where they do not,
nothing is guessed.

The phase transform (Knapp and Carter, 1976) weighs all frequencies alike, so that a room's or a
microphone's colour does not count, and the direct sound stands out from its echoes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import ceil
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pipeline.core.clock_map import Sync
from pipeline.core.ports import Listener, Speech
from pipeline.core.signal import runs
from pipeline.core.time import clock
from pipeline.errors import InputError

VERSION = 1
"""Counted up when the same recordings would be laid over each other otherwise."""

RATE, HOP = 16_000, 320
STEP = HOP / RATE
"""Seconds of one step of an outline: 20 ms."""

BANDS = (150, 400, 900, 1800, 3600)
"""Hz between which the four bands lie: where voices are, and cheap recorders still hear."""

BLOCK = Fraction(300)
"""Seconds that are listened to at once, so that hours need no more memory than minutes."""

SPREAD = 100
"""Steps whose mean is taken off: what is slower than a sentence is the room or the gain."""

CHUNK, CHUNKS = (8.0, 60.0), 32
"""Seconds of one recording that are looked for in the other, at least and at most, and how many such chunks.
"""

MOST_DRIFT = 500e-6
"""No two clocks of working recorders are further apart; cheap ones are within 100 ppm."""

ALIKE, DISTINCT, SURELY = 0.2, 1.4, 1.7
"""How like its place a chunk must be (1 is the same), and how much more so than any other place, to count as
found;
and how much more to be held against all others. Right places have 3 to 5, wrong ones 1.0 to 1.25."""

NEAR = 0.04
"""Seconds that a chunk's place may be off a line and still lie on it: outlines are read to a fraction of a
step.
"""

LISTEN, PLACES = 4.0, 40
"""Seconds heard at each place for its exact lag, and the number of places."""

SLACK = 0.06
"""Seconds to either side of the rough place in which the exact one is looked for."""

SHARP = 1.6
"""How much a lag must stand out from all others at its place to be believed."""

ON_LINE, BESIDE, JUMP = 0.002, 0.012, 0.0015
"""Seconds that a lag may be off the line and still lie on it, or beside it: the ways of several voices to two
microphones
differ, by 3 ms for every metre. And seconds of a step from which it is no such thing, but a recorder that
stopped."""

AGREE, ENOUGH, RUN = 0.6, 4, 6
"""Share of the places, and the number of them, that must agree (half as many on the line itself); places in a
row that must not disagree.
"""

Outline = npt.NDArray[np.float32]
"""Shape (steps, bands): how much louder each band is than it was around then."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Recording:
    """One of the two: its outline, and how any window of it is listened to."""

    name: str
    seconds: Fraction
    listen: Listener
    outline: Outline


@dataclass(frozen=True)
class _Line:
    """other = offset + source · (1 + drift), and which of the points it was drawn through lie on it."""

    offset: float
    drift: float
    on: npt.NDArray[np.bool_]

    def off(self, source: Floats, other: Floats) -> Floats:
        return np.asarray(other - self.offset - source * (1 + self.drift), np.float64)


def outline(
    listen: Listener, seconds: Fraction, progress: Callable[[float], None] = lambda _: None
) -> Outline:
    """How loud each band is, in dB around its own mean, limited so that a slammed door counts no more than a
    word.
    """
    blocks = []
    for start in range(0, ceil(seconds), int(BLOCK)):
        speech = listen(Fraction(start), min(BLOCK, seconds - start))
        frames = speech[: len(speech) // HOP * HOP].reshape(-1, HOP)
        power = np.abs(np.fft.rfft(frames * np.hanning(HOP), axis=1)) ** 2
        edges = [round(hz * STEP) for hz in BANDS]
        blocks.append(np.stack([power[:, a:b].sum(axis=1) for a, b in pairwise(edges)], axis=1))
        progress(float(start))
    loud = 10 * np.log10(np.concatenate(blocks) + 1e-9)  # -90 dB: digital silence is no event
    return np.asarray(np.clip(loud - _smooth(loud), -15, 15), np.float32)


def _smooth(levels: Floats) -> Floats:
    total = np.cumsum(np.pad(levels, ((SPREAD // 2 + 1, SPREAD // 2), (0, 0)), mode="edge"), axis=0)
    return np.asarray((total[SPREAD:] - total[:-SPREAD]) / SPREAD, np.float64)[: len(levels)]


def keep(room: Path, found: Outline) -> None:
    """Write an outline into its folder, in half the bytes."""
    np.save(room / "outline.npy", found.astype(np.float16))


def kept(folder: Path) -> Outline:
    """The outline that `keep` wrote."""
    return np.asarray(np.load(folder / "outline.npy"), np.float32)


def align(source: Recording, other: Recording) -> Sync:
    """How `other` runs beside `source`; InputError where that cannot be told for certain."""
    rough = _roughly(source, other)
    places, lags, sharp = _exactly(source, other, rough)
    return _judged(source, other, places, lags, sharp)


def heard_in(one: Outline, other: Outline) -> bool:
    """Is anything of the shorter surely heard in the longer, wherever it lies? Enough to know a conversation
    again, and not to lay one beside the other.
    """
    short, long = sorted((one, other), key=len)
    return any(found.alike >= ALIKE and found.distinct >= SURELY for found in _search(short, long))


# Roughly ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Found:
    """A chunk of one recording found in the other: where its middle is in both, in seconds, and how
    surely.
    """

    source: float
    other: float
    alike: float
    distinct: float


def _roughly(source: Recording, other: Recording) -> tuple[_Line, Floats]:
    """A line through the places where chunks of the shorter recording are found in the longer, and those
    places.
    """
    turned = len(other.outline) < len(source.outline)
    short, long = (other, source) if turned else (source, other)
    found = [
        one for one in _search(short.outline, long.outline) if one.alike >= ALIKE and one.distinct >= DISTINCT
    ]
    if not found:
        raise _strangers(source, other)
    pairs = np.array([(one.other, one.source) if turned else (one.source, one.other) for one in found])
    line = _through(pairs[:, 0], pairs[:, 1], NEAR)
    off = line.off(pairs[:, 0], pairs[:, 1])
    surely = np.array([one.distinct >= SURELY for one in found])
    _refuse_other_takes(source, other, pairs, off * surely)
    return line, pairs[line.on, 0]


def _search(short: Outline, long: Outline) -> Iterator[_Found]:
    """Chunks of `short`, evenly spread, each with the place in `long` that it is most like."""
    length = min(len(short), int(min(CHUNK[1], max(CHUNK[0], len(short) * STEP / 4)) / STEP))
    if length < CHUNK[0] / STEP * 0.9:
        return
    size = 1 << (len(long) + length).bit_length()
    spectra = np.fft.rfft(long, size, axis=0)
    energy = np.concatenate([[0.0], np.cumsum((long.astype(np.float64) ** 2).sum(axis=1))])
    starts = np.unique(
        np.linspace(0, len(short) - length, min(CHUNKS, max(3, 2 * len(short) // length))).astype(int)
    )
    for start in starts:
        chunk = short[start : start + length]
        likeness = np.fft.irfft((np.conj(np.fft.rfft(chunk, size, axis=0)) * spectra).sum(axis=1), size)
        lags = np.arange(-length // 2, len(long) - length // 2)  # half of a chunk may lie outside
        there = energy[np.clip(lags + length, 0, len(long))] - energy[np.clip(lags, 0, len(long))]
        own = float((chunk.astype(np.float64) ** 2).sum())
        alike = likeness[lags] / np.sqrt(own * np.maximum(there, own / 20) + 1e-9)
        best = int(alike.argmax())
        apart = np.abs(np.arange(len(lags)) - best) > 0.5 / STEP
        second = float(alike[apart].max()) if apart.any() else 1.0
        middle = (start + length / 2) * STEP
        yield _Found(
            middle,
            middle + (lags[best] + _peak(alike, best) - start) * STEP,
            float(alike[best]),
            float(alike[best]) / max(second, 1e-3),
        )


def _peak(values: Floats, at: int) -> float:
    """Where between its neighbours a peak really stands, by a parabola."""
    if not 0 < at < len(values) - 1:
        return 0.0
    before, top, after = (float(value) for value in values[at - 1 : at + 2])
    bend = before - 2 * top + after
    return 0.5 * (before - after) / bend if bend < 0 else 0.0


def _through(source: Floats, other: Floats, tolerance: float) -> _Line:
    """The line that most points lie on: each pair of points proposes one, the others vote, those on the best
    one settle it.
    """
    lag = other - source
    i, j = np.triu_indices(len(source), 1)
    apart = source[j] - source[i]
    steep = np.divide(lag[j] - lag[i], apart, out=np.full(len(i), np.inf), where=np.abs(apart) > 1e-6)
    good = np.abs(steep) <= MOST_DRIFT
    slopes = np.concatenate([np.zeros(len(source)), steep[good]])
    starts = np.concatenate([lag, lag[i[good]] - steep[good] * source[i[good]]])
    off = np.abs(lag[None] - starts[:, None] - slopes[:, None] * source[None])
    best = int(np.lexsort((np.minimum(off, tolerance).sum(axis=1), -(off <= tolerance).sum(axis=1)))[0])
    on = off[best] <= tolerance
    slope, start = float(slopes[best]), float(starts[best])
    for _ in range(3):  # least squares through those on it, and look again who is
        x, y = source[on], lag[on]
        spread = float(((x - x.mean()) ** 2).sum())
        slope = float(((x - x.mean()) * (y - y.mean())).sum()) / spread if spread > 1 else 0.0
        slope = max(-MOST_DRIFT, min(MOST_DRIFT, slope))
        start = float(y.mean()) - slope * float(x.mean())
        again = np.abs(lag - start - slope * source) <= tolerance
        if not again.any() or (again == on).all():
            break
        on = again
    return _Line(start, slope, on)


def _refuse_other_takes(source: Recording, other: Recording, pairs: Floats, off: Floats) -> None:
    """A chunk that is surely found, and elsewhere than the others say: somebody stopped one recording and
    went on. `off` in seconds.
    """
    stray = np.abs(off) > 2 * NEAR
    if stray.any():
        first = int(np.flatnonzero(stray)[0])
        raise InputError(
            f"does not run through: near {_clock(pairs[first, 0])} of {source.name} it is "
            f"{abs(off[first]):.1f} s away from where the rest of it is",
            where=other.name,
            next_step="it was stopped and started again, or cut: give each take as a source or angle "
            "of its own",
        )


# Exactly ---------------------------------------------------------------------------------------


def _exactly(
    source: Recording, other: Recording, rough: tuple[_Line, Floats]
) -> tuple[Floats, Floats, Floats]:
    """At each place its middle (seconds of the source), the other's moment then, and how much that lag stands
    out.
    """
    line, known = rough
    low = max(0.0, -line.offset / (1 + line.drift))
    high = min(float(source.seconds), (float(other.seconds) - line.offset) / (1 + line.drift))
    heard = []
    for place in _places(source.outline, low, high):
        distance = float(np.abs(known - place).min())
        slack = SLACK + (0.0 if len(known) > 2 else 200e-6) * distance
        heard.append(_Heard.at(source, other, place, line.offset + place * (1 + line.drift), slack))
    if not heard:
        raise _strangers(source, other)
    drift, on = line.drift, np.ones(len(heard), bool)
    for _ in range(2):  # once more with the drift known: a clock that runs on while we listen blurs the lag
        found = [one.lag(drift) for one in heard]
        places = np.array([one.place for one in heard])
        moments, sharp = (np.array(column) for column in zip(*found, strict=True))
        on = sharp >= SHARP
        if on.sum() >= 2:
            drift = _through(places[on], moments[on], ON_LINE).drift
    return places, moments, sharp


def _places(outline: Outline, low: float, high: float) -> list[float]:
    """Middles of the liveliest moment of each stretch of what both recorded."""
    count = int(min(PLACES, max(0, (high - low - LISTEN) // (LISTEN / 2) + 1)))
    half = int(LISTEN / STEP / 2)
    lively = np.convolve((outline.astype(np.float64) ** 2).sum(axis=1), np.ones(2 * half), "same")
    edges = np.linspace(low + LISTEN / 2, high - LISTEN / 2, count + 1) / STEP if count else np.zeros(0)
    found = []
    for first, last in pairwise(edges):
        stretch = lively[int(first) : max(int(first) + 1, int(last))]
        if len(stretch):
            found.append((int(first) + int(stretch.argmax())) * STEP)
    return found


@dataclass(frozen=True)
class _Heard:
    """A few seconds of both recordings around one place; `zero` is the other's moment at the middle of both
    windows.
    """

    place: float
    zero: float
    slack: int
    one: Speech
    two: Speech

    @classmethod
    def at(cls, source: Recording, other: Recording, place: float, moment: float, slack: float) -> _Heard:
        reach = ceil(slack * RATE)
        half = int(LISTEN * RATE / 2)
        first, second = round(place * RATE) - half, round(moment * RATE) - half - reach
        one = source.listen(Fraction(first, RATE), Fraction(2 * half, RATE))
        two = other.listen(Fraction(second, RATE), Fraction(2 * (half + reach), RATE))
        return cls((first + half) / RATE, (second + half + reach) / RATE, reach, one, two)

    def lag(self, drift: float) -> tuple[float, float]:
        """The other's moment at `place`, and how far that lag stands out from the rest (1: not at all)."""
        middle = len(self.two) / 2
        at = np.arange(len(self.two)) - middle
        two = np.interp(middle + at * (1 + drift), np.arange(len(self.two)), self.two) if drift else self.two
        size = 1 << (len(self.one) + len(two)).bit_length()
        cross = np.conj(np.fft.rfft(self.one * np.hanning(len(self.one)), size)) * np.fft.rfft(two, size)
        hz = np.fft.rfftfreq(size, 1 / RATE)
        weight = np.clip((hz - 150) / 150, 0, 1) * np.clip((6500 - hz) / 1500, 0, 1)
        likeness = np.abs(
            np.fft.irfft(cross * weight / (np.abs(cross) ** 0.85 + 1e-12), size)[: 2 * self.slack + 1]
        )  # a turned plug is no other sound
        best = int(likeness.argmax())
        apart = np.abs(np.arange(len(likeness)) - best) > 0.004 * RATE
        rest = float(likeness[apart].max()) if apart.any() else float("inf")
        inside = 2 < best < len(likeness) - 3
        return self.zero + (best - self.slack + _peak(likeness, best)) / RATE, float(likeness[best]) / max(
            rest, 1e-30
        ) if inside else 0.0


# Judged ----------------------------------------------------------------------------------------


def _judged(source: Recording, other: Recording, places: Floats, moments: Floats, sharp: Floats) -> Sync:
    """The line through the lags, or why there is none to be trusted."""
    sure = sharp >= SHARP
    if sure.sum() < ENOUGH or sure.mean() < AGREE / 2:
        raise _strangers(source, other)
    x, y = places[sure], moments[sure]
    _refuse_jumps(source, other, x, y)
    line = _through(x, y, ON_LINE)
    off = np.abs(line.off(x, y))
    agree = off <= BESIDE
    if (
        (off <= ON_LINE).sum() < max(ENOUGH, AGREE / 2 * len(x))
        or agree.mean() < AGREE
        or max((after - first for first, after in runs(~agree)), default=0) >= RUN
    ):
        raise InputError(
            f"cannot be laid over {source.name} by its sound: only {agree.sum()} of {len(x)} places agree",
            where=other.name,
            next_step='if it is the same conversation, say where it lies: offset = "12.48" (its time '
            "when the source is at 0)",
        )
    return Sync(
        Fraction(round(line.offset * 1e6), 10**6),
        Fraction(round(line.drift * 1e9), 10**9),
        heard=len(places),
        agreeing=int(agree.sum()),
        residual=Fraction(round(float(np.median(off[agree])) * 1e6), 10**6),
    )


def _refuse_jumps(source: Recording, other: Recording, x: Floats, y: Floats) -> None:
    """A step in the lags, and never back: a recorder that was stopped for a moment, or lost some sound.

    Somebody who speaks from elsewhere makes a step too, and it goes back when they have done.
    """
    lag = y - x
    for split in range(2, len(x) - 1):
        left, right = slice(max(0, split - RUN), split), slice(split, split + RUN)
        level = lag - _slope(x, lag, left, right) * x
        one, two = float(np.median(level[left])), float(np.median(level[right]))
        step = abs(two - one)
        few = min(split, len(x) - split) < (4 if step <= BESIDE else 2)
        steady = (
            min(
                (np.abs(level[left] - one) <= JUMP / 2).mean(),
                (np.abs(level[right] - two) <= JUMP / 2).mean(),
            )
            >= 0.8
        )
        back = (
            max(
                (np.abs(level[:split] - two) <= JUMP / 2).mean(),
                (np.abs(level[split:] - one) <= JUMP / 2).mean(),
            )
            > 0.2
        )
        if step > JUMP and steady and not few and not back:
            raise InputError(
                f"does not run through: between {_clock(x[split - 1])} and {_clock(x[split])} of "
                f"{source.name} it jumps by {step * 1000:.0f} ms",
                where=other.name,
                next_step="it was stopped for a moment, or lost some sound: give each take as a "
                "source or angle of its own",
            )


def _slope(x: Floats, y: Floats, *sides: slice) -> float:
    """The middle of the slopes between points of the same side."""
    pairs = [(x[side], y[side], *np.triu_indices(len(x[side]), 1)) for side in sides]
    return float(
        np.median(np.concatenate([(b[j] - b[i]) / np.maximum(a[j] - a[i], 1e-6) for a, b, i, j in pairs]))
    )


def _strangers(source: Recording, other: Recording) -> InputError:
    return InputError(
        f"is not heard to be a recording of the same conversation as {source.name}",
        where=other.name,
        next_step="check the file and its track; if it is the same conversation, say where it lies: "
        'offset = "12.48" (its time when the source is at 0)',
    )


def _clock(seconds: float) -> str:
    return clock(Fraction(round(max(0.0, float(seconds)) * 10), 10))
