"""Where a production is: known without reading any of it."""

from __future__ import annotations

from pathlib import Path

from pipeline.errors import ConfigError


def find_root(start: Path) -> Path:
    """The nearest folder upward that holds a production.toml."""
    start = start.resolve()
    for folder in (start, *start.parents):
        if (folder / "production.toml").is_file():
            return folder
    raise ConfigError(
        f"no production.toml in {start} or above it",
        next_step="go to a production folder, name one with -C, or make one: ourwords init my-film",
    )


def named_or_found(folder: Path) -> Path:
    """The folder that somebody named, or the nearest one upward where nobody named any."""
    if folder == Path():
        return find_root(folder)
    if not (folder / "production.toml").is_file():
        raise ConfigError(
            f"no production.toml in {folder}",
            next_step=f"name a production folder, or make one: ourwords init {folder}",
        )
    return folder
