"""What differs between two house styles, said so that an editor understands it."""

from __future__ import annotations

import pytest

from pipeline.captions.compare_profiles import differences, explain
from pipeline.captions.generate import caption
from pipeline.production.configs import load_profile
from pipeline.production.quotes import pieces
from tests.captions.test_generate import film, said, take

NAMES = ("bbc", "netflix", "netflix-sdh", "dcmp", "plain")
WIDE, TALL = (1280, 720), (720, 1280)


@pytest.mark.parametrize("name", NAMES)
def test_a_house_does_not_differ_from_itself(name: str) -> None:
    profile = load_profile(name)
    assert differences(profile, profile, WIDE) == []
    text = "They saw the label first. Then, after a long while, they saw me as I am."
    made = caption(film(take(said(text))), {"q1": pieces(text)}, profile, language="en")
    assert len(explain(profile, profile, made, made, WIDE)) == 2


def test_the_conflict_about_gaps_is_told_with_its_clauses() -> None:
    bbc, netflix = load_profile("bbc"), load_profile("netflix")
    (gap,) = (found for found in differences(bbc, netflix, WIDE) if "frames between" in found.one)
    assert (gap.one, gap.two) == (
        "0 frames between cues that follow one another",
        "2 frames between cues that follow one another",
    )
    assert gap.clauses[0].startswith("BBC: none, or at least 1 s")
    assert gap.clauses[1].startswith("Netflix general 3")


def test_what_differs_depends_on_the_shape_of_the_picture() -> None:
    bbc, netflix = load_profile("bbc"), load_profile("netflix")
    lines = [
        [found.one for found in differences(bbc, netflix, size) if "lines a cue" in found.one]
        for size in (WIDE, TALL)
    ]
    assert lines == [[], ["3 lines a cue"]]


def test_what_became_of_the_cues_is_counted() -> None:
    text = "They saw the label first. Then, after a long while, they saw me as I am."
    bbc, plain = load_profile("bbc"), load_profile("plain")
    left, right = (
        caption(film(take(said(text), tail=2.0)), {"q1": pieces(text)}, house, language="en")
        for house in (bbc, plain)
    )
    told = "\n".join(explain(bbc, plain, left, right, WIDE))
    assert f"bbc has {len(left.cues)} cues" in told
    assert "cues hold the same words in both" in told
    assert "marked in another way" in told  # AMARA: and Amara:
    assert 'bbc: names as "{NAME}:"; plain: names as "{name}:"' in told
