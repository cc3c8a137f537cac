"""`ourwords captions check --production` on a whole film, by every profile; and what the build puts beside
it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

PROFILES = ["plain", "bbc", "netflix", "netflix-sdh", "dcmp"]

pytestmark = pytest.mark.slow


def checked(
    film: Path, ourwords: Callable[..., int], capsys: pytest.CaptureFixture[str], *options: str
) -> tuple[int, dict[str, Any]]:
    capsys.readouterr()
    code = ourwords(film, "captions", "check", "--production", "--json", *options)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return code, next(line for line in lines if "findings" in line)


@pytest.mark.parametrize("profile", PROFILES)
def test_a_film_is_judged_by_every_rule_of_every_profile(
    profile: str, sample_film: Path, ourwords: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    code, told = checked(sample_film, ourwords, capsys, "--profile", profile)
    assert told["profile"] == profile
    assert code == any(found["severity"] == "error" for found in told["findings"])
    assert all("does not ask for it" in one["needs"] for one in told["not_judged"])
    rules = {found["rule"] for found in told["findings"]}
    assert not rules & {
        "no-speech",
        "numbers",
        "repeats",
        "across-cut",
        "overlap",
        "order",
        "sync",
        "characters",
        "markup",
        "empty",
        "colour-alone",
        "sentence-case",
        "full-stop",
        "space-before-punctuation",
        "unbalanced-quotes",
        "repeated-word",
        "label-style",
        "two-speakers",
    }
    assert all(found["clause"] and found["criterion"] for found in told["findings"])


def test_words_that_were_not_made_out_are_asked_about(
    film_copy: Path, ourwords: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    file = film_copy / "transcripts" / "ben.json"
    record = json.loads(file.read_bytes())
    record["words"] = [[start, end, text, 0.1, *rest] for start, end, text, _, *rest in record["words"]]
    before = [
        found
        for found in checked(film_copy, ourwords, capsys)[1]["findings"]
        if found["rule"] == "low-confidence"
    ]
    file.write_text(json.dumps(record))
    found = [
        found
        for found in checked(film_copy, ourwords, capsys)[1]["findings"]
        if found["rule"] == "low-confidence"
    ]
    assert len(found) > len(before)
    assert any("0.10" in one["measured"] for one in found)


def test_fixes_of_a_film_are_shown_and_never_touch_a_word(
    sample_film: Path, ourwords: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert ourwords(sample_film, "captions", "fix", "--dry-run", "--json") == 0
    told = next(line for line in map(json.loads, capsys.readouterr().out.splitlines()) if "fixes" in line)
    assert told["findings_after"] <= told["findings_before"]
    for fix in told["fixes"]:
        before, after = (
            " ".join(line.partition("  ")[2].replace(" / ", " ") for line in fix[side]).split()
            for side in ("before", "after")
        )
        assert before == after


def test_the_report_says_what_was_found_with_stills_and_evidence(sample_film: Path) -> None:
    record = json.loads((sample_film / "build/captions/report.json").read_bytes())
    assert {one["profile"] for one in record["profiles"]} == set(PROFILES) - {record["profile"]}
    lines = {one["clause"]: one for one in record["criteria"]}
    assert {
        "1.2.1",
        "1.2.2",
        "1.2.3",
        "1.2.5",
        "1.2.6",
        "1.2.7",
        "1.2.8",
        "1.4.1",
        "1.4.3",
        "1.4.5",
        "EN 301 549 7.1.2",
    } <= set(lines)
    assert lines["1.2.2"]["state"] != "evidenced"  # nobody has signed the sample
    page = (sample_film / "build/captions/report.html").read_text(encoding="utf-8")
    asked = {
        found["cue"]
        for found in record["findings"]
        if found["cue"]
        and found["rule"] not in ("low-confidence", "missing-sound", "unclear", "numbers-heard")
    }
    assert page.count("data:image/jpeg") == len(asked)


def test_another_house_is_explained(
    sample_film: Path, ourwords: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert ourwords(sample_film, "captions", "compare", "netflix", "--json") == 0
    told = next(
        line for line in map(json.loads, capsys.readouterr().out.splitlines()) if "differences" in line
    )
    assert told["other"] == "netflix"
    assert any("2 frames between cues" in one["two"] for one in told["differences"])
    assert any(line.startswith(f"{told['profile']} has ") for line in told["told"])
    assert ourwords(sample_film, "captions", "compare", "nobody") == 2
