"""Peaks are held, what is far from them is left, and what is far away has no say."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.core.ports import Samples
from pipeline.core.time import SAMPLE_RATE
from pipeline.render import limiter, loudness

CEILING = 0.8


def hum(seconds: float, level: float = 0.3, seed: int = 1) -> Samples:
    sound = np.random.default_rng(seed).normal(0, 1, (round(seconds * SAMPLE_RATE), 2))
    soft = np.stack([np.convolve(side, np.hanning(40) / 20, "same") for side in sound.T], axis=1)
    return np.asarray(soft / np.abs(soft).max() * level, np.float32)


def limited(sound: Samples, ceiling: float = CEILING) -> Samples:
    out = sound.copy()
    limiter.limit(out, ceiling)
    return out


@pytest.mark.parametrize("loud", [0.9, 2.0, 8.0])
def test_no_peak_is_left_neither_at_a_sample_nor_between_two(loud: float) -> None:
    found = limited(hum(1, loud))
    assert np.abs(found).max() <= CEILING * 1.0002
    assert 20 * np.log10(loudness.true_peak(found) / CEILING) < 0.2


def test_what_has_no_peak_near_it_is_left_bit_for_bit() -> None:
    sound = hum(1)
    sound[24_000:24_020] = 1.5
    found = limited(sound)
    changed = np.flatnonzero((found != sound).any(axis=1))
    assert 24_000 - 0.01 * SAMPLE_RATE < changed[0] <= 24_000
    assert 24_020 <= changed[-1] < 24_020 + 0.1 * SAMPLE_RATE
    assert (limited(hum(1)) == hum(1)).all()


def test_what_is_far_away_has_no_say() -> None:
    one, other = hum(2, 2.0), hum(2, 2.0)
    other[:SAMPLE_RATE] = hum(1, 0.1, seed=2)
    first = SAMPLE_RATE + limiter.REACH
    assert (limited(one)[first:] == limited(other)[first:]).all()
    assert (limited(one)[: first - limiter.REACH] != limited(other)[: first - limiter.REACH]).any()


def test_the_gain_goes_down_and_comes_up_in_small_steps() -> None:
    sound = np.full((SAMPLE_RATE, 2), 0.5, np.float32)
    sound[24_000:24_010] = 1.6
    gain = limited(sound)[:, 0] / sound[:, 0]
    assert gain.min() == pytest.approx(0.5, abs=0.06)
    assert np.abs(np.diff(gain)).max() < 0.02
    assert (np.diff(gain[24_200:]) >= -1e-6).all(), "after the peak it only comes up"


@pytest.mark.parametrize("samples", [1, 31, 33, 8193])
def test_sounds_of_any_length(samples: int) -> None:
    found = limited(np.ones((samples, 2), np.float32))
    assert np.abs(found).max() <= CEILING * 1.0002
