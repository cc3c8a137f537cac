"""How clear a voice is on a track: measured alike on all tracks of a source, to tell a lapel from a room
microphone.
"""

from __future__ import annotations

import numpy as np

from pipeline.core.ports import Speech
from pipeline.core.signal import levels

VOICE, ROOM = 95, 10
"""Percentiles of the level over time: somebody speaks at the one, and nobody at the other."""

GATED = -80.0
"""dBFS below which a room is not counted as quieter still: a recorder's gate is not a better microphone."""


def clarity(speech: Speech) -> tuple[float, float]:
    """dBFS of the voices, and dB between them and the room."""
    found = levels(speech)
    if not len(found):
        return GATED, 0.0
    voice, room = (max(GATED, 10 * float(np.log10(np.percentile(found, at)))) for at in (VOICE, ROOM))
    return round(voice, 1), round(voice - room, 1)
