"""A quote is looked for in its contributor's words; others' words are a wall between them."""

from __future__ import annotations

from fractions import Fraction

from pipeline.core.time import Span, Time
from pipeline.core.word import Word
from pipeline.matching.match import Haystack, match
from pipeline.matching.match import given as by_hand
from pipeline.matching.model import Cut, Match, Said, State, Stretch
from pipeline.matching.tasks import other_voices
from pipeline.production.quotes import Pin, Quote
from pipeline.speech.transcript import Transcript, Words

OTHERS = frozenset({"Interviewer", ""})


def transcript(*turns: tuple[str, str]) -> Transcript:
    """Each word takes 0.3 s and is followed by 0.1 s of nothing."""
    said = [(word, who) for who, text in turns for word in text.split()]
    words = [
        Word(word, Span.measured(0.4 * at, 0.4 * at + 0.3), 0.9, "", who)
        for at, (word, who) in enumerate(said)
    ]
    return Transcript("amara", "en", "test", "", Words.of(words))


def quote(text: str) -> Quote:
    return Quote("q1", "amara", "", text, "", frozenset(), "", None, "", 2)


TALK = transcript(
    ("Interviewer", "so they sent you home with a leaflet"),
    ("Amara", "yes they did every single time"),
    ("Interviewer", "and how did that feel"),
    ("Amara", "it felt like nothing at all"),
)


def found(text: str, talk: Transcript = TALK, others: frozenset[str] = OTHERS) -> Match:
    return match(quote(text), [Haystack.of(talk, others)])


def test_an_interviewers_words_are_nobodys_approved_words() -> None:
    assert found("They sent you home with a leaflet.", others=frozenset()).state is State.MATCHED
    assert found("They sent you home with a leaflet.").state is State.NOT_FOUND
    assert found("It felt like nothing at all.").state is State.MATCHED
    assert found("And how did that feel?", others=frozenset({"Amara"})).state is State.MATCHED


def test_they_stay_as_neighbours_that_cuts_keep_off() -> None:
    best = found("It felt like nothing at all.").best
    assert best
    [stretch] = best.stretches
    assert [word.text for word in stretch.lead] == ["how", "did", "that", "feel"]
    assert stretch.before == stretch.lead[-1].span.end


def test_no_shot_plays_across_them() -> None:
    talk = transcript(("Amara", "it felt like"), ("Interviewer", "mm"), ("Amara", "nothing at all to me"))
    best = found("It felt like nothing at all to me.", talk).best
    assert best
    assert [one.heard for one in best.stretches] == ["it felt like", "nothing at all to me"]
    approved = found("It felt like mm nothing at all to me.", talk).best
    assert approved
    assert all("mm" not in one.heard.split() for one in approved.stretches)


def test_times_and_pins_are_held_against_the_speaker_too() -> None:
    span = Span.measured(0.4, 3.1)  # they sent you home with a leaflet
    text = "They sent you home with a leaflet."
    hay = Haystack.of(TALK, OTHERS)
    pinned = Pin("q1", quote(text).digest, "amara", (span,))
    assert match(quote(text), [hay], pinned).state is State.NOT_FOUND
    timed = Quote("q1", "amara", "", text, "", frozenset(), "", None, "", 2, span)
    assert by_hand(timed, Haystack.of(TALK)).state is State.MATCHED
    assert by_hand(timed, hay).state is State.PARTIAL


def test_another_voice_in_a_shot_is_told() -> None:
    said = (Said(0, "it", "it", Span.measured(7.6, 9.5)),)
    stretch = Stretch(said, Time(Fraction(7)), Time(Fraction(10)))
    wide = Cut(stretch, Span.measured(7.3, 9.5), aligned=True)
    close = Cut(stretch, Span.measured(7.6, 9.5), aligned=True)
    [told] = other_voices("q1", [wide], TALK, OTHERS)
    assert (told.rule, told.measured) == ("other-voice", "“feel”")
    assert "Interviewer" in told.what
    assert other_voices("q1", [close], TALK, OTHERS) == []
