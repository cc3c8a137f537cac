"""Workers on other machines, or other processes of this one, that make what is not kept yet: Dask, an extra.

A worker is sent a task with values and paths, never media. It makes the object in the cache, a folder that
all share, publishes it there by one rename and says its name; we read it as we read everything that is kept.
Whoever dies, the task is done again by another; whoever comes second finds the object there.
"""

from __future__ import annotations

import os
import platform
import re
import sys
import uuid
from collections.abc import Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from ipaddress import ip_address
from logging import CRITICAL
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Any

from pipeline import __version__
from pipeline.core.digest import digest
from pipeline.engine.cache import Shelf, write_whole
from pipeline.engine.fingerprints import Fingerprints
from pipeline.engine.guide import guide
from pipeline.engine.task import Call, Task
from pipeline.engine.tools import Tools
from pipeline.engine.workspace import Done, Workspace
from pipeline.errors import BrokenIO, ConfigError, MissingTool, OurwordsError, TryLater

if TYPE_CHECKING:
    from distributed import Client, Future, LocalCluster

PATIENCE = 30.0
"""Seconds without any worker, or without an answer, after which we stop and say so."""

BEAT = 1.0
"""Seconds after which somebody who waits looks whether there still are workers."""

AT_ONCE = 128
"""Most tasks that are under way at once, each waited for by a thread of ours."""

HOW = f"{guide('cluster.md')} says how"

TOOLS = ("ffmpeg", "av", "vad", "aligner", "fonts")
PACKAGES = ("numpy", "ctranslate2", "distributed")

ADDRESS = re.compile(r"(tls|tcp)://(\[[0-9a-f:.]+\]|[\w.-]+):\d{1,5}")


@dataclass(frozen=True)
class Certificates:
    """Our files for a cluster's TLS. Where none is named, Dask's own configuration says where they are."""

    ca: str = ""
    certificate: str = ""
    key: str = ""


@cache
def identity() -> dict[str, str]:
    """What a result depends on besides its key: no two machines of a cluster may differ in it."""
    package = Path(__file__).parent.parent
    code = digest([path.read_text(encoding="utf-8") for path in sorted(package.rglob("*.py"))])
    found = {"ourwords": f"{__version__}, code {code[:8]}", "Python": "{}.{}".format(*sys.version_info)}
    found |= {name: version(name) for name in PACKAGES}
    for name in TOOLS:
        try:
            found[name] = Tools.identity(name)
        except MissingTool as lacking:
            found[name] = lacking.what
    return found


# On a worker ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Order:
    """A task asked of a worker: where the cache is, what must be seen in it, who asks, and what is known of
    the files that it is made from: no worker need read them through to know them.
    """

    task: Task[Any]
    wanted: Call
    store: Path
    token: str
    asked_by: Mapping[str, str] = field(repr=False)
    known: Mapping[Path, list[Any]] = field(default_factory=dict, repr=False)


@cache
def _tools() -> Tools:
    """Kept between tasks, so that weights are loaded once."""
    return Tools()


@cache
def _fingerprints(store: Path) -> Fingerprints:
    """Kept between tasks: what looks other here than where it was hashed is read through once."""
    return Fingerprints(store / "fingerprints.json")


def fulfil(order: Order) -> Done:
    """Make an object and publish it; only names go back. What a machine lacks is told with its name."""
    os.umask(0o077)
    if wrong := lacking(order.store, order.token, order.asked_by):
        raise ConfigError(wrong, where=f"worker on {platform.node()}", next_step=HOW)
    shelf, prints = Shelf(order.store), _fingerprints(order.store)
    prints.learn(order.known)
    try:
        Workspace(shelf, tools=_tools(), fingerprints=prints).made(order.task, order.wanted)
    except MissingTool as problem:
        where = ", ".join(part for part in (f"worker on {platform.node()}", problem.where) if part)
        raise MissingTool(problem.what, where=where, next_step=problem.next_step) from None
    return Done(tuple(shelf.made), tuple(shelf.mended.items()))


def lacking(store: Path, token: str, asked_by: Mapping[str, str]) -> str:
    """Why this machine may not work for whoever asks; "" where it may."""
    if not (store / "tmp" / token).is_file():
        return f"does not see {store}, where the work is kept"
    mine = identity()
    other = [name for name, theirs in asked_by.items() if mine.get(name) != theirs]
    return "; ".join(f"{name} is {mine.get(name)}, not {asked_by[name]}" for name in other)


def survey(store: Path, token: str, asked_by: Mapping[str, str]) -> str:
    """The same with the machine's name, before there is any work."""
    wrong = lacking(store, token, asked_by)
    return f"worker on {platform.node()}: {wrong}" if wrong else ""


# At the production ---------------------------------------------------------------------------


