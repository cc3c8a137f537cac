"""A film whose breaks are marked: what players hold, made of the parts of the film that holds its cards."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import pipeline
from pipeline.adapters.ffmpeg.commands import picture_prints
from pipeline.adapters.pyav.audio import read
from pipeline.adapters.pyav.probe import probe
from pipeline.core.time import SAMPLE_RATE
from pipeline.delivery.training import of_film
from pipeline.delivery.training.model import Training
from pipeline.edit.marked import GUARD
from pipeline.edit.timeline import Hold, Mark, Take, Timeline
from pipeline.film import Film
from tests.conftest import linked
from tests.small_film import edit

pytestmark = pytest.mark.slow

Ourwords = Callable[..., int]
QUOTES = 'quotes = ["q01", "q02"]\ncontent_note = "A ward is spoken of."'
BREAK = """seconds = 5.0
notes = "Slowly."
in.cy.prompt = "Beth?"

[training]
agreement = ["It stays here."]
"""


@pytest.fixture(scope="module")
def held(small_films: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two quotes and a break between them, built as films are without a word about breaks."""
    from pipeline.cli.main import main

    folder = linked(small_films / "matched", tmp_path_factory.mktemp("breaks") / "held")
    for old, new in [("clean = false\n", ""), ('quotes = ["q01"]', QUOTES), ("seconds = 5.0", BREAK)]:
        edit(folder, "production.toml", old, new)
    assert main(["-C", str(folder), "-q", "build-cut"]) == 0
    return folder


@pytest.fixture
def marked(held: Path, tmp_path: Path, ourwords: Ourwords) -> Path:
    """The same production, with its breaks marked, built again."""
    folder = linked(held, tmp_path / "marked")
    edit(folder, "production.toml", 'quality = "draft"', 'quality = "draft"\nbreaks = "marked"')
    return folder


def taught(folder: Path) -> tuple[Training, Film, list[str]]:
    """What people learn with, the film that it is of, and what had to be made for it."""
    with pipeline.open(folder) as project:
        film = project.film
        assert film.parts and film.master
        before = len(film.workspace.cache.made)
        return of_film.training(film), film, film.workspace.cache.made[before:]


def shots(made: list[str]) -> list[str]:
    """The parts among it, by what they are of."""
    return [one.partition(", ")[2] for one in made if one.startswith("shot")]


def test_the_film_for_players_is_made_of_the_same_parts(held: Path, tmp_path: Path) -> None:
    folder = linked(held, tmp_path / "film")
    training, film, made = taught(folder)
    assert shots(made) == ["pause at q01"]  # the quiet at the mark, as long before as after
    assert taught(folder)[2] == []

    one, two = film.timeline, film.marked.timeline
    assert [type(shot).__name__ for shot in two.shots] == ["Card", "Take", "Hold", "Mark", "Take"]
    assert training.duration == Fraction(two.frames, 25) < Fraction(one.frames, 25)
    prints, whole = picture_prints(training.film), picture_prints(folder / "build/cut.clean.mp4")
    assert len(prints) == two.frames
    for before, after in zip(one.takes, two.takes, strict=True):
        assert whole[before.at : before.end] == prints[after.at : after.end]
    assert prints[-two.takes[1].frames :] == whole[-two.takes[1].frames :]
    quiet_around_the_mark(training, two)


