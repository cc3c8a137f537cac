"""Reflection breaks and chapters, in the languages of players, spreadsheets and editing systems.

A module for each format; all are written from one value.
"""

from __future__ import annotations

from pipeline.delivery.markers.export import Lost, export
from pipeline.delivery.markers.ffmetadata import NO_CHAPTERS, ffmetadata
from pipeline.delivery.markers.formats import FORMATS, Format
from pipeline.delivery.markers.model import Chapter, Film, Mark, Marked, chapters, marked
from pipeline.delivery.markers.reflection import break_record, reflection_json
from pipeline.delivery.markers.resolve import resolve_edl
from pipeline.delivery.markers.sheets import plain_cell, reflection_csv
from pipeline.delivery.markers.vtt import reflection_vtt
from pipeline.edit.timeline import Timeline

__all__ = [
    "FORMATS",
    "NO_CHAPTERS",
    "Chapter",
    "Film",
    "Format",
    "Lost",
    "Mark",
    "Marked",
    "break_record",
    "chapters",
    "export",
    "ffmetadata",
    "files",
    "marked",
    "plain_cell",
    "reflection_csv",
    "reflection_json",
    "reflection_vtt",
    "resolve_edl",
]

BUILT = ("json", "vtt", "csv", "ffmetadata", "resolve")
"""The formats that every build has; the others are exported."""


def files(timeline: Timeline) -> dict[str, bytes]:
    """Every marker file, by its name in build/; none that would be wrong at the film's rate."""
    film = marked(timeline)
    built = [FORMATS[name] for name in BUILT if not FORMATS[name].cannot(film)]
    return {f"markers/{name}": write(film) for one in built for name, write in one.files.items()}
