"""A place word by word: what was approved beside what is heard."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from pipeline.core.time import Source, Span, Time, ticks
from pipeline.core.word import Word
from pipeline.language.normalise import tokens
from pipeline.matching.align import EQUAL, Haystack, alike
from pipeline.matching.model import Candidate, Row, Said, Stretch, Verdict
from pipeline.production.quotes import Kind, Quote, QuotePiece

SHOWN = 8
"""Words of a long cut that are told."""


def explain(quote: Quote, hay: Haystack, candidate: Candidate) -> tuple[Row, ...]:
    """The quote at this place from its first word to its last; `hay` is the candidate's source."""
    rows: list[Row] = []
    written, told = quote.pieces, 0
    for number, stretch in enumerate(candidate.stretches):
        first = min((word.piece for word in stretch.said if word.piece >= 0), default=told)
        if number:
            marked = any(piece.kind is Kind.ELLIPSIS for piece in written[told:first])
            rows.append(_between(hay, candidate.stretches[number - 1], stretch, marked=marked))
            rows += _unspoken(written, range(told, first), marks=not marked)
            told = max(told, first)
        for group in _groups(stretch.said, hay.language):
            if group[0].piece >= told:
                rows += _unspoken(written, range(told, group[0].piece), marks=True)
                told = group[-1].piece + 1
            rows.append(_row(group, hay))
    return (*rows, *_unspoken(written, range(told, len(written)), marks=True))


def _forms(text: str, language: str) -> list[str]:
    return [token.form for token in tokens(text.split(), language)]


def _groups(said: Sequence[Said], language: str) -> Iterator[list[Said]]:
    """Words that are one to the ear: approved "sixty three" where "63" is heard."""
    at = 0
    while at < len(said):
        end = at + 1
        for more in range(at + 2, len(said) + 1):
            if said[at].piece < 0 or said[more - 1].piece < 0 or said[more - 1].heard:
                break
            if _verdict(" ".join(word.text for word in said[at:more]), said[at].heard, language) in (
                Verdict.SAME,
                Verdict.ALIKE,
            ):
                end = more
        yield list(said[at:end])
        at = end


def _row(group: list[Said], hay: Haystack) -> Row:
    text, heard = " ".join(word.text for word in group), group[0].heard
    span = Span(group[0].span.start, max(word.span.end for word in group))
    if group[0].piece < 0:
        return Row("", heard, span.start, span.end, Verdict.KEPT, _confidence(_words(hay, span)))
    return Row(
        text,
        heard,
        span.start,
        span.end,
        _verdict(text, heard, hay.language),
        _confidence(_words(hay, span)) if heard else 0.0,
    )


def _verdict(approved: str, heard: str, language: str) -> Verdict:
    mine, theirs = _forms(approved, language), _forms(heard, language)
    if mine == theirs:
        return Verdict.SAME
    if not theirs:
        return Verdict.NOT_HEARD
    if len(mine) != len(theirs):
        return Verdict.DIFFERENT
    likeness = [float(alike([one], [two], language)[0, 0]) for one, two in zip(mine, theirs, strict=True)]
    return (
        Verdict.SAME
        if min(likeness) > EQUAL - 0.01
        else Verdict.ALIKE
        if min(likeness) > 0
        else Verdict.DIFFERENT
    )


def _between(hay: Haystack, one: Stretch, two: Stretch, *, marked: bool) -> Row:
    last = max((word.span.end for word in one.said if word.heard), default=one.span.end)
    words = _words_from(hay, last, two.span.start)
    texts = [word.text for word in words]
    if marked and len(texts) > SHOWN:
        texts = [*texts[: SHOWN // 2], f"({len(texts) - SHOWN} more)", *texts[-SHOWN // 2 :]]
    start, end = (words[0].span.start, words[-1].span.end) if words else (None, None)
    mark, verdict = ("…", Verdict.LEFT_OUT) if marked else ("", Verdict.CUT)
    return Row(mark, " ".join(texts), start, end, verdict, _confidence(words))


def _words_from(hay: Haystack, start: Time[Source], end: Time[Source]) -> list[Word]:
    if start >= end:
        return []
    return [word for word in _words(hay, Span(start, end)) if word.span.start >= start]


def _unspoken(written: Sequence[QuotePiece], pieces: range, *, marks: bool) -> Iterator[Row]:
    for index in pieces:
        piece = written[index]
        if piece.kind is Kind.EDITORIAL or (marks and piece.kind is Kind.ELLIPSIS):
            yield Row(
                piece.text,
                "",
                None,
                None,
                Verdict.EDITORIAL if piece.kind is Kind.EDITORIAL else Verdict.LEFT_OUT,
            )


def _words(hay: Haystack, span: Span[Source]) -> list[Word]:
    """The words of which at least half are within a span, or that hold all of it."""
    low, high = (bisect_left(hay.words.starts, ticks(time.seconds)) for time in (span.start, span.end))
    return [
        word
        for word in hay.words[max(0, low - 1) : high]
        if word.span.overlap(span) * 2 > min(word.span.duration, span.duration)
    ]


def _confidence(words: Sequence[Word]) -> float:
    return round(sum(word.confidence for word in words) / len(words), 3) if words else 0.0
