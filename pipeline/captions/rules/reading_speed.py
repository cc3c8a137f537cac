"""Can it be read: speed, and how long a cue stays."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.captions.model import Cue
from pipeline.captions.rules.context import Fault, Judged
from pipeline.captions.rules.reading import is_sound
from pipeline.production.profile import Profile

LETTERS = 5.75
"""Characters of an English word, the space after it counted: what turns words a minute into characters a
second.
"""

TO_FIND = 0.3
"""Seconds that the eye needs to find a new cue, however short it is."""


def words_a_minute(characters_a_second: float) -> float:
    """A speed as guidelines count it."""
    return characters_a_second * 60 / LETTERS


def reading_speed(judged: Judged) -> Iterator[Fault]:
    """Slow enough to read and watch, in characters a second; spaces count. A sound is a glance, and not read
    as words are.
    """
    speed = judged.profile.speed
    for number, cue in _read(judged):
        measured = _letters(cue)
        if measured > speed.warn:
            limit = speed.most if measured > speed.most else speed.warn
            said = f"{measured:.1f} characters a second, {_words(cue):.0f} words a minute"
            yield Fault(
                number,
                "too fast to read with ease",
                said,
                f"{limit:g}",
                "error" if measured > speed.error else "warning",
            )


def words_speed(judged: Judged) -> Iterator[Fault]:
    """The same in words a minute, as guidelines count: many short words are as hard as few long ones. Silent
    where the letters are too many already.
    """
    most = round(words_a_minute(judged.profile.speed.most))
    for number, cue in _read(judged):
        if (measured := _words(cue)) > most + 0.5 and _letters(cue) <= judged.profile.speed.warn:
            yield Fault(
                number,
                "more words than can be read with ease",
                f"{measured:.0f} words a minute",
                f"{most}",
                "warning",
            )


def _read(judged: Judged) -> Iterator[tuple[int, Cue]]:
    """Every cue of words that stands for a time."""
    return ((number, cue) for number, cue in judged.numbered if not is_sound(cue) and _stands(judged, number))


def _stands(judged: Judged, number: int) -> bool:
    """Another rule tells of cues whose times run backwards, or not at all."""
    raw = judged.as_written(number)
    return raw.end > raw.start if raw else True


def _letters(cue: Cue) -> float:
    return len(cue.text) / float(cue.span.duration)


def _words(cue: Cue) -> float:
    return len(cue.text.split()) * 60 / float(cue.span.duration)


def least_seconds(cue: Cue, profile: Profile) -> float:
    """How long a cue has to stay at least: the profile's minimum, less for a few words where it counts words,
    more for a label.
    """
    timing = profile.timing
    least = timing.min_seconds
    if timing.seconds_a_word:
        least = min(least, timing.seconds_a_word * len(cue.unlabelled.split()) + TO_FIND)
    return least + (timing.label_seconds if cue.label else 0.0)


def too_short(judged: Judged) -> Iterator[Fault]:
    """Long enough to be found and read."""
    for number, cue in judged.numbered:
        if not _stands(judged, number):
            continue
        seconds, least = judged.between(cue.span.start, cue.span.end), least_seconds(cue, judged.profile)
        if seconds < judged.whole(least):
            yield Fault(
                number,
                "on the screen for too short a time",
                f"{float(seconds):.2f} s",
                f"{least:.2f} s",
                "warning",
            )


def too_long(judged: Judged) -> Iterator[Fault]:
    """Short enough not to be read twice."""
    most = judged.profile.timing.max_seconds
    for number, cue in judged.numbered:
        seconds = judged.between(cue.span.start, cue.span.end)
        if seconds > judged.whole(most):
            yield Fault(
                number, "on the screen for too long", f"{float(seconds):.2f} s", f"{most:g} s", "warning"
            )
