"""Review comments from the tools people use, and what was done about them: the ledger's lines, JSON and a
page.

Read are CSV from frame.io, markers from Premiere (tab-separated) and Resolve (EDL or CSV), and any
list of `time, note, author`. Every row becomes one comment or an error that names it: none is lost.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

from pipeline.core.codec import VERSION, pretty
from pipeline.core.time import Programme, Source, Time, decimal, fraction, nearest
from pipeline.delivery.build_report import _page
from pipeline.edit.changes import CutList
from pipeline.errors import InputError
from pipeline.production.spreadsheet import MAX_BYTES, SheetRow
from pipeline.review.comments import Comment, Remark, Spot, whereabouts

ROLES = {
    "time": "timecode in/timecode/time/timestamp/tc/at/in/start/start tc/record in",
    "end": "timecode out/out/end/end tc/record out",
    "length": "duration/length",
    "frame": "frame",
    "note": "comment/comments/note/notes/description/text/message/feedback",
    "title": "marker name/title",
    "author": "commenter/author/by/who/user/username/reviewer/owner",
    "reply": "reply/replies",
    "done": "completed/resolved/done",
}
"""What the columns of review tools are for, the likelier name first; others, such as colours, are left aside.
"""

TOOLS = {"marker type", "color", "colour", "commenter"}
"""Columns by which a tool's list is known: its whole numbers count frames, where people's count seconds."""

_TIMECODE = re.compile(r"(\d{1,2})[:;](\d{2})[:;](\d{2})[:;](\d{2,3})")
_LABEL = r"\d\d[:;]\d\d[:;]\d\d[:;]\d\d"
_EVENT = re.compile(
    rf"^\d+[ \t]+\S+[ \t]+\S+[ \t]+\S+[ \t]+{_LABEL}[ \t]+{_LABEL}[ \t]+({_LABEL})[ \t]+{_LABEL}[ \t\r]*$",
    re.MULTILINE,
)
_TAGS = re.compile(r"\|C:\S*(?:\s\|M:(?P<name>.*?))?(?:\s\|D:(?P<frames>\d+))?$", re.DOTALL)
_LINES = re.compile(r"\r\n|\r|\n")
_BLANK_NAME = re.compile(r"(marker|comment)?\s*\d*", re.IGNORECASE)


ZERO, HOUR = "00:00:00:00", "01:00:00:00"


@dataclass(frozen=True)
class _Sheet:
    """Rows with the names of their columns by what they are for. `hour`: its tool counts from 01:00:00:00."""

    rows: Sequence[SheetRow]
    columns: Mapping[str, str]
    tool: bool
    hour: bool = False

    def cell(self, row: SheetRow, role: str) -> str:
        return row.get(self.columns[role]) if role in self.columns else ""

    def start(self) -> str:
        labels = [_TIMECODE.match(self.cell(row, "time")) for row in self.rows]
        return HOUR if self.hour and all(label and int(label[1]) for label in labels) else ZERO


@dataclass(frozen=True)
class _Clock:
    """How times are written in a file: at this rate, from this timecode on, whole numbers being frames or
    seconds.
    """

    rate: Fraction
    start: str
    counted: bool

    def __post_init__(self) -> None:
        self._frame(self.start, drop=False)

    def read(self, label: str) -> Fraction:
        """Seconds into the film of "1:23", "0:01:23.5", "83.2" or a timecode with frames."""
        label = label.strip()
        if self.counted and re.fullmatch(r"\d{1,9}", label):
            return int(label) / self.rate
        if not _TIMECODE.fullmatch(label):
            return Fraction(Time[Source].parse(label).ms(), 1000)
        drop = ";" in label
        return (self._frame(label, drop=drop) - self._frame(self.start, drop=drop)) / self.rate

    def length(self, label: str) -> Fraction:
        return replace(self, start=ZERO).read(label)

    def _frame(self, label: str, *, drop: bool) -> int:
        """The frame that a timecode labels. Drop-frame passes over labels, never over frames: the first of a
        minute, but not of a tenth.
        """
        found = _TIMECODE.fullmatch(label)
        nominal = nearest(self.rate)
        hours, minutes, seconds, frames = map(int, found.groups()) if found else (0, 0, 0, nominal)
        if minutes > 59 or seconds > 59 or frames >= nominal:
            raise ValueError(f'"{label}" is no timecode at {nominal} frames a second')
        minutes += hours * 60
        dropped = nominal // 15 if drop and self.rate.denominator != 1 and nominal in (30, 60) else 0
        return (minutes * 60 + seconds) * nominal + frames - dropped * (minutes - minutes // 10)


def read_comments(
    file_name: str, data: bytes, rate: Fraction, start_timecode: str | None = None
) -> tuple[Comment, ...]:
    """The comments of one file on a film at this rate. `start_timecode` is what its first frame is labelled.

    Unless it is given, that is 00:00:00:00; for Resolve 01:00:00:00, if no marker stands before it.
    """
    text = _decode(file_name, data)
    sheet = _edl(file_name, text) if _EVENT.search(text) else _table(file_name, text)
    try:
        clock = _Clock(rate, start_timecode or sheet.start(), sheet.tool)
    except ValueError as problem:
        raise InputError(
            str(problem),
            where="the start of the film",
            next_step="write what its first frame is labelled, as 01:00:00:00",
        ) from None
    seen: Counter[tuple[object, ...]] = Counter()
    found = []
    for row in sheet.rows:
        comment = _comment(sheet, row, clock)
        same = (comment.at, comment.author, comment.text)
        seen[same] += 1
        found.append(replace(comment, nth=seen[same]))
    return tuple(found)


def _comment(sheet: _Sheet, row: SheetRow, clock: _Clock) -> Comment:
    title, note, reply = (sheet.cell(row, role) for role in ("title", "note", "reply"))
    title = "" if _BLANK_NAME.fullmatch(title) or title == note else title
    text = f"{title}: {note}" if title and note else title or note
    if reply and not _yes(reply) and not re.fullmatch(r"no|false|\d+", reply, re.IGNORECASE):
        text = f"{text} – {reply}" if text else reply
    at, length = _times(sheet, row, clock)
    return Comment(
        row.file,
        row.number,
        None if at is None else Time(at),
        length,
        sheet.cell(row, "author"),
        text,
        _yes(sheet.cell(row, "done")),
    )


def _yes(cell: str) -> bool:
    return cell.lower() in ("yes", "true", "x", "✓", "completed", "resolved", "done")


def _times(sheet: _Sheet, row: SheetRow, clock: _Clock) -> tuple[Fraction | None, Fraction]:
    """Where it is, or None for the whole film, and how much it is about: 0 for a moment of up to a frame."""
    first, last = _range(sheet.cell(row, "time"))
    if not first and not sheet.cell(row, "frame"):
        return None, Fraction(0)
    role = "time" if first else "frame"
    at = row.read(
        sheet.columns[role],
        lambda cell: clock.read(first) if first else replace(clock, counted=True).read(cell),
    )
    if at < 0:
        raise row.error(
            sheet.columns[role],
            f"lies before the film starts, at {clock.start}",
            "say what the first frame of the reviewed film is labelled",
        )
    length = Fraction(0)
    if last:
        length = row.read(sheet.columns["time"], lambda _: clock.read(last)) - at
    elif sheet.cell(row, "end"):
        length = row.read(sheet.columns["end"], clock.read) - at
    elif sheet.cell(row, "length"):
        length = row.read(sheet.columns["length"], clock.length)
    return at, length if length > 1 / clock.rate else Fraction(0)


def _range(cell: str) -> tuple[str, str]:
    """From and to of "0:12 - 0:15"."""
    if len(cell) > 40:
        return cell, ""
    first, _, second = re.sub(r"\s*(?:–|—|-|\bto\b)\s*", "-", cell).partition("-")
    return (first, second) if first else (cell, "")


def _decode(file: str, data: bytes) -> str:
    """Text as review tools save it: UTF-8, UTF-16 with its mark or without, or as old Windows programs
    write.
    """
    if len(data) > MAX_BYTES:
        raise InputError(f"is larger than {MAX_BYTES >> 20} MB, which no list of comments is", where=file)
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings = ["utf-16"]
    elif b"\0" in data[:2]:
        encodings = ["utf-16-be" if data[0] == 0 else "utf-16-le"]
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text and data[:2] != b"PK":
            return text
    raise InputError("is not a text file", where=file, next_step="export the comments as CSV, text or EDL")


def _edl(file: str, text: str) -> _Sheet:
    """Markers of Resolve (and of frame.io for it): an event, then its note, which ends in |C: |M: |D:."""
    drop = bool(re.search(r"^FCM:\s*DROP", text, re.MULTILINE))
    events: list[tuple[int, str, list[str]]] = []
    for number, line in enumerate(_LINES.split(text), 1):
        event = _EVENT.match(line)
        if event:
            events.append((number, event[1].replace(":", ";") if drop else event[1], []))
        elif events:
            events[-1][2].append(" ".join(line.split()))
        elif line.strip() and not line.startswith(("TITLE:", "FCM:")):
            raise InputError(
                f'"{line.strip()[:40]}" belongs to no marker',
                where=f"{file} row {number}, column 1",
                next_step="export the markers again",
            )
    columns = {"time": "timecode", "length": "|D:", "note": "note", "title": "|M:", "author": "author"}
    return _Sheet(
        [
            _marker(SheetRow(file, number, {"timecode": label}), "\n".join(filter(None, notes)))
            for number, label, notes in events
        ],
        columns,
        True,
        True,
    )


def _marker(row: SheetRow, notes: str) -> SheetRow:
    tags = _TAGS.search(notes)
    if not tags:
        raise row.error(
            "note",
            "has no |C: |M: |D: under it: this is an edit, not a marker",
            "export Timeline Markers to EDL",
        )
    note, name, author = notes[: tags.start()].strip(), tags["name"] or "", ""
    if note.startswith("@"):  # frame.io: who and when, then what
        head, _, note = note.partition("\n")
        author, name = name or head[1:].partition(",")[0], ""
    return SheetRow(
        row.file,
        row.number,
        row.cells | {"note": note, "|M:": name, "|D:": tags["frames"] or "", "author": author},
    )


def _table(file: str, text: str) -> _Sheet:
    """A list with a header in one of the ways of ROLES, or without one: time, note, author."""
    if text[:4].lower() == "sep=":  # Excel's own hint line
        text = _LINES.split(text, 1)[-1]
    first = _LINES.split(text, 1)[0]
    mark = max("\t,;", key=lambda m: len(_columns(first.split(m))))
    columns, shift = _columns(first.split(mark)), 0
    if not {"time", "frame"} & set(columns) or not {"note", "title"} & set(columns):
        mark = _mark_after_a_time(file, first)
        text = f"{mark.join(('time', 'note', 'author'))}\n{text}"
        columns, shift = {"time": "time", "note": "note", "author": "author"}, 1
    lines = list(_lines(file, text, mark))
    header = [cell.strip().lower() for cell in lines[0][1]]
    for name in columns.values():
        if header.count(name) > 1:
            raise InputError(
                f'has the column "{name}" twice', where=f"{file} row 1", next_step="rename one of them"
            )
    rows = [
        SheetRow(file, number - shift, dict(zip(header, cells, strict=False)))
        for number, cells in _filled(file, lines[1:], len(header), shift)
    ]
    return _Sheet(rows, columns, tool=bool(TOOLS & set(header)), hour=bool({"color", "colour"} & set(header)))


def _mark_after_a_time(file: str, first: str) -> str:
    """What parts the columns of a list without a header, whose first column is a time."""

    def length(mark: str) -> int:
        time = first.split(mark)[0]
        return len(time) if mark in first and _is_time(time) else 0

    mark = max("\t,;", key=length)
    if not length(mark):
        raise InputError(
            "has no columns for the time and the text of comments",
            where=f"{file} row 1",
            next_step="read are frame.io CSV, markers of Premiere and Resolve, and lists with "
            "the columns time, note, author",
        )
    return mark


def _filled(
    file: str, lines: Iterable[tuple[int, Sequence[str]]], width: int, shift: int
) -> Iterator[tuple[int, Sequence[str]]]:
    """The lines that are not blank, none of them wider than the header."""
    for number, cells in lines:
        if any(cell.strip() for cell in cells[width:]):
            raise InputError(
                f"has {len(cells)} cells where there are {width} columns",
                where=f"{file} row {number - shift}, column {width + 1}",
                next_step='a text with commas in it stands in double quotes: "like, this"',
            )
        if any(cell.strip() for cell in cells):
            yield number, cells


def _columns(header: Sequence[str]) -> dict[str, str]:
    """The column for each role that the header has one for. A "name" is a marker's where markers have
    colours, else somebody's.
    """
    names = [cell.strip(' "').lower() for cell in header]
    found = {
        role: next((name for name in known.split("/") if name in names), "") for role, known in ROLES.items()
    }
    spare = "title" if {"color", "colour", "marker type"} & set(names) else "author"
    if "name" in names and not found[spare]:
        found[spare] = "name"
    return {role: name for role, name in found.items() if name}


def _is_time(cell: str) -> bool:
    try:
        return (
            _TIMECODE.fullmatch(cell.strip(' "')) is not None
            or Time[Source].parse(cell.strip(' "')) is not None
        )
    except ValueError:
        return False


def _lines(file: str, text: str, mark: str) -> Iterator[tuple[int, list[str]]]:
    """Cells by row, as a spreadsheet counts them. Premiere quotes nothing: where quoting does not fit, tabs
    alone divide.
    """
    try:
        yield from list(enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True), 1))
    except csv.Error as problem:
        if mark != "\t":
            raise InputError(
                f"cannot be read ({problem})",
                where=file,
                next_step="look for a double quote that is not closed",
            ) from None
        yield from enumerate((line.split("\t") for line in _LINES.split(text)), 1)


# What was done about them


def comment_entry(remark: Remark) -> dict[str, Any]:
    """A line for the ledger. Its id is the comment's: the same comment again is no other line."""
    comment, spot = remark.comment, remark.spot
    return {
        "event": "comment",
        "id": remark.id,
        "file": comment.file,
        "row": comment.row,
        "at": str(comment.at.seconds) if comment.at else None,
        "seconds": str(comment.seconds),
        "author": comment.author,
        "text": comment.text,
        "done": comment.done,
        "nth": comment.nth,
        "on": str(remark.on),
        "spot": asdict(spot)
        | {"moment": str(spot.moment.seconds) if spot.moment else None, "offset": str(spot.offset)},
    }


