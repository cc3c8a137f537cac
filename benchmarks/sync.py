"""Sync, measured from outside: does a film of many shots show and play what its quotes promise?

Four cameras are made up: 25, 29.97 and 50 frames a second and a variable rate, each with its own
container, sound codec and sample rate. Every frame carries its number as a barcode; every quote
holds a clap: a chirp in the sound that starts exactly with one known frame. Outside the quotes the
sound is a warning tone that may never be heard. Then the real commands build a film, and the
finished files are decoded by their presentation times and read: barcodes, claps, cues.

Nothing of the pipeline is imported here, so nothing of it can be wrong in the same way.

    python benchmarks/sync.py [--shots 60] [--rate 25] [--json] [--keep DIR]
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import subprocess
import sys
import tempfile
import time
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from fractions import Fraction
from itertools import groupby, zip_longest
from math import ceil, floor
from pathlib import Path
from random import Random
from typing import Any

import av
import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float64]
Plane = npt.NDArray[np.uint8]

WIDTH, HEIGHT = 320, 180
BLOCK, BITS = 16, 20
"""A barcode of 20 blocks, 18 for the frame and 2 for the camera, and its negative below it, so that a misread shows."""

TICKS = 90_000
GROUP = 100
"""Frames from one key frame to the next: two to four seconds, as streams and telephones write them, so that every cut has to seek."""

SLOT = 6
"""Seconds of each camera's recording for one quote, with at least a second around it that nobody approved."""

CHIRP, LOW_HZ, HIGH_HZ = 0.020, 2000.0, 9000.0
"""A chirp and not a click: its matched filter finds it to a fraction of a sample, through AAC and a limiter."""

VOICE_HZ, WARNING_HZ = 220.0, 1000.0

WORDS = (
    "about after again along answer apple around because before began better between bring brother change coffee corner "
    "different early enough every family father follow forward friend garden happen kitchen letter listen little morning "
    "mother music never number outside people quiet really river school second simple sister summer table together travel "
    "under walking water weather window winter without wonder yellow yesterday"
).split()


@dataclass(frozen=True)
class Camera:
    """A source as it is recorded. `rate` None records at no steady rate; `late` is when its sound starts."""

    id: str
    file: str
    rate: Fraction | None
    codec: str
    hz: int
    late: Fraction = Fraction(0)


CAMERAS = (
    Camera("film25", "film25.mp4", Fraction(25), "aac", 48_000),
    Camera("ntsc", "ntsc.mov", Fraction(30_000, 1001), "pcm_s16le", 48_000),
    Camera("fifty", "fifty.mts", Fraction(50), "ac3", 48_000, Fraction(1, 10)),
    Camera("phone", "phone.mp4", None, "aac", 44_100),
)


@dataclass(frozen=True)
class Quote:
    """What one person approved: a stretch of one camera's recording, its words, and the frame of its clap."""

    id: str
    camera: int
    start: Fraction
    end: Fraction
    words: tuple[tuple[str, Fraction, Fraction], ...]
    clap: int

    def frames(self, rate: Fraction) -> tuple[int, int]:
        """First frame and the one after the last, of the film's rate on the camera's clock: the quote, outwards to whole frames."""
        return floor(self.start * rate), ceil(self.end * rate)


# What is recorded ----------------------------------------------------------------------------


def frame_times(camera: Camera, seconds: int) -> list[Fraction]:
    """When each frame starts, in whole ticks. A telephone drops frames, doubles its rate and slows down in the dark."""
    if camera.rate:
        return [Fraction(round(n / camera.rate * TICKS), TICKS) for n in range(floor(seconds * camera.rate))]
    chance, ticks, times = Random(4), 0, []
    while ticks < seconds * TICKS:
        times.append(Fraction(ticks, TICKS))
        ticks += round(TICKS / chance.choice((30, 30, 30, 30, 24, 15, 60))) + chance.randint(-150, 150)
    return times


def shown(times: list[Fraction], frame: int, rate: Fraction) -> int:
    """The source frame that a film frame has to show: the one on the screen in its middle, the earlier one on a tie."""
    return bisect_left(times, (frame + Fraction(1, 2)) / rate) - 1


