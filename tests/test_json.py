"""`--json` gives one document, always, and docs/json.md says what it is: commands are run with work to do."""

from __future__ import annotations

import io
import json
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import typer

from pipeline import film
from pipeline.cli.console import say
from pipeline.cli.main import app, main
from pipeline.cli.usage import commands
from pipeline.errors import BrokenIO
from tests.conftest import ROOT, SAMPLE, linked
from tests.small_film import edit

SCHEMA = json.loads((ROOT / "docs" / "json.schema.json").read_text(encoding="utf-8"))
TEXT = (ROOT / "docs" / "json.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (.+?) \| `([\w-]+)` \|", TEXT, re.MULTILINE)
BY = ("--by", "Tuesday group")

Document = dict[str, Any]
Ask = Callable[..., tuple[int, Document]]


def holds(document: Document, name: str) -> None:
    """The document is what the schema of this name says."""
    jsonschema.Draft202012Validator({**SCHEMA, "$ref": f"#/$defs/{name}"}).validate(document)


@pytest.fixture
def ask(capsys: pytest.CaptureFixture[str]) -> Ask:
    """The exit code and the one document; whatever is on standard error is an event a line."""

    def asked(*arguments: str) -> tuple[int, Document]:
        capsys.readouterr()
        code = main([*arguments, "--json"])
        said = capsys.readouterr()
        assert said.out.count("\n") == 1, said.out
        assert all(json.loads(line)["event"] in ("progress", "message") for line in said.err.splitlines())
        document: Document = json.loads(said.out)
        return code, document

    return asked


