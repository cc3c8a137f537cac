"""What an earlier film left in build/ that the one being made takes with it: faces and words of people who may have said no since."""

from __future__ import annotations

import json
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.captions.formats import written
from pipeline.engine.records import pretty

BEFORE = "manifest.before.json"
"""The cut before this one, for `ourwords diff`."""

SEEN = ".store/seen.json"
"""What people see of each quote of the last film (reviews.py)."""

CLIP = frozenset({".mp4", *(f".{kind}" for kind in written())})
"""How the files of a clip end; nothing else in that folder is ours."""


@dataclass(frozen=True)
class Leftovers:
    """`shots`, `digests` (by file) and `seen` (the record of what people see of each quote) are those of the film being made; `allowed` are the
    quotes that nobody has withdrawn.
    """

    build: Path
    shots: Sequence[Mapping[str, Any]]
    digests: Mapping[str, str]
    seen: Mapping[str, Any]
    allowed: Container[str]

    def gone(self) -> list[str]:
        """Files that go: clips of quotes that are cut or captioned otherwise or not at all, captions under other names; and where the
        film is another one, the draft, and what was measured and taken out of the last one.
        """
        old = self._record("manifest.json")
        same = {quote for quote in self.seen["quotes"] if self._same(quote, old["shots"])}
        found = [path for path in self._there("clips") if path.suffix in CLIP and path.name.partition(".")[0] not in same]
        found += [path for path in self._there("captions") if path.name.startswith("cut.") and f"captions/{path.name}" not in self.digests]
        if old["shots"] != list(self.shots) or _carriers(old["digests"]) != _carriers(self.digests):
            found += [self.build / name for name in ("draft.mp4", "verify.json", "verify.html")] + self._there("verify") + self._there("export")
        return sorted(path.relative_to(self.build).as_posix() for path in found if path.is_file())

    def before(self) -> dict[str, bytes]:
        """The cut that this one takes the place of, without the words of quotes that somebody has withdrawn since."""
        cut = self._record("manifest.json")
        if cut["shots"] == list(self.shots) or not cut["shots"]:
            cut = self._record(BEFORE)
        if not cut["shots"]:
            return {}
        shots = [shot | {"text": ""} if shot["quote"] and shot["quote"] not in self.allowed else shot for shot in cut["shots"]]
        return {BEFORE: pretty(cut["whole"] | {"shots": shots})}

    def _record(self, name: str) -> dict[str, Any]:
        """A manifest; of one that is not there or cannot be read nothing is known, and it is another film."""
        try:
            whole = json.loads((self.build / name).read_bytes())
            return {"whole": whole, "shots": list(whole["shots"]), "digests": {entry["path"]: entry["sha256"] for entry in whole["files"]}}
        except (OSError, ValueError, KeyError, TypeError):
            return {"whole": {}, "shots": [], "digests": {}}

    def _there(self, folder: str) -> list[Path]:
        return list((self.build / folder).glob("*"))

    def _same(self, quote: str, before: Sequence[Mapping[str, Any]]) -> bool:
        """Are a quote's shots and captions as they were, wherever in the film they stand?"""
        now, then = ([{key: value for key, value in shot.items() if key != "at"} for shot in shots if shot["quote"] == quote] for shots in (self.shots, before))
        try:
            seen = json.loads((self.build / SEEN).read_bytes())["quotes"][quote]["captions"]["sha256"]
        except (OSError, ValueError, KeyError, TypeError):
            return False
        return now == then and bool(seen == self.seen["quotes"][quote]["captions"]["sha256"])


def _carriers(digests: Mapping[str, str]) -> dict[str, str]:
    return {name: digest for name, digest in digests.items() if name == "cut.mp4" or name.startswith("captions/cut.")}
