"""Fixtures for the tests that need a whole film or real footage, and how long a test may take."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings

from pipeline.adapters.ffmpeg import process
from pipeline.cli.main import main
from pipeline.consent.approve import Voice, approve_pictures
from tests.needs import MEDIA, require

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "assets" / "sample"

settings.register_profile(
    "ourwords", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)  # a busy machine is no flaw of a test
settings.load_profile("ourwords")

SLOW_SECONDS = 900
"""What a slow test may take on a busy machine, its share of the sample film's build included; others have the
default.
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A timeout of its own for what is slow; and an order, file by file, in which no worker waits for
    another.

    The first file that needs the sample film comes first: one worker builds it while the others do what needs
    none.
    Then the larger come before the smaller and what is quick last, so that none is left with much at the end.
    """
    tests = Counter(item.path for item in items)
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    with_film = [item.path for item in items if "sample_film" in getattr(item, "fixturenames", ())]

    def turn(item: pytest.Item) -> tuple[int, int]:
        if item.path in with_film:
            kind = 0 if item.path == with_film[0] else 2
        else:
            kind = 1 if item.path in slow else 3
        return kind, -tests[item.path]

    for item in items:
        if item.get_closest_marker("slow") and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(SLOW_SECONDS))
    items.sort(key=turn)


def pytest_runtest_setup() -> None:
    """A command that a timeout stopped has stopped its process's children for good: the next test may have
    some again.
    """
    process._stopping.clear()


Once = Callable[[str, Callable[[Path], object]], Path]


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """`once(name, make)`: a folder that `make` fills once in a run, whichever worker asks first. Read it; do
    not change it.
    """
    own = tmp_path_factory.getbasetemp()
    root = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own

    def made(name: str, make: Callable[[Path], object]) -> Path:
        folder, ready = root / name, root / f"{name}.ready"
        with FileLock(root / f"{name}.lock"):
            if not ready.exists():
                shutil.rmtree(folder, ignore_errors=True)  # what a failed attempt left
                folder.mkdir()
                make(folder)
                ready.touch()
        return folder

    return made


@pytest.fixture(scope="session")
def ourwords() -> Callable[..., int]:
    """The command in this process: `ourwords(folder, "build-cut")` gives its exit code."""
    return lambda folder, *arguments: main(["-C", str(folder), "-q", *arguments])


@pytest.fixture(scope="session")
def sample_film(once: Once, tmp_path_factory: pytest.TempPathFactory, ourwords: Callable[..., int]) -> Path:
    """The sample production, built from nothing in a folder of its own. Read it; do not change it."""
    require("base weights")

    def build(room: Path) -> None:
        shutil.copytree(SAMPLE, room / "film", ignore=shutil.ignore_patterns("build", "transcripts"))
        assert ourwords(room / "film", "build-cut") == 0

    return linked(once("sample", build) / "film", tmp_path_factory.mktemp("sample") / "film")


@pytest.fixture
def film_copy(sample_film: Path, tmp_path: Path) -> Path:
    """The built sample again, to be changed."""
    return linked(sample_film, tmp_path / "film")


@pytest.fixture(scope="session")
def small_films(once: Once) -> Path:
    """A small production as it goes on: lists, transcribed, matched, built. Read it; do not change it."""
    from tests.small_film import steps

    require("base weights")
    return once("small films", steps)


def linked(film: Path, folder: Path) -> Path:
    """A production again, to be changed. Kept objects are linked, not copied: they are read only.

    What is published is copied, once for its object and its name in build/: a film is read by commands, and a
    link that another test makes to it meanwhile is a change to it.
    """
    build = film / "build"
    inner = (path for path in build.rglob("*.mp4") if ".store" not in path.parts)
    published, copied = {path.stat().st_ino for path in inner}, dict[int, str]()

    def again(source: str, target: str) -> None:
        inode = Path(source).stat().st_ino
        if "/build/" not in source or source.endswith((".json", "/build/.lock")):
            shutil.copy2(source, target)  # people wrote it, a test edits it, or it is the production's lock
        elif inode in published and inode not in copied:
            copied[inode] = target
            shutil.copy2(source, target)
        else:
            Path(target).hardlink_to(copied.get(inode, source))

    return Path(shutil.copytree(film, folder, copy_function=again))


def nobody_in(root: Path, *files: str) -> None:
    """Somebody of the test looked at these pictures of a production: nobody is in them."""
    approve_pictures(root, files, ["none"], Voice("the test", date(2025, 6, 1)))


@pytest.fixture(scope="session")
def media() -> Path:
    require("shared media")
    return MEDIA


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, without a window and without a network."""
    require("chromium")
    from playwright.sync_api import sync_playwright

    from benchmarks import pages

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=pages.ARGUMENTS)
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
    from benchmarks import pages

    return pages.violations
