"""Transcript files by themselves, without any production."""

from __future__ import annotations

from pathlib import Path

from pipeline.errors import InputError
from pipeline.speech.importers import import_transcript
from pipeline.speech.transcript import Transcript
from pipeline.speech.transcript_file import read_transcript


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
