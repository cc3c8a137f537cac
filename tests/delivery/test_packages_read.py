"""Packages, scripts and what they are made from are read for names like any file that leaves."""

from __future__ import annotations

import io
import json
from fractions import Fraction
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import pytest

from pipeline.delivery import readable
from pipeline.delivery.release import nobody_named
from pipeline.delivery.training.model import Stop, Support, Wording
from pipeline.errors import BrokenIO, Refused
from tests.delivery.test_readable import NAMES, film


def packed(stored: bool = False, remark: str = "", **files: bytes) -> bytes:
    """A package; of `film_js` the name is film.js."""
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_STORED if stored else ZIP_DEFLATED) as package:
        package.comment = remark.encode()
        for name, data in files.items():
            package.writestr(name.replace("__", "/").replace("_", "."), data)
    return out.getvalue()


def script(**told: object) -> bytes:
    return f"window.ourwordsFilm = {json.dumps(told)};\n".encode()


CUES = script(title="Mark the place", cues=[{"text": "Hello"}, {"text": "D\u00e9v came"}])
WITHIN_CUES = script(cues=["Ask Sister Par-\ngeter"])

NAMING = {
    "training/player/film.js": CUES,
    "training/web/film.js": WITHIN_CUES,
    "training/player/lms.js": b'const who = "for D\\u00e9v";',
    "training/player/player.css": b".card::after { content: 'Dev'; }",
    "training/player/en.vtt": b"WEBVTT\n\n00:01.000 --> 00:02.000\nDev came\n",
    "training/guide/notes.txt": b"Ask Dev first.",
    "training/dev.zip": packed(film_js=script(title="Hello")),
    "training/scorm12.zip": packed(index_html=b"<p>Hello</p>", film_js=CUES),
    "training/scorm2004.zip": packed(imsmanifest_xml=b"<title>By D&#233;v</title>"),
    "training/named.zip": packed(dev_vtt=b"WEBVTT\n"),
    "training/remark.zip": packed(remark="for Dev"),
    "training/film.zip": packed(film_mp4=film(chapter="Dev")),
    "training/stored.zip": packed(stored=True, film_mp4=film(title="Thanks to Dev")),
    "training/picture.zip": packed(images__dev_jpg=b"\xff\xd8"),
    "training/h5p.h5p": packed(content__content_json=json.dumps({"authors": [{"name": "Dev"}]}).encode()),
    "training/two.zip": packed(inner_zip=packed(film_js=CUES)),
}

NAMING_NOBODY = {
    "training/player/film.js": script(title="Mark the place"[:4].lower(), at=[1, 2.5]),
    "training/player/player.js": b'const Mark = "Mark this place"; // Mark',
    "training/scorm12.zip": packed(
        index_html=b"<button>Mark</button>",
        player_js=b'say("Mark");',
        film_mp4=film(title="Before you read"),
        poster_jpg=b"\xff\xd8 Dev ",
    ),
}


@pytest.mark.parametrize("path", NAMING)
def test_a_name_is_read_wherever_it_stands(path: str) -> None:
    with pytest.raises(Refused) as problem:
        nobody_named({path: NAMING[path]}, NAMES)
    assert "dev" not in str(problem.value).replace("(dev)", "").casefold(), "it does not say the name"


@pytest.mark.parametrize("path", NAMING_NOBODY)
def test_what_names_nobody_leaves(path: str) -> None:
    nobody_named({path: NAMING_NOBODY[path]}, NAMES)


def test_the_same_of_a_package_on_the_disk(tmp_path: Path) -> None:
    (tmp_path / "kept").write_bytes(NAMING["training/film.zip"])
    with pytest.raises(Refused, match=r"film\.zip: film\.mp4, chapters"):
        nobody_named({"training/film.zip": tmp_path / "kept"}, NAMES)


def test_a_package_that_cannot_be_read_to_its_end_does_not_leave() -> None:
    whole = packed(film_js=script(title="Hello there, and once more hello"))
    torn = whole.replace(b"PK\x01\x02", b"PK\x01\x03")
    for broken in (b"", b"PK", torn, whole[:40] + b"\x00" * 20 + whole[60:]):
        with pytest.raises(BrokenIO, match="cannot be read to its end"):
            nobody_named({"training/scorm12.zip": broken}, NAMES)


def test_a_text_beyond_any_bound_is_not_read_and_does_not_leave(monkeypatch: pytest.MonkeyPatch) -> None:
    package = packed(film_js=script(title="Hello " * 100), other_js=b"1")
    monkeypatch.setattr(readable, "MOST_BYTES", 100)
    with pytest.raises(BrokenIO, match="larger than any text"):
        nobody_named({"training/scorm12.zip": package}, NAMES)
    monkeypatch.setattr(readable, "MOST_BYTES", 10_000)
    monkeypatch.setattr(readable, "MOST_FILES", 1)
    with pytest.raises(BrokenIO, match="more files"):
        nobody_named({"training/scorm12.zip": package}, NAMES)


@pytest.mark.parametrize(
    "told",
    [
        Stop("b1", Fraction(1), "think", Fraction(5), Wording("Hello?", notes="Dev may want to say more.")),
        Stop(
            "b1", Fraction(1), "think", Fraction(5), Wording("Hello?"), translations={"cy": Wording("Dév?")}
        ),
        (Support("A line", "01632 960 123", "ask for Dev"),),
    ],
)
def test_what_a_pdf_says_is_told_by_what_it_was_made_of(told: object) -> None:
    nobody_named({"training/guide/guide.pdf": b"%PDF-1.7"}, NAMES)
    with pytest.raises(Refused, match="the training"):
        nobody_named({"training/guide/guide.pdf": b"%PDF-1.7"}, NAMES, readable.said("the training", told))
    with pytest.raises(Refused, match="the name of"):
        nobody_named({"training/guide/dev.pdf": b"%PDF-1.7"}, NAMES)
