"""Broken and hostile inputs through the real command line: each is refused in plain words, with its exit
code.

A case spoils one thing in a small production that is otherwise good. Whatever the case, nothing is
printed that only a programmer reads, nothing is written outside the production, no original is
touched, no film appears, and nothing that a disguised file points at is read.
"""

from __future__ import annotations

import io
import json
import os
import random
import resource
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import Font

from pipeline.adapters.ffmpeg.process import ffmpeg
from pipeline.cli import doctor
from pipeline.cli.main import main
from tests.conftest import nobody_in
from tests.needs import MEDIA, require

CANARY = "canary-9d41-sits-in-the-file-next-door"
TODAY = date.today()  # noqa: DTZ011 - the day of whoever builds
WORDS = ("we", "chose", "these", "words", "together")

TOML = """\
[film]
title = "A small film"
size = "160x120"

[transcribe]
engine = "faster-whisper"

[[source]]
id = "amara"
file = "footage/amara.mp4"
contributor = "amara"

[[scene]]
title = "One"
quotes = ["q01"]
"""
QUOTES = """\
id,contributor,source,text,theme,use,approved_by,approved_on,notes
q01,amara,amara,we chose these words together,helped,training;workshop,the group,2025-05-13,
q02,amara,amara,these words,helped,training,the group,2025-05-13,
"""
CONSENT = """\
contributor,display_name,scope,anonymise,given_on,expires_on,withdrawn_on,notes
amara,Amara,training;workshop,none,2025-03-04,2045-12-31,,
"""


def whisper(*, start: float = 0.5, words: tuple[str, ...] = WORDS) -> str:
    """Whisper's own JSON, as it would be for the little clip."""
    heard = [
        {"word": word, "start": start + 0.4 * at, "end": start + 0.4 * at + 0.35, "probability": 0.9}
        for at, word in enumerate(words)
    ]
    return json.dumps(
        {"segments": [{"start": start, "end": start + 2.0, "text": " ".join(words), "words": heard}]}
    )


@dataclass(frozen=True)
class Film:
    """A production in a folder of its own, beside things that are none of its business."""

    root: Path

    @property
    def clip(self) -> Path:
        return self.root / "footage" / "amara.mp4"

    @property
    def outside(self) -> Path:
        return self.root.parent / "outside"

    def swap(self, file: str, old: str, new: str) -> None:
        text = (self.root / file).read_text(encoding="utf-8")
        assert old in text, f"{old!r} is not in {file}: the case tests nothing"
        (self.root / file).write_text(text.replace(old, new), encoding="utf-8")


Spoil = Callable[[Film], object]


@dataclass(frozen=True)
class Case:
    name: str
    spoil: Spoil
    code: int
    says: tuple[str, ...]
    command: tuple[str, ...] = ("match",)


def cases(*found: Case) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", found, ids=[case.name for case in found])


# What spoils a production ----------------------------------------------------------------------


def footage(data: bytes | str) -> Spoil:
    return lambda film: film.clip.write_bytes(data.encode() if isinstance(data, str) else data)


def named(file: str) -> Spoil:
    """The source is called `file` in production.toml."""
    return lambda film: film.swap("production.toml", '"footage/amara.mp4"', json.dumps(file))


def toml(old: str, new: str) -> Spoil:
    return lambda film: film.swap("production.toml", old, new)


def quotes(old: str, new: str) -> Spoil:
    return lambda film: film.swap("quotes.csv", old, new)


def quotes_as(encoding: str, text: str) -> Spoil:
    return wrote(
        "quotes.csv",
        QUOTES.replace("q02,amara,amara,these words", f"q02,amara,amara,{text}").encode(encoding),
    )


def approved(day: str) -> Spoil:
    return quotes(ROW, ROW.replace("2025-05-13", day))


def pinned(times: str) -> Spoil:
    """The first quote's in and out, as columns after the notes."""
    return both(quotes(",notes", ",notes,in,out"), quotes(ROW, f"{ROW},{times}"))


def consent(old: str, new: str) -> Spoil:
    return lambda film: film.swap("consent.csv", old, new)


def wrote(file: str, data: bytes | str) -> Spoil:
    def spoil(film: Film) -> None:
        (film.root / file).parent.mkdir(exist_ok=True)
        (film.root / file).write_bytes(data.encode() if isinstance(data, str) else data)

    return spoil


def gone(file: str) -> Spoil:
    def spoil(film: Film) -> None:
        path = film.root / file
        shutil.rmtree(path) if path.is_dir() else path.unlink()

    return spoil


def folder(file: str) -> Spoil:
    """A folder under the name of a file."""
    return both(gone(file), lambda film: (film.root / file).mkdir())


def both(*spoils: Spoil) -> Spoil:
    return lambda film: [spoil(film) for spoil in spoils]


def linked(file: str, target: str) -> Spoil:
    """A symbolic link in place of a file or folder; `target` as seen from the production."""

    def spoil(film: Film) -> None:
        path = film.root / file
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        path.symlink_to(film.root / target)

    return spoil


def lavfi(*arguments: str) -> Spoil:
    """The interview made anew by ffmpeg: `{}` stands for its name."""
    return lambda film: make(*(argument.replace("{}", str(film.clip)) for argument in arguments))


def make(*arguments: str) -> None:
    subprocess.run([ffmpeg(), "-v", "error", "-y", *arguments], check=True, timeout=60)


PICTURE = ("-f", "lavfi", "-i", "testsrc=s=160x120:r=25:d=6")
SOUND = ("-f", "lavfi", "-i", "sine=f=300:d=6")
CODECS = ("-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", "-metadata", f"title={CANARY}")


def cut_at(share: float, *options: str, muxer: str = "mp4") -> Spoil:
    """The interview, of which only the first part was copied."""

    def spoil(film: Film) -> None:
        whole = interview(muxer, *options)
        film.clip.write_bytes(whole[: int(len(whole) * share)])

    return spoil


