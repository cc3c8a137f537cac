"""Sign-offs as lines of the ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from pipeline.consent.signoff_model import Signed, SignedCue, SignOff
from pipeline.errors import InputError


def entry(
    signed: Signed, by: str, on: date, looked: Sequence[int], carried: str, note: str
) -> dict[str, Any]:
    """A line to append: who signs what. Cues that were not looked at again are carried over from another
    sign-off.
    """
    return {
        "event": "sign-off",
        "by": by,
        "on": on.isoformat(),
        "looked": list(looked),
        "carried": carried,
        "note": note,
        "signed": asdict(signed),
    }


def read_signoffs(file: str, lines: Sequence[Mapping[str, Any]]) -> tuple[SignOff, ...]:
    """All sign-offs, oldest first. A line that is none of ours is an error."""
    return tuple(_signoff(file, line) for line in lines if line.get("event") == "sign-off")


def _signoff(file: str, line: Mapping[str, Any]) -> SignOff:
    try:
        of = line["signed"]
        cues = tuple(SignedCue(str(cue["digest"]), str(cue["quote"]), str(cue["text"])) for cue in of["cues"])
        signed = Signed(str(of["profile"]), str(of["version"]), dict(of["files"]), dict(of["words"]), cues)
        looked = tuple(int(number) for number in line["looked"])
        return SignOff(
            str(line["id"]),
            str(line["by"]),
            date.fromisoformat(line["on"]),
            signed,
            looked,
            str(line["carried"]),
            str(line["note"]),
        )
    except (KeyError, TypeError, ValueError) as problem:
        raise InputError(
            f"the line {line.get('id')} is no sign-off ({problem})",
            where=file,
            next_step="take the last good one from your backup",
        ) from None
