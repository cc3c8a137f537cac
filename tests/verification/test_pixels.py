"""Figures that are taken of a caption's pixels, on pictures whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.verification import pixels
from pipeline.verification.pixels import Drawn, Pixels

EM = 16
SIZE = (120, 240)
BARS = [(row, column) for row in (54,) for column in range(70, 170, 12)]
"""Letters are bars, six pixels wide and sixteen high, in a box."""


def letters(bars: list[tuple[int, int]] = BARS) -> np.ndarray:
    drawn = np.zeros(SIZE, np.uint8)
    for row, column in bars:
        drawn[row : row + EM, column : column + 6] = 255
    return drawn


def drawn() -> Drawn:
    box = np.zeros(SIZE, bool)
    box[46:78, 60:180] = True
    return Drawn.of(letters(), box, EM)


def picture(
    *,
    bars: list[tuple[int, int]] = BARS,
    ground: int = 90,
    box: int = 0,
    colour: tuple[int, int, int] = (255, 255, 255),
) -> Pixels:
    shown = np.full((*SIZE, 3), ground, np.uint8)
    shown[46:78, 60:180] = box
    shown[letters(bars) > 0] = colour
    return shown


def pixel(*value: int) -> Pixels:
    return np.array([[value]], np.uint8)


@pytest.mark.parametrize(
    ("colour", "light"),
    [
        ((0, 0, 0), 0.0),
        ((255, 255, 255), 1.0),
        ((255, 0, 0), 0.2126),
        ((0, 255, 0), 0.7152),
        ((0, 0, 255), 0.0722),
        ((118, 118, 118), 0.1812),
    ],
)
def test_luminance_is_wcags(colour: tuple[int, int, int], light: float) -> None:
    assert pixels.luminance(pixel(*colour))[0, 0] == pytest.approx(light, abs=1e-4)


@pytest.mark.parametrize(
    ("one", "two", "ratio"),
    [((255,) * 3, (0,) * 3, 21.0), ((118,) * 3, (255,) * 3, 4.54), ((119,) * 3, (255,) * 3, 4.48)],
)
def test_the_ratio_is_wcags_whichever_comes_first(
    one: tuple[int, ...], two: tuple[int, ...], ratio: float
) -> None:
    lights = [float(pixels.luminance(pixel(*colour))[0, 0]) for colour in (one, two)]
    assert pixels.ratio(*lights) == pytest.approx(ratio, abs=5e-3)
    assert pixels.ratio(*reversed(lights)) == pytest.approx(ratio, abs=5e-3)


def test_grown_reaches_as_far_as_it_is_told() -> None:
    mark = np.zeros((7, 9), bool)
    mark[3, 0] = True
    assert pixels.grown(mark, 2)[1:6, :3].all()
    assert pixels.grown(mark, 2).sum() == 15


def test_a_caption_that_is_there_is_measured_as_it_is() -> None:
    contrast = pixels.contrast(picture(), drawn())
    assert (contrast.median, contrast.low) == pytest.approx((21, 21))
    assert contrast.through == 0
    assert pixels.presence(picture(), drawn()) == pytest.approx(1)
    assert pixels.difference(picture(), drawn())[0] == pytest.approx(0)
    assert pixels.tint(picture(colour=(255, 255, 0)), drawn()) == (255, 255, 0)


@pytest.mark.parametrize(("box", "through"), [(0, False), (30, False), (50, True), (90, True)])
def test_a_box_that_lets_the_picture_through_is_lighter(box: int, through: bool) -> None:
    found = pixels.contrast(picture(box=box), drawn()).through
    assert (found > pixels.THROUGH) == through
    assert found == pytest.approx(float(pixels.luminance(pixel(box, box, box))[0, 0]))


@pytest.mark.parametrize(
    ("shown", "there"),
    [
        (picture(), True),
        (picture(box=120, colour=(200, 200, 200)), True),
        (picture(bars=[(row, column + 1) for row, column in BARS]), True),
        (picture(bars=[(row, column + 3) for row, column in BARS]), False),
        (picture(bars=[]), False),
        (np.random.default_rng(1).integers(0, 255, (*SIZE, 3), np.uint8), False),
    ],
    ids=["as it should be", "pale", "a pixel aside", "half a letter aside", "gone", "noise"],
)
def test_letters_are_there_or_not(shown: Pixels, there: bool) -> None:
    assert (pixels.presence(shown, drawn()) >= pixels.THERE) == there


@pytest.mark.parametrize(
    ("bars", "other"),
    [(BARS, False), (BARS[:-1], True), ([*BARS, (54, 76)], True)],
    ids=["the text", "a letter less", "a letter more"],
)
def test_another_text_has_wrong_ink_somewhere(bars: list[tuple[int, int]], other: bool) -> None:
    share, down = pixels.difference(picture(bars=bars), drawn())
    assert (share > pixels.UNLIKE) == other
    assert 0 <= down <= 1


@pytest.mark.parametrize(("step", "found"), [(20, False), (35, False), (60, True), (-60, True)])
def test_what_is_beside_the_box_is_told_where_it_stands_out(step: int, found: bool) -> None:
    stray = picture()
    stray[8:32, 20:60] = 90 + step
    assert bool(pixels.elsewhere(stray, picture(bars=[], box=90), [drawn()], EM)) == found


def test_what_is_in_the_box_is_not_elsewhere() -> None:
    assert pixels.elsewhere(picture(), picture(bars=[], box=90), [drawn()], EM) == 0
