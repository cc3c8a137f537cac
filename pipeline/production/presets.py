"""Presets for clips: a production's own, and those that come with ourwords."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from pipeline.errors import ConfigError, OurwordsError, together
from pipeline.production.checks import hint
from pipeline.production.clips import DEFAULT, ClipPreset, ClipsSpec, settled
from pipeline.production.configs import CONFIGS
from pipeline.production.locate import inside
from pipeline.production.toml_file import parse

if TYPE_CHECKING:
    from pipeline.production.load import Production

OWN_PRESETS = Path("configs") / "clips"
"""Where a production keeps presets of its own."""


def clip_presets(root: Path | None = None) -> dict[str, Path]:
    """All presets for clips by their names: a production's own, and those that come with ourwords."""
    folders = [CONFIGS / "clips", *([root / OWN_PRESETS] if root else [])]
    found = {path.stem: path for one in folders for path in one.glob("*.toml") if path.name[0] != "."}
    return dict(sorted(found.items(), key=lambda one: (one[0] != DEFAULT, one[0])))


def load_clip_preset(name: str, root: Path | None = None, where: str = "--preset") -> ClipPreset:
    """A preset for clips by its name, a production's own before ours; ConfigError, with what there is, where
    it is none.
    """
    there = clip_presets(root)
    if name not in there:
        known = [f"{one:14}{about}".rstrip() for one, about in about_presets(root).items()]
        step = "\n    ".join([hint(name, there), *known])
        raise ConfigError(f'"{name}" is not there', where=where, next_step=step)
    path = there[name]
    if not root or not path.is_relative_to(root):
        return parse(path, ClipPreset)
    file = (OWN_PRESETS / path.name).as_posix()
    return parse(inside(root, file), ClipPreset, name=file)


def clip_settings(production: Production, preset: str = "", title: str = "", **said: object) -> ClipPreset:
    """How clips come: what is `said`, over what [clips] says, over the preset, which is [clips]' own where
    none is named.
    """
    name, where = (
        (preset, "--preset") if preset else (production.clips.preset, "production.toml, clips.preset")
    )
    chosen = load_clip_preset(name, production.root, where)
    try:
        ClipsSpec(title=title)
        return settled(chosen, production.clips, said, titled=bool(title))
    except ValidationError as problem:
        raise together([_of_option(error) for error in problem.errors(include_url=False)]) from None


def _of_option(error: Any) -> ConfigError:
    """What is wrong with a setting that was said, and not written."""
    key, value = str(error["loc"][0]), error["input"]
    where = f"--{key.replace('_', '-')}"
    if error["type"] == "extra_forbidden":
        return ConfigError(f'"{key}" is no setting of clips', next_step=hint(key, ClipPreset.model_fields))
    if error["type"] == "literal_error":
        known = re.findall(r"'([^']+)'", error["ctx"]["expected"])
        what = f'"{value}" is not known'
        return ConfigError(what, where=where, next_step=hint(str(value), known))
    message = re.sub(r"^(Value error, |Input )", "", error["msg"])
    shown = "" if str(value) in message else f'"{str(value)[:60]}": '
    return ConfigError(f"{shown}{message}", where=where, next_step="ourwords clips --help")


def about_presets(root: Path | None = None) -> dict[str, str]:
    """What each preset says that it is for."""
    about = {}
    for name in clip_presets(root):
        try:
            about[name] = load_clip_preset(name, root).about
        except OurwordsError as problem:
            about[name] = f"cannot be used: {problem.where} {problem.what}"
    return about
