"""Running ffmpeg: its errors are told to whoever can mend them, and nothing is left running."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from pipeline.adapters.ffmpeg import process
from pipeline.errors import BrokenIO, InputError

TONE = ["-f", "lavfi", "-i", "sine=d=0.1", "-f", "null", "-"]


def test_what_ffmpeg_says_comes_back_line_by_line(tmp_path: Path) -> None:
    lines: list[str] = []
    out = process.run(["-progress", "pipe:1", *TONE], tmp_path, line=lines.append)
    assert lines == out.split("\n")[:-1]
    assert lines[-1] == "progress=end"
    assert not list(tmp_path.iterdir())


def test_an_error_blames_the_footage_where_it_is_at_fault(tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(b"no film")
    wrong = ["-i", "file:source", "-f", "null", "-"]
    with pytest.raises(InputError, match=r"amara\.mp4: cannot be read"):
        process.run(wrong, tmp_path, blame="amara.mp4")
    with pytest.raises(BrokenIO, match="ffmpeg failed"):
        process.run(wrong, tmp_path)


@pytest.mark.slow
def test_what_takes_too_long_is_ended(tmp_path: Path) -> None:
    begun = time.monotonic()
    with pytest.raises(InputError, match="took too long"):
        process.run(
            ["-re", "-f", "lavfi", "-i", "sine=d=60", "-f", "null", "-"],
            tmp_path,
            timeout=0.5,
            blame="amara.mp4",
        )
    assert time.monotonic() - begun < 20
    assert not process._running


@pytest.mark.slow
def test_a_callers_error_leaves_nothing_running(tmp_path: Path) -> None:
    def fail(_: str) -> None:
        raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"):
        process.run(
            ["-re", "-f", "lavfi", "-i", "sine=d=60", "-progress", "pipe:1", "-f", "null", "-"],
            tmp_path,
            line=fail,
        )
    assert not process._running


@pytest.mark.slow
def test_stopping_everything_ends_what_runs_and_lets_nothing_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "_stopping", threading.Event())
    timer = threading.Timer(0.5, process.stop_all)
    timer.start()
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            process.run(["-re", "-f", "lavfi", "-i", "sine=d=60", "-f", "null", "-"], tmp_path)
    timer.join()
    assert not process._running


def test_playlists_and_other_files_are_never_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "source").write_text("ffconcat version 1.0\nfile secret.txt\n")
    options = [part for key, value in process.SAFE_INPUT.items() for part in (f"-{key}", value)]
    with pytest.raises(InputError):
        process.run([*options, "-i", "file:source", "-f", "null", "-"], tmp_path, blame="list")


@pytest.mark.parametrize("links", [True, False])
def test_a_file_appears_under_a_fixed_name(
    tmp_path: Path, links: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "Amara's; film.mp4"
    source.write_bytes(b"film")
    if not links:

        def refuse(*_: object) -> None:
            raise OSError

        monkeypatch.setattr(Path, "symlink_to", refuse)
        monkeypatch.setattr(Path, "hardlink_to", refuse)
    process.place(source, tmp_path / "source")
    assert (tmp_path / "source").read_bytes() == b"film"
    (tmp_path / "source").unlink()
    assert source.read_bytes() == b"film"


@pytest.mark.slow
def test_two_at_once_do_not_disturb_each_other(tmp_path: Path) -> None:
    failed: list[BaseException] = []

    def one(number: int) -> None:
        room = tmp_path / str(number)
        room.mkdir()
        try:
            assert "progress=end" in process.run(["-progress", "pipe:1", *TONE], room)
        except BaseException as problem:  # told below
            failed.append(problem)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
