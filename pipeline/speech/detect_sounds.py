"""What there is to hear in a shot besides words: where a voice is, and where something is loud that is none.

A door, a phone, a laugh: found by energy alone, and never named. Whether it matters, and what it is
called, is for a person.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

import numpy as np

from pipeline.core.ports import Listener, Speech
from pipeline.core.signal import SMOOTH, STEP, calm, levels, runs
from pipeline.core.time import Source, Span, Time
from pipeline.speech.sound_event import Noise, Sounds

VERSION = 1
"""Counted up when the same sound would be judged otherwise."""

AROUND = Fraction(1)
"""Seconds before and after a shot that are listened to as well, so that its room is known and a voice at its
edge is one.
"""

ABOVE = 15.0
"""dB above the room from which a sound is loud: a chair, a cough, a door; below it are clothes and breath."""

AMBIENCE = 10
"""Percentile of the level that is the room's."""

FAINT = 1e-6
"""Power that no room is taken to be below: -60 dBFS. Above the digital silence of a gate everything would be
loud.
"""

NEAR = Fraction(1, 5)
"""Seconds between two loud moments that are one sound, and around a voice that are still the voice's."""

LEAST = Fraction(1, 5)
"""Seconds of a sound to be one at all."""


def sounds(
    heard: Span[Source],
    said: Sequence[Span[Source]],
    listen: Listener,
    voiced: Callable[[Speech], list[tuple[float, float]]],
) -> Sounds:
    """Of `heard`, which is all that a shot plays: voices by the detector, and what is loud beside them and
    beside every word of it.
    """
    start = max(Fraction(0), heard.start.seconds - AROUND)
    speech = listen(start, heard.end.seconds + AROUND - start)
    voices = [Span[Source].measured(float(start) + one, float(start) + two) for one, two in voiced(speech)]
    mine = [
        Span(max(voice.start, heard.start), min(voice.end, heard.end))
        for voice in voices
        if voice.overlap(heard)
    ]
    return Sounds(tuple(mine), tuple(_loud(levels(speech), Time(start), heard, [*voices, *said])))


def _loud(
    energy: Speech, start: Time[Source], heard: Span[Source], voices: Sequence[Span[Source]]
) -> list[Noise]:
    if len(energy) < SMOOTH:
        return []
    smooth = calm(energy)
    ambience = max(float(np.percentile(smooth, AMBIENCE)), FAINT)
    above = smooth > ambience * 10 ** (ABOVE / 10)
    for span in voices:
        above[max(0, _step(span.start + -NEAR, start)) : max(0, _step(span.end + NEAR, start))] = False
    above[: max(0, _step(heard.start, start))] = False
    above[max(0, _step(heard.end, start)) :] = False
    found: list[Noise] = []
    for first, last in runs(above, round(NEAR / STEP)):
        span = Span(max(heard.start, start + first * STEP), min(heard.end, start + last * STEP))
        if span.duration >= LEAST:
            found.append(Noise(span, round(float(10 * np.log10(smooth[first:last].max() / ambience)), 1)))
    return found


def _step(time: Time[Source], start: Time[Source]) -> int:
    return round((time - start) / STEP)
