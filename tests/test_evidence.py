"""What a person writes is no evidence of the sound: transcripts edited by hand, times, pins."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

APPROVED = "They saw the label before they saw me."
TURNED = "They never saw the label before they saw me."


def state(
    film: Path, ourwords: Callable[..., int], capsys: pytest.CaptureFixture[str], *arguments: str
) -> dict[str, Any]:
    """What `match` says of q05."""
    capsys.readouterr()
    ourwords(film, "match", *arguments, "--json")
    quotes: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["quotes"]
    return next(one for one in quotes if one["id"] == "q05")


def approve(film: Path, text: str) -> None:
    """The list says these words for q05."""
    quotes = film / "quotes.csv"
    rows = quotes.read_text(encoding="utf-8").splitlines()
    rows = [row.replace(APPROVED, text) if row.startswith("q05,") else row for row in rows]
    quotes.write_text("\n".join(rows) + "\n", encoding="utf-8")


def write_into(film: Path, word: str, before: str) -> None:
    """Somebody edits the transcript: a word before another, which nobody said, at each "they saw"."""
    path = film / "transcripts" / "amara.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    words, out = record["words"], []
    for this, following in zip(words, [*words[1:], None], strict=True):
        start, end, text, sure = this[:4]
        if following and (text.lower(), following[2]) == ("they", before):
            middle = str((float(start) + float(end)) / 2)
            out += [[start, middle, text, sure], [middle, end, word, 0.99]]
        else:
            out.append(this)
    record["words"] = out
    path.write_text(json.dumps(record), encoding="utf-8")


def test_a_transcript_edited_to_fit_is_no_evidence(
    film_copy: Path, ourwords: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    approve(film_copy, TURNED)
    write_into(film_copy, "never", "saw")
    found = state(film_copy, ourwords, capsys)
    assert found["state"] == "partial"
    assert [one["approved"] for one in found["differences"]] == ["never"]
    assert ourwords(film_copy, "build-cut") == 1


def test_one_that_was_edited_and_is_true_is_borne_out(
    film_copy: Path, ourwords: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    write_into(film_copy, "never", "saw")  # what stands in the transcript is not what was said
    assert state(film_copy, ourwords, capsys)["state"] == "matched"


def test_times_of_other_words_stop_the_build(
    film_copy: Path, ourwords: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    quotes = film_copy / "quotes.csv"
    header, *rows = quotes.read_text(encoding="utf-8").splitlines()
    rows = [f"{row},20.0,22.5" if row.startswith("q05,") else f"{row},," for row in rows]
    quotes.write_text("\n".join([f"{header},in,out", *rows]) + "\n", encoding="utf-8")
    found = state(film_copy, ourwords, capsys)
    assert (found["state"], found["pinned"]) == ("partial", True)
    assert found["score"] < 0.5
    assert ourwords(film_copy, "build-cut") == 1


def test_who_listened_is_believed_until_the_words_change(
    film_copy: Path, ourwords: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    approve(film_copy, TURNED)
    assert state(film_copy, ourwords, capsys)["state"] == "partial"
    assert ourwords(film_copy, "match", "--heard", "q05") == 2  # by whom?
    assert ourwords(film_copy, "match", "--heard", "q05", "--by", "YOUR NAME") == 2
    found = state(film_copy, ourwords, capsys, "--heard", "q05", "--by", "Sam")
    assert (found["state"], found["differences"][0]["answer"]) == ("matched", "listened")
    approve_again = TURNED.replace("never", "hardly")
    quotes = film_copy / "quotes.csv"
    quotes.write_text(quotes.read_text(encoding="utf-8").replace(TURNED, approve_again), encoding="utf-8")
    assert state(film_copy, ourwords, capsys)["state"] == "partial"
