"""Names that nobody has been asked about: found in written words, and what is written instead."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache, partial

from pipeline.language.characters import PUNCTUATION
from pipeline.language.names import Name, Names, titles
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
    own: bool = True
    """Is it looked for in words of the contributor whose list it is on? Others may say a common word."""

    @cached_property
    def names(self) -> tuple[Name, ...]:
        """Every way to write it: whole, as it may be heard, and what is left of it without what may stay."""
        whole = [name for name in (self.name, self.sound, *self.sounds_like) if name]
        stays = {word.casefold() for kept in self.may_stay for word in kept.split()}
        words = [word for word in self.name.split() if word.casefold() not in stays]
        bare = [word for word in words if word.casefold().rstrip(".") not in titles()]
        parts = {" ".join(some) for some in (words, bare) if some} - {*whole}
        told = partial(Name, who=self.contributor, instead=self.caption_as)
        return (*(told(name, cased=not self.own) for name in whole), *(told(name) for name in sorted(parts)))

    @property
    def spare(self) -> frozenset[str]:
        """The normal forms of its words that may be heard."""
        told = set(_forms(self.name)) - set(_forms(self.sound or self.name))
        return frozenset(told.union(*map(_forms, self.may_stay)))


def said_by(who: str, bleeps: Iterable[Bleep]) -> tuple[Bleep, ...]:
    """The list as it holds for what somebody says: their own names first, then everybody's."""
    mine = [replace(one, own=one.contributor == who) for one in bleeps]
    return tuple(sorted(mine, key=lambda one: not one.own))


_AROUND = PUNCTUATION + "\"“”‘’'()[]«»「」『』（）"


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
    for bleep, first, last in (*_heard(words, spoken, bleeps), *_written(words, spoken, tuple(bleeps))):
        whole = range(first, last + 1)
        if taken.isdisjoint(whole):
            taken.update(whole)
            found.append(Found(bleep, first, last, _sounds(bleep, spoken, whole)))
    return sorted(found, key=lambda one: one.first)


_Run = tuple[Bleep, int, int]


def _heard(words: Sequence[str], spoken: Sequence[Token], bleeps: Sequence[Bleep]) -> Iterator[_Run]:
    """By the forms of what is said. In others' words a name of several words has a capital."""
    for bleep in bleeps:
        for name in _spellings(bleep):
            for run in _runs(spoken, name):
                there = words[run[0].first : run[-1].last + 1]
                if bleep.own or (len(name) > 1 and any(word.strip(_AROUND)[:1].isupper() for word in there)):
                    yield bleep, run[0].first, run[-1].last


def _written(words: Sequence[str], spoken: Sequence[Token], bleeps: tuple[Bleep, ...]) -> Iterator[_Run]:
    """By how they are written, in anybody's words."""
    said = sorted({number for token in spoken for number in range(token.first, token.last + 1)})
    owners = [number for number in said for _ in (*words[number], " ")]
    names, whose = _names(bleeps)
    for hit in names.hits(" ".join(words[number] for number in said)):
        yield whose[hit.name], owners[hit.start], owners[hit.end - 1]


@lru_cache(maxsize=256)
def _names(bleeps: tuple[Bleep, ...]) -> tuple[Names, dict[Name, Bleep]]:
    whose = {
        spelt: bleep for bleep in reversed(bleeps) for name in bleep.names for spelt in (name, *name.turned)
    }
    return Names([name for bleep in bleeps for name in bleep.names]), whose


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


def _sounds(bleep: Bleep, spoken: Sequence[Token], whole: range) -> tuple[int, ...]:
    """Which of the written words are hidden in the sound: all but those that may be heard."""
    there = [token for token in spoken if token.first in whole]
    heard = [token for token in there if token.form not in bleep.spare] or there
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
