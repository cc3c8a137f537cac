"""Our meter held against another's, and who is turned up by how much."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.core.ports import Samples
from pipeline.core.time import SAMPLE_RATE, Source, Span
from pipeline.edit.timeline import Card, Hold, Shot, Take
from pipeline.render import loudness
from pipeline.render.loudness import (
    LOUDER,
    MOST_TRIM,
    QUIETER,
    Level,
    gain_for,
    gains,
    steps,
    together,
    trim_for,
    true_peak,
)
from tests.meter import by_pyloudnorm

fast = settings(max_examples=100, deadline=None, derandomize=True)
TAKE = Take(0, 25, "q1", "amara", "Amara", "s1", 50, Span[Source].measured(2.1, 2.9), ())
HOLD = Hold(0, 10, "q1", "amara", "s1", 50, Span.measured(2, 3))
CARD = Card(0, 50, "scene", "One", "One")


def speechlike(seconds: float, level: float, seed: int = 1, *, mono: bool = False) -> Samples:
    """Noise that comes and goes four times a second, with pauses, at about `level` dBFS."""
    count, noise = round(seconds * SAMPLE_RATE), np.random.default_rng(seed)
    at = np.arange(count) / SAMPLE_RATE
    shape = np.maximum(0, np.sin(2 * np.pi * 4 * at)) * (np.sin(2 * np.pi * 0.3 * at + seed) > -0.3)
    sound = noise.normal(0, 10 ** (level / 20), (count, 1 if mono else 2)) * shape[:, None]
    return np.asarray(np.repeat(sound, 2, axis=1) if mono else sound, np.float32)


# The meter ------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [0.4, 1.0, 7.3, 30.0])
@pytest.mark.parametrize("level", [-6.0, -20.0, -45.0])
@pytest.mark.parametrize("mono", [True, False])
def test_our_meter_says_what_pyloudnorm_says(seconds: float, level: float, mono: bool) -> None:
    sound = speechlike(seconds, level, mono=mono)
    assert loudness.loudness(steps(sound)) == pytest.approx(by_pyloudnorm(sound), abs=0.15)


def test_a_sine_of_a_thousand_hertz_has_the_loudness_that_the_standard_says() -> None:
    """EBU Tech 3341, cases 1 and 2: -23 and -33 dBFS on both sides are -23 and -33 LUFS, within 0.1."""
    sine = np.repeat(
        np.sin(2 * np.pi * 1000 * np.arange(20 * SAMPLE_RATE) / SAMPLE_RATE)[:, None], 2, axis=1
    ).astype(np.float32)
    for level in (-23.0, -33.0):
        assert loudness.loudness(steps(sine * np.float32(10 ** (level / 20)))) == pytest.approx(
            level, abs=0.1
        )


def test_pauses_are_gated_and_silence_is_silence() -> None:
    """EBU Tech 3341, case 3: 10 s at -36, 60 s at -23, 10 s at -36 is -23."""
    sine = np.repeat(
        np.sin(2 * np.pi * 1000 * np.arange(60 * SAMPLE_RATE) / SAMPLE_RATE)[:, None], 2, axis=1
    ).astype(np.float32)
    soft, loud = sine[: 10 * SAMPLE_RATE] * np.float32(10 ** (-36 / 20)), sine * np.float32(10 ** (-23 / 20))
    assert loudness.loudness(steps(np.concatenate([soft, loud, soft]))) == pytest.approx(-23, abs=0.1)
    assert loudness.loudness(steps(np.zeros((SAMPLE_RATE, 2), np.float32))) == -70
    assert loudness.loudness(steps(np.zeros((0, 2), np.float32))) == -70


@pytest.mark.slow
@fast
@given(st.integers(1, 3 * SAMPLE_RATE))
def test_steps_are_tenths_of_a_second_whatever_is_at_the_end(count: int) -> None:
    assert len(steps(np.full((count, 2), 0.1, np.float32))) == -(-count // 4800)


def test_a_long_sound_is_measured_as_a_short_one_is() -> None:
    """Over the seams of what is transformed at once."""
    sound = speechlike(14.0, -20)
    assert np.allclose(steps(sound)[48:], steps(sound[: 14 * SAMPLE_RATE])[48:])
    late = steps(np.concatenate([np.zeros((3 * 4800, 2), np.float32), sound]))[3:]
    assert np.allclose(late, steps(sound), rtol=1e-3, atol=1e-10)


@pytest.mark.parametrize(("hertz", "phase"), [(12_000, 45), (6_000, 60), (997, 0), (8_000, 30)])
def test_a_true_peak_is_found_between_the_samples(hertz: int, phase: float) -> None:
    """EBU Tech 3341, cases 15 to 23: within +0.2 and -0.4 dB."""
    sine = 0.5 * np.sin(2 * np.pi * hertz * np.arange(SAMPLE_RATE) / SAMPLE_RATE + np.radians(phase))
    sine *= np.hanning(SAMPLE_RATE) ** 0.1
    sound = np.repeat(sine[:, None], 2, axis=1).astype(np.float32)
    assert -0.4 < 20 * np.log10(true_peak(sound) / 0.5) < 0.2
    if (hertz, phase) == (12_000, 45):
        assert np.abs(sound).max() < 0.36  # 3 dB of it are nowhere in the samples


def test_a_true_peak_is_found_anywhere() -> None:
    for at in (0, 3, 8_190, 8_192, 8_300, 47_990):
        sound = np.zeros((SAMPLE_RATE, 2), np.float32)
        sound[at : at + 2] = 0.5
        assert true_peak(sound) > 0.55
    assert true_peak(np.zeros((0, 2), np.float32)) == 0


# Who is turned up by how much -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("level", "gain"),
    [
        (-18, 0.0),
        (-30.5, 12.5),
        (-30.4, 12.5),
        (-30.2, 12.0),
        (-10, -8.0),
        (-60, 24.0),
        (20, -24.0),
        (-70, 0.0),
        (-69, 0.0),
    ],
)
def test_a_source_is_brought_to_the_films_loudness_within_reason(level: float, gain: float) -> None:
    assert gain_for(level, -18.0) == gain


@pytest.mark.parametrize(
    ("off", "trim"), [(0, 0), (-3.9, 0), (-6, 2), (-8, 4), (-20, 4), (2.5, 0), (4.5, -2), (12, -4)]
)
def test_a_quote_is_moved_only_as_far_as_it_is_lost_among_the_others(off: float, trim: float) -> None:
    assert trim_for(-20 + off, -20) == trim


@fast
@given(st.floats(-60, 0), st.floats(-60, 0))
def test_a_trim_never_turns_round_nor_goes_too_far(level: float, others: float) -> None:
    trim = trim_for(level, others)
    assert abs(trim) <= MOST_TRIM
    assert trim == 0 or (trim > 0) == (level < others)
    if abs(trim) < MOST_TRIM:
        assert -QUIETER - 0.3 <= level + trim - others <= LOUDER + 0.3


def film(*parts: tuple[Shot, Samples | None]) -> tuple[list[Shot], list[Level]]:
    return [shot for shot, _ in parts], [
        loudness.SILENT if sound is None else Level.of(sound) for _, sound in parts
    ]


def test_speakers_are_brought_together_by_what_the_film_plays_of_them() -> None:
    other = replace(TAKE, source="s2", frames=250)
    shots, levels = film(
        (replace(TAKE, frames=250), speechlike(10, -35)),
        (CARD, None),
        (other, speechlike(10, -14, 2)),
        (replace(HOLD, source="s2"), speechlike(0.4, -70, 3)),
    )
    found = gains(shots, levels, -18)
    brought = [loudness.loudness(level.power) + gain for level, gain in zip(levels, found, strict=True)]
    assert abs(brought[0] - brought[2]) <= 0.5
    assert brought[0] == pytest.approx(-18, abs=0.3)
    assert found[3] == found[2]  # the room belongs to the voice
    assert found[1] == 0
    assert all(gain % 0.5 == 0 for gain in found)


@pytest.mark.slow
def test_a_changed_quote_seldom_moves_its_neighbours() -> None:
    shots, levels = film(*((replace(TAKE, frames=250), speechlike(10, -30, seed)) for seed in range(12)))
    before = gains(shots, levels, -18)
    changed = gains(shots, [*levels[:-1], Level.of(speechlike(9, -32, 99))], -18)
    assert before[:-1] == changed[:-1]


@pytest.mark.slow
def test_a_soft_quote_stays_soft_but_not_lost() -> None:
    shots, levels = film(
        *(
            (replace(TAKE, frames=250), speechlike(10, level, seed))
            for seed, level in enumerate((-20, -20, -20, -23, -32))
        )
    )
    found = gains(shots, levels, -18)
    assert found[3] == found[0]
    assert found[4] - found[0] == MOST_TRIM


@pytest.mark.slow
def test_how_loud_the_film_will_be_is_known_before_it_is_laid() -> None:
    parts = [
        (replace(TAKE, frames=260), speechlike(10.4, -35)),
        (CARD, None),
        (replace(TAKE, source="s2", frames=143), speechlike(5.72, -14, 2)),
    ]
    shots, levels = film(*parts)
    found = gains(shots, levels, -18)
    laid = np.concatenate(
        [
            np.zeros((2 * SAMPLE_RATE, 2)) if sound is None else sound * 10 ** (gain / 20)
            for (_, sound), gain in zip(parts, found, strict=True)
        ]
    )
    loud, peak = together(shots, levels, found, [float(Fraction(shot.frames, 25)) for shot in shots])
    assert loud == pytest.approx(by_pyloudnorm(laid), abs=0.2)
    assert peak == pytest.approx(20 * np.log10(true_peak(laid.astype(np.float32))), abs=0.05)
