"""What stands between player and LMS, in Chromium: in a strict LMS with the Learning Hub's ways, in another
maker's, and where an LMS is late, wrong or not there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from mimetypes import guess_type
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote
from zipfile import ZipFile

import pytest

from pipeline.delivery.training import scorm
from tests.delivery.training_example import training
from tests.needs import NPM

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Frame, Page, Route

pytestmark = [pytest.mark.slow, pytest.mark.needs("chromium")]

ID = "0b6f3c1e-6f0a-5f5e-9a53-2d6f5b1f7a10"
KEY = f"ourwords-scorm-{ID}"
LMS = "http://lms.test"
STRICT = (Path(__file__).parent / "strict_lms.js").read_text(encoding="utf-8")
AGAIN = NPM / "node_modules/scorm-again/dist"

HUB = 'strictLms({version: "1.2", hub: true})'
SPEC_12 = 'strictLms({version: "1.2"})'
SPEC_2004 = 'strictLms({version: "2004"})'
STRICT_ONES: list[tuple[scorm.Version, str]] = [("1.2", HUB), ("1.2", SPEC_12), ("2004", SPEC_2004)]
both = pytest.mark.parametrize(("version", "made"), [("1.2", HUB), ("2004", SPEC_2004)], ids=["hub", "2004"])
strict_ones = pytest.mark.parametrize(("version", "made"), STRICT_ONES, ids=["hub", "1.2", "2004"])


@dataclass
class Site:
    """A browser profile with an LMS in it, whose pages are made here: no network."""

    context: BrowserContext
    pages: dict[str, str]
    files: dict[str, bytes]
    said: list[str]

    def answer(self, route: Route) -> None:
        path = "/" + unquote(route.request.url.split("/", 3)[3].partition("?")[0])
        if path in self.pages:
            body = f"<!DOCTYPE html><title>t</title>{self.pages[path]}"
            route.fulfill(body=body, content_type="text/html")
        elif path in self.files:
            kind = guess_type(path)[0]
            asked = re.fullmatch(r"bytes=(\d+)-(\d*)", route.request.headers.get("range", ""))
            content = self.files[path]
            first = int(asked[1]) if asked else 0
            part = content[first : int(asked[2]) + 1 if asked and asked[2] else None]
            span = f"bytes {first}-{first + len(part) - 1}/{len(content)}"
            headers = {"accept-ranges": "bytes"} | ({"content-range": span} if asked else {})
            route.fulfill(status=206 if asked else 200, body=part, content_type=kind, headers=headers)
        else:
            route.fulfill(status=404, body="")

    def open(self, path: str) -> Page:
        page = self.context.new_page()
        page.on("console", lambda message: self.said.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda problem: self.said.append(f"error: {problem}"))
        page.goto(LMS + path)
        return page

    def has(self, version: scorm.Version, lms: str) -> None:
        """The LMS's page, and the page of content in a frame of it."""
        self.pages["/lms"] = f"<script>{STRICT}</script><script>{lms}</script><iframe src=/sco></iframe>"
        self.pages["/sco"] = content(version)

    def launch(self, version: scorm.Version, lms: str) -> tuple[Page, Frame]:
        """The LMS's page, and the frame in it where content runs."""
        self.has(version, lms)
        page = self.open("/lms")
        return page, page.frames[1]

    def forget_device(self) -> None:
        """As on another device: only what the LMS has is left."""
        page = self.open("/nothing")
        page.evaluate(f"localStorage.removeItem({KEY!r})")
        page.close()


def content(version: scorm.Version, of: str = ID) -> str:
    leave = "addEventListener('pagehide', () => last && ourwordsLms.finish(...last))"
    return f"<script>{scorm.adapter(of, version)}</script><script>let last; {leave}</script>"


@pytest.fixture
def site(browser: Browser) -> Iterator[Site]:
    context = browser.new_context(viewport={"width": 1024, "height": 768})
    site = Site(context, {"/nothing": "nothing"}, {}, [])
    context.route("**/*", site.answer)
    yield site
    context.close()


def start(frame: Frame | Page) -> Any:
    return frame.evaluate("ourwordsLms.start()")


def save(frame: Frame | Page, state: str, method: str = "save", **facts: Any) -> None:
    known = {"at": 1.5, "length": 24, "share": 0.1, "met": 0, "breaks": 2, "complete": False} | facts
    frame.evaluate(f"known => {{ last = known; ourwordsLms.{method}(...known); }}", [state, known])


