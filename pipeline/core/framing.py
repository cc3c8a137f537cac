"""What of a camera's picture is shown where the film has another shape: a window that may move slowly."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from fractions import Fraction

from pipeline.core.area import Area


@dataclass(frozen=True)
class Key:
    """Where the window's top left corner is at a frame of the camera's own clock, counted at the film's rate;
    shares of the camera's picture.
    """

    frame: int
    left: Fraction
    top: Fraction


@dataclass(frozen=True)
class Framing:
    """A window of one size, in shares of the camera's picture, that moves in straight lines between its keys
    and stands still before the first and after the last. One key: it never moves.

    Frames are the camera's, and not the take's: a trimmed edge changes nothing of the rest.
    """

    width: Fraction
    height: Fraction
    keys: tuple[Key, ...]

    def __post_init__(self) -> None:
        if not (0 < self.width <= 1 and 0 < self.height <= 1 and self.keys):
            raise ValueError(f"{self.width} x {self.height} is no window of a picture")
        if any(not (0 <= k.left <= 1 - self.width and 0 <= k.top <= 1 - self.height) for k in self.keys):
            raise ValueError("the window leaves the picture")
        frames = [key.frame for key in self.keys]
        if frames != sorted(set(frames)):
            raise ValueError("keys come in the order of their frames")

    @property
    def moves(self) -> bool:
        return len(self.keys) > 1

    @property
    def shape(self) -> tuple[Fraction, Fraction, bool]:
        """What is the same in all of its frames; one that moves is cut more finely than one that stands."""
        return self.width, self.height, self.moves

    def at(self, frame: int) -> tuple[Fraction, Fraction]:
        """Left and top of the window at a frame of the camera.

        >>> half = Framing(Fraction(1, 2), Fraction(1), (Key(0, Fraction(0), Fraction(0)),
        ...                                              Key(10, Fraction(1, 2), Fraction(0))))
        >>> [str(half.at(frame)[0]) for frame in (-1, 5, 12)]
        ['0', '1/4', '1/2']
        """
        after = bisect_right([key.frame for key in self.keys], frame)
        if after in (0, len(self.keys)):
            key = self.keys[min(after, len(self.keys) - 1)]
            return key.left, key.top
        one, two = self.keys[after - 1 : after + 1]
        share = Fraction(frame - one.frame, two.frame - one.frame)
        return one.left + (two.left - one.left) * share, one.top + (two.top - one.top) * share

    def seen(self, area: Area, frame: int) -> Area | None:
        """A place in the camera's picture as it is seen through the window; None: it is outside."""
        left, top = (float(edge) for edge in self.at(frame))
        wide, high = float(self.width), float(self.height)
        sides = [(area.left - left) / wide, (area.top - top) / high]
        sides += [(area.right - left) / wide, (area.bottom - top) / high]
        inside = [min(1.0, max(0.0, side)) for side in sides]
        return Area(*inside) if inside[0] < inside[2] and inside[1] < inside[3] else None
