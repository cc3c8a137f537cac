"""Approved words, who approved them, and where in the footage they are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import Enum
from hashlib import sha256

from pipeline.core.time import Source, Span
from pipeline.language.characters import parted
from pipeline.language.normalise import tokens

USES = ("training", "workshop", "public")
DISGUISES = ("none", "face", "voice", "name")
DEVICES = frozenset(
    {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10))}
)
"""No ids: ids become names of files, and on Windows these are devices, whatever follows the dot (Microsoft,
"Naming Files").
"""

_PIECE = re.compile(
    r"\[\s*(?:\.\.\.|…)\s*\]|\.\.\.|…|\[[^\]]*\][^\w\s\[\]…]*|[^\s\[\]…]+?(?=\.\.\.|…|\s|\[|$)"
)


class Kind(Enum):
    """What a piece of a quote's text is."""

    SPOKEN = "spoken"
    EDITORIAL = "editorial"
    ELLIPSIS = "ellipsis"


@dataclass(frozen=True)
class QuotePiece:
    """A word as approved, an editorial insertion in its brackets, or a mark for words left out."""

    text: str
    kind: Kind


@dataclass(frozen=True)
class Quote:
    """One row of the approved-quote list; `row` is its line in the file, for messages."""

    id: str
    contributor: str
    source: str
    text: str
    theme: str
    use: frozenset[str]
    approved_by: str
    approved_on: date | None
    notes: str
    row: int
    pinned_times: Span[Source] | None = None
    """When it is said, where a person wrote that. With `written_times`: as far as is known without the
    recording.
    """
    written_times: tuple[str, ...] = ()
    """Its in and out as they stand in the list, where only the recording says what they mean."""
    file: str = "quotes.csv"
    void: str = ""
    """Why its approval does not count, whatever it says: struck out, hidden, withdrawn, by nobody."""

    @property
    def where(self) -> str:
        return row_of(self.file, self.row)

    @property
    def pieces(self) -> tuple[QuotePiece, ...]:
        """The text taken apart. `…`, `...` and `[...]` leave words out; other brackets are editorial.

        >>> [p.kind.value for p in pieces("They did. [...] It [the form] went")]
        ['spoken', 'spoken', 'ellipsis', 'spoken', 'editorial', 'spoken']
        """
        return pieces(self.text)

    @property
    def digest(self) -> str:
        """Names these very words: an approval or a pin of other words does not hold for them."""
        return sha256(self.text.encode()).hexdigest()[:16]


def row_of(file: str, row: int) -> str:
    """A row of a list, for messages.

    >>> row_of("quotes.csv", 2), row_of("quotes.xlsx, sheet Quotes", 2)
    ('quotes.csv row 2', 'quotes.xlsx, sheet Quotes, row 2')
    """
    return f"{file}{',' if ', ' in file else ''} row {row}"


def pieces(text: str) -> tuple[QuotePiece, ...]:
    """The text of a quote taken apart, in order; `Quote.pieces` says by what."""
    found = []
    for part in _PIECE.findall(text):
        inner = part.strip("[] ")
        if inner in ("...", "…"):
            kind = Kind.ELLIPSIS
        elif part.startswith("["):
            kind = Kind.EDITORIAL
        elif tokens([part]):
            kind = Kind.SPOKEN  # a sign that is said, too: &, +, ½
        else:
            kind = Kind.EDITORIAL  # a dash standing alone: shown, never looked for
        # A cell may hold line breaks, a caption may not.
        written = " ".join(part.split())
        texts = parted(written) if kind is Kind.SPOKEN else [written]
        found += [
            QuotePiece(text, kind if text == written or tokens([text]) else Kind.EDITORIAL) for text in texts
        ]
    return tuple(found)


@dataclass(frozen=True)
class Consent:
    """One row of the consent register."""

    contributor: str
    display_name: str
    scope: frozenset[str]
    anonymise: frozenset[str]
    given_on: date | None
    expires_on: date | None
    withdrawn_on: date | None
    notes: str
    row: int
    known_as: tuple[str, ...] = ()
    """Names by which they could be recognised: hidden where `name` is asked for, and printed nowhere."""
    file: str = "consent.csv"
    void: str = ""
    """Why the row does not count: struck out, hidden, or said to be withdrawn."""

    @property
    def where(self) -> str:
        return row_of(self.file, self.row)


@dataclass(frozen=True)
class Pin:
    """A person's choice of where a quote was said; it holds for these words only."""

    quote: str
    digest: str
    source: str
    spans: tuple[Span[Source], ...]