def answer_entry(remark: Remark) -> dict[str, Any]:
    """A line for the ledger: where a comment stands now, and what was answered."""
    on = str(remark.answered_on) if remark.answered_on else None
    return {
        "event": "answer",
        "comment": remark.id,
        "state": remark.state,
        "answer": remark.answer,
        "by": remark.answered_by,
        "on": on,
    }


def read_remarks(file: str, lines: Sequence[Mapping[str, Any]]) -> tuple[Remark, ...]:
    """The ledger's comments, in their order, each with its last answer."""
    found: dict[str, Remark] = {}
    for line in sorted(
        lines, key=lambda line: line.get("event") == "answer"
    ):  # however two copies were merged, comments come before answers
        try:
            if line.get("event") == "comment":
                found.setdefault(line["id"], _remark(line))
            elif line.get("event") == "answer":
                found[line["comment"]] = found[line["comment"]].answered(
                    line["state"], line["answer"], line["by"], date.fromisoformat(line["on"])
                )
        except (KeyError, TypeError, ValueError, AttributeError) as problem:
            raise InputError(
                f"the line {line.get('id')} is no comment ({problem})",
                where=file,
                next_step="take the last good one from your backup",
            ) from None
    return tuple(found.values())


def _remark(line: Mapping[str, Any]) -> Remark:
    spot = line["spot"]
    moment = Time[Source](fraction(spot["moment"])) if spot["moment"] else None
    at = Time[Programme](fraction(line["at"])) if line["at"] else None
    comment = Comment(
        line["file"],
        line["row"],
        at,
        fraction(line["seconds"]),
        line["author"],
        line["text"],
        line["done"],
        line["nth"],
    )
    place = Spot(**spot | {"moment": moment, "offset": fraction(spot["offset"])})
    return Remark(comment, place, date.fromisoformat(line["on"]), "done" if comment.done else "open")


