"""Matches in words, for the terminal: where a quote is said, why it stops a build, and how to go on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from pipeline.core.finding import Finding
from pipeline.core.time import Span
from pipeline.errors import ChecksFailed
from pipeline.matching.model import Candidate, Match, Row, State
from pipeline.production.quotes import Quote

Files = Callable[[str, float], tuple[str, float]]
"""The file of a source that holds a moment of it, and when in that file: for whoever has to listen."""


def all_settled(
    matches: Mapping[str, Match],
    quotes: Mapping[str, Quote],
    wanted: Iterable[str],
    files: Files,
    hints: Callable[[], list[Finding]],
    why: Callable[[str], str] = lambda quote: "",
) -> None:
    """Stop where a quote that is wanted was not found in one place alone; `hints` are perhaps why, and `why`
    says it of one that was found nowhere.
    """
    lost = [matches[name] for name in wanted if matches[name].state is not State.MATCHED]
    if lost:
        explained = [explain(found, quotes[found.quote], files, why(found.quote)) for found in lost]
        explained += [f"{found.where}: {found.what} ({found.measured})" for found in hints()]
        raise ChecksFailed(
            "\n".join(explained),
            next_step=f"{len(lost)} quote(s) of the scenes are not settled; nothing was built",
        )


def explain(found: Match, quote: Quote, files: Files, why: str = "") -> str:
    """Why a quote stops the build, with what was heard and how to go on: for the terminal. `why` is of
    one that was found nowhere.
    """
    if found.differences:
        return "\n".join(_differs(found, quote, files))
    head = {
        State.AMBIGUOUS: "is said in more than one place",
        State.PARTIAL: "is only partly in the footage",
        State.NOT_FOUND: why or "was not found in the footage",
        State.MATCHED: "was found",
    }[found.state]
    lines = [f'{found.quote} ({quote.where}) {head}: "{quote.text}"']
    if found.state is State.NOT_FOUND and found.candidates:
        lines.append("    the nearest that was heard:")
    lines += [f"    {number}  {place(candidate)}" for number, candidate in enumerate(found.candidates[:3], 1)]
    if found.candidates and found.state is not State.NOT_FOUND:
        lines.append(
            f"  → choose one: ourwords match --choose {found.quote}=1, or correct the text, or take "
            f"it out of its scene"
        )
    else:
        lines.append("  → correct its source or its text in the quote list, or take it out of its scene")
    return "\n".join(lines)


def stands(found: Match, why: str = "") -> str:
    """How a quote stands, without a word that was heard: a page that leaves may say it. `why` is of one that
    was found nowhere.
    """
    if found.differences and found.state is not State.MATCHED:
        places = "one place" if len(found.differences) == 1 else f"{len(found.differences)} places"
        return f"it may be said in other words in {places}; nobody has listened yet"
    return {
        State.MATCHED: "found in the footage, not placed",
        State.AMBIGUOUS: "said in more than one place; nobody has chosen yet",
        State.PARTIAL: "only part of it is in the footage",
        State.NOT_FOUND: f"it {why.partition(' (“')[0] or 'was not found in the footage'}",
    }[found.state]


def _differs(found: Match, quote: Quote, files: Files) -> Iterator[str]:
    """A place where other words may be heard than were approved, and how a person settles it."""
    assert found.best
    yield f'{found.quote} ({quote.where}) may be said in other words: "{quote.text}"'
    yield f"    {place(found.best)}"
    yield from decided(found)
    span = Span(found.best.spans[0].start, found.best.spans[-1].end)
    start, length = float(span.start), float(span.duration)
    file, begin = files(found.best.source, start)
    yield f"  → listen: ffplay -ss {begin:.1f} -t {length:.1f} {file}"
    times = "move its in and out, " if quote.pinned_times else ""
    yield (
        f'  → if it is as approved: ourwords match --heard {found.quote} --by "YOUR NAME"; if not, {times}'
        "correct the text with those who approved it, or take it out of its scene"
    )


def decided(found: Match) -> Iterator[str]:
    """Each difference of a match, and what decided it."""
    for one, answer in zip(found.differences, found.answers, strict=True):
        yield f"    ! {one}: {answer.value}"


def place(candidate: Candidate) -> str:
    return (
        f"{candidate.source} {_clock(float(candidate.spans[0].start))}  score {candidate.score:.2f}  "
        f"“{candidate.heard}”"
    )


def explained(rows: Sequence[Row]) -> list[str]:
    """`match --explain` for the terminal: a line for each word."""
    width = max((len(row.approved) for row in rows), default=0)
    lines = []
    for row in rows:
        sure = f"  ({row.confidence:.2f})" if row.heard else ""
        lines.append(
            f"    {_clock(float(row.start)) if row.start else '':>7}  {row.approved:{width}}  "
            f"{row.verdict.value:9}  {row.heard}{sure}".rstrip()
        )
    return lines


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{seconds % 60:04.1f}"
