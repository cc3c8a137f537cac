"""Two recordings of one conversation: laid over each other to a fraction of a millisecond, or refused, never
guessed.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.adapters.pyav import probe
from pipeline.adapters.pyav.audio import read_speech
from pipeline.core.clock_map import Sync
from pipeline.errors import InputError
from pipeline.footage import audio_sync

fast = settings(max_examples=60, deadline=None, derandomize=True)

RATE = 16_000
SAMPLE = Path(__file__).parents[2] / "assets/sample/footage"
Sound = np.ndarray


@pytest.fixture(scope="module")
def voices() -> Sound:
    """Two minutes of the sample's interviews, at four times the rate that is listened at: a clock may fall
    between its samples.
    """
    heard = []
    for name in ("amara.mp4", "ben.mp4"):
        media = probe.probe(SAMPLE / name, "x")
        heard.append(read_speech(SAMPLE / name, media, media.tracks[0], Fraction(0), Fraction(60)))
    both = np.concatenate(heard)
    return np.fft.irfft(np.fft.rfft(both), len(both) * 4) * 4


def recorded(
    voices: Sound,
    name: str,
    start: float,
    seconds: float,
    ppm: float = 0.0,
    *,
    gain: float = 1.0,
    noise: float = 0.0,
    echo: float = 0.0,
    lost: tuple[float, float] | None = None,
    seed: int = 1,
) -> audio_sync.Recording:
    """What a recorder gives that starts `start` seconds into it, with its own clock, room, hiss and plug;
    `lost`: from when on how many seconds are missing.
    """
    chance = np.random.default_rng(seed)
    at = np.arange(round(seconds * RATE)) / RATE
    moment = at / (1 + ppm * 1e-6) + start
    if lost:
        moment += lost[1] * (at >= lost[0])
    sound = np.interp(moment * RATE * 4, np.arange(len(voices)), voices, 0, 0)
    if echo:
        tail = chance.standard_normal(RATE // 2) * np.exp(-np.arange(RATE // 2) / (RATE * 0.08))
        tail = np.where(np.arange(len(tail)) > 40, tail, 0) * echo / np.sqrt((tail**2).sum())
        tail[0] = 1
        size = 1 << (len(sound) + len(tail)).bit_length()
        sound = np.fft.irfft(np.fft.rfft(sound, size) * np.fft.rfft(tail, size), size)[: len(sound)]
    sound = gain * (sound + noise * 0.05 * chance.standard_normal(len(sound)))
    return recording(name, np.asarray(sound, np.float32))


def recording(name: str, sound: Sound) -> audio_sync.Recording:
    def listen(start: Fraction, duration: Fraction | None = None) -> Sound:
        first = round(start * RATE)
        count = len(sound) - first if duration is None else round(duration * RATE)
        out = np.zeros(count, np.float32)
        low, high = max(0, first), min(len(sound), first + count)
        if high > low:
            out[low - first : high - first] = sound[low:high]
        return out

    seconds = Fraction(len(sound), RATE)
    return audio_sync.Recording(name, seconds, listen, audio_sync.outline(listen, seconds))


def worst(found: Sync, start: float, ppm: float, low: float, high: float) -> float:
    """Milliseconds that it is off, at the worst of a stretch of the source (which starts at 0 and runs
    true).
    """
    return max(abs(float(found.at(Fraction(t))) - (t - start) * (1 + ppm * 1e-6)) for t in (low, high)) * 1000


# Recordings that belong together ----------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    ("start", "seconds", "ppm", "how"),
    [
        (0.0, 110, 0.0, {}),
        (7.123, 100, 100.0, {}),
        (-31.4567, 140, -100.0, {"gain": -0.1}),
        (-31.4567, 140, 100.0, {"noise": 1.0}),
        (3.3, 100, 80.0, {"echo": 2.0}),
        (3.3, 100, -60.0, {"echo": 1.5, "noise": 0.6, "gain": -0.3}),
        (70.0, 30, 100.0, {"echo": 0.7}),
        (-60.0, 100, 40.0, {"echo": 0.7}),
    ],
)
def test_they_are_laid_to_a_tenth_of_a_millisecond(
    voices: Sound, start: float, seconds: int, ppm: float, how: dict[str, float]
) -> None:
    """Drift, a turned plug, hiss as loud as the voice, a room, a start before, amid or after the source's."""
    source, other = (
        recorded(voices, "camera.mp4", 0.0, 115, noise=0.1, echo=0.8, seed=5),
        recorded(voices, "lapel.wav", start, seconds, ppm, **how),
    )
    found = audio_sync.align(source, other)
    assert worst(found, start, ppm, max(0.0, start), min(115.0, start + seconds)) < 0.1
    assert found.agreeing >= 0.9 * found.heard
    assert found.residual < Fraction(1, 10_000)
    back = audio_sync.align(other, source)  # whichever is called the source
    assert abs(back.at(found.at(Fraction(60))) - 60) < Fraction(1, 10_000)


@pytest.mark.slow
def test_the_phase_does_not_mind_a_muffled_microphone(voices: Sound) -> None:
    muffled = np.fft.rfft(voices) / (1 + (np.fft.rfftfreq(len(voices), 1 / RATE / 4) / 2500) ** 4)
    found = audio_sync.align(
        recorded(voices, "a", 0, 115), recorded(np.fft.irfft(muffled), "b", 5.5, 90, -70)
    )
    assert worst(found, 5.5, -70, 5.5, 95.5) < 0.1


# Recordings that do not -------------------------------------------------------------------------


