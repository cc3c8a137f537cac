"""What left, for whom and with whom in it: reviews/exports.jsonl, which whoever withdraws needs.

A command that hands something out writes a line; a build only reads them. They lie beside what people said,
and not in build/: that may be deleted at any time, and what was handed out is still out there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from shlex import quote
from typing import Any, Literal

from pipeline.consent import gate
from pipeline.consent.gate import Facts, Lists
from pipeline.core.digest import digest
from pipeline.engine import journal
from pipeline.engine.cache import Shelf
from pipeline.errors import ConfigError, InputError

LEDGER = "reviews/exports.jsonl"

State = Literal["current", "out of date", "not known", "replaced", "recall", "gone", "altered"]
"""Of the film as it is; of an earlier one; nobody can say, for there is no film; whoever had it has a later
one; with somebody in it who may not be in it any more; a person says that every copy is deleted; a line that
was written over.
"""

CLIPS = "clips "
"""How what is a pack of clips begins; then comes its name."""

BACKUP = "take the last good one from your backup"


@dataclass(frozen=True)
class Export:
    """One thing that was handed out: `what` ("scorm12"), its files by name with their SHA-256, who is in them
    and for which use, where they were put, for whom, when, and `of` which edition of the film they are.
    """

    what: str
    files: Mapping[str, str]
    facts: Facts
    to: str
    recipient: str
    on: date
    of: str
    id: str = ""
    intact: bool = field(default=True, compare=False)
    until: date | None = None
    """The last day on which it may be shown, as far as was known; None: nobody set one."""

    @property
    def sha256(self) -> str:
        """Of a file its own hash; of several, one over their names and hashes."""
        return next(iter(self.files.values())) if len(self.files) == 1 else digest(dict(self.files))

    @property
    def outside(self) -> bool:
        """Is it known to lie somewhere else than in build/?"""
        return bool(self.recipient) or not _inside(self.to)

    def same(self, other: Export) -> bool:
        """Is it the same thing in the same hands? Then nothing new was handed out."""
        return self.hands == other.hands and (self.of, self.facts.use, self.facts.sources, self.until) == (
            other.of,
            other.facts.use,
            other.facts.sources,
            other.until,
        )

    @property
    def hands(self) -> tuple[object, ...]:
        """What it is and who has it, to the byte."""
        return self.what, tuple(sorted(self.files.items())), self.to, self.recipient


@dataclass(frozen=True)
class Gone:
    """A person's word that every copy of an export is deleted: `by` whom, when, and how they know."""

    export: str
    by: str
    on: date
    note: str = ""
    intact: bool = field(default=True, compare=False)


def hashes(files: Mapping[str, Path | bytes]) -> dict[str, str]:
    """SHA-256 of files that leave, by name: bytes, or files on the shelf."""
    return {
        name: sha256(content).hexdigest() if isinstance(content, bytes) else Shelf.sha256(content)
        for name, content in files.items()
    }


def _inside(to: str) -> bool:
    return to == "build" or to.startswith("build/")


@dataclass(frozen=True)
class Standing:
    """Where an export stands today, why, and what to do about it."""

    export: Export
    state: State
    why: str = ""
    next_step: str = ""