def kept(page: Page) -> dict[str, Any]:
    found = json.loads(page.evaluate("localStorage.getItem('lms')"))
    assert isinstance(found, dict)
    return found


def close(page: Page) -> None:
    """Whoever watches closes the content's window: its page is hidden, and the LMS's stays."""
    page.evaluate("document.querySelector('iframe').remove()")


STATUS = {"1.2": "cmi.core.lesson_status", "2004": "cmi.completion_status"}
EXIT = {"1.2": "cmi.core.exit", "2004": "cmi.exit"}
TIME = {"1.2": "cmi.core.session_time", "2004": "cmi.session_time"}
PLACE = {"1.2": "cmi.core.lesson_location", "2004": "cmi.location"}
PRIVATE = ("student", "learner", "comments", "interactions")


def assert_lawful(page: Page) -> None:
    """No call was answered with an error, and none is about a person or what was written."""
    assert page.evaluate("lms.errors") == []
    calls = [" ".join(call) for call in page.evaluate("lms.calls")]
    assert calls
    assert not [call for call in calls if any(word in call for word in PRIVATE)]


STRICTLY = {
    HUB: {
        "API.LMSSetValue('cmi.suspend_data', '')": 301,
        "API.LMSInitialize('now')": 201,
        "API.LMSInitialize('')": 0,
        "API.LMSSetValue('cmi.core.session_time', '0:00:05.00')": 405,
        "API.LMSSetValue('cmi.core.session_time', '00:00:05.123')": 405,
        "API.LMSSetValue('cmi.core.session_time', '00:00:05.12')": 0,
        "API.LMSSetValue('cmi.core.exit', 'normal')": 405,
        "API.LMSSetValue('cmi.core.lesson_status', 'complete')": 405,
        "API.LMSSetValue('cmi.core.lesson_location', 'x'.repeat(256))": 405,
        "API.LMSSetValue('cmi.suspend_data', 'x'.repeat(4096))": 405,
        "API.LMSSetValue('cmi.core.student_name', 'Ben')": 403,
        "API.LMSGetValue('cmi.core.exit')": 404,
        "API.LMSGetValue('cmi.nothing')": 401,
        "API.LMSFinish('')": 0,
        "API.LMSCommit('')": 301,
    },
    SPEC_2004: {
        "API_1484_11.GetValue('cmi.mode')": 122,
        "API_1484_11.Initialize('')": 0,
        "API_1484_11.Initialize('') ": 103,
        "API_1484_11.GetValue('cmi.suspend_data')": 403,
        "API_1484_11.SetValue('cmi.session_time', '00:00:05.00')": 406,
        "API_1484_11.SetValue('cmi.session_time', 'PT0H0M5.123S')": 406,
        "API_1484_11.SetValue('cmi.progress_measure', 0.5)": 406,
        "API_1484_11.SetValue('cmi.progress_measure', '1.1')": 406,
        "API_1484_11.SetValue('cmi.mode', 'review')": 404,
        "API_1484_11.Terminate('')": 0,
        "API_1484_11.SetValue('cmi.exit', 'suspend')": 123,
    },
}


@pytest.mark.parametrize("made", STRICTLY, ids=["hub", "2004"])
def test_the_strict_lms_is_strict(made: str, site: Site) -> None:
    page, _ = site.launch("1.2", made)
    ask = "call => { const before = lms.errors.length; eval(call); return lms.errors[before]?.[0] || 0; }"
    assert {call: page.evaluate(ask, call) for call in STRICTLY[made]} == STRICTLY[made]


# A course -----------------------------------------------------------------------------------------


