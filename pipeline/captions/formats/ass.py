"""Captions as ASS, for libass to burn and as a sidecar. Text is text: it can never become markup."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from math import ceil
from unicodedata import bidirectional

from pipeline.captions.formats.codec import WIDE_LAYOUT, Codec, Layout
from pipeline.captions.model import Captions, Cue, plain_cue
from pipeline.core.time import Programme, Span, Time
from pipeline.production.profile import Profile

COLOURS = {"white": "FFFFFF", "yellow": "FFFF00", "cyan": "00FFFF", "green": "00FF00"}
"""What cues may be written in: each has 15:1 and more on black."""


STYLE_FIELDS = (
    "Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, "
    "Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, "
    "BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding"
)
"""Of a style of ASS, in the order in which libass is told of them."""


def to_ass(
    cues: tuple[Cue, ...],
    size: tuple[int, int],
    profile: Profile,
    font: str,
    *,
    offset: Time[Programme] | None = None,
    watermark: str = "",
) -> str:
    """Cues for libass, as a profile lays them out."""
    return laid_out(cues, Layout(profile.area(size), size, font), offset=offset, watermark=watermark)


def laid_out(
    cues: tuple[Cue, ...], layout: Layout, *, offset: Time[Programme] | None = None, watermark: str = ""
) -> str:
    """Cues for libass: an opaque box half an em around each line's letters, inside the safe area of `size`,
    in their speakers' colours.

    `offset` is the film time that is zero in the file, so that a part has its own cues.
    """
    area, size, font = layout.area, layout.size, layout.font
    line, beside, above = area.box(size)
    side, foot = (
        (size[0] * (1 - area.safe_width) / 2 + beside),
        (size[1] * (1 - area.safe_height) / 2 + above),
    )
    zero = offset.seconds if offset else Fraction(0)
    styles, events = {}, []
    for cue in cues:
        name = cue.position if cue.colour == "white" else f"{cue.position} {cue.colour}"
        red, green, blue = re.findall("..", COLOURS[cue.colour])
        # BorderStyle 3 is libass's opaque box, and the border its padding. Fontsize is the line's height and
        # not the em's;
        # encoding -1 lets a line run from right to left.
        styles[name] = (
            f"{name},{font},{line:.2f},&H00{blue}{green}{red},&H0,&H00000000,&H00000000,"
            f"0,0,0,0,100,100,0,0,3,{beside:.2f},0,"
            f"{8 if cue.position == 'top' else 2},{ceil(side)},{ceil(side)},{ceil(foot)},-1"
        )
        shown = rf"{{\ybord{above:.2f}}}" + r"\N".join(ass_text(line) for line in directed(cue.lines))
        events.append((cue.span.start.seconds - zero, cue.span.end.seconds - zero, name, shown))
    if watermark:
        styles["draft"] = (
            f"draft,{font},{size[1] // 14},&H7800FFFF,&H0,&H96000000,&H0,1,0,0,0,100,100,0,0,1,3,0,5,0,0,0,1"
        )
        events.append((Fraction(0), Fraction(36000), "draft", ass_text(watermark)))
    return _ass(size, list(styles.values()), events)


def directed(lines: Sequence[str]) -> list[str]:
    """Lines that run as most of their cue does, with a mark at the head of each where any of it runs from
    right to left.

    Without it a full stop stands at the wrong end, and a line that begins with a name in other letters runs
    the other way.
    """
    strong = Counter(bidirectional(character) for line in lines for character in line)
    right = strong["R"] + strong["AL"]
    mark = "" if not right else "\u200f" if right >= strong["L"] else "\u200e"
    return [mark + line for line in lines]


def break_ass(seconds: Fraction, size: tuple[int, int], profile: Profile, font: str) -> str:
    """The seconds of a break as they run down: as large, and on the same box, as its captions."""
    whole = ceil(seconds)
    spans = [Span(Time[Programme](Fraction(n)), Time(min(Fraction(n + 1), seconds))) for n in range(whole)]
    cues = (plain_cue(span, (str(whole - n),)) for n, span in enumerate(spans))
    return to_ass(tuple(cues), size, profile, font)


def _ass(
    size: tuple[int, int], styles: Sequence[str], events: Sequence[tuple[Fraction, Fraction, str, str]]
) -> str:
    width, height = size
    head = f"""[Script Info]
ScriptType: v4.00+
PlayResX: {width}
PlayResY: {height}
WrapStyle: 0
ScaledBorderAndShadow: yes
Kerning: yes
YCbCr Matrix: TV.709

[V4+ Styles]
Format: {STYLE_FIELDS}
{chr(10).join("Style: " + style for style in styles)}

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""
    lines = [
        f"Dialogue: 0,{_ass_clock(start)},{_ass_clock(end)},{style},,0,0,0,,{text}"
        for start, end, style, text in events
    ]
    return head + "\n".join(lines) + "\n"


def ass_text(text: str) -> str:
    """Any text, shown as it is: a word joiner keeps a backslash from being an escape."""
    escaped = text.replace("\\", "\\\u2060").replace("{", r"\{").replace("}", r"\}")
    return r"\N".join(escaped.splitlines())


def ass_centis(seconds: Fraction) -> int:
    """ASS counts hundredths. The last one before: libass is told frames' times in floats, which may fall just
    short (at 30 frames a second, frame 111).
    """
    return max(0, ceil(seconds * 100) - 1)


def _ass_clock(seconds: Fraction) -> str:
    centis = ass_centis(seconds)
    return f"{centis // 360000}:{centis // 6000 % 60:02}:{centis // 100 % 60:02}.{centis % 100:02}"


def _sidecar(captions: Captions, layout: Layout = WIDE_LAYOUT) -> str:
    return laid_out(captions.cues, layout)


CODEC = Codec(
    "ass", "ASS", endings=("ass",), holds=frozenset({"position", "colour", "breaks"}), write=_sidecar
)
