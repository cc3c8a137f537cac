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

from pipeline.adapters import fonts
from pipeline.adapters.ffmpeg import commands, process
from pipeline.adapters.ffmpeg.encoders import Encoder, choose
from pipeline.adapters.pyav import stream_copy
from pipeline.adapters.pyav.probe import key_frame
from pipeline.core.clock_map import TOGETHER, Sync, when
from pipeline.core.media import Feed, Media
from pipeline.core.ports import Look, Patch, Run, Samples, Speech
from pipeline.core.time import SAMPLE_RATE, Source, Span, nearest
from pipeline.edit.timeline import Break, Card, Cutaway, Hold, Take
from pipeline.errors import InputError
from pipeline.footage.denoise import Cleaning, NoiseProfile, clean
from pipeline.production.quotes import Quote

AS_IT_IS = Cleaning()


@dataclass(frozen=True)
class Footage:
    """A recording at hand: its file, what ingest found, what is listened to of it, what is taken out before
    it is heard, and how it runs beside its source.
    """

    path: Path
    media: Media
    feed: Feed
    cleaning: Cleaning = AS_IT_IS
    sync: Sync = TOGETHER

    @property
    def print(self) -> str:
        """Names exactly this recording, its feed and how it runs: part of the key of everything made from
        it.
        """
        beside = "" if self.sync == TOGETHER else f" at {' '.join(self.sync.key)}"
        return f"{self.media.sha256} {self.feed.name}{beside}"

    @property
    def reaches(self) -> Span[Source]:
        """What of its source's clock its sound runs for."""
        return self.sync.reach(
            max(track.start for track in self.feed.tracks), min(track.end for track in self.feed.tracks)
        )

    def hears(self, span: Span[Source]) -> bool:
        """Was it running all through a span of its source's clock?"""
        return self.reaches.start <= span.start and span.end <= self.reaches.end

    def must_hear(self, spans: Sequence[Span[Source]], quote: Quote) -> None:
        """Refuse a quote that was said while this recorder did not run: nothing else is put in its place."""
        if missed := [span for span in spans if not self.hears(span)]:
            raise InputError(
                f"{quote.id} is said at {when(missed[0])} of its source, and the recorder "
                f"{self.path.name} ran from {when(self.reaches)} of it",
                where=quote.where,
                next_step="take the recorder out of production.toml, or leave the quote out",
            )


