"""`approve wording --listed` says of a row that does not count what it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.consent.gate import VOID_STEP
from pipeline.consent.listed import unbound
from pipeline.production.load import load
from tests.production.test_checks import CONSENT, QUOTES, TOML


def whys(root: Path, quotes: str = QUOTES, consent: str = CONSENT) -> dict[str, tuple[str, str]]:
    (root / "footage").mkdir()
    for name in ("amara.mp4", "ben.mp4"):
        (root / "footage" / name).write_bytes(b"")
    for name, text in {"production.toml": TOML, "quotes.csv": quotes, "consent.csv": consent}.items():
        (root / name).write_text(text, encoding="utf-8")
    return {one.quote: (one.why, one.next_step) for one in unbound(load(root), {})}


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            "these words,t,training,the group,2025-05-13\n",
            "~~these words~~,t,training,the group,2025-05-13\n",
            "is struck out in column text",
        ),
        (
            "q02,ben,ben.mp4,these words,t,training,the group",
            "q02,ben,ben.mp4,these words,t,training,Ben hasn't",
            "which is nobody",
        ),
    ],
)
def test_a_row_that_does_not_count_is_told_as_what_it_is(
    old: str, new: str, says: str, tmp_path: Path
) -> None:
    found = whys(tmp_path, QUOTES[: QUOTES.index("q02")] + QUOTES[QUOTES.index("q02") :].replace(old, new))
    why, step = found["q02"]
    assert [*found] == ["q02"]
    assert says in why
    assert "quotes.csv row 3" in why
    assert step == VOID_STEP


def test_a_person_whose_row_does_not_count_is_told(tmp_path: Path) -> None:
    found = whys(tmp_path, consent=CONSENT.replace("ben,Ben,", "ben,~~Ben~~,"))
    assert [*found] == ["q02"]
    assert "has no consent that counts: consent.csv row 3" in found["q02"][0]


def test_a_row_that_nobody_approved_is_still_told_so(tmp_path: Path) -> None:
    found = whys(tmp_path, QUOTES.replace("the group,2025-05-13\nq02", ",\nq02"))
    assert found == {
        "q01": ("nobody has approved it", "fill in approved_by and approved_on in quotes.csv row 2")
    }
    assert whys_of_a_good_list(tmp_path / "good") == {}


def whys_of_a_good_list(root: Path) -> dict[str, tuple[str, str]]:
    root.mkdir()
    return whys(root)
