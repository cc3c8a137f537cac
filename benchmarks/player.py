"""What the player weighs, and how long somebody waits for its first frame.

A film of ten minutes is opened from the disk in Chromium, in the player and in a page that has a bare <video>
and nothing else, in turn. The player's start is pressed as soon as it is there; the time is from asking for
the page until the first frame is shown. The player may take 0.2 s longer than the bare page. Its own code
(pages, look, scripts, words; not the film, nor what is said of it) may weigh 100 KB.

    python benchmarks/player.py [--runs 9] [--quick] [--json]

Needs Debian's chromium and requirements/dev.lock; exits 1 where an aim is missed.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.pages import ARGUMENTS, until
from pipeline.adapters.ffmpeg.process import ffmpeg
from pipeline.delivery.training import player
from pipeline.delivery.training.model import Training
from tests.delivery.training_example import SECONDS, training

if TYPE_CHECKING:
    from playwright.sync_api import Browser

BARE = "<!DOCTYPE html><html lang=en><title>bare</title><video src=film.mp4 autoplay></video>"

WATCH = """
addEventListener("DOMContentLoaded", () => {
  document.querySelector("video").requestVideoFrameCallback(() => { window.first = performance.now(); });
  const pressed = setInterval(() => {
    const start = document.querySelector("#card button.first");
    if (start) { start.click(); clearInterval(pressed); }
  }, 1);
});
"""


@dataclass(frozen=True)
class Aim:
    what: str
    value: float
    limit: float
    unit: str

    @property
    def met(self) -> bool:
        return self.value <= self.limit

    def __str__(self) -> str:
        missed = "" if self.met else " MISSED"
        return f"{self.what} {self.value:.2f} {self.unit} (aim ≤ {self.limit:g}){missed}"


def long(film: Path, times: int, to: Path) -> Path:
    """A film so many times in one file, its pictures and sound as they are."""
    again = ["-stream_loop", str(times - 1), "-i", str(film), "-c", "copy", "-movflags", "+faststart"]
    subprocess.run([ffmpeg(), "-loglevel", "error", *again, "-y", str(to)], check=True)
    return to


def written(made: Training, folder: Path) -> dict[str, int]:
    """The player's folder and the bare page; how many bytes each file of its own code has."""
    for name, content in player.files(made).items():
        if isinstance(content, bytes):
            (folder / name).write_bytes(content)
        else:
            shutil.copyfile(content, folder / name)
    (folder / "bare.html").write_text(BARE)
    own = [path for path in folder.iterdir() if path.suffix in {".html", ".css", ".js"}]
    return {path.name: path.stat().st_size for path in own if path.name not in {"film.js", "bare.html"}}


def first_frame(browser: Browser, page: Path) -> float:
    """Seconds from asking for a page to its film's first frame."""
    context = browser.new_context()
    opened = context.new_page()
    opened.add_init_script(WATCH)
    opened.goto(page.as_uri(), wait_until="commit")
    until(opened, "window.first")
    taken = float(opened.evaluate("window.first")) / 1000
    context.close()
    return taken


def measured(folder: Path, runs: int) -> dict[str, list[float]]:
    from playwright.sync_api import sync_playwright

    taken: dict[str, list[float]] = {"bare.html": [], "index.html": []}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=[*ARGUMENTS, "--autoplay-policy=no-user-gesture-required"],
        )
        for name in taken:  # once for nothing: the browser itself starts
            first_frame(browser, folder / name)
        for _ in range(runs):
            for name, times in taken.items():
                times.append(first_frame(browser, folder / name))
        browser.close()
    return taken


def main() -> int:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--runs", type=int, default=9, help="how often each page is opened, in turn")
    options.add_argument("--quick", action="store_true", help="a film of a minute, opened three times")
    options.add_argument("--json", action="store_true", help="JSON only")
    asked = options.parse_args()
    runs, minutes = (3, 1) if asked.quick else (asked.runs, 10)
    with tempfile.TemporaryDirectory(prefix="player-") as name:
        folder = Path(name)
        (folder / "made").mkdir()
        (folder / "player").mkdir()
        example = training(folder / "made")
        film = long(example.film, round(minutes * 60 / SECONDS), folder / "made/long.mp4")
        made = training(folder / "made", film=film, duration=Fraction(minutes * 60))
        own = written(made, folder / "player")
        taken = measured(folder / "player", runs)
    bare, ours = median(taken["bare.html"]), median(taken["index.html"])
    aims = [
        Aim("own code", sum(own.values()) / 1024, 100, "KB"),
        Aim("first frame after the bare page's", ours - bare, 0.2, "s"),
    ]
    if asked.json:
        facts = {"bytes": own, "bare": bare, "player": ours, "runs": runs, "minutes": minutes}
        print(json.dumps({"aims": [asdict(aim) | {"met": aim.met} for aim in aims], **facts}))
    else:
        for file, size in sorted(own.items()):
            print(f"{file:12} {size / 1024:6.1f} KB")
        print(f"{'bare <video>':12} {bare:6.2f} s  {'player':12} {ours:6.2f} s  ({minutes} min, {runs} runs)")
        print("\n" + "; ".join(map(str, aims)))
    return 0 if all(aim.met for aim in aims) else 1


if __name__ == "__main__":
    sys.exit(main())
