"""Cards whose lines stand out, and cards whose lines do not, drawn as ours are and encoded."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image, ImageDraw, ImageFont

from pipeline.adapters.cards import draw, laid
from pipeline.adapters.fonts import font_files
from pipeline.adapters.pyav.frames import frames
from pipeline.core.finding import Finding
from pipeline.core.ports import Face
from pipeline.edit.timeline import Break, Card, Timeline
from pipeline.verification import cards

SIZE, RATE = (1280, 720), Fraction(25)
GROUND, INK = (0x12, 0x15, 0x1C), (0xF4, 0xF1, 0xEA)
Picture = npt.NDArray[np.uint8]
Colour = tuple[int, int, int]


def drawn(*lines: tuple[str, int, Colour], ground: Colour = GROUND) -> Picture:
    """Lines of letters so many pixels high, in colours, under one another."""
    picture = Image.new("RGB", SIZE, ground)
    pen, top = ImageDraw.Draw(picture), 100
    for text, size, colour in lines:
        pen.text((200, top), text, colour, ImageFont.truetype(str(font_files()[0]), size))
        top += 2 * size
    return np.asarray(picture)


def encoded(picture: Picture, folder: Path) -> Picture:
    """The same as a film shows it."""
    path = folder / "card.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=RATE, options={"preset": "veryfast", "crf": "23"})
        stream.height, stream.width, _ = picture.shape
        stream.pix_fmt = "yuv420p"
        frame = av.VideoFrame.from_ndarray(picture, "rgb24")
        told = frame.reformat(format="yuv420p", dst_colorspace="ITU709", dst_color_range="MPEG")
        container.mux(stream.encode(told))
        container.mux(stream.encode(None))
    (shown,) = frames(path, RATE, 0, 1)
    return shown.pixels


def looked(picture: Picture, folder: Path) -> list[cards.Line]:
    return cards.lines(encoded(picture, folder), 0)


def findings(lines: list[cards.Line]) -> list[Finding]:
    card = Card(0, 50, "title", "Before you read")
    return list(cards.judged([(card, lines)], Timeline("x", RATE, SIZE, (card,))))


@pytest.mark.parametrize("style", ["title", "scene", "note", "end"])
def test_our_cards_stand_out(style: str, tmp_path: Path) -> None:
    draw(Face("Before you read\nthe notes", style), SIZE, tmp_path / "card.png")
    found = looked(np.asarray(Image.open(tmp_path / "card.png").convert("RGB")), tmp_path)
    assert len(found) == 2
    assert all(line.contrast.low > 14 for line in found)
    (told,) = findings(found)
    assert (told.severity, told.criterion, told.what) == (
        "info",
        "1.4.3",
        "2 lines on 1 frames of 1 cards and prompts were measured",
    )
    assert told.measured.startswith("lowest 1")


@pytest.mark.slow
@pytest.mark.parametrize("size", [(720, 720), (720, 900), (720, 1280)], ids=["1:1", "4:5", "9:16"])
@pytest.mark.parametrize(
    "face",
    [
        Face("Put the kettle on\nAmara\nUntil June 2027", "opening"),
        Face("What would you have said?", "break", "pair"),
        Face("What was written on the file was read by all who came after her. " * 5, "note"),
    ],
    ids=["opening", "prompt", "long note"],
)
def test_our_cards_stand_out_in_every_shape(face: Face, size: tuple[int, int], tmp_path: Path) -> None:
    draw(face, size, tmp_path / "card.png")
    found = looked(np.asarray(Image.open(tmp_path / "card.png").convert("RGB")), tmp_path)
    assert len(found) == sum(len(part.lines) for part in laid(face, size))
    assert all(line.contrast.low > 7 for line in found)


@pytest.mark.parametrize(
    ("lines", "faint"),
    [
        ([("Small and light", 24, INK)], []),
        ([("Small and grey, 5.5:1", 24, (0x85, 0x8A, 0x93))], []),
        ([("Small and grey, 3.6:1", 24, (0x68, 0x6C, 0x74))], [1]),
        ([("Large and grey, 3.6:1", 76, (0x68, 0x6C, 0x74))], []),
        ([("Large and dark, 2:1", 76, (0x43, 0x46, 0x4C))], [1]),
        ([("Light", 60, INK), ("and faint beneath", 30, (0x50, 0x54, 0x5C))], [2]),
    ],
)
def test_a_line_that_does_not_stand_out_is_told(
    lines: list[tuple[str, int, Colour]], faint: list[int], tmp_path: Path
) -> None:
    found = looked(drawn(*lines), tmp_path)
    assert len(found) == len(lines)
    assert [line.number for line in found if line.faint] == faint
    told = findings(found)
    assert [one.severity for one in told] == ["error"] * len(faint) + ["info"]
    if faint:
        assert f"line {faint[0]} of “Before you read” does not stand out" in told[0].what
        assert "frame 0" in told[0].measured


def test_dark_letters_on_a_light_ground_are_letters(tmp_path: Path) -> None:
    dark = drawn(("Ink", 60, (20, 20, 20)), ("and grey", 24, (150, 150, 150)), ground=(250, 250, 250))
    assert [line.faint for line in looked(dark, tmp_path)] == [False, True]


def test_a_card_without_its_words_is_told(tmp_path: Path) -> None:
    unseen = drawn(("Nobody can read this", 60, (0x18, 0x1B, 0x22)))
    one, figures = findings(looked(unseen, tmp_path))
    assert (one.severity, one.rule, one.where) == ("error", "card-contrast", "0:00.0 title")
    assert "“Before you read” cannot be seen" in one.what
    assert figures.measured == "no card, no line"


def test_a_ribbon_is_a_shape_and_digits_are_letters(tmp_path: Path) -> None:
    """A countdown at 3.9:1 as its ribbon has it: enough for a shape, not for small digits."""
    grey = (0x6B, 0x76, 0x89)
    picture = drawn(("What do you do?", 48, INK), ("12", 22, grey))
    picture = picture.copy()
    picture[576:582, 384:896] = grey
    found = looked(picture, tmp_path)
    assert [(line.faint, line.limit) for line in found] == [(False, 3.0), (True, 4.5), (False, 3.0)]
    assert [line.shape for line in found] == [False, False, True]
    *_, figures = findings(found)
    assert figures.what.startswith("2 lines on 1 frames")
    assert "shapes lowest 3." in figures.measured


def test_a_prompt_is_looked_at_while_its_seconds_run_down() -> None:
    prompt = Break(100, 250, "break-1", "Why?", "think", Fraction(10), "q1")
    assert cards.frames_of(prompt) == [100, 225, 349]
    assert cards.frames_of(Card(0, 1, "title", "x")) == [0]


def test_a_film_without_cards_says_so() -> None:
    (told,) = cards.judged([], Timeline("x", RATE, SIZE, ()))
    assert (told.severity, told.measured) == ("info", "no card, no line")


def test_letters_thinner_than_a_pixel_are_held_to_less_and_faint_ones_are_told(tmp_path: Path) -> None:
    (clear,) = looked(drawn(("a moment to mourn", 9, (0xAE, 0xB4, 0xC0))), tmp_path)
    assert (clear.limit, clear.faint) == (cards.LEAST_LARGE, False)
    (faint,) = looked(drawn(("a moment to mourn", 9, (0x48, 0x4C, 0x55))), tmp_path)
    assert faint.faint
