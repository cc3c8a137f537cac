"""The fonts of captions and cards: Atkinson Hyperlegible first, then those of other scripts (typefaces/), all
OFL; before them what a production names. Every character is looked up, every line measured before it is
drawn.

Each letter comes from the first font that has it. libass sizes a font by its line, which in Nastaliq is three
times its letters: so it is given copies whose line is what the letters need at the size that the eye expects.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from hashlib import sha256
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import Any
from unicodedata import category, name

from pipeline.core.area import LINE
from pipeline.core.digest import file_digest
from pipeline.core.footage import File, Fonts
from pipeline.errors import ConfigError, InputError, MissingTool

FAMILY = "Atkinson Hyperlegible"
TYPEFACES = Path(__file__).parent / "typefaces"
_TABLE = "typefaces.toml"


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


def latin(text: str, *, heavy: bool = False) -> Path | None:
    """One file that has all of a text in Latin letters: the caption font's, or that of the one after it."""
    after = _table()["typeface"][0]["file"], _table()["bold"]["file"]
    for light, strong in ((regular(), bold()), (TYPEFACES / after[0], TYPEFACES / after[1])):
        if all(one.isspace() or one in JOINERS or ord(one) in _tables(light)["glyphs"] for one in text):
            return strong if heavy else light
    return None


JOINERS = frozenset("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060")
"""What says how letters join, where a word may be parted or which way it runs, and is not drawn itself."""

OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""What would turn the order of letters round, whichever font has a sign for it."""


@dataclass(frozen=True)
class Face:
    """A font as letters of some scripts are set in it: an em of it is `size` ems of the caption font, its
    line reaches `rise` above and `fall` below where letters stand. Without `scripts` it has all that is in
    it.
    """

    path: Path
    key: str
    size: float = 1.0
    rise: float = LINE - 0.29
    fall: float = 0.29
    scripts: frozenset[str] = frozenset()
    number: int = 0
    """Of the font in a collection."""

    def has(self, character: str) -> bool:
        """Can it show this character, and is it asked for it?"""
        if character in JOINERS:
            return True
        mine = not (self.scripts and character.isalpha()) or script(character) in self.scripts
        return mine and ord(character) in self.glyphs and character not in OVERRIDES

    @property
    def glyphs(self) -> frozenset[int]:
        found: frozenset[int] = _tables(self.path, self.number)["glyphs"]
        return found

    def width(self, text: str) -> float:
        """Of a run of letters, in ems of the caption font, joined and kerned as libass does it."""
        return _width(self.path, self.number, text) * self.size

    def fitted(self, rise: float, fall: float) -> str:
        """The family of its copy with such a line: what libass knows it by."""
        line = f"{round(rise * 1000)} {round(fall * 1000)}"
        return FAMILY if self.path == regular() and line == "950 290" else f"ourwords {self.key} {line}"


_FITTED = re.compile(r"ourwords (\S+) (\d+) (\d+)")


@cache
def script(character: str) -> str:
    """The script of a letter, by the first word of its name in Unicode.

    >>> script("ŵ"), script("ہ"), script("क")
    ('LATIN', 'ARABIC', 'DEVANAGARI')
    """
    return name(character, "").partition(" ")[0]


Run = tuple[Face, str]
"""Letters that stand beside each other in one face."""


@dataclass(frozen=True)
class Typeface:
    """What captions are written in: each letter by the first of the faces that has it."""

    faces: tuple[Face, ...]
    named: tuple[str, ...] = ()
    """What stands in the key for what the production names."""
    own_family: str = ""

    base = FAMILY

    @property
    def family(self) -> str:
        """What a player that has these fonts knows the first of them by."""
        return self.own_family or FAMILY

    @cached_property
    def print(self) -> str:
        """Part of the key of everything that shows text."""
        return " and ".join((_packaged_print(), *self.named))

    def width(self, text: str) -> float:
        """Width of a line in ems of the caption font."""
        return sum(face.width(run) for face, run in self.runs(text))

    def runs(self, line: str) -> list[Run]:
        """A line in runs of one face each."""
        found = (one for word in re.findall(r"\s+|\S+", line) for one in self._word(word))
        joined: list[Run] = []
        for face, text in found:
            if joined and (joined[-1][0] == face or text.isspace()):
                joined[-1] = joined[-1][0], joined[-1][1] + text
            else:
                joined.append((face, text))
        return joined

    def _word(self, word: str) -> Iterator[Run]:
        """A word in one face where one has all its letters, so that none of it looks strange."""
        if word.isspace():
            yield self.faces[0], word
            return
        letters = [one for one in word if one.isalnum() or category(one)[0] == "M"]
        usual = self._first("a")  # figures and signs by themselves are as everywhere
        plain = usual and not any(map(str.isalpha, letters)) and all(map(usual.has, word))
        whole = usual if plain else self._first(letters or word)
        at = whole
        for cluster in _clusters(word):
            if whole and all(map(whole.has, cluster)):
                at = whole
            else:
                near = at if at and not cluster[0].isalpha() and all(map(at.has, cluster)) else None
                at = near or self._first(cluster) or self._first(cluster[0]) or self.faces[0]
            yield at, cluster

    def _first(self, characters: Iterable[str]) -> Face | None:
        return _first(self.faces, "".join(sorted(set(characters))))

    def line(self, lines: Sequence[str]) -> float:
        """How high each line of a caption is, in lines of the caption font."""
        rise, fall = self._line(lines)
        return (rise + fall) / LINE

    def _line(self, lines: Sequence[str]) -> tuple[float, float]:
        faces = {face for line in lines for face, _ in self.runs(line)} or {self.faces[0]}
        usual = Face(regular(), "")
        return (
            max(usual.rise, *(face.rise for face in faces)),
            max(usual.fall, *(face.fall for face in faces)),
        )

    def families(self, lines: Sequence[str]) -> list[list[tuple[str, str]]]:
        """The lines of a caption in runs, each with what libass knows its font by: all on one line height."""
        rise, fall = self._line(lines)
        return [[(face.fitted(rise, fall), run) for face, run in self.runs(line)] for line in lines]

    def wrapped(self, text: str, ems: float) -> list[str]:
        """The text in lines no wider than so many ems, parted between words and filled evenly."""
        paragraphs = [_BLANK.split(paragraph.strip()) for paragraph in text.splitlines() if paragraph.strip()]
        return [line for words in paragraphs for line in _even(words, self.width, ems)]

    def lacks(self, text: str) -> list[str]:
        """The characters that none of its fonts can show."""
        return [one for one in text if not (one.isspace() or any(face.has(one) for face in self.faces))]

    def check(self, texts: Iterable[tuple[str, str]]) -> None:
        """Refuse text that it cannot show, before anything is rendered. `texts`: (where, text)."""
        for where, text in texts:
            for character in self.lacks(text)[:1]:
                raise InputError(
                    f'no caption font has "{character}" (U+{ord(character):04X}'
                    f"{', ' + name(character, '').lower() if name(character, '') else ''})",
                    where=where,
                    next_step=_MORE.get(script(character), _OTHERWISE),
                )

    def lay(self, folder: Path, ass: str) -> None:
        """Lay the fonts that an ASS file names into a folder, for libass."""
        folder.mkdir(exist_ok=True)
        for path in font_files():
            _place(path, folder / path.name)
        known = {face.key: face for face in self.faces}
        for key, rise, fall in dict.fromkeys(_FITTED.findall(ass)):
            face = known[key]
            data = _copy(face.path, face.number, key, face.size, int(rise), int(fall))
            (folder / f"{key}-{rise}-{fall}.ttf").write_bytes(data)


def _clusters(word: str) -> list[str]:
    """Letters with the signs that belong to them."""
    found: list[str] = []
    for one in word:
        if found and (category(one)[0] == "M" or one in JOINERS):
            found[-1] += one
        else:
            found.append(one)
    return found


_OTHERWISE = (
    "write it another way, or name a font that has it: [captions] fonts; it would be burnt in as an empty box"
)
_LARGE = (
    "fonts of Chinese, Japanese and Korean are too large to be packaged: lay one into the production and "
    'name it, [captions] fonts = ["NotoSansCJK-Regular.ttc"], or say "system:NotoSansCJK-Regular.ttc" for '
    "one that is installed on this machine"
)
_MORE = dict.fromkeys("CJK HIRAGANA KATAKANA HANGUL BOPOMOFO IDEOGRAPHIC FULLWIDTH".split(), _LARGE)


@lru_cache(maxsize=1 << 14)
def _first(faces: tuple[Face, ...], characters: str) -> Face | None:
    return next((face for face in faces if all(map(face.has, characters))), None)


def _place(path: Path, at: Path) -> None:
    from pipeline.adapters.ffmpeg.process import place

    if not at.exists():
        place(path, at)


# What is packaged ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Row:
    """How letters of some scripts are set: those of the packaged font `name`, or of another one."""

    scripts: str
    letter: str
    size: float
    rise: float
    fall: float
    name: str = ""
    file: str = ""
    sha256: str = ""
    height: float = 0.0

    @property
    def face(self) -> Face:
        path = TYPEFACES / self.file
        return Face(path, path.stem, self.size, self.rise, self.fall, frozenset(self.scripts.split()))

    @cached_property
    def tall(self) -> float:
        """How high its letter is, in ems of the caption font."""
        return self.size * (self.height or _ink(TYPEFACES / self.file, 0, self.letter))


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads((TYPEFACES / _TABLE).read_text(encoding="utf-8"))


@cache
def _rows() -> tuple[_Row, ...]:
    return tuple(_Row(**row) for row in _table()["typeface"])


def packaged_names() -> list[str]:
    """The packaged fonts that a production may put first."""
    return [FAMILY, *(row.name for row in _rows())]


def damaged() -> list[str]:
    """Packaged fonts that are not there, or not as they were packaged."""
    files = [*_table()["typeface"], _table()["bold"]]
    paths = {TYPEFACES / one["file"]: one["sha256"] for one in files}
    return [path.name for path, digest in paths.items() if not path.is_file() or file_digest(path) != digest]


@cache
def _packaged_print() -> str:
    found = (file_digest(path) for path in (*font_files(), TYPEFACES / _TABLE))
    return sha256(" ".join(found).encode()).hexdigest()[:16]


@cache
def packaged() -> Typeface:
    """What captions are written in where a production names no font."""
    return Typeface((Face(regular(), "AtkinsonHyperlegible"), *(row.face for row in _rows())))


def fingerprint() -> str:
    """The packaged fonts' hash: part of the key of what is drawn with them."""
    return packaged().print


