"""One recording in several files, as cameras write what is too long for one: judged, and laid on one clock.

Their pictures follow each other frame by frame. Their sound keeps to its picture as each file has it; where
one file's sound ends a part of a coded frame before or after the next one's begins, the camera cut one run of
sound, and it is laid end to end. What two files both hold is heard once.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise, permutations
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pipeline.core.codec import codec
from pipeline.core.digest import digest
from pipeline.core.finding import Finding
from pipeline.core.footage import File, Footage
from pipeline.core.media import Chapter, Feed, Media
from pipeline.core.time import nearest
from pipeline.core.timecode import Timecode
from pipeline.engine.task import Context, Task
from pipeline.errors import InputError
from pipeline.production.specs import SourceSpec

CODED = 2048
"""Samples in the longest frame that a codec of sound has: HE-AAC's."""

APART = Fraction(1)
"""Seconds between two files, by the camera's own timecode, that are one recording all the same."""

Mono = npt.NDArray[np.float32]

SURE = 0.9
"""How alike two stretches of sound are that are one."""

QUIET = 0.01
"""Of the power of what is said: what is less is what a coder fills its last frame up with."""

_GOPRO = re.compile(r"(?:G[HXLS](?P<part>\d\d)|GP(?P<old>\d\d)|GOPR)(?P<clip>\d{4})\.\w+", re.IGNORECASE)
_NUMBERED = re.compile(r"(.*?)(\d+)(\D*)")


def in_order(names: Sequence[str], created: Sequence[str] = ()) -> None:
    """Refuse files whose own names, or the times at which they were made, say another order."""
    for number, (one, two) in enumerate(pairwise(names)):
        known = created[number : number + 2]
        later = len(known) == 2 and all(known) and known[0] < known[1]
        if len(known) == 2 and all(known) and known[0] > known[1]:
            raise _refusal(two, f"was recorded before {one}", _order(names))
        _numbers(one, two, names, later=later)


def _numbers(one: str, two: str, names: Sequence[str], *, later: bool) -> None:
    first, second = _GOPRO.fullmatch(one), _GOPRO.fullmatch(two)
    if first and second:
        if first["clip"] != second["clip"]:
            what = f"is of recording {second['clip']}, and {one} of {first['clip']}"
            raise _refusal(two, what, "give it as a source of its own")
        before, after = (int(found["part"] or found["old"] or 0) for found in (first, second))
        if after < before:
            raise _refusal(two, f"is chapter {after}, and stands after chapter {before}", _order(names))
        if after > before + 1:
            raise _refusal(
                two, f"is chapter {after}: chapter {before + 1} is missing", "copy it from the card"
            )
        return
    first, second = _NUMBERED.fullmatch(one), _NUMBERED.fullmatch(two)
    same = first and second and (first[1], first[3]) == (second[1], second[3])
    if first and second and same and int(second[2]) < int(first[2]) and not later:
        raise _refusal(two, f"stands after {one}, and its number is lower", _order(names))


def _order(names: Sequence[str]) -> str:
    listed = ", ".join(f'"{name}"' for name in sorted(names))
    return f"write the files in the order in which they were recorded; by their names: {listed}"


def apart(sources: Sequence[SourceSpec]) -> list[Finding]:
    """Where the chapters of one recording are a source each: what is said over a join is found in neither."""
    found = []
    for one, two in permutations(sources, 2):
        first, second = (_GOPRO.fullmatch(Path(source.file).name) for source in (one, two))
        if not (first and second and first["clip"] == second["clip"]):
            continue
        before, after = (int(name["part"] or name["old"] or 0) for name in (first, second))
        if after == before + 1 and one.everybody == two.everybody:
            what = f'is chapter {before} of a recording, and source "{two.id}" is chapter {after} of it'
            step = f'make them one source: files = ["{one.file}", "{two.file}"]'
            found.append(Finding("chapters", "warning", one.id, what, step, ""))
    return found


def alike(names: Sequence[str], several: Sequence[Media]) -> None:
    """Refuse files that no one camera wrote in one go: each thing in which they differ is named."""
    first = _facts(several[0])
    for name, media in zip(names[1:], several[1:], strict=True):
        facts = _facts(media)
        unlike = [f"{what} {facts[what]}, not {first[what]}" for what in facts if facts[what] != first[what]]
        if unlike:
            what = f"is not as {names[0]} is ({'; '.join(unlike)})"
            raise _refusal(name, what, "what was recorded apart is a source of its own")


def _facts(media: Media) -> dict[str, str]:
    picture = media.picture
    shown = {"picture": "none", "rate": "", "turned": ""}
    if picture:
        # Where a copy was cut through pictures out of order a few are missing: half a frame a second is near.
        rate = nearest(picture.rate)
        shown = {
            "picture": f"{picture.codec} {picture.width}x{picture.height}",
            "rate": f"{rate} frames a second",
            "turned": f"{picture.rotation} degrees{', mirrored' if picture.mirrored else ''}",
        }
    heard = [f"{one.codec} {one.rate} Hz, {one.channels} channel(s)" for one in media.tracks]
    return shown | {"sound": " + ".join(heard) or "none"}


