"""Is it written with care: blanks, stops, dots, dashes, brackets, quotes. No word is weighed here."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.captions.model import Cue
from pipeline.captions.rules.context import Fault, Judged
from pipeline.captions.rules.reading import BRACKETED, DASHES, is_sound, once
from pipeline.language.identify import commonest, known
from pipeline.language.lexicon import english


def _found(judged: Judged, pattern: re.Pattern[str], what: str, limit: str) -> Iterator[Fault]:
    """A fault for each cue in whose text a pattern is found."""
    for number, cue in judged.numbered:
        if found := pattern.search(cue.text):
            yield Fault(number, what, f"“{found[0].strip()}”", limit, "warning")


# Blanks --------------------------------------------------------------------------------------

_WIDE = re.compile(r"[^\S\n]{2,}")


def double_space(judged: Judged) -> Iterator[Fault]:
    """One space between words: two look like a fault of the screen. None at the ends of a line counts."""
    for number, cue in judged.numbered:
        raw = judged.as_written(number)
        lines = raw.lines if raw and not raw.tags else cue.lines
        if any(_WIDE.search(line.strip()) for line in lines):
            yield Fault(number, "has more than one space between words", "2 or more", "1", "warning")


_BEFORE = re.compile(r"(?<=[\w\"”’')\]])[ \t][.,;:!?](?![\w.)(:/-])")
_BEFORE_FRENCH = re.compile(r"(?<=[\w\"”’')\]])[ \t\xa0\u202f][.,](?![\w.])")


def space_before_punctuation(judged: Judged) -> Iterator[Fault]:
    """No space before a stop; French has one before : ; ! ? and none before the others."""
    pattern = _BEFORE_FRENCH if judged.tongue == "fr" else _BEFORE
    yield from _found(judged, pattern, "has a space before a stop", "none")


_RUN_ON = re.compile(
    r"(?<![\w./@-])[^\W\d_]*[^\W\d_A-ZÀ-Þ]{2}[.?!;:][\"”’)]?[A-ZÀ-Þ][^\W\d_]*(?![\w/@]*\.\w)"
    r"|[^\W\d_]{2},[^\W\d_]{2,}|[^\W\d_]{2}[;?!][^\W\d_]{2,}"
)
_SMALL = re.compile(r"(?<![\w./@-])([^\W\d_]{3,})\.([^\W\d_]+)(?![\w./])")


def missing_space(judged: Judged) -> Iterator[Fault]:
    """A space after a stop, so that two words are two."""
    words = commonest(judged.language) - known().domains
    for number, cue in judged.numbered:
        text = _LINK.sub(" ", cue.text)
        found = _RUN_ON.search(text)
        small = next(
            (two for two in _SMALL.finditer(text) if {two[1], two[2]} <= words or two[2] in words), None
        )
        if hit := found or small:
            yield Fault(number, "has no space after a stop", f"“{hit[0]}”", "a space", "warning")


_LINK = re.compile(
    r"(?:https?://|www\.)\S+|\S+@\S+|\b[\w-]+\.(?:com|org|net|gov|edu|info|tv|io)\b\S*", re.IGNORECASE
)

# Stops ---------------------------------------------------------------------------------------


def ellipsis(judged: Judged) -> Iterator[Fault]:
    """What trails off ends in the one sign for it, which no line is broken in and no reader spells out."""
    yield from once(
        _found(judged, re.compile(r"(?<!\.)\.\.\.(?!\.)|\.\s\.\s\."), "has three full stops", "…")
    )


_DOUBLED = re.compile(
    r"(?<![.…])\.\.(?![.…])|\.{4,}|…[.…,]+|\.+…|,[,.;:]+|[;:][,.;:]+(?![()DPp])|(?<=[^\s.])\.[,;:?!]|[?!][,.;:](?!\.)"
    r"|!{2,}|\?{2,}|[،۔؟।。，]{2,}|¿¿|¡¡"
)


def doubled_punctuation(judged: Judged) -> Iterator[Fault]:
    """One stop at a time. A question that is a cry (?!) has two; an abbreviation may be followed by one."""
    for number, cue in judged.numbered:
        hits = [hit for hit in _DOUBLED.finditer(cue.text) if not _abbreviated(cue.text, hit)]
        if hits:
            yield Fault(number, "has stops that double each other", f"“{hits[0][0]}”", "one", "warning")


def _abbreviated(text: str, hit: re.Match[str]) -> bool:
    """Does the full stop belong to a word? "etc.," and "p.m.?" are right."""
    word = text[: hit.start() + 1].split()[-1] if hit[0][0] == "." and len(hit[0]) > 1 else ""
    known = english().shapes.abbreviations + tuple(english().slips.abbreviations)
    return (
        bool(word)
        and hit[0][1] not in ".…"
        and ("." in word[:-1] or word[:-1].lower() in map(str.lower, known) or len(word) < 4)
    )


_BARE_END = re.compile(r"(?<=\w)-[\"”’]?$")


def double_hyphen(judged: Judged) -> Iterator[Fault]:
    """A dash is one sign: – or —."""
    yield from once(_found(judged, re.compile(r"--+"), "has hyphens for a dash", "–"))


def hyphen_at_end(judged: Judged) -> Iterator[Fault]:
    """What is broken off ends in a dash; a hyphen there says that the word goes on."""
    for number, one, two in judged.neighbours:
        goes_on = two.text[:1].islower() and " " in one.text
        if _BARE_END.search(one.text) and not goes_on:
            yield Fault(number - 1, "ends in a hyphen", f"“{one.text.split()[-1]}”", "a dash", "warning")


_HYPHENS = re.compile(r"(?<=\w)-$|--+$")


def continuation_mark(judged: Judged) -> Iterator[Fault]:
    """A sentence that goes on in the next cue needs no hyphen at the break, nor a dash on both sides of it. A
    dash by itself may be of the sentence.
    """
    for number, one, two in judged.neighbours:
        first, then = one.text.rstrip('"”’ '), two.text.lstrip('"“‘ ')
        hyphens = _HYPHENS.search(first) if then[:1].islower() else None
        both = first.endswith(tuple(DASHES)) and then.startswith(tuple(DASHES))
        if " " in first and (hyphens or (both and then.lstrip(DASHES)[:1].islower())) and _same(one, two):
            mark = first.split()[-1]
            yield Fault(number - 1, "marks that its sentence goes on", f"“{mark}”", "no mark", "warning")


def _same(one: Cue, two: Cue) -> bool:
    """Does one person go on? Not where something else is known."""
    return one.speaker == two.speaker and not (is_sound(one) or is_sound(two))


# Pairs ---------------------------------------------------------------------------------------

_PAIRS = {"(": ")", "[": "]", "（": "）", "【": "】"}
_OPENING = {close: opening for opening, close in _PAIRS.items()}
_FACE = re.compile(r"[:;=8][-^']?[()\[\]]")
_POINT = re.compile(r"(?:^|\s)\w{1,3}$")
"""A point of a list: a), 12)."""


def unbalanced_brackets(judged: Judged) -> Iterator[Fault]:
    """Every bracket is closed, in its cue or in the next."""
    still: list[tuple[str, int]] = []
    for number, cue in judged.numbered:
        fresh: list[tuple[str, int]] = []
        text = _FACE.sub("  ", cue.text)
        for at, sign in enumerate(text):
            if sign in _PAIRS:
                fresh.append((sign, number))
            elif sign not in _OPENING or _close(fresh, still, _OPENING[sign]):
                continue
            elif sign != ")" or not _POINT.search(text[:at]):
                yield Fault(number, "has a bracket that nothing opens", sign, _OPENING[sign], "warning")
        yield from (_unclosed(at, sign) for sign, at in still)
        still = fresh
    yield from (_unclosed(at, sign) for sign, at in still)


def _unclosed(number: int, sign: str) -> Fault:
    return Fault(number, "has a bracket that nothing closes", sign, _PAIRS[sign], "warning")


def _close(fresh: list[tuple[str, int]], still: list[tuple[str, int]], opening: str) -> bool:
    """Take the bracket that is closed away, from this cue or the one before. Was there one?"""
    for waiting in (fresh, still):
        for at in range(len(waiting) - 1, -1, -1):
            if waiting[at][0] == opening:
                del waiting[at]
                return True
    return False


_QUOTES = '"“”„‟«»'
_INCHES = re.compile(r"(?<=\d)\"(?=\s|$|[.,;x×])")


def unbalanced_quotes(judged: Judged) -> Iterator[Fault]:
    """Every quotation is closed. One that goes on over several cues may be opened anew in each of them, or
    only in the first.
    """
    opened = last = 0
    for number, cue in judged.numbered:
        for opens, first in _marks(_quoting(cue.text, bool(opened)), judged.tongue, bool(opened)):
            if opens:
                if opened and not (first and last == number - 1):
                    yield _unquoted(opened)
                    opened = 0
                opened, last = opened or number, number
            elif opened:
                opened = 0
            else:
                yield Fault(number, "has a quotation mark that nothing opens", "1", "2", "warning")
    if opened:
        yield _unquoted(opened)


def _quoting(text: str, is_open: bool) -> str:
    """A text without marks that are inches, or stand in brackets."""
    text = BRACKETED.sub("", text)
    return text if is_open or text.count('"') % 2 == 0 else _INCHES.sub("", text)


def _unquoted(number: int) -> Fault:
    return Fault(number, "has a quotation mark that nothing closes", "1", "2", "warning")


def _marks(text: str, tongue: str, is_open: bool) -> Iterator[tuple[bool, bool]]:
    """Each mark of a text: does it open, and does it stand at the beginning."""
    for found in re.finditer(f"[{_QUOTES}]", text):
        before, after = text[: found.start()], text[found.end() :]
        opens = _opens(found[0], before, after, tongue, is_open)
        is_open = opens
        yield opens, not any(c.isalnum() for c in before)


def _opens(mark: str, before: str, after: str, tongue: str, is_open: bool) -> bool:
    """Does a quotation mark open? By what touches it; where both or neither does, by its shape."""
    free, stuck = not before or before[-1] in " ([¿¡—–-'‘", not after or after[0] in " )].,;:?!…—–'’"
    if mark in "«»" and free == stuck:
        return mark == "«" if tongue != "da" else mark == "»"
    if free != stuck:
        return free
    return mark in "“„‟" if mark != '"' else not is_open
