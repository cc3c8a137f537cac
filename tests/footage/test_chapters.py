"""One recording in several files, against the whole that they were cut from: frames and samples after each
join lie where they did. Each frame is as bright as its number; the sound is noise, alike with nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from pipeline.adapters.ffmpeg import process
from pipeline.core.digest import file_digest
from pipeline.core.footage import File, Footage, Material
from pipeline.core.media import Media
from pipeline.core.ports import Look, Patch, Piece
from pipeline.core.time import SAMPLE_RATE, Source, Span, Time
from pipeline.engine.task import Context
from pipeline.engine.tools import Tools
from pipeline.errors import InputError
from pipeline.footage import chapters, recordings
from pipeline.footage.recordings import choose_feed
from pipeline.production.configs import load_qualities
from pipeline.production.specs import SourceSpec

NTSC, FILM = Fraction(30000, 1001), Fraction(24000, 1001)
SECONDS = 12
MS = SAMPLE_RATE // 1000


@dataclass(frozen=True)
class Shown:
    camera: str
    first: int
    frames: int
    sound: Span[Source]
    source: str = "a"
    cutaways: tuple[()] = ()
    framing: None = None


def make(*arguments: object) -> None:
    process.run(["-y", *map(str, arguments)], Path("/tmp"))


def whole(room: Path, name: str, rate: Fraction, codec: str = "aac") -> Path:
    out = room / name
    picture = f"color=s=160x120:r={rate}:d={SECONDS},geq=lum='30+mod(N,180)':cb=128:cr=128"
    noise = f"anoisesrc=d={SECONDS}:r=44100:seed=3:a=0.5,lowpass=4000"
    coded = [
        "-c:v",
        "libx264",
        "-preset",
        "veryfast",
        "-g",
        25,
        "-bf",
        2,
        "-qp",
        3,
        "-c:a",
        codec,
        "-b:a",
        "256k",
    ]
    make("-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", noise, *coded, out)
    return out


def copied(film: Path, at: float, room: Path) -> list[Path]:
    """Cut by a tool that copies: what lies between a key frame and the cut is in both."""
    out = [room / f"c{number}{film.suffix}" for number in (1, 2)]
    make("-i", film, "-c", "copy", "-t", at, out[0])
    make("-ss", at, "-i", film, "-c", "copy", out[1])
    return out


def encoded(film: Path, at: float, room: Path, codec: str = "aac") -> list[Path]:
    """Encoded apart, each with its coder's own start and end."""
    out = [room / f"e{number}{film.suffix}" for number in (1, 2)]
    coded = ["-c:v", "libx264", "-qp", 3, "-c:a", codec, "-b:a", "256k"]
    make("-i", film, "-t", at, *coded, out[0])
    make("-ss", at, "-i", film, *coded, out[1])
    return out


def segments(film: Path, ending: str, room: Path, *more: object) -> list[Path]:
    """Cut at key frames as it is written, as cameras do, in three."""
    make("-i", film, "-c", "copy", "-f", "segment", "-segment_time", 4, *more, room / f"GX%02d0042.{ending}")
    return sorted(room.glob(f"GX*.{ending}"))


def laid(paths: Sequence[Path]) -> Footage:
    media = [Tools.probe(path, file_digest(path), recorder=True) for path in paths]
    found = media[0]
    if len(paths) > 1:
        files = tuple(File(path, one.sha256) for path, one in zip(paths, media, strict=True))
        found = chapters.TOGETHER.run(Context(paths[0].parent, Tools()), files=files, several=tuple(media))
    return Footage(paths[0], found, choose_feed("it", found), others=tuple(paths[1:]))


def frames(
    footage: Footage, first: int, count: int, rate: Fraction, room: Path, patch: Patch | None = None
) -> list[int]:
    """How bright each frame is of a take of it."""
    room.mkdir()
    look = Look((160, 120), rate, "edit")
    sound = Span(Time[Source](first / rate), Time[Source]((first + count) / rate))
    take = Shown("a", first, count, sound)
    studio = Tools.renderer(Material({"a": footage}, qualities=load_qualities()))
    studio.take(room, take, look, "", lambda done: None, patch)
    with av.open(str(room / "clean.mp4")) as film:
        return [
            round(float(one.to_ndarray(format="gray")[50:70, 70:90].mean())) for one in film.decode(video=0)
        ]


