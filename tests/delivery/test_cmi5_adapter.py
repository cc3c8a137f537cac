"""What the player tells an LMS by cmi5, held against a strict one; another maker's client beside it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.delivery.training import cmi5
from tests.delivery import fake_lms
from tests.delivery.fake_lms import ADL, CATEGORY, SESSION, VIDEO, Json, Lms, Session
from tests.needs import NPM

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120), pytest.mark.needs("chromium")]

FILM = {
    "id": "0b6f3c1e-6f0a-5f5e-9a53-2d6f5b1f7a10",
    "title": "Before you read the notes",
    "language": "en-GB",
    "duration": 24,
    "completion": {"watched": 0.9, "breaks": True},
}
HARNESS = f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A player</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self' 'unsafe-inline';
 connect-src {cmi5.CONNECT}"></head>
<body><video></video><script>window.ourwordsFilm = {json.dumps(FILM)};</script><script src="lms.js"></script>
<script>
"use strict";
window.now = {{ state: "at 0", facts: {{ at: 0, length: 24, share: 0, met: 0, breaks: 2 }} }};
const lms = window.ourwordsLms;
const at = (seconds, share, complete = false) => {{
  now.state = `at ${{seconds}}`;
  Object.assign(now.facts, {{ at: seconds, share, complete }});
  lms.save(now.state, {{ ...now.facts }});
}};
addEventListener("pagehide", () => lms.finish(now.state, {{ ...now.facts }}));
</script></body></html>"""
"""A page that calls the adapter as the player does; `at(seconds, share, complete)` is a save."""

OTHER = """<!doctype html><title>Another maker's client</title><script src="Cmi5.umd.js"></script>"""
XAPI = NPM / "node_modules" / "@xapi" / "cmi5" / "dist" / "Cmi5.umd.js"


def course(name: str) -> bytes | None:
    files: dict[str, Callable[[], str | bytes]] = {
        "index.html": lambda: HARNESS,
        "lms.js": cmi5.adapter,
        "other.html": lambda: OTHER,
        "Cmi5.umd.js": XAPI.read_bytes,
        "left.html": lambda: "<!doctype html><title>Left</title>",
    }
    found = files.get(name, lambda: b"")()
    return (found.encode() if isinstance(found, str) else found) or None


@pytest.fixture
def lms() -> Iterator[Lms]:
    with fake_lms.open_lms(course) as opened:
        yield opened


@pytest.fixture
def device(browser: Any) -> Iterator[BrowserContext]:
    """A browser of somebody's own."""
    context = browser.new_context()
    yield context
    context.close()


def opened(device: BrowserContext, url: str) -> tuple[Page, str | None]:
    """The page, and the state that the player is given."""
    page = device.new_page()
    page.goto(url)
    return page, page.evaluate("lms.start()")


def left(page: Page) -> None:
    page.goto("about:blank")
    page.close()


def until(true: Callable[[], object], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.02)


def ended(session: Session) -> None:
    until(lambda: session.verbs[-1:] == ["terminated"])


def kept(lms: Lms, session: Session) -> str:
    """The player's state that the LMS has."""
    return str(lms.states.get((session.registration, "ourwords.place"), {}).get("state"))


def seen_through(page: Page) -> None:
    """The film as somebody watches it, going back once."""
    page.evaluate("""() => {
        lms.event("played", { at: 0 });
        at(9.4, 0.39);
        lms.event("paused", { at: 9.4, segments: [[0, 9.4]] });
        lms.event("interacted", { captions: false });
        lms.event("played", { at: 9.4 });
        lms.event("seeked", { from: 12, to: 10 });
        lms.event("paused", { at: 24, segments: [[0, 24]] });
        at(24, 1, true);
    }""")


def test_a_session_says_what_cmi5_and_the_video_profile_ask_for(lms: Lms, device: BrowserContext) -> None:
    session, url = lms.launch()
    page, state = opened(device, url)
    assert state is None
    seen_through(page)
    until(lambda: "completed" in session.verbs)
    left(page)
    ended(session)
    assert lms.refused == []
    assert session.fetched == 1
    course = "initialized played paused interacted played seeked paused completed terminated".split()
    assert session.verbs == course
    said = dict(zip(session.verbs, session.said, strict=True))
    assert [one["verb"]["id"] for one in session.said] == [
        (f"{VIDEO}/verbs/" if verb in ("played", "paused", "seeked") else ADL) + verb for verb in course
    ]
    defined = [verb for verb, one in said.items() if fake_lms.is_defined(one)]
    assert defined == ["initialized", "completed", "terminated"]
    assert [verb for verb, one in said.items() if CATEGORY["moveon"] in fake_lms.categories(one)] == [
        "completed"
    ]
    assert all(one["context"]["extensions"][SESSION] == session.id for one in session.said)
    assert said["completed"]["result"]["completion"] is True
    whole = fake_lms.moment(said["terminated"]) - fake_lms.moment(said["initialized"])
    assert abs(fake_lms.lasted(said["terminated"]["result"]["duration"]) - whole).total_seconds() < 0.1


