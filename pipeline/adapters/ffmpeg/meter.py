"""ffmpeg's own loudness meter, for whoever judges a finished film: the build measures with another."""

from __future__ import annotations

from math import log10
from pathlib import Path

import ffmpeg as graph

from pipeline.adapters.ffmpeg.process import SAFE_INPUT, place, run


def loudness(film: Path, room: Path) -> tuple[float, float]:
    """Integrated loudness in LUFS (EBU R 128) and true peak in dBTP of one of our finished files, as a player
    hears it.
    """
    place(film, room / "heard")
    measured = (
        graph.input("file:heard", **SAFE_INPUT)["a"]
        .filter("ebur128", metadata=1, peak="true", dualmono="true")  # players give a mono sound to both
        .filter("ametadata", "print", file="-")
    )
    out = run([*map(str, graph.output(measured, "-", f="null").get_args())], room, timeout=7200)
    (room / "heard").unlink()
    loud, peak = -70.0, -99.0
    for text in out.splitlines():
        key, _, value = text.partition("=")
        if key == "lavfi.r128.I":
            loud = float(value)
        elif key.startswith("lavfi.r128.true_peak") and float(value) > 0:  # as an amplitude, not in dB
            peak = max(peak, 20 * log10(float(value)))
    return loud, peak
