"""Every Task in the code, found by looking; and what each of them makes, as an example."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.captions.editing.editions import Edition
from pipeline.captions.model import Captions, CueWord, Note, plain_cue
from pipeline.core.area import Area
from pipeline.core.clock_map import Sync
from pipeline.core.media import BT709, Chapter, Media, Picture, Track
from pipeline.core.time import Programme, Source, Span, Time
from pipeline.core.word import ROUGH, Word
from pipeline.edit.timeline import Card, Heard, Hold
from pipeline.engine.task import Task
from pipeline.footage import denoise
from pipeline.footage.faces import Sighting
from pipeline.footage.likeness import Likeness
from pipeline.matching.model import Answer, Candidate, Cut, Edge, Match, Said, State, Stretch
from pipeline.speech import sound_event
from pipeline.speech.transcript import Transcript, Words
from pipeline.verification.flash import Flashes, Flashing

PACKAGE = Path(__file__).parents[2] / "pipeline"


def _tasks() -> dict[str, Task[Any]]:
    """By the module and the name that each has in it."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        if " = Task(" in path.read_text(encoding="utf-8"):
            name = ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
            every = vars(import_module(name)).items()
            tasks = {own: task for own, task in every if isinstance(task, Task)}
            found |= {f"{name}.{own}": task for own, task in tasks.items() if task.run.__module__ == name}
    return {name.removeprefix("pipeline."): task for name, task in found.items()}


TASKS = _tasks()

SPAN = Span[Source].measured(1.25, 2.5)
WORD = Word("Nobody", SPAN, 0.875, "loop", "SPEAKER_00")
PASSING = Word("Nobody", SPAN, 0.5, ROUGH)
STRETCH = Stretch(
    (Said(0, "Nobody", "nobody", SPAN), Said(-1, "um", "um", SPAN)),
    Time(Fraction(1, 3)),
    Time(Fraction(3)),
    lead=(WORD,),
)
PICTURE = Picture(
    0, "h264", 1280, 720, Fraction(4, 3), 90, True, Fraction(30000, 1001), True, Fraction(1, 90), Fraction(9),
    "yuv420p", BT709, scan="tff", resizes=True, early=Fraction(1, 30),
)  # fmt: skip
TRACK = Track(1, 1, "aac", 2, 44_100, Fraction(1, 44_100), Fraction(9), default=True, title="lapel “1”")
LOUD = sound_event.Noise(SPAN, 17.5)
HISS = np.zeros(denoise.SIZE // 2 + 1) + 0.5

FILE = Media("ab" * 32, 12, "mov", Fraction(9), Fraction(-1, 30), PICTURE, (TRACK,), "01:00:00:00", "")
CHAPTERS = (Chapter(FILE, Fraction(0), Fraction(0)), Chapter(FILE, Fraction(9), Fraction(2701, 300)))

SEEN = Span[Programme].measured(2.5, 4)
CUE = replace(plain_cue(SEEN, ("x",)), parts=(Note("door"), CueWord("Nobody", SEEN, 0, SPAN)))
SHOTS = (Card(0, 50, "title", "One"), Hold(50, 5, "q1", "p1", "s1", 31, SPAN))
EDITION = Edition(Captions("en", (CUE,)), Fraction(25), (16, 9), SHOTS, "bbc", ("1f",))

EXAMPLES: dict[str, Any] = {
    "delivery.editions.EDITION": EDITION,
    "footage.chapters.TOGETHER": replace(FILE, chapters=CHAPTERS),
    "footage.recordings.INGEST": FILE,
    "footage.recordings.LOOK": "png",
    "footage.recordings.TRACKS": {"track 1": (-20.5, 40.0), "track 1 channel 2": (-80.0, 0.0)},
    "footage.multicam.SYNC": Sync(Fraction(12), Fraction(1, 10_000), 40, 39, Fraction(1, 2000)),
    "footage.copies.LIKE": Likeness(0.875, 3, 41),
    "footage.copies.HEARD": True,
    "footage.faces.FACES": (Sighting(100, (Area(0.25, 0.125, 0.5, 0.75),)), Sighting(105, ())),
    "footage.noise.NOISE": denoise.NoiseProfile(((50.0, 0.01), (100.1, 0.005)), HISS),
    "matching.tasks.MATCH": Match("q1", State.AMBIGUOUS, (Candidate("s1", 0.75, 1.0, (STRETCH,)),), True),
    "matching.tasks.JUDGE": (Answer.APPROVED, Answer.OPEN),
    "matching.tasks.ANEW": (WORD,),
    "matching.tasks.HAS_VOICE": True,
    "matching.tasks.EDIT_POINTS": (
        Cut(STRETCH, SPAN, True, (SPAN,), Edge(0.5, ("tight",), Fraction(1, 50)), Edge(), (SPAN,)),
    ),
    "speech.tasks.TRANSCRIBE": Transcript("s1", "cy", "an engine 1.0", "weights", Words.of([WORD])),
    "speech.tasks.ROUGH": Transcript("s1", "en", "an engine 1.0 rough", "weights", Words.of([PASSING])),
    "speech.tasks.CLOSELY": Transcript("s1", "en", "an engine 1.0", "weights", Words.of([WORD])),
    "speech.tasks.SOUNDS": sound_event.Sounds((SPAN,), (LOUD,)),
    "speech.tasks.QUIET": ((SPAN, 0.125),),
    "speech.turns.TURNS": (0, -1, 1),
    "verification.clips.LOUD": Heard(-18.0, -5.5, 0.0),
    "verification.verify.FLASHES": Flashes(75, 8, 0, (Flashing("general", 12, 60, 8, 0.5),)),
    "verification.verify.LISTEN": (WORD,),
    "verification.verify.SETTLE": (Answer.HEARD, Answer.LISTENED),
}
"""What tasks with a codec return. The others fill a folder."""


def same(one: Any, two: Any) -> bool:
    """Are two values the same? Of measured noise, which holds arrays, their records are."""
    if isinstance(one, denoise.NoiseProfile):
        return bool(one.record() == two.record())
    return bool(one == two)
