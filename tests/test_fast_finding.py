"""`find = "fast"` on an interview of the sample, by real weights: its quotes are cut where they are said."""

from __future__ import annotations

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from pipeline.core.word import ROUGH
from pipeline.engine.cache import Shelf
from pipeline.engine.workspace import Workspace
from pipeline.film import Film
from pipeline.matching import tasks
from pipeline.matching.model import State
from pipeline.production.load import load
from tests.conftest import SAMPLE

SOURCE = "amara"
NEAR = 0.15
"""Seconds by which a cut may lie beside the truth."""


@pytest.mark.slow
@pytest.mark.needs("base weights", "tiny.en weights")
def test_quotes_are_cut_where_they_are_said_and_most_is_heard_in_passing(tmp_path: Path) -> None:
    shutil.copytree(SAMPLE, tmp_path / "film", ignore=shutil.ignore_patterns("build", "transcripts"))
    whole = load(tmp_path / "film")
    production = replace(
        whole,
        transcribe=whole.transcribe.model_copy(update={"find": "fast"}),
        sources=tuple(source for source in whole.sources if source.id == SOURCE),
        quotes=tuple(quote for quote in whole.quotes if quote.contributor == SOURCE),
    )
    cache = Shelf(production.build / ".store")
    cache.open()
    truth = {one["id"]: one for one in json.loads((SAMPLE / "truth/quotes.json").read_bytes())}
    with ThreadPoolExecutor(2) as threads:
        film = Film(production, Workspace(cache, threads), date(2026, 1, 1))
        of, said = film.interviews.source(SOURCE), film.transcripts[SOURCE]
        assert len(film.matches) > 2
        asked = [name for name, found in film.matches.items() if found.state is not State.MATCHED]
        # An "er" is heard as "her" in a place that is heard alone: a person is asked, and nothing is assumed.
        assert len(asked) <= 1, asked
        for name, found in film.matches.items():
            assert found.state in (State.MATCHED, State.PARTIAL), name
            assert found.best
            assert not any(said.is_rough(span) for span in found.best.spans)
            quote = production.quote[name]
            cut = tasks.placed(film.workspace, production, quote, found, of, "en", SOURCE)
            cuts = film.workspace.made(tasks.EDIT_POINTS, cut)
            parts = truth[name]["parts"]  # of an "er" that is heard as a word a shot is made two
            assert abs(float(cuts[0].sound.start) - parts[0]["start"]) < NEAR, name
            assert abs(float(cuts[-1].sound.end) - parts[-1]["end"]) < NEAR, name
    assert said.rough > len(said.words) / 2
    assert {word.suspect for word in said.heard} == {"", ROUGH}