class Ledger:
    """The exports of the production in `root`."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def path(self) -> Path:
        return self.root / LEDGER

    @cached_property
    def book(self) -> journal.Book:
        return journal.read(self.path)

    @cached_property
    def exports(self) -> tuple[Export, ...]:
        """All that was handed out, oldest first. A line that is neither an export nor of one is an error."""
        return tuple(_read(line) for line in self.book.lines if line.get("event") != "gone")

    @cached_property
    def gone(self) -> dict[str, Gone]:
        """What people said is deleted, by the id of the export; the last word counts."""
        found = (_read_gone(line) for line in self.book.lines if line.get("event") == "gone")
        return {one.export: one for one in found}

    @property
    def out(self) -> list[Export]:
        """What is out there, as far as anybody knows: an export is until a person says that it is gone."""
        return [one for one in self.exports if not self._is_gone(one)]

    def _is_gone(self, one: Export) -> bool:
        said = self.gone.get(one.id)
        return said is not None and said.intact

    def place(self, folder: Path) -> str:
        """A folder as the ledger names it: in the production from there, elsewhere in full."""
        there, root = folder.resolve(), self.root.resolve()
        return there.relative_to(root).as_posix() if there.is_relative_to(root) else there.as_posix()

    def brought(self, whats: Collection[str], to: str) -> list[Export]:
        """What was put into a folder earlier, by lines that nobody wrote over."""
        return [one for one in self.exports if one.intact and one.to == to and one.what in whats]

    def enter(self, exports: Iterable[Export]) -> list[Export]:
        """Write down what is handed out, before it leaves; those that were not there yet."""
        latest = {(one.what, one.to, one.recipient): one for one in self.out if one.intact}
        new = [one for one in exports if not _there(latest.get((one.what, one.to, one.recipient)), one)]
        if new:
            self._append(map(_line, new))
        return new

    def let_go(self, ids: Iterable[str], by: str, on: date, note: str = "") -> list[Export]:
        """Write down that every copy of these exports is deleted, on somebody's word; ids may be short.

        What lies in build/ is seen to by the next command, and by nobody's word.
        """
        found = [self._one(short) for short in ids]
        if found and not by.strip():
            step = 'say who knows: --by "Rosa Lind"'
            raise ConfigError("on whose word is it gone?", where="--by", next_step=step)
        if found:
            self._append([_line_gone(Gone(one.id, by.strip(), on, note.strip())) for one in found])
        return found

    def _one(self, short: str) -> Export:
        found = [one for one in self.exports if short and one.id.startswith(short)]
        if len(found) != 1:
            why = "is the beginning of several exports' ids" if found else "is no export's id"
            raise ConfigError(f'"{short}" {why}', where="--gone", next_step="`ourwords exports` lists them")
        return found[0]

    def _append(self, lines: Iterable[Mapping[str, Any]]) -> None:
        journal.append(self.path, lines)
        for name in ("book", "exports", "gone"):
            self.__dict__.pop(name, None)

    def standings(self, lists: Lists, edition: str) -> list[Standing]:
        """Where each stands by the lists of today, beside the film of this edition; blank: there is no film.

        Of each thing, place and recipient the last counts: it takes the place of what came before, in build/
        also of what nobody is known to have. A copy that left with somebody who may not be in it is asked
        back all the same.
        """
        last = {(one.what, one.to, one.recipient): one.id for one in self.exports}
        anybody = {(one.what, one.to): one.id for one in self.exports}
        gone = self.gone
        until = {one.hands: one.until for one in self.exports if one.intact}  # the last word counts

        def replaced(one: Export) -> bool:
            there = (one.what, one.to)
            return last[*there, one.recipient] != one.id or (not one.outside and anybody[there] != one.id)

        return [
            _said_gone(one, gone[one.id])
            if one.id in gone
            else _standing(
                replace(one, until=until.get(one.hands, one.until)), lists, edition, replaced=replaced(one)
            )
            for one in self.exports
        ]


def _there(known: Export | None, one: Export) -> bool:
    return known is not None and known.same(one)


def _said_gone(one: Export, said: Gone) -> Standing:
    if not (said.intact and one.intact):
        return Standing(one, "altered", f"a line of {one.id} in {LEDGER} was written over", BACKUP)
    return Standing(one, "gone", f"{said.by}, {said.on}" + (f": {said.note}" if said.note else ""))


def _standing(one: Export, lists: Lists, edition: str, *, replaced: bool) -> Standing:
    if not one.intact:
        return Standing(one, "altered", f"its line {one.id} in {LEDGER} was written over", BACKUP)
    lies_there = one.outside or not replaced  # a later one in other hands is no proof that this one is gone
    if lies_there and (found := gate.objections(one.facts, lists, leaving=True)):
        why = "; ".join(dict.fromkeys(map(str, found)))
        return Standing(one, "recall", why, recall([one]))
    if lies_there and one.until and one.until < lists.today:
        return Standing(one, "recall", f"was to be shown until {one.until}", recall([one]))
    if replaced:
        return Standing(one, "replaced", "whoever had it has a later one")
    if one.what.startswith(CLIPS):
        return Standing(one, "current")  # of its own quotes alone: another cut of the film is no other clip
    if not edition:
        return Standing(one, "not known", "build/ holds no film to compare it with", "ourwords build-cut")
    if one.of != edition:
        return Standing(one, "out of date", "of an earlier cut", again([one]))
    return Standing(one, "current")


# What to do --------------------------------------------------------------------------------------


def said(some: Sequence[Export]) -> str:
    """What went the same way, as people call it: "scorm12, h5p of 2025-11-12 for Learning Hub"."""
    one = max(some, key=lambda each: each.on)
    whom = f" for {one.recipient}" if one.recipient else ""
    return f"{_whats(some, ', ')} of {one.on}{whom}{'' if _inside(one.to) else f', in {one.to}'}"


def again(some: Sequence[Export]) -> str:
    """The command that makes what went the same way again."""
    one, whats = some[0], _whats(some, ",")
    command = OTHERS.get(whats, f"ourwords export training --only {whats}")
    whom = f' --for "{one.recipient}"' if one.recipient else ""
    return f"{command}{whom}{'' if _inside(one.to) else f' --to {quote(one.to)}'}"


OTHERS = {"markers": "ourwords export markers", "captions": "ourwords captions export"}
"""What is no package, and the command that makes it."""


def recall(some: Sequence[Export]) -> str:
    """What to do about copies that may not be shown any more."""
    one = some[0]
    if one.recipient:
        return f"tell {one.recipient} to delete it, and every copy that was made of it"
    if one.outside:
        return f"delete it from {one.to}, and every copy that was made of it"
    return "tell whoever took a copy to delete it"


def _whats(some: Iterable[Export], between: str) -> str:
    return between.join(dict.fromkeys(one.what for one in some))


def not_current(found: Iterable[Standing], *states: State) -> list[tuple[str, str]]:
    """Exports in these states, those that went the same way together: what is wrong, and what to do."""
    ways: dict[tuple[str, str, str], list[Standing]] = {}
    for one in found:
        if one.state in states:
            ways.setdefault((one.export.to, one.export.recipient, one.why), []).append(one)
    return [_told(some) for some in ways.values()]


def _told(some: Sequence[Standing]) -> tuple[str, str]:
    exports, state, why = [one.export for one in some], some[0].state, some[0].why
    step = {"out of date": again, "recall": recall}.get(state, lambda _: some[0].next_step)(exports)
    return f"{said(exports)}: {why}", step


def copies(
    root: Path, people: Collection[str], recorded: Mapping[str, frozenset[str]] | None = None
) -> list[tuple[str, str]]:
    """What some of these people are in that was handed out, each with what is to be done; told to whoever
    takes their consent back out of a list. `recorded`: who is in a source, as is known now.
    """
    ways: dict[tuple[str, str, str], list[Export]] = {}
    for one in Ledger(root).out if people else ():
        found = one.facts.people.union(
            *((recorded or {}).get(name, frozenset()) for name in one.facts.sources)
        )
        for who in sorted(found.intersection(people)):
            ways.setdefault((who, one.to, one.recipient), []).append(one)
    return [(f"{who} is in {said(some)}", recall(some)) for (who, _, _), some in ways.items()]


# Lines -------------------------------------------------------------------------------------------


def _line(one: Export) -> dict[str, Any]:
    facts = one.facts
    line: dict[str, Any] = {
        "event": "export",
        "what": one.what,
        "use": facts.use,
        "to": one.to,
        "for": one.recipient,
        "on": one.on.isoformat(),
        "of": one.of,
        "files": dict(one.files),
        "people": sorted(facts.people),
        "named": sorted(facts.named),
        "quotes": dict(facts.quotes),
        "pictures": dict(facts.pictures),
        **({"sources": sorted(facts.sources)} if facts.sources else {}),
        "sha256": one.sha256,
        **({"until": one.until.isoformat()} if one.until else {}),
    }
    return {**line, "seal": _seal(line)}


def _line_gone(one: Gone) -> dict[str, Any]:
    line = {
        "event": "gone",
        "export": one.export,
        "by": one.by,
        "on": one.on.isoformat(),
        "note": one.note,
    }
    return {**line, "seal": _seal(line)}


def _read_gone(line: Mapping[str, Any]) -> Gone:
    try:
        return Gone(
            _text(line["export"]),
            _text(line["by"]),
            date.fromisoformat(line["on"]),
            _text(line["note"]),
            line["seal"] == _seal(line),
        )
    except (KeyError, TypeError, ValueError) as problem:
        raise InputError(
            f"the line {line.get('id')} says of nothing that it is gone ({problem})",
            where=LEDGER,
            next_step=BACKUP,
        ) from None


def _seal(line: Mapping[str, Any]) -> str:
    """Over everything in a line but what the journal adds to it."""
    return digest({name: value for name, value in line.items() if name not in {"v", "id", "written", "seal"}})


def _read(line: Mapping[str, Any]) -> Export:
    try:
        if line["event"] != "export":
            raise ValueError(str(line["event"]))
        found = Export(
            _text(line["what"]),
            _table(line["files"]),
            Facts(
                _text(line["use"]),
                frozenset(map(_text, line["people"])),
                _table(line["quotes"]),
                named=frozenset(map(_text, line["named"])),
                pictures=_table(line["pictures"]),
                sources=frozenset(map(_text, line.get("sources", ()))),
            ),
            _text(line["to"]),
            _text(line["for"]),
            date.fromisoformat(line["on"]),
            _text(line["of"]),
            line["id"],
            line["seal"] == _seal(line),
            date.fromisoformat(line["until"]) if "until" in line else None,
        )
        if not found.files:
            raise ValueError("no files")
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        raise InputError(
            f"the line {line.get('id')} is no export ({problem})", where=LEDGER, next_step=BACKUP
        ) from None
    return found


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r:.40} is no text")
    return value


def _table(value: Any) -> dict[str, str]:
    return {_text(name): _text(one) for name, one in dict(value).items()}


# As people and programs read it ------------------------------------------------------------------


def record(one: Standing) -> dict[str, Any]:
    """An export with where it stands, as JSON."""
    held = {name: value for name, value in _line(one.export).items() if name not in {"event", "seal"}}
    return {
        **held,
        "id": one.export.id,
        "outside": one.export.outside,
        "state": one.state,
        "why": one.why,
        "next_step": one.next_step,
    }


HEADS = ("Id", "Day", "What", "Use", "Until", "For", "Where", "Cut", "Hash", "In it", "State")


def table(found: Sequence[Standing]) -> list[str]:
    """For the terminal: a line for each, in columns."""
    rows = [HEADS, *map(_row, found)]
    widths = [max(len(row[number]) for row in rows) for number in range(len(HEADS))]
    padded = ([cell.ljust(width) for cell, width in zip(row, widths, strict=True)] for row in rows)
    return ["  ".join(row).rstrip() for row in padded]


def _row(one: Standing) -> tuple[str, ...]:
    export = one.export
    return (
        export.id[:6],
        export.on.isoformat(),
        export.what,
        export.facts.use,
        export.until.isoformat() if export.until else "–",
        export.recipient or "–",
        export.to,
        export.of[:6],
        export.sha256[:12],
        " ".join(sorted(export.facts.people)) or "nobody",
        one.state,
    )
