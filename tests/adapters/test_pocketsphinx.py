"""The aligner: a pronunciation for any word, times for a known sentence, and no crash on a wrong one."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.adapters.asr.pocketsphinx import LONGEST, Pocketsphinx, by_letters, first_said
from pipeline.language.normalise import ways_said

fast = settings(max_examples=100, deadline=None, derandomize=True)

PHONES = frozenset(
    "AA AE AH AO AW AY B CH D DH EH ER EY F G HH IH IY JH K L M N NG OW OY P R S SH T TH UH UW V W Y "
"Z ZH".split()
)  # fmt: skip
FOOTAGE = Path(__file__).parents[2] / "assets" / "sample" / "footage" / "carys.mp4"

Listen = Callable[[float, float], np.ndarray]


@pytest.fixture(scope="module")
def aligner() -> Pocketsphinx:
    return Pocketsphinx(ways_said)


@pytest.fixture(scope="module")
def carys() -> Listen:
    """A window of a synthetic interview, mono at 16 kHz."""
    return interview(FOOTAGE)


def interview(file: Path) -> Listen:
    with av.open(str(file)) as film:
        resampler = av.AudioResampler("flt", "mono", 16_000)
        blocks = [
            done.to_ndarray()[0] for frame in film.decode(audio=0) for done in resampler.resample(frame)
        ]
    sound = np.concatenate(blocks).astype(np.float32)
    return lambda start, end: sound[int(start * 16_000) : int(end * 16_000)]


@pytest.mark.parametrize(
    ("word", "sounds"),
    [
        ("night", "N AY T"),
        ("chair", "CH EH R"),
        ("lane", "L AE N"),
        ("", "AE"),
        ("123", "AE"),
        ("quince", "K W IH N K"),
    ],
)
def test_words_are_sounded_out(word: str, sounds: str) -> None:
    assert by_letters(word) == sounds


@fast
@given(st.text(max_size=20))
def test_any_word_has_a_pronunciation_of_known_sounds(word: str) -> None:
    sounds = by_letters(word.lower()).split()
    assert sounds
    assert set(sounds) <= PHONES


@pytest.mark.slow
def test_known_words_are_found_in_order_inside_the_sound(aligner: Pocketsphinx, carys: Listen) -> None:
    truth = json.loads((FOOTAGE.parents[1] / "truth" / "carys.words.json").read_bytes())
    chosen = [word for word in truth if 2.0 < word["start"] < 8.0]
    begin, end = chosen[0]["start"] - 0.3, chosen[-1]["end"] + 0.3
    found = aligner.align(carys(begin, end), [word["word"] for word in chosen])
    assert found
    assert len(found) == len(chosen)
    assert all(one.end <= two.start for one, two in pairwise(found))
    assert found[-1].end.seconds <= Fraction(end - begin) + Fraction(1, 20)
    off = sorted(
        abs(float(span.start) + begin - word["start"]) for span, word in zip(found, chosen, strict=True)
    )
    assert off[len(off) // 2] < 0.08


@pytest.mark.slow
def test_words_that_do_not_fit_are_none_and_the_next_ones_fit_again(
    aligner: Pocketsphinx, carys: Listen
) -> None:
    silence = np.zeros(1600, np.float32)
    assert aligner.align(silence, ["unbelievably", "extraordinary", "circumstances"] * 5) is None
    assert aligner.align(carys(2.0, 4.0), ["um"]) is not None


@pytest.mark.parametrize(("samples", "words"), [(16_000, []), (LONGEST + 1, ["yes"]), (16_000, ["yes", "—"])])
def test_what_cannot_be_aligned_is_none(aligner: Pocketsphinx, samples: int, words: list[str]) -> None:
    assert aligner.align(np.zeros(samples, np.float32), words) is None


@pytest.mark.slow
def test_what_was_said_twice_and_written_once_stands_where_it_was_said_first(aligner: Pocketsphinx) -> None:
    """Dev: "I'm, um, I'm not engaging. There's no, there's no right volume for me." The sound starts 0.2 s
    late in this file.
    """
    listen, late = interview(FOOTAGE.with_name("dev.mov")), 0.2
    truth = json.loads((FOOTAGE.parents[1] / "truth" / "dev.words.json").read_bytes())
    first = next(word for word in truth if word["word"] == "There's" and 17 < word["start"] < 19)
    begin = 15.9
    found = aligner.align(
        listen(begin - late, 20.95 - late), "I'm not engaging. There's no right volume for me.".split()
    )
    assert found
    assert abs(float(found[3].start) + begin - first["start"]) < 0.12
    assert found[5].start - found[4].end > Fraction(4, 10)  # the repeat: voice without a word of its own


@pytest.mark.parametrize(
    ("forms", "said", "found"),
    [
        ("a b c", "a b c", [0, 1, 2]),
        ("a b c", "a b a b c", [0, 1, 4]),
        ("a b c", "a a a b c c", [0, 3, 4]),
        ("a a b", "a a a b", [0, 1, 3]),
        ("a b", "a", None),
        ("a b", "a c b", None),
        ("a b c d e", "a b c d a b c d e", None),  # further back than anybody stammers
    ],
)
def test_repeats_are_read_as_such(forms: str, said: str, found: list[int] | None) -> None:
    heard = [(word, (at, at + 1)) for at, word in enumerate(said.split())]
    assert first_said(forms.split(), heard) == (None if found is None else [(at, at + 1) for at in found])


@pytest.mark.slow
@pytest.mark.parametrize(
    "word",
    [
        "Pargeter’s",
        "2009",
        "63",
        "practise",
        "colour",
        "Łukasz",
        "Яна",
        "nurse'll",
        "it's",
        "A&E",
        "NHS",
        "£2.80",
        "½",
        "&",
        "10000000",
    ],
)
def test_any_written_word_can_be_looked_for(aligner: Pocketsphinx, carys: Listen, word: str) -> None:
    found = aligner.align(carys(2.0, 5.0), [word])
    assert found is not None
    assert len(found) == 1


@pytest.mark.parametrize(
    ("word", "form", "sounds"), [("A&E", "aande", "EY AH N D IY"), ("NHS", "nhs", "EH N EY CH EH S")]
)
def test_short_words_in_capitals_may_be_spelled(
    aligner: Pocketsphinx, carys: Listen, word: str, form: str, sounds: str
) -> None:
    aligner.align(carys(2.0, 3.0), ["yes"])
    assert sounds in aligner._spoken(word, form)


@pytest.mark.slow
def test_what_was_heard_before_changes_nothing(carys: Listen) -> None:
    """Threads and workers align quotes in any order; the film may not tell which."""
    said = json.loads((FOOTAGE.parents[1] / "truth" / "carys.words.json").read_bytes())
    quotes = [said[at : at + 14] for at in range(0, 112, 14)]
    asked = [
        (carys(words[0]["start"] - 0.3, words[-1]["end"] + 0.3), [one["word"] for one in words])
        for words in quotes
        if words[0]["start"] > 0.3
    ]
    forwards, backwards = Pocketsphinx(), Pocketsphinx()
    found = [forwards.align(*one) for one in asked]
    assert sum(one is not None for one in found) > 4
    assert found == [backwards.align(*one) for one in reversed(asked)][::-1]
