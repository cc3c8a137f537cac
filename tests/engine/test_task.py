"""What a task's result depends on is in its key, and nothing else; and each task of the code can be sent to
another process, kept and read.
"""

from __future__ import annotations

import inspect
import pickle
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from fractions import Fraction
from importlib import import_module
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pipeline.core.codec import Broken
from pipeline.core.digest import digest
from pipeline.core.footage import File
from pipeline.core.time import Time
from pipeline.engine.cache import Shelf
from pipeline.engine.task import Call, Task, call, keyed
from pipeline.engine.tools import Tools
from pipeline.engine.workspace import Workspace
from tests.engine.every_task import EXAMPLES, TASKS, same


class Kind(Enum):
    ONE = "one"


@dataclass(frozen=True)
class Held:
    """A value that a key has to look into."""

    name: str
    inside: Any


class Known(Tools):
    """Tools whose identities can be changed."""

    def __init__(self, **other: str) -> None:
        super().__init__()
        self.other = other

    def identity(self, name: str) -> str:  # type: ignore[override]
        return self.other.get(name, f"{name} 1.0")


def done(*_: Any, **__: Any) -> int:
    return 1


DO = Task("do {}", 1, done)

# Keys -----------------------------------------------------------------------------------------

numbers = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
plain = st.none() | st.booleans() | numbers | st.text(max_size=5)
exact = st.fractions() | st.dates() | st.sampled_from(Kind)
values = st.recursive(
    plain | exact | st.fractions().map(Time),
    lambda inner: (
        st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.text(max_size=3), inner, max_size=3)
        | st.builds(Held, st.text(max_size=3), inner)
    ),
    max_leaves=6,
)
names = st.from_regex(r"[a-z]{1,6}(_[a-z]{1,4})?", fullmatch=True).filter(
    lambda name: name not in ("version", "tools")
)


def key(task: Task[Any], inputs: dict[str, Any], tools: Tools | None = None) -> str:
    return digest(task.components(tools or Known(), inputs))


@pytest.mark.slow
@settings(max_examples=40)
@given(st.dictionaries(names, values, min_size=1, max_size=4), st.data())
def test_every_input_is_in_the_key(inputs: dict[str, Any], data: st.DataObject) -> None:
    """One that changes, comes or goes makes another key, wherever in it the change is."""
    name, other = data.draw(st.sampled_from(sorted(inputs))), data.draw(values)
    assume(keyed(other) != keyed(inputs[name]))
    assert key(DO, {**inputs, name: other}) != key(DO, inputs)
    assert key(DO, {one: value for one, value in inputs.items() if one != name}) != key(DO, inputs)
    assert key(DO, dict(reversed(inputs.items()))) == key(DO, inputs), "the order is no input"


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (True, 1),
        (1, 1.0),
        (0, None),
        ("", None),
        ("1", 1),
        ((), None),
        ((1, 2), (2, 1)),
        (("a", "b"), (("a",), "b")),
        (Time(Fraction(1, 3)), Time(Fraction(333, 1000))),
        (date(2026, 1, 1), date(2026, 1, 2)),
        (Held("a", None), Held("b", None)),
        (Held("a", (1,)), Held("a", (1, 1))),
    ],
)
def test_values_that_differ_have_other_keys(one: Any, two: Any) -> None:
    assert digest(keyed(one)) != digest(keyed(two))


def test_a_set_is_the_same_in_any_order() -> None:
    assert keyed(frozenset("stigma")) == keyed(set("amgits")) == sorted(set("stigma"))


@settings(max_examples=40)
@given(values, st.sampled_from([Path("a.mp4"), PurePosixPath("/footage/a.mp4"), Path()]), st.integers(0, 5))
def test_a_path_cannot_be_in_a_key_however_deep(beside: Any, path: Path, depth: int) -> None:
    value: Any = path
    for _ in range(depth):
        value = (beside, value) if depth % 2 else Held("a", {"b": value})
    with pytest.raises(TypeError, match="cannot be a part of a key"):
        DO.components(Known(), {"file": value})


@pytest.mark.parametrize("holds", [{Path("a"): 1}, frozenset({Path("a")}), [Path("a")], object(), done])
def test_nor_in_any_holder_nor_what_has_no_value_of_its_own(holds: Any) -> None:
    with pytest.raises(TypeError, match="cannot be a part of a key"):
        keyed(holds)


