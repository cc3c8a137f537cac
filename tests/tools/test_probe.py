"""When a file's picture and sound begin and end, whichever way its container counts."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from pipeline.tools.probe import probe
from pipeline.tools.process import run

SOURCES = ["-itsoffset", "{picture}", "-f", "lavfi", "-i", "testsrc2=s=64x64:r=25:d=4", "-itsoffset", "{sound}", "-f", "lavfi", "-i", "anullsrc=d=3.5:r=48000"]


@pytest.mark.parametrize("name", ["a.mov", "a.mp4", "a.mkv"])
@pytest.mark.parametrize(("picture", "sound", "length"), [("0", "0", 4), ("0.52", "0.2", 4.52), ("0.2", "2", 5.5)])
def test_a_film_lasts_until_its_last_stream_ends(name: str, picture: str, sound: str, length: float, tmp_path: Path) -> None:
    """MOV and MP4 state their length without what is before the first stream: the end of a late one was once cut off."""
    inputs = [part.format(picture=picture, sound=sound) for part in SOURCES]
    run([*inputs, "-avoid_negative_ts", "disabled", "-c:v", "mpeg4", "-c:a", "pcm_s16le" if name != "a.mp4" else "aac", name], tmp_path)
    found = probe(tmp_path / name, "x")
    assert found.picture
    assert float(found.duration) == pytest.approx(length, abs=0.03)
    assert float(found.picture.start) == pytest.approx(float(picture), abs=0.001)
    assert float(found.tracks[0].start) == pytest.approx(float(sound), abs=0.03)
    assert found.origin == Fraction(0)
