"""An edited cue taken apart: the speaker's label, sounds and other notes, and the words that are left.

A file does not say which of its words are a sound: brackets, capitals and what the film says tell them apart.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from rapidfuzz.distance import Levenshtein

from pipeline.captions.editing.edit_list import Strip
from pipeline.captions.editing.model import inner
from pipeline.captions.model import Cue, Note, plain_cue, tokens
from pipeline.captions.told_apart import told_apart
from pipeline.language.normalise import plain
from pipeline.language.roles import is_role

_BRACKETS = "[](){}♪#* "


@dataclass(frozen=True)
class Token:
    """A word of an edited cue: the cue's number, and the line's."""

    text: str
    cue: int
    line: int


@dataclass
class Read:
    """An edited cue taken apart. `label` is off, on or line; `name` is who it names; a note has the token
    that it stands before; `music` are those of its notes, or its sound, that are music.
    """

    cue: Cue
    tokens: list[Token] = field(default_factory=list)
    label: str = "off"
    name: str = ""
    notes: list[tuple[str, int]] = field(default_factory=list)
    sound: str = ""
    music: set[str] = field(default_factory=set)


class Apart:
    """Takes edited cues apart, by what the made captions have of words, labels and notes."""

    def __init__(self, strip: Strip) -> None:
        self._language = strip.language
        self._forms = (
            " " + " ".join(bare(text) for word in strip.words for text in word.word.text.split()) + " "
        )
        heads = [head.cue for _, head in strip.heads]
        self._speakers = {cue.speaker: cue.conventions for cue in heads if cue.speaker}
        self._names = {name.casefold() for name in self._speakers}
        self._notes = {compared_note(one.note.text) for word in strip.words for one in word.notes} | {
            compared_note(cue.said) for cue in strip.others
        }

    def _there(self, tokens: Sequence[str]) -> bool:
        """Are these words of the film's, one after the other?"""
        return f" {' '.join(map(bare, tokens))} " in self._forms

    def read(self, number: int, cue: Cue) -> Read:
        """A cue whose parts are known is what they say; one of a file is what it looks like."""
        cue = self._named(cue)
        found = Read(cue)
        if cue.label:
            found.label, found.name = "line" if 0 in cue.breaks else "on", cue.speaker
        if cue.words:
            _known(found, number)
            return found
        shown = list(_tokens(cue, number))
        if cue.kind == "music" and (speech := self._beside_words(cue, number)):
            found.cue, cue, shown = speech[0], *speech
        noted = self._note_length([token.text for token in shown])
        at = 0 if cue.label or noted else self._label(found, shown)
        rest = [token.text for token in shown[at:]]
        beside = 0 < noted < len(shown)
        if cue.kind != "speech" or (not beside and self._is_sound(cue, rest)):
            sound = inner(cue.said)
            return Read(cue, sound=sound, music={sound} if _is_music(cue.kind, cue.said) else set())
        self._part(found, shown[at:])
        return found

    def _beside_words(self, cue: Cue, number: int) -> tuple[Cue, list[Token]] | None:
        """What looks like music as a whole, and is music that the film knows before words of somebody."""
        plainly = plain_cue(cue.span, cue.lines, cue.speaker, cue.quote)
        shown = list(_tokens(plainly, number))
        length = self._note_length([token.text for token in shown])
        speech = replace(plainly, position=cue.position, colour=cue.colour)
        return (speech, shown) if 0 < length < len(shown) else None

    def _part(self, found: Read, shown: Sequence[Token]) -> None:
        """Notes and words, one after the other."""
        at = 0
        while at < len(shown):
            texts = [token.text for token in shown[at:]]
            if length := self._note_length(texts):
                written = " ".join(texts[:length])
                found.notes.append((inner(written), len(found.tokens)))
                found.music |= {inner(written)} if _is_music("", written) else set()
            else:
                found.tokens.append(shown[at])
            at += length or 1

    def _named(self, cue: Cue) -> Cue:
        """The cue with its label told apart, where the file does not say who speaks and the film knows the
        name.
        """
        if cue.label or cue.kind != "speech":
            return cue
        ways = (told_apart(replace(cue, speaker=name), by) for name, by in self._speakers.items())
        return next((way for way in ways if way.label), cue)

    def _is_sound(self, cue: Cue, rest: Sequence[str]) -> bool:
        """Does it look like a sound, and say nothing that the film says?"""
        text = " ".join(rest)
        bracketed = text[:1] in "[(♪*" and text.rstrip(".")[-1:] in "])♪*"
        looks = bracketed or (text.isupper() and len(text) > 3) or compared_note(cue.said) in self._notes
        return cue.said.upper().startswith("MUSIC:") or (looks and not self._there(rest))

    def _label(self, found: Read, tokens: list[Token]) -> int:
        """How many tokens name somebody in a way that is nobody's convention, or somebody new."""
        for length in range(1, min(6, len(tokens))):
            tag = " ".join(token.text for token in tokens[:length])
            name = tag.strip(_BRACKETS + ":")
            known = name.casefold() in self._names and tag != name
            role = tag != name and is_role(name, self._language)
            new = tag.endswith(":") and not self._there([token.text for token in tokens[: length + 2]])
            if known or new or (role and not self._there([token.text for token in tokens[: length + 1]])):
                found.name = name
                found.label = "line" if tokens[length].line != tokens[length - 1].line else "on"
                return length
        return 0

    def _note_length(self, texts: list[str]) -> int:
        """How many of these tokens are a note: in brackets that are none of the quote's, or in capitals."""
        for length in range(len(texts), 0, -1):
            if compared_note(" ".join(texts[:length])) in self._notes and not self._there(
                texts[: length + 1]
            ):
                return length
        if texts[0].upper() == "MUSIC:":
            return next((n for n in range(2, len(texts)) if self._there(texts[n:])), 0)
        if texts[0][0] == "♪":
            return next((n for n, text in enumerate(texts, 1) if n > 1 and text[-1] == "♪"), 0)
        if texts[0][0] in "[(":
            length = next(
                (n for n, text in enumerate(texts, 1) if text.rstrip(".,;:!?")[-1:] in ("]", ")")), 0
            )
            return 0 if self._there(texts[:length]) else length
        capitals = next((n for n, text in enumerate(texts) if not text.isupper()), len(texts))
        named = any(text.endswith(":") for text in texts[:capitals])  # MAN: I | went back
        return capitals if capitals > 1 and not named and not self._there(texts[:capitals]) else 0


