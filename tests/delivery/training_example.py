"""A training film for tests of players and packages: 24 seconds, four cues, two breaks. It is fictional."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from pipeline.adapters.ffmpeg.process import ffmpeg
from pipeline.captions.model import Captions, Cue
from pipeline.core.time import Programme, Span, Time
from pipeline.delivery.training.model import Line, Stop, Stretch, Support, Training, Wording

SECONDS = 24
LINES = [
    (1, 5, "Amara", "They saw the label before they saw me."),
    (6, 9, "Amara", "It was a chest infection, it turned out."),
    (11, 15, "Ben", "She put the kettle on, and then she listened."),
    (17, 21, "Ben", "After that I told her everything."),
]


def film(to: Path, seconds: int = SECONDS) -> Path:
    """Bars that count their seconds, with a tone, as small as a browser will play."""
    picture = f"testsrc=size=320x180:rate=25:duration={seconds}"
    sound = f"sine=frequency=220:sample_rate=48000:duration={seconds}"
    made = ["-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", sound]
    codecs = ["-c:v", "libx264", "-preset", "ultrafast", "-g", "25", "-pix_fmt", "yuv420p", "-c:a", "aac"]
    end = ["-movflags", "+faststart", "-y", str(to)]
    subprocess.run([ffmpeg(), "-loglevel", "error", *made, *codecs, *end], check=True)
    return to


def poster(room: Path, of: Path) -> bytes:
    subprocess.run(
        [ffmpeg(), "-loglevel", "error", "-i", str(of), "-frames:v", "1", "-y", str(room / "poster.jpg")],
        check=True,
    )
    return (room / "poster.jpg").read_bytes()


def captions() -> Captions:
    cues = (
        Cue(
            Span(Time[Programme](Fraction(start)), Time[Programme](Fraction(end))),
            tuple(text.split()),
            speaker,
            "q01",
        )
        for start, end, speaker, text in LINES
    )
    return Captions("en-GB", tuple(cues))


def training(room: Path, **other: Any) -> Training:
    """The example, with its film made in `room`; `other` fields replace its own."""
    made = film(room / "film.mp4")
    welsh: Mapping[str, Wording] = {"cy": Wording("Beth glywsoch chi?", "Beth glywsoch chi?")}
    example = Training(
        id="0b6f3c1e-6f0a-5f5e-9a53-2d6f5b1f7a10",
        title="Before you read the notes",
        language="en-GB",
        use="training",
        size=(320, 180),
        rate=Fraction(25),
        duration=Fraction(SECONDS),
        film=made,
        poster=poster(room, made),
        captions=captions(),
        lines=(
            Line(Fraction(0), Fraction(0), "", "Before I walk in", heading=True),
            *(Line(Fraction(start), Fraction(end), speaker, text) for start, end, speaker, text in LINES),
        ),
        chapters=(
            Stretch(Fraction(0), Fraction(10), "Before I walk in"),
            Stretch(Fraction(10), Fraction(SECONDS), "What helped"),
        ),
        stops=(
            Stop(
                "break-1",
                Fraction("9.4"),
                "think",
                Fraction(20),
                Wording(
                    "What did you hear?",
                    "What did Amara say?",
                    "Give it the whole time. Nobody has to speak.",
                ),
                translations=welsh,
                after="q02",
            ),
            Stop(
                "break-2",
                Fraction("21.5"),
                "pair",
                Fraction(90),
                Wording(
                    "Tell the person next to you about a time you were looked at as a problem.",
                    content_note="This asks about being judged. You may sit it out.",
                ),
                "what",
                after="q04",
            ),
        ),
        content_note="This film talks about homelessness and addiction.\nYou can stop it whenever you like.",
        warnings=(Stretch(Fraction(10), Fraction(16), "The next part talks about a hospital ward."),),
        support=(Support("A listening line", "01632 960 123", "day and night"),),
        agreement=("What is said here stays here.", "Anybody may pass."),
    )
    return replace(example, **other)
