"""Breaks and chapters as markers of an OpenTimelineIO timeline, with all that is known as metadata."""

from __future__ import annotations

from typing import Any

from pipeline.core.codec import VERSION, pretty
from pipeline.delivery.markers.fcp7 import BLUE
from pipeline.delivery.markers.model import Film, Marked, marked
from pipeline.delivery.markers.reflection import record
from pipeline.delivery.readable import without

GREEN = 4278255360
"""As Premiere writes it: the colour of chapters."""


def otio(film: Film) -> bytes:
    """An empty track as long as the film, under markers. `metadata.fcp_xml` is what OpenTimelineIO's adapter
    for Final Cut Pro 7 writes out: without it a marker's comment and colour would not go through.
    """
    film = marked(film)
    markers = [*_chapters(film), *_breaks(film)]
    markers.sort(key=lambda marker: float(marker["marked_range"]["start_time"]["value"]))
    stack = _item("Stack.1", "tracks", source_range=None, markers=markers, children=[_track(film)])
    timeline = {
        "OTIO_SCHEMA": "Timeline.1",
        "name": film.title,
        "metadata": {"ourwords": _about(film)},
        "global_start_time": _time(film.start, film),
        "tracks": stack,
    }
    return pretty(without(timeline, otio_text))


def otio_text(text: str) -> str:
    """The text as OpenTimelineIO holds it: a name ends at a NUL."""
    return text.replace("\0", "\ufffd")


def _about(film: Marked) -> dict[str, Any]:
    rate = f"{film.rate.numerator}/{film.rate.denominator}"
    about = {"version": VERSION, "rate": rate, "size": list(film.size), "language": film.language}
    return {name: value for name, value in about.items() if value}


def _chapters(film: Marked) -> list[dict[str, Any]]:
    return [
        _marker(one.title, one.at, one.end - one.at, "", "GREEN", GREEN, {"chapter": one.title}, film)
        for one in film.chapters
    ]


def _breaks(film: Marked) -> list[dict[str, Any]]:
    return [
        _marker(one.id, one.at, one.frames, one.said.prompt, "BLUE", BLUE, {"break": record(one, film)}, film)
        for one in film.marks
    ]


def _marker(
    name: str, at: int, frames: int, comment: str, color: str, ppro: int, ours: dict[str, Any], film: Marked
) -> dict[str, Any]:
    return {
        "OTIO_SCHEMA": "Marker.2",
        "name": name,
        "color": color,
        "comment": comment,
        "marked_range": _range(at, frames, film),
        "metadata": {"ourwords": ours, "fcp_xml": {"comment": comment, "pproColor": str(ppro)}},
    }


def _track(film: Marked) -> dict[str, Any]:
    gap = _item("Gap.1", "", source_range=_range(0, film.frames, film))
    return _item("Track.1", "V1", source_range=None, children=[gap], kind="Video")


def _item(schema: str, name: str, **more: Any) -> dict[str, Any]:
    plain: dict[str, Any] = {"OTIO_SCHEMA": schema, "name": name, "metadata": {}}
    return plain | {"effects": [], "markers": [], "enabled": True} | more


def _range(at: int, frames: int, film: Marked) -> dict[str, Any]:
    times = {"start_time": _time(at, film), "duration": _time(frames, film)}
    return {"OTIO_SCHEMA": "TimeRange.1", **times}


def _time(frame: int, film: Marked) -> dict[str, Any]:
    return {"OTIO_SCHEMA": "RationalTime.1", "rate": float(film.rate), "value": float(frame)}
