"""`in` and `out` of the quote list, as people write them: from the recording's start, or as timecode.

A time with a point (0:20.3), or of minutes and seconds (1:02), is from the start. Hours, minutes and seconds,
with frames or without, may be that too, or the camera's own timecode: the recording settles it, and where it
leaves both open a person is asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from pipeline.core.media import Media
from pipeline.core.time import Source, Span, Time, nearest
from pipeline.core.timecode import DAY, Timecode, as_timecode, moment
from pipeline.errors import InputError
from pipeline.production.load import Production
from pipeline.production.quotes import Quote

OVER = Fraction(1)
"""Seconds that a time may lie behind a recording's end: people round up."""


def timed(production: Production, media: Mapping[str, Media]) -> Production:
    """The production with the times of its quotes settled, of those whose recordings are at hand."""
    quotes = tuple(_settled(quote, production, media) for quote in production.quotes)
    return replace(production, quotes=quotes)


def _settled(quote: Quote, production: Production, media: Mapping[str, Media]) -> Quote:
    source = production.source_named(quote.source) if quote.written_times else None
    if not source or source.id not in media:
        return quote
    first, last = (
        settled(text, media[source.id], source.file, f"{quote.where}, column {column}")
        for text, column in zip(quote.written_times, ("in", "out"), strict=True)
    )
    if last <= first:
        what = f"{quote.written_times[1]} is not after in, {quote.written_times[0]}"
        raise InputError(what, where=f"{quote.where}, column out", next_step="write when the quote is over")
    return replace(quote, pinned_times=Span(first, last))


def settled(text: str, media: Media, name: str, where: str) -> Time[Source]:
    """The one moment of a recording that a text can mean; InputError where there is none, or are two."""
    try:
        found = _readings(text, media)
    except ValueError as problem:
        step = "write it as your editing program shows it for this recording, or from its start: 0:20.3"
        raise InputError(str(problem), where=where, next_step=step) from None
    within = {moment for moment in found if moment <= media.duration + OVER}
    if not within:
        own = "has no timecode of its own" if not media.timecode else f"begins at timecode {media.timecode}"
        what = f"{text} is not in {name}, which lasts {Time[Source](media.duration)} and {own}"
        raise InputError(what, where=where, next_step="write the time from its start, such as 0:20.3")
    if len(within) > 1:
        first, second = (str(Time[Source](moment)) for moment in found)
        what = f"{text} may be counted from the start of {name}, or be the camera's own timecode"
        step = f"write {first} for the one, or {second} (from the start, too) for the other"
        raise InputError(what, where=where, next_step=step)
    return Time(within.pop())


def _readings(text: str, media: Media) -> list[Fraction]:
    """From the start, and by the camera's timecode where it has one."""
    code, start, plain = as_timecode(text), Timecode.parse(media.timecode), moment(text)
    if not plain and not media.picture:
        raise ValueError(f"{text} counts frames, and the recording is sound alone")
    found = [plain.seconds] if plain else [code.at(_counted(media))] if code else []
    if code and start and media.picture:
        rate = _counted(media)
        same = replace(code, drop=start.drop)  # a camera counts in one way, whichever mark was typed
        found.append((same.at(rate) - start.at(rate)) % DAY)
    return found


def _counted(media: Media) -> Fraction:
    """The rate at which frames are numbered: telephones' frames are uneven, numbered all the same."""
    assert media.picture
    rate = media.picture.rate
    return Fraction(nearest(rate)) if media.picture.variable else rate
