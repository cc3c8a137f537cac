"""Arithmetic on samples: how loud, step by step."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from pipeline.core.ports import Speech

HOP = 160
"""Samples of one step of energy: 10 ms at 16 kHz."""


STEP = Fraction(HOP, 16_000)


SMOOTH = 5
"""Steps that are heard together: a single dip inside a dying voice is not quiet."""


def levels(speech: Speech) -> Speech:
    """Mean square of every 10 ms."""
    steps = len(speech) // HOP
    return np.asarray((speech[: steps * HOP].reshape(steps, HOP) ** 2).mean(axis=1) + 1e-12, np.float32)
