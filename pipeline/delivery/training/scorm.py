"""SCORM packages of the player, for 1.2 and for 2004 4th Edition, and what an LMS would refuse in one."""

from __future__ import annotations

import json
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Literal
from xml.etree.ElementTree import Element, ParseError, SubElement, indent, tostring
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from pipeline.core.finding import Finding
from pipeline.delivery.training import player
from pipeline.delivery.training.model import Training
from pipeline.delivery.training.package import zipped

Version = Literal["1.2", "2004"]

MANIFEST = "imsmanifest.xml"
LMS = Path(__file__).parent / "lms"
TITLE = 200
"""Characters, by the schema of 1.2; 2004 asks an LMS for no more."""


@dataclass(frozen=True)
class Edition:
    """How the two say the same."""

    schemaversion: str
    packaging: str
    """The namespace of IMS Content Packaging."""
    extensions: str
    """That of ADL's own attributes."""
    kind: str
    """The attribute that says of a resource that it speaks to the LMS: another case in each."""
    adapter: str


EDITIONS: dict[Version, Edition] = {
    "1.2": Edition(
        "1.2",
        "http://www.imsproject.org/xsd/imscp_rootv1p1p2",
        "http://www.adlnet.org/xsd/adlcp_rootv1p2",
        "scormtype",
        "scorm12.js",
    ),
    "2004": Edition(
        "2004 4th Edition",
        "http://www.imsglobal.org/xsd/imscp_v1p1",
        "http://www.adlnet.org/xsd/adlcp_v1p3",
        "scormType",
        "scorm2004.js",
    ),
}
SEQUENCING = "http://www.imsglobal.org/xsd/imsss"


def package(training: Training, version: Version, to: Path) -> Path:
    """Write the player with its film as a package of this version: the same bytes for the same film."""
    files = player.files(training, adapter(training.id, version))
    described = manifest(training, version, list(files))
    return zipped({MANIFEST: described, **files}, to)


def adapter(of: str, version: Version) -> str:
    """What stands between the player and the LMS, for the training of this id."""
    shared = (LMS / "scorm.js").read_text(encoding="utf-8")
    dialect = (LMS / EDITIONS[version].adapter).read_text(encoding="utf-8")
    made = f"window.ourwordsLms = adapter(dialect, {json.dumps(of)});"
    return f'(() => {{\n"use strict";\n{shared}\n{dialect}\n{made}\n}})();\n'


# The manifest -------------------------------------------------------------------------------------


def manifest(training: Training, version: Version, names: Iterable[str]) -> bytes:
    """What the LMS reads first. Its identifiers are of the production: an update stays the same course."""
    edition, stable = EDITIONS[version], f"ourwords-{training.id}"
    root = Element(
        "manifest",
        {
            "identifier": stable,
            "version": "1.0",
            "xmlns": edition.packaging,
            "xmlns:adlcp": edition.extensions,
            **({"xmlns:imsss": SEQUENCING} if version == "2004" else {}),
        },
    )
    metadata = SubElement(root, "metadata")
    SubElement(metadata, "schema").text = "ADL SCORM"
    SubElement(metadata, "schemaversion").text = edition.schemaversion
    organizations = SubElement(root, "organizations", {"default": f"{stable}-course"})
    course = SubElement(organizations, "organization", {"identifier": f"{stable}-course"})
    SubElement(course, "title").text = _title(training.title)
    item = SubElement(
        course,
        "item",
        {"identifier": f"{stable}-item", "identifierref": f"{stable}-film", "isvisible": "true"},
    )
    SubElement(item, "title").text = _title(training.title)
    if version == "2004":
        _sequenced(course, item)
    resources = SubElement(root, "resources")
    kind = {"type": "webcontent", f"adlcp:{edition.kind}": "sco", "href": "index.html"}
    film = SubElement(resources, "resource", {"identifier": f"{stable}-film", **kind})
    for name in names:
        SubElement(film, "file", {"href": name})
    indent(root)
    return bytes(tostring(root, "utf-8", xml_declaration=True)) + b"\n"


def _sequenced(course: Element, item: Element) -> None:
    """One film that may be chosen and is complete when it says so: by its status and, alike, its measure."""
    by_measure = {"completedByMeasure": "true", "minProgressMeasure": "1.0"}
    SubElement(item, "adlcp:completionThreshold", by_measure)
    said = {"completionSetByContent": "true", "objectiveSetByContent": "true"}
    SubElement(SubElement(item, "imsss:sequencing"), "imsss:deliveryControls", said)
    SubElement(
        SubElement(course, "imsss:sequencing"), "imsss:controlMode", {"choice": "true", "flow": "true"}
    )


def _title(text: str) -> str:
    """As long as a title may be, in characters that XML has."""
    allowed = re.sub("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", text)
    return " ".join(allowed.split())[:TITLE].strip()


# What an LMS would refuse -------------------------------------------------------------------------

UPLOAD = 2 * 10**9
"""Bytes that the NHS Learning Hub takes."""

