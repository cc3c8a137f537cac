"""What people really record, through the real command: an interview in several files, in sound alone, under
names in any form, with times as cameras and editing programs show them; and disks that end.
"""

from __future__ import annotations

import json
import subprocess
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from pipeline.adapters.ffmpeg import process
from pipeline.cli.main import main
from tests.conftest import SAMPLE, Once
from tests.needs import require

pytestmark = pytest.mark.slow

TOML = """\
[film]
title = "Case"
language = "en-GB"
size = "320x180"
quality = "draft"
clean = false

[transcribe]
model = "base"
language = "en"

[[source]]
id = "amara"
{source}
contributor = "amara"

[[scene]]
title = "One"
seconds = 0.0
quotes = ["q01", "q02"]
"""
COLUMNS = "id,contributor,source,text,theme,use,approved_by,approved_on,notes,in,out\n"
Q01 = "q01,amara,amara,They saw the label before they saw me.,t,training;workshop,Tuesday group,2025-05-13,"
Q02 = 'q02,amara,amara,"It was a chest infection, it turned out.",t,workshop;training,Ann Lee,2025-05-13,,,\n'
CONSENT = (
    "contributor,display_name,scope,anonymise,given_on,expires_on,withdrawn_on,notes\n"
    "amara,Amara,training;workshop;public,none,2025-03-04,,,\n"
)
SAID = [20.32, 23.6]
"""Where the two quotes begin in the recording, in seconds."""

CUT = 21.4
"""In the middle of q01."""


def ffmpeg(*arguments: object) -> None:
    process.run(["-y", *map(str, arguments)], Path("/tmp"))


@pytest.fixture(scope="session")
def recording(once: Once) -> Path:
    """26 seconds of the sample's Amara, and the same cut up and put into other files."""
    require("base weights")

    def make(room: Path) -> None:
        whole = room / "amara.mp4"
        picked = ["-ss", 46.0, "-t", 26.3, "-i", SAMPLE / "footage" / "amara.mp4"]
        coded = [
            "-c:v",
            "libx264",
            "-preset",
            "veryfast",
            "-crf",
            20,
            "-g",
            25,
            "-c:a",
            "aac",
            "-b:a",
            "128k",
        ]
        ffmpeg(*picked, *coded, whole)
        ffmpeg("-i", whole, "-c", "copy", "-t", CUT, room / "GX010042.MP4")
        ffmpeg("-ss", CUT, "-i", whole, "-c", "copy", room / "GX020042.MP4")
        ffmpeg("-i", whole, "-vn", "-c:a", "copy", room / "amara.m4a")
        ffmpeg("-i", whole, "-vn", "-t", CUT, "-c:a", "pcm_s16le", room / "amara-1.wav")
        ffmpeg("-ss", CUT, "-i", whole, "-vn", "-c:a", "pcm_s16le", room / "amara-2.wav")
        ffmpeg("-i", whole, "-c", "copy", "-timecode", "10:00:00:00", room / "amara.mov")

    return once("recordings", make)


Make = Callable[..., Path]


@pytest.fixture
def film(recording: Path, tmp_path: Path) -> Make:
    """A production: `source` are the lines of its source, `files` are put under the names they are given."""

    def made(source: str, files: dict[str, str], start: str = "", end: str = "") -> Path:
        root = tmp_path / "film"
        (root / "footage").mkdir(parents=True)
        for name, of in files.items():
            there = SAMPLE / "b-roll" / of if of.endswith(".png") else recording / of
            (root / "footage" / name).write_bytes(there.read_bytes())
        (root / "production.toml").write_text(TOML.format(source=source), encoding="utf-8")
        (root / "quotes.csv").write_text(f"{COLUMNS}{Q01},{start},{end}\n{Q02}", encoding="utf-8")
        (root / "consent.csv").write_text(CONSENT, encoding="utf-8")
        return root

    return made


def built(root: Path, ourwords: Callable[..., int]) -> list[dict[str, Any]]:
    """The film's shots, once it is made and has been verified."""
    assert ourwords(root, "build-cut") == 0
    assert ourwords(root, "verify") == 0
    shots = json.loads((root / "build" / "manifest.json").read_bytes())["shots"]
    return [shot for shot in shots if shot["kind"] == "quote"]


