"""Comments as review tools export them: every row is read, at its frame, or named in an error."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.core.time import Programme, Time, timecode
from pipeline.delivery.markers import resolve_edl
from pipeline.edit.changes import CutList, Played
from pipeline.edit.timeline import Break, Card, Timeline, follow
from pipeline.errors import InputError
from pipeline.production.spreadsheet import plain
from pipeline.review.comment_files import (
    answer_entry,
    comment_entry,
    read_comments,
    read_remarks,
    remarks_html,
    remarks_json,
)
from pipeline.review.comments import Comment, Remark, tie

fast = settings(max_examples=60, deadline=None, derandomize=True)

PAL, NTSC, NTSC60, FILM = Fraction(25), Fraction(30000, 1001), Fraction(60000, 1001), Fraction(24000, 1001)

PREMIERE = (
    "Marker Name\tDescription\tIn\tOut\tDuration\tMarker Type\t\n"
    'Ben\t"Too long", she said\t00:00:12:05\t00:00:14:05\t00:00:02:00\tComment\t\n'
    '\t"Is this his name?\t00:01:00:00\t00:01:00:00\t00:00:00:00\tComment\t\n'
)
FRAME_IO = (
    '"Comment","Timecode In","Timecode Out","Duration","Timecode Source","Frame","Commenter","Completed"\n'
    '"Hold this longer, please","00:00:12:05","","0","Media","305","Priya Nair","Yes"\n'
    '"Lovely","00:00:20:00","00:00:24:00","100","Media","500","Tom Okafor",""\n'
    '"Who is this for?","","","","","","Tom Okafor",""\n'
)
RESOLVE = """TITLE: Cut 3
FCM: NON-DROP FRAME

001  001      V     C        01:00:12:05 01:00:12:06 01:00:12:05 01:00:12:06
Hold this longer |C:ResolveColorBlue |M:Marker 1 |D:50

002  001      V     C        01:00:20:00 01:00:20:01 01:00:20:00 01:00:20:01
 |C:ResolveColorRed |M:Is this his name? |D:1

"""
FRAME_IO_EDL = """TITLE: cut.mp4
FCM: NON DROP FRAME

001  001  C  V  00:00:02:04  00:00:02:04  00:00:02:04  00:00:02:04
@Priya Nair, Apr 14 26 11:02pm
 Two lines
 of words |C:ResolveColorPurple |M:Priya Nair |D:0
