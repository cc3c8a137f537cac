"""Where what was approved and what is heard are not the same words: each difference, ready to be settled.

A recogniser mishears one word in ten, and an approved list may be wrong too: nothing in the two texts says
which of them was said. So a difference is put as a question to the sound, with some words around it, in both
readings. Only what is no difference at all passes without one: the same words in another form, a hesitation,
an exact repeat, and words that are cut out of the sound.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from pipeline.core.time import Source, Span, Time, ticks
from pipeline.core.word import Word
from pipeline.language.characters import stop
from pipeline.language.lexicon import code_of
from pipeline.language.normalise import are_opposed, hesitations, tokens
from pipeline.language.normalise import weight as kind_of
from pipeline.matching.align import Haystack
from pipeline.matching.model import Candidate, Difference, Row, Verdict

LONG = 40
"""Words cut out without a mark: as long as an interviewer's question gets. Beyond it, those who approved
would have marked it.
"""

LONG_CUT, ANOTHER_VOICE = "long cut", "word of another voice"
"""Differences that no sound can settle."""

AROUND = 4
"""Heard words on either side of a difference that are played and scored with it."""

APART = Fraction(3, 2)
"""Seconds of quiet beyond which a word no longer belongs to what is listened to."""

NEAR = 4
"""Rows around a difference in which a repeat of it counts as one."""

ROOM = Fraction(1, 5)
"""Seconds of sound around the outermost words."""


def differences(hay: Haystack, candidate: Candidate, rows: Sequence[Row]) -> tuple[Difference, ...]:
    """What of a place has to be settled before it may be played, in its order; `hay` is its source."""
    place = _Place(hay, candidate, tuple(rows))
    return tuple(found for group in place.groups if (found := place.difference(*group)))


def another_voice(hay: Haystack, span: Span[Source]) -> tuple[Difference, ...]:
    """Words of somebody else in a span that is played whole: nobody approved them, whatever they are."""
    words = [word for word in hay.words.over(span) if word.speaker in hay.others]
    if not words:
        return ()
    said = " ".join(word.text for word in words)
    return (Difference("", said, ANOTHER_VOICE, span, words[0].span.start, (), said, against=True),)


@dataclass(frozen=True)
class _Place:
    hay: Haystack
    candidate: Candidate
    rows: tuple[Row, ...]
    spoken: tuple[Row, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(
            self, "spoken", tuple(row for row in self.rows if row.verdict is not Verdict.EDITORIAL)
        )

    @property
    def groups(self) -> Iterator[tuple[int, int]]:
        """The rows between two on which both sides agree, or at which words are left out by a mark."""
        agreed = (Verdict.SAME, Verdict.LEFT_OUT)
        for known, group in itertools.groupby(
            range(len(self.spoken)), lambda n: self.spoken[n].verdict in agreed
        ):
            if not known:
                run = list(group)
                yield run[0], run[-1] + 1

    def difference(self, first: int, after: int) -> Difference | None:
        """What has to be settled of a run of rows; None where nothing has."""
        run = self.spoken[first:after]
        written = _content(row.approved for row in run)
        approved, heard = self._texts(written), self._texts(_content(row.heard for row in run))
        if self._says_again(run, first, after) or not (approved or heard) or self._reads_alike(first, after):
            return None
        cut = all(row.verdict is Verdict.CUT or self._is_hesitation(row) for row in run)
        weighs = weight(approved, heard, self.hay.language) or ("name" if self._names(first, after) else "")
        if cut and not weighs and not any(map(_is_long, run)):
            return None
        if cut and not weighs:
            weighs = LONG_CUT
        return self._asked(run, first, after, approved or written, heard, weighs)

    def _names(self, first: int, after: int) -> bool:
        """Is one of the approved words written like a name?"""
        texts = _content(row.approved for row in self.spoken[:after])
        inside = len(_content(row.approved for row in self.spoken[first:after]))
        pairs = itertools.pairwise([".", *texts])
        return any(
            is_name(text, before, self.hay.language) for before, text in list(pairs)[len(texts) - inside :]
        )

    def _reads_alike(self, first: int, after: int) -> bool:
        """Are both sides the same with what stands beside them? "No." is "number" before a 7."""
        rows = self.spoken[max(0, first - 1) : after + 1]
        if any(row.verdict in (Verdict.LEFT_OUT, Verdict.CUT) for row in rows):
            return False
        mine, theirs = (_forms(side(rows), self.hay.language) for side in (_approved, _heard))
        return mine == theirs

    def _says_again(self, run: Sequence[Row], first: int, after: int) -> bool:
        """Is one side silent, and does the other only say once more what stands beside it?"""
        before, then = self.spoken[max(0, first - NEAR) : first], self.spoken[after : after + NEAR]
        approved, heard = (self._spoken(side(run)) for side in (_approved, _heard))
        if approved and heard:
            return False
        side = _approved if approved else _heard
        return repeats(approved or heard, self._spoken(side(before)), self._spoken(side(then)))

    def _texts(self, words: Iterable[str]) -> list[str]:
        """Without hesitations, which either side may have alone."""
        unsaid = hesitations(self.hay.language)
        return [
            word for word in words if (forms := _forms(word, self.hay.language)) and not set(forms) <= unsaid
        ]

    def _spoken(self, text: str) -> list[str]:
        unsaid = hesitations(self.hay.language)
        return [form for form in _forms(text, self.hay.language) if form not in unsaid]

    def _is_hesitation(self, row: Row) -> bool:
        return row.verdict is Verdict.KEPT and not self._spoken(row.heard)

    def _asked(
        self, run: Sequence[Row], first: int, after: int, approved: list[str], heard: list[str], weighs: str
    ) -> Difference:
        low, high = self._edges(run, first, after)
        words = self.hay.words
        begin, end = (
            bisect_left(words.starts, ticks(low.seconds)),
            bisect_left(words.starts, ticks(high.seconds)),
        )
        lead = _near(words[max(0, begin - AROUND) : begin][::-1], low, back=True)[::-1]
        trail = _near(words[end : end + AROUND], high, back=False)
        inside = [word.text for word in words[begin:end]]
        opens, closes = self._is_end(first - 1), self._is_end(after)
        around = [*lead, *words[begin:end], *trail]
        uttered = sorted(hesitations(self.hay.language), key=lambda sound: (len(sound) != 2, sound))[:4]
        span = Span(min([low, *(w.span.start for w in around)]), max([high, *(w.span.end for w in around)]))
        ways = list(
            _ways(uttered, approved, inside, [w.text for w in lead], [w.text for w in trail], opens, closes)
        )
        start = next((row.start for row in run if row.start), low)
        return Difference(
            approved=" ".join(approved),
            heard=" ".join(heard),
            weight=weighs,
            span=_wider(span),
            at=start,
            as_approved=tuple(dict.fromkeys(ways)),
            as_heard=" ".join([*(w.text for w in lead), *inside, *(w.text for w in trail)]),
            between=(
                "" if opens or not lead else lead[-1].text,
                "" if closes or not trail else trail[0].text,
            ),
            against=is_against(approved, inside, self.hay.language),
        )

    def _edges(self, run: Sequence[Row], first: int, after: int) -> tuple[Time[Source], Time[Source]]:
        """From the end of the agreed word before to the start of the one after; at an end of the quote, the
        words that were heard there, if any."""
        heard = [row for row in run if row.heard and row.start and row.end]
        before = None if self._is_end(first - 1) else self.spoken[first - 1].end
        then = None if self._is_end(after) else self.spoken[after].start
        firsts, lasts = [row.start for row in heard if row.start], [row.end for row in heard if row.end]
        low = before or min(firsts, default=None) or then
        high = then or max(lasts, default=None) or before
        spans = self.candidate.spans
        low, high = low or spans[0].start, high or spans[-1].end
        return (low, high) if low <= high else (high, low)

    def _is_end(self, row: int) -> bool:
        """Is there no agreed word at this row: the quote's end, or a mark for words left out?"""
        return not 0 <= row < len(self.spoken) or self.spoken[row].verdict is Verdict.LEFT_OUT


