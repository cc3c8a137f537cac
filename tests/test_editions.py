"""A reviewer's file through the real commands: what others did since stays, also where build/ was deleted."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.cli.main import main
from tests.conftest import linked
from tests.small_film import edit

pytestmark = pytest.mark.slow

Ask = Callable[..., tuple[int, dict[str, Any]]]

KINDS = ("srt", "vtt", "ttml")


@pytest.fixture
def film(small_films: Path, tmp_path: Path) -> Path:
    return linked(small_films / "built", tmp_path / "film")


@pytest.fixture
def ask(film: Path, capsys: pytest.CaptureFixture[str]) -> Ask:
    def asked(*arguments: str) -> tuple[int, dict[str, Any]]:
        capsys.readouterr()
        code = main(["-C", str(film), "-q", *arguments, "--json"])
        return code, json.loads(capsys.readouterr().out.splitlines()[-1])

    return asked


def edited(film: Path, kind: str, old: str = "the label", new: str = "the LABEL") -> str:
    """A build's own file with one word of it changed, somewhere else."""
    file = film.parent / f"edited.{kind}"
    text = (film / f"build/captions/cut.en-GB.{kind}").read_text()
    assert old in text
    file.write_text(text.replace(old, new))
    return str(file)


def mark(ask: Ask) -> None:
    assert ask("captions", "mark", "1", "--sound", "door slams", "--by", "Ann")[0] == 0


def told(record: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(one["kind"], one["value"], one["state"]) for one in record["corrections"]]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("deleted", [False, True])
def test_what_somebody_marked_since_is_not_taken_away(film: Path, ask: Ask, kind: str, deleted: bool) -> None:
    file = edited(film, kind)
    mark(ask)
    if deleted:
        shutil.rmtree(film / "build")
    code, record = ask("captions", "import", file, "--by", "Jo")
    assert (code, record["corrections_since"]) == (0, 1)
    assert told(record) == [("text", "LABEL", "applied")]
    assert told(ask("captions", "corrections")[1]) == [
        ("sound", "door slams", "applied"),
        ("text", "LABEL", "applied"),
    ]


def test_a_file_of_captions_that_nobody_knows_is_refused_until_somebody_says_what_it_is_of(
    film: Path, ask: Ask
) -> None:
    file = Path(edited(film, "vtt"))
    text = file.read_text()
    at = text.index("ourwords captions ") + len("ourwords captions ")
    known = text[at : at + 12]
    file.write_text(text.replace(known, "0123456789ab"))
    mark(ask)
    before = (film / "reviews/captions.jsonl").read_bytes()
    code, record = ask("captions", "import", str(file), "--by", "Jo")
    assert code == 65
    assert "not kept here" in record["what"]
    assert f"--edition {known}" in record["next_step"]
    assert ask("captions", "import", str(file), "--by", "Jo", "--edition", "zz")[0] == 65
    code, record = ask("captions", "import", str(file), "--by", "Jo", "--edition", known[:6], "--dry-run")
    assert (code, told(record)) == (0, [("text", "LABEL", "applied")])
    code, record = ask("captions", "import", str(file), "--by", "Jo", "--edition", "now", "--dry-run")
    said = [one for one in sorted(told(record)) if one[0] != "break"]  # the sound has other lines
    assert (code, said) == (1, [("sound", "", "conflict"), ("text", "LABEL", "applied")])
    assert (film / "reviews/captions.jsonl").read_bytes() == before


def test_two_reviewers_of_one_build_and_a_decision(film: Path, ask: Ask) -> None:
    ann = edited(film, "srt", "00:00:05,200", "00:00:05,000")
    assert ask("captions", "import", ann, "--by", "Ann")[0] == 0
    jo = edited(film, "vtt", "00:00:05.200", "00:00:04.800")
    jo_too = Path(jo).read_text().replace("the label", "the LABEL")
    Path(jo).write_text(jo_too)
    code, record = ask("captions", "import", jo, "--by", "Jo")
    assert (code, sorted(one[::2] for one in told(record))) == (1, [("out", "conflict"), ("text", "applied")])
    [why] = [one["why"] for one in record["corrections"] if one["why"]]
    assert "Ann: " in why
    assert "Jo: " in why
    assert ask("captions", "import", jo, "--by", "Jo", "--take", "both")[0] == 2
    code, record = ask("captions", "import", jo, "--by", "Jo", "--take", "mine")
    assert (code, len(record["withdrawn"])) == (0, 1)
    states = [
        (one["by"], one["kind"], one["state"]) for one in ask("captions", "corrections")[1]["corrections"]
    ]
    assert sorted(states) == [
        ("Ann", "out", "withdrawn"),
        ("Jo", "out", "applied"),
        ("Jo", "text", "applied"),
    ]


def test_a_file_of_another_film_and_an_empty_one_are_refused(film: Path, ask: Ask, tmp_path: Path) -> None:
    for name, text, why in (
        (
            "other.srt",
            "1\n00:00:01,000 --> 00:00:04,000\nThey raised the fee for parking me.\n",
            "another film",
        ),
        ("none.srt", "1\n00:00:01,000 --> 00:00:04,000\nResidents objected.\n", "none of the film's words"),
        ("empty.srt", "", "is empty"),
        ("nothing.vtt", "WEBVTT\n\nNOTE nothing\n", "no captions"),
    ):
        (tmp_path / name).write_text(text)
        code, record = ask("captions", "import", str(tmp_path / name), "--by", "Jo")
        assert (code, why in record["what"]) == (65, True), record
    assert not (film / "reviews/captions.jsonl").exists()


def test_editions_are_kept_until_somebody_in_them_withdraws(film: Path, ask: Ask) -> None:
    def kept() -> list[list[str]]:
        objects = ask("cache")[1]["objects"]
        return [one["needed_by"] for one in objects if one["name"].startswith("captions ")]

    assert kept() == [["captions", "film"]]
    mark(ask)
    assert ask("captions", "export", "--format", "srt")[0] == 0
    assert sorted(kept()) == [["captions"], ["captions", "film"]]
    assert ask("cache", "prune")[0] == 0
    assert sorted(kept()) == [["captions"], ["captions", "film"]]
    edit(film, "consent.csv", "2025-03-04,,", "2025-03-04,,2025-04-04")
    assert kept() == [[], []]
    assert ask("cache", "prune")[0] == 0
    assert kept() == []
