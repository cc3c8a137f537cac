"""Cut points: the approved words' own times, and the quiet on either side of them.

A recogniser says roughly where; forced alignment of the very words that were said, their
neighbours included, says when; the sound's energy says where between two words it is quietest.
The recogniser's times are kept beside the aligned ones, and how far each end can be trusted is said.

A leak of speech that nobody approved is worse than a tight cut: a handle reaches into quiet only and
stops where a voice begins again; where there is no quiet, the cut gives up a little of the approved word.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from itertools import groupby

import numpy as np

from pipeline.core.finding import Finding
from pipeline.core.ports import Aligner, Listener, Speech
from pipeline.core.signal import SMOOTH, STEP, calm, levels, runs
from pipeline.core.time import Source, Span, Time, decimal
from pipeline.core.word import Word
from pipeline.language.normalise import plain
from pipeline.matching.model import Cut, Edge, Stretch

HANDLE_IN, HANDLE_OUT = Fraction(15, 100), Fraction(70, 100)
"""How far before the first word and after the last a cut may lie, where it is quiet: voices die away slowly.
"""

MARGIN = Fraction(1, 2)
"""Sound on either side that the aligner also hears."""

LONGEST = Fraction(20)
"""Seconds that are aligned at once; more is taken apart at its longest pauses."""


BURST = 10
"""Steps that a sound after quiet may last and still be the end of the word: a "t" let go."""

TIGHT = Fraction(3, 100)
"""Seconds between two words below which they run into each other, and of the approved one that a cut between
them may give up.
"""

NEAR = Fraction(12, 100)
"""Seconds up to which the recogniser's border is another place to look for the dip."""

DIP = 2.0
"""How much quieter, in power, a place inside the approved word must be for the cut to move there."""

APART = Fraction(3, 10)
"""Seconds between recogniser and aligner from which one of them is wrong."""

ASTRAY = Fraction(1)
"""Seconds between them from which a neighbour is doubted: a word that a recogniser makes up in a pause pulls
the others there.
"""

PARTED = Fraction(12, 100)
"""Seconds of quiet inside a word's time from which what lies beyond is not the word: before a "t" it is quiet
for less.
"""

BREATH = Fraction(5, 100)
"""Seconds of quiet that part a word from what lies beyond, where the recogniser has it end there too."""

CLIPPED_WORD = Fraction(8, 100)
"""Seconds that no word before a pause is as short as: a recogniser hears one in the end of the last word."""

VOICED = Fraction(3, 10)
"""Seconds of voice without a word from which a word was missed, and not only a breath."""

SURE = 0.6
"""Confidence below which a person should listen."""


@dataclass(frozen=True)
class _Sound:
    """The sound around a stretch in steps of 10 ms: what in it is quiet, and what a voice."""

    start: Time[Source]
    energy: Speech

    @classmethod
    def around(cls, stretch: Stretch, listen: Listener) -> _Sound:
        low = max(Fraction(0), stretch.span.start.seconds - 1)
        return cls(Time(low), levels(listen(low, stretch.span.end.seconds + 1 - low)))

    @cached_property
    def calm(self) -> Speech:
        """The energy of some steps together, centred on each."""
        return np.asarray(calm(self.energy), np.float32)

    @cached_property
    def _range(self) -> tuple[float, float]:
        """The room's power and the voices'. Sound that somebody muted is no room: 50 dB below the voices is
        quiet anywhere.
        """
        voices = float(np.percentile(self.calm, 80))
        return max(float(np.percentile(self.calm, 5)), voices * 1e-5), voices

    @property
    def quiet(self) -> float:
        """Power up to which it is quiet: in dB, a third of the way from the room to the voices."""
        room, voices = self._range
        return float(room ** (2 / 3) * voices ** (1 / 3))

    @property
    def voice(self) -> float:
        """Power from which somebody speaks: half of the way."""
        room, voices = self._range
        return float((room * voices) ** 0.5)

    def step(self, time: Time[Source]) -> int:
        return min(len(self.energy), max(0, round((time - self.start) / STEP)))

    def quiets(self, low: Time[Source], high: Time[Source], least: Fraction) -> list[Span[Source]]:
        """Where between two times it is quiet for at least so long."""
        first = self.step(low)
        return [
            Span(self.start + (first + begins) * STEP, self.start + (first + ends) * STEP)
            for begins, ends in runs(self.calm[first : self.step(high)] <= self.quiet)
            if (ends - begins) * STEP >= least
        ]

    def speaks(self, low: Time[Source], high: Time[Source], least: int = BURST) -> bool:
        """Whether a voice is heard between two times for so many steps: longer than a "t" let go."""
        return int((self.calm[self.step(low) : self.step(high)] > self.voice).sum()) >= least

    def hushed(self, span: Span[Source]) -> bool:
        """Whether it is all here and quiet."""
        there = self.calm[self.step(span.start) : self.step(span.end)]
        return bool(len(there) and there.max() <= self.quiet)

    def middle(self, step: int) -> Time[Source]:
        return self.start + (step + Fraction(1, 2)) * STEP


