"""Spreadsheets as people keep them: CSV or XLSX bytes to rows that know their cells.

UTF-8 with or without a byte-order mark, UTF-16 with one, and `,` `;` or tab between the columns
are read as they are. The list is where its columns are named: under a title, on the one visible sheet that
has them, beside columns of the group's own. What is struck out, hidden or said to be withdrawn is not taken
for approved. Anything else is told with its cell: approved words are not guessed.
"""

from __future__ import annotations

import csv
import difflib
import io
import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeVar

from pipeline.errors import InputError
from pipeline.language import papers
from pipeline.language.characters import HERE, LONG_WORD, SOFT
from pipeline.production.dates import day_first, is_settled, of_two_days, parse_date
from pipeline.production.problems import Problems, Weight
from pipeline.production.workbook import MAX_ROWS, Area, Cell, Line, Sheet, letters, sheets

T = TypeVar("T")

MAX_BYTES = 20 << 20
MAX_CELL = 5_000
"""Characters in a cell; a minute of speech has a thousand."""
MAX_COLUMNS = 500
MAX_LINES = 50_000
"""Rows of a CSV, the blank ones counted."""
HEADER_WITHIN = 20
"""Rows from the top in which the names of the columns stand."""

_ERROR = re.compile(r"#(REF!|N/A|VALUE!|NAME\?|DIV/0!|NULL!|NUM!|SPILL!|CALC!)|=[A-Z]+\(.*", re.DOTALL)
_STROKES = "\u0335-\u0338\u20d2\u20d3\u20e5\u20e6\u20eb"
_STRUCK = re.compile(
    rf"(?:.[{_STROKES}]+)+|~~.+?~~|(?<![~\w])~(?=\S)[^~]+(?<=\S)~(?![~\w])|<(?:s|del|strike)>.*?</(?:s|del|strike)>",
    re.DOTALL | re.IGNORECASE,
)
_SIGNS = re.compile(rf"[{_STROKES}~]|</?(?:s|del|strike)>", re.IGNORECASE)
_JOINERS = "\u200c\u200d\u200e\u200f\u061c"
"""They part or join letters of other scripts and give their direction; beside Latin letters they are dirt."""


@dataclass(frozen=True)
class Marks:
    """What a spreadsheet shows of a row besides its text."""

    sheet: str = ""
    letters: Mapping[str, str] = field(default_factory=dict)
    """By column."""
    gone: str = ""
    """Why the row does not count as approved: struck out, hidden, or said to be withdrawn."""
    cells: Mapping[str, Cell] = field(default_factory=dict)
    day_first: Mapping[str, bool | None] = field(default_factory=dict)
    asked: frozenset[str] = frozenset()
    """Columns about which a question is asked once, whose cells are not asked about again."""


