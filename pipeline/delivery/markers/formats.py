"""Every format of markers: what it holds of a break and of a chapter, who reads it, and what is read of it.

`as_read` is what a reader finds in the file. Tests hold it against readers of others, so that the report of
what a format cannot hold tells what really is not there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from fractions import Fraction

from pipeline.core.time import nearest
from pipeline.delivery.markers import resolve
from pipeline.delivery.markers.fcp7 import fcp7_xml
from pipeline.delivery.markers.fcpxml import fcpxml
from pipeline.delivery.markers.ffmetadata import ffmetadata, ffmpeg_text
from pipeline.delivery.markers.model import Mark, Marked
from pipeline.delivery.markers.otio import otio, otio_text
from pipeline.delivery.markers.reflection import reflection_json
from pipeline.delivery.markers.sheets import one_cell, plain_cell, premiere_csv, reflection_csv
from pipeline.delivery.markers.vtt import (
    MOMENT,
    able_html,
    able_starts,
    able_vtt,
    chapters_vtt,
    one_line,
    reflection_vtt,
)
from pipeline.delivery.markers.xml import xml_text
from pipeline.delivery.training.model import Wording

ALL = frozenset(
    {"length", "prompt", "kind", "seconds", "template", "after", "easy_read", "content_note", "notes"}
    | {"translations"}
)
"""What a break has besides its name and its place."""

FOR_LEARNERS = ALL - {"notes", "after"}
EVERY_WORD = ALL - {"length", "after"}

Text = Callable[[str], str]


def _same(film: Marked) -> Marked:
    return film


def _text(text: str) -> str:
    return text


@dataclass(frozen=True)
class Format:
    """A way to write markers. `files` are its files by their names, each with what writes it."""

    name: str
    label: str
    readers: str
    """Who reads it."""
    files: Mapping[str, Callable[[Marked], bytes]]
    holds: frozenset[str] = frozenset()
    """Of a break, besides its name and its place; one of ALL."""
    breaks: bool = True
    chapters: bool = False
    learners: bool = False
    """Whether learners may read it: then it has no notes for the facilitator."""
    timecode: bool = False
    """Whether it counts in timecode, which has a label for every frame only where a rate is whole or NTSC."""
    text: Text = _text
    """How a prompt stands in it."""
    title: Text = _text
    """How a chapter's title stands in it."""
    moved: Callable[[Marked], Marked] = field(default=_same)
    """Where breaks stand in it, and for how long."""

    def as_read(self, film: Marked) -> Marked:
        """What a reader finds of this film's markers."""
        found = self.moved(film)
        marks = tuple(self._mark(mark) for mark in found.marks) if self.breaks else ()
        titles = tuple(replace(one, title=self.title(one.title)) for one in found.chapters)
        return replace(film, marks=marks, chapters=titles if self.chapters else ())

    def cannot(self, film: Marked) -> str:
        """Why this film's markers cannot be written so; blank where they can."""
        if self.timecode and not film.whole:
            return f"timecode cannot count {film.rate} frames a second"
        return ""

    def _mark(self, mark: Mark) -> Mark:
        keep = self.holds.__contains__
        return Mark(
            mark.id,
            mark.at,
            mark.frames if keep("length") else 0,
            mark.kind if keep("kind") else "",
            mark.seconds if keep("seconds") else Fraction(0),
            self._words(mark.said),
            mark.template if keep("template") else "own",
            mark.after if keep("after") else "",
            {name: self._words(said) for name, said in mark.translations.items()}
            if keep("translations")
            else {},
        )

    def _words(self, said: Wording) -> Wording:
        return Wording(
            **{
                one.name: self.text(getattr(said, one.name)) if one.name in self.holds else ""
                for one in fields(Wording)
            }
        )


def _stands(film: Marked, frames: Callable[[Mark], int]) -> Marked:
    return replace(film, marks=tuple(replace(mark, frames=frames(mark)) for mark in film.marks))


def _in_vtt(film: Marked) -> Marked:
    return _stands(film, lambda mark: mark.frames or nearest(MOMENT * film.rate))


