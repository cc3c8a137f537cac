"""Exact time: parsing, snapping, refusing what is off the grid, and timecode as players count it."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.core.time import Source, Span, Time, decimal, nearest, parse_rate, timecode

NTSC = Fraction(30000, 1001)
RATES = [
    Fraction(24000, 1001),
    Fraction(24),
    Fraction(25),
    NTSC,
    Fraction(30),
    Fraction(50),
    Fraction(60000, 1001),
    Fraction(25, 2),
]

fast = settings(max_examples=100, deadline=None, derandomize=True)
rates = st.sampled_from(RATES)
seconds = st.fractions(min_value=0, max_value=100_000)


@fast
@given(seconds, rates)
def test_snap_goes_to_the_nearest_frame_and_stays_there(at: Fraction, rate: Fraction) -> None:
    snapped = Time[Source](at).snap(rate)
    assert abs(snapped.seconds - at) * 2 <= 1 / rate
    assert snapped.snap(rate) == snapped
    assert Time.frames_at(snapped.frames(rate), rate) == snapped


@fast
@given(seconds, rates)
def test_frames_refuses_what_is_off_the_grid(at: Fraction, rate: Fraction) -> None:
    if (at * rate).denominator == 1:
        assert Time(at).frames(rate) == at * rate
    else:
        with pytest.raises(ValueError, match="not on the frame grid"):
            Time(at).frames(rate)


@given(st.integers(0, 10**9))
@fast
def test_text_and_back_to_the_millisecond(ms: int) -> None:
    time = Time[Source](Fraction(ms, 1000))
    assert Time.parse(str(time)) == time == Time.parse(decimal(time.seconds)) == Time.measured(ms / 1000)
    assert time.ms() == ms


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("83.4", "83.4"),
        ("1:23.4", "83.4"),
        ("0:01:23,4", "83.4"),
        (" 2:00:00 ", "7200"),
        ("00:00:05", "5"),
        ("7", "7"),
        ("1:02:03.500", "3723.5"),
    ],
)
def test_times_as_people_write_them(text: str, wanted: str) -> None:
    assert Time.parse(text).seconds == Fraction(wanted)


@pytest.mark.parametrize(
    "text", ["", "soon", "1:2:3:4", "-5", "1.5:00", "1e3", "1:", ":30", "5 s", "1:75", "0:75:00"]
)
def test_times_that_are_none(text: str) -> None:
    with pytest.raises(ValueError, match="not a time"):
        Time.parse(text)


@pytest.mark.parametrize("wrong", [1.5, 2, "2"])
def test_time_is_made_of_fractions_only(wrong: object) -> None:
    with pytest.raises(TypeError, match="Fractions"):
        Time(wrong)  # type: ignore[arg-type]


@fast
@given(st.fractions(-1000, 1000), st.integers(0, 6))
def test_decimal_is_within_half_a_last_place_and_exact_where_it_can_be(value: Fraction, places: int) -> None:
    text = decimal(value, places)
    assert abs(Fraction(text) - value) * 2 * 10**places <= 1
    assert "e" not in text
    assert not (places and text.endswith("."))
    if (value * 10**places).denominator == 1:
        assert Fraction(text) == value


@fast
@given(st.fractions(-1000, 1000))
def test_nearest_rounds_halves_up(value: Fraction) -> None:
    assert Fraction(-1, 2) < nearest(value) - value <= Fraction(1, 2)


# Spans ----------------------------------------------------------------------------------------


def span(start: int, end: int) -> Span[Source]:
    return Span(Time(Fraction(start)), Time(Fraction(end)))


@pytest.mark.parametrize(("start", "end"), [(2, 2), (3, 2)])
def test_a_span_ends_after_it_starts(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="ends after it starts"):
        span(start, end)


@pytest.mark.parametrize(
    ("one", "two", "shared"),
    [((0, 2), (1, 3), 1), ((0, 2), (2, 3), 0), ((0, 9), (2, 3), 1), ((0, 1), (5, 6), 0)],
)
def test_overlap_is_what_both_cover(one: tuple[int, int], two: tuple[int, int], shared: int) -> None:
    assert span(*one).overlap(span(*two)) == span(*two).overlap(span(*one)) == shared


@fast
@given(st.floats(0, 1e6), st.floats(0, 1e6))
def test_a_measured_span_is_never_empty(start: float, end: float) -> None:
    found = Span[Source].measured(start, end)
    assert found.duration >= Fraction(1, 1000)
    assert abs(found.start.seconds - Fraction(start)) <= Fraction(1, 1999)


# Rates and timecode ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("25", Fraction(25)),
        ("25.0", Fraction(25)),
        ("30000/1001", NTSC),
        ("29.97", NTSC),
        ("29,97", NTSC),
        ("23.976", Fraction(24000, 1001)),
        ("23.98", Fraction(24000, 1001)),
        ("59.94", Fraction(60000, 1001)),
        ("12.5", Fraction(25, 2)),
    ],
)
def test_rates(text: str, rate: Fraction) -> None:
    assert parse_rate(text) == rate


@pytest.mark.parametrize("text", ["", "fast", "0", "-25", "25/0", "241", "0.5"])
def test_rates_that_are_none(text: str) -> None:
    with pytest.raises(ValueError, match="frame"):
        parse_rate(text)


@pytest.mark.parametrize(
    ("frame", "rate", "code"),
    [
        (0, NTSC, "00:00:00;00"),
        (1799, NTSC, "00:00:59;29"),
        (1800, NTSC, "00:01:00;02"),
        (3597, NTSC, "00:01:59;29"),
        (3598, NTSC, "00:02:00;02"),
        (17981, NTSC, "00:09:59;29"),
        (17982, NTSC, "00:10:00;00"),
        (107892, NTSC, "01:00:00;00"),
        (3600, Fraction(60000, 1001), "00:01:00;04"),
        (215784, Fraction(60000, 1001), "01:00:00;00"),
        (90000, Fraction(25), "01:00:00:00"),
        (86400, Fraction(24000, 1001), "01:00:00:00"),
        (61, Fraction(30), "00:00:02:01"),
    ],
)
def test_timecode(frame: int, rate: Fraction, code: str) -> None:
    assert timecode(frame, rate) == code


@pytest.mark.parametrize(("rate", "nominal", "dropped"), [(NTSC, 30, 2), (Fraction(60000, 1001), 60, 4)])
def test_drop_frame_skips_labels_as_a_counter_does(rate: Fraction, nominal: int, dropped: int) -> None:
    """Counted one by one over eleven minutes, as SMPTE 12M says it: the first labels of a minute are missing,
    but not every tenth.
    """
    label = 0
    for frame in range(nominal * 660):
        hours, minutes, secs, ff = map(int, timecode(frame, rate).replace(";", ":").split(":"))
        assert ((hours * 60 + minutes) * 60 + secs) * nominal + ff == label
        label += 1
        if label % (nominal * 60) == 0 and label // (nominal * 60) % 10:
            label += dropped