@dataclass(frozen=True)
class SheetRow:
    """One row: `number` is its line in the file as a spreadsheet shows it, the first being 1."""

    file: str
    number: int
    cells: dict[str, str]
    marks: Marks = Marks()

    def where(self, column: str) -> str:
        if not self.marks.sheet:
            return f"{self.file} row {self.number}, column {column}"
        cell = f"{self.marks.letters.get(column, '')}{self.number}"
        return f"{self.file}, sheet {self.marks.sheet}, cell {cell} ({column})"

    @property
    def place(self) -> str:
        """The file, and its sheet."""
        return f"{self.file}, sheet {self.marks.sheet}" if self.marks.sheet else self.file

    def is_struck(self, column: str) -> bool:
        """Is a cell struck out whole?"""
        cell = self.marks.cells.get(column)
        return bool(cell and cell.struck.strip() and cell.struck.strip() == cell.text.strip())

    def is_asked(self, *columns: str) -> bool:
        """Is one of these days one of two, about which its column is asked?"""
        asked = self.marks.asked & {*columns}
        return bool(of_two_days({name: plain(self.cells.get(name, "")) for name in asked}))

    def error(self, column: str, what: str, next_step: str = "") -> InputError:
        return InputError(what, where=self.where(column), next_step=next_step or "correct the cell")

    def get(self, column: str) -> str:
        """The text of a cell, without what nobody sees."""
        text = plain(self.cells.get(column, ""))
        cell = self.marks.cells.get(column)
        if cell and cell.flaw:
            raise self.error(column, cell.flaw, cell.next_step)
        if _ERROR.fullmatch(text):
            raise self.error(column, f"is no text: {text[:40]}", "write what it should say into the cell")
        if len(text) > MAX_CELL:
            raise self.error(column, f"has {len(text)} characters; {MAX_CELL} is the most", "shorten it")
        return text

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
        """A list parted by `;`, a comma or a line, in its order."""
        return tuple(part.strip() for part in re.split(r"[;,\n]", self.get(column)) if part.strip())

    def choices(
        self, column: str, known: tuple[str, ...], suggest: tuple[str, ...] | None = None
    ) -> frozenset[str]:
        """A list of known words, parted by `;`, a comma or a line: there is no other way to read them.

        `suggest` are those that a slip of the pen may be taken for, where not all are.
        """
        found = [word.strip().lower() for word in re.split(r"[;,\n]", self.get(column)) if word.strip()]
        for word in found:
            if word not in known:
                what = f'"{word}" is not one of {", ".join(known)}'
                raise self.error(column, what, _choice_hint(word, known, suggest or known))
        return frozenset(found)

    def date(self, column: str) -> date | None:
        if self.is_asked(column):
            return None  # the column is asked about, once
        order = self.marks.day_first.get(column)
        return self.read(column, lambda text: parse_date(text, day_first=order))


def plain(text: str) -> str:
    """A cell as it is seen: without signs that nobody sees, blanks of one kind, none around it. What says
    where a long word may be parted, or one of a script without blanks, stays.

    >>> plain("the la\\u00adbel\\u200b\\u00a0before ")
    'the label before'
    """
    if text.isascii() and text.isprintable():
        return text.strip()
    kept = [_seen(text, at) for at in range(len(text))]
    return "".join(kept).strip()


def _seen(text: str, at: int) -> str:
    character = text[at]
    kind = unicodedata.category(character)
    if character in _JOINERS:
        return character if any(ord(c) > 0x58F for c in text[max(0, at - 1) : at + 2 : 2]) else ""
    if character in (SOFT, HERE) and _parts(text, at):
        return character
    if character == "\n" or kind in ("Zl", "Zp"):
        return "\n"
    return " " if kind == "Zs" or kind == "Cc" else "" if kind == "Cf" else character


def _parts(text: str, at: int) -> bool:
    """Does a mark stand inside a long word, or between letters that are written without blanks?"""
    before, after = text[max(0, at - 1) : at], text[at + 1 : at + 2]
    if text[at] == HERE:
        return bool(before and after) and min(before, after) > "\u0dff"
    run = re.split(r"\s", text[:at])[-1] + re.split(r"\s", text[at:])[0]
    return before.isalpha() and after.isalpha() and len(run.replace(SOFT, "")) >= LONG_WORD


def _choice_hint(word: str, known: tuple[str, ...], suggest: tuple[str, ...]) -> str:
    """What to write instead: all of it, where it is a list parted in another way; never less than it says."""
    parts = [part for part in re.split(r"[^a-z]+|\band\b", word) if part]
    if len(parts) > 1 and set(parts) <= set(known):
        return f'write "{";".join(parts)}"'
    close = difflib.get_close_matches(word, suggest, 1, 0.6) if len(parts) < 2 else []
    return f'did you mean "{close[0]}"?' if close else f"use one of: {', '.join(known)}; several with ;"


def nearest_hint(word: str, known: tuple[str, ...] | list[str]) -> str:
    """What to do about a word that is not known: the nearest that is, or all of them."""
    close = difflib.get_close_matches(word, known, 1, 0.5)
    return f'did you mean "{close[0]}"?' if close else f"use one of: {', '.join(known)}"


# The table in a file --------------------------------------------------------------------------


@dataclass(frozen=True)
class Columns:
    """What a list is made of. Others are the group's own."""

    required: tuple[str, ...]
    optional: tuple[str, ...]
    silent: tuple[str, ...] = ("notes",)
    """What may be struck out or hidden: it permits nothing."""
    protects: bool = False
    """Does a row protect somebody? Then it holds, whatever is struck out of it."""

    @property
    def known(self) -> tuple[str, ...]:
        return self.required + self.optional