def heard(
    footage: Footage, first: int, count: int, rate: Fraction
) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    start, end = (round(frame / rate * SAMPLE_RATE) for frame in (first, first + count))
    return np.asarray(Tools.hear(footage, start, end - start)[:, 0])


def late(
    one: np.ndarray[tuple[int], np.dtype[np.float32]], two: np.ndarray[tuple[int], np.dtype[np.float32]]
) -> int:
    """By how many samples the second sound comes after the first."""
    size = 2 * len(one)
    alike = np.fft.irfft(np.fft.rfft(one, size).conj() * np.fft.rfft(two, size))
    best = int(np.argmax(alike))
    return best if best < len(one) else best - size


def held_against(
    whole: Footage,
    cut: Footage,
    rate: Fraction,
    at: float,
    room: Path,
    shift: Fraction = Fraction(0),
    near: int = MS,
) -> None:
    """The same frames and the same sound over a join, and a second after it; `shift` is how much later the
    cut files' own clock runs, from its start on.
    """
    count, first = round(2 * rate), round((Fraction(at) - 1) * rate)
    moved = first + round(shift * rate)
    seen = frames(whole, first, count, rate, room / "one"), frames(cut, moved, count, rate, room / "two")
    assert len(seen[0]) == len(seen[1]) == count
    assert max(abs(a - b) for a, b in zip(*seen, strict=True)) <= 1
    start, length = round((first / rate + shift) * SAMPLE_RATE), 2 * SAMPLE_RATE
    before = heard(whole, first, count, rate)[:length]
    after = np.asarray(Tools.hear(cut, start, length)[:, 0])[: len(before)]
    third = len(before) // 3
    assert abs(late(before[:third], after[:third])) <= near
    assert abs(late(before[-third:], after[-third:])) <= near


@pytest.mark.slow
@pytest.mark.parametrize(
    ("rate", "codec", "ending"),
    [
        (Fraction(25), "aac", "mp4"),
        (Fraction(24), "aac", "mp4"),
        (NTSC, "pcm_s16le", "mov"),
        (Fraction(50), "aac", "mp4"),
        (FILM, "ac3", "mp4"),
    ],
    ids=str,
)
def test_cut_anywhere_by_a_copy_or_encoded_apart(
    rate: Fraction, codec: str, ending: str, tmp_path: Path
) -> None:
    film = whole(tmp_path, f"whole.{ending}", rate, codec)
    one, at = laid([film]), 7.3
    for name, cut in (
        ("copied", copied(film, at, tmp_path)),
        ("encoded", encoded(film, at, tmp_path, codec)),
    ):
        (tmp_path / name).mkdir()
        joined = laid(cut)
        assert abs(joined.media.duration - one.media.duration) < 1 / rate
        # AC-3 does not say where in its last frame the sound ends: what is left is how frames were rounded.
        near = 2 * MS if (name, codec) == ("encoded", "ac3") else MS
        held_against(one, joined, rate, at, tmp_path / name, near=near)


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["MP4", "mov", "mkv", "MTS"])
def test_three_files_of_a_camera_keep_picture_and_sound_together(ending: str, tmp_path: Path) -> None:
    rate = Fraction(25)
    film = whole(tmp_path, "whole.mp4", rate)
    more = ["-reset_timestamps", 1] if ending != "MTS" else ["-segment_format", "mpegts"]
    cut = segments(film, ending, tmp_path, *more)
    assert len(cut) == 3
    joined, one = laid(cut), laid([film])
    assert not Tools.one_stream(cut)
    # The first file's clock begins before its picture: the same for all that follows.
    shift = joined.chapters[0][1].media.picture.start if joined.media.picture else Fraction(0)
    for number, (_, chapter) in enumerate(joined.chapters[1:]):
        (tmp_path / str(number)).mkdir()
        at = float(chapter.begins - shift)
        held_against(one, joined, rate, at, tmp_path / str(number), shift)


