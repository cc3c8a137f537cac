"""The player as people use it, from the disk, without a network: by mouse, by keyboard, and as a screen
reader has it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page

from benchmarks.pages import too_wide, until, violations
from pipeline.delivery.training import player
from pipeline.delivery.training.model import Completion, Stretch, Training, Version, Wording
from tests.delivery.training_example import training

pytestmark = [pytest.mark.slow, pytest.mark.needs("chromium")]

LMS = """
const kept = (key) => localStorage.getItem(key);
window.told = JSON.parse(kept("lms:told") || "[]");
const keep = (key, value) => localStorage.setItem(key, value);
const tell = (...said) => (window.told.push(said), keep("lms:told", JSON.stringify(window.told)));
const save = (name) => (state, facts) => (keep("lms:state", state), tell(name, state, facts));
window.ourwordsLms = {
  start: () => Promise.resolve(kept("lms:state")),
  save: save("save"),
  finish: save("finish"),
  event: (name, detail) => tell("event", name, detail),
};
"""
"""An LMS that remembers all it is told."""

WATCH_PAUSES = """
window.pauses = [];
const pause = HTMLMediaElement.prototype.pause;
HTMLMediaElement.prototype.pause = function () { window.pauses.push(this.currentTime); pause.call(this); };
"""

SECRET = "I felt ashamed of my own practice"


def written(training: Training, to: Path, lms: str = "") -> Path:
    to.mkdir(exist_ok=True)
    for name, content in player.files(training, lms).items():
        if isinstance(content, bytes):
            (to / name).write_bytes(content)
        elif not (to / name).exists():
            (to / name).hardlink_to(content)
    return to / "index.html"


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Training:
    return training(tmp_path_factory.mktemp("film"))


@pytest.fixture
def off(browser: Browser) -> Iterator[Page]:
    """A page without a network, which fails on an error of a script or a request beyond its folder."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, offline=True)
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on(
        "request", lambda one: wrong.append(one.url) if not one.url.startswith(("file:", "data:")) else None
    )
    yield page
    context.close()
    assert not wrong


def opened(page: Page, index: Path) -> Page:
    page.goto(index.as_uri())
    until(page, "document.querySelector('#card h2') && document.querySelector('video').readyState > 0")
    return page


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def state(page: Page, wanted: str) -> None:
    until(page, f"(document.body.dataset.state || 'playing') === '{wanted}'")


def at(page: Page) -> float:
    return float(page.evaluate("document.querySelector('video').currentTime"))


def quick(page: Page, rate: float = 4) -> None:
    page.evaluate(f"document.querySelector('video').playbackRate = {rate}")


def seek(page: Page, to: float) -> None:
    """As somebody does who takes the slider."""
    page.evaluate(
        "to => { const place = document.getElementById('place'); place.value = to;"
        " place.dispatchEvent(new Event('input')); place.dispatchEvent(new Event('change')); }",
        to,
    )
    until(page, "!document.querySelector('video').seeking")


def told(page: Page, name: str = "") -> list[Any]:
    said: list[Any] = page.evaluate("JSON.parse(localStorage.getItem('lms:told') || '[]')")
    return [one for one in said if not name or name in one[:2]]


def shown(page: Page) -> list[str]:
    lines: list[str] = page.evaluate(
        "[...document.querySelectorAll('#captions span')].map(one => one.textContent)"
    )
    return lines


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.textContent.trim()"))


