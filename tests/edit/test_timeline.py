"""The timeline: shots touch, sums never drift, the bridge between the clocks is exact."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.core.time import SAMPLE_RATE, Source, Span, Time
from pipeline.edit.timeline import Card, Shot, Take, Timeline, follow, reference, sample_at, samples_of

RATES = [Fraction(24000, 1001), Fraction(25), Fraction(30000, 1001), Fraction(60000, 1001), Fraction(50)]
fast = settings(max_examples=80, deadline=None, derandomize=True)
rates = st.sampled_from(RATES)
lengths = st.lists(st.integers(1, 2000), min_size=1, max_size=40)


def film(frames: list[int], rate: Fraction) -> Timeline:
    return Timeline("Film", rate, (320, 180), follow(tuple(Card(0, count, "note", "…") for count in frames)))


def take(at: int, frames: int, first: int, rate: Fraction, quote: str = "q1") -> Take:
    sound = Span(Time[Source](first / rate), Time[Source]((first + frames) / rate))
    return Take(at, frames, quote, "amara", "Amara", "s1", first, sound, ())


@fast
@given(lengths, rates)
def test_samples_of_the_shots_are_the_samples_of_the_film(frames: list[int], rate: Fraction) -> None:
    timeline = film(frames, rate)
    counts = [samples_of(shot, rate) for shot in timeline.shots]
    assert sum(counts) == sample_at(timeline.frames, rate)
    assert abs(sample_at(timeline.frames, rate) - Fraction(timeline.frames) / rate * SAMPLE_RATE) <= Fraction(
        1, 2
    )
    assert all(
        abs(count - shot.frames / rate * SAMPLE_RATE) < 1
        for count, shot in zip(counts, timeline.shots, strict=True)
    )


@fast
@given(lengths, rates, st.data())
def test_the_shot_at_a_frame_holds_it(frames: list[int], rate: Fraction, data: st.DataObject) -> None:
    timeline = film(frames, rate)
    frame = data.draw(st.integers(0, timeline.frames - 1))
    shot = timeline.shot_at(frame)
    assert shot.at <= frame < shot.end
    assert timeline.span(shot).duration == shot.frames / rate


@fast
@given(st.integers(0, 10**6), st.integers(1, 1000), st.integers(0, 10**6), rates)
def test_the_bridge_between_the_clocks_is_exact(at: int, frames: int, first: int, rate: Fraction) -> None:
    shots = (
        (Card(0, at, "note", "…"), take(at, frames, first, rate)) if at else (take(0, frames, first, rate),)
    )
    timeline, shot = Timeline("Film", rate, (320, 180), shots), shots[-1]
    assert isinstance(shot, Take)
    assert timeline.programme(shot, shot.source_in(rate)) == timeline.time(shot.at)
    assert timeline.programme(shot, shot.source_out(rate)) == timeline.time(shot.end)


@pytest.mark.parametrize(
    "shots",
    [(Shot(1, 5),), (Shot(0, 5), Shot(6, 5)), (Shot(0, 5), Shot(4, 5))],
    ids=["starts late", "gap", "overlap"],
)
def test_shots_touch(shots: tuple[Shot, ...]) -> None:
    with pytest.raises(ValueError, match="shots touch"):
        Timeline("Film", Fraction(25), (320, 180), shots)


@pytest.mark.parametrize(("at", "frames"), [(0, 0), (0, -1), (-1, 5)])
def test_a_shot_lasts_a_frame_and_starts_in_the_film(at: int, frames: int) -> None:
    with pytest.raises(ValueError, match="at least one frame"):
        Shot(at, frames)


def test_a_reference_is_stable_and_says_nothing() -> None:
    assert reference("Film", "erin") == reference("Film", "erin") != reference("Filme", "rin")
    assert "erin" not in reference("Film", "erin")
