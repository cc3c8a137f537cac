"""Films that flash, and films that only look as if they did, encoded and measured as by `verify`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import chain
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import pytest

from pipeline.adapters.pyav.frames import frames
from pipeline.core.footage import File
from pipeline.core.time import Source, Span, Time
from pipeline.edit.timeline import Card, Cutaway, Take, Timeline
from pipeline.engine.task import Context
from pipeline.engine.tools import Tools
from pipeline.verification import flash
from pipeline.verification.verify import FLASHES

SIZE, RATE, SECONDS = (320, 180), Fraction(25), 3
Picture = npt.NDArray[np.uint8]
BLACK, WHITE, GREY, RED = (0, 0, 0), (255, 255, 255), (120, 120, 120), (255, 0, 0)
Colour = tuple[int, int, int]


def whole(colour: Colour) -> Picture:
    return np.full((SIZE[1], SIZE[0], 3), colour, np.uint8)


def part(colour: Colour, ground: Colour, width: float, height: float) -> Picture:
    """A rectangle in the upper left, in shares of the picture."""
    picture = whole(ground)
    picture[: round(SIZE[1] * height), : round(SIZE[0] * width)] = colour
    return picture


def alternating(one: Picture, other: Picture, times: float) -> Iterator[Picture]:
    """`times` flashes a second, for three seconds."""
    for frame in range(round(RATE * SECONDS)):
        yield one if int(frame / RATE * 2 * Fraction(times)) % 2 else other


def noise() -> Iterator[Picture]:
    """Every pixel flashes, and no place of the picture does."""
    random = np.random.default_rng(1)
    for _ in range(50):
        yield random.integers(0, 2, (720, 1280, 1), np.uint8).repeat(3, axis=2) * 255


def fading(there: Colour, back: Colour, seconds: float) -> Iterator[Picture]:
    """From one colour to another and back, over and over, in even steps."""
    for frame in range(round(RATE * SECONDS)):
        share = abs((frame / float(RATE) / seconds) % 2 - 1)
        yield whole(tuple(round(a * share + b * (1 - share)) for a, b in zip(there, back, strict=True)))  # type: ignore[arg-type]


def wandering() -> Iterator[Picture]:
    """A bright square goes its way over a dark picture: each place changes twice."""
    for frame in range(round(RATE * SECONDS)):
        picture = whole((30, 30, 30))
        picture[40:140, frame * 3 : frame * 3 + 100] = 230
        yield picture


Made = Callable[[Iterator[Picture]], Path]


@pytest.fixture
def film(tmp_path: Path) -> Made:
    """A film of pictures, encoded as ours are."""

    def made(pictures: Iterator[Picture]) -> Path:
        path = tmp_path / "film.mp4"
        first = next(pictures)
        with av.open(str(path), "w") as container:
            stream = container.add_stream("libx264", rate=RATE, options={"preset": "ultrafast", "crf": "20"})
            stream.height, stream.width, _ = first.shape
            stream.pix_fmt = "yuv420p"
            stream.colorspace, stream.color_range = 1, 1
            for picture in chain([first], pictures):
                frame = av.VideoFrame.from_ndarray(picture, "rgb24")
                told = frame.reformat(format="yuv420p", dst_colorspace="ITU709", dst_color_range="MPEG")
                container.mux(stream.encode(told))
            container.mux(stream.encode(None))
        return path

    return made


def measured(path: Path) -> flash.Flashes:
    return flash.measured(frames(path, RATE, 0, 10**6), RATE)


ACCEPTED = {
    "a hard cut": lambda: iter([whole(BLACK)] * 30 + [whole(WHITE)] * 45),
    "a slow fade": lambda: fading(WHITE, BLACK, 1.5),
    "two flashes a second": lambda: alternating(whole(WHITE), whole(BLACK), 2),
    "three flashes a second": lambda: alternating(whole(WHITE), whole(BLACK), 3),
    "a small corner": lambda: alternating(part(WHITE, BLACK, 0.15, 0.2), whole(BLACK), 8),
    "less than a tenth": lambda: alternating(whole((100, 100, 100)), whole((72, 72, 72)), 8),
    "light and lighter": lambda: alternating(whole(WHITE), whole((240, 240, 240)), 8),
    "a pattern too fine": noise,
    "a square that wanders": wandering,
    "a red that is not saturated": lambda: alternating(whole((200, 130, 120)), whole((150, 150, 150)), 8),
    "red, twice a second": lambda: alternating(whole(RED), whole((0, 105, 105)), 2),
}

REFUSED = {
    "four flashes a second": ("general", lambda: alternating(whole(WHITE), whole(BLACK), 4)),
    "twelve flashes a second": ("general", lambda: alternating(whole(WHITE), whole(BLACK), 12)),
    "a quarter of the picture": (
        "general",
        lambda: alternating(part(WHITE, BLACK, 0.5, 0.5), whole(BLACK), 4),
    ),
    "a twentieth of it": ("general", lambda: alternating(part(WHITE, BLACK, 0.2, 0.25), whole(BLACK), 4)),
    "a tenth and more": ("general", lambda: alternating(whole((120, 120, 120)), whole((72, 72, 72)), 5)),
    "soft flashes": ("general", lambda: fading(WHITE, BLACK, 0.125)),
    "red as light as what is beside it": ("red", lambda: alternating(whole(RED), whole((0, 148, 60)), 5)),
    "red and grey": ("red", lambda: alternating(whole(RED), whole((127, 127, 127)), 5)),
    "a soft red": ("red", lambda: fading(RED, (127, 127, 127), 0.125)),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", ACCEPTED)
def test_what_does_not_flash_is_accepted(film: Made, name: str) -> None:
    found = measured(film(ACCEPTED[name]()))
    assert not found.found
    assert max(found.general, found.red) <= flash.MOST
    assert found.frames >= 50


@pytest.mark.slow
@pytest.mark.parametrize("name", REFUSED)
def test_what_flashes_is_refused(film: Made, name: str) -> None:
    kind, pictures = REFUSED[name]
    (one,) = (found for found in measured(film(pictures())).found if found.kind == kind)
    assert one.changes > flash.MOST
    assert one.share > 0.25


@pytest.mark.slow
def test_red_at_one_luminance_is_no_general_flash(film: Made) -> None:
    found = measured(film(REFUSED["red and grey"][1]()))
    assert [one.kind for one in found.found] == ["red"]


@pytest.mark.slow
def test_where_it_flashes_and_what_to_do_is_told(film: Made) -> None:
    still = [whole(GREY)] * 50
    flashing = list(alternating(whole(WHITE), whole(BLACK), 5))
    found = measured(film(iter([*still, *flashing, *still])))
    timeline = Timeline("x", RATE, SIZE, (Card(0, 60, "title", "x"), Card(60, 115, "end", "y")))
    one, whole_film = flash.findings(found, timeline)
    assert (one.rule, one.severity, one.criterion) == ("flash", "error", "2.3.1")
    assert one.where == "0:02.0 card"
    assert one.at == pytest.approx(2.0, abs=0.13)
    assert "lay a cutaway over it" in one.what
    assert one.measured == "5 flashes in a second, over 100% of a field of 10 degrees"
    assert (whole_film.severity, whole_film.where) == ("info", "the film")
    assert "175 frames" in whole_film.what
    assert "at most 5 in a second" in whole_film.measured


def test_a_cutaway_that_flashes_is_named() -> None:
    laid = Cutaway("b-roll/blue-light.mp4", still=False, start=Fraction(0), at=20, frames=30)
    whole = Span[Source](Time(Fraction(0)), Time(Fraction(4)))
    take = Take(0, 100, "q1", "amara", "Amara", "s1", 0, whole, (), cutaways=(laid,))
    timeline = Timeline("x", RATE, SIZE, (take,))
    stretches = tuple(flash.Flashing("red", first, first + 9, 8, 0.5) for first in (5, 25, 60))
    *told, _ = flash.findings(flash.Flashes(100, 0, 8, stretches), timeline)
    assert [one.where for one in told] == ["0:00.2 q1", "0:01.0 q1, b-roll/blue-light.mp4", "0:02.4 q1"]
    assert all("in a saturated red" in one.what for one in told)


@pytest.mark.slow
def test_two_stretches_are_told_apart(film: Made) -> None:
    still = [whole(GREY)] * 60
    flashing = list(alternating(whole(WHITE), whole(BLACK), 5))
    found = measured(film(iter([*flashing, *still, *flashing]))).found
    assert len(found) == 2
    assert found[0].last < 80 < 130 < found[1].first + 25


@pytest.mark.slow
def test_what_is_measured_is_kept_by_the_films_bytes(film: Made) -> None:
    path = film(alternating(whole(WHITE), whole(BLACK), 4))
    progress: list[tuple[float, float]] = []
    asked = {"film": File(path, "ab"), "rate": RATE}
    told = FLASHES.run(Context(path.parent, Tools(), lambda *done: progress.append(done)), **asked, frames=75)
    assert progress == [(0, 75)]
    assert FLASHES.codec is not None
    assert FLASHES.codec.read(FLASHES.codec.write(told)) == told == measured(path)
    assert FLASHES.components(Tools(), asked)["film"] == "ab"


def test_nothing_is_no_flash() -> None:
    assert flash.measured([], RATE) == flash.Flashes(0, 0, 0)


@pytest.mark.parametrize(
    ("size", "marked"), [((64, 36), flash.AREA), ((27, 48), flash.AREA), ((20, 10), 200)]
)
def test_a_field_is_not_larger_than_the_picture(size: tuple[int, int], marked: int) -> None:
    marks = np.ones((size[1], size[0]), np.bool_)
    assert flash.widest(marks) == marked