def _timecodes(names: Sequence[str], several: Sequence[Chapter]) -> None:
    """Refuse files between which the camera's own clock did not run on. Copies may all say the first's."""
    for (one, two), (before, after) in zip(pairwise(names), pairwise(several), strict=True):
        starts = [Timecode.parse(found.media.timecode) for found in (before, after)]
        rate = after.media.picture.rate if after.media.picture else None
        if not rate or not starts[0] or not starts[1] or starts[0] == starts[1]:
            continue
        passed = starts[1].at(rate) - starts[0].at(rate)
        apart = passed - (after.begins - before.begins)
        if passed < 0:
            raise _refusal(two, f"was recorded before {one}, by its timecode {starts[1]}", _order(names))
        if abs(apart) > APART:
            side = "after" if apart > 0 else "before"
            what = f"begins at {starts[1]}, {abs(float(apart)):.1f} s {side} {one} ends"
            raise _refusal(two, what, "what was not recorded in one go is a source each")


def _together(at: Context, files: tuple[File, ...], several: tuple[Media, ...]) -> Media:
    """The files as one recording."""
    names = [file.path.name for file in files]
    in_order(names, [media.created for media in several])
    alike(names, several)
    laid: list[Chapter] = []
    picture = sound = Fraction(0)
    for file, media in zip(files, several, strict=True):
        if laid:
            last = files[len(laid) - 1], laid[-1]
            laid.append(_next(at, *last, file, media, picture, sound))
        else:
            laid.append(Chapter(media, picture, sound))
        ended = at.tools.ends(file.path, media, next(iter(media.tracks), None))
        picture, sound = laid[-1].at + ended[0], laid[-1].sound + ended[1]
    _timecodes(names, laid)
    return _whole(laid, picture, sound)


def _next(
    at: Context, last: File, before: Chapter, file: File, media: Media, picture: Fraction, sound: Fraction
) -> Chapter:
    """Where a file lies, when the one before it ends at `picture` and at `sound`: by its clock, where that
    runs on; by the picture that both have; or by where the other's last picture ends.
    """
    runs_on = before.at + media.origin - before.media.origin
    if media.origin and abs(runs_on - picture) < APART:
        return Chapter(media, runs_on, runs_on)
    if not media.picture:
        found = sound - (media.tracks[0].start if media.tracks else 0)
        return Chapter(media, found, found)
    met = at.tools.meets(last.path, before.media, file.path, media)
    if met is not None:
        return Chapter(media, before.at + met, before.at + met)
    found = picture - media.picture.start
    moved = _joint(at, last, before, file, media, found, sound) if media.tracks else Fraction(0)
    return Chapter(media, found, found + moved)


def _joint(
    at: Context, last: File, before: Chapter, file: File, media: Media, laid: Fraction, ended: Fraction
) -> Fraction:
    """By how much the sound of a file is moved to follow the one before it.

    Not in Matroska, which takes a coder's start for one in every file, and leaves out what was said in it.
    """
    track = media.tracks[0]
    gap = laid + track.start - ended
    if media.container != "mov" or abs(gap) > Fraction(CODED, track.rate) or not gap:
        return Fraction(0)
    count = nearest(-gap * track.rate)
    if count > 0:
        tail = _sound(
            at, last, before.media, nearest((laid + track.start - before.sound) * track.rate), count
        )
        head = _sound(at, file, media, nearest(track.start * track.rate), count)
        if _same(tail, head) or _power(tail[count // 2 :]) < QUIET * _power(head):
            return Fraction(0)  # both have it, or the coder filled its last frame up
    return -gap


def _sound(at: Context, file: File, media: Media, first: int, count: int) -> Mono:
    track = media.tracks[0]
    footage = Footage(file.path, media, Feed((track,)))
    return np.asarray(at.tools.read(footage, track, first, count, track.rate).mean(axis=1), np.float32)


def _same(one: Mono, two: Mono) -> bool:
    size = float(np.linalg.norm(one) * np.linalg.norm(two))
    return size > 0 and float(one @ two) / size > SURE


def _power(one: Mono) -> float:
    return float(np.mean(np.square(one))) if len(one) else 0.0


def _whole(laid: Sequence[Chapter], picture: Fraction, sound: Fraction) -> Media:
    """All of it, as if it were one file."""
    first, last = laid[0].media, laid[-1]
    seen = replace(first.picture, duration=picture - first.picture.start) if first.picture else None
    heard = tuple(
        replace(track, duration=last.sound + ending.end - track.start)
        for track, ending in zip(first.tracks, last.media.tracks, strict=True)
    )
    return replace(
        first,
        sha256=digest([[one.media.sha256, str(one.at), str(one.sound)] for one in laid]),
        size=sum(one.media.size for one in laid),
        duration=max(picture if seen else sound, *(track.end for track in heard)) if heard else picture,
        picture=seen,
        tracks=heard,
        chapters=tuple(laid),
    )


def _refusal(name: str, what: str, next_step: str) -> InputError:
    return InputError(what, where=name, next_step=next_step)


TOGETHER = Task("files of {}", 1, _together, codec(Media), tools=("av",), here=True)
"""Several files as one recording."""
