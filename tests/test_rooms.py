"""Imports point one way, and each room holds only what its law allows. Read from the syntax tree."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
NO_WORLD = {"subprocess", "os", "shutil", "socket", "urllib", "http", "tempfile", "multiprocessing"}
NO_PATHS = NO_WORLD | {"pathlib", "glob"}


@dataclass(frozen=True)
class Law:
    """Which of our own rooms and which third-party packages a room may import, and which of Python's own it may not."""

    ours: frozenset[str]
    theirs: frozenset[str]
    never: frozenset[str] = frozenset()


def law(ours: str, theirs: str = "", never: set[str] | None = None) -> Law:
    return Law(frozenset(ours.split()), frozenset(theirs.split()), frozenset(never or ()))


LAWS = {
    "errors": law("errors"),
    "model": law("model", "numpy", NO_PATHS),
    "rules": law("rules model", "", NO_PATHS),
    "formats": law("formats model errors", "pysrt jinja2 openpyxl charset_normalizer defusedxml", NO_PATHS),
    "stages": law("stages model rules formats errors tools.protocols", "numpy rapidfuzz", NO_WORLD),
    "tools": law(
        "tools model errors store",
        "av ffmpeg numpy moviepy PIL fontTools imageio_ffmpeg faster_whisper ctranslate2 whisper torch pocketsphinx platformdirs huggingface_hub soxr "
        "onnxruntime",
    ),
    "store": law("store errors", "", {"pickle", "subprocess"}),
    "place": law("errors", "", {"subprocess"}),
    "settled": law("store", "", {"subprocess", "pickle"}),
    "project": law("project formats model errors", "pydantic", {"subprocess"}),
    "ledger": law("errors", "filelock", {"subprocess", "pickle"}),
    "reviews": law("ledger project stages rules formats model store errors", "", {"subprocess", "os"}),
    "corrections": law("ledger project stages formats model errors", "", {"subprocess", "os"}),
    "signoffs": law("ledger project rules formats model store errors", "", {"subprocess", "os"}),
    "beside": law("project stages formats model tools store errors", "", {"subprocess"}),
    "access": law("project formats model errors", "", {"subprocess", "os"}),
    "leftovers": law("formats", "", {"subprocess", "os"}),
    "desk": law("desk access beside project stages rules formats model tools store errors", "", {"subprocess"}),
    "screening": law("flow stages rules formats model tools store errors", "numpy rapidfuzz", {"subprocess", "os"}),
    "proof": law("flow screening desk signoffs stages rules formats model tools store errors", "", {"subprocess", "os"}),
    "judging": law("flow desk project stages rules formats model errors", "", {"subprocess", "os"}),
    "flow": law(
        "flow access leftovers proof judging desk reviews corrections signoffs project stages rules formats model tools store errors", "", {"subprocess"}
    ),
    "trial": law("flow screening project stages rules formats model tools errors", "av", {"subprocess", "os"}),
    "doctor": law("trial place project tools errors", "packaging", {"subprocess", "os"}),
    "review": law("review flow model errors formats rules", "starlette uvicorn", {"subprocess"}),
    "console": law("flow place project errors tools", "typer rich filelock"),
    "cli_reviews": law("console reviews flow desk project stages rules formats model store errors", "typer"),
    "cli_captions": law("console cli_corrections access reviews flow desk project stages rules formats model store errors", "typer"),
    "cli_corrections": law("console corrections signoffs flow project stages rules formats model store errors", "typer"),
    "cli": law("cli settled console cli_captions cli_reviews reviews review flow desk doctor project stages rules formats model tools store errors", "typer"),
    "__init__": law("cli", ""),
    "__main__": law("cli", ""),
}

ONLY_IN = {
    "pysrt": ["formats/captions/srt.py"],
    "pydantic": ["project.py"],
    "subprocess": ["tools/*"],
    "moviepy": ["tools/cards.py"],
    "av.open": ["tools/probe.py", "tools/ffmpeg.py", "tools/excerpt.py", "tools/watch.py"],
    "print": ["console.py"],
}
"""Modules and calls that live in these files and in no other."""


def room_of(file: Path) -> str:
    """The room of a file, by its path under pipeline/."""
    return file.parts[0] if len(file.parts) > 1 else file.stem


