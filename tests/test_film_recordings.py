"""The sample's own footage: which track was taken, what noise was measured, and which keys know of it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from pipeline.adapters.renderer import Renderer
from pipeline.core.digest import digest
from pipeline.core.footage import Material
from pipeline.core.time import SAMPLE_RATE, Source, Span, Time
from pipeline.core.word import Word
from pipeline.edit.timeline import Card, Take, Timeline, follow
from pipeline.engine.cache import Shelf
from pipeline.engine.tools import Tools
from pipeline.engine.workspace import Workspace
from pipeline.errors import ConfigError, InputError
from pipeline.film import Film
from pipeline.production.load import load
from pipeline.render.parts import Rendering
from pipeline.speech.tasks import TRANSCRIBE, heard, quiet_places
from pipeline.speech.transcript import Transcript, Words
from pipeline.speech.transcripts import Filed
from tests.conftest import SAMPLE

TRACK = "track = 2               # the lapel microphone; the camera's, which is the default, echoes"


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sample")


@pytest.fixture(scope="module")
def worker() -> Iterator[Executor]:
    with ThreadPoolExecutor(2) as executor:
        yield executor


@pytest.fixture
def film(shelf: Path, worker: Executor) -> Callable[..., Film]:
    """A film with Erin's lines in production.toml as asked for. Kept things are shared."""

    def made(choice: str = TRACK, more: str = "") -> Film:
        folder = shelf / "film"
        if not folder.exists():
            shutil.copytree(SAMPLE, folder, ignore=shutil.ignore_patterns("build", "transcripts"))
        text = (SAMPLE / "production.toml").read_text(encoding="utf-8")
        assert TRACK in text
        text = text.replace(TRACK, choice).replace("loudness = -18.0", f"loudness = -18.0\n{more}")
        (folder / "production.toml").write_text(text, encoding="utf-8")
        production = load(folder)
        cache = Shelf(production.build / ".store")
        cache.open()
        return Film(production, Workspace(cache, worker), date(2025, 6, 1))

    return made


def studio(at: Film) -> Renderer:
    return Tools.renderer(at.interviews)


def spoken(at: Film, source: str) -> list[Word]:
    """A word wherever somebody speaks."""
    spans = Tools.voiced(studio(at).speech(source, Fraction(0)))
    return [Word("word", Span.measured(start, end), 0.9) for start, end in spans]


def transcribed(at: Film, source: str, words: Sequence[Word]) -> Film:
    """The film with a transcript of its own of one source."""
    at.__dict__["filed"] = {source: Filed(Transcript(source, "en", "test", "test", Words.of(words)), "x")}
    return at


# Tracks ---------------------------------------------------------------------------------------


@pytest.mark.slow
def test_an_editor_who_chose_no_track_is_told_which_is_the_clearer(film: Callable[..., Film]) -> None:
    [found] = film("").track_findings
    assert found.where == "erin"
    assert "track 1 was taken" in found.what
    assert "track = 2" in found.what
    assert "track 1" in found.measured
    assert "track 2" in found.measured


@pytest.mark.slow
@pytest.mark.parametrize(
    "choice", ["track = 1", "track = 2", "track = [1, 2]", 'track = 2\nchannel = "left"']
)
def test_who_chose_is_not_asked_again(film: Callable[..., Film], choice: str) -> None:
    assert film(choice).track_findings == []


@pytest.mark.slow
def test_every_choice_is_in_the_keys(film: Callable[..., Film]) -> None:
    at = [film(choice) for choice in ("track = 1", "track = 2", "track = [2, 1]", "track = 2\nchannel = 1")]
    keys = [one.interviews.source("erin").key for one in at]
    assert [key.split(" ", 1)[1] for key in keys] == ["track 1", "track 2", "tracks 1+2", "track 2 channel 1"]
    asked = []
    for one in at:
        of = one.interviews.source("erin")
        wanted = heard(one.workspace, one.production, one.production.source["erin"], of)
        asked.append(digest(TRANSCRIBE.components(one.workspace.tools, wanted.inputs)))
    assert len(set(asked)) == 4
    sound = [studio(one).sound("erin", 10 * SAMPLE_RATE, SAMPLE_RATE) for one in at]
    assert np.allclose(sound[2], (sound[0] + sound[1]) / 2, atol=1e-6)
    assert not np.allclose(sound[0], sound[1], atol=1e-3)


