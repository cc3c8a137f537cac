"""Mends captions by the rules that they break: cues move, lines break elsewhere, words never change.

A repair is tried where its rule found something, and kept only where the rules then find less than
before. So a fix can make nothing worse, and whatever cannot be mended is left for a person.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations, pairwise
from math import floor

from pipeline.captions.model import Cue, Part, tokens
from pipeline.captions.rules import Judged, check
from pipeline.captions.rules.context import exact, timed
from pipeline.captions.rules.line_breaks import FIRM, parted
from pipeline.captions.rules.lines import apart, fits
from pipeline.captions.rules.reading_speed import least_seconds
from pipeline.core.time import Programme, Span, Time

PASSES = 4
"""Rounds in which one repair may make room for another."""

AROUND = 2
"""Cues on either side that a repair is judged with: what it can do harm to."""


LONGEST = Fraction(60)
"""Seconds that no cue is kept for: how far ahead the next cut is looked for."""

BESIDE = Fraction(2)
"""Seconds before and after those in which cuts matter."""


@dataclass(frozen=True)
class Fix:
    """One repair: its name, the rule that asked for it, the cue (its number when it was made), and how it was
    and is.
    """

    name: str
    rule: str
    cue: int
    before: tuple[Cue, ...]
    after: tuple[Cue, ...]


@dataclass(frozen=True)
class Mended:
    """Cues after their repairs, and which those were."""

    cues: tuple[Cue, ...]
    fixes: tuple[Fix, ...]


@dataclass(frozen=True)
class _Change:
    """Cues `first` up to `end` (indices from 0) give way to these."""

    first: int
    end: int
    cues: tuple[Cue, ...]


Repair = Callable[[Judged, int], _Change | None]
"""What could be done about a cue, by its index; None where nothing can."""


def mend(judged: Judged, without: Collection[str] = ()) -> Mended:
    """Every repair that helps, and the cues that come of them; `without` those of these names."""
    fixes: list[Fix] = []
    given = judged.cues
    judged = replace(judged, written=None)
    ordered = tuple(sorted(judged.cues, key=lambda cue: cue.span.start))
    if ordered != judged.cues:
        fixes.append(Fix("sort", "order", 0, judged.cues, ordered))
        judged = replace(judged, cues=ordered)
    for _ in range(PASSES):
        before = judged.cues
        at = 0
        while at < len(judged.cues):
            found = _best_that_helps(judged, at, without)
            if found:
                judged, fix = found
                fixes.append(fix)
            else:
                at += 1
        if judged.cues == before:
            break
    return Mended(_touching(judged, set(given)), tuple(fixes))


def _touching(judged: Judged, given: Collection[Cue]) -> tuple[Cue, ...]:
    """Times off the grid of frames may leave part of a frame to two cues: it is the later one's. What no
    repair was made to is as it was.
    """
    done = list(judged.cues)
    for at, (one, two) in enumerate(pairwise(done)):
        mine = one not in given or two not in given
        if (
            mine
            and one.span.start < two.span.start < one.span.end
            and judged.between(two.span.start, one.span.end) <= 0
        ):
            done[at] = replace(one, span=Span(one.span.start, two.span.start))
    return tuple(done)


def _best_that_helps(judged: Judged, at: int, without: Collection[str]) -> tuple[Judged, Fix] | None:
    """For the first broken rule that anything can be done about: what leaves the least wrong."""
    mine = min(at, AROUND) + 1
    broken = {
        finding.rule for finding in check(_window(judged, at, at + 1), MENDED).findings if finding.cue == mine
    }
    for rule, repairs in REPAIRS.items():
        tried = [
            _tried(judged, at, rule, name, repair(judged, at))
            for name, repair in repairs
            if rule in broken and name not in without
        ]
        options = [option for option in tried if option]
        if options:
            return min(options, key=lambda option: option[0])[1:]
    return None


def _tried(
    judged: Judged, at: int, rule: str, name: str, change: _Change | None
) -> tuple[float, Judged, Fix] | None:
    """What is left wrong after a change, and what comes of it; None where it does not help."""
    if change is None or not _same_words(judged.cues[change.first : change.end], change.cues):
        return None
    cues = (*judged.cues[: change.first], *change.cues, *judged.cues[change.end :])
    after = replace(judged, cues=cues)
    wrong, harm = _wrong(after, change.first, change.first + len(change.cues))
    was, harmed = _wrong(judged, change.first, change.end)
    if wrong >= was or harm > harmed:
        return None
    return wrong, after, Fix(name, rule, at + 1, judged.cues[change.first : change.end], change.cues)


def _window(judged: Judged, first: int, end: int) -> Judged:
    """These cues and their neighbours, with the cuts there."""
    cues = judged.cues[max(0, first - AROUND) : end + AROUND]
    low, high = cues[0].span.start, max(cue.span.end for cue in cues)
    cuts = None if judged.cuts is None else tuple(judged.cuts_within(low + -BESIDE, high + BESIDE))
    return replace(judged, cues=cues, cuts=cuts)


def _wrong(judged: Judged, first: int, end: int) -> tuple[float, int]:
    """How much is wrong around these cues, an error outweighing warnings; and what is never traded for
    anything: cuts crossed, cues at once.
    """
    found = check(_window(judged, first, end), MENDED).findings
    return sum(10.0 if finding.severity == "error" else 1.0 for finding in found), sum(
        finding.rule in NEVER for finding in found
    )


def words_of(cues: Sequence[Cue]) -> list[str]:
    """All that is read in them, without the marks of a profile: names, words and notes."""
    read = [
        [cue.speaker * cue.label, *(token for part in cue.parts for token in tokens(part))] for cue in cues
    ]
    return [word for words in read for word in words if word]


def _same_words(before: Sequence[Cue], after: Sequence[Cue]) -> bool:
    words, others = ([word for cue in cues for word in cue.words] for cues in (before, after))
    return words == others and words_of(before) == words_of(after)


# Times ---------------------------------------------------------------------------------------


def _chain(judged: Judged) -> Fraction:
    """What is left dark between two cues that follow each other."""
    return judged.profile.timing.chain_frames / (judged.rate or Fraction(24))


def _snapped(judged: Judged, time: Time[Programme]) -> Time[Programme]:
    return time.snap(judged.rate) if judged.rate else Time(Fraction(time.ms(), 1000))


def _limit(judged: Judged, at: int) -> Time[Programme] | None:
    """How long a cue may stay at most: until the next one, the next cut, or the end of the film."""
    cue = judged.cues[at]
    ends = [judged.cues[at + 1].span.start + -_chain(judged)] if at + 1 < len(judged.cues) else []
    ends += [cut + -_chain(judged) for cut in judged.cuts_within(cue.span.end, cue.span.end + LONGEST)][:1]
    ends += [judged.end] if judged.end else []
    return min(ends, default=None)


def _ends(
    judged: Judged, at: int, wanted: Time[Programme], limit: Time[Programme] | None = None
) -> _Change | None:
    """The cue with another end: the last frame boundary before it, or just where the next cue or cut is."""
    cue = judged.cues[at]
    end = (
        Time[Programme](floor(wanted.seconds * judged.rate) / judged.rate)
        if judged.rate
        else _snapped(judged, wanted)
    )
    end = limit if limit and wanted >= limit else end
    return (
        _Change(at, at + 1, (replace(cue, span=Span(cue.span.start, end)),))
        if cue.span.start < end != cue.span.end
        else None
    )


def _starts(judged: Judged, at: int, start: Time[Programme]) -> _Change | None:
    cue = judged.cues[at]
    start = _snapped(judged, start)
    return (
        _Change(at, at + 1, (replace(cue, span=Span(start, cue.span.end)),))
        if cue.span.start != start < cue.span.end and start.seconds >= 0
        else None
    )


def close_gap(judged: Judged, at: int) -> _Change | None:
    """The cue before stays until this one comes: the gap, or the overlap, is gone."""
    start = judged.cues[at].span.start + -_chain(judged)
    return _ends(judged, at - 1, start, start) if at else None


def open_gap(judged: Judged, at: int) -> _Change | None:
    """The cue before goes soon enough that the gap is seen as one."""
    return (
        _ends(judged, at - 1, judged.cues[at].span.start + -judged.whole(judged.profile.timing.min_gap))
        if at
        else None
    )


def extend(judged: Judged, at: int) -> _Change | None:
    """Longer on the screen, as far as the next cue and the next cut leave room."""
    cue, limit = judged.cues[at], _limit(judged, at)
    least = judged.whole(
        max(least_seconds(cue, judged.profile), len(cue.text) / judged.profile.speed.warn)
    ) + (1 / judged.rate if judged.rate else 0)
    wanted = cue.span.start + least
    return _ends(judged, at, wanted, limit) if wanted > cue.span.end else None


def extend_fully(judged: Judged, at: int) -> _Change | None:
    """As long as there is room, where that is less than the cue would need."""
    limit = _limit(judged, at)
    return _ends(judged, at, limit, limit) if limit and limit > judged.cues[at].span.end else None


def extend_to_speech(judged: Judged, at: int) -> _Change | None:
    """Until the last word is said."""
    words, limit = timed(judged.cues[at]), _limit(judged, at)
    end = max((word.span.end for word in words), default=judged.cues[at].span.end)
    return _ends(judged, at, end, limit)


def shorten(judged: Judged, at: int) -> _Change | None:
    """Gone when its last word is, with the profile's time to linger, and never before it has been read."""
    cue, timing = judged.cues[at], judged.profile.timing
    words = timed(cue)
    if not words:
        return (
            _ends(judged, at, cue.span.start + judged.whole(timing.max_seconds))
            if cue.span.duration > timing.max_seconds
            else None
        )
    spoken = max(word.span.end for word in words) + exact(timing.linger)
    read = cue.span.start + judged.whole(
        max(least_seconds(cue, judged.profile), len(cue.text) / judged.profile.speed.warn)
    )
    return _ends(judged, at, max(spoken, read))