def read_table(
    file: str,
    data: bytes,
    required: tuple[str, ...],
    optional: tuple[str, ...],
    problems: Problems | None = None,
    *,
    protects: bool = False,
) -> list[SheetRow]:
    """The rows of a list, CSV or XLSX; blank rows are passed over.

    Problems that leave rows to be read are gathered, where somebody gathers them. `protects`: a row protects
    somebody, and holds whatever is struck out of it.
    """
    gathered = Problems() if problems is None else problems
    rows = list(_rows(file, data, Columns(required, optional, protects=protects), gathered))
    if problems is None:
        gathered.stop()
    return rows


def _rows(file: str, data: bytes, columns: Columns, problems: Problems) -> Iterator[SheetRow]:
    if len(data) > MAX_BYTES:
        raise InputError(
            f"is larger than {MAX_BYTES >> 20} MB, which no list of quotes is",
            where=file,
            next_step="take pictures and other sheets out of it",
        )
    if data[:4] == b"\xd0\xcf\x11\xe0":
        step = "save it again as .xlsx, without a password"
        raise InputError("is an old .xls, or has a password", where=file, next_step=step)
    zipped = data[:4] == b"PK\x03\x04"
    found = sheets(file, data) if zipped else [Sheet("", tuple(_csv(file, data, columns)))]
    sheet, header = _chosen(file, found, columns)
    table = _Table(file, sheet, header, columns, problems)
    problems.gather(table.header_problems())
    if set(columns.required) - set(table.names.values()):
        problems.unread.add(file.partition(".")[0])
    yield from table.rows()


def _chosen(file: str, found: Sequence[Sheet], columns: Columns) -> tuple[Sheet, Line]:
    """The visible sheet that has the columns, and the row that names them."""
    seen = [sheet for sheet in found if not sheet.hidden]
    best = [(sheet, line) for sheet in seen if (line := _header(sheet, columns))]
    whole = [one for one in best if _has(one[1], columns.required) == len(columns.required)]
    if len(whole) > 1:
        named = " and ".join(f'"{sheet.name}"' for sheet, _ in whole)
        step = "keep one of them, or hide the one that does not count"
        raise InputError(f"has the list twice, on the sheets {named}", where=file, next_step=step)
    if whole:
        return whole[0]
    if best:
        return max(best, key=lambda one: _has(one[1], columns.required))
    if not any(sheet.lines for sheet in seen):
        names = ", ".join(columns.required)
        raise InputError("is empty", where=file, next_step=f"its first row has the columns {names}")
    hidden = [sheet.name for sheet in found if sheet.hidden and _header(sheet, columns)]
    where = f"; the sheet {hidden[0]} has some, and is hidden" if hidden else ""
    raise InputError(
        f"has no row with the names of the columns{where}",
        where=f"{file} row 1",
        next_step=f"they are {', '.join(columns.known)}, in one of the first {HEADER_WITHIN} rows",
    )


def _header(sheet: Sheet, columns: Columns) -> Line | None:
    """The row that names the most columns, near the top."""
    near = [line for line in sheet.lines if line.number <= HEADER_WITHIN]
    best = max(near, key=lambda line: _has(line, columns.required), default=None)
    return best if best and _has(best, columns.required) else None


def _has(line: Line, names: Iterable[str]) -> int:
    return len({column_name(cell.text) for cell in line.cells.values()} & set(names))


def column_name(text: str) -> str:
    """
    >>> column_name(" Approved By: "), column_name("given-on")
    ('approved_by', 'given_on')
    """
    return re.sub(r"[\s_-]+", "_", plain(text).lower()).strip("_:*. ")


