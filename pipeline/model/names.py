"""Names that nobody has been asked about: found in written words, and what is written instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.model.quotes import Bleep
from pipeline.model.words import plain, tokens

_TAIL = ".,;:!?…\"”’')"


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
    forms = [plain(word) for word in words]
    found: list[Found] = []
    taken: set[int] = set()
    for bleep in bleeps:
        spare = {token.form for token in tokens(bleep.name.split())} - {token.form for token in tokens((bleep.sound or bleep.name).split())}
        spellings = [[token.form for token in tokens(name.split())] for name in (bleep.name, bleep.sound, *bleep.sounds_like) if name]
        for wanted in sorted(spellings, key=len, reverse=True):
            for at in range(len(forms) - len(wanted) + 1):
                run = range(at, at + len(wanted))
                if wanted and not taken & set(run) and all(_same(forms[index], form) for index, form in zip(run, wanted, strict=True)):
                    taken.update(run)
                    hidden = tuple(index for index, form in zip(run, wanted, strict=True) if form not in spare)
                    found.append(Found(bleep, at, at + len(wanted) - 1, hidden))
    return sorted(found, key=lambda one: one.first)


def hidden(text: str, bleeps: Sequence[Bleep]) -> str:
    """The text with every name given way to its `caption_as`."""
    words = text.split()
    for one in reversed(find(words, bleeps)):
        words[one.first : one.last + 1] = [written(one.bleep, words[one.last])]
    return " ".join(words)


def written(bleep: Bleep, last: str) -> str:
    """What stands instead of a name whose last word was `last`: its possessive and punctuation stay."""
    bare = last.rstrip(_TAIL)
    owner = "'s" if bare.lower().replace("’", "'").endswith("'s") else ""
    return bleep.caption_as + owner + last[len(bare) :]


def _same(form: str, wanted: str) -> bool:
    return form in (wanted, f"{wanted}'s", f"{wanted}s")
