"""Sync, measured from outside: does a film of many shots show and play what its quotes promise?

Ten cameras are made up (cameras.py): 23.976 to 59.94 frames a second and no steady rate, picture and
sound that start at different times, edit lists, gaps, frames there twice, clocks far from zero. Quotes
begin and end on frames, a millionth of a second beside them, with the file, and last for one frame.
Then the real commands build a film, and the finished files are decoded by their presentation times
and read: barcodes, claps, cues.

Nothing of the pipeline is imported here, so nothing of it can be wrong in the same way.

    python benchmarks/sync.py [--shots 60] [--rate 25] [--seconds 3] [--json] [--keep DIR]
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
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from hashlib import blake2b
from itertools import groupby, zip_longest
from math import ceil, floor
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt
from cameras import (
    BITS,
    BLOCK,
    CAMERA_BITS,
    CAMERAS,
    CHIRP,
    HEIGHT,
    SILENCE,
    SILENT,
    SLOT,
    WIDTH,
    Plane,
    Quote,
    Recording,
    chirp,
    nearest,
    outside,
    wanted,
    write_quotes,
)

Sound = npt.NDArray[np.float32]

RATES = {"23.976": Fraction(24_000, 1001), "29.97": Fraction(30_000, 1001), "59.94": Fraction(60_000, 1001)}

NEAR = Fraction(1, 20)
"""Seconds around a shot in which its clap may be; the neighbours' are further away."""

EDGE_IN, EDGE_OUT = 0.012, 0.032
"""Seconds at the ends of a quote in which its sound may fade, and a little: everything between them is heard.
"""


# The production ------------------------------------------------------------------------------


def write_production(root: Path, quotes: list[Quote], rate: Fraction) -> None:
    """production.toml, quotes.csv with times pinned, consent.csv, and a transcript for each camera."""
    ids = ", ".join(f'"{quote.id}"' for quote in quotes)
    sources = "\n".join(
        f'[[source]]\nid = "{c.id}"\nfile = "footage/{c.file}"\ncontributor = "{c.id}"\n' for c in CAMERAS
    )
    (root / "production.toml").write_text(
        f'[film]\ntitle = "Sync"\nsize = "{WIDTH}x{HEIGHT}"\nrate = "{rate}"\n\n[captions]\nlabels = '
        f"false\n\n{sources}\n"
        f'[[scene]]\ntitle = "All"\nseconds = 0.0\nquotes = [{ids}]\n'
    )
    header = [
        "id",
        "contributor",
        "source",
        "in",
        "out",
        "text",
        "theme",
        "use",
        "approved_by",
        "approved_on",
    ]
    constant = ["sync", "training", "the benchmark", "2025-01-01"]
    rows = [
        [
            q.id,
            CAMERAS[q.camera].id,
            CAMERAS[q.camera].id,
            f"{float(q.start):.6f}",
            f"{float(q.end):.6f}",
            " ".join(word for word, _, _ in q.words),
            *constant,
        ]
        for q in quotes
    ]
    _csv(root / "quotes.csv", header, rows)
    people = [[c.id, c.id, "training", "none", "2025-01-01", "", ""] for c in CAMERAS]
    _csv(
        root / "consent.csv",
        ["contributor", "display_name", "scope", "anonymise", "given_on", "expires_on", "withdrawn_on"],
        people,
    )
    for number, camera in enumerate(CAMERAS):
        mine = sorted((q for q in quotes if q.camera == number), key=lambda q: q.start)
        segments = [
            {"words": [{"word": w, "start": float(a), "end": float(b)} for w, a, b in q.words]} for q in mine
        ]
        (root / f"{camera.id}.whisper.json").write_text(json.dumps({"segments": segments}))


def _csv(path: Path, header: list[str], rows: list[list[str]]) -> None:
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([header, *rows])


