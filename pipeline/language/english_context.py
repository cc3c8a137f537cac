"""What stands around a number in English, and is read with it: its unit, its month, the pence after pounds,
the "to" of a range, the articles of a half.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.language.english_spoken import MEASURES, ORDINALS, SCALES
from pipeline.language.english_written import CURRENCY, GLUED, has_sign
from pipeline.language.lexicon import english
from pipeline.language.numerals import times, worth

_SAME = english().same
_DAYS = re.compile(r"\d\d?(th)?")
_PARTS = frozenset(word for word, value in ORDINALS.items() if 2 < value < 11)
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
    if then in CURRENCY and run.at(at + 2) in SCALES and re.fullmatch(r"\d+(\.\d+)?", form):  # £1.5 million
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
    if run.counts(second) and GLUED.get(name, name) == _SAME.lesser[run.forms[unit]]:
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
    return has_sign(run.words[run.first[at]])