def test_the_whole_course_by_mouse(example: Training, tmp_path: Path, off: Page) -> None:
    off.add_init_script(WATCH_PAUSES)
    page = opened(off, written(example, tmp_path / "player", LMS))
    assert "homelessness and addiction" in page.inner_text("#card")
    press(page, "Start the film")
    state(page, "playing")
    press(page, "Pause")
    for cue in example.captions.cues[:2]:  # captions, of the film's own times
        for moment in (cue.span.start.seconds + Fraction("0.1"), cue.span.end.seconds - Fraction("0.1")):
            seek(page, float(moment))
            assert shown(page) == list(cue.lines)
    seek(page, 5.5)
    assert shown(page) == []
    seek(page, 8.3)
    press(page, "Play")
    until(page, "!document.querySelector('video').paused")
    state(page, "break")
    assert 0 <= page.evaluate("window.pauses.at(-1)") - 9.4 <= 0.2
    assert at(page) == pytest.approx(9.4, abs=0.002)
    assert focused(page) == "What did you hear?"
    assert told(page, "save")[-1][2] | {"share": 0} == {
        "at": 9.4,
        "length": 24,
        "share": 0,
        "met": 1,
        "breaks": 2,
        "complete": False,
    }
    assert re.fullmatch(r"0:(1\d|20) left", page.inner_text("#timer"))
    press(page, "We need longer")
    assert re.fullmatch(r"1:(1\d|20) left", page.inner_text("#timer"))
    press(page, "Easy read")
    assert focused(page) == "What did Amara say?"
    press(page, "Go back a little")  # to what was said last, and to the break again
    state(page, "playing")
    assert 6 <= at(page) < 9
    quick(page)
    state(page, "break")
    press(page, "Skip this break")
    state(page, "warning")
    assert at(page) == pytest.approx(10)
    assert focused(page) == "The next part talks about a hospital ward."
    press(page, "Skip to 0:16, after it")
    until(page, "document.querySelector('video').currentTime > 16.1")
    quick(page, 4)
    state(page, "break")
    press(page, "Next step")
    assert focused(page) == "So what?"
    press(page, "Next step")
    assert not page.get_by_role("button", name="Next step").count()
    press(page, "Go on with the film")
    quick(page)
    state(page, "end")
    seen = page.inner_text("#card")
    assert "You have watched" in seen and "A listening line" in seen
    press(page, "Watch again")
    quick(page)
    state(page, "break")
    press(page, "Go on with the film")
    state(page, "warning")
    press(page, "Watch it")
    quick(page)
    state(page, "break")
    assert told(page, "save")[-1][2]["complete"] is True
    assert len(told(page, "completed")) == 1
    assert {one[1] for one in told(page, "event")} == {
        "played",
        "paused",
        "seeked",
        "interacted",
        "completed",
    } - {"interacted"}
    assert all(len(one[1]) <= 3500 for one in told(page, "save"))


def test_the_whole_course_by_keyboard(example: Training, tmp_path: Path, off: Page) -> None:
    page = opened(off, written(example, tmp_path / "player", LMS))
    keys = page.keyboard

    def tab_to(name: str) -> None:
        for _ in range(30):
            if focused(page) == name:
                return
            keys.press("Tab")
        raise AssertionError(f"{name} is not reached: {focused(page)}")

    tab_to("Leave this video")
    tab_to("Start the film")
    keys.press("Enter")
    state(page, "playing")
    assert focused(page) == "Pause"
    keys.press("k")
    until(page, "document.querySelector('video').paused")
    keys.press("c")
    assert page.get_attribute("#cc", "aria-pressed") == "false"
    keys.press("c")
    before = at(page)
    keys.press("ArrowRight")
    assert at(page) == pytest.approx(before + 5, abs=0.1)
    keys.press("ArrowLeft")
    assert at(page) == pytest.approx(before, abs=0.1)
    keys.press("]")
    assert page.evaluate("document.querySelector('video').playbackRate") == 1.25
    keys.press("t")
    assert focused(page) == "Transcript"
    keys.press("Tab")
    keys.press("Tab")
    keys.type("kettle")  # a search, and no key of the player's
    assert page.evaluate("document.querySelector('video').paused")
    assert page.inner_text("#panel [role=status]") == "1 found"
    assert page.inner_text("#lines mark") == "kettle"
    keys.press("Escape")
    keys.press("Shift+Tab")
    keys.press("Enter")  # close
    keys.press("?")
    assert "Play or pause" in page.inner_text("#panel")
    keys.press("?")
    keys.press("k")
    quick(page)
    state(page, "break")
    keys.press("k")  # meant for the film, just when it stopped by itself
    assert focused(page) == "What did you hear?"
    tab_to("Go on with the film")
    keys.press("Enter")
    quick(page)
    state(page, "warning")
    tab_to("Watch it")
    keys.press("Enter")
    quick(page)
    state(page, "break")
    tab_to("Next step")
    keys.press("Enter")
    tab_to("Go on with the film")
    keys.press("Enter")
    quick(page)
    state(page, "end")
    assert "You have been through all of it" in page.inner_text("#card")
    assert told(page, "save")[-1][2]["complete"] is True


