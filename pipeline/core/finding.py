"""What a check found: about footage, captions, sound or a finished film."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """What a rule found. `severity` is "error" or "warning"; `measured` and `limit` are for people.

    `cue` is its number from 1 (0: no one cue), `clause` what it is judged by, `criterion` the WCAG 2.2
    criterion it bears on,
    `at` the second of the film where it can be seen.
    """

    rule: str
    severity: str
    where: str
    what: str
    measured: str
    limit: str
    cue: int = 0
    clause: str = ""
    criterion: str = ""
    at: float | None = None
