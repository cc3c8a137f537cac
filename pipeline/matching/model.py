"""Where quotes were found, by what evidence, and where to cut."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

from pipeline.core.time import Source, Span, Time
from pipeline.core.word import Word


class State(Enum):
    """What became of a quote: only one that is MATCHED goes into a film without a person's look."""

    MATCHED = "matched"
    AMBIGUOUS = "ambiguous"
    PARTIAL = "partial"
    NOT_FOUND = "not-found"


@dataclass(frozen=True)
class Said:
    """One piece of an approved quote at the time it was said. `heard` is the recogniser's word.

    `piece` indexes `Quote.pieces`; -1 is a hesitation or a repeat that the approved text leaves
    out and the sound keeps.
    """

    piece: int
    text: str
    heard: str
    span: Span[Source]


@dataclass(frozen=True)
class Stretch:
    """One unbroken stretch of footage that says part of a quote: it becomes one shot.

    `before` is where the word before it ends and `after` where the next one starts: a cut may lie
    between, a neighbour's word may not be heard. `lead` and `trail` are those neighbours, as heard.
    """

    said: tuple[Said, ...]
    before: Time[Source]
    after: Time[Source]
    lead: tuple[Word, ...] = ()
    trail: tuple[Word, ...] = ()

    @property
    def span(self) -> Span[Source]:
        return Span(self.said[0].span.start, max(word.span.end for word in self.said))

    @property
    def heard(self) -> str:
        return " ".join(word.heard for word in self.said if word.heard)


@dataclass(frozen=True)
class Edge:
    """How far one end of a cut can be trusted, from 0 to 1, and why not further.

    `tight` is set where no quiet lies between the approved words and the next one: the seconds of
    the approved word that were given up, so that the neighbour is not heard.
    """

    confidence: float = 1.0
    doubts: tuple[str, ...] = ()
    tight: Fraction | None = None


@dataclass(frozen=True)
class Cut:
    """A stretch with its words at their aligned times. `sound` is what may be heard.

    `aligned` is False where some words did not fit the sound and keep the recogniser's times, or where
    the aligner is a rough one: no name can be hidden by such times. `raw` are the recogniser's times
    of `stretch.said`, in its order; `unplaced` is where in `sound` a voice is heard and none of the words,
    `quiet` where in it nobody speaks.
    """

    stretch: Stretch
    sound: Span[Source]
    aligned: bool
    raw: tuple[Span[Source], ...] = ()
    start: Edge = Edge()
    end: Edge = Edge()
    unplaced: tuple[Span[Source], ...] = ()
    quiet: tuple[Span[Source], ...] = ()


class Answer(Enum):
    """What a difference between approved and heard words was settled by."""

    APPROVED = "the sound says the approved words"
    OPEN = "the sound does not tell which"
    HEARD = "the sound says other words"
    LISTENED = "a person listened"
    NOT_ASKED = "nobody has asked the sound yet"


@dataclass(frozen=True)
class Difference:
    """A place where approved and heard words are not the same, and the question that it puts to the sound.

    Either side may be blank: words that were not heard, or that nobody approved. `weight` names what makes
    it turn the sense (negation, number, name, …), blank for other words. `span` is what to listen to: some
    words around it too, as they are in `as_heard` and, with the approved words put in, in each of
    `as_approved`. `between` are the words on which both sides agree, before and after it; blank at an end
    of the quote.
    """

    approved: str
    heard: str
    weight: str
    span: Span[Source]
    at: Time[Source]
    as_approved: tuple[str, ...]
    as_heard: str
    against: bool
    """Do the heard words turn the sense, and not only the approved ones?"""

    between: tuple[str, str] = ("", "")

    def __str__(self) -> str:
        """
        >>> from fractions import Fraction
        >>> here = Time(Fraction(2))
        >>> str(Difference("not", "", "negation", Span(here, here + 1), here, (), "", False))
        '“not” was approved and is not heard at 0:00:02.000 (a negation)'
        """
        if self.weight == "long cut":
            return f"more than 40 words are cut out at {self.at} without a mark for words left out"
        heavy = f" (a {self.weight})" if self.weight else ""
        if not self.heard:
            return f"“{self.approved}” was approved and is not heard at {self.at}{heavy}"
        if not self.approved:
            return f"“{self.heard}” is heard at {self.at} and was not approved{heavy}"
        return f"“{self.approved}” was approved, “{self.heard}” is heard at {self.at}{heavy}"


@dataclass(frozen=True)
class Candidate:
    """A place where a quote may have been said. `score` is 0 (nothing in common) to 1 (to the letter)."""

    source: str
    score: float
    coverage: float
    stretches: tuple[Stretch, ...]

    @property
    def spans(self) -> tuple[Span[Source], ...]:
        return tuple(stretch.span for stretch in self.stretches)

    @property
    def heard(self) -> str:
        return " … ".join(stretch.heard for stretch in self.stretches)


@dataclass(frozen=True)
class Match:
    """Where a quote was found, in exactly one state. `candidates` come best first."""

    quote: str
    state: State
    candidates: tuple[Candidate, ...]
    pinned: bool = False
    differences: tuple[Difference, ...] = ()
    """What the best place has yet to be asked, or was: it is all that stands between a quote and MATCHED."""
    answers: tuple[Answer, ...] = ()
    """What became of each difference."""

    @property
    def best(self) -> Candidate | None:
        return self.candidates[0] if self.candidates else None

    @property
    def runner_up(self) -> float:
        return self.candidates[1].score if len(self.candidates) > 1 else 0.0


class Verdict(Enum):
    """How an approved word and what is heard there stand to each other."""

    SAME = "same"
    ALIKE = "alike"
    DIFFERENT = "different"
    NOT_HEARD = "not heard"
    KEPT = "kept"
    """A hesitation or a repeat that the shot keeps."""
    CUT = "cut"
    """Heard between approved words, and cut out."""
    LEFT_OUT = "left out"
    """At a mark for words left out."""
    EDITORIAL = "editorial"


@dataclass(frozen=True)
class Row:
    """One line of the comparison. `confidence` is the recogniser's in what it heard, 0 where that is
    nothing.
    """

    approved: str
    heard: str
    start: Time[Source] | None
    end: Time[Source] | None
    verdict: Verdict
    confidence: float = 0.0
