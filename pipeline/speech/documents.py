"""Transcripts for reading, with times: Otter's, Rev's, Trint's and Teams' text, and the same in Word's files.

A paragraph has a time and mostly a name: "Amara  0:03", "Speaker 1 (00:03):", "[00:00:03] Amara: …". It
lasts until the next one begins, or as long as its words take.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from pipeline.core.time import Span, Time
from pipeline.errors import InputError
from pipeline.speech.spoken_lines import WORDS_OF_A_NAME, Line

ZIP = b"PK\x03\x04"
MOST_BYTES = 64 * 1024 * 1024
"""A whole day's transcript unpacks to a tenth of it."""
SLOWEST, USUAL = 6, 13
"""Letters a second: who says fewer has paused, and a last paragraph is taken to be said at the other."""

_CLOCK = r"(?:(\d{1,2}):)?(\d{1,3}):(\d{2})(?:[.,](\d{1,6}))?"
_AT = rf"(?:\[\s*{_CLOCK}\s*\]|\(\s*{_CLOCK}\s*\)|{_CLOCK})"
_NAME = r"([^\W\d_][^\n:：\[\](){}<>\d]{0,38}?(?:\s*\d{1,2})?)"
_TEAMS = r"(\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,](\d{1,6}))?"
_RANGE = re.compile(rf"\s*{_TEAMS}\s*-{{1,2}}>\s*{_TEAMS}\s*")
_SHOWN = re.compile(rf"\s*\[\s*{_CLOCK}\s*-{{1,2}}>\s*{_CLOCK}\s*\]\s*(.*)")
"""As Whisper shows what it hears in a terminal."""
_HEADS = (
    re.compile(rf"\s*(?P<name>{_NAME})[ \t,:|–—-]*(?P<at>{_AT})\s*[:：]?\s*(?P<rest>.*)"),
    re.compile(rf"\s*(?P<at>{_AT})\s*[-–—|:]?\s*(?P<name>{_NAME})\s*[:：]\s*(?P<rest>.*)"),
    re.compile(rf"\s*(?P<at>{_AT})\s+(?P<name>{_NAME})\s*(?P<rest>)"),
    re.compile(rf"\s*(?P<at>{_AT})\s*[-–—|:]?\s*(?P<name>)(?P<rest>.*)"),
)
"""How a paragraph begins: who and when, when and who, or when alone."""


@dataclass(frozen=True)
class _Paragraph:
    start: Fraction
    end: Fraction | None
    speaker: str
    text: str


def timed_text(text: str) -> list[Line]:
    """The paragraphs of a text with times, each until the next; none where it has no times."""
    paragraphs = list(_paragraphs(text.split("\n")))
    ends = [*(after.start for after in paragraphs[1:]), None][: len(paragraphs)]
    return [
        Line(Span(Time(one.start), Time(_end(one, after))), one.text, one.speaker)
        for one, after in zip(paragraphs, ends, strict=True)
        if one.text
    ]


def _end(one: _Paragraph, following: Fraction | None) -> Fraction:
    letters = len(one.text)
    least = one.start + Fraction(1, 1000)
    if one.end is not None:
        return max(one.end, least)
    if following is None or following > one.start + Fraction(letters, SLOWEST):
        return one.start + Fraction(letters, USUAL) + Fraction(1, 10)
    return max(following, least)


def _paragraphs(lines: Sequence[str]) -> Iterator[_Paragraph]:
    """What stands before the first time (a title, a list of who is there) is no speech."""
    head: _Paragraph | None = None
    said: list[str] = []
    for line in lines:
        found = _head(line)
        if found:
            if head:
                yield _Paragraph(head.start, head.end, head.speaker, " ".join(said))
            head, said = found, [found.text] if found.text else []
        elif head and line.strip():
            if head.end is not None and not head.speaker and not said and _is_name(line):
                head = _Paragraph(head.start, head.end, " ".join(line.split()), "")
            else:
                said.append(line.strip())
    if head:
        yield _Paragraph(head.start, head.end, head.speaker, " ".join(said))


def _head(line: str) -> _Paragraph | None:
    if found := _RANGE.fullmatch(line):
        return _Paragraph(_seconds(found.groups()[:4]), _seconds(found.groups()[4:8]), "", "")
    if found := _SHOWN.fullmatch(line):
        start, end = (_seconds(found.groups()[at : at + 4]) for at in (0, 4))
        return _Paragraph(start, end, "", found[9])
    for pattern in _HEADS:
        found = pattern.fullmatch(line)
        if found and _is_name(found["name"]):
            clock = re.search(_CLOCK, found["at"])
            assert clock
            name = " ".join(found["name"].split())
            return _Paragraph(_seconds(clock.groups()), None, name, found["rest"].strip())
    return None


def _is_name(text: str) -> bool:
    words = text.split()
    return len(words) <= WORDS_OF_A_NAME and all(not word[0].islower() for word in words)


def _seconds(clock: Sequence[str | None]) -> Fraction:
    hours, minutes, seconds, part = clock
    whole = int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)
    return whole + (Fraction(int(part), 10 ** len(part)) if part else Fraction(0))


def table(text: str) -> list[Line]:
    """The rows of a table of start, end and text, with a speaker perhaps, as Whisper's .tsv has them:
    milliseconds, or seconds where there is a point. None where it is no such table.
    """
    head = text.partition("\n")[0].casefold()
    comma = "\t" if "\t" in head else ","
    names = [name.strip(' "') for name in head.split(comma)]
    if not {"start", "end", "text"} <= {*names}:
        return []
    rows = csv.DictReader(io.StringIO(text.partition("\n")[2]), names, delimiter=comma)
    return [
        Line(
            Span(
                Time(_moment(row["start"])),
                Time(max(_moment(row["end"]), _moment(row["start"]) + Fraction(1, 1000))),
            ),
            row["text"] or "",
            " ".join((row.get("speaker") or "").split()),
        )
        for row in rows
    ]


def _moment(text: str | None) -> Fraction:
    if not re.fullmatch(r"\d{1,9}(\.\d{1,6})?", (text or "").strip()):
        raise ValueError(f'"{text}" is no time in milliseconds, nor in seconds with a point')
    found = Fraction((text or "").strip())
    return found if "." in (text or "") else found / 1000


def docx_text(file: str, data: bytes) -> str:
    """The paragraphs of a Word file, a line each."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            told = archive.getinfo("word/document.xml").file_size
            if told > MOST_BYTES:
                raise InputError(
                    f"unpacks to more than {MOST_BYTES >> 20} MB",
                    where=file,
                    next_step="save it again as text",
                )
            with archive.open("word/document.xml") as document:
                tree = fromstring(document.read(MOST_BYTES + 1))
    except (KeyError, ValueError, OSError, EOFError, NotImplementedError, RuntimeError) as problem:
        raise _not_word(file, problem) from None
    except (zipfile.BadZipFile, zipfile.LargeZipFile, DefusedXmlException, ParseError) as problem:
        raise _not_word(file, problem) from None
    word = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    parts = {f"{word}tab": "\t", f"{word}br": "\n", f"{word}cr": "\n"}
    return "\n".join(
        "".join(
            one.text or "" if one.tag == f"{word}t" else parts.get(one.tag, "") for one in paragraph.iter()
        )
        for paragraph in tree.iter(f"{word}p")
    )


def _not_word(file: str, problem: Exception) -> InputError:
    return InputError(
        f"is no Word file that can be read ({type(problem).__name__})",
        where=file,
        next_step="save it again as .docx, or as text",
    )
