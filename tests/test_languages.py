"""Films in the languages that people speak: the words are there, joined and in order, in the safe area."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.languages import FILMS, make, still
from pipeline import api
from pipeline.adapters import fonts
from pipeline.captions.placement import box
from tests.adapters.test_burn import alike, by_pillow, cropped
from tests.needs import require

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", FILMS)
def test_a_film_shows_its_words_in_its_language(name: str, tmp_path: Path) -> None:
    require("FriBidi")
    if name == "Chinese":
        require("CJK fonts")
    folder = make(FILMS[name], tmp_path / "film")
    with api.open(folder, dry=True) as project:
        captions, letters = project.captions, project.film.letters
        profile, size = project.production.profile, project.timeline.size
    assert isinstance(letters, fonts.Typeface)
    said = "".join(cue.said for cue in captions.cues)
    assert "".join(said.split()) == "".join(FILMS[name].text.split()), "every word, and no other"
    way, safe = "rtl" if FILMS[name].language == "ur" else "ltr", profile.area(size)
    for cue in captions.cues:
        middle = float((cue.span.start.seconds + cue.span.end.seconds) / 2)
        picture = np.asarray(still(folder / "build" / "cut.mp4", middle, tmp_path / "still.png").convert("L"))
        area = box(cue, "bottom", profile, size, letters)
        top, bottom = round(area.top * size[1]), round(area.bottom * size[1])
        assert area.left * size[0] >= size[0] * (1 - safe.safe_width) / 2 - 2
        assert bottom <= size[1] * (1 + safe.safe_height) / 2 + 2
        pitch, above = safe.box(size)[0] * letters.line(cue.lines), safe.box(size)[2]
        for number, line in enumerate(cue.lines):
            half = letters.width(line) * safe.em(size) / 2 + 3
            upper, lower = round(top + above + pitch * number), round(top + above + pitch * (number + 1))
            seen = picture[upper:lower, round(size[0] / 2 - half) : round(size[0] / 2 + half)]
            first, *rest = line.split()
            found, other = (
                alike(cropped(seen), by_pillow([run.strip() for _, run in letters.runs(text)], letters, way))
                for text in (line, " ".join([*rest, first]))
            )  # run for run: in Nastaliq words lean on each other
            assert found > 0.4, (line, "is not what another shaper sets")
            assert not rest or found > other + 0.3, (line, "the comparison cannot tell")
