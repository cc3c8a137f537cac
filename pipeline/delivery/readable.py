"""What people can read of a file that leaves: its name, texts and captions, a PDF's pages, an MP4's tags, and
of a package the same of every file in it.

The door asks whether anybody is named in them. Pages have our own words in them as well, so a name in them
gives way to what is written in its place, before they are published.
"""

from __future__ import annotations

import io
import json
import re
import struct
import zlib
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import fields, is_dataclass
from html import escape, unescape
from pathlib import Path, PurePosixPath
from typing import IO, Any
from zipfile import BadZipFile, ZipFile, ZipInfo

from pipeline.captions.formats import CODECS, read
from pipeline.core.codec import pretty
from pipeline.engine.tools import Tools
from pipeline.errors import OurwordsError
from pipeline.language.names import Names

Content = Path | bytes

PAGES = re.compile(r".*\.(html|pdf)|(.*/)?(report|verify(-[^/]*)?|feedback)\.json")
"""Files with our own words in them, among which a name that is a word cannot be told."""

_CODE = re.compile(r"(.*[/ ])?(?!film\.)[^/ ]+\.(js|css|svg)")
"""Files with nothing in them but our own; what a player is given to show is in film.js."""

_CAPTIONS = frozenset(f".{ending}" for codec in CODECS.values() for ending in codec.endings)
_FILMS = frozenset({".mp4", ".m4a", ".m4v", ".mov"})
_PICTURES = frozenset({".jpg", ".jpeg", ".png"})
_PACKAGES = frozenset({".zip", ".h5p"})


class Torn(Exception):
    """A package that cannot be read to its end: nobody can say who is named in it."""


MOST_FILES, MOST_BYTES = 10_000, 64 << 20
"""In a package, and in one text of it: more than any has that is made here."""

_MARKUP = re.compile(r"(<(style|script)\b.*?</\2\s*>|<!--.*?-->|<[^>]*>)", re.DOTALL | re.IGNORECASE)
_INLINE = re.compile(r"</?(a|abbr|b|bd[io]|code|del|em|i|ins|kbd|mark|q|s|small|span|strong|su[bp]|u|wbr)\b")
"""Tags within a line: they part no word."""

_ESCAPE = re.compile(r"\\[nrt]")
"""How JSON writes the end of a line in any file: before a name it would be its first letter."""

_ATTRIBUTE = re.compile(r'="(?!data:)([^"]*)"')
"""What an attribute says; a picture within the page says nothing."""

_CARRIED = re.compile(r'="data:text/[^"]*;base64,([^"]*)"')
"""A text within the page: captions of its player."""


def named_in(where: str, names: Names) -> Names:
    """Those of the names that can be told in what is read there."""
    return names.not_words if PAGES.fullmatch(where) or _CODE.fullmatch(where) else names


def texts(path: str, content: Content) -> Iterator[tuple[str, str]]:
    """(where, text) of all that can be read of a file under the name that it leaves by."""
    yield f"the name of {path}", path
    kind = PurePosixPath(path).suffix.lower()
    if kind in _FILMS:
        with suppress(OSError, struct.error):
            yield from ((f"{path}, {where}", text) for where, text in tags(content))
    elif kind in _PACKAGES:
        yield from _packed(path, content)
    elif kind not in _PICTURES:
        data = content if isinstance(content, bytes) else content.read_bytes()
        yield from ((path, text) for text in _read(path, kind, data))