def write_quotes(shots: int, recorded: list[list[Fraction]], rate: Fraction) -> list[Quote]:
    """The film's quotes in order: every cut changes the camera, no camera is played in the order it was recorded."""
    quotes = []
    per_camera = ceil(shots / len(CAMERAS))
    slots = [Random(number).sample(range(per_camera), per_camera) for number in range(len(CAMERAS))]
    for number in range(shots):
        chance, camera = Random(1000 + number), number % len(CAMERAS)
        start = slots[camera][number // len(CAMERAS)] * SLOT + Fraction(chance.randint(600, 1000), 1000)
        length = Fraction(chance.randint(3600, 4500), 1000)
        times = recorded[camera]
        # The first frame past the middle that the film must show: a conversion to fewer frames leaves some out.
        clap = next(i for i in range(bisect_left(times, start + length / 2), len(times)) if shown(times, nearest(times[i] * rate), rate) == i)
        quotes.append(Quote(f"q{number + 1:04}", camera, start, start + length, tuple(_words(chance, start, length)), clap))
    return quotes


def _words(chance: Random, start: Fraction, length: Fraction) -> Iterator[tuple[str, Fraction, Fraction]]:
    """Two sentences with a pause between them, so that a quote has more than one cue."""
    for sentence in (0, 1):
        at = start + Fraction(chance.randint(60, 200), 1000) + sentence * length / 2
        step = (length / 2 - Fraction(6, 10)) / 4
        for number in range(4):
            word = chance.choice(WORDS)
            begin = Fraction(round((at + number * step) * 1000), 1000)
            yield (word.capitalize() if number == 0 else f"{word}." if number == 3 else word), begin, begin + Fraction(round(step * 900), 1000)


def nearest(value: Fraction) -> int:
    return floor(value + Fraction(1, 2))


def chirp(seconds: Samples) -> Samples:
    """The clap, by seconds since it started: analytic, so it starts between two samples where it has to."""
    inside = (seconds >= 0) & (seconds < CHIRP)
    phase = 2 * np.pi * (LOW_HZ * seconds + (HIGH_HZ - LOW_HZ) * seconds**2 / (2 * CHIRP))
    return np.asarray(np.where(inside, np.sin(phase) * np.sin(np.pi * seconds / CHIRP) ** 2, 0.0), np.float64)


def record_sound(camera: Camera, seconds: int, quotes: list[Quote], times: list[Fraction]) -> Samples:
    """A voice in the quotes with its clap, the warning tone everywhere else."""
    at = np.arange(round((seconds - camera.late) * camera.hz)) / camera.hz + float(camera.late)
    out = np.asarray(0.15 * np.sin(2 * np.pi * WARNING_HZ * at), np.float64)
    for quote in quotes:
        low, high = np.searchsorted(at, [float(quote.start), float(quote.end)])
        here = at[low:high]
        out[low:high] = 0.15 * np.sin(2 * np.pi * VOICE_HZ * here) + 0.6 * chirp(here - float(times[quote.clap]))
    return out


def barcode(camera: int, frame: int) -> Plane:
    """A grey picture in planes of yuv420p with its number along the top."""
    bits = np.array([(frame << 2 | camera) >> bit & 1 for bit in range(BITS)], np.uint8)
    row = np.repeat(np.where(bits, 235, 16).astype(np.uint8), BLOCK)
    picture = np.full((HEIGHT * 3 // 2, WIDTH), 128, np.uint8)
    picture[:BLOCK], picture[BLOCK : 2 * BLOCK] = row, 251 - row
    return picture


def record(folder: Path, number: int, seconds: int, times: list[Fraction], sound: Samples) -> None:
    """The camera's file, picture and sound written side by side; B-frames, so that frames are not stored as they are shown."""
    camera = CAMERAS[number]
    with av.open(str(folder / camera.file), "w") as out:
        video = out.add_stream("libx264", rate=camera.rate or 30, options={"preset": "veryfast", "g": str(GROUP), "bf": "2", "threads": "2"})
        video.width, video.height, video.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        video.codec_context.time_base = Fraction(1, TICKS)
        audio = out.add_stream(camera.codec, rate=camera.hz, layout="stereo")
        assert isinstance(audio, av.AudioStream)
        done = 0
        for second in range(seconds):
            for index in range(bisect_left(times, Fraction(second)), bisect_left(times, Fraction(second + 1))):
                frame = av.VideoFrame.from_ndarray(barcode(number, index), format="yuv420p")
                frame.pts, frame.time_base = round(times[index] * TICKS), Fraction(1, TICKS)
                out.mux(video.encode(frame))
            until = min(len(sound), round((second + 1 - camera.late) * camera.hz))
            pcm = np.repeat((sound[None, done:until] * 32767).astype(np.int16), 2).reshape(1, -1)
            heard = av.AudioFrame.from_ndarray(pcm, format="s16", layout="stereo")
            heard.sample_rate, heard.pts, heard.time_base = camera.hz, done + round(camera.late * camera.hz), Fraction(1, camera.hz)
            out.mux(audio.encode(heard))
            done = until
        out.mux(video.encode(None))
        out.mux(audio.encode(None))


# The production ------------------------------------------------------------------------------


def write_production(root: Path, quotes: list[Quote], rate: Fraction) -> None:
    """production.toml, quotes.csv with times pinned, consent.csv, and a transcript for each camera."""
    ids = ", ".join(f'"{quote.id}"' for quote in quotes)
    sources = "\n".join(f'[[source]]\nid = "{c.id}"\nfile = "footage/{c.file}"\ncontributor = "{c.id}"\n' for c in CAMERAS)
    (root / "production.toml").write_text(
        f'[film]\ntitle = "Sync"\nsize = "{WIDTH}x{HEIGHT}"\nrate = "{rate}"\n\n[captions]\nlabels = false\n\n{sources}\n'
        f'[[scene]]\ntitle = "All"\nseconds = 0.0\nquotes = [{ids}]\n'
    )
    header = ["id", "contributor", "source", "in", "out", "text", "theme", "use", "approved_by", "approved_on"]
    constant = ["sync", "training", "nobody: all of it is made up", "2025-01-01"]
    rows = [
        [q.id, CAMERAS[q.camera].id, CAMERAS[q.camera].id, f"{float(q.start):.3f}", f"{float(q.end):.3f}", " ".join(word for word, _, _ in q.words), *constant]
        for q in quotes
    ]
    _csv(root / "quotes.csv", header, rows)
    people = [[c.id, c.id, "training", "none", "2025-01-01", "", ""] for c in CAMERAS]
    _csv(root / "consent.csv", ["contributor", "display_name", "scope", "anonymise", "given_on", "expires_on", "withdrawn_on"], people)
    for number, camera in enumerate(CAMERAS):
        mine = sorted((q for q in quotes if q.camera == number), key=lambda q: q.start)
        segments = [{"words": [{"word": w, "start": float(a), "end": float(b)} for w, a, b in q.words]} for q in mine]
        (root / f"{camera.id}.whisper.json").write_text(json.dumps({"segments": segments}))


def _csv(path: Path, header: list[str], rows: list[list[str]]) -> None:
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([header, *rows])


def ourwords(root: Path, *arguments: str) -> None:
    """The command as people run it; what it says on the way is kept for when it fails."""
    command = [sys.executable, "-m", "pipeline", "-C", str(root), "-q", *arguments]
    done = subprocess.run(command, cwd=Path(__file__).parent.parent, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"ourwords {' '.join(arguments)} stopped with {done.returncode}:\n{done.stdout}{done.stderr}")


# Reading what was made -----------------------------------------------------------------------


@dataclass(frozen=True)
class Seen:
    """One decoded frame: when it is shown, and what its barcode says. `camera` is None where that cannot be read."""

    at: Fraction
    camera: int | None
    frame: int


def origin(path: Path) -> Fraction:
    """Where a player's clock starts. A broadcast stream counts from anywhere, exactly: not in rounded microseconds."""
    with av.open(str(path)) as container:
        if container.format.name != "mpegts":
            return Fraction(0)
        return min(Fraction(s.start_time) * s.time_base for s in container.streams if s.start_time is not None and s.time_base)


def read_picture(path: Path) -> Iterator[tuple[Seen, Plane]]:
    """Every frame in the order it is shown, with the lower half of its picture."""
    zero = origin(path)
    with av.open(str(path)) as container:
        container.streams.video[0].thread_type = "AUTO"
        for frame in container.decode(video=0):
            assert frame.pts is not None
            assert frame.time_base
            luma = np.asarray(frame.to_ndarray(format="gray"), np.int16)
            rows = luma[: 2 * BLOCK].reshape(2, BLOCK, BITS, BLOCK)[:, 4:-4, :, 4:-4].mean(axis=(1, 3))
            difference = rows[0] - rows[1]
            code = sum(1 << bit for bit in range(BITS) if difference[bit] > 0)
            clear = bool((abs(difference) > 100).all())
            yield Seen(frame.pts * frame.time_base - zero, code & 3 if clear else None, code >> 2), luma[HEIGHT // 2 :].astype(np.uint8)


def read_sound(path: Path) -> tuple[Samples, int]:
    """All the sound in mono, each block where its timestamp says, and its rate. What comes before the start is not heard."""
    zero, blocks = origin(path), []
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        hz, same = stream.rate, av.AudioResampler("fltp", "mono", stream.rate)
        for frame in container.decode(stream):
            assert frame.pts is not None
            assert frame.time_base
            at = nearest((frame.pts * frame.time_base - zero) * hz)
            blocks += [(at, made.to_ndarray()[0]) for made in same.resample(frame)]
    out = np.zeros(max(at + len(block) for at, block in blocks), np.float64)
    for at, block in blocks:
        out[max(0, at) : at + len(block)] = block[max(0, -at) :]
    return out, hz


def find_clap(sound: Samples, hz: int, low: Fraction, high: Fraction) -> float:
    """Seconds at which the clap starts, to a fraction of a sample; not a number where there is none."""
    first = max(0, floor(low * hz))
    window = sound[first : ceil(high * hz)]
    pattern = chirp(np.arange(round(CHIRP * hz)) / hz)
    if len(window) < len(pattern) + 2:
        return float("nan")
    size = 1 << (len(window) + len(pattern)).bit_length()
    likeness = np.fft.irfft(np.fft.rfft(window, size) * np.conj(np.fft.rfft(pattern, size)), size)[: len(window) - len(pattern)]
    peak = int(likeness.argmax())
    energy = float(np.sqrt((window[peak : peak + len(pattern)] ** 2).sum() * (pattern**2).sum()))
    if not 0 < peak < len(likeness) - 1 or likeness[peak] < 0.5 * energy:
        return float("nan")
    before, top, after = likeness[peak - 1 : peak + 2]
    return float(first + peak + 0.5 * (before - after) / (before - 2 * top + after)) / hz


@dataclass(frozen=True)
class Cue:
    start: Fraction
    end: Fraction
    words: list[str]


def read_srt(path: Path) -> list[Cue]:
    cues = []
    for block in re.split(r"\n\s*\n", path.read_text(encoding="utf-8-sig").strip()):
        _, times, *lines = block.splitlines()
        start, end = (Fraction(((int(h) * 60 + int(m)) * 60 + int(s)) * 1000 + int(ms), 1000) for h, m, s, ms in re.findall(r"(\d+):(\d+):(\d+),(\d+)", times))
        cues.append(Cue(start, end, " ".join(lines).split()))
    return cues


# Measuring -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Measured:
    """One shot. Milliseconds are signed: sound after picture, a cue after its word."""

    quote: str
    source: str
    planned: int
    frames: int
    wrong: int
    """Frames that show another source frame than they must."""
    outside: int
    """Frames whose source frame was never on the screen during the quote, outwards to whole frames of the film."""
    stray: int
    """The same without the outwards: what rounding an in or out point to the film's frames lets in."""
    first: int
    """The source frame shown first, and last, against the right one: 0 is right, -1 the one before."""
    last: int
    sync_ms: float
    rounding_ms: float
    """How far a change of frame rate moves the clap's frame by itself, to the nearest frame of the film; not in sync_ms."""
    outside_db: float
    """Sound in the shot outside the quote, against the sound inside."""
    cues_ms: tuple[float, ...]


@dataclass(frozen=True)
class Film:
    frames: list[Seen]
    sound: Samples
    hz: int
    rate: Fraction
    declared: tuple[Fraction, Fraction]
    """How long the file says that picture and sound are."""
    captioned_wrong: int


def calibrate(path: Path, times: list[Fraction], quotes: list[Quote]) -> float:
    """The instrument turned on a camera's own file: frames exactly where they were put, and the worst clap in milliseconds."""
    seen = [(frame.at, frame.frame) for frame, _ in read_picture(path)]
    if [at for at, _ in seen] != times or [n for _, n in seen] != list(range(len(times))):
        sys.exit(f"{path.name} was not recorded as it should be: the instrument cannot be trusted")
    sound, hz = read_sound(path)
    off = worst([(find_clap(sound, hz, quote.start, quote.end) - float(times[quote.clap])) * 1000 for quote in quotes])
    if not off < 0.1:
        sys.exit(f"{path.name} is itself {off:.3f} ms out of sync: the instrument cannot be trusted")
    return off


def measure_shot(quote: Quote, run: list[Seen], film: Film, times: list[Fraction], cues: list[tuple[Fraction, Fraction]]) -> Measured:
    """One run of frames from the same camera against the quote that it should be. `cues`: (start, its first word's time)."""
    rate, (first, last) = film.rate, quote.frames(film.rate)
    right = [shown(times, frame, rate) for frame in range(first, last)]
    got = [frame.frame for frame in run]
    begin, end = run[0].at, run[-1].at + 1 / rate
    heard = find_clap(film.sound, film.hz, begin - Fraction(1, 4), end + Fraction(1, 4))
    flash = next((frame.at for frame in run if frame.frame >= quote.clap), None)
    rounding = nearest(times[quote.clap] * rate) / rate - times[quote.clap]
    sync = float("nan") if flash is None else heard - float(flash - rounding)
    to_film = heard - float(times[quote.clap])
    return Measured(
        quote.id, CAMERAS[quote.camera].id, last - first, len(run),
        wrong=sum(a != b for a, b in zip(got, right, strict=False)) + abs(len(got) - len(right)),
        outside=_never(got, times, first / rate, last / rate), stray=_never(got, times, quote.start, quote.end),
        first=got[0] - right[0], last=got[-1] - right[-1],
        sync_ms=sync * 1000, rounding_ms=float(rounding) * 1000,
        outside_db=_outside(film, float(begin), float(end), float(quote.start) + to_film, float(quote.end) + to_film),
        cues_ms=tuple((float(start) - float(word) - to_film) * 1000 for start, word in cues),
    )  # fmt: skip


def _never(numbers: list[int], times: list[Fraction], start: Fraction, end: Fraction) -> int:
    """How many of these source frames were on the screen at no moment from `start` to `end`."""
    return sum(n >= len(times) or times[n] >= end or (n + 1 < len(times) and times[n + 1] <= start) for n in numbers)


def _outside(film: Film, begin: float, end: float, low: float, high: float) -> float:
    """The loudest millisecond of the shot before `low` or after `high` against its middle, in dB: the warning tone would be 0."""
    step = film.hz // 1000
    edges = [(begin, low - 0.001), (high + 0.001, end)]
    blocks = [film.sound[at : at + step] for a, b in edges for at in range(round(a * film.hz), round(b * film.hz) - step + 1, step)]
    inside = film.sound[round((low + 0.2) * film.hz) : round((low + 0.8) * film.hz)]
    if not blocks or not len(inside):
        return -120.0
    return float(10 * np.log10((max(float((block**2).mean()) for block in blocks) + 1e-12) / (float((inside**2).mean()) + 1e-12)))


def cue_words(cues: list[Cue], quotes: list[Quote]) -> dict[str, list[tuple[Fraction, Fraction]]]:
    """Each quote's cues as (start, when its first word is said in the source); the words must be the approved ones, in order."""
    said = [(quote.id, word, at) for quote in quotes for word, at, _ in quote.words]
    if [word for cue in cues for word in cue.words] != [word for _, word, _ in said]:
        sys.exit("the cues do not hold the approved words in their order")
    found: dict[str, list[tuple[Fraction, Fraction]]] = {quote.id: [] for quote in quotes}
    at = 0
    for cue in cues:
        found[said[at][0]].append((cue.start, said[at][2]))
        at += len(cue.words)
    return found


def read_pictures(build: Path, cues: list[Cue]) -> tuple[list[Seen], int]:
    """The clean film's frames, and how many of the captioned one are other frames, or have captions where no cue is or none where one is."""
    frames, wrong = [], 0
    for one, two in zip_longest(read_picture(build / "cut.clean.mp4"), read_picture(build / "cut.mp4")):
        if one is None or two is None:
            wrong += 1
            frames += [one[0]] if one else []
            continue
        drawn = bool((abs(one[1].astype(np.int16) - two[1]) > 60).mean() > 0.005)
        middle = one[0].at + Fraction(1, 1000)  # cue times are whole milliseconds, frames are not
        wrong += one[0] != two[0] or drawn != any(cue.start <= middle < cue.end for cue in cues)
        frames.append(one[0])
    return frames, wrong


def read_film(build: Path, rate: Fraction, cues: list[Cue]) -> Film:
    """cut.clean.mp4, and cut.mp4 where it differs in more than its captions."""
    sound, hz = read_sound(build / "cut.clean.mp4")
    frames, wrong = read_pictures(build, cues)
    wrong += not np.array_equal(sound, read_sound(build / "cut.mp4")[0])
    with av.open(str(build / "cut.clean.mp4")) as container:
        lengths = [Fraction(stream.duration or 0) * (stream.time_base or 1) for stream in (container.streams.video[0], container.streams.audio[0])]
    return Film(frames, sound, hz, rate, (lengths[0], lengths[1]), wrong)


def measure(root: Path, quotes: list[Quote], recorded: list[list[Fraction]], rate: Fraction) -> dict[str, Any]:
    """Everything about the finished film. A run of frames from one camera is a shot: neighbours never share theirs."""
    cues = read_srt(next((root / "build/captions").glob("cut.*.srt")))
    film = read_film(root / "build", rate, cues)
    runs = [(camera, list(run)) for camera, run in groupby(film.frames, key=lambda frame: frame.camera)]
    if [camera for camera, _ in runs] != [quote.camera for quote in quotes]:
        sys.exit(f"the film shows {len(runs)} shots in another order than its {len(quotes)} quotes")
    words = cue_words(cues, quotes)
    shots = [measure_shot(q, run, film, recorded[q.camera], words[q.id]) for q, (_, run) in zip(quotes, runs, strict=True)]
    manifest = json.loads((root / "build/manifest.json").read_text())
    listed = [shot["frames"] for shot in manifest["shots"]]
    length = len(film.frames) / rate
    return {
        "shots": [asdict(shot) for shot in shots],
        "frames": len(film.frames),
        "planned": sum(shot.planned for shot in shots),
        "manifest_differs": sum(shot.planned != frames for shot, frames in zip(shots, listed, strict=True)) + (manifest["film"]["frames"] != len(film.frames)),
        "off_grid": sum(nearest(frame.at * rate) != number or frame.at != number / rate for number, frame in enumerate(film.frames)),
        "captioned_wrong": film.captioned_wrong,
        "picture_s": float(film.declared[0]),
        "sound_s": float(film.declared[1]),
        "sound_off_ms": float(film.declared[1] - length) * 1000,
        "decoded_off_ms": (len(film.sound) / film.hz - float(length)) * 1000,
        "cues": len(cues),
    }


# Judging and telling -------------------------------------------------------------------------


@dataclass(frozen=True)
class Aim:
    what: str
    value: float
    limit: float
    unit: str = ""

    @property
    def met(self) -> bool:
        return self.value <= self.limit  # not a number, which a clap that was not heard gives, is missed

    def __str__(self) -> str:
        return f"{self.what} {self.value:.4g}{self.unit} (aim {'' if self.limit == 0 else '≤ '}{self.limit:.4g}{self.unit}){'' if self.met else ' MISSED'}"


def aims(found: dict[str, Any], rate: Fraction) -> list[Aim]:
    shots = found["shots"]
    frame = float(1000 / rate)
    return [
        Aim("shots not of the planned length", sum(s["frames"] != s["planned"] for s in shots) + found["manifest_differs"], 0),
        Aim("shots with a wrong first or last frame", sum(bool(s["first"] or s["last"]) for s in shots), 0),
        Aim("frames that show the wrong source frame", sum(s["wrong"] for s in shots), 0),
        Aim("frames from outside their quote", sum(s["outside"] for s in shots), 0),
        Aim("sound outside the quote, worst", worst([s["outside_db"] for s in shots], absolute=False), -30, " dB"),
        Aim("sound against picture at the last shot", abs(shots[-1]["sync_ms"]), 1, " ms"),
        Aim("sound against picture, worst", worst([s["sync_ms"] for s in shots]), 1, " ms"),
        Aim("cue against its word, worst", worst([ms for s in shots for ms in s["cues_ms"]]), frame, " ms"),
        Aim("captioned frames not as the clean ones with the cues", found["captioned_wrong"], 0),
        Aim("frames too many or too few", abs(found["frames"] - found["planned"]) + found["off_grid"], 0),
        Aim("sound track against picture", abs(found["sound_off_ms"]), 1, " ms"),
    ]


def worst(values: list[float], *, absolute: bool = True) -> float:
    """The largest; not a number where one of them is none."""
    return float(np.max(np.abs(values) if absolute else values)) if values else float("nan")


def table(found: dict[str, Any], calibration: dict[str, float]) -> str:
    head = ["source", "shots", "frames", "planned", "wrong", "outside", "stray", "sync ms", "rounding ms", "outside dB", "cue ms", "own sync ms"]
    rows = [head]
    for camera in CAMERAS:
        mine = [shot for shot in found["shots"] if shot["source"] == camera.id]
        if mine:
            total = [str(sum(shot[key] for shot in mine)) for key in ("frames", "planned", "wrong", "outside", "stray")]
            cue = worst([ms for shot in mine for ms in shot["cues_ms"]])
            errors = [f"{worst([shot[key] for shot in mine]):.3f}" for key in ("sync_ms", "rounding_ms")]
            quiet = f"{worst([shot['outside_db'] for shot in mine], absolute=False):.1f}"
            rows.append([camera.file, str(len(mine)), *total, *errors, quiet, f"{cue:.1f}", f"{calibration[camera.id]:.3f}"])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]) for row in rows)


LEGEND = """wrong: frames that show another source frame than they must; outside: from outside the quote, taken outwards to whole film frames;
stray: from outside it to the millisecond, let in by that rounding (at most half a frame away); sync: sound after picture, worst;
rounding: what a change of frame rate moves a picture by itself, at most half a frame, not in sync; own sync: the camera's own file."""


def run(root: Path, shots: int, rate: Fraction) -> tuple[dict[str, Any], dict[str, float]]:
    """Record, write, build, measure. The second value is how well each camera's own file is in sync."""
    seconds = ceil(shots / len(CAMERAS)) * SLOT
    recorded = [frame_times(camera, seconds) for camera in CAMERAS]
    quotes = write_quotes(shots, recorded, rate)
    (root / "footage").mkdir(parents=True)
    calibration = {}
    for number, (camera, times) in enumerate(zip(CAMERAS, recorded, strict=True)):
        mine = [quote for quote in quotes if quote.camera == number]
        record(root / "footage", number, seconds, times, record_sound(camera, seconds, mine, times))
        calibration[camera.id] = calibrate(root / "footage" / camera.file, times, mine)
    write_production(root, quotes, rate)
    for camera in CAMERAS:
        ourwords(root, "transcribe", camera.id, "--import", str(root / f"{camera.id}.whisper.json"))
    started = time.perf_counter()
    ourwords(root, "build-cut")
    took = round(time.perf_counter() - started, 1)
    return measure(root, quotes, recorded, rate) | {"build_s": took}, calibration


def main() -> int:
    options = argparse.ArgumentParser(description="Measure a film's sync from outside.")
    options.add_argument("--shots", type=int, default=60)
    options.add_argument("--rate", default="25", help='the film\'s frames a second: "25" or "30000/1001"')
    options.add_argument("--json", action="store_true", help="JSON only")
    options.add_argument("--keep", type=Path, help="make the production here, and leave it")
    asked = options.parse_args()
    rate = Fraction(asked.rate)
    if asked.shots < len(CAMERAS):
        options.error(f"give at least {len(CAMERAS)} shots: one for each camera")
    with tempfile.TemporaryDirectory(prefix="sync-") as folder:
        found, calibration = run(asked.keep or Path(folder) / "film", asked.shots, rate)
    judged = aims(found, rate)
    if asked.json:
        text = json.dumps({"rate": str(rate), **found, "calibration_ms": calibration, "aims": [asdict(aim) | {"met": aim.met} for aim in judged]})
        print(json.dumps(json.loads(text, parse_constant=lambda _: None)))  # JSON has no word for "not a number"
    else:
        print(f"{asked.shots} shots at {rate} frames a second: {found['frames']} frames, {found['cues']} cues, built in {found['build_s']} s\n")
        print(table(found, calibration), end=f"\n\n{LEGEND}\n\n")
        print("; ".join(map(str, judged)))
    return 0 if all(aim.met for aim in judged) else 1


if __name__ == "__main__":
    sys.exit(main())