def _in_able(film: Marked) -> Marked:
    found = able_starts(film)
    return replace(film, marks=tuple(replace(mark, at=nearest(at * film.rate)) for mark, at in found))


def _in_resolve(film: Marked) -> Marked:
    found = resolve.places(film)
    return replace(film, marks=tuple(replace(mark, at=at, frames=resolve.length(mark)) for mark, at in found))


def _in_fcpxml(film: Marked) -> Marked:
    return _stands(film, lambda mark: max(mark.frames, 1))


def _formats() -> list[Format]:
    return [
        Format(
            "json",
            "Reflection JSON",
            "programs, which find a JSON Schema for it beside our documentation",
            {"reflection.json": reflection_json},
            holds=ALL - {"length"},
        ),
        Format(
            "vtt",
            "WebVTT metadata",
            "web players that are told what to do: a TextTrack of kind metadata",
            {"reflection.vtt": lambda film: reflection_vtt(film).encode()},
            holds=FOR_LEARNERS,
            learners=True,
            moved=_in_vtt,
        ),
        Format(
            "able",
            "Able Player",
            'Able Player, data-meta-type="selector"; the blocks go into its page',
            {
                "able.vtt": lambda film: able_vtt(film).encode(),
                "able.html": lambda film: able_html(film).encode(),
            },
            holds=frozenset({"prompt", "easy_read", "content_note"}),
            learners=True,
            text=one_line,
            moved=_in_able,
        ),
        Format(
            "chapters",
            "WebVTT chapters",
            "web players: a TextTrack of kind chapters",
            {"chapters.vtt": lambda film: chapters_vtt(film).encode()},
            breaks=False,
            chapters=True,
            learners=True,
            title=one_line,
        ),
        Format(
            "ffmetadata",
            "ffmpeg's chapters",
            "ffmpeg; every film that is made here has them in its MP4",
            {"chapters.ffmeta": lambda film: ffmetadata(film).encode()},
            breaks=False,
            chapters=True,
            learners=True,
            title=ffmpeg_text,
        ),
        Format(
            "resolve",
            "Resolve's markers (EDL)",
            "DaVinci Resolve: Timelines > Import > Timeline Markers from EDL",
            {"resolve.edl": lambda film: resolve.resolve_edl(film).encode()},
            holds=frozenset({"length", "prompt"}),
            timecode=True,
            text=resolve.note,
            moved=_in_resolve,
        ),
        Format(
            "fcp7",
            "Final Cut Pro 7 XML",
            "Premiere Pro: File > Import; Resolve too",
            {"fcp7.xml": fcp7_xml},
            holds=frozenset({"length", "prompt"}),
            timecode=True,
            text=xml_text,
        ),
        Format(
            "fcpxml",
            "FCPXML 1.10",
            "Final Cut Pro: File > Import > XML; Resolve too",
            {"markers.fcpxml": fcpxml},
            holds=frozenset({"length", "prompt"}),
            chapters=True,
            timecode=True,
            text=xml_text,
            title=xml_text,
            moved=_in_fcpxml,
        ),
        Format(
            "otio",
            "OpenTimelineIO",
            "Resolve 18.5 and later, Kdenlive 25.04 and later, programs that use OpenTimelineIO",
            {"markers.otio": otio},
            holds=ALL,
            chapters=True,
            text=otio_text,
            title=otio_text,
        ),
        Format(
            "csv",
            "CSV",
            "spreadsheets",
            {"reflection.csv": lambda film: reflection_csv(film).encode()},
            holds=EVERY_WORD,
            text=plain_cell,
        ),
        Format(
            "premiere",
            "Premiere's list of markers",
            "scripts and tools that take what Premiere exports; Premiere itself does not import it",
            {"premiere.csv": lambda film: premiere_csv(film).encode()},
            holds=frozenset({"length", "prompt"}),
            chapters=True,
            timecode=True,
            text=one_cell,
            title=one_cell,
        ),
    ]


FORMATS: Mapping[str, Format] = {one.name: one for one in _formats()}
"""Every format by its name, as it is asked for."""
