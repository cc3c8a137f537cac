"""SubRip, by pysrt: the one file that knows it, and its objects leave as our own."""

from __future__ import annotations

import re
from fractions import Fraction

import pysrt

from pipeline.captions.formats.codec import WIDE_LAYOUT, Codec, Layout
from pipeline.captions.formats.text import AFTER_LINES, Subtitles, Written, decode, lines_of, made
from pipeline.captions.model import Captions, Cue
from pipeline.core.time import Programme, Time
from pipeline.errors import InputError

_TOLD_APART = str.maketrans("<>{}\\", "‹›()∖")
"""SRT has no escapes: what players take for markup is written otherwise."""
_HOURS = re.compile(r"(?<=\d):(?=\d\d?:\d\d?[.,]\d)")


def to_srt(captions: Captions, layout: Layout = WIDE_LAYOUT) -> str:
    """SubRip. Players read `<b>`, `{...}` and `\\N` as markup, so those characters are told apart."""
    file = pysrt.SubRipFile(
        items=[
            pysrt.SubRipItem(
                number, _pysrt(cue.span.start), _pysrt(cue.span.end), "\n".join(map(shown, lines_of(cue)))
            )
            for number, cue in enumerate(captions.cues, 1)
        ]
    )
    return "\n".join(str(item) for item in file)


def shown(line: str) -> str:
    """A line as SRT has it. One with two times in it would be a line of times to some readers."""
    line = line.translate(_TOLD_APART)
    return _HOURS.sub("∶", line) if len(_HOURS.findall(line)) > 1 else line


def _pysrt(time: Time[Programme]) -> pysrt.SubRipTime:
    return pysrt.SubRipTime(milliseconds=time.ms())


_CLOCK = r"(?:(\d{1,4})\s*:\s*)?(\d{1,3})\s*:\s*(\d{1,2})(?:\s*[,.:]\s*(\d{1,3}))?"
_TIMES = re.compile(rf"\s*{_CLOCK}\s*-{{1,3}}\s*>\s*{_CLOCK}(?:\s.*)?")
_ALMOST = re.compile(r"\s*\d+\s*[:.,;][\d:.,;\s]*-+\s*>")
_TAG = re.compile(
    r"</?\s*(?:b|i|u|s|font|c|v|span|p|ruby|rt|lang)\b[^<>]*>|\{\\[^{}]*\}|\{/?[biu]\}", re.IGNORECASE
)
_TOP = re.compile(r"\{\\(?:an[789]|a[567])\}")
_PLACED = re.compile(r"\{\\an?\d+\}")


def read_srt(name: str, text: str) -> Subtitles:
    """Every cue, however the file was mangled: pysrt drops what it cannot read, so it is given blocks that it
    can.

    A cue goes on until the next times, whether or not blank lines stand where they should.
    """
    cues, written = [], []
    for number, times, body in _blocks(name, text):
        item = pysrt.SubRipItem.from_lines([str(number), times, *body])
        start, end = (Fraction(at.ordinal, 1000) for at in (item.start, item.end))
        as_it_is = _written(start, end, item.text)
        written.append(as_it_is)
        if cue := _cue(as_it_is, item.text):
            cues.append(cue)
    return Subtitles("", tuple(cues), "srt", written=tuple(written))


def _written(start: Fraction, end: Fraction, text: str) -> Written:
    lines = _TAG.sub("", text).replace("\\N", "\n").split("\n")
    return Written(start, end, tuple(lines), tuple(_TAG.findall(_PLACED.sub("", text))))


def _cue(written: Written, text: str) -> Cue | None:
    position = "top" if _TOP.search(text) else "bottom"
    return made(written.start, written.end, list(written.lines), position=position)


def _blocks(name: str, text: str) -> list[tuple[int, str, list[str]]]:
    blocks: list[tuple[int, str, list[str]]] = []
    body: list[str] = []
    number = 0
    for at, line in enumerate(text.split("\n"), 1):
        if found := _TIMES.fullmatch(line):
            number = _take_number(body, number + 1)
            body = []
            blocks.append((number, _times(found), body))
        elif _ALMOST.match(line):
            raise InputError(
                f'has times that cannot be read: "{line.strip()[:30]}"',
                where=f"{name}, line {at}",
                next_step="write 00:00:01,000 --> 00:00:02,000",
            )
        else:
            body.append(line)
    return blocks


def _take_number(body: list[str], expected: int) -> int:
    """Take a cue's number off the end of what stands before it. A text that is a number stays where it is."""
    close = bool(body) and bool(body[-1].strip())
    while body and not body[-1].strip():
        body.pop()
    last = body[-1].strip() if body else ""
    if last.isascii() and last.isdigit() and (close or int(last[:9]) == expected):
        body.pop()
        return int(last[:9])
    return expected


def _times(found: re.Match[str]) -> str:
    """As pysrt reads them: hours may be missing, and the part of a second may have fewer digits."""
    parts = found.groups()
    ends = [f"{int(h or 0):02}:{m:0>2}:{s:0>2},{(ms or '0'):0<3}" for h, m, s, ms in (parts[:4], parts[4:])]
    return " --> ".join(ends)


CODEC = Codec(
    "srt",
    "SRT",
    endings=("srt",),
    holds=frozenset({"breaks"}),
    read=lambda name, data: read_srt(name, decode(name, data)),
    write=to_srt,
    sniff=re.compile(
        AFTER_LINES + r"\d{1,4}[ \t]*:[ \t]*\d\d?[ \t]*:[ \t]*\d\d?[ \t]*,[ \t]*\d{1,3}[ \t]*-+[ \t]*>"
    ).match,
)
