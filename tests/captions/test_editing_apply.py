"""Corrections outlive every cut: what a reviewer put right is there again, or listed with the reason why
not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.captions.editing.apply import BY_HAND, differences, marked, replay, settled
from pipeline.captions.editing.model import ASK, Conflict, Correction
from pipeline.captions.generate import caption
from pipeline.captions.model import Captions, Cue, CueWord, plain_cue
from pipeline.core.time import Span, Time
from pipeline.edit.timeline import Card, Hold, Take, Timeline
from pipeline.errors import ConfigError
from pipeline.language.redaction import Bleep
from pipeline.matching.model import Said
from pipeline.production.configs import load_profile
from pipeline.production.profile import Profile
from pipeline.production.quotes import QuotePiece, pieces
from tests.captions.cues import as_read
from tests.captions.test_generate import film, said, take

slowly = settings(max_examples=60, deadline=None, derandomize=True)

PLAIN, BBC, NETFLIX = load_profile("plain"), load_profile("bbc"), load_profile("netflix")

AMARA = (
    "They saw the label first. Then, after a long while, they saw me as I am, with sixty three "
    "years behind me."
)
BEN = "I went back to the surgery twice that month, and nobody asked me why I had come. Nobody did."
ERIN = "You could ask. That is all. It takes a minute and it costs nothing at all to anybody."

Texts = dict[str, str]


def spoken(quote: str, text: str, speaker: str, source: str, *, at: float = 2.0, each: float = 0.3) -> Take:
    made = take(said(text, at=at, each=each), quote=quote, speaker=speaker, tail=0.6)
    return replace(made, source=source)


QUOTES: Texts = {"q1": AMARA, "q2": BEN, "q3": ERIN}


def shots(*, each: float = 0.3) -> list[Take | Card]:
    return [
        Card(0, 50, "title", "A film"),
        spoken("q1", AMARA, "Amara", "s1", each=each),
        spoken("q2", BEN, "Ben", "s2", at=31.0, each=each),
        spoken("q3", ERIN, "Erin", "s3", at=7.5, each=each),
    ]


def pieces_of(texts: Texts) -> dict[str, tuple[QuotePiece, ...]]:
    return {name: pieces(text) for name, text in texts.items()}


def made_of(timeline: Timeline, texts: Texts = QUOTES, profile: Profile = PLAIN) -> Captions:
    return caption(timeline, pieces_of(texts), profile, language="en")


FILM = film(*shots())
MADE = made_of(FILM)


def edit(index: int, captions: Captions = MADE, **changes: object) -> list[Cue]:
    """The cues with one of them changed; words are left out, as in a file."""
    cues = [as_read(cue) for cue in captions.cues]
    cues[index] = as_read(cues[index], **changes)
    return cues


def redone(
    edited: list[Cue], made: Captions = MADE, timeline: Timeline = FILM, profile: Profile = PLAIN
) -> tuple[Captions, list[Correction], list[Conflict]]:
    corrections, conflicts = differences(made, edited, timeline=timeline)
    new, not_kept = replay(made, corrections, profile, timeline)
    assert {c.correction for c in not_kept} <= {c.correction for c in conflicts}, (
        "replay refuses nothing that was not said at once"
    )
    return new, corrections, conflicts


def kinds(corrections: list[Correction]) -> list[str]:
    return [correction.kind for correction in corrections]


# One thing each -------------------------------------------------------------------------------


def test_what_nobody_changed_is_no_difference() -> None:
    assert differences(MADE, [as_read(cue) for cue in MADE.cues], timeline=FILM) == ([], [])
    assert replay(MADE, [], PLAIN, FILM) == (MADE, [])


def text_of(captions: Captions) -> str:
    return " ".join(cue.text for cue in captions.cues)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("label first.", "label first!"),
        ("Then, after a long while,", "Then – after a long while –"),
        ("They saw the", "THEY saw the"),
        ("sixty three years", "63 years"),
        ("They saw the label", "“They saw the label”"),
    ],
)
def test_case_punctuation_and_numerals_may_be_put_right(old: str, new: str) -> None:
    edited = [
        as_read(cue, lines=tuple(" ".join(cue.lines).replace(old, new).split("|"))) for cue in MADE.cues
    ]
    assert new in " ".join(cue.text for cue in edited), "the test changes something"
    found, corrections, conflicts = redone(edited)
    assert not conflicts
    assert new in text_of(found)
    assert differences(found, edited, timeline=FILM) == ([], [])
    assert "text" in kinds(corrections)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("the label", "the table"),
        ("label first", "label"),
        ("saw me as", "saw me just as"),
        ("sixty three", "fifty three"),
        ("they saw me", "they didn't see me"),
        ("first.", "1st. Never."),
    ],
)
def test_other_words_than_the_approved_are_refused_and_listed(old: str, new: str) -> None:
    edited = [as_read(cue, lines=(cue.text.replace(old, new),)) for cue in MADE.cues]
    assert any(new in cue.text for cue in edited)
    corrections, conflicts = differences(MADE, edited, timeline=FILM)
    assert conflicts and all(ASK in conflict.why for conflict in conflicts)
    after, listed = replay(MADE, corrections, PLAIN, FILM)
    assert {c.correction for c in conflicts} == {c.correction for c in listed}
    assert [w.text for cue in after.cues for w in cue.words] == [
        w.text for cue in MADE.cues for w in cue.words
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [("0.50 mg", "12.50 mg"), ("10 – 20", "10 20"), ("< 5", "5"), ("1/2", "1 2"), ("at -3", "at 3")],
)
def test_another_dose_is_refused_and_the_same_in_other_marks_is_not(old: str, new: str) -> None:
    text = "For 10 – 20 days, I had 0.50 mg, then < 5 of them, or 1/2 at -3 degrees."
    timeline = film(spoken("q1", text, "Amara", "s1"))
    made = made_of(timeline, {"q1": text})
    edited = [as_read(cue, lines=(cue.text.replace(old, new),)) for cue in made.cues]
    assert any(new in cue.text for cue in edited)
    corrections, conflicts = differences(made, edited, timeline=timeline)
    asked = [c for c in corrections if c.kind == "text"]
    assert asked and all(c in {one.correction for one in conflicts} for c in asked)
    assert old in text_of(replay(made, corrections, PLAIN, timeline)[0])
    marked = [as_read(cue, lines=(cue.text.replace("days,", "days –"),)) for cue in made.cues]
    assert differences(made, marked, timeline=timeline)[1] == []


def test_a_request_for_other_words_is_met_once_the_list_says_so() -> None:
    edited = [as_read(cue, lines=(cue.text.replace("the label", "my label"),)) for cue in MADE.cues]
    corrections, _ = differences(MADE, edited, timeline=FILM)
    texts = QUOTES | {"q1": AMARA.replace("the label", "my label")}
    timeline = film(spoken("q1", texts["q1"], "Amara", "s1"))
    _, conflicts = replay(
        made_of(timeline, texts), [c for c in corrections if c.kind == "text"], PLAIN, timeline
    )
    assert not conflicts


def test_lines_and_cues_are_parted_and_joined() -> None:
    one = next(index for index, cue in enumerate(MADE.cues) if len(cue.lines) == 2)
    edited = edit(one, lines=(MADE.cues[one].text,))
    found, corrections, _ = redone(edited)
    assert kinds(corrections) == ["break"]
    assert found.cues[one].lines == edited[one].lines
    first, second = MADE.cues[one].lines
    middle = MADE.cues[one].words[len(first.split()) - 1 - MADE.cues[one].label].span.end
    later = as_read(edited[one], lines=(second,), span=Span(middle, edited[one].span.end))
    parted = [
        *edited[:one],
        as_read(edited[one], lines=(first,), span=Span(edited[one].span.start, middle)),
        later,
        *edited[one + 1 :],
    ]
    found, corrections, conflicts = redone(parted)
    assert not conflicts
    assert [cue.text for cue in found.cues] == [cue.text for cue in parted]
    assert differences(found, parted, timeline=FILM) == ([], [])
    back, _, conflicts = redone(edited, made=found)
    assert not conflicts
    assert [cue.text for cue in back.cues] == [cue.text for cue in MADE.cues]


def test_no_cue_is_joined_over_a_cut() -> None:
    last = max(index for index, cue in enumerate(MADE.cues) if cue.quote == "q1")
    one, two = MADE.cues[last], MADE.cues[last + 1]
    edited = [
        *MADE.cues[:last],
        as_read(one, lines=(one.text, two.text), span=Span(one.span.start, two.span.end)),
        *MADE.cues[last + 2 :],
    ]
    _, conflicts = differences(MADE, edited, timeline=FILM)
    assert any("a cut lies between" in conflict.why for conflict in conflicts)


def test_times_are_kept_to_the_frame_and_make_room() -> None:
    one = MADE.cues[1]
    earlier = replace(one.span, start=one.span.start + Fraction(-1, 5))
    found, corrections, conflicts = redone(edit(1, span=earlier))
    assert (found.cues[1].span.start, kinds(corrections), conflicts) == (earlier.start, ["in"], [])
    assert found.cues[0].span.end <= earlier.start, "the cue before makes room"


def test_a_cue_stands_on_into_the_pause_after_its_take_and_no_further() -> None:
    one = spoken("q1", "They saw me.", "Amara", "s1")
    one = replace(one, frames=int(one.said[-1].span.end.seconds * 25) - one.first + 2)
    pause = Hold(0, 50, "q1", "amara", "s1", one.first + one.frames - 1, one.sound)
    timeline = film(one, pause, Card(0, 50, "end", "x"))
    made = made_of(timeline, {"q1": "They saw me."})
    cue, shot = made.cues[0], timeline.span(timeline.takes[0])
    assert cue.span.end > shot.end, "it stands on"
    found, _, conflicts = redone(
        edit(0, made, span=Span(cue.span.start + Fraction(1, 25), cue.span.end)), made, timeline
    )
    assert (found.cues[0].span.end, conflicts) == (cue.span.end, []), "another start leaves its end alone"
    later = shot.end + Fraction(2)
    found, _, conflicts = redone(edit(0, made, span=Span(cue.span.start, later)), made, timeline)
    assert (found.cues[0].span.end, conflicts) == (later, [])
    found, _, conflicts = redone(
        edit(0, made, span=Span(cue.span.start, later + Fraction(1, 25))), made, timeline
    )
    assert (found.cues[0].span.end, conflicts) == (later, []), "a frame is nothing to decide"
    found, _, conflicts = redone(
        edit(0, made, span=Span(cue.span.start, later + Fraction(1, 5))), made, timeline
    )
    assert [(c.correction.kind, "not so long" in c.why) for c in conflicts] == [("out", True)]
    assert found.cues[0].span.end == later


def test_times_that_turn_cues_round_are_listed() -> None:
    before = MADE.cues[0].span.start
    _, _, conflicts = redone(edit(1, span=Span(before + Fraction(-1, 5), MADE.cues[1].span.end)))
    assert ["overlap" in conflict.why for conflict in conflicts] == [True]


def test_a_label_a_name_and_a_place() -> None:
    named = next(index for index, cue in enumerate(MADE.cues) if cue.quote == "q2")
    cue = MADE.cues[named]
    other = edit(named, lines=(cue.lines[0].replace("Ben:", "NURSE 2:"), *cue.lines[1:]), position="top")
    found, corrections, conflicts = redone(other)
    assert not conflicts
    assert (found.cues[named].speaker, found.cues[named].position, found.cues[named].why) == (
        "Nurse 2",
        "top",
        BY_HAND,
    )
    assert found.cues[named].text.startswith("Nurse 2: ")
    assert set(kinds(corrections)) == {"speaker", "position"}
    without = edit(named, lines=(cue.lines[0].replace("Ben: ", ""), *cue.lines[1:]))
    found, corrections, _ = redone(without)
    assert (found.cues[named].label, found.cues[named].text, kinds(corrections)) == (
        False,
        without[named].text,
        ["label"],
    )
    again, _, _ = redone([as_read(cue) for cue in MADE.cues], made=found)
    assert again.cues[named].text == cue.text
    plain = [replace(cue, position="bottom") for cue in found.cues]
    assert "position" not in kinds(
        differences(replay(MADE, corrections, PLAIN, FILM)[0], plain, timeline=FILM, positions=False)[0]
    )


ROLE = next(index for index, cue in enumerate(MADE.cues) if cue.quote == "q2")


def said_by(captions: Captions) -> list[tuple[str, bool]]:
    return [(cue.speaker, cue.label) for cue in captions.cues if cue.quote == "q2"]


def test_a_speaker_is_corrected_for_the_turn_unless_the_file_says_otherwise() -> None:
    cue, after = MADE.cues[ROLE], MADE.cues[ROLE + 1]
    assert (after.speaker, after.label) == ("Ben", False), "he speaks on"
    role = edit(ROLE, lines=(cue.lines[0].replace("Ben:", "MAN:"), *cue.lines[1:]))
    found, corrections, conflicts = redone(role)
    assert (kinds(corrections), conflicts) == (["speaker"], []), "one decision"
    assert said_by(found) == [("Man", not number) for number in range(len(said_by(MADE)))]
    assert [cue.speaker for cue in found.cues if cue.quote != "q2"] == [
        cue.speaker for cue in MADE.cues if cue.quote != "q2"
    ]
    assert differences(found, [as_read(cue) for cue in found.cues], timeline=FILM) == ([], [])
    his = [*role[: ROLE + 1], as_read(after, lines=(f"Ben: {after.lines[0]}", *after.lines[1:]))]
    found, corrections, conflicts = redone([*his, *role[ROLE + 2 :]])
    assert not conflicts
    assert said_by(found) == [("Man", True), ("Ben", True), *said_by(MADE)[2:]]
    back, corrections, _ = redone([as_read(cue) for cue in MADE.cues], made=found)
    assert said_by(back) == said_by(MADE)


def test_a_turn_ends_with_a_card() -> None:
    one = spoken("q2", BEN, "Ben", "s2", at=31.0)
    timeline = film(one, Card(0, 50, "scene", "Later"), replace(one, quote="q4"), replace(one, quote="q5"))
    made = made_of(timeline, {"q2": BEN, "q4": BEN, "q5": BEN})
    role = Correction("speaker", _anchor(made, 0), "Man", "Ben")
    found, _ = replay(made, [role], PLAIN, timeline)
    assert {cue.quote: cue.speaker for cue in found.cues} == {"q2": "Man", "q4": "Ben", "q5": "Ben"}
    there = next(index for index, cue in enumerate(made.cues) if cue.quote == "q4")
    found, _ = replay(made, [Correction("speaker", _anchor(made, there), "Man", "Ben")], PLAIN, timeline)
    assert {cue.quote: cue.speaker for cue in found.cues} == {"q2": "Ben", "q4": "Man", "q5": "Man"}, (
        "nobody is told anew who speaks"
    )


def test_nobody_is_given_another_contributors_words() -> None:
    cue = MADE.cues[ROLE]
    for name in ("AMARA", "Erin"):
        other = edit(ROLE, lines=(cue.lines[0].replace("Ben:", f"{name}:"), *cue.lines[1:]))
        found, corrections, conflicts = redone(other)
        assert found == MADE
        assert kinds(corrections) == ["speaker"], "and it is kept until somebody decides"
        for conflict in (*conflicts, *replay(MADE, corrections, PLAIN, FILM)[1]):
            assert all(one in conflict.why for one in ("“Ben”", f"“{name.title()}”", "quotes.csv"))
    voice = edit(ROLE + 1, speaker="Amara")
    assert [conflict.correction.value for conflict in redone(voice)[2]] == ["Amara"], (
        "a voice without a label"
    )
    turn = edit(ROLE, speaker="Amara", lines=(cue.lines[0].removeprefix("Ben: "), *cue.lines[1:]))
    turn[ROLE + 1] = voice[ROLE + 1]
    assert [one.correction.value for one in redone(turn)[2]] == ["Amara"], "said once for the turn"


def test_names_that_are_changed_for_each_other_over_the_same_words_are_told() -> None:
    same = {"q1": "I don't know.", "q2": "I don't know."}
    one, two = spoken("q1", same["q1"], "Amara", "s1"), spoken("q2", same["q2"], "Ben", "s2", at=31.0)
    timeline = film(one, two)
    made = made_of(timeline, same)
    texts = [
        cue.lines[0].replace(*names)
        for cue, names in zip(made.cues, (("Amara", "Ben"), ("Ben", "Amara")), strict=True)
    ]
    swapped = [as_read(cue, lines=(text,), speaker="") for cue, text in zip(made.cues, texts, strict=True)]
    _, conflicts = differences(made, swapped, timeline=timeline)
    assert {(one.correction.was, one.correction.value) for one in conflicts} == {
        ("Amara", "Ben"),
        ("Ben", "Amara"),
    }


def sounded(text: str, at: int = 0, *, lines: tuple[str, ...] | None = None) -> list[Cue]:
    """A sound in a cue of its own, in the quiet after cue `at`, which goes earlier."""
    cue = MADE.cues[at]
    spoken_until = max(word.span.end for word in cue.words).snap(FILM.rate)
    cues = edit(at, span=Span(cue.span.start, spoken_until))
    end = MADE.cues[at + 1].span.start if at + 1 < len(MADE.cues) else spoken_until + 1
    return [
        *cues[: at + 1],
        plain_cue(Span(spoken_until, max(end, spoken_until + Fraction(6, 25))), lines or (text,), "", ""),
        *cues[at + 1 :],
    ]


def test_a_sound_stands_alone_where_there_is_room_and_else_with_the_words() -> None:
    last = len(MADE.cues) - 1
    for at in range(len(MADE.cues)):
        new, corrections, _ = redone(sounded("[door slams]", at))
        assert "sound" in kinds(corrections)
        assert text_of(new).count("[door slams]") == 1, f"after cue {at}"
        assert " ".join(w.text for cue in new.cues for w in cue.words) == " ".join(
            w.text for cue in MADE.cues for w in cue.words
        )
    own = [cue for cue in redone(sounded("[door slams]", last))[0].cues if cue.kind == "sound"]
    assert [cue.quote for cue in own] == ["q3"]


def test_a_sound_inside_a_cue_is_told_before_the_same_word_and_in_each_house_its_way() -> None:
    cue = MADE.cues[1]
    edited = edit(1, lines=("[door slams]", *cue.lines))
    new, corrections, conflicts = redone(edited)
    assert not conflicts
    assert new.cues[1].text == edited[1].text
    assert differences(new, edited, timeline=FILM) == ([], [])
    theirs = made_of(FILM, profile=BBC)
    assert "DOOR SLAMS" in text_of(replay(theirs, corrections, BBC, FILM)[0])
    gone, again, _ = redone([as_read(cue) for cue in MADE.cues], made=new)
    assert [c.was for c in again] == ["door slams"]
    assert "door" not in text_of(replay(MADE, [*corrections, *again], PLAIN, FILM)[0])
    assert gone.cues == MADE.cues


def test_a_sound_over_a_card_is_listed() -> None:
    edited = [
        plain_cue(Span(Time(Fraction(0)), Time(Fraction(1))), ("[music]",), "", ""),
        *(as_read(cue) for cue in MADE.cues),
    ]
    _, conflicts = differences(MADE, edited, timeline=FILM)
    assert ["no footage is heard" in conflict.why for conflict in conflicts] == [True]


LIES = "he lies about everything"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("[door slams]", True),
        ("(all laugh)", True),
        ("[distant siren]", True),
        (f"[{LIES}]", False),
        (LIES.upper(), False),
        (f"♪ {LIES} ♪", False),
        ("[nobody here is to be trusted]", False),
    ],
)
def test_words_in_brackets_or_capitals_of_a_file_are_no_way_round_an_approval(text: str, shown: bool) -> None:
    for edited in (sounded(text, len(MADE.cues) - 1), edit(1, lines=(text, *MADE.cues[1].lines))):
        new, _, conflicts = redone(edited)
        assert (text.strip("[]()♪ ").casefold() in text_of(new).casefold()) is shown
        assert bool(conflicts) is not shown
        assert all("captions mark" in one.why or "approval" in one.why for one in conflicts)


@pytest.mark.parametrize("label", ["HE LIES ALWAYS:", "Benjamin:", "Nurse Okafor:"])
def test_a_label_names_a_speaker_of_the_film_and_nobody_else(label: str) -> None:
    named = next(index for index, cue in enumerate(MADE.cues) if cue.quote == "q2")
    cue = MADE.cues[named]
    new, _, conflicts = redone(edit(named, lines=(cue.lines[0].replace("Ben:", label), *cue.lines[1:])))
    assert label[:-1].casefold() not in text_of(new).casefold()
    assert conflicts
    assert all(one.open for one in conflicts)


def test_words_that_a_person_marks_as_a_sound_are_one() -> None:
    words = Correction("words", _anchor(MADE, 1), "kazoo buzzes on", "sound")
    sound = Correction("sound", _anchor(MADE, 1), "kazoo buzzes on")
    assert [one.open for one in replay(MADE, [words], PLAIN, FILM)[1]] == [True]
    assert not replay(MADE, [words, sound], PLAIN, FILM)[1]


@pytest.mark.parametrize("text", [LIES, "“she is ill”", "he says she is ill", "Ben: cough", "cough " * 20])
def test_a_sound_in_the_ledger_is_held_to_what_a_sound_may_be(text: str) -> None:
    new, conflicts = replay(MADE, [Correction("sound", _anchor(MADE, 1), text)], PLAIN, FILM)
    assert new == MADE
    assert len(conflicts) == 1
    with pytest.raises(ConfigError, match="no sound"):
        marked(MADE, FILM, 1, "sound", text)


def test_nobody_on_the_bleep_list_is_named_in_a_label() -> None:
    corrections, _ = differences(MADE, sounded("[Pargeter coughs]", len(MADE.cues) - 1), timeline=FILM)
    new, conflicts = replay(MADE, corrections, PLAIN, FILM, (Bleep("erin", "Pargeter", "[a nurse]"),))
    assert "Pargeter" not in text_of(new)
    assert ["bleep list" in conflict.why for conflict in conflicts] == [True]


def test_words_that_were_heard_and_unclear_ones_are_known_again() -> None:
    whole = Correction("heard", _anchor(MADE, 1), "yes")
    unclear = Correction("unclear", _anchor(MADE, 2), "train drowns her words")
    new, conflicts = replay(MADE, [whole, unclear], PLAIN, FILM)
    assert not conflicts
    assert "[train drowns her words]" in new.cues[2].text
    assert settled(new, [whole, unclear], "heard") == {
        (MADE.cues[1].quote, word.piece) for word in MADE.cues[1].words
    }
    moved = film(spoken("q1", AMARA, "Amara", "s1", at=90.0))
    assert not settled(made_of(moved), [whole, unclear], "heard"), "other sound has not been listened to"


def _anchor(captions: Captions, index: int):  # type: ignore[no-untyped-def]
    from pipeline.captions.editing.edit_list import Strip

    strip = Strip(captions, Fraction(25))
    at = strip.heads[index][0]
    return strip.anchor(at, strip.cue_end(at))


# A file of an older build ---------------------------------------------------------------------


def test_a_file_of_an_older_order_finds_its_words_and_not_its_times() -> None:
    title, one, two, three = shots()
    now = film(title, three, one, two, Card(0, 100, "end", "x"))
    made = made_of(now)
    edited = edit(1, span=Span(MADE.cues[1].span.start + Fraction(1, 5), MADE.cues[1].span.end))
    corrections, conflicts = differences(made, edited, timeline=now)
    assert not conflicts
    assert kinds(corrections) == ["in"], [(c.kind, c.value, c.was) for c in corrections]
    new, _ = replay(made, corrections, PLAIN, now)
    was, is_now = (
        next(
            cue for cue in of.cues if cue.words[0].piece == MADE.cues[1].words[0].piece and cue.quote == "q1"
        )
        for of in (made, new)
    )
    assert is_now.span.start - was.span.start == Fraction(1, 5)


def test_a_file_of_one_quote_leaves_the_others_as_they_are() -> None:
    edited = [as_read(cue) for cue in MADE.cues if cue.quote == "q2"]
    assert differences(MADE, edited, timeline=FILM) == ([], [])


# Every correction is kept or listed -----------------------------------------------------------


def _retime(cues: list[Cue], at: int, start: int, end: int) -> list[Cue]:
    cue, rate = cues[at], FILM.rate
    span = (cue.span.start + Fraction(start) / rate, cue.span.end + Fraction(end) / rate)
    return [*cues[:at], replace(cue, span=Span(*span)), *cues[at + 1 :]] if span[0] < span[1] else cues


def _part(cues: list[Cue], at: int, share: int) -> list[Cue]:
    cue, rate = cues[at], FILM.rate
    words = cue.text.split()
    cut = share % len(words)
    frames = int(cue.span.duration * rate)
    if cut < 1 + cue.label or frames < 4 or "[" in cue.text:
        return cues
    middle = cue.span.start + Fraction(max(1, frames * cut // len(words))) / rate
    one = as_read(cue, lines=(" ".join(words[:cut]),), span=Span(cue.span.start, middle))
    return [
        *cues[:at],
        one,
        as_read(cue, lines=(" ".join(words[cut:]),), span=Span(middle, cue.span.end)),
        *cues[at + 1 :],
    ]


def _join(cues: list[Cue], at: int) -> list[Cue]:
    if at + 1 == len(cues) or cues[at].quote != cues[at + 1].quote or cues[at + 1].label:
        return cues
    one, two = cues[at], cues[at + 1]
    return [
        *cues[:at],
        as_read(one, lines=(*one.lines, *two.lines), span=Span(one.span.start, two.span.end)),
        *cues[at + 2 :],
    ]


def _lines(cues: list[Cue], at: int, share: int) -> list[Cue]:
    words = cues[at].text.split()
    cut = share % len(words)
    lines = tuple(filter(None, (" ".join(words[:cut]), " ".join(words[cut:]))))
    return [*cues[:at], as_read(cues[at], lines=lines), *cues[at + 1 :]]


def _mark(cues: list[Cue], at: int) -> list[Cue]:
    lines = cues[at].lines
    return [
        *cues[:at],
        as_read(cues[at], lines=(*lines[:-1], lines[-1].rstrip(".,!") + "!")),
        *cues[at + 1 :],
    ]


def _top(cues: list[Cue], at: int) -> list[Cue]:
    return [*cues[:at], replace(cues[at], position="top"), *cues[at + 1 :]]


def _sound(cues: list[Cue], at: int) -> list[Cue]:
    head = 1 if cues[at].label else 0
    words = cues[at].lines[0].split()
    first = " ".join([*words[:head], "[door slams]", *words[head:]])
    return (
        [*cues[:at], as_read(cues[at], lines=(first, *cues[at].lines[1:])), *cues[at + 1 :]]
        if "[" not in cues[at].text
        else cues
    )


CHANGES: tuple[Callable[[list[Cue], int, int, int], list[Cue]], ...] = (
    lambda cues, at, a, b: _retime(cues, at, a, b),
    lambda cues, at, a, _: _part(cues, at, abs(a)),
    lambda cues, at, *_: _join(cues, at),
    lambda cues, at, a, _: _lines(cues, at, abs(a)),
    lambda cues, at, *_: _mark(cues, at),
    lambda cues, at, *_: _top(cues, at),
    lambda cues, at, *_: _sound(cues, at),
)


@st.composite
def reviews(draw: st.DrawFn) -> list[Cue]:
    """The made cues as a reviewer might give them back."""
    cues = [as_read(cue) for cue in MADE.cues]
    for _ in range(draw(st.integers(1, 6))):
        change = draw(st.sampled_from(CHANGES))
        cues = change(
            cues, draw(st.integers(0, len(cues) - 1)), draw(st.integers(-8, 8)), draw(st.integers(-8, 8))
        )
    return cues


def well_formed(cues: list[Cue]) -> bool:
    """No overlaps and nothing over a cut: what a reviewer's tool lets pass."""
    spans = {shot.quote: FILM.span(shot) for shot in FILM.takes}
    inside = all(
        spans[cue.quote].start <= cue.span.start and cue.span.end <= spans[cue.quote].end for cue in cues
    )
    return inside and all(one.span.end <= two.span.start for one, two in pairwise(cues))


