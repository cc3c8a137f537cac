"""Why a quote was not found: not looked for, said by somebody else, not made out, or not said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from pipeline.core.time import Source, Span, Time
from pipeline.core.word import Word
from pipeline.matching.align import Haystack
from pipeline.matching.match import FOUND, UNSURE, match
from pipeline.matching.model import Candidate, Match
from pipeline.production.load import Production
from pipeline.production.quotes import Quote
from pipeline.speech.speakers import Speakers
from pipeline.speech.transcript import Transcript

AROUND = Fraction(5)
"""Seconds on either side of the nearest place in which words that were not made out may be the quote's."""
MANY = 3
"""Words that a recogniser was not sure of, from which a quote may have been among them."""


def why(
    quote: Quote,
    found: Match,
    production: Production,
    heard: Mapping[str, Transcript],
    speakers: Mapping[str, Speakers],
) -> str:
    """What to say of a quote that was found nowhere. `heard` are the sources that were opened."""
    named = production.source_named(quote.source) if quote.source else None
    mine = [one for one in production.sources if quote.contributor in ("", *one.voices)]
    places = [named] if named else mine
    closed = [one.id for one in places if one.id not in heard]
    opened = [heard[one.id] for one in places if one.id in heard]
    if not opened:
        return _not_looked_at(quote, closed)
    told = _anothers(quote, opened, speakers) or _not_made_out(found, opened)
    told = (
        told
        or f"is not said in {_listed(one.source for one in opened)}, as far as every word there was heard"
    )
    return f"{told}; {_listed(closed)} was not looked at" if closed else told


def _not_looked_at(quote: Quote, closed: Sequence[str]) -> str:
    if closed:
        return f"was not looked for: {_listed(closed)} is not opened, as somebody in it has withdrawn"
    return f"was not looked for: {quote.contributor or 'nobody'} speaks in no source"


def _anothers(quote: Quote, opened: Sequence[Transcript], speakers: Mapping[str, Speakers]) -> str:
    """Do others say it?"""
    several = [one for one in opened if len(speakers[one.source].whose) > 1]
    best = match(quote, [Haystack.of(one) for one in several]).best if several else None
    if best is None or best.score < FOUND:
        return ""
    there = next(one for one in several if one.source == best.source)
    words = [word for span in best.spans for word in there.heard.over(span)]
    who = _listed(dict.fromkeys(word.speaker or "somebody" for word in words))
    return f"is said in {best.source} at {best.spans[0].start}, but by {who}"


def _not_made_out(found: Match, opened: Sequence[Transcript]) -> str:
    """Are there words near the nearest place, or else anywhere, that the recogniser was not sure of?"""
    near = [_around(found.best)] if found.best else []
    for transcript in opened:
        wanted = [span for source, span in near if source == transcript.source]
        unsure = [word for word in transcript.words if _is_unsure(word)]
        close = [word for word in unsure if any(word.span.overlap(span) for span in wanted)]
        for words, where in ((close, "near where most of it is heard, "), (unsure, "")):
            if len(words) >= MANY:
                text = " ".join(word.text for word in words[:8])
                return (
                    f"was not made out: {where}the recogniser was not sure of {len(words)} words of "
                    f"{transcript.source}, from {words[0].span.start} on (“{text} …”)"
                )
    return ""


def _is_unsure(word: Word) -> bool:
    return bool(word.suspect) or word.confidence < UNSURE


def _around(best: Candidate) -> tuple[str, Span[Source]]:
    start, end = best.spans[0].start, best.spans[-1].end
    return best.source, Span(Time(max(Fraction(0), start.seconds - AROUND)), end + AROUND)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)
