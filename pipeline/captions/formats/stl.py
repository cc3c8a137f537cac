"""EBU STL (Tech 3264), read only: what broadcasters and captioning houses hand over.

A header of 1024 bytes (GSI), then blocks of 128 (TTI); a caption may go on over several blocks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from unicodedata import normalize

from pipeline.captions.formats.codec import Codec
from pipeline.captions.formats.text import Subtitles, intervals, made
from pipeline.captions.model import Cue
from pipeline.errors import InputError

RATES = {
    b"STL23.01": Fraction(24000, 1001),
    b"STL24.01": Fraction(24),
    b"STL25.01": Fraction(25),
    b"STL30.01": Fraction(30000, 1001),
    b"STL50.01": Fraction(50),
}

_CODE_PAGES = {b"01": "iso8859_5", b"02": "iso8859_6", b"03": "iso8859_7", b"04": "iso8859_8"}
"""Cyrillic, Arabic, Greek, Hebrew; all others are Latin, ISO 6937."""

_ACCENTS = dict(
    zip(
        range(0xC1, 0xD0),
        "\u0300 \u0301 \u0302 \u0303 \u0304 \u0306 \u0307 \u0308 \u0308 \u030a \u0327 \u0332 \u030b "
        "\u0328 \u030c".split(),
        strict=True,
    )
)
"""These stand before their letter."""

_RUNS = {
    0xA0: "\xa0¡¢£$¥#§¤‘“«←↑→↓°±²³×µ¶·÷’”»¼½¾¿",
    0xD0: "—¹®©™♪¬¦",
    0xDC: "⅛⅜⅝⅞ΩÆÐªĦ\ufffdĲĿŁØŒºÞŦŊŉĸæđðħıĳŀłøœßþŧŋ\xad",
}
_LATIN = {first + place: letter for first, run in _RUNS.items() for place, letter in enumerate(run)}

_COLOURS = {
    0x02: "green",
    0x03: "yellow",
    0x06: "cyan",
    0x07: "white",
    0x01: "red",
    0x04: "blue",
    0x05: "magenta",
}
_NEW_LINE, _UNUSED = 0x8A, 0x8F

_LANGUAGES = dict(
    pair.split("=")
    for pair in (
        "01=sq 02=br 03=ca 04=hr 05=cy 06=cs 07=da 08=de 09=en 0A=es 0B=eo 0C=et 0D=eu 0E=fo 0F=fr "
        "10=fy 11=ga 12=gd 13=gl 14=is 15=it 17=la 18=lv 19=lb "
        "1A=lt 1B=hu 1C=mt 1D=nl 1E=no 1F=oc 20=pl 21=pt 22=ro 23=rm 24=sr 25=sk 26=sl 27=fi 28=sv "
        "29=tr 2A=nl 2B=wa 48=ur 49=uk 4E=tg 51=so 56=ru 58=ps "
        "59=pa 5A=fa 65=ko 69=ja 6B=hi 6C=he 70=el 75=zh 77=bg 78=bn 7E=ar"
    ).split()
)


@dataclass(frozen=True)
class _Title:
    """One subtitle, put together from its blocks."""

    start: Fraction
    end: Fraction
    cumulative: int
    row: int
    text: bytes


def known(data: bytes) -> bool:
    """Does the header say that it is EBU STL?"""
    return len(data) >= 1024 and re.fullmatch(rb"STL\d\d\.\d\d", data[3:11]) is not None


def read_stl(name: str, data: bytes) -> Subtitles:
    """Every subtitle, counted from the programme's start."""
    if not known(data):
        raise InputError(
            "is no EBU STL file: its header does not say so",
            where=name,
            next_step="give the file as it came from the caption house",
        )
    rate = RATES.get(data[3:11])
    if rate is None:
        raise InputError(
            f"has {data[3:11].decode('latin-1')}, a rate that STL does not have",
            where=name,
            next_step="ask for it at 25 or 30 frames a second",
        )
    titles = _titles(name, data, rate)
    zero = _programme_start(data, rate)
    if any(title.start < zero for title in titles):
        zero = Fraction(0)  # the header says one clock and the subtitles keep another
    code_page = data[12:14]
    cues: list[Cue] = []
    for group in _groups(titles):
        parts = [
            (title.start - zero, title.end - zero, _text(title.text, code_page) + "\n") for title in group
        ]
        colour = _colour(group[0].text)
        position = "top" if group[0].row < 12 else "bottom"
        shown = parts if len(parts) == 1 else intervals(parts)
        cues += filter(
            None,
            (
                made(start, end, text.split("\n"), colour=colour, position=position)
                for start, end, text in shown
            ),
        )
    return Subtitles(_LANGUAGES.get(data[14:16].decode("latin-1").upper(), ""), tuple(cues), "stl")


