"""Nothing is sent anywhere: all that the command does with a film is watched by the system, call by call."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline import SENDS_NOTHING
from pipeline.adapters.asr import weights as models
from tests.conftest import SAMPLE
from tests.needs import require

Watched = Callable[..., list[str]]
"""A command with its exit code expected: the sockets that it and its children opened, but Unix ones."""

PRODUCTION = """
[film]
title = "Before you read the notes"
language = "en-GB"
use = "training"
size = "640x360"
rate = "25"

[transcribe]
engine = "faster-whisper"
model = "base"

[[source]]
id = "dev"
file = "footage/dev.mov"
contributor = "dev"

[[card]]
place = "start"
kind = "title"
seconds = 2.0
text = "Before you read the notes"

[[scene]]
title = "Before I walk in"
quotes = ["q03"]

[[scene.reflection]]
after = "q03"
kind = "think"
seconds = 4.0
prompt = "What did you hear?"
"""

OPENED = re.compile(r"socket\((?!AF_UNIX|AF_LOCAL)[^)]*\)")


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    require("strace")

    def run(*command: str | Path, code: int = 0, timeout: int = 400) -> list[str]:
        trace = tmp_path / "trace"
        spy = ["strace", "-f", "-qq", "-e", "trace=network", "-o", str(trace)]
        home, weights = tmp_path / "home", models.find("base")
        asked = {name: value for name, value in os.environ.items() if name not in SENDS_NOTHING}
        asked |= {"HOME": str(home), "XDG_CACHE_HOME": str(home / "cache")} | (
            {"OURWORDS_MODELS": str(weights.parent)} if weights else {}
        )
        done = subprocess.run(
            [*spy, *map(str, command)], capture_output=True, text=True, timeout=timeout, env=asked
        )
        assert done.returncode == code, done.stdout + done.stderr
        return OPENED.findall(trace.read_text())

    return run


@pytest.fixture
def dev_alone(tmp_path: Path) -> Path:
    """The sample's papers with one of its interviews, not transcribed yet."""
    folder = tmp_path / "film"
    (folder / "footage").mkdir(parents=True)
    shutil.copy2(SAMPLE / "footage" / "dev.mov", folder / "footage")
    shutil.copy2(SAMPLE / "consent.csv", folder)
    rows = (SAMPLE / "quotes.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / "quotes.csv").write_text(
        "".join([rows[0], *(row for row in rows if row.startswith(("q03", "q12")))]), encoding="utf-8"
    )
    (folder / "production.toml").write_text(PRODUCTION, encoding="utf-8")
    return folder


def test_a_socket_that_is_opened_is_seen_and_a_unix_one_is_let_be(watched: Watched) -> None:
    asked = "import socket as s; s.socket(s.{0}, s.SOCK_DGRAM)"
    assert watched(sys.executable, "-c", asked.format("AF_UNIX")) == []
    assert len(watched(sys.executable, "-c", asked.format("AF_INET"))) == 1
    child = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {asked.format('AF_INET6')!r}])"
    assert len(watched(sys.executable, "-c", child)) == 1, "of a child too"


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.needs("base weights")
def test_a_whole_film_opens_no_socket(watched: Watched, dev_alone: Path) -> None:
    """Probed, recognised, matched, built, heard again, judged, passed on: what the command line does with a
    film.
    """
    ourwords = [sys.executable, "-m", "pipeline", "-C", dev_alone, "-q"]
    assert watched(*ourwords, "build-cut") == []
    assert (dev_alone / "build" / "cut.mp4").is_file()
    assert "faster-whisper" in (dev_alone / "transcripts" / "dev.json").read_text(), (
        "it was recognised in this run"
    )
    assert watched(*ourwords, "verify") == []
    assert watched(*ourwords, "clips", "--quote", "q03") == []
    assert watched(*ourwords, "captions", "check", code=1) == [], "he speaks fast: there are findings"
    assert watched(*ourwords, "doctor") == []
    assert not (dev_alone.parent / "home").exists(), (
        "nothing is kept to be sent later: onnxruntime keeps an id and events of its own"
    )


@pytest.mark.slow
def test_whichever_module_comes_first_libraries_are_told_before_they_are_imported() -> None:
    """Command line, API, worker, notebook and test all begin with an import of the package."""
    for module in (
        "pipeline",
        "pipeline.cli.main",
        "pipeline.film",
        "pipeline.adapters.face_detector",
        "pipeline.adapters.asr.faster_whisper",
    ):
        told = (
            f"import sys, {module}; assert 'onnxruntime' not in sys.modules; import os; "
            f"print(os.environ['ORT_DISABLE_TELEMETRY'])"
        )
        environment = os.environ | {"ORT_DISABLE_TELEMETRY": "0"}
        done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, env=environment)
        assert done.stdout == "1\n", done.stderr
