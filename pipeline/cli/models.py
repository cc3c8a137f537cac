"""`ourwords models`: which weights there are, where they are, and what each costs on this machine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from pipeline.adapters.asr import weights
from pipeline.adapters.asr.costs import Cost, costs
from pipeline.core.ports import is_path
from pipeline.errors import OurwordsError
from pipeline.production.configs import CONFIGS
from pipeline.production.load import load
from pipeline.production.locate import find_root

SPEECH = CONFIGS / "models" / "speech.opus"
"""28 seconds of the sample's Amara (CC0)."""
HEAD = ("weights", "size", "memory", "an hour of speech", "languages", "where")


def all_costs(at: Path, say: Callable[[str], None]) -> list[Cost]:
    """Every set of weights, and the own folder of the production in or above `at`."""
    return costs(SPEECH, say, _own(at))


def _own(at: Path) -> dict[str, Path]:
    try:
        production = load(find_root(at))
    except OurwordsError:  # none here, or one that `ourwords check` has something to say about
        return {}
    folder, model = Path(production.weights), production.transcribe.model
    return {model: folder} if is_path(model) and folder.is_dir() and not weights.lacks(folder) else {}


def record(cost: Cost) -> dict[str, Any]:
    """One of `models --json`."""
    return {
        "name": cost.name,
        "folder": str(cost.folder) if cost.folder else None,
        "bytes": cost.size,
        "memory_bytes": cost.memory,
        "seconds_per_hour": round(cost.seconds) if cost.seconds is not None else None,
        "measured": cost.measured,
        "languages": cost.languages,
    }


def table(found: Sequence[Cost]) -> str:
    """Line by line, the widths as they come."""
    rows = [HEAD, *map(_row, found)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def _row(cost: Cost) -> tuple[str, ...]:
    where = str(cost.folder) if cost.folder else f"not here: ourwords models fetch {cost.name}"
    about = "" if cost.measured else "about "
    seconds = "not known" if cost.seconds is None else f"{about}{_two(cost.seconds)} s"
    size = f"{'' if cost.folder else 'about '}{_two(cost.size / 1e6)} MB"
    return cost.name, size, f"about {cost.memory / 1e9:.1f} GB", seconds, cost.languages, where


def _two(value: float) -> str:
    """Two figures are what such a measurement is worth."""
    return f"{float(f'{value:.2g}'):.0f}"
