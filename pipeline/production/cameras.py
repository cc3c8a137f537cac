"""How a camera is named: a source's own by its id, its angles after it."""

from __future__ import annotations


def camera(source: str, angle: str) -> str:
    """What a camera is called in tables: a source's own by the source's id, another by both ids. No id has a
    slash in it.

    >>> camera("amara", ""), camera("amara", "b")
    ('amara', 'amara/b')
    """
    return f"{source}/{angle}" if angle else source
