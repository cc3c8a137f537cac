"""Clips of real faces (../shared/media): the face whole in every look, the words heard again."""

from __future__ import annotations

from pathlib import Path

import pytest

import pipeline
from benchmarks import clip_sheets
from pipeline.delivery.clips.model import How
from pipeline.production.presets import load_clip_preset

pytestmark = [
    pytest.mark.slow,
    pytest.mark.needs("base weights"),
    pytest.mark.needs("centerface weights"),
]


def test_an_upright_clip_of_real_faces_is_verified(media: Path, tmp_path: Path) -> None:
    root, quotes = clip_sheets.real(tmp_path / "film", media)
    wanted = [name for name in quotes if name.endswith(f"-{clip_sheets.SENTENCES[0]}")]
    preset = load_clip_preset("workshop").model_copy(update={"shape": "9:16", "max_size": "120kB"})
    with pipeline.open(root) as project:
        made = project.clips(quotes=wanted, how=How(preset, title="Faces", name="faces"))
        assert all(clip.film.stat().st_size <= 120_000 for clip in made.clips)
        verified = project.verify_clips("faces")
    assert [one for one in verified.findings if one.severity == "error"] == []
    faces = [one for one in verified.findings if one.rule == "face"]
    assert len(faces) == len(wanted) == 2
    for one in faces:
        whole, _, rest = one.measured.partition(" of ")
        assert int(whole) == int(rest.split()[0]) >= 5, one