def in_its_lines(cue: Cue) -> bool:
    """A sound in longer lines than there is room for is laid out anew, whatever lines its file has."""
    return "[" not in cue.text or (len(cue.lines) <= 2 and max(map(len, cue.lines)) <= 32)


NO_ROOM = "it has no room in"


@slowly
@given(reviews())
def test_what_was_changed_is_all_there_after_a_replay_and_once_is_enough(edited: list[Cue]) -> None:
    corrections, conflicts = differences(MADE, edited, timeline=FILM)
    new, listed = replay(MADE, corrections, PLAIN, FILM)
    unexpected = {c.correction for c in listed} - {c.correction for c in conflicts}
    assert all(one.kind == "sound" for one in unexpected)
    assert all(c.why.startswith(NO_ROOM) for c in listed if c.correction in unexpected)
    if well_formed(edited) and all(map(in_its_lines, edited)):
        assert not conflicts and not listed
        assert differences(new, edited, timeline=FILM) == ([], [])
    again, _ = replay(new, corrections, PLAIN, FILM)
    assert again == new
    same, _ = differences(MADE, new.cues, timeline=FILM)
    assert replay(MADE, same, PLAIN, FILM)[0] == new


# A film that was cut again: each correction is looked for by other means than replay's own.


def is_there(correction: Correction, captions: Captions, timeline: Timeline) -> bool:
    anchor = correction.anchor
    shot = next(timeline.span(take) for take in timeline.takes if take.quote == anchor.quote)
    words = [
        (cue, number, word)
        for cue in captions.cues
        for number, word in enumerate(cue.words)
        if cue.quote == anchor.quote
    ]
    mine = [(cue, number, word) for cue, number, word in words if anchor.first <= word.piece <= anchor.last]
    match correction.kind:
        case "text":
            return " ".join(word.text for _, _, word in mine) == correction.value
        case "break":
            (one, _, first), (two, _, second) = mine
            lines = [line for line in one.lines if first.text in line.split()]
            state = (
                "cue"
                if one is not two
                else "none"
                if any(f"{first.text} {second.text}" in line for line in lines)
                else "line"
            )
            return state == correction.value
        case "in":
            cue, number, word = mine[0]
            wanted = max(
                shot.start, word.span.start + Fraction(correction.value)
            )  # no cue begins before its shot
            return number == 0 and abs(cue.span.start - wanted) <= Fraction(1, 25)
        case "out":
            cue, number, word = mine[-1]
            wanted = min(shot.end, word.span.end + Fraction(correction.value))
            follows = [other.span.start for other in captions.cues if other.span.start >= cue.span.end]
            early = (
                bool(follows) and follows[0] == cue.span.end and cue.span.end <= wanted
            )  # the next one needed the room
            return number + 1 == len(cue.words) and (early or abs(cue.span.end - wanted) <= Fraction(1, 25))
        case "position":
            return all(cue.position == correction.value for cue, _, _ in mine)
        case "label":
            return mine[0][0].label == (correction.value != "off")
        case "sound":
            return any(
                correction.value in cue.text.lower() for cue in captions.cues if cue.quote == anchor.quote
            )
        case _:
            raise AssertionError(correction.kind)


