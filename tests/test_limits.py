"""What is too large is told at once, by its name and by what it may be: nothing is unpacked to find out."""

from __future__ import annotations

import io
import struct
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from pipeline.adapters import fonts
from pipeline.adapters.ffmpeg import commands, process
from pipeline.adapters.pyav import probe
from pipeline.captions import files
from pipeline.errors import InputError
from pipeline.production.locate import read_at_most


@pytest.fixture(autouse=True)
def at_once() -> Iterator[None]:
    began = time.process_time()
    yield
    assert time.process_time() - began < 1


def png(path: Path, width: int, height: int) -> Path:
    """All black, and so a few kilobytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    packer, row = zlib.compressobj(1), b"\0" * (1 + (width + 7) // 8)
    data = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b""))
    return path


def jpeg(path: Path, width: int, height: int) -> Path:
    """A small one whose header says that it is of this size."""
    buffer = io.BytesIO()
    Image.new("RGB", (64, 64)).save(buffer, "JPEG")
    data = buffer.getvalue()
    at = data.index(b"\xff\xc0") + 5
    path.write_bytes(data[:at] + struct.pack(">HH", height, width) + data[at + 4 :])
    return path


@pytest.mark.parametrize(
    ("make", "size"),
    [(png, (16384, 16384)), (jpeg, (16384, 16384)), (jpeg, (65535, 65535)), (png, (40000, 10))],
)
def test_a_still_of_too_many_pixels(
    make: Callable[[Path, int, int], Path], size: tuple[int, int], tmp_path: Path
) -> None:
    path = make(tmp_path / "still", *size)
    kind = commands.cutaway_kind(path)
    assert kind
    with pytest.raises(InputError, match=f"is {size[0]}x{size[1]}, and no still is larger") as told:
        commands.decode_still(path, kind, tmp_path / "none")
    assert told.value.where == "still"
    assert "make it smaller" in told.value.next_step


@pytest.mark.parametrize("make", [png, jpeg])
def test_a_still_of_a_screens_size_is_let_in(make: Callable[[Path, int, int], Path], tmp_path: Path) -> None:
    path = make(tmp_path / "small", 64, 64)
    kind = commands.cutaway_kind(path)
    assert kind
    (tmp_path / "room").mkdir()
    commands.decode_still(path, kind, tmp_path / "room")


def large(path: Path, size: int, head: bytes = b"") -> Path:
    """A file that takes no room on the disk."""
    with path.open("wb") as file:
        file.write(head)
        file.truncate(size)
    return path


@pytest.mark.slow
def test_files_that_are_too_large_are_not_read(tmp_path: Path) -> None:
    still = large(tmp_path / "still.png", commands.MOST_BYTES + 1, b"\x89PNG\r\n\x1a\n")
    with pytest.raises(InputError, match="no still is larger than 200 MB"):
        commands.decode_still(still, "png_pipe", tmp_path)
    with pytest.raises(InputError, match="no font is larger than 200 MB"):
        fonts.own(large(tmp_path / "font.ttf", fonts.MOST_BYTES + 1))
    with pytest.raises(InputError, match="no caption file is larger than 20 MB"):
        files.read(large(tmp_path / "film.srt", 300 << 30))
    with pytest.raises(InputError, match="no transcript is larger than 100 MB"):
        read_at_most(large(tmp_path / "t.json", 300 << 30), 100 << 20, "transcript")
    assert read_at_most(large(tmp_path / "t.json", 3), 100 << 20, "transcript") == bytes(3)


def test_footage_of_more_than_a_day(tmp_path: Path) -> None:
    slow = ["-f", "lavfi", "-i", "color=s=64x64:r=1/1000:d=100000", "-c:v", "libx264", "long.mp4"]
    process.run(slow, tmp_path)
    with pytest.raises(InputError, match="lasts 28 hours"):
        probe.probe(tmp_path / "long.mp4", "ab")
