"""Cut points: around every approved word, before every neighbour, where it is quietest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.core.ports import Listener, Speech
from pipeline.core.signal import levels
from pipeline.core.time import Source, Span, Time
from pipeline.core.word import Word
from pipeline.matching.edit_points import (
    HANDLE_IN,
    HANDLE_OUT,
    SURE,
    as_given,
    findings,
    refine,
)
from pipeline.matching.model import Cut, Edge, Said, Stretch
from pipeline.speech.transcript import Words

fast = settings(max_examples=60, deadline=None, derandomize=True)
HZ = 16_000


def span(start: float, end: float) -> Span[Source]:
    return Span[Source].measured(start, end)


def spoken(spans: Iterable[Span[Source]]) -> Words:
    return Words.of(Word("word", one, 0.9) for one in spans)


def time(seconds: float) -> Time[Source]:
    return Time[Source].measured(seconds)


class Room:
    """Loud wherever somebody speaks, quiet elsewhere; a listener of ten seconds of it."""

    def __init__(self, *spoken: tuple[float, float], hum: float = 0.001) -> None:
        self.sound = np.random.default_rng(1).normal(0, hum, 10 * HZ).astype(np.float32)
        for start, end in spoken:
            self.sound[int(start * HZ) : int(end * HZ)] += (
                np.random.default_rng(2).normal(0, 0.2, int(end * HZ) - int(start * HZ)).astype(np.float32)
            )

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
    assert [(word.text, str(word.span)) for word in found.stretch.said] == [
        (text, str(span(*TRUE[text]))) for text in ("they", "saw", "me")
    ]


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


@pytest.mark.slow
@fast
@given(st.lists(st.integers(1, 60), min_size=10, max_size=10), st.integers(-20, 20))
def test_whatever_the_gaps_the_cut_holds_its_words_and_stays_before_the_neighbours(
    steps: list[int], off: int
) -> None:
    at, times = 30, {}
    for number, text in enumerate(TRUE):
        start = at + steps[2 * number]
        at = start + steps[2 * number + 1]
        times[text] = (start / 100, at / 100)
    aligner, room = Aligner(times), Room(*times.values())
    heard = {
        text: Word(text, span(max(0.0, a + off / 100), max(0.0, a + off / 100) + b - a), 0.9)
        for text, (a, b) in times.items()
    }
    words = list(heard.values())
    said = tuple(Said(i, word.text, word.text, word.span) for i, word in enumerate(words[1:4]))
    found = refine(
        Stretch(said, words[0].span.end, words[4].span.start, (words[0],), (words[4],)),
        aligner.listening(room),
        aligner,
    )
    assert found.stretch.before <= found.sound.start <= found.stretch.said[0].span.start
    assert found.stretch.said[-1].span.end <= found.sound.end <= found.stretch.after


def test_words_in_one_with_hyphens_are_one_word_again() -> None:
    aligner, room = Aligner(TRUE), Room(*TRUE.values())
    joined = Stretch(
        (
            Said(0, "they-saw", "", span(2, 2.8)),
            Said(1, "me", "", span(2.9, 3.2)),
            Said(2, "–", "", span(3.2, 3.3)),
        ),
        time(0),
        time(5),
    )
    found = refine(joined, aligner.listening(room), aligner)
    assert [(word.text, str(word.span)) for word in found.stretch.said] == [
        ("they-saw", str(span(2.0, 2.8))),
        ("me", str(span(2.9, 3.2))),
    ]


def test_given_times_are_kept_to_the_letter() -> None:
    found = as_given(stretch())
    assert (found.sound, found.aligned) == (Span(stretch().before, stretch().after), True)
    assert findings("q", found) == []


# What is kept beside the times, and what is said ---------------------------------------------


def test_the_recognisers_times_are_kept_beside_the_aligned_ones() -> None:
    found, _ = cut()
    assert found.raw == tuple(word.span for word in stretch().said)
    assert (found.start, found.end, found.unplaced) == (Edge(), Edge(), ())
    assert findings("q", found) == []


def test_words_that_do_not_fit_are_told() -> None:
    found, _ = cut(most=2)
    assert found.start.doubts[0] == found.end.doubts[0] == "not aligned"
    assert sum(f.rule == "cut-point" and "listen to both ends" in f.what for f in findings("q", found)) == 2


def test_a_rough_aligner_is_told_and_hides_no_name() -> None:
    aligner, room = Aligner(TRUE), Room(*TRUE.values())
    found = refine(stretch(), aligner.listening(room), aligner, rough=True)
    assert found.start.confidence < SURE
    assert not found.aligned
    assert "roughly" in found.start.doubts[0]


def test_recogniser_and_aligner_far_apart_are_told() -> None:
    found, _ = cut(given=stretch(0.4))
    assert found.start.doubts == ("recogniser and aligner 0.4 s apart",)
    assert found.stretch.said[0].span == span(*TRUE["they"])


def test_a_neighbour_that_was_made_up_is_left_out() -> None:
    """The recogniser wrote a word into the pause: with it, "they" is pulled there."""

    class Pulled(Aligner):
        def align(self, speech: Speech, words: Sequence[str]) -> list[Span[Source]] | None:
            found = super().align(speech, words)
            assert found
            return [span(0.0, 0.05), span(0.05, 0.1), *found[2:]] if "so" in words else found

    aligner, room = Pulled(TRUE), Room(*(TRUE[word] for word in TRUE if word != "so"))
    made_up = stretch(0.0)
    made_up = replace(made_up, lead=(Word("so", span(0.5, 0.7), 0.4),))
    found = refine(made_up, aligner.listening(room), aligner)
    assert found.stretch.said[0].span == span(*TRUE["they"])


def test_a_handle_stops_where_a_voice_begins_again() -> None:
    """An "um" that nobody wrote down, 0.3 s after the last word; the deepest quiet is after it."""
    aligner = Aligner(TRUE)
    room = Room((3.5, 3.7), *TRUE.values(), hum=0.002)
    room.sound[int(3.72 * HZ) : int(4.9 * HZ)] = 0
    found = refine(stretch(), aligner.listening(room), aligner)
    assert 3.2 <= float(found.sound.end) < 3.5


@pytest.mark.parametrize(("still", "low", "high"), [(3.75, 3.75, 3.9), (4.1, 3.2, 3.9)])
def test_a_voice_may_die_away_for_seven_tenths_of_a_second(still: float, low: float, high: float) -> None:
    """The last word ends at 3.2; the room is quietest from a moment on that a cut may reach, or may not."""
    aligner, room = Aligner(TRUE), Room(*TRUE.values(), hum=0.002)
    room.sound[int(still * HZ) : int(4.9 * HZ)] = 0
    found = refine(stretch(), aligner.listening(room), aligner)
    assert low <= float(found.sound.end) <= high


def test_the_burst_of_a_last_t_is_no_new_voice() -> None:
    aligner = Aligner(TRUE)
    room = Room((3.29, 3.33), *TRUE.values(), hum=0.002)
    room.sound[int(3.36 * HZ) : int(4.9 * HZ)] = 0
    found = refine(stretch(), aligner.listening(room), aligner)
    assert float(found.sound.end) >= 3.33


def test_where_words_run_into_each_other_the_cut_gives_up_a_little_of_the_approved_one() -> None:
    close = {**TRUE, "then": (3.2, 3.5)}
    aligner, room = Aligner(close), Room(*close.values())
    room.sound[int(3.17 * HZ) : int(3.2 * HZ)] *= 0.1
    found = refine(stretch(), aligner.listening(room), aligner)
    assert time(3.17) <= found.sound.end < time(3.2)
    assert found.end.tight == time(3.2) - found.sound.end
    [told] = findings("q", found)
    assert (told.rule, told.measured) == ("tight-cut", f"{float(found.end.tight):.3f} s of the word given up")
    assert found.end.doubts == ("no quiet between it and the next word",)


def test_a_voice_without_a_word_inside_the_shot_is_told() -> None:
    """They … (somebody says something) … saw me."""
    times = {**TRUE, "they": (1.4, 1.6)}
    aligner, room = Aligner(times), Room((1.75, 2.3), *times.values())
    found = refine(stretch(), aligner.listening(room), aligner)
    [lost] = found.unplaced
    assert abs(float(lost.start) - 1.75) < 0.1
    assert abs(float(lost.end) - 2.3) < 0.1
    assert [f.what for f in findings("q", found) if "no approved word" in f.what]


def test_a_voice_without_a_word_right_outside_the_shot_makes_its_end_unsure() -> None:
    aligner, room = Aligner(TRUE), Room((3.6, 4.1), *TRUE.values())
    found = refine(stretch(), aligner.listening(room), aligner)
    assert found.unplaced == ()
    assert found.end.doubts == ("voiced sound without a word",)


def test_a_long_stretch_is_aligned_in_parts_at_its_longest_pauses() -> None:
    names = [chr(97 + at // 26) + chr(97 + at % 26) for at in range(60)]
    times = {name: (at + at // 15 * 2 + 1.0, at + at // 15 * 2 + 1.5) for at, name in enumerate(names)}
    said = tuple(Said(n, name, name, span(*times[name])) for n, name in enumerate(names))
    aligner = Aligner(times)

    def listen(start: Fraction, duration: Fraction) -> Speech:
        aligner.start = float(start)
        return np.zeros(round(duration * HZ), np.float32)

    found = refine(Stretch(said, time(0), time(80)), listen, aligner)
    assert found.aligned
    assert [len(part) for part in aligner.asked] == [15, 15, 15, 15]
    assert [word.span for word in found.stretch.said] == [span(*times[name]) for name in names]
    aligner.most, aligner.asked = 14, []
    assert not refine(Stretch(said, time(0), time(80)), listen, aligner).aligned


def test_levels_are_mean_squares_of_ten_milliseconds() -> None:
    found = levels(np.repeat(np.array([0.0, 0.5, 1.0], np.float32), 160)[: 160 * 3 - 1])
    assert found == pytest.approx([0.0, 0.25], abs=1e-6)


# A voice beside the words that is none of them ----------------------------------------------------


def beside(times: dict[str, tuple[float, float]], *voices: tuple[float, float], off: float = 0.0) -> Cut:
    """The approved words where the aligner has them, in a room where these voices are heard."""
    aligner, room = Aligner({**TRUE, **times}), Room(*voices)
    heard = stretch(off)
    first = replace(heard.said[0], span=span(*times.get("they", TRUE["they"])))
    last = replace(heard.said[-1], span=span(*times.get("me", TRUE["me"])))
    given = replace(heard, said=(first, *heard.said[1:-1], last))
    return refine(given, aligner.listening(room), aligner)


def test_a_shout_in_the_stretch_that_the_recogniser_gave_is_not_the_word() -> None:
    """Recogniser and aligner agree that "they" begins at 1.5, and somebody else shouts there for 0.4 s."""
    found = beside({"they": (1.5, 2.3)}, TRUE["so"], (1.5, 1.9), (2.1, 2.3), (2.4, 3.2), TRUE["then"])
    assert 1.9 < float(found.sound.start) < 2.1
    assert found.stretch.said[0].span.start > time(1.9)
    assert any("parted by quiet" in doubt for doubt in found.start.doubts)
    assert any("the start of the shot" in told.what for told in findings("q", found))


def test_a_word_with_a_stop_in_it_is_not_taken_apart() -> None:
    """0.1 s of quiet before a "t" is the word's own."""
    found = beside({"they": (1.5, 2.3)}, TRUE["so"], (1.5, 1.9), (2.0, 2.3), (2.4, 3.2), TRUE["then"])
    assert float(found.sound.start) < 1.5
    assert found.start == Edge()


