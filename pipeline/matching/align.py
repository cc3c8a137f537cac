"""Where words could have been said: an index first, alignment after.

A quote's words are laid over a transcript so that the sum of likenesses is greatest: transcript
words may be passed over at a small price, quote words at a larger one, and at a mark for words
left out the transcript may run on almost free. Prices as measured in reference material on five
recognisers (verbatim 25-word quotes found 78–97 % of the time where substring search finds 2–38 %).

Hours of speech are not aligned word by word. The quote's words that the transcript has letter for
letter are looked up; where many of them, and rare ones, lie in the quote's order is a window; and
one alignment runs over all windows of all sources, with what lies between them priced as if it
had been there. So what is found is what the search of everything finds, as long as the place is
in a window: the tests hold the two together.
"""

from __future__ import annotations

import heapq
import itertools
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import rapidfuzz
from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import cdist

from pipeline.core.time import Source, Span, ticks
from pipeline.language.normalise import (
    Token,
    are_opposed,
    equals,
    hesitations,
    is_strict,
    sounds_like,
    tokens,
)
from pipeline.production.quotes import Kind, Quote, QuotePiece
from pipeline.speech.transcript import Transcript, Words

EXACT, EQUAL, NEAR, FAR, OTHER = 2.0, 1.9, 1.0, 0.3, -1.0
SKIP_HEARD, SKIP_APPROVED, SKIP_LEFT_OUT = -0.35, -0.8, -0.002
OPENED = -0.05
"""So that of equal ways the one with fewer gaps is taken: a word that was repeated goes with what it stands
next to.
"""
INTERRUPTED, SKIP_INTERRUPTION = -2.5, -0.03
"""Passing over an interviewer's question: a price for doing it at all, and little for each of its words."""

NEVER = -1e6

MARGIN = 0.12
"""How far the runner-up must stay behind, or a person is asked."""

TOOLS = f"rapidfuzz {rapidfuzz.__version__}, numpy {np.__version__}"

FEW = 4000
"""Words that are aligned whole: half an hour of speech."""
KEEP, MOST = 120, 20_000
"""Windows for each part of a quote, and about the words in them."""
SLACK, LEADING, REACH = 12, 12, 400
"""Words around a window; around the leading ones of a quote with words left out, its shorter parts are looked
for farther away.
"""
APART = 1_000_000
WALL = 0xF0000
"""Forms of others' words: letters of nobody's, each like nothing and unlike its neighbours."""

