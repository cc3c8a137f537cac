"""Two recordings laid over each other by their sound: how far off is that, over hours, drift, noise and
rooms?

A made-up conversation without end is "recorded" twice, each time with another start, clock, room, microphone,
noise, level and polarity. The aligner listens to both as it would to files, and its line is held against the
one they were made with, over all that both recorded. Recordings that do not belong together, and some that
were stopped and started again, must be refused.

Most recordings are of an hour, with `--full` of two.

    python benchmarks/angles.py [--quick | --full] [--minutes 60] [--json]
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import asdict, dataclass, field, replace
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from pipeline.core.clock_map import Sync
from pipeline.errors import InputError
from pipeline.footage.audio_sync import Recording, align, outline

Samples = npt.NDArray[np.float64]

RATE, BLOCK = 16_000, 10
"""Samples a second, and the seconds of the conversation that are made at once."""

FINE = 4
"""Samples of the conversation for each of a recording's: between those a straight line is near enough."""

LEAD = 0.6
"""Seconds before a window that still sound in its room."""

AIM = 1.0
"""Milliseconds that the two may be apart anywhere in what both recorded."""


# What is said ----------------------------------------------------------------------------------


@lru_cache(64)
def said(seed: int, block: int) -> Samples:
    """Ten seconds of speech, or what passes for it: voiced syllables with formants, hissing ones, and
    pauses.
    """
    chance = np.random.default_rng([seed, block + 10_000])
    out, at = np.zeros(BLOCK * RATE), 0
    while True:
        at += int(RATE * chance.choice([0.02, 0.05, 0.3, 0.9], p=[0.5, 0.25, 0.17, 0.08]))
        length = 64 * int(RATE / 64 * chance.uniform(0.08, 0.26))  # lengths that are quickly transformed
        if at >= len(out):
            break
        hz = np.fft.rfftfreq(length, 1 / RATE)
        if chance.random() < 0.25:
            sound = chance.standard_normal(length)
            shape = np.exp(-(((hz - chance.uniform(3000, 5500)) / 1500) ** 2)) * 0.5
        else:
            pitch = chance.uniform(95, 210) * (1 + np.linspace(0, chance.uniform(-0.15, 0.15), length))
            sound = np.diff(np.floor(np.cumsum(pitch) / RATE), prepend=0) + 0.02 * chance.standard_normal(
                length
            )
            formants = chance.uniform([250, 800, 2200], [850, 2200, 3200])
            shape = (
                sum(np.exp(-(((hz - f) / (60 + 0.06 * f)) ** 2)) / (1 + f / 900) for f in formants) + 0.003
            )
        sound = (
            np.fft.irfft(np.fft.rfft(sound) * shape, length)
            * np.sin(np.pi * np.arange(length) / length) ** 0.7
        )
        sound *= chance.uniform(0.3, 1.0) * 0.12 / (np.sqrt((sound**2).mean()) + 1e-9)
        end = min(len(out), at + length)
        out[at:end] += sound[: end - at]
        at = end
    return np.asarray(np.fft.irfft(np.fft.rfft(out), len(out) * FINE) * FINE, np.float64)


