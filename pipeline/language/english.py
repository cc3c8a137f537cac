"""How English is written and how it is said: "£2.80" is two pounds eighty, "A&E" is A and E, "1990s" the
nineteen nineties.

A written word is taken apart (`forms_of`); runs of words that are one are joined (`joined`); and what stands
around a number is read with it (`settled`): its unit, its month, the "to" of a range.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pipeline.language.characters import letters, unaccented
from pipeline.language.lexicon import english
from pipeline.language.numerals import NUMERAL, End, numeral, times, worth

_SAME = english().same
_UNITS, _TENS = english().numbers.units, english().numbers.tens
VALUES = english().numbers.values
SCALES = english().numbers.scales
ORDINALS = dict(english().numbers.ordinals)
ORDINALS |= {
    f"{word}th": value for word, value in VALUES.items() if 3 < value < 20 and value not in ORDINALS.values()
}
ORDINALS |= {f"{word[:-1]}ieth": VALUES[word] for word in _TENS}
_DECADES = {f"{word[:-1]}ies": VALUES[word] for word in _TENS}

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
_CURRENCY = frozenset(_FILLED[sign] for sign in "£$€")
_GLUED = {**_SAME.units, **_SAME.glued}
_TWO_IN_ONE = {tuple(pair.split()): one for pair, one in _SAME.two_in_one.items()}
_STARTS = frozenset(
    {*VALUES, *SCALES, *_DECADES, *_SAME.times, *(pair[0] for pair in _TWO_IN_ONE)}
    | {"half", "quarter", "oh", "point"}
)

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
    (_PAIR, lambda found: f"{found[1]} {'' if found[1] == found[2] else 'over'} {found[2]}"),
    (re.compile(r"(?<![\w.])\.(?=\d)"), "0."),
    (re.compile(r"°\s*([cf])\b"), lambda found: f" {_FILLED[f'°{found[1]}']} "),
    (
        re.compile(r"\b(\d*(?<!1)1st|\d*2nd|\d*3rd|\d*[04-9]th|\d*1[1-3]th)\b"),
        lambda found: f"{found[1][:-2]}th",
    ),
    (re.compile(r"\b(\d0|\d\d\d0)'?s\b"), r"\1s"),
]
"""What is written and what is said for it, one after the other."""

_DAYS = re.compile(r"\d\d?(th)?")
_LETTER = r"[^\W\d_¹²³⁰-⁹₀-₉①-⓿]"
_BORDER = re.compile(rf"(?<={_LETTER})(?=\d)|(?<=\d)(?!th\b|s\b)(?={_LETTER})")
_GAP = re.compile(r"[\s\-/_]+")
_NUMBERS = re.compile(r"\d+(?:[.,:]\d+)+")


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
        int(clock[1]) < 24 if ":" in text or clock[3] else 1 <= int(clock[1]) <= 12
    ):  # 0.50 and 13.00 are doses
        return (_clock(int(clock[1]), int(clock[2])), *((f"{clock[3]}m",) if clock[3] else ()))
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
        unit = _GLUED.get(letters(piece)) if last and last[0][-1].isdecimal() else None
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


# Runs of words that are one -------------------------------------------------------------------


def joined(forms: Sequence[str], at: int) -> End:
    """The form that starts at `at`, and where it ends: sixty three → 63, half past two → 2:30, per cent →
    percent, N H S → nhs.
    """
    form = forms[at]
    if len(form) == 1 or form in _STARTS or form[0].isdecimal():
        pair = tuple(forms[at : at + 2])
        if pair in _TWO_IN_ONE:
            return _TWO_IN_ONE[pair], at + 2
        for rule in (_meridian, _past_or_to, _digits, _decimal, _decade, _amount, _letters):
            if found := rule(forms, at):
                return found
    return form, at + 1


def _meridian(forms: Sequence[str], at: int) -> End | None:
    """Two p m."""
    if forms[at] not in ("a", "p") or forms[at + 1 : at + 2] != ["m"] or not at:
        return None
    before = forms[at - 1]
    return (
        (f"{forms[at]}m", at + 2)
        if before[0].isdecimal() or before in VALUES or before == "o'clock"
        else None
    )


def _past_or_to(forms: Sequence[str], at: int) -> End | None:
    """Half past two, quarter to nine, ten past two. Nobody says half to; ten to two is a range as well."""
    part, *link = forms[at : at + 2]
    if link not in (["past"], ["to"]) or (part, *link) == ("half", "to"):
        return None
    named = {"half": 30, "quarter": 15}.get(part)
    minutes = named or (VALUES.get(part) or (int(part) if part in ("5", "10", "20") else 0))
    if not named and (link == ["to"] or minutes not in (5, 10, 20)):
        return None
    hour, after = _hour(forms, at + 2)
    if hour is None or not 1 <= hour <= 12:
        return None
    return (_clock(hour, minutes) if link == ["past"] else _clock(hour + 11, 60 - minutes)), after


def _hour(forms: Sequence[str], at: int) -> tuple[int | None, int]:
    hour, after = _number(forms, at)
    if hour is None and at < len(forms) and forms[at].isdecimal() and len(forms[at]) < 3:
        return int(forms[at]), at + 1
    return hour, after


def _digits(forms: Sequence[str], at: int) -> End | None:
    """Nine nine nine, triple nine, one oh one: three figures and more, or one that is doubled."""
    digits, said, end = "", 0, at
    while end < len(forms):
        times_said = _SAME.times.get(forms[end], 0)
        here = end + bool(times_said)
        digit = _digit(forms, here)
        if not digit or (here + 1 < len(forms) and forms[here + 1] in SCALES):
            break
        digits, end = digits + digit * (times_said or 1), here + 1
        said += forms[here] != "oh"
    while end > at + 1 and len(digits) < 5 and forms[end - 1] == "oh":
        digits, end = digits[:-1], end - 1
    doubled = forms[at] in _SAME.times and len(digits) > 1
    first = forms[at] == "oh" and len(digits) < 4
    return (digits, end) if (doubled or (len(digits) > 2 and said > 1)) and not first else None


def _digit(forms: Sequence[str], at: int) -> str:
    form = forms[at] if at < len(forms) else ""
    if len(form) == 1 and form.isdecimal():
        return form
    return "0" if form == "oh" else str(VALUES[form]) if VALUES.get(form, 10) < 10 else ""


def _decimal(forms: Sequence[str], at: int) -> End | None:
    """Two point five, point five of a milligram, 1.5 million."""
    if forms[at] == "point":
        digits, end = _decimals(forms, at + 1)
        unit = end < len(forms) and (forms[end] in MEASURES)
        return (worth(f"0.{digits}"), end) if digits and unit else None
    whole, after = _number(forms, at)
    if forms[at][0].isdecimal() and whole is None:
        number, after = forms[at], at + 1
    elif whole is None:
        return None
    else:
        number = str(whole)
    if number.isdecimal() and after < len(forms) and forms[after] == "point":
        digits, end = _decimals(forms, after + 1)
        number, after = (worth(f"{number}.{digits}"), end) if digits else (number, after)
    if "." in number and after < len(forms) and forms[after] in SCALES and NUMERAL.fullmatch(number):
        return times(number, SCALES[forms[after]]), after + 1
    return (number, after) if "." in number and after > at + 1 else None


def _decimals(forms: Sequence[str], at: int) -> End:
    digits, end = "", at
    while end < len(forms) and (digit := _digit(forms, end)):
        digits, end = digits + digit, end + 1
    if not digits and at < len(forms):
        number, after = _number(forms, at)
        if number is None and forms[at].isdecimal():
            return forms[at], at + 1
        return ("" if number is None else str(number)), after
    return digits, end


def _decade(forms: Sequence[str], at: int) -> End | None:
    """The nineteen nineties, her forties."""
    if forms[at] in _DECADES:
        return f"{_DECADES[forms[at]]}s", at + 1
    century, after = VALUES.get(forms[at], 0), at + 1
    if 10 <= century < 22 and after < len(forms) and forms[after] in _DECADES:
        return f"{century * 100 + _DECADES[forms[after]]}s", after + 1
    return None


def _letters(forms: Sequence[str], at: int) -> End | None:
    """Letters said one by one: N H S. "I" and "a" at an end are mostly words."""
    end = at
    while end < len(forms) and len(forms[end]) == 1 and forms[end].isalpha() and forms[end].isascii():
        end += 1
    counted = end < len(forms) and (forms[end][0].isdecimal() or forms[end] in VALUES)  # H b A 1 c
    while end > at and forms[end - 1] in ("i", "a") and not counted:
        end -= 1
    enough = 2 if forms[at] not in ("i", "a") else 3
    return ("".join(forms[at:end]), end) if end - at >= enough else None


def _amount(forms: Sequence[str], at: int) -> End | None:
    """A number in words: as the time or the ordinal that it begins, where it begins one."""
    start = at + (forms[at] == "a" and list(forms[at + 1 : at + 2]) != [] and forms[at + 1] in SCALES)
    value, after = _number(forms, start)
    if value is None:
        return None
    return _time(forms, at, value, after) or _ordinal(forms, value, after) or (str(value), after)


def _time(forms: Sequence[str], at: int, hour: int, after: int) -> End | None:
    """Two thirty: an hour of one word, and minutes."""
    if after < len(forms) and after == at + 1 and 1 <= hour <= 12 and forms[at] in VALUES:
        minutes, end = _number(forms, after)
        if minutes is not None and 10 <= minutes < 60 and forms[after] in VALUES:
            return _clock(hour, minutes), end
    return None


def _ordinal(forms: Sequence[str], value: int, after: int) -> End | None:
    """Twenty first."""
    last = ORDINALS.get(forms[after], 10) if after < len(forms) else 10
    tens = value % 10 == 0 and value % 100 >= 20
    return (f"{value + last}th", after + 1) if tens and last < 10 else None


def _clock(hour: int, minutes: int) -> str:
    """Twelve hours, as people say them; on the hour it is the number alone."""
    hour = (hour - 1) % 12 + 1
    return f"{hour}:{minutes:02}" if minutes else str(hour)


Sums = tuple[int, int]
"""What a number in words is worth so far: thousands and millions that are done, and what counts on."""


def _number(forms: Sequence[str], at: int) -> tuple[int | None, int]:
    """The number in words that starts at `at`, and where it ends; None where none does. Figures count before
    a scale: 3 million.
    """
    sums: Sums | None
    sums, seen = _begun(forms, at)
    while seen < len(forms) and (more := _counted_on(forms, at, seen, sums)):
        sums, seen = more, seen + 1
    return (sum(sums), seen) if seen > at else (None, at)


def _begun(forms: Sequence[str], at: int) -> tuple[Sums, int]:
    """What a number starts with, and where its first word is: figures, or the one of "a hundred"."""
    scale = at + 1 < len(forms) and forms[at + 1] in SCALES
    if scale and forms[at].isdecimal() and len(forms[at]) < 4:
        return (0, int(forms[at])), at + 1
    return (0, int(0 < at < len(forms) and forms[at - 1] == "a" and forms[at] in SCALES)), at


def _counted_on(forms: Sequence[str], at: int, seen: int, sums: Sums) -> Sums | None:
    """The sums with the word at `seen`; None where the number ends before it."""
    total, part = sums
    form = forms[seen]
    before = forms[seen - 1] if seen > at else ""
    then = forms[seen + 1] if seen + 1 < len(forms) else ""
    if form in VALUES:
        return _with_value(sums, VALUES[form], follows=before in VALUES)
    if form in SCALES and part:
        return (total, part * 100) if form == "hundred" else (total + part * SCALES[form], 0)
    if form == "oh" and _may_be_a_year(sums) and 0 < VALUES.get(then, 0) < 10:  # twenty oh nine
        return total, part * 100
    return sums if form == "and" and before in SCALES and then in VALUES else None


def _with_value(sums: Sums, value: int, *, follows: bool) -> Sums | None:
    """The sums with a word of the units or the tens, which may follow another such word."""
    total, part = sums
    if part % 100 == 0:
        return None if follows and part else (total, part + value)
    if part % 10 == 0 and part % 100 >= 20 and 0 < value < 10:
        return total, part + value
    return (total, part * 100 + value) if _may_be_a_year(sums) and value >= 10 else None  # twenty fifteen


def _may_be_a_year(sums: Sums) -> bool:
    """Fifty fifty is none."""
    total, part = sums
    return total == 0 and 10 <= part < 22


# What stands around a number ------------------------------------------------------------------

MEASURES = frozenset(_SAME.units.values()) | {"percent"}
_PARTS = frozenset(f"{tens}th" for tens in ("six", "seven", "ten")) | {"third", "fifth", "eighth", "ninth"}
_READ = frozenset({"half", "quarter", "no", "to", *_PARTS, *_SAME.months})
"""Words besides numbers that are read with their neighbours."""


@dataclass
class Run:
    """Forms in order, and the written words (first to last) that each stands for; blank where one has gone
    into its neighbour.
    """

    words: Sequence[str]
    forms: list[str]
    first: list[int]
    last: list[int]

    def at(self, index: int) -> str:
        return self.forms[index] if 0 <= index < len(self.forms) else ""

    def before(self, index: int) -> int:
        """The last one before it that is there."""
        index -= 1
        while index >= 0 and not self.forms[index]:
            index -= 1
        return index

    def counts(self, index: int) -> bool:
        return self.at(index)[:1].isdecimal()

    def absorb(self, index: int, into: int) -> None:
        self.first[into] = min(self.first[into], self.first[index])
        self.last[into] = max(self.last[into], self.last[index])
        self.forms[index] = ""

    def written(self, index: int) -> str:
        return " ".join(self.words[self.first[index] : self.last[index] + 1])


def settle(run: Run) -> None:
    """Numbers with what stands around them."""
    for at, form in enumerate(run.forms):
        if form[:1].isdecimal():
            _with_unit(run, at)
        elif form in _READ:
            if form in _SAME.months:
                _date_around(run, at)
            elif form == "no":
                _numbered(run, at)
            elif form == "to":
                _range(run, at)
            else:
                _fraction(run, at)


def _with_unit(run: Run, at: int) -> None:
    form, then = run.forms[at], run.at(at + 1)
    if form[0] == "0" and form.isdecimal():
        _telephone(run, at)
    if then == "out" and run.at(at + 2) == "of" and run.counts(at + 3):  # 8/10
        run.forms[at + 1] = "over"
        run.absorb(at + 2, at + 1)
    if then in _CURRENCY and run.at(at + 2) in SCALES and re.fullmatch(r"\d+(\.\d+)?", form):  # £1.5 million
        run.forms[at] = times(form, SCALES[run.at(at + 2)])
        run.absorb(at + 2, at + 1)
        run.last[at], run.first[at + 1] = run.last[at + 1], run.first[at]
    if then := _SAME.units.get(then, then if then in MEASURES else ""):
        run.forms[at + 1] = then
        _dose(run, at)
        if then in _SAME.lesser:
            _lesser(run, at + 1)


def _telephone(run: Run, at: int) -> None:
    """0800 123 456: groups of figures after a nought are one number."""
    more = at + 1
    while len(run.forms[at]) > 2 < len(run.at(more)) and run.at(more).isdecimal():
        run.forms[at] += run.forms[more]
        run.absorb(more, at)
        more += 1


def _dose(run: Run, at: int) -> None:
    """2.50 before a unit is no time, and neither is "two fifty"."""
    hour, clock, minutes = run.forms[at].partition(":")
    written = run.written(at)
    if clock and ":" not in written:
        run.forms[at] = worth(f"{hour}.{minutes}") if "." in written else f"{hour}{minutes}"


def _lesser(run: Run, unit: int) -> None:
    """Two pounds (and) eighty (pence)."""
    second = unit + 1 + (run.at(unit + 1) == "and")
    name = run.at(second + 1)
    if run.counts(second) and _GLUED.get(name, name) == _SAME.lesser[run.forms[unit]]:
        run.absorb(second + 1, second)
        if second > unit + 1:
            run.absorb(unit + 1, unit)


def _date_around(run: Run, at: int) -> None:
    """(The) third (of) May, May (the) third, Sept 2014. "May" and "Jan" are more than months."""
    year = run.counts(at + 1) and len(run.at(at + 1)) == 4
    form = run.forms[at]
    if (len(form) < 5 or form == "march") and not year and not run.written(at).lstrip("\"'“‘(")[:1].isupper():
        return
    before = run.before(at)
    linked = run.at(before) == "of"
    day = run.before(before) if linked else before
    if day >= 0 and (number := _day(run.forms[day])):
        if linked:
            run.absorb(before, day)
        if (the := run.before(day)) >= 0 and run.forms[the] == "the":
            run.absorb(the, day)
    else:
        day = at + 1 + (run.at(at + 1) == "the")
        number = _day(run.at(day))
        if number and day > at + 1:
            run.absorb(at + 1, day)
    if number:
        run.forms[day] = f"{number}th"
    if number or year or len(form) > 4:
        run.forms[at] = _SAME.months[form]


def _day(form: str) -> int:
    number = ORDINALS.get(form, 0) or (int(form.removesuffix("th")) if _DAYS.fullmatch(form) else 0)
    return number if number < 32 else 0


def _numbered(run: Run, at: int) -> None:
    """No. 7, and "It was No 7"; but "No. Seven of us" may say no."""
    if run.counts(at + 1) and run.words[run.first[at + 1]][:1].isdecimal():
        word = run.words[run.first[at]]
        inside = run.first[at] > 0 and run.words[run.first[at] - 1][-1:] not in tuple('.!?…”"’')
        if word.endswith(".") or (word == "No" and inside):
            run.forms[at] = "number"


def _range(run: Run, at: int) -> None:
    """Two to three is written 2–3: the word between is the first one's."""
    before = run.before(at)
    amount = run.counts(before) or run.at(before) in MEASURES or run.at(before) in ("am", "pm")
    if before >= 0 and amount and run.counts(at + 1):
        run.absorb(at, before)


