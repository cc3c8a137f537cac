"""English words that a line or a cue must not be parted after, or before: what the guidelines call bad
breaks.
"""

from __future__ import annotations

import re
from functools import lru_cache

from pipeline.language.lexicon import english
from pipeline.language.normalise import plain

_WORDS = english().bad_breaks
DETERMINERS, PREPOSITIONS, CONJUNCTIONS = _WORDS.determiners, _WORDS.prepositions, _WORDS.conjunctions
AUXILIARIES, PRONOUNS, TITLES = _WORDS.auxiliaries, _WORDS.pronouns, _WORDS.titles
UNITS, DOSES, ADVERBS = _WORDS.units, _WORDS.dose_units, _WORDS.not_drugs
PARTICLES = english().slips.particles
ADVERBIAL = english().kinds["particle"]
_GLUED = re.compile(rf"\d+({'|'.join(english().shapes.glued_dose_units)})")

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
def parted(before: str, after: str, *, starts: bool = False, verb: str = "") -> str:
    """What a break between two written words parts; "" where it is a good one, or nothing speaks against it.

    `starts` says that the word before is the first of a sentence, whose capital says nothing; `verb` is what
    stands before it, and may take it for a particle.

    >>> parted("the", "doctor"), parted("20", "mg"), parted("Dr", "Okafor")
    ('article and noun', 'number and unit', 'title and name')
    >>> parted("Amara", "Okafor"), parted("waited,", "and")
    ('first and last name', '')
    >>> parted("after", "the"), parted("after", "the", verb="looked"), parted("in", "and", verb="came")
    ('preposition and phrase', '', '')
    >>> parted("mg", "sertraline"), parted("I", "was"), parted("It’s", "mine")
    ('dose and drug', 'pronoun and verb', 'pronoun and verb')
    """
    one, two = plain(before), plain(after)
    if not one or not two or (before[-1] in ".,;:?!…–—”\"')]" and one not in TITLES):
        return ""
    kind = _measured(one, two, after) or next((kind for kind, parts in KINDS if parts(one, two)), "")
    if kind == "preposition and phrase" and _is_particle(plain(verb), one, two):
        return ""
    names = not starts and not before.isupper() and two not in PRONOUNS and min(len(one), len(two)) > 1
    return kind or ("first and last name" if names and before[0].isupper() and after[0].isupper() else "")


def _is_particle(verb: str, word: str, after: str) -> bool:
    """Does a preposition belong to the verb before it: look after, carry on? Or does nothing follow that it
    could lead: came in / and sat?
    """
    return word in PARTICLES.get(verb, ()) or (word in ADVERBIAL and after in CONJUNCTIONS)


def _measured(one: str, two: str, after: str) -> str:
    """A number and what it counts, a dose and what it is of."""
    if one[0].isdigit() and (two in UNITS or after == "%"):
        return "number and unit"
    if (
        (one in DOSES or _GLUED.fullmatch(one))
        and two.isalpha()
        and two not in CONJUNCTIONS | PREPOSITIONS | AUXILIARIES | DETERMINERS | PRONOUNS | ADVERBS
    ):
        return "dose and drug"
    return ""
