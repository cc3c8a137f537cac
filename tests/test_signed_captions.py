"""From a reviewer's file to a signed film and back to a void one, through the real commands on a small
film.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.cli.main import main
from tests.test_verify import small

pytestmark = pytest.mark.slow

Command = Callable[..., int]


@pytest.fixture(scope="module")
def signed_film(sample_film: Path, tmp_path_factory: pytest.TempPathFactory, ourwords: Command) -> Path:
    folder = tmp_path_factory.mktemp("signed") / "film"
    shutil.copytree(sample_film, folder, ignore=shutil.ignore_patterns("cut*", "captions"))
    assert ourwords(small(folder, ["q05", "q06", "q11"]), "build-cut") == 0
    return folder


def told(folder: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, Any]]:
    capsys.readouterr()
    code = main(["-C", str(folder), "-q", *arguments, "--json"])
    return code, json.loads(capsys.readouterr().out.splitlines()[-1])


def test_a_review_is_taken_in_signed_and_held_to_every_byte(
    signed_film: Path, ourwords: Command, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    film, srt = signed_film, signed_film / "build/captions/cut.en-GB.srt"
    assert ourwords(film, "verify") == 0, "nobody has to sign"
    assert ourwords(film, "captions", "sign", "--by", "Jo") == 1, (
        "nobody has listened to a word that was not made out"
    )
    asked = [
        one["cue"]
        for one in json.loads((film / "build/captions/report.json").read_bytes())["findings"]
        if one["rule"] == "low-confidence"
    ]
    for cue in asked:
        assert ourwords(film, "captions", "mark", str(cue), "--heard", "--by", "Jo") == 0
    assert ourwords(film, "build-cut") == 0
    assert ourwords(film, "captions", "sign", "--by", "Jo") == 0
    assert ourwords(film, "verify") == 0

    edited = tmp_path / "edited.srt"
    edited.write_text(
        "\ufeff"
        + srt.read_text()
        .replace("She pulled up a chair.", "She pulled up a couch!")
        .replace("that her eyes\nwere", "that her eyes were\n")
    )
    code, record = told(film, capsys, "captions", "import", str(edited), "--by", "Jo", "--dry-run")
    assert (code, record["written"]) == (1, False), "one of them asks for other words"
    code, record = told(film, capsys, "captions", "import", str(edited), "--by", "Jo")
    assert {one["kind"]: one["state"] for one in record["corrections"]} == {
        "text": "conflict",
        "break": "applied",
    }
    assert ourwords(film, "captions", "sign", "--by", "Jo") == 1, "the build is of before"
    assert ourwords(film, "build-cut") == 0
    assert "that her eyes were\n" in srt.read_text()
    assert "couch" not in srt.read_text()
    assert "correction-conflict" in (film / "build/report.html").read_text()
    assert ourwords(film, "captions", "sign", "--by", "Jo") == 1, "a conflict is open"
    assert ourwords(film, "verify") == 1

    code, record = told(film, capsys, "captions", "corrections")
    assert code == 1
    name = next(one["id"] for one in record["corrections"] if one["state"] == "conflict")
    assert ourwords(film, "captions", "undo", name, "--by", "Jo") == 0
    code, record = told(film, capsys, "captions", "sign", "--cues-changed")
    assert [one["text"].split()[:2] for one in record["look"]] == [["She", "sat"]]
    assert told(film, capsys, "status")[1]["sign_off"]["state"] == "void"
    code, record = told(film, capsys, "captions", "sign", "--by", "Ann")
    assert code == 0
    assert len(record["look"]) == 1 < record["cues"]
    assert record["carried_from"]
    assert ourwords(film, "verify") == 0
    assert told(film, capsys, "status")[1]["sign_off"]["state"] == "signed"

    srt.write_text(srt.read_text().replace("chair", "couch"))
    assert ourwords(film, "verify") == 1
    rules = {one["rule"] for one in json.loads((film / "build/verify.json").read_bytes())["findings"]}
    assert {"sign-off-void", "file-changed"} <= rules
