"""Hum and hiss: taken out, and nothing else; at the very sample; the same wherever a window is cut."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import cache

import numpy as np
import pytest

from pipeline.core.time import SAMPLE_RATE, Source, Span
from pipeline.edit.timeline import Take, Timeline
from pipeline.footage import denoise
from pipeline.footage.denoise import Cleaning, NoiseProfile, Samples, clean, measure
from pipeline.verification import audio

pytestmark = pytest.mark.slow

SECONDS = 15


def once(sound: Samples) -> Samples:
    """Made once and heard by many: nobody may write into it."""
    sound.flags.writeable = False
    return sound


@cache
def voice() -> Samples:
    """A glide through the pitches of a voice with its harmonics, in syllables, with pauses of half a
    second.
    """
    at = np.arange(SECONDS * SAMPLE_RATE) / SAMPLE_RATE
    pitch = (
        np.cumsum(140 + 40 * np.sin(2 * np.pi * 0.7 * at) + 15 * np.sin(2 * np.pi * 2.3 * at)) / SAMPLE_RATE
    )
    said = sum(np.sin(2 * np.pi * h * pitch) / h for h in range(1, 25))
    said = said * np.maximum(0, np.sin(2 * np.pi * 3 * at)) * (at % 3 > 0.8)
    return once(np.repeat((said * 0.05)[:, None], 2, axis=1).astype(np.float32))


def pauses(sound: Samples) -> list[Samples]:
    return [
        sound[round((at + 0.05) * SAMPLE_RATE) : round((at + 0.75) * SAMPLE_RATE)]
        for at in range(0, SECONDS, 3)
    ]


@cache
def hum(mains: float, level: float = 0.02) -> Samples:
    at = np.arange(SECONDS * SAMPLE_RATE) / SAMPLE_RATE
    mono = sum(level / h * np.cos(2 * np.pi * mains * h * at + h) for h in range(1, 13))
    return once(np.repeat(np.asarray(mono)[:, None], 2, axis=1).astype(np.float32))


@cache
def hiss(level: float = 0.004) -> Samples:
    return once(np.random.default_rng(3).normal(0, level, (SECONDS * SAMPLE_RATE, 2)).astype(np.float32))


def reader(sound: Samples) -> Callable[[int, int], Samples]:
    """As the studio reads: silence where nothing is."""

    def read(first: int, count: int) -> Samples:
        out = np.zeros((count, 2), np.float32)
        low, high = max(0, first), min(len(sound), first + count)
        out[low - first : high - first] = sound[low:high]
        return out

    return read


def cleaned(sound: Samples, wanted: Cleaning) -> tuple[Samples, NoiseProfile]:
    noise = measure(wanted, sound, pauses(sound))
    return clean(reader(sound), 0, len(sound), wanted, noise), noise


def db(sound: Samples) -> float:
    return float(10 * np.log10((sound[SAMPLE_RATE:-SAMPLE_RATE].astype(np.float64) ** 2).mean() + 1e-20))


def snr(said: Samples, heard: Samples) -> float:
    return db(said) - db(heard - said)


def late(said: Samples, heard: Samples) -> int:
    """Samples by which `heard` comes after `said`."""
    size = 1 << 22
    alike = np.fft.irfft(np.fft.rfft(heard[:, 0], size) * np.conj(np.fft.rfft(said[:, 0], size)))
    at = int(alike.argmax())
    return at - size if at > size // 2 else at


@pytest.mark.parametrize("mains", [49.94, 50.0, 50.06])
def test_hum_goes_and_the_voice_stays(mains: float) -> None:
    said = voice()
    heard, noise = cleaned(said + hum(mains), Cleaning(50))
    assert noise.lines[0][0] == pytest.approx(mains, abs=0.02)
    assert snr(said, heard) - snr(said, said + hum(mains)) > 9
    assert db(np.concatenate(pauses(heard))) < db(np.concatenate(pauses(said + hum(mains)))) - 20
    assert late(said, heard) == 0


def test_what_has_no_hum_is_left_as_it_is() -> None:
    said = voice() + hiss(0.0005)
    for mains in (50, 60):
        heard, noise = cleaned(said, Cleaning(mains))
        assert noise.lines == ()
        assert np.array_equal(heard, said)


def test_the_wrong_mains_do_no_harm() -> None:
    """50 Hz looked for as 60: 300 Hz belongs to both, and the rest is left."""
    said = voice()
    heard, noise = cleaned(said + hum(50), Cleaning(60))
    assert {round(hertz) for hertz, _ in noise.lines} <= {300, 600}
    assert snr(said + hum(50), heard) > 18


@pytest.mark.parametrize(("strength", "quieter", "change"), [("light", 6, 20), ("strong", 12, 15)])
def test_hiss_is_held_down_and_the_voice_stays(strength: str, quieter: float, change: float) -> None:
    said = voice()
    before = said + hiss()
    heard, noise = cleaned(before, Cleaning(hiss=strength))
    assert db(np.concatenate(pauses(heard))) < db(np.concatenate(pauses(before))) - quieter
    assert snr(said, heard) > snr(said, before) + 2
    assert late(said, heard) == 0
    assert snr(said, clean(reader(said), 0, len(said), Cleaning(hiss=strength), noise)) > change


@pytest.mark.parametrize("wanted", [Cleaning(50), Cleaning(hiss="strong"), Cleaning(50, "light")])
def test_a_window_is_a_slice_of_the_whole_and_the_same_each_time(wanted: Cleaning) -> None:
    sound = voice() + hum(50) + hiss()
    whole, noise = cleaned(sound, wanted)
    for first, count in ((0, 10_000), (123_457, 48_001), (9 * SAMPLE_RATE, 3 * SAMPLE_RATE)):
        part = clean(reader(sound), first, count, wanted, noise)
        assert part.shape == (count, 2)
        assert np.sqrt(((part - whole[first : first + count]) ** 2).mean()) < 1e-3 * np.sqrt(
            (whole**2).mean()
        )
        assert np.array_equal(part, clean(reader(sound), first, count, wanted, noise))


def test_a_gate_moves_nobody_from_left_to_right() -> None:
    sound = voice() * np.array([1, 0.25], np.float32) + hiss()
    heard, _ = cleaned(sound, Cleaning(hiss="strong"))
    assert db(heard[:, :1]) - db(heard[:, 1:]) == pytest.approx(12.04, abs=0.7)


def test_a_gate_that_takes_nothing_gives_back_every_sample() -> None:
    sound = voice()
    heard = clean(reader(sound), 1_000, 100_000, Cleaning(hiss="light"), NoiseProfile())
    assert np.allclose(heard, sound[1_000:101_000], atol=1e-6)


def test_noise_is_kept_as_it_was_measured() -> None:
    _, noise = cleaned(voice() + hum(50) + hiss(), Cleaning(50, "light"))
    again = NoiseProfile.read(noise.record())
    assert again.lines == noise.lines
    assert np.allclose(again.hiss, noise.hiss, rtol=1e-4)


@pytest.mark.parametrize("count", [0, 10, denoise.SIZE, SAMPLE_RATE // 2])
def test_a_short_source_is_cleaned_as_far_as_it_can_be(count: int) -> None:
    sound = (voice() + hum(50) + hiss())[:count]
    wanted = Cleaning(50, "light")
    assert clean(reader(sound), 0, count, wanted, measure(wanted, sound, [sound])).shape == (count, 2)


@pytest.mark.parametrize(
    ("wanted", "name", "asked"),
    [
        (Cleaning(), "", False),
        (Cleaning(50), "hum 50", True),
        (Cleaning(60, "strong"), "hum 60 hiss strong", True),
    ],
)
def test_a_choice_has_a_name(wanted: Cleaning, name: str, asked: bool) -> None:
    assert (wanted.name, bool(wanted)) == (name, asked)


def test_a_film_without_hum_is_verified_against_footage_without_it() -> None:
    """Held against the sound as recorded, a cleaned film would be another sound; as `verify` reads it, it is
    the same.
    """
    wanted, recorded = Cleaning(50), voice() + hum(50, 0.2)
    film, _ = cleaned(recorded, wanted)
    take = Take(0, 75, "q1", "amara", "Amara", "s1", 75, Span[Source].measured(3, 6), ())
    timeline, shot = (
        Timeline("Film", Fraction(25), (320, 180), (take,)),
        slice(3 * SAMPLE_RATE, 6 * SAMPLE_RATE),
    )
    assert {finding.rule for finding in audio.sameness(take, timeline, film[shot], recorded[shot])} == {
        "other-sound"
    }
    assert not list(audio.sameness(take, timeline, film[shot], cleaned(recorded, wanted)[0][shot]))
