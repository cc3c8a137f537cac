"""What captions keep off: faces, text in the picture, an inset with a sign-language interpreter."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from pipeline.core.area import Area

ZoneKind = Literal["face", "text", "sign-language"]


@dataclass(frozen=True)
class Zone:
    """Something that captions keep off. With a `camera` (edit/timeline.py) it is there in that camera's
    picture, and times
    are its source's; without, in the whole film's, and times are the film's. No times: always.
    """

    kind: ZoneKind
    area: Area
    camera: str = ""
    start: Fraction | None = None
    end: Fraction | None = None
