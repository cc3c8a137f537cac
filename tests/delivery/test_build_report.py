"""Pages and the manifest: people's words stay text, and names on the bleep list stay hidden."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest
from playwright.sync_api import Page

from pipeline.captions.model import Captions, Cue, plain_cue
from pipeline.captions.told_apart import told_apart
from pipeline.core.finding import Finding
from pipeline.core.time import Programme, Source, Span, Time
from pipeline.delivery import build_report
from pipeline.delivery.build_report import transcript_html, transcript_text
from pipeline.delivery.manifest import manifest, shot_records
from pipeline.edit.timeline import Break, Card, Heard, Hold, Take, Timeline, follow
from pipeline.language.redaction import Bleep
from pipeline.matching.describe import explain
from pipeline.matching.model import Candidate, Match, Said, State, Stretch
from pipeline.production.quotes import Quote, pieces

RATE = Fraction(25)
BLEEP = Bleep("amara", "Sister Pargeter", "[a nurse]", ("Pargiter",))


def span(start: int, end: int) -> Span[Source]:
    return Span(Time(Fraction(start)), Time(Fraction(end)))


def take(text: str, *, part: int = 1, parts: int = 1, first: int = 50) -> Take:
    said = tuple(Said(i, piece.text, "", span(2, 3)) for i, piece in enumerate(pieces(text)))
    return Take(0, 25, "q1", "amara", "Amara", "s1", first, span(2, 3), said, part, parts)


def shots_of(text: str, *more: object, bleeps: tuple[Bleep, ...] = (BLEEP,)) -> list[dict[str, object]]:
    timeline = Timeline("Film", RATE, (320, 180), follow((take(text), *more)))  # type: ignore[arg-type]
    return json.loads(
        manifest(
            timeline,
            shot_records(timeline, {"q1": text}, bleeps, {"s1": "amara.mp4"}),
            {"cut.mp4": "ab"},
            {"ourwords": "1"},
        )
    )["shots"]


def test_the_manifest_has_what_the_design_promises() -> None:
    card, pause = (
        Card(0, 50, "title", "The “Film”"),
        Break(0, 250, "break-1", "Why?", "think", Fraction(10), "q1"),
    )
    hold = Hold(0, 10, "q1", "amara", "s1", 74, span(2, 3))
    shots = shots_of("They saw me.", hold, card, pause)
    assert [(s["kind"], s["at"], s["frames"]) for s in shots] == [
        ("quote", 0, 25),
        ("card", 25, 10),
        ("card", 35, 50),
        ("break", 85, 250),
    ]
    assert (shots[0]["quote"], shots[0]["source"], shots[0]["text"]) == ("q1", "amara.mp4", "They saw me.")
    assert (shots[0]["source_in"], shots[0]["source_out"]) == ("2", "3")
    assert (shots[1]["source_in"], shots[1]["source_out"]) == ("2.96", "3")
    assert (shots[2]["text"], shots[3]["text"], shots[3]["break"]) == ("The “Film”", "Why?", "break-1")


@pytest.mark.parametrize(
    "text",
    [
        "Sister Pargeter, she came.",
        "SISTER PARGETER came.",
        "sister pargeter's",
        "Pargiter came.",
        "Sister  Pargeter came.",
        "and [Sister Pargeter] came",
    ],
)
def test_the_manifest_names_nobody_who_is_hidden(text: str) -> None:
    for shots in (shots_of(text), shots_of(text, take(text, part=2, parts=2))):
        for shot in shots:
            assert "pargeter" not in str(shot["text"]).lower()
            assert "pargiter" not in str(shot["text"]).lower()


def test_a_name_on_anybodys_list_is_hidden() -> None:
    (shot,) = shots_of("Sister Pargeter came.", bleeps=(Bleep("ben", "Sister Pargeter", "[x]"),))
    assert shot["text"] == "[x] came."
    (shot,) = shots_of("Good grace, I hope.", bleeps=(Bleep("ben", "Grace", "[x]"),))
    assert shot["text"] == "Good grace, I hope."


def cue(start: int, *lines: str) -> Cue:
    span = Span(Time[Programme](Fraction(start)), Time(Fraction(start + 1)))
    return told_apart(plain_cue(span, lines, "Amara", "q1"))


FILM = Timeline(
    "Film & “more”", RATE, (320, 180),
    follow((
        Card(0, 25, "scene", "One <b>", "One <b>"), take("x"), take("y", part=2, parts=2),
        Break(0, 25, "b", "Why & how?", "think", Fraction(1), "q1"),
    )),
)  # fmt: skip
CAPTIONS = Captions("en", (cue(1, "Amara: They", "saw <me>"), cue(2, "and then.")))


def test_the_transcript_reads_in_the_order_of_the_film() -> None:
    assert transcript_text(FILM, CAPTIONS) == (
        "Film & “more”\n=============\n\nOne <b>\n-------\n\nAmara: They saw <me> and then.\n\n"
        "Reflection: Why & how? (1 seconds)\n"
    )


SOUNDS = Captions(
    "cy",
    (
        cue(1, "[Amara]", "They saw me."),
        replace(cue(2, "[door slams]"), kind="sound", speaker="", quote=""),
        replace(cue(3, "Why & how?"), speaker="", quote=""),
    ),
)
SEEN = (replace(cue(1, "Amara looks up."), speaker="", quote=""),)


def test_the_transcript_tells_sounds_and_what_somebody_described() -> None:
    assert transcript_text(FILM, SOUNDS, SEEN).split("\n\n")[2:] == [
        "[Description] Amara looks up.", "Amara: They saw me.", "[door slams]", ("Reflection: Why & how? (1 "
"seconds)"), "Why & how?\n",
    ]  # fmt: skip
    page = transcript_html(FILM, SOUNDS, SEEN).decode()
    assert '<html lang="cy">' in page
    assert '<h2 id="scene-1">One &lt;b&gt;</h2>' in page
    assert "<em>[door slams]</em>" in page
    assert "<strong>Description:</strong> Amara looks up." in page
    assert "no audio description" in transcript_html(FILM, SOUNDS).decode()


def test_every_line_of_the_transcript_plays_the_film_from_there() -> None:
    page = transcript_html(FILM, SOUNDS, SEEN).decode()
    lines = re.findall(
        r'<div class="line"><a href="cut.mp4#t=([\d.]+)" aria-label="Play from ([\d:]+)">', page
    )
    assert lines == [("0", "0:00"), *[(str(at), f"0:0{at}") for at in (1, 1, 2, 3, 3)]]
    assert len(lines) == page.count('class="line"')
    late = replace(FILM, shots=follow((Card(0, 25 * 75 + 8, "title", "x"), *FILM.shots)))
    assert 'href="cut.mp4#t=75.32" aria-label="Play from 1:15"' in transcript_html(late, CAPTIONS).decode()


@pytest.mark.slow
def test_the_transcript_page_has_no_violation(page: Page, violations: Callable[[Page], list[str]]) -> None:
    two = replace(FILM, shots=follow((*FILM.shots, Card(0, 25, "scene", "Two", "Two"))))
    page.set_content(transcript_html(two, SOUNDS, SEEN).decode())
    assert page.get_by_role("navigation", name="Scenes").get_by_role("link").count() == 2
    assert not violations(page)


def test_the_page_shows_words_as_words() -> None:
    page = transcript_html(FILM, CAPTIONS).decode()
    assert "saw &lt;me&gt; and then." in page
    assert "<me>" not in page
    assert "<b>" not in page.split("<main", 1)[-1]


def test_errors_are_told_before_warnings() -> None:
    found = [Finding(rule, rule[:-1], "q1", "is so", "1", "2") for rule in ("warning1", "error1", "warning2")]
    heard = Heard(-18.0, -1.5, 0.0)
    page = build_report.Page(FILM, CAPTIONS, found, {}, {}, heard, -18.0, [b""] * len(FILM.shots))
    text = page.html().decode().split("Findings</h2>")[1]
    assert text.index("error1") < text.index("warning1") < text.index("warning2")


def test_what_stops_a_build_is_explained_with_the_way_on() -> None:
    quote = Quote("q1", "amara", "", "They saw me.", "", frozenset(), "", None, "", 7)
    stretch = Stretch((Said(0, "They", "they", span(62, 63)),), Time(Fraction(0)), Time(Fraction(64)))
    text = explain(
        Match(
            "q1",
            State.AMBIGUOUS,
            (Candidate("amara", 0.9, 1, (stretch,)), Candidate("ben", 0.8, 1, (stretch,))),
        ),
        quote,
        lambda source, at: ("footage/amara.mp4", at),
    )
    assert 'q1 (quotes.csv row 7) is said in more than one place: "They saw me."' in text
    assert "1  amara 1:02.0  score 0.90  “they”" in text
    assert "match --choose q1=1" in text
    assert "correct its source or its text" in explain(
        Match("q1", State.NOT_FOUND, ()), quote, lambda source, at: ("", at)
    )
