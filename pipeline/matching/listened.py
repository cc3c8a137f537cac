"""reviews/heard.jsonl: which places of which quotes a person has listened to, and found to be as approved.

A line holds for these words, this place and this sound only: it is bound to the hashes of words and sound and
to the times, so that a change of any of them lapses it by itself. Another hearing of the same sound may put
the words a moment elsewhere: what was listened to holds for what lies within it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from typing import Any

from pipeline.core.footage import HeardBy
from pipeline.core.time import Source, Span, decimal
from pipeline.engine import journal
from pipeline.errors import InputError
from pipeline.matching.model import Candidate
from pipeline.production.load import Production
from pipeline.production.quotes import Quote

FILE = "reviews/heard.jsonl"

SLACK = Fraction(1, 4)
"""Seconds around what was listened to."""


@dataclass(frozen=True)
class Listened:
    """A person heard a quote's words at a place: `text` and `sound` are hashes, `spans` seconds."""

    quote: str
    by: str
    text: str
    sound: str
    source: str
    spans: tuple[tuple[str, str], ...]

    def holds(self, quote: Quote, place: Candidate, of: HeardBy) -> bool:
        """Was it these words, there, in this sound?"""
        now = heard(quote, place, of, self.by)
        return replace(self, spans=()) == replace(now, spans=()) and all(map(self._has, now.spans))

    def _has(self, span: tuple[str, str]) -> bool:
        start, end = map(Fraction, span)
        return any(
            Fraction(low) - SLACK <= start and end <= Fraction(high) + SLACK for low, high in self.spans
        )


def heard(quote: Quote, place: Candidate, of: HeardBy, by: str) -> Listened:
    """What there is to be said once `by` has listened to a quote at this place."""
    sound = sha256(of.key.encode()).hexdigest()[:32]
    return Listened(quote.id, by, quote.digest, sound, place.source, tuple(map(_times, place.spans)))


def path(production: Production) -> Path:
    """Where the lines lie."""
    return production.path(FILE)


def read(production: Production) -> tuple[Listened, ...]:
    """All that was listened to, oldest first."""
    file = path(production)
    return tuple(_listened(file.name, line) for line in journal.read(file).lines)


def add(production: Production, some: Sequence[Listened]) -> None:
    """Write down that people listened; nothing is ever taken out again."""
    journal.append(path(production), [_line(one) for one in some])


def _line(one: Listened) -> dict[str, Any]:
    return {
        "quote": one.quote,
        "by": one.by,
        "text_sha256": one.text,
        "sound_sha256": one.sound,
        "source": one.source,
        "spans": [list(span) for span in one.spans],
    }


def _listened(file: str, line: journal.Line) -> Listened:
    try:
        spans = tuple((str(start), str(end)) for start, end in line["spans"])
        return Listened(
            quote=str(line["quote"]),
            by=str(line["by"]),
            text=str(line["text_sha256"]),
            sound=str(line["sound_sha256"]),
            source=str(line["source"]),
            spans=spans,
        )
    except (KeyError, TypeError, ValueError) as problem:
        raise InputError(
            f"has a line that says nothing of what was listened to ({problem!r})",
            where=file,
            next_step="take the line out, and say again: ourwords match --heard ID --by NAME",
        ) from None


def _times(span: Span[Source]) -> tuple[str, str]:
    start, end = (Fraction(round(time.seconds * 1000), 1000) for time in (span.start, span.end))
    return decimal(start, 3), decimal(end, 3)
