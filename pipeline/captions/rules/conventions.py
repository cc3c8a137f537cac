"""Are speakers, sounds and music marked as the house marks them, and all of them alike."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from pipeline.captions.model import Cue
from pipeline.captions.rules.context import Fault, Judged
from pipeline.captions.rules.reading import (
    BRACKETED,
    DASHES,
    LABEL,
    NOTES,
    SENTENCE,
    is_sound,
    said,
    without_label,
)
from pipeline.language.characters import folded
from pipeline.language.lexicon import english
from pipeline.language.names import common

_SLIPS = english().slips

# Two people in a cue -------------------------------------------------------------------------


def two_speakers(judged: Judged) -> Iterator[Fault]:
    """Two people in one cue are told apart: a dash or a label each. A question to “you” and its answer on the
    next line are two people's.
    """
    for number, cue in judged.numbered:
        if cue.kind != "speech" or len(cue.lines) < 2 or any(map(_is_marked, cue.lines)):
            continue
        for one, two in zip(cue.lines, cue.lines[1:], strict=False):
            if _asks(one) and _answers(two):
                yield Fault(
                    number,
                    "seems to be two people, and nothing says so",
                    f"“{two}”",
                    "a dash each",
                    "warning",
                )
                break


def _is_marked(line: str) -> bool:
    return bool(LABEL.match(line)) or line.startswith((*DASHES, "[", "(", ">>", "'", "‘", '"', "“"))


def _words(text: str) -> list[str]:
    return [folded(word.strip('"“”.,?!…')) for word in text.split()]


def _asks(line: str) -> bool:
    words = _words(line)
    asked = _SLIPS.asked & set(words) and not _SLIPS.speaking & set(words)
    idle = any(phrase in folded(line) for phrase in _SLIPS.rhetorical)
    return line.rstrip('"”').endswith("?") and bool(asked) and not idle


def _answers(line: str) -> bool:
    words = _words(line)
    return (
        bool(words)
        and not line.endswith("?")
        and line[:1].isupper()
        and (words[0] in _SLIPS.answers or (len(words) < 3 and line.endswith(".")))
    )


def dashes(judged: Judged) -> Iterator[Fault]:
    """Where dashes tell two people in a cue apart, each of them has one, and all are written alike. Some
    houses give one to the second only, all through: that is told of where the profile asks for both.
    """
    habit = _to_the_second(judged) and not (judged.english and "dash-each" in judged.profile.clauses)
    for number, cue in judged.numbered:
        marked = _marks(cue)
        ways = sorted({_dash(line) for line, mark in zip(cue.lines, marked, strict=True) if mark})
        if any(line.strip(DASHES + " ") == "" for line in cue.lines):
            yield Fault(number, "has a dash without words", "–", "words after it", "warning")
        elif _meets(cue) and not (habit and marked == SECOND):
            yield Fault(number, "has a dash for one of two people only", "1", "one each", "warning")
        elif len(ways) > 1:
            yield Fault(number, "writes its dashes in two ways", " and ".join(ways), "alike", "warning")


SECOND = [False, True]
"""A dash for the second of two people only."""


def _to_the_second(judged: Judged) -> bool:
    """Has a file, all through, a dash for the second of two people only?"""
    second = sum(_marks(cue) == SECOND and _meets(cue) for cue in judged.cues)
    return second > 1 and not any(len(cue.lines) > 1 and all(_marks(cue)) for cue in judged.cues)


def _marks(cue: Cue) -> list[bool]:
    return [line.startswith(tuple(DASHES)) for line in cue.lines]


def _dash(line: str) -> str:
    return line[: len(line) - len(line.lstrip(DASHES + " "))]


def _meets(cue: Cue) -> bool:
    """Does a sentence end where lines with a dash and without meet, and another begin?"""
    marked = _marks(cue)
    for at, (one, two) in enumerate(zip(cue.lines, cue.lines[1:], strict=False)):
        begins = without_label(two).lstrip("\"“‘'([¿¡")[:1]
        ended = one.rstrip("\"”’' )]")[-1:] in tuple(SENTENCE)
        sound = two.startswith(("[", "(")) or one.endswith(("]", ")"))
        if marked[at] != marked[at + 1] and ended and begins.isupper() and not sound:
            return not any(marked[:at]) or not marked[at]
    return False


# Names ---------------------------------------------------------------------------------------


class _Label(NamedTuple):
    cue: int
    name: str
    style: str


_BRACKET = re.compile(r"[-–—]?\s*([\[(])([^\[\]()]{2,30})[\])]\s*\S")


def label_style(judged: Judged) -> Iterator[Fault]:
    """Names before words are written in one way from the first cue to the last."""
    labels = list(_labels(judged))
    if not labels:
        return
    styles = [label.style for label in labels]
    usual = max(dict.fromkeys(styles), key=styles.count)
    for label in labels:
        if label.style != usual:
            yield Fault(label.cue, "writes a name in another way", label.style, usual, "warning")


def _labels(judged: Judged) -> Iterator[_Label]:
    """Names before words, in all ways of writing them. In brackets only who is named with a colon too: what
    else stands there may be a sound.
    """
    found = [
        _Label(number, folded(name[1]), f"{_case(name[1])}:")
        for number, cue in judged.numbered
        for line in cue.lines
        if (name := LABEL.match(line)) and _is_name(name[1])
    ]
    named = {label.name for label in found}
    brackets = [
        _Label(number, folded(name[2]), f"{name[1]}{_case(name[2])}{'])'[name[1] == '(']}")
        for number, cue in judged.numbered
        for line in cue.lines
        if (name := _BRACKET.match(line)) and folded(name[2]) in named
    ]
    return iter(sorted([*found, *brackets], key=lambda label: label.cue))


def _case(name: str) -> str:
    """How the letters of a name are: NAME or Name."""
    return "NAME" if name.upper() == name and any(c.isalpha() for c in name) else "Name"


def _is_name(text: str) -> bool:
    """Is it who speaks, and not what is announced: Note:, Step one:? Everything in capitals is."""
    words = [folded(word) for word in text.split()]
    return text.isupper() or text[-1:].isdigit() or not all(word in common() for word in words)


# Music ---------------------------------------------------------------------------------------

_HASH = re.compile(r"^\W*#\s+\S|\S\s+#$|^#\w.*\w\W?#$")
_IN_BRACKETS = re.compile(r"[\[(*]\s*([^\[\]()*]+?)\s*[\])*]")


def music(judged: Judged) -> Iterator[Fault]:
    """Song stands between notes, or what the profile has for them; and music is said to be some music."""
    clauses = judged.profile.clauses
    for number, cue in judged.numbered:
        if "song-hash" not in clauses and _HASH.search(without_label(cue.text)):
            yield Fault(number, "marks its song with #", "#", "♪", "warning")
        elif "song-closed" in clauses and _is_half(cue):
            yield Fault(number, "has a note at one end of its song", "1", "2", "warning")
        elif what := _bare_music(cue):
            yield Fault(number, "says that there is music, and not what", what, "[gentle music]", "warning")


def _is_half(cue: Cue) -> bool:
    """Has it words between notes, and a note on one side of them only?"""
    text = BRACKETED.sub(" ", without_label(cue.text)).strip()
    runs = re.findall(f"[{NOTES}]+", text)
    return (
        len(runs) % 2 == 1
        and sum(c.isalpha() for c in text) > 2
        and not (is_sound(cue) and cue.kind != "music")
    )


def _bare_music(cue: Cue) -> str:
    """The brackets, or the capitals, that say no more than music."""
    if any(note in cue.text for note in NOTES):
        return ""
    texts = _IN_BRACKETS.findall(cue.text)
    if cue.kind == "music" or (cue.text.isupper() and not said(cue.text).endswith(tuple(SENTENCE))):
        texts.append(cue.text)
    for text in texts:
        words = set(re.findall(r"\w+", text.lower()))
        if "music" in words and words <= _SLIPS.music:
            return f"“{text}”"
    return ""
