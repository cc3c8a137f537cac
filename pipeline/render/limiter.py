"""Peaks held below a ceiling, by a gain that looks a little ahead and forgets soon.

How far a sample is turned down depends on nothing more than a tenth of a second away, and what has no peak
near it is left as it is, bit for bit: so a change in one place of a film changes its sound there alone.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from pipeline.core.ports import Samples
from pipeline.core.time import SAMPLE_RATE
from pipeline.render.loudness import FINER, LOOKED_AT, between

BLOCK = 32
"""Samples that share a gain; it goes from one to the next in a straight line."""

AROUND = 4
"""Blocks before and after a peak that are turned down as far as it is: 2.7 ms, in which the gain goes
down.
"""

RELEASE = 120
"""Blocks in which it comes up again: 80 ms."""

REACH = (2 * AROUND + RELEASE + 1) * BLOCK + LOOKED_AT
"""Samples beyond which nothing has a say."""

Gains = npt.NDArray[np.float64]


def limit(sound: Samples, ceiling: float) -> None:
    """In place: no amplitude above `ceiling`, neither at a sample nor between two."""
    gain = _gains(sound, ceiling)
    step = SAMPLE_RATE // BLOCK * BLOCK
    for at in range(0, len(sound), step):
        first, end = at // BLOCK, (at + step) // BLOCK
        near = gain[max(0, first - 1) : end + 1]
        if (near < 1).any():
            part = sound[at : at + step]
            place = (np.arange(at, at + len(part)) + 0.5) / BLOCK - 0.5
            part *= np.interp(place, np.arange(len(gain)), gain).astype(np.float32)[:, None]


def _gains(sound: Samples, ceiling: float) -> Gains:
    """A gain for each block."""
    alone = _needed(sound, ceiling)
    if (alone == 1).all():
        return alone
    down = np.pad(1 - alone, AROUND)  # or what is smoothed at an end would take the silence beyond it in
    held, size = np.zeros(len(down)), len(down)
    for late in range(-AROUND, AROUND + RELEASE + 1):
        share = 0.5 + 0.5 * np.cos(np.pi * max(0, late - AROUND) / (RELEASE + 1))
        to, since = slice(max(0, late), size + min(0, late)), slice(max(0, -late), size - max(0, late))
        if size > abs(late):
            held[to] = np.maximum(held[to], share * down[since])
    # Narrower by a block than what is held around a peak: so none is let through.
    bell = np.hanning(2 * AROUND + 1)[1:-1]
    smooth = np.convolve(held, bell / bell.sum(), "full")[len(bell) // 2 :][:size]
    return np.asarray(1 - smooth[AROUND:-AROUND], np.float64)


def _needed(sound: Samples, ceiling: float) -> Gains:
    """What each block would have to be turned down by, if it were alone."""
    needed = np.ones(-(-len(sound) // BLOCK))
    for at in range(0, len(sound), LOOKED_AT):
        fine = between(sound, at, ceiling)
        if len(fine):
            peaks = np.pad(fine.max(axis=1), (0, -len(fine) % (FINER * BLOCK)))
            blocks = peaks.reshape(-1, FINER * BLOCK).max(axis=1)
            needed[at // BLOCK :][: len(blocks)] = np.minimum(1, ceiling / np.maximum(blocks, 1e-9))
    return needed
