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
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from shlex import quote

from pipeline.captions import formats
from pipeline.captions.autofix import REGROUPED, Mended, mend
from pipeline.captions.burnt import width
from pipeline.captions.convert import converted
from pipeline.captions.formats import CannotStay, Subtitles
from pipeline.captions.rules import Judged, Verdict
from pipeline.captions.rules import check as judge
from pipeline.core.time import parse_rate
from pipeline.engine.tools import Tools
from pipeline.errors import ConfigError, InputError
from pipeline.language import identify
from pipeline.production.configs import load_profile
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
    spoken = _tag(language) if language else language_of(subtitles)
    chosen = load_profile(profile, "--profile").of(spoken)
    measure = width(chosen, picture, Tools.typeface().width)
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


def fix(
    subtitles: Subtitles,
    profile: str = "plain",
    *,
    rate: str | None = None,
    size: str = SIZE,
    language: str = "",
) -> Subtitles:
    """A file with its times and lines mended, as far as rules can: never a word. Whatever else is in it stays
    as it is, byte for byte; SCC and STL, where that cannot be, have their cues mended for another format.
    """
    found = judged(subtitles, profile, rate=rate, size=size, language=language)
    if formats.CODECS[subtitles.format].in_place is None:
        return replace(subtitles, cues=mend(found).cues, written=())
    done, data = repaired(subtitles, found)
    return replace(subtitles, cues=done.cues, data=data, written=())


def repaired(subtitles: Subtitles, found: Judged, where: str = "") -> tuple[Mended, bytes]:
    """The repairs, and the file with them. Cues that cannot be parted or joined where they stand are only
    timed and broken anew.
    """
    codec, why = formats.CODECS[subtitles.format], ""
    if codec.in_place is None:
        raise _cannot_stay(f"{codec.label} cannot be changed in one place only", where)
    for without in ((), REGROUPED):
        done = mend(found, without)
        try:
            return done, formats.rewritten(subtitles, done.cues)
        except CannotStay as problem:
            why = str(problem)
    raise _cannot_stay(why, where)


def _cannot_stay(why: str, where: str) -> InputError:
    file = quote(where) if where else "FILE"
    return InputError(
        f"cannot be fixed so that all else in it stays as it is: {why}",
        where=where,
        next_step=f"convert it and fix that: ourwords captions convert {file} fixed.vtt",
    )


def write(subtitles: Subtitles, file: str | Path) -> Path:
    """The cues as a file of the kind that its ending names: ".vtt", ".srt", ".ttml", ".scc", … In the format
    that they were read from, all that is not of other cues is as it was.
    """
    path = Path(file)
    codec = formats.of_file(path.name)
    if codec is None or codec.write is None:
        raise InputError(
            "cannot be written in this format",
            where=path.name,
            next_step=f"give one of: {', '.join(formats.written())}",
        )
    path.write_bytes(converted(subtitles, codec.name).data)
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
