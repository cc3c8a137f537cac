"""Chapters as ffmpeg reads them, and as it writes them into an MP4."""

from __future__ import annotations

import re

from pipeline.delivery.markers.model import Film, marked

NO_CHAPTERS = ";FFMETADATA1\n"
"""Of a film that has none."""


def ffmetadata(film: Film) -> str:
    """Chapters as ffmpeg reads them, in frames of the film."""
    film = marked(film)
    lines = [NO_CHAPTERS.strip()]
    for chapter in film.chapters:
        title = re.sub(r"([=;#\\\r\n])", r"\\\1", ffmpeg_text(chapter.title))
        lines += [
            "[CHAPTER]",
            f"TIMEBASE={film.rate.denominator}/{film.rate.numerator}",
            f"START={chapter.at}",
            f"END={chapter.end}",
            f"title={title}",
        ]
    return "\n".join(lines) + "\n"


def ffmpeg_text(text: str) -> str:
    """The text as ffmpeg holds it: it ends at a NUL."""
    return text.replace("\0", "\ufffd")
