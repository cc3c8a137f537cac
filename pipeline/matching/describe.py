"""Matches in words, for the terminal: where a quote is said, why it stops a build, and how to go on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from pipeline.core.finding import Finding
from pipeline.errors import ChecksFailed
from pipeline.matching.model import Candidate, Match, Row, State
from pipeline.production.quotes import Quote


def all_settled(
    matches: Mapping[str, Match],
    quotes: Mapping[str, Quote],
    wanted: Iterable[str],
    hints: Callable[[], list[Finding]],
    why: Callable[[str], str] = lambda quote: "",
) -> None:
    """Stop where a quote that is wanted was not found in one place alone; `hints` are perhaps why, and `why`
    says it of one that was found nowhere.
    """
    lost = [matches[name] for name in wanted if matches[name].state is not State.MATCHED]
    if lost:
        explained = [explain(found, quotes[found.quote], why(found.quote)) for found in lost]
        explained += [f"{found.where}: {found.what} ({found.measured})" for found in hints()]
        raise ChecksFailed(
            "\n".join(explained),
            next_step=f"{len(lost)} quote(s) of the scenes are not settled; nothing was built",
        )


def explain(found: Match, quote: Quote, why: str = "") -> str:
    """Why a quote stops the build, with what was heard and how to go on: for the terminal. `why` is of
    one that was found nowhere.
    """
    head = {
        State.AMBIGUOUS: "is said in more than one place",
        State.PARTIAL: "is only partly in the footage",
        State.NOT_FOUND: why or "was not found in the footage",
        State.MATCHED: "was found",
    }[found.state]
    if quote.pinned_times and found.state is State.PARTIAL:
        heard = found.candidates[0].heard
        return (
            f"{found.quote} ({quote.where}): between its in and out more is heard than was approved: "
            f"“{heard}”\n  → move in and out to the approved words"
        )
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
