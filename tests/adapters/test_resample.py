"""Sound recorded apart, on the clock of its source: to a fraction of a sample, over hours, and nothing where
it did not run.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.adapters.ffmpeg.process import run
from pipeline.adapters.pyav import probe
from pipeline.adapters.pyav.resample import BLOCK, TAPS, read_beside
from pipeline.adapters.renderer import Renderer
from pipeline.core.clock_map import Sync
from pipeline.core.footage import Footage, Material
from pipeline.core.time import Span
from pipeline.errors import InputError
from pipeline.footage.recordings import choose_feed
from pipeline.matching.tasks import must_hear
from pipeline.production.quotes import Quote

pytestmark = pytest.mark.slow

HZ = 48_000
fast = settings(max_examples=40, deadline=None, derandomize=True)


def tone(hz: float) -> Callable[[int, int], np.ndarray]:
    """A recorder that hears one note, without end in either direction."""
    return lambda first, count: np.sin(2 * np.pi * hz * np.arange(first, first + count) / HZ)[:, None].astype(
        np.float32
    )


@fast
@given(
    st.integers(-(10**9), 10**9),
    st.integers(-500_000, 500_000),
    st.integers(-3 * HZ, 7200 * HZ),
    st.sampled_from([100.0, 997.0, 8000.0]),
)
def test_a_note_is_the_same_note_on_another_clock(offset: int, drift: int, first: int, hz: float) -> None:
    """Offset in microseconds, drift in billionths; -80 dB is far below a recorder's own hiss."""
    sync = Sync(Fraction(offset, 10**6), Fraction(drift, 10**9))
    got = read_beside(tone(hz), sync, first, 4800, HZ)[:, 0]
    moments = [sync.at(Fraction(first + n, HZ)) for n in (0, 4799)]
    phase = [float(moment * int(hz) % 1) for moment in moments]  # exactly, and only then as a float
    turns = float((moments[1] - moments[0]) * int(hz))
    exact = np.sin(2 * np.pi * (phase[0] + np.linspace(0, turns, 4800)))
    assert np.sqrt(((got - exact) ** 2).mean()) < 1e-4


def test_the_same_clock_gives_the_same_samples() -> None:
    read = tone(997.0)
    assert (read_beside(read, Sync(Fraction(2)), 500, 1000, HZ) == read(500 + 2 * HZ, 1000)).all()
    assert read_beside(read, Sync(Fraction(2)), 500, 0, HZ).shape == (0, 1)


def test_a_long_window_is_one_piece() -> None:
    """Where one block meets the next nothing is heard; only as much is read as is needed."""
    asked: list[tuple[int, int]] = []

    def read(first: int, count: int) -> np.ndarray:
        asked.append((first, count))
        return tone(500.0)(first, count)

    sync = Sync(Fraction(1, 3), Fraction(100, 10**6))
    whole = read_beside(read, sync, 0, BLOCK + 1000, HZ)
    assert len(asked) == 2
    assert all(count <= BLOCK * (1 + sync.drift) + 2 * TAPS for _, count in asked)
    around = read_beside(tone(500.0), sync, BLOCK - 500, 1000, HZ)
    assert np.abs(whole[BLOCK - 500 : BLOCK + 500] - around).max() < 1e-4


# Files ------------------------------------------------------------------------------------------

FORMATS = [
    ("a.wav", "-c:a pcm_s24le -ar 96000"),
    ("a.wav", "-c:a pcm_f32le -ar 44100"),
    ("a.wav", ("-c:a pcm_s16le -ac 2 -rf64 always")),
    ("a.flac", "-c:a flac -ar 44100"),
    ("a.m4a", "-c:a aac"),
    ("a.mp3", "-c:a libmp3lame -q:a 3"),
    ("a.mp3", "-c:a libmp3lame -b:a 128k -write_xing 0 -id3v2_version 0"),
]


