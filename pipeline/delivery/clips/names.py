"""What clips and their folders are called: "02-put-the-kettle-on", from a title or the quote's own words.

A name goes where nobody looks after it: onto a stick, into a zip, through a mail, to Windows and back. Latin
letters are told in ASCII (tŷ is ty, łóżko lozko), which is the same everywhere; letters of other scripts
stay, composed (NFC), as every file system of today takes them. What else there is parts words: emoji, signs,
what nobody sees. So no name has a dot, a blank at its end or a character that Windows forbids.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pipeline.language.characters import PUNCTUATION, stop, unaccented
from pipeline.language.names import Names
from pipeline.production.quotes import DEVICES, Kind, pieces

MOST = 56
"""Characters of a name without its ending: with it 60, so that a path stays short of Windows' 260."""

MOST_BYTES = 140
"""Of a name in UTF-8, taken apart (NFD) as macOS has it: encrypted Android folders take 143 of a file."""

WHOLE_WORDS = 10
"""Of a clause that is told whole."""

MOST_WORDS = 7
"""Of one that is longer."""

ENOUGH = 3
"""Words of a quote after which its first clause may end."""

NOBODY = Names(())

_RESERVED = frozenset(DEVICES | {"com0", "lpt0", "conin", "conout", "clock"})
"""Of Windows, whatever the ending; `$` is never in a name here."""

_IN_ASCII = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
)
"""Latin letters that are no letter with a mark."""


def of_clips(titles: Sequence[str], hidden: Names = NOBODY) -> list[str]:
    """A name for each clip, in their order, numbered: no two are the same to any file system.

    >>> of_clips(["Put the kettle on!", "Tŷ", "👍"])
    ['01-put-the-kettle-on', '02-ty', '03-clip']
    """
    width = max(2, len(str(len(titles))))
    return [_named(f"{number:0{width}}-", title, hidden, "clip") for number, title in enumerate(titles, 1)]


def of_pack(title: str, hidden: Names = NOBODY) -> str:
    """A name for the folder, and for the zip.

    >>> of_pack("What helped?"), of_pack("AUX."), of_pack("…")
    ('what-helped', 'aux-clips', 'clips')
    """
    return _named("", title, hidden, "clips")


def opening(text: str, hidden: Names = NOBODY) -> str:
    """How a quote begins, as a title: its first clause of three words and more in which nothing is left out,
    as far as that is short. Words in brackets are not the speaker's, and whoever may not be named is not.

    >>> opening("No. She put [the tea] the kettle on, and then she listened to me.")
    'She put the kettle on'
    >>> opening("He asked me what I wanted to do about it all that day.")
    'He asked me what I wanted to…'
    """
    clauses = [one for one in _clauses(_unnamed(text, hidden, " … ")) if one.words]
    first = min(clauses, key=lambda one: (len(one.words) < ENOUGH, one.parted), default=Clause())
    told = first.words[: MOST_WORDS if first.long else WHOLE_WORDS]
    goes_on = bool(told) and (first.long or first.parted)
    title = " ".join(told).rstrip(f" {PUNCTUATION}-") + ("…" if goes_on else "")
    return "" if hidden.hits(title) else title  # without what stood in brackets, words may read as a name


@dataclass
class Clause:
    """Words up to a stop, or up to where some are left out, which `parted` says."""

    words: list[str] = field(default_factory=list)
    parted: bool = False

    @property
    def long(self) -> bool:
        return len(self.words) > WHOLE_WORDS


def _clauses(text: str) -> Iterator[Clause]:
    clause = Clause()
    for piece in pieces(text):
        if piece.kind is Kind.SPOKEN:
            clause.words.append(piece.text)
        ends = stop(piece.text)  # a sentence may end in brackets: "On [ward name]."
        clause.parted = piece.kind is Kind.ELLIPSIS
        if clause.parted or ends == "sentence" or (ends != "plain" and len(clause.words) >= ENOUGH):
            yield clause
            clause = Clause()
    yield clause


def _unnamed(text: str, hidden: Names, instead: str = " ") -> str:
    """The text without hidden names and without what is written in their places."""
    for hit in reversed(hidden.hits(text)):
        text = f"{text[: hit.start]}{instead}{text[hit.end :]}"
    return text


def _named(number: str, title: str, hidden: Names, otherwise: str) -> str:
    words = _plain(_unnamed(_outside_brackets(title), hidden)).split()
    room = MOST - len(number)
    name = _fitting(words, room)
    while name and hidden.hits(name):  # what hyphens join may read as one
        del words[-1]
        name = _fitting(words, room)
    name = name or otherwise
    return f"{number}{name}" if number or name not in _RESERVED else f"{name}-{otherwise}"


def _outside_brackets(title: str) -> str:
    """A title without editorial words: those are shown in their brackets or not at all."""
    return " ".join(one.text for one in pieces(title) if one.kind is Kind.SPOKEN)


def _plain(text: str) -> str:
    """Small letters and figures, with blanks between words.

    >>> _plain("Don’t!  ‘Łóżko’ 1️⃣"), _plain("हिन्दी में"), _plain("آپ کا شکریہ")
    ('dont lozko 1', 'हिन्दी में', 'آپ کا شکریہ')
    """
    text = unaccented(unicodedata.normalize("NFKC", text).casefold().translate(_IN_ASCII))
    return unicodedata.normalize("NFC", " ".join("".join(_kept(text)).split()))


def _kept(text: str) -> Iterator[str]:
    before = " "
    for sign in text:
        kind = unicodedata.category(sign)[0]
        if (kind == "M" and _is_variation(sign)) or sign in "'’ʼ`\u200c\u200d\u00ad\u2060\ufeff":
            continue  # nobody sees it, or it stands within a word
        letter = kind == "L" or unicodedata.category(sign) == "Nd"
        mark = kind == "M" and before != " " and not before.isascii()
        before = sign if letter or mark else " "
        yield before


def _is_variation(sign: str) -> bool:
    return 0xFE00 <= ord(sign) <= 0xFE0F or 0xE0100 <= ord(sign) <= 0xE01EF or sign == "\u034f"


def _fitting(words: Sequence[str], room: int) -> str:
    """As many words as there is room for; of a first one that is too long, its beginning."""
    name = ""
    for word in words:
        longer = f"{name}-{word}" if name else word
        if not _fits(longer, room):
            break
        name = longer
    if name or not words:
        return name
    end = next(end for end in range(len(words[0]), -1, -1) if _fits(words[0][:end], room))
    return words[0][:end]


def _fits(name: str, room: int) -> bool:
    return len(unicodedata.normalize("NFD", name).encode()) <= MOST_BYTES and len(name) <= room
