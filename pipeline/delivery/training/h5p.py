"""H5P Interactive Video: the film with its breaks, for a site that has the libraries of coreApi 1.27.

Nothing that a learner does here is asked for: a break is a text over the paused film. A box to type into is
written only where somebody asks for it, since H5P sends what is typed to the site.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from pipeline.captions.formats import to_vtt
from pipeline.delivery.training.h5p_libraries import FREE_TEXT, MAIN, RUNTIME, TEXT, Library, taken
from pipeline.delivery.training.h5p_preflight import foresee, lint
from pipeline.delivery.training.h5p_words import Words, words
from pipeline.delivery.training.model import Stop, Stretch, Training
from pipeline.delivery.training.package import Content, zipped
from pipeline.errors import InputError

__all__ = ["content", "files", "foresee", "lint", "package", "room", "unsent"]

FILM, POSTER = "videos/film.mp4", "images/poster.jpg"

WINDOW = Fraction(1, 25)
"""How long an interaction asks to be shown. H5P looks every 40 ms, and shows each for a second more."""

SHOWN = 1 + WINDOW
"""How long one stays on the film where it goes on: what is to be said sooner is said with it."""

UNKNOWN = "U"
"""H5P's "undisclosed": who holds the rights, the film says itself."""

TITLE, DESCRIPTION, PACKAGE_TITLE = 60, 120, 255
"""Characters of a start screen's title and of its line, and bytes of the title in h5p.json."""

WIDE = 40
"""A film's width in the ems in which H5P measures what lies on it."""


@dataclass(frozen=True)
class Block:
    """A paragraph, a heading or a list of a text."""

    tag: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Said:
    """What is shown over the paused film at a moment of it."""

    at: Fraction
    title: str
    blocks: tuple[Block, ...]
    goto: Fraction | None = None
    """Where choosing the text leads to."""
    typed: bool = False
    """May people type an answer?"""


def package(
    training: Training,
    to: Path,
    *,
    libraries: Path | None = None,
    free_text: bool = False,
    max_size: int | None = None,
) -> Path:
    """Write the film as an .h5p: content only, or with the libraries that it needs out of a file that a site
    gave. InputError where it is larger than `max_size` bytes; `room` says how large its film may be.
    """
    if max_size is not None:
        left = room(training, max_size, libraries=libraries, free_text=free_text)
        if (size := training.film.stat().st_size) > left:
            raise InputError(
                f"would have {max_size - left + size} bytes, and may have {max_size}",
                where=to.name,
                next_step="let the film be encoded smaller for it, or give it more room",
            )
    return zipped(files(training, libraries=libraries, free_text=free_text), to)


def files(
    training: Training, *, libraries: Path | None = None, free_text: bool = False
) -> dict[str, Content]:
    """All files of the package by their names in it."""
    said = content(training, free_text=free_text)
    used = _libraries_in(said)
    needed, shipped = taken(libraries, [MAIN, *used]) if libraries else (_known(used), {})
    track = f"content/{_track(training)}"
    return {
        "h5p.json": _json(_about(training, needed)),
        "content/content.json": _json(said),
        f"content/{POSTER}": training.poster,
        track: to_vtt(training.captions).encode(),
        f"content/{FILM}": training.film,
        **dict(sorted(shipped.items())),
    }


def room(training: Training, max_size: int, *, libraries: Path | None = None, free_text: bool = False) -> int:
    """Bytes that the film may have, so that the package has no more than `max_size`."""
    empty = replace(training, film=Path("/"))
    others = files(empty, libraries=libraries, free_text=free_text) | {f"content/{FILM}": b""}
    with TemporaryDirectory() as folder:
        rest = zipped(others, Path(folder) / "rest.h5p").stat().st_size
    return max_size - rest


def unsent(training: Training) -> list[str]:
    """What of the training an H5P package cannot hold, for an export report."""
    lacks = {
        "notes for whoever facilitates": any(stop.wording.notes for stop in training.stops),
        "what a group agrees on": bool(training.agreement),
        "timers of breaks": bool(training.stops),
        "wording of breaks in other languages": any(stop.translations for stop in training.stops),
        "easy-read wording of breaks": any(stop.wording.easy_read for stop in training.stops),
        "described and signed versions of the film": bool(training.versions),
        '"Leave this video"': True,
    }
    return [what for what, there in lacks.items() if there]


# content.json -------------------------------------------------------------------------------------


