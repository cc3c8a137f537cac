"""Every format of markers is written, read by another reader, and compared with what it says it holds."""

from __future__ import annotations

import csv
import io
import json
import re
import shlex
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import av
import jsonschema
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import Page, Route

from pipeline.adapters.ffmpeg.commands import write_film
from pipeline.adapters.ffmpeg.process import ffmpeg
from pipeline.adapters.pyav import aac
from pipeline.core.time import Span, Time
from pipeline.delivery.markers import (
    FORMATS,
    Chapter,
    Mark,
    Marked,
    export,
    ffmetadata,
    marked,
    reflection_json,
)
from pipeline.delivery.markers import files as marker_files
from pipeline.delivery.markers.otio import otio
from pipeline.delivery.markers.vtt import able_html
from pipeline.delivery.markers.xml import xml_text
from pipeline.delivery.training.model import Wording
from pipeline.edit.timeline import Break, Card, Timeline, follow, sample_at
from pipeline.edit.timeline import Mark as Stands
from pipeline.errors import ConfigError
from pipeline.review.comment_files import read_comments
from tests.conftest import ROOT
from tests.delivery import marker_readers, otio_reader
from tests.delivery.marker_readers import READERS
from tests.delivery.training_example import training

fast = settings(max_examples=40, deadline=None, derandomize=True)

DOCUMENT = ROOT / "docs" / "markers.md"

NTSC = Fraction(30000, 1001)
RATES = [Fraction(24000, 1001), Fraction(24), Fraction(25), NTSC, Fraction(30)]
RATES += [Fraction(50), Fraction(60000, 1001), Fraction(60)]
AWKWARD = [
    "-->",
    "a\n\nb",
    "=cmd",
    "3 things | maybe",
    "<b>&amp;\"'",
    "x; #y = \\z",
    "a\tb",
    "a\r\nb",
    '"quoted"',
]
AWKWARD += ["مرحبا: ما رأيك؟", "שלום ‏(א)", "🫶🏽 how?", "\u2028line", "\x00\x1b", "}|{ ]]>", "١٢ things", "'"]

texts = st.one_of(
    st.sampled_from(AWKWARD), st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=12)
)
maybe = st.one_of(st.just(""), texts)
wordings = st.builds(Wording, texts, maybe, maybe, maybe)


@st.composite
def films(draw: st.DrawFn) -> Marked:
    """Up to three hours, with breaks that stand anywhere, on each other too."""
    rate = draw(st.sampled_from(RATES))
    frames = draw(st.integers(2, 10_000 * round(rate)))
    ats = sorted(draw(st.lists(st.integers(0, frames - 1), max_size=4)))
    held = draw(st.booleans())
    marks = tuple(
        Mark(
            f"break-{number}",
            at,
            draw(st.integers(1, 4000)) if held else 0,
            draw(st.sampled_from(["pause", "think", "pair", "group", "write"])),
            Fraction(draw(st.integers(1, 2400)), 4),
            draw(wordings),
            draw(st.sampled_from(["own", "what", "gibbs", "circle"])),
            draw(st.sampled_from(["", "q07"])),
            draw(st.dictionaries(st.sampled_from(["cy", "pt-BR"]), wordings, max_size=2)),
        )
        for number, at in enumerate(ats, 1)
    )
    starts = sorted({0, *draw(st.lists(st.integers(0, frames - 1), max_size=3))})
    ends = [*starts[1:], frames]
    chapters = tuple(Chapter(at, end, draw(texts)) for at, end in zip(starts, ends, strict=True))
    return Marked(draw(texts), rate, (1920, 1080), frames, marks, chapters)


@pytest.fixture(scope="module", autouse=True)
def _end_of_reading() -> Iterator[None]:
    yield
    otio_reader.close()


@pytest.mark.slow
@pytest.mark.needs("opentimelineio")
@pytest.mark.parametrize("name", FORMATS)
@fast
@given(film=films())
def test_what_is_written_is_read_by_others_as_it_says(name: str, film: Marked) -> None:
    files, _ = export(film, [name])
    assert READERS[name](files, film) == FORMATS[name].as_read(film)


def film(*marks: Mark, rate: Fraction = NTSC, chapters: tuple[Chapter, ...] = ()) -> Marked:
    return Marked("The “Film” | 1", rate, (1920, 1080), 3000, marks, chapters)


