"""The player as files: what is in them, how large they are, and that no text of a production gets out of its
place.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from string import Formatter

import pytest

from pipeline.captions.model import Captions
from pipeline.delivery.training import player
from pipeline.delivery.training.model import Completion, Line, Stop, Stretch, Training, Version, Wording
from tests.delivery.training_example import captions

HOSTILE = "</script><img src=x onerror='window.hit=1'><!--\u2028&\"`${1}"


@pytest.fixture
def small(tmp_path: Path) -> Training:
    """A film without pictures: nobody plays it."""
    (tmp_path / "film.mp4").write_bytes(b"film")
    return Training(
        id="0b6f3c1e",
        title="Before you read the notes",
        language="en-GB",
        use="training",
        size=(320, 180),
        rate=Fraction(25),
        duration=Fraction(24),
        film=tmp_path / "film.mp4",
        poster=b"poster",
        captions=captions(),
        lines=(Line(Fraction(1), Fraction(5), "Amara", "They saw the label."),),
        chapters=(Stretch(Fraction(0), Fraction(24), "All of it"),),
        stops=(Stop("break-1", Fraction("9.4"), "think", Fraction(20), Wording("What did you hear?")),),
    )


def text(training: Training, name: str) -> str:
    content = player.files(training)[name]
    assert isinstance(content, bytes)
    return content.decode()


def told(training: Training) -> dict[str, object]:
    said = text(training, "film.js")
    assert said.startswith("window.ourwordsFilm = ") and said.endswith(";\n")
    found: dict[str, object] = json.loads(said.removeprefix("window.ourwordsFilm = ").removesuffix(";\n"))
    return found


def test_its_files(small: Training) -> None:
    names = {"index.html", "player.css", "player.js", "film.js", "lms.js", "left.html"}
    assert set(player.files(small)) == names | {"film.mp4", "poster.jpg"}
    more = replace(small, versions=(Version("described", small.film), Version("signed", small.film)))
    assert set(player.files(more)) - set(player.files(small)) == {"described.mp4", "signed.mp4"}
    assert told(more)["versions"] == ["described", "signed"]


def test_its_own_code_is_small(small: Training) -> None:
    own = [
        name for name in player.files(small) if name.endswith((".html", ".css", ".js")) and name != "film.js"
    ]
    assert sum(len(text(small, name).encode()) for name in own) <= 100 * 1024


def test_an_adapter_takes_the_place_of_ours_and_may_talk_to_whom_it_says(small: Training) -> None:
    assert "localStorage" in text(small, "lms.js")
    assert "connect-src 'none'" in text(small, "index.html")
    with_lms = player.files(small, "window.ourwordsLms = {};", connect="https:")
    assert with_lms["lms.js"] == b"window.ourwordsLms = {};"
    page = with_lms["index.html"]
    assert isinstance(page, bytes)
    assert "connect-src https:" in page.decode()


def test_nothing_names_another_place(small: Training) -> None:
    for name in ("index.html", "left.html", "player.css", "player.js", "lms.js", "film.js"):
        said = text(small, name)
        assert not re.search(r"(?:src|href)=[\"'](?:https?:)?//|@import|url\(|\bimport\b|\bfetch\(", said), (
            name
        )


def test_the_page_runs_no_script_but_its_files(small: Training) -> None:
    page = text(small, "index.html")
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy
    assert "default-src 'none'" in policy[1] and "unsafe" not in policy[1]
    assert re.findall(r"<script([^>]*)>([^<]*)", page) == [
        (f' src="{name}.js" defer', "") for name in ("film", "lms", "player")
    ]
    assert not re.search(r"\s(on\w+|style)=", page)


def test_text_stays_text(small: Training) -> None:
    film = replace(
        small,
        title=HOSTILE,
        content_note=HOSTILE,
        stops=(Stop("break-1", Fraction(9), "think", Fraction(20), Wording(HOSTILE)),),
    )
    said = text(film, "film.js")
    assert not set("<>&\u2028") & set(said)
    assert told(film)["title"] == HOSTILE
    assert "<img" not in text(film, "index.html")


def test_what_a_film_says(small: Training) -> None:
    said = told(replace(small, completion=Completion(Fraction(4, 5), False), leave="https://nhs.example/"))
    assert said["completion"] == {"watched": 0.8, "breaks": False}
    assert said["leave"] == "https://nhs.example/"
    assert said["cues"] == [
        {"start": float(cue.span.start.seconds), "end": float(cue.span.end.seconds), "lines": list(cue.lines)}
        for cue in small.captions.cues
    ]
    moved = Captions("en-GB", (replace(small.captions.cues[0], position="top", colour="yellow"),))
    assert told(replace(small, captions=moved))["cues"] == [
        {
            "start": 1.0,
            "end": 5.0,
            "lines": list(moved.cues[0].lines),
            "top": True,
            "colour": "yellow",
        }
    ]


# The catalogue ----------------------------------------------------------------------------------------


def holes(said: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(said) if name}


def test_both_languages_say_everything_with_the_same_to_fill_in() -> None:
    english, welsh = player.catalogue()["en"], player.catalogue()["cy"]
    assert english.keys() == welsh.keys()
    for key, said in english.items():
        assert said.strip() and welsh[key].strip(), key
        assert holes(said) == holes(welsh[key]), key
        assert said.count("|") == welsh[key].count("|"), key


def asked_for() -> set[str]:
    """Keys that scripts and pages ask the catalogue for, or that are made of parts."""
    scripts = "\n".join((player.HERE / f"{name}.js").read_text(encoding="utf-8") for name in player.SCRIPTS)
    pages = "".join((player.HERE / name).read_text() for name in ("index.html", "left.html"))
    direct = re.findall(r'\bt\("(\w+)"', scripts) + re.findall(r'what: "(\w+)"', scripts)
    chosen = re.findall(r'\bt\([^"(]*\? "(\w+)" : "(\w+)"', scripts)
    named = re.findall(r'data-(?:t|label)="(\w+)"', pages) + re.findall(r"words\.(\w+)", pages)
    lists = re.findall(r"^  (\w+): \w+Panel,", scripts, re.MULTILINE) + re.findall(
        r'choice\("(\w+)"', scripts
    )
    return {*direct, *named, *lists, *(key for pair in chosen for key in pair)}


MADE_OF_PARTS = re.compile(
    r"(kind|look|size|place|version|what|gibbs|circle)_\w+|hours|minutes|seconds|name|support"
)


def test_what_is_asked_for_is_there_and_what_is_there_is_asked_for() -> None:
    there = set(player.words("en"))
    assert asked_for() <= there
    left = there - asked_for()
    assert {key for key in left if not MADE_OF_PARTS.fullmatch(key)} == set()


def test_every_kind_and_template_has_words() -> None:
    from typing import get_args

    from pipeline.delivery.training.model import Kind, Template

    said = player.words("en")
    assert all(f"kind_{kind}" in said for kind in get_args(Kind))
    steps = json.loads(
        re.sub(r"(\w+):", r'"\1":', re.search(r"STEPS = ({[^}]+})", player.script())[1])  # type: ignore[index]
    )
    assert steps.keys() == set(get_args(Template))
    for template, count in steps.items():
        assert sum(key.startswith(f"{template}_") for key in said) == count


def test_a_film_in_welsh_is_spoken_of_in_welsh(small: Training) -> None:
    page = text(replace(small, language="cy"), "index.html")
    assert '<html lang="cy">' in page and "Gadael y fideo" in page
    assert told(replace(small, language="cy"))["words"] == "cy"
    assert told(replace(small, language="pl"))["words"] == "en"
    left = text(replace(small, language="cy"), "left.html")
    assert left.index('id="en"') < left.index('id="cy"') and left.count('class="ours"') == 1


# What is written of it --------------------------------------------------------------------------------

DOCUMENT = (Path(__file__).parents[2] / "docs/player.md").read_text(encoding="utf-8")


def test_the_document_says_what_it_weighs(small: Training) -> None:
    own = ("index.html", "left.html", "lms.js", "player.css", "player.js")
    weight = sum(len(text(small, name).encode()) for name in own) / 1024
    said = re.search(r"own code weighs (\d+) KB", DOCUMENT)
    assert said and abs(int(said[1]) - weight) < 1, weight


def test_the_document_has_every_key() -> None:
    source = (player.HERE / "keys.js").read_text(encoding="utf-8")
    named = {" ": "Space", "ArrowLeft": "←", "ArrowRight": "→", "PageUp": "Page ↑", "PageDown": "Page ↓"}
    keys = [
        key
        for listed in re.findall(r"\{ keys: \[(.+?)\], what", source)
        for key in re.findall(r'"(.+?)"', listed)
    ]
    assert len(keys) > 20
    rows = "\n".join(row.split("|")[1] for row in DOCUMENT.splitlines() if row.startswith("| "))
    for key in keys:
        label = {"Escape": "Esc Esc Esc"}.get(key, named.get(key, key.upper()))
        assert re.search(rf"(^|\s){re.escape(label)}(\s|,|$)", rows), label
