"""Two recordings of one conversation, each with a clock of its own, and how the one runs beside the other."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from pipeline.core.time import Source, Span, Time, clock, decimal


@dataclass(frozen=True)
class Sync:
    """When a source stands at `t`, the other recording stands at `offset + t * (1 + drift)`. Exact, in
    seconds.

    `agreeing` of the `heard` places where both can be heard lie on this line, half of them within
    `residual` seconds of it. All three are 0 where a person gave the numbers.

    >>> Sync(Fraction(12), Fraction(1, 10_000)).at(Fraction(3600))
    Fraction(90309, 25)
    """

    offset: Fraction = Fraction(0)
    drift: Fraction = Fraction(0)
    heard: int = 0
    agreeing: int = 0
    residual: Fraction = Fraction(0)

    def __post_init__(self) -> None:
        if abs(self.drift) > Fraction(1, 100):
            raise ValueError(f"no clock runs {float(self.drift):.1%} wrong")

    def at(self, moment: Fraction) -> Fraction:
        """Where the other recording stands when its source stands at `moment`."""
        return self.offset + moment * (1 + self.drift)

    def source(self, moment: Fraction) -> Fraction:
        """Where the source stands when the other recording stands at `moment`."""
        return (moment - self.offset) / (1 + self.drift)

    def shift(self, moment: Fraction) -> Fraction:
        """Seconds from the source's clock to the other's near `moment`, to the microsecond.

        For pictures, taken at a shot's middle: at 100 ppm its ends are then 0.05 ms off for every second of
        its length.
        """
        return Fraction(round((self.at(moment) - moment) * 1_000_000), 1_000_000)

    def reach(self, start: Fraction, end: Fraction) -> Span[Source]:
        """A stretch of the other recording on the source's clock."""
        return Span(Time(self.source(start)), Time(self.source(end)))

    def frames(self, start: Fraction, end: Fraction, rate: Fraction) -> range:
        """The frames at `rate` on the source's clock that lie in a stretch of the other recording."""
        there = self.reach(start, end)
        return range(ceil(there.start.seconds * rate), floor(there.end.seconds * rate))

    def __str__(self) -> str:
        r"""For people.

        >>> said = str(Sync(Fraction(-37, 10), Fraction(20, 10**6), 32, 30, Fraction(4, 10**5)))
        >>> print(said.replace("; ", "\n"))
        starts 3.7 s later, runs +20.0 ppm (+72 ms an hour)
        30 of 32 places agree, half of them within 0.04 ms
        """
        start = (
            f"starts {decimal(abs(self.offset), 3)} s {'earlier' if self.offset > 0 else 'later'}"
            if self.offset
            else "starts at the same time"
        )
        rate = (
            f"runs {float(self.drift) * 1e6:+.1f} ppm ({float(self.drift) * 3.6e6:+.0f} ms an hour)"
            if self.drift
            else "runs alike"
        )
        told = (
            f"{self.agreeing} of {self.heard} places agree, half of them within "
            f"{float(self.residual) * 1000:.2f} ms"
            if self.heard
            else "given by hand"
        )
        return f"{start}, {rate}; {told}"

    @property
    def key(self) -> list[str]:
        """The two numbers that decide what is seen and heard."""
        return [str(self.offset), str(self.drift)]


TOGETHER = Sync()
"""A source beside itself."""


def when(span: Span[Source]) -> str:
    """A span for people: "0:12.0 to 58:03.4"."""
    return f"{clock(max(Fraction(0), span.start.seconds))} to {clock(max(Fraction(0), span.end.seconds))}"
