"""Reflection breaks and chapters as others read them: players, spreadsheets, ffmpeg, Resolve."""

from __future__ import annotations

import csv
import io
import json
from fractions import Fraction
from itertools import pairwise

import pytest
import webvtt
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.delivery.markers import (
    chapters,
    ffmetadata,
    plain_cell,
    reflection_csv,
    reflection_json,
    reflection_vtt,
    resolve_edl,
)
from pipeline.delivery.markers.ffmetadata import ffmpeg_text
from pipeline.edit.timeline import Break, Card, Shot, Timeline, follow
from tests.delivery.marker_readers import read_ffmetadata

fast = settings(max_examples=60, deadline=None, derandomize=True)

NTSC = Fraction(30000, 1001)
FORMULAS = ["=1+1", "+44", "-- so", "@home", "\tx", "\rx"]
awkward = st.sampled_from(["-->", "a\n\nb", "=cmd", "3 things | maybe", "<b>&", "x; #y = \\z"])
prompts = st.one_of(
    awkward, st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), min_size=1, max_size=20)
)


def pause(prompt: str = "What would you do?", number: int = 1, frames: int = 250) -> Break:
    return Break(0, frames, f"break-{number}", prompt, "think", Fraction(frames, 25), "q1")


def card(frames: int, scene: str = "", style: str = "scene") -> Card:
    return Card(0, frames, style, scene or "words", scene)


def film(*shots: Shot, rate: Fraction = Fraction(25)) -> Timeline:
    return Timeline("The Film", rate, (320, 180), follow(shots))


# Chapters -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shots", "wanted"),
    [
        ((card(10, style="note"),), [(0, 10, "The Film")]),
        (
            (card(10, style="title"), card(5, "One"), card(9, style="note")),
            [(0, 10, "The Film"), (10, 24, "One")],
        ),
        ((card(5, "One"), card(5, "Two")), [(0, 5, "One"), (5, 10, "Two")]),
        (
            (card(5, "One"), pause("Why?", frames=20), card(9, style="note"), card(4, style="end")),
            [(0, 5, "One"), (5, 25, "Reflection: Why?"), (25, 34, "One (continued)"), (34, 38, "End")],
        ),
        (
            (card(5, "One"), pause("Why?", frames=20), card(9, "Two")),
            [(0, 5, "One"), (5, 25, "Reflection: Why?"), (25, 34, "Two")],
        ),
        (
            (
                card(5, "One"),
                card(9, style="note"),
                pause("Why?", frames=20),
                card(9, style="note"),
                card(9, style="note"),
            ),
            [(0, 14, "One"), (14, 34, "Reflection: Why?"), (34, 52, "One (continued)")],
        ),
        ((card(5, "Reflection: a title"), card(9, style="note")), [(0, 14, "Reflection: a title")]),
    ],
)
def test_chapters(shots: tuple[Shot, ...], wanted: list[tuple[int, int, str]]) -> None:
    assert [(c.at, c.end, c.title) for c in chapters(film(*shots))] == wanted


@fast
@given(
    st.lists(
        st.sampled_from([card(5, "One"), card(7, style="note"), card(4, style="end"), pause(frames=20)]),
        min_size=1,
        max_size=10,
    )
)
def test_chapters_touch_from_the_first_frame_to_the_last(shots: list[Shot]) -> None:
    timeline = film(*shots)
    found = chapters(timeline)
    assert found[0].at == 0
    assert found[-1].end == timeline.frames
    assert all(one.end == two.at > one.at for one, two in pairwise(found))


@fast
@given(st.lists(prompts, min_size=1, max_size=3), st.sampled_from([Fraction(25), NTSC]))
def test_chapter_titles_come_back_from_ffmetadata(titles: list[str], rate: Fraction) -> None:
    timeline = film(*(pause(title, frames=20) for title in titles), rate=rate)
    found = read_ffmetadata(ffmetadata(timeline))
    assert [(chapter["START"], chapter["END"], chapter["title"]) for chapter in found] == [
        (str(20 * i), str(20 * i + 20), ffmpeg_text(f"Reflection: {title}")) for i, title in enumerate(titles)
    ]
    assert {chapter["TIMEBASE"] for chapter in found} == {f"{rate.denominator}/{rate.numerator}"}


