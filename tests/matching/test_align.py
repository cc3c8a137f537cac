"""The index: what the search of everything finds, the search of its windows finds too."""

from __future__ import annotations

import random
from itertools import accumulate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.core.time import Span
from pipeline.core.word import Word
from pipeline.matching import align
from pipeline.matching.align import EXACT, NEAR, Haystack, Wanted, alike, everywhere, search, windows
from pipeline.production.quotes import Quote
from pipeline.speech.transcript import Words

LETTERS = "bdfgklmnprstvz"
CHANCE = random.Random(7)
VOCABULARY = [
    "".join(CHANCE.choice(LETTERS if n % 2 == 0 else "aeiou") for n in range(CHANCE.randint(2, 8)))
    for _ in range(4000)
]
COMMON = list(accumulate(1 / rank for rank in range(1, len(VOCABULARY) + 1)))
"""Words are as unevenly common as in speech: the most common is every eighth one."""


def speech(chance: random.Random, count: int) -> list[str]:
    return chance.choices(VOCABULARY, cum_weights=COMMON, k=count)


def hay(texts: list[str], source: str = "amara") -> Haystack:
    return Haystack(
        source,
        Words.of(Word(text, Span.measured(0.4 * n, 0.4 * n + 0.3), 0.9) for n, text in enumerate(texts)),
    )


def wanted(text: str) -> Wanted:
    return Wanted.of(Quote("q", "", "", text, "", frozenset(), "", None, "", 2))


def misheard(chance: random.Random, texts: list[str], errors: float) -> list[str]:
    """A third each missed, put in and heard as something else."""
    out = []
    for text in texts:
        luck = chance.random() / errors
        if luck < 1 / 3:
            continue
        out += (
            [chance.choice(VOCABULARY)]
            if luck < 2 / 3
            else [text, chance.choice(VOCABULARY)]
            if luck < 1
            else [text]
        )
    return out


@pytest.mark.slow
@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    st.integers(0, 2**32),
    st.sampled_from([0.05, 0.15, 0.3]),
    st.integers(4, 40),
    st.sampled_from([0, 0, 1, 2]),
)
def test_windows_find_what_is_found_everywhere(seed: int, errors: float, length: int, marks: int) -> None:
    chance = random.Random(seed)
    spoken = [speech(chance, 3000) for _ in range(3)]
    source, at = chance.randrange(3), chance.randrange(2800)
    quoted = spoken[source][at : at + length]
    for mark in range(marks if length > 12 else 0):
        middle = (mark + 1) * length // (marks + 1)
        quoted[middle : middle + 2] = ["…"]
    haystacks = [hay(misheard(chance, texts, errors), str(number)) for number, texts in enumerate(spoken)]
    quote = wanted(" ".join(quoted))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(align, "FEW", 0)
        chosen = windows(quote, haystacks)
    assert sum(map(len, chosen)) < sum(map(len, haystacks))
    (quick, *_), (full, *_) = (
        search(quote, haystacks, chosen, 1),
        search(quote, haystacks, everywhere(quote, haystacks), 1),
    )
    assert quick.score == pytest.approx(full.score, abs=1e-3)
    assert (quick.hay, quick.pairs) == (full.hay, full.pairs)


def test_places_are_told_best_first_and_share_no_word() -> None:
    found = search(
        wanted("they saw the label"),
        [hay("they saw the label and then they saw a label they were".split())],
        [hay([""] * 12).between(Span.measured(0, 0))],
        3,
    )
    assert not found  # nothing chosen, nothing found
    hays = [hay("they saw a table and then they saw the label so they were".split())]
    first, second = search(wanted("they saw the label"), hays, everywhere(wanted(""), hays), 2)
    assert first.score > second.score
    assert not {token for _, token in first.pairs} & {token for _, token in second.pairs}


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("15", "50"), ("63", "36"), ("not", "note"), ("nobody", "somebody"), ("possible", "impossible"),
        ("helpful", "unhelpful"), ("can", "not"), ("nothing", "anything"),
    ],
)  # fmt: skip
def test_words_of_another_meaning_are_never_alike(one: str, two: str) -> None:
    assert alike([one, two], [two, one])[[0, 1], [0, 1]].tolist() == [align.OTHER, align.OTHER]


@pytest.mark.parametrize(
    ("one", "two", "least"),
    [
        ("pargeter", "pargiter", NEAR),
        ("2", "to", NEAR),
        ("'d", "would", align.EQUAL),
        ("label", "label", EXACT),
    ],
)
def test_words_that_are_alike(one: str, two: str, least: float) -> None:
    assert alike([one], [two])[0, 0] >= least
    assert alike([two], [one])[0, 0] >= least


def test_an_empty_quote_and_an_empty_source_have_no_places() -> None:
    assert not search(wanted(""), [hay(["word"])], [hay(["word"]).between(Span.measured(0, 1))], 1)
    empty = hay([])
    assert not search(wanted("a word"), [empty], everywhere(wanted(""), [empty]), 1)
