"""Cards: words on a plain ground, drawn as one picture: by moviepy, which never opens footage or owns time,
by libass where letters have to be joined, or run from right to left.
"""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import ffmpeg as graph

from pipeline.adapters import fonts
from pipeline.adapters.ffmpeg.commands import GROUND, INK, bar
from pipeline.adapters.ffmpeg.process import run
from pipeline.core.area import LINE
from pipeline.core.ports import Face
from pipeline.errors import InputError

KINDS = {
    "pause": "A moment of quiet",
    "think": "A moment to think",
    "pair": "In pairs",
    "write": "A moment to write",
    "group": "Together",
}

SIZES = {"title": 0.105, "scene": 0.09, "note": 0.056, "end": 0.056}
"""Letter height of each style, of the picture's height."""

HEADING, PROMPT = 0.042, 0.068
"""That of a break's kind, and of what is asked."""

ROOM = 0.76
"""How wide lines are made, of the picture's width."""

MOST = 0.95
"""How wide a word may be that no line is wide enough for."""


BOLD = ("title", "scene", "")
"""The styles of cards that are set in bold; that of a prompt has no name."""


def draw(face: Face, size: tuple[int, int], path: Path, letters: fonts.Typeface | None = None) -> None:
    """Draw a card as a PNG of the film's size."""
    if fonts.latin(f"{face.heading}{face.text}"):
        _by_moviepy(face, size, path)
    else:
        _by_libass(face, size, path, letters or fonts.packaged())


def _by_moviepy(face: Face, size: tuple[int, int], path: Path) -> None:
    with warnings.catch_warnings():  # moviepy 2.2 uses names that Pillow and imageio are retiring
        warnings.simplefilter("ignore")
        from moviepy import ColorClip, CompositeVideoClip
        from PIL import Image

        width, height = size
        ground = ColorClip(size, color=_rgb(GROUND), duration=1)
        if face.heading:
            heading = _text(_heading(face), round(height * HEADING), _rgb(INK, 0.75), width)
            prompt = _text(face.text, round(height * PROMPT), _rgb(INK), width, heavy=True)
            top = (bar(size)[1] - heading.h - prompt.h) // 2
            layers = [
                heading.with_position(("center", top)),
                prompt.with_position(("center", top + heading.h)),
            ]
        else:
            letter, heavy = round(height * SIZES[face.style]), face.style in BOLD
            layers = [_text(face.text, letter, _rgb(INK), width, heavy=heavy).with_position("center")]
        picture = CompositeVideoClip([ground, *layers], size=size).get_frame(0)
        Image.fromarray(picture).save(path)


def _heading(face: Face) -> str:
    return KINDS.get(face.heading, face.heading)


def _text(text: str, letter: int, colour: tuple[int, int, int], width: int, *, heavy: bool = False) -> Any:
    from moviepy import TextClip

    font = fonts.latin(text, heavy=heavy)
    assert font
    # moviepy's own "caption" wrapping parts words, and its box cuts descenders off: lines are measured
    # here, and the margin gives them room.
    lines = fonts.wrap(text, font, letter, round(width * ROOM))
    _fits([(line, fonts.file_width(line, font) * letter) for line in lines.split("\n")], width)
    return TextClip(
        font=str(font), text=lines, font_size=letter, color=colour, method="label", text_align="center",
        interline=round(letter * 0.35), margin=(round(letter * 0.35), round(letter * 0.35)), duration=1,
    )  # fmt: skip


def _by_libass(face: Face, size: tuple[int, int], path: Path, letters: fonts.Typeface) -> None:
    """Letters that have to be joined, turned or put in order: moviepy sets them one after the other."""
    width, height = size
    if face.heading:
        parts = [(_heading(face), height * HEADING, _hex(INK, 0.75)), (face.text, height * PROMPT, _hex(INK))]
        middle = bar(size)[1] / 2
    else:
        parts, middle = [(face.text, height * SIZES[face.style], _hex(INK))], height / 2
    laid = [(letters.wrapped(text, width * ROOM / em), em, colour) for text, em, colour in parts]
    for lines, em, _ in laid:
        _fits([(line, letters.width(line) * em) for line in lines], width)
    tall = [em * LINE * letters.line(lines) * len(lines) for lines, em, _ in laid]
    top, events = middle - sum(tall) / 2, []
    for (lines, em, colour), high in zip(laid, tall, strict=True):
        runs = (
            "".join(rf"{{\fn{family}}}{_escaped(text)}" for family, text in line)
            for line in letters.families(lines)
        )
        drawn = r"\N".join(runs)
        place = (
            rf"{{\an8\pos({width / 2:.0f},{top:.0f})\fs{em * LINE * letters.line(lines):.1f}\c&H{colour}&}}"
        )
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


def _fits(lines: Sequence[tuple[str, float]], width: int) -> None:
    """Refuse a word that is wider than its card."""
    for line, wide in lines:
        if wide > width * MOST:
            raise InputError(
                f"“{line}” is wider than a card",
                where="a card, a scene's title or a prompt in production.toml",
                next_step="write it in shorter words, or with a blank where it may be parted",
            )


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
