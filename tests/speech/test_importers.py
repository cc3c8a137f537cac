"""Transcripts made elsewhere: Whisper's JSON, SRT and WebVTT to words, or refused with the file's name."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.captions.as_transcript import import_transcript
from pipeline.captions.formats import to_srt, to_vtt
from pipeline.captions.model import Captions, plain_cue
from pipeline.core.time import Programme, Span
from pipeline.errors import InputError
from pipeline.speech.importers import GUESSED
from pipeline.speech.transcript import Transcript

fast = settings(max_examples=40, deadline=None, derandomize=True)

WORD = {"word": " Hello", "start": 1.0, "end": 1.5, "probability": 0.9}


def read(data: str | bytes) -> Transcript:
    return import_transcript("amara", "en", "made.txt", data.encode() if isinstance(data, str) else data)


def words(data: str | bytes) -> list[tuple[str, float, float]]:
    return [(word.text, float(word.span.start), float(word.span.end)) for word in read(data).words]


def whisper(*segments: object) -> str:
    return json.dumps({"text": "", "language": "en", "segments": segments})


def test_whisper_with_word_times() -> None:
    found = read(
        whisper({"words": [WORD, {"word": "you", "start": 1.5, "end": 1.5, "score": 0.4}, {"word": "12"}]})
    )
    assert [(word.text, str(word.span), word.confidence) for word in found.words] == [
        ("Hello", "0:00:01.000–0:00:01.500", 0.9),
        ("you", "0:00:01.500–0:00:01.501", 0.4),
        ("12", "0:00:01.500–0:00:01.640", GUESSED),
    ]
    assert (found.source, found.language, found.engine) == ("amara", "en", "imported from whisper-json")


def test_whisper_without_word_times_shares_the_segment() -> None:
    assert words(whisper({"start": 1, "end": 2, "text": " aa bbbbbb"})) == [
        ("aa", 1.0, 1.25),
        ("bbbbbb", 1.25, 2.0),
    ]


VTT = (
    "WEBVTT\n\nNOTE not words\n\nSTYLE\n::cue { color: red }\n\nintro\n00:01.000 --> 00:03.000 "
    "align:start\n<v Amara>aa &amp; <i>bb</i></v>\n"
)
VTT += "\n01:00:00.000 --> 01:00:01.000\ncc\n"
SRT = "1\n00:00:01,000 --> 00:00:03,000\nAMARA: <i>aa</i>\n& bb\n\n2\n01:00:00,000 --> 01:00:01,000\ncc\n"


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("encode", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("text", [VTT, SRT], ids=["vtt", "srt"])
def test_caption_files_share_each_lines_time(text: str, encode: str, ends: str) -> None:
    assert words(text.replace("\n", ends).encode(encode)) == [
        ("aa", 1.0, 1.8),
        ("&", 1.8, 2.2),
        ("bb", 2.2, 3.0),
        ("cc", 3600.0, 3601.0),
    ]
    assert {word.confidence for word in read(text).words} == {GUESSED}


FRENCH = SRT.replace(
    "cc", "Il m'a demandé comment j'allais, et ça m'a touchée. Après, le garçon à côté m'a prêté son journal."
)


def test_utf_16_is_read() -> None:
    assert "garçon" in [word.text for word in read(FRENCH.encode("utf-16")).words]


def test_an_old_encoding_is_read_right_or_refused() -> None:
    """Caption files in Windows' own encoding are everywhere; a wrong guess makes other words of them."""
    try:
        found = [word.text for word in read(FRENCH.encode("cp1252")).words]
    except InputError:
        return
    assert {"demandé", "ça", "touchée.", "garçon", "prêté"} <= set(found)


def test_words_come_in_the_order_of_their_times() -> None:
    late, early = WORD | {"start": 5, "end": 6}, WORD
    assert [start for _, start, _ in words(whisper({"words": [late]}, {"words": [early]}))] == [1.0, 5.0]


line = st.lists(st.text("abcdé'!?", min_size=1, max_size=6), min_size=1, max_size=5).map(" ".join)


