"""Is everything as it was when the film was made? Then there is nothing to do, and little to load to know it.

What people wrote is compared by content; footage, published files and our own code by size, time and inode,
footage also by when anything of it was changed last, which nobody can put back. The day counts too: consent
and approvals run out. Anything in doubt is a no, and the build looks for itself.
"""

from __future__ import annotations

import json
import os
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path

from pipeline.engine import cache

READ = 1 << 22
"""Bytes up to which a file is compared by its content."""

RELEASING = ".store/releasing"
"""In build/: what is being published (delivery/release.py). Something lies there where a process ended on the
way.
"""

LOCKS = ("quotes.lock.json", "models.lock.json")
"""What a build writes beside what people wrote."""

OURS = Path(__file__).parent.parent


@dataclass(frozen=True)
class Settled:
    """What a build said when it was done: how many errors and warnings it found, and what needs a person,
    each with its next step.
    """

    errors: int
    warnings: int
    needs: tuple[tuple[str, str], ...]


class Stamp:
    """All that a build of `stage` depends on, as it is now: taken before the build reads any of it."""

    def __init__(self, root: Path, stage: str, today: date) -> None:
        self.root, self.stage = root, stage
        ours = ("OURWORDS_", "PIPELINE_", "HF_")
        settings = [f"{name}={value}" for name, value in sorted(os.environ.items()) if name.startswith(ours)]
        self._asked = f"{stage} {today} {sys.version} {settings}"
        self._read = _hash(self._written_by_people())

    def settled(self) -> Settled | None:
        """What the last build said, where a new one would do nothing and say the same; None where it might
        not.
        """
        with suppress(OSError, ValueError, TypeError, KeyError, RecursionError):
            if any((self.root / "build" / RELEASING).glob("*")):
                return None
            record = json.loads(self._place.read_bytes())
            needs = tuple((str(what), str(step)) for what, step in record["needs"])
            said = Settled(record["errors"], record["warnings"], needs)
            if record["stamp"] == self._whole(said):
                return said
        return None

    def remember(self, said: Settled) -> None:
        """Write down that the film is made from what was there, unless that has changed meanwhile."""
        with suppress(OSError):  # the film is made; only the next run will take longer
            if _hash(self._written_by_people()) == self._read:
                record = {"stamp": self._whole(said), **asdict(said)}
                cache.write_whole(self._place, json.dumps(record).encode(errors="backslashreplace"))

    @property
    def _place(self) -> Path:
        return self.root / "build" / ".store" / "settled" / f"{self.stage}.json"

    def _written_by_people(self) -> Iterator[str]:
        ours = (
            self.root / "build",
            self.root / "transcripts",
            *(self.root / name for name in LOCKS),
        )  # written only under the build's lock
        yield from _states(self.root, ours)

    def _whole(self, said: Settled) -> str:
        code = [folder for folder in (OURS, OURS.parent / "configs") if folder.is_dir()]
        packages = Path(
            sysconfig.get_path("purelib")
        )  # its time changes with each that is put in or taken out
        made = [
            line
            for name in ("transcripts", *LOCKS)
            if (self.root / name).exists()
            for line in _states(self.root / name)
        ]
        published = [_looks(path) for path in _files(self.root / "build", (self.root / "build" / ".store",))]
        return _hash(
            [
                self._asked,
                repr(said),
                self._read,
                *made,
                *published,
                *(_looks(path) for folder in code for path in _files(folder)),
                _looks(packages),
            ]
        )


def _hash(lines: Iterable[str]) -> str:
    whole = sha256()
    for line in lines:
        whole.update(f"{line}\n".encode(errors="backslashreplace"))
    return whole.hexdigest()


def _files(path: Path, but: Iterable[Path] = ()) -> Iterator[Path]:
    if not path.is_dir() or path.is_symlink():
        yield path
        return
    for inner in sorted(path.iterdir()):
        if inner not in but and inner.name not in ("__pycache__", ".lock", ".git"):
            yield from _files(inner, but)


def _states(path: Path, but: Iterable[Path] = ()) -> Iterator[str]:
    for file in _files(path, but):
        small = file.is_file() and file.stat().st_size <= READ
        yield f"{file} {sha256(file.read_bytes()).hexdigest()}" if small else _touched(file)


def _touched(path: Path) -> str:
    stat = path.stat()
    return f"{_looks(path)} {stat.st_ctime_ns} {stat.st_dev}"


def _looks(path: Path) -> str:
    stat = path.stat()
    return f"{path} {stat.st_size} {stat.st_mtime_ns} {stat.st_ino}"
