"""Captions: cues on the film's clock, which keep their parts; what is read is rendered from those.

A cue knows who speaks, the words and what is told beside them, and where lines end. How a label, a sound or a
voice out of vision is written stands in its profile's conventions, and `shown` is the only writer of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from itertools import accumulate, pairwise
from typing import Literal, Protocol

from pipeline.core.time import Programme, Source, Span, Time
from pipeline.language.characters import breakable, joined
from pipeline.production.profile import AS_WRITTEN, Conventions, CueKind


@dataclass(frozen=True)
class CueWord:
    """A word of a cue and when it is said; `piece` is its number in the approved quote, or -1 for what was
    written in.

    `heard` is where it is said in the source: what corrections are tied to, whatever becomes of the film.
    """

    text: str
    span: Span[Programme]
    piece: int = -1
    heard: Span[Source] | None = None


@dataclass(frozen=True)
class Note:
    """What is told beside the words of a cue: a sound, music, or why they are unclear. Its text has no
    brackets.
    """

    text: str
    kind: Literal["sound", "music", "unclear"] = "sound"


Part = CueWord | Note | str
"""Of a cue, as it is read. A string is text that nobody has timed: of a file, or of a sound."""


def tokens(part: Part) -> list[str]:
    """A part in pieces between which a line may end: "[a nurse]" has two. A mark for words left out stands
    with the word before it.
    """
    text = part if isinstance(part, str) else part.text
    pieces = [piece for word in text.split(" ") for piece in breakable(word)]
    if isinstance(part, str):
        return pieces
    for index in range(len(pieces) - 1, 0, -1):
        if pieces[index] == "…":
            pieces[index - 1 : index + 1] = [f"{pieces[index - 1]} …"]
    return pieces


@dataclass(frozen=True)
class Cue:
    """What is on the screen at once.

    `speaker` says it, `label` whether their name stands before it; `quote` is where the words come from.
    `breaks` are where lines end: so many tokens after the label, so that 0 is just after it. `position` is
    "bottom" or "top", `why` says what moved it there. `colour` is a name of the profile's list. `off` is a
    voice out of vision, whose mark `closes` with this cue.
    """

    span: Span[Programme]
    parts: tuple[Part, ...]
    speaker: str
    quote: str
    label: bool = False
    position: str = "bottom"
    kind: CueKind = "speech"
    breaks: tuple[int, ...] = ()
    source: str = ""
    colour: str = "white"
    off: bool = False
    closes: bool = False
    why: str = ""
    conventions: Conventions = AS_WRITTEN

    def __post_init__(self) -> None:
        if not self.parts or not all(line.strip() for line in self.lines):
            raise ValueError("a cue has at least one line, and no empty ones")

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """What is read, as the cue's own conventions have it."""
        return shown(self, self.conventions)

    @property
    def text(self) -> str:
        """What is read, in one line."""
        return joined(self.tokens)

    @property
    def unlabelled(self) -> str:
        """What is read after the speaker's name."""
        return joined(_content(self, self.conventions))

    @property
    def words(self) -> tuple[CueWord, ...]:
        """The words with their times; none in a cue that was read from a file."""
        return tuple(part for part in self.parts if isinstance(part, CueWord))

    @property
    def said(self) -> str:
        """The words alone, without name, marks and notes."""
        return joined([token for part in self.parts if not isinstance(part, Note) for token in tokens(part)])

    @property
    def tokens(self) -> list[str]:
        """What is read in pieces between which a line may end, the label's first."""
        return [*_label(self, self.conventions), *_content(self, self.conventions)]

    def broken(self, lines: Sequence[str]) -> Cue:
        """The cue with its text in these lines; they end where a token does."""
        pieces, named = self.tokens, len(_label(self, self.conventions))
        ends, at = [], 0
        for line in lines[:-1]:
            after = (n for n in range(at + 1, len(pieces)) if joined(pieces[at:n]) == line)
            if (at := next(after, 0)) == 0:
                break
            ends.append(at)
        return replace(self, breaks=tuple(end - named for end in ends))


