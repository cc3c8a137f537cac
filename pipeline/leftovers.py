"""What an earlier film left in build/ that the one being made takes with it: faces and words of people who may have said no since."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from pipeline.formats.captions import WRITERS

CLIP = frozenset({".mp4", *(f".{kind}" for kind in WRITERS)})
"""How the files of a clip end; nothing else in that folder is ours."""


def leftovers(build: Path, shots: Sequence[Mapping[str, object]], digests: Mapping[str, str], quotes: Iterable[str]) -> list[str]:
    """Files of clips of quotes that are not in the film; and where the film is another one, what was measured of the last one and taken out of it.

    `shots` and `digests` (by file) are those of the new manifest.
    """
    stays = tuple(f"{quote}." for quote in quotes)
    gone = [path for path in (build / "clips").glob("*") if path.suffix in CLIP and not path.name.startswith(stays)]
    if _another(build, shots, digests):
        gone += [build / "verify.json", build / "verify.html", *(build / "verify").glob("*"), *(build / "export").glob("*")]
    return sorted(str(path.relative_to(build)) for path in gone if path.is_file())


def _another(build: Path, shots: Sequence[Mapping[str, object]], digests: Mapping[str, str]) -> bool:
    """Is it not the film that was built before: other shots, pictures, sound or captions? One that cannot be read is another one."""
    try:
        record = json.loads((build / "manifest.json").read_bytes())
        before = {entry["path"]: entry["sha256"] for entry in record["files"]}
        return bool(record["shots"] != list(shots)) or _carriers(before) != _carriers(digests)
    except FileNotFoundError:
        return False
    except (OSError, ValueError, KeyError, TypeError):
        return True


def _carriers(digests: Mapping[str, str]) -> dict[str, str]:
    return {name: digest for name, digest in digests.items() if name == "cut.mp4" or name.startswith("captions/cut.")}
