"""What of a changed take is copied: every frame once, in order, and none that would show anything else than
it did.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.captions.formats import to_ass
from pipeline.captions.model import plain_cue
from pipeline.core.ports import Piece
from pipeline.core.time import Programme, Span, Time
from pipeline.production.configs import load_profile
from pipeline.render.smart_render import pieces

PROFILE = load_profile("plain")
NTSC = Fraction(30000, 1001)
GROUP = 25


def ass(first: int, rate: Fraction, *cues: tuple[int, int, str]) -> str:
    """Captions on a take from source frame `first`; each cue by its first and last source frame."""
    laid = tuple(
        plain_cue(Span(Time[Programme](start / rate), Time[Programme](end / rate)), (text,), "", "q1")
        for start, end, text in cues
    )
    return to_ass(laid, (320, 180), PROFILE, "A Font", offset=Time(first / rate)) if cues else ""


def take(
    first: int, length: int, *cues: tuple[int, int, str], rate: Fraction = Fraction(25), **more: Any
) -> dict[str, Any]:
    return {
        "picture size": [320, 180],
        "frame rate": str(rate),
        "encoder": "x264",
        "footage": "abc",
        "in point": first,
        "length": length,
        "captions": ass(first, rate, *cues),
        "cutaways": [],
        "names hidden": [],
        "room tone": None,
        "sound in and out": [str(first / rate), str((first + length) / rate)],
    } | more


OLD = take(110, 100, (115, 140, "one"), (150, 190, "two"))


@pytest.mark.parametrize(
    ("new", "wanted"),
    [
        (
            take(113, 97, (115, 140, "one"), (150, 190, "two")),
            [((0, 12), None), ((12, 97), 15)],
        ),  # the in point three frames later
        (
            take(107, 103, (115, 140, "one"), (150, 190, "two")),
            [((0, 18), None), ((18, 103), 15)],
        ),  # and earlier: nothing of that group was whole
        (
            take(110, 95, (115, 140, "one"), (150, 190, "two")),
            [((0, 90), 0), ((90, 95), None)],
        ),  # the out point earlier
        (
            take(110, 100, (115, 140, "one"), (150, 190, "TWO")),
            [((0, 40), 0), ((40, 90), None), ((90, 100), 90)],
        ),  # another text
        (
            take(110, 100, (115, 140, "one"), (150, 185, "two")),
            [((0, 65), 0), ((65, 90), None), ((90, 100), 90)],
        ),  # a cue that ends earlier
        (
            OLD | {"sound in and out": ["4.41", "8.4"]},
            [((0, 15), None), ((15, 100), 15)],
        ),  # what begins before the in point is not shown any more
        (OLD | {"names hidden": [["5", "6"]]}, [((0, 100), 0)]),  # only its sound
        (OLD | {"cutaways": [["c", False, "1", 20, 10]]}, [((0, 15), 0), ((15, 40), None), ((40, 100), 40)]),
    ],
)
def test_only_the_groups_that_show_something_else_are_made(
    new: dict[str, Any], wanted: list[tuple[tuple[int, int], int | None]]
) -> None:
    assert pieces(new, OLD, GROUP) == tuple(Piece(*piece) for piece in wanted)


@pytest.mark.parametrize(
    "change", [{"footage": "def"}, {"encoder": "x265"}, {"picture size": [640, 360]}, {"fill": "blur"}]
)
def test_nothing_is_copied_where_every_frame_is_another(change: dict[str, Any]) -> None:
    assert pieces(OLD | change, OLD, GROUP) == ()


def test_nothing_is_copied_from_elsewhere_in_the_source_or_from_other_letters() -> None:
    assert pieces(take(300, 50), OLD, GROUP) == ()
    assert pieces(OLD | {"captions": OLD["captions"].replace("A Font", "Another")}, OLD, GROUP) == ()


def test_captions_that_come_or_go_leave_the_frames_without_any() -> None:
    bare = take(110, 100)
    assert pieces(bare, OLD, GROUP) == (Piece((0, 90)), Piece((90, 100), 90))
    assert pieces(OLD, bare, GROUP) == (Piece((0, 90)), Piece((90, 100), 90))


def test_a_cutaway_moves_with_the_source_and_not_with_the_in_point() -> None:
    old = take(110, 100, cutaways=[["c", False, "1", 40, 20]])
    assert pieces(take(120, 90, cutaways=[["c", False, "1", 30, 20]]), old, GROUP) == (
        Piece((0, 5)),
        Piece((5, 90), 15),
    )
    assert pieces(take(110, 100, cutaways=[["c", False, "2", 40, 20]]), old, GROUP) == (
        Piece((0, 40), 0),
        Piece((40, 65)),
        Piece((65, 100), 65),
    )


@pytest.mark.slow
@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    st.integers(0, 200),
    st.integers(1, 150),
    st.integers(-12, 12),
    st.integers(-12, 12),
    st.sampled_from([Fraction(25), NTSC, Fraction(50)]),
)
def test_every_frame_is_there_once_and_copied_from_its_own_place(
    first: int, length: int, left: int, right: int, rate: Fraction
) -> None:
    begin, count = max(0, first + left), max(1, length - left + right)
    cues = ((max(first, begin), first + 20, "a"), (first + 40, first + 90, "b"))
    old, new = take(first, length, *cues, rate=rate), take(begin, count, *cues, rate=rate)
    found = pieces(new, old, GROUP)
    if found:
        assert [piece.run[0] for piece in found] == [0, *(piece.run[1] for piece in found[:-1])]
        assert found[-1].run[1] == count
        for piece in found:
            if piece.old is not None:  # the same source frames, between the same edges of groups
                assert piece.old + first == piece.run[0] + begin
                for edge, old_edge in ((piece.run[0] + begin, first), (piece.run[1] + begin, first + length)):
                    assert edge % GROUP == 0 or edge == old_edge
    made = sum(piece.run[1] - piece.run[0] for piece in found if piece.old is None)
    assert made <= 2 * (GROUP + 12) or not found


def seen_through(*keys: tuple[int, str]) -> list[Any]:
    return ["1/2", "1", [[frame, left, "0"] for frame, left in keys]]


def test_only_groups_that_are_seen_through_another_window_are_made() -> None:
    still, other = seen_through((0, "1/4")), seen_through((0, "1/8"))
    old = OLD | {"framing": still}
    assert pieces(OLD | {"framing": seen_through((300, "1/4"))}, old, GROUP) == (Piece((0, 100), 0),)
    assert pieces(OLD | {"framing": other}, old, GROUP) == ()
    assert pieces(OLD, old, GROUP) == pieces(old, OLD, GROUP) == ()
    moves = seen_through((110, "1/4"), (150, "1/4"), (200, "1/2"))
    later = seen_through((110, "1/4"), (150, "1/4"), (190, "9/20"))
    assert pieces(OLD | {"framing": later}, OLD | {"framing": moves}, GROUP) == (
        Piece((0, 65), 0),
        Piece((65, 100)),
    )
    assert pieces(OLD | {"framing": still}, OLD | {"framing": moves}, GROUP) == (), "cut more finely"
