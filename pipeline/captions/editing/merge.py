"""Corrections of people who did not know of each other: what both say, and where they say otherwise.

Where two say otherwise of the same thing neither is done until a person decides, whoever came first: nobody's
work takes the place of what they could not know.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from fractions import Fraction

from pipeline.captions.editing.model import Anchor, Correction, says_the_same

NEAR = Fraction(2)
"""Seconds within which a sound of the same name is the same sound."""

_OVER = frozenset({"text", "speaker", "position", "unclear"})
"""Kinds that hold for all words of their anchor."""


def otherwise(one: Correction, two: Correction) -> bool:
    """Do two corrections say otherwise of the same thing? Either may have come first. Who asks for other
    words than the approved ones is in nobody's way.
    """
    if _asks(one) or _asks(two):
        return False
    if one.anchor.quote != two.anchor.quote or not _one_profile(one, two):
        return False
    if one.kind != two.kind:
        return _cross(one, two) or _cross(two, one)
    if one.kind in ("sound", "music"):
        return bool(one.value) != bool(two.value) and _one_sound(one, two)
    return one.value != two.value and _one_place(one, two)


def _asks(one: Correction) -> bool:
    return one.kind == "text" and not says_the_same(one.was, one.value)


def _one_profile(one: Correction, two: Correction) -> bool:
    return one.profile == two.profile or not (one.profile and two.profile)


def _one_place(one: Correction, two: Correction) -> bool:
    a, b = one.anchor, two.anchor
    if one.kind in _OVER:
        return a.first <= b.last and b.first <= a.last
    if one.kind == "out":
        return a.last == b.last
    return one.kind in ("break", "in", "label") and a.first == b.first


def _one_sound(one: Correction, two: Correction) -> bool:
    names = [(each.value or each.was).casefold() for each in (one, two)]
    return names[0] == names[1] and _near(one.anchor, two.anchor)


def _near(one: Anchor, two: Anchor) -> bool:
    if one.heard and two.heard and one.source == two.source:
        return abs(one.heard.start - two.heard.start) <= NEAR
    return (one.first, one.last) == (two.first, two.last)


def _cross(end: Correction, two: Correction) -> bool:
    """Does the one end a line or a cue, or nothing, where the other cannot have it so?"""
    if end.kind != "break":
        return False
    at, there = end.anchor, two.anchor
    if two.kind == "text":
        return there.first <= at.first < there.last
    begins, ends = two.kind in ("in", "label"), two.kind == "out"
    return end.value != "cue" and (
        (begins and at.last == there.first and at.last > at.first) or (ends and at.first == there.last)
    )


def said_twice(one: Correction, two: Correction) -> bool:
    """Is it one sound, which two people told of?"""
    return one.by != two.by and one.anchor.quote == two.anchor.quote and _one_sound(one, two)


def what(one: Correction) -> tuple[object, ...]:
    """What a correction says, whoever said it."""
    gone = "" if one.value else one.was.casefold()
    return one.kind, one.anchor, one.value, one.profile, gone


def in_question(
    standing: Sequence[Correction], found: Sequence[Correction], knew: Collection[str]
) -> list[Correction]:
    """The corrections that were `found` in a file, each with the ids of those against it: that stand, say
    otherwise, and were not known to whoever made the file.
    """
    there = in_place(standing)
    since = [one for one, counts in zip(standing, there, strict=True) if counts and one.id not in knew]
    return [
        replace(one, against=tuple(other.id for other in since if otherwise(one, other))) for one in found
    ]


def in_place(standing: Sequence[Correction]) -> list[bool]:
    """Of each, oldest first, whether no later one has taken its place."""
    later: dict[tuple[object, ...], list[Correction]] = defaultdict(list)
    found = []
    for one in reversed(standing):
        found.append(all(one.id in other.against for other in later[one.about]))
        later[one.about].append(one)
    return found[::-1]


def others_sides(standing: Sequence[Correction]) -> list[tuple[Correction, ...]]:
    """Of each, oldest first, those that say otherwise of the same thing, as long as both are in place."""
    there = in_place(standing)
    numbers = {one.id: number for number, one in enumerate(standing) if one.id and there[number]}
    found: list[list[Correction]] = [[] for _ in standing]
    for number, one in enumerate(standing):
        for other in (numbers[name] for name in one.against if there[number] and name in numbers):
            found[number].append(standing[other])
            found[other].append(one)
    return [tuple(others) for others in found]