def test_a_break_as_a_screen_reader_has_it(example: Training, tmp_path: Path, off: Page) -> None:
    page = opened(off, written(example, tmp_path / "player"))
    press(page, "Start the film")
    seek(page, 21)
    state(page, "break")
    nodes = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]

    def said(one: dict[str, Any], what: str) -> Any:
        return one.get(what, {}).get("value", "")

    there = {(said(one, "role"), said(one, "name")) for one in nodes if not one["ignored"]}
    prompt = "Tell the person next to you about a time you were looked at as a problem."
    assert ("dialog", "Reflection 2 of 2 · Talk in pairs") in there
    assert ("heading", prompt) in there
    assert ("heading", "What?") in there
    assert ("button", "Leave this video") in there
    assert any(role == "timer" for role, _ in there)
    assert not any(name == "What did Amara say?" for _, name in there)
    focus = [
        one
        for one in nodes
        for fact in one.get("properties", [])
        if fact["name"] == "focused" and fact["value"]["value"] and said(one, "role") != "RootWebArea"
    ]
    assert [said(one, "name") for one in focus] == [prompt]
    until(page, "document.getElementById('said').textContent === 'The film is paused.'")
    assert page.get_attribute("#captions", "aria-hidden") == "true"  # the transcript says the same, once


@pytest.mark.parametrize("rate", [1, 2])
def test_the_film_pauses_where_the_break_is(example: Training, tmp_path: Path, off: Page, rate: int) -> None:
    off.add_init_script(WATCH_PAUSES)
    page = opened(off, written(example, tmp_path / "player"))
    press(page, "Start the film")
    page.select_option("#speed", str(rate))
    seek(page, 8.2)
    state(page, "break")
    over = page.evaluate("window.pauses.at(-1)") - 9.4
    print(f"paused {over * 1000:.0f} ms after the break at {rate}x")
    assert -0.001 <= over <= 0.2
    assert at(page) == pytest.approx(9.4, abs=0.001)


def test_a_seek_over_a_break_leaves_it_unmet_until_somebody_asks_for_it(
    example: Training, tmp_path: Path, off: Page
) -> None:
    page = opened(off, written(example, tmp_path / "player", LMS))
    press(page, "Start the film")
    seek(page, 18)
    assert page.evaluate("document.body.dataset.state") is None
    assert told(page, "save")[-1][2]["met"] == 0
    until(page, "localStorage['lms:told'].includes('seeked')")
    assert told(page, "seeked")[-1][2]["to"] == 18
    quick(page)
    state(page, "break")
    press(page, "Go on with the film")
    quick(page)
    state(page, "end")
    assert told(page, "save")[-1][2]["met"] == 1
    press(page, "0:09 What did you hear?")
    state(page, "break")
    assert (at(page), focused(page)) == (pytest.approx(9.4, abs=0.002), "What did you hear?")
    last = told(page, "save")[-1][2]
    assert last["met"] == 2 and last["share"] < 0.4 and not last["complete"]


def test_the_film_may_be_moved_from_outside_the_page(example: Training, tmp_path: Path, off: Page) -> None:
    """Keys of a headset, and whatever else a browser lets move a film: what lies between was not played."""
    page = opened(off, written(example, tmp_path / "player", LMS))
    page.evaluate("document.querySelector('video').play()")
    until(page, "document.querySelector('video').currentTime > 0.5")
    page.evaluate("document.querySelector('video').currentTime = 17")
    until(page, "!document.querySelector('video').seeking")
    page.evaluate("document.querySelector('video').pause()")
    until(page, "document.querySelector('video').paused")
    page.wait_for_timeout(100)
    last = told(page, "save")[-1][2]
    assert last["met"] == 0 and last["share"] < 0.2 and last["at"] >= 17


