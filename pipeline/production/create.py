"""A new production folder, and what `ourwords init` puts into one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pipeline.engine.private import make_folder
from pipeline.errors import of_system
from pipeline.production.configs import CONFIGS
from pipeline.production.presets import OWN_PRESETS, clip_presets

TEMPLATES = CONFIGS / "example"


@dataclass(frozen=True)
class Created:
    """The files of a new production that were made, and those that were there already."""

    made: tuple[Path, ...]
    left: tuple[Path, ...]


def create(root: Path) -> Created:
    """A new production folder with comments in it, or what is missing of one; nothing is written over."""
    contents = {template.name: template.read_bytes() for template in sorted(TEMPLATES.iterdir())}
    # lines stand for themselves: both sides' are kept
    contents["reviews/.gitattributes"] = b"*.jsonl merge=union\n"
    return _laid_out(root, ["footage", "reviews"], contents)


def create_presets(root: Path) -> Created:
    """Our presets for clips in a production's own folder, to be changed there; nothing is written over."""
    presets = {(OWN_PRESETS / path.name).as_posix(): path.read_bytes() for path in clip_presets().values()}
    return _laid_out(root, [OWN_PRESETS.parent, OWN_PRESETS], presets)


def _laid_out(root: Path, folders: Iterable[str | Path], contents: dict[str, bytes]) -> Created:
    made, left = [], []
    try:
        for folder in (root, *(root / one for one in folders)):
            make_folder(folder)
        for name, data in contents.items():
            sheet = (root / name).with_suffix(".xlsx")
            if name.endswith(".csv") and sheet.is_file():
                left.append(sheet)
                continue
            try:
                with (root / name).open("xb") as file:
                    file.write(data)
                made.append(root / name)
            except FileExistsError:
                left.append(root / name)
    except OSError as problem:
        raise of_system(problem, where=str(problem.filename or root), what="cannot write") from None
    return Created(tuple(made), tuple(left))
