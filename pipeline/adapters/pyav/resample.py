"""Sound from a recorder that ran apart, read on the clock of the source it belongs to, to a fraction of a
sample.

A recorder's clock is another than the camera's, so its samples fall between those that are asked for:
each is made of its neighbours by a windowed sinc (linear phase: nothing is delayed, nothing is coloured).
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import cache
from math import ceil, floor

import numpy as np
import numpy.typing as npt

from pipeline.core.clock_map import Sync

Samples = npt.NDArray[np.float32]
"""Shape (samples, channels)."""

TAPS, PHASES = 32, 512
"""Samples that one is made of, and the places between two samples for which they are weighed beforehand."""

BLOCK = 1 << 21
"""Samples that are read and laid at once: a long window takes no more memory than its result."""


def read_beside(read: Callable[[int, int], Samples], sync: Sync, first: int, count: int, hz: int) -> Samples:
    """`count` samples from sample `first` of the source's clock; `read(first, count)` gives the recorder's
    own at the same rate.
    """
    blocks = [
        _block(read, sync, at, min(BLOCK, first + count - at), hz)
        for at in range(first, first + count, BLOCK)
    ]
    return np.concatenate(blocks) if blocks else read(0, 0)


def _block(read: Callable[[int, int], Samples], sync: Sync, first: int, count: int, hz: int) -> Samples:
    start = sync.at(Fraction(first, hz)) * hz
    whole, end = floor(start), ceil(start + count * (1 + sync.drift))
    have = read(whole - TAPS // 2 + 1, end - whole + TAPS + 1)
    at = float(start - whole) + np.arange(count) * float(1 + sync.drift)
    if start == whole and not sync.drift:
        return have[TAPS // 2 - 1 : TAPS // 2 - 1 + count]
    index = at.astype(np.int64)
    phase = (at - index) * PHASES
    low = phase.astype(np.int64)
    part = (phase - low).astype(np.float32)[:, None]
    kernels, windows = _kernels(), np.lib.stride_tricks.sliding_window_view(have, TAPS, axis=0)
    out = np.empty((count, have.shape[1]), np.float32)
    for begin in range(0, count, 1 << 15):  # as much as a processor keeps close
        some = slice(begin, begin + (1 << 15))
        kernel = kernels[low[some]] * (1 - part[some]) + kernels[low[some] + 1] * part[some]
        out[some] = np.einsum("nct,nt->nc", windows[index[some]], kernel, optimize=False)
    return out


@cache
def _kernels() -> npt.NDArray[np.float32]:
    """Shape (PHASES + 1, TAPS): the weights of a sample's neighbours, for each place between two of them."""
    distance = np.arange(PHASES + 1)[:, None] / PHASES - np.arange(TAPS)[None] + TAPS // 2 - 1
    window = np.i0(9.0 * np.sqrt(np.clip(1 - (distance / (TAPS // 2)) ** 2, 0, 1))) / np.i0(9.0)
    kernel = np.sinc(distance) * window
    return np.asarray(kernel / kernel.sum(axis=1, keepdims=True), np.float32)