# What a production names -----------------------------------------------------------------------------

MOST_BYTES = 200 << 20
"""In a font: collections of all of Chinese, Japanese and Korean take half of it."""

_FACES_OF = {"zh": "SC", "ja": "JP", "ko": "KR"}
_TRADITIONAL = re.compile(r"zh-(?:\w+-)*?(hant|tw|mo|hk)", re.IGNORECASE)


def typeface(fonts: Fonts) -> Typeface:
    """What captions are written in: the fonts that a production names, in its order, then the packaged."""
    first: list[Face] = []
    last: list[Face] = []
    named: list[str] = []
    family = ""
    for one in fonts.first:
        if isinstance(one, File):
            faces, found = _own(one.path, one.sha256 or file_digest(one.path), fonts.language)
            first += faces[:-1]
            last += faces[-1:]
        else:
            first.append(_named(one))
            found = one
        named.append(last[-1].key if isinstance(one, File) else first[-1].key)
        family = family or found
    if not named:
        return packaged()
    return Typeface((*first, *packaged().faces, *last), tuple(named), family)


def own(path: Path, digest: str = "", language: str = "") -> Typeface:
    """A production's own font before the packaged ones; InputError where it is none."""
    return typeface(Fonts((File(path, digest),), language))


def _named(wanted: str) -> Face:
    known = dict(zip(packaged_names(), packaged().faces, strict=True))
    if wanted not in known:
        raise ConfigError(
            f'"{wanted}" is no packaged font',
            where="production.toml, captions.fonts",
            next_step=f"name a font file of the production, or one of: {', '.join(known)}",
        )
    return known[wanted]