# Breaks ---------------------------------------------------------------------------------------


@fast
@given(st.lists(prompts, min_size=1, max_size=3))
def test_players_read_every_prompt_from_the_vtt(given_prompts: list[str]) -> None:
    timeline = film(card(30, "One"), *(pause(prompt, i, 75) for i, prompt in enumerate(given_prompts)))
    found = webvtt.from_string(reflection_vtt(timeline)).captions
    assert [json.loads(cue.raw_text) for cue in found] == [
        {"prompt": prompt, "kind": "think", "seconds": 3.0} for prompt in given_prompts
    ]
    assert [cue.start for cue in found] == [
        f"00:00:{Fraction(30 + 75 * i, 25).__float__():06.3f}" for i in range(len(found))
    ]


def test_the_json_says_where_each_break_is() -> None:
    record = json.loads(reflection_json(film(card(30, "One"), pause("Why “this”?"), rate=NTSC)))
    assert record == {
        "version": 1,
        "rate": "30000/1001",
        "breaks": [
            {
                "id": "break-1",
                "at": "1.001",
                "at_frame": 30,
                "prompt": "Why “this”?",
                "kind": "think",
                "seconds": 10.0,
                "after": "q1",
            }
        ],
    }


@fast
@given(st.lists(st.one_of(prompts, st.sampled_from(FORMULAS)), min_size=1, max_size=3))
def test_a_spreadsheet_reads_the_prompts_and_runs_none(given_prompts: list[str]) -> None:
    text = reflection_csv(film(*(pause(prompt) for prompt in given_prompts)))
    assert text.startswith("\ufeffid,at,timecode,seconds,kind,prompt\r\n")
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))[1:]
    assert [row[5].removeprefix("'") for row in rows] == [
        prompt.removeprefix("'") for prompt in given_prompts
    ]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for row in rows for cell in row)


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_is_guarded(text: str) -> None:
    assert plain_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Why?", "a=b", "3 - 2", "'quoted'"])
def test_plain_text_is_left_alone(text: str) -> None:
    assert plain_cell(text) == text


def test_resolve_reads_its_markers() -> None:
    assert resolve_edl(film(card(50, "One"), pause("2 things | or\nmore?", frames=250))) == (
        "TITLE: The Film\nFCM: NON-DROP FRAME\n\n"
        "001  001      V     C        01:00:02:00 01:00:02:01 01:00:02:00 01:00:02:01\n"
        "– 2 things / or more? |C:ResolveColorBlue |M:break-1 |D:250\n\n"
    )


@pytest.mark.parametrize(
    ("rate", "mode", "first"),
    [
        (NTSC, "DROP FRAME", "01:00:00;00"),
        (Fraction(60000, 1001), "DROP FRAME", "01:00:00;00"),
        (Fraction(24000, 1001), "NON-DROP FRAME", "01:00:00:00"),
        (Fraction(50), "NON-DROP FRAME", "01:00:00:00"),
        (Fraction(24), "NON-DROP FRAME", "01:00:00:00"),
    ],
)
def test_resolve_starts_at_one_hour_at_every_rate(rate: Fraction, mode: str, first: str) -> None:
    lines = resolve_edl(film(pause(), rate=rate)).splitlines()
    assert lines[1] == f"FCM: {mode}"
    assert lines[3].split()[4] == first


@fast
@given(prompts)
def test_a_note_of_resolve_is_one_line_with_its_own_pipes_only(prompt: str) -> None:
    lines = resolve_edl(film(pause(prompt))).split("\n")
    assert len(lines) == 7
    assert lines[4].count("|") == 3
    assert not lines[4][:1].isdigit()
    assert len(lines[4].splitlines()) == 1
