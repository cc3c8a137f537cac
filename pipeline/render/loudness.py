"""How loud a sound is, by the rules of ITU-R BS.1770-5 and EBU R 128, and how far each shot is turned up or
down.

A part carries the level of its sound in steps of a tenth of a second, so a film's loudness is a sum over
steps: no pass over the sound, and nothing that is not in the film has a say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import log10

import numpy as np
import numpy.typing as npt

from pipeline.core.ports import Samples
from pipeline.core.time import SAMPLE_RATE
from pipeline.edit.timeline import Hold, Shot, Take

Powers = npt.NDArray[np.float64]
"""K-weighted power of both sides together, one value for each tenth of a second."""

STEP = SAMPLE_RATE // 10
BLOCK = 4
"""Steps of a gating block: 400 ms, overlapping by three quarters."""

ABSOLUTE, RELATIVE = -70.0, -10.0
"""The two gates: LUFS below which a block is silence, and LU below the rest from which it is a pause."""

SHELF = ((1.53512485958697, -2.69169618940638, 1.19839281085285), (1.0, -1.69065929318241, 0.73248077421585))
HIGH_PASS = ((1.0, -2.0, 1.0), (1.0, -1.99004745483398, 0.99007225036621))
"""The two filters of the K weighting at 48 kHz (BS.1770-5, tables 1 and 2)."""

TAIL, AT_ONCE = 8192, 1 << 18
"""Samples after which the filters have forgotten (180 dB down), and of one transform."""

MOST_GAIN = 24.0
"""dB a source is turned up or down at most: beyond it there is only noise, or a meter that is wrong."""

HALF = 0.5
"""Gains are whole halves of a dB, which nobody hears as a step: one changed quote seldom moves its
neighbours.
"""

QUIETER, LOUDER, MOST_TRIM = 4.0, 2.5, 4.0
"""LU that a quote may be softer or louder than its speaker's others, and dB it is moved at most to come
within.
Listeners put up with 5.4 dB below and 2.4 dB above what they set (Riedmiller and others 2003, as in ATSC
A/85); how
softly a thing is said is part of what is said, so the rest is left, and with it the room that comes up with
the voice."""


@dataclass(frozen=True, eq=False)
class Level:
    """How loud a part's sound is: power by steps, and its true peak as an amplitude."""

    power: Powers
    peak: float

    @classmethod
    def of(cls, samples: Samples, lead: int = 0) -> Level:
        """Of samples; the first `lead` of them come before the part, and are not counted."""
        return cls(steps(samples, lead), true_peak(samples[lead:]))


SILENT = Level(np.zeros(0), 0.0)


def steps(samples: Samples, lead: int = 0) -> Powers:
    """The K-weighted power of each tenth of a second after the first `lead` samples; the last one as if
    silence followed.
    """
    if samples.shape[1] == 2 and np.array_equal(
        samples[:, 0], samples[:, 1]
    ):  # one microphone, heard on both sides
        return 2 * steps(samples[:, :1], lead)
    whole = 50 * STEP
    return np.concatenate(
        [
            np.zeros(0),
            *(
                _steps(samples[max(0, at - TAIL) : at + whole], min(at, TAIL))
                for at in range(lead, len(samples), whole)
            ),
        ]
    )


def _steps(samples: Samples, lead: int) -> Powers:
    heard = np.fft.irfft(np.fft.rfft(samples, AT_ONCE, axis=0) * _weight()[:, None], AT_ONCE, axis=0)[
        lead : len(samples)
    ]
    power = np.pad((heard**2).sum(axis=1), (0, -len(heard) % STEP))
    return np.asarray(power.reshape(-1, STEP).mean(axis=1), np.float64)


