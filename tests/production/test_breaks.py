"""Breaks and what stands beside a training film, as production.toml has them: read, bounded, explained."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import get_args

import pytest

from pipeline.consent import names
from pipeline.edit.marked import GUARD, LOST
from pipeline.errors import OurwordsError
from pipeline.production.breaks import EARLIER, Kind, ReflectionSpec, Template, TrainingSpec
from pipeline.production.load import Production, load
from tests.production.test_checks import TOML, made

__all__ = ["made"]  # the fixture
Make = Callable[..., Path]

BREAK = """
[[scene.reflection]]
after = "q01"
prompt = "What did you hear?"
seconds = 20.0
"""
WHOLE = """
content_note = "  This is about a ward. "

[[scene.reflection]]
after = "q01"
prompt = "What did you hear?"
kind = "pair"
seconds = 20.0
template = "gibbs"
notes = \"\"\"
Give it the whole time.
Nobody has to speak.
\"\"\"
content_note = "You may sit it out."
easy_read = "What did Amara say?"

[scene.reflection.in.pl]
prompt = "Co?"

[scene.reflection.in.cy]
prompt = "Beth?"
easy_read = "Beth ddywedodd hi?"
notes = "Yn araf."
content_note = "Cewch beidio."

[training]
id = "0B6F3C1E-6F0A-5F5E-9A53-2D6F5B1F7A10"
watched = 0.75
breaks = false
leave = "https://www.example.org/weather"
agreement = ["What is said here stays here."]

