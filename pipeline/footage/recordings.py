"""The recordings of a production, at hand: looked at, listened to on the right track, with what is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from pipeline.core.codec import codec
from pipeline.core.finding import Finding
from pipeline.core.footage import AS_IT_IS, Cleaning, File, Footage, Still
from pipeline.core.media import NO_TRACK, Feed, Media
from pipeline.core.time import nearest
from pipeline.engine.task import Call, Context, Task, call
from pipeline.engine.workspace import Workspace
from pipeline.errors import InputError
from pipeline.footage import chapters
from pipeline.footage.track_quality import clarity
from pipeline.production.load import Production
from pipeline.production.specs import SourceSpec

SPEECH_RATE = 16_000
HALF = 30
"""Seconds on either side of a recording's middle in which its tracks are compared."""


def _probe(at: Context, file: File, *, recorder: bool) -> Media:
    return at.tools.probe(file.path, file.sha256, recorder=recorder)


def _stream(at: Context, pieces: tuple[File, ...], name: str) -> None:
    with (at.folder / name).open("wb") as whole:
        for piece in pieces:
            with piece.path.open("rb") as file:
                while block := file.read(1 << 20):
                    whole.write(block)


def _look(at: Context, file: File, kind: str) -> str:
    at.tools.decode_still(file.path, kind, at.folder)
    return kind


def _clarity(at: Context, footage: Footage) -> dict[str, tuple[float, float]]:
    media = footage.media
    first = max(0, nearest((media.duration / 2 - HALF) * SPEECH_RATE))
    count = min(2 * HALF * SPEECH_RATE, nearest(media.duration * SPEECH_RATE) - first)
    found = {}
    for track in media.tracks:
        sides = at.tools.read(footage, track, first, count, SPEECH_RATE)
        found[Feed((track,)).name] = clarity(sides.mean(axis=1))
        if track.channels == 2:
            found |= {Feed((track,), side + 1).name: clarity(sides[:, side]) for side in (0, 1)}
    return found


LONG = 200
"""Bytes that a file's name may have, at most, and a few more for what we write beside it."""

INGEST = Task("ingest {}", 6, _probe, codec(Media), tools=("av",), stage="ingest")
"""What a file of footage is."""

STREAM: Task[Path] = Task("{} as one stream", 1, _stream, here=True)
"""The pieces of a broadcast stream, as AVCHD cameras cut it, put together byte by byte."""

LOOK = Task("look at {}", 5, _look, codec(str), tools=("ffmpeg",), here=True)
"""A still decoded once by itself, so that a broken one is named and not the footage under it."""

TRACKS = Task("tracks of {}", 2, _clarity, codec(dict[str, tuple[float, float]]), tools=("av",), here=True)
"""How loud and how clear voices are on every track of a source, and on each side of one with two."""


@dataclass(frozen=True)
class Recorded:
    """A recording where it lies: its file, or all its files in order, and what they are."""

    paths: tuple[Path, ...]
    media: Media

    @property
    def several(self) -> tuple[tuple[Path, Media], ...]:
        """Each of its files, and what that is."""
        found = [one.media for one in self.media.chapters] or [self.media]
        return tuple(zip(self.paths, found, strict=True))


def ingest(
    workspace: Workspace,
    production: Production,
    name: str,
    files: Sequence[str],
    people: Sequence[str] = (),
    *,
    recorder: bool = False,
) -> Recorded:
    """What a recording is, each of its files read once. A `recorder` may be without a picture."""
    paths = _files(workspace, production, files, people)
    several = [
        workspace.made(INGEST, _ingest(workspace, name, path, people, recorder=recorder)) for path in paths
    ]
    return _together(workspace, name, paths, several, people)


def _files(
    workspace: Workspace, production: Production, files: Sequence[str], people: Sequence[str]
) -> tuple[Path, ...]:
    """The files of a recording; pieces of one broadcast stream are put together first."""
    paths = tuple(production.path(file) for file in files)
    if len(paths) == 1:
        return paths
    names = [path.name for path in paths]
    chapters.in_order(names)
    pieces = tuple(File(path, workspace.fingerprints.of(path)) for path in paths)
    if len({piece.sha256 for piece in pieces}) < len(pieces):
        step = "name each file of the recording once, in order"
        raise InputError("is there twice, under two names", where=" and ".join(names), next_step=step)
    if not workspace.tools.one_stream(paths):
        return paths
    called = " + ".join(names) if len(" + ".join(names).encode()) < LONG else names[0]
    return (workspace.make(STREAM, called, people, pieces=pieces, name=called) / called,)


def _ingest(
    workspace: Workspace, name: str, path: Path, people: Sequence[str], *, recorder: bool = False
) -> Call:
    workspace.tools.sniff(path)
    found = File(path, workspace.fingerprints.of(path))
    return call(name, people, file=found, recorder=recorder)


def _together(
    workspace: Workspace, name: str, paths: tuple[Path, ...], several: Sequence[Media], people: Sequence[str]
) -> Recorded:
    if len(paths) == 1:
        return Recorded(paths, several[0])
    files = tuple(File(path, media.sha256) for path, media in zip(paths, several, strict=True))
    how = {"several": tuple(several)}
    return Recorded(paths, workspace.make(chapters.TOGETHER, name, people, how, files=files))


