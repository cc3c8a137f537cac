"""Words of a transcript: looked up by time, exactly, however many there are."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.core.time import Source, Span, Time
from pipeline.core.word import Word
from pipeline.speech.transcript import Transcript, Words

fast = settings(max_examples=150, deadline=None, derandomize=True)

SECONDS = st.sampled_from([1, 3, 1000, 1_000_000]).flatmap(
    lambda unit: st.integers(-2 * unit, 12 * unit).map(lambda count: Fraction(count, unit))
)
"""Some are whole microseconds, some are none."""


def span(start: Fraction, seconds: Fraction) -> Span[Source]:
    return Span(Time(start), Time(start + max(abs(seconds), Fraction(1, 1000))))


SPANS = st.builds(span, SECONDS, SECONDS)


def heard(spans: Sequence[Span[Source]], suspects: Sequence[str] = ()) -> list[Word]:
    """Words with their number as text, in the order of their times: they overlap, and lie within each
    other.
    """
    in_order = sorted(spans, key=lambda one: one.start)
    return [
        Word(f"w{at}", one, at / 10, suspects[at] if at < len(suspects) else "")
        for at, one in enumerate(in_order)
    ]


@pytest.mark.slow
@fast
@given(st.lists(SPANS, max_size=12), SPANS)
def test_those_over_a_span_are_all_that_share_time_with_it(
    spans: list[Span[Source]], there: Span[Source]
) -> None:
    words = heard(spans)
    assert list(Words.of(words).over(there)) == [word for word in words if word.span.overlap(there) > 0]


@pytest.mark.slow
@fast
@given(st.lists(SPANS, max_size=12), st.lists(st.sampled_from(["", "loop"]), max_size=12))
def test_words_are_as_they_were_and_those_used_are_not_suspect(
    spans: list[Span[Source]], suspects: list[str]
) -> None:
    words = heard(spans, suspects)
    kept = Transcript("s1", "en", "test", "", Words.of(words))
    assert list(kept.words) == words
    assert kept.words[1:-1] == tuple(words[1:-1])
    assert list(kept.heard) == [word for word in words if not word.suspect]


def test_words_that_are_not_in_the_order_of_their_times_are_none() -> None:
    late, early = (Word("w", span(Fraction(start), Fraction(1)), 0.9) for start in (2, 1))
    assert len(Words.of([early, late])) == 2
    with pytest.raises(ValueError, match="not in the order"):
        Words.of([late, early])


def test_pauses_begin_where_the_last_of_all_words_ends() -> None:
    words = Words.of(
        heard(
            [span(Fraction(1), Fraction(4)), span(Fraction(2), Fraction(1)), span(Fraction(7), Fraction(1))]
        )
    )
    assert list(words.pauses(9_000_000, 1_000_000)) == [
        (0, 1_000_000),
        (5_000_000, 7_000_000),
        (8_000_000, 9_000_000),
    ]
    assert list(words.pauses(9_000_000, 1_500_000)) == [(5_000_000, 7_000_000)]
