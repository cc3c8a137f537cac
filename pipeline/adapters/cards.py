"""Cards: words on a plain ground, drawn as one picture: by moviepy, which never opens footage or owns time,
by libass where letters have to be joined, or run from right to left.

Letters are sized by the picture's shorter side, so that a card reads alike in every shape, and smaller where
a text needs it; what does not fit even then is refused.
"""

from __future__ import annotations

import re
import shutil
import warnings
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil, log
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

import ffmpeg as graph

from pipeline.adapters import fonts
from pipeline.adapters.ffmpeg.commands import GROUND, INK, bar
from pipeline.adapters.ffmpeg.process import run
from pipeline.core.area import LINE, shape
from pipeline.core.ports import Face
from pipeline.errors import InputError

Size = tuple[int, int]

KINDS = {
    "pause": "A moment of quiet",
    "think": "A moment to think",
    "pair": "In pairs",
    "write": "A moment to write",
    "group": "Together",
}

SIZES = {"title": 0.105, "scene": 0.09, "opening": 0.09, "note": 0.056, "end": 0.056}
"""Letter height of each style, of the picture's shorter side."""

HEADING, PROMPT, BELOW = 0.042, 0.068, 0.056
"""That of a break's kind, of what is asked, and of what stands below an opening's title."""

LEAST = 0.042
"""The smallest letters, for a text that does not fit in those of its style. On a phone, whose shorter side is
68 mm, they are 2.9 mm high, which is 8 points: small print in the hand, and no smaller than a break's kind.
"""

SMALLER = 0.96
"""How much smaller letters are tried each time."""

ROOM = {"wide": 0.76, "square": 0.84, "tall": 0.76}
"""How wide lines are made, of the picture's width: in a tall one off the buttons that platforms lay over its
right edge.
"""

SAFE = {"wide": (0.95, 0.9), "square": (0.9, 0.9), "tall": (0.9, 0.75)}
"""What letters never leave, of the picture's width and height: the BBC's safe areas. In a wide picture a word
that no line is wide enough for may be wider than its 0.75.
"""

GAP = 0.03
"""Between an opening's title and what stands below it, of the picture's shorter side."""

LEADING, ABOVE, AROUND = 0.35, 0.95, 1.6
"""Ems as moviepy sets lines here: between two of them, from the top of one to where its letters stand, and
for one alone with its margins.
"""

BOLD = ("title", "scene", "opening")
"""The styles of cards that are set in bold, as what is asked is."""


def draw(face: Face, size: Size, path: Path, letters: fonts.Typeface | None = None) -> None:
    """Draw a card as a PNG of the film's size; InputError where its text does not fit."""
    parts = laid(face, size, letters)
    if _latin(face):
        _by_moviepy(parts, size, _middle(face, size), path)
    else:
        _by_libass(parts, size, _middle(face, size), path, letters or fonts.packaged())


def check(cards: Iterable[tuple[str, Face]], size: Size, letters: fonts.Typeface | None = None) -> None:
    """Refuse cards, (where, what stands on it), whose text does not fit, before anything is rendered."""
    for where, face in cards:
        laid(face, size, letters, where=where)


@dataclass(frozen=True)
class Part:
    """Lines of a card that are set alike. `em`, and the `gap` above them, are in pixels; `strength` is that
    of the ink.
    """

    lines: tuple[str, ...]
    em: float
    strength: float
    heavy: bool
    gap: float = 0.0


def laid(
    face: Face, size: Size, letters: fonts.Typeface | None = None, *, where: str = "a card"
) -> tuple[Part, ...]:
    """A card's text in lines, as large as its style and its room let it be."""
    writer: _Writer = _Latin() if _latin(face) else _Joined(letters or fonts.packaged())
    largest = max(share for _, share, *_ in _texts(face))
    scales = [SMALLER**step for step in range(ceil(log(LEAST / largest, SMALLER)))] + [LEAST / largest]

    def fits(scale: float) -> bool:
        return not _problem(list(_parts(face, size, writer, scale)), face, size, writer)

    if fits(1):
        return tuple(_parts(face, size, writer, 1))
    parts = tuple(_parts(face, size, writer, scales[-1]))
    if problem := _problem(parts, face, size, writer):
        raise _refused(problem, where, size)
    largest_that_fits = scales[bisect_left(scales, True, hi=len(scales) - 1, key=fits)]
    return tuple(_parts(face, size, writer, largest_that_fits))


