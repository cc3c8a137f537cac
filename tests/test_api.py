"""The public names: a production that is open; and captions, matches and loudness by themselves."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import pipeline
from pipeline.core.time import Span
from pipeline.core.word import Word
from pipeline.errors import ConfigError, InputError, Refused, TryLater
from pipeline.speech.transcript import Transcript, Words
from tests.conftest import SAMPLE

SRT = "1\n00:00:01,000 --> 00:00:01,400\nThey saw the label before they saw me, and I was sitting there.\n"


@pytest.fixture
def captions(tmp_path: Path) -> Path:
    file = tmp_path / "in.srt"
    file.write_text(SRT, encoding="utf-8")
    return file


def test_every_public_name_is_there_and_no_other() -> None:
    assert all(getattr(pipeline, name) is not None for name in pipeline.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'flow'"):
        _ = pipeline.flow  # type: ignore[attr-defined]
    with pytest.raises(AttributeError, match="has no attribute 'burn'"):
        _ = pipeline.captions.burn  # type: ignore[attr-defined]


def test_importing_it_loads_no_tool() -> None:
    heavy = "numpy av onnxruntime faster_whisper pydantic typer jinja2".split()
    asked = f"import sys, pipeline; print([name for name in {heavy} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


# Without a production --------------------------------------------------------------------------


def test_captions_are_checked_and_fixed_and_written_in_another_format(captions: Path, tmp_path: Path) -> None:
    cues = pipeline.captions.read(captions)
    found = {finding.rule for finding in pipeline.captions.check(cues, profile="bbc", rate="25").findings}
    assert {"line-length", "reading-speed"} <= found
    fixed = pipeline.captions.fix(cues, profile="bbc", rate="25")
    left = {finding.rule for finding in pipeline.captions.check(fixed, profile="bbc", rate="25").findings}
    assert "line-length" not in left
    written = pipeline.captions.write(fixed, tmp_path / "out.vtt")
    again = pipeline.captions.read(written)
    assert again.format == "vtt"
    assert [cue.text for cue in again.cues] == [cue.text for cue in fixed.cues]


def test_a_file_that_is_none_and_a_format_that_is_none_are_told(captions: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        pipeline.captions.read(tmp_path / "none.srt")
    cues = pipeline.captions.read(captions)
    with pytest.raises(InputError, match="cannot be written in this format"):
        pipeline.captions.write(cues, tmp_path / "out.doc")
    with pytest.raises(ConfigError, match="is no picture"):
        pipeline.captions.check(cues, size="large")
    with pytest.raises(ConfigError, match="is not there"):
        pipeline.captions.check(cues, profile="nobodys")


def spoken(text: str, name: str = "talk") -> Transcript:
    words = [Word(word, Span.measured(at, at + 0.9), 0.9) for at, word in enumerate(text.split())]
    return Transcript(name, "en", "", "", Words.of(words))


def test_a_text_is_looked_for_in_transcripts() -> None:
    talk, other = spoken("so they saw the label before they saw me"), spoken("nothing of the kind", "other")
    assert pipeline.match("they saw the label", talk, other).state.value == "matched"
    assert pipeline.match("they saw the doctor and left", talk, other).state.value != "matched"
    assert (
        pipeline.match("they saw the label", talk, spoken("they saw the label", "again")).state.value
        == "ambiguous"
    )


@pytest.mark.slow
def test_how_loud_a_file_is_is_told_and_when() -> None:
    """BS.1770-4: a sine of 1 kHz at -20 dBFS in one of two channels is -23 LUFS, in both -20."""
    found = pipeline.loudness(SAMPLE / "footage" / "ben.mp4")
    assert -60 < found.integrated < -10
    assert found.peak < 0
    assert found.over(3).shape == found.steps.shape
    assert found.of([(0, 5)]) == pytest.approx(found.of([(0, 2.5), (2.5, 5)]), abs=0.01)
    assert np.all(found.over(0.4, floor=-50.0) >= -50)


# A production ----------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_film_is_open_and_asked_and_built_and_verified(film_copy: Path) -> None:
    told: list[str] = []
    today = date(2025, 6, 1)
    with pipeline.open(film_copy, today=today, progress=lambda stage, *_: told.append(stage)) as film:
        assert film.transcripts["amara"].words
        assert film.matches["q05"].best
        assert film.timeline.takes
        assert film.captions.cues
        assert film.build().changed == ()
        assert film.made == []
        assert len(film.stills) == len(film.timeline.shots)
        sound = film.sound(10, 12)
        assert sound.shape == (2 * 48_000, 2)
        verified = film.verify()
        assert not [one for one in verified.findings if one.severity == "error"]
        assert verified.page.is_file()
        clips = film.clips(quotes=["q05"])
        assert (
            "clips/they-saw-the-label-before-they-saw-me/01-they-saw-the-label-before-they-saw-me.mp4"
            in clips.files
        )
        with pytest.raises(TryLater, match="another build"), pipeline.open(film_copy, wait=False):
            pass
    with pipeline.open(film_copy, today=today, wait=False) as film:
        assert film.production.root == film_copy


@pytest.mark.slow
def test_a_dry_project_makes_nothing_and_says_what_it_would(film_copy: Path) -> None:
    quotes = film_copy / "production.toml"
    quotes.write_text(quotes.read_text(encoding="utf-8").replace("loudness = -18.0", "loudness = -19.0"))
    before = (film_copy / "build" / "cut.mp4").read_bytes()
    with pipeline.open(film_copy, dry=True) as film:
        assert [name for name, _ in film.outlook()] == ["the film"]
    assert (film_copy / "build" / "cut.mp4").read_bytes() == before


def blocks() -> list[str]:
    """The examples of docs/api.md."""
    text = (Path(pipeline.__file__).parents[1] / "docs" / "api.md").read_text(encoding="utf-8")
    return re.findall(r"```python\n(.*?)```", text, re.DOTALL)


@pytest.mark.slow
def test_the_documents_examples_run_as_they_stand(
    film_copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, captions: Path
) -> None:
    open_production, alone = blocks()
    (tmp_path / "my-film").symlink_to(film_copy, target_is_directory=True)
    (tmp_path / "amara.json").write_bytes((film_copy / "transcripts" / "amara.json").read_bytes())
    (tmp_path / "cut.mp4").symlink_to(film_copy / "build" / "cut.mp4")
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    exec(open_production, names)
    assert names["verified"].page.is_file()
    assert names["clipped"].files
    exec(alone, names)
    assert names["found"].state.value == "matched"
    assert names["level"].integrated == pytest.approx(-18, abs=0.5)
    assert (tmp_path / "out.vtt").is_file()


@pytest.mark.slow
@pytest.mark.parametrize("asked", ["transcribe", "take_transcript"])
def test_no_source_is_opened_that_is_none_or_of_somebody_who_withdrew(film_copy: Path, asked: str) -> None:
    consent = film_copy / "consent.csv"
    header, *rows = consent.read_text(encoding="utf-8").splitlines()
    at = header.split(",").index("withdrawn_on")
    for number, row in enumerate(rows):
        if row.startswith("ben,"):
            cells = row.split(",")
            cells[at] = "2025-05-30"
            rows[number] = ",".join(cells)
    consent.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    with pipeline.open(film_copy, today=date(2025, 6, 1)) as film:
        ask: Any = getattr(film, asked)
        for name, kind, says in (("nobody", ConfigError, "no source"), ("ben", Refused, "ben")):
            with pytest.raises(kind, match=says):
                ask([name]) if asked == "transcribe" else ask(name, film_copy / "transcripts" / "ben.json")
