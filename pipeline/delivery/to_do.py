"""What of a film that was built needs a person, the most serious first, each with its command."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from pipeline.consent.gate import Lists
from pipeline.consent.model import Standing
from pipeline.core.finding import Finding
from pipeline.delivery import ledger as ledgers
from pipeline.delivery.build import Finished, edition
from pipeline.errors import OurwordsError
from pipeline.matching import describe
from pipeline.matching.model import Match, State

FEW = 4
"""Quotes that are named; of more, how many they are."""


@dataclass(frozen=True)
class ToDo:
    """What it is, and what to do about it."""

    what: str
    next_step: str

    def __str__(self) -> str:
        return f"{self.what}\n  → {self.next_step}"


def to_do(
    film: Finished,
    findings: Sequence[Finding],
    signed: Sequence[Finding],
    ledger: ledgers.Ledger,
    lists: Lists,
) -> list[ToDo]:
    """`signed` is what is wrong with the captions' sign-off; `ledger` says what was handed out before."""
    standings, exports = film.standings, _exports(film, ledger, lists)
    return [
        *_exported(exports, "recall"),
        *_found(findings, "error"),
        *_of_approvals(standings, "refused"),
        *_of_approvals(standings, "lapsed"),
        *_of_approvals(standings, "expired"),
        *_conflicts(film),
        *_ledgers(film, ledger),
        *(ToDo(f"the captions' sign-off: {one.what}", SIGN) for one in signed),
        *_found(findings, "warning"),
        *_of_approvals(standings, "waiting"),
        *_exported(exports, "out of date", "altered"),
        *_running_out(standings),
        *_in_no_scene(film),
    ]


def of_draft(findings: Sequence[Finding]) -> list[ToDo]:
    """What a film would be refused for, and a draft shows under its watermark."""
    return [ToDo(f"{one.where} {one.what}", one.measured) for one in findings]


LOOK = "look at them in build/report.html; at captions, with a still each, in build/captions/report.html"

SIGN = 'look at the captions, then: ourwords captions sign --by "NAME"'


def _found(findings: Sequence[Finding], severity: str) -> Iterator[ToDo]:
    rules = Counter(one.rule for one in findings if one.severity == severity)
    if rules:
        told = ", ".join(f"{rule} ({count})" if count > 1 else rule for rule, count in rules.most_common())
        yield ToDo(_some(rules.total(), severity) + f": {told}", LOOK)


def _of_approvals(standings: Sequence[Standing], state: str) -> Iterator[ToDo]:
    """A line for each kind of approval that is in this state."""
    for kind in ("wording", "cut", "captions"):
        some = [one.quote for one in standings if (one.kind, one.state) == (kind, state)]
        if some:
            which = " ".join(some) if len(some) <= FEW else "--all"
            yield ToDo(
                f"{kind} {SAID[state]}: {_named(some)}",
                "ourwords status says by whom; change it, and ask again"
                if state == "refused"
                else f'show it, then: ourwords approve {kind} {which} --by "NAME"',
            )


SAID = {
    "refused": "refused",
    "lapsed": "changed since it was approved",
    "expired": "approved for a time that is over",
    "waiting": "not approved yet",
}


def _running_out(standings: Iterable[Standing]) -> Iterator[ToDo]:
    soon = [one for one in standings if one.soon and one.until]
    if soon:
        first = min(str(one.until) for one in soon)
        some = _named(dict.fromkeys(one.quote for one in soon))
        yield ToDo(f"approvals run out from {first}: {some}", "ourwords status; ask again in time")


def _conflicts(film: Finished) -> Iterator[ToDo]:
    """Corrections of the captions that cannot be put on any more."""
    if count := len(film.corrected[1]):
        yield ToDo(
            _some(count, "correction") + " of the captions cannot be put on", "ourwords captions corrections"
        )


def _exports(film: Finished, ledger: ledgers.Ledger, lists: Lists) -> list[ledgers.Standing]:
    """What was handed out, as it stands beside this film: a build only reads of it."""
    with suppress(OurwordsError):
        return ledger.standings(lists, edition(film))
    return []


def _exported(exports: Sequence[ledgers.Standing], *states: ledgers.State) -> Iterator[ToDo]:
    yield from (ToDo(what, step) for what, step in ledgers.not_current(exports, *states))


def _ledgers(film: Finished, ledger: ledgers.Ledger) -> Iterator[ToDo]:
    """Lines that nobody can read: what they said does not count."""
    books = [("approvals", film.reviews.book), ("captions", film.corrections.book)]
    try:
        books += [("exports", ledger.book)] if ledger.exports or ledger.book.damaged else []
    except OurwordsError as problem:
        yield ToDo(f"{problem.where}: {problem.what}", problem.next_step)
    for name, book in books:
        if book.damaged:
            lines = ", ".join(map(str, book.damaged))
            what = f"reviews/{name}.jsonl: line {lines} cannot be read and is passed over"
            yield ToDo(what, "look at it, or take it from your backup")


def _in_no_scene(film: Finished) -> Iterator[ToDo]:
    """Quotes of the list that could be in no film as they stand; nobody is asked of who has withdrawn."""
    production = film.production
    for one in production.quotes:
        found, source = film.matches[one.id], production.source_named(one.source) if one.source else None
        who = one.contributor or (source.contributor if source else "")
        if one.id in production.in_scenes or found.state is State.MATCHED or who in production.withdrawn:
            continue
        why = describe.stands(found, film.why_not_found(one.id))
        yield ToDo(f"{one.id} is in no scene: {why}", _to_settle(found))


def _to_settle(found: Match) -> str:
    name = found.quote
    if found.differences:
        return f'ourwords match --explain {name}; who listens: ourwords match --heard {name} --by "NAME"'
    return f"ourwords match --explain {name}"


def _named(quotes: Iterable[str]) -> str:
    names = list(quotes)
    return ", ".join(names) if len(names) <= FEW else f"{len(names)} quotes"


def _some(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
