"""manifest.json, the film as data: the one place that writes it and the one that reads it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from fractions import Fraction
from pathlib import Path
from typing import Any

from pipeline.core.codec import VERSION, pretty
from pipeline.core.time import Programme, Source, Time, decimal, fraction, parse_rate
from pipeline.delivery.markers import break_record
from pipeline.edit.changes import CutList, Played, Still
from pipeline.edit.timeline import Break, Card, Hold, Mark, Shot, Take, Timeline
from pipeline.errors import ChecksFailed, InputError
from pipeline.language.characters import joined
from pipeline.language.redaction import Bleep, hidden, said_by
from pipeline.production.breaks import Wording, kind_of, template_of

NAME = "manifest.json"
BEFORE = "manifest.before.json"
"""The cut before this one, for `ourwords diff`."""


@dataclass(frozen=True)
class Manifest:
    """What a build wrote down of its film: its shots as they stand there, and its files by their hashes."""

    whole: Mapping[str, Any]
    shots: Sequence[Mapping[str, Any]]
    files: Mapping[str, str]


EMPTY = Manifest({}, (), {})


def read(data: bytes) -> Manifest:
    """Raises ValueError for what is no manifest."""
    try:
        whole = json.loads(data)
        shots = [dict(shot) for shot in whole["shots"]]
        return Manifest(whole, shots, {str(entry["path"]): str(entry["sha256"]) for entry in whole["files"]})
    except (KeyError, TypeError, AttributeError, RecursionError) as problem:
        raise ValueError(str(problem)) from None


def last(path: Path) -> Manifest:
    """Of one that is not there or cannot be read nothing is known, and it is another film."""
    try:
        return read(path.read_bytes())
    except (OSError, ValueError):
        return EMPTY


def built(build: Path) -> Manifest:
    """The film that lies in build/, or an error that says what is missing."""
    try:
        return read((build / NAME).read_bytes())
    except FileNotFoundError:
        raise ChecksFailed(
            "there is no film to verify", where=str(build), next_step="ourwords build-cut"
        ) from None
    except (OSError, ValueError) as problem:
        raise InputError(
            f"is broken ({problem})", where=f"build/{NAME}", next_step="ourwords build-cut makes it again"
        ) from None


def cut(place: Path | None, build: Path, name: str = NAME) -> CutList:
    """The cut that a manifest lists: a file, a folder with one, or (by default) this production's build."""
    path = place or build / name
    if path.is_dir():
        path = next((inner for inner in (path / name, path / "build" / name) if inner.is_file()), path / name)
    try:
        return read_manifest(path.name, path.read_bytes())
    except OSError:
        early = name == BEFORE and not place
        step = (
            "there is one to compare with after the second build"
            if early
            else "ourwords build-cut makes it"
            if not place
            else "name what a build left of a cut, or the folder that it is in"
        )
        raise InputError("is not there", where=str(path), next_step=step) from None


def manifest(
    timeline: Timeline,
    shots: Sequence[Mapping[str, Any]],
    digests: Mapping[str, str],
    versions: Mapping[str, str],
) -> bytes:
    """manifest.json: the film as data; `shots` as `shot_records` makes them."""
    rate = timeline.rate
    return pretty(
        {
            "version": VERSION,
            "film": {
                "title": timeline.title,
                "rate": f"{rate.numerator}/{rate.denominator}",
                "frames": timeline.frames,
                "size": list(timeline.size),
            },
            "shots": list(shots),
            "breaks": [break_record(item, timeline) for item in timeline.breaks],
            "files": [{"path": path, "sha256": digest} for path, digest in digests.items()],
            "tools": dict(versions),
        }
    )


def shot_records(
    timeline: Timeline, texts: Mapping[str, str], bleeps: Sequence[Bleep], names: Mapping[str, str]
) -> list[dict[str, Any]]:
    """The shots of the manifest. Source names are the public ones; names on the bleep list are hidden."""
    return [_manifest_shot(shot, timeline, texts, bleeps, names) for shot in timeline.shots]


