"""Every page that is made, judged by axe-core in Chromium, wide and on a phone, light and dark."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

PAGES = ["report.html", "captions/report.html", "transcript.html"]


def test_the_judge_finds_what_is_wrong(page: Page, violations: Callable[[Page], list[str]]) -> None:
    page.set_content('<html lang="en"><title>t</title><main><h1>t</h1><img src="x.jpg"><p style="color:#999;background:#fff">faint</p></main>')
    found = violations(page)
    assert any(item.startswith("image-alt") for item in found)
    assert any(item.startswith("color-contrast") for item in found)


@pytest.mark.slow
@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (320, "dark")])
def test_a_page_has_no_violation(sample_film: Path, browser: Browser, violations: Callable[[Page], list[str]], name: str, width: int, scheme: str) -> None:
    page = browser.new_page(viewport={"width": width, "height": 720}, color_scheme="dark" if scheme == "dark" else "light")
    page.goto((sample_film / "build" / name).as_uri())
    assert not violations(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "the page scrolls sideways"
    page.close()
