"""Where an approved quote was said: the place with most of its words, in exactly one state.

`find` lays the quote's words over what was heard. Here a place becomes stretches of footage that
may be played, and it is judged: is enough of the quote heard, is the next best place far enough
behind, and does nothing differ that would turn the sentence round? Only then it is `matched`.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from fractions import Fraction

import numpy as np

from pipeline.core.time import Source, Span, Time
from pipeline.core.word import Word
from pipeline.language.normalise import HESITATIONS, NEGATIONS, Token, tokens
from pipeline.matching.align import EXACT, MARGIN, NEAR, TOOLS, Haystack, Ints, Place, Wanted, search, windows
from pipeline.matching.model import Candidate, Match, Said, State, Stretch
from pipeline.matching.word_diff import doubts, explain
from pipeline.production.quotes import Kind, Pin, Quote
from pipeline.speech.transcript import Words

__all__ = ["TOOLS", "Haystack", "doubts", "explain", "given", "match"]

FOUND, PARTIAL = 0.5, 0.4
"""Score from which a quote counts as found, and from which part of it does. What nobody said stays below the
second (benchmarks/matching.py).
"""
COVERED, COVERED_OF_FEW = 0.6, 0.75
"""Share of the approved words that must be heard for a match, and one word more; of few words it is this
share.
"""
PLACES = 4
"""Places that are told for a quote."""
ABOUT = Fraction(1)
"""Seconds around a pinned span in which its words are looked for: another recogniser has them some tenths
elsewhere.
"""

UNSURE = 0.35
"""Confidence below which a short extra word is taken for a hesitation."""
REPAIR = 4
"""Words of a false start that a shot may keep: "still, um, it's still back"."""
ALONE = 2
"""Words around a single one beyond which it may have been matched by chance."""
NEIGHBOURS = 4
"""Words next to a stretch that are kept with it, for the aligner."""


def match(quote: Quote, haystacks: Iterable[Haystack], pin: Pin | None = None) -> Match:
    """The quote's places in these sources, best first, and exactly one state."""
    wanted, hays = Wanted.of(quote), list(haystacks)
    candidates = _candidates(wanted, hays, windows(wanted, hays), PLACES)
    chosen = _pinned(wanted, hays, pin) if pin and pin.digest == quote.digest else None
    if chosen:
        return Match(
            quote.id,
            State.MATCHED,
            (chosen, *(c for c in candidates if c.spans != chosen.spans)),
            pinned=True,
        )
    return Match(quote.id, _state(quote, wanted, hays, candidates), tuple(candidates))


def _candidates(
    wanted: Wanted, hays: Sequence[Haystack], chosen: Sequence[Ints], most: int
) -> list[Candidate]:
    """The nearest is always told, others where they are any good."""
    places = sorted(
        (_candidate(wanted, place) for place in search(wanted, hays, chosen, most)), key=lambda c: -c.score
    )
    return [c for c in places if c is places[0] or c.score >= PARTIAL / 2][:most]


def _pinned(wanted: Wanted, hays: Sequence[Haystack], pin: Pin) -> Candidate | None:
    """The place that a person chose, however many others there are: the quote is looked for there and nowhere
    else.
    """
    around = [
        Span(Time(max(Fraction(0), span.start.seconds - ABOUT)), span.end + ABOUT) for span in pin.spans
    ]
    there = [hay for hay in hays if hay.source == pin.source]
    chosen = [np.unique(np.concatenate([hay.between(span) for span in around])) for hay in there]
    return next((c for c in _candidates(wanted, there, chosen, 1) if _is_pinned(c, pin)), None)


