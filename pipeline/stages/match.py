"""Where an approved quote was said: fitting alignment of its words to each source's words.

A quote's words are laid over a transcript so that the sum of likenesses is greatest: transcript
words may be passed over at a small price, quote words at a larger one, and at a mark for words
left out the transcript may run on almost free. Prices as measured in reference material on five
recognisers (verbatim 25-word quotes found 78–97 % of the time where substring search finds 2–38 %).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import Levenshtein

from pipeline.model.quotes import Candidate, Kind, Match, Pin, Quote, Said, State, Stretch
from pipeline.model.time import Source, Span, Time
from pipeline.model.transcript import Transcript, Word
from pipeline.model.words import HESITATIONS, Token, tokens

EXACT, NEAR, FAR, OTHER = 2.0, 1.0, 0.3, -1.0
SKIP_HEARD, SKIP_APPROVED, SKIP_LEFT_OUT = -0.35, -0.8, -0.002

FOUND, PARTIAL = 0.62, 0.4
"""Score from which a quote counts as found, and from which part of it does."""
COVERED = 0.75
"""Share of approved words that must be heard for a match."""
MARGIN = 0.12
"""How far the runner-up must stay behind, or a person is asked."""

UNSURE = 0.35
"""Confidence below which a short extra word is taken for a hesitation."""
REPAIR = 4
"""Words of a false start that a shot may keep: "still, um, it's still back"."""
NEIGHBOURS = 4
"""Words next to a stretch that are kept with it, for the aligner."""


@dataclass(frozen=True)
class Haystack:
    """A source's heard words, ready to be searched many times."""

    source: str
    words: tuple[Word, ...]

    @classmethod
    def of(cls, transcript: Transcript) -> Haystack:
        return cls(transcript.source, transcript.heard)

    @cached_property
    def tokens(self) -> list[Token]:
        return tokens([word.text for word in self.words])

    @cached_property
    def vocabulary(self) -> tuple[list[str], npt.NDArray[np.int32]]:
        """Each form once, and for each token which form it is."""
        forms = sorted({token.form for token in self.tokens})
        index = {form: number for number, form in enumerate(forms)}
        return forms, np.array([index[token.form] for token in self.tokens], np.int32)

    def span(self, token: Token) -> Span[Source]:
        return Span(self.words[token.first].span.start, self.words[token.last].span.end)


@dataclass(frozen=True)
class _Wanted:
    """A quote's spoken words as tokens; `pieces[i]` are the pieces token i stands for."""

    tokens: list[Token]
    pieces: list[tuple[int, ...]]
    open_after: frozenset[int]
    """Tokens that a mark for words left out follows."""

    @classmethod
    def of(cls, quote: Quote) -> _Wanted:
        found: list[Token] = []
        pieces: list[tuple[int, ...]] = []
        open_after: set[int] = set()
        run: list[int] = []

        def close() -> None:
            for token in tokens([quote.pieces[index].text for index in run]):
                found.append(token)
                pieces.append(tuple(run[token.first : token.last + 1]))
            run.clear()

        for index, piece in enumerate(quote.pieces):
            if piece.kind is Kind.SPOKEN:
                run.append(index)
            elif piece.kind is Kind.ELLIPSIS:
                close()
                open_after.add(len(found) - 1)
        close()
        return cls(found, pieces, frozenset(open_after) - {-1, len(found) - 1})


def match(quote: Quote, haystacks: Iterable[Haystack], pin: Pin | None = None) -> Match:
    """The quote's places in these sources, best first, and exactly one state."""
    wanted = _Wanted.of(quote)
    places = sorted((c for hay in haystacks for c in _search(quote, wanted, hay)), key=lambda c: -c.score)
    candidates = [c for c in places if c is places[0] or c.score >= PARTIAL / 2]  # the nearest is always told, others where they are any good
    chosen = pin and pin.digest == quote.digest and next((c for c in candidates if _is_pinned(c, pin)), None)
    if chosen:
        return Match(quote.id, State.MATCHED, (chosen, *(c for c in candidates if c is not chosen)), pinned=True)
    return Match(quote.id, _state(candidates), tuple(candidates[:4]))