def quiet_around_the_mark(training: Training, timeline: Timeline) -> None:
    """Where the film is stopped nothing is heard of a word for the guard, on either side; one picture stands,
    the one that was last; and no caption is on it.
    """
    (stop,) = training.stops
    last, mark = timeline.takes[0], next(shot for shot in timeline.shots if isinstance(shot, Mark))
    assert stop.at == Fraction(mark.at, 25)
    over = timeline.programme(last, max(last.said[-1].span.end, last.sound.end)).seconds
    assert stop.at - over >= GUARD and timeline.time(timeline.takes[1].at).seconds - stop.at >= GUARD
    assert not any(cue.span.start.seconds <= stop.at < cue.span.end.seconds for cue in training.captions.cues)

    media = probe(training.film, "")
    sound = read(training.film, media, media.tracks[0], 0, timeline.frames * SAMPLE_RATE // 25).mean(axis=1)
    from_, to = (int((stop.at + off) * SAMPLE_RATE) for off in (-GUARD + Fraction(2, 100), GUARD))
    spoken = sound[last.at * SAMPLE_RATE // 25 : last.end * SAMPLE_RATE // 25]
    assert decibels(spoken) > -35 and decibels(sound[from_:to]) < min(-45, decibels(spoken) - 15)

    frames = pictures(training.film)
    still = frames[mark.at : mark.end]
    assert all(np.abs(one - frames[last.end - 1]).mean() < 3 for one in still)


def decibels(sound: np.ndarray) -> float:
    return float(10 * np.log10((sound.astype(np.float64) ** 2).mean() + 1e-20))


def pictures(film: Path) -> list[np.ndarray]:
    import av

    with av.open(str(film)) as opened:
        return [frame.to_ndarray(format="gray").astype(int) for frame in opened.decode(video=0)]


def test_all_that_stands_beside_the_film_is_there(held: Path, tmp_path: Path) -> None:
    training, film, _ = taught(linked(held, tmp_path / "film"))
    (stop,) = training.stops
    assert (stop.id, stop.kind, stop.seconds, stop.after) == ("break-1", "think", 5, "q01")
    assert (stop.wording.notes, stop.said_in("cy").prompt) == ("Slowly.", "Beth?")
    assert training.agreement == ("It stays here.",) and training.id == of_film.identity(film.production)
    assert [line.text for line in training.lines] == [
        "First",
        "They saw the label before they saw me.",
        "It was a chest infection, it turned out.",
    ]
    assert [line.heading for line in training.lines] == [True, False, False]
    assert [(one.start, one.end, one.text) for one in training.chapters] == [(0, training.duration, "First")]
    assert [(one.start, one.end) for one in training.warnings] == [(0, training.duration)]
    assert [cue.text for cue in training.captions.cues] == [cue.text for cue in film.captions.cues]
    assert training.poster.startswith(b"\xff\xd8")
    for cue, line in zip(training.captions.cues, training.lines[1:], strict=True):
        assert line.start <= cue.span.start.seconds and cue.span.end.seconds == line.end
    assert not of_film.findings(film)


def test_a_film_that_marks_its_breaks(
    marked: Path, ourwords: Ourwords, capsys: pytest.CaptureFixture[str]
) -> None:
    """No part is made again but the quiet at the mark; and whatever is computed from the film goes on."""
    assert ourwords(marked, "build-cut", "--json") == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert shots(told["made"]) == ["pause at q01"]
    manifest: dict[str, Any] = json.loads((marked / "build/manifest.json").read_bytes())
    kinds = [(shot["kind"], shot["frames"]) for shot in manifest["shots"]]
    assert [kind for kind, _ in kinds] == ["card", "quote", "card", "break", "quote"]
    (entry,) = manifest["breaks"]
    assert entry["at_frame"] == manifest["shots"][3]["at"] and kinds[3] == ("break", 8)
    assert (entry["seconds"], entry["notes"]) == (5.0, "Slowly.")
    assert entry["translations"] == {"cy": {"prompt": "Beth?"}}
    assert json.loads((marked / "build/markers/reflection.json").read_bytes())["breaks"] == [entry]
    chapters = (marked / "build/markers/chapters.ffmeta").read_text()
    assert f"START={entry['at_frame']}\nEND={entry['at_frame'] + 8}\ntitle=Reflection: What did" in chapters
    frames = manifest["film"]["frames"]
    films = [marked / "build" / name for name in ("cut.mp4", "cut.clean.mp4")]
    assert [len(picture_prints(film)) for film in films] == [frames, frames]
    assert "Reflection: What did you hear? (5 seconds)" in (marked / "build/transcript.txt").read_text()

    assert ourwords(marked, "verify", "--json") in (0, 1)
    found = json.loads(capsys.readouterr().out.splitlines()[-1])["findings"]
    here = {one["rule"] for one in found if one["severity"] == "error"}
    assert here <= {"contrast"}, found  # letters of a picture that is 90 pixels high
    assert ourwords(marked, "diff") == 0
    assert "shorter than before" in capsys.readouterr().out
    assert ourwords(marked, "clips", "--quote", "q02") == 0

    training, film, made = taught(marked)
    assert film.marked is film and not shots(made)
    quiet_around_the_mark(training, film.timeline)


def test_without_a_clean_film_players_have_one_all_the_same(marked: Path) -> None:
    edit(marked, "production.toml", 'breaks = "marked"', 'breaks = "marked"\nclean = false')
    training, film, _ = taught(marked)
    assert not film.look.clean and film.marked.look.clean
    assert [shot for shot in film.marked.timeline.shots if isinstance(shot, Take | Hold)]
    quiet_around_the_mark(training, film.marked.timeline)
    clean, burnt = pictures(training.film), pictures(film.master.folder / "cut.mp4")
    middle = film.timeline.takes[0].at + 20
    assert np.abs(clean[middle][70:] - burnt[middle][70:]).mean() > 5  # captions stand in one of them alone
    shutil.rmtree(marked)


def test_a_break_inside_a_word_stops_the_build_and_names_the_words(
    held: Path, tmp_path: Path, ourwords: Ourwords, capsys: pytest.CaptureFixture[str]
) -> None:
    """Somebody wrote its out before the last word is over."""
    folder = linked(held, tmp_path / "film")
    edit(folder, "quotes.csv", "on,notes\n", "on,notes,in,out\n")
    edit(folder, "quotes.csv", "2025-05-13,\n", "2025-05-13,,,\n")
    first, _, rest = (folder / "quotes.csv").read_text().partition(",,,\n")
    (folder / "quotes.csv").write_text(f"{first},,20.3,22.2\n{rest}")
    assert ourwords(folder, "build-cut") == 65
    told = capsys.readouterr().err
    assert "the break after q01 falls inside “they saw me.”" in told and "quotes.csv row 2" in told
