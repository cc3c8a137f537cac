"""Films in the languages that people speak: the words are there, joined and in order, in the safe area."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.languages import FILMS, make, still
from pipeline.adapters import fonts
from pipeline.api import Project
from pipeline.captions.placement import box
from pipeline.language.characters import HERE
from tests.adapters.test_burn import alike, by_pillow, cropped
from tests.needs import require

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", FILMS)
def test_a_film_shows_its_words_in_its_language(name: str, tmp_path: Path) -> None:
    require("FriBidi")
    if name == "Chinese":
        require("CJK fonts")
    project = Project(make(FILMS[name], tmp_path / "film"))
    profile, size = project.production.profile, project.timeline.size
    letters = project.film.letters
    assert isinstance(letters, fonts.Typeface)
    said = "".join(cue.said for cue in project.captions.cues)
    assert "".join(said.split()) == "".join(FILMS[name].text.split()), "every word, and no other"
    for cue in project.captions.cues:
        middle = float((cue.span.start.seconds + cue.span.end.seconds) / 2)
        picture = np.asarray(
            still(project.production.build / "cut.mp4", middle, tmp_path / "still.png").convert("L")
        )
        area = box(cue, "bottom", profile, size, letters)
        left, top, right, bottom = (
            round(share * side)
            for share, side in zip(
                (area.left, area.top, area.right, area.bottom), (*size, *size), strict=True
            )
        )
        safe = profile.area(size)
        assert (
            left >= size[0] * (1 - safe.safe_width) / 2 - 2
            and bottom <= size[1] * (1 + safe.safe_height) / 2 + 2
        )
        room = picture[top + 1 : bottom - 1, left + 1 : right - 1]
        high = room.shape[0] / len(cue.lines)
        for number, line in enumerate(cue.lines):
            seen = room[round(high * number) : round(high * (number + 1))]
            way = "rtl" if FILMS[name].language == "ur" else "ltr"
            expected = by_pillow(line.replace(HERE, "").split(), letters, way)
            assert alike(cropped(seen), expected) > 0.6, (line, "is not what another shaper sets")
