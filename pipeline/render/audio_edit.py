"""The sound of a shot, as samples: only what was approved, names hidden, the room kept, no clicks."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import ceil

import numpy as np
import numpy.typing as npt

from pipeline.core.time import SAMPLE_RATE, Source, Span, Time, nearest
from pipeline.edit.timeline import Take

Samples = npt.NDArray[np.float32]
"""Shape (samples, 2), 48 kHz, -1 to 1."""

FADE_IN, FADE_OUT = SAMPLE_RATE * 10 // 1000, SAMPLE_RATE * 30 // 1000
"""A word's attack is quick and its end slow. Shorter fades click, longer ones bite into words."""

GRAIN = 4096
"""Samples of a spectrum of room tone: 12 Hz apart, so a hum stays a hum."""

BLEEP_HZ, BLEEP_SHARE = 800, 0.35
"""A soft tone, well below the voice around it: names are hidden, nobody is startled."""


def window(take: Take, rate: Fraction) -> tuple[int, int]:
    """First sample and count of a take on its source's clock; one spare, for rates that 48 000 is no multiple
    of.
    """
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
    envelope[start : start + rise] = ramp(rise)
    envelope[end - fall : end] = ramp(fall)[::-1]
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


def room(tone: Samples, count: int, seed: int = 0) -> Samples:
    """Room tone of any length: noise with the spectrum and the loudness of a quiet stretch.

    It never comes round again, as a loop does, and there is nothing in it that anybody said. What both sides
    share and what they do not are made apart, so that one microphone stays in the middle.
    """
    if not len(tone):
        return np.zeros((count, 2), np.float32)
    noise = np.random.default_rng(seed)
    middle = _like(np.asarray(tone.mean(axis=1), np.float32), count, noise)
    side = _like(np.asarray((tone[:, 0] - tone[:, 1]) / 2, np.float32), count, noise)
    return np.stack([middle + side, middle - side], axis=1)


def _like(sound: npt.NDArray[np.float32], count: int, noise: np.random.Generator) -> npt.NDArray[np.float32]:
    """White noise through a filter that has the sound's mean spectrum (Welch 1967)."""
    if not sound.any():
        return np.zeros(count, np.float32)
    size = min(GRAIN, 2 ** (len(sound).bit_length() - 1))
    window = np.hanning(size + 1)[:-1] if size > 2 else np.ones(size)
    pieces = np.stack([sound[at : at + size] for at in range(0, len(sound) - size + 1, max(1, size // 2))])
    power = (np.abs(np.fft.rfft(pieces * window, axis=1)) ** 2).mean(axis=0) / (window**2).sum()
    kernel = np.roll(np.fft.irfft(np.sqrt(power), size), size // 2) * window
    white = noise.standard_normal(count + size - 1)
    fast = 2 ** (len(white) + size).bit_length()
    made = np.fft.irfft(np.fft.rfft(white, fast) * np.fft.rfft(kernel, fast), fast)[
        size - 1 : size - 1 + count
    ]
    return np.asarray(
        made
        * (
            float(np.sqrt((sound.astype(np.float64) ** 2).mean())) / float(np.sqrt((kernel**2).sum()) + 1e-30)
        ),
        np.float32,
    )


def hold(tone: Samples, count: int) -> Samples:
    return _only(room(tone, count), 0, count)


def calmest(
    candidates: Sequence[Span[Source]], near: Time[Source], level: Sequence[float]
) -> Span[Source] | None:
    """The quiet stretch to take room tone from: the calmest; of equals, the nearest. `level` is each one's
    power.
    """
    if not candidates:
        return None
    floor = min(level)
    good = [span for span, power in zip(candidates, level, strict=True) if power <= floor * 2]
    return min(good, key=lambda span: abs(span.start - near))


def ramp(count: int) -> npt.NDArray[np.float32]:
    """Half a raised cosine, from nothing to full."""
    return np.asarray(0.5 - 0.5 * np.cos(np.pi * (np.arange(count) + 0.5) / max(count, 1)), np.float32)
