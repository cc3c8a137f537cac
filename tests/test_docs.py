"""Documents that cannot lie: every command, path and number in them is held against the program."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from typer.main import get_command

from pipeline import errors
from pipeline.cli import app
from pipeline.project import CONFIGS, _ProductionFile, create, load, load_profile

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCS = {path.name: path.read_text(encoding="utf-8") for path in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]}
COMMANDS = get_command(app).commands  # type: ignore[attr-defined]


def test_every_command_is_in_the_readme_and_has_help_with_an_example() -> None:
    for name, command in COMMANDS.items():
        assert re.search(rf"ourwords (-C \S+ )?{name}\b", README), f"{name} is not in the README"
        assert command.help
        if not hasattr(command, "commands"):
            assert command.epilog.startswith("Example: ourwords"), f"{name} has no example"


@pytest.mark.parametrize("line", re.findall(r"^    (?:ourwords) .*$", README, re.MULTILINE))
def test_every_command_line_of_the_readme_is_understood(line: str) -> None:
    words = line.split("#")[0].split()[1:]
    words = words[2:] if words[0] == "-C" else words
    command = COMMANDS[words[0]]
    command.make_context("ourwords", words[1:], resilient_parsing=False)


@pytest.mark.parametrize("target", sorted(set(re.findall(r"(?:^    |`)make ([a-z-]+)", README, re.MULTILINE))))
def test_every_make_target_of_the_readme_is_there(target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE)


@pytest.mark.parametrize("name", DOCS)
def test_every_path_in_a_document_is_there(name: str) -> None:
    for path in set(re.findall(r"`((?:pipeline|configs|docs|tests|benchmarks|assets|notebooks)/[\w./-]*)`", DOCS[name])):
        assert (ROOT / path).exists(), path
    for link in re.findall(r"\]\(([\w./-]+)\)", DOCS[name]):
        assert ((ROOT if name == "README.md" else ROOT / "docs") / link).exists(), link


def test_the_exit_codes_of_the_readme_are_those_of_the_errors() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.OurwordsError)]
    codes = {kind.exit_code for kind in kinds} - {70}
    listed = re.search(r"Exit codes: (.*?)\n\n", README, re.DOTALL)
    assert listed
    assert {int(code) for code in re.findall(r"\d+", listed[1])} == codes | {0, 130, 143}


def test_the_caption_table_holds_the_profiles_numbers() -> None:
    table = DOCS["captions.md"]
    plain, bbc = load_profile("plain"), load_profile("bbc")
    assert f"| {plain.wide.characters} | {bbc.wide.characters} |" in table
    assert f"{plain.speed.warn:g}, {plain.speed.most:g} cps | {bbc.speed.warn:g}, {bbc.speed.most:g} cps" in table
    assert f"{plain.timing.min_seconds:g}–{plain.timing.max_seconds:g} s | {bbc.timing.min_seconds:g}–{bbc.timing.max_seconds:g} s" in table
    assert f"middle {plain.wide.safe_width:.0%} by {plain.wide.safe_height:.0%}".replace("%", " %") in table


def test_the_example_production_shows_every_key(tmp_path: Path) -> None:
    text = (CONFIGS / "example/production.toml").read_text(encoding="utf-8")

    def keys(shape: type) -> set[str]:
        found = set()
        for name, field in shape.model_fields.items():  # type: ignore[attr-defined]
            inner = getattr(field.annotation, "__args__", (field.annotation,))[0]
            found |= {field.alias or name} | (keys(inner) if hasattr(inner, "model_fields") else set())
        return found

    for key in keys(_ProductionFile):
        assert re.search(rf"\b{key}\b(\]| *=)", text), f"configs/example/production.toml does not show {key}"
    whole = re.sub(r"^# (\[\[?[a-z.]+\]\]?|[a-z_]+ = )", r"\1", text, flags=re.MULTILINE)  # with the commented keys switched on
    _ProductionFile.model_validate(tomllib.loads(whole))


def test_a_new_production_says_what_is_missing_and_then_loads(tmp_path: Path) -> None:
    create(tmp_path / "film")
    with pytest.raises(errors.ConfigError, match=r"no file .footage/anna.mp4."):
        load(tmp_path / "film")
    (tmp_path / "film/footage/anna.mp4").write_bytes(b"")
    assert load(tmp_path / "film").film.title == "Our film"
    with pytest.raises(errors.CannotWrite, match="is there already"):
        create(tmp_path / "film")


def test_core_holds_no_torch() -> None:
    """6 GB of CUDA that nobody asked for come with one careless dependency."""
    listed = subprocess.run([sys.executable, "-m", "pip", "list", "--format", "freeze"], capture_output=True, text=True, check=True).stdout
    names = [line.partition("==")[0].lower() for line in listed.splitlines()]
    assert "av" in names
    assert [name for name in names if name.startswith(("torch", "nvidia", "triton"))] == []
    locked = (ROOT / "requirements/core.lock").read_text()
    assert not re.search(r"^(torch|nvidia|triton)", locked, re.MULTILINE)


def test_help_loads_no_heavy_library() -> None:
    heavy = ("av", "numpy", "faster_whisper", "moviepy", "pydantic")
    code = f"import sys; from pipeline.cli import main; main(['--help']); print([name for name in {heavy} if name in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.splitlines()[-1] == "[]"


def test_no_machine_and_no_registry_is_named() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
    for name in filter(None, tracked):
        if name.endswith((".py", ".md", ".toml", ".lock", ".in", ".ipynb", "Makefile", "run")) and name not in ("tests/test_docs.py", "tests/test_notebook.py"):
            text = (ROOT / name).read_text(encoding="utf-8")
            assert not re.search(r"(?<![\w.])/(root|work|home/[a-z]+|tmp/[a-z]+)/|pypi\.org|pythonhosted|download\.pytorch", text), name


def test_the_sample_is_as_long_as_the_readme_says() -> None:
    from pipeline.tools.probe import probe

    seconds = sum(float(probe(path, "").duration) for path in (ROOT / "assets/sample/footage").iterdir())
    assert "eleven minutes of interviews" in README
    assert round(seconds / 60) == 11