def ourwords(root: Path, *arguments: str) -> None:
    """The command as people run it; what it says on the way is kept for when it fails."""
    command = [sys.executable, "-m", "pipeline", "-C", str(root), "-q", *arguments]
    done = subprocess.run(command, cwd=Path(__file__).parent.parent, capture_output=True, text=True)
    if done.returncode:
        sys.exit(
            f"ourwords {' '.join(arguments)} stopped with {done.returncode}:\n{done.stdout}{done.stderr}"
        )


# Reading what was made -----------------------------------------------------------------------


@dataclass(frozen=True)
class Seen:
    """One decoded frame: when it is shown, and what its barcode says. `camera` is None where that cannot be
    read.
    """

    at: Fraction
    camera: int | None
    frame: int


def origin(path: Path) -> Fraction:
    """Where a player's clock starts. A broadcast stream counts from anywhere, exactly: not in rounded
    microseconds.
    """
    with av.open(str(path)) as container:
        if container.format.name != "mpegts":
            return Fraction(0)
        return min(
            Fraction(s.start_time) * s.time_base
            for s in container.streams
            if s.start_time is not None and s.time_base
        )


def read_picture(path: Path) -> Iterator[tuple[Seen, Plane]]:
    """Every frame in the order it is shown, with the lower half of its picture."""
    zero = origin(path)
    # With the edit list as it is written: by itself a demuxer moves a picture that is cut through a frame to
    # 0.
    with av.open(
        str(path), options={"advanced_editlist": "0"} if path.suffix in (".mp4", ".mov") else {}
    ) as container:
        container.streams.video[0].thread_type = "AUTO"
        for frame in container.decode(video=0):
            assert frame.pts is not None
            assert frame.time_base
            if frame.pts * frame.time_base < zero:
                continue
            luma = np.asarray(frame.to_ndarray(format="gray"), np.int16)
            rows = luma[: 2 * BLOCK].reshape(2, BLOCK, BITS, BLOCK)[:, 4:-4, :, 4:-4].mean(axis=(1, 3))
            difference = rows[0] - rows[1]
            code = sum(1 << bit for bit in range(BITS) if difference[bit] > 0)
            clear = bool((abs(difference) > 100).all())
            yield (
                Seen(
                    frame.pts * frame.time_base - zero,
                    code & (1 << CAMERA_BITS) - 1 if clear else None,
                    code >> CAMERA_BITS,
                ),
                luma[HEIGHT // 2 :].astype(np.uint8),
            )


def read_sound(path: Path) -> tuple[Sound, int]:
    """All the sound in mono, each block where its timestamp says, and its rate. What comes before the start
    is not heard.
    """
    zero = origin(path)
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        hz, same = stream.rate, av.AudioResampler("fltp", "mono", stream.rate)
        out, end = np.zeros(1 << 20, np.float32), 0
        for frame in container.decode(stream):
            assert frame.pts is not None
            assert frame.time_base
            at = nearest((frame.pts * frame.time_base - zero) * hz)
            for made in same.resample(frame):
                block = made.to_ndarray()[0]
                end = max(end, at + len(block))
                if end > len(out):
                    out = np.concatenate([out, np.zeros(len(out), np.float32)])
                out[max(0, at) : at + len(block)] = block[max(0, -at) :]
    return out[:end], hz


def find_clap(sound: Sound, hz: int, low: Fraction, high: Fraction) -> float:
    """Seconds at which the clap starts, to a fraction of a sample; not a number where there is none."""
    first = max(0, floor(low * hz))
    window = sound[first : ceil(high * hz)]
    pattern = chirp(np.arange(round(CHIRP * hz)) / hz)
    if len(window) < len(pattern) + 2:
        return float("nan")
    size = 1 << (len(window) + len(pattern)).bit_length()
    likeness = np.fft.irfft(np.fft.rfft(window, size) * np.conj(np.fft.rfft(pattern, size)), size)[
        : len(window) - len(pattern)
    ]
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
        start, end = (
            Fraction(((int(h) * 60 + int(m)) * 60 + int(s)) * 1000 + int(ms), 1000)
            for h, m, s, ms in re.findall(r"(\d+):(\d+):(\d+),(\d+)", times)
        )
        cues.append(Cue(start, end, " ".join(lines).split()))
    return cues


# Measuring -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Measured:
    """One shot. Milliseconds are signed: sound after picture, a cue after its word."""

    quote: str
    source: str
    kind: str
    planned: int
    frames: int
    wrong: int
    """Frames that show another source frame than they must."""
    outside: int
    """Frames whose source frame does not begin inside the quote."""
    standing: int
    """Frames on which the picture stands still from before the in point, where the source has no newer one.
    """
    first: int
    """The source frame shown first, and last, against the right one: 0 is right, -1 the one before."""
    last: int
    sync_ms: float | None
    """None where a quote is too short for a clap."""
    rounding_ms: float
    """How far a change of frame rate moves the clap's frame by itself, to the nearest frame of the film; not
    in sync_ms.
    """
    outside_db: float
    """Sound in the shot outside the quote, against the sound inside."""
    lost_ms: int
    """Sound of the quote that cannot be heard in the film."""
    cues_ms: tuple[float, ...]


@dataclass(frozen=True)
class Film:
    frames: list[Seen]
    sound: Sound
    hz: int
    rate: Fraction
    declared: tuple[Fraction, Fraction]
    """How long the file says that picture and sound are."""
    captioned_wrong: int


def calibrate(path: Path, recording: Recording, quotes: Sequence[Quote]) -> float:
    """The instrument turned on a camera's own file: frames exactly where they were put, and the worst clap in
    milliseconds.
    """
    seen = [(frame.at, frame.frame) for frame, _ in read_picture(path)]
    if seen != [(time, number) for number, time in enumerate(recording.times)]:
        sys.exit(f"{path.name} was not recorded as it should be: the instrument cannot be trusted")
    if recording.camera.trimmed and b"elst" not in path.read_bytes():
        sys.exit(f"{path.name} has no edit list: the instrument cannot be trusted")
    sound, hz = read_sound(path)
    claps = [(quote, recording.times[quote.clap]) for quote in quotes if quote.clap is not None]
    off = worst(
        [(find_clap(sound, hz, quote.start, quote.end) - float(clap)) * 1000 for quote, clap in claps]
    )
    if not off < 0.1:
        sys.exit(f"{path.name} is itself {off:.3f} ms out of sync: the instrument cannot be trusted")
    return off


def measure_shot(
    quote: Quote, run: list[Seen], film: Film, recording: Recording, cues: list[tuple[Fraction, Fraction]]
) -> Measured:
    """One run of frames from the same camera against the quote that it should be. `cues`: (start, its first
    word's time).
    """
    times, rate = recording.times, film.rate
    right = wanted(times, quote, rate)
    got = [frame.frame for frame in run]
    begin, end = run[0].at, run[-1].at + 1 / rate
    to_film = float(begin - right.first / rate)  # where the source's clock stands in the film
    sync, rounding = None, Fraction(0)
    if quote.clap is not None:
        rounding = nearest(times[quote.clap] * rate) / rate - times[quote.clap]
        flash = next((frame.at for frame in run if frame.frame >= quote.clap), None)
        heard = find_clap(film.sound, film.hz, begin - NEAR, end + NEAR)
        sync = float("nan") if flash is None else (heard - float(flash - rounding)) * 1000
        to_film = heard - float(times[quote.clap])
    return Measured(
        quote.id,
        CAMERAS[quote.camera].id,
        quote.kind,
        len(right.frames),
        len(run),
        wrong=sum(a != b for a, b in zip(got, right.frames, strict=False))
        + abs(len(got) - len(right.frames)),
        outside=outside(got, times, quote, right.standing),
        standing=sum(number == right.standing for number in got),
        first=got[0] - right.frames[0],
        last=got[-1] - right.frames[-1],
        sync_ms=sync,
        rounding_ms=float(rounding) * 1000,
        outside_db=_outside(
            film, float(begin), float(end), float(quote.start) + to_film, float(quote.end) + to_film
        ),
        lost_ms=_lost(film, quote, to_film),
        cues_ms=tuple((float(start) - float(word) - to_film) * 1000 for start, word in cues),
    )


def _powers(film: Film, start: float, end: float) -> npt.NDArray[np.float64]:
    """The power of each two milliseconds between two moments: a whole wave of the voice."""
    step, first = film.hz // 500, ceil(start * film.hz)
    blocks = (
        film.sound[first : first + max(0, floor(end * film.hz) - first) // step * step]
        .astype(np.float64)
        .reshape(-1, step)
    )
    return np.asarray((blocks**2).mean(axis=1), np.float64)


def _outside(film: Film, begin: float, end: float, low: float, high: float) -> float:
    """The loudest two milliseconds of the shot before `low` or after `high` against its middle, in dB: the
    warning tone would be 0.
    """
    outer = [*_powers(film, begin, low - 0.001), *_powers(film, high + 0.001, end)]
    inner = _powers(film, low, high)
    return (
        float(10 * np.log10((max(outer, default=0.0) + 1e-12) / (float(np.median(inner)) + 1e-12)))
        if len(inner) > 10
        else -120.0
    )


def _lost(film: Film, quote: Quote, to_film: float) -> int:
    """Milliseconds of the voice that are not there, between the fades and where it was recorded at all."""
    start, end = float(quote.start) + to_film, float(quote.end) + to_film
    powers = _powers(film, start + EDGE_IN, end - EDGE_OUT)
    heard = powers > 0.25 * np.median(powers) if len(powers) else np.ones(0, bool)
    at = EDGE_IN + np.arange(len(powers)) * 0.002
    if CAMERAS[quote.camera].doubles:
        heard |= (at > float(SILENT) - 0.004) & (at < float(SILENT + SILENCE) + 0.002)
    if quote.start < CAMERAS[quote.camera].late:
        heard |= at < float(CAMERAS[quote.camera].late - quote.start) + 0.002
    return 2 * int((~heard).sum())


def cue_words(cues: list[Cue], quotes: list[Quote]) -> dict[str, list[tuple[Fraction, Fraction]]]:
    """Each quote's cues as (start, when its first word is said in the source); the words must be the approved
    ones, in order.
    """
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
    """The clean film's frames, and how many of the captioned one are other frames, or have captions where no
    cue is or none where one is.
    """
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


def sound_bytes(path: Path) -> str:
    """Every packet of the sound with its time, as one digest."""
    found = blake2b()
    with av.open(str(path)) as container:
        for packet in container.demux(container.streams.audio[0]):
            found.update(bytes(packet) + str(packet.pts).encode())
    return found.hexdigest()


def read_film(build: Path, rate: Fraction, cues: list[Cue]) -> Film:
    """cut.clean.mp4, and cut.mp4 where it differs in more than its captions."""
    sound, hz = read_sound(build / "cut.clean.mp4")
    frames, wrong = read_pictures(build, cues)
    wrong += sound_bytes(build / "cut.clean.mp4") != sound_bytes(build / "cut.mp4")
    with av.open(str(build / "cut.clean.mp4")) as container:
        lengths = [
            Fraction(stream.duration or 0) * (stream.time_base or 1)
            for stream in (container.streams.video[0], container.streams.audio[0])
        ]
    return Film(frames, sound, hz, rate, (lengths[0], lengths[1]), wrong)


def measure(
    root: Path, quotes: list[Quote], recordings: Sequence[Recording], rate: Fraction
) -> dict[str, Any]:
    """Everything about the finished film. A run of frames from one camera is a shot: neighbours never share
    theirs.
    """
    cues = read_srt(next((root / "build/captions").glob("cut.*.srt")))
    film = read_film(root / "build", rate, cues)
    runs = [(camera, list(run)) for camera, run in groupby(film.frames, key=lambda frame: frame.camera)]
    if [camera for camera, _ in runs] != [quote.camera for quote in quotes]:
        sys.exit(f"the film shows {len(runs)} shots in another order than its {len(quotes)} quotes")
    words = cue_words(cues, quotes)
    shots = [
        measure_shot(q, run, film, recordings[q.camera], words[q.id])
        for q, (_, run) in zip(quotes, runs, strict=True)
    ]
    manifest = json.loads((root / "build/manifest.json").read_text())
    listed = [shot["frames"] for shot in manifest["shots"]]
    length = len(film.frames) / rate
    return {
        "shots": [asdict(shot) for shot in shots],
        "frames": len(film.frames),
        "planned": sum(shot.planned for shot in shots),
        "manifest_differs": sum(shot.planned != frames for shot, frames in zip(shots, listed, strict=True))
        + (manifest["film"]["frames"] != len(film.frames)),
        "off_grid": sum(
            nearest(frame.at * rate) != number or frame.at != number / rate
            for number, frame in enumerate(film.frames)
        ),
        "captioned_wrong": film.captioned_wrong,
        "picture_s": float(film.declared[0]),
        "sound_s": float(film.declared[1]),
        "samples_off": nearest(film.declared[1] * film.hz) - nearest(length * film.hz),
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
        return (
            f"{self.what} {self.value:.4g}{self.unit} (aim "
            f"{'' if self.limit == 0 else '≤ '}{self.limit:.4g}{self.unit}){'' if self.met else ' MISSED'}"
        )


def aims(found: dict[str, Any], rate: Fraction) -> list[Aim]:
    shots = found["shots"]
    claps = [s["sync_ms"] for s in shots if s["sync_ms"] is not None]
    joins = len(shots) - 1
    return [
        Aim(
            "shots not of the planned length",
            sum(s["frames"] != s["planned"] for s in shots) + found["manifest_differs"],
            0,
        ),
        Aim("frames too many or too few", abs(found["frames"] - found["planned"]) + found["off_grid"], 0),
        Aim("frames that show the wrong source frame", sum(s["wrong"] for s in shots), 0),
        Aim("frames from outside their quote", sum(s["outside"] for s in shots), 0),
        Aim("samples too many or too few", abs(found["samples_off"]), 0),
        Aim("sound of quotes that is lost", sum(s["lost_ms"] for s in shots), 0, " ms"),
        Aim(
            "sound outside the quote, worst",
            worst([s["outside_db"] for s in shots], absolute=False),
            -30,
            " dB",
        ),
        Aim(f"sound against picture after {joins} joins", abs(claps[-1]), 1, " ms"),
        Aim("sound against picture, worst", worst(claps), 1, " ms"),
        Aim(
            "cue after its word, worst",
            max(0.0, *(ms for s in shots for ms in s["cues_ms"])),
            float(1000 / rate),
            " ms",
        ),
        Aim(
            "cue before its word, worst",
            max(0.0, *(-ms for s in shots for ms in s["cues_ms"])),
            max(EARLY, float(1000 / rate)),
            " ms",
        ),
        Aim("captioned frames not as the clean ones with the cues", found["captioned_wrong"], 0),
    ]


EARLY = 100.0
"""Milliseconds by which the profile `plain` lets a cue begin with its shot rather than with its word."""


def worst(values: list[float], *, absolute: bool = True) -> float:
    """The largest; not a number where one of them is none."""
    return float(np.max(np.abs(values) if absolute else values)) if values else float("nan")


def table(found: dict[str, Any], calibration: dict[str, float]) -> str:
    counts, errors = (
        ["frames", "planned", "wrong", "outside", "standing", "lost_ms"],
        ["sync_ms", "rounding_ms"],
    )
    rows = [
        [
            "source",
            "shots",
            *(name.replace("_", " ") for name in counts + errors),
            "outside dB",
            "cue ms",
            "own sync ms",
        ]
    ]
    for camera in CAMERAS:
        mine = [shot for shot in found["shots"] if shot["source"] == camera.id]
        if mine:
            total = [str(sum(shot[key] for shot in mine)) for key in counts]
            off = [f"{worst([shot[key] for shot in mine if shot[key] is not None]):.3f}" for key in errors]
            quiet = f"{worst([shot['outside_db'] for shot in mine], absolute=False):.1f}"
            cue = worst([ms for shot in mine for ms in shot["cues_ms"]])
            rows.append(
                [
                    camera.file,
                    str(len(mine)),
                    *total,
                    *off,
                    quiet,
                    f"{cue:.1f}",
                    f"{calibration[camera.id]:.3f}",
                ]
            )
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]) for row in rows
    )


