"""Captions against the film's sound: onsets measured on speech with known times, and words heard otherwise,
by cue.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from pipeline.captions.model import Cue, CueWord
from pipeline.core.time import Source, Span, Time
from pipeline.core.word import Word
from pipeline.edit.timeline import Card, Take, Timeline
from pipeline.language.redaction import Bleep
from pipeline.production.configs import load_profile
from pipeline.verification.caption_sync import in_time, onsets, reheard, told

HZ = 16_000
ZERO = 2
"""Seconds into the film at which the shot begins; its source is at 10."""


def take(*bleeps: Span[Source]) -> Take:
    return Take(
        50,
        250,
        "q1",
        "amara",
        "Amara",
        "s1",
        250,
        Span(Time(Fraction(10)), Time(Fraction(20))),
        (),
        bleeps=bleeps,
    )


FILM = Timeline("x", Fraction(25), (1280, 720), (Card(0, 50, "title", "x"), take()))


def cue(text: str, start: float, *, shown: float | None = None, step: float = 0.3) -> Cue:
    """Words every `step` seconds from `start` of the shot on; on the screen from `shown` on."""
    words = tuple(
        CueWord(
            word,
            Span.measured(ZERO + start + n * step, ZERO + start + (n + 1) * step),
            n,
            Span.measured(10 + start + n * step, 10 + start + (n + 1) * step),
        )
        for n, word in enumerate(text.split())
    )
    begins = ZERO + (start if shown is None else shown)
    return Cue(Span.measured(begins, begins + 1.5), words, "Amara", "q1")


def speech(*spoken: tuple[float, float], seconds: float = 10, noise: float = 0.002) -> np.ndarray:
    """A room, and a voice from one moment to another."""
    chance = np.random.default_rng(1)
    sound = chance.normal(0, noise, int(seconds * HZ))
    for start, end in spoken:
        sound[int(start * HZ) : int(end * HZ)] += chance.normal(0, 0.1, int(end * HZ) - int(start * HZ))
    return sound.astype(np.float32)


ONE, TWO, THREE = cue("They saw me.", 0.5), cue("And I knew it.", 1.4), cue("Nobody else.", 4.0)


def late(*cues: Cue, sound: np.ndarray) -> list[tuple[int, float]]:
    return [(one.number, round(one.late, 2)) for one in onsets(list(enumerate(cues, 1)), take(), FILM, sound)]


def test_a_cue_at_its_onset_is_in_time_and_one_that_runs_on_is_not_measured() -> None:
    sound = speech((0.5, 2.6), (4.0, 4.6))
    assert late(ONE, TWO, THREE, sound=sound) == [(1, 0.0), (3, 0.0)]


@pytest.mark.parametrize("shift", [-0.5, -0.1, 0.2, 0.6])
def test_a_shift_of_the_captions_is_measured(shift: float) -> None:
    sound = speech((0.5, 1.4), (4.0, 4.6))
    shifted = [cue("They saw me.", 0.5, shown=0.5 + shift), cue("Nobody else.", 4.0, shown=4.0 + shift)]
    assert late(*shifted, sound=sound) == [
        (1, pytest.approx(shift, abs=0.02)),
        (2, pytest.approx(shift, abs=0.02)),
    ]


def test_words_timed_wrongly_do_not_hide_a_late_caption() -> None:
    """The times say that speech begins at 4.0; it is heard from 3.7 on."""
    assert late(cue("Nobody else.", 4.0), sound=speech((3.7, 4.6))) == [(1, pytest.approx(0.3, abs=0.02))]


@pytest.mark.parametrize(
    "sound",
    [speech(), speech((0, 10)), speech((8, 9)), np.zeros(0, np.float32)],
    ids=["silence", "noise", "far away", "nothing"],
)
def test_where_no_onset_is_heard_none_is_made_up(sound: np.ndarray) -> None:
    assert late(THREE, sound=sound) == []


def test_what_is_out_of_time_is_told_by_profile_worst_first() -> None:
    sound = speech((0.5, 1.4), (4.0, 4.6), (7.0, 7.5))
    cues = [cue("They saw me.", 0.5, shown=0.9), cue("Nobody else.", 4.0), cue("No.", 7.0, shown=6.5)]
    measured = onsets(list(enumerate(cues, 1)), take(), FILM, sound)
    plain = list(in_time(measured, 5, load_profile("plain")))
    assert [(one.severity, one.cue) for one in plain] == [("warning", 3), ("warning", 1), ("info", 0)]
    assert "before its first word" in plain[0].what
    assert "after its first word" in plain[1].what
    assert plain[-1].measured == "median 0.40 s, 95th percentile 0.49 s, worst -0.50 s (cue 3)"
    assert plain[-1].what.startswith("3 of 5 cues")
    assert [one.severity for one in in_time(measured, 5, load_profile("bbc"))] == ["info"], (
        "the BBC allows a second and a half"
    )


# A second hearing ---------------------------------------------------------------------------------


def heard(text: str, start: float = 0.5, step: float = 0.3) -> list[Word]:
    return [
        Word(word, Span.measured(start + n * step, start + (n + 1) * step), 0.9)
        for n, word in enumerate(text.split())
    ]


CUES = list(enumerate([cue("They saw me.", 0.5), cue("I did not take 15 mg.", 1.4)], 1))


def shares(text: str) -> list[tuple[int, float]]:
    return [(one.number, round(one.share, 2)) for one in reheard(CUES, take(), FILM, heard(text))]


def test_words_heard_as_approved_are_no_matter() -> None:
    assert shares("They saw me. I didn't take 15 mg.") == []
    assert shares("they saw me, um, I did not take fifteen mg") == []


def test_each_cue_has_its_own_errors_and_the_grave_words_weigh_three() -> None:
    assert shares("They saw them. I did not take 15 mg.") == [(1, 0.33)]
    assert shares("They saw me. I did take 15 mg.") == [(2, 0.25)]
    assert shares("They saw me. I do not take 15 mg.") == [(2, 0.08)]
    assert shares("They saw me. I did not take 50 mg.") == [(2, 0.25)]
    assert shares("They saw me yesterday evening. I did not take 15 mg.") == [(2, 0.17)]
    assert shares("") == [(1, 1.0), (2, 1.0)]


def test_the_worst_comes_first_and_says_what_was_heard() -> None:
    found = list(told(reheard(CUES, take(), FILM, heard("They saw them. I did take 50 kg.")), 2, "an engine"))
    assert [(one.severity, one.cue) for one in found] == [("warning", 2), ("info", 1), ("info", 0)]
    assert "a negation" in found[0].what
    assert "a number" in found[0].what
    assert "“me.” was approved and “them.” heard by an engine" in found[1].what
    assert found[-1].what.startswith("0 of 2 cues")


def test_what_is_hidden_is_neither_judged_nor_said() -> None:
    bleeps = [Bleep("amara", "Pargeter", "[nurse's name]")]
    cues = [(1, cue("Then [nurse's name] came.", 0.5))]
    hides = Span[Source].measured(10.8, 11.4)
    said = [
        Word(text, Span.measured(start, end), 0.9)
        for text, start, end in (("Then", 0.5, 0.8), ("Pargeter", 0.85, 1.35), ("came.", 1.4, 1.7))
    ]
    assert reheard(cues, take(hides), FILM, said, bleeps) == []
    (one,) = reheard(cues, take(hides), FILM, heard("Then somebody came to Pargeter.", step=0.5), bleeps)
    assert "Pargeter" not in one.heard


# Limits, from both sides --------------------------------------------------------------------------


@pytest.mark.parametrize(("pause", "measured"), [(0.2, [1]), (0.4, [1, 2])])
def test_a_quarter_of_a_second_without_a_word_is_a_pause(pause: float, measured: list[int]) -> None:
    one, two = cue("They saw me.", 0.5), cue("And I knew it.", 1.4 + pause)
    sound = speech((0.5, 1.4), (1.4 + pause, 2.6 + pause))
    assert [number for number, _ in late(one, two, sound=sound)] == measured


@pytest.mark.parametrize(("noise", "measured"), [(0.02, [3.0]), (0.05, [])])
def test_a_voice_must_be_ten_decibels_above_its_room(noise: float, measured: list[float]) -> None:
    """A voice of 0.1 is 14 dB above the one room, and 6 dB above the other."""
    sound = speech((3.0, 5.0), noise=noise)
    found = onsets([(1, cue("They saw me.", 3.0))], take(), FILM, sound)
    assert [float(one.cue.words[0].span.start.seconds) - ZERO for one in found] == measured
