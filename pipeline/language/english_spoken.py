"""How English says numbers, times and letters: sixty three is 63, half past two 2:30, nine nine nine 999,
N H S nhs. The other way round as well: how a number may be said.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.language.lexicon import english
from pipeline.language.numerals import NUMERAL, End, times, worth

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

_TWO_IN_ONE = {tuple(pair.split()): one for pair, one in _SAME.two_in_one.items()}
_STARTS = frozenset(
    {*VALUES, *SCALES, *_DECADES, *_SAME.times, *(pair[0] for pair in _TWO_IN_ONE)}
    | {"half", "quarter", "oh", "point"}
)

MEASURES = frozenset(_SAME.units.values()) | {"percent"}
"""Units, as they read after a number."""


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
    return (clock_form(hour, minutes) if link == ["past"] else clock_form(hour + 11, 60 - minutes)), after


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
    if "".join(forms[at:end]) in _SAME.lettered:
        return "".join(forms[at:end]), end
    while end > at and forms[end - 1] in ("i", "a") and not counted:
        end -= 1
    return ("".join(forms[at:end]), end) if end > at + 1 and forms[at] not in ("i", "a") else None


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
            return clock_form(hour, minutes), end
    return None


def _ordinal(forms: Sequence[str], value: int, after: int) -> End | None:
    """Twenty first."""
    last = ORDINALS.get(forms[after], 10) if after < len(forms) else 10
    tens = value % 10 == 0 and value % 100 >= 20
    return (f"{value + last}th", after + 1) if tens and last < 10 else None


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


def clock_form(hour: int, minutes: int) -> str:
    """Twelve hours, as people say them; on the hour it is the number alone."""
    hour = (hour - 1) % 12 + 1
    return f"{hour}:{minutes:02}" if minutes else str(hour)


# What else a form may stand for, and how it is said --------------------------------------------


def other_times(form: str) -> list[str]:
    """2:30 may have been written 1430, or 230."""
    if ":" in form:
        hour, minutes = form.split(":")
        return [hour + minutes, f"{int(hour) % 12 + 12}{minutes}"]
    if form.isdecimal() and len(form) in (3, 4) and int(form) < 2400 and int(form) % 100 < 60:
        return [clock_form(int(form) // 100, int(form) % 100)]
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
