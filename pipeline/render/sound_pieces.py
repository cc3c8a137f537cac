"""The film's sound in pieces that are encoded alone and joined as they are.

AAC is stored in frames of 1024 samples, each of which overlaps the next: what is heard there is the sum of
both. Where the frames on either side of a join come from the same samples, by the same windows, the join is
heard no more than any other place (Princen and Bradley 1986). So pieces begin on one grid of frames, and
each is encoded with a lead of what comes before, which is thrown away: from the first frame that is kept the
windows are those of the piece before, and the encoder has found its level.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.render.loudness import STEP

FRAME = 1024
"""Samples of an AAC frame."""

PIECE = 225 * FRAME
"""Samples of a piece: 4.8 s, whole frames and whole steps of loudness."""

LEAD, TRAIL = 48 * FRAME, 4 * FRAME
"""Samples that are encoded before a piece and after it. Windows agree after eight frames; the encoder's rate
control takes most of a second.
"""

assert PIECE % STEP == 0


@dataclass(frozen=True)
class Stretch:
    """`count` samples of the programme from `first` on, with what is encoded before and after them."""

    first: int
    count: int
    lead: int
    trail: int

    @property
    def begin(self) -> int:
        return self.first - self.lead

    @property
    def end(self) -> int:
        return self.first + self.count + self.trail


def stretches(samples: int) -> Iterator[Stretch]:
    """A programme's pieces, in order."""
    for first in range(0, samples, PIECE):
        count = min(PIECE, samples - first)
        yield Stretch(first, count, min(LEAD, first), min(TRAIL, samples - first - count))
