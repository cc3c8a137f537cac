"""Who may read what is made: you alone; or a group, in a folder that is a group's.

A group's folder is one that its group may write to and that hands its group on (`chmod g+rws`): what is made
in it is the group's too. `[film] shared = true` makes the production's folder one.
"""

from __future__ import annotations

import stat
import uuid
from collections.abc import Iterator
from pathlib import Path

from pipeline.errors import CannotWrite, of_system

GROUPS = stat.S_ISGID | stat.S_IWGRP | stat.S_IXGRP


def is_shared(folder: Path) -> bool:
    """Is a folder a group's?"""
    return folder.is_dir() and folder.stat().st_mode & GROUPS == GROUPS


def umask(folder: Path) -> int:
    """What nobody else may do with what is made in a folder."""
    return 0o007 if is_shared(folder) else 0o077


def file_mode(folder: Path) -> int:
    """How a file in a folder is made."""
    return 0o660 if is_shared(folder) else 0o600


def make_folder(folder: Path) -> None:
    """A folder and those above it, where they are not there yet: private, or as shared as the one above."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    if is_shared(folder.parent):
        folder.chmod(0o2770)


def check_writable(folder: Path, what: str) -> None:
    """CannotWrite where nothing can be made in a folder: asked before the work, not after it."""
    there = next(one for one in (folder, *folder.parents) if one.is_dir())
    probe = there / f".{uuid.uuid4().hex[:8]}.part"
    try:
        probe.touch(mode=0o600)
        probe.unlink()
    except OSError as problem:
        raise of_system(problem, where=str(there), what=f"{what} cannot be written") from None


def share(root: Path, inside: tuple[str, ...]) -> None:
    """Make a production's folder its group's, with all that we made in it."""
    if is_shared(root):
        return
    try:
        for path in (root, *(root / name for name in inside)):
            for one in (path, *_below(path)) if path != root else (path,):
                _hand_over(one)
    except PermissionError:
        raise CannotWrite(
            "is to be shared (production.toml, film.shared), and is not yours to share",
            where=str(root),
            next_step=f"have its owner run any ourwords command in it, or: chmod g+rwxs {root}",
        ) from None


def _below(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if not path.is_symlink())


def _hand_over(path: Path) -> None:
    if not path.exists():
        return
    mode = stat.S_IMODE(path.stat().st_mode)
    if path.is_dir():
        path.chmod(mode | 0o2070)
    else:
        path.chmod(mode | (0o060 if mode & stat.S_IWUSR else 0o040))