def test_it_goes_on_where_somebody_left_it(example: Training, tmp_path: Path, off: Page) -> None:
    index = written(example, tmp_path / "player")
    page = opened(off, index)
    press(page, "Start the film")
    seek(page, 3)
    press(page, "Pause")
    page.reload()
    press(page, "Go on from 0:03")
    assert 3 <= at(page) < 9
    seek(page, 9)
    state(page, "break")  # and leaves in it
    press(page, "Leave this video")
    page.wait_for_url("**/left.html*")
    assert page.get_by_role("heading", name="You can close this page").is_visible()
    page.get_by_role("link", name="Go back to where you were").click()
    press(page, "Go on from 0:09")
    state(page, "break")
    assert focused(page) == "What did you hear?"
    page.reload()
    press(page, "Start from the beginning")
    until(page, "document.querySelector('video').currentTime < 3")
    state(page, "playing")


def test_leaving_is_in_reach_everywhere_and_keeps_the_place(
    example: Training, tmp_path: Path, off: Page
) -> None:
    index = written(example, tmp_path / "player", LMS)
    page = opened(off, index)
    assert page.get_by_role("button", name="Leave this video").is_visible()
    press(page, "Start the film")
    seek(page, 4)
    press(page, "Full screen")
    until(page, "document.fullscreenElement !== null")
    box = page.get_by_role("button", name="Leave this video").bounding_box()
    assert box and box["height"] >= 44
    assert (
        page.evaluate("([x, y]) => document.elementFromPoint(x, y).id", [box["x"] + 10, box["y"] + 10])
        == "leave"
    )
    press(page, "Pause")
    for _ in range(3):
        page.keyboard.press("Escape")
    page.wait_for_url("**/left.html*")
    assert page.evaluate("history.length") <= 2
    last = told(page)[-1]
    assert last[0] == "finish" and last[2]["at"] == pytest.approx(4, abs=1)
    assert last[2]["complete"] is False
    assert not any("fail" in json.dumps(one).lower() for one in told(page))


@pytest.mark.parametrize(
    ("leave", "leads"),
    [("https://nhs.example/", "https://nhs.example/"), ("javascript:window.hit=1", "/left.html#en")],
)
def test_where_leaving_leads_is_set_and_is_no_script(
    browser: Browser, example: Training, tmp_path: Path, leave: str, leads: str
) -> None:
    page = browser.new_page()
    page.route(
        "https://nhs.example/", lambda route: route.fulfill(body="elsewhere", content_type="text/html")
    )
    opened(page, written(replace(example, leave=leave), tmp_path / "player"))
    press(page, "Leave this video")
    page.wait_for_url(re.compile(re.escape(leads) + "$"))
    page.close()


# Notes ------------------------------------------------------------------------------------------------


def test_notes_stay_in_their_own_place(example: Training, tmp_path: Path, off: Page) -> None:
    page = opened(off, written(example, tmp_path / "player", LMS))
    press(page, "Start the film")
    seek(page, 9)
    state(page, "break")
    page.get_by_text("A note for yourself").click()
    page.fill("#break-note", SECRET)
    page.keyboard.type(" k f g")  # letters, and no keys of the player's
    state(page, "break")
    press(page, "My notes")
    assert page.input_value("#note-break-1") == f"{SECRET} k f g"
    page.fill("#note-film", f"film: {SECRET}")
    press(page, "Go on with the film")
    state(page, "warning")
    press(page, "Leave this video")
    page.wait_for_url("**/left.html*")
    kept = page.evaluate("Object.fromEntries(Object.entries(localStorage))")
    assert [key for key, value in kept.items() if SECRET in value] == [f"ourwords:{example.id}:notes"]
    assert page.evaluate("[sessionStorage.length, document.cookie]") == [0, ""]
    assert page.evaluate("indexedDB.databases()") == []
    assert len(told(page)) > 5 and SECRET not in json.dumps(told(page))

    page = opened(off, tmp_path / "player/index.html")
    press(page, "My notes")
    assert "stays in this browser" in page.inner_text("#notes-where")
    assert page.input_value("#note-break-1").startswith(SECRET)
    with page.expect_download() as download:
        press(page, "Download")
    saved = Path(download.value.path()).read_text(encoding="utf-8")
    assert download.value.suggested_filename == "my-notes.txt"
    assert "What did you hear?" in saved and f"film: {SECRET}" in saved
    page.evaluate("window.print = () => { window.printed = document.getElementById('paper').innerText }")
    page.emulate_media(media="print")
    press(page, "Print")
    assert SECRET in page.evaluate("window.printed")
    assert not page.locator("main").is_visible()
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")
    press(page, "Wipe")
    assert focused(page) == "Wipe all notes for good?"
    press(page, "No, keep them")
    press(page, "Wipe")
    press(page, "Yes, wipe them")
    assert page.input_value("#note-break-1") == ""
    assert page.evaluate("Object.keys(localStorage).filter(key => key.endsWith(':notes'))") == []


