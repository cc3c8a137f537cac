"""What is wrong with an H5P package, and what becomes of it where it is imported.

The rules have the names of the errors that H5P's own validator gives, so that the two can be compared.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath
from typing import Any, cast
from zipfile import ZipFile

from pipeline.core.finding import Finding
from pipeline.delivery.training.h5p_libraries import (
    CONTENT_ENDINGS,
    FREE_TEXT,
    LIBRARY_ENDINGS,
    Library,
    Shipped,
    hidden,
    json_of,
    opened,
    shipped,
    unpacked,
)
from pipeline.errors import InputError


@dataclass(frozen=True)
class Limits:
    """What a site takes: bytes of a file, bytes of all, and the version of its H5P core. These are the
    defaults of a site that nobody has set up otherwise.
    """

    file: int = 16 << 20
    total: int = 64 << 20
    core: tuple[int, int] = (1, 27)


REQUIRED: dict[str, re.Pattern[str]] = {
    "title": re.compile(r".{1,255}"),
    "language": re.compile(r"[-a-zA-Z]{1,10}"),
    "mainLibrary": re.compile(r"[$a-zA-Z_][0-9a-zA-Z_.$]{1,254}"),
}
LICENCES = frozenset(
    {"CC BY", "CC BY-SA", "CC BY-ND", "CC BY-NC", "CC BY-NC-SA", "CC BY-NC-ND", "CC0 1.0", "GNU GPL", "PD"}
    | {"ODC PDDL", "CC PDM", "U", "C"}
)
ALLOWED_KEYS = frozenset({*REQUIRED, "embedTypes", "license", "preloadedDependencies"})
NAMING = ("author", "authors", "changes", "authorComments", "source")
"""Fields that say who made something, and when."""

TAGS = frozenset({"p", "h2", "ul", "li"})
"""Of the tags that H5P's filter lets through, those that are written here."""

MOST_TEXT = 64 << 10
TEXTS = ("text", "label")
"""Parameters that hold HTML; every other is text."""


def lint(package: Path) -> list[Finding]:
    """What is wrong with a package wherever it goes: sites refuse errors, or they say what must not leave."""
    try:
        with opened(package) as there:
            return list(_Package(package.name, there).findings())
    except InputError as problem:
        return [_error("package", package.name, problem.what)]


def foresee(
    package: Path,
    site_libraries: Collection[Library],
    may_install: bool,
    limits: Limits = Limits(),
) -> list[Finding]:
    """What an import into a site with these libraries will be refused for: nothing where it is taken.

    `may_install`: may whoever imports it install libraries? As sites do, it tells the first kind alone.
    """
    try:
        with opened(package) as there:
            seen = _Package(package.name, there)
            for step in (
                seen.sizes(limits),
                seen.kinds(may_install),
                seen.core(site_libraries, may_install, limits.core),
                seen.missing(site_libraries, may_install),
            ):
                found = list(step)
                if any(one.severity == "error" for one in found):
                    return found
            return list(seen.editors(site_libraries, may_install))
    except InputError as problem:
        return [_error("invalid-h5p-package", package.name, problem.what)]


def _error(rule: str, where: str, what: str, measured: str = "", limit: str = "") -> Finding:
    return Finding(rule, "error", where, what, measured, limit)


def _warning(rule: str, where: str, what: str, measured: str = "", limit: str = "") -> Finding:
    return Finding(rule, "warning", where, what, measured, limit)


