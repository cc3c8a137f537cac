"""Timecode, as cameras and editing programs show it: hours, minutes, seconds and frames (SMPTE ST 12-1)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from pipeline.core.time import Source, Time, nearest

DAY = 24 * 3600

_TIMECODE = re.compile(r"(\d{1,2})([:;])([0-5]?\d)[:;]([0-5]?\d)([:;])(\d{1,2})")


@dataclass(frozen=True)
class Timecode:
    """A frame by its number. `drop`: of 29.97 or 59.94 frames a second, with numbers left out each minute but
    the tenth, so that it keeps up with the clock on the wall.
    """

    hours: int
    minutes: int
    seconds: int
    frames: int
    drop: bool

    @classmethod
    def parse(cls, text: str) -> Timecode | None:
        """From "10:00:20:08", or "10:00:20;08" where it drops; None where a text is none.

        >>> print(Timecode.parse("10:00:20;08"), Timecode.parse("1:02.5"))
        10:00:20;08 None
        """
        found = _TIMECODE.fullmatch(text.strip()) if len(text) < 40 else None
        if not found or int(found[1]) > 23:
            return None
        return cls(int(found[1]), int(found[3]), int(found[4]), int(found[6]), found[5] == ";")

    def number(self, rate: Fraction) -> int:
        """Which frame it is, counted from 00:00:00:00; ValueError where there is none of this number.

        >>> Timecode.parse("00:01:00;02").number(Fraction(30000, 1001))
        1800
        """
        nominal = nearest(rate)
        drops = self._dropped(rate)
        if self.frames >= nominal:
            raise ValueError(
                f"{self} has no frame {self.frames}: at {nominal} a second they are 0 to {nominal - 1}"
            )
        if self.frames < drops and not self.seconds and self.minutes % 10:
            raise ValueError(f"{self} is left out of the count: after it comes {self._with(drops)}")
        minutes = self.hours * 60 + self.minutes
        return (minutes * 60 + self.seconds) * nominal + self.frames - drops * (minutes - minutes // 10)

    def _dropped(self, rate: Fraction) -> int:
        if not self.drop:
            return 0
        if rate.denominator == 1 or nearest(rate) not in (30, 60):
            shown = f"{float(rate):.5g}"
            raise ValueError(f"{self} counts 29.97 or 59.94 frames a second (`;`), and this has {shown}")
        return nearest(rate) // 15

    def _with(self, frames: int) -> str:
        return str(Timecode(self.hours, self.minutes, self.seconds, frames, self.drop))

    def at(self, rate: Fraction) -> Fraction:
        """The seconds from 00:00:00:00 until its frame."""
        return self.number(rate) / rate

    def __str__(self) -> str:
        mark = ";" if self.drop else ":"
        return f"{self.hours:02}:{self.minutes:02}:{self.seconds:02}{mark}{self.frames:02}"


_WHOLE = re.compile(r"\d+:\d\d?:\d\d?")


def as_timecode(text: str) -> Timecode | None:
    """A text that may be timecode: hours, minutes and seconds, with frames or without.

    >>> print(as_timecode("10:00:20"), as_timecode("0:20.3"))
    10:00:20:00 None
    """
    text = text.strip()
    return Timecode.parse(f"{text}:00" if _WHOLE.fullmatch(text) else text)


def moment(text: str) -> Time[Source] | None:
    """When a text means from the start of its recording; None where it counts frames, and only the recording
    says how many there are in a second.

    >>> print(moment("1:02.5"), moment("00:01:02:12"))
    0:01:02.500 None
    """
    if Timecode.parse(text):
        return None
    try:
        return Time[Source].parse(text)
    except ValueError:
        shown = f'"{text[:40]}" is not a time'
        raise ValueError(f"{shown}; write 1:23.4, 83.4, or timecode with frames, 00:01:23:10") from None
