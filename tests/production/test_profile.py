"""Profiles know how many characters of a script fit a line, and how many can be read in a second."""

from __future__ import annotations

import pytest

from pipeline.language.codes import script
from pipeline.production.configs import load_profile, profile_names

WIDE, TALL = (1280, 720), (720, 1280)


@pytest.mark.parametrize(
    ("language", "characters", "most"),
    [
        ("en", 42, 20), ("en-GB", 42, 20), ("pl", 42, 17), ("cy", 42, 17), ("ar", 42, 20), ("ur", 42, 20),
        ("hi", 42, 22), ("zh", 16, 9), ("zh-TW", 16, 9), ("ja", 13, 4), ("ko", 16, 12), ("th", 35, 17),
    ],
)  # fmt: skip
def test_netflix_has_a_line_and_a_speed_for_each_script(language: str, characters: int, most: float) -> None:
    profile = load_profile("netflix").of(language)
    assert (profile.area(WIDE).characters, profile.speed.most) == (characters, most)
    assert profile.speed.warn <= profile.speed.most <= profile.speed.error
    if language not in ("en", "en-GB"):
        assert "Netflix" in profile.clauses["reading-speed"]


@pytest.mark.parametrize("name", profile_names())
def test_english_is_as_it_was_and_a_tall_picture_keeps_its_share(name: str) -> None:
    profile = load_profile(name)
    assert profile.of("en-GB") is profile
    chinese = profile.of("zh")
    assert chinese.area(TALL).characters < profile.area(TALL).characters
    assert chinese.timing.seconds_a_word <= 0.15, "a character is no word"
    assert chinese.of("zh") == chinese


def test_where_a_guide_says_nothing_its_clause_says_so() -> None:
    assert load_profile("bbc").of("pl") == load_profile("bbc")
    assert "gives nothing for Chinese" in load_profile("bbc").of("zh").clauses["line-length"]


def test_a_language_that_nobody_knows_has_no_script() -> None:
    assert script("not a tag!") == ""
    assert script("pa-Arab") == "Arab"
    assert script("pa") == "Guru"
