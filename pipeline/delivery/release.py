"""The door: everything that lies in build/ came through it, and what may not lie there any more goes by it.

A record says of each file who and what is in it and what it was made for. A release replaces what
the last one of its name wrote, as a whole: it is staged beside, committed by one rename, and then
put in place; who holds the production's lock next finishes what was committed and throws away what
was not. The lists are read again just before, and every file is held against them by each command.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import uuid
from collections import Counter
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from pipeline.captions.formats import CODECS
from pipeline.consent import approvals, gate, snapshot
from pipeline.consent.approve import Reviews
from pipeline.consent.gate import Facts, Lists
from pipeline.core.codec import pretty
from pipeline.core.digest import digest, file_digest
from pipeline.delivery import ledger, manifest, readable
from pipeline.engine.cache import Kept, Shelf, copy_whole, link_whole, write_whole
from pipeline.engine.fingerprints import Fingerprints
from pipeline.engine.private import make_folder
from pipeline.engine.up_to_date import RELEASING
from pipeline.errors import BrokenIO, ConfigError, OurwordsError, of_system
from pipeline.language.names import Names
from pipeline.production.load import Production, load_lists, names_listed
from pipeline.speech.transcripts import file_of

SEEN = ".store/seen.json"
"""What people see of each quote of the last film (consent/approve.py)."""

CUT = ".store/cut.json"
"""The manifest of the last film, which stays when the film may not: the next cut is compared with it."""

ASKED = ".store/clips"
"""How each pack of clips was asked for (clips/asked.py): it goes with the last of its files."""

RECORD, PLAN = ".store/released.json", "plan.json"
RECORD_VERSION = 2
"""1 said nothing of the pictures that are laid over: nobody knows who is in such a file."""

UNKNOWN = "nothing says who is in it: an older ourwords made it"

OUTDATED = "it is of another cut than there is now: make it again"

UNNAMED = "it is a copy, and nothing says who is in it: copy what stays from where it was made"

CLIP = re.compile(r"clip [^/]+/")
"""The release of one clip, "clip PACK/CLIP"; what all of a pack share is "clips PACK"."""

NAMED = "somebody is named in it whose name is on a list since"

STANDS_FOR = {"film": "cut.mp4", "draft": "draft.mp4", "training": "training", "clips": "clips"}
"""What the shelf keeps things for, and the file or folder in build/ without which it needs none of them."""

Content = Path | bytes
"""A file of an object on the shelf, which is linked, or bytes, which are written."""


@dataclass(frozen=True)
class Release:
    """Files that are published together; `of` names what they were made of, and they go when that does.

    `said`: (where, text) of what they were made from, where a file of them is easier made than read.
    """

    name: str
    files: Mapping[str, Content]
    facts: Facts
    of: str = ""
    said: Sequence[tuple[str, str]] = ()
    until: date | None = None
    """The last day on which they may lie there, by what was approved; None: nobody set one."""


def leaves(release: str) -> bool:
    """Is what has this name made to be passed on, and not to be looked at first, as the film is?"""
    return release.startswith(("clip", "export ", "captions export"))


@dataclass(frozen=True)
class Entry:
    """What the record says of a file."""

    sha256: str
    release: str
    facts: Facts
    of: str
    names: str = ""
    """Of what nobody can read but who watches it, and of what takes long to read (a PDF), a digest of the
    names that it was made and read for.
    """
    until: date | None = None


@dataclass(frozen=True)
class Removed:
    """A file that went, or would go, and why."""

    path: str
    why: str


class Door:
    """Who uses it holds the production's lock. `lists` reads the quote list and the register anew each
    time; `files` ends in an error where a file is another than what was made from it, and looks just before
    anything is let out; `handed` has the SHA-256 of all that was handed out.
    """

    def __init__(
        self,
        build: Path,
        lists: Callable[[], Lists],
        files: Callable[[], None] = lambda: None,
        handed: Callable[[], Collection[str]] = frozenset,
    ) -> None:
        self.build, self.lists, self.files, self.handed = build, lists, files, handed
        self.outdated: list[Removed] = []
        """What went since it is of another cut than what was published."""

    @classmethod
    def of(cls, production: Production, today: date, fingerprints: Fingerprints | None = None) -> Door:
        """The door of a production. What people wrote is read anew each time: they may have changed their
        minds. With the `fingerprints` of what was read for it, every file of it is looked at once more.
        """

        def lists() -> Lists:
            quotes, consents = load_lists(production.root)
            _, bleeps = names_listed(production.root)
            reviews, listed = Reviews(production), {quote.id: quote for quote in quotes}

            @cache
            def worded(name: str, use: str) -> list[gate.Refusal]:
                one, of = listed[name], production.approvals
                seen = {name: {"wording": snapshot.wording(one)}}
                terms = approvals.Terms(use, today, of.tolerance, of.soon)
                said = approvals.standings([(one, one.contributor)], seen, reviews.approvals, terms)
                told = [each for each in said if each.by]  # of what nobody said, the list says enough
                return approvals.refusals(told, ["wording"], held=False)

            return Lists(
                listed,
                {one.contributor: one for one in consents},
                today,
                reviews.answers,
                tuple({(one.contributor, one.name): one for one in (*bleeps, *production.bleeps)}.values()),
                worded,
                approvals.refused({quote.id: quote.contributor for quote in quotes}, reviews.approvals),
                {source.id: frozenset(source.everybody) for source in production.sources},
            )

        def files() -> None:
            if fingerprints:
                named = [*production.inputs, *production.captions.font_files]
                fingerprints.hold(map(production.path, named))

        def handed() -> frozenset[str]:
            with suppress(OurwordsError):
                exports = ledger.Ledger(production.root).exports
                return frozenset(one for export in exports for one in export.files.values())
            return frozenset()

        return cls(production.build, lists, files, handed)

    def publish(self, releases: Sequence[Release], current: Container[str] | None = None) -> list[str]:
        """All of these or nothing; the names of the files that changed. Files made of what is not `current`
        any more go.
        """
        hidden = _names_digest(self._let_out(releases))
        old, names = self.record(), {release.name for release in releases}
        put = {path: content for release in releases for path, content in release.files.items()}
        new = {
            path: _entry(path, release, content, hidden)
            for release in releases
            for path, content in release.files.items()
        }
        gone = [
            path
            for path, entry in old.items()
            if path not in put
            and (entry.release in names or (current is not None and entry.of and entry.of not in current))
        ]
        self.outdated += [Removed(path, OUTDATED) for path in gone if old[path].release not in names]
        changed = {path: content for path, content in put.items() if not _same(self.build / path, content)}
        kept = {
            path: entry for path, entry in old.items() if path not in gone and (self.build / path).is_file()
        }
        kept |= {path: entry for path, entry in new.items() if not path.startswith(".store/")}
        if changed or gone or kept != old:
            self._carry_out(changed, gone, kept)
        return list(changed)

    def hand_out(self, release: Release, folder: Path) -> list[Path]:
        """Publish into a folder that a person named: in build/ as all that lies there, elsewhere as files
        that are theirs from now on.
        """
        if lies_in(self.build, folder):
            inner = folder.resolve().relative_to(self.build.resolve())
            named = {(inner / name).as_posix(): content for name, content in release.files.items()}
            self.publish(
                [
                    replace(release, name=f"{release.name} {path}", files={path: named[path]}, said=())
                    for path in named
                ]
            )
        else:
            self._let_out([release])
            _copied(folder, release.files)
        return [folder / name for name in release.files]

    def look(self, releases: Sequence[Release]) -> None:
        """The last look alone, for whoever writes down what is let out before it is."""
        self._let_out(releases)

    def _let_out(self, releases: Sequence[Release]) -> Names:
        """The last look at what these files are made of, at who is in them, and at all that can be read of
        them; the names that it looked for.
        """
        self.files()
        lists = self.lists()
        for going in (False, True):
            gate.let_out([one.facts for one in releases if leaves(one.name) is going], lists, leaving=going)
        for release in releases:
            nobody_named(release.files, lists.names, release.said)
        return lists.names

    def hold(self, *, dry: bool = False) -> list[Removed]:
        """Every file that lies in build/, against the lists as they are today: what may not be there is
        removed, and named.
        """
        record, lists = self.record(), self.lists()
        there = list(self._there())
        naming = self._naming(there, record, lists.names)
        moved = self._moved(there, record)
        found = [
            Removed(path, why)
            for path in there
            if (why := _why(path, record.get(path), lists) or naming.get(path, "") or moved.get(path, ""))
        ]
        if found and not dry:
            gone = {one.path for one in found}
            left = {path: entry for path, entry in record.items() if path not in gone}
            self._carry_out({}, [*gone, *self._orders_of_none(left)], left)
        return found

    def _moved(self, there: Iterable[str], record: Mapping[str, Entry]) -> dict[str, str]:
        """What somebody copied or renamed: files under names that are none of ours, by their hashes."""
        strange = [
            path for path in there if path not in record and _LEFT.match(path) and not OURS.fullmatch(path)
        ]
        ours = {*self.handed(), *(one.sha256 for one in record.values())} if strange else frozenset[str]()
        return {path: UNNAMED for path in strange if _sha256(self.build / path) in ours}

    def _orders_of_none(self, record: Mapping[str, Entry]) -> Iterator[str]:
        """How packs were asked for of which nothing is left."""
        packs = packs_in(record)
        for path in (self.build / ASKED).glob("*.json"):
            if path.stem not in packs:
                yield f"{ASKED}/{path.name}"

    def _naming(self, there: Sequence[str], record: Mapping[str, Entry], names: Names) -> dict[str, str]:
        """The files of each release in which somebody is named whose name was put on a list since."""
        hidden = _names_digest(names)
        named = {one.release for one in record.values() if one.facts.draft and one.names not in ("", hidden)}
        clean: set[tuple[bool, str]] = set()  # packages hold the same texts
        for path in there if names else ():
            if path in record and record[path].release not in named and record[path].names != hidden:
                for where, text in _read(path, self.build / path):
                    which = readable.named_in(where, names)
                    known = (which is names, text)
                    if known not in clean and which.found(text):
                        named.add(record[path].release)
                        break
                    clean.add(known)
        named |= {f"clips {one.removeprefix('clip ').split('/')[0]}" for one in named if CLIP.match(one)}
        return {path: NAMED for path in there if path in record and record[path].release in named}

    def not_ours(self) -> list[str]:
        """Files in build/ that this program did not put there, and does not remove."""
        record = self.record()
        return [path for path in self._there() if path not in record and not OURS.fullmatch(path)]

    def recover(self) -> None:
        """Finish a release that was committed when its process ended, and throw away one that was not."""
        for room in self._folders():
            if not self._finish(room):
                shutil.rmtree(room, ignore_errors=True)

    def record(self) -> dict[str, Entry]:
        """By path; of what a broken record says nothing is known, and everything of ours goes."""
        try:
            return _read_record(json.loads((self.build / RECORD).read_bytes()))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return {}

    def made(self) -> set[str]:
        """What was made here, by its SHA-256: all in build/ but what others made and is passed on."""
        return {one.sha256 for path, one in self.record().items() if not PASSED_ON.fullmatch(path)}

    # A release, step by step -----------------------------------------------------------------

    def _carry_out(
        self, put: Mapping[str, Content], gone: Iterable[str], record: Mapping[str, Entry]
    ) -> None:
        room = self.build / RELEASING / uuid.uuid4().hex
        staged = {str(number): path for number, path in enumerate(put, 1)}
        try:
            for number, path in staged.items():
                _write(put[path], room / number)
            plan = {"put": staged, "gone": list(gone), "record": _plain_record(record)}
            write_whole(room / PLAN, pretty(plan))  # committed: this file appears whole or not at all
            _settle(room)
            self._finish(room)
        except OSError as problem:
            raise of_system(problem, where=str(problem.filename or self.build), what="cannot write") from None

    def _finish(self, room: Path) -> bool:
        """Do what the plan says, from wherever it was left; False where there is none that is whole."""
        try:
            plan = json.loads((room / PLAN).read_bytes())
            put, gone, record = dict(plan["put"]), list(plan["gone"]), dict(plan["record"])
        except (OSError, ValueError, KeyError, TypeError):
            return False
        targets = {room / number: self.build / path for number, path in put.items()}
        for staged, target in targets.items():
            if staged.is_file():
                make_folder(target.parent)
                staged.replace(target)
        for path in gone:
            (self.build / path).unlink(missing_ok=True)
        for folder in {target.parent for target in targets.values()} | {
            (self.build / path).parent for path in gone
        }:
            _settle(folder)
        write_whole(self.build / RECORD, pretty(record))
        (room / PLAN).unlink()  # first: what is left of a room without a plan is thrown away
        shutil.rmtree(room, ignore_errors=True)
        return True

    def _folders(self) -> list[Path]:
        with suppress(OSError):
            return sorted((self.build / RELEASING).iterdir())
        return []

    def _there(self) -> Iterator[str]:
        for folder, inner, files in os.walk(self.build):
            here = Path(folder).relative_to(self.build)
            inner[:] = sorted(name for name in inner if (here / name).as_posix() != ".store")
            yield from (
                (here / name).as_posix() for name in sorted(files) if (here / name).as_posix() != ".lock"
            )


def packs_in(record: Iterable[str]) -> set[str]:
    """The packs of clips of which a file is in build/: clips/NAME/FILE."""
    return {parts[1] for path in record if (parts := path.split("/"))[0] == "clips" and len(parts) > 2}


def stock(production: Production, removed: Iterable[Removed] = ()) -> list[Kept]:
    """What is kept, with what needs it: nothing needs what is not in build/ any more, or whoever has
    withdrawn. `removed` is what goes from build/ in a dry run.
    """
    build, going = production.build, {one.path for one in removed}
    gone = {label for label, name in STANDS_FOR.items() if not {*_files(build, name)} - going}
    return Shelf(build / ".store", dry=True).stock(gone=gone, withdrawn=production.withdrawn)


def _files(build: Path, name: str) -> Iterator[str]:
    """The files in build/ that stand for something: itself, or those in a folder."""
    there = build / name
    for path in there.rglob("*") if there.is_dir() else (there,):
        if path.is_file():
            yield path.relative_to(build).as_posix()


def still_held(production: Production, kept: Iterable[Kept]) -> list[tuple[str, str]]:
    """What beside build/ whoever has withdrawn is still in, handed out or kept, each with what removes it."""
    found, told = Counter(who for one in kept for who in one.people & production.withdrawn), []
    for who, count in sorted(found.items()):
        told.append((f"{who} is still in {count} things kept in build/.store", "ourwords cache prune"))
    for path in sorted(file_of(production, "*").parent.glob("*.json")) if production.withdrawn else ():
        spec = production.source.get(path.stem)
        if spec is None:
            told.append((f"transcripts/{path.name} is of no source", f"delete {path} if they are in it"))
        elif there := production.withdrawn.intersection(spec.everybody):
            told.append((f"{', '.join(sorted(there))} is still in transcripts/{path.name}", f"delete {path}"))
    try:
        recorded = {source.id: frozenset(source.everybody) for source in production.sources}
        return told + ledger.copies(production.root, production.withdrawn, recorded)
    except OurwordsError as problem:
        return [*told, (f"{problem.where}: {problem.what}", problem.next_step)]


def outlet(build: Path, folder: Path) -> None:
    """ConfigError where a folder is no place for what leaves: nobody looks after it among kept things."""
    if folder.resolve().is_relative_to((build / ".store").resolve()):
        what = "is where things are kept: nobody would look after it there"
        step = "name a folder outside build/, or leave --to out"
        raise ConfigError(what, where=f"--to {folder}", next_step=step)


def take_back(folder: Path, earlier: Iterable[ledger.Export], put: Container[str]) -> None:
    """Delete what was brought into a folder earlier and is not `put` there again: each file only while it is
    what was brought, and none beside the folder, whatever a line says.
    """
    for name, known in (file for one in earlier for file in one.files.items()):
        path = folder / name
        if name not in put and lies_in(folder, path) and _sha256(path) == known:
            with suppress(OSError):
                path.unlink()


def lies_in(build: Path, path: Path) -> bool:
    return path.resolve().is_relative_to(build.resolve())


def elsewhere(folder: Path, files: Mapping[str, Content], names: Names) -> None:
    """Write files where a person asked for them, outside of build/; nobody in `names` is named in them."""
    nobody_named(files, names)
    _copied(folder, files)


def _copied(folder: Path, files: Mapping[str, Content]) -> None:
    """Copies that are theirs from now on who asked for them, and that may be opened where they lie."""
    folders = {(folder / name).parent for name in files}
    new = {one for inner in folders for one in (inner, *inner.parents) if not one.exists()}
    for name, content in files.items():
        if isinstance(content, bytes):
            write_whole(folder / name, content, 0o644)
        else:
            copy_whole(content, folder / name, 0o644)
    for one in new:
        with suppress(OSError):
            one.chmod(0o755)  # whoever may see where they lie may open them


def nobody_named(files: Mapping[str, Content], names: Names, said: Iterable[tuple[str, str]] = ()) -> None:
    """Read every file that leaves, and its name, and what is said in them besides: whoever asked not to be
    named is in none.
    """
    if not names:
        return
    gate.nobody_named(said, names)
    try:
        for path in files:
            for where, text in readable.texts(path, files[path]) if not path.startswith(".store/") else ():
                gate.nobody_named([(where, text)], readable.named_in(where, names))
    except readable.Torn as problem:
        raise BrokenIO(str(problem), next_step="make it again; nothing was let out") from None


def _read(path: str, file: Path) -> Iterator[tuple[str, str]]:
    """What can be read of a file that lies in build/: of one that somebody broke, nothing."""
    with suppress(readable.Torn):
        yield from readable.texts(path, file)


_KINDS = "|".join(
    sorted({"mp4", *CODECS, *(ending for codec in CODECS.values() for ending in codec.endings)})
)
_NAMED = (
    r"cut(\.clean)?\.mp4",
    r"draft\.mp4",
    r"(transcript|report|verify|feedback)\.(html|txt|json)",
    r"manifest(\.before)?\.json",
    r"for-[^/]+\.html",
    rf"captions/(cut\..+\.({_KINDS})|report\.(html|json)|(description|sign-language|easy-read)\..+)",
    r"markers/(reflection\.(json|vtt|csv)|chapters\.ffmeta|resolve\.edl)",
    r"export/markers/[^/]+\.(json|vtt|html|ffmeta|edl|xml|fcpxml|otio|csv|txt)",
    r"training/(player|web|guide)/([^/]+/)?[^/]+\.(html|css|js|json|mp4|jpg|vtt|pdf|txt)",
    r"training/[^/]+\.(zip|h5p)",
    rf"clips/[^/]+\.({_KINDS})",
    r"clips/verify-[^/]+\.(html|json)",
    rf"clips/[^/]+/(\d\d+-[^/]+\.({_KINDS}|txt|jpg)|(index|guide)[^/]*\.(html|pdf))",
    r"clips/(?P<pack>[^/]+)/(?P=pack)\.zip",
    rf"export/cut\..+\.({_KINDS})",
    r"verify/[^/]+\.jpg",
    r"(.+/)?\.[^/]+\.[0-9a-f]{8}\.part",
)
_LEFT = re.compile(r"(clips|training|export)/")
"""Folders of what is made to be passed on."""

PASSED_ON = re.compile(r"captions/(description|sign-language)\..+")
"""What others made for the film, put there as it is."""

OURS = re.compile("|".join(f"(?:{name})" for name in _NAMED))
"""Names that only this program gives: a file of one that no record knows is an older build's."""


