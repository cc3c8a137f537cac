"""A style guide for captions: its numbers, and the clause that each comes from."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from pipeline.core.area import HEADROOM, LINE, shape
from pipeline.language import codes

CueKind = Literal["speech", "sound", "music"]
"""What a cue tells. Profiles write each kind their own way, so it is the kind that is kept, not the brackets.
"""


@dataclass(frozen=True)
class CaptionArea:
    """What fits on a screen of one shape. Shares are of the picture's width or height."""

    characters: int
    lines: int
    width: float
    """The widest line, measured in the real font."""
    size: float
    """Line height, of the picture's height; of a square one's shorter side."""
    safe_width: float
    safe_height: float

    def ems(self, size: tuple[int, int]) -> float:
        """The widest line on a picture of this size, in ems of its letters."""
        return self.room(size) * size[0] / self.em(size)

    def room(self, size: tuple[int, int]) -> float:
        """The widest line, of the picture's width, so that its box too stays in the safe area: libass would
        break a wider one once more.
        """
        return min(self.width, self.safe_width - 2 * self.box(size)[1] / size[0])

    def em(self, size: tuple[int, int]) -> float:
        """The letters' em in pixels, on a picture of this size."""
        return self.line(size) / LINE

    def line(self, size: tuple[int, int]) -> float:
        """A line's height in pixels. 4:5 has the letters of 1:1: by its height they would be as large as
        those of 9:16, and there would be no room for a square picture's characters.
        """
        return (min(size) if shape(size) == "square" else size[1]) * self.size

    def box(self, size: tuple[int, int]) -> tuple[float, float, float]:
        """Pixels of a line's height, and of the box's padding beside it and above it: half an em around the
        letters.
        """
        em = self.em(size)
        return self.line(size), em / 2, em * (0.5 - HEADROOM)


@dataclass(frozen=True)
class Timing:
    """When cues come and go; seconds, and frames where the source counts frames."""

    min_seconds: float
    seconds_a_word: float
    label_seconds: float
    max_seconds: float
    linger: float
    """How long a cue may stay after its last word."""
    min_gap: float
    """Between two cues that do not touch: less is closed."""
    gap_error: float
    chain_frames: int
    """Frames left dark between two cues that follow one another: 0 where they touch."""
    early: float
    late: float
    """How far a cue's start may be from its first word, before and after it."""
    snap_frames: int
    """A cue that begins within so many frames of a cut begins on it."""


@dataclass(frozen=True)
class Speed:
    """Characters a second, spaces counted: from where it is a warning, too fast, and an error."""

    warn: float
    most: float
    error: float


_PLACE = re.compile(r"\{(text|TEXT|name|NAME)\}")


@dataclass(frozen=True)
class Conventions:
    """How a profile writes what is not plain speech. `{text}` and `{name}` are as written, `{TEXT}` and
    `{NAME}` in capitals.

    >>> from dataclasses import replace
    >>> bbc = replace(AS_WRITTEN, label="{NAME}:", sound="[{text}]")
    >>> bbc.labelled("Amara"), bbc.written("sound", ["door", "slams"])
    ('AMARA:', ['[door', 'slams]'])
    """

    label: str
    label_when: Literal["change", "unknown", "unseen"]
    """Where the speaker changes; only where they have not been named before, or neither the picture nor a
    colour of their own tells that they speak; only where nobody is seen to speak.
    """
    off: str
    sound: str
    music: str
    bleep: str
    unclear: str
    colours: tuple[str, ...]
    """Speakers' colours in the order in which they first speak; more speakers than colours are all white."""

    def __post_init__(self) -> None:
        for name in ("label", "off", "sound", "music", "unclear"):
            if len(_PLACE.findall(getattr(self, name))) != 1:
                raise ValueError(f"{name} says in one place what is written there: {{text}} or {{name}}")

    def labelled(self, name: str) -> str:
        """A speaker's name as it is written before their words."""
        return filled(self.label, name)

    def written(self, kind: Convention, tokens: Sequence[str], *, closed: bool = True) -> list[str]:
        """Words of a sound, of music or of another kind, with the marks that go round them; the last mark
        only where they are `closed` with it.
        """
        opens, closes, capitals = marks(getattr(self, kind))
        shown = [token.upper() if capitals else token for token in tokens]
        shown[0] = opens + shown[0]
        shown[-1] += closes if closed else ""
        return shown


