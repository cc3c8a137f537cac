"""A marked film: no card waits, and a break lies in quiet; what a held film shows is where it was."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.captions.editing.editions import Edition
from pipeline.captions.model import Captions, Cue, CueWord, moved
from pipeline.core.time import Source, Span, Time
from pipeline.edit.marked import GUARD, LOST, Marked
from pipeline.edit.plan import BreakOrder, Cleared, CutawayOrder
from pipeline.edit.timeline import Hold, Mark, Timeline
from pipeline.errors import InputError
from pipeline.matching.model import Cut, Said, Stretch
from pipeline.production.breaks import Wording
from tests.edit.test_plan import RATE, RATES, board, cleared, planned, scene, span

fast = settings(max_examples=60, deadline=None, derandomize=True)
WHY = BreakOrder(
    "q1", "Why?", "think", Fraction(10), notes="Slowly.", translations=(("cy", Wording("Pam?")),)
)


def said(name: str, words: list[tuple[str, float, float]], out: float, raw: float | None = None) -> Cleared:
    """A quote of these words, whose sound stops at `out`; a recogniser has the last one end at `raw`."""
    spoken = tuple(Said(n, text, text, span(*at)) for n, (text, *at) in enumerate(words))
    heard = [word.span for word in spoken]
    heard[-1] = Span(heard[-1].start, Time[Source].measured(raw)) if raw else heard[-1]
    sound = span(words[0][1], out)
    cut = Cut(Stretch(spoken, sound.start, sound.end), sound, True, tuple(heard))
    return replace(cleared(name, sound), cuts=(cut,))


def held(*, out: float, rate: Fraction = RATE, after: Fraction | None = None, more: int = 0) -> Timeline:
    """“They saw me.", which is over at 2.5 s, a break or several, and another quote at once."""
    one = said("q1", [("They", 1.0, 1.2), ("saw", 1.2, 1.6), ("me.", 2.1, 2.5)], out)
    two = said("q2", [("It", 8.0, 8.2)], 8.5)
    made = scene("q1", "q2", after={"q1": after} if after else {}, breaks=(WHY,) * (1 + more))
    return planned(board(made, rate=rate), one, two)


def kinds(timeline: Timeline) -> list[tuple[str, int]]:
    return [(type(shot).__name__, shot.frames) for shot in timeline.shots]


def test_a_card_gives_way_to_a_mark_in_the_quiet_of_its_phrase() -> None:
    film = held(out=2.52)
    assert kinds(film) == [("Take", 38), ("Break", 250), ("Take", 13)]
    marked = Marked(film).timeline
    assert kinds(marked) == [("Take", 38), ("Hold", 8), ("Mark", 8), ("Take", 13)]
    assert [(shot.quote, shot.first) for shot in marked.shots[1:3]] == [("q1", 62), ("q1", 62)]
    (stop,) = marked.breaks
    assert (stop.id, stop.at, stop.frames, stop.seconds, stop.notes) == ("break-1", 46, 8, 10, "Slowly.")
    assert dict(stop.translations)["cy"].prompt == "Pam?"


@pytest.mark.parametrize(
    ("after", "frames"), [(None, 8), (Fraction(1, 25), 7), (Fraction(8, 25), 0), (Fraction(1), 0)]
)
def test_only_the_quiet_that_is_missing_is_put_in(after: Fraction | None, frames: int) -> None:
    """A pause that was asked for counts."""
    shots = Marked(held(out=2.52, after=after)).timeline.shots
    asked = int((after or 0) * 25)
    assert sum(shot.frames for shot in shots if type(shot) is Hold) - asked == frames


@fast
@given(st.integers(0, 700), st.sampled_from(RATES), st.integers(0, 2))
def test_nothing_is_heard_within_the_guard_of_a_break(quiet: int, rate: Fraction, more: int) -> None:
    film = held(out=2.5 + quiet / 1000, rate=rate, more=more)
    marked = Marked(film).timeline
    one, two = marked.takes
    over = marked.programme(one, max(one.said[-1].span.end, one.sound.end)).seconds
    begins = marked.time(two.at).seconds
    for stop in marked.breaks:
        at = marked.time(stop.at).seconds
        assert over + GUARD <= at <= begins - GUARD
    assert marked.frames <= film.frames


def test_a_mark_at_the_very_end_lies_in_the_film() -> None:
    film = planned(board(scene("q1", breaks=(WHY,))), said("q1", [("They", 1.0, 1.2)], 1.24))
    marked = Marked(film).timeline
    (stop,) = marked.breaks
    assert stop.at + stop.frames == marked.frames


def test_a_film_without_breaks_is_the_same_film() -> None:
    film = planned(board(scene("q1")), said("q1", [("They", 1.0, 1.2)], 1.24))
    assert Marked(film).timeline == film