@strict_ones
def test_a_course_from_its_start_to_its_end(version: scorm.Version, made: str, site: Site) -> None:
    page, sco = site.launch(version, made)
    assert start(sco) is None
    first = kept(page)
    assert first[STATUS[version]] == "incomplete"
    assert first[EXIT[version]] == "suspend"
    save(sco, "one", at=9.4, share=0.4, met=1)
    assert kept(page)["commits"] == first["commits"] + 1
    assert kept(page)["cmi.suspend_data"].endswith("|one")
    assert kept(page)[PLACE[version]].startswith("9.40 ")
    save(sco, "two", at=21.5, share=1, met=2)
    assert kept(page).get("cmi.progress_measure", "0.9900") == "0.9900", "1 would complete it by the manifest"
    assert kept(page)["commits"] == first["commits"] + 2
    save(sco, "three", at=23, share=0.95, met=2, complete=True)
    save(sco, "four", at=23.5, share=0.97, met=2, complete=True)
    assert kept(page)[STATUS[version]] == "completed"
    close(page)
    done = kept(page)
    assert done["completions"] == 1
    assert done[STATUS[version]] == "completed"
    assert done[EXIT[version]] == ("" if version == "1.2" else "suspend")
    assert done.get("cmi.progress_measure", "1") == "1"
    assert done[TIME[version]] > {"1.2": "00:00:00.00", "2004": "PT0H0M0.00S"}[version]
    assert page.evaluate("lms.phase") == "over"
    assert_lawful(page)
    page.close()
    page, sco = site.launch(version, made)
    start(sco)
    save(sco, "five", at=2, share=1, met=2, complete=True)
    save(sco, "six", "finish", at=2, share=1, met=2, complete=True)
    save(sco, "six", "finish", at=2, share=1, met=2, complete=True)
    assert kept(page)["completions"] == 1
    assert kept(page)[STATUS[version]] == "completed"
    assert_lawful(page)
    assert not [said for said in site.said if not said.startswith("debug: ourwords")]


@both
def test_the_place_is_kept_when_the_window_is_closed(version: scorm.Version, made: str, site: Site) -> None:
    page, sco = site.launch(version, made)
    start(sco)
    save(sco, "at the second break", at=21.5, met=2)
    before = len(page.evaluate("lms.calls"))
    close(page)
    last = [call[0] for call in page.evaluate("lms.calls")[before:]]
    assert "Commit" not in last, "browsers stop what an LMS would send twice from a page that goes"
    assert last[-1] == {"1.2": "Finish", "2004": "Terminate"}[version]
    assert kept(page)[EXIT[version]] == "suspend"
    assert kept(page)[STATUS[version]] == "incomplete"
    page.close()
    site.forget_device()
    page, sco = site.launch(version, made)
    assert start(sco) == "at the second break"
    assert_lawful(page)


def crash(page: Page) -> None:
    """The browser's process dies: nothing more is run."""
    from playwright.sync_api import Error

    with page.expect_event("crash"), suppress(Error):
        page.goto("chrome://crash", timeout=2000)


@strict_ones
def test_the_place_is_kept_when_the_browser_crashes(version: scorm.Version, made: str, site: Site) -> None:
    page, sco = site.launch(version, made)
    start(sco)
    save(sco, "a break", met=1)
    crash(page)
    page.close()
    site.forget_device()
    page, sco = site.launch(version, made)
    assert start(sco) == "a break"
    assert_lawful(page)


@both
def test_what_the_device_has_newer_is_taken(version: scorm.Version, made: str, site: Site) -> None:
    """It crashed between two commits."""
    page, sco = site.launch(version, made)
    start(sco)
    save(sco, "a break", met=1)
    save(sco, "a pause after it", met=1)
    crash(page)
    page.close()
    page, sco = site.launch(version, made)
    assert kept(page)["cmi.suspend_data"].endswith("|a break")
    assert start(sco) == "a pause after it"
    assert kept(page)["cmi.suspend_data"].endswith("|a pause after it")
    assert_lawful(page)


@both
def test_on_a_shared_computer_nobody_has_another_s_place(
    version: scorm.Version, made: str, site: Site
) -> None:
    page, sco = site.launch(version, made)
    start(sco)
    save(sco, "hers", met=1)
    close(page)
    page.evaluate("localStorage.removeItem('lms')")  # somebody else signs in to the LMS
    page.close()
    page, sco = site.launch(version, made)
    assert start(sco) is None
    save(sco, "his", met=1)
    assert kept(page)["cmi.suspend_data"].endswith("|his")
    assert_lawful(page)


@pytest.mark.parametrize(
    ("version", "made", "mode"),
    [("1.2", HUB, "review"), ("1.2", SPEC_12, "browse"), ("2004", SPEC_2004, "review")],
)
def test_nothing_is_recorded_of_who_looks_again(
    version: scorm.Version, made: str, mode: str, site: Site
) -> None:
    page, sco = site.launch(version, made.replace("})", f', mode: "{mode}"}})'))
    start(sco)
    save(sco, "looked at again", met=2, complete=True)
    close(page)
    assert not [call for call in page.evaluate("lms.calls") if call[0] == "SetValue"]
    assert page.evaluate("lms.phase") == "over"
    assert_lawful(page)