class _Package:
    def __init__(self, name: str, package: ZipFile) -> None:
        self.name, self.package = name, package
        self.entries = {one.filename: one.file_size for one in package.infolist() if not one.is_dir()}
        self.about = _mapping(self._json("h5p.json"))
        self.content = _mapping(self._json("content/content.json"))
        self.shipped: Mapping[Library, Shipped] = shipped(package)

    def _json(self, name: str) -> Any:
        return json_of(self.package, name) if name in self.entries else None

    # What is wrong with it anywhere ---------------------------------------------------------------

    def findings(self) -> Iterator[Finding]:
        yield from self.kinds(True)
        yield from self._metadata()
        yield from self._names_people()
        yield from self._files()
        yield from self._libraries()
        yield from self._interactions()
        yield from self._texts()
        yield from self._tracks()

    def _metadata(self) -> Iterator[Finding]:
        about, where = self.about, "h5p.json"
        for key in sorted(set(about) - ALLOWED_KEYS - set(NAMING)):
            yield _error("metadata", where, f'holds "{key}", which is not for this package')
        licence = about.get("license", "U")
        if licence not in LICENCES:
            yield _error("metadata", where, "has a licence that H5P does not know", str(licence)[:40])
        if not self.dependencies:
            yield _error("metadata", where, "names no libraries")

    def _names_people(self) -> Iterator[Finding]:
        for where, record in _records(self.about, "h5p.json"):
            yield from self._named(where, record)
        for where, record in _records(self.content, "content.json"):
            if isinstance(record.get("metadata"), Mapping):
                yield from self._named(where, record["metadata"])

    def _named(self, where: str, record: Mapping[str, Any]) -> Iterator[Finding]:
        for key in NAMING:
            if key in record:
                yield _error("names-people", where, f'holds "{key}", which says who made it')

    def _files(self) -> Iterator[Finding]:
        named = {f"content/{record['path']}" for _, record in _records(self.content) if "path" in record}
        there = {name for name in self.entries if name.startswith("content/")} - {"content/content.json"}
        for name in sorted(one for one in named - there if "://" not in one):
            yield _error("content-file-missing", "content.json", f"names {name}, which is not there")
        for name in sorted(there - named):
            yield _error("content-file-unused", name, "is named nowhere, and leaves all the same")

    def _libraries(self) -> Iterator[Finding]:
        for one in sorted(self.used - self.dependencies):
            yield _error("library-undeclared", "h5p.json", f"does not name {one}, which the content uses")
        main = [one for one in self.dependencies if one.name == self.about.get("mainLibrary")]
        if not main:
            yield _error("missing-main-library", "h5p.json", "does not name its main library", "", "")
        if "summary" in _mapping(self.content.get("interactiveVideo")):
            yield _error("summary-task", "content.json", "has a summary, whose library sites may lack")
        if FREE_TEXT in self.used:
            yield _warning(
                "free-text",
                "content.json",
                "asks people to type: H5P sends what they type to the site, where others can read it",
                f"{self._count(FREE_TEXT)} boxes",
                "none, unless everybody who uses it is told",
            )

    def _count(self, library: Library) -> int:
        return sum(record.get("library") == str(library) for _, record in _records(self.content))

    def _interactions(self) -> Iterator[Finding]:
        for number, one in enumerate(self.interactions, 1):
            where = f"interaction {number}"
            title, action = str(one.get("libraryTitle", "")).strip(), _mapping(one.get("action"))
            kind = str(action.get("library", "")).partition(" ")[0].rpartition(".")[2]
            if len(title.split()) < 2 or title == kind:
                yield _error("library-title", where, "has no title that a screen reader could say", title)
            time = _mapping(one.get("duration"))
            begin, end = time.get("from"), time.get("to")
            if not (isinstance(begin, int | float) and isinstance(end, int | float) and 0 <= begin <= end):
                yield _error("duration", where, "has no time at which it is shown", f"{begin} to {end}")
            if one.get("pause") is not True:
                yield _error("pause", where, "does not pause the film")

    def _texts(self) -> Iterator[Finding]:
        for where, record in _records(self.content, "content.json"):
            for key in TEXTS:
                value = record.get(key)
                if not isinstance(value, str):
                    continue
                if len(value) > MOST_TEXT:
                    yield _error(
                        "html", f"{where}.{key}", "is too long to be a text", f"{len(value)} characters"
                    )
                elif odd := _odd(value):
                    yield _error(
                        "html",
                        f"{where}.{key}",
                        "has markup that H5P takes out",
                        odd,
                        ", ".join(sorted(TAGS)),
                    )

    def _tracks(self) -> Iterator[Finding]:
        video = _mapping(_mapping(self.content.get("interactiveVideo")).get("video"))
        tracks = _mapping(video.get("textTracks")).get("videoTrack")
        if not isinstance(tracks, list) or not tracks:
            yield _error("captions", "content.json", "has no captions")
            return
        for number, track in enumerate(map(_mapping, tracks), 1):
            name = f"content/{_mapping(track.get('track')).get('path', '')}"
            if not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", str(track.get("srcLang", ""))):
                yield _error("captions", f"track {number}", "has no language", str(track.get("srcLang")))
            if name in self.entries and not unpacked(self.package, name, 4 << 20).startswith(b"WEBVTT"):
                yield _error("captions", name, "is not WebVTT, and sites show no other captions")

    # What a site says of it -----------------------------------------------------------------------

    def sizes(self, limits: Limits) -> Iterator[Finding]:
        for name, size in self.entries.items():
            if size > limits.file:
                yield _error(
                    "file-size-too-large", name, "is larger than the site takes", _mb(size), _mb(limits.file)
                )
        if (total := sum(self.entries.values())) > limits.total:
            what = "is larger than the site takes, unpacked"
            yield _error("total-size-too-large", self.name, what, _mb(total), _mb(limits.total))

    def kinds(self, libraries_too: bool) -> Iterator[Finding]:
        for name in self.entries:
            content = name.startswith("content/")
            if hidden(name) or "/" not in name or not (content or libraries_too):
                continue
            allowed = CONTENT_ENDINGS if content else LIBRARY_ENDINGS
            ending = PurePosixPath(name).suffix.lower().removeprefix(".")
            if ending not in allowed:
                yield _error("not-in-whitelist", name, "is a kind of file that sites do not take", ending)
        if not self.about:
            yield _error("invalid-h5p-json-file", self.name, "has no h5p.json")
        for key, form in REQUIRED.items():
            value = self.about.get(key)
            if self.about and not (isinstance(value, str) and form.fullmatch(value)):
                said = f"has no {key} that H5P takes"
                yield _error("invalid-h5p-json-file-2", "h5p.json", said, str(value)[:40], form.pattern)
        if self.about and not isinstance(self.about.get("preloadedDependencies"), list):
            yield _error("invalid-h5p-json-file-2", "h5p.json", "does not list its libraries")
        embeds = self.about.get("embedTypes")
        if self.about and not (
            isinstance(embeds, list) and embeds and {*map(str, embeds)} <= {"iframe", "div"}
        ):
            yield _error(
                "invalid-h5p-json-file-2", "h5p.json", "does not say how it is embedded", str(embeds)[:40]
            )
        if "content/content.json" not in self.entries:
            yield _error("invalid-content-folder", self.name, "has no content/content.json")

    def core(self, site: Collection[Library], may_install: bool, core: tuple[int, int]) -> Iterator[Finding]:
        """Libraries that are here and not there are installed, and have to be whole and not too new."""
        for one in self._installing(site, may_install):
            if one.core > core:
                what = f"{one.library} asks for a newer H5P than the site has"
                yield _error("api-version-unsupported", self.name, what, _version(one.core), _version(core))
            for lost in (name for name in one.loads if name not in one.files):
                yield _error("library-file-missing", self.name, f"{one.library} lacks {lost}, which it loads")

    def _installing(self, site: Collection[Library], may_install: bool) -> list[Shipped]:
        return [one for one in self.shipped.values() if may_install and one.library not in site]

    def missing(self, site: Collection[Library], may_install: bool) -> Iterator[Finding]:
        there = {*site, *(self.shipped if may_install else ())}
        needs = {need for one in self._installing(site, may_install) for need in one.needs}
        for one in sorted((self.dependencies | needs) - there):
            what = f"needs {one}, which the site lacks"
            step = (
                "install it there, or bring a package with libraries"
                if not self.shipped
                else _step(may_install)
            )
            yield _error("missing-required-library", self.name, what, "", step)
        for one in sorted(self.used - there - self.dependencies):
            what = f"names {one}, which is neither here nor there"
            yield _error("library-file-missing", "content.json", what)

    def editors(self, site: Collection[Library], may_install: bool) -> Iterator[Finding]:
        there = {*site, *self.shipped}
        needs = {need for one in self._installing(site, may_install) for need in one.editor}
        for one in sorted(needs - there):
            what = f"lacks {one}, without which it cannot be edited; Moodle, WordPress and Drupal refuse it"
            yield _warning("missing-required-library", self.name, what)

    # What it says of itself -----------------------------------------------------------------------

    @property
    def dependencies(self) -> set[Library]:
        named = self.about.get("preloadedDependencies")
        return set(_libraries(named if isinstance(named, list) else []))

    @property
    def used(self) -> set[Library]:
        found = set()
        for where, record in _records(self.content):
            if isinstance(name := record.get("library"), str):
                try:
                    found.add(Library.named(name))
                except ValueError as problem:
                    raise InputError(str(problem), where=where, next_step="export it anew") from None
        return found

    @property
    def interactions(self) -> list[Mapping[str, Any]]:
        assets = _mapping(_mapping(self.content.get("interactiveVideo")).get("assets"))
        found = assets.get("interactions")
        return [_mapping(one) for one in found] if isinstance(found, list) else []


