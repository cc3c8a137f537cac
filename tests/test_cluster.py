"""Workers: what is asked of them comes back as threads would make it, or not at all, whoever dies."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Self

import pytest

from pipeline import errors
from pipeline.engine import executors
from pipeline.engine.cache import NotMade, Shelf
from pipeline.engine.executors import Certificates, Cluster, checked, identity, lacking
from pipeline.engine.workspace import Workspace
from pipeline.errors import BrokenIO, ConfigError, MissingTool, OurwordsError, TryLater
from tests import cluster_tasks as tasks

pytestmark = pytest.mark.needs("distributed")
ROOT = Path(__file__).parent.parent


# Whom work may be sent to ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    "local:1 local:16 tls://scheduler:8786 tls://10.0.0.7:8786 tls://[fd00::7]:8786 tcp://127.0.0.1:8786 "
    "tcp://localhost:8786 tcp://[::1]:8786".split(),
)
def test_an_address_that_is_taken(address: str) -> None:
    assert checked(address) == address


@pytest.mark.parametrize("address", ["tcp://scheduler:8786", "tcp://10.0.0.7:8786", "tcp://0.0.0.0:8786"])
def test_a_door_that_is_open_to_all_is_refused(address: str) -> None:
    with pytest.raises(ConfigError, match=r"open to everybody.*\n  → use tls:// with certificates") as told:
        checked(address)
    assert told.value.exit_code == 2 and told.value.where == address


@pytest.mark.parametrize(
    "address", ["local:0", "local:", "http://scheduler:80", "tls://scheduler", "tcp://localhost.evil.org:1/"]
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(ConfigError, match="is no cluster"):
        checked(address)


@pytest.mark.slow
def test_a_command_refuses_it_too_and_production_toml(tmp_path: Path, ourwords: Callable[..., int]) -> None:
    small_production(tmp_path / "film")
    assert ourwords(tmp_path / "film", "transcribe", "--cluster", "tcp://10.0.0.7:8786") == 2
    settings = tmp_path / "film/production.toml"
    before = settings.read_text()
    settings.write_text('[engine]\ncluster = "tcp://10.0.0.7:8786"\n' + before)
    assert ourwords(tmp_path / "film", "transcribe") == 2
    settings.write_text('[engine]\ncluster = "tls://10.0.0.7:8786"\nworkers = 2\n' + before)
    assert ourwords(tmp_path / "film", "transcribe") == 2
    settings.write_text('[engine]\ncluster = "local:2"\n' + before)
    assert ourwords(tmp_path / "film", "status", "--json") in (0, 1)


@pytest.mark.slow
def test_tls_without_certificates_is_refused_before_anybody_is_asked(tmp_path: Path) -> None:
    for files, lack in ((Certificates(), "no ca file"), (Certificates(ca="~/not-there.pem"), "no file")):
        cluster = Cluster("tls://10.255.255.1:8786", files)
        with pytest.raises(ConfigError, match=rf"{lack}.* for TLS\n  → name it in production.toml"):
            cluster.make(tasks.WHOSE, asked(1), tmp_path, {})
        cluster.close()


# What may work --------------------------------------------------------------------------------


def test_a_machine_with_other_tools_or_without_the_folder_may_not_work(tmp_path: Path) -> None:
    (tmp_path / "tmp").mkdir()
    (tmp_path / "tmp/seen").touch()
    assert lacking(tmp_path, "seen", identity()) == ""
    assert "does not see" in lacking(tmp_path, "unseen", identity())
    for name in identity():
        assert lacking(tmp_path, "seen", identity() | {name: "6"}) == f"{name} is {identity()[name]}, not 6"


def test_the_identity_counts_all_that_a_result_depends_on() -> None:
    assert set(identity()) == {"ourwords", "Python", *executors.PACKAGES, *executors.TOOLS}
    assert "not installed" not in " ".join(identity().values())


@pytest.mark.parametrize(
    "kind", [one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, OurwordsError)]
)
def test_every_error_comes_back_whole_from_a_worker(kind: type[OurwordsError]) -> None:
    from distributed.protocol import deserialize, serialize

    found = deserialize(*serialize(kind("what", where="where", next_step="next")))
    assert type(found) is kind and str(found) == "where: what\n  → next"


# What is kept ---------------------------------------------------------------------------------


def test_of_two_who_publish_the_same_the_first_counts(tmp_path: Path) -> None:
    """A worker that was taken for dead comes second: its files never take the place of those in use."""
    shelf = Shelf(tmp_path)
    shelf.open()

    def late(room: Path) -> None:
        Shelf(tmp_path).make("it", {"a": 1}, lambda other: (other / "f").write_text("first") and None)
        (room / "f").write_text("second")

    assert (shelf.make("it", {"a": 1}, late) / "f").read_text() == "first"
    assert list((tmp_path / "tmp").iterdir()) == []


def test_what_a_worker_published_and_nobody_can_see_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.engine.cache.SEEN_AFTER", (0.0, 0.01))
    shelf = Shelf(tmp_path)
    with pytest.raises(BrokenIO, match="one folder for all machines"):
        shelf.wait_for({"a": 1}, "it")
    shelf.make("it", {"a": 1}, lambda room: None)
    shelf.wait_for({"a": 1}, "it")


# Workers --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def local() -> Iterator[Cluster]:
    """A worker process of this machine."""
    cluster = Cluster("local:1")
    yield cluster
    cluster.close()


@contextmanager
def workspace(store: Path, cluster: Cluster, dry: bool = False) -> Iterator[Workspace]:
    from concurrent.futures import ThreadPoolExecutor

    shelf = Shelf(store, dry=dry)
    if not dry:
        shelf.open()
    cluster._client = None  # each of these is a production of its own, and looked over anew
    with ThreadPoolExecutor(2) as threads:
        yield Workspace(shelf, threads, cluster=cluster)


def asked(number: int) -> executors.Call:
    return executors.Call(str(number), frozenset(["amara"]), {"number": number})


@pytest.mark.slow
@pytest.mark.needs("Linux")
def test_workers_make_what_is_sent_and_this_process_the_rest(tmp_path: Path, local: Cluster) -> None:
    def pid(number: int, task: object = tasks.WHOSE) -> str:
        components = task.components(work.tools, {"number": number})  # type: ignore[attr-defined]
        folder = work.cache.find(components)
        return (folder / "pid").read_text() if folder else ""

    with workspace(tmp_path, local) as work:
        assert work.each(tasks.WHOSE, map(asked, range(5))) == [0, 2, 4, 6, 8]
        assert str(os.getpid()) not in {pid(number) for number in range(5)}
        assert sorted(work.cache.made) == [f"double of {number}" for number in range(5)]
        assert work.each(tasks.HERE, [asked(1)]) == [2] and pid(1, tasks.HERE) == str(os.getpid())
        found = work.cache.find(tasks.WHOSE.components(work.tools, {"number": 3}))
        assert found and json.loads((found / "made.json").read_text())["people"] == ["amara"]
        assert found.stat().st_mode & 0o077 == 0
        (found / "value.json").chmod(0o600)
        (found / "value.json").write_text("7\n")
    with workspace(tmp_path, local) as work:
        assert work.each(tasks.WHOSE, map(asked, range(5))) == [0, 2, 4, 6, 8]
        assert work.cache.made == ["double of 3"] and list(work.cache.mended.values()) == ["double of 3"]
    with workspace(tmp_path, local, dry=True) as work, pytest.raises(NotMade):
        work.made(tasks.WHOSE, asked(9))


@pytest.mark.slow
def test_who_looks_up_while_waiting_cuts_nobody_short(
    tmp_path: Path, local: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(executors, "BEAT", 0.002)
    with workspace(tmp_path, local) as work:
        assert work.each(tasks.WHOSE, map(asked, range(60))) == [2 * number for number in range(60)]


@pytest.mark.slow
def test_what_a_worker_lacks_is_told_with_its_machine(tmp_path: Path, local: Cluster) -> None:
    with workspace(tmp_path, local) as work:
        with pytest.raises(
            MissingTool, match=r"^worker on .*, recogniser: no weights for base\n  → ourwords"
        ):
            work.make(tasks.LACKS, "")
        with pytest.raises(LookupError, match="our own mistake"):
            work.make(tasks.SLIPS, "")
        assert work.cache.made == [] and work.make(tasks.WHOSE, "1", number=1) == 2


@pytest.mark.slow
def test_other_tools_are_refused_before_any_work(
    tmp_path: Path, local: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(executors, "identity", lambda: identity() | {"ffmpeg": "6.0"})
    with workspace(tmp_path, local) as work:
        with pytest.raises(ConfigError, match=r"worker on .*: ffmpeg is .*, not 6.0"):
            work.make(tasks.WHOSE, "1", number=1)
        assert not list((tmp_path / "objects").glob("*/*"))


@pytest.mark.slow
def test_a_task_that_kills_its_workers_is_named(tmp_path: Path) -> None:
    cluster, log = Cluster("local:2"), tmp_path / "log"
    try:
        with workspace(tmp_path / "store", cluster) as work:
            with pytest.raises(BrokenIO, match="dies brought down 4 workers"):
                work.make(tasks.DIES, "", how={"log": log})
            assert log.read_text() == "once\n" * 4
            assert work.make(tasks.WHOSE, "1", number=1) == 2
    finally:
        cluster.close()


# A cluster of processes -----------------------------------------------------------------------


def small_production(folder: Path, seconds: float = 2.0, size: str = "320x180") -> Path:
    """Synthetic interviews with transcripts taken: what is left is to cut, render and join."""
    sys.path.insert(0, str(ROOT / "benchmarks"))
    try:
        import _film
    finally:
        sys.path.pop(0)
    _film.production(folder, 4, seconds, size, 60, clean=True)
    return folder


def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


class Processes:
    """A scheduler and workers of this machine, as a council would start them."""

    def __init__(self, stack: ExitStack, scheme: str = "tcp", files: list[str] | None = None) -> None:
        self._stack, self._files = stack, files or []
        self.address = f"{scheme}://127.0.0.1:{port()}"
        host = ["--host", self.address.rpartition(":")[0], "--port", self.address.rpartition(":")[2]]
        self.scheduler = self._start("scheduler", *host, "--no-dashboard", "--no-show")
        self.workers: list[subprocess.Popen[bytes]] = []

    def work(self, *more: str) -> subprocess.Popen[bytes]:
        """One more worker, with one thread and no nanny: the process is the worker."""
        scheme = self.address.partition(":")[0]
        given = ["--no-nanny", "--nthreads", "1", "--no-dashboard", "--death-timeout", "20", *more]
        self.workers.append(self._start("worker", self.address, "--host", f"{scheme}://127.0.0.1", *given))
        return self.workers[-1]

    def _start(self, what: str, *arguments: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "dask", what, *arguments, *self._files]
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        self._stack.callback(process.wait)
        self._stack.callback(process.kill)
        return process


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as found:
        yield found


def build(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "pipeline", "-C", str(folder), "build-cut", *arguments]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def done(run: subprocess.Popen[str], code: int = 0) -> str:
    """What it said, when it has ended as it should."""
    out, said = run.communicate(timeout=300)
    assert run.returncode == code, out + said
    assert "Traceback" not in said and "distributed" not in said, said
    return out + said


def hashes(folder: Path) -> dict[str, str]:
    """Everything that is published, and everything that is kept, by its key."""
    objects = folder / "build/.store/objects"
    files = [path for path in (folder / "build").glob("**/*") if path.is_file()]
    kept = [path for path in files if ".store" not in path.parts or path.is_relative_to(objects)]
    found = {path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest() for path in kept}
    return {name: value for name, value in found.items() if not name.endswith(".lock")}


class Watch(threading.Thread):
    """Looks at the shelf all the time: an object that is published may not be published again."""

    def __init__(self, store: Path) -> None:
        super().__init__(daemon=True)
        self.objects, self.seen, self.again, self._over = store / "objects", {}, [], threading.Event()

    seen: dict[Path, int]
    again: list[Path]

    def run(self) -> None:
        while not self._over.wait(0.02):
            self.look()

    def look(self) -> None:
        for path in self.objects.glob("*/*"):
            number = path.stat().st_ino
            if self.seen.setdefault(path, number) != number:
                self.again.append(path)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self.join()


def ffmpegs(folder: Path) -> dict[int, int]:
    """Processes that work in a production's cache, and the parent of each."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if str((entry / "cwd").readlink()).startswith(str(folder / "build")):
                    found[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
    return found


def caught_at_work(folder: Path, parents: list[int], seconds: float = 60) -> tuple[int, int]:
    """A child at work on a part, and its parent, one of these."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        for child, parent in ffmpegs(folder).items():
            if parent in parents:
                return child, parent
        time.sleep(0.01)
    raise AssertionError("no worker worked")


@pytest.fixture(scope="session")
def small_film(once: Callable[[str, Callable[[Path], object]], Path]) -> Path:
    """A small film, built by threads. Read it; do not change it."""

    def make(room: Path) -> None:
        done(build(small_production(room / "film", seconds=6, size="640x360")))

    return once("cluster", make) / "film"


@pytest.fixture
def small(small_film: Path, tmp_path: Path) -> Path:
    """The same production before it was built."""
    folder = Path(shutil.copytree(small_film, tmp_path / "film"))
    shutil.rmtree(folder / "build")
    return folder


@pytest.mark.slow
@pytest.mark.needs("openssl")
def test_tls_workers_make_the_film_that_threads_make(
    small_film: Path, small: Path, tmp_path: Path, stack: ExitStack
) -> None:
    ours, theirs = certificates(tmp_path / "ours"), certificates(tmp_path / "theirs")
    flags = ["--tls-ca-file", ours["ca"], "--tls-cert", ours["certificate"], "--tls-key", ours["key"]]
    cluster = Processes(stack, "tls", flags)
    cluster.work(), cluster.work()
    written = (small / "production.toml").read_text()

    def settings(files: dict[str, str]) -> None:
        table = "".join(f'cluster_{name} = "{file}"\n' for name, file in files.items())
        (small / "production.toml").write_text(f'[engine]\ncluster = "{cluster.address}"\n{table}' + written)

    settings(theirs)
    assert "no answer" in done(build(small), 75)
    settings(ours)
    with Watch(small / "build/.store") as watch:
        done(build(small))
    assert not watch.again and len(watch.seen) > 20
    assert hashes(small) == hashes(small_film)
    assert list((small / "build/.store/tmp").iterdir()) == []


def certificates(folder: Path) -> dict[str, str]:
    """A cluster's own authority, and a certificate by it, as docs/cluster.md makes them."""
    folder.mkdir()
    for line in (
        "req -x509 -newkey rsa:2048 -nodes -days 365 -subj /CN=ourwords-cluster -keyout ca.key -out ca.pem",
        "req -newkey rsa:2048 -nodes -subj /CN=ourwords -keyout me.key -out me.csr",
        "x509 -req -days 365 -in me.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out me.pem",
    ):
        subprocess.run(["openssl", *line.split()], cwd=folder, check=True, capture_output=True)
    return {
        "ca": str(folder / "ca.pem"),
        "certificate": str(folder / "me.pem"),
        "key": str(folder / "me.key"),
    }


@pytest.mark.slow
@pytest.mark.needs("Linux")
def test_a_worker_killed_in_the_middle_of_a_part(small_film: Path, small: Path, stack: ExitStack) -> None:
    cluster = Processes(stack)
    workers = [cluster.work(), cluster.work()]
    with Watch(small / "build/.store") as watch:
        run = build(small, "--cluster", cluster.address)
        for left in (2, 1):
            child, parent = caught_at_work(small, [worker.pid for worker in workers])
            os.kill(parent, signal.SIGKILL)
            time.sleep(2)
            assert child not in ffmpegs(small), "an orphan"
            workers = [worker for worker in workers if worker.pid != parent] + [cluster.work()]
            assert len(workers) == 2, left
        done(run)
    assert not watch.again
    assert hashes(small) == hashes(small_film)
    assert list((small / "build/.store/tmp").iterdir()) == []


@pytest.mark.slow
@pytest.mark.needs("Linux")
def test_the_scheduler_killed_and_the_next_run_goes_on(
    small_film: Path, small: Path, stack: ExitStack
) -> None:
    cluster = Processes(stack)
    workers = [cluster.work(), cluster.work()]
    with Watch(small / "build/.store") as watch:
        run = build(small, "--cluster", cluster.address)
        caught_at_work(small, [worker.pid for worker in workers])
        cluster.scheduler.kill()
        begun = time.monotonic()
        said = done(run, 75)
        assert time.monotonic() - begun < 60
        assert "the cluster does not answer any more" in said and "what was finished is kept" in said
        for worker in workers:
            worker.kill()
        time.sleep(2)
        assert ffmpegs(small) == {}
        kept = len(watch.seen)
        assert "no answer" in done(build(small, "--cluster", cluster.address), 75)
        done(build(small))
    assert not watch.again and 0 < kept < len(watch.seen)
    assert hashes(small) == hashes(small_film)


@pytest.mark.slow
@pytest.mark.needs("Linux")
@pytest.mark.parametrize("how", ["killed", "frozen scheduler"])
def test_nobody_waits_for_ever(
    how: str, small: Path, stack: ExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipeline import api

    cluster = Processes(stack)
    worker = cluster.work()
    monkeypatch.setattr(executors, "PATIENCE", 5.0)

    def lose() -> None:
        caught_at_work(small, [worker.pid])
        worker.kill() if how == "killed" else cluster.scheduler.send_signal(signal.SIGSTOP)

    loser = threading.Thread(target=lose)
    loser.start()
    begun = time.monotonic()
    with pytest.raises(TryLater), api.open(small, cluster=cluster.address) as project:
        project.build()
    loser.join()
    assert time.monotonic() - begun < 60


@pytest.mark.slow
@pytest.mark.needs("Linux")
def test_a_command_that_is_killed_takes_its_workers_with_it(small: Path) -> None:
    run = build(small, "--cluster", "local:2")
    until = time.monotonic() + 60
    while not ffmpegs(small) and time.monotonic() < until:
        time.sleep(0.01)
    assert ffmpegs(small)
    run.kill()
    run.communicate()
    time.sleep(2)
    assert ffmpegs(small) == {}


@pytest.mark.slow
def test_the_sample_made_by_two_workers_is_the_film_that_threads_make(
    sample_film: Path, film_copy: Path
) -> None:
    """All but the transcripts and some of the parts: what is kept of those is as good as made."""
    sent = ("ingest", "align", "sounds of", "shot 6", "shot 7", "shot 8", "the film")
    for made in list((film_copy / "build/.store/objects").rglob("made.json")):
        if json.loads(made.read_text())["name"].startswith(sent):
            shutil.rmtree(made.parent)
    for path in (film_copy / "build").glob("*.*"):
        if path.is_file() and path.name != ".lock":
            path.unlink()
    said = done(build(film_copy, "--cluster", "local:2", "--json"))
    [made] = [json.loads(line)["made"] for line in said.splitlines() if '"made"' in line]
    assert sum(name.startswith("shot") for name in made) == 3 and "ingest amara" in made
    assert hashes(film_copy) == hashes(sample_film)
