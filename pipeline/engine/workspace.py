"""Where work is done: a production's kept objects, its tools, whoever does the work, and whom to tell.

`make` and `each` are the only ways to the cache, so that a key cannot forget what a task depends on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Protocol, TypeVar, cast

from pipeline.core.codec import Broken
from pipeline.engine.cache import NotMade, Shelf
from pipeline.engine.fingerprints import Fingerprints
from pipeline.engine.task import Call, Context, Task, call
from pipeline.engine.tools import Tools
from pipeline.errors import BrokenIO

T = TypeVar("T")
U = TypeVar("U")

Progress = Callable[[str, str, float, float], None]
"""Stage, item, done and total, both in the stage's own unit; without an item, how many things it makes."""

VALUE = "value.json"
"""The file that a task's value is kept in."""


def silent(stage: str, item: str, done: float, total: float) -> None:
    """Nobody is told."""


@dataclass(frozen=True)
class Done:
    """What a worker made, by name, and what it found broken, by folder and name."""

    made: tuple[str, ...] = ()
    mended: tuple[tuple[Path, str], ...] = ()


class Workers(Protocol):
    """Others who make objects in the same cache (executors.py)."""

    waiting: Executor

    def make(self, task: Task[Any], wanted: Call, store: Path, known: Mapping[Path, list[Any]]) -> Done:
        """Return when the object is published. `known`: what was hashed of the files that it is made from."""
        ...


class Workspace:
    """Everything that `tools` make of a production is kept in `cache`. Work is handed to `executor`'s
    threads; tasks go to `cluster`, where there is one.
    """

    def __init__(
        self,
        cache: Shelf,
        executor: Executor | None = None,
        progress: Progress = silent,
        *,
        tools: Tools | None = None,
        cluster: Workers | None = None,
        fingerprints: Fingerprints | None = None,
    ) -> None:
        self.cache, self.executor, self.progress, self.cluster = cache, executor, progress, cluster
        self.tools = tools or Tools(lambda text: progress("models", text, 0, 0))
        self._fingerprints = fingerprints

    @cached_property
    def fingerprints(self) -> Fingerprints:
        """The hashes of the production's files, remembered."""
        return self._fingerprints or Fingerprints(self.cache.root / "fingerprints.json")

    @staticmethod
    def stop() -> None:
        """Kill whatever processes tools have running: what waits for them goes on, and ends."""
        Tools.stop()

    def make(
        self,
        task: Task[T],
        of: str,
        people: Iterable[str] = (),
        how: dict[str, Any] | None = None,
        **inputs: Any,
    ) -> T:
        """The result of a task with these inputs, made only where it is not kept already.

        A kept value that cannot be read is dropped and made again.
        """
        return self.made(task, call(of, list(people), how, **inputs))

    def made(self, task: Task[T], wanted: Call) -> T:
        """The same, of a `Call`."""
        components = task.components(self.tools, wanted.inputs)
        name = task.label(wanted.of)
        work = partial(self._work, task, wanted)
        if task.quick and self.cache.dry and not self.cache.find(components):
            return cast("T", task.run(Context(self.cache.root, self.tools), **wanted.inputs, **wanted.how))
        for _ in range(2):
            if self.cluster and not (task.here or self.cache.dry or self.cache.holds(components)):
                self._sent(self.cluster, task, wanted)
                self.cache.wait_for(components, name)
            folder = self.cache.make(name, components, work, wanted.people)
            try:
                return read(task, folder)
            except Broken:
                if self.cache.dry:
                    self.cache.want(name, "cannot be read as it is kept")
                self.cache.drop_unreadable(name, folder)
        raise BrokenIO(
            f"{name} cannot be read as it is kept",
            where=str(folder),
            next_step="delete build/.store and build again; report it if it comes again",
        )

    def _work(self, task: Task[Any], wanted: Call, folder: Path) -> None:
        """Do it, from the very files that its key names: else nothing of it is kept."""
        with self.fingerprints.held(wanted.files):
            perform(task, wanted, self.tools, partial(self.progress, task.stage, wanted.of), folder)

    def _sent(self, cluster: Workers, task: Task[Any], wanted: Call) -> None:
        """Have a worker make an object."""
        progress = self.progress if task.stage else silent
        progress(task.stage, wanted.of, 0, 1)
        done = cluster.make(task, wanted, self.cache.root, self.fingerprints.lend(wanted.files))
        self.cache.heard(done.made, done.mended)
        progress(task.stage, wanted.of, 1, 1)

    def keeps(self, task: Task[T], wanted: Call) -> bool:
        """Is the result there already? A value is held against its hash: what it is made of may have to be
        made again first.
        """
        components = task.components(self.tools, wanted.inputs)
        return self.cache.holds(components) if task.codec else self.cache.find(components) is not None

    def each(self, task: Task[T], wanted: Iterable[Call]) -> list[T]:
        """The results in order, made side by side; an error of one is raised when the others are done."""
        work, wanted = partial(self.made, task), list(wanted)
        if task.stage and (missing := sum(not self.keeps(task, one) for one in wanted)):
            self.progress(task.stage, "", 0, missing)
        if self.cluster and not task.here:
            return gathered([self.cluster.waiting.submit(work, one) for one in wanted])
        return self.side_by_side(work, wanted)

    def side_by_side(self, work: Callable[[U], T], items: Iterable[U]) -> list[T]:
        """Any function of every item, in order; an error of one is raised when the others are done."""
        assert self.executor, "a worker does one task"
        return gathered([self.executor.submit(work, item) for item in items])


def gathered(futures: Iterable[Future[T]]) -> list[T]:
    """Results in order. What failed is raised last, a real error before what a dry run merely lacks."""
    done, failed = [], None
    for future in futures:
        try:
            done.append(future.result())
        except Exception as problem:  # noqa: BLE001 - raised again below, when the others are done
            failed = failed if failed and not isinstance(failed, NotMade) else problem
    if failed:
        raise failed
    return done


def perform(
    task: Task[Any], wanted: Call, tools: Tools, progress: Callable[[float, float], None], folder: Path
) -> None:
    """Do a task's work in a folder: its function's value is written there, or its files are there already."""
    told = progress if task.stage else lambda done, total: None
    told(0, 1)
    value = task.run(Context(folder, tools, told), **wanted.inputs, **wanted.how)
    if task.codec:
        (folder / VALUE).write_bytes(task.codec.write(value))
    told(1, 1)


def read(task: Task[T], folder: Path) -> T:
    """The result that a folder of the cache holds; Broken where it cannot be read."""
    if task.codec is None:
        return cast("T", folder)
    try:
        return task.codec.read((folder / VALUE).read_bytes())
    except OSError as problem:
        raise Broken(str(problem)) from None
