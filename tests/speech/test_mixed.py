"""A transcript of two hearings: in passing, and closely where it matters."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.core.time import Source, Span
from pipeline.core.word import ROUGH, Word
from pipeline.speech.mixed import (
    AT_ONCE,
    BETWEEN,
    BIN,
    HZ,
    NEAR,
    as_they_lay,
    end_to_end,
    in_passing,
    mixed,
    packed,
    windows,
)
from pipeline.speech.transcript import Transcript, Words
from pipeline.speech.transcript_file import read_transcript, transcript_record


def span(start: float, end: float) -> Span[Source]:
    return Span[Source].measured(start, end)


def said(text: str, at: float = 0.0, each: float = 0.5) -> list[Word]:
    return [
        Word(word, span(at + n * each, at + (n + 1) * each - 0.1), 0.9) for n, word in enumerate(text.split())
    ]


def transcript(words: list[Word], engine: str = "engine") -> Transcript:
    return Transcript("amara", "en", engine, "weights", Words.of(words))


def texts(found: Transcript) -> str:
    return " ".join(f"({w.text})" if w.suspect == ROUGH else w.text for w in found.words)


def test_words_in_passing_are_used_as_words_and_marked_in_the_file() -> None:
    rough = in_passing(transcript([*said("one two"), Word("three", span(1, 1.4), 0.9, "loop")]))
    assert [word.suspect for word in rough.words] == [ROUGH, ROUGH, "loop"]
    assert [word.text for word in rough.heard] == ["one", "two"]
    assert rough.is_rough(span(0, 0.2))
    assert not rough.is_rough(span(1, 1.4))
    data = transcript_record(rough, "a key")
    assert b'"one", 0.9, "rough"]' in data
    assert read_transcript("amara.json", data) == (rough, "a key")


def test_what_was_heard_closely_stands_in_its_stretch_alone() -> None:
    rough = in_passing(transcript(said("a bee sees dee e"), "small"))
    closely = transcript(said("sea d", 1.0), "large")
    found = mixed(rough, [((span(0.95, 1.95),), closely)])
    assert texts(found) == "(a) (bee) sea d (e)"
    assert not found.is_rough(span(1.0, 1.9))
    assert (found.engine, found.weights) == ("large in places; elsewhere small", "weights")
    assert mixed(rough, []) is rough


def test_a_stretch_reaches_from_pause_to_pause() -> None:
    words = Words.of(said("a b c d e f"))
    [found] = windows(words, (), [span(1.2, 1.6)], Fraction(60))
    assert found == span(0.95, 1.95)
    assert windows(words, (), [span(0.1, 0.2)], Fraction(60)) == (span(0, 0.45),)
    assert windows(words, (), [span(2.6, 2.8)], Fraction(5, 2) + Fraction(4, 10))[0].end.seconds <= Fraction(
        29, 10
    )


def test_near_stretches_are_one_and_what_is_known_stays() -> None:
    words = Words.of(())
    near, far = float(NEAR) - 0.8, float(NEAR) + 0.8
    assert len(windows(words, [span(1, 2)], [span(2 + near, 4)], Fraction(60))) == 1
    assert len(windows(words, [span(1, 2)], [span(2 + far, 9)], Fraction(60))) == 2
    assert windows(words, [span(1, 2)], [], Fraction(60)) == (span(1, 2),)


@pytest.mark.parametrize(
    ("stretches", "packs"),
    [
        ([], []),
        ([(0, 5), (10, 15), (20, 25)], [3]),
        ([(0, 15), (20, 32), (40, 45)], [2, 1]),
        ([(0, 60)], [1]),
        ([(170, 175), (181, 185)], [1, 1]),
    ],
)
def test_stretches_are_heard_half_a_minute_at_once(
    stretches: list[tuple[float, float]], packs: list[int]
) -> None:
    found = list(packed(tuple(span(*one) for one in stretches)))
    assert [len(pack) for pack in found] == packs
    assert [one for pack in found for one in pack] == [span(*one) for one in stretches]


def test_a_new_stretch_leaves_the_packs_of_other_minutes_alone() -> None:
    first = tuple(span(at, at + 5) for at in (10, 40, 200, 230))
    more = (*first[:2], span(60, 65), *first[2:])
    before, after = list(packed(first)), list(packed(more))
    assert before[-1] == after[-1]
    assert before[0] != after[0]
    assert float(BIN) < 200


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.integers(1, 40), st.integers(1, 90)), min_size=1, max_size=6))
def test_words_of_stretches_laid_end_to_end_are_put_back_where_they_were(
    shapes: list[tuple[int, int]],
) -> None:
    at, places = 0, []
    for pause, length in shapes:
        at += pause
        places.append(span(at / 10 + 2, (at + length) / 10 + 2))
        at += length
    laid = end_to_end([np.full(round(one.duration * HZ), n + 1, np.float32) for n, one in enumerate(places)])
    words = []
    for n, _ in enumerate(places):
        there = np.flatnonzero(laid == n + 1) / HZ
        words.append(Word(str(n), span(float(there[0]), float(there[-1]) + 1 / HZ), 0.9))
    found = as_they_lay(words, tuple(places))
    for word, place in zip(found, places, strict=True):
        assert abs(word.span.start.seconds - place.start.seconds) <= Fraction(1, 1000)
        assert abs(word.span.end.seconds - place.end.seconds) <= Fraction(1, 1000)
    assert len(laid) == sum(round(one.duration * HZ) for one in places) + (len(places) - 1) * round(
        BETWEEN * HZ
    )
    assert all(one.start <= two.start for one, two in pairwise(word.span for word in found))
    assert AT_ONCE < 30
