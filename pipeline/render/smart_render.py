"""A take that was made before, and changed: which of its pictures can be copied, and which must be made.

Takes are encoded in closed groups of pictures that begin at fixed places of their source, wherever
their own in point is. A group whose every frame shows what it showed before, between the same two
frames, is copied; so a trimmed edge or a corrected caption costs its own group and nothing else.
Every frame is what it would be in a take made in one go; the bytes of copied groups are those of
the take they were first made for, because an encoder's choices depend on what it saw before.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from math import floor
from typing import Any

from pipeline.core.framing import Framing, Key
from pipeline.core.ports import Piece
from pipeline.core.time import SOON

MOVING = (
    "length",
    "in point",
    "captions",
    "cutaways",
    "framing",
    "sound in and out",
    "names hidden",
    "room tone",
)
"""Components that belong to a take's frames, or to its sound; the others belong to every frame alike."""

Components = Mapping[str, Any]

_EVENT = re.compile(r"Dialogue: \d+,(\d+):(\d+):(\d+)\.(\d+),(\d+):(\d+):(\d+)\.(\d+),(.*)")


def pieces(new: Components, old: Components, group: int) -> tuple[Piece, ...]:
    """The new take's frames in runs, each made or copied; nothing where nothing can be copied.

    Both are the components of parts (part.py). `group` is the length of a group of pictures in frames.
    """
    if (
        any(old.get(name) != value for name, value in new.items() if name not in MOVING)
        or len(_looks(old, new)) > 1
    ):
        return ()
    first, end, before, after = (
        new["in point"],
        new["in point"] + new["length"],
        old["in point"],
        old["in point"] + old["length"],
    )
    drawn, was = _Drawn(new), _Drawn(old)
    found: list[Piece] = []
    for start in range(first - first % group, end, group):
        run, there = (
            (max(start, first), min(start + group, end)),
            (max(start, before), min(start + group, after)),
        )
        same = run == there and all(drawn.at(frame) == was.at(frame) for frame in range(*run))
        _add(found, Piece((run[0] - first, run[1] - first), run[0] - before if same else None))
    return tuple(found) if any(piece.old is not None for piece in found) else ()


def _add(found: list[Piece], piece: Piece) -> None:
    """In order, with neighbours of the same kind made one."""
    if found and (found[-1].old is None) == (piece.old is None):
        found[-1] = Piece((found[-1].run[0], piece.run[1]), found[-1].old)
    else:
        found.append(piece)


def _looks(*several: Components) -> set[str]:
    """What their captions look like, wherever they stand; a take without any agrees with all."""
    return {text.partition("Dialogue:")[0] for components in several if (text := str(components["captions"]))}


class _Drawn:
    """What is laid over a source's own frames: captions as libass times them, and cutaways."""

    def __init__(self, components: Components) -> None:
        self._first, self._rate = int(components["in point"]), Fraction(components["frame rate"])
        self._events = [
            (_ms(found.groups()[:4]), _ms(found.groups()[4:8]), found[9])
            for found in _EVENT.finditer(components["captions"])
        ]
        self._cutaways = components["cutaways"]
        self._framing = _framing(components.get("framing"))
        self._start, self._end = map(Fraction, components["sound in and out"])

    def at(self, frame: int) -> object:
        """Comparable for a frame of the source, at the film's rate. Near an end, what begins outside what is
        approved is not shown.
        """
        ends = [self._start] if frame <= (self._start + SOON) * self._rate + 1 else []
        ends += [self._end] if frame >= self._end * self._rate - 2 else []
        window = self._framing and (self._framing.shape, self._framing.at(frame))
        frame -= self._first
        ms = floor(frame / self._rate * 1000)
        texts = [text for start, end, text in self._events if start <= ms < end]
        laid = [
            (file, still, Fraction(start) + (0 if still else (frame - at) / self._rate))
            for file, still, start, at, count in self._cutaways
            if at <= frame < at + count
        ]
        return texts, laid, ends, window


def _framing(component: Any) -> Framing | None:
    """As a part's components have it (shot.py)."""
    if component is None:
        return None
    width, height, keys = component
    return Framing(
        Fraction(width),
        Fraction(height),
        tuple(Key(frame, Fraction(left), Fraction(top)) for frame, left, top in keys),
    )


def _ms(clock: tuple[str, ...]) -> int:
    hours, minutes, seconds, centis = map(int, clock)
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + centis * 10