def test_where_storage_is_refused_the_player_plays_and_says_so(
    example: Training, tmp_path: Path, off: Page
) -> None:
    off.add_init_script(
        "Object.defineProperty(window, 'localStorage',"
        " { get() { throw new DOMException('', 'SecurityError') } })"
    )
    page = opened(off, written(example, tmp_path / "player"))
    press(page, "My notes")
    assert "keeps nothing" in page.inner_text("#notes-where")
    page.fill("#note-film", SECRET)
    press(page, "Close")
    press(page, "My notes")
    assert page.input_value("#note-film") == SECRET
    press(page, "Start the film")
    seek(page, 9)
    state(page, "break")
    press(page, "Go on with the film")
    state(page, "warning")
    page.reload()
    press(page, "My notes")
    assert page.input_value("#note-film") == ""


# For a room -------------------------------------------------------------------------------------------


def test_a_facilitator_leads_with_a_clicker(example: Training, tmp_path: Path, off: Page) -> None:
    page = opened(off, written(example, tmp_path / "player"))
    keys = page.keyboard
    press(page, "Facilitator mode")
    assert "What is said here stays here." in page.inner_text("#card")
    keys.press("PageDown")  # starts
    state(page, "playing")
    until(page, "document.querySelector('video').currentTime > 0.3")
    keys.press("PageDown")  # to the next break
    state(page, "break")
    assert at(page) == pytest.approx(9.4, abs=0.002)
    size = float(page.evaluate("parseFloat(getComputedStyle(document.querySelector('#card h2')).fontSize)"))
    assert size >= 48
    assert "Give it the whole time" not in page.inner_text("body")
    press(page, "Facilitator’s notes")
    assert "Give it the whole time. Nobody has to speak." in page.inner_text("#card")
    press(page, "Stop the timer")
    stopped = page.inner_text("#timer")
    page.wait_for_timeout(1200)
    assert page.inner_text("#timer") == stopped
    keys.press("b")
    assert page.locator("#blank").is_visible()
    assert page.get_by_role("button", name="Leave this video").is_visible()
    keys.press(".")
    assert not page.locator("#blank").is_visible()
    keys.press("PageUp")  # back to where the film was left
    state(page, "playing")
    assert at(page) < 3
    seek(page, 17)
    keys.press("PageDown")
    state(page, "break")
    for asked in ("So what?", "Now what?"):
        keys.press("PageDown")
        assert focused(page) == asked
    keys.press("PageUp")
    assert focused(page) == "So what?"
    keys.press("g")
    assert "A note for yourself" in page.inner_text("#card")


def test_the_timer_forces_nobody_and_sounds_by_choice(example: Training, tmp_path: Path, off: Page) -> None:
    off.add_init_script(
        "window.rung = 0;"
        "window.AudioContext = class { constructor() { window.rung += 1; throw new Error() } };"
    )
    short = replace(example, stops=(replace(example.stops[0], seconds=Fraction(1)),), warnings=())
    page = opened(off, written(short, tmp_path / "player"))
    press(page, "Facilitator mode")
    press(page, "Start the film")
    for sound in (False, True):
        seek(page, 9)
        if page.evaluate("document.querySelector('video').paused"):
            press(page, "Play")
        state(page, "break")
        page.get_by_label("A sound when the time is up").set_checked(sound)
        until(page, "document.getElementById('timer').textContent.startsWith('Time is up')")
        assert page.evaluate("window.rung") == int(sound)
        state(page, "break")
    until(page, "document.getElementById('said').textContent.startsWith('Time is up')")


