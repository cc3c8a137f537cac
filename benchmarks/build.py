"""What a captioned film costs: ours, the floor under it, and others' ways, in turn in one run.

floor       bare ffmpeg, one process a quote: decode only the frames that are needed (each quote's own
            recording, begun with a key frame), burn the captions, encode once with the same settings. No
            sound, no joins, nothing else. This is "x264 + decode of needed frames + libass", and goal P1 is
            ours divided by it. Half of the quotes are made before ours and half after it.
ours        the whole command `ourwords build-cut`, transcripts at hand: probing, gate, plan, captions, parts,
            sound, loudness, joins, checks, report. With `clean = false`, so that both make one film.
one-ffmpeg  one ffmpeg, a seeked input for each quote, concatenated, captions burnt, encoded once: the usual
            script.
moviepy     subclips, TextClip captions, concatenated and written by moviepy, same preset and quality.

Processor time is of the command and all its children; memory is the most that all of them held at once.

By itself it takes ten quotes of 5 s at 1280x720 all four ways: five minutes of two cores. `--full` takes
these rows at 1920x1080, each with its own figures as it ends, and `--row` one or some of them; with
`--keep DIR` they share their footage and leave it there:

    p1-5s    60 quotes of 5 s: floor, ours                      10 minutes of two cores that do nothing else
    p1-15s   60 quotes of 15 s: floor, ours                     25
    p2       10 quotes of 5 s: ours, moviepy                    7
    quotes   10, 30 and 100 quotes of 5 s: ours                 12

Hours of footage are growth.py's.

    python benchmarks/build.py [--quick | --full | --row p1-5s …] [--quotes N] [--json] [--keep DIR]
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import _film as film
import av

X264 = "-c:v libx264 -preset veryfast -crf 20 -threads 1 -pix_fmt yuv420p -profile:v high".split()

LIMITS = {5.0: 1.10, 15.0: 1.03}
"""Goal P1, by the length of the quotes."""

FLAT = 1.1
"""Memory, and processor time a quote, of the most quotes ÷ of the fewest."""


@dataclass(frozen=True)
class Row:
    """Films of so many quotes of so many seconds, and what is held beside ours; `footage` is of each of the
    five sources.
    """

    quotes: tuple[int, ...]
    seconds: float
    size: str
    footage: int
    beside: tuple[str, ...] = ()
    judged: bool = True


QUICK = {"quick": Row((3,), 2.0, "320x180", 20, ("floor", "one-ffmpeg", "moviepy"), judged=False)}
USUAL = {"usual": Row((10,), 5.0, "1280x720", 120, ("floor", "one-ffmpeg", "moviepy"))}
FULL = {
    "p1-5s": Row((60,), 5.0, "1920x1080", 300, ("floor",)),
    "p1-15s": Row((60,), 15.0, "1920x1080", 300, ("floor",)),
    "p2": Row((10,), 5.0, "1920x1080", 300, ("moviepy",)),
    "quotes": Row((10, 30, 100), 5.0, "1920x1080", 300),
}

Costs = dict[str, film.Cost]


# The floor ------------------------------------------------------------------------------------


def needed(room: Path, asked: Sequence[film.Quote], size: str) -> None:
    """Each quote's frames as a recording of their own: what has to be decoded, and nothing before it.

    They are copied out of loops as the footage is, which have a key frame where each quote begins.
    """
    for number in sorted({quote.source for quote in asked}):
        mine = [quote for quote in asked if quote.source == number]
        firsts = sorted({_first(quote) % (film.LOOP * film.RATE) for quote in mine})
        keys = ["-force_key_frames", ",".join(f"{frame / film.RATE:.2f}" for frame in firsts)]
        film.loop(room, size, number, film.LOOP, "loop.mp4", keys)
        longest = max(quote.seconds for quote in mine) + film.LOOP
        film.repeated(room, "loop.mp4", longest, "loops.mp4")
        for quote in mine:
            start = _first(quote) % (film.LOOP * film.RATE) / film.RATE
            frames = ["-frames:v", str(round(quote.seconds * film.RATE))]
            # From zero on, or the first picture lies before the file's beginning and is not shown.
            copied = ["-map", "0:v", "-c", "copy", *frames, "-avoid_negative_ts", "make_zero"]
            film.ffmpeg(room, "-ss", f"{start + 0.001:.3f}", "-i", "loops.mp4", *copied, f"{quote.id}.mp4")


def _first(quote: film.Quote) -> int:
    """The first frame that begins in a quote."""
    return -(-quote.start * film.RATE // 100)


def floor(room: Path, numbers: Sequence[int], asked: Sequence[film.Quote]) -> film.Cost:
    """Bare ffmpeg over the needed frames. Captions begin anew in each quote, as long and as wide as ours are.

    As many at a time as there are cores, as ours are made: two threads of one core take more processor time
    each than one alone.
    """

    def one(number: int) -> film.Cost:
        quote, shift = asked[number], sum(q.seconds for q in asked[:number])
        graph = f"setpts=PTS-STARTPTS+{shift}/TB,ass=cut.ass:fontsdir=fonts,setpts=PTS-STARTPTS"
        alone = ["-threads", "1", "-i", f"{quote.id}.mp4", "-vf", graph, "-filter_threads", "1"]
        return film.ffmpeg(room, *alone, *X264, f"out{quote.id}.mp4")

    before = time.perf_counter()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        spent = list(pool.map(one, numbers))
    wall = time.perf_counter() - before
    for number in numbers:
        _whole(room / f"out{asked[number].id}.mp4", asked[number])
    return film.Cost(
        round(sum(cost.cpu for cost in spent), 3), round(wall, 3), max(cost.peak for cost in spent)
    )


def _whole(made: Path, quote: film.Quote) -> None:
    """A floor that makes fewer frames would be lower than it is."""
    with av.open(str(made)) as picture:
        frames, planned = picture.streams.video[0].frames, round(quote.seconds * film.RATE)
    if frames != planned:
        sys.exit(f"the floor made {frames} frames of {quote.id}, and {planned} were planned")


def captions(root: Path, room: Path) -> None:
    """The film's captions, and its fonts, without leaving the build anything that it would not have to
    make.
    """
    from pipeline.adapters.fonts import font_files

    shutil.copytree(root / "build", room / "build")
    film.ourwords(root, "captions", "export", "--format", "ass", "--to", str(room / "captions"))
    shutil.copy(next((room / "captions").rglob("*.ass")), room / "cut.ass")
    shutil.rmtree(root / "build")
    shutil.move(room / "build", root / "build")
    (room / "fonts").mkdir()
    for font in font_files():
        shutil.copy(font, room / "fonts")


# Others' ways ---------------------------------------------------------------------------------


def one_ffmpeg(root: Path, room: Path, asked: Sequence[film.Quote]) -> film.Cost:
    inputs, graph, pads = [], [], ""
    for number, quote in enumerate(asked):
        inputs += ["-ss", f"{quote.start / 100:.2f}", "-t", str(quote.seconds)]
        inputs += ["-i", str(root / f"footage/camera{quote.source}.mp4")]
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


def compare(root: Path, count: int, row: Row) -> Costs:
    """All ways over the same quotes, one after the other."""
    shutil.rmtree(root / "build", ignore_errors=True)
    asked = film.production(root, count, row.seconds, row.size, row.footage)
    with tempfile.TemporaryDirectory(prefix="needed-", dir=root) as folder:
        room, half = Path(folder), range(0, count, 2)
        if row.beside:
            captions(root, room)
        if "floor" in row.beside:
            needed(room, asked, row.size)
            early = floor(room, half, asked)
        found = {"ours": film.ourwords(root, "build-cut")}
        if "floor" in row.beside:
            late = floor(room, range(1, count, 2), asked)
            found["floor"] = film.Cost(
                early.cpu + late.cpu, early.wall + late.wall, max(early.peak, late.peak)
            )
        if "one-ffmpeg" in row.beside:
            found["one-ffmpeg"] = one_ffmpeg(root, room, asked)
        if "moviepy" in row.beside:
            found["moviepy"] = moviepy(root, room)
    return found


# Telling --------------------------------------------------------------------------------------


def main() -> int:
    options = argparse.ArgumentParser(
        description="What a captioned film costs, beside the floor and others' ways."
    )
    which = options.add_mutually_exclusive_group()
    which.add_argument("--quick", action="store_true", help="3 quotes, small pictures: does it run?")
    which.add_argument("--full", action="store_true", help="all rows of 1920x1080: about an hour")
    which.add_argument("--row", nargs="+", choices=list(FULL), help="only these rows of --full")
    options.add_argument("--quotes", type=int, help="so many, where a row takes another number")
    options.add_argument("--json", action="store_true", help="JSON only")
    options.add_argument("--keep", type=Path, help="make everything here, and leave it")
    asked = options.parse_args()
    rows = QUICK if asked.quick else FULL if asked.full else USUAL
    rows = {name: FULL[name] for name in asked.row} if asked.row else rows
    if asked.quotes:
        rows = {name: replace(row, quotes=(asked.quotes,)) for name, row in rows.items()}
    found: dict[str, Costs] = {}
    aims: list[film.Aim] = []
    parts: list[str] = []
    with tempfile.TemporaryDirectory(prefix="build-") as scratch:
        for name, row in rows.items():
            root = (asked.keep or Path(scratch)) / row.size
            costs = {count: compare(root, count, row) for count in row.quotes}
            found |= {f"{count} of {row.seconds:g} s": one for count, one in costs.items()}
            mine = judged(row, costs)
            aims, parts = [*aims, *mine], [*parts, table(row, costs)]
            if len(rows) > 1 and not asked.json:
                print(f"{name}\n{parts.pop()}\n{'; '.join(map(str, mine))}\n", flush=True)
    told = {
        "builds": {name: {way: asdict(one) for way, one in costs.items()} for name, costs in found.items()}
    }
    return film.finish(told, aims, as_json=asked.json, table="\n".join(parts))


def table(row: Row, found: dict[int, Costs]) -> str:
    def share(spent: film.Cost, of: film.Cost | None) -> float | str:
        return spent.cpu / of.cpu if of else ""

    lines = [
        [
            f"{count} of {row.seconds:g} s, {row.size}: {way}",
            spent.cpu,
            spent.wall,
            spent.peak,
            share(spent, costs.get("floor")),
            share(spent, costs["ours"]),
        ]
        for count, costs in found.items()
        for way, spent in costs.items()
    ]
    return film.rows(["", "CPU s", "wall s", "peak MB", "÷ floor", "÷ ours"], lines)


def judged(row: Row, found: dict[int, Costs]) -> list[film.Aim]:
    aims: list[film.Aim] = []
    long = f"at {row.seconds:g} s"
    for costs in found.values() if row.judged else ():
        ours = costs["ours"]
        if "floor" in costs and row.seconds in LIMITS:
            aims.append(
                film.Aim(f"P1 ours ÷ floor {long}", ours.cpu / costs["floor"].cpu, LIMITS[row.seconds])
            )
        if other := costs.get("moviepy"):
            aims.append(film.Aim(f"P2 moviepy ÷ ours {long}", other.cpu / ours.cpu, 2, most=False))
            aims.append(film.Aim("P2 memory, ours ÷ moviepy", ours.peak / other.peak, 1 / 6))
    if row.judged and len(found) > 1:
        (few, least), *_, (many, most) = ((count, costs["ours"]) for count, costs in found.items())
        what = f"{many} quotes ÷ {few}"
        aims.append(film.Aim(f"P2 memory, {what}", most.peak / least.peak, FLAT))
        aims.append(film.Aim(f"CPU a quote, {what}", most.cpu / many / (least.cpu / few), FLAT))
    return aims


if __name__ == "__main__":
    sys.exit(main())
