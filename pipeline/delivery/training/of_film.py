"""What people learn with, from the film: the marked film, its breaks in every language, and what stands
beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Literal, Protocol
from uuid import UUID, uuid5

from pipeline.captions.model import Captions, Cue, moved
from pipeline.core.finding import Finding
from pipeline.core.media import Media
from pipeline.core.time import decimal
from pipeline.delivery import transcript_page
from pipeline.delivery.alternatives import Access
from pipeline.delivery.training.model import Completion, Line, Stop, Stretch, Support, Training, Version
from pipeline.edit.marked import Marked as Marking
from pipeline.edit.timeline import Break, Card, Hold, Shot, Take, Timeline
from pipeline.engine.workspace import Workspace
from pipeline.errors import ConfigError
from pipeline.production.breaks import kind_of
from pipeline.production.load import Production
from pipeline.render.parts import still

NAMESPACE = UUID("5c0b7c3e-7a3d-5a6e-8f0e-3f1d2b9a6c44")
"""Of the ids that are made of films' titles."""

SLACK = Fraction(1)
"""Seconds by which another version of the film may be longer or shorter than it."""

VERSIONS: tuple[tuple[Literal["described", "signed"], str], ...] = (
    ("described", "description"),
    ("signed", "sign_language"),
)
"""What a version is called, and its table of production.toml."""


WANTED = "an MP4 with picture and sound, as long as the marked film"


class Marked(Protocol):
    """The film as players of its breaks need it."""

    @property
    def timeline(self) -> Timeline: ...

    @property
    def captions(self) -> Captions: ...

    @property
    def parts(self) -> Sequence[Path]: ...

    @property
    def without_captions(self) -> Path: ...


class Taught(Protocol):
    """A film of a production, held or marked."""

    production: Production
    workspace: Workspace
    draft: bool

    @property
    def marked(self) -> Marked: ...

    @property
    def marking(self) -> Marking: ...

    @property
    def alternatives(self) -> Access: ...


def training(film: Taught) -> Training:
    """All of it, made if it is not kept already. Whether it may leave is the gate's to say."""
    if film.draft:
        step = "build the film: what people learn with has no draft"
        raise ConfigError("a draft goes into no package", where="--draft", next_step=step)
    production, marked = film.production, film.marked
    timeline, beside = marked.timeline, production.training
    seconds = timeline.frames / timeline.rate
    return Training(
        id=identity(production),
        title=production.film.title,
        language=production.film.language,
        use=production.film.use,
        size=production.size,
        rate=production.rate,
        duration=seconds,
        film=marked.without_captions,
        poster=_poster(film, marked),
        captions=_told(marked.captions),
        lines=tuple(lines(timeline, marked.captions, _described(film))),
        chapters=tuple(chapters(timeline)),
        stops=tuple(_stop(one, timeline) for one in timeline.breaks),
        content_note="\n".join(card.text.strip() for card in production.cards if card.kind == "note"),
        warnings=tuple(warnings(production, timeline)),
        support=tuple(Support(one.name, one.contact, one.about) for one in beside.support),
        agreement=tuple(beside.agreement),
        completion=Completion(beside.share, beside.breaks),
        leave=beside.leave,
        versions=tuple(
            Version(kind, path) for kind, _, path, why in _versions(film.alternatives, seconds) if not why
        ),
    )


def _told(captions: Captions) -> Captions:
    """The captions without the ids of recordings: an id may be somebody's name."""
    return replace(captions, cues=tuple(replace(cue, source="") for cue in captions.cues))


def findings(film: Taught) -> list[Finding]:
    """What a person should look at: versions that cannot be played in the place of the film without cards."""
    timeline = film.marked.timeline
    return [
        Finding("version", "warning", file, "is left out of the player", why, WANTED)
        for _, file, _, why in _versions(film.alternatives, timeline.frames / timeline.rate)
        if why
    ]


def identity(production: Production) -> str:
    """By which records of learners know the film: as production.toml says, else made of its title, so that it
    stays whatever becomes of its content and its folder.
    """
    title = " ".join(production.film.title.casefold().split())
    return production.training.id or str(uuid5(NAMESPACE, title))


