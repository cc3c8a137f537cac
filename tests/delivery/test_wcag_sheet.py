"""The evidence sheet: nothing is called met that no rule, measure or person shows."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from pipeline.captions.model import plain_cue
from pipeline.captions.rules import Judged, Loud, Spoken, Verdict, check
from pipeline.core.finding import Finding
from pipeline.core.time import Programme, Span, Time
from pipeline.delivery.wcag_sheet import MEASURES, Evidence, Facts, Measured, sheet
from pipeline.production.configs import load_profile

CUE = plain_cue(Span[Programme].measured(0, 3), ("Amara: So it was.",), "Amara", "q1")
WHOLE = Judged(
    (CUE,),
    load_profile("plain"),
    rate=Fraction(25),
    cuts=(Time(Fraction(0)),),
    width=lambda _: 0.1,
    spoken=(Spoken("so", Span.measured(0, 3), 0.9, "q1", 0),),
    voiced=(Span.measured(0, 3),),
    loud=(),
    approved={"q1": "So it was."},
    listened=frozenset(),
)
VERDICT = check(WHOLE)
ALL = [Measured(rule, "as it should be") for rule in MEASURES]
FACTS = Facts(1, "en-GB", ("cut.en-GB.vtt",), clean=True, transcript=True)


def lines(
    facts: Facts = FACTS, verdict: Verdict = VERDICT, measured: list[Measured] | None = None
) -> dict[str, Evidence]:
    return {line.clause: line for line in sheet(facts, verdict, ALL if measured is None else measured)}


def test_captions_that_are_judged_measured_and_signed_are_evidenced() -> None:
    assert not VERDICT.findings
    found = lines(replace(FACTS, signed="Rosa Lind, 2026-11-20"))["1.2.2"]
    assert found.state == "evidenced"
    assert "signed by Rosa Lind, 2026-11-20" in found.evidence
    assert any("sync" in said and said.startswith("by rule") for said in found.evidence)


def test_without_a_person_a_person_is_asked() -> None:
    assert lines()["1.2.2"].state == "a person is asked"
    assert "no person has signed these captions" in lines()["1.2.2"].evidence


def test_what_was_not_measured_is_not_evidenced() -> None:
    signed = replace(FACTS, signed="Rosa Lind")
    found = lines(signed, measured=[])
    assert found["1.2.2"].state == found["1.4.3"].state == "not evidenced here"
    assert any(said.startswith("not measured: ") for said in found["1.4.3"].evidence)
    assert lines()["1.4.3"].state == "evidenced"


def test_what_could_not_be_judged_is_not_evidenced_and_said() -> None:
    verdict = check(Judged((CUE,), load_profile("plain")))
    found = lines(replace(FACTS, signed="Rosa Lind"), verdict)["1.2.2"]
    assert found.state == "not evidenced here"
    assert any("sync (the words and their times)" in said for said in found.evidence)


def test_an_error_is_a_problem_and_an_open_question_is_a_persons() -> None:
    signed = replace(FACTS, signed="Rosa Lind")
    wrong = Finding("contrast", "error", "1 s", "too faint", "2:1", "4.5:1", 1)
    assert (
        lines(signed, measured=[Measured("contrast", "worst 2:1", (wrong,))])["1.4.3"].state
        == "problems found"
    )
    asked = check(replace(WHOLE, loud=(Loud(Span.measured(4, 5), 20.0),)))
    found = lines(signed, asked)["1.2.2"]
    assert found.state == "a person is asked"
    assert "a person is asked: missing-sound 1" in found.evidence


def test_flashes_are_evidenced_by_their_figures_and_cards_beside_captions() -> None:
    assert lines()["2.3.1"].state == "evidenced"
    assert lines()["2.3.1"].evidence == ("measured on the finished film: as it should be",)
    without = lines(measured=[one for one in ALL if one.rule not in ("flash", "card-contrast")])
    assert without["2.3.1"].state == without["1.4.3"].state == "not evidenced here"
    assert any("contrast of each line on cards" in said for said in without["1.4.3"].evidence)
    wrong = Finding("flash", "error", "0:12.0 q01", "the picture flashes", "4 in a second", "3", 0)
    others = [one for one in ALL if one.rule != "flash"]
    found = lines(measured=[*others, Measured("flash", "at most 4 in a second", (wrong,))])["2.3.1"]
    assert found.state == "problems found"
    assert "errors: flash 1" in found.evidence


@pytest.mark.parametrize(
    ("clause", "facts", "state"),
    [
        ("1.2.1", FACTS, "does not apply"),
        ("1.2.3", FACTS, "not evidenced here"),
        ("1.2.3", replace(FACTS, described="described.m4a"), "evidenced"),
        ("1.2.5", FACTS, "not evidenced here"),
        ("1.2.5", replace(FACTS, described="described.m4a"), "evidenced"),
        ("1.2.6", FACTS, "not evidenced here"),
        ("1.2.6", replace(FACTS, sign_language="BSL, by two interpreters"), "evidenced"),
        ("1.2.7", FACTS, "not evidenced here"),
        ("1.2.8", FACTS, "not evidenced here"),
        ("1.4.5", FACTS, "evidenced"),
        ("1.4.5", replace(FACTS, clean=False), "not evidenced here"),
        ("EN 301 549 7.1.2", FACTS, "not evidenced here"),
        ("EN 301 549 7.1.3", FACTS, "not evidenced here"),
        (
            "EN 301 549 7.1.3",
            replace(FACTS, read_back="each file was read back and is the same"),
            "evidenced",
        ),
    ],
)
def test_a_line_of_the_sheet(clause: str, facts: Facts, state: str) -> None:
    assert lines(facts)[clause].state == state
    assert all(lines(facts)[clause].evidence)


def test_colour_is_evidenced_only_where_it_was_judged() -> None:
    assert lines()["1.4.1"].state == "evidenced"
    silent = check(replace(WHOLE, cues=(replace(CUE, speaker=""),)))
    assert lines(verdict=silent)["1.4.1"].state == "not evidenced here"
