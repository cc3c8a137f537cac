"""Transcripts from files of any kind: ours, recognisers' JSON, text with times, or captions taken as one."""

from __future__ import annotations

import csv
from pathlib import Path

from pipeline.captions.formats import read, vtt
from pipeline.captions.formats.text import decode
from pipeline.core.time import Span, Time
from pipeline.core.word import Word
from pipeline.errors import InputError
from pipeline.speech.documents import ZIP, docx_text, table, timed_text
from pipeline.speech.importers import READABLE, json_words
from pipeline.speech.spoken_lines import Line, words_of
from pipeline.speech.transcript import Transcript, Words
from pipeline.speech.transcript_file import read_transcript


def import_transcript(source: str, language: str, file: str, data: bytes) -> Transcript:
    """A transcript that was made elsewhere, known by its content and not by its name."""
    words, kind = _words(file, data)
    if not words:
        raise InputError("holds no words", where=file, next_step=f"give {READABLE}")
    words.sort(key=lambda word: word.span.start)
    return Transcript(source, language, f"imported from {kind}", "", Words.of(words))


def _words(file: str, data: bytes) -> tuple[list[Word], str]:
    if data.startswith(ZIP):
        return words_of(timed_text(docx_text(file, data))), "docx"
    if b'"made_from"' in data[:2000]:
        return list(read_transcript(file, data)[0].words), "ourwords"
    text = decode(file, data)
    if text.lstrip()[:1] in ("{", "["[: not text.lstrip()[1:2].isdigit()]):
        return json_words(file, text)
    try:
        rows = table(text)
    except (ValueError, csv.Error) as problem:
        raise InputError(
            f"is no table that can be read: {problem}", where=file, next_step=f"give {READABLE}"
        ) from None
    if rows:
        return words_of(rows), "table"
    if found := vtt.spoken(text):
        return words_of(found), "vtt"
    try:
        captions = read(file, data)
    except InputError:
        if paragraphs := timed_text(text):
            return words_of(paragraphs), "text"
        what = "is no transcript that is known" if text.strip() else "is empty"
        raise InputError(what, where=file, next_step=f"give {READABLE}") from None
    return words_of(
        [
            Line(
                Span(Time(cue.span.start.seconds), Time(cue.span.end.seconds)),
                "\n".join(cue.lines),
                cue.speaker,
            )
            for cue in captions.cues
            if cue.kind == "speech"
        ]
    ), captions.format


def transcript(file: str | Path, *, language: str = "en") -> Transcript:
    """A transcript from a file: one of ours, Whisper's JSON with word times, or captions of any kind.

    >>> from tempfile import mkdtemp
    >>> file = Path(mkdtemp()) / "talk.srt"
    >>> _ = file.write_text("1\\n00:00:01,000 --> 00:00:03,000\\nThey saw it.\\n", encoding="utf-8")
    >>> [word.text for word in transcript(file).words]
    ['They', 'saw', 'it.']
    """
    path = Path(file)
    try:
        data = path.read_bytes()
    except OSError as problem:
        raise InputError(
            f"cannot be read: {problem.strerror}", where=str(path), next_step="give a transcript or captions"
        ) from None
    if b'"made_from"' in data[:2000]:
        return read_transcript(path.name, data)[0]
    return import_transcript(path.stem, language, path.name, data)
