"""Faces in a clip of another shape: each limit from both sides; no picture is looked at."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from pipeline.core.area import Area
from pipeline.core.framing import Framing, Key
from pipeline.core.time import Source, Span
from pipeline.edit.timeline import Cutaway, Take, Timeline
from pipeline.verification import framed

HD, TALL = (1280, 720), (720, 1280)
WIDE = Fraction(81, 256)
"""Of a camera's picture, what a tall clip has."""

FACE = Area(0.42, 0.2, 0.52, 0.5)


def window(*places: tuple[int, float]) -> Framing:
    keys = tuple(Key(frame, Fraction(left).limit_denominator(1000), Fraction(0)) for frame, left in places)
    return Framing(WIDE, Fraction(1), keys)


def take(framing: Framing | None, frames: int = 100) -> Take:
    sound = Span[Source].measured(4, 8)
    return Take(0, frames, "q1", "amara", "Amara", "s1", 100, sound, (), framing=framing)


def told(framing: Framing | None, shown: list[Area | None], faces: tuple[Area, ...] = (FACE,)) -> set[str]:
    """The errors where the clip shows these faces, a look each."""
    one = take(framing)
    looks = [
        framed.look(5 * n, 100 + 5 * n, framing, (HD, TALL), (faces, [face] if face else []))
        for n, face in enumerate(shown)
    ]
    timeline = Timeline("x", Fraction(25), TALL, (one,))
    return {f.rule for f in framed.findings(one, timeline, looks) if f.severity == "error"}


def seen(framing: Framing) -> Area:
    found = framing.seen(FACE, 100)
    assert found
    return found


def test_a_window_that_holds_the_face_and_shows_it_is_right() -> None:
    framing = window((0, 0.31))
    assert told(framing, [seen(framing)] * 4) == set()


@pytest.mark.parametrize(("left", "found"), [(0.419, set()), (0.422, set()), (0.43, {"face-cut"})])
def test_a_face_is_cut_from_three_hundredths_of_it_on(left: float, found: set[str]) -> None:
    framing = window((0, left))
    assert told(framing, [seen(framing)] * 4) == found


def test_a_face_that_is_not_where_it_should_be_is_lost() -> None:
    """The plan is right, and the picture is another: somebody cropped the file."""
    framing = window((0, 0.31))
    right = seen(framing)
    elsewhere = Area(right.left, 0.6, right.right, 0.9)
    assert told(framing, [right, elsewhere, elsewhere, right]) == {"face-lost"}
    assert told(framing, [right, None, None, right]) == {"face-lost"}
    assert told(framing, [right, None, right, None, right]) == set(), "a detector may blink"


def test_a_shown_whole_picture_is_looked_for_where_it_lies() -> None:
    there = framed.fitted(FACE, HD, TALL)
    assert there.top > 0.3
    assert told(None, [there] * 3) == set()
    assert told(None, [Area(0.42, 0.0, 0.52, 0.2)] * 3) == {"face-lost"}


def test_of_two_people_both_are_shown_and_a_poster_is_none() -> None:
    framing = window((0, 0.31))
    second, poster = Area(0.8, 0.2, 0.9, 0.45), Area(0.8, 0.1, 0.84, 0.2)
    assert told(framing, [seen(framing)] * 3, (FACE, poster)) == set()
    assert "face-cut" in told(framing, [seen(framing)] * 3, (FACE, second))


def test_where_the_source_has_no_face_nothing_is_asked() -> None:
    assert told(window((0, 0.0)), [None] * 4, ()) == set()


@pytest.mark.parametrize(("far", "found"), [(0.05, set()), (0.053, {"moves"})])
def test_a_window_moves_slowly(far: float, found: set[str]) -> None:
    """Four seconds at 4 % of the clip's width a second: 0.16 of the window, 0.0506 of the picture."""
    framing = window((100, 0.31), (200, 0.31 + far))
    assert told(framing, [seen(framing)] * 4) == found


def test_what_lies_over_a_take_is_no_picture_of_its_own() -> None:
    laid = Cutaway("b-roll/hatch.png", True, Fraction(0), 2, 3)
    assert framed.bare(replace(take(None, 8), cutaways=(laid,))) == [0, 1, 5, 6, 7]
