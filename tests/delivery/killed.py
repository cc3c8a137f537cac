"""Kills a process that publishes, at every step that touches the disk and at random moments; run by
test_release.py, apart, for it forks.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from datetime import date
from hashlib import sha256
from pathlib import Path

from pipeline.consent.gate import Facts, Lists
from pipeline.delivery.release import RECORD, Door, Release
from pipeline.engine.up_to_date import RELEASING

STEPS = ("os.rename", "os.remove", "os.link", "os.mkdir", "os.rmdir", "os.chmod", "open", "shutil.rmtree")
FACTS = Facts("training", frozenset(), {})
OLD = [
    Release(
        "film",
        {
            "cut.mp4": b"old" * 5000,
            "captions/cut.en.srt": b"old",
            "report.html": b"old",
            "manifest.json": b"old",
        },
        FACTS,
    ),
    Release("draft", {"draft.mp4": b"old"}, FACTS, of="old"),
]
NEW = [
    Release(
        "film",
        {
            "cut.mp4": b"new" * 5000,
            "captions/cut.cy.srt": b"new",
            "markers/resolve.edl": b"new",
            "manifest.json": b"new",
        },
        FACTS,
    )
]


def door(build: Path) -> Door:
    return Door(build, lambda: Lists({}, {}, date(2025, 6, 1)))


def files(build: Path) -> dict[str, bytes]:
    return {
        path.relative_to(build).as_posix(): path.read_bytes()
        for path in build.rglob("*")
        if path.is_file() and ".store" not in path.parts
    }


def child(work: Callable[[], object], *, at: int = 0) -> int:
    """Do the work in a process that dies at its step number `at`; its id."""
    pid = os.fork()
    if pid:
        return pid
    seen = 0

    def count(event: str, _: tuple[object, ...]) -> None:
        nonlocal seen
        if event in STEPS:
            seen += 1
            if seen == at:
                os._exit(9)

    sys.addaudithook(count)
    work()
    os._exit(0)


def died(pid: int) -> bool:
    return os.waitpid(pid, 0)[1] != 0


def fits(build: Path) -> str:
    """Is it the old set or the new one, wholly, with a record that fits, and nothing half published?"""
    there, record = files(build), json.loads((build / RECORD).read_bytes())["files"]
    assert {name: entry["sha256"] for name, entry in record.items()} == {
        name: sha256(data).hexdigest() for name, data in there.items()
    }
    assert not list((build / RELEASING).iterdir())
    kinds = {
        name: {path: content for release in kind for path, content in release.files.items()}
        for name, kind in (("old", OLD), ("new", NEW))
    }
    (found,) = (name for name, kind in kinds.items() if kind == there)
    return found


def fresh(build: Path) -> None:
    shutil.rmtree(build, ignore_errors=True)
    door(build).publish(OLD)


def main(wanted: int) -> None:
    build, told, chance = Path(tempfile.mkdtemp()) / "build", Counter[str](), random.Random(12)
    try:
        at, running = 1, True
        while running:  # at every step, until there is none left to die at
            fresh(build)
            running = died(child(lambda: door(build).publish(NEW, {"new"}), at=at))
            told["kills"] += running
            again = 1
            while died(
                child(door(build).recover, at=again)
            ):  # and then the process that finishes it, at every step of its own
                told.update(("kills", "in recovery"))
                again += 1
            told[fits(build)] += 1
            at += 1
        fresh(build)
        began = time.perf_counter()
        door(build).publish(NEW, {"new"})
        takes = time.perf_counter() - began
        for _ in range(wanted):  # and at moments that nobody chose
            fresh(build)
            pid = child(lambda: door(build).publish(NEW, {"new"}))
            time.sleep(chance.uniform(0, 1.5 * takes))
            os.kill(pid, signal.SIGKILL)
            told["kills"] += died(pid)
            door(build).recover()
            told[fits(build)] += 1
    finally:
        shutil.rmtree(build.parent, ignore_errors=True)
    print(json.dumps(told))


if __name__ == "__main__":
    main(int(sys.argv[1]))
