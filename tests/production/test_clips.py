"""Presets for clips and [clips] of production.toml: what is found, what is refused, and what counts."""

from __future__ import annotations

import json
import tomllib
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from pipeline.cli.main import main
from pipeline.consent.names import own_texts
from pipeline.errors import ConfigError
from pipeline.production.clips import SHAPES, ClipPreset, ClipsSpec, settled, size_in
from pipeline.production.configs import CONFIGS
from pipeline.production.load import written
from pipeline.production.presets import (
    OWN_PRESETS,
    about_presets,
    clip_presets,
    clip_settings,
    load_clip_preset,
)
from tests.small_film import TOML, edit, lists

OURS = {"workshop", "player", "slides", "phone", "square", "teams-chat", "large-room", "reel"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    lists(tmp_path / "film")
    return tmp_path / "film"


def own(folder: Path, name: str, text: str) -> Path:
    path = folder / OWN_PRESETS / f"{name}.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


# Presets --------------------------------------------------------------------------------------


def test_presets_are_one_page_each_and_explain_every_line() -> None:
    assert set(clip_presets()) == OURS
    assert next(iter(clip_presets())) == "workshop", "the default is told first"
    for name, path in clip_presets().items():
        preset, lines = load_clip_preset(name), path.read_text(encoding="utf-8").splitlines()
        assert preset.about and len(preset.about) < 75
        assert len(lines) < 60, "one page"
        for before, line in pairwise(lines):
            if line and not line.startswith("#"):
                assert before.startswith("#"), f"{name}: nothing explains {line}"
    phone, slides, reel = (load_clip_preset(name) for name in ("phone", "slides", "reel"))
    assert (phone.shape, phone.short, phone.captions, phone.max_size) == ("9:16", 720, "burnt", "25MB")
    assert (slides.shape, slides.captions) == ("16:9", "sidecar")
    assert reel.reel and reel.card
    assert size_in(phone.shape, (1280, 720), phone.short) == (720, 1280)


def test_a_productions_own_preset_is_found_first(folder: Path) -> None:
    own(folder, "phone", 'about = "ours"\nshape = "4:5"\n')
    own(folder, "ward", 'about = "for the ward\'s screen"\n')
    own(folder, "._phone", "what a Mac leaves beside a file")
    assert load_clip_preset("phone", folder).shape == "4:5"
    assert load_clip_preset("phone").shape == "9:16"
    assert about_presets(folder)["ward"] == "for the ward's screen"
    assert set(clip_presets(folder)) == OURS | {"ward"}


def test_an_unknown_preset_is_told_with_what_there_is_and_what_for(folder: Path) -> None:
    own(folder, "ward", 'about = "for the ward\'s screen"\n')
    own(folder, "broken", "shpae = 1\n")
    with pytest.raises(ConfigError) as told:
        load_clip_preset("fone", folder)
    assert told.value.where == "--preset"
    assert 'did you mean "phone"?' in told.value.next_step
    assert "for phones: upright" in told.value.next_step
    assert "for the ward's screen" in told.value.next_step
    assert "cannot be used: configs/clips/broken.toml, shpae" in told.value.next_step


@pytest.mark.parametrize(
    ("text", "where", "what", "step"),
    [
        ('shpae = "9:16"', "phone.toml, shpae", "is not a key", 'did you mean "shape"?'),
        ('shape = "9x16"', "phone.toml, shape", "'9:16'", "init DIR --presets"),
        ('max_size = "25 apples"', "phone.toml, max_size", "write it as 15MB", "init DIR --presets"),
        ("short = 72", "phone.toml, short", "greater than or equal to 180", "init DIR --presets"),
        ('card = "yes"', "phone.toml, card", "boolean", "init DIR --presets"),
        ("shape = 9:16", "phone.toml", "is not TOML", "double quotes"),
    ],
)
def test_a_broken_preset_says_where_and_what_to_do(
    text: str, where: str, what: str, step: str, folder: Path
) -> None:
    own(folder, "phone", text)
    with pytest.raises(ConfigError) as told:
        load_clip_preset("phone", folder)
    assert told.value.where == f"configs/clips/{where}"
    assert what in told.value.what and step in told.value.next_step
    assert load_clip_preset("square", folder), "the others can be used"


def test_a_preset_leads_nowhere_else(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "diary.toml").write_text('about = "mine"')
    own(folder, "ward", "").unlink()
    (folder / OWN_PRESETS / "ward.toml").symlink_to(tmp_path / "diary.toml")
    with pytest.raises(ConfigError, match="leads out of the production"):
        load_clip_preset("ward", folder)
    with pytest.raises(ConfigError, match="is not there"):
        load_clip_preset("../../../diary", folder)


# What counts ----------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", SHAPES)
def test_every_setting_is_said_over_clips_over_the_preset(shape: Any) -> None:
    every: dict[str, Any] = {
        "use": "public",
        "shape": shape,
        "short": 480,
        "captions": "both",
        "fill": "bars",
        "max_size": "9MB",
        "card": True,
        "question": "Why?",
        "question_seconds": 12.0,
        "reel": True,
    }
    assert {*every, "about"} == set(ClipPreset.model_fields), "a setting that this test does not know"
    preset = ClipPreset(about="kept")
    assert settled(preset, ClipsSpec(**every), {}) == ClipPreset(about="kept", **every)
    assert settled(preset, ClipsSpec(), every) == ClipPreset(about="kept", **every)
    others = ClipsSpec(use="training", shape="4:5", short=240, captions="none", fill="blur", card=False)
    assert settled(preset, others, every) == ClipPreset(about="kept", **every)
    assert settled(ClipPreset(**every), ClipsSpec(), {}) == ClipPreset(**every), "what is not said is kept"
    said = {"question": "", "max_size": ""}
    assert settled(ClipPreset(**every), ClipsSpec(), said).question == "", "nothing is an answer too"


def test_a_title_brings_its_card_unless_somebody_says_no() -> None:
    def card(preset: ClipPreset, spec: ClipsSpec, **said: object) -> bool:
        return settled(preset, spec, said, titled=True).card

    assert card(ClipPreset(), ClipsSpec())
    assert not card(ClipPreset(), ClipsSpec(), card=False)
    assert not card(ClipPreset(), ClipsSpec(card=False))
    assert not card(ClipPreset(card=False), ClipsSpec())
    assert not settled(ClipPreset(), ClipsSpec(), {}).card


def test_clips_of_a_production_take_its_own_preset_and_settings(folder: Path) -> None:
    (folder / "production.toml").write_text(TOML + '\n[clips]\npreset = "ward"\nmax_size = "5MB"\n')
    own(folder, "ward", 'shape = "1:1"\nmax_size = "9MB"\n')
    production = written(folder)
    made = clip_settings(production, captions="both")
    assert (made.shape, made.max_size, made.captions) == ("1:1", "5MB", "both")
    assert clip_settings(production, "phone").max_size == "5MB"
    assert clip_settings(production, "phone", max_size="7MB").max_size == "7MB"


@pytest.mark.parametrize(
    ("said", "where", "step"),
    [
        ({"shape": "9x16"}, "--shape", 'did you mean "9:16"?'),
        ({"captions": "burned"}, "--captions", 'did you mean "burnt"?'),
        ({"use": "staff"}, "--use", "there are: training, workshop, public"),
        ({"max_size": "a lot"}, "--max-size", "ourwords clips --help"),
        ({"question": "why " * 100}, "--question", "ourwords clips --help"),
        ({"shpae": "1:1"}, "", 'did you mean "shape"?'),
    ],
)
def test_an_option_that_cannot_be_is_told_by_its_name(
    said: dict[str, object], where: str, step: str, folder: Path
) -> None:
    with pytest.raises(ConfigError) as told:
        clip_settings(written(folder), **said)
    assert told.value.where == where and step in told.value.next_step


# [clips] --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "where", "told"),
    [
        ('shpae = "1:1"', "production.toml, clips.shpae", 'did you mean "shape"?'),
        ('preset = "fone"', "production.toml, clips.preset", 'did you mean "phone"?'),
        ('max_size = "much"', "production.toml, clips.max_size", "write it as 15MB"),
        ('about = "x"', "production.toml, clips.about", "is not a key that is known"),
    ],
)
def test_what_is_wrong_in_clips_is_told_as_elsewhere(table: str, where: str, told: str, folder: Path) -> None:
    (folder / "production.toml").write_text(TOML + f"\n[clips]\n{table}\n")
    with pytest.raises(ConfigError) as problem:
        written(folder)
    assert problem.value.where == where
    assert told in problem.value.what + problem.value.next_step


