"""Captions as one run of words, in which those of a correction are found again, whatever the film became."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from pipeline.captions.editing.model import Anchor, Correction, compared, says_the_same, why_no_speaker
from pipeline.captions.model import Captions, Cue, CueWord, Note, tokens
from pipeline.core.time import Programme, Source, Span, Time
from pipeline.edit.timeline import Timeline
from pipeline.production.profile import marks

NEAR = Fraction(1, 2)
"""Seconds by which another recogniser may put the same word somewhere else."""

ELSEWHERE = Fraction(1)
"""Seconds from which words are said at another place in the footage: what was corrected about their sound
does not hold.
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
    take: object
    plain: tuple[Time[Programme], Time[Programme]]
    """Its times before any were corrected: those of all cues never overlap."""
    touched: bool = False
    timed: list[Correction] = field(default_factory=list)

    @property
    def tag(self) -> str:
        """The speaker's name as it would stand before the words."""
        return self.cue.conventions.labelled(self.cue.speaker)

    def time(
        self, correction: Correction, start: Time[Programme] | None = None, end: Time[Programme] | None = None
    ) -> None:
        """Let it come or go at another time, as this correction says."""
        self.start, self.end, self.touched = start or self.start, end or self.end, True
        self.timed.append(correction)

    def untime(self) -> list[Correction]:
        """Back to the times that were made; what is undone by it."""
        undone, self.timed = self.timed, []
        self.start, self.end = self.plain
        return undone


@dataclass
class Beside:
    """A note, after which of its tokens a line `ends`, and who put it in; nobody, where it was there."""

    note: Note
    ends: tuple[int, ...] = ()
    said: Correction | None = None


@dataclass
class Word:
    """A word of the run, whether a `line` ends after it, the notes that stand before it, and the cue that
    begins with it. `settled`: a person said what ends after it.
    """

    word: CueWord
    quote: str
    source: str
    line: bool = False
    notes: list[Beside] = field(default_factory=list)
    head: Head | None = None
    settled: bool = False


class Words:
    """The words of all cues, one after the other, and the cues that have none."""

    def __init__(self, captions: Captions, rate: Fraction, timeline: Timeline | None = None) -> None:
        self.language, self.rate, self.timeline = captions.language, rate, timeline
        self.words: list[Word] = []
        self._index: tuple[list[str], dict[str, list[int]]] | None = None
        self.others: list[Cue] = []
        """Cues without words: sounds that stand by themselves."""
        self.own: dict[str, list[str]] = {}
        """By quote, as whom its contributor is known."""
        takes = [(take.quote, take.speaker) for take in timeline.takes] if timeline else []
        for quote, name in dict.fromkeys(takes or ((cue.quote, cue.speaker) for cue in captions.cues)):
            self.own.setdefault(quote, []).append(name)
        for cue in captions.cues:
            if cue.words:
                self.words += self._run(cue)
            else:
                self.others.append(cue)

    def why_not(self, at: int, name: str) -> str:
        """Why this word, and what follows of the same quote, cannot be said by somebody of this name."""
        contributors = {name for names in self.own.values() for name in names}
        return why_no_speaker(name, self.own.get(self.words[at].quote, ()), contributors, self.language)

    def _run(self, cue: Cue) -> list[Word]:
        words: list[Word] = []
        waiting: list[Beside] = []
        at = 0
        for part in cue.parts:
            begins, at = at, at + len(tokens(part))
            if isinstance(part, Note):
                waiting.append(Beside(part, tuple(n - begins for n in cue.breaks if begins < n <= at)))
            elif isinstance(part, CueWord):
                words.append(Word(part, cue.quote, cue.source, at in cue.breaks, waiting))
                waiting = []
        words[-1].line = False
        words[0].notes += waiting
        on = "off" if not cue.label else "line" if 0 in cue.breaks else "on"
        start, end = cue.span.start, cue.span.end
        words[0].head = Head(cue, start, end, on, self._take(cue), (start, end))
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

    @property
    def heads(self) -> list[tuple[int, Head]]:
        """Where each cue begins, and what has become of it."""
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
        """The cue that shows this word."""
        found = self.words[self.cue_of(at)].head
        assert found
        return found

    def marks(self, at: int) -> tuple[str, str]:
        """What stands around a word and is not the word's: the marks of a voice out of vision."""
        cue = self.head(at).cue
        opens, closes, _ = marks(cue.conventions.off) if cue.off else ("", "", False)
        first, last = self.words[at].head is not None, self.state(at) == "cue"
        return opens if first else "", closes if last and cue.closes else ""

    def text(self, first: int, end: int) -> str:
        """These words as they are written."""
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
        score, first, end = max(self._alike(anchor, forms), default=(0.0, 0, 0))
        if score >= (1 if len(anchor.words.split()) > 2 else 3):
            return first, end
        if not mine:
            raise Cannot(f"{anchor.quote} is not in this film", is_open=False)
        raise Cannot(f"its words are not in {anchor.quote} any more, as it is approved now: “{anchor.words}”")

    def _alike(self, anchor: Anchor, forms: Sequence[str]) -> Iterator[tuple[float, int, int]]:
        """Every run of words that reads as the anchor's, and how likely it is the same."""
        length = len(anchor.words.split())
        for first in range(len(forms)):
            for end in range(first + 1, min(first + length, len(forms)) + 1):
                text = " ".join(forms[first:end])
                if text == anchor.words:
                    yield self._likeness(anchor, first, end), first, end
                if not anchor.words.startswith(text):
                    break

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

    def state(self, at: int) -> str:
        """What ends after this word: nothing, a line, a cue."""
        return (
            "cue"
            if at + 1 == len(self.words) or self.words[at + 1].head
            else "line"
            if self.words[at].line or any(beside.ends for beside in self.words[at + 1].notes)
            else "none"
        )


def heard(run: Iterable[Word]) -> Span[Source] | None:
    """Where in the source a run of words is said."""
    spans = [word.word.heard for word in run if word.word.heard]
    return Span(min(span.start for span in spans), max(span.end for span in spans)) if spans else None
