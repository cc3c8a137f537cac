"""What people said of what they were shown: approvals of wording, of the cut and of captions.

An approval holds what was seen and its hash, so that it lapses by itself when that changes. What is
*seen* of a quote is a table of plain JSON values (see `consent/snapshot.py`), the same in the ledger and
in `build/.store/seen.json`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

PICTURE = "picture"
"""Who is in a picture that is no cleared shot: approved by the file, for no quote."""

KINDS = ("wording", "cut", "captions")
"""The words alone; their shots in context (neighbours, prompt, disguise); the captions over them."""

STATES = ("approved", "waiting", "lapsed", "expired", "refused")

Seen = Mapping[str, Any]


def digest_of(seen: Seen) -> str:
    """Names exactly what was seen."""
    return sha256(
        json.dumps(seen, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    ).hexdigest()


@dataclass(frozen=True)
class Approval:
    """One line of the ledger. `yes` is False where somebody said no or took an earlier yes back."""

    id: str
    written: str
    kind: str
    quote: str
    yes: bool
    by: str
    on: date
    use: frozenset[str]
    until: date | None
    seen: Seen
    digest: str
    note: str = ""

    @property
    def intact(self) -> bool:
        """Does the line still hold what its hash says was seen?"""
        return digest_of(self.seen) == self.digest


@dataclass(frozen=True)
class Answer:
    """One line of the ledger: who is in a picture, by somebody who looked. `yes` is False where they took it
    back.
    """

    id: str
    written: str
    file: str
    sha256: str
    people: frozenset[str]
    yes: bool
    by: str
    on: date
    use: frozenset[str]
    until: date | None
    note: str = ""


@dataclass(frozen=True)
class Picture:
    """Where a picture that is no cleared shot stands today; `people` are in it, if it is approved."""

    file: str
    sha256: str
    state: str
    people: frozenset[str] = frozenset()
    by: str = ""
    on: date | None = None
    until: date | None = None
    why: str = ""

    def __post_init__(self) -> None:
        if self.state not in STATES:
            raise ValueError(f"{self.state} picture?")


@dataclass(frozen=True)
class Standing:
    """Where one approval of one quote stands today, and why, in words for people.

    `held` is False for wording that is approved in the quote list alone: nothing says which words.
    """

    quote: str
    contributor: str
    kind: str
    state: str
    by: str = ""
    on: date | None = None
    until: date | None = None
    why: str = ""
    changes: tuple[str, ...] = ()
    soon: bool = False
    held: bool = True

    def __post_init__(self) -> None:
        if self.state not in STATES or self.kind not in KINDS:
            raise ValueError(f"{self.state} of {self.kind}?")
