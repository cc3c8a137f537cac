"""What all caption formats share: text out of bytes in any encoding, lines that any format can hold,
clocks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise

from charset_normalizer import from_bytes

from pipeline.captions.model import Cue, plain_cue
from pipeline.core.time import Programme, Span, Time
from pipeline.errors import InputError
from pipeline.production.profile import CaptionArea


@dataclass(frozen=True)
class Subtitles:
    """What a file says, in its own order; cues may overlap. `language` is "" where neither the file nor its
    name says. `data` is the file itself: what is not changed is written as it was.
    """

    language: str
    cues: tuple[Cue, ...]
    format: str
    data: bytes = field(default=b"", repr=False, compare=False)
    written: tuple[Written, ...] = ()
    """Every cue as the file has it, those that show nothing among them; none where its format has no such
    text.
    """


@dataclass(frozen=True)
class Written:
    """A cue before anything is put right: times that may run backwards, and lines with all their blanks.
    `tags` say how letters look.
    """

    start: Fraction
    end: Fraction
    lines: tuple[str, ...]
    tags: tuple[str, ...] = ()

    @property
    def shows(self) -> bool:
        """Is there anything to see? Cues that show nothing are read as none."""
        return bool(_tidied(self.lines))


WIDE = CaptionArea(characters=37, lines=2, width=0.68, size=0.08, safe_width=0.75, safe_height=0.9)
"""Where captions stand on a wide picture, when nobody says otherwise."""

# Writing -----------------------------------------------------------------------------------------

_SPACES = re.compile("[\t\n\v\f\r\x1c-\x1f\x85\u2028\u2029]")
_NOWHERE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff]")


def held(text: str) -> str:
    """The text as every format can hold it: no line ends of any kind, nothing that XML forbids, no byte order
    mark.
    """
    return _NOWHERE.sub("\ufffd", _SPACES.sub(" ", text)).strip()


def lines_of(cue: Cue) -> list[str]:
    """What is read, as every format can hold it."""
    return [line for line in map(held, cue.lines) if line]


def stamp(time: Time[Programme], point: str = ".") -> str:
    """hh:mm:ss.mmm."""
    ms = time.ms()
    return f"{ms // 3600000:02}:{ms // 60000 % 60:02}:{ms // 1000 % 60:02}{point}{ms % 1000:03}"


# Reading -----------------------------------------------------------------------------------------


def made(
    start: Fraction, end: Fraction, lines: list[str], *, speaker: str = "", **more: object
) -> Cue | None:
    """A cue as a file has it, or none where it shows nothing. Times that run backwards lose no words: a rule
    will tell.
    """
    shown = _tidied(lines)
    if not shown:
        return None
    start = max(start, Fraction(0))
    span = Span[Programme](Time(start), Time(max(end, start + Fraction(1, 1000))))
    return plain_cue(span, shown, speaker, "", **more)


def _tidied(lines: Iterable[str]) -> tuple[str, ...]:
    return tuple(line for line in (re.sub(r"[^\S\xa0]+", " ", line).strip() for line in lines) if line)


COLOURS = {
    "white": "#FFFFFF",
    "yellow": "#FFFF00",
    "cyan": "#00FFFF",
    "green": "#00FF00",
    "magenta": "#FF00FF",
    "red": "#FF0000",
    "blue": "#0000FF",
}
"""By the names that profiles and television give them."""

AFTER_LINES = r"(?:.*\n){0,200}?[ \t]*"
"""What may stand before the first times of a file that has no mark of its own."""

FOR_EVER = Fraction(4)
"""Seconds that a caption stands which nothing takes away."""


def intervals(parts: list[tuple[Fraction, Fraction, str]]) -> list[tuple[Fraction, Fraction, str]]:
    """What stands on the screen from one change to the next, where texts come and go one by one."""
    changes = sorted({at for start, end, _ in parts for at in (start, end)})
    shown = [
        (start, end, "".join(text for first, last, text in parts if first <= start and end <= last))
        for start, end in pairwise(changes)
    ]
    return [(start, end, text) for start, end, text in shown if text.strip()]


BOMS = {
    b"\xef\xbb\xbf": "utf-8",
    b"\xff\xfe\x00\x00": "utf-32-le",
    b"\x00\x00\xfe\xff": "utf-32-be",
    b"\xff\xfe": "utf-16-le",
    b"\xfe\xff": "utf-16-be",
}
WESTERN = ("cp1252", "mac_roman", "cp1250", "cp850", "iso8859_2", "iso8859_14")
"""Encodings in which texts in Latin letters turn up, most usual first."""


def decode(name: str, data: bytes) -> str:
    """The text of a file, whatever it was saved as, with plain line ends."""
    return plain_ends(opened(name, data)[0])


def opened(name: str, data: bytes) -> tuple[str, bytes, str]:
    """The text of a file with its own line ends, the mark that stands before it, and its encoding."""
    mark = next((mark for mark in BOMS if data.startswith(mark)), b"")
    if encoding := BOMS.get(mark) or _wide(data):
        return data[len(mark) :].decode(encoding, "replace"), mark, encoding
    try:
        return data.decode("utf-8"), b"", "utf-8"
    except UnicodeDecodeError:
        return _guessed(name, data)


def _wide(data: bytes) -> str:
    """UTF-16 without a mark: every other byte of Latin letters is none."""
    if data[:400].count(0) <= len(data[:400]) // 4:
        return ""
    return "utf-16-be" if data[0] == 0 else "utf-16-le"


def _guessed(name: str, data: bytes) -> tuple[str, bytes, str]:
    """In the encoding in which it looks most like what people write."""
    tries = [_tried(data, encoding) for encoding in WESTERN]
    strange, place = min((_strange(text), place) for place, (text, _) in enumerate(tries))
    best, encoding = tries[place]
    letters = [letter for letter in best if letter.isalpha()]
    foreign = sum(letter > "\x7f" for letter in letters)
    if strange * 8 <= len(letters) and foreign * 2 <= len(letters):
        return best, b"", encoding
    found = from_bytes(data).best()  # hardly in Latin letters at all
    if found is None:
        raise InputError("is not text", where=name, next_step="save it as UTF-8")
    return str(found), b"", found.encoding


def _tried(data: bytes, encoding: str) -> tuple[str, str]:
    try:
        return data.decode(encoding), encoding
    except UnicodeDecodeError:
        return data.decode("latin-1"), "latin-1"


_USUAL = frozenset("àáâãäåæçèéêëìíîïñòóôõöøœùúûüýÿßąćęłńśźżčďěňřšťůžőűŵŷ“”‘’„–—…£€«»¡¿°·\xa0♪#½")


def _strange(text: str) -> int:
    """How little a text looks like what people write: signs inside words, capitals after small letters, rare
    letters.
    """
    bad = 0
    for before, mark in pairwise(text):
        if mark > "\x7f":
            bad += mark.lower() not in _USUAL
            bad += 2 * (mark < "\xa0")
            bad += before.islower() and mark.isupper()
            bad += before.isalpha() and not mark.isalpha() and mark not in "”’–—…\xa0»"
        elif before > "\x7f":
            bad += mark.isalpha() and not before.isalpha() and before not in "“‘’–—…\xa0«¡¿„♪£€"
    return bad


def plain_ends(text: str) -> str:
    """A text whose lines end in a line feed each."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
