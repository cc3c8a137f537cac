"""Whisper's own aligner: rougher than pocketsphinx, and the same promise: a span for each word, or None."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from pipeline.adapters.asr import weights
from pipeline.adapters.asr.whisper_aligner import LONGEST, WhisperAligner, _spans

SAMPLE = Path(__file__).parents[2] / "assets" / "sample"


def never() -> Any:
    raise AssertionError("the model is not needed")


@pytest.mark.parametrize(("samples", "words"), [(16_000, []), (0, ["yes"]), (LONGEST + 1, ["yes"])])
def test_what_cannot_be_aligned_is_none_without_loading_a_model(samples: int, words: list[str]) -> None:
    assert WhisperAligner("test", "cy", never).align(np.zeros(samples, np.float32), words) is None


def test_a_word_lasts_until_the_next_one() -> None:
    found = _spans([1, 2], [(0, 5), (1, 10), (1, 11), (2, 20), (3, 30), (3, 31)], 0.02, 9.0)
    assert [str(span) for span in found or ()] == ["0:00:00.100–0:00:00.200", "0:00:00.200–0:00:00.600"]


@pytest.mark.parametrize(("lengths", "path"), [([1, 0], [(0, 5), (1, 9)]), ([1, 1], [(0, 5)])])
def test_a_word_that_the_path_never_reaches_is_none(lengths: list[int], path: list[tuple[int, int]]) -> None:
    assert _spans(lengths, path, 0.02, 9.0) is None


@pytest.mark.slow
@pytest.mark.needs("base weights")
def test_english_words_come_out_near_their_truth() -> None:
    from pipeline.adapters.asr.faster_whisper import FasterWhisper

    with av.open(str(SAMPLE / "footage/amara.mp4")) as film:
        resampler = av.AudioResampler("flt", "mono", 16_000)
        sound = np.concatenate(
            [done.to_ndarray()[0] for frame in film.decode(audio=0) for done in resampler.resample(frame)]
        ).astype(np.float32)
    truth = [
        word
        for word in json.loads((SAMPLE / "truth/amara.words.json").read_bytes())
        if 11.7 < word["start"] < 20
    ]
    begin = truth[0]["start"] - 0.3
    aligner = WhisperAligner("base", "en", FasterWhisper(weights.fetch("base"), "", 1).model)
    found = aligner.align(
        sound[int(begin * 16_000) : int((truth[-1]["end"] + 0.3) * 16_000)], [word["word"] for word in truth]
    )
    assert found
    assert len(found) == len(truth)
    assert all(one.start <= two.start for one, two in pairwise(found))
    off = sorted(
        abs(float(span.start) + begin - word["start"]) for span, word in zip(found, truth, strict=True)
    )
    assert off[len(off) // 2] < 0.2
