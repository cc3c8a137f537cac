"""Weights from a folder, from the hub and by a lock: one gate for all; and on what they are heard with."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pipeline.adapters.asr import registry, weights
from pipeline.core.digest import file_digest
from pipeline.errors import ConfigError, MissingTool

FILES = {"model.bin": b"numbers", "config.json": b"{}", "tokenizer.json": b"{}", "vocabulary.txt": b"a\nb"}
COMMIT = "c0ffee" * 6 + "c0ff"


def written(folder: Path, **changed: bytes) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in FILES.items():
        (folder / name).write_bytes(changed.get(name.partition(".")[0], data))
    return folder


def hashes(**changed: bytes) -> dict[str, str]:
    named = {name: changed.get(name.partition(".")[0], data) for name, data in FILES.items()}
    return {name: sha256(data).hexdigest() for name, data in named.items()}


def weigh(engine: str, model: str, held: dict[str, str] | None = None, revision: str = "") -> Any:
    return registry.weigh(engine, model, revision, held, file_digest, lambda _: None)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache without weights, and no folder named by anybody."""
    monkeypatch.delenv("OURWORDS_MODELS", raising=False)
    monkeypatch.setattr(weights, "user_cache_path", lambda _: tmp_path / "cache")
    return tmp_path / "cache/models"


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, cache: Path) -> SimpleNamespace:
    """A hub without a network: what it has, and what it was asked for."""
    import huggingface_hub

    found = SimpleNamespace(changed={}, asked=[], commit=COMMIT)

    def snapshot(repository: str, *, revision: str, local_dir: Path, allow_patterns: list[str]) -> None:
        found.asked.append((repository, revision))
        written(Path(local_dir), **found.changed)

    def info(_: object, repository: str, *, revision: str | None) -> SimpleNamespace:
        return SimpleNamespace(sha=revision or found.commit)

    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    monkeypatch.setattr(huggingface_hub, "snapshot_download", snapshot)
    monkeypatch.setattr(huggingface_hub.HfApi, "model_info", info)
    return found


# Names -------------------------------------------------------------------------------------------


def test_every_size_is_where_faster_whisper_has_it() -> None:
    from faster_whisper.utils import _MODELS

    assert weights.REPOSITORIES == _MODELS


def test_a_name_that_is_none_is_refused_with_the_sizes_and_both_ways_out() -> None:
    with pytest.raises(ConfigError) as problem:
        weights.model("smal")
    step = problem.value.next_step
    assert all(told in step for told in ("small", "distil-large-v3.5", "turbo", "./smal", "hub:OWNER/NAME"))


@pytest.mark.parametrize(
    ("model", "path"),
    [("base", False), ("./base", True), ("models/mine", True), ("large.pt", True), ("hub:a/b", False)],
)
def test_what_has_a_slash_is_a_place(model: str, path: bool) -> None:
    assert registry.is_path(model) is path


# The hub -----------------------------------------------------------------------------------------


def test_weights_of_the_hub_are_fetched_and_what_they_are_is_told(hub: SimpleNamespace, cache: Path) -> None:
    files, commit = weigh("faster-whisper", "small")
    assert (dict(files), commit) == (hashes(), COMMIT)
    assert hub.asked == [("Systran/faster-whisper-small", COMMIT)]
    assert weights.find("small") == cache / "small"
    weigh("faster-whisper", "small")
    assert len(hub.asked) == 1


def test_a_revision_has_a_folder_of_its_own(hub: SimpleNamespace, cache: Path) -> None:
    weigh("faster-whisper", "hub:someone/welsh", revision="v2")
    assert hub.asked == [("someone/welsh", "v2")]
    assert (cache / "someone--welsh@v2/model.bin").is_file()
    assert weights.find("hub:someone/welsh", "v2") == cache / "someone--welsh@v2"
    assert weights.find("hub:someone/welsh", "v3") is None