def refused(root: Path, capsys: pytest.CaptureFixture[str], *command: str) -> tuple[int, str]:
    code = main(["-C", str(root), "-q", *command])
    return code, capsys.readouterr().err


def seen(root: Path, ourwords: Callable[..., int], picture: str) -> None:
    """A person says that nobody is in a picture."""
    ourwords(root, "approve", "picture", picture, "--people", "none", "--by", "Ann Lee")


def first_frame(film: Path) -> np.ndarray[Any, Any]:
    with av.open(str(film)) as opened:
        return next(opened.decode(video=0)).to_ndarray(format="rgb24")


# Several files --------------------------------------------------------------------------------

GOPRO = {name: name for name in ("GX010042.MP4", "GX020042.MP4")}


def test_a_quote_that_begins_in_one_file_and_ends_in_the_next_is_one_shot(
    film: Make, ourwords: Callable[..., int]
) -> None:
    root = film('files = ["footage/GX010042.MP4", "footage/GX020042.MP4"]', GOPRO)
    shots = built(root, ourwords)
    assert [shot["source"] for shot in shots] == ["GX010042.MP4 + GX020042.MP4"] * 2
    assert float(shots[0]["source_in"]) < CUT < float(shots[0]["source_out"])
    assert [abs(float(shot["source_in"]) - at) < 0.05 for shot, at in zip(shots, SAID, strict=True)] == [
        True
    ] * 2
    assert ourwords(root, "clips", "--quote", "q01") == 0


def test_chapters_that_are_a_source_each_are_told_what_to_write(
    film: Make, capsys: pytest.CaptureFixture[str]
) -> None:
    root = film('file = "footage/GX010042.MP4"', GOPRO)
    text = (root / "production.toml").read_text()
    more = '[[source]]\nid = "amara-2"\nfile = "footage/GX020042.MP4"\ncontributor = "amara"\n\n[[scene]]'
    (root / "production.toml").write_text(text.replace("[[scene]]", more))
    lists = (root / "quotes.csv").read_text().replace(",amara,amara,", ",amara,,")
    (root / "quotes.csv").write_text(lists)
    code, told = refused(root, capsys, "build-cut")
    assert code == 1
    assert 'files = ["footage/GX010042.MP4", "footage/GX020042.MP4"]' in told


def test_files_in_the_wrong_order_or_twice_are_told(film: Make, capsys: pytest.CaptureFixture[str]) -> None:
    root = film('files = ["footage/GX020042.MP4", "footage/GX010042.MP4"]', GOPRO)
    code, told = refused(root, capsys, "build-cut")
    assert code == 65
    assert "GX010042.MP4: is chapter 1, and stands after chapter 2" in told
    assert '"GX010042.MP4", "GX020042.MP4"' in told
    text = (root / "production.toml").read_text()
    (root / "footage/GX030042.MP4").write_bytes((root / "footage/GX020042.MP4").read_bytes())
    (root / "production.toml").write_text(text.replace("GX010042", "GX030042"))
    code, told = refused(root, capsys, "build-cut")
    assert code == 65
    assert "is there twice, under two names" in told


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ('file = "footage/GX010042.MP4"\nfiles = ["footage/GX020042.MP4"]', "has both file and files"),
        ('files = ["footage/GX010042.MP4", "footage/GX010042.MP4"]', "is there twice"),
        ('files = ["footage/GX010042.MP4", "footage/GX030042.MP4"]', 'no file "footage/GX030042.MP4"'),
        ("files = []", "source.1.file: is missing"),
        (f"files = {json.dumps(['footage/GX010042.MP4'] * 101)}", "100"),
    ],
)
def test_files_that_cannot_be_are_told(
    lines: str, says: str, film: Make, capsys: pytest.CaptureFixture[str]
) -> None:
    code, told = refused(film(lines, GOPRO), capsys, "match")
    assert code == 2
    assert says in told


