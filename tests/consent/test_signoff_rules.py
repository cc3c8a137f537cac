"""A sign-off holds until a byte changes, and says then which cues need another look."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest

from pipeline.captions.model import Captions
from pipeline.consent.signoff import Signoffs
from pipeline.consent.signoff_model import Signed, SignOff
from pipeline.consent.signoff_rules import accepted, changes, hindrances, judge, signed, to_look_at
from pipeline.core.finding import Finding
from pipeline.core.time import Span
from tests.captions.test_editing_apply import MADE, PLAIN, made_of, shots
from tests.captions.test_generate import film

FILES = {"cut.mp4": "aa", "captions/cut.en.srt": "bb"}
WORDS = {"q1": "1", "q2": "2", "q3": "3", "q9": "of no cue"}


def now(captions: Captions = MADE, **changed: object) -> Signed:
    return replace(signed(captions, PLAIN, FILES, WORDS), **changed)  # type: ignore[arg-type]


def given(of: Signed) -> SignOff:
    return SignOff("a1", "Jo", date(2026, 11, 25), of, tuple(range(1, len(of.cues) + 1)))


def cue_changed(**changed: object) -> Captions:
    return replace(MADE, cues=(*MADE.cues[:1], replace(MADE.cues[1], **changed), *MADE.cues[2:]))  # type: ignore[arg-type]


def test_what_was_signed_and_is_still_so_holds() -> None:
    assert not judge(given(now()), now(), asked=True)
    assert not changes(now(), now())
    assert set(now().words) == {"q1", "q2", "q3"}, "words that are not shown are not signed"


def test_nobody_has_to_sign_unless_it_is_asked() -> None:
    assert judge(None, now(), asked=False) == []
    assert [one.rule for one in judge(None, now(), asked=True)] == ["sign-off"]


@pytest.mark.parametrize(
    ("later", "says"),
    [
        (now(files=FILES | {"cut.mp4": "other"}), "no cue changed, but other files: cut.mp4"),
        (now(files={"cut.mp4": "aa"}), "other files: captions/cut.en.srt"),
        (now(words=WORDS | {"q2": "other"}), "approved words are other ones or not the same quotes: q2, q9"),
        (now(version="2"), "signed for plain version 1, and the film has plain version 2"),
        (
            now(cue_changed(parts=("Other.",), breaks=(), label=False)),
            f"only 1 of {len(MADE.cues)} cues changed: c2 “Other.”",
        ),
        (now(cue_changed(position="top")), "only 1 of"),
        (
            now(cue_changed(span=Span(MADE.cues[1].span.start + Fraction(1, 25), MADE.cues[1].span.end))),
            "only 1 of",
        ),
        (now(replace(MADE, cues=MADE.cues[:-1])), "1 that were signed are not there any more"),
    ],
)
def test_any_change_voids_it_and_is_told(later: Signed, says: str) -> None:
    [found] = judge(given(now()), later, asked=False)
    assert (found.rule, found.severity) == ("sign-off-void", "error")
    assert says in found.what
    assert "Jo signed on 2026-11-25" in found.what


def test_only_cues_that_changed_need_another_look() -> None:
    assert to_look_at(None, now()) == tuple(range(1, len(MADE.cues) + 1))
    assert to_look_at(now(), now(cue_changed(parts=("Other.",), breaks=(), label=False))) == (2,)
    assert to_look_at(now(), now(version="2")) == tuple(range(1, len(MADE.cues) + 1)), (
        "another profile is another look at all of them"
    )


def test_cues_that_only_stand_elsewhere_in_the_film_need_none() -> None:
    title, one, two, three = shots()
    assert to_look_at(now(), now(made_of(film(title, three, one, two)))) == ()


def test_nobody_signs_over_errors_conflicts_and_unlabelled_speech() -> None:
    found = [
        Finding(rule, severity, "1 s", "x", "1", "0")
        for rule, severity in (("gap", "warning"), ("gap", "error"), ("unclear", "warning"))
    ]
    assert [(one.rule, one.severity) for one in hindrances(found)] == [
        ("gap", "error"),
        ("unclear", "warning"),
    ]


def test_speed_may_be_accepted_with_a_reason_and_nothing_else() -> None:
    fast = Finding("reading-speed", "error", "1 s", "too fast", "25", "17")
    unsure = Finding("low-confidence", "warning", "1 s", "was not made out", "0.2", "0.5")
    assert accepted([fast, fast, unsure], ["reading-speed"], "verbatim") == (
        [unsure],
        "accepted: reading-speed (2); verbatim",
    )
    assert accepted([fast, unsure], ["low-confidence"], "x") == ([fast, unsure], "x")
    assert accepted([unsure], ["reading-speed"], "x") == ([unsure], "x")
    assert hindrances([fast, unsure, Finding("too-short", "warning", "1 s", "short", "1", "2")]) == [
        fast,
        unsure,
    ]


@pytest.mark.parametrize(
    ("changed", "names"),
    [
        ({}, "Jo, 2026-11-25"),
        ({"report.html": "made anew", "captions/report.html": "made anew"}, "Jo, 2026-11-25"),
        ({"cut.mp4": "another film of the same captions"}, ""),
        ({"captions/cut.en.srt": "another"}, ""),
        ({"transcript.txt": "not there when it was signed"}, ""),
    ],
)
def test_a_report_says_who_signed_only_of_the_very_files_that_are_published(
    changed: dict[str, str], names: str
) -> None:
    quotes = [SimpleNamespace(id=name, digest=digest) for name, digest in WORDS.items()]
    production: Any = SimpleNamespace(profile=PLAIN, quotes=quotes)
    signoffs = Signoffs(production, dict)
    signoffs.__dict__["all"] = (given(now()),)
    assert signoffs.by(MADE, FILES | changed) == names
    production.profile = replace(PLAIN, version="another")
    assert signoffs.by(MADE, FILES | changed) == ""
    production.profile, quotes[0].digest = PLAIN, "other words"
    assert signoffs.by(MADE, FILES | changed) == ""
