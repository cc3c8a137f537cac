"""What a caption format is to the rest of the program: its names, how it is known, read and written, and what
it can hold.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal, Protocol

from pipeline.captions.formats.in_place import InPlace
from pipeline.captions.formats.text import WIDE, Subtitles
from pipeline.captions.model import Captions
from pipeline.production.profile import CaptionArea

Fact = Literal["speaker", "label", "kind", "off", "position", "colour", "breaks"]
"""What a file may say of a cue beside its text and its times: fields of Cue. No format tells a note from the
words around it, or when each word is said.
"""


@dataclass(frozen=True)
class Layout:
    """Where captions stand and in what, for the formats that say so."""

    area: CaptionArea = WIDE
    size: tuple[int, int] = (1920, 1080)
    font: str = "Arial"
    remark: str = ""
    """What the file says of itself, where it can hold a remark that nobody is shown."""


WIDE_LAYOUT = Layout()
"""When nobody says otherwise."""


class Writer(Protocol):
    """Captions as the text of a file."""

    def __call__(self, captions: Captions, layout: Layout = ...) -> str: ...


@dataclass(frozen=True)
class Codec:
    """One caption format. `endings` come with the one that is written first; a file is known by `magic`, by
    `sniff`, then by them.
    """

    name: str
    label: str
    endings: tuple[str, ...]
    holds: frozenset[Fact] = frozenset()
    read: Callable[[str, bytes], Subtitles] | None = None
    write: Writer | None = None
    magic: Callable[[bytes], bool] = lambda data: False
    """Is it in these bytes? Asked before anything takes them for text."""
    sniff: Callable[[str], object] = lambda text: None
    """Is it in this text, whatever the file is called?"""
    resolution: Fraction = Fraction(1, 1000)
    """How far its times may be from what was meant, in seconds."""
    beside: Mapping[str, str] = field(default_factory=dict)
    """What people write in such a file that no cue of ours keeps, each with how it looks."""
    at_once: bool = True
    """May cues stand at the same time?"""
    in_place: InPlace | None = None
    """How cues are changed in a file of somebody's, if it can be done."""


ALL_FACTS: frozenset[Fact] = frozenset({"speaker", "label", "kind", "off", "position", "colour", "breaks"})
