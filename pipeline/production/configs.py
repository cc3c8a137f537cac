"""What comes with ourwords: caption profiles, and the encoder's settings."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from pipeline.errors import ConfigError
from pipeline.production.profile import Profile

PACKAGE = Path(__file__).parent.parent
CONFIGS = next(path for path in (PACKAGE / "_configs", PACKAGE.parent / "configs") if path.is_dir())


def load_profile(name: str, where: str = "production.toml, captions.profile") -> Profile:
    """A caption profile by its name; ConfigError, with the names there are, where it is none."""
    return TypeAdapter(Profile).validate_python(
        tomllib.loads(_known("captions", name, where).read_text(encoding="utf-8"))
    )


def profile_names() -> list[str]:
    """All caption profiles."""
    return sorted(path.stem for path in (CONFIGS / "captions").glob("*.toml"))


def load_qualities() -> dict[str, Any]:
    """The encoder's settings for draft, edit and final."""
    return tomllib.loads((CONFIGS / "quality.toml").read_text(encoding="utf-8"))


def _known(folder: str, name: str, where: str) -> Path:
    known = {path.stem: path for path in sorted((CONFIGS / folder).glob("*.toml"))}
    if name not in known:
        raise ConfigError(f'"{name}" is not there', where=where, next_step=f"use one of: {', '.join(known)}")
    return known[name]
