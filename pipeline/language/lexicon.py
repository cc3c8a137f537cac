"""The words of a language that the program knows: en.toml and its like, read once, with a type for each list.

Each list is there once, with what it is for and where it comes from. Nothing but these files is read here.
English has every list; of other languages there is what a text is read by (`Reading`).
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from pkgutil import get_data
from types import MappingProxyType
from typing import Any, TypeVar

from pipeline.language.characters import folded

Words = frozenset[str]
Ordered = tuple[str, ...]
"""Words, or phrases, whose order says something."""

Groups = tuple[tuple[str, ...], ...]
"""Words that belong together, a line each."""

Pairs = Mapping[str, str]
Values = Mapping[str, int]
Kinds = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Numbers:
    """How numbers are said."""

    units: Ordered
    tens: Ordered
    ordinals: Values
    scales: Values
    more: Words

    @property
    def values(self) -> dict[str, int]:
        """What each of the units and the tens is worth.

        >>> english().numbers.values["twelve"], english().numbers.values["forty"]
        (12, 40)
        """
        units = {word: value for value, word in enumerate(self.units)}
        return units | {word: 20 + 10 * step for step, word in enumerate(self.tens)}


@dataclass(frozen=True)
class Same:
    """What counts as the same word."""

    hesitations: Words
    negations: Words
    turning: Words
    lettered: Words
    amounts: Words
    before_not: Ordered
    leant_on: Words
    denying: Words
    equal: Groups
    alike: Groups
    times: Values
    units: Pairs
    glued: Pairs
    lesser: Pairs
    months: Pairs
    two_in_one: Pairs
    stems: Pairs
    endings: Pairs
    filled: Pairs


@dataclass(frozen=True)
class Shapes:
    """Kinds of word that are known by their endings as well."""

    drug_endings: Ordered
    adjectives: Ordered
    adjective_endings: Ordered
    verbs: Ordered
    verb_endings: Ordered
    plain_verbs: Words
    not_participles: Words
    glued_units: Ordered
    glued_dose_units: Ordered
    own_kinds: Words
    abbreviations: Ordered


@dataclass(frozen=True)
class BadBreaks:
    """What a line must not be parted after."""

    determiners: Words
    prepositions: Words
    conjunctions: Words
    auxiliaries: Words
    pronouns: Words
    titles: Words
    units: Words
    dose_units: Words
    not_drugs: Words


@dataclass(frozen=True)
class Critical:
    """What may not be heard wrong."""

    units: Words


@dataclass(frozen=True)
class Written:
    """What people write into captions and lists."""

    unclear: Ordered
    unclear_marks: Ordered
    stand_ins: Ordered


@dataclass(frozen=True)
class Slips:
    """By what a slip of the pen is known, and what only looks like one."""

    abbreviations: Words
    doubled: Words
    rhetorical: Ordered
    asked: Words
    speaking: Words
    answers: Words
    misread: Pairs
    music: Words
    phrasal: Groups

    @property
    def particles(self) -> Mapping[str, frozenset[str]]:
        """By a form of a verb: what goes with it and is no preposition there.

        >>> "in" in english().slips.particles["gave"], "of" in english().slips.particles["gave"]
        (True, False)
        """
        found: dict[str, set[str]] = {}
        for words in self.phrasal:
            at = words.index(":")
            for verb in words[:at]:
                found.setdefault(verb, set()).update(words[at + 1 :])
        return {verb: frozenset(particles) for verb, particles in found.items()}


@dataclass(frozen=True)
class Lexicon:
    """All lists of one language, by what they are for."""

    numbers: Numbers
    same: Same
    kinds: Kinds
    shapes: Shapes
    bad_breaks: BadBreaks
    critical: Critical
    written: Written
    slips: Slips


@dataclass(frozen=True)
class Reading:
    """What a text is read by in any language. Blank for one that has no file: letters and figures only."""

    negations: Words = frozenset()
    """Words that deny a sentence."""
    turning: Words = frozenset()
    """Words that turn it round, or take much from it, without denying it."""
    hesitations: Words = frozenset()
    clauses: Words = frozenset()
    """Words that begin a clause: a caption may break before one, and hardly after it."""
    doses: Words = frozenset()
    """Units of medicines."""
    amounts: Words = frozenset()
    """Words of amount that are no number: half, dozen."""
    denying: Words = frozenset()
    """Beginnings by which a word denies another."""
    filled: Pairs = field(default_factory=dict)
    """Signs and short forms as they are said."""
    elided: Pairs = field(default_factory=dict)
    """What leans on the next word with an apostrophe, written out."""
    decimal: str = ""
    """What stands before tenths: "." or ","; blank where nobody can tell."""
    numbers: Groups = ()
    """What a number is worth, and its words; words of one number are tied by "_"."""
    spelt: Pairs = field(default_factory=dict)
    """Words of numbers in another shape (mutated, another spelling)."""
    ones: Words = frozenset()
    """Words for one that are articles as well."""
    joints: Words = frozenset()
    """What may stand before the last part of a number."""
    point: Words = frozenset()
    """How the decimal point is said."""
    tens_and_units: bool = False
    """Are tens and units two words that add up?"""
    compounds: Ordered = ()
    """Scales that are written together with what they count, the greatest first."""


LANGUAGES = frozenset({"en", "de", "fr", "es", "cy", "pl", "hi", "ur"})


@cache
def reading(language: str) -> Reading:
    """The lists for a language by its tag, whatever its region.

    >>> "nicht" in reading("de").negations, reading("de-AT") is reading("de"), reading("").negations
    (True, True, frozenset())
    """
    code = code_of(language)
    if code != language:
        return reading(code)
    if code == "en":
        same = english().same
        return Reading(
            negations=same.negations,
            turning=same.turning,
            hesitations=same.hesitations,
            doses=english().critical.units,
            amounts=same.amounts.union(english().numbers.scales),
            denying=frozenset(same.denying),
            filled=same.filled,
            decimal=".",
        )
    if code not in LANGUAGES:
        return Reading()
    return _group(Reading, tomllib.loads(folded(_data(code))))


@cache
def code_of(language: str) -> str:
    """The language of a tag, blank where there are no lists of it.

    >>> code_of("en-GB"), code_of("DE"), code_of("pt-BR")
    ('en', 'de', '')
    """
    code = language.replace("_", "-").partition("-")[0].strip().lower()
    return code if code in LANGUAGES else ""


def _data(code: str) -> str:
    data = get_data("pipeline.language", f"{code}.toml")
    assert data is not None, f"{code}.toml is part of the package"
    return data.decode("utf-8")


@cache
def english() -> Lexicon:
    """The lists of en.toml.

    >>> "erm" in english().same.hesitations, english().same.filled["gonna"]
    (True, 'going to')
    """
    return read(_data("en"))


def read(text: str) -> Lexicon:
    """A file of words. Each list of the lexicon must be in it, and nothing else: TypeError or KeyError."""
    tables = tomllib.loads(text)
    doses = tables["critical"]["units"]
    tables["kinds"]["unit"] += f" {doses}"
    tables["bad_breaks"]["units"] += f" {doses}"
    return Lexicon(
        numbers=_group(Numbers, tables.pop("numbers")),
        same=_group(Same, tables.pop("same")),
        kinds=_kinds(tables.pop("kinds")),
        shapes=_group(Shapes, tables.pop("shapes")),
        bad_breaks=_group(BadBreaks, tables.pop("bad_breaks")),
        critical=_group(Critical, tables.pop("critical")),
        written=_group(Written, tables.pop("written")),
        slips=_group(Slips, tables.pop("slips")),
        **tables,
    )


def _kinds(table: Mapping[str, str]) -> Kinds:
    return MappingProxyType({kind: frozenset(words.split()) for kind, words in table.items()})


_READS: Mapping[str, Callable[[Any], object]] = {
    "Words": lambda text: frozenset(text.split()),
    "Ordered": lambda found: tuple(found.split() if isinstance(found, str) else found),
    "Groups": lambda text: tuple(tuple(line.split()) for line in text.strip().splitlines()),
    "Pairs": MappingProxyType,
    "Values": MappingProxyType,
    "str": str,
    "bool": bool,
}
"""How a list is read, by the name of its type."""

Group = TypeVar("Group")


def _group(group: type[Group], table: Mapping[str, Any]) -> Group:
    types = {field.name: str(field.type) for field in fields(group)}  # type: ignore[arg-type]
    return group(**{name: _READS[types[name]](found) for name, found in table.items()})
