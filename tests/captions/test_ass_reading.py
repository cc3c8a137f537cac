"""ASS and SSA: what libass shows of them, and pysubs2 as the judge of what both can read."""

from __future__ import annotations

from fractions import Fraction

import pysubs2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.captions.formats import CODECS, read, write
from pipeline.captions.model import Captions, Cue
from pipeline.errors import InputError
from tests.captions.test_formats import films

HEAD = """[Script Info]
ScriptType: v4.00+
PlayResY: 720
{0}
[V4+ Styles]
Format: Name, Fontname, PrimaryColour, Alignment
Style: Default,Arial,&H00FFFFFF,2
Style: Top,Arial,&H0000FFFF,8

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""


def cues(*events: str, head: str = "", name: str = "a.txt") -> tuple[Cue, ...]:
    return read(name, (HEAD.format(head) + "\n".join(events) + "\n").encode()).cues


def one(text: str, style: str = "Default", head: str = "") -> Cue:
    (cue,) = cues(f"Dialogue: 0,0:00:01.00,0:00:02.50,{style},,0,0,0,,{text}", head=head)
    return cue


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (r"They saw, {\i1}and{\i0} said", ("They saw, and said",)),
        (r"They saw\Nand said", ("They saw", "and said")),
        (r"They saw\nand said", ("They saw and said",)),
        (r"{\q2}They saw\nand said", ("They saw", "and said")),
        (r"They\hsaw", ("They\u00a0saw",)),
        (r"{\p1}m 0 0 l 100 0{\p0}They saw", ("They saw",)),
        (r"{\pos(10,20)\fad(200,200)\k30}They {\k20}saw{comment}", ("They saw",)),
        (r"They \{saw\}, C:\dir", (r"They {saw}, C:\dir",)),
        ("They saw { and said", ("They saw { and said",)),
    ],
)
def test_what_is_shown_of_a_text(text: str, lines: tuple[str, ...]) -> None:
    assert one(text).lines == lines


def test_a_soft_end_is_one_where_lines_are_not_wrapped() -> None:
    assert one(r"They saw\nand said", head="WrapStyle: 2").lines == ("They saw", "and said")


@pytest.mark.parametrize(
    ("text", "style", "place", "colour"),
    [
        ("aa", "Default", "bottom", "white"),
        ("aa", "Top", "top", "yellow"),
        ("aa", "*top", "top", "yellow"),
        ("aa", "of another file", "bottom", "white"),
        (r"{\an8}aa", "Default", "top", "white"),
        (r"{\an5}aa", "Top", "bottom", "yellow"),
        (r"{\a6}aa", "Default", "top", "white"),
        (r"{\a2}aa", "Top", "bottom", "yellow"),
        (r"{\pos(640,100)}aa", "Default", "top", "white"),
        (r"{\move(640,700,640,10)}aa", "Top", "bottom", "yellow"),
        (r"{\c&HFFFF00&}aa", "Default", "bottom", "cyan"),
        (r"aa {\c&HFFFF00&}bb", "Default", "bottom", "white"),
        (r"{\3c&HFFFF00&}aa", "Default", "bottom", "white"),
    ],
)
def test_where_it_stands_and_in_which_colour(text: str, style: str, place: str, colour: str) -> None:
    cue = one(text, style)
    assert (cue.position, cue.colour) == (place, colour)


def test_events_come_by_their_times_without_comments_and_drawings() -> None:
    found = cues(
        "Dialogue: 0,0:00:05.00,0:00:06.00,Default,Ann,0,0,0,,Later, she said",
        "Comment: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,never",
        r"Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,{\p2}m 0 0{\p0}",
        "Dialogue: 1,0:00:02.00,1:00:03.5,Default,,0,0,0,,First",
    )
    assert [(cue.span.start.seconds, cue.span.end.seconds, cue.text, cue.speaker) for cue in found] == [
        (2, Fraction(7207, 2), "First", ""),
        (5, 6, "Later, she said", "Ann"),
    ]


def test_fields_come_in_any_order_and_ssa_has_places_of_its_own() -> None:
    text = """; made by hand

[Script Info]
ScriptType: v4.00

[V4 Styles]
Format: Name, PrimaryColour, Alignment
Style: Default,65535,6

[Events]
Format: Marked, Style, Start, End, Text
Dialogue: Marked=0,Default,0:00:01.00,0:00:02.00,They saw, and said
"""
    (cue,) = read("a.ssa", text.encode("utf-16")).cues
    assert (cue.text, cue.position, cue.colour) == ("They saw, and said", "top", "yellow")


def test_a_time_that_is_none_is_told_with_its_line() -> None:
    with pytest.raises(InputError, match=r'a\.txt, line 12: has a time that is none: "1:xx"'):
        cues("Dialogue: 0,1:xx,0:00:02.00,Default,,0,0,0,,aa")


@settings(max_examples=60, deadline=None, derandomize=True)
@given(films())
def test_what_we_write_we_read_to_the_hundredth(captions: Captions) -> None:
    found = read("a.ass", write("ass", captions).encode()).cues
    for one, two in zip(found, captions.cues, strict=True):
        assert (one.position, one.colour) == (two.position, two.colour)
        assert one.lines == two.lines
        ends = one.span.start - two.span.start, one.span.end - two.span.end
        assert all(abs(off) <= CODECS["ass"].resolution for off in ends)


plain = st.text(st.sampled_from("abc éß,.:;!?'\"-&<>"), min_size=1, max_size=12).filter(str.strip)


@pytest.mark.slow
@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    st.lists(st.tuples(st.integers(0, 10**6), st.integers(10, 5000), st.lists(plain, min_size=1)), min_size=1)
)
def test_pysubs2_writes_and_we_read(events: list[tuple[int, int, list[str]]]) -> None:
    theirs = pysubs2.SSAFile()
    for start, lasts, lines in events:
        at = start // 10 * 10
        theirs.append(pysubs2.SSAEvent(at, at + lasts // 10 * 10, r"{\i1}" + r"\N".join(lines)))
    found = read("a.ass", theirs.to_string("ass").encode()).cues
    wanted = sorted(
        ((event.start, event.end, event.plaintext.split("\n")) for event in theirs),
        key=lambda event: event[0],
    )
    assert [(cue.span.start.ms(), cue.span.end.ms()) for cue in found] == [(a, b) for a, b, _ in wanted]
    assert [list(cue.lines) for cue in found] == [
        [" ".join(line.split()) for line in lines if line.strip()] for _, _, lines in wanted
    ]
