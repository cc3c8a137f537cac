"""Cut points: around every approved word, before every neighbour, where it is quietest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.model.quotes import Cut, Said, Stretch
from pipeline.model.time import Source, Span, Time
from pipeline.model.transcript import Word
from pipeline.stages.cut import HANDLE_IN, HANDLE_OUT, as_given, levels, quiet_stretches, refine, said_only
from pipeline.tools.protocols import Listener, Speech

fast = settings(max_examples=60, deadline=None, derandomize=True)
HZ = 16_000


def span(start: float, end: float) -> Span[Source]:
    return Span[Source].measured(start, end)


def time(seconds: float) -> Time[Source]:
    return Time[Source].measured(seconds)


class Room:
    """Loud wherever somebody speaks, quiet elsewhere; a listener of ten seconds of it."""

    def __init__(self, *spoken: tuple[float, float], hum: float = 0.001) -> None:
        self.sound = np.random.default_rng(1).normal(0, hum, 10 * HZ).astype(np.float32)
        for start, end in spoken:
            self.sound[int(start * HZ) : int(end * HZ)] += np.random.default_rng(2).normal(0, 0.2, int(end * HZ) - int(start * HZ)).astype(np.float32)

    def __call__(self, start: Fraction, duration: Fraction) -> Speech:
        low = round(start * HZ)
        out = np.zeros(round(duration * HZ), np.float32)
        found = self.sound[max(0, low) : low + len(out)]
        out[: len(found)] = found
        return out


@dataclass
class Aligner:
    """Knows when each word of the whole recording is said; refuses windows of more words than `most`."""

    times: dict[str, tuple[float, float]]
    most: int = 99
    name: str = "test"
    asked: list[list[str]] = field(default_factory=list)

    def align(self, speech: Speech, words: Sequence[str]) -> list[Span[Source]] | None:
        self.asked.append(list(words))
        if len(words) > self.most:
            return None
        offset = self.start
        return [span(self.times[word][0] - offset, self.times[word][1] - offset) for word in words]

    def listening(self, room: Room) -> Listener:
        """The room, with a note of where the window began."""

        def listen(start: Fraction, duration: Fraction) -> Speech:
            self.start = float(start)
            return room(start, duration)

        return listen


TRUE = {"so": (1.0, 1.2), "they": (2.0, 2.3), "saw": (2.4, 2.8), "me": (2.9, 3.2), "then": (5.0, 5.3)}
"""Where the words are; the recogniser is some tenths off."""


def stretch(off: float = 0.15) -> Stretch:
    heard = [Word(text, span(a + off, b + off), 0.9) for text, (a, b) in TRUE.items()]
    said = tuple(Said(i, word.text, word.text, word.span) for i, word in enumerate(heard[1:4]))
    return Stretch(said, heard[0].span.end, heard[4].span.start, (heard[0],), (heard[4],))


def cut(most: int = 99, given: Stretch | None = None) -> tuple[Cut, Aligner]:
    aligner, room = Aligner(TRUE, most), Room(*TRUE.values())
    return refine(given or stretch(), aligner.listening(room), aligner), aligner


def test_the_words_stand_at_their_aligned_times() -> None:
    found, _ = cut()
    assert found.aligned
    assert [(word.text, str(word.span)) for word in found.stretch.said] == [(text, str(span(*TRUE[text]))) for text in ("they", "saw", "me")]


def test_neighbours_are_aligned_too_and_bound_the_cut() -> None:
    found, aligner = cut()
    assert aligner.asked == [["so", "they", "saw", "me", "then"]]
    assert (found.stretch.before, found.stretch.after) == (time(1.2), time(5.0))


@pytest.mark.parametrize(("most", "aligned"), [(5, True), (3, True), (2, False)])
def test_fewer_neighbours_are_tried_and_then_the_recogniser_is_believed(most: int, aligned: bool) -> None:
    found, aligner = cut(most)
    assert found.aligned is aligned
    assert aligner.asked[-1] == ["they", "saw", "me"] or most == 5
    if not aligned:
        assert found.stretch.said == stretch().said


@pytest.mark.parametrize("most", [99, 3, 0])
def test_the_cut_holds_every_word_and_no_neighbour(most: int) -> None:
    found, _ = cut(most, stretch(0.0))
    first, last = found.stretch.said[0].span.start, found.stretch.said[-1].span.end
    assert found.stretch.before <= found.sound.start <= first
    assert last <= found.sound.end <= found.stretch.after
    assert first - found.sound.start <= HANDLE_IN
    assert found.sound.end - last <= HANDLE_OUT


def test_a_cut_lies_in_the_dip_and_not_at_the_word() -> None:
    """A cough right before the words, then 0.1 s of quiet: that is the place."""
    aligner, room = Aligner(TRUE), Room((1.85, 1.9), *TRUE.values())
    found = refine(stretch(), aligner.listening(room), aligner)
    assert 1.9 <= float(found.sound.start) <= 2.0


def test_no_room_between_words_cuts_at_the_word() -> None:
    close = {"so": (1.7, 2.0), **{k: TRUE[k] for k in ("they", "saw", "me")}, "then": (3.2, 3.5)}
    aligner, room = Aligner(close), Room(*close.values())
    found = refine(stretch(), aligner.listening(room), aligner)
    assert found.sound == span(2.0, 3.2)


@fast
@given(st.lists(st.integers(1, 60), min_size=10, max_size=10), st.integers(-20, 20))
def test_whatever_the_gaps_the_cut_holds_its_words_and_stays_before_the_neighbours(steps: list[int], off: int) -> None:
    at, times = 30, {}
    for number, text in enumerate(TRUE):
        start = at + steps[2 * number]
        at = start + steps[2 * number + 1]
        times[text] = (start / 100, at / 100)
    aligner, room = Aligner(times), Room(*times.values())
    heard = {text: Word(text, span(max(0.0, a + off / 100), max(0.0, a + off / 100) + b - a), 0.9) for text, (a, b) in times.items()}
    words = list(heard.values())
    said = tuple(Said(i, word.text, word.text, word.span) for i, word in enumerate(words[1:4]))
    found = refine(Stretch(said, words[0].span.end, words[4].span.start, (words[0],), (words[4],)), aligner.listening(room), aligner)
    assert found.stretch.before <= found.sound.start <= found.stretch.said[0].span.start
    assert found.stretch.said[-1].span.end <= found.sound.end <= found.stretch.after


def test_words_in_one_with_hyphens_are_one_word_again() -> None:
    aligner, room = Aligner(TRUE), Room(*TRUE.values())
    joined = Stretch((Said(0, "they-saw", "", span(2, 2.8)), Said(1, "me", "", span(2.9, 3.2)), Said(2, "–", "", span(3.2, 3.3))), time(0), time(5))
    found = refine(joined, aligner.listening(room), aligner)
    assert [(word.text, str(word.span)) for word in found.stretch.said] == [("they-saw", str(span(2.0, 2.8))), ("me", str(span(2.9, 3.2)))]


def test_given_times_are_kept_to_the_letter() -> None:
    found = as_given(stretch())
    assert (found.sound, found.aligned) == (Span(stretch().before, stretch().after), True)


def test_levels_are_mean_squares_of_ten_milliseconds() -> None:
    found = levels(np.repeat(np.array([0.0, 0.5, 1.0], np.float32), 160)[: 160 * 3 - 1])
    assert found == pytest.approx([0.0, 0.25], abs=1e-6)


@pytest.mark.parametrize(
    ("heard", "end", "quiet"),
    [
        ([], 1.0, [(0.1, 0.9)]),
        ([(1, 2)], 3.0, [(0.1, 0.9), (2.1, 2.9)]),
        ([(0, 1), (1.4, 3)], 3.0, []),
        ([(0, 1), (1.5, 3)], 3.0, [(1.1, 1.4)]),
    ],
)
def test_quiet_places_are_where_no_word_is_heard_with_room_to_spare(heard: list[tuple[float, float]], end: float, quiet: list[tuple[float, float]]) -> None:
    assert quiet_stretches([span(*word) for word in heard], Fraction(end)) == [span(*place) for place in quiet]


@fast
@given(st.lists(st.tuples(st.integers(0, 500), st.integers(1, 400)), max_size=6))
def test_room_tone_never_holds_a_word(heard: list[tuple[int, int]]) -> None:
    """Recognisers' words overlap each other and lie within each other."""
    spoken = [span(start / 100, (start + length) / 100) for start, length in sorted(heard)]
    for place in quiet_stretches(spoken, Fraction(10)):
        assert not any(place.overlap(word) for word in spoken)


def test_only_what_was_approved() -> None:
    words = (Said(0, "they", "", span(0, 1)), Said(-1, "um", "um", span(1, 2)), Said(1, "saw", "", span(2, 3)))
    assert [word.text for word in said_only(words)] == ["they", "saw"]
