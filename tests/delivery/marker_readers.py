"""Markers as others read them: what each format's file says, with nothing of what wrote it.

Every reader gets the files, and of the film what no file of markers is asked for: its title, rate, size and
length. OpenTimelineIO reads its own files, timecode, and with its adapter Final Cut Pro 7's XML; webvtt-py
reads WebVTT, ElementTree FCPXML.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from html import unescape
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree as ET

import webvtt

from pipeline.delivery.markers import Chapter, Mark, Marked
from pipeline.delivery.training.model import Wording
from tests.delivery import otio_reader

Files = Mapping[str, bytes]


def frame(seconds: Fraction, rate: Fraction) -> int:
    return int(seconds * rate + Fraction(1, 2))


def clock(text: str) -> Fraction:
    hours, minutes, seconds = text.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + Fraction(seconds)


def words(record: Mapping[str, Any]) -> Wording:
    return Wording(*(record.get(name, "") for name in ("prompt", "easy_read", "notes", "content_note")))


def of_record(record: Mapping[str, Any], name: str, at: int, frames: int) -> Mark:
    translations = {language: words(said) for language, said in record.get("translations", {}).items()}
    return Mark(
        name,
        at,
        frames,
        record["kind"],
        Fraction(str(record["seconds"])),
        words(record),
        record.get("template", "own"),
        record.get("after", ""),
        translations,
    )


def plain(name: str, at: int, prompt: str, frames: int = 0) -> Mark:
    return Mark(name, at, frames, "", Fraction(0), Wording(prompt))


def until_the_next(starts: list[tuple[int, str]], film: Marked) -> tuple[Chapter, ...]:
    """Chapters of a format that says only where each begins."""
    ends = [*(at for at, _ in starts[1:]), film.frames]
    return tuple(Chapter(at, end, title) for (at, title), end in zip(starts, ends, strict=True))


def read_json(files: Files, film: Marked) -> Marked:
    document = json.loads(files["markers/reflection.json"])
    marks = [of_record(one, one["id"], one["at_frame"], 0) for one in document["breaks"]]
    assert [frame(Fraction(one["at"]), film.rate) for one in document["breaks"]] == [one.at for one in marks]
    return replace(film, marks=tuple(marks), chapters=())


def cues(data: bytes) -> list[tuple[str, Fraction, Fraction, str]]:
    found = webvtt.from_string(data.decode()).captions
    return [(cue.identifier, clock(cue.start), clock(cue.end), cue.raw_text) for cue in found]


def read_vtt(files: Files, film: Marked) -> Marked:
    marks = []
    for name, start, end, text in cues(files["markers/reflection.vtt"]):
        at = frame(start, film.rate)
        marks.append(of_record(json.loads(text), name, at, frame(end, film.rate) - at))
    return replace(film, marks=tuple(marks), chapters=())


class Blocks(HTMLParser):
    """The paragraphs of each section, by its id."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: dict[str, dict[str, str]] = {}
        self.section = self.field = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        if tag == "section":
            self.section = has["id"] or ""
            assert "hidden" in has
            assert has["tabindex"] == "-1"
            self.found[self.section] = {}
        elif tag == "p":
            named = {f"{self.section}-prompt": "prompt"}.get(has.get("id") or "")
            self.field = named or {"easy-read": "easy_read"}.get(has.get("class") or "", "content_note")
            self.found[self.section][self.field] = ""
        elif tag == "br":
            self.handle_data("\n")

    def handle_endtag(self, tag: str) -> None:
        self.field = "" if tag == "p" else self.field

    def handle_data(self, data: str) -> None:
        if self.field:
            self.found[self.section][self.field] += data


def read_able(files: Files, film: Marked) -> Marked:
    """As Able Player does: a line is PAUSE, FOCUS: and a selector, or a selector of what is to be shown."""
    blocks = Blocks(files["markers/able.html"].decode()).found
    marks, free = [], Fraction(0)
    for name, start, end, text in cues(files["markers/able.vtt"]):
        shown, pause, focus = text.split("\n")
        assert (shown, pause, focus) == (f"#{name}", "PAUSE", f"FOCUS:#{name}")
        assert free <= start < end  # of cues that stand at once it would see one
        free = end
        said = {field: " ".join(value.split()) for field, value in blocks[name].items()}
        marks.append(replace(plain(name, frame(start, film.rate), ""), said=words(said)))
    return replace(film, marks=tuple(marks), chapters=())


