"""How far a command is: which stage of how many, about how long it still takes, and that it is alive."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Lock, Thread
from time import monotonic
from typing import Any

from pipeline.delivery.foresee import in_time

Tell = Callable[[str, str, float, float], None]
"""Stage, item, done and total; without an item, how many things the stage has to make."""

STAGES = {
    "ingest": 1,
    "sync": 1,
    "compare": 1,
    "noise": 1,
    "transcribe": 2,
    "listen": 3,
    "align": 4,
    "render": 5,
    "join": 6,
    "sounds": 6,
    "look": 6,
    "smaller": 7,
    "pack": 8,
}
"""The stages of a film, in the order in which it is made."""

COMMANDS = {"transcribe": 2, "match": 3, "build-cut": 6, "clips": 8, "export": 8}
"""The last stage of each command that goes through them; others are told without a number."""

ENOUGH_SECONDS, ENOUGH = 3.0, 0.05
"""How long a stage has gone on, and what share of it is done, before anybody says how long it still takes."""

TERMINAL, EVENTS, LINES = 0.2, 2.0, 5.0
"""Seconds after which something moves on a terminal, in --json's events, and in lines of a log."""


class Meter:
    """What is under way. Safe for threads."""

    def __init__(self, command: str = "", clock: Callable[[], float] = monotonic) -> None:
        self._clock, self._lock = clock, Lock()
        self.begun, self.last = clock(), COMMANDS.get(command, 0)
        self.stage, self.item = "", ""
        self._since: dict[str, float] = {}
        self._asked: dict[str, float] = {}
        self._done: dict[str, dict[str, float]] = {}

    def tell(self, stage: str, item: str, done: float, total: float) -> None:
        """Something went on."""
        with self._lock:
            self._since.setdefault(stage, self._clock())
            self.stage = stage
            if not item:
                self._asked[stage] = self._asked.get(stage, 0.0) + total
                return
            self.item = item
            self._done.setdefault(stage, {})[item] = min(1.0, done / total) if total else 0.0

    @property
    def share(self) -> float:
        """How much of the stage is done, of all that it has to make as far as that is known."""
        with self._lock:
            done = self._done.get(self.stage, {})
            return sum(done.values()) / max(self._asked.get(self.stage, 0.0), len(done), 1.0)

    @property
    def left(self) -> float | None:
        """Seconds that the stage still takes, by what it took until now; None where that says too little."""
        took, share = self._clock() - self._since.get(self.stage, self._clock()), self.share
        if took < ENOUGH_SECONDS or not ENOUGH <= share < 1:
            return None
        return took * (1 - share) / share

    @property
    def number(self) -> str:
        """ "5/6 " where the command goes through the stages of a film; else blank."""
        place = STAGES.get(self.stage, 0)
        return f"{place}/{self.last} " if 0 < place <= self.last else ""

    @property
    def elapsed(self) -> float:
        return self._clock() - self.begun

    def __str__(self) -> str:
        if not self.stage:
            return f"getting ready ({in_time(self.elapsed)})"
        left = self.left
        ahead = "" if left is None else f", about {in_time(left)} left of this stage"
        return f"{self.number}{self.stage} {self.item} {self.share:.0%}{ahead} ({in_time(self.elapsed)})"

    @property
    def event(self) -> dict[str, Any]:
        """The same for --json."""
        place, left = STAGES.get(self.stage, 0), self.left
        return {
            "of_stages": [place, self.last] if 0 < place <= self.last else None,
            "share": round(self.share, 3),
            "left": None if left is None else round(left, 1),
            "elapsed": round(self.elapsed, 1),
        }


@contextmanager
def beating(every: float, beat: Callable[[], None]) -> Iterator[None]:
    """`beat` is called again and again, whatever else goes on, until it is over."""
    over = Event()

    def run() -> None:
        while not over.wait(every):
            beat()

    thread = Thread(target=run, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


@contextmanager
def events(meter: Meter, event: Callable[[dict[str, Any]], None]) -> Iterator[Tell]:
    """An event whenever something goes on, and at least every two seconds."""

    def told(stage: str, item: str, done: float, total: float) -> None:
        meter.tell(stage, item, done, total)
        if item:
            what = {"stage": stage, "item": item, "done": round(done, 2), "total": round(total, 2)}
            event({**what, **meter.event})

    def beat() -> None:
        event({"stage": meter.stage, "item": meter.item, "done": 0, "total": 0, **meter.event})

    with beating(EVENTS, beat):
        yield told


@contextmanager
def lines(meter: Meter, say: Callable[[str], None]) -> Iterator[Tell]:
    """A line where something begins, and one every few seconds while nothing does."""
    seen: set[tuple[str, str]] = set()
    said = [monotonic()]

    def line(text: str) -> None:
        said[0] = monotonic()
        say(text)

    def told(stage: str, item: str, done: float, total: float) -> None:
        meter.tell(stage, item, done, total)
        if item and (stage, item) not in seen:
            seen.add((stage, item))
            line(f"{meter.number}{stage} {item}")

    def beat() -> None:
        if monotonic() - said[0] >= LINES:
            line(str(meter))

    with beating(LINES / 5, beat):
        yield told


@contextmanager
def bars(meter: Meter) -> Iterator[Tell]:
    """A line that moves, and a bar for each thing under way, on a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        whole = shown.add_task(str(meter), total=None)
        tasks: dict[tuple[str, str], Any] = {}

        def told(stage: str, item: str, done: float, total: float) -> None:
            meter.tell(stage, item, done, total)
            if not item:
                return
            key = (stage, item)
            if key not in tasks:
                tasks[key] = shown.add_task(f"{stage} {item}", total=total or None)
            shown.update(tasks[key], completed=done, total=total or None)
            if total and done >= total:
                shown.remove_task(tasks.pop(key))

        with beating(TERMINAL, lambda: shown.update(whole, description=str(meter))):
            yield told
