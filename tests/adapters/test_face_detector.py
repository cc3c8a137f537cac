"""Faces are found where they are and nowhere else; the model's file is freed of its picture size and of
nothing else.
"""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from pipeline.adapters.asr import weights as models
from pipeline.adapters.face_detector import Faces, _fields, _number, of_any_size
from tests.needs import require


@pytest.fixture(scope="module")
def faces() -> Faces:
    require("centerface weights")
    return Faces(models.fetch(models.FACES.name) / "centerface.onnx")


def frame(path: Path, number: int) -> np.ndarray:
    with av.open(str(path)) as film:
        return next(
            shown.to_ndarray(format="rgb24")
            for index, shown in enumerate(film.decode(video=0))
            if index == number
        )


@pytest.mark.slow
@pytest.mark.parametrize("number", [30, 300])
@pytest.mark.parametrize("turned", [0, 1])
def test_a_face_is_found_where_it_is(number: int, turned: int, faces: Faces, media: Path) -> None:
    """The speaker of the GRID clips sits in the middle, a little low."""
    (found,) = faces.find(
        np.ascontiguousarray(frame(media / "grid_s1_20clips.mp4", number)[:, :: 1 - 2 * turned])
    )
    assert 0.2 < found.left < found.right < 0.8
    assert 0.25 < found.top < 0.4
    assert 0.75 < found.bottom < 0.95


@pytest.mark.slow
def test_where_there_is_no_face_none_is_found(faces: Faces, media: Path) -> None:
    assert faces.find(frame(media / "nasa_13013.mp4", 100)) == []
    chance = np.random.default_rng(1)
    assert faces.find(chance.integers(0, 255, (360, 640, 3), np.uint8)) == []
    assert faces.find(np.full((64, 48, 3), 200, np.uint8)) == []


def field(number: int, content: bytes) -> bytes:
    return _number(number << 3 | 2) + _number(len(content)) + content


def value(name: str, *sides: int) -> bytes:
    """ONNX's ValueInfoProto: a tensor with a name and its sides."""
    shape = b"".join(field(1, b"\x08" + _number(side)) for side in sides)
    return field(1, name.encode()) + field(2, field(1, b"\x08\x01" + field(2, shape)))


def test_only_the_pictures_size_is_freed() -> None:
    weights = value("weights", 64, 3, 3, 3)
    model = b"\x08\x06" + field(
        7,
        field(1, b"node")
        + field(11, value("input.1", 10, 3, 32, 32))
        + field(11, weights)
        + field(12, value("537", 10, 1, 8, 8)),
    )
    freed = of_any_size(model)
    graph = next(content for number, content, _ in _fields(freed) if number == 7)
    assert freed.startswith(b"\x08\x06")
    assert weights in graph
    assert field(1, b"node") in graph
    for name in (b"hinput.1", b"winput.1", b"h537", b"w537"):
        assert field(1, field(2, name)) in graph
    assert field(1, b"\x08\x03") in graph, "colours stay three"
    assert [number for number, _, _ in _fields(graph)] == [1, 11, 11, 12]


class Session:
    """Stands for onnxruntime: it is this sure of a face at each of these places of a picture 640 wide."""

    def __init__(self, *faces: tuple[float, int, int]) -> None:
        self.faces = faces

    def run(self, names: list[str], given: dict[str, np.ndarray]) -> list[np.ndarray]:
        height, width = (side // 4 for side in given["input.1"].shape[2:])
        heat, size, offset = (np.zeros((1, count, height, width), np.float32) for count in (1, 2, 2))
        size += np.log(20)  # 80 pixels
        for sure, x, y in self.faces:
            heat[0, 0, y // 4, x // 4] = sure
        return [heat, size, offset]


def found(*faces: tuple[float, int, int]) -> list[int]:
    """The middles of the faces that are told, in hundredths of the picture's width."""
    detector = Faces(Path("centerface.onnx"))
    detector.__dict__["_session"] = Session(*faces)
    areas = detector.find(np.zeros((360, 640, 3), np.uint8))
    return [round(50 * (area.left + area.right)) for area in areas]


def test_a_face_is_one_from_four_tenths_on_the_surest_first() -> None:
    assert found((0.45, 160, 180), (0.9, 480, 180), (0.35, 320, 180)) == [75, 25]


@pytest.mark.parametrize(("apart", "faces"), [(32, 1), (56, 2)])
def test_two_findings_that_overlap_by_three_tenths_are_one_face(apart: int, faces: int) -> None:
    """Of two squares of 80, 32 apart, 43 % are shared; 56 apart, 18 %."""
    assert len(found((0.9, 240, 180), (0.8, 240 + apart, 180))) == faces
