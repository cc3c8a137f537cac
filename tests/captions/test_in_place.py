"""`captions fix` changes what it names, and no other byte: in files made by hand or with anything."""

from __future__ import annotations

import re
from dataclasses import replace
from difflib import SequenceMatcher
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.captions import files, formats
from pipeline.captions.autofix import Mended
from pipeline.captions.formats import CannotStay, Subtitles, rewritten
from pipeline.captions.model import Cue, plain_cue
from pipeline.core.time import Programme, Span, Time
from pipeline.errors import InputError

VTT = """WEBVTT - made by hand
Kind: captions
Language: en

NOTE checked by the group on Monday

STYLE
::cue { background: black }

REGION
id:r1
width:40%

intro
00:00:01.000 --> 00:00:04.000 region:r1 align:left position:10%
<v Ann><i>I waited</i> a long
time</v>

second
00:04.200 --> 00:08.000 line:10%
<v.loud Ben>and nobody &amp; came to <b>ask</b> me.</v>

NOTE
a note
of two lines

third
00:00:09.000 --> 00:00:11.000

Words after a blank line

fourth
00:00:12.000 --> 00:00:15.000
<v Ann>That is all I wanted.</v>
"""


def mend(data: bytes, profile: str = "bbc", rate: str = "25") -> tuple[Subtitles, Mended, bytes]:
    found = formats.read("a.txt", data)
    done, new = files.repaired(found, files.judged(found, profile, rate=rate))
    return found, done, new


def changed(old: bytes, new: bytes, encoding: str = "utf-8") -> list[tuple[list[str], list[str]]]:
    """The lines that are other ones, with their ends."""
    one, two = (re.findall(r"[^\r\n]*(?:\r\n|\r|\n|\Z)", data.decode(encoding)) for data in (old, new))
    return [
        (one[a:b], two[c:d])
        for kind, a, b, c, d in SequenceMatcher(None, one, two, autojunk=False).get_opcodes()
        if kind != "equal"
    ]


@pytest.mark.parametrize(
    ("ends", "encoding"),
    [("\n", "utf-8"), ("\r\n", "utf-8-sig"), ("\r", "utf-8"), ("\r\n", "utf-16"), ("\r\n", "cp1252")],
)
def test_only_the_lines_of_the_cues_that_are_named_change(ends: str, encoding: str) -> None:
    text = VTT.replace("Monday", "Monday in a café")
    data = text.replace("\n", ends).encode(encoding)
    _, done, new = mend(data)
    assert [(fix.name, fix.cue) for fix in done.fixes] == [("one-line", 1), ("close-gap", 2)]
    wanted = text.replace("04.000 region", "04.200 region").replace("a long\ntime", "a long time")
    assert new == wanted.replace("\n", ends).encode(encoding)


def test_hard_spaces_beside_the_end_of_a_line_go_with_it() -> None:
    text = "WEBVTT\n\n00:01.000 --> 00:03.000\naa\n&nbsp;&nbsp;bb\n"
    assert mend(text.encode())[2].decode() == text.replace("\n&nbsp;&nbsp;", " ")


def test_what_needs_nothing_is_the_same_file() -> None:
    data = VTT.replace("04.000 region", "04.200 region").replace("a long\ntime", "a long time").encode()
    found, done, new = mend(data)
    assert (done.fixes, new) == ((), data)
    assert rewritten(found, found.cues) == data


LONG = "We waited there for <i>the whole afternoon, and nobody came to tell</i> us what had happened there."


def test_a_cue_that_is_parted_keeps_its_settings_and_opens_its_tags_again() -> None:
    data = f"WEBVTT\n\none\n00:01.000 --> 00:09.000 align:left\n<v Ann>{LONG}</v>\n\nNOTE last\n".encode()
    _, done, new = mend(data)
    assert "split-long" in [fix.name for fix in done.fixes]
    text = new.decode()
    assert text.startswith("WEBVTT\n\none\n00:01.000 --> 00:")
    assert text.endswith("</v>\n\nNOTE last\n")
    assert text.count(" align:left\n<v Ann>") == 2 and text.count("</v>") == 2
    assert text.count("<i>") == text.count("</i>") == 2
    assert text.count("\none\n") == 1, "an id is of one cue"
    assert " ".join(cue.text for cue in formats.read("a.vtt", new).cues) == re.sub("<.*?>", "", LONG)