@both
def test_a_hidden_page_keeps_what_was_not_kept_yet(version: scorm.Version, made: str, site: Site) -> None:
    page, sco = site.launch(version, made)
    start(sco)
    save(sco, "paused")
    before = kept(page)["commits"]
    sco.evaluate("""() => {
        Object.defineProperty(document, "visibilityState", { value: "hidden" });
        document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
        document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
    }""")
    assert kept(page)["commits"] == before + 1
    assert kept(page)["cmi.suspend_data"].endswith("|paused")
    save(sco, "said when it was hidden")
    assert kept(page)["cmi.suspend_data"].endswith("|said when it was hidden")
    assert_lawful(page)


@both
def test_a_state_without_end_stays_on_the_device(version: scorm.Version, made: str, site: Site) -> None:
    """Cut in two it would be no state; and one of the length that was agreed on passes."""
    page, sco = site.launch(version, made)
    start(sco)
    agreed = "é" * 3500
    save(sco, agreed, met=1)
    assert kept(page)["cmi.suspend_data"].endswith(agreed)
    assert len(kept(page)["cmi.suspend_data"]) < 4000
    save(sco, "x" * 9000, met=2)
    assert kept(page)["cmi.suspend_data"].endswith(agreed)
    close(page)
    page.close()
    page, sco = site.launch(version, made)
    assert start(sco) == "x" * 9000
    assert_lawful(page)


# Where the LMS is ---------------------------------------------------------------------------------

DEEP = "<iframe src=/frame></iframe>"


@both
def test_it_is_found_above_nested_frames(version: scorm.Version, made: str, site: Site) -> None:
    site.has(version, made)
    site.pages |= {
        "/lms": site.pages["/lms"].replace("/sco", "/frame"),
        "/frame": "<iframe src=/sco></iframe>",
    }
    page = site.open("/lms")
    start(page.frames[2])
    assert page.evaluate("lms.phase") == "running"


@pytest.mark.parametrize("version", ["1.2", "2004"])
def test_it_is_found_by_a_window_that_it_opened(version: scorm.Version, site: Site) -> None:
    """As the Learning Hub does it; and in a frame of that window."""
    made = SPEC_2004 if version == "2004" else HUB
    site.has(version, made)
    site.pages["/frame"] = "<iframe src=/sco></iframe>"
    for path, frame in (("/sco", 0), ("/frame", 1)):
        page = site.open("/lms")
        with page.expect_popup() as opened:
            page.evaluate(f"open('{path}', '', 'width=1024,height=768')")
        opened.value.wait_for_load_state()
        start(opened.value.frames[frame])
        assert page.evaluate("lms.phase") == "running"
        save(opened.value.frames[frame], "in a window", met=1)
        opened.value.close(run_before_unload=True)
        page.wait_for_function("lms.phase === 'over'")
        assert_lawful(page)
        page.close()


def test_a_parent_of_another_origin_is_no_hindrance(site: Site) -> None:
    """A portal's page shows the LMS's, which shows the content. A page of another origin is not asked."""
    site.has("1.2", HUB)
    site.pages |= {
        "/portal": f"<iframe src={LMS}/lms></iframe>",
        "/alone": f"<iframe src={LMS}/sco></iframe>",
    }
    page = site.context.new_page()
    page.goto("http://portal.test/portal")
    start(page.frames[2])
    assert page.frames[1].evaluate("lms.phase") == "running"
    page.goto("http://portal.test/alone")
    assert start(page.frames[1]) is None
    save(page.frames[1], "kept here")


# LMSs that do not do their part -------------------------------------------------------------------

ODD = {
    "missing": "",
    "throwing": "window.API = new Proxy({}, {get: () => () => { throw Error('down') }})",
    "refusing": "window.API = new Proxy({}, {get: () => () => 'false'})",
    "silent": "window.API = new Proxy({}, {get: () => () => undefined})",
    "null": "window.API = new Proxy({}, {get: () => () => null})",
    "promising": "window.API = new Proxy({}, {get: () => async () => 'true'})",
    "never": "window.API = new Proxy({}, {get: () => () => new Promise(() => {})})",
    "unspeakable": "window.API = new Proxy({}, {get: () => () => Object.create(null)})",
    "no functions": "window.API = {LMSInitialize: 'yes'}",
    "hostile": "Object.defineProperty(window, 'API', {get() { throw Error('mine') }})",
    "of one word": "window.API = {LMSInitialize: () => 'true'}",
    "forgetful": f"{HUB}; API.LMSCommit = () => false; API.LMSFinish = () => {{ throw Error('gone') }}",
    "full": f"{HUB}; API.LMSSetValue = () => false; API.LMSCommit = () => false",
}


