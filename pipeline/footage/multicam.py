"""Other recordings of an interview: cameras and recorders with clocks of their own, laid beside their source.

A recording beside a source belongs to the source's contributor, and to nobody else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import partial
from pathlib import Path

from pipeline.core.clock_map import Sync
from pipeline.core.codec import codec
from pipeline.core.footage import Footage
from pipeline.core.media import NO_TRACK, Feed
from pipeline.engine.task import Context, Task, call
from pipeline.engine.tools import Tools
from pipeline.engine.workspace import Workspace
from pipeline.errors import ConfigError, InputError
from pipeline.footage import audio_sync
from pipeline.footage.recordings import Recorded, choose_feed, ingest
from pipeline.production.cameras import camera
from pipeline.production.load import Production
from pipeline.production.specs import BesideSpec, SourceSpec


def _outline(at: Context, footage: Footage) -> None:
    total = float(footage.media.duration)
    listen = partial(at.tools.hear_speech, footage)
    found = audio_sync.outline(listen, footage.media.duration, lambda done: at.progress(done, total))
    audio_sync.keep(at.folder, found)


def _align(at: Context, source: Footage, other: Footage, outlines: tuple[Path, Path]) -> Sync:
    heard = (_heard(at.tools, *one) for one in zip((source, other), outlines, strict=True))
    return audio_sync.align(*heard)


def _heard(tools: Tools, footage: Footage, outline: Path) -> audio_sync.Recording:
    """A recording as the aligner listens to it."""
    listen = partial(tools.hear_speech, footage)
    kept = audio_sync.kept(outline)
    return audio_sync.Recording(footage.name, footage.media.duration, listen, kept)


OUTLINE: Task[Path] = Task("outline of {}", audio_sync.VERSION, _outline, tools=("av",), stage="sync")
"""How loud a recording is from moment to moment; kept, for it may be laid beside several."""

SYNC = Task("sync {}", audio_sync.VERSION, _align, codec(Sync), tools=("av",))
"""How a recording's clock runs beside its source's, by what both hear."""


def recorders(
    workspace: Workspace, production: Production, cameras: Mapping[str, Footage]
) -> dict[str, Footage]:
    """The sound to be heard in a source's place, by source, for those that have a recorder."""
    having = [source for source in production.open_sources if source.recorder]

    def laid(source: SourceSpec) -> Footage:
        assert source.recorder
        spec = source.recorder
        found = ingest(workspace, production, spec.file, spec.all_files, source.everybody, recorder=True)
        return _laid(workspace, source, spec, cameras[source.id], f"{source.id} recorder", found)

    return dict(zip((one.id for one in having), workspace.side_by_side(laid, having), strict=True))


def angles(
    workspace: Workspace,
    production: Production,
    cameras: Mapping[str, Footage],
    wanted: Iterable[tuple[str, str]],
) -> dict[str, Footage]:
    """Other cameras of a source, by the camera's name: of each (source, angle) that is wanted."""
    asked = list(dict.fromkeys(wanted))

    def laid(one: tuple[str, str]) -> Footage:
        name, angle = one
        return _angle(workspace, production, production.source[name], angle, cameras[name])

    return dict(zip((camera(*one) for one in asked), workspace.side_by_side(laid, asked), strict=True))


def _angle(
    workspace: Workspace, production: Production, source: SourceSpec, name: str, own: Footage
) -> Footage:
    spec = next((angle for angle in source.angle if angle.id == name), None)
    if spec is None:
        known = ", ".join(f'"{angle.id}"' for angle in source.angle)
        raise ConfigError(
            f'{source.id} has no angle "{name}"',
            where="production.toml, scene.angle",
            next_step=f"it has: {known}" if known else f"give its file in a [[source.angle]] of {source.id}",
        )
    found = ingest(workspace, production, spec.file, spec.all_files, source.everybody)
    if found.media.picture is None:
        raise InputError(
            "has no picture to show",
            where=Path(spec.file).name,
            next_step="give it as [source.recorder], or give a camera's file",
        )
    return _laid(workspace, source, spec, own, camera(source.id, name), found)


def _laid(
    workspace: Workspace, source: SourceSpec, spec: BesideSpec, own: Footage, name: str, recorded: Recorded
) -> Footage:
    """A recording with how it runs beside its source: as a person wrote it, or else by what both hear."""
    (path, *others), media, given = recorded.paths, recorded.media, spec.given
    alone = Footage(path, media, Feed((NO_TRACK,)), others=tuple(others))
    if given and not media.tracks:
        return replace(alone, sync=given)
    if not media.tracks:
        raise InputError(
            f"has no sound, so it cannot be laid over {own.name} by it",
            where=alone.name,
            next_step='say where it lies: offset = "12.48" (its time when the source is at 0)',
        )
    chosen = (spec.track,) if spec.track else ()
    found = replace(alone, feed=choose_feed(alone.name, media, chosen))
    if given:
        return replace(found, sync=given)
    people = source.everybody
    wanted = call(name, people, source=own, other=found)
    if not workspace.cache.dry and not workspace.keeps(SYNC, wanted):
        outlines = [workspace.make(OUTLINE, one.name, people, footage=one) for one in (own, found)]
        wanted = replace(wanted, how={"outlines": tuple(outlines)})
    return replace(found, sync=workspace.made(SYNC, wanted))


def shown_frames(footage: Footage, rate: Fraction) -> range:
    """The frames of the film's rate, on the source's clock, that an angle has a picture for."""
    assert footage.media.picture
    return footage.sync.frames(footage.media.picture.start, footage.media.picture.end, rate)


def synced(
    cameras: Mapping[str, Footage], recorders: Mapping[str, Footage], names: Mapping[str, str]
) -> list[str]:
    """How each recorder, and each angle that the film uses, runs beside its source, a sentence each."""
    beside = {name.partition("/")[::2]: found for name, found in cameras.items() if "/" in name}
    told = [f'{names[source]}, angle "{angle}": {found.sync}' for (source, angle), found in beside.items()]
    return [*told, *(f"{names[source]}, recorder: {found.sync}" for source, found in recorders.items())]
