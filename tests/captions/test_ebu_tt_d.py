"""Our EBU-TT-D held against EBU Tech 3380 by a checker of its own, and against the rules that the BBC's
validator adds.

The checker says what EBU's XML Schema says (ebutt_d.xsd: which elements, in which order, with which
attributes and values), and
what a schema cannot: references that lead somewhere, ids that are unique, times in order, regions inside the
picture.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings

from pipeline.captions.formats import to_ttml
from pipeline.captions.model import Captions
from tests.captions.test_formats import SEEN, SMALL, films

NAMESPACES = {
    "http://www.w3.org/ns/ttml": "tt",
    "http://www.w3.org/ns/ttml#parameter": "ttp",
    "http://www.w3.org/ns/ttml#styling": "tts",
    "http://www.w3.org/ns/ttml#metadata": "ttm",
    "http://www.w3.org/XML/1998/namespace": "xml",
    "urn:ebu:tt:metadata": "ebuttm",
    "urn:ebu:tt:style": "ebutts",
    "http://www.w3.org/ns/ttml/profile/imsc1#styling": "itts",
    "http://www.w3.org/ns/ttml/profile/imsc1#parameter": "ittp",
}

SAID = "xml:lang ttm:agent ttm:role style"
ALLOWED = {
    "tt:tt": "xml:space ttp:timeBase ttp:cellResolution xml:lang ittp:activeArea",
    "tt:head": "",
    "tt:metadata": "",
    "tt:styling": "",
    "tt:style": "xml:id tts:direction tts:fontFamily tts:fontSize tts:lineHeight tts:textAlign "
    "tts:color tts:backgroundColor tts:fontStyle tts:fontWeight "
    "tts:textDecoration tts:unicodeBidi tts:wrapOption ebutts:multiRowAlign ebutts:linePadding "
    "itts:fillLineGap",
    "tt:layout": "",
    "tt:region": "xml:id tts:origin tts:extent style tts:displayAlign tts:padding tts:writingMode "
    "tts:showBackground tts:overflow",
    "tt:body": "style ttm:agent ttm:role",
    "tt:div": f"xml:id region {SAID}",
    "tt:p": f"xml:id xml:space region begin end {SAID}",
    "tt:span": f"xml:id xml:space begin end {SAID}",
    "tt:br": "ttm:role",
}
"""Tech 3380, 3.2: the attributes of each element."""

REQUIRED = {
    "tt:tt": "ttp:timeBase xml:lang",
    "tt:style": "xml:id",
    "tt:region": "xml:id tts:origin tts:extent",
    "tt:p": "xml:id",
    "ttm:agent": "type",
}

CHILDREN = {
    "tt:tt": r"tt:head (tt:body )?",
    "tt:head": r"(ttm:copyright )?(tt:metadata )?tt:styling tt:layout ",
    "tt:metadata": r"((?!tt:)\S+ )*",
    "tt:styling": r"(tt:metadata )?(tt:style )+",
    "tt:style": r"",
    "tt:layout": r"(tt:metadata )?(tt:region )+",
    "tt:region": r"(tt:metadata )?",
    "tt:body": r"(tt:metadata )?(tt:div )+",
    "tt:div": r"(tt:metadata )?(tt:p )+",
    "tt:p": r"(tt:metadata )?((tt:br|tt:span) )*",
    "tt:span": r"(tt:metadata )?(tt:br )*",
    "tt:br": r"(tt:metadata )?",
}
"""What may stand inside each, in which order; at least one <div> in a body and one <p> in a <div>."""

PERCENT, PAIR = r"\+?\d+(\.\d+)?%", r"\+?\d+(\.\d+)?% \+?\d+(\.\d+)?%"
TIME = r"\d\d+:[0-5]\d:[0-5]\d(\.\d+)?"
VALUES = {
    "ttp:timeBase": "media",  # 2.2.4: the only one there is
    "ttp:cellResolution": r"[1-9]\d* [1-9]\d*",
    "xml:lang": r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*",
    "xml:id": r"[A-Za-z_][\w.-]*",
    "tts:color": r"#[0-9A-Fa-f]{6}([0-9A-Fa-f]{2})?",  # never a name
    "tts:backgroundColor": r"#[0-9A-Fa-f]{6}([0-9A-Fa-f]{2})?",
    "tts:fontSize": PERCENT,
    "tts:lineHeight": f"normal|{PERCENT}",
    "tts:textAlign": "left|center|right|start|end",
    "tts:displayAlign": "before|center|after",
    "tts:overflow": "visible|hidden",
    "tts:origin": PAIR,
    "tts:extent": PAIR,
    "ebutts:linePadding": r"\+?\d+(\.\d+)?c",
    "itts:fillLineGap": "true|false",
    "begin": TIME,  # full clock times: no offsets, no frames
    "end": TIME,
    "type": "person|character|group|organization|other|full|family|given|alias",
}
MIXED = ("tt:p", "tt:span")


def short(name: str) -> str:
    namespace, _, local = name.rpartition("}")
    return f"{NAMESPACES[namespace[1:]]}:{local}" if namespace else local


def faults(text: str) -> Iterator[str]:
    root = ET.fromstring(text)
    yield from ["the root is not tt:tt"] * (short(root.tag) != "tt:tt")
    ids = {
        element.get("{http://www.w3.org/XML/1998/namespace}id"): short(element.tag) for element in root.iter()
    }
    named = [element.get("{http://www.w3.org/XML/1998/namespace}id") for element in root.iter()]
    yield from [f"{name} is there twice" for name in ids if name and named.count(name) > 1]
    for element in root.iter():
        name = short(element.tag)
        says = {short(key): value for key, value in element.attrib.items()}
        if name.startswith("tt:"):
            yield from [f"{name} has {key}" for key in says if key not in ALLOWED[name].split()]
            inside = "".join(f"{short(child.tag)} " for child in element)
            yield from [f"{name} holds {inside}"] * (not re.fullmatch(CHILDREN[name], inside))
            loose = [element.text, *(child.tail for child in element)]
            yield from [f"{name} holds text"] * (
                name not in MIXED and any(text and text.strip() for text in loose)
            )
        yield from [f"{name} lacks {key}" for key in REQUIRED.get(name, "").split() if key not in says]
        yield from [
            f"{name} {key} is {value}"
            for key, value in says.items()
            if key in VALUES and not re.fullmatch(VALUES[key], value)
        ]
        for key, kind in (("style", "tt:style"), ("region", "tt:region"), ("ttm:agent", "ttm:agent")):
            yield from [
                f"{name} refers to {key} {one}" for one in says.get(key, "").split() if ids.get(one) != kind
            ]
    yield from _beyond(root)


def _beyond(root: ET.Element) -> Iterator[str]:
    """What no schema says."""
    at = {key: f"{{http://www.w3.org/ns/ttml#styling}}{key}" for key in ("origin", "extent", "fontFamily")}
    if "urn:ebu:tt:distribution:2018-04" not in [
        element.text for element in root.iter("{urn:ebu:tt:metadata}conformsToStandard")
    ]:
        yield "does not say what it conforms to (Tech 3380, 3.1.1)"
    for region in root.iter("{http://www.w3.org/ns/ttml}region"):
        corner, size = (
            list(map(float, region.get(at[key], "").replace("%", "").split())) for key in ("origin", "extent")
        )
        if any(a + b > 100.001 for a, b in zip(corner, size, strict=True)):
            yield "a region leads out of the picture (Tech 3380, 3.3.3)"
    if not any(
        "default" in style.get(at["fontFamily"], "")
        for style in root.iter("{http://www.w3.org/ns/ttml}style")
    ):
        yield "no default font (BBC: bbc_text_fontFamily_constraint)"
    times = [(p.get("begin", ""), p.get("end", "")) for p in root.iter("{http://www.w3.org/ns/ttml}p")]
    yield from [f"{end} is not after {start}" for start, end in times if start >= end]
    yield from [f"captions overlap at {two[0]}" for one, two in pairwise(times) if one[1] > two[0]]


@pytest.mark.parametrize("captions", [SMALL, SEEN, Captions("cy", ())])
def test_our_files_are_valid(captions: Captions) -> None:
    assert list(faults(to_ttml(captions))) == []


@pytest.mark.slow
@settings(max_examples=60, deadline=None, derandomize=True)
@given(films())
def test_our_files_are_valid_whatever_is_said_in_them(captions: Captions) -> None:
    assert list(faults(to_ttml(captions))) == []


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('ttp:timeBase="media"', "", "tt:tt lacks ttp:timeBase"),
        ('ttp:timeBase="media"', 'ttp:timeBase="smpte"', "tt:tt ttp:timeBase is smpte"),
        ('ttp:timeBase="media"', 'ttp:timeBase="media" ttp:frameRate="25"', "tt:tt has ttp:frameRate"),
        ('begin="00:00:01.000"', 'begin="1s"', "tt:p begin is 1s"),
        ('begin="00:00:01.000"', 'begin="00:00:09.000"', "00:00:03.000 is not after 00:00:09.000"),
        ('end="00:00:03.000"', 'end="00:00:04.000"', "captions overlap at 00:00:03.000"),
        ('xml:id="c2"', 'xml:id="c1"', "c1 is there twice"),
        ('xml:id="c1"', "", "tt:p lacks xml:id"),
        ('style="white"', 'style="mauve"', "tt:span refers to style mauve"),
        ('region="bottom"', 'region="middle"', "tt:p refers to region middle"),
        ('ttm:agent="s1"', 'ttm:agent="c2"', "tt:p refers to ttm:agent c2"),
        ("#FFFF00", "yellow", "tt:style tts:color is yellow"),
        (', default"', '"', "no default font (BBC: bbc_text_fontFamily_constraint)"),
        ("<tt:br/>", "<tt:b/>", None),
        ("69.4%", "79.4%", "a region leads out of the picture (Tech 3380, 3.3.3)"),
        (
            "distribution:2018-04",
            "distribution:2014-01",
            "does not say what it conforms to (Tech 3380, 3.1.1)",
        ),
        ('<tt:div style="para">', '<tt:div style="para">loose', "tt:div holds text"),
        (
            "<tt:layout>",
            "<tt:layout/><tt:layout>",
            "tt:head holds tt:metadata tt:styling tt:layout tt:layout ",
        ),
    ],
)
def test_the_checker_sees_what_is_planted(old: str, new: str, says: str | None) -> None:
    text = to_ttml(SMALL)
    assert old in text
    if says is None:
        with pytest.raises(KeyError):
            list(faults(text.replace(old, new, 1)))
    else:
        assert says in list(faults(text.replace(old, new, 1)))
