"""The shelf: everything derived, kept under a key of everything it depends on.

An object is a folder of files that appears whole or not at all: it is made in a temporary folder
on the same disk and published by one rename. Its key is the hash of its *components*, a flat
table of names and values written as canonical JSON, so that "why must this be made again?" has an
answer: the components that differ from the last time. Nothing is pickled; an object lists its
files with their hashes and whose words and pictures it holds.

Disks forget. Before an object is handed out its files are held against their hashes, once a run;
one that does not hold what it held is dropped, made again and told of in `mended`.
"""

from __future__ import annotations

import json
import os
import shutil
import time
import uuid
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from pipeline.core.digest import canonical, digest, file_digest
from pipeline.engine.guide import guide
from pipeline.engine.private import check_writable, file_mode, is_shared, make_folder
from pipeline.errors import BrokenIO, of_system

Components = Mapping[str, Any]
"""What an object depends on: JSON values under names that an editor understands."""

LOCKS_FILES = os.name != "nt"
"""Are files of objects made read-only? Not on Windows, where a file that is can be neither replaced nor
removed.
"""


SEEN_AFTER = (0.0, 0.05, 0.2, 1.0, 5.0, 15.0, 40.0)
"""Seconds between looks for what another machine has published: NFS remembers for up to a minute what was not
there.
"""


def in_words(size: int) -> str:
    """Bytes as people say them.

    >>> in_words(1_234_567), in_words(71)
    ('1.2 MB', '71 bytes')
    """
    for unit, word in ((10**9, "GB"), (10**6, "MB"), (10**3, "kB")):
        if size >= unit:
            return f"{size / unit:.1f} {word}"
    return f"{size} bytes"


@dataclass(frozen=True)
class Kept:
    """An object on the shelf: what it is called, its size in bytes, what needs it ("film", "draft"), and who
    is in it.
    """

    folder: Path
    name: str
    size: int
    needed: tuple[str, ...]
    people: frozenset[str] = frozenset()


class NotMade(Exception):
    """Raised in a dry run where something would have to be made first."""


