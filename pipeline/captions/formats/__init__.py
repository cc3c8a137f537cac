"""Caption files: one module for each language, and two tables. Text is text: it can never become markup."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from pipeline.captions.formats import stl, ttml_read
from pipeline.captions.formats.ass import COLOURS, ass_centis, ass_text, break_ass, directed, to_ass
from pipeline.captions.formats.scc import read_scc
from pipeline.captions.formats.scc_write import to_scc
from pipeline.captions.formats.srt import read_srt, to_srt
from pipeline.captions.formats.text import WIDE, Subtitles, decode
from pipeline.captions.formats.ttml import to_imsc, to_ttml
from pipeline.captions.formats.vtt import read_vtt, to_vtt
from pipeline.captions.model import Captions
from pipeline.errors import InputError
from pipeline.production.profile import Room

__all__ = [
    "COLOURS", "ENDINGS", "PUBLISHED", "READERS", "WRITERS", "Subtitles", "Writer", "ass_centis", "ass_text", "break_ass", "directed", "read",
    "to_ass", "to_imsc", "to_scc", "to_srt", "to_ttml", "to_vtt",
]  # fmt: skip


class Writer(Protocol):
    """Captions as the text of a file. `room` is where they stand on the picture, for formats that say so."""

    def __call__(self, captions: Captions, room: Room = WIDE) -> str: ...


WRITERS: dict[str, Writer] = {
    "srt": lambda captions, room=WIDE: to_srt(captions),
    "vtt": lambda captions, room=WIDE: to_vtt(captions),
    "ttml": to_ttml,
    "imsc": to_imsc,
    "scc": lambda captions, room=WIDE: to_scc(captions),
}
PUBLISHED = ("srt", "vtt", "ttml", "ass")
"""What every build writes. The others are for whoever asks: SCC cannot hold every text, and a build must not fail for that."""

ENDINGS = {"imsc": "imsc.ttml"}
"""Where a file's ending is not the format's name."""

READERS: dict[str, Callable[[str, bytes], Subtitles]] = {
    "stl": stl.read_stl,
    "ttml": ttml_read.read_ttml,
    "scc": lambda name, data: read_scc(name, decode(name, data)),
    "vtt": lambda name, data: read_vtt(name, decode(name, data)),
    "srt": lambda name, data: read_srt(name, decode(name, data)),
}

MOST_BYTES = 20 * 1024 * 1024
"""Ten hours of captions are a megabyte."""

_AFTER_LINES = r"(?:.*\n){0,200}?[ \t]*"
_KNOWN = {
    "ttml": re.compile(r"\s{0,99}<(?:\?xml|!--|!DOCTYPE|(?:\w+:)?tt\b)"),
    "vtt": re.compile(r"WEBVTT(?:[ \t\n]|\Z)"),
    "scc": re.compile(r"\s{0,99}Scenarist_SCC"),
    "srt": re.compile(_AFTER_LINES + r"\d{1,4}[ \t]*:[ \t]*\d\d?[ \t]*:[ \t]*\d\d?[ \t]*,[ \t]*\d{1,3}[ \t]*-+[ \t]*>"),
}
"""How text is known, whatever the file is called."""

_ENDINGS = {"vtt": "vtt", "srt": "srt", "stl": "stl", "scc": "scc", "ttml": "ttml", "xml": "ttml", "dfxp": "ttml", "imsc": "ttml", "itt": "ttml"}
_LIKE_SRT = re.compile(_AFTER_LINES + r"\d{1,4}[ \t]*:[ \t]*\d[\d:., \t]{1,20}-+[ \t]*>")
"""Times of some kind: SRT by its looks, where nothing better is known."""


def read(name: str, data: bytes) -> Subtitles:
    """A subtitle file of any kind, known by what is in it and then by its ending."""
    if len(data) > MOST_BYTES:
        raise InputError(f"is {len(data) // 2**20} MiB: no subtitle file is so big", where=name, next_step="give the caption file itself")
    if not data.strip():
        raise InputError("is empty", where=name, next_step="give the caption file itself")
    found = READERS[_kind(name, data)](name, data)
    return found if found.language else replace(found, language=_language(name))


def _kind(name: str, data: bytes) -> str:
    if stl.known(data):
        return "stl"
    text = decode(name, data)
    kind = next((kind for kind, known in _KNOWN.items() if known.match(text)), "") or _ENDINGS.get(name.rpartition(".")[2].lower(), "")
    if kind or _LIKE_SRT.match(text):
        return kind or "srt"
    raise InputError("is no subtitle file that is known", where=f"{name}, line 1", next_step="give SRT, WebVTT, TTML, STL or SCC")


def _language(name: str) -> str:
    """From names like cut.en-GB.srt."""
    found = re.search(r"\.([a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)\.[a-z]+\Z", name)
    return found[1] if found else ""
