"""Spreadsheets as people save them: CSV or XLSX bytes to rows that know their line.

UTF-8 with or without a byte-order mark, UTF-16 with one, and `,` `;` or tab between the columns
are read as they are. Anything else is an error with row and column: approved words are not guessed.
"""

from __future__ import annotations

import csv
import difflib
import io
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from pipeline.errors import InputError

T = TypeVar("T")

MAX_BYTES = 20 << 20
MAX_UNPACKED = 100 << 20
MAX_ROWS = 20_000


@dataclass(frozen=True)
class SheetRow:
    """One row: `number` is its line in the file as a spreadsheet shows it, the header being 1."""

    file: str
    number: int
    cells: dict[str, str]

    def error(self, column: str, what: str, next_step: str = "") -> InputError:
        return InputError(
            what,
            where=f"{self.file} row {self.number}, column {column}",
            next_step=next_step or "correct the cell",
        )

    def get(self, column: str) -> str:
        return self.cells.get(column, "").strip()

    def required(self, column: str) -> str:
        return self.get(column) or self._missing(column)

    def _missing(self, column: str) -> str:
        raise self.error(column, "is empty", f"fill in {column}")

    def read(self, column: str, reader: Callable[[str], T]) -> T:
        try:
            return reader(self.get(column))
        except ValueError as problem:
            raise self.error(column, str(problem)) from None

    def several(self, column: str) -> tuple[str, ...]:
        """A `;` list, in its order."""
        return tuple(part.strip() for part in self.get(column).split(";") if part.strip())

    def choices(self, column: str, known: tuple[str, ...]) -> frozenset[str]:
        """A `;` list of known words."""
        found = [word.strip().lower() for word in self.get(column).split(";") if word.strip()]
        for word in found:
            if word not in known:
                raise self.error(
                    column, f'"{word}" is not one of {", ".join(known)}', nearest_hint(word, known)
                )
        return frozenset(found)

    def date(self, column: str) -> date | None:
        return self.read(column, parse_date)


def nearest_hint(word: str, known: tuple[str, ...] | list[str]) -> str:
    """What to do about a word that is not known: the nearest that is, or all of them."""
    close = difflib.get_close_matches(word, known, 1, 0.5)
    return f'did you mean "{close[0]}"?' if close else f"use one of: {', '.join(known)}"


def parse_date(text: str) -> date | None:
    """2025-05-13, or 13/05/2025 as British spreadsheets have it, where it can mean one day only.

    >>> parse_date("13/05/2025")
    datetime.date(2025, 5, 13)
    """
    if not text:
        return None
    try:
        return _british(text) if "/" in text else date.fromisoformat(text)
    except (ValueError, OverflowError) as problem:
        if "two days" in str(problem):
            raise
        raise ValueError(f'"{text}" is not a date; write it as 2025-05-13') from None


def _british(text: str) -> date:
    """13/05/2025; the other way round where no day is meant otherwise."""
    first, second, year = (int(part) for part in text.split("/"))
    if year < 1000:
        raise ValueError(text)
    if first <= 12 and second <= 12 and first != second:
        raise ValueError(
            f'"{text}" can be two days; write {year:04}-{second:02}-{first:02} or '
            f"{year:04}-{first:02}-{second:02}"
        )
    return date(year, second, first) if second <= 12 else date(year, first, second)


def read_table(
    file: str, data: bytes, required: tuple[str, ...], optional: tuple[str, ...]
) -> list[SheetRow]:
    """The rows of a CSV or XLSX file; blank rows are passed over. Unknown columns are errors."""
    if len(data) > MAX_BYTES:
        raise InputError(f"is larger than {MAX_BYTES >> 20} MB, which no list of quotes is", where=file)
    lines = list(_xlsx(file, data) if data[:4] == b"PK\x03\x04" else _csv(file, data, required))
    if not lines:
        raise InputError(
            "is empty", where=file, next_step=f"its first row has the columns {', '.join(required)}"
        )
    header = [cell.strip().lower() for cell in lines[0][1]]
    _check_header(file, header, required, optional)
    rows = []
    for number, cells in lines[1:]:
        if any(cell.strip() for cell in cells[len(header) :]):
            raise InputError(
                f"has {len(cells)} cells where the header has {len(header)}",
                where=f"{file} row {number}",
                next_step='a text with commas in it stands in double quotes: "like, this"',
            )
        if any(cell.strip() for cell in cells):
            rows.append(SheetRow(file, number, dict(zip(header, cells, strict=False))))
    return rows


