"""Reading sound by position: any window, to the sample, whatever the file's own clock."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import av
import numpy as np
import pytest
from av.stream import Discard

from pipeline.adapters.ffmpeg.process import run
from pipeline.adapters.pyav import audio, probe
from pipeline.adapters.pyav.audio import hear, read, read_speech
from pipeline.adapters.pyav.downmix import matrix
from pipeline.core.digest import file_digest
from pipeline.core.media import Media
from pipeline.errors import InputError
from pipeline.footage.recordings import choose_feed

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


@pytest.mark.slow
@pytest.mark.parametrize("name", ["a.mov", "a.mkv", "a.avi"])
@pytest.mark.parametrize(
    ("first", "count"),
    [
        (0, 144_000),
        (23_999, 3),
        (24_000, 1),
        (24_001, 47_999),
        (71_000, 60_000),
        (130_000, 30_000),
        (200_000, 10),
    ],
)
def test_a_window_is_what_is_there_and_silence_where_nothing_is(
    make: Make, name: str, first: int, count: int
) -> None:
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
    run(
        [
            "-f",
            "lavfi",
            "-i",
            "testsrc2=s=64x64:d=3",
            "-itsoffset",
            "0.2",
            "-i",
            whole.name,
            "-c:v",
            "mpeg4",
            "-c:a",
            "copy",
            "late.mkv",
        ],
        tmp_path,
    )
    media = probe.probe(tmp_path / "late.mkv", "x")
    assert media.tracks[0].start == Fraction(1, 5)
    assert clicks(read(tmp_path / "late.mkv", media, media.tracks[0], 0, 60_000)) == [24_000 + 9_600]


def test_a_chosen_track_is_that_track(make: Make, tmp_path: Path) -> None:
    one, _ = make("one.mov", "-c:a", "pcm_s16le")
    run(
        [
            "-f",
            "lavfi",
            "-i",
            "anullsrc=d=3",
            "-i",
            one.name,
            "-map",
            "0:a",
            "-map",
            "1:a",
            "-c:a",
            "pcm_s16le",
            "two.mov",
        ],
        tmp_path,
    )
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


# Rates ----------------------------------------------------------------------------------------

TONE = 1000


@pytest.fixture(scope="module")
def tones(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., tuple[Path, Media]]:
    """Six seconds of noise and a sine in one file, at any rate, in any container."""
    folder, made = tmp_path_factory.mktemp("tones"), {}

    def tone(name: str, codec: str, rate: int, sound: str = f"sine=f={TONE}:d=6") -> tuple[Path, Media]:
        if (name, codec, rate, sound) not in made:
            target = f"{len(made)}.{name}"
            run(["-f", "lavfi", "-i", f"{sound}:r={rate}", "-c:a", codec, "-b:a", "256k", target], folder)
            made[name, codec, rate, sound] = folder / target, probe.probe(folder / target, "x")
        return made[name, codec, rate, sound]

    return tone


@pytest.mark.parametrize("rate", [8_000, 22_050, 32_000, 44_100, 88_200, 96_000])
@pytest.mark.parametrize("first", [0, 48_001, 100_003])
def test_a_sine_of_any_rate_keeps_its_phase(tones: Make, rate: int, first: int) -> None:
    """Within half a microsecond of where it was played, wherever reading starts."""
    path, media = tones("mov", "pcm_s24le", rate)
    found = read(path, media, media.tracks[0], first, 48_000)[2_400:-2_400, 0].astype(np.float64)
    at = (np.arange(len(found)) + first + 2_400) / 48_000
    turned = np.angle((found * np.exp(-2j * np.pi * TONE * at)).sum() * 1j)
    assert abs(turned) / (2 * np.pi * TONE) < 5e-7
    assert np.sqrt(2 * (found**2).mean()) == pytest.approx(0.125, rel=1e-3)  # as lavfi plays it


FILES = [
    ("mov", "pcm_s16le", 44_100),
    ("mov", "pcm_s16le", 32_000),
    ("mov", "pcm_s24le", 96_000),
    ("mkv", "pcm_s16le", 44_100),
    ("mkv", "aac", 44_100),
]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "codec", "rate"), [*FILES, ("mp4", "aac", 44_100), ("ts", "aac", 44_100)])
@pytest.mark.parametrize(("hz", "channels"), [(48_000, 2), (16_000, 1)])
def test_a_window_is_a_slice_of_the_whole_wherever_reading_starts(
    tones: Make, name: str, codec: str, rate: int, hz: int, channels: int
) -> None:
    """To -80 dB of the sound: a lossy codec that starts anew and a converter's edges included."""
    path, media = tones(name, codec, rate, "anoisesrc=d=6:a=0.3:seed=7")
    whole = read(path, media, media.tracks[0], 0, 6 * hz, hz=hz, channels=channels)
    assert float(np.sqrt((whole**2).mean())) > 0.01
    for first in (0, hz + 1, 2 * hz + 7_919, 4 * hz + 333):
        part = read(path, media, media.tracks[0], first, hz // 2, hz=hz, channels=channels)
        off = float(np.sqrt(((part - whole[first : first + hz // 2]) ** 2).mean() / (whole**2).mean()))
        assert off < 1e-4, (first, 20 * np.log10(off))


@pytest.mark.parametrize("hz", [16_000, 44_100, 48_000])
def test_how_much_is_converted_together_makes_no_difference_to_any_sample(
    tones: Make, hz: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, media = tones("mov", "pcm_s16le", 44_100)
    window = 4_801, 2 * hz
    whole = read(path, media, media.tracks[0], *window, hz=hz)
    monkeypatch.setattr(audio, "AT_ONCE", 1)
    assert np.array_equal(read(path, media, media.tracks[0], *window, hz=hz), whole) and whole.any()


@pytest.mark.parametrize(("name", "read_too"), [("a.mov", False), ("a.mkv", True)])
def test_pictures_are_not_read_where_an_index_says_where_the_sound_lies(
    make: Make, name: str, read_too: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, media = make(name, "-f", "lavfi", "-i", "testsrc2=s=64x36:d=3", "-map", "0:a", "-map", "1:v")
    streams, opened = [], audio.open_footage

    def watched(*asked: Any) -> Any:
        container = opened(*asked)
        packets = container.demux

        def demux(*some: Any) -> Any:
            streams.append({one.type: one.discard is not Discard.all for one in container.streams})
            return packets(*some)

        return SimpleNamespace(streams=container.streams, seek=container.seek, demux=demux)

    monkeypatch.setattr(audio, "open_footage", lambda *asked: nullcontext(watched(*asked)))
    read(path, media, media.tracks[0], 0, 144_000)
    assert streams == [{"audio": True, "video": read_too}]


def test_opus_in_matroska_is_within_a_millisecond(tones: Make) -> None:
    """Its first frame is cut short and the milliseconds of its clock hide by how much: the one place where it
    matters where reading starts.
    """
    path, media = tones("mkv", "libopus", 48_000, "anoisesrc=d=6:a=0.3:seed=7")
    whole = read(path, media, media.tracks[0], 0, 288_000)[:, 0]
    part = read(path, media, media.tracks[0], 100_000, 24_000)[:, 0]
    alike = [
        float(np.corrcoef(whole[100_000 + shift : 124_000 + shift], part)[0, 1]) for shift in range(-48, 49)
    ]
    assert max(alike) > 0.99


def test_rates_are_converted_without_aliases(tones: Make) -> None:
    """14 kHz in a film of 48 kHz is nothing at all for a recogniser at 16 kHz; folded, it would be 2 kHz."""
    path, media = tones("mov", "pcm_s24le", 48_000, "sine=f=14000:d=6")
    assert np.abs(read_speech(path, media, media.tracks[0])[800:-800]).max() < 2e-5
    assert np.abs(read(path, media, media.tracks[0], 0, 96_000)).max() > 0.1


def test_converted_sound_that_starts_late_has_nothing_before_it(tones: Make, tmp_path: Path) -> None:
    path, _ = tones("mov", "pcm_s24le", 44_100)
    run(
        [
            "-f",
            "lavfi",
            "-i",
            "testsrc2=s=64x64:d=3",
            "-itsoffset",
            "0.213",
            "-i",
            str(path),
            "-c:v",
            "mpeg4",
            "-c:a",
            "copy",
            "late.mov",
        ],
        tmp_path,
    )
    media = probe.probe(tmp_path / "late.mov", "x")
    found = np.abs(read(tmp_path / "late.mov", media, media.tracks[0], 0, 48_000)[:, 0])
    start = round(float(media.tracks[0].start) * 48_000)
    assert abs(start - 0.213 * 48_000) < 48
    assert not found[:start].any()
    assert found[start : start + 48].max() > 0.05


# Tracks and channels --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("names", "out", "channel", "shares"),
    [
        (["FC"], 2, None, [[1, 1]]),
        (["FL", "FR"], 2, None, [[1, 0], [0, 1]]),
        (["FL", "FR"], 1, None, [[0.5], [0.5]]),
        (["FL", "FR"], 2, 1, [[1, 1], [0, 0]]),
        (["FL", "FR"], 1, 2, [[0], [1]]),
        (["NONE"] * 4, 2, None, [[0.25, 0.25]] * 4),
        (
            ["FL", "FR", "FC", "LFE", "BL", "BR"],
            2,
            None,
            np.array([[1, 0], [0, 1], [0.7071, 0.7071], [0, 0], [0.7071, 0], [0, 0.7071]]) / 2.4142,
        ),
        (["FL", "FR", "FC", "LFE", "SL", "SR"], 2, 3, [[0, 0], [0, 0], [1, 1], [0, 0], [0, 0], [0, 0]]),
    ],
)
def test_channels_go_where_the_tables_say(
    names: list[str], out: int, channel: int | None, shares: object
) -> None:
    assert np.allclose(matrix(names, out, channel), shares, atol=1e-4)


@pytest.mark.parametrize(
    "names",
    [
        ["FC"],
        ["FL", "FR"],
        ["FL", "FR", "FC"],
        ["FL", "FR", "FC", "LFE", "BL", "BR"],
        ["NONE"] * 8,
        ["FL", "FR", "BL", "BR", "SL", "SR", "FC", "LFE"],
    ],
)
def test_no_mix_can_clip(names: list[str]) -> None:
    for out in (1, 2):
        assert np.abs(matrix(names, out)).sum(axis=0).max() <= 1 + 1e-6


@pytest.fixture
def recorder(tmp_path: Path) -> tuple[Path, Media]:
    """Track 1 of the camera (200 Hz, soft), track 2 of a recorder: the lapel left (500 Hz), the room right
    (900 Hz), track 3 in 5.1.
    """
    sines = [f"sine=f={f}:d=2:r=48000" for f in (200, 500, 900, 300)]
    inputs = [part for sine in sines for part in ("-f", "lavfi", "-i", sine)]
    graph = "[0]volume=0.5[one];[1][2]join=inputs=2:channel_layout=stereo[two];[3]pan=5.1|FC=c0|LFE=c0[three]"
    run(
        [
            *inputs,
            "-filter_complex",
            graph,
            "-map",
            "[one]",
            "-map",
            "[two]",
            "-map",
            "[three]",
            "-c:a",
            "pcm_s24le",
            "three.mov",
        ],
        tmp_path,
    )
    return tmp_path / "three.mov", probe.probe(tmp_path / "three.mov", "x")


def peaks(sound: np.ndarray) -> dict[int, float]:
    """The sines in a sound and how loud each is, as a share of 1/8, which is how loud lavfi plays one."""
    spectrum = np.abs(np.fft.rfft(sound[:48_000] * np.hanning(48_000))) / 12_000 * 8
    return {f: round(float(spectrum[f]), 2) for f in (200, 300, 500, 900) if spectrum[f] > 0.02}


@pytest.mark.parametrize(
    ("tracks", "channel", "left", "right"),
    [
        ([1], None, {200: 0.5}, {200: 0.5}),
        ([2], None, {500: 1}, {900: 1}),
        ([2], 1, {500: 1}, {500: 1}),
        ([2], 2, {900: 1}, {900: 1}),
        ([1, 2], None, {200: 0.25, 500: 0.5}, {200: 0.25, 900: 0.5}),
        ([3], None, {300: 0.29}, {300: 0.29}),
        ([3], 3, {300: 1}, {300: 1}),
    ],
)
def test_what_is_listened_to_is_what_the_source_says(
    recorder: tuple[Path, Media],
    tracks: list[int],
    channel: int | None,
    left: dict[int, float],
    right: dict[int, float],
) -> None:
    path, media = recorder
    heard = hear(path, media, choose_feed(path.name, media, tracks, channel), 24_000, 48_000)
    assert (peaks(heard[:, 0]), peaks(heard[:, 1])) == (left, right)


def test_a_choice_has_one_name_and_every_choice_another(recorder: tuple[Path, Media]) -> None:
    path, media = recorder
    choices: list[tuple[list[int], int | None]] = [
        ([], None),
        ([2], None),
        ([2], 1),
        ([2], 2),
        ([2, 1], None),
        ([1, 3], None),
    ]
    names = [choose_feed(path.name, media, tracks, channel).name for tracks, channel in choices]
    assert names == [
        "track 1",
        "track 2",
        "track 2 channel 1",
        "track 2 channel 2",
        "tracks 1+2",
        "tracks 1+3",
    ]


@pytest.mark.parametrize(
    ("tracks", "channel", "says"),
    [
        ([4], None, "3 sound track"),
        ([1, 9], None, "not a track 9"),
        ([2], 3, "2 channel.s., not a channel 3"),
    ],
)
def test_a_track_or_channel_that_is_not_there_is_refused(
    recorder: tuple[Path, Media], tracks: list[int], channel: int | None, says: str
) -> None:
    with pytest.raises(InputError, match=says):
        choose_feed("a.mov", recorder[1], tracks, channel)


def test_two_tracks_at_full_scale_do_not_clip_and_keep_their_moments(make: Make, tmp_path: Path) -> None:
    one, _ = make("one.mov", "-c:a", "pcm_s16le")
    run(["-i", one.name, "-map", "0:a", "-map", "0:a", "-c:a", "pcm_s16le", "two.mov"], tmp_path)
    media = probe.probe(tmp_path / "two.mov", "x")
    heard = hear(tmp_path / "two.mov", media, choose_feed("two.mov", media, [1, 2]), 0, 60_000)
    assert clicks(heard) == [24_000]
    assert np.abs(heard).max() == pytest.approx(0.9, abs=1e-3)


@pytest.mark.parametrize("at", [1.5, 2.0, 2.7])
def test_blocks_of_any_length_lie_where_their_timestamps_say(at: float, tmp_path: Path) -> None:
    """Packets of 200 ms, then of 199: each begins a millisecond beside a multiple of its own length, which is
    all that Matroska can tell.
    """
    count = 144_000
    sound = np.zeros(count, "<i2")
    sound[24_000::4801] = 30_000
    with av.open(str(tmp_path / "a.mkv"), "w") as film:
        stream = film.add_stream("pcm_s16le", rate=48_000, layout="mono")
        place = 0
        for length in [9600, *[9552] * 100]:
            if place + length > count:
                break
            packet = av.Packet(sound[place : place + length].tobytes())
            packet.stream, packet.time_base, packet.pts, packet.dts, packet.duration = (
                stream,
                Fraction(1, 48_000),
                place,
                place,
                length,
            )
            film.mux(packet)
            place += length
    media = probe.probe(tmp_path / "a.mkv", "x")
    first = round(at * 48_000)
    found = read(tmp_path / "a.mkv", media, media.tracks[0], first, 20_000)
    assert clicks(found) == [n - first for n in range(24_000, place, 4801) if first <= n < first + 20_000]