@pytest.mark.slow
@fast
@given(
    st.lists(
        st.tuples(st.integers(0, 3000), st.integers(40, 5000), line),
        min_size=1,
        max_size=5,
        unique_by=lambda cue: cue[2],
    )
)
def test_our_own_captions_come_back_as_words_in_their_lines_time(cues: list[tuple[int, int, str]]) -> None:
    made, at = [], 0
    for gap, length, text in cues:
        made.append(
            plain_cue(
                Span[Programme].measured((at + gap) / 1000, (at + gap + length) / 1000),
                (text,),
                "Amara",
                "q1",
            )
        )
        at += gap + length
    captions = Captions("en", tuple(made))
    for written in (to_srt(captions), to_vtt(captions)):
        found = read(written).words
        assert [word.text for word in found] == [word for cue in made for word in cue.text.split()]
        assert all(one.span.end <= two.span.start for one, two in pairwise(found))
        assert found[0].span.start.seconds == made[0].span.start.seconds
        assert found[-1].span.end.seconds == made[-1].span.end.seconds


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00\x01\x02\xff",
        "just text",
        "{",
        "{}",
        '{"segments": null}',
        '{"segments": {}}',
        '{"segments": []}',
        whisper({}),
        whisper({"words": 5}),
        whisper({"words": [WORD | {"start": None}]}),
        whisper({"words": [WORD | {"start": "soon"}]}),
        whisper({"words": [WORD | {"start": float("nan")}]}),
        whisper({"words": [WORD | {"end": float("inf")}]}),
        whisper("a string"),
        whisper({"words": ["a", "b"]}),
        whisper(["a"]),
        "WEBVTT\n\n",
        "1\n00:00:01,000 --> 00:00:03,000\n\n",
    ],
)
def test_what_holds_no_words_is_refused_by_name(data: str | bytes) -> None:
    with pytest.raises(InputError, match=r"made\.txt"):
        read(data)


@pytest.mark.parametrize(
    "text", ["1\n00:00:03,000 --> 00:00:01,000\naa bb\n", "WEBVTT\n\n00:03.000 --> 00:01.000\naa bb\n"]
)
def test_a_time_that_runs_backwards_loses_no_words(text: str) -> None:
    found = read(text).words
    assert [word.text for word in found] == ["aa", "bb"]
    assert found[0].span.start.seconds == Fraction(3)


# Who speaks ------------------------------------------------------------------------------------


def said(data: str | bytes) -> list[tuple[str, str]]:
    """Each run of one speaker's words."""
    found: list[tuple[str, str]] = []
    for word in read(data).words:
        if found and found[-1][0] == word.speaker:
            found[-1] = (word.speaker, f"{found[-1][1]} {word.text}")
        else:
            found.append((word.speaker, word.text))
    return found


def srt(*texts: str) -> str:
    return "\n".join(
        f"{at}\n00:00:{3 * at:02},000 --> 00:00:{3 * at + 2:02},000\n{text}\n"
        for at, text in enumerate(texts, 1)
    )


def vtt(*texts: str) -> str:
    cues = (f"00:{3 * at:02}.000 --> 00:{3 * at + 2:02}.000\n{text}\n" for at, text in enumerate(texts, 1))
    return "WEBVTT\n\n" + "\n".join(cues)


ASKED = [("Interviewer", "How was it?"), ("Amara", "It was clean.")]


