"""A small production for tests of commands: half a minute of one interview, three quotes, one scene."""

from __future__ import annotations

import subprocess
from pathlib import Path

from pipeline.adapters.ffmpeg.process import ffmpeg
from pipeline.cli.main import main
from tests.conftest import SAMPLE, linked

TOML = """
[film]
title = "A small film"
language = "en-GB"
size = "160x90"
quality = "draft"
clean = false

[transcribe]
model = "base"

[[source]]
id = "amara"
file = "footage/amara.mp4"
contributor = "amara"

[[scene]]
title = "First"
quotes = ["q01"]

[[scene.reflection]]
after = "q01"
prompt = "What did you hear?"
seconds = 5.0
"""
QUOTES = """id,contributor,source,text,theme,use,approved_by,approved_on,notes
q01,amara,amara,They saw the label before they saw me.,label,training;workshop,Tuesday group,2025-05-13,
q02,amara,amara,"It was a chest infection, it turned out.",Label ,training;workshop,Tuesday group,2025-05-13,
q03,amara,amara,Nobody has ever been to the moon on a bicycle.,moon,training,Tuesday group,2025-05-13,
"""
CONSENT = """contributor,display_name,scope,anonymise,given_on,expires_on,withdrawn_on,notes
amara,Amara,training;workshop,none,2025-03-04,,,
"""


def lists(folder: Path) -> None:
    """What people wrote, and no footage yet."""
    folder.mkdir()
    for name, text in (("production.toml", TOML), ("quotes.csv", QUOTES), ("consent.csv", CONSENT)):
        (folder / name).write_text(text)


def footage(folder: Path) -> None:
    (folder / "footage").mkdir()
    cut = ["-ss", "46", "-t", "26.3", "-i", SAMPLE / "footage" / "amara.mp4", "-vf", "scale=160:90"]
    codecs = ["-c:v", "libx264", "-preset", "ultrafast", "-g", "25", "-c:a", "aac"]
    subprocess.run(
        [ffmpeg(), "-loglevel", "error", *cut, *codecs, folder / "footage" / "amara.mp4"], check=True
    )


def steps(room: Path) -> None:
    """A small production as it goes on: a folder after each step."""
    lists(room / "lists")
    before = room / "lists"
    for name, command in (("transcribed", "transcribe"), ("matched", "match"), ("built", "build-cut")):
        folder = linked(before, room / name)
        if name == "transcribed":
            footage(folder)
        assert main(["-C", str(folder), "-q", command]) == 0
        before = folder


def edit(folder: Path, file: str, old: str, new: str) -> None:
    text = (folder / file).read_text()
    assert old in text
    (folder / file).write_text(text.replace(old, new))