def mark(prompt: str = "Why?", at: int = 300, frames: int = 0, number: int = 1, **more: str) -> Mark:
    return Mark(f"break-{number}", at, frames, "think", Fraction(20), Wording(prompt, **more))


ALL_OF_IT = replace(
    mark("What did you hear?", easy_read="What was said?", notes="Wait for it.", content_note="Judging."),
    template="gibbs",
    after="q07",
    translations={"cy": Wording("Beth glywsoch chi?", "Beth?", "Arhoswch.", "Barnu.")},
)


# What learners may read ------------------------------------------------------------------------


@pytest.mark.slow
@fast
@given(films(), st.sampled_from([name for name, one in FORMATS.items() if one.learners]))
def test_no_file_for_learners_has_what_is_for_the_facilitator(any_film: Marked, name: str) -> None:
    secret = "KEEP-THIS-BACK"
    marks = tuple(
        replace(
            one,
            said=replace(one.said, notes=secret),
            translations={"cy": replace(one.said, notes=secret)},
        )
        for one in any_film.marks
    )
    files, _ = export(replace(any_film, marks=marks), [name])
    assert not [file for file, data in files.items() if secret.encode() in data]


@pytest.mark.parametrize("name", FORMATS)
def test_the_facilitators_note_is_where_the_format_says(name: str) -> None:
    files, report = export(film(ALL_OF_IT), [name])
    said = b"".join(data for file, data in files.items() if "/report." not in file)
    assert (b"Wait for it." in said, b"Arhoswch." in said) == ("notes" in FORMATS[name].holds,) * 2
    told = [str(one) for one in report if one.what == "the facilitator's note"]
    if FORMATS[name].breaks and "notes" not in FORMATS[name].holds:
        assert len(told) == 1
        assert told[0].endswith(
            "is left out on purpose: learners read this file (break-1)"
            if FORMATS[name].learners
            else "is left out (break-1)"
        )
    else:
        assert told == []


# The report ------------------------------------------------------------------------------------


@fast
@given(films(), st.sampled_from(sorted(FORMATS)))
def test_the_report_is_silent_where_everything_is_held_and_only_there(any_film: Marked, name: str) -> None:
    _, report = export(any_film, [name])
    found = FORMATS[name].as_read(any_film)
    lengths = {one.id: one.frames for one in any_film.marks if one.frames}
    found = replace(
        found,
        marks=tuple(replace(one, frames=one.frames if one.id in lengths else 0) for one in found.marks),
    )
    assert (found == any_film) == (not report)


@pytest.mark.parametrize(
    ("name", "marks", "rows"),
    [
        ("otio", (ALL_OF_IT,), []),
        ("json", (ALL_OF_IT,), []),
        ("json", (mark(frames=500),), ["Reflection JSON: how long the card stands is left out (break-1)"]),
        (
            "resolve",
            (replace(mark("2 things | or\nmore?"), kind=""),),
            [
                "Resolve's markers (EDL): how long it is meant to take is left out (break-1)",
                "Resolve's markers (EDL): the prompt is now “– 2 things / or more?” (break-1)",
            ],
        ),
        (
            "resolve",
            (
                replace(mark(), kind="", seconds=Fraction(0)),
                replace(mark(number=2), kind="", seconds=Fraction(0)),
            ),
            ["Resolve's markers (EDL): the place is 1 frame later, behind the break before it (break-2)"],
        ),
        ("csv", (mark("=1+1"),), ["CSV: the prompt is now “'=1+1” (break-1)"]),
        (
            "chapters",
            (mark(),),
            ["WebVTT chapters: every break is left out: only chapters are held (break-1)"],
        ),
        (
            "fcp7",
            (mark("\x07bell"),),
            [
                "Final Cut Pro 7 XML: what people do is left out (break-1)",
                "Final Cut Pro 7 XML: how long it is meant to take is left out (break-1)",
                "Final Cut Pro 7 XML: the prompt is now “\ufffdbell” (break-1)",
            ],
        ),
        (
            "csv",
            (replace(mark(), translations={"cy": Wording("-Pam?")}),),
            ["CSV: the prompt is now “'-Pam?” (break-1 (cy))"],
        ),
    ],
)
def test_the_report_tells_what_is_lost(name: str, marks: tuple[Mark, ...], rows: list[str]) -> None:
    files, report = export(film(*marks), [name])
    assert [str(one) for one in report] == rows
    text = files["markers/report.txt"].decode()
    assert text == "".join(f"{row}\n" for row in rows or ["Every format holds everything."])
    document = json.loads(files["markers/report.json"])
    assert [one["format"] for one in document["lost"]] == [name] * len(rows)


