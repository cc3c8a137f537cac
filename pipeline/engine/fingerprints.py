"""What is in the files that people gave: by their hash, taken once, and held to while they are worked from.

Hours of footage are read once: after that a look at a file tells whether it may be another. The look takes in
when the system last changed anything of the file, a time that no program can set: content, size and time of
writing can be put back, that time cannot.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from pipeline.core.digest import canonical, digest, file_digest
from pipeline.core.footage import File
from pipeline.engine.cache import write_whole
from pipeline.errors import InputError

FRESH = 2.0
"""Seconds after a change in which another may bear the same time: clocks of disks are as coarse as that."""

TRIES = 3
"""How often a file is read that is changed while it is read."""

Stamp = list[int]
"""How a file looks: size, time of writing, time of the last change of anything, inode, disk."""


class Fingerprints:
    """sha256 of files, remembered by how they look. Safe for threads: at worst a file is read twice."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._known: dict[str, list[Any]] = {}
        self._given: dict[Path, str] = {}
        """What was said of each file in this run: all that is asked of it and made from it is of that."""
        with suppress(
            OSError, ValueError, AttributeError, TypeError, LookupError, RecursionError
        ):  # not there yet, or broken: hash again
            record = json.loads(path.read_bytes())
            if record["seal"] == digest(record["files"]):
                self._known = {name: list(entry) for name, entry in record["files"].items()}

    def of(self, file: Path) -> str:
        """What is in a file, all through this run; InputError where it is another by now, for what was asked
        of the one must not be taken for the other.
        """
        found = self.now(file)
        if self._given.setdefault(file, found) != found:
            raise _changed(file)
        return found

    def now(self, file: Path) -> str:
        """What is in a file now. It is read where it looks other than when it was read last, and again where
        something was done to it meanwhile: a link to it alone does that. InputError where that does not end.
        """
        for _ in range(TRIES):
            stamp, began = _stamp(file), time.time()
            known = self._known.get(_name(file))
            if known and known[:-1] == stamp:
                return str(known[-1])
            found = file_digest(file)
            if _stamp(file) == stamp:
                if abs(began - stamp[2] / 1e9) > FRESH:
                    self._known[_name(file)] = [*stamp, found]
                return found
        raise _changed(file)

    def save(self) -> None:
        write_whole(self.path, canonical({"files": self._known, "seal": digest(self._known)}).encode())

    @contextmanager
    def held(self, files: Iterable[File]) -> Iterator[None]:
        """While something is made from these files: each is the one that was hashed, before and after, and
        nothing touched it meanwhile; InputError else. One that was swapped and put back has been touched.
        """
        before = {one: self._look(one) for one in files}
        try:
            yield
        except Exception:  # what went wrong may come of the change
            self._unchanged(before)
            raise
        self._unchanged(before)

    def hold(self, files: Iterable[Path]) -> None:
        """Refuse to go on where one of these files is not what it was when this run first asked."""
        for file in files:
            if file in self._given:
                self._look(File(file, self._given[file]))

    def lend(self, files: Iterable[File]) -> dict[Path, list[Any]]:
        """What is known of these files, for somebody who works elsewhere."""
        known = {one.path: self._known.get(_name(one.path)) for one in files}
        return {path: entry for path, entry in known.items() if entry}

    def learn(self, lent: Mapping[Path, list[Any]]) -> None:
        """What somebody elsewhere knows, as far as the files look the same here: disks have other numbers."""
        for file, entry in lent.items():
            with suppress(OSError):
                stamp = _stamp(file)
                if stamp[:-1] == entry[:-2]:
                    self._known[_name(file)] = [*stamp, entry[-1]]

    def _unchanged(self, before: Mapping[File, Stamp]) -> None:
        for file, stamp in before.items():
            if self._look(file) != stamp:
                raise _changed(file.path)

    def _look(self, file: File) -> Stamp:
        """How a file looks that still is what it was hashed as."""
        try:
            stamp = _stamp(file.path)
            if self.now(file.path) == file.sha256:
                return stamp
        except FileNotFoundError:
            pass
        raise _changed(file.path)


def _changed(file: Path) -> InputError:
    return InputError(
        "changed while it was read",
        where=f"{file.parent.name}/{file.name}",
        next_step="leave it alone and build again; nothing that was made from it was kept",
    )


def _stamp(file: Path) -> Stamp:
    stat = file.stat()
    return [stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino, stat.st_dev]


def _name(file: Path) -> str:
    """Of any bytes: a record holds text."""
    return str(file).encode(errors="backslashreplace").decode()
