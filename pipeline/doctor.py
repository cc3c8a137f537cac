"""`ourwords doctor`: is everything here that a build needs? Each check says what to do where it is not."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import ConfigError, OurwordsError
from pipeline.place import find_root
from pipeline.project import load

FILTERS = ("ass", "ebur128", "alimiter", "fps", "tpad", "overlay", "zscale", "tonemap")
FREE = 2 << 30
"""Bytes of free disk below which a build is likely to stop half way."""


@dataclass(frozen=True)
class Check:
    name: str
    good: bool
    found: str
    next_step: str = ""
    exit_code: int = 69


def examine(folder: Path) -> list[Check]:
    """All checks: of the machine, and of the production in or above `folder` where there is one."""
    checks = [_try("ffmpeg", _ffmpeg), _try("caption font", _font), _try("weights", _weights), _disk(folder)]
    try:
        root = find_root(folder)
    except ConfigError:
        return [*checks, Check("production", True, "none here; `ourwords init my-film` makes one")]
    return [*checks, _try("production", lambda: _paperwork(root))]


def _try(name: str, look: Callable[[], Check]) -> Check:
    try:
        return look()
    except OurwordsError as problem:
        return Check(name, False, f"{problem.where + ': ' if problem.where else ''}{problem.what}", problem.next_step, problem.exit_code)


def _ffmpeg() -> Check:
    from pipeline.tools import process

    out = subprocess.run([process.ffmpeg(), "-hide_banner", "-filters"], capture_output=True, text=True, timeout=30)
    have = {words[1] for words in map(str.split, out.stdout.splitlines()) if len(words) > 2}
    missing = [name for name in FILTERS if name not in have]
    if missing:
        return Check("ffmpeg", False, f"{process.build()} lacks the filters {', '.join(missing)}", "unset PIPELINE_FFMPEG to use the packaged ffmpeg")
    return Check("ffmpeg", True, process.build())


def _font() -> Check:
    from pipeline.tools import fonts

    return Check("caption font", True, f"{fonts.FAMILY} ({len(fonts.font_files())} files)")


def _weights() -> Check:
    from pipeline.tools import models

    there = [name for name in models.MODELS if models.find(name)]
    if "base" not in there:
        return Check("weights", True, "base is not here yet; the first transcription fetches it", "ourwords models fetch base")
    return Check("weights", True, ", ".join(there))


def _disk(folder: Path) -> Check:
    free = shutil.disk_usage(folder if folder.exists() else Path()).free
    return Check("disk", free > FREE, f"{free / (1 << 30):.1f} GB free", "" if free > FREE else "free some space before building", 74)


def _paperwork(root: Path) -> Check:
    production = load(root)
    unplaced = [quote.id for quote in production.quotes if quote.id not in production.in_scenes]
    note = f", {len(unplaced)} quote(s) in no scene ({', '.join(unplaced)})" if unplaced else ""
    return Check("production", True, f"{production.film.title}: {len(production.sources)} sources, {len(production.quotes)} quotes{note}")