def shifted(shot: Take | Card, by: float, jitter: list[int]) -> Take | Card:
    """The same take as another recogniser hears it: every word's time a little otherwise."""
    if not isinstance(shot, Take):
        return shot
    words = tuple(
        Said(
            w.piece,
            w.text,
            "",
            Span(
                w.span.start + Fraction(jitter[n % len(jitter)], 1000),
                w.span.end + Fraction(jitter[n % len(jitter)], 1000),
            ),
        )
        for n, w in enumerate(shot.said)
    )
    return replace(shot, said=words)


def trimmed(shot: Take | Card, frames: int) -> Take | Card:
    return replace(shot, frames=shot.frames - frames) if isinstance(shot, Take) else shot


@st.composite
def recuts(draw: st.DrawFn) -> tuple[Timeline, Profile]:
    """The film after the morning's changes: another order, scenes gone, trimmed, heard by another model,
    another profile.
    """
    made = shots()
    if draw(st.booleans()):
        made = draw(st.permutations(made))
    if draw(st.booleans()):
        made = made[: draw(st.integers(1, len(made)))]
    if draw(st.booleans()):
        jitter = draw(st.lists(st.integers(-90, 90), min_size=3, max_size=9))
        made = [shifted(shot, 0, sorted(jitter)) for shot in made]
    if draw(st.booleans()):
        made = [trimmed(shot, draw(st.integers(0, 12))) for shot in made]
    if not any(isinstance(shot, Take) for shot in made):
        made = shots()
    return film(*made), draw(st.sampled_from([PLAIN, PLAIN, BBC, NETFLIX]))


