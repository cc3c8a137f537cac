"""CEA-608, the caption code of American television: letters, colours and rows as pairs of seven-bit bytes."""

from __future__ import annotations

ROWS, COLUMNS = 15, 32

_PLAIN_BUT = {
    0x2A: "á",
    0x5C: "é",
    0x5E: "í",
    0x5F: "ó",
    0x60: "ú",
    0x7B: "ç",
    0x7C: "÷",
    0x7D: "Ñ",
    0x7E: "ñ",
    0x7F: "█",
}
PLAIN = {code: _PLAIN_BUT.get(code, chr(code)) for code in range(0x20, 0x80)}
"""One byte each; two letters make a pair."""

SPECIAL = dict(enumerate("®°½¿™¢£♪à\xa0èâêîôû", 0x1130))
EXTENDED = {
    first + place: letter
    for first, letters in (
        (0x1220, "ÁÉÓÚÜü‘¡*'━©℠•“”ÀÂÇÈÊËëÎÏïÔÙùÛ«»"),
        (0x1320, "ÃãÍÌìÒòÕõ{}\\ʌ_|~ÄäÖöß¥¤┃ÅåØø┏┓┗┛"),
    )
    for place, letter in enumerate(letters)
}
"""A pair each. These take the place of a plain letter before them, which decoders that lack them show."""

COLOURS = {0: "white", 2: "green", 4: "blue", 6: "cyan", 8: "red", 10: "yellow", 12: "magenta", 14: "white"}
"""The last is italics."""

_ROWS = {
    0x10: (11, 11),
    0x11: (1, 2),
    0x12: (3, 4),
    0x13: (12, 13),
    0x14: (14, 15),
    0x15: (5, 6),
    0x16: (7, 8),
    0x17: (9, 10),
}

RCL, BS, DER, RU2, RU3, RU4, RDC, EDM, CR, ENM, EOC = (
    0x1420,
    0x1421,
    0x1424,
    0x1425,
    0x1426,
    0x1427,
    0x1429,
    0x142C,
    0x142D,
    0x142E,
    0x142F,
)
TAB = 0x1720
"""Plus 1, 2 or 3 columns."""


def place(code: int) -> tuple[int, int, str] | None:
    """Row, column and colour of a preamble address code."""
    high, low = code >> 8, code & 0xFF
    if not (0x10 <= high <= 0x17 and 0x40 <= low <= 0x7F) or (high == 0x10 and low >= 0x60):
        return None
    row = _ROWS[high][low >= 0x60]
    inner = low & 0x1F
    return (row, (inner - 0x10) // 2 * 4, "white") if inner >= 0x10 else (row, 0, COLOURS[inner & ~1])


def preamble(row: int, column: int) -> int:
    """The code that goes to a row and to a column that is a multiple of four."""
    high, rows = next((high, rows) for high, rows in _ROWS.items() if row in rows)
    return high << 8 | (0x60 if high != 0x10 and row == rows[1] else 0x40) | 0x10 | column // 4 * 2


def colour(code: int) -> str | None:
    """Of a mid-row code, which takes a column on the screen."""
    return COLOURS[code & 0x0E] if 0x1120 <= code <= 0x112F else None


def odd(byte: int) -> int:
    """With the parity bit that the code has on air."""
    return byte | 0x80 * (byte.bit_count() % 2 == 0)
