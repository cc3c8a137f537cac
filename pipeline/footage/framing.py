"""The window through which a film of another shape sees a camera's picture: it holds the speaker's face, and
stands still, or moves slowly along the smoothest way on which the face stays in.

What is not known to hold the face gives no window: the picture is shown whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from statistics import median

from pipeline.core.area import Area
from pipeline.core.framing import Framing, Key
from pipeline.footage.faces import Sighting, Track, speakers

VERSION = 1

HAIR, CHIN, EAR = 0.45, 0.25, 0.25
"""Room above, below and beside a face, in heights of what the detector finds: from the brow to the chin."""

ROOMS = (1.0, 0.4, 0.2)
"""Shares of that room: all of it, and where that does not fit, as in a close-up, about a fifth of the face's
height above it and a tenth elsewhere.
"""

EYES, THIRD = 0.4, 1 / 3
"""Where eyes are in a face, and where they should be in the window, from the top."""

GAP = 3
"""Seconds in which nobody's face is found after which nobody knows where it is: people nod, turn away and
cover their face for less.
"""

FASTEST, CALM = 0.04, 0.02
"""Of the window's width a second: no move is faster; and up to which one is taken that keeps the face nearer
the middle.
"""

SLACK = (0.5, 0.75, 1.0)
"""Of the room that a face has in the window, what it may use while the window moves."""

GRID = 64
"""Places across a picture that a standing window prefers, so that a trimmed edge does not move it."""

FINE = 4096


@dataclass(frozen=True)
class Stretch:
    """What was seen of a camera while it is shown: its faces, and areas that people drew, each with the
    frames for which it is there. `end` is the frame after the last.
    """

    first: int
    end: int
    seen: tuple[Sighting, ...]
    drawn: tuple[tuple[Area, int, int], ...] = ()
    """Faces that people drew: the detector need not have found them."""
    kept: tuple[tuple[Area, int, int], ...] = ()
    """Text, a signer: may not be cut."""


@dataclass(frozen=True)
class Limits:
    """Between which places the window's moving edge must be at a frame, and where it would best be."""

    frame: int
    low: float
    high: float
    best: float


@dataclass(frozen=True)
class Shape:
    """A window as large as can be of a picture's `across` x `down`; `wide` is its share of the picture's
    width, or where that is all of it, `wide` is False and it moves up and down.
    """

    width: Fraction
    height: Fraction
    picture: float
    """Width over height of the camera's picture."""

    @classmethod
    def of(cls, picture: tuple[int, int], film: tuple[int, int]) -> Shape:
        """
        >>> Shape.of((1280, 720), (720, 1280)).width
        Fraction(81, 256)
        """
        shape = Fraction(film[0] * picture[1], film[1] * picture[0])
        return cls(min(Fraction(1), shape), min(Fraction(1), 1 / shape), picture[0] / picture[1])

    @property
    def cuts(self) -> bool:
        """Does it leave out anything to speak of? By less than a hundredth, the picture is as good whole."""
        return min(self.width, self.height) < Fraction(99, 100)

    @property
    def across(self) -> bool:
        """Does it move from side to side?"""
        return self.width < 1

    @property
    def share(self) -> float:
        return float(self.width if self.across else self.height)

    @property
    def widths(self) -> float:
        """Widths of the window in a whole picture, along the way that it moves."""
        return 1 / float(self.width) if self.across else 1 / self.picture

    def framing(self, way: Sequence[tuple[int, float]]) -> Framing:
        """The window along a way."""
        room = 1 - (self.width if self.across else self.height)
        still = Fraction(0)
        keys = []
        for frame, place in way:
            at = min(room, max(still, Fraction(round(place * FINE), FINE)))
            keys.append(Key(frame, at, still) if self.across else Key(frame, still, at))
        return Framing(self.width, self.height, tuple(keys))


