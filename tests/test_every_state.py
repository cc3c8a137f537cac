"""Every command in every state of a production: none ends as a fault of ours, each says what to do next, and
names nothing that is not there.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
import typer
from filelock import FileLock

from pipeline.cli import console
from pipeline.cli.main import app, main
from pipeline.cli.usage import commands
from pipeline.delivery.to_do import LOOK
from pipeline.engine.alone import WAITING
from tests.conftest import ROOT, linked
from tests.small_film import CONSENT, QUOTES, TOML, edit

pytestmark = [pytest.mark.slow, pytest.mark.needs("base weights")]

# The states ----------------------------------------------------------------------------------


def withdrawn(folder: Path) -> None:
    edit(folder, "consent.csv", "2025-03-04,,,", "2025-03-04,,2025-06-01,")


def broken_ledger(folder: Path) -> None:
    (folder / "reviews").mkdir(exist_ok=True)
    for name in ("approvals", "captions", "feedback", "signoffs", "heard", "exports"):
        with (folder / "reviews" / f"{name}.jsonl").open("a") as ledger:
            ledger.write('{"id": "3f", "event": \n')


def emptied(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()


State = tuple[str, Callable[[Path], object]]


def new(folder: Path) -> None:
    """As `ourwords init` leaves it."""
    assert main(["-q", "init", str(folder)]) == 0


STATES: dict[str, State] = {
    "no production": ("", lambda folder: folder.mkdir()),
    "new": ("", new),
    "lists only": ("lists", lambda _: None),
    "transcribed": ("transcribed", lambda _: None),
    "matched": ("matched", lambda _: None),
    "built": ("built", lambda _: None),
    "a quote of a scene is not found": (
        "built",
        lambda folder: edit(folder, "production.toml", '["q01"]', '["q01", "q03"]'),
    ),
    "a quote of the film is gone from the list": (
        "built",
        lambda folder: [
            edit(folder, "quotes.csv", "q01,amara", "q09,amara"),
            edit(folder, "production.toml", '"q01"', '"q09"'),
        ],
    ),
    "somebody in the film withdrew": ("built", withdrawn),
    "withdrew before it was built": ("matched", withdrawn),
    "build/ is gone": ("built", lambda folder: shutil.rmtree(folder / "build")),
    "build/ is empty": ("built", lambda folder: emptied(folder / "build")),
    "transcripts/ is gone": ("built", lambda folder: shutil.rmtree(folder / "transcripts")),
    "build/ and transcripts/ are gone": (
        "built",
        lambda folder: [shutil.rmtree(folder / name) for name in ("build", "transcripts")],
    ),
    "ledgers are broken": ("built", broken_ledger),
    "the quote list is empty": (
        "built",
        lambda folder: (folder / "quotes.csv").write_text(QUOTES.splitlines()[0] + "\n"),
    ),
    "the quote list is empty, and no scene names any": (
        "built",
        lambda folder: [
            (folder / "quotes.csv").write_text(QUOTES.splitlines()[0] + "\n"),
            (folder / "production.toml").write_text(TOML.split("[[scene]]")[0]),
        ],
    ),
    "the footage is gone": ("built", lambda folder: shutil.rmtree(folder / "footage")),
}

# The commands --------------------------------------------------------------------------------

BY = ("--by", "Tuesday group")

LINES: dict[str, list[tuple[str, ...]]] = {
    "approve": [
        ("wording", "--listed"),
        ("wording", "q01", *BY),
        ("cut", "q01", *BY),
        ("captions", "--all", *BY),
    ],
    "status": [(), ("--contributor", "amara")],
    "diff": [(), ("--contributor", "amara", "--page", "for-amara.html")],
    "init": [("another",)],
    "doctor": [],  # looks at the machine, not at the production: tests/test_doctor.py
    "models": [("fetch", "nonsense")],
    "transcribe": [(), ("amara",), ("amara", "--import", "there-is-none.srt")],
    "match": [(), ("--explain", "q01"), ("--choose", "q01=1"), ("--heard", "q01", *BY)],
    "build-cut": [(), ("--dry-run",), ("--draft",), ("--final",)],
    "cache": [(), ("prune", "--dry-run"), ("prune",)],
    "export training": [("--only", "player"), ("--only", "scorm12", "--for", "A ward", "--dry-run")],
    "export markers": [("--only", "csv,resolve")],
    "exports": [(), ("--contributor", "amara")],
    "clips": [
        (),
        ("--quote", "q02"),
        ("--theme", "label"),
        ("--contributor", "amara", "--skip-refused"),
        ("--search", "chest", "--preset", "phone", "--dry-run"),
        ("--theme", "label", "--preset", "fone"),
    ],
    "captions compare": [("netflix",)],
    "captions convert": [("there-is-none.srt", "new.vtt"), ("comments.csv", "new.vtt")],
    "captions import": [("there-is-none.srt", *BY)],
    "captions mark": [("1", "--heard", *BY)],
    "captions sign": [BY, ("--cues-changed",)],
    "captions undo": [BY],
    "feedback import": [("comments.csv",)],
    "feedback answer": [("3f", "--state", "done", "--say", "It is done.", *BY)],
}
"""What is tried of a command; of one that is not named here, itself alone."""


COMMANDS = list(commands(typer.main.get_command(app)))
ALL = [(name, line) for name in COMMANDS for line in LINES.get(name, [()])]


# What is asked of every answer ---------------------------------------------------------------

NEXT = re.compile(r"→ \S")
PATH = re.compile(
    r"(?<![\w./-])((?:/|\.\./)?(?:[\w.-]+/)*[\w.-]+\.(?:toml|csv|xlsx|jsonl?|html|mp4|mov|srt|vtt|md)"
    r"|(?:build|configs|docs|footage|reviews|transcripts)/[\w./-]*)(?![\w/])"
)
NOT_THERE = re.compile(
    r"no file|is not there|there is no|cannot be read|no production|cannot write|emoved from|--page|no quotes"
)
"""What a line says that names a path because nothing is there."""


def missing(text: str, folder: Path) -> list[str]:
    """Paths that a message names and that are nowhere."""
    told = [line for line in text.splitlines() if not NOT_THERE.search(line)]
    found = {path.rstrip(".") for line in told for path in PATH.findall(line)}
    places = (folder, folder / "build", folder / "build" / "captions", Path.cwd())
    return sorted(path for path in found if not any((place / path).exists() for place in places))


def wrong(code: int, told: str, folder: Path) -> list[str]:
    """What is wrong with an answer."""
    found = [f"names {path}" for path in missing(told, folder)]
    if code == 70 or "Traceback" in told:
        found.append("a fault of ours")
    if code and not NEXT.search(told):
        found.append("does not say what to do next")
    return found


@pytest.fixture
def at(small_films: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """A production in this state, to be changed; whoever asks stands beside it."""
    monkeypatch.chdir(tmp_path)
    Path("comments.csv").write_text("time,comment\n00:00:01,It could start later.\n")

    def laid_out(state: str) -> Path:
        base, change = STATES[state]
        for name in ("film", "another"):
            shutil.rmtree(tmp_path / name, ignore_errors=True)
        if base:
            linked(small_films / base, tmp_path / "film")
        change(tmp_path / "film")
        return tmp_path / "film"

    return laid_out


@pytest.mark.parametrize("state", STATES)
def test_every_command_answers(
    state: str, at: Callable[[str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    found = []
    for name, line in ALL:
        folder = at(state)
        capsys.readouterr()
        code = main(["-C", str(folder), *name.split(), *line])
        told = "".join(capsys.readouterr())
        if flaws := wrong(code, told, folder):
            found.append(f"{' '.join((name, *line))}: {code}: {'; '.join(flaws)}\n{told}")
    assert not found, "\n".join(found)


READ_ONLY = """
import contextlib, io, json, sys
from pathlib import Path
from pipeline.cli.main import main
from tests.test_every_state import ALL, wrong

