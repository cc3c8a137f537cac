"""Films of other shapes: is the face inside the window in every frame, how fast does that move, how much is
shown whole, and what does looking cost?

Interviews of the sample and recordings of real faces are cut into takes, as quotes are, and framed as a
build frames them (`pipeline/edit/framed.py`), in four shapes; so are real faces that walk through a wide
picture. Then every frame of the source is looked at, and not only those that the window was laid by: where a
face is found that is the picture's subject, all of it has to be in the window. What is shown whole has it in.

The exit code is 1 where an aim is missed: the face inside in all frames in which it was found, and no move
faster than 4 % of the window's width a second.

    python -m benchmarks.framing [--quick] [--json] [--media DIR]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from fractions import Fraction
from functools import partial
from hashlib import file_digest
from itertools import pairwise
from pathlib import Path

import imageio_ffmpeg

from pipeline.core.area import Area
from pipeline.core.footage import Footage
from pipeline.core.framing import Framing
from pipeline.core.media import NO_TRACK, Feed
from pipeline.core.time import Source, Span
from pipeline.edit.framed import framed
from pipeline.edit.timeline import Take, Timeline, follow
from pipeline.engine.cache import Shelf
from pipeline.engine.tools import Tools
from pipeline.engine.workspace import Workspace
from pipeline.footage import faces

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "assets/sample/footage"
INTERVIEWS = ("amara.mp4", "ben.mp4", "carys.mp4", "dev.mov", "erin.mkv")
REAL = (
    "grid_s1_20clips.mp4",
    "nasa_13013.mp4",
    "pyfeat_face_noface_vfr_audio_offset.mov",
    "pyfeat_noface_face_vfr.mov",
    "pyfeat_single_face.mp4",
    "autoeditor_example.mp4",
)
SHAPES = {"1:1": (720, 720), "9:16": (720, 1280), "4:5": (720, 900), "16:9": (1280, 720)}
RATE = Fraction(25)
FFMPEG = imageio_ffmpeg.get_ffmpeg_exe()
LONG = 6
"""Seconds of a take: about what a quote is."""

TAKES, FEW = 3, 1
"""Of each recording, from its whole length; and with --quick."""

FASTEST = 0.04


@dataclass(frozen=True)
class Row:
    """What one recording came to in one shape."""

    recording: str
    shape: str
    takes: int
    whole: int
    with_face: int
    """Frames in which a face was found."""
    inside: int
    fastest: float
    """Shares of the window's width a second."""


MADE = {
    "walks slowly": ("100+30*t",),
    "walks fast": ("50+60*t",),
    "sways": ("400+150*sin(t*1.5)",),
    "two near each other": ("200", "560+20*sin(t)"),
    "two far apart": ("20", "800"),
}
"""Where the middle of a real face goes in a wide picture, in pixels of 1280: by one, or by two people."""


def make(name: str, face: Path, room: Path) -> Path:
    """A recording of a real face that goes through a wide picture."""
    filters, last = ["color=c=0x706050:s=1280x720:r=25:d=12[g0]"], "g0"
    for number, place in enumerate(MADE[name]):
        filters += [
            f"[0:v]trim={number * 13}:{number * 13 + 13},setpts=PTS-STARTPTS,scale=450:360[f{number}]",
            f"[{last}][f{number}]overlay=x='{place}':y=180:shortest=1[g{number + 1}]",
        ]
        last = f"g{number + 1}"
    out = room / f"{name}.mp4"
    codec = ["-c:v", "libx264", "-preset", "ultrafast", "-g", "50", "-an"]
    graph = ["-filter_complex", ";".join(filters), "-map", f"[{last}]", "-t", "12"]
    command = [FFMPEG, "-loglevel", "error", "-i", str(face), *graph, *codec, str(out)]
    subprocess.run(command, check=True)
    return out


def takes_of(name: str, footage: Footage, count: int) -> tuple[Take, ...]:
    """Takes from all over a recording, each a quote of its own; no count: all of it in one."""
    assert footage.media.picture
    start, end = footage.media.picture.start, footage.media.picture.end
    step = (end - start) / (count or 1)
    found = []
    for number in range(count or 1):
        first = int((start + number * step) * RATE) + 1
        frames = int((min(LONG, step) if count else step) * RATE) - 2
        if frames > 0:
            sound = Span[Source].measured(float(first / RATE), float((first + frames) / RATE))
            found.append(Take(0, frames, f"{name} {number}", "p", "P", name, first, sound, ()))
    return tuple(found)


def all_faces(tools: Tools, footage: Footage, take: Take, room: Path) -> dict[int, list[Area]]:
    """The subject's faces in every frame of a take."""
    finder = tools.faces()
    assert finder and footage.media.picture
    run = (take.first, take.first + take.frames)
    seen = [
        faces.Sighting(frame, tuple(finder.find(pixels, faces.SIDE)))
        for frame, pixels in tools.pictures(footage, run, 1, RATE, room)
    ]
    wide, high = footage.media.picture.display
    people = faces.speakers(seen, wide / high)
    return {one.frame: [person[one.frame] for person in people if one.frame in person] for one in seen}


