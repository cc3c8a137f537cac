"""Looking at a finished film: its frames as a screen shows them, and what libass ought to have drawn on
them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import av
import ffmpeg as graph
import numpy as np
import numpy.typing as npt
from av.video.reformatter import ColorRange, Colorspace, Interpolation

from pipeline.adapters.ffmpeg.process import SAFE_INPUT, run
from pipeline.adapters.fonts import Typeface, packaged
from pipeline.core.time import nearest

Pixels = npt.NDArray[np.uint8]

SCREEN: dict[str, Any] = {
    "src_colorspace": Colorspace.ITU709,
    "src_color_range": ColorRange.MPEG,
    "dst_color_range": ColorRange.JPEG,
}


@dataclass(frozen=True)
class Shown:
    """One frame of a film."""

    number: int
    frame: Any

    @property
    def size(self) -> tuple[int, int]:
        return self.frame.width, self.frame.height

    @property
    def pixels(self) -> Pixels:
        """Red, green and blue as a screen shows them: our films are BT.709 in standard range."""
        return np.asarray(self.frame.reformat(format="rgb24", **SCREEN).to_ndarray(), np.uint8)

    def small(self, width: int, height: int) -> Pixels:
        """The same in fewer pixels, each the mean of those that it stands for."""
        shrunk = self.frame.reformat(width, height, "rgb24", interpolation=Interpolation.AREA, **SCREEN)
        return np.asarray(shrunk.to_ndarray(), np.uint8)

    def brightness(self, rows: slice, columns: slice) -> float:
        """How light a part of it is, in the units of the encoding."""
        plane = self.frame.planes[0]
        luma = np.frombuffer(bytes(plane), np.uint8).reshape(-1, plane.line_size)[
            : self.frame.height, : self.frame.width
        ]
        return float(luma[rows, columns].mean())


def frames(film: Path, rate: Fraction, begin: int, end: int) -> Iterator[Shown]:
    """The frames from `begin` up to `end`, in their order."""
    with av.open(f"file:{film}", options=SAFE_INPUT) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        assert stream.time_base
        container.seek(nearest(begin / rate / stream.time_base), stream=stream)
        for frame in container.decode(stream):
            if frame.pts is None:
                continue
            number = nearest(frame.pts * stream.time_base * rate)
            if number >= end:
                return
            if number >= begin:
                yield Shown(number, frame)


def jpeg(pixels: Pixels, width: int = 960) -> bytes:
    """A frame as a small picture for people."""
    from PIL import Image

    picture, out = Image.fromarray(pixels), BytesIO()
    picture.thumbnail((width, width))
    picture.save(out, "JPEG", quality=85)
    return out.getvalue()


def drawn(
    ass: str, size: tuple[int, int], count: int, faces: Typeface | None = None
) -> Iterator[tuple[Pixels, npt.NDArray[np.bool_]]]:
    """What libass draws at 0, 1, … seconds: white letters on black as they cover each pixel, and where a
    black box covers white.
    """
    with TemporaryDirectory(prefix="ourwords-drawn-") as folder:
        room = Path(folder)
        (room / "captions.ass").write_text(ass, encoding="utf-8")
        (faces or packaged()).lay(room / "fonts", ass)
        grounds = [
            graph.input(f"color=c={colour}:s={size[0]}x{size[1]}:r=1:d={count}", f="lavfi")["v"]
            .filter("format", "yuv420p")
            .filter("ass", "captions.ass", fontsdir="fonts")
            .filter("extractplanes", "y")
            for colour in ("black", "white")
        ]
        both = graph.output(
            graph.filter(grounds, "vstack"), "drawn.mkv", f="matroska", **{"c:v": "ffv1", "pix_fmt": "gray"}
        )
        run([*map(str, both.get_args())], room, timeout=60 + count)
        with av.open(f"file:{room / 'drawn.mkv'}", options=SAFE_INPUT) as container:
            for frame in container.decode(video=0):
                plane = frame.planes[0]
                luma = np.frombuffer(bytes(plane), np.uint8).reshape(-1, plane.line_size)[
                    : frame.height, : frame.width
                ]
                full = ((np.clip(luma, 16, 235) - 16.0) * (255 / 219)).round().astype(np.uint8)
                letters, white = full[: size[1]], full[size[1] :]
                yield letters, (white < 128) | (letters > 20)
