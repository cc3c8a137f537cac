"""quotes.csv, consent.csv and bleeps.csv: rows to approved words, consents and names to hide."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TypeVar

from pipeline.core.time import Span
from pipeline.core.timecode import as_timecode, moment
from pipeline.language.redaction import Bleep
from pipeline.production.quotes import DEVICES, DISGUISES, USES, Consent, Kind, Quote
from pipeline.production.spreadsheet import SheetRow, read_table

ID = re.compile(r"[a-z0-9][a-z0-9-]*")

T = TypeVar("T")


def read_quotes(file: str, data: bytes) -> tuple[Quote, ...]:
    """The approved-quote list, CSV or XLSX; InputError with row and column for what is wrong."""
    rows = read_table(
        file, data,
        ("id", "contributor", "source", "text", "theme", "use", "approved_by", "approved_on"),
        ("notes", "in", "out"),
    )  # fmt: skip
    _unique(rows, "id")
    return tuple(_quote(row) for row in rows)


def read_consent(file: str, data: bytes) -> tuple[Consent, ...]:
    """The consent register, CSV or XLSX; InputError with row and column for what is wrong."""
    rows = read_table(
        file, data,
        ("contributor", "display_name", "scope", "anonymise", "given_on", "expires_on", "withdrawn_on"),
        ("notes",),
    )  # fmt: skip
    _unique(rows, "contributor")
    return tuple(
        Consent(
            contributor=_id(row, "contributor"),
            display_name=row.required("display_name"),
            scope=row.choices("scope", USES),
            anonymise=row.choices("anonymise", DISGUISES) - {"none"},
            given_on=row.date("given_on"),
            expires_on=row.date("expires_on"),
            withdrawn_on=row.date("withdrawn_on"),
            notes=row.get("notes"),
            row=row.number,
        )
        for row in rows
    )


def read_bleeps(file: str, data: bytes) -> tuple[Bleep, ...]:
    """The list of names that nobody was asked about, CSV or XLSX; InputError with row and column."""
    rows = read_table(
        file, data, ("contributor", "name"), ("caption_as", "kind", "may_sound_like", "sound", "notes")
    )
    return tuple(
        Bleep(
            contributor=_id(row, "contributor"),
            name=row.required("name"),
            caption_as=row.get("caption_as"),
            sounds_like=tuple(part.strip() for part in row.get("may_sound_like").split(";") if part.strip()),
            sound=row.get("sound"),
        )
        for row in rows
    )


def _quote(row: SheetRow) -> Quote:
    timed = bool(row.get("in") or row.get("out"))
    text = (
        row.get("text") if timed else row.required("text")
    )  # by its times alone: found, and not usable before its words are written
    outside = re.sub(r"\[[^\[\]]*\]", "", text)
    if "[" in outside or "]" in outside:
        raise row.error("text", "has a square bracket without its partner", "close it, or take it out")
    pinned, written = None, tuple[str, ...]()
    if timed:
        written = (row.required("in"), row.required("out"))
        start, end = row.read("in", moment), row.read("out", moment)
        if not any(map(as_timecode, written)):
            written = ()
        if start and end and end <= start:
            raise row.error("out", f"{end} is not after in, {start}")
        pinned = Span(start, end) if start and end else None
    quote = Quote(
        id=_id(row, "id"),
        contributor=_id(row, "contributor", blank=True),
        source=row.get("source"),
        text=text,
        theme=row.get("theme"),
        use=row.choices("use", USES),
        approved_by=row.get("approved_by"),
        approved_on=row.date("approved_on"),
        notes=row.get("notes"),
        row=row.number,
        pinned_times=pinned,
        written_times=written,
        file=row.file,
    )
    if text and not any(piece.kind is Kind.SPOKEN for piece in quote.pieces):
        raise row.error(
            "text", "has no spoken word in it", "words in square brackets are never looked for in the sound"
        )
    return quote


def _id(row: SheetRow, column: str, *, blank: bool = False) -> str:
    name = row.get(column) if blank else row.required(column)
    if name and not ID.fullmatch(name):
        raise row.error(
            column, f'"{name}" is not an id', "ids are small letters, digits and hyphens: q01, amara"
        )
    if name in DEVICES:
        raise row.error(column, f'"{name}" is no name for a file on Windows', f"give it another: {name}-1")
    return name


def _unique(rows: Iterable[SheetRow], column: str) -> None:
    seen: dict[str, int] = {}
    for row in rows:
        name = row.get(column)
        if name in seen:
            raise row.error(column, f'"{name}" is already in row {seen[name]}', "give each row its own")
        seen[name] = row.number
