"""A transcript of two hearings: all of it in passing, and some stretches closely."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import accumulate

import numpy as np

from pipeline.core.ports import Speech
from pipeline.core.time import Source, Span, Time
from pipeline.core.word import ROUGH, Word
from pipeline.speech.transcript import Transcript, Words

HZ = 16_000
Windows = tuple[Span[Source], ...]
"""Stretches of a source that are heard closely, in their order."""

NEAR = Fraction(1)
"""Seconds between two stretches below which they are heard as one."""
BREATH = Fraction(3, 10)
"""Seconds of the pause before and after a stretch that are heard with it."""
BETWEEN = Fraction(1, 2)
"""Seconds of silence between two stretches that are laid end to end."""
AT_ONCE, BIN = Fraction(28), Fraction(180)
"""Seconds that are heard at once (a recogniser hears half a minute, and a short stretch costs as much); and
of a source beyond which nothing is laid end to end: a new stretch has those near it heard again, no others.
"""


def in_passing(transcript: Transcript) -> Transcript:
    """The same words, of which none is evidence."""
    words = (replace(word, suspect=word.suspect or ROUGH) for word in transcript.words)
    return replace(transcript, words=Words.of(words))


def end_to_end(stretches: Sequence[Speech]) -> Speech:
    """Sounds one after the other, silence between them."""
    silence = np.zeros(round(BETWEEN * HZ), np.float32)
    parts = [part for stretch in stretches for part in (stretch, silence)]
    return np.concatenate(parts[:-1])


def as_they_lay(words: Sequence[Word], windows: Windows) -> Words:
    """Words of stretches laid end to end, each where it was in the source."""
    begins = list(accumulate((window.duration + BETWEEN for window in windows), initial=Fraction(0)))
    out = []
    for word in words:
        middle = (word.span.start.seconds + word.span.end.seconds) / 2
        at = max(n for n in range(len(windows)) if n == 0 or begins[n] - BETWEEN / 2 <= middle)
        by = windows[at].start.seconds - begins[at]
        out.append(replace(word, span=Span(word.span.start + by, word.span.end + by)))
    return Words.of(sorted(out, key=lambda word: word.span.start))


def packed(windows: Windows) -> Iterator[Windows]:
    """Stretches that are heard together: near each other, and half a minute of them."""
    pack: list[Span[Source]] = []
    for window in windows:
        full = sum((one.duration + BETWEEN for one in pack), window.duration) > AT_ONCE
        if pack and (full or window.start.seconds // BIN != pack[0].start.seconds // BIN):
            yield tuple(pack)
            pack = []
        pack.append(window)
    if pack:
        yield tuple(pack)


def mixed(rough: Transcript, closely: Sequence[tuple[Windows, Transcript]]) -> Transcript:
    """What was heard closely, in each stretch, and in passing around them."""
    if not closely:
        return rough
    listened = [window for windows, _ in closely for window in windows]
    around = (word for word in rough.words if not any(_is_in(word, window) for window in listened))
    words = [*around, *(word for _, heard in closely for word in heard.words)]
    best = closely[0][1]
    engine = f"{best.engine} in places; elsewhere {rough.engine}"
    ordered = Words.of(sorted(words, key=lambda word: word.span.start))
    return replace(rough, engine=engine, weights=best.weights, words=ordered)


def _is_in(word: Word, window: Span[Source]) -> bool:
    return window.start.seconds <= (word.span.start.seconds + word.span.end.seconds) / 2 < window.end.seconds


def windows(
    words: Words, known: Iterable[Span[Source]], wanted: Iterable[Span[Source]], duration: Fraction
) -> Windows:
    """Stretches to listen to closely: those known already and those wanted now, each from a pause to a pause
    of the words in passing, and near ones as one.
    """
    spans = [*known, *(_between_pauses(words, span, duration) for span in wanted)]
    out: list[Span[Source]] = []
    for span in sorted(spans, key=lambda span: span.start):
        if out and span.start.seconds - out[-1].end.seconds < NEAR:
            out[-1] = Span(out[-1].start, max(out[-1].end, span.end))
        else:
            out.append(span)
    return tuple(out)


def _between_pauses(words: Words, span: Span[Source], duration: Fraction) -> Span[Source]:
    """A word that a stretch cuts into is heard whole, and its edges lie between words."""
    inside = list(words.over(span))
    start = min([span.start, *(word.span.start for word in inside)])
    end = max([span.end, *(word.span.end for word in inside)])
    before = max(
        (word.span.end for word in words.over(_around(start, -1)) if word.span.end <= start), default=None
    )
    after = min(
        (word.span.start for word in words.over(_around(end, 1)) if word.span.start >= end), default=None
    )
    low, high = start.seconds - BREATH, end.seconds + BREATH
    if before is not None:
        low = max(low, (before.seconds + start.seconds) / 2)
    if after is not None:
        high = min(high, (after.seconds + end.seconds) / 2)
    return Span(_ms(max(Fraction(0), low)), _ms(min(duration, high)))


def _around(at: Time[Source], way: int) -> Span[Source]:
    return Span(at + way * NEAR, at) if way < 0 else Span(at, at + way * NEAR)


def _ms(seconds: Fraction) -> Time[Source]:
    return Time(Fraction(round(seconds * 1000), 1000))
