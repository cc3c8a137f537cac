"""The caption font: Atkinson Hyperlegible (OFL), from its package, with every glyph looked up first."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from pipeline.errors import InputError, MissingTool
from pipeline.store import file_digest

FAMILY = "Atkinson Hyperlegible"


@cache
def font_files() -> tuple[Path, ...]:
    spec = find_spec("fontpkg_atkinson_hyperlegible")
    files = sorted((Path(spec.origin).parent / "files").glob("*.ttf")) if spec and spec.origin else []
    if not files:
        raise MissingTool("the caption font is not there", next_step="install ourwords again; its packages bring it")
    return tuple(files)


def regular() -> Path:
    return next(path for path in font_files() if path.stem.endswith("-Regular"))


def bold() -> Path:
    return next(path for path in font_files() if path.stem.endswith("-Bold"))


@cache
def fingerprint() -> str:
    """Part of the key of everything that shows text."""
    return file_digest(regular())[:16]


@cache
def _glyphs() -> frozenset[int]:
    from fontTools.ttLib import TTFont

    with TTFont(regular(), lazy=True) as font:
        return frozenset(font.getBestCmap())


def wrap(text: str, font: Path, letter: int, width: int) -> str:
    """The text in lines no wider than `width` pixels at this letter height, parted between words.

    Lines of a paragraph are filled evenly, so that none is left with a single word.
    """
    return "\n".join(_even(paragraph.split(), font, letter, width) for paragraph in text.splitlines() if paragraph.strip())


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


def width(text: str) -> float:
    """Of a line of captions, in ems."""
    return _measure(text, regular())


def check(texts: Iterable[tuple[str, str]]) -> None:
    """Refuse text that the font cannot show, before anything is rendered. `texts`: (where, text)."""
    for where, text in texts:
        for character in text:
            if ord(character) not in _glyphs() and not character.isspace():
                raise InputError(
                    f'the caption font has no "{character}" (U+{ord(character):04X})',
                    where=where,
                    next_step="write it another way; it would be burnt in as an empty box",
                )
