"""Captions keep off what is to be seen: raised with a reason, left where they cover nothing, told where
neither place is free.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.adapters import fonts
from pipeline.captions.model import Captions, Cue, plain_cue
from pipeline.captions.placement import There, box, covered, in_film, place
from pipeline.core.area import Area
from pipeline.core.framing import Framing, Key
from pipeline.core.time import Programme, Span, Time
from pipeline.edit.timeline import Card, Cutaway, Take, Timeline
from pipeline.production.configs import load_profile
from pipeline.production.keep_clear import Zone

fast = settings(max_examples=60, deadline=None, derandomize=True)

PROFILE = load_profile("bbc")
SIZES = [(1280, 720), (1080, 1080), (720, 1280), (640, 480)]
LOW = Area(0.3, 0.55, 0.7, 0.95)
"""A face of somebody who sits low."""
CORNER = Area(0.8, 0.75, 1.0, 1.0)
"""A sign-language inset of a twentieth of the picture, bottom right."""


def cue(
    start: float, end: float, *lines: str, quote: str = "q1", position: str = "bottom", why: str = ""
) -> Cue:
    return plain_cue(
        Span.measured(start, end),
        lines or ("They saw the label before me,", "and I knew it at once."),
        "Amara",
        quote,
        position=position,
        why=why,
    )


def there(area: Area, kind: str = "face", start: float = 0, end: float = 100) -> There:
    return There(kind, area, Span[Programme].measured(start, end))  # type: ignore[arg-type]


def placed(cues: Sequence[Cue], zones: Sequence[There], size: tuple[int, int] = (1280, 720)) -> Captions:
    return place(Captions("en", tuple(cues)), zones, PROFILE, size, fonts.packaged())


def told(
    captions: Captions, zones: Sequence[There], size: tuple[int, int] = (1280, 720)
) -> list[tuple[str, str, int]]:
    return [
        (one.rule, one.severity, one.cue) for one in covered(captions, zones, PROFILE, size, fonts.packaged())
    ]


def test_a_caption_over_a_face_goes_to_the_top_and_says_why() -> None:
    captions = placed([cue(0, 2)], [there(LOW)])
    assert [(one.position, one.why) for one in captions.cues] == [
        ("top", "at the top: at the bottom it would cover a face")
    ]
    assert not told(captions, [there(LOW)])


@pytest.mark.parametrize(
    "zones",
    [[], [there(Area(0.3, 0.1, 0.7, 0.6))], [there(LOW, start=50)], [there(Area(0, 0.9, 0.05, 1), "text")]],
)
def test_a_caption_that_covers_nothing_stays(zones: list[There]) -> None:
    assert placed([cue(0, 2)], zones).cues == (cue(0, 2),)


def test_only_what_a_caption_reaches_moves_it() -> None:
    inset = [there(CORNER, "sign-language")]
    assert placed([cue(0, 2, "Yes.")], inset).cues[0].position == "bottom"
    wide = "x" * 60
    moved = placed([cue(0, 2, wide)], inset).cues[0]
    assert (moved.position, moved.why) == (
        "top",
        "at the top: at the bottom it would cover the sign-language inset",
    )


def test_a_caption_at_the_top_comes_down_where_that_is_free() -> None:
    captions = placed([cue(0, 2, position="top")], [there(Area(0.2, 0.02, 0.8, 0.2), "text")])
    assert [(one.position, one.why) for one in captions.cues] == [
        ("bottom", "at the bottom: at the top it would cover text in the picture")
    ]


def test_where_both_are_covered_the_less_covered_is_taken_and_told() -> None:
    zones = [there(LOW), there(Area(0.1, 0.0, 0.9, 0.8), "text")]
    captions = placed([cue(0, 2)], zones)
    assert captions.cues[0].position == "top"
    assert told(captions, zones) == [("covers-text", "error", 1)]


def test_what_somebody_placed_stays_and_is_told() -> None:
    captions = placed([cue(0, 2, why="moved by a reviewer")], [there(LOW)])
    assert captions.cues[0].position == "bottom"
    assert told(captions, [there(LOW)]) == [("covers-face", "error", 1)]
    (found,) = covered(captions, [there(LOW)], PROFILE, (1280, 720), fonts.packaged())
    assert "moved by a reviewer" in found.what


def test_a_caption_does_not_jump_down_between_two_that_are_up() -> None:
    zones = [there(LOW, end=2), there(LOW, start=4, end=6)]
    captions = placed([cue(0, 2), cue(2, 4), cue(4, 6), cue(6, 8)], zones)
    assert [one.position for one in captions.cues] == ["top", "top", "top", "bottom"]
    assert captions.cues[1].why == "at the top: the captions before and after it are there"
    apart = placed([cue(0, 2), cue(2, 4, quote="q2"), cue(4, 6)], zones)
    assert [one.position for one in apart.cues] == ["top", "bottom", "top"], (
        "another speaker's is another shot"
    )


TAKE = Take(
    50,
    100,
    "q1",
    "amara",
    "Amara",
    "s1",
    250,
    Span(Time(Fraction(10)), Time(Fraction(14))),
    (),
    cutaways=(Cutaway("x.png", True, Fraction(0), 25, 25),),
)
FILM = Timeline("x", Fraction(25), (1280, 720), (Card(0, 50, "title", "x"), TAKE))


def spans(zone: Zone) -> list[tuple[float, float]]:
    return [(float(one.span.start), float(one.span.end)) for one in in_film([zone], FILM)]


def test_zones_of_a_source_are_where_its_takes_show_them_and_not_under_cutaways() -> None:
    """The take stands from 2 to 6 s and shows its source from 10 s on; a cutaway lies over it from 3 to 4
    s.
    """
    assert spans(Zone("face", LOW, "s1")) == [(2, 3), (4, 6)]
    assert spans(Zone("face", LOW, "s1", Fraction(12), Fraction(13))) == [(4, 5)]
    assert spans(Zone("face", LOW, "s1", Fraction(11), Fraction(12))) == []
    assert spans(Zone("face", LOW, "s1", Fraction(20), Fraction(30))) == []
    assert spans(Zone("face", LOW, "s1/b")) == []
    assert spans(Zone("text", LOW)) == [(0, 6)]
    assert spans(Zone("text", LOW, "", Fraction(1), Fraction(5, 2))) == [(1, 2.5)]


def test_a_zone_of_a_camera_is_seen_through_the_takes_window() -> None:
    """Where it moves, anew for each second; not at all, where it is outside."""
    zone, full = Zone("face", Area(0.25, 0.5, 0.5, 1), "s1"), Fraction(1)
    stands = Framing(Fraction(1, 2), full, (Key(0, Fraction(1, 4), Fraction(0)),))

    def through(framing: Framing) -> list[There]:
        return list(in_film([zone], replace(FILM, shots=(FILM.shots[0], replace(TAKE, framing=framing)))))

    assert [one.area for one in through(stands)] == [Area(0, 0.5, 0.5, 1)] * 2
    beside = Framing(Fraction(1, 2), full, (Key(0, Fraction(1, 2), Fraction(0)),))
    assert through(beside) == []
    keys = (Key(250, Fraction(0), Fraction(0)), Key(350, Fraction(1, 5), Fraction(0)))
    moves = through(Framing(Fraction(1, 2), full, keys))
    assert [(float(one.span.start), float(one.span.end)) for one in moves] == [(2, 3), (4, 5), (5, 6)]
    lefts = [one.area.left for one in moves]
    assert lefts == sorted(lefts, reverse=True) and len(set(lefts)) == 3


lines = st.lists(
    st.text("abcdefgWMil ,.", min_size=1, max_size=60).filter(str.strip), min_size=1, max_size=3
).map(tuple)


@pytest.mark.slow
@fast
@given(
    lines,
    st.sampled_from(["top", "bottom"]),
    st.sampled_from(SIZES),
    st.sampled_from(["bbc", "plain", "netflix", "dcmp"]),
)
def test_a_box_never_leaves_the_safe_area(
    text: tuple[str, ...], position: str, size: tuple[int, int], profile: str
) -> None:
    style = load_profile(profile)
    area, room = box(cue(0, 1, *text), position, style, size, fonts.packaged()), style.area(size)
    assert area.right - area.left <= room.safe_width + 1e-9
    assert area.top >= (1 - room.safe_height) / 2 - 1e-9
    assert area.bottom <= 1 - (1 - room.safe_height) / 2 + 1e-9


@pytest.mark.parametrize(
    "shares", [(0.5, 0, 0.5, 1), (0.6, 0, 0.5, 1), (-0.1, 0, 1, 1), (0, 0, 1, 1.1), (0, 0.9, 1, 0.8)]
)
def test_what_is_no_rectangle_is_refused(shares: tuple[float, float, float, float]) -> None:
    with pytest.raises(ValueError, match="no rectangle"):
        Area(*shares)
