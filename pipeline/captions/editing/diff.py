"""What a reviewer changed: their edited cues held against those that were made, word by word.

Their file may have other numbers, cues parted and joined, other times, labels and sounds in it, and may be of
an older build. Words tell where a cue belongs; only then are its lines, its times and its label compared.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from fractions import Fraction
from statistics import median

from pipeline.captions.editing.align import Aligned, Alignment, Asked
from pipeline.captions.editing.edit_list import Strip
from pipeline.captions.editing.mapping import NOWHERE, anchor_at
from pipeline.captions.editing.model import (
    ASK,
    NO_SOUND,
    NO_SPEAKER,
    Anchor,
    Conflict,
    Correction,
    inner,
)
from pipeline.captions.editing.parse import Apart, Read, Token, bare, compared_note
from pipeline.captions.editing.words import Cannot, Head
from pipeline.captions.model import Captions, Cue
from pipeline.core.time import Programme, Span, decimal
from pipeline.edit.timeline import Timeline
from pipeline.language import sounds
from pipeline.language.lexicon import english

MOVED = Fraction(2)
"""Seconds: nobody retimes a caption by more (BBC: never over two late), so a shot whose cues are all as far
off stood elsewhere in the film.
"""

_UNCLEAR = re.compile("|".join(english().written.unclear_marks), re.IGNORECASE)


def differences(
    made: Captions,
    edited: Sequence[Cue],
    rate: Fraction = Fraction(25),
    timeline: Timeline | None = None,
    *,
    positions: bool = True,
) -> tuple[list[Correction], list[Conflict]]:
    """What was changed, tied to words of the source, and what of it cannot be done (which is in both).

    `positions` says whether the edited cues all know where they stand: SubRip may say "top" of some, and
    nothing of others.
    """
    found = Edits(made, edited, timeline.rate if timeline else rate, timeline, positions=positions)
    return found.corrections, found.conflicts


class _Read:
    """The edited cues beside those that were made: which words are written otherwise, and what ends after
    them.
    """

    def __init__(
        self, made: Captions, edited: Sequence[Cue], rate: Fraction, timeline: Timeline | None
    ) -> None:
        self.strip, self.rate, self.timeline = Strip(made, rate, timeline), rate, timeline
        self.made = made
        contributors = (name for names in self.strip.own.values() for name in names)
        named = [*contributors, *(cue.speaker for cue in made.cues)]
        self.speakers = {name.casefold(): name for name in named if name}
        notes = [one.note for word in self.strip.words for one in word.notes]
        told: list[tuple[str, str]] = [(one.text, one.kind) for one in notes]
        told += [(cue.said, cue.kind) for cue in self.strip.others]
        self.marked = {compared_note(text) for text, _ in told}
        self.corrections: list[Correction] = []
        self.conflicts: list[Conflict] = []
        apart = Apart(self.strip)
        self.read = [apart.read(number, cue) for number, cue in enumerate(edited)]
        self.music = {compared_note(text) for text, kind in told if kind == "music"}
        self.music |= {compared_note(text) for one in self.read for text in one.music}
        aligned = Alignment(self.strip, self.read)
        self.missing = aligned.missing
        self.tokens = self._words(aligned.pieces, aligned.asked)
        self._breaks()

    def _say(self, kind: str, anchor: Anchor, value: str, was: str = "", why: str = "") -> Correction:
        said = Correction(kind, anchor, value, was)
        self.corrections.append(said)
        if why:
            self.conflicts.append(Conflict(said, why))
        return said

    @property
    def of_the_film(self) -> tuple[int, int]:
        """How many of the words in the file stand for words of the film, and how many there are."""
        words = zip(self.strip.words, self.tokens, strict=True)
        alike = sum(len(mine) for word, mine in words if mine and _alike(word.word.text, mine))
        return alike, sum(len(one.tokens) for one in self.read)

    # Words -----------------------------------------------------------------------------------

    def _words(self, pieces: Sequence[Aligned], asked: Sequence[Asked]) -> list[tuple[Token, ...] | None]:
        """The text corrections; for each word that is left, the tokens that stand for it."""
        for one in asked:
            self._refuse(one.first, one.end, one.text)
        written = [(piece, self._written(piece)) for piece in pieces]
        found: list[tuple[Token, ...] | None] = []
        for piece, said in reversed(written):
            kept = piece.end - piece.first
            if said:
                try:
                    self.strip.write(piece.first, piece.end, piece.text)
                    kept = 1
                except Cannot as problem:
                    self.conflicts.append(Conflict(said, problem.why))
            found += [piece.tokens if kept == 1 else None] * kept
        return found[::-1]

    def _written(self, piece: Aligned) -> Correction | None:
        """The correction of the words' text; one that changes a word's letters has to be asked for."""
        was = self.strip.text(piece.first, piece.end)
        if not piece.text:
            return None
        if not self.strip.says(piece.first, piece.end, piece.text):
            self._refuse(piece.first, piece.end, piece.text)
            return None
        return self._say("text", self.strip.anchor(piece.first, piece.end), piece.text, was)

    def _refuse(self, first: int, end: int, asked: str) -> None:
        was = self.strip.text(first, end)
        self._say(
            "text",
            self.strip.anchor(first, end),
            asked,
            was,
            ASK if asked else f"approved words are left out: {ASK}",
        )

    # Lines and cues --------------------------------------------------------------------------

    def _breaks(self) -> None:
        for at in range(len(self.strip.words)):
            mine = self.tokens[at]
            if mine and mine[0].cue != mine[-1].cue:
                why = f"“{self.strip.text(at, at + 1)}” stands in two cues, and is said as one"
                self._say("break", self.strip.anchor(at, at + 1), "cue", "none", why)
            following = self.tokens[at + 1] if at + 1 < len(self.strip.words) else None
            if mine and following:
                self._break(at, mine[-1], following[0])

    def _break(self, at: int, one: Token, two: Token) -> None:
        """What ends between two words in the edited cues, where that is otherwise."""
        state = "cue" if one.cue != two.cue else "line" if one.line != two.line else "none"
        was = self.strip.state(at)
        if state == was:
            return
        across = self.strip.words[at].quote != self.strip.words[at + 1].quote
        said = self._say("break", self.strip.anchor(at, at + (1 if across else 2)), state, was)
        try:
            self.strip.end(at, state)
        except Cannot as problem:
            self.conflicts.append(Conflict(said, problem.why))


class Edits(_Read):
    """What was changed, as corrections, and which of them cannot be done; found when it is made."""

    def __init__(
        self,
        made: Captions,
        edited: Sequence[Cue],
        rate: Fraction,
        timeline: Timeline | None,
        *,
        positions: bool,
    ) -> None:
        super().__init__(made, edited, rate, timeline)
        self.positions = positions
        self.shift = self._shifts()
        self._times()
        self.voices = {id(head): head.cue.speaker for _, head in self.strip.heads}
        for at, head in self.strip.heads:
            self._cue(at, head)
        self._sounds()

    # Times -----------------------------------------------------------------------------------

    def _ends(self, at: int) -> tuple[Cue | None, Cue | None]:
        """The edited cues that begin and end with the first and the last word of this one."""
        end = self.strip.cue_end(at)
        first, last = self.tokens[at], self.tokens[end - 1]
        begins = first and self.read[first[0].cue].tokens[0] is first[0]
        ends = last and self.read[last[-1].cue].tokens[-1] is last[-1]
        return (self.read[first[0].cue].cue if first and begins else None), (
            self.read[last[-1].cue].cue if last and ends else None
        )

    def _shifts(self) -> dict[object, Fraction]:
        """By shot: how far away in the film it stood when the file was written."""
        apart: dict[object, list[Fraction]] = defaultdict(list)
        for at, head in self.strip.heads:
            first, last = self._ends(at)
            apart[head.take] += [first.span.start - head.start] if first else []
            apart[head.take] += [last.span.end - head.end] if last else []
        middles = {take: median(found) for take, found in apart.items() if found}
        return {
            take: middle
            for take, middle in middles.items()
            if abs(middle) > MOVED and _most_near(apart[take], middle)
        }

    def _times(self) -> None:
        tolerance = 1 / self.rate / 2
        for at, head in self.strip.heads:
            end, shift = self.strip.cue_end(at), self.shift.get(head.take, Fraction(0))
            first, last = self._ends(at)
            start, until = self.strip.words[at].word.span.start, self.strip.words[end - 1].word.span.end
            if first and abs(first.span.start - head.start - shift) > tolerance:
                wanted = first.span.start + -shift
                said = self._say(
                    "in", self.strip.anchor(at, at + 1), decimal(wanted - start), decimal(head.start - start)
                )
                head.time(said, start=wanted.snap(self.rate))
            if last and abs(last.span.end - head.end - shift) > tolerance:
                wanted = last.span.end + -shift
                said = self._say(
                    "out", self.strip.anchor(end - 1, end), decimal(wanted - until), decimal(head.end - until)
                )
                head.time(said, end=wanted.snap(self.rate))
        self.conflicts += self.strip.settle()

    # Labels, places, notes -------------------------------------------------------------------

    def _cue(self, at: int, head: Head) -> None:
        end = self.strip.cue_end(at)
        known = Counter(token.cue for tokens in self.tokens[at:end] for token in tokens or ())
        if not known:
            return
        one = self.read[known.most_common(1)[0][0]]
        anchor = self.strip.anchor(at, end)
        if (first := self.tokens[at]) and one.tokens[0] is first[0]:
            self._names_of(at, head, one, anchor)
        if one.cue.position != head.cue.position and (self.positions or one.cue.position == "top"):
            self._say("position", anchor, one.cue.position, head.cue.position)
        self._noted(at, end, known)

    def _names_of(self, at: int, head: Head, one: Read, anchor: Anchor) -> None:
        speaker, name = head.cue.speaker, self._named(head, one)
        if name and not _is_name(name, speaker):
            known = self.speakers.get(name.casefold(), _written(name))
            why = self.strip.why_not(at, known)
            if why == NO_SPEAKER:
                self._say("words", anchor, name, "label", f"“{name}” {NO_SPEAKER}")
                return
            self._say("speaker", anchor, known, speaker, why)
            if why:  # is said once, and not of each cue of the turn
                self.voices |= {id(later): one.cue.speaker for later in self.strip.turn(at)}
            else:
                self.strip.name(at, self.strip.cue_end(at), known)
        if one.label != head.label:
            self._say("label", self.strip.anchor(at, at + 1), one.label, head.label)

    def _named(self, head: Head, one: Read) -> str:
        """Who speaks, as the file says: a voice without a label only where it is another than was in it."""
        return one.name or ("" if _is_name(one.cue.speaker, self.voices[id(head)]) else one.cue.speaker)

    def _noted(self, at: int, end: int, cues: Counter[int]) -> None:
        """Notes in the cue that are new, and those that are gone."""
        was = {
            compared_note(beside.note.text): index
            for index in range(at, end)
            for beside in self.strip.words[index].notes
        }
        now = {text: (number, place) for number in cues for text, place in self.read[number].notes}
        for text, (number, place) in now.items():
            if text.casefold() not in was:
                token = self.read[number].tokens[place : place + 1]
                self._note(self._word_of(token, at, end), end, text)
        for text, index in was.items():
            if text not in {one.casefold() for one in now}:
                self._note(index, end, "", text)

    def _word_of(self, token: Sequence[Token], at: int, end: int) -> int:
        """The word that a note stands before; the first where nobody knows."""
        return next((n for n in range(at, end) if token and token[0] in (self.tokens[n] or ())), at)

    def _note(self, at: int, end: int, text: str, was: str = "") -> None:
        if text and not self._is_sound(text):
            self._say("words", self.strip.anchor(at, at + 1), text, "sound", f"“{text}” {NO_SOUND}")
            return
        if _UNCLEAR.search(text or was):
            self._say("unclear", self.strip.anchor(at, end), text, was)
            return
        self._say(self._kind(text or was), self.strip.anchor(at, at + 1), text, was)

    # Sounds ----------------------------------------------------------------------------------

    def _is_sound(self, text: str) -> bool:
        """One that a person marked, or that its words alone are. A file's author is not asked."""
        if text.casefold() in self.marked:
            return True
        names = {word for name in self.speakers for word in name.split()}
        rest = " ".join(word for word in text.split() if word.casefold() not in names)
        return self.made.language.startswith("en") and sounds.is_known(rest)

    def _sounds(self) -> None:
        left = list(self.strip.others)
        for one in self.read:
            if not one.sound:
                continue
            span = self._unshifted(one.cue.span)
            same = [cue for cue in left if compared_note(cue.said) == one.sound.casefold()]
            was = min(same, key=lambda cue: abs(cue.span.start - span.start), default=None)
            if was:
                left.remove(was)
                if max(abs(was.span.start - span.start), abs(was.span.end - span.end)) <= 1 / self.rate / 2:
                    continue
                self._sound(was.span, "", one.sound)
            self._sound(span, one.sound)
        for cue in left:
            self._sound(cue.span, "", inner(cue.said))

    def _unshifted(self, span: Span[Programme]) -> Span[Programme]:
        """Where an edited sound is in the film as it is now: as far off as the nearest cue that has a place
        in it.
        """
        near = min(
            (one for one in self.read if one.tokens),
            key=lambda one: abs(one.cue.span.start - span.start),
            default=None,
        )
        at = next(
            (
                at
                for at, tokens in enumerate(self.tokens)
                if near and tokens and tokens[0].cue == near.tokens[0].cue
            ),
            None,
        )
        shift = self.shift.get(self.strip.head(at).take, Fraction(0)) if at is not None else Fraction(0)
        return Span(span.start + -shift, span.end + -shift)

    def _sound(self, span: Span[Programme], text: str, was: str = "") -> None:
        anchor = anchor_at(self.timeline, span) if self.timeline else self._by_words(span)
        if text and not self._is_sound(text):
            self._say("words", anchor, text, "sound", f"“{text}” {NO_SOUND}")
            return
        silent = (
            f"at {span.start} no footage is heard: a card, a pause or a break is silent"
            if self.timeline
            else "nothing says where in the footage it is heard"
        )
        self._say(self._kind(text or was), anchor, text, was, "" if anchor.heard else silent)

    def _kind(self, text: str) -> str:
        return "music" if compared_note(text) in self.music else "sound"

    def _by_words(self, span: Span[Programme]) -> Anchor:
        """Without a timeline: as far from the nearest word as in the film."""
        heard = [(word, word.word.heard) for word in self.strip.words if word.word.heard]
        near = min(heard, key=lambda one: abs(one[0].word.span.start - span.start), default=None)
        if not near:
            return NOWHERE
        start = near[1].start + (span.start - near[0].word.span.start)
        return Anchor(near[0].quote, -1, -1, "", near[0].source, Span(start, start + span.duration))


def _alike(text: str, tokens: Sequence[Token]) -> bool:
    return [bare(one) for one in text.split()] == [bare(token.text) for token in tokens]


def _is_name(name: str, speaker: str) -> bool:
    """Is it this speaker's, as a file can hold it?"""
    return name.casefold() in (speaker.casefold(), speaker.rstrip("-").casefold())


def _written(name: str) -> str:
    """A role as it stands in a sentence: labels may be in capitals."""
    return name.capitalize() if name.isupper() else name


def _most_near(found: Sequence[Fraction], middle: Fraction) -> bool:
    return sum(abs(one - middle) <= MOVED for one in found) * 2 > len(found)
