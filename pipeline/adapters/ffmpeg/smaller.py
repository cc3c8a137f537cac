"""A finished film in fewer bytes: its picture in two passes, its sound once, and how like the film it is.

The bytes of x264 differ with the number of its threads: it has as many here on every machine.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import ffmpeg as graph

from pipeline.adapters.ffmpeg.encoders import STRIP, TAGS
from pipeline.adapters.ffmpeg.process import SAFE_INPUT, place, run

THREADS = 4
LOOKED = 500_000
"""Bits a second in the first pass: what it learns holds for any other number."""
PASSES, LIKE = "passes", "like.txt"
GROUP = 2
"""Seconds of a closed group of pictures: how far a player jumps."""

_LIKE = re.compile(r"^n:\d+ .*\bAll:([\d.]+)", re.MULTILINE)


class Shrinker:
    """Encodes one film in a room, which holds what it made under fixed names."""

    def __init__(
        self,
        film: Path,
        room: Path,
        rate: Fraction,
        frames: int,
        count: Callable[[int], None],
        title: str = "",
        language: str = "",
    ) -> None:
        """`count` is told how many frames are done of whatever is being done; `title` and `language` (of the
        sound) are all that the file says of itself.
        """
        self.room, self.rate, self.frames, self.count = room, rate, frames, count
        place(film, room / "film")
        named = {"metadata": f"title={title}"} if title else {}
        self.tags = {**named, "metadata:s:a:0": f"language={language}"} if language else named

    def sound(self, bits: int, channels: int) -> int:
        """Encode the sound; how many bytes it has."""
        made = graph.output(
            self._film()["a"], "sound.m4a", **{"c:a": "aac", "b:a": bits, "ac": channels, **_MP4}
        )
        self._run(made)
        return (self.room / "sound.m4a").stat().st_size

    def look(self, size: tuple[int, int]) -> None:
        """Look through the film at a size, for `encode` to know where bits are needed."""
        self._run(graph.output(self._picture(size), "-", f="null", **self._x264(1, LOOKED)))

    def encode(self, size: tuple[int, int], bits: int) -> int:
        """Encode the picture at a size that was looked at, so many bits a second, with the sound that was
        encoded; how many bytes it all has.
        """
        sound = graph.input("file:sound.m4a", **SAFE_INPUT)["a"]
        made = graph.output(
            self._picture(size),
            sound,
            "small.mp4",
            **self._x264(2, bits),
            **{"c:a": "copy", "movflags": "+faststart", **_MP4, **self.tags},
        )
        self._run(made)
        return (self.room / "small.mp4").stat().st_size

    def likeness(self, size: tuple[int, int]) -> list[float]:
        """How like the film each frame of what was encoded last is (SSIM), seen at the film's size."""
        film, small = (
            graph.input(name, **SAFE_INPUT)["v"]
            .filter("settb", "AVTB")
            .filter("setpts", f"N/({self.rate})/TB")
            for name in ("file:film", "file:small.mp4")
        )
        small = small.filter("scale", *size, flags="bicubic").filter("setsar", 1)
        compared = graph.filter([film, small], "ssim", stats_file=LIKE)
        self._run(graph.output(compared, "-", f="null"))  # what it prints mixes with how far it is
        return [float(one) for one in _LIKE.findall((self.room / LIKE).read_text(encoding="utf-8"))]

    def keep(self, to: Path) -> None:
        """Let what was encoded last be the result, and clear the room."""
        (self.room / "small.mp4").replace(to)
        for left in (
            self.room / "film",
            self.room / "sound.m4a",
            self.room / LIKE,
            *self.room.glob(f"{PASSES}*"),
        ):
            left.unlink(missing_ok=True)

    @staticmethod
    def _film() -> Any:
        return graph.input("file:film", **SAFE_INPUT)

    def _picture(self, size: tuple[int, int]) -> Any:
        return self._film()["v"].filter("scale", *size, flags="lanczos").filter("setsar", 1)

    def _x264(self, number: int, bits: int) -> dict[str, Any]:
        group = round(self.rate * GROUP)
        return {
            "c:v": "libx264",
            "preset": "medium",
            "profile:v": "high",
            "pix_fmt": "yuv420p",
            "threads": THREADS,
            "g": group,
            "b:v": bits,
            "pass": number,
            "passlogfile": PASSES,
            **TAGS,
        }

    def _run(self, made: Any) -> None:
        def line(text: str) -> None:
            if text.startswith("frame="):
                self.count(min(self.frames, int(text[6:])))

        progress = ["-progress", "pipe:1", "-stats_period", "0.5", "-y"]
        arguments = [*progress, *map(str, made.get_args())]
        run(arguments, self.room, timeout=600 + self.frames * 2, line=line)


_MP4: dict[str, Any] = {"f": "mp4", "bitexact": None, **STRIP}
