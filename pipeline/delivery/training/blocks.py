"""A guide as a list of blocks, made once; a page (HTML) and a PDF are written from the same blocks, so that
whoever has read the one has read the other.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pkgutil import get_data
from typing import Protocol

from jinja2 import Environment, PackageLoader, StrictUndefined

from pipeline.core.footage import Fonts
from pipeline.delivery.training.guide_words import NOTHING, Said, runs
from pipeline.engine.tools import Tools


@dataclass(frozen=True)
class Heading:
    """`level` 2 is a part of the guide; one that stands `apart` begins a sheet of its own."""

    level: int
    text: Said
    apart: bool = False
    kind: str = "heading"


@dataclass(frozen=True)
class Paragraph:
    """`look` is "", or "soft" for what explains."""

    text: Said
    look: str = ""
    kind: str = "paragraph"


@dataclass(frozen=True)
class Items:
    """A list; `numbered` where its order says something."""

    items: tuple[Said, ...]
    numbered: bool = False
    kind: str = "items"


@dataclass(frozen=True)
class Boxed:
    """What stands out: `look` says whether it is a question, notes, easy read, care, support or a stop."""

    look: str
    lines: tuple[Said, ...]
    label: Said = NOTHING
    kind: str = "boxed"


@dataclass(frozen=True)
class Table:
    """The column of number `wide` takes what room the others leave."""

    head: tuple[Said, ...]
    rows: tuple[tuple[Said, ...], ...]
    wide: int = 1
    kind: str = "table"


@dataclass(frozen=True)
class Turn:
    """What somebody says, and when."""

    at: str
    speaker: Said
    text: Said
    kind: str = "turn"


@dataclass(frozen=True)
class Room:
    """So many empty lines, to write on."""

    lines: int
    kind: str = "room"


Block = Heading | Paragraph | Items | Boxed | Table | Turn | Room


@dataclass(frozen=True)
class Guide:
    """A guide in one language. `name` is the film's. `contents` heads the list of its parts; blank: it has
    none.
    """

    language: str
    name: Said
    about: Said
    blocks: tuple[Block, ...]
    page: str
    """Under each printed page, in the guide's language: Page {page} of {pages}."""
    contents: Said = NOTHING
    plain: bool = False

    @property
    def title(self) -> str:
        return f"{self.name.words}: {self.about.words}"

    @property
    def parts(self) -> list[Said]:
        return [one.text for one in self.blocks if isinstance(one, Heading) and one.level == 2]


NO_FONTS = Fonts()


class Setter(Protocol):
    """Sets a document from its template and its values as a tagged PDF."""

    def __call__(self, template: str, values: Mapping[str, object], fonts: Fonts, /) -> bytes: ...


# How it is written --------------------------------------------------------------------------------


@cache
def templates(package: str = "pipeline.delivery.training") -> Environment:
    """Those of pages for learners and facilitators."""
    return Environment(
        loader=PackageLoader(package),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def html(guide: Guide) -> bytes:
    """A page that prints well and asks nothing of anywhere."""
    return templates().get_template("guide.html").render(guide=guide, runs=runs).encode()


def pdf(guide: Guide, size: int, fonts: Fonts = NO_FONTS, *, setter: Setter = Tools.pdf) -> bytes:
    """The same in letters of so many points. `fonts` lend letters that ours lack."""
    return setter(template(), values(guide, size), fonts)


@cache
def template() -> str:
    """The PDF's, as Typst has it."""
    data = get_data("pipeline.delivery.training", "templates/guide.typ")
    assert data is not None
    return data.decode("utf-8")


def values(guide: Guide, size: int) -> dict[str, object]:
    """What the PDF's template reads, as JSON has it."""
    read: dict[str, object] = json.loads(json.dumps(asdict(guide)))
    return read | {"title": guide.title, "size": size}
