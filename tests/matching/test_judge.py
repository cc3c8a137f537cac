"""The sound settles a difference: by what witnesses hear anew, and by how well both readings fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
import pytest

from pipeline.core.ports import Speech, TextScore
from pipeline.core.time import Span, Time
from pipeline.matching import judge
from pipeline.matching.judge import Court, Lead, Witness, answer, by_ear, lead, says
from pipeline.matching.model import Answer, Difference


def difference(
    approved: str, heard: str, weight: str = "", between: tuple[str, str] = ("I", "it")
) -> Difference:
    here = Time(Fraction(2))
    texts = (f"{between[0]} {one} {between[1]}".strip() for one in (approved, heard))
    mine, theirs = (" ".join(text.split()) for text in texts)
    return Difference(
        approved, heard, weight, Span(here, here + 2), here, (mine,), theirs, against=False, between=between
    )


YES, NO, BOTH = (True, False), (False, True), (True, True)


@dataclass(frozen=True)
class Scorer:
    """Says what it is told to: {text: (heard, guessed)}."""

    worth: dict[str, tuple[float, float]]
    name: str = "told"

    def score(self, speech: Speech, texts: Sequence[str]) -> list[TextScore] | None:
        return [TextScore(*self.worth[text]) for text in texts] if self.worth else None


def silence(start: Fraction, duration: Fraction) -> Speech:
    return np.zeros(int(duration * 16_000), np.float32)


def test_a_lead_is_measured_with_and_without_the_guess() -> None:
    scorer = Scorer({"I saw it": (-4.0, -10.0), "I was it": (-9.0, -12.0)})
    assert lead(silence(Fraction(0), Fraction(1)), difference("saw", "was"), scorer) == Lead(5.0, 3.0, 6.0)
    assert lead(silence(Fraction(0), Fraction(1)), difference("saw", "was"), Scorer({})) is None


def test_of_several_ways_the_best_one_counts() -> None:
    scorer = Scorer(
        {
            "I had 15 it": (-3.0, -9.0),
            "I had fifteen it": (-8.0, -9.0),
            "I had fifty it": (-9.0, -9.0),
            "I had 50 it": (-7.0, -9.0),
        }
    )
    one = difference("had fifteen", "had fifty", "number")
    found = lead(silence(Fraction(0), Fraction(1)), one, scorer)
    assert found
    assert found.whole == 4.0


@pytest.mark.parametrize(
    ("leads", "approved", "weight", "strict", "expected"),
    [
        ([Lead(5, 3)], "saw", "", False, Answer.APPROVED),
        ([Lead(-3, -4)], "saw", "", False, Answer.APPROVED),  # nearer than false words come
        ([Lead(-5, -4)], "saw", "", False, Answer.OPEN),
        ([Lead(-7, 3)], "saw", "", False, Answer.OPEN),
        ([Lead(-13, -9)], "saw", "", False, Answer.HEARD),
        ([Lead(-5, -4)], "", "", False, Answer.OPEN),  # a word less: it must be ahead
        ([Lead(5, -1)], "", "", False, Answer.OPEN),  # by both measures
        ([Lead(1, 1)], "", "", False, Answer.APPROVED),
        ([Lead(-3, -4)], "not", "negation", False, Answer.OPEN),  # what turns the sense needs more
        ([Lead(-1, -4)], "not", "negation", False, Answer.APPROVED),
        ([Lead(-1, 3)], "Beatrice", "name", False, Answer.OPEN),
        ([Lead(9, -1)], "Beatrice", "name", False, Answer.APPROVED),
        ([Lead(1, 1)], "saw", "", True, Answer.OPEN),  # another language, or the writer alone
        ([Lead(3, 3)], "saw", "", True, Answer.APPROVED),
        ([Lead(3, 3), Lead(-9, 3)], "saw", "", False, Answer.OPEN),  # each of them must bear it out
        ([Lead(5, 3, 1.0)], "saw", "", False, Answer.OPEN),  # it is silent there
        ([], "saw", "", False, Answer.OPEN),
    ],
)
def test_scores_bear_approved_words_out_or_do_not(
    leads: list[Lead], approved: str, weight: str, strict: bool, expected: Answer
) -> None:
    assert answer(difference(approved, "was", weight), leads, strict=strict) is expected


def test_what_was_heard_and_turns_the_sense_must_be_clearly_behind() -> None:
    one = replace(difference("was", "was not", "negation"), against=True)
    assert answer(one, [Lead(1, 1)], strict=False) is Answer.OPEN
    assert answer(one, [Lead(3, 3)], strict=False) is Answer.APPROVED


def test_a_capital_lowers_no_bar_in_another_language() -> None:
    """In German every noun has one."""
    one = difference("Arzt", "Freund", "name")
    assert answer(one, [Lead(1, 1)], strict=True) is Answer.OPEN
    assert answer(one, [Lead(1, 1)], strict=False) is Answer.APPROVED
    assert by_ear(one, [NO, NO, YES, NO], strict=True) is Answer.OPEN
    assert by_ear(one, [NO, NO, YES, NO]) is Answer.APPROVED


def test_more_words_than_were_approved_need_more_however_alike_they_are() -> None:
    """ "So old" heard for an approved "cold": the "so" was said, and nobody approved it."""
    longer, as_long = difference("cold", "so old"), difference("address", "a dress")
    assert answer(longer, [Lead(-2, -2)], strict=False) is Answer.OPEN
    assert answer(longer, [Lead(1, 1)], strict=False) is Answer.APPROVED
    assert answer(as_long, [Lead(-2, -2)], strict=False) is Answer.APPROVED
    of_a_number = difference("", "two. I", "number")
    assert answer(of_a_number, [Lead(-1, 3)], strict=False) is Answer.OPEN
    assert by_ear(longer, [NO, NO, YES, NO]) is Answer.OPEN
    assert by_ear(as_long, [NO, NO, YES, NO]) is Answer.APPROVED


def test_at_an_open_end_no_hearing_says_that_nothing_is_there() -> None:
    assert by_ear(difference("", "and", between=("", "they")), [YES, YES, YES, YES]) is Answer.OPEN
    assert by_ear(difference("", "and", between=("so", "they")), [YES, YES, YES, YES]) is Answer.APPROVED
    of_a_time = difference("ten", "ten to", between=("say", ""))
    assert by_ear(of_a_time, [YES, YES, YES, YES]) is Answer.OPEN


def test_a_number_cut_in_its_middle_is_not_borne_out_by_its_whole() -> None:
    """ "Six hundred", of "six hundred and twelve": what was heard reads the same, and says nothing for it."""
    one = difference("Six hundred", "", "number")
    ways = ("six hundred and twelve", "six hundred twelve")
    cut = replace(one, as_approved=ways, as_heard=ways[0])
    told = Scorer(dict.fromkeys(("six hundred and twelve", "612"), (-2.0, -9.0)))
    assert lead(silence(Fraction(0), Fraction(1)), cut, told) is None
    assert (
        lead(silence(Fraction(0), Fraction(1)), replace(cut, as_approved=ways[:1], weight=""), told)
        is not None
    )


@pytest.mark.parametrize(
    ("approved", "weight", "heard", "expected"),
    [
        ("saw", "", [NO, NO, YES, NO], Answer.APPROVED),
        ("saw", "", [NO, NO, BOTH, NO], Answer.OPEN),
        ("", "", [NO, YES, YES, NO], Answer.OPEN),  # recognisers leave words out
        ("", "", [NO, YES, YES, YES], Answer.APPROVED),
        ("not", "negation", [NO, NO, YES, NO], Answer.OPEN),
        ("not", "negation", [YES, NO, YES, YES], Answer.APPROVED),
        ("saw", "", [], Answer.OPEN),
    ],
)
def test_what_is_heard_by_itself_bears_them_out(
    approved: str, weight: str, heard: list[tuple[bool, bool]], expected: Answer
) -> None:
    assert by_ear(difference(approved, "was", weight), heard) is expected


@pytest.mark.parametrize(
    ("heard", "expected"),
    [
        ("yes I saw it then", (True, False)),
        ("yes I was it then", (False, True)),
        ("I um saw er it", (True, False)),
        ("saw it", (False, False)),  # not between the words around it
        ("I was it and I saw it", (True, True)),
    ],
)
def test_a_hearing_counts_between_the_words_on_which_both_agree(
    heard: str, expected: tuple[bool, bool]
) -> None:
    assert says(heard.split(), difference("saw", "was")) == expected


def test_words_left_out_are_heard_where_their_neighbours_meet() -> None:
    assert says(["I", "it"], difference("", "was")) == (True, False)
    assert says(["it", "was"], difference("was", "", between=("it", ""))) == (True, True)


def test_without_a_witness_nobody_knows() -> None:
    assert judge.ask(difference("saw", "was"), silence, Court([])) is Answer.OPEN
    ahead = Scorer({"I saw it": (-1, -9), "I was it": (-9, -9)})
    deaf = Witness(lambda speech: [], ahead)
    assert judge.ask(difference("saw", "was"), silence, Court([deaf])) is Answer.APPROVED
    assert judge.ask(difference("", "", "long cut"), silence, Court([deaf])) is Answer.OPEN
    behind = Scorer({"I saw it": (-9, -9), "I was it": (-1, -9)})
    assert judge.ask(difference("saw", "was"), silence, Court([replace(deaf, scorer=behind)])) is Answer.OPEN
    hears = Witness(lambda speech: ["I", "saw", "it"], behind)
    assert judge.ask(difference("saw", "was"), silence, Court([hears])) is Answer.APPROVED