@pytest.mark.parametrize(
    ("text", "turns"),
    [
        (vtt("<v Interviewer>How was it?</v>", "<v Amara>It was <i>clean</i>."), ASKED),
        (vtt("<v Interviewer>How was it?</v><v Amara>It was clean.</v>"), ASKED),
        (vtt("<v.loud Interviewer>How was it?", "<v Amara>It was clean."), ASKED),
        (vtt("Interviewer: How was it?", "Amara: It was clean."), ASKED),
        (vtt("Kim Lee: How was it?", "Amara Example: It was clean."),
         [("Kim Lee", "How was it?"), ("Amara Example", "It was clean.")]),
        (srt("INTERVIEWER: How was it?", "AMARA: It was", "clean."),
         [("INTERVIEWER", "How was it?"), ("AMARA", "It was clean.")]),
        (srt("[SPEAKER_00]: How was it?", "[SPEAKER_01]: It was clean."),
         [("SPEAKER_00", "How was it?"), ("SPEAKER_01", "It was clean.")]),
        (srt("[SPEAKER_00] How was it?", "(Speaker 2): It was clean."),
         [("SPEAKER_00", "How was it?"), ("Speaker 2", "It was clean.")]),
        (srt("Speaker 1: How was it?", "Speaker 2: It was clean."),
         [("Speaker 1", "How was it?"), ("Speaker 2", "It was clean.")]),
        (srt("Interviewer:\nHow was it?", "Amara:\nIt was\nclean."), ASKED),
        (srt("Interviewer\nHow was it?", "Amara\nIt was clean.", "Interviewer\nAnd?", "Amara\nYes."),
         [*ASKED, ("Interviewer", "And?"), ("Amara", "Yes.")]),
        (srt("kim: How was it?", "amara: It was clean.", "ben: Yes.", "kim: And?", "amara: Fine.",
             "ben: No."),
         [("kim", "How was it?"), ("amara", "It was clean."), ("ben", "Yes."),
          ("kim", "And?"), ("amara", "Fine."), ("ben", "No.")]),
        (srt("- Interviewer: How was it?\n- Amara: It was clean."), ASKED),
        (srt(">> INTERVIEWER: How was it?", ">> It was clean."),
         [("INTERVIEWER", "How was it?"), ("", "It was clean.")]),
        (srt("AMARA: How was it?", "- It was clean."), [("AMARA", "How was it?"), ("", "It was clean.")]),
        (srt("رضا: کیسا تھا؟", "آمنہ: صاف تھا۔", "رضا: اچھا۔", "آمنہ: ہاں۔"),
         [("رضا", "کیسا تھا؟"), ("آمنہ", "صاف تھا۔"), ("رضا", "اچھا۔"), ("آمنہ", "ہاں۔")]),
        (whisper({"words": [WORD | {"speaker": "SPEAKER_00"}]}, {"speaker": 1, "words": [WORD]}),
         [("SPEAKER_00", "Hello"), ("1", "Hello")]),
        (whisper({"start": 1, "end": 2, "text": "aa bb", "speaker": "Amara"}), [("Amara", "aa bb")]),
    ],
)  # fmt: skip
def test_names_are_speakers_and_no_words(text: str, turns: list[tuple[str, str]]) -> None:
    assert said(text) == turns


@pytest.mark.parametrize(
    "texts",
    [
        ("And I thought: no", "I went home."),
        ("He said: go home.", "And she agreed.", "Then we left."),
        ("Monday: I went in.", "They saw me.", "It was clean.", "Nobody asked.", "I left."),
        ("It was 10:30 then.", "At 10: 30 people came.", "So I left.", "I did.", "I went home."),
        ("So what I mean is: it was fine.", "It was."),
    ],
)
def test_a_colon_alone_makes_no_label(texts: tuple[str, ...]) -> None:
    assert said(srt(*texts)) == [("", " ".join(texts))]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("They [SIGHS] saw (pause) me.", "They saw me."),
        ("[DOOR\nSLAMS] They saw me.", "They saw me."),
        ("- They saw me.\n- They did. ♪", "They saw me. They did."),
        ("♪ We shall overcome ♪ They saw me.", "They saw me."),
        ("# We shall overcome # They saw me.", "They saw me."),
        ("(laughs)", ""),
        ("*laughs* They saw – me.", "They saw me."),
        ("{\\an8}<font color='red'>They</font> saw <b>me</b>.", "They saw me."),
        ("A&E & £1.50 + 50% (A)", "A&E & £1.50 + 50%"),
        ("-5 degrees, well-known", "-5 degrees, well-known"),
    ],
)
def test_sounds_dashes_and_styling_are_no_words(text: str, left: str) -> None:
    assert " ".join(word.text for word in read(srt("It was.", text)).words) == f"It was. {left}".strip()


ROLLS = """WEBVTT

00:00:00.000 --> 00:00:02.000 align:start position:0%
&nbsp;
they<00:00:00.500><c> saw</c><00:00:01.000><c> the</c><00:00:01.250><c> label</c>

00:00:02.000 --> 00:00:02.010
they saw the label

00:00:02.010 --> 00:00:04.000
they saw the label
they<00:00:02.500><c> saw</c><00:00:03.000><c> the</c><00:00:03.250><c> label</c>

00:00:04.000 --> 00:00:04.010
they saw the label

00:00:04.010 --> 00:00:06.000
they saw the label
before<00:00:05.000><c> me</c>
"""


def test_rolling_captions_are_said_once_at_the_times_inside() -> None:
    """And what was said twice is said twice."""
    assert words(ROLLS) == [
        ("they", 0.0, 0.5), ("saw", 0.5, 1.0), ("the", 1.0, 1.25), ("label", 1.25, 2.0),
        ("they", 2.01, 2.5), ("saw", 2.5, 3.0), ("the", 3.0, 3.25), ("label", 3.25, 4.0),
        ("before", 4.01, 5.0), ("me", 5.0, 6.0),
    ]  # fmt: skip