def read_chapters(files: Files, film: Marked) -> Marked:
    found = [
        Chapter(frame(start, film.rate), frame(end, film.rate), unescape(text))
        for _, start, end, text in cues(files["markers/chapters.vtt"])
    ]
    return replace(film, marks=(), chapters=tuple(found))


def read_ffmetadata(text: str) -> list[dict[str, str]]:
    """As ffmpeg's demuxer: a backslash takes the next character as it is; an unescaped newline ends a
    line.
    """
    lines = re.findall(r"((?:[^\\\n]|\\(?s:.))*)\n", text)
    assert lines[0] == ";FFMETADATA1"
    found: list[dict[str, str]] = []
    for line in lines[1:]:
        if line == "[CHAPTER]":
            found.append({})
            continue
        key, value = re.fullmatch(r"((?:[^\\=]|\\(?s:.))*)=(.*)", line, re.DOTALL).groups()  # type: ignore[union-attr]
        assert not re.match(r"[;#]", line)
        found[-1][key] = re.sub(r"\\(?s:(.))", r"\1", value)
    return found


def read_ffmeta(files: Files, film: Marked) -> Marked:
    found = [
        Chapter(
            *(frame(Fraction(one["TIMEBASE"]) * int(one[edge]), film.rate) for edge in ("START", "END")),
            one["title"],
        )
        for one in read_ffmetadata(files["markers/chapters.ffmeta"].decode())
    ]
    return replace(film, marks=(), chapters=tuple(found))


def label(text: str, film: Marked) -> int:
    """The frame that a timecode labels, as OpenTimelineIO counts."""
    return whole(otio_reader.ask(what="frame", label=text, rate=float(film.rate)))


def whole(value: float) -> int:
    assert value == int(value)
    return int(value)


def start(film: Marked) -> int:
    drops = round(film.rate) in (30, 60) and film.rate.denominator != 1
    return label("01:00:00;00" if drops else "01:00:00:00", film)


def read_resolve(files: Files, film: Marked) -> Marked:
    """As DaVinci Resolve: a note ends at the first pipe, and of markers on one frame the first stays."""
    found: dict[int, Mark] = {}
    lines = files["markers/resolve.edl"].decode().split("\n")
    drops = lines[1] == "FCM: DROP FRAME"
    for event, tags in zip(lines[3::3], lines[4::3], strict=False):
        first, last, *again = event.split()[4:]
        assert [first, last] == again
        assert drops == (";" in first)
        at = label(first, film) - start(film)
        assert label(last, film) - start(film) == at + 1
        note, colour, name, frames = tags.split("|")
        assert colour == "C:ResolveColorBlue "
        found.setdefault(at, plain(name[2:-1], at, note.removesuffix(" "), int(frames[2:])))
    return replace(film, marks=tuple(found.values()), chapters=())


def timeline(data: bytes, adapter: str, film: Marked) -> Any:
    """As OpenTimelineIO reads it."""
    found = otio_reader.ask(what="timeline", adapter=adapter, text=data.decode())
    assert found["start"] == start(film)
    assert all(abs(rate - float(film.rate)) < 0.01 for one in found["markers"] for rate in one["rates"])
    return found


def read_fcp7(files: Files, film: Marked) -> Marked:
    found = timeline(files["markers/fcp7.xml"], "fcp_xml", film)
    marks = [
        plain(
            one["name"], whole(one["at"]), one["metadata"]["fcp_xml"]["comment"] or "", whole(one["frames"])
        )
        for one in found["markers"]
    ]
    return replace(film, marks=tuple(marks), chapters=())


