"""What a build of a production will take, before anything of it is made: by the lists and what files say."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from pipeline.core.footage import Material
from pipeline.core.ports import Look
from pipeline.core.time import SAMPLE_RATE
from pipeline.edit.storyboard import exact
from pipeline.engine.workspace import Workspace
from pipeline.production.configs import load_qualities
from pipeline.production.load import Production
from pipeline.production.reading_time import card_seconds, scene_seconds

HOUR = 3600

WORDS_A_SECOND = 2.5
"""As people speak who are interviewed."""

PIXELS_A_SECOND = 2 * 1280 * 720 * 25
"""What a processor core renders in a second, decoding and burnt-in captions and all: of the sample, 90 s for
both its films; benchmarks/build.py says as much.
"""

STANDING = 0.1
"""What a second of a card or a break costs of a second of film."""

START = 5.0
"""Seconds for what every build does: reading footage, joining, measuring the sound, reports."""


@dataclass(frozen=True)
class Step:
    """What will be done, and about how many seconds it takes; None where nobody has measured that here."""

    step: str
    seconds: float | None


@dataclass(frozen=True)
class Foreseen:
    """The steps to come, and the bytes that they need of those that are free."""

    steps: tuple[Step, ...]
    bytes: int
    free: int

    @property
    def seconds(self) -> float | None:
        """All steps together; None where one is not known."""
        known = [one.seconds for one in self.steps if one.seconds is not None]
        return sum(known) if len(known) == len(self.steps) else None


def foresee(workspace: Workspace, production: Production, look: Look) -> Foreseen:
    """About how long a build will take and how much disk, as if nothing but transcripts were there yet."""
    spoken, shown = _film_seconds(production)
    film = Fraction(spoken + shown).limit_denominator(1000)
    steps = (*_hearing(workspace, production), Step(*_matching(production)), _rendering(look, spoken, film))
    return Foreseen(steps, _bytes(workspace, look, film), workspace.tools.free(production.build))


def _hearing(workspace: Workspace, production: Production) -> Iterator[Step]:
    filed = production.path("transcripts")
    to_hear = [one for one in production.open_sources if not (filed / f"{one.id}.json").is_file()]
    length = workspace.tools.length
    lengths = [sum(length(production.path(file)) for file in one.all_files) for one in to_hear]
    if not lengths:
        return
    asked = production.transcribe
    rate = workspace.tools.speed(asked.model) if asked.engine == "faster-whisper" else None
    share = max(max(lengths), sum(lengths) / (os.cpu_count() or 1))
    told = "at most " if asked.find == "fast" else ""
    sources = f"{len(lengths)} recording{'' if len(lengths) == 1 else 's'}"
    what = f"hear {told}{in_time(sum(lengths))} of {sources} with {asked.model}"
    yield Step(what, None if rate is None else rate * share / HOUR)


def _matching(production: Production) -> tuple[str, float]:
    return f"find {len(production.quotes)} quotes and time their words", 0.5 * len(production.quotes)


def _rendering(look: Look, spoken: float, film: Fraction) -> Step:
    width, height = look.size
    pictures = 2 if look.clean else 1
    work = (
        (spoken + STANDING * (float(film) - spoken))
        * width
        * height
        * float(look.rate)
        * pictures
        / PIXELS_A_SECOND
    )
    what = f"render about {in_time(float(film))} of film at {width}x{height}"
    return Step(what, START + work / (os.cpu_count() or 1))


def _film_seconds(production: Production) -> tuple[float, float]:
    """How long is spoken in the film, by how many words there are, and how long all else stands."""
    words = sum(
        len(production.quote[name].text.split()) for name in production.in_scenes if name in production.quote
    )
    still = [card_seconds(card, production.profile) for card in production.cards]
    for scene in production.scenes:
        breaks = scene.reflection if production.film.breaks == "held" else ()
        still += [scene_seconds(scene, production.profile), *(one.seconds for one in breaks)]
        still += [one.before + one.after for one in scene.pause]
    return words / WORDS_A_SECOND, float(sum(map(exact, still)))


def _bytes(workspace: Workspace, look: Look, film: Fraction) -> int:
    """As parts and films are foreseen once they are planned (render/parts.py), of a film of this length."""
    encoder = workspace.tools.renderer(Material({}, qualities=load_qualities())).encoder(look)
    pictures = 2 if look.clean else 1
    films = encoder.foreseen(look.size, int(film * look.rate)) * (2 * pictures + 1)
    return int(films + film * (2 * SAMPLE_RATE * 8 + 3 * 24_000))


def in_time(seconds: float) -> str:
    """
    >>> in_time(3725), in_time(65), in_time(4)
    ('1:02:05', '1:05', '0:04')
    """
    whole = round(seconds)
    hours, rest = divmod(whole, HOUR)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"
