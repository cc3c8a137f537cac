"""Our own JSON: transcripts, the lock of matches and pins, the manifest. Times are decimal strings."""

from __future__ import annotations

import json
import re
from array import array
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from fractions import Fraction
from typing import Any

from pipeline.core.clock_map import Sync
from pipeline.core.media import Colour, Media, Picture, Track
from pipeline.core.time import TICKS, Source, Span, Ticks, Time, decimal, fraction, ticks
from pipeline.core.word import Word
from pipeline.errors import InputError
from pipeline.matching.model import Candidate, Cut, Edge, Match, Row, Said, State, Stretch
from pipeline.production.quotes import Pin
from pipeline.speech.sound_event import Noise, Sounds
from pipeline.speech.transcript import Transcript, Words, side_by_side

VERSION = 1


def pretty(value: Any) -> bytes:
    return (json.dumps(value, indent=1, ensure_ascii=False) + "\n").encode()


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


def media_record(media: Media) -> bytes:
    return pretty(json.loads(json.dumps(asdict(media), default=str)))


def read_media(data: bytes) -> Media:
    record = json.loads(data)
    picture = record["picture"]
    if picture:
        picture = Picture(
            **_exact(
                picture | {"colour": Colour(**picture["colour"])},
                "sample_aspect",
                "rate",
                "start",
                "duration",
                "early",
            )
        )
    tracks = tuple(Track(**_exact(track, "start", "duration")) for track in record["tracks"])
    return Media(**_exact(record, "duration", "origin") | {"picture": picture, "tracks": tracks})


def sync_record(sync: Sync) -> bytes:
    return pretty(json.loads(json.dumps(asdict(sync), default=str)))


def read_sync(data: bytes) -> Sync:
    return Sync(**_exact(json.loads(data), "offset", "drift", "residual"))


def _exact(table: dict[str, Any], *names: str) -> dict[str, Any]:
    return table | {name: Fraction(table[name]) for name in names}


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
        "alternatives": [
            {
                "source": other.source,
                "score": other.score,
                "spans": _spans(other.spans, [s.heard for s in other.stretches]),
            }
            for other in others
        ],
    }


def explained_record(candidate: Candidate, rows: Sequence[Row], doubts: Sequence[str]) -> dict[str, Any]:
    """One place of `match --explain`."""
    return {
        "source": candidate.source,
        "score": candidate.score,
        "doubts": list(doubts),
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


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not a word")
    return value


def _to_the_ms(start: Fraction, end: Fraction) -> Span[Source]:
    """A pinned span, written to the millisecond: one that was shorter is one long."""
    return Span(Time(start), Time(end if end != start else start + Fraction(1, 1000)))


def stretch_record(stretch: Stretch) -> dict[str, Any]:
    return {
        "said": [[word.piece, word.text, word.heard, *_pair(word.span)] for word in stretch.said],
        "before": str(stretch.before.seconds),
        "after": str(stretch.after.seconds),
        "lead": [[word.text, *_pair(word.span)] for word in stretch.lead],
        "trail": [[word.text, *_pair(word.span)] for word in stretch.trail],
    }


def found_record(match: Match) -> bytes:
    """A match to the last word and fraction, to be kept; `match_record` is what people are told of it."""
    return pretty(
        {
            "quote": match.quote,
            "state": match.state.value,
            "pinned": match.pinned,
            "candidates": [_candidate_record(c) for c in match.candidates],
        }
    )


def _candidate_record(candidate: Candidate) -> dict[str, Any]:
    stretches = [
        stretch_record(s) | {"lead": _words_record(s.lead), "trail": _words_record(s.trail)}
        for s in candidate.stretches
    ]
    return {
        "source": candidate.source,
        "score": candidate.score,
        "coverage": candidate.coverage,
        "stretches": stretches,
    }


def _words_record(words: Sequence[Word]) -> list[list[Any]]:
    return [[word.text, *_pair(word.span), word.confidence, word.suspect] for word in words]


def read_found(data: bytes) -> Match:
    record = json.loads(data)
    candidates = tuple(
        Candidate(
            found["source"],
            found["score"],
            found["coverage"],
            tuple(_read_stretch(stretch, neighbours=True) for stretch in found["stretches"]),
        )
        for found in record["candidates"]
    )
    return Match(record["quote"], State(record["state"]), candidates, pinned=record["pinned"])


def _read_stretch(record: Mapping[str, Any], *, neighbours: bool = False) -> Stretch:
    said = tuple(
        Said(piece, text, heard, _read_pair(start, end)) for piece, text, heard, start, end in record["said"]
    )
    lead, trail = (
        tuple(
            Word(text, _read_pair(start, end), confidence, suspect)
            for text, start, end, confidence, suspect in record[side]
        )
        if neighbours
        else ()
        for side in ("lead", "trail")
    )
    return Stretch(said, Time(Fraction(record["before"])), Time(Fraction(record["after"])), lead, trail)


def cut_record(cut: Cut) -> dict[str, Any]:
    return {
        "stretch": stretch_record(cut.stretch),
        "sound": _pair(cut.sound),
        "aligned": cut.aligned,
        "raw": [_pair(span) for span in cut.raw],
        "start": _edge(cut.start),
        "end": _edge(cut.end),
        "unplaced": [_pair(span) for span in cut.unplaced],
    }


def _edge(edge: Edge) -> dict[str, Any]:
    return {
        "confidence": edge.confidence,
        "doubts": list(edge.doubts),
        "tight": None if edge.tight is None else str(edge.tight),
    }


def read_cut(record: Mapping[str, Any]) -> Cut:
    return Cut(
        _read_stretch(record["stretch"]),
        _read_pair(*record["sound"]),
        record["aligned"],
        tuple(_read_pair(*span) for span in record["raw"]),
        _read_edge(record["start"]),
        _read_edge(record["end"]),
        tuple(_read_pair(*span) for span in record["unplaced"]),
    )


def _read_edge(record: Mapping[str, Any]) -> Edge:
    return Edge(
        record["confidence"],
        tuple(record["doubts"]),
        None if record["tight"] is None else Fraction(record["tight"]),
    )


def sounds_record(sounds: Sounds) -> bytes:
    return pretty(
        {
            "voiced": [_pair(span) for span in sounds.voiced],
            "loud": [[*_pair(noise.span), noise.decibels] for noise in sounds.loud],
        }
    )


def read_sounds(data: bytes) -> Sounds:
    record = json.loads(data)
    loud = tuple(Noise(_read_pair(start, end), float(decibels)) for start, end, decibels in record["loud"])
    return Sounds(tuple(_read_pair(start, end) for start, end in record["voiced"]), loud)


def _pair(span: Span[Source]) -> list[str]:
    return [str(span.start.seconds), str(span.end.seconds)]


def _read_pair(start: str, end: str) -> Span[Source]:
    return Span(Time(Fraction(start)), Time(Fraction(end)))