def _why(path: str, entry: Entry | None, lists: Lists) -> str:
    """Why a file may not lie in build/; blank where it may."""
    if entry is None:
        return UNKNOWN if OURS.fullmatch(path) else ""
    found = gate.objections(entry.facts, lists, leaving=leaves(entry.release))
    if not found and entry.until and entry.until < lists.today:
        return f"was to be shown until {entry.until}: show it, and ask again"
    return "; ".join(map(str, found))


def _sha256(path: Path) -> str:
    """Of a file that can be read; blank: it is none."""
    with suppress(OSError):
        if path.is_file():
            return file_digest(path)
    return ""


def _entry(path: str, release: Release, content: Content, hidden: str) -> Entry:
    digest = sha256(content).hexdigest() if isinstance(content, bytes) else Shelf.sha256(content)
    once = release.facts.draft or path.endswith(".pdf")
    return Entry(digest, release.name, release.facts, release.of, hidden if once else "", release.until)


def _names_digest(names: Names) -> str:
    return digest(sorted(name.text for name in names.names))


def _same(there: Path, content: Content) -> bool:
    if isinstance(content, bytes):
        return there.is_file() and there.read_bytes() == content
    return there.is_file() and os.path.samestat(there.stat(), content.stat())


def _write(content: Content, path: Path) -> None:
    if isinstance(content, bytes):
        write_whole(path, content)
    elif link_whole(content, path) and not os.path.samestat(content.stat(), path.stat()):
        with path.open("r+b") as copied:
            os.fsync(copied.fileno())


