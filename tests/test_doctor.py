"""`ourwords doctor` on machines that something was broken on: which check says so, in which words, and what
to do.
"""

from __future__ import annotations

import errno
import json
import os
import shlex
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import av
import pytest
from faster_whisper import vad

from pipeline.adapters import fonts
from pipeline.adapters.asr import pocketsphinx, registry
from pipeline.adapters.asr import weights as models
from pipeline.adapters.ffmpeg import process
from pipeline.cli import doctor
from pipeline.cli.main import main
from pipeline.core.time import Span
from pipeline.core.word import Word
from tests.needs import require

TRIED = [step.name for step in doctor.STEPS]
BASE = models.find("base")


@dataclass
class Machine:
    """This machine as the doctor sees it, to be broken. Without weights, unless they are lent."""

    patch: pytest.MonkeyPatch
    room: Path

    @property
    def folder(self) -> Path:
        return self.room / "film"

    def ffmpeg(self, script: str) -> None:
        """Another ffmpeg: a shell script, in which `$FFMPEG` is the real one."""
        file = self.room / "ffmpeg"
        file.write_text(f"#!/bin/sh\nFFMPEG={shlex.quote(process.ffmpeg())}\n{script}\n")
        file.chmod(0o755)
        self.patch.setenv("PIPELINE_FFMPEG", str(file))
        forget()

    def without(self, listed: str) -> None:
        """An ffmpeg that does not list this filter or encoder."""
        self.ffmpeg(
            f'case "$*" in *-filters|*-encoders) "$FFMPEG" "$@" | grep -v " {listed} " ;; *) exec '
            f'"$FFMPEG" "$@" ;; esac'
        )

    def weights(self, spoil: Callable[[Path], object] = lambda _: None) -> None:
        """The base weights in a folder of their own, spoilt."""
        if not BASE:
            require("base weights")
        shutil.copytree(BASE, self.room / "models" / "base")
        spoil(self.room / "models" / "base" / "model.bin")
        self.patch.setenv("OURWORDS_MODELS", str(self.room / "models"))

    def version(self, package: str, version: str) -> None:
        """Another version is found first."""
        info = self.room / "site" / f"{package}-{version}.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: {version}\n")
        self.patch.syspath_prepend(str(info.parent))

    def production(self, text: str = "") -> None:
        """A production of somebody's own, with `text` in it."""
        shutil.copytree(Path(__file__).parent.parent / "configs" / "doctor", self.folder)
        (self.folder / "made.mp4").write_bytes(b"not looked at")
        toml = self.folder / "production.toml"
        toml.write_text(toml.read_text().replace("[film]", f"[film]\n{text}"))


