"""What is printed names nobody who may not be named, and calls people by their ids."""

from __future__ import annotations

from pathlib import Path

from pipeline.cli.unsaid import Unsaid

CONSENT = """contributor,display_name,scope,anonymise,given_on,expires_on,withdrawn_on,known_as
dev,A contributor,training,name,2025-03-11,,,Dev; Okafor
"""
BLEEPS = "contributor,name,caption_as\ndev,Sister Pargeter,[a nurse]\n"


def unsaid(folder: Path) -> Unsaid:
    (folder / "consent.csv").write_text(CONSENT)
    (folder / "bleeps.csv").write_text(BLEEPS)
    found = Unsaid()
    found.learn_from(folder)
    return found


def test_names_give_way_and_ids_stay(tmp_path: Path) -> None:
    found = unsaid(tmp_path)
    assert found.out_of("dev: “Par-geter saw Okafor, and Dev”") == "dev: “[a nurse] saw [name], and [name]”"
    assert found.out_of_all({"dev": ["Okafor", 1, None]}) == {"dev": ["[name]", 1, None]}


def test_the_path_of_the_production_stays_and_what_is_in_it_does_not(tmp_path: Path) -> None:
    folder = tmp_path / "okafor"
    folder.mkdir()
    found = unsaid(folder)
    assert found.out_of(f"{folder}/okafor.mp4") == f"{folder}/[name].mp4"


def test_before_anything_is_known_nothing_is_changed(tmp_path: Path) -> None:
    assert Unsaid().out_of("Okafor") == "Okafor"
    found = unsaid(tmp_path)
    found.forget()
    assert found.out_of("Okafor") == "Okafor"
    (tmp_path / "consent.csv").write_text("contributor\n")
    found.learn_from(tmp_path)
    assert found.out_of("Okafor and Pargeter") == "Okafor and [a nurse]", "as far as the lists can be read"