def _is_music(kind: str, text: str) -> bool:
    return kind == "music" or text.startswith("♪") or text.upper().startswith("MUSIC:")


def _tokens(cue: Cue, number: int) -> Iterator[Token]:
    """What a cue says after its label, in words on their lines."""
    pieces = [piece for part in cue.parts for piece in tokens(part)]
    ends = sorted(cue.breaks)
    for at, piece in enumerate(pieces):
        for text in piece.split():
            yield Token(text, number, bisect_right(ends, at))


def _known(found: Read, number: int) -> None:
    """The words and the notes of a cue of ours."""
    shown = _tokens(found.cue, number)
    for part in found.cue.parts:
        mine = [next(shown) for piece in tokens(part) for _ in piece.split()]
        if isinstance(part, Note):
            found.notes.append((part.text, len(found.tokens)))
            found.music |= {part.text} if part.kind == "music" else set()
        else:
            found.tokens += mine


@lru_cache(maxsize=1 << 16)
def bare(token: str) -> str:
    """A word as it compares: without case and punctuation."""
    return plain(token) or token


def edits(one: Sequence[str], two: Sequence[str]) -> list[tuple[str, int, int, int, int]]:
    """What makes the one run of words the other: code, and from where to where in each."""
    found = Levenshtein.opcodes([bare(text) for text in one], [bare(text) for text in two])
    return [(code.tag, code.src_start, code.src_end, code.dest_start, code.dest_end) for code in found]


def compared_note(text: str) -> str:
    """A note as it compares: without a profile's brackets and capitals."""
    return inner(text).casefold()


def parted(tokens: list[Token], best: Callable[[Sequence[Token]], float]) -> list[list[Token]]:
    """The tokens of a cue, or of both halves where cues were joined over a cut: each half is of a quote, and
    the whole is of none.
    """
    whole = best(tokens)
    if whole >= len(tokens) - 1:
        return [tokens]
    options = ((best(tokens[:at]) + best(tokens[at:]), at) for at in range(1, len(tokens)))
    parted, cut = max(options, default=(0.0, 0))
    return [tokens[:cut], tokens[cut:]] if parted >= whole + 1.5 else [tokens]
