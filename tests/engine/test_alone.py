"""One command at a time in a production: the second waits, or is told to come again; whoever dies lets go."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import filelock
import pytest

from pipeline.engine.alone import WAITING, alone
from pipeline.errors import CannotWrite, TryLater

HOLDS = """
import sys
from pathlib import Path
from pipeline.engine.alone import alone
with alone(Path(sys.argv[1]), wait=True, say=print):
    print("held", flush=True)
    sys.stdin.read()
"""
"""Another process that holds a production until its input ends."""


@contextmanager
def held(build: Path) -> Iterator[subprocess.Popen[str]]:
    argv = [sys.executable, "-c", HOLDS, str(build)]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdin
        assert other.stdout
        try:
            assert other.stdout.readline() == "held\n"
            yield other
        finally:
            other.stdin.close()


def never(text: str) -> None:
    raise AssertionError(text)


def test_alone_nobody_waits(tmp_path: Path) -> None:
    for _ in range(2):
        with alone(tmp_path / "build", wait=False, say=never):
            assert (tmp_path / "build").stat().st_mode & 0o077 == 0, "private"


def test_the_second_is_told_to_come_again(tmp_path: Path) -> None:
    build = tmp_path / "build"
    with held(build):
        with pytest.raises(TryLater) as told, alone(build, wait=False, say=never):
            never("both hold it")
        assert told.value.exit_code == 75
        assert told.value.where == str(tmp_path)
        assert told.value.next_step
    with alone(build, wait=False, say=never):
        pass


@pytest.mark.slow
def test_the_second_waits_and_says_so(tmp_path: Path) -> None:
    build, said, turns = tmp_path / "build", [], []

    def wait() -> None:
        with alone(build, wait=True, say=said.append):
            turns.append("second")

    with held(build) as other:
        second = threading.Thread(target=wait)
        second.start()
        second.join(0.2)
        assert second.is_alive()
        assert said == [WAITING]
        turns.append("first")
        assert other.stdin
        other.stdin.close()
        second.join(20)
    assert turns == ["first", "second"]


def test_who_is_killed_lets_go(tmp_path: Path) -> None:
    build = tmp_path / "build"
    with held(build) as other:
        other.kill()
        other.wait()
        with alone(build, wait=False, say=never):
            pass


def test_who_fails_lets_go(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), alone(tmp_path / "build", wait=False, say=never):
        raise ZeroDivisionError
    with alone(tmp_path / "build", wait=False, say=never):
        pass


def test_where_nothing_can_be_written_it_is_said(tmp_path: Path) -> None:
    (tmp_path / "build").write_text("a file in the way")
    with pytest.raises(CannotWrite) as told, alone(tmp_path / "build", wait=True, say=never):
        never("there is no folder")
    assert told.value.exit_code == 73
    assert told.value.where.endswith("build")


def test_a_build_beside_another_ends_in_75(
    tmp_path: Path, ourwords: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "production.toml").write_text(
        '[film]\ntitle = "One"\n[[source]]\nid = "s1"\nfile = "s1.mp4"\ncontributor = "amara"\n'
        '[[scene]]\ntitle = "One"\nquotes = ["q1"]\n'
    )
    (tmp_path / "s1.mp4").touch()
    (tmp_path / "quotes.csv").write_text(
        "id,contributor,source,text,theme,use,approved_by,approved_on\n"
        "q1,amara,,They saw me.,,training,A,2026-01-01\n"
    )
    (tmp_path / "consent.csv").write_text(
        "contributor,display_name,scope,anonymise,given_on,expires_on,withdrawn_on\n"
        "amara,A,training,none,2026-01-01,,\n"
    )
    with held(tmp_path / "build"):
        assert ourwords(tmp_path, "build-cut", "--no-wait") == 75
    assert "another build is running" in capsys.readouterr().err


def test_it_is_let_go_at_its_end_and_not_when_python_forgets_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A traceback that somebody keeps remembers the lock: the next command is not to wait for that."""
    kept: list[object] = []

    class Kept(filelock.FileLock):
        def __init__(self, *where: Any, **how: Any) -> None:
            super().__init__(*where, **how)
            kept.append(self)

    monkeypatch.setattr(filelock, "FileLock", Kept)
    for _ in range(2):
        with alone(tmp_path / "build", wait=False, say=never):
            pass
    assert len(kept) == 2
