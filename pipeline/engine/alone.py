"""One command at a time in a production: the lock goes with its process, however that ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.engine.private import file_mode, make_folder
from pipeline.errors import TryLater, of_system

WAITING = "Another build is running in this production; waiting for it. (Ctrl-C stops waiting.)"


@contextmanager
def alone(build: Path, *, wait: bool, say: Callable[[str], None]) -> Iterator[None]:
    """Hold a production's build folder; who comes second waits and says so, or is told to try later."""
    from filelock import FileLock, Timeout

    try:
        make_folder(build)
        lock = FileLock(build / ".lock", mode=file_mode(build))
        try:
            lock.acquire(timeout=0)
        except Timeout:
            if not wait:
                raise TryLater(
                    "another build is running in this production",
                    where=str(build.parent),
                    next_step="try again when it is done",
                ) from None
            say(WAITING)
            lock.acquire()
    except OSError as problem:
        raise of_system(problem, where=str(build), what="cannot write") from None
    try:
        yield
    finally:
        lock.release()