def content(training: Training, *, free_text: bool = False) -> dict[str, Any]:
    """The parameters of Interactive Video, as its semantics describe them. Nothing is scored."""
    said = words(training.language)
    start = {
        "title": _plain(training.title, TITLE),
        "hideStartTitle": False,
        "poster": _file(POSTER, "image/jpeg"),
    }
    if training.content_note:
        start["shortStartDescription"] = _plain(training.content_note, DESCRIPTION)
    track = {
        "label": _plain(said.captions),
        "kind": "captions",
        "srcLang": training.captions.language or training.language,
        "track": _file(_track(training), "text/vtt"),
    }
    return {
        "interactiveVideo": {
            "video": {
                "files": [_file(FILM, "video/mp4")],
                "startScreenOptions": start,
                "textTracks": {"videoTrack": [track], "defaultTrackLabel": track["label"]},
            },
            "assets": {
                "interactions": [
                    _interaction(training, one, said) for one in moments(training, free_text=free_text)
                ],
                "bookmarks": [
                    {"time": _seconds(one.start), "label": _plain(one.text)} for one in training.chapters
                ],
                "endscreens": [],
            },
        },
        "override": {
            "autoplay": False,
            "loop": False,
            "showBookmarksmenuOnLoad": False,
            "showRewind10": True,
            "preventSkippingMode": "none",
            "deactivateSound": False,
        },
    }


def moments(training: Training, *, free_text: bool = False) -> list[Said]:
    """All that is shown over the film, in its order. A warning that comes while a break is still to be seen
    is said with it; a break is never said early.
    """
    said = words(training.language)
    found = [
        *_opening(training, said),
        *(_warning(one, said) for one in training.warnings),
        *(_stop(one, training.language, said, free_text=free_text) for one in training.stops),
    ]
    together: list[Said] = []
    for one in sorted(found, key=lambda each: each.at):
        if together and one.goto is not None and one.at < together[-1].at + SHOWN:
            together[-1] = _joined(together[-1], one, said)
        else:
            together.append(one)
    return together


def _joined(first: Said, then: Said, said: Words) -> Said:
    """A warning told with what comes just before it."""
    blocks = [block for one in (first, then) for block in (*one.blocks, *_seek(one, said))]
    return Said(first.at, f"{first.title}, {then.title}", tuple(blocks), typed=first.typed)


def _seek(one: Said, said: Words) -> list[Block]:
    return [] if one.goto is None else [Block("p", (said.seek.format(said.spoken(one.goto)),))]


def _opening(training: Training, said: Words) -> Iterator[Said]:
    """What people are told before the film, with where they can turn to."""
    blocks = [*_paragraphs(training.content_note)]
    if training.support:
        contacts = [
            f"{one.name}: {one.contact}" + (f" ({one.about})" if one.about else "")
            for one in training.support
        ]
        blocks += [Block("p", (f"{said.support}:",)), Block("ul", tuple(contacts))]
    if blocks:
        yield Said(Fraction(0), said.before, (Block("h2", (said.before,)), *blocks))


def _warning(one: Stretch, said: Words) -> Said:
    head = Block("h2", (said.note_at,))
    title = said.at.format(said.note_at, said.spoken(one.start))
    return Said(one.start, title, (head, *_paragraphs(one.text)), goto=one.end)


def _stop(stop: Stop, language: str, said: Words, *, free_text: bool) -> Said:
    wording = stop.said_in(language)
    typed = free_text and stop.kind not in ("pair", "group")
    blocks = [
        Block("h2", (said.stop,)),
        *_paragraphs(wording.content_note),
        *_paragraphs(wording.prompt),
        *_list(said.templates[stop.template]),
        *_paragraphs("" if typed else said.kinds[stop.kind]),
        *([Block("p", (said.about.format(said.spoken(stop.seconds)),))] if stop.seconds else []),
    ]
    return Said(stop.at, said.at.format(said.stop, said.spoken(stop.at)), tuple(blocks), typed=typed)


def _ending(one: Said, said: Words) -> list[Block]:
    """How people go on from here."""
    skip = [] if one.goto is None else [said.skip.format(said.spoken(one.goto))]
    return [Block("p", (line,)) for line in (*skip, said.typed if one.typed else said.go_on)]


def _paragraphs(text: str) -> list[Block]:
    return [Block("p", (line.strip(),)) for line in text.splitlines() if line.strip()]


def _list(lines: Sequence[str]) -> list[Block]:
    return [Block("ul", tuple(lines))] if lines else []