def imported(node: ast.AST) -> list[str]:
    """Full names that an import brings in. `from pipeline.tools import fonts` is pipeline.tools.fonts."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        module = "." * node.level + (node.module or "")
        inside = module == "pipeline" or (module.startswith("pipeline.") and (ROOT / module.replace(".", "/")).is_dir())
        return [f"{module}.{alias.name}" for alias in node.names] if inside else [module]
    return []


def called(node: ast.AST) -> list[str]:
    return [ast.unparse(node.func)] if isinstance(node, ast.Call) else []


def complaints(file: Path, source: str) -> Iterator[str]:
    """What in this file breaks the law of its room: "file:line: what"."""
    rule = LAWS.get(room_of(file))
    if rule is None:
        yield f"{file}:1: nobody has said what this room may import"
        return
    for node in ast.walk(ast.parse(source)):
        where = f"{file}:{getattr(node, 'lineno', 0)}"
        for name in imported(node):
            top = name.partition(".")[0]
            if name.startswith("."):
                yield f"{where}: imports {name} by a dot; write it out"
            elif top == "pipeline":
                mine = name.removeprefix("pipeline").lstrip(".")
                if mine != "__version__" and not any(mine == room or mine.startswith(f"{room}.") for room in rule.ours):
                    yield f"{where}: {room_of(file)} imports {name}"
            elif (top not in sys.stdlib_module_names and top not in rule.theirs) or top in rule.never:
                yield f"{where}: {room_of(file)} imports {top}"
        for name in {*(n.partition(".")[0] for n in imported(node)), *called(node)}:
            if name in ONLY_IN and not any(file.match(place) for place in ONLY_IN[name]):
                yield f"{where}: {name} is for {', '.join(ONLY_IN[name])} only"
        if called(node) == ["open"] and room_of(file) in ("model", "rules", "formats"):
            yield f"{where}: {room_of(file)} opens a file"


def files() -> list[Path]:
    return sorted(path.relative_to(ROOT / "pipeline") for path in (ROOT / "pipeline").rglob("*.py"))


@pytest.mark.parametrize("file", files(), ids=str)
def test_every_file_keeps_the_law_of_its_room(file: Path) -> None:
    found = list(complaints(file, (ROOT / "pipeline" / file).read_text(encoding="utf-8")))
    assert not found, "\n".join(found)


def test_every_room_has_a_law_and_a_docstring_that_states_it() -> None:
    rooms = {room_of(file) for file in files()}
    assert rooms <= set(LAWS)
    for init in (ROOT / "pipeline").rglob("__init__.py"):
        assert ast.get_docstring(ast.parse(init.read_text(encoding="utf-8"))), f"{init} does not say what the room is for"


@pytest.mark.parametrize(
    ("file", "source", "says"),
    [
        ("model/time.py", "import pysrt", "model/time.py:1: model imports pysrt"),
        ("model/time.py", "x = 1\n\nfrom pipeline.formats import markers", "model/time.py:3: model imports pipeline.formats.markers"),
        ("model/time.py", "def f():\n    import os", "model/time.py:2: model imports os"),
        ("model/time.py", "open('x')", "model/time.py:1: model opens a file"),
        ("rules/consent.py", "from pipeline.errors import Refused", "rules imports pipeline.errors"),
        ("formats/captions/srt.py", "from pipeline.rules import consent", "formats imports pipeline.rules.consent"),
        ("formats/imports.py", "import pysrt", "pysrt is for formats/captions/srt.py only"),
        ("stages/part.py", "from pipeline.tools import ffmpeg", "stages imports pipeline.tools.ffmpeg"),
        ("stages/part.py", "from pipeline.tools.ffmpeg import run", "stages imports pipeline.tools.ffmpeg"),
        ("stages/part.py", "if TYPE_CHECKING:\n    import av", "part.py:2: stages imports av"),
        ("stages/part.py", "import subprocess", "stages imports subprocess"),
        ("stages/part.py", "from ..tools import ffmpeg", "by a dot"),
        ("store.py", "import subprocess", "store imports subprocess"),
        ("flow.py", "from pydantic import BaseModel", "pydantic is for project.py only"),
        ("flow.py", "from pipeline.cli import main", "flow imports pipeline.cli"),
        ("tools/sound.py", "import av\nav.open('x')", "tools/sound.py:2: av.open is for"),
        ("tools/studio.py", "import moviepy.editor", "moviepy is for tools/cards.py only"),
        ("flow.py", "print('done')", "print is for console.py only"),
        ("attic.py", "", "nobody has said"),
    ],
)
def test_the_checker_sees_what_is_planted(file: str, source: str, says: str) -> None:
    assert any(says in complaint for complaint in complaints(Path(file), source))


@pytest.mark.parametrize(
    ("file", "source"),
    [
        ("model/captions.py", "import numpy as np\nfrom pipeline.model.time import Time"),
        ("stages/part.py", "from pipeline.tools.protocols import Studio\nfrom pipeline.stages import sound"),
        ("tools/probe.py", "import av\nav.open('x')"),
        ("console.py", "print('done')"),
        ("desk.py", "from pipeline import __version__"),
    ],
)
def test_the_checker_lets_the_lawful_pass(file: str, source: str) -> None:
    assert not list(complaints(Path(file), source))
