"""Where an approved quote was said: the place with most of its words, in exactly one state.

`align` lays the quote's words over what was heard. Here a place becomes stretches of footage that
may be played, and it is judged: is enough of the quote heard, is the next best place far enough
behind, and is nothing heard but what was approved? Only then it is `matched`. Where all that stands
between is a difference of words, the sound is asked (`judge.py`).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np

from pipeline.core.time import Source, Span, Time
from pipeline.core.word import Word
from pipeline.language.characters import joined
from pipeline.language.normalise import Token, hesitations
from pipeline.matching.align import (
    EXACT,
    MARGIN,
    NEAR,
    TOOLS,
    Alignment,
    Haystack,
    Ints,
    Wanted,
    search,
    windows,
)
from pipeline.matching.differences import another_voice, differences, is_against, repeats, weight
from pipeline.matching.model import Answer, Candidate, Difference, Match, Said, State, Stretch
from pipeline.matching.word_diff import explain
from pipeline.production.quotes import Kind, Pin, Quote
from pipeline.speech.transcript import Words

__all__ = ["TOOLS", "Haystack", "anew", "given", "match", "settled"]

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
"""Confidence below which a short extra word is looked for as an "er" by the aligner."""
ROOM = Fraction(1, 5)
"""Seconds between two approved words from which what is said between them can be cut out: a cut on either
side needs some quiet, and an "a" of 40 ms has none (VCTK p225_022).
"""
MISHEARD = 2
"""Words more than twice the approved ones that a recogniser may make of them: "me a trist" of "Beatrice"."""
HEARD_OF_IT = Fraction(1, 5)
"""Seconds of a word within given times from which it is heard there; of a short one half of it."""
ALONE = 2
"""Words around a single one beyond which it may have been matched by chance."""
NEIGHBOURS = 4
"""Words next to a stretch that are kept with it, for the aligner."""


def match(quote: Quote, haystacks: Iterable[Haystack], pin: Pin | None = None) -> Match:
    """The quote's places in these sources, best first, and exactly one state.

    It is the state by the texts alone: `settled` gives the one by the sound.
    """
    hays = list(haystacks)
    candidates = _everywhere(quote, hays)
    chosen = _pinned(quote, hays, pin) if pin and pin.digest == quote.digest else None
    if chosen:
        others = (c for c in candidates if c.spans != chosen.spans)
        return _put(
            Match(quote.id, State.MATCHED, (chosen, *others), pinned=True), _differs(quote, hays, chosen)
        )
    found = Match(quote.id, _state(quote, hays, candidates), tuple(candidates))
    return _put(found, _differs(quote, hays, candidates[0])) if found.state is State.MATCHED else found


def settled(found: Match, answers: Sequence[Answer]) -> Match:
    """The match with what its differences were answered by: matched where every answer bears it out."""
    borne_out = all(answer in (Answer.APPROVED, Answer.LISTENED) for answer in answers)
    return replace(found, state=State.MATCHED if borne_out else State.PARTIAL, answers=tuple(answers))


def _put(found: Match, differences: tuple[Difference, ...]) -> Match:
    """A match that waits for the answers to its differences."""
    if not differences:
        return found
    unasked = (Answer.NOT_ASKED,) * len(differences)
    return replace(found, state=State.PARTIAL, differences=differences, answers=unasked)


def _differs(quote: Quote, hays: Sequence[Haystack], candidate: Candidate) -> tuple[Difference, ...]:
    hay = _hay(hays, candidate)
    return differences(hay, candidate, explain(quote, hay, candidate))


def _hay(hays: Sequence[Haystack], candidate: Candidate) -> Haystack:
    return next(hay for hay in hays if hay.source == candidate.source)


def _everywhere(quote: Quote, hays: Sequence[Haystack]) -> list[Candidate]:
    """The best places in all sources; each language reads the quote for itself."""
    found = []
    for language in dict.fromkeys(hay.language for hay in hays):
        wanted, there = Wanted.of(quote, language), [hay for hay in hays if hay.language == language]
        found += _candidates(wanted, there, windows(wanted, there), PLACES)
    best = sorted(found, key=lambda place: -place.score)
    return [place for place in best if place is best[0] or place.score >= PARTIAL / 2][:PLACES]


def _candidates(
    wanted: Wanted, hays: Sequence[Haystack], chosen: Sequence[Ints], most: int
) -> list[Candidate]:
    """The nearest is always told, others where they are any good."""
    places = sorted(
        (_candidate(wanted, place) for place in search(wanted, hays, chosen, most)), key=lambda c: -c.score
    )
    return [c for c in places if c is places[0] or c.score >= PARTIAL / 2][:most]


def _pinned(quote: Quote, hays: Sequence[Haystack], pin: Pin) -> Candidate | None:
    """The place that a person chose, however many others there are: the quote is looked for there and nowhere
    else.
    """
    around = [
        Span(Time(max(Fraction(0), span.start.seconds - ABOUT)), span.end + ABOUT) for span in pin.spans
    ]
    there = [hay for hay in hays if hay.source == pin.source]
    wanted = Wanted.of(quote, there[0].language if there else "")
    chosen = [np.unique(np.concatenate([hay.between(span) for span in around])) for hay in there]
    return next((c for c in _candidates(wanted, there, chosen, 1) if _is_pinned(c, pin)), None)


def given(quote: Quote, haystack: Haystack) -> Match:
    """A quote whose in and out times a person wrote into the list.

    The times hold, and what is heard between them is all played: each word that was not approved, and each
    approved one that is not heard, is a difference to be settled like any other.
    """
    assert quote.pinned_times
    span, wanted = quote.pinned_times, Wanted.of(quote, haystack.language)
    words = Words.of(
        word
        for word in haystack.words.over(span)
        if word.span.overlap(span) > min(HEARD_OF_IT, word.span.duration / 2)
    )
    inside = Haystack(haystack.source, words, haystack.language, haystack.others)
    best = _as_given(wanted, inside, span)
    found = Match(quote.id, State.MATCHED, (best,), pinned=True)
    differ = differences(inside, best, explain(quote, inside, best))
    return _put(found, (*differ, *another_voice(inside, span)))


def anew(found: Match, quote: Quote, fresh: Haystack) -> Match:
    """A match in a transcript that a person brought or edited, held against what a recogniser hears there.

    What it hears takes the place of what was brought, its times too. Where it does not hear the quote, all of
    the quote is a difference.
    """
    assert found.best
    if quote.pinned_times:
        return given(quote, fresh)
    pin = Pin(quote.id, quote.digest, fresh.source, found.best.spans)
    again = match(quote, [fresh], pin)
    if again.pinned and again.best:
        return replace(again, candidates=(again.best, *found.candidates[1:]), pinned=found.pinned)
    unanswered = replace(found, state=State.MATCHED, differences=(), answers=())
    return _put(unanswered, (_all_of(quote, found.best, fresh),))


def _all_of(quote: Quote, place: Candidate, fresh: Haystack) -> Difference:
    span = Span(place.spans[0].start, place.spans[-1].end)
    approved = joined([piece.text for piece in quote.pieces if piece.kind is Kind.SPOKEN])
    heard = " ".join(word.text for word in fresh.words.over(span))
    sides = approved.split(), heard.split(), fresh.language
    return Difference(
        approved,
        heard,
        weight(*sides),
        span,
        span.start,
        as_approved=(approved,),
        as_heard=heard,
        against=is_against(*sides),
    )


def _as_given(wanted: Wanted, inside: Haystack, span: Span[Source]) -> Candidate:
    """The span of given times, with the approved words laid over whatever is heard in it."""
    places = search(wanted, [inside], [np.arange(len(inside))], 1)
    if places and len(inside.words):
        near = _candidate(wanted, places[0])
        laid = _Laid(wanted, inside, places[0].pairs)
        said = [*laid.said.values(), *_kept(inside, range(len(inside.words)), laid.used)]
        slack = (span.start, span.end)
        said += _unheard(wanted, [places[0].pairs], 0, said, slack)
        said.sort(key=lambda word: (word.span.start, word.piece))
        score, coverage = near.score, near.coverage
    else:
        spoken = [
            (index, piece.text) for index, piece in enumerate(wanted.written) if piece.kind is Kind.SPOKEN
        ]
        said = [*_spread(spoken, span), *_kept(inside, range(len(inside.words)), set())]
        said, score, coverage = said or [Said(-1, "", "", span)], 0.0, 0.0
    return Candidate(inside.source, score, coverage, (Stretch(tuple(said), span.start, span.end),))


def _state(quote: Quote, hays: Sequence[Haystack], candidates: Sequence[Candidate]) -> State:
    """What the texts alone say of the place: is it one, and the only one?"""
    if not candidates or candidates[0].score < PARTIAL:
        return State.NOT_FOUND
    best, *others = candidates
    if best.score < FOUND or not _is_covered(quote, hays, best):
        return State.PARTIAL
    doubtful = _is_doubtful(quote, hays, best)
    for other in others:
        near = other.score > best.score - MARGIN and _is_covered(quote, hays, other)
        # What says "can" is no rival of what says "can't", however alike they are otherwise.
        if near and _is_doubtful(quote, hays, other) <= doubtful:
            return State.AMBIGUOUS
    return State.MATCHED


def _is_doubtful(quote: Quote, hays: Sequence[Haystack], candidate: Candidate) -> bool:
    return any(one.weight for one in _differs(quote, hays, candidate))


def _is_pinned(candidate: Candidate, pin: Pin) -> bool:
    """The same place, though another recogniser may have put its words some tenths elsewhere."""
    shared = sum((a.overlap(b) for a in candidate.spans for b in pin.spans), Fraction(0))
    return candidate.source == pin.source and shared * 2 > sum((b.duration for b in pin.spans), Fraction(0))


def _candidate(wanted: Wanted, place: Alignment) -> Candidate:
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


def _is_covered(quote: Quote, hays: Sequence[Haystack], candidate: Candidate) -> bool:
    wanted = Wanted.of(quote, _hay(hays, candidate).language)
    return candidate.coverage >= min(COVERED_OF_FEW, COVERED + 1 / max(1, len(wanted.counted))) - 0.001


Run = list[tuple[int, int]]
"""Pairs of an approved token and a heard one that are played unbroken."""


def _runs(wanted: Wanted, place: Alignment) -> list[Run]:
    """The pairs as stretches that can be played unbroken.

    A single word that lands alone between two cuts, far from either, was matched by chance: it counts
    as unheard, and forced alignment finds it beside the words it was approved with.
    """
    runs, marked = _parted(wanted, place)
    firm = [
        len(run) > 1 or (marked[i] and marked[i + 1]) or _is_near(runs, marked, i)
        for i, run in enumerate(runs)
    ]
    return [run for run, is_firm in zip(runs, firm, strict=True) if is_firm] or runs


def _parted(wanted: Wanted, place: Alignment) -> tuple[list[Run], list[bool]]:
    """The runs, and whether each border of theirs is at a mark for words left out: the quote's ends are."""
    runs: list[Run] = [[place.pairs[0]]]
    marked = [True]
    for before, after in itertools.pairwise(place.pairs):
        left_out = any(token in wanted.open_after for token in range(before[0], after[0]))
        if _is_cut(place.hay, before, after, left_out=left_out):
            while runs[-1] and set(wanted.pieces[runs[-1][-1][0]]) & set(wanted.pieces[after[0]]):
                runs[-1].pop()  # half a written word ("can" of "cannot") goes with its other half
            if runs[-1]:
                runs.append([])
                marked.append(left_out)
        runs[-1].append(after)
    return runs, [*marked, True]


