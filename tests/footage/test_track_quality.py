"""How clear a voice is on a track: its level, and how far the room lies below it."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.core.ports import Speech
from pipeline.footage.track_quality import clarity

HZ = 16_000


def spoken(voice: float, room: float, share: float = 0.3) -> Speech:
    """Ten seconds of a room with a voice over a share of it; levels in dBFS."""
    chance = np.random.default_rng(1)
    sound = chance.normal(0, 10 ** (room / 20), 10 * HZ)
    talking = int(share * len(sound))
    sound[:talking] = chance.normal(0, 10 ** (voice / 20), talking)
    return sound.astype(np.float32)


@pytest.mark.parametrize(
    ("sound", "found"),
    [
        (spoken(-20, -60), (-20, 40)),
        (spoken(-30, -45), (-30, 15)),
        (spoken(-20, -60, share=0.1), (-20, 40)),
        (spoken(-20, -110), (-20, 60)),
        (spoken(-120, -120), (-80, 0)),
    ],
    ids=["a lapel", "a room", "somebody who says little", "a recorder with a gate", "a dead track"],
)
def test_voice_and_room_are_told_apart(sound: Speech, found: tuple[float, float]) -> None:
    assert clarity(sound) == pytest.approx(found, abs=1.5)


def test_a_voice_that_says_next_to_nothing_is_the_room() -> None:
    assert clarity(spoken(-20, -60, share=0.02)) == pytest.approx((-60, 0), abs=1.5)


def test_nothing_is_no_voice() -> None:
    assert clarity(np.zeros(0, np.float32)) == (-80.0, 0.0)