class Shelf:
    """Objects under `root`. Safe for threads and workers of one build; builds take turns (alone.py).

    `dry` makes nothing: what would be made, and why, gathers in `wanted`.
    """

    def __init__(
        self, root: Path, *, dry: bool = False, told: Callable[[str], None] = lambda _: None
    ) -> None:
        self.root, self.dry, self._told = root, dry, told
        self._lock = Lock()
        self._read: dict[Path, Stamps] = {}
        """What was hashed in this run, and how its files looked then."""
        self.mended: dict[Path, str] = {}
        """What did not hold any more what it held, by its folder; `told` hears of each name."""
        self.made: list[str] = []
        """The names of what this run made, in order: empty when nothing had changed."""
        self.used: set[str] = set()
        """The keys of everything that this run made or found."""
        self.wanted: list[tuple[str, str]] = []

    def open(self) -> None:
        """Make the folders (private: 0700) and sweep what a killed run left half made."""
        try:
            for folder in ("objects", "names", "tmp"):
                make_folder(self.root / folder)
            self.root.chmod(0o2770 if is_shared(self.root.parent) else 0o700)
            check_writable(self.root / "tmp", "what is made")
            self.sweep()
        except OSError as problem:
            raise of_system(problem, where=str(self.root), what="cannot write") from None

    def sweep(self) -> None:
        """Remove what is half made: when a build begins, and when all that it asked workers for is done.
        Whoever is still at it has been given up, and only loses its own folder.
        """
        for stale in (self.root / "tmp").iterdir():
            if stale.is_dir():
                shutil.rmtree(stale, ignore_errors=True)
            else:
                stale.unlink(missing_ok=True)

    def find(self, components: Components) -> Path | None:
        """The object made from exactly these components, if it seems to be there; only `make` reads it."""
        folder = self._folder(components)
        if not _is_whole(folder):
            return None
        self.used.add(self._key(folder))
        return folder

    def make(
        self, name: str, components: Components, work: Callable[[Path], None], people: Iterable[str] = ()
    ) -> Path:
        """The object called `name`, made by `work(folder)` only where it is not there already."""
        found = self.find(components)
        if found and self._holds(found):
            if not self.dry:
                self._remember(name, components)
            return found
        if self.dry:
            self.want(name, "not what was kept" if found else self.why(name, components))
        if (folder := self._folder(components)).exists():
            self._drop_broken(name, folder)
        room = self.room()
        try:
            work(room)
            files = {
                path.relative_to(room).as_posix(): {"size": path.stat().st_size, "sha256": file_digest(path)}
                for path in sorted(room.rglob("*"))
                if path.is_file()
            }
            record: dict[str, Any] = {
                "name": name,
                "components": dict(components),
                "people": sorted(set(people)),
                "files": files,
            }
            record["seal"] = digest(record)
            (room / "made.json").write_text(
                json.dumps(record, indent=1, ensure_ascii=False), encoding="utf-8"
            )
            folder = self._publish(room, self._folder(components))
        except OSError as problem:
            where = problem.filename or self.root
            raise of_system(problem, where=str(where), what=f"could not keep {name}") from None
        finally:
            shutil.rmtree(room, ignore_errors=True)
        self._read.setdefault(folder, _stamps(folder, files))
        self._remember(name, components)
        self.made.append(name)
        self.used.add(self._key(folder))
        return folder

    def _holds(self, folder: Path) -> bool:
        """Does an object still hold what it held when it was made? Its files are hashed once a run."""
        files = _files(folder)
        try:
            stamps = _stamps(folder, files)
            if self._read.get(folder) == stamps:
                return True
            if not files or any(
                file_digest(folder / name) != entry["sha256"] for name, entry in files.items()
            ):
                return False
        except (OSError, LookupError, TypeError):  # a disk that cannot read it has lost it too
            return False
        self._read[folder] = stamps
        return True

    def _drop_broken(self, name: str, folder: Path) -> None:
        """Take an object away that is not what was made. Whoever else found it broken may have made it again
        by now.
        """
        with self._lock:
            if not folder.exists() or self._holds(folder):
                return
            self._take_away(name, folder)
        self._told(name)

    def drop_unreadable(self, name: str, folder: Path) -> None:
        """Take an object away that holds what it held, and cannot be understood: once a run, for what stands
        in its place by then may be in use.
        """
        with self._lock:
            if folder in self.mended or not folder.exists():
                return
            self._take_away(name, folder)
        self._told(name)

    def _take_away(self, name: str, folder: Path) -> None:
        self._put_away(folder)
        self._read.pop(folder, None)
        self.mended[folder] = name

    def holds(self, components: Components) -> bool:
        """Is the object made from exactly these components there, as it was when it was made?"""
        found = self.find(components)
        return found is not None and self._holds(found)

    def heard(self, made: Iterable[str], mended: Iterable[tuple[Path, str]]) -> None:
        """What a worker made for this run, and what it found broken."""
        self.made += made
        for folder, name in mended:
            self.mended[folder] = name
            self._told(name)

    def wait_for(self, components: Components, name: str) -> None:
        """Until an object that a worker has published is seen here: a shared disk may take its time."""
        folder = self._folder(components)
        for seconds in SEEN_AFTER:
            time.sleep(seconds)
            with suppress(OSError):  # listing a folder asks the disk's server what is in it now
                list(folder.parent.iterdir())
            if self.find(components):
                return
        raise BrokenIO(
            f"a worker has made {name}, and it is not to be seen here",
            where=str(self.root),
            next_step=f"is it one folder for all machines? {guide('cluster.md')} says how to mount it",
        )

    def want(self, name: str, reason: str) -> None:
        if (name, reason) not in self.wanted:
            self.wanted.append((name, reason))
        raise NotMade(name)

    @staticmethod
    def sha256(file: Path) -> str:
        """The hash of a file of an object, as it was when it was made; also of one in a folder of it."""
        for folder in file.parents:
            if (folder / "made.json").is_file():
                entry = _files(folder).get(file.relative_to(folder).as_posix())
                if entry:
                    return str(entry["sha256"])
                raise _broken(folder)
        raise _broken(file.parent)

    @staticmethod
    def people(folder: Path) -> list[str]:
        """Who is in an object."""
        return list(_record(folder)["people"])

    def why(self, name: str, components: Components) -> str:
        """Why `name` must be made: "" where it need not be."""
        if self.find(components):
            return ""
        try:
            last = json.loads(self._name(name).read_bytes())["components"]
            changed = [
                key
                for key in {**components, **last}
                if key not in components or digest(components[key]) != last.get(key)
            ]
        except (OSError, ValueError, LookupError, AttributeError, TypeError, RecursionError):
            return "new"
        return f"changed: {', '.join(changed)}" if changed else "not kept any more"

    def last(self, name: str) -> tuple[Path, Components] | None:
        """The object that had this name before, with its components, if it is still there and whole."""
        try:
            folder = self.root / "objects" / json.loads(self._name(name).read_bytes())["object"]
            return (
                (folder, _record(folder)["components"]) if _is_whole(folder) and self._holds(folder) else None
            )
        except (OSError, ValueError, LookupError, TypeError, RecursionError):
            return None

    def need(self, size: int) -> None:
        """Refuse to begin what will not fit on the disk. `size` in bytes, as foreseen."""
        free = shutil.disk_usage(self.root).free
        if size > free:
            raise BrokenIO(
                f"{in_words(size)} will be needed and {in_words(free)} are free",
                where=str(self.root.parent),
                next_step="free some disk space (`ourwords cache` shows what the film does not need "
                "any more) and build again; nothing was made",
            )

    def keep(self, label: str) -> None:
        """Write down that what this run used is what `label` needs, until its next run says otherwise."""
        write_whole(self.root / "needed" / f"{label}.json", canonical(sorted(self.used)).encode())

    def keep_one(self, label: str, components: Components, most: int) -> None:
        """Write down that `label` needs this object, the newest of so many."""
        key = self._key(self._folder(components))
        before = [one for one in self._listed(label) if one != key]
        write_whole(self.root / "needed" / f"{label}.json", canonical([*before, key][-most:]).encode())

    def kept(self, label: str) -> list[Path]:
        """What `label` needs and is there, as it was when it was made; the newest first."""
        folders = [self.root / "objects" / key for key in reversed(self._listed(label))]
        return [folder for folder in folders if _is_whole(folder) and self._holds(folder)]

    def _listed(self, label: str) -> list[str]:
        try:
            return list(map(str, json.loads((self.root / "needed" / f"{label}.json").read_bytes())))
        except (OSError, ValueError, TypeError):
            return []

    def stock(self, *, gone: Container[str] = (), withdrawn: Container[str] = ()) -> list[Kept]:
        """Everything on the shelf, with what needs it. Labels that are `gone` need nothing, and nothing needs
        what somebody is in who has `withdrawn`, or what nobody can say who is in.
        """
        files = sorted((self.root / "needed").glob("*.json"))
        needed = {path.stem: _needed(path) for path in files if path.stem not in gone}
        found = []
        for folder in sorted((self.root / "objects").glob("*/*")):
            try:
                record = _record(folder)
                name, people = str(record["name"]), frozenset(map(str, record["people"]))
                size = sum(int(entry["size"]) for entry in record["files"].values())
            except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
                size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
                found.append(Kept(folder, "broken", size, ()))
                continue
            key, free = self._key(folder), any(one in withdrawn for one in people)
            by = () if free else (label for label, keys in needed.items() if keys is None or key in keys)
            found.append(Kept(folder, name, size, tuple(by), people))
        return found

    def drop(self, unwanted: Iterable[Kept]) -> None:
        """Take objects off the shelf. Files that a build has linked to stay where they are linked."""
        try:
            for kept in unwanted:
                shutil.rmtree(kept.folder)
        except OSError as problem:
            raise of_system(problem, where=str(self.root), what="cannot remove") from None

    def room(self) -> Path:
        """A private folder to work in; it goes with the run."""
        room = self.root / "tmp" / f"{os.getpid()}-{uuid.uuid4().hex[:12]}"
        make_folder(room)
        return room

    @contextmanager
    def bench(self) -> Iterator[Path]:
        """A private folder to work in, for as long as it is needed."""
        room = self.room()
        try:
            yield room
        finally:
            shutil.rmtree(room, ignore_errors=True)

    def _publish(self, room: Path, folder: Path) -> Path:
        for path in room.rglob("*"):
            if path.is_file():
                with path.open("r+b") as file:  # Windows flushes only what it may write to
                    os.fsync(file.fileno())
                if LOCKS_FILES:
                    path.chmod(0o444)
        make_folder(folder.parent)
        if folder.exists() and not _is_whole(folder):
            self._put_away(folder)
        try:
            room.rename(folder)
        except OSError:  # another thread or machine was first: its files are in use already
            if not _is_whole(folder):
                raise
        return folder

    def _put_away(self, folder: Path) -> None:
        """Take a folder off the shelf in one step, then remove it: nobody sees half of it go."""
        gone = self.root / "tmp" / f"broken-{uuid.uuid4().hex[:12]}"
        make_folder(gone.parent)
        with suppress(FileNotFoundError):
            folder.rename(gone)
        shutil.rmtree(gone, ignore_errors=True)

    def _folder(self, components: Components) -> Path:
        key = digest(dict(components))
        return self.root / "objects" / key[:2] / key[2:32]

    def _key(self, folder: Path) -> str:
        return folder.relative_to(self.root / "objects").as_posix()

    def _name(self, name: str) -> Path:
        return self.root / "names" / f"{digest(name)[:24]}.json"

    def _remember(self, name: str, components: Components) -> None:
        path = self._name(name)
        text = canonical(
            {
                "object": self._key(self._folder(components)),
                "components": {key: digest(value) for key, value in components.items()},
            }
        )
        write_whole(path, text.encode())