def test_a_file_stands_for_its_hash_wherever_it_lies() -> None:
    here, there = File(Path("a.mp4"), "ab"), File(Path("elsewhere/b.mp4"), "ab")
    assert key(DO, {"file": here}) == key(DO, {"file": there})
    assert key(DO, {"file": here}) != key(DO, {"file": File(Path("a.mp4"), "cd")})


def test_how_a_task_is_done_is_no_part_of_its_key() -> None:
    one, two = call("a", ["amara", ""], {"path": Path("a")}, frames=3), call("a", ["amara"], frames=3)
    assert key(DO, dict(one.inputs)) == key(DO, dict(two.inputs))
    assert one.people == two.people == frozenset({"amara"})


@dataclass(frozen=True)
class Recipe:
    components: dict[str, Any]


@pytest.mark.parametrize(
    "inputs",
    [
        {"version": 7},
        {"tools": "hammer"},
        {"recipe": Recipe({"frames": 3}), "frames": 4},
        {"one": Recipe({"frames": 3}), "two": Recipe({"frames": 4})},
    ],
)
def test_two_inputs_of_one_name_are_refused_for_one_would_be_forgotten(inputs: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match="stands for two things"):
        replace(DO, tools=("av",)).components(Known(), inputs)


def test_a_recipe_brings_its_own_names() -> None:
    found = DO.components(Known(), {"recipe": Recipe({"in point": 3, "version": 1}), "how_long": 2})
    assert found == {"in point": 3, "version": 1, "how long": 2}


# Every task of the code -----------------------------------------------------------------------

every = pytest.mark.parametrize("name", sorted(TASKS))
with_codec = pytest.mark.parametrize("name", sorted(name for name in TASKS if TASKS[name].codec))


def test_each_task_with_a_codec_has_an_example_here() -> None:
    assert {name for name, task in TASKS.items() if task.codec} == set(EXAMPLES)
    assert len(TASKS) >= 16


@every
def test_a_task_can_be_sent_to_another_process(name: str) -> None:
    task = TASKS[name]
    assert getattr(import_module(task.run.__module__), task.run.__qualname__) is task.run
    sent = pickle.loads(pickle.dumps(task))
    assert sent == task
    assert sent.run is task.run
    assert type(sent.codec) is type(task.codec)


@every
def test_its_function_takes_a_context_and_then_inputs_by_name(name: str) -> None:
    first, *others = inspect.signature(TASKS[name].run).parameters.values()
    assert first.annotation == "Context"
    assert all(one.kind is not inspect.Parameter.POSITIONAL_ONLY for one in others)


@every
def test_its_name_says_of_what(name: str) -> None:
    assert TASKS[name].label("amara").count("amara") == 1


@with_codec
def test_its_value_comes_back_as_it_was(name: str) -> None:
    codec = TASKS[name].codec
    assert codec
    kept = codec.write(EXAMPLES[name])
    assert same(codec.read(kept), EXAMPLES[name])
    assert codec.write(codec.read(kept)) == kept


GARBAGE = [b"", b"{", b"null", b"1", b"[]", b"{}", b"[[]]", b'"', b"\xff\xfe", b"[" * 100_000]


@with_codec
@pytest.mark.parametrize("garbage", GARBAGE, ids=lambda garbage: ascii(garbage[:8]))
def test_what_is_no_such_value_is_broken_and_nothing_worse(name: str, garbage: bytes) -> None:
    codec = TASKS[name].codec
    assert codec
    try:
        value = codec.read(garbage)
    except Broken:
        return
    assert codec.write(value), "an empty tuple or dictionary may be one"


@with_codec
def test_a_value_with_any_piece_of_it_gone_or_another_is_broken_or_a_value(name: str) -> None:
    codec = TASKS[name].codec
    assert codec
    kept = codec.write(EXAMPLES[name])
    for spoilt in _spoilt(kept):
        try:
            value = codec.read(spoilt)
        except Broken:
            continue
        assert codec.write(value)


