"""Scenarist SCC: CEA-608 as text, a pair of bytes for each frame at 29.97 frames a second."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from pipeline.captions.formats import cea608
from pipeline.captions.formats.text import FOR_EVER, Subtitles, made
from pipeline.captions.model import Cue
from pipeline.errors import InputError

RATE = Fraction(30000, 1001)

_LINE = re.compile(r"\s*(\d\d):(\d\d):(\d\d)([:;.,])(\d\d)\s+(.*)", re.ASCII)


def read_scc(name: str, text: str) -> Subtitles:
    """Pop-on, paint-on and roll-up captions of the first channel, as a decoder shows them."""
    screen = _Screen()
    at = Fraction(0)
    for frame, code in _words(name, text):
        at = frame / RATE
        screen.take(code, at)
    screen.ends(max(at, screen.since or at) + FOR_EVER)
    return Subtitles("", tuple(screen.cues), "scc")


def _words(name: str, text: str) -> Iterator[tuple[int, int]]:
    """(frame, code) for every pair of bytes, without their parity bits."""
    for number, line in enumerate(text.split("\n"), 1):
        found = _LINE.fullmatch(line.rstrip())
        if not found:
            if line.strip() and "Scenarist_SCC" not in line:
                raise InputError(
                    f'has a line that is no SCC: "{line.strip()[:30]}"',
                    where=f"{name}, line {number}",
                    next_step="export it again",
                )
            continue
        codes = found[6].split()
        if not all(re.fullmatch(r"[0-9a-fA-F]{4}", code) for code in codes):
            raise InputError(
                "has bytes that are none",
                where=f"{name}, line {number}",
                next_step="four hexadecimal digits each: export it again",
            )
        first = _frame(*map(int, found.group(1, 2, 3, 5)), drops=found[4] != ":")
        yield from ((first + place, int(code, 16) & 0x7F7F) for place, code in enumerate(codes))


def _frame(hours: int, minutes: int, seconds: int, frames: int, *, drops: bool) -> int:
    total = hours * 60 + minutes
    return (total * 60 + seconds) * 30 + frames - (2 * (total - total // 10) if drops else 0)


Memory = dict[int, dict[int, tuple[str, str]]]
"""By row and column: a letter and its colour."""


@dataclass
class _Screen:
    """A decoder: one memory that is shown and one that is written to, and how captions come."""

    cues: list[Cue] = field(default_factory=list)
    since: Fraction | None = None
    """When what is shown came up; none while nothing is."""
    mode: str = "pop"
    depth: int = 2
    row: int = cea608.ROWS
    column: int = 0
    colour: str = "white"
    shown: Memory = field(default_factory=dict)
    hidden: Memory = field(default_factory=dict)
    fresh: bool = False
    """Something was written since then."""
    last: int = 0
    other: bool = False
    """The second channel is speaking: none of it is ours."""

    @property
    def memory(self) -> Memory:
        return self.hidden if self.mode == "pop" else self.shown

    def take(self, code: int, at: Fraction) -> None:
        if code >> 8 < 0x10:  # nothing, or data that is not for the screen
            return
        if code >> 8 >= 0x20:
            if not self.other:
                self.letters(code, at)
            self.last = 0
            return
        if code == self.last:  # control codes are sent twice
            self.last = 0
            return
        self.last = code
        self.other = bool(code & 0x0800)
        if not self.other:
            self.control(code, at)

    def letters(self, code: int, at: Fraction) -> None:
        for byte in (code >> 8, code & 0xFF):
            if byte >= 0x20:
                self.put(cea608.PLAIN[byte], at)

    def put(self, letter: str, at: Fraction) -> None:
        if self.mode != "pop" and self.since is None:
            self.since = at
        self.fresh = True
        self.memory.setdefault(self.row, {})[self.column] = (letter, self.colour)
        self.column += 1

    def control(self, code: int, at: Fraction) -> None:
        if code in cea608.SPECIAL:
            self.put(cea608.SPECIAL[code], at)
        elif code in cea608.EXTENDED:
            self.column = max(0, self.column - 1)
            self.put(cea608.EXTENDED[code], at)
        elif colour := cea608.colour(code):
            self.put(" ", at)
            self.colour = colour
        elif place := cea608.place(code):
            self.goes(place, at)
        elif cea608.TAB < code <= cea608.TAB + 3:
            self.column += code - cea608.TAB
        else:
            self.command(
                code if code < 0x1500 else code - 0x100, at
            )  # the second field has commands of its own

    def goes(self, place: tuple[int, int, str], at: Fraction) -> None:
        row, self.column, self.colour = place
        if self.mode == "paint" and (self.fresh or self.since is None):
            self.ends(at)
            self.since = at
        if self.mode == "roll" and row != self.row:
            for rows in sorted(self.shown, reverse=row > self.row):
                self.shown[rows + row - self.row] = self.shown.pop(rows)
        self.row = row

    def command(self, code: int, at: Fraction) -> None:
        if code == cea608.RCL:
            self.mode = "pop"
        elif code == cea608.RDC:
            self.mode = "paint"
        elif cea608.RU2 <= code <= cea608.RU4:
            if self.mode != "roll":
                self.ends(at)
                self.shown, self.hidden, self.row = {}, {}, cea608.ROWS
            self.mode, self.depth, self.column = "roll", code - cea608.RU2 + 2, 0
        elif code == cea608.EOC:
            self.ends(at)
            self.shown, self.hidden, self.mode = self.hidden, self.shown, "pop"
            self.since = at
        elif code == cea608.EDM:
            self.ends(at)
            self.shown = {}
        elif code == cea608.ENM:
            self.hidden = {}
        elif code == cea608.CR and self.mode == "roll":
            self.ends(at)
            self.shown = {
                row - 1: line for row, line in self.shown.items() if row - 1 > self.row - self.depth
            }
            self.since, self.column, self.colour = at, 0, "white"
        elif code == cea608.BS:
            self.column = max(0, self.column - 1)
            self.memory.get(self.row, {}).pop(self.column, None)
        elif code == cea608.DER:
            line = self.memory.get(self.row, {})
            for column in [column for column in line if column >= self.column]:
                del line[column]

    def ends(self, at: Fraction) -> None:
        """What is shown goes, or is about to change: it was a caption."""
        if self.since is not None and at > self.since:
            rows = sorted(row for row, line in self.shown.items() if line)
            lines = [_line(self.shown[row]) for row in rows]
            letters = [
                letter for row in rows for _, letter in sorted(self.shown[row].items()) if letter[0].strip()
            ]
            position = "top" if rows and rows[-1] <= cea608.ROWS // 2 else "bottom"
            if cue := made(
                self.since, at, lines, colour=letters[0][1] if letters else "white", position=position
            ):
                self.cues.append(cue)
        self.since, self.fresh = None, False


def _line(line: dict[int, tuple[str, str]]) -> str:
    return "".join(line.get(column, (" ", ""))[0] for column in range(max(line) + 1))
