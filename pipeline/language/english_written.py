"""English as it is written, taken apart into what is said: "£2.80" is two pounds eighty, "A&E" is A and E,
"5'2\"" five foot two, "can't" can not.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from pipeline.language.characters import letters, unaccented
from pipeline.language.english_spoken import clock_form
from pipeline.language.lexicon import english
from pipeline.language.numerals import numeral, times

_SAME = english().same
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

_FILLED = {**{f"{verb}nt": f"{verb} not" for verb in _SAME.before_not}, **_SAME.filled}
SIGNS = {sign: said for sign, said in _FILLED.items() if len(sign) == 1 and not sign.isalnum()}
FRACTIONS = {sign: said for sign, said in _FILLED.items() if len(sign) == 1 and sign.isnumeric()}
CURRENCY = frozenset(_FILLED[sign] for sign in "£$€")
GLUED = {**_SAME.units, **_SAME.glued}
_CLOCK = re.compile(r"[^\w£$€]*(\d{1,2})[:.]([0-5]\d)(?:([ap])\.?m)?\W*")
_AROUND = "\"'()[],.;:!?…"
_MONEY = re.compile(r"([£$€])(\d[\d,]*)(?:\.(\d+))?(m|mn|bn|k)?\b")
_LARGE = {"k": 1000, "m": 10**6, "mn": 10**6, "bn": 10**9}
_HEIGHT = re.compile(r"(\d)'(\d{1,2})(?:\"|'')?")
_DAY = re.compile(r"(\d\d?)[/.](\d\d?)[/.](\d{4})")
_PAIR = re.compile(r"(?<![\d/])(\d+)/(\d+)(?![\d/])")
_REWRITTEN: list[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]] = [
    (_DAY, lambda found: _date(found)),
    (_MONEY, lambda found: _money(found)),
    (_HEIGHT, r"\1 foot \2 "),
    (re.compile(r"^[\"'(\[]*-(?=[£$€]?\.?\d)"), "minus "),
    (re.compile(r"\bno\.(?=\d)"), "number "),
    (re.compile(r"(?<=[a-z])\.(?=\d)"), " "),
    (re.compile(r"(?<![\d/])(?:1/2|1/4|3/4|1/3|2/3)(?![\d/])"), lambda found: f" {_FILLED[found[0]]} "),
    (_PAIR, lambda found: f"{found[1]} {_between(found)} {found[2]}"),
    (re.compile(r"(?<![\w.])\.(?=\d)"), "0."),
    (re.compile(r"°\s*([cf])\b"), lambda found: f" {_FILLED[f'°{found[1]}']} "),
    (
        re.compile(r"\b(\d*(?<!1)1st|\d*2nd|\d*3rd|\d*[04-9]th|\d*1[1-3]th)\b"),
        lambda found: f"{found[1][:-2]}th",
    ),
    (re.compile(r"\b(\d0|\d\d\d0)'?s\b"), r"\1s"),
]
"""What is written and what is said for it, one after the other."""

_LETTER = r"[^\W\d_¹²³⁰-⁹₀-₉①-⓿]"
_BORDER = re.compile(rf"(?<={_LETTER})(?=\d)|(?<=\d)(?!th\b|s\b)(?={_LETTER})")
_GAP = re.compile(r"[\s\-/_]+")
_NUMBERS = re.compile(r"\d+(?:[.,:]\d+)+")


def has_sign(text: str) -> bool:
    """Is something of it said that is no letter and no figure?"""
    return any(c in SIGNS or c in FRACTIONS for c in text)


def plain(text: str) -> str:
    """Letters of one folded word, British as American, without accents."""
    form = letters(unaccented(text.replace(",", "")))
    for pattern, spelling in _SPELLINGS:
        form = pattern.sub(spelling, form)
    return form


def forms_of(text: str) -> tuple[str, ...]:
    """One folded word taken apart: contractions, amounts, times, hyphens, signs."""
    if text.isalpha() and text.isascii():
        return tuple(_written_out(text))
    if clock := _at(text):
        return clock
    bare = text.strip(_AROUND)
    if bare in _FILLED and not bare.isalpha():
        return tuple(_FILLED[bare].split())
    if any(c.isdigit() or c in "°½¼¾⅓⅔⅛" for c in text):
        for pattern, said in _REWRITTEN:
            text = pattern.sub(said, text)
    text = "".join(f" {SIGNS.get(c) or FRACTIONS[c]} " if c in SIGNS or c in FRACTIONS else c for c in text)
    return tuple(form for part in _GAP.split(text) if part for form in _pieces(part))


def _at(text: str) -> tuple[str, ...]:
    clock = _CLOCK.fullmatch(text)
    if clock and (
        int(clock[1]) < 24 if ":" in text or clock[3] else 1 <= int(clock[1]) <= 12 and clock[2][1] in "05"
    ):  # 0.50, 13.00 and 3.14 are no times
        return (clock_form(int(clock[1]), int(clock[2])), *((f"{clock[3]}m",) if clock[3] else ()))
    return ()


def _money(found: re.Match[str]) -> str:
    """£2.80 is two pounds eighty, £1.5m one point five million pounds, £0.50 fifty pence."""
    whole, part, large = found[2].replace(",", ""), found[3] or "", found[4]
    currency, lesser = _FILLED[found[1]], _SAME.lesser.get(_FILLED[found[1]], "")
    if large:
        return f"{times(f'{whole}.{part or 0}', _LARGE[large])} {currency} "
    if len(part) != 2:
        return f"{whole}{'.' if part else ''}{part} {currency} "
    if part == "00":
        return f"{whole} {currency} "
    return f"{whole} {currency} {int(part)} " if int(whole) else f"{int(part)} {lesser} "


def _between(found: re.Match[str]) -> str:
    """8/10 is eight out of ten, 50/50 fifty fifty."""
    return "" if found[1] == found[2] and len(found[1]) > 1 and found[1] != "10" else "over"


def _date(found: re.Match[str]) -> str:
    """13/05/2025; 3/5/2025 is another day elsewhere."""
    day, month = int(found[1]), int(found[2])
    names = list(dict.fromkeys(_SAME.months.values()))
    return f"{day}th {names[month - 1]} {found[3]} " if 12 < day < 32 and 0 < month < 13 else found[0]


def _pieces(part: str) -> list[str]:
    """A part without hyphens: letters and figures apart, and what is glued to a figure as its unit."""
    if part.isalpha():
        return _written_out(part)
    found: list[str] = []
    upto = 0
    for number in _NUMBERS.finditer(part):
        found += _loose(part[upto : number.start()], found)
        written = number[0]
        found += (_at(written) or written.split(":")) if ":" in written else [numeral(written, ".")]
        upto = number.end()
    return found + _loose(part[upto:], found)


def _loose(text: str, before: list[str]) -> list[str]:
    found: list[str] = []
    for piece in _BORDER.split(text):
        last = (before + found)[-1:]
        unit = GLUED.get(letters(piece)) if last and last[0][-1].isdecimal() else None
        found += [unit] if unit else _written_out(piece)
    return found


def _written_out(part: str) -> list[str]:
    form = part if part in _FILLED else plain(part)
    if form in _FILLED:
        return _FILLED[form].split()
    if form.endswith("n't"):
        stem = form.removesuffix("n't")
        return [_SAME.stems.get(stem, stem), "not"]
    stem, mark, _ = form.rpartition("'")
    ending = _SAME.endings.get(form[len(stem) :]) if mark else None
    if ending and (stem in _SAME.leant_on or not ending.startswith("'")):
        return [stem, ending]
    return [form] if form else []