def _is_cut(hay: Haystack, before: tuple[int, int], after: tuple[int, int], *, left_out: bool) -> bool:
    """Does the film cut between two pairs? Not within a heard word ("they'd")."""
    if hay.token(before[1]).last == hay.token(after[1]).first:
        return False
    if hay.parts(before[1], after[1]):
        return True
    return left_out or not _keeps(hay, before[1], after[1], after[0] - before[0] - 1)


def _is_near(runs: list[list[tuple[int, int]]], marked: list[bool], number: int) -> bool:
    """Is a run within a false start's length of a neighbour that it was approved with? Not of one beyond a
    mark.
    """
    around = range(max(0, number - 1), min(len(runs) - 1, number + 1))
    gaps = [runs[i + 1][0][1] - runs[i][-1][1] - 1 for i in around if not marked[i + 1]]
    return min(gaps, default=0) <= ALONE


def _keeps(hay: Haystack, before: int, after: int, unheard: int) -> bool:
    """May a shot play the heard words between two tokens, which the approved text does not have?

    Hesitations and exact repeats, yes. Where approved words are unheard there, what is heard may be them,
    misheard: a sentence is never cut open for that. What cannot be cut out stays, and is a difference.
    Anything else was left out by those who approved, so it is cut out.
    """
    most = 2 * unheard + MISHEARD if unheard else 0
    if after - before > most + 60:
        return False  # more than hesitations can be: an interruption need not be read
    content = _content(hay, before, after)
    words = {token.first for token in content}
    if unheard:
        return len(words) <= most
    return not content or _says_again(hay, before, after, content) or not _has_room(hay, before, after)


