"""Arithmetic on samples: how loud, step by step, and where for how long."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import numpy.typing as npt

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


def calm(energy: Speech) -> npt.NDArray[np.float64]:
    """The energy of `SMOOTH` steps together, centred on each."""
    padded = np.pad(energy, SMOOTH // 2, mode="edge")
    return np.asarray(np.convolve(padded, np.ones(SMOOTH) / SMOOTH, "valid"), np.float64)


def runs(marked: npt.NDArray[np.bool_], near: int = 0) -> list[tuple[int, int]]:
    """The first step of every run of marked ones and the one after its last; runs with at most `near` steps
    between them are one.

    >>> marks = np.array([True, True, False, True, False, False, True])
    >>> runs(marks), runs(marks, near=1)
    ([(0, 2), (3, 4), (6, 7)], [(0, 4), (6, 7)])
    """
    edges = np.flatnonzero(np.diff(np.concatenate([[False], marked, [False]]).astype(np.int8)))
    found: list[tuple[int, int]] = []
    for first, after in edges.reshape(-1, 2).tolist():
        if found and first - found[-1][1] <= near:
            found[-1] = (found[-1][0], after)
        else:
            found.append((first, after))
    return found
