"""A pack of clips for tests of its pages and of what is checked of it: five small films that play, wide,
square and tall, with all that a pack can have. It is fictional.
"""

from __future__ import annotations

import subprocess
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from pipeline.adapters.ffmpeg.process import ffmpeg
from pipeline.captions.model import Captions, Cue
from pipeline.consent.gate import Facts
from pipeline.core.time import Programme, Span, Time
from pipeline.delivery.clips import names
from pipeline.delivery.clips.model import Clip, Line, Pack

SECONDS = 4

SAID = (
    ("q02", "zz-amara", "Amara", "Seen as a label", "They saw the label before they saw me."),
    ("q07", "zz-ben", "Ben", "Put the kettle on", "She put the kettle on, and then she listened."),
    ("q09", "zz-chris", "", "Nobody asked", "Nobody asked me what I wanted."),
)
"""Quote, contributor, display name, title, words. The third asked not to be named."""

NOTE = "This clip talks about being turned away.\nYou may leave the room."
QUESTION = "What would you have said to Amara?"
NOTES = "Give it the whole time. Nobody has to speak."


def film(to: Path, size: tuple[int, int], seconds: int = SECONDS) -> Path:
    """Bars that count their seconds, with a tone."""
    picture = f"testsrc=size={size[0]}x{size[1]}:rate=25:duration={seconds}"
    sound = f"sine=frequency=220:sample_rate=48000:duration={seconds}"
    made = ["-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", sound]
    codecs = ["-c:v", "libx264", "-preset", "ultrafast", "-g", "25", "-pix_fmt", "yuv420p", "-c:a", "aac"]
    end = ["-movflags", "+faststart", "-map_metadata", "-1", "-fflags", "+bitexact", "-y", str(to)]
    subprocess.run([ffmpeg(), "-loglevel", "error", *made, *codecs, *end], check=True)
    return to


def poster(of: Path) -> bytes:
    to = of.with_suffix(".jpg")
    subprocess.run(
        [ffmpeg(), "-loglevel", "error", "-i", str(of), "-frames:v", "1", "-y", str(to)], check=True
    )
    return to.read_bytes()


def captions(speaker: str, text: str) -> Captions:
    """Two cues: each half of the words."""
    said = text.split()
    half = len(said) // 2
    cues = (
        Cue(
            Span(Time[Programme](Fraction(start)), Time[Programme](Fraction(end))),
            tuple(words),
            speaker,
            "q-secret",
            source="src-secret",
        )
        for start, end, words in ((Fraction(1, 2), 2, said[:half]), (2, Fraction(7, 2), said[half:]))
    )
    return Captions("en-GB", tuple(cues))


def clips(room: Path, size: tuple[int, int] = (320, 180), *, films: bool = True) -> tuple[Clip, ...]:
    """A clip of each of SAID; without `films`, of files that hold nothing."""
    made = room / "film.mp4"
    if films:
        film(made, size)
    else:
        made.write_bytes(b"no film")
    picture = poster(made) if films else b"no picture"
    called = names.of_clips([title for *_, title, _ in SAID])
    return tuple(
        Clip(
            name=name,
            title=title,
            quotes=(quote,),
            speakers=(speaker,) if speaker else (),
            film=made,
            poster=picture,
            captions=captions(speaker, text),
            lines=(Line(Fraction(1, 2), speaker, text),),
            size=size,
            rate=Fraction(25),
            seconds=Fraction(SECONDS),
            facts=Facts("workshop", frozenset([person]), {quote: "0" * 16}),
            until=date(2027, 3, 31) if number else date(2027, 5, 1),
            content_note="" if number else NOTE,
            question="" if number == 2 else QUESTION,
            question_seconds=Fraction(30),
        )
        for number, (name, (quote, person, speaker, title, text)) in enumerate(zip(called, SAID, strict=True))
    )


def pack(room: Path, size: tuple[int, int] = (320, 180), *, films: bool = True, **other: Any) -> Pack:
    """The example, with its films made in `room`; `other` fields replace its own."""
    fields: dict[str, Any] = {
        "name": "being-seen",
        "title": "Being seen",
        "language": "en-GB",
        "use": "workshop",
        "shape": "as-film",
        "captions": "burnt",
        "clips": clips(room, size, films=films),
        "support": (("A listening line", "01632 960 123", "day and night"),),
        "agreement": ("What is said here stays here.", "Anybody may pass."),
        "notes": (NOTES,),
    }
    return Pack(**fields | other)
