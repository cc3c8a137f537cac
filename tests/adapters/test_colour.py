"""Colours against the figures that the standards print: light of signals, primaries, the roll-off of high
range, and tables that ffmpeg reads.
"""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.adapters.ffmpeg import colour
from pipeline.adapters.ffmpeg.colour import Light

WHITE_POINT = (0.9505, 1.0, 1.0891)
"""D65 in CIE XYZ, where white is 1."""


def one(*values: float) -> Light:
    return np.array([values], np.float64)


def grey(level: float) -> Light:
    return one(level, level, level)


@pytest.mark.parametrize(
    ("signal", "light"),
    [(0.0, 0.0), (0.3798, 26.0), (0.5081, 100.0), (0.5807, 203.0), (0.7518, 1000.0), (1.0, 10_000.0)],
)
def test_pq_is_the_light_that_st_2084_says(signal: float, light: float) -> None:
    """BT.2408-7, table 1 and annex: 26, 100, 203 and 1000 cd/m² are 38, 51, 58 and 75 %."""
    assert colour.pq_light(grey(signal))[0, 0] == pytest.approx(light, rel=5e-3, abs=1e-6)
    assert colour.pq_signal(grey(light))[0, 0] == pytest.approx(signal, abs=5e-4)


@pytest.mark.parametrize(("signal", "light"), [(0.0, 0.0), (0.38, 26.0), (0.75, 203.0), (1.0, 1000.0)])
def test_hlg_is_the_light_of_a_display_of_1000(signal: float, light: float) -> None:
    """BT.2408-7, table 1: 38 % is a grey card of 18 %, 75 % is reference white."""
    assert colour.hlg_light(grey(signal))[0, 0] == pytest.approx(light, rel=0.03, abs=0.01)


@pytest.mark.parametrize(("signal", "light"), [(1.0, 203.0), (0.5, 38.46), (0.0, 0.0), (1.2, 203.0)])
def test_standard_range_has_a_gamma_of_two_point_four(signal: float, light: float) -> None:
    assert colour.standard_light(grey(signal))[0, 0] == pytest.approx(light, abs=0.02)


@pytest.mark.parametrize(
    ("primaries", "luma"),
    [
        ("bt709", (0.2126, 0.7152, 0.0722)),
        ("bt470bg", (0.2220, 0.7067, 0.0713)),
        ("smpte170m", (0.2124, 0.7011, 0.0866)),
        ("bt2020", (0.2627, 0.6780, 0.0593)),
        ("smpte432", (0.2290, 0.6917, 0.0793)),
    ],
)
def test_primaries_give_the_luminances_that_are_printed_for_them(
    primaries: str, luma: tuple[float, float, float]
) -> None:
    matrix = colour.xyz(primaries)
    assert tuple(matrix[1]) == pytest.approx(luma, abs=1e-4)
    assert tuple(matrix.sum(axis=1)) == pytest.approx(WHITE_POINT, abs=5e-4)


@pytest.mark.parametrize("light", [1.0, 50.0, 85.0])
def test_below_the_knee_high_range_keeps_its_light(light: float) -> None:
    assert colour.rolled_off(one(light))[0, 0] == pytest.approx(light, rel=1e-9)


@pytest.mark.parametrize(("light", "least", "most"), [(120.0, 110.0, 118.0), (203.0, 140.0, 170.0)])
def test_above_it_light_is_drawn_down(light: float, least: float, most: float) -> None:
    assert least < colour.rolled_off(one(light))[0, 0] < most


def test_the_brightest_is_white_and_nothing_is_turned_over() -> None:
    lights = np.linspace(0, 1500, 400)[:, None]
    rolled = colour.rolled_off(lights)[:, 0]
    assert (np.diff(rolled) >= -1e-9).all()
    assert colour.rolled_off(one(1000.0))[0, 0] == pytest.approx(203.0, rel=1e-6)
    assert rolled.max() == pytest.approx(203.0, rel=1e-6)


@pytest.mark.parametrize("level", [0.0, 0.18, 0.5, 1.0])
def test_our_own_colours_are_themselves(level: float) -> None:
    signal = one(level, level / 2, level / 3)
    assert colour.shown(signal, "bt709", "standard") == pytest.approx(signal, abs=1e-6)


@pytest.mark.parametrize("transfer", ["smpte2084", "arib-std-b67", "standard"])
@pytest.mark.parametrize("level", [0.2, 0.5, 0.9])
def test_greys_stay_grey(transfer: str, level: float) -> None:
    [(red, green, blue)] = colour.shown(grey(level), "bt2020", transfer)
    assert red == pytest.approx(green, abs=1e-4)
    assert blue == pytest.approx(green, abs=1e-4)


def test_a_mid_tone_of_high_range_keeps_the_light_it_was_graded_with() -> None:
    """26 cd/m², a grey card, on a white of 203 through a gamma of 2.4."""
    shown = colour.shown(grey(0.3798), "bt2020", "smpte2084")
    assert shown[0] == pytest.approx([(26 / 203) ** (1 / 2.4)] * 3, abs=2e-3)


def test_what_bt_709_cannot_show_is_drawn_towards_grey_and_keeps_its_light() -> None:
    shown = colour.shown(one(0.0, 0.6, 0.0), "bt2020", "standard")
    assert shown.min() >= 0
    assert shown.argmax() == 1
    light = (shown[0] ** 2.4) @ [0.2126, 0.7152, 0.0722]
    assert light == pytest.approx(0.6780 * 0.6**2.4, rel=0.02)


def test_a_table_is_one_that_ffmpeg_reads_red_fastest() -> None:
    head, first, second, *rest = colour.cube("bt470bg", "standard").decode().splitlines()
    assert head == "LUT_3D_SIZE 33"
    assert len(rest) + 2 == 33**3
    assert first == "0.000000 0.000000 0.000000"
    assert rest[-1] == "1.000000 1.000000 1.000000"
    red, green, blue = map(float, second.split())
    assert red > max(green, blue)
