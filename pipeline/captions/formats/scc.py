"""Scenarist SCC: CEA-608 as text, a pair of bytes for each frame at 29.97 frames a second.

Read as a decoder shows it; written as pop-on captions: loaded unseen, two letters a frame, and put up at once
on their own frame.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from textwrap import wrap

from pipeline.captions.formats import cea608
from pipeline.captions.formats.codec import WIDE_LAYOUT, Codec, Layout
from pipeline.captions.formats.text import FOR_EVER, Subtitles, decode, lines_of, made
from pipeline.captions.model import Captions, Cue
from pipeline.core.time import nearest, timecode
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
        """What a control code does, if it is one that this decoder knows."""
        if cea608.RU2 <= code <= cea608.RU4:
            self.rolls(code - cea608.RU2 + 2, at)
        elif code in _COMMANDS:
            _COMMANDS[code](self, at)

    def rolls(self, depth: int, at: Fraction) -> None:
        """Rows come in from below from now on."""
        if self.mode != "roll":
            self.ends(at)
            self.shown, self.hidden, self.row = {}, {}, cea608.ROWS
        self.mode, self.depth, self.column = "roll", depth, 0

    def pops(self, at: Fraction) -> None:
        """Captions are written unseen from now on."""
        self.mode = "pop"

    def paints(self, at: Fraction) -> None:
        """Captions are written where they are seen from now on."""
        self.mode = "paint"

    def flips(self, at: Fraction) -> None:
        """What was written unseen is shown."""
        self.ends(at)
        self.shown, self.hidden, self.mode = self.hidden, self.shown, "pop"
        self.since = at

    def clears(self, at: Fraction) -> None:
        """Nothing is shown any more."""
        self.ends(at)
        self.shown = {}

    def forgets(self, at: Fraction) -> None:
        """Nothing is written unseen any more."""
        self.hidden = {}

    def returns(self, at: Fraction) -> None:
        """Rows go up by one, where they roll."""
        if self.mode != "roll":
            return
        self.ends(at)
        top = self.row - self.depth
        self.shown = {row - 1: line for row, line in self.shown.items() if row - 1 > top}
        self.since, self.column, self.colour = at, 0, "white"

    def steps_back(self, at: Fraction) -> None:
        """The last letter is taken out."""
        self.column = max(0, self.column - 1)
        self.memory.get(self.row, {}).pop(self.column, None)

    def cuts_off(self, at: Fraction) -> None:
        """The rest of the row is taken out."""
        line = self.memory.get(self.row, {})
        for column in [column for column in line if column >= self.column]:
            del line[column]

    def ends(self, at: Fraction) -> None:
        """What is shown goes, or is about to change: it was a caption."""
        if self.since is not None and at > self.since and (cue := _cue(self.shown, self.since, at)):
            self.cues.append(cue)
        self.since, self.fresh = None, False


_COMMANDS: dict[int, Callable[[_Screen, Fraction], None]] = {
    cea608.RCL: _Screen.pops,
    cea608.RDC: _Screen.paints,
    cea608.EOC: _Screen.flips,
    cea608.EDM: _Screen.clears,
    cea608.ENM: _Screen.forgets,
    cea608.CR: _Screen.returns,
    cea608.BS: _Screen.steps_back,
    cea608.DER: _Screen.cuts_off,
}


def _cue(shown: Memory, start: Fraction, end: Fraction) -> Cue | None:
    """What stood on the screen, in the colour of its first letter."""
    rows = [row for row, line in sorted(shown.items()) if line]
    letters = [letter for row in rows for _, letter in sorted(shown[row].items()) if letter[0].strip()]
    position = "top" if rows and rows[-1] <= cea608.ROWS // 2 else "bottom"
    colour = letters[0][1] if letters else "white"
    return made(start, end, [_line(shown[row]) for row in rows], colour=colour, position=position)


def _line(line: dict[int, tuple[str, str]]) -> str:
    return "".join(line.get(column, (" ", ""))[0] for column in range(max(line) + 1))


# Writing -----------------------------------------------------------------------------------------

MOST_ROWS = 4
LATEST = 15
"""Frames that a caption may come late, where the one before it left no time to load it: half a second."""

_SAID_OTHERWISE = str.maketrans(
    {
        "’": "'",
        "‘": "'",
        "–": "-",
        "—": "-",
        "‐": "-",
        "‑": "-",
        "…": "...",
        "\xa0": " ",
        "♫": "♪",
        "„": '"',
        "−": "-",
    }
)
"""Signs that CEA-608 lacks, or has where few decoders draw them. Letters are never changed."""

_CODES = {
    letter: code
    for code, letter in (cea608.EXTENDED | cea608.SPECIAL | cea608.PLAIN).items()
    if letter not in "█\xa0"
}
_INSTEAD = {"“": '"', "”": '"', "«": "<", "»": ">"}
"""What a decoder shows that knows no extended letters."""


def to_scc(captions: Captions, layout: Layout = WIDE_LAYOUT) -> str:
    """Scenarist SCC with drop-frame time code; InputError where something will not go into 32 columns, 4 rows
    and CEA-608's letters.
    """
    air: dict[int, int] = {}
    free = 0
    for number, cue in enumerate(captions.cues, 1):
        start, end = (nearest(time.seconds * RATE) for time in (cue.span.start, cue.span.end))
        placed = _placed(_load(cue, number), air, free, start)
        shown = max(start, max(placed) + 1)
        while shown in air or shown + 1 in air:  # the caption before goes only now
            shown += 1
        if shown > start + LATEST or shown >= end:
            raise InputError(
                f"cannot be loaded in time: it would come {float((shown - start) / RATE):.1f} s "
                f'late: "{cue.text[:40]}"',
                where=f"caption {number}, SCC",
                next_step="join it with the caption before, or take another format",
            )
        air |= placed | dict.fromkeys((shown, shown + 1), cea608.EOC)
        free = shown + 2
        following = captions.cues[number].span.start if number < len(captions.cues) else None
        if following is None or nearest(following.seconds * RATE) > end:
            air |= dict.fromkeys((max(end, free), max(end, free) + 1), cea608.EDM)
    return "Scenarist_SCC V1.0\n\n" + "\n".join(_runs(air))


Code = tuple[int, ...]
"""What is sent without a break: a pair of letters once, a control code twice."""


def _placed(codes: Sequence[Code], air: dict[int, int], free: int, start: int) -> dict[int, int]:
    """Codes by their frames: the last ones before `start`; from `free` on where those are too few. Nothing
    comes between a code and its repetition, or it would be done twice.
    """
    placed: dict[int, int] = {}
    at = start
    for code in reversed(codes):
        at -= len(code)
        while at >= free and not air.keys().isdisjoint(_frames(at, code)):
            at -= 1
        placed |= dict(zip(_frames(at, code), code, strict=True))
    if at >= free:
        return placed
    placed, at = {}, free  # the caption before left too little time
    for code in codes:
        while not air.keys().isdisjoint(_frames(at, code)):
            at += 1
        placed |= dict(zip(_frames(at, code), code, strict=True))
        at += len(code)
    return placed


def _frames(at: int, code: Code) -> range:
    return range(at, at + len(code))


def _runs(air: dict[int, int]) -> list[str]:
    """A line for each run of frames in which something is sent."""
    lines: list[str] = []
    before = -2
    for frame, code in sorted(air.items()):
        word = f"{cea608.odd(code >> 8):02x}{cea608.odd(code & 0xFF):02x}"
        if frame == before + 1:
            lines[-1] += f" {word}"
        else:
            lines.append(f"{timecode(frame, RATE)}\t{word}")
        before = frame
    return [f"{line}\n" for line in lines]


def _load(cue: Cue, number: int) -> list[Code]:
    """The codes that write a caption into the memory that is not shown."""
    rows = _rows(cue, number)
    first = 1 if cue.position == "top" else cea608.ROWS + 1 - len(rows)
    codes: list[Code] = [(cea608.ENM,) * 2, (cea608.RCL,) * 2]
    colour = next((code for code, name in cea608.COLOURS.items() if name == cue.colour), 0)
    for row, text in enumerate(rows, first):
        coloured = bool(colour) and len(text) < cea608.COLUMNS  # a colour takes a column
        column = (cea608.COLUMNS - len(text) - coloured) // 2
        codes.append((cea608.preamble(row, column),) * 2)
        codes += [(cea608.TAB + column % 4,) * 2] if column % 4 else []
        codes += [(0x1120 + colour,) * 2] if coloured else []
        codes += _letters(text)
    return codes


def _rows(cue: Cue, number: int) -> list[str]:
    lines = [line.translate(_SAID_OTHERWISE) for line in lines_of(cue)]
    rows = [row for line in lines for row in _wrapped(line)]
    if len(rows) > len(lines) and not any(line.startswith("-") for line in lines):  # a dash is another voice
        rows = min(_wrapped(" ".join(lines)), rows, key=len)
    if reason := _does_not_fit(rows):
        raise InputError(
            f'{reason}: "{cue.text[:40]}"',
            where=f"caption {number}, SCC",
            next_step="take another format: WebVTT, SRT and TTML hold any text",
        )
    return rows


def _does_not_fit(rows: Sequence[str]) -> str:
    """Why CEA-608 cannot show these rows."""
    if wrong := sorted({letter for row in rows for letter in row if letter not in _CODES}):
        return f"has letters that CEA-608 lacks: {' '.join(wrong[:8])}"
    if max(map(len, rows), default=0) > cea608.COLUMNS:
        return f"has a word of more than {cea608.COLUMNS} letters"
    return f"needs {len(rows)} rows of {cea608.COLUMNS} columns" if len(rows) > MOST_ROWS else ""


def _wrapped(line: str) -> list[str]:
    """The line in as few rows as it needs, about equally long."""
    fewest = wrap(line, cea608.COLUMNS, break_long_words=False, break_on_hyphens=False)
    widths = range(max(map(len, line.split()), default=1), cea608.COLUMNS + 1)
    balanced = (wrap(line, width, break_long_words=False, break_on_hyphens=False) for width in widths)
    return next((rows for rows in balanced if len(rows) == len(fewest)), fewest)


def _letters(text: str) -> list[Code]:
    """Pairs of plain letters, and codes of their own for the others."""
    codes: list[Code] = []
    pending = 0
    for letter in text:
        code = _CODES[letter]
        if code < 0x100:
            codes += [(pending << 8 | code,)] if pending else []
            pending = 0 if pending else code
            continue
        if code in cea608.EXTENDED:  # takes the place of a plain letter before it
            plain = _CODES.get(_INSTEAD.get(letter, ""), 0x3F)
            codes.append((pending << 8 | plain,) if pending else (plain << 8,))
        elif pending:
            codes.append((pending << 8,))
        pending = 0
        codes.append((code, code))
    return codes + ([(pending << 8,)] if pending else [])


CODEC = Codec(
    "scc",
    "SCC",
    endings=("scc",),
    holds=frozenset({"position", "colour"}),
    read=lambda name, data: read_scc(name, decode(name, data)),
    write=to_scc,
    sniff=re.compile(r"\s{0,99}Scenarist_SCC").match,
    resolution=Fraction(1001, 60000),
    beside={"italics": r"\b91[aA][eE]\b", "underlining": r"\b912[fF]\b"},
    at_once=False,
)
