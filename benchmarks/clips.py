"""What workshop clips cost: beside the film, without a film, in another shape, under a limit; and bare ffmpeg
making the same clips one after the other.

beside       `ourwords clips --theme …` right after the film was built: goal P8 is its processor time ÷ the
             film's build.
without      the same where no film was built: quotes found and cleared, nothing rendered yet.
upright      the same in 9:16, reframed and captioned anew; parts of the film's own shape are there.
limited      the same with `--max-size`, half of what a clip has: no file may be larger.
ffmpeg       one command a clip, one after the other, with all cores: a seeked input, captions burnt in by
             libass, x264 veryfast crf 20, AAC. For `upright` cropped from the middle and scaled to the size
             that ours have. No page, no poster, no caption files, no loudness, no consent.

Each of ours is the whole command; goals hold its time by the clock against ffmpeg's, in turn in one run. So
they say something only where nothing else runs beside them.

By itself it takes 12 quotes of 5 s at 1280x720: seven minutes of two cores. `--full` takes 20 at 1920x1080.

    python benchmarks/clips.py [--quotes 12] [--seconds 5] [--size 1280x720] [--quick | --full] [--json]
    [--keep DIR]
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import _film as film
import _untaken
import av

X264 = "-c:v libx264 -preset veryfast -crf 20 -pix_fmt yuv420p -profile:v high -c:a aac -b:a 192k".split()

BESIDE = 0.02
"""Goal P8."""

AS_FILM = ("--shape", "as-film", "--captions", "burnt")


@dataclass(frozen=True)
class Made:
    """What a way of making all clips took, and the files that came of it, in bytes."""

    cost: film.Cost
    sizes: tuple[int, ...]


def ours(root: Path, count: int, *options: str) -> Made:
    """All clips by our command; whatever else it writes beside them counts."""
    shutil.rmtree(root / "build/clips", ignore_errors=True)
    cost = film.ourwords(root, "clips", "--theme", "bench", *options)
    files = sorted((root / "build/clips").rglob("*.mp4"))
    if len(files) != count:
        sys.exit(f"{count} clips were asked for, and {len(files)} are there")
    return Made(cost, tuple(file.stat().st_size for file in files))


def ffmpeg(root: Path, room: Path, asked: Sequence[film.Quote], size: tuple[int, int] | None = None) -> Made:
    """The same clips by bare ffmpeg, one after the other; `size` is cut from the middle."""
    spent, sizes = [], []
    crop = ""
    if size:
        width, height = size
        crop = f"crop=ih*{width}/{height}:ih,scale={width}:{height},"
    for number, quote in enumerate(asked):
        shift = sum(one.seconds for one in asked[:number])
        graph = f"{crop}setpts=PTS-STARTPTS+{shift}/TB,ass=cut.ass:fontsdir=fonts,setpts=PTS-STARTPTS"
        source = ["-ss", f"{quote.start / 100:.2f}", "-t", str(quote.seconds)]
        source += ["-i", str(root / f"footage/camera{quote.source}.mp4")]
        spent.append(film.ffmpeg(room, *source, "-vf", graph, *X264, f"{quote.id}.mp4"))
        sizes.append((room / f"{quote.id}.mp4").stat().st_size)
    cpu, wall = (round(sum(getattr(one, what) for one in spent), 3) for what in ("cpu", "wall"))
    return Made(film.Cost(cpu, wall, max(one.peak for one in spent)), tuple(sizes))


def captions(root: Path, room: Path) -> None:
    """The film's captions and fonts, for ffmpeg."""
    from pipeline.adapters.fonts import font_files

    film.ourwords(root, "captions", "export", "--format", "ass", "--to", str(room / "captions"))
    shutil.copy(next((room / "captions").rglob("*.ass")), room / "cut.ass")
    (room / "fonts").mkdir()
    for font in font_files():
        shutil.copy(font, room / "fonts")


def picture_size(root: Path) -> tuple[int, int]:
    """Of the first clip."""
    with av.open(str(next((root / "build/clips").rglob("*.mp4")))) as clip:
        return clip.streams.video[0].width, clip.streams.video[0].height


def known(option: str) -> bool:
    """Does `ourwords clips` have this option?"""
    command = [sys.executable, "-m", "pipeline", "clips", "--help"]
    done = subprocess.run(command, cwd=film.ROOT, capture_output=True, text=True, check=True)
    return option in done.stdout