def _interaction(training: Training, one: Said, said: Words) -> dict[str, Any]:
    """Text over most of the paused film; a screen reader says its `libraryTitle`."""
    width, height = training.size
    goto = (
        {"goto": {"type": "timecode", "time": _seconds(one.goto), "visualize": True}}
        if one.goto is not None
        else {}
    )
    label = f"{one.title}. {said.typed}" if one.typed else one.title
    return {
        "x": 5,
        "y": 5,
        "width": WIDE * 9 // 10,
        "height": round(WIDE * height / width * 0.8, 2),
        "duration": {"from": _seconds(one.at), "to": _seconds(one.at + WINDOW)},
        "pause": True,
        "displayType": "poster",
        "buttonOnMobile": True,
        "label": f"<p>{escape(label, quote=False)}</p>",
        "libraryTitle": _plain(one.title),
        "action": _action(training, one, said),
        "visuals": {"backgroundColor": "rgb(255, 255, 255)", "boxShadow": True},
        **goto,
    }


def _action(training: Training, one: Said, said: Words) -> dict[str, Any]:
    library, kind = (FREE_TEXT, "Free Text Question") if one.typed else (TEXT, "Text")
    blocks = (*one.blocks, *_ending(one, said))
    asked = {"question": _plain(_spoken(blocks)), "maxScore": 0, "isRequired": False}
    return {
        "library": str(library),
        "params": asked if one.typed else {"text": _html(blocks)},
        "subContentId": str(uuid5(NAMESPACE_URL, f"{training.id} {one.title}")),
        "metadata": {"contentType": kind, "license": UNKNOWN, "title": one.title},
    }


def _html(blocks: Iterable[Block]) -> str:
    """In tags that H5P's filter lets through in a text; what people wrote is text and nothing else."""
    return "".join(map(_marked, blocks))


def _marked(block: Block) -> str:
    lines = [escape(line) for line in block.lines]
    inside = "".join(f"<li>{line}</li>" for line in lines) if block.tag == "ul" else lines[0]
    return f"<{block.tag}>{inside}</{block.tag}>"


def _spoken(blocks: Iterable[Block]) -> str:
    """A text where no tags are: headings are said by the title, items one after the other."""
    return " ".join(line for block in blocks if block.tag != "h2" for line in block.lines)


def _plain(text: str, most: int = 0) -> str:
    """A text as H5P keeps those without tags: escaped, on one line, no longer than there is room for."""
    left = " ".join(text.split())
    if not most or len(_escaped(left)) <= most:
        return _escaped(left)
    while len(_escaped(left)) + 1 > most:
        left = left.rpartition(" ")[0] or left[:-1]
    return f"{_escaped(left.rstrip(',;:. '))}…"


def _escaped(text: str) -> str:
    """As H5P's editor does it: an apostrophe stays, and screen readers say it."""
    return escape(text, quote=False).replace('"', "&quot;")


def _file(path: str, mime: str) -> dict[str, Any]:
    return {"path": path, "mime": mime, "copyright": {"license": UNKNOWN}}


def _track(training: Training) -> str:
    language = re.sub(r"[^A-Za-z0-9-]", "", training.captions.language or training.language) or "und"
    return f"files/captions-{language}.vtt"


def _seconds(at: Fraction) -> float:
    return round(float(at), 3)


# h5p.json -----------------------------------------------------------------------------------------


def _about(training: Training, needed: Sequence[Library]) -> dict[str, Any]:
    """What the package says of itself. H5P's fields for authors and changes stay out, as they name people."""
    return {
        "title": _within_bytes(" ".join(training.title.split()) or "Film", PACKAGE_TITLE),
        "language": _language(training.language),
        "mainLibrary": MAIN.name,
        "embedTypes": ["iframe"],
        "license": UNKNOWN,
        "preloadedDependencies": [one.dependency for one in needed],
    }


def _within_bytes(text: str, most: int) -> str:
    """Sites count bytes here."""
    return (
        text
        if len(text.encode()) <= most
        else text.encode()[: most - 3].decode(errors="ignore").rstrip() + "…"
    )


def _language(tag: str) -> str:
    """As h5p.json takes it: letters and hyphens, ten at most."""
    forms = (tag, tag.partition("-")[0])
    return next((one for one in forms if re.fullmatch(r"[-a-zA-Z]{1,10}", one)), "und")


def _known(used: Sequence[Library]) -> list[Library]:
    """What a film is played with, by the versions that Interactive Video 1.27 names."""
    return [*RUNTIME, *(one for one in used if one not in RUNTIME)]


def _libraries_in(said: Mapping[str, Any]) -> list[Library]:
    interactions = said["interactiveVideo"]["assets"]["interactions"]
    return sorted({Library.named(one["action"]["library"]) for one in interactions})


def _json(value: Mapping[str, Any]) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()
