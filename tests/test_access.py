"""Described, signed, easy to read: passed on under their own names, held against the film, and never the
captions.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

import pytest

from pipeline.captions.formats import read
from pipeline.consent import names
from pipeline.core.media import Media
from pipeline.delivery.alternatives import Access
from pipeline.errors import ConfigError, InputError, Refused
from pipeline.language.redaction import Bleep
from pipeline.production.load import Production, load
from pipeline.production.specs import DescriptionSpec, EasyReadSpec, SignLanguageSpec

TODAY = date(2025, 7, 1)
S = TypeVar("S", DescriptionSpec, SignLanguageSpec, EasyReadSpec)
SAMPLE = Path(__file__).parents[1] / "assets/sample"
EASY = (
    "1\n00:00:01,000 --> 00:00:03,000\nShe helped <me>.\n\n2\n00:00:03,000 --> 00:00:06,000\nIt was good.\n"
)


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
        from pipeline.adapters.pyav.probe import probe

        media = probe(path, "x")
        return replace(media, duration=Fraction(length), picture=media.picture if picture else None), path

    return Access(production, Fraction(seconds), kept, TODAY)


def approved(production: Production, spec: S, **changed: Any) -> S:
    """Approved as its files are now, but for what is `changed`."""
    digest = sha256(b"".join((production.root / name).read_bytes() for name in spec.files)).hexdigest()
    return spec.model_copy(
        update={"approved_by": "Anna", "approved_on": date(2025, 6, 1), "sha256": digest[:12]} | changed
    )


def test_easy_read_is_published_as_easy_read(production: Production) -> None:
    files = access(
        replace(production, easy_read=approved(production, EasyReadSpec(file="access/easy.srt")))
    ).files
    assert list(files) == ["captions/easy-read.en-GB.vtt"]
    text = files["captions/easy-read.en-GB.vtt"]
    assert isinstance(text, bytes)
    assert text.decode().split("\n\n")[:2] == [
        "WEBVTT",
        "NOTE Easy read: what is said, in simpler words than were said. These are not the captions.",
    ]
    assert [cue.text for cue in read("a.vtt", text).cues] == ["She helped <me>.", "It was good."]


@pytest.mark.slow
def test_a_description_is_a_recording_and_a_script(production: Production) -> None:
    (production.root / "access/ad.vtt").write_text("WEBVTT\n\n00:01.000 --> 00:03.000\nAmara looks up.\n")
    (production.root / "access/ad.mp3").write_bytes(b"sound")
    spec = DescriptionSpec(file="access/ad.mp3", script="access/ad.vtt")
    found = access(replace(production, description=approved(production, spec)))
    assert sorted(found.files) == ["captions/description.en-GB.mp3", "captions/description.en-GB.vtt"]
    assert [cue.text for cue in found.described] == ["Amara looks up."]
    assert found.files["captions/description.en-GB.vtt"] == (production.root / "access/ad.vtt").read_bytes()
    assert found.published("description") == "access/ad.mp3 and access/ad.vtt"
    alone = approved(production, DescriptionSpec(script="access/ad.vtt"))
    assert (
        "description"
        in access(
            replace(
                production,
                description=spec.model_copy(
                    update=alone.model_dump(include={"approved_by", "approved_on", "sha256"})
                ),
            )
        ).open
    )


@pytest.mark.slow
def test_a_signed_version_has_a_corner_that_captions_keep_off(production: Production) -> None:
    spec = SignLanguageSpec(file="access/signed.mp4", share=0.25, corner="top-left")
    assert spec.area == (0.0, 0.0, 0.5, 0.5)
    left, top, right, bottom = SignLanguageSpec(file="x").area
    assert (right, bottom) == (1.0, 1.0)
    assert (right - left) * (bottom - top) == pytest.approx(0.17)
    (production.root / "access/signed.mp4").write_bytes(b"pictures")
    assert list(
        access(replace(production, sign_language=approved(production, spec)), picture=True).files
    ) == ["captions/sign-language.mp4"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("slot", "spec", "text", "says"),
    [
        ("easy_read", EasyReadSpec(file="access/a.srt"), "Dear all", r"a\.srt, line 1: is|a\.srt: "),
        (
            "easy_read",
            EasyReadSpec(file="access/a.srt"),
            EASY.replace("00:00:06", "00:01:02"),
            "longer than the film",
        ),
        (
            "easy_read",
            EasyReadSpec(file="access/a.srt"),
            EASY.replace("00:00:03,000 -->", "00:00:02,000 -->"),
            "overlap",
        ),
        ("easy_read", EasyReadSpec(file="access/a.srt"), "WEBVTT\n\nNOTE not yet\n", "has nothing in it"),
        (
            "description",
            DescriptionSpec(script="access/a.srt"),
            EASY.replace("00:00:06", "00:01:02"),
            "longer than the film",
        ),
        ("sign_language", SignLanguageSpec(file="access/a.srt"), "", "has no picture"),
    ],
)
def test_what_does_not_fit_the_film_is_refused(
    production: Production, slot: str, spec: EasyReadSpec, text: str, says: str
) -> None:
    (production.root / "access/a.srt").write_text(text)
    if says == "has nothing in it":
        (production.root / "access/a.vtt").write_text(text)
        spec = EasyReadSpec(file="access/a.vtt")
    with pytest.raises(InputError, match=says):
        access(replace(production, **{slot: spec})).files  # noqa: B018


@pytest.mark.slow
def test_a_recording_longer_than_the_film_belongs_to_another_cut(production: Production) -> None:
    (production.root / "access/signed.mp4").write_bytes(b"pictures")
    signed = replace(
        production, sign_language=approved(production, SignLanguageSpec(file="access/signed.mp4"))
    )
    assert access(signed, length=61, picture=True).files
    with pytest.raises(InputError, match=r"longer than the film: 62\.0 s against 60\.0 s"):
        access(signed, length=62, picture=True).files  # noqa: B018


def test_what_is_approved_as_it_is_may_be_in_a_final_film(production: Production) -> None:
    found = access(replace(production, easy_read=approved(production, EasyReadSpec(file="access/easy.srt"))))
    assert found.findings() == []
    assert found.published("easy_read") == "access/easy.srt"
    found.gate()


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"approved_by": ""}, "nobody has approved it"),
        ({"approved_by": "pending"}, 'nobody has approved it .approved_by says "pending"'),
        ({"approved_on": None}, "nobody wrote down when"),
        ({"approved_on": date(2025, 7, 2)}, "approved on 2025-07-02, which is in the future"),
        ({"sha256": ""}, r'write sha256 = "{digest}"'),
        ({"sha256": "0" * 12}, r'is not the one that was approved.*write sha256 = "{digest}"'),
    ],
)
def test_what_is_not_approved_as_it_is_is_left_out_and_stops_a_final_film(
    production: Production, changed: dict[str, Any], why: str
) -> None:
    found = access(
        replace(production, easy_read=approved(production, EasyReadSpec(file="access/easy.srt"), **changed))
    )
    assert found.files == {}
    assert found.published("easy_read") == ""
    assert [(one.rule, one.severity, one.criterion, one.what) for one in found.findings()] == [
        ("access", "warning", "3.1.5", "is left out of what is published")
    ]
    with pytest.raises(
        Refused, match=f"easy read: .*{why.format(digest=sha256(EASY.encode()).hexdigest()[:16])}"
    ):
        found.gate()


def test_a_file_replaced_after_its_approval_is_not_approved(production: Production) -> None:
    (production.root / "access/ad.vtt").write_text("WEBVTT\n\n00:01.000 --> 00:03.000\nAmara looks up.\n")
    with_script = replace(
        production, description=approved(production, DescriptionSpec(script="access/ad.vtt"))
    )
    assert access(with_script).described
    (production.root / "access/ad.vtt").write_text("WEBVTT\n\n00:01.000 --> 00:03.000\nAmara looks down.\n")
    assert not access(with_script).described
    assert not access(with_script).files


def test_what_is_not_approved_any_more_is_in_no_release_so_the_door_takes_it_away(
    production: Production,
) -> None:
    assert set(
        access(
            replace(production, easy_read=approved(production, EasyReadSpec(file="access/easy.srt")))
        ).files
    ) == {"captions/easy-read.en-GB.vtt"}
    assert not access(replace(production, easy_read=EasyReadSpec(file="access/easy.srt"))).files


BY_HAND = """WEBVTT