def test_what_lies_over_the_end_of_a_take_stands_at_its_mark() -> None:
    """Nobody's face comes up for a third of a second after the picture that the scene ends on."""
    laid = CutawayOrder(
        "q1", "mugs.mp4", still=False, over="end", join=1, seconds=Fraction(1), start=Fraction(2)
    )
    made = scene("q1", cutaways=(laid,), breaks=(WHY,))
    film = planned(board(made), said("q1", [("They", 1.0, 2.5)], 2.52))
    mark = Marked(film).timeline.shots[-1]
    assert isinstance(mark, Mark) and mark.laid
    assert (mark.laid.file, mark.laid.start, mark.laid.frames) == ("mugs.mp4", 2 + Fraction(24, 25), 1)
    assert Marked(film).timeline.cuts == ()  # one picture, that stands


# A break inside a word --------------------------------------------------------------------------


def with_break(quote: Cleared) -> Timeline:
    return planned(board(scene("q1", breaks=(WHY,))), quote)


@pytest.mark.parametrize("out", [2.5, 2.5 - float(LOST)])
def test_a_break_after_a_word_that_is_over_is_taken(out: float) -> None:
    assert with_break(said("q1", [("saw", 1.0, 2.0), ("me.", 2.1, 2.5)], out)).breaks


def test_a_break_inside_a_word_is_refused_by_its_words() -> None:
    words = [("before", 0.5, 1.0), ("they", 1.0, 1.5), ("saw", 1.5, 2.0), ("me.", 2.1, 2.5)]
    with pytest.raises(InputError) as refused:
        with_break(said("q1", words, 2.3))
    assert "the break after q1 falls inside “they saw me.”" in str(refused.value)
    assert "0.2 s before “me.” is over" in str(refused.value)
    assert refused.value.next_step


def test_of_a_short_word_a_third_is_much() -> None:
    words = [("saw", 1.0, 2.09), ("me.", 2.09, 2.29)]
    assert with_break(said("q1", words, 2.23)).breaks
    with pytest.raises(InputError, match="falls inside"):
        with_break(said("q1", words, 2.2))


def test_a_word_that_is_not_heard_at_all_is_no_quiet() -> None:
    with pytest.raises(InputError, match="falls inside"):
        with_break(said("q1", [("saw", 1.0, 2.0), ("I", 2.02, 2.06)], 2.0))


def test_a_recogniser_that_has_the_word_over_is_believed() -> None:
    """An aligner may stretch the last word of a window over the quiet."""
    assert with_break(said("q1", [("saw", 1.0, 2.0), ("me.", 2.1, 2.9)], 2.5, raw=2.5)).breaks


def test_the_end_of_the_picture_cuts_a_word_off_too() -> None:
    quote = said("q1", [("saw", 1.0, 2.0), ("me.", 2.1, 2.5)], 2.5)
    made = board(scene("q1", breaks=(WHY,)))
    with pytest.raises(InputError, match="falls inside"):
        planned(made, quote, end=2.2)


def test_without_a_break_there_is_nothing_to_refuse() -> None:
    assert planned(board(scene("q1")), said("q1", [("me.", 2.1, 2.5)], 2.3)).takes


# From one film to the other -----------------------------------------------------------------------


@pytest.mark.slow
@fast
@given(st.integers(0, 301), st.integers(0, 1))
def test_time_goes_on_from_the_held_film_to_the_marked(frame: int, more: int) -> None:
    film = held(out=2.52, more=more)
    both = Marked(film)
    steps = [film.time(n) for n in range(min(frame, film.frames - 1), film.frames)]
    found = [both.moment(step) for step in steps]
    assert found == sorted(found) and found[-1] < both.timeline.time(both.timeline.frames)


def test_a_moment_of_a_shot_is_that_moment_of_it_in_the_other_film() -> None:
    film = held(out=2.52)
    both = Marked(film)
    for one, two in zip(film.takes, both.timeline.takes, strict=True):
        assert both.moment(film.time(one.at) + Fraction(1, 7)) == both.timeline.time(two.at) + Fraction(1, 7)
        assert both.moment(film.time(one.end), end=True) == both.timeline.time(two.end)
    (card,), (mark,) = film.breaks, both.timeline.breaks
    assert (
        both.moment(film.time(card.at)) == both.moment(film.time(card.end - 1)) == both.timeline.time(mark.at)
    )


def test_captions_come_and_go_as_they_did_with_their_words() -> None:
    film = held(out=2.52)
    both = Marked(film)
    cues = []
    for take in film.takes:
        at = Span(film.time(take.at), film.time(take.end))
        cues.append(Cue(at, (CueWord("They", at, 0),), "Amara", take.quote))
    found = moved(Captions("en", tuple(cues)), both.moment)
    for cue, take in zip(found.cues, both.timeline.takes, strict=True):
        assert cue.span == Span(both.timeline.time(take.at), both.timeline.time(take.end))
        assert cue.words[0].span == cue.span


def test_captions_that_left_know_where_the_film_was_stopped() -> None:
    """There people are told again who speaks, and no cue goes on over it."""
    marked = Marked(held(out=2.52)).timeline
    edition = Edition.of(Captions("en", ()), marked, "plain", ())
    assert edition.timeline.breaks == marked.breaks
    assert [shot.at for shot in edition.timeline.shots] == [shot.at for shot in marked.shots]