def given(quote: Quote, haystack: Haystack) -> Match:
    """A quote whose in and out times a person wrote into the list.

    The times hold, unless words are heard between them that nobody approved: then it is partial, and
    a person moves the times. Where the recogniser heard other words throughout, it may have misheard:
    only clearly more words than were approved count against the times.
    """
    assert quote.pinned_times
    span, wanted = quote.pinned_times, _Wanted.of(quote)
    inside = tuple(word for word in haystack.words if word.span.overlap(span) > word.span.duration / 2)
    local = Haystack(haystack.source, inside)
    found = _search(quote, wanted, local, most=1)
    if found and found[0].coverage >= COVERED:
        said = found[0].stretches[0].said
        extra = [word for word in _clearly(inside, span) if not any(word.span.overlap(s) for s in found[0].spans)]
        clean = len(found[0].stretches) == 1 and not extra
    else:
        spoken = [(index, piece.text) for index, piece in enumerate(quote.pieces) if piece.kind is Kind.SPOKEN]
        said = _spread(spoken, span)
        clean = len(_clearly(inside, span)) <= len(spoken) + REPAIR
    if not clean:
        heard = tuple(Said(-1, word.text, word.text, word.span) for word in inside)
        return Match(quote.id, State.PARTIAL, (Candidate(haystack.source, 0.0, 0.0, (Stretch(heard, span.start, span.end),)),))
    return Match(quote.id, State.MATCHED, (Candidate(haystack.source, 1.0, 1.0, (Stretch(said, span.start, span.end),)),), pinned=True)


def _clearly(words: Sequence[Word], span: Span[Source]) -> list[Word]:
    """Words that are heard within the span and not over its edge, hesitations aside."""
    return [
        word for word in words if word.span.overlap(span) > word.span.duration * Fraction(9, 10) and not HESITATIONS & {t.form for t in tokens([word.text])}
    ]


def _state(candidates: Sequence[Candidate]) -> State:
    if not candidates or candidates[0].score < PARTIAL:
        return State.NOT_FOUND
    best = candidates[0]
    if best.score < FOUND or best.coverage < COVERED:
        return State.PARTIAL
    if len(candidates) > 1 and candidates[1].score > best.score - MARGIN and candidates[1].coverage >= COVERED:
        return State.AMBIGUOUS
    return State.MATCHED


def _is_pinned(candidate: Candidate, pin: Pin) -> bool:
    """The same place, though another recogniser may have put its words some tenths elsewhere."""
    shared = sum((a.overlap(b) for a in candidate.spans for b in pin.spans), Fraction(0))
    return candidate.source == pin.source and shared * 2 > sum((b.duration for b in pin.spans), Fraction(0))


def _search(quote: Quote, wanted: _Wanted, hay: Haystack, most: int = 3) -> list[Candidate]:
    """The best place in one source, then the best that shares no word with it, and so on."""
    if not hay.tokens or not wanted.tokens:
        return []
    likeness = _likeness(wanted, hay)
    found: list[Candidate] = []
    for _ in range(most):
        score, pairs = _fit(likeness, wanted.open_after)
        if not pairs:
            break
        found.append(_candidate(quote, wanted, hay, score, pairs, likeness))
        used = [heard for _, heard in pairs]
        likeness[:, min(used) : max(used) + 1] = -5.0
    return found


def _likeness(wanted: _Wanted, hay: Haystack) -> npt.NDArray[np.float32]:
    """Shape (quote tokens, transcript tokens)."""
    forms, index = hay.vocabulary
    rows = []
    for token in wanted.tokens:
        alike = np.array([_alike(token.form, form) for form in forms], np.float32)
        rows.append(alike[index])
    return np.stack(rows)


def _alike(one: str, two: str) -> float:
    if one == two:
        return EXACT
    if one.isdigit() or two.isdigit() or min(len(one), len(two)) < 3:
        return OTHER
    ratio = Levenshtein.normalized_similarity(one, two)
    return NEAR if ratio >= 0.75 else FAR if ratio >= 0.5 else OTHER


def _fit(likeness: npt.NDArray[np.float32], open_after: frozenset[int]) -> tuple[float, list[tuple[int, int]]]:
    """The best score and its (quote token, transcript token) pairs, in order.

    Semi-global alignment, a row a quote token: ends are free in the transcript only. Passing over
    transcript words runs along a row, so it is a running maximum of values with the price taken out.
    """
    count, width = likeness.shape
    rows = np.zeros((count + 1, width + 1), np.float32)
    for row in range(1, count + 1):
        price = _price(row, open_after)
        taken = np.full(width + 1, -1e9, np.float32)
        taken[1:] = rows[row - 1, :-1] + likeness[row - 1]
        best = np.maximum(taken, rows[row - 1] + SKIP_APPROVED)
        if row < count:
            slope = np.arange(width + 1, dtype=np.float32) * -price
            best = np.maximum.accumulate(best + slope) - slope
        rows[row] = best
    return _trace(rows, likeness, open_after)


def _price(row: int, open_after: frozenset[int]) -> float:
    return SKIP_LEFT_OUT if row - 1 in open_after else SKIP_HEARD


