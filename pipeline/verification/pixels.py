"""Captions as they stand in the finished film, measured on its pixels and its sound. Nothing that the build
believes is believed.

Contrast: WCAG 2.2's ratio of relative luminances. The letters are where libass covers a pixel almost wholly,
and what is
behind them is a ring close around: the median ring pixel, and the fifth percentile of the ratios, which is
the one that
counts. Whether the box is one: what is the lightest that is left of the picture in it. Text: the letters that
should be
there against the pixels that are, window by window.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
"""Shape (height, width, 3): red, green, blue as a screen shows them."""

Marks = npt.NDArray[np.bool_]
Plane = npt.NDArray[np.float64]

LEAST = 4.5
"""The ratio below which a caption is an error: WCAG 2.2, 1.4.3, which the NHS service manual asks for."""

THROUGH = 0.02
"""Relative luminance of a box's lightest pixels (95th percentile) above which a picture shows through. Over
noise and white an
opaque box leaves at most 0.005; one at 80 % leaves 0.03 of white."""

THERE = 0.5
"""Correlation of letters and pixels below which a caption is not there."""

UNLIKE = 0.26
"""Share of a window's ink that is wrong, from which the text is another. Encoding leaves 0.08 and less (0.21
in a picture of 180 lines);
an "a" for an "o" 0.38 and more, a comma for a full stop 0.31, all letters two pixels aside 0.5."""

STRAY = 40
"""Steps of 255 between the means of two squares from which something is in one picture that is not in the
other.
"""

TINT = 120
"""Steps of 255 by which a speaker's colour may be off, in the median of its letters: films hold one colour
for four pixels, and thin letters
share theirs with the box (100 was seen at 320x180). Which of the four colours it is, is told by the
nearest."""


def luminance(pixels: npt.NDArray[np.uint8]) -> Plane:
    """WCAG 2.2's relative luminance: 0 for black, 1 for white."""
    return np.asarray(LINEAR[pixels] @ np.array([0.2126, 0.7152, 0.0722]), np.float64)


_STEPS = np.arange(256) / 255
LINEAR = np.where(_STEPS <= 0.04045, _STEPS / 12.92, ((_STEPS + 0.055) / 1.055) ** 2.4)
"""Linear light of each step that a screen is told (sRGB's curve, as WCAG 2.2 writes it)."""


def ratio(one: Plane | float, two: Plane | float) -> Plane:
    """WCAG's contrast ratio, 1 to 21."""
    light, dark = np.maximum(one, two), np.minimum(one, two)
    return np.asarray((light + 0.05) / (dark + 0.05), np.float64)


def grown(marks: Marks, by: int) -> Marks:
    """Marked pixels and all that are at most `by` pixels beside, above and below."""
    for axis in (0, 1):
        padded = np.pad(marks, [(by, by) if axis == side else (0, 0) for side in (0, 1)])
        length = marks.shape[axis]
        marks = np.logical_or.reduce([padded.take(range(at, at + length), axis) for at in range(2 * by + 1)])
    return marks


@dataclass(frozen=True)
class Drawn:
    """What libass draws for a cue, and where: how far its letters cover each pixel (0 to 255), and where its
    box is. `em` in pixels.
    """

    top: int
    left: int
    letters: npt.NDArray[np.uint8]
    box: Marks
    em: float

    @classmethod
    def of(cls, letters: npt.NDArray[np.uint8], box: Marks, em: float) -> Drawn:
        """Cut out of a whole picture, with a little around."""
        rows, columns = np.flatnonzero(box.any(axis=1)), np.flatnonzero(box.any(axis=0))
        if not len(rows):
            return cls(0, 0, letters[:0, :0], box[:0, :0], em)
        top, left = max(0, int(rows[0]) - 4), max(0, int(columns[0]) - 4)
        place = slice(top, int(rows[-1]) + 5), slice(left, int(columns[-1]) + 5)
        return cls(top, left, letters[place].copy(), box[place].copy(), em)

    @property
    def place(self) -> tuple[slice, slice]:
        """Its rows and columns of a whole picture."""
        height, width = self.box.shape
        return slice(self.top, self.top + height), slice(self.left, self.left + width)

    @cached_property
    def solid(self) -> Marks:
        """Pixels that are letter and nothing else."""
        return np.asarray(self.letters > 0.9 * self.letters.max(initial=1))

    @cached_property
    def ring(self) -> Marks:
        """What is just around the letters: further than the pixel that they are smoothed into, less than a
        tenth of an em.
        """
        touched = self.letters > 20
        return np.asarray(grown(touched, max(3, round(self.em * 0.09))) & ~grown(touched, 1))

    @cached_property
    def inside(self) -> Marks:
        """The box without its edge, which encoding softens."""
        return np.asarray(~grown(~self.box, 2))

    @cached_property
    def ground(self) -> Marks:
        """The same without its letters."""
        return np.asarray(self.inside & ~grown(self.letters > 20, 2))


