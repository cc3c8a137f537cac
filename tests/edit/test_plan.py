"""The timeline from scenes, quotes and cut points: all of the approved sound, no frame more, names found."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import ceil, floor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.core.time import SAMPLE_RATE, Source, Span, Time
from pipeline.core.word import Word
from pipeline.edit.plan import (
    BLEEP_AFTER,
    BLEEP_BEFORE,
    REACH_AFTER,
    BreakOrder,
    Cleared,
    CutawayOrder,
    Scene,
    Storyboard,
    find_names,
    names_to_hear,
    plan,
)
from pipeline.edit.timeline import Break, Card, Hold, Take, Timeline, samples_of
from pipeline.errors import ConfigError, OurwordsError
from pipeline.language.redaction import Bleep
from pipeline.matching.model import Cut, Said, Stretch
from pipeline.production.quotes import Quote

fast = settings(max_examples=80, deadline=None, derandomize=True)

ZERO, RATE = Fraction(0), Fraction(25)
RATES = [RATE, Fraction(30000, 1001), Fraction(24000, 1001), Fraction(50)]


def span(start: float, end: float) -> Span[Source]:
    return Span[Source].measured(start, end)


def cleared(name: str, *sounds: Span[Source], bleeps: tuple[Span[Source], ...] = ()) -> Cleared:
    quote = Quote(name, "amara", "", "words", "", frozenset(), "", None, "", 2)
    cuts = tuple(
        Cut(Stretch((Said(0, "words", "", sound),), sound.start, sound.end), sound, True) for sound in sounds
    )
    return Cleared(quote, "amara", "Amara", "s1", cuts, bleeps)


def scene(
    *quotes: str,
    title: str = "One",
    seconds: Fraction = ZERO,
    cutaways: tuple[CutawayOrder, ...] = (),
    before: dict[str, Fraction] | None = None,
    after: dict[str, Fraction] | None = None,
    breaks: tuple[BreakOrder, ...] = (),
) -> Scene:
    return Scene(title, seconds, quotes, cutaways, before or {}, after or {}, breaks)


def board(
    *scenes: Scene,
    rate: Fraction = RATE,
    opening: tuple[tuple[str, str, Fraction], ...] = (),
    closing: tuple[tuple[str, str, Fraction], ...] = (),
) -> Storyboard:
    return Storyboard("Film", rate, (320, 180), opening, closing, scenes)


def planned(made: Storyboard, *quotes: Cleared, start: float = 0, end: float = 10**5) -> Timeline:
    """The plan of sources whose picture begins at `start` and ends at `end`."""
    return plan(made, {quote.quote.id: quote for quote in quotes}, lambda _: span(start, end))


# Takes ----------------------------------------------------------------------------------------


@fast
@given(st.integers(0, 100_000), st.integers(1, 20_000), st.sampled_from(RATES))
def test_a_take_is_every_frame_with_any_of_its_sound_and_no_other(
    start: int, length: int, rate: Fraction
) -> None:
    sound = span(start / 1000, (start + length) / 1000)
    (take,) = planned(board(scene("q1"), rate=rate), cleared("q1", sound)).takes
    assert take.source_in(rate) <= sound.start < take.source_in(rate) + 1 / rate
    assert take.source_out(rate) >= sound.end > take.source_out(rate) + -1 / rate
    assert take.sound == sound


@fast
@given(
    st.lists(st.tuples(st.integers(1, 300), st.integers(100, 3000)), min_size=2, max_size=4),
    st.sampled_from(RATES),
)
def test_every_stretch_has_all_of_its_sound_however_close_the_next_is(
    gaps_and_lengths: list[tuple[int, int]], rate: Fraction
) -> None:
    steps = [step for both in gaps_and_lengths for step in both]
    moments = [Fraction(sum(steps[: i + 1]), 1000) for i in range(len(steps))]
    sounds = [
        Span(Time[Source](a), Time[Source](b)) for a, b in zip(moments[::2], moments[1::2], strict=True)
    ]
    takes = planned(board(scene("q1"), rate=rate), cleared("q1", *sounds)).takes
    assert [(take.part, take.parts) for take in takes] == [(n + 1, len(sounds)) for n in range(len(sounds))]
    for take, sound in zip(takes, sounds, strict=True):
        assert (take.first, take.first + take.frames) == (
            floor(sound.start.seconds * rate),
            ceil(sound.end.seconds * rate),
        )


@pytest.mark.parametrize(("end", "last"), [(4.0, 100), (4.001, 101), (5.0, 101)])
def test_a_take_ends_where_its_source_does(end: float, last: int) -> None:
    (take,) = planned(board(scene("q1")), cleared("q1", span(1.0, 4.01)), end=end).takes
    assert take.first + take.frames == last


@pytest.mark.parametrize("end", [1.0, 0.8])
def test_words_after_the_end_of_the_picture_are_an_error_and_no_crash(end: float) -> None:
    """Sound may run on after the picture; an editor is told which quote it is."""
    with pytest.raises(OurwordsError, match="q1 is said after the picture of s1 ends"):
        planned(board(scene("q1")), cleared("q1", span(1.0, 2.0)), end=end)


def test_words_before_the_picture_are_an_error_and_those_on_its_first_frame_are_not() -> None:
    with pytest.raises(OurwordsError, match="q1 is said before the picture of s1 begins"):
        planned(board(scene("q1")), cleared("q1", span(1.0, 2.0)), start=2.0)
    assert planned(board(scene("q1")), cleared("q1", span(1.0, 2.0)), start=1.99).frames == 25


def test_only_the_bleeps_of_a_take_go_with_it() -> None:
    name = span(2.0, 2.5)
    takes = planned(board(scene("q1")), cleared("q1", span(1, 3), span(5, 6), bleeps=(name,))).takes
    assert [take.bleeps for take in takes] == [(name,), ()]


# The rest of the film -------------------------------------------------------------------------


def test_a_film_in_the_order_of_the_storyboard() -> None:
    made = board(
        scene(
            "q1",
            seconds=Fraction(2),
            before={"q1": Fraction(1)},
            after={"q1": Fraction(1, 2)},
            breaks=(BreakOrder("q1", "Why?", "think", Fraction(10)),),
        ),
        scene("q2", title="Two", breaks=(BreakOrder("q2", "And?", "talk", Fraction(5)),)),
        opening=(("title", " The Film \n", Fraction(3)),),
        closing=(("end", "Thanks", Fraction(4)),),
    )
    timeline = planned(made, cleared("q1", span(1, 2), span(5, 6)), cleared("q2", span(8, 9)))
    assert [(type(shot).__name__, shot.frames) for shot in timeline.shots] == [
        ("Card", 75),
        ("Card", 50),
        ("Hold", 25),
        ("Take", 25),
        ("Take", 25),
        ("Hold", 13),
        ("Break", 250),
        ("Take", 25),
        ("Break", 125),
        ("Card", 100),
    ]
    holds = [shot.first for shot in timeline.shots if isinstance(shot, Hold)]
    assert holds == [25, 149]  # the first frame of the first take, the last of the last
    assert [(shot.id, shot.after) for shot in timeline.breaks] == [("break-1", "q1"), ("break-2", "q2")]
    assert [shot.text for shot in timeline.shots if isinstance(shot, Card)] == ["The Film", "One", "Thanks"]


@pytest.mark.parametrize("seconds", [Fraction(1, 100), Fraction(1, 25), Fraction(3)])
def test_what_is_very_short_lasts_a_frame(seconds: Fraction) -> None:
    made = board(
        scene(
            "q1",
            seconds=seconds,
            before={"q1": seconds},
            breaks=(BreakOrder("q1", "Why?", "think", seconds),),
        ),
        opening=(("note", "x", seconds),),
    )
    timeline = planned(made, cleared("q1", span(1, 2)))
    assert [shot.frames for shot in timeline.shots if not isinstance(shot, Take)] == [
        max(1, round(seconds * 25))
    ] * 4
    assert all(isinstance(shot, Break | Card | Hold | Take) for shot in timeline.shots)


def test_nothing_at_all_is_an_error() -> None:
    with pytest.raises(ConfigError, match="nothing in the film"):
        planned(board())


# Cutaways -------------------------------------------------------------------------------------


def order(over: str, *, join: int = 1, seconds: float = 1, still: bool = False) -> CutawayOrder:
    return CutawayOrder("q1", "b.mp4", still, over, join, Fraction(seconds), Fraction(5))


TWO = cleared("q1", span(0, 2), span(10, 12))


@pytest.mark.parametrize(
    ("asked", "laid"),
    [
        (order("start"), [[(0, 25, "5")], []]),
        (order("end"), [[], [(25, 25, "5")]]),
        (order("all"), [[(0, 50, "5")], [(0, 50, "7")]]),
        (order("join"), [[(38, 12, "5")], [(0, 13, "137/25")]]),
        (order("join", seconds=60), [[(0, 50, "5")], [(0, 50, "7")]]),
        (order("join", still=True), [[(38, 12, "0")], [(0, 13, "0")]]),
        (order("start", seconds=3), [[(0, 50, "5")], [(0, 25, "7")]]),
        (replace(order("all"), quote="other"), [[], []]),
    ],
)
def test_cutaways_are_laid_along_the_quote(
    asked: CutawayOrder, laid: list[list[tuple[int, int, str]]]
) -> None:
    takes = planned(board(scene("q1", cutaways=(asked,))), TWO).takes
    assert [[(c.at, c.frames, str(c.start)) for c in take.cutaways] for take in takes] == laid


def test_a_join_that_is_not_there_is_an_error() -> None:
    with pytest.raises(ConfigError, match="1 join"):
        planned(board(scene("q1", cutaways=(order("join", join=2),))), TWO)


@pytest.mark.parametrize("rate", ["24", "24000/1001", "25", "30000/1001", "50", "60000/1001"])
@pytest.mark.parametrize("seconds", ["1/25", "1/2", "1", "9/4", "20"])
def test_a_pause_is_as_long_as_asked_to_the_frame_whatever_lies_before_it(rate: str, seconds: str) -> None:
    """And its sound to the sample: positions are rounded, so nothing adds up."""
    asked, of = Fraction(seconds), Fraction(rate)
    scenes = [scene("q1", before={"q1": asked}, after={"q1": asked}) for _ in range(5)]
    timeline = planned(replace(board(*scenes), rate=of), cleared("q1", span(1.013, 2.479)))
    holds = [shot for shot in timeline.shots if isinstance(shot, Hold)]
    assert len(holds) == 10
    for hold in holds:
        assert abs(Fraction(hold.frames) / of - asked) <= 1 / (2 * of)
        assert abs(samples_of(hold, of) - Fraction(hold.frames) / of * SAMPLE_RATE) <= 1


# Names to hide --------------------------------------------------------------------------------


def line(text: str) -> list[tuple[str, Span[Source]]]:
    return [(word, span(i, i + 0.5)) for i, word in enumerate(text.split())]


def hidden(
    name: str, text: str, *, sound: str = "", sounds_like: tuple[str, ...] = (), heard: str = ""
) -> list[tuple[int, int]]:
    """The first and last word that are hidden, for each place."""
    words = [Word(word, place, 0.9) for word, place in line(heard)]
    quiet = [span(i + 0.5, i + 1) for i in range(len(text.split()))]
    found = find_names([Bleep("amara", name, "[a nurse]", sounds_like, sound)], line(text), words, quiet)
    return [(ceil(place.start.seconds), floor(place.end.seconds)) for place in found]


@pytest.mark.parametrize(
    ("name", "text", "places"),
    [
        ("Sister Pargeter", "it was Sister Pargeter, there", [(2, 2), (3, 3)]),
        ("Pargeter", "Pargeter’s chair and PARGETER again", [(0, 0), (3, 3)]),
        ("Pargeter", "the Pargeters came", [(1, 1)]),
        ("Pargeter", "the target came", []),
        ("Sister Pargeter", "my sister came", []),
        ("Anne-Marie", "ask Anne-Marie, please", [(1, 1)]),
        ("Anne-Marie", "ask Anne Marie, please", [(1, 1), (2, 2)]),
        ("Anne Marie", "ask Anne-Marie, please", [(1, 1)]),
        ("Pargeter", "ask Pargeter-Jones please", [(1, 1)]),
        ("Ward Seven", "on Ward Seven there", [(1, 1), (2, 2)]),
        ("Ward 7", "on Ward Seven there", [(1, 1), (2, 2)]),
        ("Pargeter", "the Pargeters’ house", [(1, 1)]),
    ],
)
def test_names_are_hidden_where_they_are_said(name: str, text: str, places: list[tuple[int, int]]) -> None:
    assert hidden(name, text) == places


def test_only_the_words_that_name_somebody_are_hidden() -> None:
    assert hidden("Quince Ward", "on Quince Ward there", sound="Quince") == [(1, 1)]
    assert hidden("Quince Ward", "on Quince there", sound="Quince", sounds_like=("Quince",)) == [(1, 1)]


@pytest.mark.parametrize("where", ["approved", "heard"])
def test_a_hesitation_in_the_middle_of_a_name_does_not_save_it(where: str) -> None:
    """A shot keeps an "um" that the text leaves out: the name around it is hidden all the same."""
    said = line("ask Sister um Pargeter now")
    words = [Word(word, place, 0.9) for word, place in said]
    found = find_names(
        [Bleep("amara", "Sister Pargeter", "[a nurse]")],
        said if where == "approved" else [],
        words if where == "heard" else [],
    )
    for name in (said[1][1], said[3][1]):
        assert any(place.start <= name.start and name.end <= place.end for place in found)


def test_what_was_heard_counts_where_the_text_does_not_have_it() -> None:
    assert hidden("Pargeter", "somebody was there", heard="um Pargeter was") == [(1, 1)]
    assert hidden("Pargeter", "ask Pargeter now", heard="ask Pargeter now") == [(1, 1)]


NAME = [Bleep("amara", "Pargeter", "[a nurse]")]


def test_hidden_places_have_room_around_them_and_never_overlap() -> None:
    (place,) = find_names(NAME, [("Pargeter", span(0.01, 0.5)), ("Pargeter", span(0.6, 1.0))], [])
    assert place == Span(Time(ZERO), Time(1 + REACH_AFTER))
    close = [("ask", span(1, 2)), ("Pargeter", span(2, 3)), ("now", span(3, 4))]
    (place,) = find_names(NAME, close, [])
    assert place == Span(Time(2 - BLEEP_BEFORE), Time(3 + BLEEP_AFTER))


@pytest.mark.parametrize(
    ("quiet", "after", "ends"),
    [
        (3.0, 3.6, 3.12),  # quiet at once: the least guard
        (3.3, 3.6, 3.3),  # its last sound goes on for 0.3 s: hidden to its end
        (3.5, 3.6, 3.35),  # longer than any name's: as far as a guard reaches
        (3.5, 3.2, 3.2),  # to the next word
        (3.5, 3.05, 3.12),  # never less than the least guard
    ],
)
def test_a_name_is_hidden_to_the_end_of_its_own_voice(quiet: float, after: float, ends: float) -> None:
    said = [("ask", span(1, 1.5)), ("Pargeter", span(2, 3)), ("now", span(after, after + 0.3))]
    (place,) = find_names(NAME, said, [], [span(1.5, 2.0), span(quiet, quiet + 0.05)])
    assert place == Span(Time(2 - BLEEP_BEFORE), Time[Source].measured(ends))


def test_a_name_is_hidden_from_where_its_voice_begins() -> None:
    (place,) = find_names(NAME, [("ask", span(1, 1.5)), ("Pargeter", span(2, 3))], [], [span(1.5, 1.9)])
    assert place.start == Time[Source].measured(1.9)


def named(*, heard: float = 3.0, after: float = 3.6, quiet: float = 3.1) -> Cut:
    words = [("ask", span(1, 1.5)), ("Pargeter", span(2, 3)), ("now", span(after, after + 0.2))]
    said = tuple(Said(n, text, text, at) for n, (text, at) in enumerate(words))
    raw = (words[0][1], span(2, heard), words[2][1])
    sound = span(0.9, 5.0)
    quiets = (span(1.5, 2.0), span(quiet, quiet + 0.05))
    return Cut(Stretch(said, sound.start, sound.end), sound, True, raw, quiet=quiets)


def told(cut: Cut) -> list[str]:
    words = [(word.text, word.span) for word in cut.stretch.said]
    hidden = find_names(NAME, words, [], cut.quiet)
    return [found.what for found in names_to_hear("q1", NAME, [cut], hidden)]


def test_what_is_left_of_a_hidden_name_is_told() -> None:
    assert told(named()) == []
    (left,) = told(named(quiet=3.5))  # a voice goes on beyond the guard, and is no word's
    assert "a voice goes on" in left and "Pargeter" in left
    (left,) = told(named(heard=3.4, after=3.05, quiet=4.0))  # the recogniser has it end inside the next word
    assert "a voice goes on" in left


def test_an_approved_word_that_goes_with_a_name_is_told() -> None:
    short = named(after=3.0)
    now = replace(short.stretch.said[2], span=span(3.0, 3.1))
    cut = replace(short, stretch=replace(short.stretch, said=(*short.stretch.said[:2], now)))
    assert any("“now”" in what and "is hidden with the name" in what for what in told(cut))
