"""The words of the finished film, heard anew, shot by shot, and held against what was approved.

Where a recogniser hears anything but the approved words, both readings are tried on the sound itself:
a recogniser guesses, and writes what ought to be there; the sound does not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import log

from rapidfuzz.distance import Levenshtein

from pipeline.core.finding import Finding
from pipeline.core.time import clock
from pipeline.core.word import Word
from pipeline.edit.timeline import Take, Timeline
from pipeline.language import normalise, redaction
from pipeline.language.lexicon import english
from pipeline.language.normalise import HESITATIONS, Token, plain, tokens
from pipeline.language.redaction import Bleep
from pipeline.matching.model import Said

VERSION = 1
"""Counted up when the same sound would be judged otherwise."""

NEGATIONS = normalise.NEGATIONS | {"cannot"}
UNITS = english().critical.units

REPEAT = 3
"""Words to either side in which an extra word counts as a repeat."""

MOSTLY = 0.5
"""Share of the approved words that must be heard again, or a person must listen."""

CLEAR, TELLING = 0.06, 0.01
"""How much likelier (natural logarithm) another reading must be to be borne out: for one ordinary word, and
for several or one that may not be wrong. Where nothing was changed, taking a word away gained at most 0.05
(an "I" of 30 ms) and 0 for negations; a negation cut out of the sound gained 0.02 to 0.25 (sample, 276
words)."""

Fit = Callable[[Sequence[str]], float | None]
"""How well words fit the sound of a shot (a likelihood); None where they do not at all."""

BETTER = {
    "borne out": "the sound fits what is heard better",
    "open": "the sound does not tell: listen",
    "misheard": "the sound fits the approved words better",
}


def words(
    take: Take, timeline: Timeline, heard: Sequence[Word], fit: Fit, bleeps: Sequence[Bleep] = ()
) -> list[Finding]:
    """Words too many, too few and other than approved in one shot. `heard` counts from the shot's start.

    An "info" is what the recogniser misheard, by the sound's own verdict.
    """
    return list(
        _Shot(
            take,
            timeline,
            tuple(heard),
            fit,
            tuple(bleep for bleep in bleeps if bleep.contributor == take.contributor),
        ).findings()
    )


def critical(text: str, *, first: bool) -> str:
    """What makes a word one that may not be wrong: negation, number, dose or name; "" for the others. `first`
    of a sentence?
    """
    form = plain(text)
    if form in NEGATIONS or form.endswith("n't"):
        return "negation"
    if any(token.form.isdigit() for token in tokens([text])):
        return "number"
    if form in UNITS:
        return "dose"
    return "name" if text[:1].isupper() and not first and form.partition("'")[0] != "i" else ""


@dataclass(frozen=True)
class _Shot:
    take: Take
    timeline: Timeline
    heard: tuple[Word, ...]
    fit: Fit
    bleeps: tuple[Bleep, ...]

    @cached_property
    def said(self) -> list[Said]:
        """The words planned, in the order of the sound."""
        return [
            word
            for word in sorted(self.take.said, key=lambda word: (word.span.start, word.piece))
            if plain(word.text)
        ]

    @cached_property
    def hidden(self) -> list[bool]:
        """Words that a hidden name covers, even partly: they cannot be judged."""
        return [any(word.span.overlap(span) for span in self.take.bleeps) for word in self.said]

    def counts(self, index: int) -> bool:
        """Must this word be heard? Not what is hidden, nor a hesitation or repeat that the shot merely
        keeps.
        """
        return self.said[index].piece >= 0 and not self.hidden[index]

    def weight(self, index: int) -> str:
        before = self.said[index - 1].text.rstrip("\"'”’)") if index else "."
        return critical(self.said[index].text, first=before[-1:] in ".!?")

    def findings(self) -> Iterator[Finding]:
        yield from self._names()
        mine, theirs = tokens([word.text for word in self.said]), tokens([word.text for word in self.heard])
        steps = Levenshtein.opcodes([token.form for token in mine], [token.form for token in theirs])
        found = [
            one
            for step in steps
            if step.tag != "equal"
            for one in self._differs(
                mine, slice(step.src_start, step.src_end), theirs[step.dest_start : step.dest_end]
            )
        ]
        yield from found
        same = sum(step.src_end - step.src_start for step in steps if step.tag == "equal")
        wanted = sum(all(self.counts(i) for i in range(token.first, token.last + 1)) for token in mine)
        if same < MOSTLY * wanted and not any(one.severity == "error" for one in found):
            yield self._finding(
                "not-heard",
                "warning",
                0.0,
                "few of the approved words are heard again: listen to it",
                f"{same} of {wanted}",
                f"{MOSTLY:.0%}",
            )
        yield from self._denials()

    def _names(self) -> Iterator[Finding]:
        """What must be hidden and is heard all the same. Reports do not say it either."""
        for one in redaction.find([word.text for word in self.heard], self.bleeps):
            for index in one.sounds[:1]:
                yield self._finding(
                    "name-heard",
                    "error",
                    float(self.heard[index].span.start),
                    "a name to hide is heard",
                    "heard",
                    "hidden",
                )

    def _differs(self, every: list[Token], here: slice, theirs: list[Token]) -> Iterator[Finding]:
        """One place where planned and heard words differ, told where the sound bears the difference out."""
        mine = every[here]
        planned = sorted({i for token in mine for i in range(token.first, token.last + 1)})
        own = [i for i in planned if self.counts(i)]
        other = sorted({i for token in theirs for i in range(token.first, token.last + 1)})
        new = [self.heard[i] for i in other if plain(self.heard[i].text) not in HESITATIONS]
        if not own and (not new or planned):
            return  # a hesitation; a guess at what is hidden or merely kept
        if _nearly("".join(token.form for token in mine), "".join(token.form for token in theirs)):
            return
        low, high = self._place(every, here, planned)
        grave = self._is_grave(own, new)
        verdict = self._tried(
            [*self._texts(0, low), *(self.heard[i].text for i in other), *self._texts(high, len(self.said))],
            grave=grave,
        )
        near = {token.form for token in every[max(0, here.start - REPEAT) : here.stop + REPEAT]}
        repeat = all(token.form in near | HESITATIONS for token in theirs)
        yield self._told(own, new, verdict, repeat=repeat)

    def _place(self, every: list[Token], here: slice, planned: list[int]) -> tuple[int, int]:
        """The first planned word of a place and the one after its last; where it is, if it has none."""
        if planned:
            return planned[0], planned[-1] + 1
        at = every[here.start].first if here.start < len(every) else len(self.said)
        return at, at

    def _is_grave(self, own: list[int], new: list[Word]) -> bool:
        """Is it more than one word, or one that turns the sense?"""
        weighs = any(map(self.weight, own)) or any(critical(word.text, first=True) for word in new)
        return weighs or max(len(own), len(new)) > 1

    def _told(self, own: list[int], new: list[Word], verdict: str, *, repeat: bool) -> Finding:
        approved, heard = (
            redaction.hidden(" ".join(texts), self.bleeps)
            for texts in ([self.said[i].text for i in own], [word.text for word in new])
        )
        why = next(
            filter(None, [*map(self.weight, own), *(critical(word.text, first=True) for word in new)]), ""
        )
        at = float(new[0].span.start) if new else self._moment(own[0])
        if not own:
            rule, what, serious = "extra-words", f"“{heard}” is heard and was not approved", not repeat
        elif not new:
            edge = own[0] == 0 or own[-1] == len(self.said) - 1
            rule, what, serious = (
                "missing-words",
                f"“{approved}” was approved and is not heard",
                bool(why) or len(own) > 1 or edge,
            )
        else:
            rule, what = "other-words", f"“{heard}” is heard where “{approved}” was approved"
            serious = bool(why) or len(own) > 2 or len(new) > len(own) + 1
        severity = {
            "borne out": "error" if serious else "warning",
            "open": "warning" if serious else "info",
            "misheard": "info",
        }[verdict]
        return self._finding(
            rule, severity, at, what + (f" (a {why})" if why else ""), BETTER[verdict], "the approved words"
        )

    def _denials(self) -> Iterator[Finding]:
        """Negations once more, whatever was heard: a recogniser writes a "not" that ought to be there."""
        for index, word in enumerate(self.said):
            if self.counts(index) and self.weight(index) == "negation":
                form = plain(word.text)
                bare = [form[:-3]] if form.endswith("n't") and len(form) > 3 else []
                if (
                    self._tried(
                        [*self._texts(0, index), *bare, *self._texts(index + 1, len(self.said))], grave=True
                    )
                    == "borne out"
                ):
                    what = f"“{word.text}” was approved and is not in the sound (a negation)"
                    yield self._finding(
                        "missing-words",
                        "error",
                        self._moment(index),
                        what,
                        "the sound fits better without it",
                        "the approved words",
                    )

    def _texts(self, low: int, high: int) -> list[str]:
        return [self.said[index].text for index in range(low, high) if not self.hidden[index]]

    def _tried(self, variant: Sequence[str], *, grave: bool) -> str:
        """Which of the two readings the sound bears out: the planned one, or this."""
        one, two = self.fit(self._texts(0, len(self.said))), self.fit(variant) if variant else None
        if one is None or two is None:
            return "misheard" if one else "borne out" if two else "open"
        gain = log(two) - log(one)
        return (
            "borne out" if gain > (TELLING if grave else CLEAR) else "open" if gain > TELLING else "misheard"
        )

    def _moment(self, index: int) -> float:
        """Seconds into the shot at which a word was planned."""
        return max(0.0, float(self.said[index].span.start - self.take.source_in(self.timeline.rate)))

    def _finding(self, rule: str, severity: str, at: float, what: str, measured: str, limit: str) -> Finding:
        moment = self.timeline.time(self.take.at).seconds + Fraction(round(at * 10), 10)
        return Finding(rule, severity, f"{clock(moment)} {self.take.quote}", what, measured, limit)


def _nearly(one: str, two: str) -> bool:
    """The same word in another spelling. Never numbers, and never where only one of them denies."""
    denies = [text in NEGATIONS or text.endswith(("n't", "nt")) for text in (one, two)]
    return (
        denies[0] == denies[1]
        and not (one.isdigit() or two.isdigit())
        and Levenshtein.normalized_similarity(one, two) >= 0.75
    )
