"""What is left out is said, with the line that brings it, and is a failure where all must run; no test takes
others with it.
"""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from tests import needs
from tests.needs import NEEDS, Need

ROOT = Path(__file__).parent.parent

MARKED = """
    import pytest

    @pytest.mark.needs("chromium")
    @pytest.mark.parametrize("page", "ab")
    def test_of_a_page(page): pass

    def test_of_numbers(): pass
"""
BY_FIXTURE = """
    import pytest
    from tests.needs import require

    @pytest.fixture(scope="session")
    def browser(): require("chromium")

    @pytest.mark.parametrize("page", "ab")
    def test_of_a_page(browser, page): pass

    def test_of_numbers(): pass
"""
NONE_LEFT_OUT = """
    import pytest

    @pytest.mark.needs("git")
    def test_of_a_merge(): pass
"""
WITHOUT_A_NEED = """
    import pytest

    def test_of_a_mood(): pytest.skip("not today")
"""

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """A small folder of tests, run by pytest on a machine that has the programs named."""

    def ran(tests: str, *options: str, programs: tuple[str, ...] = (), **environment: str) -> tuple[int, str]:
        (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = -p tests.needs -p no:cacheprovider\n")
        (tmp_path / "test_small.py").write_text(dedent(tests))
        there = tmp_path / "bin"
        there.mkdir(exist_ok=True)
        for name in programs:
            (there / name).symlink_to(shutil.which(name) or sys.executable)
        ours = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("PYTEST", "OURWORDS_TESTS"))
        }
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *options],
            cwd=tmp_path,
            env=ours | {"PATH": str(there), "PYTHONPATH": str(ROOT)} | environment,
            capture_output=True,
            text=True,
        )
        return done.returncode, done.stdout + done.stderr

    return ran


@pytest.mark.slow
@pytest.mark.parametrize(
    ("tests", "options"), [(MARKED, ()), (BY_FIXTURE, ()), (BY_FIXTURE, ("-n", "2")), (MARKED, ("-q", "-q"))]
)
def test_what_is_left_out_is_said_with_the_line_that_brings_it(
    tests: str, options: tuple[str, ...], run: Run
) -> None:
    code, said = run(tests, *options)
    assert code == 0, said
    assert "2 left out" in said
    assert (
        "   2 × chromium is not here (a browser judges pages and WebVTT) → sudo apt-get install chromium"
        in said.splitlines()
    )


@pytest.mark.slow
@pytest.mark.parametrize("options", [(), ("-n", "2")])
def test_where_all_must_run_it_is_a_failure(options: tuple[str, ...], run: Run) -> None:
    code, said = run(MARKED, *options, OURWORDS_TESTS="all")
    assert code == 1, said
    assert "2 left out, and none may be" in said
    assert "sudo apt-get install chromium" in said


@pytest.mark.slow
def test_where_nothing_is_missing_nothing_is_said(run: Run) -> None:
    code, said = run(NONE_LEFT_OUT, programs=("git",), OURWORDS_TESTS="all")
    assert code == 0, said
    assert "left out" not in said


@pytest.mark.slow
def test_a_reason_of_another_kind_is_told_as_well(run: Run) -> None:
    assert run(WITHOUT_A_NEED)[0] == 0
    code, said = run(WITHOUT_A_NEED, OURWORDS_TESTS="all")
    assert code == 1
    assert "   1 × not today" in said.splitlines()


@pytest.mark.slow
def test_a_need_that_nobody_wrote_down_is_an_error(run: Run) -> None:
    code, said = run(MARKED.replace("chromium", "chromum"))
    assert code == 1
    assert "KeyError: 'chromum'" in said


@pytest.mark.slow
def test_tests_are_left_out_here_and_nowhere_else() -> None:
    """So that each says what it lacks and how to bring it."""
    for file in (ROOT / "tests").rglob("*.py"):
        names = {
            ast.unparse(node)
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
            if isinstance(node, ast.Attribute)
        }
        assert file.name == "needs.py" or not names & {
            "pytest.skip",
            "pytest.importorskip",
            "pytest.mark.skipif",
            "pytest.mark.skip",
            "pytest.xfail",
        }, file


