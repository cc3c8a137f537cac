"""TTML: written as EBU-TT-D (Tech 3380) and as the text profile of IMSC 1.1, which differ in their heads."""

from __future__ import annotations

import re
from html import escape

from pipeline.captions.formats.codec import ALL_FACTS, WIDE_LAYOUT, Codec, Layout
from pipeline.captions.formats.text import COLOURS, held, lines_of, stamp
from pipeline.captions.formats.ttml_reading import BESIDE, IN_PLACE, read_ttml
from pipeline.captions.model import Captions, Cue

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<tt:tt xmlns:tt="http://www.w3.org/ns/ttml" xmlns:ttp="http://www.w3.org/ns/ttml#parameter"
       xmlns:tts="http://www.w3.org/ns/ttml#styling" xmlns:ttm="http://www.w3.org/ns/ttml#metadata"
       xmlns:ebuttm="urn:ebu:tt:metadata" xmlns:ebutts="urn:ebu:tt:style"
       xmlns:itts="http://www.w3.org/ns/ttml/profile/imsc1#styling"
       ttp:timeBase="media" ttp:cellResolution="32 15" {profile}xml:lang="{language}">
<tt:head>
<tt:metadata>{remark}{standard}{agents}</tt:metadata>
<tt:styling>
<tt:style xml:id="para" tts:fontFamily="Arial, Roboto, proportionalSansSerif, default" """
_HEAD += """tts:fontSize="{font}%" tts:lineHeight="120%" tts:textAlign="center" ebutts:linePadding="0.5c" """
_HEAD += """itts:fillLineGap="true"/>
{styles}
</tt:styling>
<tt:layout>
<tt:region xml:id="bottom" tts:origin="{left}% {foot}%" {extent} tts:displayAlign="after" {overflow}/>
<tt:region xml:id="top" tts:origin="{left}% {top}%" {extent} tts:displayAlign="before" {overflow}/>
</tt:layout>
</tt:head>
"""

_EBU = (
    "<ebuttm:documentMetadata><ebuttm:conformsToStandard>urn:ebu:tt:distribution:2018-04"
    "</ebuttm:conformsToStandard></ebuttm:documentMetadata>"
)
_AGENT = '<ttm:agent xml:id="{key}" type="person"><ttm:name type="full">{name}</ttm:name></ttm:agent>'
_IMSC = 'ttp:contentProfiles="http://www.w3.org/ns/ttml/profile/imsc1.1/text" '


def to_ttml(captions: Captions, layout: Layout = WIDE_LAYOUT) -> str:
    """EBU-TT-D, by the skeleton that broadcasters' validators accept."""
    return _document(captions, layout, standard=_EBU)


def to_imsc(captions: Captions, layout: Layout = WIDE_LAYOUT) -> str:
    """IMSC 1.1 text, for streaming."""
    return _document(captions, layout, profile=_IMSC)


def _document(captions: Captions, layout: Layout, *, profile: str = "", standard: str = "") -> str:
    area = layout.area
    speakers = {
        name: f"s{number}"
        for number, name in enumerate(
            dict.fromkeys(filter(None, (held(cue.speaker) for cue in captions.cues))), 1
        )
    }
    line = area.line(layout.size) / layout.size[1]
    height = min(area.lines * line * 1.6, area.safe_height / 2)
    edge = (1 - area.safe_height) / 2
    head = _HEAD.format(
        profile=profile,
        language=escape(captions.language),
        remark=f"<ttm:desc>{escape(layout.remark)}</ttm:desc>" if layout.remark else "",
        standard=standard,
        agents="".join(
            _AGENT.format(key=key, name=escape(name, quote=False)) for name, key in speakers.items()
        ),
        styles="\n".join(
            f'<tt:style xml:id="{name}" tts:color="{value}" tts:backgroundColor="#000000"/>'
            for name, value in COLOURS.items()
        ),
        font=round(line / 1.2 * 15 * 100),  # of a row, of which there are 15
        left=_percent((1 - area.safe_width) / 2),
        foot=_percent(1 - edge - height),
        top=_percent(edge),
        extent=f'tts:extent="{_percent(area.safe_width)}% {_percent(height)}%"',
        overflow='tts:overflow="visible"',
    )
    cues = "\n".join(_paragraph(number, cue, speakers) for number, cue in enumerate(captions.cues, 1))
    body = f'<tt:body><tt:div style="para">\n{cues}\n</tt:div></tt:body>' if cues else ""
    return f"{head}{body}</tt:tt>\n"


def _paragraph(number: int, cue: Cue, speakers: dict[str, str]) -> str:
    agent = speakers.get(held(cue.speaker))
    roles = [*([cue.kind] if cue.kind != "speech" else []), *(["x-off"] if cue.off else [])]
    said = (f' ttm:agent="{agent}"' if agent else "") + (f' ttm:role="{" ".join(roles)}"' if roles else "")
    colour = cue.colour if cue.colour in COLOURS else "white"
    text = "<tt:br/>".join(escape(line, quote=False) for line in lines_of(cue))
    times = f'begin="{stamp(cue.span.start)}" end="{stamp(cue.span.end)}"'
    return (
        f'<tt:p xml:id="c{number}" region="{cue.position}" {times}{said}><tt:span '
        f'style="{colour}">{text}</tt:span></tt:p>'
    )


def _percent(share: float) -> str:
    return f"{share * 100:.4g}"


CODEC = Codec(
    "ttml",
    "TTML (EBU-TT-D)",
    endings=("ttml", "xml", "dfxp", "itt"),
    holds=ALL_FACTS,
    read=read_ttml,
    write=to_ttml,
    beside=BESIDE,
    in_place=IN_PLACE,
    sniff=re.compile(r"\s{0,99}<(?:\?xml|!--|!DOCTYPE|(?:\w+:)?tt\b)").match,
)
IMSC = Codec(
    "imsc",
    "IMSC 1.1",
    endings=("imsc.ttml", "imsc", "imsc.xml"),
    holds=ALL_FACTS,
    read=read_ttml,
    write=to_imsc,
)
