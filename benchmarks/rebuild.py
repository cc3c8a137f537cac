"""What a change costs: one quote, another order, an edge trimmed, a caption corrected, nothing at all, clips
beside the film.

A production is built once with the real command; then it is changed as an editor would, and built again.
Processor time of the
command and its children, against the full build in the same run. A trimmed part is measured apart from the
join, by making
it twice with the very functions of a build: mended from the take as it was, and in one go (goal P4).

    python benchmarks/rebuild.py [--quotes 30] [--seconds 5] [--size 1280x720] [--quick] [--json] [--keep DIR]
"""

from __future__ import annotations

import argparse
import csv
import re
import resource
import statistics
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from fractions import Fraction
from pathlib import Path

import _film as film

from pipeline.cli.console import today
from pipeline.core.ports import Patch
from pipeline.edit.timeline import Take
from pipeline.engine.cache import Shelf
from pipeline.engine.tools import Tools
from pipeline.engine.workspace import Workspace
from pipeline.film import Film
from pipeline.production.load import load
from pipeline.render import shot as part
from pipeline.render.smart_render import pieces

TRIMS = (-10, -7, -4, -2, 3, 6, 9, 10)
"""Frames that an edge is moved by: to the left for odd numbers of the list, at the in point and the out point
in turn.
"""


