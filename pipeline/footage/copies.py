"""Whose interview a picture shows or a recording is heard to be, whatever it was made into.

A second line behind what people say of pictures: by content, so that no other name, container, size, crop or
speed hides it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

from pipeline.core.codec import codec
from pipeline.core.footage import File, Footage, Still
from pipeline.core.media import Media
from pipeline.engine.task import Context, Task, call
from pipeline.engine.workspace import Workspace
from pipeline.footage import audio_sync, likeness
from pipeline.footage.likeness import Likeness
from pipeline.footage.multicam import OUTLINE
from pipeline.footage.recordings import Recorded, choose_feed, ingest
from pipeline.production.load import BesideSpec, Production, SourceSpec


@dataclass(frozen=True)
class Picture:
    """A file that is looked at: a still of this kind, or a film whose pictures are in this stream."""

    name: str
    file: File
    still: str = ""
    stream: int = 0
    people: tuple[str, ...] = ()

    @classmethod
    def of(cls, name: str, shown: Footage | Still) -> Picture:
        if isinstance(shown, Still):
            return cls(name, shown.file, shown.kind)
        return cls.recorded(name, shown.path, shown.media)

    @classmethod
    def recorded(cls, name: str, path: Path, media: Media, people: Iterable[str] = ()) -> Picture:
        stream = media.picture.stream if media.picture else 0
        return cls(name, File(path, media.sha256), "", stream, tuple(people))

    @property
    def key(self) -> list[object]:
        """Names exactly what is looked at."""
        return [self.file.sha256, self.still, self.stream]


def _small(at: Context, picture: Picture) -> None:
    rate = Fraction(likeness.A_SECOND)
    args = (picture.still, likeness.SIDE, rate, picture.stream, at.folder)
    np.save(at.folder / "squares.npy", likeness.distinct(at.tools.thumbnails(picture.file.path, *args)))


def _compare(at: Context, picture: Picture, known: Picture, squares: tuple[Path, Path]) -> Likeness:
    return likeness.alike(*(np.load(folder / "squares.npy") for folder in squares))


def _heard(at: Context, one: Footage, other: Footage, outlines: tuple[Path, Path]) -> bool:
    return audio_sync.heard_in(*(audio_sync.kept(folder) for folder in outlines))


SMALL: Task[Path] = Task("small pictures of {}", likeness.VERSION, _small, tools=("ffmpeg",), stage="compare")
"""What a film or a still shows, as it is compared with others."""

LIKE = Task("compare {}", likeness.VERSION, _compare, codec(Likeness))
"""How like a picture is to an interview."""

HEARD = Task("whether one conversation is in {}", audio_sync.VERSION, _heard, codec(bool), tools=("av",))
"""Are two recordings heard to be of one conversation, wherever each begins and however often it stopped?"""


# What is seen -----------------------------------------------------------------------------------


def interviews(
    workspace: Workspace, production: Production, cameras: Mapping[str, Footage]
) -> dict[str, list[Picture]]:
    """Every picture that was recorded of each source: by its own camera and by the others."""
    found = {}
    for source in production.open_sources:
        own, who = cameras[source.id], source.everybody
        seen = pictures_of(source.file, Recorded((own.path, *own.others), own.media), who)
        for angle in source.angle:
            seen += pictures_of(
                angle.file, ingest(workspace, production, angle.file, angle.all_files, who), who
            )
        found[source.id] = seen
    return found


def pictures_of(name: str, recorded: Recorded, people: Iterable[str]) -> list[Picture]:
    """What is seen in a recording, a file each; nothing in one of sound alone."""
    who = tuple(people)
    return [Picture.recorded(name, path, media, who) for path, media in recorded.several if media.picture]


def shown_in(
    workspace: Workspace, pictures: Iterable[Picture], known: Mapping[str, Iterable[Picture]]
) -> dict[str, str]:
    """Which of these pictures show one of these interviews: by name, the source."""
    pairs = [(picture, name, other) for picture in pictures for name, seen in known.items() for other in seen]

    def found(pair: tuple[Picture, str, Picture]) -> bool:
        return likeness_of(workspace, pair[0], pair[2]).score >= likeness.ALIKE

    alike = workspace.side_by_side(found, pairs)
    return {picture.name: name for (picture, name, _), same in zip(pairs, alike, strict=True) if same}


def likeness_of(workspace: Workspace, picture: Picture, known: Picture) -> Likeness:
    """How like a picture is to whichever frame of an interview it is most like."""
    people = (*picture.people, *known.people)
    wanted = call(f"{picture.name} with {known.name}", people, picture=picture, known=known)
    if not workspace.cache.dry and not workspace.keeps(LIKE, wanted):
        squares = [workspace.make(SMALL, one.name, one.people, picture=one) for one in (picture, known)]
        wanted = call(wanted.of, people, {"squares": tuple(squares)}, **wanted.inputs)
    return workspace.made(LIKE, wanted)


# What is heard ----------------------------------------------------------------------------------


def by_hand(production: Production) -> list[tuple[SourceSpec, BesideSpec]]:
    """The other recordings of which a person said where they lie: the sound did not have to say so."""
    return [
        (source, one)
        for source in production.open_sources
        for one in source.beside.values()
        if one.given is not None
    ]


def sound_of(
    workspace: Workspace, production: Production, source: SourceSpec, one: BesideSpec
) -> Footage | None:
    """What is heard of another recording of a source; None where it is silent."""
    recorder = source.recorder == one
    found = ingest(workspace, production, one.file, one.all_files, source.everybody, recorder=recorder)
    (path, *others), media = found.paths, found.media
    if not media.tracks:
        return None
    feed = choose_feed(path.name, media, (one.track,) if one.track else ())
    return Footage(path, media, feed, others=tuple(others))


def stranger(
    workspace: Workspace,
    production: Production,
    cameras: Mapping[str, Footage],
    source: SourceSpec,
    one: BesideSpec,
) -> tuple[bool, str]:
    """Is another recording of a source not heard to be of its conversation? And of which other source's it is
    seen or heard to be, if of any.
    """
    sound = sound_of(workspace, production, source, one)
    if sound and heard_in(workspace, source.everybody, sound, cameras[source.id]):
        return False, ""
    strangers = [other for other in production.open_sources if {*other.everybody} != {*source.everybody}]
    for other in strangers:
        if sound and heard_in(workspace, other.everybody, sound, cameras[other.id]):
            return True, other.id
    recorder, who = source.recorder == one, source.everybody
    recorded = ingest(workspace, production, one.file, one.all_files, who, recorder=recorder)
    shown, seen = pictures_of(one.file, recorded, who), interviews(workspace, production, cameras)
    found = shown_in(workspace, shown, {other.id: seen[other.id] for other in strangers})
    return True, found.get(one.file, "")


def heard_in(workspace: Workspace, people: Iterable[str], one: Footage, other: Footage) -> bool:
    """Are both heard to be of one conversation?"""
    who = list(people)
    wanted = call(f"{one.name} and {other.name}", who, one=one, other=other)
    if not workspace.cache.dry and not workspace.keeps(HEARD, wanted):
        outlines = [workspace.make(OUTLINE, each.name, who, footage=each) for each in (one, other)]
        wanted = call(wanted.of, who, {"outlines": tuple(outlines)}, **wanted.inputs)
    return workspace.made(HEARD, wanted)
