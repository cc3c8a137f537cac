"""Pop-on captions for SCC: loaded unseen, two letters a frame, and put up at once on their own frame."""

from __future__ import annotations

import re
from textwrap import wrap

from pipeline.captions.formats import cea608
from pipeline.captions.formats.codec import WIDE_LAYOUT, Codec, Layout
from pipeline.captions.formats.scc import RATE, read_scc
from pipeline.captions.formats.text import decode, lines_of
from pipeline.captions.model import Captions, Cue
from pipeline.core.time import nearest, timecode
from pipeline.errors import InputError

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
        words = _load(cue, number)
        taken = [frame for frame in range(free, start) if frame not in air]
        frames = taken[-len(words) :]
        shown = start
        while len(frames) < len(words):  # the caption before left too little time
            if shown not in air:
                frames.append(shown)
            shown += 1
        if shown > start + LATEST or shown >= end:
            raise InputError(
                f"cannot be loaded in time: it would come {float((shown - start) / RATE):.1f} s "
                f'late: "{cue.text[:40]}"',
                where=f"caption {number}, SCC",
                next_step="join it with the caption before, or take another format",
            )
        air |= dict(zip(frames, words, strict=True))
        air |= dict.fromkeys((shown, shown + 1), cea608.EOC)
        free = shown + 2
        following = captions.cues[number].span.start if number < len(captions.cues) else None
        if following is None or nearest(following.seconds * RATE) > end:
            air |= dict.fromkeys((max(end, free), max(end, free) + 1), cea608.EDM)
    return "Scenarist_SCC V1.0\n\n" + "\n".join(_runs(air))


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


def _load(cue: Cue, number: int) -> list[int]:
    """The words that write a caption into the memory that is not shown."""
    rows = _rows(cue, number)
    first = 1 if cue.position == "top" else cea608.ROWS + 1 - len(rows)
    words = [cea608.ENM, cea608.ENM, cea608.RCL, cea608.RCL]
    colour = next((code for code, name in cea608.COLOURS.items() if name == cue.colour), 0)
    for row, text in enumerate(rows, first):
        coloured = bool(colour) and len(text) < cea608.COLUMNS  # a colour takes a column
        column = (cea608.COLUMNS - len(text) - coloured) // 2
        words += [cea608.preamble(row, column)] * 2
        words += [cea608.TAB + column % 4] * 2 if column % 4 else []
        words += [0x1120 + colour] * 2 if coloured else []
        words += _letters(text)
    return words


def _rows(cue: Cue, number: int) -> list[str]:
    lines = [line.translate(_SAID_OTHERWISE) for line in lines_of(cue)]
    rows = [row for line in lines for row in _wrapped(line)]
    if len(rows) > len(lines) and not any(line.startswith("-") for line in lines):  # a dash is another voice
        rows = min(_wrapped(" ".join(lines)), rows, key=len)
    wrong = sorted({letter for row in rows for letter in row if letter not in _CODES})
    reason = ""
    if wrong:
        reason = f"has letters that CEA-608 lacks: {' '.join(wrong[:8])}"
    elif any(len(row) > cea608.COLUMNS for row in rows):
        reason = f"has a word of more than {cea608.COLUMNS} letters"
    elif len(rows) > MOST_ROWS:
        reason = f"needs {len(rows)} rows of {cea608.COLUMNS} columns"
    if reason:
        raise InputError(
            f'{reason}: "{cue.text[:40]}"',
            where=f"caption {number}, SCC",
            next_step="take another format: WebVTT, SRT and TTML hold any text",
        )
    return rows


def _wrapped(line: str) -> list[str]:
    """The line in as few rows as it needs, about equally long."""
    fewest = wrap(line, cea608.COLUMNS, break_long_words=False, break_on_hyphens=False)
    widths = range(max(map(len, line.split()), default=1), cea608.COLUMNS + 1)
    balanced = (wrap(line, width, break_long_words=False, break_on_hyphens=False) for width in widths)
    return next((rows for rows in balanced if len(rows) == len(fewest)), fewest)


def _letters(text: str) -> list[int]:
    """Pairs of plain letters, and whole words for the others."""
    words: list[int] = []
    pending = 0
    for letter in text:
        code = _CODES[letter]
        if code < 0x100:
            words += [pending << 8 | code] if pending else []
            pending = 0 if pending else code
            continue
        if code in cea608.EXTENDED:  # takes the place of a plain letter before it
            plain = _CODES.get(_INSTEAD.get(letter, ""), 0x3F)
            words += [pending << 8 | plain] if pending else [plain << 8]
            pending = 0
        elif pending:
            words.append(pending << 8)
            pending = 0
        words.append(code)
        words += [code]
    return words + ([pending << 8] if pending else [])


CODEC = Codec(
    "scc",
    "SCC",
    endings=("scc",),
    holds=frozenset({"position", "colour"}),
    read=lambda name, data: read_scc(name, decode(name, data)),
    write=to_scc,
    sniff=re.compile(r"\s{0,99}Scenarist_SCC").match,
)
