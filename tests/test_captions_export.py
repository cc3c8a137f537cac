"""Captions as files: in every format, for any house style, and only for whoever has the approvals that the
film needs.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.captions.formats import read
from tests.conftest import SAMPLE

FORMATS = {"srt": "srt", "vtt": "vtt", "ttml": "ttml", "imsc": "imsc.ttml", "scc": "scc"}


def said(file: Path) -> list[str]:
    return [" ".join(cue.text.split()) for cue in read(file.name, file.read_bytes()).cues]


@pytest.mark.slow
def test_every_format_says_the_same(
    film_copy: Path, tmp_path: Path, ourwords: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        ourwords(
            film_copy,
            "--json",
            "captions",
            "export",
            "--format",
            "srt,vtt,ttml,imsc,ass,scc",
            "--to",
            str(tmp_path / "out"),
        )
        == 0
    )
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert told["profile"] == "bbc"
    assert [Path(file).name for file in told["files"]] == [
        f"cut.en-GB.{ending}" for ending in ("srt", "vtt", "ttml", "imsc.ttml", "ass", "scc")
    ]
    words = said(tmp_path / "out/cut.en-GB.vtt")
    assert len(words) > 20
    for kind, ending in FORMATS.items():
        found = said(tmp_path / f"out/cut.en-GB.{ending}")
        plain = (
            [text.replace("’", "'").replace("–", "-").replace("…", "...") for text in words]
            if kind == "scc"
            else words
        )
        assert found == plain, kind
    for ending in ("srt", "vtt", "ttml", "ass"):  # as the build published them
        assert (tmp_path / f"out/cut.en-GB.{ending}").read_bytes() == (
            film_copy / f"build/captions/cut.en-GB.{ending}"
        ).read_bytes()


@pytest.mark.slow
def test_another_house_style_is_made_anew_and_leaves_the_films_own_alone(
    film_copy: Path, ourwords: Callable[..., int]
) -> None:
    before = (film_copy / "build/captions/cut.en-GB.srt").read_bytes()
    assert ourwords(film_copy, "captions", "export", "--format", "srt", "--profile", "netflix") == 0
    assert (film_copy / "build/captions/cut.en-GB.srt").read_bytes() == before
    other = film_copy / "build/export/cut.en-GB.srt"
    assert other.read_bytes() != before
    assert (
        " ".join(said(other)).split()[-3:]
        == " ".join(said(film_copy / "build/captions/cut.en-GB.srt")).split()[-3:]
    )


@pytest.mark.slow
def test_nothing_is_exported_that_a_contributor_has_withdrawn(
    film_copy: Path, tmp_path: Path, ourwords: Callable[..., int]
) -> None:
    rows = (film_copy / "consent.csv").read_text(encoding="utf-8").splitlines()
    heads = rows[0].split(",")
    cells = rows[1].split(",")
    cells[heads.index("withdrawn_on")] = "2020-01-01"
    (film_copy / "consent.csv").write_text("\n".join([rows[0], ",".join(cells), *rows[2:]]), encoding="utf-8")
    assert ourwords(film_copy, "captions", "export", "--to", str(tmp_path / "out")) == 77
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_a_final_film_needs_its_approvals_before_words_leave(
    film_copy: Path, tmp_path: Path, ourwords: Callable[..., int]
) -> None:
    settings = (film_copy / "production.toml").read_text(encoding="utf-8")
    assert "[approvals]" not in settings
    (film_copy / "production.toml").write_text(
        settings.replace("[captions]", '[approvals]\nstage = "final"\n\n[captions]', 1), encoding="utf-8"
    )
    assert ourwords(film_copy, "captions", "export", "--to", str(tmp_path / "out")) == 77
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "code"), [(["--format", "stl"], 2), (["--format", ","], 2), (["--profile", "mine"], 2)]
)
def test_what_is_not_known_is_refused_before_anything_is_done(
    tmp_path: Path, ourwords: Callable[..., int], arguments: list[str], code: int
) -> None:
    shutil.copytree(SAMPLE, tmp_path / "film", ignore=shutil.ignore_patterns("build", "transcripts"))
    assert ourwords(tmp_path / "film", "captions", "export", *arguments) == code
    assert not (tmp_path / "film/transcripts").exists()