def framings(stretches: Sequence[Stretch], shape: Shape, rate: Fraction) -> list[Framing | None]:
    """A window for each of the stretches in which one quote is seen from one camera: the same for all where
    one place holds the face in all of them. None: it is shown whole.
    """
    tries = [[_limits(one, shape, rate, room) for one in stretches] for room in ROOMS]
    for limits in tries:
        known = [one for several in limits for one in several or ()]
        if known and all(limits) and (place := _place(known)) is not None:
            return [shape.framing([(known[0].frame, place)])] * len(stretches)
    return [_alone(limits, shape, rate) for limits in zip(*tries, strict=True)]


def _alone(tries: Iterable[Sequence[Limits] | None], shape: Shape, rate: Fraction) -> Framing | None:
    """The window of one stretch: by the first of these limits that let it have any."""
    ways = (way(limits, shape.widths, rate) for limits in tries if limits)
    return next((shape.framing(found) for found in ways if found), None)


# What must be in it -----------------------------------------------------------------------------


def _limits(one: Stretch, shape: Shape, rate: Fraction, room: float) -> list[Limits] | None:
    """Where the window may be at each look; None where nobody knows, or where all does not fit."""
    frames = [seen.frame for seen in one.seen]
    faces = _bridged(speakers(one.seen, shape.picture), frames, one, rate)
    if not faces:
        return None
    found = []
    for frame, several in faces:
        margins = [_with_hair(face, shape.picture, room) for face in several]
        areas = [*margins, *(area for area, begin, end in one.kept if begin <= frame < end)]
        found.append(_limit(frame, several, areas, shape))
    # From one look to the next the window goes straight: where both ends hold both faces, all between does.
    spread = [
        Limits(
            here.frame,
            max(near.low for near in found[max(0, at - 1) : at + 2]),
            min(near.high for near in found[max(0, at - 1) : at + 2]),
            here.best,
        )
        for at, here in enumerate(found)
    ]
    return spread if all(limit.low <= limit.high for limit in spread) else None


def _bridged(
    people: Sequence[Track], frames: Sequence[int], one: Stretch, rate: Fraction
) -> list[tuple[int, list[Area]]] | None:
    """At each look, everywhere that a speaker's face may be; None where it was not found for too long."""
    most = GAP * rate
    if any(b - a > most for track in people for a, b in pairwise(sorted(track))):
        return None
    drawn = {frame: [area for area, begin, end in one.drawn if begin <= frame < end] for frame in frames}
    found = [
        (frame, [*drawn[frame], *(face for track in people for face in _between(track, frame))])
        for frame in frames
    ]
    known = {frame: faces for frame, faces in found if faces}
    if not known or any(b - a > most for a, b in pairwise([one.first - 1, *known, one.end])):
        return None

    def nearest(frame: int) -> list[Area]:
        before, after = [at for at in known if at < frame], [at for at in known if at > frame]
        return [face for at in (*before[-1:], *after[:1]) for face in known[at]]

    return [(frame, faces or nearest(frame)) for frame, faces in found]


def _between(track: Track, frame: int) -> list[Area]:
    """Where somebody's face was before a frame and after it; nothing before they came and when they had
    gone.
    """
    before, after = [at for at in track if at <= frame], [at for at in track if at >= frame]
    return [track[max(before)], track[min(after)]] if before and after else []


def _with_hair(face: Area, shape: float, room: float) -> Area:
    """A face with room around it, as far as the picture goes."""
    tall = room * (face.bottom - face.top)
    beside = EAR * tall / shape
    return Area(
        max(0.0, face.left - beside),
        max(0.0, face.top - HAIR * tall),
        min(1.0, face.right + beside),
        min(1.0, face.bottom + CHIN * tall),
    )


