"""A place in a picture, in shares of its width and height."""

from __future__ import annotations

from dataclasses import dataclass

LINE, HEADROOM = 1.24, 0.28
"""Ems of the packaged font from line to line, and from the top of a line to the top of its capitals."""


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
