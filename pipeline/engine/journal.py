"""The ledger: reviews/*.jsonl, a line for each thing a person said, only ever added to.

Safe under several writers (one lock, one write, fsync) and a crash (a line that was cut off was
never acknowledged: it is passed over, and told). Lines stand for themselves and are ordered by their
times, not their places, so git may merge two copies line by line (`merge=union`, see `init`).
"""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock

from pipeline.engine.private import file_mode, make_folder
from pipeline.errors import InputError, of_system

VERSION = 1

Line = Mapping[str, Any]


@dataclass(frozen=True)
class Book:
    """All lines of one file, oldest first, each once; `damaged` are the numbers of those that cannot be
    read.
    """

    lines: tuple[Line, ...]
    damaged: tuple[int, ...]


def read(path: Path) -> Book:
    """What was said so far; an empty book where nothing was."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return Book((), ())
    except OSError as problem:
        raise InputError(
            f"cannot be read: {problem.strerror}", where=str(path), next_step="check the folder's permissions"
        ) from None
    found: dict[str, Line] = {}
    damaged = []
    for number, raw in enumerate(data.split(b"\n"), 1):
        if raw.strip():
            line = _line(raw)
            if line is None:
                damaged.append(number)
            elif line["v"] > VERSION:
                raise InputError(
                    f"line {number} was written by a newer ourwords",
                    where=path.name,
                    next_step="update ourwords",
                )
            else:
                found.setdefault(line["id"], line)
    return Book(tuple(sorted(found.values(), key=lambda line: (line["written"], line["id"]))), tuple(damaged))


def _line(raw: bytes) -> Line | None:
    try:
        line = json.loads(raw)
        return (
            line
            if isinstance(line["id"], str) and isinstance(line["written"], str) and isinstance(line["v"], int)
            else None
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def append(path: Path, entries: Iterable[Line]) -> list[Line]:
    """Add lines, all or none of which are there when this returns; each gets its id and its time."""
    lines = [{"v": VERSION, "id": uuid.uuid4().hex[:16], "written": _now(), **entry} for entry in entries]
    text = "".join(json.dumps(line, ensure_ascii=False, sort_keys=True) + "\n" for line in lines).encode()
    try:
        make_folder(path.parent)
        mode = file_mode(path.parent)
        with FileLock(path.with_name(f".{path.stem}.lock"), mode=mode), path.open("ab+") as file:
            if not file.tell():
                path.chmod(mode)
            if file.seek(0, os.SEEK_END) and _last_byte(file.fileno()) != b"\n":
                text = (
                    b"\n" + text
                )  # a crash cut the last line off: it stays, unread, and ours begins on its own
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except OSError as problem:
        there = path if path.exists() else path.parent
        raise of_system(problem, where=str(there), what="nothing was written down") from None
    return list(lines)


def _last_byte(file: int) -> bytes:
    os.lseek(file, -1, os.SEEK_END)
    return os.read(file, 1)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")
