"""Room tone under cards and breaks: the room does not go out with the voice, and is not there for ever.

From the last word of a shot its room goes on, at the level it has in the film, and dies away within
seconds; before the next shot's first word its room comes up. It is noise with the spectrum of a quiet
stretch of that very source (sound.room): it holds no word, and it never repeats itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from pipeline.core.ports import Samples
from pipeline.core.time import SAMPLE_RATE
from pipeline.edit.timeline import Break, Card, Hold, Shot, Take, Timeline, sample_at
from pipeline.render import audio_edit

DIES_AWAY = 4 * SAMPLE_RATE
"""Samples from full room to silence: long enough not to be heard as a switch, short enough that nobody
listens to it.
"""

MOST = -54.0
"""dBFS of room tone in the finished film. `verify` counts as heard what is above -45 in any tenth of a
second.
"""

Neighbour = Take | Hold
Rooms = Callable[[Neighbour], Samples]
"""A quiet stretch of a shot's source; empty where there is none."""


@dataclass(frozen=True)
class Bed:
    """Tone in the room of `shot`, from sample `at` of the film, at `gain` dB; coming up to its end, or dying
    away.
    """

    shot: Neighbour
    gain: float
    at: int
    count: int
    rising: bool

    @property
    def end(self) -> int:
        return self.at + self.count

    def samples(self, quiet: Samples, most: float) -> Samples:
        """At most `most` dBFS. At the shot it meets the voice's own fade; at the other end it is nothing."""
        tone = audio_edit.room(quiet, self.count, seed=self.at)
        level = 10 * np.log10(float((tone.astype(np.float64) ** 2).mean()) + 1e-20)
        meeting = min(audio_edit.FADE_IN if self.rising else audio_edit.FADE_OUT, self.count)
        # Power and not amplitude adds up where two rooms cross: a quarter of a cosine each.
        envelope = np.cos(np.linspace(0, np.pi / 2, self.count))
        envelope[:meeting] *= audio_edit.ramp(meeting)
        shaped = envelope[::-1] if self.rising else envelope
        return np.asarray(tone * (shaped * 10 ** (min(self.gain, most - level) / 20))[:, None], np.float32)


def gaps(shots: Sequence[Shot]) -> Iterator[tuple[int, int, Neighbour | None, Neighbour | None]]:
    """Runs of cards and breaks: the number of the first, of the one after the last, and the shots around
    them.
    """
    first: int | None = None
    for number, shot in enumerate((*shots, None)):
        silent = isinstance(shot, Card | Break)
        if silent and first is None:
            first = number
        elif not silent and first is not None:
            before = shots[first - 1] if first else None
            yield (
                first,
                number,
                before if isinstance(before, Neighbour) else None,
                shot if isinstance(shot, Neighbour) else None,
            )
            first = None


def neighbours(shots: Sequence[Shot]) -> list[Neighbour]:
    """The shots whose rooms are heard under cards."""
    return [shot for _, _, *around in gaps(shots) for shot in around if shot]


def lay(timeline: Timeline, gains: Sequence[float]) -> list[Bed]:
    """Where tone lies in the film. A take's own edge belongs to it: it ends where the voice's fade begins."""
    laid = []
    for first, after, before, then in gaps(timeline.shots):
        start, end = (
            sample_at(timeline.shots[first].at, timeline.rate),
            sample_at(timeline.shots[after - 1].end, timeline.rate),
        )
        long = min(DIES_AWAY, end - start)
        if before:
            edge = _edges(before, timeline.rate)[1]
            laid.append(Bed(before, gains[first - 1], start - edge, edge + long, rising=False))
        if then:
            edge = _edges(then, timeline.rate)[0]
            laid.append(Bed(then, gains[after], end - long, long + edge, rising=True))
    return laid


def _edges(shot: Neighbour, rate: Fraction) -> tuple[int, int]:
    """Samples at a shot's start and end in which its own sound is not full: outside what is approved, and the
    fade.
    """
    long = sample_at(shot.end, rate) - sample_at(shot.at, rate)
    if isinstance(shot, Hold):
        return min(audio_edit.FADE_IN, long // 2), min(audio_edit.FADE_OUT, long // 2)
    first, _ = audio_edit.window(shot, rate)
    start, end = max(0, shot.sound.start.samples() - first), min(long, shot.sound.end.samples() - first)
    return min(start + audio_edit.FADE_IN, long // 2), min(long - end + audio_edit.FADE_OUT, long // 2)
