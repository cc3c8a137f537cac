"""An .xlsx as it looks: what stands in each cell, and what is struck out, hidden, merged or commented on.

openpyxl gives these only for a workbook that it holds whole, and a small file can unfold into gigabytes; so
the parts are read here, one after the other, none larger than MAX_PART, whatever their namespace is.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from pipeline.errors import InputError

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MAX_UNPACKED = 100 << 20
MAX_PART = 16 << 20
MAX_TAGS = 300_000
"""In a part: ten for each cell of a long list, and as many as are read in a second."""
MAX_ROWS = 3_000
MAX_MERGED = 1_000
MAX_SHEETS = 50
LAST_ROW, LAST_COLUMN = 1 << 20, 1 << 14

_CHANGING = re.compile(r"\b(TODAY|NOW|RAND\w*)\s*\(", re.IGNORECASE)
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_REF = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")


@dataclass(frozen=True)
class Cell:
    """A cell's text, the part of it that is struck out, and why the text cannot be believed."""

    text: str
    struck: str = ""
    flaw: str = ""
    next_step: str = ""
    clock: bool = False
    """Stored as a time of day or a length of time, whatever was typed."""
    day: bool = False
    """Stored as a day, as the spreadsheet understood what was typed."""


@dataclass(frozen=True)
class Line:
    number: int
    cells: Mapping[int, Cell]
    """By column, from 1."""
    hidden: bool = False


@dataclass(frozen=True)
class Area:
    """Merged cells: rows and columns, the last included."""

    top: int
    left: int
    bottom: int
    right: int

    def __str__(self) -> str:
        return f"{letters(self.left)}{self.top}:{letters(self.right)}{self.bottom}"