LEGEND = """wrong: frames that show another source frame than they must; outside: whose source frame does
not begin inside the quote; standing: on which the picture stands still from before the in point, for want
of a newer one; lost: sound of the quote that is not heard; sync: sound after picture, worst; rounding:
what a change of frame rate moves a picture by itself, at most half a frame, not in sync; own sync: the
camera's own file."""


def run(root: Path, shots: int, rate: Fraction, seconds: Fraction) -> tuple[dict[str, Any], dict[str, float]]:
    """Record, write, build, measure. The second value is how well each camera's own file is in sync."""
    recordings = [Recording(number, ceil(shots / len(CAMERAS)) * SLOT) for number in range(len(CAMERAS))]
    quotes = write_quotes(shots, recordings, rate, seconds)
    (root / "footage").mkdir(parents=True)
    calibration = {}
    for recording in recordings:
        path, mine = (
            root / "footage" / recording.camera.file,
            [quote for quote in quotes if quote.camera == recording.number],
        )
        recording.write(path, mine)
        calibration[recording.camera.id] = calibrate(path, recording, mine)
    write_production(root, quotes, rate)
    for camera in CAMERAS:
        ourwords(root, "transcribe", camera.id, "--import", str(root / f"{camera.id}.whisper.json"))
    heard = [part for quote in quotes for part in ("--heard", quote.id)]
    ourwords(root, "match", *heard, "--by", "the benchmark")
    started = time.perf_counter()
    ourwords(root, "build-cut")
    took = round(time.perf_counter() - started, 1)
    return measure(root, quotes, recordings, rate) | {"build_s": took}, calibration