def conversation(seed: int, first: float, step: float, count: int) -> Samples:
    """`count` samples from moment `first`, `step` apart, in seconds of its own; it began long before anybody
    recorded.
    """
    width = BLOCK * RATE * FINE
    at = (first + np.arange(count) * step) * RATE * FINE
    blocks = range(int(np.floor(at[0])) // width, (int(at[-1]) + 1) // width + 1)
    fine = np.concatenate([said(seed, block) for block in blocks])
    return np.asarray(np.interp(at - blocks[0] * width, np.arange(len(fine)), fine), np.float64)


# Who records it --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Recorder:
    """A recording that starts `start` seconds into the conversation; its clock runs `ppm` fast. `gap`:
    (after, seconds lost).
    """

    seconds: float
    start: float = 0.0
    ppm: float = 0.0
    room: int = 1
    reverb: float = 0.3
    """Seconds in which the room dies away by 60 dB."""
    direct: float = 0.0
    """How much louder the voice is than its echoes, dB."""
    noise: float = -30.0
    """Loudness of its own hiss and hum against the voice, dB."""
    gain: float = 1.0
    band: tuple[float, float] = (60, 7800)
    gap: tuple[float, float] | None = None
    talk: int = 7
    """Which conversation."""

    def listen(self, start: Fraction, duration: Fraction | None = None) -> npt.NDArray[np.float32]:
        """A window on this recording's own clock, as a file would give it; silence before and after."""
        first, count = (
            round(float(start) * RATE),
            round(float(duration if duration is not None else self.seconds) * RATE),
        )
        out = np.zeros(count)
        stops = (
            [(0.0, self.gap[0], 0.0), (self.gap[0], self.seconds, self.gap[1])]
            if self.gap
            else [(0.0, self.seconds, 0.0)]
        )
        for begin, end, lost in stops:
            low, high = max(first, round(begin * RATE)), min(first + count, round(end * RATE))
            for at in range(low, high, BLOCK * RATE):
                out[at - first : min(at + BLOCK * RATE, high) - first] = self._hear(
                    at, min(BLOCK * RATE, high - at), lost
                )
        return out.astype(np.float32)

    def _hear(self, first: int, count: int, lost: float) -> Samples:
        lead = round(LEAD * RATE)
        step = 1 / RATE / (1 + self.ppm * 1e-6)
        voice = conversation(self.talk, (first - lead) * step + self.start + lost, step, count + lead)
        size = 1 << (len(voice) + len(self._echo)).bit_length()
        hz = np.fft.rfftfreq(size, 1 / RATE)
        microphone = 1 / (1 + (self.band[0] / np.maximum(hz, 1)) ** 4) / (1 + (hz / self.band[1]) ** 8)
        wet = np.fft.irfft(np.fft.rfft(voice, size) * np.fft.rfft(self._echo, size) * microphone, size)[
            lead : lead + count
        ]
        hiss = (
            np.random.default_rng([self.room, abs(first)]).standard_normal(count)
            * 0.06
            * 10 ** (self.noise / 20)
        )
        hum = 0.03 * 10 ** (self.noise / 20) * np.sin(2 * np.pi * 50 * np.arange(first, first + count) / RATE)
        return np.asarray(np.clip(self.gain * (wet + hiss + hum), -1, 1), np.float64)

    @property
    def _echo(self) -> Samples:
        return echo(self.room, self.reverb, self.direct)


@lru_cache(32)
def echo(room: int, reverb: float, direct: float) -> Samples:
    """What a clap becomes in a room: itself, then a tail of echoes that dies away."""
    at = np.arange(round(LEAD * RATE)) / RATE
    tail = np.random.default_rng(room).standard_normal(len(at)) * 10 ** (-3 * at / reverb) * (at > 0.002)
    tail *= 10 ** (-direct / 20) / np.sqrt((tail**2).sum())
    tail[0] = 1.0
    return np.asarray(tail, np.float64)


def true_sync(source: Recorder, other: Recorder) -> tuple[float, float]:
    """Offset and drift of the line that they were made with."""
    rate = (1 + other.ppm * 1e-6) / (1 + source.ppm * 1e-6)
    return (source.start - other.start) * (1 + other.ppm * 1e-6), rate - 1


# Measuring -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    name: str
    source: Recorder
    other: Recorder
    refused: bool = False


@dataclass(frozen=True)
class Measured:
    name: str
    hours: float
    ppm: float
    refused: str
    error_ms: float | None
    """The worst in all that both recorded; none where it was refused."""
    ppm_error: float | None
    told: str
    seconds: float
    ok: bool = field(default=False)


@lru_cache(8)
def recording(name: str, one: Recorder) -> Recording:
    seconds = Fraction(one.seconds)
    return Recording(name, seconds, one.listen, outline(one.listen, seconds))


def measure(case: Case) -> Measured:
    source, other = recording("source", case.source), recording("other", case.other)
    offset, drift = true_sync(case.source, case.other)
    started = time.process_time()
    try:
        found: Sync | None = align(source, other)
        why = ""
    except InputError as problem:
        found, why = None, problem.what
    took = time.process_time() - started
    error = slope = None
    if found:
        low = max(0.0, -offset / (1 + drift))
        high = min(case.source.seconds, (case.other.seconds - offset) / (1 + drift))
        error = 1000 * max(abs(float(found.at(Fraction(t))) - offset - t * (1 + drift)) for t in (low, high))
        slope = float(found.drift - Fraction(drift)) * 1e6
    ok = bool(why) if case.refused else error is not None and error <= AIM
    return Measured(
        case.name,
        case.source.seconds / 3600,
        case.other.ppm - case.source.ppm,
        why,
        error,
        slope,
        str(found or ""),
        took,
        ok,
    )


LAPEL = Recorder(7200, reverb=0.25, direct=12, noise=-45, room=2)
CAMERA = Recorder(7200, reverb=0.5, direct=-2, noise=-22, room=1, band=(120, 6500))
FAR = replace(CAMERA, room=3, reverb=0.8, direct=-6, noise=-12, gain=-0.2)
"""A camera at the back of a hard room: more echo than voice, hiss, quiet, its plug turned."""


def cases(minutes: int, *, quick: bool) -> list[Case]:
    long = 60.0 * minutes
    camera, lapel, far = (replace(one, seconds=long) for one in (CAMERA, LAPEL, FAR))
    pause = long / 2
    found = [
        Case("lapel, -100 ppm", camera, replace(lapel, start=-37.123, ppm=-100)),
        Case("second camera at the back, +100 ppm", camera, replace(far, start=12.3456, ppm=100)),
        Case("starts half way in", camera, replace(lapel, start=pause, ppm=40)),
        Case("began half the length before", camera, replace(far, start=-pause, ppm=-20)),
        Case("a few minutes of it only", camera, replace(far, start=long / 3, seconds=240, ppm=60)),
        Case("twenty seconds", replace(camera, seconds=20), replace(lapel, seconds=25, start=-3.21, ppm=50)),
        Case("another conversation", camera, replace(lapel, talk=8), refused=True),
        Case(
            "another conversation, short",
            replace(camera, seconds=60),
            replace(lapel, talk=8, seconds=60),
            refused=True,
        ),
        Case("stopped for a minute", camera, replace(lapel, gap=(pause, 60.0)), refused=True),
        Case("stopped for a second", camera, replace(far, gap=(pause * 1.3, 1.0)), refused=True),
        Case("50 ms lost", camera, replace(lapel, ppm=30, gap=(pause * 0.6, 0.05)), refused=True),
        Case("10 ms lost", camera, replace(lapel, ppm=30, gap=(pause * 0.8, 0.01)), refused=True),
        Case("silence", camera, replace(lapel, gain=0.0), refused=True),
    ]
    if quick:
        return found
    chance = np.random.default_rng(11)
    for number in range(12):
        far_one = replace(
            CAMERA,
            seconds=float(chance.choice([120, 600, 1200])),
            start=float(chance.uniform(-100, 100)),
            ppm=float(chance.uniform(-100, 100)),
            room=10 + number,
            reverb=float(chance.uniform(0.2, 1.0)),
            direct=float(chance.uniform(-6, 10)),
            noise=float(chance.uniform(-40, -10)),
            gain=float(chance.choice([-1, 1]) * chance.uniform(0.05, 1)),
        )
        what = (
            f"chance {number + 1}: {far_one.reverb:.1f} s of echo {-far_one.direct:.0f} dB, noise "
            f"{far_one.noise:.0f} dB"
        )
        found.append(Case(what, replace(CAMERA, seconds=far_one.seconds), far_one))
    return found


def table(rows: list[Measured]) -> str:
    lines = [f"{'':48} {'hours':>6} {'ppm':>6} {'error ms':>9} {'ppm error':>9} {'CPU s':>6}"]
    for row in rows:
        error = (
            f"{row.error_ms:9.3f} {row.ppm_error:9.3f}" if row.error_ms is not None else f"{'refused':>19}"
        )
        lines.append(
            f"{row.name[:48]:48} {row.hours:6.2f} {row.ppm:6.0f} {error} "
            f"{row.seconds:6.1f}{'' if row.ok else '  MISSED'}"
        )
    return "\n".join(lines)


def main() -> int:
    options = argparse.ArgumentParser(description="Measure how exactly recordings are laid over each other.")
    options.add_argument("--minutes", type=int, default=60, help="how long most of the recordings are")
    options.add_argument("--full", action="store_true", help="two hours")
    options.add_argument("--quick", action="store_true", help="ten minutes, and fewer cases")
    options.add_argument("--json", action="store_true", help="JSON only")
    options.add_argument("--only", default="", help="cases with this in their name")
    asked = options.parse_args()
    rows: list[Measured] = []
    for case in cases(10 if asked.quick else 120 if asked.full else asked.minutes, quick=asked.quick):
        if asked.only in case.name:
            rows.append(measure(case))
            if not asked.json:
                print(table(rows[-1:]).splitlines()[1] if len(rows) > 1 else table(rows), flush=True)
    found = [row.error_ms for row in rows if row.error_ms is not None]
    result: dict[str, Any] = {
        "cases": [asdict(row) for row in rows],
        "worst_ms": max(found, default=None),
        "aim_ms": AIM,
        "met": bool(rows) and all(row.ok for row in rows),
    }
    if asked.json:
        print(json.dumps(result))
    else:
        print(
            f"\nworst {max(found, default=float('nan')):.3f} ms (aim ≤ {AIM:g} ms); "
            f"{sum(not row.ok for row in rows)} case(s) missed"
        )
    return 0 if result["met"] else 1


if __name__ == "__main__":
    sys.exit(main())
