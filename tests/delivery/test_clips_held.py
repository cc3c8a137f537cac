"""Packs of clips once they are made: whatever is said, found out or done to their files later, nothing stays
that may not be shown; and what may is left alone.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import pipeline
from pipeline.delivery.clips.model import How, with_preset
from pipeline.delivery.ledger import Ledger
from pipeline.errors import ConfigError
from pipeline.production.presets import load_clip_preset
from tests.conftest import linked
from tests.small_film import edit

TODAY = date(2025, 6, 1)
ONE, TWO = "they-saw-the-label-before-they-saw-me", "it-was-a-chest-infection"

pytestmark = [pytest.mark.slow, pytest.mark.needs("base weights")]

Command = Callable[..., int]


@pytest.fixture
def small(small_films: Path, tmp_path: Path) -> Path:
    """A small film, built: q01 in its scene; q02 in none."""
    return linked(small_films / "built", tmp_path / "film")


def how(name: str = "mine", title: str = "", **changes: Any) -> How:
    return with_preset(How(load_clip_preset("workshop"), name=name, title=title), **changes)


def make(folder: Path, *quotes: str, to: Path | None = None, **asked: Any) -> None:
    with pipeline.open(folder, today=TODAY) as film:
        film.clips(quotes=quotes, how=how(**asked), to=to)


def there(folder: Path) -> set[str]:
    """The films of all packs, by their names."""
    return {path.name.removesuffix(".mp4") for path in (folder / "build/clips").rglob("*.mp4")}


def look(folder: Path, today: date = TODAY) -> set[str]:
    """What the next command takes out."""
    with pipeline.open(folder, today=today) as film:
        return {one.path for one in film.removed}


@pytest.mark.parametrize("kind", ["wording", "cut", "captions"])
def test_a_no_of_anybody_closes_a_clip_and_a_yes_of_theirs_opens_it(
    small: Path, kind: str, ourwords: Command
) -> None:
    make(small, "q01")
    make(small, "q02", name="other")
    assert ourwords(small, "approve", kind, "q01", "--no", "--by", "Jo") == 0
    assert [one.state for one in ledger_of(small)] == ["recall", "current"]
    assert {path.split("/")[1] for path in look(small) if path.startswith("clips/")} == {"mine"}
    assert there(small) == {f"01-{TWO}"}
    assert (small / "build/cut.mp4").exists() is (kind != "wording"), (
        "a cut stays to be looked at and changed"
    )
    assert ourwords(small, "clips", "--quote", "q01") == 77
    assert ourwords(small, "clips", "--quote", "q02") == 0
    if kind != "wording":
        assert ourwords(small, "approve", kind, "q01", "--by", "Jo") == 0
        assert ourwords(small, "clips", "--quote", "q01") == 0


def ledger_of(folder: Path) -> list[Any]:
    with pipeline.open(folder, today=TODAY, dry=True) as film:
        return Ledger(folder).standings(film.door.lists(), "")


def test_a_no_to_the_cut_stops_no_build_and_what_is_exported_of_it(small: Path, ourwords: Command) -> None:
    assert ourwords(small, "captions", "export", "--to", str(small / "build/export")) == 0
    assert ourwords(small, "approve", "cut", "q01", "--no", "--by", "Jo") == 0
    assert {path for path in look(small) if path.startswith("export/")}
    edit(small, "production.toml", 'title = "First"', 'title = "Another"')
    assert ourwords(small, "build-cut") == 0, "so that another cut can be shown"
    assert ourwords(small, "captions", "export", "--to", str(small / "out")) == 77


def test_a_clip_goes_when_an_approval_of_it_ends(small: Path, ourwords: Command) -> None:
    assert ourwords(small, "approve", "cut", "q01", "--by", "Jo", "--until", "2045-03-01") == 0
    with pipeline.open(small, today=date(2045, 3, 1)) as film:
        film.clips(quotes=["q01"], how=how("one"))
        film.clips(quotes=["q02"], how=how("two"))
    assert look(small, date(2045, 3, 1)) == set()
    gone = look(small, date(2045, 3, 2))
    with pipeline.open(small, today=date(2045, 3, 2)) as film:
        assert {one.quote: one.allowed for one in film.clip_offers()} == {
            "q01": False,
            "q02": True,
            "q03": False,
        }
    assert gone and all(path.startswith("clips/one/") for path in gone)
    assert there(small) == {f"01-{TWO}"}


@pytest.mark.parametrize(("withdrawn", "stays"), [("", True), ("2025-05-30", False)])
def test_whoever_is_found_in_a_recording_later_is_in_what_was_made_of_it(
    small: Path, withdrawn: str, *, stays: bool
) -> None:
    make(small, "q01")
    edit(small, "production.toml", 'contributor = "amara"', 'contributor = "amara"\npeople = ["dev"]')
    row = f"dev,Dev,training;workshop,none,2025-03-04,,{withdrawn},"
    edit(small, "consent.csv", "2025-03-04,,,", f"2025-03-04,,,\n{row}")
    gone = look(small)
    assert bool(there(small)) is stays and (small / "build/cut.mp4").exists() is stays
    assert stays or {"cut.mp4", "clips/mine/index.html"} <= gone


def test_whose_words_a_pack_is_called_by_takes_it_along_though_they_are_in_it(small: Path) -> None:
    """Not how it begins: that is known by the clip's own title."""
    make(small, "q01", "q02", name="", title="How I Saw the Label Before They did")
    edit(
        small,
        "quotes.csv",
        "before they saw me.,label,training;workshop,Tuesday group",
        "before they saw me.,label,training,Tuesday group",
    )
    look(small)
    assert there(small) == set()


