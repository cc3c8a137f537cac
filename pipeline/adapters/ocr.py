"""Tesseract, where it is installed: what a reader who knows nothing of the plan makes of burnt-in text."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import numpy.typing as npt
from PIL import Image

from pipeline.adapters.ffmpeg.process import child

LETTER = 40
"""Pixels of an em to which small text is enlarged: below 20, tesseract guesses."""


@cache
def installed() -> frozenset[str]:
    """The languages that tesseract can read here; none where it is not there."""
    found = shutil.which("tesseract")
    if not found:
        return frozenset()
    out = subprocess.run(
        [found, "--list-langs"], capture_output=True, encoding="utf-8", timeout=30, stdin=subprocess.DEVNULL
    )
    return frozenset(out.stdout.split()[1:])


def reads(language: str) -> str:
    """The language by its code in ISO 639-2, which is tesseract's; blank where it cannot be read here."""
    return language if language in installed() else ""


def read(pictures: Sequence[npt.NDArray[np.uint8]], language: str, em: float) -> list[str]:
    """The text of each picture, light letters on a dark ground, by one run of tesseract."""
    with TemporaryDirectory(prefix="ourwords-read-") as folder:
        names = []
        for number, picture in enumerate(pictures):
            ground = Image.fromarray(255 - picture)
            larger = max(1.0, LETTER / em)
            name = Path(folder) / f"{number}.png"
            ground.resize(
                (round(ground.width * larger), round(ground.height * larger)), Image.Resampling.LANCZOS
            ).save(name)
            names.append(str(name))
        (Path(folder) / "names.txt").write_text("\n".join(names) + "\n", encoding="utf-8")
        argv = [shutil.which("tesseract") or "tesseract", "names.txt", "stdout", "-l", language, "--psm", "6"]
        limits = {
            **os.environ,
            "OMP_THREAD_LIMIT": "1",
        }  # its threads wait for each other more than they work
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        with child(argv, cwd=folder, env=limits, **pipes) as reading:
            out, _ = reading.communicate(timeout=60 + 5 * len(names))
        pages = out.decode("utf-8", errors="replace").split("\f")
        return [page.strip() for page in pages[: len(names)]] + [""] * (len(names) - len(pages))
