"""H5P packages: what is in them, what is foreseen of an import, and what another maker's site does."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pytest

from pipeline.core.finding import Finding
from pipeline.delivery.training import h5p, h5p_libraries
from pipeline.delivery.training.h5p_libraries import MAIN, RUNTIME, Library, installed
from pipeline.delivery.training.h5p_preflight import Limits
from pipeline.delivery.training.h5p_words import words
from pipeline.delivery.training.model import Stop, Stretch, Training, Version, Wording
from pipeline.engine.cache import Shelf
from pipeline.engine.workspace import Workspace
from pipeline.errors import InputError
from pipeline.render.smaller import Shape, smaller
from tests.delivery import h5p_stubs as stubs
from tests.delivery import training_example
from tests.needs import NPM

SITE = Path(__file__).with_name("h5p_site.cjs")


@pytest.fixture(scope="module")
def training(tmp_path_factory: pytest.TempPathFactory) -> Training:
    return training_example.training(tmp_path_factory.mktemp("film"))


@pytest.fixture(scope="module")
def libraries(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return stubs.site(tmp_path_factory.mktemp("site") / "site.h5p")


def rules(findings: list[Finding]) -> set[str]:
    return {one.rule for one in findings}


def inside(package: Path) -> dict[str, bytes]:
    with ZipFile(package) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def about(package: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(inside(package)["h5p.json"])
    return found


def said(training: Training, **how: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = h5p.content(training, **how)["interactiveVideo"]["assets"]["interactions"]
    return found


# What is in them ----------------------------------------------------------------------------------


def test_content_is_what_interactive_video_describes(training: Training) -> None:
    for typed in (False, True):
        assert list(stubs.flaws(h5p.content(training, free_text=typed), stubs.INTERACTIVE_VIDEO)) == []


@pytest.mark.parametrize(
    ("change", "flaw"),
    [
        ({"interactiveVideo": {}}, ".interactiveVideo.video is missing"),
        (
            {"override": {"preventSkippingMode": "sideways"}},
            ".override.preventSkippingMode is none of the choices",
        ),
        ({"override": {"autoplay": 1}}, ".override.autoplay is neither true nor false"),
        ({"surprise": 1}, ".surprise is unknown"),
    ],
)
def test_the_description_refuses_what_is_not(training: Training, change: dict[str, Any], flaw: str) -> None:
    assert flaw in stubs.flaws(h5p.content(training) | change, stubs.INTERACTIVE_VIDEO)


def test_each_break_pauses_the_film_where_it_is_and_is_announced_by_its_time(training: Training) -> None:
    at = {one["libraryTitle"]: one["duration"]["from"] for one in said(training)}
    assert at == {
        "Before you start": 0,
        "Reflection break at 9 seconds, Content note at 10 seconds": 9.4,
        "Reflection break at 21 seconds": 21.5,
    }
    assert all(one["pause"] and one["displayType"] == "poster" for one in said(training))
    assert all(one["action"]["metadata"]["title"] == one["libraryTitle"] for one in said(training))


def test_a_warning_can_be_skipped_unless_it_is_told_with_a_break(training: Training) -> None:
    apart = replace(training, warnings=(Stretch(Fraction(12), Fraction(16), "A ward."),))
    told = {one["libraryTitle"]: one for one in said(apart)}
    assert told["Content note at 12 seconds"]["goto"] == {"type": "timecode", "time": 16, "visualize": True}
    text = told["Content note at 12 seconds"]["action"]["params"]["text"]
    assert "<p>A ward.</p><p>Select this note to go on after that part, at 16 seconds.</p>" in text
    together = said(training)[1]
    assert "goto" not in together
    assert "You can go on after that part, at 16 seconds." in together["action"]["params"]["text"]


def test_a_break_is_never_said_before_its_time(training: Training) -> None:
    close = replace(training, warnings=(Stretch(Fraction(21), Fraction(24), "A ward."),))
    assert [one["duration"]["from"] for one in said(close)] == [0, 9.4, 21, 21.5]


def test_no_note_of_a_facilitator_and_no_name_of_a_maker_is_in_it(training: Training, tmp_path: Path) -> None:
    package = h5p.package(training, tmp_path / "film.h5p")
    everything = b"".join(content for name, content in inside(package).items() if not name.endswith("mp4"))
    assert b"Nobody has to speak" not in everything
    assert not {"author", "authors", "changes", "source"} & set(about(package))
    assert {"notes for whoever facilitates", "timers of breaks"} <= set(h5p.unsent(training))


def test_words_are_text_whatever_is_in_them(training: Training) -> None:
    wild = "<script>alert('x')</script> & \"quotes\" <b>"
    stop = Stop("b", Fraction(5), "think", Fraction(20), Wording(wild))
    changed = replace(
        training,
        title=wild,
        stops=(stop,),
        warnings=(),
        content_note=wild,
        chapters=(Stretch(Fraction(0), Fraction(24), wild),),
    )
    for typed in (False, True):
        content = h5p.content(changed, free_text=typed)
        assert list(stubs.flaws(content, stubs.INTERACTIVE_VIDEO)) == []
        assert "<script" not in json.dumps(content)
    assert "&lt;script&gt;alert" in said(changed)[1]["action"]["params"]["text"]


def test_long_titles_fit_a_start_screen_and_h5p_json(training: Training, tmp_path: Path) -> None:
    long = replace(training, title='Ŵ & "heard" ' * 40, content_note="A note & more " * 40)
    start = h5p.content(long)["interactiveVideo"]["video"]["startScreenOptions"]
    assert len(start["title"]) <= 60
    assert start["title"].endswith("…")
    assert len(start["shortStartDescription"]) <= 120
    assert not start["title"].rpartition("&")[2].startswith("amp…")
    assert len(about(h5p.package(long, tmp_path / "long.h5p"))["title"].encode()) <= 255


@pytest.mark.parametrize(("language", "written"), [("en-GB", "en-GB"), ("cy", "cy"), ("es-419", "es")])
def test_the_language_is_one_that_h5p_takes(
    training: Training, tmp_path: Path, language: str, written: str
) -> None:
    package = h5p.package(replace(training, language=language), tmp_path / "film.h5p")
    assert about(package)["language"] == written
    assert h5p.lint(package) == []


def test_a_welsh_film_says_its_breaks_in_welsh(training: Training) -> None:
    welsh = replace(training, language="cy")
    told = said(welsh)[1]
    assert told["libraryTitle"].startswith("Saib myfyrio ar 9 eiliad")
    assert "Beth glywsoch chi?" in told["action"]["params"]["text"]
    assert words("cy").kinds.keys() == words("en").kinds.keys()
    assert words("cy").templates.keys() == words("en").templates.keys()


def test_nobody_types_unless_it_is_asked_for_and_then_is_warned(training: Training, tmp_path: Path) -> None:
    plain = h5p.package(training, tmp_path / "plain.h5p")
    assert "FreeText" not in json.dumps(h5p.content(training))
    typed = [one for one in said(training, free_text=True) if "FreeText" in one["action"]["library"]]
    assert [one["duration"]["from"] for one in typed] == [9.4]  # a pair talks
    for text in (typed[0]["action"]["params"]["question"], typed[0]["label"]):
        assert "sent to this site" in text
    asked = h5p.package(training, tmp_path / "typed.h5p", free_text=True)
    assert rules(h5p.lint(plain)) == set()
    assert [(one.rule, one.severity) for one in h5p.lint(asked)] == [("free-text", "warning")]


def test_the_same_film_is_the_same_package(training: Training, libraries: Path, tmp_path: Path) -> None:
    one = h5p.package(training, tmp_path / "one.h5p", libraries=libraries)
    two = h5p.package(training, tmp_path / "two.h5p", libraries=libraries)
    assert one.read_bytes() == two.read_bytes()


def test_a_package_over_its_size_is_not_left_behind(training: Training, tmp_path: Path) -> None:
    whole = h5p.package(training, tmp_path / "film.h5p")
    size = whole.stat().st_size
    assert h5p.package(training, tmp_path / "fits.h5p", max_size=size).is_file()
    with pytest.raises(InputError, match=f"may have {size - 1}"):
        h5p.package(training, tmp_path / "over.h5p", max_size=size - 1)
    assert not (tmp_path / "over.h5p").exists()
    assert h5p.room(training, size) == training.film.stat().st_size


@pytest.mark.slow
def test_a_film_is_made_smaller_for_a_site_and_what_that_cost_is_told(
    training: Training, libraries: Path, tmp_path: Path
) -> None:
    shelf = Shelf(tmp_path / "store")
    shelf.open()
    with ThreadPoolExecutor(1) as executor:
        workspace, limit = Workspace(shelf, executor), 300_000
        assert training.film.stat().st_size > limit
        left = h5p.room(training, limit, libraries=libraries)
        shape = Shape(training.size, training.rate, 24 * 25)
        film, cost = smaller(
            workspace, training.film, shape, left, ["amara"], of="the film", beside=limit - left
        )
        package = h5p.package(
            replace(training, film=film), tmp_path / "small.h5p", libraries=libraries, max_size=limit
        )
        assert limit * 0.5 < package.stat().st_size <= limit
        assert cost.bytes <= left
        assert h5p.lint(package) == []
        with pytest.raises(InputError, match="cannot have 20000 bytes"):
            smaller(workspace, training.film, shape, 20_000 - limit + left, [], of="it", beside=limit - left)


# Libraries of a site ------------------------------------------------------------------------------


def test_the_libraries_that_are_needed_are_taken_and_no_others(training: Training, tmp_path: Path) -> None:
    odd = {f"{FOLDER}/{name}": b"" for name in ("x.php", "x.html", "LICENSE.md", ".hidden.js", "_old.js")}
    libraries = stubs.site(tmp_path / "site.h5p", **odd)
    package = h5p.package(training, tmp_path / "whole.h5p", libraries=libraries)
    assert {name for name in inside(package) if name in odd} == {f"{FOLDER}/LICENSE.md"}
    folders = {name.partition("/")[0] for name in inside(package)} - {"h5p.json", "content"}
    assert folders == {one.folder for one in (*RUNTIME, Library.named("H5PEditor.InteractiveVideo 1.25"))}
    named = [Library.of(one) for one in about(package)["preloadedDependencies"]]
    assert sorted(named) == sorted(RUNTIME)
    assert h5p.lint(package) == []


def test_a_library_that_a_library_needs_may_not_be_missing(training: Training, tmp_path: Path) -> None:
    few = stubs.site(tmp_path / "few.h5p", [one for one in stubs.STUBS if "FontIcons" not in one.name])
    with pytest.raises(InputError, match=r"does not hold H5P.FontIcons 1.0"):
        h5p.package(training, tmp_path / "whole.h5p", libraries=few)
    untyped = stubs.site(tmp_path / "untyped.h5p")
    with pytest.raises(InputError, match=r"FreeTextQuestion 1.0") as problem:
        h5p.package(training, tmp_path / "whole.h5p", libraries=untyped, free_text=True)
    assert "free-text question" in problem.value.next_step
    both = stubs.site(tmp_path / "both.h5p", (*stubs.STUBS, *stubs.TYPED))
    package = h5p.package(training, tmp_path / "whole.h5p", libraries=both, free_text=True)
    assert "H5P.CKEditor-1.0/library.json" in inside(package)


def record(**other: Any) -> bytes:
    return json.dumps(stubs.IV.record() | other).encode()


FOLDER = "H5P.InteractiveVideo-1.27"
NOT_A_LIBRARY: dict[str, tuple[dict[str, bytes], str]] = {
    "another version": (
        {f"{FOLDER}/library.json": record(minorVersion=26)},
        "a folder has the name of its library",
    ),
    "no name": ({f"{FOLDER}/library.json": record(machineName="../x")}, "no name of a library"),
    "no JSON": ({f"{FOLDER}/library.json": b"{"}, "no JSON"),
    "deep JSON": ({f"{FOLDER}/library.json": b"[" * 100_000}, "no JSON"),
    "a list": ({f"{FOLDER}/library.json": b"[]"}, "cannot be right"),
    "odd needs": ({f"{FOLDER}/library.json": record(preloadedDependencies={"a": 1})}, "is no list"),
    "an odd core": (
        {f"{FOLDER}/library.json": record(coreApi={"majorVersion": "x"})},
        "coreApi has no version",
    ),
    "no file": ({f"{FOLDER}/library.json": record(preloadedJs=[{"path": "gone.js"}])}, "lacks"),
    "a program": (
        {f"{FOLDER}/x.php": b"", f"{FOLDER}/library.json": record(preloadedJs=[{"path": "x.php"}])},
        "lacks",
    ),
    "up": ({f"{FOLDER}/../../x.js": b""}, "leads out of its folder"),
    "root": ({"/etc/x.js": b""}, "leads out of its folder"),
    "a drive": ({"C:/x.js": b""}, "no name for a file"),
    "a backslash": ({f"{FOLDER}\\x.js": b""}, "no name for a file"),
    "twice": ({f"{FOLDER}/Scripts/nothing.js": b""}, "twice"),
    "no record": ({"H5P.Odd-1.0/x.js": b""}, "has no library.json"),
}


@pytest.mark.parametrize("case", sorted(NOT_A_LIBRARY))
def test_a_file_of_libraries_is_not_believed(training: Training, tmp_path: Path, case: str) -> None:
    files, says = NOT_A_LIBRARY[case]
    hostile = stubs.site(tmp_path / "site.h5p", **files)
    with pytest.raises(InputError, match=says):
        h5p.package(training, tmp_path / "whole.h5p", libraries=hostile)
    assert not (tmp_path / "whole.h5p").exists()


def test_neither_links_nor_locks_nor_bombs_are_unpacked(
    training: Training, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = ZipInfo(f"{FOLDER}/link.js")
    link.external_attr = 0o120777 << 16
    hostile = stubs.site(tmp_path / "link.h5p")
    with ZipFile(hostile, "a") as opened:
        opened.writestr(link, "../../x.js")
    with pytest.raises(InputError, match="is a link"):
        h5p.package(training, tmp_path / "whole.h5p", libraries=hostile)
    monkeypatch.setattr(h5p_libraries, "MOST_FILE", 1 << 20)
    bomb = stubs.site(tmp_path / "bomb.h5p")
    with ZipFile(bomb, "a", ZIP_DEFLATED) as opened:
        opened.writestr(f"{FOLDER}/bomb.js", b" " * (2 << 20))
    with pytest.raises(InputError, match="unpacks to 2 MB, and may be 1 MB"):
        h5p.package(training, tmp_path / "whole.h5p", libraries=bomb)
    monkeypatch.setattr(h5p_libraries, "MOST_ENTRIES", 5)
    with pytest.raises(InputError, match="no package has more than 5"):
        h5p.package(training, tmp_path / "whole.h5p", libraries=bomb)
    (tmp_path / "text.h5p").write_text("no ZIP")
    with pytest.raises(InputError, match="no package that can be read"):
        h5p.package(training, tmp_path / "whole.h5p", libraries=tmp_path / "text.h5p")


def test_a_file_that_says_it_is_smaller_than_it_is_ends_in_an_error(
    training: Training, tmp_path: Path
) -> None:
    """A central directory that lies about a size: no more is unpacked than it says, and the sum is wrong."""
    site = stubs.site(tmp_path / "site.h5p", **{f"{FOLDER}/long.js": b"x" * 999})
    data = bytearray(site.read_bytes())
    at = data.rindex(f"{FOLDER}/long.js".encode())
    data[at - 46 + 24 : at - 46 + 28] = (5).to_bytes(4, "little")
    site.write_bytes(data)
    with pytest.raises(InputError, match=r"cannot be (unpacked|read)|can be read"):
        h5p.package(training, tmp_path / "whole.h5p", libraries=site)


# What is wrong with a package ---------------------------------------------------------------------


def changed(package: Path, to: Path, files: Mapping[str, bytes | None]) -> Path:
    """The package with other files; None takes one out."""
    found: dict[str, bytes | None] = {**inside(package), **files}
    return stubs.package(to, {name: content for name, content in found.items() if content is not None})


def one_interaction(training: Training, **other: Any) -> bytes:
    content = h5p.content(training)
    assets = content["interactiveVideo"]["assets"]
    assets["interactions"] = [assets["interactions"][0] | other]
    return json.dumps(content).encode()


def with_text(training: Training, text: str) -> bytes:
    action = said(training)[0]["action"]
    return one_interaction(training, action=action | {"params": {"text": text}})


LINTED: dict[str, tuple[str, Any]] = {
    "authors": ("names-people", {"authors": [{"name": "Amara", "role": "Author"}]}),
    "changes": ("names-people", {"changes": []}),
    "unknown": ("metadata", {"surprise": 1}),
    "licence": ("metadata", {"license": "mine"}),
    "no libraries": ("metadata", {"preloadedDependencies": []}),
    "title": ("invalid-h5p-json-file-2", {"title": ""}),
    "language": ("invalid-h5p-json-file-2", {"language": "es-419"}),
    "embedding": ("invalid-h5p-json-file-2", {"embedTypes": ["popup"]}),
    "libraries": ("invalid-h5p-json-file-2", {"preloadedDependencies": None}),
    "main": ("missing-main-library", {"mainLibrary": "H5P.Other"}),
}


@pytest.mark.parametrize("case", sorted(LINTED))
def test_lint_reads_h5p_json(training: Training, tmp_path: Path, case: str) -> None:
    rule, other = LINTED[case]
    package = h5p.package(training, tmp_path / "film.h5p")
    assert rules(h5p.lint(package)) == set()
    wrong = changed(
        package, tmp_path / "wrong.h5p", {"h5p.json": json.dumps(about(package) | other).encode()}
    )
    assert rule in rules(h5p.lint(wrong))


@pytest.mark.parametrize(
    ("rule", "other"),
    [
        ("library-title", {"libraryTitle": "Text"}),
        ("library-title", {"libraryTitle": ""}),
        ("duration", {"duration": {"from": 5, "to": 4}}),
        ("duration", {}),
        ("pause", {"pause": False}),
    ],
)
def test_lint_reads_each_interaction(
    training: Training, tmp_path: Path, rule: str, other: dict[str, Any]
) -> None:
    package = h5p.package(training, tmp_path / "film.h5p")
    wrong = one_interaction(training, **(other or {"duration": None}))
    right = changed(package, tmp_path / "right.h5p", {"content/content.json": one_interaction(training)})
    assert rules(h5p.lint(right)) == set()
    found = h5p.lint(changed(package, tmp_path / "wrong.h5p", {"content/content.json": wrong}))
    assert rules(found) == {rule}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("<p>2 &lt; 3 &amp; 4</p><ul><li>one</li></ul>", set()),
        ("<script>x</script>", {"html"}),
        ('<p onclick="x()">a</p>', {"html"}),
        ("<p><a href='https://example.org'>a</a></p>", {"html"}),
        ("<!-- Amara --><p>a</p>", {"html"}),
        ("<p>" + "a" * 70_000, {"html"}),
    ],
)
def test_lint_reads_texts_as_h5p_s_filter_does(
    training: Training, tmp_path: Path, text: str, found: set[str]
) -> None:
    package = h5p.package(training, tmp_path / "film.h5p")
    made = changed(package, tmp_path / "made.h5p", {"content/content.json": with_text(training, text)})
    assert rules(h5p.lint(made)) == found


def summary(training: Training) -> bytes:
    content = h5p.content(training)
    content["interactiveVideo"]["summary"] = {"task": {"library": "H5P.Summary 1.10", "params": {}}}
    return json.dumps(content).encode()


def test_lint_holds_content_and_files_against_each_other(training: Training, tmp_path: Path) -> None:
    package = h5p.package(training, tmp_path / "film.h5p")
    cases: dict[str, dict[str, bytes | None]] = {
        "content-file-missing": {"content/images/poster.jpg": None},
        "content-file-unused": {"content/images/private.jpg": b""},
        "not-in-whitelist": {"content/files/notes.html": b""},
        "captions": {"content/files/captions-en-GB.vtt": b"1\n00:00:01,000 --> 00:00:02,000\nSRT"},
        "invalid-h5p-json-file": {"h5p.json": None},
        "invalid-content-folder": {"content/content.json": None},
        "summary-task": {"content/content.json": summary(training)},
        "library-undeclared": {"content/content.json": summary(training)},
        "package": {"h5p.json": b"{"},
    }
    for rule, files in cases.items():
        assert rule in rules(h5p.lint(changed(package, tmp_path / "wrong.h5p", files))), rule


def test_the_document_names_what_a_site_must_have(training: Training) -> None:
    written = (Path(__file__).parents[2] / "docs" / "h5p.md").read_text(encoding="utf-8")
    document = " ".join(written.split())
    for library in RUNTIME:
        assert f"{library.name} {library.major}.{library.minor}" in document
    limits = Limits()
    assert f"{limits.file >> 20} MiB for a file and {limits.total >> 20} MiB for all" in document
    for what in h5p.unsent(replace(training, versions=(Version("signed", training.film),))):
        assert what in document
    assert words("en").typed in document


# What a site will say, and what one says ----------------------------------------------------------


def import_steps(steps: list[dict[str, Any]], folder: Path) -> list[dict[str, Any]]:
    asked = [shutil.which("node") or "node", str(SITE), str(NPM / "node_modules"), str(folder)]
    done = subprocess.run(
        asked, input=json.dumps(steps), capture_output=True, text=True, timeout=120, check=True
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def normal(package: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """h5p.json and content.json of a package, with each file named by what is in it and libraries sorted."""
    files = inside(package)
    content = json.loads(files["content/content.json"])
    for path in _paths(content):
        path["path"] = sha256(files[f"content/{path['path']}"]).hexdigest()
    metadata = json.loads(files["h5p.json"])
    metadata["preloadedDependencies"] = sorted(map(str, map(Library.of, metadata["preloadedDependencies"])))
    return metadata, content


def _paths(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if "path" in value:
            yield value
        value = list(value.values())
    for one in value if isinstance(value, list) else []:
        yield from _paths(one)


THEIRS = {"missing-required-library": "install-missing-libraries"}
"""What the server calls by another name than H5P's own validator."""


