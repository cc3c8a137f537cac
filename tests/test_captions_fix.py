"""`ourwords captions fix`: what it shows, what it writes, and how that is taken back."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

SRT = """1
00:00:00,000 --> 00:00:02,500
It was 20 mg,
she said.

2
00:00:02,900 --> 00:00:05,000
We waited there.
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "film.srt"
    path.write_text(SRT, encoding="utf-8")
    path.chmod(0o644)
    return path


def test_a_dry_run_shows_each_fix_by_name_before_and_after_and_writes_nothing(
    file: Path, ourwords: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert ourwords(file.parent, "captions", "fix", str(file), "--dry-run", "--rate", "25") == 0
    out = capsys.readouterr().out
    assert "close-gap (cue 2, gap)" in out
    assert "  - 0:00:00.000 → 0:00:02.500  It was 20 mg, she said." in out
    assert "  + 0:00:00.000 → 0:00:02.900  It was 20 mg, she said." in out
    assert "one-line (cue 1, one-line)" in out
    assert "2 fixes that would be made: 2 findings before, 0 after" in out
    assert file.read_text(encoding="utf-8") == SRT
    assert [path.name for path in file.parent.iterdir()] == ["film.srt"]


def test_a_fixed_file_passes_and_can_be_put_back(
    file: Path, ourwords: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert ourwords(file.parent, "captions", "check", str(file)) == 1
    capsys.readouterr()
    assert ourwords(file.parent, "captions", "fix", str(file), "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert [(fix["name"], fix["cue"]) for fix in told["fixes"]] == [("one-line", 1), ("close-gap", 2)]
    assert (told["findings_before"], told["findings_after"], told["kept"]) == (2, 0, True)
    assert ourwords(file.parent, "captions", "check", str(file)) == 0
    assert file.read_text(encoding="utf-8").replace("\n", " ").split() != SRT.split()
    assert file.stat().st_mode & 0o777 == 0o644
    assert ourwords(file.parent, "captions", "fix", str(file), "--undo") == 0
    assert file.read_text(encoding="utf-8") == SRT
    assert ourwords(file.parent, "captions", "fix", str(file), "--undo") == 65


def test_what_was_before_is_never_written_over(
    file: Path, ourwords: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert ourwords(file.parent, "captions", "fix", str(file)) == 0
    file.write_text(SRT.replace("waited", "sat"), encoding="utf-8")
    assert ourwords(file.parent, "captions", "fix", str(file)) == 2
    assert "film.srt.before" in capsys.readouterr().err
    assert file.with_name("film.srt.before").read_text(encoding="utf-8") == SRT


def test_a_file_without_faults_is_not_touched(
    file: Path, ourwords: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text("1\n00:00:00,000 --> 00:00:02,000\nWe waited there.\n", encoding="utf-8")
    before = file.read_bytes(), file.stat().st_mtime_ns
    assert ourwords(file.parent, "captions", "fix", str(file)) == 0
    assert (file.read_bytes(), file.stat().st_mtime_ns) == before
    assert not file.with_name("film.srt.before").exists()
    assert "0 fixes: 0 findings before, 0 after" in capsys.readouterr().out