def test_words_of_one_in_the_pack_are_theirs_and_of_nobody_elses_list_row(small: Path) -> None:
    other = "q04,ben,,So they saw the label before they saw me.,label,training,Tuesday group,2025-05-13,\n"
    (small / "quotes.csv").write_text((small / "quotes.csv").read_text() + other)
    make(small, "q01", title="They saw the label before they saw me")
    assert there(small) == {f"01-{ONE}"}


def test_a_build_of_the_same_leaves_packs_alone(small: Path, ourwords: Command) -> None:
    assert ourwords(small, "clips", "--quote", "q01", "--quote", "q02") == 0
    before = there(small)
    edit(small, "production.toml", 'title = "First"', 'title = "Another"')
    assert ourwords(small, "build-cut") == 0
    assert there(small) == before and len(before) == 2


def test_a_build_of_another_cut_says_which_clips_go(
    small: Path, ourwords: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    make(small, "q01", name="one")
    make(small, "q02", name="two")
    edit(
        small,
        "production.toml",
        'quotes = ["q01"]',
        'quotes = ["q01"]\n[[scene.pause]]\nquote = "q01"\nbefore = 1.0',
    )
    capsys.readouterr()
    assert ourwords(small, "build-cut") == 0
    assert there(small) == {f"01-{TWO}"}
    said = capsys.readouterr().err
    assert f"Removed from {small / 'build'}: clips/one/01-{ONE}.mp4" in said and "make it again" in said


def test_a_name_that_is_hidden_since_takes_pages_along_that_show_the_same(small: Path) -> None:
    make(small, "q01", title="What Grace told us")
    make(small, "q02", name="other")
    register = "contributor,display_name,scope,anonymise,given_on,expires_on,withdrawn_on,notes"
    edit(small, "consent.csv", register, f"{register},known_as")
    edit(small, "consent.csv", "2025-03-04,,,", "2025-03-04,,,,\ndev,A man,training,name,2025-03-04,,,,Grace")
    look(small)
    assert not list((small / "build/clips/mine").glob("*"))
    assert there(small) == {f"01-{TWO}"}


def test_a_pack_takes_the_place_of_what_was_sent_there_before_and_of_nothing_else(
    small: Path, tmp_path: Path
) -> None:
    stick = tmp_path / "stick"
    make(small, "q01", "q02", to=stick)
    (stick / "mine" / "mine.txt").write_text("ours")
    changed = stick / "mine" / f"01-{ONE}.srt"
    changed.write_text("somebody wrote over it")
    make(small, "q02", to=stick)
    left = {path.name for path in (stick / "mine").iterdir()}
    assert {"mine.txt", changed.name, f"01-{TWO}.mp4", "index.html"} <= left
    assert not {f"01-{ONE}.mp4", f"02-{TWO}.mp4"} & left


def test_what_somebody_renames_is_known_again_by_what_it_is(small: Path, ourwords: Command) -> None:
    assert ourwords(small, "clips", "--quote", "q01", "--name", "mine", "--zip") == 0
    clips = small / "build/clips"
    shutil.copy(clips / f"mine/01-{ONE}.mp4", clips / "kettle.avi")
    (clips / "mine").rename(clips / "ward4")
    (clips / "ward4" / "notes.docx").write_bytes(b"ours")
    (clips / "ward4" / ".#notes.docx").symlink_to("sam@desk.4711")  # an editor's lock, which leads nowhere
    look(small)
    assert {path.name for path in clips.rglob("*") if path.is_file()} == {"notes.docx"}


@pytest.mark.parametrize("where", ["build/.store", "build", "build/captions", "build/clips/sub"])
def test_packs_lie_in_no_other_place_of_build(small: Path, where: str) -> None:
    before = sorted((small / "build").rglob("*"))
    with pytest.raises(ConfigError, match="no place for clips"):
        make(small, "q01", name="captions", to=small / where)
    after = sorted(path for path in (small / "build").rglob("*") if ".store" not in path.parts)
    assert after == [path for path in before if ".store" not in path.parts]
    assert (small / "build/cut.mp4").is_file()


def test_nothing_is_exported_among_what_is_kept(small: Path, ourwords: Command) -> None:
    for command in (["export", "markers"], ["captions", "export"]):
        assert ourwords(small, *command, "--to", str(small / "build/.store/x")) == 2
    assert ourwords(small, "export", "markers", "--to", str(small / "build/export/markers")) == 0


def test_a_pack_of_which_a_quote_left_the_list_is_verified_all_the_same(
    small: Path, ourwords: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        ourwords(small, "clips", "--quote", "q01", "--quote", "q02", "--name", "mine", "--title", "Mine") == 0
    )
    text = (small / "quotes.csv").read_text()
    (small / "quotes.csv").write_text(
        "".join(line for line in text.splitlines(keepends=True) if "q02," not in line)
    )
    assert ourwords(small, "--json", "verify", "--clips") == 1
    said = capsys.readouterr()
    assert "is not in the quote list any more" in said.out + said.err


def test_a_day_names_nobody(small: Path) -> None:
    """ "30 June" would be read as June's name."""
    edit(small, "consent.csv", "2025-03-04,,,", "2025-03-04,2027-06-30,,")
    register = "contributor,display_name,scope,anonymise,given_on,expires_on,withdrawn_on,notes"
    edit(small, "consent.csv", register, f"{register},known_as")
    edit(small, "consent.csv", "2027-06-30,,", "2027-06-30,,,\ndev,A man,training,name,2025-03-04,,,,June")
    make(small, "q01", card=True)
    assert there(small) == {f"01-{ONE}"}


@pytest.mark.needs("Linux")
def test_build_may_be_a_link_to_a_larger_disk(small: Path, tmp_path: Path, ourwords: Command) -> None:
    (small / "build").rename(tmp_path / "large")
    (small / "build").symlink_to(tmp_path / "large")
    assert ourwords(small, "clips", "--quote", "q01") == 0
    assert there(small) == {f"01-{ONE}"}


def test_a_search_for_no_word_finds_nothing(small: Path) -> None:
    with pipeline.open(small, today=TODAY, dry=True) as film:
        with pytest.raises(ConfigError, match="no word in it"):
            film.clips_foreseen(search="!!!")
        assert film.clips_foreseen(search="label!")