def shown(cue: Cue, conventions: Conventions) -> tuple[str, ...]:
    """The lines that are read: the one place where a cue's parts become text.

    >>> from pipeline.core.time import Span
    >>> amara = Cue(Span.measured(0, 2), ("They saw", Note("door slams"), "me."), "Amara", "q1", label=True)
    >>> shown(amara, AS_WRITTEN), shown(replace(amara, breaks=(2,)), replace(AS_WRITTEN, sound="[{TEXT}]"))
    (('Amara: They saw door slams me.',), ('Amara: They saw', '[DOOR SLAMS] me.'))
    """
    label, content = _label(cue, conventions), _content(cue, conventions)
    pieces = [*label, *content]
    ends = sorted({at + len(label) for at in cue.breaks if 0 < at + len(label) < len(pieces)})
    return tuple(joined(pieces[one:two]) for one, two in pairwise((0, *ends, len(pieces))))


def _label(cue: Cue, conventions: Conventions) -> list[str]:
    return conventions.labelled(cue.speaker).split(" ") if cue.label else []


def _content(cue: Cue, conventions: Conventions) -> list[str]:
    """All that stands after the label, with its marks."""
    if cue.kind != "speech":
        return conventions.written(cue.kind, [token for part in cue.parts for token in tokens(part)])
    marked = _off(cue, conventions) if cue.off else {}
    return [
        token
        for number, part in enumerate(cue.parts)
        for token in (
            conventions.written(part.kind, tokens(part))
            if isinstance(part, Note)
            else marked.get(number, tokens(part))
        )
    ]


def _off(cue: Cue, conventions: Conventions) -> dict[int, list[str]]:
    """By number of their part: the words of a voice out of vision, with its marks at the first and the
    last.
    """
    spoken = [number for number, part in enumerate(cue.parts) if not isinstance(part, Note)]
    said = [token for number in spoken for token in tokens(cue.parts[number])]
    rest = iter(conventions.written("off", said, closed=cue.closes) if said else said)
    return {number: [next(rest) for _ in tokens(cue.parts[number])] for number in spoken}


def plain_cue(
    span: Span[Programme], lines: Sequence[str], speaker: str = "", quote: str = "", **facts: object
) -> Cue:
    """A cue that shows these lines and nothing else: nothing in them is a label, a mark or a note."""
    ends = accumulate(len(tokens(line)) for line in lines[:-1])
    text = (" ".join(lines),)
    return Cue(span, text, speaker, quote, breaks=tuple(ends), **facts)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Captions:
    """Cues in the order of their times; none overlaps the next."""

    language: str
    cues: tuple[Cue, ...]

    def __post_init__(self) -> None:
        for one, two in zip(self.cues, self.cues[1:], strict=False):
            if one.span.end > two.span.start:
                raise ValueError(
                    f'cues overlap: "{one.text}" ends at {one.span.end}, after "{two.text}" starts'
                )


class Moment(Protocol):
    """Where a moment of one film is in another; an `end` belongs to what was before it."""

    def __call__(self, moment: Time[Programme], *, end: bool = False) -> Time[Programme]: ...


def moved(captions: Captions, moment: Moment) -> Captions:
    """The same cues on the clock of another film of the same shots."""
    return replace(captions, cues=tuple(_moved(cue, moment) for cue in captions.cues))


def _moved(cue: Cue, moment: Moment) -> Cue:
    start = moment(cue.span.start)
    later = start - cue.span.start
    parts = tuple(_later(part, later) if isinstance(part, CueWord) else part for part in cue.parts)
    return replace(cue, span=Span(start, moment(cue.span.end, end=True)), parts=parts)


def _later(word: CueWord, seconds: Fraction) -> CueWord:
    return replace(word, span=Span(word.span.start + seconds, word.span.end + seconds))
