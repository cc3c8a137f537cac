"""The ledger: nothing that was acknowledged is lost, whoever else writes, whatever crashes, however git
merges.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.engine import journal
from pipeline.errors import CannotWrite, InputError


def write(path: Path, who: int, count: int) -> None:
    for number in range(count):
        journal.append(path, [{"by": f"writer {who}", "number": number, "text": "x" * 3000}])


def test_what_is_said_comes_back_in_order_with_an_id_and_a_time(tmp_path: Path) -> None:
    path = tmp_path / "reviews" / "a.jsonl"
    journal.append(path, [{"by": "Amara", "text": "ja – “yes”\nand more"}, {"by": "Ben"}])
    journal.append(path, [{"by": "Carys"}])
    book = journal.read(path)
    assert [line["by"] for line in book.lines] == ["Amara", "Ben", "Carys"]
    assert book.lines[0]["text"] == "ja – “yes”\nand more"
    assert len({line["id"] for line in book.lines}) == 3
    assert not book.damaged
    assert journal.read(tmp_path / "none.jsonl") == journal.Book((), ())


def test_writers_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    writers = [multiprocessing.Process(target=write, args=(path, who, 25)) for who in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    book = journal.read(path)
    assert not book.damaged
    assert {(line["by"], line["number"]) for line in book.lines} == {
        (f"writer {who}", number) for who in range(4) for number in range(25)
    }


def test_a_crash_in_the_middle_of_a_line_loses_that_line_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    journal.append(path, [{"by": "Amara"}])
    with path.open("ab") as file:
        file.write(b'{"v": 1, "id": "cut-o')
    journal.append(path, [{"by": "Ben"}])
    book = journal.read(path)
    assert [line["by"] for line in book.lines] == ["Amara", "Ben"]
    assert book.damaged == (2,)


def test_a_killed_writer_leaves_every_acknowledged_line(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    loop = "while True:\n journal.append(path, [{'n': n}]); print(n, flush=True); n += 1"
    code = (
        f"from pipeline.engine import journal; from pathlib import Path; n = 0; path = "
        f"Path({str(path)!r})\n{loop}"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout
        for _ in range(20):
            last = int(child.stdout.readline())
        os.kill(child.pid, signal.SIGKILL)
    assert {line["n"] for line in journal.read(path).lines} >= set(range(last + 1))
    started = time.monotonic()
    journal.append(path, [{"n": -1}])  # the dead writer's lock went with it
    assert time.monotonic() - started < 5


@given(st.lists(st.dictionaries(st.text(max_size=8), st.text(max_size=30), max_size=3), max_size=6))
@settings(max_examples=40, deadline=None, derandomize=True)
def test_any_text_comes_back_as_it_was(entries: list[dict[str, str]]) -> None:
    import tempfile

    entries = [
        {key: value for key, value in entry.items() if key not in ("v", "id", "written")} for entry in entries
    ]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.jsonl"
        journal.append(path, entries)
        found = [
            {key: value for key, value in line.items() if key not in ("v", "id", "written")}
            for line in journal.read(path).lines
        ]
    assert sorted(json.dumps(one, sort_keys=True) for one in found) == sorted(
        json.dumps(one, sort_keys=True) for one in entries
    )


@pytest.mark.needs("git")
def test_two_copies_merge_in_git_line_by_line(tmp_path: Path) -> None:
    from pipeline.production.create import create

    def git(*words: str) -> None:
        subprocess.run(
            ["git", "-C", str(folder), "-c", "user.name=T", "-c", "user.email=t@example.org", *words],
            check=True,
            capture_output=True,
        )

    folder = tmp_path / "film"
    create(folder)
    path = folder / "reviews" / "approvals.jsonl"
    journal.append(path, [{"by": "both"}])
    git("init", "-b", "main")
    git("add", "-f", ".")
    git("commit", "-m", "one")
    git("checkout", "-b", "other")
    journal.append(path, [{"by": "other"}])
    git("commit", "-am", "two")
    git("checkout", "main")
    journal.append(path, [{"by": "main"}])
    git("commit", "-am", "three")
    git("merge", "other")
    book = journal.read(path)
    assert [line["by"] for line in book.lines] == ["both", "other", "main"]
    assert not book.damaged


def test_a_line_twice_counts_once_and_a_newer_one_is_not_guessed_at(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    journal.append(path, [{"by": "Amara"}])
    path.write_bytes(path.read_bytes() * 2)
    assert len(journal.read(path).lines) == 1
    path.write_text(json.dumps({"v": 2, "id": "x", "written": "2026"}) + "\n")
    with pytest.raises(InputError, match="newer ourwords"):
        journal.read(path)


def test_where_nothing_can_be_written_it_says_so(tmp_path: Path) -> None:
    (tmp_path / "reviews").write_text("a file, not a folder")
    with pytest.raises(CannotWrite):
        journal.append(tmp_path / "reviews" / "a.jsonl", [{}])
