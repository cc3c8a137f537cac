"""A person's name in any text, however it is spelt: one way to look for it, for everything that leaves.

A text is folded to its letters alone: small, without marks, spaces, signs and characters that nobody
sees, look-alikes as the letter that a reader takes them for. Where a folded name stands in it, the text
itself is asked whether that is the name: whole, and not words that happen to have the same letters.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from html import unescape
from pkgutil import get_data

from pipeline.language.characters import PUNCTUATION, apart, folded
from pipeline.language.lexicon import english

GAP = 12
"""Characters that may stand between two letters of a name: a hyphen, the end of a line, signs of a format."""

_JOINT = re.compile(r"[-‐‑–_.'’`´*/\\\\~+|•·]+|[-‐‑]\s+")
"""What may stand inside a word that is one all the same: De-v, D.e.v, Par-↵geter. A space may not."""

_AS_TWO = str.maketrans(
    {
        "ä": "ae",
        "ö": "oe",
        "ü": "ue",
        "ß": "ss",
        "å": "aa",
        "ø": "oe",
        "æ": "ae",
        "Ä": "Ae",
        "Ö": "Oe",
        "Ü": "Ue",
    }
)
"""Letters that are written as two where a keyboard lacks them."""

_DIGEST = re.compile(r"(?<![^\W_])(?=[a-f]*[0-9])[0-9a-f]{12,}(?![^\W_])")

SHORT = 3
"""Letters of a name below which only the plain word is the name: parts of other words look like it."""


@dataclass(frozen=True)
class Name:
    """A name nobody may read: whose it is (a contributor's id), and what is written in its place.

    `kind` is "bleep" (on the bleep list), "known_as", or "id": a contributor's id, which need not be a name.
    One that is a common word is none, unless it is written with a capital where no other word has one. Where
    not `cased`, a common word is the name in small letters as well: who says it has it on their own list.
    """

    text: str
    who: str
    instead: str = "[name]"
    kind: str = "bleep"
    cased: bool = True

    @cached_property
    def plain(self) -> str:
        return self.text.translate(_PLAIN)

    @cached_property
    def seen(self) -> str:
        """Its letters as a reader takes them."""
        return self.text.translate(_SEEN)

    @cached_property
    def ends(self) -> frozenset[int]:
        """After how many letters one of its own words ends: anything may part it there."""
        found, at = set(), 0
        for word in re.split(r"[^\w]+|_+", self.text):
            at += len(word.translate(_PLAIN))
            found.add(at)
        return frozenset(found)

    @cached_property
    def turned(self) -> tuple[Name, ...]:
        """The name with its last word first: Pargeter, Ann."""
        words = self.text.split()
        if len(words) < 2:
            return ()
        text = " ".join([words[-1], *words[:-1]])
        return (replace(self, text=text),)

    @cached_property
    def spelt(self) -> tuple[Name, ...]:
        """The name with its letters with marks as two (Mueller for Müller), and the other way round."""
        two = self.text.translate(_AS_TWO)
        one = re.sub("(?<=[^aeouAEOU])([aouAOU])e", r"\1", self.text) if len(self.text) > 4 else self.text
        return tuple(replace(self, text=text) for text in (two, one) if text != self.text)

    @cached_property
    def is_common(self) -> bool:
        """Is it a word, or words, of everyday English?"""
        words = [word.casefold() for word in re.findall(r"\w+", self.text)]
        return all(word in common() or word in _months() for word in words)


@dataclass(frozen=True)
class Hit:
    """A name in a text, from `start` to before `end`."""

    name: Name
    start: int
    end: int


class Names:
    """Names that nobody may read, to be looked for together."""

    def __init__(self, names: Sequence[Name]) -> None:
        each = [one for name in names for one in (name, *name.turned, *name.spelt) if one.plain]
        self.names = tuple(dict.fromkeys(each))

    @cached_property
    def not_words(self) -> Names:
        """Those of them that are no everyday words: found among any words of ours."""
        return Names([name for name in self.names if not name.is_common])

    def __bool__(self) -> bool:
        return bool(self.names)

    def hits(self, text: str) -> list[Hit]:
        """Every name in the text, in order, none over another."""
        found: list[Hit] = []
        plain, seen = _Folded(text, _PLAIN), _Folded(text, _SEEN)
        for name in self.names:
            found += [*plain.places(name, name.plain), *seen.places(name, name.seen)]
        return _apart(found)

    def found(self, text: str) -> list[Hit]:
        """The same for what may be markup: &eacute; and &#68; are letters to whoever reads it."""
        return self.hits(text) or (self.hits(unescape(text)) if "&" in text else [])

    @cached_property
    def known(self) -> Names:
        """Those by which people are known: an id is what messages call somebody by."""
        return Names([name for name in self.names if name.kind != "id"])

    def hidden(self, text: str, *, keep_ids: bool = False) -> str:
        """The text with what is written in their places; where asked, not of what is written as an id is."""
        for hit in reversed(self.hits(text)):
            if keep_ids and text[hit.start : hit.end] == hit.name.who:
                continue
            text = text[: hit.start] + hit.name.instead + text[hit.end :]
        return text


def _apart(found: Sequence[Hit]) -> list[Hit]:
    """The longest first where several lie over each other."""
    kept: list[Hit] = []
    for hit in sorted(found, key=lambda one: (one.start - one.end, one.start)):
        if all(hit.end <= one.start or one.end <= hit.start for one in kept):
            kept.append(hit)
    return sorted(kept, key=lambda one: one.start)


# Where a name may stand --------------------------------------------------------------------------


class _Folded:
    """A text folded to its letters, and where each stands: asked for where a name may be in it."""

    def __init__(self, text: str, table: _Fold) -> None:
        self.text, self.table, self.letters = text, table, text.translate(table)

    @cached_property
    def at(self) -> list[int]:
        return [at for at, character in enumerate(self.text) for _ in self.table[ord(character)]]

    def places(self, name: Name, wanted: str) -> Iterator[Hit]:
        start = self.letters.find(wanted)
        while start >= 0:
            first = self.at[start]
            inside = _inside(self.text[first - 1 : first], self.text[first])
            if not inside and (hit := _Place(self.text, name, self.at[start : start + len(wanted)]).hit):
                yield hit
            start = self.letters.find(wanted, start + 1)


@dataclass(frozen=True)
class _Place:
    """Letters of a text that may be a name: where each stands."""

    text: str
    name: Name
    at: Sequence[int]

    @property
    def hit(self) -> Hit | None:
        first, end = self.at[0], self._end
        if not (self._begins and end and self._reads_so and self._in_one and self._is_name(end)):
            return None
        if self._in_a_digest(end):
            return None
        return Hit(self.name, first, end)

    @cached_property
    def written(self) -> str:
        return self.text[self.at[0] : self.at[-1] + 1]

    def _in_a_digest(self, end: int) -> bool:
        """Does it stand in a run of small hexadecimal figures, as a hash is written?"""
        runs = _DIGEST.finditer(self.text, max(0, self.at[0] - 128), min(len(self.text), end + 128))
        return any(run.start() <= self.at[0] and end <= run.end() for run in runs)

    # Whole -----------------------------------------------------------------------------------

    @property
    def _begins(self) -> bool:
        """Does no letter of another word stand before it?"""
        before = _bare(self.text[max(0, self.at[0] - GAP) : self.at[0]])
        if _goes_on(before[-1:], self.text[self.at[0]]):
            return False
        if not before or not _is_letter(before[-1]) or _unspaced(self.text[self.at[0]]):
            return True
        lead = re.search(r"[^\W\d_]+$", before)
        run = lead.group() if lead else ""
        joined = before[-1].islower() and self.text[self.at[0]].isupper()
        return (joined and run not in ("Mc", "Mac")) or (run in _LEANS and not run.isascii())

    @cached_property
    def _end(self) -> int:
        """Before where it ends, a plural or possessive s with it; 0 where it is a part of another word."""
        at = self.at[-1] + 1
        while at < len(self.text) and _unseen(self.text[at]):
            at += 1
        rest = self.text[at:]
        if _goes_on(self.text[self.at[-1]], rest[:1]):
            return 0
        if not rest or not _is_letter(rest[0]) or _unspaced(self.text[self.at[-1]]):
            return self.at[-1] + 1
        if rest[0] in "sS" and (len(rest) == 1 or not _is_letter(rest[1])):
            return at + 1
        following = rest[0].isupper() and len(rest) > 1 and rest[1].islower()
        return self.at[-1] + 1 if following and self.text[self.at[-1]].islower() else 0

    @cached_property
    def _gaps(self) -> list[tuple[int, str]]:
        """What stands between its letters: after how many of them, and what."""
        found = []
        for number, (one, two) in enumerate(zip(self.at, self.at[1:], strict=False), 1):
            if between := _bare(self.text[one + 1 : two]) if two > one + 1 else "":
                found.append((number, between))
        return found

    @property
    def _in_one(self) -> bool:
        """Do its letters stand together, or as somebody would part them who did not want it found?"""
        gaps = self._gaps
        if any(len(between) > GAP or any(map(str.isalnum, between)) for _, between in gaps):
            return False
        odd = [(number, between) for number, between in gaps if number not in self.name.ends]
        if not odd:
            return True
        if len(self.at) < SHORT:
            return False
        if all(_JOINT.fullmatch(between) for _, between in odd):
            return True
        pieces = self._pieces
        if all(len(piece) == 1 for piece in pieces):
            return len(pieces) >= SHORT
        if any(between.strip(" \t\r\n-‐‑") for _, between in odd):
            return False
        return not all(
            piece.casefold() in common() or piece.casefold() in _words("short") for piece in pieces
        )

    @cached_property
    def _pieces(self) -> list[str]:
        return [piece for piece in re.split(r"[\W_]+", _bare(self.written)) if piece]

    # The same letters ------------------------------------------------------------------------

    @property
    def _reads_so(self) -> bool:
        """Is each sign one that a reader takes for the name's, and most of them letters?"""
        if self.written.translate(_PLAIN) == self.name.plain:
            return True
        if len(self.at) < SHORT or len(self.at) != len(self.name.plain):
            return False
        told = [self._taken_for(sign, wanted) for sign, wanted in zip(self.at, self.name.plain, strict=True)]
        figures = [at for at in self.at if self.text[at] in _figures()]
        word = "".join(self._pieces).casefold()
        few = len(figures) * 2 <= len(self.at) and all(map(self._in_a_word, figures))
        return all(told) and few and word not in common()

    def _in_a_word(self, at: int) -> bool:
        """Does a figure stand with letters? Alone it is a number: in 3 s."""
        first, last = at, at
        while first > 0 and (self.text[first - 1] in _figures()):
            first -= 1
        while last + 1 < len(self.text) and (self.text[last + 1] in _figures()):
            last += 1
        beside = self.text[max(0, first - 1) : first] + self.text[last + 1 : last + 2]
        return any(map(str.isalpha, beside))

    def _taken_for(self, at: int, wanted: str) -> bool:
        """May the sign there be read as this letter?"""
        sign, wanted = self.text[at], _alike().get(wanted, wanted)
        if sign in _figures():
            return wanted in _figures()[sign]
        if not sign.isascii() or sign.translate(_PLAIN) == wanted:
            return True
        # A capital I is a small l to a reader, and a small l a capital I where a word begins.
        lone = sign == "I" and wanted == "l" and not "".join(self._pieces).isupper()
        return lone or (sign == "l" and wanted == "i" and at == self.at[0])

    # A name, not a word ----------------------------------------------------------------------

    def _is_name(self, end: int) -> bool:
        """What has the letters of a common word is a name by its capitals alone."""
        whole = self.text[self.at[0] : end]
        words = [word for word in re.split(r"[\W_]+", _bare(whole)) if word]
        by_letters = self._gaps and all(number not in self.name.ends for number, _ in self._gaps)
        is_word = self.name.is_common or ("".join(words).casefold() in common() and not by_letters)
        if not is_word or not self.name.cased or (by_letters and self.name.kind != "id"):
            return True
        if not all(word[0].isupper() or word[0].isdigit() for word in words if word.isalpha()):
            return False
        if self.name.kind == "id":
            return self._stands_out(words)
        return not self._asks(end)

    def _stands_out(self, words: Sequence[str]) -> bool:
        """Does it have a capital where its neighbours have none, and no sentence begins?"""
        if any(word.casefold() in _months() or (len(word) > 1 and word.isupper()) for word in words):
            return False
        before = self.text[max(0, self.at[0] - 40) : self.at[0]]
        last = re.search(r"([^\W\d_]+)[ ,]+$", before)
        return last is not None and last.group(1).islower()

    def _asks(self, end: int) -> bool:
        """Is it a verb at the head of a question: Will you …?"""
        before = self.text[: self.at[0]].rstrip(" \t\"'“‘«(")
        after = re.match(r" ([^\W\d_]+)", self.text[end:])
        begins = not before or before[-1] in PUNCTUATION + "\n-"
        words = english().bad_breaks
        verb = self.written.casefold() in words.auxiliaries
        return begins and verb and after is not None and _subject(after.group(1))


def _subject(word: str) -> bool:
    words = english().bad_breaks
    return word.casefold() in words.pronouns | words.determiners | _words("subjects")


# Characters ----------------------------------------------------------------------------------------


class _Fold(dict[int, str]):
    """What a character is in a folded text: letters, or nothing. Each is asked about once."""

    def __init__(self, *, looks: bool) -> None:
        super().__init__()
        self.looks = looks

    def __missing__(self, code: int) -> str:
        self[code] = found = _fold(chr(code), looks=self.looks)
        return found


def _fold(character: str, *, looks: bool) -> str:
    tables = _tables()
    if looks and character in _figures():
        return _one_of(_figures()[character][0])
    if character in tables["two"]:
        return str(tables["two"][character])
    if looks and character in _alike():
        return _one_of(_alike()[character])
    if looks and not character.isascii() and (drawn := _DRAWN.search(unicodedata.name(character, ""))):
        return _one_of(drawn[1].lower())
    letters = unicodedata.normalize("NFKD", folded(character))
    kept = "".join(
        one for one in letters if one.isalnum() or (_is_sign(one) and not unicodedata.combining(one))
    )
    if not looks:
        return kept
    return "".join(_one_of(_alike().get(one, one)) for one in kept)


_DRAWN = re.compile(r"(?:LATIN.*|REGIONAL INDICATOR.*)\b(?:LETTER|SMALL CAPITAL) ([A-Z])(?: WITH .+)?$")
"""A letter in another dress, by its name in Unicode: with a stroke, as a small capital, in a square."""


def _one_of(letter: str) -> str:
    """I, l and 1 are one to a reader."""
    return "l" if letter == "i" else letter


def _is_sign(character: str) -> bool:
    """A vowel sign that is a letter of its own."""
    return unicodedata.category(character)[0] == "M"


def _is_letter(character: str) -> bool:
    return character.isalpha() or (_is_sign(character) and not unicodedata.combining(character))


def _unseen(character: str) -> bool:
    return unicodedata.category(character) == "Cf" or unicodedata.combining(character) != 0


def _bare(text: str) -> str:
    """Without what nobody sees, and without marks on letters."""
    return text if text.isascii() else "".join(c for c in text if not _unseen(c))


def _inside(before: str, first: str) -> bool:
    """Is this the middle of a plain word? Most places are, and nothing more is asked of them."""
    return before.isascii() and before.isalpha() and first.islower()


def _goes_on(one: str, two: str) -> bool:
    """Are these two figures of one number?"""
    return one.isdigit() and two.isdigit()


def _unspaced(character: str) -> bool:
    return apart(character) != character


_PLAIN, _SEEN = _Fold(looks=False), _Fold(looks=True)

_LEANS = frozenset(["و", "ف", "ب", "ل", "ك", "ال", "وال", "بال", "لل", "ו", "ה", "ב", "ל", "מ", "ש", "כ"])
"""What Arabic and Hebrew write together with the word after it."""


# Data ----------------------------------------------------------------------------------------------


@cache
def common() -> frozenset[str]:
    """Everyday English words, small.

    >>> "will" in common(), "rose" in common(), "pargeter" in common()
    (True, True, False)
    """
    data = get_data("pipeline.language", "common_words.txt")
    assert data is not None, "common_words.txt is part of the package"
    lines = data.decode("utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


@cache
def _tables() -> dict[str, dict[str, str]]:
    data = get_data("pipeline.language", "names.toml")
    assert data is not None, "names.toml is part of the package"
    return tomllib.loads(data.decode("utf-8"))


@cache
def _alike() -> dict[str, str]:
    return {sign: letter for letter, signs in _tables()["letters"].items() for sign in signs}


@cache
def _figures() -> dict[str, str]:
    return dict(_tables()["figures"])


@cache
def _words(which: str) -> frozenset[str]:
    return frozenset(_tables()["words"][which].split())


def titles() -> frozenset[str]:
    """What stands before a person's name: Sister, Dr."""
    return english().bad_breaks.titles | _words("roles")


@cache
def _months() -> frozenset[str]:
    return frozenset([*english().same.months, *english().same.months.values(), *_words("days")])


def may_be_named(shown: str) -> bool:
    """Has what a person is called on the screen a word that is none of everyday English?

    >>> may_be_named("A contributor"), may_be_named("Contributor 3"), may_be_named("Dev Patel")
    (False, False, True)
    """
    return any(word.casefold() not in common() for word in re.findall(r"[^\W\d_]{2,}", shown))
