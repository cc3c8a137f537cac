"""quotes.lock.json: what each quote was matched to and what people pinned; and what `match` tells."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import Any

from pipeline.core.codec import VERSION, pretty
from pipeline.core.time import Source, Span, Time, decimal, fraction
from pipeline.engine.cache import write_whole
from pipeline.errors import InputError
from pipeline.matching.model import Candidate, Match, Row, State
from pipeline.production.load import Production
from pipeline.production.quotes import Pin


def match_record(match: Match) -> dict[str, Any]:
    """One quote of `match --json`."""
    best = match.best if match.state is not State.NOT_FOUND else None
    others = match.candidates[1:] if best else match.candidates
    return {
        "id": match.quote,
        "state": match.state.value,
        "source": best.source if best else None,
        "spans": _spans(best.spans, [s.heard for s in best.stretches]) if best else [],
        "score": best.score if best else 0.0,
        "runner_up": match.runner_up,
        "pinned": match.pinned,
        "differences": differences_record(match),
        "alternatives": [
            {
                "source": other.source,
                "score": other.score,
                "spans": _spans(other.spans, [s.heard for s in other.stretches]),
            }
            for other in others
        ],
    }


def differences_record(match: Match) -> list[dict[str, Any]]:
    """Where approved and heard words differ, and what decided."""
    return [
        {
            "approved": one.approved,
            "heard": one.heard,
            "kind": one.weight,
            "start": float(one.span.start),
            "end": float(one.span.end),
            "answer": answer.name.lower().replace("_", " "),
        }
        for one, answer in zip(match.differences, match.answers, strict=True)
    ]


def explained_record(candidate: Candidate, rows: Sequence[Row]) -> dict[str, Any]:
    """One place of `match --explain`."""
    return {
        "source": candidate.source,
        "score": candidate.score,
        "rows": [
            {
                "approved": row.approved,
                "heard": row.heard,
                "start": float(row.start) if row.start else None,
                "end": float(row.end) if row.end else None,
                "verdict": row.verdict.value,
                "confidence": row.confidence,
            }
            for row in rows
        ],
    }


def _spans(spans: Sequence[Span[Source]], heard: Sequence[str]) -> list[dict[str, Any]]:
    return [
        {"start": float(span.start), "end": float(span.end), "heard": text}
        for span, text in zip(spans, heard, strict=True)
    ]


def path(production: Production) -> Path:
    """Where the lock lies."""
    return production.root / "quotes.lock.json"


def pins(production: Production) -> dict[str, Pin]:
    """What people pinned, by quote."""
    lock = path(production)
    return read_pins(lock.name, lock.read_bytes()) if lock.is_file() else {}


def states(production: Production) -> dict[str, State]:
    """What the last `match` made of each quote; nothing where there was none, or its lock is broken."""
    with suppress(OSError, ValueError, KeyError, TypeError, RecursionError):
        quotes = json.loads(path(production).read_bytes())["quotes"]
        return {str(one["id"]): State(one["state"]) for one in quotes}
    return {}


def keep(production: Production, matches: Mapping[str, Match], pinned: Mapping[str, Pin]) -> None:
    """Write the lock, for people to read and to keep with the lists."""
    write_whole(path(production), lock_record(list(matches.values()), pinned))


def lock_record(matches: Sequence[Match], pins: Mapping[str, Pin]) -> bytes:
    """quotes.lock.json: what each quote was matched to, and what a person pinned."""
    return pretty(
        {
            "version": VERSION,
            "pins": {
                name: {
                    "text_sha256": pin.digest,
                    "source": pin.source,
                    "spans": [[decimal(s.start.seconds, 3), decimal(s.end.seconds, 3)] for s in pin.spans],
                }
                for name, pin in sorted(pins.items())
            },
            "quotes": [match_record(match) for match in matches],
        }
    )


def read_pins(file: str, data: bytes) -> dict[str, Pin]:
    try:
        return {
            name: Pin(
                name,
                entry["text_sha256"],
                entry["source"],
                tuple(_to_the_ms(fraction(a), fraction(b)) for a, b in entry["spans"]),
            )
            for name, entry in json.loads(data).get("pins", {}).items()
        }
    except (ValueError, KeyError, TypeError, AttributeError, ZeroDivisionError, RecursionError) as problem:
        raise InputError(
            f"is broken ({problem})",
            where=file,
            next_step="take the last good one from your backup, or delete it and pin again",
        ) from None


def _to_the_ms(start: Fraction, end: Fraction) -> Span[Source]:
    """A pinned span, written to the millisecond: one that was shorter is one long."""
    return Span(Time(start), Time(end if end != start else start + Fraction(1, 1000)))
