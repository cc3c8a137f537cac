"""The studio: ffmpeg, PyAV and moviepy behind the one protocol that stages know."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pipeline.errors import InputError
from pipeline.model.media import Media, Track
from pipeline.model.timeline import Break, Card, Hold, Take
from pipeline.tools import ffmpeg, fonts, process
from pipeline.tools.encoders import Encoder, choose
from pipeline.tools.protocols import Look, Samples, Speech


@dataclass(frozen=True)
class Footage:
    """A source at hand: its file, what ingest found, and the track that counts."""

    path: Path
    media: Media
    track: Track


class Rack:
    """The studio of one production. `footage` by source id; `cutaways` by file name, as in the timeline."""

    def __init__(self, footage: Mapping[str, Footage], cutaways: Mapping[str, tuple[Path, Media | str]], qualities: Mapping[str, Mapping[str, Any]]) -> None:
        self._footage, self._cutaways, self._qualities = footage, cutaways, qualities

    @cached_property
    def build(self) -> str:
        return f"ffmpeg {process.build()}, font {fonts.fingerprint()}, moviepy {version('moviepy')}"

    def encoder(self, look: Look) -> Encoder:
        """The encoder for this look; its settings are part of the key of every picture."""
        return choose(self._qualities, look.quality, look.codec, look.hardware)

    def take(self, room: Path, take: Take, look: Look, ass: str, count: Callable[[int], None]) -> None:
        source = self._footage[take.source]
        laid = [(cutaway, self._cutaways[cutaway.file]) for cutaway in take.cutaways]
        arguments = ffmpeg.take_arguments(
            take,
            source.media,
            [(cutaway, what) for cutaway, (_, what) in laid],
            look.size,
            look.rate,
            self.encoder(look),
            burn=bool(ass),
            clean=not look.watermark,
            fill=look.fill,
            key=self._key(source, take.first, look),
        )
        ffmpeg.render(arguments, room, frames=take.frames, source=source.path, cutaways=[path for _, (path, _) in laid], ass=ass, count=count)

    def hold(self, room: Path, hold: Hold, look: Look, ass: str) -> None:
        source = self._footage[hold.source]
        key = self._key(source, hold.first, look)
        arguments = ffmpeg.hold_arguments(hold, source.media, look.size, look.rate, self.encoder(look), burn=bool(ass), fill=look.fill, key=key)
        ffmpeg.render(arguments, room, frames=hold.frames, source=source.path, ass=ass)

    def card(self, room: Path, card: Card | Break, look: Look, ass: str, count: Callable[[int], None]) -> None:
        from pipeline.tools.cards import draw

        draw(card, look.size, room / "card.png")
        ffmpeg.render(ffmpeg.card_arguments(card, look.size, look.rate, self.encoder(look), burn=bool(ass)), room, frames=card.frames, ass=ass, count=count)
        (room / "card.png").unlink()

    def sound(self, source: str, first: int, count: int) -> Samples:
        from pipeline.tools.sound import read

        found = self._footage[source]
        return read(found.path, found.media, found.track, first, count)

    def speech(self, source: str, start: Fraction, duration: Fraction | None = None) -> Speech:
        from pipeline.tools.sound import read_speech

        found = self._footage[source]
        return read_speech(found.path, found.media, found.track, start, duration)

    def level(self, room: Path, source: str) -> float:
        """The loudness of a source's own track, LUFS: how far its gain has to bring it."""
        found = self._footage[source]
        return ffmpeg.loudness(room, source=found.path, stream=found.track.stream)[0]

    def loudness(self, room: Path, raw: Path) -> tuple[float, float]:
        return ffmpeg.loudness(room, raw=raw)

    def encode(self, room: Path, raw: Path, gain: float, ceiling: float) -> Path:
        return ffmpeg.encode_sound(raw, room, gain=gain, ceiling=ceiling)

    def decode(self, room: Path, encoded: Path) -> Path:
        return ffmpeg.decode_sound(encoded, room)

    def join(self, parts: Sequence[tuple[Path, int]], rate: Fraction, out: Path) -> None:
        ffmpeg.join_pictures(parts, rate, out)

    def mux(self, room: Path, picture: Path, sound: Path, chapters: str, title: str, language: str, out: str) -> None:
        ffmpeg.mux(picture, sound, chapters, title, language, room, out)

    def still(self, room: Path, video: Path, at: Fraction) -> bytes:
        return ffmpeg.jpeg(video, room, at=at)

    def _key(self, source: Footage, first: int, look: Look) -> Fraction | None:
        """Where decoding starts in a stream without an index; the others find it themselves."""
        from pipeline.tools.probe import key_frame

        return key_frame(source.path, source.media, first / look.rate) if source.media.container in ("mpegts", "mpeg") else None


def choose_track(name: str, media: Media, wanted: int | None) -> Track:
    """The track that production.toml names, or the default one, or the first."""
    if not media.tracks:
        raise InputError("has no sound, and an interview needs some", where=name, next_step="give the file with its sound; silent pictures are for cutaways")
    if wanted is not None:
        found = next((track for track in media.tracks if track.number == wanted), None)
        if not found:
            raise InputError(f"has {len(media.tracks)} sound track(s), not a track {wanted}", where=name, next_step="correct `track` in production.toml")
        return found
    return next((track for track in media.tracks if track.default), media.tracks[0])
