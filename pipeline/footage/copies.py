"""Whose interview a picture shows or a recording is heard to be, whatever it was made into.

A second line behind what people say of pictures: by content, so that no other name, container, size, crop or
speed hides it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations
from pathlib import Path

import numpy as np

from pipeline.core.codec import codec
from pipeline.core.footage import File, Footage
from pipeline.core.media import Media
from pipeline.engine.task import Call, Context, Task, call
from pipeline.engine.workspace import Workspace
from pipeline.footage import audio_sync, likeness
from pipeline.footage.likeness import Likeness
from pipeline.footage.multicam import OUTLINE
from pipeline.footage.recordings import Recorded, choose_feed, ingest
from pipeline.production.load import Production
from pipeline.production.specs import BesideSpec, SourceSpec


@dataclass(frozen=True)
class Picture:
    """A file that is looked at: a still of this kind, or a film whose pictures are in this stream."""

    name: str
    file: File
    still: str = ""
    stream: int = 0
    people: tuple[str, ...] = ()

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

LIKE = Task("compare {}", likeness.VERSION, _compare, codec(Likeness), here=True)
"""How like a picture is to an interview. Here, and one after another: it has OpenBLAS use all cores, and
beside that nothing may fork, as is done to start ffmpeg: both would wait for each other for ever.
"""

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
        seen = own_pictures(source, own)
        for angle in source.angle:
            seen += pictures_of(
                angle.file, ingest(workspace, production, angle.file, angle.all_files, who), who
            )
        found[source.id] = seen
    return found


def own_pictures(source: SourceSpec, camera: Footage) -> list[Picture]:
    """What is seen by a source's own camera."""
    recorded = Recorded((camera.path, *camera.others), camera.media)
    return pictures_of(source.file, recorded, source.everybody)


def pictures_of(name: str, recorded: Recorded, people: Iterable[str]) -> list[Picture]:
    """What is seen in a recording, a file each; nothing in one of sound alone."""
    who = tuple(people)
    return [Picture.recorded(name, path, media, who) for path, media in recorded.several if media.picture]


def picture(workspace: Workspace, production: Production, file: str) -> Picture:
    """A picture that is no interview, as production.toml names it: a still or a film."""
    path = production.path(file)
    if kind := workspace.tools.still_kind(path):
        return Picture(file, File(path, workspace.fingerprints.of(path)), kind)
    return Picture.recorded(file, path, ingest(workspace, production, file, [file]).media)


def shown_in(
    workspace: Workspace, pictures: Iterable[Picture], known: Mapping[str, Iterable[Picture]]
) -> dict[str, str]:
    """Which of these pictures show one of these interviews: by name, the source."""
    pairs = [(one, name, other) for one in pictures for name, seen in known.items() for other in seen]
    asked = [_like(one, other) for one, _, other in pairs]
    squares = _squares(workspace, pairs, asked)
    found: dict[str, str] = {}
    for (picture, name, other), wanted in zip(pairs, asked, strict=True):
        lent = tuple(squares[one.file.sha256] for one in (picture, other) if one.file.sha256 in squares)
        if workspace.made(LIKE, replace(wanted, how={"squares": lent})).score >= likeness.ALIKE:
            found.setdefault(picture.name, name)
    return found


def _like(picture: Picture, known: Picture) -> Call:
    people = (*picture.people, *known.people)
    return call(f"{picture.name} with {known.name}", people, picture=picture, known=known)


def _squares(
    workspace: Workspace, pairs: list[tuple[Picture, str, Picture]], asked: list[Call]
) -> dict[str, Path]:
    """The small pictures of all that was not compared yet, by what is in their files: all of them first."""
    if workspace.cache.dry:
        return {}
    new = [pair for pair, wanted in zip(pairs, asked, strict=True) if not workspace.keeps(LIKE, wanted)]
    looked = {one.file.sha256: one for pair in new for one in (pair[0], pair[2])}

    def small(one: Picture) -> Path:
        return workspace.make(SMALL, one.name, one.people, picture=one)

    return dict(zip(looked, workspace.side_by_side(small, looked.values()), strict=True))


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


def twice(
    workspace: Workspace, production: Production, cameras: Mapping[str, Footage]
) -> dict[str, tuple[str, str]]:
    """Recordings that are given as two sources, whatever one of them was made into: by file, both sources.

    By their sound first, which is soon compared; two cameras of one conversation hear the same, and see
    something else.
    """
    pairs = list(combinations(production.open_sources, 2))
    own = {one.id: own_pictures(one, cameras[one.id]) for one in production.open_sources}

    def both(pair: tuple[SourceSpec, SourceSpec]) -> bool:
        people = {who for source in pair for who in source.everybody}
        return heard_in(workspace, people, *(cameras[source.id] for source in pair))

    alike = [pair for pair in pairs if both(pair)]
    return {
        two.file: (one.id, two.id)
        for one, two in alike
        if shown_in(workspace, own[two.id], {one.id: own[one.id]})
    }


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
