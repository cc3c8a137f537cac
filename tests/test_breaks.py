"""A film whose breaks are marked: what players hold, made of the parts of the film that holds its cards."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline.adapters.pyav.audio import read
from pipeline.adapters.pyav.picture_facts import picture_prints
from pipeline.adapters.pyav.probe import probe
from pipeline.api import Project
from pipeline.core.time import SAMPLE_RATE
from pipeline.delivery.training import of_film
from pipeline.edit.timeline import Break, Mark, Take
from pipeline.film import Film
from tests.conftest import linked
from tests.small_film import edit

pytestmark = pytest.mark.slow

Ourwords = Callable[..., int]
SCENE = """quotes = ["q01", "q02"]
content_note = "A nurse is named in it."

[training]
agreement = ["What is said here stays here."]

[[training.support]]
name = "A listening line"
contact = "01632 960 123"
"""
BREAK = """prompt = "What did you hear?"
notes = "Give it the whole time."
in.cy.prompt = "Beth glywsoch chi?"
"""


@pytest.fixture(scope="module")
def held(small_films: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two quotes with a break between them, built as films were before there were marks."""
    from pipeline.cli.main import main

    folder = linked(small_films / "matched", tmp_path_factory.mktemp("breaks") / "held")
    toml = folder / "production.toml"
    scene, reflection = toml.read_text().split("\n[[scene.reflection]]")
    scene = scene.replace("clean = false\n", "")
    first, rest = SCENE.split("\n[training]")
    scene = scene.replace('quotes = ["q01"]', first.rstrip())
    reflection = reflection.replace('prompt = "What did you hear?"\n', BREAK)
    toml.write_text(f"{scene}\n[[scene.reflection]]{reflection}\n[training]{rest}")
    assert main(["-C", str(folder), "-q", "build-cut"]) == 0
    return folder


def film_of(folder: Path) -> Film:
    return Project.open(folder).film


def test_one_build_gives_both_films_from_the_same_parts(held: Path) -> None:
    film = film_of(held)
    before = len(film.workspace.cache.made)
    taught = of_film.training(film)
    made = film.workspace.cache.made[before:]
    assert [one for one in made if one.startswith("shot")] == ["shot 4, pause at q01"]