@pytest.mark.parametrize(("name", "how"), FORMATS, ids=[f"{name} {how}" for name, how in FORMATS])
def test_any_window_of_any_recorder_is_in_its_place(name: str, how: str, tmp_path: Path) -> None:
    """Wherever reading starts: a chirp stands where it stands when all is read, to a sample."""
    run(
        [
            "-f",
            "lavfi",
            "-i",
            "aevalsrc='0.6*sin(2000*(mod(t,7))^2)*lt(mod(t,7),0.5)':s=48000:d=120",
            *how.split(),
            name,
        ],
        tmp_path,
    )
    media = probe.probe(tmp_path / name, "x", recorder=True)
    footage = Footage(tmp_path / name, media, choose_feed(name, media))
    studio = Renderer(Material({"s1": footage}, {"s1": footage}))
    assert media.picture is None
    assert abs(media.duration - 120) < Fraction(1, 5)
    whole = studio.sound("s1", 0, 119 * HZ)
    for first in (1, 7 * HZ + 4321, 49 * HZ - 777, 112 * HZ + 13):
        window, size = studio.sound("s1", first, HZ)[:, 0], 1 << 17
        there = whole[first : first + HZ, 0]
        likeness = np.fft.irfft(np.conj(np.fft.rfft(there, size)) * np.fft.rfft(window, size), size)
        peak = int(likeness.argmax())
        assert min(peak, size - peak) <= 1, (first, peak)
        assert likeness.max() > 0.95 * (there**2).sum()


@pytest.mark.parametrize("name", ["a.wav", "a.flac", "a.mp3"])
def test_what_is_let_in_for_a_recorder_is_not_for_footage(name: str, tmp_path: Path) -> None:
    run(["-f", "lavfi", "-i", "sine=d=3", name], tmp_path)
    assert probe.probe(tmp_path / name, "x", recorder=True).container == name[2:]
    with pytest.raises(InputError, match="not footage that can be opened"):
        probe.probe(tmp_path / name, "x")


@pytest.mark.parametrize(
    ("head", "demuxers"),
    [
        (b"RIFF\1\2\3\4WAVEfmt ", "wav"),
        (b"RF64\1\2\3\4WAVEds64", "wav"),
        (b"fLaC\0\0\0\x22", "flac"),
        (b"ID3\4\0\0\0\0", "mp3"),
        (b"\xff\xfb\x90\xc0", "mp3"),
        (b"RIFF\1\2\3\4AVI LIST", None),
        (b"\0\0\0\x20ftypM4A ", None),
        (b"#EXTM3U\n", None),
        (b"ffconcat version", None),
        (b"\xff\xf1\x50\x80", None),
        (b"", None),
    ],
)
def test_the_first_bytes_choose_the_demuxer(head: bytes, demuxers: str | None, tmp_path: Path) -> None:
    (tmp_path / "any.wav").write_bytes(head)
    assert probe.recording_format(tmp_path / "any.wav") == (demuxers or probe.CONTAINERS)


def test_where_the_recorder_did_not_run_the_camera_is_listened_to_and_nothing_is_played(
    tmp_path: Path,
) -> None:
    """So that words there can be found and named; a quote there is refused."""
    run(
        [
            "-f",
            "lavfi",
            "-i",
            "sine=300:d=20",
            "-f",
            "lavfi",
            "-i",
            "color=s=32x32:d=20",
            "-c:a",
            "pcm_s16le",
            "own.mov",
        ],
        tmp_path,
    )
    run(["-f", "lavfi", "-i", "sine=2000:d=5", "lapel.wav"], tmp_path)
    made = []
    for name, sync in (("own.mov", Sync()), ("lapel.wav", Sync(Fraction(-8), Fraction(0)))):
        media = probe.probe(tmp_path / name, name, recorder=True)
        made.append(Footage(tmp_path / name, media, choose_feed(name, media), sync=sync))
    studio = Renderer(Material({"s1": made[0]}, {"s1": made[1]}))
    speech = studio.speech("s1", Fraction(0))
    assert len(speech) == 20 * 16_000
    for second, hz in ((3, 300), (10, 2000), (15, 300)):
        spectrum = np.abs(np.fft.rfft(speech[second * 16_000 : (second + 1) * 16_000]))
        assert spectrum.argmax() == hz
    assert not studio.sound("s1", 3 * HZ, HZ).any()
    assert studio.sound("s1", 10 * HZ, HZ).any()

    quote = Quote("q01", "amara", "s1", "words", "", frozenset(), "", None, "", 2)
    must_hear(made[1], [Span.measured(8.5, 12.5)], quote)
    for outside in (Span.measured(7.5, 9), Span.measured(12, 13.5), Span.measured(2, 3)):
        with pytest.raises(
            InputError, match=r"q01 is said at .* and the recorder lapel.wav ran from 0:08.0 to 0:13.0 of it"
        ):
            must_hear(made[1], [outside], quote)