@pytest.mark.parametrize(
    ("choice", "says"),
    [
        ("track = 0", "greater than or equal to 1"),
        ("track = [1, 0]", "greater than or equal to 1"),
        ('track = "two"', "list"),
        ("channel = 0", "greater than or equal to 1"),
        ('channel = "middle"', "integer"),
        ("track = [1, 2]\nchannel = 1", "several tracks are mixed"),
        ("hum = 55", "50 or 60"),
        ('hiss = "some"', "'light' or 'strong'"),
    ],
)
def test_a_choice_that_is_none_is_refused(film: Callable[..., Film], choice: str, says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        film(choice)


@pytest.mark.parametrize("choice", ["track = 3", "track = [1, 3]", "track = 2\nchannel = 7"])
def test_a_track_that_the_file_lacks_is_refused(film: Callable[..., Film], choice: str) -> None:
    with pytest.raises(InputError, match=r"not a (track 3|channel 7)"):
        film(choice).cameras  # noqa: B018 - asking is the check


# Noise and rooms ------------------------------------------------------------------------------


def cleaned(at: Film, source: str) -> Material:
    """The recordings with one of them heard without its noise."""
    return replace(at.interviews, cleaned={source: at._cleaned(source)})


@pytest.mark.slow
def test_noise_is_measured_once_and_taken_out_of_what_is_heard_only(film: Callable[..., Film]) -> None:
    plain = film()
    words = spoken(plain, "erin")
    transcribed(plain, "erin", words)
    before = studio(plain).sound("erin", 10 * SAMPLE_RATE, 5 * SAMPLE_RATE)
    said = studio(plain).speech("erin", Fraction(10), Fraction(2))
    at = transcribed(film(f'{TRACK}\nhum = 50\nhiss = "strong"'), "erin", words)
    material = cleaned(at, "erin")
    assert at.workspace.cache.made == ["quiet places of erin", "noise of erin"]
    without = Tools.renderer(material)
    after = without.sound("erin", 10 * SAMPLE_RATE, 5 * SAMPLE_RATE)
    assert np.array_equal(without.speech("erin", Fraction(10), Fraction(2)), said)
    assert float(np.corrcoef(before[:, 0], after[:, 0])[0, 1]) > 0.9
    quiet = at.quiet("erin", Time(Fraction(12)))
    assert quiet
    first, count = quiet.start.samples(), quiet.end.samples() - quiet.start.samples()
    levels = [
        10 * np.log10((one.sound("erin", first, count).astype(np.float64) ** 2).mean() + 1e-14)
        for one in (studio(plain), without)
    ]
    assert levels[1] < levels[0] - 6
    raw = plain.interviews.sound_key("erin")
    assert material.sound_key("erin").startswith(f"{raw}, hum 50 hiss strong")
    again = transcribed(film(f'{TRACK}\nhum = 50\nhiss = "strong"'), "erin", words)
    assert material.sound_key("erin") == cleaned(again, "erin").sound_key("erin")
    assert material.sound_key("ben") == plain.interviews.sound_key("ben")
    records = [(one.folder / "made.json").read_text() for one in at.workspace.cache.stock()]
    (record,) = (one for one in records if '"name": "noise of erin"' in one)
    assert '"people": [\n  "erin"\n ]' in record  # what was measured of somebody goes with them


def test_a_source_without_a_quiet_moment_cannot_teach_its_hiss(film: Callable[..., Film]) -> None:
    at = film(f'{TRACK}\nhiss = "light"')
    whole = at.cameras["erin"].media.duration
    transcribed(at, "erin", [Word("word", Span(Time(Fraction(0)), Time(whole)), 0.9)])
    with pytest.raises(InputError, match="no quiet moment"):
        cleaned(at, "erin")


@pytest.mark.slow
@pytest.mark.parametrize("source", ["amara", "ben"])
def test_a_room_is_where_nobody_speaks_though_the_transcript_lacks_their_words(
    film: Callable[..., Film], source: str
) -> None:
    """With a transcript that missed everything, a stretch in which somebody speaks is still not taken."""
    at = transcribed(film(), source, [Word("word", Span.measured(20.0, 20.1), 0.9)])
    spec, of, near = at.production.source[source], at.interviews.source(source), Time[Source](Fraction(20))
    found = quiet_places(at.workspace, spec, of, at.transcripts[source], near)
    voices = [word.span for word in spoken(at, source)]
    assert not any(span.overlap(voice) > Fraction(1, 10) for span, _ in found for voice in voices)


@pytest.mark.slow
def test_the_room_under_a_card_is_that_of_the_shot_beside_it_unless_nobody_wants_one(
    film: Callable[..., Film],
) -> None:
    at = film()
    words = spoken(at, "ben")
    transcribed(at, "ben", words)
    take = Take(0, 50, "q02", "ben", "Ben", "ben", 500, Span.measured(20, 22), ())
    shots = follow((Card(0, 50, "scene", "", ""), take, take))
    timeline = Timeline("Film", Fraction(25), (320, 180), shots)
    at.__dict__["rendering"] = Rendering(at.workspace, at.interviews, at.look, lambda _: "", at.quiet)
    [(shot, quiet)] = at.tones(timeline).items()
    assert shot == timeline.shots[1]
    assert quiet
    assert abs(quiet.start.seconds - 20) <= 30
    assert not any(quiet.overlap(word.span) for word in words)
    assert film(more="room_tone = false").tones(timeline) == {}
