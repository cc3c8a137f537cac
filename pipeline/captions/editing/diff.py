"""What a reviewer changed: their edited cues held against those that were made, word by word.

Their file may have other numbers, cues parted and joined, other times, labels and sounds in it, and may be of
an older build. Words tell where a cue belongs; only then are its lines, its times and its label compared.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from statistics import median

from pipeline.captions.editing.edit_list import Cannot, Head, Strip
from pipeline.captions.editing.mapping import NOWHERE, anchor_at
from pipeline.captions.editing.model import ASK, Anchor, Conflict, Correction, inner, says_the_same
from pipeline.captions.editing.parse import Apart, Read, Token, compared_note, parted
from pipeline.captions.editing.written import bare, edits
from pipeline.captions.model import Captions, Cue
from pipeline.core.time import Programme, Span, Time, decimal
from pipeline.edit.timeline import Timeline
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


@dataclass(frozen=True)
class _Piece:
    """Words `first` to before `end` as made, and the edited tokens that stand for them (None: nobody
    knows).
    """

    first: int
    end: int
    tokens: tuple[Token, ...] | None
    text: str = ""
    """How they are written now, where that is otherwise."""


class Edits:
    def __init__(
        self,
        made: Captions,
        edited: Sequence[Cue],
        rate: Fraction,
        timeline: Timeline | None,
        *,
        positions: bool,
    ) -> None:
        self.strip, self.rate, self.timeline, self.positions = (
            Strip(made, rate, timeline),
            rate,
            timeline,
            positions,
        )
        self.corrections: list[Correction] = []
        self.conflicts: list[Conflict] = []
        self.missing: tuple[str, ...] = ()
        """Quotes of which nothing is in the edited cues: they are left as they are."""
        apart = Apart(self.strip)
        self.read = [apart.read(number, cue) for number, cue in enumerate(edited)]
        self.tokens = self._words()
        self._breaks()
        self.shift = self._shifts()
        self._times()
        for at, head in self.strip.heads:
            self._cue(at, head)
        self._sounds()

    def _say(self, kind: str, anchor: Anchor, value: str, was: str = "", why: str = "") -> Correction:
        said = Correction(kind, anchor, value, was)
        self.corrections.append(said)
        if why:
            self.conflicts.append(Conflict(said, why))
        return said

    # Words -----------------------------------------------------------------------------------

    def _words(self) -> list[tuple[Token, ...] | None]:
        """The text corrections; for each word that is left, the tokens that stand for it."""
        belongs: dict[str, list[Token]] = defaultdict(list)
        for quote, tokens in self._belonging():
            belongs[quote] += tokens
        places: dict[str, list[int]] = defaultdict(list)
        for at, word in enumerate(self.strip.words):
            places[word.quote].append(at)
        pieces = [
            piece
            for quote, mine in places.items()
            for piece in self._aligned(mine, self._in_order(mine, belongs[quote]))
        ]
        self.missing = tuple(quote for quote in places if not belongs[quote])
        pieces.sort(key=lambda piece: piece.first)
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

    def _written(self, piece: _Piece) -> Correction | None:
        """The correction of the words' text; one that changes a word's letters has to be asked for."""
        was = self.strip.text(piece.first, piece.end)
        if not piece.text:
            return None
        if not self.strip.says(piece.first, piece.end, piece.text):
            self._refuse(piece.first, piece.end, piece.text)
            return None
        return self._say("text", self.strip.anchor(piece.first, piece.end), piece.text, was)

    def _belonging(self) -> Iterator[tuple[str, list[Token]]]:
        """Which quote the tokens of each edited cue are of: by pairs of words; where those tell nothing, by
        what stands around it.
        """
        pairs: dict[str, set[tuple[str, ...]]] = {}
        for quote in dict.fromkeys(word.quote for word in self.strip.words):
            forms = [
                bare(text)
                for word in self.strip.words
                if word.quote == quote
                for text in word.word.text.split()
            ]
            pairs[quote] = {*pairwise(forms), *((form,) for form in forms)}

        def hits(quote: str, tokens: Sequence[Token]) -> float:
            forms = [bare(token.text) for token in tokens]
            return sum(pair in pairs[quote] for pair in pairwise(forms)) + 0.1 * sum(
                (form,) in pairs[quote] for form in forms
            )

        def best(tokens: Sequence[Token]) -> float:
            return max((hits(quote, tokens) for quote in pairs), default=0.0)

        parts = [(one, part) for one in self.read for part in parted(one.tokens, best)]
        likely = []
        for _, part in parts:
            scores = {quote: hits(quote, part) for quote in pairs}
            top = max(scores.values(), default=0.0)
            likely.append([quote for quote, score in scores.items() if score == top])
        for at, (one, part) in enumerate(parts):
            yield likely[at][0] if len(likely[at]) == 1 else self._around(at, one, parts, likely), part

    def _around(
        self, at: int, one: Read, parts: list[tuple[Read, list[Token]]], likely: list[list[str]]
    ) -> str:
        """The quote of a cue that may be of several: the speaker's whom it names, else that of the nearest
        cue that is of one.
        """
        named = [
            quote
            for quote in likely[at]
            if one.tag and self._speaker(quote).casefold() == one.name.casefold()
        ]
        may_be = named or likely[at]
        number = {id(read): place for place, read in enumerate(self.read)}
        sure = [
            (abs(number[id(other)] - number[id(one)]), abs(other.cue.span.start - one.cue.span.start), of[0])
            for (other, _), of in zip(parts, likely, strict=True)
            if len(of) == 1 and of[0] in may_be
        ]
        return (
            min(sure)[2]
            if sure
            else min(may_be, key=lambda quote: self._distance(quote, one.cue.span.start), default="")
        )

    def _speaker(self, quote: str) -> str:
        return next((head.cue.speaker for _, head in self.strip.heads if head.cue.quote == quote), "")

    def _distance(self, quote: str, moment: Time[Programme]) -> Fraction:
        return min(abs(head.start - moment) for _, head in self.strip.heads if head.cue.quote == quote)

    def _in_order(self, places: list[int], tokens: list[Token]) -> list[Token]:
        """As the file has them; by their times where that is more like the quote: not every file is in
        order.
        """
        said = [text for at in places for text in self.strip.words[at].word.text.split()]
        timed = sorted(tokens, key=lambda token: self.read[token.cue].cue.span.start)

        def changed(order: list[Token]) -> int:
            return sum(
                max(a2 - a1, b2 - b1)
                for code, a1, a2, b1, b2 in edits(said, [token.text for token in order])
                if code != "equal"
            )

        return tokens if timed == tokens or changed(tokens) <= changed(timed) else timed

    def _aligned(self, places: list[int], edited: list[Token]) -> Iterator[_Piece]:
        """A quote's words beside the tokens that belong to it, in pieces that each are alike or were
        changed.
        """
        loose = [(text, at) for at in places for text in self.strip.words[at].word.text.split()]
        match: dict[int, list[int]] = defaultdict(list)
        for code, a1, a2, b1, _ in edits([text for text, _ in loose], [token.text for token in edited]):
            if code == "equal":
                for step in range(a2 - a1):
                    match[loose[a1 + step][1]].append(b1 + step)
        alike = {}
        for at in places:
            whole = match[at]
            if (
                whole
                and len(whole) == len(self.strip.words[at].word.text.split())
                and whole[-1] - whole[0] + 1 == len(whole)
            ):
                alike[at] = (whole[0], whole[-1] + 1)
        if not alike and not edited:
            yield from (_Piece(at, at + 1, None) for at in places)
            return
        odd: list[int] = []
        upto = 0
        pending: _Piece | None = None
        for at in places:
            if at not in alike:
                odd.append(at)
                continue
            low, high = alike[at]
            last, here, changed = self._between(
                pending, odd, tuple(edited[upto:low]), self._alike(at, edited[low:high])
            )
            yield from (piece for piece in (last, *changed) if piece)
            pending, odd, upto = here, [], high
        last, _, changed = self._between(pending, odd, tuple(edited[upto:]), None)
        yield from (piece for piece in (last, *changed) if piece)

    def _alike(self, at: int, tokens: list[Token]) -> _Piece:
        """A word that is still there; its case and punctuation may be other."""
        word, text = self.strip.words[at], " ".join(token.text for token in tokens)
        if text.startswith(word.pre) and text.endswith(word.post):
            text = text[len(word.pre) : len(text) - len(word.post)]
        return _Piece(at, at + 1, tuple(tokens), "" if text == word.word.text else text)

    def _between(
        self, before: _Piece | None, odd: list[int], tokens: tuple[Token, ...], after: _Piece | None
    ) -> tuple[_Piece | None, _Piece | None, list[_Piece]]:
        """What stands between two words that are still there: the two, changed where it was put to one of
        them, and what is between.
        """
        if not odd and not tokens:
            return before, after, []
        text = " ".join(token.text for token in tokens)
        mark = not any(c.isalnum() for c in text + "".join(self.strip.words[at].word.text for at in odd))
        if mark and (not odd or not tokens):  # a dash put in or taken out goes with the word it stands by
            if before and (odd or not after or tokens[0].cue == (before.tokens or tokens)[-1].cue):
                return (
                    self._with(
                        before.first, odd[-1] + 1 if odd else before.end, (*(before.tokens or ()), *tokens)
                    ),
                    after,
                    [],
                )
            if after:
                return (
                    before,
                    self._with(odd[0] if odd else after.first, after.end, (*tokens, *(after.tokens or ()))),
                    [],
                )
        first, end = (odd[0], odd[-1] + 1) if odd else (0, 0)
        if odd and tokens and says_the_same(self.strip.text(first, end), text):
            return (
                before,
                after,
                self._word_by_word(first, end, tokens)
                or [_Piece(first, end, tokens, text if text != self.strip.text(first, end) else "")],
            )
        before, after = self._refused(before, odd, text, after)
        if len(odd) == len(tokens):
            return (
                before,
                after,
                [_Piece(at, at + 1, (token,)) for at, token in zip(odd, tokens, strict=True)],
            )
        return before, after, [_Piece(at, at + 1, None) for at in odd]

    def _refused(
        self, before: _Piece | None, odd: list[int], text: str, after: _Piece | None
    ) -> tuple[_Piece | None, _Piece | None]:
        """Other words were asked for: the marks of the words beside them belong to what was asked, and so
        does a word where some were put in.
        """
        low = before if before and (before.text or not odd) else None
        high = after if after and (after.text or not (odd or low)) else None
        beside = [low.text or self.strip.text(low.first, low.end)] if low else []
        asked = [*beside, text, *([high.text or self.strip.text(high.first, high.end)] if high else [])]
        places = [
            *([low.first, low.end - 1] if low else []),
            *odd,
            *([high.first, high.end - 1] if high else []),
        ]
        if places:
            self._refuse(min(places), max(places) + 1, " ".join(filter(None, asked)))
        return (replace(before, text="") if low and before else before), (
            replace(after, text="") if high and after else after
        )

    def _word_by_word(self, first: int, end: int, tokens: Sequence[Token]) -> list[_Piece]:
        if end - first != len(tokens):
            return []
        pairs = [(at, token) for at, token in zip(range(first, end), tokens, strict=True)]
        if not all(says_the_same(self.strip.words[at].word.text, token.text) for at, token in pairs):
            return []
        return [self._alike(at, [token]) for at, token in pairs]

    @staticmethod
    def _with(first: int, end: int, tokens: tuple[Token, ...]) -> _Piece:
        return _Piece(first, end, tokens, " ".join(token.text for token in tokens))

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
            if not mine or not following:
                continue
            one, two = mine[-1], following[0]
            state = "cue" if one.cue != two.cue else "line" if one.line != two.line else "none"
            was = self.strip.state(at)
            if state != was:
                across = self.strip.words[at].quote != self.strip.words[at + 1].quote
                said = self._say("break", self.strip.anchor(at, at + (1 if across else 2)), state, was)
                try:
                    self.strip.end(at, state)
                except Cannot as problem:
                    self.conflicts.append(Conflict(said, problem.why))

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
        first = self.tokens[at]
        if not known:
            return
        one = self.read[known.most_common(1)[0][0]]
        anchor = self.strip.anchor(at, end)
        if first and self.read[first[0].cue] is one and one.tokens[0] is first[0]:
            self._names_of(at, head, one, anchor)
        if one.cue.position != head.cue.position and (self.positions or one.cue.position == "top"):
            self._say("position", anchor, one.cue.position, head.cue.position)
        self._noted(at, end, known)

    def _names_of(self, at: int, head: Head, one: Read, anchor: Anchor) -> None:
        speaker = head.cue.speaker
        name = (
            one.name
            if one.tag and one.tag.casefold() != head.tag.casefold()
            else ""
            if one.tag
            else one.cue.speaker
        )
        if name and name.casefold() not in (speaker.casefold(), speaker.rstrip("-").casefold()):
            self._say("speaker", anchor, name, speaker)
        if one.label != head.label:
            self._say("label", self.strip.anchor(at, at + 1), one.label, head.label)

    def _noted(self, at: int, end: int, cues: Counter[int]) -> None:
        """Notes in the cue that are new, and those that are gone."""
        was = {
            compared_note(note.text): index
            for index in range(at, end)
            for note in self.strip.words[index].notes
        }
        now = {text: (number, place) for number in cues for text, place in self.read[number].notes}
        for text, (number, place) in now.items():
            if text.casefold() not in was:
                token = self.read[number].tokens[place] if place < len(self.read[number].tokens) else None
                word = next(
                    (index for index in range(at, end) if token and token in (self.tokens[index] or ())), at
                )
                self._note(word, end, text)
        for text, index in was.items():
            if text not in {one.casefold() for one in now}:
                self._note(index, end, "", text)

    def _note(self, at: int, end: int, text: str, was: str = "") -> None:
        if _UNCLEAR.search(text or was):
            self._say("unclear", self.strip.anchor(at, end), text, was)
            return
        self._say("sound", self.strip.anchor(at, at + 1), text, was)

    # Sounds ----------------------------------------------------------------------------------

    def _sounds(self) -> None:
        left = list(self.strip.others)
        for one in self.read:
            if not one.sound:
                continue
            span = self._unshifted(one.cue.span)
            same = [cue for cue in left if compared_note(cue.text) == one.sound.casefold()]
            was = min(same, key=lambda cue: abs(cue.span.start - span.start), default=None)
            if was:
                left.remove(was)
                if max(abs(was.span.start - span.start), abs(was.span.end - span.end)) <= 1 / self.rate / 2:
                    continue
                self._sound(was.span, "", one.sound)
            self._sound(span, one.sound)
        for cue in left:
            self._sound(cue.span, "", inner(cue.text))

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
        silent = (
            f"at {span.start} no footage is heard: a card, a pause or a break is silent"
            if self.timeline
            else "nothing says where in the footage it is heard"
        )
        self._say("sound", anchor, text, was, "" if anchor.heard else silent)

    def _by_words(self, span: Span[Programme]) -> Anchor:
        """Without a timeline: as far from the nearest word as in the film."""
        heard = [(word, word.word.heard) for word in self.strip.words if word.word.heard]
        near = min(heard, key=lambda one: abs(one[0].word.span.start - span.start), default=None)
        if not near:
            return NOWHERE
        start = near[1].start + (span.start - near[0].word.span.start)
        return Anchor(near[0].quote, -1, -1, "", near[0].source, Span(start, start + span.duration))


def _most_near(found: Sequence[Fraction], middle: Fraction) -> bool:
    return sum(abs(one - middle) <= MOVED for one in found) * 2 > len(found)