def snap_to_cut(judged: Judged, at: int) -> _Change | None:
    """Begins on the cut that it began just after; ends on the one that it ended just before, or so many
    frames before it.
    """
    assert judged.rate
    snap, cue = judged.profile.timing.snap_frames / judged.rate, judged.cues[at]
    start = max(
        (cut for cut in judged.cuts_within(cue.span.start + -snap, cue.span.start)), default=cue.span.start
    )
    end = min(
        (cut + -_chain(judged) for cut in judged.cuts_within(cue.span.end, cue.span.end + snap)),
        default=cue.span.end,
    )
    before = judged.cues[at - 1] if at else None
    if before and before.span.end > start:
        start = cue.span.start
    return (
        _Change(at, at + 1, (replace(cue, span=Span(start, end)),))
        if start < end and (start, end) != (cue.span.start, cue.span.end)
        else None
    )


def to_speech(judged: Judged, at: int) -> _Change | None:
    """Begins with its first word, and not before the cue before it has gone."""
    words = timed(judged.cues[at])
    floor = judged.cues[at - 1].span.end if at else None
    start = words[0].span.start if words else judged.cues[at].span.start
    return _starts(judged, at, max(start, floor) if floor else start)


# Lines ---------------------------------------------------------------------------------------


def one_line(judged: Judged, at: int) -> _Change | None:
    """All of it in one line."""
    cue = judged.cues[at]
    return None if apart(cue) else _Change(at, at + 1, (replace(cue, breaks=()),))