def test_a_new_cue_of_a_srt_has_a_number_of_its_own_and_the_others_keep_theirs() -> None:
    text = f"7\n00:00:01,000 --> 00:00:09,000\n{LONG}\n\n8\n00:00:12,000 --> 00:00:14,000\nThat was all.\n"
    _, _, new = mend(text.encode())
    assert re.findall(r"^\d+$", new.decode(), re.MULTILINE) == ["7", "9", "8"]
    assert new.decode().endswith(text[text.index("\n\n8") :])


FLICKERS = """1
00:00:01,000 --> 00:00:01,400
{0}We waited

2
00:00:01,400 --> 00:00:03,400
{1}there for long.

3
00:00:06,000 --> 00:00:08,000
That was all.
"""


def test_two_that_are_joined_leave_no_hole() -> None:
    text = FLICKERS.format("", "")
    _, done, new = mend(text.encode())
    assert [fix.name for fix in done.fixes] == ["merge-flicker"]
    assert new.decode() == (
        "1\n00:00:01,000 --> 00:00:03,400\nWe waited there for long.\n\n"
        "3\n00:00:06,000 --> 00:00:08,000\nThat was all.\n"
    )


def test_cues_that_are_set_otherwise_are_not_joined() -> None:
    text = FLICKERS.format("", "").replace(",", ".").replace("01.400\n", "01.400 align:left\n")
    _, done, new = mend(f"WEBVTT\n\n{text}".encode())
    assert "merge-flicker" not in [fix.name for fix in done.fixes]
    assert b"01.400 align:left\nWe waited\n" in new or b"align:left" in new


def test_cues_change_places_and_notes_do_not() -> None:
    text = (
        "WEBVTT\n\nb\n00:05.000 --> 00:07.000 line:1\nLater.\n\nNOTE between\n\n"
        "a\n00:01.000 --> 00:03.000\nFirst.\n"
    )
    _, done, new = mend(text.encode())
    assert [fix.name for fix in done.fixes] == ["sort"]
    assert new.decode() == (
        "WEBVTT\n\na\n00:01.000 --> 00:03.000\nFirst.\n\nNOTE between\n\n"
        "b\n00:05.000 --> 00:07.000 line:1\nLater.\n"
    )


def test_the_numbers_of_a_srt_count_and_stay_where_they_are() -> None:
    text = "1\n00:00:05,000 --> 00:00:07,000\nLater.\n\n2\n00:00:01,000 --> 00:00:03,000\nFirst.\n"
    assert mend(text.encode())[2].decode() == (
        "1\n00:00:01,000 --> 00:00:03,000\nFirst.\n\n2\n00:00:05,000 --> 00:00:07,000\nLater.\n"
    )


TTML = """<?xml version="1.0" encoding="UTF-8"?>
<!-- by hand -->
<tt:tt xmlns:tt="http://www.w3.org/ns/ttml" xmlns:tts="http://www.w3.org/ns/ttml#styling"
  xmlns:ttp="http://www.w3.org/ns/ttml#parameter" ttp:frameRate="25" xml:lang="en">
<tt:body begin="10s"><tt:div>
  <tt:p   xml:id="c1" begin='00:00:01.000' end="00:00:04.000"><tt:span tts:color="red">I waited</tt:span> a &amp; long<tt:br/>
     time</tt:p>
  <!-- between -->
  <tt:p xml:id="c2" begin="00:00:04:05" dur="4s">and nobody came to ask me.</tt:p>
  <tt:p xml:id="c3" begin="225f" dur="9s">We waited there for the whole afternoon, and nobody <tt:span
    tts:fontStyle="italic">came to tell us</tt:span> anything at all about it.</tt:p>
</tt:div></tt:body></tt:tt>
"""  # noqa: E501


