"""The words of what people learn with are read for names; ids that no file holds are not."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from pipeline.captions.model import Captions, Cue, CueWord
from pipeline.core.time import Programme, Span, Time
from pipeline.delivery.exports import said
from pipeline.delivery.release import nobody_named
from pipeline.delivery.training.model import Line, Stop, Support, Training, Wording
from pipeline.errors import Refused
from pipeline.language.names import Name, Names

DEV = Names([Name("dev", "dev", kind="id"), Name("Devdas", "dev", kind="known_as")])
SPAN = Span(Time[Programme](Fraction(1)), Time[Programme](Fraction(2)))
CUE = Cue(SPAN, (CueWord("They", SPAN), CueWord("saw", SPAN)), "A nurse", "q01", source="dev")
BREAK = Stop("break-1", Fraction(3), "think", Fraction(5), Wording("What did you hear?"), after="q01")
PLAIN = Training(
    id="0b6f3c1e-6f0a-5f5e-9a53-2d6f5b1f7a10",
    title="Before you read the notes",
    language="en-GB",
    use="training",
    size=(320, 180),
    rate=Fraction(25),
    duration=Fraction(10),
    film=Path("dev.mp4"),
    poster=b"",
    captions=Captions("en-GB", (CUE,)),
    lines=(Line(Fraction(1), Fraction(2), "A nurse", "They saw"),),
    chapters=(),
    stops=(BREAK,),
)


def test_the_source_that_a_cue_is_of_names_nobody() -> None:
    assert CUE.source == "dev"
    nobody_named({}, DEV, said(PLAIN))


@pytest.mark.parametrize(
    "naming",
    [
        {"title": "Devdas and the notes"},
        {"captions": Captions("en-GB", (replace(CUE, speaker="Devdas"),))},
        {
            "captions": Captions(
                "en-GB", (replace(CUE, parts=(CueWord("Ask", CUE.span), CueWord("Devdas", CUE.span))),)
            )
        },
        {"lines": (Line(Fraction(1), Fraction(2), "Devdas", "They saw"),)},
        {"stops": (replace(BREAK, wording=Wording("What?", notes="Devdas may say more.")),)},
        {"stops": (replace(BREAK, translations={"cy": Wording("Beth ddywedodd Devdas?")}),)},
        {"support": (Support("A line", "01632 960 123", "ask for Devdas"),)},
        {"agreement": ("Devdas may pass.",)},
    ],
)
def test_whoever_asked_not_to_be_is_named_in_no_word_of_it(naming: dict[str, object]) -> None:
    with pytest.raises(Refused, match="what people learn with"):
        nobody_named({}, DEV, said(replace(PLAIN, **naming)))  # type: ignore[arg-type]
