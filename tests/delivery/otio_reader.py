"""OpenTimelineIO in a process of its own: a line of JSON with what to read, a line with what it says.

Of its own because Python may abort in the end of a process in which OpenTimelineIO 0.18 has read markers.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent


@cache
def reader() -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.delivery.otio_reader"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        text=True,
    )


def ask(**question: Any) -> Any:
    process = reader()
    assert process.stdin
    assert process.stdout
    process.stdin.write(json.dumps(question) + "\n")
    process.stdin.flush()
    return json.loads(process.stdout.readline())


def close() -> None:
    """Let the reader end."""
    if reader.cache_info().currsize:
        reader().communicate(timeout=20)
        reader.cache_clear()


def frame(label: str, rate: float) -> Any:
    from opentimelineio.opentime import from_timecode

    return from_timecode(label, rate).value


def timeline(adapter: str, text: str) -> Any:
    from opentimelineio import adapters

    found = adapters.read_from_string(text, adapter)
    return {
        "start": found.global_start_time.value,
        "frames": found.duration().value if len(found.tracks) and len(found.tracks[0]) else None,
        "markers": [
            {
                "name": one.name,
                "color": one.color,
                "comment": one.comment,
                "at": one.marked_range.start_time.value,
                "frames": one.marked_range.duration.value,
                "rates": [one.marked_range.start_time.rate, one.marked_range.duration.rate],
                "metadata": plain(one.metadata),
            }
            for one in found.tracks.markers
        ],
    }


def adapted(adapter: str, text: str) -> Any:
    """An OpenTimelineIO file, as an adapter writes it."""
    from opentimelineio import adapters

    return adapters.write_to_string(adapters.read_from_string(text, "otio_json"), adapter)


def plain(value: Any) -> Any:
    return {key: plain(inner) for key, inner in value.items()} if hasattr(value, "items") else value


if __name__ == "__main__":
    for line in sys.stdin:
        question = json.loads(line)
        answer = {"frame": frame, "timeline": timeline, "adapted": adapted}[question.pop("what")](**question)
        print(json.dumps(answer), flush=True)
    os._exit(0)
