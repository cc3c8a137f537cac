"""What workers cost: a film made by threads, by one worker process and by two; what a task costs to send.

A production is built from nothing by the real command, each way in a folder of its own: the clock, and the
processor time of all processes. On one machine workers win nothing: the figures say what sending costs. A
task that does nothing is sent one after the other (round trip) and many at once (pipelined), its object
published and read back each time.

    python benchmarks/cluster.py [--quotes 12] [--seconds 5] [--size 1280x720] [--tasks 200]
                                 [--quick] [--json]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any

import _film as film

from pipeline.core.codec import codec
from pipeline.engine.cache import Shelf
from pipeline.engine.executors import Cluster
from pipeline.engine.task import Task, call
from pipeline.engine.workspace import Workspace

WAYS = {"threads": "none", "1 worker": "local:1", "2 workers": "local:2"}


def nothing(at: Any, number: int) -> int:
    return number


NOTHING = Task("nothing {}", 1, nothing, codec(int))


def task(folder: Path, count: int) -> dict[str, float]:
    """Milliseconds that a task costs: here, there one after the other, there many at once."""
    cluster, found = Cluster("local:2"), {}
    try:
        for way, others in (("here", None), ("round trip", cluster), ("pipelined", cluster)):
            shelf = Shelf(folder / "store")
            shelf.open() if way == "here" else None
            with ThreadPoolExecutor(2) as threads:
                work = Workspace(shelf, threads, cluster=others)
                first, last = len(found) * 10_000 + 1, len(found) * 10_000 + 1 + count
                work.make(NOTHING, "first", number=first - 1)  # connects, and imports what workers need
                asked = [call(str(number), [], number=number) for number in range(first, last)]
                begun = time.perf_counter()
                if way == "pipelined":
                    work.each(NOTHING, asked)
                else:
                    for one in asked:
                        work.made(NOTHING, one)
                found[way] = round((time.perf_counter() - begun) * 1000 / count, 2)
    finally:
        cluster.close()
    return found


def main() -> int:
    options = argparse.ArgumentParser(description="What workers cost.")
    options.add_argument("--quotes", type=int, default=12)
    options.add_argument("--seconds", type=float, default=5.0)
    options.add_argument("--size", default="1280x720")
    options.add_argument("--tasks", type=int, default=200)
    options.add_argument(
        "--quick", action="store_true", help="4 quotes, small pictures, 30 tasks: does it run?"
    )
    options.add_argument("--json", action="store_true", help="JSON only")
    asked = options.parse_args()
    if asked.quick:
        asked.quotes, asked.seconds, asked.size, asked.tasks = 4, 2.0, "320x180", 30
    builds: dict[str, film.Cost] = {}
    with tempfile.TemporaryDirectory(prefix="cluster-") as folder:
        for way, address in WAYS.items():
            root = Path(folder) / way.replace(" ", "-")
            film.production(root, asked.quotes, asked.seconds, asked.size, 60, clean=True)
            builds[way] = film.ourwords(root, "build-cut", "--cluster", address)
        one = task(Path(folder), asked.tasks)
    threads = builds["threads"]
    aims = [
        film.Aim("a task, pipelined, ms", one["pipelined"], 30),
        film.Aim("a task, there and back, ms", one["round trip"], 100),
    ]
    if not asked.quick:
        aims.append(film.Aim("2 workers ÷ threads, CPU", builds["2 workers"].cpu / threads.cpu, 1.25))
        aims.append(film.Aim("2 workers ÷ threads, wall", builds["2 workers"].wall / threads.wall, 1.25))
    lines = [
        [way, spent.cpu, spent.wall, spent.peak, spent.cpu / threads.cpu, spent.wall / threads.wall]
        for way, spent in builds.items()
    ]
    table = film.rows(["built by", "CPU s", "wall s", "peak MB", "CPU ÷", "wall ÷"], lines)
    table += "\n\n" + film.rows(["a task that does nothing", "ms"], [[way, ms] for way, ms in one.items()])
    builds_told = {way: asdict(spent) for way, spent in builds.items()}
    return film.finish({"builds": builds_told, "task_ms": one}, aims, as_json=asked.json, table=table)


if __name__ == "__main__":
    sys.exit(main())