def _step(may_install: bool) -> str:
    if may_install:
        return "bring a file of libraries that has it"
    return "let somebody import it who may install libraries"


def _libraries(records: Iterable[Any]) -> Iterator[Library]:
    for record in records:
        try:
            yield Library.of(record)
        except ValueError as problem:
            raise InputError(str(problem), where="h5p.json", next_step="export it anew") from None


def _mapping(value: Any) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", value) if isinstance(value, Mapping) else {}


def _records(value: Any, where: str = "$") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every object in a JSON value, with where it stands."""
    waiting = [(where, value)]
    while waiting:
        at, one = waiting.pop()
        if isinstance(one, Mapping):
            yield at, one
            waiting += [(f"{at}.{key}", inner) for key, inner in one.items()]
        elif isinstance(one, list):
            waiting += [(f"{at}[{number}]", inner) for number, inner in enumerate(one)]


@dataclass
class _Tags(HTMLParser):
    """What is neither text nor one of our tags."""

    odd: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS or attrs:
            self.odd.append(str(self.get_starttag_text())[:40])

    def handle_endtag(self, tag: str) -> None:
        if tag not in TAGS:
            self.odd.append(f"</{tag[:30]}>")

    def handle_comment(self, data: str) -> None:
        self.odd.append("a comment")

    def handle_decl(self, decl: str) -> None:
        self.odd.append("a declaration")

    def handle_pi(self, data: str) -> None:
        self.odd.append("an instruction")

    def unknown_decl(self, data: str) -> None:
        self.odd.append("a declaration")


def _odd(text: str) -> str:
    """What of a text H5P's filter would take out."""
    parser = _Tags()
    parser.feed(text)
    parser.close()
    return ", ".join(parser.odd[:3])


def _mb(size: int) -> str:
    return f"{size / 1e6:.1f} MB"


def _version(core: tuple[int, int]) -> str:
    return f"{core[0]}.{core[1]}"
