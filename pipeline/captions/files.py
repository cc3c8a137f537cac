"""Caption files by themselves, without any production: read, held against a profile, mended, written.

>>> from pathlib import Path
>>> from tempfile import mkdtemp
>>> file = Path(mkdtemp()) / "in.srt"
>>> _ = file.write_text("1\\n00:00:01,000 --> 00:00:03,000\\nThey saw the label.\\n", encoding="utf-8")
>>> cues = read(file)
>>> [cue.text for cue in cues.cues]
['They saw the label.']
>>> [finding.rule for finding in check(cues, profile="bbc", rate="25").findings]
[]
>>> write(fix(cues, profile="bbc", rate="25"), file.with_suffix(".vtt")).name
'in.vtt'
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from pipeline.captions import formats
from pipeline.captions.autofix import Mended, mend
from pipeline.captions.burnt import width
from pipeline.captions.formats import Layout, Subtitles
from pipeline.captions.model import Captions
from pipeline.captions.rules import Judged, Verdict
from pipeline.captions.rules import check as judge
from pipeline.core.time import parse_rate
from pipeline.engine.tools import Tools
from pipeline.errors import ConfigError, InputError
from pipeline.language import identify
from pipeline.production.load import load_profile
from pipeline.production.locate import read_at_most

SIZE = "1920x1080"

ENOUGH_WORDS = 20
"""In which some of a language's commonest words should be."""


def read(file: str | Path) -> Subtitles:
    """A caption file of any kind, known by what is in it."""
    path = Path(file)
    try:
        data = read_at_most(path, formats.MOST_BYTES, "caption file")
    except OSError as problem:
        raise InputError(
            f"cannot be read: {problem.strerror}", where=str(path), next_step="give a caption file"
        ) from None
    return formats.read(path.name, data)


def judged(
    subtitles: Subtitles,
    profile: str = "plain",
    *,
    rate: str | None = None,
    size: str = SIZE,
    language: str = "",
) -> Judged:
    """A file's cues as rules are given them. `rate` is frames a second ("25", "29.97"), `size` the picture's
    ("1920x1080"), `language` what they are in, whatever the file, its name and its text say.
    """
    picture = _picture(size)
    chosen = load_profile(profile, "--profile")
    measure = width(chosen, picture, Tools.typeface(None).width)
    spoken = _tag(language) if language else language_of(subtitles)
    return Judged(
        subtitles.cues,
        chosen,
        spoken,
        _rate(rate),
        picture,
        width=measure,
        written=subtitles.written or None,
    )


def language_of(subtitles: Subtitles) -> str:
    """The language of a file: as it or its name says, else by its words. English where a few words in Latin
    letters tell nothing; blank where many do not.
    """
    text = " ".join(cue.said for cue in subtitles.cues)
    few = len(text.split()) < ENOUGH_WORDS and identify.is_latin(text)
    return subtitles.language or identify.by_text(text) or ("en" if few else "")


def check(
    subtitles: Subtitles,
    profile: str = "plain",
    *,
    rate: str | None = None,
    size: str = SIZE,
    language: str = "",
) -> Verdict:
    """What a profile's rules say of a file, and what they could not judge of it."""
    return judge(judged(subtitles, profile, rate=rate, size=size, language=language))


def mended(
    subtitles: Subtitles,
    profile: str = "plain",
    *,
    rate: str | None = None,
    size: str = SIZE,
    language: str = "",
) -> Mended:
    """What `fix` does, repair by repair."""
    return mend(judged(subtitles, profile, rate=rate, size=size, language=language))


def fix(
    subtitles: Subtitles,
    profile: str = "plain",
    *,
    rate: str | None = None,
    size: str = SIZE,
    language: str = "",
) -> Subtitles:
    """A file with its times and lines mended, as far as rules can: never a word."""
    found = mended(subtitles, profile, rate=rate, size=size, language=language)
    return replace(subtitles, cues=found.cues, written=())


def write(subtitles: Subtitles, file: str | Path) -> Path:
    """The cues as a file of the kind that its ending names: ".vtt", ".srt", ".ttml", ".scc", …"""
    path = Path(file)
    codec = formats.of_file(path.name)
    if codec is None or codec.write is None:
        raise InputError(
            "cannot be written in this format",
            where=path.name,
            next_step=f"give one of: {', '.join(formats.written())}",
        )
    writer: Callable[[Captions, Layout], str] = codec.write
    cues = Captions(subtitles.language or "en", subtitles.cues)
    path.write_text(writer(cues, formats.WIDE_LAYOUT), encoding="utf-8", newline="")
    return path


def _tag(language: str) -> str:
    tag = identify.tag(language)
    if not tag:
        raise ConfigError(
            f'"{language}" is no language', where="--language", next_step='write "en-GB", "de" or "Welsh"'
        )
    return tag


def _picture(size: str) -> tuple[int, int]:
    if not re.fullmatch(r"[1-9]\d{1,3}x[1-9]\d{1,3}", size):
        raise ConfigError(
            f'"{size}" is no picture', where="--size", next_step='write "1280x720" or "1080x1920"'
        )
    across, down = map(int, size.split("x"))
    return across, down


def _rate(rate: str | None) -> Fraction | None:
    try:
        return parse_rate(rate) if rate else None
    except ValueError as problem:
        raise ConfigError(str(problem), where="--rate", next_step='write "25" or "29.97"') from None
