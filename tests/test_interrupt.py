"""Stopped at any moment: no child left, no half file under a final name, and the next run goes on from
there.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.conftest import SAMPLE

pytestmark = [pytest.mark.slow, pytest.mark.needs("Linux")]


Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start() -> Iterator[Start]:
    """The command in a process of its own, which does not outlive the test, whatever becomes of that."""
    with ExitStack() as stack:

        def started(folder: Path, *arguments: str) -> subprocess.Popen[str]:
            command = [sys.executable, "-m", "pipeline", "-C", str(folder), *arguments]
            run = subprocess.Popen(
                command,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                preexec_fn=_can_be_stopped,
                start_new_session=True,
            )
            stack.enter_context(run)
            stack.callback(run.kill)
            return run

        yield started


def _can_be_stopped() -> None:
    """What a shell runs in the background, these tests perhaps, begins deaf to Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def children_in(folder: Path) -> list[str]:
    """Command lines of processes that work in the production, whoever their parent is by now."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if str((entry / "cwd").readlink()).startswith(str(folder)):
                    found.append((entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()[:80])
            except OSError:
                continue
    return found


def whole(folder: Path) -> None:
    """Nothing under a final name is broken; every object on the shelf is complete."""
    for path in (folder / "build").rglob("*.part"):
        pytest.fail(f"half a file: {path}")
    for made in (folder / "build/.store/objects").rglob("made.json"):
        for name, entry in json.loads(made.read_text())["files"].items():
            assert (made.parent / name).stat().st_size == entry["size"]


def lose_the_parts(folder: Path) -> None:
    """As in the middle of a render: sources, transcripts, cut points and most pictures are there, three takes
    are not.
    """
    for made in list((folder / "build/.store/objects").rglob("made.json")):
        if json.loads(made.read_text())["name"].startswith(("shot 6", "shot 7", "shot 8", "the film")):
            shutil.rmtree(made.parent)
    for name in ("cut.mp4", "cut.clean.mp4", "manifest.json"):
        (folder / "build" / name).unlink()


def wait_for_work(folder: Path, run: subprocess.Popen[str], seconds: float = 30) -> None:
    """Until a child of the run is at work in the production."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and run.poll() is None:
        if children_in(folder):
            return
        time.sleep(0.02)


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGKILL, -9)]
)
def test_stopped_in_the_middle_and_finished_by_the_next_run(
    number: int, code: int, film_copy: Path, start: Start
) -> None:
    lose_the_parts(film_copy)
    run = start(film_copy, "build-cut")
    wait_for_work(film_copy, run)
    time.sleep(random.Random(number).uniform(0.1, 1.5))
    run.send_signal(number)
    begun = time.monotonic()
    _, errors = run.communicate(timeout=20)
    assert run.returncode == code
    assert time.monotonic() - begun < 5
    assert "Traceback" not in errors
    time.sleep(0.5)
    assert children_in(film_copy) == []
    assert not (film_copy / "build/cut.mp4").exists()
    whole(film_copy)
    again = start(film_copy, "build-cut", "--json")
    out, errors = again.communicate(timeout=300)
    assert again.returncode == 0, errors
    last = json.loads(out.splitlines()[-1])
    assert "transcribe amara" not in last["made"]
    assert (film_copy / "build/cut.mp4").is_file()
    assert list((film_copy / "build/.store/tmp").iterdir()) == []


def test_the_second_of_two_builds_waits_or_says_so(film_copy: Path, start: Start) -> None:
    lose_the_parts(film_copy)
    first = start(film_copy, "build-cut")
    wait_for_work(film_copy, first)
    second = start(film_copy, "build-cut", "--no-wait")
    _, errors = second.communicate(timeout=20)
    assert second.returncode == 75 and "another build is running" in errors
    third = start(film_copy, "build-cut")
    assert first.wait(timeout=300) == 0
    first.communicate()
    out, errors = third.communicate(timeout=60)
    assert third.returncode == 0 and "waiting for it" in errors and "nothing was made" in out


@pytest.mark.needs("base weights")
@pytest.mark.parametrize(
    ("stage", "send", "number", "code"),
    [
        ("compare", os.killpg, signal.SIGINT, 130),
        ("transcribe", os.kill, signal.SIGINT, 130),
        ("transcribe", os.killpg, signal.SIGINT, 130),
        ("transcribe", os.kill, signal.SIGTERM, 143),
    ],
)
def test_the_first_stop_ends_every_stage(
    stage: str, send: Callable[[int, int], None], number: int, code: int, tmp_path: Path, start: Start
) -> None:
    """A recogniser is no child that could be killed, and is in the middle of a file for minutes."""
    folder = tmp_path / "film"
    shutil.copytree(SAMPLE, folder, ignore=shutil.ignore_patterns("build", "transcripts"))
    run = start(folder, "build-cut")
    assert run.stderr
    while stage not in run.stderr.readline():
        assert run.poll() is None
    time.sleep(2)
    send(run.pid, number)
    begun = time.monotonic()
    _, errors = run.communicate(timeout=60)
    assert time.monotonic() - begun < 6  # under two, where nothing else runs
    assert run.returncode == code
    assert errors.splitlines()[-1].startswith("Stopped. ")
    assert "Traceback" not in errors
    assert children_in(folder) == []
    whole(folder)


ONE_LONG_STEP = "import hashlib; hashlib.pbkdf2_hmac('sha256', b'', b'', 1_000_000_000)"

LOST_IN_A_CALLBACK = """
import time

class Last:
    def __del__(self):
        time.sleep(60)

del [Last()][0]
time.sleep(60)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("work", [ONE_LONG_STEP, LOST_IN_A_CALLBACK], ids=["long step", "callback"])
def test_a_main_thread_that_hears_nothing_is_left_where_it_stands(work: str, number: int) -> None:
    """And says nothing of its own: what is raised while a process forks is raised in a callback."""
    script = f"from pipeline.cli import main\nmain._run = lambda _: exec({work!r}, {{}})\n"
    script += "print(flush=True)\nmain.main([])"
    with subprocess.Popen(
        [sys.executable, "-c", script],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=_can_be_stopped,
    ) as run:
        assert run.stdout
        run.stdout.readline()
        time.sleep(1)
        run.send_signal(number)
        begun = time.monotonic()
        _, errors = run.communicate(timeout=30)
    assert time.monotonic() - begun < 6  # under two, where nothing else runs
    assert run.returncode == 128 + number
    assert errors == "Stopped. What was finished is kept; the next run goes on from there.\n"
