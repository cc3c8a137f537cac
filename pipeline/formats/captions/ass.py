# ruff: noqa: E501 - the ASS header stands as it is written
"""Captions as ASS, for libass to burn and as a sidecar. Text is text: it can never become markup."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import ceil

from pipeline.model.captions import Cue, Profile
from pipeline.model.time import Programme, Time


def to_ass(cues: tuple[Cue, ...], size: tuple[int, int], profile: Profile, font: str, *, offset: Time[Programme] | None = None, watermark: str = "") -> str:
    """Cues for libass: an opaque box with half an em around, inside the safe area of `size`.

    `offset` is the film time that is zero in the file, so that a part has its own cues.
    """
    (width, height), room = size, profile.room(size)
    line = round(height * room.size)
    em = round(line / 1.2)
    side, foot = round(width * (1 - room.safe_width) / 2), round(height * (1 - room.safe_height) / 2)
    # BorderStyle 3 is libass's opaque box, and Outline its padding. WrapStyle 2: lines break where we say.
    style = f"{font},{em},&H00FFFFFF,&H00FFFFFF,&H00000000,&H00000000,0,0,0,0,100,100,0,0,3,{em / 2:.1f},0"
    margins = f"{side},{side},{foot + em // 2},1"
    zero = offset.seconds if offset else Fraction(0)
    events = [(cue.span.start.seconds - zero, cue.span.end.seconds - zero, cue.position, r"\N".join(ass_text(line) for line in cue.lines)) for cue in cues]
    styles = [f"bottom,{style},2,{margins}", f"top,{style},8,{margins}"]
    if watermark:
        styles.append(f"draft,{font},{height // 14},&H7800FFFF,&H0,&H96000000,&H0,1,0,0,0,100,100,0,0,1,3,0,5,0,0,0,1")
        events.append((Fraction(0), Fraction(36000), "draft", ass_text(watermark)))
    return _ass(size, styles, events)


def break_ass(seconds: Fraction, size: tuple[int, int], font: str, top: int) -> str:
    """The seconds of a break as they run down: small, under the ribbon that `top` is the top of."""
    letter = round(size[1] * 0.032)
    style = f"small,{font},{letter},&H00B8AFA6,&H0,&H0,&H0,0,0,0,0,100,100,0,0,1,0,0,8,0,0,{top + letter},1"
    whole = ceil(seconds)
    return _ass(size, [style], [(Fraction(n), min(Fraction(n + 1), seconds), "small", str(whole - n)) for n in range(whole)])


def _ass(size: tuple[int, int], styles: Sequence[str], events: Sequence[tuple[Fraction, Fraction, str, str]]) -> str:
    width, height = size
    head = f"""[Script Info]
ScriptType: v4.00+
PlayResX: {width}
PlayResY: {height}
WrapStyle: 2
ScaledBorderAndShadow: yes
YCbCr Matrix: TV.709

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
{chr(10).join("Style: " + style for style in styles)}

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""
    lines = [f"Dialogue: 0,{_ass_clock(start)},{_ass_clock(end)},{style},,0,0,0,,{text}" for start, end, style, text in events]
    return head + "\n".join(lines) + "\n"


def ass_text(text: str) -> str:
    """Any text, shown as it is: a word joiner keeps a backslash from being an escape."""
    escaped = text.replace("\\", "\\\u2060").replace("{", r"\{").replace("}", r"\}")
    return r"\N".join(escaped.splitlines())


def _ass_clock(seconds: Fraction) -> str:
    """ASS counts hundredths. The last one before: libass is told frames' times in floats, which may fall just short (at 30 frames a second, frame 111)."""
    centis = max(0, ceil(seconds * 100) - 1)
    return f"{centis // 360000}:{centis // 6000 % 60:02}:{centis // 100 % 60:02}.{centis % 100:02}"