@dataclass(frozen=True)
class Sheet:
    """`name` is blank for a file that has no sheets."""

    name: str
    lines: tuple[Line, ...]
    hidden: bool = False
    hidden_columns: tuple[range, ...] = ()
    merged: tuple[Area, ...] = ()
    comments: Mapping[int, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    """By row: the cell, and what was said of it."""
    strikes_by_rule: bool = False
    """Conditional formatting strikes cells out: nobody works out here which."""

    def hides(self, column: int) -> bool:
        return any(column in columns for columns in self.hidden_columns)


def letters(column: int) -> str:
    """A column as a spreadsheet names it.

    >>> letters(1), letters(28), letters(16384)
    ('A', 'AB', 'XFD')
    """
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def _place(ref: str) -> tuple[int, int]:
    """Row and column of a reference; ValueError for one that no sheet has."""
    found = _REF.fullmatch(ref)
    if not found:
        raise ValueError(ref[:20])
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    row = int(found[2])
    if not (0 < row <= LAST_ROW and column <= LAST_COLUMN):
        raise ValueError(ref)
    return row, column


def sheets(file: str, data: bytes) -> list[Sheet]:
    """All sheets of a workbook, in their order; InputError for what is none, or is too large."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(info.file_size for info in archive.infolist()) > MAX_UNPACKED:
                raise InputError(
                    f"unpacks to more than {MAX_UNPACKED >> 20} MB",
                    where=file,
                    next_step="this is not a list of quotes",
                )
            return list(_Book(file, archive).sheets())
    except InputError:
        raise
    except Exception as problem:  # noqa: BLE001 - whatever zip, XML and numbers of strangers raise
        raise InputError(
            f"is not a spreadsheet that can be read ({type(problem).__name__})",
            where=file,
            next_step="save it again as .xlsx or CSV UTF-8",
        ) from None


class _Book:
    """The parts of a workbook that say what its cells show."""

    def __init__(self, file: str, archive: zipfile.ZipFile) -> None:
        self.file, self.archive = file, archive

    def sheets(self) -> Iterator[Sheet]:
        book = self._xml("xl/workbook.xml")
        parts = {name: target for name, _, target in self._related("xl/workbook.xml")}
        named = [element for element in book.iter() if _is(element, "sheet")]
        if len(named) > MAX_SHEETS:
            raise self._too("has", f"more than {MAX_SHEETS} sheets")
        for element in named:
            state = element.get("state", "visible")
            relation = next(value for key, value in element.attrib.items() if key.endswith("}id"))
            if "/worksheets/" in parts[relation]:
                yield self._sheet(element.get("name", ""), parts[relation], hidden=state != "visible")

    def _sheet(self, name: str, part: str, *, hidden: bool) -> Sheet:
        from defusedxml.ElementTree import iterparse

        lines: list[Line] = []
        columns, merged, ruled, last = [], [], False, 0
        for _, element in iterparse(io.BytesIO(self._part(part))):
            match _local(element):
                case "row":
                    line = self._line(element, last)
                    last = line.number
                    if line.cells:
                        lines.append(line)
                    element.clear()
                    if len(lines) > MAX_ROWS:
                        raise self._too(f"sheet {name} has", f"more than {MAX_ROWS} rows")
                case "col" if _true(element.get("hidden")) or _is_flat(element.get("width")):
                    columns.append(range(int(element.get("min")), int(element.get("max")) + 1))
                case "mergeCell":
                    merged.append(_area(element.get("ref")))
                    if len(merged) > MAX_MERGED:
                        raise self._too(f"sheet {name} has", f"more than {MAX_MERGED} merged cells")
                case "cfRule" if element.get("dxfId"):
                    ruled |= int(element.get("dxfId")) in self._striking_rules
        return Sheet(name, tuple(lines), hidden, tuple(columns), tuple(merged), self._comments(part), ruled)

    def _line(self, row: Element, last: int) -> Line:
        number = int(row.get("r") or last + 1)
        if not last < number <= LAST_ROW:
            raise ValueError(number)
        cells, column = {}, 0
        for element in row:
            column = _place(element.get("r", ""))[1] if element.get("r") else column + 1
            cell = self._cell(element)
            if cell.text.strip() or cell.flaw:
                cells[column] = cell
        return Line(number, cells, _true(row.get("hidden")) or _is_flat(row.get("ht")))

    def _cell(self, element: Element) -> Cell:
        kind, style = element.get("t", "n"), int(element.get("s") or 0)
        parts = {_local(child): child for child in element}
        value = (parts["v"].text or "") if "v" in parts else ""
        struck = self._struck_styles.get(style, False)
        if "f" in parts and (flaw := _of_formula(parts["f"].text or "", kind, value)):
            return Cell("", flaw=flaw, next_step="write what it should say into the cell, as text")
        if kind == "e":
            return Cell("", flaw=f"is an error: {value}", next_step="write what it should say into the cell")
        if kind == "s":
            return _styled(self._strings[int(value)], struck=struck)
        if kind == "inlineStr":
            return _styled(_runs(parts["is"]) if "is" in parts else [], struck=struck)
        if kind == "n" and value:
            return self._number(float(value), style, struck=struck)
        text = {"1": "TRUE", "0": "FALSE"}.get(value, value) if kind == "b" else _unescaped(value)
        return Cell(text, text if struck else "")

    def _number(self, value: float, style: int, *, struck: bool) -> Cell:
        from openpyxl.utils.datetime import from_excel

        is_date, is_length = self._dates.get(style, (False, False))
        found = from_excel(value, self._epoch, timedelta=is_length) if is_date or is_length else value
        clock = isinstance(found, time | timedelta)
        text = _clock(found) if isinstance(found, time | timedelta) else _number(found)
        return Cell(text, text if struck else "", clock=clock, day=isinstance(found, datetime))

    @cached_property
    def _strings(self) -> list[list[tuple[str, bool | None]]]:
        if "xl/sharedStrings.xml" not in self.archive.namelist():
            return []
        return [_runs(item) for item in self._xml("xl/sharedStrings.xml") if _is(item, "si")]

    @cached_property
    def _styles(self) -> Mapping[str, list[Element]]:
        """The children of each list of styles."""
        if "xl/styles.xml" not in self.archive.namelist():
            return {}
        return {_local(group): list(group) for group in self._xml("xl/styles.xml")}

    @cached_property
    def _struck_styles(self) -> dict[int, bool]:
        fonts = [_strikes(font) for font in self._styles.get("fonts", [])]
        formats = self._styles.get("cellXfs", [])
        return {number: fonts[int(form.get("fontId") or 0)] for number, form in enumerate(formats) if fonts}

    @cached_property
    def _striking_rules(self) -> set[int]:
        rules = enumerate(self._styles.get("dxfs", []))
        return {number for number, rule in rules if any(_strikes(font) for font in rule if _is(font, "font"))}

    @cached_property
    def _dates(self) -> dict[int, tuple[bool, bool]]:
        """By style: is a number of it a date or time of day, or a length of time?"""
        from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format

        own = {one.get("numFmtId"): one.get("formatCode", "") for one in self._styles.get("numFmts", [])}
        found = {}
        for number, form in enumerate(self._styles.get("cellXfs", [])):
            name = form.get("numFmtId", "0")
            code = own.get(name, BUILTIN_FORMATS.get(int(name), "General"))
            found[number] = (is_date_format(code), is_timedelta_format(code))
        return found

    @cached_property
    def _epoch(self) -> datetime:
        from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH

        settings = [element for element in self._xml("xl/workbook.xml") if _is(element, "workbookPr")]
        mac = any(_true(element.get("date1904")) for element in settings)
        epoch: datetime = MAC_EPOCH if mac else WINDOWS_EPOCH
        return epoch

    def _comments(self, part: str) -> dict[int, tuple[tuple[str, str], ...]]:
        said: dict[str, dict[str, list[str]]] = {"comment": {}, "threadedComment": {}}
        for _, kind, target in self._related(part):
            if kind.rpartition("/")[2].casefold() not in ("comments", "threadedcomment"):
                continue
            for element in self._xml(target).iter():
                if _local(element) in said and element.get("ref"):
                    text = " ".join(_unescaped("".join(element.itertext())).split())
                    said[_local(element)].setdefault(element.get("ref", ""), []).append(text)
        found: dict[int, tuple[tuple[str, str], ...]] = {}
        for which, by_cell in said.items():
            for cell, texts in by_cell.items():
                if which == "comment" and cell in said["threadedComment"]:
                    # Excel's copy for older programs starts with sentences of its own, in brackets
                    texts = [text for text in texts if not text.startswith("[")]
                row, _ = _place(cell)
                found[row] = (*found.get(row, ()), *((cell, text) for text in texts))
        return found

    def _related(self, part: str) -> Iterator[tuple[str, str, str]]:
        """(id, kind, part) of what a part points to, inside the file."""
        folder, name = posixpath.split(part)
        relations = f"{folder}/_rels/{name}.rels"
        if relations in self.archive.namelist():
            for one in self._xml(relations):
                target = posixpath.normpath(posixpath.join(f"/{folder}", one.get("Target", "")))
                if one.get("TargetMode") != "External":
                    yield one.get("Id", ""), one.get("Type", ""), target.lstrip("/")

    def _xml(self, part: str) -> Element:
        from defusedxml.ElementTree import fromstring

        found: Element = fromstring(self._part(part))
        return found

    def _part(self, part: str) -> bytes:
        with self.archive.open(part) as stream:
            data = stream.read(MAX_PART + 1)
        if len(data) > MAX_PART:
            raise self._too("holds", f"more than {MAX_PART >> 20} MB of cells")
        if data.count(b"<") > MAX_TAGS:
            raise self._too("holds", "too many cells, though most may be empty")
        return data

    def _too(self, has: str, much: str) -> InputError:
        step = "copy the list alone into a new workbook: as many as a film needs, and no cell far out"
        return InputError(f"{has} {much}", where=self.file, next_step=step)


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _is(element: Element, name: str) -> bool:
    return _local(element) == name


def _true(value: str | None) -> bool:
    return value in ("1", "true", "on")


def _is_flat(size: str | None) -> bool:
    """Has a row or a column been drawn so small that nothing of it is seen?"""
    return size is not None and float(size) < 1


def _strikes(font: Element) -> bool:
    return any(_is(child, "strike") and child.get("val") not in ("0", "false") for child in font)


def _area(ref: str | None) -> Area:
    first, _, last = (ref or "").partition(":")
    return Area(*_place(first), *_place(last or first))


def _runs(item: Element) -> list[tuple[str, bool | None]]:
    """The text of a cell, and of each piece whether it is struck out; None: as its cell is."""
    found: list[tuple[str, bool | None]] = []
    for child in item:
        if _is(child, "t"):
            found.append((_unescaped(child.text or ""), None))
        elif _is(child, "r"):
            styles = [_strikes(part) for part in child if _is(part, "rPr")]
            text = "".join(part.text or "" for part in child if _is(part, "t"))
            found.append((_unescaped(text), styles[0] if styles else None))
    return found


def _styled(runs: list[tuple[str, bool | None]], *, struck: bool) -> Cell:
    gone = "".join(text for text, own in runs if (struck if own is None else own))
    return Cell("".join(text for text, _ in runs), gone if gone.strip() else "")


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _of_formula(formula: str, kind: str, value: str) -> str:
    """Why the result of a formula cannot be taken."""
    if changing := _CHANGING.search(formula):
        return f"is {changing[1].upper()}(), which says something else every day"
    return "is a formula whose result was not saved" if not value and kind != "str" else ""


def _clock(found: time | timedelta) -> str:
    length = (
        found
        if isinstance(found, timedelta)
        else timedelta(
            hours=found.hour, minutes=found.minute, seconds=found.second, microseconds=found.microsecond
        )
    )
    ms = round(length.total_seconds() * 1000)
    text = f"{ms // 3600000}:{ms // 60000 % 60:02}:{ms // 1000 % 60:02}"
    return f"{text}.{ms % 1000:03}" if ms % 1000 else text


def _number(found: object) -> str:
    if isinstance(found, datetime):
        return found.date().isoformat()
    if isinstance(found, float) and found.is_integer():
        return str(int(found))
    return str(found)
