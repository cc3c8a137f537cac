"""Progress: stage n of m, an honest time that is left, and never still."""

from __future__ import annotations

import io
import re
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest

from pipeline.cli import console, progress
from pipeline.cli.progress import COMMANDS, STAGES, Meter, events, lines
from tests.conftest import ROOT


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_the_time_that_is_left_is_reckoned_from_what_was_done() -> None:
    clock = Clock()
    meter = Meter("build-cut", clock)
    assert str(meter) == "getting ready (0:00)"
    meter.tell("render", "", 0, 10)
    meter.tell("render", "shot 1", 0, 50)
    clock.now += 2
    assert meter.left is None, "two seconds say nothing"
    clock.now += 8
    assert meter.left is None, "and nothing is done"
    meter.tell("render", "shot 1", 50, 50)
    meter.tell("render", "shot 2", 50, 100)
    assert (meter.share, meter.left) == (0.15, pytest.approx(10 / 0.15 - 10))
    assert str(meter) == "5/6 render shot 2 15%, about 0:57 left of this stage (0:10)"
    meter.tell("join", "the film", 0, 1)
    assert meter.left is None, "another stage takes its own time"


def test_there_may_be_more_than_anybody_said() -> None:
    meter = Meter("clips", Clock())
    meter.tell("render", "", 0, 2)
    for number in range(4):
        meter.tell("render", f"shot {number}", 1, 1)
    assert meter.share == 1


def test_only_commands_that_make_a_film_have_numbered_stages() -> None:
    meter = Meter("verify")
    meter.tell("listen", "q01", 0, 1)
    assert (meter.number, meter.event["of_stages"]) == ("", None)
    told = {*re.findall(r'stage="(\w+)"', "".join(p.read_text() for p in (ROOT / "pipeline").rglob("*.py")))}
    assert told == set(STAGES)
    assert set(COMMANDS.values()) <= set(STAGES.values())


@pytest.mark.slow
def test_a_log_has_a_line_where_something_begins_and_while_nothing_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(progress, "LINES", 0.1)
    said: list[str] = []
    with lines(Meter("build-cut"), said.append) as tell:
        time.sleep(0.2)
        assert said[0].startswith("getting ready")
        said.clear()
        for done in range(5):
            tell("render", "shot 1", done, 5)
        assert said == ["5/6 render shot 1"]
        time.sleep(0.3)
        assert 1 < len(said) < 10
        assert said[-1].startswith("5/6 render shot 1 80%")
    still = len(said)
    time.sleep(0.2)
    assert len(said) == still, "it ends with the command"


def test_events_go_on_while_nothing_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "EVENTS", 0.05)
    said: list[dict[str, Any]] = []
    with events(Meter("match"), said.append) as tell:
        tell("listen", "", 0, 4)
        tell("listen", "q01", 0, 1)
        time.sleep(0.3)
    assert len(said) > 2
    assert all(one["of_stages"] == [3, 3] and one["share"] == 0 for one in said)


@pytest.mark.slow
def test_a_terminal_shows_a_line_that_moves(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = io.StringIO()
    shown.isatty = lambda: True  # type: ignore[method-assign]
    monkeypatch.setattr("sys.stderr", shown)
    monkeypatch.setenv("TERM", "xterm")
    with progress.bars(Meter("build-cut")) as tell:
        time.sleep(0.3)
        tell("render", "shot 1", 1, 2)
        time.sleep(0.6)
    assert "getting ready" in shown.getvalue()
    assert "5/6 render shot 1 50%" in shown.getvalue()


def test_a_line_is_written_in_one_piece_whoever_else_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    class Slow(io.StringIO):
        def write(self, text: str) -> int:
            for letter in text:
                time.sleep(0.0005)
                super().write(letter)
            return len(text)

    monkeypatch.setattr("sys.stderr", Slow())
    some = [f"compare footage/{number}.mp4" for number in range(8)]
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(partial(console.say, always=True), some))
    assert isinstance(sys.stderr, Slow)
    assert sorted(sys.stderr.getvalue().splitlines()) == some