# What else may happen ---------------------------------------------------------------------------------

HOSTILE = "</script><img src=x onerror='window.hit=1'>"


def test_text_of_a_production_is_only_ever_text(example: Training, tmp_path: Path, off: Page) -> None:
    said = Wording(HOSTILE, HOSTILE, HOSTILE, HOSTILE)
    hostile = replace(
        example,
        title=HOSTILE,
        content_note=HOSTILE,
        agreement=(HOSTILE,),
        lines=tuple(replace(one, text=HOSTILE, speaker=HOSTILE) for one in example.lines),
        chapters=(Stretch(Fraction(0), Fraction(24), HOSTILE),),
        warnings=(Stretch(Fraction(1), Fraction(2), HOSTILE),),
        stops=(replace(example.stops[0], wording=said, translations={"cy": said}),),
        support=(replace(example.support[0], name=HOSTILE, contact="javascript:window.hit=1"),),
    )
    page = opened(off, written(hostile, tmp_path / "player"))
    assert page.title() == HOSTILE and page.inner_text("h1") == HOSTILE
    press(page, "Facilitator mode")
    press(page, "Start the film")
    state(page, "warning")
    press(page, "Watch it")
    seek(page, 9)
    state(page, "break")
    assert focused(page) == HOSTILE
    press(page, "Facilitator’s notes")
    press(page, "Facilitator mode")
    for name in ("Chapters and breaks", "Transcript", "My notes", "Support"):
        press(page, name)
        assert page.locator("#panel").inner_text().count("onerror") or name == "Support"
    assert page.evaluate("[window.hit, document.images.length]") == [None, 0]
    assert not page.locator("a[href^=javascript]").count()


def test_its_words_are_english_or_welsh_and_prompts_follow(
    example: Training, tmp_path: Path, off: Page
) -> None:
    page = opened(off, written(replace(example, language="cy"), tmp_path / "welsh"))
    assert page.get_by_role("button", name="Dechrau’r ffilm").is_visible()
    page = opened(off, written(example, tmp_path / "player"))
    press(page, "Settings")
    page.get_by_label("Language").select_option(label="Cymraeg")
    assert page.evaluate("document.documentElement.lang") == "cy"
    press(page, "Dechrau’r ffilm")
    seek(page, 9)
    state(page, "break")
    assert focused(page) == "Beth glywsoch chi?"
    assert page.evaluate("document.activeElement.lang") == "cy"
    page.reload()
    assert page.get_by_role("button", name=re.compile("Mynd ymlaen o")).is_visible()


def test_settings_are_kept_and_colours_are_chosen(example: Training, tmp_path: Path, off: Page) -> None:
    page = opened(off, written(example, tmp_path / "player"))
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    press(page, "Settings")
    page.get_by_label("Colours").select_option("dark")
    dark = page.evaluate(ground)
    assert light != dark
    page.get_by_label("Size of captions").select_option("huge")
    page.get_by_label("Place of captions").select_option("top")
    page.reload()
    assert page.evaluate(ground) == dark
    press(page, "Start the film")
    seek(page, 2)
    press(page, "Pause")
    place = page.locator("#captions p").bounding_box()
    film = page.locator("#film").bounding_box()
    assert place and film and place["y"] - film["y"] < film["height"] / 3
    assert (
        float(page.evaluate("parseFloat(getComputedStyle(document.querySelector('#captions p')).fontSize)"))
        > 40
    )
    press(page, "Settings")
    page.get_by_label("Place of captions").select_option("under")
    place = page.locator("#captions p").bounding_box()
    film = page.locator("#film").bounding_box()
    assert place and film and place["y"] >= film["y"] + film["height"] - 1
    press(page, "Captions")
    assert shown(page) == []


