"""Days as people write them, and what a column of them says of those that can be two."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date

from pipeline.language.characters import folded
from pipeline.language.papers import months

_NUMBERS = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})")
_DAY_FIRST = re.compile(r"(?:\w+,?\s+)?(\d{1,2})(?:st|nd|rd|th|er|\.)?[\s-]*([^\W\d_]+)\.?,?[\s-]*(\d{4})")
_MONTH_FIRST = re.compile(r"(?:\w+,?\s+)?([^\W\d_]+)\.?\s*(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})")


def days(text: str) -> tuple[date, ...]:
    """What a text can mean: one day, two (the day first comes first), or ValueError.

    >>> [str(day) for day in days("13 May 2025") + days("13.05.2025") + days("03/04/2025")]
    ['2025-05-13', '2025-05-13', '2025-04-03', '2025-03-04']
    """
    try:
        found = _days(text.strip())
    except (ValueError, OverflowError):
        found = ()
    if not found and re.fullmatch(r"[1-6]\d{4}(\.\d+)?", text.strip()):
        raise ValueError(f"{text.strip()} is a day as spreadsheets count them; make the cell a date")
    if not found:
        raise ValueError(f'"{text[:40]}" is not a date; write it as 2025-05-13')
    return found


def _days(text: str) -> tuple[date, ...]:
    if len(text) > 40:
        return ()
    if numbers := _NUMBERS.fullmatch(text):
        first, second, year = int(numbers[1]), int(numbers[3]), int(numbers[4])
        return _by_numbers(first, second, year, dotted=numbers[2] == ".")
    words = folded(text)
    if found := _DAY_FIRST.fullmatch(words):
        return _named(found[1], found[2], found[3])
    if found := _MONTH_FIRST.fullmatch(words):
        return _named(found[2], found[1], found[3])
    return (date.fromisoformat(text),)


def _named(day: str, month: str, year: str) -> tuple[date, ...]:
    return (date(int(year), months()[month], int(day)),) if month in months() else ()


def _by_numbers(first: int, second: int, year: int, *, dotted: bool) -> tuple[date, ...]:
    """Between dots the day comes first wherever dates are written so."""
    ways = [(first, second)] if dotted else [(first, second), (second, first)]
    return tuple(dict.fromkeys(date(year, month, day) for day, month in ways if month <= 12 and year > 999))


def parse_date(text: str, *, day_first: bool | None = None) -> date | None:
    """2025-05-13, 13 May 2025, 13.05.2025, or 13/05/2025 where it can mean one day only.

    >>> parse_date("13/05/2025"), parse_date("03/04/2025", day_first=True)
    (datetime.date(2025, 5, 13), datetime.date(2025, 4, 3))
    """
    if not text:
        return None
    found = days(text)
    if len(found) > 1 and day_first is None:
        raise ValueError(f'"{text}" can be two days; write {found[0]} or {found[1]}')
    return found[0] if day_first is not False else found[-1]


def day_first(texts: Iterable[str]) -> bool | None:
    """Does the day come first in a column? None where no cell of it settles that, or two differ.

    >>> day_first(["03/04/2025", "13/05/2025"]), day_first(["03/04/2025"]), day_first(["5/13/2025"])
    (True, None, False)
    """
    said = {first for text in texts if (first := _order(text)) is not None}
    return said.pop() if len(said) == 1 else None


def is_settled(text: str) -> bool:
    """Can this day be read in one order of its numbers only?"""
    return _order(text) is not None


def _order(text: str) -> bool | None:
    numbers = _NUMBERS.fullmatch(text.strip())
    if not numbers or numbers[2] == "." or (int(numbers[1]) > 12) == (int(numbers[3]) > 12):
        return None
    return int(numbers[1]) > 12


def of_two_days(cells: Mapping[str, str]) -> list[str]:
    """Which cells can be two days. `cells`: text by where it stands."""
    found = []
    for where, text in cells.items():
        try:
            found += [where] * (len(days(text)) > 1)
        except ValueError:
            continue  # told by its own row
    return found
