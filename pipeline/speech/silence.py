"""Quiet places of a recording: where no word was heard, no voice is found, and nothing falls."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

import numpy as np

from pipeline.core.ports import Listener, Speech
from pipeline.core.signal import levels
from pipeline.core.time import TICKS, Source, Span, Time, nearest, ticks
from pipeline.speech.transcript import Words

BANG = 16.0
"""How much louder, in power, the loudest 10 ms of a room's tone may be than its middle: beyond it something
fell, or breathed.
"""

LEAST = Fraction(3, 10)
"""Seconds of quiet that a room can be known by."""

SPARE = Fraction(1, 10)
"""Seconds next to a word that are left to it: recognisers end many too soon."""


def quiet_near(
    words: Words,
    near: Time[Source],
    end: Fraction,
    within: Fraction = Fraction(30),
    longest: Fraction = Fraction(3),
) -> list[Span[Source]]:
    """Where no word is heard for a while, with room to spare: the tone of the room itself, of a source that
    lasts until `end`.

    Only around a moment, nearest first, so that listening costs the same in any length of footage; else the
    nearest one.
    """
    moment, reach = ticks(near.seconds - SPARE), ticks(within)
    away = [
        (max(begins - moment, moment - begins), begins, ends)
        for begins, ends in words.pauses(ticks(end), ticks(LEAST + 2 * SPARE))
    ]
    close = [
        (begins, ends)
        for number, (off, begins, ends) in enumerate(sorted(away))
        if not number or off <= reach
    ]
    quiet = [
        Span(Time[Source](Fraction(begins, TICKS) + SPARE), Time[Source](Fraction(ends, TICKS) - SPARE))
        for begins, ends in close
    ]
    return [Span(span.start, min(span.end, span.start + longest)) for span in quiet]


def without_voice(
    places: Sequence[Span[Source]], listen: Listener, voiced: Callable[[Speech], list[tuple[float, float]]]
) -> list[tuple[Span[Source], float]]:
    """What of them holds no voice and no bang, with the power of its loudest moment.

    A recogniser misses words, above all soft ones, and ends others too soon: a stretch without words is not
    yet one without a voice.
    """
    if not places:
        return []
    start = max(Fraction(0), min(place.start.seconds for place in places) - 1)
    speech = listen(start, max(place.end.seconds for place in places) + 1 - start)
    voices = [
        Span[Source].measured(float(start) + begins, float(start) + ends) for begins, ends in voiced(speech)
    ]
    found = []
    for span in (span for place in places for span in _between_voices(place, voices)):
        first, last = (nearest((moment.seconds - start) * 16_000) for moment in (span.start, span.end))
        power = levels(speech[first:last])
        if len(power) and power.max() <= BANG * np.median(power):
            found.append((span, float(power.max())))
    return found


def _between_voices(place: Span[Source], voices: Sequence[Span[Source]]) -> list[Span[Source]]:
    """What is left of a place between voices, where it is long enough to know a room by."""
    edges = [place.start]
    for voice in voices:
        if place.overlap(voice):
            edges += [max(place.start, voice.start), min(place.end, voice.end)]
    edges.append(place.end)
    pauses = zip(edges[::2], edges[1::2], strict=True)
    return [Span(begins, ends) for begins, ends in pauses if ends - begins >= LEAST]