folder = Path(sys.argv[1])
for name, line in ALL:
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        code = main(["-C", str(folder), *name.split(), *line])
    print(json.dumps([" ".join((name, *line)), code, wrong(code, said.getvalue(), folder), said.getvalue()]))
"""


@pytest.mark.needs("Linux")
@pytest.mark.parametrize("state", ["transcribed", "built"])
def test_a_folder_that_cannot_be_written_is_told(
    state: str, at: Callable[[str], Path], tmp_path: Path
) -> None:
    """Root may write anywhere, so it runs without that right."""
    folder = at(state)
    everything = [folder, *folder.rglob("*")]
    for path in everything:
        path.chmod(path.stat().st_mode & ~0o222)
    drop = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all"]
    command = [*(drop if os.geteuid() == 0 else []), sys.executable, "-c", READ_ONLY, str(folder)]
    try:
        run = subprocess.run(
            command, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True
        )
    finally:
        for path in everything:
            path.chmod(path.stat().st_mode | 0o200)
    answers = [json.loads(line) for line in run.stdout.splitlines()]
    assert len(answers) == len(ALL), run.stderr
    assert not [told for told in answers if told[2]]
    codes = {name: code for name, code, _, _ in answers}
    assert codes["build-cut"] == codes["approve wording --listed"] == codes["match"] == 73
    assert codes["status"] == codes["build-cut --dry-run"] == 0, "what only reads can be done"


def test_who_comes_second_waits_and_says_so(
    at: Callable[[str], Path], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every command while another holds the production: it needs no lock, or it says that it waits."""
    found, waited = [], []
    real = console.say

    def say(text: str, **how: bool) -> None:
        real(text, **how)
        if text == WAITING:
            lock.release()

    monkeypatch.setattr(console, "say", say)
    for name, line in ALL:
        folder = at("built")
        lock = FileLock(folder / "build" / ".lock")
        lock.acquire()
        capsys.readouterr()
        code = main(["-C", str(folder), *name.split(), *line])
        told = "".join(capsys.readouterr())
        if lock.is_locked:
            lock.release(force=True)
        else:
            waited.append(name)
        found += [(name, line, flaw, told) for flaw in wrong(code, told, folder)]
    assert not found
    assert {"build-cut", "match", "verify", "clips", "cache", "captions sign", "feedback page"} <= {*waited}
    assert "status" not in waited


