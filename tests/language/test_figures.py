"""Which ways of writing a number are the same, and which are another dose."""

from __future__ import annotations

import pytest

from pipeline.captions.editing.model import says_the_same
from pipeline.language.figures import strange


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("0.50 mg", "12.50 mg"),
        ("13.00 ml", "1 ml"),
        ("two fifty mg", "2.50 mg"),
        ("1/2 tablet", "1 2 tablet"),
        ("one two", "1/2"),
        ("-5", "5"),
        ("<5", "5"),
        ("took < 5", "took 5"),
        ("10-20", "10 20"),
        ("10 – 20", "10 20"),
        ("14:30", "2:30"),
        ("2.30", "2:30"),
        ("2,5", "25"),
        ("2,5", "twenty five"),
        (".5", "5"),
        ("0.5", "5"),
        ("5°", "5"),
        ("±5", "5"),
        ("50%", "50"),
        ("fifteen", "50"),
        ("5th", "5"),
        ("10-20", "ten twenty"),
        ("14:30", "half past two"),
        ("-£5", "£5"),
        ("5+", "5"),
        ("3 million", "3,000"),
    ],
)
def test_another_figure_is_another_word(one: str, two: str) -> None:
    assert not says_the_same(one, two)
    assert not says_the_same(f"he took {two}, I think", f"he took {one}, I think")


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("sixty three", "63"),
        ("half past two", "2:30"),
        ("1,500", "1500"),
        ("fifteen hundred", "1500"),
        ("two point five", "2.5"),
        ("10-20", "10–20"),
        ("£20", "twenty pounds"),
        ("£1.50", "£1.50"),
        ("50%", "fifty per cent"),
        ("three million", "3 million"),
        ("5mg", "5 mg"),
        ("3-year-old", "three year old"),
        ("COVID-19", "Covid 19"),
        ("2.30pm", "half past two pm"),
        ("in 2009 – and", "in 2009, and"),
        ("21st", "twenty-first"),
        ("5.", "5!"),
        ("<5", "< 5"),
    ],
)
def test_the_same_in_words_or_in_figures(one: str, two: str) -> None:
    assert says_the_same(one, two)
    assert says_the_same(f"He took {two}, I think", f"he took {one}, I think")


@pytest.mark.parametrize(
    ("shown", "approved"),
    [
        ("0.50 mg", "12.50 mg"),
        ("5 mg", "<5 mg"),
        ("5", "-5"),
        ("2:30", "14:30"),
        ("1 2", "1/2"),
        ("1 ml", "13.00 ml"),
        ("10 20", "10-20"),
        ("2.50", "two fifty"),
    ],
)
def test_figures_that_nobody_approved(shown: str, approved: str) -> None:
    assert strange(shown, approved)
    assert not strange(shown, shown)
    assert not strange("63", "sixty three")
    assert not strange("2.5", "two point five")
