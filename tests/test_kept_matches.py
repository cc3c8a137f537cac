"""Where a quote was said is kept, and looked for again where anything that it depends on has changed."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from pipeline.core.codec import codec
from pipeline.core.time import Source, Span, Time
from pipeline.engine.cache import Shelf
from pipeline.engine.workspace import Workspace
from pipeline.language.lexicon import LANGUAGES
from pipeline.matching import tasks
from pipeline.matching.match import Haystack
from pipeline.matching.match import match as look
from pipeline.matching.model import Match, State
from pipeline.matching.tasks import MATCHING, find
from pipeline.production.load import Production, load
from pipeline.production.quotes import Pin, Quote
from pipeline.speech.transcript import Transcript, Words
from pipeline.speech.transcripts import Filed
from tests.matching.test_match import hay, quote, words
from tests.test_laws import ROOT, imported

SAID = "waiting nurse table window corridor letter doctor answer blanket kitchen morning pharmacy ticket"
QUOTE = "window corridor letter doctor"
PIN = Pin("q1", quote(QUOTE).digest, "amara", (Span.measured(2.2, 3.7),))


class Looking:
    """Two sources' transcripts by the hashes of their files, and quotes to be looked for in them."""

    def __init__(self, workspace: Workspace, production: Production) -> None:
        self.workspace, self.production = workspace, production
        self.files = {"amara": "one", "ben": "another"}

    def match(self, asked: Quote, hays: dict[str, Haystack], pin: Pin | None) -> Match:
        nothing = Transcript("", "", "", "", Words.of(()))
        filed = {name: Filed(nothing, sha256) for name, sha256 in self.files.items()}
        by_speaker = {(name, name): hay for name, hay in hays.items()}
        return find(self.workspace, self.production, asked, filed, by_speaker, pin)


@pytest.fixture
def at(tmp_path: Path) -> Iterator[Looking]:
    """Two sources, of which nothing but what was said in them is known."""
    sources = "".join(
        f'[[source]]\nid = "{name}"\nfile = "{name}.mp4"\ncontributor = "{name}"\n'
        for name in ("amara", "ben")
    )
    for name in ("amara", "ben"):
        (tmp_path / f"{name}.mp4").touch()
    (tmp_path / "production.toml").write_text(
        f'[film]\ntitle = "One"\n{sources}[[scene]]\ntitle = "One"\nquotes = ["q1"]\n'
    )
    (tmp_path / "quotes.csv").write_text(
        f"id,contributor,source,text,theme,use,approved_by,approved_on\n"
        f"q1,amara,,{QUOTE},,training,A,2026-01-01\n"
    )
    (tmp_path / "consent.csv").write_text(
        "contributor,display_name,scope,anonymise,given_on,expires_on,withdrawn_on\n"
        "amara,A,training,none,2026-01-01,,\n"
    )
    production = load(tmp_path)
    cache = Shelf(production.build / ".store")
    cache.open()
    with ThreadPoolExecutor(1) as executor:
        yield Looking(Workspace(cache, executor), production)


HEARD = {"amara": hay(SAID), "ben": hay("brother manager student", "ben")}


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The quotes that were looked for, and not only fetched."""
    found: list[str] = []

    def counted(asked: Quote, *rest: object) -> Match:
        found.append(asked.id)
        return look(asked, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(tasks.match, "match", counted)
    return found


def test_a_quote_is_looked_for_once(at: Looking, looked: list[str]) -> None:
    first = at.match(quote(QUOTE), HEARD, None)
    assert first.state is State.MATCHED
    assert at.match(quote(QUOTE), HEARD, None) == first == look(quote(QUOTE), [HEARD["amara"]])
    assert looked == ["q1"]


def test_what_it_depends_on_has_it_looked_for_again(
    at: Looking, looked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    at.match(quote(QUOTE), HEARD, None)
    at.match(quote(f"{QUOTE} answer"), HEARD, None)
    at.match(replace(quote(QUOTE), contributor=""), HEARD, None)  # anybody's: of both sources
    at.match(quote(QUOTE), HEARD, PIN)
    at.match(quote(QUOTE), HEARD, replace(PIN, spans=(Span.measured(2.2, 3.8),)))
    assert len(looked) == 5
    at.files["ben"] = "otherwise"  # is not hers, and her quote is not looked for there
    at.match(quote(QUOTE), HEARD, None)
    assert len(looked) == 5
    at.files["amara"] = "otherwise"
    at.match(quote(QUOTE), HEARD, None)
    assert len(looked) == 6
    monkeypatch.setattr(tasks, "matching_code", lambda: "a better rule")
    at.match(quote(QUOTE), HEARD, None)
    assert len(looked) == 7


def test_times_that_a_person_wrote_are_part_of_it(at: Looking) -> None:
    timed = replace(quote(QUOTE), source="amara.mp4", pinned_times=Span.measured(2.1, 3.8))
    elsewhere = replace(timed, pinned_times=Span.measured(0.9, 2.4))
    assert at.match(timed, HEARD, None) != at.match(elsewhere, HEARD, None)
    assert at.match(timed, HEARD, None).best != at.match(replace(timed, pinned_times=None), HEARD, None).best


def test_a_dry_run_looks_and_keeps_nothing(at: Looking) -> None:
    at.workspace.cache.dry = True
    assert at.match(quote(QUOTE), HEARD, None).state is State.MATCHED
    assert at.workspace.cache.stock() == []


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        (QUOTE, HEARD["amara"]),
        ("nurse table … doctor answer", HEARD["amara"]),
        ("nurse the table window", hay(words(SAID, at=0.7001, confidence=0.2))),
        ("enormous mirror stranger", HEARD["amara"]),
        (QUOTE, hay(f"{SAID} {SAID}")),
        (QUOTE, Haystack("amara", hay("").words)),
    ],
    ids=["whole", "in two", "heard otherwise", "nowhere", "twice", "nothing heard"],
)
def test_a_match_comes_back_to_the_last_fraction(text: str, heard: Haystack) -> None:
    found = look(quote(text), [heard])
    third = Time[Source](Fraction(1, 3))
    shifted = replace(
        found,
        candidates=tuple(
            replace(c, stretches=tuple(replace(s, after=third) for s in c.stretches))
            for c in found.candidates
        ),
    )
    for match in (found, shifted, replace(found, pinned=True)):
        assert codec(Match).read(codec(Match).write(match)) == match


def test_the_key_of_a_match_holds_all_the_code_that_it_goes_through() -> None:
    """Whatever matching/match.py imports of ours, and what that imports, and how a match is written down."""
    seen, wanted = set(), ["matching/match.py"]
    while wanted:
        name = wanted.pop()
        seen.add(name)
        names = [
            one
            for node in ast.walk(ast.parse((ROOT / "pipeline" / name).read_text()))
            for one in imported(node)
            if one.startswith("pipeline.")
        ]
        files = [f"{one.removeprefix('pipeline.').replace('.', '/')}.py" for one in names]
        wanted += [file for file in files if file not in seen and (ROOT / "pipeline" / file).is_file()]
    besides = {"core/codec.py", "speech/transcript_file.py", *(f"language/{one}.toml" for one in LANGUAGES)}
    assert seen | besides == set(MATCHING)
