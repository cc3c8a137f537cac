"""How loud a file is, and when, without any production."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pipeline.core.footage import Footage
from pipeline.core.time import SAMPLE_RATE
from pipeline.engine.tools import Tools
from pipeline.footage.recordings import choose_feed
from pipeline.render.loudness import Level, lufs
from pipeline.render.loudness import loudness as integrated


@dataclass(frozen=True)
class Loudness:
    """How loud a file is: integrated LUFS, true peak in dBTP, and the K-weighted power of each tenth of a
    second (ITU-R BS.1770-4).
    """

    integrated: float
    peak: float
    steps: npt.NDArray[np.float64]

    def over(self, seconds: float, floor: float = -70.0) -> npt.NDArray[np.float64]:
        """LUFS of the last so many seconds at each tenth of one: 0.4 is momentary, 3 is short-term."""
        window = max(1, round(seconds * 10))
        mean = np.convolve(self.steps, np.ones(window), "full")[: len(self.steps)] / window
        return np.maximum(lufs(mean), floor)

    def of(self, spans: Iterable[tuple[float, float]]) -> float:
        """LUFS of all that is heard in some stretches (start, end in seconds), ungated."""
        tenths = [(round(start * 10), round(end * 10)) for start, end in spans]
        steps = [self.steps[first : max(first + 1, last)] for first, last in tenths]
        return float(lufs(np.concatenate(steps).mean()))


def loudness(file: str | Path) -> Loudness:
    """How loud the sound of a film or a recording is, and when."""
    path, tools = Path(file), Tools()
    tools.sniff(path)
    media = tools.probe(path, "", recorder=True)
    footage = Footage(path, media, choose_feed(path.name, media))
    level = Level.of(tools.hear(footage, 0, int(media.duration * SAMPLE_RATE)))
    peak = 20 * float(np.log10(max(level.peak, 1e-9)))
    return Loudness(round(integrated(level.power), 2), round(peak, 2), np.asarray(level.power, np.float64))
