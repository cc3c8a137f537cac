"""What a person listened to holds for these words, there, in this sound; and for nothing else."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from pipeline.core.footage import HeardBy
from pipeline.core.time import Span
from pipeline.errors import InputError
from pipeline.matching import listened
from pipeline.matching.model import Candidate
from pipeline.production.load import Production
from tests.matching.test_match import BEFORE, best, quote

QUOTE = quote("They saw the label first.")
PLACE = best(QUOTE.text, f"{BEFORE} they saw the label first")


@dataclass(frozen=True)
class Sound:
    key: str = "a hash, track 1"


OF = cast("HeardBy", Sound())


def production(root: Path) -> Production:
    return cast("Production", SimpleNamespace(path=lambda name: root / name))


def moved(place: Candidate, seconds: str) -> Candidate:
    """The same words, heard a moment elsewhere."""
    by = Fraction(seconds)
    stretches = tuple(
        replace(one, said=tuple(replace(w, span=Span(w.span.start + by, w.span.end + by)) for w in one.said))
        for one in place.stretches
    )
    return replace(place, stretches=stretches)


def test_what_was_listened_to_is_kept_and_holds(tmp_path: Path) -> None:
    listened.add(production(tmp_path), [listened.heard(QUOTE, PLACE, OF, "Sam")])
    (one,) = listened.read(production(tmp_path))
    assert one.by == "Sam"
    assert one.holds(QUOTE, PLACE, OF)
    assert one.holds(QUOTE, moved(PLACE, "0.2"), OF)


def changes() -> list[Any]:
    return [
        (quote("They saw the table first."), PLACE, OF),
        (replace(QUOTE, id="q2"), PLACE, OF),
        (QUOTE, moved(PLACE, "0.5"), OF),
        (QUOTE, replace(PLACE, source="ben"), OF),
        (QUOTE, PLACE, cast("HeardBy", Sound("another recording"))),
    ]


@pytest.mark.parametrize(("text", "place", "sound"), changes())
def test_it_lapses_with_words_place_or_sound(text: Any, place: Candidate, sound: HeardBy) -> None:
    assert not listened.heard(QUOTE, PLACE, OF, "Sam").holds(text, place, sound)


def test_a_line_that_says_nothing_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "reviews" / "heard.jsonl"
    path.parent.mkdir()
    path.write_text(
        '{"v": 1, "id": "1", "written": "2026-01-01T00:00:00Z", "quote": "q1"}\n', encoding="utf-8"
    )
    with pytest.raises(InputError, match="listened to"):
        listened.read(production(tmp_path))
    assert listened.read(production(tmp_path / "new")) == ()
