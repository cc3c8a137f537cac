"""Breaks as markers of DaVinci Resolve: Timelines > Import > Timeline Markers from EDL."""

from __future__ import annotations

from pipeline.core.time import timecode
from pipeline.delivery.markers.model import Film, Mark, Marked, marked


def resolve_edl(film: Film) -> str:
    """Resolve's "Timeline Markers from EDL". A note has no pipe and no newline, and starts with no digit."""
    film = marked(film)
    lines = [f"TITLE: {note(film.title)}", f"FCM: {'DROP FRAME' if film.drop else 'NON-DROP FRAME'}", ""]
    for number, (mark, at) in enumerate(places(film), 1):
        one, two = (timecode(film.start + frame, film.rate) for frame in (at, at + 1))
        lines += [
            f"{number:03}  001      V     C        {one} {two} {one} {two}",
            f"{note(mark.said.prompt)} |C:ResolveColorBlue |M:{note(mark.id)} |D:{length(mark)}",
            "",
        ]
    return "\n".join(lines) + "\n"


def places(film: Marked) -> list[tuple[Mark, int]]:
    """The frame of each marker. Resolve keeps one marker a frame, and drops those that stand on another: one
    that would is set a frame later.
    """
    found: list[tuple[Mark, int]] = []
    free = 0
    for mark in film.marks:
        at = max(mark.at, free)
        found.append((mark, at))
        free = at + 1
    return found


def length(mark: Mark) -> int:
    return max(mark.frames, 1)


def note(text: str) -> str:
    plain = " ".join(text.replace("|", "/").split())
    return f"– {plain}" if plain[:1].isdigit() else plain
