"""The studio: ffmpeg, PyAV and moviepy behind the one protocol that stages know."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from functools import cached_property, partial
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from shutil import rmtree

import numpy as np
import numpy.typing as npt

from pipeline.adapters import fonts
from pipeline.adapters.ffmpeg import commands, process
from pipeline.adapters.ffmpeg.encoders import Encoder, choose
from pipeline.adapters.pyav import aac, stream_copy
from pipeline.adapters.pyav.probe import key_frame
from pipeline.core.clock_map import TOGETHER
from pipeline.core.footage import Footage, Material, Still
from pipeline.core.media import Media, Picture
from pipeline.core.ports import Drawn, Held, Laid, Look, Patch, Piece, Played, Run, Samples, Speech
from pipeline.core.time import SAMPLE_RATE, nearest


class Renderer:
    """Pictures and sound of one production's recordings."""

    def __init__(self, material: Material) -> None:
        self.material = material
        self._typeface = fonts.typeface(material.fonts)

    @cached_property
    def build(self) -> str:
        return (
            f"ffmpeg {process.build()}, PyAV {version('av')}, fonts {self._typeface.print}, moviepy "
            f"{version('moviepy')}"
        )

    def encoder(self, look: Look) -> Encoder:
        """The encoder for this look; its settings are part of the key of every picture."""
        return choose(self.material.qualities, look.quality, look.codec, look.hardware)

    def take(
        self,
        room: Path,
        take: Played,
        look: Look,
        ass: str,
        count: Callable[[int], None],
        patch: Patch | None = None,
    ) -> None:
        pieces = [part for piece in _pieces(take, patch) for part in self._by_file(take, piece, look)]
        if len(pieces) == 1 and pieces[0].old is None:
            return self._render(room, take, look, ass, count, pieces[0].run)
        laid: dict[str, list[tuple[Path, int | Run]]] = {
            name: [] for name in (["clean.mp4", "captioned.mp4"] if ass and look.clean else ["clean.mp4"])
        }
        with _bench(room) as bench:
            for number, piece in enumerate(pieces):
                folder, (begin, end) = bench / f"piece{number}", piece.run
                if piece.old is None:
                    folder.mkdir()
                    self._render(folder, take, look, ass, count, piece.run)
                elif patch:
                    folder = patch.before
                for name, files in laid.items():
                    file = folder / name if (folder / name).is_file() else folder / "clean.mp4"
                    files.append(
                        (file, end - begin if piece.old is None else (piece.old, piece.old + end - begin))
                    )
            for name, files in laid.items():
                commands.join_pictures(files, look.rate, bench / name)
        return None

    def _render(
        self, room: Path, take: Played, look: Look, ass: str, count: Callable[[int], None], run: Run
    ) -> None:
        begin, end = run
        with _bench(room) as bench:
            camera = self.material.cameras[take.camera]
            middle = (take.first + Fraction(take.frames, 2)) / look.rate
            reel = self.seen(
                bench / "source", camera, take.first + begin, take.first + end, look.rate, middle
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
                blame=camera.name,
                ass=ass,
                letters=self._typeface,
                count=count,
            )

    def _by_file(self, take: Played, piece: Piece, look: Look) -> list[Piece]:
        """A run of frames, in runs of frames that one file of the recording has."""
        if piece.old is not None:
            return [piece]
        (begin, end), camera = piece.run, self.material.cameras[take.camera]
        middle = (take.first + Fraction(take.frames, 2)) / look.rate
        cuts = [frame - take.first for frame in _begins(camera, middle, look.rate)]
        edges = [begin, *(cut for cut in cuts if begin < cut < end), end]
        return [Piece(run) for run in pairwise(edges)]

    def seen(
        self, place: Path, camera: Footage, first: int, end: int, rate: Fraction, moment: Fraction
    ) -> commands.Reel | str:
        """What is seen of a recording from frame `first` on: the pictures of the file that has them, where
        ffmpeg will look for them; or the kind of still that stands for it.

        One shift for all of a shot, at its `moment`: what two clocks drift within it is less than a frame.
        """
        if camera.still:
            process.place(camera.still.file.path, place)
            return camera.still.kind
        before = sum(frame <= first for frame in _begins(camera, moment, rate))
        path, chapter = camera.chapters[before]
        shift = camera.sync.shift(moment) - chapter.at
        return self.reel(place, path, chapter.media, first, end, rate, shift)

    def hold(self, room: Path, hold: Held, look: Look, ass: str) -> None:
        with _bench(room) as bench:
            camera = self.material.cameras[hold.camera]
            if hold.laid:
                reel = self._laid(bench / "source", hold.laid, look)
            else:
                moment = hold.first / look.rate
                reel = self.seen(bench / "source", camera, hold.first, hold.first + 1, look.rate, moment)
            arguments = commands.hold_arguments(
                hold, reel, look.size, look.rate, self.encoder(look), burn=bool(ass), fill=look.fill
            )
            commands.render(
                arguments,
                bench,
                frames=hold.frames,
                blame=camera.name,
                ass=ass,
                letters=self._typeface,
            )

    def card(self, room: Path, card: Drawn, look: Look, ass: str, count: Callable[[int], None]) -> None:
        from pipeline.adapters.cards import draw

        with _bench(room) as bench:
            draw(card.face, look.size, bench / "card.png", self._typeface)
            arguments = commands.card_arguments(
                card, look.size, look.rate, self.encoder(look), burn=bool(ass)
            )
            commands.render(
                arguments, bench, frames=card.frames, ass=ass, letters=self._typeface, count=count
            )

    def excerpt_bytes(self, take: Played, look: Look) -> int:
        """What is copied out of a take's source to make it: its own stretch, and up to ten seconds before
        it.
        """
        media = self.material.cameras[take.camera].media
        return min(stream_copy.MOST, int(media.size / media.duration * (take.frames / look.rate + 10)))

    def _laid(self, place: Path, cutaway: Laid, look: Look) -> commands.Reel | str:
        what = self.material.cutaways[cutaway.file]
        if isinstance(what, Still):
            process.place(what.file.path, place)
            return what.kind
        first = nearest(cutaway.start * look.rate)
        return self.reel(place, what.path, what.media, first, first + cutaway.frames, look.rate)

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
        cleaned, read = self.material.cleaned.get(source), partial(self.as_recorded, source)
        return cleaned.through(read, first, count) if cleaned else read(first, count)

    def as_recorded(self, source: str, first: int, count: int) -> Samples:
        """The same with its hum and hiss."""
        return self._listen(self.material.heard(source), first, count, SAMPLE_RATE, 2)

    def speech(self, source: str, start: Fraction, duration: Fraction | None = None) -> Speech:
        from pipeline.adapters.pyav.audio import SPEECH_RATE

        span = self.material.cameras[source].media.duration - start if duration is None else duration
        first, count = nearest(start * SPEECH_RATE), nearest(span * SPEECH_RATE)
        heard = self._listen(self.material.heard(source), first, count, SPEECH_RATE, 1)
        if source in self.material.recorders and count:
            # Where the recorder did not run the camera is listened to, so that what is said there can at
            # least be named.
            ran = self.material.recorders[source].reaches
            low, high = (
                min(count, max(0, edge.samples(SPEECH_RATE) - first)) for edge in (ran.start, ran.end)
            )
            if low or high < count:
                own = self._listen(self.material.cameras[source], first, count, SPEECH_RATE, 1)
                heard[:low], heard[high:] = own[:low], own[high:]
        return heard[:, 0]

    @staticmethod
    def _listen(found: Footage, first: int, count: int, hz: int, channels: int) -> Samples:
        """A window of a recording on its source's clock."""
        from pipeline.adapters.pyav.audio import hear_all
        from pipeline.adapters.pyav.resample import read_beside

        def window(at: int, length: int) -> Samples:
            return hear_all(found, at, length, hz=hz, channels=channels)

        return (
            window(first, count)
            if found.sync == TOGETHER
            else read_beside(window, found.sync, first, count, hz)
        )

    def encode(self, heard: Samples, lead: int, count: int, to: Path) -> Samples:
        return aac.encode(heard, lead, count, to)

    def film(
        self,
        pictures: Sequence[tuple[Path, int | Run]],
        rate: Fraction,
        sound: Sequence[Path],
        samples: int,
        *,
        chapters: str,
        title: str,
        language: str,
        out: Path,
    ) -> None:
        commands.write_film(pictures, rate, sound, samples, chapters, title, language, out)

    def still(self, video: Path, at: Fraction, height: int) -> bytes:
        return commands.jpeg(video, at=at, height=height)


