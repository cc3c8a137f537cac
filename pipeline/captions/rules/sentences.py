"""Is each sentence written as one: its first letter, its capitals, its end, no word twice."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from pipeline.captions.rules.context import Fault, Judged
from pipeline.captions.rules.reading import (
    CLOSERS,
    OPENERS,
    SENTENCE,
    Line,
    is_cased,
    is_sung,
    lines,
    said,
)
from pipeline.language.characters import folded
from pipeline.language.identify import commonest
from pipeline.language.lexicon import english
from pipeline.language.names import common

_SLIPS = english().slips
_SHORT = frozenset(word.lower() for word in english().shapes.abbreviations) | _SLIPS.abbreviations

# First letters -------------------------------------------------------------------------------


def sentence_case(judged: Judged) -> Iterator[Fault]:
    """A sentence begins with a capital, where the script has them; in English so does I."""
    before: Line | None = None
    for line in lines(judged):
        word = line.begins
        known = len(word) > 1 or folded(word) in commonest(judged.language)
        if word[:1].islower() and known and _should_be_great(before, line, judged):
            yield _small(line.cue, word)
        elif judged.english and (lone := _lone_i(line.said)):
            yield _small(line.cue, lone)
        elif judged.english and (inside := _inside(line.said)):
            yield _small(line.cue, inside)
        before = line


def _small(number: int, word: str) -> Fault:
    return Fault(number, "begins a sentence small", f"“{word}”", f"“{word[:1].upper()}{word[1:]}”", "warning")


_LONE_I = re.compile(r"(?<![\w.'’(-])i(?:['’](?:m|ve|d|ll))?(?![\w.)'’-])")
_INSIDE = re.compile(r"([^\W\d_]{3,})\.[\"”]? (?=([^\W\d_]+(?:['’][^\W\d_]+)?)(?![\w.@/]))")


def _lone_i(text: str) -> str:
    """I that is written small: i'm, or beside a common word. A quantity that is called i has none."""
    usual = commonest("en")
    for found in _LONE_I.finditer(text):
        beside = [*text[: found.start()].split()[-1:], *text[found.end() :].split()[:1]]
        if len(found[0]) > 1 or any(folded(word.strip(",.;:?!")) in usual for word in beside):
            return found[0]
    return ""


def _should_be_great(before: Line | None, line: Line, judged: Judged) -> bool:
    """Does a line begin a sentence: the first of all, or after one that has ended? What is quoted is followed
    by who said it.
    """
    first = line.said[:1]
    named = any(c.isupper() or c in ".@/" for c in line.begins[:-1])  # iPhone, example.org
    if named or first in "([" or not (first.isalpha() or first in OPENERS):
        return False
    if before is None:
        return line.cue == 1
    said = before.said.rstrip()
    stops = ".?!" if judged.english else "."
    return said[-1:] in tuple(stops) and _is_stop(said.split()[-1].strip(OPENERS))


def _is_stop(word: str) -> bool:
    """Does the stop after a word end its sentence? Not after an abbreviation, an initial or three dots."""
    if word.endswith("..") or word[-1:] != ".":
        return not word.endswith("..")
    bare = word[:-1]
    return len(bare) > 1 and "." not in bare and bare.lower() not in _SHORT


def _inside(text: str) -> str:
    """A word that begins a sentence small within a line."""
    return next(
        (
            found[2]
            for found in _INSIDE.finditer(text)
            if found[2].islower()
            and found[1].lower() not in _SHORT
            and folded(found[2]).split("'")[0] in common()
        ),
        "",
    )


# Capitals ------------------------------------------------------------------------------------

_SENTENCES = re.compile(rf"[^{re.escape(SENTENCE)}]+[{re.escape(SENTENCE)}]*")
MANY = 3
"""Words in capitals from which it is no emphasis any more."""