def _check_header(
    file: str, header: Sequence[str], required: tuple[str, ...], optional: tuple[str, ...]
) -> None:
    known, named = required + optional, list(filter(None, header))
    where = f"{file} row 1"
    for name in named:
        if name not in known:
            what = f'has a column "{name}" that is not known'
            raise InputError(what, where=where, next_step=nearest_hint(name, known))
    for name in required:
        if name not in header:
            step = f"add it; the columns are {', '.join(known)}"
            raise InputError(f'has no column "{name}"', where=where, next_step=step)
    if len(set(named)) != len(named):
        raise InputError("has the same column twice", where=where)


def decode(file: str, data: bytes) -> str:
    """Text of a file saved as UTF-8 (or UTF-16 with its mark); an error says where it is neither."""
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as problem:
        before = data[: problem.start].decode("latin-1")
        row, column = _place(before)
        raise InputError(
            f"is not UTF-8 (byte 0x{data[problem.start]:02x})",
            where=f"{file} row {row}, column {column}",
            next_step='save it again as "CSV UTF-8" (Excel: Save as → CSV UTF-8; LibreOffice: '
            "character set UTF-8)",
        ) from None
    if "\0" in text:
        raise InputError("is not a text file", where=file, next_step="save it as CSV UTF-8 or as .xlsx")
    return text


def _place(before: str) -> tuple[int, int]:
    """Row and column that a spreadsheet would show for the end of this text."""
    try:
        rows = list(csv.reader(io.StringIO(before, newline=""), delimiter=_delimiter(before)))
    except csv.Error:
        return before.count("\n") + 1, 1
    return max(1, len(rows)), len(rows[-1]) if rows else 1


def _delimiter(text: str) -> str:
    header = text.partition("\n")[0]
    return max(",;\t", key=header.count)


def _csv(file: str, data: bytes, required: tuple[str, ...]) -> Iterator[tuple[int, list[str]]]:
    text = decode(file, data)
    header = text.partition("\n")[0].lower()
    if header.startswith("sep="):  # Excel's own hint line
        text = text.partition("\n")[2]
        header = text.partition("\n")[0].lower()
    delimiter = max(
        ",;\t",
        key=lambda mark: sum(name in [h.strip(' \r"') for h in header.split(mark)] for name in required),
    )
    number = 1  # rows as a spreadsheet counts them: a cell with line breaks in it is one row
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            yield number, cells
            number += 1
    except csv.Error as problem:
        raise InputError(
            f"cannot be read ({problem})",
            where=f"{file} row {number}",
            next_step="look for a double quote that is not closed",
        ) from None


def _xlsx(file: str, data: bytes) -> Iterator[tuple[int, list[str]]]:
    import openpyxl

    if not openpyxl.DEFUSEDXML:  # pragma: no cover - a broken install
        raise InputError(
            "cannot be opened safely: defusedxml is missing", where=file, next_step="install ourwords again"
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(info.file_size for info in archive.infolist()) > MAX_UNPACKED:
                raise InputError(
                    f"unpacks to more than {MAX_UNPACKED >> 20} MB",
                    where=file,
                    next_step="this is not a list of quotes",
                )
        sheet = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True).worksheets[0]
        sheet.reset_dimensions()  # what a file says of its size is not believed
        for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
            if number > MAX_ROWS:
                raise InputError(
                    f"has more than {MAX_ROWS} rows",
                    where=file,
                    next_step="delete the empty rows below the list, or look for a stray cell far down",
                )
            yield number, [_cell(cell) for cell in cells]
    except InputError:
        raise
    except Exception as problem:  # noqa: BLE001 - openpyxl raises what its XML, zip and style parsers raise
        raise InputError(
            f"is not a spreadsheet that can be read ({type(problem).__name__})",
            where=file,
            next_step="save it again as .xlsx or CSV UTF-8",
        ) from None


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
