"""Where a production is: known without reading any of it."""

from __future__ import annotations

import unicodedata
from pathlib import Path

from pipeline.errors import ConfigError, InputError


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


def build_around(path: Path) -> Path | None:
    """The build/ of a production that a path lies in, if it lies in one."""
    return next(
        (
            folder
            for folder in path.resolve().parents
            if folder.name == "build" and (folder.parent / "production.toml").is_file()
        ),
        None,
    )


def composed(name: str) -> str:
    """A name in the one form in which names are compared: macOS writes a letter and its accent apart.

    >>> composed("Sia\u0302n.mp4") == "Si\u00e2n.mp4"
    True
    """
    return unicodedata.normalize("NFC", name)


def found(root: Path, name: str) -> Path:
    """Where a name leads from a folder: what is there under just this name, or under the same letters written
    another way.
    """
    path = root / name
    if name.isascii() or _is_there(path):
        return path
    at = root
    for part in Path(name).parts:
        at = _below(at, part)
    return at


def _below(folder: Path, name: str) -> Path:
    if _is_there(folder / name) or not _is_there(folder):
        return folder / name
    same = [path for path in folder.glob("*") if composed(path.name) == composed(name)]
    return same[0] if len(same) == 1 else folder / name


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # longer than a name may be, or with a NUL in it
        return False


def read_at_most(path: Path, most: int, what: str) -> bytes:
    """A file's bytes; InputError at once, and nothing is read, where it is larger than any such file is."""
    size = path.stat().st_size
    if size > most:
        told = f"is {size >> 20} MB, and no {what} is larger than {most >> 20} MB"
        raise InputError(told, where=path.name, next_step=f"give the {what} itself")
    return path.read_bytes()


def inside(root: Path, name: str) -> Path:
    """A file in a folder; ConfigError where the name leads out of it."""
    try:
        path = found(root, name).resolve()
        path.lstat()
    except FileNotFoundError:
        pass
    except (OSError, RuntimeError, ValueError) as problem:  # a loop of links, a name too long, a NUL in it
        why = getattr(problem, "strerror", "") or "no such file can be"
        raise ConfigError(
            f'"{name[:80]}" cannot be used: {why}',
            where="production.toml",
            next_step="give the file a plain name",
        ) from None
    if not path.is_relative_to(root.resolve()):
        raise ConfigError(
            f'"{name}" leads out of the production folder',
            where="production.toml",
            next_step="move the file into the folder",
        )
    return path