def _own(path: Path, digest: str, language: str) -> tuple[list[Face], str]:
    """A font file's faces, one for each script that it has letters of, and its family."""
    if (size := path.stat().st_size) > MOST_BYTES:
        what = f"is {size >> 20} MB, and no font is larger than {MOST_BYTES >> 20} MB"
        raise InputError(what, where=path.name, next_step="give a TrueType or OpenType file")
    try:
        number = _number(path, language)
        tables = _tables(path, number)
        assert tables["family"] and _width(path, number, "x") >= 0 and tables["glyphs"]
        return list(_by_script(path, number, f"own-{digest[:12]}", tables)), str(tables["family"])
    except Exception as problem:  # noqa: BLE001 - fontTools and FreeType raise whatever they stumble over
        what = f"is no font that can be used ({problem or type(problem).__name__})"
        raise InputError(what, where=path.name, next_step="give a TrueType or OpenType file") from None


def _by_script(path: Path, number: int, key: str, tables: dict[str, Any]) -> Iterator[Face]:
    """Its letters are as high as those that are packaged for their script; all else is sized by its line."""
    slanted = any(word in str(tables["family"]).casefold() for word in ("nasta", "noori", "jameel"))
    rows = [row for row in _rows() if row.name != ("Noto Naskh Arabic" if slanted else "Noto Nastaliq Urdu")]
    served: set[str] = set()
    more = [_Row(**one) for one in _table()["unpackaged"]]
    if large := [row for row in more if ord(row.letter) in tables["glyphs"]]:
        rows = []  # its letters of other scripts are no complete alphabets
    for at, row in enumerate([*rows, *large]):
        scripts = {*row.scripts.split()} - served
        high = _ink(path, number, row.letter) if ord(row.letter) in tables["glyphs"] else 0.0
        if high > 0 and scripts:
            served |= scripts
            size = round(row.tall / high, 4)
            yield Face(path, f"{key}-{at}", size, row.rise, row.fall, frozenset(scripts), number)
    size = round(LINE / float(tables["line"]), 4)
    yield Face(path, f"{key}-any", size, scripts=frozenset(), number=number)


def _number(path: Path, language: str) -> int:
    """Which font of a collection: that of the language, as their names say (SC, JP, …); else the first."""
    with path.open("rb") as file:
        if file.read(4) != b"ttcf":
            return 0
    from fontTools.ttLib import TTCollection

    found = _TRADITIONAL.match(language)
    place = found[1].lower() if found else ""
    wanted = {"hk": "HK", "": _FACES_OF.get(language.partition("-")[0].lower(), "")}.get(place, "TC")
    with TTCollection(path, lazy=True) as fonts:
        families = [str(font["name"].getDebugName(1)) for font in fonts.fonts]
    return next((n for n, family in enumerate(families) if wanted and wanted in family.split()), 0)


def system(file: str) -> Path:
    """A font that is installed here, by the name of its file; InputError where it is not."""
    home, windows = Path.home(), os.environ.get("WINDIR", "")
    folders = (
        Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), home / ".local/share/fonts",
        home / ".fonts", Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts",
        *([Path(windows) / "Fonts"] if windows else []),
    )  # fmt: skip
    name = Path(file).name
    there = (path for folder in folders if folder.is_dir() for path in sorted(folder.rglob(name)))
    if found := next((path for path in there if path.is_file()), None):
        return found
    raise InputError(
        f'no font file "{name}" is installed on this machine',
        where="production.toml, captions.fonts",
        next_step="install it, or lay the file into the production and name it without system:",
    )


# Tables and measures ---------------------------------------------------------------------------------


@cache
def _tables(path: Path, number: int = 0) -> dict[str, Any]:
    from fontTools.ttLib import TTFont

    with TTFont(BytesIO(path.read_bytes()), lazy=True, fontNumber=number) as font:
        line = (font["OS/2"].usWinAscent + font["OS/2"].usWinDescent) / font[
            "head"
        ].unitsPerEm  # what libass takes for a line
        return {"family": font["name"].getDebugName(1), "glyphs": frozenset(font.getBestCmap()), "line": line}