def _texts(face: Face) -> list[tuple[str, float, float, bool]]:
    """(text, letter height, strength, bold) of each part of a card, from the top."""
    if face.heading:
        heading = KINDS.get(face.heading, face.heading)
        return [(heading, HEADING, 0.75, False), (face.text, PROMPT, 1.0, True)]
    head, below = face.text, ""
    if face.style == "opening":
        head, _, below = face.text.strip().partition("\n")
    found = [(head, SIZES[face.style], 1.0, face.style in BOLD)]
    return found + ([(below, BELOW, 0.75, False)] if below.strip() else [])


def _parts(face: Face, size: Size, writer: _Writer, scale: float) -> Iterator[Part]:
    room = size[0] * ROOM[shape(size)]
    for number, (text, share, strength, heavy) in enumerate(_texts(face)):
        em = writer.em(min(size) * max(LEAST, share * scale))
        gap = GAP * min(size) if number and not face.heading else 0.0
        kept = text if shape(size) == "wide" else _NUMBERS.sub(fonts.KEPT, text)
        lines = writer.wrapped(kept, em, room, heavy=heavy)
        yield Part(tuple(line.replace(fonts.KEPT, " ") for line in lines), em, strength, heavy, gap)


_NUMBERS = re.compile(r"(?<=\d)[ \u00a0](?=\d)")
"""Blanks inside a telephone number, at which narrow lines would part it."""


def _middle(face: Face, size: Size) -> float:
    """How far down a card's words have their middle: above its ribbon where it has one."""
    return (bar(size)[1] if face.heading else size[1]) / 2


def _problem(parts: Sequence[Part], face: Face, size: Size, writer: _Writer) -> str:
    """What does not fit, in words; blank where all of it does."""
    width, height = (side * share for side, share in zip(size, SAFE[shape(size)], strict=True))
    for part in parts:
        for line in part.lines:
            if writer.width(line, heavy=part.heavy) * part.em > width:
                return f"“{line}” is wider than a card"
    room = 2 * _middle(face, size) - size[1] + height
    tall = sum(part.gap + writer.tall(part) for part in parts)
    return "" if tall <= room else f"“{parts[-1].lines[0]} …” is more than a card has room for"


def _refused(problem: str, where: str, size: Size) -> InputError:
    steps = (
        "write it in shorter words, or with a blank where it may be parted"
        if "wider" in problem
        else "write less, or part it over two cards"
    )
    return InputError(
        f"{problem} of {size[0]}x{size[1]}, in the smallest letters that can be read on a phone",
        where=where,
        next_step=f"{steps}; or choose another shape",
    )


def _latin(face: Face) -> bool:
    return bool(fonts.latin(f"{face.heading}{face.text}"))


class _Writer(Protocol):
    """How letters are measured by whoever will draw them; ems are in pixels."""

    def em(self, wanted: float) -> float: ...
    def wrapped(self, text: str, em: float, width: float, *, heavy: bool) -> Sequence[str]: ...
    def width(self, line: str, *, heavy: bool) -> float: ...
    def tall(self, part: Part) -> float: ...


class _Latin:
    """moviepy: one file for all letters, in whole pixels."""

    def em(self, wanted: float) -> float:
        return round(wanted)

    def wrapped(self, text: str, em: float, width: float, *, heavy: bool) -> Sequence[str]:
        return fonts.wrap(text, _font(text, heavy=heavy), round(em), round(width)).split("\n")

    def width(self, line: str, *, heavy: bool) -> float:
        return fonts.file_width(line, _font(line, heavy=heavy))

    def tall(self, part: Part) -> float:
        line = ceil(part.em * ABOVE) + round(part.em * LEADING)
        return line * (len(part.lines) - 1) + part.em * AROUND


@dataclass(frozen=True)
class _Joined:
    """libass: each letter from the first font that has it."""

    letters: fonts.Typeface

    def em(self, wanted: float) -> float:
        return wanted

    def wrapped(self, text: str, em: float, width: float, *, heavy: bool) -> Sequence[str]:
        return self.letters.wrapped(text, width / em)

    def width(self, line: str, *, heavy: bool) -> float:
        return self.letters.width(line)

    def tall(self, part: Part) -> float:
        return part.em * LINE * self.letters.line(part.lines) * len(part.lines)


