"""Cuts and what differs between them: manifest.json read back; a comparison as text, JSON and a page."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from fractions import Fraction
from itertools import groupby
from typing import Any

from pipeline.core.time import Programme, Source, Time, decimal, fraction, parse_rate
from pipeline.delivery.build_report import _page
from pipeline.edit.changes import Change, Comparison, CutList, Played, Still, Story, minutes
from pipeline.edit.timeline import Break, Card, Shot
from pipeline.engine.records import VERSION, pretty
from pipeline.errors import InputError


def read_manifest(file: str, data: bytes) -> CutList:
    """A cut as a build listed it. Times are put back on the frames that they were written from."""
    try:
        record = json.loads(data)
        if record["version"] != VERSION:
            raise InputError(f"was written by another ourwords (version {record['version']!s:.9})", where=file, next_step="make it again: ourwords build-cut")
        rate = parse_rate(record["film"]["rate"])
        breaks = {item["id"]: item for item in record["breaks"]}
        cut = CutList(_text(record["film"]["title"]), rate, tuple(_shot(shot, rate, breaks) for shot in record["shots"]))
        if cut.seconds * rate != record["film"]["frames"]:
            raise ValueError("its shots are not as long as the film")
        return cut
    except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError, RecursionError) as problem:
        raise InputError(f"is not the manifest of a cut ({problem})", where=file, next_step="name a manifest.json that build-cut made") from None


def _shot(record: Mapping[str, Any], rate: Fraction, breaks: Mapping[str, Mapping[str, Any]]) -> Shot:
    at, frames, text = record["at"], record["frames"], _text(record["text"])
    if not type(at) is type(frames) is int:
        raise ValueError("a shot's frames are not counted")
    kind = record.get("card", "") if record["kind"] == "card" else record["kind"]
    if kind == "break":
        item = breaks[record["break"]]
        return Break(
            at,
            frames,
            _text(item["id"]),
            _text(item["prompt"]),
            _text(item["kind"]),
            Time[Programme].measured(float(item["seconds"])).seconds,
            _text(item["after"]),
        )
    if kind in ("quote", "pause"):
        quote, source, start, end = _text(record["quote"]), _text(record["source"]), _frame(record["source_in"], rate), _frame(record["source_out"], rate)
        if kind == "pause":
            return Still(at, frames, quote, source, start, _text(record.get("angle", "")))
        if end - start != frames / rate:
            raise ValueError(f"{quote} is not as long as what is played of its source")
        return Played(at, frames, quote, source, start, text, _text(record.get("angle", "")))
    return Card(at, frames, _text(kind), text)


def _frame(text: str, rate: Fraction) -> Time[Source]:
    return Time[Source](fraction(text)).snap(rate)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r:.40} is not a text")
    return value


def comparison_json(found: Comparison) -> bytes:
    return pretty(
        {
            "version": VERSION,
            "film": found.title,
            "reader": found.reader or None,
            "changes": [_change(change) for change in found.film],
            "quotes": [
                asdict(story) | {"at": decimal(story.at.seconds) if story.at else None, "changes": [_change(change) for change in story.changes]}
                for story in found.quotes
            ],
        }
    )


def _change(change: Change) -> dict[str, str]:
    return {"kind": change.kind, "what": change.what, "before": change.before, "after": change.after}


def comparison_text(found: Comparison) -> str:
    """For the terminal: the film, then each contributor's quotes."""
    lines = [found.title, *(f"  {change.what}" for change in found.film)]
    for who, stories in _people(found.quotes):
        told = [story for story in stories if story.changes]
        lines += [who, *(f"  {change.what}" for story in told for change in story.changes)] if told else []
    return "\n".join(lines if found.changes else [found.title, "  Nothing has changed."]) + "\n"


def comparison_html(found: Comparison, language: str) -> bytes:
    """A page: for everyone, or with `found.reader` for that contributor, who may be given it."""
    stills = [story for story in found.quotes if story.state == "same"]
    people = [(who, [_told(story) for story in stories if story.changes]) for who, stories in _people(found.quotes)]
    return _page(
        "compare.html", title=found.title, language=language, reader=found.reader, film=[change.what for change in found.film],
        people=[(who, stories) for who, stories in people if stories], same=[_told(story) for story in stills], any=bool(found.quotes),
    )  # fmt: skip


def _told(story: Story) -> dict[str, Any]:
    return {"quote": story.quote, "words": story.words, "at": minutes(story.at) if story.at else "", "changes": [change.what for change in story.changes]}


def _people(stories: Sequence[Story]) -> list[tuple[str, list[Story]]]:
    """Each contributor once, in the order of the film."""
    first = {story.contributor: index for index, story in reversed(list(enumerate(stories)))}
    ordered = sorted(stories, key=lambda story: first[story.contributor])
    return [(one[0].who or "Nobody in the list any more", one) for one in (list(group) for _, group in groupby(ordered, key=lambda story: story.contributor))]
