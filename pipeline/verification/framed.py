"""Is whoever speaks in the picture? A clip of another shape shows a window of what the camera saw: faces are
looked for in the clip's own frames and held against those that its source has at the same moment.

Where the source has the speaker's face, the clip shows all of it. Two questions, and neither knows the answer
of the other: does the window hold it, and is it found where the window should show it?
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby, pairwise

from pipeline.core.area import Area
from pipeline.core.finding import Finding
from pipeline.core.framing import Framing
from pipeline.core.time import clock
from pipeline.edit.timeline import Take, Timeline, laid_over

WHOLE = 0.97
"""Share of the detector's box that must be inside: the box itself shakes by a fiftieth of it."""

ALIKE = 0.75
"""How tall, beside the tallest, another face is that is shown as well."""

THERE = 0.3
"""Overlap from which a face is found where it should be."""

LOST = 2
"""Looks in a row in which it is not found: in one, a detector may blink."""

FASTEST = 0.04
"""Of the picture's width a second; a window that moves faster is seen to move."""

Size = tuple[int, int]


@dataclass(frozen=True)
class Look:
    """One frame of a take: the faces that matter in its source, the share of each that the clip's window
    holds, where they should be seen, and what is found in the clip's own frame.
    """

    frame: int
    inside: tuple[float, ...]
    due: tuple[Area, ...]
    found: tuple[Area, ...]

    @property
    def worst(self) -> float:
        return min(self.inside, default=1.0)

    @property
    def missed(self) -> bool:
        """Is one of them not where it should be seen?"""
        return any(max((_overlap(one, it) for it in self.found), default=0.0) < THERE for one in self.due)


def look(
    frame: int,
    at: int,
    window: Framing | None,
    sizes: tuple[Size, Size],
    faces: tuple[Sequence[Area], Sequence[Area]],
) -> Look:
    """Frame `frame` of the clip, which shows frame `at` of the camera; the sizes and the faces of the
    camera's picture and of the clip's.
    """
    (camera, clip), (theirs, found) = sizes, faces
    subject = subjects(theirs)
    if window is None:
        return Look(
            frame,
            tuple(1.0 for _ in subject),
            tuple(fitted(one, camera, clip) for one in subject),
            tuple(found),
        )
    left, top = map(float, window.at(at))
    held = Area(left, top, min(1.0, left + float(window.width)), min(1.0, top + float(window.height)))
    seen = (window.seen(one, at) for one in subject)
    return Look(frame, tuple(one.covered(held) for one in subject), tuple(filter(None, seen)), tuple(found))


def subjects(faces: Sequence[Area]) -> list[Area]:
    """The tallest, and those about as tall: a small one hangs on the wall."""
    tallest = max((one.bottom - one.top for one in faces), default=0.0)
    return [one for one in faces if one.bottom - one.top >= ALIKE * tallest]


def fitted(area: Area, camera: Size, clip: Size) -> Area:
    """A place of a picture that is shown whole, in the middle of another shape.

    >>> fitted(Area(0, 0, 1, 1), (1280, 720), (720, 720))
    Area(left=0.0, top=0.21875, right=1.0, bottom=0.78125)
    """
    scale = min(clip[0] / camera[0], clip[1] / camera[1])
    wide, high = camera[0] * scale / clip[0], camera[1] * scale / clip[1]
    across, down = (1 - wide) / 2, (1 - high) / 2
    sides = (
        across + area.left * wide,
        down + area.top * high,
        across + area.right * wide,
        down + area.bottom * high,
    )
    return Area(*(min(1.0, max(0.0, side)) for side in sides))


def bare(take: Take) -> list[int]:
    """Frames of a take that nothing lies over, counted from its start."""
    hidden = {n for laid in laid_over(take) for n in range(laid.at, laid.at + laid.frames)}
    return [n for n in range(take.frames) if n not in hidden]


def findings(take: Take, timeline: Timeline, looks: Sequence[Look]) -> Iterator[Finding]:
    """What is wrong with how a take shows the speaker; last, how often it was looked."""
    with_face = [one for one in looks if one.due or one.inside]
    cut = [one for one in with_face if one.worst < WHOLE]
    if cut:
        worst = min(cut, key=lambda one: one.worst)
        what = f"the speaker's face is not whole in the picture, in {len(cut)} of {len(with_face)} looks"
        yield _told(take, timeline, worst.frame, "face-cut", what, f"{worst.worst:.0%} of it", f"{WHOLE:.0%}")
    for lost, run in groupby(with_face, key=lambda one: one.missed):
        several = list(run)
        if lost and len(several) >= min(LOST, len(with_face)):
            what = "the speaker's face is not found where the picture should show it"
            measured = f"in {len(several)} looks one after the other"
            yield _told(take, timeline, several[0].frame, "face-lost", what, measured, f"fewer than {LOST}")
    fastest = speed(take.framing, timeline) if take.framing else 0.0
    if fastest > FASTEST * 1.01:
        what = "the picture moves so fast that it is seen to move"
        yield _told(
            take, timeline, take.at, "moves", what, f"{fastest:.1%} of the width a second", f"{FASTEST:.0%}"
        )
    whole = sum(one.worst >= WHOLE and not one.missed for one in with_face)
    seen = f"{whole} of {len(with_face)} looks with a face have all of it; {len(looks)} looks"
    moves = f"moves {fastest:.1%} of the width a second" if fastest else "stands still"
    yield Finding(
        "face", "info", _where(take, timeline, take.at), f"the picture {moves}", seen, f"{WHOLE:.0%}"
    )


def speed(window: Framing, timeline: Timeline) -> float:
    """How fast a window moves at most, in widths of the clip's picture a second."""
    wide, high = timeline.size
    return max(
        (
            float(
                max(
                    abs(two.left - one.left) / window.width,
                    abs(two.top - one.top) / window.height * high / wide,
                )
                / Fraction(two.frame - one.frame, 1)
                * timeline.rate
            )
            for one, two in pairwise(window.keys)
        ),
        default=0.0,
    )


def _where(take: Take, timeline: Timeline, frame: int) -> str:
    return f"{clock(timeline.time(frame).seconds)} {take.quote}"


def _told(
    take: Take, timeline: Timeline, frame: int, rule: str, what: str, measured: str, limit: str
) -> Finding:
    return Finding(rule, "error", _where(take, timeline, frame), what, measured, limit)


def _overlap(one: Area, two: Area) -> float:
    """Of the two together, the share that both cover."""
    mine = (one.right - one.left) * (one.bottom - one.top)
    theirs = (two.right - two.left) * (two.bottom - two.top)
    both = one.covered(two) * mine
    return both / (mine + theirs - both)