SIDE = 640
"""Pixels of the longer side of the pictures that are looked at."""


def pictures(
    camera: Footage, run: Run, every: int, rate: Fraction, room: Path
) -> Iterator[tuple[int, npt.NDArray[np.uint8]]]:
    """Every so many of a camera's frames, upright and small, in the film's colours: with the number that each
    has at the film's rate on its source's clock, as a take would show it.
    """
    renderer, (first, end) = Renderer(Material({})), run
    moment = Fraction(first + end, 2) / rate
    cuts = [cut for cut in _begins(camera, moment, rate) if first < cut < end]
    for begin, after in pairwise([first, *cuts, end]):
        begin += (first - begin) % every
        if begin >= after:
            continue
        reel = renderer.seen(room / "source", camera, begin, after, rate, moment)
        assert not isinstance(reel, str), "a still does not move"
        size = _small(reel.picture)
        commands.look(reel, begin, after, every, size, rate, room, camera.name)
        (room / reel.name).unlink()
        shape = (-1, size[1], size[0], 3)
        found = np.fromfile(room / commands.LOOKED, np.uint8).reshape(shape)
        (room / commands.LOOKED).unlink()
        yield from ((begin + number * every, one) for number, one in enumerate(found))


def _small(picture: Picture) -> tuple[int, int]:
    wide, high = picture.display
    width, height = (max(2, 2 * round(side * SIDE / max(wide, high) / 2)) for side in (wide, high))
    return width, height


def _pieces(take: Played, patch: Patch | None) -> tuple[Piece, ...]:
    return patch.pieces if patch else (Piece((0, take.frames)),)


def _begins(camera: Footage, moment: Fraction, rate: Fraction) -> list[int]:
    """The frames of the film's rate, on the source's clock, with which each file but the first begins."""
    shift = camera.sync.shift(moment)
    return [nearest((one.begins - shift) * rate) for _, one in camera.chapters[1:]]


@contextmanager
def _bench(room: Path) -> Iterator[Path]:
    """A place to work in: the pictures made there go to `room`, all else goes away."""
    bench = room / "bench"
    bench.mkdir()
    yield bench
    for made in bench.glob("*.mp4"):
        made.rename(room / made.name)
    rmtree(bench)
