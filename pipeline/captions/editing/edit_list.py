"""Captions as one strip of words that can be cut, joined and written anew; what stays untouched comes out as
it went in.

The working form of corrections: `captions/editing/apply.py` puts them on, `captions/editing/diff.py` finds
out what they were.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from pipeline.captions.editing.mapping import limit
from pipeline.captions.editing.model import Anchor, Conflict, Correction, inner
from pipeline.captions.editing.words import Beside, Cannot, Head, Word, Words, heard
from pipeline.captions.model import Captions, Cue, CueWord, Note, Part, tokens
from pipeline.core.time import Span, Time
from pipeline.edit.timeline import Card, Take, asked

PAUSE, LINGER = Fraction(1), Fraction(1, 2)
"""Where a cue is parted at a pause of so long, its first half goes so long after its last word; else the
halves touch.
"""


class Strip(Words):
    """Words that are being corrected. Whatever is done to a cue marks it as touched."""

    def write(self, first: int, end: int, text: str) -> None:
        """Let these words be written so."""
        for at in range(first + 1, end):
            if self.words[at].head:
                self.join(at)
        run = self.words[first:end]
        one = run[0].word
        whole = Span(min(word.word.span.start for word in run), max(word.word.span.end for word in run))
        word = replace(
            run[0],
            word=CueWord(text, whole if len(run) > 1 else one.span, one.piece, heard(run)),
            line=run[-1].line,
        )
        self.words[first:end], self._index = [word], None
        self.head(first).touched = True

    def part(self, at: int, dark: int = 0) -> None:
        """Let a cue begin with this word, so many frames after the one before it."""
        before, word, frame = self.head(at), self.words[at], 1 / self.rate
        low, high = max(before.start, before.plain[0]) + frame, min(before.end, before.plain[1]) + -frame
        start = min(max(word.word.span.start.snap(self.rate), low), high)
        if start < low:
            raise Cannot(f"there is no time to part the cue before “{word.word.text}”")
        spoken = self.words[at - 1].word.span.end
        end = (
            max(start + -dark * frame, low)
            if word.word.span.start - spoken < PAUSE
            else max(min((spoken + LINGER).snap(self.rate), start), low)
        )
        word.head = Head(
            before.cue, start, before.end, "off", before.take, (start, before.plain[1]), touched=True
        )
        before.cue = replace(before.cue, closes=False)
        before.end, before.plain, before.touched = end, (before.plain[0], end), True
        self.words[at - 1].line = False

    def join(self, at: int) -> None:
        """Let the cue that begins with this word be one with the cue before it."""
        here, before = self.words[at].head, self.head(at - 1)
        assert here
        if here.take != before.take or self.words[at].quote != self.words[at - 1].quote:
            raise Cannot(
                f"a cut lies between “{self.words[at - 1].word.text}” and "
                f"“{self.words[at].word.text}”, and no cue may stay over it"
            )
        if here.cue.speaker != before.cue.speaker:
            raise Cannot("two people's words do not share a cue")
        before.end, before.plain, before.touched = here.end, (before.plain[0], here.plain[1]), True
        before.timed += here.timed
        before.cue = replace(before.cue, closes=here.cue.closes)
        self.words[at].head = None

    def end(self, at: int, what: str) -> None:
        """Let this end after the word: none, line or cue."""
        if what == "cue":
            if not self.words[at + 1].head:
                self.part(at + 1)
            return
        if self.words[at + 1].head:
            self.join(at + 1)
        if self.state(at) != what:
            self.words[at].line = what == "line"
            for beside in self.words[at + 1].notes:
                beside.ends = ()
            self.head(at).touched = True

    def name(self, first: int, end: int, speaker: str) -> None:
        """Let these words be somebody's, and with them the turn: what follows of the same speaker."""
        last = self.cue_of(end - 1)
        for head in [
            *(head for at, head in self.heads if self.cue_of(first) <= at <= last),
            *self.turn(last),
        ]:
            breaks = tuple(at for at in head.cue.breaks if at >= 0)
            head.cue, head.touched = replace(head.cue, speaker=speaker, breaks=breaks), True

    def turn(self, at: int) -> list[Head]:
        """The cues after this one in which the same person speaks on: until a name is shown, or a card or a
        break lies between.
        """
        one, found = self.head(at), []
        for _, two in (later for later in self.heads if later[0] > at):
            if two.cue.speaker != one.cue.speaker or two.label != "off" or self._told_anew(one, two):
                break
            found.append(two)
        return found

    def _told_anew(self, one: Head, two: Head) -> bool:
        """Does something lie between after which people are told again who speaks?"""
        between = self.timeline.shots if self.timeline else ()
        return any(
            (isinstance(shot, Card) or asked(shot))
            and one.plain[0] <= Time(Fraction(shot.at) / self.rate) < two.plain[0]
            for shot in between
        )

    def note(self, at: int, note: Note, said: Correction) -> None:
        """Let this stand before the word, once."""
        there = [beside for beside in self.words[at].notes if beside.note == note]
        for beside in there:
            beside.said = said
        if not there:
            self.words[at].notes.append(Beside(note, said=said))
            self.head(at).touched = True

    def unnote(self, at: int, text: str, kind: str) -> None:
        """Take a note away that stands before the word."""
        kept = [one for one in self.words[at].notes if not _is(one.note, text) or one.note.kind != kind]
        if len(kept) != len(self.words[at].notes):
            self.words[at].notes, self.head(at).touched = kept, True

    def hush(self, anchor: Anchor, text: str) -> bool:
        """Take a sound away that was told before; is there one?"""
        for at, word in enumerate(self.words):
            found = [one for one in word.notes if _is(one.note, text)] if _near(word, anchor) else []
            if found:
                self.unnote(at, text, found[0].note.kind)
                return True
        gone = next((cue for cue in self.others if _tells(cue, anchor, text)), None)
        self.others = [cue for cue in self.others if cue is not gone]
        return gone is not None

    # Coming out ------------------------------------------------------------------------------

    def take(self, head: Head) -> Take | None:
        """The take that a cue is in."""
        shot = self.timeline.shot_at(int(head.cue.span.start.seconds * self.rate)) if self.timeline else None
        return shot if isinstance(shot, Take) else None

    def settle(self) -> list[Conflict]:
        """No cue over its cut or into the next: the earlier one makes room. Which times could not be kept
        so.
        """
        undone: dict[Correction, str] = {}
        heads = [head for _, head in self.heads]
        for head in heads:
            undone |= dict.fromkeys(
                self._into_its_shot(head),
                "its shot is not so long: the cue stays as near to it as the shot does",
            )
        while wrong := self._out_of_order(heads):
            for head in wrong:
                undone |= dict.fromkeys(
                    head.untime(), "with these times cues would overlap or end before they begin"
                )
        for one, two in pairwise(heads):
            if one.end > two.start:
                one.end, one.touched = two.start, True
        return [Conflict(correction, why) for correction, why in undone.items()]

    def _into_its_shot(self, head: Head) -> list[Correction]:
        """Times that were asked for, kept inside the shot; which of them that moved."""
        shot = self.take(head) if head.timed else None
        if shot is None or self.timeline is None:
            return []
        low = self.timeline.time(shot.at)
        high = self.timeline.time(limit(self.timeline, self.timeline.shots.index(shot)))
        asked = {"in": head.start, "out": head.end}
        head.start, head.end = (min(max(time, low), high) for time in (head.start, head.end))
        now = {"in": head.start, "out": head.end}
        return [
            one
            for one in head.timed
            if one.kind in asked and abs(now[one.kind] - asked[one.kind]) > 1 / self.rate
        ]

    @staticmethod
    def _out_of_order(heads: Sequence[Head]) -> list[Head]:
        """The next cues that end before they begin, or begin before the one before them; made times never
        do.
        """
        for one, two in zip(heads, [*heads[1:], None], strict=True):
            if one.timed and one.end <= one.start:
                return [one]
            if two and two.start <= one.start and (one.timed or two.timed):
                return [one, two]
        return []

    def captions(self, extra: Iterable[Cue] = ()) -> Captions:
        """All cues, those that were touched rendered anew."""
        cues = [self.cue(at, head) if head.touched else head.cue for at, head in self.heads]
        return Captions(
            self.language, tuple(sorted([*cues, *self.others, *extra], key=lambda cue: cue.span.start))
        )

    def cue(self, at: int, head: Head) -> Cue:
        """The cue that begins with this word, as it is now."""
        run = self.words[at : self.cue_end(at)]
        parts: list[Part] = []
        breaks = {place for place in head.cue.breaks if place < 0} | ({0} if head.label == "line" else set())
        end = 0
        for word in run:
            for beside in word.notes:
                breaks |= {end + place for place in beside.ends}
                parts.append(beside.note)
                end += len(tokens(beside.note))
            parts.append(word.word)
            end += len(tokens(word.word))
            breaks |= {end} if word.line else set()
        return replace(
            head.cue,
            span=Span(head.start, head.end),
            parts=tuple(parts),
            breaks=tuple(sorted(breaks)),
            label=head.label != "off",
        )


def _is(note: Note, text: str) -> bool:
    return note.text.casefold() == text.casefold()


def _near(word: Word, anchor: Anchor) -> bool:
    """Is it said at about the time of an anchor?"""
    mine, theirs = word.word.heard, anchor.heard
    return bool(mine and theirs and word.source == anchor.source and abs(mine.start - theirs.start) <= 2)


def _tells(cue: Cue, anchor: Anchor, text: str) -> bool:
    """Is it the cue of such a sound?"""
    return cue.source == anchor.source and inner(cue.said).casefold() == text.casefold()
