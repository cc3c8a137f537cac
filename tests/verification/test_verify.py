"""The finished files against what the build wrote down of them and planned, by hashes and pictures' prints.
What is heard has tests of its own (test_audio.py, test_speech.py).
"""

from __future__ import annotations

from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from pipeline.captions.model import Captions
from pipeline.core.finding import Finding
from pipeline.core.time import Span
from pipeline.core.word import Word
from pipeline.edit.timeline import Card, Take, Timeline
from pipeline.matching.model import Answer, Said
from pipeline.production.configs import load_profile
from pipeline.verification.flash import Flashes, Flashing
from pipeline.verification.verify import Proof, only

PARTS = {"one": ["a", "b"], "two": ["c", "d", "e"]}
"""The pictures of each part, a print a frame."""
WHOLE = ["a", "b", "c", "d", "e"]
FILM = Timeline("x", Fraction(25), (640, 360), (Card(0, 2, "title", "x"), Card(2, 3, "end", "y")))


@pytest.fixture
def build(tmp_path: Path) -> Path:
    for name in ("cut.mp4", "cut.clean.mp4", "captions/cut.en.srt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    return tmp_path


def proof(
    build: Path,
    *,
    prints: dict[str, list[str]] | None = None,
    mended: tuple[str, ...] = (),
    was: list[dict[str, Any]] | None = None,
    signed: tuple[Finding, ...] = (),
) -> Proof:
    shown = {"cut.mp4": WHOLE, "cut.clean.mp4": WHOLE, **PARTS, **(prints or {})}
    tools = SimpleNamespace(
        knows=lambda language: language != "gd",
        picture_prints=lambda path: shown[path.parent.name if path.name == "clean.mp4" else path.name],
    )
    workspace = SimpleNamespace(
        tools=tools,
        cache=SimpleNamespace(mended={build / name: name for name in mended}),
        side_by_side=lambda work, items: [work(item) for item in items],
    )
    planned: Any = SimpleNamespace(
        workspace=workspace,
        production=SimpleNamespace(
            build=build, profile=load_profile("plain"), transcribe=SimpleNamespace(engine="an engine")
        ),
        timeline=FILM,
        parts=[build / name for name in PARTS],
        captions=Captions("en", ()),
    )
    names = ("cut.mp4", "cut.clean.mp4", "captions/cut.en.srt")
    files = {name: sha256(name.encode()).hexdigest() for name in names}
    shots = [{"quote": "q1"}]
    made: Any = SimpleNamespace(shots=shots if was is None else was, files=files)
    found = Proof(planned, made, shots=shots, signed=signed)
    found.__dict__["screening"] = SimpleNamespace(findings=list, cues_of=lambda _: [])
    found.__dict__["_flashes"] = lambda: Flashes(5, 0, 0)
    found.__dict__["_cards"] = list
    return found


def rules(found: list[Finding]) -> list[tuple[str, str]]:
    return [(one.rule, one.where) for one in found]


def as_made(found: Proof) -> list[tuple[str, str]]:
    return rules([*found._as_planned(), *found._files(), *found._pictures()])


def test_what_is_as_it_was_made_is_no_matter(build: Path) -> None:
    assert as_made(proof(build)) == []


def test_a_file_that_was_touched_or_taken_away_is_named(build: Path) -> None:
    (build / "captions/cut.en.srt").write_text("other")
    assert as_made(proof(build)) == [("file-changed", "captions/cut.en.srt")]
    (build / "captions/cut.en.srt").unlink()
    assert as_made(proof(build)) == [("file-missing", "captions/cut.en.srt")]


def test_lists_that_changed_end_it_there(build: Path) -> None:
    found = proof(build, was=[{"quote": "q2"}], prints={"cut.mp4": ["z"] * 5}).findings()
    assert rules(found) == [("out-of-date", "the film")]
    assert found[0].measured == "shot 1 differs"
    assert proof(build, was=[]).findings()[0].measured == "shot the number of shots differs"


@pytest.mark.parametrize("film", ["cut.mp4", "cut.clean.mp4"])
def test_another_picture_is_told_with_its_shot(film: str, build: Path) -> None:
    found = proof(build, prints={film: ["a", "b", "c", "z", "e"]})
    assert as_made(found) == [("other-picture", "0:00.1 shot 2")]


@pytest.mark.parametrize("frames", [4, 6])
def test_a_film_of_another_length_is_told(frames: int, build: Path) -> None:
    found = proof(build, prints={"cut.clean.mp4": [*WHOLE, "f"][:frames]})
    assert ("length", "cut.clean.mp4") in as_made(found)


def test_a_part_that_was_mended_is_told(build: Path) -> None:
    assert as_made(proof(build, mended=("two",))) == [("part-changed", "0:00.1 shot 2")]


def test_errors_come_first_then_warnings_then_what_is_good_to_know(build: Path) -> None:
    signed = tuple(
        Finding(severity, severity, "the film", "", "", "") for severity in ("info", "warning", "error")
    )
    one = proof(build, signed=signed)
    one._shot = lambda _: []  # type: ignore[method-assign]
    assert [found.severity for found in one.findings()] == ["error", "warning", *["info"] * 3]


def test_a_film_that_flashes_or_has_a_faint_card_is_told(build: Path) -> None:
    one = proof(build)
    one._shot = lambda _: []  # type: ignore[method-assign]
    one.__dict__["_flashes"] = lambda: Flashes(5, 10, 0, (Flashing("general", 1, 4, 10, 0.9),))
    one.__dict__["_cards"] = lambda: [(FILM.shots[0], [])]
    assert rules(one.findings())[:2] == [("flash", "0:00.0 card"), ("card-contrast", "0:00.0 title")]


def test_a_judge_hears_the_shot_and_nothing_beside_it() -> None:
    speech = np.arange(2 * 16_000, dtype=np.float32)
    listen = only(speech)
    assert listen(Fraction(-1), Fraction(2)).tolist() == speech[:16_000].tolist()
    assert listen(Fraction(3, 2), Fraction(9)).tolist() == speech[24_000:].tolist()


@pytest.mark.parametrize(
    ("as_recorded", "told"),
    [(True, ("info", "Asha listened")), (False, ("error", "the sound does not tell: listen"))],
)
def test_a_person_who_listened_is_believed_of_a_film_that_sounds_as_recorded(
    as_recorded: bool, told: tuple[str, str], build: Path
) -> None:
    said = tuple(Said(n, text, text, Span.measured(n, n + 0.5)) for n, text in enumerate(["I", "went"]))
    take = Take(0, 50, "q1", "amara", "Amara", "s1", 0, Span.measured(0, 2), said)
    one = proof(build)
    planned: Any = one.planned
    planned.timeline = Timeline("x", Fraction(25), (640, 360), (take,))
    planned.listener = lambda quote: "Asha"
    planned.production.bleeps = planned.production.consents = ()
    planned.production.source = {"s1": SimpleNamespace(language="en")}
    planned.workspace.tools.hear_speech = lambda *_: np.zeros(32_000, np.float32)
    heard = [Word(text, Span.measured(n, n + 0.5), 0.9) for n, text in enumerate(["I", "never", "went"])]
    one.__dict__ |= {"footage": None, "_sounds": SimpleNamespace(fit=lambda *_: None)}
    one._heard = lambda *_: heard  # type: ignore[method-assign]
    one._settled = lambda *_: [Answer.OPEN]  # type: ignore[method-assign]
    [found] = one._words(take, as_recorded=as_recorded)
    assert (found.severity, found.measured) == told
