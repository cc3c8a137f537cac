"""A file is what it was hashed as, or it is told: overwritten, replaced, swapped and put back, or touched."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from pipeline.core.codec import codec
from pipeline.core.digest import canonical, digest, file_digest
from pipeline.core.footage import File, Fonts, Material
from pipeline.engine import executors
from pipeline.engine.cache import Shelf
from pipeline.engine.fingerprints import Fingerprints
from pipeline.engine.task import Call, Context, Task, call
from pipeline.engine.up_to_date import Settled, Stamp
from pipeline.engine.workspace import Workspace
from pipeline.errors import InputError

RIGHT, WRONG = b"nobody is here", b"somebody else!"
assert len(RIGHT) == len(WRONG)
TODAY = date(2026, 11, 25)
Change = Callable[[Path], object]


def in_place(file: Path) -> None:
    """As `touch -r` leaves it: the same size and time, the same inode."""
    before = file.stat()
    with file.open("r+b") as there:
        there.write(WRONG)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    after = file.stat()
    assert (after.st_size, after.st_mtime_ns, after.st_ino) == (
        before.st_size, before.st_mtime_ns, before.st_ino
    )  # fmt: skip


def replaced(file: Path) -> None:
    """As editors save: another file takes the name, with the time of the first."""
    before, other = file.stat(), file.with_suffix(".other")
    other.write_bytes(WRONG)
    os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
    other.replace(file)


def swapped_and_back(file: Path) -> None:
    """The first file stands there again, with its inode, its time and its content."""
    file.rename(file.with_suffix(".aside"))
    file.write_bytes(WRONG)
    assert READ.append(file.read_bytes()) is None
    file.with_suffix(".aside").replace(file)


def copied_over_and_back(file: Path) -> None:
    in_place(file)
    before = file.stat()
    file.write_bytes(RIGHT)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


def linked(file: Path) -> None:
    file.with_suffix(".link").hardlink_to(file)


def untouched(file: Path) -> None:
    """Read by somebody else, which is nobody's business."""
    file.read_bytes()
    shutil.copy2(file, file.with_suffix(".copy"))


READ: list[bytes] = []
MEANWHILE: list[Change] = []


def _read(at: Context, file: File, label: str = "") -> str:
    for change in MEANWHILE:
        change(file.path)
    READ.append(file.path.read_bytes())
    return READ[-1].decode()


def _breaks(at: Context, file: File) -> str:
    for change in MEANWHILE:
        change(file.path)
    raise InputError("is no picture", where=file.path.name)


LOOK = Task("look at {}", 1, _read, codec(str))
BREAKS = Task("break on {}", 1, _breaks, codec(str))


