"""Hum and hiss taken out of what is heard, by choice and only where the source asks for it.

Nothing here delays anything: every filter looks as far ahead as back. And nothing depends on where a
window was cut: frames lie on a grid that starts at the source's zero.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline.core.footage import Cleaning
from pipeline.core.time import SAMPLE_RATE

Samples = npt.NDArray[np.float32]
Spectrum = npt.NDArray[np.float64]

LISTEN = SAMPLE_RATE
"""Samples that a line of hum is heard over: a notch 1.5 Hz wide, which forgives mains that are 0.2 Hz off at
their tenth harmonic.
"""

HIGHEST = 1500.0
"""Hz up to which a rectifier's harmonics are looked for."""

STANDS_OUT = 8.0
"""How much stronger, in power, a line must be than the spectrum around it to be hum. Where there is none the
voice keeps its own.
"""

STEADY = 1.5
"""Times its own strength that may be taken out at a line: what is louder there is the voice."""

SIZE, HOP = 1024, 256
"""Samples of a frame of the hiss gate, and from one to the next: 21 ms, as long as a voice stands still."""

REACH = SAMPLE_RATE // 2 + SIZE * 2
"""Samples on either side of a window that it depends on."""

AT_ONCE = 10 * SAMPLE_RATE


class Gate(NamedTuple):
    """How much of the measured hiss is taken away, in powers of it, and what is always left, as an
    amplitude.
    """

    much: float
    left: float


GATES = {"light": Gate(1.5, 10 ** (-8 / 20)), "strong": Gate(3.0, 10 ** (-16 / 20))}


