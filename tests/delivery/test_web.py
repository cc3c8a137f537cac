"""The plain page, read by other readers, held against what pages are stripped of, and shown by a browser."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from functools import partial
from html import unescape
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
import webvtt
from playwright.sync_api import Browser

from benchmarks.pages import VIEWS, too_wide, until, violations
from pipeline.delivery.training import web
from pipeline.delivery.training.model import Stretch, Training, Version
from tests.delivery import training_example

NOTE = "Give it the whole time. Nobody has to speak."

GLOBAL = {"aria-label", "class", "dir", "id", "lang", "style", "title", "role"}
KSES = {
    "a": {"href"}, "details": {"open"}, "div": set(), "h1": set(), "h2": set(), "h3": set(), "h4": set(),
    "li": {"value"}, "ol": {"start", "type"}, "p": set(), "span": set(), "strong": set(), "summary": set(),
    "track": {"default", "kind", "label", "src", "srclang"}, "ul": {"type"},
    "video": {"controls", "height", "playsinline", "poster", "preload", "src", "width"},
}  # fmt: skip
"""What WordPress leaves in a page of an author whom it does not trust with HTML, as far as we use it: from
its list of allowed tags (wp-includes/kses.php), which has no source, time, iframe, script and style.
"""


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Training:
    """The example, without its film being made."""
    room = tmp_path_factory.mktemp("web")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training_example, "film", lambda to: to)
        patch.setattr(training_example, "poster", lambda room, of: b"jpeg")
        made = training_example.training(room)
    made.film.write_bytes(b"x" * 1_234_567)
    return made


class Reader(HTMLParser):
    """Tags with what they say of themselves, and words; tags must be closed in their order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.feed(page)
        assert self.open == []
        self.text = " ".join(self.text.split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in ("meta", "track"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text += data

    def all(self, tag: str) -> list[dict[str, str]]:
        return [given for one, given in self.tags if one == tag]


def test_the_folder_has_what_the_page_shows(example: Training) -> None:
    files = web.files(example)
    assert list(files) == [
        "README.txt", "snippet.html", "index.html", "film.mp4", "poster.jpg", "captions.en-GB.vtt",
        "chapters.vtt",
    ]  # fmt: skip
    assert files["film.mp4"] == example.film
    for name in ("snippet.html", "index.html"):
        page = Reader(bytes(files[name]).decode())
        named = {given.get(what, "") for _, given in page.tags for what in ("src", "href", "poster")}
        assert {one.partition("#")[0] for one in named} - {""} <= {*files}


def test_the_page_has_everything_that_learners_need_and_no_note(example: Training) -> None:
    for name in ("snippet.html", "index.html"):
        page = Reader(bytes(web.files(example)[name]).decode())
        at = 0
        for words in (
            "Before you read the notes", "This film talks about homelessness", "From 0:10 to 0:16",
            "What is said here stays here.", "When to stop", "0:09 Think, 20 seconds", "What did you hear?",
            "Beth glywsoch chi?", "Easy read: What did Amara say?", "0:21 In pairs, 1 minute 30 seconds",
            "Take care: This asks about being judged.", "Tell the person next to you", "So what?",
            "A listening line: 01632 960 123, day and night", "0:10 What helped", "Transcript",
            "Before I walk in", "0:17 Ben: After that I told her everything.",
        ):  # fmt: skip
            at = page.text.find(words, at)
            assert at >= 0, words
        assert NOTE not in page.text
    assert all(NOTE.encode() not in one for one in web.files(example).values() if isinstance(one, bytes))


def test_links_open_the_film_at_the_place(example: Training) -> None:
    page = Reader(web.snippet(example))
    places = [given["href"] for given in page.all("a")]
    assert {"film.mp4#t=9.4", "film.mp4#t=21.5", "film.mp4#t=10", "film.mp4#t=17"} <= {*places}


def test_only_what_pages_leave_standing_is_used(example: Training) -> None:
    for tag, given in Reader(web.snippet(example)).tags:
        assert tag in KSES
        assert {*given} - GLOBAL <= KSES[tag]
    assert "<source" not in web.snippet(example)


def test_where_the_player_is_stripped_a_link_to_the_film_stays(example: Training) -> None:
    page = Reader(web.snippet(example))
    inside = [tag for tag, _ in page.tags][[tag for tag, _ in page.tags].index("video") :][:4]
    assert inside == ["video", "track", "track", "a"]
    assert page.all("video")[0]["aria-label"] in page.text


def test_the_snippet_has_the_address_of_the_folder_where_that_is_known(example: Training) -> None:
    page = Reader(web.snippet(example, "https://learn.example.org/film/"))
    assert page.all("video")[0]["src"] == "https://learn.example.org/film/film.mp4"
    assert page.all("track")[0]["src"] == "https://learn.example.org/film/captions.en-GB.vtt"
    assert all(one["href"].startswith("https://learn.example.org/film/film.mp4") for one in page.all("a"))
    assert (
        Reader(bytes(web.files(example, "https://learn.example.org/film/")["index.html"]).decode()).all(
            "video"
        )[0]["src"]
        == "film.mp4"
    )


def test_captions_and_chapters_are_read_by_another_reader(example: Training, tmp_path: Path) -> None:
    odd = Stretch(Fraction(10), Fraction("3723.5"), "Fish & chips --> <b>now</b>\nthen")
    files = web.files(replace(example, chapters=(example.chapters[0], odd)))
    for name in ("captions.en-GB.vtt", "chapters.vtt"):
        (tmp_path / name).write_bytes(bytes(files[name]))
    captions = webvtt.read(tmp_path / "captions.en-GB.vtt")
    assert captions[0].text == "They saw the label before they saw me."
    chapters = webvtt.read(tmp_path / "chapters.vtt")
    assert [(cue.start, cue.end, unescape(cue.raw_text)) for cue in chapters] == [
        ("00:00:00.000", "00:00:10.000", "Before I walk in"),
        ("00:00:10.000", "01:02:03.500", "Fish & chips --> <b>now</b> then"),
    ]


def test_a_film_with_less_has_a_shorter_page(example: Training) -> None:
    bare = replace(
        example, stops=(), lines=(), warnings=(), chapters=(), support=(), agreement=(), content_note=""
    )
    files = web.files(bare)
    assert "chapters.vtt" not in files
    page = Reader(bytes(files["snippet.html"]).decode())
    assert [tag for tag, _ in page.tags] == ["div", "h2", "video", "track", "a"]


def test_other_versions_come_along(example: Training, tmp_path: Path) -> None:
    for name in ("d.mp4", "s.mp4"):
        (tmp_path / name).write_bytes(b"film")
    versions = (Version("described", tmp_path / "d.mp4"), Version("signed", tmp_path / "s.mp4"))
    files = web.files(replace(example, versions=versions))
    assert files["described.mp4"] == tmp_path / "d.mp4"
    page = Reader(bytes(files["snippet.html"]).decode())
    assert {"described.mp4", "signed.mp4"} <= {one["href"] for one in page.all("a")}
    assert "With audio description" in page.text


def test_the_readme_says_how_in_plain_text_and_how_large_each_file_is(example: Training) -> None:
    files = web.files(replace(example, title="Salt & pepper <1>"))
    text = bytes(files["README.txt"]).decode()
    assert text.startswith("Salt & pepper <1>: the film on a plain page\n====")
    for name in files:
        assert name == "README.txt" or name in text
    assert "1.2 MB" in text
    for system in ("WordPress", "Moodle", "SharePoint"):
        assert f"\n{system}\n  " in text
    assert max(map(len, text.splitlines())) <= 120
    assert "&amp;" not in text


def test_words_are_words(example: Training) -> None:
    page = web.snippet(replace(example, title='<img src=x onerror="alert(1)">'))
    assert not Reader(page).all("img")
    assert '<img src=x onerror="alert(1)">' in Reader(page).text


def test_the_same_film_is_the_same_bytes(example: Training) -> None:
    assert web.files(example) == web.files(example)


@pytest.mark.needs("tidy")
def test_the_pages_are_well_formed(example: Training) -> None:
    files = web.files(example)
    snippet = b"<!DOCTYPE html><html lang='en'><title>t</title><body>" + bytes(files["snippet.html"])
    for page in (bytes(files["index.html"]), snippet):
        judged = subprocess.run(["tidy", "-q", "-e"], input=page, capture_output=True).stderr.decode()
        found = [line for line in judged.splitlines() if "playsinline" not in line]  # which it is too old for
        assert found == []


# In a browser -------------------------------------------------------------------------------------


class Handler(SimpleHTTPRequestHandler):
    asked: list[str] = []  # noqa: RUF012 - of all requests of a test
    extensions_map = SimpleHTTPRequestHandler.extensions_map | {".vtt": "text/vtt"}

    def log_message(self, *_: object) -> None:
        self.asked.append(self.path)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[str]:
    """The folder with a real film, over HTTP."""
    for name, content in web.files(training_example.training(tmp_path)).items():
        if name != "film.mp4":
            (tmp_path / name).write_bytes(bytes(content))
    Handler.asked.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(tmp_path)))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/index.html"
    server.shutdown()
    server.server_close()


