"""When a file's picture and sound begin and end, whichever way its container counts."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from pipeline.adapters.ffmpeg.process import run
from pipeline.adapters.pyav.probe import probe
from pipeline.core.codec import codec
from pipeline.core.media import Media

SOURCES = [
    "-itsoffset",
    "{picture}",
    "-f",
    "lavfi",
    "-i",
    "testsrc2=s=64x64:r=25:d=4",
    "-itsoffset",
    "{sound}",
    "-f",
    "lavfi",
    "-i",
    "anullsrc=d=3.5:r=48000",
]


@pytest.mark.parametrize("name", ["a.mov", "a.mp4", "a.mkv"])
@pytest.mark.parametrize(
    ("picture", "sound", "length"), [("0", "0", 4), ("0.52", "0.2", 4.52), ("0.2", "2", 5.5)]
)
def test_a_film_lasts_until_its_last_stream_ends(
    name: str, picture: str, sound: str, length: float, tmp_path: Path
) -> None:
    """MOV and MP4 state their length without what is before the first stream: the end of a late one was once
    cut off.
    """
    inputs = [part.format(picture=picture, sound=sound) for part in SOURCES]
    run(
        [
            *inputs,
            "-avoid_negative_ts",
            "disabled",
            "-c:v",
            "mpeg4",
            "-c:a",
            "pcm_s16le" if name != "a.mp4" else "aac",
            name,
        ],
        tmp_path,
    )
    found = probe(tmp_path / name, "x")
    assert found.picture
    assert float(found.duration) == pytest.approx(length, abs=0.03)
    assert float(found.picture.start) == pytest.approx(float(picture), abs=0.001)
    assert float(found.tracks[0].start) == pytest.approx(float(sound), abs=0.03)
    assert found.origin == Fraction(0)


@pytest.mark.parametrize(("cut", "first"), [("1.000", 0.0), ("1.013", 0.027), ("1.039", 0.001)])
def test_a_picture_that_an_edit_list_cuts_through_keeps_its_time(
    cut: str, first: float, tmp_path: Path
) -> None:
    """Copies cut without encoding are made like this; every demuxer of ffmpeg's would begin the picture at 0,
    too early for its sound.
    """
    film = ["-f", "lavfi", "-i", "testsrc2=s=64x64:r=25:d=3", "-f", "lavfi", "-i", "sine=d=3:r=48000"]
    run(
        [
            *film,
            "-c:v",
            "libx264",
            "-preset",
            "ultrafast",
            "-bf",
            "2",
            "-g",
            "50",
            "-video_track_timescale",
            "90000",
            "-c:a",
            "aac",
            "a.mp4",
        ],
        tmp_path,
    )
    run(["-ss", cut, "-i", "a.mp4", "-c", "copy", "-video_track_timescale", "90000", "cut.mp4"], tmp_path)
    found = probe(tmp_path / "cut.mp4", "x")
    assert found.picture
    assert float(found.picture.start) == pytest.approx(first, abs=0.0005)
    assert found.picture.early == found.picture.start
    assert codec(Media).read(codec(Media).write(found)) == found


def test_a_title_in_another_coding_than_utf8_stops_nothing(tmp_path: Path) -> None:
    """Latin-1 in a tag: PyAV 18 will not open such a file unless told how, and 19 hands out text that cannot
    be written.
    """
    film = ["-f", "lavfi", "-i", "testsrc2=s=64x64:r=25:d=1", "-f", "lavfi", "-i", "sine=d=1:r=48000"]
    run(
        [*film, "-c:v", "mpeg4", "-c:a", "pcm_s16le", "-metadata:s:a:0", "title=lapel XYZ", "a.mkv"], tmp_path
    )
    whole = (tmp_path / "a.mkv").read_bytes()
    assert whole.count(b"lapel XYZ") == 1
    (tmp_path / "a.mkv").write_bytes(whole.replace(b"lapel XYZ", b"lapel \xe9YZ"))
    found = probe(tmp_path / "a.mkv", "x")
    assert found.tracks[0].title == "lapel \ufffdYZ"
    assert codec(Media).read(codec(Media).write(found)) == found