def _says_again(hay: Haystack, before: int, after: int, content: Sequence[Token]) -> bool:
    """Is it nothing but what was said just before, or is said just after, once more?"""
    forms = [token.form for token in content]
    around = [
        [token.form for token in tokens if token.form not in hesitations(hay.language)]
        for tokens in (
            hay.tokens(before - 2 * len(forms), before + 1),
            hay.tokens(after, after + 2 * len(forms) + 1),
        )
    ]
    return repeats(forms, *around)


def _has_room(hay: Haystack, before: int, after: int) -> bool:
    gap = hay.words[hay.token(after).first].span.start - hay.words[hay.token(before).last].span.end
    return gap >= ROOM


def _content(hay: Haystack, before: int, after: int) -> list[Token]:
    """What is heard between two tokens, hesitations aside; the other half of "I'd" is no word of its own."""
    halves = {hay.token(before).last, hay.token(after).first}
    between = hay.tokens(before + 1, after)
    return [
        token
        for token in between
        if token.first not in halves and token.form not in hesitations(hay.language)
    ]


def _stretch(wanted: Wanted, hay: Haystack, runs: list[Run], number: int) -> Stretch:
    run = runs[number]
    first, last = hay.token(run[0][1]).first, hay.token(run[-1][1]).last
    laid = _Laid(wanted, hay, run)
    said = [*laid.said.values(), *_kept(hay, range(first, last + 1), laid.used)]
    slack = _slack(hay, first, last, said)
    said += _unheard(wanted, runs, number, said, slack)
    said.sort(key=lambda word: (word.span.start, word.piece))
    return Stretch(
        said=tuple(said),
        before=slack[0],
        after=slack[1],
        lead=hay.words[max(0, first - NEIGHBOURS) : first],
        trail=hay.words[last + 1 : last + 1 + NEIGHBOURS],
    )


