"""A build that has nothing to do says so at once; whatever it depends on makes it look again."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from pipeline.engine.up_to_date import Settled, Stamp

TODAY = date(2026, 11, 25)
SAID = Settled(1, 2, (("q9 is lost", "ourwords match"),))


@pytest.fixture
def production(tmp_path: Path) -> Path:
    for name, text in {
        "production.toml": "[film]",
        "quotes.csv": "id",
        "footage/a.mp4": "a",
        "reviews/approvals.jsonl": "{}",
        "transcripts/a.json": "{}",
        "build/cut.mp4": "film",
        "build/captions/cut.en.srt": "1",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def settled(root: Path, stage: str = "film", today: date = TODAY) -> Settled | None:
    return Stamp(root, stage, today).settled()


def test_a_build_is_settled_until_something_changes(production: Path) -> None:
    assert settled(production) is None
    Stamp(production, "film", TODAY).remember(SAID)
    assert settled(production) == SAID


@pytest.mark.parametrize(
    "name",
    [
        "production.toml",
        "quotes.csv",
        "footage/a.mp4",
        "reviews/approvals.jsonl",
        "transcripts/a.json",
        "build/cut.mp4",
        "build/captions/cut.en.srt",
    ],
)
def test_every_file_counts(production: Path, name: str) -> None:
    Stamp(production, "film", TODAY).remember(SAID)
    path = production / name
    before = path.stat()
    path.write_text(path.read_text()[::-1] + " ")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))  # as editors on some disks leave it
    assert settled(production) is None


@pytest.mark.parametrize("name", ["consent.csv", "quotes.lock.json", "footage/b.mp4"])
def test_new_files_count(production: Path, name: str) -> None:
    Stamp(production, "film", TODAY).remember(SAID)
    (production / name).write_text("new")
    assert settled(production) is None


@pytest.mark.parametrize("name", ["quotes.csv", "build/cut.mp4", "footage/a.mp4"])
def test_files_that_go_count(production: Path, name: str) -> None:
    Stamp(production, "film", TODAY).remember(SAID)
    (production / name).unlink()
    assert settled(production) is None


def test_another_day_or_stage_or_engine_is_another_question(
    production: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Stamp(production, "film", TODAY).remember(SAID)
    assert settled(production, today=date(2026, 11, 26)) is None, "consent may have run out"
    assert settled(production, stage="final") is None
    monkeypatch.setenv("PIPELINE_FFMPEG", "another")
    assert settled(production) is None


def test_what_was_edited_during_the_build_is_not_taken_for_built(production: Path) -> None:
    stamp = Stamp(production, "film", TODAY)
    (production / "quotes.csv").write_text("id, text")
    stamp.remember(SAID)
    assert settled(production) is None


def test_a_broken_record_is_no_record(production: Path) -> None:
    Stamp(production, "film", TODAY).remember(SAID)
    for record in (production / "build/.store/settled").iterdir():
        record.write_text("[")
    assert settled(production) is None


@pytest.mark.slow
def test_a_film_that_is_made_is_known_without_being_looked_through(
    film_copy: Path,
    ourwords: Callable[..., int],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert ourwords(film_copy, "build-cut") == 0
    capsys.readouterr()
    monkeypatch.setattr("pipeline.api.Project.build", None)  # would be called
    assert ourwords(film_copy, "build-cut") == 0
    assert "is up to date; nothing was made" in capsys.readouterr().out
    monkeypatch.undo()
    consent = film_copy / "consent.csv"
    lines = consent.read_text().splitlines()
    header, first = lines[0].split(","), lines[1].split(",")
    first[header.index("withdrawn_on")] = "2026-11-01"
    consent.write_text("\n".join([lines[0], ",".join(first), *lines[2:]]) + "\n")
    assert ourwords(film_copy, "build-cut") == 77, (
        "the gate is asked as soon as a word of the register changes"
    )
