"""An edited cue taken apart: the speaker's label, sounds and other notes, and the words that are left."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from pipeline.captions.editing.edit_list import Strip
from pipeline.captions.editing.model import inner
from pipeline.captions.editing.written import bare
from pipeline.captions.model import Cue

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
    that it stands before.
    """

    cue: Cue
    tokens: list[Token] = field(default_factory=list)
    label: str = "off"
    name: str = ""
    tag: str = ""
    notes: list[tuple[str, int]] = field(default_factory=list)
    sound: str = ""


class Apart:
    """Takes edited cues apart, by what the made captions have of words, labels and notes."""

    def __init__(self, strip: Strip) -> None:
        self._forms = (
            " " + " ".join(bare(text) for word in strip.words for text in word.word.text.split()) + " "
        )
        self._tags = {head.tag.casefold() for _, head in strip.heads if head.tag}
        self._names = {head.cue.speaker.casefold() for _, head in strip.heads}
        self._notes = {compared_note(note.text) for word in strip.words for note in word.notes} | {
            compared_note(cue.text) for cue in strip.others
        }

    def _there(self, tokens: Sequence[str]) -> bool:
        """Are these words of the film's, one after the other?"""
        return f" {' '.join(map(bare, tokens))} " in self._forms

    def read(self, number: int, cue: Cue) -> Read:
        found = Read(cue, label="on" if cue.label else "off", name=cue.speaker if cue.label else "")
        tokens = [Token(text, number, line) for line, words in enumerate(cue.lines) for text in words.split()]
        at = self._label(found, tokens)
        rest = [token.text for token in tokens[at:]]
        text = " ".join(rest)
        looks = (
            _is_bracketed(text)
            or (text.isupper() and len(text) > 3)
            or compared_note(cue.text) in self._notes
        )
        if cue.kind != "speech" or cue.text.upper().startswith("MUSIC:") or (looks and not self._there(rest)):
            return Read(cue, sound=inner(cue.text))
        while at < len(tokens):
            if length := self._note_length([token.text for token in tokens[at:]]):
                found.notes.append(
                    (inner(" ".join(token.text for token in tokens[at : at + length])), len(found.tokens))
                )
                at += length
            else:
                found.tokens.append(tokens[at])
                at += 1
        return found

    def _label(self, found: Read, tokens: list[Token]) -> int:
        """How many tokens are the speaker's label, which is noted down."""
        for length in range(1, min(6, len(tokens))):
            tag = " ".join(token.text for token in tokens[:length])
            named = tag.strip(_BRACKETS + ":")
            known = tag.casefold() in self._tags or (named.casefold() in self._names and tag != named)
            new = tag.endswith(":") and not self._there([token.text for token in tokens[: length + 2]])
            if known or new:
                found.name, found.tag = named, tag
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
        if texts[0][0] in "[(":
            length = next(
                (n for n, text in enumerate(texts, 1) if text.rstrip(".,;:!?")[-1:] in ("]", ")")), 0
            )
            return 0 if self._there(texts[:length]) else length
        capitals = next((n for n, text in enumerate(texts) if not text.isupper()), len(texts))
        return capitals if capitals > 1 and not self._there(texts[:capitals]) else 0


def _is_bracketed(text: str) -> bool:
    return text[:1] in "[(♪*" and text.rstrip(".")[-1:] in "])♪*"


def compared_note(text: str) -> str:
    """A note as it compares: without a house's brackets and capitals."""
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
