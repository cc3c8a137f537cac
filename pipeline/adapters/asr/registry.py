"""Recognisers by name, imported on use: `ourwords --help` loads no model library.

Weights are called by a name (weights.py), or by the folder or file where they lie: what has a slash, or ends
as a checkpoint does. Which bytes they are is settled before anything is heard with them, and held.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from pipeline.adapters.asr import weights as models
from pipeline.core.digest import digest, file_digest
from pipeline.core.ports import Recogniser, is_path
from pipeline.errors import ConfigError, MissingTool

FASTER, OPENAI = "faster-whisper", "openai-whisper"

ENGINES = {
    FASTER: "pipeline.adapters.asr.registry:faster",
    OPENAI: "pipeline.adapters.asr.registry:openai",
}

Say = Callable[[str], None]


@dataclass(frozen=True)
class Weights:
    """Which weights exactly: `files` are the hashes that hold, blank where they stand in weights.py."""

    model: str
    revision: str = ""
    files: tuple[tuple[str, str], ...] = ()
    commit: str = ""


def knows(language: str) -> bool:
    """Has Whisper learnt a language? Blank is whichever it hears."""
    from faster_whisper.tokenizer import _LANGUAGE_CODES

    return not language or language.lower().partition("-")[0] in _LANGUAGE_CODES


def spoken(language: str) -> str | None:
    """How Whisper calls a language, None for whichever it hears; ConfigError for one it has not learnt."""
    if not knows(language):
        raise ConfigError(
            f'Whisper has not learnt the language "{language}"',
            where="transcribe.language",
            next_step="bring a transcript: ourwords transcribe SOURCE --import FILE",
        )
    return language.lower().partition("-")[0] or None


def load(
    engine: str,
    model: str,
    say: Say,
    *,
    revision: str = "",
    files: tuple[tuple[str, str], ...] = (),
    commit: str = "",
    device: str = "cpu",
    rough: bool = False,
) -> Recogniser:
    """The engine ready to hear, its weights fetched where they are not there yet."""
    module, _, name = ENGINES[engine].partition(":")
    maker: Callable[[Weights, str, bool, Say], Recogniser] = getattr(import_module(module), name)
    return maker(Weights(model, revision, files, commit), device, rough, say)


def faster(weights: Weights, device: str, rough: bool, say: Say) -> Recogniser:
    """faster-whisper with these weights, which are fetched where they are not there."""
    from pipeline.adapters.asr.faster_whisper import FasterWhisper

    held = dict(weights.files)
    if is_path(weights.model):
        folder, main = Path(weights.model), next(iter(held.values()), "")
        _gate(folder, held)
        if checkpoint := checkpoint_in(folder):
            from pipeline.adapters.asr.checkpoints import as_folder

            folder = as_folder(checkpoint, main, say)
    else:
        commit = weights.commit or weights.revision
        here = models.find(weights.model, weights.revision, held)
        folder = here or models.fetch(weights.model, say, commit, held)
        main = models.model(weights.model, commit, held).weights
    return FasterWhisper(folder, main, max(1, os.cpu_count() or 1), device, rough=rough)


def openai(weights: Weights, device: str, rough: bool, say: Say) -> Recogniser:
    """openai-whisper with these weights, which must be there."""
    from pipeline.adapters.asr.openai_whisper import OpenaiWhisper, checkpoint, installed

    installed()
    held = dict(weights.files)
    if not is_path(weights.model):
        named = checkpoint(weights.model)
        _gate(named, held)
        return OpenaiWhisper(weights.model, named, device)
    folder = Path(weights.model)
    _gate(folder, held)
    main = next(iter(held.values()), "")
    if file := checkpoint_in(folder):
        return OpenaiWhisper(file.stem, file, device, main)
    from pipeline.adapters.asr.checkpoints import as_checkpoint, heads

    return OpenaiWhisper(folder.name, as_checkpoint(folder, main, say), device, main, heads(folder))


def checkpoint_in(path: Path) -> Path | None:
    """The one checkpoint of openai-whisper's that a path is, or that lies in a folder without others."""
    if path.is_dir():
        found = sorted(path.glob("*.pt"))
        return found[0] if len(found) == 1 and not (path / "model.bin").is_file() else None
    return path


