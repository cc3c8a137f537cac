"""Reflection breaks as JSON: everything that is known of them. docs/reflection.schema.json describes it."""

from __future__ import annotations

from typing import Any

from pipeline.core.codec import VERSION, pretty
from pipeline.core.time import decimal
from pipeline.delivery.markers.model import Film, Mark, mark_of, marked
from pipeline.delivery.training.model import Wording
from pipeline.edit.timeline import Break, Timeline


def reflection_json(film: Film) -> bytes:
    film = marked(film)
    rate = f"{film.rate.numerator}/{film.rate.denominator}"
    about = {"version": VERSION, "rate": rate} | ({} if film.held else {"film": "marked"})
    return pretty(about | {"breaks": [record(mark, film) for mark in film.marks]})


def break_record(item: Break, timeline: Timeline) -> dict[str, Any]:
    return record(mark_of(item), timeline)


def record(mark: Mark, film: Film) -> dict[str, Any]:
    """A break, with what it has; what is blank is not there."""
    more = {"template": mark.template if mark.template != "own" else ""} | _words(mark.said)
    translations = {language: _all(words) for language, words in mark.translations.items()}
    return {
        "id": mark.id,
        "at": decimal(mark.at / film.rate),
        "at_frame": mark.at,
        "prompt": mark.said.prompt,
        "kind": mark.kind,
        "seconds": float(mark.seconds),
        "after": mark.after,
        **{name: value for name, value in (more | {"translations": translations}).items() if value},
    }


def for_learners(mark: Mark) -> dict[str, Any]:
    """What learners may read of a break: all but the facilitator's notes, in each language."""
    more = {"template": mark.template if mark.template != "own" else ""} | _words(mark.said)
    translations = {language: _all(words) for language, words in mark.translations.items()}
    for one in (more, *translations.values()):
        one.pop("notes", None)
    return {
        "prompt": mark.said.prompt,
        "kind": mark.kind,
        "seconds": float(mark.seconds),
        **{name: value for name, value in (more | {"translations": translations}).items() if value},
    }


def _words(words: Wording) -> dict[str, Any]:
    return {"easy_read": words.easy_read, "notes": words.notes, "content_note": words.content_note}


def _all(words: Wording) -> dict[str, Any]:
    return {"prompt": words.prompt} | {name: text for name, text in _words(words).items() if text}
