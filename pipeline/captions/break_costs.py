"""What belongs together in an English sentence, and what it costs to part it: tables of words and prices.

Of other languages only punctuation, pauses and shapes are known.

A break between two cues takes what was before it out of sight, one inside a cue does not: each has a price of
its own. More than nothing: do not break here. Less than nothing: a break is welcome. A profile's [costs] may
override any of them, for both kinds of break.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise

from pipeline.language.lexicon import english
from pipeline.language.normalise import plain

Price = tuple[float, float]
"""What a break costs: between two cues, and between two lines of one."""

BREAKS: dict[str, Price] = {
    # Punctuation is where the writer breathes (BBC, Netflix, DCMP: break there first).
    "sentence": (-5.0, -3.0),
    "stop": (-4.0, -2.5),  # ; : and a dash
    "comma and clause": (-3.5, -1.5),  # When I came back, | the nurse had gone
    "opening": (-2.5, -2.0),  # In that year, | I lost my job: the same, but short
    "comma": (-1.5, -1.5),
    "comma within": (3.0, 2.5),  # and, | to be honest: what leans on the next words leans over a comma
    "list": (2.0, 0.0),  # my job, | my flat and most of my friends: its members are one thing together
    "plain": (4.5, 2.5),  # no punctuation at all
    "before dash": (8.0, 8.0),  # a dash belongs to what stands before it
    "pause": (-6.0, -3.0),  # for each second of quiet, up to one
    "orphan": (3.0, 2.0),  # more friends than you | do, and yet: one word before the next comma
    "alone": (4.0, 3.0),  # Then, | after a while: the first or the last word of a sentence, by itself
    # What never stands alone at the end of a line (BBC, Netflix, DCMP).
    "determiner": (8.0, 7.0),  # the | ward
    "possessive": (8.0, 7.0),  # my | doctor
    "preposition": (7.0, 6.0),  # at | the desk
    "conjunction": (6.0, 6.0),  # and | nobody asked
    "subordinator": (6.5, 6.0),  # because | nobody asked
    "pronoun": (7.0, 6.0),  # I | went
    "auxiliary": (5.5, 4.0),  # was | told
    "negation": (6.0, 5.0),  # not | told
    "degree": (6.0, 5.0),  # very | tired
    "quantity": (5.0, 4.0),  # many | people
    "adjective": (5.0, 4.0),  # medical | record
    "adverb": (2.0, 1.5),  # really | wanted
    "infinitive": (7.0, 6.0),  # to | ask
    # What is one thing in two words; a dose read wrong is a harm.
    "number": (6.0, 5.5),  # three | nurses
    "number and unit": (20.0, 20.0),  # 20 | mg
    "dose and drug": (20.0, 20.0),  # 20 mg | methadone, 20 mg | of methadone
    "title and name": (20.0, 20.0),  # Dr | Okafor
    "names": (7.0, 5.0),  # Amara | Okafor
    "phrasal verb": (5.0, 3.5),  # turned | away
    "short phrase": (3.0, 2.0),  # sat | with me: too light to stand for itself
    "verb and to": (3.5, 2.0),  # want | to ask
    "kind of": (5.0, 3.5),  # kind | of
    "verb and pronoun": (4.0, 3.0),  # told | me
    "verb and object": (2.5, 2.0),  # told | the nurse
    "verb and preposition": (3.0, 2.0),  # waited | in the corridor
    "one link": (5.0, 4.0),  # so | that, as | if, because | of
    "within a phrase": (2.0, 1.5),  # hospital | corridor: nothing begins here
    # Where a phrase begins: a break before it is welcome (Netflix: before conjunctions and prepositions).
    # because | I asked, and | they went: the next words have a subject and a verb of their own
    "before clause": (-4.0, -3.0),
    "before that": (-1.5, -2.5),  # I think | that nobody asked: what is thought belongs to the thinking
    "before question": (-1.0, -1.5),  # to ask | what had happened
    "before relative": (-3.0, -3.0),  # the nurse | who asked
    "before and": (-2.5, -2.0),  # sat down | and listened
    "before conjunction": (-0.5, -1.2),  # tea | and toast
    "before preposition": (-1.5, -2.0),
    "before of": (1.0, 0.5),  # the end | of it
    "before infinitive": (-1.0, -1.5),
    "before quote": (-1.0, -1.5),  # he said | "nothing yet"
    "is that": (1.5, 1.5),  # the trouble is | that nobody asked: better before "is"
    "before pronoun": (0.5, -1.0),  # the page | they visit
    "before participle": (-1.5, -1.5),  # the air outside | using this app
    "after long subject": (-2.0, -2.0),  # the nurse on the ward | was kind
    "before verb": (1.5, -0.5),  # the nurse | was kind
    "before determiner": (-0.5, -0.5),
    "after label": (8.0, -4.0),  # a speaker's name may have a line of its own, never a cue
    "within label": (20.0, 10.0),
    "at a cut": (-2.0, 0.0),
}
"""Every price of a break by its name."""

SHAPES: dict[str, float] = {
    "block": 3.0,  # each cue is another glance down
    "full": 0.15,  # for each character above those of a `FULL` cue: people begin another one
    "short": 0.2,  # for each character that a part of a sentence is short of twenty, alone in its cue
    "line": 1.5,  # each further line covers more of the picture
    "uneven": 0.06,  # for each character by which two lines differ
    "ragged": 0.15,  # and for each above sixteen
    "top heavy": 0.3,  # the lower line the longer: less of the face is covered
    "overfull": 60.0,  # a word that fits no line
    # Time.
    "fast": 1.0,  # for each character a second above the most
    "brief": 6.0,  # for each second below the least
    "long": 6.0,  # for each second above the most
    "over a cut": 6.0,  # a cue is read again from its start when the picture changes
}
"""Every price of a cue's shape and time by its name."""

