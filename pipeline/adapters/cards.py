"""Cards: words on a plain ground, drawn by moviepy as one picture. It never opens footage or owns time."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

from pipeline.adapters import fonts
from pipeline.adapters.ffmpeg.commands import GROUND, INK, bar
from pipeline.core.ports import Face

KINDS = {"think": "A moment to think", "pairs": "In pairs", "write": "A moment to write", "talk": "Together"}

SIZES = {"title": 0.105, "scene": 0.09, "note": 0.056, "end": 0.056}
"""Letter height of each style, of the picture's height."""


def draw(face: Face, size: tuple[int, int], path: Path) -> None:
    """Draw a card as a PNG of the film's size."""
    with warnings.catch_warnings():  # moviepy 2.2 uses names that Pillow and imageio are retiring
        warnings.simplefilter("ignore")
        from moviepy import ColorClip, CompositeVideoClip
        from PIL import Image

        width, height = size
        ground = ColorClip(size, color=_rgb(GROUND), duration=1)
        if face.heading:
            heading = _text(
                KINDS.get(face.heading, face.heading),
                round(height * 0.042),
                _rgb(INK, 0.75),
                fonts.regular(),
                width,
            )
            prompt = _text(face.text, round(height * 0.068), _rgb(INK), fonts.bold(), width)
            top = (bar(size)[1] - heading.h - prompt.h) // 2
            layers = [
                heading.with_position(("center", top)),
                prompt.with_position(("center", top + heading.h)),
            ]
        else:
            font = fonts.regular() if face.style in ("note", "end") else fonts.bold()
            words = _text(face.text, round(height * SIZES[face.style]), _rgb(INK), font, width)
            layers = [words.with_position("center")]
        picture = CompositeVideoClip([ground, *layers], size=size).get_frame(0)
        Image.fromarray(picture).save(path)


def _text(text: str, letter: int, colour: tuple[int, int, int], font: Path, width: int) -> Any:
    from moviepy import TextClip

    # moviepy's own "caption" wrapping parts words, and its box cuts descenders off: lines are measured
    # here, and the margin gives them room.
    lines = fonts.wrap(text, font, letter, round(width * 0.76))
    return TextClip(
        font=str(font), text=lines, font_size=letter, color=colour, method="label", text_align="center",
        interline=round(letter * 0.35), margin=(round(letter * 0.35), round(letter * 0.35)), duration=1,
    )  # fmt: skip


def _rgb(colour: str, strength: float = 1.0) -> tuple[int, int, int]:
    value, ground = int(colour, 16), int(GROUND, 16)
    return tuple(
        round((value >> shift & 255) * strength + (ground >> shift & 255) * (1 - strength))
        for shift in (16, 8, 0)
    )  # type: ignore[return-value]
