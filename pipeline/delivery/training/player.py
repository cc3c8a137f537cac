"""The player: a folder that opens from a disk, a stick, an intranet or an LMS, and asks nobody for anything.

Its page, its look and its script are the same for every film; what differs is in film.js, as data. Text of a
production gets into a page as data or escaped, never as markup.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined

from pipeline.captions.model import Cue
from pipeline.delivery.training.model import Stop, Training, Wording
from pipeline.delivery.training.package import Content

HERE = Path(__file__).with_suffix("")

SCRIPTS = ("values", "kept", "page", "place", "film", "cards", "room", "panels", "keys", "start")
"""The parts of player.js, in their order: one classic script, as a page on a disk may load no module."""

LANGUAGES = ("en", "cy")
"""Of the player's own words."""

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "media-src": "'self'",
    "connect-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'none'",
}
"""What the page may load: its own files. An adapter that talks to a server says to which."""


def files(training: Training, lms: str = "", connect: str = "'none'") -> dict[str, Content]:
    """The player's folder, by name. `lms` is the text of an adapter in the place of our own, which keeps the
    place in the browser; `connect` is what that adapter may talk to, as a Content-Security-Policy has it.
    """
    policy = "; ".join(f"{what} {whom}" for what, whom in (POLICY | {"connect-src": connect}).items())
    found: dict[str, Content] = {
        "index.html": _page("index.html", training, policy),
        "player.css": _text("player.css").encode(),
        "player.js": script().encode(),
        "film.js": _assigned("ourwordsFilm", facts(training)).encode(),
        "lms.js": (lms or _text("lms.js")).encode(),
        "left.html": _page("left.html", training, "; ".join(("default-src 'none'", *_LEFT))),
        "poster.jpg": training.poster,
        "film.mp4": training.film,
    }
    return found | {f"{one.kind}.mp4": one.file for one in training.versions}


_LEFT = ("style-src 'self'", "img-src data:")


@cache
def catalogue() -> Mapping[str, Mapping[str, str]]:
    """The player's own words by language and key."""
    read = tomllib.loads(_text("words.toml"))
    return {language: {key: said[language] for key, said in read.items()} for language in LANGUAGES}


def words(language: str) -> Mapping[str, str]:
    """The player's own words in a film's language, or in English where it has none.

    >>> words("cy")["play"], words("en-GB")["play"], words("pl")["play"]
    ('Chwarae', 'Play', 'Play')
    """
    return catalogue()[ours(language)]


def ours(language: str) -> str:
    """The language of ours that a film's viewers are spoken to in."""
    main = language.split("-")[0].lower()
    return main if main in LANGUAGES else LANGUAGES[0]


def script() -> str:
    """player.js: the words, then its parts, in a scope of their own."""
    parts = "\n".join(_text(f"{name}.js") for name in SCRIPTS)
    said = json.dumps(catalogue(), ensure_ascii=False, separators=(",", ":"))
    return f'"use strict";\n(() => {{\nconst CATALOGUE = {said};\n{parts}}})();\n'


def facts(training: Training) -> dict[str, Any]:
    """What the player knows of a film."""
    return {
        "id": training.id,
        "title": training.title,
        "language": training.language,
        "words": ours(training.language),
        "duration": float(training.duration),
        "cues": [_cue(cue) for cue in training.captions.cues],
        "lines": [
            {"start": float(one.start), "speaker": one.speaker, "text": one.text, "heading": one.heading}
            for one in training.lines
        ],
        "chapters": [{"start": float(one.start), "text": one.text} for one in training.chapters],
        "stops": [_stop(one) for one in training.stops],
        "note": training.content_note,
        "warnings": [
            {"start": float(one.start), "end": float(one.end), "text": one.text} for one in training.warnings
        ],
        "support": [
            {"name": one.name, "contact": one.contact, "about": one.about} for one in training.support
        ],
        "agreement": list(training.agreement),
        "completion": {
            "watched": float(training.completion.watched),
            "breaks": training.completion.breaks,
        },
        "leave": training.leave,
        "versions": [one.kind for one in training.versions],
    }


def _cue(cue: Cue) -> dict[str, Any]:
    said: dict[str, Any] = {
        "start": float(cue.span.start.seconds),
        "end": float(cue.span.end.seconds),
        "lines": list(cue.lines),
    }
    apart = {"top": cue.position == "top", "colour": cue.colour if cue.colour != "white" else ""}
    return said | {name: value for name, value in apart.items() if value}


def _stop(stop: Stop) -> dict[str, Any]:
    return {
        "id": stop.id,
        "at": float(stop.at),
        "kind": stop.kind,
        "seconds": float(stop.seconds),
        "template": stop.template,
        "wording": _wording(stop.wording),
        "translations": {language: _wording(said) for language, said in stop.translations.items()},
    }


def _wording(wording: Wording) -> dict[str, str]:
    return {
        "prompt": wording.prompt,
        "easy": wording.easy_read,
        "notes": wording.notes,
        "note": wording.content_note,
    }


def _assigned(name: str, value: object) -> str:
    """A script that says a value and can say nothing else, whatever text is in it: no end of a script, no
    comment, no line end that only JavaScript knows.
    """
    said = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        said = said.replace(character, f"\\u{ord(character):04x}")
    return f"window.{name} = {said};\n"


def _page(name: str, training: Training, policy: str) -> bytes:
    page = Environment(autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True)
    language = training.language if name == "index.html" else ours(training.language)
    said = page.from_string(_text(name)).render(
        title=training.title,
        language=language,
        policy=policy,
        words=words(training.language),
        catalogue=catalogue(),
        pages=sorted(catalogue().items(), key=lambda page: page[0] == ours(training.language)),
        width=training.size[0],
        height=training.size[1],
        seconds=round(float(training.duration), 1),
    )
    return said.encode()


def _text(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")
