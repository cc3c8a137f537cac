"""The laws of the house: what each folder may import, read from the syntax tree. The table in docs/design.md
is made from them.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

import pytest

from pipeline.language.lexicon import english

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "pipeline"
PROCESSES = {"subprocess", "socket", "urllib", "http", "multiprocessing"}
WORLD = PROCESSES | {"shutil", "tempfile", "os"}


@dataclass(frozen=True)
class Law:
    """What a folder is for, which folders and which packages it may import, and what of Python's own library
    it may not.
    """

    says: str
    ours: frozenset[str]
    theirs: frozenset[str]
    never: frozenset[str]


ORDER = (
    "core language production footage speech matching edit captions consent render verification "
    "delivery review film api cli"
).split()
"""A film is made in this order, and imports point to the left."""

BESIDE = ("engine", "adapters")
"""Beside the order: the one knows no subject, the other no quote."""


def law(
    folder: str, says: str, theirs: str = "", *, never: set[str] = WORLD, also: str = "", but: str = ""
) -> tuple[str, Law]:
    left = ORDER[: ORDER.index(folder)] if folder in ORDER else []
    ours = {folder, "errors", *left, *also.split()} - set(but.split())
    return folder, Law(says, frozenset(ours), frozenset(theirs.split()), frozenset(never))


LAWS = dict(
    [
        law("core", "values and arithmetic that know no film; no input or output", "numpy cattrs"),
        law(
            "language",
            "the same words are the same everywhere; all lists of words, as data; reads nothing but them",
            "langcodes",
        ),
        law(
            "production",
            "outside it nobody sees TOML, CSV or pydantic",
            "pydantic openpyxl charset_normalizer defusedxml",
            also="engine",
        ),
        law("footage", "facts of a file or of two clocks; no words", "numpy", also="engine"),
        law(
            "speech",
            "words with times, a speaker and how sure; no quotes",
            "numpy defusedxml",
            also="engine",
        ),
        law(
            "matching",
            "says matched only where nobody need look; no pictures",
            "numpy rapidfuzz",
            also="engine",
        ),
        law("edit", "frames and samples, exactly"),
        law(
            "captions",
            "approved words only; no rule without a clause",
            "numpy pysrt defusedxml charset_normalizer rapidfuzz",
            also="engine",
        ),
        law(
            "consent",
            "a refusal is made here and nowhere else; what is not known to be approved is refused",
            also="engine",
        ),
        law(
            "render",
            "a shot depends on its key and on nothing else",
            "numpy",
            but="consent production",
            also="engine",
        ),
        law(
            "verification",
            "judges against the approved text, believing nothing that the build believed",
            "numpy rapidfuzz",
            also="engine",
        ),
        law(
            "delivery",
            "nothing reaches build/ but through release.py",
            "defusedxml jinja2",
            never=PROCESSES,
            also="engine",
        ),
        law("review", "people look, answer and comment; values know no page", "defusedxml", also="engine"),
        law("film", "the artifacts of a film, a typed line each", also="engine"),
        law(
            "api",
            "the one object that a notebook, the command line and the pages use",
            never=PROCESSES,
            also="engine",
        ),
        law(
            "cli",
            "arguments in, text or JSON out; the only folder that prints",
            "typer rich filelock packaging",
            never=PROCESSES,
            also="engine adapters",
        ),
        law(
            "engine",
            "how work is keyed, kept and spread; it knows no subject",
            "filelock dask distributed",
            never=PROCESSES | {"pickle"},
            also="core adapters",
        ),
        law(
            "adapters",
            "argv and samples: the only code with processes, codecs and models; no message about quotes",
            "av ffmpeg numpy moviepy PIL fontTools imageio_ffmpeg faster_whisper ctranslate2 whisper "
            "torch pocketsphinx platformdirs "
            "huggingface_hub soxr onnxruntime typst pypdf",
            never={"pickle"},
            also="core",
        ),
        law("errors", "the tree of errors with their exit codes"),
        law("__init__", "the public names", never=PROCESSES, also="api captions edit matching render speech"),
        law("__main__", "`python -m pipeline`", also="cli"),
    ]
)

ONLY_IN = {
    "pysrt": ["captions/formats/srt.py"],
    "pydantic": ["production/*"],
    "dask": ["engine/executors.py"],
    "distributed": ["engine/executors.py"],
    "subprocess": ["adapters/*"],
    "moviepy": ["adapters/cards.py"],
    "av.open": ["adapters/pyav/*", "adapters/ffmpeg/*"],
    "print": ["cli/console.py"],
    "Refused": ["consent/gate.py"],
    "write_whole": [
        "delivery/release.py",
        "engine/*",
        "speech/transcripts.py",
        "speech/held_weights.py",
        "speech/in_places.py",
        "matching/lock.py",
        "cli/captions.py",
    ],
    "link_whole": ["delivery/release.py", "engine/*", "cli/captions.py"],
    "unlink": ["delivery/release.py", "engine/*", "render/*", "adapters/*"],
}
"""Modules and calls that live in these places and in no other. Nothing is written into build/ but by the door
and the cache: transcripts and the lock of matches lie beside it, `captions fix` writes the file that a person
named, and work has a folder of its own."""


def folder_of(file: Path) -> str:
    return file.parts[0] if len(file.parts) > 1 else file.stem


def imported(node: ast.AST) -> list[str]:
    """Full names that an import brings in: `from pipeline.adapters import fonts` is
    pipeline.adapters.fonts.
    """
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        module = "." * node.level + (node.module or "")
        inside = module == "pipeline" or (
            module.startswith("pipeline.") and (ROOT / module.replace(".", "/")).is_dir()
        )
        return [f"{module}.{alias.name}" for alias in node.names] if inside else [module]
    return []


def called(node: ast.AST) -> list[str]:
    """The name that a call has, in full and, for what writes and removes, without what it is called on."""
    name = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
    last = name.rpartition(".")[2]
    return (
        [name, *([last] if last in ("write_whole", "link_whole", "unlink") and last != name else [])]
        if name
        else []
    )


def complaints(file: Path, source: str) -> Iterator[str]:
    """What in this file breaks the law of its folder: "file: what", a thing once."""
    folder = folder_of(file)
    rule = LAWS.get(folder)
    if rule is None:
        yield f"{file}: nobody has said what this folder may import"
        return
    for node in ast.walk(ast.parse(source)):
        for name in imported(node):
            yield from _import(file, folder, rule, name)
        for name in {*(n.partition(".")[0] for n in imported(node)), *called(node)}:
            if name in ONLY_IN and not any(
                file.is_relative_to(place.removesuffix("/*")) for place in ONLY_IN[name]
            ):
                yield f"{file}: {name} is for {', '.join(ONLY_IN[name])} only"
        if called(node) == ["open"] and folder in ("core", "language", "captions", "edit"):
            yield f"{file}: {folder} opens a file"


def _import(file: Path, folder: str, rule: Law, name: str) -> Iterator[str]:
    top, _, inner = name.partition(".")
    if name.startswith("."):
        yield f"{file}: imports {name} by a dot; write it out"
    elif top == "pipeline":
        if inner not in ("__version__", "") and inner.partition(".")[0] not in rule.ours:
            yield f"{file}: imports {inner}"
    elif (top not in sys.stdlib_module_names and top not in rule.theirs) or top in rule.never:
        yield f"{file}: {folder} imports {top}"


PLAIN = re.compile(r"[a-z]+(?:'[a-z]+)?")
WORDS_OF = {"adapters/asr/pocketsphinx.py": "letters to sounds, of its model"}
"""Where words may stand besides language/, and why."""


def words_in(source: str) -> Iterator[list[str]]:
    """Every list of plain words that is written out in the code, where it is long enough to be one of a kind:
    a text of five and more that is split, a set, list, tuple or the keys of a dict of six and more that the
    lexicon knows, and as many alternatives of a pattern.
    """
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Constant(value=str(text)), attr="split")):
                words = text.split()
                if len(words) >= 5 and all(map(PLAIN.fullmatch, words)):
                    yield words
            case ast.Set(elts=parts) | ast.List(elts=parts) | ast.Tuple(elts=parts):
                yield from _known([part.value for part in parts if isinstance(part, ast.Constant)])
            case ast.Dict(keys=keys):
                yield from _known([key.value for key in keys if isinstance(key, ast.Constant)])
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="re")), args=[ast.Constant(value=str(text)), *_]
            ):
                yield from _known(re.split(r"[|()]", text))


def _known(parts: Iterable[object]) -> Iterator[list[str]]:
    """Words of which the lexicon has six, and two of three."""
    words = [part for part in parts if isinstance(part, str) and PLAIN.fullmatch(part)]
    if len(known := [word for word in words if word in _lexicon()]) >= max(6, len(words) * 2 / 3):
        yield known


@cache
def _lexicon() -> frozenset[str]:
    """Every word of every list; endings of words are none, and plain verbs are names of many other things."""
    words = english()
    groups = (words.numbers, words.same, words.bad_breaks, words.critical, words.written, words.shapes)
    lists = [*words.kinds.values()] + [
        getattr(group, field.name)
        for group in groups
        for field in fields(group)
        if not field.name.endswith(("endings", "plain_verbs"))
    ]
    return frozenset(word for found in lists for word in found if isinstance(word, str))


def wordy(file: Path, source: str) -> Iterator[str]:
    if file.as_posix() not in WORDS_OF:
        for words in words_in(source):
            yield f"{file}: lists words that belong into language/en.toml: {', '.join(words[:6])}"


def test_no_list_of_words_stands_in_the_code() -> None:
    found = [what for file in files() for what in wordy(file, (PACKAGE / file).read_text(encoding="utf-8"))]
    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        'DAYS = "monday tuesday wednesday thursday friday".split()',
        'X = frozenset(\n    "i you he she "\n    "we they".split()\n)',
        'X = {"not", "never", "nobody", "nothing", "none", "without"}',
        'X = ["i", "you", "he", "she", "we", "they"]',
        'X = {"gonna": 1, "wanna": 2, "gotta": 3, "ok": 4, "grey": 5, "mum": 6}',
        're.compile(r"\\b(carer|mum|mother|dad|father|parent)\\b")',
    ],
)
def test_a_list_of_words_is_seen(source: str) -> None:
    assert list(wordy(Path("captions/rules/text.py"), source))


@pytest.mark.parametrize(
    ("file", "source"),
    [
        (
            "captions/rules/text.py",
            'EVENT = {"event", "kind", "quote", "value", "was", "by", "on", "profile"}',
        ),
        ("captions/rules/text.py", 'X = "i you he she".split()'),
        ("captions/formats/stl.py", 'X = "01=sq 02=br 03=ca 04=hr 05=cy 06=cs".split()'),
        ("captions/rules/text.py", 're.compile("(?:st|nd|rd|th)|[ap]m|%")'),
        ("captions/rules/text.py", 'message = "a line is not broken between the article and its noun"'),
        ("adapters/asr/pocketsphinx.py", 'X = "one two three four five six".split()'),
    ],
)
def test_what_is_no_list_of_words_passes(file: str, source: str) -> None:
    assert not list(wordy(Path(file), source))


def files() -> list[Path]:
    return sorted(path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py"))


def found_in(file: Path) -> set[str]:
    return set(complaints(file, (PACKAGE / file).read_text(encoding="utf-8")))


def test_nothing_breaks_a_law() -> None:
    assert sorted(complaint for file in files() for complaint in found_in(file)) == []


def table() -> str:
    """The laws as docs/design.md shows them."""
    rows = [
        f"| {folder} | {rule.says} | {', '.join(sorted(rule.theirs)) or '–'} |"
        for folder, rule in LAWS.items()
        if folder in ORDER or folder in BESIDE
    ]
    return "\n".join(["| folder | law | packages of others |", "|---|---|---|", *rows])


def test_the_docs_show_the_laws_as_they_are() -> None:
    assert table() in (ROOT / "docs" / "design.md").read_text(encoding="utf-8")


def test_every_folder_has_a_law_and_a_docstring_that_says_what_it_is_for() -> None:
    folders = {folder_of(file) for file in files()}
    assert folders <= {*LAWS}
    for init in PACKAGE.rglob("__init__.py"):
        assert ast.get_docstring(ast.parse(init.read_text(encoding="utf-8"))), (
            f"{init} does not say what the folder is for"
        )


@pytest.mark.parametrize(
    ("file", "source", "says"),
    [
        ("core/time.py", "import pysrt", "core imports pysrt"),
        (
            "core/time.py",
            "x = 1\n\nfrom pipeline.delivery import markers",
            "core/time.py: imports delivery.markers",
        ),
        ("core/time.py", "def f():\n    import os", "core imports os"),
        ("core/time.py", "open('x')", "core opens a file"),
        ("language/figures.py", "from pipeline.production.quotes import Quote", "imports production.quotes"),
        ("captions/formats/srt.py", "from pipeline.consent import gate", "imports consent.gate"),
        ("captions/formats/vtt.py", "import pysrt", "pysrt is for captions/formats/srt.py only"),
        (
            "render/shot.py",
            "from pipeline.adapters.ffmpeg import commands",
            "imports adapters.ffmpeg.commands",
        ),
        ("render/shot.py", "from pipeline.consent import gate", "imports consent.gate"),
        ("render/shot.py", "if TYPE_CHECKING:\n    import av", "render imports av"),
        ("render/shot.py", "import subprocess", "render imports subprocess"),
        ("render/shot.py", "from ..adapters import fonts", "by a dot"),
        ("engine/cache.py", "import subprocess", "engine imports subprocess"),
        ("engine/cache.py", "from pipeline.edit import timeline", "imports edit.timeline"),
        ("film.py", "from pydantic import BaseModel", "pydantic is for production/* only"),
        ("film.py", "from pipeline.cli.main import main", "imports cli.main"),
        ("edit/plan.py", "raise Refused('no')", "Refused is for consent/gate.py only"),
        ("consent/approve.py", "raise Refused('no')", "Refused is for consent/gate.py only"),
        ("film.py", "write_whole(build / 'cut.mp4', b'')", "write_whole is for delivery/release.py"),
        ("cli/approvals.py", "cache.link_whole(a, b)", "link_whole is for delivery/release.py"),
        (
            "delivery/markers.py",
            "(build / 'cut.mp4').unlink(missing_ok=True)",
            "unlink is for delivery/release.py",
        ),
        ("cli/main.py", "import av\nav.open('x')", "av.open is for"),
        ("adapters/renderer.py", "import moviepy.editor", "moviepy is for adapters/cards.py only"),
        ("film.py", "print('done')", "print is for cli/console.py only"),
        ("engine/executors.py", "import pickle", "engine imports pickle"),
        ("engine/workspace.py", "from distributed import Client", "distributed is for engine/executors.py"),
        ("attic.py", "", "nobody has said"),
    ],
)
def test_the_checker_sees_what_is_planted(file: str, source: str, says: str) -> None:
    assert any(says in complaint for complaint in complaints(Path(file), source))


@pytest.mark.parametrize(
    ("file", "source"),
    [
        ("captions/model.py", "import numpy as np\nfrom pipeline.core.time import Time"),
        ("render/shot.py", "from pipeline.core.ports import Studio\nfrom pipeline.render import audio_edit"),
        ("adapters/pyav/probe.py", "import av\nav.open('x')"),
        ("consent/gate.py", "raise Refused('no')"),
        ("delivery/release.py", "write_whole(a, b)\n(a / 'b').unlink()"),
        ("cli/console.py", "print('done')"),
        ("delivery/release.py", "from pipeline import __version__"),
        ("engine/executors.py", "def f():\n    from distributed import Client"),
    ],
)
def test_the_checker_lets_the_lawful_pass(file: str, source: str) -> None:
    assert not list(complaints(Path(file), source))