def _limit(frame: int, faces: Sequence[Area], areas: Sequence[Area], shape: Shape) -> Limits:
    room = 1 - shape.share
    if shape.across:
        first, last = min(area.left for area in areas), max(area.right for area in areas)
        middle = (min(face.left for face in faces) + max(face.right for face in faces)) / 2
        best = middle - shape.share / 2
    else:
        first, last = min(area.top for area in areas), max(area.bottom for area in areas)
        eyes = [face.top + EYES * (face.bottom - face.top) for face in faces]
        best = min(eyes) - THIRD * shape.share
    return Limits(frame, max(0.0, last - shape.share), min(room, first), min(room, max(0.0, best)))


# Where it stands, or how it moves ---------------------------------------------------------------


def _place(limits: Sequence[Limits]) -> float | None:
    """One place for all the time, as near to where it would best be as can be."""
    low, high = max(one.low for one in limits), min(one.high for one in limits)
    if low > high:
        return None
    best = min(high, max(low, median(one.best for one in limits)))
    even = round(best * GRID) / GRID
    return even if low <= even <= high else best


def way(limits: Sequence[Limits], widths: float, rate: Fraction) -> list[tuple[int, float]] | None:
    """The places at which a window bends its way, by their frames; one, where it stands still. None where the
    face moves too fast. `widths`: of the window, in the length of which places are shares.
    """
    place = _place(limits)
    if place is not None:
        return [(limits[0].frame, place)]

    def fast(found: Sequence[tuple[int, float]]) -> float:
        return speed(found, rate) * widths

    for slack in SLACK:
        found = taut(_narrowed(limits, slack))
        if fast(found) <= CALM:
            return found
    return found if fast(found) <= FASTEST else None


def speed(found: Sequence[tuple[int, float]], rate: Fraction) -> float:
    """The fastest move of a way, in shares a second."""
    steps = (abs(b[1] - a[1]) / (b[0] - a[0]) for a, b in pairwise(found))
    return max(steps, default=0.0) * float(rate)


def _narrowed(limits: Iterable[Limits], slack: float) -> list[tuple[int, float, float]]:
    """Less room around where the window would best be."""
    return [
        (one.frame, best - slack * (best - one.low), best + slack * (one.high - best))
        for one in limits
        for best in [min(one.high, max(one.low, one.best))]
    ]


def taut(room: Sequence[tuple[int, float, float]]) -> list[tuple[int, float]]:
    """A string pulled tight through (frame, low, high), its ends free: no way through is shorter, and none
    has a smaller greatest speed. It stands still as long as it can at both ends.
    """
    low = high = 0
    bend: tuple[int, float] | None
    for number, (_, lower, upper) in enumerate(room):  # the free end: flat, until it has to bend
        low = number if lower >= room[low][1] else low
        high = number if upper <= room[high][2] else high
        if room[low][1] > room[high][2]:
            bend = (high, room[high][2]) if low == number else (low, room[low][1])
            break
    else:
        return [(room[0][0], (room[low][1] + room[high][2]) / 2)]
    way: list[tuple[int, float]] = []
    while bend:
        way.append((room[bend[0]][0], bend[1]))
        bend = _bend(room, *bend)
    return way


def _bend(room: Sequence[tuple[int, float, float]], at: int, place: float) -> tuple[int, float] | None:
    """The next point at which a tight string bends; None where it goes on flat to the end."""
    steepest: tuple[float, int] | None = None
    flattest: tuple[float, int] | None = None
    for number in range(at + 1, len(room)):
        frame, lower, upper = room[number]
        long = frame - room[at][0]
        least, most = (lower - place) / long, (upper - place) / long
        if steepest and most < steepest[0]:
            return steepest[1], room[steepest[1]][1]
        if flattest and least > flattest[0]:
            return flattest[1], room[flattest[1]][2]
        if steepest is None or least >= steepest[0]:
            steepest = least, number
        if flattest is None or most <= flattest[0]:
            flattest = most, number
    if steepest and steepest[0] > 0:
        return steepest[1], room[steepest[1]][1]
    if flattest and flattest[0] < 0:
        return flattest[1], room[flattest[1]][2]
    return None
