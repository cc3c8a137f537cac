"""Where quotes may lie, by words that were heard in passing: the places that are worth listening to closely.

A wide net: the nearest place of every quote, however poor, and all that come near it; given and chosen times;
and where a quote is not found at all, every sentence that was not made out. What is caught in vain costs
seconds, and what is not caught is not found.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import groupby
from pathlib import Path
from statistics import mean

from pipeline.core.digest import digest
from pipeline.core.time import Source, Span, Time
from pipeline.core.word import ROUGH, Word
from pipeline.matching import match
from pipeline.matching.model import Candidate, Match, State
from pipeline.matching.tasks import matching_code, places_of
from pipeline.production.load import Production
from pipeline.production.quotes import Pin, Quote
from pipeline.speech.transcript import Transcript

AROUND, BESIDE = Fraction(2), Fraction(1)
"""Seconds around a place that are listened to, and within which nothing may be heard in passing only."""
A_WORD, MOST = Fraction(4, 10), Fraction(8)
"""Seconds more for each word that is missing, and at most."""
LEAST, BEHIND = 0.2, 0.25
"""Score from which a place is worth a look; and how far behind the nearest another may be."""
SURE = 0.6
"""Score below which a quote may be somewhere where words were not made out."""
MADE_OUT = 0.5
"""Mean confidence below which a sentence was not."""
PAUSE = Fraction(1, 2)
"""Seconds without a word between two sentences."""


@dataclass(frozen=True)
class Near:
    """The quotes of a list, and where people said that some are."""

    production: Production
    pins: Mapping[str, Pin]

    @property
    def key(self) -> str:
        """Changes with the texts, the times and the pins of the list, and with how they are looked for."""
        quotes = [
            [one.id, one.text, one.source, one.contributor, _times(one.pinned_times)]
            for one in self.production.quotes
        ]
        pins = [
            [name, pin.source, [_times(span) for span in pin.spans]]
            for name, pin in sorted(self.pins.items())
        ]
        return digest([quotes, pins, matching_code(), Path(__file__).read_text(encoding="utf-8")])

    def places(self, heard: Mapping[str, Transcript]) -> dict[str, list[Span[Source]]]:
        """By source, what was heard in passing only and may hold a quote."""
        hays = {name: match.Haystack.of(transcript) for name, transcript in heard.items()}
        found: dict[str, list[Span[Source]]] = {name: [] for name in heard}
        for quote in self.production.quotes:
            there = {name: hays[name] for name in places_of(self.production, quote) if name in hays}
            for name, span, beside in self._wanted(quote, there, heard):
                if heard[name].is_rough(_wider(span, beside)):
                    found[name].append(span)
        return found

    def _wanted(
        self, quote: Quote, hays: Mapping[str, match.Haystack], heard: Mapping[str, Transcript]
    ) -> Iterator[tuple[str, Span[Source], Fraction]]:
        """(source, stretch, seconds to take off its ends in which words in passing are no matter)."""
        pin = self.pins.get(quote.id)
        slack = BESIDE - AROUND
        if quote.pinned_times and len(hays) == 1:
            yield next(iter(hays)), _wider(quote.pinned_times, AROUND), slack
            return
        if pin and pin.digest == quote.digest and pin.source in hays:
            yield from ((pin.source, _wider(span, AROUND), slack) for span in pin.spans)
        best = 0.0
        for place in match.match(quote, hays.values()).candidates:
            best = max(best, place.score)
            if place.score >= max(LEAST, best - BEHIND):
                more = min(MOST, A_WORD * _missing(quote, place))
                spans = (_wider(one, AROUND + more) for one in place.spans)
                yield from ((place.source, span, slack - more) for span in spans)
        if best < SURE:
            yield from ((name, span, Fraction(0)) for name in hays for span in not_made_out(heard[name]))


def on_evidence(found: Match, heard: Mapping[str, Transcript]) -> Match:
    """No place counts as found by words that were heard in passing only: a person listens to it."""
    best = found.best
    if not best or found.state is State.NOT_FOUND:
        return found
    rough = any(heard[best.source].is_rough(span) for span in best.spans)
    return replace(found, state=State.PARTIAL, differences=(), answers=()) if rough else found


def _missing(quote: Quote, place: Candidate) -> int:
    words = len(quote.text.split())
    return max(0, round(words * (1 - place.coverage)))


def not_made_out(transcript: Transcript) -> Iterator[Span[Source]]:
    """Sentences heard in passing of which the recogniser was not sure."""
    for said in _sentences(transcript):
        if said[0].suspect == ROUGH and mean(word.confidence for word in said) < MADE_OUT:
            yield Span(said[0].span.start, max(word.span.end for word in said))


def _sentences(transcript: Transcript) -> Iterator[list[Word]]:
    """Words between two pauses, or between what was heard closely."""
    for _, run in groupby(transcript.heard, key=lambda word: word.suspect == ROUGH):
        said: list[Word] = []
        for word in run:
            if said and word.span.start.seconds - said[-1].span.end.seconds > PAUSE:
                yield said
                said = []
            said.append(word)
        yield said


def _times(span: Span[Source] | None) -> list[str]:
    return [str(span.start.seconds), str(span.end.seconds)] if span else []


def _wider(span: Span[Source], by: Fraction) -> Span[Source]:
    return Span(Time(max(Fraction(0), span.start.seconds - by)), span.end + by)
