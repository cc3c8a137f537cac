"""How words compare: case, punctuation, spellings and numbers, with every form knowing its written words."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.language.normalise import HESITATIONS, are_opposed, equals, plain, readings, tokens

fast = settings(max_examples=100, deadline=None, derandomize=True)


def forms(text: str) -> list[str]:
    return [token.form for token in tokens(text.split())]


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("“Welcome,”", "welcome"),
        ("haven’t", "haven't"),
        ("ORGANISED", "organized"),
        ("colour", "color"),
        ("centre", "center"),
        ("travelled", "traveled"),
        ("dialogue", "dialog"),
        ("programme", "program"),
        ("2,009", "2009"),
        ("–", ""),
        ("'tis", "tis"),
    ],
)
def test_spellings_that_are_the_same_word(one: str, two: str) -> None:
    assert plain(one) == plain(two)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("well", "we'll"),
        ("his", "this"),
        ("four", "for"),
        ("hour", "our"),
        ("wise", "wives"),
        ("rise", "ride"),
    ],
)
def test_words_that_are_not(one: str, two: str) -> None:
    assert plain(one) != plain(two)


@pytest.mark.parametrize(
    ("spoken", "written"),
    [
        ("sixty three", "63"),
        ("Sixty-three,", "63"),
        ("two thousand and nine", "2009"),
        ("twenty fifteen", "2015"),
        ("twenty-fifteen", "2015"),
        ("one hundred and five", "105"),
        ("three million", "3000000"),
        ("nineteen eighty four", "1984"),
        ("50 percent", "50%"),
        ("zero", "0"),
    ],
)
def test_numbers_are_the_same_said_or_written(spoken: str, written: str) -> None:
    assert forms(spoken) == forms(written)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("three four", ["3", "4"]),
        ("one or two", ["1", "or", "2"]),
        ("and then", ["and", "then"]),
        ("a nurse", ["a", "nurse"]),
        (("in two thousand and nine and then"), ["in", "2009", "and", "then"]),
        ("two, three or four", ["2", "3", "or", "4"]),
        ("– ok – gonna", ["okay", "going", "to"]),
    ],
)
def test_numbers_that_are_not_one(text: str, wanted: list[str]) -> None:
    assert forms(text) == wanted


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("I'm", "I am"),
        ("can't", "cannot"),
        ("can’t", "can not"),
        ("won't", "will not"),
        ("it's", "its"),
        ("gonna", "going to"),
        ("let's", "let us"),
        ("half past two", "2.30"),
        ("half past two", "14:30"),
        ("two thirty", "2:30"),
        ("2:30 pm", "2.30pm"),
        ("quarter to three", "2:45"),
        ("14:00", "2"),
        ("£20", "twenty pounds"),
        ("£1.50", "one pounds fifty"),
        ("50%", "fifty per cent"),
        ("1,500", "one thousand five hundred"),
        ("3 million", "three million"),
        ("a hundred", "100"),
        ("a hundred and five", "105"),
        ("21st", "twenty-first"),
        ("2.5", "two point five"),
        ("twenty oh nine", "2009"),
        ("travelled", "traveled"),
        ("analyse", "analyze"),
        ("grey", "gray"),
        ("mum", "mom"),
        ("practise", "practice"),
    ],
)
def test_two_ways_of_writing_the_same(one: str, two: str) -> None:
    assert forms(one) == forms(two)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("they'd", "they would"),
        ("they'd", "they had"),
        ("it's", "it is"),
        ("1st", "first"),
        ("14:30", "1430"),
        ("2:30", "230"),
    ],
)
def test_a_form_that_may_stand_for_another(one: str, two: str) -> None:
    assert len(forms(one)) == len(forms(two))
    assert all(
        mine == theirs or (theirs in equals(mine) and mine in equals(theirs))
        for mine, theirs in zip(forms(one), forms(two), strict=True)
    )


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("can", "can't"),
        ("fifteen", "fifty"),
        ("15", "1.5"),
        ("filled", "filed"),
        ("2.5", "25"),
        ("half past two", "half past three"),
        ("two to three", "quarter to three"),
        ("5-10", "5:10"),
        ("first", "one"),
        ("twenty", "twentieth"),
        ("do", "don't"),
        ("1:30", "2:30"),
        ("0.50", "12.50"),
        ("13.00", "1"),
    ],
)
def test_what_means_something_else_stays_something_else(one: str, two: str) -> None:
    assert forms(one) != forms(two)
    assert not (len(forms(one)) == len(forms(two)) == 1 and forms(two)[0] in equals(forms(one)[0]))


@pytest.mark.parametrize(
    ("one", "two", "opposed"),
    [
        ("possible", "impossible", True),
        ("unhelpful", "helpful", True),
        ("under", "der", False),
        ("kind", "kind", False),
    ],
)
def test_words_that_deny_each_other(one: str, two: str, opposed: bool) -> None:
    assert are_opposed(one, two) is opposed


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


@pytest.mark.parametrize("figure", ["2³", "²", "①"])
def test_a_figure_that_is_no_number_is_no_hour(figure: str) -> None:
    assert [token.form for token in tokens(["half", "past", figure])] == ["half", "past", plain(figure)]
