"""What people put right in the captions, kept in reviews/captions.jsonl: only ever added to. A build only
reads it.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path

from pipeline.captions.editing import lines
from pipeline.captions.editing.apply import differences
from pipeline.captions.editing.lines import Kept
from pipeline.captions.editing.merge import in_place, in_question, what
from pipeline.captions.editing.model import NOTES, OF_ONE_PROFILE, Conflict, Correction
from pipeline.captions.model import Captions
from pipeline.edit.timeline import Timeline
from pipeline.engine import journal
from pipeline.errors import ConfigError
from pipeline.production.load import Production

FIX = "ourwords fix"
"""Who signs what `captions fix` mends."""


@dataclass(frozen=True)
class Taken:
    """What came of a file: what is `new`, all that it says, what was withdrawn for it, what stands now."""

    new: tuple[Correction, ...]
    said: tuple[Correction, ...]
    withdrawn: tuple[Correction, ...]
    standing: tuple[Correction, ...]


class Corrections:
    """What people put right in a production, oldest first; nothing is ever taken out."""

    def __init__(self, production: Production) -> None:
        self.production = production

    @property
    def path(self) -> Path:
        """Where they are kept."""
        return self.production.path("reviews/captions.jsonl")

    @cached_property
    def book(self) -> journal.Book:
        """The lines as they stand, and which are damaged."""
        return journal.read(self.path)

    @cached_property
    def _read(self) -> tuple[tuple[Correction, ...], frozenset[str]]:
        return lines.read_corrections(self.path.name, self.book.lines)

    @property
    def standing(self) -> tuple[Correction, ...]:
        """Those that nobody withdrew, oldest first."""
        found, gone = self._read
        return tuple(correction for correction in found if correction.id not in gone)

    @property
    def before(self) -> Iterator[tuple[Correction, ...]]:
        """What stood before each thing that people said, the latest first."""
        found, lines = self._read[0], self.book.lines
        ends = [n for n in range(1, len(lines)) if _batch(lines[n - 1]) != _batch(lines[n])]
        for end in [*reversed(ends), 0] if lines else []:
            there = {line["id"] for line in lines[:end]}
            gone = {name for line in lines[:end] for name in line.get("corrections", ())}
            yield tuple(one for one in found if one.id in there and one.id not in gone)

    @property
    def texts(self) -> list[tuple[str, str]]:
        """(where, text) of what people wrote that is no approved word: nobody may be named in it who asked
        not to be.
        """
        return [
            (f"the correction {one.id[:6]}", one.value)
            for one in self.standing
            if one.kind in (*NOTES, "speaker")
        ]

    def keep(
        self,
        corrections: Iterable[Correction],
        by: str,
        on: date,
        *,
        note: str = "",
        every_profile: bool = False,
        dry: bool = False,
    ) -> list[Correction]:
        """Write down what is not there yet, as one batch; breaks and times hold for the production's profile
        unless they are for every one.
        """
        profile = "" if every_profile else self.production.profile.name
        new = self._unknown(_said(corrections, by, on, note, profile))
        if not dry:
            self._write(new)
        return new

    def take_in(
        self,
        corrections: Iterable[Correction],
        knew: Collection[str],
        by: str,
        on: date,
        *,
        note: str,
        profile: str,
        side: str = "",
        dry: bool = False,
    ) -> Taken:
        """Write down what a file says, by somebody who `knew` these corrections and no others. Where one of
        the others says otherwise neither is done; unless a side is taken: "mine", the file's, or "theirs".
        """
        standing = self.standing
        said = in_question(standing, _said(corrections, by, on, note, profile), knew)
        asked = {what(one) for one in said if one.against}
        gone: set[str] = set()
        if side == "mine":
            gone = {name for one in said for name in one.against}
            said = [replace(one, against=()) for one in said]
        new = self._unknown(said)
        ids = [] if dry else self._write(new)
        if side == "theirs":
            gone = {one.id for one in standing if what(one) in asked}
            gone |= {name for name, one in zip(ids, new, strict=False) if what(one) in asked}
            said = [one for one in said if what(one) not in asked]
        if gone and not dry:
            journal.append(self.path, [lines.undo_entry(sorted(gone), by, on)])
            self._forget()
        kept = [one for one in standing if one.id not in gone]
        after = [*kept, *(one for one in new if one in said)] if dry else list(self.standing)
        return Taken(tuple(new), tuple(said), tuple(one for one in standing if one.id in gone), tuple(after))

    def _write(self, new: Sequence[Correction]) -> list[str]:
        """One batch of them; their ids."""
        batch = uuid.uuid4().hex[:12]
        entries = [lines.entry(one, batch, number) for number, one in enumerate(new)]
        written = journal.append(self.path, entries) if entries else []
        self._forget()
        return [str(line["id"]) for line in written]

    def _unknown(self, corrections: Sequence[Correction]) -> list[Correction]:
        """Those that are not there yet, or whose place another one has taken."""
        standing = self.standing
        there = [one for one, counts in zip(standing, in_place(standing), strict=True) if counts]
        said = set(map(what, there))
        return [one for one in corrections if what(one) not in said]

    def keep_fix(
        self,
        made: Captions,
        fixed: Captions,
        names: Sequence[str],
        on: date,
        timeline: Timeline | None = None,
    ) -> list[Correction]:
        """What `captions fix` mended, as a batch like any other: undone in the same way. `names` are the
        fixes.
        """
        return self.keep(differences(made, fixed.cues, timeline=timeline)[0], FIX, on, note=", ".join(names))

    def undo(self, names: Sequence[str], by: str, on: date, *, dry: bool = False) -> list[Correction]:
        """Withdraw corrections or batches by the start of their ids; none named: the last batch. A line says
        so, none is deleted.
        """
        standing = self.standing
        if not standing:
            return []
        chosen = [one for one in standing if any(one in self._named(name, standing) for name in names)]
        if not names:
            chosen = [one for one in standing if one.batch == standing[-1].batch]
        if not dry:
            journal.append(self.path, [lines.undo_entry([one.id for one in chosen], by, on)])
            self._forget()
        return chosen

    @staticmethod
    def _named(name: str, standing: Sequence[Correction]) -> list[Correction]:
        """The one correction whose id begins so, or all of the one batch; nothing is withdrawn by a guess."""
        found = [one for one in standing if name.strip() and one.id.startswith(name)]
        batches = {one.batch for one in standing if name.strip() and one.batch.startswith(name)}
        if not found and not batches:
            raise ConfigError(
                f'no correction "{name}" stands', next_step="ourwords captions corrections lists them"
            )
        if whole := [one for one in standing if name in (one.id, one.batch)]:
            return whole
        if len(found) + len(batches) > 1:
            raise ConfigError(
                f'"{name}" may be {len(found) + len(batches)} corrections or batches',
                next_step="give more of its id",
            )
        return found or [one for one in standing if one.batch in batches]

    def _forget(self) -> None:
        for name in ("book", "_read"):
            self.__dict__.pop(name, None)

    def told(self, conflicts: Sequence[Conflict]) -> list[Kept]:
        """Every correction there is, with where it stands in the film as it is now."""
        found, gone = self._read
        profile = self.production.profile.name
        why = {conflict.correction.id: conflict for conflict in conflicts}
        standing = self.standing
        counts = {one.id for one, yes in zip(standing, in_place(standing), strict=True) if yes}

        def kept(one: Correction) -> Kept:
            if one.id in gone:
                return Kept(one, "withdrawn")
            if one.profile not in ("", profile):
                return Kept(one, "other profile", f"it holds for {one.profile}; the film has {profile}")
            if one.id in why:
                return Kept(one, "conflict" if why[one.id].open else "waiting", why[one.id].why)
            return Kept(one, "applied" if one.id in counts else "superseded")

        return [kept(one) for one in found]


def _batch(line: journal.Line) -> str:
    """What was written down at once: a batch, or a line that withdraws."""
    return str(line.get("batch") or line["id"])


def _said(corrections: Iterable[Correction], by: str, on: date, note: str, profile: str) -> list[Correction]:
    """Corrections as somebody says them, and as they will be read again."""
    return [
        lines.as_kept(
            replace(one, by=by, on=on, note=note, profile=profile if one.kind in OF_ONE_PROFILE else "")
        )
        for one in corrections
    ]
