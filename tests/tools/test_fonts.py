"""Text on cards: in lines that fit, no word lost, and nothing that the font cannot show."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import InputError
from pipeline.tools import fonts

fast = settings(max_examples=60, deadline=None, derandomize=True)

words = st.lists(st.text("abcdefghijklmnopqrstuvwxyzABCWM’,.", min_size=1, max_size=12), min_size=1, max_size=25)


def width(line: str) -> float:
    return fonts._measure(line, fonts.regular()) * 40


@fast
@given(words, st.integers(120, 900))
def test_lines_fit_and_no_word_is_lost(parts: list[str], wide: int) -> None:
    lines = fonts.wrap(" ".join(parts), fonts.regular(), 40, wide).split("\n")
    assert " ".join(lines).split() == parts
    for line in lines:
        assert width(line) <= wide or " " not in line


@fast
@given(words, st.integers(300, 900))
def test_even_lines_are_no_more_lines_than_full_ones(parts: list[str], wide: int) -> None:
    full: list[str] = []
    for word in parts:
        if full and width(f"{full[-1]} {word}") <= wide:
            full[-1] += f" {word}"
        else:
            full.append(word)
    lines = fonts.wrap(" ".join(parts), fonts.regular(), 40, wide).split("\n")
    assert len(lines) == len(full)
    assert max(map(width, lines)) <= max(map(width, full)) + 1e-6


def test_paragraphs_stay_apart_and_blank_lines_go() -> None:
    assert fonts.wrap("One two.\n\n  Three.\n", fonts.regular(), 40, 900) == "One two.\nThree."


def test_a_line_is_not_left_with_a_single_word() -> None:
    lines = fonts.wrap("What would you have done differently if you had been there", fonts.regular(), 40, 700).split("\n")
    assert len(lines) == 2
    assert min(map(width, lines)) > 0.7 * max(map(width, lines))


def test_wider_letters_are_wider() -> None:
    assert width("WWW") > width("iii") > width("ii") > 0
    assert fonts.regular() != fonts.bold()


@pytest.mark.parametrize("text", ["Plain – “quoted”, it’s fine…", "café, naïve, Łódź, Şule", "line\nbreak\tand\u00a0space", "‹›[]()@&%£€"])
def test_what_the_font_has_passes(text: str) -> None:
    fonts.check([("q1", text)])


@pytest.mark.parametrize("text", ["漢字", "😀", "ا", "\u202e"])
def test_what_the_font_has_not_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(InputError, match=f"U\\+{ord(text[0]):04X}") as refused:
        fonts.check([("q1", "fine"), ("the title card", text)])
    assert refused.value.where == "the title card"


def test_the_fingerprint_names_this_font() -> None:
    assert fonts.fingerprint() == fonts.fingerprint()
    assert len(fonts.fingerprint()) == 16
