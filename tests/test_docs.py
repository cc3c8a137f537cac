"""Documents that cannot lie: every command, path and number in them is held against the program."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.main import get_command

from pipeline import errors
from pipeline.captions.autofix import REPAIRS
from pipeline.captions.rules import RULES
from pipeline.captions.rules.context import NEEDED
from pipeline.captions.rules.reading_speed import TO_FIND, words_a_minute
from pipeline.captions.rules.speakers import SOUND_SECONDS, VOICE_SECONDS
from pipeline.cli.main import app
from pipeline.production.configs import CONFIGS, load_profile
from pipeline.production.create import create
from pipeline.production.load import load
from pipeline.production.profile import Profile
from pipeline.production.specs import ProductionFile
from pipeline.speech.detect_sounds import ABOVE

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCS = {
    path.name: path.read_text(encoding="utf-8")
    for path in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
}
COMMANDS = get_command(app).commands  # type: ignore[attr-defined]


def test_every_command_is_in_the_readme_and_has_help_with_an_example() -> None:
    for name, command in COMMANDS.items():
        assert re.search(rf"ourwords (-C \S+ )?{name}\b", README), f"{name} is not in the README"
        assert command.help
        if not hasattr(command, "commands"):
            assert command.epilog.startswith("Example: ourwords"), f"{name} has no example"


@pytest.mark.parametrize("line", re.findall(r"^    (?:ourwords) .*$", README, re.MULTILINE))
def test_every_command_line_of_the_readme_is_understood(line: str) -> None:
    words = shlex.split(line, comments=True)[1:]
    words = words[2:] if words[0] == "-C" else words
    command = COMMANDS[words[0]]
    command.make_context("ourwords", words[1:], resilient_parsing=False)


@pytest.mark.parametrize(
    "target", sorted(set(re.findall(r"(?:^    |`)make ([a-z-]+)", README, re.MULTILINE)))
)
def test_every_make_target_of_the_readme_is_there(target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE)


@pytest.mark.parametrize("name", DOCS)
def test_every_path_in_a_document_is_there(name: str) -> None:
    for path in set(
        re.findall(r"`((?:pipeline|configs|docs|tests|benchmarks|assets|notebooks)/[\w./-]*)`", DOCS[name])
    ):
        assert (ROOT / path).exists(), path
    for link in re.findall(r"\]\(([\w./-]+)\)", DOCS[name]):
        assert ((ROOT if name == "README.md" else ROOT / "docs") / link).exists(), link


def test_the_exit_codes_of_the_readme_are_those_of_the_errors() -> None:
    kinds = [
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, errors.OurwordsError)
    ]
    codes = {kind.exit_code for kind in kinds} - {70}
    listed = re.search(r"Exit codes: (.*?)\n\n", README, re.DOTALL)
    assert listed
    assert {int(code) for code in re.findall(r"\d+", listed[1])} == codes | {0, 130, 143}


PROFILES = ["plain", "bbc", "netflix", "netflix-sdh", "dcmp"]
NUMBERS: dict[str, Callable[[Profile], str]] = {
    "line-length": lambda p: f"{p.wide.characters}, tall {p.tall.characters}",
    "line-width": lambda p: f"{p.wide.width * 100:g} %, tall {p.tall.width * 100:g} %",
    "line-count": lambda p: f"{p.wide.lines}, tall {p.tall.lines}",
    "reading-speed": lambda p: f"{p.speed.warn:g}, {p.speed.most:g}; {p.speed.error:g} cps",
    "words-a-minute": lambda p: f"{round(words_a_minute(p.speed.most))}",
    "too-short": lambda p: (
        f"{p.timing.min_seconds:g} s"
        + (f" or {p.timing.seconds_a_word:g} s a word + {TO_FIND:g}" if p.timing.seconds_a_word else "")
    ),
    "too-long": lambda p: f"{p.timing.max_seconds:g} s",
    "gap": lambda p: (
        f"{p.timing.min_gap:g} s" + (f"; {p.timing.gap_error:g} s" if p.timing.gap_error else "")
    ),
    "chain-frames": lambda p: f"{p.timing.chain_frames}",
    "near-cut": lambda p: f"{p.timing.snap_frames}",
    "sync": lambda p: f"−{p.timing.early:g}, +{p.timing.late:g} s",
    "stays-late": lambda p: f"{p.timing.linger + p.timing.min_gap:g} s",
}
"""What the table of docs/captions.md says of each rule that has numbers."""


def numbers_row(rule: str, source: str) -> str:
    return f"| {rule} | {source} | {' | '.join(NUMBERS[rule](load_profile(name)) for name in PROFILES)} |"


@pytest.mark.slow
def test_the_caption_table_holds_the_profiles_numbers() -> None:
    text = DOCS["captions.md"]
    sources = {rule.name: rule.source for rule in RULES}
    for rule in NUMBERS:
        row = numbers_row(rule, sources[rule])
        assert row in text, row
    plain = load_profile("plain")
    assert f"middle {plain.wide.safe_width:.0%} by {plain.wide.safe_height:.0%}".replace("%", " %") in text


def test_every_caption_rule_is_documented_with_what_it_needs_and_every_fix_by_its_name() -> None:
    section = DOCS["captions.md"].partition("## The rules")[2]
    for rule in RULES:
        needs = ", ".join(dict.fromkeys(NEEDED[name] for name in rule.needs)) or "–"
        named = re.escape(f"{rule.name} (asks)" if rule.asks else rule.name)
        assert re.search(
            rf"^\| {named} \| .+ \| .+ \| {re.escape(needs)} \|$",
            section,
            re.MULTILINE,
        ), rule.name
    assert {name for repairs in REPAIRS.values() for name, _ in repairs} <= set(
        re.findall(r"`([a-z-]+)`", section.partition("### Fixes")[2])
    )
    for number in (SOUND_SECONDS, VOICE_SECONDS):
        assert f"{float(number):g} s" in section
    assert f"{ABOVE:g} dB" in section


def test_the_example_production_shows_every_key(tmp_path: Path) -> None:
    text = (CONFIGS / "example/production.toml").read_text(encoding="utf-8")

    def keys(shape: type) -> set[str]:
        found = set()
        for name, field in shape.model_fields.items():  # type: ignore[attr-defined]
            inner = getattr(field.annotation, "__args__", (field.annotation,))[0]
            found |= {field.alias or name} | (keys(inner) if hasattr(inner, "model_fields") else set())
        return found

    for key in keys(ProductionFile):
        assert re.search(rf"\b{key}\b(\]| *=)", text), f"configs/example/production.toml does not show {key}"
    whole = re.sub(
        r"^# (\[\[?[a-z._]+\]\]?|[a-z_]+ = )", r"\1", text, flags=re.MULTILINE
    )  # with the commented keys switched on
    ProductionFile.model_validate(tomllib.loads(whole))


def test_a_new_production_says_what_is_missing_and_then_loads(tmp_path: Path) -> None:
    create(tmp_path / "film")
    with pytest.raises(errors.ConfigError, match=r"no file .footage/anna.mp4."):
        load(tmp_path / "film")
    (tmp_path / "film/footage/anna.mp4").write_bytes(b"")
    assert load(tmp_path / "film").film.title == "Our film"
    assert not create(tmp_path / "film").made


@pytest.mark.slow
def test_core_holds_no_torch() -> None:
    """6 GB of CUDA that nobody asked for come with one careless dependency."""
    listed = subprocess.run(
        [sys.executable, "-m", "pip", "list", "--format", "freeze"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    names = [line.partition("==")[0].lower() for line in listed.splitlines()]
    assert "av" in names
    assert [name for name in names if name.startswith(("torch", "nvidia", "triton"))] == []
    locked = (ROOT / "requirements/core.lock").read_text()
    assert not re.search(r"^(torch|nvidia|triton)", locked, re.MULTILINE)


def test_help_loads_no_heavy_library() -> None:
    heavy = ("av", "numpy", "faster_whisper", "moviepy", "pydantic")
    code = (
        f"import sys; from pipeline.cli.main import main; main(['--help']); print([name for name in "
        f"{heavy} if name in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.splitlines()[-1] == "[]"


@pytest.mark.slow
def test_no_machine_and_no_registry_is_named() -> None:
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\n")
    for name in filter(None, tracked):
        if name.endswith(
            (".py", ".md", ".toml", ".lock", ".in", ".ipynb", "Makefile", "run")
        ) and name not in ("tests/test_docs.py", "tests/test_notebook.py"):
            text = (ROOT / name).read_text(encoding="utf-8")
            assert not re.search(
                r"(?<![\w.])/(root|work|home/[a-z]+|tmp/[a-z]+)/|pypi\.org|pythonhosted|download\.pytorch",
                text,
            ), name


@pytest.mark.slow
def test_the_sample_is_as_long_as_the_readme_says() -> None:
    from pipeline.adapters.pyav.probe import probe

    seconds = sum(float(probe(path, "").duration) for path in (ROOT / "assets/sample/footage").iterdir())
    assert "eleven minutes of interviews" in README
    assert round(seconds / 60) == 11
