"""English words that a line or a cue must not be parted after, or before: what the guidelines call bad
breaks.
"""

from __future__ import annotations

import re
from functools import lru_cache

from pipeline.language.normalise import plain

DETERMINERS = frozenset(
    "a an the this that these those my your his her its our their some any every each no".split()
)
PREPOSITIONS = frozenset(
    "of in on at to for from with about into over under by as like after before between through than "
    "during against".split()
)
CONJUNCTIONS = frozenset(
    "and or but so because if when while who which whether although unless since nor".split()
)
AUXILIARIES = frozenset(
    "am is are was were be been being have has had do does did will would can could shall should may "
    "might must not never "
    "don't didn't doesn't isn't aren't wasn't weren't can't couldn't won't wouldn't shouldn't "
    "haven't hasn't hadn't".split()
)
PRONOUNS = frozenset(
    "i he she we they i'm you're he's she's it's we're they're i've you've we've they've i'd you'd "
    "he'd she'd we'd they'd i'll".split()
)
TITLES = frozenset("mr mrs ms miss dr prof professor nurse sister sir dame reverend rev".split())
UNITS = frozenset(
    "mg mcg g kg ml l microgram micrograms milligram milligrams gram grams kilogram kilograms "
    "millilitre millilitres litre litres unit units "
    "tablet tablets dose doses percent % pounds pence pm am o'clock second seconds minute minutes "
    "hour hours day days week weeks month months "
    "year years times metres miles degrees".split()
)
DOSES = frozenset(
    "mg mcg microgram micrograms milligram milligrams g ml millilitre millilitres units".split()
)

ADVERBS = frozenset("now then daily twice once still again only a day night morning each per".split())

KINDS = (
    ("title and name", lambda one, two: one in TITLES and two[:1].isalpha()),
    ("article and noun", lambda one, _: one in DETERMINERS),
    ("preposition and phrase", lambda one, _: one in PREPOSITIONS),
    ("conjunction and clause", lambda one, _: one in CONJUNCTIONS),
    ("pronoun and verb", lambda one, _: one in PRONOUNS),
    ("auxiliary and verb", lambda one, two: one in AUXILIARIES and two not in CONJUNCTIONS | PREPOSITIONS),
)
"""What is parted, by the plain forms of the words before and after the break."""

FIRM = ("number and unit", "title and name", "first and last name", "dose and drug", "article and noun")
"""What is not parted between two cues either."""


@lru_cache(maxsize=1 << 14)
def parted(before: str, after: str, *, starts: bool = False) -> str:
    """What a break between two written words parts; "" where it is a good one, or nothing speaks against it.

    `starts` says that the word before is the first of a sentence, whose capital says nothing.

    >>> parted("the", "doctor"), parted("20", "mg"), parted("Dr", "Okafor")
    ('article and noun', 'number and unit', 'title and name')
    >>> parted("Amara", "Okafor"), parted("waited,", "and")
    ('first and last name', '')
    >>> parted("mg", "sertraline"), parted("I", "was"), parted("It’s", "mine")
    ('dose and drug', 'pronoun and verb', 'pronoun and verb')
    """
    one, two = plain(before), plain(after)
    if not one or not two or (before[-1] in ".,;:?!…–—”\"')]" and one not in TITLES):
        return ""
    kind = _measured(one, two, after) or next((kind for kind, parts in KINDS if parts(one, two)), "")
    names = not starts and not before.isupper() and two not in PRONOUNS and min(len(one), len(two)) > 1
    return kind or ("first and last name" if names and before[0].isupper() and after[0].isupper() else "")


def _measured(one: str, two: str, after: str) -> str:
    """A number and what it counts, a dose and what it is of."""
    if one[0].isdigit() and (two in UNITS or after == "%"):
        return "number and unit"
    if (
        (one in DOSES or re.fullmatch(r"\d+(mg|mcg|g|ml)", one))
        and two.isalpha()
        and two not in CONJUNCTIONS | PREPOSITIONS | AUXILIARIES | DETERMINERS | PRONOUNS | ADVERBS
    ):
        return "dose and drug"
    return ""
