"""models.lock.json: which bytes the weights were when a production first heard with them, and is held to.

Weights whose hashes stand in the code need no such record. The file is for people to keep with the lists: on
another machine the same words are heard, or nothing is.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock
from typing import Any

from pipeline.core.codec import VERSION, pretty
from pipeline.engine.cache import write_whole
from pipeline.engine.tools import Engine
from pipeline.engine.workspace import Workspace
from pipeline.errors import InputError
from pipeline.production.load import Production


@dataclass(frozen=True)
class Held:
    """Weights as they were seen first. `revision` is what was asked for, `commit` what the hub had for it."""

    engine: str
    model: str
    revision: str
    commit: str
    files: tuple[tuple[str, str], ...] = ()

    @property
    def name(self) -> tuple[str, str, str]:
        return self.engine, self.model, self.revision


def path(production: Production) -> Path:
    """Where the lock lies."""
    return production.root / "models.lock.json"


def engine(workspace: Workspace, production: Production, name: str = "") -> Engine:
    """The production's recogniser, or the other one with the same weights: its bytes are those that the
    lock holds, and enter it where they are seen for the first time.
    """
    with _ONE:
        return _engine(workspace, production, name or production.transcribe.engine)


_ONE = Lock()
"""What is seen first is fetched and entered once, whoever asks beside."""


def _engine(workspace: Workspace, production: Production, name: str) -> Engine:
    asked = production.transcribe
    held = read(path(production))
    model, revision = asked.model, asked.revision
    known = held.get((name, model, revision))
    files = dict(known.files) if known else None
    if workspace.cache.dry and not known:
        unseen = workspace.tools.engine(name, production.weights, asked.device)
        if not workspace.tools.is_here(unseen):  # a dry run fetches nothing
            return unseen
    fingerprint = workspace.fingerprints.now  # they may be fetched anew meanwhile
    found = workspace.tools.weighed(name, production.weights, asked.device, revision, files, fingerprint)
    if known:
        return replace(found, commit=known.commit)
    if found.files and not workspace.cache.dry:
        seen = Held(name, model, revision, found.commit, found.files)
        write(path(production), {**held, seen.name: seen})
    return found


def files(production: Production) -> dict[str, str] | None:
    """The hashes that the production's weights are held to; None where nothing holds them yet."""
    asked = production.transcribe
    known = read(path(production)).get((asked.engine, asked.model, asked.revision))
    return dict(known.files) if known else None


def read(file: Path) -> dict[tuple[str, str, str], Held]:
    """What is held, by engine, model and revision; InputError where the file is broken."""
    if not file.is_file():
        return {}
    try:
        found = [_held(one) for one in json.loads(file.read_bytes())["models"]]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as problem:
        raise InputError(
            f"is broken ({problem})",
            where=file.name,
            next_step="take the last good one from your backup; without it the weights that are here now "
            "count as the first",
        ) from None
    return {one.name: one for one in found}


def _held(record: dict[str, Any]) -> Held:
    engine, model, revision, commit = (record[name] for name in ("engine", "model", "revision", "commit"))
    files = tuple((str(name), str(sha256)) for name, sha256 in record["files"].items())
    if not files or not all(isinstance(text, str) for text in (engine, model, revision, commit)):
        raise ValueError("a model lacks its name or its files")
    return Held(engine, model, revision, commit, files)


def write(file: Path, held: dict[tuple[str, str, str], Held]) -> None:
    """The lock, one model after the other."""
    models = [
        {
            "engine": one.engine,
            "model": one.model,
            "revision": one.revision,
            "commit": one.commit,
            "files": dict(one.files),
        }
        for _, one in sorted(held.items())
    ]
    write_whole(file, pretty({"version": VERSION, "models": models}))
