"""cmi5: the player for a learning system that keeps records by xAPI, with the video profile.

The package is the player's folder with cmi5.xml beside it. What the player tells the system is in
lms/cmi5.js.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path, PurePosixPath
from uuid import UUID, uuid5
from xml.etree.ElementTree import Element, ParseError
from zipfile import BadZipFile, ZipFile

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from pipeline.core.finding import Finding
from pipeline.delivery.training import player
from pipeline.delivery.training.model import Training
from pipeline.delivery.training.package import Content, zipped

NAMESPACE = "https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd"
STRUCTURE = "cmi5.xml"
VIDEO = "https://w3id.org/xapi/video/activity-type/video"
CONNECT = "http: https:"
"""Whom the page may talk to. The endpoint is known at launch only; the adapter then narrows it to that."""

MOVE_ON = ("Passed", "Completed", "CompletedAndPassed", "CompletedOrPassed", "NotApplicable")
LAUNCH_METHODS = ("AnyWindow", "OwnWindow")
LAUNCH_PARAMETERS = ("endpoint", "fetch", "actor", "registration", "activityId")
ORDER = ("title", "description", "objectives", "url", "launchParameters", "entitlementKey")
"""Of the parts of an assignable unit; the schema lets them come in no other."""


def package(training: Training, to: Path) -> Path:
    """A ZIP file for an LMS that takes cmi5: the same bytes whenever it is made of the same film."""
    return zipped(files(training), to)


def files(training: Training) -> dict[str, Content]:
    """What is in the package, by name."""
    played = player.files(training, adapter(), CONNECT)
    left = {"left.html": _leading_back(played["left.html"]), "left.js": _script("cmi5-left.js").encode()}
    return {STRUCTURE: structure(training), **played, **left}


def _leading_back(page: Content) -> bytes:
    """The neutral page, from which the LMS's own address leads back: the film's was good for one launch."""
    assert isinstance(page, bytes)
    page = page.replace(b"default-src 'none'", b"default-src 'none'; script-src 'self'", 1)
    return page.replace(b"</body>", b'<script src="left.js"></script>\n</body>', 1)


def adapter() -> str:
    """The script between the player and the LMS."""
    return _script("cmi5.js")


def _script(name: str) -> str:
    return (Path(__file__).parent / "lms" / name).read_text(encoding="utf-8")


def identifiers(training: Training) -> tuple[str, str]:
    """Of the course and of its one unit. They stay through rebuilds, so that records of learners go on."""
    course = UUID(training.id)
    return course.urn, uuid5(course, "cmi5").urn


def structure(training: Training) -> bytes:
    """cmi5.xml: a course of one unit, which is the film, done when it is completed."""
    course, unit = identifiers(training)
    title = _said({training.language: training.title})
    description = _said(_description(training))
    return f"""<?xml version="1.0" encoding="utf-8"?>
<courseStructure xmlns="{NAMESPACE}">
  <course id="{course}">
    <title>{title}</title>
    <description>{description}</description>
  </course>
  <au id="{unit}" moveOn="Completed" launchMethod="AnyWindow" activityType="{VIDEO}">
    <title>{title}</title>
    <description>{description}</description>
    <url>index.html</url>
  </au>
</courseStructure>
""".encode()


def _description(training: Training) -> Mapping[str, str]:
    minutes, seconds = divmod(round(training.duration), 60)
    length, breaks = f"{minutes}:{seconds:02}", len(training.stops)
    return {
        "en": f"A film of {length}. It stops for people to think: {breaks}×.",
        "cy": f"Ffilm: {length}. Mae'n stopio i bobl gael meddwl: {breaks}×.",
    }


def _said(texts: Mapping[str, str]) -> str:
    return "".join(
        f'<langstring lang="{escape(language)}">{escape(_WRITABLE.sub("", text))}</langstring>'
        for language, text in texts.items()
    )


_WRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML cannot hold in any spelling."""


# Preflight ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Package:
    names: tuple[str, ...]
    root: Element

    @property
    def course(self) -> Element | None:
        return self.root.find(_tag("course"))

    @property
    def units(self) -> list[Element]:
        return list(self.root.iter(_tag("au")))

    @property
    def identified(self) -> list[Element]:
        """All that have an id of their own."""
        return [one for name in ("course", "block", "au") for one in self.root.iter(_tag(name))]


def lint(package: Path) -> list[Finding]:
    """What an LMS will refuse or misunderstand in a cmi5 package; nothing, if all is well."""
    try:
        with ZipFile(package) as archive:
            names = tuple(archive.namelist())
            found = list(_layout(names))
            if STRUCTURE not in names:
                return found
            root = fromstring(archive.read(STRUCTURE))
    except (BadZipFile, OSError) as problem:
        return [_error("layout", package.name, "is no ZIP file that can be read", str(problem))]
    except (ParseError, DefusedXmlException) as problem:
        return [*found, _error("xml", STRUCTURE, "is no well-formed XML", str(problem))]
    if root.tag != _tag("courseStructure"):
        return [*found, _error("xml", STRUCTURE, "is no course structure", root.tag, NAMESPACE)]
    opened = _Package(names, root)
    return found + [finding for rule in RULES.values() for finding in rule(opened)]