def test_rolling_captions_without_times_and_growing_ones_are_said_once() -> None:
    lines = ["they saw me then", "they saw me then\nand I left then", "and I left then\nso it was over"]
    grows = ["they saw me", "they saw me then", "they saw me then and"]
    assert (
        " ".join(text for text, _, _ in words(srt(*lines)))
        == "they saw me then and I left then so it was over"
    )
    assert " ".join(text for text, _, _ in words(srt(*grows))) == "they saw me then and"


def test_a_line_shown_for_each_of_its_words_is_said_once_over_all_of_its_time() -> None:
    """As Whisper's own captions mark the word that is said."""
    cues = "\n".join(
        f"{n + 1}\n00:00:0{n},000 --> 00:00:0{n + 1},000\n{'<u>they</u>' if n == 0 else 'they'} saw me\n"
        for n in range(3)
    )
    assert [(text, round(start, 2), round(end, 2)) for text, start, end in words(cues)] == [
        ("they", 0.0, 1.33), ("saw", 1.33, 2.33), ("me", 2.33, 3.0),
    ]  # fmt: skip


def test_what_somebody_says_twice_is_said_twice() -> None:
    assert [text for text, _, _ in words(srt("No, no.", "No, no.", "It was fine."))].count("no.") == 2


# Other kinds -----------------------------------------------------------------------------------

CPP = {
    "transcription": [
        {"offsets": {"from": 1000, "to": 2000}, "text": " aa bb"},
        {
            "offsets": {"from": 2000, "to": 3000},
            "text": " hello",
            "tokens": [
                {"text": "[_BEG_]", "offsets": {"from": 2000, "to": 2000}, "p": 0.9},
                {"text": " hel", "offsets": {"from": 2000, "to": 2400}, "p": 0.9},
                {"text": "lo", "offsets": {"from": 2400, "to": 2800}, "p": 0.7},
            ],
        },
    ]
}


@pytest.mark.parametrize(
    ("record", "found"),
    [
        (CPP, [("aa", 1.0, 1.5), ("bb", 1.5, 2.0), ("hello", 2.0, 2.8)]),
        ([{"start": 1, "end": 2, "word": "aa"}, {"start": 2, "end": 2.5, "word": "bb"}],
         [("aa", 1.0, 2.0), ("bb", 2.0, 2.5)]),
        ([{"start": 1, "end": 2, "text": "aa bb"}], [("aa", 1.0, 1.5), ("bb", 1.5, 2.0)]),
        ({"words": [{"start": 1, "end": 2, "word": "aa"}]}, [("aa", 1.0, 2.0)]),
        ({"audio_duration": 9, "words": [{"start": 1000, "end": 2000, "text": "aa", "speaker": "A"}]},
         [("aa", 1.0, 2.0)]),
        ({"results": {"channels": [{"alternatives": [{"words": [
            {"start": 1, "end": 2, "word": "aa", "punctuated_word": "Aa.", "speaker": 0}]}]}]}},
         [("Aa.", 1.0, 2.0)]),
        ({"segments": [{"start": 1, "end": 3, "text": "a"}], "words": [{"start": 1, "end": 2, "word": "aa"}]},
         [("aa", 1.0, 2.0)]),
    ],
)  # fmt: skip
def test_json_of_other_recognisers_is_read(record: object, found: list[tuple[str, float, float]]) -> None:
    assert words(json.dumps(record)) == found


def one(text: str, start: float | None = None, end: float | None = None) -> dict[str, object]:
    return {"word": text} | {name: at for name, at in (("start", start), ("end", end)) if at is not None}


@pytest.mark.parametrize(
    ("heard", "at"),
    [
        ([one("a", 1, 2), one("12"), one("b", 3, 4)], (2.0, 3.0)),
        ([one("a", 1, 2), one("12"), one("b", 2, 4)], (1.94, 2.0)),
        ([one("12"), one("b", 3, 4)], (1.0, 3.0)),
        ([one("b", 3, 4), one("12")], (4.0, 5.0)),
        ([one("12")], (1.0, 5.0)),
    ],
)
def test_an_untimed_word_has_a_time_between_its_neighbours(
    heard: list[dict[str, object]], at: tuple[float, float]
) -> None:
    found = words(whisper({"start": 1, "end": 5, "words": heard}))
    assert [text for text, _, _ in found] == [str(word["word"]) for word in heard]
    assert next(when for text, *when in found if text == "12") == list(at)
    assert all(before[2] <= after[1] for before, after in pairwise(found))


