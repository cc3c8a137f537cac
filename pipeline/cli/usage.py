"""Wrong usage in words: what was typed, what was perhaps meant, and where to read on."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.errors import ConfigError


def told(problem: Any, program: object) -> ConfigError:
    """What the command line's own error means. `program`: the whole command, to look for a word in."""
    context = getattr(problem, "ctx", None)
    path = context.command_path if context else "ourwords"
    where = path if " " in path else ""
    if type(problem).__name__ == "NoArgsIsHelpError":
        return ConfigError("which command?", where=where, next_step=f"{path} --help")
    what = str(problem.format_message()).strip()
    typed = what.partition("'")[2].partition("'")[0] if what.startswith("No such command") else ""
    meant = [] if "Did you mean" in what or not typed else _near(typed, commands(program))
    step = f"did you mean ourwords {' or ourwords '.join(meant)}?" if meant else f"{path} --help"
    return ConfigError(what, where=where, next_step=step)


def _near(typed: str, names: Iterator[str]) -> list[str]:
    """Commands with a word that is much like what was typed, the likest first."""
    words = {word: name for name in names for word in (name.split()[-1], *name.split()[-1].split("-"))}
    return list(
        dict.fromkeys(words[word] for word in difflib.get_close_matches(typed.lower(), words, 2, 0.6))
    )


def commands(command: object, name: str = "") -> Iterator[str]:
    """Every command that does something, with the group that it is in: "captions check"."""
    inner: Mapping[str, object] | None = getattr(command, "commands", None)
    if inner is None:
        yield name
        return
    for word, one in inner.items():
        yield from commands(one, f"{name} {word}".strip())
