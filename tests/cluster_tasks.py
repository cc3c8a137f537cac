"""Tasks for tests of workers, which import them by name."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from pipeline.core.codec import codec
from pipeline.engine.task import Context, Task
from pipeline.errors import MissingTool


def _whose(at: Context, number: int) -> int:
    (at.folder / "pid").write_text(str(os.getpid()))
    return number * 2


def _lacks(at: Context) -> int:
    raise MissingTool("no weights for base", where="recogniser", next_step="ourwords models fetch base")


def _slips(at: Context) -> int:
    raise LookupError("our own mistake")


def _dies(at: Context, log: Path) -> int:
    with log.open("a") as file:
        file.write("once\n")
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


WHOSE = Task("double of {}", 1, _whose, codec(int), stage="double")
HERE = Task("double here of {}", 2, _whose, codec(int), here=True)
LACKS = Task("lacks", 1, _lacks, codec(int))
SLIPS = Task("slips", 1, _slips, codec(int))
DIES = Task("dies", 1, _dies, codec(int))
