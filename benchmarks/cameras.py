"""Cameras that are made up, each with something of what real ones do to time, and what they record.

Every frame carries its number as a barcode; every quote holds a clap: a chirp in the sound that starts
exactly with one known frame. Outside the quotes the sound is a warning tone that may never be heard.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache, cached_property
from itertools import chain, count, pairwise, takewhile
from math import ceil, floor
from pathlib import Path
from random import Random

import av
import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float64]
Plane = npt.NDArray[np.uint8]

WIDTH, HEIGHT = 320, 180
BLOCK, BITS, CAMERA_BITS = 16, 20, 4
"""A barcode of 20 blocks, 16 for the frame and 4 for the camera, and its negative below it, so that a misread
shows.
"""

NEVER = 60_000
"""The numbers of frames that no player shows, because an edit list leaves them out."""

TICKS = 90_000

SLOT = 5
"""Seconds of each camera's recording for one quote, with time around it that nobody approved."""

GAP = 2
GAPS = (Fraction(12, 10), Fraction(-7, 10), Fraction(28, 10), Fraction(26, 10))
"""Where in a slot two seconds of frames are missing, in turn: inside its quote, over the in point, over the
out point, after it.
"""

SILENT, SILENCE = Fraction(2, 10), Fraction(2, 10)
"""Where in a quote some of the sound is missing, and for how long."""

AWAY = Fraction(6, 100)
"""Seconds that a clap stays away from both ends of its quote."""

CHIRP, LOW_HZ, HIGH_HZ = 0.020, 2000.0, 9000.0
"""A chirp and not a click: its matched filter finds it to a fraction of a sample, through AAC and a limiter.
"""

VOICE_HZ, WARNING_HZ = 500.0, 1000.0


@dataclass(frozen=True)
class Camera:
    """A source as it is recorded. `rate` None records at no steady rate.

    `start` and `late` are when picture and sound begin; `trimmed` is how much of both was recorded
    before, and is left out by an edit list; `origin` is what the container's clock says at 0.
    """

    id: str
    file: str
    rate: Fraction | None
    codec: str
    hz: int = 48_000
    group: int = 100
    """Frames from one key frame to the next: two to four seconds, as streams and telephones write them, so
    that every cut has to seek.
    """
    start: Fraction = Fraction(0)
    late: Fraction = Fraction(0)
    trimmed: Fraction = Fraction(0)
    origin: Fraction = Fraction(0)
    tick: Fraction = Fraction(1, TICKS)
    """What its container rounds the timestamps of frames to."""
    gaps: bool = False
    doubles: bool = False
    """Now and then a frame is there twice, a fifth of a millisecond later; and in each quote some sound is
    missing.
    """
    encoder: str = "libx264"
    options: dict[str, str] = field(default_factory=dict)

    @property
    def step(self) -> Fraction:
        return 1 / (self.rate or 30)


OPEN = {"x264-params": "open-gop=1:b-pyramid=normal:bframes=5:b-adapt=0:scenecut=0"}
CAMERAS = (
    Camera("film25", "film25.mp4", Fraction(25), "aac", group=250),
    Camera(
        "cinema",
        "cinema.mov",
        Fraction(24_000, 1001),
        "pcm_s16le",
        encoder="libx265",
        options={"x265-params": "log-level=none:bframes=4:open-gop=1"},
    ),
    Camera("trimmed", "trimmed.mp4", Fraction(24), "aac", trimmed=Fraction(7, 10)),
    Camera("ntsc", "ntsc.mov", Fraction(30_000, 1001), "pcm_s16le"),
    Camera("late", "late.mp4", Fraction(30), "aac", start=Fraction(1, 2), late=Fraction(3, 10)),
    Camera("fifty", "fifty.mts", Fraction(50), "ac3", late=Fraction(1, 10), origin=Fraction(93_600)),
    Camera(
        "open",
        "open.mkv",
        Fraction(60_000, 1001),
        "flac",
        late=Fraction(1, 4),
        tick=Fraction(1, 1000),
        options=OPEN,
    ),
    Camera("phone", "phone.mp4", None, "aac", hz=44_100),
    Camera("gaps", "gaps.mp4", Fraction(25), "aac", gaps=True),
    Camera("doubles", "doubles.mkv", Fraction(30), "pcm_s16le", tick=Fraction(1, 1000), doubles=True),
)
"""Whole ones; at 24 frames a second and cut by an edit list; picture after sound and sound after picture; a
broadcast clock far
from zero; timestamps in whole milliseconds; open groups of pictures; no steady rate; frames missing and
frames there twice."""