def edited(root: Path, quote: str, **changes: str) -> None:
    """The quote list with a row changed, as somebody would in a spreadsheet."""
    with (root / "quotes.csv").open(newline="") as file:
        listed = list(csv.DictReader(file))
    for row in listed:
        if row["id"] == quote:
            row |= changes
    with (root / "quotes.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, list(listed[0]))
        writer.writeheader()
        writer.writerows(listed)


def rebuilds(root: Path, asked: list[film.Quote], size: str) -> dict[str, film.Cost]:
    """The full build, and each change after it."""
    found = {"all of it": film.ourwords(root, "build-cut"), "nothing": film.ourwords(root, "build-cut")}
    found["nothing, again"] = film.ourwords(root, "build-cut")
    middle = asked[len(asked) // 2]
    moved = replace(
        middle, start=middle.start + 400
    )  # elsewhere in its recording: every frame and word's time is another
    changed = [moved if quote == middle else quote for quote in asked]
    film.write(root, changed, size, clean=True)
    film.hear(root, changed)
    found["one quote"] = film.ourwords(root, "build-cut")
    film.write(root, changed, size, clean=True, order=[quote.id for quote in [*changed[1:], changed[0]]])
    found["the order"] = film.ourwords(root, "build-cut")
    edited(root, middle.id, out=f"{moved.end / 100 - 0.2:.2f}")
    found["an edge by 5 frames"] = film.ourwords(root, "build-cut")
    found["clips of all"] = film.ourwords(root, "clips", "--theme", "bench")
    return found


def trims(root: Path) -> list[tuple[str, float, float]]:
    """(what, seconds mended, seconds in one go) for edges of takes moved by up to ten frames."""
    found = []
    with ThreadPoolExecutor(1) as executor:
        production = load(root)
        cache = Shelf(production.build / ".store")
        cache.open()
        made = Film(production, Workspace(cache, executor), today())
        rendering, encoder = made.rendering, made.rendering.encoder
        made.parts  # noqa: B018 - what is mended must be there
        takes = [
            (number, shot) for number, shot in enumerate(made.timeline.shots, 1) if isinstance(shot, Take)
        ]
        for (number, take), frames in zip(takes, TRIMS * len(takes), strict=False):
            if len(found) == 2 * len(TRIMS):
                break
            late = number % 2 == 0
            now = (
                replace(take, frames=take.frames + frames)
                if late
                else replace(take, first=take.first - frames, frames=take.frames + frames)
            )
            old, new = (rendering.recipe(number, shot) for shot in (take, now))
            new = new if late else with_captions_of(old, new, Fraction(frames) / made.look.rate)
            before = cache.find(old.components)
            assert before
            patch = Patch(pieces(new.components, old.components, encoder.group(made.look.rate)), before)
            name = f"{take.quote}: {'out' if late else 'in'} point by {abs(frames)}"
            found.append((name, _making(made, new, patch), _making(made, new, None)))
    return found


def with_captions_of(old: part.Recipe, new: part.Recipe, later: Fraction) -> part.Recipe:
    """The new take with the old one's captions where they stood over its words: a build lays them by the
    words, wherever the in point is.
    """

    def moved(clock: re.Match[str]) -> str:
        hours, minutes, seconds = clock[0].split(":")
        whole = (int(hours) * 60 + int(minutes)) * 60 + Fraction(seconds)
        minutes_in, rest = divmod(max(Fraction(0), whole + later), 60)
        return f"{int(minutes_in // 60)}:{int(minutes_in % 60):02}:{float(rest):05.2f}"

    text = re.sub(r"(?<=,)\d+:\d\d:\d\d\.\d\d(?=,)", moved, old.ass)
    return replace(new, ass=text, components={**new.components, "captions": text})


def _making(made: Film, recipe: part.Recipe, patch: Patch | None) -> float:
    """Processor seconds of making one part, ours and our children's."""
    with tempfile.TemporaryDirectory(dir=made.workspace.cache.root / "tmp") as room:
        before = _spent()
        studio = Tools.renderer(made.material)
        part.make(Path(room), recipe, made.look, studio, lambda _: None, patch)
        return _spent() - before


def _spent() -> float:
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(used.ru_utime + used.ru_stime for used in both)


def main() -> int:
    options = argparse.ArgumentParser(description="What a change costs.")
    options.add_argument("--quotes", type=int, default=30)
    options.add_argument("--seconds", type=float, default=5.0)
    options.add_argument("--size", default="1280x720")
    options.add_argument("--footage", type=int, default=300, help="seconds of each of the five sources")
    options.add_argument("--quick", action="store_true", help="5 quotes, small pictures: does it run?")
    options.add_argument("--json", action="store_true", help="JSON only")
    options.add_argument("--keep", type=Path, help="make the production here, and leave it")
    asked = options.parse_args()
    if asked.quick:
        asked.quotes, asked.seconds, asked.size, asked.footage = 5, 2.0, "320x180", 20
    with tempfile.TemporaryDirectory(prefix="rebuild-") as folder:
        root = asked.keep or Path(folder) / "film"
        quotes = film.production(root, asked.quotes, asked.seconds, asked.size, asked.footage, clean=True)
        found, trimmed = rebuilds(root, quotes, asked.size), trims(root)
    full = found["all of it"].cpu
    share = statistics.median(mended / whole for _, mended, whole in trimmed)
    aims = (
        []
        if asked.quick
        else [
            film.Aim(
                f"P3 one quote of {asked.quotes} ÷ all",
                found["one quote"].cpu / full,
                1 / asked.quotes + 0.01,
            ),
            film.Aim("P4 a trimmed edge ÷ its part in one go, median", share, 0.2),
            film.Aim(
                "P5 nothing changed, seconds", min(found["nothing"].wall, found["nothing, again"].wall), 0.5
            ),
            film.Aim("P5 another order ÷ all", found["the order"].cpu / full, 0.01),
            film.Aim("P8 clips of all beside the film, share of it", found["clips of all"].cpu / full, 0.02),
        ]
    )
    lines = [[name, spent.cpu, spent.wall, spent.peak, spent.cpu / full] for name, spent in found.items()]
    edges = [[name, mended, whole, mended / whole] for name, mended, whole in trimmed]
    table = (
        film.rows(["changed", "CPU s", "wall s", "peak MB", "÷ all"], lines)
        + "\n\n"
        + film.rows(["edge", "mended CPU s", "in one go", "÷"], edges)
    )
    return film.finish(
        {"rebuilds": {name: asdict(spent) for name, spent in found.items()}, "edges": trimmed},
        aims,
        as_json=asked.json,
        table=table,
    )


if __name__ == "__main__":
    sys.exit(main())
