"""Captions as ASS, for libass to burn and as a sidecar. Text is text: it can never become markup."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from fractions import Fraction
from math import ceil
from unicodedata import bidirectional

from pipeline.captions.formats.ass_reading import BESIDE, IN_PLACE, read_ass
from pipeline.captions.formats.codec import WIDE_LAYOUT, Codec, Layout
from pipeline.captions.formats.text import COLOURS as ANY_COLOUR
from pipeline.captions.model import Captions, Cue, plain_cue
from pipeline.core.ports import Lettering
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
    letters: Lettering | None = None,
) -> str:
    """Cues for libass, as a profile lays them out."""
    layout = Layout(profile.area(size), size, font)
    return laid_out(cues, layout, offset=offset, watermark=watermark, letters=letters)


def laid_out(
    cues: tuple[Cue, ...],
    layout: Layout,
    *,
    offset: Time[Programme] | None = None,
    watermark: str = "",
    centis: Callable[[Fraction], int] | None = None,
    letters: Lettering | None = None,
) -> str:
    """Cues for libass: an opaque box half an em around each line's letters, inside the safe area of `size`,
    in their speakers' colours.

    `offset` is the film time that is zero in the file, so that a part has its own cues. `letters` say which
    font each run of them is drawn in; without them a player finds its own.
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
        red, green, blue = re.findall("..", ANY_COLOUR[cue.colour][1:])
        # BorderStyle 3 is libass's opaque box, and the border its padding. Fontsize is the line's height and
        # not the em's;
        # encoding -1 lets a line run from right to left.
        styles[name] = (
            f"{name},{font},{line:.2f},&H00{blue}{green}{red},&H0,&H00000000,&H00000000,"
            f"0,0,0,0,100,100,0,0,3,{beside:.2f},0,"
            f"{8 if cue.position == 'top' else 2},{ceil(side)},{ceil(side)},{ceil(foot)},-1"
        )
        start, end = cue.span.start.seconds - zero, cue.span.end.seconds - zero
        shown = directed(cue.lines)
        boxes = _boxes(cue, layout, letters) if letters else []
        if boxes and letters:
            events += [(start, end, name, box) for box in boxes]
            written = _lettered(shown, font, line, letters)
            events.append((start, end, name, r"{\bord0}" + written))
        else:
            events.append((start, end, name, rf"{{\ybord{above:.2f}}}" + r"\N".join(map(ass_text, shown))))
    if watermark:
        styles["draft"] = (
            f"draft,{font},{min(size) // 14},&H7800FFFF,&H0,&H96000000,&H0,"
            f"1,0,0,0,100,100,0,0,1,3,0,5,0,0,0,1"
        )
        events.append((Fraction(0), Fraction(36000), "draft", ass_text(watermark)))
    return _ass(size, list(styles.values()), events, centis or ass_centis)


def _boxes(cue: Cue, layout: Layout, letters: Lettering) -> list[str]:
    """A box for each line of a cue with letters of other fonts: libass draws one around each letter, and
    joined letters of one word stand at different heights. None where all come from the caption font, or where
    libass has to break a line.
    """
    area, size, lines = layout.area, layout.size, directed(cue.lines)
    if {family for runs in letters.families(lines) for family, _ in runs} == {letters.base}:
        return []
    line, beside, above = area.box(size)
    pitch, wide = line * letters.line(lines), [letters.width(text) * area.em(size) for text in lines]
    if max(wide) + 2 * beside > size[0] * area.safe_width + 1:
        return []
    edge = ceil(size[1] * (1 - area.safe_height) / 2 + above)
    top = edge if cue.position == "top" else size[1] - edge - pitch * len(lines)
    drawn = []
    for number, width in enumerate(wide):
        left, right = (round(size[0] / 2 + side * (width / 2 + beside)) for side in (-1, 1))
        upper, lower = round(top + pitch * number - above), round(top + pitch * (number + 1) + above)
        drawn.append(
            rf"{{\an7\pos({left},{upper})\bord0\1c&H000000&\p1}}"
            rf"m 0 0 l {right - left} 0 {right - left} {lower - upper} 0 {lower - upper}{{\p0}}"
        )
    return drawn


def _lettered(lines: Sequence[str], font: str, line: float, letters: Lettering) -> str:
    """The lines of a cue, with the fonts that their letters come from and how high lines are in those."""
    high = letters.line(lines)
    told, at = [] if high == 1 else [rf"{{\fs{line * high:.2f}}}"], font
    for number, runs in enumerate(letters.families(lines)):
        told += [r"\N"] if number else []
        for family, text in runs:
            told += [rf"{{\fn{family}}}"] if family != at else []
            told, at = [*told, ass_text(text)], family
    return "".join(told)


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
    size: tuple[int, int],
    styles: Sequence[str],
    events: Sequence[tuple[Fraction, Fraction, str, str]],
    centis: Callable[[Fraction], int],
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
        f"Dialogue: 0,{_ass_clock(centis(start))},{_ass_clock(centis(end))},{style},,0,0,0,,{text}"
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


def _ass_clock(centis: int) -> str:
    return f"{centis // 360000}:{centis // 6000 % 60:02}:{centis // 100 % 60:02}.{centis % 100:02}"


def _sidecar(captions: Captions, layout: Layout = WIDE_LAYOUT) -> str:
    """For players, which get times that are hundredths as they are, and others never late."""
    text = laid_out(captions.cues, layout, centis=lambda seconds: int(seconds * 100))
    head = "[Script Info]\n"
    return text.replace(head, f"{head}; {layout.remark}\n", 1) if layout.remark else text


CODEC = Codec(
    "ass",
    "ASS",
    endings=("ass", "ssa"),
    holds=frozenset({"position", "colour", "breaks"}),
    read=read_ass,
    write=_sidecar,
    sniff=re.compile(r"(?:[ \t]*(?:;[^\n]*)?\n){0,99}[ \t]*\[Script Info\]", re.IGNORECASE).match,
    resolution=Fraction(1, 100),
    beside=BESIDE,
    in_place=IN_PLACE,
)