def test_other_versions_are_offered_where_there_are_any(example: Training, tmp_path: Path, off: Page) -> None:
    page = opened(off, written(example, tmp_path / "alone"))
    assert not page.locator("#version").is_visible()
    more = replace(example, versions=(Version("described", example.film), Version("signed", example.film)))
    page = opened(off, written(more, tmp_path / "player"))
    press(page, "Start the film")
    seek(page, 3)
    page.get_by_label("Version").select_option(label="With audio description")
    until(page, "document.querySelector('video').currentSrc.endsWith('/described.mp4')")
    until(page, "document.querySelector('video').currentTime >= 3 && !document.querySelector('video').paused")
    assert at(page) < 6


def test_a_film_that_is_not_there_is_said(example: Training, tmp_path: Path, off: Page) -> None:
    index = written(example, tmp_path / "player")
    (tmp_path / "player/film.mp4").unlink()
    off.goto(index.as_uri())
    state(off, "broken")
    assert "film.mp4 is missing" in off.inner_text("#card")


@pytest.mark.parametrize(
    "lms", ["", "window.ourwordsLms = { start: () => new Promise(() => {}) };", "throw 1;"]
)
def test_an_lms_that_says_nothing_stops_nobody(
    browser: Browser, example: Training, tmp_path: Path, lms: str
) -> None:
    page = opened(browser.new_page(), written(example, tmp_path / "player", lms or "// none"))
    press(page, "Start the film")
    seek(page, 9)
    state(page, "break")
    press(page, "Leave this video")
    page.wait_for_url("**/left.html*")
    page.close()


def test_what_an_lms_remembers_late_is_joined_to_what_was_done(
    example: Training, tmp_path: Path, off: Page
) -> None:
    index = written(example, tmp_path / "player", LMS)
    page = opened(off, index)
    press(page, "Start the film")
    seek(page, 9)
    state(page, "break")  # met, and kept
    page.evaluate("localStorage.setItem('lms:told', '[]')")
    late = LMS.replace("Promise.resolve(kept(", "new Promise((r) => setTimeout(r, 1500, kept(") + "\n"
    written(example, tmp_path / "player", late.replace('state")),', 'state"))),'))
    page = opened(off, index)
    page.evaluate("localStorage.setItem('lms:told', '[]'); window.told = []")
    press(page, "Start the film")
    seek(page, 18)
    press(page, "Pause")
    assert not told(page, "save")  # or what is kept would be lost
    page.wait_for_timeout(1600)
    press(page, "Play")
    press(page, "Pause")
    until(page, "localStorage['lms:told'].includes('save')")
    last = told(page, "save")[-1][2]
    assert last["met"] == 1 and last["at"] >= 18


def test_two_windows_of_a_film_share_its_notes(example: Training, tmp_path: Path, browser: Browser) -> None:
    context = browser.new_context(offline=True)
    index = written(example, tmp_path / "player")
    one, two = opened(context.new_page(), index), opened(context.new_page(), index)
    for page in (one, two):
        press(page, "My notes")
    for page, note in ((one, "break-1"), (two, "break-2"), (one, "film")):
        page.fill(f"#note-{note}", note)
    kept = one.evaluate("key => JSON.parse(localStorage[key])", f"ourwords:{example.id}:notes")
    assert kept == {name: name for name in ("break-1", "break-2", "film")}
    context.close()


def test_completion_is_as_configured(example: Training, tmp_path: Path, off: Page) -> None:
    film = replace(example, completion=Completion(Fraction(1, 10), breaks=False), warnings=())
    page = opened(off, written(film, tmp_path / "player", LMS))
    press(page, "Start the film")
    quick(page)
    until(page, "document.querySelector('video').currentTime > 3")
    press(page, "Pause")
    until(
        page, "JSON.parse(localStorage.getItem('lms:told')).some(one => one[0] === 'save' && one[2].complete)"
    )