def _kept(hay: Haystack, there: range, used: set[int]) -> list[Said]:
    """The heard words that no approved one is laid on."""
    return [
        Said(-1, _as_said(hay.words[w]), hay.words[w].text, hay.words[w].span) for w in there if w not in used
    ]


Slack = tuple[Time[Source], Time[Source]]
"""Where the heard word before a stretch ends, and the one after it starts."""


def _slack(hay: Haystack, first: int, last: int, said: Sequence[Said]) -> Slack:
    before = hay.words[first - 1].span.end if first else Time[Source](Fraction(0))
    if last + 1 < len(hay.words):
        return before, hay.words[last + 1].span.start
    return before, max(word.span.end for word in said) + Fraction(1)


class _Laid:
    """Approved words laid over the heard ones of a run: `said` by the written word, `used` of the heard."""

    def __init__(self, wanted: Wanted, hay: Haystack, run: Run) -> None:
        self._wanted, self._hay = wanted, hay
        self.said: dict[int, Said] = {}
        self.used: set[int] = set()
        for pieces, words in _grouped(wanted, hay, run):
            self._lay(pieces, words)
        for one, two in itertools.pairwise(run):
            self._lay_misheard(one, two)

    def _lay(self, pieces: Sequence[int], words: Sequence[int]) -> None:
        heard = [self._hay.words[word] for word in words]
        self.used.update(words)
        text = " ".join(word.text for word in heard)
        whole = Span(heard[0].span.start, max(word.span.end for word in heard))
        for piece, span in _share(pieces, self._wanted, whole):
            written = self._wanted.written[piece].text
            self.said[piece] = Said(piece, written, text if piece == pieces[0] else "", span)

    def _lay_misheard(self, one: tuple[int, int], two: tuple[int, int]) -> None:
        """Approved words between two pairs that were heard as others."""
        missed = {
            piece: None
            for token in range(one[0] + 1, two[0])
            for piece in self._wanted.pieces[token]
            if piece not in self.said
        }
        words = range(self._hay.token(one[1]).last + 1, self._hay.token(two[1]).first)
        between = [word for word in words if word not in self.used]
        if missed and between:
            self._lay(list(missed), between)


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