def _poster(film: Taught, marked: Marked) -> bytes:
    """The title, or else the first who speaks."""
    shots = list(zip(marked.timeline.shots, marked.parts, strict=True))
    titles = (one for one in shots if isinstance(one[0], Card) and one[0].style == "title")
    takes = (one for one in shots if isinstance(one[0], Take))
    shot, part = next(titles, None) or next(takes, shots[0])
    return still(film.workspace, marked.timeline, shot, part, marked.timeline.size[1])


def _stop(one: Break, timeline: Timeline) -> Stop:
    return Stop(
        one.id,
        timeline.time(one.at).seconds,
        kind_of(one.kind),
        one.seconds,
        one.wording,
        one.template,
        dict(one.translations),
        one.after,
    )


def _described(film: Taught) -> Sequence[Cue]:
    """The script of the audio description, on the marked film: it was written for the production's own."""
    cues = film.alternatives.described
    if not cues or film.production.film.breaks == "marked":
        return cues
    return moved(Captions(film.production.film.language, tuple(cues)), film.marking.moment).cues


def lines(timeline: Timeline, captions: Captions, described: Sequence[Cue] = ()) -> Iterator[Line]:
    """The transcript, a turn a line; its breaks stand in `Training.stops`."""
    found = [one for one in transcript_page.lines(timeline, captions, described) if one.kind != "break"]
    begins = [one.at.seconds for one in found]
    ends = [*begins[1:], timeline.frames / timeline.rate]
    for one, begin, follows in zip(found, begins, ends, strict=True):
        said = [cue.span.end.seconds for cue in captions.cues if begin <= cue.span.start.seconds < follows]
        end = max(said, default=follows) if one.kind == "quote" else follows
        text = transcript_page.written(one) if one.kind == "description" else one.text
        yield Line(begin, min(end, follows), one.speaker, text, heading=one.kind == "scene")


def chapters(timeline: Timeline) -> Iterator[Stretch]:
    """The opening, each scene and the end."""
    starts = [(0, timeline.title)]
    for shot in timeline.shots:
        if isinstance(shot, Card) and (shot.scene or shot.style == "end"):
            starts.append((shot.at, shot.scene or "End"))
    if len(starts) > 1 and starts[1][0] == 0:
        starts = starts[1:]
    for (at, title), (end, _) in pairwise([*starts, (timeline.frames, "")]):
        yield Stretch(timeline.time(at).seconds, timeline.time(end).seconds, title)


def warnings(production: Production, timeline: Timeline) -> Iterator[Stretch]:
    """The scenes of which people are told before they come: each with its title, and with its last break."""
    for scene in production.scenes:
        mine = [n for n, shot in enumerate(timeline.shots) if _quote(shot) in scene.quotes]
        if not scene.content_note or not mine:
            continue
        first, last = mine[0], timeline.shots[mine[-1]]
        before = timeline.shots[first - 1] if first else None
        begins = before if isinstance(before, Card) and before.scene else timeline.shots[first]
        start, end = timeline.time(begins.at).seconds, timeline.time(last.end).seconds
        yield Stretch(start, end, scene.content_note)


def _quote(shot: Shot) -> str:
    return shot.quote if isinstance(shot, Take | Hold) else ""


def _versions(
    access: Access, seconds: Fraction
) -> Iterator[tuple[Literal["described", "signed"], str, Path, str]]:
    """(which, file of production.toml, where it is kept, why it is none) of what is approved as it is."""
    for kind, slot in VERSIONS:
        spec = access.slots.get(slot)
        file = getattr(spec, "file", "")
        if file and slot not in access.open:
            media, path = access.kept(file)
            yield kind, file, path, _unfit(media, path, seconds)


def _unfit(media: Media, path: Path, seconds: Fraction) -> str:
    """Why a recording cannot be played in the film's place."""
    if media.picture is None:
        return "it is sound alone, and is played in the film's place: give it as a film"
    if not media.tracks:
        return "it has no sound, and is played in the film's place: give the film with it laid in"
    if path.suffix.lower() != ".mp4":
        return "browsers play MP4"
    if abs(media.duration - seconds) > SLACK:
        return (
            f"it lasts {decimal(media.duration, 1)} s, and the film without its breaks' cards "
            f"{decimal(seconds, 1)} s: have it made for that film"
        )
    return ""