@pytest.fixture
def worked(small_films: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small production that was built twice and commented on."""
    folder = linked(small_films / "built", tmp_path / "film")
    monkeypatch.chdir(tmp_path)
    Path("comments.csv").write_text("time,comment\n00:00:04,It could start later.\n")
    shutil.copy(folder / "build/captions/cut.en-GB.srt", "edited.srt")
    shutil.copy(SAMPLE / "b-roll" / "reception-hatch.png", folder)
    Path("edited.srt").write_text(Path("edited.srt").read_text().replace("the label", "The label"))
    edit(folder, "production.toml", "What did you hear?", "What did you see?")
    assert main(["-C", str(folder), "-q", "build-cut"]) == 0
    assert main(["-C", str(folder), "-q", "feedback", "import", "comments.csv"]) == 0
    return folder


@pytest.mark.slow
def test_every_command_has_a_row_and_every_row_a_schema() -> None:
    told = " ".join(names for names, _ in ROWS)
    for name in commands(typer.main.get_command(app)):
        assert f"`{name}" in told, f"docs/json.md does not tell of {name}"
    assert {name for _, name in ROWS} == {name for name in SCHEMA["$defs"] if not name.startswith("_")}
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_a_document_of_another_shape_is_seen() -> None:
    with pytest.raises(jsonschema.ValidationError):
        holds({"version": 1, "objects": [1], "pruned": False}, "cache")
    with pytest.raises(jsonschema.ValidationError):
        holds({"version": 1, "objects": [], "pruned": False, "more": 1}, "cache")


WORK: list[tuple[str, int, tuple[str, ...]]] = [
    ("init", 0, ("init", "another")),
    *([("check", 0, ("check",))] if "check" in commands(typer.main.get_command(app)) else []),
    ("transcribe", 0, ("transcribe", "amara")),
    ("match", 0, ("match", "--heard", "q02", *BY)),
    ("explain", 0, ("match", "--explain", "q03")),
    ("built", 0, ("build-cut",)),
    ("built", 0, ("build-cut", "--draft")),
    ("dry-run", 0, ("build-cut", "--dry-run")),
    ("error", 77, ("build-cut", "--final")),
    ("cache", 0, ("cache",)),
    ("cache", 0, ("cache", "prune")),
    ("clips", 0, ("clips", "--contributor", "amara", "--skip-refused")),
    ("clips-dry-run", 0, ("clips", "--contributor", "amara", "--shape", "1:1", "--dry-run")),
    ("error", 77, ("clips", "--quote", "q03")),
    ("error", 2, ("clips",)),
    ("error", 2, ("clips", "--quote", "q01", "--shape", "9x16")),
    ("export-dry-run", 0, ("export", "training", "--dry-run")),
    ("export", 0, ("export", "training", "--only", "player,scorm12", "--for", "A ward")),
    ("export", 0, ("export", "markers", "--only", "csv", "--to", "markers")),
    ("export-dry-run", 0, ("export", "training", "--dry-run")),
    ("exports", 0, ("exports",)),
    ("error", 2, ("export", "training", "--only", "scrom12")),
    ("approve", 0, ("approve", "wording", "--listed")),
    ("approve", 0, ("approve", "cut", "q01", *BY)),
    ("approve-picture", 0, ("approve", "picture", "reception-hatch.png", "--people", "none", *BY)),
    ("check", 0, ("check",)),
    ("status", 0, ("status",)),
    ("verify", 1, ("verify",)),
    ("diff", 0, ("diff",)),
    ("page", 0, ("diff", "--page", "page.html")),
    ("comments-taken", 0, ("feedback", "import", "comments.csv", "--dry-run")),
    ("comments", 0, ("feedback", "list")),
    ("error", 2, ("feedback", "answer", "ffff", "--state", "done", "--say", "Done.", *BY)),
    ("page", 0, ("feedback", "page")),
    ("captions-check", 1, ("captions", "check")),
    ("captions-check", 1, ("captions", "check", "film/build/captions/cut.en-GB.srt")),
    ("captions-compare", 0, ("captions", "compare", "netflix")),
    ("captions-export", 0, ("captions", "export")),
    ("captions-convert", 0, ("captions", "convert", "edited.srt", "edited.vtt")),
    ("error", 2, ("captions", "convert", "edited.srt", "film/build/captions/edited.vtt")),
    ("captions-fix", 0, ("captions", "fix", "--profile", "netflix", "--dry-run")),
    ("corrections-made", 0, ("captions", "import", "edited.srt", *BY)),
    ("corrections-made", 0, ("captions", "mark", "1", "--sound", "door slams", *BY)),
    ("corrections", 0, ("captions", "corrections")),
    ("withdrawn", 0, ("captions", "undo", *BY)),
    ("signed", 0, ("captions", "sign", "--cues-changed")),
    ("error", 1, ("captions", "sign", *BY)),
    ("error", 2, ("models", "fetch", "nonsense")),
    ("error", 2, ("buidl-cut",)),
    ("error", 2, ("build-cut", "--drft")),
    ("error", 2, ("clips", "--quote")),
    ("error", 2, ("captions",)),
    ("error", 2, ()),
    ("version", 0, ("--version",)),
    ("done", 0, ("--help",)),
    ("done", 0, ("captions", "fix", "--help")),
]


@pytest.mark.slow
def test_documents_are_what_the_docs_say(worked: Path, ask: Ask) -> None:
    for name, code, line in WORK:
        found, document = ask("-C", str(worked), *line)
        assert found == code, (line, document)
        holds(document, name)
        assert document.get("exit_code", code) == code


@pytest.mark.slow
def test_machines_and_weights_are_documents_too(tmp_path: Path, ask: Ask) -> None:
    holds(ask("-C", str(tmp_path), "doctor")[1], "doctor")
    holds(ask("-C", str(tmp_path), "models")[1], "models")


@pytest.mark.slow
def test_what_is_ahead_is_a_document(small_films: Path, tmp_path: Path, ask: Ask) -> None:
    folder = linked(small_films / "matched", tmp_path / "film")
    _, document = ask("-C", str(folder), "build-cut", "--dry-run")
    holds(document, "dry-run")
    assert document["foreseen"]["steps"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (KeyError("q01"), 70),
        (OSError(28, "No space left on device", "a.mp4"), 74),
        (BrokenIO("the disk is full"), 74),
        (MemoryError(), 70),
        (KeyboardInterrupt(), 130),
    ],
)
def test_a_fault_is_a_document(
    fault: BaseException,
    code: int,
    small_films: Path,
    tmp_path: Path,
    ask: Ask,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fails(*_: object) -> None:
        raise fault

    monkeypatch.setattr(film.lock, "pins", fails)
    monkeypatch.setattr("pipeline.cli.main._leave_at_once", lambda _: None)
    folder = linked(small_films / "matched", tmp_path / "film")
    found, document = ask("-C", str(folder), "match")
    assert found == code
    holds(document, "error")


@pytest.mark.slow
@pytest.mark.needs("Linux")
def test_whoever_is_stopped_leaves_a_document(small_films: Path, tmp_path: Path) -> None:
    folder = linked(small_films / "transcribed", tmp_path / "film")
    shutil.rmtree(folder / "transcripts")
    shutil.rmtree(folder / "build")
    command = [sys.executable, "-m", "pipeline", "-C", str(folder), "transcribe", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:
        assert run.stderr
        assert isinstance(run.stderr, io.TextIOBase)
        run.stderr.readline()  # it is at work
        time.sleep(0.1)
        run.send_signal(signal.SIGTERM)
        out, _ = run.communicate(timeout=60)
    assert run.returncode == 143
    holds(json.loads(out), "error")


def test_the_next_command_of_a_process_tells_people_again(capsys: pytest.CaptureFixture[str]) -> None:
    """What --json asked for ends with its command: Python may call one after another."""
    assert main(["--json", "no-such-command"]) == 2
    capsys.readouterr()
    assert main(["no-such-command"]) == 2
    assert not capsys.readouterr().err.startswith("{")
    main(["--json", "--version"])
    say("plain words", always=True)
    assert capsys.readouterr().err == "plain words\n"
