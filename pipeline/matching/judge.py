"""Which of two readings was said: the sound settles it.

Two kinds of evidence, from each witness (a recogniser's weights). It hears the place anew in windows of other
lengths, as it would have at first: what it writes there of its own accord, knowing neither reading, is worth
more than what it makes of either. And it is led along both texts: the lead of the approved one is measured as
the difference of the log-probabilities, and once more with what the guess alone is worth taken out. The first
favours the shorter text, which has fewer tokens to pay for, the second the longer one; a reading is ahead
only by both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from pipeline.core.ports import Listener, Speech, TextScorer
from pipeline.language.normalise import HESITATIONS, is_number, tokens
from pipeline.matching.model import Answer, Difference

AHEAD, CLEARLY = 0.0, 2.0
"""Nats by which a reading must lead in both measures: for ordinary words, and for those that turn the sense
or where nobody but the witness that wrote the transcript is heard.
"""

WINDOWS = tuple((Fraction(a, 10), Fraction(b, 10)) for a, b in ((15, 15), (30, 30), (22, 8), (8, 22)))
"""Seconds before and after a difference that are heard anew: how a word comes out depends on what is around."""

Hear = Callable[[Speech], Sequence[str]]
"""The words that a recogniser hears."""


@dataclass(frozen=True)
class Witness:
    """One set of weights: what it hears by itself, and how well texts fit a sound by it."""

    hear: Hear
    scorer: TextScorer


@dataclass(frozen=True)
class Lead:
    """How far the approved reading is ahead (nats): in all, and without what was guessed."""

    whole: float
    sound: float

    @property
    def least(self) -> float:
        return min(self.whole, self.sound)

    @property
    def most(self) -> float:
        return max(self.whole, self.sound)


def ask(difference: Difference, listen: Listener, witnesses: Sequence[Witness], *, alone: bool) -> Answer:
    """What the sound says of a difference. `alone`: only the weights that wrote the transcript are asked."""
    if difference.weight == "long cut" or not witnesses:
        return Answer.OPEN
    speech = listen(difference.span.start.seconds, difference.span.duration)
    leads = [found for one in witnesses if (found := lead(speech, difference, one.scorer))]
    by_score = answer(difference, leads, alone=alone)
    if by_score is Answer.APPROVED:
        return by_score
    return by_ear(difference, hearings(difference, listen, witnesses), by_score)


def hearings(
    difference: Difference, listen: Listener, witnesses: Sequence[Witness]
) -> Iterator[tuple[bool, bool]]:
    """For each hearing: did it have the approved words, and the other ones?"""
    for (before, after), witness in product(WINDOWS, witnesses):
        start = max(Fraction(0), difference.at.seconds - before)
        length = Fraction(8, 100) * len(difference.heard or difference.approved)
        end = difference.at.seconds + min(Fraction(2), length) + after
        yield says(witness.hear(listen(start, end - start)), difference)


def by_ear(difference: Difference, heard: Iterator[tuple[bool, bool]], by_score: Answer) -> Answer:
    """What hearings say where the scores do not bear the approved words out."""
    return by_score


def lead(speech: Speech, difference: Difference, witness: TextScorer) -> Lead | None:
    """How far ahead the approved words are, by one witness; None where it cannot tell."""
    approved = [way for text in difference.as_approved for way in _ways_written(text)]
    heard = _ways_written(difference.as_heard)
    scores = witness.score(speech, [*approved, *heard])
    if scores is None:
        return None
    mine, theirs = (
        max(some, key=lambda one: 2 * one.heard - one.guessed)
        for some in (scores[: len(approved)], scores[len(approved) :])
    )
    whole = mine.heard - theirs.heard
    return Lead(whole, whole - (mine.guessed - theirs.guessed))


def answer(difference: Difference, leads: Sequence[Lead], *, alone: bool) -> Answer:
    """What the witnesses' scores say together. `alone`: only the one that wrote the transcript is heard."""
    if not leads:
        return Answer.OPEN
    together = Lead(
        sum(one.whole for one in leads) / len(leads), sum(one.sound for one in leads) / len(leads)
    )
    bar = CLEARLY if difference.weight or alone else AHEAD
    if together.least > bar:
        return Answer.APPROVED
    return Answer.HEARD if together.most < -bar else Answer.OPEN


def says(heard: Sequence[str], difference: Difference) -> tuple[bool, bool]:
    """Does a hearing have the approved words, and the other ones, between the words on which both agree?"""
    forms = [token.form for token in tokens(heard) if token.form not in HESITATIONS]
    before, after = difference.between

    def has(text: str) -> bool:
        looked_for = tokens(f"{before} {text} {after}".split())
        wanted = [token.form for token in looked_for if token.form not in HESITATIONS]
        return any(forms[at : at + len(wanted)] == wanted for at in range(len(forms) - len(wanted) + 1))

    return has(difference.approved), has(difference.heard)


def _ways_written(text: str) -> list[str]:
    """The text, and the same with its numbers in figures: a recogniser has its own way to write them."""
    words = text.split()
    out, at = [], 0
    for token in tokens(words):
        if is_number(token.form) and token.form.isdecimal() and token.first >= at:
            out += [*words[at : token.first], token.form]
            at = token.last + 1
    figures = " ".join([*out, *words[at:]])
    return [text] if figures == text else [text, figures]