def read_otio(files: Files, film: Marked) -> Marked:
    found = timeline(files["markers/markers.otio"], "otio_json", film)
    assert found["frames"] == film.frames
    marks, chapters = [], []
    for one in found["markers"]:
        at, frames, ours = whole(one["at"]), whole(one["frames"]), one["metadata"]["ourwords"]
        if "chapter" in ours:
            assert (one["color"], one["name"]) == ("GREEN", ours["chapter"])
            chapters.append(Chapter(at, at + frames, one["name"]))
        else:
            assert (one["color"], one["comment"]) == ("BLUE", ours["break"]["prompt"])
            assert (one["name"], at) == (ours["break"]["id"], ours["break"]["at_frame"])
            marks.append(of_record(ours["break"], one["name"], at, frames))
    return replace(film, marks=tuple(marks), chapters=tuple(chapters))


def read_fcpxml(files: Files, film: Marked) -> Marked:
    root = ET.fromstring(files["markers/markers.fcpxml"])
    seconds = lambda text: Fraction(text.removesuffix("s"))  # noqa: E731
    rate = 1 / seconds(root.find(".//format").attrib["frameDuration"])  # type: ignore[union-attr]
    sequence, gap = root.find(".//sequence").attrib, root.find(".//gap")  # type: ignore[union-attr]
    first = seconds(gap.attrib["start"]) * rate  # type: ignore[union-attr]
    assert (rate, first) == (film.rate, start(film))
    assert seconds(sequence["tcStart"]) == seconds(gap.attrib["offset"]) == first / rate  # type: ignore[union-attr]
    assert (seconds(sequence["duration"]) * rate, sequence["tcFormat"] == "DF") == (film.frames, film.drop)

    def at(marker: ET.Element) -> int:
        place = seconds(marker.attrib["start"]) * rate - first
        assert place.denominator == 1
        return int(place)

    marks = [
        plain(one.attrib["note"], at(one), one.attrib["value"], int(seconds(one.attrib["duration"]) * rate))
        for one in gap.iterfind("marker")  # type: ignore[union-attr]
    ]
    starts = [(at(one), one.attrib["value"]) for one in gap.iterfind("chapter-marker")]  # type: ignore[union-attr]
    return replace(film, marks=tuple(marks), chapters=until_the_next(starts, film))


def read_csv(files: Files, film: Marked) -> Marked:
    text = files["markers/reflection.csv"].decode("utf-8-sig")
    marks = []
    for row in csv.DictReader(io.StringIO(text, newline="")):
        assert label(row["timecode"], film) == frame(Fraction(row["at"]), film.rate)
        translations: dict[str, dict[str, str]] = {}
        for column, cell in row.items():
            if (of := re.fullmatch(r"(\w+) \((.+)\)", column)) and cell:
                translations.setdefault(of[2], {})[of[1]] = cell
        record = {key: cell for key, cell in row.items() if cell} | {"translations": translations}
        marks.append(of_record(record, row["id"], label(row["timecode"], film), 0))
    return replace(film, marks=tuple(marks), chapters=())


def read_premiere(files: Files, film: Marked) -> Marked:
    """As scripts for Premiere do: tabs part the cells, and nothing stands in quotes."""
    header, *lines, end = files["markers/premiere.csv"].decode("utf-8-sig").split("\r\n")
    assert (header, end) == ("Marker Name\tDescription\tIn\tOut\tDuration\tMarker Type\t", "")
    marks, chapters = [], []
    for line in lines:
        name, description, *labels, kind, empty = line.split("\t")
        first, last, length = (label(text.replace(";", ":", 2), film) for text in labels)
        assert (last - first, empty) == (length, "")
        if kind == "Chapter":
            chapters.append(Chapter(first, last, name))
        else:
            marks.append(plain(name, first, description, length))
    return replace(film, marks=tuple(marks), chapters=tuple(chapters))


READERS: dict[str, Callable[[Files, Marked], Marked]] = {
    "json": read_json,
    "vtt": read_vtt,
    "able": read_able,
    "chapters": read_chapters,
    "ffmetadata": read_ffmeta,
    "resolve": read_resolve,
    "fcp7": read_fcp7,
    "fcpxml": read_fcpxml,
    "otio": read_otio,
    "csv": read_csv,
    "premiere": read_premiere,
}
