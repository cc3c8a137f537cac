"""Edited words beside those that were made: which stand for which, and which were changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from pipeline.captions.editing.edit_list import Strip
from pipeline.captions.editing.model import says_the_same
from pipeline.captions.editing.parse import Read, Token, bare, edits, parted
from pipeline.core.time import Programme, Time

TOGETHER = Fraction(1, 4)
"""Seconds within which two cues come at once: their names may have been changed for each other."""


@dataclass(frozen=True)
class Aligned:
    """Words `first` to before `end` as made, and the edited tokens that stand for them (None: nobody
    knows).
    """

    first: int
    end: int
    tokens: tuple[Token, ...] | None
    text: str = ""
    """How they are written now, where that is otherwise."""


@dataclass(frozen=True)
class Asked:
    """Other words than those that were approved: from `first` to before `end`, what is asked for instead."""

    first: int
    end: int
    text: str


class Belonging:
    """Which quote the tokens of each edited cue are of: by pairs of words; where those tell nothing, by what
    stands around it.
    """

    def __init__(self, strip: Strip, read: Sequence[Read]) -> None:
        self.strip, self.read = strip, read
        self.pairs = {
            quote: self._pairs(quote) for quote in dict.fromkeys(word.quote for word in strip.words)
        }

    def _pairs(self, quote: str) -> set[tuple[str, ...]]:
        mine = [word.word.text for word in self.strip.words if word.quote == quote]
        forms = [bare(text) for words in mine for text in words.split()]
        return {*pairwise(forms), *((form,) for form in forms)}

    def _hits(self, quote: str, tokens: Sequence[Token]) -> float:
        forms, pairs = [bare(token.text) for token in tokens], self.pairs[quote]
        single = sum((form,) in pairs for form in forms)
        return sum(pair in pairs for pair in pairwise(forms)) + 0.1 * single

    def _best(self, tokens: Sequence[Token]) -> float:
        return max((self._hits(quote, tokens) for quote in self.pairs), default=0.0)

    def _likely(self, tokens: Sequence[Token]) -> list[str]:
        scores = {quote: self._hits(quote, tokens) for quote in self.pairs}
        top = max(scores.values(), default=0.0)
        return [quote for quote, score in scores.items() if score == top]

    def found(self) -> Iterator[tuple[str, list[Token]]]:
        """Each run of tokens with its quote; a cue that was joined over a cut has two."""
        parts = [(one, part) for one in self.read for part in parted(one.tokens, self._best)]
        likely = [self._likely(part) for _, part in parts]
        for at, (one, part) in enumerate(parts):
            yield likely[at][0] if len(likely[at]) == 1 else self._around(at, one, parts, likely), part

    def _around(
        self, at: int, one: Read, parts: list[tuple[Read, list[Token]]], likely: list[list[str]]
    ) -> str:
        """The quote of a cue that may be of several: that of the cue which comes when it does, else the
        speaker's whom it names, else that of the nearest cue that is of one.
        """
        timed = [quote for quote in likely[at] if self._distance(quote, one.cue.span.start) <= TOGETHER]
        if len(timed) == 1:
            return timed[0]
        named = [
            quote
            for quote in likely[at]
            if one.name and self._speaker(quote).casefold() == one.name.casefold()
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


class Alignment:
    """The edited tokens of every quote beside its words as made. `missing` are quotes of which nothing is in
    the edited cues: they are left as they are. `asked` are other words.
    """

    def __init__(self, strip: Strip, read: Sequence[Read]) -> None:
        self.strip, self.read = strip, read
        self.asked: list[Asked] = []
        belongs: dict[str, list[Token]] = defaultdict(list)
        for quote, tokens in Belonging(strip, read).found():
            belongs[quote] += tokens
        places: dict[str, list[int]] = defaultdict(list)
        for at, word in enumerate(strip.words):
            places[word.quote].append(at)
        found = [
            piece
            for quote, mine in places.items()
            for piece in self._aligned(mine, self._in_order(mine, belongs[quote]))
        ]
        self.missing = tuple(quote for quote in places if not belongs[quote])
        self.pieces = sorted(found, key=lambda piece: piece.first)

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

    def _aligned(self, places: list[int], edited: list[Token]) -> Iterator[Aligned]:
        """A quote's words beside the tokens that belong to it, in pieces that each are alike or were
        changed.
        """
        alike = self._still_there(places, edited)
        if not alike and not edited:
            yield from (Aligned(at, at + 1, None) for at in places)
            return
        odd: list[int] = []
        upto = 0
        pending: Aligned | None = None
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

    def _still_there(self, places: list[int], edited: list[Token]) -> dict[int, tuple[int, int]]:
        """By word that is still there, whole: from where to where its tokens are."""
        texts = {at: self.strip.words[at].word.text.split() for at in places}
        loose = [(text, at) for at in places for text in texts[at]]
        match: dict[int, list[int]] = defaultdict(list)
        for code, a1, a2, b1, _ in edits([text for text, _ in loose], [token.text for token in edited]):
            for step in range(a2 - a1) if code == "equal" else ():
                match[loose[a1 + step][1]].append(b1 + step)
        return {
            at: (found[0], found[-1] + 1)
            for at, found in match.items()
            if len(found) == len(texts[at]) == found[-1] - found[0] + 1
        }

    def _alike(self, at: int, tokens: list[Token]) -> Aligned:
        """A word that is still there; its case and punctuation may be other."""
        word, text = self.strip.words[at], " ".join(token.text for token in tokens)
        opens, closes = self.strip.marks(at)
        if text != word.word.text and text.startswith(opens) and text.endswith(closes):
            text = text[len(opens) : len(text) - len(closes)]
        return Aligned(at, at + 1, tuple(tokens), "" if text == word.word.text else text)

    def _between(
        self, before: Aligned | None, odd: list[int], tokens: tuple[Token, ...], after: Aligned | None
    ) -> tuple[Aligned | None, Aligned | None, list[Aligned]]:
        """What stands between two words that are still there: the two, changed where it was put to one of
        them, and what is between.
        """
        if not odd and not tokens:
            return before, after, []
        if marked := self._mark(before, odd, tokens, after):
            return *marked, []
        text = " ".join(token.text for token in tokens)
        if odd and tokens and (same := self._the_same(odd[0], odd[-1] + 1, tokens, text)):
            return before, after, same
        return *self._refused(before, odd, text, after), _each(odd, tokens)

    def _the_same(self, first: int, end: int, tokens: tuple[Token, ...], text: str) -> list[Aligned]:
        """Words that are written otherwise and say what was said; none where they say something else."""
        was = self.strip.text(first, end)
        if not says_the_same(was, text):
            return []
        whole = Aligned(first, end, tokens, "" if text == was else text)
        return self._word_by_word(first, end, tokens) or [whole]

    def _mark(
        self, before: Aligned | None, odd: list[int], tokens: tuple[Token, ...], after: Aligned | None
    ) -> tuple[Aligned | None, Aligned | None] | None:
        """A dash put in or taken out goes with the word it stands by; None where it is no mark."""
        if (odd and tokens) or not self._are_marks(odd, tokens):
            return None
        if before and (odd or not after or tokens[0].cue == (before.tokens or tokens)[-1].cue):
            end = odd[-1] + 1 if odd else before.end
            return self._with(before.first, end, (*(before.tokens or ()), *tokens)), after
        if after:
            first = odd[0] if odd else after.first
            return before, self._with(first, after.end, (*tokens, *(after.tokens or ())))
        return None

    def _are_marks(self, odd: list[int], tokens: tuple[Token, ...]) -> bool:
        """Is there no letter in any of them?"""
        texts = [*(token.text for token in tokens), *(self.strip.words[at].word.text for at in odd)]
        return not any(map(str.isalnum, "".join(texts)))

    def _refused(
        self, before: Aligned | None, odd: list[int], text: str, after: Aligned | None
    ) -> tuple[Aligned | None, Aligned | None]:
        """Other words were asked for: the marks of the words beside them belong to what was asked, and so
        does a word where some were put in.
        """
        low = before if before and (before.text or not odd) else None
        high = after if after and (after.text or not (odd or low)) else None
        asked = [self._now(low), text, self._now(high)]
        beside = [place for piece in (low, high) if piece for place in (piece.first, piece.end - 1)]
        if places := [*beside, *odd]:
            self.asked.append(Asked(min(places), max(places) + 1, " ".join(filter(None, asked))))
        return (replace(low, text="") if low else before), (replace(high, text="") if high else after)

    def _now(self, piece: Aligned | None) -> str:
        """How it is written in the edited cues."""
        return (piece.text or self.strip.text(piece.first, piece.end)) if piece else ""

    def _word_by_word(self, first: int, end: int, tokens: Sequence[Token]) -> list[Aligned]:
        if end - first != len(tokens):
            return []
        pairs = [(at, token) for at, token in zip(range(first, end), tokens, strict=True)]
        if not all(says_the_same(self.strip.words[at].word.text, token.text) for at, token in pairs):
            return []
        return [self._alike(at, [token]) for at, token in pairs]

    @staticmethod
    def _with(first: int, end: int, tokens: tuple[Token, ...]) -> Aligned:
        return Aligned(first, end, tokens, " ".join(token.text for token in tokens))


def _each(odd: list[int], tokens: tuple[Token, ...]) -> list[Aligned]:
    """Words that nobody approved so, each beside its token where there are as many."""
    each = [(token,) for token in tokens] if len(odd) == len(tokens) else [None] * len(odd)
    return [Aligned(at, at + 1, mine) for at, mine in zip(odd, each, strict=True)]
