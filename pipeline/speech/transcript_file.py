"""Transcripts as they lie in transcripts/: one word a line, times as decimal strings.

A word is `[start, end, text, confidence]`, then why it is suspect and who speaks, where there is either:
`["1.2", "1.5", "saw", 0.9, "", "Amara"]`.
"""

from __future__ import annotations

import json
import re
from array import array
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from fractions import Fraction
from hashlib import sha256
from typing import Any

from pipeline.core.codec import VERSION
from pipeline.core.time import TICKS, Ticks, Time, decimal, fraction, ticks
from pipeline.core.word import Word
from pipeline.errors import InputError
from pipeline.speech.transcript import Transcript, Words, side_by_side


def transcript_record(transcript: Transcript, made_from: str) -> bytes:
    """One word a line, so that a difference between two transcripts can be read. `made_from` is a key; what
    stands in the file beside `content` is hashed in it, so that an edit shows.
    """
    head = {
        "version": VERSION,
        "source": transcript.source,
        "language": transcript.language,
        "engine": transcript.engine,
        "weights": transcript.weights,
        "made_from": made_from,
    }
    rows = [json.dumps(_row(word), ensure_ascii=False) for word in transcript.words]
    words = b"  " + ",\n  ".join(rows).encode() + _END
    head["content"] = _content(head, words)
    return json.dumps(head, indent=1, ensure_ascii=False)[:-2].encode() + b"," + _WORDS + words


def _row(word: Word) -> list[str | float]:
    more = [word.suspect, word.speaker]
    while more and not more[-1]:
        more.pop()
    start, end = (decimal(time.seconds) for time in (word.span.start, word.span.end))
    return [start, end, word.text, word.confidence, *more]


def _content(head: Mapping[str, Any], words: bytes) -> str:
    told = {name: value for name, value in head.items() if name != "content"}
    return sha256(json.dumps(told, ensure_ascii=False, sort_keys=True).encode() + words).hexdigest()


CONTENT = b'"content": "'


def is_untouched(data: bytes) -> bool:
    """Does a transcript's file hold what was written into it? One that a person edited does not, nor one of
    an ourwords that kept no hash of it.
    """
    head, _, words = data.partition(_WORDS)
    try:
        found = json.loads(head.removesuffix(b",") + b"}")
        return bool(found["content"] == _content(found, words))
    except (ValueError, KeyError, TypeError, RecursionError):
        return False


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
    speakers: list[str] = []
    starts: list[Ticks] = []
    ends: list[Ticks] = []
    confidences = array("d")
    for rows in parts:
        if any(len(row) not in (4, 5, 6) for row in rows):
            raise ValueError(
                "a word is start, end, text, confidence; then, perhaps, why suspect, and who speaks"
            )
        starts += _ticks([row[0] for row in rows])
        ends += _ticks([row[1] for row in rows])
        texts += [once.setdefault(row[2], _text(row[2])) for row in rows]
        suspects += [once.setdefault(row[4], _text(row[4])) if len(row) > 4 else "" for row in rows]
        speakers += [once.setdefault(row[5], _text(row[5])) if len(row) > 5 else "" for row in rows]
        confidences.extend(float(row[3]) for row in rows)
    for start, end in zip(starts, ends, strict=True):
        if end <= start:
            raise ValueError(f"a word ends after it starts: {Time(Fraction(start, TICKS))}")
    columns = (tuple(texts), side_by_side(starts), side_by_side(ends), confidences)
    return Words(*columns, tuple(suspects), tuple(speakers))


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
