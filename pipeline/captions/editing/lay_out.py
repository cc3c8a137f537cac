"""Sounds, music and unclear speech among the words of a cue, laid out by the segmenter: in lines that the
profile allows, and in as many cues as that takes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from pipeline.captions.break_costs import Price
from pipeline.captions.editing.edit_list import Strip
from pipeline.captions.editing.model import Correction
from pipeline.captions.editing.words import Beside, Head, Word
from pipeline.captions.model import Note, Part, tokens
from pipeline.captions.segmentation import Block, Limits, Speech, segment
from pipeline.core.time import Programme, Time
from pipeline.production.profile import Profile, marks

NEVER = 1000.0
"""What it costs to part what a person joined, or a word; nothing else is so dear."""

SHORTEST = Fraction(1, 2)
"""Seconds that each cue stands at least in which a cue is parted: less is a flash."""

HASTE = 1.25
"""How much faster than the whole cue a part of it may be to read before the sound is told elsewhere in it."""


def lay_out(
    strip: Strip, limits: Limits, profile: Profile, newest: Callable[[Correction], int]
) -> Iterator[tuple[Correction, str]]:
    """Lay every cue out anew in whose lines a note has no room. One for which there is none at all is taken
    out again, the newest first: which, and why.
    """
    for at, head in strip.heads:
        cue = _Noted(strip, at, head, limits)
        while (notes := cue.new) and not cue.fits_as_it_is:
            word, beside, said = max(notes, key=lambda one: newest(one[2]))
            if laid := cue.best(word, beside):
                cue.apply(laid.blocks, profile.timing.chain_frames)
                break
            word.notes.remove(beside)
            yield said, cue.no_room


@dataclass(frozen=True)
class _Piece:
    """A token of a cue: of a word by its number, or of a note that stands before it."""

    text: str
    word: int
    note: Beside | None
    last: bool
    """Does the word, or the note, end with it?"""


@dataclass(frozen=True)
class _Laid:
    """A cue as the segmenter parts it. Does a note without marks share its line (`loose`), and how many
    characters a second has the `fastest` part?
    """

    blocks: Sequence[Block]
    loose: bool
    fastest: float


class _Noted:
    """A cue with notes in it."""

    def __init__(self, strip: Strip, at: int, head: Head, limits: Limits) -> None:
        self.strip, self.at, self.head, self.limits = strip, at, head, limits
        self.run = strip.words[at : strip.cue_end(at)]
        self.by = head.cue.conventions
        self.label = head.tag.split(" ") if head.label != "off" else []

    @property
    def new(self) -> list[tuple[Word, Beside, Correction]]:
        """The notes that somebody put in since the captions were made."""
        return [(word, one, one.said) for word in self.run for one in word.notes if one.said]

    @property
    def no_room(self) -> str:
        """Why a note cannot be told here, and what to do."""
        short, area = " ".join(word.word.text for word in self.run[:5]), self.limits.area
        return (
            f"it has no room in “{short} …”: {area.lines} lines of {area.characters} characters, and no time "
            "for another cue; say it in fewer words, or at another moment (ourwords captions mark, --at)"
        )

    @property
    def fits_as_it_is(self) -> bool:
        """Does all of it fit in the lines that the cue has?"""
        cue = self.strip.cue(self.at, self.head)
        few = len(cue.lines) <= self.limits.area.lines
        return few and all(map(self._is_closed, cue.parts)) and all(map(self._fits, cue.lines))

    def _is_closed(self, part: Part) -> bool:
        """Do marks say where it ends, if it is a note? What has none needs a line of its own."""
        return not isinstance(part, Note) or bool(marks(getattr(self.by, part.kind))[1])

    def _fits(self, line: str) -> bool:
        limits = self.limits
        return len(line) <= limits.area.characters and limits.width(line) <= limits.ems

    # Where the newest is told ----------------------------------------------------------------

    def best(self, word: Word, beside: Beside) -> _Laid | None:
        """The cue with the newest note where it was put; where it would be too much there, before the word of
        the cue at which it can best be read. Why words are unclear is told before them.
        """
        there = self._laid()
        cue = self.strip.cue(self.at, self.head)
        steady = HASTE * len(cue.text) / float(self.head.end - self.head.start)
        if beside.note.kind == "unclear" or (there and not there.loose and there.fastest <= steady):
            return there
        found = [(there.loose, there.fastest, 0, self.run.index(word), there)] if there else []
        home = self.run.index(word)
        for number in range(len(self.run)):
            self._tell(beside, number)
            if number != home and (laid := self._laid()):
                found.append((laid.loose, laid.fastest, abs(number - home), number, laid))
        best = min(found, key=lambda one: one[:3], default=None)
        self._tell(beside, best[3] if best else home)
        return best[4] if best else None

    def _tell(self, beside: Beside, number: int) -> None:
        for at, word in enumerate(self.run):
            rest = [one for one in word.notes if one is not beside]
            word.notes = [*rest, beside] if at == number else rest

    # The segmenter is asked ------------------------------------------------------------------

    @property
    def pieces(self) -> list[_Piece]:
        """All that is read after the label."""
        found = []
        for number, word in enumerate(self.run):
            for beside in word.notes:
                written = self.by.written(beside.note.kind, tokens(beside.note))
                found += [_Piece(one, number, beside, n == len(written)) for n, one in enumerate(written, 1)]
            said = tokens(word.word)
            found += [_Piece(one, number, None, n == len(said)) for n, one in enumerate(said, 1)]
        return found

    def _laid(self) -> _Laid | None:
        """As the segmenter parts it; None where it does not fit in the lines or in the time."""
        pieces = self.pieces
        for loose in (-1, 0, len(self.run)):
            speech = self._speech(pieces, loose)
            blocks = segment(speech, self.limits)
            if (times := self._times(blocks, pieces)) and not self._broken(blocks, speech):
                spans = zip(blocks, pairwise(times), strict=True)
                speeds = [sum(map(len, block.lines)) / float(two - one) for block, (one, two) in spans]
                return _Laid(blocks, loose >= 0, max(speeds))
        return None

    def _times(self, blocks: Sequence[Block], pieces: Sequence[_Piece]) -> list[Time[Programme]]:
        """When each part begins, and when the last has gone; nothing where one of them would flash."""
        head, label = self.head, len(self.label)
        begin = [self.run[pieces[block.low - label].word].word.span.start for block in blocks[1:]]
        times = [max(head.start, head.plain[0]), *begin, min(head.end, head.plain[1])]
        long = all(two - one >= SHORTEST for one, two in pairwise(times))
        return times if long or len(blocks) == 1 else []

    def _broken(self, blocks: Sequence[Block], speech: Speech) -> bool:
        """Is a line too long, a word parted from its sound, or a line not ended where it has to be?"""
        ends = {at - 1 for block in blocks for at in (block.low, *block.breaks)}
        apart = any(block.high - 1 in speech.joined for block in blocks[:-1])
        fit = all(self._fits(line) for block in blocks for line in block.lines)
        return apart or not fit or not set(speech.ends) <= ends

    def _speech(self, pieces: Sequence[_Piece], loose: int) -> Speech:
        """A note comes with the word that it stands before. A line may end beside it, and hardly in it;
        beside one without marks it has to, but for those up to the word `loose`: a name may leave no room.
        """
        prices, label = self.limits.breaks, len(self.label)
        first = (float(self.head.start),) * 2
        fixed: dict[int, Price] = {}
        joined, ends = set[int](), set[int]()
        for number, (one, two) in enumerate(pairwise(pieces), label):
            if one.note or not one.last:
                joined.add(number)
            if not one.last:
                fixed[number] = prices["within label"] if one.note else (NEVER, NEVER)
            elif one.note or two.note:
                fixed[number] = prices["beside a note"]
                if not all(self._is_closed(piece.note.note) for piece in (one, two) if piece.note):
                    ends |= {number} if one.word > loose else set()
            elif self.run[one.word].settled:
                fixed[number] = (NEVER, NEVER)
                ends |= {number} if self.run[one.word].line else set()
        if self.head.label == "line":
            ends.add(label - 1)
        opens, closes, _ = marks(self.by.off) if self.head.cue.off else ("", "", False)
        return Speech(
            [*self.label, *(piece.text for piece in pieces)],
            [*(first for _ in self.label), *map(self._said, pieces)],
            float(self.head.end),
            label,
            opens,
            closes if self.head.cue.closes else "",
            fixed=fixed,
            joined=joined,
            ends=ends,
        )

    def _said(self, piece: _Piece) -> tuple[float, float]:
        """When a piece is said; a note as its word begins."""
        span = self.run[piece.word].word.span
        return float(span.start), float(span.start if piece.note else span.end)

    # And the strip says so -------------------------------------------------------------------

    def apply(self, blocks: Sequence[Block], dark: int) -> None:
        """Let lines and cues end where the segmenter has them end."""
        pieces, label, head = self.pieces, len(self.label), self.head
        breaks = [at - label for block in blocks for at in block.breaks]
        head.cue, head.touched = replace(head.cue, breaks=tuple(at for at in breaks if at < 0)), True
        head.label = "off" if not label else "line" if 0 in breaks else "on"
        ended = {at - 1 for at in breaks if at > 0}
        for number, word in enumerate(self.run):
            mine = [n for n, piece in enumerate(pieces) if piece.word == number]
            word.line = bool(ended & {n for n in mine if not pieces[n].note})
            for beside in word.notes:
                its = [n for n in mine if pieces[n].note is beside]
                beside.ends = tuple(place for place, n in enumerate(its, 1) if n in ended)
        for block in blocks[1:]:
            self.strip.part(self.at + pieces[block.low - label].word, dark)
