"""A text looked for in transcripts, without any production."""

from __future__ import annotations

from pipeline.language.normalise import plain
from pipeline.matching.align import Haystack
from pipeline.matching.match import match as look
from pipeline.matching.model import Match
from pipeline.production.quotes import Quote
from pipeline.speech.transcript import Transcript


def match(text: str, *heard: Transcript) -> Match:
    """Where a text is said in transcripts, as a quote is looked for.

    >>> from pipeline.core.time import Span
    >>> from pipeline.core.word import Word
    >>> from pipeline.speech.transcript import Words
    >>> said = [(0, "so"), (1, "they"), (2, "saw"), (3, "the"), (4, "label")]
    >>> words = Words.of(Word(text, Span.measured(at, at + 0.9), 0.9) for at, text in said)
    >>> found = match("they saw the label", Transcript("talk", "en", "", "", words))
    >>> found.state.value, [str(span) for span in found.best.spans]
    ('matched', ['0:00:01.000–0:00:04.900'])
    """
    quote = Quote("q", "", "", text, "", frozenset(), "", None, "", 0)
    return look(quote, [Haystack.of(one) for one in heard])


def same_word(one: str, two: str) -> bool:
    """Do two written words count as the same, whatever their case and their marks?

    >>> same_word("Label,", "label"), same_word("label", "table")
    (True, False)
    """
    return plain(one) == plain(two)
