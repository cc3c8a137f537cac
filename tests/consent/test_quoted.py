"""Words of a quote on a card: they need what they would need if they were heard."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from pipeline.consent import names, quoted
from pipeline.consent.clearance import Clearance
from pipeline.production.load import load

SAMPLE = Path(__file__).parents[2] / "assets" / "sample"
NEW = """\
q20,amara,amara.mp4,They laughed at me and wrote it down.,label,training,,,
q21,amara,amara.mp4,Wait your turn.,label,training,,,
q22,ben,ben.mp4,I kept every letter they ever sent me.,label,workshop,Tuesday group,2025-05-13,
q23,ben,ben.mp4,"Well, I kept every letter they ever sent me, you know.",label,training,,,
q24,erin,erin.mkv,She asked me about the garden first.,helped,training,Tuesday group,2025-05-13,
"""


def told(root: Path, card: str = "", prompt: str = "", instead: tuple[str, str] = ("", "")) -> list[str]:
    """What the gate says of the sample with a card or a prompt of these words, or other words `instead`."""
    for name in ("consent.csv", "bleeps.csv", "production.toml"):
        shutil.copyfile(SAMPLE / name, root / name)
    for name in ("footage", "b-roll"):
        (root / name).mkdir()
        for file in (SAMPLE / name).iterdir():
            (root / name / file.name).write_bytes(b"")
    (root / "quotes.csv").write_text((SAMPLE / "quotes.csv").read_text() + NEW)
    toml = (SAMPLE / "production.toml").read_text()
    toml = toml.replace('text = "Before you read the notes"', f'text = "{card or "Before"}"')
    old = "What do you do with your shoulders when somebody walks in?"
    assert instead[0] in toml
    toml = toml.replace(*instead) if instead[0] else toml
    (root / "production.toml").write_text(toml.replace(old, prompt or old))
    clearance = Clearance(load(root), (), (), date(2026, 1, 1))
    return [str(one) for one in clearance.on_screen()]


@pytest.mark.parametrize(
    ("card", "says"),
    [
        ("“They laughed at me – and wrote it down.”", "q20, whose words stand in production.toml, card 2"),
        ("Somebody said: THEY LAUGHED AT ME AND… what?", "nobody has approved"),
        ("wait your turn!", "q21"),
        ("I kept every letter they ever sent me", "approved for workshop, not for training"),
    ],
)
def test_words_on_a_card_that_nobody_approved_for_this_are_refused(
    card: str, says: str, tmp_path: Path
) -> None:
    assert any(says in one for one in told(tmp_path, card))


def test_a_prompt_is_read_as_well(tmp_path: Path) -> None:
    found = told(tmp_path, prompt="When did you last think: they laughed at me and wrote it down?")
    assert len(found) == 1
    assert "scene 1, reflection 1, prompt" in found[0]


@pytest.mark.parametrize(
    "card",
    [
        "They laughed, and it was written down.",  # the editor's own words
        "Please wait for your turn.",
        "Put the kettle on, and ask me how I take my tea.",  # a scene plays it
        "She asked me about the garden first.",  # approved for this, played nowhere
    ],
)
def test_other_words_and_approved_ones_may_stand_there(card: str, tmp_path: Path) -> None:
    assert told(tmp_path, card) == []


def test_a_quote_that_a_card_shows_is_in_the_film(tmp_path: Path) -> None:
    told(tmp_path, "She asked me about the garden first.")
    assert quoted.on_screen(load(tmp_path)) == {"q24": "production.toml, card 2, text"}


@pytest.mark.parametrize(
    ("old", "where"),
    [
        ("Quiet. Nobody has to answer out loud.", "scene 1, reflection 1, notes"),
        ("How do you sit or stand when a person comes in?", "scene 1, reflection 1, easy_read"),
        ("Tawelwch. Does dim rhaid i neb ateb yn uchel.", "scene 1, reflection 1, in.cy.notes"),
        ("This asks about being judged.", "scene 2, reflection 1, content_note"),
        ("The next part is about being judged for using drugs", "scene 2, content_note"),
        ("What is said here stays here.", "training, agreement 1"),
        ("somebody to talk to, every evening", "training, support 1, about"),
    ],
)
def test_words_and_names_stand_nowhere_beside_the_film_either(old: str, where: str, tmp_path: Path) -> None:
    """A guide for whoever facilitates leaves the house as the film does."""
    (tmp_path / "said").mkdir()
    (tmp_path / "named").mkdir()
    words = told(tmp_path / "said", instead=(old, "They laughed at me and wrote it down."))
    assert [where in one for one in words] == [True]
    assert told(tmp_path / "named", instead=(old, "Ask Callum about it.")) == []
    production = load(tmp_path / "named")
    (named,) = names.named_in(names.own_texts(production), names.of(production))
    assert named[0].endswith(where)
