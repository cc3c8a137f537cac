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


End = tuple[str, int]
"""A normal form, and the index after the last of the loose forms that it stands for."""


def _one_of(forms: list[str], at: int) -> End:
    """The form that starts at `at`, and where it ends."""
    pair = tuple(forms[at : at + 2])
    if pair in _TWO_IN_ONE:
        return _TWO_IN_ONE[pair], at + 2
    return _past_or_to(forms, at) or _amount(forms, at) or (forms[at], at + 1)


def _past_or_to(forms: list[str], at: int) -> End | None:
    """Half past two, quarter to nine. Nobody says half to."""
    part, *link = forms[at : at + 2]
    if part not in ("half", "quarter") or link not in (["past"], ["to"]) or (part, *link) == ("half", "to"):
        return None
    hour, after = _hour(forms, at + 2)
    if hour is None or not 1 <= hour <= 12:
        return None
    minutes = 30 if part == "half" else 15
    return (_clock(hour, minutes) if link == ["past"] else _clock(hour + 11, 60 - minutes)), after


def _hour(forms: list[str], at: int) -> tuple[int | None, int]:
    hour, after = _number(forms, at)
    if hour is None and at < len(forms) and forms[at].isdecimal() and len(forms[at]) < 3:
        return int(forms[at]), at + 1
    return hour, after


def _amount(forms: list[str], at: int) -> End | None:
    """A number in words: as the time or the ordinal that it begins, where it begins one."""
    start = at + (forms[at] == "a" and forms[at + 1 : at + 2] != [] and forms[at + 1] in _SCALES)
    value, after = _number(forms, start)
    if value is None:
        return None
    return _time(forms, at, value, after) or _ordinal(forms, value, after) or (str(value), after)


def _time(forms: list[str], at: int, hour: int, after: int) -> End | None:
    """Two thirty: an hour of one word, and minutes."""
    if after < len(forms) and after == at + 1 and 1 <= hour <= 12 and forms[at] in _VALUES:
        minutes, end = _number(forms, after)
        if minutes is not None and 10 <= minutes < 60 and forms[after] in _VALUES:
            return _clock(hour, minutes), end
    return None


def _ordinal(forms: list[str], value: int, after: int) -> End | None:
    """Twenty first."""
    last = _ORDINALS.get(forms[after], 10) if after < len(forms) else 10
    tens = value % 10 == 0 and value % 100 >= 20
    return (f"{value + last}th", after + 1) if tens and last < 10 else None


def _clock(hour: int, minutes: int) -> str:
    """Twelve hours, as people say them; on the hour it is the number alone."""
    hour = (hour - 1) % 12 + 1
    return f"{hour}:{minutes:02}" if minutes else str(hour)


Sums = tuple[int, int]
"""What a number in words is worth so far: thousands and millions that are done, and what counts on."""


def _number(forms: list[str], at: int) -> tuple[int | None, int]:
    """The number in words that starts at `at`, and where it ends; None where none does. Figures count before
    a scale: 3 million.
    """
    sums: Sums | None
    sums, seen = _begun(forms, at)
    while seen < len(forms) and (more := _counted_on(forms, at, seen, sums)):
        sums, seen = more, seen + 1
    return (sum(sums), seen) if seen > at else (None, at)


def _begun(forms: list[str], at: int) -> tuple[Sums, int]:
    """What a number starts with, and where its first word is: figures, or the one of "a hundred"."""
    scale = at + 1 < len(forms) and forms[at + 1] in _SCALES
    if scale and forms[at].isdecimal() and len(forms[at]) < 4:
        return (0, int(forms[at])), at + 1
    return (0, int(0 < at < len(forms) and forms[at - 1] == "a" and forms[at] in _SCALES)), at


def _counted_on(forms: list[str], at: int, seen: int, sums: Sums) -> Sums | None:
    """The sums with the word at `seen`; None where the number ends before it."""
    total, part = sums
    form = forms[seen]
    before = forms[seen - 1] if seen > at else ""
    then = forms[seen + 1] if seen + 1 < len(forms) else ""
    if form in _VALUES:
        return _with_value(sums, _VALUES[form], follows=before in _VALUES)
    if form in _SCALES and part:
        return (total, part * 100) if form == "hundred" else (total + part * _SCALES[form], 0)
    if form == "oh" and _may_be_a_year(sums) and 0 < _VALUES.get(then, 0) < 10:  # twenty oh nine
        return total, part * 100
    return sums if form == "and" and before in _SCALES and then in _VALUES else None


def _with_value(sums: Sums, value: int, *, follows: bool) -> Sums | None:
    """The sums with a word of the units or the tens, which may follow another such word."""
    total, part = sums
    if part % 100 == 0:
        return None if follows and part else (total, part + value)
    if part % 10 == 0 and part % 100 >= 20 and 0 < value < 10:
        return total, part + value
    return (total, part * 100 + value) if _may_be_a_year(sums) and value >= 10 else None  # twenty fifteen


def _may_be_a_year(sums: Sums) -> bool:
    total, part = sums
    return total == 0 and 10 <= part < 100


def is_number(form: str) -> bool:
    """A normal form that is a number, a time or an ordinal: it begins with a figure."""
    return form[:1].isdigit()


def is_strict(form: str) -> bool:
    """A word that is either there or not: letters in common make 15 no nearer to 50, nor "not" to "note"."""
    return is_number(form) or form in NEGATIONS


@lru_cache(maxsize=1 << 14)
def equals(form: str) -> frozenset[str]:
    """Other forms that say the same: 'd may be would or had; 2:30 may have been written 1430."""
    pairs = [*_EQUAL, *((two, one) for one, two in _EQUAL)]
    same = [two for one, two in pairs if one == form]
    return frozenset([*same, *_other_times(form), *_other_ordinals(form)])


def _other_times(form: str) -> list[str]:
    if ":" in form:
        hour, minutes = form.split(":")
        return [hour + minutes, f"{int(hour) % 12 + 12}{minutes}"]
    if form.isdecimal() and len(form) in (3, 4) and int(form) < 2400 and int(form) % 100 < 60:
        return [_clock(int(form) // 100, int(form) % 100)]
    return []


def _other_ordinals(form: str) -> list[str]:
    if form in _ORDINALS:
        return [f"{_ORDINALS[form]}th"]
    if form.endswith("th") and form[:-2].isdecimal():
        return [word for word, value in _ORDINALS.items() if value == int(form[:-2])]
    return []


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


def ways_said(form: str) -> list[str]:
    """How a written word may be said, the likeliest first, in words that a dictionary may have.

    >>> ways_said("63"), ways_said("colour")
    (['sixty three'], ['color'])
    """
    if form.isdigit() and len(form) < 8:
        return readings(int(form))
    return [plain(form)] if " " not in plain(form) else []


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
