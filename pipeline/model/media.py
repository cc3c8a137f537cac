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
    early: Fraction = Fraction(0)
    """Seconds before its time at which a demuxer gives every frame: where an edit list cuts through a frame, it begins the picture at 0."""

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
class Feed:
    """What is listened to of a source: one sound track, several mixed, or one channel of one (from 1, as people count)."""

    tracks: tuple[Track, ...]
    channel: int | None = None

    @property
    def name(self) -> str:
        """The choice in one canonical text, for every key that depends on it: "track 2", "tracks 1+2", "track 1 channel 2"."""
        numbers = "+".join(str(track.number) for track in self.tracks)
        return f"track{'s' if len(self.tracks) > 1 else ''} {numbers}" + (f" channel {self.channel}" if self.channel else "")


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

    @property
    def picture_origin(self) -> Fraction:
        """The picture stream's own time that is zero on the presentation timeline."""
        return self.origin - (self.picture.early if self.picture else 0)