Ints = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float64]
_Rows = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Haystack:
    """A source's heard words, ready to be searched many times."""

    source: str
    words: Words
    language: str = "en"
    others: frozenset[str] = frozenset()
    """Labels of those whose words are a wall: nothing is found in them, and nothing played across them."""

    @classmethod
    def of(cls, transcript: Transcript, others: frozenset[str] = frozenset()) -> Haystack:
        return cls(transcript.source, transcript.heard, transcript.language, others)

    def is_wall(self, token: Token) -> bool:
        """Is any word of it somebody else's?"""
        return bool(self.others) and any(
            self.words.speakers[at] in self.others for at in range(token.first, token.last + 1)
        )

    def parts(self, before: int, after: int) -> bool:
        """Does somebody else speak between two tokens, and not only over one of them?"""
        ends, begins = self.words.ends[self.token(before).last], self.words.starts[self.token(after).first]
        between = range(self.token(before).last + 1, self.token(after).first) if self.others else ()
        return any(
            self.words.speakers[at] in self.others
            and self.words.ends[at] > ends
            and self.words.starts[at] < begins
            for at in between
        )

    @cached_property
    def _table(self) -> tuple[list[str], dict[str, int], npt.NDArray[np.int32]]:
        """Each form once, its number, and for each token (form, first word, last word): a few bytes a word
        for hours of speech.
        """
        found = [
            Token(chr(WALL + number % 60_000), one.first, one.last) if self.is_wall(one) else one
            for number, one in enumerate(tokens(self.words.texts, self.language))
        ]
        forms = sorted({token.form for token in found})
        number = {form: index for index, form in enumerate(forms)}
        return (
            forms,
            number,
            np.array([(number[token.form], token.first, token.last) for token in found], np.int32).reshape(
                -1, 3
            ),
        )

    @cached_property
    def _places(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Token positions in the order of their forms, and where each form's begin."""
        forms, _, table = self._table
        order = np.argsort(table[:, 0], kind="stable")
        return order, np.searchsorted(table[order, 0], np.arange(len(forms) + 1))

    def __len__(self) -> int:
        return len(self._table[2])

    def token(self, at: int) -> Token:
        form, first, last = self._table[2][at]
        return Token(self._table[0][form], int(first), int(last))

    def tokens(self, low: int, high: int) -> list[Token]:
        return [self.token(at) for at in range(max(0, low), min(high, len(self)))]

    def forms_at(self, positions: Ints) -> tuple[list[str], npt.NDArray[np.intp]]:
        """The distinct forms at these positions, and for each position which of them it is."""
        distinct, index = np.unique(self._table[2][positions, 0], return_inverse=True)
        return [self._table[0][form] for form in distinct], index

    def places(self, form: str) -> Ints:
        """Where a form, or another way of saying the same, was heard."""
        order, starts = self._places
        numbers = [
            self._table[1][one] for one in (form, *equals(form, self.language)) if one in self._table[1]
        ]
        return (
            np.concatenate([order[starts[number] : starts[number + 1]] for number in numbers])
            if numbers
            else np.empty(0, np.int64)
        )

    def between(self, span: Span[Source]) -> Ints:
        """The tokens whose words start within a span."""
        first, last = (bisect_left(self.words.starts, ticks(time.seconds)) for time in (span.start, span.end))
        return np.flatnonzero((self._table[2][:, 1] >= first) & (self._table[2][:, 2] < last))


@dataclass(frozen=True)
class Wanted:
    """A quote's spoken words as tokens; `pieces[i]` are the pieces of `written` that token i stands for."""

    written: tuple[QuotePiece, ...]
    tokens: list[Token]
    pieces: list[tuple[int, ...]]
    open_after: frozenset[int]
    """Tokens that a mark for words left out follows."""

    language: str = "en"

    @classmethod
    def of(cls, quote: Quote, language: str = "en") -> Wanted:
        written = quote.pieces
        found: list[Token] = []
        pieces: list[tuple[int, ...]] = []
        open_after: set[int] = set()
        run: list[int] = []

        def close() -> None:
            for token in tokens([written[index].text for index in run], language):
                found.append(token)
                pieces.append(tuple(run[token.first : token.last + 1]))
            run.clear()

        for index, piece in enumerate(written):
            if piece.kind is Kind.SPOKEN:
                run.append(index)
            elif piece.kind is Kind.ELLIPSIS:
                close()
                open_after.add(len(found) - 1)
        close()
        return cls(written, found, pieces, frozenset(open_after) - {-1, len(found) - 1}, language)

    @cached_property
    def counted(self) -> frozenset[int]:
        """Tokens that must be heard. Recognisers leave out an "er" even where it was approved to the
        letter.
        """
        unsaid = hesitations(self.language)
        firm = frozenset(index for index, token in enumerate(self.tokens) if token.form not in unsaid)
        return firm or frozenset(range(len(self.tokens)))

    @property
    def parts(self) -> list[range]:
        """The tokens between two marks."""
        ends = [-1, *sorted(self.open_after), len(self.tokens) - 1]
        return [range(low + 1, high + 1) for low, high in itertools.pairwise(ends)]


@dataclass(frozen=True)
class Alignment:
    """One way to lay a quote over a source: pairs of a quote token and a transcript token, in order, and how
    alike each pair is.
    """

    hay: Haystack
    score: float
    pairs: list[tuple[int, int]]
    likeness: list[float]


def search(
    wanted: Wanted, haystacks: Sequence[Haystack], chosen: Sequence[Ints], most: int
) -> list[Alignment]:
    """The best place among the chosen token positions of these sources, then the best that shares no word
    with it, and so on.

    Where one part of a quote with words left out fits as well elsewhere, the other parts staying
    where they are, that is a place of its own: the nearest need not be the one that was meant.
    """
    if not wanted.tokens:
        return []
    columns = _Columns.of(haystacks, chosen)
    if not len(columns.at):
        return []
    likeness = _likeness(wanted, haystacks, columns)
    found: list[Alignment] = []
    for _ in range(most):
        score, pairs = _fit(likeness, columns.at, wanted)
        if not pairs:
            break
        found.append(_place(score, pairs, likeness, haystacks, columns))
        if len(found) == 1 and wanted.open_after:
            found += _rivals(wanted, score, pairs, likeness, haystacks, columns)
        used = [column for _, column in pairs]
        likeness[:, min(used) : max(used) + 1] = NEVER
    return found


def _rivals(
    wanted: Wanted,
    score: float,
    pairs: list[tuple[int, int]],
    likeness: Scores,
    haystacks: Sequence[Haystack],
    columns: _Columns,
) -> Iterable[Alignment]:
    for part in wanted.parts:
        mine = [column for token, column in pairs if token in part]
        if not mine:
            continue
        without = likeness.copy()
        without[part.start : part.stop, min(mine) : max(mine) + 1] = NEVER
        other, elsewhere = _fit(without, columns.at, wanted)
        if score - other < MARGIN * EXACT * len(part):
            yield _place(other, elsewhere, likeness, haystacks, columns)


def _place(
    score: float,
    pairs: list[tuple[int, int]],
    likeness: Scores,
    haystacks: Sequence[Haystack],
    columns: _Columns,
) -> Alignment:
    hay = haystacks[int(columns.source[pairs[0][1]])]
    return Alignment(
        hay,
        score,
        [(token, int(columns.token[column])) for token, column in pairs],
        [float(likeness[pair]) for pair in pairs],
    )


# Windows -------------------------------------------------------------------------------------


def everywhere(_: Wanted, haystacks: Sequence[Haystack]) -> list[Ints]:
    """All token positions of each source: what `windows` chooses from."""
    return [np.arange(len(hay)) for hay in haystacks]


def windows(wanted: Wanted, haystacks: Sequence[Haystack]) -> list[Ints]:
    """For each source, the token positions worth aligning, in order."""
    if sum(map(len, haystacks)) <= FEW:
        return everywhere(wanted, haystacks)
    masks = [np.zeros(len(hay), bool) for hay in haystacks]
    for part in wanted.parts:
        best = _promising([wanted.tokens[token].form for token in part], haystacks)
        for rank, (_, number, low, high) in enumerate(best):
            around = REACH if wanted.open_after and rank < LEADING else SLACK
            masks[number][max(0, low - around) : max(0, high + around)] = True
    return [np.flatnonzero(mask) for mask in masks]


def _promising(forms: list[str], haystacks: Sequence[Haystack]) -> list[tuple[float, int, int, int]]:
    """(weight, source, from, to) of the best windows, best first.

    Words of a quote that was said there lie on one diagonal, but for those missed and put in: a
    bucket holds some neighbouring ones. A word counts once a window, by how rare it is.
    """
    count, width = len(forms), max(16, len(forms))
    keep = max(LEADING, min(KEEP, MOST // (3 * width)))
    places = [[hay.places(form) for form in forms] for hay in haystacks]
    common = sum(map(len, haystacks))
    weights = np.array([np.log(1 + common / max(1, sum(len(of[n]) for of in places))) for n in range(count)])
    found = []
    for number, of in enumerate(places):
        present = np.zeros(((len(haystacks[number]) + count) // width + 3, count), bool)
        for token, positions in enumerate(of):
            present[(positions + (count - token)) // width + 1, token] = True
        total = (present[:-1] | present[1:]) @ weights
        best = np.argpartition(-total, keep)[:keep] if keep < len(total) else np.arange(len(total))
        found += [
            (float(total[b]), number, (int(b) - 1) * width - count, (int(b) + 1) * width)
            for b in best
            if total[b] > 0
        ]
    return heapq.nlargest(keep, found)


# Alignment -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Columns:
    """Chosen tokens of all sources in one row. `token` is -1 where some lie between that nothing may be laid
    on.
    """

    source: npt.NDArray[np.int32]
    token: Ints
    at: Scores
    """Where each stands; sources are so far apart that nothing spans two."""

    @classmethod
    def of(cls, haystacks: Sequence[Haystack], chosen: Sequence[Ints]) -> _Columns:
        parts, offset = [cls(np.empty(0, np.int32), np.empty(0, np.int64), np.empty(0))], 0
        for number, (hay, positions) in enumerate(zip(haystacks, chosen, strict=True)):
            if len(positions):
                breaks = np.concatenate([[0], np.flatnonzero(np.diff(positions) > 1) + 1])
                token = np.insert(positions, breaks, -1)
                at = np.insert(positions, breaks, positions[breaks] - 1).astype(np.float64) + offset
                parts.append(cls(np.full(len(token), number, np.int32), token, at))
            offset += len(hay) + APART
        return cls(
            *(np.concatenate([getattr(part, name) for part in parts]) for name in ("source", "token", "at"))
        )


def _likeness(wanted: Wanted, haystacks: Sequence[Haystack], columns: _Columns) -> Scores:
    """Shape (quote tokens, columns)."""
    mine = sorted({token.form for token in wanted.tokens})
    number = {form: index for index, form in enumerate(mine)}
    out = np.full((len(mine), len(columns.at)), NEVER)
    for source in np.unique(columns.source):
        here = np.flatnonzero((columns.source == source) & (columns.token >= 0))
        forms, index = haystacks[source].forms_at(columns.token[here])
        out[:, here] = alike(mine, forms, wanted.language)[:, index]
    return out[[number[token.form] for token in wanted.tokens]]


def alike(mine: Sequence[str], heard: Sequence[str], language: str = "en") -> Scores:
    """How alike two lists of distinct forms are, each with each."""
    letters = cdist(mine, heard, scorer=Levenshtein.normalized_similarity, score_cutoff=0.5, dtype=np.float32)
    out = np.where(letters >= 0.75, NEAR, np.where(letters >= 0.5, FAR, OTHER))
    out[[_is_exact(form, language) for form in mine]] = OTHER
    out[:, [_is_exact(form, language) for form in heard]] = OTHER
    for one, two in np.argwhere(out > OTHER):
        if are_opposed(mine[one], heard[two], language):
            out[one, two] = OTHER
    index = {form: number for number, form in enumerate(heard)}

    def columns(forms: Iterable[str]) -> list[int]:
        return [index[form] for form in forms if form in index]

    unsaid = hesitations(language)
    for row, form in enumerate(mine):
        out[row, columns(sounds_like(form, language))] = NEAR
        out[row, columns(unsaid if form in unsaid else equals(form, language))] = EQUAL
        out[row, columns([form])] = EXACT
    return out


def _is_exact(form: str, language: str) -> bool:
    """Forms that letters in common bring no nearer: short ones, numbers and negations."""
    return len(form) < 3 or is_strict(form, language)


def _fit(likeness: Scores, at: Scores, wanted: Wanted) -> tuple[float, list[tuple[int, int]]]:
    """The best score and its (quote token, column) pairs, in order.

    Semi-global alignment, a row a quote token: ends are free in the transcript only. Passing over
    transcript words runs along a row, so it is a running maximum of values with the price taken out.
    """
    count, width = likeness.shape
    at = np.concatenate([at[:1] - 1, at])
    reached = np.zeros((count + 1, width + 1), np.float32)
    laid = np.zeros((count + 1, width + 1), np.float32)
    row = np.zeros(width + 1)
    for token in range(count):
        best = row + _skip(token, wanted)
        np.maximum(best[1:], row[:-1] + likeness[token], out=best[1:])
        laid[token + 1] = best
        row = best
        for price, once in _prices(token, wanted) if token + 1 < count else ():
            slope = at * -price
            row = np.maximum(row, np.maximum.accumulate(best + slope) - slope + once)
        reached[token + 1] = row
    return _trace(reached, laid, likeness, at, wanted)


def _skip(token: int, wanted: Wanted) -> float:
    return SKIP_APPROVED if token in wanted.counted else 0.0


def _prices(token: int, wanted: Wanted) -> tuple[tuple[float, float], ...]:
    """What passing over words after a quote token costs: for each of them, and at all. The cheapest holds."""
    return (
        ((SKIP_LEFT_OUT, 0.0),)
        if token in wanted.open_after
        else ((SKIP_HEARD, OPENED), (SKIP_INTERRUPTION, INTERRUPTED))
    )


def _trace(
    reached: _Rows, laid: _Rows, likeness: Scores, at: Scores, wanted: Wanted
) -> tuple[float, list[tuple[int, int]]]:
    column = int(laid[-1].argmax())
    score = float(laid[-1, column])
    pairs: list[tuple[int, int]] = []
    for token in range(len(laid) - 2, -1, -1):
        if token < len(laid) - 2:
            passed = at[column] - at[: column + 1]
            cost = np.max(
                [passed * price + once * (passed > 0) for price, once in _prices(token, wanted)], axis=0
            )
            worth = np.round(laid[token + 1, : column + 1] + cost, 4)
            column -= int(
                worth[::-1].argmax()
            )  # of equals the later: who starts again means the second start
        if not column:
            break
        if (
            reached[token, column - 1] + likeness[token, column - 1]
            >= reached[token, column] + _skip(token, wanted) - 1e-6
        ):
            column -= 1
            if likeness[token, column] > 0:
                pairs.append((token, column))
    return score, pairs[::-1]