MANIFEST_BYTES = 1 << 20
PATH = 120
"""Characters of a file's name with its folders: an LMS on Windows unpacks below a long one of its own."""

HREF = 2000
NAME = re.compile(r"[A-Za-z0-9][\w.-]*(/[A-Za-z0-9][\w.-]*)*", re.ASCII)
IDENTIFIER = re.compile(r"[A-Za-z_][\w.-]*", re.ASCII)
OF_SCHEMAS = (".xsd", ".dtd")
"""Files that may lie beside the manifest without being listed."""

Found = tuple[str, str, str, str]
"""Where, what, measured, limit."""


@dataclass(frozen=True)
class Opened:
    """A package as its rules see it: what its ZIP file lists, and its manifest where that could be read."""

    entries: tuple[ZipInfo, ...]
    size: int
    root: Element

    @cached_property
    def names(self) -> frozenset[str]:
        return frozenset(entry.filename for entry in self.entries if not entry.is_dir())

    def all(self, name: str) -> list[Element]:
        """Elements of a name, whatever their namespace."""
        return [element for element in self.root.iter() if _local(element.tag) == name]

    @property
    def edition(self) -> Edition | None:
        space = self.root.tag.partition("}")[0].removeprefix("{")
        return next((one for one in EDITIONS.values() if one.packaging == space), None)

    @property
    def launched(self) -> list[Element]:
        """Resources that an item leads to."""
        asked = {item.get("identifierref") for item in self.all("item")}
        return [one for one in self.all("resource") if one.get("identifier") in asked]

    def listed(self) -> Iterator[str]:
        """The file of every <file>, by its name in the package."""
        for resource in self.all("resource"):
            for file in resource:
                if _local(file.tag) == "file":
                    yield file.get("href", "")

    def missing(self, name: str) -> str:
        """In what way a file is not there."""
        other = next((one for one in self.names if one.lower() == name.lower()), "")
        return f"it is there as {other}: case counts" if other else "it is not in the package"


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _namespace(package: Opened) -> Iterator[Found]:
    if package.edition is None or _local(package.root.tag) != "manifest":
        known = " or ".join(edition.packaging for edition in EDITIONS.values())
        yield MANIFEST, "its root is no manifest of SCORM 1.2 or 2004", package.root.tag, known


def _schemaversion(package: Opened) -> Iterator[Found]:
    asked = {"schema": "ADL SCORM"}
    if package.edition:
        asked["schemaversion"] = package.edition.schemaversion
    for name, value in asked.items():
        said = [(element.text or "") for element in package.all(name)]
        if said[:1] != [value]:
            yield MANIFEST, f"<{name}> does not say which SCORM this is", "".join(said[:1]), value


def _scorm_type(package: Opened) -> Iterator[Found]:
    if package.edition is None:
        return
    right = f"{{{package.edition.extensions}}}{package.edition.kind}"
    for resource in package.launched:
        written = [name for name in resource.keys() if _local(name).lower() == "scormtype"]  # noqa: SIM118
        if written != [right]:
            what = "the resource does not say by the right attribute that it speaks to the LMS"
            said = ", ".join(map(_local, written))
            yield MANIFEST, what, said, f"adlcp:{package.edition.kind}"
        elif resource.get(right) != "sco":
            yield MANIFEST, "a resource that is no SCO is not recorded", resource.get(right, ""), "sco"


def _identifiers(package: Opened) -> Iterator[Found]:
    given = [
        element.get("identifier", "")
        for name in ("manifest", "organization", "item", "resource")
        for element in package.all(name)
    ]
    for one, times in Counter(given).items():
        if not IDENTIFIER.fullmatch(one):
            limit = "a letter or _, then letters, digits, and . _ -"
            yield MANIFEST, "this is no identifier of XML", one, limit
        if times > 1:
            yield MANIFEST, "an identifier is given more than once", f"{one}, {times} times", "once"


def _references(package: Opened) -> Iterator[Found]:
    resources = {one.get("identifier"): one for one in package.all("resource")}
    courses = [one.get("identifier") for one in package.all("organization")]
    for organizations in package.all("organizations"):
        if (default := organizations.get("default")) not in courses:
            yield (
                MANIFEST,
                "the default organization is not there",
                str(default or ""),
                ", ".join(map(str, courses)),
            )
    leaves = [item for item in package.all("item") if not any(_local(one.tag) == "item" for one in item)]
    if not leaves:
        yield MANIFEST, "nothing can be started", "no item", "an item"
    for element in [*leaves, *package.all("dependency")]:
        if (asked := element.get("identifierref", "")) not in resources:
            yield (
                MANIFEST,
                f"an <{_local(element.tag)}> leads to no resource",
                asked,
                "a resource's identifier",
            )
    for resource in package.launched:
        if not resource.get("href"):
            yield (
                MANIFEST,
                "a resource that is started has no href",
                str(resource.get("identifier")),
                "a file",
            )


