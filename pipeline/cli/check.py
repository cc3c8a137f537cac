"""`ourwords check`: everything that is wrong with what people wrote, without building or opening footage."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import typer

from pipeline.cli.console import JsonFlag, document, root, say, show, today, wants_json
from pipeline.errors import ChecksFailed

if TYPE_CHECKING:
    from pipeline.production.load import Production
    from pipeline.production.problems import Problems


SHOWN = 200
"""How many problems are listed for people; --json has all."""


@dataclass(frozen=True)
class Problem:
    """`kind`: wrong (nothing can be made), refused (the film cannot), paper (somebody should look)."""

    kind: str
    where: str
    what: str
    next_step: str

    def __str__(self) -> str:
        return f"{self.kind:8} {f'{self.where}: ' if self.where else ''}{self.what}\n  → {self.next_step}"


def check(as_json: JsonFlag = False) -> None:
    """List every problem of production.toml, the lists and the files, and what the gate would refuse, the
    most serious first. Nothing is made, and no footage is opened.
    """
    from pipeline.production.load import examined

    as_json = wants_json(as_json)
    production, problems = examined(root())
    found = list(_all(production, problems))
    notes = list(production.notes if production else problems.notes)
    stops = [one for one in found if one.kind != "paper"]
    if as_json:
        document({"problems": [asdict(one) for one in found], "notes": notes})
    else:
        for one in found[:SHOWN]:
            show(str(one))
        if len(found) > SHOWN:
            show(f"and {len(found) - SHOWN} more: ourwords check --json")
        show(f"Found: {len(found)}; of these stop the film: {len(stops)}." if found else "Nothing is wrong.")
        for note in notes:
            say(f"Note: {note}", always=True)
    if stops:
        raise typer.Exit(ChecksFailed.exit_code)


def _all(production: Production | None, problems: Problems) -> Iterator[Problem]:
    for one in problems.sorted:
        yield Problem("wrong", one.where, one.what, one.next_step)
    if production:
        yield from _refused(production, problems)
        yield from _paper(production, problems)


def _refused(production: Production, problems: Problems) -> Iterator[Problem]:
    """What the gate would refuse, as far as the lists say who speaks; what depends on a row that could not be
    read is left to that problem.
    """
    from pipeline.consent import exposure
    from pipeline.consent.approve import Reviews
    from pipeline.consent.clearance import Clearance
    from pipeline.core.digest import file_digest
    from pipeline.matching.tasks import speaker

    whose = {}
    for name in production.in_scenes:
        quote = production.quote.get(name)
        source = production.source_named(quote.source) if quote and quote.source else None
        who = speaker(source, quote) if quote and source else quote.contributor if quote else ""
        if who and not problems.knows(name, "quotes", production.quote):
            whose[name] = who
    clearance = Clearance(production, (), Reviews(production).answers, today())
    there = {name: production.path(name) for name in production.pictures}
    pictures = clearance.pictures({name: file_digest(path) for name, path in there.items() if path.is_file()})
    for refusal in clearance.refusals(whose, exposure.recordings_named(production), pictures):
        who = refusal.contributor
        if not who or not problems.knows(who, "consent", production.consent):
            yield Problem("refused", "", str(refusal), refusal.next_step)


def _paper(production: Production, problems: Problems) -> Iterator[Problem]:
    from pipeline.production import reading_time
    from pipeline.production.lint import check as flaws

    knows = problems.knows
    quotes = [
        quote
        for quote in production.quotes
        if not knows(quote.id, "quotes", production.quote)
        and not knows(quote.contributor, "consent", production.consent)
    ]
    consents = [
        one for one in production.consents if not knows(one.contributor, "consent", production.consent)
    ]
    for flaw in flaws(quotes, consents, today()):
        yield Problem("paper", flaw.where, flaw.what, flaw.next_step)
    for card in reading_time.findings(production):
        what, _, step = card.what.rpartition(": ")
        yield Problem("paper", card.where, f"{what} ({card.measured}; limit {card.limit})", step)
