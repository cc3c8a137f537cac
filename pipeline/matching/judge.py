"""Which of two readings was said: the sound settles it.

A witness (a recogniser's weights) gives two kinds of evidence. It is led along both texts: the lead of the
approved one is the difference of their log-probabilities, and once more with what the guess alone is worth
taken out; the first favours the shorter text, which has fewer tokens to pay for, the second the longer one.
The other text is always a recogniser's own best guess at this sound, so the approved words need not be ahead
of it: they must be nearer to it than words that nobody said ever come. And the witness hears the place anew,
in windows of other lengths: what it writes there of its own accord, knowing neither reading.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from pipeline.core.ports import Listener, Speech, TextScorer
from pipeline.language.normalise import hesitations, is_number, tokens, ways_said
from pipeline.matching.differences import ANOTHER_VOICE, LONG_CUT
from pipeline.matching.model import Answer, Difference


@dataclass(frozen=True)
class Court:
    """The witnesses of a language. `strict` where they are not to be believed unless they are clear: nobody
    is there but the weights that wrote the transcript, or how near false words come has not been measured.
    """

    witnesses: Sequence[Witness]
    strict: bool = False
    language: str = "en"


@dataclass(frozen=True)
class Lead:
    """How far the approved reading is ahead (nats): in all, and without what was guessed."""

    whole: float
    sound: float
    support: float = math.inf
    """How much of the approved reading comes from the sound at all: nothing does in silence."""


AHEAD, CLEARLY = 0.0, 2.0
"""Nats of lead, in both measures, that are asked for where the approved words are fewer than the heard ones,
and for what turns the sense or is said in a language for which nothing was measured.
"""

NEAR = Lead(-4.0, -10.0)
"""How near the approved words must be otherwise. By `tiny.en` no false word of 110 came nearer than -6.5, and
one that is like the word said than -4.4, but for "a" and "the", which nobody tells apart; honest ones of the
sample lie within -3.6. By `base` false words come nearer, so it is never asked alone (benchmarks/judge.py).
"""

SUPPORT = 5.0
"""Nats that the sound must add to what would have been guessed without any, or nobody speaks there."""

WEIGHTY = Lead(-2.0, -10.0)
"""The same for approved words that turn the sense, where the heard ones do not: a "not" put in came no nearer
than -7.3, another number -4.6. A "not" taken out comes near, and must be clear."""

NAMED = Lead(0.0, -2.0)
"""The same for names, of which no recogniser has ever heard."""

BEHIND = -12.0
"""Nats behind which nothing is worth hearing anew: other words were said."""

MOST = Fraction(2, 3)
"""Share of hearings that must have the approved words where they turn the sense, or are fewer than heard."""

SIGNS = "&+@=%£$€½¼¾°"
"""Signs that are said."""

WINDOWS = tuple((Fraction(a, 10), Fraction(b, 10)) for a, b in ((15, 15), (30, 30), (22, 8), (8, 22)))
"""Seconds before and after a difference that are heard anew: what is around a word changes what is heard."""

Hear = Callable[[Speech], Sequence[str]]
"""The words that a recogniser hears."""


@dataclass(frozen=True)
class Witness:
    """One set of weights: what it hears by itself, and how well texts fit a sound by it."""

    hear: Hear
    scorer: TextScorer


def ask(difference: Difference, listen: Listener, court: Court) -> Answer:
    """What the sound says of a difference."""
    if difference.weight in (LONG_CUT, ANOTHER_VOICE) or not court.witnesses:
        return Answer.OPEN
    speech = listen(difference.span.start.seconds, difference.span.duration)
    leads = [
        found for one in court.witnesses if (found := lead(speech, difference, one.scorer, court.language))
    ]
    by_score = answer(difference, leads, strict=court.strict)
    if by_score is not Answer.OPEN or not leads:
        return by_score
    return by_ear(difference, list(hearings(difference, listen, court)), strict=court.strict)


def hearings(difference: Difference, listen: Listener, court: Court) -> Iterator[tuple[bool, bool]]:
    """For each hearing: did it have the approved words, and the other ones?"""
    for (before, after), witness in product(WINDOWS, court.witnesses):
        start = max(Fraction(0), difference.at.seconds - before)
        length = Fraction(8, 100) * len(difference.heard or difference.approved)
        end = difference.at.seconds + min(Fraction(2), length) + after
        yield says(witness.hear(listen(start, end - start)), difference, court.language)


def by_ear(difference: Difference, heard: Sequence[tuple[bool, bool]], *, strict: bool = False) -> Answer:
    """What hearings say where scores do not tell.

    A recogniser leaves words out and mishears them, but hardly ever hears by itself the very words that were
    approved where others were said: one such hearing is enough. It is not where it says that words are not
    there, nor where they turn the sense.
    """
    mine = sum(approved and not other for approved, other in heard)
    if not all(difference.between) and (not difference.approved or _is_shorter(difference)):
        return Answer.OPEN  # at an open end nobody can say that no more is heard
    if strict or difference.weight not in ("", "name") or _is_shorter(difference):
        return Answer.APPROVED if heard and mine >= MOST * len(heard) else Answer.OPEN
    return Answer.APPROVED if mine else Answer.OPEN


def lead(speech: Speech, difference: Difference, witness: TextScorer, language: str = "en") -> Lead | None:
    """How far ahead the approved words are, by one witness; None where it cannot tell.

    A number that is cut in its middle ("six hundred", of "six hundred and twelve") reads as what was heard,
    which says nothing for it.
    """
    heard = _ways_written(difference.as_heard, language)
    ways = [_ways_written(text, language) for text in difference.as_approved]
    if difference.weight:
        ways = [some for some in ways if not {*some} & {*heard}]
    approved = [way for some in ways for way in some]
    scores = witness.score(speech, [*approved, *heard]) if approved else None
    if scores is None:
        return None
    mine, theirs = (
        max(some, key=lambda one: 2 * one.heard - one.guessed)
        for some in (scores[: len(approved)], scores[len(approved) :])
    )
    whole = mine.heard - theirs.heard
    return Lead(whole, whole - (mine.guessed - theirs.guessed), mine.heard - mine.guessed)


def answer(difference: Difference, leads: Sequence[Lead], *, strict: bool) -> Answer:
    """What the witnesses' scores say: each of them must bear the approved words out. `strict`: being near is
    not enough."""
    if not leads:
        return Answer.OPEN
    bar = _bar(difference, strict=strict)
    if all(one.whole > bar.whole and one.sound > bar.sound and one.support > SUPPORT for one in leads):
        return Answer.APPROVED
    return Answer.HEARD if max(one.whole for one in leads) < BEHIND else Answer.OPEN


def _bar(difference: Difference, *, strict: bool) -> Lead:
    """The lead that approved words need."""
    if strict or difference.against:
        return Lead(CLEARLY, CLEARLY)
    if _is_shorter(difference):
        return Lead(AHEAD, AHEAD)
    if difference.weight:
        return NAMED if difference.weight == "name" else WEIGHTY
    return NEAR


def _is_shorter(difference: Difference) -> bool:
    """Was more heard than approved? Not "a dress" for "address"."""
    mine, theirs = difference.approved.split(), difference.heard.split()
    return len(mine) < len(theirs) and len("".join(mine)) < len("".join(theirs))


def says(heard: Sequence[str], difference: Difference, language: str = "en") -> tuple[bool, bool]:
    """Does a hearing have the approved words, and the other ones, between the words on which both agree?"""
    unsaid = hesitations(language)
    forms = [token.form for token in tokens(heard, language) if token.form not in unsaid]
    before, after = difference.between

    def has(text: str) -> bool:
        looked_for = tokens(f"{before} {text} {after}".split(), language)
        wanted = [token.form for token in looked_for if token.form not in unsaid]
        return any(forms[at : at + len(wanted)] == wanted for at in range(len(forms) - len(wanted) + 1))

    return has(difference.approved), has(difference.heard)


def _ways_written(text: str, language: str) -> list[str]:
    """The text; the same with its numbers in figures, as a recogniser may write them; and with its signs as
    they are said.
    """
    words = text.split()
    return list(
        dict.fromkeys([text, _rewritten(words, language, _figure), _rewritten(words, language, _aloud)])
    )


def _rewritten(words: list[str], language: str, way: Callable[[list[str], str], str]) -> str:
    out, at = [], 0
    for token in tokens(words, language):
        written = words[token.first : token.last + 1]
        if token.first >= at and (new := way(written, token.form)):
            out += [*words[at : token.first], new]
            at = token.last + 1
    return " ".join([*out, *words[at:]])


def _figure(written: list[str], form: str) -> str:
    return form if is_number(form) and form.isdecimal() else ""


def _aloud(written: list[str], form: str) -> str:
    """ "A&E" as it is said; an apostrophe or a hyphen is no sign."""
    if len(written) > 1 or not any(c in SIGNS for c in written[0]):
        return ""
    said = next(iter(ways_said(written[0])), "").split()
    return " ".join(part.upper() if len(part) == 1 else part for part in said)