def test_where_the_lms_fails_nothing_is_lost_and_nobody_is_told(site: Site) -> None:
    """All at once, each in a frame with a course of its own, as each takes its time."""
    for name, lms in ODD.items():
        script = f"<script>{STRICT}</script><script>{lms}</script>"
        site.pages[f"/lms {name}"] = f"{script}<iframe src='/sco {name}'></iframe>"
        site.pages[f"/sco {name}"] = content("1.2", name)
    site.pages["/all"] = "".join(f"<iframe src='/lms {name}'></iframe>" for name in ODD)
    for before in (None, "left"):
        page = site.open("/all")
        scos = {
            unquote(frame.url).rpartition("/sco ")[2]: frame for frame in page.frames if "/sco" in frame.url
        }
        for sco in scos.values():
            sco.evaluate("took = -performance.now(); started = ourwordsLms.start(); null")
            sco.evaluate("started.finally(() => took += performance.now()); null")
        assert {name: sco.evaluate("started") for name, sco in scos.items()} == dict.fromkeys(ODD, before)
        for name, sco in scos.items():
            assert sco.evaluate("took") < 3000, name
            save(sco, "a break", met=1)
            save(sco, "the end", met=2, complete=True)
            save(sco, "left", "finish", met=2, complete=True)
        page.close()
    assert not [said for said in site.said if not said.startswith("debug: ourwords")]


def test_alone_it_does_not_wait_for_an_lms(site: Site) -> None:
    site.pages["/sco"] = content("1.2")
    page = site.open("/sco")
    took = page.evaluate(
        "async () => { const t = performance.now(); await ourwordsLms.start(); return performance.now() - t }"
    )
    assert took < 200


def test_where_storage_is_refused_too_it_plays_on(site: Site) -> None:
    site.has("1.2", "")
    site.pages["/lms"] = "<iframe src=/sco sandbox=allow-scripts></iframe>"
    page = site.open("/lms")
    assert start(page.frames[1]) is None
    save(page.frames[1], "nowhere", met=1)
    save(page.frames[1], "nowhere", "finish", met=1)
    assert not [said for said in site.said if not said.startswith("debug: ourwords")]


def test_an_lms_that_comes_in_time_is_waited_for(site: Site) -> None:
    page, sco = site.launch("1.2", f"setTimeout(() => {HUB}, 400)")
    assert start(sco) is None
    assert page.evaluate("lms.phase") == "running"
    assert_lawful(page)


def test_commits_that_fail_grow_rarer(site: Site) -> None:
    """The Learning Hub shows an alert at each."""
    page, sco = site.launch("1.2", f"{HUB}; tries = 0; API.LMSCommit = () => {{ tries += 1; return false }}")
    start(sco)
    tries = page.evaluate("tries")
    for number in range(5):
        save(sco, f"pause {number}")
    assert page.evaluate("tries") == tries
    save(sco, "a break", met=1)
    assert page.evaluate("tries") == tries + 1


def test_an_lms_that_is_late_is_told_everything(site: Site) -> None:
    """After start() has given up on it."""
    page, sco = site.launch("1.2", "")
    assert start(sco) is None
    save(sco, "before it came", met=1)
    page.evaluate(HUB)
    save(sco, "after it came", met=2, complete=True)
    close(page)
    found = kept(page)
    assert found["completions"] == 1
    assert found["cmi.suspend_data"].endswith("|after it came")
    assert_lawful(page)


def test_an_lms_that_is_late_keeps_the_place_that_it_has(site: Site) -> None:
    """Of the same person, on another device: further on than here."""
    page, sco = site.launch("1.2", HUB)
    start(sco)
    save(sco, "far on", met=2)
    close(page)
    page.close()
    site.forget_device()
    page, sco = site.launch("1.2", "")
    start(sco)
    page.evaluate(HUB)
    save(sco, "at the start", met=1)
    close(page)
    assert kept(page)["cmi.suspend_data"].endswith("|far on")
    assert_lawful(page)


