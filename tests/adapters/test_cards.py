"""Cards in every shape: drawn, their ink found inside the safe area, and nothing over anything else."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from pipeline.adapters import cards
from pipeline.adapters.ffmpeg.commands import bar
from pipeline.captions import of_film
from pipeline.core.area import shape
from pipeline.core.footage import Fonts
from pipeline.core.ports import Face
from pipeline.edit.timeline import Break, Card, Timeline
from pipeline.engine.tools import Tools
from pipeline.errors import InputError

SIZES = {"16:9": (640, 360), "1:1": (360, 360), "4:5": (360, 450), "9:16": (360, 640)}
LONG = "It was written on the file before anybody had asked me what had happened that night. " * 5
FACES = {
    "title": Face("Before you read the notes", "title"),
    "a long word": Face("Multidisciplinary acknowledgements", "title"),
    "scene": Face("Put the kettle on, then read the file", "scene"),
    "opening": Face("Put the kettle on\nAmara\nFor workshops, until 30 June 2027", "opening"),
    "opening of a title": Face("Put the kettle on", "opening"),
    "opening in Hindi": Face("कहानी सुनिए और सोचिए\nअमारा\nकार्यशालाओं के लिए", "opening"),
    "note": Face("This clip is about a label in a file. You can stop it whenever you like.", "note"),
    "a long note": Face(LONG, "note"),
    "end": Face("Made together.\nTell us what you think.", "end"),
    "prompt": Face("What would you have said to the nurse, and why?", "break", "pair"),
    "a long prompt": Face(LONG[:400], "break", "group"),
    "prompt in Urdu": Face("مریض کی فائل پڑھنے سے پہلے ایک سوال پوچھیں", "break", "think"),
}


def ink(face: Face, size: tuple[int, int], folder: Path) -> npt.NDArray[np.bool_]:
    cards.draw(face, size, folder / "card.png")
    picture = np.asarray(Image.open(folder / "card.png").convert("RGB")).astype(int)
    assert picture.shape == (size[1], size[0], 3)
    found: npt.NDArray[np.bool_] = np.abs(picture - picture[0, 0]).max(axis=-1) > 40
    return found


def rows(found: npt.NDArray[np.bool_]) -> int:
    """Runs of rows with ink: lines of letters, where no line touches the next."""
    marked = np.pad(found.any(axis=1).astype(int), 1)
    return int((np.diff(marked) == 1).sum())


@pytest.mark.slow
@pytest.mark.parametrize("name", FACES)
@pytest.mark.parametrize("asked", SIZES)
def test_ink_stays_inside_the_safe_area_of_every_shape(asked: str, name: str, tmp_path: Path) -> None:
    size, face = SIZES[asked], FACES[name]
    found = ink(face, size, tmp_path)
    down, across = (np.flatnonzero(found.any(axis=axis)) for axis in (1, 0))
    left, top = ((side * (1 - share) / 2) for side, share in zip(size, cards.SAFE[shape(size)], strict=True))
    assert across[0] >= left - 1 and across[-1] <= size[0] - left
    assert down[0] >= top - 1
    assert down[-1] <= (bar(size)[1] - 2 if face.heading else size[1] - top)
    assert abs((across[0] + across[-1]) / 2 - size[0] / 2) < size[0] / 40


@pytest.mark.parametrize("asked", SIZES)
def test_lines_lie_under_one_another_and_none_is_lost(asked: str, tmp_path: Path) -> None:
    face = Face("Cups on\nMara sees us\nUntil 2027", "opening")  # without letters that reach below a line
    parts = cards.laid(face, SIZES[asked])
    assert [part.lines for part in parts] == [("Cups on",), ("Mara sees us", "Until 2027")]
    assert parts[0].em > parts[1].em and parts[0].heavy and not parts[1].heavy
    assert rows(ink(face, SIZES[asked], tmp_path)) == 3


def test_letters_go_by_the_shorter_side_and_a_phone_held_upright_has_more_lines() -> None:
    face = FACES["title"]
    lying, upright = (cards.laid(face, size)[0] for size in ((1280, 720), (720, 1280)))
    assert lying.em == upright.em == round(0.105 * 720)
    assert (len(lying.lines), len(upright.lines)) == (1, 2)


@pytest.mark.parametrize("asked", SIZES)
def test_a_long_text_is_set_smaller_and_no_smaller_than_can_be_read(asked: str) -> None:
    size = SIZES[asked]
    usual, long = cards.laid(FACES["prompt"], size)[1], cards.laid(FACES["a long prompt"], size)[1]
    assert " ".join(long.lines) == LONG[:400].strip()
    assert cards.LEAST * 360 - 1 <= long.em < usual.em == round(cards.PROMPT * 360)


@pytest.mark.parametrize(
    ("asked", "face"),
    [
        *((asked, Face(LONG * 4, "note")) for asked in SIZES),
        pytest.param("1:1", Face("यह एक लंबी कहानी है " * 45, "note"), marks=pytest.mark.slow),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_next_step(asked: str, face: Face) -> None:
    with pytest.raises(InputError, match="more than a card has room for") as refused:
        cards.check([("the note card", face)], SIZES[asked])
    assert refused.value.where == "the note card"
    assert "write less" in str(refused.value.next_step) and "another shape" in str(refused.value.next_step)
    cards.check([("the note card", FACES["note"])], SIZES[asked])


def test_a_word_that_one_shape_has_room_for_is_refused_in_another() -> None:
    face = Face("Donaudampfschifffahrtsgesellschaftskapitänsmützen", "title")
    cards.check([("the title card", face)], (1280, 720))
    with pytest.raises(InputError, match="wider than a card of 720x1280"):
        cards.check([("the title card", face)], (720, 1280))


def test_the_cards_of_a_film_are_checked_with_where_they_stand() -> None:
    title, prompt = (
        Card(0, 50, "scene", "W" * 60),
        Break(0, 50, "break-1", LONG * 4, "think", Fraction(2), "q1"),
    )
    for shot, where in ((title, "the scene card"), (prompt, "the prompt after q1")):
        film = Timeline("x", Fraction(25), (720, 1280), (shot,))
        with pytest.raises(InputError) as refused:
            Tools.check_cards(Fonts(()), of_film.cards(film), film.size)
        assert refused.value.where == where
    film = Timeline("x", Fraction(25), (720, 1280), (Card(0, 50, "scene", "Before"),))
    Tools.check_cards(Fonts(()), of_film.cards(film), film.size)


def test_the_document_says_how_large_letters_are() -> None:
    text = (Path(__file__).parents[2] / "docs" / "shapes.md").read_text(encoding="utf-8")
    for share in (*cards.SIZES.values(), cards.HEADING, cards.PROMPT, cards.BELOW, cards.LEAST):
        assert f"{share * 100:.3g} %" in text
    for share in cards.ROOM.values():
        assert f"{share * 100:.0f} %" in text