class Cluster:
    """Workers at an address: "tls://host:8786", or "local:2" for processes of this machine.

    It is connected to when the first thing has to be made.
    """

    def __init__(self, address: str, certificates: Certificates = Certificates()) -> None:
        self.address, self._certificates = checked(address), certificates
        self._lock, self._client, self._local = Lock(), None, None
        self._token, self._seen = uuid.uuid4().hex, monotonic()
        self.waiting: Executor = ThreadPoolExecutor(AT_ONCE)
        """Threads that wait for workers."""

    _client: Client | None
    _local: LocalCluster | None

    def make(self, task: Task[Any], wanted: Call, store: Path, known: Mapping[Path, list[Any]]) -> Done:
        """Have an object made by a worker. TryLater where the cluster is lost."""
        client = self._connected(store)
        try:
            order = Order(task, wanted, store, self._token, identity(), known)
            self._seen = monotonic()
            future = client.submit(fulfil, order, pure=False)
            try:
                return self._result(client, future)
            finally:
                future.release()
        except OurwordsError:
            raise
        except Exception as problem:  # noqa: BLE001 - told in our words, or raised again
            raise self._told(problem, task.label(wanted.of)) from None

    def _result(self, client: Client, future: Future[Done]) -> Done:
        while True:
            try:
                future.exception(timeout=BEAT)  # waits, and fetches nothing: several results are fetched as
                return future.result(timeout=PATIENCE)  # one, and who is cut short cuts the others short
            except (TimeoutError, UnboundLocalError):  # the latter is what those others are told
                if future.status == "error":
                    raise
                self._watch(client)

    def _watch(self, client: Client) -> None:
        """Somebody must be there to work: a task that nobody can do would be waited for for ever."""
        if client.sync(client.scheduler.ncores, callback_timeout=PATIENCE):  # type: ignore[union-attr]
            self._seen = monotonic()
        elif monotonic() - self._seen > PATIENCE:
            raise TryLater(
                f"no worker for {PATIENCE:.0f} seconds", where=self.address, next_step="start workers again"
            )

    def _told(self, problem: Exception, name: str) -> Exception:
        """What became of the cluster, in our words."""
        from distributed import CancelledError, KilledWorker

        if isinstance(problem, KilledWorker):
            return BrokenIO(
                f"{name} brought down {problem.allowed_failures + 1} workers, one after the other",
                where=self.address,
                next_step="build without the cluster (--cluster none) to see why; is there enough memory?",
            )
        if isinstance(problem, CancelledError | OSError):
            return TryLater(
                "the cluster does not answer any more",
                where=self.address,
                next_step="start it again, then run this again: what was finished is kept",
            )
        return problem

    def _connected(self, store: Path) -> Client:
        with self._lock:
            if self._client is None:
                try:
                    self._client = self._connect()
                    self._look_over(self._client, store)
                except OSError:
                    what = f"no answer within {PATIENCE:.0f} seconds"
                    step = f"start a scheduler and workers; {HOW}"
                    raise TryLater(what, where=self.address, next_step=step) from None
            return self._client

    def _connect(self) -> Client:
        if not find_spec("distributed"):
            step = 'pip install "ourwords[cluster]"'
            raise MissingTool("work is sent to others by Dask", where=self.address, next_step=step)
        import dask

        quiet = {"distributed": "critical", "distributed.client": "critical"}
        dask.config.set({"logging": quiet, "distributed.scheduler.worker-ttl": f"{PATIENCE} s"})
        from distributed import Client, LocalCluster

        if self.address.startswith("local:"):
            self._local = LocalCluster(**_local(int(self.address.removeprefix("local:"))))
            return Client(self._local, set_as_default=False, timeout=PATIENCE)
        security = _security(self._certificates) if self.address.startswith("tls") else None
        return Client(self.address, security=security, set_as_default=False, timeout=PATIENCE)

    def _look_over(self, client: Client, store: Path) -> None:
        """Refuse workers that would make something else, or elsewhere, before any work begins."""
        client.wait_for_workers(1, timeout=PATIENCE)
        write_whole(store / "tmp" / self._token, b"")
        try:
            found = client.run(survey, store, self._token, identity())
        except ImportError:
            wrong = {"a worker does not have this version of ourwords"}
        else:
            wrong = {line for line in found.values() if line}
        if wrong:
            raise ConfigError("\n  ".join(sorted(wrong)), where=self.address, next_step=HOW)

    def close(self) -> None:
        """Let go of the workers, and end those that are ours."""
        self.waiting.shutdown(wait=False, cancel_futures=True)
        for one in (self._client, self._local):
            if one is not None:
                with suppress(Exception):  # it may be gone already
                    one.close(timeout=BEAT)


def checked(address: str) -> str:
    """An address that work may be sent to: whoever can reach a scheduler's port can have anything done."""
    if re.fullmatch(r"local:[1-9]\d?", address):
        return address
    found = ADDRESS.fullmatch(address)
    if not found:
        step = 'write "tls://host:8786", or "local:2" for two processes of this machine'
        raise ConfigError(f'"{address}" is no cluster', next_step=step)
    if found[1] == "tcp" and not _loopback(found[2].strip("[]")):
        raise ConfigError(
            "tcp:// is open to everybody who can reach it, and they could have anything done",
            where=address,
            next_step=f"use tls:// with certificates; {HOW}",
        )
    return address


def _loopback(host: str) -> bool:
    with suppress(ValueError):
        return ip_address(host).is_loopback
    return host == "localhost"


def _local(workers: int) -> dict[str, Any]:
    """Processes of this machine, with as many threads together as it has cores; TLS where that can be."""
    threads = max(1, (os.cpu_count() or 2) // workers)
    given: dict[str, Any] = {"n_workers": workers, "threads_per_worker": threads, "memory_limit": 0}
    given |= {"security": True} if find_spec("cryptography") else {}
    return given | {"host": "127.0.0.1", "dashboard_address": "127.0.0.1:0", "silence_logs": CRITICAL}


def _security(files: Certificates) -> Any:
    from distributed import Security

    asked = {"tls_ca_file": files.ca, "tls_client_cert": files.certificate, "tls_client_key": files.key}
    given = {name: str(Path(file).expanduser()) for name, file in asked.items() if file}
    found = Security(require_encryption=True, **given)
    for name in asked:
        file = getattr(found, name)
        if not file or not ("BEGIN" in file or Path(file).is_file()):
            lack = f"no file {file}" if file else f"no {name.removeprefix('tls_').replace('_', ' ')}"
            raise ConfigError(f"{lack} for TLS", next_step=f"name it in production.toml, [engine]; {HOW}")
    return found
