"""Transcripts as they lie in transcripts/: one word a line, times as decimal strings."""

from __future__ import annotations

import json
import re
from array import array
from collections.abc import Iterable, Sequence
from contextlib import suppress
from fractions import Fraction
from typing import Any

from pipeline.core.codec import VERSION
from pipeline.core.time import TICKS, Ticks, Time, decimal, fraction, ticks
from pipeline.errors import InputError
from pipeline.speech.transcript import Transcript, Words, side_by_side


def transcript_record(transcript: Transcript, made_from: str) -> bytes:
    """One word a line, so that a difference between two transcripts can be read. `made_from` is a key."""
    head = {
        "version": VERSION,
        "source": transcript.source,
        "language": transcript.language,
        "engine": transcript.engine,
        "weights": transcript.weights,
        "made_from": made_from,
    }
    words = [
        json.dumps(
            [
                decimal(w.span.start.seconds),
                decimal(w.span.end.seconds),
                w.text,
                w.confidence,
                *([w.suspect] if w.suspect else []),
            ],
            ensure_ascii=False,
        )
        for w in transcript.words
    ]
    return (
        json.dumps(head, indent=1, ensure_ascii=False)[:-2]
        + ',\n "words": [\n  '
        + ",\n  ".join(words)
        + "\n ]\n}\n"
    ).encode()


def read_transcript(file: str, data: bytes) -> tuple[Transcript, str]:
    """A transcript and the key it was made from; InputError where a person's edit broke it."""
    try:
        record, words = _head_and_words(data)
        if not all(
            isinstance(record[key], str) for key in ("source", "language", "engine", "weights", "made_from")
        ):
            raise TypeError("a name is not a text")
        return Transcript(
            record["source"], record["language"], record["engine"], record["weights"], words
        ), record["made_from"]
    except (ValueError, KeyError, TypeError, AttributeError, ZeroDivisionError, RecursionError) as problem:
        raise InputError(
            f"is not a transcript of ours ({problem})",
            where=file,
            next_step="delete it to have it made again, or import another: ourwords transcribe --import",
        ) from None


_WORDS, _END, AT_ONCE = b'\n "words": [\n', b"\n ]\n}\n", 1000


def _head_and_words(data: bytes) -> tuple[dict[str, Any], Words]:
    """As we write it, a thousand words at a time: five hours at once would take 50 MB. A part of it that is
    whole rows is what the whole has there.
    """
    head, _, rest = data.partition(_WORDS)
    if rest.endswith(_END):
        lines = rest.removesuffix(_END).split(b",\n")
        parts = (
            json.loads(b"[%b]" % b",".join(lines[at : at + AT_ONCE])) for at in range(0, len(lines), AT_ONCE)
        )
        with suppress(ValueError):  # a person laid it out otherwise, or broke it
            return json.loads(head.removesuffix(b",") + b"}"), _words(parts)
    record = json.loads(data)
    return record, _words([record["words"]])


def _words(parts: Iterable[Sequence[Sequence[Any]]]) -> Words:
    """By columns: of hours of speech every word is read, and a film plays some hundred."""
    once: dict[str, str] = {}  # people say few words, often
    texts: list[str] = []
    suspects: list[str] = []
    starts: list[Ticks] = []
    ends: list[Ticks] = []
    confidences = array("d")
    for rows in parts:
        if any(len(row) not in (4, 5) for row in rows):
            raise ValueError("a word is start, end, text, confidence and, perhaps, why it is suspect")
        starts += _ticks([row[0] for row in rows])
        ends += _ticks([row[1] for row in rows])
        texts += [once.setdefault(row[2], _text(row[2])) for row in rows]
        suspects += [once.setdefault(row[4], _text(row[4])) if len(row) == 5 else "" for row in rows]
        confidences.extend(float(row[3]) for row in rows)
    for start, end in zip(starts, ends, strict=True):
        if end <= start:
            raise ValueError(f"a word ends after it starts: {Time(Fraction(start, TICKS))}")
    return Words(tuple(texts), side_by_side(starts), side_by_side(ends), confidences, tuple(suspects))


_MICROSECONDS = re.compile(r"(?:\d{1,8}(?:\.\d{1,6})?\n)*")
"""Times as we write them, one a line: so few digits that a float's rounding cannot reach the next
microsecond.
"""


def _ticks(times: Sequence[str]) -> list[Ticks]:
    if _MICROSECONDS.fullmatch("\n".join(times) + "\n"):
        return [round(float(time) * TICKS) for time in times]
    return [ticks(fraction(time)) for time in times]


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not a word")
    return value
