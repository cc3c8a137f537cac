"""The encoders: what each is asked for, so that what is made apart can be joined without encoding again.

All make closed groups of pictures that begin at the same places of a source, one thread each
(x264's bytes differ with the number of threads), tagged bt709 limited.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pipeline.adapters.ffmpeg.process import run
from pipeline.core.digest import digest
from pipeline.core.time import nearest
from pipeline.errors import ConfigError, OurwordsError

STRIP = {"map_metadata": "-1", "map_chapters": "-1", "fflags": "+bitexact"}
"""Nothing of a source's titles, names, places or times goes into anything made."""

TAGS = {"color_primaries": "bt709", "color_trc": "bt709", "colorspace": "bt709", "color_range": "tv"}

SOFTWARE: dict[str, dict[str, Any]] = {
    "h264": {
        "c:v": "libx264",
        "threads": 1,
        "x264-params": "open-gop=0:stitchable=1:force-cfr=1",
        "profile:v": "high",
    },
    "hevc": {
        "c:v": "libx265",
        "threads": 1,
        "x265-params": "open-gop=0:pools=none:frame-threads=1:repeat-headers=0:info=0:log-level=1",
        "tag:v": "hvc1",
    },
    "av1": {"c:v": "libsvtav1", "svtav1-params": "lp=1:enable-overlays=0:scd=0"},
}

HARDWARE: dict[str, dict[str, Any]] = {
    "nvenc": {"preset": "p5", "rc": "vbr", "b:v": 0, "quality": "cq"},
    "qsv": {"preset": "medium", "quality": "global_quality"},
    "amf": {"rc": "cqp", "quality": "qp_i"},
    "videotoolbox": {"quality": "q:v"},
}
"""Families of hardware encoders that take frames from ordinary memory, and what each calls its quality."""


@dataclass(frozen=True)
class Encoder:
    """One codec at one quality.

    `reuse`: may a take's unchanged groups of pictures be copied from the take as it was? `bits`: foreseen for
    each pixel.
    """

    codec: str = "h264"
    preset: str = "veryfast"
    crf: int = 20
    hardware: str = ""
    reuse: bool = False
    bits: float = 0.4

    def __str__(self) -> str:
        return f"{self.codec} {self.hardware or SOFTWARE[self.codec]['c:v']} {self.preset} crf {self.crf}"

    def identity(self, rate: Fraction) -> str:
        """Exactly what is asked for: part of the key of every picture."""
        return f"{self}, {digest({name: str(value) for name, value in self.options(rate, 0).items()})[:12]}"

    def group(self, rate: Fraction) -> int:
        """Frames of a closed group of pictures: one second where takes are mended group by group, else
        two.
        """
        return nearest(rate * (1 if self.reuse else 2))

    def foreseen(self, size: tuple[int, int], frames: int) -> int:
        """Bytes that so many frames will take at most, from grainy footage."""
        return int(frames * size[0] * size[1] * self.bits / 8)

    def options(self, rate: Fraction, first: int) -> dict[str, Any]:
        """For ffmpeg-python. A group begins at each multiple of `group(rate)` frames on the source's clock,
        on which this one begins at `first`.
        """
        length = self.group(rate)
        starts = {"g": length, "force_key_frames": f"expr:eq(mod(n+{first % length},{length}),0)"}
        return {
            **self._asked(),
            **starts,
            "pix_fmt": "yuv420p",
            **TAGS,
            "video_track_timescale": ticks(rate),
            "f": "mp4",
            "bitexact": None,
            **STRIP,
        }

    def _asked(self) -> dict[str, Any]:
        if not self.hardware:
            return {**SOFTWARE[self.codec], "preset": self.preset, "crf": self.crf}
        family = dict(HARDWARE[self.hardware])
        quality = str(family.pop("quality"))
        return {
            "c:v": f"{self.codec}_{self.hardware}",
            "bf": 0,
            **family,
            quality: 100 - 2 * self.crf if self.hardware == "videotoolbox" else self.crf,
        }


def choose(qualities: Mapping[str, Mapping[str, Any]], quality: str, codec: str, hardware: str) -> Encoder:
    """The encoder that is asked for, on hardware where that is here and otherwise in software."""
    asked = qualities[quality]
    there = hardware if hardware and works(codec, hardware) else ""
    return Encoder(
        codec,
        **asked[codec],
        hardware=there,
        reuse=asked["reuse"] and not there and codec == "h264",
        bits=asked["bits"],
    )


@cache
def works(codec: str, hardware: str) -> bool:
    """Does this machine have that encoder? Five frames are tried: being listed says nothing of the card."""
    if hardware not in HARDWARE:
        raise ConfigError(
            f'no encoder "{hardware}"',
            where="production.toml, film.hardware",
            next_step=f"there are: {', '.join(HARDWARE)}",
        )
    with TemporaryDirectory() as room:
        try:
            run(
                [
                    "-f",
                    "lavfi",
                    "-i",
                    "color=s=320x180:d=0.2",
                    "-c:v",
                    f"{codec}_{hardware}",
                    "-f",
                    "null",
                    "-",
                ],
                Path(room),
                timeout=30,
            )
        except OurwordsError:
            return False
    return True


def ticks(rate: Fraction) -> int:
    """An MP4 clock on which every frame of `rate` falls on a whole tick."""
    return rate.numerator * (1 if rate.numerator > 1000 else 512)