class _Table:
    """A list on its sheet, under the row that names its columns."""

    def __init__(self, file: str, sheet: Sheet, header: Line, columns: Columns, problems: Problems) -> None:
        self.file, self.sheet, self.header = file, sheet, header
        self.columns, self.problems = columns, problems
        self.names = {at: column_name(cell.text) for at, cell in header.cells.items()}
        self.own = {at for at, name in self.names.items() if name not in columns.known}
        self.place = f"{file}, sheet {sheet.name}" if sheet.name else file
        self.numbers = [line.number for line in sheet.lines if line.number > header.number]
        self.filled, self.wide = self._merged(), self._wide()
        self.headings = {line.number for line in self._lines if self._is_heading(line)}
        self.whole = "" if columns.protects else "; ".join(list(self._of_the_list())[:3])
        """Why no row of the list counts."""
        self.blocks = {} if columns.protects else self._blocks()

    @property
    def _where(self) -> str:
        return f"{self.place}{',' if self.sheet.name else ''} row {self.header.number}"

    def header_problems(self) -> Iterator[InputError]:
        named = [name for name in self.names.values() if name]
        for at in sorted(self.own):
            question = "?" in self.names[at] and papers.asks(self.names[at].replace("_", " "))
            meant = "" if question else _meant(self.names[at], self.columns.known)
            if self.names[at] and meant:
                what = f'has a column "{plain(self.header.cells[at].text)}" that is not known'
                step = f'did you mean "{meant}"? If it is your own, give it another name'
                yield InputError(what, where=self._where, next_step=step)
        for name in self.columns.required:
            if name not in named:
                step = f"add it; the columns are {', '.join(self.columns.known)}"
                yield InputError(f'has no column "{name}"', where=self._where, next_step=step)
        for name in self.columns.known:
            if named.count(name) > 1:
                step = "keep the one that counts"
                yield InputError(f'has the same column twice: "{name}"', where=self._where, next_step=step)
        for at, name in self.names.items():
            if at not in self.own and name not in self.columns.silent and self.sheet.hides(at):
                what = f"column {letters(at)} ({name}) is hidden: nobody who looks at the list sees it"
                yield InputError(what, where=self.place, next_step="show it, or delete it")

    def rows(self) -> Iterator[SheetRow]:
        if self.sheet.strikes_by_rule:
            self.problems.notes.append(
                f"{self.place}: conditional formatting strikes cells out, which ourwords does not see; "
                "strike out by hand what does not hold"
            )
        lines = [line for line in self._lines if self._is_row(line)]
        orders = {name: day_first(self._texts(lines, name).values()) for name in self._named("_on")}
        asked = self._asked(lines, orders)
        for name, order in orders.items():
            self._turned_round(lines, name, day_comes_first=order is True)
        for line in lines:
            cells = {
                name: self._cell(line, at) for at, name in self.names.items() if name and at not in self.own
            }
            marks = Marks(
                self.sheet.name,
                {name: letters(at) for at, name in self.names.items()},
                self._gone(line),
                cells,
                orders,
                asked,
            )
            texts = {name: cell.text for name, cell in cells.items()}
            yield SheetRow(self.file, line.number, texts, marks)

    @property
    def _lines(self) -> list[Line]:
        """All under the header."""
        return [line for line in self.sheet.lines if line.number > self.header.number]

    def _of_the_list(self) -> Iterator[str]:
        """What a title, the name of the sheet or the header says of the whole list."""
        if words := _refusing(self.sheet.name):
            yield f'the name of the sheet says "{words}"'
        for line in self.sheet.lines:
            for at in line.cells if line.number < self.header.number else ():
                cell = self._cell(line, at)
                where = f"cell {letters(at)}{line.number}" if self.sheet.name else f"row {line.number}"
                if words := _refusing(cell.text):
                    yield f'{where}, above the list, says "{words}"'
        for at, name in sorted(self.names.items()):
            struck = self._cell(self.header, at).struck.strip()
            if at not in self.own and name not in self.columns.silent and struck:
                yield f'the heading "{plain(struck)[:40]}" of column {letters(at)} is struck out'
        for number, comments in sorted(self.sheet.comments.items()):
            for where, text in comments if number <= self.header.number else ():
                if words := _refusing(text):
                    yield f'a comment on cell {where}, above the rows, says "{words}"'
        last = self._lines[-1] if self._lines else None
        if last and last.number in self.headings and (words := _refusing(self._text_of(last))):
            yield f'row {last.number}, below the list, says "{words}"'

    def _blocks(self) -> dict[int, str]:
        """By row, what a text merged over it, or the heading above it, says."""
        found: dict[int, str] = {}
        why = ""
        lines = {line.number: line for line in self._lines}
        for line in self._lines:
            if line.number in self.headings:
                words = _refusing(self._text_of(line))
                why = f'the heading in row {line.number} says "{words}"' if words else ""
            elif why:
                found[line.number] = why
        for area in self.sheet.merged:
            if area.top not in lines or self.names.get(area.left) == "text":
                continue
            text = self._cell(lines[area.top], area.left).text
            if area.bottom > area.top and (words := _refusing(text)):
                found |= dict.fromkeys(self._under(area), f'cells {area}, merged, say "{words}"')
        return found

    def _text_of(self, line: Line) -> str:
        return "\n".join(self._cell(line, at).text for at in sorted(line.cells))

    def _is_heading(self, line: Line) -> bool:
        """Is there one text alone in a row: merged across columns, or one that refuses?"""
        filled = [at for at in {*line.cells, *self.names} if self._cell(line, at).text.strip()]
        if len(filled) != 1 or (line.number, filled[0]) in self.filled:
            return False
        wide = any(area.left == filled[0] for area in self.wide.get(line.number, []))
        quoted = self.names.get(filled[0]) == "text"
        return wide or (not quoted and bool(_refusing(self._cell(line, filled[0]).text)))

    def _is_row(self, line: Line) -> bool:
        """Is a row one of the list: not blank, and no heading across its columns?"""
        beyond = max(self.names, default=0)
        extra = [at for at, cell in line.cells.items() if at > beyond and cell.text.strip()]
        if extra and not self.sheet.name:
            what = f"has {max(line.cells)} cells where the header has {beyond}"
            step = 'a text with commas in it stands in double quotes: "like, this"'
            where = f"{self.file} row {line.number}"
            self.problems.add(InputError(what, where=where, next_step=step))
            ids = [at for at, name in self.names.items() if name == self.columns.required[0]]
            named = {plain(self._cell(line, at).text).lower() for at in ids}
            self.problems.doubtful.setdefault(self.file.partition(".")[0], set()).update(named)
            return False
        filled = [at for at in self.names if at not in self.own and self._cell(line, at).text.strip()]
        wide = self.wide.get(line.number, [])
        if line.number in self.headings:
            text = plain(self._text_of(line))[:40]
            self.problems.notes.append(
                f'{self.place}, row {line.number}: "{text}" is a heading and passed over'
            )
            return False
        for area in wide:
            if filled and any(at in self.names for at in range(area.left, area.right + 1)):
                what = f"cells {area} are merged across columns: nobody can tell what stands in which"
                self.problems.add(InputError(what, where=self.place, next_step="unmerge them"))
        return bool(filled) or any(self._cell(line, at).flaw for at in self.names if at not in self.own)

    def _cell(self, line: Line, at: int) -> Cell:
        return _by_hand(self.filled.get((line.number, at)) or line.cells.get(at) or Cell(""))

    def _merged(self) -> dict[tuple[int, int], Cell]:
        """What stands in a cell that is merged over rows counts for each of them, and is told."""
        lines = {line.number: line for line in self._lines}
        found: dict[tuple[int, int], Cell] = {}
        for area in sorted(self.sheet.merged, key=str):
            first = lines.get(area.top)
            if area.left != area.right or not first or area.left not in self.names:
                continue
            cell = first.cells.get(area.left)
            below = [number for number in self._under(area) if number > area.top]
            if cell and below:
                found.update({(number, area.left): cell for number in below})
                self.problems.notes.append(
                    f'{self.place}, cells {area} are merged: "{plain(cell.text)[:40]}" counts for each row'
                )
        return found

    def _wide(self) -> dict[int, list[Area]]:
        """By row, what is merged across columns."""
        found: dict[int, list[Area]] = {}
        for area in self.sheet.merged:
            for number in self._under(area) if area.right > area.left else ():
                found.setdefault(number, []).append(area)
        return found

    def _under(self, area: Area) -> Sequence[int]:
        """The rows of an area that have anything in them."""
        return self.numbers[bisect_left(self.numbers, area.top) : bisect_right(self.numbers, area.bottom)]

    def _gone(self, line: Line) -> str:
        """Why a row does not count as approved."""
        whys = ["the row is hidden"] if line.hidden else []
        for at, name in sorted(self.names.items()):
            cell = self._cell(line, at)
            if at not in self.own and name not in self.columns.silent and cell.struck.strip():
                whys.append(f'"{plain(cell.struck)[:60]}" is struck out in {self._at(line, at, name)}')
                break  # of a whole row, the first cell tells enough
        if not self.columns.protects:
            whys += filter(None, (self.whole, self.blocks.get(line.number)))
            whys += self._said(line)
        return "; ".join(whys)

    def _said(self, line: Line) -> Iterator[str]:
        """What notes, comments and the group's own columns say of a row."""
        for at in sorted({*line.cells, *self.names}):
            name = self.names.get(at, "")
            own, text = at not in self.names or at in self.own, self._cell(line, at).text
            words = papers.gone_words(text) if own or name == "notes" else ""
            if not words and name == "notes" and papers.is_undecided(text):
                words = plain(text)
            if not words and at in self.own and _answers_no(name.replace("_", " "), text):
                words = plain(text)[:40]
            if words:
                yield f'{self._at(line, at, name or "beside the list")} says "{words}"'
        for cell, text in self.sheet.comments.get(line.number, ()):
            words = papers.gone_words(text) or (plain(text) if papers.is_undecided(text) else "")
            if words:
                yield f'a comment on cell {cell} says "{words}"'

    def _at(self, line: Line, at: int, name: str) -> str:
        return f"cell {letters(at)}{line.number} ({name})" if self.sheet.name else f"column {name}"

    def _named(self, ending: str) -> list[str]:
        return [name for name in self.columns.known if name.endswith(ending)]

    def _texts(self, lines: Sequence[Line], name: str) -> dict[str, str]:
        """What stands in a column, by its cells, or their rows."""
        ats = [at for at, known in self.names.items() if known == name]
        return {
            (f"{letters(at)}{line.number}" if self.sheet.name else f"row {line.number}"): text
            for at in ats
            for line in lines
            if (text := plain(self._cell(line, at).text))
        }

    def _asked(self, lines: Sequence[Line], orders: Mapping[str, bool | None]) -> frozenset[str]:
        """Columns that can be read in two ways: asked about once."""
        found = set()
        for name, order in orders.items():
            texts = self._texts(lines, name)
            two = of_two_days(texts) if order is None else []
            if two:
                found.add(name)
                self._ask(name, two, _two_days(texts[two[0]], texts.values()))
        for name in ("in", "out"):
            clocks = self._clocks(lines, name)
            if clocks:
                found.add(name)
                self._ask(name, [*clocks], _two_times(next(iter(clocks.values()))))
        return frozenset(found)

    def _turned_round(self, lines: Sequence[Line], name: str, *, day_comes_first: bool) -> None:
        """A spreadsheet that puts the month first leaves 13/05/2025 as text, and makes 03/04/2025 4 March."""
        ats = [at for at, known in self.names.items() if known == name]
        days = {
            (line.number, at): parse_date(self._cell(line, at).text)
            for at in ats
            for line in lines
            if self._cell(line, at).day
        }
        found = [letters(at) + str(number) for (number, at), day in days.items() if day and day.day <= 12]
        if day_comes_first and found and len(found) == len(days):
            self.problems.notes.append(
                f"{self.place}, column {name}: some days are text with the day first, and {found[0]} is a "
                "date whose day could be its month; look whether your spreadsheet turned it round"
            )

    def _clocks(self, lines: Sequence[Line], name: str) -> dict[str, str]:
        """Cells that were stored as whole minutes: 0:20 was typed, or 0:20:00."""
        if name not in self.columns.known:
            return {}
        ats = [at for at, known in self.names.items() if known == name]
        return {
            f"{letters(at)}{line.number}": cell.text
            for at in ats
            for line in lines
            if (cell := self._cell(line, at)).clock and cell.text.endswith(":00") and cell.text != "0:00:00"
        }

    def _ask(self, name: str, cells: Sequence[str], question: tuple[str, str]) -> None:
        more = f", and {', '.join(cells[1:6])}" if len(cells) > 1 else ""
        more += f" and {len(cells) - 6} more" if len(cells) > 6 else ""
        first = f", cell {cells[0]} ({name})" if self.sheet.name else f" {cells[0]}, column {name}"
        where = f"{self.place}{first}{more}"
        self.problems.add(InputError(question[0], where=where, next_step=question[1]), Weight.PERMISSION)


