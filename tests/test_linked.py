"""A copy of a production for a test to change: what is made is shared, nothing that is held or written."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import linked


@pytest.mark.parametrize(
    ("file", "shared"),
    [
        ("build/.store/objects/part", True),
        ("build/training/scorm12.zip", True),
        ("build/.store/seen.json", False),
        ("build/.lock", False),
        ("build/cut.mp4", False),
        ("quotes.csv", False),
    ],
)
def test_only_what_is_made_is_shared(file: str, shared: bool, tmp_path: Path) -> None:
    film = tmp_path / "film"
    (film / file).parent.mkdir(parents=True)
    (film / "build").mkdir(exist_ok=True)
    (film / file).write_bytes(b"ours")
    assert (linked(film, tmp_path / "copy") / file).samefile(film / file) is shared