def _ways(
    uttered: Sequence[str],
    approved: list[str],
    inside: list[str],
    lead: list[str],
    trail: list[str],
    opens: bool,
    closes: bool,
) -> Iterator[str]:
    """How the sound may say the approved words.

    A recogniser may make a word of what is merely `uttered`. At an open end some of the neighbours may be the
    approved words, misheard; a long run that was heard may stand beside them.
    """
    most = len(approved) + 1
    for left in range(min(len(lead), most) + 1 if opens else 1):
        for right in range(min(len(trail), most) + 1 if closes else 1):
            yield " ".join([*lead[: len(lead) - left], *approved, *trail[right:]])
    if not approved and len(inside) <= 2:
        for sound in uttered:
            yield " ".join([*lead, f"{sound},", *trail])
    if approved and len(inside) > len(approved) + 2:
        yield " ".join([*lead, *approved, *inside, *trail])
        yield " ".join([*lead, *inside, *approved, *trail])


def _near(words: Sequence[Word], at: Time[Source], *, back: bool) -> list[Word]:
    """The words next to a moment, nearest first, until a pause."""
    found = []
    for word in words:
        gap = at - word.span.end if back else word.span.start - at
        if gap > APART:
            break
        found.append(word)
        at = word.span.start if back else word.span.end
    return found


