"""Caption files: one module for each language, and two tables. Text is text: it can never become markup."""

from __future__ import annotations

import re
from collections.abc import Callable

from pipeline.errors import InputError
from pipeline.formats.captions import stl
from pipeline.formats.captions.ass import ass_text, break_ass, to_ass
from pipeline.formats.captions.plain import Subtitles, decode
from pipeline.formats.captions.srt import from_srt, read_srt, to_srt
from pipeline.formats.captions.ttml import to_ttml
from pipeline.formats.captions.vtt import read_vtt, to_vtt
from pipeline.model.captions import Captions

__all__ = ["READERS", "WRITERS", "Subtitles", "ass_text", "break_ass", "from_srt", "read", "to_ass", "to_srt", "to_ttml", "to_vtt"]

WRITERS: dict[str, Callable[[Captions], str]] = {"srt": to_srt, "vtt": to_vtt, "ttml": to_ttml}
"""Sidecars by their file ending."""

READERS: dict[str, Callable[[str, str], Subtitles]] = {"vtt": read_vtt, "srt": read_srt}
"""What reads text, by the name of the format."""

MOST_BYTES = 20 * 1024 * 1024
"""Ten hours of captions are a megabyte."""

_CONTENT = {
    "vtt": re.compile(r"WEBVTT(?:[ \t\n]|\Z)"),
    "srt": re.compile(r"(?:.*\n){0,200}?\s*\d+\s*:\s*\d+\s*:\s*\d+\s*,\s*\d+\s*-+\s*>\s*\d"),
}
"""How each format is known, whatever the file is called."""

_ENDINGS = {"vtt": "vtt", "srt": "srt"}
_TIMES = re.compile(r"(?:.*\n){0,200}?\s*\d+\s*:\s*\d+[\d:.,\s]*-+\s*>\s*\d")
"""Times of some kind: SRT by its looks, where nothing better is known."""


def read(name: str, data: bytes) -> Subtitles:
    """A subtitle file of any kind, known by what is in it and then by its ending."""
    if len(data) > MOST_BYTES:
        raise InputError(f"is {len(data) // 2**20} MiB: no subtitle file is so big", where=name, next_step="give the caption file itself")
    if stl.known(data):
        return stl.read_stl(name, data)
    text = decode(name, data)
    ending = name.rpartition(".")[2].lower()
    kind = next((kind for kind, known in _CONTENT.items() if known.match(text)), _ENDINGS.get(ending, "srt" if _TIMES.match(text) else ""))
    if not kind:
        raise InputError("is no subtitle file that is known", where=f"{name}, line 1", next_step="give SRT, WebVTT, TTML, STL or SCC")
    found = READERS[kind](name, text)
    language = found.language or _language(name)
    return Subtitles(language, found.cues, found.format)


def _language(name: str) -> str:
    """From names like cut.en-GB.srt."""
    found = re.search(r"\.([a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)\.[a-z]+\Z", name)
    return found[1] if found else ""