def of_video(statement: Json, where: str) -> Json:
    start = f"{VIDEO}/extensions/"
    return {
        k.removeprefix(start): v for k, v in statement[where]["extensions"].items() if k.startswith(start)
    }


def test_the_extensions_of_the_video_profile_have_their_values(lms: Lms, device: BrowserContext) -> None:
    session, url = lms.launch()
    page, _ = opened(device, url)
    seen_through(page)
    until(lambda: "completed" in session.verbs)
    said = dict(zip(session.verbs, session.said, strict=True))
    assert of_video(said["seeked"], "result") == {"time-from": 12, "time-to": 10}
    assert of_video(session.said[2], "result") == {
        "time": 9.4,
        "progress": 0.392,
        "played-segments": "0.000[.]9.400",
    }
    assert of_video(said["completed"], "result") == {
        "time": 24,
        "progress": 1,
        "played-segments": "0.000[.]24.000",
    }
    told = of_video(said["interacted"], "context")
    assert told.pop("session-id")
    assert told == {
        "length": 24,
        "completion-threshold": 0.9,
        "cc-subtitle-enabled": False,
        "cc-subtitle-lang": "en-GB",
    }
    assert said["interacted"]["object"]["definition"] == {
        "type": f"{VIDEO}/activity-type/video",
        "name": {"en-GB": "Before you read the notes"},
    }


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"speed": 1.5}, {"speed": "1.5x"}),
        ({"volume": 0.25}, {"volume": 0.25}),
        ({"captions": True}, {"cc-subtitle-enabled": True, "cc-subtitle-lang": "en-GB"}),
    ],
)
def test_what_somebody_changes_is_told_as_the_profile_has_it(
    lms: Lms, device: BrowserContext, changed: Json, told: Json
) -> None:
    session, url = lms.launch()
    page, _ = opened(device, url)
    page.evaluate("changed => lms.event('interacted', changed)", changed)
    page.evaluate("lms.event('interacted', { version: 'signed' })")  # the profile has no word for it
    page.evaluate("lms.event('wrote', { text: 'I was ashamed' })")
    left(page)
    ended(session)
    assert session.verbs == ["initialized", "interacted", "terminated"]
    assert told.items() <= of_video(session.said[1], "context").items()
    assert lms.refused == []


@pytest.mark.needs("@xapi/cmi5")
def test_another_makers_client_is_taken_and_says_the_same_in_the_same_order(
    lms: Lms, device: BrowserContext
) -> None:
    session, url = lms.launch()
    page = device.new_page()
    page.goto(url.replace("index.html", "other.html"))
    page.evaluate("""async () => {
        const client = new (Cmi5.default || Cmi5)();
        await client.initialize();
        await client.complete();
        await client.terminate();
    }""")
    ours, url = lms.launch()
    page, _ = opened(device, url)
    page.evaluate("at(24, 1, true)")
    until(lambda: "completed" in ours.verbs)
    left(page)
    ended(ours)
    assert lms.refused == []
    assert session.verbs == ours.verbs == ["initialized", "completed", "terminated"]
    for theirs, mine in zip(session.said, ours.said, strict=True):
        assert theirs["verb"]["id"] == mine["verb"]["id"]
        assert {*fake_lms.categories(theirs)} == {*fake_lms.categories(mine)} - {VIDEO}
        assert ("duration" in theirs.get("result", {})) == ("duration" in mine.get("result", {}))
        assert theirs["object"]["id"] == mine["object"]["id"]
        assert theirs["actor"] == mine["actor"]


def test_somebody_who_comes_back_goes_on_and_completes_once(
    lms: Lms, device: BrowserContext, browser: Any
) -> None:
    first, url = lms.launch()
    page, _ = opened(device, url)
    page.evaluate("at(24, 1, true)")
    left(page)
    ended(first)
    elsewhere = browser.new_context()  # nothing is kept in this one
    second, url = lms.launch(registration=first.registration)
    until(lambda: kept(lms, first) == "at 24")
    page, state = opened(elsewhere, url)
    assert state == "at 24"
    page.evaluate("at(3, 1, true)")
    page.evaluate("lms.event('completed', { at: 3, segments: [[0, 24]] })")
    left(page)
    ended(second)
    assert lms.refused == []
    assert (first.verbs + second.verbs).count("completed") == 1
    elsewhere.close()


