"""A picture as the film has it: upright, square pixels, whole frames, inside the film's size, BT.709 in
standard range.

What a picture is comes from ingest (model/media.Picture) and not from the file that ffmpeg reads, which may
be an excerpt
without the container's tags. A step that a picture does not need is not in its chain.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import ffmpeg as graph

from pipeline.adapters.ffmpeg.colour import CHROMATICITIES, cube
from pipeline.core.framing import Framing
from pipeline.core.media import Colour, Picture

Size = tuple[int, int]

SCALER = "bicubic+accurate_rnd+full_chroma_int"
"""Without the two, colours that change their matrix come out up to three steps beside it."""

TURNS: dict[tuple[bool, int], tuple[tuple[str, dict[str, str]], ...]] = {
    (False, 0): (),
    (False, 90): (("transpose", {"dir": "clock"}),),
    (False, 180): (("hflip", {}), ("vflip", {})),
    (False, 270): (("transpose", {"dir": "cclock"}),),
    (True, 0): (("hflip", {}),),
    (True, 90): (("transpose", {"dir": "clock_flip"}),),
    (True, 180): (("vflip", {}),),
    (True, 270): (("transpose", {"dir": "cclock_flip"}),),
}
"""(mirrored, clockwise degrees) → filters: mirrored left to right first, then turned."""


def opening(picture: Picture, size: Size, fill: str = "bars") -> dict[str, Any]:
    """Input options for a picture. Turning is ours.

    A picture may change its size on the way, as recorded calls do. Where it is only scaled and put on bars,
    each frame is taken as it
    is. The other filters see one size: there a change starts the graph anew, frames are missing, and the join
    refuses the part.
    """
    only = picture.scan == "progressive" and not (
        picture.alpha or picture.odd or picture.rotation or picture.mirrored or table_of(picture.colour)
    )
    each = picture.resizes and only and (fill == "bars" or fills(picture, size))
    return {"noautorotate": None} | ({"reinit_filter": 0} if each else {})


def steady(stream: Any, picture: Picture, rate: Fraction) -> Any:
    """Whole frames at the picture's own rate, fields where the film has room for each: before anything counts
    frames.
    """
    if picture.scan == "progressive":
        return stream
    mode = "send_field" if rate > picture.rate * Fraction(3, 2) else "send_frame"
    if picture.scan == "flagged":
        return stream.filter("bwdif", mode=mode, deint="interlaced")
    return stream.filter("bwdif", mode=mode, deint="all", parity=picture.scan)


def fit(stream: Any, picture: Picture, size: Size, fill: str = "bars") -> Any:
    """`picture` inside `size`, with bars or its own blurred enlargement around it."""
    full = fills(picture, size) and not picture.resizes
    stream = _upright(stream, picture, size, full=full)
    if fill == "blur" and not fills(picture, size):
        stream = _over_itself(stream, size)
    elif not full:
        stream = _barred(stream, size)
    return clean(stream)


def through(stream: Any, picture: Picture, size: Size, framing: Framing, first: int) -> Any:
    """`picture` through a window that has the film's shape; the stream begins with the camera's frame
    `first`.

    It is scaled first, and then cut: so the window is at a place of the film's own pixels, and a slow move
    goes on by steps that nobody sees.
    """
    whole = _even(size[0], framing.width), _even(size[1], framing.height)
    # A moving one is cut where its colours have as many places as its light.
    stream = _upright(
        stream, picture, whole, "yuv444p" if framing.moves else "yuv420p", full=not picture.resizes
    )
    if picture.resizes:  # another shape stands within the first, as where faces were looked for
        stream = _barred(stream, whole)
    left, top = (
        _place([(key.frame, place) for key, place in zip(framing.keys, places, strict=True)], wide, first)
        for places, wide in (
            ([key.left for key in framing.keys], whole[0]),
            ([key.top for key in framing.keys], whole[1]),
        )
    )
    stream = stream.filter("crop", *size, left, top, exact=1)
    if framing.moves:
        stream = stream.filter("scale", flags=SCALER).filter("format", "yuv420p")
    return clean(stream)


def _even(side: int, share: Fraction) -> int:
    return max(side, 2 * round(side / share / 2))


def _place(keys: Sequence[tuple[int, Fraction]], wide: int, first: int) -> str:
    """Where a window is in a picture `wide` pixels wide: linear from key to key, by the number of the frame
    in a stream that begins with the camera's frame `first`.
    """
    start = keys[0][1] * wide
    if len(keys) == 1:
        return str(2 * round(start / 2))
    place = f"{float(start):.6f}"
    for (frame, one), (after, two) in pairwise(keys):
        slope = (two - one) * wide / (after - frame)
        if slope:
            place += f"{float(slope):+.9f}*clip(n{first - frame:+d},0,{after - frame})"
    return place


def _upright(stream: Any, picture: Picture, size: Size, pixels: str = "yuv420p", *, full: bool) -> Any:
    """Upright, in the film's colours, and as large as fits inside `size`; where `full`, exactly that."""
    colour = picture.colour
    seen = {
        "range": colour.range,
        "color_primaries": colour.primaries,
        "color_trc": colour.transfer,
        "colorspace": colour.matrix,
    }
    stream = stream.filter("setparams", field_mode="prog", **seen)
    if picture.alpha:  # over black, and so early that nothing is scaled across an edge
        stream = stream.filter("format", "gbrap|gbrap16").filter("premultiply", inplace=1)
    turned = picture.rotation % 180 == 90
    table = table_of(colour)
    if picture.odd:  # half of a chroma sample stands beyond the edge, and would move all of the others
        stream = stream.filter("crop", picture.width // 2 * 2, picture.height // 2 * 2, 0, 0)
    stream = _inside(stream, size[::-1] if turned else size, None if full else picture.sample_aspect, table)
    if table:
        stream = stream.filter("format", "gbrp16").filter("lut3d", table)
        stream = stream.filter("setparams", color_primaries="bt709", color_trc="bt709")
        stream = stream.filter("scale", flags=SCALER, out_color_matrix="bt709", out_range="tv")
    stream = stream.filter("format", pixels)
    for name, options in TURNS[picture.mirrored, picture.rotation]:
        stream = stream.filter(name, **options)
    return stream


def fit_still(stream: Any, size: Size, fill: str = "bars") -> Any:
    """A PNG or JPEG: its decoder says all that there is to know, and ffmpeg has turned it."""
    stream = stream.filter("format", "gbrap|gbrap16").filter("premultiply", inplace=1)
    stream = stream.filter(
        "setparams", range="pc", color_primaries="bt709", color_trc="bt709", colorspace="gbr"
    )
    stream = _inside(stream, size, "sar", "").filter("format", "yuv420p")
    return clean(_over_itself(stream, size) if fill == "blur" else _barred(stream, size))


def clean(stream: Any) -> Any:
    """Square pixels, and nothing that rides on a source's frames: a turn, a light level, closed captions that
    nobody approved.
    """
    return stream.filter("setsar", 1).filter("sidedata", mode="delete")


def fills(picture: Picture, size: Size) -> bool:
    """Has the picture the film's shape, to the nearest even line, so that nothing is left around it?"""
    width, height = (
        (picture.width // 2 * 2, picture.height // 2 * 2) if picture.odd else (picture.width, picture.height)
    )
    shape = picture.sample_aspect * width / height
    if picture.rotation % 180:
        shape = 1 / shape
    return (
        2 * round(min(Fraction(size[0]), size[1] * shape) / 2) == size[0]
        and 2 * round(min(Fraction(size[1]), size[0] / shape) / 2) == size[1]
    )


def _barred(stream: Any, size: Size) -> Any:
    return stream.filter("pad", *size, "(ow-iw)/2", "(oh-ih)/2", color="black", eval="frame")


def _inside(stream: Any, size: Size, aspect: Fraction | str | None, table: str) -> Any:
    """One scaling to square pixels, by what each frame measures: a picture may change its size on the way. No
    aspect: to all of `size`.
    """
    shape = f"iw/ih*{aspect}"
    width, height = (
        f"max(2,2*round(min({size[0]},{size[1]}*{shape})/2))",
        f"max(2,2*round(min({size[1]},{size[0]}/({shape}))/2))",
    )
    out = {} if table else {"out_color_matrix": "bt709", "out_range": "tv"}
    if aspect is None:
        return stream.filter("scale", *size, flags=SCALER, **out)
    return stream.filter("scale", width, height, eval="frame", flags=SCALER, **out)


def _over_itself(stream: Any, size: Size) -> Any:
    """The picture over a dark, blurred enlargement of itself: blurred small, where it costs next to
    nothing.
    """
    small = [max(2, side // 16 * 2) for side in size]
    split = stream.split()
    ground = (
        split[0]
        .filter("scale", *small, force_original_aspect_ratio="increase", flags="area")
        .filter("crop", *small)
    )
    ground = (
        ground.filter("gblur", sigma=small[1] / 12)
        .filter("scale", *size, flags="bilinear")
        .filter("lutyuv", y="16+(val-16)*0.6")
    )
    return graph.overlay(ground, split[1], x="(W-w)/2", y="(H-h)/2", format="yuv420")


# Tables of colours ---------------------------------------------------------------------------


def table_of(colour: Colour) -> str:
    """The file name of the table that a picture's colours go through; blank where they are the film's own."""
    transfer = colour.transfer if colour.high_range else "standard"
    return (
        "" if (colour.primaries, transfer) == ("bt709", "standard") else f"{colour.primaries}.{transfer}.cube"
    )


def lay_out(arguments: Sequence[str], room: Path) -> None:
    """The tables that a command line names, in the room that it will run in."""
    line = " ".join(arguments)
    for primaries in CHROMATICITIES:
        for transfer in ("standard", "smpte2084", "arib-std-b67"):
            path = room / f"{primaries}.{transfer}.cube"
            if path.name in line:
                path.write_bytes(cube(primaries, transfer))
