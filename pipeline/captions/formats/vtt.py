"""WebVTT: written for players, read as browsers read it (the W3C's parser, step by step)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from html import escape, unescape

from pipeline.captions.formats.codec import ALL_FACTS, WIDE_LAYOUT, Codec, Layout
from pipeline.captions.formats.in_place import InPlace, Place, clock_within, line_starts, restamped
from pipeline.captions.formats.text import COLOURS, Subtitles, Written, decode, held, lines_of, made, stamp
from pipeline.captions.model import Captions, Cue
from pipeline.core.time import Source, Span, Time
from pipeline.errors import InputError
from pipeline.speech.spoken_lines import Line

CLASSES = {
    "yellow": "yellow",
    "cyan": "cyan",
    "green": "lime",
    "magenta": "magenta",
    "red": "red",
    "blue": "blue",
}
"""Our names of colours and the classes by which players know them."""

_STYLE = "::cue { color: #FFFFFF; background-color: #000000 }"
"""An opaque box: half of one fails WCAG's contrast over a white wall."""


def to_vtt(captions: Captions, layout: Layout = WIDE_LAYOUT) -> str:
    """WebVTT: the speaker in a voice tag, captions at the top by line 0, colours and sounds as classes."""
    used = [colour for colour in CLASSES if any(cue.colour == colour for cue in captions.cues)]
    colours = [f"::cue(.{CLASSES[colour]}) {{ color: {COLOURS[colour]} }}" for colour in used]
    remark = [f"NOTE {layout.remark}"] if layout.remark else []
    blocks = ["WEBVTT", *remark, "\n".join(["STYLE", _STYLE, *colours])]
    for number, cue in enumerate(captions.cues, 1):
        settings = " line:0" if cue.position == "top" else ""
        blocks.append(
            f"{number}\n{stamp(cue.span.start)} --> {stamp(cue.span.end)}{settings}\n{_marked(cue)}"
        )
    return "\n\n".join(blocks) + "\n"


def _marked(cue: Cue) -> str:
    text = "\n".join(escape(line, quote=False) for line in lines_of(cue))
    marks = [cue.kind, "off" * cue.off, CLASSES.get(cue.colour, "")]
    classes = "".join(f".{mark}" for mark in marks if mark and mark != "speech")
    speaker = escape(held(cue.speaker), quote=False).rstrip(
        "-"
    )  # "--" and the tag's own ">" would be an arrow
    if speaker:
        return f"<v{classes} {speaker}>{text}</v>"
    return f"<c{classes}>{text}</c>" if classes else text


# Reading -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Raw:
    """A cue as a browser holds it: the text still has its tags."""

    id: str
    start: Fraction
    end: Fraction
    settings: str
    text: str
    line: int


def read_vtt(name: str, text: str) -> Subtitles:
    """Every cue that a browser would show."""
    found = parse(text)
    if found is None:
        raise InputError(
            "does not begin with WEBVTT",
            where=f"{name}, line 1",
            next_step="save it as WebVTT, with WEBVTT as its first line",
        )
    header, raw = found
    language = re.search(r"^Language:[ \t]*([A-Za-z0-9-]+)", header, re.MULTILINE)
    cues, written = tuple(filter(None, map(_cue, raw))), tuple(map(_written, raw))
    return Subtitles(language[1] if language else "", cues, "vtt", written=written)


def parse(text: str) -> tuple[str, list[Raw]] | None:
    """The header and all cues of a file with plain line ends, or none where it is no WebVTT at all."""
    text = text.replace("\0", "\ufffd")
    if not re.match(r"WEBVTT(?:[ \t\n]|\Z)", text):
        return None
    lines = _Lines(text.split("\n"))
    first = lines.take()
    header, _ = _block(lines, header=True)
    cues = []
    while not lines.done:
        if lines.peek() == "":
            lines.take()
        elif (cue := _block(lines)[1]) is not None:
            cues.append(cue)
    return f"{first}\n{header}", cues


class _Lines:
    def __init__(self, lines: list[str]) -> None:
        self.lines, self.at = lines, 0

    @property
    def done(self) -> bool:
        return self.at >= len(self.lines)

    def peek(self) -> str:
        return self.lines[self.at]

    def take(self) -> str:
        self.at += 1
        return self.lines[self.at - 1]


def _block(lines: _Lines, *, header: bool = False) -> tuple[str, Raw | None]:
    """One block, up to an empty line or the times of the next cue: its text, and the cue that it is."""
    buffer: list[str] = []
    times, at = None, 0
    seen_arrow = False
    for count in range(1, len(lines.lines) + 2):
        if lines.done:
            break
        line = lines.peek()
        if "-->" in line:
            if header or not (count == 1 or (count == 2 and not seen_arrow)):
                break
            lines.take()
            seen_arrow = True
            if times := _times(line):
                name, at, buffer = "\n".join(buffer), lines.at, []
        else:
            lines.take()
            if line == "":
                break
            buffer.append(line)
    text = "\n".join(buffer)
    return text, Raw(name, *times, text, at) if times else None


_STAMP = r"(?:(\d{1,9}):)?([0-5]\d):([0-5]\d)\.(\d{3})"
_TIMES = re.compile(rf"[ \t\f]*{_STAMP}[ \t\f]*-->[ \t\f]*{_STAMP}(?!\d)(.*)", re.ASCII)


def _times(line: str) -> tuple[Fraction, Fraction, str] | None:
    found = _TIMES.fullmatch(line)
    if not found:
        return None
    return _moment(found.groups()[:4]), _moment(found.groups()[4:8]), found[9]


