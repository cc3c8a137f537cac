"""What a check found: about footage, captions, sound or a finished film."""

from __future__ import annotations

from collections.abc import Iterable
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


@dataclass(frozen=True)
class Count:
    """How many there are, the same wherever it is told. What is only told for information is no finding.

    >>> str(Count(1, 2))
    '1 error, 2 warnings'
    """

    errors: int
    warnings: int

    def __str__(self) -> str:
        return ", ".join(
            f"{count} {name}{'' if count == 1 else 's'}"
            for count, name in ((self.errors, "error"), (self.warnings, "warning"))
        )


def counted(findings: Iterable[Finding]) -> Count:
    """How many of them are errors, and how many warnings."""
    severities = [one.severity for one in findings]
    return Count(severities.count("error"), severities.count("warning"))