def take(root: Path, count: int, seconds: float, size: str, footage: int) -> dict[str, Made]:
    """All ways, in turn."""
    shutil.rmtree(root / "build", ignore_errors=True)
    asked = film.production(root, count, seconds, size, footage)
    same = AS_FILM if known("--shape") else ()
    with tempfile.TemporaryDirectory(prefix="clips-", dir=root) as folder:
        room = Path(folder)
        shutil.copytree(root / "build", room / "before")
        found = {"the film": Made(film.ourwords(root, "build-cut"), ())}
        captions(root, room)
        found["beside"] = ours(root, count, *same)
        found["ffmpeg"] = ffmpeg(root, room, asked)
        shutil.rmtree(root / "build")
        shutil.move(room / "before", root / "build")
        found["without"] = ours(root, count, *same)
        if known("--shape"):
            found["upright"] = ours(root, count, "--shape", "9:16", "--captions", "burnt")
            found["ffmpeg, upright"] = ffmpeg(root, room, asked, picture_size(root))
        if known("--max-size"):
            found["limited"] = ours(root, count, *same, "--max-size", f"{limit(found)}k")
    return found


def limit(found: dict[str, Made]) -> int:
    """Thousands of bytes: half of what a clip has."""
    sizes = found["without"].sizes
    return sum(sizes) // len(sizes) // 2 // 1000


def main() -> int:
    options = argparse.ArgumentParser(description="What workshop clips cost, beside bare ffmpeg.")
    options.add_argument("--quotes", type=int, default=12)
    options.add_argument("--seconds", type=float, default=5.0)
    options.add_argument("--size", default="1280x720")
    options.add_argument("--footage", type=int, default=120, help="seconds of each of the five sources")
    options.add_argument("--quick", action="store_true", help="3 quotes, small pictures: does it run?")
    options.add_argument("--full", action="store_true", help="20 quotes at 1920x1080: about half an hour")
    options.add_argument("--json", action="store_true", help="JSON only")
    options.add_argument("--keep", type=Path, help="make the production here, and leave it")
    asked = options.parse_args()
    if asked.quick:
        asked.quotes, asked.seconds, asked.size, asked.footage = 3, 2.0, "320x180", 20
    if asked.full:
        asked.quotes, asked.size = 20, "1920x1080"
    with tempfile.TemporaryDirectory(prefix="clips-") as scratch:
        root = (asked.keep or Path(scratch)) / asked.size
        found = take(root, asked.quotes, asked.seconds, asked.size, asked.footage)
    return tell(found, as_json=asked.json, quick=asked.quick)


def tell(found: dict[str, Made], *, as_json: bool, quick: bool) -> int:
    """A quick run's sizes are judged, its times are not."""
    aims = [aim for aim in judged(found) if not quick or aim.what.startswith("largest")]
    untaken = [name for name in ("upright", "limited") if name not in found]
    lines = [
        [name, one.cost.cpu, one.cost.wall, one.cost.peak, round(max(one.sizes, default=0) / 1000)]
        for name, one in found.items()
    ]
    code = film.finish(
        {"clips": {name: asdict(one) for name, one in found.items()}, "not_taken": untaken},
        aims,
        as_json=as_json,
        table=film.rows(["", "CPU s", "wall s", "peak MB", "largest kB"], lines),
    )
    if untaken and not as_json:
        print(_untaken.line([f"{name} (`ourwords clips` has no option for it)" for name in untaken]))
    return 1 if untaken else code


def judged(found: dict[str, Made]) -> list[film.Aim]:
    cost = {name: one.cost for name, one in found.items()}
    aims = [
        film.Aim("P8 beside the film, CPU ÷ its build", cost["beside"].cpu / cost["the film"].cpu, BESIDE)
    ]
    for name, by in (("beside", "ffmpeg"), ("without", "ffmpeg"), ("upright", "ffmpeg, upright")):
        if name in found:
            aims.append(film.Aim(f"{name}, wall ÷ ffmpeg's", cost[name].wall / cost[by].wall, 1.0))
    if "limited" in found:
        most = max(found["limited"].sizes) / 1000
        aims.append(film.Aim("largest file under a limit, kB", most, float(limit(found))))
    return aims


if __name__ == "__main__":
    sys.exit(main())
