"""What weights cost on this machine: measured by hearing half a minute of speech, once, and kept."""

from __future__ import annotations

import json
import os
import platform
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_cache_path

from pipeline.adapters.asr import checkpoints, registry, weights
from pipeline.core.digest import digest
from pipeline.errors import MissingTool

HOUR = 3600
MB = 1_000_000
SIZES = {
    "tiny": 75, "base": 145, "small": 484, "medium": 1528, "large": 3087, "turbo": 1618,
    "distil-small": 332, "distil-medium": 789, "distil-large": 1513,
}  # fmt: skip
"""Megabytes of model.bin, by the beginning of the name: of weights that are not here."""
MULTILINGUAL = 51_865
"""Tokens that weights of many languages know at least; English-only ones know one fewer."""
BESIDES = 300 * MB
"""Bytes that hearing takes beside the weights (tiny.en 378 MB, base 447 MB, measured)."""


@dataclass(frozen=True)
class Cost:
    """`seconds`: for an hour of speech, of one processor core or of the GPU; `measured` here, or reckoned
    from others by their size. Bytes are of the weights, and of the memory that hearing with them takes.
    """

    name: str
    folder: Path | None
    size: int
    seconds: float | None
    measured: bool
    languages: str

    @property
    def memory(self) -> int:
        return self.size + BESIDES


def costs(speech: Path, say: Callable[[str], None], mine: Mapping[str, Path]) -> list[Cost]:
    """Every set of weights that has a name, and those of `mine` by the folders where they lie. Those that are
    here are heard with, once.
    """
    places = {name: weights.find(name) for name in weights.REPOSITORIES} | dict(mine)
    sizes = {name: size(name, folder) for name, folder in places.items()}
    here = {name: folder for name, folder in places.items() if folder is not None}
    known: dict[str, float] = {}
    for name, folder in here.items():
        try:
            known[name] = measured(name, folder, speech, say)
        except MissingTool as problem:  # one that does not load hides no other
            say(str(problem))
    rate = max((known[name] / sizes[name] for name in known), default=None)
    return [
        Cost(
            name,
            folder,
            sizes[name],
            known.get(name, rate * sizes[name] if rate else None),
            name in known,
            languages(name, folder),
        )
        for name, folder in places.items()
    ]


def size(name: str, folder: Path | None) -> int:
    """Bytes of the weights: of those that are not here, about."""
    if folder:
        return (folder / weights.READ[0]).stat().st_size
    if name in ("turbo", "large-v3-turbo"):
        return SIZES["turbo"] * MB
    return next(size for start, size in reversed(SIZES.items()) if name.startswith(start)) * MB


def languages(name: str, folder: Path | None) -> str:
    """What weights have learnt: a folder's by how many tokens they know, others by their name."""
    if folder:
        with suppress(OSError, ValueError):
            return "English" if len(checkpoints.vocabulary(folder)) < MULTILINGUAL else "99 languages"
    return "English" if name.endswith(".en") or name.startswith("distil") else "99 languages"


def measured(name: str, folder: Path, speech: Path, say: Callable[[str], None]) -> float:
    """Seconds for an hour of speech, heard now or remembered for these weights on this machine."""
    known, key = _remembered(), _key(folder)
    if not isinstance(known.get(key), float):
        say(f"hearing half a minute with {name}, to see what it costs here")
        known[key] = _heard(folder, speech, registry.device(registry.FASTER, "auto"))
        with suppress(OSError):  # a cache that cannot be written: measured again next time
            NOTES.parent.mkdir(parents=True, exist_ok=True)
            NOTES.write_text(json.dumps(known), encoding="utf-8")
    return float(known[key])


def remembered(name: str) -> float | None:
    """The same of weights with a name, where it was measured here before; nothing is heard for it."""
    folder = weights.find(name) if name in weights.REPOSITORIES else None
    return _remembered().get(_key(folder)) if folder else None


NOTES = user_cache_path("ourwords") / "costs.json"


def _remembered() -> dict[str, float]:
    try:
        return dict(json.loads(NOTES.read_bytes()))
    except (OSError, ValueError, TypeError):
        return {}


def _key(folder: Path) -> str:
    """These weights on this machine."""
    device = registry.device(registry.FASTER, "auto")
    machine = [platform.node(), platform.machine(), os.cpu_count(), device]
    return digest([weights.files_of(folder, _stamp), registry.identity(registry.FASTER, "base"), machine])


def _heard(folder: Path, speech: Path, device: str) -> float:
    from faster_whisper import decode_audio

    from pipeline.adapters.asr.faster_whisper import FasterWhisper

    sound = decode_audio(str(speech))
    hand = FasterWhisper(folder, "", 1, device)
    hand.model()
    clock = time.process_time if device == "cpu" else time.perf_counter
    before = clock()
    hand.hear(sound, "en", (), lambda _: None)
    return (clock() - before) * HOUR * 16_000 / len(sound)


def _stamp(file: Path) -> str:
    """Enough to tell two sets of weights apart, without reading gigabytes to draw a table."""
    stat = file.stat()
    return f"{stat.st_size} {stat.st_mtime_ns}"