def main() -> int:
    options = argparse.ArgumentParser(description="Measure a film's sync from outside.")
    options.add_argument("--shots", type=int, default=60)
    options.add_argument(
        "--rate", default="25", help="the film's frames a second: 23.976, 24, 25, 29.97, 30, 50, 59.94"
    )
    options.add_argument(
        "--seconds",
        type=Fraction,
        default=Fraction(3),
        help="how long quotes are; 1.2 makes a film of 1000 in bearable time",
    )
    options.add_argument("--json", action="store_true", help="JSON only")
    options.add_argument("--keep", type=Path, help="make the production here, and leave it")
    asked = options.parse_args()
    rate = RATES.get(asked.rate) or Fraction(asked.rate)
    if asked.shots < len(CAMERAS):
        options.error(f"give at least {len(CAMERAS)} shots: one for each camera")
    with tempfile.TemporaryDirectory(prefix="sync-") as folder:
        found, calibration = run(asked.keep or Path(folder) / "film", asked.shots, rate, asked.seconds)
    judged = aims(found, rate)
    if asked.json:
        text = json.dumps(
            {
                "rate": str(rate),
                **found,
                "calibration_ms": calibration,
                "aims": [asdict(aim) | {"met": aim.met} for aim in judged],
            }
        )
        print(
            json.dumps(json.loads(text, parse_constant=lambda _: None))
        )  # JSON has no word for "not a number"
    else:
        print(
            f"{asked.shots} shots at {rate} frames a second: {found['frames']} frames, "
            f"{found['cues']} cues, built in {found['build_s']} s\n"
        )
        print(table(found, calibration), end=f"\n\n{LEGEND}\n\n")
        print("; ".join(map(str, judged)))
    return 0 if all(aim.met for aim in judged) else 1


if __name__ == "__main__":
    sys.exit(main())
