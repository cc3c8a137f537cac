"""What a break between two words of an English sentence would part, by the names of its prices.

The prices are in break_costs.py. Of other languages only marks, words that begin a clause and
doses are known (`OfMarks`).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Protocol

from pipeline.captions.word_kinds import DASHES, OPENING, Kinds, ending, kinds_of
from pipeline.language.lexicon import code_of, reading
from pipeline.language.normalise import plain


class Sentence(Protocol):
    """Words that know what a break after each of them would part."""

    def named(self, at: int) -> list[str]:
        """The names of the prices of a break after a word."""


def sentence(texts: Sequence[str], language: str = "en") -> Sentence:
    """Words as their language has them."""
    return English(texts) if code_of(language) == "en" else OfMarks(texts, language)


class OfMarks:
    """Words of a language whose grammar is not known: its marks, its clause words and its doses."""

    def __init__(self, texts: Sequence[str], language: str) -> None:
        words = reading(language)
        forms = [plain(text, language) for text in texts]
        self.texts, self.stops = texts, [ending(text) for text in texts]
        self.clause = [form in words.clauses for form in forms]
        self.bracketed = in_brackets(texts)
        self.dose = [one[:1].isdigit() and two in words.doses for one, two in pairwise([*forms, ""])]

    def named(self, at: int) -> list[str]:
        """The names of the prices of a break after a word."""
        stop = self.stops[at]
        if self.bracketed[at]:
            return ["within brackets"]
        if stop == "comma" and self.clause[at + 1]:
            return ["comma and clause"]
        if stop != "plain":
            return [stop]
        named = ["alone"] if stands_alone(self.stops, at) else []
        if begins_with_dash(self.texts[at + 1]):
            named.append("before dash")
        if self.dose[at]:
            named.append("number and unit")
        if self.clause[at]:
            return [*named, stop, "conjunction"]
        return [*named, stop, *(["before clause"] if self.clause[at + 1] else [])]


def in_brackets(texts: Sequence[str]) -> list[bool]:
    """Whether the gap after each word is inside brackets: [to A | and E]

    >>> in_brackets("that month [to A and E], and".split())
    [False, False, True, True, True, False, False]
    """
    depth, found = 0, []
    for text in texts:
        depth = max(
            0, depth + sum(text.count(mark) for mark in "[(") - sum(text.count(mark) for mark in "])")
        )
        found.append(depth > 0)
    return found


def begins_with_dash(text: str) -> bool:
    """Whether a word is a dash, or begins with one."""
    return text.startswith(DASHES) or text == "-"


def stands_alone(stops: Sequence[str], at: int) -> bool:
    """Is the word before or after the break all there is of its sentence?"""
    first = at == 0 or stops[at - 1] == "sentence"
    return first or at + 2 == len(stops) or stops[at + 1] == "sentence"


PARTED: tuple[tuple[str, str, str], ...] = (
    ("number and unit", "number", "unit"),
    ("dose and drug", "dose", "drug"),
    ("dose and drug", "unit", "drug"),
    ("dose and drug", "dose unit", "of"),
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
    "auxiliary": frozenset(("conjunction", "subordinator", "relative", "asserts")),
    "negation": frozenset(("conjunction",)),
    "preposition": frozenset(("conjunction", "opens phrase", "to", "auxiliary")),
    "infinitive": frozenset(("conjunction",)),
    "conjunction": frozenset[str](),
    "subordinator": frozenset[str](),
    "degree": frozenset(("conjunction", "relative")),
    "pronoun": frozenset(("conjunction", "opens phrase", "relative")),
}
"""What frees a leaning word, where that is not any opener."""

ASKED = frozenset(("what", "how", "why", "whether", "who"))
EVERY = frozenset(("a", "an", "per", "each", "every"))
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


class English:
    """English words with their kinds, and what a break after each of them would part."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = texts
        self.kinds = [kinds_of(text) for text in texts]
        for at, (kinds, then) in enumerate(pairwise(self.kinds)):
            if "about" in kinds and then & {"number", "quantity", "as"}:  # about ten minutes: no preposition
                self.kinds[at] = frozenset(("degree",))
        self.stops = [ending(text) for text in texts]
        self.bracketed = in_brackets(texts)

    def kind(self, at: int) -> Kinds:
        return self.kinds[at] if 0 <= at < len(self.kinds) else frozenset()

    def named(self, at: int) -> list[str]:
        """The names of the prices of a break after a word: by what it ends, what it parts, what it begins."""
        stop = self.stops[at]
        if self.bracketed[at]:
            return ["within brackets"]
        if stop == "sentence":
            return [stop]
        named = ["alone"] if stands_alone(self.stops, at) else []
        if stop == "plain" and self.stops[at + 1] in ("comma", "stop"):
            named.append("orphan")
        if begins_with_dash(self.texts[at + 1]):
            named.append("before dash")
        if stop == "plain":
            return [*named, stop, *self._plain(at)]
        return [*named, stop if stop == "stop" else self._comma(at)]

    # After a comma --------------------------------------------------------------------------------

    def _comma(self, at: int) -> str:
        """What a comma parts: a clause from a clause, the members of a list, or something between."""
        if "conjunction" in self.kinds[at]:
            return "comma within"
        if opening := self._opening(at):
            return "comma and clause" if opening > 29 else "opening"
        if self._begins(at + 1) in ("before clause", "before pronoun") or self._clause(at + 1):
            return "comma and clause"
        return "list" if self._in_list(at) else "comma"

    def _opening(self, at: int) -> int:
        """Characters of what opens a sentence and ends with this comma: When I came back, | In that year,"""
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
        """Whether what follows a comma is a short member of a list: another comma or "and" comes soon."""
        this = self.kind(at + 1)
        if "conjunction" in this:  # tea, milk, | and sugar: the last of three
            return any(stop == "comma" for stop in self.stops[max(at - 4, 0) : at]) and not self._verb_soon(
                at + 1
            )
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
        asks = bool(self.kinds[at + 1] & ASKED)
        held = lean == "conjunction" or (asks and lean == "preposition")  # thought about | what it would be
        if lean and lean != "adverb" and (begins != "before clause" or held):
            return [*parted, lean]
        named = [*parted, lean] if lean else parted
        if self.texts[at + 1][0] in OPENING:
            return [*named, "before quote"]
        if begins in ("before that", "before clause") and "auxiliary" in self.kinds[at]:
            named = [*named, "is that"]
        if begins == "before that" and not self._thought(at):
            begins = "before relative"
        if begins == "before clause" and self._verb(at) and asks:
            begins = "before question"
        if begins == "before preposition" and self._verb(at):
            named = [*named, "verb and preposition"]
        if not begins and self._predicate(at + 1):
            begins = "after long subject" if self._subject(at) >= 4 else "before verb"
        if self._verb(at) and begins in ("", "before determiner", "before participle"):
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
        """Whether "it" or "you" ends what stands before it, and is no subject: on it | that."""
        return (
            kind == "pronoun"
            and "light" in self.kinds[at]
            and bool(
                self.kind(at - 1) & {"preposition", "verb", "linking", "to verbs"} or self._finite(at - 1)
            )
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
        if "light" in after and self._finite(at):
            found.add("verb and pronoun")
        if "frequency" in before and plain(self.texts[at + 1]) in EVERY and "unit" in then:  # twice | a day
            found.add("number and unit")
        if "as" in after and "as" in self.kind(at - 1):  # as high | as a house
            found.add("kind of")
        if "number" in before and "to" in after and "number" in then:  # fifteen | to twenty
            found.add("number and unit")
        if "name" in before and after & {"preposition", "conjunction"} and "name" in then:
            found.add("names")  # the University | of Washington
        if "particle" in after and then & {"opens phrase", "of"}:  # walked | out of, sat | down with
            found.add("phrasal verb")
        elif after & {"opens phrase", "to"} and then & {"object", "light"}:
            found.add("short phrase")
        return sorted(found)

    def _ends_phrase(self, at: int) -> bool:
        """Whether a particle or preposition ends what stands before it, and opens nothing."""
        if self.stops[at] != "plain":
            return bool(self.kinds[at] & {"particle", "preposition"})
        opens = self.kinds[at] & {"particle", "opens phrase"}
        return bool(
            opens and self.kind(at + 1) & {"auxiliary", "opens phrase", "conjunction", "subordinator"}
        )

    def _begins(self, at: int) -> str:
        """What kind of phrase a word begins: the name of its price, or blank."""
        this, then = self.kinds[at], self.kind(at + 1)
        opens = this & {"subordinator", "conjunction", "relative", "either"}
        if "that" in this and "time" in then:  # saw me | that night
            return "before determiner"
        if "that" in this and self._clause_soon(at):
            return "before that"
        if "conjunction" in this and "subject" in then and self._names_two(at):
            return ""
        if opens and ("subject" in then or "who" in this or ("either" not in opens and self._verb_soon(at))):
            return "before clause"
        if "of" in this and then & {"subordinator", "relative"}:
            return "before preposition"
        if "to" in this and then & {"determiner", "possessive", "object", "light", "name", "number"}:
            return "before preposition"
        if "so" in this and not then & {"adjective", "adverb", "quantity", "degree"}:
            return "before clause"
        if "conjunction" in this and (self._finite(at + 1) or then & {"auxiliary", "participle"}):
            return "before and"
        if "as" in this and then & {"adjective", "adverb", "quantity", "degree"}:  # twice | as long as
            return "" if self.kind(at - 1) & {"degree", "quantity", "frequency"} else "before preposition"
        return next((name for name, kind in BEGINS if kind in this), "")

    def _names_two(self, at: int) -> bool:
        """Whether an "and" stands between two people, and no verb before it: my brother | and I went."""
        low = at
        while low and self.stops[low - 1] == "plain" and not self.kinds[low - 1] & CLAUSE_WORDS:
            low -= 1
        said = (self._verb(index) or self.kinds[index] & {"auxiliary", "verb"} for index in range(low, at))
        return 0 < at - low <= 6 and not any(said)

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
            if (
                self.kinds[index] & {"opens phrase", "conjunction", "to", "of"}
                or self.stops[index] != "plain"
            ):
                return False
        return False
