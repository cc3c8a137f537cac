"""Characters that are one to a reader: what nobody sees falls out, what looks the same is coded the same."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise
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

COMMAS = frozenset(",،，、､﹐﹑՝፣၊᠂꓾")
CLAUSE_ENDS = COMMAS | frozenset(";:؛；：፤፥፦··–—")
"""What ends a clause, or parts the members of a list."""

PUNCTUATION = "".join(sorted(SENTENCE_ENDS | CLAUSE_ENDS))
"""All of it."""

Stop = Literal["sentence", "stop", "comma", "plain"]


def stop(word: str) -> Stop:
    """What kind of stop a word ends with, whatever closes after it: a "stop" is ; : or a dash.

    >>> stop("over.”"), stop("سنی۔"), stop("है।"), stop("好，"), stop("είπε;"), stop("form]")
    ('sentence', 'sentence', 'sentence', 'comma', 'sentence', 'plain')
    """
    bare = word.rstrip()
    while bare and (unicodedata.category(bare[-1]) in ("Pe", "Pf", "Pi", "Cf") or bare[-1] in "\"'＂＇"):
        bare = bare[:-1]
    last = bare[-1:]
    if last and (last in SENTENCE_ENDS or (last in ";\u037e" and _is_greek(bare))):
        return "sentence"
    if last in COMMAS:
        return "comma"
    return "stop" if last in CLAUSE_ENDS or bare.endswith("--") else "plain"


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


SOFT, HERE = "\u00ad", "\u200b"
"""Where a word may be parted: with a hyphen, and without."""

_NO_START = (
    frozenset("ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶーゝゞヽヾ々〻…‥–—～・%％‰℃°")
    | SENTENCE_ENDS
    | CLAUSE_ENDS
)
_NO_END = frozenset("$＄£￡¥￥#＃@＠")
LONG_WORD = 25
"""Letters of a word that may be parted where it has a hyphen or a stroke: shorter ones fit every line."""


def parted(text: str) -> list[str]:
    """A run without blanks in pieces between which a line may end: characters of Chinese and Japanese, by
    their rules for what begins and ends no line; what a person marked with HERE. All but the last end with
    HERE.

    >>> [piece.rstrip(HERE) for piece in parted("我去，她说：「好。」")], parted("ŵyl")
    (['我', '去，', '她', '说：', '「好。」'], ['ŵyl'])
    """
    if text.isascii():
        return [text]
    pieces = [""]
    for one, two in pairwise([*text, ""]):
        pieces[-1] += one
        if two and (
            one == HERE or (_may_end(one) and _may_begin(two) and (_is_whole(one) or _is_whole(two)))
        ):
            pieces[-1] = pieces[-1].rstrip(HERE) + HERE
            pieces.append("")
    return [piece for piece in pieces if piece.strip(HERE)] or [text]


def _is_whole(character: str) -> bool:
    """Is it written without blanks, and may a line end at it?"""
    code = ord(character)
    others = 0x3000 <= code < 0x3100 or 0x31F0 <= code < 0x3200 or 0xFF01 <= code < 0xFF61  # kana, full width
    return code >= 0x3000 and (others or any(code in block for block in _IDEOGRAPHS))


def _may_begin(character: str) -> bool:
    kind = unicodedata.category(character)
    return character not in _NO_START and kind not in ("Pe", "Pf", "Mn", "Me", "Cf")


def _may_end(character: str) -> bool:
    return character not in _NO_END and unicodedata.category(character) not in ("Ps", "Pi", "Nd", "Cf")


def breakable(text: str) -> list[str]:
    """The same, and where a person marked a long word with SOFT, or it has a hyphen or a stroke of its own.

    >>> breakable("Kraftfahrzeug\\u00adversicherung"), breakable("self-report")
    (['Kraftfahrzeug\\xad', 'versicherung'], ['self-report'])
    """
    if len(text) < LONG_WORD and SOFT not in text and text.isascii():
        return [text]
    pieces = [half for piece in parted(text) for half in re.split(rf"(?<={SOFT})(?=.)", piece)]
    if len(text) < LONG_WORD:
        return pieces
    return [
        half for piece in pieces for half in re.sub(r"(?<=\w[-/–—])(?=\w\w)", f"{HERE}\n", piece).split("\n")
    ]


def joined(pieces: Sequence[str]) -> str:
    """Pieces of text as they are read on one line: a blank between words, none where a word is only parted, a
    hyphen where the line ends inside one.

    >>> joined(["我\\u200b", "去。"]), joined(["Kraft\\xad"]), joined(["Kraft\\xad", "fahrt", "so"])
    ('我去。', 'Kraft-', 'Kraftfahrt so')
    """
    line = " ".join(pieces)
    if line.isascii():
        return line
    line = line.replace(f"{HERE} ", "").replace(f"{SOFT} ", "").removesuffix(HERE)
    return f"{line[:-1]}-" if line.endswith(SOFT) else line


def together(pieces: Sequence[str]) -> str:
    """Pieces of one word with the marks where it may be parted."""
    return " ".join(pieces).replace(f"{HERE} ", HERE).replace(f"{SOFT} ", SOFT)


def _is_unspaced(character: str) -> bool:
    code = ord(character)
    return code > 0xDFF and (
        any(code in block for block in _IDEOGRAPHS)
        or (unicodedata.category(character)[0] != "M" and any(code in block for block in _UNSPACED))
    )