@dataclass(frozen=True, eq=False)
class NoiseProfile:
    """What was measured: the lines of the hum (Hz, amplitude) and the hiss's power at each frequency of a
    frame.
    """

    lines: tuple[tuple[float, float], ...] = ()
    hiss: Spectrum = field(default_factory=lambda: np.zeros(SIZE // 2 + 1))

    def record(self) -> bytes:
        return json.dumps(
            {"lines": self.lines, "hiss": [float(f"{power:.5g}") for power in self.hiss]}
        ).encode()

    @classmethod
    def read(cls, record: bytes) -> NoiseProfile:
        """ValueError and its like where `record` holds no noise."""
        found = json.loads(record)
        hiss = np.array(found["hiss"], np.float64)
        if hiss.shape != (SIZE // 2 + 1,) or not np.isfinite(hiss).all():
            raise ValueError("the hiss has a power at each frequency of a frame")
        return cls(tuple((float(hertz), float(strength)) for hertz, strength in found["lines"]), hiss)


def measure(cleaning: Cleaning, around: Samples, quiet: Sequence[Samples]) -> NoiseProfile:
    """The noise of a source: its hum from a while of it, speech and all; its hiss from stretches in which
    nobody speaks.
    """
    lines = _lines(around.mean(axis=1), cleaning.hum) if cleaning.hum else ()
    frames = [_frames(piece, 0) for piece in quiet if len(piece) >= SIZE] if cleaning.hiss else []
    return (
        NoiseProfile(lines, np.concatenate([_power(piece) for piece in frames]).mean(axis=0))
        if frames
        else NoiseProfile(lines)
    )


def clean(
    read: Callable[[int, int], Samples], first: int, count: int, cleaning: Cleaning, noise: NoiseProfile
) -> Samples:
    """`count` samples from sample `first` of what `read` gives, without its noise, at their own moments."""
    blocks = []
    for at in range(first, first + count, AT_ONCE):
        start = (at - REACH) // HOP * HOP
        size = min(AT_ONCE, first + count - at)
        heard = read(start, at + size + REACH - start)
        if noise.lines:
            heard = _without_hum(heard, noise.lines)
        if cleaning.hiss:
            heard = _without_hiss(heard, noise.hiss, GATES[cleaning.hiss])
        blocks.append(heard[at - start : at - start + size])
    return np.concatenate(blocks) if blocks else np.zeros((0, 2), np.float32)


# Hum ------------------------------------------------------------------------------------------


def _lines(sound: Samples, mains: int) -> tuple[tuple[float, float], ...]:
    """Where the mains really are, and which of their harmonics are there. The weak end of many spectra: a
    voice comes and goes, mains do not.
    """
    if len(sound) < LISTEN:
        return ()
    harmonics: Spectrum = np.arange(1, int(HIGHEST / mains) + 1, dtype=np.float64)
    strength = _strength(sound, LISTEN)
    around = np.array([np.median(strength(h * mains + np.arange(-12, 12, 0.25))) for h in harmonics])

    def there(strength: Callable[[Spectrum], Spectrum], hertz: float) -> float:
        return float(np.log(np.maximum(strength(np.multiply(harmonics, hertz)) / around, 1)).sum())

    found: float = max(
        np.arange(mains * 0.996, mains * 1.004, 0.005).tolist(), key=lambda hertz: there(strength, hertz)
    )
    if len(sound) >= 8 * LISTEN:  # heard for longer, to a hundredth of a hertz
        longer = _strength(sound, 8 * LISTEN)
        found = max(
            np.arange(found - 0.05, found + 0.05, 0.002).tolist(), key=lambda hertz: there(longer, hertz)
        )
    heard = strength(np.multiply(harmonics, found))
    return tuple(
        (round(float(h * found), 4), float(a))
        for h, a, near in zip(harmonics, heard, around, strict=True)
        if a * a > STANDS_OUT * near * near
    )


def _strength(sound: Samples, size: int) -> Callable[[Spectrum], Spectrum]:
    """How strong a steady line of any frequency is: the weak end of the spectra of many pieces of `size`
    samples.
    """
    fine, window = 32, np.hanning(size)  # frequencies a hertz
    most = round((HIGHEST + 50) * fine)
    pieces = (sound[at : at + size] * window for at in range(0, len(sound) - size + 1, size // 2))
    spectrum = (
        np.percentile([np.abs(np.fft.rfft(piece, SAMPLE_RATE * fine)[:most]) for piece in pieces], 20, axis=0)
        * 2
        / window.sum()
    )
    return lambda hertz: np.asarray(np.interp(hertz * fine, np.arange(most), spectrum))


def _without_hum(heard: Samples, lines: Sequence[tuple[float, float]]) -> Samples:
    """Each line followed for half a second on either side, and taken away at no more than its own steady
    strength.
    """
    count = 1 << (len(heard) + LISTEN).bit_length()
    out = heard.copy()
    for channel in range(heard.shape[1]):
        spectrum = np.fft.fft(heard[:, channel], count)
        for hertz, strength in lines:
            # 4 Hz away from its line a notch is nothing any more.
            bins = np.arange(
                round((hertz - 4) * count / SAMPLE_RATE), round((hertz + 4) * count / SAMPLE_RATE) + 1
            )
            band = np.zeros(count, np.complex64)
            band[bins] = spectrum[bins] * _hann((bins * SAMPLE_RATE / count - hertz) * LISTEN / SAMPLE_RATE)
            line = np.fft.ifft(band)[: len(heard)]
            share = np.minimum(1.0, STEADY * strength / (2 * np.abs(line) + 1e-9))
            out[:, channel] -= (2 * line.real * share).astype(np.float32)
    return out


def _hann(off: Spectrum) -> Spectrum:
    """The spectrum of a Hann window, `off` in whole turns over its length: 1 in the middle, a half at one
    turn.
    """
    off = np.where(np.abs(np.abs(off) - 1) < 1e-9, off + 1e-6, off)
    return np.asarray(np.sinc(off) / (1 - off**2))


# Hiss -----------------------------------------------------------------------------------------

_WINDOW = np.sqrt(np.hanning(SIZE + 1)[:-1]).astype(np.float32)


def _frames(heard: Samples, pad: int) -> npt.NDArray[np.complex64]:
    """Spectra of overlapping frames, shape (frames, frequencies, channels)."""
    padded = np.pad(heard, ((pad, pad), (0, 0)))
    pieces = np.lib.stride_tricks.sliding_window_view(padded, SIZE, axis=0)[::HOP]
    return np.asarray(np.fft.rfft(pieces * _WINDOW, axis=2).transpose(0, 2, 1), np.complex64)


def _power(frames: npt.NDArray[np.complex64]) -> npt.NDArray[np.float32]:
    """Of all channels together: a gate that moved them apart would move the speaker."""
    return np.asarray((np.abs(frames) ** 2).mean(axis=2), np.float32)


def _without_hiss(heard: Samples, hiss: Spectrum, gate: Gate) -> Samples:
    """Spectral subtraction (Boll 1979) with its gains smoothed over 27 ms and three frequencies, so that no
    single one twinkles.
    """
    frames = _frames(heard, SIZE)
    above = _smooth(_smooth(_power(frames), 5, 0), 3, 1) / np.maximum(hiss, 1e-12)
    gain = np.sqrt(np.maximum(1 - gate.much / np.maximum(above, 1e-6), gate.left**2))
    frames *= _smooth(gain, 3, 1)[:, :, None]
    pieces = np.fft.irfft(frames, SIZE, axis=1) * _WINDOW[:, None]
    out = np.zeros((len(frames) * HOP + SIZE, heard.shape[1]), np.float32)
    for part in range(SIZE // HOP):
        laid = pieces[:, part * HOP : (part + 1) * HOP].reshape(-1, heard.shape[1])
        out[part * HOP : part * HOP + len(laid)] += laid
    return out[SIZE : SIZE + len(heard)] / np.float32((_WINDOW**2).sum() / HOP)


def _smooth(values: npt.NDArray[np.floating], width: int, axis: int) -> npt.NDArray[np.float32]:
    """The mean of `width` neighbours along an axis."""
    padded = np.pad(
        values, [(width // 2, width // 2) if number == axis else (0, 0) for number in range(2)], mode="edge"
    )
    return np.asarray(
        np.lib.stride_tricks.sliding_window_view(padded, width, axis=axis).mean(axis=-1), np.float32
    )
