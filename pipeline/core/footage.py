"""A recording at hand: its file, what is listened to of it, and how its clock runs beside its source's."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.core.clock_map import TOGETHER, Sync
from pipeline.core.media import Chapter, Feed, Media
from pipeline.core.time import Source, Span

Samples = npt.NDArray[np.float32]
"""Shape (samples, 2), 48 kHz, -1 to 1."""


@dataclass(frozen=True)
class File:
    """A file by what is in it: `sha256` stands for it in every key, wherever it lies."""

    path: Path
    sha256: str

    @property
    def key(self) -> str:
        return self.sha256


@dataclass(frozen=True)
class Fonts:
    """What a production's captions are set in before all that is packaged: its own files, or names of
    packaged fonts. The language says which font of a collection.
    """

    first: tuple[File | str, ...] = ()
    language: str = ""


@dataclass(frozen=True)
class Still:
    """A picture that does not move, and what kind of file it is: "png", "jpeg"."""

    file: File
    kind: str


@dataclass(frozen=True)
class Cleaning:
    """What a source asks for: its mains (50 or 60 Hz; 0 for none) and how strongly hiss is held down ("" for
    not at all).
    """

    hum: int = 0
    hiss: str = ""

    def __bool__(self) -> bool:
        return bool(self.hum or self.hiss)

    @property
    def name(self) -> str:
        hum, hiss = [f"hum {self.hum}"] if self.hum else [], [f"hiss {self.hiss}"] if self.hiss else []
        return " ".join(hum + hiss)


AS_IT_IS = Cleaning()


@dataclass(frozen=True)
class Footage:
    """A recording: its file (and the `others`, where it was written in several), what ingest found, what is
    listened to of it, what is taken out before it is heard, how it runs beside its source, and the picture
    that stands for it where it is sound alone.
    """

    path: Path
    media: Media
    feed: Feed
    cleaning: Cleaning = AS_IT_IS
    sync: Sync = TOGETHER
    others: tuple[Path, ...] = ()
    still: Still | None = None

    @property
    def name(self) -> str:
        """Its file's name, or those of all its files in order: for messages."""
        return " + ".join(path.name for path in (self.path, *self.others))

    @property
    def chapters(self) -> tuple[tuple[Path, Chapter], ...]:
        """Its files, in order, each with where it lies on the recording's clock: one, or several."""
        alone = Chapter(self.media, Fraction(0), Fraction(0))
        return tuple(zip((self.path, *self.others), self.media.chapters or (alone,), strict=True))

    @property
    def files(self) -> tuple[File, ...]:
        """Its files, each as ingest read it."""
        return tuple(File(path, one.media.sha256) for path, one in self.chapters)

    @property
    def key(self) -> str:
        """Names exactly this recording, its feed and how it runs: part of the key of all made from it."""
        beside = "" if self.sync == TOGETHER else f" at {' '.join(self.sync.key)}"
        shows = f" shows {self.still.file.sha256}" if self.still else ""
        return f"{self.media.sha256} {self.feed.name}{beside}{shows}"

    @property
    def reaches(self) -> Span[Source]:
        """What of its source's clock its sound runs for."""
        return self.sync.reach(
            max(track.start for track in self.feed.tracks), min(track.end for track in self.feed.tracks)
        )

    def hears(self, span: Span[Source]) -> bool:
        """Was it running all through a span of its source's clock?"""
        return self.reaches.start <= span.start and span.end <= self.reaches.end


Read = Callable[[int, int], Samples]
"""Samples from a first one on, so many."""

Filter = Callable[[Read, int, int], Samples]
"""What is heard of a recording, from a first sample on, by reading more of it than that."""


@dataclass(frozen=True)
class Cleaned:
    """How a source is heard without its noise; `key` says what was taken out."""

    through: Filter
    key: str


@dataclass(frozen=True)
class Material:
    """Every recording that a film is made of.

    `cameras`: a source's own by its id, its angles as the timeline names them; `recorders` by source, for
    those that are heard by one; `cutaways` by the name that production.toml has for them; `cleaned` by
    source, for those whose noise is taken out; `qualities` are the tables of configs/quality.toml; `fonts`
    are what it names for captions; `people` are all who are in a source or a cutaway.
    """

    cameras: Mapping[str, Footage]
    recorders: Mapping[str, Footage] = field(default_factory=dict)
    cutaways: Mapping[str, Footage | Still] = field(default_factory=dict)
    cleaned: Mapping[str, Cleaned] = field(default_factory=dict)
    qualities: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    fonts: Fonts = Fonts()
    people: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def heard(self, source: str) -> Footage:
        """What a source is listened to by: its recorder, or its own camera."""
        return self.recorders.get(source) or self.cameras[source]

    def source(self, name: str) -> HeardBy:
        """What is seen and listened to of a source, for every key that depends on it."""
        return HeardBy(self.cameras[name], self.recorders.get(name))

    def sound_key(self, name: str) -> str:
        """The same, with what is taken out of it before it is heard in the film."""
        taken_out = self.cleaned.get(name)
        return f"{self.source(name).key}, {taken_out.key}" if taken_out else self.source(name).key


@dataclass(frozen=True)
class HeardBy:
    """A source's camera, and its recorder where it has one."""

    camera: Footage
    recorder: Footage | None = None

    @property
    def key(self) -> str:
        own = self.camera.key
        return f"{own}, heard by {self.recorder.key}" if self.recorder else own

    @property
    def only(self) -> Material:
        """This source alone, under no name."""
        return Material({"": self.camera}, {"": self.recorder} if self.recorder else {})
