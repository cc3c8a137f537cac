"""Whose face is whose, and that a trimmed take is looked at anew at its edge only."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from hashlib import file_digest
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.area import Area
from pipeline.core.footage import Footage
from pipeline.core.media import NO_TRACK, Feed
from pipeline.engine.cache import Shelf
from pipeline.engine.tools import Tools
from pipeline.engine.workspace import Workspace
from pipeline.footage.faces import BLOCK, Sighting, blocks, looked, speakers, tracks
from tests.needs import require

RATE = Fraction(25)


def face(x: float, tall: float = 0.3) -> Area:
    return Area(x, 0.3, x + tall / 2, 0.3 + tall)


def seen(*looks: list[Area]) -> list[Sighting]:
    return [Sighting(5 * number, tuple(several)) for number, several in enumerate(looks)]


@given(
    st.integers(0, 2000), st.integers(1, 1000), st.sampled_from([RATE, Fraction(30000, 1001), Fraction(50)])
)
def test_blocks_are_all_the_frames_once_and_begin_where_the_clock_says(
    first: int, long: int, rate: Fraction
) -> None:
    found = blocks((first, first + long), rate)
    assert [frame for run in found for frame in range(*run)] == list(range(first, first + long))
    later = blocks((first + 1, first + long + 1), rate)
    assert [run[0] for run in found[1:]] == [run[0] for run in later[1 : len(found)]] or len(later) != len(
        found
    )
    assert all(run[1] - run[0] <= round(BLOCK * rate) for run in found)


def test_two_people_keep_their_own_faces_when_the_order_changes() -> None:
    one, two = face(0.1), face(0.6)
    found = tracks(seen([one, two], [two, one], [one], [two, one]), 16 / 9)
    assert [len(track) for track in found] == [4, 3]
    assert {face for track in found[:1] for face in track.values()} == {one}


def test_somebody_who_jumps_or_changes_their_size_is_somebody_else() -> None:
    assert len(tracks(seen([face(0.1)], [face(0.7)]), 16 / 9)) == 2
    assert len(tracks(seen([face(0.1)], [face(0.1, 0.7)]), 16 / 9)) == 2
    assert len(tracks(seen([face(0.1)], [], [], [face(0.15)]), 16 / 9)) == 1


def test_the_subject_is_large_and_stays() -> None:
    speaker, poster, other = face(0.3), face(0.8, 0.1), face(0.7, 0.25)
    assert [track[0] for track in speakers(seen(*[[poster, speaker]] * 20), 16 / 9)] == [speaker]
    assert len(speakers(seen(*[[other, speaker]] * 20), 16 / 9)) == 2
    assert len(speakers(seen(*[[other, speaker]] * 4, *[[speaker]] * 16), 16 / 9)) == 1
    assert len(speakers(seen(*[[other]] * 4, *[[speaker]] * 16), 16 / 9)) == 2, "it may be the same person"
    assert speakers(seen([], []), 16 / 9) == []


@pytest.mark.slow
def test_a_real_face_is_found_at_each_look_and_kept_block_by_block(media: Path, tmp_path: Path) -> None:
    require("centerface weights")
    path, tools = media / "grid_s1_20clips.mp4", Tools()
    with path.open("rb") as file:
        camera = Footage(path, tools.probe(path, file_digest(file, "sha256").hexdigest()), Feed((NO_TRACK,)))
    with ThreadPoolExecutor(1) as executor:
        shelf = Shelf(tmp_path)
        workspace = Workspace(shelf, executor, tools=tools)
        (found,) = looked(workspace, {"s1": ["p"]}, RATE, [("s1", camera, (90, 120))])
        assert [one.frame for one in found] == [90, 95, 100, 105, 110, 115]
        for one in found:
            (area,) = one.faces
            assert 0.2 < area.left < area.right < 0.8 and 0.2 < area.top < area.bottom < 0.95
        before = len(shelf.made)
        (again,) = looked(workspace, {"s1": ["p"]}, RATE, [("s1", camera, (95, 120))])
        assert [one for one in again if one.frame >= 100] == list(found[2:])
        assert len(shelf.made) == before + 1, "only the first block"
