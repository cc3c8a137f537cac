"""The captions' report: worst first, every cue, questions apart; a page for keyboards, without a network, and
the same as data.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from benchmarks.pages import VIEWS, View, seen, too_wide, until
from pipeline.captions.model import Captions, plain_cue
from pipeline.core.finding import Finding
from pipeline.core.time import Programme, Span
from pipeline.delivery.caption_report import CaptionReport, Line, Other
from pipeline.delivery.readable import page_unnamed
from pipeline.language.names import Name, Names
from pipeline.production.configs import load_profile

CUES = tuple(
    plain_cue(
        Span[Programme].measured(n * 3, n * 3 + 3), (f"Amara: So it was <{n}>", "& so on"), "Amara", "q1"
    )
    for n in range(4)
)
FINDINGS = (
    Finding(
        "reading-speed",
        "error",
        "6 s",
        f'too fast to read with ease: "{CUES[2].text}"',
        "22.0 characters a second",
        "15",
        3,
        "plain: 15",
        "1.2.2",
        6.0,
    ),
    Finding(
        "gap",
        "warning",
        "3 s",
        'flickers: "Amara: So it was <1> & so on"',
        "0.2 s",
        "1 s",
        2,
        "plain: a gap",
        "1.2.2",
        3.0,
    ),
    Finding(
        "too-short",
        "warning",
        "6 s",
        'on the screen too short: "Amara: So it was <2> & so on"',
        "0.2 s",
        "1 s",
        3,
        "plain: 1 s",
        "1.2.2",
        6.0,
    ),
    Finding(
        "missing-sound",
        "warning",
        "14 s",
        "a sound without a label, at 0:14.0 for 0.8 s: listen",
        "20 dB",
        "a label",
        0,
        "WCAG",
        "1.2.2",
        14.0,
    ),
    Finding("cut-point", "warning", "q1", "the start of the shot is not sure", "confidence 0.5", "0.6"),
)
STILL = bytes.fromhex("ffd8ffd9")
REPORT = CaptionReport(
    "Our film",
    Captions("en-GB", CUES),
    load_profile("plain"),
    FINDINGS,
    {"sync": "the words and their times"},
    frozenset({"missing-sound"}),
    [Other(load_profile("bbc"), 5, FINDINGS[:2], ["plain: <3> lines; bbc: 2 lines"])],
    [Line("1.2.2", "Captions (prerecorded)", "A", "problems found", ("4 cues", "errors: reading-speed 1"))],
    {2: STILL, 3: STILL},
)


@pytest.mark.parametrize(
    ("size", "told", "others"),
    [
        ((1280, 720), "2 lines of 32 characters", "37 characters"),
        ((720, 1280), "2 lines of 25", "25 characters"),
    ],
)
def test_limits_are_those_of_the_film_s_shape(size: tuple[int, int], told: str, others: str) -> None:
    page = replace(REPORT, size=size).html().decode()
    assert told in page and f"Limits: {others}" in page


@pytest.fixture
def opened(page: Page, tmp_path: Path) -> Page:
    file = tmp_path / "build" / "captions" / "report.html"
    file.parent.mkdir(parents=True)
    file.write_bytes(REPORT.html())
    page.goto(file.as_uri())
    return page


def test_the_record_keeps_its_fields_and_adds_to_them() -> None:
    record = json.loads(REPORT.json())
    assert (record["version"], record["profile"]) == (1, "plain")
    assert (
        record["findings"][0].items()
        >= {
            "rule": "reading-speed",
            "severity": "error",
            "where": "6 s",
            "limit": "15",
            "cue": 3,
            "at": 6.0,
        }.items()
    )
    assert set(record["findings"][0]) >= {"what", "measured", "clause", "criterion"}
    assert record["not_judged"] == [{"rule": "sync", "needs": "the words and their times"}]
    assert record["profiles"] == [{"profile": "bbc", "cues": 5, "errors": 1, "warnings": 1}]
    assert record["criteria"][0]["state"] == "problems found"


@pytest.mark.slow
def test_the_worst_cue_comes_first_with_a_still_and_a_link_that_plays_it(opened: Page) -> None:
    cards = opened.locator("article h3").all_text_contents()
    assert cards == [
        "Cue 3, 0:06.00 to 0:09.00",
        "Cue 2, 0:03.00 to 0:06.00",
        "Of shots, and of the whole film",
    ]
    first = opened.locator("article").first
    assert (
        first.locator("li")
        .all_text_contents()[0]
        .startswith("error: reading-speed: too fast to read with ease (22.0")
    )
    assert first.get_by_role("link", name="Play cue 3").get_attribute("href") == "../cut.mp4#t=5.50,9.50"
    assert first.locator("img").get_attribute("alt") == "The picture in the middle of cue 3"


@pytest.mark.slow
def test_questions_for_a_person_stand_apart(opened: Page) -> None:
    assert opened.locator("#questions").text_content() == "For a person: 1 question before signing"
    question = opened.locator("#questions ~ ol li").first
    assert question.text_content().startswith("missing-sound, 0:14.00: a sound without a label")  # type: ignore[union-attr]
    assert question.get_by_role("link").get_attribute("href") == "../cut.mp4#t=13.50,18.50"


@pytest.mark.slow
def test_every_cue_is_a_heading_with_its_text_speaker_and_times(opened: Page) -> None:
    assert opened.locator("section h3").all_text_contents() == [f"Cue {n}, Amara" for n in range(1, 5)]
    assert "So it was <2>" in opened.locator("section").nth(2).inner_text()
    assert (
        "0:06.00 to 0:09.00, 3 s. Findings: reading-speed, too-short"
        in opened.locator("section").nth(2).inner_text()
    )


@pytest.mark.slow
def test_the_player_has_the_captions_as_a_track(opened: Page) -> None:
    """From the disk, with the speaker's tag and the letters that markup would take."""
    assert opened.url.startswith("file:")
    until(opened, "document.querySelector('video').textTracks[0].cues?.length")
    track = "document.querySelector('video').textTracks[0]"
    assert opened.evaluate(f"[{track}.kind, {track}.language, {track}.mode]") == [
        "captions",
        "en-GB",
        "hidden",  # the same words are burnt into the picture
    ]
    told = opened.evaluate(f"[...{track}.cues].map(cue => [cue.startTime, cue.getCueAsHTML().textContent])")
    assert told == [[float(cue.span.start), "\n".join(cue.lines)] for cue in CUES]


