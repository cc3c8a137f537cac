"""The studio: ffmpeg, PyAV and moviepy behind the one protocol that stages know."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pipeline.errors import InputError
from pipeline.model.media import Feed, Media
from pipeline.model.timeline import Break, Card, Hold, Take
from pipeline.tools import ffmpeg, fonts, process
from pipeline.tools.cleaning import Cleaning, Noise, clean
from pipeline.tools.encoders import Encoder, choose
from pipeline.tools.protocols import Look, Samples, Speech

AS_IT_IS = Cleaning()


@dataclass(frozen=True)
class Footage:
    """A source at hand: its file, what ingest found, what is listened to of it, and what is taken out before it is heard."""

    path: Path
    media: Media
    feed: Feed
    cleaning: Cleaning = AS_IT_IS


class Rack:
    """The studio of one production. `footage` by source id; `cutaways` by file name, as in the timeline; `noise` as measured of a source."""

    def __init__(
        self,
        footage: Mapping[str, Footage],
        cutaways: Mapping[str, tuple[Path, Media | str]],
        qualities: Mapping[str, Mapping[str, Any]],
        noise: Callable[[str], Noise] = lambda _: Noise(),
    ) -> None:
        self._footage, self._cutaways, self._qualities, self._noise = footage, cutaways, qualities, noise

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
            key=self._key(source, take.first, look),
        )
        ffmpeg.render(arguments, room, frames=take.frames, source=source.path, cutaways=[path for _, (path, _) in laid], ass=ass, count=count)

    def hold(self, room: Path, hold: Hold, look: Look, ass: str) -> None:
        source = self._footage[hold.source]
        arguments = ffmpeg.hold_arguments(hold, source.media, look.size, look.rate, self.encoder(look), burn=bool(ass), key=self._key(source, hold.first, look))
        ffmpeg.render(arguments, room, frames=hold.frames, source=source.path, ass=ass)

    def card(self, room: Path, card: Card | Break, look: Look, ass: str, count: Callable[[int], None]) -> None:
        from pipeline.tools.cards import draw

        draw(card, look.size, room / "card.png")
        ffmpeg.render(ffmpeg.card_arguments(card, look.size, look.rate, self.encoder(look), burn=bool(ass)), room, frames=card.frames, ass=ass, count=count)
        (room / "card.png").unlink()

    def sound(self, source: str, first: int, count: int) -> Samples:
        cleaning = self._footage[source].cleaning
        return clean(partial(self.as_recorded, source), first, count, cleaning, self._noise(source)) if cleaning else self.as_recorded(source, first, count)

    def as_recorded(self, source: str, first: int, count: int) -> Samples:
        """The same with its hum and hiss."""
        from pipeline.tools.sound import hear

        found = self._footage[source]
        return hear(found.path, found.media, found.feed, first, count)

    def speech(self, source: str, start: Fraction, duration: Fraction | None = None) -> Speech:
        from pipeline.tools.sound import hear_speech

        found = self._footage[source]
        return hear_speech(found.path, found.media, found.feed, start, duration)

    def loudness(self, room: Path, encoded: Path) -> tuple[float, float]:
        return ffmpeg.loudness(encoded, room)

    def encode(self, room: Path, raw: Path, gain: float, ceiling: float | None) -> Path:
        return ffmpeg.encode_sound(raw, room, gain=gain, ceiling=ceiling)

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


def choose_feed(name: str, media: Media, wanted: Sequence[int] = (), channel: int | None = None) -> Feed:
    """The tracks and the channel that production.toml names, or the default track, or the first."""
    if not media.tracks:
        raise InputError("has no sound, and an interview needs some", where=name, next_step="give the file with its sound; silent pictures are for cutaways")
    there = {track.number: track for track in media.tracks}
    if missing := [number for number in wanted if number not in there]:
        raise InputError(f"has {len(there)} sound track(s), not a track {missing[0]}", where=name, next_step="correct `track` in production.toml")
    default = next((track for track in media.tracks if track.default), media.tracks[0])
    feed = Feed(tuple(there[number] for number in sorted(set(wanted))) or (default,), channel)
    if channel and channel > feed.tracks[0].channels:
        has = f"track {feed.tracks[0].number} has {feed.tracks[0].channels} channel(s), not a channel {channel}"
        raise InputError(has, where=name, next_step="correct `channel` in production.toml")
    return feed
