"""Weights that a production saw first are those that it hears with from then on."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.adapters.asr import weights
from pipeline.engine.cache import Shelf
from pipeline.engine.workspace import Workspace
from pipeline.errors import InputError, MissingTool
from pipeline.production.create import create
from pipeline.production.load import Production, load
from pipeline.speech import held_weights

FILES = ("model.bin", "config.json", "tokenizer.json", "vocabulary.txt")


@pytest.fixture
def production(tmp_path: Path) -> Production:
    create(tmp_path / "film")
    for name in ("anna", "ben", "cover"):
        (tmp_path / f"film/footage/{name}.mp4").touch()
    folder = tmp_path / "film/models/mine"
    folder.mkdir(parents=True)
    for name in FILES:
        (folder / name).write_bytes(name.encode())
    found = load(tmp_path / "film")
    return asking(found, model="models/mine")


def asking(production: Production, **settings: str) -> Production:
    return replace(production, transcribe=production.transcribe.model_copy(update=settings))


def workspace(production: Production) -> Workspace:
    cache = Shelf(production.build / ".store")
    cache.open()
    return Workspace(cache)


def test_a_folder_of_the_production_is_held_from_its_first_hearing_on(production: Production) -> None:
    lock = production.root / "models.lock.json"
    assert held_weights.files(production) is None
    first = held_weights.engine(workspace(production), production)
    assert first.model == str(production.root / "models/mine")
    [entry] = json.loads(lock.read_bytes())["models"]
    assert (entry["model"], set(entry["files"])) == ("models/mine", set(FILES))
    assert held_weights.files(production) == entry["files"]

    written = lock.read_bytes()
    assert held_weights.engine(workspace(production), production) == first
    assert lock.read_bytes() == written

    (production.root / "models/mine/model.bin").write_bytes(b"other numbers")
    with pytest.raises(MissingTool, match=r"model\.bin changed") as problem:
        held_weights.engine(workspace(production), production)
    assert "delete the entry in models.lock.json" in problem.value.next_step
    lock.unlink()
    assert held_weights.engine(workspace(production), production).key != first.key


def test_each_engine_model_and_revision_is_held_apart(production: Production, tmp_path: Path) -> None:
    copy = tmp_path / "elsewhere"
    copy.mkdir()
    for name in FILES:
        (copy / name).write_bytes(b"elsewhere")
    held_weights.engine(workspace(production), production)
    held_weights.engine(workspace(production), asking(production, model=str(copy)))
    held = held_weights.read(production.root / "models.lock.json")
    assert sorted(held) == [("faster-whisper", str(copy), ""), ("faster-whisper", "models/mine", "")]


def test_what_the_code_knows_is_not_locked(production: Production) -> None:
    engine = held_weights.engine(workspace(production), asking(production, model="base"))
    assert (engine.files, engine.model) == ((), "base")
    assert not (production.root / "models.lock.json").exists()


def test_a_dry_run_writes_no_lock(production: Production) -> None:
    dry = workspace(production)
    dry.cache.dry = True
    held_weights.engine(dry, production)
    assert not (production.root / "models.lock.json").exists()


def test_a_dry_run_fetches_nothing(production: Production, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "find", lambda *_: None)
    monkeypatch.setattr(weights, "fetch", lambda *_: pytest.fail("fetched"))
    dry = workspace(production)
    dry.cache.dry = True
    asked = asking(production, model="large-v3")
    assert (
        held_weights.engine(dry, asked).key != held_weights.engine(dry, asking(production, model="base")).key
    )


def test_many_threads_enter_it_once(production: Production) -> None:
    room = workspace(production)
    with ThreadPoolExecutor(4) as threads:
        found = set(threads.map(lambda _: held_weights.engine(room, production), range(8)))
    assert len(found) == 1
    assert len(held_weights.read(production.root / "models.lock.json")) == 1


NO_TEXT = '{"models": [{"engine": 1, "model": "", "revision": "", "commit": "", "files": {"a": "b"}}]}'
NO_FILE = '{"models": [{"engine": "", "model": "", "revision": "", "commit": "", "files": {}}]}'


@pytest.mark.parametrize("broken", ["", "[]", '{"models": 3}', '{"models": [{}]}', NO_TEXT, NO_FILE])
def test_a_broken_lock_is_refused_by_name(broken: str, production: Production) -> None:
    (production.root / "models.lock.json").write_text(broken)
    with pytest.raises(InputError, match="is broken") as problem:
        held_weights.engine(workspace(production), production)
    assert problem.value.where == "models.lock.json"
