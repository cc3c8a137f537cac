"""The second engine for real, on real weights and without a hub: faster-whisper's tiny.en, turned into
openai-whisper's form.

The real command runs in .venv-whisper, which has torch and openai-whisper on top of the core; the
core's own environment has neither, and there the command says so.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from difflib import SequenceMatcher
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from pipeline.adapters.asr import weights as models
from pipeline.adapters.ffmpeg.process import ffmpeg
from pipeline.language.normalise import plain
from tests.needs import require

ROOT = Path(__file__).parents[1]
PYTHON = ROOT / ".venv-whisper" / "bin" / "python"
SECONDS = 34  # more than one of Whisper's windows of 30

PRODUCTION = """
[film]
title = "One interview"

[transcribe]
engine = "{engine}"
model = "tiny.en"

[[source]]
id = "amara"
file = "amara.mp4"
contributor = "amara"

[[scene]]
title = "All of it"
quotes = []
"""


@pytest.fixture(scope="module")
def interview(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first part of one interview of the sample."""
    path = tmp_path_factory.mktemp("footage") / "amara.mp4"
    cut = ["-i", str(ROOT / "assets/sample/footage/amara.mp4"), "-t", str(SECONDS), "-c", "copy", str(path)]
    subprocess.run([ffmpeg(), "-loglevel", "error", *cut], check=True)
    return path


@pytest.fixture(scope="module")
def weights() -> Path:
    require("tiny.en weights")
    return models.fetch("tiny.en")