class Rack:
    """The studio of one production.

    `footage` by camera: a source's own by its id, its angles as the timeline names them; `cutaways` by file
    name, as in the
    timeline; `noise` as measured of a source; `recorders` by source, for those that are heard by one.
    """

    def __init__(
        self,
        footage: Mapping[str, Footage],
        cutaways: Mapping[str, tuple[Path, Media | str]],
        qualities: Mapping[str, Mapping[str, Any]],
        noise: Callable[[str], NoiseProfile] = lambda _: NoiseProfile(),
        recorders: Mapping[str, Footage] | None = None,
        typeface: fonts.Typeface | None = None,
    ) -> None:
        self._typeface = typeface or fonts.packaged()
        self._footage, self._cutaways, self._qualities, self._noise, self._recorders = (
            footage,
            cutaways,
            qualities,
            noise,
            recorders or {},
        )

    @property
    def _fonts(self) -> str:
        return " and ".join(dict.fromkeys((fonts.fingerprint(), self._typeface.print)))

    @cached_property
    def build(self) -> str:
        return (
            f"ffmpeg {process.build()}, PyAV {version('av')}, fonts {self._fonts}, moviepy "
            f"{version('moviepy')}"
        )

    def encoder(self, look: Look) -> Encoder:
        """The encoder for this look; its settings are part of the key of every picture."""
        return choose(self._qualities, look.quality, look.codec, look.hardware)

    def take(
        self,
        room: Path,
        take: Take,
        look: Look,
        ass: str,
        count: Callable[[int], None],
        patch: Patch | None = None,
    ) -> None:
        if not patch:
            return self._render(room, take, look, ass, count, (0, take.frames))
        laid: dict[str, list[tuple[Path, int | Run]]] = {
            name: [] for name in (["clean.mp4", "captioned.mp4"] if ass and look.clean else ["clean.mp4"])
        }
        with _bench(room) as bench:
            for number, piece in enumerate(patch.pieces):
                folder, (begin, end) = patch.before, piece.run
                if piece.old is None:
                    folder = bench / f"piece{number}"
                    folder.mkdir()
                    self._render(folder, take, look, ass, count, piece.run)
                for name, files in laid.items():
                    file = folder / name if (folder / name).is_file() else folder / "clean.mp4"
                    files.append(
                        (file, end - begin if piece.old is None else (piece.old, piece.old + end - begin))
                    )
            for name, files in laid.items():
                commands.join_pictures(files, look.rate, bench / name)
        return None

    def _render(
        self, room: Path, take: Take, look: Look, ass: str, count: Callable[[int], None], run: Run
    ) -> None:
        begin, end = run
        with _bench(room) as bench:
            camera = self._footage[take.camera]
            # One shift for all of a shot: what two clocks drift within it is far less than a frame.
            shift = camera.sync.shift((take.first + Fraction(take.frames, 2)) / look.rate)
            reel = self.reel(
                bench / "source",
                camera.path,
                camera.media,
                take.first + begin,
                take.first + end,
                look.rate,
                shift,
            )
            laid = [
                (cutaway, self._laid(bench / f"cutaway{number}", cutaway, look))
                for number, cutaway in enumerate(
                    c for c in take.cutaways if c.at < end and begin < c.at + c.frames
                )
            ]
            arguments = commands.take_arguments(
                take,
                reel,
                laid,
                look.size,
                look.rate,
                self.encoder(look),
                burn=bool(ass),
                clean=look.clean,
                fill=look.fill,
                run=run,
            )
            commands.render(
                arguments,
                bench,
                frames=end - begin,
                blame=camera.path.name,
                ass=ass,
                fonts=self._typeface.files,
                count=count,
            )

    def hold(self, room: Path, hold: Hold, look: Look, ass: str) -> None:
        with _bench(room) as bench:
            camera = self._footage[hold.camera]
            reel = self.reel(
                bench / "source",
                camera.path,
                camera.media,
                hold.first,
                hold.first + 1,
                look.rate,
                camera.sync.shift(hold.first / look.rate),
            )
            arguments = commands.hold_arguments(
                hold, reel, look.size, look.rate, self.encoder(look), burn=bool(ass), fill=look.fill
            )
            commands.render(
                arguments,
                bench,
                frames=hold.frames,
                blame=camera.path.name,
                ass=ass,
                fonts=self._typeface.files,
            )

    def card(
        self, room: Path, card: Card | Break, look: Look, ass: str, count: Callable[[int], None]
    ) -> None:
        from pipeline.adapters.cards import draw

        with _bench(room) as bench:
            draw(card, look.size, bench / "card.png")
            arguments = commands.card_arguments(
                card, look.size, look.rate, self.encoder(look), burn=bool(ass)
            )
            commands.render(
                arguments, bench, frames=card.frames, ass=ass, fonts=self._typeface.files, count=count
            )

    def excerpt_bytes(self, take: Take, look: Look) -> int:
        """What is copied out of a take's source to make it: its own stretch, and up to ten seconds before
        it.
        """
        media = self._footage[take.camera].media
        return min(stream_copy.MOST, int(media.size / media.duration * (take.frames / look.rate + 10)))

    def _laid(self, place: Path, cutaway: Cutaway, look: Look) -> commands.Reel | str:
        path, what = self._cutaways[cutaway.file]
        if isinstance(what, str):
            process.place(path, place)
            return what
        first = nearest(cutaway.start * look.rate)
        return self.reel(place, path, what, first, first + cutaway.frames, look.rate)

    def reel(
        self,
        place: Path,
        path: Path,
        media: Media,
        first: int,
        end: int,
        rate: Fraction,
        shift: Fraction = Fraction(0),
    ) -> commands.Reel:
        """The pictures of a stretch where ffmpeg will look for them: an excerpt where that can be, else the
        file itself.

        The stretch is on the source's clock, which the file's own is `shift` seconds ahead of.
        """
        begin = first / rate + shift
        if stream_copy.excerpt(path, media, begin, end / rate + shift, place):
            return commands.Reel(place.name, media, shift)
        process.place(path, place)
        # Without an index a seek lands anywhere: the key frame is looked for.
        streamed = media.container in stream_copy.STREAMED
        return commands.Reel(
            place.name,
            media,
            shift,
            key_frame(path, media, begin) if streamed else max(Fraction(0), begin - Fraction(1, 2)),
        )

    def sound(self, source: str, first: int, count: int) -> Samples:
        cleaning = self._footage[source].cleaning
        return (
            clean(partial(self.as_recorded, source), first, count, cleaning, self._noise(source))
            if cleaning
            else self.as_recorded(source, first, count)
        )

    def as_recorded(self, source: str, first: int, count: int) -> Samples:
        """The same with its hum and hiss."""
        return self._listen(self._heard(source), first, count, SAMPLE_RATE, 2)

    def speech(self, source: str, start: Fraction, duration: Fraction | None = None) -> Speech:
        from pipeline.adapters.pyav.audio import SPEECH_RATE

        span = self._footage[source].media.duration - start if duration is None else duration
        first, count = nearest(start * SPEECH_RATE), nearest(span * SPEECH_RATE)
        heard = self._listen(self._heard(source), first, count, SPEECH_RATE, 1)
        if source in self._recorders and count:
            # Where the recorder did not run the camera is listened to, so that what is said there can at
            # least be named.
            ran = self._recorders[source].reaches
            low, high = (
                min(count, max(0, edge.samples(SPEECH_RATE) - first)) for edge in (ran.start, ran.end)
            )
            if low or high < count:
                own = self._listen(self._footage[source], first, count, SPEECH_RATE, 1)
                heard[:low], heard[high:] = own[:low], own[high:]
        return heard[:, 0]

    @staticmethod
    def _listen(found: Footage, first: int, count: int, hz: int, channels: int) -> Samples:
        """A window of a recording on its source's clock."""
        from pipeline.adapters.pyav.audio import hear
        from pipeline.adapters.pyav.resample import read_beside

        def window(at: int, length: int) -> Samples:
            return hear(found.path, found.media, found.feed, at, length, hz=hz, channels=channels)

        return (
            window(first, count)
            if found.sync == TOGETHER
            else read_beside(window, found.sync, first, count, hz)
        )

    def loudness(self, room: Path, encoded: Path) -> tuple[float, float]:
        return commands.loudness(encoded, room)

    def encode(self, room: Path, raw: Path, gain: float, ceiling: float | None) -> Path:
        return commands.encode_sound(raw, room, gain=gain, ceiling=ceiling)

    def join(self, parts: Sequence[tuple[Path, int | Run]], rate: Fraction, out: Path) -> None:
        commands.join_pictures(parts, rate, out)

    def mux(
        self, room: Path, picture: Path, sound: Path, chapters: str, title: str, language: str, out: str
    ) -> None:
        commands.mux(picture, sound, chapters, title, language, room, out)

    def still(self, video: Path, at: Fraction) -> bytes:
        return commands.jpeg(video, at=at)

    def _heard(self, source: str) -> Footage:
        """What a source is listened to by: its recorder, or its own camera."""
        return self._recorders.get(source) or self._footage[source]


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