@pytest.mark.slow
@slowly
@given(reviews(), recuts())
def test_after_any_recut_every_correction_is_kept_or_listed(
    edited: list[Cue], recut: tuple[Timeline, Profile]
) -> None:
    corrections, refused = differences(MADE, edited, timeline=FILM)
    corrections = [c for c in corrections if c not in {r.correction for r in refused}]
    timeline, profile = recut
    made = made_of(timeline, profile=profile)
    new, conflicts = replay(made, corrections, profile, timeline)
    listed = [conflict.correction for conflict in conflicts]
    assert all(conflict.why for conflict in conflicts)
    last = {c.about: c for c in corrections}
    for correction in corrections:
        if correction not in listed and last[correction.about] is correction:
            assert is_there(correction, new, timeline), (correction, [cue.lines for cue in new.cues])
    words = [(cue.quote, word.piece) for cue in new.cues for word in cue.words]
    assert words == [(cue.quote, word.piece) for cue in made.cues for word in cue.words], (
        "and no approved word is lost"
    )
    assert replay(new, corrections, profile, timeline)[0] == new


def test_after_a_new_wording_what_was_corrected_elsewhere_in_the_quote_stays() -> None:
    edited = [
        as_read(cue, lines=(cue.text.replace("saw me as I am,", "saw ME as I am –"),)) for cue in MADE.cues
    ]
    corrections = [c for c in differences(MADE, edited, timeline=FILM)[0] if c.kind == "text"]
    texts = QUOTES | {"q1": "Well, " + AMARA}
    timeline = film(spoken("q1", texts["q1"], "Amara", "s1"))
    new, conflicts = replay(made_of(timeline, texts), corrections, PLAIN, timeline)
    assert not conflicts
    assert "saw ME as I am –" in text_of(new)
    gone = QUOTES | {"q1": "They saw the label first."}
    timeline = film(spoken("q1", gone["q1"], "Amara", "s1"))
    _, conflicts = replay(made_of(timeline, gone), corrections, PLAIN, timeline)
    assert [c.open for c in conflicts] == [True] * len(corrections)
    timeline = film(spoken("q2", BEN, "Ben", "s2"))
    _, conflicts = replay(made_of(timeline), corrections, PLAIN, timeline)
    assert [c.open for c in conflicts] == [False] * len(corrections), (
        "its quote is not in the film: there is nothing to decide"
    )


