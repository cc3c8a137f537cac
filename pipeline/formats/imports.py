"""Transcripts made elsewhere: Whisper JSON, SRT and WebVTT, to our words.

A caption file has times for lines only; its words share their line's time by their lengths, and
forced alignment finds them when they are cut.
"""

from __future__ import annotations

import json
import re
from fractions import Fraction
from html import unescape

from charset_normalizer import from_bytes

from pipeline.errors import InputError
from pipeline.formats.captions import from_srt
from pipeline.model.time import Source, Span, Time
from pipeline.model.transcript import Transcript, Word

GUESSED = 0.5
"""The confidence of words whose times were shared out."""

_VTT_TIMES = re.compile(r"(?:(\d{2,}):)?(\d{2}):(\d{2})\.(\d{3})[ \t]+-->[ \t]+(?:(\d{2,}):)?(\d{2}):(\d{2})\.(\d{3})")


def import_transcript(source: str, language: str, file: str, data: bytes) -> Transcript:
    """By content, not by name: JSON, WebVTT or SRT."""
    text = _text(file, data)
    if text.lstrip().startswith("{"):
        words, kind = _whisper_json(file, text), "whisper-json"
    elif text.startswith("WEBVTT"):
        words, kind = _shared(_vtt(text)), "vtt"
    else:
        words, kind = _shared(_srt(file, text)), "srt"
    if not words:
        raise InputError("holds no words", where=file, next_step="give Whisper's JSON with word times, an SRT or a WebVTT file")
    return Transcript(source, language, f"imported from {kind}", "", tuple(sorted(words, key=lambda word: word.span.start)))


def _text(file: str, data: bytes) -> str:
    """UTF-8, then Windows' Western encoding, then a guess: these words only say where to look, none is shown."""
    for encoding in ("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    found = from_bytes(data).best()
    if found is None:
        raise InputError("is not text", where=file, next_step="save it as UTF-8")
    return str(found).lstrip("\ufeff")


def _whisper_json(file: str, text: str) -> list[Word]:
    try:
        record = json.loads(text)
        words = []
        for segment in record["segments"]:
            if segment.get("words"):
                words += [
                    Word(str(w.get("word", w.get("text"))).strip(), Span.measured(w["start"], w["end"]), float(w.get("probability", w.get("score", GUESSED))))
                    for w in segment["words"]
                    if "start" in w and "end" in w
                ]
            else:
                words += _shared([(Span.measured(segment["start"], segment["end"]), segment["text"])])
        return [word for word in words if word.text]
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as problem:
        raise InputError(
            f"is not Whisper's JSON ({type(problem).__name__}: {problem})", where=file, next_step="export it with segments and word times"
        ) from None


def _srt(file: str, text: str) -> list[tuple[Span[Source], str]]:
    try:
        return [(Span(Time(s.start.seconds), Time(s.end.seconds)), words) for s, words in from_srt(text)]
    except Exception as problem:  # noqa: BLE001 - pysrt raises several kinds for one bad line
        raise InputError(f"cannot be read as SRT ({problem})", where=file, next_step="open it in a caption editor and save it again") from None


def _vtt(text: str) -> list[tuple[Span[Source], str]]:
    found = []
    for block in re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n").replace("\r", "\n")):
        lines = block.split("\n")
        for number, line in enumerate(lines):
            times = _VTT_TIMES.search(line)
            if times:
                a, b = times.groups()[:4], times.groups()[4:]
                start, end = (Fraction(int(h or 0) * 3600 + int(m) * 60 + int(s)) + Fraction(int(ms), 1000) for h, m, s, ms in (a, b))
                words = unescape(re.sub(r"<[^>]*>", "", " ".join(lines[number + 1 :])))
                if end > start and words.strip():
                    found.append((Span(Time[Source](start), Time[Source](end)), words))
                break
    return found


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