def remarks_json(remarks: Sequence[Remark], cut: CutList) -> bytes:
    """The comments of a cut with what became of each, for programs."""
    return pretty(
        {"version": VERSION, "film": cut.title, "comments": [_told(remark, cut) for remark in remarks]}
    )


def remarks_html(remarks: Sequence[Remark], cut: CutList, language: str) -> bytes:
    """You said, we did: what was done first, then what is being done, what waits and what was not done, and
    why.
    """
    told = [_told(remark, cut) for remark in remarks]
    groups = [
        (state, [one for one in told if one["state"] == state])
        for state in ("done", "doing", "open", "declined")
    ]
    return _page("remarks.html", title=cut.title, language=language, groups=groups, total=len(told))


def _told(remark: Remark, cut: CutList) -> dict[str, Any]:
    place, comment = whereabouts(remark, cut), remark.comment
    return {
        "id": remark.id,
        "quote": remark.quote,
        "author": comment.author,
        "said": comment.text,
        "on": str(remark.on),
        "state": remark.state,
        "answer": remark.answer,
        "answered_by": remark.answered_by,
        "answered_on": str(remark.answered_on) if remark.answered_on else None,
        "at": decimal(place.at.seconds) if place.at else None,
        "where": place.what,
        "file": comment.file,
        "row": comment.row,
        "seconds": decimal(comment.seconds),
    }
