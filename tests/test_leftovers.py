"""What an earlier film left in build/ goes with it; what still is of this one stays."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.leftovers import leftovers

SHOTS = [{"quote": "q1"}, {"quote": "q2"}]
DIGESTS = {"cut.mp4": "a", "captions/cut.en.vtt": "b", "report.html": "c"}
OF_THE_FILM = ["export/cut.en.srt", "verify.html", "verify.json", "verify/cue-1-frame-2.jpg"]
CLIPS = ["clips/q1.en.vtt", "clips/q1.mp4", "clips/q10.mp4", "clips/q2.en.srt", "clips/q2.mp4"]


@pytest.fixture
def build(tmp_path: Path) -> Path:
    for name in [*OF_THE_FILM, *CLIPS, "clips/mine.txt", "cut.mp4"]:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    files = [{"path": name, "sha256": digest} for name, digest in DIGESTS.items()]
    (tmp_path / "manifest.json").write_text(json.dumps({"shots": SHOTS, "files": files}))
    return tmp_path


def test_the_same_film_keeps_what_was_made_of_it(build: Path) -> None:
    assert leftovers(build, SHOTS, DIGESTS | {"report.html": "other"}, ["q1", "q2", "q10"]) == []


def test_whoever_is_not_in_the_film_any_more_is_in_none_of_its_files(build: Path) -> None:
    assert leftovers(build, SHOTS[:1], DIGESTS | {"cut.mp4": "z"}, ["q1"]) == ["clips/q10.mp4", "clips/q2.en.srt", "clips/q2.mp4", *OF_THE_FILM]


@pytest.mark.parametrize("other", [{"cut.mp4": "z"}, {"captions/cut.en.vtt": "z"}], ids=["pictures", "captions"])
def test_a_film_of_the_same_shots_that_is_not_the_same_is_another(build: Path, other: dict[str, str]) -> None:
    assert leftovers(build, SHOTS, DIGESTS | other, ["q1", "q2", "q10"]) == OF_THE_FILM


def test_what_cannot_be_told_goes_and_without_a_film_there_is_nothing_before(build: Path) -> None:
    (build / "manifest.json").write_text("{")
    assert leftovers(build, SHOTS, DIGESTS, ["q1", "q2", "q10"]) == OF_THE_FILM
    (build / "manifest.json").unlink()
    assert leftovers(build, SHOTS, DIGESTS, ["q1", "q2", "q10"]) == []


@pytest.mark.slow
def test_a_build_without_a_quote_takes_its_clip_and_what_was_measured_away(film_copy: Path, ourwords: Callable[..., int]) -> None:
    build = film_copy / "build"
    for name in [*OF_THE_FILM, "clips/q06.mp4", "clips/q05.mp4"]:
        (build / name).parent.mkdir(exist_ok=True)
        (build / name).write_text("of the film before")
    settings = film_copy / "production.toml"
    text = settings.read_text(encoding="utf-8")
    assert '"q06", ' in text
    settings.write_text(text.replace('"q06", ', ""), encoding="utf-8")
    assert ourwords(film_copy, "build-cut") == 0
    left = {str(path.relative_to(build)) for path in build.rglob("*") if path.is_file() and path.read_bytes() == b"of the film before"}
    assert left == {"clips/q05.mp4"}