@pytest.mark.parametrize(
    "text",
    [
        "start\tend\ttext\n1000\t2000\taa bb\n",
        "start,end,speaker,text\n1.0,2.0,Amara,aa bb\n",
        "[00:01.000 --> 00:02.000]  aa bb\n",
        "[00:00:01.000 --> 00:00:02.000]   aa bb\n",
    ],
)
def test_tables_and_what_whisper_shows_are_read(text: str) -> None:
    assert words(text) == [("aa", 1.0, 1.5), ("bb", 1.5, 2.0)]


def test_a_table_with_other_times_is_refused() -> None:
    with pytest.raises(InputError, match=r"made\.txt.*\"soon\""):
        read("start\tend\ttext\nsoon\t2000\taa\n")


TURNS = [("Interviewer", 3.0, "How was it?"), ("Amara Example", 7.0, "It was clean. It was fine.")]


@pytest.mark.parametrize(
    "text",
    [
        "Title\n\nInterviewer  0:03\nHow was it?\n\nAmara Example  0:07  \nIt was clean.\nIt was fine.\n",
        "Interviewer (00:03):\nHow was it?\n\nAmara Example (00:07):\nIt was clean. It was fine.\n",
        "Interviewer (00:03): How was it?\nAmara Example (00:07): It was clean. It was fine.\n",
        "[00:00:03] Interviewer: How was it?\n[00:00:07] Amara Example: It was clean. It was fine.\n",
        "00:00:03 Interviewer\nHow was it?\n00:00:07 Amara Example\nIt was clean. It was fine.\n",
        "[0:03.00] - Interviewer:\nHow was it?\n[0:07.00] - Amara Example:\nIt was clean. It was fine.\n",
        "\ufeffInterviewer\t0:03\r\nHow was it?\r\nAmara Example\t0:07\r\nIt was clean. It was fine.",
    ],
)
def test_transcripts_for_reading_are_read_with_their_times_and_names(text: str) -> None:
    for data in (text.encode(), docx(text.split("\n"))):
        found = read(data).words
        assert said(data) == [(name, words) for name, _, words in TURNS]
        starts = [float(next(w.span.start for w in found if w.speaker == name)) for name, _, _ in TURNS]
        assert starts == [at for _, at, _ in TURNS]


DOCUMENT = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def test_a_range_of_times_above_a_name_is_as_teams_writes_it() -> None:
    text = (
        "0:0:3.0 --> 0:0:4.10\nInterviewer\nHow was it?\n\n0:0:7.0 --> 0:0:9.5\nAmara Example\nIt was clean."
    )
    assert said(docx(text.split("\n"))) == [
        ("Interviewer", "How was it?"),
        ("Amara Example", "It was clean."),
    ]


def docx(paragraphs: Sequence[str], head: str = "") -> bytes:
    texts = [escape(text.strip(" \r\ufeff")) for text in paragraphs]
    body = "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in texts)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        text = f'{head}<w:document xmlns:w="{DOCUMENT}"><w:body>{body}</w:body></w:document>'
        archive.writestr("word/document.xml", text.encode())
    return buffer.getvalue()


@pytest.mark.slow
def test_a_bomb_and_what_is_no_word_file_are_refused() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
    empty = io.BytesIO()
    with zipfile.ZipFile(empty, "w") as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
    swollen = docx(["x" * (65 * 1024 * 1024)])
    assert len(swollen) < 1024 * 1024
    for data in (docx(["Amara 0:03", "x"], bomb), empty.getvalue(), b"PK\x03\x04 broken", swollen):
        with pytest.raises(InputError, match=r"made\.txt"):
            read(data)


def test_what_cannot_be_read_is_told_what_can() -> None:
    for data in ("just text", "{}", json.dumps({"results": {}}), docx(["just text"])):
        with pytest.raises(InputError) as refused:
            read(data)
        assert all(
            kind in str(refused.value)
            for kind in ("WhisperX", "whisper.cpp", "SRT", "WebVTT", "Otter", ".docx")
        )
