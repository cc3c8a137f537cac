"""Hum is what stands out of the spectrum around it; the long tests of test_denoise.py hear what is left."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.core.time import SAMPLE_RATE
from pipeline.footage.denoise import Cleaning, measure

SECONDS = 4


def lines(level: float) -> list[int]:
    """The hertz that are found in a hissing room with a rectifier's hum at this level."""
    at = np.arange(SECONDS * SAMPLE_RATE) / SAMPLE_RATE
    room = np.random.default_rng(1).normal(0, 0.01, len(at))
    mono = room + sum(level / h * np.cos(2 * np.pi * 50 * h * at + h) for h in (1, 2, 3))
    found = measure(Cleaning(hum=50), np.repeat(mono[:, None], 2, axis=1).astype(np.float32), [])
    return sorted(round(hertz) for hertz, _ in found.lines)


@pytest.mark.slow
@pytest.mark.parametrize(("level", "found"), [(0.0, []), (0.02, [50, 100, 150])])
def test_a_line_that_stands_out_is_hum_and_the_room_is_none(level: float, found: list[int]) -> None:
    assert lines(level) == found
