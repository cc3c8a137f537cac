"""What the shell completes: names of the production, quickly, without footage, and never an error."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.small_film import lists


def completed(*typed: str, at: Path = ROOT) -> list[str]:
    """What the shell would be given, the last word being half typed."""
    asked = {
        "_OURWORDS_COMPLETE": "complete_bash",
        "COMP_WORDS": " ".join(("ourwords", *typed)),
        "COMP_CWORD": str(len(typed)),
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-m", "pipeline"]
    run = subprocess.run(command, env=os.environ | asked, cwd=at, capture_output=True, text=True, check=False)
    assert not run.stderr
    return run.stdout.split()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Lists, and no footage."""
    lists(tmp_path / "film")
    return tmp_path / "film"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("typed", "names"),
    [
        (("build",), ["build-cut"]),
        (("clips", "--quote", "q"), ["q01", "q02", "q03"]),
        (("clips", "--theme", ""), ["label", "moon"]),
        (("clips", "--preset", "p"), ["phone", "player"]),
        (("clips", "--contributor", "a"), ["amara"]),
        (("export", ""), ["training", "markers"]),
        (("export", "training", "--only", "sc"), ["scorm12", "scorm2004"]),
        (("export", "training", "--only", "scorm12,sc"), ["scorm12,scorm2004"]),
        (("export", "markers", "--only", "fcp"), ["fcp7", "fcpxml"]),
        (("exports", "--contributor", ""), ["amara"]),
        (("approve", ""), ["captions", "cut", "picture", "wording"]),
        (("approve", "wording", "q0"), ["q01", "q02", "q03"]),
        (("match", "--choose", "q01"), ["q01="]),
        (("match", "--explain", "q03"), ["q03"]),
        (("transcribe", ""), ["amara"]),
        (("status", "--contributor", ""), ["amara"]),
        (("captions", "compare", "net"), ["netflix", "netflix-sdh"]),
        (("captions", "check", "--profile", "b"), ["bbc"]),
        (("captions", "convert", "a.srt", "b", "--to", "i"), ["imsc"]),
        (("models", "fetch", "tiny"), ["tiny", "tiny.en"]),
        (("cache", "p"), ["prune"]),
    ],
)
def test_names_are_completed(typed: tuple[str, ...], names: list[str], folder: Path) -> None:
    assert completed(*typed, at=folder) == names


@pytest.mark.slow
def test_the_production_is_the_one_that_is_named(folder: Path, tmp_path: Path) -> None:
    assert completed("-C", str(folder), "clips", "--quote", "", at=tmp_path) == ["q01", "q02", "q03"]
    assert completed("clips", "--quote", "", at=tmp_path) == [], "there is none here"


@pytest.mark.slow
@pytest.mark.parametrize("file", ["production.toml", "quotes.csv", "consent.csv"])
def test_what_cannot_be_read_completes_nothing(file: str, folder: Path) -> None:
    (folder / file).write_bytes(b"\xff\x00[[")
    assert completed("clips", "--quote", "q", at=folder) == []
