"""The whole cmi5 package as an LMS opens it: the real player, with a film, in a browser."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

import pytest

from pipeline.captions.model import Captions
from pipeline.delivery.training import cmi5, player
from tests.conftest import Once
from tests.delivery import fake_lms
from tests.delivery.fake_lms import VIDEO, Lms
from tests.delivery.test_cmi5_adapter import ended, kept, until
from tests.delivery.training_example import film, training

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120), pytest.mark.needs("chromium")]

SECONDS = 3


def short(room: Path) -> None:
    """The example, cut to three seconds with one break, packed and unpacked."""
    example = training(room)
    cut = replace(
        example,
        film=film(room / "short.mp4", SECONDS),
        duration=Fraction(SECONDS),
        captions=Captions("en-GB", ()),
        lines=(),
        chapters=(),
        stops=(replace(example.stops[0], at=Fraction(1)),),
        warnings=(),
        agreement=(),
    )
    package = cmi5.package(cut, room / "course.zip")
    assert cmi5.lint(package) == []
    with ZipFile(package) as archive:
        archive.extractall(room / "course")


@pytest.fixture
def lms(once: Once) -> Iterator[Lms]:
    folder = once("cmi5 course", short) / "course"

    def course(name: str) -> bytes | None:
        return (folder / name).read_bytes() if (folder / name).is_file() else None

    with fake_lms.open_lms(course) as opened:
        yield opened


@pytest.fixture
def page(browser: Any) -> Iterator[Page]:
    context = browser.new_context()
    yield context.new_page()
    context.close()


def press(page: Page, word: str, **filled: str) -> None:
    """A button, by its key in the player's catalogue."""
    name = player.words("en-GB")[word].format(**filled)
    page.get_by_role("button", name=name, exact=True).first.click()


def test_somebody_sees_the_film_through_and_it_is_completed_once(lms: Lms, page: Page) -> None:
    lms.return_url = "https://lms.example/course/12"
    session, url = lms.launch()
    problems: list[str] = []
    page.on("pageerror", lambda problem: problems.append(str(problem)))
    page.goto(url)
    press(page, "start")
    page.get_by_role("heading", name="What did you hear?").wait_for()
    page.evaluate("""() => {
        const note = document.querySelector("textarea");
        note.value = "I was ashamed of the canary";
        note.dispatchEvent(new Event("input", { bubbles: true }));
    }""")
    press(page, "go_on")
    until(lambda: "completed" in session.verbs)
    press(page, "leave")
    page.wait_for_url("**/left.html*")
    ended(session)
    assert page.locator("a:visible").get_attribute("href") == lms.return_url
    assert session.verbs[0] == "initialized"
    assert session.verbs[-1] == "terminated"
    assert session.verbs.count("completed") == 1
    told = session.said[0]["context"]["extensions"]
    assert told[f"{VIDEO}/extensions/cc-subtitle-enabled"] is True
    assert told[f"{VIDEO}/extensions/cc-subtitle-lang"] == "en-GB"
    assert {"played", "paused"} <= {*session.verbs}
    said = str(session.said) + str(lms.states)
    assert "canary" not in said
    assert lms.refused == []
    assert problems == []
    until(lambda: kept(lms, session) != "None")
    second, url = lms.launch(registration=session.registration)
    page.goto(url)
    page.get_by_role("button", name="Leave this video").wait_for()
    until(lambda: second.verbs)
    press(page, "leave")
    ended(second)
    assert second.verbs == ["initialized", "terminated"]
    assert lms.refused == []


def test_somebody_who_leaves_goes_on_where_they_left(lms: Lms, page: Page) -> None:
    first, url = lms.launch(apart=True)
    page.goto(url)
    press(page, "start")
    page.get_by_role("heading", name="What did you hear?").wait_for()
    press(page, "leave")
    page.wait_for_url("**/left.html*")
    ended(first)
    assert page.locator("a:visible").count() == 0  # this LMS gave no way back
    assert "completed" not in first.verbs
    until(lambda: kept(lms, first) != "None")
    page.context.clear_cookies()
    page.evaluate("localStorage.clear()")
    second, url = lms.launch(registration=first.registration, apart=True)
    page.goto(url)
    press(page, "resume", at="0:01")
    page.get_by_role("heading", name="What did you hear?").wait_for()
    press(page, "go_on")
    until(lambda: "completed" in second.verbs)
    assert lms.refused == []


def test_the_player_speaks_as_somebody_told_their_lms(lms: Lms, page: Page) -> None:
    lms.preferences = {"languagePreference": "fr-FR,cy", "audioPreference": "off"}
    _, url = lms.launch()
    page.goto(url)
    page.get_by_role("button", name=player.words("cy")["leave"]).wait_for()
    assert page.evaluate("document.querySelector('video').muted") is True
