"""What stands around every command: the production alone in its folder, progress, and all that is printed.

Results go to standard output (with --json as one versioned document, or as events for a build),
progress and messages to standard error. The only room that prints.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.errors import TryLater
from pipeline.production.locate import named_or_found

if TYPE_CHECKING:
    from pipeline.delivery.release import Door, Removed
    from pipeline.film import Flow
    from pipeline.production.load import Production

VERSION = 1
"""Of every --json document and event."""


@dataclass
class Settings:
    """What the options before a command said."""

    folder: Path = Path()
    json: bool = False
    quiet: bool = False
    verbose: bool = False
    debug: bool = False
    removed: list[Removed] = field(default_factory=list)
    """What the command took out of build/ before it did anything, or would take."""
    dry: bool = False


settings = Settings()

JsonFlag = Annotated[bool, typer.Option("--json", help="The result as JSON on standard output.")]


def wants_json(flag: bool) -> bool:
    """Is the result asked for as JSON, here or before the command? From now on it is."""
    settings.json = settings.json or flag
    return settings.json


def today() -> date:
    """The date where the machine stands."""
    return datetime.now().astimezone().date()


def opened() -> Production:
    """The production that the command is about."""
    from pipeline.production.load import load

    return load(root())


@contextmanager
def production_flow(
    *,
    draft: bool = False,
    final: bool = False,
    dry: bool = False,
    wait: bool = True,
    profile: str | None = None,
) -> Iterator[Flow]:
    """The production's flow, alone in its folder, with progress; on the way out nothing is left running.

    `profile` is a house style for its captions other than its own.
    """
    from pipeline.film import Flow
    from pipeline.production.load import load_profile

    production = opened()
    if profile:
        production = replace(production, profile=load_profile(profile, "--profile"))
    os.umask(0o077)
    workers = os.cpu_count() or 2
    with (
        _alone(production, wait=wait, dry=dry),
        _progress() as progress,
        ThreadPoolExecutor(workers) as executor,
    ):
        flow = Flow(
            production, executor=executor, progress=progress, today=today(), draft=draft, final=final, dry=dry
        )
        if not dry:
            flow.shelf.open()
        _hold(flow.door, dry=dry)
        try:
            yield flow
        except BaseException as problem:
            executor.shutdown(wait=False, cancel_futures=True)
            if not isinstance(
                problem, Exception
            ):  # stopped: the threads are waited for, and they wait for their children
                from pipeline.adapters.ffmpeg.process import stop_all

                stop_all()
            raise


@contextmanager
def at_the_door() -> Iterator[tuple[Production, Door]]:
    """For what is written into build/ without a film being made: the same lock, and the same look at what
    lies there.
    """
    from pipeline.delivery.release import Door

    production = opened()
    os.umask(0o077)
    with _alone(production, wait=True, dry=False):
        door = Door.of(production, today())
        _hold(door, dry=False)
        yield production, door


def _hold(door: Door, *, dry: bool) -> None:
    """Finish or undo what a killed command left, then say what may not lie in build/ any more; it is gone,
    but in a dry run.
    """
    if not dry:
        door.recover()
    settings.removed = door.hold(dry=dry)
    settings.dry = dry
    for why in dict.fromkeys(one.why for one in settings.removed):
        paths = ", ".join(one.path for one in settings.removed if one.why == why)
        say(f"{'Would be removed' if dry else 'Removed'} from {door.build}: {paths}\n  → {why}", always=True)


def root() -> Path:
    """The production's folder: the one that was named, or the one found from here upwards."""
    return named_or_found(settings.folder)


@contextmanager
def _alone(production: Production, *, wait: bool, dry: bool) -> Iterator[None]:
    """One build at a time in a production: another waits, and says so. The lock goes with its process."""
    if dry:
        yield
        return
    from filelock import FileLock, Timeout

    from pipeline.errors import CannotWrite

    try:
        production.build.mkdir(mode=0o700, exist_ok=True)
        lock = FileLock(production.build / ".lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            if not wait:
                raise TryLater(
                    "another build is running in this production",
                    where=str(production.root),
                    next_step="try again when it is done",
                ) from None
            say(
                "Another build is running in this production; waiting for it. (Ctrl-C stops waiting.)",
                always=True,
            )
            lock.acquire()
    except OSError as problem:
        raise CannotWrite(
            f"cannot write: {problem.strerror}",
            where=str(production.build),
            next_step="check the folder's permissions",
        ) from None
    with lock:
        yield


@contextmanager
def _progress() -> Iterator[Callable[[str, str, float, float], None]]:
    """Bars on a terminal, a line a step elsewhere, events with --json, nothing with -q."""
    if settings.json:
        yield lambda stage, item, done, total: event(
            {
                "event": "progress",
                "stage": stage,
                "item": item,
                "done": round(done, 2),
                "total": round(total, 2),
            }
        )
    elif settings.quiet:
        yield lambda *_: None
    elif sys.stderr.isatty():
        yield from _bars()
    else:
        seen: set[tuple[str, str]] = set()

        def line(stage: str, item: str, done: float, total: float) -> None:
            if (stage, item) not in seen:
                seen.add((stage, item))
                say(f"{stage} {item}")

        yield line


def _bars() -> Iterator[Callable[[str, str, float, float], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[tuple[str, str], Any] = {}

        def show(stage: str, item: str, done: float, total: float) -> None:
            key = (stage, item)
            if key not in tasks:
                tasks[key] = bars.add_task(f"{stage} {item}", total=total or None)
            bars.update(tasks[key], completed=done)
            if total and done >= total:
                bars.remove_task(tasks.pop(key))

        yield show


def say(text: str, *, always: bool = False) -> None:
    """A line for people, on standard error; `always` even where --quiet was asked for."""
    if always or not settings.quiet:
        print(_harmless(text), file=sys.stderr, flush=True)


def show(text: str) -> None:
    """A result for people, on standard output."""
    print(_harmless(text))


def _harmless(text: str) -> str:
    """No file, cell or name can command the terminal it is shown on."""
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", "\ufffd", text)


def document(content: dict[str, Any]) -> None:
    """The result; with what was taken out of build/ on the way, where something was."""
    if settings.removed:
        content = content | {
            "would_remove" if settings.dry else "removed": [asdict(one) for one in settings.removed]
        }
    event(content)


def event(content: dict[str, Any]) -> None:
    """Events are lines of JSON on standard output, before the last document."""
    print(json.dumps({"version": VERSION, **content}, ensure_ascii=False), flush=True)