Convention = Literal["off", "sound", "music", "unclear"]


def marks(pattern: str) -> tuple[str, str, bool]:
    """What a convention puts before and after a text, and whether the text is in capitals.

    >>> marks("♪ {TEXT} ♪")
    ('♪ ', ' ♪', True)
    """
    found = _PLACE.search(pattern)
    assert found
    return pattern[: found.start()], pattern[found.end() :], found[1].isupper()


def filled(pattern: str, text: str) -> str:
    """A convention with its text in it, whatever braces the text itself has."""
    opens, closes, capitals = marks(pattern)
    return f"{opens}{text.upper() if capitals else text}{closes}"


AS_WRITTEN = Conventions("{name}:", "change", "{text}", "{text}", "{text}", "[bleep]", "{text}", ())
"""Of a file that follows nobody's conventions that are known: what it shows is left as it is."""


@dataclass(frozen=True)
class Script:
    """What a guide says of one script where that is not what it says of English: characters a line of a wide
    picture, and a second; the clauses of both.
    """

    most: float
    characters: int = 0
    clause: str = ""


UNSPACED = ("Hans", "Hant", "Jpan")
"""Scripts whose characters are counted as words: they have no blanks between."""


@dataclass(frozen=True)
class Profile:
    """A style guide for captions, from configs/captions/: its numbers and the clause that each comes from."""

    name: str
    version: str
    source: str
    wide: CaptionArea
    square: CaptionArea
    tall: CaptionArea
    timing: Timing
    speed: Speed
    conventions: Conventions
    clauses: Mapping[str, str] = field(default_factory=dict)
    """By rule: what the guideline says, and where."""
    off: frozenset[str] = frozenset()
    """Rules that are turned off, by their names."""
    costs: Mapping[str, float] = field(default_factory=dict)
    """What differs from the usual prices of a break (captions/segmentation.py)."""

    scripts: Mapping[str, Script] = field(default_factory=dict)
    """By ISO 15924; "other" is any that is not named, of a language that is not English."""

    def of(self, language: str) -> Profile:
        """The same for a language: characters a line and a second are those of its script."""
        written = codes.script(language)
        is_english = language.partition("-")[0].lower() in ("en", "", "und")
        found = self.scripts.get(written) or (None if is_english else self.scripts.get("other"))
        if not found:
            return self
        slower, wide = found.most / self.speed.most, found.characters or self.wide.characters

        def narrowed(area: CaptionArea) -> CaptionArea:
            return replace(area, characters=round(area.characters * wide / self.wide.characters))

        speed = Speed(
            *(round(one * slower, 1) for one in (self.speed.warn, self.speed.most, self.speed.error))
        )
        of_words = round(1 / found.most, 3) if written in UNSPACED else self.timing.seconds_a_word
        clauses = {"reading-speed": found.clause} | (
            {"line-length": found.clause} if found.characters else {}
        )
        return replace(
            self,
            speed=speed,
            timing=replace(self.timing, seconds_a_word=min(self.timing.seconds_a_word, of_words)),
            clauses={**self.clauses, **clauses},
            scripts={},
            wide=narrowed(self.wide),
            square=narrowed(self.square),
            tall=narrowed(self.tall),
        )

    def area(self, size: tuple[int, int]) -> CaptionArea:
        """For a picture of this size, by its shape."""
        found: CaptionArea = getattr(self, shape(size))
        return found
