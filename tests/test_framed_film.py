"""A film that is held upright, of footage that is not: built by the real command, and looked at."""

from __future__ import annotations

from pathlib import Path

import av
import pytest

from pipeline.api import open as open_project
from pipeline.cli.main import main
from pipeline.core.area import Area
from pipeline.production.keep_clear import Zone
from tests.conftest import linked
from tests.needs import require
from tests.small_film import edit


@pytest.mark.slow
def test_a_film_held_upright_has_its_speakers_face_in_every_frame(
    small_films: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    require("centerface weights")
    from pipeline.engine.tools import Tools

    folder = linked(small_films / "matched", tmp_path / "film")
    edit(folder, "production.toml", 'size = "160x90"', 'size = "180x320"\nframing = "speaker"\nfill = "blur"')
    assert main(["-C", str(folder), "-q", "build-cut"]) == 0
    with open_project(folder) as project:
        film = project.film
        (take,) = film.timeline.takes
        assert take.framing and not take.framing.moves and not film.framing_findings
        assert {zone.kind for zone in film.faces} == {"face"}
        assert not [one for one in project.qc.findings if one.rule == "covers-face"]
        monkeypatch.setattr(type(film), "faces", (Zone("face", Area(0, 0, 1, 1)),))
        assert [one for one in project.qc.findings if one.rule == "covers-face"], "a face is nowhere else"
    faces = Tools().faces()
    assert faces
    with av.open(
        str(folder / "build/cut.clean.mp4" if film.look.clean else folder / "build/cut.mp4")
    ) as made:
        shown = [frame.to_ndarray(format="rgb24") for frame in made.decode(video=0)]
    assert shown[0].shape == (320, 180, 3)
    for frame in range(take.at, take.end, 10):
        (face,) = faces.find(shown[frame], 320)
        assert 0.02 < face.left < face.right < 0.98 and face.right - face.left > 0.25