def _settle(folder: Path) -> None:
    """Let the disk hold what was renamed in a folder before it is relied on; not every system can."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _plain_record(record: Mapping[str, Entry]) -> dict[str, Any]:
    return {
        "version": RECORD_VERSION,
        "files": {
            path: {
                "sha256": entry.sha256,
                "release": entry.release,
                "of": entry.of,
                "names": entry.names,
                "use": entry.facts.use,
                "draft": entry.facts.draft,
                "people": sorted(entry.facts.people),
                "named": sorted(entry.facts.named),
                "quotes": dict(entry.facts.quotes),
                "pictures": dict(entry.facts.pictures),
                "sources": sorted(entry.facts.sources),
                **({"until": entry.until.isoformat()} if entry.until else {}),
            }
            for path, entry in sorted(record.items())
        },
    }


def _read_record(plain: Any) -> dict[str, Entry]:
    if plain["version"] != RECORD_VERSION:
        raise ValueError("another version")
    return {
        str(path): Entry(
            str(one["sha256"]),
            str(one["release"]),
            Facts(
                str(one["use"]),
                frozenset(map(str, one["people"])),
                dict(one["quotes"]),
                bool(one["draft"]),
                frozenset(map(str, one["named"])),
                dict(one["pictures"]),
                frozenset(map(str, one.get("sources", ()))),
            ),
            str(one["of"]),
            str(one.get("names", "")),
            date.fromisoformat(one["until"]) if "until" in one else None,
        )
        for path, one in plain["files"].items()
        if "sources" in one or not leaves(str(one["release"]))  # whoever is found in it later is not told
    }


def before(
    build: Path, shots: Sequence[Mapping[str, Any]], allowed: Container[str]
) -> tuple[bytes, set[str]]:
    """The cut that one with these shots takes the place of, and the quotes whose words are in it: no others
    than are `allowed`.

    Nothing where there was none.
    """
    candidates = (manifest.last(build / name) for name in (manifest.NAME, CUT, manifest.BEFORE))
    cut = next((one for one in candidates if one.shots and list(one.shots) != list(shots)), None)
    if cut is None:
        return b"", set()
    blank = {"text": "", "source": ""}
    told = [
        shot | blank if shot["quote"] and shot["quote"] not in allowed else shot
        for shot in map(dict, cut.shots)
    ]
    return pretty({**cut.whole, "shots": told}), {
        str(shot["quote"]) for shot in told if shot["quote"] and shot["source"]
    }
