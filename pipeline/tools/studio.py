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
from pipeline.model.quotes import Quote
from pipeline.model.sync import TOGETHER, Sync, when
from pipeline.model.time import SAMPLE_RATE, Source, Span, nearest
from pipeline.model.timeline import Break, Card, Hold, Take
from pipeline.tools import ffmpeg, fonts, process
from pipeline.tools.encoders import Encoder, choose
from pipeline.tools.protocols import Look, Samples, Speech


@dataclass(frozen=True)
class Footage:
    """A recording at hand: its file, what ingest found, the track that counts, and how it runs beside its source."""

    path: Path
    media: Media
    track: Track
    sync: Sync = TOGETHER

    @property
    def print(self) -> str:
        """Names exactly this recording, its track and how it runs: part of the key of everything made from it."""
        beside = "" if self.sync == TOGETHER else f" at {' '.join(self.sync.key)}"
        return f"{self.media.sha256} track {self.track.number}{beside}"

    @property
    def reaches(self) -> Span[Source]:
        """What of its source's clock its sound runs for."""
        return self.sync.reach(self.track.start, self.track.end)

    def hears(self, span: Span[Source]) -> bool:
        """Was it running all through a span of its source's clock?"""
        return self.reaches.start <= span.start and span.end <= self.reaches.end

    def must_hear(self, spans: Sequence[Span[Source]], quote: Quote) -> None:
        """Refuse a quote that was said while this recorder did not run: nothing else is put in its place."""
        if missed := [span for span in spans if not self.hears(span)]:
            raise InputError(
                f"{quote.id} is said at {when(missed[0])} of its source, and the recorder {self.path.name} ran from {when(self.reaches)} of it",
                where=quote.where,
                next_step="take the recorder out of production.toml, or leave the quote out",
            )


class Rack:
    """The studio of one production.

    `footage` by camera: a source's own by its id, its angles as the timeline names them; `cutaways` by file name,
    as in the timeline; `recorders` by source, for those that are heard by one.
    """

    def __init__(
        self,
        footage: Mapping[str, Footage],
        cutaways: Mapping[str, tuple[Path, Media | str]],
        qualities: Mapping[str, Mapping[str, Any]],
        recorders: Mapping[str, Footage] | None = None,
    ) -> None:
        self._footage, self._cutaways, self._qualities, self._recorders = footage, cutaways, qualities, recorders or {}

    @cached_property
    def build(self) -> str:
        return f"ffmpeg {process.build()}, font {fonts.fingerprint()}, moviepy {version('moviepy')}"

    def encoder(self, look: Look) -> Encoder:
        """The encoder for this look; its settings are part of the key of every picture."""
        return choose(self._qualities, look.quality, look.codec, look.hardware)

    def take(self, room: Path, take: Take, look: Look, ass: str, count: Callable[[int], None]) -> None:
        camera = self._footage[take.camera]
        shift = camera.sync.shift((take.first + Fraction(take.frames, 2)) / look.rate)
        laid = [(cutaway, self._cutaways[cutaway.file]) for cutaway in take.cutaways]
        arguments = ffmpeg.take_arguments(
            take,
            camera.media,
            [(cutaway, what) for cutaway, (_, what) in laid],
            look.size,
            look.rate,
            self.encoder(look),
            burn=bool(ass),
            clean=not look.watermark,
            key=self._key(camera, take.first / look.rate + shift),
            shift=shift,
        )
        ffmpeg.render(arguments, room, frames=take.frames, source=camera.path, cutaways=[path for _, (path, _) in laid], ass=ass, count=count)

    def hold(self, room: Path, hold: Hold, look: Look, ass: str) -> None:
        camera, moment = self._footage[hold.camera], hold.first / look.rate
        shift = camera.sync.shift(moment)
        arguments = ffmpeg.hold_arguments(
            hold, camera.media, look.size, look.rate, self.encoder(look), burn=bool(ass), key=self._key(camera, moment + shift), shift=shift
        )
        ffmpeg.render(arguments, room, frames=hold.frames, source=camera.path, ass=ass)

    def card(self, room: Path, card: Card | Break, look: Look, ass: str, count: Callable[[int], None]) -> None:
        from pipeline.tools.cards import draw

        draw(card, look.size, room / "card.png")
        ffmpeg.render(ffmpeg.card_arguments(card, look.size, look.rate, self.encoder(look), burn=bool(ass)), room, frames=card.frames, ass=ass, count=count)
        (room / "card.png").unlink()

    def sound(self, source: str, first: int, count: int) -> Samples:
        return self._listen(self._heard(source), first, count, SAMPLE_RATE, 2)

    def speech(self, source: str, start: Fraction, duration: Fraction | None = None) -> Speech:
        from pipeline.tools.sound import SPEECH_RATE

        span = self._footage[source].media.duration - start if duration is None else duration
        first, count = nearest(start * SPEECH_RATE), nearest(span * SPEECH_RATE)
        heard = self._listen(self._heard(source), first, count, SPEECH_RATE, 1)
        if source in self._recorders and count:
            # Where the recorder did not run the camera is listened to, so that what is said there can at least be named.
            ran = self._recorders[source].reaches
            low, high = (min(count, max(0, edge.samples(SPEECH_RATE) - first)) for edge in (ran.start, ran.end))
            if low or high < count:
                own = self._listen(self._footage[source], first, count, SPEECH_RATE, 1)
                heard[:low], heard[high:] = own[:low], own[high:]
        return heard[:, 0]

    @staticmethod
    def _listen(found: Footage, first: int, count: int, hz: int, channels: int) -> Samples:
        """A window of a recording on its source's clock."""
        from pipeline.tools.recorder import read_beside
        from pipeline.tools.sound import read

        def window(at: int, length: int) -> Samples:
            return read(found.path, found.media, found.track, at, length, hz=hz, channels=channels)

        return window(first, count) if found.sync == TOGETHER else read_beside(window, found.sync, first, count, hz)

    def level(self, room: Path, source: str) -> float:
        """The loudness of what a source is listened to by, LUFS: how far its gain has to bring it."""
        found = self._heard(source)
        return ffmpeg.loudness(room, source=found.path, stream=found.track.stream, demuxers=found.media.container)[0]

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

    def _heard(self, source: str) -> Footage:
        """What a source is listened to by: its recorder, or its own camera."""
        return self._recorders.get(source) or self._footage[source]

    def _key(self, source: Footage, moment: Fraction) -> Fraction | None:
        """Where decoding starts in a stream without an index, for a moment of its own clock; the others find it themselves."""
        from pipeline.tools.probe import key_frame

        return key_frame(source.path, source.media, moment) if source.media.container in ("mpegts", "mpeg") else None


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