def test_ttml_keeps_its_way_to_write_times_and_its_prefix() -> None:
    _, done, new = mend(TTML.encode())
    assert [fix.name for fix in done.fixes] == ["one-line", "close-gap", "split-long", "close-gap"]
    first = [line + "\n" for line in TTML.split("\n")[5:7]]
    mended = "".join(first).replace("04.000", "04.200").replace("<tt:br/>\n     ", " ")
    assert changed(TTML.encode(), new)[0] == (first, [mended])
    text = new.decode()
    assert '<tt:p xml:id="c2" begin="00:00:04:05" dur="4.8s">and nobody came to ask me.</tt:p>' in text
    assert '<tt:p xml:id="c3" begin="225f" dur="3.88s">We waited there<tt:br/>for' in text
    assert '<tt:p begin="322f" dur="5.12s">and nobody <tt:span\n    tts:fontStyle="italic">came' in text


def test_ttml_whose_cues_have_their_times_from_elsewhere_is_refused() -> None:
    text = (
        '<tt xmlns="http://www.w3.org/ns/ttml"><body><div begin="1s" end="1.4s"><p>We waited there.</p></div>'
        "</body></tt>"
    )
    with pytest.raises(InputError, match="no times of its own"):
        mend(text.encode())


ASS = """[Script Info]
; made by hand
ScriptType: v4.00+
PlayResY: 720

[V4+ Styles]
Format: Name, Fontname, Alignment
Style: Default,Arial,2

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Dialogue: 0,0:00:05.00,0:00:07.00,Default,,0,0,0,,{\\i1}Later{\\i0}, said\\Nshe\\hdid
Comment: 0,0:00:00.00,0:00:01.00,Default,,0,0,0,,never
Dialogue: 0,0:00:01.00,0:00:04.80,Default,Ann,0,0,0,,First, {\\p1}m 0 0 l 1 1{\\p0}yes
"""


def test_ass_is_changed_in_its_fields() -> None:
    data = b"\xef\xbb\xbf" + ASS.replace("\n", "\r\n").encode()
    _, done, new = mend(data)
    assert [(fix.name, fix.cue) for fix in done.fixes] == [("one-line", 2), ("close-gap", 2)]
    wanted = ASS.replace("0:00:04.80", "0:00:05.00").replace("said\\N", "said ")
    assert new == b"\xef\xbb\xbf" + wanted.replace("\n", "\r\n").encode()


def test_a_format_without_times_and_lines_of_its_own_is_refused_in_a_plain_sentence() -> None:
    cues = (plain_cue(Span[Programme].measured(2, 3), ("They saw me.",)),)
    found = formats.read("a.vtt", b"WEBVTT\n\n00:02.000 --> 00:03.000\nThey saw me.\n")
    scc = files.converted(Subtitles("en", cues, "vtt"), "scc").data
    with pytest.raises(InputError, match="SCC cannot be changed in one place only"):
        mend(scc)
    assert files.repaired(found, files.judged(found))


def test_the_same_in_python(tmp_path: Path) -> None:
    (tmp_path / "a.vtt").write_text(VTT)
    fixed = files.fix(files.read(tmp_path / "a.vtt"), "bbc", rate="25")
    files.write(fixed, tmp_path / "b.vtt")
    wanted = VTT.replace("04.000 region", "04.200 region").replace("a long\ntime", "a long time")
    assert (tmp_path / "b.vtt").read_text() == wanted
    files.write(fixed, tmp_path / "b.scc")
    again = files.fix(files.read(tmp_path / "b.scc"), "bbc", rate="25")
    files.write(again, tmp_path / "c.srt")
    assert [cue.text for cue in files.read(tmp_path / "c.srt").cues] == [cue.text for cue in fixed.cues]


def test_a_file_whose_words_are_others_is_not_written_over() -> None:
    found = formats.read("a.vtt", VTT.encode())
    other = (plain_cue(found.cues[0].span, ("Other words",)), *found.cues[1:])
    with pytest.raises(CannotStay, match="words"):
        rewritten(found, other)


def test_bytes_that_are_no_letters_are_not_lost() -> None:
    """UTF-16 that ends in the middle of a letter: decoded it is another file, so nothing is written."""
    data = VTT.encode("utf-16") + b"\x00"
    with pytest.raises(InputError, match="stays as it is"):
        mend(data)


# Whatever people write ---------------------------------------------------------------------------

