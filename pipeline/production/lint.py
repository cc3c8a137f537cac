"""What is wrong with the quote list and the consent register, each with its row and column. Nothing is
changed.

The gate stops a build on what may not be used; these are for whoever keeps the lists, before that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.language.lexicon import english
from pipeline.production.quotes import Consent, Quote, row_of

_STAND_INS = "|".join(map(re.escape, english().written.stand_ins))
STAND_IN = re.compile(rf"(?<!\w)({_STAND_INS})(?!\w)", re.IGNORECASE)
"""Words by which people write that somebody else signed."""


@dataclass(frozen=True)
class Flaw:
    """`row` is the line in the file, as a spreadsheet counts."""

    rule: str
    file: str
    row: int
    column: str
    what: str
    next_step: str

    @property
    def where(self) -> str:
        return f"{row_of(self.file, self.row)}, column {self.column}"

    def __str__(self) -> str:
        return f"{self.where}: {self.what}\n  → {self.next_step}"


def check(quotes: Sequence[Quote], consents: Sequence[Consent], today: date) -> list[Flaw]:
    """All flaws, in the order of the files' rows."""
    by_name = {consent.contributor: consent for consent in consents}
    found = [
        flaw
        for quote in quotes
        for flaw in (
            *_who(quote, by_name),
            *_use(quote, by_name),
            *_dates(quote, today),
            *_approver(quote, by_name),
        )
    ]
    return found + [flaw for consent in consents for flaw in _register(consent, today)]


def _flaw(rule: str, quote: Quote, column: str, what: str, next_step: str) -> Flaw:
    return Flaw(rule, quote.file, quote.row, column, f"{quote.id}: {what}", next_step)


def _who(quote: Quote, consents: Mapping[str, Consent]) -> Iterator[Flaw]:
    """Everybody quoted stands in the register (ICO: record who consented)."""
    if quote.contributor and quote.contributor not in consents:
        yield _flaw(
            "unknown-contributor",
            quote,
            "contributor",
            f'"{quote.contributor}" is not in the consent register',
            "correct the name, or add their row once there is a signed form",
        )


def _use(quote: Quote, consents: Mapping[str, Consent]) -> Iterator[Flaw]:
    """No wider use than its contributor consented to (UK GDPR Art. 7: specific)."""
    consent = consents.get(quote.contributor)
    wider = quote.use - consent.scope if consent else frozenset()
    if wider:
        yield _flaw(
            "use-beyond-consent",
            quote,
            "use",
            f"is for {', '.join(sorted(wider))}, to which {quote.contributor} did not consent",
            "take the use out, or ask; until then consent wins",
        )


def _dates(quote: Quote, today: date) -> Iterator[Flaw]:
    """Nobody approves tomorrow."""
    if quote.approved_on and quote.approved_on > today:
        yield _flaw(
            "future-date",
            quote,
            "approved_on",
            f"approved on {quote.approved_on}, which is in the future",
            "correct the date",
        )
    if quote.approved_by and not quote.approved_on:
        yield _flaw(
            "no-date",
            quote,
            "approved_on",
            f"approved by {quote.approved_by}, but nobody wrote down when",
            "fill in the date",
        )


def _approver(quote: Quote, consents: Mapping[str, Consent]) -> Iterator[Flaw]:
    """Who approves for somebody else says so in a note (ICO: record who, and in what capacity)."""
    if not quote.approved_by or quote.notes.strip():
        return
    name = quote.approved_by.strip()
    others = {
        other
        for who, consent in consents.items()
        if who != quote.contributor
        for other in (who, consent.display_name.casefold())
    }
    if STAND_IN.search(name) or (quote.contributor and name.casefold() in others):
        yield _flaw(
            "stand-in",
            quote,
            "approved_by",
            f'"{name}" approves in the contributor\'s stead, and no note says why',
            "write into notes who they are to the contributor, and why they sign",
        )


def _register(consent: Consent, today: date) -> Iterator[Flaw]:
    """Dates that can be: given in the past, expiring and withdrawn after that."""

    def flaw(rule: str, column: str, what: str, next_step: str) -> Flaw:
        return Flaw(rule, consent.file, consent.row, column, f"{consent.contributor}: {what}", next_step)

    for column, day in (("given_on", consent.given_on), ("withdrawn_on", consent.withdrawn_on)):
        if day and day > today:
            yield flaw("future-date", column, f"{day} is in the future", "correct the date")
    for column, day in (("expires_on", consent.expires_on), ("withdrawn_on", consent.withdrawn_on)):
        if day and consent.given_on and day < consent.given_on:
            yield flaw(
                "order-of-dates",
                column,
                f"{day} is before the consent was given, {consent.given_on}",
                "correct the date that is wrong",
            )
