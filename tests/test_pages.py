"""Every page that is made, judged by axe-core in Chromium, wide and on a phone, light and dark."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.slow

PAGES = ["report.html", "captions/report.html", "transcript.html"]
MADE = {
    "verify.html": ("verify",),
    "feedback.html": ("feedback", "page"),
    "for-amara.html": ("diff", "before.json", "build/manifest.json", "--contributor", "amara", "--page"),
}
"""Pages that a command of their own makes."""


def test_the_judge_finds_what_is_wrong(page: Page, violations: Callable[[Page], list[str]]) -> None:
    page.set_content(
        '<html lang="en"><title>t</title><main><h1>t</h1><img src="x.jpg"><p '
        'style="color:#999;background:#fff">faint</p></main>'
    )
    found = violations(page)
    assert any(item.startswith("image-alt") for item in found)
    assert any(item.startswith("color-contrast") for item in found)


Judge = Callable[[Path], None]


@pytest.fixture
def judge(browser: Browser, violations: Callable[[Page], list[str]]) -> Judge:
    def judged(path: Path) -> None:
        for width, dark in ((1280, False), (320, True)):
            page = browser.new_page(
                viewport={"width": width, "height": 720}, color_scheme="dark" if dark else "light"
            )
            page.goto(path.as_uri())
            assert not violations(page)
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), (
                "the page scrolls sideways"
            )
            page.close()

    return judged


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
