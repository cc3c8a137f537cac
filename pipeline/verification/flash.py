"""Does the film flash (WCAG 2.2, 2.3.1)? Measured on the frames that people will see.

By WCAG 2.2's definition of *general flash and red flash thresholds*. A flash is two opposing changes between
a peak and a valley: of relative luminance by 0.1 or more, the darker below 0.8; or to and from saturated red
(R/(R+G+B) of 0.8 or more, in linear light) by more than 0.2 in the CIE 1976 UCS diagram. The film is held as
if it filled a screen of 1024 by 768, on which a field of 10 degrees is 341 by 256 pixels. What flashes more
than three times in some second may take up no more than a quarter of any such field.

A place is a square of 16 by 16 of those pixels, half a degree, and their mean: a fine and balanced pattern,
such as noise, which the definition excepts, is even there. A seventh change within a second begins a fourth
flash and counts (as in technique G19: after three flashes a place must be as light as it was).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Protocol

import numpy as np
import numpy.typing as npt

from pipeline.core.finding import Finding
from pipeline.core.ports import Frame
from pipeline.core.time import clock
from pipeline.edit.timeline import Take, Timeline
from pipeline.verification.pixels import LINEAR, Marks, Plane

VERSION = 1

SCREEN, FIELD = (1024, 768), (341, 256)
"""The screen of the definition, and a visual field of 10 degrees on it, in pixels."""

PLACE = 16
"""The side of a place: half a degree."""

PLACES = (FIELD[1] // PLACE, FIELD[0] // PLACE)
"""A field's rows and columns."""

AREA = PLACES[0] * PLACES[1]
LEAST_AREA = AREA / 4

MOST = 6
"""Opposing changes in a second: three flashes."""

CHANGE, DARK = 0.1, 0.8
"""A change of relative luminance, and what the darker side must be below."""

RED, HUE, GLOW = 0.8, 0.2, 1 / 16
"""Where red is saturated, how far from it another colour must be in u'v', and below which light no colour can
be told (WCAG 2.0 asked for 20 of 320): noise in the dark is of any colour.
"""

LIMIT = "3 flashes in a second, over more than a quarter of a field"
CURE = "take it out, lay a cutaway over it, or slow it down, dim it or make it smaller in its own file"
CLAUSE = "WCAG 2.2: general flash and red flash thresholds"


@dataclass(frozen=True)
class Flashing:
    """A stretch of the film that flashes too much: its frames, its worst second, and how much of a field."""

    kind: str
    """general or red."""
    first: int
    last: int
    changes: int
    share: float


@dataclass(frozen=True)
class Flashes:
    """What was measured on a film: stretches above the thresholds, and the most opposing changes in a second
    that a quarter of a field went through.
    """

    frames: int
    general: int
    red: int
    found: tuple[Flashing, ...] = ()


def small(size: tuple[int, int]) -> tuple[int, int]:
    """Places across and down a film that fills the screen.

    >>> small((1920, 1080)), small((1080, 1920)), small((640, 480))
    ((64, 36), (27, 48), (64, 48))
    """
    scale = min(SCREEN[0] / size[0], SCREEN[1] / size[1]) / PLACE
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def measured(frames: Iterable[Frame], rate: Fraction) -> Flashes:
    """Every frame of a film, in one pass."""
    general, red = _Counted("general", _Luminance(), rate), _Counted("red", _Red(), rate)
    before, count = None, 0
    for count, frame in enumerate(frames, 1):
        pixels = frame.small(*small(frame.size))
        still = before is not None and np.array_equal(pixels, before)
        light = None if still else LINEAR[pixels]
        for kind in (general, red):
            kind.take(count - 1, light)
        before = pixels
    return Flashes(count, general.most, red.most, (*general.found(), *red.found()))


# Changes of each place ---------------------------------------------------------------------------


class _Changes(Protocol):
    def at(self, light: Plane) -> Marks:
        """Where a change from the last peak or valley is complete, in the next frame. `light` is linear."""
        ...


class _Luminance:
    """Of relative luminance."""

    def __init__(self) -> None:
        self.high: Plane | None = None

    def at(self, light: Plane) -> Marks:
        now = light @ np.array([0.2126, 0.7152, 0.0722])
        if self.high is None:
            self.high = self.low = now
            self.rose = self.fell = np.zeros(now.shape, np.bool_)
        up = ~self.rose & (now - self.low >= CHANGE) & (self.low < DARK)
        down = ~self.fell & (self.high - now >= CHANGE) & (now < DARK)
        self.rose, self.fell = (self.rose | up) & ~down, (self.fell | down) & ~up
        self.high = np.where(up | down, now, np.maximum(self.high, now))
        self.low = np.where(up | down, now, np.minimum(self.low, now))
        return np.asarray(up | down)


class _Red:
    """To a saturated red from the colour that was furthest from red since the last one, and away from the
    reddest.
    """

    def __init__(self) -> None:
        self.red: Plane | None = None
        self.before: Plane | None = None

    def at(self, light: Plane) -> Marks:
        saturated = (light[..., 0] >= GLOW) & (light[..., 0] >= RED * (light @ np.ones(3)))
        if self.red is None:  # most films are never red enough to ask more
            before, self.before = self.before, light
            if saturated.sum() <= LEAST_AREA:
                return np.zeros(saturated.shape, np.bool_)
            self.red = self.other = _chromaticity(light if before is None else before)
            self.is_red = np.zeros(saturated.shape, np.bool_) if before is not None else saturated
        colour = _chromaticity(light)
        reddest = self.is_red & saturated & (_apart(colour, PURE) < _apart(self.red, PURE))
        furthest = ~self.is_red & (_apart(colour, PURE) > _apart(self.other, PURE))
        to = ~self.is_red & saturated & (_apart(colour, self.other) > HUE)
        away = self.is_red & (_apart(colour, self.red) > HUE)
        self.red = np.where((reddest | to)[..., None], colour, self.red)
        self.other = np.where((furthest | away)[..., None], colour, self.other)
        self.is_red = (self.is_red | to) & ~away
        return np.asarray(to | away)


