"""What weights cost here: measured once for those that are here, reckoned for the others."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.adapters.asr import costs, weights
from pipeline.adapters.asr.faster_whisper import FasterWhisper
from pipeline.cli.models import SPEECH, record, table

FILES = {"model.bin": b"n" * 1000, "config.json": b"{}", "tokenizer.json": b"{}", "vocabulary.txt": b"a\nb"}


@pytest.fixture
def heard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A machine with tiny only, on which a byte of weights costs a second an hour; what was measured."""
    found: list[str] = []
    for name, data in FILES.items():
        (tmp_path / "tiny").mkdir(exist_ok=True)
        (tmp_path / "tiny" / name).write_bytes(data)

    def hear(folder: Path, speech: Path, device: str) -> float:
        found.append(folder.name)
        return float((folder / "model.bin").stat().st_size)

    monkeypatch.setattr(costs, "_heard", hear)
    monkeypatch.setattr(costs, "user_cache_path", lambda _: tmp_path / "cache")
    monkeypatch.setattr(weights, "find", lambda name: tmp_path / "tiny" if name == "tiny" else None)
    return found


def all_of(mine: dict[str, Path] | None = None) -> dict[str, costs.Cost]:
    return {one.name: one for one in costs.costs(SPEECH, lambda _: None, mine or {})}


def test_what_is_here_is_measured_once_and_again_where_it_changes(heard: list[str], tmp_path: Path) -> None:
    assert (all_of()["tiny"].seconds, all_of()["tiny"].measured) == (1000, True)
    assert heard == ["tiny"]
    (tmp_path / "tiny/model.bin").write_bytes(b"n" * 2000)
    assert all_of()["tiny"].seconds == 2000
    assert heard == ["tiny", "tiny"]


@pytest.mark.parametrize("broken", ["", "[]", "[1, 2]", '"a"', '{"a": "b"}'])
def test_a_broken_note_is_measured_anew(heard: list[str], tmp_path: Path, broken: str) -> None:
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache/costs.json").write_text(broken)
    assert all_of()["tiny"].measured
    assert heard == ["tiny"]


def test_what_is_not_here_is_reckoned_by_its_size_and_marked(heard: list[str]) -> None:
    small, large, turbo = (all_of()[name] for name in ("small", "large-v3", "turbo"))
    assert not small.measured
    assert small.seconds == pytest.approx(484_000_000)
    assert small.size < turbo.size < large.size
    assert large.memory > large.size
    rows = {line.split()[0]: line for line in table(list(all_of().values())).splitlines()}
    assert "about" not in rows["tiny"].split("GB")[1]
    assert "about 480000000 s" in rows["small"]
    assert "ourwords models fetch small" in rows["small"]


def test_weights_that_do_not_load_are_told_and_hide_no_others(
    heard: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "broken").mkdir()
    for name, data in FILES.items():
        (tmp_path / "broken" / name).write_bytes(data)
    real, told = costs._heard, list[str]()

    def hear(folder: Path, speech: Path, device: str) -> float:
        if folder.name == "broken":
            FasterWhisper(folder, "", 1).model()
        return real(folder, speech, device)

    monkeypatch.setattr(costs, "_heard", hear)
    found = {one.name: one for one in costs.costs(SPEECH, told.append, {"./broken": tmp_path / "broken"})}
    assert (found["tiny"].measured, found["./broken"].measured) == (True, False)
    assert "do not load" in told[-1]
    assert str(tmp_path / "broken") in told[-1]


def test_where_nothing_is_here_nothing_is_said_of_the_cost(
    heard: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(weights, "find", lambda name: None)
    assert {one.seconds for one in all_of().values()} == {None}
    assert record(all_of()["base"])["seconds_per_hour"] is None
    assert "not known" in table(list(all_of().values()))


def test_a_production_s_own_folder_is_among_them(heard: list[str], tmp_path: Path) -> None:
    found = all_of({"models/mine": tmp_path / "tiny"})["models/mine"]
    assert (found.measured, found.folder, found.languages) == (True, tmp_path / "tiny", "English")
    many = "\n".join(map(str, range(costs.MULTILINGUAL)))
    (tmp_path / "tiny/vocabulary.txt").write_text(many)
    assert all_of({"models/mine": tmp_path / "tiny"})["models/mine"].languages == "99 languages"
    assert json.loads(json.dumps(record(found)))["folder"] == str(tmp_path / "tiny")


@pytest.mark.slow
@pytest.mark.needs("tiny.en weights")
def test_half_a_minute_of_real_speech_is_heard(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(costs, "user_cache_path", lambda _: tmp_path)
    folder = weights.find("tiny.en")
    assert folder
    assert 20 < costs.measured("tiny.en", folder, SPEECH, lambda _: None) < 3600
