"""How a finished film is packed: its boxes, streams, tags and chapters, as they lie in the file."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, BinaryIO

from pipeline.adapters.pyav.probe import open_footage
from pipeline.core.packaging import Packaging, Stream

HOLD_OTHERS = {
    "moov", "trak", "mdia", "minf", "stbl", "udta", "edts", "ilst", "dinf", "tref", "gmhd", "mvex",
    "moof", "traf",
}  # fmt: skip
"""Boxes that are nothing but boxes. `meta` is one as well, behind four bytes of its own."""

OWN_KIND = ("major_brand", "minor_version", "compatible_brands", "vendor_id")
DEEPEST = 8


def packaging(path: Path) -> Packaging:
    """InputError where it cannot be opened."""
    with open_footage(path) as container:
        kinds: list[Any] = list(container.streams)
        said = [("", container.metadata), *((f"{one.type} ", one.metadata) for one in kinds)]
        return Packaging(
            bytes=path.stat().st_size,
            boxes=tuple(boxes(path)),
            streams=tuple(map(_stream, kinds)),
            tags=tuple((f"{of}{n}", v) for of, some in said for n, v in some.items() if n not in OWN_KIND),
            chapters=tuple(str(one["metadata"].get("title", "")) for one in container.chapters()),
        )


def _stream(one: Any) -> Stream:
    seconds = one.duration * one.time_base if one.duration else Fraction(0)
    context = one.codec_context
    if one.type == "video":
        return Stream(
            "video",
            context.name,
            seconds,
            profile=context.profile or "",
            level=getattr(context, "level", 0) or 0,
            pixels=context.pix_fmt or "",
            size=(context.width, context.height),
            square=(context.sample_aspect_ratio or 1) == 1,
            rate=Fraction(one.average_rate or 0),
        )
    if one.type == "audio":
        rate = Fraction(context.sample_rate)
        return Stream(
            "audio", context.name, seconds, context.profile or "", rate=rate, channels=context.channels
        )
    return Stream(one.type, "", seconds)


def boxes(path: Path) -> Iterator[str]:
    """The boxes of an MP4 by their paths, in the order in which they lie there."""
    with path.open("rb") as file:
        yield from _inside(file, 0, path.stat().st_size, "")


def _inside(file: BinaryIO, at: int, end: int, path: str) -> Iterator[str]:
    while at + 8 <= end and path.count("/") < DEEPEST:
        file.seek(at)
        head = file.read(16)
        length, behind = int.from_bytes(head[:4], "big"), 8
        if length == 1:
            length, behind = int.from_bytes(head[8:16], "big"), 16
        length = length or end - at
        if length < behind:
            return
        kind = head[4:8].decode("latin-1")
        yield f"{path}{kind}"
        if kind in HOLD_OTHERS or kind == "meta":
            inner = at + behind + 4 * (kind == "meta")
            yield from _inside(file, inner, min(end, at + length), f"{path}{kind}/")
        at += length
