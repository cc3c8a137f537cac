"""Breaks for spreadsheets, and markers as Premiere lists them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

from pipeline.core.time import decimal, timecode
from pipeline.delivery.markers.model import Film, Mark, Marked, marked
from pipeline.delivery.training.model import Wording

WORDS: dict[str, Callable[[Wording], str]] = {
    "prompt": lambda said: said.prompt,
    "easy_read": lambda said: said.easy_read,
    "content_note": lambda said: said.content_note,
    "notes": lambda said: said.notes,
}


def reflection_csv(film: Film) -> str:
    """A row for each break; what no break has is no column."""
    film = marked(film)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    more = {name: cell for name, cell in _more(film).items() if any(map(cell, film.marks))}
    writer.writerow(["id", "at", "timecode", "seconds", "kind", "prompt", *more])
    for mark in film.marks:
        row = [
            mark.id,
            decimal(film.seconds(mark.at), 3),
            timecode(mark.at, film.rate) if film.whole else "",
            decimal(mark.seconds, 3),
            mark.kind,
            mark.said.prompt,
            *(cell(mark) for cell in more.values()),
        ]
        writer.writerow([plain_cell(cell) for cell in row])
    return "\ufeff" + out.getvalue()


def _more(film: Marked) -> dict[str, Callable[[Mark], str]]:
    """What a break may have besides, by the name of its column: `prompt (cy)` is the Welsh prompt."""
    found: dict[str, Callable[[Mark], str]] = {
        "template": lambda mark: mark.template if mark.template != "own" else ""
    }
    for name in ("easy_read", "content_note", "notes"):
        found[name] = _said(name, "")
    for language in sorted({language for mark in film.marks for language in mark.translations}):
        found |= {f"{name} ({language})": _said(name, language) for name in WORDS}
    return found


def _said(name: str, language: str) -> Callable[[Mark], str]:
    def cell(mark: Mark) -> str:
        words = mark.translations.get(language) if language else mark.said
        return WORDS[name](words) if words else ""

    return cell


def premiere_csv(film: Film) -> str:
    """As Premiere writes its own markers: parted by tabs, nothing in quotes, every sign of a drop-frame
    timecode a semicolon. Chapters stand before the breaks of the same frame.
    """
    film = marked(film)
    rows = [(one.at, one.end, one.title, "", "Chapter") for one in film.chapters]
    rows += [(one.at, one.end, one.id, one.said.prompt, "Comment") for one in film.marks]
    lines = ["Marker Name\tDescription\tIn\tOut\tDuration\tMarker Type\t"]
    for at, end, name, description, kind in sorted(rows, key=lambda row: row[0]):
        times = (_label(frame, film) for frame in (at, end, end - at))
        lines.append("\t".join([one_cell(name), one_cell(description), *times, kind, ""]))
    return "\ufeff" + "".join(f"{line}\r\n" for line in lines)


def _label(frame: int, film: Marked) -> str:
    label = timecode(frame, film.rate)
    return label.replace(":", ";") if film.drop else label


def one_cell(text: str) -> str:
    """A cell where nothing can be put in quotes: one line without tabs."""
    return plain_cell(" ".join(text.split()))


def plain_cell(text: str) -> str:
    """Text that a spreadsheet will not run as a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
