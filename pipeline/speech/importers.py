"""Transcripts made elsewhere: Whisper's JSON and caption files of any kind, to our words.

A caption file has times for lines only; its words share their line's time by their lengths, and
forced alignment finds them when they are cut.
"""

from __future__ import annotations

import json
import re
from fractions import Fraction

from pipeline.captions.formats import read
from pipeline.captions.formats.text import decode
from pipeline.core.time import Source, Span, Time
from pipeline.core.word import Word
from pipeline.errors import InputError
from pipeline.speech.transcript import Transcript, Words

GUESSED = 0.5
"""The confidence of words whose times were shared out."""


def import_transcript(source: str, language: str, file: str, data: bytes) -> Transcript:
    """By content, not by name: JSON, or a caption file."""
    text = decode(file, data)
    if text.lstrip().startswith("{"):
        words, kind = _whisper_json(file, text), "whisper-json"
    else:
        found = read(file, data)
        words, kind = (
            _shared(
                [
                    (Span(Time(cue.span.start.seconds), Time(cue.span.end.seconds)), cue.text)
                    for cue in found.cues
                ]
            ),
            found.format,
        )
    if not words:
        raise InputError(
            "holds no words",
            where=file,
            next_step="give Whisper's JSON with word times, an SRT or a WebVTT file",
        )
    return Transcript(
        source,
        language,
        f"imported from {kind}",
        "",
        Words.of(sorted(words, key=lambda word: word.span.start)),
    )


def _whisper_json(file: str, text: str) -> list[Word]:
    try:
        record = json.loads(text)
        words = []
        for segment in record["segments"]:
            if segment.get("words"):
                words += [
                    Word(
                        str(w.get("word", w.get("text"))).strip(),
                        Span.measured(w["start"], w["end"]),
                        float(w.get("probability", w.get("score", GUESSED))),
                    )
                    for w in segment["words"]
                    if "start" in w and "end" in w
                ]
            else:
                words += _shared([(Span.measured(segment["start"], segment["end"]), segment["text"])])
        return [word for word in words if word.text]
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as problem:
        raise InputError(
            f"is not Whisper's JSON ({type(problem).__name__}: {problem})",
            where=file,
            next_step="export it with segments and word times",
        ) from None


def _shared(lines: list[tuple[Span[Source], str]]) -> list[Word]:
    words = []
    for span, text in lines:
        parts = re.sub(r"^[A-Z][A-Z .'-]{1,30}:\s", "", text).split()
        total, done = sum(map(len, parts)), 0
        for part in parts:
            start = span.start + span.duration * Fraction(done, total)
            done += len(part)
            words.append(Word(part, Span(start, span.start + span.duration * Fraction(done, total)), GUESSED))
    return words
