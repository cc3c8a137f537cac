"""Copies of an interview, made in 16 ways, and pictures that are none: which are known again, and which taken
for one?

Every interview of the sample, and every recording of a face at hand, is packed, scaled, cropped, mirrored,
graded and so on, from a moment of it, and held against all interviews as a cutaway is. A copy is found where
it is more like its own than the bar (`pipeline/footage/likeness.py`), and like no other. False alarms are
b-roll above the bar: the sample's, and all other pictures at hand. Told besides, and no aim: another person
before the same wall, made by laying the middle of one interview into another.

A run takes all interviews, `--quick` two of the sample and its own b-roll. What recordings it misses is told,
and the exit code is 1, as it is where an aim is missed.

    python benchmarks/copies.py [--quick] [--json] [--media DIR]
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path

import _untaken
from _film import FFMPEG

from pipeline.engine.tools import Tools
from pipeline.footage.likeness import A_SECOND, ALIKE, SIDE, Squares, alike, distinct

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "assets/sample"
QUICK = ("amara", "carys")
FACES = ("grid_s1_20clips.mp4", "pyfeat_single_face.mp4")
OTHERS = (
    "autoeditor_example.mp4",
    "nasa_13013.mp4",
    "difficult/dolbyVision-hdr.MOV",
    "difficult/sample_rotate_and_reflect.mp4",
    "difficult/bear-vp9-odd-dimensions.webm",
    "difficult/sowt-with-video.mov",
)

X264 = ("-c:v", "libx264", "-preset", "ultrafast")
KINDS: dict[str, tuple[str, ...]] = {
    "packed anew": ("-c", "copy", ".mkv"),
    "encoded anew, coarsely": ("-crf", "38", *X264, ".mp4"),
    "scaled": ("-vf", "scale=320:180", *X264, ".mp4"),
    "cropped by a tenth": ("-vf", "crop=iw*0.9:ih*0.9:iw*0.07:ih*0.02", *X264, ".mp4"),
    "mirrored": ("-vf", "hflip", *X264, ".mp4"),
    "turned": ("-vf", "transpose=1", *X264, ".mp4"),
    "retimed": ("-vf", "setpts=PTS/1.25,fps=12", *X264, ".mp4"),
    "graded": ("-vf", "eq=brightness=0.12:contrast=0.8:saturation=0.2:gamma=1.4", *X264, ".mp4"),
    "dark": ("-vf", "eq=gamma=0.5:contrast=0.7", *X264, ".mp4"),
    "letterboxed": ("-vf", "scale=1280:540,pad=1280:720:0:90", *X264, ".mp4"),
    "one frame, PNG": ("-frames:v", "1", ".png"),
    "one frame, small JPEG": ("-frames:v", "1", "-vf", "scale=480:270", "-q:v", "20", ".jpg"),
    "between white pillars": ("-vf", "scale=960:720,pad=1280:720:160:0:white", *X264, ".mp4"),
    "out of focus": ("-vf", "gblur=8", *X264, ".mp4"),
    "a title over it": ("-vf", "drawbox=0:ih*0.8:iw:ih*0.15:black@0.9:fill", *X264, ".mp4"),
    "cropped, mirrored, graded": ("-vf", "crop=iw*0.9:ih*0.9,hflip,eq=gamma=1.5", *X264, ".mp4"),
}


@dataclass(frozen=True)
class Row:
    """What one kind came to: `nearest` is the copy hardest to know, or the other picture most like one."""

    kind: str
    pictures: int
    taken_for_copies: int
    nearest: float


def look(path: Path, room: Path) -> Squares:
    """What is compared of a file, as a build takes it."""
    still = Tools.still_kind(path) or ""
    picture = None if still else Tools.probe(path, "").picture
    stream = picture.stream if picture else 0
    return distinct(Tools.thumbnails(path, still, SIDE, Fraction(A_SECOND), stream, room))


def copy(path: Path, kind: str, room: Path) -> Path:
    """Two seconds of a recording, from its first third, made into something else."""
    *arguments, ending = KINDS[kind]
    out = room / f"copy{ending}"
    third = max(0.0, float(Tools.probe(path, "").duration) / 3)
    start = ["-ss", f"{third:.2f}"] + (["-t", "2"] if ending != ".png" and ending != ".jpg" else [])
    subprocess.run(
        [FFMPEG, "-v", "error", "-nostdin", "-y", *start, "-i", path, "-an", *arguments, out], check=True
    )
    return out


def same_wall(one: Squares, other: Squares) -> Squares:
    """Another person before the same wall: the middle of each picture is of another interview."""
    found = one[: len(other)].copy()
    middle = (slice(None), slice(SIDE // 8, None), slice(SIDE // 4, 3 * SIDE // 4))
    found[middle] = other[: len(found)][middle]
    return found


def measure(
    interviews: dict[str, Path], others: Sequence[Path], room: Path
) -> tuple[list[Row], list[Row], Row]:
    """Copies by their kind, other pictures, and other people in the same room."""
    known = {name: look(path, room) for name, path in interviews.items()}
    copies = []
    for kind in KINDS:
        scores = []
        for name, path in interviews.items():
            seen = look(copy(path, kind, room), room)
            like = {other: alike(seen, squares).score for other, squares in known.items()}
            own = like.pop(name)
            scores.append(own if own > max(like.values(), default=0.0) else 0.0)
        copies.append(Row(kind, len(scores), sum(score >= ALIKE for score in scores), min(scores)))
    alarms = []
    for path in others:
        score = max(alike(look(path, room), squares).score for squares in known.values())
        alarms.append(Row(path.name, 1, int(score >= ALIKE), score))
    pairs = [(one, other) for one in known for other in known if one != other]
    swapped = [alike(same_wall(known[one], known[other])[:8], known[one]).score for one, other in pairs]
    wall = Row("another person, same wall", len(pairs), sum(s >= ALIKE for s in swapped), max(swapped))
    return copies, alarms, wall


def table(rows: Sequence[Row]) -> str:
    lines = [("", "pictures", "taken for copies", "nearest")]
    lines += [(r.kind, str(r.pictures), str(r.taken_for_copies), f"{r.nearest:.2f}") for r in rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join([line[0].ljust(widths[0]), *map(str.rjust, line[1:], widths[1:])]) for line in lines
    )


def main() -> int:
    options = argparse.ArgumentParser(description="Find copies of interviews, and nothing else.")
    options.add_argument("--quick", action="store_true", help="two interviews of the sample, and its b-roll")
    options.add_argument("--json", action="store_true", help="JSON only")
    options.add_argument("--media", type=Path, default=ROOT.parent / "shared/media")
    asked = options.parse_args()
    interviews = {path.stem: path for path in sorted((SAMPLE / "footage").iterdir())}
    others, untaken = sorted((SAMPLE / "b-roll").iterdir()), []
    if asked.quick:
        interviews = {name: interviews[name] for name in QUICK}
    else:
        there = {name: asked.media / name for name in (*FACES, *OTHERS)}
        untaken = [f"{name} (not in {asked.media})" for name, path in there.items() if not path.is_file()]
        interviews |= {Path(name).stem: there[name] for name in FACES if there[name].is_file()}
        others += [there[name] for name in OTHERS if there[name].is_file()]
    with tempfile.TemporaryDirectory() as room:
        copies, alarms, wall = measure(interviews, others, Path(room))
    made, found = sum(row.pictures for row in copies), sum(row.taken_for_copies for row in copies)
    false = sum(row.taken_for_copies for row in alarms)
    met = found == made and false == 0
    if asked.json:
        told = {"copies": copies, "others": alarms, "same_wall": [wall]}
        rows = {name: [asdict(one) for one in some] for name, some in told.items()}
        print(
            json.dumps(
                {**rows, "found": found, "made": made, "false": false, "met": met, "not_taken": untaken}
            )
        )
    else:
        print(table([*copies, *alarms, wall]), end="\n\n")
        print(
            f"{found} of {made} copies found (aim: all), {false} false alarms in {len(alarms)} (aim: 0)"
            + _untaken.line(untaken)
        )
    return 0 if met and not untaken else 1


if __name__ == "__main__":
    sys.exit(main())
