"""A picture is known again in every way in which it may come, and another picture is not."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import numpy as np
import numpy.typing as npt
import pytest

from pipeline.adapters.ffmpeg.thumbnails import command
from pipeline.footage.likeness import ALIKE, BATCH, SIDE, WHOLE, alike, bars, distinct

Grey = npt.NDArray[np.uint8]
BIG = 4 * SIDE


def scene(seed: int) -> Grey:
    """A made-up picture: blotches of all sizes, four times as large as it is kept."""
    noise, found = np.random.default_rng(seed), np.zeros((BIG, BIG))
    for cells in (4, 8, 16, 32):
        found += np.kron(noise.normal(size=(cells, cells)), np.ones((BIG // cells,) * 2)) * 8 / cells**0.5
    return np.asarray(np.clip(128 + 12 * found, 0, 255), np.uint8)


def kept(picture: npt.NDArray[np.generic]) -> Grey:
    """As a picture is kept: a small square of what it is."""
    rows, columns = (np.linspace(0, side, SIDE + 1).astype(int) for side in picture.shape)
    sums = np.add.reduceat(np.add.reduceat(picture.astype(float), rows[:-1], 0), columns[:-1], 1)
    area = np.diff(rows)[:, None] * np.diff(columns)[None]
    return np.asarray(sums / area, np.uint8)[None]


ONE = scene(1)
KNOWN = np.concatenate([kept(scene(seed)) for seed in (5, 6, 1, 7)])


def boxed() -> Grey:
    whole = np.full((BIG, BIG), 16, np.uint8)
    whole[40 : BIG - 40] = np.repeat(np.repeat(kept(ONE)[0], 3, 0), 4, 1)[: BIG - 80, :BIG]
    return whole


WAYS: dict[str, Callable[[], npt.NDArray[np.generic]]] = {
    "as it is": lambda: ONE,
    "cropped by a tenth": lambda: ONE[13 : BIG - 13, 20 : BIG - 6],
    "cropped by a fifth": lambda: ONE[40 : BIG - 11, 11 : BIG - 40],
    "mirrored": lambda: ONE[:, ::-1],
    "turned": lambda: np.rot90(ONE),
    "mirrored and cropped": lambda: ONE[:, ::-1][13 : BIG - 13, 13 : BIG - 13],
    "lighter, with less contrast": lambda: 90 + 0.4 * ONE,
    "another curve": lambda: 255 * (ONE / 255.0) ** 2.2,
    "in noise": lambda: np.clip(ONE + np.random.default_rng(3).normal(0, 12, ONE.shape), 0, 255),
    "in bars": boxed,
}


@pytest.mark.parametrize("way", WAYS)
def test_a_picture_is_known_again(way: str) -> None:
    found = alike(kept(WAYS[way]()), KNOWN)
    assert found.score >= ALIKE
    assert found.known == 2


@pytest.mark.parametrize("seed", range(10, 16))
def test_another_picture_is_none(seed: int) -> None:
    assert alike(kept(scene(seed)), KNOWN).score < ALIKE - 0.1


def test_what_shows_nothing_is_like_nothing() -> None:
    plain = np.full((3, SIDE, SIDE), 90, np.uint8)
    assert alike(plain, KNOWN).score == 0
    assert alike(KNOWN, plain[:0]).score == 0 == alike(plain[:0], KNOWN).score
    assert len(distinct(plain)) == 0


def test_a_picture_that_stands_is_kept_once() -> None:
    still = np.concatenate([kept(ONE)] * 5 + [kept(scene(2))] * 3 + [kept(ONE)])
    assert len(distinct(still)) == 3


@pytest.mark.slow
def test_many_are_searched_like_few_and_the_number_is_the_pictures_own() -> None:
    many = np.concatenate([np.repeat(kept(scene(2)), BATCH + 5, axis=0), kept(ONE)])
    assert alike(kept(ONE), many).known == BATCH + 5


def test_bars_are_plain_edges_that_never_change() -> None:
    assert bars(kept(ONE)) == WHOLE
    top, bottom, left, right = bars(kept(boxed()))
    assert (top, bottom) == (10, SIDE - 10) and (left, right) == (0, SIDE)
    moving = np.concatenate([kept(boxed()), kept(ONE)])
    assert bars(moving) == WHOLE, "what changes is no bar"


def test_what_ffmpeg_is_asked_for_opens_nothing_else() -> None:
    film = " ".join(command("", 64, Fraction(2), 1))
    assert (
        "-format_whitelist" in film and "-protocol_whitelist file,pipe" in film and "[0:1]fps=fps=2" in film
    )
    still = " ".join(command("png_pipe", 64, Fraction(2), 0))
    assert still.startswith("-f png_pipe -protocol_whitelist file,pipe") and "-vframes 1" in still