def predicted(findings: list[Finding]) -> set[str]:
    return {THEIRS.get(one.rule, one.rule) for one in findings if one.severity == "error"}


@pytest.mark.slow
@pytest.mark.needs("@lumieducation/h5p-server")
def test_a_site_does_what_was_foreseen(training: Training, libraries: Path, tmp_path: Path) -> None:
    """Content only on an empty site, whole, content only again; then what is refused, each for its reason."""
    few = h5p.package(training, tmp_path / "content.h5p")
    whole = h5p.package(training, tmp_path / "whole.h5p", libraries=libraries)
    newer = [replace(one, core=(1, 28)) if one is stubs.IV else one for one in stubs.STUBS]
    wanting = {f"{FOLDER}/scripts/nothing.js": None}
    odd = {"content/files/notes.html": b"", FOLDER + "/library.json": inside(whole)[f"{FOLDER}/library.json"]}
    everything = installed(libraries)
    cases: list[tuple[Path, str, Any, bool, Limits]] = [
        (few, "site", set(), True, Limits()),
        (whole, "closed", set(), False, Limits()),
        (whole, "site", set(), True, Limits()),
        (few, "site", everything, False, Limits()),
        (whole, "site", everything, True, Limits()),
        (few, "site", everything, True, Limits(file=10_000)),
        (few, "site", everything, True, Limits(total=10_000)),
        (changed(few, tmp_path / "odd.h5p", odd), "site", everything, True, Limits()),
        (
            h5p.package(training, tmp_path / "new.h5p", libraries=stubs.site(tmp_path / "n.h5p", newer)),
            "old",
            set(),
            True,
            Limits(),
        ),
        (changed(whole, tmp_path / "wanting.h5p", wanting), "wanting", set(), True, Limits()),
        (
            _named_only(training, tmp_path),
            "site",
            everything - {Library.named("H5P.Summary 1.10")},
            True,
            Limits(),
        ),
    ]
    steps = [
        {
            "package": str(package),
            "site": site,
            "may_install": may_install,
            "limits": {"maxFileSize": limits.file, "maxTotalSize": limits.total},
            "export": str(tmp_path / f"back{number}.h5p"),
        }
        for number, (package, site, _, may_install, limits) in enumerate(cases)
    ]
    answers = import_steps(steps, tmp_path / "sites")
    for (package, _, there, may_install, limits), answer in zip(cases, answers, strict=True):
        foreseen = predicted(h5p.foresee(package, there, may_install, limits))
        assert foreseen == set(answer.get("error", [])), (package.name, answer)
    assert [sorted(answer) for answer in answers[:5]] == [["error"], ["error"], ["ok"], ["ok"], ["ok"]]
    reasons = [one for answer in answers[5:] for one in dict.fromkeys(answer["error"])]
    assert reasons == [
        "file-size-too-large",
        "total-size-too-large",
        "not-in-whitelist",
        "api-version-unsupported",
        "library-file-missing",
        "library-file-missing",
    ]
    for number in (2, 3, 4):
        assert normal(tmp_path / f"back{number}.h5p") == normal(cases[number][0])


def _named_only(training: Training, tmp_path: Path) -> Path:
    """Content that names a library which h5p.json does not: Interactive Video's own default does."""
    few = h5p.package(training, tmp_path / "few.h5p")
    return changed(few, tmp_path / "named.h5p", {"content/content.json": summary(training)})


def test_what_only_editing_needs_is_a_warning(training: Training, tmp_path: Path) -> None:
    """Moodle, WordPress and Drupal refuse it; another maker's server does not."""
    played = [one for one in stubs.STUBS if not one.name.startswith("H5PEditor")]
    site = stubs.site(tmp_path / "played.h5p", played)
    package = h5p.package(training, tmp_path / "whole.h5p", libraries=site)
    found = h5p.foresee(package, set(), may_install=True)
    assert [(one.rule, one.severity) for one in found] == [("missing-required-library", "warning")]
    assert h5p.foresee(package, {Library.named("H5PEditor.InteractiveVideo 1.25")}, may_install=True) == []
    assert MAIN in installed(package)
