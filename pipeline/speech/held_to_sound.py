"""Is an imported transcript of this recording, and are its words where it says?

A few stretches are heard by the recogniser and laid over the import's words: that is evidence of both. Where
no recogniser is at hand, the stretches in which somebody speaks are laid over those in which words are.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from fractions import Fraction
from itertools import pairwise
from statistics import median

import numpy as np
import numpy.typing as npt

from pipeline.core.time import Source, Span, Time
from pipeline.core.word import Word
from pipeline.language.normalise import HESITATIONS, tokens
from pipeline.speech.spoken_lines import GUESSED, between

WINDOW, EVERY, FEWEST, MOST = 15.0, 75.0, 4, 24
"""Seconds that are heard at once, about how far apart, and how many times."""
SAME, LONG = 3, 5
"""Words in a row that are the same in both: fewer may be chance; and more are none, wherever they are."""
OFF, OFF_WORD, OFF_ALL = 1.2, 0.6, 0.4
"""Seconds by which words may lie elsewhere: in a line that shares its time, where each has its own, and of
all together.
"""
ELSEWHERE, ENOUGH, SURE = 0.2, 20, 0.6
"""Share of what is heard that is found in a transcript of something else; of so many words at least, of which
the recogniser is this sure.
"""
STEEPEST = 0.05
"""By how much a recording may run at another rate: 25 frames for 23.976 are 4 %."""
REACH = 30.0
"""Seconds by which a whole transcript may be early or late, as looked for by voices alone."""

Hear = Callable[[float, float], Sequence[Word]]
"""The words that are heard from one second to another, with their times in the recording."""


@dataclass(frozen=True)
class Block:
    """Words that stand in both: when the import has them, how much later they are heard, what they are."""

    at: float
    later: float
    count: int
    text: str
    off: float
    """From how much later on they are elsewhere."""


@dataclass(frozen=True)
class Held:
    """What comes of it. `later` are seconds by which all its words are heard later than it says; `first` is
    where they begin to be, where not all are; `foreign`: are other words said?
    """

    evidence: str
    later: float = 0.0
    first: Block | None = None
    rate: float = 1.0
    foreign: str = ""

    @property
    def is_good(self) -> bool:
        return not (self.later or self.first or self.foreign) and self.rate == 1.0


def by_words(words: Sequence[Word], hear: Hear, duration: float) -> Held | None:
    """Held against what is heard in some stretches; None where too little is to tell."""
    mine = _forms(words)
    heard: list[Word] = []
    blocks: list[Block] = []  # in the order of the recording
    for start in windows(words, duration):
        said = hear(start, min(start + WINDOW, duration))
        heard += said
        blocks += _blocks(words, mine, said)
    for _ in range(6):
        between = _change(_believed(blocks))
        if between is None or between[1] - between[0] <= WINDOW:
            break
        start = sum(between) / 2 - WINDOW / 2
        blocks += _blocks(words, mine, hear(start, min(start + WINDOW, duration)))
    blocks = _believed(blocks)
    count, found = len(_forms(heard)), sum(block.count for block in blocks)
    if count < SAME or (count < ENOUGH and not blocks):
        return None  # hardly anything is said, or it is not made out
    evidence = f"{count} words were heard in it, and {min(found, count)} of them are where it was looked for"
    several = len({form for form, _ in _forms(heard)}) >= max(ENOUGH, count / 4)
    if several and found < ELSEWHERE * count and median(word.confidence for word in heard) >= SURE:
        return Held(evidence, foreign=" ".join(word.text for word in heard[:12]))
    if not blocks:
        return None
    return _judged(evidence, sorted(blocks, key=lambda block: block.at))


def windows(words: Sequence[Word], duration: float) -> list[float]:
    """Where to listen: all of what is short, else here and there where there are words."""
    if duration <= WINDOW * FEWEST:
        return [float(start) for start in np.arange(0.0, duration, WINDOW)]
    starts = [float(word.span.start) for word in words if float(word.span.start) < duration - WINDOW]
    number = int(min(MOST, max(FEWEST, duration // EVERY)))
    places = np.linspace(0, len(starts) - 1, number) if starts else ()
    return [max(0.0, starts[int(at)]) for at in places] or [0.0]


def _forms(words: Sequence[Word]) -> list[tuple[str, int]]:
    """Each token and the word that it begins in; hesitations are heard or not."""
    found = tokens([word.text for word in words])
    return [(token.form, token.first) for token in found if token.form not in HESITATIONS]


def _blocks(words: Sequence[Word], mine: Sequence[tuple[str, int]], said: Sequence[Word]) -> list[Block]:
    theirs = _forms(said)
    if not theirs:
        return []
    middle = float(said[len(said) // 2].span.start)
    near = [one for one in mine if abs(float(words[one[1]].span.start) - middle) < REACH + WINDOW]
    found = _same(words, near, said, theirs)
    if sum(block.count for block in found) * 2 < len(theirs):
        found = max(
            found, _same(words, mine, said, theirs), key=lambda some: sum(block.count for block in some)
        )
    return found


def _same(
    words: Sequence[Word],
    mine: Sequence[tuple[str, int]],
    said: Sequence[Word],
    theirs: Sequence[tuple[str, int]],
) -> list[Block]:
    matcher = SequenceMatcher(None, [form for form, _ in mine], [form for form, _ in theirs], autojunk=False)
    out = []
    for one in matcher.get_matching_blocks():
        if one.size >= SAME:
            pairs = [(words[mine[one.a + n][1]], said[theirs[one.b + n][1]]) for n in range(one.size)]
            out += [_block(part) for part in _unbroken(pairs)]
    return out


Pair = tuple[Word, Word]
"""A word of the import, and the same as heard."""


def _later(pair: Pair) -> float:
    return float(pair[1].span.start - pair[0].span.start)


def _off(pair: Pair) -> float:
    return OFF if pair[0].confidence == GUESSED else OFF_WORD


def _unbroken(pairs: Sequence[Pair]) -> Iterator[list[Pair]]:
    """Runs that are moved alike: where lines begin to be elsewhere the words go on."""
    run = [pairs[0]]
    for pair in pairs[1:]:
        if abs(_later(pair) - _later(run[-1])) > _off(pair):
            yield run
            run = []
        run.append(pair)
    yield run


def _block(pairs: Sequence[Pair]) -> Block:
    text = " ".join(dict.fromkeys(word.text for word, _ in pairs[:6]))
    return Block(
        float(pairs[0][0].span.start), median(map(_later, pairs)), len(pairs), text, max(map(_off, pairs))
    )


def _believed(blocks: Iterable[Block]) -> list[Block]:
    """Those that are long, or that another near them agrees with: "and I was" is said in many places."""
    in_order = sorted(blocks, key=lambda block: block.at + block.later)

    def agrees(number: int) -> bool:
        around = in_order[max(0, number - 2) : number] + in_order[number + 1 : number + 3]
        return any(abs(one.later - in_order[number].later) <= one.off for one in around)

    return [one for number, one in enumerate(in_order) if one.count >= LONG or agrees(number)]


def _change(blocks: Iterable[Block]) -> tuple[float, float] | None:
    """Between which two places of the recording words begin to be elsewhere."""
    in_order = sorted(blocks, key=lambda block: block.at)
    for one, two in pairwise(in_order):
        if abs(two.later - one.later) > max(one.off, two.off):
            return one.at + one.later, two.at + two.later
    return None


def _judged(evidence: str, blocks: Sequence[Block]) -> Held:
    weights = [block.later for block in blocks for _ in range(block.count)]
    middle = median(weights)
    if all(abs(block.later - middle) <= block.off for block in blocks):
        return Held(evidence, later=round(middle, 2) if abs(middle) > OFF_ALL else 0.0)
    at, later = (np.array([getattr(block, name) for block in blocks]) for name in ("at", "later"))
    slope, base = np.polyfit(at, later, 1)
    straight = all(abs(block.later - base - slope * block.at) <= OFF_WORD for block in blocks)
    if straight and len(blocks) > 3 and abs(slope) < STEEPEST:
        return Held(evidence, later=round(float(base), 2), rate=1 + float(slope))
    before = blocks[0].later if abs(blocks[0].later) <= blocks[0].off else 0.0
    first = next(block for block in blocks if abs(block.later - before) > block.off)
    return Held(evidence, first=first)


# Words placed anew ----------------------------------------------------------------------------

AT_ONCE = 40
"""Words that are looked for together."""


def placed(words: Sequence[Word], heard: Sequence[Word]) -> tuple[list[Word], int]:
    """The same words at the times at which they are heard, and of how many that is known: the others stand
    between them. For transcripts that give a time to a paragraph.
    """
    at = _anchors(words, heard)
    found: list[Word] = []
    edges = [-1, *sorted(at), len(words)]
    for before, after in pairwise(edges):
        run = words[before + 1 : after]
        if run:
            low = (
                at[before].end if before >= 0 else min(run[0].span.start, *(at[after].start,) * (after in at))
            )
            high = at[after].start if after in at else max(low + len(run) * LEAST, run[-1].span.end)
            shared = between(low, high, [word.text for word in run])
            found += [replace(one, span=two.span) for one, two in zip(run, shared, strict=True)]
        if after in at:
            found.append(replace(words[after], span=at[after]))
    return sorted(found, key=lambda word: word.span.start), len(at)


LEAST = Fraction(1, 4)
"""Seconds for a word after the last that was heard."""


def _anchors(words: Sequence[Word], heard: Sequence[Word]) -> dict[int, Span[Source]]:
    """When words of the import, by their number, are heard; always later than the one before."""
    starts = [float(word.span.start) for word in heard]
    found: dict[int, Span[Source]] = {}
    reached = Time[Source](Fraction(0))
    for first in range(0, len(words), AT_ONCE):
        some = words[first : first + AT_ONCE]
        low = bisect_left(starts, float(some[0].span.start) - REACH)
        near = heard[low : bisect_left(starts, float(some[-1].span.end) + REACH)]
        mine, theirs = _forms(some), _forms(near)
        matcher = SequenceMatcher(
            None, [form for form, _ in mine], [form for form, _ in theirs], autojunk=False
        )
        for one in (one for one in matcher.get_matching_blocks() if one.size >= SAME):
            for number in range(one.size):
                span, word = near[theirs[one.b + number][1]].span, first + mine[one.a + number][1]
                if span.start >= reached and word not in found:
                    found[word], reached = span, span.end
    return found


# By voices alone -------------------------------------------------------------------------------

STEP = 0.05
CLEARER, FITS = 0.2, 0.5
"""How much better words must lie on voices elsewhere, and how well, for that to be believed."""
RATES = (1.0, 25 / 24, 24 / 25, 1001 / 1000, 1000 / 1001, 1001 / 960, 960 / 1001)
"""Frames a second that are taken for others: 24, 25 and 23.976."""

Activity = npt.NDArray[np.float64]


def by_voices(
    words: Sequence[Word],
    voices: Sequence[tuple[float, float]],
    duration: float,
    rates: Sequence[float] = RATES,
) -> Held:
    """Held against where somebody speaks: the offset and the rate at which words and voices lie best on each
    other, if that is clearly better than where the file has them.
    """
    evidence = "held against where somebody speaks, and not against what is said"
    spans = [(float(word.span.start), float(word.span.end)) for word in words]
    length = duration + 4 * REACH
    spoken = _active(voices, length)
    fits = {rate: _fit(_active([(a * rate, b * rate) for a, b in spans], length), spoken) for rate in rates}
    here = float(fits[1.0][len(fits[1.0]) // 2])
    rate = max(rates, key=lambda one: fits[one].max())
    best = float(fits[rate].max())
    if best < FITS or best - here < CLEARER:
        return Held(evidence)
    later = (int(fits[rate].argmax()) - len(fits[rate]) // 2) * STEP
    if rate == 1.0 and abs(later) <= OFF_ALL:
        return Held(evidence)
    return Held(evidence, later=round(later, 2), rate=rate)


def _active(spans: Iterable[tuple[float, float]], length: float) -> Activity:
    found = np.zeros(int(length / STEP))
    for start, end in spans:
        found[max(0, round((start + REACH) / STEP)) : max(0, round((end + REACH) / STEP))] = 1
    return found


def _fit(mine: Activity, theirs: Activity) -> Activity:
    """How alike the two are, from -1 to 1, with the first moved by up to REACH either way."""
    one, two = mine - mine.mean(), theirs - theirs.mean()
    size = 2 * len(one)
    both = np.fft.irfft(np.conj(np.fft.rfft(one, size)) * np.fft.rfft(two, size), size)
    reach = round(REACH / STEP)
    found = np.concatenate([both[-reach:], both[: reach + 1]])
    norm = float(np.sqrt((one**2).sum() * (two**2).sum()))
    return np.asarray(found / norm if norm else np.zeros(len(found)), np.float64)
