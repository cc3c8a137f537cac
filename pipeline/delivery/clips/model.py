"""Clips of a film: what is asked for, one clip as it is made, and the pack that it goes out in.

What of this a person reads (names, titles, files) holds names only as their owners let them be shown, and no
contributor's or source's id.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from pathlib import Path

from pipeline.captions.model import Captions
from pipeline.consent.gate import Facts, Refusal
from pipeline.core.finding import Finding
from pipeline.production.clips import ClipPreset, Shape, Use
from pipeline.production.load import Production
from pipeline.production.presets import clip_settings
from pipeline.render.smaller import Smaller


@dataclass(frozen=True)
class Wanted:
    """Which quotes of the list: by id, by theme, by who says them, by words that they hold; all that is
    named must hold.
    """

    quotes: Sequence[str] = ()
    theme: str | None = None
    contributor: str | None = None
    search: str | None = None


@dataclass(frozen=True)
class How:
    """How the clips are made, once preset, [clips] and options are settled."""

    preset: ClipPreset
    title: str = ""
    """Of a pack, and of its cards; blank: made from what was asked for."""
    name: str = ""
    """The pack's folder; blank: made from the title."""
    zipped: bool = False

    @property
    def burnt(self) -> bool:
        return self.preset.captions in ("burnt", "both")

    @property
    def sidecars(self) -> bool:
        """Are captions wanted as files too? Whoever has them burnt in has them as text all the same."""
        return self.preset.captions != "none"


@dataclass(frozen=True)
class Offer:
    """A quote, and whether it can be a clip for a use today: `refused` says why not, and what to do."""

    quote: str
    contributor: str
    speaker: str
    """As they may be named; blank: not at all."""
    theme: str
    text: str
    refused: tuple[Refusal, ...] = ()

    @property
    def allowed(self) -> bool:
        return not self.refused


@dataclass(frozen=True)
class Line:
    """A turn of a clip's transcript."""

    start: Fraction
    speaker: str
    text: str


@dataclass(frozen=True)
class Clip:
    """One clip, made: what a pack is written from."""

    name: str
    """Its files' name without an ending: "02-put-the-kettle-on"."""
    title: str
    quotes: tuple[str, ...]
    speakers: tuple[str, ...]
    """As they may be named."""
    film: Path
    poster: bytes
    """JPEG."""
    captions: Captions
    lines: tuple[Line, ...]
    size: tuple[int, int]
    rate: Fraction
    seconds: Fraction
    facts: Facts
    until: date | None = None
    """The last day on which it may be shown, by consents and approvals."""
    content_note: str = ""
    question: str = ""
    question_seconds: Fraction = Fraction(0)
    smaller: Smaller | None = None
    """What its limit cost."""
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Pack:
    """Clips that go out together, in build/clips/<name>/."""

    name: str
    title: str
    language: str
    use: Use
    shape: Shape
    captions: str
    clips: tuple[Clip, ...]
    support: tuple[tuple[str, str, str], ...] = ()
    """Where to turn to: name, contact, about."""
    agreement: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    """For the guide: facilitators' notes of the production that belong to these quotes."""

    @property
    def burnt(self) -> bool:
        """Are captions in the pictures?"""
        return self.captions in ("burnt", "both")

    @property
    def sidecars(self) -> bool:
        """Are captions files as well? Whoever has them in the picture has them as text all the same."""
        return self.captions != "none"

    @property
    def seconds(self) -> Fraction:
        return sum((one.seconds for one in self.clips), Fraction(0))

    @property
    def until(self) -> date | None:
        """The first day on which one of them ends."""
        days = [one.until for one in self.clips if one.until]
        return min(days) if days else None


@dataclass(frozen=True)
class Foreseen:
    """A clip that would be made: how long it is, and about how many bytes; None: nobody knows yet."""

    name: str
    quotes: tuple[str, ...]
    title: str
    seconds: Fraction | None
    bytes: int | None
    kept: bool


@dataclass(frozen=True)
class Clipped:
    """The pack's folder, the files of build/ that were made or kept, who was left out, and what a person
    should look at.
    """

    files: tuple[str, ...]
    refused: tuple[Refusal, ...] = field(default=())
    folder: str = ""
    clips: tuple[Clip, ...] = ()
    findings: tuple[Finding, ...] = ()
    left_out: tuple[str, ...] = ()
    """What a theme or a search leaves out, told: "2 quotes have no theme"."""


def how_of(
    production: Production,
    preset: str = "",
    *,
    title: str | None = None,
    name: str = "",
    zipped: bool = False,
    **said: object,
) -> How:
    """How a production's clips are made: by what is `said` of a preset's settings, over [clips], over the
    preset, which is [clips]' own where none is named.
    """
    title = production.clips.title if title is None else title.strip()
    return How(clip_settings(production, preset, title, **said), title, name, zipped)


def with_preset(how: How, **changes: object) -> How:
    """The same with settings of its preset changed."""
    return replace(how, preset=how.preset.model_copy(update=changes))
