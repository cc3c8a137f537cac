"""The film's sound against its footage: another sound, a name let through, what lies beyond the cut, and what
is heard where nobody was approved to speak; each from both sides of its limit.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from pipeline.core.ports import Samples
from pipeline.core.time import SAMPLE_RATE, Source, Span, Time
from pipeline.edit.timeline import Card, Take, Timeline
from pipeline.verification.audio import loudness, sameness, silence

SECONDS = 4


def noise(seed: int, level: float = -20.0, seconds: float = SECONDS) -> Samples:
    """White noise of a level in dBFS, the same in both channels."""
    mono = np.random.default_rng(seed).normal(0, 10 ** (level / 20), round(seconds * SAMPLE_RATE))
    return np.repeat(mono[:, None], 2, axis=1).astype(np.float32)


def mixed(alike: float, one: Samples, other: Samples) -> Samples:
    """What correlates with `one` to this degree."""
    return (alike * one + (1 - alike**2) ** 0.5 * other).astype(np.float32)


def shot(*bleeps: Span[Source], until: float = SECONDS) -> Take:
    sound = Span(Time[Source](Fraction(10)), Time[Source](Fraction(until) + 10))
    return Take(50, SECONDS * 25, "q1", "amara", "Amara", "s1", 250, sound, (), bleeps=bleeps)


def told(film: Samples, footage: Samples, take: Take | None = None) -> list[tuple[str, str]]:
    take = take or shot()
    timeline = Timeline("x", Fraction(25), (640, 360), (Card(0, 50, "title", "x"), take))
    return [(one.rule, one.where) for one in sameness(take, timeline, film, footage)]


FOOTAGE, OTHER = noise(1), noise(2)


@pytest.mark.parametrize(("alike", "found"), [(1.0, False), (0.65, False), (0.35, True), (0.0, True)])
def test_another_sound_is_told(alike: float, found: bool) -> None:
    rules = told(mixed(alike, FOOTAGE, OTHER), FOOTAGE)
    assert rules == ([("other-sound", "0:02.0 q1")] if found else [])


def test_a_fifth_of_a_second_of_another_sound_is_told_with_its_moment() -> None:
    film = FOOTAGE.copy()
    film[SAMPLE_RATE : SAMPLE_RATE * 6 // 5] = OTHER[:9600]
    assert told(film, FOOTAGE) == [("other-sound", "0:03.0 q1")]


@pytest.mark.parametrize(("level", "found"), [(-40.0, True), (-50.0, False)])
def test_noise_may_differ_below_what_is_audible(level: float, found: bool) -> None:
    assert bool(told(noise(3, level), FOOTAGE)) == found


@pytest.mark.parametrize(("alike", "found"), [(0.75, True), (0.45, False)])
def test_a_name_that_is_let_through_is_told(alike: float, found: bool) -> None:
    hidden, film = Span[Source].measured(11, 12), FOOTAGE.copy()
    film[SAMPLE_RATE : 2 * SAMPLE_RATE] = mixed(alike, FOOTAGE, OTHER)[SAMPLE_RATE : 2 * SAMPLE_RATE]
    rules = told(film, FOOTAGE, shot(hidden))
    assert rules == ([("name-heard", "0:03.0 q1")] if found else [])


@pytest.mark.parametrize(("level", "found"), [(-40.0, True), (-50.0, False)])
def test_what_lies_beyond_the_cut_is_silent(level: float, found: bool) -> None:
    film = FOOTAGE.copy()
    film[3 * SAMPLE_RATE :] = noise(4, level, 1)
    rules = told(film, FOOTAGE, shot(until=3))
    assert rules == ([("beyond-cut", "0:05.0 q1")] if found else [])


@pytest.mark.parametrize(("level", "found"), [(-40.0, True), (-50.0, False)])
def test_nothing_is_heard_over_a_card(level: float, found: bool) -> None:
    sound = np.zeros((2 * SAMPLE_RATE, 2), np.float32)
    assert list(silence(Fraction(7), sound, "a card")) == []
    sound[SAMPLE_RATE : SAMPLE_RATE * 3 // 2] = noise(5, level, 0.5)
    heard = [(one.rule, one.where) for one in silence(Fraction(7), sound, "a card")]
    assert heard == ([("not-approved", "0:08.0")] if found else [])


@pytest.mark.parametrize(("limit", "found"), [(-45.0, True), (-30.0, False)])
def test_a_pause_may_be_as_loud_as_its_room_and_no_louder(limit: float, found: bool) -> None:
    room = noise(5, -34.0, 1)
    assert loudness(room) == pytest.approx(-34, abs=0.1)
    heard = [(one.what, one.limit) for one in silence(Fraction(7), room, "a pause", limit)]
    assert heard == (
        [("something is heard during a pause, outside every approved span", f"{limit:g}")] if found else []
    )
