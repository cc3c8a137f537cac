"""The words of the finished film, heard anew, shot by shot, and held against what was approved.

Approved is the text that people approved, and no word that a shot merely keeps: a hesitation or a repeat may
be heard beside it, anything else is a difference. A recogniser guesses, and writes what ought to be there; so
each difference is put as a question to the sound, and the same judge answers it as in matching.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import log

from rapidfuzz.distance import Levenshtein

from pipeline.core.finding import Finding
from pipeline.core.time import Source, Span, Time, clock
from pipeline.core.word import Word
from pipeline.edit.timeline import Take, Timeline
from pipeline.language import redaction
from pipeline.language.normalise import Token, equals, hesitations, negations, tokens
from pipeline.language.redaction import Bleep
from pipeline.matching.differences import APART, AROUND, NEAR, ROOM, is_against, is_name, repeats, weight
from pipeline.matching.model import Answer, Difference, Said

VERSION = 2
"""Counted up when the same sound would be heard otherwise."""

MOSTLY = 0.5
"""Share of the approved words that must be heard again, or a person must listen."""

TELLING = 0.01
"""How much likelier (natural logarithm) a sound must be without a negation. Where none was taken out, taking
it away gained 0; one cut out of the sound gained 0.02 to 0.25 (sample)."""

Fit = Callable[[Sequence[str]], float | None]
"""How well words fit the sound of a shot (a likelihood); None where they do not at all."""

MEASURED = {
    Answer.HEARD: "the sound says what is heard",
    Answer.OPEN: "the sound does not tell: listen",
    Answer.APPROVED: "the sound says the approved words",
}


def denied(question: Question, fit: Fit) -> bool:
    """Does a shot sound likelier without a negation? A model of sounds alone guesses no "not" that ought to
    be there, as recognisers do; in noise it is wrong too often to be asked of a shot that is as recorded.
    """
    if not question.doubted:
        return False
    said, without = (fit(texts) if texts else None for texts in question.readings)
    return without is not None and (said is None or log(without) - log(said) > TELLING)


def as_written(heard: Sequence[Token], approved: Sequence[Token], language: str = "en") -> list[Token]:
    """What is heard, in the approved forms where it says the same: 14:30 as half past two."""
    known = {same: token.form for token in approved for same in equals(token.form, language)}
    known |= {token.form: token.form for token in approved}
    return [Token(known.get(token.form, token.form), token.first, token.last) for token in heard]


def critical(text: str, before: str) -> str:
    """What makes a word one that may not be wrong: a negation, number, dose or name; blank for others."""
    return weight([text], []) or ("name" if is_name(text, before) else "")


@dataclass(frozen=True)
class Question:
    """A difference in a shot, ready to be settled. `serious` is one that would make the film a wrong one.

    `doubted` is what was heard as approved and is asked all the same: a recogniser writes a "not" that ought
    to be there.
    """

    difference: Difference
    serious: bool
    doubted: bool = False
    readings: tuple[tuple[str, ...], ...] = ()
    """Of one that is doubted: all words that the shot plays, and the same without it."""

    @property
    def rule(self) -> str:
        if self.doubted or not self.difference.heard:
            return "missing-words"
        return "other-words" if self.difference.approved else "extra-words"


Group = tuple[int, int, int, int]
"""Approved and heard tokens that differ: the first and the one after the last, of each."""


@dataclass(frozen=True)
class Reheard:
    """One shot as it is heard in the film: what has to be asked of it, and what there is to tell.

    `heard` counts from the shot's start, and so does all that is asked.
    """

    take: Take
    timeline: Timeline
    heard: tuple[Word, ...]
    bleeps: tuple[Bleep, ...] = ()
    language: str = "en"

    @cached_property
    def approved(self) -> list[Said]:
        """The approved words of the shot, in the order of the sound."""
        said = sorted(self.take.said, key=lambda word: (word.span.start, word.piece))
        return [word for word in said if word.piece >= 0 and self._forms(word.text)]

    @cached_property
    def mine(self) -> list[Token]:
        return self._spoken([word.text for word in self.approved])

    @cached_property
    def theirs(self) -> list[Token]:
        return as_written(self._spoken([word.text for word in self.heard]), self.mine, self.language)

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """What differs, and every negation of the approved words that was heard."""
        asked = [(group, self._question(*group)) for group in self._groups]
        missed = {n for (low, high, _, _), _ in asked for n in self._words(self.mine[low:high])}
        denials = [self._denial(n) for n in range(len(self.approved)) if n not in missed]
        return tuple(filter(None, [*(question for _, question in asked), *denials]))

    def findings(
        self, answers: Sequence[Answer], listener: str = "", *, as_recorded: bool = True
    ) -> Iterator[Finding]:
        """What there is to tell, once each question has its answer. `listener` has listened to the quote.
        Of a shot that does not sound `as_recorded`, what is left open is believed.
        """
        yield from self._names()
        told = list(zip(self.questions, answers, strict=True))
        for question, answer in told:
            if not question.doubted or answer in (Answer.HEARD, Answer.OPEN):
                yield self._told(question, answer, listener, as_recorded=as_recorded)
        if not any(answer is Answer.HEARD for _, answer in told):
            yield from self._few()

    def _forms(self, text: str) -> list[str]:
        return [token.form for token in tokens([text], self.language)]

    def _spoken(self, words: Sequence[str]) -> list[Token]:
        """Without hesitations, which either side may have alone."""
        unsaid = hesitations(self.language)
        return [token for token in tokens(words, self.language) if token.form not in unsaid]

    def _is_hesitation(self, text: str) -> bool:
        forms = self._forms(text)
        return bool(forms) and set(forms) <= hesitations(self.language)

    # What is asked ---------------------------------------------------------------------------

    @cached_property
    def _steps(self) -> list[Group]:
        """Runs of tokens on which both sides agree."""
        steps = Levenshtein.opcodes([one.form for one in self.mine], [one.form for one in self.theirs])
        equal = [step for step in steps if step.tag == "equal"]
        return [(step.src_start, step.src_end, step.dest_start, step.dest_end) for step in equal]

    @property
    def _groups(self) -> Iterator[Group]:
        """Runs between two on which both sides agree; none ends within a word of either."""
        end = (len(self.mine), len(self.mine), len(self.theirs), len(self.theirs))
        low, at = 0, 0
        done = 0
        for first, after, begin, then in [*self._steps, end]:
            if first > low or begin > at:
                group = self._whole(low, first, at, begin)
                if group[0] >= done:
                    yield group
                    done = group[1]
            low, at = after, then

    def _whole(self, low: int, high: int, begin: int, end: int) -> Group:
        """The same, with the rest of every word of which it has a part."""
        while low and begin and (_splits(self.mine, low) or _splits(self.theirs, begin)):
            low, begin = low - 1, begin - 1
        while (
            high < len(self.mine)
            and end < len(self.theirs)
            and (_splits(self.mine, high) or _splits(self.theirs, end))
        ):
            high, end = high + 1, end + 1
        return low, high, begin, end

    def _question(self, low: int, high: int, begin: int, end: int) -> Question | None:
        """One place where approved and heard words differ; None where it is none."""
        own, other = self._words(self.mine[low:high]), self._words(self.theirs[begin:end])
        wanted = [n for n in own if not self._is_hidden(n)]
        forms, theirs = ([one.form for one in some] for some in (self.mine[low:high], self.theirs[begin:end]))
        around = (
            [one.form for one in self.mine[max(0, low - NEAR) : low]],
            [one.form for one in self.mine[high : high + NEAR]],
        )
        if len(wanted) < len(own) or (not (forms and theirs) and repeats(forms or theirs, *around)):
            return None  # what a hidden name covers cannot be judged; what is said once more is no other word
        approved, heard = [self.approved[n].text for n in own], [self.heard[n].text for n in other]
        weighs = weight(approved, heard, self.language) or ("name" if any(map(self._is_name, own)) else "")
        serious = bool(weighs) or self._turns(len(own), len(other), edge=not low or high == len(self.mine))
        asked = self._asked(own, other, (low, begin), weighs)
        written = not own and len(other) == 1 and len(asked.as_approved) > 1  # a word for a hesitation
        return Question(asked, serious and not written)

    def _asked(self, own: list[int], other: list[int], where: tuple[int, int], weighs: str) -> Difference:
        """The question to the sound, with some of the heard words around it."""
        low, begin = where
        first = (
            other[0] if other else self.theirs[begin].first if begin < len(self.theirs) else len(self.heard)
        )
        after = other[-1] + 1 if other else first
        lead = _near(self.heard[max(0, first - AROUND) : first][::-1], back=True)[::-1]
        trail = _near(self.heard[after : after + AROUND], back=False)
        inside = self.heard[first:after]
        at = inside[0].span.start if inside else self._moment(own[0])
        spans = [word.span for word in (*lead, *inside, *trail)] + [self._span(n) for n in own]
        place = _wider([word.span for word in inside] or [self._span(n) for n in own])
        before, middle, then = ([word.text for word in some] for some in (lead, inside, trail))
        texts = [self.approved[n].text for n in own]
        return Difference(
            approved=" ".join(texts),
            heard=" ".join(middle),
            weight=weighs,
            span=_wider(spans),
            at=at,
            as_approved=tuple(dict.fromkeys(self._ways(before, texts, then, place))),
            as_heard=" ".join([*before, *middle, *then]),
            against=is_against(texts, middle, self.language),
            between=(
                before[-1] if before and low else "",
                then[0] if then and begin < len(self.theirs) else "",
            ),
        )

    def _ways(
        self, before: list[str], texts: list[str], then: list[str], place: Span[Source]
    ) -> Iterator[str]:
        """How the sound may say the approved words: alone, or with a hesitation that the shot keeps there."""
        if texts and then and not before and then[0][1:].islower():
            then = [then[0].lower(), *then[1:]]  # no sentence begins there any more
        yield " ".join([*before, *texts, *then])
        kept = [
            word.text
            for word in sorted(self.take.said, key=lambda word: word.span.start)
            if word.piece < 0 and self._here(word.span).overlap(place) and self._is_hesitation(word.text)
        ]
        for some in ([*kept, *texts], [*texts, *kept]) if kept else ():
            yield " ".join([*before, *some, *then])

    def _denial(self, n: int) -> Question | None:
        """A negation of the approved words, with and without it, whatever was heard."""
        word = self.approved[n]
        if self._is_hidden(n) or weight([word.text], [], self.language) != "negation":
            return None
        low, high = max(0, n - AROUND), n + 1 + AROUND
        near = [i for i in range(low, min(high, len(self.approved))) if not self._is_hidden(i)]
        before, then = ([self.approved[i].text for i in near if side(i)] for side in (n.__gt__, n.__lt__))
        bare = [form for form in self._forms(word.text) if form not in negations(self.language)]
        asked = Difference(
            approved=word.text,
            heard=" ".join(bare),
            weight="negation",
            span=_wider([self._span(i) for i in near]),
            at=self._moment(n),
            as_approved=(" ".join([*before, word.text, *then]),),
            as_heard=" ".join([*before, *bare, *then]),
            against=False,
            between=(before[-1] if before else "", then[0] if then else ""),
        )
        played = sorted(self.take.said, key=lambda one: (one.span.start, one.piece))
        every = [one for one in played if not any(one.span.overlap(span) for span in self.take.bleeps)]
        without = [text for one in every for text in (bare if one is word else [one.text])]
        return Question(asked, True, True, (tuple(one.text for one in every), tuple(without)))

    @staticmethod
    def _turns(own: int, other: int, *, edge: bool) -> bool:
        """Would so many ordinary words, approved and heard instead, make the film a wrong one?"""
        if not own or not other:
            return not own or own > 1 or edge
        return own > 2 or other > own + 1

    @staticmethod
    def _words(some: Sequence[Token]) -> list[int]:
        return sorted({n for token in some for n in range(token.first, token.last + 1)})

    def _is_hidden(self, n: int) -> bool:
        """Does a hidden name cover an approved word, even partly?"""
        return any(self.approved[n].span.overlap(span) for span in self.take.bleeps)

    def _is_name(self, n: int) -> bool:
        return is_name(self.approved[n].text, self.approved[n - 1].text if n else ".", self.language)

    def _moment(self, n: int) -> Time[Source]:
        """Where in the shot an approved word was planned."""
        return self._span(n).start

    def _span(self, n: int) -> Span[Source]:
        return self._here(self.approved[n].span)

    def _here(self, span: Span[Source]) -> Span[Source]:
        """A span of the source, counted from the shot's start."""
        zero = self.take.source_in(self.timeline.rate)
        start, end = (max(Fraction(0), moment - zero) for moment in (span.start, span.end))
        return Span(Time(start), Time(max(end, start + Fraction(1, 100))))

    # What is told ----------------------------------------------------------------------------

    def _names(self) -> Iterator[Finding]:
        """What must be hidden and is heard all the same. Reports do not say it either."""
        for one in redaction.find([word.text for word in self.heard], self.bleeps):
            for index in one.sounds[:1]:
                at, what = self.heard[index].span.start, "a name to hide is heard"
                yield self._finding("name-heard", "error", at, what, "heard", "hidden")

    def _told(self, question: Question, answer: Answer, listener: str, *, as_recorded: bool) -> Finding:
        asked = question.difference
        approved, heard = (redaction.hidden(text, self.bleeps) for text in (asked.approved, asked.heard))
        not_sure = question.doubted and answer is Answer.OPEN
        what = {
            "extra-words": f"“{heard}” is heard and was not approved",
            "missing-words": f"“{approved}” was approved and is {'hardly' if not_sure else 'not'} heard",
            "other-words": f"“{heard}” is heard where “{approved}” was approved",
        }[question.rule] + (f" (a {asked.weight})" if asked.weight else "")
        grave, open_ = ("error", "warning") if question.serious else ("warning", "info")
        if question.doubted:
            open_ = "info"  # it was heard, and nothing but the judge's silence speaks against it
        severity = {Answer.HEARD: grave, Answer.OPEN: open_ if as_recorded else grave}.get(answer, "info")
        measured = f"{listener} listened" if answer is Answer.LISTENED else MEASURED[answer]
        return self._finding(question.rule, severity, asked.at, what, measured, "the approved words")

    def _few(self) -> Iterator[Finding]:
        same = sum(after - first for first, after, _, _ in self._steps)
        wanted = sum(not any(map(self._is_hidden, self._words([token]))) for token in self.mine)
        if same < MOSTLY * wanted:
            what = "few of the approved words are heard again: listen to it"
            start = Time[Source](Fraction(0))
            yield self._finding("not-heard", "warning", start, what, f"{same} of {wanted}", f"{MOSTLY:.0%}")

    def _finding(
        self, rule: str, severity: str, at: Time[Source], what: str, measured: str, limit: str
    ) -> Finding:
        moment = self.timeline.time(self.take.at).seconds + Fraction(round(at.seconds * 10), 10)
        return Finding(rule, severity, f"{clock(moment)} {self.take.quote}", what, measured, limit)


def _splits(some: Sequence[Token], at: int) -> bool:
    """Is there one written word on both sides of this token's start?"""
    return 0 < at < len(some) and some[at - 1].last >= some[at].first


def _near(words: Sequence[Word], *, back: bool) -> list[Word]:
    """Words side by side, the nearest first, until a pause."""
    found = list(words[:1])
    for one, word in itertools.pairwise(words):
        gap = one.span.start - word.span.end if back else word.span.start - one.span.end
        if gap > APART:
            break
        found.append(word)
    return found


def _wider(spans: Sequence[Span[Source]]) -> Span[Source]:
    start, end = min(span.start for span in spans), max(span.end for span in spans)
    return Span(Time(max(Fraction(0), start.seconds - ROOM)), end + ROOM)
