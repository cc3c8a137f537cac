"""Faces in a picture, by CenterFace (MIT): weights taken as data from a package (models.py), run by
onnxruntime, which faster-whisper brings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from pipeline.core.area import Area

SIDE = 640
"""Pixels of the longer side at which faces are looked for: from a thirtieth of the picture on they are found.
"""

SURE = 0.4
"""CenterFace's own score."""

SAME = 0.3
"""Overlap from which two findings are one face."""


class Faces:
    """CenterFace on onnxruntime, loaded at the first picture. One caller at a time."""

    def __init__(self, weights: Path) -> None:
        self._weights, self._lock = weights, Lock()

    @cached_property
    def _session(self) -> Any:
        import onnxruntime

        onnxruntime.set_default_logger_severity(3)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 2
        return onnxruntime.InferenceSession(
            of_any_size(self._weights.read_bytes()), options, providers=["CPUExecutionProvider"]
        )

    def find(self, pixels: npt.NDArray[np.uint8], side: int = SIDE) -> list[Area]:
        """The faces of a picture (height, width, red-green-blue), the surest first; looked for at so many
        pixels of its longer side.
        """
        height, width = pixels.shape[:2]
        scale = side / max(height, width)
        across, down = (max(32, round(side * scale / 32) * 32) for side in (width, height))
        small = np.asarray(
            Image.fromarray(pixels).resize((across, down), Image.Resampling.BILINEAR), np.float32
        )
        with self._lock:
            heat, size, offset = self._session.run(
                ["537", "538", "539"], {"input.1": small.transpose(2, 0, 1)[None]}
            )
        found: list[tuple[float, Area]] = []
        for y, x in np.argwhere(heat[0, 0] > SURE):
            tall, wide = np.exp(size[0, :, y, x]) * 4
            middle_y, middle_x = (np.array([y, x]) + offset[0, :, y, x] + 0.5) * 4
            left, right = (float(np.clip((middle_x + sign * wide / 2) / across, 0, 1)) for sign in (-1, 1))
            top, bottom = (float(np.clip((middle_y + sign * tall / 2) / down, 0, 1)) for sign in (-1, 1))
            if left < right and top < bottom:
                found.append((float(heat[0, 0, y, x]), Area(left, top, right, bottom)))
        kept: list[Area] = []
        for _, area in sorted(found, key=lambda one: -one[0]):
            if all(_overlap(area, other) < SAME for other in kept):
                kept.append(area)
        return kept


def _overlap(one: Area, two: Area) -> float:
    """Of the two areas together, the share that they share."""
    a, b = ((area.right - area.left) * (area.bottom - area.top) for area in (one, two))
    both = one.covered(two) * a
    return both / (a + b - both)


# The file says that pictures are 32 pixels square; freed of that, it takes any. ONNX is protobuf: fields are
# walked by their numbers.

GRAPH, INPUT, OUTPUT, TYPE, TENSOR, SHAPE, DIMENSION = 7, 11, 12, 2, 1, 2, 1


def of_any_size(model: bytes) -> bytes:
    """The model with its input and outputs freed from the size that its file says."""
    for kind in (INPUT, OUTPUT):
        model = _changed(model, (GRAPH, kind), _freed)
    return model


def _freed(value: bytes) -> bytes:
    name = next(bytes(payload) for number, payload, _ in _fields(value) if number == 1).decode()
    if name not in ("input.1", "537", "538", "539", "540"):
        return value
    names = iter(("n", "", f"h{name}", f"w{name}"))

    def dimension(content: bytes) -> bytes:
        free = next(names).encode()
        return b"\x12" + _number(len(free)) + free if free else content

    return _changed(value, (TYPE, TENSOR, SHAPE, DIMENSION), dimension)


def _changed(message: bytes, path: tuple[int, ...], change: Callable[[bytes], bytes]) -> bytes:
    """The message with what lies at a path of field numbers changed."""
    out = []
    for number, payload, whole in _fields(message):
        if number == path[0] and payload is not None:
            inner = _changed(payload, path[1:], change) if path[1:] else change(payload)
            whole = _number(number << 3 | 2) + _number(len(inner)) + inner
        out.append(whole)
    return b"".join(out)


def _fields(message: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Number, content and whole encoding of each field; what is no message or text has no content."""
    at = 0
    while at < len(message):
        start = at
        key, at = _read(message, at)
        kind, payload = key & 7, b""
        if kind == 2:
            length, at = _read(message, at)
            payload, at = message[at : at + length], at + length
        elif kind == 0:
            _, at = _read(message, at)
        else:
            at += {1: 8, 5: 4}[kind]
        yield key >> 3, payload, message[start:at]


def _read(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[at]
        value, shift, at = value | (byte & 127) << shift, shift + 7, at + 1
        if byte < 128:
            return value, at


def _number(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)