def _spoilt(kept: bytes) -> Iterator[bytes]:
    """Cut short, a bit flipped, and each number, text, list and object replaced by something else."""
    for at in range(0, len(kept), max(1, len(kept) // 60)):
        yield kept[:at]
        yield kept[:at] + bytes([kept[at] ^ 1 << at % 7]) + kept[at + 1 :]
    things = list(re.finditer(rb'"[^"]*"|-?\d[\d.e+-]*|\[[^][]*\]|true|false|null', kept))
    for found in things[:: max(1, len(things) // 60)]:
        for other in (b"null", b'"x"', b"1e400", b"-7", b"[]", b"{}", b'"1/0"', b"NaN"):
            yield kept[: found.start()] + other + kept[found.end() :]


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Any]:
    """`made(task, tools)` asks for it, and says what was made for it."""
    shelf = Shelf(tmp_path / "store")
    shelf.open()
    with ThreadPoolExecutor(1) as executor:

        def ask(task: Task[Any], tools: Tools) -> int:
            before = len(shelf.made)
            Workspace(shelf, executor, tools=tools).make(task, "amara", frames=3)
            return len(shelf.made) - before

        yield ask


@every
def test_another_version_or_tool_makes_the_work_again_and_another_tools_does_not(
    name: str, made: Any
) -> None:
    def work(at: Any, **_: Any) -> Any:
        (at.folder / "picture.mp4").write_bytes(b"picture")
        return EXAMPLES.get(name)

    task = replace(TASKS[name], run=work)
    assert [made(task, Known()) for _ in range(2)] == [1, 0]
    for tool in ("av", "vad", "aligner", "ffmpeg", "fonts"):
        assert made(task, Known(**{tool: "2.0"})) == (tool in task.tools), tool
    assert made(replace(task, version=task.version + 1), Known()) == 1


USED = {
    r"tools\.voiced": "vad",
    r"tools\.(hear_speech|read|probe|hear|ends|meets|frames)\b": "av",
    r"renderer\(.*\)\.(speech|as_recorded)\b": "av",
    r"renderer\(.*\)\.(still|loudness)\b": "ffmpeg",
    r"tools\.(decode_still|thumbnails|pictures|loudness)": "ffmpeg",
    r"tools\.faces": "faces",
    r"tools\.shrinker": "ffmpeg",
    r"tools\.pdf\b": "typesetter",
    r"tools\.recogniser": "engine",
    r"tools\.aligner\b": "aligner",
    r"renderer\(material\)\n": "made with",
}
"""What a task's function asks its tools for, and what its key must know of them: a tool, or an input."""

KEYED = {f"render.parts.{name}": ["made with"] for name in ("PART", "SOUND", "JOIN")}
"""What stands in a key under other names: a recipe's "tools", and `made_with`; see below."""


@every
def test_every_tool_that_it_uses_is_in_its_key(name: str) -> None:
    task = TASKS[name]
    source = _source(task.run)
    asked = {tool for pattern, tool in USED.items() if re.search(pattern, source)}
    known = {*task.tools, *inspect.signature(task.run).parameters, *KEYED.get(name, ())}
    assert asked <= known, f"{name} uses {asked - known} and its key does not know it"
    assert asked or "tools" not in source, "USED does not know what this one uses"


def _source(function: Any) -> str:
    """A function, and those of its module that it calls."""
    own, module = inspect.getsource(function), inspect.getmodule(function)
    others = [vars(module).get(called) for called in set(re.findall(r"\b(_\w+)\(", own))]
    return own + "".join(
        inspect.getsource(one) for one in others if inspect.isfunction(one) and one is not function
    )


@pytest.mark.parametrize("tool", ["ffmpeg", "PyAV", "fonts"])
def test_what_parts_are_made_with_names_every_tool_of_the_renderer(
    tool: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipeline.adapters import fonts, renderer
    from pipeline.adapters.ffmpeg import process
    from pipeline.core.footage import Material

    before = renderer.Renderer(Material({})).build
    monkeypatch.setattr(process, "build", lambda: "another" if tool == "ffmpeg" else process.build.__name__)
    if tool == "PyAV":
        monkeypatch.setattr(renderer, "version", lambda name: f"another {name}")
    if tool == "fonts":
        monkeypatch.setattr(fonts, "fingerprint", lambda *_: "another")
    assert tool in before
    assert renderer.Renderer(Material({})).build != before


def test_a_call_is_its_inputs_and_who_is_in_it() -> None:
    assert call("a", ["ben", "amara", "ben"], b=1) == Call("a", frozenset({"amara", "ben"}), {"b": 1}, {})
