"""Words heard anew against the approved ones: what is told, and how gravely, by what the sound bears out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import exp

import pytest

from pipeline.core.finding import Finding
from pipeline.core.time import Source, Span, Time
from pipeline.core.word import Word
from pipeline.edit.timeline import Take, Timeline
from pipeline.language.redaction import Bleep
from pipeline.matching.model import Said
from pipeline.verification.speech import critical, words

PAL = Fraction(25)
SURGERY = "I went back to the surgery and people looked up"
Fit = Callable[[Sequence[str]], float | None]


def spans(text: str, zero: float) -> list[tuple[str, Span[Source]]]:
    """Three words a second, from `zero` on."""
    return [(word, Span.measured(zero + n / 3, zero + n / 3 + 0.3)) for n, word in enumerate(text.split())]


def take(text: str, *bleeps: Span[Source]) -> Take:
    said = tuple(Said(n, word, word, span) for n, (word, span) in enumerate(spans(text, 10)))
    sound = Span(Time[Source](Fraction(10)), Time[Source](Fraction(20)))
    return Take(0, 250, "q1", "amara", "Amara", "s1", 250, sound, said, bleeps=bleeps)


def fits(gain: float) -> Fit:
    """The sound fits any other reading better than the first by a natural logarithm."""
    asked: list[str] = []

    def fit(texts: Sequence[str]) -> float:
        asked.append(" ".join(texts))
        return 1.0 if asked[0] == asked[-1] else exp(gain)

    return fit


def told(
    text: str,
    heard: str,
    fit: Fit | None = None,
    *,
    gain: float = 0.0,
    bleeps: Sequence[Bleep] = (),
    hidden: Sequence[Span[Source]] = (),
) -> list[Finding]:
    shot = take(text, *hidden)
    said = [Word(word, span, 0.9) for word, span in spans(heard, 0)]
    return words(shot, Timeline("x", PAL, (640, 360), (shot,)), said, fit or fits(gain), bleeps)


def kinds(found: list[Finding]) -> list[tuple[str, str]]:
    return [(one.rule, one.severity) for one in found]


@pytest.mark.parametrize(
    "heard",
    [
        SURGERY,
        "i went back to the surgery, and people looked up.",
        "I went back to the, um, surgery and people looked up",
    ],
)
def test_the_approved_words_are_no_matter(heard: str) -> None:
    assert told(SURGERY, heard, gain=1.0) == []


@pytest.mark.parametrize(
    ("gain", "severity"),
    [(-0.5, "info"), (0.005, "info"), (0.05, "info"), (0.07, "warning"), (0.5, "warning")],
)
def test_one_ordinary_word_is_told_where_the_sound_bears_it_out(gain: float, severity: str) -> None:
    [one] = told(SURGERY, SURGERY.replace("back", "down"), gain=gain)
    assert (one.rule, one.severity) == ("other-words", severity)
    assert one.what == "“down” is heard where “back” was approved"
    assert one.where == "0:00.7 q1"


@pytest.mark.parametrize(
    ("gain", "measured"),
    [
        (0.005, "the sound fits the approved words better"),
        (0.02, "the sound does not tell: listen"),
        (0.07, "the sound fits what is heard better"),
    ],
)
def test_what_the_sound_says_is_told_in_words(gain: float, measured: str) -> None:
    assert [one.measured for one in told(SURGERY, SURGERY.replace("back", "down"), gain=gain)] == [measured]


@pytest.mark.parametrize(("gain", "severity"), [(0.005, "info"), (0.02, "error")])
def test_a_word_that_may_not_be_wrong_needs_less(gain: float, severity: str) -> None:
    [one] = told("I took fifteen of them", "I took fifty of them", gain=gain)
    assert (one.rule, one.severity) == ("other-words", severity)
    assert one.what.endswith("(a number)")


@pytest.mark.parametrize(("gain", "found"), [(0.005, []), (0.02, [("missing-words", "error")])])
def test_a_negation_is_tried_though_a_recogniser_writes_it(gain: float, found: list[object]) -> None:
    assert kinds(told("I do not want it", "I do not want it", gain=gain)) == found
    assert kinds(told("I don't want it", "I don't want it", gain=gain)) == found


@pytest.mark.parametrize(
    ("missing", "severity"), [("back ", "warning"), ("I ", "error"), ("the surgery ", "error")]
)
def test_a_missing_word_weighs_more_at_an_edge_and_in_company(missing: str, severity: str) -> None:
    [one] = told(SURGERY, SURGERY.replace(missing, "", 1), gain=0.5)
    assert (one.rule, one.severity) == ("missing-words", severity)


@pytest.mark.parametrize(
    ("heard", "severity"),
    [
        ("I went back to went the surgery and people looked up", "warning"),
        ("I went back to the went surgery and people looked up", "error"),
        ("I went back to um the the surgery and people looked up", "warning"),
        ("I went back to yesterday the surgery and people looked up", "error"),
    ],
    ids=["three words on", "four words on", "at once", "a new word"],
)
def test_an_extra_word_is_a_repeat_within_three_words(heard: str, severity: str) -> None:
    assert kinds(told(SURGERY, heard, gain=0.5)) == [("extra-words", severity)]


@pytest.mark.parametrize(("heard", "few"), [(5, False), (4, True)])
def test_half_of_the_words_must_be_heard_again(heard: int, few: bool) -> None:
    found = told(SURGERY, " ".join(SURGERY.split()[:heard]), gain=-1.0)
    assert [one.measured for one in found if one.rule == "not-heard"] == (["4 of 10"] if few else [])
    assert not any(one.severity == "error" for one in found)


@pytest.mark.parametrize(
    ("approved", "heard", "same"),
    [
        ("they came later", "they come later", True),
        ("the colour of it", "the color of it", True),
        ("it was him again", "it was his again", False),
        ("you can ask", "you can't ask", False),
        ("take 15 of them", "take 16 of them", False),
    ],
)
def test_another_spelling_is_the_same_word_and_three_letters_of_four_decide(
    approved: str, heard: str, same: bool
) -> None:
    assert (told(approved, heard, gain=-1.0) == []) == same


def test_where_neither_reading_fits_somebody_has_to_listen() -> None:
    found = told(SURGERY, SURGERY.replace("to the surgery", "for a doctor"), lambda _: None)
    assert [(one.severity, one.measured) for one in found] == [("warning", "the sound does not tell: listen")]


PARGETER = Bleep("amara", "Pargeter", "[nurse's name]")


def test_a_hidden_name_that_is_heard_is_an_error_and_is_not_said() -> None:
    hides = Span[Source].measured(10 + 1 / 3, 10 + 2 / 3)
    quiet = told("Then Pargeter came back", "Then came back", gain=1.0, bleeps=[PARGETER], hidden=[hides])
    assert quiet == []
    loud = told(
        "Then Pargeter came back", "Then Pargeter came back", gain=1.0, bleeps=[PARGETER], hidden=[hides]
    )
    assert kinds(loud) == [("name-heard", "error")]
    other = told("Then she came back", "Then Pargeter came back", gain=1.0, bleeps=[PARGETER])
    assert not any("Pargeter" in one.what for one in other)


@pytest.mark.parametrize(
    ("text", "first", "kind"),
    [
        ("not", False, "negation"),
        ("won’t", False, "negation"),
        ("cannot", True, "negation"),
        ("fifteen", False, "number"),
        ("15", True, "number"),
        ("mg", False, "dose"),
        ("Leeds", False, "name"),
        ("Leeds", True, ""),
        ("I'm", False, ""),
        ("surgery", False, ""),
    ],
)
def test_what_may_not_be_wrong(text: str, first: bool, kind: str) -> None:
    assert critical(text, first=first) == kind
