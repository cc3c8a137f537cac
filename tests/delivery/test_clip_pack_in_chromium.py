"""The pages of a pack as people use them: from the disk, without a network, on a phone and on a desk."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import pypdf
import pytest
from playwright.sync_api import Browser, Page

from benchmarks.pages import VIEWS, View, seen, too_wide, until, violations
from pipeline.core.footage import Fonts
from pipeline.delivery.clips import pack as packs
from pipeline.delivery.clips.model import Pack
from pipeline.engine.cache import Shelf
from pipeline.engine.workspace import Workspace
from tests.delivery import clips_example

pytestmark = [pytest.mark.slow, pytest.mark.needs("chromium")]

SHAPES = {"wide": ((320, 180), "burnt"), "tall": ((180, 320), "sidecar"), "square": ((180, 180), "none")}


def written(pack: Pack, to: Path, workspace: Workspace) -> Path:
    """The pack in a folder, as somebody has it who copied it to a stick."""
    to.mkdir()
    own, shared = packs.files(pack, Fonts(), workspace)
    for files in (*own.values(), shared):
        for name, content in files.items():
            (to / name).write_bytes(content if isinstance(content, bytes) else content.read_bytes())
    return to


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A pack of each shape, with captions of each kind, in a folder whose name addresses mean more by."""
    room = tmp_path_factory.mktemp("packs")
    workspace = Workspace(Shelf(room / "store"), ThreadPoolExecutor(1))
    found = {}
    for shape, (size, captions) in SHAPES.items():
        (room / shape).mkdir()
        pack = clips_example.pack(room / shape, size, captions=captions)
        found[shape] = written(pack, room / f"{shape} 1#2%3", workspace)
    return found


@pytest.fixture
def off(browser: Browser) -> Iterator[Page]:
    """A phone's page without a network, which fails on a request beyond its folder, and on what its own
    policy forbids.
    """
    context = browser.new_context(viewport={"width": 320, "height": 640}, offline=True)
    page = context.new_page()
    wrong: list[str] = []
    page.on("console", lambda said: wrong.append(said.text))
    page.on(
        "request", lambda one: wrong.append(one.url) if not one.url.startswith(("file:", "data:")) else None
    )
    yield page
    context.close()
    assert not wrong


@pytest.mark.parametrize(
    ("page", "shape", "views"),
    [("index.html", "wide", VIEWS), ("index.html", "tall", VIEWS[:2]), ("guide.html", "wide", VIEWS)],
)
def test_it_is_well_for_everybody(
    folders: dict[str, Path], browser: Browser, page: str, shape: str, views: tuple[View, ...]
) -> None:
    for view in views:
        with seen(browser, folders[shape] / page, view) as opened:
            assert [*violations(opened), *too_wide(opened)] == [], view.name


@pytest.mark.parametrize("shape", SHAPES)
def test_the_keyboard_plays_each_clip_in_the_page(folders: dict[str, Path], off: Page, shape: str) -> None:
    off.goto((folders[shape] / "index.html").as_uri())
    for number in range(3):
        video = f"document.querySelectorAll('video')[{number}]"
        assert off.evaluate(f"{video}.paused && {video}.playsInline")
        off.evaluate(f"{video}.muted = true")
        off.evaluate(f"{video}.focus()")
        off.keyboard.press("Space")
        until(off, f"{video}.currentTime > 0.8")
        assert off.evaluate(f"[{video}.videoWidth, {video}.videoHeight]") == [*SHAPES[shape][0]]
        off.evaluate(f"{video}.pause()")


def test_captions_that_are_files_are_seen_and_read_on_the_page(folders: dict[str, Path], off: Page) -> None:
    off.goto((folders["tall"] / "index.html").as_uri())
    video = "document.querySelectorAll('video')[1]"
    off.evaluate(f"{video}.muted = true")
    off.evaluate(f"{video}.play()")
    track = f"{video}.textTracks[0]"
    shown = f"[...({track}.activeCues || [])].map(cue => cue.getCueAsHTML().textContent).join()"
    until(off, f"{shown} === 'She put the kettle'")
    assert off.evaluate(f"[{track}.mode, {track}.kind, {track}.language]") == ["showing", "captions", "en-GB"]
    off.evaluate(f"{video}.pause()")
    frame = off.locator("video").nth(1)
    with_them = frame.screenshot()
    off.evaluate(f"{track}.mode = 'hidden'")
    off.wait_for_timeout(200)
    assert frame.screenshot() != with_them


@pytest.mark.parametrize("shape", ["wide", "square"])
def test_captions_in_the_picture_have_none_laid_over_them(
    folders: dict[str, Path], off: Page, shape: str
) -> None:
    off.goto((folders[shape] / "index.html").as_uri())
    assert off.evaluate("[...document.querySelectorAll('video')].every(one => !one.textTracks.length)")


def test_a_finger_hits_every_link(folders: dict[str, Path], off: Page) -> None:
    off.goto((folders["wide"] / "index.html").as_uri())
    small = off.evaluate(
        "[...document.querySelectorAll('a, video')].map(one => [one.textContent,"
        " one.getBoundingClientRect().height, one.getBoundingClientRect().width])"
        ".filter(([, height, width]) => height < 44 || width < 44)"
    )
    assert small == []


def test_what_to_know_is_above_the_clip_and_its_poster_is_there(folders: dict[str, Path], off: Page) -> None:
    off.goto((folders["wide"] / "index.html").as_uri())
    note, video = off.get_by_text("being turned away"), off.locator("video").first
    above, below = note.bounding_box(), video.bounding_box()
    assert above and below and above["y"] + above["height"] <= below["y"]
    loaded = "(async () => { const one = new Image(); one.src = document.querySelector('video').poster;"
    assert off.evaluate(f"{loaded} await one.decode(); return one.naturalWidth; }})()") == 320


def test_a_tall_clip_fits_on_the_screen(folders: dict[str, Path], browser: Browser) -> None:
    with seen(browser, folders["tall"] / "index.html", View("desk", 1280)) as page:
        box = page.locator("video").first.bounding_box()
    assert (
        box and box["height"] <= 0.8 * 800 + 1 and box["height"] / box["width"] == pytest.approx(16 / 9, 0.02)
    )


def test_it_prints_with_every_word_and_no_buttons(folders: dict[str, Path], off: Page) -> None:
    off.goto((folders["wide"] / "index.html").as_uri())
    pages = pypdf.PdfReader(BytesIO(off.pdf(prefer_css_page_size=True))).pages
    text = " ".join(" ".join(page.extract_text() for page in pages).split())
    assert "Nobody asked me what I wanted." in text and "until 31 March 2027" in text
    assert "WebVTT" not in text
    assert [round(float(one)) for one in pages[0].mediabox[2:]] == [595, 842]
