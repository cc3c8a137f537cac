"""A film of another shape: which takes have a window, who shares one, and where faces are in the film."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from pipeline.core.area import Area
from pipeline.core.footage import File, Footage, Still
from pipeline.core.media import NO_TRACK, Feed
from pipeline.core.ports import Run
from pipeline.core.time import Source, Span
from pipeline.edit.framed import Framed, framed
from pipeline.edit.timeline import Card, Cutaway, Hold, Take, Timeline, follow
from pipeline.footage.faces import Sighting
from pipeline.production.keep_clear import Zone
from tests.engine.every_task import FILE, PICTURE

RATE = Fraction(25)
SHOWN = replace(PICTURE, width=1280, height=720, sample_aspect=Fraction(1), rotation=0, mirrored=False)
CAMERA = Footage(Path("a.mp4"), replace(FILE, picture=SHOWN), Feed((NO_TRACK,)))
FACE = Area(0.4, 0.3, 0.55, 0.7)


def take(first: int, part: int = 1, **more: object) -> Take:
    span = Span[Source].measured(first / 25, first / 25 + 2)
    return Take(0, 50, "q1", "amara", "Amara", "s1", first, span, (), part=part, parts=2, **more)  # type: ignore[arg-type]


def film(*shots: Take | Hold | Card, size: tuple[int, int] = (720, 720)) -> Timeline:
    return Timeline("x", RATE, size, follow(shots))


def sees(*faces: Area) -> object:
    def looked(asked: Sequence[tuple[str, Footage, Run]]) -> list[tuple[Sighting, ...]]:
        return [
            tuple(Sighting(frame, faces) for frame in range(first, end, 5)) for _, _, (first, end) in asked
        ]

    return looked


def made(timeline: Timeline, *faces: Area, zones: Sequence[Zone] = (), camera: Footage = CAMERA) -> Framed:
    return framed(timeline, {"s1": camera}, zones, sees(*faces))  # type: ignore[arg-type]


def test_parts_of_a_quote_and_its_pause_share_a_window_and_cards_have_none() -> None:
    pause = Hold(0, 10, "q1", "amara", "s1", 249, take(200).sound)
    one, two, hold, card = made(
        film(take(100), take(200, 2), pause, Card(0, 5, "title", "x")), FACE
    ).timeline.shots
    assert isinstance(one, Take) and isinstance(two, Take) and isinstance(hold, Hold)
    assert one.framing == two.framing == hold.framing is not None
    assert one.framing.width == Fraction(9, 16)
    assert isinstance(card, Card)
    timeline = made(film(take(200, 2), pause), FACE).timeline
    assert timeline.cuts == film(take(200, 2), pause).cuts == (), "a pause is no cut"


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080), (854, 480)])
def test_a_film_of_the_cameras_shape_has_no_windows(size: tuple[int, int]) -> None:
    timeline = film(take(100), size=size)
    assert made(timeline, FACE).timeline == timeline


def test_nobody_who_can_look_nobody_found_and_a_still_are_whole() -> None:
    timeline = film(take(100))
    assert framed(timeline, {"s1": CAMERA}, (), None) == Framed(timeline)
    assert made(timeline).timeline == timeline
    still = replace(CAMERA, still=Still(File(Path("a.png"), "ab"), "png_pipe"))
    assert made(timeline, FACE, camera=still) == Framed(timeline)


def test_what_a_person_drew_on_the_camera_counts_while_it_is_there() -> None:
    sign = Zone("sign-language", Area(0.8, 0.6, 1, 1), "s1", Fraction(4), Fraction(5))
    assert made(film(take(100)), FACE, zones=[sign]).timeline.takes[0].framing is None
    assert made(film(take(200)), FACE, zones=[sign]).timeline.takes[0].framing, "it is gone by then"
    assert made(film(take(100)), FACE, zones=[replace(sign, camera="s2")]).timeline.takes[0].framing
    face = Zone("face", FACE, "s1")
    assert made(film(take(100)), zones=[face]).timeline.takes[0].framing


def test_faces_are_told_where_the_film_shows_them() -> None:
    """Through the window, or in the middle of bars; a second at a time, and not under a cutaway."""
    framed_film = made(film(take(100)), FACE)
    (framing,) = [one.framing for one in framed_film.timeline.takes]
    assert framing and [(zone.start, zone.end) for zone in framed_film.faces] == [(0, 1), (1, 2)]
    assert {zone.area for zone in framed_film.faces} == {framing.seen(FACE, 100)}
    whole = made(film(take(100)), Area(0, 0, 1, 0.5))
    assert whole.timeline.takes[0].framing is None
    assert {zone.area for zone in whole.faces} == {Area(0, 0.21875, 1, 0.5)}
    hidden = take(100, cutaways=(Cutaway("x.png", True, Fraction(0), 0, 25),))
    assert [zone.start for zone in made(film(hidden), FACE).faces] == [1]