def test_every_need_says_what_for_and_how() -> None:
    for name, need in NEEDS.items():
        assert need.purpose and need.line, name
        need.here()


# What is brought --------------------------------------------------------------------------------


Machine = Callable[..., list[str]]


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    """Bring a package that is missing, and the commands that were given, on a machine with these programs."""

    def brought(*programs: str, user: int = 0, fails: str = "nothing") -> list[str]:
        given: list[str] = []

        def failed(command: list[str]) -> bool:
            given.append(" ".join(command))
            return fails in command

        packages = {"harp-bin": False, "lute-bin": False, "git": True}
        monkeypatch.setattr(
            needs,
            "NEEDS",
            {name: Need(lambda here=here: here, "", "", name) for name, here in packages.items()},
        )
        monkeypatch.setattr(needs, "_fails", failed)
        monkeypatch.setattr(needs.shutil, "which", lambda name: name if name in programs else None)
        monkeypatch.setattr(needs.os, "geteuid", lambda: user)
        needs.bring_packages()
        return given

    return brought


def test_what_is_missing_is_installed_where_that_may_be(machine: Machine) -> None:
    update, install, another = machine("apt-get")
    assert update.startswith("env DEBIAN_FRONTEND=noninteractive apt-get ") and update.endswith(" update")
    assert install.endswith(" install -y --no-install-recommends harp-bin")
    assert another.endswith(" install -y --no-install-recommends lute-bin")


def test_a_user_of_whom_sudo_asks_no_password_installs_by_it(machine: Machine) -> None:
    asked, update, install, _ = machine("apt-get", "sudo", user=1000)
    assert asked == "sudo -n true"
    assert update.startswith("sudo -n env ") and install.startswith("sudo -n env ")


