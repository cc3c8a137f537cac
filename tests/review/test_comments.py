"""A comment is tied to what it fell on, and found there again however the cut around it changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.core.time import Programme, Source, Time
from pipeline.edit.changes import CutList, Played, Still
from pipeline.edit.timeline import Break, Card, Shot, follow
from pipeline.review.comments import Comment, CommentPlace, Remark, tie, whereabouts

fast = settings(max_examples=80, deadline=None, derandomize=True)

RATES = [Fraction(24000, 1001), Fraction(25), Fraction(30000, 1001), Fraction(60000, 1001)]
ON = date(2026, 4, 14)


def said(quote: str, first: int, frames: int, rate: Fraction = Fraction(25)) -> Played:
    return Played(0, frames, quote, f"{quote}.mp4", Time[Source].frames_at(first, rate), f"Words of {quote}.")


def pause(number: int, prompt: str, after: str, frames: int = 250) -> Break:
    return Break(0, frames, f"break-{number}", prompt, "think", Fraction(frames, 25), after)


def cut(*shots: Shot, rate: Fraction = Fraction(25)) -> CutList:
    return CutList("The Film", rate, follow(shots))


FILM = (
    Card(0, 50, "title", "The Film"),
    Card(0, 50, "note", "Twice"),
    Still(0, 25, "q1", "q1.mp4", Time(Fraction(4))),
    said("q1", 100, 75),
    said("q1", 300, 50),
    pause(1, "Why?", "q1"),
    Card(0, 50, "note", "Twice"),
    said("q2", 1000, 100),
)
CUT = cut(*FILM)


def remark(seconds: Fraction | None, film: CutList = CUT) -> Remark:
    at = None if seconds is None else Time[Programme](seconds)
    return tie(Comment("round 1", 2, at, Fraction(0), "Priya", "Look", False), film, ON)


@pytest.mark.parametrize(
    ("frame", "kind", "quote", "what"),
    [
        (10, "card", None, "0:00.4, the card “The Film”"),
        (99, "card", None, "0:04.0, the card “Twice”"),
        (110, "still", "q1", "0:04.4, the still picture of q1"),
        (125, "quote", "q1", "0:05.0, q1"),
        (249, "quote", "q1", "0:10.0, q1"),
        (260, "break", None, "0:10.4, the reflection break “Why?”"),
        (510, "card", None, "0:20.4, the card “Twice”"),
        (649, "quote", "q2", "0:26.0, q2"),
        (650, "film", None, "after the end of the film that was reviewed"),
        (None, "film", None, "the film as a whole"),
    ],
)
def test_it_falls_on_what_is_there(frame: int | None, kind: str, quote: str | None, what: str) -> None:
    one = remark(None if frame is None else Fraction(frame, 25))
    assert (one.spot.kind, one.quote, whereabouts(one, CUT).what) == (kind, quote, what)
    assert one.state == "open"


@fast
@given(st.fractions(0, 25, max_denominator=1000), st.sampled_from(RATES))
def test_in_the_cut_that_was_reviewed_it_is_where_it_was(seconds: Fraction, rate: Fraction) -> None:
    film = cut(
        *(
            replace(shot, source_in=shot.source_in.snap(rate)) if isinstance(shot, Played) else shot
            for shot in FILM
        ),
        rate=rate,
    )
    found = whereabouts(remark(seconds, film), film).at
    assert found == (Time(seconds) if seconds < film.seconds else None)


@fast
@given(st.integers(0, 649), st.integers(1, 500), st.integers(1, 500))
def test_it_follows_when_what_stands_before_it_grows_or_shrinks(frame: int, title: int, other: int) -> None:
    new = cut(Card(0, title, "title", "Another title"), said("q9", 0, other), *FILM[1:])
    found = whereabouts(remark(Fraction(frame, 25)), new).at
    assert found == (Time(Fraction(frame + title + other - 50, 25)) if frame >= 50 else None)


def test_it_follows_its_words_when_the_quotes_change_places() -> None:
    assert whereabouts(remark(Fraction(560, 25)), cut(FILM[7], *FILM[:7])).at == Time(Fraction(10, 25))


@pytest.mark.parametrize(
    ("frame", "shots", "at", "what"),
    [
        (
            130,
            (said("q1", 110, 65),),
            None,
            "its words are no longer in the film; what is left of q1 starts at 0:00.0",
        ),
        (140, (said("q1", 110, 65),), 5, "0:00.2, q1"),
        (560, (said("q1", 100, 75),), None, "its words are no longer in the film: q2 is not in it"),
        (
            130,
            (replace(said("q1", 100, 75), source="other.mp4"),),
            None,
            "its words are no longer in the film; what is left of q1 starts at 0:00.0",
        ),
        (210, (said("q1", 100, 300),), 210, "0:08.4, q1"),
        (260, (pause(2, "New?", "q0"), pause(3, "Why?", "q1")), 260, "0:10.4, the reflection break “Why?”"),
        (260, (pause(1, "Why is that?", "q1"),), 10, "0:00.4, the reflection break “Why?”"),
        (260, (pause(1, "Why?", "q7"),), 10, "0:00.4, the reflection break “Why?”"),
        (490, (pause(1, "Why?", "q1", 100),), 99, "0:04.0, the reflection break “Why?”"),
        (260, (pause(1, "New?", "q0"),), None, "the reflection break “Why?” is no longer in the film"),
        (510, (Card(0, 50, "note", "Twice"),), 10, "0:00.4, the card “Twice”"),
        (510, (Card(0, 50, "note", "Another"),), None, "the card “Twice” is no longer in the film"),
        (110, (Still(0, 25, "q1", "q1.mp4", Time(Fraction(9))),), 10, "0:00.4, the still picture of q1"),
        (110, (said("q1", 100, 75),), None, "the still picture of q1 is no longer in the film"),
    ],
)
def test_what_became_of_it(frame: int, shots: tuple[Shot, ...], at: int | None, what: str) -> None:
    wanted = Fraction(frame, 25) if frame != 210 else Fraction(210, 25)
    if (frame, at) == (210, 210):  # the second part's moment, where the quote now runs through
        at = 300 + 10 - 100
    assert whereabouts(remark(wanted), cut(*shots)) == CommentPlace(
        None if at is None else Time(Fraction(at, 25)), what
    )


def test_completed_elsewhere_is_done_here_and_an_answer_says_who_and_when() -> None:
    comment = Comment("round 1", 2, None, Fraction(0), "Priya", "Look", True)
    one = tie(comment, CUT, ON)
    assert one.state == "done"
    answered = one.answered("declined", "It is hers to say.", "Sam", ON)
    assert (answered.state, answered.answer, answered.answered_by, answered.answered_on, answered.id) == (
        "declined",
        "It is hers to say.",
        "Sam",
        ON,
        one.id,
    )
    with pytest.raises(ValueError, match="is not one of open, doing, done, declined"):
        one.answered("maybe", "", "", ON)


def test_an_id_is_of_the_round_the_time_the_author_and_the_words() -> None:
    comment = Comment("round 1", 2, Time[Programme](Fraction(3)), Fraction(0), "Priya", "Look")
    assert replace(comment, row=9, seconds=Fraction(2), done=True).id == comment.id
    others = [
        replace(comment, file="round 2"),
        replace(comment, at=None),
        replace(comment, author="Tom"),
        replace(comment, text="See"),
        replace(comment, nth=2),
    ]
    assert len({comment.id, *(other.id for other in others)}) == 6


@pytest.mark.parametrize(
    "shots", [(Card(1, 5, "note", "x"),), (Card(0, 5, "note", "x"), Card(6, 5, "note", "y"))]
)
def test_the_shots_of_a_cut_touch(shots: tuple[Shot, ...]) -> None:
    with pytest.raises(ValueError, match="do not touch"):
        CutList("The Film", Fraction(25), shots)


def test_nothing_is_on_outside_the_film() -> None:
    assert CUT.shot_at(Time(Fraction(-1, 25))) is None
    assert CUT.shot_at(Time(Fraction(26))) is None
    assert cut().shot_at(Time(Fraction(0))) is None
    assert (cut().seconds, cut().quotes) == (0, ())