def _font(text: str, *, heavy: bool) -> Path:
    font = fonts.latin(text, heavy=heavy)
    assert font
    return font


def _by_moviepy(parts: Sequence[Part], size: Size, middle: float, path: Path) -> None:
    with warnings.catch_warnings():  # moviepy 2.2 uses names that Pillow and imageio are retiring
        warnings.simplefilter("ignore")
        from moviepy import ColorClip, CompositeVideoClip
        from PIL import Image

        layers = [ColorClip(size, color=_rgb(GROUND), duration=1)]
        texts = [_text(part) for part in parts]
        gaps = [round(part.gap) for part in parts]
        top = (int(2 * middle) - sum(text.h for text in texts) - sum(gaps)) // 2
        for text, gap in zip(texts, gaps, strict=True):
            top += gap
            layers.append(text.with_position(("center", top)))
            top += text.h
        picture = CompositeVideoClip(layers, size=size).get_frame(0)
        Image.fromarray(picture).save(path)


def _text(part: Part) -> Any:
    from moviepy import TextClip

    # moviepy's own "caption" wrapping parts words, and its box cuts descenders off: lines are measured
    # beforehand, and the margin gives them room.
    lines, letter = "\n".join(part.lines), round(part.em)
    return TextClip(
        font=str(_font(lines, heavy=part.heavy)), text=lines, font_size=letter, method="label",
        color=_rgb(INK, part.strength), text_align="center", interline=round(letter * LEADING),
        margin=(round(letter * LEADING), round(letter * LEADING)), duration=1,
    )  # fmt: skip


def _by_libass(parts: Sequence[Part], size: Size, middle: float, path: Path, letters: fonts.Typeface) -> None:
    """Letters that have to be joined, turned or put in order: moviepy sets them one after the other."""
    width, height = size
    tall = [_Joined(letters).tall(part) for part in parts]
    top, events = middle - (sum(tall) + sum(part.gap for part in parts)) / 2, []
    for part, high in zip(parts, tall, strict=True):
        line = high / len(part.lines)
        runs = (
            "".join(rf"{{\fn{family}}}{_escaped(text)}" for family, text in one)
            for one in letters.families(part.lines)
        )
        drawn = r"\N".join(runs)
        colour = _hex(INK, part.strength)
        top += part.gap
        place = rf"{{\an8\pos({width / 2:.0f},{top:.0f})\fs{line:.1f}\c&H{colour}&}}"
        events.append(f"Dialogue: 0,0:00:00.00,0:00:01.00,card,,0,0,0,,{place}{drawn}")
        top += high
    with TemporaryDirectory(prefix="ourwords-card-") as folder:
        room = Path(folder)
        ass = _ASS.format(width=width, height=height, events="\n".join(events))
        (room / "card.ass").write_text(ass, encoding="utf-8")
        letters.lay(room / "fonts", ass)
        ground = graph.input(f"color=c={GROUND}:s={width}x{height}:r=1:d=1,format=rgb24", f="lavfi")["v"]
        drawn_on = ground.filter("ass", "card.ass", fontsdir="fonts")
        asked = graph.output(drawn_on, "card.png", vframes=1, pix_fmt="rgb24")
        run([*map(str, asked.get_args())], room, timeout=60)
        shutil.copyfile(room / "card.png", path)


_ASS = """[Script Info]
ScriptType: v4.00+
PlayResX: {width}
PlayResY: {height}
WrapStyle: 2
Kerning: yes
YCbCr Matrix: None

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, Bold, BorderStyle, Outline, Shadow, Alignment, Encoding
Style: card,Atkinson Hyperlegible,20,&H00FFFFFF,0,1,0,0,8,-1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
{events}
"""


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\u2060").replace("{", r"\{").replace("}", r"\}")


def _hex(colour: str, strength: float = 1.0) -> str:
    """As ASS has it: blue, green, red."""
    red, green, blue = _rgb(colour, strength)
    return f"{blue:02X}{green:02X}{red:02X}"


def _rgb(colour: str, strength: float = 1.0) -> tuple[int, int, int]:
    value, ground = int(colour, 16), int(GROUND, 16)
    return tuple(
        round((value >> shift & 255) * strength + (ground >> shift & 255) * (1 - strength))
        for shift in (16, 8, 0)
    )  # type: ignore[return-value]