def test_words_after_the_last_one_are_not_heard_whatever_stretch_it_was_given() -> None:
    """The last word's time holds "The trays" as well, after 0.2 s of quiet."""
    found = beside({"me": (2.9, 4.0)}, TRUE["so"], (2.0, 2.3), (2.4, 3.2), (3.4, 4.0), TRUE["then"])
    assert 3.2 < float(found.sound.end) < 3.4
    assert any("parted by quiet" in doubt for doubt in found.end.doubts)


def test_the_end_of_a_t_let_go_is_not_lost() -> None:
    found = beside({"me": (2.9, 3.45)}, TRUE["so"], (2.0, 2.3), (2.4, 3.2), (3.38, 3.43), TRUE["then"])
    assert float(found.sound.end) >= 3.43
    assert found.end == Edge()


def test_an_er_that_nobody_wrote_down_is_not_the_word_after_it() -> None:
    """The aligner has "they" on the "er"; the recogniser has it where it is said, next to "saw"."""
    aligner, room = (
        Aligner({**TRUE, "they": (1.5, 1.8)}),
        Room(TRUE["so"], (1.5, 1.8), (2.1, 3.2), TRUE["then"]),
    )
    found = refine(stretch(0.0), aligner.listening(room), aligner)
    assert 1.8 < float(found.sound.start) <= 2.1
    assert found.start.confidence < SURE


