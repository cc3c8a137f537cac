"""Captions as libass burns them, measured on encoded frames: the box, the safe area, the contrast, and
whether it is the text at all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from pipeline.adapters import fonts
from pipeline.adapters.ffmpeg.process import place, run
from pipeline.adapters.pyav import frames
from pipeline.captions import placement
from pipeline.captions.formats import to_ass
from pipeline.captions.model import Cue, plain_cue
from pipeline.core.footage import Fonts
from pipeline.core.time import Span, Time
from pipeline.production.configs import load_profile
from pipeline.verification import pixels as witness
from pipeline.verification.burned_in import judged, look
from tests.needs import DEJAVU, require

pytestmark = pytest.mark.slow

HD = (1280, 720)
SIZES = [HD, (720, 720), (720, 1280)]
PAL = Fraction(25)

GROUNDS = {
    "noise": "nullsrc=s={}:r=25:d=0.4,geq=random(1)*255:128:128",
    "checks": "nullsrc=s={}:r=25:d=0.4,geq=lum='16+219*mod(floor(X/8)+floor(Y/8)+N,2)':cb=128:cr=128",
    "white": "color=white:s={}:r=25:d=0.4",
    "bars": "testsrc2=s={}:r=25:d=0.4",
}

SAYS = ("Amara: They saw the label, joy", "egypt, before anybody saw me.")


def cue(*lines: str, position: str = "bottom", colour: str = "white") -> Cue:
    return plain_cue(
        Span(Time(Fraction(0)), Time(Fraction(1))),
        lines or SAYS,
        "Amara",
        "q1",
        position=position,
        colour=colour,
    )


def ass_of(
    one: Cue, size: tuple[int, int] = HD, profile: str = "bbc", face: fonts.Typeface | None = None
) -> str:
    return to_ass((one,), size, load_profile(profile), fonts.FAMILY, letters=face or fonts.packaged())


def drawn(
    one: Cue, size: tuple[int, int] = HD, profile: str = "bbc", face: fonts.Typeface | None = None
) -> tuple[np.ndarray, np.ndarray]:
    face = face or fonts.packaged()
    ((letters, box),) = frames.drawn(ass_of(one, size, profile, face), size, 1, face)
    return letters, box


@cache
def expected(one: Cue, size: tuple[int, int]) -> witness.Drawn:
    return witness.Drawn.of(
        *drawn(replace(one, colour="white"), size), load_profile("bbc").area(size).em(size)
    )


Burnt = Callable[..., Path]


@pytest.fixture(scope="module")
def burnt(tmp_path_factory: pytest.TempPathFactory) -> Burnt:
    """A short film as a build encodes it, with what `ass` says on it. Each, and each ground, is made once."""
    folder = tmp_path_factory.mktemp("burnt")
    (folder / "fonts").mkdir()
    for font in fonts.font_files():
        place(font, folder / "fonts" / font.name)

    @cache
    def pictures(ground: str, size: tuple[int, int]) -> str:
        made = [
            *"-f lavfi -i".split(),
            GROUNDS[ground].format(f"{size[0]}x{size[1]}"),
            *"-pix_fmt yuv420p -c:v rawvideo".split(),
        ]
        run([*made, f"{ground}{size[0]}.nut"], folder)
        return f"{ground}{size[0]}.nut"

    @cache
    def film(ass: str, ground: str, size: tuple[int, int] = HD, crf: int = 23) -> Path:
        (folder / "captions.ass").write_text(ass, encoding="utf-8")
        graph = "format=yuv420p,setparams=range=tv:colorspace=bt709,ass=captions.ass:fontsdir=fonts"
        encoded = ["-c:v", "libx264", "-preset", "veryfast", "-crf", str(crf), "-pix_fmt", "yuv420p"]
        name = f"film{len(list(folder.iterdir()))}.mp4"
        run(["-i", pictures(ground, size), "-vf", graph, *encoded, name], folder)
        return folder / name

    return film


def seen(film: Path, one: Cue, size: tuple[int, int] = HD, frame: int = 5) -> list[str]:
    """Rules broken on a frame, as `verify` judges it."""
    (shown,) = frames.frames(film, PAL, frame, frame + 1)
    return [found.rule for _, found in judged(1, one, [look(frame, shown.pixels, expected(one, size))])]


def edges(marks: np.ndarray) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of what is marked, the last two just outside."""
    rows, columns = np.flatnonzero(marks.any(axis=1)), np.flatnonzero(marks.any(axis=0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


# The box ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("profile", ["bbc", "plain", "netflix", "dcmp"])
@pytest.mark.parametrize("position", ["bottom", "top"])
def test_the_box_has_half_an_em_around_the_letters_and_stands_in_the_safe_area(
    size: tuple[int, int], profile: str, position: str
) -> None:
    room = load_profile(profile).area(size)
    one = cue("HELLO", position=position)  # capitals stand on the line and reach their height
    letters, box = drawn(one, size, profile)
    (left, top, right, bottom), (west, north, east, south) = edges(letters > 128), edges(box)
    half, near = room.em(size) / 2, 0.12 * room.em(size)  # an H has room of its own beside it
    assert abs(left - west - half) <= near
    assert abs(east - right - half) <= near
    assert abs(top - north - half) <= near
    assert abs(south - bottom - half) <= near
    assert west >= size[0] * (1 - room.safe_width) / 2 - 1
    assert north >= size[1] * (1 - room.safe_height) / 2 - 1
    assert south <= size[1] - size[1] * (1 - room.safe_height) / 2 + 1
    edge = north if position == "top" else size[1] - south
    assert abs(edge - size[1] * (1 - room.safe_height) / 2) <= 2


@pytest.mark.parametrize("size", SIZES)
def test_lines_are_as_high_as_the_profile_says_and_there_is_no_gap_between_their_boxes(
    size: tuple[int, int],
) -> None:
    _, one = drawn(cue("HH"), size)
    _, two = drawn(cue("HH", "HH"), size)
    assert (
        abs(two.sum(axis=0).max() - one.sum(axis=0).max() - size[1] * load_profile("bbc").area(size).size)
        <= 1
    )
    left, top, right, bottom = edges(two)
    assert two[top + 1 : bottom - 1, left + 1 : right - 1].all()  # but for their smoothed edge


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lines", [("Descenders: gjpqy,",), ("ÅÉÖŁ jumps, Ǻ", "gypsy joy (egypt)")])
def test_no_letter_reaches_out_of_its_box(size: tuple[int, int], lines: tuple[str, ...]) -> None:
    letters, box = drawn(cue(*lines), size)
    letter, dark = edges(letters > 20), edges(box & ~(letters > 20))
    assert all(outer < inner for outer, inner in zip(dark[:2], letter[:2], strict=True))
    assert all(inner < outer for inner, outer in zip(letter[2:], dark[2:], strict=True))


@pytest.mark.parametrize("size", SIZES)
def test_a_line_that_is_too_wide_is_broken_and_not_cut_off(size: tuple[int, int]) -> None:
    room = load_profile("bbc").area(size)
    one = cue("ONE PERSON WHO WOULD RATHER NOT BE NAMED AT ALL TODAY:", "I am here.")
    letters, box = drawn(one, size)
    left, _, right, _ = edges(box)
    assert left >= size[0] * (1 - room.safe_width) / 2 - 1
    assert right <= size[0] * (1 + room.safe_width) / 2 + 1
    assert edges(letters > 20)[0] > left


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lines", [SAYS, ("AVATAR Ta To", "We."), ("iiii", "WWWWWWWW")])
def test_the_layout_knows_where_the_box_is(size: tuple[int, int], lines: tuple[str, ...]) -> None:
    one = cue(*lines)
    area = placement.box(one, "bottom", load_profile("bbc"), size, fonts.packaged())
    there = edges(drawn(one, size)[1])
    for share, pixels, side in zip(
        (area.left, area.top, area.right, area.bottom), there, (*size, *size), strict=True
    ):
        assert abs(share * side - pixels) <= 4


# Contrast ---------------------------------------------------------------------------------------


def translucent(ass: str, opacity: float) -> str:
    return re.sub(r"&H00000000,&H00000000", f"&H{round(255 * (1 - opacity)):02X}000000,&H00000000", ass)


def outlined(ass: str) -> str:
    return re.sub(r"\{\\ybord[\d.]+\}", "", re.sub(r",3,[\d.]+,0,", ",1,2,0,", ass))


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize(("colour", "least"), [("white", 20), ("yellow", 17), ("cyan", 14), ("green", 12)])
def test_an_opaque_box_stands_out_on_any_footage(
    ground: str, colour: str, least: float, burnt: Burnt
) -> None:
    one = cue(colour=colour)
    film = burnt(ass_of(one), ground)
    (shown,) = frames.frames(film, PAL, 5, 6)
    measured = witness.contrast(shown.pixels, expected(one, HD))
    assert measured.low >= least, measured
    assert measured.through < witness.THROUGH / 4
    assert seen(film, one) == []


@pytest.mark.parametrize("ground", ["noise", "checks", "white", "bars"])
@pytest.mark.parametrize(
    "style",
    [lambda ass: translucent(ass, 0.5), lambda ass: translucent(ass, 0.8), outlined],
    ids=["half", "four fifths", "outline"],
)
def test_a_translucent_box_and_an_outline_are_refused(
    ground: str, style: Callable[[str], str], burnt: Burnt
) -> None:
    one = cue()
    film = burnt(style(ass_of(one)), ground)
    found = seen(film, one)
    assert found, "nothing was found"
    assert set(found) <= {"contrast", "burnt-text"}
    (shown,) = frames.frames(film, PAL, 5, 6)
    measured = witness.contrast(shown.pixels, expected(one, HD))
    assert measured.through > witness.THROUGH


@pytest.mark.parametrize(
    ("style", "least", "most"),
    [(lambda ass: translucent(ass, 0.5), 3.4, 4.2), (outlined, 1.0, 1.1)],
    ids=["half", "outline"],
)
def test_over_white_half_a_box_and_an_outline_have_the_contrast_that_they_have(
    style: Callable[[str], str], least: float, most: float, burnt: Burnt
) -> None:
    film = burnt(style(ass_of(cue())), "white")
    (shown,) = frames.frames(film, PAL, 5, 6)
    assert least <= witness.contrast(shown.pixels, expected(cue(), HD)).low <= most


STYLES: dict[str, Callable[[str], str]] = {
    "opaque box": str,
    "box at 80 %": lambda ass: translucent(ass, 0.8),
    "box at 50 %": lambda ass: translucent(ass, 0.5),
    "outline": outlined,
}


@pytest.mark.parametrize("style", STYLES)
def test_the_figures_of_the_document_are_measured(style: str, burnt: Burnt) -> None:
    table = (
        (Path(__file__).parents[2] / "docs" / "captions.md").read_text(encoding="utf-8").split("CRF 23:")[1]
    )
    (row,) = (line for line in table.splitlines() if line.startswith(f"| {style} |"))
    for ground, cell in zip(GROUNDS, row.split("|")[2:-1], strict=True):
        low, through = map(float, cell.split(","))
        (shown,) = frames.frames(burnt(STYLES[style](ass_of(cue())), ground), PAL, 5, 6)
        measured = witness.contrast(shown.pixels, expected(cue(), HD))
        assert measured.low == pytest.approx(low, abs=0.4), ground
        assert measured.through == pytest.approx(through, abs=0.02), ground


def test_colours_are_as_a_screen_shows_them(burnt: Burnt) -> None:
    """BT.709 in standard range: told wrongly, green would be another green and black a grey."""
    for colour, told in (
        ("green", (0, 255, 0)),
        ("yellow", (255, 255, 0)),
        ("cyan", (0, 255, 255)),
        ("white", (255, 255, 255)),
    ):
        one = cue(colour=colour)
        (shown,) = frames.frames(burnt(ass_of(one), "white"), PAL, 5, 6)
        assert (
            max(abs(a - b) for a, b in zip(witness.tint(shown.pixels, expected(one, HD)), told, strict=True))
            <= 20
        )
    other = cue(colour="yellow")
    assert seen(burnt(ass_of(cue(colour="cyan")), "white"), other) == ["burnt-text"]


# The text ---------------------------------------------------------------------------------------

SMALL = (640, 360)


@pytest.mark.parametrize("size", [HD, SMALL, (320, 180)])
@pytest.mark.parametrize("ground", ["noise", "bars"])
def test_what_was_meant_is_read(size: tuple[int, int], ground: str, burnt: Burnt) -> None:
    assert seen(burnt(ass_of(cue(), size), ground, size, crf=26), cue(), size) == []


WRONG = {
    "a word": ("label", "table"),
    "a letter": ("joy", "jay"),
    "two letters changed over": ("the", "teh"),
    "a digit for a letter": ("anybody", "anyb0dy"),
    "a full stop left out": ("me.", "me"),
    "another word order": ("anybody saw", "saw anybody"),
}


@pytest.mark.parametrize("size", [HD, SMALL, (320, 180)])
@pytest.mark.parametrize("wrong", WRONG)
def test_another_text_is_told(wrong: str, size: tuple[int, int], burnt: Burnt) -> None:
    ass = ass_of(cue(), size).replace(*WRONG[wrong])
    assert ass != ass_of(cue(), size)
    assert seen(burnt(ass, "noise", size, crf=26), cue(), size) == ["burnt-text"]


@pytest.mark.parametrize("size", [HD, SMALL])
def test_a_comma_for_a_full_stop_is_told(size: tuple[int, int], burnt: Burnt) -> None:
    assert seen(burnt(ass_of(cue(), size).replace("me.", "me,"), "noise", size), cue(), size) == [
        "burnt-text"
    ]


@pytest.mark.parametrize("size", [HD, SMALL])
def test_a_caption_that_is_missing_moved_or_cut_off_is_told(size: tuple[int, int], burnt: Burnt) -> None:
    ass = ass_of(cue(), size)
    nothing = re.sub(r"Dialogue: .*\n", "", ass)
    moved = re.sub(r"(\{\\ybord)", rf"{{\\pos({size[0] // 2},{size[1] * 0.95 - 6:.0f})}}\1", ass)
    cut = re.sub(r"(\{\\ybord)", rf"{{\\clip(0,0,{round(size[0] * 0.66)},{size[1]})}}\1", ass)
    for wrong in (nothing, moved, cut):
        assert wrong != ass
        assert set(seen(burnt(wrong, "bars", size), cue(), size)) & {"burnt-text", "contrast"}


def test_something_else_on_the_picture_is_told(burnt: Burnt) -> None:
    """A second caption that is in no sidecar; and two encodings of the same picture are no such thing."""
    pictures = {}
    for name, ass in {
        "clean": re.sub(r"Dialogue: .*\n", "", ass_of(cue())),
        "captioned": ass_of(cue()),
        "more": to_ass((cue(), cue("No.", position="top")), HD, load_profile("bbc"), fonts.FAMILY),
    }.items():
        (shown,) = frames.frames(burnt(ass, "noise"), PAL, 5, 6)
        pictures[name] = shown.pixels
    here = [expected(cue(), HD)]
    assert witness.elsewhere(pictures["captioned"], pictures["clean"], here, here[0].em) == 0
    assert witness.elsewhere(pictures["more"], pictures["clean"], here, here[0].em) > 10


# Scripts ----------------------------------------------------------------------------------------


@pytest.fixture
def shaper() -> None:
    """Another engine to compare with."""
    require("FriBidi")


PACKAGED = fonts.packaged()
NASTALIQ = fonts.typeface(Fonts(("Noto Nastaliq Urdu",)))


def by_pillow(words: Sequence[str], face: fonts.Typeface, way: str) -> np.ndarray:
    """Words as Pillow sets them by raqm, one after the other this way: how far their letters cover each
    pixel.
    """
    picture, at = Image.new("L", (1400, 240)), 20.0
    em = load_profile("bbc").area(HD).em(HD)
    for word in words if way == "ltr" else reversed(words):
        for one, text in face.runs(word):
            font = ImageFont.truetype(one.path, em * one.size, layout_engine=ImageFont.Layout.RAQM)
            ImageDraw.Draw(picture).text((at, 140), text, 255, font=font, anchor="ls", direction=way)
            at += font.getlength(text)
        at += em * face.width(" ")
    return cropped(np.asarray(picture))


def cropped(letters: np.ndarray) -> np.ndarray:
    left, top, right, bottom = edges(letters > 100)
    return letters[top:bottom, left:right]


def alike(one: np.ndarray, two: np.ndarray) -> float:
    """Correlation of two pictures of a line, brought to the same size."""
    size = (200, 20)
    a, b = (
        np.asarray(Image.fromarray(picture).resize(size, Image.Resampling.BOX)).astype(float).ravel()
        for picture in (one, two)
    )
    return float(np.corrcoef(a, b)[0, 1])


SET = {
    "Welsh": (PACKAGED, "Mae'r ŵyl yn dŷ i bawb", "ltr"),
    "Polish": (PACKAGED, "Zażółć gęślą jaźń.", "ltr"),
    "Greek": (PACKAGED, "Οι γιατροί δεν με άκουσαν.", "ltr"),
    "Cyrillic": (PACKAGED, "Врачи меня не слушали.", "ltr"),
    "Hindi": (PACKAGED, "उन्होंने कहा कि ठीक है। Amara", "ltr"),
    "Bengali": (PACKAGED, "আমি হাসপাতালে গিয়েছিলাম।", "ltr"),
    "Punjabi": (PACKAGED, "ਮੈਂ ਹਸਪਤਾਲ ਗਈ ਸੀ।", "ltr"),
    "Hebrew": (PACKAGED, "שלום עולם, טוב מאוד.", "rtl"),
    "Hebrew and a name": (PACKAGED, "אמרה Amara לקחה 250 היום.", "rtl"),
    "a name first": (PACKAGED, "Amara אמרה כן!", "rtl"),
    "Urdu": (PACKAGED, "انہوں نے پوچھا، کیوں؟", "rtl"),
    "a label before Urdu": (PACKAGED, "NURSE: کوئی نہیں آیا۔", "rtl"),
    "Urdu in English": (PACKAGED, "They said شکریہ and left.", "ltr"),
    "an Urdu name before English": (PACKAGED, "نرس: Nobody came at all.", "ltr"),
    "Nastaliq": (NASTALIQ, "کوئی نہیں آیا۔ Amara", "rtl"),
}
"""What is written, and whether its words stand from left to right or from right to left."""


@pytest.mark.usefixtures("shaper")
@pytest.mark.parametrize("case", SET)
def test_scripts_are_joined_and_ordered_as_another_shaper_does_it(case: str) -> None:
    face, text, way = SET[case]
    letters, _ = drawn(cue(text), HD, "bbc", face)
    first, *rest = text.split()
    assert alike(cropped(letters), by_pillow([first, *rest], face, way)) > 0.8
    assert alike(cropped(letters), by_pillow([*rest, first], face, way)) < 0.7, "the comparison cannot tell"


@pytest.mark.usefixtures("shaper")
def test_a_line_that_begins_in_other_letters_runs_as_its_caption_does() -> None:
    """ "Amara" stands at the right of a Hebrew line, and its exclamation mark at the left."""
    letters, _ = drawn(cue("שלום עולם וברכה לכולם", "Amara אמרה כן!"), HD)
    rows = np.flatnonzero((letters > 100).any(axis=1))
    second = letters[(rows[0] + rows[-1]) // 2 :]
    assert alike(cropped(second), by_pillow("Amara אמרה כן!".split(), PACKAGED, "rtl")) > 0.85
    assert alike(cropped(second), by_pillow("Amara אמרה כן!".split(), PACKAGED, "ltr")) < 0.7


@pytest.mark.usefixtures("shaper")
@pytest.mark.parametrize("case", SET)
@pytest.mark.parametrize("size", SIZES)
def test_letters_of_every_script_stand_in_their_box_and_the_box_in_the_safe_area(
    size: tuple[int, int], case: str
) -> None:
    face, text, _ = SET[case]
    one = cue(text, text)
    letters, _ = drawn(one, size, "bbc", face)
    ass = re.sub(r"&H00FFFFFF", "&H00000000", ass_of(one, size, "bbc", face))  # black letters: the box alone
    ((_, box),) = frames.drawn(ass, size, 1, face)
    assert (box | (letters < 128)).all(), "letters beside their box"
    left, top, right, bottom = edges(box)
    area = load_profile("bbc").area(size)
    assert (
        left >= size[0] * (1 - area.safe_width) / 2 - 2 and right <= size[0] * (1 + area.safe_width) / 2 + 2
    )
    assert top >= size[1] * (1 - area.safe_height) / 2 and bottom <= size[1] * (1 + area.safe_height) / 2 + 2
    assert box[top:bottom].any(axis=1).all() and box[top + 2 : bottom - 2, (left + right) // 2].all(), "a gap"
    told = placement.box(one, "bottom", load_profile("bbc"), size, face)
    for share, pixels, side in zip(
        (told.left, told.top, told.right, told.bottom),
        (left, top, right, bottom),
        (*size, *size),
        strict=True,
    ):
        assert abs(share * side - pixels) <= 4


def height(text: str, face: fonts.Typeface) -> int:
    """Of what is drawn, in pixels."""
    _, top, _, bottom = edges(drawn(cue(text), HD, "bbc", face)[0] > 100)
    return bottom - top


@pytest.mark.parametrize(
    ("letter", "least", "most"),
    [
        ("ا", 0.95, 1.2),
        ("क", 0.85, 1.1),
        ("ক", 0.85, 1.1),
        ("ਕ", 0.85, 1.1),
        ("ה", 0.8, 1.0),
        ("ก", 0.75, 1.0),
    ],
)
def test_letters_are_as_high_as_latin_ones_whatever_their_line(
    letter: str, least: float, most: float
) -> None:
    """By their lines, letters of Urdu were half as high."""
    assert least <= height(letter, PACKAGED) / height("H", PACKAGED) <= most


def test_a_font_of_the_production_is_sized_by_its_letters_too() -> None:
    require("DejaVu Sans")
    face = fonts.own(DEJAVU)
    for letter in "Hاה":
        assert abs(height(letter, face) - height(letter, PACKAGED)) <= 2


def test_lines_of_every_script_are_measured_as_they_are_drawn() -> None:
    require("FriBidi")
    for face, text, _ in SET.values():
        left, _, right, _ = edges(drawn(cue(text), HD, "bbc", face)[0] > 20)
        em = load_profile("bbc").area(HD).em(HD)
        assert abs((right - left) / em - face.width(text)) < 0.4, (
            text,
            (right - left) / em,
            face.width(text),
        )