@cache
def interview(muxer: str, *options: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        make(*PICTURE, *SOUND, *CODECS, *options, "-f", muxer, f"{folder}/clip")
        return Path(folder, "clip").read_bytes()


def difficult(name: str) -> Spoil:
    def spoil(film: Film) -> None:
        require("shared media")
        shutil.copyfile(MEDIA / "difficult" / name, film.clip)
        (film.root / "words.json").write_text(whisper(start=0, words=WORDS[:1]))  # these clips are short

    return spoil


def png(width: int, height: int) -> bytes:
    """A white picture; of a very large one, only the first rows."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = zlib.compress((b"\0" + b"\xff" * ((width + 7) // 8)) * min(height, 64))
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
        + chunk(b"IDAT", rows)
        + chunk(b"IEND", b"")
    )


def xlsx(text: str = QUOTES) -> bytes:
    book = openpyxl.Workbook()
    assert book.active
    for line in text.splitlines():
        book.active.append(line.split(","))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def repacked(change: Callable[[str, bytes], bytes]) -> bytes:
    """A workbook whose members went through `change`."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(xlsx())) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return out.getvalue()


def sheet(old: bytes, new: bytes) -> bytes:
    def change(name: str, data: bytes) -> bytes:
        if name != "xl/worksheets/sheet1.xml":
            return data
        assert old in data
        return data.replace(old, new)

    return repacked(change)


@cache
def bomb() -> bytes:
    return repacked(lambda name, data: data + b" " * (101 << 20) if name.endswith("sheet1.xml") else data)


def as_xlsx(data: Callable[[], bytes]) -> Spoil:
    """quotes.xlsx instead of quotes.csv."""
    return both(gone("quotes.csv"), lambda film: (film.root / "quotes.xlsx").write_bytes(data()))


def transcript(**changes: object) -> Spoil:
    """Something a person's editor, or somebody else, did to transcripts/amara.json."""

    def spoil(film: Film) -> None:
        path = film.root / "transcripts" / "amara.json"
        path.write_text(json.dumps(json.loads(path.read_bytes()) | changes))

    return spoil


# Running ---------------------------------------------------------------------------------------


@contextmanager
def _undisturbed() -> Iterator[None]:
    """The command sets up a whole process; a test gives it back as it was."""
    umask, handler = os.umask(0o022), signal.getsignal(signal.SIGTERM)
    try:
        yield
    finally:
        os.umask(umask)
        signal.signal(signal.SIGTERM, handler)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A good production, its transcript imported."""
    root = tmp_path_factory.mktemp("hostile") / "film"
    (root / "footage").mkdir(parents=True)
    make(*PICTURE, *SOUND, *CODECS, str(root / "footage" / "amara.mp4"))
    make(*PICTURE, *SOUND, *CODECS, str(root / "footage" / "secret.mp4"))
    for name, text in {
        "production.toml": TOML,
        "quotes.csv": QUOTES,
        "consent.csv": CONSENT,
        "words.json": whisper(),
        "footage/secret.txt": CANARY,
    }.items():
        (root / name).write_text(text, encoding="utf-8")
    with _undisturbed():
        assert main(["-q", "-C", str(root), "transcribe", "amara", "--import", str(root / "words.json")]) == 0
    return root


@pytest.fixture
def film(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Film]:
    shutil.copytree(template, tmp_path / "film")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "diary.txt").write_text(CANARY)
    shutil.copyfile(template / "footage" / "secret.mp4", tmp_path / "outside" / "secret.mp4")
    monkeypatch.chdir(tmp_path / "outside")
    with _undisturbed():
        yield Film(tmp_path / "film")


def contents(folder: Path, *, leave: Path | None = None) -> dict[str, bytes]:
    return {
        str(path): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not (leave and path.is_relative_to(leave))
    }


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str


Run = Callable[[Film, tuple[str, ...]], Said]


@pytest.fixture
def here(capsys: pytest.CaptureFixture[str]) -> Run:
    """The command line in this process."""

    def run(film: Film, command: tuple[str, ...]) -> Said:
        capsys.readouterr()
        code = main(["-C", str(film.root), *command])
        return Said(code, *capsys.readouterr())

    return run


def alone(
    film: Film, command: tuple[str, ...], *, memory: int = resource.RLIM_INFINITY, **environment: str
) -> Said:
    """The command line in a process of its own, with few seconds to waste; `memory` is all that the machine
    gives.
    """

    def limits() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (5, 10))
        resource.setrlimit(resource.RLIMIT_AS, (min(memory, 4 << 30), memory))

    found = subprocess.run(
        [sys.executable, "-m", "pipeline", "-C", film.root, *command],
        capture_output=True,
        timeout=60,
        preexec_fn=limits,
        env=os.environ
        | {"PYTHONPATH": str(Path(__file__).parents[1]), "PYTHONIOENCODING": "utf-8:strict"}
        | environment,
    )
    assert found.returncode != -signal.SIGXCPU, "still busy after five seconds"
    return Said(found.returncode, found.stdout.decode(), found.stderr.decode())


def refuses(case: Case, film: Film, run: Run) -> Said:
    """Spoil the production, run the command, and hold it to everything a refusal promises."""
    case.spoil(film)
    inputs = contents(film.root)
    beside = contents(film.root.parent, leave=film.root)
    said = run(film, case.command)
    text = said.out + said.err
    now = contents(film.root)
    assert contents(film.root.parent, leave=film.root) == beside, "written outside the production"
    originals = {name: data for name, data in inputs.items() if "/build/" not in name}
    assert {name: now.get(name) for name in originals} == originals, "an original was touched"
    assert "canary" not in text
    assert not [name for name, data in now.items() if name not in inputs and CANARY.encode() in data], (
        "what was beside it was read"
    )
    assert "Traceback" not in text and "something went wrong" not in text, text
    assert said.code == case.code, text
    for piece in case.says:
        assert piece in said.err
    assert "→" in said.err or "; write " in said.err, f"no next step: {said.err}"
    assert not {"cut.mp4", "cut.clean.mp4", "draft.mp4"} & {Path(name).name for name in now}
    return said


# Footage ---------------------------------------------------------------------------------------

IMPORT = ("transcribe", "amara", "--import", "../film/words.json")
ZIP = io.BytesIO()
with zipfile.ZipFile(ZIP, "w") as _archive:
    _archive.writestr("amara.mp4", b"not here either")

DISGUISED = {
    "text": "Just some notes.\n",
    "ffconcat": "ffconcat version 1.0\nfile secret.mp4\n",
    "hls": "#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\nsecret.txt\n#EXT-X-ENDLIST\n",
    "svg": '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="secret.txt"/></svg>',
    "sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 9 RTP/AVP 96\n"
    "a=rtpmap:96 H264/90000\n",
    "dash": '<?xml version="1.0"?><MPD '
    'xmlns="urn:mpeg:dash:schema:mpd:2011"><Period><BaseURL>secret.mp4</BaseURL></Period></MPD>',
}


@pytest.mark.slow
@cases(
    Case("empty", footage(b""), 65, ("amara.mp4: is empty",), IMPORT),
    *(
        Case(name, footage(text), 65, ("amara.mp4: is a text file", "playlists"), IMPORT)
        for name, text in DISGUISED.items()
    ),
    *(
        Case(
            f"{name} with a NUL",
            footage(text + "#\0\n"),
            65,
            (("amara.mp4: is not footage that can be opened"),),
            IMPORT,
        )
        for name, text in DISGUISED.items()
    ),
    Case("png", footage(png(64, 64)), 65, ("amara.mp4: is a picture", "cutaway"), IMPORT),
    Case("jpeg", footage(b"\xff\xd8\xff\xe0\0\x10JFIF\0"), 65, ("amara.mp4: is a picture",), IMPORT),
    Case("gif", footage(b"GIF89a\1\0\1\0\0\0\0;"), 65, ("amara.mp4: is not footage",), IMPORT),
    Case(
        "webp",
        footage(b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0/\0\0\0\0\0\0\0\0\0\0\0\0\0"),
        65,
        ("amara.mp4: is not footage",),
        IMPORT,
    ),
    Case("riff and no more", footage(b"RIFF"), 65, ("amara.mp4: is not footage",), IMPORT),
    Case("matroska and no more", footage(b"\x1aE\xdf\xa3"), 65, ("amara.mp4",), IMPORT),
    Case("zip", footage(ZIP.getvalue()), 65, ("amara.mp4: is not footage",), IMPORT),
    Case(
        "random bytes",
        footage(random.Random(1).randbytes(50_000)),
        65,
        ("amara.mp4: is not footage",),
        IMPORT,
    ),
    Case("wav", lavfi(*SOUND, "-f", "wav", "{}"), 65, ("amara.mp4: is sound alone",), IMPORT),
    Case(
        "mp3",
        lavfi(*SOUND, "-c:a", "libmp3lame", "-f", "mp3", "{}"),
        65,
        ("amara.mp4: is sound alone",),
        IMPORT,
    ),
    Case("no sound", lavfi(*PICTURE, *CODECS, "{}"), 65, ("amara.mp4: has no sound",), IMPORT),
    Case("no picture", lavfi(*SOUND, *CODECS, "{}"), 65, ("amara.mp4: is sound alone",), IMPORT),
    *(
        Case(f"index last, {s:.2%}", cut_at(s), 65, ("amara.mp4",), IMPORT)
        for s in (0.0005, 0.01, 0.25, 0.5, 0.75, 0.95)
    ),
    *(
        Case(
            f"index first, {s:.0%}",
            cut_at(s, "-movflags", "+faststart"),
            65,
            ("amara.mp4", "breaks off"),
            IMPORT,
        )
        for s in (0.3, 0.6, 0.95)
    ),
    *(
        Case(f"matroska, {s:.0%}", cut_at(s, muxer="matroska"), 65, ("amara.mp4", "breaks off"), IMPORT)
        for s in (0.3, 0.6)
    ),
    Case(
        "a track that is not there",
        toml('contributor = "amara"', 'contributor = "amara"\ntrack = 7'),
        65,
        ("amara.mp4", "not a track 7"),
        IMPORT,
    ),
    Case("missing_stsd", difficult("sample_missing_stsd.mp4"), 65, ("amara.mp4",), IMPORT),
    Case("audio_only", difficult("sample_audio_only.mp4"), 65, ("amara.mp4: is sound alone",), IMPORT),
    Case("video_only", difficult("sample_video_only.mp4"), 65, ("amara.mp4: has no sound",), IMPORT),
)
def test_footage_that_is_none(case: Case, film: Film, here: Run) -> None:
    refuses(case, film, here)


SOURCE = "production.toml, source.amara.file"


@pytest.mark.slow
@cases(
    Case("missing", gone("footage/amara.mp4"), 2, (SOURCE, 'no file "footage/amara.mp4"')),
    Case("a slip of the finger", named("footage/amarra.mp4"), 2, (SOURCE, 'did you mean "amara.mp4"?')),
    Case("a folder", folder("footage/amara.mp4"), 2, (SOURCE, "amara.mp4")),
    Case(
        "a pipe", both(gone("footage/amara.mp4"), lambda film: os.mkfifo(film.clip)), 2, (SOURCE, "amara.mp4")
    ),
    Case("no name", named(""), 2, (SOURCE, 'no file ""')),
    Case(
        "up and out",
        named("../outside/secret.mp4"),
        2,
        ("production.toml", "../outside/secret.mp4", ("leads out of the production folder")),
    ),
    Case(
        "up, out and in again", named("footage/../../outside/diary.txt"), 2, ("production.toml", "leads out")
    ),
    Case("absolute", named("/etc/passwd"), 2, ("production.toml", "/etc/passwd", "leads out")),
    Case(
        "a link that leads out",
        linked("footage/amara.mp4", "../outside/secret.mp4"),
        2,
        ("production.toml", "footage/amara.mp4", "leads out"),
    ),
    Case(
        "a folder that leads out",
        both(linked("footage", "../outside"), named("footage/secret.mp4")),
        2,
        ("production.toml", "leads out"),
    ),
    Case("a link to nowhere", linked("footage/amara.mp4", "footage/gone.mp4"), 2, (SOURCE, "no file")),
    Case(
        "a link to itself",
        linked("footage/amara.mp4", "footage/amara.mp4"),
        2,
        ("production.toml", "footage/amara.mp4"),
    ),
    Case("a NUL in the name", named("footage/amara.mp4\0.txt"), 2, ("production.toml", "footage/amara.mp4")),
    Case("a name without end", named("footage/" + "a" * 5000 + ".mp4"), 2, ("production.toml",)),
    *(
        Case(f"ffmpeg's {name}", named(name), 2, (SOURCE, "no file"))
        for name in ("pipe:0", "concat:footage/secret.mp4|footage/secret.mp4", "-i", "http://127.0.0.1/a.mp4")
    ),
)
def test_footage_in_the_wrong_place(case: Case, film: Film, here: Run) -> None:
    refuses(case, film, here)


def cutaway(data: bytes | str | None, file: str = "b-roll.mp4") -> Spoil:
    """A cutaway over the quote."""

    def spoil(film: Film) -> None:
        if data is not None:
            wrote(file, data)(film)
        with (film.root / "production.toml").open("a") as out:
            out.write(f'[[scene.cutaway]]\nquote = "q01"\nfile = "{file}"\nover = "start"\n')
        if data is not None:
            nobody_in(film.root, file)

    return spoil


BUILD = ("build-cut",)


@pytest.mark.slow
@cases(
    Case("missing", cutaway(None), 2, ("production.toml, scene 1, cutaway of q01", "b-roll.mp4"), BUILD),
    Case("leads out", cutaway(None, "../outside/secret.mp4"), 2, ("production.toml", "leads out"), BUILD),
    Case("empty", cutaway(b""), 65, ("b-roll.mp4: is empty",), BUILD),
    Case(
        "ffconcat",
        cutaway(DISGUISED["ffconcat"].replace("secret", "footage/secret")),
        65,
        ("b-roll.mp4: is a text file",),
        BUILD,
    ),
    Case(
        "svg named .png", cutaway(DISGUISED["svg"], "b-roll.png"), 65, ("b-roll.png: is a text file",), BUILD
    ),
    Case("the start of a png", cutaway(png(64, 64)[:40], "b-roll.png"), 65, ("b-roll.png",), BUILD),
    Case(
        "a picture of 900 million pixels",
        cutaway(png(30_000, 30_000), "b-roll.png"),
        65,
        ("b-roll.png",),
        BUILD,
    ),
)
def test_cutaways(case: Case, film: Film, here: Run) -> None:
    refuses(case, film, here)


# Paperwork -------------------------------------------------------------------------------------

APPROVED = "quotes.csv row 2, column approved_on"
TEXT = "quotes.csv row 3, column text"
LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
BAD_DATES = {
    "words": "last May",
    "31 February": "31/02/2025",
    "two figures for a year": "13/05/25",
    "a year without end": "13/05/" + "9" * 30,
}
THEM = "amara,Amara,training,none,2025-03-04,,,\n"
ROW = "q01,amara,amara,we chose these words together,helped,training;workshop,the group,2025-05-13,"


@cases(
    Case(
        "id twice", quotes("q02,", "q01,"), 65, (("quotes.csv row 3, column id"), '"q01" is already in row 2')
    ),
    Case(
        "id in capitals",
        quotes("q02,", "Q 02,"),
        65,
        (("quotes.csv row 3, column id"), '"Q 02" is not an id'),
    ),
    Case("id that is a path", quotes("q02,", "../q02,"), 65, ("quotes.csv row 3, column id",)),
    Case("no id", quotes("q02,", ","), 65, ("quotes.csv row 3, column id", "is empty")),
    Case("no text", quotes("these words,helped,training,", ",helped,training,"), 65, (TEXT, "is empty")),
    Case(
        "unknown column",
        quotes("theme,", "teme,"),
        65,
        ("quotes.csv row 1", '"teme"', 'did you mean "theme"?'),
    ),
    Case(
        "missing columns",
        wrote("quotes.csv", "id,text\nq01,we chose\n"),
        65,
        ("quotes.csv row 1", 'no column "contributor"'),
    ),
    Case("same column twice", quotes("theme,", "text,"), 65, ("quotes.csv row 1",)),
    Case(
        "comma without quotes",
        quotes("2025-05-13,\nq02", "2025-05-13,said twice, softly\nq02"),
        65,
        ("quotes.csv row 2", "10 cells"),
    ),
    *(Case(name, approved(text), 65, (f"{APPROVED}: ", text[:8])) for name, text in BAD_DATES.items()),
    Case("two days", approved("3/4/2025"), 65, (APPROVED, "2025-04-03 or 2025-03-04")),
    Case(
        "unknown source",
        quotes("q01,amara,amara,", "q01,amara,amarra,"),
        65,
        (("quotes.csv row 2, column source"), '"amarra"', 'did you mean "amara"?'),
    ),
    Case(
        "unknown use",
        quotes("training;workshop", "traning"),
        65,
        (("quotes.csv row 2, column use"), '"traning"', 'did you mean "training"?'),
    ),
    Case("bracket left open", quotes("these words,", "these [words,"), 65, (TEXT, "square bracket")),
    Case("bracket never opened", quotes("these words,", "these] words,"), 65, (TEXT, "square bracket")),
    Case(
        "brackets in brackets", quotes("these words,", "[these [few]] words,"), 65, (TEXT, "square bracket")
    ),
    Case("brackets inside out", quotes("these words,", "]these words[,"), 65, (TEXT, "square bracket")),
    Case("only editorial words", quotes("these words,", "[these words],"), 65, (TEXT, "no spoken word")),
    Case("only left out", quotes("these words,", "[...],"), 65, (TEXT, "no spoken word")),
    Case("only punctuation", quotes("these words,", "!? –,"), 65, (TEXT, "no spoken word")),
    Case("in without out", pinned("1.0,"), 65, ("quotes.csv row 2, column out", "is empty")),
    Case("out before in", pinned("2.0,1.0"), 65, ("quotes.csv row 2, column out", "is not after in")),
    Case("in is no time", pinned("soon,1.0"), 65, ("quotes.csv row 2, column in", '"soon" is not a time')),
    Case("out after the end", pinned("50.0,51.0"), 65, ("quotes.csv row 2", "amara"), BUILD),
    Case(
        "double quote left open",
        quotes("these words,", '"these words,'),
        65,
        ("quotes.csv row 3", "cannot be read", "double quote"),
    ),
    Case("empty", wrote("quotes.csv", ""), 65, ("quotes.csv: is empty",)),
    Case("only a mark", wrote("quotes.csv", "\ufeff"), 65, ("quotes.csv",)),
    Case("only Excel's hint", wrote("quotes.csv", "sep=;"), 65, ("quotes.csv",)),
    Case(
        "cp1252",
        quotes_as("cp1252", "these “words”"),
        65,
        (("quotes.csv row 3, column 4"), "not UTF-8", "CSV UTF-8"),
    ),
    Case(
        "cp1252, after commas",
        quotes_as("cp1252", '"yes, yes, these “words”"'),
        65,
        (("quotes.csv row 3, column 4"), "not UTF-8"),
    ),
    Case(
        "a row after two lines in one",
        both(quotes(ROW, ROW.replace("helped", '"hel\nped"')), quotes("q02,", "Q 2,")),
        65,
        (("quotes.csv row 3, column id"),),
    ),
    Case("half of UTF-16", wrote("quotes.csv", QUOTES.encode("utf-16")[:-1]), 65, ("quotes.csv",)),
    Case(
        "UTF-16 without its mark",
        wrote("quotes.csv", QUOTES.encode("utf-16-le")),
        65,
        (("quotes.csv: is not a text file"),),
    ),
    Case(
        "csv and xlsx",
        lambda film: (film.root / "quotes.xlsx").write_bytes(xlsx()),
        2,
        ("film", "both quotes.csv and quotes.xlsx"),
    ),
    Case("neither", gone("quotes.csv"), 2, ("film", "no quotes.csv or quotes.xlsx")),
    Case("consent: neither", gone("consent.csv"), 2, ("film", "no consent.csv or consent.xlsx")),
    Case("a folder", folder("quotes.csv"), 2, ("film", "no quotes.csv")),
    Case("zip bomb", as_xlsx(bomb), 65, ("quotes.xlsx: unpacks to more than 100 MB",)),
    Case(
        "xlsx that is no zip",
        as_xlsx(lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
        65,
        ("quotes.xlsx", "save it again as"),
    ),
    Case("zip that is no xlsx", as_xlsx(ZIP.getvalue), 65, ("quotes.xlsx: is not a spreadsheet",)),
    Case("half an xlsx", as_xlsx(lambda: xlsx()[:2000]), 65, ("quotes.xlsx: is not a spreadsheet",)),
    Case(
        "billion laughs",
        as_xlsx(lambda: sheet(b"<worksheet", LAUGHS + b"<worksheet")),
        65,
        ("quotes.xlsx: is not a spreadsheet",),
    ),
    Case(
        "a column far out",
        as_xlsx(lambda: sheet(b'r="I3"', b'r="ZZZZZZ3"')),
        65,
        ("quotes.xlsx: is not a spreadsheet",),
    ),
    Case(
        "xlsx: not a date",
        as_xlsx(lambda: xlsx(QUOTES.replace("2025-05-13", "May"))),
        65,
        ("quotes.xlsx, sheet Sheet, cell H2 (approved_on)", '"May" is not a date'),
    ),
    Case(
        "consent: unknown scope",
        consent("training;workshop", "trainin"),
        65,
        (("consent.csv row 2, column scope"), '"trainin"'),
    ),
    Case(
        "consent: unknown disguise",
        consent("none", "fase"),
        65,
        (("consent.csv row 2, column anonymise"), 'did you mean "face"?'),
    ),
    Case(
        "consent: two days",
        consent("2045-12-31", "01/02/2045"),
        65,
        (("consent.csv row 2, column expires_on"), "two days"),
    ),
    Case(
        "consent: somebody twice",
        consent("amara,Amara", f"{THEM}amara,Amara"),
        65,
        (("consent.csv row 3, column contributor"), "already in row 2"),
    ),
    Case(
        "bleeps: unknown column",
        wrote("bleeps.csv", "contributor,nam,caption_as\n"),
        65,
        ("bleeps.csv row 1", '"nam"', 'did you mean "name"?'),
    ),
)
def test_paperwork(case: Case, film: Film, here: Run) -> None:
    refuses(case, film, here)


@pytest.mark.slow
@pytest.mark.parametrize(
    "spreadsheet",
    [sheet(b'r="3"', b'r="999999999999"'), sheet(b'"A1:I3"', b'"A1:XFD999999999999"')],
    ids=["a row far down", "a sheet said to be without end"],
)
def test_a_small_spreadsheet_that_unfolds_is_soon_done_with(spreadsheet: bytes, film: Film) -> None:
    as_xlsx(lambda: spreadsheet)(film)
    said = alone(film, ("match",))
    assert said.code in (0, 65) and "Traceback" not in said.err, said
    assert "q02" in said.out or ("quotes.xlsx" in said.err and "→" in said.err), (
        f"a row was lost, silently: {said}"
    )


def test_a_spreadsheet_that_is_wrong_about_its_size_is_read_whole(film: Film, here: Run) -> None:
    """Some programs write A1, or the size of before: what is there counts, not what is said."""
    as_xlsx(lambda: sheet(b'"A1:I3"', b'"A1:H2"'))(film)
    said = here(film, ("match", "--json"))
    assert said.code == 0 and [quote["id"] for quote in json.loads(said.out)["quotes"]] == ["q01", "q02"], (
        said
    )


# The gate --------------------------------------------------------------------------------------

BEN = "ben,Ben,training,none,2025-03-04,,,\n"
UNNAMED = consent("Amara,training;workshop,none", "A.,training;workshop,name")
TOMORROW, YESTERDAY = TODAY + timedelta(1), TODAY - timedelta(1)


@cases(
    Case(
        "not in the register",
        consent("amara,Amara", "ben,Ben"),
        77,
        ("q01 (amara)", "not in the consent register"),
    ),
    Case(
        "withdrawn",
        consent("2045-12-31,", f"2045-12-31,{YESTERDAY}"),
        77,
        ("q01 (amara)", f"withdrew on {YESTERDAY}"),
    ),
    Case(
        "ran out yesterday",
        consent("2045-12-31", str(YESTERDAY)),
        77,
        ("q01 (amara)", f"ran out on {YESTERDAY}"),
    ),
    Case("given tomorrow", consent("2025-03-04", str(TOMORROW)), 77, ("q01 (amara)", "in the future")),
    Case("never given", consent("2025-03-04", ""), 77, ("q01 (amara)", "no date of consent", "given_on")),
    Case(
        "for something else",
        consent("training;workshop", "workshop"),
        77,
        ("q01 (amara)", ("consents to workshop, not to training")),
    ),
    Case("for nothing", consent("training;workshop", ""), 77, ("q01 (amara)", "consents to nothing")),
    Case(
        "a disguise that cannot be made",
        consent("none", "voice"),
        77,
        ("q01 (amara)", "voice", "cannot do yet"),
    ),
    Case(
        "words nobody approved",
        quotes(ROW, ROW.replace("the group", "")),
        77,
        ("q01 (amara)", "nobody has approved", "approved_by"),
    ),
    Case(
        "approved tomorrow",
        quotes(ROW, ROW.replace("2025-05-13", str(TOMORROW))),
        77,
        ("q01 (amara)", "in the future"),
    ),
    Case(
        "approved for something else",
        quotes("training;workshop", "workshop"),
        77,
        ("q01 (amara)", ("approved for workshop, not for training")),
    ),
    Case(
        "approved by another",
        both(quotes("q01,amara", "q01,ben"), consent("amara,Amara", f"{BEN}amara,Amara")),
        77,
        ("q01 (amara)", "approved by ben"),
    ),
    Case(
        "a name that was not to be shown",
        both(UNNAMED, toml("A small film", "Amara’s film")),
        77,
        ("production.toml, film.title (amara)", "asked not to be"),
    ),
)
def test_the_gate(case: Case, film: Film, here: Run) -> None:
    refuses(Case(case.name, case.spoil, case.code, (*case.says, "nothing was built"), BUILD), film, here)


def kept(change: Callable[[Any], object]) -> Spoil:
    """The quote list as a workbook that somebody marked by hand."""

    def made() -> bytes:
        book, out = openpyxl.load_workbook(io.BytesIO(xlsx())), io.BytesIO()
        change(book.active)
        book.save(out)
        return out.getvalue()

    return as_xlsx(made)


def struck(cell: str) -> Spoil:
    return kept(lambda sheet: setattr(sheet[cell], "font", Font(strike=True)))


GONE = "does not count as approved: quotes.xlsx, sheet Sheet, row 2, "


@cases(
    Case("struck out", struck("D2"), 77, ("q01 (amara)", f'{GONE}"we chose these words together" is struck')),
    Case(
        "hidden",
        kept(lambda sheet: setattr(sheet.row_dimensions[2], "hidden", True)),
        77,
        (f"{GONE}the row is hidden",),
    ),
    Case(
        "withdrawn in a comment",
        kept(lambda sheet: setattr(sheet["A2"], "comment", Comment("Withdrawn", "Jo"))),
        77,
        (f'{GONE}a comment on cell A2 says "withdrawn"',),
    ),
    Case("approved by nobody", quotes(ROW, ROW.replace("the group", "pending")), 77, ('says "pending"',)),
    Case(
        "withdrawn in the register",
        consent("2045-12-31,,", "2045-12-31,,withdrawn by phone"),
        77,
        ("has no consent that counts: consent.csv row 2", 'column notes says "withdrawn"'),
    ),
)
def test_what_is_shown_as_gone_is_refused_and_check_says_it_first(case: Case, film: Film, here: Run) -> None:
    refuses(Case(case.name, case.spoil, case.code, (*case.says, "nothing was built"), BUILD), film, here)
    said = here(film, ("--json", "check"))
    found = [one for one in json.loads(said.out)["problems"] if one["kind"] == "refused"]
    assert said.code == 1 and all(piece in found[0]["what"] for piece in case.says)
    assert found[0]["next_step"]


def test_what_is_gone_and_in_no_scene_stops_nothing_and_is_said(film: Film, here: Run) -> None:
    struck("A3")(film)
    said = here(film, ("match",))
    assert said.code == 0 and 'row 3: q02 does not count as approved: "q02" is struck out' in said.err
    checked = here(film, ("check",))
    assert checked.code == 0 and "Nothing is wrong." in checked.out and "q02 does not count" in checked.err


def test_check_lists_everything_and_builds_nothing(film: Film, here: Run) -> None:
    both(quotes("training;workshop", "trainin"), consent("none", ""), toml("[transcribe]", "[transcripts]"))(
        film
    )
    before = contents(film.root)
    said = here(film, ("check", "--json"))
    document = json.loads(said.out)
    assert said.code == 1 and [one["where"] for one in document["problems"]] == [
        "consent.csv row 2, column anonymise",
        "production.toml, transcripts",
        "quotes.csv row 2, column use",
    ]
    assert all(one["what"] and one["next_step"] for one in document["problems"])
    assert contents(film.root) == before
    text = here(film, ("check",))
    assert (
        text.code == 1
        and text.out.startswith("wrong    consent.csv row 2")
        and "stop the film: 3" in text.out
    )
    last = json.loads(here(film, ("--json", "match")).out)
    assert last["exit_code"] == 65 and len(last["problems"]) == 3


@pytest.mark.parametrize(
    "command",
    [
        ("approve", "wording", "q01"),
        ("match", "--heard", "q01"),
        ("captions", "mark", "1", "--heard"),
        ("feedback", "answer", "abc", "--state", "done", "--say", "x"),
    ],
)
@pytest.mark.parametrize("by", ["pending", "tbc", "?", "NAME"])
def test_whoever_says_something_is_somebody(by: str, command: tuple[str, ...], film: Film, here: Run) -> None:
    before = contents(film.root, leave=film.root / "build")
    said = here(film, (*command, "--by", by))
    assert said.code == 2 and f'"{by}" is nobody who can say so' in said.err and "→ ourwords" in said.err
    assert contents(film.root, leave=film.root / "build") == before


def test_check_says_when_nothing_is_wrong(film: Film, here: Run) -> None:
    said = here(film, ("check",))
    assert (said.code, said.out) == (0, "Nothing is wrong.\n")


# production.toml -------------------------------------------------------------------------------

SECOND = '[[source]]\nid = "amara"\nfile = "footage/secret.mp4"\ncontributor = "amara"\n'


def reflection(after: str, seconds: str) -> Spoil:
    return toml(
        '["q01"]', f'["q01"]\n[[scene.reflection]]\nafter = "{after}"\nprompt = "Well?"\nseconds = {seconds}'
    )


def profile(name: str) -> Spoil:
    return toml("[transcribe]", f'[captions]\nprofile = "{name}"\n[transcribe]')


NOBODY = both(
    wrote("production.toml", 'source = []\n[film]\ntitle = "T"\n'), quotes("amara,amara,", "amara,,")
)


@cases(
    Case(
        "not TOML", toml('"A small film"', '"A small film'), 2, ("production.toml", "is not TOML", "line 2")
    ),
    Case(
        "not UTF-8",
        wrote("production.toml", TOML.replace("small", "smäll").encode("latin-1")),
        2,
        ("production.toml: is not UTF-8",),
    ),
    Case("UTF-16", wrote("production.toml", TOML.encode("utf-16")), 2, ("production.toml: is not UTF-8",)),
    Case("brackets without end", wrote("production.toml", "a = " + "[" * 5000), 2, ("production.toml",)),
    Case("empty", wrote("production.toml", ""), 2, ("production.toml, film", "is missing")),
    Case("unknown key", toml("title =", "tilte ="), 2, ("production.toml, film.title", "is missing")),
    Case(
        "unknown key beside the right one",
        toml("size =", "rat = 25\nsize ="),
        2,
        ("production.toml, film.rat", "not a key", 'did you mean "rate"?'),
    ),
    Case(
        "unknown key in a list",
        toml('contributor = "amara"', 'contributor = "amara"\ntrak = 1'),
        2,
        ("source.1.trak", 'did you mean "track"?'),
    ),
    Case(
        "unknown table",
        toml("[transcribe]", "[transcripts]"),
        2,
        ("production.toml, transcripts", 'did you mean "transcribe"?'),
    ),
    Case(
        "missing key",
        toml('contributor = "amara"\n', ""),
        2,
        ("production.toml, source.1.contributor", "is missing"),
    ),
    Case(
        "a rate without quotes",
        toml("size =", "rate = 25\nsize ="),
        2,
        ("production.toml, film.rate", "string", "not 25"),
    ),
    Case(
        "a time without quotes",
        toml('title = "One"', "title = 00:01:02"),
        2,
        ("production.toml, scene.1.title", "string", "00:01:02"),
    ),
    Case("a list that is none", toml('["q01"]', '"q01"'), 2, ("production.toml, scene.1.quotes", "list")),
    Case(
        "a choice that is none",
        toml("faster-whisper", "whisper"),
        2,
        ("production.toml, transcribe.engine", "'faster-whisper'", "whisper"),
    ),
    Case(
        "an id that is a path", toml('id = "amara"', 'id = "../amara"'), 2, ("production.toml, source.1.id",)
    ),
    Case(
        "unknown quote",
        toml('["q01"]', '["q-01"]'),
        2,
        ("production.toml, scene 1", 'no quote "q-01"', 'did you mean "q01"?'),
    ),
    Case("quote twice", toml('["q01"]', '["q01", "q01"]'), 2, ("production.toml", '"q01" is there twice')),
    Case(
        "source twice",
        toml("[[source]]", SECOND + "[[source]]"),
        2,
        ("production.toml", 'source "amara" is there twice'),
    ),
    Case(
        "break after another scene's quote",
        reflection("q02", "9.0"),
        2,
        ("production.toml, scene 1", ('"q02" is not in the quotes of scene 1')),
    ),
    Case(
        "a break without end", reflection("q01", "inf"), 2, ("production.toml, scene.1.reflection.1.seconds",)
    ),
    Case("an odd side", toml("160x120", "161x120"), 2, ("production.toml, film.size", "odd side", "even")),
    Case("no size", toml("160x120", "00x00"), 2, ("production.toml, film.size",)),
    Case("more than a picture may have", toml("160x120", "9998x9998"), 2, ("production.toml, film.size",)),
    Case(
        "no rate",
        toml("size =", 'rate = "often"\nsize ='),
        2,
        ("production.toml, film.rate", '"often" is not a frame rate'),
    ),
    Case("rate by nothing", toml("size =", 'rate = "25/0"\nsize ='), 2, ("production.toml, film.rate",)),
    Case(
        "rate of nothing",
        toml("size =", 'rate = "0"\nsize ='),
        2,
        ("production.toml, film.rate", "between 1 and 240"),
    ),
    Case("unknown profile", profile("bcc"), 2, ("production.toml, captions.profile", '"bcc"', "bbc")),
    Case(
        "a profile that is a path",
        profile("../quality"),
        2,
        ("production.toml, captions.profile", '"../quality" is not there'),
    ),
    Case(
        "a language that is a path",
        toml("size =", 'language = "x/../../../../outside/en"\nsize ='),
        2,
        ("production.toml, film.language",),
        BUILD,
    ),
    Case(
        "a title with a NUL",
        toml("A small film", "A small\\u0000 film"),
        2,
        ("production.toml, film.title",),
        BUILD,
    ),
    Case(
        "nothing in the film",
        toml('[[scene]]\ntitle = "One"\nquotes = ["q01"]\n', ""),
        2,
        ("production.toml", "nothing in the film"),
        BUILD,
    ),
    Case("no sources", NOBODY, 2, ("production.toml", "source"), ("transcribe",)),
    Case(
        "no sources, and an import",
        NOBODY,
        2,
        ("production.toml", "source"),
        ("transcribe", "--import", "../film/words.json"),
    ),
    Case("gone", gone("production.toml"), 2, ("no production.toml in", "film", "ourwords init")),
    Case("a folder", folder("production.toml"), 2, ("no production.toml in", "ourwords init")),
    Case("all gone", lambda film: shutil.rmtree(film.root), 2, ("no production.toml in", "ourwords init")),
)
def test_settings(case: Case, film: Film, here: Run) -> None:
    refuses(case, film, here)


# Transcripts, pins and what is asked -----------------------------------------------------------

PIN = '{"pins": {"q01": {"text_sha256": "", "source": "amara", "spans": [["1.5", "2"]]}}}'
DEEP = '{"segments":' + "[" * 100_000


@pytest.mark.slow
@cases(
    Case(
        "not JSON",
        wrote("transcripts/amara.json", "{"),
        65,
        (("amara.json: is not a transcript of ours"), "transcribe --import"),
    ),
    Case("empty", wrote("transcripts/amara.json", ""), 65, ("amara.json: is not a transcript of ours",)),
    Case(
        "not text",
        wrote("transcripts/amara.json", b"\xff\xfe\0\xd8"),
        65,
        ("amara.json: is not a transcript of ours",),
    ),
    Case("a list", wrote("transcripts/amara.json", "[]"), 65, ("amara.json: is not a transcript of ours",)),
    Case(
        "nested without end",
        wrote("transcripts/amara.json", DEEP),
        65,
        ("amara.json: is not a transcript of ours",),
    ),
    Case(
        "no words key",
        wrote("transcripts/amara.json", '{"version": 1}'),
        65,
        ("amara.json: is not a transcript of ours", "words"),
    ),
    Case("backwards", transcript(words=[["2", "1", "we", 0.9]]), 65, ("amara.json", "ends after it starts")),
    Case(
        "out of order",
        transcript(words=[["2", "3", "chose", 0.9], ["1", "2", "we", 0.9]]),
        65,
        ("amara.json", "order of their times"),
    ),
    Case("a time that is none", transcript(words=[["soon", "3", "we", 0.9]]), 65, ("amara.json", "soon")),
    Case(
        "divided by nothing",
        transcript(words=[["1/0", "3", "we", 0.9]]),
        65,
        ("amara.json: is not a transcript of ours",),
    ),
    Case(
        "a word that is a number",
        transcript(words=[["1", "2", 7, 0.9]]),
        65,
        ("amara.json: is not a transcript of ours",),
    ),
    Case("another's name in it", transcript(source="ben"), 65, ("amara.json", "ben")),
    Case("made from nothing", transcript(made_from=None), 65, ("amara.json: is not a transcript of ours",)),
    Case(
        "for other footage",
        transcript(made_from="import 0123456789abcdef"),
        65,
        (("amara.json: was imported for other footage"), "import it again"),
    ),
    Case(
        "words after the end",
        transcript(words=[[str(50 + at), str(51 + at), word, 0.9] for at, word in enumerate(WORDS)]),
        65,
        ("amara.json",),
        BUILD,
    ),
    Case(
        "lock: not JSON",
        wrote("quotes.lock.json", "<<<<<<< HEAD"),
        65,
        ("quotes.lock.json: is broken", "pin again"),
    ),
    Case("lock: a list", wrote("quotes.lock.json", "[]"), 65, ("quotes.lock.json: is broken",)),
    Case(
        "lock: pins in a list",
        wrote("quotes.lock.json", '{"pins": []}'),
        65,
        ("quotes.lock.json: is broken",),
    ),
    Case(
        "lock: a pin divided by nothing",
        wrote("quotes.lock.json", PIN.replace("1.5", "1/0")),
        65,
        ("quotes.lock.json: is broken",),
    ),
    Case(
        "choose: no number",
        lambda _: None,
        2,
        ('"q01" is not ID=N', "--choose q06=2"),
        ("match", "--choose", "q01"),
    ),
    Case(
        "choose: a number that is none", lambda _: None, 2, ("is not ID=N",), ("match", "--choose", "q01=²")
    ),
    Case(
        "choose: no quote", lambda _: None, 2, ('no quote "q99"', "q01, q02"), ("match", "--choose", "q99=1")
    ),
    Case("choose: no candidate", lambda _: None, 2, ("q01 has 1 candidate",), ("match", "--choose", "q01=9")),
    Case("transcribe: no source", lambda _: None, 2, ('no source "ben"', "amara"), ("transcribe", "ben")),
    Case(
        "clips: no quote",
        lambda _: None,
        2,
        ('no quote "q99" in the quote list', "q01"),
        ("clips", "--quote", "q99"),
    ),
    Case(
        "captions: a profile that is a path",
        lambda _: None,
        2,
        ("--profile", '"../quality" is not there'),
        ("captions", "check", "--profile", "../quality"),
    ),
)
def test_transcripts_and_choices(case: Case, film: Film, here: Run) -> None:
    refuses(case, film, here)


def imported(data: str | bytes, name: str = "made-elsewhere") -> Spoil:
    return wrote(name, data)


THEIRS = ("transcribe", "amara", "--import", "../film/made-elsewhere")


@cases(
    Case("missing", lambda _: None, 65, ("made-elsewhere", "No such file")),
    Case("a folder", lambda film: (film.root / "made-elsewhere").mkdir(), 65, ("made-elsewhere",)),
    Case("empty", imported(""), 65, ("made-elsewhere: is empty",)),
    Case(
        "srt without a word",
        imported("1\n00:00:01,000 --> 00:00:02,000\n\n"),
        65,
        (("made-elsewhere: holds no words"), "SRT"),
    ),
    Case("vtt without a word", imported("WEBVTT\n\nNOTE nothing\n"), 65, ("made-elsewhere: holds no words",)),
    Case("prose", imported("Dear all, the transcript will follow.\n"), 65, ("made-elsewhere",)),
    Case("a picture", imported(png(64, 64)), 65, ("made-elsewhere",)),
    Case(
        "json cut short",
        imported(whisper()[:100]),
        65,
        (("made-elsewhere: is no transcript in JSON"), "WhisperX"),
    ),
    Case("json nested without end", imported(DEEP), 65, ("made-elsewhere: is no transcript in JSON",)),
    Case(
        "json without segments",
        imported('{"text": "we chose"}'),
        65,
        ("made-elsewhere: is no transcript in JSON", "segments"),
    ),
    Case("json with empty segments", imported('{"segments": []}'), 65, ("made-elsewhere: holds no words",)),
    Case(
        "segments of text",
        imported('{"segments": ["we chose"]}'),
        65,
        ("made-elsewhere: is no transcript in JSON",),
    ),
    Case(
        "a list of segments",
        imported('[{"start": 0, "text": "we chose"}]'),
        65,
        ("made-elsewhere",),
    ),
    Case("a word that is text", imported('{"segments": [{"words": ["we"]}]}'), 65, ("made-elsewhere",)),
    Case(
        "a time that is none",
        imported(whisper().replace("0.5", "NaN")),
        65,
        ("made-elsewhere: is no transcript in JSON",),
    ),
    Case(
        "a time without end",
        imported(whisper().replace("0.85", "Infinity")),
        65,
        ("made-elsewhere: is no transcript in JSON",),
    ),
    Case("a time before the start", imported(whisper(start=-5)), 65, ("made-elsewhere",)),
    Case("times after the end", imported(whisper(start=500)), 65, ("made-elsewhere",)),
)
def test_transcripts_made_elsewhere(case: Case, film: Film, here: Run) -> None:
    before = (film.root / "transcripts" / "amara.json").read_bytes()
    refuses(Case(case.name, case.spoil, case.code, case.says, THEIRS), film, here)
    assert (film.root / "transcripts" / "amara.json").read_bytes() == before


def test_a_transcripts_folder_that_leads_out_is_not_written_to(film: Film, here: Run) -> None:
    refuses(
        Case("", linked("transcripts", "../outside"), 2, ("transcripts", "leads out"), IMPORT), film, here
    )


@cases(
    Case("build is a file", both(gone("build"), wrote("build", "")), 73, ("build", "cannot write")),
    Case("init: in a file", lambda _: None, 73, ("diary.txt",), ("init", "diary.txt/film")),
    Case("models: no such", lambda _: None, 2, ("huge",), ("models", "fetch", "huge")),
    Case("models: do what?", lambda _: None, 2, ('"eat" is not list or fetch',), ("models", "eat")),
)
def test_other_commands(case: Case, film: Film, here: Run) -> None:
    refuses(case, film, here)


@cases(
    Case("not TOML", wrote("production.toml", "["), 2, ("production.toml", "is not TOML", "→")),
    Case("a bad row", quotes("training;workshop", "traning"), 65, ("quotes.csv row 2, column use", "→")),
    Case("no footage", gone("footage/amara.mp4"), 2, ("production.toml, source.amara.file", "→")),
)
def test_the_doctor_finds_it_first(
    case: Case, film: Film, here: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "STEPS", ())  # the film that it makes is not this one
    case.spoil(film)
    said = here(film, ("doctor",))
    assert said.code == case.code and all(piece in said.out for piece in case.says), said


@pytest.mark.slow
@pytest.mark.parametrize("content", ["", "[]", "null", "{}", '{"files": []}'])
def test_what_somebody_did_to_the_build_folder_is_made_again(content: str, film: Film, here: Run) -> None:
    kept = [path for path in (film.root / "build").rglob("*.json") if path.name != "media.json"]
    assert len(kept) > 1
    for path in kept:
        path.chmod(0o600)
        path.write_text(content)
    said = here(film, ("match",))
    assert said.code == 0, said.err


# In a process of its own -----------------------------------------------------------------------


@pytest.mark.slow
@cases(
    Case("ffconcat", footage(DISGUISED["ffconcat"]), 65, ("amara.mp4: is a text file",), IMPORT),
    Case("hls with a NUL", footage(DISGUISED["hls"] + "#\0"), 65, ("amara.mp4: is not footage",), IMPORT),
    Case("zip bomb", as_xlsx(bomb), 65, ("quotes.xlsx: unpacks to more than 100 MB",)),
    Case(
        "the gate",
        consent("amara,Amara", "ben,Ben"),
        77,
        ("q01 (amara)", "not in the consent register"),
        BUILD,
    ),
    Case(
        "a rate that is an endless number",
        toml("size =", 'rate = "1e99999999"\nsize ='),
        2,
        ("production.toml, film.rate",),
    ),
    Case(
        "a time that is an endless number",
        transcript(words=[["0", "1e99999999", "we", 0.9]]),
        65,
        (("amara.json: is not a transcript of ours"),),
    ),
    Case(
        "not text, with --json",
        lambda _: None,
        65,
        ("No such file",),
        ("--json", "transcribe", "amara", "--import", "caf\udce9.json"),
    ),
)
def test_in_a_process_of_its_own(case: Case, film: Film) -> None:
    refuses(case, film, alone)


@pytest.mark.slow
def test_no_ffmpeg(film: Film) -> None:
    case = Case("", lambda _: None, 69, ("$PIPELINE_FFMPEG names /nowhere/ffmpeg",), BUILD)
    refuses(case, film, lambda film, command: alone(film, command, PIPELINE_FFMPEG="/nowhere/ffmpeg"))


# The other side of each rule -------------------------------------------------------------------


EXCEL = (
    QUOTES.replace(",", "\t")
    .replace("training;workshop", '"training;workshop"')
    .replace("\t", ";")
    .replace("\n", "\r\n")
)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("spoil", "command"),
    [
        pytest.param(lambda _: None, IMPORT, id="the production itself"),
        pytest.param(difficult("sample_rotate_and_reflect.mp4"), IMPORT, id="turned and mirrored"),
        pytest.param(difficult("sample_shorter_audio.mp4"), IMPORT, id="sound that stops before the picture"),
        pytest.param(difficult("dolbyVision-hdr.MOV"), IMPORT, id="from a telephone"),
        pytest.param(difficult("edit_list_positive_shift.mp4"), IMPORT, id="an edit list"),
        pytest.param(cut_at(1, "-movflags", "+faststart"), IMPORT, id="index first, all of it"),
        pytest.param(cut_at(1, muxer="matroska"), IMPORT, id="matroska, all of it, under a wrong name"),
        pytest.param(cut_at(1, muxer="mpegts"), IMPORT, id="transport stream, under a wrong name"),
        pytest.param(
            both(linked("footage/link.mp4", "footage/amara.mp4"), named("footage/link.mp4")),
            ("match",),
            id="a link that stays inside",
        ),
        pytest.param(
            named("./footage/../footage/amara.mp4"), ("match",), id="a roundabout name that stays inside"
        ),
        pytest.param(wrote("quotes.csv", QUOTES.encode("utf-16")), ("match",), id="UTF-16 with its mark"),
        pytest.param(wrote("quotes.csv", "\ufeff" + EXCEL), ("match",), id="as Excel saves it"),
        pytest.param(
            wrote("quotes.csv", "sep=\t\n" + QUOTES.replace(",", "\t")),
            ("match",),
            id="tabs, and Excel's hint",
        ),
        pytest.param(as_xlsx(xlsx), ("match",), id="xlsx"),
        pytest.param(quotes("2025-05-13", "13/05/2025"), ("match",), id="a British date"),
        pytest.param(
            quotes(ROW, ROW.replace("2025-05-13", "3/3/2025")),
            ("match",),
            id="a date that is one day either way",
        ),
        pytest.param(
            quotes("these words,", "these [chosen] words,"),
            ("match",),
            id="editorial words beside spoken ones",
        ),
        pytest.param(quotes("these words,", '"these\nwords",'), ("match",), id="a text in two lines"),
        pytest.param(
            wrote("production.toml", b"\xef\xbb\xbf" + TOML.encode()),
            ("match",),
            id="a mark before the settings",
        ),
        pytest.param(
            toml("size =", 'rate = "29.97"\nlanguage = "cy"\nsize ='),
            ("match",),
            id="another rate and language",
        ),
        pytest.param(
            imported("1\n00:00:01,000 --> 00:00:02,000\nwe chose these words together\n"), THEIRS, id="srt"
        ),
        pytest.param(
            imported("WEBVTT\n\n00:01.000 --> 00:02.000\nwe chose these words together\n"), THEIRS, id="vtt"
        ),
        pytest.param(consent("2045-12-31", str(TODAY)), ("build-cut", "--dry-run"), id="consent for today"),
    ],
)
def test_what_is_good_is_let_in(spoil: Spoil, command: tuple[str, ...], film: Film, here: Run) -> None:
    spoil(film)
    said = here(film, command)
    assert said.code == 0, said.err


ODD = "odd's [x],y:z -rf"


@pytest.mark.slow
def test_names_that_would_break_a_command_line(film: Film, here: Run) -> None:
    """As project, source and cutaway: they are files like others, all the way to the film."""
    odd = Film(film.root.rename(film.root.with_name(ODD)))
    odd.clip.rename(odd.root / f"{ODD}.mp4")
    named(f"{ODD}.mp4")(odd)
    cutaway(png(64, 64), f"-{ODD}%d.png")(odd)
    said = here(odd, BUILD)
    assert said.code == 0, said.err
    assert (odd.root / "build" / "cut.mp4").stat().st_size
    for name in ("cut.mp4", "cut.clean.mp4", "report.html", "manifest.json"):
        assert CANARY.encode() not in (odd.root / "build" / name).read_bytes(), (
            f"a tag of the footage is in {name}"
        )


@pytest.mark.slow
def test_a_machine_that_gives_less_memory_than_we_would_allow_a_tool(film: Film) -> None:
    said = alone(film, BUILD, memory=8 << 30)
    assert said.code == 0, said.err


@pytest.mark.slow
def test_a_folder_named_by_another_machine(film: Film) -> None:
    moved = Film(film.root.rename(film.root.with_name("caf\udce9")))
    said = alone(moved, BUILD)
    assert said.code == 0, said.err


@pytest.mark.parametrize(
    "spoil",
    [named("footage/\x1b[2Jgone.mp4"), quotes("theme,", "\x1b]0;owned\x07,")],
    ids=["a file name", "a column"],
)
def test_no_input_can_command_the_terminal(spoil: Spoil, film: Film, here: Run) -> None:
    spoil(film)
    said = here(film, ("match",))
    assert said.code in (2, 65)
    assert "\x1b" not in said.out + said.err


@pytest.mark.parametrize(
    ("spoil", "command", "event", "code"),
    [
        (footage("text"), IMPORT, "input", 65),
        (named("gone.mp4"), ("match",), "error", 2),
        (consent("amara,Amara", "ben,Ben"), BUILD, "refused", 77),
    ],
)
def test_json_says_the_same(
    spoil: Spoil, command: tuple[str, ...], event: str, code: int, film: Film, here: Run
) -> None:
    spoil(film)
    said = here(film, ("--json", *command))
    last = json.loads(said.out.splitlines()[-1])
    assert said.code == code
    assert (last["event"], last["exit_code"], last["version"]) == (event, code, 1)
    assert last["what"] and last["where"] and last["next_step"]


def test_a_production_that_is_there_gets_what_it_lacks_and_keeps_what_it_has(film: Film, here: Run) -> None:
    gone("consent.csv")(film)
    before = contents(film.root)
    said = here(film, ("--json", "init", str(film.root)))
    made = json.loads(said.out)
    assert said.code == 0 and made["files"] == ["consent.csv", ".gitattributes"]
    assert made["left"] == ["production.toml", "quotes.csv"]
    assert {name: data for name, data in contents(film.root).items() if name in before} == before


def test_a_list_in_one_form_is_not_made_in_the_other(film: Film, here: Run) -> None:
    as_xlsx(xlsx)(film)
    assert here(film, ("init", str(film.root))).code == 0
    assert not (film.root / "quotes.csv").exists() and here(film, ("match",)).code == 0


def test_a_link_is_not_written_through(film: Film, here: Run) -> None:
    gone("consent.csv")(film)
    (film.root / "consent.csv").symlink_to(film.outside / "new.csv")
    assert here(film, ("init", str(film.root))).code == 0
    assert not (film.outside / "new.csv").exists()
