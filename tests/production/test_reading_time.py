"""Cards and prompts stand as long as they take to read, by the profile; what is too short is told."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from pipeline.edit.storyboard import storyboard
from pipeline.production.breaks import ReflectionSpec
from pipeline.production.configs import load_profile, profile_names
from pipeline.production.load import Production, written
from pipeline.production.profile import Profile
from pipeline.production.reading_time import LEAST, card_seconds, findings, needed
from pipeline.production.specs import CardSpec, SceneSpec

SAMPLE = Path(__file__).parents[2] / "assets" / "sample"
PROFILES = [load_profile(name) for name in profile_names()]
NOTE = "This film talks about homelessness, addiction and prison. You can stop it whenever you like. " * 2


@pytest.fixture(scope="module")
def sample() -> Production:
    return written(SAMPLE)


def card(text: str, seconds: float | None) -> CardSpec:
    return CardSpec(place="start", kind="note", text=text, seconds=seconds)


@pytest.mark.parametrize("profile", PROFILES, ids=profile_names())
def test_a_card_without_seconds_gets_the_time_that_it_takes(sample: Production, profile: Profile) -> None:
    made = replace(sample, profile=profile, cards=(card(NOTE, None),), scenes=())
    assert findings(made) == []
    (_, text, seconds), *_ = storyboard(made, ()).opening
    assert len(" ".join(text.split())) / seconds <= Fraction(profile.speed.warn)
    assert card_seconds(card("Stop.", None), profile) == LEAST


@pytest.mark.parametrize("profile", PROFILES, ids=profile_names())
def test_too_few_seconds_are_told_with_those_it_needs(sample: Production, profile: Profile) -> None:
    enough = needed(NOTE, profile)
    assert findings(replace(sample, profile=profile, cards=(card(NOTE, enough),), scenes=())) == []
    (found,) = findings(replace(sample, profile=profile, cards=(card(NOTE, enough - 0.2),), scenes=()))
    assert (found.rule, found.severity, found.where) == ("card-speed", "warning", "production.toml, card 1")
    assert f"takes {enough:g} s to read" in found.what and found.clause == profile.clauses["reading-speed"]
    assert found.criterion
    (found,) = findings(replace(sample, profile=profile, cards=(card(NOTE, enough / 2),), scenes=()))
    assert found.severity == "error"


def test_an_opening_stands_as_long_as_it_takes_to_read_and_is_told_by_its_name(sample: Production) -> None:
    text = "Put the kettle on, and then read what is in the file\nAmara\nFor workshops, until 30 June 2027"
    opening = CardSpec(place="start", kind="opening", text=text)
    made = replace(sample, cards=(opening,), scenes=())
    assert findings(made) == []
    assert storyboard(made, ()).opening == (("opening", text, Fraction(str(needed(text, sample.profile)))),)
    hasty = opening.model_copy(update={"seconds": 2.0})
    (found,) = findings(replace(made, cards=(hasty,)))
    assert found.what.startswith("the opening card stands 2 s and takes")


def test_titles_and_prompts_are_judged_like_cards(sample: Production) -> None:
    prompt = ReflectionSpec(after="q01", prompt=NOTE, seconds=6.0)
    scene = SceneSpec(title="What " * 15, quotes=["q01"], seconds=1.0, reflection=[prompt])
    found = findings(replace(sample, cards=(), scenes=(scene,)))
    assert [one.where for one in found] == [
        "production.toml, scene 1",
        "production.toml, scene 1, reflection",
    ]
    untitled = scene.model_copy(update={"seconds": 0.0, "reflection": []})
    assert findings(replace(sample, cards=(), scenes=(untitled,))) == []
    unsaid = scene.model_copy(update={"seconds": None, "reflection": []})
    made = replace(sample, cards=(), scenes=(unsaid,))
    assert findings(made) == [] and storyboard(made, ()).scenes[0].seconds > 4


def test_the_sample_says_what_its_own_cards_need(sample: Production) -> None:
    """Its film is held byte for byte, so its cards keep their time, and the report tells."""
    told = {one.where: (one.measured, one.severity) for one in findings(sample)}
    assert told == {
        "production.toml, card 1": ("26.6 characters a second, 248 words a minute", "error"),
        "production.toml, card 3": ("18.5 characters a second, 210 words a minute", "warning"),
    }
