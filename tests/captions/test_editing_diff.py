"""A reviewer's file against the cues that were made: how far a time may be off, and when a whole shot stood
elsewhere in the film.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import pytest

from pipeline.captions.editing.diff import differences
from pipeline.captions.generate import caption
from pipeline.captions.model import Captions, Cue
from pipeline.core.time import Span
from pipeline.production.configs import load_profile
from pipeline.production.quotes import pieces
from tests.captions.cues import as_read
from tests.captions.test_generate import film, said, take

TEXT = (
    "They saw the label first. Then, after a long while, they saw me as I am, with sixty three years behind "
    "me. Nobody asked me why I had come, and I never said it to anybody in that room."
)
FILM = film(take(said(TEXT, at=2.0, each=0.3), tail=0.6))
MADE: Captions = caption(FILM, {"q1": pieces(TEXT)}, load_profile("plain"), language="en")
CUES = len(MADE.cues)


def moved(seconds: Sequence[tuple[float, float]]) -> list[tuple[str, Fraction]]:
    """What is told of cues whose starts and ends were moved by so much: kind, and by how much."""
    edited: list[Cue] = []
    for cue, (start, end) in zip(MADE.cues, seconds, strict=True):
        span = Span(cue.span.start + Fraction(str(start)), cue.span.end + Fraction(str(end)))
        edited.append(replace(as_read(cue), span=span))
    corrections, _ = differences(MADE, edited, timeline=FILM)
    return [(one.kind, Fraction(one.value) - Fraction(one.was)) for one in corrections]


def test_there_are_cues_to_move() -> None:
    assert CUES >= 4
    assert moved([(0, 0)] * CUES) == []


@pytest.mark.parametrize(("by", "told"), [(0.015, False), (-0.015, False), (0.03, True), (-0.03, True)])
def test_half_a_frame_is_no_change(by: float, told: bool) -> None:
    """Formats count in milliseconds, hundredths and frames: that is not for a reviewer to answer for."""
    found = moved([(0, 0), (by, 0), *[(0, 0)] * (CUES - 2)])
    assert [kind for kind, _ in found] == (["in"] if told else [])


@pytest.mark.parametrize(("by", "elsewhere"), [(1.8, False), (-1.5, False), (2.4, True), (-3.0, True)])
def test_a_shot_whose_cues_are_all_over_two_seconds_off_stood_elsewhere(by: float, elsewhere: bool) -> None:
    found = moved([(by, by)] * CUES)
    assert [kind for kind, _ in found] == ([] if elsewhere else ["in", "out"] * CUES)
    assert all(change == pytest.approx(Fraction(str(by)), abs=1e-6) for _, change in found)


def test_a_cue_that_moved_within_a_shot_that_stood_elsewhere_is_told_by_how_much() -> None:
    found = moved([(30, 30)] * (CUES - 1) + [(30.4, 30.4)])
    assert found == [("in", pytest.approx(0.4)), ("out", pytest.approx(0.4))]


def test_cues_of_which_not_most_moved_as_one_stood_where_they_stand() -> None:
    few = CUES // 2
    apart = [*range(3, 3 + 4 * few, 4), *[100] * CUES, *range(200, 200 + 4 * (CUES - few), 4)]
    found = moved(list(zip(apart[::2], apart[1::2], strict=True)))
    assert [change for _, change in found] == apart