def test_what_was_corrected_of_one_person_is_never_put_on_another() -> None:
    texts = {"q1": "I don't know.", "q2": "I don't know."}
    one, two = (
        spoken(quote, texts[quote], name, source, at=at)
        for quote, name, source, at in (("q1", "Amara", "s1", 2.0), ("q2", "Ben", "s2", 31.0))
    )
    made = made_of(film(one, two), texts)
    anchor = _anchor(made, 0)
    said_of_one = [
        Correction("text", anchor, "I DON'T know!", "I don't know."),
        Correction("speaker", anchor, "Man", "Amara"),
        Correction("label", anchor, "off", "on"),
        Correction("position", anchor, "top", "bottom"),
        Correction("break", replace(anchor, last=1, words="i do not", after="know"), "line", "none"),
    ]
    without = made_of(film(two), texts)
    new, conflicts = replay(without, said_of_one, PLAIN, film(two))
    assert new == without
    assert [conflict.open for conflict in conflicts] == [False] * len(said_of_one), "they wait"
    renamed = film(replace(one, quote="q7"), two)
    new, conflicts = replay(made_of(renamed, texts | {"q7": texts["q1"]}), said_of_one[:2], PLAIN, renamed)
    assert not conflicts, "the same moment of the same footage under another name"
    assert [cue.speaker for cue in new.cues] == ["Man", "Ben"]