FULL = 60


def _plain(words: Iterable[str]) -> frozenset[str]:
    return frozenset(plain(word) for word in words)


_NUMBERS = english().numbers
_SHAPES = english().shapes
WORDS: dict[str, frozenset[str]] = {
    **{kind: _plain(words) for kind, words in english().kinds.items()},
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
OPENING = "“‘\"("
_THINGS = _SHAPES.not_participles
_CLOSERS = "”’\"')»]"
_TITLES = re.compile(rf"({_any(_SHAPES.abbreviations)})\.")

Kinds = frozenset[str]


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


PARTED: tuple[tuple[str, str, str], ...] = (
    ("number and unit", "number", "unit"),
    ("dose and drug", "dose", "drug"),
    ("dose and drug", "unit", "drug"),
    ("dose and drug", "unit", "of"),
    ("title and name", "title", "name"),
    ("phrasal verb", "verb", "particle"),
    ("verb and to", "to verbs", "to"),
    ("kind of", "of nouns", "of"),
    ("verb and pronoun", "", "object"),
    ("verb and pronoun", "verb", "light"),
    ("one link", "link", "second link"),
)
"""(price, kind before, kind after): each that holds is paid, once. Blank is any word."""

LEANING: tuple[tuple[str, str], ...] = (
    ("determiner", "determiner"),
    ("possessive", "possessive"),
    ("infinitive", "to"),
    ("preposition", "preposition"),
    ("pronoun", "pronoun"),
    ("subordinator", "subordinator"),
    ("subordinator", "relative"),
    ("negation", "negation"),
    ("conjunction", "conjunction"),
    ("auxiliary", "auxiliary"),
    ("number", "number"),
    ("degree", "degree"),
    ("quantity", "quantity"),
    ("adjective", "adjective"),
    ("adverb", "adverb"),
)
"""(price, kind) of words that lean on what follows: the first that holds is paid."""

OPENERS = frozenset(("conjunction", "subordinator", "relative", "opens phrase", "of", "to"))
"""Before these most words lean no more: it | because, those | who, come in | and."""

RELEASED = {
    "auxiliary": frozenset(("conjunction", "subordinator", "relative")),
    "negation": frozenset(("conjunction",)),
    "preposition": frozenset(("conjunction", "opens phrase", "to", "auxiliary")),
    "infinitive": frozenset(("conjunction",)),
    "conjunction": frozenset[str](),
    "subordinator": frozenset[str](),
    "degree": frozenset(("conjunction", "relative")),
    "pronoun": frozenset(("conjunction", "opens phrase")),
}
"""What frees a leaning word, where that is not any opener."""

CLAUSE_WORDS = frozenset(("conjunction", "subordinator", "that"))

BEGINS: tuple[tuple[str, str], ...] = (
    ("before relative", "relative"),
    ("before relative", "subordinator"),
    ("before conjunction", "conjunction"),
    ("before preposition", "opens phrase"),
    ("before of", "of"),
    ("before infinitive", "to"),
    ("before participle", "participle"),
    ("before pronoun", "subject"),
    ("before determiner", "determiner"),
    ("before determiner", "possessive"),
)
"""(price, kind): the first that holds, where no clause begins."""


def ending(word: str) -> str:
    """What kind of stop a word ends with: "sentence", "stop", "comma" or "plain".

    >>> ending("over."), ending("Dr."), ending("so,"), ending("form]"), ending("this:")
    ('sentence', 'plain', 'comma', 'plain', 'stop')
    """
    bare = word.rstrip(_CLOSERS)
    if _TITLES.fullmatch(bare):
        return "plain"
    if bare.endswith((".", "?", "!", "…")):
        return "sentence"
    if bare.endswith((";", ":", *DASHES)):
        return "stop"
    return "comma" if bare.endswith(",") else "plain"


def gaps(texts: Sequence[str], pauses: Sequence[float], prices: Mapping[str, Price]) -> list[Price]:
    """The two prices of a break after each word but the last."""
    text = _Text(texts)
    found = []
    for at in range(len(texts) - 1):
        named = [prices[name] for name in text.named(at)]
        quiet = min(max(pauses[at], 0.0), 1.0)
        between, inside = (sum(price[kind] for price in named) + prices["pause"][kind] * quiet for kind in (0, 1))
        found.append((between, inside))
    return found


class _Text:
    """Words with their kinds, and what a break after each of them would part."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = texts
        self.kinds = [_kinds(text) for text in texts]
        for at, (kinds, then) in enumerate(pairwise(self.kinds)):
            if "about" in kinds and then & {"number", "quantity"}:  # about ten minutes: no preposition
                self.kinds[at] = frozenset(("degree",))
        self.stops = [ending(text) for text in texts]

    def kind(self, at: int) -> Kinds:
        return self.kinds[at] if 0 <= at < len(self.kinds) else frozenset()

    def named(self, at: int) -> list[str]:
        """The names of the prices of a break after a word: by what it ends, what it parts, what it begins."""
        stop = self.stops[at]
        if stop == "sentence":
            return [stop]
        named = ["alone"] if self._stands_alone(at) else []
        if stop == "plain" and self.stops[at + 1] in ("comma", "stop"):
            named.append("orphan")
        if self.texts[at + 1].startswith(DASHES) or self.texts[at + 1] == "-":
            named.append("before dash")
        if stop == "plain":
            return [*named, stop, *self._plain(at)]
        return [*named, stop if stop == "stop" else self._comma(at)]

    # After a comma --------------------------------------------------------------------------------

    def _comma(self, at: int) -> str:
        """What a comma parts: a clause from a clause, the members of a list, or something between."""
        if self.kinds[at] & {"conjunction", "preposition", "determiner", "auxiliary", "that"}:
            return "comma within"
        if opening := self._opening(at):
            return "comma and clause" if opening > 29 else "opening"
        if self._begins(at + 1) in ("before clause", "before pronoun") or self._clause(at + 1):
            return "comma and clause"
        return "list" if self._in_list(at) else "comma"

    def _opening(self, at: int) -> int:
        """Characters of what opens a sentence and ends with this comma: When I came back, | In that year, |"""
        first = self._start(at)
        if any(stop != "plain" for stop in self.stops[first:at]):
            return 0
        length = len(" ".join(self.texts[first : at + 1]))
        first += bool(self.kind(first) & {"conjunction", "and more"}) and at - first > 1
        return length if self.kind(first) & {"subordinator", "opens phrase", "either", "to"} else 0

    def _clause(self, at: int) -> bool:
        """Whether what follows a comma has a subject and a verb of its own, before the next mark."""
        first = at + ("conjunction" in self.kinds[at])
        if self.kind(first) & {"auxiliary", "to", "participle", "relative", "adverb"} or self._finite(first):
            return False
        for index in range(first, min(first + 9, len(self.texts))):
            if index > first and (self.kinds[index] & {"auxiliary", "subject"} or self._finite(index)):
                return True
            if self.kinds[index] & {"conjunction", "to"} or self.stops[index] != "plain":
                return False
        return False

    def _start(self, at: int) -> int:
        """The first word of the sentence that a word is in."""
        while at and self.stops[at - 1] != "sentence":
            at -= 1
        return at

    def _in_list(self, at: int) -> bool:
        """Whether what follows a comma is a short member of a list: another comma, or an "and", comes soon."""
        this = self.kind(at + 1)
        if "conjunction" in this:  # tea, milk, | and sugar: the last of three
            return any(stop == "comma" for stop in self.stops[max(at - 4, 0) : at]) and not self._verb_soon(at + 1)
        if this & {"opens phrase", "subordinator", "relative", "to", "participle", "auxiliary", "adverb"}:
            return False
        if self._finite(at + 1):
            return False
        for index in range(at + 1, min(at + 6, len(self.texts))):
            if index > at + 1 and self.kind(index) & {"conjunction"}:
                return True
            if self.kind(index) & {"auxiliary", "subject", "relative", "subordinator"} or self._finite(index):
                return False
            if self.stops[index] != "plain":
                return self.stops[index] == "comma"
        return False

    # Where there is none --------------------------------------------------------------------------

    def _plain(self, at: int) -> list[str]:
        """What is parted, and what begins, where nothing is written between two words."""
        parted = self._parted(at)
        lean = self._leans(at)
        begins = self._begins(at + 1)
        if self._ends_phrase(at + 1):  # put the kettle | on, what is it | for?
            return [*parted, "phrasal verb"] if "phrasal verb" not in parted else parted
        if lean and (lean != "adverb") and (begins != "before clause" or lean == "conjunction"):
            return [*parted, lean]
        named = [*parted, lean] if lean else parted
        if self.texts[at + 1][0] in OPENING:
            return [*named, "before quote"]
        if begins == "before that" and "auxiliary" in self.kinds[at]:
            named = [*named, "is that"]
        if begins == "before that" and not self._thought(at):
            begins = "before relative"
        if begins == "before preposition" and self._verb(at):
            named = [*named, "verb and preposition"]
        if not begins and self._predicate(at + 1):
            begins = "after long subject" if self._subject(at) >= 4 else "before verb"
        if self._verb(at) and begins in ("", "before determiner"):
            begins = "verb and object"
        if not begins and self.kinds[at + 1] & {"and more", "adverb"}:
            return named
        return [*named, begins or "within a phrase"]

    def _leans(self, at: int) -> str:
        """The price of a word that leans on the next one, or blank."""
        before, after = self.kinds[at], self.kinds[at + 1]
        if "and more" in before and "conjunction" in self.kind(at - 1):  # and then | they left
            return "conjunction"
        if "there" in before and "auxiliary" in after:
            return "pronoun"
        for name, kind in LEANING:
            if kind in before and not after & RELEASED.get(name, OPENERS) and not self._is_object(at, kind):
                return name
        if "participle" in before and self.kind(at - 1) & {"determiner", "adjective", "quantity", "degree"}:
            return "adjective"
        return ""

    def _is_object(self, at: int, kind: str) -> bool:
        """Whether "it" or "you" ends what stands before it, and is no subject: on it | that, told you | about"""
        return (
            kind == "pronoun"
            and "light" in self.kinds[at]
            and bool(self.kind(at - 1) & {"preposition", "verb", "linking", "to verbs"})
            and not self._predicate(at + 1)
        )

    def _parted(self, at: int) -> list[str]:
        """What is one thing in two words, or in three."""
        before, after, then = self.kinds[at], self.kinds[at + 1], self.kind(at + 2)
        found = {
            name
            for name, kind, following in PARTED
            if (not kind or kind in before) and (not following or following in after)
        }
        if "opens phrase" in after and then & {"determiner", "possessive", "name"}:  # stood | in the rain
            found.discard("phrasal verb")
        if "conjunction" in after and plain(self.texts[at]) == plain("".join(self.texts[at + 2 : at + 3])):
            found.add("one link")  # more | and more
        if "name" in before and "name" in after and "title" not in before:
            found.add("names")
        if "name" in before and after & {"preposition", "conjunction"} and "name" in then:
            found.add("names")  # the University | of Washington
        if "particle" in after and then & {"opens phrase", "of"}:  # walked | out of, sat | down with
            found.add("phrasal verb")
        elif "opens phrase" in after and then & {"object", "light"}:
            found.add("short phrase")
        return sorted(found)

    def _ends_phrase(self, at: int) -> bool:
        """Whether a particle or preposition ends what stands before it, and opens nothing."""
        if self.stops[at] != "plain":
            return bool(self.kinds[at] & {"particle", "preposition"})
        opens = self.kinds[at] & {"particle", "opens phrase"}
        return bool(opens and self.kind(at + 1) & {"auxiliary", "opens phrase", "conjunction", "subordinator"})

    def _begins(self, at: int) -> str:
        """What kind of phrase a word begins: the name of its price, or blank."""
        this, then = self.kinds[at], self.kind(at + 1)
        opens = this & {"subordinator", "conjunction", "relative", "either"}
        if "that" in this and "relative" in this and self._clause_soon(at):
            return "before that"
        if opens and (
            "subject" in then or "who" in this or ("either" not in opens and self._verb_soon(at))
        ):
            return "before clause"
        if "of" in this and then & {"subordinator", "relative"}:
            return "before preposition"
        if "so" in this and not then & {"adjective", "adverb", "quantity", "degree"}:
            return "before clause"
        if "conjunction" in this and (self._finite(at + 1) or then & {"auxiliary"}):
            return "before and"
        if "as" in this and then & {"adjective", "adverb", "quantity", "degree"}:  # twice | as long as
            return ""
        return next((name for name, kind in BEGINS if kind in this), "")

    def _clause_soon(self, at: int) -> bool:
        return bool(self.kind(at + 1) & {"subject", "determiner", "possessive"}) or self._verb_soon(at)

    def _thought(self, at: int) -> bool:
        """Whether a word is one after which "that" tells what is thought, or is so."""
        return self._verb(at) or bool(self.kinds[at] & {"auxiliary", "object", "adjective", "linking"})

    def _verb(self, at: int) -> bool:
        return self._finite(at) or ("participle" in self.kinds[at]) or "linking" in self.kinds[at]

    def _finite(self, at: int) -> bool:
        """Whether a word is a verb where it stands: not after an article, an adjective or a number."""
        return "finite" in self.kind(at) and not self.kind(at - 1) & {
            "determiner", "possessive", "adjective", "number", "quantity", "preposition",
        }  # fmt: skip

    def _predicate(self, at: int) -> bool:
        """Whether a word begins what is said of a subject before it."""
        if "auxiliary" in self.kinds[at]:
            return True
        return self._finite(at) and not self.kind(at - 1) & {"auxiliary", "to", "negation", "adverb"}

    def _subject(self, at: int) -> int:
        """How many words the subject has that ends with this one."""
        low = at
        while low and self.stops[low - 1] == "plain" and not self.kinds[low - 1] & CLAUSE_WORDS:
            low -= 1
        return at - low + 1

    def _verb_soon(self, at: int) -> bool:
        """Whether a verb follows within a few words, before another phrase begins: then it is a clause, and
        not the rest of a list.
        """
        for index in range(at + 1, min(at + 6, len(self.texts))):
            if "auxiliary" in self.kinds[index]:
                return index > at + 1
            if index > at + 1 and self._finite(index):
                return True
            if self.kinds[index] & {"opens phrase", "conjunction", "to", "of"} or self.stops[index] != "plain":
                return False
        return False

    def _stands_alone(self, at: int) -> bool:
        """Is the word before or after the break all there is of its sentence?"""
        first = at == 0 or self.stops[at - 1] == "sentence"
        return first or at + 2 == len(self.texts) or self.stops[at + 1] == "sentence"


def _kinds(text: str) -> Kinds:
    form = plain(text)
    return classes(text) | (
        {"who" if form in ("which", "whom") else form} if form in _SHAPES.own_kinds else frozenset()
    )
