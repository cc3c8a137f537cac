"""Recognisers by name, imported on use: `ourwords --help` loads no model library."""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version

from pipeline.adapters.asr import weights as models
from pipeline.core.ports import Recogniser
from pipeline.errors import OurwordsError

ENGINES = {
    "faster-whisper": "pipeline.adapters.asr.registry:faster",
    "openai-whisper": "pipeline.adapters.asr.registry:openai",
}


def load(engine: str, model: str, progress: Callable[[str], None]) -> Recogniser:
    """The engine ready to hear, its weights fetched where they are not there yet."""
    module, _, name = ENGINES[engine].partition(":")
    maker: Callable[[str, Callable[[str], None]], Recogniser] = getattr(import_module(module), name)
    return maker(model, progress)


def faster(model: str, progress: Callable[[str], None]) -> Recogniser:
    """faster-whisper with weights of this name, which are fetched where they are not there."""
    from pipeline.adapters.asr.faster_whisper import FasterWhisper

    return FasterWhisper(
        models.fetch(model, progress), models.model(model).weights, workers=max(1, os.cpu_count() or 1)
    )


def openai(model: str, progress: Callable[[str], None]) -> Recogniser:
    """openai-whisper with the checkpoint of this name, which must be there."""
    from pipeline.adapters.asr.openai_whisper import OpenaiWhisper

    return OpenaiWhisper(model)


def is_here(engine: str, model: str) -> bool:
    """Can it hear without anything being fetched?"""
    if engine == "faster-whisper":
        return models.find(model) is not None
    try:
        from pipeline.adapters.asr.openai_whisper import checkpoint

        version(engine)
        return checkpoint(model).is_file()
    except (PackageNotFoundError, OurwordsError):
        return False


def identity(engine: str, model: str) -> str:
    """Which engine and weights, without loading either: part of the key of every transcript."""
    try:
        found = version(engine)
    except PackageNotFoundError:
        found = "not installed"
    if engine == "faster-whisper":
        weights = models.model(model).weights[:16]
    else:
        from pipeline.adapters.asr.openai_whisper import checkpoint
        from pipeline.core.digest import file_digest

        weights = file_digest(checkpoint(model))[:16] if found != "not installed" else model
    return f"{engine} {found} {weights}"
