"""Has something gone wrong on the way: a wrong encoding, letters misread, what belongs elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.captions.rules.context import Fault, Judged
from pipeline.language.characters import folded
from pipeline.language.identify import commonest, known
from pipeline.language.lexicon import english
from pipeline.language.names import common

# Signs ---------------------------------------------------------------------------------------

_FOREIGN = re.compile(r"[^\x00-\x7f]{2,}")
ENCODINGS = ("cp1252", "mac_roman", "cp1250", "cp1251", "cp850", "cp437")
"""As which UTF-8 is taken by mistake."""

_LOST = re.compile(
    r"â€|Ã¢â|ï»¿|[a-zß-ÿ]Ã(?=\W|$)|(?<!\S)Ã(?=\s[a-z])|Â(?=[\s£©®°«»·\xa0]\S)|[^\W\d_]\?[a-zß-ÿ]{1,}"
)


def mojibake(judged: Judged) -> Iterator[Fault]:
    """Signs are those that were written: é, and not what becomes of it in another encoding."""
    for number, cue in judged.numbered:
        if bad := _misread(cue.text):
            yield Fault(number, "has signs from a wrong encoding", bad, "the letters that were written")


def _misread(text: str) -> str:
    """What of a text is UTF-8 that was read as something else, with what it was."""
    for run in _FOREIGN.finditer(text):
        for encoding in ENCODINGS:
            if meant := _meant(run[0], encoding):
                return f"“{run[0]}” ({meant})"
    plain = re.sub(r"\S*(?:://|www\.)\S*", " ", text)
    found = _LOST.search(plain)
    return f"“{found[0]}”" if found else ""


def _meant(run: str, encoding: str) -> str:
    """A run of signs read anew; blank where it is none, or would be nothing that people write."""
    try:
        read = _bytes(run, encoding).decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return ""
    return read if len(read) < len(run) and all(map(_is_usual, read)) else ""


def _bytes(run: str, encoding: str) -> bytes:
    """In this encoding; where it has no sign, as it has none for some bytes, the byte itself."""
    return b"".join(
        sign.encode("latin-1") if "\x80" <= sign <= "\x9f" else sign.encode(encoding) for sign in run
    )


def _is_usual(sign: str) -> bool:
    """Is it something that is written in captions: Latin, Greek, Cyrillic letters, quotes, dashes, notes?"""
    code = ord(sign)
    return (
        0xA0 <= code <= 0x17F
        or code in (0x218, 0x219, 0x21A, 0x21B)
        or 0x370 <= code <= 0x6FF
        or 0x2010 <= code <= 0x203A
        or sign in "€™♪♫"
    )


_EMOJI = re.compile(
    "[\U0001f000-\U0001f3b4\U0001f3b7-\U0001f3bb\U0001f3bd-\U0001faff]|[\u2600-\u2668\u2670-\u27bf]\ufe0f"
    "|[☺☹❤✨⭐✅❌☀☎✌❗❓]|(?<!\\w)[:;]-?[)(DPp](?!\\w)"
)


def emoji(judged: Judged) -> Iterator[Fault]:
    """No pictures for words: caption fonts have none, and a reader of screens spells them out."""
    for number, cue in judged.numbered:
        if found := _EMOJI.search(cue.text):
            yield Fault(number, "has an emoji", found[0], "words, or none", "warning")


# Letters -------------------------------------------------------------------------------------

_WORD = re.compile(r"(?<![\w'’@./-])[^\W\d_]+(?:['’][^\W\d_]+)?(?![\w@/-])")
_MIXED = re.compile(
    r"\b[^\W_]*(?:[a-z]I+|[A-Z]l[A-Z]|[a-z]0[a-z]|[A-Za-z]\|[a-z])[^\W_|]*|(?<!\S)\|(?=[\s'’])"
)


def ocr_letters(judged: Judged) -> Iterator[Fault]:
    """No l for I, nor 0 for o: letters that a reader of pictures takes for others."""
    misread = english().slips.misread
    for number, cue in judged.numbered:
        text = re.sub(r"\S*(?:://|www\.|@)\S*", " ", cue.text)
        small = next((w[0] for w in _WORD.finditer(text) if w[0].replace("’", "'") in misread), "")
        mixed = next((w[0] for w in _MIXED.finditer(text) if _is_word(w[0])), "")
        if word := small or mixed:
            meant = misread.get(word.replace("’", "'"), _as_meant(word))
            yield Fault(number, "has letters that look like others", f"“{word}”", f"“{meant}”", "warning")


def _as_meant(word: str) -> str:
    if word == "|":
        return "I"
    return (
        re.sub(r"(?<=[A-Z])l(?=[A-Z])", "I", word.replace("0", "o").replace("|", "l"))
        if re.search(r"[0|]|[A-Z]l[A-Z]", word)
        else word[0] + word[1:].replace("I", "l")
    )


def _is_word(word: str) -> bool:
    """Is it a word, once its letters are what they look like?"""
    return _as_meant(word).lower() in common() | {"i"} and word.lower() not in common()


# What belongs to another file ----------------------------------------------------------------

_BEFORE_NAME = "|".join(known().by)


def _by(stems: tuple[str, ...]) -> re.Pattern[str]:
    """A line that begins with such a word, what comes before a name, and the name."""
    return re.compile(
        rf"^\W*(?:(?P<lead>[\w-]+) )?(?i:{'|'.join(stems)})[\w-]*(?: (?:and|&|und|et|y) \w+)?(?: \w+)?"
        rf" ?(?P<sign>:|(?<= )(?i:{_BEFORE_NAME})\b:?) ?(?P<name>.+)"
    )


_MADE, _MAY_BE_MADE = _by(known().made), _by(known().may_be_made)
_TAKEN = re.compile("|".join(map(re.escape, known().taken_from)), re.IGNORECASE)
_TRANSLATION = re.compile(r"^\W*(?:original |subtitle )*translation\b.{0,3} by\b", re.IGNORECASE)
_LINK = re.compile(
    r"https?://\S+|\bwww\.[\w-]+\.\S+|\b[\w-]+\.(?:com|org|net|tv|io|co\.uk|info)\b(?:/\S*)?", re.IGNORECASE
)


def credit(judged: Judged) -> Iterator[Fault]:
    """Captions hold what is heard: who made them, and where more are to be had, stands elsewhere. An address
    that is said is in a sentence.
    """
    for number, cue in judged.numbered:
        outer = number in (1, len(judged.cues))
        if "translators" in judged.profile.clauses and outer and _TRANSLATION.search(cue.text):
            continue
        link = _LINK.search(cue.text)
        if _TAKEN.search(cue.text) or any(_is_credit(line, outer) for line in (cue.text, *cue.lines)):
            what = link[0] if link else "a credit"
            yield Fault(number, "names who made the captions", what, "what is heard", "warning")
        elif link and _is_alone(cue.text, outer):
            yield Fault(number, "is an address that nobody says", link[0], "what is heard", "warning")


def _is_alone(text: str, outer: bool) -> bool:
    """Is an address all there is, or does it open or close the file with all its signs?"""
    rest = re.sub(r"\W+", " ", _LINK.sub(" ", text)).split()
    return len(rest) < 2 or (outer and "://" in text)


def _is_credit(line: str, outer: bool) -> bool:
    """Does a line say who made the captions: with a name after a colon, or nothing but a name?"""
    for pattern, sure in ((_MADE, True), (_MAY_BE_MADE, outer)):
        found = pattern.match(line)
        if not found or folded(found["lead"] or "") in commonest("en"):
            continue
        named = found["name"][0].isupper() or bool(_LINK.match(found["name"])) or found["name"][0] in "@<["
        short = len(found["name"].split()) < 5
        if short and (
            (named and found["sign"].endswith(":")) or (sure and (named or line[-1] not in ".?!,"))
        ):
            return True
    return False
