"""quotes.csv, consent.csv and bleeps.csv: rows to approved words, consents and names to hide."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from pipeline.core.time import Source, Span
from pipeline.core.timecode import as_timecode, moment
from pipeline.language.papers import is_nobody
from pipeline.language.redaction import Bleep
from pipeline.production.problems import ANYBODY, Problems, Weight
from pipeline.production.quotes import DEVICES, DISGUISES, USES, Consent, Kind, Quote, pieces
from pipeline.production.spreadsheet import SheetRow, plain, read_table

T = TypeVar("T")

CAPTION_AS = 5
"""Words that may be shown in the place of a name."""

ID = re.compile(r"[a-z0-9][a-z0-9-]*")


def read_quotes(file: str, data: bytes, problems: Problems | None = None) -> tuple[Quote, ...]:
    """The approved-quote list, CSV or XLSX; InputError with each cell that is wrong, unless gathered."""
    found = _Reading(problems)
    rows = read_table(
        file, data,
        ("id", "contributor", "source", "text", "theme", "use", "approved_by", "approved_on"),
        ("notes", "in", "out"),
        found.problems,
    )  # fmt: skip
    rows = _not_written_anew(rows, found.problems)
    _unique(rows, "id", found.problems)
    quotes = tuple(quote for row in rows if (quote := _quote(row, found)))
    return found.done(_one_theme(quotes))


def read_consent(file: str, data: bytes, problems: Problems | None = None) -> tuple[Consent, ...]:
    """The consent register, CSV or XLSX; InputError with each cell that is wrong, unless gathered."""
    found = _Reading(problems)
    rows = read_table(
        file, data,
        ("contributor", "display_name", "scope", "anonymise", "given_on", "expires_on", "withdrawn_on"),
        ("notes", "known_as"),
        found.problems,
    )  # fmt: skip
    _unique(rows, "contributor", found.problems)
    return found.done(tuple(consent for row in rows if (consent := _consent(row, found))))


def read_bleeps(file: str, data: bytes, problems: Problems | None = None) -> tuple[Bleep, ...]:
    """The list of names that nobody was asked about. A row hides a name, so it holds though it is struck out
    or hidden; that is told.
    """
    found = _Reading(problems)
    rows = read_table(
        file, data,
        ("contributor", "name"),
        ("caption_as", "kind", "may_sound_like", "sound", "may_stay", "notes"),
        found.problems,
        protects=True,
    )  # fmt: skip
    return found.done(tuple(bleep for row in rows if (bleep := _bleep(row, found))))


class _Reading:
    """Problems of one list, gathered for whoever gathers them, or told at the end."""

    def __init__(self, problems: Problems | None) -> None:
        self.alone = problems is None
        self.problems = Problems() if problems is None else problems

    def done(self, values: tuple[T, ...]) -> tuple[T, ...]:
        if self.alone:
            self.problems.stop()
        return values

    def unread(self, row: SheetRow, stem: str, name: str) -> None:
        """A row of which not enough is known: what refers to it is not judged."""
        written = row.cells.get("id" if stem == "quotes" else "contributor", "")
        self.problems.doubtful.setdefault(stem, set()).add(name or (ANYBODY if plain(written) else ""))
        if row.marks.gone:
            self.problems.notes.append(f"{row.place}, row {row.number}: does not count: {row.marks.gone}")


def _not_written_anew(rows: Sequence[SheetRow], problems: Problems) -> list[SheetRow]:
    """The rows without those that are struck out, id and all, and stand in the list once more."""
    struck = [row for row in rows if row.is_struck("id")]
    live = {plain(row.cells["id"]).lower(): row.number for row in rows if row not in struck}
    anew = [row for row in struck if plain(row.cells["id"]).lower() in live]
    for row in anew:
        name = plain(row.cells["id"]).lower()
        problems.notes.append(f"{row.place}, row {row.number}: {name} is struck out; row {live[name]} counts")
    return [row for row in rows if row not in anew]


def _quote(row: SheetRow, found: _Reading) -> Quote | None:
    # nothing needs to be right in a row that does not count
    problems = Problems() if row.marks.gone else found.problems
    take, before = problems.take, len(problems)
    name = take(_id, row, "id", default="")
    approved_by = take(row.get, "approved_by", default="")
    nobody = bool(approved_by) and is_nobody(approved_by)
    quote = Quote(
        id=name,
        contributor=take(_contributor, row, default=""),
        source=take(row.get, "source", default=""),
        text=take(_text, row, default=""),
        theme=" ".join(take(row.get, "theme", default="").split()),
        use=take(row.choices, "use", USES, default=frozenset[str]()),
        approved_by="" if nobody or row.marks.gone else approved_by,
        approved_on=take(row.date, "approved_on", default=None),
        notes=take(row.get, "notes", default=""),
        row=row.number,
        pinned_times=take(_pinned, row, default=None),
        written_times=take(_written, row, default=()),
        file=row.place,
        void=row.marks.gone or (f'approved_by says "{approved_by[:40]}", which is nobody' if nobody else ""),
    )
    if len(problems) > before and not (row.marks.gone and name):
        found.unread(row, "quotes", name)
        return None
    if row.is_asked("approved_on"):
        found.unread(row, "quotes", name)
    return quote


def _contributor(row: SheetRow) -> str:
    return _id(row, "contributor", blank=True)


def _text(row: SheetRow) -> str:
    # by its times alone: found, and not usable before its words are written
    text = row.get("text") if row.get("in") or row.get("out") else row.required("text")
    outside = re.sub(r"\[[^\[\]]*\]", "", text)
    if "[" in outside or "]" in outside:
        raise row.error("text", "has a square bracket without its partner", "close it, or take it out")
    if text and not any(piece.kind is Kind.SPOKEN for piece in pieces(text)):
        step = "words in square brackets are never looked for in the sound"
        raise row.error("text", "has no spoken word in it", step)
    return text


def _written(row: SheetRow) -> tuple[str, ...]:
    """in and out as they are written, where they may be timecode: only the footage tells what is meant."""
    if row.marks.asked & {"in", "out"} or not (row.get("in") or row.get("out")):
        return ()
    written = (row.required("in"), row.required("out"))
    return written if any(map(as_timecode, written)) else ()


def _pinned(row: SheetRow) -> Span[Source] | None:
    if row.marks.asked & {"in", "out"} or not (row.get("in") or row.get("out")):
        return None
    row.required("in"), row.required("out")
    start, end = row.read("in", moment), row.read("out", moment)
    if start and end and end <= start:
        raise row.error("out", f"{end} is not after in, {start}")
    return Span(start, end) if start and end else None


def _consent(row: SheetRow, found: _Reading) -> Consent | None:
    problems = Problems() if row.marks.gone else found.problems
    take, before = problems.take, len(problems)
    name = take(_id, row, "contributor", default="")
    consent = Consent(
        contributor=name,
        display_name=take(row.required, "display_name", default=""),
        scope=take(row.choices, "scope", USES, default=frozenset[str]()),
        anonymise=take(_anonymise, row, default=frozenset[str](), weight=Weight.PERMISSION),
        given_on=take(row.date, "given_on", default=None),
        expires_on=take(row.date, "expires_on", default=None),
        withdrawn_on=take(row.date, "withdrawn_on", default=None, weight=Weight.PERMISSION),
        notes=take(row.get, "notes", default=""),
        row=row.number,
        known_as=take(row.several, "known_as", default=()),
        file=row.place,
        void=row.marks.gone,
    )
    if len(problems) > before and not (row.marks.gone and name):
        found.unread(row, "consent", name)
        return None
    if row.is_asked("given_on", "expires_on", "withdrawn_on"):
        found.unread(row, "consent", name)
    return consent


def _anonymise(row: SheetRow) -> frozenset[str]:
    """What a person wants hidden. A blank cell is a question: nobody wrote down what they said."""
    if not row.get("anonymise"):
        what = "is empty: nobody wrote down whether they want their face, voice or name hidden"
        raise row.error("anonymise", what, "ask, and write none, or what to hide: face;voice;name")
    asked = row.choices("anonymise", DISGUISES, DISGUISES[1:])
    if "none" in asked and len(asked) > 1:
        what = f"says none, and {', '.join(sorted(asked - {'none'}))}"
        raise row.error("anonymise", what, "write one or the other, as they said")
    return asked - {"none"}


def _caption_as(row: SheetRow) -> str:
    """What is shown in a name's place: a few words, for a sentence would need approval."""
    shown = row.get("caption_as")
    if len(shown.split()) > CAPTION_AS:
        what = f"has {len(shown.split())} words, and stands for a name: nobody approved so many"
        raise row.error("caption_as", what, f"write up to {CAPTION_AS}: [a nurse], [at a hospital]")
    return shown


