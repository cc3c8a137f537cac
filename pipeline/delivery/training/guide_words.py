"""Our own words in guides, on the plain web page and on the page of clips, with the language of each."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from math import ceil
from pkgutil import get_data
from typing import Any

from pipeline.core.time import nearest
from pipeline.delivery.training.model import Stop
from pipeline.language.codes import script

RIGHT_TO_LEFT = frozenset({"Arab", "Hebr"})


@dataclass(frozen=True)
class Said:
    """Words, and their language where it is not that of the page they stand on."""

    words: str
    lang: str = ""

    def __bool__(self) -> bool:
        return bool(self.words)


NOTHING = Said("")


def base(language: str) -> str:
    """The language of a tag, without where it is spoken.

    >>> base("en-GB")
    'en'
    """
    return language.partition("-")[0].lower()


def runs(language: str) -> str:
    """Which way its lines run, as HTML says it.

    >>> runs("cy"), runs("ur")
    ('ltr', 'rtl')
    """
    return "rtl" if script(language) in RIGHT_TO_LEFT else "ltr"


@cache
def _catalogue() -> dict[str, Any]:
    data = get_data("pipeline.delivery.training", "guide.toml")
    assert data is not None
    return tomllib.loads(data.decode("utf-8"))


def languages() -> list[str]:
    """Those that have our own words."""
    return list(_catalogue())


@dataclass(frozen=True)
class Words:
    """What stands on a page for people of one language: our words from the catalogue, others' as they are."""

    language: str

    @property
    def page(self) -> str:
        """The language of the page: English where the catalogue does not have theirs."""
        return self.language if base(self.language) in _catalogue() else "en"

    def own(self, key: str, **filled: object) -> Said:
        """One of our texts: "before", "plain.at"."""
        return Said(self._found(key).format(**filled))

    def each(self, key: str) -> tuple[Said, ...]:
        """One of our lists."""
        return tuple(Said(text) for text in self._found(key))

    def theirs(self, text: str, language: str) -> Said:
        """A text that people of the production wrote or said, in this language; on one line."""
        return Said(" ".join(text.split()), "" if base(language) == base(self.page) else language)

    def lasting(self, seconds: Fraction) -> str:
        """How long, as people say it: to the second under ten minutes, else to the minute."""
        whole = nearest(seconds)
        if whole >= 600:
            whole = nearest(Fraction(whole, 60)) * 60
        hours, rest = divmod(whole, 3600)
        minutes, seconds_ = divmod(rest, 60)
        parts = [
            self._counted("hour", hours),
            self._counted("minute", minutes),
            self._counted("second", seconds_),
        ]
        return " ".join(part for part in parts if part) or self._counted("second", 0, always=True)

    def day(self, day: date) -> str:
        """A day as people write it.

        >>> Words("en-GB").day(date(2027, 3, 1)), Words("cy").day(date(2027, 3, 1))
        ('1 March 2027', '1 Mawrth 2027')
        """
        return f"{day.day} {self._found('clips.months')[day.month - 1]} {day.year}"

    def _found(self, key: str) -> Any:
        found = _catalogue()[base(self.page)]
        for part in key.split("."):
            found = found[part]
        return found

    def _counted(self, unit: str, count: int, *, always: bool = False) -> str:
        if not count and not always:
            return ""
        if count == 1:
            return str(self._found(unit))
        if (unit, count) == ("minute", 2):
            return str(self._found("two_minutes"))
        return str(self._found(f"{unit}s").format(count=count))


@dataclass(frozen=True)
class Asked:
    """A break's wording on a page: in its language where there is a translation, and what that leaves blank
    as the film has it.
    """

    prompt: Said
    easy_read: Said
    notes: tuple[Said, ...]
    content_note: tuple[Said, ...]


def asked(stop: Stop, words: Words, film: str) -> Asked:
    """`film` is the film's language. A translation has easy-read wording of its own or none."""
    found = stop.translations.get(words.language, stop.wording)
    spoken = film if found is stop.wording else words.language

    def either(field: str) -> tuple[Said, ...]:
        own, whole = getattr(found, field), getattr(stop.wording, field)
        return tuple(words.theirs(line, spoken if own else film) for line in paragraphs(own or whole))

    return Asked(
        words.theirs(found.prompt, spoken),
        words.theirs(found.easy_read, spoken),
        either("notes"),
        either("content_note"),
    )


def paragraphs(text: str) -> list[str]:
    """The lines of a text that say anything."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def sentences(text: str) -> list[str]:
    """One idea a line, as far as stops tell.

    >>> sentences("You may sit out. Nobody minds!")
    ['You may sit out.', 'Nobody minds!']
    """
    ends = r"(?<=[.!?…።])\s+|(?<=[।॥。！？۔؟])\s*"
    return [one for line in paragraphs(text) for one in re.split(ends, line) if one]


def clock(seconds: Fraction) -> str:
    """A place in the film, as players show it.

    >>> clock(Fraction("9.4")), clock(Fraction(3725))
    ('0:09', '1:02:05')
    """
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def past(seconds: Fraction) -> str:
    """The first whole second from a place on: where to go on after what somebody leaves out.

    >>> past(Fraction("16.2")), past(Fraction(16))
    ('0:17', '0:16')
    """
    return clock(Fraction(ceil(seconds)))


def translations(stops: tuple[Stop, ...], film: str) -> list[str]:
    """The languages that any break is translated into, besides the film's."""
    found = {language for stop in stops for language in stop.translations}
    return sorted(language for language in found if base(language) != base(film))
