"""Where a film stops and lets people think, and its chapters: what every format of markers is written from.

Taken from a timeline, whose breaks have cards that stand for a while, or from a training film, which only
marks where whoever plays it holds. Positions are whole frames.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from pipeline.core.time import nearest
from pipeline.delivery.training.model import Training, Wording
from pipeline.edit.timeline import Break, Card, Timeline, asked

HOUR = 3600
"""Editing systems start a film at 01:00:00:00."""

_ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


@dataclass(frozen=True)
class Mark:
    """A reflection break. `frames` is how long its card stands: 0 where the film only marks the place."""

    id: str
    at: int
    frames: int
    kind: str
    seconds: Fraction
    """How long it is meant to take."""
    said: Wording
    template: str = "own"
    after: str = ""
    """The quote that it follows."""
    translations: Mapping[str, Wording] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.id):
            raise ValueError(f'"{self.id}" is no name for a break: pages and players point at it')

    @property
    def end(self) -> int:
        return self.at + self.frames


@dataclass(frozen=True)
class Chapter:
    at: int
    end: int
    title: str


@dataclass(frozen=True)
class Marked:
    """A film as its markers see it: breaks in its order, and chapters that touch."""

    title: str
    rate: Fraction
    size: tuple[int, int]
    frames: int
    marks: tuple[Mark, ...]
    chapters: tuple[Chapter, ...]
    language: str = ""

    @property
    def held(self) -> bool:
        """Whether the film itself waits at its breaks."""
        return all(mark.frames for mark in self.marks)

    def seconds(self, frame: int) -> Fraction:
        return frame / self.rate

    @property
    def whole(self) -> bool:
        """Whether its rate is one that timecode can count: whole, or as 29.97 is."""
        return self.rate in (nearest(self.rate), Fraction(nearest(self.rate) * 1000, 1001))

    @property
    def start(self) -> int:
        """The frame that is labelled 01:00:00:00 (01:00:00;00 where timecode drops)."""
        nominal = nearest(self.rate)
        if self.drop:
            return 107892 * nominal // 30
        return HOUR * nominal if self.whole else nearest(HOUR * self.rate)

    @property
    def drop(self) -> bool:
        """Whether its timecode is drop-frame."""
        return self.rate.denominator != 1 and nearest(self.rate) in (30, 60)


Film = Timeline | Training | Marked
"""Whatever has breaks and chapters."""


def marked(film: Film) -> Marked:
    """The breaks and chapters of a film."""
    if isinstance(film, Timeline):
        return _of_timeline(film)
    return _of_training(film) if isinstance(film, Training) else film


def _of_timeline(film: Timeline) -> Marked:
    cards = {shot.at for shot in film.shots if isinstance(shot, Break)}
    breaks = (mark_of(item) for item in film.breaks)
    marks = tuple(mark if mark.at in cards else replace(mark, frames=0) for mark in breaks)
    return Marked(film.title, film.rate, film.size, film.frames, marks, tuple(chapters(film)))


def mark_of(item: Break) -> Mark:
    """A break of a timeline; `frames` is how long it takes there."""
    return Mark(
        item.id,
        item.at,
        item.frames,
        item.kind,
        item.seconds,
        item.wording,
        item.template,
        item.after,
        dict(item.translations),
    )


def chapters(timeline: Timeline) -> list[Chapter]:
    """Opening, each scene and each break; a film without any is one chapter."""
    starts: list[tuple[int, str]] = []
    scene, paused = timeline.title, False
    for shot in timeline.shots:
        if isinstance(shot, Card) and shot.scene:
            scene = shot.scene
            starts.append((shot.at, scene))
        elif isinstance(shot, Card) and shot.style == "end":
            starts.append((shot.at, "End"))
        elif pause := asked(shot):
            starts.append((shot.at, f"Reflection: {pause.prompt}"))
        elif paused:
            starts.append((shot.at, f"{scene} (continued)"))
        paused = asked(shot) is not None
    if not starts or starts[0][0] > 0:
        starts.insert(0, (0, timeline.title))
    return _touching(starts, timeline.frames)


def _touching(starts: list[tuple[int, str]], frames: int) -> list[Chapter]:
    ends = [at for at, _ in starts[1:]] + [frames]
    return [Chapter(at, end, title) for (at, title), end in zip(starts, ends, strict=True)]


def _of_training(film: Training) -> Marked:
    frames = nearest(film.duration * film.rate)
    starts = [(nearest(one.start * film.rate), one.text) for one in film.chapters]
    if not starts or starts[0][0] > 0:
        starts.insert(0, (0, film.title))
    return Marked(
        film.title,
        film.rate,
        film.size,
        frames,
        tuple(
            Mark(
                stop.id,
                nearest(stop.at * film.rate),
                0,
                stop.kind,
                stop.seconds,
                stop.wording,
                stop.template,
                stop.after,
                dict(stop.translations),
            )
            for stop in film.stops
        ),
        tuple(one for one in _touching(starts, frames) if one.end > one.at),
        film.language,
    )