def test_another_registration_is_completed_for_itself(lms: Lms, device: BrowserContext) -> None:
    for _ in range(2):
        session, url = lms.launch()
        page, state = opened(device, url)
        assert state is None
        page.evaluate("at(24, 1, true)")
        left(page)
        ended(session)
        assert session.verbs == ["initialized", "completed", "terminated"]


@pytest.mark.parametrize("mode", ["Browse", "Review"])
def test_who_browses_or_reviews_is_not_measured(lms: Lms, device: BrowserContext, mode: str) -> None:
    session, url = lms.launch(mode)
    page, _ = opened(device, url)
    seen_through(page)
    left(page)
    ended(session)
    assert session.verbs == ["initialized", "terminated"]
    assert lms.refused == []
    assert [name for _, name in lms.states] == ["LMS.LaunchData"]
    assert list(session.said[1]["result"]) == ["duration"]
    _, url = lms.launch(registration=session.registration)
    assert opened(device, url)[1] is None


def test_a_record_store_on_another_host_is_told_while_the_page_is_left(
    lms: Lms, device: BrowserContext
) -> None:
    session, url = lms.launch(apart=True)
    page, _ = opened(device, url)
    page.evaluate("lms.event('played', { at: 0 }); lms.event('paused', { at: 2 }); at(2, 0.08)")
    left(page)
    ended(session)
    assert session.verbs == ["initialized", "played", "paused", "terminated"]
    until(lambda: kept(lms, session) == "at 2")
    assert lms.refused == []


def test_a_browser_that_keeps_no_fetch_alive_sends_a_form(lms: Lms, device: BrowserContext) -> None:
    device.add_init_script("delete Request.prototype.keepalive")
    session, url = lms.launch(apart=True)
    page, _ = opened(device, url)
    until(lambda: session.verbs)
    page.evaluate("at(24, 1, true); lms.finish(now.state, now.facts)")
    ended(session)
    assert session.verbs == ["initialized", "completed", "terminated"]
    until(lambda: kept(lms, session) == "at 24")
    assert lms.refused == []


def test_leaving_twice_ends_the_session_once(lms: Lms, device: BrowserContext) -> None:
    session, url = lms.launch()
    page, _ = opened(device, url)
    page.evaluate("lms.finish('at 5', { ...now.facts, at: 5 }); lms.event('played', { at: 6 })")
    left(page)
    ended(session)
    time.sleep(0.3)
    assert session.verbs == ["initialized", "terminated"]
    assert lms.refused == []


# An LMS that answers late, wrongly or not at all ----------------------------------------------------


@pytest.mark.parametrize("what", ["statements", "activities/state"])
@pytest.mark.parametrize("mood", ["error", "page", "refusal", "late", "cut"])
def test_a_mishap_of_the_lms_is_waited_for(lms: Lms, device: BrowserContext, what: str, mood: str) -> None:
    """It comes right after a while, and then everything is there, once and in order."""
    cut = iter([(0, "", b"")])
    lms.moods[what] = {
        "error": fake_lms.answers(500, 1),
        "page": fake_lms.answers(200, 1),
        "refusal": fake_lms.answers(401, 1),
        "late": fake_lms.late(0.6, 3),
        "cut": lambda: next(cut, None),
    }[mood]
    session, url = lms.launch()
    page, _ = opened(device, url)
    page.evaluate("lms.event('played', { at: 0 }); at(24, 1, true)")
    until(lambda: "completed" in session.verbs)
    left(page)
    ended(session)
    assert session.verbs == ["initialized", "played", "completed", "terminated"]
    until(lambda: kept(lms, session) == "at 24")
    assert lms.refused == []


