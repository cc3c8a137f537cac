"""The studio: ffmpeg, PyAV and moviepy behind the one protocol that stages know."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, partial
from importlib.metadata import version
from pathlib import Path
from shutil import rmtree
from typing import Any

from pipeline.errors import InputError
from pipeline.model.media import Feed, Media
from pipeline.model.time import nearest
from pipeline.model.timeline import Break, Card, Cutaway, Hold, Take
from pipeline.tools import excerpt, ffmpeg, fonts, process
from pipeline.tools.cleaning import Cleaning, Noise, clean
from pipeline.tools.encoders import Encoder, choose
from pipeline.tools.probe import key_frame
from pipeline.tools.protocols import Look, Patch, Run, Samples, Speech

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
        return f"ffmpeg {process.build()}, PyAV {version('av')}, fonts {fonts.fingerprint()}, moviepy {version('moviepy')}"

    def encoder(self, look: Look) -> Encoder:
        """The encoder for this look; its settings are part of the key of every picture."""
        return choose(self._qualities, look.quality, look.codec, look.hardware)

    def take(self, room: Path, take: Take, look: Look, ass: str, count: Callable[[int], None], patch: Patch | None = None) -> None:
        if not patch:
            return self._render(room, take, look, ass, count, (0, take.frames))
        laid: dict[str, list[tuple[Path, int | Run]]] = {name: [] for name in (["clean.mp4", "captioned.mp4"] if ass and look.clean else ["clean.mp4"])}
        with _bench(room) as bench:
            for number, piece in enumerate(patch.pieces):
                folder, (begin, end) = patch.before, piece.run
                if piece.old is None:
                    folder = bench / f"piece{number}"
                    folder.mkdir()
                    self._render(folder, take, look, ass, count, piece.run)
                for name, files in laid.items():
                    file = folder / name if (folder / name).is_file() else folder / "clean.mp4"
                    files.append((file, end - begin if piece.old is None else (piece.old, piece.old + end - begin)))
            for name, files in laid.items():
                ffmpeg.join_pictures(files, look.rate, bench / name)
        return None

    def _render(self, room: Path, take: Take, look: Look, ass: str, count: Callable[[int], None], run: Run) -> None:
        begin, end = run
        with _bench(room) as bench:
            source = self._footage[take.source]
            reel = self._reel(bench / "source", source.path, source.media, take.first + begin, take.first + end, look)
            laid = [
                (cutaway, self._laid(bench / f"cutaway{number}", cutaway, look))
                for number, cutaway in enumerate(c for c in take.cutaways if c.at < end and begin < c.at + c.frames)
            ]
            arguments = ffmpeg.take_arguments(take, reel, laid, look.size, look.rate, self.encoder(look), burn=bool(ass), clean=look.clean, run=run)
            ffmpeg.render(arguments, bench, frames=end - begin, blame=source.path.name, ass=ass, count=count)

    def hold(self, room: Path, hold: Hold, look: Look, ass: str) -> None:
        with _bench(room) as bench:
            source = self._footage[hold.source]
            reel = self._reel(bench / "source", source.path, source.media, hold.first, hold.first + 1, look)
            arguments = ffmpeg.hold_arguments(hold, reel, look.size, look.rate, self.encoder(look), burn=bool(ass))
            ffmpeg.render(arguments, bench, frames=hold.frames, blame=source.path.name, ass=ass)

    def card(self, room: Path, card: Card | Break, look: Look, ass: str, count: Callable[[int], None]) -> None:
        from pipeline.tools.cards import draw

        with _bench(room) as bench:
            draw(card, look.size, bench / "card.png")
            arguments = ffmpeg.card_arguments(card, look.size, look.rate, self.encoder(look), burn=bool(ass))
            ffmpeg.render(arguments, bench, frames=card.frames, ass=ass, count=count)

    def excerpt_bytes(self, take: Take, look: Look) -> int:
        """What is copied out of a take's source to make it: its own stretch, and up to ten seconds before it."""
        media = self._footage[take.source].media
        return min(excerpt.MOST, int(media.size / media.duration * (take.frames / look.rate + 10)))

    def _laid(self, place: Path, cutaway: Cutaway, look: Look) -> ffmpeg.Reel | str:
        path, what = self._cutaways[cutaway.file]
        if isinstance(what, str):
            process.place(path, place)
            return what
        first = nearest(cutaway.start * look.rate)
        return self._reel(place, path, what, first, first + cutaway.frames, look)

    def _reel(self, place: Path, path: Path, media: Media, first: int, end: int, look: Look) -> ffmpeg.Reel:
        """The pictures of a stretch where ffmpeg will look for them: an excerpt where that can be, else the file itself."""
        begin = first / look.rate
        if excerpt.excerpt(path, media, begin, end / look.rate, place):
            return ffmpeg.Reel(place.name, media)
        process.place(path, place)
        # Without an index a seek lands anywhere: the key frame is looked for.
        streamed = media.container in excerpt.STREAMED
        return ffmpeg.Reel(place.name, media, key_frame(path, media, begin) if streamed else max(Fraction(0), begin - Fraction(1, 2)))

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

    def join(self, parts: Sequence[tuple[Path, int | Run]], rate: Fraction, out: Path) -> None:
        ffmpeg.join_pictures(parts, rate, out)

    def mux(self, room: Path, picture: Path, sound: Path, chapters: str, title: str, language: str, out: str) -> None:
        ffmpeg.mux(picture, sound, chapters, title, language, room, out)

    def still(self, room: Path, video: Path, at: Fraction) -> bytes:
        return ffmpeg.jpeg(video, room, at=at)

    def _key(self, source: Footage, first: int, look: Look) -> Fraction | None:
        """Where decoding starts in a stream without an index; the others find it themselves."""
        from pipeline.tools.probe import key_frame

        return key_frame(source.path, source.media, first / look.rate) if source.media.container in ("mpegts", "mpeg") else None


@contextmanager
def _bench(room: Path) -> Iterator[Path]:
    """A place to work in: the pictures made there go to `room`, all else goes away."""
    bench = room / "bench"
    bench.mkdir()
    yield bench
    for made in bench.glob("*.mp4"):
        made.rename(room / made.name)
    rmtree(bench)


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
