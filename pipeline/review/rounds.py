"""Review rounds: two cuts compared for a reader, comments taken in, and what is done about each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from pipeline.consent import approval_lines as lines
from pipeline.consent import gate
from pipeline.consent.approve import SEEN
from pipeline.consent.gate import Facts
from pipeline.edit.change_list import compare
from pipeline.edit.changes import Comparison, CutList
from pipeline.engine import journal
from pipeline.errors import ConfigError, InputError
from pipeline.production.load import Production
from pipeline.review import comment_files
from pipeline.review.comments import STATES, Remark, tie


class Rounds:
    """Comments are kept in reviews/feedback.jsonl, which is only ever added to."""

    def __init__(self, production: Production) -> None:
        self.production = production

    def compared(self, old: CutList, new: CutList, reader: str = "") -> Comparison:
        """Two cuts, told to everyone or to one contributor."""
        if reader and reader not in self.production.consent:
            raise ConfigError(
                f'no contributor "{reader}"', next_step=f"there are: {', '.join(self.production.consent)}"
            )
        display = {name: consent.display_name for name, consent in self.production.consent.items()}
        return compare(old, new, self._whose(), display, reader)

    def _whose(self) -> dict[str, str]:
        """Whose words each quote is: as the list says, and for those found by their words as the last build
        found.
        """
        path = self.production.build / SEEN
        found = lines.read_contributors(path.name, path.read_bytes()) if path.is_file() else {}
        return found | {quote.id: quote.contributor for quote in self.production.quotes if quote.contributor}

    def facts(self, found: Comparison) -> Facts:
        """Who and what is on a page that tells of two cuts; for a reader, nobody but them."""
        return self._facts({story.quote: story.contributor for story in found.quotes if story.words})

    def facts_of_cut(self, cut: CutList) -> Facts:
        """Who and what is on a page that tells of one cut."""
        whose = self._whose()
        return self._facts({name: whose.get(name, "") for name in cut.quotes})

    def _facts(self, whose: Mapping[str, str]) -> Facts:
        known = self.production.quote
        found = gate.facts(
            self.production.film.use,
            [(known[name], who) for name, who in whose.items() if name in known],
            self.production.consent,
        )
        return replace(found, people=frozenset(whose.values()))

    @property
    def path(self) -> Path:
        return self.production.path("reviews/feedback.jsonl")

    @property
    def remarks(self) -> tuple[Remark, ...]:
        return comment_files.read_remarks(self.path.name, journal.read(self.path).lines)

    def take_comments(
        self, file: Path, cut: CutList, start: str | None, on: date, *, dry: bool = False
    ) -> tuple[list[Remark], int]:
        """The comments of a review round, tied to the cut that was reviewed: those that are new, and how many
        there were.
        """
        try:
            data = file.read_bytes()
        except OSError as problem:
            raise InputError(
                f"cannot be read: {problem.strerror}",
                where=str(file),
                next_step="give the review's CSV, or its markers as EDL or text",
            ) from None
        comments = comment_files.read_comments(file.name, data, cut.rate, start)
        known = {remark.id for remark in self.remarks}
        new = [tie(comment, cut, on) for comment in comments if comment.id not in known]
        if new and not dry:
            journal.append(self.path, [comment_files.comment_entry(remark) for remark in new])
        return new, len(comments)

    def answer(self, name: str, state: str, text: str, by: str, on: date) -> Remark:
        """What is done about a comment; `name` is the start of its id."""
        if state not in STATES:
            raise ConfigError(f'"{state}" is no state', next_step=f"name one of: {', '.join(STATES)}")
        found = [remark for remark in self.remarks if remark.id.startswith(name)]
        if len(found) != 1:
            raise ConfigError(
                f'{len(found) or "no"} comments start with "{name}"',
                next_step="ourwords feedback list shows their ids",
            )
        answered = found[0].answered(state, text, by, on)
        journal.append(self.path, [comment_files.answer_entry(answered)])
        return answered
