"""The sound of a shot, as samples: only what was approved, names hidden, the room kept, no clicks."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import ceil

import numpy as np
import numpy.typing as npt

from pipeline.model.time import SAMPLE_RATE, Source, Span, Time, nearest
from pipeline.model.timeline import Take

Samples = npt.NDArray[np.float32]
"""Shape (samples, 2), 48 kHz, -1 to 1."""

FADE_IN, FADE_OUT = SAMPLE_RATE * 10 // 1000, SAMPLE_RATE * 30 // 1000
"""A word's attack is quick and its end slow. Shorter fades click, longer ones bite into words."""

BLEEP_HZ, BLEEP_SHARE = 800, 0.35
"""A soft tone, well below the voice around it: names are hidden, nobody is startled."""


def window(take: Take, rate: Fraction) -> tuple[int, int]:
    """First sample and count of a take on its source's clock; one spare, for rates that 48 000 is no multiple of."""
    first = nearest(Fraction(take.first) / rate * SAMPLE_RATE)
    return first, ceil(Fraction(take.frames) / rate * SAMPLE_RATE) + 1


def shape(samples: Samples, take: Take, rate: Fraction, tone: Samples) -> Samples:
    """A take's window with names hidden, and silent outside what was approved."""
    first, _ = window(take, rate)
    out = samples.copy()
    for span in take.bleeps:
        _bleep(out, span.start.samples() - first, span.end.samples() - first, tone)
    return _only(out, take.sound.start.samples() - first, take.sound.end.samples() - first)


def _only(samples: Samples, start: int, end: int) -> Samples:
    """Silence before `start` and after `end`, with raised-cosine edges inside them."""
    start, end = max(0, start), min(len(samples), end)
    envelope = np.zeros(len(samples), np.float32)
    envelope[start:end] = 1
    rise, fall = min(FADE_IN, (end - start) // 2), min(FADE_OUT, (end - start) // 2)
    envelope[start : start + rise] = _ramp(rise)
    envelope[end - fall : end] = _ramp(fall)[::-1]
    return np.asarray(samples * envelope[:, None], np.float32)


def _bleep(samples: Samples, start: int, end: int, tone: Samples) -> None:
    """In place: the room's own tone and a soft note instead of a name, crossfaded at both ends."""
    edge = SAMPLE_RATE // 200
    at = np.arange(max(0, start - edge), min(len(samples), end + edge))
    if not len(at):
        return
    loud = float(np.sqrt((samples**2).mean() + 1e-12)) * BLEEP_SHARE * np.sqrt(2)
    note = np.sin(2 * np.pi * BLEEP_HZ * (at - start) / SAMPLE_RATE).astype(np.float32)[:, None] * loud
    # The name is gone from its first sample to its last: the edges of the crossfade lie outside.
    outside = np.maximum(np.maximum(start - at, at - (end - 1)), 0) / edge
    hide = np.asarray(0.5 + 0.5 * np.cos(np.pi * np.minimum(outside, 1)), np.float32)[:, None]
    samples[at] = samples[at] * (1 - hide) + (room(tone, len(at)) + note) * hide


def room(tone: Samples, count: int) -> Samples:
    """Room tone of any length: forwards and backwards, so that it meets itself without a click."""
    if not len(tone):
        return np.zeros((count, 2), np.float32)
    there_and_back = np.concatenate([tone, tone[::-1]])
    return np.asarray(np.resize(there_and_back, (count, 2)), np.float32)


def hold(tone: Samples, count: int) -> Samples:
    return _only(room(tone, count), 0, count)


def calmest(candidates: Sequence[Span[Source]], near: Time[Source], level: Sequence[float]) -> Span[Source] | None:
    """The quiet stretch to take room tone from: the calmest; of equals, the nearest. `level` is each one's power."""
    if not candidates:
        return None
    floor = min(level)
    good = [span for span, power in zip(candidates, level, strict=True) if power <= floor * 2]
    return min(good, key=lambda span: abs(span.start - near))


def _ramp(count: int) -> npt.NDArray[np.float32]:
    return np.asarray(0.5 - 0.5 * np.cos(np.pi * (np.arange(count) + 0.5) / max(count, 1)), np.float32)
