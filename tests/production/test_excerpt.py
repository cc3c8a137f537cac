"""The production of some quotes of a film: what goes with them, and what does not."""

from __future__ import annotations

import pytest

from pipeline.production.excerpt import Dress, content_notes, excerpt
from pipeline.production.load import Production, load
from tests.conftest import SAMPLE


@pytest.fixture(scope="module")
def sample() -> Production:
    return load(SAMPLE)


def test_a_quote_keeps_what_its_scene_lays_over_it(sample: Production) -> None:
    (scene,) = excerpt(sample, ["q11"], "workshop").scenes
    assert (scene.quotes, scene.title, scene.seconds) == (["q11"], "", 0.0)
    assert [one.file for one in scene.cutaway] == ["b-roll/waiting-room.mp4"], "its own, and no neighbour's"
    (paused,) = excerpt(sample, ["q01"]).scenes
    assert [(one.quote, one.before) for one in paused.pause] == [("q01", 1.0)]
    (alone,) = excerpt(sample, ["q07"]).scenes
    assert not (alone.cutaway or alone.pause or alone.content_note), "it is in no scene"


def test_nothing_of_the_whole_film_goes_with_it(sample: Production) -> None:
    made = excerpt(sample, ["q05"], "workshop")
    assert made.film.use == "workshop" and made.film.title == "" and made.film.breaks == "held"
    assert not made.cards and not made.scenes[0].reflection
    assert (made.description, made.sign_language, made.easy_read) == (None, None, None)
    assert made.size == sample.size and made.film.fill == sample.film.fill and made.film.framing == "whole"
    assert made.quotes == sample.quotes, "the list is held against what stands on cards"


def test_notes_then_the_opening_come_first_and_the_question_last(sample: Production) -> None:
    dress = Dress(
        title="Labels",
        size=(720, 1280),
        framing=True,
        opening="Labels\nAmara",
        between={"q08": "2 of 2"},
        question="And you?",
        seconds=20,
    )
    made = excerpt(sample, ["q05", "q08"], "workshop", dress)
    assert [card.kind for card in made.cards] == ["note", "note", "opening"]
    assert "judged for using drugs" in made.cards[1].text and made.cards[0].seconds == 8.0
    assert [(scene.title, scene.seconds) for scene in made.scenes] == [("", 0.0), ("2 of 2", None)]
    assert not made.scenes[0].reflection
    (asked,) = made.scenes[1].reflection
    assert (asked.after, asked.prompt, asked.seconds) == ("q08", "And you?", 20)
    assert made.size == (720, 1280) and made.film.framing == "speaker"
    assert content_notes(sample, ["q05", "q08"]) == tuple(card.text.strip() for card in made.cards[:2])
    assert len(content_notes(sample, ["q01"])) == 1, "its scene has none"