def refine(stretch: Stretch, listen: Listener, aligner: Aligner, *, rough: bool = False) -> Cut:
    """Exact times for a matched stretch, and the cut points around it. `rough` is an aligner whose times are
    not exact.

    Neighbours hold the words in their place, unless the recogniser made one of them up: where the
    ends come out far from what it heard, fewer are tried, and the times nearest to it are taken.
    """
    stretch = replace(stretch, said=tuple(word for word in stretch.said if plain(word.text)) or stretch.said)
    found: list[tuple[Fraction, Stretch, bool]] = []
    for neighbours in (3, 1, 0):
        placed = _align(stretch, listen, aligner, neighbours)
        if placed:
            off = max(_apart(stretch, placed[0]))
            found.append((off, *placed))
            if off <= ASTRAY:
                break
    _, best, aligned = min(found, key=lambda one: one[0], default=(Fraction(0), stretch, False))
    return _cut(stretch, best, _Sound.around(best, listen), aligned=aligned, rough=rough)


def as_given(stretch: Stretch) -> Cut:
    """A stretch whose times a person wrote down: those, to the frame. Its words are placed if any was
    heard.
    """
    raw = tuple(word.span for word in stretch.said)
    return Cut(
        stretch,
        Span(stretch.before, stretch.after),
        aligned=any(word.heard for word in stretch.said),
        raw=raw,
    )


# The words' own times ------------------------------------------------------------------------


def _align(
    stretch: Stretch, listen: Listener, aligner: Aligner, neighbours: int
) -> tuple[Stretch, bool] | None:
    """The stretch with aligned times, and whether all of it is; None where no word fits the window's
    sound.
    """
    lead = stretch.lead[len(stretch.lead) - neighbours :] if neighbours else ()
    trail = stretch.trail[:neighbours]
    words = [
        *((word.text, word.span) for word in lead),
        *((word.text, word.span) for word in stretch.said),
        *((word.text, word.span) for word in trail),
    ]
    low, high = _window(stretch, neighbours)
    found = _times(words, low, high, listen, aligner)
    if not any(found):
        return None
    times = [span or raw for span, (_, raw) in zip(found, words, strict=True)]
    first, last = len(lead), len(lead) + len(stretch.said)
    said = tuple(replace(w, span=span) for w, span in zip(stretch.said, times[first:last], strict=True))
    before = times[first - 1].end if lead else Time[Source](low)
    after = times[last].start if trail else Time[Source](high)
    placed = Stretch(
        said,
        min(before, said[0].span.start),
        max(after, max(word.span.end for word in said)),
        _placed(lead, times[:first]),
        _placed(trail, times[last:]),
    )
    return placed, all(found[first:last])


def _placed(words: Sequence[Word], spans: Sequence[Span[Source]]) -> tuple[Word, ...]:
    return tuple(replace(word, span=span) for word, span in zip(words, spans, strict=True))


def _window(stretch: Stretch, neighbours: int) -> tuple[Fraction, Fraction]:
    """From the first of these words to the last, with the quiet around them and no word that is not
    theirs.
    """
    words = [*(w.span for w in stretch.lead), stretch.span, *(w.span for w in stretch.trail)]
    first, last = max(0, len(stretch.lead) - neighbours), min(len(words) - 1, len(stretch.lead) + neighbours)
    room = (words[first].start - words[first - 1].end) / 2 if first else MARGIN
    start = words[first].start.seconds - max(Fraction(0), min(MARGIN, room))
    room = (words[last + 1].start - words[last].end) / 2 if last + 1 < len(words) else MARGIN
    end = words[last].end.seconds + max(Fraction(0), min(MARGIN, room))
    return max(Fraction(0), start), end


