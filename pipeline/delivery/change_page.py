"""What differs between two cuts: as text, JSON and a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from itertools import groupby
from typing import Any

from pipeline.core.codec import VERSION, pretty
from pipeline.core.time import decimal
from pipeline.delivery.build_report import _page
from pipeline.edit.changes import Change, Comparison, Story, minutes


def comparison_json(found: Comparison) -> bytes:
    return pretty(
        {
            "version": VERSION,
            "film": found.title,
            "reader": found.reader or None,
            "changes": [_change(change) for change in found.film],
            "quotes": [
                asdict(story)
                | {
                    "at": decimal(story.at.seconds) if story.at else None,
                    "changes": [_change(change) for change in story.changes],
                }
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
    people = [
        (who, [_told(story) for story in stories if story.changes]) for who, stories in _people(found.quotes)
    ]
    return _page(
        "compare.html",
        title=found.title,
        language=language,
        reader=found.reader,
        film=[change.what for change in found.film],
        people=[(who, stories) for who, stories in people if stories],
        same=[_told(story) for story in stills],
        any=bool(found.quotes),
    )


def _told(story: Story) -> dict[str, Any]:
    return {
        "quote": story.quote,
        "words": story.words,
        "at": minutes(story.at) if story.at else "",
        "changes": [change.what for change in story.changes],
    }


def _people(stories: Sequence[Story]) -> list[tuple[str, list[Story]]]:
    """Each contributor once, in the order of the film."""
    first = {story.contributor: index for index, story in reversed(list(enumerate(stories)))}
    ordered = sorted(stories, key=lambda story: first[story.contributor])
    return [
        (one[0].who or "Nobody in the list any more", one)
        for one in (list(group) for _, group in groupby(ordered, key=lambda story: story.contributor))
    ]
