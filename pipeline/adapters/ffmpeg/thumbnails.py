"""Small grey pictures of a recording or a still, for telling whether two show the same."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import ffmpeg as graph
import numpy as np

from pipeline.adapters.ffmpeg.process import SAFE_INPUT, place, run
from pipeline.core.ports import Grey


def thumbnails(path: Path, still: str, side: int, rate: Fraction, stream: int, room: Path) -> Grey:
    """Whole frames, each squeezed into a square: `rate` of them a second, upright as they are shown.

    `still` is the demuxer of a still, blank for a film, whose pictures are in `stream`.
    """
    place(path, room / "source")
    arguments = [*map(str, command(still, side, rate, stream))]
    run(arguments, room, blame=path.name)
    (room / "source").unlink()
    found = np.fromfile(room / "small.raw", np.uint8)
    (room / "small.raw").unlink()
    return found.reshape(-1, side, side)


def command(still: str, side: int, rate: Fraction, stream: int) -> list[str]:
    """What ffmpeg is asked for."""
    if still:
        picture = graph.input("file:source", f=still, protocol_whitelist="file,pipe")["v"]
    else:
        film = graph.input("file:source", skip_frame="noref", **SAFE_INPUT)
        picture = film[str(stream)].filter("fps", fps=str(rate), round="up")
    small = picture.filter("scale", side, side, flags="area").filter("format", "gray")
    limit = {"vframes": 1} if still else {}
    return list(graph.output(small, "file:small.raw", f="rawvideo", **limit).get_args())
