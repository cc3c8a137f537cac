"""Words as they compare: one normal form for how people write and how recognisers do.

`tokens` keeps an index map, so that every normal form still knows which written words it came from:
"twenty fifteen", "2015" and "Twenty-fifteen," all become the one token 2015.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

HESITATIONS = frozenset("er erm err ur um umm uh uhm ah eh hm hmm mm mhm ehm huh oh ooh".split())
"""Sounds that an approved text may leave out and a shot may keep."""

_UNITS = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_VALUES = {word: value for value, word in enumerate(_UNITS)} | {word: 20 + 10 * step for step, word in enumerate(_TENS)}
_SCALES = {"hundred": 100, "thousand": 1000, "million": 1000000}

_SPELLINGS = [
    (re.compile(r"(?<=[a-z]{3})is(e|es|ed|er|ers|ing|ation|ations)$"), r"iz\1"),
    (re.compile(r"(?<=[a-z]{2})our(s|ed|ing|ite|able|ful)?$"), r"or\1"),
    (re.compile(r"(?<=[a-z]{2})ll(ed|ing|er|or)$"), r"l\1"),
    (re.compile(r"(?<=[a-z]{3})tre(s)?$"), r"ter\1"),
    (re.compile(r"(?<=[a-z]{3})ogue(s)?$"), r"og\1"),
    (re.compile(r"(?<=[a-z]{3})mme(s)?$"), r"m\1"),
    (re.compile(r"ae"), "e"),
]
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "`": "'"})
_FILLED = {"ok": "okay", "gonna": "going to", "wanna": "want to", "cannot": "can not", "%": "percent", "&": "and"}


@dataclass(frozen=True)
class Token:
    """One normal form, and the written words `first` to `last` (both included) that it stands for."""

    form: str
    first: int
    last: int


def plain(word: str) -> str:
    """One written word without case, accents on apostrophes, or punctuation; British as American.

    >>> plain("“Practised,”"), plain("haven’t."), plain("organised")
    ('practized', "haven't", 'organized')
    """
    form = re.sub(r"[^\w']+", "", word.lower().translate(_APOSTROPHES).replace(",", ""), flags=re.UNICODE).strip("'_")
    for pattern, spelling in _SPELLINGS:
        form = pattern.sub(spelling, form)
    return form


def tokens(words: Sequence[str]) -> list[Token]:
    """Normal forms of written words in order; words that are only punctuation give none."""
    loose: list[Token] = []
    for index, word in enumerate(words):
        for part in re.split(r"[-–—/]+|(?=%)|(?<=[A-Za-z])(?=\d)", word):
            for form in _FILLED.get(part.lower(), plain(part)).split():
                loose.append(Token(form, index, index))
    return _numbers([token for token in loose if token.form])


def _numbers(loose: list[Token]) -> list[Token]:
    """Runs of number words as one number: sixty three → 63, two thousand and nine → 2009."""
    out: list[Token] = []
    at = 0
    while at < len(loose):
        value, after = _number(loose, at)
        if value is None:
            out.append(loose[at])
            at += 1
        else:
            out.append(Token(str(value), loose[at].first, loose[after - 1].last))
            at = after
    return out


def _number(loose: list[Token], at: int) -> tuple[int | None, int]:
    """The number that starts at `at`, and where it ends; None where none does."""
    forms = [token.form for token in loose]
    total, part, seen = 0, 0, at
    while seen < len(forms):
        form = forms[seen]
        if form in _VALUES:
            value = _VALUES[form]
            if part % 100 == 0 or (part % 10 == 0 and part % 100 >= 20 and 0 < value < 10):
                if seen > at and forms[seen - 1] in _VALUES and part % 100 == 0 and part:
                    break
                part += value
            elif total == 0 and 10 <= part < 100 and value >= 10:  # a year: twenty fifteen
                part = part * 100 + value
            else:
                break
        elif form in _SCALES and seen > at and part:
            if form == "hundred":
                part *= 100
            else:
                total, part = total + part * _SCALES[form], 0
        elif form == "and" and seen > at and forms[seen - 1] in _SCALES and seen + 1 < len(forms) and forms[seen + 1] in _VALUES:
            pass
        else:
            break
        seen += 1
    return (total + part, seen) if seen > at else (None, at)


def readings(number: int) -> list[str]:
    """How a number may be said, the likeliest first.

    >>> readings(2009)
    ['two thousand and nine', 'two thousand nine', 'twenty oh nine']
    >>> readings(63)
    ['sixty three']
    """
    ways = [_cardinal(number, "and "), _cardinal(number, "")]
    if (1100 <= number < 2100 and number % 1000 >= 100) or 2000 < number < 2100:
        century, rest = divmod(number, 100)
        year = f"{_cardinal(century, '')} {'oh ' if 0 < rest < 10 else ''}{_cardinal(rest, '') if rest else 'hundred'}"
        ways.insert(0 if number % 1000 >= 10 else 2, year)
    return list(dict.fromkeys(ways))


def _cardinal(number: int, joint: str) -> str:
    if number < 20:
        return _UNITS[number]
    if number < 100:
        return _TENS[number // 10 - 2] + (f" {_UNITS[number % 10]}" if number % 10 else "")
    for scale, word in ((1000000, "million"), (1000, "thousand"), (100, "hundred")):
        if number >= scale:
            head, rest = divmod(number, scale)
            tail = (" " + (joint if rest < 100 else "") + _cardinal(rest, joint)) if rest else ""
            return f"{_cardinal(head, joint)} {word}{tail}"
    raise AssertionError(number)
