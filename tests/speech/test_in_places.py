"""A rough pass over everything, and close listening where quotes may lie: by recognisers of the tests' own.

A second of sound holds one number all through, which stands for one word. In passing some words are misheard;
closely none is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from pipeline.core.footage import Footage, HeardBy
from pipeline.core.media import Feed, Media, Track
from pipeline.core.ports import Speech
from pipeline.core.time import Span
from pipeline.core.word import ROUGH, Word
from pipeline.engine.cache import NotMade, Shelf
from pipeline.engine.tools import Engine, Tools
from pipeline.engine.workspace import Workspace
from pipeline.matching import match
from pipeline.matching.model import State
from pipeline.matching.near import Near
from pipeline.production.load import Production, load
from pipeline.production.quotes import Pin
from pipeline.speech import in_places
from pipeline.speech.in_places import filed
from pipeline.speech.transcripts import Filed

NUMBERS = [f"{a}{b}{c}n" for a in "bdfgk" for b in "aeiou" for c in "lmrst"]
SECONDS = len(NUMBERS)  # 125 words, one each second
TRACK = Track(0, 1, "aac", 1, 48_000, Fraction(0), Fraction(SECONDS), default=True, title="")


class Ear:
    """Hears the number of each second as its word; in passing, some as others."""

    def __init__(self, rough: bool, misheard: dict[str, str], log: list[str]) -> None:
        self.name, self.weights = ("small rough", "aa") if rough else ("large", "bb")
        self._misheard, self._log = misheard if rough else {}, log

    def hear(
        self, speech: Speech, language: str, glossary: Sequence[str], progress: Callable[[float], None]
    ) -> tuple[str, list[list[Word]]]:
        found = []
        for number in np.unique(speech[speech > 0]):
            there = np.flatnonzero(speech == number) / 16_000
            text = NUMBERS[int(number) - 1]
            start, end = float(there[0]) + 0.1, float(there[-1]) - 0.1
            if end - start > 0.3:
                found.append(Word(self._misheard.get(text, text), Span.measured(start, end), 0.9))
        self._log.append(f"{self.name}: {len(found)}")
        return "en", [sorted(found, key=lambda word: word.span.start)]


class Hands(Tools):
    """Two recognisers, sound that is made up, and a voice all the time."""

    def __init__(self, misheard: dict[str, str]) -> None:
        super().__init__()
        self.misheard, self.log = misheard, list[str]()

    def weighed(self, *_: Any) -> Engine:  # type: ignore[override]
        return Engine("faster-whisper", "large", "large 1")

    def quickest(self, language: str, device: str) -> Engine:
        return Engine("faster-whisper", "small", "small 1 in passing", rough=True)

    def recogniser(self, engine: Engine) -> Any:
        return Ear(engine.rough, self.misheard, self.log)

    @staticmethod
    def voiced(speech: Speech) -> list[tuple[float, float]]:
        return [(0.0, len(speech) / 16_000)]

    @staticmethod
    def renderer(material: object) -> Any:
        sound = np.repeat(np.arange(1, SECONDS + 1, dtype=np.float32), 16_000)

        def speech(_: str, start: Fraction, duration: Fraction) -> Speech:
            return sound[round(start * 16_000) : round((start + duration) * 16_000)]

        return SimpleNamespace(speech=speech)


class Room:
    """A production of one source and one quote, and what was made of it."""

    def __init__(
        self, folder: Path, quote: str, misheard: dict[str, str], threads: ThreadPoolExecutor
    ) -> None:
        self.folder, self.misheard, self.threads = folder, misheard, threads
        (folder / "amara.mp4").touch()
        (folder / "production.toml").write_text(
            '[film]\ntitle = "One"\n[transcribe]\nfind = "fast"\n'
            '[[source]]\nid = "amara"\nfile = "amara.mp4"\ncontributor = "amara"\n'
        )
        (folder / "consent.csv").write_text(
            "contributor,display_name,scope,anonymise,given_on,expires_on,withdrawn_on\n"
            "amara,A,training,none,2026-01-01,,\n"
        )
        self.write(quote)
        media = Media(sha256().hexdigest(), 12, "mov", Fraction(SECONDS), Fraction(0), None, (TRACK,), "", "")
        self.source = HeardBy(Footage(folder / "amara.mp4", media, Feed((TRACK,))), None)

    def write(self, *quotes: str) -> None:
        rows = [f"q{number},amara,,{text},,training,A,2026-01-01" for number, text in enumerate(quotes, 1)]
        head = "id,contributor,source,text,theme,use,approved_by,approved_on"
        (self.folder / "quotes.csv").write_text("\n".join([head, *rows]) + "\n")

    @property
    def production(self) -> Production:
        return load(self.folder)

    def listen(self, *, dry: bool = False, pins: dict[str, Pin] | None = None) -> tuple[Filed, list[str]]:
        hands, cache = Hands(self.misheard), Shelf(self.production.build / ".store")
        cache.open()
        cache.dry = dry
        workspace = Workspace(cache, self.threads, tools=hands)
        near = Near(self.production, pins or {})
        return filed(workspace, self.production, {"amara": self.source}, near)["amara"], hands.log


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Callable[..., Room]]:
    with ThreadPoolExecutor(2) as threads:
        yield lambda quote, misheard: Room(tmp_path, quote, misheard, threads)


def rough(found: Filed) -> set[str]:
    return {word.text for word in found.transcript.words if word.suspect == ROUGH}


QUOTE = " ".join(NUMBERS[60:66])


def test_a_quote_is_heard_closely_and_the_rest_in_passing(room: Callable[..., Room]) -> None:
    here = room(QUOTE, {NUMBERS[62]: "mistaken", NUMBERS[10]: "misheard"})
    found, log = here.listen()
    assert log[0] == f"small rough: {SECONDS}"
    assert [line for line in log[1:] if not line.startswith("large")] == []
    texts = {word.text for word in found.transcript.heard}
    assert NUMBERS[62] in texts
    assert "mistaken" not in texts
    assert "misheard" in rough(found)
    assert not set(NUMBERS[59:67]) & rough(found)
    assert len(rough(found)) > SECONDS / 2
    assert len(found.transcript.words) == SECONDS
    assert '"rough"]' in (here.folder / "transcripts/amara.json").read_text()

    hay = match.Haystack.of(found.transcript)
    best = match.match(here.production.quotes[0], [hay])
    assert best.state is State.MATCHED
    assert all(not found.transcript.is_rough(span) for span in best.best.spans)  # type: ignore[union-attr]


def test_what_is_filed_is_not_heard_again(room: Callable[..., Room]) -> None:
    here = room(QUOTE, {})
    first, _ = here.listen()
    again, log = here.listen()
    assert log == []
    assert again == first
    (here.folder / "transcripts/amara.json").unlink()
    assert here.listen() == (first, [])


@pytest.mark.slow
def test_another_list_has_only_its_new_places_heard(room: Callable[..., Room]) -> None:
    here = room(QUOTE, {})
    before, _ = here.listen()
    here.write(QUOTE, " ".join(NUMBERS[100:105]))
    after, log = here.listen()
    assert log
    assert all(line.startswith("large") for line in log)
    assert before.sha256 != after.sha256
    here.write(QUOTE)
    assert here.listen() == (before, [])


def test_a_list_that_changes_no_place_leaves_the_words_as_they_were(room: Callable[..., Room]) -> None:
    here = room(QUOTE, {})
    before, _ = here.listen()
    here.write(" ".join(NUMBERS[60:65]) + " " + NUMBERS[65].upper())
    after, log = here.listen()
    assert (log, after.sha256) == ([], before.sha256)


def test_what_a_person_chose_is_heard_closely_too(room: Callable[..., Room]) -> None:
    here = room(QUOTE, {})
    before, _ = here.listen()
    pin = Pin("q1", here.production.quote["q1"].digest, "amara", (Span.measured(20.1, 24.9),))
    after, log = here.listen(pins={"q1": pin})
    assert log
    assert set(NUMBERS[20:25]) & rough(before)
    assert not set(NUMBERS[20:25]) & rough(after)


def test_without_a_list_nothing_is_heard_closely(room: Callable[..., Room]) -> None:
    here = room(QUOTE, {})
    here.write()
    found, log = here.listen()
    assert len(log) == 1
    assert len(rough(found)) == SECONDS
    assert found.transcript.engine == "small rough"


def test_a_dry_run_hears_nothing_and_writes_nothing(room: Callable[..., Room]) -> None:
    here = room(QUOTE, {})
    with pytest.raises(NotMade):
        here.listen(dry=True)
    assert not (here.folder / "transcripts").exists()
    here.listen()
    assert here.listen(dry=True)[1] == []


def test_the_whole_is_heard_as_ever_where_nobody_asks_otherwise(
    room: Callable[..., Room], monkeypatch: pytest.MonkeyPatch
) -> None:
    here = room(QUOTE, {})
    asked: list[object] = []
    monkeypatch.setattr(in_places, "transcripts", lambda _, __, sources: asked.append(sources) or {})
    production = here.production
    whole = replace(production, transcribe=production.transcribe.model_copy(update={"find": "whole"}))
    workspace = Workspace(Shelf(here.folder / "store"), here.threads, tools=Hands({}))
    assert filed(workspace, whole, {"amara": here.source}, Near(whole, {})) == {}
    assert asked == [{"amara": here.source}]
