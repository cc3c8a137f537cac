"""Does a picture show what was recorded elsewhere? Known again when it was packed, scaled, cropped, mirrored,
turned, framed by bars, graded or retimed, or is one frame of it.

Both are reduced to small grey squares, twice a second. Every square is flattened (its own mean and spread
taken out around each point), so that light and colour do not count. Each of the one is then laid upon each of
the other, whole and as a window of it, mirrored and turned, and only what the window covers is compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

VERSION = 1
"""Counted up when the same pictures would be found more, or less, alike."""

SIDE, CANVAS, A_SECOND = 64, 32, 2
"""Pixels along a kept square and along the one that is compared; squares a second."""

ALIKE = 0.65
"""Correlation from which a picture is a copy: copies of all kinds have 0.72 and more, other pictures 0.5 and
less (`benchmarks/copies.py`).
"""

AROUND = 4
"""Pixels to each side over which a picture's own light and contrast are taken out."""

PLAIN = 6.0
"""Steps of 255 of contrast below which a picture shows nothing that could be known again."""

SAME = 0.97
"""Correlation from which a square is the one before it again, and need not be kept."""

WINDOWS = (0.95, 0.9, 0.85, 0.8)
"""How much of a picture a copy may show, along each side: whole, or cropped by so much."""

BARS = 0.4
"""Share of a picture that bars may take from one side."""

BATCH = 4096
"""Squares that are compared at once, so that days of footage need no more memory than an hour."""

Squares = npt.NDArray[np.uint8]
"""Shape (pictures, SIDE, SIDE)."""

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Likeness:
    """How like a picture is to the one it is most like, and which two those are, by their numbers."""

    score: float
    picture: int = 0
    known: int = 0


def distinct(squares: Squares) -> Squares:
    """The squares that differ from the one before, of those that show anything."""
    kept: list[npt.NDArray[np.uint8]] = []
    last = None
    for square in squares:
        flat = _flat(square[None].astype(np.float32))[0].ravel()
        flat = flat / (np.linalg.norm(flat) or 1)
        if square.std() >= PLAIN and (last is None or float(flat @ last) < SAME):
            kept.append(square)
            last = flat
    return np.stack(kept) if kept else np.zeros((0, SIDE, SIDE), np.uint8)


def alike(pictures: Squares, known: Squares) -> Likeness:
    """The likeness of whichever of these pictures is most like one that is known."""
    best = Likeness(0.0)
    views = [(number, view) for number, square in _uncovered(pictures) for view in _views(square)]
    for start in range(0, len(known) if views else 0, BATCH):
        some = known[start : start + BATCH]
        for part in (some, _cut(some, bars(known))) if bars(known) != WHOLE else (some,):
            flat = _flat(_sized(part, CANVAS)).reshape(len(part), -1)
            there = np.sqrt(np.maximum((flat**2) @ _masks().T, 1e-6))
            for number, (canvases, windows) in views:
                scores = (flat @ canvases.T) / there[:, windows]
                at = int(scores.max(axis=1).argmax())
                if (score := float(scores[at].max())) > best.score:
                    best = Likeness(score, number, start + at)
    return best


# A picture in every way in which it may come --------------------------------------------------


def _uncovered(pictures: Squares) -> Iterator[tuple[int, Squares]]:
    """The pictures that show anything, each as it is and without its bars, by their numbers."""
    for box in dict.fromkeys([WHOLE, bars(pictures)]):
        for number, square in enumerate(_cut(pictures, box)):
            if square.std() >= PLAIN:
                yield number, square


def _views(square: Squares) -> Iterator[tuple[Floats, npt.NDArray[np.intp]]]:
    """A picture upright and mirrored, in every window; and turned, whole: of length 1, with its window."""
    for mirrored in (square, square[:, ::-1]):
        yield _laid(mirrored, range(len(_places())))
        for quarter in (1, 2, 3):
            yield _laid(np.rot90(mirrored, quarter), range(1))


def _laid(square: Squares, windows: Sequence[int]) -> tuple[Floats, npt.NDArray[np.intp]]:
    """The picture in empty canvases, as large as the part of another that it may show."""
    canvases = np.zeros((len(windows), CANVAS, CANVAS), np.float32)
    small = {side: _flat(_sized(square[None], side))[0] for side in {_places()[one][0] for one in windows}}
    for canvas, window in zip(canvases, windows, strict=True):
        side, top, left = _places()[window]
        canvas[top : top + side, left : left + side] = small[side]
    flat = (canvases * _masks()[windows].reshape(canvases.shape)).reshape(len(windows), -1)
    length = np.linalg.norm(flat, axis=1, keepdims=True)
    return np.asarray(flat / np.maximum(length, 1e-6), np.float32), np.array(windows)


