"""Flaws of the lists: each with its row and column, and a list without it that has none."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from pipeline.production.lint import check
from pipeline.production.quotes import Consent, Quote

TODAY = date(2026, 6, 1)
QUOTE = Quote(
    "q1", "amara", "", "They saw me.", "", frozenset({"training"}), "Tuesday group", date(2026, 5, 1), "", 5
)
AMARA = Consent("amara", "Amara", frozenset({"training"}), frozenset(), date(2026, 4, 1), None, None, "", 2)
BEN = replace(AMARA, contributor="ben", display_name="Ben", row=3)


def test_good_lists_have_no_flaw() -> None:
    assert (
        check(
            [QUOTE, replace(QUOTE, contributor=""), replace(QUOTE, approved_by="Amara")], [AMARA, BEN], TODAY
        )
        == []
    )


@pytest.mark.parametrize(
    ("change", "rule", "column"),
    [
        ({"contributor": "zoe"}, "unknown-contributor", "contributor"),
        ({"use": frozenset({"training", "public"})}, "use-beyond-consent", "use"),
        ({"approved_on": date(2026, 7, 1)}, "future-date", "approved_on"),
        ({"approved_on": None}, "no-date", "approved_on"),
        ({"approved_by": "Amara's carer"}, "stand-in", "approved_by"),
        ({"approved_by": "J. Poe on behalf of Amara"}, "stand-in", "approved_by"),
        ({"approved_by": "Ben"}, "stand-in", "approved_by"),
    ],
)
def test_a_flaw_in_the_quote_list_names_row_and_column(
    change: dict[str, object], rule: str, column: str
) -> None:
    (flaw,) = check([replace(QUOTE, **change)], [AMARA, BEN], TODAY)
    assert (flaw.rule, flaw.file, flaw.row, flaw.column) == (rule, "quotes.csv", 5, column)
    assert str(flaw).startswith(f"quotes.csv row 5, column {column}: q1")


def test_a_stand_in_with_a_note_is_in_order() -> None:
    assert not check(
        [replace(QUOTE, approved_by="Amara's carer", notes="Her attorney since 2024; she was asked too.")],
        [AMARA],
        TODAY,
    )


@pytest.mark.parametrize(
    ("change", "rule", "column"),
    [
        ({"given_on": date(2027, 1, 1)}, "future-date", "given_on"),
        ({"withdrawn_on": date(2027, 1, 1)}, "future-date", "withdrawn_on"),
        ({"expires_on": date(2026, 1, 1)}, "order-of-dates", "expires_on"),
        ({"withdrawn_on": date(2026, 1, 1)}, "order-of-dates", "withdrawn_on"),
    ],
)
def test_a_flaw_in_the_register_names_row_and_column(
    change: dict[str, object], rule: str, column: str
) -> None:
    flaws = check([], [replace(AMARA, **change)], TODAY)
    assert [(flaw.rule, flaw.file, flaw.row, flaw.column) for flaw in flaws] == [
        (rule, "consent.csv", 2, column)
    ]