def test_of_an_er_that_runs_into_the_word_as_little_is_heard_as_can_be() -> None:
    """No quiet parts it from the word: the cut stays by the word, and is told as tight."""
    found = beside({}, TRUE["so"], (1.4, 2.3), (2.4, 3.2), TRUE["then"])
    assert 1.94 <= float(found.sound.start) <= 2.0
    assert [told.rule for told in findings("q", found)] == ["cut-point", "tight-cut"]


def test_a_next_word_in_which_nobody_speaks_does_not_bound_the_shot() -> None:
    """A recogniser made "then" out of the end of the last word."""
    aligner, room = Aligner({**TRUE, "then": (3.2, 3.28), "now": (5, 5.3)}), Room((2.0, 3.24), (5.0, 5.3))
    given = stretch(0.0)
    given = replace(given, trail=(Word("then", span(3.2, 3.28), 0.2), Word("now", span(5, 5.3), 0.9)))
    found = refine(given, aligner.listening(room), aligner)
    assert found.stretch.after == time(5.0)
    assert found.sound.end >= time(3.24)
    assert found.end.tight is None
    assert any("the next word is not there" in doubt for doubt in found.end.doubts)


@pytest.mark.slow
@given(shout=st.floats(0.15, 0.6), gap=st.floats(0.22, 0.6), word=st.floats(0.18, 0.6), at_end=st.booleans())
@fast
def test_an_edge_never_lies_in_a_voice_that_quiet_parts_from_the_words(
    shout: float, gap: float, word: float, at_end: bool
) -> None:
    """However long shout, pause and word are: nothing of the shout is heard, and all of the word."""
    if at_end:
        ends = 2.9 + word
        alien = (ends + gap, ends + gap + shout)
        found = beside({"me": (2.9, alien[1])}, TRUE["so"], (2.0, ends), alien, (5.5, 5.8))
        assert ends - 0.02 <= float(found.sound.end) <= alien[0]
    else:
        starts = 2.3 - word
        alien = (starts - gap - shout, starts - gap)
        found = beside({"they": (alien[0], 2.3)}, (0.3, 0.5), alien, (starts, 3.2), TRUE["then"])
        assert alien[1] <= float(found.sound.start) <= starts + 0.02
