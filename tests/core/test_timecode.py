"""Timecode against the counts of SMPTE ST 12-1, and against what our own writer shows."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.time import timecode
from pipeline.core.timecode import Timecode, as_timecode, moment

NTSC, FILM = Fraction(30000, 1001), Fraction(24000, 1001)


def parsed(text: str) -> Timecode:
    found = Timecode.parse(text)
    assert found
    return found


@given(
    st.integers(0, 24 * 3600 * 24 - 1),
    st.sampled_from([Fraction(24), Fraction(25), Fraction(50), NTSC, FILM, 2 * NTSC]),
)
def test_every_frame_comes_back_from_its_number(frame: int, rate: Fraction) -> None:
    assert parsed(timecode(frame, rate)).number(rate) == frame


@pytest.mark.parametrize(
    ("text", "rate", "seconds"),
    [
        ("00:00:20:08", Fraction(25), Fraction(508, 25)),
        ("00:00:20:08", Fraction(24), Fraction(488, 24)),
        ("00:00:20:40", Fraction(50), Fraction(1040, 50)),
        ("00;00;20;08", NTSC, Fraction(608 * 1001, 30000)),
        ("00:01:00;02", NTSC, Fraction(1800 * 1001, 30000)),
        ("00:01:00:00", NTSC, Fraction(1800 * 1001, 30000)),
        ("01:00:00;00", NTSC, Fraction(107892 * 1001, 30000)),
        ("0:0:20:8", Fraction(25), Fraction(508, 25)),
    ],
)
def test_what_an_editing_program_shows(text: str, rate: Fraction, seconds: Fraction) -> None:
    assert parsed(text).at(rate) == seconds


@pytest.mark.parametrize(
    ("text", "rate", "says"),
    [
        ("00:00:20:25", Fraction(25), "no frame 25: at 25 a second they are 0 to 24"),
        ("00:01:00;00", NTSC, "is left out of the count: after it comes 00:01:00;02"),
        ("00:00:20;08", Fraction(25), "counts 29.97 or 59.94"),
        ("00:00:20;08", FILM, "counts 29.97 or 59.94"),
    ],
)
def test_what_no_camera_counts_is_refused(text: str, rate: Fraction, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        parsed(text).number(rate)


@pytest.mark.parametrize("text", ["", "20:08", "0:20.3", "25:00:00:00", "00:61:00:00", "1:2:3:4:5", "soon"])
def test_what_is_no_timecode(text: str) -> None:
    assert Timecode.parse(text) is None


def test_a_time_is_from_the_start_unless_it_counts_frames() -> None:
    assert as_timecode("0:20.3") is as_timecode("1:02") is None
    assert moment("00:00:20:08") is None
    with pytest.raises(ValueError, match="timecode with frames"):
        moment("soon")
