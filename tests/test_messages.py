"""What messages and help name is there for whoever installed the package: no file of the repository alone."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from pipeline.cli.main import app, main
from pipeline.cli.usage import commands
from pipeline.engine.guide import guide
from pipeline.production.configs import CONFIGS
from pipeline.production.presets import load_clip_preset
from tests.conftest import ROOT

OF_THE_REPOSITORY = re.compile(
    r"(?<![\w/.{}])(?:configs|docs|assets|tests|benchmarks|notebooks|requirements)/[\w{*]"
)


def texts(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every text of a module that is no docstring: what may reach a person."""
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            yield node.lineno, node.value


def named(source: str) -> list[str]:
    return [text for _, text in texts(ast.parse(source)) if OF_THE_REPOSITORY.search(text)]


@pytest.mark.slow
def test_no_message_names_a_file_of_the_repository() -> None:
    found = {
        str(path.relative_to(ROOT)): names
        for path in sorted((ROOT / "pipeline").rglob("*.py"))
        if (names := named(path.read_text(encoding="utf-8")))
    }
    assert not found


def test_a_message_that_does_is_seen() -> None:
    assert named('fail("see configs/example/production.toml")') == ["see configs/example/production.toml"]
    assert named('"""Kept in configs/."""\nx = "build/configs.json"') == []


@pytest.mark.slow
def test_no_help_names_a_file_of_the_repository(capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("", *commands(typer.main.get_command(app))):
        assert main([*name.split(), "--help"]) == 0
        assert not OF_THE_REPOSITORY.search(capsys.readouterr().out), name


def test_what_help_says_of_presets_is_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    main(["clips", "--help"])
    told = capsys.readouterr().out
    for path in (CONFIGS / "clips").glob("*.toml"):
        assert load_clip_preset(path.stem)
        assert path.stem in told


def test_pages_that_messages_name_come_with_the_package() -> None:
    taken = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    asked = re.compile(r"guide\(['\"]([\w.-]+)['\"]\)")
    for path in (ROOT / "pipeline").rglob("*.py"):
        for page in asked.findall(path.read_text(encoding="utf-8")):
            assert guide(page).is_file()
            assert taken["force-include"][f"docs/{page}"] == f"pipeline/_docs/{page}"


def test_the_repository_is_where_it_is_looked_for() -> None:
    assert Path(guide("cluster.md")).is_absolute()
