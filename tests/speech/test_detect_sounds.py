"""What is heard besides words: loud moments are found, voices and the room are not among them, and nothing is
named.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from pipeline.captions.rules.speakers import SOUND_SECONDS
from pipeline.core.codec import codec
from pipeline.core.ports import Speech
from pipeline.core.signal import levels
from pipeline.core.time import Source, Span
from pipeline.speech.detect_sounds import sounds
from pipeline.speech.sound_event import Noise, Sounds

RATE = 16_000
DOCUMENTED = " ".join((Path(__file__).parents[2] / "docs/captions.md").read_text(encoding="utf-8").split())
SHOT = Span[Source].measured(10, 20)


def span(start: float, end: float) -> Span[Source]:
    return Span[Source].measured(start, end)


def room(level: float = 0.003) -> Speech:
    """Thirty seconds of a quiet room."""
    return (np.random.default_rng(1).standard_normal(30 * RATE) * level).astype(np.float32)


def with_bang(at: float, seconds: float, level: float = 0.2, ground: Speech | None = None) -> Speech:
    speech = room() if ground is None else ground
    first, count = round(at * RATE), round(seconds * RATE)
    speech[first : first + count] += (np.random.default_rng(2).standard_normal(count) * level).astype(
        np.float32
    )
    return speech


def found(
    speech: Speech, said: tuple[Span[Source], ...] = (), voiced: tuple[tuple[float, float], ...] = ()
) -> Sounds:
    """`voiced` in the source's own seconds."""

    def listen(start: Fraction, duration: Fraction) -> Speech:
        return speech[round(start * RATE) : round((start + duration) * RATE)]

    return sounds(SHOT, said, listen, lambda _: [(a - 9, b - 9) for a, b in voiced])


def test_a_quiet_room_has_no_sounds() -> None:
    assert not found(room()).loud


def test_a_bang_is_found_where_it_is() -> None:
    (noise,) = found(with_bang(13, 0.6)).loud
    assert abs(float(noise.span.start) - 13) < 0.03
    assert abs(float(noise.span.end) - 13.6) < 0.03
    assert noise.decibels == pytest.approx(36.5, abs=2)


@pytest.mark.parametrize(
    ("at", "seconds", "level"), [(13, 0.1, 0.2), (13, 0.6, 0.012), (8, 1, 0.2), (21, 1, 0.2)]
)
def test_what_is_short_or_faint_or_outside_the_shot_is_none(at: float, seconds: float, level: float) -> None:
    assert not found(with_bang(at, seconds, level)).loud


def test_a_sound_that_runs_over_the_end_is_found_inside_the_shot() -> None:
    (noise,) = found(with_bang(19, 3)).loud
    assert noise.span.end == SHOT.end


def test_two_knocks_are_one_sound() -> None:
    assert len(found(with_bang(13.4, 0.3, ground=with_bang(13, 0.3))).loud) == 1
    assert len(found(with_bang(14, 0.3, ground=with_bang(13, 0.3))).loud) == 2


def test_a_voice_is_no_sound_nor_is_a_word_that_the_detector_missed() -> None:
    speech = with_bang(13, 1)
    assert not found(speech, voiced=((13.0, 14.0),)).loud
    assert not found(speech, said=(span(13, 14),)).loud
    assert found(speech, said=(span(15, 16),)).loud


def test_voices_are_told_inside_the_shot_only() -> None:
    assert found(room(), voiced=((9.2, 9.8), (9.9, 11), (19, 20.5))).voiced == (span(10, 11), span(19, 20))


def test_above_digital_silence_not_everything_is_loud() -> None:
    assert not found(np.full(30 * RATE, 1e-5, np.float32)).loud
    assert not found(with_bang(13, 1, 0.002, np.zeros(30 * RATE, np.float32))).loud
    assert not found(np.zeros(0, np.float32)).loud


def test_what_was_found_can_be_kept() -> None:
    kept = Sounds((span(1, 2),), (Noise(span(3, 4), 21.5),))
    assert codec(Sounds).read(codec(Sounds).write(kept)) == kept


# Real recordings ------------------------------------------------------------------------------

PLANTED = [
    "ami_ES2003a_first30s.flac",
    "ami_ES2003b_first30s.flac",
    "autoeditor_example.mp4",
    "grid_s1_20clips.mp4",
    "cold_corpus.wav",
]


def recording(file: Path) -> Speech:
    import av

    with av.open(str(file)) as opened:
        resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
        return np.concatenate(
            [part.to_ndarray()[0] for frame in opened.decode(audio=0) for part in resampler.resample(frame)]
        ).astype(np.float32)


def all_of(speech: Speech) -> Sounds:
    from pipeline.adapters.asr.faster_whisper import speech_spans

    def listen(start: Fraction, duration: Fraction) -> Speech:
        return speech[round(start * RATE) : round((start + duration) * RATE)]

    return sounds(span(0, len(speech) / RATE), [], listen, speech_spans)


def planted(speech: Speech, decibels: float) -> tuple[int, int]:
    """How many of the bursts laid into its longer pauses are found."""
    from pipeline.adapters.asr.faster_whisper import speech_spans

    edges = [0.0, *(edge for voice in speech_spans(speech) for edge in voice), len(speech) / RATE]
    pauses = [start + 0.4 for start, end in zip(edges[::2], edges[1::2], strict=True) if end - start > 1.4]
    power = max(float(np.percentile(levels(speech), 10)), 1e-6) * 10 ** (decibels / 10)
    for at in pauses:
        speech = with_bang(at, 0.6, power**0.5, speech)
    loud = all_of(speech).loud
    found = [
        any(
            float(n.span.start) < at + 0.6 and float(n.span.end) > at and n.span.duration >= Fraction(2, 5)
            for n in loud
        )
        for at in pauses
    ]
    return sum(found), len(pauses)


@pytest.mark.slow
def test_the_figures_of_the_documentation(media: Path) -> None:
    for decibels in (20, 15):
        found, laid = map(
            sum, zip(*(planted(recording(media / name), decibels) for name in PLANTED), strict=True)
        )
        assert f"{found} times at {decibels} dB" in DOCUMENTED
        assert f"laid into {laid} pauses" in DOCUMENTED
    whole = [recording(media / name) for name in [*PLANTED, "acoustic_corpus.wav", "nasa_13013.mp4"]]
    long = sum(noise.span.duration >= SOUND_SECONDS for speech in whole for noise in all_of(speech).loud)
    assert (long, round(sum(map(len, whole)) / RATE)) == (2, 227)
    assert "two sounds of 0.5 s or more are found in seven recordings of 227 s" in DOCUMENTED
