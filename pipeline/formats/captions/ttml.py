# ruff: noqa: E501 - the XML header stands as it is written
"""TTML: EBU-TT-D and IMSC 1.1 text."""

from __future__ import annotations

from html import escape

from pipeline.formats.captions.plain import lines_of, stamp
from pipeline.model.captions import Captions

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
        f'<tt:p xml:id="c{number}" region="{cue.position}" begin="{stamp(cue.span.start)}" end="{stamp(cue.span.end)}">'
        f'<tt:span style="white">{"<tt:br/>".join(escape(line, quote=False) for line in lines_of(cue))}</tt:span></tt:p>'
        for number, cue in enumerate(captions.cues, 1)
    )
    return _TTML.format(language=escape(captions.language), cues=cues)