def sources(workspace: Workspace, production: Production) -> dict[str, Recorded]:
    """Every source as ingest finds it. Footage of somebody who has withdrawn is not opened at all."""
    opened = production.open_sources

    def hashed(source: SourceSpec) -> tuple[tuple[Path, ...], list[Call]]:
        paths = _files(workspace, production, source.all_files, source.everybody)
        return paths, [_ingest(workspace, source.id, path, source.everybody, recorder=True) for path in paths]

    asked = workspace.side_by_side(hashed, opened)
    found = iter(workspace.each(INGEST, [one for _, calls in asked for one in calls]))
    return {
        source.id: _together(workspace, source.id, paths, list(islice(found, len(calls))), source.everybody)
        for source, (paths, calls) in zip(opened, asked, strict=True)
    }


def cameras(
    workspace: Workspace, production: Production, recorded: Mapping[str, Recorded]
) -> dict[str, Footage]:
    """Every source with what is seen and listened to of it; refused where there is no picture or no sound."""
    found = {}
    for source in production.open_sources:
        (path, *others), media = recorded[source.id].paths, recorded[source.id].media
        name = " + ".join(one.name for one in (path, *others))
        shown = _stands_for(workspace, production, source, media, name)
        feed = choose_feed(name, media, source.track, source.channel)
        cleaning = Cleaning(source.hum or 0, source.hiss or "")
        found[source.id] = Footage(path, media, feed, cleaning or AS_IT_IS, others=tuple(others), still=shown)
    return found


def _stands_for(
    workspace: Workspace, production: Production, source: SourceSpec, media: Media, name: str
) -> Still | None:
    """The picture that is shown for a recording of sound alone; none where it has one of its own."""
    key = f"production.toml, source.{source.id}"
    if media.picture and source.picture:
        step = "take `picture` out: it stands for a recording of sound alone"
        raise InputError(
            f"has a picture of its own, and {key}.picture names another", where=name, next_step=step
        )
    if media.picture:
        return None
    if not source.picture:
        raise InputError(
            "is sound alone, without a picture",
            where=name,
            next_step=f'write picture = "footage/{source.id}.png" under {key}, and put a PNG or JPEG '
            "there that may be shown while it is heard; or give the interview's video file",
        )
    there = production.path(source.picture)
    if not (kind := workspace.tools.still_kind(there)):
        step = "give a PNG or JPEG, such as a drawing, or a photograph that may be shown"
        raise InputError("is no still picture", where=f"{key}.picture, {there.name}", next_step=step)
    return _still(workspace, source.picture, there, kind)


def cutaways(workspace: Workspace, production: Production) -> dict[str, Footage | Still]:
    """What is laid over joins, by the name that production.toml has for it: films and stills."""
    files = {cutaway.file for scene in production.scenes for cutaway in scene.cutaway}
    return {file: _cutaway(workspace, production, file) for file in sorted(files)}


def _cutaway(workspace: Workspace, production: Production, file: str) -> Footage | Still:
    path = production.path(file)
    if kind := workspace.tools.still_kind(path):
        return _still(workspace, file, path, kind)
    media = ingest(workspace, production, file, [file]).media
    if media.picture is None:
        raise InputError(
            "has no picture to cut away to", where=path.name, next_step="give a film or a PNG or JPEG still"
        )
    return Footage(path, media, Feed((NO_TRACK,)))


def _still(workspace: Workspace, name: str, path: Path, kind: str) -> Still:
    there = File(path, workspace.fingerprints.of(path))
    workspace.make(LOOK, name, file=there, kind=kind)
    return Still(there, kind)


def apart(production: Production) -> list[Finding]:
    """Where one recording was taken for several."""
    return chapters.apart(production.open_sources)


def file_at(media: Media, files: Sequence[str], seconds: float) -> tuple[str, float]:
    """The file of a recording that holds a moment of it, and when in that file."""
    if len(media.chapters) != len(files):
        return files[0], seconds
    number = max(0, sum(one.sound <= seconds for one in media.chapters) - 1)
    return files[number], seconds - float(media.chapters[number].sound)


def clear_tracks(
    workspace: Workspace, source: SourceSpec, footage: Footage
) -> dict[str, tuple[float, float]]:
    """The voices on every track of a source over a minute from its middle: (level, clarity) by name."""
    return workspace.make(TRACKS, source.id, source.everybody, footage=footage)


def choose_feed(name: str, media: Media, wanted: Sequence[int] = (), channel: int | None = None) -> Feed:
    """The tracks and the channel that production.toml names, or the default track, or the first."""
    if not media.tracks:
        raise InputError(
            "has no sound, and an interview needs some",
            where=name,
            next_step="give the file with its sound; silent pictures are for cutaways",
        )
    there = {track.number: track for track in media.tracks}
    if missing := [number for number in wanted if number not in there]:
        raise InputError(
            f"has {len(there)} sound track(s), not a track {missing[0]}",
            where=name,
            next_step="correct `track` in production.toml",
        )
    default = next((track for track in media.tracks if track.default), media.tracks[0])
    feed = Feed(tuple(there[number] for number in sorted(set(wanted))) or (default,), channel)
    if channel and channel > feed.tracks[0].channels:
        has = (
            f"track {feed.tracks[0].number} has {feed.tracks[0].channels} channel(s), not a channel {channel}"
        )
        raise InputError(has, where=name, next_step="correct `channel` in production.toml")
    return feed


def whole_film(workspace: Workspace, path: Path, sha256: str) -> Footage:
    """A finished film as if it were a source."""
    media = workspace.tools.probe(path, sha256)
    return Footage(path, media, choose_feed(path.name, media))