def _layout(names: tuple[str, ...]) -> Iterator[Finding]:
    if STRUCTURE not in names:
        inside = [name for name in names if PurePosixPath(name).name.lower() == STRUCTURE]
        where = inside[0] if inside else "nowhere"
        yield _error("layout", STRUCTURE, "is not at the root of the package", where, STRUCTURE)
    for name in names:
        if name.startswith("/") or "\\" in name or ":" in name or ".." in PurePosixPath(name).parts:
            yield _error("layout", name, "may lie outside the folder it is unpacked in")
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield _error("layout", name, "is in the package twice")


def _complete(package: _Package) -> Iterator[Finding]:
    if package.course is None:
        yield _error("xml", STRUCTURE, "describes no course")
    if not package.units:
        yield _error("xml", STRUCTURE, "has no assignable unit, so there is nothing to open")


def _ordered(package: _Package) -> Iterator[Finding]:
    for unit in package.units:
        parts = [one.tag.removeprefix(_tag("")) for one in unit]
        known = [name for name in parts if name in ORDER]
        if known != sorted(set(known), key=ORDER.index):
            what = "has its parts in an order that the schema does not allow"
            yield _error("xml", _name(unit), what, ", ".join(known), ", ".join(ORDER))


IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")


def _identified(package: _Package) -> Iterator[Finding]:
    ids = [one.get("id", "").strip() for one in package.identified]
    for one, known in zip(package.identified, ids, strict=True):
        kind = one.tag.removeprefix(_tag(""))
        if not IRI.fullmatch(known):
            yield _error("id", kind, "has an id that is no IRI", known or "none", "https://… or urn:uuid:…")
    for known in sorted({known for known in ids if known and ids.count(known) > 1}):
        yield _error("id", known, "is the id of two things", str(ids.count(known)), "1")


LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")


def _worded(package: _Package) -> Iterator[Finding]:
    for one in package.identified:
        for part in ("title", "description"):
            said = one.findall(f"{_tag(part)}/{_tag('langstring')}")
            if not any((text.text or "").strip() for text in said):
                yield _error("text", _name(one), f"has no {part} in any language")
            for text in said:
                if not LANGUAGE.fullmatch(text.get("lang", "")):
                    told = text.get("lang", "none")
                    yield _error("text", _name(one), f"has a {part} in no known language", told, "en-GB")


URL = re.compile(r"(?:([A-Za-z][A-Za-z0-9+.-]*):)?([^?#]*)(?:\?([^#]*))?(?:#.*)?", re.DOTALL)
ESCAPED = re.compile("(?:%[0-9A-Fa-f]{2})+")


def _opened(package: _Package) -> Iterator[Finding]:
    for unit in package.units:
        url = (unit.findtext(_tag("url")) or "").strip()
        scheme, path, query = URL.fullmatch(url).groups(default="")  # type: ignore[union-attr]  # it always does
        if not url:
            yield _error("url", _name(unit), "has no url to open")
        elif not scheme and ESCAPED.sub(_unescaped, path) not in package.names:
            yield _error("url", _name(unit), "opens a file that is not in the package", url)
        taken = {pair.partition("=")[0] for pair in query.split("&")} & {*LAUNCH_PARAMETERS}
        if taken:
            yield _error("url", _name(unit), "uses names that the LMS adds", ", ".join(sorted(taken)))


def _unescaped(match: re.Match[str]) -> str:
    return bytes.fromhex(match[0].replace("%", "")).decode("utf-8", "replace")


def _chosen(attribute: str, allowed: tuple[str, ...], rule: str) -> Callable[[_Package], Iterator[Finding]]:
    def judge(package: _Package) -> Iterator[Finding]:
        for unit in package.units:
            value = unit.get(attribute)
            if value is not None and value not in allowed:
                what = f"has a {attribute} that cmi5 does not know"
                yield _error(rule, _name(unit), what, value or "blank", ", ".join(allowed))

    return judge


DECIMAL = re.compile(r"[+-]?(\d+(\.\d{0,4})?|\.\d{1,4})")


def _scored(package: _Package) -> Iterator[Finding]:
    for unit in package.units:
        score = unit.get("masteryScore")
        if score is not None and not (DECIMAL.fullmatch(score) and 0 <= float(score) <= 1):
            what = "has a masteryScore out of range"
            yield _error(
                "mastery-score", _name(unit), what, score or "blank", "0 to 1, four decimals at most"
            )


RULES: Mapping[str, Callable[[_Package], Iterator[Finding]]] = {
    "complete": _complete,
    "order": _ordered,
    "id": _identified,
    "text": _worded,
    "url": _opened,
    "move-on": _chosen("moveOn", MOVE_ON, "move-on"),
    "launch-method": _chosen("launchMethod", LAUNCH_METHODS, "launch-method"),
    "mastery-score": _scored,
}
"""What is asked of a course structure, besides the layout of the package and that it can be read."""


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _name(one: Element) -> str:
    return one.get("id", "").strip() or one.tag.removeprefix(_tag(""))


def _error(rule: str, where: str, what: str, measured: str = "", limit: str = "") -> Finding:
    return Finding(f"cmi5-{rule}", "error", where, what, measured, limit, clause=_CLAUSES.get(rule, ""))


_CLAUSES = {
    "layout": "cmi5 14.1",
    "xml": "cmi5 13.2",
    "id": "cmi5 13.1",
    "text": "cmi5 13.1",
    "url": "cmi5 13.1.4",
    "move-on": "cmi5 13.1.4",
    "launch-method": "cmi5 13.1.4",
    "mastery-score": "cmi5 13.1.4",
}
