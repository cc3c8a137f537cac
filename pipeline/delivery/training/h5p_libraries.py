"""H5P's libraries: how they are named, and how they are taken out of a file that a site gave.

Such a file is a stranger's: nothing in it is believed before it is checked, and no more of it is unpacked
than is needed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any
from zipfile import BadZipFile, LargeZipFile, ZipFile, ZipInfo

from pipeline.errors import InputError

MOST_ENTRIES = 20_000
MOST_JSON = 4 << 20
MOST_FILE = 32 << 20
"""In a library: CKEditor, the largest part of any, has files of a megabyte."""
MOST_UNPACKED = 128 << 20
"""Of all libraries that are taken."""

CONTENT_ENDINGS = frozenset(
    "json png jpg jpeg gif bmp tif tiff eot ttf woff woff2 otf webm mp4 ogg mp3 m4a wav txt pdf rtf doc docx "
    "xls xlsx ppt pptx odt ods odp xml csv diff patch swf vtt webvtt gltf glb".split()
)
"""What every site takes into content, by the default of H5P's core."""

LIBRARY_ENDINGS = CONTENT_ENDINGS | {"js", "css", "svg", "md", "textile"}
"""And into libraries; the last two are for their licences."""

_NAMED = re.compile(r"([\w.]{1,100})[ -](\d{1,5})\.(\d{1,5})", re.ASCII)
_FOLDER = re.compile(r"[\w.\-]{1,255}", re.ASCII)
_ENCRYPTED = 0x1
_LINK = 0o120000


@dataclass(frozen=True, order=True)
class Library:
    """A library by its name and version, which H5P takes exactly.

    >>> str(Library.named("H5P.Text 1.1")), Library.named("H5P.Text-1.1").folder
    ('H5P.Text 1.1', 'H5P.Text-1.1')
    """

    name: str
    major: int
    minor: int

    def __str__(self) -> str:
        return f"{self.name} {self.major}.{self.minor}"

    @property
    def folder(self) -> str:
        return f"{self.name}-{self.major}.{self.minor}"

    @property
    def dependency(self) -> dict[str, Any]:
        """As h5p.json and library.json name it."""
        return {"machineName": self.name, "majorVersion": self.major, "minorVersion": self.minor}

    @classmethod
    def named(cls, text: str) -> Library:
        """From "H5P.Text 1.1"; ValueError for what is no such name."""
        found = _NAMED.fullmatch(text)
        if not found:
            raise ValueError(f'"{text[:40]}" is no name of a library')
        return cls(found[1], int(found[2]), int(found[3]))

    @classmethod
    def of(cls, record: Any) -> Library:
        """From a record as h5p.json and library.json have it; ValueError for what is none."""
        parts = record if isinstance(record, Mapping) else {}
        name, major, minor = (parts.get(key) for key in ("machineName", "majorVersion", "minorVersion"))
        return cls.named(f"{name} {major}.{minor}")


@dataclass(frozen=True)
class Shipped:
    """A library as a file holds it: what it needs to be played, what to be edited, and its files."""

    library: Library
    core: tuple[int, int]
    """The version of H5P's core that it asks for; 0.0 where it asks for none."""
    needs: tuple[Library, ...]
    editor: tuple[Library, ...]
    loads: tuple[str, ...]
    """The scripts and styles that it loads, as names in the file."""
    files: tuple[str, ...]


MAIN = Library("H5P.InteractiveVideo", 1, 27)
TEXT = Library("H5P.Text", 1, 1)
FREE_TEXT = Library("H5P.FreeTextQuestion", 1, 0)

RUNTIME = (
    MAIN,
    *map(
        Library.named,
        [
            "FontAwesome 4.5",
            "jQuery.ui 1.10",
            "H5P.Video 1.6",
            "H5P.DragNBar 1.5",
            "H5P.DragNDrop 1.1",
            "H5P.DragNResize 1.2",
            "H5P.FontIcons 1.0",
        ],
    ),
    TEXT,
)
"""What Interactive Video 1.27 plays a film with texts by: the set for coreApi 1.27."""