def _moment(clock: Sequence[str | None]) -> Fraction:
    hours, minutes, seconds, part = (int(one or 0) for one in clock)
    return hours * 3600 + minutes * 60 + seconds + Fraction(part, 1000)


_TOKENS = re.compile(r"<([^>]*)(?:>|\Z)|([^<]+)")
_START = re.compile(r"([^.\s/]*)((?:\.[^.\s]*)*)(?:[ \t\n\f](.*))?", re.DOTALL)


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    for tag, plain in _TOKENS.findall(text):
        yield ("text", unescape(plain)) if plain else ("tag", tag)


def plain_text(text: str) -> str:
    """What a browser shows of a cue's text."""
    return "".join(value for kind, value in _tokens(text) if kind == "text")


def spoken(text: str) -> list[Line]:
    """What is said in each cue, by whom, and when each word is where a cue has times inside; none where it is
    no WebVTT.
    """
    _, cues = parse(text) or ("", [])
    return [line for raw in cues for line in _voices(raw)]


_INSIDE = re.compile(rf"{_STAMP}", re.ASCII)


def _voices(raw: Raw) -> Iterator[Line]:
    """A cue's voices; those of one cue share its time by their lengths."""
    runs: list[tuple[str, str, list[tuple[int, Fraction]]]] = [("", "", [])]
    for kind, value in _tokens(raw.text):
        speaker, said, times = runs[-1]
        if kind == "text":
            runs[-1] = speaker, said + value, times
        elif at := _INSIDE.fullmatch(value):
            times.append((len(said), _moment(at.groups())))
        elif (tag := _START.fullmatch(value)) and tag[1] == "v":
            runs.append((" ".join(unescape(tag[3] or "").split()), "", []))
        elif value.strip() == "/v":
            runs.append(("", "", []))
    spoken = [run for run in runs if run[1].strip()]
    total = sum(len(said) for _, said, _ in spoken)
    span = Span[Source](Time(raw.start), Time(max(raw.end, raw.start + Fraction(1, 1000))))
    done = 0
    for speaker, said, times in spoken:
        start = span.start + span.duration * Fraction(done, total)
        done += len(said)
        end = span.start + span.duration * Fraction(done, total)
        yield Line(Span(start, end), said, speaker, tuple(times))


_LOOKS = re.compile(r"/?(?:i|b|u)\b")


def _written(raw: Raw) -> Written:
    tags = (f"<{value}>" for kind, value in _tokens(raw.text) if kind == "tag" and _LOOKS.match(value))
    return Written(raw.start, raw.end, tuple(plain_text(raw.text).split("\n")), tuple(tags))


def _cue(raw: Raw) -> Cue | None:
    speakers, classes = [], set[str]()
    for kind, value in _tokens(raw.text):
        found = _START.fullmatch(value) if kind == "tag" else None
        if found:
            classes |= set(found[2].split("."))
            if found[1] == "v" and found[3]:
                speakers.append(" ".join(unescape(found[3]).split()))
    return made(
        raw.start,
        raw.end,
        plain_text(raw.text).split("\n"),
        speaker=", ".join(dict.fromkeys(filter(None, speakers))),
        position=_position(raw.settings),
        kind=next((kind for kind in ("sound", "music") if kind in classes), "speech"),
        colour=next((ours for ours, theirs in CLASSES.items() if theirs in classes), "white"),
        off="off" in classes,
    )


def _position(settings: str) -> str:
    """Top where the line setting stands in the upper half."""
    found = re.search(r"(?:^|[ \t])line:(-?\d+(?:\.\d+)?)(%?)", settings)
    if not found:
        return "bottom"
    line = float(found[1])
    return "top" if (0 <= line < 50 if found[2] else 0 <= line < 8) else "bottom"


def _places(name: str, text: str) -> list[Place]:
    lines = text.split("\n")
    begins = line_starts(lines)
    found = []
    for raw in (parse(text) or ("", []))[1]:
        at = raw.line - 1
        times, first = _TIMES.fullmatch(lines[at]), at - 1 if at and lines[at - 1] and raw.id else at
        if times is None or _cue(raw) is None:
            continue
        last = at + len(raw.text.split("\n"))
        begin, end = clock_within(times, 1, begins[at]), clock_within(times, 5, begins[at])
        over = begins[last] + len(lines[last])
        name_there = (begins[first], begins[at])
        found.append(Place((begins[first], over), name_there, begin, end, (begins[at + 1], over), restamped))
    return found


CODEC = Codec(
    "vtt",
    "WebVTT",
    endings=("vtt",),
    holds=ALL_FACTS,
    read=lambda name, data: read_vtt(name, decode(name, data)),
    write=to_vtt,
    beside={
        "notes": r"^NOTE(?:[ \t]|$)",
        "styles": r"^STYLE[ \t]*$",
        "regions": r"^REGION[ \t]*$",
        "ids": r"^(?!.*-->)(?=.*[^\d\s]).+\n(?=.*-->)",
        "positions": r"-->.*\s(?:position|size|align|vertical|region|line:(?!0(?:\s|$)))",
        "italics": r"<i[.\s>]",
        "bold": r"<b[.\s>]",
        "underlining": r"<u[.\s>]",
        "languages": r"<lang[.\s>]",
        "readings beside words": r"<ruby[.\s>]",
        "times of single words": r"<\d\d+:\d\d",
    },
    in_place=InPlace(_places, r"<[^>]*(?:>|\Z)", r"(?:[^\S\n]|&nbsp;)*\n(?:\s|&nbsp;)*", lambda cue: "\n"),
    sniff=re.compile(r"WEBVTT(?:[ \t\n]|\Z)").match,
)
