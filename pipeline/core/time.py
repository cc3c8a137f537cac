"""Exact time. A position is a Fraction of seconds on one of two clocks.

`Time[Source]` counts on a source's presentation timeline (what a player shows), `Time[Programme]`
on the film's. Adding one to the other is a type error; `Timeline` is the only bridge. Durations
are plain Fractions: the difference of two positions.

Rounding happens in two places that can be found by their names: `measured` (the only door for
floats, for recognisers) and `snap` (decides on a frame). `frames` refuses what is off the grid.
Round positions, never durations.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Generic, TypeVar

SOON = Fraction(1, 10)
"""Seconds after an in point in which the next frame of a picture that moves has begun; where none has, the
picture stands still there.
"""

SAMPLE_RATE = 48_000
"""Sound is kept at this many samples a second from ingest to the finished film."""


class Source:
    """The clock of one source."""


class Programme:
    """The clock of the film."""


C = TypeVar("C")

_CLOCK = re.compile(r"(?:(\d+):(?=[0-5]?\d:))?(\d{1,2}):([0-5]?\d(?:[.,]\d+)?)|(\d+(?:[.,]\d+)?)")


def nearest(value: Fraction) -> int:
    """The nearest integer; halves go up, so that equal steps stay equal.

    >>> nearest(Fraction(5, 2)), nearest(Fraction(-1, 2))
    (3, 0)
    """
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def parse_rate(text: str) -> Fraction:
    """Frames a second: "25", "30000/1001" or a nominal "29.97", which becomes the exact rate.

    >>> parse_rate("29.97")
    Fraction(30000, 1001)
    """
    try:
        rate = fraction(text.replace(",", "."))
    except ValueError:
        raise ValueError(f'"{text[:24]}" is not a frame rate; write "25" or "30000/1001"') from None
    ntsc = Fraction(nearest(rate) * 1000, 1001)
    if rate.denominator != 1 and abs(rate - ntsc) < Fraction(1, 100):
        rate = ntsc
    if not 1 <= rate <= 240:
        raise ValueError(f'"{text}" is not between 1 and 240 frames a second')
    return rate


_NUMBER = re.compile(r"-?\d{1,12}(\.\d{1,12}|/0*[1-9]\d{0,11})?")


def fraction(text: str) -> Fraction:
    """A number from a file: no exponents, whose digits can be without end, and no division by nothing.

    >>> fraction("30000/1001"), fraction("2.5")
    (Fraction(30000, 1001), Fraction(5, 2))
    """
    if not _NUMBER.fullmatch(text):
        raise ValueError(f'"{text[:24]}" is not a number')
    return Fraction(text)


@dataclass(frozen=True)
class Time(Generic[C]):
    """A position on a clock, in exact seconds.

    Positions are compared as whole numbers, crosswise, which is as exact and four times as quick: films do it
    by the hundred thousand.
    """

    seconds: Fraction

    def __post_init__(self) -> None:
        if not isinstance(self.seconds, Fraction):
            raise TypeError(
                f"Time is made of Fractions, not {type(self.seconds).__name__}; use Time.measured for floats"
            )

    @classmethod
    def parse(cls, text: str) -> Time[C]:
        """From "1:02:03.5", "02:03.5" or "123.5".

        >>> Time.parse("1:02.5").seconds
        Fraction(125, 2)
        """
        found = _CLOCK.fullmatch(text.strip()) if len(text) < 40 else None
        if not found:
            raise ValueError(f'"{text[:40]}" is not a time; write 1:23.4 or 83.4')
        hours, minutes, seconds, plain = (part and part.replace(",", ".") for part in found.groups())
        if plain:
            return cls(Fraction(plain))
        return cls(Fraction(int(hours or 0) * 3600 + int(minutes) * 60) + Fraction(seconds))

    @classmethod
    def measured(cls, seconds: float) -> Time[C]:
        """From a recogniser or an aligner, rounded to a millisecond: the only door for floats."""
        return cls(Fraction(round(seconds * 1000), 1000))

    @classmethod
    def frames_at(cls, count: int, rate: Fraction) -> Time[C]:
        return cls(Fraction(count * rate.denominator, rate.numerator))

    def frames(self, rate: Fraction) -> int:
        """The frame that starts exactly here; refuses a position between two frames."""
        count = self.seconds * rate
        if count.denominator != 1:
            raise ValueError(f"{self} is not on the frame grid of {rate}")
        return count.numerator

    def snap(self, rate: Fraction) -> Time[C]:
        """The nearest frame boundary."""
        return Time(nearest(self.seconds * rate) / Fraction(rate))

    def samples(self, hz: int = SAMPLE_RATE) -> int:
        return nearest(self.seconds * hz)

    def ms(self) -> int:
        return nearest(self.seconds * 1000)

    def __lt__(self, other: Time[C]) -> bool:
        one, two = self.seconds, other.seconds
        return one.numerator * two.denominator < two.numerator * one.denominator

    def __le__(self, other: Time[C]) -> bool:
        one, two = self.seconds, other.seconds
        return one.numerator * two.denominator <= two.numerator * one.denominator

    def __gt__(self, other: Time[C]) -> bool:
        return other < self

    def __ge__(self, other: Time[C]) -> bool:
        return other <= self

    def __add__(self, duration: Fraction) -> Time[C]:
        return Time(self.seconds + duration)

    def __sub__(self, other: Time[C]) -> Fraction:
        return self.seconds - other.seconds

    def __float__(self) -> float:
        return float(self.seconds)

    def __str__(self) -> str:
        """h:mm:ss.mmm, for people.

        >>> str(Time(Fraction(3723, 2)))
        '0:31:01.500'
        """
        ms = self.ms()
        return f"{ms // 3600000}:{ms // 60000 % 60:02}:{ms // 1000 % 60:02}.{ms % 1000:03}"


@dataclass(frozen=True, order=True)
class Span(Generic[C]):
    """From `start` up to, and not including, `end`, on one clock."""

    start: Time[C]
    end: Time[C]

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError(f"a span ends after it starts: {self.start} … {self.end}")

    @classmethod
    def measured(cls, start: float, end: float) -> Span[C]:
        """As `Time.measured`, and at least a millisecond long (recognisers give empty words)."""
        first, last = Time[C].measured(start), Time[C].measured(end)
        return cls(first, max(last, first + Fraction(1, 1000)))

    @property
    def duration(self) -> Fraction:
        return self.end - self.start

    def overlap(self, other: Span[C]) -> Fraction:
        """Seconds that both cover; 0 where they only touch."""
        if self.end <= other.start or other.end <= self.start:
            return Fraction(0)
        return min(self.end, other.end) - max(self.start, other.start)

    def __str__(self) -> str:
        return f"{self.start}–{self.end}"


TICKS = 1_000_000
"""In a second: transcripts are written to the microsecond."""

Ticks = int | Fraction
"""A position in microseconds: a whole number wherever it is one, so that hours of words compare as integers,
and exact either way.
"""


def ticks(seconds: Fraction) -> Ticks:
    """
    >>> ticks(Fraction(5, 4)), ticks(Fraction(1, 3))
    (1250000, Fraction(1000000, 3))
    """
    found = seconds * TICKS
    return found.numerator if found.denominator == 1 else found


def decimal(value: Fraction, places: int = 6) -> str:
    """A decimal string that is exact where the value has one, else rounded to `places`.

    >>> decimal(Fraction(211, 25)), decimal(Fraction(1001, 30000))
    ('8.44', '0.033367')
    """
    scaled = nearest(value * 10**places)
    whole, part = divmod(abs(scaled), 10**places)
    return f"{'-' * (scaled < 0)}{whole}.{part:0{places}}".rstrip("0").rstrip(".")


def clock(seconds: Fraction) -> str:
    """m:ss.t, for people looking for a place in a film.

    >>> clock(Fraction(1237, 20))
    '1:01.9'
    """
    tenths = nearest(seconds * 10)
    return f"{tenths // 600}:{tenths // 10 % 60:02}.{tenths % 10}"


def timecode(frame: int, rate: Fraction) -> str:
    """hh:mm:ss:ff; 29.97 and 59.94 are labelled drop-frame (`;`), as their players count.

    >>> timecode(107892, Fraction(30000, 1001))
    '01:00:00;00'
    >>> timecode(90000, Fraction(25))
    '01:00:00:00'
    """
    nominal = nearest(rate)
    drops = nominal // 15 if rate.denominator != 1 and nominal in (30, 60) else 0
    if drops:
        per_minute, per_ten = nominal * 60 - drops, nominal * 600 - drops * 9
        tens, rest = divmod(frame, per_ten)
        frame += drops * 9 * tens + (drops * ((rest - drops) // per_minute) if rest > drops else 0)
    seconds, ff = divmod(frame, nominal)
    mark = ";" if drops else ":"
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{mark}{ff:02}"
