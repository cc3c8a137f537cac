"""A place in a picture, in shares of its width and height."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

LINE, HEADROOM = 1.24, 0.28
"""Ems of the packaged font from line to line, and from the top of a line to the top of its capitals."""

Shape = Literal["wide", "square", "tall"]


def shape(size: tuple[int, int]) -> Shape:
    """What a picture is for whoever lays letters out on it: wide from 3:2 on, tall from 2:3 down, square
    between.

    >>> [shape(size) for size in ((1280, 720), (1080, 1080), (1080, 1350), (720, 1280))]
    ['wide', 'square', 'square', 'tall']
    """
    ratio = Fraction(*size)
    return "wide" if ratio >= Fraction(3, 2) else "tall" if ratio <= Fraction(2, 3) else "square"


@dataclass(frozen=True)
class Area:
    """A rectangle of the picture as the film shows it, in shares of its width and height from the top left
    corner.
    """

    left: float
    top: float
    right: float
    bottom: float

    def __post_init__(self) -> None:
        if not (0 <= self.left < self.right <= 1 and 0 <= self.top < self.bottom <= 1):
            raise ValueError(
                f"{self.left:g}, {self.top:g}, {self.right:g}, {self.bottom:g} is no rectangle of a "
                f"picture: left, top, right, bottom, from 0 to 1"
            )

    def covered(self, other: Area) -> float:
        """How much of it lies under another.

        >>> Area(0, 0, 1, 0.5).covered(Area(0.5, 0.25, 1, 1))
        0.25
        """
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(0.0, width) * max(0.0, height) / ((self.right - self.left) * (self.bottom - self.top))
