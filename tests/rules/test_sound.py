"""Loudness and true peak: a case each that is accepted, and one that is refused."""

from __future__ import annotations

import pytest

from pipeline.model.timeline import Heard
from pipeline.rules.sound import check


@pytest.mark.parametrize(
    ("heard", "rules"),
    [
        (Heard(-18.4, -1.0, 0.0), []),
        (Heard(-18.6, -1.0, 0.0), ["loudness"]),
        (Heard(-17.4, -1.5, 0.0), ["loudness"]),
        (Heard(-18.0, -0.9, 0.0), ["true-peak"]),
        (Heard(-70.0, -99.0, 0.0), []),  # cards and breaks alone
    ],
)
def test_the_film_is_judged_as_measured(heard: Heard, rules: list[str]) -> None:
    assert [finding.rule for finding in check(heard, -18.0)] == rules