def refused(source: audio_sync.Recording, other: audio_sync.Recording) -> str:
    with pytest.raises(InputError) as caught:
        audio_sync.align(source, other)
    assert caught.value.where == "b.wav"
    return f"{caught.value.what} → {caught.value.next_step}"


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [10, 30, 55])
def test_another_conversation_is_refused(voices: Sound, seconds: int) -> None:
    """The same two rooms and voices' kind, other words."""
    said = refused(recorded(voices, "a.mp4", 0, 55), recorded(voices, "b.wav", 62, seconds))
    assert said.startswith("is not heard to be a recording of the same conversation as a.mp4 → ")
    assert 'offset = "12.48"' in said


@pytest.mark.slow
@pytest.mark.parametrize(
    "sound",
    [
        np.zeros(RATE * 60),
        np.random.default_rng(3).standard_normal(RATE * 60) * 0.1,
        np.sin(np.arange(RATE * 60) * 0.1),
    ],
)
def test_silence_noise_and_hum_are_refused(voices: Sound, sound: Sound) -> None:
    assert "same conversation" in refused(
        recorded(voices, "a.mp4", 0, 100), recording("b.wav", sound.astype(np.float32))
    )


@pytest.mark.slow
def test_what_is_too_short_to_tell_is_refused(voices: Sound) -> None:
    assert "same conversation" in refused(recorded(voices, "a.mp4", 0, 100), recorded(voices, "b.wav", 20, 4))


@pytest.mark.slow
@pytest.mark.parametrize("lost", [30.0, 2.0, 0.3, 0.05, 0.01])
@pytest.mark.parametrize("after", [30, 60])
def test_stopped_and_started_again_is_refused(voices: Sound, lost: float, after: int) -> None:
    """Ten milliseconds or half a minute: nothing is averaged over a hole."""
    said = refused(
        recorded(voices, "a.mp4", 0, 115), recorded(voices, "b.wav", 2, 80, 50, lost=(after, lost))
    )
    assert said.startswith("does not run through: ")
    assert "source or angle of its own" in said


# The judge alone, on lags made up ---------------------------------------------------------------

SOURCE, OTHER = (
    audio_sync.Recording(
        name, Fraction(7200), lambda *_: np.zeros(0, np.float32), np.zeros((0, 4), np.float32)
    )
    for name in ("a.mp4", "b.wav")
)
PLACES = np.linspace(60, 7140, 40)


def judged(lag: Sound, sharp: Callable[[int], float] = lambda _: 3.0) -> Sync:
    return audio_sync._judged(SOURCE, OTHER, PLACES, PLACES + lag, np.array([sharp(n) for n in range(40)]))


@pytest.mark.slow
@fast
@given(st.floats(-3600, 3600), st.floats(-400, 400), st.integers(0, 2**32 - 1), st.integers(0, 11))
def test_a_line_is_found_whatever_strays(offset: float, ppm: float, seed: int, strays: int) -> None:
    """A quarter of the lags may be anything."""
    chance = np.random.default_rng(seed)
    lag = offset + PLACES * ppm * 1e-6 + chance.normal(0, 0.00005, 40)
    wrong = chance.choice(np.arange(0, 40, 3), strays, replace=False)
    lag[wrong] += chance.uniform(-0.06, 0.06, strays)
    assert (
        max(abs(float(judged(lag).at(Fraction(t))) - (t + offset + t * ppm * 1e-6)) for t in (0, 7200))
        < 0.0005
    )


@pytest.mark.slow
@fast
@given(st.integers(0, 2**32 - 1), st.floats(-0.008, 0.008))
def test_two_people_at_different_distances_are_no_jump(seed: int, further: float) -> None:
    """Whoever speaks more is on the line; the other is as much beside it as their way is longer."""
    chance = np.random.default_rng(seed)
    lag = (
        5
        + PLACES * 30e-6
        + chance.normal(0, 0.0001, 40)
        + further * (np.arange(40) % 3 == chance.integers(3))
    )
    found = judged(lag)
    assert abs(float(found.at(Fraction(3600))) - 3605.108) < 0.001 + (
        abs(further) if abs(further) < 0.002 else 0
    )


@fast
@given(st.integers(4, 36), st.floats(0.003, 0.05), st.sampled_from([-1, 1]), st.integers(0, 2**32 - 1))
def test_a_jump_is_never_averaged(at: int, step: float, sign: int, seed: int) -> None:
    lag = (
        5
        + PLACES * 30e-6
        + np.random.default_rng(seed).normal(0, 0.0001, 40)
        + sign * step * (np.arange(40) >= at)
    )
    with pytest.raises(InputError, match="does not run through: between") as caught:
        judged(lag)
    assert (
        f"jumps by {step * 1000:.0f} ms" in caught.value.what
        or abs(step * 1000 - float(caught.value.what.split(" by ")[1].split()[0])) < 1.5  # said in whole ms
    )


def test_a_clock_that_warms_up_is_no_jump() -> None:
    """Half a millisecond either way over two hours, in a bow."""
    bow = 0.0005 * np.cos(PLACES / 7200 * np.pi * 2)
    found = judged(5 + bow)
    assert found.agreeing == 40
    assert Fraction(1, 10_000) < found.residual < Fraction(1, 1000)


@pytest.mark.parametrize(
    "sharp", [lambda n: 1.2, lambda n: 3.0 if n < 3 else 1.2, lambda n: 3.0 if n % 4 == 0 else 1.2]
)
def test_lags_that_do_not_stand_out_are_nothing(sharp: Callable[[int], float]) -> None:
    with pytest.raises(InputError, match="same conversation"):
        judged(PLACES * 0 + 5, sharp)


def test_lags_that_stand_out_and_agree_on_nothing_are_refused() -> None:
    with pytest.raises(InputError, match=r"only \d+ of 40 places agree|does not run through"):
        judged(5 + np.random.default_rng(2).uniform(-0.06, 0.06, 40))
