"""How each pack in build/clips/ was asked for: from that and the lists what it should be is made anew, and is
not believed of its files.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pipeline.core.codec import pretty
from pipeline.delivery.clips.model import How
from pipeline.delivery.release import ASKED
from pipeline.production.clips import ClipPreset

VERSION = 1


@dataclass(frozen=True)
class Asked:
    """A pack by its settled name and title, its quotes in their order, and how its clips are made."""

    name: str
    title: str
    quotes: tuple[str, ...]
    how: How

    @property
    def file(self) -> str:
        """Where it is kept, in build/."""
        return f"{ASKED}/{self.name}.json"

    def written(self) -> bytes:
        how = {**asdict(self.how), "preset": self.how.preset.model_dump(mode="json")}
        settled = {"name": self.name, "title": self.title, "quotes": list(self.quotes)}
        return pretty({"version": VERSION, **settled, "how": how})


def asked(build: Path) -> dict[str, Asked]:
    """By the names of the packs; what cannot be read is none."""
    found = (_read(path) for path in sorted((build / ASKED).glob("*.json")))
    return {one.name: one for one in found if one}


def _read(path: Path) -> Asked | None:
    try:
        kept: Any = json.loads(path.read_bytes())
        if kept["version"] != VERSION:
            return None
        how = {**kept["how"], "preset": ClipPreset.model_validate(kept["how"]["preset"])}
        return Asked(str(kept["name"]), str(kept["title"]), tuple(map(str, kept["quotes"])), How(**how))
    except (OSError, ValueError, LookupError, TypeError):
        return None
