"""What a file of footage is: everything that later stages ask about it, read once at ingest."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Picture:
    """One picture stream.

    `width` and `height` are coded; `rotation` is clockwise degrees to turn for display;
    `rate` is the average; `start` and `duration` are seconds on the presentation timeline.
    """

    stream: int
    codec: str
    width: int
    height: int
    sample_aspect: Fraction
    rotation: int
    mirrored: bool
    rate: Fraction
    variable: bool
    start: Fraction
    duration: Fraction
    pixel_format: str
    colour: tuple[str, str, str, str]
    """Range, primaries, transfer and matrix, by their ffmpeg names ("unknown" where not said)."""

    @property
    def end(self) -> Fraction:
        return self.start + self.duration

    @property
    def display(self) -> tuple[int, int]:
        """Width and height as shown: square pixels, upright."""
        width, height = round(self.width * self.sample_aspect), self.height
        return (height, width) if self.rotation % 180 else (width, height)


@dataclass(frozen=True)
class Track:
    """One sound track; `number` counts sound tracks from 1, as people do."""

    number: int
    stream: int
    codec: str
    channels: int
    rate: int
    start: Fraction
    duration: Fraction
    default: bool
    title: str

    @property
    def end(self) -> Fraction:
        return self.start + self.duration


NO_TRACK = Track(0, -1, "", 0, 0, Fraction(0), Fraction(0), default=False, title="")
"""Of a camera that only gives its picture, and was laid beside its source by hand."""


@dataclass(frozen=True)
class Media:
    """A file of footage as ingest found it. `sha256` is of the whole file."""

    sha256: str
    size: int
    container: str
    duration: Fraction
    origin: Fraction
    """The container's time that is zero on the presentation timeline."""
    picture: Picture | None
    tracks: tuple[Track, ...]
    timecode: str
    created: str