"""


def told(comments: tuple[Comment, ...]) -> list[tuple[object, ...]]:
    return [(c.row, c.at and c.at.seconds, c.seconds, c.author, c.text) for c in comments]


def read(
    text: str, rate: Fraction = PAL, start: str | None = None, encoding: str = "utf-8"
) -> list[tuple[object, ...]]:
    return told(read_comments("round 1.csv", text.encode(encoding), rate, start))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            PREMIERE,
            [(2, Fraction(61, 5), 2, "", 'Ben: "Too long", she said'), (3, 60, 0, "", '"Is this his name?')],
        ),
        (
            FRAME_IO,
            [
                (2, Fraction(61, 5), 0, "Priya Nair", "Hold this longer, please"),
                (3, 20, 4, "Tom Okafor", "Lovely"),
                (4, None, 0, "Tom Okafor", "Who is this for?"),
            ],
        ),
        ("Frame,Comment,Commenter\n50,Here,Priya\n", [(2, 2, 0, "Priya", "Here")]),
        (
            "Timecode,Comment,Commenter,Reply\n00:00:02:00,Why?,Priya,Because\n",
            [(2, 2, 0, "Priya", "Why? – Because")],
        ),
        (RESOLVE, [(4, Fraction(61, 5), 2, "", "Hold this longer"), (7, 20, 0, "", "Is this his name?")]),
        (FRAME_IO_EDL, [(4, Fraction(54, 25), 0, "Priya Nair", "Two lines\nof words")]),
        (
            (
                "#,Name,Start TC,End TC,Duration,Color,Notes\n1,Marker "
                "1,01:00:02:00,01:00:03:00,00:00:01:00,Blue,Look\n"
            ),
            [(2, 2, 1, "", "Look")],
        ),
        ("time,note,author\n1:23,Too loud,Priya\n", [(2, 83, 0, "Priya", "Too loud")]),
        ("Time;Note\n0:01:23,5;Too loud\n", [(2, Fraction(167, 2), 0, "", "Too loud")]),
        (
            "time\tnote\n83.2\tToo loud\n\n1:20 - 1:25\tAll of this\n",
            [(2, Fraction(416, 5), 0, "", "Too loud"), (4, 80, 5, "", "All of this")],
        ),
        (
            "1:23,Too loud\n00:01:24:05,No,Priya\n",
            [(1, 83, 0, "", "Too loud"), (2, Fraction(421, 5), 0, "Priya", "No")],
        ),
        ("1:23,5;Too loud\n", [(1, Fraction(167, 2), 0, "", "Too loud")]),
        ("sep=;\ntime;note;name\n5;Ja, so;Priya\n", [(2, 5, 0, "Priya", "Ja, so")]),
        ("time,note\n,About the whole of it\n", [(2, None, 0, "", "About the whole of it")]),
    ],
    ids="premiere frame.io frames reply resolve frame.io-edl resolve-csv plain decimal-comma tabs "
    "no-header no-header-comma excel whole".split(),
)
def test_what_tools_and_people_write_is_read(text: str, wanted: list[tuple[object, ...]]) -> None:
    assert read(text) == wanted


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_in_every_encoding_they_are_saved_in(encoding: str, ends: str) -> None:
    text = (
        f"Marker Name\tDescription\tIn\tOut\tDuration\tMarker Type\t{ends}\tZoë’s "
        f"café\t00:00:01:00\t00:00:01:00\t00:00:00:00\tComment\t{ends}"
    )
    assert read(text, encoding=encoding) == [(2, 1, 0, "", "Zoë’s café")]


def test_what_frame_io_calls_completed_is_done() -> None:
    assert [c.done for c in read_comments("r", FRAME_IO.encode(), PAL)] == [True, False, False]


def test_our_own_markers_come_back_at_their_frames() -> None:
    breaks = (
        Card(0, 50, "scene", "One"),
        Break(0, 250, "b1", "Why?", "think", Fraction(10), "q1"),
        Break(0, 99, "b2", "2 things", "talk", Fraction(4), "q2"),
    )
    for rate in (PAL, NTSC, NTSC60, FILM):
        film = Timeline("Film", rate, (320, 180), follow(breaks))
        found = read(resolve_edl(film), rate)
        assert [(at, text) for _, at, _, _, text in found] == [
            (b.at / rate, f"{b.id}: {'– ' if b.prompt[0].isdigit() else ''}{b.prompt}") for b in film.breaks
        ]
        assert [seconds for _, _, seconds, _, _ in found] == [b.frames / rate for b in film.breaks]


@fast
@given(st.integers(0, 400_000), st.sampled_from([PAL, NTSC, NTSC60, FILM, Fraction(50), Fraction(24)]))
def test_a_timecode_is_the_frame_it_labels_drop_frame_too(frame: int, rate: Fraction) -> None:
    label = timecode(frame, rate)
    ((_, at, *_),) = read(f'time,note\n"{label}",x\n', rate)
    assert at == frame / rate
    ((_, at, *_),) = read(f'time,note\n"{label}",x\n', rate, "00:00:00:00")
    assert at == frame / rate


@pytest.mark.parametrize(
    ("label", "rate", "frame"),
    [
        ("00;01;00;02", NTSC, 1800),
        ("00:01:00:02", NTSC, 1802),
        ("00:10:00;00", NTSC, 17982),
        ("01:00:00;00", NTSC60, 215784),
        ("00:01:00;04", NTSC60, 3600),
        ("00:01:00;00", PAL, 1500),
        ("00:01:00:00", FILM, 1440),
    ],
)
def test_drop_frame_and_not(label: str, rate: Fraction, frame: int) -> None:
    assert read(f'time,note\n"{label}",x\n', rate)[0][1] == frame / rate


def test_a_film_may_start_at_another_hour() -> None:
    assert read("time,note\n10:00:01:00,x\n1:23,y\n", start="10:00:00:00") == [
        (2, 1, 0, "", "x"),
        (3, 83, 0, "", "y"),
    ]
    assert read(RESOLVE, start="00:00:00:00")[0][1] == 3600 + Fraction(61, 5)
    assert read(RESOLVE.replace("01:00:12:05", "00:00:12:05"))[1][1] == 3620, (
        "a marker before the hour shows that it does not start there"
    )
    drop = RESOLVE.replace("NON-DROP", "DROP").replace("01:00:12:05", "01:00:00:00")
    assert read(drop, NTSC)[0][1] == 0


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("time,note\n1:23,a\nsoon,b\n", 'row 3, column time: "soon" is not a time'),
        (
            "Timecode,Comment\n00:00:01:25,a\n",
            'row 2, column timecode: "00:00:01:25" is no timecode at 25 frames a second',
        ),
        ("time,note\n00:61:00:00,a\n", "row 2, column time"),
        ("Frame,Comment\nx1,a\n", "row 2, column frame"),
        ("time,note\n1:20 - x,a\n", "row 2, column time"),
        (
            "time,note\n1:23,too loud, and too long\n",
            "row 2, column 3: has 3 cells where there are 2 columns",
        ),
        ("1:23,a,Priya,b\n", "row 1, column 4"),
        ('time,note\n1:23,"too loud\n', "cannot be read"),
        ("time,note,note\n1,a,b\n", 'row 1: has the column "note" twice'),
        ("colour,size\nred,2\n", "no columns for the time and the text"),
        ("", "no columns for the time and the text"),
        ("PK\x03\x04", "is not a text file"),
        ("time,note\n1,a\0b\n", "is not a text file"),
        (
            RESOLVE.replace(" |C:ResolveColorRed |M:Is this his name? |D:1", "* FROM CLIP NAME: a.mov"),
            "row 7, column note: has no |C: |M: |D: under it",
        ),
        ("Hello\n" + RESOLVE, 'row 1, column 1: "Hello" belongs to no marker'),
    ],
)
def test_what_cannot_be_read_is_named(text: str, says: str) -> None:
    with pytest.raises(InputError) as refused:
        read(text)
    assert says in str(refused.value)
    assert refused.value.where.startswith("round 1.csv")


@pytest.mark.parametrize(
    ("start", "says"),
    [
        ("1:00", "the start of the film"),
        ("01:00:00:30", "is no timecode at 25"),
        ("02:00:00:00", "row 4, column timecode: lies before"),
    ],
)
def test_a_start_that_does_not_fit_is_said(start: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        read(RESOLVE, start=start)


words = st.text(
    st.characters(
        codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp"), include_characters="\n,;\t\"'|é"
    ),
    max_size=20,
)
times = st.integers(0, 359_999).map(lambda ms: f"{ms // 60000}:{ms % 60000 // 1000:02}.{ms % 1000:03}")


@pytest.mark.slow
@fast
@given(
    st.lists(st.tuples(times, words, words), max_size=8),
    st.sampled_from(",;\t"),
    st.sampled_from(["utf-8-sig", "utf-16"]),
)
def test_no_comment_is_lost(rows: list[tuple[str, str, str]], mark: str, encoding: str) -> None:
    out = io.StringIO()
    csv.writer(out, delimiter=mark).writerows([("time", "note", "author"), *rows])
    found = read_comments("r", out.getvalue().encode(encoding), PAL)
    assert [(str(c.at)[3:], c.text, c.author) for c in found if c.at] == [
        (time, plain(note), plain(author)) for time, note, author in rows
    ]
    assert len({c.id for c in found}) == len(rows), "each is one of its own, even one that was said twice"
    assert found == read_comments("r", out.getvalue().encode(encoding), PAL)


CUT = CutList(
    "Film & more",
    NTSC,
    follow(
        (
            Card(0, 30, "title", "Film"),
            Played(0, 300, "q1", "a.mp4", Time.frames_at(101, NTSC), "They saw me."),
        )
    ),
)


def remark(at: Fraction | None, text: str = "Hold <this>", done: bool = False) -> Remark:
    return tie(
        Comment("r", 2, None if at is None else Time[Programme](at), Fraction(0), "Priya", text, done),
        CUT,
        date(2026, 4, 14),
    )


@fast
@given(st.one_of(st.none(), st.integers(0, 400).map(lambda frame: frame / NTSC)))
def test_the_ledger_gives_back_what_was_written(at: Fraction | None) -> None:
    one = remark(at)
    answered = one.answered("declined", "Because …", "Sam", date(2026, 5, 1))
    lines = json.loads(
        json.dumps([comment_entry(one), comment_entry(one), {"event": "other"}, answer_entry(answered)])
    )
    assert read_remarks("feedback.jsonl", lines) == read_remarks("feedback.jsonl", lines[::-1]) == (answered,)
    assert read_remarks("feedback.jsonl", lines[:1]) == (one,)
    assert comment_entry(one)["id"] == one.id


@pytest.mark.parametrize(
    "broken",
    [
        {"event": "answer", "comment": "nobody", "state": "done", "answer": "", "by": "", "on": "2026-05-01"},
        {"event": "comment", "id": "x"},
        {**comment_entry(remark(Fraction(2))), "spot": {"kind": "quote"}},
    ],
)
def test_a_broken_ledger_is_refused(broken: dict[str, object]) -> None:
    with pytest.raises(InputError, match="is no comment"):
        read_remarks("feedback.jsonl", [broken])


REMARKS = (
    remark(Fraction(2)).answered("done", "One second longer now.", "Sam", date(2026, 5, 1)),
    remark(Fraction(3), "Why?"),
    remark(Fraction(500), "Late", done=True),
    remark(None, ""),
)


def test_you_said_we_did() -> None:
    page = remarks_html(REMARKS, CUT, "en").decode()
    assert page.index("We did it (2)") < page.index("Not answered yet (2)")
    assert "declined" not in page
    assert "Hold &lt;this&gt;" in page
    assert '<strong>Answer:</strong> One second longer now. <span class="soft">Sam, 2026-05-01</span>' in page
    assert "2026-04-14. Where: 0:02.0, q1" in page
    assert "after the end of the film that was reviewed" in page
    assert "(a mark without words)" in page
    assert "Nobody has said anything yet." in remarks_html((), CUT, "en").decode()


def test_the_same_as_data() -> None:
    record = json.loads(remarks_json(REMARKS, CUT))
    assert (record["version"], record["film"]) == (1, "Film & more")
    assert [(one["quote"], one["state"], one["at"]) for one in record["comments"]] == [
        ("q1", "done", "2"),
        ("q1", "open", "3"),
        (None, "done", None),
        (None, "open", None),
    ]
    assert record["comments"][0] == {
        "id": REMARKS[0].id,
        "quote": "q1",
        "author": "Priya",
        "said": "Hold <this>",
        "on": "2026-04-14",
        "state": "done",
        "answer": "One second longer now.",
        "answered_by": "Sam",
        "answered_on": "2026-05-01",
        "at": "2",
        "where": "0:02.0, q1",
        "file": "r",
        "row": 2,
        "seconds": "0",
    }
