"""WebVTT for players: breaks as data, breaks for Able Player, and chapters. Learners may read all of it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from fractions import Fraction
from html import escape

from pipeline.core.time import nearest
from pipeline.delivery.markers.model import Film, Mark, Marked, marked
from pipeline.delivery.markers.reflection import for_learners

MOMENT = Fraction(1, 2)
"""How long a cue lasts where a break only marks its place: players that look four times a second see it."""


def reflection_vtt(film: Film) -> str:
    """A metadata track: a cue for each break, its text as JSON on one line."""
    film = marked(film)
    cues = (
        (
            mark.id,
            film.seconds(mark.at),
            film.seconds(mark.end) if mark.frames else film.seconds(mark.at) + MOMENT,
            json.dumps(for_learners(mark), ensure_ascii=False).replace("-->", "--\\u003e"),
        )
        for mark in film.marks
    )
    return _track(cues)


def able_vtt(film: Film) -> str:
    """A metadata track for Able Player (`data-meta-type="selector"`): it shows the break's block, pauses and
    moves the focus into it.
    """
    film = marked(film)
    return _track(
        (mark.id, start, start + MOMENT, f"#{mark.id}\nPAUSE\nFOCUS:#{mark.id}")
        for mark, start in able_starts(film)
    )


def able_starts(film: Marked) -> list[tuple[Mark, Fraction]]:
    """When each break's cue starts. Able Player takes the first cue that stands at a moment and no other, so
    one that would stand on another follows it.
    """
    found: list[tuple[Mark, Fraction]] = []
    free = Fraction(0)
    for mark in film.marks:
        start = max(film.seconds(mark.at), free)
        found.append((mark, start))
        free = start + MOMENT
    return found


def able_html(film: Film) -> str:
    """The blocks that Able Player shows at the breaks, for the page that its film stands in."""
    return "".join(_block(mark) for mark in marked(film).marks)


def _block(mark: Mark) -> str:
    said = mark.said
    lines = [
        f"  <p>{_html(said.content_note)}</p>" if said.content_note else "",
        f'  <p id="{mark.id}-prompt">{_html(said.prompt)}</p>',
        f'  <p class="easy-read">{_html(said.easy_read)}</p>' if said.easy_read else "",
    ]
    body = "\n".join(filter(None, lines))
    opening = f'<section id="{mark.id}" tabindex="-1" aria-labelledby="{mark.id}-prompt" hidden>'
    return f"{opening}\n{body}\n</section>\n"


def _html(text: str) -> str:
    return "<br>".join(escape(one_line(line)) for line in text.splitlines())


def chapters_vtt(film: Film) -> str:
    """A chapters track: a cue for each chapter, its text the title."""
    film = marked(film)
    return _track(
        (
            f"chapter-{number}",
            film.seconds(chapter.at),
            film.seconds(chapter.end),
            escape(one_line(chapter.title), quote=False),
        )
        for number, chapter in enumerate(film.chapters, 1)
    )


def one_line(text: str) -> str:
    """The text as a line of a page or of WebVTT, in which a NUL is U+FFFD."""
    return " ".join(text.replace("\0", "\ufffd").split())


def _track(cues: Iterable[tuple[str, Fraction, Fraction, str]]) -> str:
    blocks = (f"{name}\n{_clock(start)} --> {_clock(end)}\n{text}" for name, start, end, text in cues)
    return "\n\n".join(["WEBVTT", *blocks]) + "\n"


def _clock(seconds: Fraction) -> str:
    ms = nearest(seconds * 1000)
    return f"{ms // 3600000:02}:{ms // 60000 % 60:02}:{ms // 1000 % 60:02}.{ms % 1000:03}"
