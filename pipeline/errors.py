"""What can go wrong, as one tree; the number is the exit code of `ourwords`.

    OurwordsError
    ├── ConfigError      2   wrong usage or configuration: production.toml, an option, an unknown name
    ├── InputError      65   bad input: footage, a spreadsheet row, a caption file
    ├── MissingTool     69   ffmpeg, a model or a font is not there
    ├── CannotWrite     73   the folder cannot be written
    ├── BrokenIO        74   reading, writing or a tool failed half way; disk full
    ├── TryLater        75   another build holds this production
    ├── ChecksFailed     1   the work was done and problems were found: quotes not matched, findings
    └── Refused         77   the consent gate: somebody has not approved this

Every error says what happened, where (file and row), and what to do next, to an editor and not
to a programmer.
"""

from __future__ import annotations

import errno
from collections.abc import Sequence

SHOWN = 40
"""How many problems one message lists."""

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""The disk has no room: left at all, for this user, or in one file."""

CLOSED = (errno.EACCES, errno.EPERM, errno.EROFS)
"""The folder is not to be written to."""

IN_THE_WAY = (errno.EEXIST, errno.ENOTDIR, errno.EISDIR)
"""Something else has the name."""


class OurwordsError(Exception):
    """What happened, where it happened and what to do next, each a sentence or empty.

    Where several things are wrong, it is the most serious of them, and `problems` are all, that one first.
    """

    exit_code = 70
    problems: tuple[OurwordsError, ...] = ()

    def __init__(self, what: str, *, where: str = "", next_step: str = "") -> None:
        super().__init__(what)
        self.what, self.where, self.next_step = what, where, next_step

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), self.what, self.where, self.next_step, self.problems)

    def __str__(self) -> str:
        if self.problems:
            return _listed(self.problems)
        where = f"{self.where}: " if self.where else ""
        step = f"\n  → {self.next_step}" if self.next_step else ""
        return f"{where}{self.what}{step}"


def _rebuild(
    kind: type[OurwordsError], what: str, where: str, next_step: str, problems: tuple[OurwordsError, ...]
) -> OurwordsError:
    again = kind(what, where=where, next_step=next_step)
    again.problems = problems
    return again


def together(problems: Sequence[OurwordsError]) -> OurwordsError:
    """One error for several problems, the most serious first: it ends the command with that one's code."""
    first = problems[0]
    return (
        first
        if len(problems) == 1
        else _rebuild(type(first), first.what, first.where, first.next_step, tuple(problems))
    )


def _listed(problems: Sequence[OurwordsError]) -> str:
    shown = [f"{number}. {problem}" for number, problem in enumerate(problems[:SHOWN], 1)]
    rest = len(problems) - len(shown)
    more = [f"and {rest} more: `ourwords check --json` has them all"] if rest else []
    return "\n".join([f"{len(problems)} problems, the most serious first", *shown, *more])


class ConfigError(OurwordsError):
    exit_code = 2


class InputError(OurwordsError):
    exit_code = 65


class MissingTool(OurwordsError):
    exit_code = 69


class CannotWrite(OurwordsError):
    exit_code = 73


class BrokenIO(OurwordsError):
    exit_code = 74


class TryLater(OurwordsError):
    exit_code = 75


class ChecksFailed(OurwordsError):
    exit_code = 1


class Refused(OurwordsError):
    exit_code = 77


def of_system(problem: OSError, *, where: str, what: str) -> OurwordsError:
    """An error of the system in an editor's words, with the code that it has wherever it arises: 73 where it
    may not be written, 74 where the disk is full or fails.
    """
    said = f"{what}: {problem.strerror or problem}"
    if problem.errno in FULL:
        step = "free some disk space (`ourwords cache` shows what is not needed) and try again"
        return BrokenIO(said, where=where, next_step=f"{step}; what is done is kept")
    if problem.errno in CLOSED:
        step = "check the folder's permissions, and whether its disk may be written to"
        return CannotWrite(said, where=where, next_step=step)
    if problem.errno in IN_THE_WAY:
        return CannotWrite(said, where=where, next_step="move what has that name out of the way")
    if problem.errno == errno.EIO:
        return BrokenIO(said, where=where, next_step="check the disk and its cable, and try again")
    return BrokenIO(said, where=where, next_step="check the folder and the disk, and try again")