@pytest.mark.slow
@pytest.mark.needs("chromium")
def test_a_browser_shows_the_film_with_its_captions_and_chapters(browser: Browser, served: str) -> None:
    page = browser.new_page()
    elsewhere: list[str] = []
    page.on("request", lambda one: elsewhere.append(one.url) if "127.0.0.1" not in one.url else None)
    broken: list[str] = []
    page.on("console", lambda one: broken.append(one.text) if one.type in ("error", "warning") else None)
    page.goto(served)
    page.evaluate("[...document.querySelector('video').textTracks].forEach(one => one.mode = 'hidden')")
    until(page, "[...document.querySelectorAll('track')].every(one => one.readyState === 2)")
    told = "[one.kind, one.language, one.cues.length]"
    tracks = page.evaluate(f"[...document.querySelector('video').textTracks].map(one => {told})")
    assert tracks == [["captions", "en-GB", 4], ["chapters", "en-GB", 2]]
    assert page.evaluate("document.querySelector('video').videoWidth") == 320
    assert page.evaluate("document.querySelector('video').duration") == pytest.approx(24, abs=0.2)
    assert elsewhere == []
    assert [one for one in broken if "favicon" not in one and "404" not in one] == []
    for view in (view for view in VIEWS if view.name in ("320", "320-dark", "1280")):
        page.set_viewport_size({"width": view.width, "height": 800})
        page.emulate_media(color_scheme="dark" if view.dark else "light")
        page.evaluate("document.querySelector('details').open = true")
        assert not too_wide(page)
        assert view.name == "320" or not violations(page)
    page.close()