def given(quote: Quote, haystack: Haystack) -> Match:
    """A quote whose in and out times a person wrote into the list.

    The times hold, unless words are heard between them that nobody approved: then it is partial, and
    a person moves the times. Where the recogniser heard other words throughout, it may have misheard:
    only clearly more words than were approved count against the times.
    """
    assert quote.pinned_times
    span, wanted = quote.pinned_times, Wanted.of(quote)
    inside = Words.of(
        word for word in haystack.words.over(span) if word.span.overlap(span) > word.span.duration / 2
    )
    local = Haystack(haystack.source, inside)
    found = _candidates(wanted, [local], [np.arange(len(local))], 1)
    spoken = [(index, piece.text) for index, piece in enumerate(wanted.written) if piece.kind is Kind.SPOKEN]
    if not spoken:  # times only: what is heard there is told, and nothing is approved by it
        said = tuple(Said(-1, word.text, word.text, word.span) for word in inside) or (
            Said(-1, "", "", span),
        )
        clean = True
    elif found and _is_covered(wanted, found[0]):
        said = found[0].stretches[0].said
        extra = [
            word for word in _clearly(inside, span) if not any(word.span.overlap(s) for s in found[0].spans)
        ]
        clean = (
            len(found[0].stretches) == 1
            and not extra
            and not (_denies(word.text for word in inside) and not _denies(text for _, text in spoken))
        )
    else:
        said = _spread(spoken, span)
        clean = len(_clearly(inside, span)) <= len(spoken) + REPAIR
    if not clean:
        heard = tuple(Said(-1, word.text, word.text, word.span) for word in inside)
        return Match(
            quote.id,
            State.PARTIAL,
            (Candidate(haystack.source, 0.0, 0.0, (Stretch(heard, span.start, span.end),)),),
        )
    return Match(
        quote.id,
        State.MATCHED,
        (Candidate(haystack.source, 1.0, 1.0, (Stretch(said, span.start, span.end),)),),
        pinned=True,
    )


def _denies(texts: Iterable[str]) -> bool:
    return any(token.form in NEGATIONS for token in tokens(list(texts)))


def _clearly(words: Sequence[Word], span: Span[Source]) -> list[Word]:
    """Words that are heard within the span and not over its edge, hesitations aside."""
    return [
        word
        for word in words
        if word.span.overlap(span) > word.span.duration * Fraction(9, 10)
        and not HESITATIONS & {t.form for t in tokens([word.text])}
    ]


def _state(quote: Quote, wanted: Wanted, hays: Sequence[Haystack], candidates: Sequence[Candidate]) -> State:
    if not candidates or candidates[0].score < PARTIAL:
        return State.NOT_FOUND
    best = candidates[0]
    if best.score < FOUND or not _is_covered(wanted, best):
        return State.PARTIAL
    doubtful = [
        bool(doubts(explain(quote, next(hay for hay in hays if hay.source == c.source), c)))
        for c in candidates
    ]
    for other, other_doubtful in zip(candidates[1:], doubtful[1:], strict=True):
        # What says "can" is no rival of what says "can't", however alike they are otherwise.
        if other.score > best.score - MARGIN and _is_covered(wanted, other) and other_doubtful <= doubtful[0]:
            return State.AMBIGUOUS
    return State.PARTIAL if doubtful[0] else State.MATCHED


def _is_pinned(candidate: Candidate, pin: Pin) -> bool:
    """The same place, though another recogniser may have put its words some tenths elsewhere."""
    shared = sum((a.overlap(b) for a in candidate.spans for b in pin.spans), Fraction(0))
    return candidate.source == pin.source and shared * 2 > sum((b.duration for b in pin.spans), Fraction(0))


def _candidate(wanted: Wanted, place: Place) -> Candidate:
    runs = _runs(wanted, place)
    kept = {pair for run in runs for pair in run}
    close = sum(
        likeness >= NEAR
        for pair, likeness in zip(place.pairs, place.likeness, strict=True)
        if pair in kept and pair[0] in wanted.counted
    )
    count = max(1, len(wanted.counted))
    return Candidate(
        source=place.hay.source,
        score=round(min(1.0, max(0.0, place.score / (EXACT * count))), 4),
        coverage=round(close / count if _has_all(wanted, kept) else min(close / count, COVERED - 0.01), 4),
        stretches=tuple(_stretch(wanted, place.hay, runs, number) for number in range(len(runs))),
    )


def _has_all(wanted: Wanted, kept: set[tuple[int, int]]) -> bool:
    """Was something of each part between two marks heard? None may vanish unsaid."""
    heard = {token for token, _ in kept}
    return all(heard & set(part) for part in wanted.parts)


def _is_covered(wanted: Wanted, candidate: Candidate) -> bool:
    return candidate.coverage >= min(COVERED_OF_FEW, COVERED + 1 / max(1, len(wanted.counted))) - 0.001