def _times(
    words: Sequence[tuple[str, Span[Source]]],
    low: Fraction,
    high: Fraction,
    listen: Listener,
    aligner: Aligner,
) -> list[Span[Source] | None]:
    """A span for each word, None where it does not fit the sound. What is too long is aligned in two, parted
    at its longest pause.
    """
    low, high = (
        max(low, words[0][1].start.seconds - 2 * MARGIN),
        min(high, words[-1][1].end.seconds + 2 * MARGIN),
    )
    if high - low > LONGEST and len(words) > 1:
        centre = len(words) / 2
        at = max(
            range(1, len(words)), key=lambda n: (words[n][1].start - words[n - 1][1].end, -abs(n - centre))
        )
        border = (words[at - 1][1].end.seconds + words[at][1].start.seconds) / 2
        return _times(words[:at], low, border, listen, aligner) + _times(
            words[at:], border, high, listen, aligner
        )
    pieces = [(part, index) for index, (text, _) in enumerate(words) for part in _parts(text)]
    spans = aligner.align(listen(low, high - low), [part for part, _ in pieces])
    if not spans:
        return [None] * len(words)
    owned = zip(spans, (owner for _, owner in pieces), strict=True)
    return [_union([span for span, _ in group], low) for _, group in groupby(owned, key=lambda pair: pair[1])]


def _parts(text: str) -> list[str]:
    return [part for part in text.replace("–", "-").replace("—", "-").split("-") if plain(part)] or [text]


def _union(spans: Sequence[Span[Source]], offset: Fraction) -> Span[Source]:
    return Span(spans[0].start + offset, spans[-1].end + offset)


def _apart(raw: Stretch, aligned: Stretch) -> tuple[Fraction, Fraction]:
    """How far the recogniser's and the aligner's first starts and last ends are from each other."""
    return abs(raw.span.start - aligned.span.start), abs(raw.span.end - aligned.span.end)


# The cut -------------------------------------------------------------------------------------


def _cut(raw: Stretch, stretch: Stretch, sound: _Sound, *, aligned: bool, rough: bool) -> Cut:
    """The quietest points within the handles and before the neighbouring words, and what speaks against
    them.
    """
    apart = _apart(raw, stretch)
    beside = _beside(stretch, sound)
    doubtful = (len(beside.lead) < len(stretch.lead), len(beside.trail) < len(stretch.trail))
    stretch, strays = _own(beside, raw, sound)
    start, early = _place_start(stretch, raw.span.start, sound)
    end, late = _place_end(stretch, raw.span.end, sound)
    whole = Span(start, end)
    lost = _unplaced(stretch, sound)
    outside = [any(span.end <= start for span in lost), any(span.start >= end for span in lost)]
    first, last = (
        _edge(*found, aligned=aligned, rough=rough, neighbour=neighbour)
        for *found, neighbour in zip(
            apart, (early, late), outside, strays, doubtful, ("the word before", "the next word"), strict=True
        )
    )
    inside = tuple(span for span in lost if span.overlap(whole))
    heard = tuple(word.span for word in raw.said)
    quiet = tuple(sound.quiets(start, end, TIGHT))
    return Cut(stretch, whole, aligned and not rough, heard, first, last, inside, quiet)


def _beside(stretch: Stretch, sound: _Sound) -> Stretch:
    """The stretch without neighbours that nobody says: an aligner finds room for every word it is given."""
    lead, trail = list(stretch.lead), list(stretch.trail)
    while len(lead) > 1 and sound.hushed(lead[-1].span):
        lead.pop()
    while len(trail) > 1 and (
        sound.hushed(trail[0].span) or _made_up(stretch.said[-1].span.end, trail[0].span, sound)
    ):
        trail.pop(0)
    return replace(
        stretch,
        before=lead[-1].span.end if len(lead) < len(stretch.lead) else stretch.before,
        after=trail[0].span.start if len(trail) < len(stretch.trail) else stretch.after,
        lead=tuple(lead),
        trail=tuple(trail),
    )


def _made_up(end: Time[Source], neighbour: Span[Source], sound: _Sound) -> bool:
    """Whether a next word is only how the last one ends: it follows at once, is too short, and then it is
    quiet.
    """
    after = neighbour.end
    return (
        neighbour.start - end < TIGHT
        and neighbour.duration <= CLIPPED_WORD
        and any(quiet.start - after <= PARTED for quiet in sound.quiets(after, after + APART, PARTED))
    )


def _own(stretch: Stretch, raw: Stretch, sound: _Sound) -> tuple[Stretch, tuple[bool, bool]]:
    """The stretch without what its outer words' times hold of somebody else's, and at which ends there was
    any: a voice that quiet parts from the word. A recogniser's stretch runs over a shout, and an aligner that
    knows no word for an "er" spreads the nearest one over it.
    """
    said = list(stretch.said)
    inner_first = said[1].span.start if len(said) > 1 else said[0].span.end
    inner_last = said[-2].span.end if len(said) > 1 else said[-1].span.start
    begins = _onset(sound, said[0].span, raw.span.start, inner_first)
    ends = _offset(sound, said[-1].span, raw.span.end, inner_last)
    before, after = stretch.before, stretch.after
    if begins:
        said[0] = replace(said[0], span=Span(begins, max(said[0].span.end, inner_first)))
        before = max(before, begins + -TIGHT)
    if ends and ends > said[0].span.start:
        said[-1] = replace(said[-1], span=Span(min(said[-1].span.start, inner_last), ends))
        after = min(after, ends + TIGHT)
    mended = replace(stretch, said=tuple(said), before=before, after=after)
    return mended, (begins is not None, ends is not None)


