"""The sample's own footage at the desk: which track was taken, what noise was measured, and which keys know
of it.
"""

from __future__ import annotations

import shutil
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from pipeline.core.time import SAMPLE_RATE, Span, Time
from pipeline.core.word import Word
from pipeline.desk import Desk
from pipeline.edit.timeline import Card, Take, Timeline, follow
from pipeline.engine import records
from pipeline.engine.cache import Shelf
from pipeline.errors import ConfigError, InputError
from pipeline.production.load import load
from pipeline.speech.transcript import Transcript, Words
from tests.conftest import SAMPLE

TRACK = "track = 2               # the lapel microphone; the camera's, which is the default, echoes"


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sample")


def desk(shelf: Path, choice: str = TRACK, film: str = "") -> Desk:
    """A desk with all footage at hand; `choice` are Erin's lines in production.toml. Kept things are
    shared.
    """
    folder = shelf / "film"
    if not folder.exists():
        shutil.copytree(SAMPLE, folder, ignore=shutil.ignore_patterns("build", "transcripts"))
    text = (SAMPLE / "production.toml").read_text(encoding="utf-8")
    assert TRACK in text
    (folder / "production.toml").write_text(
        text.replace(TRACK, choice).replace("loudness = -18.0", f"loudness = -18.0\n{film}"), encoding="utf-8"
    )
    production = load(folder)
    store = Shelf(production.build / ".store")
    store.open()
    made = Desk(production, store, lambda *_: None)
    made.footage = made.at_hand({source.id: made.ingest(source) for source in production.sources})
    return made


def transcribed(at: Desk, source: str) -> None:
    """A transcript of one word wherever somebody speaks."""
    from pipeline.adapters.asr.faster_whisper import speech_spans

    words = tuple(
        Word("word", Span.measured(start, end), 0.9)
        for start, end in speech_spans(at.studio.speech(source, Fraction(0)))
    )
    path = at.transcript_path(source)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(
        records.transcript_record(Transcript(source, "en", "test", "test", Words.of(words)), "test")
    )


def prints(at: Desk, source: str = "erin") -> str:
    return at._heard(source)


# Tracks ---------------------------------------------------------------------------------------


@pytest.mark.slow
def test_an_editor_who_chose_no_track_is_told_which_is_the_clearer(shelf: Path) -> None:
    [found] = desk(shelf, "").track_findings()
    assert found.where == "erin"
    assert "track 1 was taken" in found.what
    assert "track = 2" in found.what
    assert "track 1" in found.measured
    assert "track 2" in found.measured


@pytest.mark.parametrize(
    "choice", ["track = 1", "track = 2", "track = [1, 2]", 'track = 2\nchannel = "left"']
)
def test_who_chose_is_not_asked_again(shelf: Path, choice: str) -> None:
    assert desk(shelf, choice).track_findings() == []