@pytest.fixture
def film(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("pipeline.engine.fingerprints.FRESH", 0.0)  # as if it lay there for long
    READ.clear()
    MEANWHILE.clear()
    file = tmp_path / "b-roll" / "w.mp4"
    file.parent.mkdir()
    file.write_bytes(RIGHT)
    return file


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Every file that is read through, in order."""
    found: list[Path] = []
    whole = file_digest
    monkeypatch.setattr(
        "pipeline.engine.fingerprints.file_digest", lambda file: found.append(file) or whole(file)
    )
    return found


def workspace(root: Path) -> Workspace:
    shelf = Shelf(root / "store")
    shelf.open()
    return Workspace(shelf)


def asked(work: Workspace, file: Path) -> Call:
    return call("w", ["amara"], file=File(file, work.fingerprints.of(file)))


# What a file is ---------------------------------------------------------------------------------


@pytest.mark.parametrize("change", [in_place, replaced])
def test_a_file_that_is_another_is_read_again_whatever_its_size_and_time(change: Change, film: Path) -> None:
    book = film.parent / "prints.json"
    prints = Fingerprints(book)
    assert prints.of(film) == file_digest(film)
    prints.save()
    change(film)
    assert Fingerprints(book).of(film) == file_digest(film)
    with pytest.raises(InputError, match="changed while it was read") as told:
        prints.of(film)
    assert told.value.where == "b-roll/w.mp4"


@pytest.mark.parametrize("change", [linked, lambda file: file.chmod(0o640), copied_over_and_back])
def test_one_that_is_only_touched_is_read_again_once_and_goes_on(
    change: Change, film: Path, reads: list[Path]
) -> None:
    book = film.parent / "prints.json"
    prints = Fingerprints(book)
    right = prints.of(film)
    change(film)
    assert [prints.of(film) for _ in range(3)] == [right] * 3
    assert reads == [film, film], "not at each look"
    prints.save()
    assert Fingerprints(book).of(film) == right
    assert reads == [film, film], "nor in the next run"


def test_what_an_older_ourwords_remembers_is_read_again(film: Path, reads: list[Path]) -> None:
    book, stat = film.parent / "prints.json", film.stat()
    old = {str(film): [stat.st_size, stat.st_mtime_ns, stat.st_ino, "0" * 64]}
    book.write_text(canonical({"files": old, "seal": digest(old)}))
    prints = Fingerprints(book)
    assert prints.of(film) == file_digest(film)
    prints.save()
    assert len(json.loads(book.read_bytes())["files"][str(film)]) == 6


def test_one_that_was_written_just_now_is_not_trusted_yet(
    film: Path, reads: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two writes may bear one time: the clock of a disk is coarse."""
    monkeypatch.setattr("pipeline.engine.fingerprints.FRESH", 1000.0)
    prints = Fingerprints(film.parent / "prints.json")
    assert prints.of(film) == prints.of(film)
    assert reads == [film, film]


@pytest.mark.parametrize(("change", "same"), [(Path.read_bytes, True), (in_place, False), (replaced, False)])
def test_a_build_is_up_to_date_only_with_the_same_footage(
    change: Change, same: bool, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.engine.up_to_date.READ", 1)  # as large as footage is
    (film.parent / "build").mkdir()
    stamp, said = Stamp(film.parent, "film", TODAY), Settled(0, 0, ())
    stamp.remember(said)
    change(film)
    found = Stamp(film.parent, "film", TODAY).settled()
    assert found == (said if same else None)


# While work is done -----------------------------------------------------------------------------


def test_what_nobody_touches_is_kept(film: Path) -> None:
    MEANWHILE.append(untouched)
    work = workspace(film.parent.parent)
    assert work.made(LOOK, asked(work, film)) == RIGHT.decode()
    assert work.cache.made == ["look at w"]


CHANGES = [in_place, replaced, swapped_and_back, copied_over_and_back, Path.unlink]


@pytest.mark.parametrize("task", [LOOK, BREAKS], ids=["done", "failed"])
@pytest.mark.parametrize("change", CHANGES, ids=lambda one: one.__name__)
def test_what_changes_meanwhile_is_thrown_away_and_named(change: Change, task: Task[str], film: Path) -> None:
    work = workspace(film.parent.parent)
    wanted = asked(work, film)
    MEANWHILE.append(change)
    with pytest.raises((InputError, FileNotFoundError)) as told:
        work.made(task, wanted)
    assert isinstance(told.value, InputError) and told.value.exit_code == 65
    assert str(told.value).startswith("b-roll/w.mp4: changed while it was read\n  → leave it alone and build")
    assert work.cache.stock() == []
    MEANWHILE.clear()
    film.write_bytes(RIGHT)
    later = workspace(film.parent.parent)
    assert later.made(LOOK, asked(later, film)) == RIGHT.decode(), "nothing wrong stands under its key"


@pytest.mark.parametrize("change", [in_place, replaced, Path.unlink])
def test_what_changed_before_the_work_began_is_not_worked_from(change: Change, film: Path) -> None:
    work = workspace(film.parent.parent)
    wanted = asked(work, film)
    change(film)
    with pytest.raises(InputError, match="changed while it was read"):
        work.made(LOOK, wanted)
    assert READ == []


def test_one_that_is_only_touched_before_is_worked_from(film: Path) -> None:
    work = workspace(film.parent.parent)
    wanted = asked(work, film)
    linked(film)
    assert work.made(LOOK, wanted) == RIGHT.decode()


def test_who_stops_a_command_is_not_told_of_files(film: Path) -> None:
    def stop(file: Path) -> None:
        in_place(file)
        raise KeyboardInterrupt

    work = workspace(film.parent.parent)
    wanted = asked(work, film)
    MEANWHILE.append(stop)
    with pytest.raises(KeyboardInterrupt):
        work.made(LOOK, wanted)
    assert work.cache.stock() == []


def test_a_files_place_in_what_a_task_is_given_does_not_matter(tmp_path: Path) -> None:
    files = [File(tmp_path / str(number), str(number)) for number in range(4)]
    how = {"material": Material({}, fonts=Fonts((files[2],))), "more": {"a": [(files[3],)]}}
    wanted = Call("w", frozenset(), {"file": files[0], "pieces": (files[0], files[1])}, how)
    assert set(wanted.files) == set(files)
    assert len(wanted.files) == 4


# On a worker ------------------------------------------------------------------------------------


def ordered(work: Workspace, wanted: Call) -> executors.Order:
    (work.cache.root / "tmp" / "token").touch()
    known = work.fingerprints.lend(wanted.files)
    return executors.Order(LOOK, wanted, work.cache.root, "token", {}, known)


def test_a_worker_believes_what_it_was_told_of_a_file(film: Path, reads: list[Path]) -> None:
    work = workspace(film.parent.parent)
    order = ordered(work, asked(work, film))
    assert executors.fulfil(order).made == ("look at w",)
    assert reads == [film], "and does not read it through"


def test_where_a_file_looks_other_a_worker_reads_it_through_once(film: Path, reads: list[Path]) -> None:
    work = workspace(film.parent.parent)
    order = ordered(work, asked(work, film))
    linked(film)
    for label in "ab":
        wanted = Call("w", frozenset(), {**order.wanted.inputs, "label": label})
        executors.fulfil(executors.Order(LOOK, wanted, order.store, "token", {}, order.known))
    assert reads == [film, film]


@pytest.mark.parametrize("change", CHANGES, ids=lambda one: one.__name__)
def test_a_worker_keeps_nothing_of_a_file_that_changes(change: Change, film: Path) -> None:
    work = workspace(film.parent.parent)
    order = ordered(work, asked(work, film))
    MEANWHILE.append(change)
    with pytest.raises(InputError, match="changed while it was read"):
        executors.fulfil(order)
    assert work.cache.stock() == []


@pytest.mark.parametrize("times", [1, 9])
def test_one_that_changes_while_it_is_hashed_is_hashed_again_or_has_no_hash(
    times: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two halves of two files are no file; a link that is made to it meanwhile is no other file."""
    file = tmp_path / "a.mov"
    file.write_bytes(RIGHT)
    known, left = Fingerprints(tmp_path / "known.json"), iter(range(times))
    assert known.now(file) == file_digest(file)

    def late(path: Path) -> str:
        found = file_digest(path)
        if (number := next(left, None)) is not None:
            replaced(path)
            (path.with_name(f"link {number}")).hardlink_to(path)
        return found

    monkeypatch.setattr("pipeline.engine.fingerprints.file_digest", late)
    if times == 1:
        assert known.now(file) == file_digest(file)
        assert file.read_bytes() == WRONG
    else:
        with pytest.raises(InputError, match="changed while it was read"):
            known.now(file)
