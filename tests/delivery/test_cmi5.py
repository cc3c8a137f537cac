"""The cmi5 package: its course structure, its preflight, and that it is the same bytes each time."""

from __future__ import annotations

import hashlib
import re
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from xml.etree.ElementTree import fromstring
from zipfile import ZipFile

import pytest

from pipeline.captions.model import Captions
from pipeline.delivery.training import cmi5
from pipeline.delivery.training.model import Stop, Training, Wording

ROOT = Path(__file__).parent.parent.parent
SCHEMA = ROOT / "tests" / "data" / "cmi5" / "CourseStructure.xsd"
PLAYER = {"index.html": b"<!doctype html>", "lms.js": b"", "extra/ffilm iaith.html": b""}


@pytest.fixture
def training(tmp_path: Path) -> Training:
    """A film that nobody plays here."""
    film = tmp_path / "film.mp4"
    film.write_bytes(b"no film")
    return Training(
        id="0b6f3c1e-6f0a-5f5e-9a53-2d6f5b1f7a10",
        title="Before <you> read & \x0b'judge'",
        language="en-GB",
        use="training",
        size=(320, 180),
        rate=Fraction(25),
        duration=Fraction(84),
        film=film,
        poster=b"",
        captions=Captions("en-GB", ()),
        lines=(),
        chapters=(),
        stops=(Stop("break-1", Fraction(9), "think", Fraction(20), Wording("What did you hear?")),),
    )


@pytest.fixture
def structure(training: Training) -> str:
    return cmi5.structure(training).decode()


def packed(to: Path, structure: str | None, **files: bytes) -> Path:
    with ZipFile(to / "course.zip", "w") as archive:
        if structure is not None:
            archive.writestr("cmi5.xml", structure)
        for name, content in {**PLAYER, **files}.items():
            archive.writestr(name, content)
    return to / "course.zip"


def rules(package: Path) -> list[str]:
    return [f"{one.rule}: {one.what}" for one in cmi5.lint(package)]


def test_the_course_is_the_film_and_done_when_it_is_completed(structure: str) -> None:
    root = fromstring(structure)
    named = {"": cmi5.NAMESPACE}
    unit = root.find("au", named)
    assert unit is not None
    assert unit.attrib["moveOn"] == "Completed"
    assert unit.findtext("url", namespaces=named) == "index.html"
    said = {one.attrib["lang"]: one.text for one in unit.findall("title/langstring", named)}
    assert said == {"en-GB": "Before <you> read & 'judge'"}
    described = {one.attrib["lang"]: one.text for one in unit.findall("description/langstring", named)}
    assert described == {
        "en": "A film of 1:24. It stops for people to think: 1×.",
        "cy": "Ffilm: 1:24. Mae'n stopio i bobl gael meddwl: 1×.",
    }


def test_ids_stay_when_the_film_is_built_again_and_are_those_of_no_other_film(training: Training) -> None:
    course, unit = cmi5.identifiers(training)
    assert course == f"urn:uuid:{training.id}"
    assert course != unit
    again = replace(training, title="Another title", duration=Fraction(100), stops=())
    assert cmi5.identifiers(again) == (course, unit)
    other = replace(training, id="3b6f3c1e-6f0a-5f5e-9a53-2d6f5b1f7a10")
    assert not {*cmi5.identifiers(other)} & {course, unit}


def test_it_is_the_same_bytes_whenever_it_is_made(training: Training, tmp_path: Path) -> None:
    first, second = (cmi5.package(training, tmp_path / name) for name in ("a", "b"))
    assert hashlib.sha256(first.read_bytes()).digest() == hashlib.sha256(second.read_bytes()).digest()
    with ZipFile(first) as archive:
        assert archive.namelist()[0] == "cmi5.xml"
        assert archive.read("film.mp4") == b"no film"
        assert archive.read("lms.js").decode() == cmi5.adapter()
        assert b"connect-src http: https:;" in archive.read("index.html")
        assert b"script-src 'self'" in archive.read("left.html")
        assert b'<script src="left.js"></script>' in archive.read("left.html")
    assert cmi5.lint(first) == []


@pytest.mark.needs("xmllint")
def test_the_schema_takes_it(structure: str, tmp_path: Path) -> None:
    assert valid(structure, tmp_path)


@pytest.mark.needs("xmllint")
def test_the_schema_refuses_a_wrong_one(structure: str, tmp_path: Path) -> None:
    assert not valid(structure.replace('moveOn="Completed"', 'moveOn="Watched"'), tmp_path)
    assert not valid(structure.replace("<url>index.html</url>", ""), tmp_path)


def valid(structure: str, room: Path) -> bool:
    (room / "cmi5.xml").write_text(structure, encoding="utf-8")
    asked = ["xmllint", "--nonet", "--noout", "--schema", str(SCHEMA), str(room / "cmi5.xml")]
    return subprocess.run(asked, capture_output=True).returncode == 0