def _wider(span: Span[Source]) -> Span[Source]:
    start = Time[Source](max(Fraction(0), span.start.seconds - ROOM))
    return Span(start, span.end + ROOM)


def weight(approved: Sequence[str], heard: Sequence[str], language: str = "en") -> str:
    """What makes a difference one that turns the sense: an opposite, a negation, a number, a dose, a word
    that turns a sentence round; blank for others.
    """
    mine, theirs = _forms(" ".join(approved), language), _forms(" ".join(heard), language)
    if any(are_opposed(one, two, language) for one, two in itertools.product(mine, theirs)):
        return "opposite"
    odd = [*(form for form in mine if form not in theirs), *(form for form in theirs if form not in mine)]
    return next((kind for form in odd if (kind := kind_of(form, language))), "")


def is_against(approved: Sequence[str], heard: Sequence[str], language: str = "en") -> bool:
    """Do the heard words hold what turns the sense, and the approved ones do not?

    >>> is_against(["ill"], ["not", "ill"]), is_against(["nothing"], ["hurting"])
    (True, False)
    """
    mine, theirs = _forms(" ".join(approved), language), _forms(" ".join(heard), language)
    opposed = any(are_opposed(one, two, language) for one, two in itertools.product(mine, theirs))
    return opposed or any(kind_of(form, language) for form in theirs if form not in mine)


def is_name(text: str, before: str, language: str = "en") -> bool:
    """Is a word written with a capital that no sentence begins with?

    >>> is_name("Beatrice", "called"), is_name("They", "home."), is_name("I'm", "so")
    (True, False, False)
    """
    if code_of(language) == "de":
        return False  # every noun has a capital
    starts = stop(before) == "sentence"
    return text.lstrip("\"'“‘(")[:1].isupper() and not starts and _forms(text, language)[:1] != ["i"]


def _content(texts: Iterable[str]) -> list[str]:
    return [word for text in texts for word in text.split()]


def _is_long(row: Row) -> bool:
    return row.verdict is Verdict.CUT and len(row.heard.split()) > LONG


def repeats(forms: list[str], before: list[str], after: list[str]) -> bool:
    """Is a run of forms nothing but starts of what follows, or ends of what went before?"""
    for run, known in ((forms, after), (forms[::-1], before[::-1])):
        while run:
            same = len(list(itertools.takewhile(lambda two: two[0] == two[1], zip(run, known, strict=False))))
            if not same:
                break
            run = run[same:]
        if not run:
            return True
    return False


def _approved(rows: Sequence[Row]) -> str:
    return " ".join(row.approved for row in rows if row.verdict is not Verdict.LEFT_OUT)


def _heard(rows: Sequence[Row]) -> str:
    return " ".join(row.heard for row in rows if row.verdict is not Verdict.LEFT_OUT)


def _forms(text: str, language: str) -> list[str]:
    return [token.form for token in tokens(text.split(), language)]