def weigh(
    engine: str,
    model: str,
    revision: str,
    held: Mapping[str, str] | None,
    hash_of: Callable[[Path], str],
    say: Say,
) -> tuple[tuple[tuple[str, str], ...], str]:
    """Which bytes these weights are, and of which commit of the hub; blank for those in weights.py.

    Other bytes than those `held` are refused; a name that is held is not looked at until it is heard with.
    """
    if engine == FASTER and not is_path(model):
        if models.is_in_code(model, revision):
            return (), ""
        if held:
            return tuple(held.items()), ""
        folder = models.fetch(model, say, revision)
        return tuple(models.files_of(folder, hash_of).items()), models.revision_of(folder)
    place = Path(model) if is_path(model) else _checkpoint(model)
    found = _files(place, hash_of) if place else {}
    if held and found and found != dict(held):
        changed = ", ".join(sorted(name for name in {*held, *found} if held.get(name) != found.get(name)))
        raise models.not_held(model, Path(model), f"{changed} changed")
    return tuple(found.items()), ""


def is_here(
    engine: str,
    model: str,
    revision: str = "",
    held: Mapping[str, str] | None = None,
    commit: str = "",
) -> bool:
    """Can it hear without anything being fetched?"""
    if is_path(model):
        return Path(model).exists()
    if engine == FASTER:
        return any(models.find(model, asked, held) for asked in {revision, commit or revision})
    try:
        found = _checkpoint(model)
    except MissingTool:
        return False
    return bool(found and found.is_file())


def _files(path: Path, hash_of: Callable[[Path], str]) -> dict[str, str]:
    checkpoint = checkpoint_in(path)
    if checkpoint and checkpoint.is_file():
        return {checkpoint.name: hash_of(checkpoint)}
    if not path.exists():
        raise MissingTool(
            "there are no weights here",
            where=str(path),
            next_step="put them there, or correct transcribe.model in production.toml",
        )
    if lacks := models.lacks(path):
        raise MissingTool(
            f"this folder lacks {lacks}",
            where=str(path),
            next_step="give a folder as ctranslate2's converter writes it (model.bin, config.json, "
            "tokenizer.json, vocabulary.txt), or one checkpoint (.pt) of openai-whisper's",
        )
    return models.files_of(path, hash_of)


def _checkpoint(model: str) -> Path | None:
    """openai-whisper's file for a name; None where openai-whisper is not installed, which is told later."""
    from pipeline.adapters.asr.openai_whisper import checkpoint

    try:
        version(OPENAI)
    except PackageNotFoundError:
        return None
    return checkpoint(model)


def _gate(path: Path, held: Mapping[str, str]) -> None:
    """Every byte, just before it is heard with, on whichever machine."""
    found = _files(path, file_digest)
    if held and found != held:
        raise models.not_held(path.name, path, "a file has another hash")


def identity(
    engine: str,
    model: str,
    *,
    revision: str = "",
    files: tuple[tuple[str, str], ...] = (),
    device: str = "cpu",
) -> str:
    """Which engine and weights, without loading either: part of the key of every transcript."""
    try:
        found = version(engine)
    except PackageNotFoundError:
        found = "not installed"
    if len(files) == 1:  # a checkpoint: its hash says all
        weights = files[0][1][:16]
    elif files:
        weights = digest(dict(files))[:16]
    else:
        weights = model if engine == OPENAI or is_path(model) else models.model(model, revision).weights[:16]
    return f"{engine} {found} {weights}" + (f" {COMPUTE[device]} on {device}" if device != "cpu" else "")


def smallest(language: str) -> str:
    """The smallest weights that know a language, of those whose hashes stand in weights.py."""
    return "tiny.en" if language.partition("-")[0] == "en" else "base"


COMPUTE = {"cpu": "int8", "cuda": "float16"}
"""In which numbers faster-whisper reckons, by device."""


def device(engine: str, asked: str) -> str:
    """What "auto", "cpu" or "cuda" comes to on this machine. openai-whisper's "auto" is the processor, as its
    torch is mostly built for one. MissingTool where a GPU is asked for and none is seen.
    """
    if asked == "cpu" or (asked == "auto" and (engine == OPENAI or not _has_driver())):
        return "cpu"
    if gpus():
        return "cuda"
    if asked == "auto":
        return "cpu"
    raise MissingTool(
        "no GPU is seen here",
        where="transcribe.device",
        next_step='install its driver and CUDA 12 with cuDNN 9, or write device = "auto"',
    )


def gpus() -> int:
    """How many GPUs ctranslate2 sees."""
    import ctranslate2

    return int(ctranslate2.get_cuda_device_count())


def _has_driver() -> bool:
    """Is there a sign of a GPU? Asking ctranslate2 takes a quarter of a second at every command."""
    return (
        any(Path("/dev").glob("nvidia[0-9]*"))
        or Path("/dev/dxg").exists()
        or bool(shutil.which("nvidia-smi"))
    )