@dataclass(frozen=True)
class Quote:
    """What one person approved: a stretch of one camera's recording, its words, and the frame of its clap if
    it is long enough for one.
    """

    id: str
    camera: int
    kind: str
    start: Fraction
    end: Fraction
    words: tuple[tuple[str, Fraction, Fraction], ...]
    clap: int | None


class Recording:
    """What one camera records: the time of every frame that a player shows."""

    def __init__(self, number: int, seconds: int) -> None:
        self.number, self.camera, self.seconds = number, CAMERAS[number], seconds
        self.swell = np.random.default_rng(number).random(997)
        """How loud the warning tone is, a tenth of a second each: no two recordings sound alike."""

    @cached_property
    def times(self) -> list[Fraction]:
        return [self._rounded(time) for time in self._times()]

    @property
    def end(self) -> Fraction:
        """When the picture ends."""
        return self.times[-1] + self.camera.step

    def _rounded(self, time: Fraction) -> Fraction:
        tick = self.camera.tick
        return floor(time / tick + Fraction(1, 2)) * tick

    def _times(self) -> Iterator[Fraction]:
        """Exactly. A telephone drops frames, doubles its rate and slows down in the dark."""
        camera = self.camera
        first = (
            ceil(camera.trimmed / camera.step) * camera.step - camera.trimmed
        )  # an edit list may cut through a frame
        steady = takewhile(
            lambda time: time < self.seconds, (first + camera.start + n * camera.step for n in count())
        )
        if not camera.rate:
            chance, ticks = Random(4), 0
            while ticks < self.seconds * TICKS:
                yield Fraction(ticks, TICKS)
                ticks += round(TICKS / chance.choice((30, 30, 30, 30, 24, 15, 60))) + chance.randint(
                    -150, 150
                )
        elif camera.gaps:
            missing = [
                (slot * SLOT + GAPS[slot % 4], slot * SLOT + GAPS[slot % 4] + GAP)
                for slot in range(self.seconds // SLOT)
            ]
            yield from (time for time in steady if not any(low <= time < high for low, high in missing))
        elif camera.doubles:
            yield from chain.from_iterable(
                (time, time + Fraction(1, 5000)) if number % 7 == 3 else (time,)
                for number, time in enumerate(steady)
            )
        else:
            yield from steady

    def sound(self, at: Samples, quotes: Iterable[Quote]) -> Samples:
        """A voice in the quotes with its clap, the warning tone everywhere else, at these seconds."""
        loud = 0.1 + 0.1 * self.swell[np.asarray(at * 10, np.int64) % len(self.swell)]
        out = np.asarray(loud * np.sin(2 * np.pi * WARNING_HZ * at), np.float64)
        for quote in quotes:
            low, high = np.searchsorted(at, [float(quote.start), float(quote.end)])
            here = at[low:high]
            out[low:high] = 0.15 * np.sin(2 * np.pi * VOICE_HZ * here)
            if quote.clap is not None:
                out[low:high] += 0.6 * chirp(here - float(self.times[quote.clap]))
        return out

    def blocks(self, quotes: Sequence[Quote]) -> Iterator[tuple[int, Samples]]:
        """The sound a second at a time: its first sample, counted from 0, and the samples. Where some is
        missing there is no block.
        """
        camera = self.camera
        holes = [
            (round((quote.start + SILENT) * camera.hz), round((quote.start + SILENT + SILENCE) * camera.hz))
            for quote in quotes
            if camera.doubles and quote.clap is not None
        ]
        first, last = round((camera.late - camera.trimmed) * camera.hz), self.seconds * camera.hz
        edges = sorted(
            {
                first,
                last,
                *(s * camera.hz for s in range(self.seconds) if s * camera.hz > first),
                *chain.from_iterable(holes),
            }
        )
        for low, high in pairwise(edges):
            if not any(a <= low < b for a, b in holes):
                near = [
                    quote
                    for quote in quotes
                    if quote.end * camera.hz > low and quote.start * camera.hz < high
                ]
                yield low, self.sound(np.arange(low, high) / camera.hz, near)

    def write(self, path: Path, quotes: Sequence[Quote]) -> None:
        """Picture and sound written side by side; B-frames, so that frames are not stored as they are
        shown.
        """
        camera = self.camera
        before = [
            (n * camera.step - camera.trimmed, NEVER + n) for n in range(ceil(camera.trimmed / camera.step))
        ]
        frames = iter([*before, *((time, number) for number, time in enumerate(self._times()))])
        # An edit list delays a track by whole ticks of the film's clock: with the usual thousandths the file
        # would itself be out of sync.
        exact = {"movie_timescale": str(TICKS)} if path.suffix in (".mp4", ".mov") else {}
        with av.open(str(path), "w", options=exact) as out:
            asked = {
                "preset": "veryfast",
                "g": str(camera.group),
                "bf": "2",
                "threads": "2",
                **camera.options,
            }
            video = out.add_stream(camera.encoder, rate=camera.rate or 30, options=asked)
            video.width, video.height, video.pix_fmt = WIDTH, HEIGHT, "yuv420p"
            video.codec_context.time_base = Fraction(1, TICKS)
            audio = out.add_stream(camera.codec, rate=camera.hz, layout="stereo")
            assert isinstance(audio, av.AudioStream)
            waiting = next(frames, None)
            for low, block in self.blocks(quotes):
                while waiting and waiting[0] * camera.hz < low + len(block):
                    frame = av.VideoFrame.from_ndarray(barcode(self.number, waiting[1]), format="yuv420p")
                    frame.pts, frame.time_base = (
                        round((self._written(waiting[0]) + camera.origin) * TICKS),
                        Fraction(1, TICKS),
                    )
                    out.mux(video.encode(frame))
                    waiting = next(frames, None)
                heard = av.AudioFrame.from_ndarray(
                    np.repeat((block[None] * 32767).astype(np.int16), 2).reshape(1, -1),
                    format="s16",
                    layout="stereo",
                )
                heard.sample_rate, heard.pts, heard.time_base = (
                    camera.hz,
                    low + round(camera.origin * camera.hz),
                    Fraction(1, camera.hz),
                )
                out.mux(audio.encode(heard))
            out.mux(video.encode(None))
            out.mux(audio.encode(None))

    def _written(self, time: Fraction) -> Fraction:
        """An encoder takes no two frames at one moment; a container's rounding may put them there."""
        return time if self.camera.doubles else self._rounded(time)


def chirp(seconds: Samples) -> Samples:
    """The clap, by seconds since it started: analytic, so it starts between two samples where it has to."""
    inside = (seconds >= 0) & (seconds < CHIRP)
    phase = 2 * np.pi * (LOW_HZ * seconds + (HIGH_HZ - LOW_HZ) * seconds**2 / (2 * CHIRP))
    return np.asarray(np.where(inside, np.sin(phase) * np.sin(np.pi * seconds / CHIRP) ** 2, 0.0), np.float64)


@cache
def _ground(camera: int) -> Plane:
    """Grey squares: what is recorded by two cameras is no one recording."""
    squares = np.random.default_rng(camera).integers(96, 160, (HEIGHT // 16 + 1, WIDTH // 16 + 1), np.uint8)
    return np.kron(squares, np.ones((16, 16), np.uint8))[:HEIGHT, :WIDTH]


def barcode(camera: int, frame: int) -> Plane:
    """A picture in planes of yuv420p with its number along the top, over a ground by which cameras differ."""
    bits = np.array([(frame << CAMERA_BITS | camera) >> bit & 1 for bit in range(BITS)], np.uint8)
    row = np.repeat(np.where(bits, 235, 16).astype(np.uint8), BLOCK)
    picture = np.full((HEIGHT * 3 // 2, WIDTH), 128, np.uint8)
    picture[:HEIGHT] = _ground(camera)
    picture[:BLOCK], picture[BLOCK : 2 * BLOCK] = row, 251 - row
    return picture


# What is approved ----------------------------------------------------------------------------

WORDS = (
    "about after again along answer apple around because before began better between bring brother "
    "change coffee corner "
    "different early enough every family father follow forward friend garden happen kitchen letter "
    "listen little morning "
    "mother music never number outside people quiet really river school second simple sister summer "
    "table together travel "
    "under walking water weather window winter without wonder yellow yesterday"
).split()

MICRO = Fraction(1, 10**6)
KINDS = {"on": Fraction(0), "before": -MICRO, "after": MICRO, "anywhere": None, "one": Fraction(0)}
"""Where in and out points fall: on frames, a millionth of a second beside them, anywhere; and quotes of a
single frame.
"""


def shown(times: list[Fraction], frame: int, rate: Fraction) -> int:
    """The source frame on the screen in the middle of a film frame, the earlier one on a tie."""
    return bisect_left(times, (frame + Fraction(1, 2)) / rate) - 1


def nearest(value: Fraction) -> int:
    return floor(value + Fraction(1, 2))


def write_quotes(
    shots: int, recordings: Sequence[Recording], rate: Fraction, seconds: Fraction = Fraction(3)
) -> list[Quote]:
    """The film's quotes in order, `seconds` long or a little more: every cut changes the camera, no camera is
    played in the order it was recorded.
    """
    per_camera = recordings[0].seconds // SLOT
    slots = [Random(number).sample(range(per_camera), per_camera) for number in range(len(CAMERAS))]
    return [
        _quote(
            number,
            recordings[number % len(CAMERAS)],
            slots[number % len(CAMERAS)][number // len(CAMERAS)],
            rate,
            seconds,
        )
        for number in range(shots)
    ]


def _quote(number: int, recording: Recording, slot: int, rate: Fraction, seconds: Fraction) -> Quote:
    """The first of a recording begins with its first frame, the last ends with its last; those between take
    turns in `KINDS`.
    """
    chance, camera, times = Random(1000 + number), recording.number, recording.times
    last = recording.seconds // SLOT - 1
    kind = "first" if slot == 0 else "last" if slot == last else list(KINDS)[(slot + camera) % len(KINDS)]
    start = slot * SLOT + Fraction(chance.randint(500, 800), 1000)
    end = (
        start
        + (min(seconds, Fraction(3, 2)) if CAMERAS[camera].gaps and slot % 4 == 3 else seconds)
        + Fraction(chance.randint(0, 300), 1000)
    )
    if kind == "first":
        start = _micro(times[0])
    elif kind == "last":
        end = _micro(min(recording.end, Fraction(recording.seconds)))
    elif kind == "one":
        frame = bisect_left(times, start)
        start, end = (
            _micro(times[frame]),
            _micro(next(time for time in times[frame:] if time - times[frame] > MICRO)),
        )
    elif (beside := KINDS[kind]) is not None:
        start, end = (_micro(times[bisect_left(times, moment)]) + beside for moment in (start, end))
    if kind == "one":
        return Quote(
            f"q{number + 1:04}",
            camera,
            kind,
            start,
            end,
            ((chance.choice(WORDS).capitalize() + ".", start, end),),
            None,
        )
    # The frame nearest to the middle that the film must show: a conversion to fewer frames leaves some out.
    inside = range(bisect_left(times, start + AWAY), bisect_left(times, end - AWAY))
    clap = min(
        (i for i in inside if shown(times, nearest(times[i] * rate), rate) == i),
        key=lambda i: abs(times[i] - (start + end) / 2),
    )
    return Quote(
        f"q{number + 1:04}", camera, kind, start, end, tuple(_words(chance, start, end - start)), clap
    )


def _micro(time: Fraction) -> Fraction:
    """A time as a quote list can hold it, never later."""
    return floor(time / MICRO) * MICRO


def _words(chance: Random, start: Fraction, length: Fraction) -> Iterator[tuple[str, Fraction, Fraction]]:
    """Two sentences with a pause between them, so that a quote has more than one cue."""
    for sentence in (0, 1):
        lead, room = Fraction(chance.randint(60, 200), 1000), length / 2 - Fraction(4, 10)
        if length < 1:  # a gap may leave little of a quote
            lead, room = min(lead, length / 8), length / 4
        at, step = start + lead + sentence * length / 2, room / 4
        for number in range(4):
            word = chance.choice(WORDS)
            begin = Fraction(round((at + number * step) * 1000), 1000)
            yield (
                (word.capitalize() if number == 0 else f"{word}." if number == 3 else word),
                begin,
                begin + Fraction(round(step * 900), 1000),
            )


# What must be seen ---------------------------------------------------------------------------

SOON = Fraction(1, 10)
"""A picture that moves has a new frame within this of any in point; one that has none stands still there."""


@dataclass(frozen=True)
class Wanted:
    """The film frames of a quote, on its camera's clock, and the source frame that each has to show."""

    first: int
    last: int
    frames: list[int]
    standing: int | None
    """The one frame from before the in point that may be seen: it is still on the screen, and nothing follows
    soon.
    """


def wanted(times: list[Fraction], quote: Quote, rate: Fraction) -> Wanted:
    """Every film frame that holds approved sound; of the source only frames that begin inside the quote."""
    first, last = floor(quote.start * rate), -floor(-quote.end * rate)
    low, high = bisect_left(times, quote.start), bisect_left(times, quote.end)
    moves = low < high and times[low] < quote.start + SOON
    standing = None if moves or low == 0 else low - 1
    begin = low if standing is None else standing
    return Wanted(
        first,
        last,
        [min(max(shown(times, frame, rate), begin), high - 1) for frame in range(first, last)],
        standing,
    )


def outside(numbers: Iterable[int], times: list[Fraction], quote: Quote, standing: int | None) -> int:
    """How many of these source frames begin at no moment of the quote, but for the one that may stand."""
    return sum(
        n != standing and not (n < len(times) and quote.start <= times[n] < quote.end) for n in numbers
    )
