"""What people said of a production, kept in its reviews/ folder: approvals and remarks. A build only reads
it.

Approvals of the cut and of captions are bound to what the build says is in the film that was
shown, not to what the lists say now: nobody can approve what was never made.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from pipeline.consent import approval_lines as lines
from pipeline.consent import gate, snapshot
from pipeline.consent.model import Approval, Seen, digest_of
from pipeline.core.digest import file_digest
from pipeline.engine import journal
from pipeline.errors import ConfigError
from pipeline.production.lint import STAND_IN
from pipeline.production.load import Production

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
            gate.still_listed(name, there=name in self.production.quote)
        return self._write(kind, [(name, seen[name][kind], voice) for name in quotes], film, dry)

    def approve_listed(self, *, but: Container[str] = (), dry: bool = False) -> list[str]:
        """Bind every approval of the quote list to the words that stand there now, by whom and when it
        says; `but` those that cannot be bound (listed.py).
        """
        held = {(a.quote, a.digest, a.by, a.on) for a in self.approvals if a.kind == "wording" and a.yes}
        found = []
        for quote in self.production.quotes:
            if quote.approved_by and quote.approved_on and quote.id not in but:
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