# Sound alone ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "files"),
    [
        ('file = "footage/amara.m4a"', {"amara.m4a": "amara.m4a"}),
        (
            'files = ["footage/amara-1.wav", "footage/amara-2.wav"]',
            {name: name for name in ("amara-1.wav", "amara-2.wav")},
        ),
    ],
    ids=["m4a", "two wav"],
)
def test_sound_alone_with_a_still_is_an_interview(
    lines: str, files: dict[str, str], film: Make, ourwords: Callable[..., int]
) -> None:
    root = film(f'{lines}\npicture = "footage/still.png"', files | {"still.png": "reception-hatch.png"})
    seen(root, ourwords, "footage/still.png")
    shots = built(root, ourwords)
    assert [abs(float(shot["source_in"]) - at) < 0.05 for shot, at in zip(shots, SAID, strict=True)] == [
        True
    ] * 2
    shown = first_frame(root / "build" / "cut.mp4")
    still = first_frame(SAMPLE / "b-roll" / "reception-hatch.png")
    small = still[:: still.shape[0] // 180, :: still.shape[1] // 320][:180, :320]
    top = slice(0, 100)  # above the captions
    assert float(np.abs(shown[top].astype(int) - small[top].astype(int)).mean()) < 8


@pytest.mark.parametrize(
    ("lines", "files", "says"),
    [
        ('file = "footage/a.m4a"', {"a.m4a": "amara.m4a"}, 'write picture = "footage/amara.png"'),
        (
            'file = "footage/a.m4a"\npicture = "footage/b.m4a"',
            {"a.m4a": "amara.m4a", "b.m4a": "amara-1.wav"},
            "is no still picture",
        ),
        (
            'file = "footage/a.mp4"\npicture = "footage/s.png"',
            {"a.mp4": "GX010042.MP4", "s.png": "reception-hatch.png"},
            "has a picture of its own",
        ),
    ],
)
def test_sound_alone_without_a_still_says_what_to_write(
    lines: str, files: dict[str, str], says: str, film: Make, capsys: pytest.CaptureFixture[str]
) -> None:
    code, told = refused(film(lines, files), capsys, "transcribe")
    assert code == 65
    assert says in told


def test_another_still_is_another_film(film: Make, ourwords: Callable[..., int]) -> None:
    root = film(
        'file = "footage/a.m4a"\npicture = "footage/s.png"',
        {"a.m4a": "amara.m4a", "s.png": "reception-hatch.png"},
    )
    seen(root, ourwords, "footage/s.png")
    assert ourwords(root, "build-cut") == 0
    before = first_frame(root / "build" / "cut.mp4")
    (root / "footage/s.png").unlink()
    ffmpeg("-f", "lavfi", "-i", "color=red:s=320x180:d=1", "-frames:v", 1, root / "footage/s.png")
    seen(root, ourwords, "footage/s.png")
    assert ourwords(root, "build-cut") == 0
    after = first_frame(root / "build" / "cut.mp4")
    assert float(np.abs(before.astype(int) - after.astype(int)).mean()) > 20
    assert after[10, 10, 0] > 200 > 60 > after[10, 10, 1]


# Names and times ------------------------------------------------------------------------------


@pytest.mark.parametrize(("written", "on_disk"), [("NFC", "NFD"), ("NFD", "NFC")])
def test_a_name_in_another_form_is_found(
    written: str, on_disk: str, film: Make, ourwords: Callable[..., int]
) -> None:
    lines = unicodedata.normalize("NFC" if written == "NFC" else "NFD", 'file = "footage/Siân.mp4"')
    name = unicodedata.normalize("NFC" if on_disk == "NFC" else "NFD", "Siân.mp4")
    root = film(lines, {name: "amara.mp4"})
    assert ourwords(root, "transcribe", "amara") == 0
    assert (root / "transcripts" / "amara.json").is_file()


@pytest.mark.parametrize(
    ("file", "start", "end"),
    [
        ("amara.mp4", "00:00:20:08", "00:00:22:12"),
        ("amara.mov", "10:00:20:08", "10:00:22:12"),
        ("amara.mov", "00:00:20:08", "00:00:22:12"),
        ("amara.mov", "10:00:20", "10:00:23"),
    ],
)
def test_times_as_programs_and_cameras_show_them(
    file: str,
    start: str,
    end: str,
    film: Make,
    ourwords: Callable[..., int],
    capsys: pytest.CaptureFixture[str],
) -> None:
    root = film(f'file = "footage/{file}"', {file: file}, start, end)
    assert ourwords(root, "match") == 0
    capsys.readouterr()
    assert main(["-C", str(root), "-q", "match", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    [q01] = [quote for quote in found["quotes"] if quote["id"] == "q01"]
    near = 0.05 if start.endswith("08") else 0.4
    assert float(q01["spans"][0]["start"]) == pytest.approx(20.32, abs=near)


@pytest.mark.parametrize(
    ("file", "start", "end", "says"),
    [
        ("amara.mp4", "10:00:20:08", "10:00:22:12", "has no timecode of its own"),
        ("amara.mp4", "10:00:20", "10:00:22", "has no timecode of its own"),
        ("amara.mp4", "00:00:20:25", "00:00:22:12", "they are 0 to 24"),
        ("amara.mov", "11:00:20:08", "11:00:22:12", "begins at timecode 10:00:00:00"),
        ("amara.mov", "10:00:20:08", "00:00:20:01", "is not after in"),
    ],
)
def test_times_that_mean_nothing_are_told_with_their_cell(
    file: str, start: str, end: str, says: str, film: Make, capsys: pytest.CaptureFixture[str]
) -> None:
    root = film(f'file = "footage/{file}"', {file: file}, start, end)
    code, told = refused(root, capsys, "match")
    assert code == 65
    assert "quotes.csv row 2, column" in told
    assert says in told
    assert "→" in told


# Disks ----------------------------------------------------------------------------------------


@contextmanager
def mounted(folder: Path, options: str) -> Iterator[None]:
    """A disk of its own for a folder; for who may do that."""
    require("a disk of its own")
    folder.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.parametrize("find", ["whole", "fast"])
def test_a_transcripts_folder_that_cannot_be_written_is_told_before_anybody_listens(
    find: str, film: Make, capsys: pytest.CaptureFixture[str]
) -> None:
    root = film('file = "footage/amara.mp4"', {"amara.mp4": "amara.mp4"})
    text = (root / "production.toml").read_text()
    (root / "production.toml").write_text(text.replace('model = "base"', f'model = "base"\nfind = "{find}"'))
    with mounted(root / "transcripts", "ro"):
        code, told = refused(root, capsys, "build-cut")
    assert code == 73
    assert "transcripts/amara.json cannot be written: Read-only file system" in told
    made = [json.loads(one.read_bytes())["name"] for one in (root / "build/.store").rglob("made.json")]
    assert made == ["ingest amara"]


def test_a_build_folder_that_cannot_be_written_is_73_and_a_full_one_74(
    film: Make, capsys: pytest.CaptureFixture[str]
) -> None:
    root = film('file = "footage/amara.mp4"', {"amara.mp4": "amara.mp4"})
    with mounted(root / "build", "ro"):
        code, told = refused(root, capsys, "build-cut")
    assert (code, "permissions" in told) == (73, True)
    with mounted(root / "build", "size=180k"):
        code, told = refused(root, capsys, "build-cut")
    assert (code, "free some disk space" in told) == (74, True)


def test_a_ledger_that_cannot_be_written_is_73(film: Make, capsys: pytest.CaptureFixture[str]) -> None:
    root = film('file = "footage/amara.mp4"', {"amara.mp4": "amara.mp4"})
    with mounted(root / "reviews", "ro"):
        code, told = refused(root, capsys, "approve", "wording", "--listed")
    assert (code, "Read-only" in told) == (73, True)


def test_a_shared_production_is_its_groups(film: Make, ourwords: Callable[..., int]) -> None:
    root = film('file = "footage/amara.mp4"', {"amara.mp4": "amara.mp4"})
    root.chmod(0o755)
    assert ourwords(root, "transcribe") == 0
    private = (root / "build", *(root / "build").rglob("*"), root / "transcripts/amara.json")
    assert [path for path in private if path.stat().st_mode & 0o077 and not path.is_file()] == []
    assert (root / "transcripts/amara.json").stat().st_mode & 0o777 == 0o600
    text = (root / "production.toml").read_text()
    (root / "production.toml").write_text(text.replace("clean = false", "clean = false\nshared = true"))
    assert ourwords(root, "match") == 0
    for path in (root, *(one for one in (root / "build").rglob("*") if one.is_dir())):
        assert path.stat().st_mode & 0o2070 == 0o2070, path
    for name in ("transcripts/amara.json", "quotes.lock.json", "build/.lock"):
        assert (root / name).stat().st_mode & 0o777 == 0o660, name
