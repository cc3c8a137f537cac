"""H5P's libraries as far as an import looks at them: names, versions, what each needs, its parameters.

The facts are those of Interactive Video 1.27.8; the files are ours and do nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from pipeline.delivery.training.h5p_libraries import Library

Semantics = list[dict[str, Any]]


def field(name: str, kind: str, **other: Any) -> dict[str, Any]:
    return {"name": name, "type": kind, "label": name, **other}


def text(name: str, **other: Any) -> dict[str, Any]:
    return field(name, "text", **other)


def group(name: str, *fields: dict[str, Any], **other: Any) -> dict[str, Any]:
    return field(name, "group", fields=list(fields), **other)


def many(name: str, of: dict[str, Any], **other: Any) -> dict[str, Any]:
    return field(name, "list", field=of, **other)


def choice(name: str, values: Sequence[str], **other: Any) -> dict[str, Any]:
    return field(name, "select", options=[{"value": one, "label": one} for one in values], **other)


def html(name: str, *tags: str) -> dict[str, Any]:
    return text(name, widget="html", tags=list(tags))


ACTIONS = """H5P.Nil 1.0, H5P.Text 1.1, H5P.Table 1.2, H5P.Link 1.3, H5P.Image 1.1, H5P.Summary 1.10,
H5P.SingleChoiceSet 1.11, H5P.MultiChoice 1.16, H5P.TrueFalse 1.8, H5P.Blanks 1.14, H5P.DragQuestion 1.14,
H5P.MarkTheWords 1.11, H5P.DragText 1.10, H5P.GoToQuestion 1.3, H5P.IVHotspot 1.2, H5P.Questionnaire 1.3,
H5P.FreeTextQuestion 1.0, H5P.MultiMediaChoice 0.3"""
"""What may lie on a film, by the exact name."""

TRACK = group(
    "track",
    text("label", optional=True),
    choice("kind", ["subtitles", "captions", "descriptions"]),
    text("srcLang"),
    field("track", "file"),
)
VIDEO = group(
    "video",
    field("files", "video"),
    group(
        "startScreenOptions",
        text("title", maxLength=60),
        field("hideStartTitle", "boolean", optional=True),
        text("shortStartDescription", maxLength=120, optional=True),
        field("poster", "image", optional=True),
    ),
    group("textTracks", many("videoTrack", TRACK, optional=True), text("defaultTrackLabel", optional=True)),
)
GOTO = group(
    "goto",
    choice("type", ["timecode", "url"], optional=True),
    field("time", "number", optional=True),
    group("url", text("protocol"), text("url"), optional=True),
    field("visualize", "boolean"),
    optional=True,
)
INTERACTION = group(
    "interaction",
    group("duration", field("from", "number"), field("to", "number")),
    field("pause", "boolean"),
    choice("displayType", ["button", "poster"]),
    field("buttonOnMobile", "boolean"),
    html("label", "p"),
    *(field(name, "number") for name in ("x", "y", "width", "height")),
    text("libraryTitle", optional=True),
    field("action", "library", options=re.split(r",\s+", ACTIONS)),
    group("visuals", text("backgroundColor"), field("boxShadow", "boolean")),
    GOTO,
)
MARK = group("bookmark", field("time", "number"), text("label"))
INTERACTIVE_VIDEO: Semantics = [
    group(
        "interactiveVideo",
        VIDEO,
        group("assets", many("interactions", INTERACTION), many("bookmarks", MARK), many("endscreens", MARK)),
        group(
            "summary",
            field("task", "library", options=["H5P.Summary 1.10"]),
            field("displayAt", "number"),
            optional=True,
        ),
    ),
    group(
        "override",
        *(field(name, "boolean", optional=True) for name in ("autoplay", "loop", "deactivateSound")),
        field("startVideoAt", "number", optional=True),
        *(field(name, "boolean", optional=True) for name in ("showBookmarksmenuOnLoad", "showRewind10")),
        choice("preventSkippingMode", ["none", "forward", "both"], optional=True),
        *(choice(name, ["on", "off"], optional=True) for name in ("showSolutionButton", "retryButton")),
        optional=True,
    ),
]
TEXT: Semantics = [html("text", "strong", "em", "del", "a", "ul", "ol", "h2", "h3", "hr")]
FREE_TEXT: Semantics = [
    text("question"),
    field("maxScore", "number"),
    field("isRequired", "boolean"),
    group("i10n", optional=True),
]


@dataclass(frozen=True)
class Stub:
    """A library of which there is nothing but what an import looks at."""

    name: str
    needs: tuple[str, ...] = ()
    editor: tuple[str, ...] = ()
    core: tuple[int, int] | None = None
    semantics: Semantics | None = None
    runnable: bool = False

    @property
    def library(self) -> Library:
        return Library.named(self.name)

    def record(self) -> dict[str, Any]:
        library = self.library
        found = {
            "title": library.name,
            "patchVersion": 8,
            "runnable": int(self.runnable),
            **library.dependency,
        }
        if self.core:
            found["coreApi"] = {"majorVersion": self.core[0], "minorVersion": self.core[1]}
        for key, names in (("preloadedDependencies", self.needs), ("editorDependencies", self.editor)):
            if names:
                found[key] = [Library.named(one).dependency for one in names]
        return {**found, "preloadedJs": [{"path": "scripts/nothing.js"}], "license": "MIT"}

    def files(self) -> dict[str, bytes]:
        folder = self.library.folder
        made = {
            f"{folder}/library.json": json.dumps(self.record()).encode(),
            f"{folder}/scripts/nothing.js": b"",
            f"{folder}/language/cy.json": b"{}",
        }
        if self.semantics is not None:
            made[f"{folder}/semantics.json"] = json.dumps(self.semantics).encode()
        return made


IV = Stub(
    "H5P.InteractiveVideo 1.27",
    ("FontAwesome 4.5", "jQuery.ui 1.10", "H5P.Video 1.6", "H5P.DragNBar 1.5"),
    ("H5PEditor.InteractiveVideo 1.25",),
    (1, 27),
    INTERACTIVE_VIDEO,
    runnable=True,
)
STUBS = (
    IV,
    Stub("FontAwesome 4.5"),
    Stub("jQuery.ui 1.10"),
    Stub("H5P.Video 1.6", core=(1, 24)),
    Stub("H5P.DragNBar 1.5", ("H5P.DragNDrop 1.1", "H5P.DragNResize 1.2", "H5P.FontIcons 1.0"), core=(1, 24)),
    Stub("H5P.DragNDrop 1.1"),
    Stub("H5P.DragNResize 1.2"),
    Stub("H5P.FontIcons 1.0"),
    Stub("H5P.Text 1.1", semantics=TEXT),
    Stub("H5PEditor.InteractiveVideo 1.25"),
    Stub("H5P.Summary 1.10", semantics=[]),
)
"""Summary is needed by nothing here: what is not needed is not to be taken."""

TYPED = (
    Stub(
        "H5P.FreeTextQuestion 1.0", ("H5P.CKEditor 1.0", "FontAwesome 4.5"), core=(1, 13), semantics=FREE_TEXT
    ),
    Stub("H5P.CKEditor 1.0"),
)


def package(to: Path, files: Mapping[str, bytes]) -> Path:
    with ZipFile(to, "w") as made:
        for name, content in files.items():
            made.writestr(name, content)
    return to


def site(to: Path, stubs: Iterable[Stub] = STUBS, **other: bytes) -> Path:
    """What a site gives when it exports a film of its own: its libraries, and content of its own."""
    stubs = list(stubs)
    about = {
        "title": "Theirs",
        "mainLibrary": "H5P.InteractiveVideo",
        "language": "en",
        "embedTypes": ["iframe"],
        "preloadedDependencies": [one.library.dependency for one in stubs],
    }
    files = {"h5p.json": json.dumps(about).encode(), "content/content.json": b"{}"}
    for stub in stubs:
        files |= stub.files()
    return package(to, files | other)


# What a site's own filter asks of content --------------------------------------------------------

OF = {"H5P.Text 1.1": TEXT, "H5P.FreeTextQuestion 1.0": FREE_TEXT}


def flaws(value: Any, semantics: Semantics, where: str = "") -> Iterator[str]:
    """Where parameters are not what a library describes."""
    named = {one["name"]: one for one in semantics}
    for key in value:
        if key not in named:
            yield f"{where}.{key} is unknown"
    for name, one in named.items():
        if name in value:
            yield from _flaws(value[name], one, f"{where}.{name}")
        elif not one.get("optional"):
            yield f"{where}.{name} is missing"


def _flaws(value: Any, asked: Mapping[str, Any], where: str) -> Iterator[str]:
    match asked["type"]:
        case "group":
            yield from flaws(value, asked["fields"], where)
        case "list":
            for number, one in enumerate(value):
                yield from _flaws(one, asked["field"], f"{where}[{number}]")
        case "text":
            yield from _text(value, asked, where)
        case "number":
            if isinstance(value, bool) or not isinstance(value, int | float):
                yield f"{where} is no number"
        case "boolean":
            if not isinstance(value, bool):
                yield f"{where} is neither true nor false"
        case "select":
            if value not in [one["value"] for one in asked["options"]]:
                yield f"{where} is none of the choices"
        case "library":
            if value["library"] not in asked["options"]:
                yield f"{where} may not be {value['library']}"
            yield from flaws(value["params"], OF.get(value["library"], []), f"{where}.params")
        case _:
            for one in value if isinstance(value, list) else [value]:
                if not {"path", "mime"} <= set(one) <= {"path", "mime", "copyright"}:
                    yield f"{where} is no file"


def _text(value: Any, asked: Mapping[str, Any], where: str) -> Iterator[str]:
    if not isinstance(value, str):
        yield f"{where} is no text"
    elif len(value) > asked.get("maxLength", len(value)):
        yield f"{where} is too long"
    elif "tags" in asked:
        known = {"div", "span", "p", "br", "li", *asked["tags"]}
        yield from (f"{where} has <{tag}>" for tag in re.findall(r"</?([^\s>/]*)", value) if tag not in known)
    elif re.search(r'[<>"]', value):
        yield f"{where} is not escaped"