def _unheard(wanted: Wanted, runs: list[Run], number: int, said: Sequence[Said], slack: Slack) -> list[Said]:
    """Approved words of this stretch that the recogniser missed, in the slack between their neighbours."""
    have = {word.piece for word in said}
    known = sorted((word for word in said if word.piece >= 0), key=lambda word: word.piece)
    return [
        Said(index, piece.text, "", _guessed(index, piece.text, known, slack))
        for index in _own(wanted, runs, number)
        if (piece := wanted.written[index]).kind is Kind.SPOKEN and index not in have
    ]


def _own(wanted: Wanted, runs: list[Run], number: int) -> range:
    """The written words of a stretch, with those around it that none has.

    Words missed between two stretches stand on their side of the mark; without one, with the later stretch.
    """
    mine = [piece for token, _ in runs[number] for piece in wanted.pieces[token]]
    is_last = number + 1 == len(runs)
    previous = max(wanted.pieces[runs[number - 1][-1][0]]) if number else -1
    following = len(wanted.written) if is_last else min(wanted.pieces[runs[number + 1][0][0]])
    earlier = _marks(wanted, range(previous + 1, min(mine)))
    later = _marks(wanted, range(max(mine) + 1, following))
    low = max([previous, *earlier]) + 1
    if later:
        return range(low, later[0])
    return range(low, following if is_last else max(mine) + 1)


def _marks(wanted: Wanted, indices: range) -> list[int]:
    return [index for index in indices if wanted.written[index].kind is Kind.ELLIPSIS]


def _guessed(index: int, text: str, known: Sequence[Said], slack: Slack) -> Span[Source]:
    """Where an unheard word may have been said: next to the word before it, or else to the one after it."""
    before = [word.span.end for word in known if word.piece < index]
    after = [word.span.start for word in known if word.piece > index]
    length = Fraction(len(text), 14)
    start = before[-1] if before else max(after[0] + -length, slack[0])
    end = min(start + length, after[0] if after else slack[1])
    # Without any room it is a moment inside the neighbour that was approved, never one that was not.
    instant = Fraction(1, 1000)
    if end - start >= instant:
        return Span(start, end)
    return Span(end + -instant, end) if before else Span(start, start + instant)


def _spread(spoken: list[tuple[int, str]], span: Span[Source]) -> tuple[Said, ...]:
    total, done, out = sum(len(text) for _, text in spoken), 0, []
    for index, text in spoken:
        start = span.start + span.duration * Fraction(done, total)
        done += len(text)
        out.append(Said(index, text, "", Span(start, span.start + span.duration * Fraction(done, total))))
    return tuple(out)