def _fraction(run: Run, at: int) -> None:
    """(A) half (an) hour, (a) quarter, a third of."""
    before = run.before(at)
    if run.forms[at] in _PARTS:
        if run.at(before) == "a" and run.at(at + 1) == "of":
            run.forms[before] = "1"
        return
    if run.forms[at] == "half" and run.at(at + 1) in ("a", "an"):
        run.absorb(at + 1, at)
    if before >= 0 and (run.forms[before] == "a" or (run.forms[before] == "1" and not _is_sign(run, at))):
        run.absorb(before, at)
        before = run.before(before)
    counted = run.before(before) if run.at(before) == "and" else -1
    if counted >= 0 and run.counts(counted):  # one and a half is written 1½
        run.absorb(before, counted)


def _is_sign(run: Run, at: int) -> bool:
    return any(c in FRACTIONS for c in run.words[run.first[at]])


# What else a form may stand for, and how it is said --------------------------------------------


def other_times(form: str) -> list[str]:
    """2:30 may have been written 1430, or 230."""
    if ":" in form:
        hour, minutes = form.split(":")
        return [hour + minutes, f"{int(hour) % 12 + 12}{minutes}"]
    if form.isdecimal() and len(form) in (3, 4) and int(form) < 2400 and int(form) % 100 < 60:
        return [_clock(int(form) // 100, int(form) % 100)]
    return []


def other_ordinals(form: str) -> list[str]:
    """First is 1st."""
    if form in ORDINALS:
        return [f"{ORDINALS[form]}th"]
    if form.endswith("th") and form[:-2].isdecimal():
        return [word for word, value in ORDINALS.items() if value == int(form[:-2])]
    return []


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


def aloud(form: str) -> list[str]:
    """How a normal form may be said, the likeliest first.

    >>> aloud("2.5"), aloud("2:30"), aloud("21th"), aloud("1990s"), aloud("nurse")
    (['two point five'], ['two thirty'], ['twenty first'], ['nineteen nineties'], ['nurse'])
    """
    if form.isdecimal() and len(form) < 8:
        return readings(int(form))
    if found := re.fullmatch(r"(\d{1,7})\.(\d+)", form):
        return [
            f"{_cardinal(int(found[1]), 'and ')} point {' '.join(_UNITS[int(digit)] for digit in found[2])}"
        ]
    if found := re.fullmatch(r"(\d\d?):(\d\d)", form):
        return [
            f"{_cardinal(int(found[1]), '')} {'oh ' if found[2] < '10' else ''}{_cardinal(int(found[2]), '')}"
        ]
    if found := re.fullmatch(r"(\d\d)?(\d0)s", form):
        decade = [word for word, value in _DECADES.items() if value == int(found[2])]
        return (
            [" ".join([*([_cardinal(int(found[1]), "")] if found[1] else []), *decade])] if decade else [form]
        )
    if form.endswith("th") and form[:-2].isdecimal() and 0 < (number := int(form[:-2])) < 100:
        return [_ordinally(number)]
    return [form]


def _ordinally(number: int) -> str:
    words = {value: word for word, value in ORDINALS.items()}
    return words.get(number) or f"{_TENS[number // 10 - 2]} {words[number % 10]}"