def _by_hand(cell: Cell) -> Cell:
    """A cell struck out by signs, as where there is no pen: ~~gone~~, or a stroke through each letter."""
    if cell.struck or (cell.text.isascii() and "~" not in cell.text and "<" not in cell.text):
        return cell
    struck = "".join(found[0] for found in _STRUCK.finditer(cell.text))
    if not struck:
        return cell
    return replace(cell, text=_SIGNS.sub("", cell.text), struck=_SIGNS.sub("", struck))


def _refusing(text: str) -> str:
    """What a title, a heading or a sheet's name says against what is under it."""
    return papers.gone_words(text) or (plain(text)[:40] if papers.is_undecided(text) else "")


def _answers_no(heading: str, text: str) -> bool:
    """A column "withdrawn" with a cross in it, or "OK to use" with a no."""
    if papers.is_gone(heading):
        return not papers.is_no(text)
    return papers.asks(heading) and papers.says_no(text)


def _two_days(text: str, column: Iterable[str]) -> tuple[str, str]:
    first, other = parse_date(text, day_first=True), parse_date(text, day_first=False)
    why = "other cells put the day first and the month first" if any(map(is_settled, column)) else ""
    what = f'"{text}" can be two days, {first} or {other}' + (f"; {why}" if why else "")
    return what, f"write such days as {first}, in the whole column"


