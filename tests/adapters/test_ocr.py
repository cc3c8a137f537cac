"""The reader of burnt-in text: what is handed to tesseract, and what is made of its answer."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from pipeline.adapters import ocr


class Reader:
    """Stands for tesseract: keeps the pictures it is given, and answers as it is told."""

    def __init__(self, answer: str) -> None:
        self.answer, self.pictures, self.argv = answer, [], []

    def run(self, argv: list[str], **_: Any) -> SimpleNamespace:
        self.argv = argv
        return SimpleNamespace(stdout=self.answer)

    @contextmanager
    def child(self, argv: list[str], **how: Any) -> Iterator[SimpleNamespace]:
        self.argv = argv
        names = (Path(how["cwd"]) / "names.txt").read_text(encoding="utf-8").split()
        self.pictures = [np.asarray(Image.open(name)) for name in names]
        yield SimpleNamespace(communicate=lambda timeout: (self.answer.encode(), None))


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> Iterator[Reader]:
    one = Reader("")
    monkeypatch.setattr(subprocess, "run", one.run)
    monkeypatch.setattr(ocr, "child", one.child)
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
    ocr.installed.cache_clear()
    yield one
    ocr.installed.cache_clear()


def picture(em: int) -> np.ndarray[Any, Any]:
    """A light bar on a dark ground, an em high."""
    pixels = np.zeros((2 * em, 6 * em), np.uint8)
    pixels[em // 2 : em // 2 + em, em : 5 * em] = 235
    return pixels


@pytest.mark.parametrize(("em", "larger"), [(16, 2.5), (20, 2), (36, 40 / 36), (40, 1), (80, 1)])
def test_small_letters_are_enlarged_to_forty_pixels_and_large_ones_left(
    em: int, larger: float, reader: Reader
) -> None:
    reader.answer = "No.\n\f"
    assert ocr.read([picture(em)], "eng", em) == ["No."]
    assert reader.pictures[0].shape == (round(2 * em * larger), round(6 * em * larger))


def test_letters_are_dark_on_a_light_ground_as_on_paper(reader: Reader) -> None:
    ocr.read([picture(40)], "eng", 40)
    [seen] = reader.pictures
    assert seen[40, 120] == 20
    assert seen[0, 0] == 255


def test_all_are_read_in_one_run_each_as_one_block_in_the_language_asked_for(reader: Reader) -> None:
    reader.answer = "They saw\nme.\n\f\n And I knew it. \n\f"
    assert ocr.read([picture(40)] * 2, "cym", 40) == ["They saw\nme.", "And I knew it."]
    assert len(reader.pictures) == 2
    assert reader.argv[1:] == ["names.txt", "stdout", "-l", "cym", "--psm", "6"]


@pytest.mark.parametrize(
    ("answer", "read"), [("", ["", ""]), ("One.\f", ["One.", ""]), ("One.\fTwo.\fThree.\f", ["One.", "Two."])]
)
def test_there_is_a_text_for_each_picture_whatever_comes_back(
    answer: str, read: list[str], reader: Reader
) -> None:
    reader.answer = answer
    assert ocr.read([picture(40)] * 2, "eng", 40) == read


def test_it_reads_the_languages_that_it_lists(reader: Reader) -> None:
    reader.answer = 'List of available languages in "/usr/share/tessdata/" (2):\neng\ncym\n'
    assert {name: ocr.reads(name) for name in ("eng", "cym", "fra", "")} == {
        "eng": "eng",
        "cym": "cym",
        "fra": "",
        "": "",
    }


def test_where_it_is_not_installed_it_reads_nothing(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _: None)
    assert ocr.installed() == frozenset()
    assert ocr.reads("eng") == ""