def all_caps(judged: Judged) -> Iterator[Fault]:
    """Sentences are in small letters: shapes of words are read, and capitals have none. Emphasis, initials,
    what has no stop (a sound, a sign, a title), and in some profiles a shout may stand in them.
    """
    shouted = [number for number, cue in judged.numbered if _in_capitals(judged, said(cue.text))]
    cased = sum(cue.text != cue.text.lower() for cue in judged.cues)
    if len(shouted) > max(3, cased * 2 // 3):
        yield Fault(
            shouted[0], "is in capitals, as the whole file is", f"{len(shouted)} cues", "none", "warning"
        )
        return
    for number in shouted:
        yield Fault(number, "says a whole sentence in capitals", "capitals", "small letters", "warning")


def _in_capitals(judged: Judged, text: str) -> bool:
    """Is one of its sentences in capitals, and surely a sentence: with a common word and a stop?"""
    usual = commonest(judged.language)
    for sentence in _SENTENCES.findall(text):
        words = [word for word in sentence.split() if any(map(str.isalpha, word))]
        great = len(words) >= MANY and sentence.isupper()
        if great and (not usual or usual & set(_forms(sentence))) and not _tells(judged, sentence):
            return True
    return False


def _tells(judged: Judged, sentence: str) -> bool:
    """May capitals be a sound, a sign or a shout? Speech ends as a sentence does."""
    end = sentence.rstrip(CLOSERS + " ")[-1:]
    return end not in tuple(SENTENCE + ",;") or (end == "!" and "shouting" in judged.profile.clauses)


# Ends ----------------------------------------------------------------------------------------


def full_stop(judged: Judged) -> Iterator[Fault]:
    """A sentence ends with a stop: before the next one begins, and at the end of all. Where no cue has one,
    it is said once.
    """
    spoken = list(lines(judged))
    missing = list(dict.fromkeys(_unended(judged, spoken)))
    if len(spoken) >= ENOUGH and not any(line.ends in SENTENCE for line in spoken):
        for number in missing[:1]:
            yield Fault(number, "ends without a stop, as all do", "no stop at all", "a full stop", "warning")
        return
    for number in missing:
        yield Fault(number, "ends a sentence without a stop", "none", "a full stop", "warning")


ENOUGH = 8
"""Lines of which one at least has a stop where stops are written at all."""


def _unended(judged: Judged, spoken: Sequence[Line]) -> Iterator[int]:
    """The cues of lines that end a sentence and have no stop. A cue with a line in capitals is a sign."""
    signs = {line.cue for line in spoken if line.said.isupper() and " " in line.said}
    for one, two in pairwise(spoken):
        if one.cue not in signs and _is_open(one) and _begins(judged, two):
            yield one.cue
    for last in spoken[-1:]:  # one word may be a name
        if _is_open(last) and len(last.said.split()) > 2 and is_cased(last.said):
            yield last.cue


def _is_open(line: Line) -> bool:
    """Does a line end without any stop, and with a word?"""
    last = line.said.split()[-1] if line.said.split() else ""
    linked = re.search(r"\w\.\w{2,}(?:/\S*)?$|@", last)
    great, small = sum(map(str.isupper, line.said)), sum(map(str.islower, line.said))
    return line.ends.isalnum() and not linked and (great < small or not great)


def _begins(judged: Judged, line: Line) -> bool:
    """Does a sentence surely begin here: a common word, great for that reason only, then a small one?"""
    word, *rest = [*line.said.split(), ""]
    bare = word.strip(OPENERS + CLOSERS + ",")
    form = folded(bare)
    great = word[:1].isupper() and (len(bare) == 1 or not bare.isupper())
    if not great or form not in commonest(judged.language) or form in _ALWAYS_GREAT.get(judged.tongue, ()):
        return False
    return bool(rest[0]) and (rest[0][:1].islower() or folded(rest[0]).split("'")[0] == "i")


_ALWAYS_GREAT = {
    "en": frozenset({"i", "i'm", "i've", "i'd", "i'll"}) | {"will", "may"},
    "de": frozenset({"sie", "ihr", "ihre", "ihnen", "sein"}),
    "nl": frozenset({"u"}),
}
"""Common words that are written with a capital in a sentence too."""


# Words ---------------------------------------------------------------------------------------


def repeated_word(judged: Judged) -> Iterator[Fault]:
    """No word twice by a slip: the the. A comma says that it was meant, and some words are said twice."""
    approved = {quote: f" {' '.join(_forms(text))} " for quote, text in (judged.approved or {}).items()}
    last: tuple[int, str] = (0, "")
    for number, cue in judged.numbered:
        if cue.kind != "speech" or is_sung(cue.text):
            last = (0, "")
            continue
        words = said(cue.text).split()
        stream = [last, *((number, word) for word in words)]
        for (_, one), (at, two) in pairwise(stream):
            if _twice(one, two) and f" {' '.join(_forms(f'{one} {two}'))} " not in approved.get(
                cue.quote, ""
            ):
                yield Fault(at, "has a word twice", f"“{one} {two}”", "once", "warning")
        last = stream[-1]


def _forms(text: str) -> Sequence[str]:
    return [folded(word.strip(OPENERS + CLOSERS + SENTENCE + ",;:")) for word in text.split()]


def _twice(one: str, two: str) -> bool:
    """Is it the same word again, or a slip of it, and nothing between says why?"""
    if not one or not one[-1].isalpha() or not two[0].isalpha():
        return False
    first, second = _forms(f"{one} {two}")
    if first == second:
        return first not in _SLIPS.doubled and (first in common() or one.islower() == two.islower())
    slipped = len(first) > 2 and sorted(first) == sorted(second)
    return slipped and (first in common()) != (second in common())
