"""Approvals through the real commands: bound to the film that was shown, and a final film refused while one
is missing.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from pipeline.cli.main import main
from pipeline.consent.approve import LEDGER
from tests.conftest import SAMPLE

pytestmark = pytest.mark.slow

Command = Callable[..., int]


def status(
    folder: Path, capsys: pytest.CaptureFixture[str], *arguments: str
) -> dict[tuple[str, str], dict[str, Any]]:
    capsys.readouterr()
    main(["-C", str(folder), "status", "--json", *arguments])
    record = json.loads(capsys.readouterr().out)
    return {(one["quote"], one["kind"]): one for one in record["approvals"]}


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_from_the_first_showing_to_the_final_film_and_back(
    film_copy: Path, ourwords: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sha256((film_copy / "quotes.csv").read_bytes()).hexdigest()
    assert ourwords(film_copy, "build-cut", "--final") == 77
    told = capsys.readouterr().err
    assert all(f"{name} (" in told for name in ("q01", "q15"))
    assert ourwords(film_copy, "approve", "wording", "--listed") == 0
    assert ourwords(film_copy, "approve", "cut", "--all", "--by", "Tuesday group") == 0
    assert ourwords(film_copy, "build-cut", "--final") == 77, "the captions are missing"
    assert (
        ourwords(film_copy, "approve", "captions", "--all", "--by", "A reviewer", "--until", "2045-01-01")
        == 0
    )
    assert ourwords(film_copy, "build-cut", "--final") == 0
    assert {one["state"] for one in status(film_copy, capsys).values()} == {"approved"}
    assert sha256((film_copy / "quotes.csv").read_bytes()).hexdigest() == before, "lists are only read"

    replace(film_copy / "production.toml", "with your shoulders", "with your hands")
    lapsed = {key for key, one in status(film_copy, capsys).items() if one["state"] == "lapsed"}
    assert lapsed == {("q04", "cut")}
    assert ourwords(film_copy, "build-cut", "--final") == 77
    assert "the question asked after it" in capsys.readouterr().err
    assert ourwords(film_copy, "build-cut") == 0, "a draft shows the new question"
    assert ourwords(film_copy, "approve", "cut", "q04", "--by", "Tuesday group") == 0
    assert ourwords(film_copy, "build-cut", "--final") == 0

    assert (
        ourwords(
            film_copy,
            "approve",
            "cut",
            "q13",
            "--by",
            "Erin",
            "--no",
            "--note",
            "it sounds angrier than I was",
        )
        == 0
    )
    assert ourwords(film_copy, "build-cut", "--final") == 77
    assert "angrier" in capsys.readouterr().err


def test_words_that_were_approved_and_then_changed_stop_even_a_draft(
    film_copy: Path, ourwords: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ourwords(film_copy, "approve", "wording", "--listed") == 0
    replace(film_copy / "quotes.csv", "welcome.,before", "welcome here.,before")
    assert ourwords(film_copy, "build-cut", "--draft") == 77
    assert "“welcome.” is now “welcome here.”" in capsys.readouterr().err
    assert ourwords(film_copy, "approve", "wording", "q04", "--by", "Ben", "--dry-run") == 0
    assert ourwords(film_copy, "build-cut", "--draft") == 77, "a dry run writes nothing down"


def test_nobody_approves_a_film_that_was_never_made(
    film_copy: Path, ourwords: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    (film_copy / "build" / "cut.mp4").unlink()
    assert ourwords(film_copy, "approve", "cut", "q01", "--by", "Amara") == 77
    (film_copy / "build" / "cut.mp4").write_bytes(b"another film")
    assert ourwords(film_copy, "approve", "cut", "q01", "--by", "Amara") == 77
    assert "not the film that the build made" in capsys.readouterr().err
    assert (film_copy / LEDGER).read_bytes() == (SAMPLE / LEDGER).read_bytes(), "nothing was added"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["smell", "q01", "--by", "A"], "cannot be approved"),
        (["cut", "q99", "--by", "A"], 'no quote "q99"'),
        (["cut", "q01"], "who approves?"),
        (["cut", "--by", "A"], "which quotes?"),
        (["cut", "q01", "--by", "A", "--on", "tomorrow"], "is not a date"),
        (["cut", "q01", "--by", "A", "--on", "2999-01-01"], "in the future"),
        (["cut", "q01", "--by", "A", "--use", "fun"], "is not a use"),
        (["cut", "q01", "--by", "Amara's mum"], "--note"),
        (["cut", "--listed"], "--listed"),
    ],
)
def test_a_wrong_approval_is_explained_and_nothing_is_written(
    arguments: list[str], says: str, sample_film: Path, ourwords: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ourwords(sample_film, "approve", *arguments) == 2
    assert says in capsys.readouterr().err
    assert (sample_film / LEDGER).read_bytes() == (SAMPLE / LEDGER).read_bytes(), "nothing was added"


def test_status_tells_the_flaws_of_the_lists_and_of_one_person_only_theirs(
    sample_film: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["-C", str(sample_film), "status", "--json"])
    (flaw,) = json.loads(capsys.readouterr().out)["paperwork"]
    assert (flaw["rule"], flaw["row"], flaw["column"]) == ("use-beyond-consent", 15, "use")
    assert {key[0] for key in status(sample_film, capsys, "--contributor", "amara")} == {"q01", "q05", "q11"}