def test_words_from_another_place_keep_their_text_and_not_their_times() -> None:
    edited = edit(
        1,
        lines=(MADE.cues[1].text.upper(),),
        span=Span(MADE.cues[1].span.start + Fraction(1, 5), MADE.cues[1].span.end),
    )
    corrections, _ = differences(MADE, edited, timeline=FILM)
    timeline = film(spoken("q1", AMARA, "Amara", "s1", at=90.0))
    new, conflicts = replay(made_of(timeline), corrections, PLAIN, timeline)
    assert {c.correction.kind for c in conflicts} == {"in"}
    assert all("another place" in c.why for c in conflicts)
    assert edited[1].text in text_of(new)


def test_the_last_correction_of_a_thing_counts() -> None:
    one, _, _ = redone(edit(1, position="top"))
    first, _ = differences(MADE, edit(1, position="top"), timeline=FILM)
    second, _ = differences(one, [as_read(cue, position="bottom") for cue in one.cues], timeline=FILM)
    new, conflicts = replay(MADE, [*first, *second], PLAIN, FILM)
    assert not conflicts
    assert {cue.position for cue in new.cues} == {"bottom"}


def test_corrections_of_another_profile_wait() -> None:
    corrections, _ = differences(MADE, edit(0, lines=tuple(MADE.cues[0].text.split("saw", 1))), timeline=FILM)
    theirs = [replace(c, profile="netflix") for c in corrections]
    assert replay(MADE, theirs, PLAIN, FILM) == (MADE, [])


def test_a_cue_without_words_is_left_alone() -> None:
    alone = Captions(
        "en",
        (
            plain_cue(Span(Time(Fraction(0)), Time(Fraction(1))), ("[music]",), "", "", kind="music"),
            *MADE.cues,
        ),
    )
    assert replay(alone, [], PLAIN, FILM)[0] == alone
    assert isinstance(alone.cues[1].words[0], CueWord)