@pytest.mark.slow
def test_pieces_of_a_stream_that_was_cut_anywhere_are_put_together(tmp_path: Path) -> None:
    film = whole(tmp_path, "whole.mp4", Fraction(25))
    make("-i", film, "-c", "copy", tmp_path / "whole.MTS")
    data = (tmp_path / "whole.MTS").read_bytes()
    middle = len(data) // 188 // 2 * 188
    cut = [tmp_path / "00000.MTS", tmp_path / "00001.MTS"]
    for path, piece in zip(cut, (data[:middle], data[middle:]), strict=True):
        path.write_bytes(piece)
    assert Tools.one_stream(cut)
    assert not Tools.one_stream(cut[::-1])
    assert not Tools.one_stream([film, film])


@pytest.mark.slow
def test_sound_alone_is_laid_end_to_end_to_the_sample(tmp_path: Path) -> None:
    make(
        "-f", "lavfi", "-i", "anoisesrc=d=6:r=48000:seed=3:a=0.5", "-c:a", "pcm_s24le", tmp_path / "whole.wav"
    )
    one = laid([tmp_path / "whole.wav"])
    for ending, coded in (
        ("wav", ["-c:a", "pcm_s24le"]),
        ("flac", []),
        ("m4a", ["-c:a", "aac", "-b:a", "256k"]),
    ):
        names = [tmp_path / f"Z{number}.{ending}" for number in (1, 2, 3)]
        for name, start in zip(names, (0, 2.013, 4.1), strict=True):
            until = {0: 2.013, 2.013: 4.1 - 2.013, 4.1: 9}[start]
            make("-ss", start, "-t", until, "-i", tmp_path / "whole.wav", *coded, name)
        joined = laid(names)
        assert joined.media.picture is None
        for at in (1.5, 3.5, 5.0):
            rate = Fraction(25)
            before, after = (heard(footage, round(at * 25), 25, rate) for footage in (one, joined))
            assert abs(late(before, after)) <= (MS if ending == "m4a" else 0)
            if ending != "m4a":
                assert float(np.abs(before - after).max()) < 1e-6


@pytest.mark.slow
def test_a_take_over_a_join_is_mended_as_any_other(tmp_path: Path) -> None:
    rate = Fraction(25)
    film = whole(tmp_path, "whole.mp4", rate)
    joined = laid(copied(film, 7.3, tmp_path))
    new = frames(joined, 170, 50, rate, tmp_path / "made")
    pieces = (Piece((0, 5)), Piece((5, 30), 5), Piece((30, 50)))
    again = frames(joined, 170, 50, rate, tmp_path / "again", Patch(pieces, tmp_path / "made"))
    assert max(abs(a - b) for a, b in zip(new, again, strict=True)) <= 1


# What is no recording in several files --------------------------------------------------------


@pytest.mark.parametrize(
    ("names", "says"),
    [
        (["GX020034.MP4", "GX010034.MP4"], "is chapter 1, and stands after chapter 2"),
        (["GX010034.MP4", "GX030034.MP4"], "chapter 2 is missing"),
        (["GX010034.MP4", "GX020035.MP4"], "is of recording 0035"),
        (["GP010034.MP4", "GOPR0034.MP4"], "is chapter 0, and stands after chapter 1"),
        (["00011.MTS", "00010.MTS"], "its number is lower"),
    ],
)
def test_names_in_another_order_are_told(names: list[str], says: str) -> None:
    with pytest.raises(InputError, match=says) as told:
        chapters.in_order(names)
    assert told.value.where == names[1]


@pytest.mark.parametrize(
    "names",
    [
        ["GOPR0034.MP4", "GP010034.MP4", "GP020034.MP4"],
        ["GX010034.MP4", "GX020034.MP4"],
        ["00010.MTS", "00011.MTS"],
        ["first.mov", "after.mov"],
        ["ZOOM0001_LR-0001.WAV", "ZOOM0001_LR-0002.WAV"],
    ],
)
def test_names_in_order_are_let_be(names: list[str]) -> None:
    chapters.in_order(names)


