"""Corrections of captions as lines of the ledger, and as people read them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

from pipeline.captions.editing.model import Anchor, Correction
from pipeline.core.finding import Finding
from pipeline.core.time import Source, Span, Time, decimal, fraction
from pipeline.errors import InputError


def entry(correction: Correction, batch: str, number: int) -> dict[str, Any]:
    """A line to append; `number` is the correction's place in its batch."""
    anchor = correction.anchor
    heard = [decimal(anchor.heard.start.seconds), decimal(anchor.heard.end.seconds)] if anchor.heard else None
    return {
        "event": "correction",
        "batch": batch,
        "number": number,
        "kind": correction.kind,
        "value": correction.value,
        "was": correction.was,
        "by": correction.by,
        "on": correction.on.isoformat() if correction.on else None,
        "profile": correction.profile,
        "note": correction.note,
        "against": list(correction.against),
        "anchor": asdict(anchor) | {"heard": heard},
    }


def as_kept(correction: Correction) -> Correction:
    """A correction as it will be read again: its times to the microsecond."""
    found = _correction("", entry(correction, "", 0) | {"id": ""})
    return replace(found, id=correction.id, batch=correction.batch)


def undo_entry(ids: Iterable[str], by: str, on: date) -> dict[str, Any]:
    """A line that withdraws others, which stay where they are."""
    return {"event": "undo", "corrections": list(ids), "by": by, "on": on.isoformat()}


def read_corrections(
    file: str, lines: Sequence[Mapping[str, Any]]
) -> tuple[tuple[Correction, ...], frozenset[str]]:
    """All corrections, oldest first, and the ids of those that were withdrawn. A line that is none of ours is
    an error.
    """
    begun: dict[str, str] = {}
    found = []
    for line in lines:
        if line.get("event") == "correction":
            begun.setdefault(str(line.get("batch")), line["written"])
            found.append(
                (
                    begun[str(line.get("batch"))],
                    str(line.get("batch")),
                    line.get("number", 0),
                    _correction(file, line),
                )
            )
    gone = {
        str(name) for line in lines if line.get("event") == "undo" for name in line.get("corrections", [])
    }
    return tuple(correction for *_, correction in sorted(found, key=lambda one: one[:3])), frozenset(gone)


def _correction(file: str, line: Mapping[str, Any]) -> Correction:
    try:
        at = line["anchor"]
        heard = (
            Span(Time[Source](fraction(at["heard"][0])), Time[Source](fraction(at["heard"][1])))
            if at["heard"]
            else None
        )
        before, after, text = (str(at.get(name, "")) for name in ("before", "after", "text"))
        anchor = Anchor(
            str(at["quote"]),
            int(at["first"]),
            int(at["last"]),
            str(at["words"]),
            str(at["source"]),
            heard,
            before,
            after,
            text,
        )
        value = str(line["value"])
        if line["kind"] in ("in", "out"):
            fraction(value)
        return Correction(
            str(line["kind"]),
            anchor,
            value,
            str(line["was"]),
            str(line["by"]),
            date.fromisoformat(line["on"]) if line["on"] else None,
            str(line["profile"]),
            str(line.get("note", "")),
            str(line["id"]),
            str(line["batch"]),
            tuple(map(str, line.get("against", ()))),
        )
    except (KeyError, TypeError, ValueError, IndexError) as problem:
        raise InputError(
            f"the line {line.get('id')} is no correction ({problem})",
            where=file,
            next_step="take the last good one from your backup",
        ) from None


# For people -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Kept:
    """A correction and where it stands: applied, conflict, waiting, superseded, withdrawn, or other
    profile.
    """

    correction: Correction
    state: str
    why: str = ""


_ENDS = {"none": "nothing ends", "line": "a line ends", "cue": "a cue ends"}
_LABELS = {
    "on": "begins with the name",
    "off": "does not begin with the name",
    "line": "begins with the name, on a line of its own",
}


