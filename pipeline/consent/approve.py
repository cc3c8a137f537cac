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
from pipeline.consent.model import Answer, Approval, Seen, digest_of
from pipeline.core.digest import file_digest
from pipeline.engine import journal
from pipeline.errors import ConfigError, InputError
from pipeline.production.lint import STAND_IN
from pipeline.production.load import Production, load_lists
from pipeline.production.locate import inside
from pipeline.production.quotes import USES

LEDGER = "reviews/approvals.jsonl"

NOBODY_SEEN = "none"
"""Of a picture in which nobody is to be seen."""

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
        return self.production.path(LEDGER)

    @cached_property
    def book(self) -> journal.Book:
        return journal.read(self.path)

    @cached_property
    def approvals(self) -> tuple[Approval, ...]:
        return lines.read_approvals(self.path.name, self.book.lines)

    @cached_property
    def answers(self) -> tuple[Answer, ...]:
        """Who is in which picture."""
        return lines.read_answers(self.path.name, self.book.lines)

    def approve(
        self, kind: str, quotes: Sequence[str], voice: Voice, *, everything: bool = False, dry: bool = False
    ) -> list[str]:
        """Write down what was said of these quotes (or of everything there is), all or nothing; their
        names.
        """
        _speaks(voice)
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


def _speaks(voice: Voice) -> None:
    """Whoever approves for somebody else says why."""
    if STAND_IN.search(voice.by) and not voice.note:
        raise ConfigError(
            f'"{voice.by}" approves for somebody else',
            next_step="say in --note who they are to the contributor, and why they sign",
        )


# Pictures that are no cleared shot -------------------------------------------------------------


def approve_pictures(
    root: Path, files: Sequence[str], people: Sequence[str], voice: Voice, *, dry: bool = False
) -> list[str]:
    """Write down who is in these pictures, bound to what is in their files; how production.toml names them.

    Nothing is needed but the files and the consent register: no film, and no footage.
    """
    _speaks(voice)
    if not files:
        step = "ourwords approve picture b-roll/window.png --people none"
        raise ConfigError("approved, but which picture?", next_step=step)
    seen = _named(root, people, yes=voice.yes)
    found = {file: path for file in files for path in [_picture(root, file)]}
    names = {file: path.relative_to(root.resolve()).as_posix() for file, path in found.items()}
    entries = [
        lines.answer(
            names[file],
            file_digest(path),
            seen,
            yes=voice.yes,
            by=voice.by,
            on=voice.on,
            use=voice.use or USES,
            until=voice.until,
            note=voice.note,
        )
        for file, path in found.items()
    ]
    if not dry:
        journal.append(inside(root, LEDGER), entries)
    return list(names.values())


def _named(root: Path, people: Sequence[str], *, yes: bool) -> list[str]:
    """Who is in it, by the ids of the consent register; nobody, where that is what was said."""
    asked = [who.strip() for one in people for who in one.split(";") if who.strip()]
    known = [one.contributor for one in load_lists(root)[1]]
    if not asked and yes:
        step = "--people none, or the ids of all who can be recognised, with ; between them"
        raise ConfigError("who is in it?", where="--people", next_step=step)
    if NOBODY_SEEN in asked and NOBODY_SEEN in known:
        step = "give the contributor another id"
        raise ConfigError(f'"{NOBODY_SEEN}" is a contributor', where="--people", next_step=step)
    if NOBODY_SEEN in asked and len(asked) > 1:
        raise ConfigError("somebody and none", where="--people", next_step="say one or the other")
    named = [who for who in dict.fromkeys(asked) if who != NOBODY_SEEN]
    for who in named:
        if who not in known:
            raise ConfigError(
                f'"{who}" is not in the consent register: nobody knows whether they may be seen',
                where="--people",
                next_step=f"add a row once there is a signed form; there are: {', '.join(known) or 'none'}",
            )
    return named


def _picture(root: Path, file: str) -> Path:
    """A picture by the name that production.toml has for it, or by where it lies."""
    path = inside(root, file)
    if not path.is_file():
        path = Path(file).resolve()
    if not (path.is_file() and path.is_relative_to(root.resolve())):
        step = "give it as production.toml has it: a path in the production's folder"
        raise InputError(f'no file "{file}" in the production', where=str(root), next_step=step)
    gate.no_output(file, of_build=path.is_relative_to((root / "build").resolve()))
    return path
