"""What a captioned film costs: ours, the floor under it, and others' ways, in turn in one run.

floor       bare ffmpeg, one process a quote: decode only the frames that are needed (each quote's own
recording, begun with a key
            frame), burn the captions, encode once with the same settings. No sound, no joins, nothing else.
            This is
            "x264 + decode of needed frames + libass", and goal P1 is ours divided by it.
ours        the whole command `ourwords build-cut`, transcripts at hand: probing, gate, plan, captions, parts,
sound, loudness,
            joins, checks, report. With `clean = false`, so that both make one film.
one-ffmpeg  one ffmpeg, a seeked input for each quote, concatenated, captions burnt, encoded once: the usual
script.
moviepy     subclips, TextClip captions, concatenated and written by moviepy, same preset and quality (up to
--moviepy quotes).

Processor time is of the command and all its children; memory is the most that all of them held at once.
With --hours, ours again over the same number of quotes from 1, 5 and 20 hours of footage (small pictures).

A run builds ten quotes of 5 s at 1280x720; `--full` builds 10 and 30 of 5 and 15 s at 1920x1080, and from 1,
5 and 20 hours, and needs
about an hour.

    python benchmarks/build.py [--quotes 10] [--seconds 5] [--size 1280x720] [--moviepy 10] [--hours …]
    [--quick | --full] [--json] [--keep DIR]
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path

import _film as film

X264 = [
    "-c:v",
    "libx264",
    "-preset",
    "veryfast",
    "-crf",
    "20",
    "-threads",
    "1",
    "-pix_fmt",
    "yuv420p",
    "-profile:v",
    "high",
]

LIMITS = {5.0: 1.10, 15.0: 1.03}
"""Goal P1, by the length of the quotes."""


def needed(room: Path, asked: list[film.Quote], size: str) -> None:
    """Each quote's frames as a recording of their own, made as the footage was: what has to be decoded, and
    nothing before it.
    """
    room.mkdir()
    for quote in asked:
        group = str(film.GROUPS[quote.source % len(film.GROUPS)])
        start = f"{quote.start / 100 % film.LOOP:.2f}"
        source = [
            "-f",
            "lavfi",
            "-ss",
            start,
            "-i",
            film.picture(size, quote.source),
            "-t",
            str(quote.seconds),
        ]
        film.ffmpeg(
            room,
            *source,
            "-c:v",
            "libx264",
            "-preset",
            "veryfast",
            "-crf",
            "21",
            "-g",
            group,
            "-bf",
            "3",
            f"{quote.id}.mp4",
        )


def floor(room: Path, asked: list[film.Quote]) -> film.Cost:
    """Bare ffmpeg over the needed frames. Captions begin anew in each quote, as long and as wide as ours are.

    As many at a time as there are cores, as ours are made: two threads of one core take more processor time
    each than one alone.
    """

    def one(number: int) -> film.Cost:
        quote, shift = asked[number], sum(q.seconds for q in asked[:number])
        graph = f"setpts=PTS+{shift}/TB,ass=cut.ass:fontsdir=fonts,setpts=PTS-STARTPTS"
        return film.ffmpeg(
            room,
            "-threads",
            "1",
            "-i",
            f"{quote.id}.mp4",
            "-vf",
            graph,
            "-filter_threads",
            "1",
            *X264,
            f"out{quote.id}.mp4",
        )

    before = time.perf_counter()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        spent = list(pool.map(one, range(len(asked))))
    return film.Cost(
        round(sum(cost.cpu for cost in spent), 3),
        round(time.perf_counter() - before, 3),
        max(cost.peak for cost in spent),
    )


def one_ffmpeg(root: Path, room: Path, asked: list[film.Quote]) -> film.Cost:
    inputs, graph, pads = [], [], ""
    for number, quote in enumerate(asked):
        inputs += [
            "-ss",
            f"{quote.start / 100:.2f}",
            "-t",
            str(quote.seconds),
            "-i",
            str(root / f"footage/camera{quote.source}.mp4"),
        ]
        graph.append(
            f"[{number}:v]fps={film.RATE},setpts=PTS-STARTPTS[v{number}];[{number}:a]asetpts=PTS-STARTPTS[a{number}]"
        )
        pads += f"[v{number}][a{number}]"
    whole = ";".join([*graph, f"{pads}concat=n={len(asked)}:v=1:a=1[v][a];[v]ass=cut.ass:fontsdir=fonts[o]"])
    return film.ffmpeg(
        room, *inputs, "-filter_complex", whole, "-map", "[o]", "-map", "[a]", *X264, "-c:a", "aac", "one.mp4"
    )


MOVIEPY = """
import csv, sys, warnings
warnings.simplefilter("ignore")
from moviepy import CompositeVideoClip, TextClip, VideoFileClip, concatenate_videoclips
root, font, out = sys.argv[1:4]
made = []
for row in csv.DictReader(open(f"{root}/quotes.csv")):
    clip = VideoFileClip(f"{root}/footage/camera{row['source'][1:]}.mp4")
    clip = clip.subclipped(float(row["in"]), float(row["out"]))
    words, layers = row["text"].split(), [clip]
    for start in range(0, len(words), 7):
        said = " ".join(words[start : start + 7])
        text = TextClip(font=font, text=said, font_size=clip.h // 20, color="white", bg_color="black")
        length = clip.duration * min(7, len(words) - start) / len(words)
        text = text.with_start(clip.duration * start / len(words)).with_duration(length)
        layers.append(text.with_position(("center", 0.85), relative=True))
    made.append(CompositeVideoClip(layers))
concatenate_videoclips(made).write_videofile(
    out, fps=25, codec="libx264", preset="veryfast", audio_codec="aac", logger=None,
    ffmpeg_params=["-crf", "20", "-pix_fmt", "yuv420p"])
"""


def moviepy(root: Path, room: Path) -> film.Cost:
    font = next((room / "fonts").glob("*Regular*"))
    return film.cost([sys.executable, "-c", MOVIEPY, str(root), str(font), str(room / "moviepy.mp4")], room)


def compare(
    root: Path, count: int, seconds: float, size: str, footage: int, most_moviepy: int
) -> dict[str, film.Cost]:
    """All ways over the same quotes, one after the other."""
    from pipeline.adapters.fonts import font_files

    shutil.rmtree(root / "build", ignore_errors=True)
    asked = film.production(root, count, seconds, size, footage)
    found = {"ours": film.ourwords(root, "build-cut")}
    with tempfile.TemporaryDirectory(prefix="needed-", dir=root) as folder:
        room = Path(folder) / "room"
        needed(room, asked, size)
        shutil.copy(next((root / "build/captions").glob("*.ass")), room / "cut.ass")
        (room / "fonts").mkdir()
        for font in font_files():
            shutil.copy(font, room / "fonts")
        found["floor"] = floor(room, asked)
        found["one-ffmpeg"] = one_ffmpeg(root, room, asked)
        if count <= most_moviepy:
            found["moviepy"] = moviepy(root, room)
    return found


def growth(folder: Path, hours: list[float], count: int, seconds: float) -> dict[float, film.Cost]:
    """Ours over the same quotes' worth from more and more footage. Files are hashed and read through once
    before, as at ingest.
    """
    found = {}
    for long in hours:
        root = folder / f"{long:g} h"
        film.production(root, count, seconds, "640x360", round(long * 3600 / len(film.GROUPS)))
        found[long] = film.ourwords(root, "build-cut")
        shutil.rmtree(root)
    return found


def main() -> int:
    options = argparse.ArgumentParser(
        description="What a captioned film costs, beside the floor and others' ways."
    )
    options.add_argument("--quotes", type=int, nargs="+", default=[10])
    options.add_argument("--seconds", type=float, nargs="+", default=[5.0])
    options.add_argument("--size", default="1280x720")
    options.add_argument("--footage", type=int, default=120, help="seconds of each of the five sources")
    options.add_argument("--moviepy", type=int, default=10, help="compare moviepy up to so many quotes")
    options.add_argument("--hours", type=float, nargs="*", default=[])
    options.add_argument("--quick", action="store_true", help="3 quotes, small pictures: does it run?")
    options.add_argument("--json", action="store_true", help="JSON only")
    options.add_argument("--keep", type=Path, help="make everything here, and leave it")
    options.add_argument(
        "--full",
        action="store_true",
        help="more and longer quotes, larger pictures, hours of footage: about an hour",
    )
    asked = options.parse_args()
    if asked.full:
        asked.quotes, asked.seconds, asked.size, asked.footage, asked.hours = (
            [10, 30],
            [5.0, 15.0],
            "1920x1080",
            720,
            [1.0, 5.0, 20.0],
        )
    if asked.quick:
        asked.quotes, asked.seconds, asked.size, asked.footage, asked.moviepy = [3], [2.0], "320x180", 20, 3
    with tempfile.TemporaryDirectory(prefix="build-") as scratch:
        folder = asked.keep or Path(scratch)
        found = {
            f"{count} of {seconds:g} s": compare(
                folder / asked.size, count, seconds, asked.size, asked.footage, asked.moviepy
            )
            for seconds in asked.seconds
            for count in asked.quotes
        }
        grown = growth(folder, asked.hours, 10, 5.0)
    return tell(found, grown, asked.seconds, as_json=asked.json, quick=asked.quick)


def tell(
    found: dict[str, dict[str, film.Cost]],
    grown: dict[float, film.Cost],
    lengths: list[float],
    *,
    as_json: bool,
    quick: bool,
) -> int:
    lines = [
        [
            f"{name}: {way}",
            spent.cpu,
            spent.wall,
            spent.peak,
            spent.cpu / costs["floor"].cpu,
            spent.cpu / costs["ours"].cpu,
        ]
        for name, costs in found.items()
        for way, spent in costs.items()
    ]
    lines += [
        [f"10 of 5 s from {long:g} h: ours", spent.cpu, spent.wall, spent.peak, "", ""]
        for long, spent in grown.items()
    ]
    aims = [] if quick else _aims(found, grown, lengths)
    everything = {name: {way: asdict(spent) for way, spent in costs.items()} for name, costs in found.items()}
    return film.finish(
        {"builds": everything, "hours": {str(long): asdict(spent) for long, spent in grown.items()}},
        aims,
        as_json=as_json,
        table=film.rows(["", "CPU s", "wall s", "peak MB", "÷ floor", "÷ ours"], lines),
    )


def _aims(
    found: dict[str, dict[str, film.Cost]], grown: dict[float, film.Cost], lengths: list[float]
) -> list[film.Aim]:
    aims = []
    for length in lengths:
        mine = {name: costs for name, costs in found.items() if name.endswith(f"of {length:g} s")}
        best = list(mine.values())[-1]
        if length in LIMITS:
            aims.append(
                film.Aim(
                    f"P1 ours ÷ floor at {length:g} s", best["ours"].cpu / best["floor"].cpu, LIMITS[length]
                )
            )
        for costs in mine.values():
            if "moviepy" in costs:
                aims.append(
                    film.Aim(
                        f"P2 moviepy ÷ ours at {length:g} s",
                        costs["moviepy"].cpu / costs["ours"].cpu,
                        3,
                        most=False,
                    )
                )
                aims.append(
                    film.Aim("P2 memory, ours ÷ moviepy", costs["ours"].peak / costs["moviepy"].peak, 1 / 6)
                )
        peaks = [costs["ours"].peak for costs in mine.values()]
        if len(peaks) > 1:
            aims.append(
                film.Aim(f"P2 memory, most ÷ fewest quotes at {length:g} s", peaks[-1] / peaks[0], 1.1)
            )
    if len(grown) > 1:
        spent = [cost.cpu for cost in grown.values()]
        aims.append(film.Aim(f"growth, {max(grown):g} h ÷ {min(grown):g} h", spent[-1] / spent[0], 1.1))
    return aims


if __name__ == "__main__":
    sys.exit(main())