@pytest.mark.parametrize(("programs", "given"), [(("apt-get",), []), (("apt-get", "sudo"), ["sudo -n true"])])
def test_where_it_takes_a_password_nothing_is_installed(
    programs: tuple[str, ...], given: list[str], machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    assert machine(*programs, user=1000, fails="true") == given
    assert "not installed, as it takes a password: harp-bin lute-bin" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("fails", "given", "missing"),
    [("update", 1, "harp-bin lute-bin"), ("install", 3, "harp-bin lute-bin"), ("lute-bin", 3, "lute-bin")],
)
def test_what_cannot_be_had_is_said_and_keeps_nothing_else_away(
    fails: str, given: int, missing: str, machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    assert len(machine("apt-get", fails=fails)) == given
    assert capsys.readouterr().out.endswith(f"could not be installed: {missing}\n")


def test_on_other_systems_nothing_is_installed(machine: Machine) -> None:
    assert machine("brew", "sudo") == []


@pytest.mark.parametrize(
    ("programs", "fails", "told"),
    [
        ("npm", "nothing", ""),
        ("npm", "ci", "could not be installed"),
        ("", "nothing", "could not be installed"),
    ],
)
def test_node_s_packages_come_as_they_are_locked(
    programs: str,
    fails: str,
    told: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """One line for all of them; an older version beside a newer lock counts as missing."""
    (tmp_path / "tests/npm").mkdir(parents=True)
    (tmp_path / "tests/npm/package.json").write_text('{"dependencies": {"harp": "2.0.0", "lute": "1.0.0"}}')
    older = tmp_path / "tests/npm/node_modules/harp/package.json"
    older.parent.mkdir(parents=True)
    older.write_text('{"version": "1.9.9"}')
    given: list[list[str]] = []
    monkeypatch.setattr(needs, "ROOT", tmp_path)
    monkeypatch.setattr(needs, "NPM", tmp_path / "tests/npm")
    wanted = {name: needs.node(name, "they are played") for name in ("harp", "lute")}
    monkeypatch.setattr(needs, "NEEDS", wanted)
    monkeypatch.setattr(needs, "_fails", lambda command: given.append(command) or fails in command)
    monkeypatch.setattr(needs.shutil, "which", lambda name: name if name in programs.split() else None)
    needs.bring_modules()
    asked = "npm ci --ignore-scripts --prefix tests/npm --no-audit --no-fund"
    assert [" ".join(command) for command in given] == ([asked] if programs else [])
    assert told in capsys.readouterr().out
    older.write_text('{"version": "2.0.0"}')
    assert needs.NEEDS["harp"].here()
    assert not needs.NEEDS["lute"].here()


def test_every_package_of_node_s_is_a_need_and_locked_without_a_host() -> None:
    asked = json.loads((needs.NPM / "package.json").read_text())["dependencies"]
    locked = json.loads((needs.NPM / "package-lock.json").read_text())["packages"]
    for name, version in asked.items():
        assert NEEDS[name].line == "npm ci --ignore-scripts --prefix tests/npm"
        assert locked[f"node_modules/{name}"]["version"] == version
    for place, package in locked.items():
        assert not place or package["integrity"].startswith("sha512-"), place
        assert "resolved" not in package, place


# One for all, and each alone ----------------------------------------------------------------------

ONCE = """
    import os, pytest
    from tests.conftest import once

    @pytest.fixture(scope="session")
    def film(once):
        def make(folder):
            with open("made", "a") as file: file.write(os.environ["PYTEST_XDIST_WORKER"] + "\\n")
            (folder / "cut.mp4").write_text("a film")
        return once("film", make)

    @pytest.mark.parametrize("number", range(20))
    def test_of_the_film(film, number):
        assert (film / "cut.mp4").read_text() == "a film"
        with open("tested", "a") as file: file.write(os.environ["PYTEST_XDIST_WORKER"] + "\\n")
"""


@pytest.mark.slow
def test_what_is_dear_is_made_once_for_all_workers(run: Run, tmp_path: Path) -> None:
    code, said = run(ONCE, "-n", "2")
    assert code == 0, said
    assert len((tmp_path / "made").read_text().split()) == 1
    assert set((tmp_path / "tested").read_text().split()) == {"gw0", "gw1"}


@pytest.mark.slow
def test_what_failed_to_be_made_is_begun_anew(run: Run, tmp_path: Path) -> None:
    code, said = run(
        ONCE.replace('("a film")', '("a film"); assert len(open("made").readlines()) == 2'), "-n", "2"
    )
    assert code == 1, said
    assert len((tmp_path / "made").read_text().split()) == 2
    assert "passed" in said


SICK = """
    from pathlib import Path
    from pipeline.adapters.ffmpeg.process import run, stop_all

    def test_that_never_ends(tmp_path):
        Path("room").write_text(str(tmp_path))
        try:
            run(["-re", "-f", "lavfi", "-i", "testsrc", "-f", "null", "-"], tmp_path)
        except BaseException:  # as the command line does
            stop_all()
            raise

    def test_after_it(tmp_path):
        run(["-version"], tmp_path)
"""


def running_in(folder: Path) -> list[Path]:
    """Processes that work in a folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            found += [entry] if (entry / "cwd").readlink() == folder else []
        except OSError:
            continue
    return found


@pytest.mark.slow
@pytest.mark.needs("Linux")
@pytest.mark.parametrize("options", [(), ("-n", "1")])
def test_a_test_without_end_fails_alone_and_leaves_no_ffmpeg(
    options: tuple[str, ...], run: Run, tmp_path: Path
) -> None:
    code, said = run(SICK, "--timeout", "3", "--timeout-method", "signal", "-p", "tests.conftest", *options)
    assert code == 1
    assert "1 failed, 1 passed" in said
    assert "Timeout" in said
    room = Path((tmp_path / "room").read_text())
    until = time.monotonic() + 5
    while running_in(room) and time.monotonic() < until:
        time.sleep(0.05)
    assert running_in(room) == []


PATIENT = """
    import time
    import pytest

    @pytest.mark.slow
    def test_that_is_slow(): time.sleep(1.5)

    def test_that_is_sick(): time.sleep(60)
"""


@pytest.mark.slow
def test_a_slow_test_has_more_time_than_others(run: Run) -> None:
    code, said = run(
        PATIENT, "--timeout", "1", "-p", "tests.conftest", "-W", "ignore::pytest.PytestUnknownMarkWarning"
    )
    assert code == 1
    assert "1 failed, 1 passed" in said
    assert "FAILED test_small.py::test_that_is_sick" in said
