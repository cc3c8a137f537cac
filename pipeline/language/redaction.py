"""Names that nobody has been asked about: found in written words, and what is written instead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.language.normalise import HESITATIONS, Token, tokens


@dataclass(frozen=True)
class Bleep:
    """A name that nobody has been asked about: what hides it in the captions and in the sound."""

    contributor: str
    name: str
    caption_as: str
    sounds_like: tuple[str, ...] = ()
    sound: str = ""
    """The words of the name that are replaced in the sound; blank replaces all of them."""
    may_stay: tuple[str, ...] = ()
    """Words of the name that may be seen and heard: "Doctor" of "Doctor Okafor"."""


_AROUND = ".,;:!?…\"“”‘’'()[]"


@dataclass(frozen=True)
class Found:
    """A name in a run of words: `first` to `last` (both included), and which of them its sound hides."""

    bleep: Bleep
    first: int
    last: int
    sounds: tuple[int, ...]


def find(words: Sequence[str], bleeps: Sequence[Bleep]) -> list[Found]:
    """Every name of the list in these words, however it was spelt or heard; none overlaps another.

    A name is found whole, by those of its words that are hidden in the sound, or as it may be heard.
    """
    # "Sister, um, Pargeter" is her name too
    spoken = [token for token in tokens(words) if token.form not in HESITATIONS]
    found: list[Found] = []
    taken: set[int] = set()
    for bleep in bleeps:
        for name in _spellings(bleep):
            for run in _runs(spoken, name):
                whole = range(run[0].first, run[-1].last + 1)
                if taken.isdisjoint(whole):
                    taken.update(whole)
                    found.append(Found(bleep, whole[0], whole[-1], _sounds(bleep, name, run)))
    return sorted(found, key=lambda one: one.first)


def _spellings(bleep: Bleep) -> list[list[str]]:
    """The normal forms of each way to say a name, the longest first."""
    names = [name for name in (bleep.name, bleep.sound, *bleep.sounds_like) if name]
    return sorted(filter(None, map(_forms, names)), key=len, reverse=True)


def _runs(spoken: Sequence[Token], name: Sequence[str]) -> Iterator[Sequence[Token]]:
    """Where these forms are said, one after the other."""
    for at in range(len(spoken) - len(name) + 1):
        run = spoken[at : at + len(name)]
        if all(_same(token.form, form) for token, form in zip(run, name, strict=True)):
            yield run


def _sounds(bleep: Bleep, name: Sequence[str], run: Sequence[Token]) -> tuple[int, ...]:
    """Which of the written words are hidden in the sound: all but those that its `sound` leaves out."""
    spare = set(_forms(bleep.name)) - set(_forms(bleep.sound or bleep.name))
    heard = [token for token, form in zip(run, name, strict=True) if form not in spare]
    return tuple(sorted({index for token in heard for index in range(token.first, token.last + 1)}))


def _forms(name: str) -> list[str]:
    return [token.form for token in tokens(name.split())]


def hidden(text: str, bleeps: Sequence[Bleep]) -> str:
    """The text with every name given way to its `caption_as`."""
    words = text.split()
    for one in reversed(find(words, bleeps)):
        words[one.first : one.last + 1] = [written(one.bleep, words[one.first], words[one.last])]
    return " ".join(words)


def written(bleep: Bleep, first: str, last: str) -> str:
    """What stands instead of a name from `first` to `last`: its possessive and the punctuation around it
    stay.
    """
    lead = first[: len(first) - len(first.lstrip(_AROUND))]
    bare = last.rstrip(_AROUND)
    tail = last[len(bare) :]
    owner = "'s" if bare.lower().replace("’", "'").endswith("'s") else ""
    if bleep.caption_as.startswith("[") and lead.endswith("[") and tail.startswith("]"):
        lead, tail = lead[:-1], tail[1:]  # no brackets within brackets
    return lead + bleep.caption_as + owner + tail


def _same(form: str, wanted: str) -> bool:
    return form in (wanted, f"{wanted}'s", f"{wanted}s")
