"""Transcripts from files of any kind: ours, Whisper's JSON, or captions taken as one."""

from __future__ import annotations

from pathlib import Path

from pipeline.captions.formats import read
from pipeline.captions.formats.text import decode
from pipeline.core.time import Span, Time
from pipeline.errors import InputError
from pipeline.speech.importers import shared_out, whisper_json
from pipeline.speech.transcript import Transcript, Words
from pipeline.speech.transcript_file import read_transcript


def import_transcript(source: str, language: str, file: str, data: bytes) -> Transcript:
    """A transcript that was made elsewhere, by content, not by name: JSON, or a caption file."""
    text = decode(file, data)
    if text.lstrip().startswith("{"):
        words, kind = whisper_json(file, text), "whisper-json"
    else:
        found = read(file, data)
        kind, lines = found.format, [(cue.span, cue.text) for cue in found.cues]
        words = shared_out((Span(Time(at.start.seconds), Time(at.end.seconds)), said) for at, said in lines)
    if not words:
        raise InputError(
            "holds no words",
            where=file,
            next_step="give Whisper's JSON with word times, an SRT or a WebVTT file",
        )
    words.sort(key=lambda word: word.span.start)
    return Transcript(source, language, f"imported from {kind}", "", Words.of(words))


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