@pytest.mark.parametrize(
    ("what", "mood"),
    [
        ("fetch", fake_lms.answers(500)),
        ("fetch", fake_lms.answers(200)),
        ("fetch", fake_lms.silent),
        (
            "fetch",
            fake_lms.answers(200, kind="application/json", body=b'{"error-code": "2", "error-text": "no"}'),
        ),
        ("activities/state", fake_lms.answers(500)),
        ("", fake_lms.answers(200)),
    ],
)
def test_an_lms_that_never_answers_rightly_loses_nobodys_place(
    lms: Lms, device: BrowserContext, what: str, mood: fake_lms.Mood
) -> None:
    session, url = lms.launch()
    if what:
        lms.moods[what] = mood
    else:
        lms.moods |= {"fetch": mood, "statements": mood, "activities": mood, "agents": mood}
    said: list[str] = []
    page = device.new_page()
    page.on("pageerror", lambda problem: said.append(str(problem)))
    page.goto(url)
    began = time.monotonic()
    assert page.evaluate("lms.start()") is None
    assert time.monotonic() - began < 4  # of which the adapter takes 2.5
    page.evaluate("lms.event('played', { at: 0 }); at(24, 1, true)")
    left(page)
    time.sleep(0.2)
    assert session.fetched <= 1
    assert session.verbs == []
    assert said == []
    lms.moods.clear()
    second, url = lms.launch(registration=session.registration)
    page, state = opened(device, url)
    assert state == "at 24"
    page.evaluate("at(24, 1, true)")  # the player says it again, as it stays so
    left(page)
    ended(second)
    assert second.verbs == ["initialized", "completed", "terminated"]
    assert lms.refused == []


def test_the_film_starts_before_an_lms_that_is_late_and_the_place_is_not_wiped_out(
    lms: Lms, device: BrowserContext
) -> None:
    session, url = lms.launch()
    kept_then = {
        "state": "at 20",
        "share": 0.8,
        "spent": 30,
        "completed": "",
        "saved": "2020-01-01T00:00:00Z",
    }
    lms.states[session.registration, "ourwords.place"] = kept_then
    lms.moods["fetch"] = fake_lms.late(3.5)
    page = device.new_page()
    page.goto(url)
    began = time.monotonic()
    assert page.evaluate("lms.start()") is None
    assert time.monotonic() - began < 4  # of which the adapter takes 2.5
    page.evaluate("lms.event('played', { at: 0 }); at(2, 0.1)")
    until(lambda: "played" in session.verbs)
    until(lambda: lms.states[session.registration, "ourwords.place"]["saved"] > kept_then["saved"])
    left(page)
    ended(session)
    assert kept(lms, session) == "at 20"
    assert session.verbs == ["initialized", "played", "terminated"]
    assert lms.refused == []


def test_a_completion_that_nobody_heard_of_is_asked_after_before_it_is_told_again(
    lms: Lms, device: BrowserContext
) -> None:
    """The store keeps it; its answer is lost, and so is the place."""
    first, url = lms.launch()
    page, _ = opened(device, url)
    until(lambda: first.verbs)
    lms.moods["activities/state"] = fake_lms.answers(500)
    page.evaluate("at(24, 1, true); lms.finish(now.state, now.facts)")
    ended(first)
    page.close()
    lms.moods.clear()
    second, url = lms.launch(registration=first.registration)
    page, state = opened(device, url)
    assert state == "at 24"
    page.evaluate("at(24, 1, true); lms.event('played', { at: 0 })")
    until(lambda: "played" in second.verbs)
    left(page)
    ended(second)
    assert first.verbs == ["initialized", "completed", "terminated"]
    assert second.verbs == ["initialized", "played", "terminated"]
    assert lms.refused == []
    assert "GET /lrs/statements" in lms.requests


def test_a_statement_that_is_refused_holds_nothing_up(lms: Lms, device: BrowserContext) -> None:
    session, url = lms.launch()
    page, _ = opened(device, url)
    until(lambda: session.verbs)
    lms.moods["statements"] = fake_lms.answers(400, 1)
    page.evaluate("lms.event('played', { at: 0 }); lms.event('paused', { at: 2 })")
    until(lambda: "paused" in session.verbs)
    left(page)
    ended(session)
    assert session.verbs == ["initialized", "paused", "terminated"]


def test_a_completion_that_is_refused_is_told_in_the_next_session(lms: Lms, device: BrowserContext) -> None:
    first, url = lms.launch()
    page, _ = opened(device, url)
    until(lambda: first.verbs)
    lms.moods["statements"] = fake_lms.answers(403, 1)
    page.evaluate("at(24, 1, true); lms.event('played', { at: 0 })")
    until(lambda: "played" in first.verbs)
    left(page)
    ended(first)
    second, url = lms.launch(registration=first.registration)
    page, _ = opened(device, url)
    page.evaluate("at(24, 1, true)")
    until(lambda: "completed" in second.verbs)
    left(page)
    ended(second)
    assert first.verbs == ["initialized", "played", "terminated"]
    assert second.verbs == ["initialized", "completed", "terminated"]
    assert lms.refused == []