@lru_cache(maxsize=16)
def _copy(path: Path, number: int, key: str, size: float, rise: int, fall: int) -> bytes:
    """A font under another name whose line is `rise` and `fall` thousandths of the caption font's em."""
    from fontTools.ttLib import TTFont

    family, raw = f"ourwords {key} {rise} {fall}", BytesIO(path.read_bytes())
    # Its outlines are not looked at: that takes 20 s in a font of Chinese.
    with TTFont(raw, lazy=True, fontNumber=number, recalcBBoxes=False, recalcTimestamp=False) as font:
        em = font["head"].unitsPerEm / size / 1000
        font["OS/2"].usWinAscent, font["OS/2"].usWinDescent = round(rise * em), round(fall * em)
        font["hhea"].ascent, font["hhea"].descent = round(rise * em), -round(fall * em)
        names = font["name"]
        names.names = []
        for what, text in ((1, family), (2, "Regular"), (4, family), (6, family.replace(" ", "-"))):
            names.setName(text, what, 3, 1, 0x409)
        out = BytesIO()
        font.save(out, reorderTables=None)
    return out.getvalue()


@cache
def _opened(path: Path, number: int) -> Any:
    from PIL import ImageFont, features

    engine = ImageFont.Layout.RAQM if features.check("raqm") else ImageFont.Layout.BASIC
    return ImageFont.truetype(path, 1000, index=number, layout_engine=engine)


@lru_cache(maxsize=1 << 16)
def _width(path: Path, number: int, text: str) -> float:
    with _lock:  # FreeType's faces are one thread's at a time
        return float(_opened(path, number).getlength(text)) / 1000


@cache
def _ink(path: Path, number: int, letter: str) -> float:
    """How far a letter reaches above where it stands, in ems."""
    with _lock:
        return max(0.0, -float(_opened(path, number).getbbox(letter, anchor="ls")[1]) / 1000)


_lock = Lock()


def width(text: str) -> float:
    """Width of a line in the packaged fonts, in ems."""
    return packaged().width(text)


def wrap(text: str, font: Path, letter: int, width: int) -> str:
    """The text in lines no wider than `width` pixels at this letter height, parted between words.

    Lines of a paragraph are filled evenly, so that none is left with a single word.
    """
    paragraphs = [_BLANK.split(paragraph.strip()) for paragraph in text.splitlines() if paragraph.strip()]

    def wide(line: str) -> float:
        return file_width(line, font) * letter

    return "\n".join(line for words in paragraphs for line in _even(words, wide, width))


KEPT = "\u2007"
"""A blank at which no line is parted: the one between the figures of a number."""

_BLANK = re.compile(rf"[^\S{KEPT}]+")


def _even(words: Sequence[str], wide: Callable[[str], float], width: float) -> list[str]:
    lines = _filled(words, wide, width)
    narrow, most = 0.0, width
    for _ in range(12):
        middle = (narrow + most) / 2
        fits = _filled(words, wide, middle)
        if len(fits) == len(lines) and all(wide(line) <= middle for line in fits):
            most = middle
        else:
            narrow = middle
    return _filled(words, wide, most)


def _filled(words: Sequence[str], wide: Callable[[str], float], width: float) -> list[str]:
    lines: list[str] = []
    for word in words:
        if lines and wide(f"{lines[-1]} {word}") <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


@cache
def _advances(font: Path) -> tuple[dict[int, str], dict[str, tuple[int, int]], int]:
    from fontTools.ttLib import TTFont

    with TTFont(font, lazy=True) as opened:
        return dict(opened.getBestCmap()), dict(opened["hmtx"].metrics), int(opened["head"].unitsPerEm)


def file_width(text: str, font: Path) -> float:
    """Width in ems, by the font's own advances."""
    names, metrics, em = _advances(font)
    return sum(metrics[names.get(ord(character), ".notdef")][0] for character in text) / em


def check(texts: Iterable[tuple[str, str]]) -> None:
    """Refuse text that the packaged fonts cannot show. `texts`: (where, text)."""
    packaged().check(texts)
