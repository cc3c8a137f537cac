"""Captions: cues on the film's clock, made from approved words, and what is wrong with them."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.model.time import Programme, Span


@dataclass(frozen=True)
class Cue:
    """What is on the screen at once. `speaker` is set where the speaker changes: the label is shown.

    `position` is "bottom" or "top"; `quote` is where the words come from.
    """

    span: Span[Programme]
    lines: tuple[str, ...]
    speaker: str
    quote: str
    label: bool = False
    position: str = "bottom"

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
                raise ValueError(f'cues overlap: "{one.text}" ends at {one.span.end}, after "{two.text}" starts')


@dataclass(frozen=True)
class Profile:
    """A house style for captions, from configs/captions/. Times in seconds, lengths in characters."""

    name: str
    line_length: int
    lines: int
    min_duration: float
    max_duration: float
    min_gap: float
    linger: float
    warn_cps: float
    max_cps: float
    label: str
    font_size: float
    """Line height as a share of the picture's height."""
    safe_width: float
    safe_height: float
    source: str


@dataclass(frozen=True)
class Finding:
    """What a rule found. `severity` is "error" or "warning"; `measured` and `limit` are for people."""

    rule: str
    severity: str
    where: str
    what: str
    measured: str
    limit: str