def test_without_storage_the_lms_alone_has_the_place(lms: Lms, device: BrowserContext) -> None:
    device.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new Error('refused'); } })"
    )
    session, url = lms.launch()
    page, _ = opened(device, url)
    page.evaluate("at(7, 0.3)")
    left(page)
    ended(session)
    _, url = lms.launch(registration=session.registration)
    assert opened(device, url)[1] == "at 7"


def test_opened_by_hand_it_asks_nobody_and_keeps_the_place(lms: Lms, device: BrowserContext) -> None:
    url = f"http://localhost:{lms.port}/course/index.html"
    page, _ = opened(device, url)
    page.evaluate("at(7, 0.3)")
    left(page)
    assert opened(device, url)[1] == "at 7"
    assert {one for one in lms.requests if "/course/" not in one} <= {"GET /favicon.ico"}


@pytest.mark.parametrize("query", ["endpoint=x", "endpoint=:&fetch=:&actor={}&registration=a&activityId=b"])
def test_a_launch_that_makes_no_sense_plays_all_the_same(
    lms: Lms, device: BrowserContext, query: str
) -> None:
    page, state = opened(device, f"http://localhost:{lms.port}/course/index.html?{query}")
    assert state is None
    page.evaluate("at(24, 1, true)")
    left(page)


def test_what_waits_is_cut_to_what_a_browser_sends_but_never_what_counts(
    lms: Lms, device: BrowserContext
) -> None:
    session, url = lms.launch()
    lms.moods["statements"] = fake_lms.late(1.5, 1)
    page, _ = opened(device, url)
    page.evaluate("for (let at = 0; at < 100; at++) lms.event('seeked', { from: at, to: at + 1 })")
    page.evaluate("at(24, 1, true)")
    left(page)
    ended(session)
    assert session.verbs[0] == "initialized"
    assert session.verbs[-2:] == ["completed", "terminated"]
    assert 10 < session.verbs.count("seeked") < 100
    assert lms.refused == []


# Whom it talks to, and of what ----------------------------------------------------------------------


def test_it_talks_to_the_endpoint_and_the_fetch_url_alone(lms: Lms, device: BrowserContext) -> None:
    asked: list[str] = []
    device.on("request", lambda request: asked.append(request.url.partition("?")[0]))
    session, url = lms.launch(apart=True)
    page, _ = opened(device, url)
    seen_through(page)
    until(lambda: "completed" in session.verbs)
    own, lrs = f"http://localhost:{lms.port}/course/", f"http://127.0.0.1:{lms.port}/"
    allowed = {
        f"{lrs}fetch",
        f"{lrs}lrs/statements",
        f"{lrs}lrs/activities/state",
        f"{lrs}lrs/agents/profile",
    }
    assert {one for one in asked if not one.startswith(own)} == allowed
    refused = page.evaluate(f"fetch('{own}left.html').then(() => 'sent', () => 'refused')")
    assert refused == "refused"  # by the browser: the page was narrowed to the LRS


def test_the_learner_is_named_as_the_lms_names_them_and_is_kept_nowhere(
    lms: Lms, device: BrowserContext
) -> None:
    lms.actor = {**lms.actor, "name": "Somebody Canary"}
    session, url = lms.launch()
    page, _ = opened(device, url)
    seen_through(page)
    until(lambda: "completed" in session.verbs)
    stored = page.evaluate("JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])")
    assert "Canary" not in stored
    assert lms.actor["account"]["name"] not in stored
    assert "Canary" not in json.dumps([v for (_, name), v in lms.states.items() if name == "ourwords.place"])
    assert all(one["actor"] == lms.actor for one in session.said)


def test_sound_is_off_for_those_who_like_it_off(lms: Lms, device: BrowserContext) -> None:
    lms.preferences = {"languagePreference": "cy,en-GB", "audioPreference": "off"}
    _, url = lms.launch()
    page, _ = opened(device, url)
    assert page.evaluate("document.querySelector('video').muted") is True
    assert page.evaluate("lms.languages") == ["cy", "en-GB"]


def test_the_code_is_small_and_of_our_own() -> None:
    text = cmi5.adapter()
    assert len(text.encode()) < 25_000
    assert "import" not in text.split()
    assert Path(cmi5.__file__).parent.joinpath("lms", "cmi5.js").read_text(encoding="utf-8") == text
