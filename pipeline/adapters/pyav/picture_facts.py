"""What only decoded frames tell of a picture: which way up it is, what its numbers mean, whether it is two
fields.
"""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import islice
from typing import Any

import av
from av.container import InputContainer
from av.error import BlockingIOError as NotYet
from av.error import EOFError as NoMore
from av.error import FFmpegError

from pipeline.core.media import Colour

RANGES = {1: "tv", 2: "pc"}
PRIMARIES = {
    1: "bt709",
    5: "bt470bg",
    6: "smpte170m",
    7: "smpte170m",
    9: "bt2020",
    11: "smpte432",
    12: "smpte432",
    22: "bt470bg",
}
TRANSFERS = {
    1: "bt709",
    4: "bt470m",
    5: "bt470bg",
    6: "smpte170m",
    7: "smpte240m",
    8: "linear",
    9: "log100",
    10: "log316",
    11: "iec61966-2-4",
    12: "bt1361e",
    13: "iec61966-2-1",
    14: "bt2020-10",
    15: "bt2020-12",
    16: "smpte2084",
    17: "smpte428",
    18: "arib-std-b67",
}
MATRICES = {
    0: "gbr",
    1: "bt709",
    4: "fcc",
    5: "bt470bg",
    6: "smpte170m",
    7: "smpte240m",
    8: "ycgco",
    9: "bt2020nc",
    10: "bt2020c",
    14: "ictcp",
}
"""ITU-T H.273. Sets that differ by less than anybody sees share a name; what is not here is taken for unsaid.
"""

FOREIGN = {"linear", "log100", "log316", "smpte428", "ycgco", "bt2020c", "ictcp"}
"""Converted by nothing here, and no camera's: refused rather than guessed at."""

TURNED = {
    (1, 0, 0, 1): (False, 0),
    (0, 1, -1, 0): (False, 90),
    (-1, 0, 0, -1): (False, 180),
    (0, -1, 1, 0): (False, 270),
    (-1, 0, 0, 1): (True, 0),
    (0, -1, -1, 0): (True, 90),
    (1, 0, 0, -1): (True, 180),
    (0, 1, 1, 0): (True, 270),
}
"""A display matrix's a, b, c, d as signs → mirrored left to right first, then turned clockwise by degrees."""

LINES = (480, 486, 576, 1080, 1088)
"""Heights that interlaced cameras record, and therefore files converted from them without care."""

PROGRESSIVE_CODECS = ("vp8", "vp9", "av1", "hevc", "theora")
"""No camera writes fields with these."""

LOOKED_AT = 50
"""Frames in each of three places."""


def turned(frame: Any) -> tuple[bool, int]:
    """Mirrored?, and clockwise degrees. A matrix that is askew is taken for the nearest right angle, as
    players do.
    """
    matrix = bytes(
        frame.side_data.get("DISPLAYMATRIX", b"")
    )  # asked by name: PyAV 19 gives names where 18 gives what is behind them
    if len(matrix) != 36:
        return False, 0
    a, b, _, c, d = (int.from_bytes(matrix[at : at + 4], "little", signed=True) for at in range(0, 20, 4))
    if abs(a) + abs(d) >= abs(b) + abs(c):
        b = c = 0
    else:
        a = d = 0
    return TURNED.get((_sign(a), _sign(b), _sign(c), _sign(d)), (False, 0))


def _sign(value: int) -> int:
    return (value > 0) - (value < 0)


def said(frame: Any) -> Colour:
    """What the file and its stream say, "unknown" where they do not."""
    return Colour(
        RANGES.get(frame.color_range, "unknown"),
        PRIMARIES.get(frame.color_primaries, "unknown"),
        TRANSFERS.get(frame.color_trc, "unknown"),
        MATRICES.get(frame.colorspace, "unknown"),
    )


def settled(said: Colour, width: int, height: int, pixel_format: str) -> Colour:
    """What is not said is taken for what players take it for (mpv's rules): by size, and by what else is
    said.
    """
    rgb = pixel_format.startswith(("rgb", "bgr", "gbr", "argb", "abgr", "0rgb", "0bgr", "pal8"))
    wide = width >= 1280 or height > 576
    by_size = "bt709" if wide else {576: "bt470bg", 480: "smpte170m", 486: "smpte170m"}.get(height, "bt709")
    by_matrix = {"bt2020nc": "bt2020", "bt709": "bt709"}.get(said.matrix, by_size)
    return Colour(
        range="pc" if rgb or pixel_format.startswith("yuvj") else _or(said.range, "tv"),
        primaries=_or(said.primaries, by_matrix),
        transfer=_or(said.transfer, "bt709"),
        matrix="gbr" if rgb else _matrix(said, wide=wide),
    )


def _or(said: str, otherwise: str) -> str:
    return otherwise if said == "unknown" else said


def _matrix(said: Colour, *, wide: bool) -> str:
    if said.matrix not in ("unknown", "gbr"):
        return said.matrix
    return {"bt2020": "bt2020nc"}.get(said.primaries, "bt709" if wide else "smpte170m")


# Fields --------------------------------------------------------------------------------------


def scan(container: InputContainer, stream: Any, first: Any, duration: Fraction) -> str:
    """Is it two fields, and which comes first? By what is seen where that is clear, else by what the frames
    say.

    Flags are often wrong both ways: films stored as fields, and fields that a careless conversion called
    whole.
    """
    context = stream.codec_context
    flagged = bool(first.interlaced_frame) or context.field_order > 1
    if not flagged and not _may_be_fields(stream):
        return "progressive"
    seen = Counter[str]()
    for share in (0, 2, 4):
        seen += _seen(container, stream, duration * share / 5)
    container.seek(0)
    if order := _clearly_fields(seen):
        return order
    if not flagged or (seen["progressive"] >= 30 and not seen["tff"] and not seen["bff"]):
        return "progressive"
    # A frame says for itself what it is, except where only the container knows.
    return "flagged" if first.interlaced_frame else "bff" if context.field_order in (3, 4) else "tff"


def _clearly_fields(seen: Counter[str]) -> str:
    """Which field is seen to come first; blank where that is not clear."""
    more, less = max(seen["tff"], seen["bff"]), min(seen["tff"], seen["bff"])
    if more >= 10 and less * 5 <= more and more * 3 >= seen["progressive"]:
        return "tff" if seen["tff"] > seen["bff"] else "bff"
    return ""


def _may_be_fields(stream: Any) -> bool:
    """By its size, codec and rate: broadcast pictures that may be fields though nothing says so."""
    context = stream.codec_context
    codec = context.name not in PROGRESSIVE_CODECS
    return bool(context.height in LINES and codec and (stream.average_rate or 25) < 31)


def _seen(container: InputContainer, stream: Any, at: Fraction) -> Counter[str]:
    """What ffmpeg's idet makes of some frames, each with those before it."""
    seen = Counter[str]()
    try:
        container.seek(
            int((at + (stream.start_time or 0) * stream.time_base) / stream.time_base), stream=stream
        )
        line = av.filter.Graph()
        source = line.add_buffer(template=stream)
        detector, sink = line.add("idet"), line.add("buffersink")
        source.link_to(detector)
        detector.link_to(sink)
        line.configure()
        for frame in islice(container.decode(stream), LOOKED_AT):
            source.push(frame)
            try:
                seen[str(sink.pull().metadata.get("lavfi.idet.multiple.current_frame"))] += 1
            except (NotYet, NoMore):
                continue
    except (FFmpegError, ValueError):
        return seen  # damage is found where it matters: in the quotes
    return seen
