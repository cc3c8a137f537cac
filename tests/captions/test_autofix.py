"""Each fix by its name, before and after; and what no fix may do: change a word, make anything worse, cross a
cut.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.captions.autofix import MENDED, REPAIRS, laid, mend, words_of
from pipeline.captions.model import Captions, Cue, CueWord, plain_cue
from pipeline.captions.rules import Judged, check
from pipeline.core.time import Programme, Source, Span, Time
from pipeline.production.configs import load_profile

PROFILES = {name: load_profile(name) for name in ("plain", "bbc", "netflix", "netflix-sdh", "dcmp")}
PLAIN, NETFLIX = PROFILES["plain"], PROFILES["netflix"]
RATE = Fraction(25)


def cue(start: float, end: float, *lines: str, **more: Any) -> Cue:
    return plain_cue(Span[Programme].measured(start, end), lines or ("Twelve chars",), "", "q1", **more)


def said(start: float, end: float, text: str, at: float, each: float = 0.3) -> Cue:
    spans = [(at + n * each, at + (n + 1) * each) for n in range(len(text.split()))]
    words = [
        CueWord(word, Span[Programme].measured(*span), n, Span[Source].measured(*span))
        for n, (word, span) in enumerate(zip(text.split(), spans, strict=True))
    ]
    return replace(cue(start, end, text), parts=tuple(words))


def judged(*cues: Cue, **known: Any) -> Judged:
    return Judged(cues, known.pop("profile", PLAIN), rate=known.pop("rate", RATE), **known)


def shape(cues: tuple[Cue, ...]) -> list[tuple[float, float, str]]:
    return [(round(float(c.span.start), 3), round(float(c.span.end), 3), " / ".join(c.lines)) for c in cues]


CUT = (Time[Programme](Fraction(2)),)
LONG = "We waited there for the whole afternoon, and nobody came to tell us anything at all."


@pytest.mark.parametrize(
    ("name", "rule", "before", "after"),
    [
        ("sort", "order", judged(cue(3, 5), cue(0, 3)), [(0, 3, "Twelve chars"), (3, 5, "Twelve chars")]),
        (
            "close-gap",
            "overlap",
            judged(cue(0, 2.4), cue(2, 4)),
            [(0, 2, "Twelve chars"), (2, 4, "Twelve chars")],
        ),
        (
            "close-gap",
            "gap",
            judged(cue(0, 2), cue(2.4, 5)),
            [(0, 2.4, "Twelve chars"), (2.4, 5, "Twelve chars")],
        ),
        (
            "close-gap",
            "gap",
            judged(cue(0, 2), cue(2.25, 5), profile=NETFLIX, rate=Fraction(24)),
            [(0, 2.167, "Twelve chars"), (2.25, 5, "Twelve chars")],
        ),
        (
            "open-gap",
            "gap",
            judged(cue(0, 5.9), cue(6.2, 9)),
            [(0, 5.2, "Twelve chars"), (6.2, 9, "Twelve chars")],
        ),
        (
            "chain",
            "chain-frames",
            judged(cue(0, 2), cue(2, 4), profile=NETFLIX),
            [(0, 1.92, "Twelve chars"), (2, 4, "Twelve chars")],
        ),
        ("extend", "too-short", judged(cue(0, 1, "So it was then.")), [(0, 1.56, "So it was then.")]),
        (
            "extend",
            "reading-speed",
            judged(cue(0, 2, "x" * 20, "y" * 12)),
            [(0, 2.56, f"{'x' * 20} / {'y' * 12}")],
        ),
        (
            "extend",
            "too-short",
            judged(cue(0, 1.2, "So it was then."), replace(cue(1.44, 4), speaker="Ben")),
            [
                (0, 1.44, "So it was then."),
                (1.44, 4, "Twelve chars"),
            ],
        ),
        (
            "extend",
            "leaves-early",
            judged(said(0, 1.6, "a b c d e f g", 0), spoken=()),
            [(0, 2.08, "a b c d e f g")],
        ),
        ("shorten", "stays-late", judged(said(0, 5, "So it was.", 0), spoken=()), [(0, 1.48, "So it was.")]),
        ("shorten", "too-long", judged(cue(0, 9)), [(0, 6, "Twelve chars")]),
        ("snap-to-cut", "near-cut", judged(cue(2.08, 4), cuts=CUT), [(2, 4, "Twelve chars")]),
        ("snap-to-cut", "near-cut", judged(cue(0, 1.92), cuts=CUT), [(0, 2, "Twelve chars")]),
        (
            "snap-to-cut",
            "near-cut",
            judged(cue(0, 2), cuts=CUT, profile=NETFLIX),
            [(0, 1.92, "Twelve chars")],
        ),
        ("to-speech", "sync", judged(said(0, 3, "So it was.", 1), spoken=()), [(1, 3, "So it was.")]),
        ("one-line", "one-line", judged(cue(0, 3, "So it", "was then.")), [(0, 3, "So it was then.")]),
        (
            "rebalance",
            "line-break",
            judged(cue(0, 4, "She gave it to me in the", "waiting room that day")),
            [
                (0, 4, "She gave it to me / in the waiting room that day"),
            ],
        ),
        (
            "rebreak",
            "line-length",
            judged(cue(0, 5, "I was there for all of the afternoon with him")),
            [
                (0, 5, "I was there for all / of the afternoon with him"),
            ],
        ),
        (
            "split-long",
            "line-count",
            judged(
                cue(
                    0,
                    8,
                    "We waited there for the whole",
                    "afternoon, and nobody came",
                    "to tell us anything at all.",
                )
            ),
            [
                (0, 3.8, "We waited there / for the whole afternoon,"),
                (3.8, 8, ("and nobody came to tell / us anything at all.")),
            ],
        ),
        (
            "merge-flicker",
            "too-short",
            judged(cue(0, 0.6, "So it was"), cue(0.6, 3, "and then it went.")),
            [(0, 3, "So it was and then it went.")],
        ),
    ],
)
def test_a_fix(name: str, rule: str, before: Judged, after: list[tuple[float, float, str]]) -> None:
    mended = mend(before)
    assert (name, rule) in {(fix.name, fix.rule) for fix in mended.fixes}
    assert shape(mended.cues) == after


def test_every_rule_with_a_fix_is_one_and_every_fix_has_a_case() -> None:
    cases = {case[:2] for mark in test_a_fix.pytestmark for case in mark.args[1]}  # type: ignore[attr-defined]
    assert {name for repairs in REPAIRS.values() for name, _ in repairs} | {"sort"} == {
        name for name, _ in cases
    }


@pytest.mark.parametrize(
    "whole",
    [
        judged(cue(0, 2), cue(2, 6, "Twenty characters ok,", "and two more of them")),
        judged(
            cue(0, 1, "So it was then."), cue(1, 4), cuts=(Time(Fraction(1)),)
        ),  # no room to stay, and nothing to join over a cut
        judged(cue(0, 3, "-Are you there?", "-I am.")),
    ],
)
def test_what_is_well_or_cannot_be_helped_is_left_alone(whole: Judged) -> None:
    assert mend(whole).cues == whole.cues
    assert not mend(whole).fixes


def test_a_split_keeps_every_word_with_its_times_and_the_label_with_the_first() -> None:
    whole = replace(said(0, 7, LONG, 0.2), speaker="Amara", label=True)
    first, second = mend(judged(whole, spoken=())).cues
    assert (first.label, second.label) == (True, False)
    assert first.words + second.words == whole.words
    assert abs(second.span.start - second.words[0].span.start) <= Fraction(1, 50)


@pytest.mark.slow
@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.data())
def test_no_fix_changes_a_word_makes_things_worse_or_crosses_a_cut(data: st.DataObject) -> None:
    rate = data.draw(st.sampled_from([Fraction(25), Fraction(30000, 1001), None]))
    profile = PROFILES[data.draw(st.sampled_from(sorted(PROFILES)))]
    word = st.sampled_from(
        "the a I was Dr Okafor 20 mg not waiting, and afterwards extraordinarily so. it [laughs]".split()
    )
    at, cues = 0.0, []
    for _ in range(data.draw(st.integers(1, 7))):
        at += data.draw(st.sampled_from([0, 0, -0.3, 0.1, 0.6, 3]))
        start, end = max(0.0, at), max(0.0, at) + data.draw(st.sampled_from([0.2, 0.9, 2.0, 4.0, 9.0]))
        lines = [
            " ".join(data.draw(st.lists(word, min_size=1, max_size=9)))
            for _ in range(data.draw(st.integers(1, 3)))
        ]
        made = cue(start, end, *lines)
        if data.draw(st.booleans()):
            text = " ".join(lines)
            made = said(start, end, text, start, (end - start) / len(text.split())).broken(lines)
        cues.append(made)
        at = end
    cuts = tuple(
        sorted(Time[Programme](Fraction(n)) for n in data.draw(st.sets(st.integers(0, 30), max_size=4)))
    )
    whole = judged(*cues, profile=profile, rate=rate, cuts=cuts, spoken=())
    mended = mend(whole)
    assert words_of(mended.cues) == words_of(sorted(cues, key=lambda c: c.span.start))
    assert [w for c in mended.cues for w in c.words] == [
        w for c in sorted(cues, key=lambda c: c.span.start) for w in c.words
    ]
    fixed = replace(whole, cues=mended.cues)

    def weight(of: Judged) -> float:
        return sum(10.0 if finding.severity == "error" else 1.0 for finding in check(of, MENDED).findings)

    assert weight(fixed) <= weight(whole)
    for never in ("across-cut", "overlap"):
        assert len(check(fixed, {never}).findings) <= len(check(whole, {never}).findings)
    for fix in mended.fixes:
        assert words_of(sorted(fix.before, key=lambda c: c.span.start)) == words_of(fix.after)
    assert all(one.span.start <= two.span.start for one, two in pairwise(mended.cues))


def test_mended_twice_is_mended_once() -> None:
    whole = judged(cue(0, 1, LONG), cue(1.3, 9), cue(9.2, 9.5, "So it"), cue(9.5, 12, "was then."))
    once = replace(whole, cues=mend(whole).cues)
    assert mend(once).cues == once.cues
    Captions("en", once.cues)  # and none overlaps another


def test_lines_are_the_best_that_fit() -> None:
    assert laid(judged(cue(0, 1)), "I took 20 mg and then I waited there".split()) == (
        "I took 20 mg",
        "and then I waited there",
    )
    assert laid(judged(cue(0, 1)), ["x" * 40]) is None
