"""What belongs together in an English sentence, and what it costs to part it: tables of words and prices.

Of other languages only punctuation, pauses and shapes are known.

The prices are hand-set, for the reason that stands beside each; no optimiser has seen anybody's subtitles.
More than nothing: do not break here. Less than nothing: a break is welcome. A profile's [costs] may override
any of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from pipeline.language.characters import stop
from pipeline.language.lexicon import english
from pipeline.language.normalise import plain

PRICES: dict[str, float] = {
    # Punctuation is where the writer breathes (BBC, Netflix, DCMP: break there first).
    "sentence": -4.0,
    "clause": -1.0,
    "plain": 4.5,  # no punctuation at all
    "before dash": 8.0,  # a dash belongs to what stands before it
    "pause": -4.0,  # for each second of quiet, up to one
    "alone": 4.0,  # Then, | after a while: the first or the last word of a sentence, by itself
    # What never stands alone at the end of a line (BBC, Netflix, DCMP).
    "determiner": 6.0,  # the | ward
    "possessive": 6.0,  # my | doctor
    "preposition": 5.0,  # at | the desk
    "conjunction": 4.0,  # and | nobody asked
    "subordinator": 4.5,  # because | nobody asked
    "pronoun": 5.0,  # I | went
    "auxiliary": 4.0,  # was | told
    "negation": 4.5,  # not | told
    "degree": 4.0,  # very | tired
    "quantity": 3.0,  # many | people
    "adjective": 2.5,  # medical | record
    "infinitive": 5.0,  # to | ask
    # What is one thing in two words; a dose read wrong is a harm.
    "number": 4.0,  # three | nurses
    "number and unit": 14.0,  # 20 | mg
    "dose and drug": 12.0,  # 20 mg | methadone, 20 mg | of methadone
    "title and name": 12.0,  # Dr | Okafor
    "names": 5.0,  # Amara | Okafor
    "phrasal verb": 4.0,  # turned | away
    "short phrase": 2.5,  # sat | with me: too light to stand for itself
    "verb and to": 3.0,  # want | to ask
    "noun and of": -0.5,  # the end | of it: less welcome than other prepositions
    "kind of": 4.0,  # kind | of
    "verb and object": 3.0,  # told | me
    "adverb": 1.5,  # really | wanted
    "one link": 5.0,  # so | that, as | if, because | of
    # Where a phrase begins: a break before it is welcome (Netflix: before conjunctions and prepositions).
    # because | I asked, and | they went: the next words have a subject and a verb of their own
    "before clause": -3.5,
    "before conjunction": -2.0,  # tea | and toast
    "before relative": -3.5,
    "before preposition": -2.5,
    "before infinitive": -2.0,
    "before pronoun": -2.0,  # the page | they visit
    "before participle": -2.0,  # the air outside | using this app
    "before verb": -1.0,  # the nurse on the ward | was kind
    "before determiner": -0.5,
    "after label": -6.0,  # a speaker's name may have a line of its own
    "within label": 8.0,
    # Shapes.
    "block": 2.5,  # each cue is another glance down
    "line": 1.5,  # each further line covers more of the picture
    "line weight": 0.5,  # what a break costs inside a cue, against between cues: both halves stay in sight
    "uneven": 0.05,  # for each character
    "top heavy": 0.3,  # the lower line the longer: less of the face is covered
    "short": 0.1,  # for each character that a cue of one line is short of twenty
    "overfull": 40.0,  # a word that fits no line
    # Time.
    "fast": 1.0,  # for each character a second above the most
    "brief": 6.0,  # for each second below the least
    "long": 6.0,  # for each second above the most
    "over a cut": 6.0,  # a cue is read again from its start when the picture changes
    "at a cut": -2.0,
}
"""Every price by its name."""


def _plain(words: Iterable[str]) -> frozenset[str]:
    return frozenset(plain(word) for word in words)


_NUMBERS = english().numbers
WORDS: dict[str, frozenset[str]] = {
    **{kind: _plain(words) for kind, words in english().kinds.items()},
    "number": _NUMBERS.more.union(_NUMBERS.values, _NUMBERS.scales) - {"zero"},
}
"""The words of each kind."""


def _any(words: Sequence[str]) -> str:
    return "|".join(map(re.escape, words))


_SHAPES = english().shapes
_DRUG = re.compile(rf".{{3,}}({_any(_SHAPES.drug_endings)})")
_ADJECTIVE = re.compile(rf".{{2,}}({_any(_SHAPES.adjective_endings)})|{_any(_SHAPES.adjectives)}")
_NUMBER = re.compile(r"[£$€]?\d[\d.,:]*(st|nd|rd|th|s)?")
_DOSE = re.compile(rf"[£$€]?\d[\d.,]*({_any(_SHAPES.glued_units)})")
_VERB = re.compile(rf"[a-z]{{2,}}({_any(_SHAPES.verb_endings)})|{_any(_SHAPES.verbs)}")
DASHES = ("–", "—", "--")
_THINGS = _SHAPES.not_participles
_CLOSERS = "”’\"')»]"
_TITLES = re.compile(rf"({_any(_SHAPES.abbreviations)})\.")


@lru_cache(maxsize=1 << 14)
def classes(word: str) -> frozenset[str]:
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
        "drug": _DRUG.fullmatch(form),
        "adjective": _ADJECTIVE.fullmatch(form) and not ("drug" in found or _DRUG.fullmatch(form)),
    }
    return {kind for kind, yes in may_be.items() if yes}


Parted = tuple[str, str, str]
PARTED: tuple[Parted, ...] = (
    ("determiner", "determiner", ""),
    ("possessive", "possessive", ""),
    ("preposition", "preposition", ""),
    ("infinitive", "to", ""),
    ("conjunction", "conjunction", ""),
    ("subordinator", "subordinator", ""),
    ("subordinator", "relative", ""),
    ("auxiliary", "auxiliary", ""),
    ("negation", "negation", ""),
    ("pronoun", "pronoun", ""),
    ("degree", "degree", ""),
    ("quantity", "quantity", ""),
    ("adjective", "adjective", ""),
    ("adverb", "adverb", ""),
    ("number", "number", ""),
    ("number and unit", "number", "unit"),
    ("dose and drug", "dose", "drug"),
    ("dose and drug", "unit", "drug"),
    ("dose and drug", "unit", "of"),
    ("title and name", "title", "name"),
    ("phrasal verb", "verb", "particle"),
    ("verb and to", "to verbs", "to"),
    ("kind of", "of nouns", "of"),
    ("noun and of", "", "of"),
    ("verb and object", "", "object"),
    ("verb and object", "verb", "light"),
    ("verb and object", "linking", "possessive"),
    ("one link", "link", "second link"),
    ("pronoun", "there", "auxiliary"),
)
"""(price, kind before, kind after): each that holds is paid, the dearest of one word's own kinds only once.
Blank is any word.
"""

BEGINS: tuple[tuple[str, str], ...] = (
    ("before relative", "relative"),
    ("before relative", "subordinator"),
    ("before conjunction", "conjunction"),
    ("before preposition", "opens phrase"),
    ("before infinitive", "to"),
    ("before participle", "participle"),
    ("before pronoun", "subject"),
    ("before verb", "auxiliary"),
    ("before determiner", "determiner"),
    ("before determiner", "possessive"),
)
"""(price, kind): the first that holds, where no clause begins."""

LEANING = frozenset((
    "determiner", "possessive", "preposition", "infinitive", "conjunction", "subordinator", "auxiliary",
    "negation", "pronoun", "degree", "quantity", "adjective", "adverb",
))  # fmt: skip
"""Prices of words that lean on what follows."""

OPENERS = frozenset(("conjunction", "subordinator", "relative", "opens phrase", "of", "to"))
"""Before these most words lean no more: it | because, those | who, come in | and."""

RELEASED = {
    "auxiliary": frozenset(("conjunction", "subordinator")),
    "negation": frozenset(("conjunction",)),
    "preposition": frozenset(("conjunction", "opens phrase", "to")),
    "infinitive": frozenset(("conjunction",)),
    "conjunction": frozenset[str](),
    "subordinator": frozenset[str](),
    "degree": frozenset(("conjunction", "relative")),
}
"""What frees a leaning word, where that is not any opener."""


def ending(word: str) -> str:
    """What kind of stop a word ends with: "sentence", "clause" or "plain".

    >>> ending("over."), ending("Dr."), ending("so,"), ending("form]")
    ('sentence', 'plain', 'clause', 'plain')
    """
    return "plain" if _TITLES.fullmatch(word.rstrip(_CLOSERS)) else stop(word)


def gaps(texts: Sequence[str], pauses: Sequence[float], prices: Mapping[str, float]) -> list[float]:
    """The price of a break after each word but the last."""
    kinds = [_kinds(text) for text in texts]
    return [
        _gap(texts, kinds, at, prices) + prices["pause"] * min(max(pauses[at], 0.0), 1.0)
        for at in range(len(texts) - 1)
    ]


def _kinds(text: str) -> frozenset[str]:
    form = plain(text)
    return classes(text) | (
        {"who" if form in ("which", "whom") else form} if form in _SHAPES.own_kinds else frozenset()
    )


def _gap(
    texts: Sequence[str], kinds: Sequence[frozenset[str]], at: int, prices: Mapping[str, float]
) -> float:
    """What a break after a word costs: by what it ends, what it parts and what it begins."""
    after, stop = kinds[at + 1], ending(texts[at])
    price = prices[stop]
    if stop == "sentence":
        return price
    price += prices["alone"] if _stands_alone(texts, at) else 0.0
    price += prices["before dash"] if texts[at + 1].startswith(DASHES) or texts[at + 1] == "-" else 0.0
    paid = _paid(kinds, at)
    own = {name for name in paid & LEANING if not after & RELEASED.get(name, OPENERS)}
    if stop == "plain":
        price += max((prices[name] for name in own), default=0.0)
        price += sum(prices[name] for name in paid - LEANING) + _together(kinds, at, prices)
    return price + _what_begins(texts, kinds, at, own, prices)


def _what_begins(
    texts: Sequence[str],
    kinds: Sequence[frozenset[str]],
    at: int,
    own: set[str],
    prices: Mapping[str, float],
) -> float:
    """What is paid for the phrase that begins after a break; `own` leans on the word before it."""
    is_plain = ending(texts[at]) == "plain"
    if kinds[at + 1] & {"particle", "opens phrase"} and ending(texts[at + 1]) != "plain":
        return prices["phrasal verb"] if is_plain else 0.0  # put the kettle | on, what is it | for?
    begins = _begins(kinds, texts, at + 1)
    if not begins:
        return 0.0
    if not is_plain:  # a comma has said half of it already
        return prices[begins] * 0.5
    leans = own - {"adverb"} and (begins != "before clause" or "conjunction" in own)
    return 0.0 if leans else prices[begins]


def _stands_alone(texts: Sequence[str], at: int) -> bool:
    """Is the word before or after the break all there is of its sentence?"""
    first = at == 0 or ending(texts[at - 1]) == "sentence"
    return first or at + 2 == len(texts) or ending(texts[at + 1]) == "sentence"


def _paid(kinds: Sequence[frozenset[str]], at: int) -> set[str]:
    """The names of the prices for what is parted there."""
    before, after = kinds[at], kinds[at + 1]
    paid = {
        name
        for name, kind, following in PARTED
        if (not kind or kind in before) and (not following or following in after)
    }
    if at and "and more" in before and "conjunction" in kinds[at - 1]:  # and then | they left
        paid.add("conjunction")
    return paid


def _together(kinds: Sequence[frozenset[str]], at: int, prices: Mapping[str, float]) -> float:
    """What is paid more, or less, for three words that belong together: names, phrasal verbs, short
    phrases.
    """
    before, after = kinds[at], kinds[at + 1]
    then = kinds[at + 2] if at + 2 < len(kinds) else frozenset()
    price = prices["names"] if "name" in before and "name" in after and "title" not in before else 0.0
    if "particle" in after and then & {"opens phrase", "of"}:  # walked | out of, sat | down with
        return price + prices["phrasal verb"] - prices["before preposition"]
    if "opens phrase" in after and then & {"object", "light"}:
        return price + prices["short phrase"]
    return price


def _begins(kinds: Sequence[frozenset[str]], texts: Sequence[str], at: int) -> str:
    """What kind of phrase a word begins: the name of its price, or blank."""
    this, then = kinds[at], kinds[at + 1] if at + 1 < len(kinds) else frozenset()
    opens = this & {"subordinator", "conjunction", "relative", "either"}
    if opens and (
        "subject" in then or "who" in this or ("either" not in opens and _verb_soon(kinds, texts, at))
    ):
        return "before clause"
    if "of" in this and then & {"subordinator", "relative"}:
        return "before preposition"
    if "so" in this and not then & {"adjective", "adverb", "quantity", "degree"}:
        return "before clause"
    return next((name for name, kind in BEGINS if kind in this), "")


def _verb_soon(kinds: Sequence[frozenset[str]], texts: Sequence[str], at: int) -> bool:
    """Whether a verb follows within a few words, before another phrase begins: then it is a clause, and not
    the rest of a list.
    """
    for index in range(at + 1, min(at + 6, len(kinds))):
        if "auxiliary" in kinds[index]:
            return index > at + 1
        if kinds[index] & {"opens phrase", "conjunction", "to", "of"} or ending(texts[index]) != "plain":
            return False
    return False
