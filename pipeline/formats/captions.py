# ruff: noqa: E501 - the XML and ASS headers stand as they are written
"""Captions as SRT (through pysrt), WebVTT, TTML and ASS. Text is text: it can never become markup."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from fractions import Fraction
from html import escape
from math import ceil
from unicodedata import bidirectional

import pysrt

from pipeline.model.captions import Captions, Cue, Profile
from pipeline.model.time import Programme, Span, Time


def to_srt(captions: Captions) -> str:
    """SubRip, by pysrt. Players read `<b>` and `{...}` as markup, so those characters are told apart."""
    file = pysrt.SubRipFile(
        items=[
            pysrt.SubRipItem(number, _pysrt(cue.span.start), _pysrt(cue.span.end), "\n".join(map(_srt_text, cue.lines)))
            for number, cue in enumerate(captions.cues, 1)
        ]
    )
    return "\n".join(str(item) for item in file)


def from_srt(text: str) -> list[tuple[Span[Programme], str]]:
    """Spans and texts of an SRT file, by pysrt; InputError is the caller's to raise on none."""
    return [
        (Span.measured(item.start.ordinal / 1000, item.end.ordinal / 1000), item.text_without_tags.replace("\n", " ").strip())
        for item in pysrt.from_string(text)
        if item.text.strip()
    ]


def _pysrt(time: Time[Programme]) -> pysrt.SubRipTime:
    return pysrt.SubRipTime(milliseconds=time.ms())


def _srt_text(line: str) -> str:
    return line.replace("<", "‹").replace(">", "›").replace("{", "(").replace("}", ")")


def to_vtt(captions: Captions) -> str:
    """WebVTT: the speaker in a voice tag, captions at the top by line 0."""
    blocks = ["WEBVTT"]
    for number, cue in enumerate(captions.cues, 1):
        settings = " line:0" if cue.position == "top" else ""
        speaker = escape(cue.speaker.rstrip("-"), quote=False)  # "--" and the tag's own ">" would be an arrow
        blocks.append(
            f"{number}\n{_clock(cue.span.start)} --> {_clock(cue.span.end)}{settings}\n<v {speaker}>"
            + "\n".join(escape(line, quote=False) for line in cue.lines)
            + "</v>"
        )
    return "\n\n".join(blocks) + "\n"


def _clock(time: Time[Programme], point: str = ".") -> str:
    ms = time.ms()
    return f"{ms // 3600000:02}:{ms // 60000 % 60:02}:{ms // 1000 % 60:02}{point}{ms % 1000:03}"


_TTML = """<?xml version="1.0" encoding="UTF-8"?>
<tt:tt xmlns:tt="http://www.w3.org/ns/ttml" xmlns:ttp="http://www.w3.org/ns/ttml#parameter"
       xmlns:tts="http://www.w3.org/ns/ttml#styling" xmlns:ttm="http://www.w3.org/ns/ttml#metadata"
       xmlns:ebuttm="urn:ebu:tt:metadata" xmlns:ebutts="urn:ebu:tt:style"
       ttp:timeBase="media" ttp:cellResolution="32 15" xml:lang="{language}">
<tt:head>
<tt:metadata><ebuttm:documentMetadata><ebuttm:conformsToStandard>urn:ebu:tt:distribution:2018-04</ebuttm:conformsToStandard></ebuttm:documentMetadata></tt:metadata>
<tt:styling>
<tt:style xml:id="para" tts:fontFamily="proportionalSansSerif, default" tts:fontSize="100%" tts:lineHeight="120%" tts:textAlign="center" ebutts:linePadding="0.5c"/>
<tt:style xml:id="white" tts:color="#FFFFFF" tts:backgroundColor="#000000"/>
</tt:styling>
<tt:layout>
<tt:region xml:id="bottom" tts:origin="12.5% 71%" tts:extent="75% 24%" tts:displayAlign="after" tts:overflow="visible"/>
<tt:region xml:id="top" tts:origin="12.5% 5%" tts:extent="75% 24%" tts:displayAlign="before" tts:overflow="visible"/>
</tt:layout>
</tt:head>
<tt:body><tt:div style="para">
{cues}
</tt:div></tt:body></tt:tt>
"""


