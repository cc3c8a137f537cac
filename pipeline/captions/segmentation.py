"""Words into cues and lines: the cheapest way through all that are possible.

Dynamic programming twice over: which runs of words become a cue, and inside a cue where its lines break.
What a break costs is in break_costs.py; here are the shapes: what fits, what balances, what can be read.
Nothing longer than a full cue is ever looked at, so an hour takes as long a word as a minute.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise

from pipeline.captions.break_costs import BREAKS, FULL, SHAPES, SHORT, Price, gaps, total
from pipeline.captions.word_kinds import ending
from pipeline.language.characters import HERE, SOFT, breakable, joined
from pipeline.production.profile import CaptionArea, Profile

Width = Callable[[str], float]
"""Text to its width in ems of the caption font."""


@dataclass(frozen=True)
class Limits:
    """What cues are made for: the area on one screen, the reading speed, the prices."""

    area: CaptionArea
    ems: float
    """The widest line, in ems of the font."""
    least: float
    most: float
    speed: float
    breaks: Mapping[str, Price] = field(default_factory=lambda: BREAKS)
    shapes: Mapping[str, float] = field(default_factory=lambda: SHAPES)
    width: Width = lambda _: 0.0
    language: str = "en"

    @classmethod
    def of(
        cls, profile: Profile, size: tuple[int, int], width: Width | None = None, language: str = "en"
    ) -> Limits:
        """Those of a profile, on a picture of this size."""
        area = profile.area(size)
        timing = profile.timing
        return cls(
            area,
            area.ems(size),
            timing.min_seconds,
            timing.max_seconds,
            profile.speed.most,
            BREAKS | {name: (cost, cost) for name, cost in profile.costs.items() if name in BREAKS},
            SHAPES | {name: cost for name, cost in profile.costs.items() if name in SHAPES},
            width or (lambda _: 0.0),
            language,
        )


@dataclass(frozen=True)
class Speech:
    """Words to be parted. `times` are seconds of each word's start and end; without them only the text
    counts.

    The first `label` words are the speaker's name. `opens` and `closes` are marks that each cue, and the last
    one, is written with.
    `until` is when the last cue must be gone, `cuts` are the changes of picture on the way. `fixed` says what
    a break after a word costs, whatever the words are; after the words `joined` no cue ends, and after `ends`
    a line does.
    """

    texts: Sequence[str]
    times: Sequence[tuple[float, float]] = ()
    until: float = 0.0
    label: int = 0
    opens: str = ""
    closes: str = ""
    cuts: Sequence[float] = ()
    fixed: Mapping[int, Price] = field(default_factory=dict)
    joined: Collection[int] = ()
    ends: Collection[int] = ()


@dataclass(frozen=True)
class Block:
    """Words `low` up to `high` in their lines; all but the first line begin with the words `breaks`."""

    low: int
    high: int
    lines: tuple[str, ...]
    breaks: tuple[int, ...] = ()


def segment(speech: Speech, limits: Limits) -> list[Block]:
    """The cheapest way to part the words into cues and lines."""
    page = _Page(speech, limits)
    count = len(speech.texts)
    best: list[tuple[float, int, tuple[int, ...]]] = [(0.0, 0, ())]
    for high in range(1, count + 1):
        options = []
        for low in range(high - 1, -1, -1):
            laid = page.lay(low, high)
            if laid is None:
                break
            if 0 < high <= speech.label and high < count:
                continue  # a name alone says nothing
            if high - 1 in speech.joined:
                continue
            price, breaks = laid
            price += page.time(low, high) + (page.gaps[high - 1][0] if high < count else 0.0)
            options.append((best[low][0] + price, low, breaks))
        best.append(min(options, default=(float("inf"), high - 1, ())))
    return list(reversed(list(_back(best, page))))


def _back(best: Sequence[tuple[float, int, tuple[int, ...]]], page: _Page) -> Iterator[Block]:
    high = len(best) - 1
    while high:
        _, low, breaks = best[high]
        edges = (low, *breaks, high)
        lines = tuple(page.line(one, two, low, high) for one, two in pairwise(edges))
        yield Block(low, high, lines, breaks)
        high = low


def lines(text: str, limits: Limits) -> tuple[str, ...]:
    """One cue's text in the best lines; more lines than there is room for where it cannot be helped.

    >>> limits = Limits(CaptionArea(32, 2, 1, 1, 1, 1), 99, 1, 7, 17)
    >>> lines("They saw the label on my file, and then they saw me.", limits)
    ('They saw the label on my file,', 'and then they saw me.')
    """
    page = _Page(Speech([piece for word in text.split() for piece in breakable(word)]), limits)
    count = len(page.texts)
    for allowed in range(1, count + 1):
        found = page.best_breaks(0, count, allowed)
        if found and found[0] < limits.shapes["overfull"]:
            break
    edges = (0, *(found[1] if found else ()), count)
    return tuple(page.line(one, two, 0, count) for one, two in pairwise(edges))


class _Page:
    """One speech with its prices and widths, reckoned once."""

    def __init__(self, speech: Speech, limits: Limits) -> None:
        self.speech, self.limits, self.texts = speech, limits, speech.texts
        self.shapes = limits.shapes
        self.gaps = self._gaps()
        self._ends = [0, *accumulate(int(ending(text) == "sentence") for text in self.texts)]
        shown = [text.rstrip(SOFT + HERE) for text in self.texts]
        blanks = [text == bare for text, bare in zip(self.texts, shown, strict=True)]
        self._blanks = [0, *accumulate(blanks)]
        self._characters = [0, *accumulate(map(int.__add__, map(len, shown), blanks))]
        self._ems = [0.0, *accumulate(map(limits.width, shown))]
        self._space = limits.width(" ")
        self._marks = {mark: limits.width(mark) for mark in (speech.opens, speech.closes)}
        self._cuts = self._inside()
        for cut in self._cuts:  # a break where the picture changes
            for index, ((_, end), (start, _)) in enumerate(pairwise(speech.times)):
                if end - 0.1 <= cut <= start + 0.1:
                    self.gaps[index] = total([self.gaps[index], limits.breaks["at a cut"]])

    def _gaps(self) -> list[Price]:
        """What a break costs after each word but the last."""
        if len(self.texts) < 2:
            return []
        times, label = self.speech.times, self.speech.label
        pauses = [two[0] - one[1] for one, two in pairwise(times)] if times else [0.0] * len(self.texts)
        found = gaps(self.texts, pauses, self.limits.breaks, self.limits.language)
        for index in range(min(label, len(found))):
            found[index] = self.limits.breaks["after label" if index == label - 1 else "within label"]
        for index, price in self.speech.fixed.items():
            found[index] = price
        return found

    def _inside(self) -> list[float]:
        """The changes of picture while it is spoken."""
        times, until = self.speech.times, self.speech.until
        return [at for at in self.speech.cuts if times and times[0][0] < at < until]

    def line(self, one: int, two: int, low: int, high: int) -> str:
        """Words `one` up to `two` as they are written in the cue from `low` to `high`."""
        words = list(self.texts[one:two])
        first = max(low, self.speech.label)
        if one <= first < two:
            words[first - one] = self.speech.opens + words[first - one]
        if two == high == len(self.texts):
            words[-1] += self.speech.closes
        return joined(words)

    def _between(self, one: int, two: int) -> int:
        """Blanks between these words, and a hyphen where the last is parted."""
        return self._blanks[two - 1] - self._blanks[one] + self.texts[two - 1].endswith(SOFT)

    def _length(self, one: int, two: int) -> int:
        """Characters of these words and the blanks between them."""
        return self._characters[two] - self._characters[one] - self._blanks[two] + self._blanks[two - 1]

    def characters(self, one: int, two: int, low: int, high: int) -> int:
        length = self._length(one, two)
        length += self.texts[two - 1].endswith(SOFT)  # a hyphen where the line ends inside a word
        return length + self._marked(one, two, low, high, len)

    def _marked(self, one: int, two: int, low: int, high: int, size: Callable[[str], int]) -> int:
        extra = size(self.speech.opens) if one <= max(low, self.speech.label) < two else 0
        return extra + (size(self.speech.closes) if two == high == len(self.texts) else 0)

    def fits(self, one: int, two: int, low: int, high: int) -> bool:
        if self.characters(one, two, low, high) > self.limits.area.characters:
            return False
        if any(one <= at < two - 1 for at in self.speech.ends):
            return False
        wide = self._ems[two] - self._ems[one] + self._space * self._between(one, two)
        if one <= max(low, self.speech.label) < two:
            wide += self._marks[self.speech.opens]
        if two == high == len(self.texts):
            wide += self._marks[self.speech.closes]
        return wide <= self.limits.ems

    def lay(self, low: int, high: int) -> tuple[float, tuple[int, ...]] | None:
        """The price of a cue's shape and where its lines break; None where it is too much for one cue."""
        for count in range(1, self.limits.area.lines + 1):
            found = self.best_breaks(low, high, count)
            if found:
                return found[0] + self._size(low, high), found[1]
        return None

    def _size(self, low: int, high: int) -> float:
        """What a cue costs by how much is in it, however its lines break."""
        length = self._length(low, high)
        price = self.shapes["block"] + self.shapes["full"] * max(0, length - FULL)
        return price + self.shapes["short"] * max(0, SHORT - length) + self._halves(low, high)

    def _halves(self, low: int, high: int) -> float:
        """The price of a cue that has the end of one sentence and the beginning of another."""
        ends = self._ends[high - 1] > self._ends[low]
        whole = (low == 0 or self._ends[low] > self._ends[low - 1]) and (
            high == len(self.texts) or self._ends[high] > self._ends[high - 1]
        )
        return self.shapes["halves"] if ends and not whole else 0.0

    def best_breaks(self, low: int, high: int, count: int) -> tuple[float, tuple[int, ...]] | None:
        """The best way to part a cue into exactly so many lines. A word alone may be too long for any."""
        ways = [(self._shape(breaks, low, high), breaks) for breaks in self._ways(low, high, low, count)]
        return min(ways, default=None)

    def _ways(self, one: int, high: int, low: int, count: int) -> Iterator[tuple[int, ...]]:
        if count == 1:
            if high - one == 1 or self.fits(one, high, low, high):
                yield ()
            return
        for two in range(one + 1, high - count + 2):
            if two - one > 1 and not self.fits(one, two, low, high):
                return
            for rest in self._ways(two, high, low, count - 1):
                yield (two, *rest)

    def _shape(self, breaks: tuple[int, ...], low: int, high: int) -> float:
        shapes = self.shapes
        edges = (low, *breaks, high)
        lengths = [self.characters(one, two, low, high) for one, two in pairwise(edges)]
        price = shapes["overfull"] * sum(
            two - one == 1 and not self.fits(one, two, low, high) for one, two in pairwise(edges)
        )
        price += sum(self.gaps[at - 1][1] + shapes["line"] for at in breaks)
        alone = self.speech.label > 0 and breaks[:1] == (self.speech.label,)
        for top, bottom in pairwise(lengths[alone:]):  # a name on a line of its own is no ragged line
            apart = abs(top - bottom)
            price += shapes["uneven"] * apart + shapes["ragged"] * max(0, apart - 16)
            price += shapes["top heavy"] if top > bottom else 0.0
        return price

    def time(self, low: int, high: int) -> float:
        """Too fast to read, too short to see, or so long that it is read twice; and pictures that change
        meanwhile.
        """
        times, prices = self.speech.times, self.shapes
        if not times:
            return 0.0
        start, until = times[low][0], times[high][0] if high < len(times) else self.speech.until
        seconds = max(until - start, 0.01)
        speed = self.characters(low, high, low, high) / seconds
        price = (
            max(0.0, speed - self.limits.speed) * prices["fast"]
            + max(0.0, self.limits.least - seconds) * prices["brief"]
        )
        price += max(0.0, times[high - 1][1] - start - self.limits.most) * prices["long"]
        return price + prices["over a cut"] * sum(
            start + 0.1 < cut < times[high - 1][1] - 0.1 for cut in self._cuts
        )
