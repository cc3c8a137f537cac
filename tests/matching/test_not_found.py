"""Not looked at, somebody else's, not made out, not said: four answers, each where it is true."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import cast

import pytest

from pipeline.core.time import Span
from pipeline.core.word import Word
from pipeline.matching.match import Haystack, match
from pipeline.matching.not_found import why
from pipeline.production.load import Production
from pipeline.production.quotes import Quote
from pipeline.production.specs import SourceSpec
from pipeline.speech.speakers import Speakers
from pipeline.speech.transcript import Transcript, Words

SOURCES = tuple(
    SourceSpec(id=name, file=f"{name}.mp4", contributor=name.removesuffix("-2"))
    for name in ("amara", "amara-2", "ben")
)


def heard(source: str, *said: tuple[str, str, float, str]) -> Transcript:
    """(speaker, words, confidence, why suspect)."""
    rows = [(text, who, sure, suspect) for who, words, sure, suspect in said for text in words.split()]
    words = [
        Word(text, Span.measured(0.4 * at, 0.4 * at + 0.3), sure, suspect, who)
        for at, (text, who, sure, suspect) in enumerate(rows)
    ]
    return Transcript(source, "en", "e", "", Words.of(words))


PLAIN = heard("amara", ("", "the doctor read the screen for a long time and left", 0.9, ""))
TALK = heard(
    "amara",
    ("Kim", "so they sent you home with a leaflet", 0.9, ""),
    ("Amara", "yes they did every time", 0.9, ""),
)
UNSURE = heard(
    "amara",
    ("", "the doctor read the screen", 0.9, ""),
    ("", "for four fours", 0.2, ""),
    ("", "thank you thank you thank you", 0.9, "loop"),
)


def told(text: str, *transcripts: Transcript, contributor: str = "amara", source: str = "") -> str:
    quote = Quote("q1", contributor, source, text, "", frozenset(), "", date(2025, 1, 1), "", 2)
    named = {one.id: one for one in SOURCES}
    production = cast("Production", SimpleNamespace(sources=SOURCES, source_named=named.get))
    speakers = {
        one.source: Speakers({"": "amara"} if one is not TALK else {"Kim": "", "Amara": "amara", "": ""})
        for one in transcripts
    }
    hays = [Haystack.of(one, speakers[one.source].others("amara")) for one in transcripts]
    return why(quote, match(quote, hays), production, {one.source: one for one in transcripts}, speakers)


def test_a_source_that_is_not_opened_was_not_looked_at() -> None:
    assert told("Nobody asked me.", contributor="ben") == (
        "was not looked for: ben is not opened, as somebody in it has withdrawn"
    )
    assert told("Nobody asked me.", PLAIN).endswith("; amara-2 was not looked at")
    assert told("Nobody asked me.", contributor="carys").startswith(
        "was not looked for: carys speaks in no source"
    )


@pytest.mark.parametrize("source", ["amara", ""])
def test_what_somebody_else_says_is_told_with_who(source: str) -> None:
    assert told("They sent you home with a leaflet.", TALK, source=source).startswith(
        "is said in amara at 0:00:00.400, but by Kim"
    )


def test_where_the_recogniser_was_not_sure_it_was_not_made_out() -> None:
    assert told("Four of us waited outside.", UNSURE, source="amara").startswith("was not made out: ")
    sure = replace(UNSURE, words=Words.of(replace(word, confidence=0.9, suspect="") for word in UNSURE.words))
    assert told("Four of us waited outside.", sure, source="amara").startswith("is not said in amara")


def test_what_nobody_says_is_not_said() -> None:
    assert told("Nobody asked me about it.", PLAIN, source="amara").startswith("is not said in amara")
    assert told("Nobody asked me about it.", TALK, source="amara").startswith("is not said in amara")
