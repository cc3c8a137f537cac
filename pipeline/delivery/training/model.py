"""What people learn with: a film that stops and lets them think, and what stands beside it.

Times are seconds of the marked film: the one in which no card waits, so that whoever plays it holds it.
Everything here may be read by a learner: no contributor's id stands in it, only names as they may be shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Literal

from pipeline.captions.model import Captions
from pipeline.production.breaks import Kind as Kind
from pipeline.production.breaks import Template as Template
from pipeline.production.breaks import Wording as Wording


@dataclass(frozen=True)
class Stop:
    """A reflection break: the film pauses at `at`, in the quiet after the phrase before it."""

    id: str
    at: Fraction
    kind: Kind
    seconds: Fraction
    """How long it is meant to take; nobody is forced."""
    wording: Wording
    template: Template = "own"
    translations: Mapping[str, Wording] = field(default_factory=dict)
    """By language, as in "cy"."""
    after: str = ""
    """The quote that it follows."""

    def said_in(self, language: str) -> Wording:
        """The wording in a language, or else the film's."""
        return self.translations.get(language, self.wording)


@dataclass(frozen=True)
class Stretch:
    """From one moment of the film to another, with words for it: a chapter, or what people are warned of."""

    start: Fraction
    end: Fraction
    text: str


@dataclass(frozen=True)
class Line:
    """A turn of the transcript. A heading has no speaker."""

    start: Fraction
    end: Fraction
    speaker: str
    text: str
    heading: bool = False


@dataclass(frozen=True)
class Support:
    """Somewhere to turn to: "Samaritans", "116 123", "day and night"."""

    name: str
    contact: str
    about: str = ""


@dataclass(frozen=True)
class Completion:
    """When somebody has been through it: which share of the film was played, and were all breaks met?"""

    watched: Fraction = Fraction(9, 10)
    breaks: bool = True


@dataclass(frozen=True)
class Version:
    """Another version of the film: described, or signed; as long as the film itself."""

    kind: Literal["described", "signed"]
    file: Path


@dataclass(frozen=True)
class Training:
    """The film with all that a player, a package or a guide is written from."""

    id: str
    """Stays through rebuilds, for records of learners: a UUID of the production, not of its content."""
    title: str
    language: str
    use: str
    size: tuple[int, int]
    rate: Fraction
    duration: Fraction
    film: Path
    """MP4 without captions in its pictures, without breaks' cards."""
    poster: bytes
    """JPEG."""
    captions: Captions
    """On the marked film."""
    lines: tuple[Line, ...]
    chapters: tuple[Stretch, ...]
    stops: tuple[Stop, ...]
    content_note: str = ""
    """Told before the start."""
    warnings: tuple[Stretch, ...] = ()
    """What people are warned of before it comes; the end is a safe place to skip to."""
    support: tuple[Support, ...] = ()
    agreement: tuple[str, ...] = ()
    """What a group agrees on before it begins."""
    completion: Completion = Completion()
    leave: str = ""
    """Where "Leave this video" goes; blank: a neutral page of our own."""
    versions: tuple[Version, ...] = ()

    def __post_init__(self) -> None:
        for one in self.stops:
            if not 0 <= one.at <= self.duration:
                raise ValueError(f"{one.id} lies outside the film")
        if [one.at for one in self.stops] != sorted(one.at for one in self.stops):
            raise ValueError("breaks come in the order of the film")