def edits() -> Iterator[tuple[str, str, str, str]]:
    """What is changed in cmi5.xml, into what, and the rule that finds it."""
    course = 'id="urn:uuid:0b6f3c1e-6f0a-5f5e-9a53-2d6f5b1f7a10"'
    yield "</courseStructure>", "", "cmi5-xml", "is no well-formed XML"
    yield "<course ", '<!DOCTYPE a [<!ENTITY b "c">]><course ', "cmi5-xml", "is no well-formed XML"
    yield "/v1/CourseStructure.xsd", "/v2/CourseStructure.xsd", "cmi5-xml", "is no course structure"
    yield "<au .*</au>", "", "cmi5-xml", "has no assignable unit"
    yield "<course .*</course>", "", "cmi5-xml", "describes no course"
    yield "(<url>.*</url>)\n  </au>", r"</au>", "cmi5-url", "has no url to open"
    yield "(<au [^>]*>)(.*?)(<url>.*</url>)", r"\1\3\2", "cmi5-xml", "has its parts in an order"
    yield course, 'id="my-course"', "cmi5-id", "has an id that is no IRI"
    yield course, 'id="urn:uuid:two words"', "cmi5-id", "has an id that is no IRI"
    yield course, "", "cmi5-id", "has an id that is no IRI"
    yield '<au id="[^"]*"', f"<au {course}", "cmi5-id", "is the id of two things"
    yield 'lang="en-GB"', 'lang="English (UK)"', "cmi5-text", "has a title in no known language"
    yield 'lang="en"', "", "cmi5-text", "has a description in no known language"
    yield "<title>.*?</title>", "<title></title>", "cmi5-text", "has no title in any language"
    yield "<title>.*?</title>", "", "cmi5-text", "has no title in any language"
    yield "index.html", "Index.html", "cmi5-url", "opens a file that is not in the package"
    yield "index.html", "index.html?actor=me", "cmi5-url", "uses names that the LMS adds"
    yield 'moveOn="Completed"', 'moveOn="completed"', "cmi5-move-on", "has a moveOn that cmi5 does not know"
    yield "AnyWindow", "NewWindow", "cmi5-launch-method", "has a launchMethod that cmi5 does not know"
    for score in ("1.01", "-0.1", "80%", "0.12345", ""):
        what = f'masteryScore="{score}" moveOn'
        yield "moveOn", what, "cmi5-mastery-score", "has a masteryScore out of range"


@pytest.mark.parametrize(("old", "new", "rule", "what"), list(edits()))
def test_each_rule_finds_what_it_is_for(
    structure: str, tmp_path: Path, old: str, new: str, rule: str, what: str
) -> None:
    changed = re.sub(old, new, structure, flags=re.DOTALL)
    assert changed != structure
    found = cmi5.lint(packed(tmp_path, changed))
    assert any(one.rule == rule and what in one.what for one in found), found
    assert {one.rule for one in found} == {rule}
    assert all(one.severity == "error" and one.clause for one in found)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("index.html", "https://elsewhere.example/film.html"),
        ("index.html", "index.html?look=dark#start"),
        ("index.html", "extra/ffilm%20iaith.html"),
        ('id="urn:uuid:0b6f3c1e', 'id="https://ourwords.example/films/0b6f3c1e'),
        ('moveOn="Completed" ', ""),
        ("Completed", "CompletedOrPassed"),
        ("AnyWindow", "OwnWindow"),
        ("moveOn", 'masteryScore="0.85" moveOn'),
        ("moveOn", 'masteryScore="1" moveOn'),
        ('lang="en-GB"', 'lang="cy"'),
        ("</au>", '<more xmlns="https://elsewhere.example/"/></au>'),
    ],
)
def test_what_cmi5_allows_passes(structure: str, tmp_path: Path, old: str, new: str) -> None:
    changed = structure.replace(old, new)
    assert changed != structure
    assert rules(packed(tmp_path, changed)) == []


def test_a_package_whose_layout_is_wrong_is_refused(structure: str, tmp_path: Path) -> None:
    assert rules(packed(tmp_path, structure)) == []
    lost = packed(tmp_path, None, **{"course/cmi5.xml": structure.encode()})
    assert rules(lost) == ["cmi5-layout: is not at the root of the package"]
    assert cmi5.lint(lost)[0].measured == "course/cmi5.xml"
    for name in ("../out.html", "/etc/x", "C:\\x", "a\\b.js"):
        assert rules(packed(tmp_path, structure, **{name: b""})) == [
            "cmi5-layout: may lie outside the folder it is unpacked in"
        ]
    with pytest.warns(UserWarning, match="Duplicate"), ZipFile(packed(tmp_path, structure), "a") as archive:
        archive.writestr("index.html", b"")
    assert rules(tmp_path / "course.zip") == ["cmi5-layout: is in the package twice"]


def test_what_is_no_zip_file_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "course.zip").write_bytes(b"PK no")
    assert rules(tmp_path / "course.zip") == ["cmi5-layout: is no ZIP file that can be read"]
    assert rules(tmp_path / "nowhere.zip") == ["cmi5-layout: is no ZIP file that can be read"]


def test_the_document_says_what_is_judged_and_how_long_is_waited() -> None:
    text = (ROOT / "docs" / "cmi5.md").read_text(encoding="utf-8")
    listed = {row[1] for row in re.finditer(r"^\| cmi5-([\w-]+) \|", text, re.MULTILINE)}
    raised = {rule for _, _, rule, _ in edits()} | {"cmi5-layout"}
    assert {f"cmi5-{name}" for name in listed} == raised
    script = cmi5.adapter()
    patience, last = (re.search(rf"{name} = (\d+)", script) for name in ("PATIENCE", "LAST_WORDS"))
    assert patience
    assert last
    assert f"the film starts after {int(patience[1]) / 1000:g} s" in text
    assert f"cut at {int(last[1]):,} bytes" in text
