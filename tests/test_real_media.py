"""Films from real speech and real faces (../shared/media): built, decoded, and the quoted words found
again.
"""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from rapidfuzz.distance import LCSseq

from pipeline.adapters.asr.faster_whisper import FasterWhisper
from pipeline.adapters.asr.weights import fetch
from pipeline.adapters.pyav.audio import read_speech
from pipeline.adapters.pyav.probe import probe
from pipeline.language.normalise import tokens

pytestmark = [pytest.mark.slow, pytest.mark.needs("base weights")]

GRID = "grid_s1_20clips"
GRID_WORDS = "bin lay place set blue green red white at by in with now please soon again"
SENTENCES = (5, 8, 10, 14, 19)
"""Of the GRID recording's twenty; its words are codes, so a recogniser has no sense to lean on."""


@pytest.fixture(scope="module")
def film(media: Path, tmp_path_factory: pytest.TempPathFactory, ourwords: Callable[..., int]) -> Path:
    folder = tmp_path_factory.mktemp("real")
    (folder / "footage").mkdir()
    for name in (f"{GRID}.mp4", "nasa_13013.mp4", "autoeditor_example.mp4"):
        shutil.copyfile(media / name, folder / "footage" / name)
    grid = [
        row["text"]
        for row in csv.DictReader((media / f"{GRID}.sentences.tsv").read_text().splitlines(), delimiter="\t")
    ]
    quotes = [(f"grid-{number}", "speaker", f"{GRID}.mp4", grid[number]) for number in SENTENCES]
    quotes += [
        (
            "nasa",
            "narrator",
            "nasa_13013.mp4",
            "This is the optical and science segment … one of the largest clean rooms in the world",
        )
    ]
    quotes += [
        ("banana", "owner", "autoeditor_example.mp4", "When the time reaches 40 seconds, I will say banana.")
    ]
    with (folder / "quotes.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow("id contributor source text theme use approved_by approved_on".split())
        writer.writerows([*quote, "test", "training", "Ann Lee", "2026-01-01"] for quote in quotes)
    people = "\n".join(
        f"{who},{who.title()},training,none,2026-01-01,," for who in ("speaker", "narrator", "owner")
    )
    (folder / "consent.csv").write_text(
        f"contributor,display_name,scope,anonymise,given_on,expires_on,withdrawn_on\n{people}\n"
    )
    ids = ", ".join(f'"{quote[0]}"' for quote in quotes)
    (folder / "production.toml").write_text(f"""
[film]
title = "Real speech"
size = "640x360"
quality = "draft"
[[source]]
id = "grid"
file = "footage/{GRID}.mp4"
contributor = "speaker"
glossary = {json.dumps(GRID_WORDS.split())}
[[source]]
id = "nasa"
file = "footage/nasa_13013.mp4"
contributor = "narrator"
track = 2
[[source]]
id = "example"
file = "footage/autoeditor_example.mp4"
contributor = "owner"
[[scene]]
title = ""
seconds = 0.0
quotes = [{ids}]
""")
    assert ourwords(folder, "build-cut") == 0
    return folder


def shots(film: Path) -> list[dict[str, Any]]:
    return json.loads((film / "build/manifest.json").read_text())["shots"]


def test_the_quoted_words_are_heard_again_in_the_film(film: Path) -> None:
    recogniser = FasterWhisper(fetch("base"), "", 1)
    file = film / "build/cut.mp4"
    found = probe(file, "")
    speech = read_speech(file, found, found.tracks[0])
    for shot in shots(film):
        window = speech[shot["at"] * 640 : (shot["at"] + shot["frames"]) * 640]
        window = np.concatenate([np.zeros(8000, np.float32), window, np.zeros(8000, np.float32)])
        _, segments = recogniser.hear(window, "en", GRID_WORDS.split(), lambda _: None)
        heard = [token.form for token in tokens([word.text for segment in segments for word in segment])]
        wanted = [token.form for token in tokens(shot["text"].replace("…", "").split())]
        assert LCSseq.similarity(heard, wanted) >= 0.6 * len(wanted), (shot["quote"], heard)


def test_grid_sentences_are_cut_at_their_words(film: Path, media: Path) -> None:
    """Against the corpus's own word times: nothing clipped, and not a word of the sentence next to it."""
    words = [
        (float(row["start"]), float(row["end"]))
        for row in csv.DictReader((media / f"{GRID}.words.tsv").read_text().splitlines(), delimiter="\t")
    ]
    for number, shot in zip(
        SENTENCES, [s for s in shots(film) if s["quote"].startswith("grid")], strict=True
    ):
        mine, start, end = (
            words[number * 6 : number * 6 + 6],
            float(shot["source_in"]),
            float(shot["source_out"]),
        )
        assert start <= mine[0][0] + 0.06 and end >= mine[-1][1] - 0.06
        assert start >= words[number * 6 - 1][1] - 0.05
        assert number == 19 or end <= words[number * 6 + 6][0] + 0.05


def test_the_picture_is_the_sources_own_at_both_ends(film: Path) -> None:
    """The first and last frame of each take, against the source's frame at that time."""
    for shot in shots(film)[:5]:
        for offset in (0, shot["frames"] - 1):
            shown = picture(film / "build/cut.clean.mp4", (shot["at"] + offset) / 25)
            source = picture(film / "footage" / f"{GRID}.mp4", float(shot["source_in"]) + offset / 25)
            rows = np.linspace(0, source.shape[0] - 1, shown.shape[0]).astype(int)
            inner = shown[:, 95:545]
            columns = np.linspace(0, source.shape[1] - 1, inner.shape[1]).astype(int)
            assert np.abs(inner.astype(float) - source[rows][:, columns]).mean() < 8


def picture(file: Path, seconds: float) -> np.ndarray:
    with av.open(str(file)) as opened:
        opened.seek(max(0, int((seconds - 1) * 1_000_000)))
        frame = next(frame for frame in opened.decode(video=0) if frame.time >= seconds - 0.001)
        return frame.to_ndarray(format="gray")


def test_a_word_after_a_long_silence_is_heard(film: Path) -> None:
    """Whisper base drops "Banana" at 39.97 s from the whole file; the second hearing of that stretch finds
    it.
    """
    words = json.loads((film / "transcripts/example.json").read_text())["words"]
    late = [word for word in words if float(word[0]) > 39]
    assert [word[2].lower().strip(".") for word in late] == ["banana"]
    assert abs(float(late[0][0]) - 39.97) < 0.5
    assert not [
        word for word in words if 17.5 < float(word[0]) < 39 and len(word) == 4
    ]  # nothing invented in the silence