def forget() -> None:
    """What a process looks up once."""
    for known in (process.ffmpeg, process.build, fonts.font_files, fonts.packaged, vad.get_vad_model):
        known.cache_clear()


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Machine]:
    monkeypatch.delenv("PIPELINE_FFMPEG", raising=False)
    monkeypatch.setenv("OURWORDS_MODELS", str(tmp_path / "none"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    forget()
    yield Machine(monkeypatch, tmp_path)
    monkeypatch.undo()
    forget()


Examine = Callable[[Machine], tuple[int, dict[str, dict[str, Any]]]]


@pytest.fixture
def examined(capsys: pytest.CaptureFixture[str]) -> Examine:
    """The command's exit code, and its checks by name."""

    def run(machine: Machine) -> tuple[int, dict[str, dict[str, Any]]]:
        folder = machine.folder if machine.folder.exists() else machine.room
        capsys.readouterr()
        code = main(["-C", str(folder), "--json", "doctor"])
        return code, {check["name"]: check for check in json.loads(capsys.readouterr().out)["checks"]}

    return run


def bad(checks: dict[str, dict[str, Any]]) -> list[str]:
    return [name for name, check in checks.items() if check["tried"] and not check["good"]]


# Healthy --------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_healthy_machine(machine: Machine, examined: Examine) -> None:
    machine.weights()
    code, checks = examined(machine)
    assert (code, bad(checks)) == (0, []), checks
    assert all(check["tried"] and not check["next_step"] for check in checks.values())
    assert list(checks)[-len(TRIED) :] == TRIED
    assert "on the bus" in checks["recognition"]["found"]
    assert not (machine.room / "cache" / "ourwords").exists(), "something was fetched or kept"


@pytest.mark.slow
def test_weights_that_are_not_here_yet_are_no_fault(machine: Machine, examined: Examine) -> None:
    code, checks = examined(machine)
    assert (code, bad(checks)) == (0, [])
    assert [name for name, check in checks.items() if not check["tried"]] == ["weights", "recognition"]
    assert "the first transcription fetches it" in checks["weights"]["found"]
    assert checks["recognition"]["next_step"] == "ourwords models fetch base"


def test_what_people_read(
    machine: Machine, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line for each check as it is done, what to do under it, and with -v how long it took."""
    monkeypatch.setattr(doctor, "STEPS", doctor.STEPS[:1])
    machine.without("ass")
    assert main(["-C", str(machine.room), "-v", "doctor"]) == 69
    said = capsys.readouterr().out
    assert "!!  ffmpeg: " in said and "    → unset PIPELINE_FFMPEG to use the packaged ffmpeg\n" in said
    assert "ok  caption font: Atkinson Hyperlegible (4 files), 21 more" in said
    assert "--  encoding: not tried: ffmpeg comes first" in said
    bad, untried = said.count("\n!! ") + said.startswith("!! "), said.count("\n-- ")
    assert said.endswith(f"not work: do what → says, then run it again. Not tried: {untried}.\n")
    assert said.splitlines()[-1].startswith("1 step does" if bad == 1 else f"{bad} steps do")


def test_a_doctor_that_finds_nothing_says_so(
    machine: Machine, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "examine", lambda *_: [doctor.Check("disk", good=True, found="ample")])
    assert main(["-C", str(machine.room), "doctor"]) == 0
    assert capsys.readouterr().out.endswith("Everything that was tried works.\n")


# Broken on purpose ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """What is broken, and what is said: the exit code, the check that says it, pieces of its words, the next
    step.
    """

    name: str
    spoil: Callable[[Machine], object]
    code: int
    check: str
    says: tuple[str, ...]
    then: str


def lying(what: str) -> Callable[[Machine], object]:
    """An ffmpeg that lists everything, and says this where captions are to be burnt in."""
    return lambda machine: machine.ffmpeg(
        f'case "$*" in *ass=captions*) echo "{what}" >&2; exit 8 ;; *) exec "$FFMPEG" "$@" ;; esac'
    )


def blind(machine: Machine) -> None:
    """An ffmpeg that takes the ass filter into a film, and draws nothing."""
    blank = 'for a; do shift; set -- "$@" "$(echo "$a" | sed s/ass=captions.ass:fontsdir=fonts/null/)"; done'
    machine.ffmpeg(f'case "$*" in *captioned.mp4*) {blank} ;; esac; exec "$FFMPEG" "$@"')


def no_fonts(machine: Machine) -> None:
    machine.patch.setattr(fonts, "find_spec", lambda _: None)


def named(path: str) -> Callable[[Machine], object]:
    return lambda machine: machine.patch.setenv("PIPELINE_FFMPEG", path)


def not_executable(machine: Machine) -> None:
    machine.ffmpeg("")
    (machine.room / "ffmpeg").chmod(0o644)


def no_module(name: str) -> Callable[[Machine], object]:
    return lambda machine: machine.patch.setitem(sys.modules, name, None)


def uninstalled(package: str) -> Callable[[Machine], object]:
    real = doctor.version

    def version(name: str) -> str:
        if name == package:
            raise PackageNotFoundError(name)
        return real(name)

    return lambda machine: machine.patch.setattr(doctor, "version", version)


def space(free: int) -> Callable[[Machine], object]:
    return lambda machine: machine.patch.setattr(
        doctor.shutil, "disk_usage", lambda _: SimpleNamespace(free=free)
    )


def shorten(file: Path) -> None:
    os.truncate(file, 1 << 20)


def flip(file: Path) -> None:
    """One bit of the weights is another, and nothing about the file says so."""
    before = file.stat()
    with file.open("r+b") as data:
        data.seek(1 << 20)
        byte = data.read(1)[0]
        data.seek(1 << 20)
        data.write(bytes([byte ^ 1]))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


def dropped(machine: Machine) -> None:
    """PyAV without an argument that is passed to it, as 19 came without one that 18 had: `doctor` once said
    ok to that.
    """

    def opened(*_: Any, **__: Any) -> None:
        raise TypeError("open() got an unexpected keyword argument 'metadata_errors'")

    machine.patch.setattr(av, "open", opened)


def read_only(folder: str) -> Callable[[Machine], object]:
    real = doctor.TemporaryFile

    def spoil(machine: Machine) -> None:
        machine.production()
        (machine.folder / folder).mkdir(exist_ok=True)

        def file(dir: Path) -> Any:  # noqa: A002 - tempfile's own name
            if dir == (machine.folder / folder).resolve():
                raise PermissionError(errno.EACCES, "Permission denied")
            return real(dir=dir)

        machine.patch.setattr(doctor, "TemporaryFile", file)

    return spoil


def build_is_a_file(machine: Machine) -> None:
    machine.production()
    (machine.folder / "build").write_text("")


def hears(*words: str) -> Callable[[Machine], object]:
    """A recogniser with other weights than it should have."""

    def spoil(machine: Machine) -> None:
        heard = [
            [Word(word, Span.measured(0.3 + at / 5, 0.45 + at / 5), 0.9) for at, word in enumerate(words)]
        ]
        engine = SimpleNamespace(name="another", weights="", hear=lambda *_: ("en", heard))
        machine.patch.setattr(models, "find", lambda name, *_: machine.room if name == "base" else None)
        machine.patch.setattr(models, "broken", lambda *_: "")
        machine.patch.setattr(registry, "load", lambda *_, **__: engine)

    return spoil


def astray(machine: Machine) -> None:
    """An aligner that puts every word half a second late."""
    real = pocketsphinx.Pocketsphinx.align

    def align(self: Any, speech: Any, words: Any) -> Any:
        return [
            Span(span.start + Fraction(1, 2), span.end + Fraction(1, 2))
            for span in real(self, speech, words) or []
        ]

    machine.patch.setattr(pocketsphinx.Pocketsphinx, "align", align)


UNSET = "unset PIPELINE_FFMPEG to use the packaged ffmpeg"
PIP = "python -m pip install "

CASES = [
    Case("no libass", lambda m: m.without("ass"), 69, "ffmpeg", ("lacks the filter ass",), UNSET),
    Case(
        "libass only listed",
        lying("No such filter: 'ass'"),
        69,
        "captions burnt in",
        ("No such filter: 'ass'",),
        UNSET,
    ),
    Case("captions not drawn", blind, 69, "captions seen", ("is not there as it should be",), UNSET),
    Case("no libx264", lambda m: m.without("libx264"), 69, "ffmpeg", ("lacks the encoder libx264",), UNSET),
    Case(
        "no ffmpeg",
        named("/nowhere/ffmpeg"),
        69,
        "ffmpeg",
        ("/nowhere/ffmpeg, which is not there",),
        "correct it, or unset it",
    ),
    Case(
        "ffmpeg may not be run",
        not_executable,
        69,
        "ffmpeg",
        ("ffmpeg, which is no program that may be run",),
        "correct it, or unset it",
    ),
    Case(
        "ffmpeg is no program",
        lambda m: m.ffmpeg("exit 3"),
        69,
        "ffmpeg",
        ("does not run: it stopped with 3",),
        UNSET,
    ),
    Case(
        "ffmpeg crashes",
        lambda m: m.ffmpeg("kill -SEGV $$"),
        69,
        "ffmpeg",
        ("does not run: it stopped with -11",),
        UNSET,
    ),
    Case(
        "no font", no_fonts, 69, "caption font", ("the caption font is not there",), "install ourwords again"
    ),
    Case("little space", space(1 << 30), 74, "disk", ("1.0 GB free",), "free some space before building"),
    Case(
        "no space",
        lying("No space left on device"),
        74,
        "captions burnt in",
        ("No space left on device",),
        "free some disk space",
    ),
    Case(
        "weights cut off",
        lambda m: m.weights(shorten),
        69,
        "weights",
        ("model.bin has another hash",),
        "delete that folder, then: ",
    ),
    Case(
        "weights with a bit flipped",
        lambda m: m.weights(flip),
        69,
        "weights",
        ("model.bin has another hash",),
        "ourwords models fetch base",
    ),
    Case(
        "an old PyAV",
        lambda m: m.version("av", "14.4.0"),
        69,
        "packages",
        ("av 14.4.0, and ", ">=18.1", " is needed"),
        PIP + '"av',
    ),
    Case(
        "a PyAV of tomorrow",
        lambda m: m.version("av", "20.0.0"),
        69,
        "packages",
        ("av 20.0.0, and ", "<20"),
        PIP + '"av',
    ),
    Case(
        "a package is missing",
        uninstalled("ctranslate2"),
        69,
        "packages",
        ("ctranslate2 is missing",),
        PIP + '"ctranslate2',
    ),
    Case(
        "PyAV drops an argument",
        dropped,
        69,
        "decoding",
        ("the packages here do not fit together", "'metadata_errors'"),
        PIP,
    ),
    Case(
        "no voice detector",
        lambda m: m.patch.setattr(vad, "get_assets_path", lambda: str(m.room)),
        69,
        "voice detection",
        ("onnx",),
        PIP,
    ),
    Case(
        "no onnxruntime",
        no_module("onnxruntime"),
        69,
        "voice detection",
        ("onnxruntime",),
        "faster-whisper onnxruntime",
    ),
    Case("no aligner", no_module("pocketsphinx"), 69, "alignment", ("pocketsphinx",), "pocketsphinx"),
    Case("an aligner that is lost", astray, 69, "alignment", ("not where they are said",), "pocketsphinx"),
    Case(
        "a recogniser that is lost",
        hears("bananas", "never", "sleep"),
        69,
        "recognition",
        ('"bananas never sleep" was heard',),
        "ctranslate2",
    ),
    Case(
        "build cannot be written",
        read_only("build"),
        73,
        "folders",
        ("film/build: cannot write: Permission denied",),
        "permissions",
    ),
    Case("build is a file", build_is_a_file, 73, "folders", ("film/build: cannot write: ",), "permissions"),
    Case(
        "not TOML", lambda m: m.production("["), 2, "production", ("production.toml", "is not TOML"), "quotes"
    ),
    Case(
        "av1 asked for, and not there",
        lambda m: (m.production('codec = "av1"'), m.without("libsvtav1")),
        69,
        "ffmpeg",
        ("the encoder libsvtav1",),
        UNSET,
    ),
]


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_what_is_broken_is_named_with_what_to_do(case: Case, machine: Machine, examined: Examine) -> None:
    case.spoil(machine)
    code, checks = examined(machine)
    assert bad(checks) == [case.check], checks
    check = checks[case.check]
    assert code == case.code, check
    assert all(piece in check["found"] for piece in case.says), check
    assert case.then in check["next_step"], check
    after = TRIED[TRIED.index(case.check) + 1 :] if case.check in TRIED else []
    assert all(checks[name]["found"].startswith("not tried: ") for name in after if not checks[name]["good"])


def test_what_needs_a_broken_thing_is_not_tried(machine: Machine, examined: Examine) -> None:
    machine.ffmpeg("exit 1")
    _, checks = examined(machine)
    assert [checks[name]["found"] for name in TRIED[:2]] == [
        "not tried: ffmpeg comes first",
        "not tried: encoding comes first",
    ]
    assert not any(checks[name]["good"] for name in TRIED)


@pytest.mark.slow
def test_a_production_s_own_encoder_is_tried(machine: Machine) -> None:
    machine.production('quality = "final"')
    found = {check.name: check for check in doctor.examine(machine.folder, date(2026, 1, 1))}
    assert "libx264 medium crf 21" in found["captions burnt in"].found
    assert not list(machine.folder.rglob("doctor-*")), "something was left behind"