def _bleep(row: SheetRow, found: _Reading) -> Bleep | None:
    take, before = found.problems.take, len(found.problems)
    if row.marks.gone:
        found.problems.notes.append(
            f"{row.place}, row {row.number}: {row.marks.gone}; the name is hidden all the same. Delete the "
            "row where it need not be"
        )
    bleep = Bleep(
        contributor=take(_id, row, "contributor", default=""),
        name=take(row.required, "name", default=""),
        caption_as=take(_caption_as, row, default=""),
        sounds_like=take(row.several, "may_sound_like", default=()),
        sound=take(row.get, "sound", default=""),
        may_stay=take(row.several, "may_stay", default=()),
    )
    return bleep if len(found.problems) == before else None


def _id(row: SheetRow, column: str, *, blank: bool = False) -> str:
    """An id in small letters, as all are compared."""
    written = row.get(column) if blank else row.required(column)
    name = written.lower()
    if name and not ID.fullmatch(name):
        raise row.error(
            column, f'"{written}" is not an id', "ids are small letters, digits and hyphens: q01, amara"
        )
    if name in DEVICES:
        raise row.error(column, f'"{name}" is no name for a file on Windows', f"give it another: {name}-1")
    return name


def _unique(rows: Iterable[SheetRow], column: str, problems: Problems) -> None:
    seen: dict[str, int] = {}
    for row in rows:
        name = problems.take(row.get, column, default="").lower()
        if name and name in seen:
            what = f'"{name}" is already in row {seen[name]}'
            problems.add(row.error(column, what, "give each row its own"))
        seen.setdefault(name, row.number)


def _one_theme(quotes: Sequence[Quote]) -> tuple[Quote, ...]:
    """Themes are compared without case; each is written as its first quote writes it."""
    first: dict[str, str] = {}
    for quote in quotes:
        first.setdefault(quote.theme.casefold(), quote.theme)
    return tuple(replace(quote, theme=first[quote.theme.casefold()]) for quote in quotes)