def holds(framing: Framing | None, frame: int, face: Area) -> bool:
    if framing is None:
        return True
    left, top = (float(edge) for edge in framing.at(frame))
    return (
        left <= face.left
        and face.right <= left + float(framing.width)
        and top <= face.top
        and face.bottom <= top + float(framing.height)
    )


def fastest(framing: Framing | None, picture: float) -> float:
    """Of the window's width a second; `picture` is the camera's width over its height."""
    moves = [
        max(abs(two.left - one.left), abs(two.top - one.top) / Fraction(picture)) / (two.frame - one.frame)
        for one, two in pairwise(framing.keys if framing else ())
    ]
    return float(max(moves, default=Fraction(0)) * RATE / (framing.width if framing else 1))


def rows(tools: Tools, path: Path, count: int, room: Path) -> Iterator[tuple[Row, float]]:
    """What a recording came to in each shape, and CPU seconds that its faces cost a frame."""
    with path.open("rb") as file:
        media = tools.probe(path, file_digest(file, "sha256").hexdigest())
    footage = Footage(path, media, Feed((NO_TRACK,)))
    takes = follow(takes_of(path.name, footage, count))
    with ThreadPoolExecutor(1) as executor:
        workspace = Workspace(Shelf(room / "store"), executor, tools=tools)
        looked = partial(faces.looked, workspace, {}, RATE)
        before = sum(times()[:4])
        cameras = {path.name: footage}
        made = {
            shape: framed(Timeline("", RATE, size, takes), cameras, (), looked).timeline.takes
            for shape, size in SHAPES.items()
        }
        cost = (sum(times()[:4]) - before) / sum(take.frames for take in takes)
    found = [all_faces(tools, footage, take, room) for take in takes]
    assert media.picture
    picture = media.picture.display[0] / media.picture.display[1]
    for shape, shots in made.items():
        each = [
            all(holds(take.framing, frame, face) for face in several)
            for take, there in zip(shots, found, strict=True)
            for frame, several in there.items()
            if several
        ]
        windows = [take.framing for take in shots]
        fast = max(fastest(one, picture) for one in windows)
        yield Row(path.name, shape, len(shots), windows.count(None), len(each), sum(each), fast), cost


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--quick", action="store_true", help="two interviews and two real faces, a take of each"
    )
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--media", type=Path, default=ROOT / "../shared/media", help="real faces")
    options = parser.parse_args(arguments)
    paths = [SAMPLE / name for name in INTERVIEWS] + [options.media / name for name in REAL]
    if options.quick:
        paths = [SAMPLE / "amara.mp4", SAMPLE / "dev.mov", options.media / REAL[0], options.media / REAL[-2]]
    missing = [path.name for path in paths if not path.is_file()]
    tools, found, costs = Tools(), [], []
    count = FEW if options.quick else TAKES
    with tempfile.TemporaryDirectory(prefix="ourwords-framing-") as folder:
        room = Path(folder)
        asked = [(path, count) for path in paths if path.is_file()]
        if (face := options.media / REAL[0]).is_file():
            names = list(MADE)[:1] if options.quick else list(MADE)
            asked += [(make(name, face, room), 0) for name in names]
        for path, several in asked:
            for row, cost in rows(tools, path, several, room):
                found.append(row)
                costs.append(cost)
                if not options.json:
                    _print(row)
    with_face, inside = sum(row.with_face for row in found), sum(row.inside for row in found)
    fast = max(row.fastest for row in found)
    missed = inside < with_face or fast > FASTEST
    told = {
        "rows": [asdict(row) for row in found],
        "frames with a face": with_face,
        "inside": inside,
        "fastest": fast,
        "cpu ms a frame": max(costs) * 1000,
        "not taken": missing,
        "missed": missed,
    }
    if options.json:
        json.dump(told, sys.stdout, indent=1)
    else:
        print(
            f"inside in {inside} of {with_face} frames; fastest {fast:.1%} of the width a second; "
            f"looking costs up to {max(costs) * 1000:.0f} ms of CPU a frame"
        )
        if missing:
            print(f"not taken, for they are not here: {', '.join(missing)}")
    return 1 if missed else 0


def _print(row: Row) -> None:
    print(
        f"{row.recording:42} {row.shape:5} {row.takes} takes, {row.whole} whole; inside in "
        f"{row.inside} of {row.with_face} frames; {row.fastest:.1%} a second",
        flush=True,
    )


def times() -> tuple[float, ...]:
    """Seconds of CPU of this process and of those that it started."""
    return tuple(os.times())


if __name__ == "__main__":
    sys.exit(main())
