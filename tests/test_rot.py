"""Bits flipped in every kind of thing that is kept: the next build ends as if nothing had been, and says what
it mended.
"""

from __future__ import annotations

import json
import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.core.digest import file_digest

pytestmark = pytest.mark.slow

KINDS = set("ingest look tracks transcribe match align sounds quiet shot the still".split())
"""The first word of what every kind of object of the sample is called; "the film" is the join."""


def flip(file: Path, at: int) -> None:
    """One bit, as a bad disk does it: size and time stay."""
    before, data = file.stat(), bytearray(file.read_bytes())
    data[at % len(data)] ^= 1 << at % 7
    file.chmod(0o600)
    file.write_bytes(data)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


def rot(store: Path, chance: random.Random) -> set[str]:
    """A bit in one file of one object of each kind, kinds told apart by name and file; the names of the
    objects.
    """
    kinds: dict[tuple[str, str], str] = {}
    for made in sorted((store / "objects").rglob("made.json")):
        record = json.loads(made.read_bytes())
        kind = record["name"].split()[0]
        for file in record["files"]:
            if (kind, file) not in kinds:
                kinds[kind, file] = record["name"]
                flip(made.parent / file, chance.randrange(1 << 30))
                break  # an object loses one file at a time: another of its kind loses the next
    return set(kinds.values())


def published(folder: Path) -> dict[str, str]:
    build = folder / "build"
    files = (
        path
        for path in sorted(build.rglob("*"))
        if path.is_file() and ".store" not in path.parts and path.name != ".lock"
    )
    return {path.relative_to(build).as_posix(): file_digest(path) for path in files}


@pytest.mark.parametrize("seed", range(2))
def test_a_film_from_a_shelf_that_rots_is_the_same_film(
    seed: int, sample_film: Path, tmp_path: Path, ourwords: Callable[..., int]
) -> None:
    film = Path(shutil.copytree(sample_film, tmp_path / "film"))  # a copy: links would rot with it
    assert ourwords(film, "build-cut") == 0
    before = published(film)
    names = rot(film / "build" / ".store", random.Random(seed))
    kinds = {name.split()[0] for name in names}
    assert kinds >= KINDS, "tests/engine/test_workspace.py has every Task; these are whole films' objects"
    shutil.rmtree(film / "build" / ".store" / "settled")  # which says that nothing has to be looked at
    assert ourwords(film, "build-cut") == 0
    assert published(film) == before
