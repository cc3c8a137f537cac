"""Described, signed, easy to read: passed on under their own names, held against the film, and never the captions."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from pipeline.access import Access
from pipeline.errors import ConfigError, InputError, Refused
from pipeline.formats.captions import read
from pipeline.model.media import Media
from pipeline.model.quotes import Bleep
from pipeline.project import DescriptionSpec, EasyReadSpec, Production, SignLanguageSpec, load
from pipeline.rules.consent import names_written

SAMPLE = Path(__file__).parents[1] / "assets/sample"
EASY = "1\n00:00:01,000 --> 00:00:03,000\nShe helped <me>.\n\n2\n00:00:03,000 --> 00:00:06,000\nIt was good.\n"


@pytest.fixture
def production(tmp_path: Path) -> Production:
    shutil.copytree(SAMPLE, tmp_path / "film", ignore=shutil.ignore_patterns("build", "transcripts"))
    (tmp_path / "film/access").mkdir()
    (tmp_path / "film/access/easy.srt").write_text(EASY)
    return load(tmp_path / "film")


def access(production: Production, *, seconds: int = 60, length: int = 60, picture: bool = False) -> Access:
    """With a recording of `length` seconds, which nobody has to make for these tests."""

    def kept(file: str) -> tuple[Media, Path]:
        path = next((production.root / "footage").glob("*.mp4"))
        from pipeline.tools.probe import probe

        media = probe(path, "x")
        return replace(media, duration=Fraction(length), picture=media.picture if picture else None), path

    return Access(production, Fraction(seconds), kept)


def test_easy_read_is_published_as_easy_read(production: Production) -> None:
    files = access(replace(production, easy_read=EasyReadSpec(file="access/easy.srt"))).files
    assert list(files) == ["captions/easy-read.en-GB.vtt"]
    text = files["captions/easy-read.en-GB.vtt"]
    assert isinstance(text, bytes)
    assert text.decode().split("\n\n")[:2] == ["WEBVTT", "NOTE Easy read: what is said, in simpler words than were said. These are not the captions."]
    assert [cue.text for cue in read("a.vtt", text).cues] == ["She helped <me>.", "It was good."]


def test_a_description_is_a_recording_and_a_script(production: Production) -> None:
    (production.root / "access/ad.vtt").write_text("WEBVTT\n\n00:01.000 --> 00:03.000\nAmara looks up.\n")
    found = access(replace(production, description=DescriptionSpec(file="access/ad.mp3", script="access/ad.vtt")))
    assert sorted(found.files) == ["captions/description.en-GB.mp3", "captions/description.en-GB.vtt"]
    assert [cue.text for cue in found.described] == ["Amara looks up."]
    assert b"NOTE Audio description" in found.files["captions/description.en-GB.vtt"]  # type: ignore[operator]


def test_a_signed_version_has_a_corner_that_captions_keep_off(production: Production) -> None:
    spec = SignLanguageSpec(file="access/signed.mp4", share=0.25, corner="top-left")
    assert spec.area == (0.0, 0.0, 0.5, 0.5)
    left, top, right, bottom = SignLanguageSpec(file="x").area
    assert (right, bottom) == (1.0, 1.0)
    assert (right - left) * (bottom - top) == pytest.approx(0.17)
    assert list(access(replace(production, sign_language=spec), picture=True).files) == ["captions/sign-language.mp4"]


@pytest.mark.parametrize(
    ("slot", "spec", "text", "says"),
    [
        ("easy_read", EasyReadSpec(file="access/a.srt"), "Dear all", r"a\.srt, line 1: is|a\.srt: "),
        ("easy_read", EasyReadSpec(file="access/a.srt"), EASY.replace("00:00:06", "00:01:02"), "longer than the film"),
        ("easy_read", EasyReadSpec(file="access/a.srt"), EASY.replace("00:00:03,000 -->", "00:00:02,000 -->"), "overlap"),
        ("easy_read", EasyReadSpec(file="access/a.srt"), "WEBVTT\n\nNOTE not yet\n", "has nothing in it"),
        ("description", DescriptionSpec(script="access/a.srt"), EASY.replace("00:00:06", "00:01:02"), "longer than the film"),
        ("sign_language", SignLanguageSpec(file="access/a.srt"), "", "has no picture"),
    ],
)
def test_what_does_not_fit_the_film_is_refused(production: Production, slot: str, spec: EasyReadSpec, text: str, says: str) -> None:
    (production.root / "access/a.srt").write_text(text)
    if says == "has nothing in it":
        (production.root / "access/a.vtt").write_text(text)
        spec = EasyReadSpec(file="access/a.vtt")
    with pytest.raises(InputError, match=says):
        access(replace(production, **{slot: spec})).files  # noqa: B018


def test_a_recording_longer_than_the_film_belongs_to_another_cut(production: Production) -> None:
    signed = replace(production, sign_language=SignLanguageSpec(file="access/signed.mp4"))
    assert access(signed, length=61, picture=True).files
    with pytest.raises(InputError, match=r"longer than the film: 62\.0 s against 60\.0 s"):
        access(signed, length=62, picture=True).files  # noqa: B018


def test_a_final_film_needs_to_know_who_approved_it(production: Production) -> None:
    easy = replace(production, easy_read=EasyReadSpec(file="access/easy.srt"))
    assert [(found.rule, found.severity, found.criterion) for found in access(easy).findings()] == [("access", "warning", "3.1.5")]
    with pytest.raises(Refused, match="nobody has approved easy read"):
        access(easy).gate()
    approved = replace(production, easy_read=EasyReadSpec(file="access/easy.srt", approved_by="Anna", approved_on="2025-06-01"))
    assert access(approved).findings() == []
    access(approved).gate()


def test_what_an_earlier_build_published_goes(production: Production) -> None:
    (production.build / "captions").mkdir(parents=True)
    for name in ("easy-read.en-GB.vtt", "description.en-GB.mp3", "cut.en-GB.vtt"):
        (production.build / "captions" / name).touch()
    assert access(replace(production, easy_read=EasyReadSpec(file="access/easy.srt"))).gone() == ["captions/description.en-GB.mp3"]


def test_names_on_the_bleep_list_are_found_in_others_words(production: Production) -> None:
    (production.root / "access/easy.srt").write_text(EASY.replace("It was", "Sister Pargeter was"))
    texts = access(replace(production, easy_read=EasyReadSpec(file="access/easy.srt"))).texts
    bleep = Bleep("amara", "Sister Pargeter", "[a nurse]")
    assert [str(found) for found in names_written(texts, [bleep])] == ["access/easy.srt (amara): has a name that is on the bleep list"]
    assert names_written(texts, []) == []


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ('[easy_read]\nfile = "access/none.vtt"\n', 'easy_read.file: no file "access/none.vtt"'),
        ("[description]\n", "description: names no file"),
        ('[sign_language]\nfile = "access/easy.srt"\ncorner = "middle"\n', "sign_language.corner"),
        ('[sign_language]\nfile = "../elsewhere.mp4"\n', "leads out of the production folder"),
        ('[easy_read]\nfile = "access/easy.srt"\napproved_on = "yesterday"\n', "easy_read.approved_on"),
    ],
)
def test_settings_that_lead_nowhere(production: Production, table: str, says: str) -> None:
    settings = production.root / "production.toml"
    settings.write_text(f"{table}\n{settings.read_text(encoding='utf-8')}", encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        load(production.root)
    assert says in str(refused.value)


@pytest.mark.slow
def test_a_build_publishes_them_and_lists_them(film_copy: Path, ourwords: Callable[..., int]) -> None:
    (film_copy / "access").mkdir()
    (film_copy / "access/easy.srt").write_text(EASY)
    (film_copy / "access/ad.vtt").write_text("WEBVTT\n\n00:01.000 --> 00:03.000\nA hospital corridor.\n")
    settings = film_copy / "production.toml"
    before = settings.read_text(encoding="utf-8")
    tables = '[easy_read]\nfile = "access/easy.srt"\n\n[description]\nscript = "access/ad.vtt"\n\n'
    settings.write_text(tables + before, encoding="utf-8")
    assert ourwords(film_copy, "build-cut") == 0
    manifest = (film_copy / "build/manifest.json").read_text()
    for name in ("captions/easy-read.en-GB.vtt", "captions/description.en-GB.vtt"):
        assert (film_copy / "build" / name).is_file()
        assert name in manifest
    assert "<strong>Description:</strong> A hospital corridor." in (film_copy / "build/transcript.html").read_text()
    assert ourwords(film_copy, "build-cut", "--final") == 77  # nobody approved them
    (film_copy / "access/easy.srt").write_text(EASY.replace("She helped", "Sister Pargeter helped"))
    assert ourwords(film_copy, "build-cut") == 77  # a name that nobody has been asked about
    settings.write_text(before, encoding="utf-8")
    assert ourwords(film_copy, "build-cut") == 0
    assert not list((film_copy / "build/captions").glob("easy-read*"))
    assert "hospital corridor" not in (film_copy / "build/transcript.html").read_text()