def rebreak(judged: Judged, at: int) -> _Change | None:
    """The same words in the best lines that they fit in."""
    cue = judged.cues[at]
    lines = None if apart(cue) else laid(judged, cue.tokens)
    return _Change(at, at + 1, (cue.broken(lines),)) if lines and lines != cue.lines else None


def laid(judged: Judged, words: Sequence[str]) -> tuple[str, ...] | None:
    """The best lines for words: the fewest that they fit in, parted where the sense is, even. None where they
    do not fit at all.
    """
    for count in range(1, judged.area.lines + 1):
        options = []
        for borders in combinations(range(1, len(words)), count - 1):
            lines = tuple(
                " ".join(words[a:b]) for a, b in zip((0, *borders), (*borders, len(words)), strict=True)
            )
            if all(fits(judged, line) for line in lines):
                uneven = (max(map(len, lines)) - min(map(len, lines))) / 20 + 0.3 * (
                    len(lines[0]) > len(lines[-1])
                )
                options.append((sum(_price(judged, words[b - 1], words[b]) for b in borders) + uneven, lines))
        if options:
            return min(options)[1]
    return None


def _price(judged: Judged, before: str, after: str) -> float:
    """Of a break between two words."""
    if before.endswith((".", "?", "!", "…")):
        return -2.0
    if before.endswith((",", ";", ":", "–", "—")):
        return -1.0
    kind = parted(before, after) if judged.english else ""
    return 8.0 if kind in FIRM else 5.0 if kind else 1.0


