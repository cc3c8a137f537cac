"""What people said of a production, kept in its reviews/ folder: approvals and remarks. A build only reads
it.

Approvals of the cut and of captions are bound to what the build says is in the film that was
shown, not to what the lists say now: nobody can approve what was never made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path

from pipeline.consent import approval_lines as lines
from pipeline.consent import gate, snapshot
from pipeline.consent.gate import Facts
from pipeline.consent.model import Approval, Seen, digest_of
from pipeline.core.digest import file_digest
from pipeline.edit.change_list import compare
from pipeline.edit.changes import Comparison, CutList
from pipeline.engine import journal
from pipeline.errors import ConfigError, InputError
from pipeline.production.lint import STAND_IN
from pipeline.production.load import Production
from pipeline.review import comment_files
from pipeline.review.comments import STATES, Remark, tie

SEEN = ".store/seen.json"
"""In build/: what a build's film shows of each quote, names to hide and all; so it stays with the kept parts,
which never leave.
"""


@dataclass(frozen=True)
class Voice:
    """Who says yes or no, when, and how far it goes. A blank `use` is what the quote list has."""

    by: str
    on: date
    yes: bool = True
    use: frozenset[str] = frozenset()
    until: date | None = None
    note: str = ""


class Reviews:
    def __init__(self, production: Production) -> None:
        self.production = production

    @property
    def path(self) -> Path:
        return self.production.path("reviews/approvals.jsonl")

    @cached_property
    def book(self) -> journal.Book:
        return journal.read(self.path)

    @cached_property
    def approvals(self) -> tuple[Approval, ...]:
        return lines.read_approvals(self.path.name, self.book.lines)

    def approve(
        self, kind: str, quotes: Sequence[str], voice: Voice, *, everything: bool = False, dry: bool = False
    ) -> list[str]:
        """Write down what was said of these quotes (or of everything there is), all or nothing; their
        names.
        """
        if STAND_IN.search(voice.by) and not voice.note:
            raise ConfigError(
                f'"{voice.by}" approves for somebody else',
                next_step="say in --note who they are to the contributor, and why they sign",
            )
        film, seen = ("", self._wording()) if kind == "wording" else self._film()
        quotes = list(seen) if everything else list(dict.fromkeys(quotes))
        if not quotes:
            raise ConfigError(
                "approved, but which quotes?",
                next_step=f"name some of {', '.join(seen) or 'the list'}, or --all",
            )
        for name in quotes:
            if kind not in seen.get(name, {}):
                known = [other for other, kinds in seen.items() if kind in kinds]
                raise ConfigError(
                    f'no quote "{name}" to approve the {kind} of',
                    next_step=f"there are: {', '.join(known) or 'none'}",
                )
        return self._write(kind, [(name, seen[name][kind], voice) for name in quotes], film, dry)

    def approve_listed(self, *, dry: bool = False) -> list[str]:
        """Bind every approval of the quote list to the words that stand there now, by whom and when it
        says.
        """
        held = {(a.quote, a.digest, a.by, a.on) for a in self.approvals if a.kind == "wording" and a.yes}
        found = []
        for quote in self.production.quotes:
            if quote.approved_by and quote.approved_on:
                seen = snapshot.wording(quote)
                if (quote.id, digest_of(seen), quote.approved_by, quote.approved_on) not in held:
                    found.append(
                        (quote.id, seen, Voice(quote.approved_by, quote.approved_on, note=quote.notes))
                    )
        return self._write("wording", found, "", dry)

    def _write(self, kind: str, what: Sequence[tuple[str, Seen, Voice]], film: str, dry: bool) -> list[str]:
        entries = [
            lines.entry(
                kind,
                name,
                seen,
                yes=voice.yes,
                by=voice.by,
                on=voice.on,
                until=voice.until,
                note=voice.note,
                film=film,
                use=voice.use or self.production.quote[name].use,
            )
            for name, seen, voice in what
        ]
        if entries and not dry:
            journal.append(self.path, entries)
        return [name for name, _, _ in what]

    def _wording(self) -> dict[str, dict[str, Seen]]:
        return {quote.id: {"wording": snapshot.wording(quote)} for quote in self.production.quotes}

    def _film(self) -> tuple[str, dict[str, dict[str, Seen]]]:
        """What is in the film that was made, and its hash: refused where cut.mp4 is another film."""
        path, film = self.production.build / SEEN, self.production.build / "cut.mp4"
        gate.film_there(str(self.production.build), there=path.is_file() and film.is_file())
        digest, seen = lines.read_seen(path.name, path.read_bytes())
        gate.film_shown(same=file_digest(film) == digest)
        return digest, seen

    # Cuts and remarks ------------------------------------------------------------------------

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
    def remarks_path(self) -> Path:
        return self.production.path("reviews/feedback.jsonl")

    @property
    def remarks(self) -> tuple[Remark, ...]:
        return comment_files.read_remarks(self.remarks_path.name, journal.read(self.remarks_path).lines)

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
            journal.append(self.remarks_path, [comment_files.comment_entry(remark) for remark in new])
        return new, len(comments)

    def answer(self, name: str, state: str, text: str, voice: Voice) -> Remark:
        """What is done about a comment; `name` is the start of its id."""
        if state not in STATES:
            raise ConfigError(f'"{state}" is no state', next_step=f"name one of: {', '.join(STATES)}")
        found = [remark for remark in self.remarks if remark.id.startswith(name)]
        if len(found) != 1:
            raise ConfigError(
                f'{len(found) or "no"} comments start with "{name}"',
                next_step="ourwords feedback list shows their ids",
            )
        answered = found[0].answered(state, text, voice.by, voice.on)
        journal.append(self.remarks_path, [comment_files.answer_entry(answered)])
        return answered