[[training.support]]
name = "A listening line"
contact = "01632 960 123"
about = "day and night"
"""


def test_all_that_can_be_said_is_read(made: Make) -> None:
    production = load(made(TOML + WHOLE))
    (scene,) = production.scenes
    (one,) = scene.reflection
    assert scene.content_note == "This is about a ward."
    assert (one.kind, one.template, one.seconds) == ("pair", "gibbs", 20)
    assert one.notes == "Give it the whole time.\nNobody has to speak."
    assert [language for language, _ in one.translated] == ["cy", "pl"]
    assert dict(one.translated)["cy"].notes == "Yn araf."
    training = production.training
    assert (training.share, training.breaks, training.support[0].contact) == (
        Fraction(3, 4),
        False,
        "01632 960 123",
    )
    assert training.id == "0b6f3c1e-6f0a-5f5e-9a53-2d6f5b1f7a10"


def test_all_but_the_prompt_may_be_left_out(made: Make) -> None:
    production = load(made(TOML + BREAK))
    (one,) = production.scenes[0].reflection
    assert (one.kind, one.template, one.notes, one.translated) == ("think", "own", "", ())
    assert (production.film.breaks, production.training.share) == ("held", Fraction(9, 10))
    assert (production.training.breaks, production.training.support) == (True, [])


@pytest.mark.parametrize(
    ("written", "kind"),
    [(kind, kind) for kind in ("pause", "think", "pair", "group", "write")]
    + [("pairs", "pair"), ("talk", "group")],
)
def test_every_kind_is_read_and_the_earlier_names_too(written: str, kind: str, made: Make) -> None:
    production = load(made(TOML + BREAK + f'kind = "{written}"\n'))
    assert production.scenes[0].reflection[0].kind == kind


TRAINING = "\n[training]\n"


@pytest.mark.parametrize(
    ("toml", "says"),
    [
        (BREAK + 'kind = "shout"\n', "'pause', 'think', 'pair', 'group' or 'write'"),
        (BREAK + "kind = [1]\n", "scene.1.reflection.1.kind"),
        (BREAK + 'template = "driscoll"\n', "'own', 'what', 'gibbs' or 'circle'"),
        (BREAK + 'note = "x"\n', 'did you mean "notes"?'),
        (BREAK + f'notes = "{"x" * 4001}"\n', "4000 is the most"),
        (BREAK + f'easy_read = "{"x" * 501}"\n', "500 is the most"),
        (BREAK + '[scene.reflection.in.welsh]\nprompt = "Beth?"\n', '"welsh" is no language: write "cy"'),
        (BREAK + '[scene.reflection.in.cy]\nnotes = "Yn araf."\n', "reflection.1.in.cy.prompt: is missing"),
        (BREAK + '[scene.reflection.in.cy]\nprompt = "B?"\nesay_read = "B?"\n', 'did you mean "easy_read"?'),
        (BREAK + '[scene.reflection.in.en-GB]\nprompt = "What?"\n', "is the language of the film"),
        (f'content_note = "{"x" * 1001}"\n', "1000 is the most"),
        (TRAINING + "watched = 1.5\n", "training.watched"),
        (TRAINING + "watched = 0.0\n", "training.watched"),
        (TRAINING + 'breaks = "yes"\n', "training.breaks"),
        (TRAINING + 'leave = "javascript:alert(1)"\n', "training.leave"),
        (TRAINING + 'id = "my-film"\n', "write a UUID"),
        (TRAINING + 'agreement = ["", "x"]\n', "training.agreement.1"),
        (TRAINING + "watch = 0.9\n", 'did you mean "watched"?'),
        ('[[training.support]]\nname = "A line"\n', "training.support.1.contact: is missing"),
        ('[[training.support]]\nname = "A line"\ncontact = "1"\nphone = "1"\n', "is not a key that is known"),
    ],
)
def test_what_is_wrong_is_told_by_its_place(toml: str, says: str, made: Make) -> None:
    with pytest.raises(OurwordsError) as refused:
        load(made(TOML + toml))
    assert says in f"{refused.value} {getattr(refused.value, 'next_step', '')}"


@pytest.mark.parametrize("breaks", ["held", "marked"])
def test_a_film_holds_its_breaks_or_marks_them(breaks: str, made: Make) -> None:
    toml = TOML.replace('title = "A small film"', f'title = "A small film"\nbreaks = "{breaks}"')
    assert load(made(toml)).film.breaks == breaks


def test_another_way_with_breaks_is_no_way(made: Make) -> None:
    toml = TOML.replace('title = "A small film"', 'title = "A small film"\nbreaks = "skipped"')
    with pytest.raises(OurwordsError, match="'held' or 'marked'"):
        load(made(toml))


WELSH = '[scene.reflection.in.cy]\nprompt = "Beth?"\n'


def test_languages_that_all_breaks_have_are_nothing_to_tell(made: Make) -> None:
    assert load(made(TOML + BREAK + WELSH)).notes == ()


def test_a_language_that_one_break_lacks_is_told(made: Make) -> None:
    (told,) = load(made(TOML + BREAK + WELSH + BREAK)).notes
    assert told == (
        "production.toml, scene 1, reflection 2: says nothing in cy, as other breaks do; "
        "the film's own wording is shown"
    )


# Words of production.toml leave the house ---------------------------------------------------------


def texts(production: Production) -> dict[str, str]:
    return dict(names.own_texts(production))


def test_all_of_it_is_read_for_names_and_for_words_that_nobody_approved(made: Make) -> None:
    found = texts(load(made(TOML + WHOLE)))
    assert {where.removeprefix("production.toml, ") for where in found} == {
        "film.title",
        "scene 1, title",
        "scene 1, content_note",
        *(f"scene 1, reflection 1, {key}" for key in ("prompt", "easy_read", "notes", "content_note")),
        *(f"scene 1, reflection 1, in.cy.{key}" for key in ("prompt", "easy_read", "notes", "content_note")),
        "scene 1, reflection 1, in.pl.prompt",
        "training, agreement 1",
        *(f"training, support 1, {key}" for key in ("name", "contact", "about")),
        "training, leave",
    }


# The document -------------------------------------------------------------------------------------

DOCUMENT = (Path(__file__).parents[2] / "docs" / "breaks.md").read_text(encoding="utf-8")


def row(key: str) -> str:
    return next(line for line in DOCUMENT.splitlines() if line.startswith(f"| {key} |"))


def test_the_documents_tables_say_what_is_read() -> None:
    fields = ReflectionSpec.model_json_schema()["properties"]
    assert {name for name in fields if name != "in"} == set(
        re.findall(r"^\| `([a-z_]+)` \|", DOCUMENT, re.MULTILINE)
    )
    for key, text in fields.items():
        if most := text.get("maxLength"):
            assert key == "after" or f"at most {most} characters" in row(f"`{key}`")
    for name in get_args(Kind):
        assert f"`{name}`" in row("`kind`")
    for name in get_args(Template):
        assert f"`{name}`" in row("`template`")
    for old, new in EARLIER.items():
        assert f"`{old}`" in row("`kind`") and f"`{new}`" in row("`kind`")
    assert f"up to {fields['seconds']['maximum']:g}" in row("`seconds`")
    for key in TrainingSpec.model_fields:
        assert key == "support" or row(f"`{key}` of `[training]`")
    assert row("`watched` of `[training]`").endswith(f"| {TrainingSpec().watched:g} |")
    lines = TrainingSpec.model_json_schema()["properties"]["agreement"]["maxItems"]
    assert f"up to {lines} lines" in row("`agreement` of `[training]`")


def test_the_documents_example_is_read(made: Make) -> None:
    example = DOCUMENT[DOCUMENT.index("    [[scene.reflection]]") : DOCUMENT.index("| key of")]
    toml = "\n".join(line.removeprefix("    ") for line in example.splitlines()).replace("q09", "q02")
    (one,) = load(made(f"{TOML}\n{toml}")).scenes[0].reflection
    assert (one.kind, one.template, [tag for tag, _ in one.translated]) == ("pair", "what", ["cy"])


def test_the_documents_seconds_are_those_of_the_plan() -> None:
    assert f"never nearer to a word than **{float(GUARD):g} s**" in DOCUMENT
    assert f"more than\n{float(LOST):g} s (of a short word, more than a third of it)" in DOCUMENT
