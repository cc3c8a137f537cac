"""Zones and a caption font as people write them in production.toml: what is taken, and what is refused and
why.
"""

from __future__ import annotations

import shutil
from fractions import Fraction
from pathlib import Path

import pytest

from pipeline import errors
from pipeline.adapters import fonts
from pipeline.core.area import Area
from pipeline.production.create import create
from pipeline.production.keep_clear import Zone
from pipeline.production.load import Production, load

ZONE = (
    '[[zone]]\nkind = "face"\nsource = "anna"\narea = [0.42, 0.55, 0.58, 0.95]\nfrom = "1:02.5"\n'
    'to = "1:20"\n'
)


def written(folder: Path, more: str = "", font: str = "") -> Production:
    create(folder)
    (folder / "footage/anna.mp4").write_bytes(b"")
    path = folder / "production.toml"
    text = path.read_text(encoding="utf-8").replace(
        "[captions]", f'[captions]\nfont = "{font}"' if font else "[captions]"
    )
    path.write_text(f"{text}\n{more}", encoding="utf-8")
    return load(folder)


def test_zones_are_read_as_they_are_written(tmp_path: Path) -> None:
    more = ZONE + '[[zone]]\nkind = "sign-language"\narea = [0.75, 0.7, 1, 1]\n'
    assert written(tmp_path / "film", more).zones == (
        Zone("face", Area(0.42, 0.55, 0.58, 0.95), "anna", Fraction(125, 2), Fraction(80)),
        Zone("sign-language", Area(0.75, 0.7, 1, 1)),
    )
    assert written(tmp_path / "other").zones == ()


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("[0.42, 0.55, 0.58, 0.95]", "[0.58, 0.55, 0.42, 0.95]", "no rectangle"),
        ("[0.42, 0.55, 0.58, 0.95]", "[0.42, 0.55, 0.58]", "at least 4"),
        ("[0.42, 0.55, 0.58, 0.95]", "[0.42, 0.55, 58, 0.95]", "less than or equal to 1"),
        ('"anna"', '"hanna"', 'no source "hanna"'),
        ('"anna"', '"anna"\nangle = "b"', 'no angle "b"'),
        ('"face"', '"nose"', "nose"),
        ("from =", "form =", "from"),
        ('"1:02.5"', '"soon"', "not a time"),
    ],
)
def test_a_zone_that_is_none_is_refused(old: str, new: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(errors.ConfigError, match=says):
        written(tmp_path / "film", ZONE.replace(old, new))


def test_a_font_is_a_file_of_the_production(tmp_path: Path) -> None:
    folder = tmp_path / "film"
    with pytest.raises(errors.ConfigError, match="no file"):
        written(folder, font="assets/Own.ttf")
    shutil.rmtree(folder)
    with pytest.raises(errors.ConfigError, match="leads out of the production folder"):
        written(folder, font="../Own.ttf")
    shutil.rmtree(folder)
    (tmp_path / "elsewhere.ttf").write_bytes(fonts.regular().read_bytes())
    (folder / "assets").mkdir(parents=True)
    (folder / "assets/Own.ttf").symlink_to(tmp_path / "elsewhere.ttf")
    with pytest.raises(errors.ConfigError, match="leads out of the production folder"):
        written(folder, font="assets/Own.ttf")
