"""Quiet places: no word, no voice, no bang."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.core.ports import Speech
from pipeline.core.time import Source, Span, Time
from pipeline.core.word import Word
from pipeline.speech.silence import LEAST, quiet_near, without_voice
from pipeline.speech.transcript import Words

fast = settings(max_examples=60, deadline=None, derandomize=True)
HZ = 16_000


def span(start: float, end: float) -> Span[Source]:
    return Span[Source].measured(start, end)


def spoken(spans: Iterable[Span[Source]]) -> Words:
    return Words.of(Word("word", one, 0.9) for one in spans)


def time(seconds: float) -> Time[Source]:
    return Time[Source].measured(seconds)


@pytest.mark.parametrize(
    ("heard", "end", "quiet"),
    [
        ([], 1.0, [(0.1, 0.9)]),
        ([(1, 2)], 3.0, [(0.1, 0.9), (2.1, 2.9)]),
        ([(0, 1), (1.4, 3)], 3.0, []),
        ([(0, 1), (1.5, 3)], 3.0, [(1.1, 1.4)]),
    ],
)
def test_quiet_places_are_where_no_word_is_heard_with_room_to_spare(
    heard: list[tuple[float, float]], end: float, quiet: list[tuple[float, float]]
) -> None:
    assert quiet_near(spoken([span(*word) for word in heard]), time(0), Fraction(end)) == [
        span(*place) for place in quiet
    ]


@fast
@given(st.lists(st.tuples(st.integers(0, 500), st.integers(1, 400)), max_size=6))
def test_room_tone_never_holds_a_word(heard: list[tuple[int, int]]) -> None:
    """Recognisers' words overlap each other and lie within each other."""
    spans = [span(start / 100, (start + length) / 100) for start, length in sorted(heard)]
    for place in quiet_near(spoken(spans), time(5), Fraction(10)):
        assert not any(place.overlap(word) for word in spans)


@pytest.mark.slow
@fast
@given(
    st.lists(st.tuples(st.integers(-50, 3000), st.integers(1, 900)), max_size=12),
    st.integers(0, 4000),
    st.sampled_from([Fraction(40), Fraction(10_001, 300)]),
)
def test_quiet_near_by_is_as_all_quiet_sorted_by_how_near_it_is(
    heard: list[tuple[int, int]], near: int, end: Fraction
) -> None:
    """Against the plain definition: go through all words in Fractions."""
    spans = [
        Span(Time[Source](Fraction(start, 90)), Time[Source](Fraction(start + length, 90)))
        for start, length in sorted(heard)
    ]
    quiet, after = [], Fraction(0)
    for begins, ends in [*((one.start.seconds, one.end.seconds) for one in spans), (end, end)]:
        if begins - after >= LEAST + Fraction(1, 5):
            quiet.append((after + Fraction(1, 10), min(begins - Fraction(1, 10), after + Fraction(31, 10))))
        after = max(after, ends)
    moment = Fraction(near, 100)
    quiet.sort(key=lambda place: abs(place[0] - moment))
    wanted = [place for number, place in enumerate(quiet) if not number or abs(place[0] - moment) <= 30]
    found = quiet_near(spoken(spans), Time(moment), end)
    assert [(place.start.seconds, place.end.seconds) for place in found] == wanted


def test_only_quiet_near_by_is_listened_to_and_else_the_nearest() -> None:
    often = spoken([span(at, at + 9) for at in range(0, 1000, 10)])
    assert [float(place.start.seconds) for place in quiet_near(often, time(500), Fraction(1000))] == [
        499.1,
        509.1,
        489.1,
        519.1,
        479.1,
        529.1,
    ]
    assert quiet_near(spoken([span(0, 700)]), time(5), Fraction(800)) == [span(700.1, 703.1)]
    assert quiet_near(spoken([span(0, 700)]), time(5), Fraction(700)) == []


def test_quiet_is_what_holds_no_voice_and_no_bang() -> None:
    """A voice that the recogniser missed cuts a stretch in two; a door in one rules it out; what is left over
    must be long enough.
    """
    speech = np.random.default_rng(1).normal(0, 0.001, 20 * HZ).astype(np.float32)
    speech[round(12.5 * HZ) : round(12.51 * HZ)] = 0.5
    places = [span(1, 4), span(5, 5.5), span(12, 13), span(15, 15.4)]

    def listen(start: Fraction, duration: Fraction) -> Speech:
        return speech[round(start * HZ) : round((start + duration) * HZ)]

    found = without_voice(places, listen, lambda _: [(2.0, 2.5), (5.2, 5.6)])
    assert [place for place, _ in found] == [span(1, 2), span(2.5, 4), span(15, 15.4)]
    assert all(-62 < 10 * np.log10(power) < -54 for _, power in found)
    assert without_voice([], listen, lambda _: []) == []
    assert without_voice(places[:2], listen, lambda heard: [(0, len(heard) / HZ)]) == []