def test_a_name_in_the_track_is_hidden_as_on_the_page() -> None:
    cue = replace(CUES[0], parts=("It was Sister Pargeter.",))
    page = replace(REPORT, captions=Captions("en-GB", (cue,)), findings=(), stills={}).html().decode()
    assert page.count("Pargeter") == 2
    clean = page_unnamed(page, Names([Name("Sister Pargeter", "amara", "[a nurse]")]))
    assert "Pargeter" not in clean
    assert clean.count("[a nurse]") == 2


@pytest.mark.slow
def test_everything_can_be_done_by_keyboard(opened: Page) -> None:
    """Show errors only, play a cue, close it: and be where one was."""
    opened.get_by_role("button", name="Errors").focus()
    opened.keyboard.press("Enter")
    assert opened.locator("#shown").text_content() == "1 shown"
    assert opened.locator("article:visible h3").all_text_contents() == ["Cue 3, 0:06.00 to 0:09.00"]
    assert opened.get_by_role("button", name="Errors").get_attribute("aria-pressed") == "true"
    opened.keyboard.press("Tab")
    opened.keyboard.press("Tab")
    assert opened.evaluate("document.activeElement.textContent") == "Play cue 3"
    opened.keyboard.press("Enter")
    assert opened.evaluate("document.querySelector('dialog').open")
    assert opened.evaluate("document.querySelector('video').src").endswith("/build/cut.mp4")
    assert opened.locator("dialog h2").text_content() == "Cue 3, 0:06.00"
    opened.keyboard.press("Escape")
    assert not opened.evaluate("document.querySelector('dialog').open")
    assert opened.evaluate("document.activeElement.textContent") == "Play cue 3"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("width", "scheme"), [(1280, "light"), (1280, "dark"), (320, "light"), (320, "dark")]
)
def test_the_page_has_no_violation_open_or_playing(
    browser: Browser, violations: Callable[[Page], list[str]], tmp_path: Path, width: int, scheme: str
) -> None:
    file = tmp_path / "report.html"
    file.write_bytes(REPORT.html())
    page = browser.new_page(
        viewport={"width": width, "height": 720}, color_scheme="dark" if scheme == "dark" else "light"
    )
    page.goto(file.as_uri())
    assert not violations(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.locator("a.play").first.click()
    assert page.evaluate("document.querySelector('dialog').open")
    assert not violations(page)
    page.close()


@pytest.mark.slow
@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_nothing_leaves_the_window_or_is_squeezed(browser: Browser, tmp_path: Path, view: View) -> None:
    file = tmp_path / "report.html"
    file.write_bytes(REPORT.html())
    with seen(browser, file, view) as page:
        assert not too_wide(page)


@pytest.mark.slow
def test_the_page_asks_nothing_of_a_network_and_runs_its_own_script_only(opened: Page) -> None:
    text = REPORT.html().decode()
    assert not re.search(r"https?://", text)
    assert "script-src 'sha256-" in text
    assert opened.evaluate("typeof until") == "number"  # the hash is right: it ran


@pytest.mark.slow
def test_a_film_without_findings_says_so(
    page: Page, tmp_path: Path, violations: Callable[[Page], list[str]]
) -> None:
    file = tmp_path / "report.html"
    file.write_bytes(replace(REPORT, findings=(), not_judged={}, stills={}).html())
    page.goto(file.as_uri())
    assert "No findings." in page.inner_text("main")
    assert not violations(page)


def test_other_profiles_are_explained_in_words() -> None:
    page = REPORT.html().decode()
    assert "plain and bbc: what differs, and why" in page
    assert "<li>plain: &lt;3&gt; lines; bbc: 2 lines</li>" in page
    assert (
        "what differs, and why"
        not in replace(REPORT, others=[replace(REPORT.others[0], told=())]).html().decode()
    )
