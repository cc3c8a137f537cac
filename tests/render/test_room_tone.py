"""Room tone under cards: at the room's level, never above what counts as heard, gone within seconds, nobody
else's.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from pipeline.core.ports import Samples
from pipeline.core.time import SAMPLE_RATE, Source, Span, Time
from pipeline.edit.timeline import Break, Card, Hold, Shot, Take, Timeline, follow, sample_at
from pipeline.render import assemble, room_tone
from pipeline.render import shot as part
from pipeline.verification import audio

RATE = Fraction(25)
ONE = Take(0, 50, "q1", "amara", "Amara", "s1", 50, Span[Source].measured(2.02, 3.97), ())
TWO = replace(ONE, quote="q2", contributor="ben", source="s2")
CARD = Card(0, 75, "scene", "One", "One")
BREAK = Break(0, 1000, "break-1", "Why?", "think", Fraction(40), "q1")
HOLD = Hold(0, 25, "q1", "amara", "s1", 50, Span(Time(Fraction(2)), Time(Fraction(3))))


def quiet(level: float, seed: int = 1) -> Samples:
    return np.random.default_rng(seed).normal(0, 10 ** (level / 20), (SAMPLE_RATE // 2, 2)).astype(np.float32)


def laid(folder: Path, levels: dict[str, float], *shots: Shot, gain: float = 0.0) -> tuple[Timeline, Samples]:
    """The programme of shots whose own sound is silent, so that all that is heard is tone."""
    timeline, parts = Timeline("Film", RATE, (320, 180), follow(shots)), []
    for number, shot in enumerate(timeline.shots):
        made = folder / str(number)
        made.mkdir(exist_ok=True)
        if isinstance(shot, Take | Hold):
            part.keep(made, np.zeros((shot.frames * 1920 + 2, 2), np.float32))
        parts.append(made)
    rooms = {source: quiet(level, len(source)) for source, level in levels.items()}
    path = assemble.programme(
        folder,
        timeline,
        parts,
        [gain] * len(parts),
        lambda shot: rooms.get(shot.source, np.zeros((0, 2), np.float32)),
    )
    return timeline, np.fromfile(path, "<f4").reshape(-1, 2)


def level(sound: Samples) -> float:
    return float(10 * np.log10((sound.astype(np.float64) ** 2).mean() + 1e-14))


def test_gaps_are_runs_of_cards_between_the_shots_around_them() -> None:
    found = list(room_tone.gaps([CARD, CARD, ONE, BREAK, CARD, TWO, ONE, HOLD, CARD]))
    assert found == [(0, 2, None, ONE), (3, 5, ONE, TWO), (8, 9, HOLD, None)]
    assert list(room_tone.gaps([ONE, TWO])) == []
    assert list(room_tone.gaps([CARD])) == [(0, 1, None, None)]


def test_a_room_goes_on_after_its_shot_and_dies_away_within_seconds(tmp_path: Path) -> None:
    timeline, heard = laid(tmp_path, {"s1": -60.0}, ONE, BREAK)
    start = sample_at(timeline.shots[1].at, RATE)
    assert level(heard[start : start + 4800]) == pytest.approx(-60, abs=1)
    assert level(heard[start + 3 * SAMPLE_RATE : start + 3 * SAMPLE_RATE + 4800]) < -66
    assert not heard[start + room_tone.DIES_AWAY :].any()


def test_the_next_room_comes_up_before_its_shot_and_not_long_before(tmp_path: Path) -> None:
    timeline, heard = laid(tmp_path, {"s2": -60.0}, BREAK, TWO)
    end = sample_at(timeline.shots[0].end, RATE)
    assert not heard[: end - room_tone.DIES_AWAY].any()
    assert level(heard[end - 4800 : end]) == pytest.approx(-60, abs=1)


def test_under_a_short_card_one_room_goes_over_into_the_other(tmp_path: Path) -> None:
    timeline, heard = laid(tmp_path, {"s1": -60.0, "s2": -60.0}, ONE, CARD, TWO)
    start, end = (sample_at(frame, RATE) for frame in (timeline.shots[1].at, timeline.shots[1].end))
    for at in range(start, end - 4800, 4800):
        assert level(heard[at : at + 4800]) == pytest.approx(-60, abs=1.5)


def test_tone_is_where_a_shots_own_sound_is_not_and_nowhere_else_in_it(tmp_path: Path) -> None:
    """A take's approved sound starts 20 ms after the shot and ends 30 ms before it: there, and under its
    fades, lies tone.
    """
    timeline, heard = laid(tmp_path, {"s1": -60.0}, CARD, ONE, CARD)
    shot = timeline.shots[1]
    start, end = sample_at(shot.at, RATE), sample_at(shot.end, RATE)
    assert heard[start : start + 960].any()
    assert heard[end - 1440 : end].any()
    assert not heard[start + 960 + 480 : end - 1440 - 1440].any()


@pytest.mark.slow
@pytest.mark.parametrize("room", [-65.0, -50.0, -30.0, -10.0])
@pytest.mark.parametrize("gain", [0.0, 12.0])
def test_no_tone_is_ever_loud_enough_to_count_as_heard(room: float, gain: float, tmp_path: Path) -> None:
    timeline, heard = laid(tmp_path, {"s1": room, "s2": room}, CARD, ONE, CARD, TWO, BREAK, gain=gain)
    for shot in timeline.shots:
        if isinstance(shot, Card | Break):
            sound = heard[sample_at(shot.at, RATE) : sample_at(shot.end, RATE)]
            assert level(sound) <= room_tone.MOST + 1
            assert not list(audio.silence(Fraction(0), sound, "a card"))
    assert level(heard[sample_at(timeline.shots[2].at, RATE) :][:4800]) == pytest.approx(
        min(room + gain, room_tone.MOST), abs=1
    )


def test_verify_would_hear_a_voice_under_a_card(tmp_path: Path) -> None:
    timeline, heard = laid(tmp_path, {"s1": -60.0}, ONE, CARD)
    sound = heard[sample_at(timeline.shots[1].at, RATE) :].copy()
    sound[20_000:30_000] += (
        np.random.default_rng(5).normal(0, 10 ** (-40 / 20), (10_000, 2)).astype(np.float32)
    )
    assert [finding.rule for finding in audio.silence(Fraction(0), sound, "a card")] == ["not-approved"]


def test_no_room_no_tone(tmp_path: Path) -> None:
    _, heard = laid(tmp_path, {}, ONE, CARD, TWO)
    assert not heard.any()


@pytest.mark.slow
def test_tone_has_no_clicks_where_it_begins_and_ends(tmp_path: Path) -> None:
    _, heard = laid(tmp_path, {"s1": -55.0, "s2": -58.0}, CARD, ONE, HOLD, CARD, TWO, BREAK, ONE)
    step = np.abs(np.diff(heard[:, 0], prepend=0, append=0))
    assert step.max() < 6.5 * np.sqrt(2) * 10 ** (room_tone.MOST / 20)  # white noise itself steps so far


@pytest.mark.slow
def test_an_hour_of_break_does_not_come_into_memory(tmp_path: Path) -> None:
    import tracemalloc

    tracemalloc.start()
    timeline, heard = Timeline("Film", RATE, (320, 180), follow((replace(BREAK, frames=25 * 600),))), None
    assemble.programme(tmp_path, timeline, [tmp_path], [0.0])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert heard is None
    assert (tmp_path / "programme.f32").stat().st_size == 600 * SAMPLE_RATE * 8
    assert peak < 100 << 20
