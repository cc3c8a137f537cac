"""The shelf: whole or not at all, nothing made twice, and a reason for everything that is."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from pipeline.core.digest import canonical, digest, file_digest
from pipeline.engine.cache import NotMade, Shelf, link_whole, write_whole
from pipeline.engine.fingerprints import Fingerprints
from pipeline.errors import BrokenIO, CannotWrite, OurwordsError

PARTS = {"footage": "abc", "rate": "25", "captions": ["a", "b"]}


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    found = Shelf(tmp_path / "shelf")
    found.open()
    return found


def writes(text: str = "hello", name: str = "file.txt") -> Callable[[Path], None]:
    return lambda room: (room / name).write_text(text) and None


def never(_: Path) -> None:
    raise AssertionError("made again")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def left(shelf: Shelf) -> list[str]:
    return names(shelf.root / "tmp")


# Making ---------------------------------------------------------------------------------------


def test_an_object_is_a_folder_of_files_with_their_hashes(shelf: Shelf) -> None:
    made = shelf.make("shot 1", PARTS, writes(), ["ben", "amara", "ben"])
    record = json.loads((made / "made.json").read_bytes())
    assert (made / "file.txt").read_text() == "hello"
    assert record["files"]["file.txt"] == {"size": 5, "sha256": file_digest(made / "file.txt")}
    assert (record["name"], record["components"], record["people"]) == ("shot 1", PARTS, ["amara", "ben"])
    assert shelf.sha256(made / "file.txt") == file_digest(made / "file.txt")
    assert stat.S_IMODE((made / "file.txt").stat().st_mode) == 0o444
    assert left(shelf) == []


def test_the_same_components_make_nothing_whatever_the_name_and_order(shelf: Shelf) -> None:
    made = shelf.make("shot 1", PARTS, writes())
    assert shelf.make("shot 1", PARTS, never) == made
    assert shelf.make("shot 7", dict(reversed(PARTS.items())), never) == made
    assert shelf.made == ["shot 1"]
    assert Shelf(shelf.root).make("shot 1", PARTS, never) == made


@pytest.mark.parametrize(
    "problem", [ValueError("no"), KeyboardInterrupt(), OurwordsError("no"), NotMade("x")]
)
def test_an_error_in_the_work_leaves_nothing(shelf: Shelf, problem: BaseException) -> None:
    def work(room: Path) -> None:
        (room / "half.txt").write_text("half")
        raise problem

    with pytest.raises(type(problem)):
        shelf.make("shot 1", PARTS, work)
    assert left(shelf) == []
    assert shelf.find(PARTS) is None
    assert shelf.why("shot 1", PARTS) == "new"
    assert shelf.made == []


def test_a_full_disk_is_told_as_one(shelf: Shelf) -> None:
    def work(_: Path) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(BrokenIO, match="could not keep shot 1: No space left"):
        shelf.make("shot 1", PARTS, work)
    assert left(shelf) == []


def test_what_another_thread_published_first_stays(shelf: Shelf) -> None:
    """Two equal cards are made at once: whoever is first has its files in use already."""
    first: list[int] = []

    def work(room: Path) -> None:
        writes()(room)
        first.append((Shelf(shelf.root).make("card 2", PARTS, writes()) / "file.txt").stat().st_ino)

    made = shelf.make("card 1", PARTS, work)
    assert (made / "file.txt").stat().st_ino == first[0]


# Finding --------------------------------------------------------------------------------------


def spoil(made: Path, how: str) -> None:
    made.chmod(0o700)
    for file in made.iterdir():
        file.chmod(0o600)
    match how:
        case "lost file":
            (made / "file.txt").unlink()
        case "short file":
            (made / "file.txt").write_text("he")
        case "lost record":
            (made / "made.json").unlink()
        case "broken record":
            (made / "made.json").write_text("{")
        case "other record":
            (made / "made.json").write_text("[]")
        case "empty record":
            (made / "made.json").write_text("{}")


@pytest.mark.parametrize(
    "how", ["lost file", "short file", "lost record", "broken record", "other record", "empty record"]
)
def test_a_broken_object_is_made_again(shelf: Shelf, how: str) -> None:
    spoil(shelf.make("shot 1", PARTS, writes()), how)
    assert shelf.find(PARTS) is None
    assert shelf.why("shot 1", PARTS) == "not kept any more"
    assert (shelf.make("shot 1", PARTS, writes()) / "file.txt").read_text() == "hello"
    assert shelf.find(PARTS)


@pytest.mark.parametrize(
    ("now", "why"),
    [
        (PARTS, ""),
        (PARTS | {"rate": "50"}, "changed: rate"),
        (PARTS | {"rate": "50", "captions": []}, "changed: rate, captions"),
        (PARTS | {"watermark": "x"}, "changed: watermark"),
        ({"footage": "abc", "rate": "25"}, "changed: captions"),
    ],
)
def test_why_names_what_changed(shelf: Shelf, now: dict[str, object], why: str) -> None:
    shelf.make("shot 1", PARTS, writes())
    assert shelf.why("shot 1", now) == why
    assert shelf.why("shot 2", {"new": 1}) == "new"


def test_why_is_asked_against_the_last_time_and_not_the_first(shelf: Shelf) -> None:
    for rate in ("25", "50", "25"):
        shelf.make("shot 1", PARTS | {"rate": rate}, writes())
    assert shelf.why("shot 1", PARTS | {"rate": "50", "footage": "xyz"}) == "changed: footage, rate"


def test_a_dry_run_makes_nothing_and_says_why(shelf: Shelf) -> None:
    made, dry = shelf.make("shot 1", PARTS, writes()), Shelf(shelf.root, dry=True)
    before = sorted(path for path in shelf.root.rglob("*"))
    assert dry.make("shot 1", PARTS, never) == made
    with pytest.raises(NotMade):
        dry.make("shot 1", PARTS | {"rate": "50"}, never)
    for _ in range(2):  # two that need it; it would be made once
        with pytest.raises(NotMade):
            dry.make("shot 2", {"a": 1}, never)
    assert dry.wanted == [("shot 1", "changed: rate"), ("shot 2", "new")]
    assert sorted(path for path in shelf.root.rglob("*")) == before


def test_a_dry_run_where_nothing_is_yet(tmp_path: Path) -> None:
    dry = Shelf(tmp_path / "none", dry=True)
    with pytest.raises(NotMade):
        dry.make("shot 1", PARTS, never)
    assert not (tmp_path / "none").exists()


def test_opening_sweeps_what_a_killed_run_left_and_keeps_the_rest(shelf: Shelf) -> None:
    made = shelf.make("shot 1", PARTS, writes())
    (shelf.room() / "half.mp4").write_text("half")
    assert left(shelf)
    shelf.open()
    assert left(shelf) == []
    assert shelf.find(PARTS) == made
    assert stat.S_IMODE(shelf.root.stat().st_mode) == 0o700


def test_a_place_that_cannot_be_written_is_told_as_one(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotWrite):
        Shelf(tmp_path / "file" / "shelf").open()


# Keys and files -------------------------------------------------------------------------------


def test_keys_are_canonical() -> None:
    assert canonical({"b": 1, "a": ["é", None]}) == '{"a":["é",null],"b":1}'
    assert digest({"b": 1, "a": 2}) == digest({"a": 2, "b": 1}) != digest({"a": 1, "b": 2})
    with pytest.raises(TypeError):
        canonical({"a": {1, 2}})


def test_a_file_is_written_whole_and_only_when_it_changed(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "file.json"
    assert write_whole(file, b"one")
    stamp = file.stat().st_mtime_ns
    assert not write_whole(file, b"one")
    assert file.stat().st_mtime_ns == stamp
    assert write_whole(file, b"two", 0o644)
    assert (file.read_bytes(), stat.S_IMODE(file.stat().st_mode)) == (b"two", 0o644)
    assert names(file.parent) == ["file.json"]


def test_a_file_that_could_not_be_written_leaves_the_old_one_and_no_litter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "quotes.lock.json"
    write_whole(file, b"old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(BrokenIO, match="No space left"):
        write_whole(file, b"new")
    assert file.read_bytes() == b"old"
    assert names(tmp_path) == ["quotes.lock.json"]


def test_a_kept_file_appears_under_its_name_without_a_copy(tmp_path: Path) -> None:
    kept, target = tmp_path / "kept.mp4", tmp_path / "out" / "cut.mp4"
    kept.write_bytes(b"film")
    assert link_whole(kept, target)
    assert not link_whole(kept, target)
    assert os.path.samestat(kept.stat(), target.stat())
    other = tmp_path / "other.mp4"
    other.write_bytes(b"other")
    assert link_whole(other, target)
    assert (target.read_bytes(), kept.read_bytes()) == (b"other", b"film")
    assert names(target.parent) == ["cut.mp4"]


def test_a_kept_file_that_cannot_appear_leaves_no_litter(tmp_path: Path) -> None:
    kept, target = tmp_path / "kept.mp4", tmp_path / "out" / "cut.mp4"
    kept.write_bytes(b"film")
    (target / "in the way").mkdir(parents=True)
    with pytest.raises(OurwordsError):
        link_whole(kept, target)
    assert names(target.parent) == ["cut.mp4"]


def test_footage_is_read_once_and_again_when_it_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    film, book = tmp_path / "film.mp4", tmp_path / "prints.json"
    monkeypatch.setattr("pipeline.engine.fingerprints.FRESH", 0.0)
    film.write_bytes(b"one")
    prints = Fingerprints(book)
    one = prints.of(film)
    assert one == file_digest(film)
    prints.save()
    monkeypatch.setattr("pipeline.engine.fingerprints.file_digest", lambda _: "read again")
    assert Fingerprints(book).of(film) == one
    film.write_bytes(b"other")
    assert Fingerprints(book).of(film) == "read again"
    book.write_text("{")
    assert Fingerprints(book).of(film) == "read again"


def test_what_a_build_needs_is_known_and_the_rest_can_be_taken_off(tmp_path: Path) -> None:
    for label, names in (("film", "ab"), ("draft", "bc")):
        shelf = Shelf(tmp_path)
        shelf.open()
        for name in names:
            shelf.make(name, {"x": name}, writes("1234"))
        shelf.keep(label)
    shelf = Shelf(tmp_path)
    shelf.make("d", {"x": "d"}, writes("12345"))
    stock = {kept.name: kept for kept in shelf.stock()}
    assert {name: kept.needed for name, kept in stock.items()} == {
        "a": ("film",),
        "b": ("draft", "film"),
        "c": ("draft",),
        "d": (),
    }
    assert stock["d"].size == 5
    shelf.drop(kept for kept in stock.values() if not kept.needed)
    assert sorted(kept.name for kept in shelf.stock()) == ["a", "b", "c"]
    assert shelf.find({"x": "a"})
    assert not shelf.find({"x": "d"})


def test_the_object_that_had_a_name_before_is_found_again(shelf: Shelf) -> None:
    assert shelf.last("a") is None
    made = shelf.make("a", {"x": 1}, writes())
    assert shelf.last("a") == (made, {"x": 1})
    (made / "file.txt").unlink()
    assert shelf.last("a") is None


def test_what_will_not_fit_on_the_disk_is_not_begun(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf.need(1000)
    monkeypatch.setattr("pipeline.engine.cache.shutil.disk_usage", lambda _: SimpleNamespace(free=5_000_000))
    shelf.need(5_000_000)
    with pytest.raises(BrokenIO, match=r"5\.1 MB will be needed and 5\.0 MB are free"):
        shelf.need(5_100_000)


# Disks that forget -----------------------------------------------------------------------------


def flip(file: Path, at: int) -> None:
    """One bit, as a bad disk does it: size and time stay."""
    before, data = file.stat(), bytearray(file.read_bytes())
    data[at % len(data)] ^= 1 << at % 7
    file.chmod(0o600)
    file.write_bytes(data)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


@pytest.mark.parametrize("at", range(0, 90, 9))
@pytest.mark.parametrize("file", ["file.txt", "made.json"])
def test_a_bit_that_flipped_is_never_served(shelf: Shelf, file: str, at: int) -> None:
    made = shelf.make("shot 1", PARTS, writes(), ["amara"])
    flip(made / file, at)
    told: list[str] = []
    later = Shelf(shelf.root, told=told.append)
    assert later.last("shot 1") is None
    made = later.make("shot 1", PARTS, writes(), ["amara"])
    assert (made / "file.txt").read_text() == "hello"
    assert later.made == ["shot 1"]
    assert (later.mended, told) == ({made: "shot 1"}, ["shot 1"])
    assert Shelf(shelf.root).make("shot 1", PARTS, never) == made
    assert left(later) == []


def test_what_did_not_change_is_hashed_once_a_run_and_what_was_just_made_not_at_all(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, hashed, later = shelf.make("shot 1", PARTS, writes()), [], Shelf(shelf.root)
    monkeypatch.setattr(
        "pipeline.engine.cache.file_digest", lambda file: hashed.append(file) or file_digest(file)
    )
    shelf.make("shot 1", PARTS, never)
    assert later.find(PARTS)
    assert hashed == []
    later.make("shot 1", PARTS, never)
    later.make("shot 1", PARTS, never)
    assert hashed == [made / "file.txt"]


def test_a_dry_run_says_that_what_is_kept_is_not_what_was_made_and_leaves_it(shelf: Shelf) -> None:
    made, dry = shelf.make("shot 1", PARTS, writes()), Shelf(shelf.root, dry=True)
    flip(made / "file.txt", 1)
    with pytest.raises(NotMade):
        dry.make("shot 1", PARTS, never)
    assert dry.wanted == [("shot 1", "not what was kept")]
    assert made.exists()


@pytest.mark.parametrize("record", ["{", "[]", "[[]]", "1", "\xff", "[" * 100_000])
@pytest.mark.parametrize("folder", ["names", "needed"])
def test_a_broken_record_stops_nothing(shelf: Shelf, folder: str, record: str) -> None:
    shelf.make("shot 1", PARTS, writes())
    shelf.keep("film")
    for file in (shelf.root / folder).iterdir():
        file.write_bytes(record.encode("latin-1"))
    later = Shelf(shelf.root)
    assert later.why("shot 1", PARTS | {"rate": "50"}) in ("new", "changed: rate")
    assert [kept.needed for kept in later.stock()] in ([("film",)], [()])
    assert later.make("shot 1", PARTS, never)


@pytest.mark.parametrize("at", range(0, 200, 3))
def test_a_flipped_fingerprint_is_read_again(tmp_path: Path, at: int) -> None:
    film, book = tmp_path / "film.mp4", tmp_path / "prints.json"
    film.write_bytes(b"one")
    prints = Fingerprints(book)
    right = prints.of(film)
    prints.save()
    flip(book, at)
    assert Fingerprints(book).of(film) == right
