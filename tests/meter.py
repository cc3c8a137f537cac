"""Another meter than ours: pyloudnorm. It brings scipy, which no quick test needs, so it is imported when it
is asked.
"""

from __future__ import annotations

import numpy as np

from pipeline.core.time import SAMPLE_RATE


def by_pyloudnorm(sound: np.ndarray) -> float:
    """Integrated loudness, in LUFS."""
    import pyloudnorm

    return float(pyloudnorm.Meter(SAMPLE_RATE).integrated_loudness(sound.astype(np.float64)))