def test_an_lms_that_lost_the_state_and_has_the_place_is_no_stranger(site: Site) -> None:
    page, sco = site.launch("1.2", HUB)
    start(sco)
    save(sco, "a break", met=1)
    close(page)
    page.evaluate("localStorage.setItem('lms', localStorage.getItem('lms').replace('|a break', ''))")
    page.close()
    page, sco = site.launch("1.2", HUB)
    assert start(sco) == "a break"


def test_a_status_of_another_kind_is_not_made_less(site: Site) -> None:
    for status in ("passed", "failed", "browsed"):
        page, sco = site.launch(
            "1.2",
            f"{HUB}; const get = API.LMSGetValue; API.LMSGetValue = (name) => "
            f'name === "cmi.core.lesson_status" ? "{status}" : get(name)',
        )
        start(sco)
        save(sco, "a break", met=1)
        sets = [call[1:] for call in page.evaluate("lms.calls") if call[0] == "SetValue"]
        assert not [value for name, value in sets if name == STATUS["1.2"]]
        page.close()


# How time is written ------------------------------------------------------------------------------

TIMES = {
    0: ("00:00:00.00", "PT0H0M0.00S"),
    5: ("00:00:00.05", "PT0H0M0.05S"),
    5999: ("00:00:59.99", "PT0H0M59.99S"),
    6000: ("00:01:00.00", "PT0H1M0.00S"),
    12540: ("00:02:05.40", "PT0H2M5.40S"),
    359999: ("00:59:59.99", "PT0H59M59.99S"),
    360000: ("01:00:00.00", "PT1H0M0.00S"),
    36000000: ("100:00:00.00", "PT100H0M0.00S"),
    3600000 * 1000 + 1: ("9999:00:00.01", "PT10000H0M0.01S"),
}


@pytest.mark.parametrize(("version", "turn"), [("1.2", 0), ("2004", 1)])
def test_time_is_written_as_each_version_has_it(version: scorm.Version, turn: int, page: Page) -> None:
    dialect = (scorm.LMS / scorm.EDITIONS[version].adapter).read_text(encoding="utf-8")
    written = page.evaluate(f"times => {{ {dialect}; return times.map(dialect.time); }}", list(TIMES))
    assert written == [said[turn] for said in TIMES.values()]


# Another maker's LMS ------------------------------------------------------------------------------

MADE_BY_OTHERS = {
    "1.2": ("scorm12.min.js", "window.API = new Scorm12API({autocommit: false, logLevel: 5})", "API"),
    "2004": (
        "scorm2004.min.js",
        "window.API_1484_11 = new Scorm2004API({autocommit: false, logLevel: 5})",
        "API_1484_11",
    ),
}


WATCHED = """
    window.faults = [];
    const watch = (api) => {
      for (const call of ["Initialize", "GetValue", "SetValue", "Commit", "Terminate", "Finish"]) {
        const name = api.LMSInitialize && call !== "Terminate" ? "LMS" + call : call;
        const does = api[name];
        api[name] = does && ((...said) => {
          const answer = does.apply(api, said);
          const code = String((api.LMSGetLastError || api.GetLastError).call(api));
          if (code !== "0") faults.push([code, name, ...said]);
          return answer;
        });
      }
    }
"""
"""Which calls of the content are answered with an error."""


@contextmanager
def by_others(
    site: Site, version: scorm.Version, before: str = "", path: str = "/sco"
) -> Iterator[tuple[Page, Frame]]:
    file, made, name = MADE_BY_OTHERS[version]
    runtime = (AGAIN / file).read_text(encoding="utf-8")
    page = site.open("/nothing")
    page.add_script_tag(content=runtime)
    page.evaluate(f"before => {{ {made}; before && {name}.loadFromJSON(JSON.parse(before)) }}", before)
    page.evaluate(f"{{ {WATCHED}; watch({name}); }}")
    site.pages["/sco"] = content(version)
    with page.expect_event("frameattached"):
        page.evaluate(
            "src => document.body.append(Object.assign(document.createElement('iframe'), { src, width: 1000, "
            "height: 700 }))",
            path,
        )
    page.wait_for_function("frames[0].ourwordsLms")
    yield page, page.frames[1]
    assert page.evaluate("faults") == []
    page.close()


