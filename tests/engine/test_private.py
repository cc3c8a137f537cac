"""Who may read what is made, and what is said where nothing can be: 73 before the work, 74 where the disk
fails.
"""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.adapters.ffmpeg import process
from pipeline.engine import journal, private
from pipeline.engine.alone import alone
from pipeline.engine.cache import Shelf, write_whole
from pipeline.errors import BrokenIO, CannotWrite, InputError, of_system

pytestmark = pytest.mark.needs("Linux")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def groups(tmp_path: Path) -> Path:
    folder = tmp_path / "film"
    folder.mkdir()
    folder.chmod(0o2770)
    return folder


def made(root: Path) -> dict[str, int]:
    """One of everything that commands make in a production's folder, and its mode."""
    before = os.umask(private.umask(root))
    try:
        with alone(root / "build", wait=False, say=lambda text: None):
            shelf = Shelf(root / "build" / ".store")
            shelf.open()
            kept = shelf.make("a", {"a": 1}, lambda room: (room / "deep").mkdir())
        journal.append(root / "reviews" / "approvals.jsonl", [{}])
        write_whole(root / "transcripts" / "amara.json", b"{}")
        write_whole(root / "quotes.lock.json", b"{}")
    finally:
        os.umask(before)
    names = ["build", "build/.lock", "build/.store", "reviews", "reviews/approvals.jsonl", "quotes.lock.json"]
    names += ["reviews/.approvals.lock", "transcripts", "transcripts/amara.json", "build/.store/objects"]
    found = {name: mode(root / name) for name in names if (root / name).exists()}
    return found | {"object": mode(kept), "record": mode(kept / "made.json")}


def test_what_is_made_is_for_your_eyes_only_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o000)
    try:
        found = made(tmp_path)
    finally:
        os.umask(before)
    assert found.pop("record") == 0o444, "in a folder that nobody else may enter"
    assert {name: oct(bits) for name, bits in found.items() if bits & 0o077} == {}


def test_in_a_groups_folder_it_is_the_groups_and_nobody_elses(groups: Path) -> None:
    found = made(groups)
    assert found.pop("record") == 0o444
    folders = {name for name, bits in found.items() if bits & stat.S_IXUSR}
    assert folders >= {"build", "reviews", "transcripts", "object"}
    for name, bits in found.items():
        assert bits & 0o7077 == (0o2070 if name in folders else 0o060), name


def test_a_production_is_made_a_groups_with_all_that_lies_in_it(tmp_path: Path) -> None:
    made(tmp_path)
    private.share(tmp_path, ("build", "reviews", "transcripts"))
    assert private.is_shared(tmp_path)
    assert private.is_shared(tmp_path / "build/.store/objects")
    assert mode(tmp_path / "reviews/approvals.jsonl") == 0o660
    assert {bits & 0o007 for bits in made(tmp_path).values()} <= {0, 0o004}


def test_somebody_elses_folder_cannot_be_shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(Path, "chmod", refuse)
    with pytest.raises(CannotWrite, match=r"is not yours to share") as told:
        private.share(tmp_path, ())
    assert "chmod g+rwxs" in told.value.next_step


@pytest.mark.parametrize(
    ("number", "kind", "step"),
    [
        (errno.ENOSPC, BrokenIO, "free some disk space"),
        (errno.EDQUOT, BrokenIO, "free some disk space"),
        (errno.EIO, BrokenIO, "check the disk"),
        (errno.EACCES, CannotWrite, "permissions"),
        (errno.EROFS, CannotWrite, "permissions"),
        (errno.ENOTDIR, CannotWrite, "out of the way"),
        (errno.EMFILE, BrokenIO, "try again"),
    ],
)
def test_the_systems_errors_keep_their_code(number: int, kind: type, step: str) -> None:
    told = of_system(OSError(number, os.strerror(number)), where="build", what="cannot write")
    assert type(told) is kind
    assert step in told.next_step
    assert os.strerror(number) in str(told)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("av_interleaved_write_frame(): No space left on device", BrokenIO),
        ("Error writing trailer of clean.mp4: Input/output error", BrokenIO),
        ("clean.mp4: Permission denied", CannotWrite),
        ("clean.mp4: Read-only file system", CannotWrite),
        ("file:source: Input/output error", InputError),
        ("Invalid data found when processing input", InputError),
    ],
)
def test_what_ffmpeg_says_of_a_disk_is_no_fault_of_the_footage(said: str, kind: type) -> None:
    assert type(process._failure(1, said, Path("room"), "amara.mp4")) is kind


def test_a_folder_is_tried_before_the_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    private.check_writable(tmp_path / "not" / "there" / "yet", "it")
    assert list(tmp_path.iterdir()) == []

    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(Path, "touch", refuse)
    with pytest.raises(CannotWrite, match="Read-only"):
        private.check_writable(tmp_path, "it")


FULL = """
import signal, resource, sys
from pathlib import Path
from pipeline.adapters.ffmpeg.commands import join_pictures
from pipeline.engine.cache import Shelf
from fractions import Fraction
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))
root, part = map(Path, sys.argv[1:])
shelf = Shelf(root)
shelf.open()
try:
    join = lambda room: join_pictures([(part, 50)], Fraction(25), room / "film.mp4")
    shelf.make("the film", {"a": 1}, join)
except Exception as problem:
    print(type(problem).__name__, problem.exit_code, problem)
"""


@pytest.mark.slow
def test_a_disk_that_is_full_while_pyav_writes_ends_in_74(tmp_path: Path) -> None:
    noise = ["-f", "lavfi", "-i", "testsrc=s=320x240:r=25:d=2", "-c:v", "libx264", "-bf", "0", "part.mp4"]
    process.run(noise, tmp_path)
    asked = [sys.executable, "-c", FULL, str(tmp_path / "store"), str(tmp_path / "part.mp4")]
    done = subprocess.run(asked, capture_output=True, text=True, timeout=60)
    assert done.stdout.startswith("BrokenIO 74"), done.stdout + done.stderr
    assert "free some disk space" in done.stdout