def _broken(folder: Path) -> BrokenIO:
    step = "build again: it is made again"
    return BrokenIO("is broken", where=str(folder / "made.json"), next_step=step)


Stamps = tuple[tuple[str, int, int, int], ...]
"""Size, time and inode of an object's files."""


def _record(folder: Path) -> dict[str, Any]:
    """made.json, if it is as it was written and stands in the folder that its components call for; ValueError
    otherwise.
    """
    record: dict[str, Any] = json.loads((folder / "made.json").read_bytes())
    seal = record.pop("seal", None)  # records had none before
    if seal not in (None, digest(record)) or digest(record["components"])[2:32] != folder.name:
        raise ValueError("was written to")
    return record


def _files(folder: Path) -> dict[str, dict[str, Any]]:
    """An object's files with their sizes and hashes; none where its record is broken."""
    try:
        return dict(_record(folder)["files"])
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return {}


def _stamps(folder: Path, files: Iterable[str]) -> Stamps:
    states = [(name, (folder / name).stat()) for name in sorted(files)]
    return tuple((name, stat.st_size, stat.st_mtime_ns, stat.st_ino) for name, stat in states)


def _is_whole(folder: Path) -> bool:
    """Does an object hold every file of its record, at its size? Not where somebody wrote into it."""
    try:
        files = _record(folder)["files"].items()
        return all(
            (folder / name).is_file() and (folder / name).stat().st_size == entry["size"]
            for name, entry in files
        )
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return False


