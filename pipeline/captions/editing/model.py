"""What people put right in the captions, tied to words of the source, so that it outlives every cut.

A correction says what is to be otherwise (`kind`, `value`) and at which words (`anchor`). It knows nothing of
cue numbers or of times in a film: those change. What cannot be done any more is a conflict, and is never
dropped.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from pipeline.core.time import Source, Span
from pipeline.language import figures
from pipeline.language.normalise import tokens
from pipeline.language.roles import is_role

KINDS: dict[str, str] = {
    "text": "case, punctuation or numerals",
    "break": "where a line or a cue ends",
    "in": "when a cue comes",
    "out": "when a cue goes",
    "speaker": "who speaks",
    "label": "whether a cue begins with the speaker's name",
    "position": "where a cue stands",
    "sound": "a sound that matters",
    "music": "music that is heard",
    "unclear": "why speech is unclear",
    "heard": "a person listened",
    "words": "words that are neither approved nor a sound",
    "nothing": "a person listened, and nothing there needs a label",
}
"""Each kind of correction, in words."""

NOTES = ("sound", "music", "unclear")
"""Kinds of what is told beside the words; their value is a label, in a person's own words."""

OF_ONE_PROFILE = frozenset({"break", "in", "out"})
"""Kinds that hold for the profile in which they were made: another has other lines, cues and gaps."""

AROUND = "[](){}♪♫#* "
"""What guidelines write around a sound or around music."""

ASK = "the words would not be the approved ones: ask for approval of them, then change quotes.csv"


NO_SOUND = (
    "is no sound that is known here, and nobody approved it as words: if it is a sound, a person marks it "
    "(ourwords captions mark), else take it out (ourwords captions undo)"
)

NO_SPEAKER = (
    "is nobody who speaks in this film: a label says a speaker's name as it stands in consent.csv "
    "(display_name); take it out (ourwords captions undo)"
)


SWAP = (
    "the words of “{own}” would be given to “{name}”: who says a quote is for its own contributor to decide, "
    "and stands in quotes.csv (contributor); take it out (ourwords captions undo)"
)


def why_no_speaker(name: str, own: Collection[str], speakers: Collection[str], language: str) -> str:
    """Why the words of `own`, as people are told their name, cannot be given to somebody of this name; blank
    where they can. `speakers` are all of the film.

    >>> why_no_speaker("Man", ["Ben"], ["Amara", "Ben"], "en")
    ''
    >>> why_no_speaker("Amara", ["Ben"], ["Amara", "Ben"], "en")[:49]
    'the words of “Ben” would be given to “Amara”: who'
    """
    if name in own:
        return ""
    if name in speakers:
        return SWAP.format(own=", ".join(own), name=name)
    return "" if is_role(name, language) else NO_SPEAKER


@dataclass(frozen=True)
class Anchor:
    """Words of the source: pieces `first` to `last` of a quote, how they compare, and where they are said.

    `before` and `after` are the words next to them, by which they are known again where their numbers
    changed.
    A sound in a cue of its own, and "nothing", have no words (-1): they are tied to the quote over which they
    are heard, and `heard` is when.
    """

    quote: str
    first: int
    last: int
    words: str
    source: str
    heard: Span[Source] | None
    before: str = ""
    after: str = ""
    text: str = field(default="", compare=False)
    """The words as they stood, for people."""


@dataclass(frozen=True)
class Correction:
    """One thing put right; `was` is what stood there. A blank `profile` holds for all, `id` and `batch` are
    the ledger's.

    `value` is, for "text", what is written now; "break": "none", "line" or "cue" after the first word of two;
    "in" and "out":
    seconds from where the cue's first word begins, or its last ends; "label": "on", "off" or "line" (a line
    of its own);
    "position": "top" or "bottom"; "sound", "music" and "unclear": the label's text, blank where one is taken
    away.
    """

    kind: str
    anchor: Anchor
    value: str
    was: str = ""
    by: str = ""
    on: date | None = None
    profile: str = ""
    note: str = ""
    id: str = ""
    batch: str = ""
    against: tuple[str, ...] = ()
    """The ids of corrections that say otherwise, of which whoever made this one did not know."""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"{self.kind} is no kind of correction")

    @property
    def about(self) -> tuple[object, ...]:
        """What a later correction must be about to take this one's place. Of several sounds each is one."""
        at = self.anchor
        place = (str(at.heard),) if at.first < 0 else (str(at.first), str(at.last), at.words)
        named = self.value if self.kind == "words" else self.was or self.value
        which = inner(named).casefold() if self.kind in (*NOTES, "words") else ""
        return (self.kind, self.profile, at.quote, *place, which)


@dataclass(frozen=True)
class Conflict:
    """A correction that was not applied, and why. It is not `open` where there is nothing to decide: its
    quote is not in the film.
    """

    correction: Correction
    why: str
    open: bool = True


@lru_cache(maxsize=1 << 16)
def compared(text: str) -> str:
    """How words of an anchor compare: without case and punctuation, numbers as figures; a mark that stands
    alone as it is.

    >>> compared("Sixty-three,"), compared("–")
    ('63', '–')
    """
    return " ".join(token.form for token in tokens(text.split())) or text.strip()


def inner(text: str) -> str:
    """A sound's label without a profile's brackets; in small letters where it was all in capitals.

    >>> inner("[DOOR SLAMS]"), inner("MUSIC: gentle piano"), inner("♪ gentle piano ♪")
    ('door slams', 'gentle piano', 'gentle piano')
    """
    plainly = " ".join(re.sub(r"^MUSIC:", "", text.strip(AROUND), flags=re.IGNORECASE).split())
    return plainly.lower() if plainly.isupper() else plainly


def says_the_same(one: str, two: str) -> bool:
    """Are these the same spoken words? Case and punctuation may differ, and whether a number is in words or
    in figures; nothing else.

    >>> says_the_same("sixty three times, I said", "63 times – I said")
    True
    >>> says_the_same("can't", "cannot"), says_the_same("well", "we'll")
    (False, False)
    """
    return figures.same(one, two)
