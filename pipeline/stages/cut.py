"""Cut points: the approved words' own times, and the quiet on either side of them.

A recogniser says roughly where; forced alignment of the very words that were said, their
neighbours included, says when; the sound's energy says where between two words it is quietest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np

from pipeline.model.quotes import Cut, Said, Stretch
from pipeline.model.time import Source, Span, Time
from pipeline.model.words import plain
from pipeline.tools.protocols import Aligner, Listener, Speech

HANDLE_IN, HANDLE_OUT = Fraction(15, 100), Fraction(70, 100)
"""How far before the first word and after the last a cut may lie, where it is quiet: voices die away slowly."""

MARGIN = Fraction(1, 2)
"""Sound on either side that the aligner also hears."""

HOP = 160
"""Samples of one step of energy: 10 ms at 16 kHz."""

SMOOTH = 5
"""Steps that are heard together: a single dip inside a dying voice is not quiet."""


def refine(stretch: Stretch, listen: Listener, aligner: Aligner) -> Cut:
    """Exact times for a matched stretch, and the cut points around it."""
    for neighbours in (3, 1, 0):
        found = _align(stretch, listen, aligner, neighbours)
        if found:
            return _cut(found, listen, aligned=True)
    return _cut(stretch, listen, aligned=False)


def as_given(stretch: Stretch) -> Cut:
    """A stretch whose times a person wrote down: those, to the frame. Its words are placed if any was heard."""
    return Cut(stretch, Span(stretch.before, stretch.after), aligned=any(word.heard for word in stretch.said))


def _align(stretch: Stretch, listen: Listener, aligner: Aligner, neighbours: int) -> Stretch | None:
    """The stretch with aligned times, or None where the words do not fit the window's sound."""
    lead = stretch.lead[len(stretch.lead) - neighbours :] if neighbours else ()
    trail = stretch.trail[:neighbours]
    start, end = _window(stretch, neighbours)
    inner = [word for word in stretch.said if plain(word.text)]
    texts = [*(w.text for w in lead), *(w.text for w in inner), *(w.text for w in trail)]
    pieces = [part for text in texts for part in _parts(text)]
    owners = [index for index, text in enumerate(texts) for _ in _parts(text)]
    spans = aligner.align(listen(start, end - start), pieces)
    if not spans:
        return None
    times = [_union([span for span, owner in zip(spans, owners, strict=True) if owner == index], start) for index in range(len(texts))]
    mine = times[len(lead) : len(lead) + len(inner)]
    said = tuple(replace(word, span=span) for word, span in zip(inner, mine, strict=True))
    before = times[len(lead) - 1].end if lead else Time(start)
    after = times[len(lead) + len(inner)].start if trail else Time(end)
    return replace(stretch, said=said, before=min(before, said[0].span.start), after=max(after, said[-1].span.end))


def _window(stretch: Stretch, neighbours: int) -> tuple[Fraction, Fraction]:
    """From the first of these words to the last, with the quiet around them and no word that is not theirs."""
    words = [*(w.span for w in stretch.lead), stretch.span, *(w.span for w in stretch.trail)]
    first, last = max(0, len(stretch.lead) - neighbours), min(len(words) - 1, len(stretch.lead) + neighbours)
    room = (words[first].start - words[first - 1].end) / 2 if first else MARGIN
    start = words[first].start.seconds - max(Fraction(0), min(MARGIN, room))
    room = (words[last + 1].start - words[last].end) / 2 if last + 1 < len(words) else MARGIN
    end = words[last].end.seconds + max(Fraction(0), min(MARGIN, room))
    return max(Fraction(0), start), end


def _parts(text: str) -> list[str]:
    return [part for part in text.replace("–", "-").replace("—", "-").split("-") if plain(part)] or [text]


def _union(spans: Sequence[Span[Source]], offset: Fraction) -> Span[Source]:
    return Span(spans[0].start + offset, spans[-1].end + offset)


def _cut(stretch: Stretch, listen: Listener, *, aligned: bool) -> Cut:
    """The quietest points within the handles and before the neighbouring words."""
    span = stretch.span
    low = max(stretch.before, Time(max(Fraction(0), span.start.seconds - HANDLE_IN)))
    high = min(stretch.after, span.end + HANDLE_OUT)
    start = _quietest(listen, low, span.start, late=True)
    end = _quietest(listen, span.end, high, late=False)
    return Cut(stretch, Span(start, end), aligned)


def _quietest(listen: Listener, low: Time[Source], high: Time[Source], *, late: bool) -> Time[Source]:
    """The quietest point between two, heard 50 ms at a time; of equals, the one nearer to the word."""
    nearer = high if late else low
    if high - low < Fraction(3, 100):
        return nearer
    energy = levels(listen(low.seconds, high - low))
    if len(energy) < SMOOTH:
        return nearer
    calm = np.convolve(energy, np.ones(SMOOTH) / SMOOTH, "valid")
    floor = np.flatnonzero(calm <= calm.min() * 1.6)  # within 2 dB: as quiet as it gets here
    return low + Fraction((int(floor[-1] if late else floor[0]) * 2 + SMOOTH) * HOP, 2 * 16_000)


def levels(speech: Speech) -> Speech:
    """Mean square of every 10 ms."""
    steps = len(speech) // HOP
    return np.asarray((speech[: steps * HOP].reshape(steps, HOP) ** 2).mean(axis=1) + 1e-12, np.float32)


def quiet_stretches(heard: Sequence[Span[Source]], end: Fraction, least: Fraction = Fraction(3, 10)) -> list[Span[Source]]:
    """Where no word is heard for a while, with room to spare: the tone of the room itself."""
    out = []
    quiet_from = Time[Source](Fraction(0))
    for begins, ends in [*((span.start, span.end) for span in sorted(heard)), (Time[Source](end), Time[Source](end))]:
        start, stop = quiet_from + Fraction(1, 10), Time[Source](begins.seconds - Fraction(1, 10))
        quiet_from = max(quiet_from, ends)
        if stop - start >= least:
            out.append(Span(start, stop))
    return out


def said_only(said: Sequence[Said]) -> tuple[Said, ...]:
    """The approved words, without the hesitations that the shot keeps."""
    return tuple(word for word in said if word.piece >= 0)