def _chromaticity(light: Plane) -> Plane:
    """u'v' of the CIE 1976 UCS diagram; of what is too dark to have a colour, that of white."""
    lit = np.where(light.max(axis=-1, keepdims=True) < GLOW, 1.0, light)
    x, y, z = np.moveaxis(lit @ _XYZ, -1, 0)
    return np.asarray(np.stack([4 * x, 9 * y], axis=-1) / (x + 15 * y + 3 * z)[..., None])


def _apart(one: Plane, two: Plane) -> Plane:
    between = one - two
    return np.asarray(np.hypot(between[..., 0], between[..., 1]))


_XYZ = np.array([[0.4124, 0.2126, 0.0193], [0.3576, 0.7152, 0.1192], [0.1805, 0.0722, 0.9505]])
"""What each of sRGB's primaries gives to X, Y and Z (IEC 61966-2-1)."""

PURE = _chromaticity(np.array([1.0, 0.0, 0.0]))
"""The red of a screen."""


# How many within a second, and how much of a field -----------------------------------------------


class _Counted:
    """Changes of one kind in the last second, in each place."""

    def __init__(self, kind: str, changes: _Changes, rate: Fraction) -> None:
        self.kind, self.changes = kind, changes
        self.second = ceil(rate)  # the first and the last of so many frames are less than a second apart
        self.recent: deque[Marks | None] = deque()
        self.count: npt.NDArray[np.int64] = np.zeros(1, np.int64)
        self.most = 0
        self.stretches: list[Flashing] = []

    def take(self, number: int, light: Plane | None) -> None:
        """The next frame; None: it is as the one before."""
        changed = None if light is None else self.changes.at(light)
        some = changed if changed is not None and changed.any() else None
        self.recent.append(some)
        if some is not None:
            self.count = self.count + some
        if len(self.recent) > self.second and (old := self.recent.popleft()) is not None:
            self.count = self.count - old
        if some is None:
            return  # there cannot be more of them than a frame ago
        while widest(self.count > self.most) > LEAST_AREA:
            self.most += 1
        if self.most > MOST and (area := widest(self.count > MOST)) > LEAST_AREA:
            self._flashes(number, area)

    def _flashes(self, number: int, area: int) -> None:
        flashing, changes = self.count > MOST, MOST + 1
        begun = (at for at, one in enumerate(self.recent) if one is not None and (one & flashing).any())
        first = number - len(self.recent) + 1 + next(begun)
        while widest(self.count > changes) > LEAST_AREA:
            changes += 1
        if self.stretches and first <= self.stretches[-1].last:
            before = self.stretches.pop()
            first, changes = before.first, max(changes, before.changes)
            area = max(area, round(before.share * AREA))
        self.stretches.append(Flashing(self.kind, first, number, changes, area / AREA))

    def found(self) -> list[Flashing]:
        return self.stretches


def widest(marks: Marks) -> int:
    """The most marked places in any field of 10 degrees; all there are, where these are too few to ask."""
    marked = int(marks.sum())
    if marked <= LEAST_AREA:
        return marked
    rows, columns = (min(sides) for sides in zip(marks.shape, PLACES, strict=True))
    sums = np.pad(marks.cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0)))
    fields = sums[rows:, columns:] - sums[:-rows, columns:] - sums[rows:, :-columns] + sums[:-rows, :-columns]
    return int(fields.max())


# What is told ------------------------------------------------------------------------------------


def findings(flashes: Flashes, timeline: Timeline) -> Iterator[Finding]:
    """Where the film flashes too much, and what to do; and the figures of all of it."""
    for one in flashes.found:
        start, end = (timeline.time(frame).seconds for frame in (one.first, one.last))
        red = " in a saturated red" if one.kind == "red" else ""
        yield Finding(
            "flash",
            "error",
            f"{clock(start)} {_whose(timeline, one.first)}",
            f"the picture flashes{red} up to {clock(end)}, which can bring on seizures: {CURE}",
            f"{one.changes / 2:g} flashes in a second, over {one.share:.0%} of a field of 10 degrees",
            LIMIT,
            criterion="2.3.1",
            clause=CLAUSE,
            at=float(start),
        )
    yield Finding(
        "flash",
        "info",
        "the film",
        f"{flashes.frames} frames were measured for flashes",
        f"at most {flashes.general / 2:g} in a second over a quarter of a field of 10 degrees, and "
        f"{flashes.red / 2:g} in a saturated red",
        LIMIT,
        criterion="2.3.1",
        clause=CLAUSE,
    )


def _whose(timeline: Timeline, frame: int) -> str:
    """What is seen then: a quote, and the cutaway over it; a card."""
    shot = timeline.shot_at(min(frame, timeline.frames - 1))
    if not isinstance(shot, Take):
        return getattr(shot, "quote", "") or type(shot).__name__.lower()
    over = (laid.file for laid in shot.cutaways if laid.at <= frame - shot.at < laid.at + laid.frames)
    return ", ".join([shot.quote, *over])