@pytest.fixture(scope="module")
def checkpoint(weights: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("checkpoint") / "tiny.en.pt"
    turn = (
        f"from pathlib import Path; from pipeline.adapters.asr.checkpoints import convert; "
        f"convert(Path({str(weights)!r}), Path({str(out)!r}))"
    )
    subprocess.run([PYTHON, "-c", turn], check=True, cwd=ROOT)
    return out


@pytest.fixture
def transcribe(interview: Path, tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run `ourwords transcribe` on the interview in a production of its own, `tmp_path / engine`."""

    def run(engine: str, python: Path | str, **settings: str) -> subprocess.CompletedProcess[str]:
        folder = tmp_path / engine
        folder.mkdir()
        (folder / "amara.mp4").write_bytes(interview.read_bytes())
        (folder / "production.toml").write_text(PRODUCTION.format(engine=engine))
        for table in ("quotes.csv", "consent.csv"):
            (folder / table).write_bytes(
                (ROOT / "configs/example" / table).read_bytes().splitlines(keepends=True)[0]
            )
        environment = {name: value for name, value in os.environ.items() if name != "OURWORDS_OPENAI_WHISPER"}
        environment |= {
            "HF_HUB_OFFLINE": "1",
            "OMP_WAIT_POLICY": "passive",
        }  # torch's threads sleep while they wait: many times faster on a busy machine
        return subprocess.run(
            [python, "-m", "pipeline", "-C", folder, "transcribe"],
            cwd=ROOT,
            env=environment | settings,
            capture_output=True,
            text=True,
        )

    return run


def heard(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "transcripts" / "amara.json").read_bytes())
    return found


@pytest.mark.needs("openai-whisper")
@pytest.mark.slow
def test_the_two_engines_hear_the_same_words_at_the_same_times(
    transcribe: Callable[..., subprocess.CompletedProcess[str]], checkpoint: Path, tmp_path: Path
) -> None:
    done = transcribe("openai-whisper", PYTHON, OURWORDS_OPENAI_WHISPER=str(checkpoint))
    assert done.returncode == 0, done.stderr
    again = transcribe("faster-whisper", sys.executable)
    assert again.returncode == 0, again.stderr
    openai, faster = heard(tmp_path / "openai-whisper"), heard(tmp_path / "faster-whisper")

    assert openai["engine"] == "openai-whisper 20250625"
    assert openai["engine"] in done.stdout
    assert openai["weights"] == sha256(checkpoint.read_bytes()).hexdigest()
    assert faster["weights"] == models.model("tiny.en").weights
    times = [(Fraction(start), Fraction(end)) for start, end, *_ in openai["words"]]
    assert times == sorted(times)
    assert all(0 <= start < end <= SECONDS + 1 for start, end in times)
    assert all(0 < confidence <= 1 for _, _, _, confidence, *_ in openai["words"])

    ours, theirs = (
        [(plain(text), Fraction(start)) for start, _, text, *_ in found["words"]]
        for found in (openai, faster)
    )
    same = SequenceMatcher(None, [word for word, _ in ours], [word for word, _ in theirs], autojunk=False)
    assert same.ratio() > 0.85, (ours, theirs)
    apart = [
        abs(ours[block.a + at][1] - theirs[block.b + at][1])
        for block in same.get_matching_blocks()
        for at in range(block.size)
    ]
    assert len(apart) > 80
    assert sum(gap <= Fraction(1, 2) for gap in apart) > 0.9 * len(apart)
    assert median(apart) <= Fraction(
        1, 50
    )  # one step of Whisper's times: the same weights, read by the same attention heads


@pytest.mark.needs("openai-whisper")
@pytest.mark.slow
def test_a_file_that_is_no_checkpoint_is_named(
    transcribe: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    (tmp_path / "broken.pt").write_bytes(b"PK half of a download")
    done = transcribe("openai-whisper", PYTHON, OURWORDS_OPENAI_WHISPER=str(tmp_path / "broken.pt"))
    assert done.returncode == 69, done.stderr
    assert "broken.pt: does not load as an openai-whisper checkpoint of tiny.en" in done.stderr


@pytest.mark.slow
@pytest.mark.needs("openai-whisper")
@pytest.mark.parametrize("named", ["/nowhere/tiny.en.pt", ""])
def test_weights_that_are_not_there_are_not_fetched(
    transcribe: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path, named: str
) -> None:
    done = transcribe("openai-whisper", PYTHON, OURWORDS_OPENAI_WHISPER=named, XDG_CACHE_HOME=str(tmp_path))
    assert done.returncode == 69, done.stderr
    assert (named or str(tmp_path / "whisper" / "tiny.en.pt")) in done.stderr
    assert "OURWORDS_OPENAI_WHISPER" in done.stderr


@pytest.mark.slow
@pytest.mark.needs("no openai-whisper")
def test_where_it_is_not_installed_the_command_says_so(
    transcribe: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    done = transcribe("openai-whisper", sys.executable)
    assert done.returncode == 69, done.stderr
    assert "openai-whisper is not installed" in done.stderr
    assert 'pip install "ourwords[whisper]"' in done.stderr
    assert 'engine = "faster-whisper"' in done.stderr


@pytest.mark.needs("openai-whisper")
@pytest.mark.slow
def test_a_checkpoint_put_back_into_the_folders_form_has_the_same_tensors(
    weights: Path, checkpoint: Path, tmp_path: Path
) -> None:
    code = f"""
from pathlib import Path
import numpy as np
from pipeline.adapters.asr.checkpoints import convert_back, heads, read
convert_back(Path({str(checkpoint)!r}), Path({str(tmp_path / "back")!r}))
one, two = (read(Path(folder) / "model.bin") for folder in ({str(weights)!r}, {str(tmp_path / "back")!r}))
same = [name for name in one if np.array_equal(one[name].astype("f4"), two[name].astype("f4"))]
print(len(one), len(same), len(heads(Path({str(weights)!r}))))
"""
    done = subprocess.run([PYTHON, "-c", code], stdout=subprocess.PIPE, text=True, cwd=ROOT, check=True)
    every, same, heads = map(int, done.stdout.split())
    assert every == same > 100
    assert heads > 1
    assert (tmp_path / "back/tokenizer.json").read_bytes() == (weights / "tokenizer.json").read_bytes()


@pytest.mark.needs("openai-whisper")
@pytest.mark.slow
def test_a_folder_in_faster_whispers_form_is_heard_with_by_the_other(
    transcribe: Callable[..., subprocess.CompletedProcess[str]],
    weights: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(f"{__name__}.PRODUCTION", PRODUCTION.replace('"tiny.en"', f'"{weights}"'))
    done = transcribe("openai-whisper", PYTHON, XDG_CACHE_HOME=str(tmp_path / "cache"))
    assert done.returncode == 0, done.stderr
    assert "into the other engine's form" in done.stderr
    assert len(heard(tmp_path / "openai-whisper")["words"]) > 80
    [held] = json.loads((tmp_path / "openai-whisper/models.lock.json").read_bytes())["models"]
    assert held["files"]["model.bin"] == models.model("tiny.en").weights
