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


class Alignment:
    """The edited tokens of every quote beside its words as made. `missing` are quotes of which nothing is in
    the edited cues: they are left as they are. `asked` are other words.
    """

    def __init__(self, strip: Strip, read: Sequence[Read]) -> None:
        self.strip, self.read = strip, read
        self.asked: list[Asked] = []
        belongs: dict[str, list[Token]] = defaultdict(list)
        for quote, tokens in self._belonging():
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
                or [Aligned(first, end, tokens, text if text != self.strip.text(first, end) else "")],
            )
        before, after = self._refused(before, odd, text, after)
        if len(odd) == len(tokens):
            return (
                before,
                after,
                [Aligned(at, at + 1, (token,)) for at, token in zip(odd, tokens, strict=True)],
            )
        return before, after, [Aligned(at, at + 1, None) for at in odd]

    def _refused(
        self, before: Aligned | None, odd: list[int], text: str, after: Aligned | None
    ) -> tuple[Aligned | None, Aligned | None]:
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
            self.asked.append(Asked(min(places), max(places) + 1, " ".join(filter(None, asked))))
        return (replace(before, text="") if low and before else before), (
            replace(after, text="") if high and after else after
        )

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
