"""ASS and SSA as libass shows them: events by their times, without what is drawn or commented."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import accumulate

from pipeline.captions.formats.in_place import InPlace, Place, Slice
from pipeline.captions.formats.text import COLOURS, Subtitles, decode, made
from pipeline.captions.model import Cue
from pipeline.errors import InputError

_EVENT = "Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text"
_STYLE = (
    "Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, "
    "Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, "
    "MarginR, MarginV, Encoding"
)
"""What the fields are where a file does not say."""

_NAMES = {value: name for name, value in COLOURS.items()}
_CLOCK = re.compile(r"(\d{1,4}):(\d{1,2}):(\d{1,2})(?:[.:,](\d{1,3}))?")
_PIECES = re.compile(r"\{(?P<tags>[^{}]*)\}|\\(?P<escape>[Nnh{}])|(?P<text>.)", re.DOTALL)
_TAG = re.compile(
    r"\\(?:(?P<p>p)(?P<drawn>\d+)|an(?P<an>[1-9])|a(?P<a>\d{1,2})|q(?P<q>[0-3])"
    r"|(?:pos|move)\(\s*[-\d.]+\s*,\s*(?P<down>-?\d{1,6}(?:\.\d{1,6})?)\s*[,)]|1?c&?H?(?P<colour>[0-9A-Fa-f]{1,8})&?)"
)
MARKS = "\u200e\u200f"
"""Put at the head of a line that runs from right to left: not a part of its text."""


@dataclass
class _Head:
    """What a file says before its events: its styles, how high its picture is, whether `\\n` ends a line."""

    styles: dict[str, Mapping[str, str]] = field(default_factory=dict)
    height: Fraction = Fraction(288)
    wraps: bool = True
    older: bool = False


@dataclass(frozen=True)
class _Event:
    """One Dialogue line: its fields, and where they stand in the text of the file."""

    says: Mapping[str, str]
    where: Mapping[str, Slice]
    line: int
    whole: Slice


def read_ass(name: str, data: bytes) -> Subtitles:
    """Every event that shows text."""
    return Subtitles("", tuple(cue for _, cue in _cues(name, decode(name, data))), "ass")


def _cues(name: str, text: str) -> list[tuple[_Event, Cue]]:
    """Each event with its cue, by their times: players show them so, wherever they stand."""
    head = _Head()
    read = ((event, _cue(name, head, event)) for event in _events(text, head))
    return sorted(((event, cue) for event, cue in read if cue), key=lambda pair: pair[1].span.start)


def _events(text: str, head: _Head) -> Iterator[_Event]:
    section, style, event = "", _fields(_STYLE), _fields(_EVENT)
    lines = text.split("\n")
    begins = accumulate((len(line) + 1 for line in lines), initial=0)
    for number, (line, begin) in enumerate(zip(lines, begins, strict=False), 1):
        key, _, value = (part.strip() for part in line.partition(":"))
        if line.startswith("["):
            section = line.strip().lower()
            head.older |= section == "[v4 styles]"
        elif section == "[script info]":
            _take(head, key.lower(), value)
        elif key.lower() == "format":
            style, event = (_fields(value), event) if "styles" in section else (style, _fields(value))
        elif key.lower() == "style":
            says = dict(zip(style, (one.strip() for one in value.split(",")), strict=False))
            head.styles[says.get("name", "").lstrip("*").lower()] = says
        elif key.lower() == "dialogue" and "styles" not in section:
            yield _event(event, line, begin, number)


def _fields(said: str) -> list[str]:
    return [one.strip().lower() for one in said.split(",")]


def _take(head: _Head, key: str, value: str) -> None:
    if key == "playresy" and re.fullmatch(r"[1-9]\d{0,5}", value):
        head.height = Fraction(value)
    elif key == "wrapstyle":
        head.wraps = value != "2"


def _event(fields: list[str], line: str, begin: int, number: int) -> _Event:
    """A line's fields; the last of them is the text, with all its commas."""
    at, where = line.index(":") + 1, {}
    parts = line[at:].split(",", len(fields) - 1)
    for key, part in zip(fields, parts, strict=False):
        inner = part.strip() if key != "text" else part.lstrip() if len(fields) == 1 else part
        first = at + (part.index(inner) if inner else 0)
        where[key] = (begin + first, begin + first + len(inner))
        at += len(part) + 1
    says = {key: line[first - begin : last - begin] for key, (first, last) in where.items()}
    return _Event(says, where, number, (begin, begin + len(line)))


def _cue(name: str, head: _Head, event: _Event) -> Cue | None:
    style = head.styles.get(event.says.get("style", "").lstrip("*").lower(), head.styles.get("default", {}))
    shown = _shown(event.says.get("text", ""), head, style)
    start, end = (_time(name, event, key) for key in ("start", "end"))
    lines = [line.lstrip(MARKS).replace("\\\u2060", "\\") for line in shown.text.split("\n")]
    who = " ".join(event.says.get("name", event.says.get("actor", "")).split())
    return made(start, end, lines, speaker=who, position=shown.position(head), colour=shown.colour)


