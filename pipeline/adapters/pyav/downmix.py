"""From a track's channels to what is heard: mono to both sides, stereo as it is, surround by ITU-R BS.775.

No row of these tables can make a sum louder than full scale: a mix whose shares add up to more than 1
on a side is turned down by that sum.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

import numpy as np
import numpy.typing as npt

HALF_POWER = sqrt(1 / 2)

SIDES = {
    "FL": (1.0, 0.0),
    "FR": (0.0, 1.0),
    "FC": (HALF_POWER, HALF_POWER),
    "LFE": (0.0, 0.0),
    "LFE2": (0.0, 0.0),
    "SL": (HALF_POWER, 0.0),
    "SR": (0.0, HALF_POWER),
    "BL": (HALF_POWER, 0.0),
    "BR": (0.0, HALF_POWER),
    "BC": (0.5, 0.5),
    "FLC": (1.0, 0.0),
    "FRC": (0.0, 1.0),
    "DL": (1.0, 0.0),
    "DR": (0.0, 1.0),
}
"""How much of a channel goes to the left and to the right (ITU-R BS.775-4, annex 4, table 2). The deep
effects
of a cinema's LFE are not for small loudspeakers, and no voice is in them."""

Matrix = npt.NDArray[np.float32]
"""Shape (channels in, channels out)."""


def matrix(names: Sequence[str], out: int, channel: int | None = None) -> Matrix:
    """The shares for channels of these names, in `out` = 1 or 2 channels. `channel` (from 1) is heard alone.

    Channels without a place in a room, as a recorder writes them, are microphones: all alike, in the middle.
    """
    if channel:
        sides = [(1.0, 1.0) if number == channel else (0.0, 0.0) for number in range(1, len(names) + 1)]
    elif len(names) == 1 or not all(name in SIDES for name in names):
        sides = [(1.0, 1.0)] * len(names)
    else:
        sides = [SIDES[name] for name in names]
    shares = np.array(sides)
    shares /= max(1.0, shares.sum(axis=0).max())
    return np.asarray(shares if out == 2 else shares.mean(axis=1, keepdims=True), np.float32)
