"""What captions call whoever has no name in them: "MAN:", "NURSE 2:"."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pkgutil import get_data


def is_role(text: str, language: str) -> bool:
    """Does it name nobody, and say nothing of anybody but this?

    >>> is_role("MAN", "en-GB"), is_role("Nurse 2", "en"), is_role("Infirmière", "fr")
    (True, True, True)
    >>> is_role("HE LIES ALWAYS", "en"), is_role("Amara", "en"), is_role("Man", "xx")
    (False, False, False)
    """
    word = re.sub(r" [1-9]\Z", "", text.strip().casefold())
    return word in _roles().get(language.partition("-")[0].lower(), frozenset())


@cache
def _roles() -> dict[str, frozenset[str]]:
    data = get_data("pipeline.language", "roles.toml")
    assert data is not None, "roles.toml is part of the package"
    lists = tomllib.loads(data.decode("utf-8"))
    return {language: frozenset(words.split()) for language, words in lists.items()}