def _runs(wanted: Wanted, place: Place) -> list[list[tuple[int, int]]]:
    """The pairs as stretches that can be played unbroken.

    A single word that lands alone between two cuts, far from either, was matched by chance: it counts
    as unheard, and forced alignment finds it beside the words it was approved with.
    """
    hay, pairs = place.hay, place.pairs
    runs: list[list[tuple[int, int]]] = [[pairs[0]]]
    marked = [True]  # does the run begin at a mark for words left out?
    for before, after in itertools.pairwise(pairs):
        left_out = any(token in wanted.open_after for token in range(before[0], after[0]))
        one_word = hay.token(before[1]).last == hay.token(after[1]).first  # no cut goes through "they'd"
        if not one_word and (left_out or not _keeps(hay, before[1], after[1], after[0] - before[0] - 1)):
            while runs[-1] and set(wanted.pieces[runs[-1][-1][0]]) & set(wanted.pieces[after[0]]):
                runs[-1].pop()  # half a written word ("can" of "cannot") goes with its other half
            if runs[-1]:
                runs.append([])
                marked.append(left_out)
        runs[-1].append(after)
    marked.append(True)
    firm = [
        len(run) > 1 or (marked[i] and marked[i + 1]) or _is_near(runs, marked, i)
        for i, run in enumerate(runs)
    ]
    return [run for run, is_firm in zip(runs, firm, strict=True) if is_firm] or runs


def _is_near(runs: list[list[tuple[int, int]]], marked: list[bool], number: int) -> bool:
    """Is a run within a false start's length of a neighbour that it was approved with? Not of one beyond a
    mark.
    """
    around = range(max(0, number - 1), min(len(runs) - 1, number + 1))
    gaps = [runs[i + 1][0][1] - runs[i][-1][1] - 1 for i in around if not marked[i + 1]]
    return min(gaps, default=0) <= ALONE


def _keeps(hay: Haystack, before: int, after: int, unheard: int) -> bool:
    """May a shot keep the heard words between two tokens, which the approved text does not have?

    Hesitations, repeats and short false starts, yes: they are the same sentence, tidied. As many
    words as the text has there unheard are those words, misheard. Anything else was left out by
    those who approved, so it is cut out.
    """
    if after - before > 2 * REPAIR + unheard + 10:
        return False  # more than hesitations can be: an interruption need not be read
    halves = {hay.token(before).last, hay.token(after).first}  # the other half of "I'd" is no word of its own
    content = [
        token
        for token in hay.tokens(before + 1, after)
        if token.first not in halves and not _hesitation(hay, token)
    ]
    if len(content) <= unheard + (unheard > 0):
        return True
    around = {token.form for token in hay.tokens(before - 2, before + 1) + hay.tokens(after, after + 3)}
    words, new = (
        {token.first for token in content},
        {token.first for token in content if token.form not in around},
    )
    return len(words) <= REPAIR and len(new) <= (len(words) > 1)


def _hesitation(hay: Haystack, token: Token) -> bool:
    """An "er", or a short sound that the recogniser made a word of without believing it."""
    unsure = all(word.confidence < UNSURE for word in hay.words[token.first : token.last + 1])
    return token.form in HESITATIONS or (unsure and len(token.form) <= 3 and token.form not in NEGATIONS)


def _stretch(wanted: Wanted, hay: Haystack, runs: list[list[tuple[int, int]]], number: int) -> Stretch:
    run = runs[number]
    first, last = hay.token(run[0][1]).first, hay.token(run[-1][1]).last
    heard: dict[int, Said] = {}
    used: set[int] = set()

    def lay(pieces: Sequence[int], words: Sequence[int]) -> None:
        used.update(words)
        text = " ".join(hay.words[word].text for word in words)
        for piece, span in _share(
            pieces,
            wanted,
            Span(hay.words[words[0]].span.start, max(hay.words[word].span.end for word in words)),
        ):
            heard[piece] = Said(piece, wanted.written[piece].text, text if piece == pieces[0] else "", span)

    for pieces, words in _grouped(wanted, hay, run):
        lay(pieces, words)
    for one, two in itertools.pairwise(run):  # approved words heard as others
        missed = list(
            dict.fromkeys(
                p for token in range(one[0] + 1, two[0]) for p in wanted.pieces[token] if p not in heard
            )
        )
        between = [w for w in range(hay.token(one[1]).last + 1, hay.token(two[1]).first) if w not in used]
        if missed and between:
            lay(missed, between)
    said = list(heard.values())
    said += [
        Said(-1, _as_said(hay.words[w]), hay.words[w].text, hay.words[w].span)
        for w in range(first, last + 1)
        if w not in used
    ]
    before = hay.words[first - 1].span.end if first else Time[Source](Fraction(0))
    after = (
        hay.words[last + 1].span.start
        if last + 1 < len(hay.words)
        else max(word.span.end for word in said) + Fraction(1)
    )
    said += _unheard(wanted, run, number, runs, said, (before, after))
    said.sort(key=lambda word: (word.span.start, word.piece))
    return Stretch(
        said=tuple(said),
        before=before,
        after=after,
        lead=hay.words[max(0, first - NEIGHBOURS) : first],
        trail=hay.words[last + 1 : last + 1 + NEIGHBOURS],
    )


