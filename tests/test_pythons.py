"""Which Pythons `make test-pythons` finds, and when it fails. What it builds is its own test."""

from __future__ import annotations

import importlib.util
import os
import platform
import sys
from pathlib import Path
from types import ModuleType

import pytest

MINE = ".".join(platform.python_version_tuple()[:2])


@pytest.fixture
def pythons(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    """The script, on a machine that has no Python but this one."""
    spec = importlib.util.spec_from_file_location("pythons", Path(__file__).parent / "pythons.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    monkeypatch.setattr(module, "KEPT", tmp_path / "venvs")
    return module


def python(file: Path, says: str) -> None:
    """An interpreter that says this of itself, by whatever name it goes."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"#!{os.path.realpath('/bin/sh')}\n{says}\n")
    file.chmod(0o755)


def test_this_very_python_is_found(pythons: ModuleType) -> None:
    assert pythons.find(MINE) == (sys.executable, platform.python_version())


def test_pythons_are_found_on_the_path_and_among_pyenv_s(pythons: ModuleType, tmp_path: Path) -> None:
    assert pythons.find("3.98") is None
    python(tmp_path / "pyenv/versions/3.98.2/bin/python", "echo /else/where; echo 3.98.2")
    assert pythons.find("3.98") == ("/else/where", "3.98.2")
    python(tmp_path / "bin/python3.98", "echo /on/path; echo 3.98.1")
    assert pythons.find("3.98") == ("/on/path", "3.98.1")


@pytest.mark.parametrize(
    "says", ["exit 127", "echo /usr/bin/python3; echo 3.11.2", "echo nonsense", "echo /x; echo 3.981.0"]
)
def test_a_shim_that_leads_nowhere_or_elsewhere_is_no_python(
    says: str, pythons: ModuleType, tmp_path: Path
) -> None:
    python(tmp_path / "bin/python3.98", says)
    assert pythons.find("3.98") is None


def test_a_kept_environment_is_only_of_the_same_locks_and_interpreter(
    pythons: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[list[str]] = []
    monkeypatch.setattr(
        pythons,
        "run",
        lambda argv, **_: (
            ran.append([str(word) for word in argv])
            or pythons.KEPT.joinpath("3.98").mkdir(parents=True, exist_ok=True)
        ),
    )
    lock = tmp_path / "core.lock"
    lock.write_text("one")
    monkeypatch.setattr(pythons, "LOCKS", [lock])
    assert [pythons.Environment("3.98", "/a", "3.98.1").make() for _ in range(2)] == ["fresh", "kept"]
    assert all("--require-hashes" in words for words in ran if "install" in words) and len(ran) == 2
    lock.write_text("two")
    assert pythons.Environment("3.98", "/a", "3.98.1").make() == "fresh"
    assert pythons.Environment("3.98", "/a", "3.98.2").make() == "fresh"


@pytest.mark.parametrize(
    ("asked", "code", "says"), [([], 0, "not here"), (["--require", "3.98"], 1, "MISSING")]
)
def test_what_is_not_here_fails_only_where_it_is_asked_for(
    asked: list[str],
    code: int,
    says: str,
    pythons: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(pythons, "SUPPORTED", ("3.98",))
    monkeypatch.setattr(sys, "argv", ["pythons.py", *asked])
    assert pythons.main() == code
    assert says in capsys.readouterr().out


def test_a_python_that_builds_no_film_fails(
    pythons: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    python(
        tmp_path / "bin/python3.98",
        "case $1 in -c) echo $0; echo 3.98.1 ;; *) echo 'no module named venv' >&2; exit 1 ;; esac",
    )
    monkeypatch.setattr(pythons, "SUPPORTED", ("3.98",))
    monkeypatch.setattr(sys, "argv", ["pythons.py"])
    assert pythons.main() == 1
    said = capsys.readouterr().out
    assert "3.98.1" in said and "FAILED: -m venv --clear" in said and "no module named venv" in said
