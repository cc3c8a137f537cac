"""What stands around every command: the production alone in its folder, progress, and all that is printed.

Results go to standard output (with --json as one versioned document), progress and messages to standard
error (with --json as lines of JSON). The only room that prints.
"""

from __future__ import annotations

import io
import json
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, redirect_stdout
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from functools import partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

from pipeline.cli.unsaid import Unsaid
from pipeline.production.locate import named_or_found

if TYPE_CHECKING:
    from pipeline.api import Project
    from pipeline.delivery.release import Door, Removed
    from pipeline.production.load import Production

VERSION = 1
"""Of every --json document and event."""


@dataclass
class Settings:
    """What the options before a command said."""

    folder: Path = Path()
    command: str = ""
    json: bool = False
    quiet: bool = False
    wait: bool = True
    verbose: bool = False
    debug: bool = False
    removed: list[Removed] = field(default_factory=list)
    """What the command took out of build/ before it did anything, or would take."""
    dry: bool = False
    out: TextIO | None = None
    """Where the one document goes, while whatever else is printed goes to standard error."""
    told: bool = False
    """Has it been given?"""


settings = Settings()
unsaid = Unsaid()

JsonFlag = Annotated[bool, typer.Option("--json", help="The result as JSON on standard output.")]

ClusterOption = Annotated[
    str | None,
    typer.Option(
        "--cluster",
        metavar="WHO",
        help="Who works: local:2 (processes here), tls://HOST:PORT, or none (default: production.toml).",
    ),
]


def wants_json(flag: bool) -> bool:
    """Is the result asked for as JSON, here or before the command?"""
    return settings.json or flag


@contextmanager
def one_document(arguments: Sequence[str]) -> Iterator[None]:
    """With --json standard output has one document whatever happens, and standard error has events."""
    asked, aside = "--json" in arguments, io.StringIO()
    settings.json, settings.removed, settings.out, settings.told = asked, [], sys.stdout, False
    try:
        with redirect_stdout(aside) if asked else nullcontext():
            yield
        if aside.getvalue():
            say(aside.getvalue().rstrip(), always=True)
    finally:
        settings.json, settings.out = False, None


def today() -> date:
    """The date where the machine stands."""
    return datetime.now().astimezone().date()


def opened() -> Production:
    """The production that the command is about, as people wrote it: no footage need be there."""
    from pipeline.production.load import written

    production = written(root())
    unsaid.learn(production)
    for note in production.told:
        say(note, always=True)
    return production


@contextmanager
def opened_project(
    *,
    dry: bool = False,
    wait: bool = True,
    profile: str | None = None,
    cluster: str | None = None,
    again: bool = False,
) -> Iterator[Project]:
    """The production that the command is about, open and alone in its folder, with progress. `again`: what
    the lists are noted for was said when it was opened before.
    """
    from pipeline.api import open as open_project

    def held(project: Project) -> None:
        unsaid.learn(project.production)
        tell_removed(project.production, project.removed, dry=dry)

    def told(text: str) -> None:
        if not (again and text.startswith("Note: ")):
            say(text, always=True)

    with (
        _progress() as progress,
        open_project(
            settings.folder,
            dry=dry,
            wait=wait and settings.wait,
            profile=profile,
            today=today(),
            progress=progress,
            say=told,
            held=held,
            cluster=cluster,
        ) as project,
    ):
        yield project


@contextmanager
def at_the_door() -> Iterator[tuple[Production, Door]]:
    """For what is written into build/ without a film being made: the same lock, and the same look at what
    lies there.
    """
    from pipeline.delivery.release import Door
    from pipeline.engine.alone import alone

    production = opened()
    os.umask(0o077)
    with alone(production.build, wait=settings.wait, say=partial(say, always=True)):
        door = Door.of(production, today())
        door.recover()
        tell_removed(production, door.hold(dry=False), dry=False)
        yield production, door


def tell_gone(build: Path, removed: Sequence[Removed], *, dry: bool = False) -> None:
    """What went from build/, those that went for one reason together."""
    for why in dict.fromkeys(one.why for one in removed):
        paths = ", ".join(one.path for one in removed if one.why == why)
        say(f"{'Would be removed' if dry else 'Removed'} from {build}: {paths}\n  → {why}", always=True)


def tell_removed(production: Production, removed: list[Removed], *, dry: bool) -> None:
    """Say what may not lie in build/ any more; it is gone, but in a dry run. And where else they still are
    who have withdrawn.
    """
    settings.removed, settings.dry = removed, dry
    if not removed:
        return
    from pipeline.delivery.release import still_held, stock

    tell_gone(production.build, removed, dry=dry)
    for what, step in still_held(production, stock(production)):
        say(f"{what}\n  → {step}", always=True)


def root() -> Path:
    """The production's folder: the one that was named, or the one found from here upwards."""
    return named_or_found(settings.folder)


@contextmanager
def _progress() -> Iterator[Callable[[str, str, float, float], None]]:
    """Bars on a terminal, lines elsewhere, events with --json, nothing with -q."""
    from pipeline.cli import progress

    meter = progress.Meter(settings.command)
    if settings.quiet:
        yield lambda *_: None
        return
    if settings.json:
        way = progress.events(meter, _progress_event)
    else:
        way = progress.bars(meter) if sys.stderr.isatty() else progress.lines(meter, say)
    with way as told:
        yield told


def _progress_event(content: dict[str, Any]) -> None:
    _write(_line({"event": "progress", **content}), sys.stderr)


def say(text: str, *, always: bool = False) -> None:
    """A line for people, on standard error; `always` even where --quiet was asked for."""
    if always or not settings.quiet:
        told = _line({"event": "message", "text": text}) if settings.json else _harmless(text)
        _write(told, sys.stderr)


def _write(line: str, out: TextIO) -> None:
    """A line in one piece, whoever else writes."""
    with _writing:
        out.write(line + "\n")
        out.flush()


_writing = Lock()


def prompt(text: str) -> None:
    """A question on standard error, whose answer goes on in its line."""
    with _writing:
        sys.stderr.write("\n" if text == "\n" else _harmless(text))
        sys.stderr.flush()


def show(text: str) -> None:
    """A result for people, on standard output."""
    print(_harmless(text))


def _harmless(text: str) -> str:
    """No file, cell or name can command the terminal it is shown on; and nobody is named who may not be."""
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", "\ufffd", unsaid.out_of(text))


def document(content: dict[str, Any]) -> None:
    """The result, once; with what was taken out of build/ on the way, where something was."""
    if settings.told:
        return
    settings.told = True
    if settings.removed:
        content = content | {
            "would_remove" if settings.dry else "removed": [asdict(one) for one in settings.removed]
        }
    _write(_line(content), settings.out or sys.stdout)


def _line(content: dict[str, Any]) -> str:
    return json.dumps({"version": VERSION, **unsaid.out_of_all(content)}, ensure_ascii=False)