def _time(name: str, event: _Event, key: str) -> Fraction:
    found = _CLOCK.fullmatch(event.says.get(key, ""))
    if not found:
        raise InputError(
            f'has a time that is none: "{event.says.get(key, "")[:20]}"',
            where=f"{name}, line {event.line}",
            next_step="write 0:00:01.00",
        )
    hours, minutes, seconds = (int(one) for one in found.groups()[:3])
    return hours * 3600 + minutes * 60 + seconds + Fraction(f"0.{found[4] or 0}")


@dataclass
class _Shown:
    """An event's text as it is shown, and what its styles and tags say of it."""

    text: str = ""
    colour: str = "white"
    align: int = 2
    down: Fraction | None = None

    def position(self, head: _Head) -> str:
        """Top where it stands in the upper half of the picture."""
        high = self.align in (7, 8, 9) if self.down is None else self.down * 2 < head.height
        return "top" if high else "bottom"


def _shown(text: str, head: _Head, style: Mapping[str, str]) -> _Shown:
    align = re.match(r"\d{1,2}", style.get("alignment", ""))
    shown = _Shown(colour=_colour(style.get("primarycolour", "")))
    shown.align = (_numpad(int(align[0])) if head.older else int(align[0])) if align else 2
    drawn, wraps = False, head.wraps
    for piece in _PIECES.finditer(text):
        if piece["tags"] is not None:
            for tag in _TAG.finditer(piece["tags"]):
                drawn = int(tag["drawn"][:9]) > 0 if tag["p"] else drawn
                wraps = tag["q"] != "2" if tag["q"] else wraps
                _override(shown, tag)
        elif not drawn:
            ends = {"N": "\n", "n": " " if wraps else "\n", "h": "\xa0", None: piece["text"]}
            shown.text += ends.get(piece["escape"], piece["escape"]) or ""
    return shown


def _override(shown: _Shown, tag: re.Match[str]) -> None:
    if tag["an"]:
        shown.align = int(tag["an"])
    elif tag["a"]:
        shown.align = _numpad(int(tag["a"]))
    elif tag["down"]:
        shown.down = Fraction(tag["down"])
    elif tag["colour"] and not shown.text.strip():
        shown.colour = _colour(f"&H{tag['colour']}")


def _numpad(older: int) -> int:
    """SSA counts from the bottom, adds 4 for the top and 8 for the middle."""
    return {0: 0, 4: 6, 8: 3}.get(older & 12, 0) + (older & 3)


def _colour(said: str) -> str:
    """By the name that it has here; white where it has none."""
    if found := re.fullmatch(r"&H([0-9A-Fa-f]{1,8})&?", said, re.IGNORECASE):
        value = int(found[1], 16)
    elif re.fullmatch(r"-?\d{1,10}", said):
        value = int(said)
    else:
        return "white"
    red, green, blue = value & 255, value >> 8 & 255, value >> 16 & 255
    return _NAMES.get(f"#{red:02X}{green:02X}{blue:02X}", "white")


# In place ------------------------------------------------------------------------------------


def _places(name: str, text: str) -> list[Place]:
    return [
        Place(
            event.whole,
            (event.whole[0], event.whole[0]),
            event.where["start"],
            event.where["end"],
            event.where["text"],
            _stamped,
        )
        for event, _ in _cues(name, text)
    ]


def _stamped(like: str, time: Fraction) -> str:
    """In hundredths, as the format has it."""
    centis, wide = round(time * 100), like.index(":")
    return f"{centis // 360000:0{wide}}:{centis // 6000 % 60:02}:{centis // 100 % 60:02}.{centis % 100:02}"


IN_PLACE = InPlace(
    _places,
    mark=r"\{[^{}]*\\p[1-9][^{}]*\}(?:(?!\{[^{}]*\\p0).)*|\{[^{}]*\}",
    line_end=r"(?:\s|\\h)*\\N(?:\s|\\h)*",
    broken=lambda cue: r"\N",
    between="\n",
)

BESIDE = {
    "notes": r"^(?:Comment|;)",
    "styles": r"^Style:",
    "italics": r"\\i1\b",
    "bold": r"\\b[1-9]",
    "underlining": r"\\u1\b",
    "positions": r"\\(?:pos|move)\(",
    "colours and fonts": r"\\(?:fn|fs\d|[234]c)",
    "effects": r"\\(?:fad|fade|t|clip|iclip|org|fr[xyz]?)[(\d-]",
    "drawings": r"\\p[1-9]",
    "times of single words": r"\\[kK][fo]?\d",
}
"""What no cue keeps, as it looks."""
