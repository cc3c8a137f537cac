"""Is all of a file there? By what its container says of its own length, without decoding anything."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from av.container import InputContainer

UNSAID = -1


def indexed(path: Path, container: InputContainer) -> bool:
    """Does a list in it name every packet with its time, so that none has to be read to know them all?"""
    return container.format.name.startswith("mov") and not any(kind == b"moof" for kind, _, _ in boxes(path))


def missing(path: Path, container: InputContainer) -> str:
    """What a file says it has and does not have; blank where it is whole, or never said."""
    size, kind = path.stat().st_size, container.format.name
    if kind.startswith("mov") and not indexed(path, container):
        return (
            "its last fragment is not all there"
            if any(start + length > size for _, start, length in boxes(path))
            else ""
        )
    if kind.startswith("matroska"):
        end = segment_end(path)
        return f"{end - size:,} bytes are missing" if end > size else ""
    if kind == "avi":
        with path.open("rb") as file:
            head = file.read(12)
        end = 8 + int.from_bytes(head[4:8], "little")
        return f"{end - size:,} bytes are missing" if head[8:12] == b"AVI " and end > size else ""
    return ""


def boxes(path: Path) -> Iterator[tuple[bytes, int, int]]:
    """The outermost boxes of an MP4 or MOV: kind, start and length."""
    size, at = path.stat().st_size, 0
    with path.open("rb") as file:
        while at + 8 <= size:
            file.seek(at)
            head = file.read(16)
            length = int.from_bytes(head[:4], "big")
            length = int.from_bytes(head[8:16], "big") if length == 1 else length or size - at
            yield head[4:8], at, length
            if length < 8:
                return
            at += length


def segment_end(path: Path) -> int:
    """Where a Matroska file says that its segment ends; UNSAID in a live recording."""
    with path.open("rb") as file:
        for _ in range(8):  # the header, perhaps some padding, the segment
            kind, length = _number(file, marked=True), _number(file, marked=False)
            if kind == 0x18538067:
                return UNSAID if length == UNSAID else file.tell() + length
            if kind == UNSAID or length == UNSAID:
                return UNSAID
            file.seek(length, 1)
    return UNSAID


def _number(file: BinaryIO, *, marked: bool) -> int:
    """An EBML number; with its length mark, as ids are written, or without. All ones, or nothing there:
    UNSAID.
    """
    first = file.read(1)
    if not first or not first[0]:
        return UNSAID
    more = 8 - first[0].bit_length()
    whole = int.from_bytes(first + file.read(more), "big")
    value = whole & ((1 << 7 * (more + 1)) - 1)
    return whole if marked else UNSAID if value == (1 << 7 * (more + 1)) - 1 else value