@lru_cache
def _masks() -> Floats:
    """What of a canvas each window covers; a window's rim is its own edge, and says nothing of the other."""
    found = np.zeros((len(_places()), CANVAS, CANVAS), np.float32)
    for mask, (side, top, left) in zip(found, _places(), strict=True):
        rim = 0 if side == CANVAS else 1
        mask[top + rim : top + side - rim, left + rim : left + side - rim] = 1
    return found.reshape(len(found), -1)


@lru_cache
def _places() -> tuple[tuple[int, int, int], ...]:
    """(side, top, left) of every window that is tried; the first is the whole."""
    found = [(CANVAS, 0, 0)]
    for share in WINDOWS:
        side = round(CANVAS * share)
        steps = range(CANVAS - side + 1)
        found += [(side, top, left) for top in steps for left in steps]
    return tuple(found)


# Pictures as they are compared ----------------------------------------------------------------


def _sized(squares: Squares, side: int) -> Floats:
    """Squares made smaller, by the mean of what each pixel covers."""
    weights = _covers(squares.shape[1], side)
    return np.asarray(weights @ squares.astype(np.float32) @ weights.T, np.float32)


@lru_cache
def _covers(before: int, after: int) -> Floats:
    """How much of each old pixel is in each new one."""
    edges = np.linspace(0, before, after + 1)
    low, high = edges[:-1, None], edges[1:, None]
    pixel = np.arange(before)[None]
    share = np.clip(np.minimum(high, pixel + 1) - np.maximum(low, pixel), 0, None)
    return np.asarray(share / (high - low), np.float32)


def _flat(squares: Floats) -> Floats:
    """Every point against what is around it: by how many of its surroundings' own steps it differs."""
    mean = _blurred(squares)
    spread = np.sqrt(np.maximum(_blurred((squares - mean) ** 2), 0))
    return np.asarray((squares - mean) / (spread + PLAIN), np.float32)


def _blurred(squares: Floats) -> Floats:
    """The mean over AROUND pixels to each side, of those that are there. Without a product of matrices: it is
    made in threads, beside which ffmpeg is started (see `copies.LIKE`).
    """
    at = np.arange(squares.shape[1])
    low, high = np.maximum(at - AROUND, 0), np.minimum(at + AROUND + 1, len(at))
    for axis in (1, 2):
        total = np.cumsum(np.insert(squares, 0, 0, axis), axis, np.float64)
        count = (high - low).reshape((1, -1, 1) if axis == 1 else (1, 1, -1))
        squares = np.asarray((total.take(high, axis) - total.take(low, axis)) / count, np.float32)
    return squares


# Bars -----------------------------------------------------------------------------------------

WHOLE = (0, SIDE, 0, SIDE)
"""Top, bottom, left and right of a picture without bars."""


def bars(squares: Squares) -> tuple[int, int, int, int]:
    """What of these pictures lies within bars: plain edges that never change."""
    if not len(squares):
        return WHOLE
    top, bottom = _edges(squares)
    left, right = _edges(squares.transpose(0, 2, 1))
    return top, bottom, left, right


def _edges(squares: Squares) -> tuple[int, int]:
    levels = squares.astype(np.float32)
    rows = levels.mean(axis=(0, 2), keepdims=True)
    plain = np.abs(levels - rows).max(axis=(0, 2)) <= 3
    most = int(SIDE * BARS)
    first = next((row for row in range(most) if not plain[row]), 0)
    last = next((row for row in range(most) if not plain[SIDE - 1 - row]), 0)
    return first, SIDE - last


def _cut(squares: Squares, box: tuple[int, int, int, int]) -> Squares:
    """What lies within a box, as whole squares again."""
    if box == WHOLE:
        return squares
    top, bottom, left, right = box
    down, across = _covers(bottom - top, SIDE), _covers(right - left, SIDE)
    within = squares[:, top:bottom, left:right].astype(np.float32)
    return np.asarray(np.clip(np.rint(down @ within @ across.T), 0, 255), np.uint8)
