"""Reading sound by position: any window, to the sample, whatever the file's own clock."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from pipeline.model.media import Media
from pipeline.store import file_digest
from pipeline.tools import probe
from pipeline.tools.process import run
from pipeline.tools.sound import read, read_speech

CLICKS = "aevalsrc='if(eq(mod(n\\,{0})\\,{1})\\,0.9\\,0)':s={0}:d=3"
"""A click of one sample in the middle of every second."""

Make = Callable[..., tuple[Path, Media]]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    def made(name: str, *arguments: str, rate: int = 48_000) -> tuple[Path, Media]:
        run(["-f", "lavfi", "-i", CLICKS.format(rate, rate // 2), *arguments, name], tmp_path)
        return tmp_path / name, probe.probe(tmp_path / name, file_digest(tmp_path / name))

    return made


def clicks(samples: np.ndarray) -> list[int]:
    return [int(at) for at in np.flatnonzero(np.abs(samples[:, 0]) > 0.5)]


@pytest.mark.parametrize("name", ["a.mov", "a.mkv", "a.avi"])
@pytest.mark.parametrize(("first", "count"), [(0, 144_000), (23_999, 3), (24_000, 1), (24_001, 47_999), (71_000, 60_000), (130_000, 30_000), (200_000, 10)])
def test_a_window_is_what_is_there_and_silence_where_nothing_is(make: Make, name: str, first: int, count: int) -> None:
    path, media = make(name, "-c:a", "pcm_s16le")
    found = read(path, media, media.tracks[0], first, count)
    assert found.shape == (count, 2)
    assert clicks(found) == [at - first for at in (24_000, 72_000, 120_000) if first <= at < first + count]


@pytest.mark.parametrize(("rate", "codec"), [(44_100, "pcm_s16le"), (16_000, "pcm_s16le"), (48_000, "aac")])
def test_other_rates_and_codecs_keep_their_times(make: Make, rate: int, codec: str) -> None:
    path, media = make("a.mov", "-c:a", codec, rate=rate)
    sound = np.abs(read(path, media, media.tracks[0], 0, 144_000)[:, 0])
    for middle in (24_000, 72_000, 120_000):
        assert abs(int(sound[middle - 5_000 : middle + 5_000].argmax()) - 5_000) <= 48


def test_sound_that_starts_late_stays_late(make: Make, tmp_path: Path) -> None:
    whole, _ = make("whole.mov", "-c:a", "pcm_s16le")
    run(["-f", "lavfi", "-i", "testsrc2=s=64x64:d=3", "-itsoffset", "0.2", "-i", whole.name, "-c:v", "mpeg4", "-c:a", "copy", "late.mkv"], tmp_path)
    media = probe.probe(tmp_path / "late.mkv", "x")
    assert media.tracks[0].start == Fraction(1, 5)
    assert clicks(read(tmp_path / "late.mkv", media, media.tracks[0], 0, 60_000)) == [24_000 + 9_600]


def test_a_chosen_track_is_that_track(make: Make, tmp_path: Path) -> None:
    one, _ = make("one.mov", "-c:a", "pcm_s16le")
    run(["-f", "lavfi", "-i", "anullsrc=d=3", "-i", one.name, "-map", "0:a", "-map", "1:a", "-c:a", "pcm_s16le", "two.mov"], tmp_path)
    media = probe.probe(tmp_path / "two.mov", "x")
    assert [track.number for track in media.tracks] == [1, 2]
    assert clicks(read(tmp_path / "two.mov", media, media.tracks[0], 0, 48_000)) == []
    assert clicks(read(tmp_path / "two.mov", media, media.tracks[1], 0, 48_000)) == [24_000]


def test_speech_is_mono_at_sixteen_thousand(make: Make) -> None:
    path, media = make("a.mov", "-c:a", "pcm_s16le")
    found = read_speech(path, media, media.tracks[0], Fraction(1, 4), Fraction(1, 2))
    assert found.shape == (8_000,)
    assert abs(int(np.abs(found).argmax()) - 4_000) <= 8
    assert read_speech(path, media, media.tracks[0]).shape == (48_000,)