@dataclass(frozen=True)
class Contrast:
    """Of the letters against the ring around them: the median ratio, the lowest twentieth, and the luminance
    that shows through the box.
    """

    median: float
    low: float
    through: float

    def __str__(self) -> str:
        return f"{self.low:.1f}:1 at its lowest twentieth, median {self.median:.1f}:1"


def contrast(picture: Pixels, drawn: Drawn) -> Contrast:
    light = luminance(picture[drawn.place])
    ratios = ratio(float(np.median(light[drawn.solid])), light[drawn.ring])
    through = float(np.percentile(light[drawn.ground], 95)) if drawn.ground.any() else 1.0
    return Contrast(float(np.median(ratios)), float(np.percentile(ratios, 5)), through)


def presence(picture: Pixels, drawn: Drawn) -> float:
    """Correlation of the letters that should be there with the pixels in the box: 1 where they are alone
    there.
    """
    seen, wanted = (
        picture[drawn.place][..., 1][drawn.box].astype(np.float64),
        drawn.letters[drawn.box].astype(np.float64),
    )
    spread = float(seen.std() * wanted.std())
    return float(((seen - seen.mean()) * (wanted - wanted.mean())).mean() / spread) if spread > 1e-6 else 0.0


def difference(picture: Pixels, drawn: Drawn) -> tuple[float, float]:
    """Of the window (a quarter of an em) that is least as it should be: how much of its ink is wrong, and how
    far down the box it is (0 to 1).

    All of the captions' colours are full of green, so that is where letters are looked for.
    """
    seen = picture[drawn.place][..., 1] * drawn.inside / 255.0
    wanted = drawn.letters * drawn.inside / 255.0
    step = max(2, round(drawn.em / 8))
    wrong, ink = (_sums(plane, step) for plane in (np.abs(seen - wanted), np.maximum(seen, wanted)))
    shares = wrong / (ink + 0.2 * (2 * step) ** 2)  # a window with hardly any ink tells nothing
    row = int(np.argmax(shares.max(axis=1)))
    return float(shares.max()), (row + 1) / (len(shares) + 1)


def _sums(plane: Plane, step: int) -> Plane:
    """Sums over windows of two steps by two, a step apart."""
    rows, columns = (max(2, -(-side // step)) for side in plane.shape)
    padded = np.zeros((rows * step, columns * step))
    padded[: plane.shape[0], : plane.shape[1]] = plane
    blocks = padded.reshape(rows, step, columns, step).sum(axis=(1, 3))
    return np.asarray(blocks[:-1, :-1] + blocks[1:, :-1] + blocks[:-1, 1:] + blocks[1:, 1:])


def tint(picture: Pixels, drawn: Drawn) -> tuple[int, int, int]:
    """The colour of the letters: the median of what is letter and nothing else."""
    red, green, blue = np.median(picture[drawn.place][drawn.solid], axis=0).astype(int).tolist()
    return red, green, blue


def elsewhere(picture: Pixels, clean: Pixels, drawn: Sequence[Drawn], em: float) -> int:
    """In how many places outside every box a picture differs from the same one without captions: half an em
    square each.
    """
    apart = picture[..., 1].astype(np.float64) - clean[..., 1]
    for one in drawn:
        height, width = one.box.shape
        apart[max(0, one.top - 4) : one.top + height + 4, max(0, one.left - 4) : one.left + width + 4] = 0
    step = max(2, round(em / 4))
    return int((np.abs(_sums(apart, step)) > STRAY * (2 * step) ** 2).sum())
