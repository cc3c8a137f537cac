"""What is made of a cue's figures: each limit from both sides, worst frames named; no film is looked at."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from pipeline.captions.model import Captions, plain_cue
from pipeline.core.time import Programme, Source, Span, Time
from pipeline.edit.timeline import Card, Take, Timeline
from pipeline.verification.burned_in import Screening, Seen, judged, read_back, summary
from pipeline.verification.pixels import Contrast

PAL = Fraction(25)
SOUND = Span(Time[Source](Fraction(0)), Time[Source](Fraction(3)))
TAKE = Take(25, 75, "q1", "amara", "Amara", "s1", 0, SOUND, ())
FILM = Timeline("x", PAL, (640, 360), (Card(0, 25, "title", "x"), TAKE))
CUE = plain_cue(Span[Programme].measured(1.2, 2.8), ("They saw the label", "before they saw me."), "", "q1")
RIGHT = Seen(40, Contrast(20.0, 18.0, 0.004), 0.97, (0.08, 0.2), (250, 250, 250))


def rules(**changes: Any) -> list[tuple[str, int]]:
    """A right frame, and one with something changed: what is told, and of which frame."""
    wrong = replace(RIGHT, frame=41, **changes)
    return [(one.rule, frame) for frame, one in judged(1, CUE, [RIGHT, wrong])]


def test_a_cue_as_it_should_be_is_no_matter() -> None:
    assert rules() == []


@pytest.mark.parametrize(("alike", "found"), [(0.55, []), (0.45, [("burnt-text", 41)])])
def test_half_alike_is_there(alike: float, found: list[object]) -> None:
    assert rules(presence=alike) == found


@pytest.mark.parametrize(("wrong", "found"), [(0.24, []), (0.31, [("burnt-text", 41)])])
def test_a_quarter_of_a_windows_ink_makes_another_text(wrong: float, found: list[object]) -> None:
    assert rules(difference=(wrong, 0.9)) == found


@pytest.mark.parametrize(("down", "line"), [(0.2, 1), (0.9, 2)])
def test_the_line_that_is_wrong_is_named(down: float, line: int) -> None:
    [(_, told)] = judged(1, CUE, [replace(RIGHT, difference=(0.4, down))])
    assert f"in line {line} of 2" in told.what


@pytest.mark.parametrize(("low", "found"), [(4.6, []), (4.4, [("contrast", 41)]), (3.2, [("contrast", 41)])])
def test_contrast_is_wcags(low: float, found: list[object]) -> None:
    assert rules(contrast=Contrast(12.0, low, 0.004)) == found


@pytest.mark.parametrize(("through", "found"), [(0.015, []), (0.03, [("contrast", 41)])])
def test_a_box_is_one(through: float, found: list[object]) -> None:
    assert rules(contrast=Contrast(12.0, 9.0, through)) == found


def test_over_a_picture_that_shows_through_letters_are_not_judged() -> None:
    assert rules(contrast=Contrast(12.0, 9.0, 0.03), difference=(0.6, 0.1)) == [("contrast", 41)]


@pytest.mark.parametrize(
    ("tint", "found"),
    [((255, 145, 255), []), ((255, 105, 255), [("burnt-text", 41)]), ((255, 255, 100), [("burnt-text", 41)])],
    ids=["thin letters", "too far off", "another speaker's"],
)
def test_the_colour_is_the_speakers(tint: tuple[int, int, int], found: list[object]) -> None:
    assert rules(tint=tint) == found


def test_the_figures_of_all_name_the_lowest() -> None:
    [told] = summary({1: [RIGHT], 2: [replace(RIGHT, frame=60, contrast=Contrast(15.0, 7.5, 0.0))]})
    assert told.measured == "lowest 7.5:1 (cue 2, frame 60), median 20.0:1"
    assert told.what == "2 frames of 2 cues were measured"
    assert list(summary({})) == []


# The other reader ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "severities"),
    [
        ("They saw the label before they saw me", ["info"]),
        ("They saw the labe before they saw", ["info"]),
        ("They saw the table beside", ["warning", "info"]),
        ("", ["warning", "info"]),
    ],
)
def test_four_letters_of_five_must_be_read(text: str, severities: list[str]) -> None:
    assert [one.severity for one in read_back([(1, CUE)], [text])] == severities


def screening(*, language: str = "eng", em: float = 20, read: str = "") -> Screening:
    """One whose only cue has been looked at."""
    tools = SimpleNamespace(reads=lambda _: language, read_text=lambda pictures, *_: [read] * len(pictures))
    planned: Any = SimpleNamespace(
        timeline=FILM, captions=Captions("en-GB", (CUE,)), workspace=SimpleNamespace(tools=tools)
    )
    made = Screening(planned, Path("cut.mp4"), None)
    made.__dict__["drawn"] = {1: SimpleNamespace(em=em)}
    made._crops = {1: np.zeros((8, 8, 3), np.uint8)}
    return made


@pytest.mark.parametrize(("em", "judges"), [(15.0, False), (17.0, True)])
def test_letters_too_small_for_the_reader_are_not_judged_by_it(em: float, judges: bool) -> None:
    severities = [one.severity for one in screening(em=em, read="something else")._read()]
    assert severities == (["warning", "info"] if judges else ["info"])


def test_without_a_reader_it_is_said_that_nothing_was_read() -> None:
    [told] = screening(language="")._read()
    assert (told.severity, told.measured) == ("info", "not judged")


# Which frames -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "end", "frames"),
    [(1.2, 2.0, range(30, 50)), (1.23, 1.97, range(31, 49)), (0.5, 9.0, range(25, 100))],
    ids=["on frames", "between frames", "beyond its shot"],
)
def test_a_cue_is_looked_for_on_the_frames_that_show_it(start: float, end: float, frames: range) -> None:
    cue = plain_cue(Span[Programme].measured(start, end), ("No.",), "", "q1")
    assert screening().frames(cue, TAKE) == frames


@pytest.mark.parametrize(("line", "looked"), [("Put the kettle on,", {80}), ("Put the milk in,", {64, 80})])
def test_a_cue_is_not_looked_for_where_a_line_of_the_same_words_stands(line: str, looked: set[int]) -> None:
    made = screening()
    one = plain_cue(Span[Programme].measured(1.2, 2.6), ("Put the kettle on.", "I mean it."), "", "q1")
    cues = [(1, one), (2, plain_cue(Span[Programme].measured(2.6, 3.2), (line,), "", "q1"))]
    runs = {number: made.frames(cue, TAKE) for number, cue in cues}
    assert (runs[1].stop, runs[2]) == (65, range(65, 80))
    assert made._beside(TAKE, cues, runs)[2] == looked