def _manifest_shot(
    shot: Shot,
    timeline: Timeline,
    texts: Mapping[str, str],
    bleeps: Sequence[Bleep],
    names: Mapping[str, str],
) -> dict[str, Any]:
    record: dict[str, Any] = {
        "kind": "card",
        "quote": None,
        "source": None,
        "source_in": None,
        "source_out": None,
        "at": shot.at,
        "frames": shot.frames,
        "text": "",
    }
    match shot:
        case Take():
            text = (
                joined(
                    [word.text for word in sorted(shot.said, key=lambda word: word.piece) if word.piece >= 0]
                )
                if shot.parts > 1
                else texts[shot.quote]
            )
            text = hidden(text, said_by(shot.contributor, bleeps))
            record |= {
                "kind": "quote",
                "quote": shot.quote,
                "source": names[shot.source],
                "source_in": decimal(shot.source_in(timeline.rate).seconds),
                "source_out": decimal(shot.source_out(timeline.rate).seconds),
                "text": text,
                **_angle(shot),
            }
        case Mark():
            record |= {"kind": "break", "break": shot.stop.id, "text": shot.stop.prompt}
        case Hold():
            moment = decimal((shot.first / timeline.rate), 6)
            record |= {
                "card": "pause",
                "quote": shot.quote,
                "source": names[shot.source],
                "source_in": moment,
                "source_out": decimal((shot.first + 1) / timeline.rate),
                **_angle(shot),
            }
        case Card():
            record |= {"card": shot.style, "text": shot.text}
        case Break():
            record |= {"kind": "break", "break": shot.id, "text": shot.prompt}
    return record


def _angle(shot: Take | Hold) -> dict[str, str]:
    """Which camera a shot is seen from, where it is not the source's own. Times count on the source's clock
    all the same.
    """
    return {"angle": shot.angle} if shot.angle else {}


def read_manifest(file: str, data: bytes) -> CutList:
    """A cut as a build listed it. Times are put back on the frames that they were written from."""
    try:
        record = json.loads(data)
        if record["version"] != VERSION:
            raise InputError(
                f"was written by another ourwords (version {record['version']!s:.9})",
                where=file,
                next_step="make it again: ourwords build-cut",
            )
        rate = parse_rate(record["film"]["rate"])
        breaks = {item["id"]: item for item in record["breaks"]}
        cut = CutList(
            _text(record["film"]["title"]), rate, tuple(_shot(shot, rate, breaks) for shot in record["shots"])
        )
        if cut.seconds * rate != record["film"]["frames"]:
            raise ValueError("its shots are not as long as the film")
        return cut
    except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError, RecursionError) as problem:
        raise InputError(
            f"is not the manifest of a cut ({problem})",
            where=file,
            next_step="name a manifest.json that build-cut made",
        ) from None


def _shot(record: Mapping[str, Any], rate: Fraction, breaks: Mapping[str, Mapping[str, Any]]) -> Shot:
    at, frames, text = record["at"], record["frames"], _text(record["text"])
    if not type(at) is type(frames) is int:
        raise ValueError("a shot's frames are not counted")
    kind = record.get("card", "") if record["kind"] == "card" else record["kind"]
    if kind == "break":
        item = breaks[record["break"]]
        return Break(
            at,
            frames,
            _text(item["id"]),
            _text(item["prompt"]),
            kind_of(_text(item["kind"])),
            Time[Programme].measured(float(item["seconds"])).seconds,
            _text(item["after"]),
            template_of(_text(item.get("template", "own"))),
            _text(item.get("easy_read", "")),
            _text(item.get("notes", "")),
            _text(item.get("content_note", "")),
            tuple((_text(tag), _wording(words)) for tag, words in item.get("translations", {}).items()),
        )
    if kind in ("quote", "pause"):
        quote, source, start, end = (
            _text(record["quote"]),
            _text(record["source"]),
            _frame(record["source_in"], rate),
            _frame(record["source_out"], rate),
        )
        if kind == "pause":
            return Still(at, frames, quote, source, start, _text(record.get("angle", "")))
        if end - start != frames / rate:
            raise ValueError(f"{quote} is not as long as what is played of its source")
        return Played(at, frames, quote, source, start, text, _text(record.get("angle", "")))
    return Card(at, frames, _text(kind), text)


def _wording(words: Mapping[str, Any]) -> Wording:
    return Wording(*(_text(words.get(one.name, "")) for one in fields(Wording)))


def _frame(text: str, rate: Fraction) -> Time[Source]:
    return Time[Source](fraction(text)).snap(rate)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r:.40} is not a text")
    return value