def _packed(path: str, content: Content) -> Iterator[tuple[str, str]]:
    """Of every file in a package, as if it left by itself; what cannot be read to its end does not leave."""
    try:
        with ZipFile(io.BytesIO(content) if isinstance(content, bytes) else content) as package:
            if len(package.infolist()) > MOST_FILES:
                raise BadZipFile("more files than a package has")
            yield f"the remark in {path}", package.comment.decode("utf-8", errors="replace")
            for entry in package.infolist():
                yield from _entry(package, entry, f"{path}: {entry.filename}")
    except (BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as problem:
        raise Torn(f"{path} cannot be read to its end: {problem}") from None


def _entry(package: ZipFile, entry: ZipInfo, name: str) -> Iterator[tuple[str, str]]:
    kind = PurePosixPath(entry.filename).suffix.lower()
    if kind in _FILMS:
        yield f"the name of {name}", entry.filename
        with package.open(entry) as film, suppress(struct.error):
            yield from ((f"{name}, {where}", text) for where, text in _boxes(_seek_moov(film), b"moov"))
    elif kind in _PICTURES:
        yield f"the name of {name}", entry.filename
    elif entry.file_size > MOST_BYTES:
        raise BadZipFile(f"{entry.filename} is larger than any text of a package")
    else:
        yield from texts(name, package.read(entry))


def _read(path: str, kind: str, data: bytes) -> Iterator[str]:
    if kind == ".pdf":
        with suppress(ValueError):
            yield "\n".join(Tools.pdf_words(data))
            return
    text = data.decode("utf-8", errors="replace")
    if kind == ".html":
        yield _words(text)
        yield "\n".join(value for tag in _MARKUP.split(text)[1::3] for value in _attributes(tag))
        yield from _carried(text)
        return
    if kind == ".json":
        with suppress(ValueError):
            yield "\n".join(_strings(json.loads(text)))
            return
    if kind == ".js":
        yield "\n".join(string for value in _given(text) for string in _strings(value))
    if kind in _CAPTIONS:
        # A name may be parted by the end of a cue.
        with suppress(OurwordsError):
            cues = read(PurePosixPath(path).name, data).cues
            yield "\n".join(f"{cue.speaker}\n{cue.text}" for cue in cues)
            yield "\n".join(cue.text for cue in cues)
    yield text
    yield _ESCAPE.sub(" ", unescape(text))


def _words(page: str) -> str:
    return "".join(_pieces(_MARKUP.split(page)))


def _pieces(split: list[str]) -> list[str]:
    """The words between tags; what no tag within a line parts stands together."""
    found = []
    for number in range(0, len(split), 3):
        tag = split[number + 1] if number + 1 < len(split) else ""
        found.append(unescape(split[number]) + ("" if _INLINE.match(tag) else "\n;\n"))
    return found


def _attributes(tag: str) -> list[str]:
    """What stands in quotes in a tag; nothing of styles and scripts, which are our own."""
    if re.match(r"<(style|script)\b", tag, re.IGNORECASE):
        return []
    return [unescape(value) for value in _ATTRIBUTE.findall(tag)]


def _carried(page: str) -> Iterator[str]:
    """Captions that a page carries, as captions: a name may be parted by the end of a cue."""
    for data in _CARRIED.findall(page):
        with suppress(ValueError):
            yield from _read("carried.vtt", ".vtt", b64decode(data))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield str(key)
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)


_LITERAL = re.compile(r"=\s*(?=[\[{])")
_CHARACTERS = re.compile(r'"(?:[^"\\\n]|\\.)*"')


def _given(script: str) -> Iterator[Any]:
    """The data that a script is given, as JSON behind a `=`; of other code, the texts that stand in it."""
    decoder, at = json.JSONDecoder(), 0
    while found := _LITERAL.search(script, at):
        at = found.end()
        with suppress(ValueError, RecursionError):
            value, at = decoder.raw_decode(script, at)
            yield value
    for text in _CHARACTERS.findall(script):
        with suppress(ValueError):
            yield json.loads(text)


def said(where: str, value: Any) -> Iterator[tuple[str, str]]:
    """(where, text) of every text in a value, however deep: what files that are written from it can say."""
    if isinstance(value, str):
        yield where, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from said(f"{where}, {key}", inner)
    elif is_dataclass(value) and not isinstance(value, type):
        for part in fields(value):
            yield from said(f"{where}, {part.name}", getattr(value, part.name))
    elif isinstance(value, list | tuple | frozenset):
        for number, inner in enumerate(value, 1):
            yield from said(f"{where} {number}", inner)


# Pages -------------------------------------------------------------------------------------------


def unnamed(files: Mapping[str, Content], names: Names) -> dict[str, Content]:
    """The files, and of the pages among them what is read without anybody's name in it."""
    return {
        path: _unnamed(path, content, names)
        if isinstance(content, bytes) and PAGES.fullmatch(path)
        else content
        for path, content in files.items()
    }


