"""A reviewer's SubRip or WebVTT file, as it stands: lines, times, who speaks. (To give way to `formats.captions.read`.)"""

from __future__ import annotations

import re

from pipeline.errors import InputError
from pipeline.model.captions import Cue
from pipeline.model.time import Programme, Span, Time

_TIMES = re.compile(r"^\s*((?:\d+:)?\d{1,2}:\d{2}[.,]\d{1,3})\s*-->\s*((?:\d+:)?\d{1,2}:\d{2}[.,]\d{1,3})(.*)$")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>|\{\\[^}]*\}")
_VOICE = re.compile(r"<v(?:\.[^ >]*)? +([^>]*)>")


def read_edited(name: str, data: bytes) -> tuple[Cue, ...]:
    """The cues of a SubRip or WebVTT file, as they stand in it."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    cues: list[Cue] = []
    rows = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    starts = [(at, found) for at, row in enumerate(rows) if (found := _TIMES.match(row))]
    for number, (at, found) in enumerate(starts):
        after = starts[number + 1][0] if number + 1 < len(starts) else len(rows)
        block = rows[at + 1 : after]
        whole = block[: next((index for index, row in enumerate(block) if not row.strip()), len(block))]
        voice = _VOICE.search(" ".join(whole))
        lines = tuple(filter(None, (" ".join(_plain(_TAG.sub("", row)).split()) for row in whole)))
        start, end = Time[Programme].parse(found[1]), Time[Programme].parse(found[2])
        if lines and start < end:
            top = bool(re.search(r"\bline:\s*[0-3]?\d?%?(?=\s|$)", found[3])) or "{\\an8}" in " ".join(whole)
            cues.append(Cue(Span(start, end), lines, voice[1].strip() if voice else "", "", position="top" if top else "bottom"))
    if not cues:
        raise InputError("holds no captions", where=name, next_step="give the SRT or WebVTT file that came back from the reviewer")
    return tuple(cues)


def _plain(text: str) -> str:
    for one, two in (("&lt;", "<"), ("&gt;", ">"), ("&nbsp;", " "), ("&amp;", "&")):
        text = text.replace(one, two)
    return text
