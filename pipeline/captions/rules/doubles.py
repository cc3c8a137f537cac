"""Does anything stand there twice: a cue, or a line in it."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

from pipeline.captions.model import Cue
from pipeline.captions.rules.context import Fault, Judged
from pipeline.captions.rules.reading import DASHES, is_sound, is_sung
from pipeline.language.normalise import plain

AT_ONCE = Fraction(2)
"""Seconds within which the same words are not said again, where they are more than a cry."""

FEW = 5
"""Words that people do say twice: “I don't know.”"""


def duplicate_cue(judged: Judged) -> Iterator[Fault]:
    """Nothing is shown twice: the same words at the same time, or again at once, or several cues again."""
    forms = [_form(cue) for cue in judged.cues]
    told = 0
    for at, cue in enumerate(judged.cues):
        again = next((n for n in range(1, 9) if _same(judged, forms, at, n)), 0)
        if again and at >= told:
            what = (
                "says what the one before says" if again == 1 else f"says again what {again} cues before say"
            )
            yield Fault(
                at + 1, what, f"“{cue.text}”", "once", "error" if _at_one_time(judged, at) else "warning"
            )
            told = at + again if again > 1 else 0


def _form(cue: Cue) -> tuple[str, ...]:
    return _form_of(cue.text)


def _form_of(text: str) -> tuple[str, ...]:
    return tuple(form for word in text.split() if (form := plain(word)))


def _same(judged: Judged, forms: list[tuple[str, ...]], at: int, size: int) -> bool:
    """Are the `size` cues from here on the same as those before them, and no song or sound?"""
    first, end = at - size, at + size
    if first < 0 or end > len(forms) or forms[first:at] != forms[at:end] or not forms[at]:
        return False
    if size > 1:
        return len({*forms[at:end]}) == size and sum(map(len, forms[at:end])) >= 3 * size
    if _at_one_time(judged, at):
        return True
    one, two = judged.cues[at - 1], judged.cues[at]
    told = is_sound(two) or is_sung(two.text) or one.speaker != two.speaker
    return not told and len(forms[at]) > FEW and two.span.start - one.span.end <= AT_ONCE


def _at_one_time(judged: Judged, at: int) -> bool:
    """Do a cue and the one before it say the same at the same time?"""
    if not at:
        return False
    one, two = judged.cues[at - 1], judged.cues[at]
    return _form(one) == _form(two) and one.span.overlap(two.span) > 0


def repeated_line(judged: Judged) -> Iterator[Fault]:
    """No line of a cue stands there twice, nor is the last of one the first of the next. What two people say,
    or somebody twice for effect, is said twice.
    """
    for number, cue in judged.numbered:
        if is_sung(cue.text) or is_sound(cue):
            continue
        before = judged.cues[number - 2] if number > 1 else None
        pairs = list(pairwise(cue.lines))
        if before and before.text != cue.text and max(len(before.lines), len(cue.lines)) > 1:
            pairs.append((before.lines[-1], cue.lines[0]))
        if twice := next((two for one, two in pairs if _again(one, two)), ""):
            yield Fault(number, "has a line twice", f"“{twice}”", "once", "warning")


def _again(one: str, two: str) -> bool:
    """Is it the same line by a slip? A short one with a stop may be meant, and dashes part people."""
    words = _form_of(one)
    meant = not one[:1].islower() and one.rstrip('"”’').endswith(tuple(".?!…,;:")) and len(words) < LONG
    return words == _form_of(two) and len(words) > 1 and not (meant or two.startswith(tuple(DASHES)))


LONG = 6
"""Words that nobody says twice in a row."""
