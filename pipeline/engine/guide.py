"""Where a page of the docs lies for whoever reads a message: in the package, or beside it in a checkout."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).parent.parent
PLACES = (PACKAGE / "_docs", PACKAGE.parent / "docs")


def guide(page: str) -> Path:
    """The page, as a path that can be opened.

    >>> guide("cluster.md").is_file()
    True
    """
    return next((place / page for place in PLACES if (place / page).is_file()), PLACES[0] / page)
