"""Words as they compare: one normal form for how people write and how recognisers do, in every language.

`tokens` keeps an index map, so that every normal form still knows which written words it came from:
"twenty fifteen", "2015" and "Twenty-fifteen," all become the one token 2015; "can't" and "cannot"
become the two tokens can and not; "&" is and. What means something else stays something else: a number is
never like another one, and a negation never falls out.

Each function takes the language of its words, a tag like "en-GB" or "de". Where it is blank, or one that the
lexicon has no file of, words are letters and figures and nothing is known of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from itertools import permutations

from pipeline.language import english_context, english_spoken, english_written, numerals, writing
from pipeline.language.characters import folded, letters
from pipeline.language.lexicon import code_of, english, reading

HESITATIONS = english().same.hesitations
"""Sounds that an approved English text may leave out and a shot may keep."""

NEGATIONS = english().same.negations
"""English words that turn a sentence round. What is left of a contraction ("n't") is `not`."""

_ALIKE = [pair for sounds in english().same.alike for pair in permutations(sounds, 2)]


@dataclass(frozen=True, slots=True)
class Token:
    """One normal form, and the written words `first` to `last` (both included) that it stands for."""

    form: str
    first: int
    last: int


def plain(word: str, language: str = "en") -> str:
    """One written word without case, accents on apostrophes, or punctuation; British as American. A sign
    alone is what it is said as.

    >>> plain("“Practised,”"), plain("haven’t."), plain("organised"), plain("&")
    ('practized', "haven't", 'organized', 'and')
    """
    text = folded(word)
    form = english_written.plain(text) if code_of(language) == "en" else letters(text)
    return form or "".join(_forms(word, code_of(language)))


def tokens(words: Sequence[str], language: str = "en") -> list[Token]:
    """Normal forms of written words in order; words that are only punctuation give none.

    >>> [token.form for token in tokens("They'd pay £20 at half past two, can't they?".split())]
    ['they', "'d", 'pay', '20', 'pounds', 'at', '2:30', 'can', 'not', 'they']
    >>> [token.form for token in tokens("Ich nahm 1,5 mg, nicht fünfzehn.".split(), "de")]
    ['ich', 'nahm', '1.5', 'milligramm', 'nicht', '15']
    """
    code = code_of(language)
    loose = [(form, index) for index, word in enumerate(words) for form in _forms(word, code)]
    run = _joined(words, loose, english_spoken.joined if code == "en" else partial(_said, language=code))
    if code == "en":
        english_context.settle(run)
    return [Token(*token) for token in zip(run.forms, run.first, run.last, strict=True) if token[0]]


@lru_cache(maxsize=1 << 16)
def _forms(word: str, code: str) -> tuple[str, ...]:
    """One written word taken apart."""
    text = folded(word)
    return english_written.forms_of(text) if code == "en" else writing.forms_of(text, code)


def _said(forms: Sequence[str], at: int, language: str) -> numerals.End:
    return numerals.said(forms, at, language) or (forms[at], at + 1)


def _joined(
    words: Sequence[str],
    loose: Sequence[tuple[str, int]],
    rule: Callable[[Sequence[str], int], numerals.End],
) -> english_context.Run:
    """Runs of forms that are one."""
    forms = [form for form, _ in loose]
    run = english_context.Run(words, [], [], [])
    at = 0
    while at < len(loose):
        form, after = rule(forms, at)
        run.forms.append(form)
        run.first.append(loose[at][1])
        run.last.append(loose[after - 1][1])
        at = after
    return run


def hesitations(language: str = "en") -> frozenset[str]:
    """Sounds that an approved text may leave out and a shot may keep."""
    return reading(language).hesitations


def negations(language: str = "en") -> frozenset[str]:
    """Words that deny a sentence."""
    return reading(language).negations


def is_number(form: str) -> bool:
    """A normal form that is a number, a time or an ordinal: it begins with a figure."""
    return form[:1].isdigit()


def weight(form: str, language: str = "en") -> str:
    """Why a form may not be wrong: "negation", "number", "dose", "turn"; blank for any other word. Names are
    told by their capitals, which a form has lost.

    >>> weight("nicht", "de"), weight("15"), weight("milligrams"), weight("hardly"), weight("nurse")
    ('negation', 'number', 'dose', 'turn', '')
    """
    words = reading(language)
    if form in words.negations:
        return "negation"
    if is_number(form) or form in words.amounts:
        return "number"
    if form in _doses(code_of(language)):
        return "dose"
    return "turn" if form in words.turning else ""


@cache
def _doses(code: str) -> frozenset[str]:
    """Units as they read after a number."""
    return frozenset(token.form for unit in reading(code).doses for token in tokens(["2", unit], code)[1:])


def is_strict(form: str, language: str = "en") -> bool:
    """A word that is either there or not: letters in common make 15 no nearer to 50, nor "not" to "note"."""
    return weight(form, language) in ("negation", "number", "turn")


@lru_cache(maxsize=1 << 14)
def equals(form: str, language: str = "en") -> frozenset[str]:
    """Other forms that say the same: 'd may be would or had; 2:30 may have been written 1430.

    >>> sorted(equals("'d")), sorted(equals("1", "de"))[:2]
    (['did', 'had', 'would'], ['ein', 'eine'])
    """
    if code_of(language) == "en":
        pairs = [*english().same.equal, *((two, one) for one, two in english().same.equal)]
        same = [two for one, two in pairs if one == form]
        return frozenset([*same, *english_spoken.other_times(form), *english_spoken.other_ordinals(form)])
    ones = reading(language).ones
    return ones if form == "1" else frozenset("1") if form in ones else frozenset()


@lru_cache(maxsize=1 << 14)
def sounds_like(form: str, language: str = "en") -> frozenset[str]:
    """Words that a recogniser writes for this one because they sound the same, or nearly, unstressed."""
    if code_of(language) != "en":
        return frozenset()
    return frozenset(two for one, two in _ALIKE if one == form)


def are_opposed(one: str, two: str, language: str = "en") -> bool:
    """Does one deny the other by how it begins, as possible and impossible do?"""
    short, long = sorted((one, two), key=len)
    return long != short and len(short) > 3 and long.removesuffix(short) in reading(language).denying


readings = english_spoken.readings


def ways_said(form: str) -> list[str]:
    """How a written word may be said in English, the likeliest first, in words that a dictionary may have.

    >>> ways_said("63"), ways_said("colour"), ways_said("£2.80"), ways_said("&"), ways_said("can't")
    (['sixty three'], ['color'], ['two pounds eighty'], ['and'], ["can't"])
    """
    parts = _forms(form, "en")
    if any(map(is_number, parts)) or any(
        c in english_written.SIGNS or c in english_written.FRACTIONS for c in form
    ):
        first, *rest = [english_spoken.aloud(part) for part in parts]
        return [" ".join([way, *(others[0] for others in rest)]) for way in first]
    return [plain(form)] if " " not in plain(form) else []
