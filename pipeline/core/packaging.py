"""How a finished film is packed: what a player reads before it plays, and what its file says of itself."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Stream:
    """One stream as its header tells it: `profile`, `pixels` by ffmpeg's names; `level` ten times the
    standard's number; `rate` frames or samples a second. What it does not say is blank or 0.
    """

    kind: str
    codec: str
    seconds: Fraction
    profile: str = ""
    level: int = 0
    pixels: str = ""
    size: tuple[int, int] = (0, 0)
    square: bool = True
    rate: Fraction = Fraction(0)
    channels: int = 0


@dataclass(frozen=True)
class Packaging:
    """An MP4: the paths of its boxes in their order ("moov/udta/meta"), its streams, what its tags say, the
    titles of its chapters.
    """

    bytes: int
    boxes: tuple[str, ...]
    streams: tuple[Stream, ...]
    tags: tuple[tuple[str, str], ...] = ()
    """(name, value), of the file and then of each stream; what every MP4 says of its own kind is left out."""
    chapters: tuple[str, ...] = ()

    def of(self, kind: str) -> list[Stream]:
        return [one for one in self.streams if one.kind == kind]
