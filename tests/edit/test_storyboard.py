"""Scenes of production.toml in the plan's words: every second that was asked for, and no other."""

from __future__ import annotations

from fractions import Fraction

import pytest

from pipeline.edit.storyboard import _scene
from pipeline.production.configs import load_profile
from pipeline.production.specs import SceneSpec


def pauses(*asked: dict[str, object]) -> tuple[dict[str, Fraction], dict[str, Fraction]]:
    wanted = {"title": "One", "quotes": ["q1", "q2"], "pause": list(asked)}
    made = _scene(SceneSpec.model_validate(wanted), load_profile("plain"), ())
    return dict(made.before), dict(made.after)


@pytest.mark.parametrize("seconds", [0.04, 0.5, 1, 2.5, 33.333])
def test_a_pause_is_as_long_as_asked(seconds: float) -> None:
    before, after = pauses({"quote": "q1", "before": seconds, "after": 2 * seconds})
    assert (before["q1"], after["q1"]) == (Fraction(str(seconds)), Fraction(str(2 * seconds)))


def test_a_second_entry_for_a_quote_does_not_take_away_the_first() -> None:
    before, after = pauses(
        {"quote": "q1", "before": 1.5}, {"quote": "q1", "after": 2}, {"quote": "q2", "after": 1}
    )
    assert before == {"q1": Fraction(3, 2), "q2": 0}
    assert after == {"q1": 2, "q2": 1}
