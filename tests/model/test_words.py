"""How words compare: case, punctuation, spellings and numbers, with every form knowing its written words."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.model.words import HESITATIONS, plain, readings, tokens

fast = settings(max_examples=100, deadline=None, derandomize=True)


def forms(text: str) -> list[str]:
    return [token.form for token in tokens(text.split())]


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("“Welcome,”", "welcome"), ("haven’t", "haven't"), ("ORGANISED", "organized"), ("colour", "color"), ("centre", "center"),
        ("travelled", "traveled"), ("dialogue", "dialog"), ("programme", "program"), ("2,009", "2009"), ("–", ""), ("'tis", "tis"),
    ],
)  # fmt: skip
def test_spellings_that_are_the_same_word(one: str, two: str) -> None:
    assert plain(one) == plain(two)


@pytest.mark.parametrize(("one", "two"), [("well", "we'll"), ("his", "this"), ("four", "for"), ("hour", "our"), ("wise", "wives"), ("rise", "ride")])
def test_words_that_are_not(one: str, two: str) -> None:
    assert plain(one) != plain(two)


@pytest.mark.parametrize(
    ("spoken", "written"),
    [
        ("sixty three", "63"), ("Sixty-three,", "63"), ("two thousand and nine", "2009"), ("twenty fifteen", "2015"), ("twenty-fifteen", "2015"),
        ("one hundred and five", "105"), ("three million", "3000000"), ("nineteen eighty four", "1984"), ("50 percent", "50%"), ("zero", "0"),
    ],
)  # fmt: skip
def test_numbers_are_the_same_said_or_written(spoken: str, written: str) -> None:
    assert forms(spoken) == forms(written)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("three four", ["3", "4"]), ("one or two", ["1", "or", "2"]), ("and then", ["and", "then"]), ("a nurse", ["a", "nurse"]),
        ("in two thousand and nine and then", ["in", "2009", "and", "then"]), ("two, three or four", ["2", "3", "or", "4"]),
        ("– ok – gonna", ["okay", "going", "to"]),
    ],
)  # fmt: skip
def test_numbers_that_are_not_one(text: str, wanted: list[str]) -> None:
    assert forms(text) == wanted


@fast
@given(st.integers(0, 9_999_999))
def test_every_reading_of_a_number_is_that_number(number: int) -> None:
    ways = readings(number)
    assert ways
    for way in ways:
        if " oh " not in way:
            assert forms(way) == [str(number)], way


@fast
@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=8), max_size=12))
def test_every_form_knows_its_words_in_order(words: list[str]) -> None:
    found = tokens(words)
    assert all(token.form and 0 <= token.first <= token.last < len(words) for token in found)
    assert [token.first for token in found] == sorted(token.first for token in found)
    assert [token.last for token in found] == sorted(token.last for token in found)


@fast
@given(st.text(st.characters(codec="utf-8"), max_size=12))
def test_a_plain_form_is_its_own_plain_form_but_for_spelling(word: str) -> None:
    once = plain(word)
    assert once == once.lower()
    assert not any(c.isspace() or c in ".,;:!?-“”" for c in once)


def test_hesitations_are_plain_words() -> None:
    assert {plain(word) for word in HESITATIONS} == HESITATIONS
