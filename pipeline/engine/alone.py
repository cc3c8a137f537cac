"""One command at a time in a production: the lock goes with its process, however that ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import CannotWrite, TryLater

WAITING = "Another build is running in this production; waiting for it. (Ctrl-C stops waiting.)"


@contextmanager
def alone(build: Path, *, wait: bool, say: Callable[[str], None]) -> Iterator[None]:
    """Hold a production's build folder; who comes second waits and says so, or is told to try later."""
    from filelock import FileLock, Timeout

    try:
        build.mkdir(mode=0o700, exist_ok=True)
        lock = FileLock(build / ".lock")
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
        raise CannotWrite(
            f"cannot write: {problem.strerror}", where=str(build), next_step="check the folder's permissions"
        ) from None
    with lock:
        yield
