"""Every page that is made, as it is seen on a phone, a tablet and a desk, light, dark and enlarged: judged by
axe-core in Chromium, and for whether anything scrolls sideways or is squeezed.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from benchmarks.pages import VIEWS, seen, too_wide, until, violations
from pipeline.captions.formats import read

pytestmark = pytest.mark.slow

PAGES = ["report.html", "captions/report.html", "transcript.html"]
MADE = {
    "verify.html": ("verify",),
    "feedback.html": ("feedback", "page"),
    "for-amara.html": ("diff", "before.json", "build/manifest.json", "--contributor", "amara", "--page"),
}
"""Pages that a command of their own makes."""


def test_the_judge_finds_what_is_wrong(page: Page) -> None:
    page.set_content(
        '<html lang="en"><title>t</title><main><h1>t</h1><img src="x.jpg"><p '
        'style="color:#999;background:#fff">faint</p></main>'
    )
    found = violations(page)
    assert any(item.startswith("image-alt") for item in found)
    assert any(item.startswith("color-contrast") for item in found)


Judge = Callable[[Path], None]


@pytest.fixture
def judge(browser: Browser) -> Judge:
    def judged(path: Path) -> None:
        for view in VIEWS:
            with seen(browser, path, view) as page:
                assert not too_wide(page), view
                if view.name in ("1280", "320-dark"):  # every rule of it once, in both schemes
                    assert not violations(page), view

    return judged


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("<p style='width: 60rem'>It is wider than the window.</p>", "leaves the window"),
        ("<div style='overflow-x: auto'><p style='width: 60rem'>And so is it.</p></div>", "scrolls sideways"),
        ("<p style='width: 3rem'>It stands in a column of a few letters.</p>", "is squeezed"),
        ("<p>Some words that find their room.</p>", ""),
    ],
)
def test_what_does_not_fit_is_told(browser: Browser, tmp_path: Path, body: str, told: str) -> None:
    path = tmp_path / "page.html"
    path.write_text(f"<!DOCTYPE html><html lang=en><title>t</title><main>{body}</main>", encoding="utf-8")
    with seen(browser, path, VIEWS[0]) as page:
        found = too_wide(page)
    assert any(one.startswith(told) for one in found) if told else not found


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_no_violation(sample_film: Path, judge: Judge, name: str) -> None:
    judge(sample_film / "build" / name)


def test_a_page_of_a_command_has_no_violation(
    film_copy: Path, ourwords: Callable[..., int], judge: Judge
) -> None:
    build = film_copy / "build"
    (film_copy / "before.json").write_bytes((build / "manifest.json").read_bytes())
    for name, command in MADE.items():
        paths = [str(film_copy / word) if word.endswith(".json") else word for word in command]
        arguments = [*paths, str(build / name)] if command[-1] == "--page" else paths
        assert ourwords(film_copy, *arguments) == 0, name
        judge(build / name)


def test_the_transcript_plays_the_film_from_a_line(sample_film: Path, page: Page) -> None:
    """By keyboard, and by a link alone: the page has no script."""
    page.goto((sample_film / "build/transcript.html").as_uri())
    assert not page.locator("script").count()
    link = page.get_by_role("link", name="Play from 1:04")
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelector('video')?.currentTime > 0")
    assert 63.5 <= page.evaluate("document.querySelector('video').currentTime") < 75


def test_the_reports_player_has_the_captions(sample_film: Path, page: Page) -> None:
    """Opened from the disk, where a browser reads no caption file: every cue, with its times."""
    build = sample_film / "build"
    page.goto((build / "captions/report.html").as_uri())
    until(page, "document.querySelector('video').textTracks[0].cues?.length")
    held = page.evaluate(
        "[...document.querySelector('video').textTracks[0].cues].map(cue => [cue.startTime, cue.text])"
    )
    cues = read("cut.en-GB.vtt", (build / "captions/cut.en-GB.vtt").read_bytes()).cues
    assert [start for start, _ in held] == [pytest.approx(float(cue.span.start)) for cue in cues]
    assert len(held) > 30
    page.get_by_role("link", name="Play cue 8", exact=True).first.click()
    until(page, "document.querySelector('video').currentTime > 29")
