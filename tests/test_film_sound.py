"""Whole programmes, encoded by the real encoder and held against another meter: pyloudnorm, and a true peak
by FFT.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from pipeline.adapters.ffmpeg.process import run
from pipeline.adapters.pyav import aac, probe
from pipeline.adapters.pyav.audio import hear
from pipeline.adapters.renderer import Renderer
from pipeline.core.digest import file_digest
from pipeline.core.footage import Material
from pipeline.core.media import Media
from pipeline.core.ports import Samples
from pipeline.core.time import SAMPLE_RATE, Source, Span
from pipeline.edit.timeline import Card, Heard, Shot, Take, Timeline, follow, sample_at
from pipeline.footage.recordings import choose_feed
from pipeline.render import assemble, audio_edit, loudness
from pipeline.render import shot as part
from pipeline.render.sound_pieces import FRAME, PIECE, stretches
from tests.meter import by_pyloudnorm

pytestmark = pytest.mark.slow

RATE = Fraction(25)
TARGET = -18.0


def speech(seconds: float, level: float, seed: int = 1, *, stereo: bool = False) -> Samples:
    """A buzz through the noise of a mouth, in syllables and sentences: peaks and pauses as a voice has
    them.
    """
    count, noise = round(seconds * SAMPLE_RATE), np.random.default_rng(seed)
    at = np.arange(count) / SAMPLE_RATE
    pitch = np.cumsum(130 + 30 * np.sin(2 * np.pi * 0.6 * at + seed)) / SAMPLE_RATE
    buzz = sum(np.cos(2 * np.pi * h * pitch) / h for h in range(1, 20)) + 0.1 * noise.normal(0, 1, count)
    said = (
        buzz
        * np.maximum(0, np.sin(2 * np.pi * 3.7 * at)) ** 2
        * (np.sin(2 * np.pi * 0.21 * at + seed) > -0.6)
    )
    both = np.stack([said, np.roll(said, 20) if stereo else said], axis=1)
    return np.asarray(both / np.sqrt((both**2).mean()) * 10 ** (level / 20), np.float32)


def made(
    folder: Path, *sounds: Samples | float, target: float = TARGET, rooms: assemble.Rooms = assemble.no_rooms
) -> tuple[Samples, Heard, Timeline]:
    """The encoded film of these takes (or cards of so many seconds), decoded as a player does."""
    shots: list[Shot] = []
    for number, heard in enumerate(sounds):
        frames = round((heard if isinstance(heard, float) else len(heard) / SAMPLE_RATE) * 25)
        take = Take(
            0,
            frames,
            f"q{number}",
            "amara",
            "Amara",
            f"s{number}",
            0,
            Span[Source].measured(0, frames / 25),
            (),
        )
        shots.append(Card(0, frames, "scene", "", "") if isinstance(heard, float) else take)
    timeline, parts = Timeline("Film", RATE, (320, 180), follow(tuple(shots))), []
    for number, (shot, heard) in enumerate(zip(timeline.shots, sounds, strict=True)):
        parts.append(folder / f"part{number}")
        parts[-1].mkdir()
        if isinstance(shot, Take):
            assert not isinstance(heard, float)
            window = np.pad(heard, ((0, 4), (0, 0)))[: audio_edit.window(shot, RATE)[1]]
            part.keep(parts[-1], audio_edit.shape(window, shot, RATE, np.zeros((0, 2), np.float32)))
    gains = loudness.gains(timeline.shots, assemble.levels(timeline, parts), target)
    studio, count = Renderer(Material({})), itertools.count()

    def encode(raw: Path) -> list[Path]:
        pieces = []
        for one in stretches(len(assemble.samples_in(raw))):
            pieces.append(folder / f"piece{next(count)}")
            pieces[-1].mkdir()
            assemble.encode_piece(pieces[-1], raw, one, studio)
        return pieces

    laid = assemble.sound(folder, timeline, parts, gains, target, rooms, encode)
    film = folder / "film.m4a"
    with av.open(str(film), "w", format="mp4") as out:
        out.mux(list(aac.joined([piece / assemble.ENCODED for piece in laid.pieces], laid.samples, out)))
    media = probe.probe(film, file_digest(film))
    return hear(film, media, choose_feed(film.name, media), 0, laid.samples), laid.heard, timeline


def peak(film: Samples) -> float:
    """dBTP at four times the rate, by one transform of it all: nothing of ours."""
    size = 1 << len(film).bit_length()
    fine = [
        np.fft.irfft(np.fft.rfft(film[:, side].astype(np.float64), size), 4 * size) * 4 for side in (0, 1)
    ]
    return float(20 * np.log10(max(np.abs(fine).max(), 1e-9)))


CASES: dict[str, Callable[[], list[Samples | float]]] = {
    "mono only": lambda: [speech(8, -25), 2.0, speech(6, -22, 2)],
    "stereo": lambda: [speech(8, -25, stereo=True), speech(6, -22, 2, stereo=True)],
    "very quiet": lambda: [speech(8, -45), 2.0, speech(6, -44, 2)],
    "one whispers": lambda: [speech(8, -20), speech(8, -48, 2)],
    "loud and clipped": lambda: [
        np.clip(speech(8, -4), -1, 1).astype(np.float32),
        np.clip(speech(5, -1, 2), -1, 1).astype(np.float32),
    ],
    "hugely dynamic": lambda: [
        np.concatenate([speech(4, level, seed) for seed, level in enumerate((-50, -10, -40, -6, -30))])
    ],
    "with a bang in it": lambda: [
        np.concatenate([speech(6, -30), np.full((60, 2), 0.95, np.float32), speech(6, -30, 2)])
    ],
    "two seconds": lambda: [speech(2, -25)],
    "half a second": lambda: [speech(0.52, -25)],
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("target", [-18.0, -23.0])
def test_a_film_is_as_loud_as_asked_and_no_peak_is_too_high(name: str, target: float, tmp_path: Path) -> None:
    film, heard, _ = made(tmp_path, *CASES[name](), target=target)
    assert by_pyloudnorm(film) == pytest.approx(target, abs=0.5)
    assert by_pyloudnorm(film) == pytest.approx(heard.loudness, abs=0.2)
    assert peak(film) <= -1.0 + 0.05
    assert peak(film) == pytest.approx(heard.peak, abs=0.5)


def test_a_silent_film_is_silent(tmp_path: Path) -> None:
    film, heard, _ = made(tmp_path, np.zeros((SAMPLE_RATE * 3, 2), np.float32), 2.0)
    assert np.abs(film).max() < 1e-6
    assert heard.gain == 0


@pytest.mark.parametrize("seconds", [0.04, 0.2, 0.36])
def test_a_film_too_short_to_be_measured_is_made_and_does_not_clip(seconds: float, tmp_path: Path) -> None:
    """BS.1770 measures blocks of 400 ms: of less, a meter says nothing."""
    film, heard, _ = made(tmp_path, speech(1, -25)[20_000 : 20_000 + round(seconds * SAMPLE_RATE)])
    assert len(film) == round(seconds * SAMPLE_RATE)
    assert peak(film) <= -1.0
    assert abs(heard.gain) <= 24


def test_speakers_of_very_different_levels_come_out_alike(tmp_path: Path) -> None:
    levels = (-38, -12, -25, -20)
    film, _, timeline = made(
        tmp_path, *(speech(6, level, seed, stereo=seed == 2) for seed, level in enumerate(levels))
    )
    each = [
        by_pyloudnorm(film[sample_at(shot.at, RATE) : sample_at(shot.end, RATE)]) for shot in timeline.shots
    ]
    assert max(each) - min(each) <= 1.0


def test_sound_in_5_1_comes_out_as_loud_as_asked(tmp_path: Path) -> None:
    """From the file: the voice in the middle, a rumble in the LFE that must not count."""
    speech(8, -25)[:, :1].tofile(tmp_path / "voice.f32")
    inputs = [
        "-f",
        "f32le",
        "-ar",
        "48000",
        "-ac",
        "1",
        "-i",
        "voice.f32",
        "-f",
        "lavfi",
        "-i",
        "sine=f=40:d=8:r=48000",
    ]
    graph = "[0][1]amerge=inputs=2[two];[two]pan=5.1|FC=c0|LFE=6*c1[out]"
    run(
        [*inputs, "-filter_complex", graph, "-map", "[out]", "-c:a", "aac", "-b:a", "384k", "five.mp4"],
        tmp_path,
    )
    media: Media = probe.probe(tmp_path / "five.mp4", "x")
    assert media.tracks[0].channels == 6
    heard = hear(tmp_path / "five.mp4", media, choose_feed("five.mp4", media), 0, 8 * SAMPLE_RATE)
    assert np.allclose(heard[:, 0], heard[:, 1])
    film, _, _ = made(tmp_path, heard)
    assert by_pyloudnorm(film) == pytest.approx(TARGET, abs=0.5)
    assert peak(film) <= -1.0 + 0.05
    spectrum = np.abs(np.fft.rfft(film[:, 0] * np.hanning(len(film))))
    assert spectrum[round(40 * len(film) / SAMPLE_RATE)] < 0.01 * spectrum.max()


# Joins ----------------------------------------------------------------------------------------


def shrill(film: Samples) -> np.ndarray:
    """The greatest power above 10 kHz in each 5 ms: where a click is."""
    spectrum = np.fft.rfft(film.mean(axis=1))
    spectrum[: len(spectrum) * 10 // 24] = 0
    fine = np.fft.irfft(spectrum, len(film)) ** 2
    return np.asarray(fine[: len(fine) // 240 * 240].reshape(-1, 240).mean(axis=1))


@pytest.mark.parametrize("faded", [True, False])
def test_no_join_clicks(faded: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Takes cut in the middle of loud sound, on which every hard cut would click: with our fades none does,
    without them most do.
    """
    if not faded:
        monkeypatch.setattr(audio_edit, "_only", lambda samples, *_: samples)
    takes = [speech(2, -20, seed)[7_000 * seed :][: round(1.2 * SAMPLE_RATE)] for seed in range(1, 7)]
    for number, take in enumerate(
        takes
    ):  # a voice without shrill sounds of its own: what is above 10 kHz is the cut
        spectrum = np.fft.rfft(take, axis=0)
        spectrum[len(spectrum) * 7 // 24 :] = 0
        rolled = np.fft.irfft(spectrum, len(take), axis=0)
        takes[number] = np.asarray(
            np.roll(rolled, -int(np.abs(rolled[:, 0]).argmax()), axis=0), np.float32
        )  # cut on the loudest sample there is
    film, _, timeline = made(tmp_path, *takes)
    high = shrill(film)
    joins = [sample_at(shot.at, RATE) for shot in timeline.shots[1:]]
    worst = np.array([10 * np.log10(high[at // 240 - 2 : at // 240 + 3].max()) for at in joins])
    step = np.array([np.abs(np.diff(film[at - 48 : at + 48, 0])).max() for at in joins])
    around = float(np.percentile(np.abs(np.diff(film[:, 0])), 99))
    if faded:
        assert (worst < -70).all()
        assert (step < around).all()
    else:
        assert (worst > -62).mean() > 0.5
        assert (step > around).mean() > 0.5


# Pieces ---------------------------------------------------------------------------------------


SOUNDS: dict[str, Callable[[int], Samples]] = {
    "speech": lambda count: speech(count / SAMPLE_RATE + 1, -20, stereo=True)[:count],
    "music": lambda count: _music(count),
    "noise": lambda count: np.random.default_rng(3).normal(0, 0.1, (count, 2)).astype(np.float32),
    "clicks": lambda count: _clicks(count),
}


def _music(count: int) -> Samples:
    at = np.arange(count) / SAMPLE_RATE
    notes = sum(
        np.sin(2 * np.pi * hz * at + np.sin(3 * at)) / hz for hz in (110, 220.5, 331, 660, 1980, 5940)
    )
    both = np.stack([notes, np.roll(notes, 30)], axis=1)
    return np.asarray(both / np.abs(both).max() * 0.4, np.float32)


def _clicks(count: int) -> Samples:
    """On every place of a frame in turn, so that windows change at some of the joins."""
    out = np.random.default_rng(4).normal(0, 0.001, (count, 2)).astype(np.float32)
    out[::7001] = 0.7
    return out


def decoded(pieces: list[Path], samples: int, folder: Path) -> Samples:
    """As a player hears them joined."""
    with av.open(str(folder / "joined.m4a"), "w", format="mp4") as out:
        out.mux(list(aac.joined(pieces, samples, out)))
    media = probe.probe(folder / "joined.m4a", "x")
    return hear(folder / "joined.m4a", media, choose_feed("x", media), 0, samples)


@pytest.mark.parametrize("name", SOUNDS)
def test_joins_of_aac_are_heard_no_more_than_other_places(name: str, tmp_path: Path) -> None:
    """Fifteen joins a sound, in short pieces, so that there are many: the error where both sides are heard
    against that around it, and every sample in its place.
    """
    short, lead, samples = 24 * FRAME, 48 * FRAME, 16 * 24 * FRAME + 333
    whole, pieces = SOUNDS[name](samples), []
    for first in range(0, samples, short):
        before, count = min(lead, first), min(short, samples - first)
        pieces.append(tmp_path / f"{first}.m4a")
        end = first + count + min(4 * FRAME, samples - first - count)
        heard = aac.encode(whole[first - before : end], before, count, pieces[-1])
        assert len(heard) == before + count
    film = decoded(pieces, samples, tmp_path)
    assert len(film) == samples
    error, power = (
        (values[: samples // FRAME * FRAME] ** 2).reshape(-1, FRAME * 2).sum(axis=1)
        for values in (film - whole, whole)
    )
    off = 10 * np.log10((error + 1e-9) / (power + 1e-9))
    loud = power > power.max() / 1000
    # The frame's time that the last of one piece and the first of another share, against those around it.
    joins = [at for at in range(23, len(off) - 6, 24) if loud[at]]
    worse = [off[at] - off[at - 6 : at + 7][loud[at - 6 : at + 7]].mean() for at in joins]
    assert len(joins) >= 3
    assert np.mean(worse) < 1
    assert off[joins].max() < off[8:-8][loud[8:-8]].max() + 1


def test_a_join_without_a_lead_is_heard(tmp_path: Path) -> None:
    """What the test above would find: pieces that begin as a film does."""
    short, samples = 24 * FRAME, 6 * 24 * FRAME
    whole, pieces = SOUNDS["music"](samples), []
    for first in range(0, samples, short):
        pieces.append(tmp_path / f"{first}.m4a")
        aac.encode(whole[first : first + short + 4 * FRAME], 0, short, pieces[-1])
    film = decoded(pieces, samples, tmp_path)
    error = ((film - whole) ** 2).reshape(-1, FRAME * 2).sum(axis=1)
    assert error[23::24].mean() > 10 * np.delete(error, slice(23, None, 24)).mean()


def test_what_is_far_from_a_change_is_encoded_as_it_was(tmp_path: Path) -> None:
    """A louder second in the last piece, with a peak that is limited: the first pieces are the same bytes."""
    found = []
    for number, level in enumerate((-24, -6)):
        folder = tmp_path / str(number)
        folder.mkdir()
        made(folder, speech(24, -24), speech(1, level, 2))
        pieces = sorted(folder.glob("piece*"), key=lambda path: int(path.name[5:]))
        found.append(
            [(piece / assemble.ENCODED).read_bytes() for piece in pieces[: 20 * SAMPLE_RATE // PIECE]]
        )
    assert found[0] == found[1]
    assert len(found[0]) == 4
