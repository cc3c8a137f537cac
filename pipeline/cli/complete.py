"""What the shell completes: names out of the lists. No footage is opened, and nothing is ever an error."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from pipeline.production.locate import named_or_found

if TYPE_CHECKING:
    from pipeline.production.load import Production

Complete = Callable[[typer.Context, str], list[str]]


def _of(names: Callable[[Production], Iterable[str]]) -> Complete:
    """Names of the production that the command line is about, as far as it can be read."""

    def complete(ctx: typer.Context, incomplete: str) -> list[str]:
        with suppress(Exception):  # half a word is no place to tell what is wrong with the lists
            from pipeline.production.load import written

            folder = ctx.find_root().params.get("folder") or Path()
            return _begin(names(written(named_or_found(Path(folder)))), incomplete)
        return []

    return complete


def _files(folder: str) -> Complete:
    """Names of the files of ours in a folder of configs."""

    def complete(ctx: typer.Context, incomplete: str) -> list[str]:
        with suppress(Exception):
            from pipeline.production.configs import CONFIGS

            return _begin((path.stem for path in (CONFIGS / folder).glob("*.toml")), incomplete)
        return []

    return complete


def _begin(names: Iterable[str], incomplete: str) -> list[str]:
    return sorted({name for name in names if name and name.startswith(incomplete)})


def words(*names: str) -> Complete:
    """These words."""
    return lambda ctx, incomplete: _begin(names, incomplete)


quotes = _of(lambda production: production.quote)
choices = _of(lambda production: (f"{name}=" for name in production.quote))
themes = _of(lambda production: (one.theme.strip() for one in production.quotes))
contributors = _of(lambda production: production.consent)
sources = _of(lambda production: production.source)
packs = _of(lambda production: (path.stem for path in (production.build / ".store" / "clips").glob("*.json")))
profiles = _files("captions")


def shapes(ctx: typer.Context, incomplete: str) -> list[str]:
    """Shapes of clips."""
    from pipeline.production.clips import SHAPES

    return _begin(SHAPES, incomplete)


def presets(ctx: typer.Context, incomplete: str) -> list[str]:
    """Presets for clips: the production's own, if one is here, and ours."""
    from pipeline.production.presets import clip_presets

    root = None
    with suppress(Exception):
        root = named_or_found(Path(ctx.find_root().params.get("folder") or Path()))
    return _begin(clip_presets(root), incomplete)


def _some(names: Callable[[], Iterable[str]]) -> Complete:
    """Some of these words, with commas between them."""

    def complete(ctx: typer.Context, incomplete: str) -> list[str]:
        with suppress(Exception):
            given, comma, last = incomplete.rpartition(",")
            left = (name for name in names() if name not in given.split(","))
            return [f"{given}{comma}{name}" for name in _begin(left, last)]
        return []

    return complete


def _training() -> Iterable[str]:
    from pipeline.delivery.training.kinds import KINDS

    return KINDS


def _markers() -> Iterable[str]:
    from pipeline.delivery.markers import FORMATS

    return FORMATS


kinds_of_training, kinds_of_markers = _some(_training), _some(_markers)


def models(ctx: typer.Context, incomplete: str) -> list[str]:
    """Weights that have a name."""
    with suppress(Exception):
        from pipeline.adapters.asr import weights

        return _begin({*weights.MODELS, *weights.REPOSITORIES}, incomplete)
    return []
