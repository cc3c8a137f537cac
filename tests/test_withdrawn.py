"""Somebody withdraws: what still holds them is told and goes, their no is shown, nobody is asked of them."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

import pipeline
from pipeline.adapters.ffmpeg.process import ffmpeg
from pipeline.cli.main import main
from pipeline.core.time import Source, Span
from pipeline.engine.cache import Shelf
from pipeline.matching import describe
from pipeline.matching.model import Difference, Match, State
from tests.conftest import SAMPLE, Once, linked
from tests.small_film import edit

Ourwords = Callable[..., int]

BEN = """
[[source]]
id = "ben"
file = "footage/ben.mp4"
contributor = "ben"

[[scene]]
title = "Second"
quotes = ["q04"]
"""


def two_people(room: Path, small_films: Path, ourwords: Ourwords) -> None:
    """A film and a draft with Ben in them beside Amara."""
    folder = linked(small_films / "built", room / "film")
    cut = ["-ss", "26", "-t", "10.2", "-i", SAMPLE / "footage" / "ben.mp4", "-vf", "scale=160:90"]
    codecs = ["-c:v", "libx264", "-preset", "ultrafast", "-g", "25", "-c:a", "aac"]
    subprocess.run([ffmpeg(), "-loglevel", "error", *cut, *codecs, folder / "footage/ben.mp4"], check=True)
    with (folder / "production.toml").open("a") as file:
        file.write(BEN)
    with (folder / "quotes.csv").open("a") as file:
        said = "You can tell in the first five seconds whether you're welcome."
        file.write(f"q04,ben,ben,{said},before,training,Tuesday group,2025-05-13,\n")
    with (folder / "consent.csv").open("a") as file:
        file.write("ben,Ben,training,none,2025-03-04,,,\n")
    assert ourwords(folder, "build-cut") == ourwords(folder, "build-cut", "--draft") == 0


@pytest.fixture
def both(once: Once, small_films: Path, ourwords: Ourwords, tmp_path: Path) -> Path:
    made = once("two people", lambda room: two_people(room, small_films, ourwords))
    return linked(made / "film", tmp_path / "film")


def withdraw(folder: Path) -> None:
    row = "ben,Ben,training,none,2025-03-04,,"
    edit(folder, "consent.csv", row + ",", row + "2025-06-01,")


@pytest.mark.slow
def test_their_film_goes_though_the_lists_make_none(
    both: Path, ourwords: Ourwords, capsys: pytest.CaptureFixture[str]
) -> None:
    """The source was taken out as the message says, and the quotes still name it."""
    withdraw(both)
    toml = both / "production.toml"
    toml.write_text(toml.read_text().replace(BEN[: BEN.index("[[scene]]")], ""))
    assert ourwords(both, "build-cut") == 65
    told = capsys.readouterr().err
    assert "no source of this production" in told
    assert "Removed from build/: cut.mp4" in told and "withdrew on 2025-06-01" in told
    assert not list((both / "build").glob("*.mp4"))


def take_out(folder: Path) -> None:
    edit(folder, "production.toml", BEN[BEN.index("[[scene]]") :], "")


def holds(folder: Path, who: str) -> list[str]:
    """The names of what is kept of somebody."""
    records = (json.loads(path.read_bytes()) for path in folder.glob("build/.store/objects/*/*/made.json"))
    return [one["name"] for one in records if who in one["people"]]


@pytest.mark.slow
@pytest.mark.needs("base weights")
def test_what_still_holds_somebody_who_withdrew_is_told_and_goes(
    both: Path, ourwords: Ourwords, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ourwords(both, "cache") == 0
    assert "the draft needs: 0 things" not in capsys.readouterr().out
    withdraw(both)
    take_out(both)
    assert ourwords(both, "build-cut") == 0
    told = capsys.readouterr().err
    assert "Removed from" in told
    kept = len(holds(both, "ben"))
    assert f"ben is still in {kept} things kept in build/.store\n  → ourwords cache prune" in told
    transcript = both / "transcripts" / "ben.json"
    assert f"ben is still in transcripts/ben.json\n  → delete {transcript}" in told
    assert "amara is still" not in told
    assert "q04" not in told, "nobody is asked about them"
    assert "q03 is in no scene: it is not said in amara" in told
    report = (both / "build/report.html").read_text()
    assert "q04 is in no scene: it was not looked for: ben is not opened" in report
    assert (both / "build/cut.mp4").is_file()
    assert not (both / "build/draft.mp4").exists()

    assert ourwords(both, "cache") == 0
    shown = capsys.readouterr().out
    assert "the draft needs: 0 things" in shown
    assert f"somebody in {len(holds(both, 'ben'))} of them has withdrawn" in shown
    assert ourwords(both, "cache", "prune", "--dry-run") == 0
    assert holds(both, "ben")
    assert ourwords(both, "cache", "prune") == 0
    assert holds(both, "ben") == []
    assert not list(both.glob("build/.store/objects/*/*/draft.mp4"))
    assert holds(both, "amara")
    with pipeline.open(both) as film:
        film.build()
    assert film.made == [], "what the film needs is still there"


@pytest.mark.slow
@pytest.mark.needs("base weights")
@pytest.mark.slow
@pytest.mark.needs("base weights")
@pytest.mark.parametrize("stays", [True, False])
def test_the_cut_before_says_nothing_that_stood_on_a_card_and_may_not_be_read_any_more(
    both: Path, ourwords: Ourwords, *, stays: bool
) -> None:
    card = '\n[[card]]\nplace = "start"\nkind = "note"\ntext = "It was a chest infection, it turned out."\n'
    written = (both / "production.toml").read_text()
    (both / "production.toml").write_text(written + card)
    assert ourwords(both, "build-cut") == 0
    (both / "production.toml").write_text(written)
    if not stays:
        edit(both, "quotes.csv", "Label ,training;workshop,Tuesday group", "Label ,workshop,Tuesday group")
    assert ourwords(both, "build-cut") == 0
    before = (both / "build/manifest.before.json").read_text()
    assert ("chest infection" in before) is stays
    assert "They saw the label" in before
    if stays:
        edit(both, "quotes.csv", "Label ,training;workshop,Tuesday group", "Label ,workshop,Tuesday group")
        with pipeline.open(both) as film:
            assert "manifest.before.json" in {one.path for one in film.removed}


def test_a_dry_run_prunes_as_if_what_may_not_stay_were_gone(
    both: Path, ourwords: Ourwords, capsys: pytest.CaptureFixture[str]
) -> None:
    withdraw(both)
    assert ourwords(both, "cache") == 0
    shown = capsys.readouterr()
    assert "the film needs: 0 things" in shown.out
    assert "Would be removed" in shown.err
    assert (both / "build/cut.mp4").is_file()
    assert holds(both, "ben")


def test_nothing_needs_what_somebody_is_in_who_has_withdrawn(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.open()
    for name, people in (("a", ["amara"]), ("b", ["ben"]), ("both", ["amara", "ben"]), ("card", [])):
        shelf.make(name, {"x": name}, lambda folder: (folder / "file").touch(), people)
    shelf.keep("film")

    def needed(**how: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
        return {kept.name: kept.needed for kept in shelf.stock(**how)}

    film = ("film",)
    assert needed() == {"a": film, "b": film, "both": film, "card": film}
    assert needed(withdrawn=("ben",)) == {"a": film, "b": (), "both": (), "card": film}
    assert {*needed(gone=("film",)).values()} == {()}
    assert {*needed(gone=("draft",)).values()} == {film}


def test_nothing_needs_what_nobody_can_say_who_is_in(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.open()
    made = shelf.make("a", {"x": 1}, lambda folder: (folder / "file").write_bytes(b"1234"), ["ben"])
    shelf.keep("film")
    record = made / "made.json"
    record.chmod(0o600)
    record.write_bytes(record.read_bytes().replace(b'"ben"', b'"amara"'))
    [kept] = shelf.stock()
    assert (kept.name, kept.needed, kept.people) == ("broken", (), frozenset())


# What `status` says ----------------------------------------------------------------------------


def standing(folder: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[tuple[str, str], str]]:
    """`status`: its code, and by quote and kind where it stands and why."""
    capsys.readouterr()
    code = main(["-C", str(folder), "--json", "status"])
    told = json.loads(capsys.readouterr().out)["approvals"]
    return code, {(one["quote"], one["kind"]): f"{one['state']} {one['why']}".strip() for one in told}


@pytest.mark.slow
@pytest.mark.needs("base weights")
def test_a_no_is_shown_where_the_film_is_not_known(
    both: Path, ourwords: Ourwords, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ourwords(both, "approve", "cut", "q04", "--by", "Ben's group", "--no", "--note", "too long") == 0
    code, told = standing(both, capsys)
    assert (code, told["q04", "cut"], told["q01", "cut"][:7]) == (1, "refused too long", "waiting")
    with (both / "production.toml").open("a") as file:
        file.write('[[scene]]\ntitle = "Third"\nquotes = ["q99"]\n')
    code, told = standing(both, capsys)
    assert (code, told["q04", "cut"]) == (1, "refused too long"), "a film cannot even be planned"
    assert ("q01", "cut") not in told


@pytest.mark.slow
@pytest.mark.needs("base weights")
@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("ben,Ben,training,none,2025-03-04,,2025-06-01,", "withdrew on 2025-06-01"),
        ("ben,Ben,training,none,2025-03-04,2025-06-01,,", "consent ran out on 2025-06-01"),
        ("ben,Ben,workshop,none,2025-03-04,,,", "consents to workshop, not to training"),
        ("ben,Ben,training,none,2025-03-04,,,withdrawn by phone", "has no consent that counts"),
        ("", "is not in the consent register"),
    ],
)
@pytest.mark.parametrize("footage", [True, False])
def test_status_shows_who_may_not_be_shown(
    row: str, why: str, footage: bool, both: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(both, "consent.csv", "ben,Ben,training,none,2025-03-04,,,\n", row + "\n" if row else "")
    if not footage:
        (both / "footage" / "ben.mp4").unlink()
    code, told = standing(both, capsys)
    assert code == 1
    assert told["q04", "wording"].startswith("refused ")
    assert why in told["q04", "wording"]
    assert told["q01", "wording"].startswith("approved")


@pytest.mark.slow
@pytest.mark.needs("base weights")
def test_status_of_a_film_that_may_be_shown_ends_well(both: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, told = standing(both, capsys)
    assert code == 0
    assert told["q04", "wording"].startswith("approved")
    assert told["q04", "cut"].startswith("waiting")


# What needs a person ---------------------------------------------------------------------------

HEARD_THERE = Span[Source].measured(1, 2)
DOUBT = Difference("Ann", "Anna", "name", HEARD_THERE, HEARD_THERE.start, ("Ann",), "Anna", against=False)


@pytest.mark.parametrize(
    ("found", "why", "told"),
    [
        (
            Match("q11", State.PARTIAL, (), differences=(DOUBT,)),
            "",
            "may be said in other words in one place",
        ),
        (Match("q11", State.PARTIAL, ()), "", "only part of it is in the footage"),
        (Match("q11", State.NOT_FOUND, ()), "was not looked for: ben is not opened", "it was not looked for"),
        (
            Match("q11", State.NOT_FOUND, ()),
            "was not made out: 3 words of ben (“a secret …”)",
            "3 words of ben",
        ),
        (Match("q11", State.MATCHED, ()), "", "found in the footage"),
    ],
)
def test_a_quote_stands_where_it_stands_and_no_heard_word_is_said(found: Match, why: str, told: str) -> None:
    said = describe.stands(found, why)
    assert told in said
    assert not {"Anna", "secret"}.intersection(said.replace("“", " ").split())
