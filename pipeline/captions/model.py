"""Captions: cues on the film's clock, made from approved words; the house style they follow; what is wrong
with them.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.core.time import Programme, Source, Span
from pipeline.production.profile import CueKind


@dataclass(frozen=True)
class CueWord:
    """A word of a cue and when it is said; `piece` is its number in the approved quote, or -1 for what was
    written in.

    `heard` is where it is said in the source: what corrections are tied to, whatever becomes of the film.
    """

    text: str
    span: Span[Programme]
    piece: int = -1
    heard: Span[Source] | None = None


@dataclass(frozen=True)
class Cue:
    """What is on the screen at once.

    `speaker` says it, `label` whether the lines begin with their name; `quote` is where the words come from
    and `words`
    are those words with their times (none in a cue that was read from a file). `position` is "bottom" or
    "top", `why` says
    what moved it there. `colour` is a name of the profile's list. `off` is a voice out of vision.
    """

    span: Span[Programme]
    lines: tuple[str, ...]
    speaker: str
    quote: str
    label: bool = False
    position: str = "bottom"
    kind: CueKind = "speech"
    words: tuple[CueWord, ...] = ()
    source: str = ""
    colour: str = "white"
    off: bool = False
    why: str = ""

    def __post_init__(self) -> None:
        if not self.lines or not all(line.strip() for line in self.lines):
            raise ValueError("a cue has at least one line, and no empty ones")

    @property
    def text(self) -> str:
        return " ".join(self.lines)


@dataclass(frozen=True)
class Captions:
    """Cues in the order of their times; none overlaps the next."""

    language: str
    cues: tuple[Cue, ...]

    def __post_init__(self) -> None:
        for one, two in zip(self.cues, self.cues[1:], strict=False):
            if one.span.end > two.span.start:
                raise ValueError(
                    f'cues overlap: "{one.text}" ends at {one.span.end}, after "{two.text}" starts'
                )
