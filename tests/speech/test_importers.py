"""Transcripts made elsewhere: Whisper's JSON, SRT and WebVTT to words, or refused with the file's name."""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.captions.as_transcript import import_transcript
from pipeline.captions.formats import to_srt, to_vtt
from pipeline.captions.model import Captions, plain_cue
from pipeline.core.time import Programme, Span
from pipeline.errors import InputError
from pipeline.speech.importers import GUESSED
from pipeline.speech.transcript import Transcript

fast = settings(max_examples=40, deadline=None, derandomize=True)

WORD = {"word": " Hello", "start": 1.0, "end": 1.5, "probability": 0.9}


def read(data: str | bytes) -> Transcript:
    return import_transcript("amara", "en", "made.txt", data.encode() if isinstance(data, str) else data)


def words(data: str | bytes) -> list[tuple[str, float, float]]:
    return [(word.text, float(word.span.start), float(word.span.end)) for word in read(data).words]


def whisper(*segments: object) -> str:
    return json.dumps({"text": "", "language": "en", "segments": segments})


def test_whisper_with_word_times() -> None:
    found = read(
        whisper({"words": [WORD, {"word": "you", "start": 1.5, "end": 1.5, "score": 0.4}, {"word": "12"}]})
    )
    assert [(word.text, str(word.span), word.confidence) for word in found.words] == [
        ("Hello", "0:00:01.000–0:00:01.500", 0.9),
        ("you", "0:00:01.500–0:00:01.501", 0.4),
    ]
    assert (found.source, found.language, found.engine) == ("amara", "en", "imported from whisper-json")


def test_whisper_without_word_times_shares_the_segment() -> None:
    assert words(whisper({"start": 1, "end": 2, "text": " aa bbbbbb"})) == [
        ("aa", 1.0, 1.25),
        ("bbbbbb", 1.25, 2.0),
    ]


VTT = (
    "WEBVTT\n\nNOTE not words\n\nSTYLE\n::cue { color: red }\n\nintro\n00:01.000 --> 00:03.000 "
    "align:start\n<v Amara>aa &amp; <i>bb</i></v>\n"
)
VTT += "\n01:00:00.000 --> 01:00:01.000\ncc\n"
SRT = "1\n00:00:01,000 --> 00:00:03,000\nAMARA: <i>aa</i>\n& bb\n\n2\n01:00:00,000 --> 01:00:01,000\ncc\n"


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("encode", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("text", [VTT, SRT], ids=["vtt", "srt"])
def test_caption_files_share_each_lines_time(text: str, encode: str, ends: str) -> None:
    assert words(text.replace("\n", ends).encode(encode)) == [
        ("aa", 1.0, 1.8),
        ("&", 1.8, 2.2),
        ("bb", 2.2, 3.0),
        ("cc", 3600.0, 3601.0),
    ]
    assert {word.confidence for word in read(text).words} == {GUESSED}


FRENCH = SRT.replace(
    "cc", "Il m'a demandé comment j'allais, et ça m'a touchée. Après, le garçon à côté m'a prêté son journal."
)


def test_utf_16_is_read() -> None:
    assert "garçon" in [word.text for word in read(FRENCH.encode("utf-16")).words]


def test_an_old_encoding_is_read_right_or_refused() -> None:
    """Caption files in Windows' own encoding are everywhere; a wrong guess makes other words of them."""
    try:
        found = [word.text for word in read(FRENCH.encode("cp1252")).words]
    except InputError:
        return
    assert {"demandé", "ça", "touchée.", "garçon", "prêté"} <= set(found)


def test_words_come_in_the_order_of_their_times() -> None:
    late, early = WORD | {"start": 5, "end": 6}, WORD
    assert [start for _, start, _ in words(whisper({"words": [late]}, {"words": [early]}))] == [1.0, 5.0]


line = st.lists(st.text("abcdé'!?", min_size=1, max_size=6), min_size=1, max_size=5).map(" ".join)


@fast
@given(st.lists(st.tuples(st.integers(0, 3000), st.integers(40, 5000), line), min_size=1, max_size=5))
def test_our_own_captions_come_back_as_words_in_their_lines_time(cues: list[tuple[int, int, str]]) -> None:
    made, at = [], 0
    for gap, length, text in cues:
        made.append(
            plain_cue(
                Span[Programme].measured((at + gap) / 1000, (at + gap + length) / 1000),
                (text,),
                "Amara",
                "q1",
            )
        )
        at += gap + length
    captions = Captions("en", tuple(made))
    for written in (to_srt(captions), to_vtt(captions)):
        found = read(written).words
        assert [word.text for word in found] == [word for cue in made for word in cue.text.split()]
        assert all(one.span.end <= two.span.start for one, two in pairwise(found))
        assert found[0].span.start.seconds == made[0].span.start.seconds
        assert found[-1].span.end.seconds == made[-1].span.end.seconds


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00\x01\x02\xff",
        "just text",
        "{",
        "{}",
        '{"segments": null}',
        '{"segments": {}}',
        '{"segments": []}',
        whisper({}),
        whisper({"words": 5}),
        whisper({"words": [WORD | {"start": None}]}),
        whisper({"words": [WORD | {"start": "soon"}]}),
        whisper({"words": [WORD | {"start": float("nan")}]}),
        whisper({"words": [WORD | {"end": float("inf")}]}),
        whisper("a string"),
        whisper({"words": ["a", "b"]}),
        whisper(["a"]),
        "WEBVTT\n\n",
        "1\n00:00:01,000 --> 00:00:03,000\n\n",
    ],
)
def test_what_holds_no_words_is_refused_by_name(data: str | bytes) -> None:
    with pytest.raises(InputError, match=r"made\.txt"):
        read(data)


@pytest.mark.parametrize(
    "text", ["1\n00:00:03,000 --> 00:00:01,000\naa bb\n", "WEBVTT\n\n00:03.000 --> 00:01.000\naa bb\n"]
)
def test_a_time_that_runs_backwards_loses_no_words(text: str) -> None:
    found = read(text).words
    assert [word.text for word in found] == ["aa", "bb"]
    assert found[0].span.start.seconds == Fraction(3)
