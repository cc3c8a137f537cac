"""The caption font: Atkinson Hyperlegible (OFL), from its package, or the production's own. Every glyph is
looked up first, every line measured.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import Any

from pipeline.core.area import LINE
from pipeline.core.digest import file_digest
from pipeline.errors import InputError, MissingTool

FAMILY = "Atkinson Hyperlegible"


@cache
def font_files() -> tuple[Path, ...]:
    """The files of the caption font, as packaged; MissingTool where they are not there."""
    spec = find_spec("fontpkg_atkinson_hyperlegible")
    files = sorted((Path(spec.origin).parent / "files").glob("*.ttf")) if spec and spec.origin else []
    if not files:
        raise MissingTool(
            "the caption font is not there", next_step="install ourwords again; its packages bring it"
        )
    return tuple(files)


def regular() -> Path:
    """The caption font's upright file."""
    return next(path for path in font_files() if path.stem.endswith("-Regular"))


def bold() -> Path:
    """The caption font's bold file."""
    return next(path for path in font_files() if path.stem.endswith("-Bold"))


JOINERS = frozenset("\u200c\u200d\u200e\u200f\u2060")
"""What says how letters join or which way they run, and is not drawn itself."""


@dataclass(frozen=True)
class Typeface:
    """What captions are written in. `files` is all that libass may take letters from, `sha256` its hash where
    somebody took that already.
    """

    path: Path
    files: tuple[Path, ...]
    sha256: str = ""

    @cached_property
    def family(self) -> str:
        """What libass knows it by."""
        return str(_tables(self.path)["family"])

    @cached_property
    def print(self) -> str:
        """Part of the key of everything that shows text."""
        return (self.sha256 or file_digest(self.path))[:16]

    def width(self, text: str) -> float:
        """Width of a line in ems of the packaged font, joined and kerned as libass does it, at the same line
        height.
        """
        return _width(self.path, text) * LINE / float(_tables(self.path)["line"])

    def lacks(self, text: str) -> list[str]:
        """The characters that it cannot show."""
        glyphs = _tables(self.path)["glyphs"]
        return [
            character
            for character in text
            if ord(character) not in glyphs and not character.isspace() and character not in JOINERS
        ]

    def check(self, texts: Iterable[tuple[str, str]]) -> None:
        """Refuse text that it cannot show, before anything is rendered. `texts`: (where, text)."""
        for where, text in texts:
            for character in self.lacks(text)[:1]:
                raise InputError(
                    f'the font {self.family} has no "{character}" (U+{ord(character):04X})',
                    where=where,
                    next_step="write it another way, or name a font that has it: [captions] font; it "
                    "would be burnt in as an empty box",
                )


@cache
def packaged() -> Typeface:
    """The caption font."""
    return Typeface(regular(), font_files())


MOST_BYTES = 200 << 20
"""In a font: collections of all of Chinese, Japanese and Korean take half of it."""


def own(path: Path, sha256: str = "") -> Typeface:
    """A production's own font; InputError where it is none."""
    if (size := path.stat().st_size) > MOST_BYTES:
        what = f"is {size >> 20} MB, and no font is larger than {MOST_BYTES >> 20} MB"
        raise InputError(what, where=path.name, next_step="give a TrueType or OpenType file")
    found = Typeface(path, (path, *font_files()), sha256)
    try:
        assert found.family and found.width("x")
    except Exception as problem:  # noqa: BLE001 - fontTools and FreeType raise whatever they stumble over
        what = f"is no font that can be used ({problem or type(problem).__name__})"
        raise InputError(what, where=path.name, next_step="give a TrueType or OpenType file") from None
    return found


def fingerprint() -> str:
    """The caption font's hash: part of the key of what is drawn with it."""
    return packaged().print


@cache
def _tables(path: Path) -> dict[str, Any]:
    from fontTools.ttLib import TTFont

    with TTFont(BytesIO(path.read_bytes()), lazy=True) as font:
        line = (font["OS/2"].usWinAscent + font["OS/2"].usWinDescent) / font[
            "head"
        ].unitsPerEm  # what libass takes for a line
        return {"family": font["name"].getDebugName(1), "glyphs": frozenset(font.getBestCmap()), "line": line}


@cache
def _opened(path: Path) -> Any:
    from PIL import ImageFont, features

    engine = ImageFont.Layout.RAQM if features.check("raqm") else ImageFont.Layout.BASIC
    return ImageFont.truetype(path, 1000, layout_engine=engine)


@lru_cache(maxsize=1 << 16)
def _width(path: Path, text: str) -> float:
    with _lock:  # FreeType's faces are one thread's at a time
        return float(_opened(path).getlength(text)) / 1000


_lock = Lock()


def width(text: str) -> float:
    """Width of a line in the packaged font, in ems."""
    return packaged().width(text)


def wrap(text: str, font: Path, letter: int, width: int) -> str:
    """The text in lines no wider than `width` pixels at this letter height, parted between words.

    Lines of a paragraph are filled evenly, so that none is left with a single word.
    """
    return "\n".join(
        _even(paragraph.split(), font, letter, width) for paragraph in text.splitlines() if paragraph.strip()
    )


def _even(words: list[str], font: Path, letter: int, width: int) -> str:
    lines = _filled(words, font, letter, width)
    narrow, wide = 0, width
    while wide - narrow > 4:
        middle = (narrow + wide) // 2
        fits = _filled(words, font, letter, middle)
        if len(fits) == len(lines) and all(_measure(line, font) * letter <= middle for line in fits):
            wide = middle
        else:
            narrow = middle
    return "\n".join(_filled(words, font, letter, wide))


def _filled(words: list[str], font: Path, letter: int, width: int) -> list[str]:
    lines: list[str] = []
    for word in words:
        if lines and _measure(f"{lines[-1]} {word}", font) * letter <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


@cache
def _advances(font: Path) -> tuple[dict[int, str], dict[str, tuple[int, int]], int]:
    from fontTools.ttLib import TTFont

    with TTFont(font, lazy=True) as opened:
        return dict(opened.getBestCmap()), dict(opened["hmtx"].metrics), int(opened["head"].unitsPerEm)


def _measure(text: str, font: Path) -> float:
    """Width in ems, by the font's own advances."""
    names, metrics, em = _advances(font)
    return sum(metrics[names.get(ord(character), ".notdef")][0] for character in text) / em


def check(texts: Iterable[tuple[str, str]]) -> None:
    """Refuse text that the packaged font cannot show. `texts`: (where, text)."""
    packaged().check(texts)
