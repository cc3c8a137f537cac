"""Is the finished film as loud as it should be? Measured on the encoded file (EBU R 128)."""

from __future__ import annotations

from pipeline.model.captions import Finding
from pipeline.model.timeline import Heard

TOLERANCE, PEAK, SILENT = 0.5, -1.0, -69.0
"""LU around the loudness asked for, dBTP, and the LUFS below which a film has no sound to judge."""


def check(heard: Heard, target: float) -> list[Finding]:
    found = []
    if heard.loudness > SILENT and abs(heard.loudness - target) > TOLERANCE:
        found.append(Finding("loudness", "error", "the film", "not as loud as asked", f"{heard.loudness:.1f} LUFS", f"{target:g} ± {TOLERANCE:g}"))
    if heard.peak > PEAK:
        found.append(Finding("true-peak", "error", "the film", "peaks too high", f"{heard.peak:.1f} dBTP", f"{PEAK:g}"))
    return found
