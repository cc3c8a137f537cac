"""Cards as they stand in the finished film: does every line on them stand out (WCAG 2.2, 1.4.3)?

Titles, notes, prompts, end cards and the seconds of a countdown are found in the film's own pixels, whoever
drew them: the ground is what most of the picture is, a line is a run of rows with anything else in it. It is
measured as captions are (`pixels.py`): the letters' median against the ring around them, of which the lowest
twentieth counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.core.finding import Finding
from pipeline.core.time import clock
from pipeline.edit.timeline import Break, Card, Timeline
from pipeline.verification.flash import SCREEN
from pipeline.verification.pixels import LEAST, Contrast, Drawn, Marks, Pixels, contrast

INK = 12
"""Steps of 255 from which a pixel is something else than the ground: encoding a plain one leaves less."""

LARGE, LEAST_LARGE = 24, 3.0
"""From how many pixels on letters are large (1.4.3: 18 points) and have 3:1; on a screen as in `flash.py`.
The ink of a line is less high than its letters are large: in doubt it has 4.5:1.
"""

THIN = 10
"""Letters of fewer of the film's own pixels have strokes thinner than one: encoded they show less than
they were drawn in, and have 3:1.
"""

FILLED = 0.95
"""Share of its own rectangle that a shape covers and a line of letters never does: the ribbon of a countdown,
which is held to 3:1 (1.4.11).
"""

GAP = 240
"""Up to this part of the picture's height between them, rows belong to one line."""

CARD = "card-contrast"


@dataclass(frozen=True)
class Line:
    """One line of a card on one frame."""

    frame: int
    number: int
    """From the top, 1."""
    contrast: Contrast
    limit: float
    shape: bool = False

    @property
    def faint(self) -> bool:
        return self.contrast.low < self.limit


def frames_of(shot: Card | Break) -> list[int]:
    """Where a card is looked at: in its middle, and where its seconds run down at both ends too."""
    middle = shot.at + shot.frames // 2
    return sorted({shot.at, middle, shot.end - 1}) if isinstance(shot, Break) else [middle]


def lines(pixels: Pixels, frame: int) -> list[Line]:
    """Every line of letters, and every shape, on a card; the uppermost first."""
    ground = np.median(pixels[::4, ::4].reshape(-1, 3), axis=0).astype(np.int16)
    apart = np.abs(pixels - ground).max(axis=-1)
    scale = min(side / mine for side, mine in zip(SCREEN, (pixels.shape[1], pixels.shape[0]), strict=True))
    found = []
    for number, rows in enumerate(_runs((apart > INK).any(axis=1)), 1):
        ink = apart[rows]
        strong = ink > ink.max() / 4  # without the specks that encoding leaves beside it
        down, across = (np.flatnonzero(strong.any(axis=axis)) for axis in (1, 0))
        height = int(down[-1] - down[0] + 1)
        filled = strong[down[0] : down[-1] + 1, across[0] : across[-1] + 1].mean() > FILLED
        lenient = filled or height < THIN or height * scale >= LARGE
        limit = LEAST_LARGE if lenient else LEAST
        seen = contrast(pixels, _drawn(apart, rows, across, height))
        found.append(Line(frame, number, seen, limit, shape=bool(filled)))
    return found


def _drawn(apart: npt.NDArray[np.int16], rows: slice, across: npt.NDArray[np.intp], height: int) -> Drawn:
    """A line as if somebody had drawn it anew: how far its letters cover each pixel, and a box around."""
    ink = apart[rows]
    full = np.median(ink[ink > ink.max() / 2])  # encoding overshoots: the strongest pixel is no measure
    letters, box = np.zeros(apart.shape, np.uint8), np.zeros(apart.shape, np.bool_)
    letters[rows] = np.minimum(ink * (255 / full), 255)
    room = height // 2
    box[max(0, rows.start - room) : rows.stop + room, max(0, across[0] - room) : across[-1] + room] = True
    return Drawn.of(letters, box, height)


def _runs(marked: Marks) -> list[slice]:
    """The rows of each line. A gap of a few rows parts none: the thin tops of small letters may be lost."""
    edges = np.flatnonzero(np.diff(np.pad(marked, 1).astype(np.int8))).reshape(-1, 2).tolist()
    found: list[slice] = []
    for start, stop in edges:
        near = found and start - found[-1].stop <= len(marked) // GAP
        found.append(slice(found.pop().start, stop) if near else slice(start, stop))
    return [run for run in found if run.stop - run.start > 1]


def judged(seen: Sequence[tuple[Card | Break, Sequence[Line]]], timeline: Timeline) -> Iterator[Finding]:
    """Cards with a line that does not stand out, or with nothing on them; and the figures of them all."""
    for shot, found in seen:
        at = timeline.time(shot.at).seconds
        text = " ".join(shot.face.text.split())
        faint = min((line for line in found if line.faint), key=lambda one: one.contrast.low, default=None)
        if found and not faint:
            continue
        unseen = (
            f"line {faint.number} of “{text}” does not stand out" if faint else f"“{text}” cannot be seen"
        )
        yield Finding(
            CARD,
            "error",
            f"{clock(at)} {_kind(shot)}",
            f"{unseen}: build the film again, and look at it there",
            f"{faint.contrast}; frame {faint.frame}" if faint else f"nothing on frame {frames_of(shot)[0]}",
            f"{faint.limit if faint else LEAST:g}:1",
            criterion="1.4.3",
            at=float(at),
        )
    every = [line for _, found in seen for line in found]
    letters, shapes = ([line for line in every if line.shape == shape] for shape in (False, True))
    told = []
    if letters:
        median = float(np.median([line.contrast.median for line in letters]))
        told = [_lowest(letters), f"median {median:.1f}:1"]
    if shapes:
        told.append(f"shapes {_lowest(shapes)}")
    frames = len({line.frame for line in every})
    what = f"{len(letters)} lines on {frames} frames of {len(seen)} cards and prompts were measured"
    limit = f"{LEAST:g}:1, large {LEAST_LARGE:g}:1"
    measured = ", ".join(told) or "no card, no line"
    yield Finding(CARD, "info", "the film", what, measured, limit, criterion="1.4.3")


def _lowest(lines: Sequence[Line]) -> str:
    worst = min(lines, key=lambda line: line.contrast.low)
    return f"lowest {worst.contrast.low:.1f}:1 (frame {worst.frame})"


def _kind(shot: Card | Break) -> str:
    return shot.id if isinstance(shot, Break) else shot.style
