"""The figures of the code itself: signs, not the aim. The aim is that a stranger finds any line by listing
folders.

    python benchmarks/house.py [--json] [--tree FOLDER]

Read from the syntax tree of pipeline/. Complexity is McCabe's as radon counts it: conditions inside
expressions, comprehensions
and assertions too, since they are read like any other. Exit 1 where an aim is missed.
"""

from __future__ import annotations

import argparse
import ast
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median

LONG = 110
"""Characters of a line from which it is more than one thought."""

AIMS = {
    "lines over 110 characters": 0.0,
    "functions of complexity over 10, %": 4.0,
    "functions of complexity over 20": 3,
    "largest class, lines": 200,
    "imports in the busiest module": 25,
    "public names without a docstring, %": 5.0,
}


BRANCHES = (
    ast.If,
    ast.IfExp,
    ast.For,
    ast.AsyncFor,
    ast.While,
    ast.ExceptHandler,
    ast.Assert,
    ast.comprehension,
    ast.match_case,
)


def complexity(function: ast.AST) -> int:
    """Ways through a function: 1, and one more for each branch, `and` and `or`.

    >>> complexity(ast.parse("def f(a): return [b for b in a if b and not b.c] or 0").body[0])
    5
    """
    inside = list(ast.walk(function))
    branches = sum(isinstance(node, BRANCHES) for node in inside)
    joined = sum(len(node.values) - 1 for node in inside if isinstance(node, ast.BoolOp))
    return (
        1 + branches + joined + sum(len(node.ifs) for node in inside if isinstance(node, ast.comprehension))
    )


def public(module: ast.Module) -> Iterator[ast.FunctionDef | ast.ClassDef]:
    """Functions and classes that other modules may use."""
    yield from (
        node
        for node in module.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
    )


def imports(module: ast.Module) -> int:
    """Modules that a module imports, wherever in it."""
    found = {node.module for node in ast.walk(module) if isinstance(node, ast.ImportFrom)}
    return len(
        found
        | {alias.name for node in ast.walk(module) if isinstance(node, ast.Import) for alias in node.names}
    )


def figures(tree: Path) -> dict[str, float]:
    texts = [path.read_text(encoding="utf-8") for path in sorted(tree.rglob("*.py"))]
    modules = [ast.parse(text) for text in texts]
    functions = [
        node
        for module in modules
        for node in ast.walk(module)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    classes = [node for module in modules for node in ast.walk(module) if isinstance(node, ast.ClassDef)]
    names = [node for module in modules for node in public(module)]
    silent = [node for node in names if not ast.get_docstring(node)]
    ways = [complexity(function) for function in functions]
    return {
        "modules": len(modules),
        "lines": sum(text.count("\n") for text in texts),
        "median module, lines": median(text.count("\n") for text in texts),
        "lines over 110 characters": sum(len(line) > LONG for text in texts for line in text.splitlines()),
        "functions of complexity over 10, %": round(100 * sum(way > 10 for way in ways) / len(ways), 1),
        "functions of complexity over 20": sum(way > 20 for way in ways),
        "largest class, lines": max((node.end_lineno or 0) - node.lineno + 1 for node in classes),
        "imports in the busiest module": max(map(imports, modules)),
        "public names without a docstring, %": round(100 * len(silent) / len(names), 1),
    }


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--tree", type=Path, default=Path(__file__).parent.parent / "pipeline", help="the code to measure"
    )
    parser.add_argument("--json", action="store_true", help="the figures as JSON")
    asked = parser.parse_args()
    found = figures(asked.tree)
    missed = [name for name, aim in AIMS.items() if found[name] > aim]
    if asked.json:
        print(json.dumps({"figures": found, "aims": AIMS, "met": not missed}, indent=1))
    else:
        for name, figure in found.items():
            print(f"{name:38} {figure:8g}" + (f"   aim {AIMS[name]:g}" if name in AIMS else ""))
        print(f"missed: {', '.join(missed)}" if missed else "every aim is met")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
