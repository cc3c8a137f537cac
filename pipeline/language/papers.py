"""Words by which papers say that nobody has approved yet, that a row does not hold any more, and when."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache
from pkgutil import get_data
from typing import Any

from pipeline.errors import ConfigError
from pipeline.language.characters import folded

_PARTS = re.compile(r"[,;:/()\[\]{}|\n]|\s[-–—]+\s")
"""What parts a name from a remark: "Ben (tbc)", "No – see notes"."""
_SENTENCE = re.compile(r"[.;!?\n]")
_CLAUSE = re.compile(r"[,:/()\[\]{}|]|\s[-–—]+\s")
_SPACED = re.compile(r"\b\w(?: \w\b){3,}")
_TICKS = "✓✔☑✅"
_IN_NAMES = "+|" + _TICKS


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
    """Any of a list's phrases, as whole words."""
    lists = _lists()
    text = "|".join(f"(?:{phrase})" for phrase in lists[name])
    for short, of in (("NOT", "negations"), ("YES", "assent")):
        text = text.replace(short, f"(?:{'|'.join(lists[of])})")
    return re.compile(rf"(?<![\w'])(?:{text.replace('FEW', '(?:[^ ]+ ){0,3}')})(?![\w'])")


def _words(text: str) -> str:
    """Words alone, one blank between them; letters that stand apart are one word.

    >>> _words("N/A"), _words("WITHDRAWN – by phone"), _words("N O  G O")
    ('n a', 'withdrawn by phone', 'nogo')
    """
    words = " ".join(re.findall(r"[\w']+|[^\w\s'!-/:-@\[-`{-~]", folded(text)))
    return _SPACED.sub(lambda found: found[0].replace(" ", ""), words)


def is_nobody(name: str) -> bool:
    """Is this in the place of a name, and names nobody?

    >>> [is_nobody(name) for name in ("Bo", "Tuesday group", "pending", "n/a", "Ben (tbc)", "Ben?", "2")]
    [False, False, True, True, True, True, True]
    """
    letters = [c for c in folded(name) if c.isalpha()]
    repeated = len(letters) > 2 and len(set(letters)) == 1
    signs = any(unicodedata.category(c)[0] == "S" and c not in _IN_NAMES for c in name)
    if not letters or repeated or signs or "?" in name or re.search(r"<[^>]*>|\{[^}]*\}", name):
        return True
    parts = {_words(part) for part in (name, *_PARTS.split(name))}
    parts.add(re.sub(r"\b(\w) (?=\w\b)", r"\1", _words(name)))  # t.b.c.
    said = any(_pattern(which).search(part) for part in parts for which in ("undecided", "denied"))
    return said or is_gone(name) or not _nobody().isdisjoint(parts)


def somebody(by: str, next_step: str) -> str:
    """The name that a person gave for who says so; ConfigError where it is nobody's."""
    if is_nobody(by):
        raise ConfigError(f'"{by.strip()[:40]}" is nobody who can say so', where="--by", next_step=next_step)
    return by.strip()


def is_undecided(note: str) -> bool:
    """Is a sentence of a note nothing but a no, or that it is not decided yet?

    >>> is_undecided("tbc"), is_undecided("Consent? No."), is_undecided("No pause here")
    (True, True, False)
    """
    texts = [_words(sentence) for sentence in _SENTENCE.split(note)]
    return any(_pattern(which).fullmatch(text) for text in texts for which in ("no", "undecided"))


def is_no(text: str) -> bool:
    """Does a cell under a question say no, or nothing?"""
    return _words(text) in ("", "no", "n", "false", "0", "none")


def asks(heading: str) -> bool:
    """Does the heading of a column ask whether the row may be used?

    >>> asks("OK to use"), asks("Duration")
    (True, False)
    """
    return bool(_pattern("asks").search(_words(heading)))


def says_no(answer: str) -> bool:
    """Does an answer to such a question say no, or not yet? A blank cell says nothing.

    >>> [says_no(answer) for answer in ("", "yes", "✓", "Filmed", "N", "0", "❌", "on hold")]
    [False, False, False, False, True, True, True, True]
    """
    if not answer.strip(f" {_TICKS}"):
        return False
    parts = [_words(part) for part in _PARTS.split(answer)]
    told = any(_pattern(which).search(part) for part in parts for which in ("undecided", "denied"))
    empty = is_no(answer.translate(dict.fromkeys(map(ord, _TICKS)))) or not any(map(str.isalnum, answer))
    return told or empty or is_undecided(answer) or is_gone(answer)


def is_gone(note: str) -> bool:
    """Does a note say that the row does not hold: withdrawn, not to be used, not approved?

    >>> is_gone("WITHDRAWN by phone 3 Feb"), is_gone("Valid until withdrawn"), is_gone("Do not use her name")
    (True, False, False)
    """
    return bool(gone_words(note))


def gone_words(note: str) -> str:
    """The words that say so; blank where none do. What refuses may reach over a comma; what turns it round
    may not.
    """
    for sentence in _SENTENCE.split(note):
        text = " ".join(filter(None, map(_without_what_holds, _CLAUSE.split(sentence))))
        if found := _pattern("gone").search(text):
            return found[0]
    return ""


def _without_what_holds(clause: str) -> str:
    words = _words(clause)
    turned = not frozenset(_lists()["turns"].split()).isdisjoint(words.split())
    return words if turned else _pattern("holds").sub("…", words)