def _onset(
    sound: _Sound, word: Span[Source], heard: Time[Source], inner: Time[Source]
) -> Time[Source] | None:
    """Where a first word begins whose time holds a voice and then quiet.

    `heard` is where the recogniser has it begin, `inner` where the next word begins: a word that the
    recogniser has begin much later may have been said between the quiet and the next one.
    """
    for quiet in reversed(sound.quiets(word.start, word.end, PARTED)):
        if sound.speaks(word.start, quiet.start) and sound.speaks(quiet.end, word.end):
            return quiet.end
    if heard - word.start > APART:
        for quiet in reversed(sound.quiets(word.start, min(heard, inner + -BREATH), BREATH)):
            if sound.speaks(word.start, quiet.start) and abs(heard - quiet.end) <= APART:
                return quiet.end
    return None


def _offset(
    sound: _Sound, word: Span[Source], heard: Time[Source], inner: Time[Source]
) -> Time[Source] | None:
    """Where a last word ends whose time holds quiet and then a voice; the mirror image of `_onset`."""
    for quiet in sound.quiets(word.start, word.end, PARTED):
        if sound.speaks(quiet.end, word.end) and sound.speaks(word.start, quiet.start):
            return quiet.start
    if word.end - heard > APART:
        for quiet in sound.quiets(max(heard, inner + BREATH), word.end, BREATH):
            if sound.speaks(quiet.end, word.end) and abs(heard - quiet.start) <= APART:
                return quiet.start
    return None


def _place_start(
    stretch: Stretch, heard: Time[Source], sound: _Sound
) -> tuple[Time[Source], Fraction | None]:
    word = stretch.span.start
    low = max(stretch.before, Time(max(Fraction(0), word.seconds - HANDLE_IN)))
    if word - low < TIGHT:
        high = word + max(TIGHT, heard - word if heard - word <= NEAR else TIGHT)
        found, quiet = _dip(sound, low, min(high, stretch.said[0].span.end), word)
        return found, _given_up(found - word, quiet=quiet)
    reach = sound.step(word) - sound.step(max(low, min(word, heard)))
    step, quiet = _outward(sound.calm[sound.step(low) : sound.step(word)][::-1], sound, reach)
    found = max(low, min(word, sound.middle(sound.step(word) - 1 - step)))
    return found, None if quiet else Fraction(0)


def _place_end(stretch: Stretch, heard: Time[Source], sound: _Sound) -> tuple[Time[Source], Fraction | None]:
    word = stretch.span.end
    high = min(stretch.after, word + HANDLE_OUT)
    if high - word < TIGHT:
        low = word + -max(TIGHT, word - heard if word - heard <= NEAR else TIGHT)
        found, quiet = _dip(sound, max(low, stretch.said[-1].span.start), high, word)
        return found, _given_up(word - found, quiet=quiet)
    reach = sound.step(min(high, max(word, heard))) - sound.step(word)
    step, quiet = _outward(sound.calm[sound.step(word) : sound.step(high)], sound, reach)
    found = max(word, min(high, sound.middle(sound.step(word) + step)))
    return found, None if quiet else Fraction(0)