def _unnamed(path: str, data: bytes, names: Names) -> bytes:
    if not names or path.endswith(
        ".pdf"
    ):  # what is set in type is made of texts without names, and only read
        return data
    text = data.decode("utf-8")
    if path.endswith(".html"):
        return page_unnamed(text, names).encode()
    plain = json.loads(text)
    clean = without(plain, names.hidden)
    return data if clean == plain else pretty(clean)


def without(value: Any, hidden: Callable[[str], str]) -> Any:
    """The same data, every text in it gone through `hidden`; keys are ours."""
    if isinstance(value, str):
        return hidden(value)
    if isinstance(value, dict):
        return {key: without(inner, hidden) for key, inner in value.items()}
    return [without(inner, hidden) for inner in value] if isinstance(value, list) else value


def page_unnamed(page: str, names: Names) -> str:
    """A page without anybody's name, also where a tag stands in it; what was not touched stays as it is."""
    split = _MARKUP.split(page)
    pieces = _pieces(split)
    starts, at = [], 0
    for piece in pieces:
        starts.append(at)
        at += len(piece)
    for hit in reversed(names.hits("".join(pieces))):
        instead = hit.name.instead
        for number, (start, piece) in enumerate(zip(starts, pieces, strict=True)):
            low, high = max(hit.start - start, 0), min(hit.end - start, len(unescape(split[number * 3])))
            if low < high and low < len(piece):
                words = unescape(split[number * 3])
                split[number * 3] = escape(words[:low] + instead + words[high:], quote=False)
                instead = ""
    for number in range(1, len(split), 3):
        if any(names.hits(value) for value in _attributes(split[number])):
            split[number] = _ATTRIBUTE.sub(
                lambda found: f'="{escape(names.hidden(unescape(found.group(1))))}"',
                split[number],
            )
    return "".join(text for number, text in enumerate(split) if number % 3 != 2)


# MP4 ---------------------------------------------------------------------------------------------

_FOLDERS = frozenset({b"moov", b"trak", b"mdia", b"udta", b"ilst", b"minf", b"edts", b"tref"})


def tags(film: Content) -> Iterator[tuple[str, str]]:
    """(where, text) of every tag, chapter and name of a track in an MP4 (ISO/IEC 14496-12)."""
    yield from _boxes(_moov(film), b"moov")


def _moov(film: Content) -> bytes:
    if isinstance(film, bytes):
        return next((data for kind, data in _inside(film) if kind == b"moov"), b"")
    with film.open("rb") as file:
        return _seek_moov(file)


def _seek_moov(file: IO[bytes]) -> bytes:
    while len(head := file.read(16)) >= 8:
        size, kind = struct.unpack(">I4s", head[:8])
        lead = 16 if size == 1 else 8
        size = struct.unpack(">Q", head[8:16])[0] if size == 1 else size
        file.seek(lead - len(head), 1)
        if kind == b"moov":
            return file.read(size - lead if size else -1)
        if size < lead:
            break
        file.seek(size - lead, 1)
    return b""


def _inside(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at + 8 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        if size < 8:
            return
        yield kind, data[at + 8 : at + size]
        at += size


def _boxes(data: bytes, within: bytes) -> Iterator[tuple[str, str]]:
    for kind, inner in _inside(data):
        if kind == b"meta":
            yield from _boxes(inner[4:], kind)
        elif kind in _FOLDERS or within == b"ilst":
            yield from _boxes(inner, kind)
        elif kind == b"chpl":
            yield from (("chapters", text) for text in _titles(inner))
        elif kind in (b"hdlr", b"data", b"name", b"mean", b"keys"):
            yield from (("tags", text) for text in _printed(inner))
        elif within == b"udta":  # QuickTime's own begin with a length and a language
            yield from (("tags", text) for text in (*_printed(inner), *_printed(inner[4:])))


def _titles(chapters: bytes) -> Iterator[str]:
    """Nero's chapters: after nine bytes, of each its start (eight), its title's length, and the title."""
    at = 9
    while at + 9 <= len(chapters):
        end = at + 9 + chapters[at + 8]
        yield chapters[at + 9 : end].decode("utf-8", errors="replace")
        at = end


def _printed(data: bytes) -> Iterator[str]:
    """The runs of text in a box, between its numbers."""
    for run in re.split(rb"[\x00-\x1f\x7f]+", data):
        yield run.decode("utf-8", errors="replace")