def test_titles_that_a_format_changes_are_told_with_the_chapters_that_it_lacks() -> None:
    chaptered = film(chapters=(Chapter(0, 3000, "One\ntwo"),))
    assert [str(one) for one in export(chaptered, ["chapters", "csv", "otio"])[1]] == [
        "WebVTT chapters: the title is now “One two” (“One two”)",
        "CSV: every chapter is left out: only breaks are held",
    ]


@pytest.mark.parametrize("name", FORMATS)
def test_a_rate_that_timecode_cannot_count_is_not_written_as_timecode(name: str) -> None:
    files, report = export(film(mark(), rate=Fraction(25, 2)), [name])
    if FORMATS[name].timecode:
        assert [str(one) for one in report] == [
            f"{FORMATS[name].label}: the file is not written: timecode cannot count 25/2 frames a second"
        ]
        assert set(files) == {"markers/report.json", "markers/report.txt"}
    else:
        assert {f"markers/{file}" for file in FORMATS[name].files} < set(files)


def test_at_such_a_rate_nothing_counts_frames_that_are_not_there() -> None:
    shots = (Break(0, 25, "break-1", "Why?", "think", Fraction(2), "q1"),)
    built = marker_files(Timeline("The Film", Fraction(25, 2), (320, 180), shots))
    assert "markers/resolve.edl" not in built
    assert b"break-1,0,,2,think,Why?" in built["markers/reflection.csv"]
    start = json.loads(otio(film(rate=Fraction(25, 2))))["global_start_time"]
    assert start["value"] / start["rate"] == 3600


def test_a_format_that_there_is_none_of_is_refused_with_the_nearest() -> None:
    with pytest.raises(ConfigError, match="resolv") as told:
        export(film(), ["resolv"])
    assert told.value.next_step == "write resolve"
    with pytest.raises(ConfigError) as told:
        export(film(), ["avid"])
    assert "otio" in told.value.next_step


def test_a_break_that_no_page_can_point_at_is_refused() -> None:
    with pytest.raises(ValueError, match="no name for a break"):
        Mark("1 <b>", 0, 0, "think", Fraction(1), Wording("Why?"))


# Of which film ---------------------------------------------------------------------------------


@pytest.mark.slow
def test_breaks_of_a_timeline_and_of_a_training_film_are_the_same_marks(tmp_path: Path) -> None:
    held = Timeline(
        "The Film",
        Fraction(25),
        (320, 180),
        follow(
            (
                Card(0, 50, "scene", "One", "One"),
                Break(0, 250, "break-1", "Why?", "think", Fraction(10), "q1"),
            )
        ),
    )
    found = marked(held)
    assert (found.held, found.frames, found.marks) == (
        True,
        300,
        (Mark("break-1", 50, 250, "think", Fraction(10), Wording("Why?"), after="q1"),),
    )
    learnt = marked(training(tmp_path))
    assert (learnt.held, learnt.frames, learnt.language) == (False, 600, "en-GB")
    assert [(one.id, one.at, one.frames, one.kind) for one in learnt.marks] == [
        ("break-1", 235, 0, "think"),
        ("break-2", 538, 0, "pair"),
    ]
    assert learnt.marks[0].translations["cy"].prompt == "Beth glywsoch chi?"
    assert learnt.marks[1].template == "what"
    assert learnt.chapters == (Chapter(0, 250, "Before I walk in"), Chapter(250, 600, "What helped"))
    assert marked(learnt) is learnt


def test_a_marked_film_has_points_with_all_that_its_breaks_say() -> None:
    said = ALL_OF_IT.said
    stop = Break(
        0,
        1,
        "break-1",
        said.prompt,
        "think",
        Fraction(20),
        "q07",
        "gibbs",
        said.easy_read,
        said.notes,
        said.content_note,
        tuple(ALL_OF_IT.translations.items()),
    )
    quiet = Stands(0, 12, "q07", "amara", "s1", 5, Span(Time(Fraction(0)), Time(Fraction(1))), stop=stop)
    shots = follow((Card(0, 50, "scene", "One", "One"), quiet, Card(0, 10, "end", "End")))
    found = marked(Timeline("The Film", Fraction(25), (320, 180), shots))
    assert found.marks == (replace(ALL_OF_IT, at=50),)
    assert not found.held
    assert found.chapters == (
        Chapter(0, 50, "One"),
        Chapter(50, 62, "Reflection: What did you hear?"),
        Chapter(62, 72, "End"),
    )


