"""Where to listen: every place that may hold a quote, by words that were heard in passing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.core.time import Source, Span
from pipeline.core.word import ROUGH, Word
from pipeline.matching.match import Haystack, match
from pipeline.matching.model import State
from pipeline.matching.near import AROUND, Near, not_made_out, on_evidence
from pipeline.production.load import Production, load
from pipeline.production.quotes import Pin
from pipeline.speech.transcript import Transcript, Words

SAID = "waiting nurse table window corridor letter doctor answer blanket kitchen morning pharmacy ticket"
QUOTE = "window corridor letter doctor"
EACH = 1.0


def heard(text: str, source: str = "amara", suspect: str = ROUGH, sure: float = 0.9) -> Transcript:
    words = [
        Word(word, Span.measured(n * EACH, n * EACH + 0.8), sure, suspect)
        for n, word in enumerate(text.split())
    ]
    return Transcript(source, "en", "engine", "weights", Words.of(words))


@pytest.fixture
def production(tmp_path: Path) -> Production:
    sources = "".join(
        f'[[source]]\nid = "{name}"\nfile = "{name}.mp4"\ncontributor = "{name}"\n'
        for name in ("amara", "ben")
    )
    for name in ("amara", "ben"):
        (tmp_path / f"{name}.mp4").touch()
    (tmp_path / "production.toml").write_text(f'[film]\ntitle = "One"\n{sources}')
    (tmp_path / "quotes.csv").write_text(
        f"id,contributor,source,text,theme,use,approved_by,approved_on\n"
        f"q1,amara,,{QUOTE},,training,A,2026-01-01\n"
    )
    (tmp_path / "consent.csv").write_text(
        "contributor,display_name,scope,anonymise,given_on,expires_on,withdrawn_on\n"
        "amara,A,training,none,2026-01-01,,\n"
    )
    return load(tmp_path)


def places(production: Production, *transcripts: Transcript, pins: dict[str, Pin] | None = None) -> list[str]:
    found = Near(production, pins or {}).places({one.source: one for one in transcripts})
    return [f"{name} {span}" for name, spans in found.items() for span in spans]


def test_the_place_of_a_quote_is_listened_to_with_seconds_around(production: Production) -> None:
    transcript = heard(SAID)
    [found] = Near(production, {}).places({"amara": transcript})["amara"]
    assert found.start.seconds == 3 - AROUND
    assert float(found.end) == pytest.approx(6.8 + float(AROUND))


def test_what_was_heard_closely_is_not_listened_to_again(production: Production) -> None:
    assert not places(production, heard(SAID, suspect=""))
    some = [replace(w, suspect="" if 1 <= float(w.span.start) <= 8 else ROUGH) for w in heard(SAID).words]
    assert not places(production, replace(heard(SAID), words=Words.of(some)))
    touching = [replace(w, suspect="" if 3 <= float(w.span.start) <= 8 else ROUGH) for w in heard(SAID).words]
    assert places(production, replace(heard(SAID), words=Words.of(touching)))


def test_a_quote_is_looked_for_in_its_contributors_sources_only(production: Production) -> None:
    assert places(production, heard(SAID), heard(SAID, "ben"))[0].startswith("amara")
    assert not places(production, heard(SAID, "ben"))


def test_a_misheard_quote_is_listened_to(production: Production) -> None:
    misheard = SAID.replace("corridor", "corry door").replace("letter", "later")
    assert places(production, heard(misheard))
    assert not places(production, heard("something else was said here about nothing at all"))


def test_where_a_quote_is_not_found_sentences_that_were_not_made_out_are(production: Production) -> None:
    other = "something else was said here about nothing at all"
    assert not places(production, heard(other, sure=0.9))
    assert places(production, heard(other, sure=0.2))
    assert list(not_made_out(heard(other, sure=0.2)))
    assert not list(not_made_out(heard(other, suspect="", sure=0.2)))


def test_chosen_and_given_times_are_listened_to(production: Production) -> None:
    far = Span[Source].measured(11, 12.5)
    pin = Pin("q1", production.quote["q1"].digest, "amara", (far,))
    assert len(places(production, heard(SAID), pins={"q1": pin})) == 2
    lapsed = replace(pin, digest="another text")
    assert len(places(production, heard(SAID), pins={"q1": lapsed})) == 1
    given = replace(production.quote["q1"], pinned_times=far, source="amara.mp4")
    [found] = places(replace(production, quotes=(given,)), heard(SAID))
    assert found.startswith("amara 0:00:09")


def test_the_key_is_the_list_and_what_people_chose(production: Production) -> None:
    key = Near(production, {}).key
    assert Near(production, {}).key == key
    other = replace(production.quote["q1"], text="window corridor")
    pin = Pin("q1", "text", "amara", (Span.measured(1, 2),))
    assert (
        len({key, Near(replace(production, quotes=(other,)), {}).key, Near(production, {"q1": pin}).key}) == 3
    )
    renamed = replace(production, film=production.film.model_copy(update={"title": "Two"}))
    assert Near(renamed, {}).key == key


def test_no_match_stands_on_a_word_heard_in_passing(production: Production) -> None:
    asked = production.quote["q1"]
    for suspect, state in ((ROUGH, State.PARTIAL), ("", State.MATCHED)):
        transcript = heard(SAID, suspect=suspect)
        found = match(asked, [Haystack.of(transcript)])
        assert found.state is State.MATCHED
        assert on_evidence(found, {"amara": transcript}).state is state
    around = [replace(w, suspect="" if 3 <= float(w.span.start) < 7 else ROUGH) for w in heard(SAID).words]
    transcript = replace(heard(SAID), words=Words.of(around))
    found = match(asked, [Haystack.of(transcript)])
    assert on_evidence(found, {"amara": transcript}) == found