def _hrefs(package: Opened) -> Iterator[Found]:
    for resource in package.all("resource"):
        if not (href := resource.get("href", "")):
            continue
        name = href.partition("?")[0].partition("#")[0]
        if len(href) > HREF:
            yield MANIFEST, "an href is too long", str(len(href)), f"{HREF} characters"
        elif name not in package.names:
            yield MANIFEST, f"a resource starts with a file, and {package.missing(name)}", href, "a file"
        elif name not in package.listed():
            yield MANIFEST, "the file that a resource starts with is not among its files", href, "a <file>"


def _files(package: Opened) -> Iterator[Found]:
    listed = list(package.listed())
    for name in dict.fromkeys(listed):
        if name not in package.names:
            yield MANIFEST, f"a <file> is listed, and {package.missing(name)}", name, "a file"
    beside = {name for name in package.names if name.endswith(OF_SCHEMAS)} | {MANIFEST}
    for name in sorted(package.names - set(listed) - beside):
        yield name, "the manifest does not list this file, and some LMSs do not keep it", name, "a <file>"


def _names(package: Opened) -> Iterator[Found]:
    for name in sorted(package.names):
        if not NAME.fullmatch(name):
            limit = "folders and names of A–Z a–z 0–9 . _ -"
            yield name, "not every LMS unpacks a file of this name", name, limit
        if len(name) > PATH:
            yield name, "the name is too long with its folders", str(len(name)), f"{PATH} characters"
    files = [entry.filename.lower() for entry in package.entries if not entry.is_dir()]
    for name, times in Counter(files).items():
        if times > 1:
            yield name, "two files are the same but for their case", f"{times} times", "once"


def _packing(package: Opened) -> Iterator[Found]:
    for entry in package.entries:
        if entry.flag_bits & 1:
            yield entry.filename, "the file is encrypted", "encrypted", "open"
        if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            limit = "stored or deflated"
            yield entry.filename, "not every LMS unpacks this method", str(entry.compress_type), limit


def _size(package: Opened) -> Iterator[Found]:
    if package.size > UPLOAD:
        what = "the NHS Learning Hub does not take a package of this size: make the film smaller"
        yield MANIFEST, what, f"{package.size / 10**9:.2f} GB", f"{UPLOAD / 10**9:g} GB"


def _titles(package: Opened) -> Iterator[Found]:
    for element in [*package.all("organization"), *package.all("item")]:
        title = "".join(one.text or "" for one in element if _local(one.tag) == "title").strip()
        if not 0 < len(title) <= TITLE:
            what = f"the title of an <{_local(element.tag)}> is {'too long' if title else 'blank'}"
            yield MANIFEST, what, str(len(title)), f"1 to {TITLE} characters"


def _threshold(package: Opened) -> Iterator[Found]:
    for element in package.all("completionThreshold"):
        measure = element.get("minProgressMeasure", "1.0")
        if not re.fullmatch(r"0(\.\d+)?|1(\.0+)?", measure):
            yield MANIFEST, "the measure at which it is complete is none", measure, "0 to 1"


RULES: dict[str, Callable[[Opened], Iterator[Found]]] = {
    "namespace": _namespace,
    "schemaversion": _schemaversion,
    "type": _scorm_type,
    "identifiers": _identifiers,
    "references": _references,
    "hrefs": _hrefs,
    "files": _files,
    "names": _names,
    "packing": _packing,
    "size": _size,
    "titles": _titles,
    "threshold": _threshold,
}


def lint(package: Path) -> list[Finding]:
    """What an LMS would refuse, lose or not record in this package, before anybody uploads it."""
    try:
        with ZipFile(package) as file:
            opened = _opened(file, package)
    except (BadZipFile, zlib.error, NotImplementedError, RuntimeError) as problem:
        return [
            _finding("zip", (package.name, "it cannot be read as a ZIP file", str(problem), "a ZIP file"))
        ]
    if isinstance(opened, Finding):
        return [opened]
    return [_finding(rule, found) for rule, judge in RULES.items() for found in judge(opened)]


def _opened(file: ZipFile, package: Path) -> Opened | Finding:
    entries = tuple(file.infolist())
    asked = next((entry for entry in entries if entry.filename == MANIFEST), None)
    if asked is None:
        near = [one.filename for one in entries if PurePosixPath(one.filename).name.lower() == MANIFEST]
        what = f"{MANIFEST} is not at the root of the package"
        return _finding("manifest", (package.name, what, ", ".join(near), MANIFEST))
    if asked.file_size > MANIFEST_BYTES:
        size = f"{asked.file_size} bytes"
        return _finding("manifest", (MANIFEST, "no manifest is as large", size, f"{MANIFEST_BYTES} bytes"))
    try:
        root = fromstring(file.read(asked), forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as problem:
        return _finding(
            "manifest", (MANIFEST, "it cannot be read as XML", str(problem), "well-formed, no DTD")
        )
    return Opened(entries, package.stat().st_size, root)


def _finding(rule: str, found: Found) -> Finding:
    where, what, measured, limit = found
    return Finding(f"scorm-{rule}", "error", where, what, measured, limit)