def _two_times(text: str) -> tuple[str, str]:
    short = text.removesuffix(":00")
    return (
        f"{text} is stored as a time of day: was {short} typed, minutes and seconds, or {text}, with hours?",
        f'make the column text, and write "{short}.0" or "{text}"',
    )


def _meant(name: str, known: Sequence[str]) -> str:
    """The known column that another is nearly called like; blank for one of the group's own."""
    close = difflib.get_close_matches(name, known, 1, 0.75)
    if close:
        return close[0]
    stems = {one: one.partition("_")[0] for one in known}
    return next(
        (one for one, stem in stems.items() if len(stem) > 6 and name.startswith(stem[: len(stem) - 2])), ""
    )


# CSV --------------------------------------------------------------------------------------------


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


def _csv(file: str, data: bytes, columns: Columns) -> Iterator[Line]:
    text = decode(file, data)
    if text[:4].lower() == "sep=":  # Excel's own hint line
        text = text.partition("\n")[2]
    near = text.split("\n", HEADER_WITHIN)[:HEADER_WITHIN]
    delimiter = max(",;\t", key=lambda mark: max(_names(line, mark, columns) for line in near))
    number, filled = 1, 0  # rows as a spreadsheet counts them: a cell with line breaks in it is one row
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            found = {at: Cell(cell) for at, cell in enumerate(cells, 1)}
            blank = not any(cell.strip() for cell in cells)
            filled += not blank
            if filled > MAX_ROWS or number > MAX_LINES:
                most = MAX_ROWS if filled > MAX_ROWS else MAX_LINES
                step = "this is not a list of quotes"
                raise InputError(f"has more than {most} rows", where=file, next_step=step)
            if len(cells) > MAX_COLUMNS:
                what, step = f"has {len(cells)} columns", f"{MAX_COLUMNS} is the most: keep those of the list"
                raise InputError(what, where=f"{file} row {number}", next_step=step)
            if not blank:
                yield Line(number, found)
            number += 1
    except csv.Error as problem:
        raise InputError(
            f"cannot be read ({problem})",
            where=f"{file} row {number}",
            next_step="look for a double quote that is not closed",
        ) from None


def _names(line: str, mark: str, columns: Columns) -> int:
    return sum(column_name(cell.strip(' \r"')) in columns.required for cell in line.split(mark)[:200])
