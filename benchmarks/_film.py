"""What the renderer's benchmarks share: long footage made quickly, a production over it, and commands with
their costs.

The footage is synthetic: a moving picture with grain that differs in every frame, and a voice-like sound.
Twenty seconds are
encoded, and copied end to end to any length, so hours cost disk and no time.
"""

from __future__ import annotations

import csv
import json
import math
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import imageio_ffmpeg

ROOT = Path(__file__).parents[1]
FFMPEG = imageio_ffmpeg.get_ffmpeg_exe()
RATE = 25
LOOP = 20
"""Seconds that are encoded; the rest are copies."""

GROUPS = (250, 50, 250, 50, 250)
"""Frames from one key frame to the next in each source: as screen recorders and telephones write them, and as
cameras do.
"""

WORDS = (
    "nobody looked up from the screen until I had said my name three times and then they asked "
    "me to wait outside"
).split()


@dataclass(frozen=True)
class Cost:
    """What a command took: seconds of processor time and of the clock, and the most memory that all its
    processes held at once, in MB.
    """

    cpu: float
    wall: float
    peak: float


@dataclass(frozen=True)
class Quote:
    id: str
    source: int
    start: int
    """Hundredths of a second."""
    seconds: float
    text: str

    @property
    def end(self) -> int:
        return self.start + round(self.seconds * 100)


# Costs ----------------------------------------------------------------------------------------


def cost(command: Sequence[str], cwd: Path = ROOT) -> Cost:
    """Run a command to its end; what it printed is shown only where it fails."""
    started, peak, done = time.perf_counter(), [0.0], threading.Event()
    with tempfile.TemporaryFile() as out:
        child = subprocess.Popen(command, cwd=cwd, stdout=out, stderr=subprocess.STDOUT)

        def watch() -> None:
            while not done.wait(0.05):
                peak[0] = max(peak[0], sum(map(_resident, _family(child.pid))))

        watcher = threading.Thread(target=watch)
        watcher.start()
        _, status, used = os.wait4(child.pid, 0)  # this child's own, whatever runs beside it
        child.returncode = os.waitstatus_to_exitcode(status)
        done.set()
        watcher.join()
        if child.returncode:
            out.seek(0)
            sys.exit(
                f"{' '.join(map(str, command))[:300]} stopped with {child.returncode}:\n"
                f"{out.read().decode(errors='replace')[-3000:]}"
            )
    return Cost(
        round(used.ru_utime + used.ru_stime, 3), round(time.perf_counter() - started, 3), round(peak[0], 1)
    )


def ourwords(root: Path, *arguments: str) -> Cost:
    return cost([sys.executable, "-m", "pipeline", "-C", str(root), "-q", *arguments])


def ffmpeg(folder: Path, *arguments: str) -> Cost:
    return cost([FFMPEG, "-hide_banner", "-nostdin", "-y", "-loglevel", "error", *arguments], folder)


def _family(pid: int) -> list[int]:
    """A process and everything it has started (Linux). What has not yet become another program is still its
    parent: its memory would count twice.
    """
    found, at = [pid], 0
    while at < len(found):
        with suppress(OSError):  # gone by now
            for task in Path(f"/proc/{found[at]}/task").glob("*/children"):
                found += [
                    int(child)
                    for child in task.read_text().split()
                    if _command(int(child)) != _command(found[at])
                ]
        at += 1
    return found


def _command(pid: int) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()


def _resident(pid: int) -> float:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
    except (OSError, IndexError):
        return 0.0


# Footage and production -----------------------------------------------------------------------


def picture(size: str, number: int) -> str:
    """What the camera of source `number` sees. Noise on the luma alone: about 10 Mbit/s at 720p, as cameras
    write it.
    """
    return f"testsrc2=s={size}:r={RATE},format=yuv420p,boxblur=2,noise=c0s=7:c0f=t:c0_seed={number + 1}"


