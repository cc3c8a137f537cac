"""What people put right in the captions, kept in reviews/captions.jsonl: only ever added to. A build only
reads it.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property
from pathlib import Path

from pipeline.captions.editing import lines
from pipeline.captions.editing.apply import differences
from pipeline.captions.editing.lines import Kept
from pipeline.captions.editing.model import NOTES, OF_ONE_PROFILE, Conflict, Correction
from pipeline.captions.model import Captions
from pipeline.edit.timeline import Timeline
from pipeline.engine import journal
from pipeline.errors import ConfigError
from pipeline.production.load import Production

FIX = "ourwords fix"
"""Who signs what `captions fix` mends."""


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
        named = [replace(one, by=by, on=on, note=note, profile="") for one in corrections]
        if not every_profile:
            mine = self.production.profile.name
            named = [replace(one, profile=mine * (one.kind in OF_ONE_PROFILE)) for one in named]
        new = self._unknown(list(map(lines.as_kept, named)))
        if new and not dry:
            batch = uuid.uuid4().hex[:12]
            journal.append(self.path, [lines.entry(one, batch, number) for number, one in enumerate(new)])
            self._forget()
        return new

    def _unknown(self, corrections: Sequence[Correction]) -> list[Correction]:
        """Those that are not there yet, or of which another is the last that counts."""
        known = {_what(one): number for number, one in enumerate(self.standing)}
        last = {one.about: number for number, one in enumerate(self.standing)}
        return [one for one in corrections if _what(one) not in known or last[one.about] > known[_what(one)]]

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
        last = {one.about: one.id for one in self.standing}

        def kept(one: Correction) -> Kept:
            if one.id in gone:
                return Kept(one, "withdrawn")
            if one.profile not in ("", profile):
                return Kept(one, "other profile", f"it holds for {one.profile}; the film has {profile}")
            if one.id in why:
                return Kept(one, "conflict" if why[one.id].open else "waiting", why[one.id].why)
            return Kept(one, "applied" if last[one.about] == one.id else "superseded")

        return [kept(one) for one in found]


def _what(correction: Correction) -> tuple[object, ...]:
    """What it says, whoever said it."""
    return correction.kind, correction.anchor, correction.value, correction.profile
