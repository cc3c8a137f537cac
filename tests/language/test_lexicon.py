"""The lists of words are read whole, each under its type, and nothing else is."""

from __future__ import annotations

import re
import tomllib
from dataclasses import FrozenInstanceError
from importlib.resources import files

import pytest

from pipeline.captions import word_kinds
from pipeline.language import normalise
from pipeline.language.lexicon import english, read
from pipeline.production.lint import STAND_IN

TEXT = files("pipeline.language").joinpath("en.toml").read_text(encoding="utf-8")


def test_the_file_is_read_once_and_what_it_gives_cannot_be_changed() -> None:
    assert english() is english()
    with pytest.raises(FrozenInstanceError):
        english().numbers = english().numbers  # type: ignore[misc]
    with pytest.raises(TypeError):
        english().same.filled["ok"] = "no"  # type: ignore[index]
    with pytest.raises(TypeError):
        english().kinds["title"] = frozenset()  # type: ignore[index]


def test_a_list_has_the_form_of_its_type() -> None:
    words = english()
    assert words.numbers.units[3] == "three" and words.numbers.tens == tuple(words.numbers.tens)
    assert words.numbers.scales == {"hundred": 100, "thousand": 1000, "million": 1000000}
    assert ("by", "buy", "bye") in words.same.alike and ("'d", "had") in words.same.equal
    assert "on behalf of" in words.written.stand_ins
    assert words.kinds["light"] == {"it", "you"}


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('light = "it you"', 'light = ["it"]', "split"),
        ('negations = "', 'denials = "', "denials"),
        (re.search(r"\[critical\]\n.*?\n\"\"\"\n", TEXT, re.DOTALL)[0], "[critical]\n", "units"),  # type: ignore[index]
        ("[written]", "[said]", "written"),
        ("[critical]", "[more]\nwords = ''\n[critical]", "more"),
        ("[critical]", "[critical", "line"),
    ],
)
def test_a_list_that_is_missing_or_that_nobody_reads_is_an_error(old: str, new: str, says: str) -> None:
    assert old in TEXT
    with pytest.raises((AttributeError, KeyError, TypeError, ValueError), match=says):
        read(TEXT.replace(old, new, 1))


def test_no_word_is_in_one_list_twice() -> None:
    for name, table in tomllib.loads(TEXT).items():
        for key, found in table.items():
            words = found.split() if isinstance(found, str) else list(found)
            if key not in ("equal", "alike", "phrasal"):  # pairs: 's may be is or has
                assert len(words) == len(set(words)), f"{name}.{key}: {sorted(words)}"


def test_words_are_written_as_they_are_looked_up() -> None:
    """A word in capitals, or with a typographic apostrophe, would never be found."""
    assert english().same.negations == {normalise.plain(word) for word in english().same.negations}
    assert "’" not in TEXT
    spelt = set().union(*english().kinds.values())
    assert spelt == {word.lower() for word in spelt}


@pytest.mark.parametrize(
    ("word", "kind"),
    [("Sertraline", "drug"), ("twenty", "number"), ("dozen", "number"), ("useless", "adjective")],
)
def test_kinds_of_word_come_from_the_lists_and_their_endings(word: str, kind: str) -> None:
    assert kind in word_kinds.classes(word)


def test_nought_is_no_number_that_a_line_hangs_on() -> None:
    assert "number" not in word_kinds.classes("zero")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Jo Smith, per pro Amara", "per pro"),
        ("J. Smith p.p. Amara", "p.p."),
        ("her support worker", "support worker"),
        ("pxp", None),
        ("Amara", None),
    ],
)
def test_a_stand_in_is_found_as_a_whole(text: str, found: str | None) -> None:
    match = STAND_IN.search(text)
    assert (match[0] if match else None) == found


def test_units_of_medicines_are_one_list() -> None:
    words = english()
    assert {"mg", "kg", "pills", "litres", "capsules", "drops", "puffs"} <= words.critical.units
    assert words.critical.units <= words.kinds["unit"] & words.bad_breaks.units
    assert "hours" in words.kinds["unit"] and "hours" not in words.critical.units
