"""A cue as it is read: what of it is said, sung or told, and by whom it says that it is said."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from pipeline.captions.model import Cue
from pipeline.captions.rules.context import Fault, Judged

DASHES = "–—‐‑―-"
OPENERS = "\"“”„‟«»‹›‘’'([¿¡"
CLOSERS = "\"“”„»«›‹’‘')]♪♫"
SENTENCE = ".?!…。？！؟۔।"
NOTES = "♪♫♬♩"

BRACKETED = re.compile(r"\[[^\[\]]*\]|\([^()]*\)|（[^（）]*）|【[^【】]*】")
_NAME = r"[A-Z0-9À-Þ][\w.'’/&-]*"
LABEL = re.compile(
    rf"[{DASHES}]?\s*(?:>>+\s*)?({_NAME}(?: (?:of |the )?{_NAME}){{0,3}})(?: ?\([^()]*\))?:(?=\s|$)"
)
"""A name before words: AMARA:, Dr Okafor:, Speaker 1:, Ben (whispers):"""

_LEADS = re.compile(rf"[\s{DASHES}]*(?:>>+\s*)?")


def without_label(line: str) -> str:
    """A line after its dash and the name before its words.

    >>> without_label("- AMARA: They saw me."), without_label("Then he said: no.")
    ('They saw me.', 'Then he said: no.')
    """
    found = LABEL.match(line)
    return _LEADS.sub("", line[found.end() :] if found else line, count=1)


def said(text: str) -> str:
    """What is said of some lines: neither names nor what stands in brackets.

    >>> said("Ben: They [door slams] saw me.")
    'They saw me.'
    """
    return " ".join(without_label(BRACKETED.sub(" ", without_label(text.strip()))).split())


def is_sound(cue: Cue) -> bool:
    """Does it tell a sound and say no word? In a file that does not mark its sounds, brackets do.

    >>> from pipeline.captions.model import plain_cue
    >>> from pipeline.core.time import Span
    >>> [is_sound(plain_cue(Span.measured(0, 2), (text,))) for text in ("[door slams]", "(laughs) No.", "♪♪")]
    [True, False, True]
    """
    return cue.kind != "speech" or not any(c.isalnum() for c in said(cue.text))


def is_sung(text: str) -> bool:
    """Is it marked as song?"""
    return any(note in text for note in NOTES) or bool(re.match(r"\s*#\s", text))


@dataclass(frozen=True)
class Line:
    """A line of speech: its cue's number, its number in the cue, and what of it is said."""

    cue: int
    number: int
    said: str

    @property
    def ends(self) -> str:
        """Its last sign, behind quotes and brackets.

        >>> Line(1, 0, 'She said, "Yes."').ends, Line(1, 0, "She waited").ends
        ('.', 'd')
        """
        return self.said.rstrip(CLOSERS + " ")[-1:]

    @property
    def begins(self) -> str:
        """Its first word, without what opens it."""
        return (self.said.split() or [""])[0].lstrip(OPENERS)


def lines(judged: Judged) -> Iterator[Line]:
    """Every line of speech, one after the other; sounds and songs left out."""
    for number, cue in judged.numbered:
        if cue.kind != "speech" or is_sung(cue.text):
            continue
        depth = 0
        for at, line in enumerate(cue.lines):
            if text := said(f"{'[' * depth}{line}{']' * max(0, _open(line) + depth)}"):
                yield Line(number, at, text)
            depth = max(0, depth + _open(line))


def _open(line: str) -> int:
    return sum(map(line.count, "[(")) - sum(map(line.count, "])"))


def is_cased(text: str) -> bool:
    """Is it in a script that has capitals, and in small letters as well?"""
    return any(c.islower() for c in text)


HABIT = 4
"""Cues from which a way of writing is a habit, and told of once for the file."""


def once(faults: Iterable[Fault]) -> Iterator[Fault]:
    """Faults that are a way of writing: each by itself where there are few, else the first for all."""
    found = list(faults)
    if len(found) < HABIT:
        yield from found
    else:
        yield replace(found[0], what=f"{found[0].what}, as do {len(found)} cues")