def test_times_say_the_order_where_numbers_do_not() -> None:
    days = ["2025-05-01T10:00:00.000000Z", "2025-05-01T10:20:00.000000Z"]
    chapters.in_order(["C9999.MP4", "C0001.MP4"], days)
    with pytest.raises(InputError, match="was recorded before"):
        chapters.in_order(["a.mov", "b.mov"], days[::-1])


Change = Callable[[Media], Media]


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    room = tmp_path_factory.mktemp("two")
    return encoded(whole(room, "whole.mp4", Fraction(25)), 7.2, room)


def judged(paths: Sequence[Path], *changes: Change) -> Media:
    media = [Tools.probe(path, file_digest(path)) for path in paths]
    media = [change(one) for change, one in zip(changes, media, strict=True)] if changes else media
    files = tuple(File(path, one.sha256) for path, one in zip(paths, media, strict=True))
    found = chapters.TOGETHER.run(Context(paths[0].parent, Tools()), files=files, several=tuple(media))
    assert isinstance(found, Media)
    return found


def as_it_is(media: Media) -> Media:
    return media


def timed(code: str) -> Change:
    return lambda media: replace(media, timecode=code)


def test_whatever_differs_is_named(two: list[Path]) -> None:
    def smaller(media: Media) -> Media:
        assert media.picture
        picture = replace(media.picture, width=1280, height=720, rate=Fraction(50))
        return replace(media, picture=picture, tracks=(replace(media.tracks[0], rate=48_000),))

    with pytest.raises(InputError, match=r"is not as e1\.mp4 is") as told:
        judged(two, as_it_is, smaller)
    for fact in ("1280x720, not h264 160x120", "50 frames a second, not 25", "48000 Hz"):
        assert fact in told.value.what


@pytest.mark.parametrize(
    ("codes", "says"),
    [
        (("10:00:00:00", "09:59:00:00"), "was recorded before"),
        (("10:00:00:00", "10:01:00:00"), "52.8 s after e1.mp4 ends"),
        (("10:00:00:00", "10:00:07:05"), ""),
        (("10:00:00:00", "10:00:00:00"), ""),
        (("10:00:00:00", ""), ""),
    ],
)
def test_the_cameras_clock_ran_on(codes: tuple[str, str], says: str, two: list[Path]) -> None:
    if not says:
        assert judged(two, *map(timed, codes)).timecode == codes[0]
        return
    with pytest.raises(InputError, match=says):
        judged(two, *map(timed, codes))


def test_every_file_is_in_the_key(two: list[Path]) -> None:
    found = judged(two).sha256
    assert found not in {one.media.sha256 for one in judged(two).chapters}
    assert judged(two, as_it_is, lambda media: replace(media, sha256="ab")).sha256 != found


def test_a_moment_is_in_the_file_that_has_it(two: list[Path]) -> None:
    found, names = judged(two), ["a.mp4", "b.mp4"]
    assert recordings.file_at(found, names, 3.0) == ("a.mp4", 3.0)
    file, at = recordings.file_at(found, names, 8.2)
    assert (file, round(at, 2)) == ("b.mp4", 1.0)
    assert recordings.file_at(found.chapters[0].media, ["a.mp4"], 8.2) == ("a.mp4", 8.2)


@pytest.mark.parametrize(
    ("files", "told"),
    [
        (("GX010034.MP4", "GX020034.MP4"), 1),
        (("GX020034.MP4", "GX010034.MP4", "GX030034.MP4"), 2),
        (("GOPR0034.MP4", "GP010034.MP4"), 1),
        (("GX010034.MP4", "GX010035.MP4"), 0),
        (("GX010034.MP4", "GX030034.MP4"), 0),
        (("a.mov", "b.mov"), 0),
    ],
)
def test_chapters_that_are_a_source_each_are_known(files: tuple[str, ...], told: int) -> None:
    sources = [
        SourceSpec(id=f"a{number}", file=f"footage/{file}", contributor="amara")
        for number, file in enumerate(files)
    ]
    assert len(chapters.apart(sources)) == told
    others = [one.model_copy(update={"contributor": one.id}) for one in sources]
    assert chapters.apart(others) == [], "of somebody else each"