def test_a_broken_preset_of_clips_names_its_own_file(folder: Path) -> None:
    (folder / "production.toml").write_text(TOML + '\n[clips]\npreset = "ward"\n')
    own(folder, "ward", 'captoins = "none"\n')
    with pytest.raises(ConfigError, match="is not a key") as problem:
        written(folder)
    assert problem.value.where == "configs/clips/ward.toml, captoins"


def test_title_and_question_are_read_by_the_gate_for_names(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "production.toml").write_text(
        TOML + '\n[clips]\ntitle = "Hearing Sister Example"\nquestion = "What did Bo do?"\n'
    )
    texts = dict(own_texts(written(folder)))
    assert texts["production.toml, clips, question"] == "What did Bo do?"
    assert texts["production.toml, clips, title"] == "Hearing Sister Example"


# ourwords init --presets ----------------------------------------------------------------------


def test_presets_are_copied_and_never_written_over(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mine = own(folder, "phone", "# mine\n")
    assert main(["-C", str(folder), "init", "--presets"]) == 0
    told = capsys.readouterr().out
    assert "7 presets" in told and "Left as they are: configs/clips/phone.toml." in told
    assert mine.read_text() == "# mine\n"
    for name in OURS - {"phone"}:
        assert (folder / OWN_PRESETS / f"{name}.toml").read_bytes() == (
            CONFIGS / "clips" / f"{name}.toml"
        ).read_bytes()
    assert not (folder / "footage").exists(), "presets alone were asked for"
    assert main(["-C", str(folder), "init", "--presets", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["files"] == [] and len(document["left"]) == len(OURS)


def test_a_new_production_may_have_them_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", str(tmp_path / "new"), "--presets"]) == 0
    assert "8 presets" in capsys.readouterr().out
    assert set(clip_presets(tmp_path / "new")) == OURS
    assert tomllib.loads((tmp_path / "new" / OWN_PRESETS / "reel.toml").read_text())["reel"] is True
    assert main(["init"]) == 2
    assert "which folder?" in capsys.readouterr().err


def test_a_copied_preset_can_be_changed(folder: Path) -> None:
    assert main(["-C", str(folder), "-q", "init", "--presets"]) == 0
    edit(folder, "configs/clips/phone.toml", 'max_size = "25MB"', 'max_size = "10MB"')
    assert load_clip_preset("phone", folder).max_size == "10MB"
