"""What a file of footage is: everything that later stages ask about it, read once at ingest."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Colour:
    """How numbers mean light, by ffmpeg's names. Settled: where a file says nothing, what players take it
    for.
    """

    range: str
    primaries: str
    transfer: str
    matrix: str

    @property
    def high_range(self) -> bool:
        return self.transfer in ("smpte2084", "arib-std-b67")


BT709 = Colour("tv", "bt709", "bt709", "bt709")


@dataclass(frozen=True)
class Picture:
    """One picture stream.

    `width` and `height` are coded; shown, it is mirrored left to right where `mirrored`, and then turned by
    `rotation` clockwise degrees; `rate` is the average; `start` and `duration` are seconds on the
    presentation timeline.
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
    colour: Colour
    scan: str = "progressive"
    """"progressive", "flagged" (each frame says what it is), or "tff" or "bff": interlaced throughout, that
    field first.
    """

    resizes: bool = False
    """Is it stored so that its size may change on the way? Streams and what browsers record are."""

    early: Fraction = Fraction(0)
    """Seconds before its time at which a demuxer gives every frame: where an edit list cuts through a frame,
    it begins the picture at 0.
    """

    @property
    def end(self) -> Fraction:
        return self.start + self.duration

    @property
    def display(self) -> tuple[int, int]:
        """Width and height as shown: square pixels, upright."""
        width, height = round(self.width * self.sample_aspect), self.height
        return (height, width) if self.rotation % 180 else (width, height)

    @property
    def alpha(self) -> bool:
        return self.pixel_format.startswith(
            ("yuva", "rgba", "bgra", "argb", "abgr", "gbrap", "ya8", "ya16", "pal8", "ayuv", "vuya")
        )

    @property
    def odd(self) -> bool:
        """Does a colour sample reach over its right or lower edge?"""
        return any(kind in self.pixel_format for kind in ("420", "422", "411", "410")) and bool(
            self.width % 2 or self.height % 2
        )


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
    """What is listened to of a source: one sound track, several mixed, or one channel of one (from 1, as
    people count).
    """

    tracks: tuple[Track, ...]
    channel: int | None = None

    @property
    def name(self) -> str:
        """The choice in one canonical text, for every key that depends on it: "track 2", "tracks 1+2", "track
        1 channel 2".
        """
        numbers = "+".join(str(track.number) for track in self.tracks)
        return f"track{'s' if len(self.tracks) > 1 else ''} {numbers}" + (
            f" channel {self.channel}" if self.channel else ""
        )


@dataclass(frozen=True)
class Chapter:
    """One of the files of a recording, and where its own 0 lies on the recording's clock: for its picture,
    and for its sound, which a camera may break off a part of a frame before or after the picture.
    """

    media: Media
    at: Fraction
    sound: Fraction

    @property
    def begins(self) -> Fraction:
        """From when on the recording's picture is this file's."""
        return self.at + (self.media.picture.start if self.media.picture else 0)


@dataclass(frozen=True)
class Media:
    """A recording as ingest found it: a file, or several. `sha256` is of the whole file, or of them all."""

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
    chapters: tuple[Chapter, ...] = ()
    """Of a recording that its camera wrote in several files: each of them, in order. None: it is one file."""

    @property
    def picture_origin(self) -> Fraction:
        """The picture stream's own time that is zero on the presentation timeline."""
        return self.origin - (self.picture.early if self.picture else 0)