def _outward(calm: Speech, sound: _Sound, reach: int) -> tuple[int, bool]:
    """Steps from the word to a quiet place before a voice begins again, and whether it is quiet there.

    Of equally quiet places it is the nearest; but as long as it stays quiet the cut goes on to where the
    recogniser has the word (`reach`): an "f" or an "l" begins below the room.
    """
    if not len(calm):
        return 0, False
    hushed = np.flatnonzero(calm <= sound.quiet)
    if not len(hushed):
        return int(
            calm[: round(BREATH / STEP)].argmin()
        ), False  # a voice that no word has: as little as can be
    voice = np.flatnonzero(calm[:reach] > sound.voice)
    if len(voice) and len(later := hushed[hushed > voice[-1]]):
        hushed = later  # the recogniser gives it to the word
    loud = np.convolve(calm[hushed[0] :] > sound.voice, np.ones(BURST), "valid") == BURST
    zone = calm[hushed[0] : hushed[0] + (int(loud.argmax()) if loud.any() else len(calm))]
    near = int(np.flatnonzero(zone <= zone.min() * 1.6)[0])  # within 2 dB: as quiet as it gets here
    still = zone[near:] > sound.quiet
    far = near + (int(still.argmax()) if still.any() else len(still)) - 1
    return int(hushed[0]) + max(near, min(reach - int(hushed[0]), (near + far) // 2)), True


def _dip(
    sound: _Sound, low: Time[Source], high: Time[Source], word: Time[Source]
) -> tuple[Time[Source], bool]:
    """The quietest place where two words run into each other, or the border that the aligner gives; and
    whether it is quiet there.
    """
    energy = sound.energy[sound.step(low) : sound.step(high)]
    here = sound.energy[max(0, sound.step(word) - 1) : sound.step(word) + 1]
    if not len(energy) or not len(here):
        return word, False
    if energy.min() * DIP > here.mean():
        return word, bool(here.mean() <= sound.quiet)
    return max(low, min(high, sound.middle(sound.step(low) + int(energy.argmin())))), bool(
        energy.min() <= sound.quiet
    )


def _given_up(seconds: Fraction, *, quiet: bool) -> Fraction | None:
    """What of the word a cut gives up, None where that is nothing to tell."""
    return None if quiet and seconds <= TIGHT else max(Fraction(0), seconds)


def _unplaced(stretch: Stretch, sound: _Sound) -> list[Span[Source]]:
    """Where between the neighbours a voice is heard for a while, and none of the words."""
    alone = sound.calm > sound.voice
    for span in (word.span for words in (stretch.lead, stretch.said, stretch.trail) for word in words):
        alone[max(0, sound.step(span.start) - SMOOTH) : sound.step(span.end) + SMOOTH] = False
    low, high = sound.step(stretch.before), sound.step(stretch.after)
    return [
        Span(sound.start + (low + first) * STEP, sound.start + (low + after) * STEP)
        for first, after in runs(alone[low:high])
        if (after - first) * STEP >= VOICED
    ]


def _edge(
    apart: Fraction,
    tight: Fraction | None,
    missed: bool,
    stray: bool,
    doubtful: bool,
    *,
    aligned: bool,
    rough: bool,
    neighbour: str,
) -> Edge:
    """Every doubt takes its share; the shares are judged by how often such an end is wrong
    (benchmarks/boundaries.py).
    """
    doubts = [
        (not aligned, 0.4, "not aligned"),
        (aligned and rough, 0.5, "aligned roughly: no exact aligner for this language"),
        (apart > APART, 0.5, f"recogniser and aligner {float(apart):.1f} s apart"),
        (missed, 0.5, "voiced sound without a word"),
        (stray, 0.5, f"a voice beside it, parted by quiet, was left to {neighbour}"),
        (doubtful, 0.5, f"{neighbour} is not there, or is heard as the end of it"),
        (tight is not None, 0.8, f"no quiet between it and {neighbour}"),
    ]
    sure = 1.0
    for holds, share, _ in doubts:
        sure *= share if holds else 1.0
    return Edge(round(sure, 2), tuple(why for holds, _, why in doubts if holds), tight)


def findings(name: str, cut: Cut) -> list[Finding]:
    """What a person should know about a cut of the quote `name`: ends to listen to, tight ones, voice without
    a word.
    """
    found = []
    for side, at, edge in (("start", cut.sound.start, cut.start), ("end", cut.sound.end, cut.end)):
        if edge.confidence < SURE:
            what = (
                f"the {side} of the shot, {at} of the source, is not sure ({'; '.join(edge.doubts)}): listen "
                f"to both ends"
            )
            found.append(
                Finding("cut-point", "warning", name, what, f"confidence {edge.confidence:g}", f"{SURE:g}")
            )
        if edge.tight is not None:
            what = (
                f"the {side} of the shot, {at} of the source, has no quiet to be cut in: listen for half a "
                f"word"
            )
            found.append(
                Finding(
                    "tight-cut",
                    "warning",
                    name,
                    what,
                    f"{decimal(edge.tight, 3)} s of the word given up",
                    f"{decimal(TIGHT, 3)} s of quiet",
                )
            )
    for span in cut.unplaced:
        what = (
            f"a voice is heard at {span.start} of the source and no approved word is there: listen to "
            f"the shot"
        )
        found.append(
            Finding(
                "cut-point",
                "warning",
                name,
                what,
                f"{decimal(span.duration, 2)} s",
                f"{decimal(VOICED, 2)} s",
            )
        )
    return found
