"""Words by which papers say that nobody has approved yet, that a row does not hold any more, and when."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from pkgutil import get_data
from typing import Any

from pipeline.errors import ConfigError
from pipeline.language.characters import folded

_PARTS = re.compile(r"[,;:/()\[\]{}|\n]|\s[-–—]+\s")
"""What parts a name from a remark: "Ben (tbc)", "No – see notes"."""
_NEAR = 3
"""How many words before or after turn a phrase round."""


@cache
def _lists() -> dict[str, Any]:
    data = get_data("pipeline.language", "papers.toml")
    assert data is not None, "papers.toml is part of the package"
    return tomllib.loads(data.decode("utf-8"))


@cache
def months() -> dict[str, int]:
    """
    >>> months()["mai"], months()["sept"]
    (5, 9)
    """
    named = enumerate(_lists()["months"].values(), 1)
    return {word: number for number, words in named for word in words.split()}


@cache
def _nobody() -> frozenset[str]:
    return frozenset(word.replace("_", " ") for word in _lists()["nobody"].split())


@cache
def _pattern(name: str) -> re.Pattern[str]:
    phrases = sorted((_words(phrase) for phrase in _lists()[name]), key=len, reverse=True)
    return re.compile(rf"(?<!\w)({'|'.join(map(re.escape, phrases))})(?!\w)")


def _words(text: str) -> str:
    """Words alone, one blank between them.

    >>> _words("N/A"), _words("WITHDRAWN – by phone")
    ('n a', 'withdrawn by phone')
    """
    return " ".join(re.findall(r"[\w']+", folded(text)))


def is_nobody(name: str) -> bool:
    """Is this in the place of a name, and names nobody?

    >>> [is_nobody(name) for name in ("Bo", "Tuesday group", "pending", "n/a", "Ben (tbc)", "Ben?", "2")]
    [False, False, True, True, True, True, True]
    """
    letters = [c for c in folded(name) if c.isalpha()]
    repeated = len(letters) > 2 and len(set(letters)) == 1
    if not letters or repeated or "?" in name or re.search(r"<[^>]*>|\{[^}]*\}", name):
        return True
    parts = {_words(part) for part in (name, *_PARTS.split(name))}
    parts.add(re.sub(r"\b(\w) (?=\w\b)", r"\1", _words(name)))  # t.b.c.
    undecided = any(_pattern("undecided").search(part) for part in parts)
    return undecided or is_gone(name) or not _nobody().isdisjoint(parts)


def somebody(by: str, next_step: str) -> str:
    """The name that a person gave for who says so; ConfigError where it is nobody's."""
    if is_nobody(by):
        raise ConfigError(f'"{by.strip()[:40]}" is nobody who can say so', where="--by", next_step=next_step)
    return by.strip()


def is_undecided(note: str) -> bool:
    """Does a note say nothing but that it is not decided yet?"""
    return bool(_pattern("undecided").fullmatch(_words(note)))


def is_no(text: str) -> bool:
    """Does a cell under a question say no, or nothing?"""
    return _words(text) in ("", "no", "n", "false", "0", "none")


def is_gone(note: str) -> bool:
    """Does a note say that the row does not hold: withdrawn, not to be used, not approved?

    >>> is_gone("WITHDRAWN by phone 3 Feb"), is_gone("Valid until withdrawn"), is_gone("Do not use her name")
    (True, False, False)
    """
    return bool(gone_words(note))


def gone_words(note: str) -> str:
    """The words that say so; blank where none do."""
    text = _words(note)
    found = (match for match in _pattern("gone").finditer(text) if not _turned(text, match))
    return next((match[0] for match in found), "")


def _turned(text: str, match: re.Match[str]) -> bool:
    before, after = text[: match.start()].split(), text[match.end() :].split()
    use = match[0].endswith(("use", "used", "show", "include", "utiliser", "verwenden", "defnyddio"))
    return _any(before[-_NEAR:], "unless") or (use and _any(after[:_NEAR], "of_a_name"))


def _any(words: Iterable[str], name: str) -> bool:
    return not frozenset(_lists()[name].split()).isdisjoint(words)
