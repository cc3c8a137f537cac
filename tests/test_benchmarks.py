"""The benchmarks run, in a small form, and meet their aims; figures are taken by hand, on a quiet machine."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("name", ["sync", "boundaries", "matching", "angles", "asr", "startup", "build", "rebuild"])
def test_every_benchmark_says_how_it_is_run(name: str) -> None:
    done = subprocess.run([sys.executable, f"benchmarks/{name}.py", "--help"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "--json" in done.stdout


@pytest.mark.slow
def test_angles_meet_their_aims() -> None:
    """One that is laid and one that is refused; the others by hand."""
    for some in ("twenty seconds", "another conversation, short"):
        done = subprocess.run([sys.executable, "benchmarks/angles.py", "--quick", "--json", "--only", some], cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        assert json.loads(done.stdout)["met"]
        assert len(json.loads(done.stdout)["cases"]) == 1


@pytest.mark.slow
@pytest.mark.parametrize(("name", "holds"), [("build", "builds"), ("rebuild", "edges")])
def test_the_renderers_benchmarks_run_in_a_small_form(name: str, holds: str) -> None:
    """Small pictures on a machine that does other things: what they cost is told, and judged by hand."""
    done = subprocess.run([sys.executable, f"benchmarks/{name}.py", "--quick", "--json"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)[holds]


@pytest.mark.slow
def test_sync_meets_its_aims() -> None:
    """Three quotes of each camera: with its first frame, with its last, and one of the kinds between."""
    asked = ["--shots", "30", "--seconds", "1.2", "--json"]
    done = subprocess.run([sys.executable, "benchmarks/sync.py", *asked], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(done.stdout)
    assert all(aim["met"] for aim in found["aims"])
    assert Counter(shot["source"] for shot in found["shots"]) == dict.fromkeys(found["calibration_ms"], 3)
    assert {shot["kind"] for shot in found["shots"]} == {"first", "last", "on", "before", "after", "anywhere", "one"}


@pytest.mark.slow
def test_the_contact_sheet_is_made_by_its_command(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-m", "benchmarks.contact_sheet", tmp_path / "sheet.jpg"], cwd=ROOT, capture_output=True, text=True, timeout=200)
    assert done.returncode == 0, done.stderr
    assert 50_000 < (tmp_path / "sheet.jpg").stat().st_size < 300_000
    assert 50_000 < (ROOT / "docs" / "pictures" / "difficult.jpg").stat().st_size < 300_000
