"""Words from elsewhere in JSON: Whisper's and WhisperX's, whisper.cpp's, and plain lists."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from typing import Any

from pipeline.core.time import Source, Span, Time
from pipeline.core.word import Word
from pipeline.errors import InputError
from pipeline.speech.spoken_lines import GUESSED, Line, between, spoken, words_of

READABLE = (
    "Whisper's, WhisperX's or whisper.cpp's JSON, a JSON list of words or segments, SRT, WebVTT, TTML, "
    "a transcript with times (Otter, Rev, Trint) as text or .docx"
)
"""What can be imported, for a sentence."""

SECONDS_A_LETTER = Fraction(7, 100)
"""How long an untimed word is taken to be, where nothing limits it."""
LEAST = Fraction(6, 100)
"""Seconds that an untimed word is given, if need be of the word before it."""


@dataclass(frozen=True)
class _Heard:
    """A word as a file has it; `start` and `end` are None where it gives none."""

    text: str
    start: Fraction | None
    end: Fraction | None
    confidence: float
    speaker: str


def json_words(file: str, text: str) -> tuple[list[Word], str]:
    """The words of a JSON file, and which kind it is."""
    try:
        record = json.loads(text)
        readers = (
            (_whisper_cpp, "whisper.cpp"),
            (_lists, "a list"),
            (_services, "a service"),
            (_whisper, "whisper-json"),
        )
        for reader, kind in readers:
            found = reader(record)
            if found is not None:
                return spoken([word for word in found if word.text]), kind
        raise KeyError("segments")
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as problem:
        raise InputError(
            f"is no transcript in JSON that is known ({type(problem).__name__}: {problem})",
            where=file,
            next_step=f"give {READABLE}",
        ) from None


def _whisper(record: Any) -> list[Word] | None:
    """Segments with words, or without; words beside the segments; or words alone."""
    if "segments" not in record:
        return _words(record["words"], None, None) if "words" in record else None
    beside = record.get("words") or record.get("word_segments") or ()
    if beside and not any(one.get("words") for one in record["segments"]):
        return _words(beside, None, None)
    return _segments(record["segments"])


def _lists(record: Any) -> list[Word] | None:
    """A list of words or of segments; each has its times and its text."""
    if not isinstance(record, list):
        return None
    if all("word" in one and "words" not in one for one in record):
        return _words(record, None, None)
    return _segments(record)


def _services(record: Any) -> list[Word] | None:
    """Deepgram's words, and AssemblyAI's, which are in milliseconds."""
    if "channels" in record.get("results", ()):
        words = record["results"]["channels"][0]["alternatives"][0]["words"]
        return _words([one | {"word": one.get("punctuated_word", one["word"])} for one in words], None, None)
    if "audio_duration" in record and "words" in record:
        times = ("start", "end")
        seconds = [one | {name: one[name] / 1000 for name in times} for one in record["words"]]
        return _words(seconds, None, None)
    return None


def _segments(segments: Iterable[Mapping[str, Any]]) -> list[Word]:
    words: list[Word] = []
    for timed, several in groupby(segments, key=lambda one: bool(one.get("words"))):
        if timed:
            for one in several:
                low, high = _time(one, "start"), _time(one, "end")
                words += _words(one["words"], low, high, _speaker(one))
        else:
            words += words_of([_line(one) for one in several])
    return words


def _line(segment: Mapping[str, Any]) -> Line:
    start, end = _time(segment, "start"), _time(segment, "end")
    if start is None or end is None:
        raise ValueError("a segment has no start or no end")
    text = next(segment[name] for name in ("text", "word", "content") if name in segment)
    return Line(_span(start, end), str(text), _speaker(segment))


def _words(
    words: Sequence[Mapping[str, Any]], low: Fraction | None, high: Fraction | None, speaker: str = ""
) -> list[Word]:
    heard = [
        _Heard(
            str(one["word"] if "word" in one else one["text"]).strip(),
            _time(one, "start"),
            _time(one, "end"),
            float(next((one[name] for name in SURE if one.get(name) is not None), GUESSED)),
            _speaker(one) or speaker,
        )
        for one in words
    ]
    return list(_timed([one for one in heard if one.text], low, high))


SURE = ("probability", "score", "confidence", "p")


def _time(record: Mapping[str, Any], name: str) -> Fraction | None:
    """In seconds, rounded to a millisecond; None where there is none."""
    other = {"start": "start_time", "end": "end_time"}[name]
    value = record.get(name, record.get(other))
    if value is None:
        return None
    if isinstance(value, bool | str):
        raise TypeError(f"{value!r} is no time in seconds")
    return Time[Source].measured(float(value)).seconds


def _speaker(record: Mapping[str, Any]) -> str:
    value = record.get("speaker", record.get("speaker_label"))
    return "" if value is None else " ".join(str(value).split())


def _span(start: Fraction, end: Fraction) -> Span[Source]:
    return Span(Time(start), Time(max(end, start + Fraction(1, 1000))))


def _timed(heard: Sequence[_Heard], low: Fraction | None, high: Fraction | None) -> Iterator[Word]:
    """Every word with a time. One without stands between its neighbours; where they leave no room, in the
    second half of the word before it.
    """
    known = [one.start for one in heard if one.start is not None]
    if not known and (low is None or high is None):
        if heard:
            raise ValueError(f'no word has a time ("{heard[0].text}", …)')
        return
    at = low if low is not None else max(Fraction(0), min(known))
    runs = [list(run) for _, run in groupby(heard, key=lambda one: one.start is not None)]
    for number, run in enumerate(runs):
        following = runs[number + 1][0].start if number + 1 < len(runs) else high
        if run[0].start is None:
            end = max(at, at + _length(run) if following is None else following)
            yield from _placed(run, at, end)
            at = end
            continue
        for index, one in enumerate(run):
            assert one.start is not None
            after = run[index + 1].start if index + 1 < len(run) else following
            end = one.end if one.end is not None else one.start + _length([one])
            if one.end is None and after is not None:
                end = min(end, max(after, one.start))
            if index + 1 == len(run) and number + 1 < len(runs):
                beyond = runs[number + 2][0].start if number + 2 < len(runs) else high
                room = end if beyond is None else beyond - LEAST * len(runs[number + 1])
                end = min(end, max(room, (one.start + end) / 2))
            yield Word(one.text, _span(one.start, end), one.confidence, "", one.speaker)
            at = end


def _placed(run: Sequence[_Heard], start: Fraction, end: Fraction) -> Iterator[Word]:
    shared = between(Time(start), Time(end), [one.text for one in run])
    for one, word in zip(run, shared, strict=True):
        yield Word(one.text, word.span, min(one.confidence, GUESSED), "", one.speaker)


def _length(run: Sequence[_Heard]) -> Fraction:
    return sum((len(one.text) * SECONDS_A_LETTER for one in run), Fraction(0))


def _whisper_cpp(record: Any) -> list[Word] | None:
    """whisper.cpp: milliseconds, and with `--output-json-full` the pieces of words."""
    if not isinstance(record, dict) or "transcription" not in record:
        return None
    words: list[Word] = []
    lines: list[Line] = []
    for segment in record["transcription"]:
        speaker = _speaker(segment)
        if tokens := [one for one in segment.get("tokens", ()) if not str(one["text"]).startswith("[_")]:
            words += _timed(list(_whole(tokens, speaker)), None, None)
        else:
            start, end = (Fraction(int(segment["offsets"][name]), 1000) for name in ("from", "to"))
            lines.append(Line(_span(start, end), str(segment["text"]), speaker))
    return sorted([*words, *words_of(lines)], key=lambda word: word.span.start)


def _whole(tokens: Iterable[Mapping[str, Any]], speaker: str) -> Iterator[_Heard]:
    """Words from their pieces: a piece that begins with a space begins a word."""
    group: list[Mapping[str, Any]] = []
    for token in (*tokens, {"text": " "}):
        if str(token["text"]).startswith(" ") and group:
            start, end = (
                Fraction(int(group[at]["offsets"][name]), 1000) for at, name in ((0, "from"), (-1, "to"))
            )
            text = "".join(str(one["text"]) for one in group).strip()
            yield _Heard(text, start, end, min(float(one.get("p", GUESSED)) for one in group), speaker)
            group = []
        group.append(token)
