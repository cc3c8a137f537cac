"""Inputs from the field that came out wrong, as a person would run them: what happens now."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.adapters.ffmpeg.process import ffmpeg
from tests.conftest import Once
from tests.needs import MEDIA

CASES = MEDIA.parent / "cases"

pytestmark = [pytest.mark.slow, pytest.mark.needs("shared media"), pytest.mark.needs("base weights")]


@pytest.fixture(scope="session")
def silent_film(once: Once) -> Path:
    """Ten minutes without a sound: nothing can be held against it, and nothing is heard."""

    def make(folder: Path) -> None:
        picture, sound = "color=c=gray:s=160x90:r=5:d=600", "anullsrc=r=16000:cl=mono"
        inputs = ["-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", sound]
        codecs = ["-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", "-shortest"]
        subprocess.run(
            [ffmpeg(), "-y", "-loglevel", "error", *inputs, *codecs, folder / "film.mp4"], check=True
        )

    return once("silent", make) / "film.mp4"


@pytest.fixture
def case(tmp_path: Path, silent_film: Path, ourwords: Callable[..., int]) -> Callable[[str], Path]:
    """A case as a production of its own, its transcript imported."""

    def laid_out(name: str) -> Path:
        folder = tmp_path / "film"
        shutil.copytree(CASES / "matching" / name, folder)
        for path in (folder, *folder.rglob("*")):
            path.chmod(0o755)
        footage = folder / "footage" / "amara.mp4"
        if not footage.parent.exists():
            footage.parent.mkdir()
            own = folder / "amara.mp4"
            shutil.copy(own if own.exists() else silent_film, footage)
        for file in folder.glob("t.*"):
            assert ourwords(folder, "transcribe", "amara", "--import", str(file)) == 0
        return folder

    return laid_out


def states(
    folder: Path, ourwords: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> dict[str, dict[str, Any]]:
    capsys.readouterr()
    ourwords(folder, "match", "--json")
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["quotes"]
    return {one["id"]: one for one in found}


PARTIAL, MATCHED = "partial", "matched"

EXPECTED = {
    "iso-00": {"q00": MATCHED},
    "iso-01": {"q00": PARTIAL},
    "iso-03": {"q00": PARTIAL},
    "iso-04": {"q00": PARTIAL},
    "iso-07": {"q00": PARTIAL},
    "iso-08": {"q00": PARTIAL},
    "iso-09": {"q00": PARTIAL},
    "iso-12": {"q00": MATCHED},
    "real-a-and-e": {"q01": MATCHED, "q02": MATCHED},
    "real-german-negation": {"q01": PARTIAL, "q02": PARTIAL},
    "real-nb-hyphen": {"q01": MATCHED},
    "amp": {"q1": MATCHED, "q2": MATCHED, "q3": MATCHED},
    "misheard-name": {"q5": MATCHED},
}


@pytest.mark.parametrize(("name", "expected"), EXPECTED.items())
def test_a_case_has_the_right_state(
    name: str,
    expected: dict[str, str],
    case: Callable[[str], Path],
    ourwords: Callable[..., int],
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = states(case(name), ourwords, capsys)
    assert {quote: one["state"] for quote, one in found.items()} == expected, found
    for one in found.values():
        if one["state"] == MATCHED:
            assert len(one["spans"]) == 1, "nothing of it is cut out of the sound"


ENGLISH = dict.fromkeys(
    ("q09", "q10", "q17", "q18", "q19", "q20", "q21", "q23", "q24", "q26", "q27"), PARTIAL
)
GERMAN = dict.fromkeys(("q00", "q02", "q03", "q04", "q05", "q08"), PARTIAL)


@pytest.mark.parametrize(("name", "partial"), [("match-english-written", ENGLISH), ("match-german", GERMAN)])
def test_written_forms_are_found_as_they_are_said(
    name: str,
    partial: dict[str, str],
    case: Callable[[str], Path],
    ourwords: Callable[..., int],
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = states(case(name), ourwords, capsys)
    expected = {quote: partial.get(quote, MATCHED) for quote in found}
    assert {quote: one["state"] for quote, one in found.items()} == expected


def test_an_interviewers_words_are_nobodys_quote(
    case: Callable[[str], Path], ourwords: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    found = states(case("import-two-speakers"), ourwords, capsys)
    assert found["q01"]["state"] in ("not-found", PARTIAL)
    assert found["q02"]["state"] == MATCHED
