"""A picture as the film has it: upright, square pixels, inside the film's size, standard range and colours."""

from __future__ import annotations

from typing import Any

Size = tuple[int, int]


def fit(stream: Any, size: Size, colour: tuple[str, str, str, str], display: Size) -> Any:
    """Upright, square pixels, inside `size` with bars, bt709 limited range."""
    matrix = "bt709" if colour[3] == "unknown" and min(display) >= 720 else "smpte170m" if colour[3] == "unknown" else ""
    if matrix:
        stream = stream.filter("setparams", colorspace=matrix)
    stream = stream.filter("bwdif", mode="send_frame", deint="interlaced")
    if colour[2] in ("smpte2084", "arib-std-b67"):  # high dynamic range: brought down by a tone map
        stream = stream.filter("zscale", t="linear", npl=203).filter("format", "gbrpf32le").filter("zscale", p="bt709")
        stream = stream.filter("tonemap", "hable", desat=0).filter("zscale", t="bt709", m="bt709", r="tv").filter("format", "yuv420p")
    stream = stream.filter("scale", "trunc(iw*sar/2+0.5)*2", "ih", flags="bicubic")
    stream = stream.filter(
        "scale", *size, force_original_aspect_ratio="decrease", force_divisible_by=2, flags="bicubic",
        out_color_matrix="bt709", out_range="tv",
    )  # fmt: skip
    stream = stream.filter("pad", *size, "(ow-iw)/2", "(oh-ih)/2", color="black")
    return stream.filter("setsar", 1).filter("format", "yuv420p")
