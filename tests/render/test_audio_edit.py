"""A shot's sound to the sample: silent outside what was approved, nothing left of a name, no clicks."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.core.time import SAMPLE_RATE, Source, Span, Time
from pipeline.edit.timeline import Take
from pipeline.render.audio_edit import (
    BLEEP_HZ,
    FADE_IN,
    FADE_OUT,
    Samples,
    calmest,
    hold,
    room,
    shape,
    window,
)

fast = settings(max_examples=50, deadline=None, derandomize=True)

RATES = [Fraction(25), Fraction(30000, 1001), Fraction(24000, 1001), Fraction(60000, 1001)]
NO_TONE = np.zeros((0, 2), np.float32)


def noise(count: int, seed: int = 1, level: float = 0.1) -> Samples:
    return np.random.default_rng(seed).normal(0, level, (count, 2)).astype(np.float32)


def span(start: int, end: int) -> Span[Source]:
    """A span in samples."""
    return Span(Time[Source](Fraction(start, SAMPLE_RATE)), Time[Source](Fraction(end, SAMPLE_RATE)))


def take(first: int, frames: int, sound: Span[Source], bleeps: tuple[Span[Source], ...] = ()) -> Take:
    return Take(0, frames, "q1", "amara", "Amara", "s1", first, sound, (), bleeps=bleeps)


def steps(samples: Samples) -> float:
    """The greatest jump from one sample to the next."""
    return float(np.abs(np.diff(samples, axis=0, prepend=0, append=0)).max())


@fast
@given(st.integers(0, 200), st.integers(1, 30), st.sampled_from(RATES), st.data())
def test_nothing_outside_the_approved_sound_is_heard(
    first: int, frames: int, rate: Fraction, data: st.DataObject
) -> None:
    at = window(take(first, frames, span(0, 1)), rate)
    start = data.draw(st.integers(at[0], at[0] + at[1] - 2))
    end = data.draw(st.integers(start + 1, at[0] + at[1]))
    heard = shape(noise(at[1]), take(first, frames, span(start, end)), rate, NO_TONE)
    assert not heard[: start - at[0]].any()
    assert not heard[end - at[0] :].any()
    inner = slice(start - at[0] + FADE_IN, end - at[0] - FADE_OUT)
    if end - start > 2 * FADE_OUT:
        assert np.array_equal(heard[inner], noise(at[1])[inner])


@fast
@given(st.integers(0, 10**6), st.integers(1, 500), st.sampled_from(RATES))
def test_a_window_starts_at_its_frame_and_holds_every_rounding(
    first: int, frames: int, rate: Fraction
) -> None:
    start, count = window(take(first, frames, span(0, 1)), rate)
    assert abs(start - first / rate * SAMPLE_RATE) <= Fraction(1, 2)
    assert frames / rate * SAMPLE_RATE < count < frames / rate * SAMPLE_RATE + 3


@pytest.mark.parametrize(("start", "end"), [(0, 48_000), (5_000, 40_000), (5_000, 5_300), (5_000, 5_002)])
def test_no_click_at_the_edges(start: int, end: int) -> None:
    loud = np.full((48_001, 2), 0.5, np.float32)
    heard = shape(loud, take(0, 25, span(start, end)), Fraction(25), NO_TONE)
    assert steps(heard) < 0.5 * (np.pi / 2) / min(FADE_IN, (end - start) // 2) + 1e-3


# Names ----------------------------------------------------------------------------------------


@pytest.mark.slow
@fast
@given(st.integers(-3000, 60_000), st.integers(1, 30_000), st.integers(0, 2000))
def test_a_hidden_name_leaves_nothing_of_itself(start: int, length: int, tone: int) -> None:
    """A bleep may begin before the window and end after it. `tone` samples of the room are known."""
    said = noise(48_001)
    bleep = (
        span(max(0, start) + 48_000, max(0, start) + length + 48_000)
        if start < 0
        else span(start + 48_000, start + length + 48_000)
    )
    shown = take(25, 25, span(48_000, 96_001), (bleep,))
    heard = shape(said, shown, Fraction(25), noise(tone, 2, 0.001))
    again = shape(noise(48_001, 3), shown, Fraction(25), noise(tone, 2, 0.001))
    low, high = (max(0, min(48_001, at.samples() - 48_000)) for at in (bleep.start, bleep.end))
    if high - low > 200:
        both = np.corrcoef(said[low:high, 0], heard[low:high, 0])[0, 1]
        assert abs(both) < 6 / np.sqrt(high - low)
    # Another voice says it: what is heard there differs by its loudness only.
    scale = float(np.sqrt((noise(48_001, 3) ** 2).mean() / (said**2).mean()))
    assert np.allclose(heard[low:high], again[low:high], atol=0.1 * abs(scale - 1) + 2e-3)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (-100, 500),
        (500, 900),
        (47_900, 48_400),
        (-5_000, -100),
        (48_100, 60_000),
        (-5_000, 60_000),
        (48_001, 48_002),
        (-2, -1),
    ],
)
def test_a_bleep_anywhere_about_the_window_is_made(start: int, end: int) -> None:
    """Cut off by the end of the footage, or reaching over the start: never an error, never a longer sound."""
    heard = shape(
        noise(48_001),
        take(25, 25, span(48_000, 96_001), (span(start + 48_000, end + 48_000),)),
        Fraction(25),
        NO_TONE,
    )
    assert heard.shape == (48_001, 2)
    assert np.isfinite(heard).all()


def test_the_note_is_soft_and_keeps_its_pitch() -> None:
    heard = shape(
        noise(48_001), take(0, 25, span(0, 48_001), (span(12_000, 36_000),)), Fraction(25), NO_TONE
    )[12_000:36_000, 0]
    spectrum = np.abs(np.fft.rfft(heard * np.hanning(len(heard))))
    assert spectrum.argmax() * SAMPLE_RATE / len(heard) == pytest.approx(BLEEP_HZ, abs=3)
    assert 0.2 * 0.1 < float(np.sqrt((heard**2).mean())) < 0.5 * 0.1


def test_a_bleep_begins_and_ends_without_a_click() -> None:
    silent = np.zeros((48_001, 2), np.float32)
    silent[:10_000] = 0.3
    heard = shape(silent, take(0, 25, span(0, 48_001), (span(20_000, 30_000),)), Fraction(25), NO_TONE)
    assert np.abs(np.diff(heard[19_000:31_000], axis=0)).max() < 0.02


def test_what_is_around_a_name_stays() -> None:
    said, edge = noise(48_001), SAMPLE_RATE // 200
    heard = shape(said, take(0, 25, span(0, 48_001), (span(20_000, 30_000),)), Fraction(25), NO_TONE)
    assert np.array_equal(heard[FADE_IN : 20_000 - edge], said[FADE_IN : 20_000 - edge])
    assert np.array_equal(heard[30_000 + edge : 40_000], said[30_000 + edge : 40_000])


# The room -------------------------------------------------------------------------------------


def coloured(count: int, seed: int, corner: float = 500.0) -> Samples:
    """Noise of one microphone that falls above a corner, as rooms do."""
    hertz = np.fft.rfftfreq(count, 1 / SAMPLE_RATE)
    mono = np.fft.irfft(
        np.fft.rfft(np.random.default_rng(seed).normal(0, 1, count)) / (1 + (hertz / corner) ** 2), count
    )
    return np.repeat((mono / mono.std() * 0.001)[:, None], 2, axis=1).astype(np.float32)


def bands(sound: Samples) -> np.ndarray:
    """dB in octaves from 62 Hz to 8 kHz."""
    power = np.abs(np.fft.rfft(sound[:, 0])) ** 2 / len(sound) ** 2
    hertz = np.fft.rfftfreq(len(sound), 1 / SAMPLE_RATE)
    return np.array(
        [
            10 * np.log10(power[(hertz >= f / 1.4) & (hertz < f * 1.4)].sum() + 1e-20)
            for f in (62, 125, 250, 500, 1000, 2000, 4000, 8000)
        ]
    )


@fast
@given(st.integers(0, 3000), st.integers(0, 10_000))
def test_room_tone_is_of_any_length_and_as_loud_as_the_room(known: int, wanted: int) -> None:
    tone = noise(known, 4, 0.001)
    made = room(tone, wanted)
    assert made.shape == (wanted, 2)
    assert np.isfinite(made).all()
    assert made.any() == (known > 0 and wanted > 0)
    if known > 500 and wanted > 5_000:
        assert float(made.std()) == pytest.approx(float(tone.std()), rel=0.2)


@pytest.mark.parametrize("corner", [200.0, 500.0, 4000.0])
def test_room_tone_has_the_colour_of_its_room(corner: float) -> None:
    tone = coloured(SAMPLE_RATE, 1, corner)
    assert np.abs(bands(room(tone, 4 * SAMPLE_RATE)) - bands(tone)).max() < 2.5
    assert np.abs(bands(room(tone, 4 * SAMPLE_RATE)) - bands(coloured(SAMPLE_RATE, 1, corner / 4))).max() > 6


def test_room_tone_never_comes_round_again_nor_holds_what_was_there() -> None:
    tone = coloured(SAMPLE_RATE // 2, 3, 4000.0)
    made = room(tone, 4 * SAMPLE_RATE)[:, 0].astype(np.float64)
    size = 2 ** (2 * len(made)).bit_length()
    spectrum = np.fft.rfft(made, size)
    again = np.fft.irfft(np.abs(spectrum) ** 2)[2_000 : 3 * SAMPLE_RATE] / (made**2).sum()
    assert np.abs(again).max() < 0.1
    there = np.fft.irfft(spectrum * np.conj(np.fft.rfft(tone[:, 0], size)), size) / np.sqrt(
        (made**2).sum() * (tone[:, 0] ** 2).sum()
    )
    assert np.abs(there).max() < 0.1
    looped = np.resize(tone[:, 0], 4 * SAMPLE_RATE).astype(np.float64)
    assert (
        np.fft.irfft(np.abs(np.fft.rfft(looped, size)) ** 2)[2_000 : 3 * SAMPLE_RATE].max()
        / (looped**2).sum()
        > 0.5
    )  # what a loop would be


def test_one_microphone_stays_in_the_middle_and_two_stay_two() -> None:
    one = room(coloured(SAMPLE_RATE, 1), 10_000)
    assert np.array_equal(one[:, 0], one[:, 1])
    two = room(
        np.stack([coloured(SAMPLE_RATE, 1)[:, 0], coloured(SAMPLE_RATE, 2)[:, 0]], axis=1), SAMPLE_RATE
    )
    assert abs(np.corrcoef(two.T)[0, 1]) < 0.3


def test_room_tone_is_the_same_each_time_and_another_in_another_place() -> None:
    tone = coloured(SAMPLE_RATE, 1)
    assert np.array_equal(room(tone, 10_000), room(tone, 10_000))
    assert not np.array_equal(room(tone, 10_000), room(tone, 10_000, seed=1))


def test_a_moment_of_quiet_fades_in_and_out() -> None:
    tone = coloured(SAMPLE_RATE, 1)
    held = hold(tone, 20_000)
    assert held.shape == (20_000, 2)
    assert steps(held) <= 1.5 * steps(tone[1:-1] - tone[1:-1].mean(axis=0))
    assert np.abs(held[[0, -1]]).max() < 1e-6
    assert float(held[5_000:15_000].std()) == pytest.approx(float(tone.std()), rel=0.3)


@pytest.mark.parametrize(
    ("levels", "near", "chosen"),
    [([1.0, 5.0, 1.5], 90, 2), ([1.0, 5.0, 1.5], 0, 0), ([1.0, 1.0, 2.1], 90, 1), ([], 0, None)],
)
def test_the_calmest_place_and_of_equals_the_nearest(
    levels: list[float], near: int, chosen: int | None
) -> None:
    places = [span(i * 10 * SAMPLE_RATE, (i * 10 + 1) * SAMPLE_RATE) for i in range(len(levels))]
    found = calmest(places, Time(Fraction(near)), levels)
    assert found == (None if chosen is None else places[chosen])
