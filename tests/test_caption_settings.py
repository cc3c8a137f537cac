"""What a production says of its captions: cameras that do not show who speaks, names without anything to
write for them.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.production.create import create
from pipeline.production.lists import read_bleeps
from pipeline.production.load import load

ANGLE = """
[[source.angle]]
id = "b"
file = "footage/anna.mp4"
"""


def production(
    folder: Path, source: str = "", angle: str = "", profile: str = "plain", more: str = ""
) -> Path:
    create(folder)
    (folder / "footage/anna.mp4").write_bytes(b"")
    text = (folder / "production.toml").read_text(encoding="utf-8")
    text = text.replace(
        'contributor = "anna"        # as in consent.csv\n',
        f'contributor = "anna"\n{source}\n{ANGLE}{angle}\n' if angle or source else "\\g<0>",
        1,
    )
    text = text.replace("\\g<0>", 'contributor = "anna"\n').replace(
        'profile = "plain"', f'profile = "{profile}"', 1
    )
    (folder / "production.toml").write_text(text + more, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("source", "angle", "wanted"),
    [
        ("", "", set()),
        ("off_screen = true", "", {"anna", "anna/b"}),
        ("off_screen = true", "off_screen = false", {"anna"}),
        ("", "off_screen = true", {"anna/b"}),
    ],
)
def test_a_camera_shows_who_speaks_or_does_not(
    tmp_path: Path, source: str, angle: str, wanted: set[str]
) -> None:
    assert load(production(tmp_path / "film", source, angle)).unseen == wanted


@pytest.mark.parametrize(("profile", "wanted"), [("plain", "[bleep]"), ("bbc", "BLEEP")])
def test_a_name_with_nothing_to_write_for_it_is_written_as_the_house_writes_a_bleep(
    tmp_path: Path, profile: str, wanted: str
) -> None:
    film = production(
        tmp_path / "film",
        profile=profile,
        more='\n[[bleep]]\ncontributor = "anna"\nname = "Sister Example"\n',
    )
    (film / "bleeps.csv").write_text(
        "contributor,name,caption_as\nanna,Ward Seven,\nanna,Dr Example,[a doctor]\n"
    )
    assert {bleep.name: bleep.caption_as for bleep in load(film).bleeps} == {
        "Sister Example": wanted,
        "Ward Seven": wanted,
        "Dr Example": "[a doctor]",
    }


def test_a_list_of_names_needs_no_column_for_what_is_written() -> None:
    (found,) = read_bleeps("bleeps.csv", b"contributor,name\namara,Sister Pargeter\n")
    assert found.caption_as == ""
