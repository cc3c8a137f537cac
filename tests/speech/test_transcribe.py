"""What an engine heard, with inventions and loops marked, and lost stretches heard once more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.core.ports import Speech
from pipeline.core.time import Span
from pipeline.core.word import Word
from pipeline.speech.transcribe import CHUNK, PIECE, doubtful, mark_loops, mark_silence, pieces, transcribe

fast = settings(max_examples=80, deadline=None, derandomize=True)


def words(text: str, *, at: float = 0.0, each: float = 0.3) -> list[Word]:
    return [
        Word(word, Span.measured(at + i * each, at + (i + 1) * each - 0.02), 0.9)
        for i, word in enumerate(text.split())
    ]


def good(found: Sequence[Word]) -> str:
    return " ".join(word.text for word in found if not word.suspect)


# Loops ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "each", "kept"),
    [
        ("thank you for watching " * 3, 0.3, "thank you for watching"),
        ("so " + "Thank you, for watching. " * 5 + "and then", 0.3, "so Thank you, for watching. and then"),
        ("no no no", 0.3, "no no no"),
        ("no, no. No! and then", 0.3, "no, no. No! and then"),
        ("really really " * 2, 0.3, "really really really really"),
        ("no " * 8, 0.3, "no"),
        ("seriously " * 3, 0.1, "seriously"),
        ("I saw that I saw that he left", 0.3, "I saw that I saw that he left"),
        ("", 0.3, ""),
    ],
)
def test_loops_are_marked_and_emphasis_is_not(text: str, each: float, kept: str) -> None:
    found = mark_loops(words(text, each=each))
    assert good(found) == kept
    assert {word.suspect for word in found} <= {"", "loop"}


@fast
@given(st.lists(st.sampled_from(["a", "b", "c", "d'", "♪"]), max_size=30))
def test_marking_loses_no_word_and_no_first_round(forms: list[str]) -> None:
    heard = words(" ".join(forms))
    found = mark_loops(heard)
    assert [(word.text, word.span) for word in found] == [(word.text, word.span) for word in heard]
    for index, word in enumerate(found):
        assert not word.suspect or word.text in [earlier.text for earlier in found[:index]]


# Silence --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "end", "silent"),
    [
        (1.0, 1.5, False),
        (0.0, 0.5, True),
        (0.0, 1.05, True),
        (0.0, 1.2, False),
        (2.45, 9.0, True),
        (1.9, 2.1, False),
        (3, 4, True),
    ],
)
def test_words_where_nobody_speaks_are_marked(start: float, end: float, silent: bool) -> None:
    (found,) = mark_silence([Word("x", Span.measured(start, end), 0.9)], [(1.0, 1.5), (2.0, 2.5)])
    assert (found.suspect == "non-speech") == silent


def test_a_word_marked_already_keeps_its_reason() -> None:
    (found,) = mark_silence([Word("x", Span.measured(0, 1), 0.9, "loop")], [])
    assert found.suspect == "loop"


# The whole ------------------------------------------------------------------------------------


class Engine:
    """Says what it was told for the whole file and for each slice, and remembers how much it heard."""

    name, weights = "test 1", "abc"

    def __init__(self, *answers: list[Word]) -> None:
        self.answers, self.heard = list(answers), list[float]()

    def hear(
        self, speech: Speech, language: str, glossary: Sequence[str], progress: Callable[[float], None]
    ) -> tuple[str, list[list[Word]]]:
        self.heard.append(len(speech) / 16_000)
        progress(1.0)
        return language, [self.answers.pop(0) if self.answers else []]


def heard(engine: Engine, voiced: list[tuple[float, float]], seconds: float = 20.0) -> list[Word]:
    found = transcribe(
        "amara",
        lambda start, length: np.zeros(round(length * 16_000), np.float32),
        Fraction(seconds),
        recogniser=engine,
        voiced=lambda _: voiced,
        language="en",
        glossary=["Quince"],
        progress=lambda _: None,
    )
    assert (found.source, found.language, found.engine, found.weights) == ("amara", "en", "test 1", "abc")
    return list(found.words)


def test_a_source_that_was_heard_well_is_heard_once() -> None:
    engine = Engine(words("they saw me", at=1.0))
    assert good(heard(engine, [(1.0, 2.0)])) == "they saw me"
    assert engine.heard == [20.0]


def test_a_stretch_that_was_lost_is_heard_alone_and_laid_where_it_is() -> None:
    engine = Engine(words("they saw me", at=1.0), words("before", at=0.3))
    found = heard(engine, [(1.0, 2.0), (8.0, 9.0)])
    assert good(found) == "they saw me before"
    assert str(found[-1].span.start) == "0:00:08.100"
    assert engine.heard[1] == pytest.approx(1.4)


def test_a_loop_gives_way_to_a_second_hearing() -> None:
    engine = Engine(words("thank you for " * 4, at=1.0), words("they saw the label", at=0.3))
    found = heard(engine, [(1.0, 1.9), (1.9, 5.0)])
    assert good(found) == "thank you for they saw the label"


def test_a_second_hearing_that_hears_nothing_changes_nothing() -> None:
    engine = Engine(words("they saw me", at=1.0), [])
    assert good(heard(engine, [(1.0, 2.0), (8.0, 9.0)])) == "they saw me"


def test_a_second_hearing_at_the_very_end_stays_in_the_file() -> None:
    engine = Engine([], words("bye", at=0.1))
    found = heard(engine, [(19.5, 20.0)])
    assert good(found) == "bye"
    assert engine.heard[1] <= 0.7 + 1e-3


@fast
@given(
    st.lists(st.tuples(st.integers(1, 400), st.integers(10, 600)), max_size=12),
    st.lists(st.integers(0, 5000), max_size=8),
)
def test_doubtful_places_are_speech_without_words_in_short_chunks(
    gaps_and_lengths: list[tuple[int, int]], at: list[int]
) -> None:
    voiced, end = [], 0.0
    for gap, length in gaps_and_lengths:
        voiced.append((end + gap / 100, end + (gap + length) / 100))
        end = voiced[-1][1]
    usable = [Word("x", Span.measured(start / 100, start / 100 + 0.3), 0.9) for start in sorted(at)]
    found = doubtful(usable, voiced)
    for start, stop in found:
        assert start in {a for a, _ in voiced}
        assert stop in {b for _, b in voiced}
        assert stop - start <= max([CHUNK, *(b - a for a, b in voiced)])
    assert all(one[1] <= two[0] for one, two in pairwise(found))
    for start, stop in voiced:
        if stop - start >= 0.25 and not any(
            start < float(word.span.end) and stop > float(word.span.start) for word in usable
        ):
            assert any(a <= start and stop <= b for a, b in found)


def test_a_second_hearing_takes_no_word_away_that_was_heard_well() -> None:
    engine = Engine(words("good", at=2.2), words("lost again", at=0.1))
    assert "good" in good(heard(engine, [(1.0, 2.0), (2.2, 2.5), (2.7, 3.7)])).split()


def test_a_second_hearing_says_no_word_twice() -> None:
    """The slice begins a little early, in the middle of a word that is known already."""
    engine = Engine(words("they saw me", at=1.0), [*words("me", at=0.0, each=0.1), *words("then", at=0.5)])
    assert good(heard(engine, [(1.0, 1.9), (2.0, 3.0)])) == "they saw me then"


@pytest.mark.parametrize(
    "text",
    [
        "Put the kettle on. I mean it. Put the kettle on",
        "no, no, no",
        "I saw them, I saw them. There's no, there's no way",
    ],
)
def test_what_people_repeat_is_kept(text: str) -> None:
    engine = Engine(words(text, at=1.0))
    assert good(heard(engine, [(1.0, 1.0 + 0.3 * len(text.split()))])) == text
    assert len(engine.heard) == 1


# Pieces ---------------------------------------------------------------------------------------


def test_a_long_source_is_heard_in_pieces_that_end_in_pauses() -> None:
    asked = list[float]()

    def listen(start: Fraction, duration: Fraction) -> Speech:
        asked.append(float(duration))
        return np.zeros(
            round(duration * 100), np.float32
        )  # a hundredth of the samples: only the length is looked at

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pipeline.speech.transcribe.RATE", 100)
        found = list(pieces(listen, Fraction(20 * 3600), lambda _: [(0.0, 400.0), (404.0, 600.0)]))
    assert max(asked) == PIECE
    assert [at for at, _, _ in found[:3]] == [0, 402, 804]
    assert found[-1][0] + Fraction(len(found[-1][1]), 100) == 20 * 3600
    assert all(len(speech) == 40_200 and spoken == [(0.0, 400.0)] for _, speech, spoken in found[:-1])


def test_words_of_later_pieces_are_laid_where_they_are_and_the_language_is_that_of_the_first() -> None:
    engine = Engine(words("one", at=1.0), words("two", at=1.0))
    found = heard(engine, [(1.0, 1.5), (500.0, 500.2)], seconds=PIECE + 100)
    assert [(word.text, float(word.span.start)) for word in found if not word.suspect][:1] == [("one", 1.0)]
    assert any(word.text == "two" and float(word.span.start) > 100 for word in found)


def test_a_source_in_which_nobody_speaks_asks_no_recogniser() -> None:
    engine = Engine()
    assert heard(engine, []) == []
    assert not engine.heard