@cache
def _weight() -> npt.NDArray[np.complex64]:
    """The K weighting as a spectrum."""
    turn = np.exp(-2j * np.pi * np.arange(AT_ONCE // 2 + 1) / AT_ONCE)
    shares = [
        np.polyval(above[::-1], turn) / np.polyval(below[::-1], turn) for above, below in (SHELF, HIGH_PASS)
    ]
    return np.asarray(shares[0] * shares[1], np.complex64)


def true_peak(samples: Samples) -> float:
    """The greatest amplitude between the samples, at four times their rate. Only what could be it is looked
    at closely.
    """
    peak = float(np.abs(samples).max(initial=0.0))
    for at in range(0, len(samples), LOOKED_AT):
        peak = max(peak, float(between(samples, at, peak).max(initial=0.0)))
    return peak


LOOKED_AT, MARGIN, FINER = 8192, 256, 4
"""Samples that peaks are looked for in at a time, those beside them, and places looked at for each sample."""


def between(samples: Samples, at: int, above: float) -> Samples:
    """Amplitudes at four times the rate from sample `at` on, `LOOKED_AT` samples long; nothing where none can
    be `above` that.
    """
    part = samples[max(0, at - MARGIN) : at + LOOKED_AT + MARGIN]
    if 2 * np.abs(part).max() <= above:  # more than 6 dB above its samples no sound of a voice rises
        return part[:0]
    count, lead = len(part) + 2 * MARGIN, min(at, MARGIN)
    fine = np.fft.irfft(np.fft.rfft(part, count, axis=0), FINER * count, axis=0) * FINER
    long = min(LOOKED_AT, len(samples) - at)
    return np.asarray(np.abs(fine[FINER * lead : FINER * (lead + long)]), np.float32)


def loudness(power: Powers) -> float:
    """Integrated loudness in LUFS, gated; of less than 400 ms, ungated; -70 where nothing is heard."""
    if not len(power):
        return ABSOLUTE
    width = min(BLOCK, len(power))
    blocks = np.convolve(power, np.ones(width) / width, "valid")
    heard = blocks[lufs(blocks) > ABSOLUTE]
    if not len(heard):
        return ABSOLUTE
    return float(lufs(heard[lufs(heard) > lufs(heard.mean()) + RELATIVE].mean()))


def lufs(power: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """LUFS of K-weighted powers (ITU-R BS.1770-4, ungated)."""
    return np.asarray(-0.691 + 10 * np.log10(np.maximum(power, 1e-12)))


def gain_for(level: float, target: float) -> float:
    """dB that bring a source to the film's loudness, in halves; a silent source is left alone."""
    return 0.0 if level <= ABSOLUTE + 1 else halves(max(-MOST_GAIN, min(MOST_GAIN, target - level)))


def trim_for(level: float, others: float) -> float:
    """dB that a quote is moved so that it is not lost among its speaker's others, nor jumps out of them."""
    if min(level, others) <= ABSOLUTE + 1:
        return 0.0
    off = level - others
    return halves(min(MOST_TRIM, max(0.0, -QUIETER - off)) - min(MOST_TRIM, max(0.0, off - LOUDER)))


def gains(shots: Sequence[Shot], levels: Sequence[Level], target: float) -> list[float]:
    """dB for each shot: everybody as loud as everybody else, measured on what the film plays of them."""
    heard: dict[str, list[Powers]] = {}
    for shot, level in zip(shots, levels, strict=True):
        if isinstance(shot, Take):
            heard.setdefault(shot.source, []).append(level.power)
    sources = {source: loudness(np.concatenate(powers)) for source, powers in heard.items()}
    found = []
    for shot, level in zip(shots, levels, strict=True):
        own = gain_for(sources[shot.source], target) if isinstance(shot, Take | Hold) else 0.0
        found.append(
            own + (trim_for(loudness(level.power), sources[shot.source]) if isinstance(shot, Take) else 0.0)
        )
    return found


def together(
    shots: Sequence[Shot], levels: Sequence[Level], gains: Sequence[float], seconds: Sequence[float]
) -> tuple[float, float]:
    """LUFS and dBTP of the shots one after the other at these gains, to a few hundredths; `seconds` is how
    long each lasts.
    """
    laid, peak = [np.zeros(0)], 1e-6
    for shot, level, gain, long in zip(shots, levels, gains, seconds, strict=True):
        power = np.zeros(round(long * 10))
        if isinstance(shot, Take | Hold):
            power[: len(level.power)] = level.power[: len(power)] * 10 ** (gain / 10)
            peak = max(peak, level.peak * 10 ** (gain / 20))
        laid.append(power)
    return loudness(np.concatenate(laid)), 20 * log10(peak)


def halves(gain: float) -> float:
    """dB in whole halves."""
    return round(gain / HALF) * HALF
