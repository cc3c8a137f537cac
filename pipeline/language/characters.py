"""Characters that are one to a reader: what nobody sees falls out, what looks the same is coded the same."""

from __future__ import annotations

import unicodedata
from typing import Literal

_SAME = {
    **dict.fromkeys(map(ord, "‐‑‒–—―−﹘﹣－"), "-"),
    **dict.fromkeys(map(ord, "’‘ʼ`′‛＇ʹ"), "'"),
    **dict.fromkeys(map(ord, "“”″‟„＂"), '"'),
    **dict.fromkeys(map(ord, "⁄∕"), "/"),
    ord("٫"): ".",
    ord("٬"): ",",
    ord("µ"): "μ",
    ord("º"): "°",
    # Letters that Arabic and Urdu keyboards code differently.
    ord("ي"): "ی",
    ord("ى"): "ی",
    ord("ك"): "ک",
    ord("ه"): "ہ",
    ord("ۀ"): "ہ",
    ord("ـ"): "",
}
_FORMS = (
    "<wide>",
    "<narrow>",
    "<compat>",
    "<font>",
    "<noBreak>",
    "<initial>",
    "<medial>",
    "<final>",
    "<isolated>",
)
"""Shapes of a letter. A superscript or a circle says something: 2³ is not 23."""

_UNSEEN = frozenset({0x034F, *range(0x064B, 0x0660), 0x0670, *range(0xFE00, 0xFE10)})
"""Joiners, Arabic vowel signs that writers mostly leave out, and choices of a picture."""

_UNSPACED = (range(0x0E00, 0x0F00), range(0x1000, 0x10A0), range(0x1780, 0x1800), range(0x3040, 0x3100))
_IDEOGRAPHS = (range(0x3400, 0xA000), range(0xF900, 0xFB00), range(0x20000, 0x32000))


SENTENCE_ENDS = frozenset(".?!…‽⁇⁈⁉‼؟۔؞।॥。．｡！？︒։՞՜።፧။។៕།༎׃᠃꓿⸮")
"""What ends a sentence, in all scripts: Arabic and Urdu, Devanagari and its neighbours, Chinese and Japanese,
Armenian, Ethiopic, Burmese, Khmer, Tibetan, Hebrew, Mongolian, Lisu. A Greek question mark is told by its
word.
"""

CLAUSE_ENDS = frozenset(",;:،؛，、；：､﹐﹑՝፣፤፥፦၊··᠂꓾–—")
"""What ends a clause."""

PUNCTUATION = "".join(sorted(SENTENCE_ENDS | CLAUSE_ENDS))
"""All of it."""

Stop = Literal["sentence", "clause", "plain"]


def stop(word: str) -> Stop:
    """What kind of stop a word ends with, whatever closes after it.

    >>> stop("over.”"), stop("سنی۔"), stop("है।"), stop("好，"), stop("είπε;"), stop("form]")
    ('sentence', 'sentence', 'sentence', 'clause', 'sentence', 'plain')
    """
    bare = word.rstrip()
    while bare and (unicodedata.category(bare[-1]) in ("Pe", "Pf", "Pi", "Cf") or bare[-1] in "\"'＂＇"):
        bare = bare[:-1]
    last = bare[-1:]
    if last and (last in SENTENCE_ENDS or (last in ";\u037e" and _is_greek(bare))):
        return "sentence"
    return "clause" if last in CLAUSE_ENDS or bare.endswith("--") else "plain"


def _is_greek(word: str) -> bool:
    return any("\u0370" <= one <= "\u03ff" and one.isalpha() for one in word)


def folded(word: str) -> str:
    """A written word small, its characters one of a kind, without those that nobody sees.

    >>> folded("Follow‑up"), folded("Par\\u00adgeter"), folded("２０ﬁ"), folded("٣٫٥")
    ('follow-up', 'pargeter', '20fi', '3.5')
    """
    if word.isascii():
        return word.lower()
    kept = "".join(map(_one, unicodedata.normalize("NFC", word).translate(_SAME)))
    return unicodedata.normalize("NFC", kept.casefold().lower()).translate(_SAME)


def _one(character: str) -> str:
    kind = unicodedata.category(character)
    if kind == "Cf" or ord(character) in _UNSEEN:
        return ""
    if kind == "Nd":
        return str(unicodedata.decimal(character))
    if unicodedata.decomposition(character).startswith(_FORMS):
        return unicodedata.normalize("NFKC", character).translate(_SAME)
    return character


def letters(text: str) -> str:
    """Letters with the signs that belong to them, figures and apostrophes; nothing else.

    >>> letters("हिन्दी।"), letters("«n'ai»")
    ('हिन्दी', "n'ai")
    """
    return "".join(c for c in text if c.isalnum() or c == "'" or unicodedata.category(c)[0] == "M").strip("'")


def unaccented(text: str) -> str:
    """Latin letters without their marks, as recognisers of English write names.

    >>> unaccented("siân"), unaccented("й")
    ('sian', 'й')
    """
    if text.isascii():
        return text
    out = ""
    for c in unicodedata.normalize("NFD", text):
        out += "" if unicodedata.combining(c) and out[-1:].isascii() and out[-1:].isalpha() else c
    return unicodedata.normalize("NFC", out)


def apart(text: str) -> str:
    """Scripts without spaces, a blank before each letter: a recogniser puts the borders of words anywhere."""
    if text.isascii():
        return text
    return "".join(f" {c}" if _is_unspaced(c) else c for c in text)


def _is_unspaced(character: str) -> bool:
    code = ord(character)
    return code > 0xDFF and (
        any(code in block for block in _IDEOGRAPHS)
        or (unicodedata.category(character)[0] != "M" and any(code in block for block in _UNSPACED))
    )
