"""What approvals of captions are bound to."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

from pipeline.captions.model import Captions
from pipeline.consent.model import digest_of
from pipeline.consent.snapshot import captions, cut
from pipeline.edit.plan import Scene
from pipeline.production.quotes import Quote
from tests.captions.test_generate import captioned, film, said, take

TEXT = "They saw the label first."
QUOTE = Quote("q1", "amara", "", TEXT, "", frozenset(), "", None, "", 1)
MADE = captioned(TEXT)


def digest(**changed: Any) -> str:
    shown = Captions(MADE.language, tuple(replace(cue, **changed) for cue in MADE.cues))
    return digest_of(captions(QUOTE, film(take(said(TEXT))), shown, "bbc"))


def test_another_speaker_kind_or_voice_out_of_vision_is_something_else_to_approve() -> None:
    assert digest() == digest(why="a face", colour="yellow")
    assert len({digest(), digest(speaker="Ben"), digest(kind="sound"), digest(off=True)}) == 4


def test_the_still_that_stands_for_sound_alone_is_something_that_was_seen() -> None:
    timeline, scenes = film(take(said(TEXT))), [Scene("One", Fraction(0), ("q1",), (), {}, {}, ())]
    source = timeline.takes[0].source
    seen = [
        cut(QUOTE, timeline, scenes, {"q1": QUOTE}, None, (), stills)
        for stills in ({}, {source: "window.png"}, {source: "kettle.png"}, {"another": "kettle.png"})
    ]
    assert [one["pictures"] for one in seen] == [[], ["window.png"], ["kettle.png"], []]
