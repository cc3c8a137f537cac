"""Fixtures for the tests that need a whole film or real footage."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from pipeline.cli import main

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "assets" / "sample"
MEDIA = ROOT.parent / "shared" / "media"


@pytest.fixture(scope="session")
def ourwords() -> Callable[..., int]:
    """The command in this process: `ourwords(folder, "build-cut")` gives its exit code."""
    return lambda folder, *arguments: main(["-C", str(folder), "-q", *arguments])


@pytest.fixture(scope="session")
def sample_film(tmp_path_factory: pytest.TempPathFactory, ourwords: Callable[..., int]) -> Path:
    """The sample production, built from nothing in a folder of its own. Read it; do not change it."""
    folder = tmp_path_factory.mktemp("sample") / "film"
    shutil.copytree(SAMPLE, folder, ignore=shutil.ignore_patterns("build", "transcripts"))
    assert ourwords(folder, "build-cut") == 0
    return folder


@pytest.fixture
def film_copy(sample_film: Path, tmp_path: Path) -> Path:
    """The built sample again, to be changed. Kept objects are linked, not copied: they are read only."""
    folder = tmp_path / "film"
    shutil.copytree(sample_film, folder, copy_function=_link)
    return folder


def _link(source: str, target: str) -> None:
    """Share what a build made; copy what people wrote, which a test may edit."""
    if "/build/" in source and not source.endswith(".json"):
        Path(target).hardlink_to(source)
    else:
        shutil.copy2(source, target)


@pytest.fixture(scope="session")
def media() -> Path:
    if not MEDIA.is_dir():
        pytest.skip("real media are not here (../shared/media)")
    return MEDIA


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, without a window and without a network. `.ci/packages` installs it."""
    chromium = shutil.which("chromium")
    if not chromium:
        pytest.skip("Chromium is not here: .ci/packages installs it")
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
        opened = playwright.chromium.launch(executable_path=chromium, args=arguments)
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    opened = browser.new_page()
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def violations() -> Callable[[Page], list[str]]:
    """What axe-core finds wrong with a page by WCAG 2.2 A and AA and best practice: none is expected."""
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

    def judge(page: Page) -> list[str]:
        found = Axe().run(page, options={"runOnly": {"type": "tag", "values": tags}}).response["violations"]
        return [f"{item['id']}: {item['help']}: {node['html'][:120]}" for item in found for node in item["nodes"]]

    return judge
