"""A film of another shape than its footage: each take through a window that holds the speaker's face."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import groupby
from math import ceil, floor

from pipeline.core.area import Area
from pipeline.core.footage import Footage
from pipeline.core.framing import Framing
from pipeline.core.media import Picture
from pipeline.core.ports import Run
from pipeline.core.time import Time
from pipeline.edit.timeline import Hold, Shot, Take, Timeline
from pipeline.footage.faces import Sighting
from pipeline.footage.framing import Shape, Stretch, framings
from pipeline.production.keep_clear import Zone

Looked = Callable[[Sequence[tuple[str, Footage, Run]]], list[tuple[Sighting, ...]]]
"""Where faces are in stretches of a source's cameras."""


@dataclass(frozen=True)
class Framed:
    """The film with its windows, and the faces in it, for captions to keep off."""

    timeline: Timeline
    faces: tuple[Zone, ...] = ()


def framed(
    timeline: Timeline, cameras: Mapping[str, Footage], zones: Sequence[Zone], looked: Looked | None
) -> Framed:
    """Every take and pause with its window; none where the camera's picture has the film's shape, or is
    better shown whole, as all are where nobody can look for faces.

    `zones` are what people drew: text and signers are never cut.
    """
    takes = timeline.takes if looked else ()
    moving = [take for take in takes if _has_pictures(cameras[take.camera])]
    if not looked or not moving:
        return Framed(timeline)
    rate = timeline.rate
    runs = [(take.source, cameras[take.camera], (take.first, take.first + take.frames)) for take in moving]
    seen = dict(zip(moving, looked(runs), strict=True))
    windows: dict[Take, Framing | None] = {}
    for (_, camera), group in groupby(moving, lambda take: (take.quote, take.camera)):
        several, picture = list(group), cameras[camera].media.picture
        assert picture
        shape = Shape.of(picture.display, timeline.size)
        stretches = [_stretch(take, seen[take], zones, rate) for take in several]
        found = framings(stretches, shape, rate) if shape.cuts else [None] * len(several)
        windows |= dict(zip(several, found, strict=True))
    shots = tuple(_seen_through(shot, windows) for shot in timeline.shots)
    made = replace(timeline, shots=shots)
    faces: list[Zone] = []
    for take in made.takes:
        looked_at, picture = seen.get(replace(take, framing=None)), cameras[take.camera].media.picture
        if looked_at and picture:
            faces += _faces(take, looked_at, picture, made)
    return Framed(made, tuple(faces))


def _has_pictures(camera: Footage) -> bool:
    return camera.media.picture is not None and camera.still is None


def _stretch(take: Take, seen: tuple[Sighting, ...], zones: Iterable[Zone], rate: Fraction) -> Stretch:
    mine = [(zone.kind, _shown(zone, take, rate)) for zone in zones if zone.camera == take.camera]
    faces = tuple(shown for kind, shown in mine if kind == "face")
    others = tuple(shown for kind, shown in mine if kind != "face")
    return Stretch(take.first, take.first + take.frames, seen, faces, others)


def _shown(zone: Zone, take: Take, rate: Fraction) -> tuple[Area, int, int]:
    """A zone with the frames of the camera in which it is there."""
    first = take.first if zone.start is None else floor(zone.start * rate)
    end = take.first + take.frames if zone.end is None else ceil(zone.end * rate)
    return zone.area, first, end


def _seen_through(shot: Shot, windows: Mapping[Take, Framing | None]) -> Shot:
    """A shot with its window: a pause has its take's."""
    if isinstance(shot, Take):
        return replace(shot, framing=windows.get(shot))
    if isinstance(shot, Hold):
        of = (
            window
            for take, window in windows.items()
            if (take.quote, take.camera) == (shot.quote, shot.camera)
            and take.first <= shot.first < take.first + take.frames
        )
        return replace(shot, framing=next(of, None))
    return shot


def _faces(take: Take, seen: Sequence[Sighting], picture: Picture, timeline: Timeline) -> Iterator[Zone]:
    """Where faces are in the film while a take is seen, a second at a time."""
    for second, some in groupby(seen, lambda one: floor(one.frame / timeline.rate)):
        shown = [one for one in some if not _hidden(take, one.frame - take.first)]
        areas = [
            _in_film(face, one.frame, take, picture, timeline.size) for one in shown for face in one.faces
        ]
        start, end = (timeline.programme(take, Time(Fraction(edge))).seconds for edge in (second, second + 1))
        whole = timeline.span(take)
        start, end = max(start, whole.start.seconds), min(end, whole.end.seconds)
        for area in _joined(area for area in areas if area):
            yield Zone("face", area, "", start, end)


def _hidden(take: Take, frame: int) -> bool:
    """Does a cutaway lie over a frame of the take?"""
    return any(one.at <= frame < one.at + one.frames for one in take.cutaways)


def _in_film(face: Area, frame: int, take: Take, picture: Picture, size: tuple[int, int]) -> Area | None:
    """Where a place in a camera's picture is in the film's: through the window, or in the middle of it."""
    if take.framing:
        return take.framing.seen(face, frame)
    shape = Shape.of(size, picture.display)  # of the film's picture, the part that the camera's has
    wide, high = float(shape.width), float(shape.height)
    left, top = (1 - wide) / 2, (1 - high) / 2
    return Area(
        left + face.left * wide, top + face.top * high, left + face.right * wide, top + face.bottom * high
    )


def _joined(faces: Iterable[Area]) -> list[Area]:
    """Areas that overlap, as one that holds them."""
    found: list[Area] = []
    for face in faces:
        apart = [one for one in found if not one.covered(face)]
        for one in found:
            if one not in apart:
                face = Area(
                    min(one.left, face.left),
                    min(one.top, face.top),
                    max(one.right, face.right),
                    max(one.bottom, face.bottom),
                )
        found = [*apart, face]
    return found
