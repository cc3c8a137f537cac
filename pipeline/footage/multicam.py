"""Other recordings of an interview: cameras and recorders with clocks of their own, laid beside their source.

Behind the desk. A recording beside a source belongs to the source's contributor, and to nobody else: the same
gate stands before it, and a file that is somebody else's interview is refused whatever it is called.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from pipeline.core.media import NO_TRACK, Feed, Media
from pipeline.engine import records
from pipeline.engine.cache import Shelf
from pipeline.errors import ConfigError, InputError
from pipeline.footage import audio_sync
from pipeline.production.cameras import camera
from pipeline.production.load import BesideSpec, Production, RecorderSpec, SourceSpec

if TYPE_CHECKING:
    from pipeline.adapters.renderer import Footage
    from pipeline.core.ports import Speech

Progress = Callable[[str, str, float, float], None]


class Ingest(Protocol):
    def __call__(self, name: str, file: str, person: str = "", *, recorder: bool = False) -> Media: ...


class Beside:
    def __init__(self, production: Production, shelf: Shelf, ingest: Ingest, progress: Progress) -> None:
        self.production, self.shelf, self.ingest, self.progress = production, shelf, ingest, progress

    def recorder(self, source: SourceSpec, spec: RecorderSpec, own: Footage) -> Footage:
        """The sound to be heard in a source's place."""
        media = self.ingest(f"ingest {spec.file}", spec.file, source.contributor, recorder=True)
        return self._laid(source, spec, own, f"{source.id} recorder", media)

    def angle(self, source: SourceSpec, name: str, own: Footage) -> Footage:
        """Another camera of a source."""
        spec = next((angle for angle in source.angle if angle.id == name), None)
        if spec is None:
            known = ", ".join(f'"{angle.id}"' for angle in source.angle)
            raise ConfigError(
                f'{source.id} has no angle "{name}"',
                where="production.toml, scene.angle",
                next_step=f"it has: {known}"
                if known
                else f"give its file in a [[source.angle]] of {source.id}",
            )
        media = self.ingest(f"ingest {spec.file}", spec.file, source.contributor)
        if media.picture is None:
            raise InputError(
                "has no picture to show",
                where=Path(spec.file).name,
                next_step="give it as [source.recorder], or give a camera's file",
            )
        return self._laid(source, spec, own, camera(source.id, name), media)

    def _laid(self, source: SourceSpec, spec: BesideSpec, own: Footage, name: str, media: Media) -> Footage:
        """A recording with how it runs beside its source: as a person wrote it, or else by what both hear."""
        from pipeline.adapters.renderer import Footage, choose_feed

        path, given = self.production.path(spec.file), spec.given
        if given and not media.tracks:
            return Footage(path, media, Feed((NO_TRACK,)), sync=given)
        if not media.tracks:
            raise InputError(
                f"has no sound, so it cannot be laid over {own.path.name} by it",
                where=path.name,
                next_step='say where it lies: offset = "12.48" (its time when the source is at 0)',
            )
        found = Footage(path, media, choose_feed(path.name, media, (spec.track,) if spec.track else ()))
        if given:
            return replace(found, sync=given)
        components = {"source": own.print, "recording": found.print, "version": audio_sync.VERSION}

        def work(room: Path) -> None:
            laid = audio_sync.align(
                self._heard(own, source.contributor), self._heard(found, source.contributor)
            )
            (room / "sync.json").write_bytes(records.sync_record(laid))

        made = self.shelf.make(f"sync {name}", components, work, [source.contributor])
        return replace(found, sync=records.read_sync((made / "sync.json").read_bytes()))

    def _heard(self, footage: Footage, person: str) -> audio_sync.Recording:
        """A recording as the aligner listens to it; its outline is kept, for it may be laid beside
        several.
        """
        from pipeline.adapters.pyav.audio import hear_speech

        total = float(footage.media.duration)

        def listen(start: Fraction, duration: Fraction) -> Speech:
            return hear_speech(footage.path, footage.media, footage.feed, start, duration)

        def work(room: Path) -> None:
            audio_sync.keep(
                room,
                audio_sync.outline(
                    listen,
                    footage.media.duration,
                    lambda done: self.progress("sync", footage.path.name, done, total),
                ),
            )
            self.progress("sync", footage.path.name, total, total)

        made = self.shelf.make(
            f"outline of {footage.path.name}",
            {"recording": footage.print, "version": audio_sync.VERSION},
            work,
            [person],
        )
        return audio_sync.Recording(footage.path.name, footage.media.duration, listen, audio_sync.kept(made))
