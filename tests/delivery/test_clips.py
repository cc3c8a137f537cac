"""Clips: which quotes, what is rendered for them and what not, in what shape, and whom the gate stops."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import av
import pytest

import pipeline
from pipeline.api import Project
from pipeline.delivery.build import Finished
from pipeline.delivery.clips.choose import by_lists, chosen, speaker, words
from pipeline.delivery.clips.model import How, Wanted, with_preset
from pipeline.delivery.ledger import Ledger
from pipeline.errors import ConfigError, InputError, Refused
from pipeline.production.load import Production, load
from pipeline.production.presets import load_clip_preset
from tests.conftest import SAMPLE, linked
from tests.small_film import edit

TODAY = date(2025, 6, 1)

# Which quotes ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sample() -> Production:
    return load(SAMPLE)


def listed(production: Production) -> Finished:
    """A film of which nothing is known but the lists."""
    film = SimpleNamespace(
        production=production,
        contributor=lambda name: production.quote[name].contributor,
        clearance=SimpleNamespace(today=TODAY),
    )
    return cast("Finished", film)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Wanted(theme=" HELPED "), ("q11", "q12", "q13", "q14", "q15", "q16")),
        (Wanted(contributor="erin", theme="helped"), ("q13", "q15", "q16")),
        (Wanted(search="Kettle"), ("q15",)),
        (Wanted(search="tea  KETTLE"), ("q15",)),
        (Wanted(search="file", contributor="ben"), ("q02",)),
        (Wanted(quotes=["q15", "q05"]), ("q05", "q15")),
    ],
)
def test_what_is_asked_for_is_found(sample: Production, wanted: Wanted, found: tuple[str, ...]) -> None:
    assert chosen(listed(sample), wanted).quotes == found


@pytest.mark.parametrize("sought", ["kettles", "ett", "kettle aeroplane", "Pargeter"])
def test_words_are_whole_and_all_and_no_hidden_name(sample: Production, sought: str) -> None:
    with pytest.raises(ConfigError, match="no quote of the list fits"):
        chosen(listed(sample), Wanted(search=sought))


def test_what_a_search_or_a_theme_passes_over_is_said(sample: Production) -> None:
    told = chosen(listed(sample), Wanted(search="kettle tea", contributor="erin")).left_out
    assert told == ()
    told = chosen(listed(sample), Wanted(search="leaflet alcohol")).left_out
    assert told == ("Left out, with some of these words and not all: q08",)
    told = chosen(listed(sample), Wanted(quotes=["q05", "q15"], theme="label")).left_out
    assert told == ("Left out, of another theme: q15",)


def test_accents_and_case_are_no_difference() -> None:
    assert words("Ça  VA, Siân?") == words("ca va sian")
    assert words("don’t") == words("DON'T") != words("don t")


def test_nothing_asked_for_and_an_unknown_quote_are_told(sample: Production) -> None:
    with pytest.raises(ConfigError, match="clips of what"):
        chosen(listed(sample), Wanted())
    with pytest.raises(ConfigError, match='no quote "q99"'):
        chosen(listed(sample), Wanted(quotes=["q99"]))


def test_whoever_consented_to_training_alone_is_in_no_clip(sample: Production) -> None:
    refused = by_lists(listed(sample), ["q14", "q15"], "workshop")
    assert [one.quote for one in refused] == ["q14"] and "consents to training" in refused[0].why
    assert speaker(sample, "dev") == "A contributor" and speaker(sample, "amara") == "Amara"


# Made --------------------------------------------------------------------------------------------


@pytest.fixture
def small(small_films: Path, tmp_path: Path) -> Path:
    """A small film, built: q01 in its scene; q02 in none; q03 for training alone."""
    return linked(small_films / "built", tmp_path / "film")


def how(**changes: Any) -> How:
    return with_preset(How(load_clip_preset("workshop")), **changes)


def rendered(film: Project, begun: int) -> list[str]:
    return [name for name in film.made[begun:] if name.startswith("shot")]


def sized(clip: Path) -> tuple[int, int, int]:
    with av.open(str(clip)) as film:
        picture = film.streams.video[0]
        return picture.width, picture.height, picture.frames


slow = [pytest.mark.slow, pytest.mark.needs("base weights")]


class TestMade:
    pytestmark = slow

    def test_in_the_films_own_shape_nothing_of_it_is_rendered_anew(self, small: Path) -> None:
        with pipeline.open(small, today=TODAY) as film:
            film.timeline  # noqa: B018 - what of the footage is known is not counted
            begun = len(film.made)
            (clip,) = film.clips(quotes=["q01"]).clips
            assert rendered(film, begun) == []
            (take,) = film.timeline.takes
            assert sized(clip.film) == (160, 90, take.frames)
            whole = [cue.lines for cue in film.captions.cues if cue.quote == "q01"]
            assert [cue.lines for cue in clip.captions.cues] == whole
            film.clips(quotes=["q02"])
            assert rendered(film, begun) == ["shot 1, q02"], "it was in no scene"
            before = list(film.made)
            film.clips(quotes=["q01"])
            assert film.made == before
            assert any("clips" in kept.needed for kept in film.workspace.cache.stock(gone=(), withdrawn=()))

    def test_a_clip_has_its_title_and_no_other_tag(self, small: Path) -> None:
        with pipeline.open(small, today=TODAY) as film:
            (plain,) = film.clips(quotes=["q01"]).clips
            (less,) = film.clips(quotes=["q01"], how=how(max_size="30kB")).clips
            assert less.film.stat().st_size <= 30_000 and less.smaller and less.smaller.like < 1
            for clip in (plain, less):
                with av.open(str(clip.film)) as made:
                    assert made.metadata["title"] == clip.title
                    assert {*made.metadata} <= {"title", "major_brand", "minor_version", "compatible_brands"}
                    assert made.streams.audio[0].metadata["language"] == "eng" and not made.chapters()
            with pytest.raises(InputError, match=r"give it \d+kB or more"):
                film.clips(quotes=["q01"], how=how(max_size="1kB"))

    def test_another_shape_is_encoded_once_and_comes_with_cards_and_a_question(self, small: Path) -> None:
        edit(small, "consent.csv", "2025-03-04,,,", "2025-03-04,2027-06-30,,")
        settings = how(shape="9:16", card=True, question="What next?", question_seconds=2.0, reel=True)
        with pipeline.open(small, today=TODAY) as film:
            begun = len(film.made)
            found = film.clips(contributor="amara", how=settings, skip_refused=True, recipient="The ward")
            (clip,) = found.clips
            assert rendered(film, begun).count("shot 2, q01") == 1
            shown = [line.text for line in clip.lines]
            assert len(shown) == 3 and shown[1] == "2 of 2 Amara", "cards are told beside it"
            page = (small / "build/clips/amara-9x16-reel/index.html").read_text()
            assert "30 June 2027" in page and "What next?" in page
            assert sized(clip.film)[:2] == clip.size == (90, 160)
            assert clip.until == date(2027, 6, 30) and [one.quote for one in found.refused] == ["q03"]
            (entered,) = Ledger(small).exports
            assert (entered.what, entered.recipient) == ("clips amara-9x16-reel", "The ward")
            assert entered.until == clip.until and entered.intact
        with pipeline.open(small, today=date(2027, 7, 1)) as film:
            assert {one.path for one in film.removed} >= {"clips/amara-9x16-reel/index.html"}
            assert not list((small / "build" / "clips").rglob("*.mp4"))
            (standing,) = Ledger(small).standings(film.door.lists(), "")
            assert standing.state == "recall" and "The ward" in standing.next_step

    def test_pictures_without_captions_are_made_where_the_film_has_none(self, small: Path) -> None:
        with pipeline.open(small, today=TODAY) as film:
            begun = len(film.made)
            (clip,) = film.clips(quotes=["q01"], how=how(captions="sidecar")).clips
            assert rendered(film, begun) == ["shot 1, q01"], "the film's pictures all have them"
            assert clip.captions.cues
            bare = film.clips(quotes=["q01"], how=how(captions="none"))
            assert not [name for name in bare.files if name.endswith((".srt", ".vtt"))]
            assert rendered(film, begun) == ["shot 1, q01"]

    def test_another_quote_of_the_film_stands_in_no_clips_way(
        self, small: Path, ourwords: Callable[..., int]
    ) -> None:
        approved = "before they saw me.,label,training;workshop,"
        edit(small, "quotes.csv", f"{approved}Tuesday group", approved)
        assert ourwords(small, "build-cut") == 77
        assert ourwords(small, "clips", "--quote", "q01") == 77
        assert ourwords(small, "clips", "--quote", "q02") == 0
        assert ourwords(small, "clips", "--theme", "label", "--skip-refused") == 0
        names = {path.name for path in (small / "build" / "clips").rglob("*.mp4")}
        assert names == {"01-it-was-a-chest-infection.mp4"}

    def test_where_all_are_left_out_nothing_is_made_and_each_is_told(self, small: Path) -> None:
        with pipeline.open(small, today=TODAY) as film:
            found = film.clips(quotes=["q03"], how=how(), skip_refused=True)
        assert not found.clips and [one.quote for one in found.refused] == ["q03"]

    @pytest.mark.parametrize("kind", ["wording", "cut", "captions"])
    def test_a_clip_ends_when_an_approval_of_it_does(
        self, small: Path, kind: str, ourwords: Callable[..., int]
    ) -> None:
        assert ourwords(small, "approve", kind, "q01", "--by", "Jo", "--until", "2045-03-01") == 0
        with pipeline.open(small) as film:
            ends, other = (film.clips(quotes=[name], how=how()).clips[0].until for name in ("q01", "q02"))
            assert (ends, other) == (date(2045, 3, 1), None)

    def test_what_several_clips_lack_is_rendered_side_by_side(self, small: Path) -> None:
        told: list[tuple[str, str, float, float]] = []
        with pipeline.open(small, today=TODAY, progress=lambda *one: told.append(one)) as film:
            film.clips(quotes=["q01", "q02"], how=how(shape="1:1"))
        assert [one for one in told if one[:2] == ("render", "")] == [("render", "", 0, 2)]

    def test_who_is_left_out_is_in_no_title_and_no_name(self, small: Path) -> None:
        edit(small, "quotes.csv", "q03,amara", "q00,amara")
        with pipeline.open(small, today=TODAY) as film:
            found = film.clips(quotes=["q00", "q02"], how=how(), skip_refused=True)
            assert [one.quote for one in found.refused] == ["q00"]
            assert Path(found.folder).name == "it-was-a-chest-infection"
            assert not any("moon" in path.name for path in (small / "build" / "clips").rglob("*"))

    @pytest.mark.parametrize(
        "text",
        ["What Devdatta said", "Nobody has ever been to the moon on a bicycle"],
        ids=["a name", "words that are for training alone"],
    )
    def test_words_of_the_packs_own_go_through_the_gate(self, small: Path, text: str) -> None:
        register = "contributor,display_name,scope,anonymise,given_on,expires_on,withdrawn_on,notes"
        edit(small, "consent.csv", register, f"{register},known_as")
        edit(
            small,
            "consent.csv",
            "2025-03-04,,,",
            "2025-03-04,,,,\ndev,A man,training,name,2025-03-04,,,,Devdatta",
        )
        with pipeline.open(small, today=TODAY) as film:
            for settings in (How(how().preset, title=text), how(question=text), How(how().preset, name=text)):
                with pytest.raises(Refused) as refused:
                    film.clips(quotes=["q02"], how=settings)
                assert "Devdatta" not in str(refused.value)
            assert film.clips(quotes=["q02"], how=How(how().preset, title="What she said")).clips

    def test_a_pack_is_as_it_was_asked_for_last_and_goes_where_it_is_sent(
        self, small: Path, tmp_path: Path
    ) -> None:
        called = How(how().preset, name="mine")
        with pipeline.open(small, today=TODAY) as film:
            film.clips(quotes=["q01", "q02"], how=called)
            film.clips(quotes=["q02"], how=called)
            there = {path.name for path in (small / "build" / "clips" / "mine").glob("*.mp4")}
            assert there == {"01-it-was-a-chest-infection.mp4"}
            away = film.clips(quotes=["q02"], how=called, to=tmp_path / "stick", recipient="Jo")
            assert Path(away.folder) == tmp_path / "stick" / "mine"
            assert all(Path(name).is_file() for name in away.files)
            lines = [json.loads(line) for line in (small / "reviews/exports.jsonl").read_text().splitlines()]
            assert [line["what"] for line in lines] == ["clips mine"] * 3
            assert lines[-1]["for"] == "Jo" and lines[-1]["to"].endswith("stick/mine")

    def test_what_would_be_made_is_known_before(self, small: Path) -> None:
        with pipeline.open(small, today=TODAY) as film:
            film.clips(quotes=["q01"])
            allowed = {one.quote: one.allowed for one in film.clip_offers()}
            assert allowed == {"q01": True, "q02": True, "q03": False}
        with pipeline.open(small, today=TODAY, dry=True) as film:
            made, new = film.clips_foreseen(theme="label")
            assert made.kept and made.bytes == next((small / "build/clips").rglob("*.mp4")).stat().st_size
            assert new.quotes == ("q02",) and not new.kept
            assert new.seconds is not None and 1 < new.seconds < 5 and new.bytes