def test_every_choice_is_in_the_keys(shelf: Path) -> None:
    at = [
        desk(shelf, choice)
        for choice in ("track = 1", "track = 2", "track = [2, 1]", "track = 2\nchannel = 1")
    ]
    assert [prints(one).split(" ", 1)[1] for one in at] == [
        "track 1",
        "track 2",
        "tracks 1+2",
        "track 2 channel 1",
    ]
    assert len({one._transcript_key(one.production.source["erin"]) for one in at}) == 4
    heard = [one.studio.sound("erin", 10 * SAMPLE_RATE, SAMPLE_RATE) for one in at]
    assert np.allclose(heard[2], (heard[0] + heard[1]) / 2, atol=1e-6)
    assert not np.allclose(heard[0], heard[1], atol=1e-3)


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
def test_a_choice_that_is_none_is_refused(shelf: Path, choice: str, says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        desk(shelf, choice)


@pytest.mark.parametrize("choice", ["track = 3", "track = [1, 3]", "track = 2\nchannel = 7"])
def test_a_track_that_the_file_lacks_is_refused(shelf: Path, choice: str) -> None:
    with pytest.raises(InputError, match=r"not a (track 3|channel 7)"):
        desk(shelf, choice)


# Noise and rooms ------------------------------------------------------------------------------


@pytest.mark.slow
def test_noise_is_measured_once_and_taken_out_of_what_is_heard_only(shelf: Path) -> None:
    plain = desk(shelf)
    transcribed(plain, "erin")
    before, spoken = (
        plain.studio.sound("erin", 10 * SAMPLE_RATE, 5 * SAMPLE_RATE),
        plain.studio.speech("erin", Fraction(10), Fraction(2)),
    )
    at = desk(shelf, f'{TRACK}\nhum = 50\nhiss = "strong"')
    heard = at.studio.sound("erin", 10 * SAMPLE_RATE, 5 * SAMPLE_RATE)
    assert at.shelf.made == ["quiet places of erin", "noise of erin"]
    assert np.array_equal(at.studio.speech("erin", Fraction(10), Fraction(2)), spoken)
    assert float(np.corrcoef(before[:, 0], heard[:, 0])[0, 1]) > 0.9
    quiet = at._quiet("erin", Time(Fraction(12)))
    assert quiet
    first, count = quiet.start.samples(), quiet.end.samples() - quiet.start.samples()
    levels = [
        10 * np.log10((one.studio.sound("erin", first, count).astype(np.float64) ** 2).mean() + 1e-14)
        for one in (plain, at)
    ]
    assert levels[1] < levels[0] - 6
    assert prints(at) != prints(plain)
    assert prints(at).startswith(f"{prints(plain)}, hum 50 hiss strong")
    assert prints(at) == prints(desk(shelf, f'{TRACK}\nhum = 50\nhiss = "strong"'))
    assert prints(at, "ben") == prints(plain, "ben")
    record = (at._noise_file("erin").parent / "made.json").read_text()
    assert '"people": [\n  "erin"\n ]' in record  # what was measured of somebody goes with them


def test_a_source_without_a_quiet_moment_cannot_teach_its_hiss(shelf: Path) -> None:
    at = desk(shelf, f'{TRACK}\nhiss = "light"')
    path, whole = at.transcript_path("erin"), at.footage["erin"].media.duration
    word = Word("word", Span(Time(Fraction(0)), Time(whole)), 0.9)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(
        records.transcript_record(Transcript("erin", "en", "test", "test", Words.of((word,))), "test")
    )
    with pytest.raises(InputError, match="no quiet moment"):
        at.studio.sound("erin", 0, 1000)


@pytest.mark.slow
@pytest.mark.parametrize("source", ["amara", "ben"])
def test_a_room_is_where_nobody_speaks_though_the_transcript_lacks_their_words(
    shelf: Path, source: str
) -> None:
    """With a transcript that missed everything, a stretch in which somebody speaks is still not taken."""
    from pipeline.adapters.asr.faster_whisper import speech_spans

    at = desk(shelf)
    path = at.transcript_path(source)
    path.parent.mkdir(exist_ok=True)
    word = Word("word", Span.measured(20.0, 20.1), 0.9)
    path.write_bytes(
        records.transcript_record(Transcript(source, "en", "test", "test", Words.of((word,))), "test")
    )
    found = [span for span, _ in at._quiet_places(source, Time(Fraction(20)))]
    voices = [Span.measured(start, end) for start, end in speech_spans(at.studio.speech(source, Fraction(0)))]
    assert not any(span.overlap(voice) > Fraction(1, 10) for span in found for voice in voices)


@pytest.mark.slow
def test_the_room_under_a_card_is_that_of_the_shot_beside_it_unless_nobody_wants_one(shelf: Path) -> None:
    at = desk(shelf)
    transcribed(at, "ben")
    take = Take(0, 50, "q02", "ben", "Ben", "ben", 500, Span.measured(20, 22), ())
    timeline = Timeline("Film", Fraction(25), (320, 180), follow((Card(0, 50, "scene", "", ""), take, take)))
    [(shot, quiet)] = at._rooms(timeline).items()
    assert shot == timeline.shots[1]
    assert quiet
    assert abs(quiet.start.seconds - 20) <= 30
    words = records.read_transcript("ben.json", at.transcript_path("ben").read_bytes())[0].words
    assert not any(quiet.overlap(word.span) for word in words)
    assert desk(shelf, film="room_tone = false")._rooms(timeline) == {}
