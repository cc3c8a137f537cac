"""Words heard anew against the approved ones: what is asked of the sound, and what is told by its answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from math import exp

import pytest

from pipeline.core.finding import Finding
from pipeline.core.time import Source, Span, Time
from pipeline.core.word import Word
from pipeline.edit.timeline import Take, Timeline
from pipeline.language.redaction import Bleep
from pipeline.matching.model import Answer, Said
from pipeline.verification.speech import Reheard, critical, denied

PAL = Fraction(25)
SURGERY = "I went back to the surgery and people looked up"


def spans(text: str, zero: float) -> list[tuple[str, Span[Source]]]:
    """Three words a second, from `zero` on."""
    return [(word, Span.measured(zero + n / 3, zero + n / 3 + 0.3)) for n, word in enumerate(text.split())]


def take(text: str, *bleeps: Span[Source]) -> Take:
    """A shot that plays these words; those in brackets are kept and not approved."""
    said = tuple(
        Said(-1 if word.startswith("(") else n, word.strip("()"), word.strip("()"), span)
        for n, (word, span) in enumerate(spans(text, 10))
    )
    sound = Span(Time[Source](Fraction(10)), Time[Source](Fraction(20)))
    return Take(0, 250, "q1", "amara", "Amara", "s1", 250, sound, said, bleeps=bleeps)


def shot(text: str, heard: str, bleeps: Sequence[Bleep] = (), hidden: Sequence[Span[Source]] = ()) -> Reheard:
    played = take(text, *hidden)
    words = tuple(Word(word, span, 0.9) for word, span in spans(heard, 0))
    return Reheard(played, Timeline("x", PAL, (640, 360), (played,)), words, tuple(bleeps))


def told(
    text: str,
    heard: str,
    answer: Answer = Answer.HEARD,
    *,
    listener: str = "",
    bleeps: Sequence[Bleep] = (),
    hidden: Sequence[Span[Source]] = (),
) -> list[Finding]:
    """What is told of differences that all have this answer; what is only doubted was said as approved."""
    one = shot(text, heard, bleeps, hidden)
    answers = [Answer.APPROVED if asked.doubted else answer for asked in one.questions]
    return list(one.findings(answers, listener))


def asked(text: str, heard: str) -> list[tuple[str, str, str]]:
    """Approved words, heard words and weight of each question but those that are only doubted."""
    differ = [one.difference for one in shot(text, heard).questions if not one.doubted]
    return [(one.approved, one.heard, one.weight) for one in differ]


def kinds(found: list[Finding]) -> list[tuple[str, str]]:
    return [(one.rule, one.severity) for one in found]


@pytest.mark.parametrize(
    ("approved", "heard"),
    [
        (SURGERY, SURGERY),
        (SURGERY, "i went back to the surgery, and people looked up."),
        (SURGERY, "I went back to the, um, surgery and people looked up"),
        (SURGERY, "I went, I went back to the surgery and people looked up"),
        ("I went back (um) to the surgery", "I went back to the surgery"),
        ("I went back to the (the) surgery", "I went back to the, the surgery"),
        ("that's, that's what I did", "that's what I did"),
        ("at half past two", "at 14:30"),
        ("we do not do that", "we don't do that"),
        ("I took fifteen of them", "I took 15 of them"),
        ("the colour of it", "the color of it"),
    ],
)
def test_hesitations_exact_repeats_and_other_spellings_are_no_difference(approved: str, heard: str) -> None:
    assert asked(approved, heard) == []


@pytest.mark.parametrize(
    ("approved", "heard", "question"),
    [
        ("I went (actually) back", "I went actually back", ("", "actually", "")),
        ("I went back", "I went straight back", ("", "straight", "")),
        ("I went straight back", "I went back", ("straight", "", "")),
        ("they came later", "they come later", ("came", "come", "")),
        ("you can ask", "you can't ask", ("can", "can't", "negation")),
        ("I took fifteen of them", "I took fifty of them", ("fifteen", "fifty", "number")),
        ("he met Beatrice there", "he met a trist there", ("Beatrice", "a trist", "name")),
    ],
)
def test_any_other_word_is_asked_about_whether_the_shot_keeps_it_or_not(
    approved: str, heard: str, question: tuple[str, str, str]
) -> None:
    assert asked(approved, heard) == [question]


def test_a_question_has_words_around_it_in_both_readings() -> None:
    [one] = shot(SURGERY, SURGERY.replace("surgery", "shop")).questions
    asked = one.difference
    assert asked.as_approved == ("went back to the surgery and people looked up",)
    assert asked.as_heard == "went back to the shop and people looked up"
    assert asked.between == ("the", "and")
    assert (float(asked.at.seconds), float(asked.span.start.seconds)) == (
        1.667,
        pytest.approx(0.133, abs=1e-3),
    )


def test_before_the_first_heard_word_no_sentence_begins_there_any_more() -> None:
    [one] = shot("I practise it on the bus", "Practise it on the bus").questions
    assert one.difference.as_approved == ("I practise it on the",)


def test_a_hesitation_that_the_shot_keeps_is_a_way_to_say_the_approved_words() -> None:
    [one] = shot("face the (um) look of it", "face the arm look of it").questions
    assert one.difference.as_approved == ("face the look of it", "face the um look of it")
    [other] = shot("face the (hard) look of it", "face the arm look of it").questions
    assert other.difference.as_approved == ("face the look of it",), "any other kept word is not approved"


@pytest.mark.parametrize(
    ("answer", "severity", "measured"),
    [
        (Answer.HEARD, "warning", "the sound says what is heard"),
        (Answer.OPEN, "info", "the sound does not tell: listen"),
        (Answer.APPROVED, "info", "the sound says the approved words"),
    ],
)
def test_one_ordinary_word_is_told_by_what_the_sound_says(
    answer: Answer, severity: str, measured: str
) -> None:
    [one] = told(SURGERY, SURGERY.replace("back", "down"), answer)
    assert (one.rule, one.severity, one.measured) == ("other-words", severity, measured)
    assert one.what == "“down” is heard where “back” was approved"
    assert one.where == "0:00.7 q1"


@pytest.mark.parametrize(
    ("answer", "severity"), [(Answer.HEARD, "error"), (Answer.OPEN, "warning"), (Answer.APPROVED, "info")]
)
def test_what_would_make_the_film_a_wrong_one_weighs_more(answer: Answer, severity: str) -> None:
    [one] = told("I took fifteen of them", "I took fifty of them", answer)
    assert (one.rule, one.severity) == ("other-words", severity)
    assert one.what.endswith("(a number)")
    [extra] = told(SURGERY, SURGERY.replace("back", "back yesterday"), answer)
    assert (extra.rule, extra.severity) == ("extra-words", severity)


@pytest.mark.parametrize(
    ("answer", "severity"), [(Answer.HEARD, "error"), (Answer.OPEN, "info"), (Answer.APPROVED, None)]
)
@pytest.mark.parametrize("text", ["I do not want it", "I don't want it"])
def test_a_negation_is_asked_about_though_a_recogniser_writes_it(
    text: str, answer: Answer, severity: str | None
) -> None:
    one = shot(text, text)
    assert [question.doubted for question in one.questions] == [True]
    assert [found.severity for found in one.findings([answer])] == ([severity] if severity else [])


@pytest.mark.parametrize(
    ("missing", "severity"), [("back ", "warning"), ("I ", "error"), ("the surgery ", "error")]
)
def test_a_missing_word_weighs_more_at_an_edge_and_in_company(missing: str, severity: str) -> None:
    [one] = told(SURGERY, SURGERY.replace(missing, "", 1))
    assert (one.rule, one.severity) == ("missing-words", severity)


@pytest.mark.parametrize(("heard", "few"), [(5, False), (4, True)])
def test_half_of_the_words_must_be_heard_again(heard: int, few: bool) -> None:
    found = told(SURGERY, " ".join(SURGERY.split()[:heard]), Answer.APPROVED)
    assert [one.measured for one in found if one.rule == "not-heard"] == (["4 of 10"] if few else [])
    assert not any(one.severity == "error" for one in found)


def test_where_a_person_listened_it_is_told_and_no_error() -> None:
    found = told(SURGERY, SURGERY.replace("back", "not"), Answer.LISTENED, listener="Asha")
    assert [(one.severity, one.measured) for one in found] == [("info", "Asha listened")]


def test_what_is_left_open_is_believed_of_a_shot_that_does_not_sound_as_recorded() -> None:
    one = shot("I went back", "I went not back")
    assert [found.severity for found in one.findings([Answer.OPEN])] == ["warning"]
    assert [found.severity for found in one.findings([Answer.OPEN], as_recorded=False)] == ["error"]


@pytest.mark.parametrize(("gain", "without"), [(0.005, False), (0.02, True)])
def test_a_sound_without_a_negation_is_told_by_a_model_of_sounds_alone(gain: float, without: bool) -> None:
    [one] = shot("I don't want it", "I don't want it").questions
    assert one.readings == (("I", "don't", "want", "it"), ("I", "do", "want", "it"))
    assert denied(one, lambda texts: exp(gain) if "do" in texts else 1.0) is without
    assert denied(one, lambda texts: None if "don't" in texts else 1.0)
    [other] = shot("I want it", "I wanted it").questions
    assert not denied(other, lambda texts: 1.0), "only what was doubted is asked about"


def test_one_word_written_for_a_hesitation_that_the_shot_keeps_is_not_serious() -> None:
    assert kinds(told("face the (um) look of it", "face the arm look of it", Answer.OPEN)) == [
        ("extra-words", "info")
    ]
    assert kinds(told("face the look of it", "face the arm look of it", Answer.OPEN)) == [
        ("extra-words", "warning")
    ]


PARGETER = Bleep("amara", "Pargeter", "[nurse's name]")


def test_a_hidden_name_that_is_heard_is_an_error_and_is_not_said() -> None:
    hides = Span[Source].measured(10 + 1 / 3, 10 + 2 / 3)
    quiet = told("Then Pargeter came back", "Then came back", bleeps=[PARGETER], hidden=[hides])
    assert quiet == []
    loud = told("Then Pargeter came back", "Then Pargeter came back", bleeps=[PARGETER], hidden=[hides])
    assert kinds(loud) == [("name-heard", "error")]
    other = told("Then she came back", "Then Pargeter came back", bleeps=[PARGETER])
    assert not any("Pargeter" in one.what for one in other)


@pytest.mark.parametrize(
    ("text", "before", "kind"),
    [
        ("not", "do", "negation"),
        ("won’t", "they", "negation"),
        ("cannot", ".", "negation"),
        ("fifteen", "took", "number"),
        ("15", ".", "number"),
        ("mg", "ten", "dose"),
        ("Leeds", "in", "name"),
        ("Leeds", "home.", ""),
        ("I'm", "and", ""),
        ("surgery", "the", ""),
    ],
)
def test_what_may_not_be_wrong(text: str, before: str, kind: str) -> None:
    assert critical(text, before) == kind


def test_what_is_heard_and_turns_the_sense_is_against_what_was_approved() -> None:
    (one,) = shot("I was ill that day", "I was not ill that day").questions
    assert (one.difference.heard, one.difference.weight, one.difference.against) == ("not", "negation", True)


def test_a_shot_is_read_in_its_own_language() -> None:
    german = replace(shot("Ich war nicht krank damals", "Ich war krank damals"), language="de")
    (one,) = german.questions
    assert (one.difference.approved, one.difference.weight, one.serious) == ("nicht", "negation", True)
    (heard,) = replace(shot("Ich war nicht krank", "Ich war nicht krank"), language="de").questions
    assert heard.doubted, "a negation is asked whatever was heard"
    assert not shot("Ich war nicht krank", "Ich war nicht krank").questions
