"""Numbers as they compare: by what they are worth, in figures or in words, in any language but for English
words, whose years and times english.py reads.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import cache, lru_cache

from pipeline.language.lexicon import reading

NUMERAL = re.compile(r"\d+(?:[.,:]\d+)*")
_GROUPED = {
    ".": re.compile(r"\d{1,3}(?:,\d{2,3})*,\d{3}(?:\.\d+)?"),
    ",": re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?"),
}
_DECIMAL = {".": re.compile(r"\d+\.\d+"), ",": re.compile(r"\d+[.,]\d+")}
_GROUP = re.compile(r"\d{3}(\.\d+)?")
_SCALED = re.compile(r"\d{1,3}(\.\d+)?")

End = tuple[str, int]
"""A normal form, and the index after the last of the loose forms that it stands for."""

Phrase = tuple[str, ...]


def numeral(written: str, decimal: str) -> str:
    """Figures by their value, where it is certain: a comma is another thing in another language.

    >>> numeral("1,500.50", "."), numeral("1.500,50", ","), numeral("1,5", ","), numeral("1,5", ".")
    ('1500.5', '1500.5', '1.5', '1,5')
    """
    grouped, plain = _GROUPED.get(decimal), _DECIMAL.get(decimal)
    if grouped and grouped.fullmatch(written):
        written = written.replace("," if decimal == "." else ".", "")
    elif not plain or not plain.fullmatch(written):
        return written
    return worth(written.replace(",", "."))


def worth(figures: str) -> str:
    """Without zeros at the end that say nothing.

    >>> worth("2.50"), worth("2.0"), worth("1.5")
    ('2.5', '2', '1.5')
    """
    return figures.rstrip("0").rstrip(".") if "." in figures else figures


def times(figures: str, scale: int) -> str:
    """So many thousands or millions.

    >>> times("1.5", 1000000)
    '1500000'
    """
    return worth(f"{Decimal(figures) * scale:f}")


@cache
def _phrases(language: str) -> dict[Phrase, int]:
    """The words of each number, and what it is worth."""
    lines = reading(language).numbers
    return {
        tuple(_spelt(part, language) for part in phrase.split("_")): int(value)
        for value, *phrases in lines
        for phrase in phrases
    }


@cache
def _longest(language: str) -> dict[str, int]:
    """How many words a number has at most that begins with this one."""
    longest: dict[str, int] = {}
    for phrase in _phrases(language):
        longest[phrase[0]] = max(len(phrase), longest.get(phrase[0], 0))
    return longest


def _spelt(form: str, language: str) -> str:
    return reading(language).spelt.get(form, form)


def _listed(forms: Sequence[str], at: int, language: str) -> tuple[int | None, int]:
    """The number of the list that these forms begin with, the longest; and where it ends."""
    words = [_spelt(form, language) for form in forms[at : at + 6]]
    for count in range(min(len(words), _longest(language).get(words[0], 0) if words else 0), 0, -1):
        if (found := _phrases(language).get(tuple(words[:count]))) is not None:
            return found, at + count
    found = _compound(words[0], language) if words else None
    return found, at + 1 if found is not None else at


@lru_cache(maxsize=1 << 14)
def _compound(word: str, language: str) -> int | None:
    """Zweitausenddreihundert: one word of several."""
    for scale in reading(language).compounds:
        value = _phrases(language)[(scale,)]
        head, found, tail = word.partition(scale)
        if found:
            joint = next((one for one in reading(language).joints if tail.startswith(one)), "")
            many, rest = _part(head, 1, language), _part(tail.removeprefix(joint), 0, language)
            return None if many is None or rest is None or rest >= value else many * value + rest
    return None


def _part(word: str, blank: int, language: str) -> int | None:
    return _phrases(language).get((word,), _compound(word, language)) if word else blank


def said(forms: Sequence[str], at: int, language: str) -> End | None:
    """The number that starts at `at` in words, or half in words: 2 comma five, 3 million."""
    words = reading(language)
    if not _may_begin(forms[at], language):
        return None
    digits, end = _digits(forms, at, language)
    if len(digits) > 2:
        return digits, end
    number, after = _figures_or_words(forms, at, language)
    if not number:
        return None
    if after < len(forms) and forms[after] in words.point and "." not in number:
        decimals, end = _decimals(forms, after + 1, language)
        number, after = (worth(f"{number}.{decimals}"), end) if decimals else (number, after)
    scale, end = _listed(forms, after, language)
    if scale and scale >= 1000 and _SCALED.fullmatch(number):
        number, after = times(number, scale), end
    return None if after == at + 1 and forms[at] in words.ones else (number, after)


@lru_cache(maxsize=1 << 14)
def _may_begin(form: str, language: str) -> bool:
    return (
        form[0].isdecimal()
        or _spelt(form, language) in _longest(language)
        or _compound(form, language) is not None
    )


def _figures_or_words(forms: Sequence[str], at: int, language: str) -> End:
    if forms[at][0].isdecimal():
        return _grouped(forms, at, language)
    number, after = _whole(forms, at, language)
    return ("" if number is None else str(number)), after


def _grouped(forms: Sequence[str], at: int, language: str) -> End:
    """1 250,50: where the comma is for tenths, thousands are told by blanks."""
    number, end = forms[at], at + 1
    while (
        reading(language).decimal == ","
        and number.isdecimal()
        and _GROUP.fullmatch("".join(forms[end : end + 1]))
    ):
        if len(forms[at]) > 3 or forms[at][0] == "0":
            break
        number, end = number + forms[end], end + 1
    return number, end


def _whole(forms: Sequence[str], at: int, language: str) -> tuple[int | None, int]:
    """Thousands and what follows them."""
    done, least, end = 0, 10**12, at
    while True:
        start = end + (end > at and end + 1 < len(forms) and forms[end] in reading(language).joints)
        part, after = _below_thousand(forms, start, language)
        if part is None or part >= least:
            return (done if end > at else None), end
        scale, beyond = _listed(forms, after, language)
        if part < 1000 and scale and 1000 <= scale < least:
            done, least, end = done + part * scale, scale, beyond
        elif part >= 1000 and part % 1000 == 0:
            done, least, end = done + part, part, after
        else:
            return done + part, after


def _below_thousand(forms: Sequence[str], at: int, language: str) -> tuple[int | None, int]:
    low, end = _below_hundred(forms, at, language)
    if low is None or low == 0:
        return low, end
    times_hundred, after = _listed(forms, end, language)
    if low < 20 and times_hundred == 100:
        low, end = low * 100, after
    if low >= 1000 or low % 100:
        return low, end
    joined = end + 1 < len(forms) and forms[end] in reading(language).joints
    rest, after = _below_hundred(forms, end + joined, language)
    return (low + rest, after) if rest and rest < 100 else (low, end)


def _below_hundred(forms: Sequence[str], at: int, language: str) -> tuple[int | None, int]:
    low, end = _listed(forms, at, language)
    if low and reading(language).tens_and_units and low % 10 == 0 and 20 <= low < 100:
        joined = end + 1 < len(forms) and forms[end] in reading(language).joints
        unit, after = _listed(forms, end + joined, language)
        if unit and unit < 10:
            return low + unit, after
    return low, end


def _digits(forms: Sequence[str], at: int, language: str) -> End:
    """Figures said one by one."""
    digits, end = "", at
    while end < len(forms) and (one := _digit(forms[end], language)):
        if _listed(forms, end, language)[1] > end + 1 or (_listed(forms, end + 1, language)[0] or 0) >= 100:
            break
        digits, end = digits + one, end + 1
    return digits, end


def _digit(form: str, language: str) -> str:
    if len(form) == 1 and form.isdecimal():
        return form
    number = _phrases(language).get((_spelt(form, language),))
    return str(number) if number is not None and number < 10 else ""


def _decimals(forms: Sequence[str], at: int, language: str) -> End:
    digits, end = _digits(forms, at, language)
    if digits or at >= len(forms):
        return digits, end
    figures, end = _figures_or_words(forms, at, language)
    return (figures, end) if figures.isdecimal() else ("", at)