def test_every_format_of_every_film_can_be_asked_for_at_once() -> None:
    files, report = export(film(ALL_OF_IT))
    names = {f"markers/{file}" for one in FORMATS.values() for file in one.files}
    assert set(files) == names | {"markers/report.json", "markers/report.txt"}
    assert {one.format for one in report} == set(FORMATS) - {"json", "otio", "csv"} | {"csv"}


# Format by format ------------------------------------------------------------------------------


@pytest.mark.slow
@fast
@given(films())
def test_reflection_json_is_what_its_schema_says(any_film: Marked) -> None:
    schema = json.loads((ROOT / "docs" / "reflection.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    document = json.loads(reflection_json(any_film))
    validator.validate(document)
    for wrong in ({"version": 2}, {"breaks": [{"id": "x"}]}, {"film": "held"}, {"more": 1}):
        assert not validator.is_valid(document | wrong)


def test_reflection_json_says_whether_the_film_waits() -> None:
    assert "film" not in json.loads(reflection_json(film(mark(frames=10))))
    assert json.loads(reflection_json(film(mark())))["film"] == "marked"


@pytest.mark.slow
@pytest.mark.needs("opentimelineio")
@fast
@given(films())
def test_comments_and_colours_go_through_the_adapter_of_opentimelineio(any_film: Marked) -> None:
    marks = tuple(
        replace(one, said=replace(one.said, prompt=xml_text(one.said.prompt))) for one in any_film.marks
    )
    wanted = replace(any_film, title="x", marks=marks, chapters=())
    made = otio_reader.ask(what="adapted", adapter="fcp_xml", text=otio(wanted).decode())
    found = ET.fromstring(made).findall(".//sequence/marker")
    assert [(one.findtext("name"), one.findtext("comment"), one.findtext("pproColor")) for one in found] == [
        (one.id, one.said.prompt, "4294741314") for one in marks
    ]
    assert [int(one.findtext("in") or "") for one in found] == [one.at for one in marks]


@pytest.mark.parametrize("rate", RATES)
def test_editing_systems_start_at_one_hour(rate: Fraction) -> None:
    one = film(mark(), rate=rate)
    drop = rate.denominator == 1001 and round(rate) != 24
    files, _ = export(one, ["fcp7", "fcpxml", "resolve", "otio"])
    xml = files["markers/fcp7.xml"].decode()
    assert f"<string>{'01;00;00;00' if drop else '01:00:00:00'}</string>" in xml
    assert f"<displayformat>{'DF' if drop else 'NDF'}</displayformat>" in xml
    assert f"<ntsc>{'TRUE' if rate.denominator == 1001 else 'FALSE'}</ntsc>" in xml
    assert f"<timebase>{round(rate)}</timebase>" in xml
    hour = 107892 * round(rate) // 30 if drop else 3600 * round(rate)
    assert f"<frame>{hour}</frame>" in xml
    assert f'tcStart="{fraction_of(hour / rate)}s"' in files["markers/markers.fcpxml"].decode()
    assert json.loads(files["markers/markers.otio"])["global_start_time"]["value"] == hour


def fraction_of(seconds: Fraction) -> str:
    return str(seconds)


def test_final_cut_gets_rational_seconds() -> None:
    text = export(film(mark(at=2997, frames=3)), ["fcpxml"])[0]["markers/markers.fcpxml"].decode()
    assert 'frameDuration="1001/30000s"' in text
    start = Fraction(107892 + 2997) * Fraction(1001, 30000)
    assert f'<marker start="{start}s" duration="1001/10000s" value="Why?" note="break-1" />' in text


def test_premieres_list_looks_like_premieres() -> None:
    one = film(mark("Why\tthis?", at=1800, frames=30), chapters=(Chapter(0, 3000, "One"),))
    assert export(one, ["premiere"])[0]["markers/premiere.csv"].decode() == (
        "\ufeffMarker Name\tDescription\tIn\tOut\tDuration\tMarker Type\t\r\n"
        "One\t\t00;00;00;00\t00;01;40;02\t00;01;40;02\tChapter\t\r\n"
        "break-1\tWhy this?\t00;01;00;02\t00;01;01;02\t00;00;01;00\tComment\t\r\n"
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", ["resolve", "premiere"])
@fast
@given(films())
def test_our_own_reader_of_comments_finds_markers_at_their_frames(name: str, any_film: Marked) -> None:
    """They come back in review rounds."""
    marks = tuple(replace(one, said=Wording("Why?")) for one in any_film.marks)
    one = replace(any_film, marks=marks, chapters=())
    if one.marks:
        file = next(iter(FORMATS[name].files))
        found = read_comments(file, export(one, [name])[0][f"markers/{file}"], one.rate)
        wanted = FORMATS[name].as_read(one)
        assert [comment.at and comment.at.seconds for comment in found] == [
            one.seconds(one_mark.at) for one_mark in wanted.marks
        ]


def test_able_player_meets_every_break_of_one_moment() -> None:
    """Of cues that stand at once it takes the first."""
    files, _ = export(
        film(mark(at=0), mark(at=0, number=2), mark(at=20, number=3), rate=Fraction(25)), ["able"]
    )
    assert files["markers/able.vtt"].decode().splitlines()[2:7] == [
        "break-1",
        "00:00:00.000 --> 00:00:00.500",
        "#break-1",
        "PAUSE",
        "FOCUS:#break-1",
    ]
    assert re.findall(r"(\S+) --> ", files["markers/able.vtt"].decode()) == [
        "00:00:00.000",
        "00:00:00.500",
        "00:00:01.000",
    ]


def test_able_players_blocks_run_nothing() -> None:
    page = able_html(film(mark("<script>1</script>\n& so", easy_read='"><img src=x>')))
    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;script&gt;1&lt;/script&gt;<br>&amp; so" in page


@pytest.mark.parametrize("text", ["=1+1", "+44", "-- so", "@home", "\tx", "\rx"])
@pytest.mark.parametrize("field", ["prompt", "easy_read", "notes", "content_note"])
def test_no_cell_of_a_spreadsheet_is_run(text: str, field: str) -> None:
    said = Wording(**{"prompt": "Why?", field: text})
    one = replace(mark(), said=said, translations={"cy": said})
    files, _ = export(film(one, chapters=(Chapter(0, 3000, text),)), ["csv", "premiere"])
    rows = csv.reader(io.StringIO(files["markers/reflection.csv"].decode("utf-8-sig"), newline=""))
    cells = [cell for row in rows for cell in row]
    lines = files["markers/premiere.csv"].decode("utf-8-sig").split("\r\n")
    cells += [cell for line in lines for cell in line.split("\t")]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


@pytest.mark.slow
@pytest.mark.parametrize("rate", [Fraction(25), Fraction(24000, 1001), Fraction(60000, 1001)])
def test_pyav_finds_the_chapters_in_the_film(rate: Fraction, tmp_path: Path) -> None:
    """As every build writes them: into the MP4, from the same list."""
    titles = [text for text in AWKWARD if "\0" not in text]
    length = 40
    ends = [*(length * number for number in range(1, len(titles))), length * len(titles)]
    chapters = tuple(Chapter(end - length, end, title) for end, title in zip(ends, titles, strict=True))
    one = replace(film(rate=rate, chapters=chapters), frames=ends[-1])
    seconds = float(ends[-1] / rate)
    picture, sound = tmp_path / "made.mp4", tmp_path / "made.m4a"
    blank = [ffmpeg(), "-loglevel", "error", "-f", "lavfi", "-i"]
    asked = ["-frames:v", str(ends[-1]), "-video_track_timescale", str(rate.numerator)]
    drawn = f"color=size=64x36:rate={rate}:duration={seconds + 1}"
    subprocess.run([*blank, drawn, *asked, str(picture)], check=True)
    samples, cut = sample_at(ends[-1], rate), tmp_path / "cut.mp4"
    aac.encode(np.zeros((samples, 2), np.float32), 0, samples, sound)
    write_film([(picture, ends[-1])], rate, [sound], samples, ffmetadata(one), one.title, "eng", cut)
    assert chapters_in(cut, rate) == FORMATS["ffmetadata"].as_read(one).chapters
    with av.open(str(cut)) as found:
        assert found.metadata["title"] == one.title


def chapters_in(film: Path, rate: Fraction) -> tuple[Chapter, ...]:
    def at(chapter: dict[str, Any], edge: str) -> int:
        return int(chapter[edge] * chapter["time_base"] * rate + Fraction(1, 2))

    with av.open(str(film)) as found:
        return tuple(
            Chapter(at(one, "start"), at(one, "end"), one["metadata"]["title"]) for one in found.chapters()
        )


@pytest.mark.slow
def test_the_documents_command_puts_chapters_into_a_copy(tmp_path: Path) -> None:
    made = [ffmpeg(), "-loglevel", "error", "-f", "lavfi", "-i", "color=size=64x36:rate=25:duration=4"]
    sound = ["-f", "lavfi", "-i", "anullsrc", "-shortest"]
    subprocess.run([*made, *sound, "-metadata", "title=Kept", str(tmp_path / "copy.mp4")], check=True)
    one = replace(
        film(rate=Fraction(25), chapters=(Chapter(0, 40, "One"), Chapter(40, 100, "2 = #;"))), frames=100
    )
    (tmp_path / "chapters.ffmeta").write_text(ffmetadata(one), encoding="utf-8")
    told = re.search(r"^    ffmpeg (.+)$", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)
    assert told
    subprocess.run([ffmpeg(), "-loglevel", "error", *shlex.split(told[1])], check=True, cwd=tmp_path)
    assert chapters_in(tmp_path / "with-chapters.mp4", one.rate) == one.chapters
    with av.open(str(tmp_path / "with-chapters.mp4")) as found:
        assert found.metadata["title"] == "Kept"


READ_BY_A_BROWSER = """async () => {
  const track = document.querySelector('track');
  track.track.mode = 'hidden';
  if (track.readyState < 2) await new Promise(done => { track.onload = done; track.onerror = done; });
  return Array.from(track.track.cues, cue => [cue.id, cue.startTime, cue.endTime, cue.text]);
}"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "kind"), [("vtt", "metadata"), ("able", "metadata"), ("chapters", "chapters")]
)
def test_a_browser_reads_our_webvtt_as_it_says(
    page: Page, name: str, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Chromium, as a player's page has it: a <track> of its kind."""
    served: dict[str, tuple[str, bytes]] = {}
    host = "http://markers.test"

    def answer(route: Route) -> None:
        content, body = served[route.request.url.removeprefix(host)]
        route.fulfill(body=body, content_type=content)

    def in_chromium(data: bytes) -> list[tuple[str, Fraction, Fraction, str]]:
        served["/"] = (
            "text/html",
            f"<!doctype html><title>t</title><video><track kind={kind} src=/a.vtt></video>".encode(),
        )
        served["/a.vtt"] = ("text/vtt", data)
        page.goto(f"{host}/")
        ms = lambda seconds: Fraction(round(seconds * 1000), 1000)  # noqa: E731
        return [
            (one, ms(first), ms(last), text) for one, first, last, text in page.evaluate(READ_BY_A_BROWSER)
        ]

    page.route(f"{host}/**", answer)
    monkeypatch.setattr(marker_readers, "cues", in_chromium)
    for rate in RATES:
        marks = tuple(
            replace(ALL_OF_IT, id=f"break-{number}", at=number * 40, said=Wording(text, text, text, text))
            for number, text in enumerate(AWKWARD)
        )
        chapters = tuple(
            Chapter(number * 150, (number + 1) * 150, text) for number, text in enumerate(AWKWARD)
        )
        one = film(*marks, rate=rate, chapters=chapters)
        assert READERS[name](export(one, [name])[0], one) == FORMATS[name].as_read(one)


# What the document says ------------------------------------------------------------------------


def table() -> str:
    """The formats as docs/markers.md shows them."""
    rows = ["| `--only` | files | who reads them | what they hold |", "|---|---|---|---|"]
    for name, one in FORMATS.items():
        files = ", ".join(f"`{file}`" for file in one.files)
        held = [] if not one.breaks else ["place, name", *(word for word in WORDS if word in one.holds)]
        holds = ", ".join([*held, *(["chapters"] if one.chapters else [])]).replace("_", " ")
        rows.append(f"| `{name}` | {files} | {one.readers} | {holds} |")
    return "\n".join(rows)


WORDS = ["length", "prompt", "kind", "seconds", "template", "after", "easy_read", "content_note", "notes"]
WORDS += ["translations"]


def test_the_document_shows_the_formats_as_they_are() -> None:
    assert {word for one in FORMATS.values() for word in one.holds} == set(WORDS)
    assert table() in DOCUMENT.read_text(encoding="utf-8")
