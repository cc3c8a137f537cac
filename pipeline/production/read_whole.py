"""Files that people wrote, whole, and no larger than such files can be."""

from __future__ import annotations

from pathlib import Path

from pipeline.errors import BrokenIO, InputError


def read_whole(path: Path, most: int, what: str) -> bytes:
    """The bytes of a file; InputError where there are more than `most`, which `what` has."""
    try:
        with path.open("rb") as file:
            data = file.read(most + 1)
            size = path.stat().st_size
    except OSError as problem:
        step = "look at who may read it, and at the disk"
        raise BrokenIO(f"cannot be read: {problem.strerror}", where=str(path), next_step=step) from None
    if len(data) > most:
        step = f"it has {size >> 20} MB: take out what is not of this film"
        raise InputError(f"is larger than {most >> 20} MB, which {what} is", where=path.name, next_step=step)
    return data