@pytest.mark.parametrize(
    "line", [("build-cut", "--no-wait"), ("--no-wait", "verify"), ("--no-wait", "match")]
)
def test_nobody_has_to_wait(
    line: tuple[str, ...],
    at: Callable[[str], Path],
    ourwords: Callable[..., int],
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = at("matched")
    with FileLock(folder / "build" / ".lock"):
        assert ourwords(folder, *line) == 75
    assert "try again when it is done" in capsys.readouterr().err


def test_what_is_wrong_with_an_answer_is_seen(tmp_path: Path) -> None:
    (tmp_path / "quotes.csv").touch()
    assert wrong(0, "quotes.csv row 3", tmp_path) == []
    assert wrong(2, "quotes.csv row 3\n  → correct it", tmp_path) == []
    assert wrong(2, "configs/nowhere.toml shows it\n  → look", tmp_path) == ["names configs/nowhere.toml"]
    assert wrong(2, "it did not work", tmp_path) == ["does not say what to do next"]
    assert wrong(70, "KeyError\n  → report it", tmp_path) == ["a fault of ours"]


def test_wording_is_approved_before_there_is_any_footage(
    at: Callable[[str], Path], ourwords: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = at("lists only")
    assert ourwords(folder, "approve", "wording", "--listed") == 0
    assert "q01, q02, q03" in capsys.readouterr().out
    assert ourwords(folder, "status") == 0
    assert "Tuesday group, 2025-05-13" in capsys.readouterr().out


def test_what_of_the_list_cannot_be_bound_is_named(
    at: Callable[[str], Path], ourwords: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = at("matched")
    edit(folder, "quotes.csv", "q02,amara", "q02,ben")
    (folder / "consent.csv").write_text(CONSENT + "ben,Ben,training,none,2025-03-04,,2025-06-01,\n")
    assert ourwords(folder, "approve", "wording", "--listed") == 0
    told = capsys.readouterr()
    assert "the wording of q01 is" in told.out
    assert "Not bound: q02 (ben): withdrew on 2025-06-01" in told.err
    assert "Not bound: q03 (amara): was never said" in told.err
    ledger = (folder / "reviews" / "approvals.jsonl").read_text()
    assert [name for name in ("q01", "q02", "q03") if f'"{name}"' in ledger] == ["q01"]


def test_nobody_approves_what_left_the_list(
    at: Callable[[str], Path], ourwords: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = at("a quote of the film is gone from the list")
    assert ourwords(folder, "approve", "cut", "q01", *BY) == 77
    assert "q01: is in the film that was built, and not in the quote list any more" in capsys.readouterr().err
    assert not (folder / "reviews").exists()


# Clips of quotes that are in no scene --------------------------------------------------------


LABEL = "01-they-saw-the-label-before-they-saw-me.mp4"
INFECTION = "it-was-a-chest-infection.mp4"


def clip_names(folder: Path) -> set[str]:
    """Without the folders that they are packed in."""
    return {path.name for path in (folder / "build" / "clips").glob("*/*.mp4")}


def test_an_approved_quote_needs_no_scene_to_become_a_clip(
    at: Callable[[str], Path], ourwords: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = at("matched")
    edit(
        folder,
        "quotes.csv",
        '"It was a chest infection, it turned out.",Label ,training;workshop',
        '"It was a chest infection, it turned out.",Label ,workshop',
    )
    assert ourwords(folder, "clips", "--theme", " LABEL", "--json") == 0
    told = [Path(one) for one in json.loads(capsys.readouterr().out)["clips"]]
    assert [one.name for one in told if one.suffix == ".mp4"] == [LABEL, f"02-{INFECTION}"]
    assert {one.parent for one in told} == {folder / "build" / "clips" / "label"}
    assert clip_names(folder) == {LABEL, f"02-{INFECTION}"}
    text = (folder / "build/clips/label/02-it-was-a-chest-infection.srt").read_text()
    assert "chest infection" in text and "label" not in text
    assert ourwords(folder, "build-cut") == 0
    assert clip_names(folder) == {LABEL, f"02-{INFECTION}"}, "the film is another matter"
    edit(folder, "quotes.csv", "It was a chest infection, it turned out.", "It was a chest infection.")
    assert ourwords(folder, "build-cut") == 0
    assert clip_names(folder) == {LABEL}, "its words are others now"


def test_a_clip_in_no_scene_is_held_by_the_same_gate(
    at: Callable[[str], Path], ourwords: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = at("matched")
    assert ourwords(folder, "clips", "--theme", "moon") == 77, "for training alone"
    edit(folder, "quotes.csv", "moon,training,", "moon,training;workshop,")
    assert ourwords(folder, "clips", "--theme", "moon") == 1
    assert "q03 (quotes.csv row 4)" in capsys.readouterr().err
    assert ourwords(folder, "clips", "--contributor", "amara", "--skip-refused") == 0
    assert "Left out: q03 (amara): is not-found in the footage" in capsys.readouterr().err
    assert clip_names(folder) == {LABEL, f"02-{INFECTION}"}
    (folder / "production.toml").write_text(TOML + '\n[approvals]\nstage = "final"\n')
    assert ourwords(folder, "approve", "wording", "--listed") == 0
    assert ourwords(folder, "clips", "--quote", "q02") == 77
    told = capsys.readouterr().err
    assert "its cut, in its place, waits for approval" in told and "put it into a scene" in told


def test_who_is_beside_a_quote_in_no_scene_is_asked_too(
    at: Callable[[str], Path], ourwords: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = at("matched")
    edit(folder, "production.toml", 'contributor = "amara"', 'contributor = "amara"\npeople = ["bo"]')
    (folder / "consent.csv").write_text(
        (folder / "consent.csv").read_text() + "bo,Bo,training,none,2025-03-04,,,\n"
    )
    assert ourwords(folder, "clips", "--quote", "q02") == 77
    assert "bo" in capsys.readouterr().err
    assert ourwords(folder, "clips", "--contributor", "amara", "--skip-refused") == 0
    told = capsys.readouterr().err
    assert "Left out: q01" in told and "Left out: q02" in told
    assert clip_names(folder) == set()
    edit(folder, "consent.csv", "bo,Bo,training,", "bo,Bo,training;workshop,")
    assert ourwords(folder, "clips", "--quote", "q02") == 0
    assert clip_names(folder) == {f"01-{INFECTION}"}


# What is ahead -------------------------------------------------------------------------------


def test_a_dry_run_of_a_new_production_says_what_is_ahead(
    at: Callable[[str], Path], ourwords: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = at("transcribed")
    for name in ("build", "transcripts"):
        shutil.rmtree(folder / name)
    assert ourwords(folder, "build-cut", "--dry-run") == 0
    told = capsys.readouterr().out
    assert "hear 0:26 of 1 recording with base" in told and "render about 0:11 of film at 160x90" in told
    assert re.search(r"up to [\d.]+ MB of disk; [\d.]+ GB are free", told)
    assert not (folder / "build").exists(), "it makes nothing"
    assert ourwords(folder, "build-cut", "--dry-run", "--json") == 0
    ahead = json.loads(capsys.readouterr().out)["foreseen"]
    assert ahead["free"] > ahead["bytes"] > 100_000
    assert ourwords(folder, "build-cut") == 0
    capsys.readouterr()
    assert ourwords(folder, "build-cut", "--dry-run", "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"version": 1, "make": []}


# What needs a person -------------------------------------------------------------------------


def test_a_build_ends_with_what_needs_a_person(
    at: Callable[[str], Path], ourwords: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = at("built")
    soon = str(date.today() + timedelta(days=3))  # noqa: DTZ011 - the day where the machine stands
    assert ourwords(folder, "approve", "wording", "q01", *BY, "--until", soon) == 0
    assert ourwords(folder, "approve", "captions", "q01", "--no", *BY) == 0
    with (folder / "reviews" / "approvals.jsonl").open("a") as ledger:
        ledger.write("{\n")
    edit(folder, "quotes.csv", "it turned out.", "it turned in.")
    capsys.readouterr()
    for _ in range(2):  # made, and found to be up to date
        ourwords(folder, "build-cut")
        told = capsys.readouterr()
        lines = [line.strip() for line in told.err.split("serious first:")[1].splitlines() if line.strip()]
        assert [line.removeprefix("→ ") for line in lines if "1 error" not in line][:1] == [LOOK]
        whats = [line for line in lines if not line.startswith("→")]
        assert [what.split(":")[0] for what in whats] == [
            "1 error",
            "captions refused",
            "reviews/approvals.jsonl",
            "cut not approved yet",
            f"approvals run out from {soon}",
            "q02 is in no scene",
            "q03 is in no scene",
        ], whats
        assert "nobody has listened yet" in whats[-2]
        assert "(1 error, 0 warnings)" in told.out
    report = (folder / "build" / "report.html").read_text()
    assert "1 error, 0 warnings" in report
    ourwords(folder, "status")
    assert "(1 error, 0 warnings)" in capsys.readouterr().out