@pytest.mark.needs("scorm-again")
@pytest.mark.parametrize("version", ["1.2", "2004"])
def test_a_course_in_another_maker_s_lms(version: scorm.Version, site: Site) -> None:
    name = MADE_BY_OTHERS[version][2]
    with by_others(site, version) as (page, sco):
        assert start(sco) is None
        save(sco, "a break", at=9.4, share=0.4, met=1)
        close(page)
        data = page.evaluate(f"JSON.stringify({name}.cmi)")
    site.forget_device()
    with by_others(site, version, data) as (page, sco):
        assert start(sco) == "a break"
        save(sco, "the end", at=24, share=0.97, met=2, complete=True)
        save(sco, "the end", "finish", at=24, share=0.97, met=2, complete=True)
        cmi = page.evaluate(f"JSON.parse(JSON.stringify({name}.cmi))")
        status = cmi["core"]["lesson_status"] if version == "1.2" else cmi["completion_status"]
        assert status == "completed"
        assert page.evaluate(f"{name}.isTerminated()")


# A package as it is uploaded ----------------------------------------------------------------------


def unpacked(site: Site, version: scorm.Version, room: Path) -> None:
    """As an LMS unpacks it, with the page that its manifest names in a window of the Learning Hub's size."""
    made = scorm.package(training(room), version, room / "package.zip")
    assert scorm.lint(made) == []
    with ZipFile(made) as package:
        site.files = {f"/course/{name}": package.read(name) for name in package.namelist()}


def launched(page: Page) -> Page:
    with page.expect_popup() as opened:
        page.evaluate("open('/course/index.html', '', 'width=1024,height=768'), null")
    return opened.value


def press(page: Page | Frame, name: str) -> None:
    page.get_by_role("button", name=name).click()


@pytest.mark.needs("scorm-again")
@pytest.mark.parametrize("version", ["1.2", "2004"])
def test_a_package_plays_in_another_maker_s_lms(version: scorm.Version, site: Site, tmp_path: Path) -> None:
    unpacked(site, version, tmp_path)
    name = MADE_BY_OTHERS[version][2]
    with by_others(site, version, path="/course/index.html") as (page, player):
        press(player, "Start the film")
        player.evaluate("document.querySelector('video').playbackRate = 8")
        player.wait_for_selector("[data-state=break]")
        close(page)
        assert page.evaluate(f"{name}.isTerminated()")
        data = page.evaluate(f"JSON.stringify({name}.cmi)")
    site.forget_device()
    with by_others(site, version, data, path="/course/index.html") as (page, player):
        press(player, "Go on from 0:09")
        player.wait_for_selector("[data-state=break]")


@both
def test_a_package_is_learned_from(version: scorm.Version, made: str, site: Site, tmp_path: Path) -> None:
    """Left at a break, and gone on with to its end: the LMS has the place, and no word of a note."""
    unpacked(site, version, tmp_path)
    site.pages["/lms"] = f"<script>{STRICT}</script><script>{made}</script>"
    page = site.open("/lms")
    player = launched(page)
    assert player.evaluate("document.documentElement.scrollWidth <= innerWidth")
    press(player, "Start the film")
    player.evaluate("document.querySelector('video').playbackRate = 8")
    player.wait_for_selector("[data-state=break]")
    player.locator("summary").click()
    player.locator("textarea").fill("I have been ashamed of my own practice")
    assert kept(page)[PLACE[version]].startswith("9.4")
    player.close(run_before_unload=True)
    page.wait_for_function("lms.phase === 'over'")
    assert kept(page)[STATUS[version]] == "incomplete"
    assert_lawful(page)
    assert "ashamed" not in page.evaluate("localStorage.getItem('lms') + JSON.stringify(lms.calls)")
    page.close()

    site.forget_device()
    page = site.open("/lms")
    player = launched(page)
    press(player, "Go on from 0:09")
    press(player, "Go on with the film")
    press(player, "Watch it")
    player.evaluate("document.querySelector('video').playbackRate = 8")
    player.wait_for_selector("[data-state=break]")
    assert kept(page)["completions"] == 0
    press(player, "Go on with the film")
    player.get_by_text("You have been through all of it").wait_for()
    press(player, "Leave this video")
    page.wait_for_function("lms.phase === 'over'")
    assert kept(page)[STATUS[version]] == "completed"
    assert kept(page)["completions"] == 1
    assert_lawful(page)