def _needed(path: Path) -> set[str] | None:
    """The keys of what a label needs; None where that is not known: then nothing is spare until it is built
    again.
    """
    try:
        keys = json.loads(path.read_bytes())
        return set(keys) if isinstance(keys, list) else None
    except (OSError, ValueError, TypeError, RecursionError):
        return None


def write_whole(path: Path, data: bytes, mode: int = 0) -> bool:
    """Write a file that appears whole or not at all; False where it held just this already. Without a `mode`
    it is private, or as shared as its folder.
    """
    try:
        if path.is_file() and path.read_bytes() == data:
            return False
        make_folder(path.parent)
        with _beside(path) as part:
            with part.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            part.chmod(mode or file_mode(path.parent))
            part.replace(path)
    except OSError as problem:
        raise of_system(problem, where=str(path), what="cannot write") from None
    return True


def link_whole(source: Path, target: Path) -> bool:
    """Put a kept file under its final name without copying it; False where it is there already."""
    try:
        if target.is_file() and os.path.samestat(target.stat(), source.stat()):
            return False
        make_folder(target.parent)
        with _beside(target) as part:
            try:
                part.hardlink_to(source)
            except OSError:  # another disk, or one without links
                shutil.copyfile(source, part)
            part.replace(target)
    except OSError as problem:
        raise of_system(problem, where=str(target), what="cannot write") from None
    return True


def copy_whole(source: Path, target: Path, mode: int) -> None:
    """Copy a kept file to where a person wants it: it appears whole or not at all."""
    try:
        make_folder(target.parent)
        with _beside(target) as part:
            shutil.copyfile(source, part)
            with part.open("r+b") as file:
                os.fsync(file.fileno())
            part.chmod(mode)
            part.replace(target)
    except OSError as problem:
        raise of_system(problem, where=str(target), what="cannot write") from None


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """A name next to `path` to write to first; nothing of it is left, whatever happens."""
    part = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}.part")
    try:
        yield part
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
