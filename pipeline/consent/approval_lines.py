"""Approvals as lines of the ledger, and what was seen as `build/.store/seen.json`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from pipeline.consent.model import KINDS, Answer, Approval, Picture, Seen, Standing, digest_of
from pipeline.errors import InputError


def entry(
    kind: str,
    quote: str,
    seen: Seen,
    *,
    yes: bool,
    by: str,
    on: date,
    use: Iterable[str],
    until: date | None,
    note: str,
    film: str,
) -> dict[str, Any]:
    """A line to append: whoever approves, what they saw of it and that film's hash."""
    return {
        "event": "approval",
        "kind": kind,
        "quote": quote,
        **_said(by, on, use, until, note, yes=yes),
        "film": film,
        "seen": dict(seen),
        "sha256": digest_of(seen),
    }


def read_approvals(file: str, lines: Sequence[Mapping[str, Any]]) -> tuple[Approval, ...]:
    """The ledger's approvals, oldest first. A line that is none of ours is an error: nothing is passed over
    in silence.
    """
    return tuple(_approval(file, line) for line in lines if line.get("event") == "approval")


def answer(
    file: str,
    sha256: str,
    people: Iterable[str],
    *,
    yes: bool,
    by: str,
    on: date,
    use: Iterable[str],
    until: date | None,
    note: str,
) -> dict[str, Any]:
    """A line to append: who is in a picture, by whom, bound to what is in its file."""
    return {
        "event": "picture",
        "file": file,
        "sha256": sha256,
        "people": sorted(people),
        **_said(by, on, use, until, note, yes=yes),
    }


def _said(
    by: str, on: date, use: Iterable[str], until: date | None, note: str, *, yes: bool
) -> dict[str, Any]:
    """Who says yes or no, when, and how far it goes: the same in every line of the ledger."""
    return {
        "yes": yes,
        "by": by,
        "on": on.isoformat(),
        "use": sorted(use),
        "until": until.isoformat() if until else None,
        "note": note,
    }


def read_answers(file: str, lines: Sequence[Mapping[str, Any]]) -> tuple[Answer, ...]:
    """Who is in which picture, oldest first; a line that is none of ours is an error here too."""
    return tuple(_answer(file, line) for line in lines if line.get("event") == "picture")


def _answer(file: str, line: Mapping[str, Any]) -> Answer:
    try:
        texts = [line["file"], line["sha256"], line["by"], *line["people"], *line["use"]]
        if not isinstance(line["yes"], bool) or not all(isinstance(one, str) for one in texts):
            raise ValueError(f"of {line['file']}")
        return Answer(
            line["id"],
            line["written"],
            line["file"],
            line["sha256"],
            frozenset(line["people"]),
            line["yes"],
            line["by"],
            date.fromisoformat(line["on"]),
            frozenset(line["use"]),
            date.fromisoformat(line["until"]) if line["until"] else None,
            line.get("note", ""),
        )
    except (KeyError, TypeError, ValueError) as problem:
        raise InputError(
            f"the line {line.get('id')} says of no picture who is in it ({problem})",
            where=file,
            next_step="take the last good one from your backup",
        ) from None


def _approval(file: str, line: Mapping[str, Any]) -> Approval:
    try:
        if (
            line["kind"] not in KINDS
            or not isinstance(line["yes"], bool)
            or not isinstance(line["by"], str)
            or not isinstance(line["seen"], dict)
        ):
            raise ValueError(f"{line['kind']} of {line['quote']}")
        return Approval(
            line["id"],
            line["written"],
            line["kind"],
            line["quote"],
            line["yes"],
            line["by"],
            date.fromisoformat(line["on"]),
            frozenset(line["use"]),
            date.fromisoformat(line["until"]) if line["until"] else None,
            line["seen"],
            line["sha256"],
            line.get("note", ""),
        )
    except (KeyError, TypeError, ValueError) as problem:
        raise InputError(
            f"the line {line.get('id')} is no approval ({problem})",
            where=file,
            next_step="take the last good one from your backup",
        ) from None


def read_seen(file: str, data: bytes) -> tuple[str, dict[str, dict[str, Seen]]]:
    """The film's hash, and by quote and kind what is to be seen in it. Refused where a hash does not fit."""
    try:
        record = json.loads(data)
        found: dict[str, dict[str, Seen]] = {
            name: {kind: of[kind]["seen"] for kind in KINDS if kind in of}
            for name, of in record["quotes"].items()
        }
        whole = all(
            digest_of(seen) == record["quotes"][name][kind]["sha256"]
            for name, kinds in found.items()
            for kind, seen in kinds.items()
        )
        if record["version"] != 1 or not whole:
            raise ValueError("it was changed")
        return str(record["film"]), found
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as problem:
        raise InputError(
            f"is not as a build left it ({problem})",
            where=file,
            next_step="ourwords build-cut makes it again",
        ) from None


def read_contributors(file: str, data: bytes) -> dict[str, str]:
    """Whose words each quote of the film is."""
    try:
        return {str(name): str(of["contributor"]) for name, of in json.loads(data)["quotes"].items()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as problem:
        raise InputError(
            f"is not as a build left it ({problem})",
            where=file,
            next_step="ourwords build-cut makes it again",
        ) from None


def standing_record(standing: Standing) -> dict[str, Any]:
    plain = asdict(standing)
    return plain | {
        "on": str(standing.on) if standing.on else None,
        "until": str(standing.until) if standing.until else None,
    }


def picture_record(picture: Picture) -> dict[str, Any]:
    """A picture's standing as JSON."""
    return asdict(picture) | {
        "people": sorted(picture.people),
        "on": str(picture.on) if picture.on else None,
        "until": str(picture.until) if picture.until else None,
    }


def picture_lines(pictures: Sequence[Picture]) -> list[str]:
    """For the terminal: a line for each, with who is in it or what is to be done."""
    lines = []
    for one in pictures:
        who = f"{one.by}, {one.on}" if one.by else ""
        seen = f": {', '.join(sorted(one.people)) or 'nobody'} in it" if one.state == "approved" else ""
        told = f"{who}{' – ' if who and one.why else ''}{one.why}{seen}"
        lines.append(f"picture  {one.file}  {one.state}  {told}".rstrip())
    return lines


def standing_lines(standings: Sequence[Standing]) -> list[str]:
    """For the terminal: a line for each, with what changed under it."""
    lines = []
    for one in standings:
        who = f"{one.by}, {one.on}" if one.by else ""
        until = f", until {one.until}{' (soon)' if one.soon else ''}" if one.until else ""
        lines.append(
            f"{one.quote:8} {one.kind:9} {one.state:9} "
            f"{who}{until}{' – ' if who and one.why else ''}{one.why}".rstrip()
        )
        lines += [f"{'':8} · {change}" for change in one.changes]
    return lines
