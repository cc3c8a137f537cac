"""The finished film's sound held against the footage, shot by shot: the same sound, and silence elsewhere.

This and `verification/speech.py`, which hears the words anew, know nothing of each other.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from pipeline.core.finding import Finding
from pipeline.core.ports import Samples
from pipeline.core.time import SAMPLE_RATE, clock
from pipeline.edit.timeline import Take, Timeline

Marks = npt.NDArray[np.bool_]
Levels = npt.NDArray[np.float64]
"""One value a window."""

WINDOW = SAMPLE_RATE // 10
"""Samples that are compared at once: a tenth of a second."""

SAME = 0.5
"""Correlation of the film's sound with the footage's below which it is another sound. On the sample, AAC,
limiter and fades leave 0.80 and more; another sound has 0.2 and less."""

AUDIBLE = -45.0
"""dBFS from which sound counts; below it, noise and the codec differ by themselves."""

ROOM = 3.0
"""dB by which a pause may be louder than its room: noise is never twice the same."""

HIDDEN = 0.6
"""Correlation above which what should be hidden can be heard."""


def sameness(take: Take, timeline: Timeline, film: Samples, footage: Samples) -> Iterator[Finding]:
    """Where the film does not sound like its footage, or lets through what should be hidden.

    `film` and `footage` are the shot's samples, shape (n, 2): as encoded, and as the source has them.
    """
    alike, loud, covered = _windows(take, timeline, film, footage)
    level = _level(film)

    def finding(rule: str, first: int, what: str, measured: str, limit: float) -> Finding:
        return Finding(
            rule,
            "error",
            f"{clock(timeline.time(take.at).seconds + Fraction(first, 10))} {take.quote}",
            what,
            measured,
            f"{limit:g}",
        )

    for first, last in _stretches((alike < SAME) & loud & ~covered):
        yield finding(
            "other-sound",
            first,
            "another sound than its footage has there",
            f"{alike[first:last].min():.2f} alike",
            SAME,
        )
    for first, last in _stretches((alike > HIDDEN) & loud & covered):
        yield finding(
            "name-heard",
            first,
            "what should be hidden can be heard",
            f"{alike[first:last].max():.2f} alike",
            HIDDEN,
        )
    for first, last in _stretches((level > AUDIBLE) & _outside(take, timeline, len(alike))):
        yield finding(
            "beyond-cut",
            first,
            "sound from beyond the cut point",
            f"{level[first:last].max():.0f} dBFS",
            AUDIBLE,
        )


def _windows(take: Take, timeline: Timeline, film: Samples, footage: Samples) -> tuple[Levels, Marks, Marks]:
    """For each window: how alike the two are, whether it is loud enough to tell, whether all of it is
    hidden.
    """
    count = len(film) // WINDOW
    one, two = (
        sound[: count * WINDOW].mean(axis=1).reshape(count, WINDOW).astype(np.float64)
        for sound in (film, footage)
    )
    alike = (one * two).sum(axis=1) / np.sqrt((one**2).sum(axis=1) * (two**2).sum(axis=1) + 1e-20)
    covered, touched = np.zeros(count, bool), np.zeros(count, bool)
    zero = take.source_in(timeline.rate)
    for span in take.bleeps:
        start, end = (
            float(span.start - zero) * SAMPLE_RATE / WINDOW,
            float(span.end - zero) * SAMPLE_RATE / WINDOW,
        )
        touched[max(0, int(start)) : max(0, int(np.ceil(end)))] = True
        covered[max(0, int(np.ceil(start))) : max(0, int(end))] = True
    edges = _outside(take, timeline, count, touching=True)
    return alike, (_level(film) > AUDIBLE) & ~(touched & ~covered) & ~edges, covered


def _outside(take: Take, timeline: Timeline, count: int, *, touching: bool = False) -> Marks:
    """Windows wholly (or, `touching`, at all) outside what may be heard of the shot."""
    zero = take.source_in(timeline.rate)
    start, end = (
        float(take.sound.start - zero) * SAMPLE_RATE / WINDOW,
        float(take.sound.end - zero) * SAMPLE_RATE / WINDOW,
    )
    at = np.arange(count)
    return (at < start) | (at + 1 > end) if touching else (at + 1 <= start) | (at >= end)


def _level(sound: Samples) -> Levels:
    """dBFS of each window."""
    count = len(sound) // WINDOW
    power = (sound[: count * WINDOW].astype(np.float64) ** 2).mean(axis=1).reshape(count, WINDOW).mean(axis=1)
    return np.asarray(10 * np.log10(power + 1e-12))


def _stretches(marked: Marks) -> list[tuple[int, int]]:
    """Runs of marked windows; runs two windows apart are one."""
    found: list[tuple[int, int]] = []
    for index in np.flatnonzero(marked):
        if found and index - found[-1][1] <= 2:
            found[-1] = (found[-1][0], int(index) + 1)
        else:
            found.append((int(index), int(index) + 1))
    return found


def loudness(sound: Samples) -> float:
    """dBFS of the whole of a sound."""
    return float(10 * np.log10((sound.astype(np.float64) ** 2).mean() + 1e-12)) if len(sound) else -120.0


def loudest(sound: Samples) -> float:
    """dBFS of the loudest tenth of a second."""
    return float(_level(sound).max(initial=-120.0))


def silence(start: Fraction, film: Samples, what: str, limit: float = AUDIBLE) -> Iterator[Finding]:
    """Anything heard over a card, a pause or a break, where nobody was approved to speak. `start` in
    seconds; up to `limit` dBFS is what the room may sound like.
    """
    level = _level(film)
    for first, last in _stretches(level > limit):
        what_is_heard = f"something is heard during {what}, outside every approved span"
        yield Finding(
            "not-approved",
            "error",
            clock(start + Fraction(first, 10)),
            what_is_heard,
            f"{level[first:last].max():.0f} dBFS",
            f"{limit:.3g}",
        )
