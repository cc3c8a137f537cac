"""Work is done once and kept: made again where its result cannot be understood, never for how it is done; and
what goes wrong in several places at once is told as it should be.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.core.codec import codec
from pipeline.engine.cache import NotMade, Shelf
from pipeline.engine.task import Context, Task, call
from pipeline.engine.workspace import VALUE, Workspace, gathered
from pipeline.errors import BrokenIO, InputError
from tests.engine.every_task import EXAMPLES, TASKS, same

GARBAGE = (b"", b"{", b"null", b"7", b"[[[]]]", b'{"hiss": [1e999]}', b"\xff", b"[" * 100_000)


@dataclass
class Done:
    """Which words were asked of the task below, in order."""

    words: list[str]
    how: list[Any]


DONE = Done([], [])


def shout(at: Context, word: str, loud: int, path: Path | None = None) -> str:
    DONE.words.append(word)
    DONE.how.append(path)
    if word == "fail":
        raise InputError("cannot be shouted", where=word)
    if word == "never":
        raise ZeroDivisionError
    at.progress(0.5, 1)
    return word.upper() * loud


def fill(at: Context, word: str) -> None:
    DONE.words.append(word)
    (at.folder / "word.txt").write_text(word)


SHOUT = Task("shout {}", 1, shout, codec(str), stage="shouting")
FILL: Task[Path] = Task("fill {}", 1, fill)
AMARA = ["amara"]


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    made = Shelf(tmp_path / "store")
    made.open()
    DONE.words.clear()
    DONE.how.clear()
    return made


@pytest.fixture
def workspace(shelf: Shelf) -> Iterator[Workspace]:
    with ThreadPoolExecutor(2) as executor:
        yield Workspace(shelf, executor)


@pytest.fixture
def dry(shelf: Shelf) -> Iterator[Workspace]:
    """The same shelf in a dry run."""
    with ThreadPoolExecutor(2) as executor:
        yield Workspace(Shelf(shelf.root, dry=True), executor)


def test_what_is_kept_is_not_done_again(workspace: Workspace, shelf: Shelf) -> None:
    for _ in range(2):
        assert workspace.make(SHOUT, "a word", AMARA, word="no", loud=2) == "NONO"
    assert DONE.words == ["no"]
    assert shelf.made == ["shout a word"]
    [made] = shelf.stock()
    assert made.name == "shout a word"


@pytest.mark.parametrize("other", [{"word": "yes", "loud": 2}, {"word": "no", "loud": 3}])
def test_another_input_is_other_work(other: dict[str, Any], workspace: Workspace) -> None:
    workspace.make(SHOUT, "a word", AMARA, word="no", loud=2)
    workspace.make(SHOUT, "a word", AMARA, **other)
    assert len(DONE.words) == 2


def test_how_it_is_done_is_given_and_is_no_other_work(workspace: Workspace) -> None:
    workspace.make(SHOUT, "a word", AMARA, {"path": Path("here")}, word="no", loud=2)
    workspace.make(SHOUT, "a word", AMARA, {"path": Path("there")}, word="no", loud=2)
    assert DONE.how == [Path("here")]


def test_how_many_will_be_made_is_told_before_the_first(shelf: Shelf) -> None:
    told: list[tuple[str, str, float, float]] = []
    with ThreadPoolExecutor(1) as executor:
        workspace = Workspace(shelf, executor, lambda *what: told.append(what))
        words = [call(word, AMARA, word=word, loud=1) for word in ("a", "b", "c")]
        workspace.made(SHOUT, words[0])
        told.clear()
        workspace.each(SHOUT, words)
        assert told[0] == ("shouting", "", 0, 2), "one is kept"
        told.clear()
        workspace.each(SHOUT, words)
        assert told == []


def test_without_a_codec_the_folder_is_the_result(workspace: Workspace) -> None:
    folder = workspace.make(FILL, "a word", AMARA, word="no")
    assert (folder / "word.txt").read_text() == "no"
    assert workspace.make(FILL, "a word", AMARA, word="no") == folder
    assert DONE.words == ["no"]


def test_whose_words_it_holds_is_written_down_and_nobody_is_nobody(workspace: Workspace) -> None:
    folder = workspace.make(FILL, "a word", ["ben", "", "amara", "ben"], word="no")
    assert '"people": [\n  "amara",\n  "ben"\n ]' in (folder / "made.json").read_text()


def test_what_is_there_is_known_before_it_is_asked_for(workspace: Workspace) -> None:
    wanted = call("a word", AMARA, word="no", loud=1)
    assert not workspace.keeps(SHOUT, wanted)
    workspace.made(SHOUT, wanted)
    assert workspace.keeps(SHOUT, wanted)


def test_who_waits_is_told_by_stage_and_item(shelf: Shelf) -> None:
    told: list[tuple[str, str, float, float]] = []
    with ThreadPoolExecutor(1) as executor:
        workspace = Workspace(shelf, executor, lambda *said: told.append(said))
        workspace.make(SHOUT, "a word", AMARA, word="no", loud=1)
        workspace.make(SHOUT, "a word", AMARA, word="no", loud=1)
        workspace.make(FILL, "a word", AMARA, word="no")
    assert told == [("shouting", "a word", done, 1) for done in (0, 0.5, 1)], "once, and only with a stage"


# What cannot be understood ------------------------------------------------------------------------


def keep(shelf: Shelf, workspace: Workspace, task: Task[Any], inputs: dict[str, Any], value: bytes) -> None:
    """An object whose hashes are right, and whose value is this."""
    components = task.components(workspace.tools, inputs)
    shelf.make(task.label("a word"), components, lambda at: (at / VALUE).write_bytes(value) and None, AMARA)


@pytest.mark.parametrize("value", GARBAGE, ids=lambda value: ascii(value[:10]))
def test_a_kept_value_that_cannot_be_read_is_dropped_and_made_again(
    value: bytes, workspace: Workspace, shelf: Shelf
) -> None:
    inputs = {"word": "no", "loud": 1}
    keep(shelf, workspace, SHOUT, inputs, value)
    assert workspace.make(SHOUT, "a word", AMARA, **inputs) == "NO"
    assert list(shelf.mended.values()) == ["shout a word"]
    assert DONE.words == ["no"]
    with ThreadPoolExecutor(1) as executor:
        later = Workspace(Shelf(shelf.root), executor)
        assert later.make(SHOUT, "a word", AMARA, **inputs) == "NO"
    assert DONE.words == ["no"], "what was mended stays"


def test_a_kept_value_that_is_not_there_is_made_again(workspace: Workspace, shelf: Shelf) -> None:
    components = SHOUT.components(workspace.tools, {"word": "no", "loud": 1})
    shelf.make("shout a word", components, lambda at: (at / "other.json").touch())
    assert workspace.make(SHOUT, "a word", AMARA, word="no", loud=1) == "NO"


@pytest.mark.parametrize("name", sorted(name for name, task in TASKS.items() if task.codec))
@pytest.mark.parametrize("value", [b"{", b'{"x": null}', b"[" * 100_000], ids=["cut off", "other", "deep"])
def test_so_is_any_tasks_of_the_code(name: str, value: bytes, workspace: Workspace, shelf: Shelf) -> None:
    asked = []
    task = replace(TASKS[name], run=lambda at, **_: asked.append(1) or EXAMPLES[name], tools=())
    keep(shelf, workspace, task, {"frames": 3}, value)
    for _ in range(2):
        assert same(workspace.make(task, "a word", AMARA, frames=3), EXAMPLES[name])
    assert asked == [1]
    assert list(shelf.mended.values()) == [task.label("a word")]


def test_a_task_that_never_writes_what_it_can_read_ends_in_74(workspace: Workspace) -> None:
    """And neither in a loop nor in 70."""
    task = replace(SHOUT, codec=codec(int))
    with pytest.raises(BrokenIO, match="cannot be read as it is kept") as told:
        workspace.make(task, "a word", AMARA, word="no", loud=1)
    assert told.value.exit_code == 74
    assert DONE.words == ["no", "no"]
    assert told.value.next_step


@pytest.mark.parametrize("turn", range(5))
def test_who_finds_it_unreadable_second_drops_nothing_that_was_made_since(
    turn: int, workspace: Workspace, shelf: Shelf
) -> None:
    both = threading.Barrier(2)
    keep(shelf, workspace, SHOUT, {"word": "no", "loud": 1}, b"{")

    def ask(_: int) -> str:
        both.wait(10)
        return workspace.make(SHOUT, "a word", AMARA, word="no", loud=1)

    assert workspace.side_by_side(ask, range(2)) == ["NO", "NO"]
    [folder] = shelf.mended
    shelf.drop_unreadable("shout a word", folder)
    assert workspace.make(SHOUT, "a word", AMARA, word="no", loud=1) == "NO"
    assert 1 <= len(DONE.words) <= 2, "both may have begun before either was done"


# Several at once ----------------------------------------------------------------------------------


def test_results_come_in_the_order_that_was_asked(workspace: Workspace) -> None:
    wanted = [call(word, AMARA, word=word, loud=1) for word in ("one", "two", "three", "one")]
    assert workspace.each(SHOUT, wanted) == ["ONE", "TWO", "THREE", "ONE"]


def test_an_error_is_raised_when_the_others_are_done(workspace: Workspace, shelf: Shelf) -> None:
    wanted = [call(word, AMARA, word=word, loud=1) for word in ("fail", "one", "fail", "two")]
    with pytest.raises(InputError, match="cannot be shouted"):
        workspace.each(SHOUT, wanted)
    assert sorted(shelf.made) == ["shout one", "shout two"]


def test_of_several_errors_the_first_in_order_is_told(workspace: Workspace) -> None:
    wanted = [call(word, AMARA, word=word, loud=1) for word in ("one", "never", "fail")]
    with pytest.raises(ZeroDivisionError):
        workspace.each(SHOUT, wanted)


def test_a_real_error_is_told_before_what_a_dry_run_merely_lacks(dry: Workspace) -> None:
    def work(word: str) -> str:
        if word == "fail":
            raise InputError("cannot be found")
        raise NotMade(word)

    with pytest.raises(InputError):
        dry.side_by_side(work, ["one", "fail", "two"])
    with pytest.raises(NotMade):
        dry.side_by_side(work, ["one", "two"])
    assert gathered([]) == []


# Dry runs -----------------------------------------------------------------------------------------


def test_a_dry_run_does_nothing_and_says_all_that_would_be_done(dry: Workspace, shelf: Shelf) -> None:
    with pytest.raises(NotMade):
        dry.each(SHOUT, [call(word, AMARA, word=word, loud=1) for word in ("one", "two")])
    assert sorted(dry.cache.wanted) == [("shout one", "new"), ("shout two", "new")]
    assert DONE.words == []
    assert shelf.stock() == []


def test_it_reads_what_is_kept_and_says_what_changed(dry: Workspace, workspace: Workspace) -> None:
    workspace.make(SHOUT, "a word", AMARA, word="no", loud=1)
    assert dry.make(SHOUT, "a word", AMARA, word="no", loud=1) == "NO"
    with pytest.raises(NotMade):
        dry.make(SHOUT, "a word", AMARA, word="no", loud=2)
    assert dry.cache.wanted == [("shout a word", "changed: loud")]
    assert DONE.words == ["no"]


def test_what_is_quickly_done_it_does_and_keeps_nothing(dry: Workspace, shelf: Shelf) -> None:
    quick = replace(SHOUT, quick=True)
    for _ in range(2):
        assert dry.make(quick, "a word", AMARA, {"path": Path("a")}, word="no", loud=1) == "NO"
    assert DONE.words == ["no", "no"]
    assert shelf.stock() == []
    assert dry.cache.wanted == []


def test_what_is_quickly_done_and_kept_it_reads(dry: Workspace, workspace: Workspace) -> None:
    quick = replace(SHOUT, quick=True)
    workspace.make(quick, "a word", AMARA, word="no", loud=1)
    assert dry.make(quick, "a word", AMARA, word="no", loud=1) == "NO"
    assert DONE.words == ["no"]


def test_a_dry_run_says_that_a_kept_value_cannot_be_read(
    dry: Workspace, workspace: Workspace, shelf: Shelf
) -> None:
    keep(shelf, workspace, SHOUT, {"word": "no", "loud": 1}, b"{")
    with pytest.raises(NotMade):
        dry.make(SHOUT, "a word", AMARA, word="no", loud=1)
    assert dry.cache.wanted == [("shout a word", "cannot be read as it is kept")]
    assert DONE.words == []
    assert len(shelf.stock()) == 1, "a dry run takes nothing away"


# A disk that forgets ------------------------------------------------------------------------------

FILES = {
    "render.parts.PART": ("clean.mp4", "captioned.mp4", "sound.npy", "level.json"),
    "render.parts.SOUND": ("sound.m4a", "level.json"),
    "render.parts.JOIN": ("cut.mp4", "cut.clean.mp4", "heard.json"),
    "render.parts.STILL": ("still.jpg",),
    "render.smaller.SMALLER": ("film.mp4", "smaller.json"),
    "footage.copies.SMALL": ("squares.npy",),
    "footage.multicam.OUTLINE": ("outline.npy",),
    "footage.recordings.STREAM": ("00000.MTS + 00001.MTS",),
    "delivery.alternatives.WHOLE": ("described.m4a",),
    "delivery.clips.pack.GUIDE": ("guide.pdf",),
    "delivery.clips.pack.ZIPPED": ("pack.zip",),
    "delivery.training.kinds.PACKED": ("files.json",),
}
"""What tasks without a codec leave in their folder."""


def flip(file: Path, at: float) -> None:
    """One bit, as a bad disk does it: size and time stay."""
    before, data = file.stat(), bytearray(file.read_bytes())
    place = int(at * (len(data) - 1))
    data[place] ^= 1 << place % 7
    file.chmod(0o600)
    file.write_bytes(data)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


def test_every_task_without_a_codec_is_known_by_its_files() -> None:
    assert {name for name, task in TASKS.items() if task.codec is None} == set(FILES)


@pytest.mark.parametrize("name", sorted(TASKS))
def test_a_bit_flipped_in_any_file_of_any_tasks_object_is_never_served(name: str, shelf: Shelf) -> None:
    names = FILES.get(name, (VALUE,))

    def work(at: Context, **_: Any) -> Any:
        for number, file in enumerate(FILES.get(name, ())):
            (at.folder / file).write_bytes(bytes(range(256)) * (number + 1))
        return EXAMPLES.get(name)

    task = replace(TASKS[name], run=work, tools=())
    with ThreadPoolExecutor(1) as executor:
        first = Workspace(shelf, executor)
        first.make(task, "amara", AMARA, a=1)
        folder = shelf.find(task.components(first.tools, {"a": 1}))
        assert folder
        right = {file: (folder / file).read_bytes() for file in names}
        for file in (*names, "made.json"):
            for at in (0.0, 0.37, 0.72, 1.0):
                flip(folder / file, at)
                later = Shelf(shelf.root)
                found = Workspace(later, executor).make(task, "amara", AMARA, a=1)
                assert found == folder if task.codec is None else same(found, EXAMPLES[name])
                assert {one: (folder / one).read_bytes() for one in names} == right, (file, at)
                assert later.made == [task.label("amara")], (file, at)
