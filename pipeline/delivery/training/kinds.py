"""What is made of the film for people to learn with: a kind of file or folder each, by its name.

What is made is kept: the same film in the same words is packed once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from pipeline.core.digest import digest, file_digest
from pipeline.core.finding import Finding
from pipeline.core.footage import Fonts
from pipeline.core.time import nearest
from pipeline.delivery.training import cmi5, guide, h5p, player, scorm, web
from pipeline.delivery.training.model import Training
from pipeline.delivery.training.package import Content, hash_of
from pipeline.engine.task import Call, Context, Task, call, keyed
from pipeline.engine.workspace import Workspace
from pipeline.render.smaller import Shape, smaller


@dataclass(frozen=True)
class Options:
    """What may be asked of an H5P package: the libraries of a site, out of a file of its own; bytes that it
    may have; and boxes to type into.
    """

    libraries: Path | None = None
    max_size: int | None = None
    free_text: bool = False


@dataclass(frozen=True)
class Asked:
    """A kind's work: a folder to write into, what to write, and how."""

    folder: Path
    training: Training
    options: Options
    fonts: Fonts


Write = Callable[[Asked], Mapping[str, Content]]


@dataclass(frozen=True)
class Kind:
    """`write` gives its files by their names in build/training/; `lint` says what is wrong with a package."""

    name: str
    about: str
    write: Write
    lint: Callable[[Path], list[Finding]] | None = None
    holds_film: bool = True


def _folder(name: str, files: Mapping[str, Content]) -> dict[str, Content]:
    return {f"{name}/{file}": content for file, content in files.items()}


def _h5p(asked: Asked) -> Path:
    options, to = asked.options, asked.folder / "h5p.h5p"
    return h5p.package(
        asked.training,
        to,
        libraries=options.libraries,
        free_text=options.free_text,
        max_size=options.max_size,
    )


KINDS: Mapping[str, Kind] = {
    "player": Kind(
        "player/",
        "a folder that opens in a browser, from a disk, a memory stick or an intranet",
        lambda asked: _folder("player", player.files(asked.training)),
    ),
    "guide": Kind(
        "guide/",
        "the facilitator's guide, to be read and printed",
        lambda asked: _folder("guide", guide.files(asked.training, asked.fonts)),
        holds_film=False,
    ),
    "web": Kind(
        "web/",
        "for a page in WordPress, SharePoint or Moodle",
        lambda asked: _folder("web", web.files(asked.training)),
    ),
    "scorm12": Kind(
        "scorm12.zip",
        "SCORM 1.2, which NHS Learning Hub takes",
        lambda asked: {"scorm12.zip": scorm.package(asked.training, "1.2", asked.folder / "scorm12.zip")},
        scorm.lint,
    ),
    "scorm2004": Kind(
        "scorm2004.zip",
        "SCORM 2004 4th Edition",
        lambda asked: {
            "scorm2004.zip": scorm.package(asked.training, "2004", asked.folder / "scorm2004.zip")
        },
        scorm.lint,
    ),
    "cmi5": Kind(
        "cmi5.zip",
        "cmi5, with the xAPI video profile",
        lambda asked: {"cmi5.zip": cmi5.package(asked.training, asked.folder / "cmi5.zip")},
        cmi5.lint,
    ),
    "h5p": Kind(
        "h5p.h5p",
        "H5P Interactive Video, for a site that has its libraries",
        lambda asked: {"h5p.h5p": _h5p(asked)},
        h5p.lint,
    ),
}


def fitted(
    kind: str, training: Training, options: Options, people: Iterable[str], workspace: Workspace
) -> tuple[Training, list[Finding]]:
    """The training as a kind has it: of an H5P package that may not be as large as it would be, with a film
    that is smaller; and what that cost.
    """
    if kind != "h5p":
        return training, []
    lost = [Finding("h5p", "info", kind, f"does not hold {what}", "", "") for what in h5p.unsent(training)]
    if options.max_size is None:
        return training, lost
    most = h5p.room(training, options.max_size, libraries=options.libraries, free_text=options.free_text)
    if training.film.stat().st_size <= most:
        return training, lost
    shape = Shape(training.size, training.rate, nearest(training.duration * training.rate))
    beside = options.max_size - most
    film, cost = smaller(workspace, training.film, shape, most, people, of="the film for H5P", beside=beside)
    told = cost.findings(kind, options.max_size) or [Finding("smaller", "info", kind, cost.said(), "", "")]
    return replace(training, film=film), [*told, *lost]


# Kept --------------------------------------------------------------------------------------------

NAMES = "files.json"
"""In a kept object: its files in their order, each with whose file of the training it is, or none."""


def _make(
    context: Context, *, kind: str, training: Training, options: Options, fonts: Fonts, **_: str
) -> None:
    files = KINDS[kind].write(Asked(context.folder, training, options, fonts))
    given = {path: name for name, path in _given(training).items()}
    names: dict[str, str] = {}
    for name, content in files.items():
        names[name], target = "", context.folder / name
        if isinstance(content, bytes):
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        elif content != target:
            names[name] = given[content]  # a film is on the shelf already, and stays there once
    (context.folder / NAMES).write_text(json.dumps(names), encoding="utf-8")


def _given(training: Training) -> dict[str, Path]:
    return {"film": training.film} | {one.kind: one.file for one in training.versions}


PACKED: Task[Path] = Task("{} for people to learn with", 1, _make, stage="pack", here=True)


def wanted(
    kind: str, training: Training, options: Options, fonts: Fonts, people: Iterable[str], workspace: Workspace
) -> Call:
    """The work of making a kind."""
    asked: Any = None
    if kind == "guide":
        asked = [keyed(fonts), *(workspace.tools.identity(name) for name in ("typesetter", "fonts"))]
    if kind == "h5p":
        shipped = file_digest(options.libraries) if options.libraries else ""
        asked = [shipped, options.max_size, options.free_text]
    content = digest([_plain(training, workspace), asked])
    how = {"training": training, "options": options, "fonts": fonts}
    return call(kind, frozenset(people), how, kind=kind, content=content, code=_code())


def made(workspace: Workspace, asked: Call) -> dict[str, Content]:
    """A kind's files by their names in build/training/."""
    folder = workspace.made(PACKED, asked)
    given = _given(asked.how["training"])
    names = json.loads((folder / NAMES).read_bytes())
    return {name: given[of] if of else folder / name for name, of in names.items()}


def _plain(value: Any, workspace: Workspace) -> Any:
    """A value as a key has it, a file in it by what is in it."""
    if isinstance(value, Path | bytes):
        return hash_of(value, workspace)
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: _plain(getattr(value, one.name), workspace) for one in fields(value)}
    if isinstance(value, Mapping):
        return {str(name): _plain(one, workspace) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one, workspace) for one in value]
    return keyed(value)


@cache
def _code() -> str:
    """Everything in this folder: packages are made again when what makes them is another."""
    here = Path(__file__).parent
    files = (path for path in sorted(here.rglob("*")) if path.is_file() and path.suffix != ".pyc")
    return digest([[path.relative_to(here).as_posix(), file_digest(path)] for path in files])
