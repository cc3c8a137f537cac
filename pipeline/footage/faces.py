"""Where faces are in what a camera recorded, and whose they are: the speaker's, or a poster's on the wall."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import hypot
from statistics import median

from pipeline.core.area import Area
from pipeline.core.codec import codec
from pipeline.core.footage import Footage
from pipeline.core.ports import Run
from pipeline.engine.task import Call, Context, Task, call
from pipeline.engine.workspace import Workspace

VERSION = 1
"""Counted up when other faces would be found in the same pictures."""

A_SECOND = 5
"""Looks a second: a head goes nowhere near a fifth of its height in between (`benchmarks/framing.py`)."""

BLOCK = 4
"""Seconds of a recording that are looked at together: what a trimmed edge has to look at anew."""

SIDE = 320
"""Pixels of the longer side at which a speaker's face is looked for, at a quarter of what the detector's own
side costs; that is used where nobody is found.
"""

REACH = 1.0
"""Heights of a face that it may have gone from one look to the next in which it is found."""

ALIKE = 0.5
"""How small, beside the largest, the face of a second person may be; smaller, it hangs on the wall."""

STAYS = 0.25
"""Share of the looks in which whoever is no passer-by is found."""


@dataclass(frozen=True)
class Sighting:
    """The faces in one frame of a camera, counted at the film's rate on its source's clock."""

    frame: int
    faces: tuple[Area, ...]


def _find(at: Context, footage: Footage, run: Run, rate: Fraction) -> tuple[Sighting, ...]:
    finder, found = at.tools.faces(), []
    assert finder, "asked only where it is at hand"
    for frame, pixels in at.tools.pictures(footage, run, every(rate), rate, at.folder):
        faces = finder.find(pixels, SIDE) or finder.find(pixels)
        found.append(Sighting(frame, tuple(faces)))
    return tuple(found)


FACES = Task("faces of {}", VERSION, _find, codec(tuple[Sighting, ...]), tools=("ffmpeg", "faces"))
"""Where faces are in some frames of a recording."""


def every(rate: Fraction) -> int:
    """Frames from one look to the next."""
    return max(1, round(rate / A_SECOND))


def blocks(run: Run, rate: Fraction) -> list[Run]:
    """Frames of a camera in the stretches that are looked at: these begin where its clock says, wherever a
    take begins, so that a trimmed take is looked at anew at its edge only.

    >>> blocks((90, 260), Fraction(25))
    [(90, 100), (100, 200), (200, 260)]
    """
    first, end = run
    long = max(1, round(BLOCK * rate))
    edges = [first, *range((first // long + 1) * long, end, long), end]
    return list(pairwise(edges))


def looked(
    workspace: Workspace,
    people: Mapping[str, Sequence[str]],
    rate: Fraction,
    asked: Sequence[tuple[str, Footage, Run]],
) -> list[tuple[Sighting, ...]]:
    """The faces of each stretch of a source's camera; `people` are all who are in a source."""
    calls: list[list[Call]] = [
        [
            call(footage.name, people.get(source, ()), footage=footage, run=block, rate=rate)
            for block in blocks(run, rate)
        ]
        for source, footage, run in asked
    ]
    found = iter(workspace.each(FACES, [one for several in calls for one in several]))
    return [tuple(seen for _ in several for seen in next(found)) for several in calls]


# Whose they are ---------------------------------------------------------------------------------

Track = Mapping[int, Area]
"""One person's face: where it is in each frame in which it was found."""


def tracks(seen: Sequence[Sighting], shape: float) -> list[Track]:
    """The faces of a stretch, by whose they are. `shape`: the picture's width over its height."""
    found: list[dict[int, Area]] = []
    for one in seen:
        lasts = [(track, track[max(track)]) for track in found]
        pairs = [
            (gone, at, number)
            for number, face in enumerate(one.faces)
            for at, (_, last) in enumerate(lasts)
            if (gone := _gone(last, face, shape)) <= REACH
        ]
        for _, at, number in sorted(pairs):
            track, face = found[at], one.faces[number]
            if one.frame not in track and face not in (other.get(one.frame) for other in found):
                track[one.frame] = face
        known = [track[one.frame] for track in found if one.frame in track]
        found += [{one.frame: face} for face in one.faces if face not in known]
    return list(found)


def _gone(last: Area, face: Area, shape: float) -> float:
    """How far a face would have gone, in heights of it; very far, where it is of another size."""
    size = (face.bottom - face.top) / (last.bottom - last.top)
    across, down = (
        (face.left + face.right - last.left - last.right) / 2 * shape,
        (face.top + face.bottom - last.top - last.bottom) / 2,
    )
    return hypot(across, down) / (last.bottom - last.top) if 0.5 <= size <= 2 else REACH + 1


def speakers(seen: Sequence[Sighting], shape: float) -> list[Track]:
    """The faces that are the picture's subject: the largest that is there most of the time, and others about
    as large that stay, or are there when that is not: nobody knows that it is another person. A small one is
    a poster's or in the background, a short one passes by.
    """
    found = tracks(seen, shape)
    if not found:
        return []
    main = max(found, key=lambda track: _tall(track) * len(track))
    beside = [
        track
        for track in found
        if track is not main
        and _tall(track) >= ALIKE * _tall(main)
        and (len(track) >= STAYS * len(seen) or track.keys() - main.keys())
    ]
    return [main, *beside]


def _tall(track: Track) -> float:
    return median(face.bottom - face.top for face in track.values())
