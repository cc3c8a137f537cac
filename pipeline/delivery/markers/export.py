"""Markers in the formats that are asked for, and what each of them cannot hold of this film's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from typing import Any

from pipeline.core.codec import VERSION, pretty
from pipeline.delivery.markers.formats import FORMATS, Format
from pipeline.delivery.markers.model import Film, Mark, Marked, marked
from pipeline.errors import ConfigError

LABELS = {
    "at": "the place",
    "frames": "how long the card stands",
    "kind": "what people do",
    "seconds": "how long it is meant to take",
    "template": "the template",
    "after": "the quote before it",
    "prompt": "the prompt",
    "easy_read": "the easy-read wording",
    "content_note": "the content note",
    "notes": "the facilitator's note",
    "translations": "the wording in other languages",
}
"""What a break has, in plain words."""

SHOWN = 80
"""Characters of a text that the report shows."""


@dataclass(frozen=True)
class Lost:
    """What a format does not hold of this film's markers, or holds otherwise."""

    format: str
    what: str
    now: str
    where: tuple[str, ...] = ()
    """Which breaks, or the titles of which chapters."""

    def __str__(self) -> str:
        where = f" ({', '.join(self.where)})" if self.where else ""
        return " ".join(f"{FORMATS[self.format].label}: {self.what} {self.now}{where}".split())


def export(film: Film, formats: Iterable[str] = tuple(FORMATS)) -> tuple[dict[str, bytes], list[Lost]]:
    """The files of these formats with a report of what they cannot hold, by their names in build/; and that
    report.
    """
    film = marked(film)
    files: dict[str, bytes] = {}
    report: list[Lost] = []
    for chosen in [_known(name) for name in dict.fromkeys(formats)]:
        if cannot := chosen.cannot(film):
            report.append(Lost(chosen.name, "the file", f"is not written: {cannot}"))
            continue
        files |= {f"markers/{name}": write(film) for name, write in chosen.files.items()}
        report += lost(chosen, film)
    return files | _told(report), report


def lost(chosen: Format, film: Marked) -> Iterator[Lost]:
    """What this format does not hold of the film's breaks and chapters, or holds otherwise."""
    found = chosen.as_read(film)
    if film.marks and not chosen.breaks:
        yield Lost(chosen.name, "every break", "is left out: only chapters are held", _ids(film.marks))
    for name in LABELS if chosen.breaks else ():
        yield from _of_breaks(chosen, name, film.marks, found.marks)
    if film.chapters and not chosen.chapters:
        yield Lost(chosen.name, "every chapter", "is left out: only breaks are held")
    for one, now in zip(film.chapters, found.chapters, strict=False):
        if one.title != now.title:
            yield Lost(chosen.name, "the title", _instead(now.title), (_quoted(one.title),))


def _of_breaks(chosen: Format, name: str, marks: tuple[Mark, ...], found: tuple[Mark, ...]) -> Iterator[Lost]:
    gone = []
    for one, now in zip(marks, found, strict=True):
        had, has = _has(one, name, now.translations), _has(now, name, now.translations)
        if any(had.values()) and not any(has.values()):
            gone.append(one)
            continue
        for language, value in had.items():
            if value and value != has[language]:
                of = f"{one.id} ({language})" if language else one.id
                how = _later(has[language] - value) if name == "at" else _instead(has[language])
                yield Lost(chosen.name, LABELS[name], how, (of,))
    if gone:
        on_purpose = " on purpose: learners read this file" if name == "notes" and chosen.learners else ""
        yield Lost(chosen.name, LABELS[name], f"is left out{on_purpose}", _ids(gone))


def _has(mark: Mark, name: str, languages: Iterable[str]) -> dict[str, Any]:
    """What a break has under a name of LABELS, by language; what is not words is in none."""
    if hasattr(mark.said, name):
        said = {language: mark.translations[language] for language in languages}
        return {language: getattr(words, name) for language, words in ({"": mark.said} | said).items()}
    if name == "translations":
        return {"": ", ".join(sorted(mark.translations))}
    return {"": "" if (name, mark.template) == ("template", "own") else getattr(mark, name)}


def _instead(text: object) -> str:
    return f"is now {_quoted(str(text))}"


def _later(frames: int) -> str:
    return f"is {frames} frame{'s' * (frames != 1)} later, behind the break before it"


def _quoted(text: str) -> str:
    return f"“{text if len(text) <= SHOWN else text[: SHOWN - 1] + '…'}”"


def _ids(marks: Iterable[Mark]) -> tuple[str, ...]:
    return tuple(mark.id for mark in marks)


def _known(name: str) -> Format:
    if name in FORMATS:
        return FORMATS[name]
    near = get_close_matches(name, FORMATS, 1)
    raise ConfigError(
        f'"{name}" is no format of markers',
        where="--only",
        next_step=f"write {near[0]}" if near else f"use one of: {', '.join(FORMATS)}",
    )


def _told(report: list[Lost]) -> dict[str, bytes]:
    """The report, for people and for programs."""
    lines = [str(one) for one in report] or ["Every format holds everything."]
    return {
        "markers/report.json": pretty({"version": VERSION, "lost": [asdict(one) for one in report]}),
        "markers/report.txt": ("\n".join(lines) + "\n").encode(),
    }
