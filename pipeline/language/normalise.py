"""Words as they compare: one normal form for how people write and how recognisers do.

`tokens` keeps an index map, so that every normal form still knows which written words it came from:
"twenty fifteen", "2015" and "Twenty-fifteen," all become the one token 2015; "can't" and "cannot"
become the two tokens can and not. What means something else stays something else: a number is never
like another one, and a negation never falls out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import permutations

from pipeline.language.lexicon import english

HESITATIONS = english().same.hesitations
"""Sounds that an approved text may leave out and a shot may keep."""

NEGATIONS = english().same.negations
"""Words that turn a sentence round. What is left of a contraction ("n't") is `not`."""

_UNITS, _TENS = english().numbers.units, english().numbers.tens
_VALUES = english().numbers.values
_SCALES = english().numbers.scales
_ORDINALS = dict(english().numbers.ordinals)
_ORDINALS |= {
    f"{word}th": value
    for word, value in _VALUES.items()
    if 3 < value < 20 and value not in _ORDINALS.values()
}
_ORDINALS |= {f"{word[:-1]}ieth": _VALUES[word] for word in _TENS}

_SPELLINGS = [
    (re.compile(r"(?<=[a-z]{3})is(e|es|ed|er|ers|ing|ation|ations)$"), r"iz\1"),
    (re.compile(r"(?<=[a-z]{2})ys(e|es|ed|er|ers|ing)$"), r"yz\1"),
    (re.compile(r"(?<=[a-z]{2})our(s|ed|ing|ite|able|ful)?$"), r"or\1"),
    (
        re.compile(r"^(.*[aeiouy][^aeiouy']+[aeiou])ll(ed|ing|er|or)$"),
        r"\1l\2",
    ),  # travelled, but not filled, which is not filed
    (re.compile(r"(?<=[a-z]{3})tre(s)?$"), r"ter\1"),
    (re.compile(r"(?<=[a-z]{3})ogue(s)?$"), r"og\1"),
    (re.compile(r"(?<=[a-z]{3})mme(s)?$"), r"m\1"),
    (re.compile(r"ae"), "e"),
]
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "`": "'"})

_FILLED = {
    **{f"{verb}nt": f"{verb} not" for verb in english().same.before_not},
    **english().same.filled,
}
_STEMS, _ENDINGS = english().same.stems, english().same.endings
_LEANT_ON = english().same.leant_on
_TWO_IN_ONE = {tuple(pair.split()): one for pair, one in english().same.two_in_one.items()}
_EQUAL = english().same.equal
_ALIKE = [pair for sounds in english().same.alike for pair in permutations(sounds, 2)]
_UNLIKE = english().same.denying

_CLOCK = re.compile(r"[^\w£$€]*(\d{1,2})[:.]([0-5]\d)(?:([ap])\.?m)?\W*")
_PART = re.compile(r"[\s\-–—/]+|(?=%)|(?<=[a-z])(?=\d)|(?<=\d)(?!th\b)(?=[a-z])")
_MONEY = re.compile(r"([£$€])(\d+)(?:\.(\d\d)\b)?")
_ORDINAL = re.compile(r"\b(\d+)(?:st|nd|rd|th)\b")


@dataclass(frozen=True, slots=True)
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
    form = re.sub(
        r"[^\w']+", "", word.lower().translate(_APOSTROPHES).replace(",", ""), flags=re.UNICODE
    ).strip("'_")
    for pattern, spelling in _SPELLINGS:
        form = pattern.sub(spelling, form)
    return form


def tokens(words: Sequence[str]) -> list[Token]:
    """Normal forms of written words in order; words that are only punctuation give none.

    >>> [token.form for token in tokens("They'd pay £20 at half past two, can't they?".split())]
    ['they', "'d", 'pay', '20', 'pounds', 'at', '2:30', 'can', 'not', 'they']
    """
    return _joined([Token(form, index, index) for index, word in enumerate(words) for form in _forms(word)])


@lru_cache(maxsize=1 << 16)
def _forms(word: str) -> tuple[str, ...]:
    """One written word taken apart: contractions, amounts, times, hyphens."""
    text = word.lower().translate(_APOSTROPHES)
    clock = _CLOCK.fullmatch(text)
    if clock and (
        int(clock[1]) < 24 if ":" in text or clock[3] else 1 <= int(clock[1]) <= 12
    ):  # 0.50 and 13.00 are doses
        return (_clock(int(clock[1]), int(clock[2])), *((f"{clock[3]}m",) if clock[3] else ()))
    text = _MONEY.sub(r"\2 \1 \3", re.sub(r"(?<=\d),(?=\d{3})", "", text))
    text = re.sub(r"(?<=\d)\.(?=\d)", " point ", _ORDINAL.sub(r"\1th", text))
    return tuple(form for part in _PART.split(text) for form in _written_out(part))


def _written_out(part: str) -> list[str]:
    form = part if part in _FILLED else plain(part)
    if form in _FILLED:
        return _FILLED[form].split()
    if form.endswith("n't"):
        stem = form.removesuffix("n't")
        return [_STEMS.get(stem, stem), "not"]
    stem, mark, _ = form.rpartition("'")
    ending = _ENDINGS.get(form[len(stem) :]) if mark else None
    if ending and (stem in _LEANT_ON or not ending.startswith("'")):
        return [stem, ending]
    return [form] if form else []


def _joined(loose: list[Token]) -> list[Token]:
    """Runs of words that are one: sixty three → 63, two thousand and nine → 2009, half past two → 2:30, per
    cent → percent.
    """
    forms = [token.form for token in loose]
    out: list[Token] = []
    at = 0
    while at < len(loose):
        form, after = _one_of(forms, at)
        out.append(
            Token(form, loose[at].first, loose[after - 1].last)
            if after > at + 1 or form != forms[at]
            else loose[at]
        )
        at = after
    return out


def _one_of(forms: list[str], at: int) -> tuple[str, int]:
    """The form that starts at `at`, and where it ends."""
    pair = (forms[at], forms[at + 1]) if at + 1 < len(forms) else ("", "")
    if pair in _TWO_IN_ONE:
        return _TWO_IN_ONE[pair], at + 2
    if forms[at] in ("half", "quarter") and pair[1] in ("past", "to") and at + 2 < len(forms):
        hour, after = _number(forms, at + 2)
        hour = (
            int(forms[at + 2])
            if hour is None and forms[at + 2].isdigit() and len(forms[at + 2]) < 3
            else hour
        )
        if hour is not None and 1 <= hour <= 12 and pair != ("half", "to"):
            minutes = 30 if pair[0] == "half" else 15
            return (_clock(hour, minutes) if pair[1] == "past" else _clock(hour + 11, 60 - minutes)), max(
                after, at + 3
            )
    start = at + (forms[at] == "a" and pair[1] in _SCALES)
    value, after = _number(forms, start)
    if value is None:
        return forms[at], at + 1
    if after < len(forms) and after == at + 1 and 1 <= value <= 12 and forms[at] in _VALUES:
        minutes_said, end = _number(forms, after)
        if minutes_said is not None and 10 <= minutes_said < 60 and forms[after] in _VALUES:
            return _clock(value, minutes_said), end
    if (
        after < len(forms)
        and forms[after] in _ORDINALS
        and value % 10 == 0
        and value % 100 >= 20
        and _ORDINALS[forms[after]] < 10
    ):
        return f"{value + _ORDINALS[forms[after]]}th", after + 1
    return str(value), after


def _clock(hour: int, minutes: int) -> str:
    """Twelve hours, as people say them; on the hour it is the number alone."""
    hour = (hour - 1) % 12 + 1
    return f"{hour}:{minutes:02}" if minutes else str(hour)


def _number(forms: list[str], at: int) -> tuple[int | None, int]:
    """The number in words that starts at `at`, and where it ends; None where none does. Figures count before
    a scale: 3 million.
    """
    total, part, seen = 0, 0, at
    if at + 1 < len(forms) and forms[at].isdecimal() and len(forms[at]) < 4 and forms[at + 1] in _SCALES:
        part, seen = int(forms[at]), at + 1
    elif at and at < len(forms) and forms[at - 1] == "a" and forms[at] in _SCALES:
        part = 1
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
        elif (
            form == "oh"
            and total == 0
            and 10 <= part < 100
            and seen + 1 < len(forms)
            and 0 < _VALUES.get(forms[seen + 1], 0) < 10
        ):
            part *= 100  # twenty oh nine
        elif form in _SCALES and part:
            if form == "hundred":
                part *= 100
            else:
                total, part = total + part * _SCALES[form], 0
        elif (
            form == "and"
            and seen > at
            and forms[seen - 1] in _SCALES
            and seen + 1 < len(forms)
            and forms[seen + 1] in _VALUES
        ):
            pass
        else:
            break
        seen += 1
    return (total + part, seen) if seen > at else (None, at)


def is_number(form: str) -> bool:
    return form[:1].isdigit()


def is_strict(form: str) -> bool:
    """A word that is either there or not: letters in common make 15 no nearer to 50, nor "not" to "note"."""
    return is_number(form) or form in NEGATIONS


@lru_cache(maxsize=1 << 14)
def equals(form: str) -> frozenset[str]:
    """Other forms that say the same: 'd may be would or had; 2:30 may have been written 1430."""
    found = {two for one, two in _EQUAL if one == form} | {one for one, two in _EQUAL if two == form}
    if ":" in form:
        hour, minutes = form.split(":")
        found |= {hour + minutes, f"{int(hour) % 12 + 12}{minutes}"}
    elif form.isdecimal() and len(form) in (3, 4) and int(form) < 2400 and int(form) % 100 < 60:
        found.add(_clock(int(form) // 100, int(form) % 100))
    if form in _ORDINALS:
        found.add(f"{_ORDINALS[form]}th")
    elif form.endswith("th") and form[:-2].isdecimal():
        found |= {word for word, value in _ORDINALS.items() if value == int(form[:-2])}
    return frozenset(found)


@lru_cache(maxsize=1 << 14)
def sounds_like(form: str) -> frozenset[str]:
    """Words that a recogniser writes for this one because they sound the same, or nearly, unstressed."""
    return frozenset(two for one, two in _ALIKE if one == form)


def are_opposed(one: str, two: str) -> bool:
    """Does one deny the other by how it begins, as possible and impossible do?"""
    short, long = sorted((one, two), key=len)
    return long != short and len(short) > 3 and long.removesuffix(short) in _UNLIKE


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
        year = (
            f"{_cardinal(century, '')} "
            f"{'oh ' if 0 < rest < 10 else ''}{_cardinal(rest, '') if rest else 'hundred'}"
        )
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