def _titles(name: str, data: bytes, rate: Fraction) -> list[_Title]:
    found, text = [], b""
    for number, at in enumerate(range(1024, len(data) - 127, 128), 1):
        block = data[at : at + 128]
        extension, comment = block[3], block[15] == 1
        if 0xF0 <= extension <= 0xFE or comment:  # user data, and notes that are not for the screen
            continue
        text += block[16:].strip(bytes([_UNUSED]))
        if extension != 0xFF:  # goes on in the next block
            continue
        start, end = (_seconds(tuple(block[place : place + 4]), rate) for place in (5, 9))
        if start is None or end is None:
            raise InputError(
                "has times that are none",
                where=f"{name}, block {number}",
                next_step="export it again from the captioning program",
            )
        found.append(_Title(start, end, block[4], block[13], text))
        text = b""
    return found


def _seconds(parts: tuple[int, ...], rate: Fraction) -> Fraction | None:
    hours, minutes, seconds, frames = parts
    whole = -(-rate.numerator // rate.denominator)
    if hours > 23 or minutes > 59 or seconds > 59 or frames >= whole:
        return None
    return ((hours * 3600 + minutes * 60 + seconds) * whole + frames) / rate


def _programme_start(data: bytes, rate: Fraction) -> Fraction:
    """Where the programme starts on the tape's clock; files from television begin at ten o'clock."""
    digits = data[256:264]
    parts = (
        tuple(int(digits[place : place + 2]) for place in (0, 2, 4, 6))
        if re.fullmatch(rb"\d{8}", digits)
        else (0, 0, 0, 0)
    )
    return _seconds(parts, rate) or Fraction(0)


def _groups(titles: list[_Title]) -> list[list[_Title]]:
    """Subtitles that build up on the screen together (1 begins, 2 goes on, 3 ends), and all others alone."""
    groups: list[list[_Title]] = []
    for title in titles:
        if title.cumulative in (2, 3) and groups and groups[-1][-1].cumulative in (1, 2):
            groups[-1].append(title)
        else:
            groups.append([title])
    return groups


def _colour(text: bytes) -> str:
    """Of the first letter that is shown."""
    colour = "white"
    for byte in text:
        colour = _COLOURS.get(byte, colour)
        if byte > 0x20 and not 0x7F <= byte <= 0x9F:
            break
    return colour


def _text(text: bytes, code_page: bytes) -> str:
    """Control codes take a place on a teletext screen, as spaces do."""
    text = text.partition(bytes([_UNUSED]))[0]
    lines = []
    for line in text.split(bytes([_NEW_LINE])):
        kept = bytes(0x20 if byte < 0x20 or 0x7F <= byte <= 0x9F else byte for byte in line)
        lines.append(
            kept.decode(_CODE_PAGES[code_page], "replace") if code_page in _CODE_PAGES else _latin(kept)
        )
    return "\n".join(lines)


def _latin(text: bytes) -> str:
    letters, accent = [], ""
    for byte in text:
        if byte in _ACCENTS:
            accent = _ACCENTS[byte]
            continue
        letter = chr(byte) if byte < 0x7F else _LATIN.get(byte, "\ufffd")
        letters.append(letter + accent)
        accent = ""
    return normalize("NFC", "".join(letters))


CODEC = Codec(
    "stl",
    "EBU STL",
    endings=("stl",),
    holds=frozenset({"position", "colour", "breaks"}),
    read=read_stl,
    magic=known,
)
