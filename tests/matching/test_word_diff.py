"""A place word by word: what was approved beside what is heard."""

from __future__ import annotations

import pytest

from pipeline.matching.match import match
from pipeline.matching.model import Row, Verdict
from pipeline.matching.word_diff import explain
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
