"""What is no difference, what is one, and how it is put to the sound."""

from __future__ import annotations

import pytest

from pipeline.matching.match import match
from pipeline.matching.model import Difference, State
from tests.matching.test_match import AFTER, BEFORE, hay, quote, words

TURNED = [
    ("I can tell the truth to the doctor.", "I can't tell the truth to the doctor"),
    ("I can't tell the truth to the doctor.", "I can tell the truth to the doctor"),
    ("I did take the money from the table.", "I did not take the money from the table"),
    ("They never asked me about the pharmacy.", "they asked me about the pharmacy"),
    ("It was possible to phone the pharmacy.", "it was impossible to phone the pharmacy"),
    ("The nurse was helpful in the morning.", "the nurse was unhelpful in the morning"),
    ("Nobody asked me about the pharmacy.", "somebody asked me about the pharmacy"),
    ("I didn't have not to shout in the corridor.", "I didn't have to shout in the corridor"),
    ("I had money for the pharmacy.", "I had no money for the pharmacy"),
    (
        "I do like the kitchen in the morning. I don't like the garden.",
        "I don't like the kitchen in the morning I don't like the garden",
    ),
    ("I waited sixty three minutes in the corridor.", "I waited thirty six minutes in the corridor"),
    ("I waited fifteen minutes in the corridor.", "I waited fifty minutes in the corridor"),
    ("They came at half past two in the winter.", "they came at half past three in the winter"),
]


@pytest.mark.parametrize(("approved", "heard"), TURNED)
def test_what_turns_a_sentence_round_is_never_matched(approved: str, heard: str) -> None:
    result = match(quote(approved), [hay(f"{BEFORE} {heard} {AFTER}")])
    assert result.state is State.PARTIAL
    assert any(one.weight for one in result.differences)


@pytest.mark.parametrize(
    ("approved", "heard"),
    [
        ("I don't like it in the corridor.", "I don't I don't like it in the corridor"),
        ("There's no, there's no right volume for me.", "there's no right volume for me"),
        ("I do not like it in the corridor.", "I don't like it in the corridor"),
        ("I can't tell the truth … to the doctor.", "I cannot tell the truth no never to the doctor"),
        ("I never asked for it in the corridor.", "I never asked um for it in the corridor"),
        ("It was No. 7 on the list.", "it was number seven on the list"),
        ("They came at 14:30 in the winter.", "they came at half past two in the winter"),
        ("I gave them £20 and 50%.", "I gave them twenty pounds and fifty per cent"),
    ],
)
def test_what_says_the_same_is_no_difference(approved: str, heard: str) -> None:
    result = match(quote(approved), [hay(f"{BEFORE} {heard} {AFTER}")])
    assert (result.state, result.differences) == (State.MATCHED, ())


def test_a_long_cut_without_a_mark_is_asked_about() -> None:
    between = " ".join("quiet" if n % 2 else "gentle" for n in range(45))
    heard = f"they saw the label on my folder {between} they asked me about the garden"
    result = match(
        quote("They saw the label on my folder. They asked me about the garden."),
        [hay(f"{BEFORE} {heard} {AFTER}")],
    )
    assert ["without a mark" in str(one) for one in result.differences] == [True]


def asked(approved: str, heard: str, lead: str = BEFORE, trail: str = AFTER) -> Difference:
    (one,) = match(quote(approved), [hay(f"{lead} {heard} {trail}")]).differences
    return one


def test_the_question_is_put_with_words_around_it() -> None:
    one = asked("I can tell the truth to the doctor.", "I can't tell the truth to the doctor")
    assert one.as_heard == "a Monday and I can't tell the truth to"
    assert one.as_approved == (one.as_heard.replace("can't", "can"),)
    assert one.span.duration > 3


def test_at_the_quotes_ends_a_neighbour_may_be_the_approved_word_misheard() -> None:
    one = asked("Hardly any of them laughed.", "any of them laughed", lead="and party")
    assert one.approved == "Hardly"
    assert "and Hardly any of them laughed" in one.as_approved
    assert one.as_heard.startswith("and party any of them")
    end = asked("They all laughed hardly.", "they all laughed", trail="heartily then")
    assert any(way.endswith("laughed hardly. then") for way in end.as_approved)


def test_nothing_beyond_a_pause_is_listened_to() -> None:
    heard = (*words("goodbye then"), *words("I can't tell the truth to him", at=9.0))
    (one,) = match(quote("I can tell the truth to him."), [hay(heard)]).differences
    assert "goodbye" not in one.as_heard
    assert one.span.start.seconds > 8
