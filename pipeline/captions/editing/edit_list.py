"""Captions as one strip of words that can be cut, joined and written anew; what stays untouched comes out as
it went in.

The working form of corrections: `captions/editing/apply.py` puts them on, `captions/editing/diff.py` finds
out what they were.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise

from pipeline.captions.editing.mapping import limit
from pipeline.captions.editing.model import Anchor, Conflict, Correction, compared, inner, says_the_same
from pipeline.captions.editing.written import label_length, marks, whose_of
from pipeline.captions.model import Captions, Cue, CueWord
from pipeline.core.time import Programme, Source, Span, Time
from pipeline.edit.timeline import Take, Timeline

NEAR = Fraction(1, 2)
"""Seconds by which another recogniser may put the same word somewhere else."""

ELSEWHERE = Fraction(1)
"""Seconds from which words are said at another place in the footage: what was corrected about their sound
does not hold.
"""

PAUSE, LINGER = Fraction(1), Fraction(1, 2)
"""Where a cue is parted at a pause of so long, its first half goes so long after its last word; else the
halves touch.
"""


class Cannot(Exception):
    """A correction cannot be put on, and why. Not `open`: there is nothing to decide."""

    def __init__(self, why: str, *, is_open: bool = True) -> None:
        super().__init__(why)
        self.why, self.open = why, is_open


@dataclass
class Head:
    """A cue that begins here: as made, and what has become of it."""

    cue: Cue
    start: Time[Programme]
    end: Time[Programme]
    label: str
    """off, on, or line: on a line of its own."""
    tag: str
    """The label as it is on the screen."""
    take: object
    plain: tuple[Time[Programme], Time[Programme]]
    """Its times before any were corrected: those of all cues never overlap."""
    touched: bool = False
    timed: list[Correction] = field(default_factory=list)

    def time(
        self, correction: Correction, start: Time[Programme] | None = None, end: Time[Programme] | None = None
    ) -> None:
        self.start, self.end, self.touched = start or self.start, end or self.end, True
        self.timed.append(correction)

    def untime(self) -> list[Correction]:
        """Back to the times that were made; what is undone by it."""
        undone, self.timed = self.timed, []
        self.start, self.end = self.plain
        return undone


@dataclass
class Note:
    """What stands before a word and is none: a sound, or why it is unclear. `line`: on a line of its own."""

    text: str
    line: bool = False


@dataclass
class Word:
    """A word of the strip. `pre` and `post` are a house's marks around it, which are none of the word's."""

    word: CueWord
    quote: str
    source: str
    pre: str = ""
    post: str = ""
    line: bool = False
    notes: list[Note] = field(default_factory=list)
    head: Head | None = None

    @property
    def shown(self) -> str:
        return f"{self.pre}{self.word.text}{self.post}"


class Strip:
    def __init__(self, captions: Captions, rate: Fraction, timeline: Timeline | None = None) -> None:
        self.language, self.rate, self.timeline = captions.language, rate, timeline
        self.words: list[Word] = []
        self._index: tuple[list[str], dict[str, list[int]]] | None = None
        self.others: list[Cue] = []
        """Cues without words: sounds that stand by themselves."""
        for cue in captions.cues:
            if cue.words:
                self.words += self._parsed(cue)
            else:
                self.others.append(cue)

    def _parsed(self, cue: Cue) -> list[Word]:
        """A cue taken apart: its label, its notes, and how each word is written on which line."""
        tokens = [(text, number) for number, line in enumerate(cue.lines) for text in line.split()]
        loose = [(text, index) for index, word in enumerate(cue.words) for text in word.text.split()]
        whose = whose_of(
            [text for text, _ in tokens], [text for text, _ in loose], [index for _, index in loose]
        )
        words = [Word(word, cue.quote, cue.source) for word in cue.words]
        first = next((at for at, index in enumerate(whose) if index is not None), len(whose))
        label = label_length([text for text, _ in tokens[:first]]) if cue.label else 0
        written: dict[int, list[tuple[str, int]]] = {}
        waiting: list[tuple[str, int]] = []
        last: int | None = None
        for (text, number), index in list(zip(tokens, whose, strict=True))[label:]:
            if index is None:
                waiting.append((text, number))
                continue
            if waiting:
                words[index].notes.append(Note(" ".join(t for t, _ in waiting), waiting[-1][1] != number))
                waiting = []
            written.setdefault(index, []).append((text, number))
            last = index
        if waiting:
            words[0].notes.append(Note(" ".join(t for t, _ in waiting)))
        for index, shown in written.items():
            words[index].pre, words[index].post = marks(
                " ".join(text for text, _ in shown), words[index].word.text
            )
        ends = {index: shown[-1][1] for index, shown in written.items()}
        for index in ends:
            follows = next((shown[0][1] for other, shown in sorted(written.items()) if other > index), None)
            words[index].line = index != last and follows is not None and follows != ends[index]
        on = (
            "off"
            if not label
            else "line"
            if label < len(tokens) and tokens[label - 1][1] != tokens[label][1]
            else "on"
        )
        tag = " ".join(text for text, _ in tokens[:label])
        words[0].head = Head(
            cue, cue.span.start, cue.span.end, on, tag, self._take(cue), (cue.span.start, cue.span.end)
        )
        return words

    def _take(self, cue: Cue) -> object:
        """The shot a cue is in; without a timeline, what tells one stretch of footage from another."""
        if self.timeline:
            return self.timeline.shot_at(int(cue.span.start.seconds * self.timeline.rate)).at
        offsets = Counter(
            round((word.span.start.seconds - word.heard.start.seconds) * 50)
            for word in cue.words
            if word.heard
        )
        return (cue.quote, cue.source, offsets.most_common(1)[0][0] if offsets else None)

    # Looking ---------------------------------------------------------------------------------

    @property
    def heads(self) -> list[tuple[int, Head]]:
        return [(at, word.head) for at, word in enumerate(self.words) if word.head]

    def cue_of(self, at: int) -> int:
        """Where the cue begins that shows this word."""
        return next(index for index in range(at, -1, -1) if self.words[index].head)

    def cue_end(self, at: int) -> int:
        """Where the cue after this word's begins."""
        return next(
            (index for index in range(at + 1, len(self.words)) if self.words[index].head), len(self.words)
        )

    def head(self, at: int) -> Head:
        found = self.words[self.cue_of(at)].head
        assert found
        return found

    def text(self, first: int, end: int) -> str:
        return " ".join(word.word.text for word in self.words[first:end])

    def says(self, first: int, end: int, text: str) -> bool:
        """Does this say what these words say, between the words that stand around them? "10 –" is other words
        where 20 follows.
        """
        run = range(max(first - 1, 0), min(end + 1, len(self.words)))
        mine = [
            self.words[at].word.text if self.words[at].quote == self.words[first].quote else "" for at in run
        ]
        before, after = " ".join(mine[: first - run.start]), " ".join(mine[end - run.start :])
        return says_the_same(f"{before} {self.text(first, end)} {after}", f"{before} {text} {after}")

    def anchor(self, first: int, end: int) -> Anchor:
        """What names these words whatever becomes of the film."""
        run = self.words[first:end]
        quote = run[0].quote

        def next_to(at: int) -> str:
            return (
                compared(self.words[at].word.text)
                if 0 <= at < len(self.words) and self.words[at].quote == quote
                else ""
            )

        words = " ".join(compared(word.word.text) for word in run)
        return Anchor(
            quote,
            run[0].word.piece,
            run[-1].word.piece,
            words,
            run[0].source,
            heard(run),
            next_to(first - 1),
            next_to(end),
            self.text(first, end),
        )

    def _indexed(self) -> tuple[list[str], dict[str, list[int]]]:
        """How every word compares, and where each quote's are; until words are written anew."""
        places: dict[str, list[int]] = {}
        for at, word in enumerate(self.words):
            places.setdefault(word.quote, []).append(at)
        return [compared(word.word.text) for word in self.words], places

    def find(self, anchor: Anchor) -> tuple[int, int]:
        """Where these words are now: by their numbers, else by how they read, when they are said and what is
        next to them.

        In another quote only where it is the same moment of the same footage: two people may say the same.
        """
        self._index = self._index or self._indexed()
        forms, places = self._index
        mine = places.get(anchor.quote, [])
        numbered = [at for at in mine if anchor.first <= self.words[at].word.piece <= anchor.last]
        if numbered and " ".join(forms[numbered[0] : numbered[-1] + 1]) == anchor.words:
            return numbered[0], numbered[-1] + 1
        length = len(anchor.words.split())
        found = []
        for first in range(len(self.words)):
            for end in range(first + 1, min(first + length, len(self.words)) + 1):
                text = " ".join(forms[first:end])
                if text == anchor.words:
                    found.append((self._likeness(anchor, first, end), first, end))
                if not anchor.words.startswith(text):
                    break
        best = max(found, default=(0.0, 0, 0))
        if best[0] >= (1 if length > 2 else 3):
            return best[1], best[2]
        if not mine:
            raise Cannot(f"{anchor.quote} is not in this film", is_open=False)
        raise Cannot(f"its words are not in {anchor.quote} any more, as it is approved now: “{anchor.words}”")

    def _likeness(self, anchor: Anchor, first: int, end: int) -> float:
        here = self.anchor(first, end)
        near = (
            anchor.heard
            and here.heard
            and here.source == anchor.source
            and abs(here.heard.start - anchor.heard.start) <= NEAR
        )
        if here.quote != anchor.quote and not near:
            return 0
        before, after = here.before == anchor.before != "", here.after == anchor.after != ""
        apart = abs(here.first - anchor.first) / 1000
        return (here.quote == anchor.quote) + 4 * bool(near) + 2 * before + 2 * after - apart

    def must_sound(self, anchor: Anchor, first: int, end: int) -> None:
        """Refuse what is about the sound of words that are taken from another place now."""
        now = self.anchor(first, end)
        if anchor.heard and (
            now.heard is None
            or now.source != anchor.source
            or abs(now.heard.start - anchor.heard.start) > ELSEWHERE
        ):
            raise Cannot(f"{anchor.quote} is taken from another place in the footage now")

    # Cutting ---------------------------------------------------------------------------------

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
            post=run[-1].post,
            line=run[-1].line,
        )
        self.words[first:end], self._index = [word], None
        self.head(first).touched = True

    def part(self, at: int) -> None:
        """Let a cue begin with this word."""
        before, word, frame = self.head(at), self.words[at], 1 / self.rate
        low, high = max(before.start, before.plain[0]) + frame, min(before.end, before.plain[1]) + -frame
        start = min(max(word.word.span.start.snap(self.rate), low), high)
        if start < low:
            raise Cannot(f"there is no time to part the cue before “{word.word.text}”")
        spoken = self.words[at - 1].word.span.end
        end = (
            start
            if word.word.span.start - spoken < PAUSE
            else max(min((spoken + LINGER).snap(self.rate), start), low)
        )
        word.head = Head(
            before.cue, start, before.end, "off", "", before.take, (start, before.plain[1]), touched=True
        )
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
        self.words[at].head = None

    def state(self, at: int) -> str:
        """What ends after this word: nothing, a line, a cue."""
        return (
            "cue"
            if at + 1 == len(self.words) or self.words[at + 1].head
            else "line"
            if self.words[at].line
            else "none"
        )

    def end(self, at: int, what: str) -> None:
        """Let this end after the word: none, line or cue."""
        if what == "cue":
            if not self.words[at + 1].head:
                self.part(at + 1)
            return
        if self.words[at + 1].head:
            self.join(at + 1)
        if self.words[at].line != (what == "line"):
            self.words[at].line = what == "line"
            self.head(at).touched = True

    def note(self, at: int, text: str, width: int) -> None:
        """Let this stand before the word, once: on a line of its own where its line would be too long."""
        if any(note.text == text for note in self.words[at].notes):
            return
        low = next((index + 1 for index in range(at - 1, -1, -1) if self.state(index) != "none"), 0)
        high = next(index for index in range(at, len(self.words)) if self.state(index) != "none") + 1
        head, line = self.head(at), " ".join(word.shown for word in self.words[low:high])
        label = f"{head.tag} " if self.words[low].head and head.label == "on" else ""
        self.words[at].notes.append(Note(text, len(f"{label}{line} {text}") > width))
        head.touched = True

    def unnote(self, at: int, text: str) -> None:
        kept = [note for note in self.words[at].notes if note.text != text]
        if len(kept) != len(self.words[at].notes):
            self.words[at].notes, self.head(at).touched = kept, True

    def hush(self, anchor: Anchor, text: str) -> bool:
        """Take a sound away that was told before; is there one?"""
        for at, word in enumerate(self.words):
            near = (
                anchor.heard
                and word.word.heard
                and word.source == anchor.source
                and abs(word.word.heard.start - anchor.heard.start) <= 2
            )
            for note in word.notes if near else []:
                if inner(note.text).casefold() == text.casefold():
                    self.unnote(at, note.text)
                    return True
        gone = [
            cue
            for cue in self.others
            if cue.source == anchor.source and inner(cue.text).casefold() == text.casefold()
        ]
        self.others = [cue for cue in self.others if cue not in gone[:1]]
        return bool(gone)

    # Coming out ------------------------------------------------------------------------------

    def take(self, head: Head) -> Take | None:
        shot = self.timeline.shot_at(int(head.cue.span.start.seconds * self.rate)) if self.timeline else None
        return shot if isinstance(shot, Take) else None

    def settle(self) -> list[Conflict]:
        """No cue over its cut or into the next: the earlier one makes room. Which times could not be kept
        so.
        """
        undone: dict[Correction, str] = {}
        heads = [head for _, head in self.heads]
        for head in heads:
            if head.timed and (shot := self.take(head)) and self.timeline:
                low, high = (
                    self.timeline.time(shot.at),
                    self.timeline.time(limit(self.timeline, self.timeline.shots.index(shot))),
                )
                asked = {"in": head.start, "out": head.end}
                head.start, head.end = min(max(head.start, low), high), min(max(head.end, low), high)
                moved = {
                    kind
                    for kind, now in (("in", head.start), ("out", head.end))
                    if abs(now - asked[kind]) > 1 / self.rate
                }
                undone |= dict.fromkeys(
                    (one for one in head.timed if one.kind in moved),
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
        cues = [self._cue(at, head) if head.touched else head.cue for at, head in self.heads]
        return Captions(
            self.language, tuple(sorted([*cues, *self.others, *extra], key=lambda cue: cue.span.start))
        )

    def _cue(self, at: int, head: Head) -> Cue:
        run = self.words[at : self.cue_end(at)]
        lines: list[list[str]] = [[]]
        if head.label != "off":
            lines[-1].append(head.tag)
            lines += [[]] if head.label == "line" else []
        for word in run:
            for note in word.notes:
                lines += [[]] if note.line and word is not run[0] else []
                lines[-1].append(note.text)
                lines += [[]] if note.line else []
            lines[-1].append(word.shown)
            lines += [[]] if word.line else []
        texts = tuple(" ".join(line) for line in lines if line)
        words = tuple(word.word for word in run)
        return replace(
            head.cue, span=Span(head.start, head.end), lines=texts, label=head.label != "off", words=words
        )


def heard(run: Iterable[Word]) -> Span[Source] | None:
    """Where in the source a run of words is said."""
    spans = [word.word.heard for word in run if word.word.heard]
    return Span(min(span.start for span in spans), max(span.end for span in spans)) if spans else None
