"""A place word by word: what was approved beside what is heard, and where the two must not differ unseen."""

from __future__ import annotations

import itertools
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from pipeline.core.time import Source, Span, Time, ticks
from pipeline.core.word import Word
from pipeline.language.normalise import HESITATIONS, NEGATIONS, are_opposed, is_number, tokens
from pipeline.matching.align import EQUAL, Haystack, alike
from pipeline.matching.model import Candidate, Row, Said, Stretch, Verdict
from pipeline.production.quotes import Kind, Quote, QuotePiece

LONG = 40
"""Words cut out without a mark: as long as an interviewer's question gets. Beyond it, those who approved
would have marked it.
"""

NEAR = 4
"""Rows around a difference in which a repeat of it counts as one."""

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
        for group in _groups(stretch.said):
            if group[0].piece >= told:
                rows += _unspoken(written, range(told, group[0].piece), marks=True)
                told = group[-1].piece + 1
            rows.append(_row(group, hay))
    return (*rows, *_unspoken(written, range(told, len(written)), marks=True))


def doubts(rows: Sequence[Row]) -> tuple[str, ...]:
    """What a person has to look at, in plain words: a "not" or a number that is on one side only, an unmarked
    cut that is long.

    A recogniser mishears one word in ten, so most differences mean nothing. These would turn a
    sentence round, and captions would never show it.
    """
    found: list[str] = []
    agreed = (Verdict.SAME, Verdict.ALIKE, Verdict.LEFT_OUT)
    for known, group in itertools.groupby(enumerate(rows), key=lambda row: row[1].verdict in agreed):
        if not known:
            run = list(group)
            found += _doubts(
                [row for _, row in run],
                rows[max(0, run[0][0] - NEAR) : run[0][0]],
                rows[run[-1][0] + 1 :][:NEAR],
            )
    return tuple(found)


def _doubts(run: list[Row], before: Sequence[Row], after: Sequence[Row]) -> Iterator[str]:
    """Of rows between two on which both sides agree."""
    at = next((f" at {row.start}" for row in run if row.start), "")
    approved, heard = (_spoken(side) for side in (_approved(run), _heard(run)))
    # "There's no, there's no right volume" and "I don't, I don't like it" say it twice, and nothing else.
    again_approved = not any(row.heard for row in run) and _repeats(
        approved, _spoken(_approved(before)), _spoken(_approved(after))
    )
    again_heard = {row.verdict for row in run} == {Verdict.KEPT} and _repeats(
        heard, _spoken(_heard(before)), _spoken(_heard(after))
    )
    yield from _denials(approved, heard, at, again=(again_approved, again_heard))
    yield from _opposites(approved, heard, at)
    numbers = _numbers(approved, heard)
    if numbers and not again_approved:
        yield f"“{' '.join(numbers)}” was approved, “{' '.join(heard)}” is heard{at}"
    if any(map(_is_long_cut, run)):
        yield f"more than {LONG} words are cut out{at} without a mark for words left out"


def _denials(approved: list[str], heard: list[str], at: str, *, again: tuple[bool, bool]) -> Iterator[str]:
    """A "not" that is on one side only; `again` where that side says it twice."""
    denied, denies = ({form for form in forms if form in NEGATIONS} for forms in (approved, heard))
    if denied and not denies and not again[0]:
        yield f"“{' '.join(sorted(denied))}” was approved and is not heard{at}"
    if denies and not denied and not again[1]:
        yield f"“{' '.join(sorted(denies))}” is heard{at} and was not approved"


def _opposites(approved: list[str], heard: list[str], at: str) -> Iterator[str]:
    for one, two in itertools.product(approved, heard):
        if are_opposed(one, two):
            yield f"“{one}” was approved, “{two}” is heard{at}"


def _numbers(approved: list[str], heard: list[str]) -> list[str]:
    """Those that were approved and are not heard."""
    return [form for form in approved if is_number(form) and form not in heard]


def _is_long_cut(row: Row) -> bool:
    return row.verdict is Verdict.CUT and len(row.heard.split()) > LONG


def _repeats(forms: list[str], before: list[str], after: list[str]) -> bool:
    """Is this nothing but starts of what follows, or ends of what went before?"""
    for run, known in ((forms, after), (forms[::-1], before[::-1])):
        while run:
            same = len(
                list(itertools.takewhile(lambda pair: pair[0] == pair[1], zip(run, known, strict=False)))
            )
            if not same:
                break
            run = run[same:]
        if not run:
            return True
    return False


def _approved(rows: Sequence[Row]) -> str:
    return " ".join(row.approved for row in rows if row.verdict is not Verdict.EDITORIAL)


def _heard(rows: Sequence[Row]) -> str:
    return " ".join(row.heard for row in rows)


def _spoken(text: str) -> list[str]:
    return [form for form in _forms(text) if form not in HESITATIONS]


def _forms(text: str) -> list[str]:
    return [token.form for token in tokens(text.split())]


def _groups(said: Sequence[Said]) -> Iterator[list[Said]]:
    """Words that are one to the ear: approved "sixty three" where "63" is heard."""
    at = 0
    while at < len(said):
        end = at + 1
        for more in range(at + 2, len(said) + 1):
            if said[at].piece < 0 or said[more - 1].piece < 0 or said[more - 1].heard:
                break
            if _verdict(" ".join(word.text for word in said[at:more]), said[at].heard) in (
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
        _verdict(text, heard),
        _confidence(_words(hay, span)) if heard else 0.0,
    )


def _verdict(approved: str, heard: str) -> Verdict:
    mine, theirs = _forms(approved), _forms(heard)
    if mine == theirs:
        return Verdict.SAME
    if not theirs:
        return Verdict.NOT_HEARD
    if len(mine) != len(theirs):
        return Verdict.DIFFERENT
    likeness = [float(alike([one], [two])[0, 0]) for one, two in zip(mine, theirs, strict=True)]
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
