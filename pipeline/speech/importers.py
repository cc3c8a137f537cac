"""Words from elsewhere: Whisper's JSON, and lines that have times but no words with their own.

The words of a line share its time by their lengths, and forced alignment finds them when they are cut.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from fractions import Fraction

from pipeline.core.time import Source, Span
from pipeline.core.word import Word
from pipeline.errors import InputError

GUESSED = 0.5
"""The confidence of words whose times were shared out."""


def whisper_json(file: str, text: str) -> list[Word]:
    """Words with their times; those of a segment without any share its time."""
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
                words += shared_out([(Span.measured(segment["start"], segment["end"]), segment["text"])])
        return [word for word in words if word.text]
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as problem:
        raise InputError(
            f"is not Whisper's JSON ({type(problem).__name__}: {problem})",
            where=file,
            next_step="export it with segments and word times",
        ) from None


def shared_out(lines: Iterable[tuple[Span[Source], str]]) -> list[Word]:
    """The words of lines, which share each line's time by their lengths."""
    words = []
    for span, text in lines:
        parts = re.sub(r"^[A-Z][A-Z .'-]{1,30}:\s", "", text).split()
        total, done = sum(map(len, parts)), 0
        for part in parts:
            start = span.start + span.duration * Fraction(done, total)
            done += len(part)
            words.append(Word(part, Span(start, span.start + span.duration * Fraction(done, total)), GUESSED))
    return words