def _trace(rows: npt.NDArray[np.float32], likeness: npt.NDArray[np.float32], open_after: frozenset[int]) -> tuple[float, list[tuple[int, int]]]:
    row, column = len(rows) - 1, int(rows[-1].argmax())
    score = float(rows[row, column])
    pairs: list[tuple[int, int]] = []
    while row and column:
        here, near = rows[row, column], 1e-3 + abs(rows[row, column]) * 1e-5
        if abs(rows[row - 1, column - 1] + likeness[row - 1, column - 1] - here) < near:
            if likeness[row - 1, column - 1] > 0:
                pairs.append((row - 1, column - 1))
            row, column = row - 1, column - 1
        elif abs(rows[row - 1, column] + SKIP_APPROVED - here) < near:
            row -= 1
        else:
            column -= 1
    return score, pairs[::-1]


def _candidate(quote: Quote, wanted: _Wanted, hay: Haystack, score: float, pairs: list[tuple[int, int]], likeness: npt.NDArray[np.float32]) -> Candidate:
    runs = _runs(wanted, hay, pairs)
    close = sum(likeness[pair] >= NEAR for pair in pairs)
    return Candidate(
        source=hay.source,
        score=round(max(0.0, score / (EXACT * len(wanted.tokens))), 4),
        coverage=round(min(float(close) / len(wanted.tokens), _least(wanted, pairs)), 4),
        stretches=tuple(_stretch(quote, wanted, hay, run, number, runs) for number, run in enumerate(runs)),
    )


def _least(wanted: _Wanted, pairs: list[tuple[int, int]]) -> float:
    """Below `COVERED` where a whole part between two marks was not heard at all: it may not vanish unsaid."""
    heard = {token for token, _ in pairs}
    ends = [*sorted(wanted.open_after), len(wanted.tokens) - 1]
    parts = [range(low + 1, high + 1) for low, high in zip([-1, *ends], ends, strict=False)]
    return 1.0 if all(heard & set(part) for part in parts) else COVERED - 0.01


