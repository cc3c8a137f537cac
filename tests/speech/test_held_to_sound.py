"""An import's words are held against the sound: right ones are taken, of others it is told how far off."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from pipeline.core.time import Span
from pipeline.core.word import Word
from pipeline.speech.held_to_sound import Held, by_voices, by_words, windows
from pipeline.speech.spoken_lines import GUESSED

CHANCE = random.Random(5)
VOCABULARY = ["".join(CHANCE.choices("abdegiklmnoprstu", k=CHANCE.randint(2, 7))) for _ in range(400)]


def speech(seconds: float, seed: int = 1) -> list[Word]:
    """What is said: words of some tenths, in sentences, with pauses between."""
    chance, found, at = random.Random(seed), [], 0.5
    while at < seconds - 6:
        for _ in range(chance.randint(4, 14)):
            length = chance.uniform(0.15, 0.5)
            found.append(Word(chance.choice(VOCABULARY), Span.measured(at, at + length), 0.9))
            at += length + 0.02
        at += chance.uniform(0.4, 2.5)
    return found


def moved(words: Sequence[Word], where: Callable[[float], float], confidence: float = 0.9) -> list[Word]:
    return [
        replace(
            w, span=Span.measured(where(float(w.span.start)), where(float(w.span.end))), confidence=confidence
        )
        for w in words
    ]


def held(said: Sequence[Word], imported: Sequence[Word], seconds: float, errors: float = 0.15) -> Held | None:
    """A recogniser that gets some words wrong, or does not hear them."""
    listened = []

    def hear(start: float, end: float) -> list[Word]:
        assert 0 <= start < end <= seconds
        listened.append(end - start)
        chance = random.Random(start)
        some = [word for word in said if start <= float(word.span.start) and float(word.span.end) <= end]
        return [
            replace(word, text=chance.choice(VOCABULARY)) if chance.random() < errors / 2 else word
            for word in some
            if chance.random() >= errors / 2
        ]

    found = by_words(imported, hear, seconds)
    assert sum(listened) <= max(60, 30 * 15)
    return found


LENGTHS = pytest.mark.parametrize("seconds", [26.0, 300.0, 3600.0])


@pytest.mark.slow
@LENGTHS
@pytest.mark.parametrize("off", [0.0, 0.3, -0.3])
def test_words_that_are_where_the_file_says_are_taken(seconds: float, off: float) -> None:
    said = speech(seconds)
    for confidence in (0.9, GUESSED):
        found = held(said, moved(said, lambda at: at + off, confidence), seconds)
        assert found
        assert found.is_good, found


@pytest.mark.slow
@LENGTHS
@pytest.mark.parametrize("off", [2.5, -2.5, 0.8, 12.0, 29.0, 100.0])
def test_one_offset_is_found(seconds: float, off: float) -> None:
    said = speech(seconds)
    found = held(said, moved(said, lambda at: at + off), seconds)
    assert found
    assert found.later == pytest.approx(-off, abs=0.05)
    assert (found.first, found.rate, found.foreign) == (None, 1.0, "")


@pytest.mark.slow
@LENGTHS
@pytest.mark.parametrize("share", [0.3, 0.5, 0.8])
@pytest.mark.parametrize("off", [2.5, -4.0])
def test_a_piece_that_is_elsewhere_is_named_by_its_first_words(
    seconds: float, share: float, off: float
) -> None:
    said = speech(seconds)
    change = said[int(len(said) * share)]
    at = float(change.span.start)
    found = held(said, moved(said, lambda t: t + off if t >= at else t), seconds)
    assert found
    assert found.first
    assert found.first.later == pytest.approx(-off, abs=0.05)
    assert at + off - 1 <= found.first.at <= at + off + (8 if seconds < 60 else 2 * 15)


@pytest.mark.slow
@pytest.mark.parametrize("rate", [25 * 1001 / 24000, 24000 / 25 / 1001, 1.004])
def test_another_frame_rate_is_found(rate: float) -> None:
    said = speech(1200)
    found = held(said, moved(said, lambda at: at / rate), 1200)
    assert found
    assert found.rate == pytest.approx(rate, abs=0.0005)


@pytest.mark.slow
@LENGTHS
def test_another_recordings_words_are_refused(seconds: float) -> None:
    found = held(speech(seconds), speech(seconds, seed=2), seconds)
    assert found
    assert found.foreign


def test_what_a_recogniser_hardly_believes_is_no_evidence_of_other_words() -> None:
    said = [replace(word, confidence=0.3) for word in speech(300)]
    found = held(said, speech(300, seed=2), 300)
    assert found is None or not found.foreign


def test_where_nothing_is_heard_nothing_is_said() -> None:
    assert by_words(speech(60), lambda start, end: [], 60) is None


def test_all_of_what_is_short_is_listened_to_and_little_of_what_is_long() -> None:
    assert windows(speech(26), 26) == [0.0, 15.0]
    assert len(windows(speech(3600), 3600)) == 24
    assert max(windows(moved(speech(300), lambda at: at + 400), 300)) <= 285


# By voices alone -------------------------------------------------------------------------------


def voices(words: Sequence[Word]) -> list[tuple[float, float]]:
    """As a detector gives them: words less than two tenths apart are one voice."""
    found: list[tuple[float, float]] = []
    for word in words:
        start, end = float(word.span.start), float(word.span.end)
        if found and start - found[-1][1] < 0.2:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


@pytest.mark.slow
@pytest.mark.parametrize("off", [0.0, 0.25, 2.5, -7.0])
@pytest.mark.parametrize("seconds", [120.0, 1200.0])
def test_voices_alone_find_an_offset(seconds: float, off: float) -> None:
    said = speech(seconds)
    found = by_voices(moved(said, lambda at: at + off), voices(said), seconds)
    assert found.later == pytest.approx(-off if abs(off) > 0.3 else 0.0, abs=0.1)
    assert found.rate == 1.0


def test_voices_alone_find_another_frame_rate() -> None:
    said = speech(600)
    found = by_voices(moved(said, lambda at: at * 24000 / 25 / 1001), voices(said), 600)
    assert found.rate == pytest.approx(25 * 1001 / 24000, abs=0.002)


def test_voices_alone_say_nothing_of_words_that_fit_nowhere() -> None:
    assert by_voices(speech(300, seed=2), voices(speech(300)), 300).is_good