STATES = """() => {
  const values = () => {%s; return { packed, unpacked, merged, folded, clock, LIMIT } };
  const { packed, unpacked, merged, folded, clock, LIMIT } = values();
  const place = (count, breaks) => ({
    at: 5399.25, open: 3, complete: false, of: "x",
    met: Array.from({ length: breaks }, (_, at) => at %% 3 === 0),
    played: Array.from({ length: count }, (_, at) => [at * 5.4, at * 5.4 + 1 + (at %% 7) / 2]),
    spared: [[10, 12]],
  });
  const short = place(40, 12);
  return {
    back: unpacked(packed(short), "x", 12),
    short,
    lengths: [1, 1000, 20000].map((count) => packed(place(count, 300)).length),
    limit: LIMIT,
    other: unpacked(packed(short), "y", 12),
    nonsense: ["", "{}", "null", "[1]", '{"v":1,"at":"x"}', '{"v":1,"at":1,"of":"x","met":"","played":"!.!"}']
      .map((state) => unpacked(state, "x", 12)),
    folded: folded("Ŵy ÎÊ İstanbul"),
    clock: [clock(5), clock(65), clock(3605)],
  };
}"""


def test_a_state_is_short_whatever_happened_and_is_read_again(page: Page) -> None:
    said = page.evaluate(STATES % (player.HERE / "values.js").read_text(encoding="utf-8"))
    back, short = said["back"], said["short"]
    assert (back["at"], back["open"], back["met"]) == (short["at"], 3, short["met"])
    assert back["played"] == [pytest.approx(one) for one in short["played"]]
    assert back["spared"] == [[10, 12]]
    assert max(said["lengths"]) <= said["limit"] == 3500
    assert said["other"]["met"] == [False] * 12 and said["other"]["open"] == -1
    assert said["nonsense"] == [None] * 6
    assert said["folded"] == "wy ie istanbul"
    assert said["clock"] == ["0:05", "1:05", "1:00:05"]


# Judged by axe-core -----------------------------------------------------------------------------------

SIZES = {"320": (320, 640), "1280": (1280, 800), "4K": (3840, 2160), "200 % zoom": (640, 400)}


def test_axe_finds_nothing_in_any_state_in_any_size_light_and_dark(
    example: Training, tmp_path: Path, off: Page
) -> None:
    page = opened(off, written(example, tmp_path / "player"))

    judged = []

    def judge(where: str) -> None:
        judged.append(where)
        for number, (name, (width, height)) in enumerate(SIZES.items()):
            page.set_viewport_size({"width": width, "height": height})
            scheme: Literal["light", "dark"] = "light" if (number + len(judged)) % 2 else "dark"
            page.emulate_media(color_scheme=scheme)
            found = [*violations(page), *too_wide(page)]
            assert not found, (where, name, scheme)
            small = page.evaluate(
                "[...document.querySelectorAll('button, select, input:not([type=checkbox]), summary')]"
                ".filter(one => one.checkVisibility()).map(one => [one.outerHTML.slice(0, 80),"
                " one.getBoundingClientRect().width, one.getBoundingClientRect().height])"
                ".filter(([, width, height]) => Math.min(width, height) < 43.9)"
            )
            assert not small, (where, name)

    judge("start")
    press(page, "Start the film")
    seek(page, 2)
    press(page, "Pause")
    press(page, "Transcript")
    judge("playing")
    seek(page, 21.2)
    press(page, "Play")
    state(page, "break")
    judge("break")
    press(page, "My notes")
    judge("notes")
    press(page, "Facilitator mode")
    judge("room")
    press(page, "Facilitator mode")
    press(page, "Settings")
    judge("settings")
    press(page, "Keyboard")
    press(page, "Go on with the film")
    quick(page)
    state(page, "end")
    judge("end")
    press(page, "Leave this video")
    page.wait_for_url("**/left.html*")
    judge("left")


def test_where_colours_are_forced_and_nothing_may_move(example: Training, tmp_path: Path, off: Page) -> None:
    off.emulate_media(forced_colors="active", reduced_motion="reduce")
    page = opened(off, written(example, tmp_path / "player"))
    borders = page.evaluate(
        "[...document.querySelectorAll('button')].filter(one => one.checkVisibility())"
        ".map(one => parseFloat(getComputedStyle(one).borderTopWidth))"
    )
    assert borders and min(borders) >= 1
    assert page.evaluate(
        "[...document.querySelectorAll('*')].every(one => getComputedStyle(one).transitionDuration === '0s'"
        " && getComputedStyle(one).animationName === 'none')"
    )