def refused(what: str, where: str, step: str = "export the content anew from your site") -> InputError:
    return InputError(what, where=where, next_step=step)


@contextmanager
def opened(path: Path) -> Iterator[ZipFile]:
    """A package whose names may be believed; InputError for one that is none, or means harm."""
    try:
        with ZipFile(path) as package:
            _check(path.name, package.infolist())
            yield package
    except (BadZipFile, LargeZipFile, NotImplementedError, RuntimeError, EOFError, ValueError) as problem:
        raise refused(f"is no package that can be read ({problem})", path.name) from None


def _check(file: str, entries: list[ZipInfo]) -> None:
    if len(entries) > MOST_ENTRIES:
        raise refused(f"has {len(entries)} files, and no package has more than {MOST_ENTRIES}", file)
    seen: set[str] = set()
    for entry in entries:
        if flaw := _flaw(entry):
            raise refused(f'holds "{entry.filename[:60]}", {flaw}', file)
        if entry.filename.lower() in seen:
            raise refused(f'holds "{entry.filename[:60]}" twice', file)
        seen.add(entry.filename.lower())


def _flaw(entry: ZipInfo) -> str:
    """Why an entry may not be unpacked anywhere; blank where it may."""
    name = entry.orig_filename  # what stands in the file: `filename` ends where a zero byte was
    parts = name.rstrip("/").split("/")
    if re.search(r"[\0-\x1f\\:\x7f]", name) or len(name.encode()) > 500:
        return "which is no name for a file"
    if name.startswith("/") or any(part in ("", ".", "..") for part in parts):
        return "which leads out of its folder"
    if entry.external_attr >> 16 & 0o170000 == _LINK:
        return "which is a link"
    if entry.flag_bits & _ENCRYPTED:
        return "which is encrypted"
    return ""


def hidden(name: str) -> bool:
    """Does H5P leave a file out, whatever it is?"""
    return PurePosixPath(name).name.startswith((".", "_"))


def unpacked(package: ZipFile, name: str, most: int) -> bytes:
    """One file of a package, never more of it than it says of itself; InputError where that is too much."""
    entry = package.getinfo(name)
    where = f"{Path(package.filename or '').name}, {name}"
    if entry.file_size > most:
        raise refused(f"unpacks to {entry.file_size >> 20} MB, and may be {most >> 20} MB", where)
    try:
        return package.read(entry)
    except Exception as problem:  # noqa: BLE001 - whatever the packings of strangers raise
        raise refused(f"cannot be unpacked ({type(problem).__name__})", where) from None


def json_of(package: ZipFile, name: str) -> Any:
    """A JSON file of a package."""
    try:
        return json.loads(unpacked(package, name, MOST_JSON))
    except (ValueError, RecursionError):
        where = f"{Path(package.filename or '').name}, {name}"
        raise refused("is no JSON that can be read", where) from None


def shipped(package: ZipFile) -> dict[Library, Shipped]:
    """Every library that a package holds; InputError where one is not what its folder says."""
    folders: dict[str, list[str]] = {}
    for entry in package.infolist():
        folder, inside, rest = entry.filename.partition("/")
        if inside and rest and folder != "content" and not entry.is_dir() and not hidden(entry.filename):
            folders.setdefault(folder, []).append(entry.filename)
    found = [_shipped(package, folder, names) for folder, names in sorted(folders.items())]
    return {one.library: one for one in found}


def _shipped(package: ZipFile, folder: str, names: list[str]) -> Shipped:
    where = f"{Path(package.filename or '').name}, {folder}"
    record = f"{folder}/library.json"
    if not _FOLDER.fullmatch(folder) or record not in names:
        raise refused("is no library: it has no library.json", where)
    facts = json_of(package, record)
    try:
        library = Library.of(facts)
        needs = (*_dependencies(facts, "preloadedDependencies"), *_dependencies(facts, "dynamicDependencies"))
        editor, core = _dependencies(facts, "editorDependencies"), _core(facts)
        loads = tuple(
            f"{folder}/{path}" for key in ("preloadedJs", "preloadedCss") for path in _paths(facts, key)
        )
    except ValueError as problem:
        raise refused(f"has a library.json that cannot be right: {problem}", where) from None
    if folder not in (library.folder, library.name):
        raise refused(f"holds {library}: a folder has the name of its library", where)
    return Shipped(library, core, needs, editor, loads, tuple(sorted(names)))


