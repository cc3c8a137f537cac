"""Clips of all shapes and presets as contact sheets, and measured: from the sample, and from real faces.

One sheet a shape and one a preset: a clip a row, with its opening card, five moments and its question. Beside
each a second one with the faces that are found (yellow) and the area that captions keep to (blue). What
`ourwords verify --clips` finds of them is printed, with sizes, loudness and in how many looks all of the face
is seen.

    python -m benchmarks.clip_sheets FOLDER [--only sample|real] [--quick] [--media DIR] [--film DIR]

--film DIR is a production that is built already; it is copied, not changed. --quick takes two shapes and no
preset.
"""

from __future__ import annotations

import argparse
import csv
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont

import pipeline
from benchmarks._film import FFMPEG, ROOT
from pipeline.adapters.fonts import font_files
from pipeline.api import Project
from pipeline.core.area import Area
from pipeline.delivery.clips import make
from pipeline.delivery.clips.asked import asked
from pipeline.delivery.clips.check import CheckedClip
from pipeline.delivery.clips.model import How
from pipeline.edit.timeline import Take
from pipeline.production.clips import SHAPES
from pipeline.production.configs import CONFIGS
from pipeline.production.presets import load_clip_preset

TALL, GAP, LABEL, MOMENTS = 240, 6, 150, 5
GROUND, INK, FACE, SAFE = (18, 21, 28), (244, 241, 234), (255, 215, 0), (80, 160, 255)
QUESTION = "What would you have wanted to hear?"
SAMPLE, QUOTES = ROOT / "assets" / "sample", ("q05", "q09", "q15")
"""A drawn face near the middle; a join under a cutaway; one who sits low, whose captions are at the top."""

GRID, SENTENCES = "grid_s1_20clips", (5, 8, 10)


@dataclass(frozen=True)
class Row:
    """A clip: its label, its frames, the faces in each, and what was found of it."""

    label: str
    frames: tuple[Image.Image, ...]
    faces: tuple[tuple[Area, ...], ...]
    safe: Area
    checked: CheckedClip


def rows(project: Project, pack: str) -> Iterator[Row]:
    """The clips of a pack that was made, verified."""
    one = asked(project.production.build)[pack]
    tools, finder = project.workspace.tools, project.workspace.tools.faces()
    (found,) = project.verify_clips(pack).packs
    pieces = make.pieces_of(project.film, one.quotes, one.how, one.title)
    for piece, checked in zip(pieces, found.clips, strict=True):
        timeline = piece.film.timeline
        path = project.production.build / make.FOLDER / pack / f"{piece.name}.mp4"
        shown = [next(tools.frames(path, timeline.rate, at, at + 1)).pixels for at in moments(piece)]
        area = piece.film.production.profile.area(timeline.size)
        across, down = (1 - area.safe_width) / 2, (1 - area.safe_height) / 2
        size, seconds = "x".join(map(str, timeline.size)), float(timeline.frames / timeline.rate)
        megabytes = path.stat().st_size / 1e6
        yield Row(
            f"{piece.name}\n{size}\n{seconds:.1f} s\n{megabytes:.2f} MB\n{checked.count}",
            tuple(Image.fromarray(pixels) for pixels in shown),
            tuple(tuple(finder.find(pixels)) if finder else () for pixels in shown),
            Area(across, down, 1 - across, 1 - down),
            checked,
        )


