"""in and out of the quote list on the clocks of recordings: one meaning, or a question."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from pipeline.core.media import BT709, Media, Picture
from pipeline.errors import InputError
from pipeline.production.lists import read_quotes
from pipeline.production.source_times import settled

NTSC = Fraction(30000, 1001)
HEADER = "id,contributor,source,text,theme,use,approved_by,approved_on,in,out\n"


def media(
    seconds: int = 90, timecode: str = "", rate: Fraction = Fraction(25), *, variable: bool = False
) -> Media:
    length = Fraction(seconds)
    picture = Picture(
        0, "h264", 640, 360, Fraction(1), 0, False, rate, variable, Fraction(0), length, "yuv420p", BT709
    )
    return Media("ab", 1, "mov", length, Fraction(0), picture, (), timecode, "")


def at(text: str, found: Media) -> Fraction:
    return settled(text, found, "amara.mp4", "quotes.csv row 2, column in").seconds


@pytest.mark.parametrize(
    ("text", "found", "seconds"),
    [
        ("00:00:20:08", media(), Fraction(508, 25)),
        ("00:00:20:08", media(timecode="10:00:00:00"), Fraction(508, 25)),
        ("10:00:20:08", media(timecode="10:00:00:00"), Fraction(508, 25)),
        ("10:00:20", media(timecode="10:00:00:00"), Fraction(20)),
        ("10:00:20:08", media(timecode="09:59:50:00"), Fraction(758, 25)),
        ("00:00:05:00", media(timecode="23:59:50:00", seconds=12), Fraction(5)),
        ("00:00:05:00", media(timecode="23:59:57:00", seconds=20), None),
        ("10:00:20;08", media(timecode="10:00:00;00", rate=NTSC), Fraction(608) / NTSC),
        ("10:01:20:08", media(timecode="10:00:00;00", rate=NTSC), Fraction(2406) / NTSC),
        ("00:00:20:40", media(rate=Fraction(50)), Fraction(1040, 50)),
        ("00:00:20:08", media(rate=Fraction(24)), Fraction(488, 24)),
        ("00:00:20:15", media(rate=Fraction(2987, 100), variable=True), Fraction(41, 2)),
        ("0:00:20", media(), Fraction(20)),
        ("0:20.3", media(timecode="00:00:10:00"), Fraction(203, 10)),
        ("1:02", media(timecode="00:00:10:00"), Fraction(62)),
    ],
)
def test_one_meaning_is_taken_and_two_are_asked_about(
    text: str, found: Media, seconds: Fraction | None
) -> None:
    if seconds is not None:
        assert at(text, found) == seconds
        return
    with pytest.raises(InputError, match="may be counted from the start"):
        at(text, found)


def test_who_is_asked_is_given_both_ways_to_write_it() -> None:
    found = media(timecode="00:00:10:00")
    with pytest.raises(InputError) as asked:
        at("00:00:20:05", found)
    first, second = "0:00:20.200", "0:00:10.200"
    assert first in asked.value.next_step
    assert second in asked.value.next_step
    assert [at(text, found) for text in (first, second)] == [Fraction(101, 5), Fraction(51, 5)]


@pytest.mark.parametrize(
    ("text", "found", "says"),
    [
        ("10:00:20:08", media(), "has no timecode of its own"),
        ("10:00:20", media(), "lasts 0:01:30.000 and has no timecode"),
        ("11:00:20:08", media(timecode="10:00:00:00"), "begins at timecode 10:00:00:00"),
        ("00:00:20:25", media(), "no frame 25"),
        ("00:00:20;08", media(), "counts 29.97 or 59.94"),
        ("00:00:20:08", replace(media(), picture=None), "the recording is sound alone"),
    ],
)
def test_what_has_no_meaning_is_told_with_its_cell(text: str, found: Media, says: str) -> None:
    with pytest.raises(InputError, match=says) as problem:
        at(text, found)
    assert "row 2, column in" in problem.value.where
    assert "0:20.3" in problem.value.next_step


def test_a_list_takes_times_as_people_write_them() -> None:
    def read(start: str, end: str) -> tuple[bool, tuple[str, ...]]:
        row = f"q01,,amara,They saw.,t,training,the group,2025-05-13,{start},{end}\n"
        [quote] = read_quotes("quotes.csv", (HEADER + row).encode())
        return bool(quote.pinned_times), quote.written_times

    assert read("0:20.3", "0:22.5") == (True, ())
    assert read("0:00:20", "0:00:22") == (True, ("0:00:20", "0:00:22"))
    assert read("00:00:20:08", "00:00:22:12") == (False, ("00:00:20:08", "00:00:22:12"))
    with pytest.raises(InputError, match="not after in"):
        read("0:22.5", "0:20.3")
    with pytest.raises(InputError, match="not a time"):
        read("00:00:20:08", "soon")
