"""Documents set by Typst as tagged PDFs (PDF/UA-1, ISO 14289-1): in our fonts alone, the same bytes for the
same words.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory
from textwrap import shorten
from typing import Any

from pipeline.adapters.fonts import TYPEFACES, Face, font_files, packaged, packaged_names, typeface
from pipeline.core.footage import Fonts
from pipeline.errors import BrokenIO

FIRST = "Atkinson Hyperlegible Next"
"""It draws ŵ and ŷ as one letter each, so that words with them can be searched for and copied out."""


MARK = "\ufeff"
"""Of byte order: no letter, and PDF/UA forbids it."""


def pdf(template: str, values: Mapping[str, Any], fonts: Fonts) -> bytes:
    """A template of Typst's, filled in: it reads `values` and the fonts' names from sys.inputs, as JSON.

    `fonts` lend the letters that the packaged ones lack; InputError where nothing has a letter.
    """
    import typst

    with TemporaryDirectory(prefix="ourwords-") as room:
        lent = _lent(list(_texts(values)), fonts, Path(room))
        folders = [str(TYPEFACES), str(font_files()[0].parent), room]
        known = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)
        own = [one.family for one in known.fonts() if (one.path, one.index) in lent]
        filled = json.dumps(values, ensure_ascii=False).replace(MARK, "")
        inputs = {"values": filled, "fonts": json.dumps([FIRST, *packaged_names(), *own])}
        try:
            made = typst.compile(
                template.encode(),
                font_paths=known,
                format="pdf",
                pdf_standards=["ua-1"],
                sys_inputs=inputs,
            )
        except typst.TypstError as problem:
            raise BrokenIO(f"the PDF could not be set: {problem.message}") from problem
    assert isinstance(made, bytes)
    return made


def words(document: bytes) -> list[str]:
    """What people can read of a PDF: its title and author, and each page with its lines joined.

    ValueError where it is no PDF.
    """
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        read = PdfReader(BytesIO(document))
        about = [str(value) for value in (read.metadata or {}).values()]
        return [*about, *(" ".join(page.extract_text().split()) for page in read.pages)]
    except PyPdfError as problem:
        raise ValueError(str(problem)) from problem


def _lent(texts: list[str], fonts: Fonts, room: Path) -> set[tuple[str, int]]:
    """The fonts of a production that these texts need, laid into the room: each by its path there and its
    number.
    """
    lacking = [text for text in texts if packaged().lacks(text)]
    if not lacking:
        return set()
    face = typeface(fonts)
    face.check((f"the guide, “{shorten(text, 60, placeholder='…')}”", text) for text in lacking)
    needed = {found for text in lacking for found, _ in face.runs("".join(packaged().lacks(text)))}
    return {(str(_laid(one, room)), one.number) for one in needed}


def _laid(face: Face, room: Path) -> Path:
    to = room / face.path.name
    if not to.exists():
        copyfile(face.path, to)
    return to


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _texts(inner)
