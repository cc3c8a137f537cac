"""Caption files: one module for each format, and one table. Text is text: it can never become markup."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import zip_longest

from pipeline.captions.formats import ass, in_place, scc, srt, stl, ttml, vtt
from pipeline.captions.formats.ass import COLOURS, ass_centis, ass_text, break_ass, directed, to_ass
from pipeline.captions.formats.codec import WIDE_LAYOUT, Codec, Layout, Writer
from pipeline.captions.formats.in_place import CannotStay
from pipeline.captions.formats.scc import to_scc
from pipeline.captions.formats.srt import to_srt
from pipeline.captions.formats.text import AFTER_LINES, Subtitles, decode
from pipeline.captions.formats.ttml import to_imsc, to_ttml
from pipeline.captions.formats.vtt import to_vtt
from pipeline.captions.model import Captions, Cue
from pipeline.captions.told_apart import told_apart
from pipeline.core.time import Programme, Time
from pipeline.errors import ConfigError, InputError
from pipeline.language.identify import by_name
from pipeline.production.profile import AS_WRITTEN, Conventions

__all__ = [
    "CODECS",
    "COLOURS",
    "PUBLISHED",
    "WIDE_LAYOUT",
    "CannotStay",
    "Codec",
    "Layout",
    "Subtitles",
    "Writer",
    "ass_centis",
    "ass_text",
    "break_ass",
    "directed",
    "labels",
    "of_file",
    "read",
    "rewritten",
    "to_ass",
    "to_imsc",
    "to_scc",
    "to_srt",
    "to_ttml",
    "to_vtt",
    "write",
    "written",
]

CODECS: dict[str, Codec] = {
    codec.name: codec
    for codec in (
        srt.CODEC,
        vtt.CODEC,
        ttml.CODEC,
        ttml.IMSC,
        ass.CODEC,
        scc.CODEC,
        stl.CODEC,
    )
}
"""Every format. Where two would read a file, the first does; only SRT, which has no mark of its own, is tried
last.
"""

PUBLISHED = ("srt", "vtt", "ttml", "ass")
"""What every build writes. The others are for whoever asks: SCC cannot hold every text, and a build must not
fail for that.
"""

MOST_BYTES = 20 * 1024 * 1024
"""Ten hours of captions are a megabyte."""

_LIKE_SRT = re.compile(AFTER_LINES + r"\d{1,4}[ \t]*:[ \t]*\d[\d:., \t]{1,20}-+[ \t]*>")
"""Times of some kind: SRT by its looks, where nothing better is known."""


def written() -> list[str]:
    """The names of the formats that are written."""
    return [name for name, codec in CODECS.items() if codec.write]


def labels() -> str:
    """The formats that are read, for a sentence."""
    *most, last = [codec.label for codec in CODECS.values() if codec.read]
    return f"{', '.join(most)} or {last}"


def write(kind: str, captions: Captions, layout: Layout = WIDE_LAYOUT) -> str:
    """Captions as a file of one of the formats that are written."""
    codec = CODECS[kind].write if kind in CODECS else None
    if codec is None:
        raise ConfigError(
            f'"{kind}" is not a caption format that is written',
            next_step=f"use one of: {', '.join(written())}",
        )
    return codec(captions, layout)


def of_file(name: str) -> Codec | None:
    """The format that a file's ending stands for: "cut.imsc.ttml" is IMSC and "cut.ttml" EBU-TT-D."""
    found = [
        (len(ending), codec)
        for codec in CODECS.values()
        for ending in codec.endings
        if name.lower().endswith(f".{ending}")
    ]
    return max(found, key=lambda one: one[0])[1] if found else None


def read(name: str, data: bytes, conventions: Conventions = AS_WRITTEN) -> Subtitles:
    """A subtitle file of any kind, known by what is in it and then by its ending; its cues in their parts, as
    far as it says who speaks and these are the conventions that it is written by.
    """
    if len(data) > MOST_BYTES:
        raise InputError(
            f"is {len(data) // 2**20} MiB: no subtitle file is so big",
            where=name,
            next_step="give the caption file itself",
        )
    if not data.strip():
        raise InputError("is empty", where=name, next_step="give the caption file itself")
    reader = _known(name, data).read
    assert reader
    found = reader(name, data)
    cues = tuple(told_apart(cue, conventions) for cue in found.cues)
    language = found.language or by_name(name, " ".join(cue.text for cue in cues))
    return replace(found, cues=cues, language=language, data=data)


def rewritten(found: Subtitles, cues: Sequence[Cue]) -> bytes:
    """The file that was read, with these cues where its own stand and all else as it is."""
    codec = CODECS[found.format]
    name = f"a.{codec.endings[0]}"
    before = read(name, found.data).cues
    if tuple(cues) == before:
        return found.data
    if codec.in_place is None:
        raise CannotStay(f"{codec.label} cannot be changed in one place only")
    data = in_place.rewritten(codec.in_place, name, found.data, before, cues)
    back = sorted(read(name, data).cues, key=_start)
    for wanted, got in zip_longest(sorted(cues, key=_start), back):
        if wanted is None or got is None or not _same(wanted, got):
            told = wanted or got
            raise CannotStay(f'"{told.text[:40] if told else ""}" would be read otherwise than it was meant')
    return data


ROUNDED = Fraction(1, 50)
"""Seconds by which a file's own way to write times may be off: hundredths, frames, ticks."""


def _start(cue: Cue) -> Time[Programme]:
    return cue.span.start


def _same(one: Cue, two: Cue) -> bool:
    ends = (one.span.start - two.span.start, one.span.end - two.span.end)
    return one.lines == two.lines and max(map(abs, ends)) <= ROUNDED


def _known(name: str, data: bytes) -> Codec:
    readers = sorted(filter(lambda codec: codec.read, CODECS.values()), key=lambda codec: codec is srt.CODEC)
    if found := next((codec for codec in readers if codec.magic(data)), None):
        return found
    text, named = decode(name, data), of_file(name)
    if found := next((codec for codec in readers if codec.sniff(text)), None):
        return found
    if named and named.read:
        return named
    if _LIKE_SRT.match(text):
        return srt.CODEC
    raise InputError(
        "is no subtitle file that is known", where=f"{name}, line 1", next_step=f"give {labels()}"
    )
