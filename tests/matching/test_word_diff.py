"""A place word by word, and the differences that a person has to see."""

from __future__ import annotations

import pytest

from pipeline.matching.match import match
from pipeline.matching.model import Row, State, Verdict
from pipeline.matching.word_diff import doubts, explain
from pipeline.production.quotes import Kind
from tests.matching.test_match import AFTER, BEFORE, hay, quote


def rows(approved: str, heard: str) -> tuple[Row, ...]:
    there = hay(f"{BEFORE} {heard} {AFTER}")
    found = match(quote(approved), [there])
    assert found.best
    return explain(quote(approved), there, found.best)


@pytest.mark.parametrize(
    ("approved", "heard", "expected"),
    [
        ("They saw it.", "they saw it", "same They|they same saw|saw same it.|it"),
        ("I'm sixty three now.", "I'm 63 now", "same I'm|I'm same sixty_three|63 same now.|now"),
        ("They would look at labels.", "they'd look at label", ("same They_would|they'd same "
"look|look same at|at alike labels.|label")),
        ("We waited a long time.", "we waited um a long long time",
         "same We|we same waited|waited kept |um same a|a kept |long same long|long same time.|time"),
        ("We waited [outside] a while.", "we waited there a while", ("same We|we same waited|waited "
"cut |there editorial [outside]| same a_while.|a_while")),
        ("They wanted proof … that's it.", "they wanted proof of address so that's it",
         ("same They|they same wanted|wanted same proof|proof left_out …|of_address_so same "
"that's|that's same it.|it")),
        ("They saw the purple label.", "they saw the turtle label", ("same They|they same saw|saw "
"same the|the alike purple|turtle same label.|label")),
        ("They saw the enormous label.", "they saw the label", ("same They|they same saw|saw same "
"the|the not_heard enormous| same label.|label")),
    ],
)  # fmt: skip
def test_every_word_has_a_verdict(approved: str, heard: str, expected: str) -> None:
    told = " ".join(
        f"{row.verdict.value.replace(' ', '_')} "
        f"{row.approved.replace(' ', '_')}|{row.heard.replace(' ', '_')}"
        for row in rows(approved, heard)
    )
    assert told == expected


@pytest.mark.parametrize(
    "approved", ["They saw … the label [really] first.", "[So] they saw … … the label – first […]"]
)
def test_every_piece_of_the_quote_is_told_once_and_in_order(approved: str) -> None:
    told = [
        row.approved
        for row in rows(approved, "they saw nothing but the label first")
        if row.approved and row.verdict is not Verdict.LEFT_OUT
    ]
    assert " ".join(told).split() == [
        piece.text for piece in quote(approved).pieces if piece.kind is not Kind.ELLIPSIS
    ]


def test_rows_know_their_times_and_how_sure_the_recogniser_was() -> None:
    found = rows("They saw the label.", "they saw the label")
    assert all(row.start and row.end and row.start < row.end and row.confidence == 0.9 for row in found)
    assert [row.start for row in found] == sorted(row.start for row in found if row.start)


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
    assert len(doubts(rows(approved, heard))) >= 1


@pytest.mark.parametrize(
    ("approved", "heard"),
    [
        ("I don't like it in the corridor.", "I don't I don't like it in the corridor"),
        ("There's no, there's no right volume for me.", "there's no right volume for me"),
        ("I do not like it in the corridor.", "I don't like it in the corridor"),
        ("I can't tell the truth … to the doctor.", "I cannot tell the truth no never to the doctor"),
        ("I never asked for it in the corridor.", "I never asked um for it in the corridor"),
        ("They came at 14:30 in the winter.", "they came at half past two in the winter"),
        ("I gave them £20 and 50%.", "I gave them twenty pounds and fifty per cent"),
    ],
)
def test_what_says_the_same_is_in_no_doubt(approved: str, heard: str) -> None:
    assert doubts(rows(approved, heard)) == ()
    assert match(quote(approved), [hay(f"{BEFORE} {heard} {AFTER}")]).state is State.MATCHED


def test_a_long_cut_without_a_mark_is_doubted() -> None:
    between = " ".join(f"word{n}" for n in range(45))
    found = rows(
        "They saw the label on my folder. They asked me about the garden.",
        f"they saw the label on my folder {between} they asked me about the garden",
    )
    assert any("without a mark" in doubt for doubt in doubts(found))
