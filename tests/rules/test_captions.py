"""Every caption rule from both sides: what it lets pass, and what it finds."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from pipeline.model.captions import Captions, Cue, Finding, Speed
from pipeline.model.time import Programme, Span, Time
from pipeline.project import load_profile
from pipeline.rules.captions import RULES, check

_PLAIN = load_profile("plain")
PROFILE = replace(_PLAIN, wide=replace(_PLAIN.wide, characters=20), speed=Speed(12.0, 15.0, 20.1))


def cue(start: float, end: float, *lines: str, quote: str = "q1") -> Cue:
    return Cue(Span[Programme].measured(start, end), lines or ("Twelve chars",), "Amara", quote)


def found(*cues: Cue, cuts: tuple[float, ...] = ()) -> list[Finding]:
    return check(Captions("en", cues), PROFILE, cuts)


def rules(*cues: Cue, cuts: tuple[float, ...] = ()) -> list[str]:
    return [finding.rule for finding in found(*cues, cuts=cuts)]


def test_good_captions_have_no_findings() -> None:
    assert not found(cue(0, 2), cue(2, 5, "Twenty characters ok", "and two"), cue(6, 8), cuts=(0, 2, 5, 6, 8))


@pytest.mark.parametrize(
    ("rule", "severity", "good", "bad"),
    [
        ("line-length", "error", cue(0, 3, "x" * 20), cue(0, 3, "x" * 21)),
        ("line-length", "error", cue(0, 3, "short", "x" * 20), cue(0, 3, "short", "x" * 21)),
        ("line-count", "error", cue(0, 3, "a", "b"), cue(0, 3, "a", "b", "c")),
        ("reading-speed", "warning", cue(0, 2, "x" * 12, "y" * 11), cue(0, 2, "x" * 12, "y" * 12)),
        ("reading-speed", "error", cue(0, 2, "x" * 20, "y" * 19), cue(0, 2, "x" * 20, "y" * 20)),
        ("too-short", "warning", cue(0, 1.5, "a b c d e"), cue(0, 1.4, "a b c d e")),
        ("too-short", "warning", cue(0, 0.6, "No."), cue(0, 0.5, "No.")),
        ("too-long", "warning", cue(0, 6), cue(0, 6.1)),
        ("characters", "error", cue(0, 3, "café – “ok” 😀"), cue(0, 3, "a\u202eb")),
        ("characters", "error", cue(0, 3, "plain"), cue(0, 3, "a\x07b")),
        ("characters", "error", cue(0, 3, "plain"), cue(0, 3, "a\ufffdb")),
        ("characters", "error", cue(0, 3, "plain"), cue(0, 3, "a\nb")),
        ("characters", "error", cue(0, 3, "plain"), cue(0, 3, "a\u2067b")),  # a right-to-left isolate
    ],
)
def test_a_rule_on_one_cue(rule: str, severity: str, good: Cue, bad: Cue) -> None:
    assert (rule, severity) not in {(f.rule, f.severity) for f in found(good)}
    assert (rule, severity) in {(f.rule, f.severity) for f in found(bad)}


@pytest.mark.parametrize(
    ("two", "flickers"),
    [(cue(2, 4), False), (cue(2.04, 4), True), (cue(2.79, 5), True), (cue(2.81, 5), False), (cue(3, 5), False), (cue(2.5, 5, quote="q2"), False)],
)
def test_a_gap_is_none_or_long_enough_to_be_seen(two: Cue, flickers: bool) -> None:
    assert ("gap" in rules(cue(0, 2), two)) == flickers


@pytest.mark.parametrize(("cut", "across"), [(0.0, False), (1.0, True), (1.96, True), (2.0, False), (9.0, False)])
def test_a_cue_does_not_stay_over_a_cut(cut: float, across: bool) -> None:
    assert ("across-cut" in rules(cue(0, 2), cuts=(cut,))) == across


def test_errors_come_first_then_the_film_goes_on() -> None:
    slow, wrong = cue(0, 9), cue(9, 11, "x" * 21)
    assert [(f.severity, f.where) for f in found(slow, wrong)] == [("error", "9 s"), ("warning", "0 s")]


def test_a_finding_says_what_was_measured_and_the_limit_it_broke() -> None:
    """Whoever reads "13.5, limit 15" believes the checker is broken."""
    for bad in (cue(0, 2, "x" * 13, "y" * 13), cue(0, 3, "x" * 21), cue(0, 9), cue(0, 1.4, "a b c d e")):
        for finding in found(bad):
            measured, limit = (float(text.split()[0]) for text in (finding.measured, finding.limit))
            assert measured < limit if finding.rule == "too-short" else measured > limit, finding


def test_every_rule_cites_its_source() -> None:
    assert all(rule.__doc__ for rule in RULES)


# The values that rules judge ------------------------------------------------------------------


def test_cues_that_overlap_cannot_be_held() -> None:
    with pytest.raises(ValueError, match="overlap"):
        Captions("en", (cue(0, 2), cue(1.9, 3)))
    assert Captions("en", (cue(0, 2), cue(2, 3))).cues[1].span.start == Time(Fraction(2))


@pytest.mark.parametrize("lines", [(), ("",), ("a", " ")])
def test_a_cue_has_words(lines: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="at least one line"):
        Cue(Span[Programme].measured(0, 1), lines, "Amara", "q1")