def _dependencies(facts: Any, key: str) -> tuple[Library, ...]:
    return tuple(map(Library.of, _list(facts, key)))


def _paths(facts: Any, key: str) -> list[str]:
    paths = [one.get("path") if isinstance(one, Mapping) else None for one in _list(facts, key)]
    if not all(isinstance(path, str) for path in paths):
        raise ValueError(f"{key} names no path")
    return [str(path).removeprefix("/") for path in paths]


def _list(facts: Any, key: str) -> list[Any]:
    found = facts.get(key, [])
    if not isinstance(found, list):
        raise ValueError(f"{key} is no list")
    return found


def _core(facts: Any) -> tuple[int, int]:
    asked = facts.get("coreApi", {"majorVersion": 0, "minorVersion": 0})
    parts = [
        asked.get(key) if isinstance(asked, Mapping) else None for key in ("majorVersion", "minorVersion")
    ]
    if not all(isinstance(part, int) for part in parts):
        raise ValueError("coreApi has no version")
    return int(parts[0] or 0), int(parts[1] or 0)


def closure(
    there: Mapping[Library, Shipped], wanted: Iterable[Library]
) -> tuple[list[Library], list[Library]]:
    """What is needed of these libraries to play content of `wanted`, and what is needed besides to edit it;
    InputError where what is played with is not there.
    """
    played: dict[Library, None] = {}
    waiting = list(wanted)
    while waiting:
        one = waiting.pop(0)
        if one in played:
            continue
        if one not in there:
            raise refused(
                f"does not hold {one}, which the film needs",
                "the file of libraries",
                "export an Interactive Video 1.27 from your site that has a text and no other kind of content"
                if one != FREE_TEXT
                else "export one that has a free-text question, or ask for none",
            )
        played[one] = None
        waiting += there[one].needs
    edited: dict[Library, None] = {}
    waiting = [need for one in played for need in there[one].editor]
    while waiting:
        one = waiting.pop(0)
        if one in there and one not in played and one not in edited:
            edited[one] = None
            waiting += [*there[one].needs, *there[one].editor]
    return list(played), list(edited)


def taken(path: Path, wanted: Iterable[Library]) -> tuple[list[Library], dict[str, bytes]]:
    """The libraries that content of `wanted` is played with, and the files of these and of their editors, as
    far as sites take them.
    """
    with opened(path) as package:
        there = shipped(package)
        played, edited = closure(there, wanted)
        names = [name for one in (*played, *edited) for name in there[one].files if _taken(name)]
        if sum(package.getinfo(name).file_size for name in names) > MOST_UNPACKED:
            raise refused(f"unpacks to more than {MOST_UNPACKED >> 20} MB", path.name)
        for one in (*played, *edited):
            if lost := next((name for name in there[one].loads if name not in names), ""):
                raise refused(f"lacks {lost}, which {one} loads", path.name)
        return played, {name: unpacked(package, name, MOST_FILE) for name in names}


def _taken(name: str) -> bool:
    return PurePosixPath(name).suffix.lower().removeprefix(".") in LIBRARY_ENDINGS


def installed(path: Path) -> frozenset[Library]:
    """What a site surely has that gave this package: every library in it, and all that it says it needs."""
    with opened(path) as package:
        named = json_of(package, "h5p.json") if "h5p.json" in package.namelist() else {}
        needed = [one for one in named.get("preloadedDependencies", []) if isinstance(one, Mapping)]
        try:
            return frozenset(shipped(package)) | frozenset(map(Library.of, needed))
        except ValueError as problem:
            raise refused(f"has an h5p.json that cannot be right: {problem}", path.name) from None
