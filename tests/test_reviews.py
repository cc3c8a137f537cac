"""What changed between two cuts, and review rounds, through the real commands on a real film."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.cli.main import main

pytestmark = pytest.mark.slow

Command = Callable[..., int]

ROUND = """\
time,note,author
0:20,"Ben's first words are hard to hear",Jo
0:45,Is the pause long enough?,A facilitator
4:00,Too loud?,Jo
59:00,Nice,Somebody
"""


def told(folder: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    capsys.readouterr()
    assert main(["-C", str(folder), *arguments]) == 0
    return capsys.readouterr().out


def change(folder: Path) -> None:
    """q02 goes behind q03: one quote moved."""
    path = folder / "production.toml"
    path.write_text(path.read_text().replace('["q01", "q02", "q03", "q04"]', '["q01", "q03", "q02", "q04"]'))


def test_a_cut_is_compared_with_the_one_before(
    film_copy: Path, ourwords: Command, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert ourwords(film_copy, "diff") == 65, "there is nothing to compare with yet"
    assert "after the second build" in capsys.readouterr().err
    change(film_copy)
    assert ourwords(film_copy, "build-cut") == 0
    everyone = told(film_copy, capsys, "diff")
    assert everyone.count("come earlier in the film now") + everyone.count("come later in the film now") == 1
    ben = told(film_copy, capsys, "diff", "--contributor", "ben")
    assert "your words" in ben
    assert "angry" not in ben, "Dev's words are not for Ben"
    page = tmp_path / "for-ben.html"
    told(film_copy, capsys, "diff", "--contributor", "ben", "--page", str(page))
    assert "your words" in page.read_text()
    assert "angry" not in page.read_text()
    assert "Amara" not in page.read_text()
    record = json.loads(told(film_copy, capsys, "diff", str(film_copy), str(film_copy), "--json"))
    assert not record["changes"]
    assert {story["state"] for story in record["quotes"]} == {"same"}
    assert ourwords(film_copy, "diff", "--contributor", "zoe") == 2


def test_a_round_of_comments_follows_its_quotes_and_is_answered(
    film_copy: Path, ourwords: Command, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "round-1.csv").write_text(ROUND)
    arguments = ("feedback", "import", str(tmp_path / "round-1.csv"))
    assert "nothing written" in told(film_copy, capsys, *arguments, "--dry-run")
    assert json.loads(told(film_copy, capsys, *arguments, "--json"))["comments"] == 4
    assert json.loads(told(film_copy, capsys, *arguments, "--json"))["new"] == [], "the same file again"
    before = json.loads(told(film_copy, capsys, "feedback", "list", "--json"))["comments"]
    assert before[0]["quote"] == "q02"
    assert "after the end" in before[3]["where"]

    change(film_copy)
    assert ourwords(film_copy, "build-cut") == 0
    after = json.loads(told(film_copy, capsys, "feedback", "list", "--json"))["comments"]
    assert float(after[0]["at"]) > float(before[0]["at"]), "it went with its quote"
    assert [one["said"] for one in after] == [one["said"] for one in before]

    name = after[0]["id"]
    told(
        film_copy,
        capsys,
        "feedback",
        "answer",
        name[:8],
        "--state",
        "done",
        "--say",
        "He is louder now.",
        "--by",
        "The editor",
    )
    assert ourwords(film_copy, "feedback", "answer", "zzz", "--state", "done", "--say", "x", "--by", "x") == 2
    assert ourwords(film_copy, "feedback", "answer", name, "--state", "lost", "--say", "x", "--by", "x") == 2
    assert "He is louder now." in told(film_copy, capsys, "feedback", "list", "--state", "done")
    told(film_copy, capsys, "feedback", "page")
    page = (film_copy / "build" / "feedback.html").read_text()
    assert "He is louder now." in page
    assert "Is the pause long enough?" in page
