"""The window holds the face, stands where it can, and never moves faster than it may."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.area import Area
from pipeline.core.framing import Framing
from pipeline.footage.faces import Sighting
from pipeline.footage.framing import CALM, FASTEST, Limits, Shape, Stretch, framings, speed, taut, way

RATE = Fraction(25)
WIDE, TALL, SQUARE = (1280, 720), (720, 1280), (720, 720)


def face(x: float, y: float = 0.4, tall: float = 0.3) -> Area:
    """A face whose middle is at x and y, in a picture of 16:9."""
    wide = tall * 0.8 * 9 / 16
    return Area(x - wide / 2, y - tall / 2, x + wide / 2, y + tall / 2)


def looks(*faces: list[Area], every: int = 5) -> tuple[Sighting, ...]:
    return tuple(Sighting(number * every, tuple(several)) for number, several in enumerate(faces))


def stretch(*faces: list[Area], **more: tuple[tuple[Area, int, int], ...]) -> Stretch:
    seen = looks(*faces)
    return Stretch(0, seen[-1].frame + 5, seen, **more)


def window(one: Stretch, film: tuple[int, int] = SQUARE, picture: tuple[int, int] = WIDE) -> Framing | None:
    (found,) = framings([one], Shape.of(picture, film), RATE)
    return found


def inside(framing: Framing, frame: int, area: Area) -> bool:
    seen = framing.seen(area, frame)
    left, top = (float(edge) for edge in framing.at(frame))
    return seen is not None and (
        left <= area.left
        and area.right <= left + float(framing.width)
        and top <= area.top
        and area.bottom <= top + float(framing.height)
    )


# The way ----------------------------------------------------------------------------------------

steps = st.lists(st.floats(-0.02, 0.02), min_size=1, max_size=40)
rooms = st.lists(st.tuples(st.floats(0, 0.1), st.floats(0, 0.1)), min_size=41, max_size=41)


def walked(start: float, moves: list[float]) -> list[float]:
    places = [start]
    for move in moves:
        places.append(places[-1] + move)
    return places


def at(found: list[tuple[int, float]], frame: int) -> float:
    before = [key for key in found if key[0] <= frame]
    after = [key for key in found if key[0] >= frame]
    if not before or not after or before[-1] == after[0]:
        return (before[-1] if before else after[0])[1]
    (first, one), (last, two) = before[-1], after[0]
    return one + (two - one) * (frame - first) / (last - first)


@pytest.mark.slow
@given(st.floats(0, 1), steps, rooms)
def test_a_tight_string_stays_in_its_room_and_no_other_way_is_slower(
    start: float, moves: list[float], room: list[tuple[float, float]]
) -> None:
    places = walked(start, moves)
    limits = [
        (5 * n, place - below, place + above)
        for n, (place, (below, above)) in enumerate(zip(places, room, strict=False))
    ]
    found = taut(limits)
    for frame, low, high in limits:
        assert low - 1e-9 <= at(found, frame) <= high + 1e-9
    slowest = speed([(5 * n, place) for n, place in enumerate(places)], RATE)
    assert speed(found, RATE) <= slowest + 1e-9
    frames = [frame for frame, _ in found]
    assert frames == sorted(set(frames))


@pytest.mark.slow
@given(st.floats(0, 1), steps, rooms, st.floats(1, 4))
def test_a_way_stands_where_one_place_does_and_is_never_fast(
    start: float, moves: list[float], room: list[tuple[float, float]], widths: float
) -> None:
    places = walked(start, moves)
    limits = [
        Limits(5 * n, place - below, place + above, place)
        for n, (place, (below, above)) in enumerate(zip(places, room, strict=False))
    ]
    found = way(limits, widths, RATE)
    stands = max(one.low for one in limits) <= min(one.high for one in limits)
    assert not stands or (found and len(found) == 1)
    if found:
        assert speed(found, RATE) * widths <= FASTEST + 1e-9
        assert all(one.low - 1e-9 <= at(found, one.frame) <= one.high + 1e-9 for one in limits)
    else:
        tight = taut([(one.frame, one.low, one.high) for one in limits])
        assert speed(tight, RATE) * widths > FASTEST


# What is held -----------------------------------------------------------------------------------


@pytest.mark.slow
@given(
    st.lists(st.floats(-0.006, 0.006), min_size=10, max_size=60),
    st.floats(0.3, 0.7),
    st.sampled_from([SQUARE, TALL, (720, 900)]),
)
def test_the_face_is_inside_at_every_look_and_between_them(
    moves: list[float], start: float, film: tuple[int, int]
) -> None:
    places = [min(0.9, max(0.1, place)) for place in walked(start, moves)]
    framing = window(stretch(*([face(place)] for place in places)), film)
    if framing is None:
        return
    for number, (one, two) in enumerate(pairwise(places)):
        for step in range(5):
            assert inside(framing, number * 5 + step, face(one + (two - one) * step / 5))
    keys = framing.keys
    fast = max((abs(b.left - a.left) / (b.frame - a.frame) for a, b in pairwise(keys)), default=Fraction(0))
    assert fast * RATE / framing.width <= FASTEST * 1.01


def test_whoever_sits_still_is_seen_by_a_window_that_stands() -> None:
    framing = window(stretch(*[[face(0.4 + 0.01 * (n % 3))] for n in range(30)]))
    assert framing and not framing.moves
    seen = framing.seen(face(0.41), 0)
    assert seen and 0.4 < (seen.left + seen.right) / 2 < 0.6


def test_whoever_walks_slowly_is_followed_and_whoever_runs_is_shown_whole() -> None:
    slowly = window(stretch(*[[face(0.2 + 0.6 * n / 300)] for n in range(301)]), TALL)
    assert slowly and slowly.moves
    assert window(stretch(*[[face(0.2 + 0.6 * n / 30)] for n in range(31)]), TALL) is None


def test_a_window_that_can_be_calm_is() -> None:
    one = stretch(*[[face(0.2 + 0.6 * n / 600)] for n in range(601)])
    framing = window(one)
    assert framing
    fast = max(abs(b.left - a.left) / (b.frame - a.frame) for a, b in pairwise(framing.keys))
    assert fast * RATE / framing.width <= CALM * 1.01


def test_a_tall_picture_in_a_wide_film_has_the_eyes_a_third_from_the_top() -> None:
    tall = Area(0.4, 0.45, 0.6, 0.55)
    framing = window(stretch(*[[tall]] * 20), (1280, 720), TALL)
    assert framing and framing.width == 1
    seen = framing.seen(tall, 0)
    assert seen is not None
    eyes = seen.top + 0.4 * (seen.bottom - seen.top)
    assert eyes == pytest.approx(1 / 3, abs=0.03)


def test_two_people_are_both_in_it_or_the_picture_is_whole() -> None:
    near, far = [face(0.4), face(0.6)], [face(0.15), face(0.85)]
    both = window(stretch(*[near] * 20))
    assert both and all(inside(both, 0, one) for one in near)
    assert window(stretch(*[far] * 20)) is None


def test_a_poster_and_a_passer_by_are_not_the_speaker() -> None:
    poster = face(0.9, 0.2, 0.1)
    alone = window(stretch(*[[face(0.3)]] * 20))
    assert window(stretch(*[[face(0.3), poster]] * 20)) == alone
    passing = [[face(0.3), face(0.9 - 0.05 * n)] if n < 4 else [face(0.3)] for n in range(20)]
    assert window(stretch(*passing)) == alone


def test_a_face_that_may_be_the_speakers_is_not_left_out() -> None:
    """Somebody as large, seen while the speaker is not: it may be the same person, elsewhere."""
    away = [[face(0.15)] if n < 17 else [face(0.85)] for n in range(20)]
    assert window(stretch(*away)) is None


@pytest.mark.parametrize(("looks_away", "held"), [(10, True), (20, False)])
def test_whoever_turns_away_for_a_while_is_still_there_and_for_long_nobody_knows(
    looks_away: int, held: bool
) -> None:
    seen = [[face(0.4)]] * 10 + [[]] * looks_away + [[face(0.42)]] * 10
    assert (window(stretch(*seen)) is not None) == held
    assert (window(stretch(*[[]] * looks_away, *[[face(0.4)]] * 40)) is not None) == held


def test_nobody_is_found_and_all_is_shown() -> None:
    assert window(stretch(*[[]] * 20)) is None


@pytest.mark.parametrize(
    ("area", "held"), [(Area(0.25, 0.8, 0.5, 0.9), True), (Area(0.3, 0.8, 0.95, 0.9), False)]
)
def test_text_and_signers_that_would_be_cut_make_it_whole(area: Area, held: bool) -> None:
    one = stretch(*[[face(0.4)]] * 20, kept=((area, 0, 100),))
    framing = window(one)
    assert (framing is not None) == held
    assert framing is None or inside(framing, 50, area)
    assert window(stretch(*[[face(0.4)]] * 20, kept=((area, 500, 600),))), "it is not there then"


def test_a_face_that_a_person_drew_counts() -> None:
    drawn = face(0.3)
    framing = window(stretch(*[[]] * 20, drawn=((drawn, 0, 100),)))
    assert framing and inside(framing, 50, drawn)


def test_the_parts_of_a_quote_share_a_window_where_they_can() -> None:
    def part(x: float, first: int) -> Stretch:
        seen = tuple(Sighting(first + 5 * n, (face(x),)) for n in range(20))
        return Stretch(first, first + 100, seen)

    shape = Shape.of(WIDE, SQUARE)
    one, two = framings([part(0.4, 0), part(0.45, 300)], shape, RATE)
    assert one == two is not None
    one, two = framings([part(0.15, 0), part(0.85, 300)], shape, RATE)
    assert one and two and one != two
    nobody = Stretch(300, 400, tuple(Sighting(300 + 5 * n, ()) for n in range(20)))
    one, two = framings([part(0.4, 0), nobody], shape, RATE)
    assert one and two is None


def test_a_trimmed_edge_moves_no_window() -> None:
    seen = [[face(0.4 + 0.002 * (n % 5))] for n in range(40)]
    whole, trimmed = window(stretch(*seen)), window(stretch(*seen[:-3]))
    assert whole and trimmed and whole.at(50) == trimmed.at(50)
