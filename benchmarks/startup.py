"""How long a person waits for a command that has nothing to do.

A production of one interview is built once (its transcript imported, so that it takes seconds); then each
command runs several times in turn. Both times are medians: by the clock, which is what a person waits, and by
the processor, which another job on the machine does not change so much: the aims hold for the processor.

    python benchmarks/startup.py [--runs 7] [--json]
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "assets/sample"
SECONDS = 30

COMMANDS = {
    "--version": (["--version"], 0.5),
    "--help": (["--help"], 0.5),
    "status": (["status"], 0.5),
    "build-cut --dry-run, nothing changed": (["build-cut", "--dry-run"], 0.5),
    "build-cut, nothing changed": (["build-cut"], 0.5),
}
"""Arguments, and the most seconds that they may take (P5)."""

PRODUCTION = """[film]
title = "One interview"
size = "320x180"
quality = "draft"
[[source]]
id = "amara"
file = "amara.mp4"
contributor = "amara"
[[scene]]
title = "One"
quotes = ["q01"]
"""
QUOTES = """id,contributor,source,text,theme,use,approved_by,approved_on,notes
q01,amara,amara,"{text}",one,training,Amara,2026-01-01,
"""
CONSENT = """contributor,display_name,scope,anonymise,given_on,expires_on,withdrawn_on,notes
amara,Amara,training,none,2026-01-01,,,
"""


@dataclass(frozen=True)
class Aim:
    what: str
    value: float
    limit: float
    clock: float

    @property
    def met(self) -> bool:
        return self.value <= self.limit

    def __str__(self) -> str:
        return f"{self.what} {self.value:.2f} s (aim ≤ {self.limit:g}){'' if self.met else ' MISSED'}"


def ourwords(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pipeline", "-C", str(folder), *arguments]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, env=os.environ | {"PYTHONPATH": str(ROOT)}
    )


def make(folder: Path) -> None:
    """A production of one quote, built."""
    from imageio_ffmpeg import get_ffmpeg_exe

    source = SAMPLE / "footage/amara.mp4"
    subprocess.run(
        [
            get_ffmpeg_exe(),
            "-loglevel",
            "error",
            "-i",
            str(source),
            "-t",
            str(SECONDS),
            "-c",
            "copy",
            str(folder / "amara.mp4"),
        ],
        check=True,
    )
    said = [
        word
        for word in json.loads((SAMPLE / "truth/amara.words.json").read_bytes())
        if word["end"] < SECONDS - 1
    ]
    words = [
        {"word": f" {word['word']}", "start": word["start"], "end": word["end"], "probability": 0.9}
        for word in said
    ]
    segment = {
        "start": said[0]["start"],
        "end": said[-1]["end"],
        "text": " ".join(word["word"] for word in said),
        "words": words,
    }
    (folder / "amara.whisper.json").write_text(json.dumps({"language": "en", "segments": [segment]}))
    mine = [word["word"] for word in said if word["speaker"] == "amara"]
    for name, text in (
        ("production.toml", PRODUCTION),
        ("quotes.csv", QUOTES.format(text=" ".join(mine[:9]))),
        ("consent.csv", CONSENT),
    ):
        (folder / name).write_text(text)
    for arguments in (["transcribe", "amara", "--import", str(folder / "amara.whisper.json")], ["build-cut"]):
        done = ourwords(folder, *arguments)
        if done.returncode:
            sys.exit(f"the production could not be built:\n{done.stdout}{done.stderr}")


def timed(folder: Path, arguments: list[str]) -> tuple[float, float]:
    """Seconds by the processor and by the clock."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = ourwords(folder, *arguments)
    clock, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        sys.exit(f"{' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, clock


def main() -> int:
    options = argparse.ArgumentParser(description="Measure how long commands take that have nothing to do.")
    options.add_argument("--runs", type=int, default=7, help="runs of each command, in turn")
    options.add_argument("--json", action="store_true", help="JSON only")
    asked = options.parse_args()
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in COMMANDS}
    with tempfile.TemporaryDirectory(prefix="startup-") as folder:
        make(Path(folder))
        for _ in range(asked.runs):
            for name, (arguments, _) in COMMANDS.items():
                taken[name].append(timed(Path(folder), arguments))
    judged = [
        Aim(name, median(cpu for cpu, _ in taken[name]), limit, median(clock for _, clock in taken[name]))
        for name, (_, limit) in COMMANDS.items()
    ]
    if asked.json:
        print(json.dumps({"aims": [asdict(aim) | {"met": aim.met} for aim in judged], "runs": asked.runs}))
    else:
        for aim in judged:
            print(f"{aim.what:40} {aim.value:5.2f} s CPU  {aim.clock:5.2f} s by the clock")
        print("\n" + "; ".join(map(str, judged)))
    return 0 if all(aim.met for aim in judged) else 1


if __name__ == "__main__":
    sys.exit(main())