def split_long(judged: Judged, at: int) -> _Change | None:
    """Two cues where one is too much, parted at the best place that gives both lines that fit."""
    cue = judged.cues[at]
    options = [] if apart(cue) else list(_halves(judged, cue))
    if not options:
        return None
    _, one, two = min(options, key=lambda option: option[0])
    spoken = timed(two)
    share = Fraction(len(one.text), len(cue.text))
    start = _snapped(judged, spoken[0].span.start if spoken else cue.span.start + share * cue.span.duration)
    end = _snapped(judged, start + -_chain(judged))
    if not cue.span.start < end <= start < cue.span.end:
        return None
    first = replace(one, span=Span(cue.span.start, end))
    return _Change(at, at + 1, (first, replace(two, span=Span(start, cue.span.end))))


def _halves(judged: Judged, cue: Cue) -> Iterator[tuple[float, Cue, Cue]]:
    """Every way to part a cue into two whose lines fit, and what it costs; none inside a word with its
    times, or a note.
    """
    named = len(cue.tokens) - sum(len(tokens(part)) for part in cue.parts)
    for border in range(1, len(cue.tokens)):
        mine, theirs = _parts_at(cue, border - named)
        if not mine or not theirs:
            continue
        one = replace(cue, parts=mine, closes=False, breaks=())
        two = replace(cue, parts=theirs, label=False, breaks=())
        first, second = laid(judged, one.tokens), laid(judged, two.tokens)
        if first and second:
            uneven = abs(len(one.text) - len(two.text)) / 20
            price = _price(judged, one.tokens[-1], two.tokens[0]) + uneven
            yield price, one.broken(first), two.broken(second)


def _parts_at(cue: Cue, border: int) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    """A cue's parts before and after a token; neither where the place is inside a part that stays whole."""
    seen = 0
    for number, part in enumerate(cue.parts):
        if seen == border:
            return cue.parts[:number], cue.parts[number:]
        pieces = tokens(part)
        if isinstance(part, str) and seen < border < seen + len(pieces):
            one, two = (" ".join(pieces[: border - seen]), " ".join(pieces[border - seen :]))
            return (*cue.parts[:number], one), (two, *cue.parts[number + 1 :])
        seen += len(pieces)
    return (), ()


def merge(judged: Judged, at: int) -> _Change | None:
    """A cue that flickers by joins the one after it, or before it, of the same speaker and shot."""
    for first in (at, at - 1):
        if first < 0 or first + 1 >= len(judged.cues):
            continue
        one, two = judged.cues[first], judged.cues[first + 1]
        if not _may_join(one, two):
            continue
        joined = replace(one, parts=one.parts + two.parts, closes=two.closes, breaks=())
        lines = laid(judged, joined.tokens)
        if lines and two.span.end > one.span.start:
            whole = replace(joined, span=Span(one.span.start, two.span.end)).broken(lines)
            return _Change(first, first + 2, (whole,))
    return None


SHARED = ("speaker", "quote", "kind", "position", "colour", "off")
"""What two cues have in common that may be one."""


def _may_join(one: Cue, two: Cue) -> bool:
    """Are they one speaker's, in one place, and close together?"""
    alike = all(getattr(one, name) == getattr(two, name) for name in SHARED)
    if not alike or two.label or one.kind != "speech":
        return False
    return not apart(one) and not apart(two) and two.span.start - one.span.end <= 1


REPAIRS: dict[str, tuple[tuple[str, Repair], ...]] = {
    "overlap": (("close-gap", close_gap),),
    "line-count": (("rebreak", rebreak), ("split-long", split_long)),
    "line-length": (("rebreak", rebreak), ("split-long", split_long)),
    "line-width": (("rebreak", rebreak), ("split-long", split_long)),
    "one-line": (("one-line", one_line),),
    "line-break": (("rebalance", rebreak),),
    "too-long": (("shorten", shorten), ("split-long", split_long)),
    "near-cut": (("snap-to-cut", snap_to_cut),),
    "sync": (("to-speech", to_speech),),
    "chain-frames": (("chain", close_gap),),
    "gap": (("close-gap", close_gap), ("open-gap", open_gap)),
    "leaves-early": (("extend", extend_to_speech),),
    "stays-late": (("shorten", shorten),),
    "too-short": (("extend", extend), ("merge-flicker", merge), ("extend", extend_fully)),
    "reading-speed": (("extend", extend), ("extend", extend_fully)),
    "words-a-minute": (("extend", extend),),
}
"""What can be done about each rule, what is done first before the rest."""

REGROUPED = ("split-long", "merge-flicker")
"""The repairs that make two cues of one, or one of two."""

NEVER = ("across-cut", "overlap")
"""What no repair may bring about, whatever it mends."""

MENDED = frozenset(REPAIRS) | {"across-cut", "cue-break", "order"}
"""The rules that a repair is judged by: its own and those that it could break."""