def to_ttml(captions: Captions) -> str:
    """EBU-TT-D, by the skeleton that broadcasters' validators accept."""
    cues = "\n".join(
        f'<tt:p xml:id="c{number}" region="{cue.position}" begin="{_clock(cue.span.start)}" end="{_clock(cue.span.end)}">'
        f'<tt:span style="white">{"<tt:br/>".join(escape(line, quote=False) for line in cue.lines)}</tt:span></tt:p>'
        for number, cue in enumerate(captions.cues, 1)
    )
    return _TTML.format(language=escape(captions.language), cues=cues)


WRITERS: dict[str, Callable[[Captions], str]] = {"srt": to_srt, "vtt": to_vtt, "ttml": to_ttml}
"""Sidecars by their file ending."""


COLOURS = {"white": "FFFFFF", "yellow": "FFFF00", "cyan": "00FFFF", "green": "00FF00"}
"""What cues may be written in: each has 15:1 and more on black."""


def to_ass(cues: tuple[Cue, ...], size: tuple[int, int], profile: Profile, font: str, *, offset: Time[Programme] | None = None, watermark: str = "") -> str:
    """Cues for libass: an opaque box half an em around each line's letters, inside the safe area of `size`, in their speakers' colours.

    `offset` is the film time that is zero in the file, so that a part has its own cues.
    """
    room = profile.room(size)
    line, beside, above = room.box(size)
    side, foot = (size[0] * (1 - room.safe_width) / 2 + beside), (size[1] * (1 - room.safe_height) / 2 + above)
    zero = offset.seconds if offset else Fraction(0)
    styles, events = {}, []
    for cue in cues:
        name = cue.position if cue.colour == "white" else f"{cue.position} {cue.colour}"
        red, green, blue = re.findall("..", COLOURS[cue.colour])
        # BorderStyle 3 is libass's opaque box, and the border its padding. Fontsize is the line's height and not the em's;
        # encoding -1 lets a line run from right to left.
        styles[name] = (
            f"{name},{font},{line:.2f},&H00{blue}{green}{red},&H0,&H00000000,&H00000000,0,0,0,0,100,100,0,0,3,{beside:.2f},0,"
            f"{8 if cue.position == 'top' else 2},{ceil(side)},{ceil(side)},{ceil(foot)},-1"
        )
        shown = rf"{{\ybord{above:.2f}}}" + r"\N".join(ass_text(line) for line in directed(cue.lines))
        events.append((cue.span.start.seconds - zero, cue.span.end.seconds - zero, name, shown))
    if watermark:
        styles["draft"] = f"draft,{font},{size[1] // 14},&H7800FFFF,&H0,&H96000000,&H0,1,0,0,0,100,100,0,0,1,3,0,5,0,0,0,1"
        events.append((Fraction(0), Fraction(36000), "draft", ass_text(watermark)))
    return _ass(size, list(styles.values()), events)


def directed(lines: Sequence[str]) -> list[str]:
    """Lines that run as most of their cue does, with a mark at the head of each where any of it runs from right to left.

    Without it a full stop stands at the wrong end, and a line that begins with a name in other letters runs the other way.
    """
    strong = Counter(bidirectional(character) for line in lines for character in line)
    right = strong["R"] + strong["AL"]
    mark = "" if not right else "\u200f" if right >= strong["L"] else "\u200e"
    return [mark + line for line in lines]


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
WrapStyle: 0
ScaledBorderAndShadow: yes
Kerning: yes
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


def ass_centis(seconds: Fraction) -> int:
    """ASS counts hundredths. The last one before: libass is told frames' times in floats, which may fall just short (at 30 frames a second, frame 111)."""
    return max(0, ceil(seconds * 100) - 1)


def _ass_clock(seconds: Fraction) -> str:
    centis = ass_centis(seconds)
    return f"{centis // 360000}:{centis // 6000 % 60:02}:{centis // 100 % 60:02}.{centis % 100:02}"
