"""Loudness, true peak and the choice of a track: a case each that is accepted, and one that is refused."""

from __future__ import annotations

import pytest

from pipeline.edit.timeline import Heard
from pipeline.verification.loudness_rules import check, tracks


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


# Which track was taken ------------------------------------------------------------------------

LAPEL, ROOM, DEAD_TRACK = (-20.0, 40.0), (-24.0, 15.0), (-80.0, 0.0)


@pytest.mark.parametrize(
    ("taken", "heard", "write"),
    [
        ("track 1", {"track 1": ROOM, "track 2": LAPEL}, "track = 2"),
        ("track 1", {"track 1": DEAD_TRACK, "track 2": ROOM}, "track = 2"),
        ("track 2", {"track 1": ROOM, "track 2": LAPEL}, "track = 2"),
        (
            "track 1",
            {"track 1": (-20, 20), "track 1 channel 1": LAPEL, "track 1 channel 2": ROOM},
            "track = 1, channel = 1",
        ),
        ("track 1", {"track 1": (-20.0, 40.0), "track 2": (-30.0, 40.0)}, "track = 1"),
    ],
)
def test_tracks_that_differ_are_told_with_the_clearer_voice(
    taken: str, heard: dict[str, tuple[float, float]], write: str
) -> None:
    [found] = tracks("anna", taken, heard, {"track 2": ' "lapel"'})
    assert found.severity == "warning"
    assert taken in found.what
    assert f"write {write} to" in found.what
    assert all(name in found.measured for name in heard)
    assert ("lapel" in found.measured) == ("track 2" in heard)


@pytest.mark.parametrize(
    "heard",
    [
        {"track 1": LAPEL, "track 2": (-21.0, 37.0)},
        {"track 1": LAPEL, "track 1 channel 1": LAPEL, "track 1 channel 2": LAPEL},
        {"track 1": LAPEL, "track 1 channel 1": (-20.0, 44.0), "track 1 channel 2": (-26.0, 20.0)},
        {"track 1": DEAD_TRACK, "track 2": DEAD_TRACK},
    ],
)
def test_tracks_that_are_alike_are_not_worth_a_word(heard: dict[str, tuple[float, float]]) -> None:
    assert tracks("anna", "track 1", heard, {}) == []