def _grouped(wanted: Wanted, hay: Haystack, run: list[tuple[int, int]]) -> list[tuple[list[int], list[int]]]:
    """Written words and the heard ones they are laid on; what shares a word on either side ("they would",
    "they'd") goes together.
    """
    groups: list[tuple[list[int], list[int]]] = []
    for mine, theirs in run:
        pieces, words = wanted.pieces[mine], range(hay.token(theirs).first, hay.token(theirs).last + 1)
        if groups and (groups[-1][0][-1] >= pieces[0] or groups[-1][1][-1] >= words[0]):
            groups[-1][0].extend(piece for piece in pieces if piece > groups[-1][0][-1])
            groups[-1][1].extend(range(groups[-1][1][-1] + 1, words[-1] + 1))
        else:
            groups.append((list(pieces), list(words)))
    return groups


def _as_said(word: Word) -> str:
    """A kept extra as the aligner should look for it: what the recogniser does not believe is an "er"."""
    return "er" if word.confidence < UNSURE else word.text


def _share(pieces: Sequence[int], wanted: Wanted, span: Span[Source]) -> list[tuple[int, Span[Source]]]:
    """One heard stretch shared among several written words by their lengths."""
    total = sum(len(wanted.written[piece].text) for piece in pieces)
    out, done = [], 0
    for piece in pieces:
        start = span.start + span.duration * Fraction(done, total)
        done += len(wanted.written[piece].text)
        out.append((piece, Span(start, span.start + span.duration * Fraction(done, total))))
    return out


def _unheard(
    wanted: Wanted,
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
    following = min(wanted.pieces[runs[number + 1][0][0]]) if number + 1 < len(runs) else len(wanted.written)
    marks = [
        index
        for index, piece in enumerate(wanted.written)
        if piece.kind is Kind.ELLIPSIS and previous < index < following
    ]
    # Words missed between two stretches stand on their side of the mark; without one, with the later stretch.
    low = max([previous, *(index for index in marks if index < min(mine))]) + 1
    later = [index for index in marks if index > max(mine)]
    high = later[0] if later else (max(mine) + 1 if number + 1 < len(runs) else following)
    missing = [
        index for index in range(low, high) if wanted.written[index].kind is Kind.SPOKEN and index not in have
    ]
    out = []
    known = sorted((word for word in said if word.piece >= 0), key=lambda word: word.piece)
    for index in missing:
        before = [word.span.end for word in known if word.piece < index]
        after = [word.span.start for word in known if word.piece > index]
        guess = Fraction(len(wanted.written[index].text), 14)
        start = before[-1] if before else max(after[0] + -guess, room[0])
        end = min(after[0], start + guess) if after else min(start + guess, room[1])
        # Without any room it is a moment inside the neighbour that was approved, never one that was not.
        instant = Fraction(1, 1000)
        start, end = (
            (start, end)
            if end - start >= instant
            else (end + -instant, end)
            if before
            else (start, start + instant)
        )
        out.append(Said(index, wanted.written[index].text, "", Span(start, end)))
    return out


def _spread(spoken: list[tuple[int, str]], span: Span[Source]) -> tuple[Said, ...]:
    total, done, out = sum(len(text) for _, text in spoken), 0, []
    for index, text in spoken:
        start = span.start + span.duration * Fraction(done, total)
        done += len(text)
        out.append(Said(index, text, "", Span(start, span.start + span.duration * Fraction(done, total))))
    return tuple(out)