def told(correction: Correction) -> str:
    """What a correction does, in a sentence."""
    value, was = correction.value, correction.was
    words = correction.anchor.text.split()
    short = f"“{' '.join(words[:5])}{' …' if len(words) > 5 else ''}”"
    match correction.kind:
        case "text":
            return f"“{was}” is written “{value}”" if value else f"“{was}” is left out"
        case "in" | "out":
            does = ("begins", "comes") if correction.kind == "in" else ("ends", "goes")
            return f"the cue that {does[0]} with {short} {does[1]} {_seconds(value, was)}"
        case "sound" | "music" | "unclear":
            return _note_told(correction, f" before {short}" if words else _moment(correction))
    return _SENTENCES[correction.kind].format(
        short=short,
        value=value,
        was=was,
        ends=_ENDS.get(value, value),
        ended=_ENDS.get(was, was),
        label=_LABELS.get(value, value),
        at=_moment(correction),
    )


_SENTENCES = {
    "break": "between {short}: {ends} (was: {ended})",
    "speaker": "{was} is called {value}, at {short}",
    "label": "the cue that begins with {short} {label}",
    "position": "{short} stands at the {value}",
    "nothing": "listened{at}: nothing there needs a label",
    "heard": "listened to: {short}",
    "words": "“{value}” is put in, as a {was}",
}


def _note_told(correction: Correction, place: str) -> str:
    value, was = correction.value, correction.was
    if not value:
        return f"{correction.kind}: [{was}] is taken away{place}"
    return f"{correction.kind}: [{value}]{place}" + (f" (was: [{was}])" if was else "")


def _moment(correction: Correction) -> str:
    """Where in the footage; nothing where no footage is heard."""
    anchor = correction.anchor
    return f" at {decimal(anchor.heard.start.seconds, 2)} s of {anchor.source}" if anchor.heard else ""


def _seconds(value: str, was: str) -> str:
    later = Fraction(value) - Fraction(was or "0")
    return f"{decimal(abs(later), 2)} s {'later' if later > 0 else 'earlier'}"


def kept_lines(kept: Sequence[Kept]) -> list[str]:
    """For the terminal: a line each, with the reason under it where there is one."""
    lines = []
    for one in kept:
        c = one.correction
        who = f"{c.by}, {c.on}" + (f", {c.profile}" if c.profile else "") + (f", {c.note}" if c.note else "")
        lines.append(f"{c.id[:6]}  {one.state:13}  {c.anchor.quote or '-':8} {told(c)}  ({who})")
        lines += [f"{'':8}· {one.why}"] if one.why else []
    return lines


_WORDS = re.compile("“.*”", re.DOTALL)


def correction_findings(kept: Sequence[Kept], damaged: Sequence[int] = ()) -> list[Finding]:
    """What a person has to decide or to know: conflicts, corrections that wait, lines that cannot be read.

    Reports leave the production: they have no word of a correction, which may be one that was hidden,
    refused or taken out of the film.
    """
    found = [_conflict(one) for one in kept if one.state == "conflict"]
    waiting = Counter(
        (one.correction.anchor.quote, one.correction.kind) for one in kept if one.state == "waiting"
    )
    for (quote, kind), count in waiting.items():
        where, what = quote or "the film", f"corrections wait ({kind})"
        found.append(
            Finding("correction-waiting", "warning", where, what, f"{count}", "its quote in the film")
        )
    others = [one for one in kept if one.state == "other profile"]
    if others:
        whose = ", ".join(sorted({one.correction.profile for one in others}))
        what = f"{len(others)} correction(s) of lines, cues or times hold for another profile"
        found.append(
            Finding("correction-waiting", "warning", "the captions", what, whose, "the film's profile")
        )
    if damaged:
        found.append(
            Finding(
                "correction-damaged",
                "error",
                "reviews/captions.jsonl",
                "has lines that cannot be read",
                ", ".join(map(str, damaged)),
                "none: see your backup",
            )
        )
    return found


def _conflict(one: Kept) -> Finding:
    name, where = one.correction.id[:6], one.correction.anchor.quote or "the film"
    what, why = f"the correction {name} ({one.correction.kind}) is not done", _WORDS.sub("…", one.why)
    again = f"put it right again, or: ourwords captions undo {name}"
    return Finding("correction-conflict", "error", where, what, why, again)


def kept_record(one: Kept) -> dict[str, Any]:
    """A correction as JSON, with where it stands."""
    correction = one.correction
    return entry(correction, correction.batch, 0) | {
        "id": correction.id,
        "state": one.state,
        "why": one.why,
        "what": told(correction),
    }
