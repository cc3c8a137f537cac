"""Questions in a terminal, for whoever would rather be asked than read about options.

One line asked, one line answered, nothing drawn: a screen reader reads it, and so does a log. Enter takes
what stands in brackets, a wrong answer is asked again, `q` and Ctrl-D leave with nothing made.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Mapping
from typing import NoReturn

import typer

from pipeline.cli.console import prompt, say
from pipeline.errors import OurwordsError

LEAVE = ("q", "quit", "exit")


def may_ask(*, as_json: bool) -> bool:
    """Is there a person at a terminal who sees the question and can answer it?"""
    return not as_json and all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr))


def leave() -> NoReturn:
    """Nobody wants any more of it."""
    say("Nothing was made.", always=True)
    raise typer.Exit


def answer(question: str) -> str:
    """What is typed after a question; whoever types q, or ends the input, leaves."""
    if isinstance(sys.stdin, io.TextIOWrapper) and sys.stdin.errors != "replace":  # before the first is read
        sys.stdin.reconfigure(errors="replace")
    prompt(f"{question} ")
    try:
        line = sys.stdin.readline()
    except KeyboardInterrupt:
        prompt("\n")
        raise
    if not line:
        prompt("\n")
    if not line or line.strip().lower() in LEAVE:
        leave()
    return " ".join(line.split())


def choose(question: str, choices: Mapping[str, str], default: str = "", prefix: str = "") -> str:
    """One of the names, each told with what it is about: by its number, by itself or by how it begins."""
    names = list(choices)
    default = default if default in choices else names[0]
    say(question, always=True)
    wide = max(map(len, names))
    for number, (name, about) in enumerate(choices.items(), 1):
        say(f"  {number:>2}  {name:{wide}}  {about}".rstrip(), always=True)
    while True:
        typed = answer(f"{prefix}Number or name [{names.index(default) + 1}], or q to leave:")
        if not typed:
            return default
        if found := meant(typed, names):
            return found
        known = ", ".join(f"{number} {name}" for number, name in enumerate(names, 1))
        say(f'"{typed}" is none of them. Type a number or a name: {known}', always=True)


def meant(typed: str, names: list[str]) -> str:
    """The name that was typed, by its number, by itself or by how it alone begins; blank: none.

    >>> meant("2", ["phone", "player"]), meant("PHONE", ["phone", "player"]), meant("pl", ["phone", "player"])
    ('player', 'phone', 'player')
    >>> meant("p", ["phone", "player"]), meant("3", ["phone", "player"])
    ('', '')
    """
    if typed.isascii() and typed.isdigit():
        return names[int(typed) - 1] if 0 < int(typed) <= len(names) else ""
    plain = typed.casefold()
    same = [name for name in names if name.casefold() == plain]
    begins = [name for name in names if name.casefold().startswith(plain)]
    return next(iter(same), "") or (begins[0] if len(begins) == 1 else "")


def words(question: str, default: str = "", check: Callable[[str], object] = str) -> str:
    """What is typed, "none" for nothing, or the default; asked again where `check` does not take it."""
    while True:
        typed = answer(f"{question} [{default or 'none'}]:") or default
        typed = "" if typed.lower() == "none" else typed
        try:
            check(typed)
        except OurwordsError as problem:
            say(str(problem), always=True)
        else:
            return typed


def agreed(question: str) -> None:
    """Enter goes on; whoever says no leaves."""
    while True:
        typed = answer(f"{question} [yes]:").lower()
        if typed in ("", "y", "yes"):
            return
        if typed in ("n", "no"):
            leave()
        say(f'"{typed}" is neither. Type yes or no; Enter is yes.', always=True)