@pytest.mark.parametrize("revision", ["", "v2"])
def test_what_was_fetched_is_what_is_loaded(
    revision: str, hub: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    files, commit = weigh("faster-whisper", "small", revision=revision)
    before = len(hub.asked)
    held: dict[str, Any] = {"revision": revision, "files": files, "commit": commit}
    hand = registry.load("faster-whisper", "small", lambda _: None, **held)
    assert hand.weights == hashes()["model.bin"]
    assert registry.is_here("faster-whisper", "small", revision, dict(files), commit)
    assert len(hub.asked) == before


def test_another_machine_fetches_the_commit_that_is_held(hub: SimpleNamespace, cache: Path) -> None:
    held: dict[str, Any] = {"files": tuple(hashes().items()), "commit": "b" * 40}
    registry.load("faster-whisper", "small", lambda _: None, **held)
    assert hub.asked == [("Systran/faster-whisper-small", "b" * 40)]
    assert (cache / f"small@{'b' * 40}/model.bin").is_file()


def test_weights_that_are_held_are_heard_with_and_no_others(hub: SimpleNamespace, cache: Path) -> None:
    held = hashes()
    assert weights.fetch("small", held=held, revision=COMMIT) == cache / f"small@{COMMIT}"
    for folder in cache.iterdir():
        (folder / "model.bin").write_bytes(b"other numbers")
    hub.changed = {"model": b"other numbers"}
    with pytest.raises(MissingTool, match=r"not those that this production was heard with \(model.bin") as it:
        weights.fetch("small", held=held, revision=COMMIT)
    assert "models.lock.json" in it.value.next_step


def test_held_weights_are_known_without_being_here(cache: Path) -> None:
    assert dict(weigh("faster-whisper", "small", hashes())[0]) == hashes()
    assert not registry.is_here("faster-whisper", "small")


def test_without_a_network_it_says_how_they_come_here(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(MissingTool, match="HF_HUB_OFFLINE is set") as problem:
        weigh("faster-whisper", "large-v3")
    assert "ourwords models fetch large-v3" in problem.value.next_step


def test_weights_with_hashes_in_the_code_need_no_lock() -> None:
    assert weigh("faster-whisper", "base") == ((), "")
    assert weigh("faster-whisper", "base", revision=weights.MODELS["base"].hub[1]) == ((), "")


# Folders -----------------------------------------------------------------------------------------


def test_a_folder_is_known_by_every_file_in_it(tmp_path: Path) -> None:
    folder = written(tmp_path / "mine")
    assert dict(weigh("faster-whisper", str(folder))[0]) == hashes()
    before = registry.identity("faster-whisper", str(folder), files=tuple(hashes().items()))
    after = registry.identity("faster-whisper", str(folder), files=tuple(hashes(tokenizer=b"[]").items()))
    assert before != after


def test_a_folder_with_other_bytes_than_it_had_is_refused(tmp_path: Path) -> None:
    folder = written(tmp_path / "mine", tokenizer=b"[1]")
    with pytest.raises(MissingTool, match=r"tokenizer\.json changed"):
        weigh("faster-whisper", str(folder), hashes())
    with pytest.raises(MissingTool, match="another hash"):
        registry.load("faster-whisper", str(folder), lambda _: None, files=tuple(hashes().items()))


def test_a_folder_that_lacks_something_or_is_not_there_is_refused_by_name(tmp_path: Path) -> None:
    (written(tmp_path / "mine") / "vocabulary.txt").unlink()
    with pytest.raises(MissingTool, match=r"lacks vocabulary\.txt"):
        weigh("faster-whisper", str(tmp_path / "mine"))
    with pytest.raises(MissingTool, match="no weights here") as problem:
        weigh("faster-whisper", str(tmp_path / "nowhere"))
    assert "transcribe.model" in problem.value.next_step


def test_a_checkpoint_is_one_file_or_alone_in_its_folder(tmp_path: Path) -> None:
    file = tmp_path / "mine.pt"
    file.write_bytes(b"numbers")
    told = {"mine.pt": sha256(b"numbers").hexdigest()}
    assert dict(weigh("openai-whisper", str(file))[0]) == told
    assert dict(weigh("faster-whisper", str(tmp_path))[0]) == told
    (tmp_path / "other.pt").write_bytes(b"more")
    with pytest.raises(MissingTool, match=r"lacks model\.bin"):
        weigh("openai-whisper", str(tmp_path))


@pytest.mark.needs("no openai-whisper")
def test_what_cannot_be_converted_says_which_engine_takes_it(tmp_path: Path, cache: Path) -> None:
    file = tmp_path / "mine.pt"
    file.write_bytes(b"numbers")
    with pytest.raises(MissingTool, match="torch is not installed") as problem:
        registry.load(
            "faster-whisper", str(file), lambda _: None, files=weigh("faster-whisper", str(file))[0]
        )
    assert 'engine = "openai-whisper"' in problem.value.next_step


# The device --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("engine", "asked", "gpus", "found"),
    [
        ("faster-whisper", "auto", 1, "cuda"),
        ("faster-whisper", "auto", 0, "cpu"),
        ("faster-whisper", "cpu", 1, "cpu"),
        ("faster-whisper", "cuda", 2, "cuda"),
        ("openai-whisper", "auto", 1, "cpu"),
        ("openai-whisper", "cuda", 1, "cuda"),
    ],
)
def test_a_gpu_is_used_where_there_is_one(
    engine: str, asked: str, gpus: int, found: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "_has_driver", lambda: True)
    monkeypatch.setattr(registry, "gpus", lambda: gpus)
    assert registry.device(engine, asked) == found


def test_a_gpu_that_is_asked_for_and_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "gpus", lambda: 0)
    with pytest.raises(MissingTool, match="no GPU is seen here"):
        registry.device("faster-whisper", "cuda")


def test_without_a_driver_no_library_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def never() -> int:
        raise AssertionError("asked")

    monkeypatch.setattr(registry, "_has_driver", lambda: False)
    monkeypatch.setattr(registry, "gpus", never)
    assert registry.device("faster-whisper", "auto") == "cpu"


def test_the_device_is_a_part_of_what_a_key_knows_and_of_how_it_is_loaded(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    on: dict[str, Callable[[], str]] = {
        device: lambda device=device: registry.identity("faster-whisper", "base", device=device)  # type: ignore[misc]
        for device in ("cpu", "cuda")
    }
    assert on["cpu"]() == registry.identity("faster-whisper", "base")
    assert on["cuda"]().endswith("float16 on cuda")

    loaded: dict[str, Any] = {}
    import faster_whisper

    monkeypatch.setattr(faster_whisper, "WhisperModel", lambda folder, **how: loaded.update(how) or "it")
    from pipeline.adapters.asr.faster_whisper import FasterWhisper

    for device, numbers in (("cpu", "int8"), ("cuda", "float16")):
        hand = FasterWhisper(tmp_path, "", 1, device)
        hand.model()
        assert (loaded["device"], loaded["compute_type"]) == (device, numbers)
        assert numbers in hand.name


def test_a_language_is_asked_for_as_whisper_calls_it() -> None:
    assert [registry.spoken(one) for one in ("en", "en-GB", "CY", "")] == ["en", "en", "cy", None]
    with pytest.raises(ConfigError, match="gd"):
        registry.spoken("gd")
