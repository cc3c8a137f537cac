"""The tour in notebooks/: committed without results, and it runs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

TOUR = Path(__file__).parent.parent / "notebooks" / "tour.ipynb"


@pytest.fixture
def tour() -> Any:
    return nbformat.read(TOUR, as_version=nbformat.NO_CONVERT)


def test_it_is_valid_and_every_cell_has_its_own_id(tour: Any) -> None:
    nbformat.validate(tour)
    assert (tour.nbformat, tour.nbformat_minor) == (4, 5)
    assert len({cell.id for cell in tour.cells}) == len(tour.cells)


def test_it_is_committed_without_results(tour: Any) -> None:
    code = [cell for cell in tour.cells if cell.cell_type == "code"]
    assert code
    assert [cell.id for cell in code if cell.outputs or cell.execution_count is not None] == []


def test_it_names_no_place_on_anybodys_machine(tour: Any) -> None:
    places = ("/home/", "/Users/", "/work/", "/tmp/", "/root/", "C:\\")
    assert [cell.id for cell in tour.cells if any(place in cell.source for place in places)] == []


def test_it_says_that_the_sample_is_made_up(tour: Any) -> None:
    assert "fictional and synthetic" in tour.cells[0].source


@pytest.mark.slow
def test_it_runs_on_a_built_film_and_names_nobody_who_asked_not_to_be(
    tour: Any, sample_film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = tmp_path / "profile_default" / "ipython_kernel_config.py"
    settings.parent.mkdir()
    settings.write_text(
        'c.InlineBackend.figure_formats = {"png", "svg"}\nc.InlineBackend.rc = {"svg.fonttype": "none"}\n'
    )  # SVG: what is written can be read
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    monkeypatch.setenv("OURWORDS_PRODUCTION", str(sample_film))
    NotebookClient(
        tour, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(TOUR.parent)}}
    ).execute()

    outputs = [output for cell in tour.cells if cell.cell_type == "code" for output in cell.outputs]
    assert [output for output in outputs if output.output_type == "error"] == []
    assert sum("image/png" in output.get("data", {}) for output in outputs) >= 4

    drawn = " ".join(
        text
        for output in outputs
        for text in re.findall(r"<text[^>]*>([^<]*)", output.get("data", {}).get("image/svg+xml", ""))
    )
    said = " ".join(output.text for output in outputs if output.output_type == "stream")
    assert "nothing was made" in said
    assert "A contributor" in said
    assert "q03" in drawn
    for shown in (drawn, said):
        assert not re.search(r"\bdev\b|Quince|Pargeter|Callum", shown, re.IGNORECASE)
        assert str(sample_film) not in shown


def test_it_uses_nothing_of_ours_but_the_public_names(tour: Any) -> None:
    """What a notebook of anybody's may use is what `pipeline` exports: no folder of it is imported."""
    import pipeline

    code = "\n".join(cell.source for cell in tour.cells if cell.cell_type == "code")
    assert re.findall(r"^(?:from|import) (pipeline\.\S+)", code, re.MULTILINE) == []
    names = {*re.findall(r"\bpipeline\.(\w+)", code)}
    for names_of_import in re.findall(r"^from pipeline import (.+)$", code, re.MULTILINE):
        names |= {name.strip() for name in names_of_import.split(",")}
    assert names
    assert names <= set(pipeline.__all__)
