"""A clip that every browser plays, and files that one thing is wrong with, each made by ffmpeg as it would be
in the world.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from pipeline.adapters.ffmpeg.process import ffmpeg
from pipeline.adapters.pyav.packaging import boxes, packaging
from pipeline.core.finding import Finding
from pipeline.core.packaging import Packaging, Stream
from pipeline.verification.playable import findings

PICTURE = ("-f", "lavfi", "-i", "testsrc=s=64x64:r=25:d=0.4")
SOUND = ("-f", "lavfi", "-i", "sine=f=440:r=48000:d=0.4")
H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-profile:v", "high", "-pix_fmt", "yuv420p")
AAC = ("-c:a", "aac", "-ac", "2")
BARE = ("-map_metadata", "-1")
CLEAN = ("-fflags", "+bitexact", "-bitexact", "-movflags", "+faststart")

Make = Callable[..., Path]


@pytest.fixture
def made(tmp_path: Path) -> Make:
    def make(
        *last: str,
        inputs: Sequence[str] = (*PICTURE, *SOUND),
        coded: Sequence[str] = (*H264, *AAC),
        bare: Sequence[str] = BARE,
    ) -> Path:
        command = [ffmpeg(), "-v", "error", "-y", *inputs, *coded, *bare, *CLEAN, *last, "clip.mp4"]
        subprocess.run(command, cwd=tmp_path, check=True)
        return tmp_path / "clip.mp4"

    return make


def rules(path: Path, **due: object) -> set[str]:
    return {one.rule for one in findings("the clip", packaging(path), **due)}  # type: ignore[arg-type]


def test_what_we_make_is_right(made: Make) -> None:
    assert findings("the clip", packaging(made("-metadata", "title=The label")), title="The label") == []


def test_a_limit_is_kept_to_the_byte(made: Make) -> None:
    path = made()
    size = path.stat().st_size
    assert rules(path, most=size) == set()
    assert rules(path, most=size - 1) == {"size"}


@pytest.mark.parametrize(
    "tags",
    [
        ("-metadata", "artist=Marta Quill"),
        ("-metadata", "title=Interview with Marta Quill"),
        ("-metadata", "location=+51.4816-003.1791/"),
        ("-metadata", "creation_time=2025-03-04T10:00:00Z"),
        ("-metadata:s:v", "handler_name=D:/Projects/Marta/cut 3.prproj"),
        ("-fflags", "-bitexact"),
    ],
    ids=["a person", "a title", "a place", "a time", "a path", "an encoder"],
)
def test_a_tag_that_is_not_ours_is_refused(made: Make, tags: tuple[str, ...]) -> None:
    assert rules(made(*tags), title="The label") == {"metadata"}


def test_chapters_of_the_film_are_refused(made: Make, tmp_path: Path) -> None:
    text = ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=300\ntitle=Marta's ward\n"
    (tmp_path / "chapters").write_text(text)
    inputs = (*PICTURE, *SOUND, "-f", "ffmetadata", "-i", "chapters")
    copied = ("-map", "0:v", "-map", "1:a", "-map_metadata", "2", "-map_chapters", "2")
    path = made(inputs=inputs, bare=copied)
    assert rules(path) == {"metadata"}
    assert findings("it", packaging(path), chapters=["Marta's ward"]) == []


def test_a_list_that_comes_last_is_refused(made: Make) -> None:
    assert rules(made("-movflags", "-faststart")) == {"faststart"}


@pytest.mark.parametrize(
    "coded",
    [
        ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p10le", *AAC),
        ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv444p", *AAC),
        ("-c:v", "libx265", "-x265-params", "log-level=error", "-preset", "ultrafast", *AAC),
        ("-c:v", "mpeg4", *AAC),
        (*H264, "-vf", "setsar=4/3", *AAC),
        (*H264, "-c:a", "libmp3lame"),
        (*H264, "-c:a", "aac", "-ac", "6"),
        (*H264, *AAC, "-ar", "32000"),
        (*H264, "-an"),
    ],
    ids=["10 bits", "4:4:4", "HEVC", "MPEG-4", "pixels not square", "MP3", "5.1", "32 kHz", "no sound"],
)
def test_what_some_browser_does_not_play_is_refused(made: Make, coded: tuple[str, ...]) -> None:
    assert rules(made(coded=coded)) == {"plays"}


def test_sound_that_goes_on_after_the_picture_is_refused(made: Make) -> None:
    longer = ("-f", "lavfi", "-i", "sine=f=440:r=48000:d=0.7")
    assert rules(made(inputs=(*PICTURE, *longer))) == {"length"}


def test_a_box_of_another_kind_is_refused(made: Make) -> None:
    path = made()
    path.write_bytes(path.read_bytes() + (24).to_bytes(4, "big") + b"uuid" + b"somebody's notes")
    assert list(boxes(path))[-1] == "uuid"
    assert rules(path) == {"metadata"}


HD = Stream("video", "h264", Fraction(4), "High", 31, "yuv420p", (1280, 720), rate=Fraction(25))
VOICE = Stream("audio", "aac", Fraction(4), "LC", rate=Fraction(48_000), channels=2)


def of(picture: Stream) -> list[Finding]:
    return findings("it", Packaging(1, ("ftyp", "moov", "mdat"), (picture, VOICE)))


@pytest.mark.parametrize(
    ("level", "size", "rate", "right"),
    [
        (31, (1280, 720), 25, True),
        (31, (1280, 720), 50, False),
        (40, (1080, 1920), 30, True),
        (51, (3840, 2160), 30, True),
        (52, (3840, 2160), 60, False),
        (31, (1281, 720), 25, False),
    ],
)
def test_the_level_is_one_for_such_a_picture(
    level: int, size: tuple[int, int], rate: int, right: bool
) -> None:
    assert (of(replace(HD, level=level, size=size, rate=Fraction(rate))) == []) is right
