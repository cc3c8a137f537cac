"""Edges in real speech, with the times that Whisper `base` gave: needs the recordings and no recogniser."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from pipeline.adapters.asr.pocketsphinx import Pocketsphinx
from pipeline.core.ports import Speech
from pipeline.core.time import Source, Span
from pipeline.core.word import Word
from pipeline.language.normalise import ways_said
from pipeline.matching.edit_points import findings, refine
from pipeline.matching.model import Cut, Said, Stretch

Timed = tuple[str, float, float]


def words(*timed: Timed) -> tuple[Word, ...]:
    return tuple(Word(text, Span[Source].measured(start, end), 0.9) for text, start, end in timed)


def cut(recording: Path, lead: tuple[Timed, ...], said: tuple[Timed, ...], trail: tuple[Timed, ...]) -> Cut:
    with av.open(str(recording)) as opened:
        resampler = av.AudioResampler("flt", "mono", 16_000)
        frames = [done for frame in opened.decode(audio=0) for done in resampler.resample(frame)]
    sound = np.concatenate([frame.to_ndarray()[0] for frame in frames]).astype(np.float32)

    def listen(start: Fraction, duration: Fraction) -> Speech:
        low, count = round(start * 16_000), round(duration * 16_000)
        return np.pad(sound[low : low + count], (0, max(0, count - len(sound[low : low + count]))))

    before, mine, after = words(*lead), words(*said), words(*trail)
    pieces = tuple(Said(n, word.text, word.text, word.span) for n, word in enumerate(mine))
    stretch = Stretch(pieces, before[-1].span.end, after[0].span.start, before, after)
    return refine(stretch, listen, Pocketsphinx(ways_said))


@pytest.mark.slow
def test_a_shot_does_not_begin_with_an_um_that_the_recogniser_left_out(media: Path) -> None:
    """“… corpus. [um] The recording”: the aligner spreads "the" over the "um" (9.89 to 10.34 s)."""
    found = cut(
        media / "cold_corpus.wav",
        (("the", 6.4, 6.9), ("acoustic", 7.78, 8.34), ("corpus.", 8.34, 8.82)),
        (
            ("The", 10.56, 10.6),
            ("recording", 10.6, 10.9),
            ("environment", 10.9, 11.44),
            ("is", 11.44, 11.58),
            ("also", 11.58, 11.86),
            ("quite", 11.86, 12.1),
            ("different", 12.1, 12.56),
        ),
        (("and", 12.56, 13.36), ("I'm", 13.63, 13.83), ("saying", 13.83, 14.13)),
    )
    assert 10.34 - 0.03 <= float(found.sound.start) <= 10.55
    assert any("not sure" in told.what for told in findings("q", found))


@pytest.mark.slow
@pytest.mark.parametrize("raw", [45.024, 44.9])
def test_an_s_that_begins_below_the_room_is_not_lost(media: Path, raw: float) -> None:
    """“Set blue at H one again” begins at 45.01 s; the aligner has it 47 ms later, the recogniser earlier."""
    found = cut(
        media / "grid_s1_20clips.mp4",
        (("white", 42.464, 42.744), ("by", 42.744, 42.944), ("soon,", 43.324, 43.824)),
        (("set", raw, 45.264), ("blue", 45.264, 45.484), ("at", 45.484, 45.6)),
        (("H", 45.6, 45.8), ("one", 45.8, 46.0), ("again", 46.0, 46.3)),
    )
    assert 43.9 < float(found.sound.start) <= 45.01 + 0.03