words = st.sampled_from(
    "It was, 20 mg she said. <i>We</i> wait&amp;see <b>there</b> é No, {\\an8}yes 100 <c.loud>now</c>".split()
)
line = st.lists(words, min_size=1, max_size=9).map(" ".join)
ENDS = st.sampled_from(["\n", "\r\n", "\r"])
NOTES = st.sampled_from(["", "NOTE\nby hand\n\n", "\n", "STYLE\n::cue(i) { color: lime }\n\n"])


@st.composite
def written(draw: st.DrawFn, kind: str) -> bytes:
    """A file as somebody might have written it; its cues may overlap, flicker or stand in no order."""
    at, text = 0, "WEBVTT\n\n" if kind == "vtt" else ""
    for number in range(1, draw(st.integers(1, 5)) + 1):
        at = max(0, at + draw(st.integers(-300, 2500)))
        end = at + draw(st.integers(1, 7000))
        text += draw(NOTES) if kind == "vtt" else draw(st.sampled_from(["", "\n"]))
        text += draw(
            st.sampled_from([f"{number}\n", "", f"c{number}\n"] if kind == "vtt" else [f"{number}\n"])
        )
        text += f"{clock(at, kind)} --> {clock(end, kind)}{draw(st.sampled_from(['', ' align:left']))}\n"
        text += "\n".join(draw(st.lists(line, min_size=1, max_size=3))) + "\n\n"
        at = end
    text = text[: -draw(st.integers(0, 2)) or None]
    mark = draw(st.sampled_from([b"", b"\xef\xbb\xbf"]))
    return mark + text.replace("\n", draw(ENDS)).encode()


def clock(ms: int, kind: str) -> str:
    point = "." if kind == "vtt" else ","
    return f"{ms // 3600000:02}:{ms // 60000 % 60:02}:{ms // 1000 % 60:02}{point}{ms % 1000:03}"


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["srt", "vtt"])
@settings(max_examples=20, deadline=None, derandomize=True)
@given(data=st.data())
def test_any_file_keeps_all_that_no_fix_names(kind: str, data: st.DataObject) -> None:
    old = data.draw(written(kind))
    _, done, new = mend(old, data.draw(st.sampled_from(["bbc", "netflix", "plain"])))
    if not done.fixes:
        assert new == old
        return
    named = [cue for fix in done.fixes for cue in (*fix.before, *fix.after)]
    theirs = {line for cue in named for line in _ours(cue)}
    again = formats.read("a.txt", new)
    assert [cue.lines for cue in again.cues] == [cue.lines for cue in done.cues]
    if any(fix.name == "sort" for fix in done.fixes):
        return
    for gone, came in changed(old, new):
        for text in (line for part in (*gone, *came) for line in part.splitlines()):
            assert not text.strip() or _is_of(text, theirs), (text, done.fixes)
    assert [text for text in _beside(old) if text not in _beside(new)] == []


def _ours(cue: Cue) -> list[str]:
    ends = [clock(time.ms(), kind) for time in (cue.span.start, cue.span.end) for kind in ("srt", "vtt")]
    return [*ends, *(word for line in cue.lines for word in line.split(" "))]


def _is_of(text: str, theirs: set[str]) -> bool:
    """Is a line one of these cues': its times, its words, or its name?"""
    tags = r"<[^>]*>|\{\\[^}]*\}" if "{\\an8}yes" not in theirs else "<[^>]*>"
    plain = re.sub(tags, "", text).split()
    if "-->" in text:
        return any(clock in text for clock in theirs)
    return bool(re.fullmatch(r"c?\d+", text.strip())) or all(
        {word, word.replace("&amp;", "&")} & theirs for word in plain
    )


def _beside(data: bytes) -> list[str]:
    return re.findall(r"NOTE\s+by hand|STYLE\s+::cue.i. [^\r\n]*|align:left|^\ufeff", data.decode())


def test_a_last_cue_does_not_outlast_its_film() -> None:
    found = formats.read("a.srt", b"1\n00:00:01,000 --> 00:00:01,500\nWe waited there for long.\n")
    judged = files.judged(found, rate="25")
    done, _ = files.repaired(found, judged)
    end = Time[Programme](Fraction(14, 5))
    assert done.cues[0].span.end > end
    done, _ = files.repaired(found, replace(judged, end=end))
    assert done.cues[0].span.end == end
