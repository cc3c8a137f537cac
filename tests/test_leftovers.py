"""What an earlier film left in build/ goes with it; what still is of this one stays."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.delivery.release import BEFORE, SEEN, Leftovers

SHOTS = [{"quote": "q1", "at": 0, "text": "One."}, {"quote": "q2", "at": 50, "text": "Two."}, {"quote": None, "at": 90, "text": "A card."}]
DIGESTS = {"cut.mp4": "a", "captions/cut.en.vtt": "b", "report.html": "c"}
SEEN_OF = {"quotes": {name: {"captions": {"sha256": name}} for name in ("q1", "q2")}}
OF_THE_FILM = ["draft.mp4", "export/cut.en.srt", "verify.html", "verify.json", "verify/cue-1-frame-2.jpg"]
ONE, TWO, TEN = ["clips/q1.en.vtt", "clips/q1.mp4"], ["clips/q2.en.srt", "clips/q2.mp4"], ["clips/q10.mp4"]


@pytest.fixture
def build(tmp_path: Path) -> Path:
    for name in [*OF_THE_FILM, *ONE, *TWO, *TEN, "clips/mine.txt", "cut.mp4", "captions/cut.en.vtt", "captions/report.html", SEEN]:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    files = [{"path": name, "sha256": digest} for name, digest in DIGESTS.items()]
    (tmp_path / "manifest.json").write_text(json.dumps({"shots": SHOTS, "files": files}))
    (tmp_path / SEEN).write_text(json.dumps(SEEN_OF))
    return tmp_path


Made = Callable[..., Leftovers]


@pytest.fixture
def made(build: Path) -> Made:
    """The film that is being made: the one before, but for what is said."""

    def leftovers(
        shots: list[dict[str, object]] = SHOTS, digests: dict[str, str] = DIGESTS, allowed: tuple[str, ...] = ("q1", "q2"), **captions: str
    ) -> Leftovers:
        quotes = {str(shot["quote"]) for shot in shots if shot["quote"]}
        seen = {"quotes": {name: {"captions": {"sha256": captions.get(name, name)}} for name in quotes}}
        return Leftovers(build, shots, digests, seen, allowed)

    return leftovers


def test_the_same_film_keeps_what_was_made_of_it(made: Made) -> None:
    assert made(digests=DIGESTS | {"report.html": "other"}).gone() == TEN, "that clip is of no quote of the film"


def test_whoever_is_not_in_the_film_any_more_is_in_none_of_its_files(made: Made) -> None:
    assert made(SHOTS[:1], DIGESTS | {"cut.mp4": "z"}).gone() == [*TEN, *TWO, *OF_THE_FILM]


@pytest.mark.parametrize("other", [{"cut.mp4": "z"}, {"captions/cut.en.vtt": "z"}], ids=["pictures", "captions"])
def test_a_film_of_the_same_shots_that_is_not_the_same_is_another(made: Made, other: dict[str, str]) -> None:
    assert made(digests=DIGESTS | other).gone() == [*TEN, *OF_THE_FILM]


def test_a_clip_goes_where_its_quote_is_cut_or_captioned_otherwise_and_stays_where_it_only_moved(made: Made) -> None:
    moved = [SHOTS[2] | {"at": 0}, SHOTS[0] | {"at": 40}, SHOTS[1] | {"at": 90}]
    assert made(moved).gone() == [*TEN, *OF_THE_FILM]
    shorter = [SHOTS[0] | {"text": "On"}, *SHOTS[1:]]
    assert made(shorter).gone() == [*ONE, *TEN, *OF_THE_FILM]
    assert made(q2="another speaker").gone() == [*TEN, *TWO]


def test_captions_under_another_name_go(made: Made, build: Path) -> None:
    (build / "captions/cut.cy.vtt").touch()
    assert made().gone() == ["captions/cut.cy.vtt", *TEN]


def test_what_cannot_be_told_goes(made: Made, build: Path) -> None:
    (build / "manifest.json").write_text("{")
    assert made().gone() == [*ONE, *TEN, *TWO, *OF_THE_FILM]
    assert made().before() == {}


def words(before: dict[str, bytes]) -> list[str]:
    return [shot["text"] for shot in json.loads(before[BEFORE])["shots"]]


def test_the_cut_before_is_kept_without_the_words_of_whoever_withdrew(made: Made, build: Path) -> None:
    assert made().before() == {}, "the same cut has none before it"
    assert words(made(SHOTS[:1]).before()) == ["One.", "Two.", "A card."]
    assert words(made(SHOTS[:1], allowed=("q1",)).before()) == ["One.", "", "A card."]
    (build / BEFORE).write_bytes(made(SHOTS[:1]).before()[BEFORE])  # two cuts ago, and they withdraw only now
    assert words(made(allowed=("q1",)).before()) == ["One.", "", "A card."]


@pytest.mark.slow
def test_a_build_without_a_quote_takes_its_clip_and_what_was_measured_away(film_copy: Path, ourwords: Callable[..., int]) -> None:
    build = film_copy / "build"
    for name in [*OF_THE_FILM, "clips/q06.mp4", "clips/q05.mp4"]:
        (build / name).parent.mkdir(exist_ok=True)
        (build / name).write_text("of the film before")
    settings = film_copy / "production.toml"
    text = settings.read_text(encoding="utf-8")
    assert '"q06", ' in text
    settings.write_text(text.replace('"q06", ', ""), encoding="utf-8")
    assert ourwords(film_copy, "build-cut") == 0
    left = {str(path.relative_to(build)) for path in build.rglob("*") if path.is_file() and path.read_bytes() == b"of the film before"}
    assert left == {"clips/q05.mp4"}
