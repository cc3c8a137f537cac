"""What kinds of English word a written word may be, and what kind of stop it ends with.

By lists (language/en.toml) and by endings; a word may be of several kinds, and where it stands decides
(sentence.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from pipeline.language.characters import stop
from pipeline.language.lexicon import english
from pipeline.language.normalise import plain

Kinds = frozenset[str]


def _plain(words: Iterable[str]) -> frozenset[str]:
    return frozenset(plain(word) for word in words)


_NUMBERS = english().numbers
_SHAPES = english().shapes
WORDS: dict[str, frozenset[str]] = {
    **{kind: _plain(words) for kind, words in english().kinds.items()},
    "dose unit": _plain(english().critical.units),
    "number": _NUMBERS.more.union(_NUMBERS.values, _NUMBERS.scales) - {"zero"},
}
"""The words of each kind."""


def _with_s(word: str) -> str:
    """A verb as it stands after he, she and it.

    >>> _with_s("try"), _with_s("watch"), _with_s("say")
    ('tries', 'watches', 'says')
    """
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return f"{word[:-1]}ies"
    return f"{word}es" if word.endswith(("s", "sh", "ch", "x", "o")) else f"{word}s"


FINITE = frozenset(
    form for verb in _plain(_SHAPES.plain_verbs | frozenset(_SHAPES.verbs)) for form in (verb, _with_s(verb))
)
"""Verbs as they stand after a subject."""


def _any(words: Sequence[str]) -> str:
    return "|".join(map(re.escape, words))


_DRUG = re.compile(rf".{{3,}}({_any(_SHAPES.drug_endings)})")
_ADJECTIVE = re.compile(rf".{{2,}}({_any(_SHAPES.adjective_endings)})|{_any(_SHAPES.adjectives)}")
_NUMBER = re.compile(r"[£$€]?\d[\d.,:]*(st|nd|rd|th|s)?")
_DOSE = re.compile(rf"[£$€]?\d[\d.,]*({_any(_SHAPES.glued_units)})")
_VERB = re.compile(rf"[a-z]{{2,}}({_any(_SHAPES.verb_endings)})|{_any(_SHAPES.verbs)}")
DASHES = ("–", "—", "--")
OPENING = '“‘"('
_THINGS = _SHAPES.not_participles
_CLOSERS = "”’\"')»]"
_TITLES = re.compile(rf"({_any(_SHAPES.abbreviations)})\.")


@lru_cache(maxsize=1 << 14)
def classes(word: str) -> Kinds:
    """The kinds of word that this may be; a word may be several.

    >>> sorted(classes("Dr")), sorted(classes("20mg")), sorted(classes("sertraline,"))
    (['name', 'title'], ['dose', 'number'], ['drug'])
    """
    form = plain(word)
    found = {kind for kind, words in WORDS.items() if form in words}
    bare = word.strip(_CLOSERS + "“‘(.,;:!?…")
    found |= {kind for kind, pattern in (("dose", _DOSE), ("number", _NUMBER)) if pattern.fullmatch(bare)}
    found |= {"number"} if "dose" in found else set()
    found |= _by_ending(form, found)
    found |= {"name"} if bare[:1].isupper() and form.partition("'")[0] != "i" else set()
    found |= {"possessive"} if re.search(r"['’]s$", bare) and "pronoun" not in found else set()
    return frozenset(found)


def _by_ending(form: str, found: set[str]) -> set[str]:
    """What a word may be by how it ends, and is in no list."""
    may_be = {
        "adverb": form.endswith("ly") and len(form) > 4 and "degree" not in found,
        "participle": form.endswith("ing") and len(form) > 5 and form not in WORDS["subject"] | _THINGS,
        "verb": _VERB.fullmatch(form) or form in WORDS["to verbs"] | WORDS["linking"],
        "finite": form in FINITE or (form.endswith("ed") and len(form) > 4),
        "drug": _DRUG.fullmatch(form),
        "adjective": _ADJECTIVE.fullmatch(form) and not ("drug" in found or _DRUG.fullmatch(form)),
    }
    return {kind for kind, yes in may_be.items() if yes}


def kinds_of(text: str) -> Kinds:
    form = plain(text)
    return classes(text) | (
        {"who" if form in ("which", "whom") else form} if form in _SHAPES.own_kinds else frozenset()
    )


def ending(word: str) -> str:
    """What kind of stop a word ends with: "sentence", "stop", "comma" or "plain".

    >>> ending("over."), ending("Dr."), ending("so,"), ending("form]"), ending("this:")
    ('sentence', 'plain', 'comma', 'plain', 'stop')
    """
    return "plain" if _TITLES.fullmatch(word.rstrip(_CLOSERS)) else stop(word)
