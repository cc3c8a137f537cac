"""A sign-off of captions: who stands for them, and everything that they stand for, by its hashes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class SignedCue:
    """A cue as it was signed. `digest` names its text, place and times over the footage, wherever in the film
    it stands.
    """

    digest: str
    quote: str
    text: str


@dataclass(frozen=True)
class Signed:
    """What a sign-off is of. `files` are the sidecars and the burnt film by their hashes, `words` the
    approved words of each quote.
    """

    profile: str
    version: str
    files: Mapping[str, str]
    words: Mapping[str, str]
    cues: tuple[SignedCue, ...]


@dataclass(frozen=True)
class SignOff:
    """One line of reviews/signoffs.jsonl. Cues that are not in `looked` (numbers from 1) were carried over
    from the sign-off `carried`.
    """

    id: str
    by: str
    on: date
    signed: Signed
    looked: tuple[int, ...]
    carried: str = ""
    note: str = ""