def record(folder: Path, size: str, seconds: int, sources: int = len(GROUPS)) -> None:
    """camera0.mp4 … of `seconds` each."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(sources):
        loop(folder, size, number, min(LOOP, seconds), f"loop{number}.mp4", heard=True)
        repeated(folder, f"loop{number}.mp4", seconds, f"camera{number}.mp4")
        (folder / f"loop{number}.mp4").unlink()


def loop(
    folder: Path,
    size: str,
    number: int,
    seconds: int,
    out: str,
    keys: Sequence[str] = (),
    *,
    heard: bool = False,
) -> None:
    """What the camera of source `number` records; `keys` says where key frames are besides its own."""
    inputs = ["-f", "lavfi", "-i", picture(size, number)]
    if heard:  # no voice
        sound = f"sine=f={2000 + 300 * number}:r=48000,tremolo=f=4:d=0.8,volume=0.4"
        inputs += ["-f", "lavfi", "-i", sound, "-c:a", "aac", "-b:a", "96k"]
    group = ["-g", str(GROUPS[number % len(GROUPS)]), "-bf", "3", "-x264-params", "scenecut=0"]
    coded = ["-c:v", "libx264", "-preset", "veryfast", "-crf", "21", *group]
    ffmpeg(folder, *inputs, *coded, *keys, "-t", str(seconds), out)


def repeated(folder: Path, name: str, seconds: float, out: str) -> None:
    """Copied end to end until it is so long."""
    again = max(0, math.ceil(seconds / LOOP) - 1)
    ffmpeg(folder, "-stream_loop", str(again), "-i", name, "-c", "copy", out)


def quotes(count: int, seconds: float, footage: int, sources: int = len(GROUPS)) -> list[Quote]:
    """Quotes spread over all the footage, never two of one source side by side, none in the order of
    recording.
    """
    found = []
    for number in range(count):
        slots = max(1, (count + sources - 1) // sources)
        slot = (number // sources * 7) % slots
        start = round((slot + 0.5) * (footage - seconds - 8) / slots * 100) + 317 + 11 * number % 90
        words = [WORDS[(number + n) % len(WORDS)] for n in range(max(3, round(seconds * 2.6)))]
        found.append(
            Quote(f"q{number + 1:03}", number % sources, start, seconds, " ".join(words).capitalize() + ".")
        )
    return found


def write(
    root: Path,
    asked: Sequence[Quote],
    size: str,
    *,
    order: Sequence[str] = (),
    clean: bool = False,
    quality: str = "edit",
) -> None:
    """production.toml, quotes.csv with times pinned, and consent.csv."""
    names = sorted({quote.source for quote in asked})
    listed = ", ".join(f'"{name}"' for name in order or [quote.id for quote in asked])
    sources = "\n".join(
        f'[[source]]\nid = "s{n}"\nfile = "footage/camera{n}.mp4"\ncontributor = "s{n}"\n' for n in names
    )
    (root / "production.toml").write_text(
        f'[film]\ntitle = "Bench"\nsize = "{size}"\nrate = "{RATE}"\nquality = "{quality}"\nclean = '
        f'{str(clean).lower()}\n\n[captions]\nprofile = "bbc"\n'
        f'labels = false\n\n{sources}\n[[scene]]\ntitle = "All"\nseconds = 0.0\nquotes = [{listed}]\n'
    )
    head = ["id", "contributor", "source", "in", "out", "text", "theme", "use", "approved_by", "approved_on"]
    rows = [
        [
            q.id,
            f"s{q.source}",
            f"s{q.source}",
            f"{q.start / 100:.2f}",
            f"{q.end / 100:.2f}",
            q.text,
            "bench",
            "training;workshop",
            "the benchmark",
            "2025-01-01",
        ]
        for q in asked
    ]
    _csv(root / "quotes.csv", [head, *rows])
    head = ["contributor", "display_name", "scope", "anonymise", "given_on", "expires_on", "withdrawn_on"]
    _csv(
        root / "consent.csv",
        [head, *([f"s{n}", f"S{n}", "training;workshop", "none", "2025-01-01", "", ""] for n in names)],
    )


def hear(root: Path, asked: Sequence[Quote]) -> None:
    """Take a transcript for each source that has just the quotes' words, at even steps: recognition is
    another benchmark's.
    """
    for number in sorted({quote.source for quote in asked}):
        segments = [
            {"words": _spoken(quote)}
            for quote in sorted((q for q in asked if q.source == number), key=lambda q: q.start)
        ]
        heard = root / f"s{number}.whisper.json"
        heard.write_text(json.dumps({"segments": segments}))
        ourwords(root, "transcribe", f"s{number}", "--import", str(heard))


def _spoken(quote: Quote) -> list[dict[str, object]]:
    words = quote.text.split()
    start, step = quote.start / 100 + 0.15, (quote.seconds - 0.3) / len(words)
    return [
        {"word": word, "start": start + n * step, "end": start + (n + 0.9) * step}
        for n, word in enumerate(words)
    ]


def production(
    root: Path, count: int, seconds: float, size: str, footage: int, **options: object
) -> list[Quote]:
    """A production ready to be built: footage recorded, transcripts taken."""
    asked = quotes(count, seconds, footage)
    if not (root / "footage").is_dir():
        record(root / "footage", size, footage)
    write(root, asked, size, **options)  # type: ignore[arg-type]
    hear(root, asked)
    return asked


def _csv(path: Path, rows: Sequence[Sequence[str]]) -> None:
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(rows)


# Telling --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Aim:
    """A figure against what it should be; `most` is a ceiling, otherwise a floor."""

    what: str
    value: float
    limit: float
    most: bool = True

    @property
    def met(self) -> bool:
        return self.value <= self.limit if self.most else self.value >= self.limit

    def __str__(self) -> str:
        return (
            f"{self.what} {self.value:.3g} (aim {'≤' if self.most else '≥'} "
            f"{self.limit:.3g}){'' if self.met else ' MISSED'}"
        )


def rows(head: Sequence[str], lines: Sequence[Sequence[object]]) -> str:
    """A table for people: the first column to the left, figures to the right."""
    texts = [
        list(head),
        *([f"{cell:.2f}" if isinstance(cell, float) else str(cell) for cell in line] for line in lines),
    ]
    widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
    return "\n".join(
        "  ".join([line[0].ljust(widths[0]), *map(str.rjust, line[1:], widths[1:])]) for line in texts
    )


def finish(found: dict[str, object], aims: Sequence[Aim], *, as_json: bool, table: str) -> int:
    """Print it all, the figures against their aims last; the exit code."""
    if as_json:
        print(json.dumps(found | {"aims": [asdict(aim) | {"met": aim.met} for aim in aims]}))
    else:
        print(f"{table}\n\n{'; '.join(map(str, aims))}")
    return 0 if all(aim.met for aim in aims) else 1