NOTE read by Sister Pargeter

STYLE
::cue(i) { color: lime }

one
00:01.000 --> 00:03.000 line:10%
<i>She</i> helped me.
"""


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_webvtt_is_passed_on_byte_for_byte_with_its_notes_read(production: Production, mark: bytes) -> None:
    data = mark + BY_HAND.replace("\n", "\r\n").encode()
    (production.root / "access/easy.vtt").write_bytes(data)
    found = access(replace(production, easy_read=approved(production, EasyReadSpec(file="access/easy.vtt"))))
    assert found.files == {"captions/easy-read.en-GB.vtt": data}
    bleep = Bleep("amara", "Sister Pargeter", "[a nurse]")
    assert [where for where, _ in names.named_in(found.texts, names.unsaid([], [bleep]))] == [
        "access/easy.vtt"
    ]


def test_webvtt_that_no_player_reads_is_made_into_some(production: Production) -> None:
    (production.root / "access/easy.vtt").write_bytes(BY_HAND.encode("utf-16"))
    found = access(replace(production, easy_read=approved(production, EasyReadSpec(file="access/easy.vtt"))))
    text = found.files["captions/easy-read.en-GB.vtt"]
    assert isinstance(text, bytes)
    assert b"NOTE Easy read" in text and b"Pargeter" not in text


def test_names_on_the_bleep_list_are_found_in_others_words(production: Production) -> None:
    (production.root / "access/easy.srt").write_text(EASY.replace("It was", "Sister Pargeter was"))
    texts = access(replace(production, easy_read=EasyReadSpec(file="access/easy.srt"))).texts
    bleep = Bleep("amara", "Sister Pargeter", "[a nurse]")
    found = names.named_in(texts, names.unsaid([], [bleep]))
    assert [(where, name.who) for where, name in found] == [("access/easy.srt", "amara")]
    assert not list(names.named_in(texts, names.unsaid([])))


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ('[easy_read]\nfile = "access/none.vtt"\n', 'easy_read.file: no file "access/none.vtt"'),
        ("[description]\n", "description: names no file"),
        ('[sign_language]\nfile = "access/easy.srt"\ncorner = "middle"\n', "sign_language.corner"),
        ('[sign_language]\nfile = "../elsewhere.mp4"\n', "leads out of the production folder"),
        ('[easy_read]\nfile = "access/easy.srt"\napproved_on = "yesterday"\n', "easy_read.approved_on"),
        ('[easy_read]\nfile = "access/easy.srt"\napproved_on = "2025-02-30"\n', "easy_read.approved_on"),
        ('[easy_read]\nfile = "access/easy.srt"\nsha256 = "abc"\n', "easy_read.sha256"),
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
    tables = '[easy_read]\nfile = "access/easy.srt"\n{0}\n[description]\nscript = "access/ad.vtt"\n{1}\n'
    settings.write_text(tables.format("", "") + before, encoding="utf-8")
    assert ourwords(film_copy, "build-cut") == 0
    assert not list((film_copy / "build/captions").glob("easy-read*")), "nobody approved it"
    assert "hospital corridor" not in (film_copy / "build/transcript.html").read_text()
    assert ourwords(film_copy, "build-cut", "--final") == 77
    said = [
        f'approved_by = "Anna"\napproved_on = "2025-06-01"\nsha256 = '
        f'"{sha256((film_copy / "access" / name).read_bytes()).hexdigest()[:12]}"\n'
        for name in ("easy.srt", "ad.vtt")
    ]
    settings.write_text(tables.format(*said) + before, encoding="utf-8")
    assert ourwords(film_copy, "build-cut") == 0
    manifest = (film_copy / "build/manifest.json").read_text()
    for name in ("captions/easy-read.en-GB.vtt", "captions/description.en-GB.vtt"):
        assert (film_copy / "build" / name).is_file()
        assert name in manifest
    assert (
        "<strong>Description:</strong> A hospital corridor."
        in (film_copy / "build/transcript.html").read_text()
    )
    (film_copy / "access/easy.srt").write_text(EASY.replace("She helped", "Sister Pargeter helped"))
    assert ourwords(film_copy, "build-cut") == 77  # a name that nobody has been asked about
    settings.write_text(before, encoding="utf-8")
    assert ourwords(film_copy, "build-cut") == 0
    assert not list((film_copy / "build/captions").glob("easy-read*"))
    assert "hospital corridor" not in (film_copy / "build/transcript.html").read_text()
