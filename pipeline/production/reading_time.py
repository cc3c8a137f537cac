"""How long cards and prompts take to read, by the speed that the profile gives captions."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil
from typing import TYPE_CHECKING

from pipeline.core.finding import Finding
from pipeline.production.profile import Profile

if TYPE_CHECKING:
    from pipeline.production.load import Production
    from pipeline.production.specs import CardSpec, SceneSpec

LEAST = 3.0
"""Seconds that a card stands at least where nobody says how long: it has to be found, and stands alone."""

NAMES = {
    "note": "the content note",
    "title": "the title",
    "opening": "the opening card",
    "end": "the end card",
}


def needed(text: str, profile: Profile) -> float:
    """Seconds in which a text is read at ease, rounded up to a tenth.

    >>> from pipeline.production.configs import load_profile
    >>> needed("They saw the label. " * 10, load_profile("bbc"))
    13.1
    """
    return max(profile.timing.min_seconds, ceil(_letters(text) / profile.speed.warn * 10) / 10)


def _letters(text: str) -> int:
    return len(" ".join(text.split()))


def card_seconds(card: CardSpec, profile: Profile) -> float:
    """How long a card stands: as production.toml says, else as long as it takes to read."""
    return max(LEAST, needed(card.text, profile)) if card.seconds is None else card.seconds


def scene_seconds(scene: SceneSpec, profile: Profile) -> float:
    """The same of a scene's title; 0: it has no card."""
    return max(LEAST, needed(scene.title, profile)) if scene.seconds is None else scene.seconds


def findings(production: Production, profile: Profile | None = None) -> list[Finding]:
    """Cards, titles and prompts that stand for less than they take to read; by the production's profile."""
    by = profile or production.profile
    return [_finding(*one, by) for one in _texts(production, by) if _speed(*one[2:]) > by.speed.warn]


def _texts(production: Production, by: Profile) -> Iterator[tuple[str, str, str, float]]:
    """(where, what, text, seconds) of all that stands by itself."""
    where = "production.toml"
    for number, card in enumerate(production.cards, 1):
        yield f"{where}, card {number}", NAMES[card.kind], card.text, card_seconds(card, by)
    for number, scene in enumerate(production.scenes, 1):
        if seconds := scene_seconds(scene, by):
            yield f"{where}, scene {number}", "the scene's title", scene.title, seconds
        for one in scene.reflection if production.film.breaks == "held" else ():
            what = f"the prompt after {one.after}"
            yield f"{where}, scene {number}, reflection", what, one.prompt, one.seconds


def _speed(text: str, seconds: float) -> float:
    return _letters(text) / seconds


def _finding(where: str, what: str, text: str, seconds: float, by: Profile) -> Finding:
    speed, limits, takes = _speed(text, seconds), by.speed, f"{needed(text, by):g} s"
    words = len(text.split()) * 60 / seconds
    return Finding(
        "card-speed",
        "error" if speed > limits.error else "warning",
        where,
        f"{what} stands {seconds:g} s and takes {takes} to read: give it {takes}, or fewer words",
        f"{speed:.1f} characters a second, {words:.0f} words a minute",
        f"{limits.most if speed > limits.most else limits.warn:g}",
        clause=by.clauses.get("reading-speed", by.source),
        criterion="2.2.1",
    )