def moments(piece: make.Piece) -> list[int]:
    """Frames: of the opening, five of who speaks, of the question."""
    shots = piece.film.timeline.shots
    spoken = [frame for shot in shots if isinstance(shot, Take) for frame in range(shot.at, shot.end)]
    five = [spoken[(2 * n + 1) * len(spoken) // (2 * MOMENTS)] for n in range(MOMENTS)]
    first, last = shots[0], shots[-1]
    return [first.at + first.frames // 2, *five, last.at + last.frames // 2]


def sheet(some: Sequence[Row], *, marked: bool) -> Image.Image:
    """A clip a row. `marked`: with the faces and the safe area drawn in."""
    width, height = some[0].frames[0].size
    wide = round(TALL * width / height)
    page = Image.new(
        "RGB", (LABEL + (MOMENTS + 2) * (wide + GAP) + GAP, len(some) * (TALL + GAP) + GAP), GROUND
    )
    draw, font = ImageDraw.Draw(page), ImageFont.truetype(str(font_files()[0]), 13)
    for number, row in enumerate(some):
        y = GAP + number * (TALL + GAP)
        lines = [line[at : at + 20] for line in row.label.split("\n") for at in range(0, len(line), 20)]
        draw.text((GAP, y), "\n".join(lines), INK, font)
        for column, (frame, faces) in enumerate(zip(row.frames, row.faces, strict=True)):
            tile = frame.resize((wide, TALL), Image.Resampling.LANCZOS)
            if marked:
                boxed(tile, [row.safe], SAFE)
                boxed(tile, faces, FACE)
            page.paste(tile, (LABEL + column * (wide + GAP), y))
    return page


def boxed(tile: Image.Image, areas: Sequence[Area], colour: tuple[int, int, int]) -> None:
    draw, (wide, tall) = ImageDraw.Draw(tile), tile.size
    for one in areas:
        corners = (one.left * wide, one.top * tall, one.right * wide - 1, one.bottom * tall - 1)
        draw.rectangle(corners, outline=colour, width=2)


# What they are made from --------------------------------------------------------------------------


def sample(room: Path, built: Path | None) -> tuple[Path, Sequence[str]]:
    """The sample, as it is or as somebody has built it."""
    left = [] if built else ["build", "transcripts"]
    shutil.copytree(built or SAMPLE, room, ignore=shutil.ignore_patterns(*left) if left else None)
    return room, QUOTES


def real(room: Path, media: Path) -> tuple[Path, Sequence[str]]:
    """A man who reads sentences, in 5:4; and his voice under the face of somebody in 16:9, who moves."""
    (room / "footage").mkdir(parents=True)
    shutil.copyfile(media / f"{GRID}.mp4", room / "footage" / "grid.mp4")
    face = ["-stream_loop", "-1", "-i", str(media / "pyfeat_single_face.mp4")]
    voice = ["-i", str(media / f"{GRID}.mp4"), "-map", "0:v", "-map", "1:a", "-shortest", "-r", "25"]
    coded = ["-c:v", "libx264", "-preset", "veryfast", "-crf", "18", "-c:a", "aac", "face.mp4"]
    subprocess.run([FFMPEG, "-v", "error", "-y", *face, *voice, *coded], cwd=room / "footage", check=True)
    lines = (media / f"{GRID}.sentences.tsv").read_text(encoding="utf-8").splitlines()
    said = [row["text"] for row in csv.DictReader(lines, delimiter="\t")]
    quotes = [(f"{who}-{n}", who, f"{who}.mp4", said[n]) for who in ("grid", "face") for n in SENTENCES]
    with (room / "quotes.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow("id contributor source text theme use approved_by approved_on".split())
        writer.writerows([*one, "test", "training;workshop", "Ann Lee", "2026-01-01"] for one in quotes)
    head = "contributor,display_name,scope,anonymise,given_on,expires_on,withdrawn_on"
    people = [f"{who},{who.title()},training;workshop,none,2026-01-01,," for who in ("grid", "face")]
    (room / "consent.csv").write_text("\n".join([head, *people, ""]), encoding="utf-8")
    sources = "".join(
        f'[[source]]\nid = "{who}"\nfile = "footage/{who}.mp4"\ncontributor = "{who}"\n'
        for who in ("grid", "face")
    )
    listed = ", ".join(f'"{one[0]}"' for one in quotes)
    film = '[film]\ntitle = "Real faces"\nlanguage = "en-GB"\nsize = "640x360"\n'
    scene = f'[[scene]]\ntitle = ""\nseconds = 0.0\nquotes = [{listed}]\n'
    (room / "production.toml").write_text(film + sources + scene, encoding="utf-8")
    spoken = (media / f"{GRID}.words.tsv").read_text(encoding="utf-8").splitlines()
    words = room / "words.json"
    heard = list(csv.DictReader(spoken, delimiter="\t"))
    timed = [{"word": row["word"], "start": float(row["start"]), "end": float(row["end"])} for row in heard]
    words.write_text(json.dumps(timed), encoding="utf-8")
    with pipeline.open(room) as project:
        for who in ("grid", "face"):
            project.take_transcript(who, words)
    return room, [one[0] for one in quotes]


# The run ------------------------------------------------------------------------------------------


def ways(*, quick: bool) -> Iterator[tuple[str, How]]:
    """How the clips are made: every shape, then every preset."""
    plain = load_clip_preset("workshop")
    for shape in ("1:1", "9:16") if quick else SHAPES:
        asked_for = {"shape": shape, "card": True, "question": QUESTION, "question_seconds": 4.0}
        name = f"shape-{shape.replace(':', 'x')}"
        yield name, How(plain.model_copy(update=asked_for), title="For a look", name=name)
    for name in () if quick else sorted(path.stem for path in (CONFIGS / "clips").glob("*.toml")):
        preset = load_clip_preset(name)
        preset = preset.model_copy(update={"question": QUESTION, "question_seconds": 4.0})
        yield f"preset-{name}", How(preset, title="For a look", name=f"preset-{name}")


def made(root: Path, quotes: Sequence[str], out: Path, kind: str, *, quick: bool) -> Iterator[str]:
    with pipeline.open(root) as project:
        project.build()
        for name, how in ways(quick=quick):
            project.clips(quotes=quotes, how=how)
            some = list(rows(project, name))
            for marked in (False, True):
                path = out / f"{kind}-{name}{'-marked' if marked else ''}.jpg"
                sheet(some, marked=marked).save(path, quality=85)
            for row in some:
                yield f"{kind} {name}: {row.label.replace(chr(10), ', ')}"
                for one in row.checked.findings:
                    if one.severity != "info" or one.rule in ("face", "loudness"):
                        yield f"    {one.severity:7} {one.rule}: {one.where}: {one.what} ({one.measured})"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", choices=("sample", "real"))
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--media", type=Path, default=ROOT.parent / "shared" / "media")
    parser.add_argument("--film", type=Path)
    asked_for: Any = parser.parse_args(arguments)
    asked_for.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("sample", "real"):
            if asked_for.only in (None, kind):
                if kind == "real" and not asked_for.media.is_dir():
                    print(f"real faces are left out: {asked_for.media} is not there", file=sys.stderr)
                    continue
                room = Path(folder) / kind
                root, quotes = (
                    sample(room, asked_for.film) if kind == "sample" else real(room, asked_for.media)
                )
                for line in made(root, quotes, asked_for.folder, kind, quick=asked_for.quick):
                    print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
