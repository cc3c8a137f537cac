"""The manifest read back as it was written, and a comparison told as text, data and pages."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from pipeline.core.time import Programme, Source, Span, Time
from pipeline.delivery.change_page import comparison_html, comparison_json, comparison_text
from pipeline.delivery.manifest import manifest, read_manifest, shot_records
from pipeline.edit.changes import Change, Comparison, CutList, Played, Still, Story
from pipeline.edit.timeline import Break, Card, Hold, Mark, Shot, Take, Timeline, follow
from pipeline.errors import InputError
from pipeline.matching.model import Said
from pipeline.production.breaks import Wording

RATES = [Fraction(25), Fraction(30000, 1001), Fraction(24000, 1001), Fraction(60000, 1001)]


def take(first: int, frames: int, quote: str, text: str, part: int = 1, parts: int = 1) -> Take:
    span = Span(Time[Source](Fraction(0)), Time(Fraction(1)))
    said = tuple(Said(index, word, "", span) for index, word in enumerate(text.split()))
    return Take(0, frames, quote, "amara", "Amara", "s1", first, span, said, part, parts)


SHOTS: tuple[Shot, ...] = (
    Card(0, 50, "title", "The Film"),
    Hold(0, 10, "q1", "amara", "s1", 101, Span(Time[Source](Fraction(0)), Time(Fraction(1)))),
    take(101, 77, "q1", "They saw me.", 1, 2),
    take(333, 31, "q1", "At last.", 2, 2),
    Break(0, 250, "break-1", "Why?", "think", Fraction(7, 2), "q1"),
    take(1001, 13, "q2", "Thank you."),
)


def written(rate: Fraction = Fraction(25)) -> bytes:
    film = Timeline("The Film", rate, (320, 180), follow(SHOTS))
    return manifest(
        film,
        shot_records(film, {"q1": "They saw me … At last.", "q2": "Thank you."}, (), {"s1": "amara.mp4"}),
        {},
        {},
    )


@pytest.mark.parametrize("rate", RATES, ids=str)
def test_a_cut_comes_back_on_its_very_frames(rate: Fraction) -> None:
    cut = read_manifest("manifest.json", written(rate))
    one, two, three = (Time[Source].frames_at(first, rate) for first in (101, 333, 1001))
    assert cut == CutList(
        "The Film",
        rate,
        follow(
            (
                Card(0, 50, "title", "The Film"),
                Still(0, 10, "q1", "amara.mp4", one),
                Played(0, 77, "q1", "amara.mp4", one, "They saw me."),
                Played(0, 31, "q1", "amara.mp4", two, "At last."),
                Break(0, 250, "break-1", "Why?", "think", Fraction(7, 2), "q1"),
                Played(0, 13, "q2", "amara.mp4", three, "Thank you."),
            )
        ),
    )
    assert (cut.quotes, cut.text("q1"), cut.text("q9")) == (("q1", "q2"), "They saw me. … At last.", "")


def test_a_marked_break_comes_back_as_a_break_with_all_that_it_says() -> None:
    """Its id, its words in every language, and the frames in which the picture stands."""
    said = {"template": "what", "easy_read": "Why so?", "notes": "Slowly.", "content_note": "Hard."}
    stop = replace(SHOTS[4], **said, translations=(("cy", Wording("Pam?", notes="Yn araf.")),))
    hold = SHOTS[1]
    mark = Mark(**(vars(hold) | {"frames": 8, "stop": stop}))
    film = Timeline("The Film", Fraction(25), (320, 180), follow((SHOTS[0], mark)))
    cut = read_manifest("manifest.json", manifest(film, shot_records(film, {}, (), {"s1": "a.mp4"}), {}, {}))
    assert cut.breaks == (replace(stop, at=50, frames=8),) == film.breaks


def test_a_cut_keeps_its_cameras() -> None:
    """And says nothing of them where there is only one."""
    shots = tuple(
        replace(shot, angle="b") if isinstance(shot, Take | Hold) and shot.first == 101 else shot
        for shot in SHOTS
    )
    film = Timeline("The Film", Fraction(25), (320, 180), follow(shots))
    records = shot_records(
        film, {"q1": "They saw me … At last.", "q2": "Thank you."}, (), {"s1": "amara.mp4"}
    )
    assert [record.get("angle") for record in records] == [None, "b", "b", None, None, None]
    cut = read_manifest("manifest.json", manifest(film, records, {}, {}))
    assert [shot.angle for shot in cut.shots if isinstance(shot, Played | Still)] == ["b", "b", "", ""]
    with pytest.raises(InputError, match="is not the manifest of a cut"):
        read_manifest("manifest.json", changed(angle=3))


def changed(**shot: Any) -> bytes:
    record = json.loads(written())
    record["shots"][2] |= shot
    return json.dumps(record).encode()


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is not the manifest of a cut"),
        (b"[]", "is not the manifest of a cut"),
        (b"{}", "is not the manifest of a cut ('version')"),
        (b"[" * 100_000, "is not the manifest of a cut"),
        (written().replace(b'"rate": "25/1"', b'"rate": "25/0"'), "is not a frame rate"),
        (written().replace(b'"seconds": 3.5', b'"seconds": 1e999'), "is not the manifest of a cut"),
        (written().replace(b'"frames": 431', b'"frames": 432'), "its shots are not as long as the film"),
        (written().replace(b'"id": "break-1"', b'"id": "break-2"'), "'break-1'"),
        (changed(at=61), "its shots do not touch"),
        (changed(frames=True), "a shot's frames are not counted"),
        (changed(frames=-3, source_out="3.92"), "a shot lasts at least one frame"),
        (changed(source_out="9"), "q1 is not as long as what is played of its source"),
        (changed(quote=None), "None is not a text"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_manifest_is_refused_by_its_name(data: bytes, says: str) -> None:
    with pytest.raises(InputError) as refused:
        read_manifest("old.json", data)
    assert says in str(refused.value)
    assert refused.value.where == "old.json"


def story(quote: str, contributor: str, who: str, state: str, *whats: str) -> Story:
    at = None if state == "removed" else Time[Programme](Fraction(83))
    return Story(
        quote,
        contributor,
        who,
        f"Words <of> {quote}.",
        state,
        at,
        tuple(Change(state, quote, what, "a", "b") for what in whats),
    )


EVERYONE = Comparison(
    "The <Film>",
    "",
    (Change("length", "", "The film is now 2 minutes long.", "1 minute", "2 minutes"),),
    (
        story("q1", "amara", "Amara", "changed", "Changed & so."),
        story("q2", "ben", "Ben", "same"),
        story("q3", "amara", "Amara", "removed", "Gone."),
    ),
)
AMARA = Comparison("The <Film>", "amara", (), (story("q1", "amara", "Amara", "same"),))


def test_for_the_terminal() -> None:
    assert (
        comparison_text(EVERYONE)
        == "The <Film>\n  The film is now 2 minutes long.\nAmara\n  Changed & so.\n  Gone.\n"
    )
    assert comparison_text(AMARA) == "The <Film>\n  Nothing has changed.\n"
    assert (
        comparison_text(Comparison("Film", "", (), (story("q1", "", "", "removed", "Gone."),)))
        == "Film\nNobody in the list any more\n  Gone.\n"
    )


def test_as_data() -> None:
    record = json.loads(comparison_json(EVERYONE))
    assert (record["version"], record["film"], record["reader"]) == (1, "The <Film>", None)
    assert record["changes"] == [
        {
            "kind": "length",
            "what": "The film is now 2 minutes long.",
            "before": "1 minute",
            "after": "2 minutes",
        }
    ]
    assert record["quotes"][0] == {
        "quote": "q1",
        "contributor": "amara",
        "who": "Amara",
        "words": "Words <of> q1.",
        "state": "changed",
        "at": "83",
        "changes": [{"kind": "changed", "what": "Changed & so.", "before": "a", "after": "b"}],
    }
    assert [quote["at"] for quote in record["quotes"]] == ["83", "83", None]
    assert json.loads(comparison_json(AMARA))["reader"] == "amara"


def test_a_page_for_everyone() -> None:
    page = comparison_html(EVERYONE, "en-GB").decode()
    body = page.split("<main", 1)[1]
    assert '<html lang="en-GB">' in page
    assert "What changed in “The &lt;Film&gt;”" in body
    assert (
        body.index("<h2>Amara</h2>")
        < body.index("Changed &amp; so.")
        < body.index("Gone.")
        < body.index("As before")
        < body.index("Words &lt;of&gt; q2.")
    )
    assert "q1, at 1:23 in the film" in body
    assert "q3, not in the film any more" in body
    assert "<script" not in page


def test_a_page_for_a_contributor() -> None:
    body = comparison_html(AMARA, "en").decode().split("<main", 1)[1]
    assert "Your words in “The &lt;Film&gt;”" in body
    assert "<p>As it was.</p>" in body
    assert "“Words &lt;of&gt; q1.”" in body
    assert "You can say no at any time." in body
    assert "everybody" not in body
    assert "q1 " not in body
    assert (
        "None of your words are in either version"
        in comparison_html(Comparison("F", "amara", (), ()), "en").decode()
    )
