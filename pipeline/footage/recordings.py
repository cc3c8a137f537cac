"""The recordings of a production, at hand: looked at, listened to on the right track, with what is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from pipeline.core.codec import codec
from pipeline.core.footage import AS_IT_IS, Cleaning, File, Footage, Still
from pipeline.core.media import NO_TRACK, Feed, Media
from pipeline.core.time import nearest
from pipeline.engine.task import Call, Context, Task, call
from pipeline.engine.workspace import Workspace
from pipeline.errors import InputError
from pipeline.footage.track_quality import clarity
from pipeline.production.load import Production, SourceSpec

SPEECH_RATE = 16_000
HALF = 30
"""Seconds on either side of a recording's middle in which its tracks are compared."""


def _probe(at: Context, file: File, *, recorder: bool) -> Media:
    return at.tools.probe(file.path, file.sha256, recorder=recorder)


def _look(at: Context, file: File, kind: str) -> str:
    at.tools.decode_still(file.path, kind, at.folder)
    return kind


def _clarity(at: Context, footage: Footage) -> dict[str, tuple[float, float]]:
    media = footage.media
    first = max(0, nearest((media.duration / 2 - HALF) * SPEECH_RATE))
    count = min(2 * HALF * SPEECH_RATE, nearest(media.duration * SPEECH_RATE) - first)
    found = {}
    for track in media.tracks:
        sides = at.tools.read(footage.path, media, track, first, count, SPEECH_RATE)
        found[Feed((track,)).name] = clarity(sides.mean(axis=1))
        if track.channels == 2:
            found |= {Feed((track,), side + 1).name: clarity(sides[:, side]) for side in (0, 1)}
    return found


INGEST = Task("ingest {}", 5, _probe, codec(Media), tools=("av",), stage="ingest")
"""What a file of footage is."""

LOOK = Task("look at {}", 5, _look, codec(str), tools=("ffmpeg",), here=True)
"""A still decoded once by itself, so that a broken one is named and not the footage under it."""

TRACKS = Task("tracks of {}", 2, _clarity, codec(dict[str, tuple[float, float]]), tools=("av",), here=True)
"""How loud and how clear voices are on every track of a source, and on each side of one with two."""


def ingest(
    workspace: Workspace,
    production: Production,
    name: str,
    file: str,
    people: Sequence[str] = (),
    *,
    recorder: bool = False,
) -> Media:
    """What a file is, read once. A `recorder` may be without a picture."""
    return workspace.made(INGEST, _ingest(workspace, production, name, file, people, recorder=recorder))


def _ingest(
    workspace: Workspace,
    production: Production,
    name: str,
    file: str,
    people: Sequence[str],
    *,
    recorder: bool = False,
) -> Call:
    path = production.path(file)
    workspace.tools.sniff(path)
    found = File(path, workspace.fingerprints.of(path))
    return call(name, people, file=found, recorder=recorder)


def sources(workspace: Workspace, production: Production) -> dict[str, Media]:
    """Every source as ingest finds it. Footage of somebody who has withdrawn is not opened at all."""
    opened = production.open_sources

    def hashed(source: SourceSpec) -> Call:
        return _ingest(workspace, production, source.id, source.file, source.everybody)

    found = workspace.each(INGEST, workspace.side_by_side(hashed, opened))
    return dict(zip((one.id for one in opened), found, strict=True))


def cameras(production: Production, media: Mapping[str, Media]) -> dict[str, Footage]:
    """Every source with what is listened to of it; refused where there is no picture or no sound."""
    found = {}
    for source in production.open_sources:
        path = production.path(source.file)
        if media[source.id].picture is None:
            raise InputError("has no picture", where=path.name, next_step="give the interview's video file")
        feed = choose_feed(path.name, media[source.id], source.track, source.channel)
        cleaning = Cleaning(source.hum or 0, source.hiss or "")
        found[source.id] = Footage(path, media[source.id], feed, cleaning or AS_IT_IS)
    return found


def cutaways(workspace: Workspace, production: Production) -> dict[str, Footage | Still]:
    """What is laid over joins, by the name that production.toml has for it: films and stills."""
    files = {cutaway.file for scene in production.scenes for cutaway in scene.cutaway}
    return {file: _cutaway(workspace, production, file) for file in sorted(files)}


def _cutaway(workspace: Workspace, production: Production, file: str) -> Footage | Still:
    path = production.path(file)
    if kind := workspace.tools.still_kind(path):
        there = File(path, workspace.fingerprints.of(path))
        workspace.make(LOOK, file, file=there, kind=kind)
        return Still(there, kind)
    media = ingest(workspace, production, file, file)
    if media.picture is None:
        raise InputError(
            "has no picture to cut away to", where=path.name, next_step="give a film or a PNG or JPEG still"
        )
    return Footage(path, media, Feed((NO_TRACK,)))


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
