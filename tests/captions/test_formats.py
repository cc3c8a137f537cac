"""Caption files, read back by other people's readers: times to the millisecond, and text that stays text."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from typing import get_args
from xml.etree import ElementTree as ET

import pysrt
import pysubs2
import pytest
import srt
import ttconv.imsc.reader
import ttconv.model
import webvtt
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from pipeline.captions.formats import (
    CODECS,
    Layout,
    Writer,
    ass_text,
    break_ass,
    directed,
    read,
    to_ass,
    to_imsc,
    to_srt,
    to_ttml,
    to_vtt,
    write,
    written,
)
from pipeline.captions.formats.codec import Fact
from pipeline.captions.model import Captions, Cue, plain_cue
from pipeline.core.time import Programme, Span, Time
from pipeline.production.configs import load_profile
from pipeline.production.profile import CueKind

fast = settings(max_examples=60, deadline=None, derandomize=True)

PROFILE = load_profile("plain")
MARKUP = [
    "-->",
    "<b>",
    "</c>",
    "&amp;",
    "&lt;",
    "a & b",
    "{\\an8}",
    "{}",
    "\\N",
    "\\",
    "<v Bob>",
    "]]>",
    "NOTE",
    "WEBVTT",
    "1",
    "😀",
    "<!--",
]
MARKUP += ["00:00:01.000 --> 00:00:02.000"]

letters = st.characters(codec="utf-8", exclude_categories=("C", "Z"), exclude_characters="\u2028\u2029\ufeff")
words = st.one_of(st.sampled_from(MARKUP), st.text(letters, min_size=1, max_size=10))
line = st.lists(words, min_size=1, max_size=4).map(" ".join)

TT, TTM, TTS = (f"{{http://www.w3.org/ns/ttml{part}}}" for part in ("", "#metadata", "#styling"))
ID = "{http://www.w3.org/XML/1998/namespace}id"

Read = tuple[Fraction, Fraction, str]


@st.composite
def films(draw: st.DrawFn) -> Captions:
    """Cues on frames, with any text, anywhere in ten hours."""
    rate = draw(st.sampled_from([Fraction(25), Fraction(30000, 1001)]))
    at, cues = draw(st.integers(0, 900_000)), []
    for _ in range(draw(st.integers(1, 4))):
        at += draw(st.integers(0, 100))
        end = at + draw(st.integers(1, 200))
        span = Span[Programme](Time.frames_at(at, rate), Time.frames_at(end, rate))
        lines = tuple(draw(st.lists(line, min_size=1, max_size=2)))
        position, colour = (
            draw(st.sampled_from(["top", "bottom"])),
            draw(st.sampled_from(["white", "yellow", "cyan", "green"])),
        )
        kind: CueKind = draw(st.sampled_from(["speech", "sound", "music"]))
        cues.append(
            plain_cue(
                span,
                lines,
                draw(words | st.just("")),
                "q1",
                position=position,
                colour=colour,
                kind=kind,
                off=draw(st.booleans()),
            )
        )
        at = end
    return Captions("en-GB", tuple(cues))


def by_pysrt(captions: Captions) -> list[Read]:
    return [
        (Fraction(item.start.ordinal, 1000), Fraction(item.end.ordinal, 1000), item.text)
        for item in pysrt.from_string(to_srt(captions))
    ]


def by_srt(captions: Captions) -> list[Read]:
    return [
        (seconds(item.start.total_seconds()), seconds(item.end.total_seconds()), item.content)
        for item in srt.parse(to_srt(captions))
    ]


def by_webvtt(captions: Captions) -> list[Read]:
    return [
        (clock(item.start), clock(item.end), vtt_text(item.raw_text))
        for item in webvtt.from_string(to_vtt(captions)).captions
    ]


def by_ttconv(captions: Captions, write: Writer = to_ttml) -> list[Read]:
    document = ttconv.imsc.reader.to_model(ET.parse(io.BytesIO(write(captions).encode())))
    body = document.get_body()
    assert body
    return [
        (p.get_begin() or Fraction(0), p.get_end(), ttml_text(p))
        for p in body.dfs_iterator()
        if isinstance(p, ttconv.model.P)
    ]


def imsc_by_ttconv(captions: Captions) -> list[Read]:
    return by_ttconv(captions, to_imsc)


def seconds(value: float) -> Fraction:
    return Fraction(round(value * 1000), 1000)


def clock(text: str) -> Fraction:
    hours, minutes, rest = text.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + Fraction(rest)


def vtt_text(raw: str) -> str:
    """As a player shows it: the voice tag is no text, and the three escapes are characters."""
    inner = re.sub(r"\A<[vc][^<>]*>(.*)</[vc]>\Z", r"\1", raw, flags=re.DOTALL)
    assert "<" not in inner
    assert ">" not in inner
    return inner.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def ttml_text(element: ttconv.model.ContentElement) -> str:
    if isinstance(element, ttconv.model.Br):
        return "\n"
    return "".join(
        [element.get_text()]
        if isinstance(element, ttconv.model.Text)
        else [ttml_text(child) for child in element]
    )


def told_apart(text: str) -> str:
    """SRT has no escapes: what players take for markup is written otherwise."""
    lines = text.translate(str.maketrans("<>{}\\", "‹›()∖")).split("\n")
    return "\n".join(
        re.sub(r"(\d):(\d\d:\d\d[.,])", r"\1∶\2", line) if line.count(":") > 3 else line for line in lines
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("read", "as_written"),
    [(by_pysrt, told_apart), (by_srt, told_apart), (by_webvtt, str), (by_ttconv, str), (imsc_by_ttconv, str)],
    ids=["pysrt", "srt", "webvtt", "ttconv", "ttconv-imsc"],
)
@fast
@given(captions=films())
def test_another_reader_reads_what_was_written(
    read: Callable[[Captions], list[Read]], as_written: Callable[[str], str], captions: Captions
) -> None:
    found = read(captions)
    assert [text for _, _, text in found] == [as_written("\n".join(cue.lines)) for cue in captions.cues]
    for (start, end, _), cue in zip(found, captions.cues, strict=True):
        assert abs(start - cue.span.start.seconds) <= Fraction(1, 2000)
        assert abs(end - cue.span.end.seconds) <= Fraction(1, 2000)


@fast
@given(captions=films())
def test_srt_is_no_markup_to_programs_that_work_in_ass(captions: Captions) -> None:
    """`{...}` and `\\N` would be to pysubs2, and two times in one line. (It drops a last line that is a
    number, whoever wrote it.)
    """
    assume(not any(cue.lines[-1].isdigit() for cue in captions.cues))
    found = [
        (item.start, item.end, item.plaintext)
        for item in pysubs2.SSAFile.from_string(to_srt(captions), "srt")
    ]
    assert found == [
        (cue.span.start.ms(), cue.span.end.ms(), told_apart("\n".join(cue.lines))) for cue in captions.cues
    ]


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["srt", "vtt", "ttml", "imsc"])
@fast
@given(captions=films())
def test_what_we_write_we_read(kind: str, captions: Captions) -> None:
    """Times to the millisecond, and every line; who speaks, what sounds, where and in which colour, where the
    format says so.
    """
    found = read(f"cut.en-GB.{kind}", write(kind, captions).encode())
    assert found.language == "en-GB"
    for one, two in zip(found.cues, captions.cues, strict=True):
        assert (one.span.start.ms(), one.span.end.ms()) == (two.span.start.ms(), two.span.end.ms())
        assert one.lines == (tuple(map(told_apart, two.lines)) if kind == "srt" else two.lines)
        if kind != "srt":
            speaker = two.speaker.rstrip("-") if kind == "vtt" else two.speaker
            assert (one.speaker, one.kind, one.off, one.position, one.colour) == (
                speaker,
                two.kind,
                two.off,
                two.position,
                two.colour,
            )


SMALL = Captions(
    "en",
    (
        Cue(
            Span(Time(Fraction(1)), Time(Fraction(3))),
            ("They saw <it> before me.",),
            "Amara",
            "q1",
            label=True,
            breaks=(3,),
        ),
        plain_cue(
            Span(Time(Fraction(3)), Time(Fraction(101, 20))),
            ("Tea & toast.",),
            "Dr O'Neil <x>",
            "q2",
            position="top",
        ),
    ),
)


def test_srt() -> None:
    assert to_srt(SMALL) == (
        "1\n00:00:01,000 --> 00:00:03,000\nAmara: They saw ‹it›\nbefore me.\n\n"
        "2\n00:00:03,000 --> 00:00:05,050\nTea & toast.\n"
    )


def test_vtt() -> None:
    assert to_vtt(SMALL) == (
        "WEBVTT\n\nSTYLE\n::cue { color: #FFFFFF; background-color: #000000 }\n\n"
        "1\n00:00:01.000 --> 00:00:03.000\n<v Amara>Amara: They saw &lt;it&gt;\nbefore me.</v>\n\n"
        "2\n00:00:03.000 --> 00:00:05.050 line:0\n<v Dr O'Neil &lt;x&gt;>Tea &amp; toast.</v>\n"
    )


def test_ttml_says_language_region_and_times() -> None:
    tree = ET.fromstring(to_ttml(SMALL))
    cues = tree.findall(".//{http://www.w3.org/ns/ttml}p")
    assert tree.get("{http://www.w3.org/XML/1998/namespace}lang") == "en"
    assert [(p.get("region"), p.get("begin"), p.get("end")) for p in cues] == [
        ("bottom", "00:00:01.000", "00:00:03.000"),
        ("top", "00:00:03.000", "00:00:05.050"),
    ]


SEEN = Captions(
    "en",
    (
        plain_cue(
            Span(Time(Fraction(1)), Time(Fraction(3))), ("Hello.",), "Amara", "q1", colour="yellow", off=True
        ),
        plain_cue(Span(Time(Fraction(3)), Time(Fraction(5))), ("[door slams]",), "", "", kind="sound"),
        plain_cue(Span(Time(Fraction(6)), Time(Fraction(7))), ("♪",), "--", "", kind="music", colour="green"),
    ),
)


def test_vtt_says_who_speaks_what_sounds_and_in_which_colour() -> None:
    text = to_vtt(SEEN)
    said = [line for line in text.splitlines() if line.startswith("<")]
    assert said == [
        "<v.off.yellow Amara>Hello.</v>",
        "<c.sound>[door slams]</c>",
        "<c.music.lime>♪</c>",
    ]
    assert "::cue(.yellow) { color: #FFFF00 }\n::cue(.lime) { color: #00FF00 }\n" in text


@pytest.mark.parametrize("write", [to_ttml, to_imsc])
def test_ttml_says_who_speaks_what_sounds_and_in_which_colour(write: Writer) -> None:
    tree = ET.fromstring(write(SEEN))
    agents = {agent.get(ID): "".join(agent.itertext()) for agent in tree.iter(f"{TTM}agent")}
    colours = {style.get(ID): style.get(f"{TTS}color") for style in tree.iter(f"{TT}style")}
    assert [
        (agents.get(p.get(f"{TTM}agent")), p.get(f"{TTM}role"), colours[p[0].get("style")])
        for p in tree.iter(f"{TT}p")
    ] == [
        ("Amara", "x-off", "#FFFF00"),
        (None, "sound", "#FFFFFF"),
        ("--", "music", "#00FF00"),
    ]


@pytest.mark.parametrize(
    ("profile", "shape", "area"),
    [("bbc", (1920, 1080), "12.5% 75%"), ("bbc", (1080, 1920), "5% 90%"), ("plain", (1080, 1080), "5% 90%")],
)
def test_ttml_stands_inside_the_safe_area_of_the_picture(
    profile: str, shape: tuple[int, int], area: str
) -> None:
    room = load_profile(profile).area(shape)
    for region in ET.fromstring(to_ttml(SEEN, Layout(room))).iter(f"{TT}region"):
        (left, top), (width, height) = (
            region.get(f"{TTS}{name}", "").split() for name in ("origin", "extent")
        )
        assert f"{left} {width}" == area
        edge = 50 * (1 - room.safe_height)
        assert edge - 0.01 <= float(top[:-1]) <= float(top[:-1]) + float(height[:-1]) <= 100.01 - edge


EMPTY = {
    "srt": "",
    "vtt": "WEBVTT\n\nSTYLE\n",
    "ttml": "</tt:tt>",
    "imsc": "</tt:tt>",
    "scc": "Scenarist_SCC V1.0\n\n",
}


@pytest.mark.parametrize("kind", sorted(EMPTY))
def test_no_cues_is_a_whole_file(kind: str) -> None:
    text = write(kind, Captions("en", ()))
    assert EMPTY[kind] in text
    if kind != "srt":  # which is then an empty file
        assert read("cut.en." + kind, text.encode()).cues == ()


# ASS: what libass draws -----------------------------------------------------------------------


@fast
@given(st.text(st.one_of(st.sampled_from("{}\\Nnh&<> \n"), letters), max_size=30))
def test_ass_text_never_lets_markup_through(text: str) -> None:
    """Read as libass reads: `\\{` and `\\}` are braces, `\\N` a line, any other brace or known escape would
    be markup.
    """
    shown, at, written = "", 0, ass_text(text)
    while at < len(written):
        pair = written[at : at + 2]
        assert pair[0] not in "{}\n"
        if pair in ("\\{", "\\}"):
            shown, at = shown + pair[1], at + 2
        elif pair == "\\N":
            shown, at = shown + "\n", at + 2
        else:
            assert pair not in ("\\n", "\\h"), written
            shown, at = shown + pair[0], at + 1
    assert shown.replace("\u2060", "") == "\n".join(text.splitlines()).replace("\u2060", "")


@pytest.mark.parametrize("text", ["a\rb", "a\r\nb"])
def test_ass_text_stays_on_its_line_of_the_file(text: str) -> None:
    assert "\r" not in ass_text(text)


def dialogues(ass: str) -> list[list[str]]:
    return [
        row.removeprefix("Dialogue: ").split(",", 9)
        for row in ass.splitlines()
        if row.startswith("Dialogue: ")
    ]


def test_ass_has_each_cue_on_its_parts_own_clock() -> None:
    ass = to_ass(SMALL.cues, (1280, 720), PROFILE, "A Font", offset=Time(Fraction(1)))
    assert [(row[1], row[2], row[3], row[9]) for row in dialogues(ass)] == [
        ("0:00:00.00", "0:00:01.99", "bottom", r"{\ybord9.58}Amara: They saw <it>\Nbefore me."),
        ("0:00:01.99", "0:00:04.04", "top", r"{\ybord9.58}Tea & toast."),
    ]
    assert "PlayResX: 1280\nPlayResY: 720\n" in ass


def test_a_watermark_stands_over_everything() -> None:
    (row,) = dialogues(to_ass((), (640, 360), PROFILE, "A Font", watermark="DRAFT {x}"))
    assert (row[1], row[3], row[9]) == ("0:00:00.00", "draft", r"DRAFT \{x\}")
    assert "Style: draft," in to_ass((), (640, 360), PROFILE, "A Font", watermark="x")


@fast
@given(
    st.integers(0, 10**6),
    st.sampled_from([Fraction(24), Fraction(25), Fraction(30), Fraction(30000, 1001), Fraction(60000, 1001)]),
)
@example(111, Fraction(30))
def test_a_burnt_cue_is_shown_from_its_own_frame(frame: int, rate: Fraction) -> None:
    """ASS counts hundredths: the cue is there at its frame, and was not there at the frame before."""
    cue = plain_cue(
        Span[Programme](Time.frames_at(frame, rate), Time.frames_at(frame + 9, rate)), ("x",), "A", "q1"
    )
    ((_, start, end, *_),) = dialogues(to_ass((cue,), (640, 360), PROFILE, "A Font"))
    step = rate.denominator / rate.numerator
    told = [
        int(number * step * 1000) for number in (frame - 1, frame, frame + 8, frame + 9)
    ]  # as vf_subtitles.c tells libass the time of a frame
    assert [clock(start) * 1000 <= ms < clock(end) * 1000 for ms in told] == [False, True, True, False]


@pytest.mark.parametrize(
    ("length", "shown"), [("3", ["3", "2", "1"]), ("2.5", ["3", "2", "1"]), ("0.4", ["1"])]
)
def test_the_seconds_of_a_break_run_down(length: str, shown: list[str]) -> None:
    rows = dialogues(break_ass(Fraction(length), (1280, 720), PROFILE, "A Font"))
    assert [row[9].rpartition("}")[2] for row in rows] == shown
    assert clock(rows[0][1]) == 0
    assert Fraction(length) - Fraction(1, 100) <= clock(rows[-1][2]) < Fraction(length)
    assert all(one[2] == two[1] for one, two in pairwise(rows))


def test_a_countdown_is_drawn_as_captions_are() -> None:
    """As large, white on the same opaque box, in the same place."""
    styles = [
        {row for row in text.splitlines() if row.startswith("Style: ")}
        for text in (
            break_ass(Fraction(3), (1280, 720), PROFILE, "A Font"),
            to_ass((plain_cue(Span[Programme].measured(0, 1), ("3",)),), (1280, 720), PROFILE, "A Font"),
        )
    ]
    assert styles[0] == styles[1]


def test_each_speaker_has_their_colour_and_white_has_no_style_of_its_own() -> None:
    cues = tuple(
        plain_cue(cue.span, cue.lines, cue.speaker, cue.quote, colour=colour)
        for cue, colour in zip(SMALL.cues, ("white", "yellow"), strict=True)
    )
    ass = to_ass(cues, (1280, 720), PROFILE, "A Font")
    styles = [row.removeprefix("Style: ").split(",") for row in ass.splitlines() if row.startswith("Style: ")]
    assert [(style[0], style[3]) for style in styles] == [
        ("bottom", "&H00FFFFFF"),
        ("bottom yellow", "&H0000FFFF"),
    ]
    assert [row[3] for row in dialogues(ass)] == ["bottom", "bottom yellow"]
    with pytest.raises(KeyError):
        to_ass(
            (plain_cue(SMALL.cues[0].span, ("x",), "A", "q1", colour="mauve"),),
            (1280, 720),
            PROFILE,
            "A Font",
        )


@pytest.mark.parametrize(
    ("lines", "mark"),
    [
        (("They saw me.", "And I them."), ""),
        (("שלום עולם, טוב.",), "\u200f"),
        (("Amara אמרה", "מרחבא בالعالم שלום"), "\u200f"),
        (("السلام عليكم؟",), "\u200f"),
        (("They said שלום and left me there.",), "\u200e"),
        (("250 mg",), ""),
    ],
)
def test_every_line_of_a_cue_runs_as_most_of_it_does(lines: tuple[str, ...], mark: str) -> None:
    assert directed(lines) == [mark + line for line in lines]


# The table -------------------------------------------------------------------------------------

SAID = Cue(
    Span.measured(1, 3),
    ("Nobody asked me.",),
    "Amara",
    "q1",
    label=True,
    position="top",
    breaks=(2,),
    colour="yellow",
    off=True,
)
SOUND = plain_cue(Span.measured(4, 5), ("door slams",), kind="sound")


@pytest.mark.parametrize("name", [name for name, codec in CODECS.items() if codec.read and codec.write])
def test_a_codec_holds_what_it_says_and_nothing_else(name: str) -> None:
    """Every fact of a cue beside its text: in the file where `holds` has it, lost where it has not."""
    codec = CODECS[name]
    text = write(name, Captions("en", (SAID, SOUND))).encode()
    one, two = read(f"cut.en.{codec.endings[0]}", text).cues
    same = {
        fact
        for fact in get_args(Fact)
        if getattr(one, fact) == getattr(SAID, fact) and getattr(two, fact) == getattr(SOUND, fact)
    }
    assert same - {"breaks"} == codec.holds - {"breaks"}
    assert (one.text, two.text) == (SAID.text, SOUND.text)
    if "breaks" in codec.holds:
        assert one.lines == SAID.lines


def test_the_help_of_export_names_every_format_that_is_written() -> None:
    """It is written out, because a command line that only prints help need not load every format."""
    from typing import get_type_hints

    from pipeline.cli.captions import captions_export

    (option,) = get_type_hints(captions_export, include_extras=True)["formats"].__metadata__
    named = re.findall(r"[a-z]+", re.sub(r"\(.*?\)|;.*", "", option.help))
    assert sorted(named) == sorted(written())