def _runs(wanted: _Wanted, hay: Haystack, pairs: list[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    """The pairs as stretches that can be played unbroken.

    A single word that lands alone between two cuts was matched by chance: it counts as unheard, and
    forced alignment finds it beside the words it was approved with.
    """
    runs: list[list[tuple[int, int]]] = [[pairs[0]]]
    marked = [True]  # does the run begin at a mark for words left out?
    for before, after in itertools.pairwise(pairs):
        left_out = any(token in wanted.open_after for token in range(before[0], after[0]))
        if left_out or not _keeps(hay, before[1], after[1], after[0] - before[0] - 1):
            while runs[-1] and set(wanted.pieces[runs[-1][-1][0]]) & set(wanted.pieces[after[0]]):
                runs[-1].pop()  # half a written word ("can" of "cannot") goes with its other half
            if runs[-1]:
                runs.append([])
                marked.append(left_out)
        runs[-1].append(after)
    marked.append(True)
    whole = [marked[i] and marked[i + 1] for i in range(len(runs))]
    return [run for run, is_fragment in zip(runs, whole, strict=True) if len(run) > 1 or is_fragment] or runs


def _keeps(hay: Haystack, before: int, after: int, unheard: int) -> bool:
    """May a shot keep the heard words between two tokens, which the approved text does not have?

    Hesitations, repeats and short false starts, yes: they are the same sentence, tidied. As many
    words as the text has there unheard are those words, misheard. Anything else was left out by
    those who approved, so it is cut out.
    """
    content = [token.form for token in hay.tokens[before + 1 : after] if not _hesitation(hay, token)]
    if len(content) <= unheard + (unheard > 0):
        return True
    around = [token.form for token in hay.tokens[max(0, before - 2) : before + 1] + hay.tokens[after : after + 3]]
    new = [form for form in content if form not in around]
    return len(content) <= REPAIR and len(new) <= (len(content) > 1)


def _hesitation(hay: Haystack, token: Token) -> bool:
    """An "er", or a short sound that the recogniser made a word of without believing it."""
    unsure = all(word.confidence < UNSURE for word in hay.words[token.first : token.last + 1])
    return token.form in HESITATIONS or (unsure and len(token.form) <= 3)


def _stretch(quote: Quote, wanted: _Wanted, hay: Haystack, run: list[tuple[int, int]], number: int, runs: list[list[tuple[int, int]]]) -> Stretch:
    first, last = hay.tokens[run[0][1]].first, hay.tokens[run[-1][1]].last
    heard: dict[int, list[Span[Source]]] = {}
    names: dict[int, str] = {}
    used: set[int] = set()

    def lay(pieces: tuple[int, ...], words: range) -> None:
        used.update(words)
        for piece, span in _share(pieces, quote, Span(hay.words[words[0]].span.start, hay.words[words[-1]].span.end)):
            heard.setdefault(piece, []).append(span)
        names[pieces[0]] = " ".join(filter(None, [names.get(pieces[0]), *(hay.words[word].text for word in words)]))

    for mine, theirs in run:
        lay(wanted.pieces[mine], range(hay.tokens[theirs].first, hay.tokens[theirs].last + 1))
    for one, two in itertools.pairwise(run):  # approved words heard as others
        missed = tuple(dict.fromkeys(p for token in range(one[0] + 1, two[0]) for p in wanted.pieces[token] if p not in heard))
        between = [w for w in range(hay.tokens[one[1]].last + 1, hay.tokens[two[1]].first) if w not in used]
        if missed and between:
            lay(missed, range(between[0], between[-1] + 1))
    said = [
        Said(piece, quote.pieces[piece].text, names.get(piece, ""), Span(min(s.start for s in spans), max(s.end for s in spans)))
        for piece, spans in heard.items()
    ]
    said += [Said(-1, _as_said(hay.words[w]), hay.words[w].text, hay.words[w].span) for w in range(first, last + 1) if w not in used]
    before = hay.words[first - 1].span.end if first else Time[Source](Fraction(0))
    after = hay.words[last + 1].span.start if last + 1 < len(hay.words) else max(word.span.end for word in said) + Fraction(1)
    said += _unheard(quote, wanted, run, number, runs, said, (before, after))
    said.sort(key=lambda word: (word.span.start, word.piece))
    return Stretch(
        said=tuple(said),
        before=before,
        after=after,
        lead=hay.words[max(0, first - NEIGHBOURS) : first],
        trail=hay.words[last + 1 : last + 1 + NEIGHBOURS],
    )


def _as_said(word: Word) -> str:
    """A kept extra as the aligner should look for it: what the recogniser does not believe is an "er"."""
    return "er" if word.confidence < UNSURE else word.text


def _share(pieces: tuple[int, ...], quote: Quote, span: Span[Source]) -> list[tuple[int, Span[Source]]]:
    """One heard stretch shared among several written words by their lengths."""
    total = sum(len(quote.pieces[piece].text) for piece in pieces)
    out, done = [], 0
    for piece in pieces:
        start = span.start + span.duration * Fraction(done, total)
        done += len(quote.pieces[piece].text)
        out.append((piece, Span(start, span.start + span.duration * Fraction(done, total))))
    return out


def _unheard(
    quote: Quote,
    wanted: _Wanted,
    run: list[tuple[int, int]],
    number: int,
    runs: list[list[tuple[int, int]]],
    said: list[Said],
    room: tuple[Time[Source], Time[Source]],
) -> list[Said]:
    """Approved words of this stretch that the recogniser missed, in the room between their neighbours."""
    have = {word.piece for word in said}
    mine = [piece for token, _ in run for piece in wanted.pieces[token]]
    previous = max(wanted.pieces[runs[number - 1][-1][0]]) if number else -1
    following = min(wanted.pieces[runs[number + 1][0][0]]) if number + 1 < len(runs) else len(quote.pieces)
    marks = [index for index, piece in enumerate(quote.pieces) if piece.kind is Kind.ELLIPSIS and previous < index < following]
    # Words missed between two stretches stand on their side of the mark; without one, with the later stretch.
    low = max([previous, *(index for index in marks if index < min(mine))]) + 1
    later = [index for index in marks if index > max(mine)]
    high = later[0] if later else (max(mine) + 1 if number + 1 < len(runs) else following)
    missing = [index for index in range(low, high) if quote.pieces[index].kind is Kind.SPOKEN and index not in have]
    out = []
    known = sorted((word for word in said if word.piece >= 0), key=lambda word: word.piece)
    for index in missing:
        before = [word.span.end for word in known if word.piece < index]
        after = [word.span.start for word in known if word.piece > index]
        guess = Fraction(len(quote.pieces[index].text), 14)
        start = before[-1] if before else max(after[0] + -guess, room[0])
        end = min(after[0], start + guess) if after else min(start + guess, room[1])
        # Without any room it is a moment inside the neighbour that was approved, never one that was not.
        instant = Fraction(1, 1000)
        start, end = (start, end) if end - start >= instant else (end + -instant, end) if before else (start, start + instant)
        out.append(Said(index, quote.pieces[index].text, "", Span(start, end)))
    return out


def _spread(spoken: list[tuple[int, str]], span: Span[Source]) -> tuple[Said, ...]:
    total, done, out = sum(len(text) for _, text in spoken), 0, []
    for index, text in spoken:
        start = span.start + span.duration * Fraction(done, total)
        done += len(text)
        out.append(Said(index, text, "", Span(start, span.start + span.duration * Fraction(done, total))))
    return tuple(out)
