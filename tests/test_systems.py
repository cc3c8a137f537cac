"""What Windows and macOS ask of the same code, as far as it can be asked here. docs/systems.md lists what
cannot.
"""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.adapters.ffmpeg import process
from pipeline.engine import cache
from pipeline.engine.cache import Shelf
from pipeline.errors import ConfigError, InputError
from pipeline.production.create import create
from pipeline.production.lists import read_quotes
from pipeline.production.load import load

ROOT = Path(__file__).parent.parent


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.parametrize("system", ["win32", "darwin"])
def test_no_line_uses_what_the_system_lacks(system: str) -> None:
    """The types of Python's own library know what each system has."""
    asked = [sys.executable, "-m", "mypy", "--platform", system, "--cache-dir", f".mypy_cache/{system}"]
    done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout


def test_objects_are_read_only_where_that_does_not_stop_their_removal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = Shelf(tmp_path / "shelf")
    shelf.open()
    made = shelf.make("a", {"a": 1}, lambda folder: (folder / "it").write_text("it") and None)
    assert not (made / "it").stat().st_mode & stat.S_IWUSR
    monkeypatch.setattr(cache, "LOCKS_FILES", False)
    made = shelf.make("b", {"b": 1}, lambda folder: (folder / "it").write_text("it") and None)
    assert (made / "it").stat().st_mode & stat.S_IWUSR


@pytest.mark.needs("Linux")
def test_a_file_is_named_without_copying_it_but_a_read_only_one_where_only_hard_links_are_to_be_had(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    footage = tmp_path / "clip.mp4"
    footage.write_bytes(b"film")
    process.place(footage, tmp_path / "linked")
    assert (tmp_path / "linked").is_symlink()

    def refuse(*_: object) -> None:
        raise OSError("a required privilege is not held by the client")

    monkeypatch.setattr(Path, "symlink_to", refuse)
    process.place(footage, tmp_path / "named")
    assert (tmp_path / "named").samefile(footage)
    footage.chmod(0o444)
    process.place(footage, tmp_path / "copied")
    assert not (tmp_path / "copied").samefile(footage)
    assert (tmp_path / "copied").read_bytes() == b"film"
    (tmp_path / "copied").unlink()
    assert not footage.stat().st_mode & stat.S_IWUSR, "the editor's file is as it was"


QUOTES = (
    "id,contributor,source,text,theme,use,approved_by,approved_on\n{},amara,a,Hello "
    "there,t,training,Group,2025-01-01\n"
)


def test_no_id_is_a_device_of_windows(tmp_path: Path) -> None:
    assert read_quotes("quotes.csv", QUOTES.format("aux-1").encode())[0].id == "aux-1"
    with pytest.raises(InputError, match="Windows") as refused:
        read_quotes("quotes.csv", QUOTES.format("aux").encode())
    assert "aux-1" in refused.value.next_step
    create(tmp_path / "film")
    toml = tmp_path / "film" / "production.toml"
    text = toml.read_text(encoding="utf-8")
    toml.write_text(
        text + '\n[[source]]\nid = "lpt1"\nfile = "footage/a.mp4"\ncontributor = "amara"\n', encoding="utf-8"
    )
    with pytest.raises(ConfigError, match="Windows"):
        load(tmp_path / "film")


@pytest.mark.slow
def test_what_is_printed_is_utf_8_whatever_the_system_writes(tmp_path: Path) -> None:
    """JSON has to be; and Windows writes cp1252 into pipes."""
    command = [sys.executable, "-m", "pipeline", "-C", str(tmp_path / "“film”"), "status"]
    done = subprocess.run(
        command, capture_output=True, cwd=ROOT, env=os.environ | {"PYTHONIOENCODING": "cp1252"}
    )
    assert "no production.toml in" in done.stderr.decode("utf-8")
    assert "“film”" in done.stderr.decode("utf-8")
