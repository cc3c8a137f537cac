"""SubRip, by pysrt: the one file that knows it, and its objects leave as our own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import pysrt

from pipeline.captions.formats.codec import WIDE_LAYOUT, Codec, Layout
from pipeline.captions.formats.in_place import InPlace, Place, clock_within, line_starts, restamped
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
    found = list(_cues(name, text))
    cues = tuple(cue for _, _, cue in found if cue)
    return Subtitles("", cues, "srt", written=tuple(written for _, written, _ in found))


@dataclass
class _Block:
    """What is about one cue, by the numbers of its lines: where it begins, its times, and the line after its
    last.
    """

    number: int
    first: int
    times: int
    found: re.Match[str]
    last: int


def _cues(name: str, text: str) -> Iterator[tuple[_Block, Written, Cue | None]]:
    """Each cue as it is written and as it is shown, if it is, and the block that it was read from."""
    lines = text.split("\n")
    for block in _blocks(name, lines):
        body = lines[block.times + 1 : block.last]
        item = pysrt.SubRipItem.from_lines([str(block.number), _times(block.found), *body])
        start, end = (Fraction(at.ordinal, 1000) for at in (item.start, item.end))
        written = _written(start, end, item.text)
        yield block, written, _cue(written, item.text)


def _written(start: Fraction, end: Fraction, text: str) -> Written:
    lines = _TAG.sub("", text).replace("\\N", "\n").split("\n")
    return Written(start, end, tuple(lines), tuple(_TAG.findall(_PLACED.sub("", text))))


def _cue(written: Written, text: str) -> Cue | None:
    position = "top" if _TOP.search(text) else "bottom"
    return made(written.start, written.end, list(written.lines), position=position)


def _blocks(name: str, lines: Sequence[str]) -> list[_Block]:
    blocks: list[_Block] = []
    for at, line in enumerate(lines):
        if found := _TIMES.fullmatch(line):
            before = blocks[-1] if blocks else _Block(0, 0, -1, found, 0)
            number, first, before.last = _number(lines, before.times + 1, at, before.number + 1)
            blocks.append(_Block(number, first, at, found, len(lines)))
        elif _ALMOST.match(line):
            raise InputError(
                f'has times that cannot be read: "{line.strip()[:30]}"',
                where=f"{name}, line {at + 1}",
                next_step="write 00:00:01,000 --> 00:00:02,000",
            )
    return blocks


def _number(lines: Sequence[str], since: int, times: int, expected: int) -> tuple[int, int, int]:
    """A cue's number, the line where the cue begins, and where all before it ends. A text that is a number
    stays where it is.
    """
    last = times
    while last > since and not lines[last - 1].strip():
        last -= 1
    text = lines[last - 1].strip() if last > since else ""
    if text.isascii() and text.isdigit() and (last == times or int(text[:9]) == expected):
        return int(text[:9]), last - 1, last - 1
    return expected, times, last


def _times(found: re.Match[str]) -> str:
    """As pysrt reads them: hours may be missing, and the part of a second may have fewer digits."""
    parts = found.groups()
    ends = [f"{int(h or 0):02}:{m:0>2}:{s:0>2},{(ms or '0'):0<3}" for h, m, s, ms in (parts[:4], parts[4:])]
    return " --> ".join(ends)


def _places(name: str, text: str) -> list[Place]:
    lines = text.split("\n")
    begins = line_starts(lines)
    found = []
    for block, _, cue in _cues(name, text):
        if not cue:
            continue
        last = max(at for at in range(block.times, block.last) if at == block.times or lines[at].strip())
        begin, end = (clock_within(block.found, group, begins[block.times]) for group in (1, 5))
        over = begins[last] + len(lines[last])
        found.append(
            Place(
                (begins[block.first], over),
                (begins[block.first], begins[block.times]),
                begin,
                end,
                (min(begins[block.times + 1], over), over),
                restamped,
            )
        )
    return found


CODEC = Codec(
    "srt",
    "SRT",
    endings=("srt",),
    holds=frozenset({"breaks"}),
    read=lambda name, data: read_srt(name, decode(name, data)),
    write=to_srt,
    beside={
        "italics": r"<[iI]>|\{\\i1\}|\{i\}",
        "bold": r"<[bB]>|\{\\b1\}|\{b\}",
        "underlining": r"<[uU]>|\{\\u1\}|\{u\}",
        "colours and fonts": r"(?i:<font\b)",
        "positions": r"\{\\(?:an[134569]|pos|move)|-->.*[XY]\d:\d",
    },
    in_place=InPlace(
        _places,
        mark=f"(?i:{_TAG.pattern})",
        line_end=r"[^\S\n]*(?:\n|\\N)\s*",
        broken=lambda cue: "\n",
        numbered=True,
    ),
    sniff=re.compile(
        AFTER_LINES + r"\d{1,4}[ \t]*:[ \t]*\d\d?[ \t]*:[ \t]*\d\d?[ \t]*,[ \t]*\d{1,3}[ \t]*-+[ \t]*>"
    ).match,
)
