"""production.toml's scenes in the plan's own words, its seconds exact."""

from __future__ import annotations

from collections.abc import Container
from fractions import Fraction

from pipeline.edit import plan
from pipeline.production.load import CardSpec, Production, SceneSpec


def exact(seconds: float) -> Fraction:
    """Seconds as a person writes them in production.toml: to the millisecond."""
    return Fraction(seconds).limit_denominator(1000)


def storyboard(production: Production, stills: Container[str]) -> plan.Storyboard:
    """What the scenes ask for; `stills` are the cutaways that do not move."""
    return plan.Storyboard(
        production.film.title,
        production.rate,
        production.size,
        tuple(_card(card) for card in production.cards if card.place == "start"),
        tuple(_card(card) for card in production.cards if card.place == "end"),
        tuple(_scene(scene, stills) for scene in production.scenes),
    )


def _card(card: CardSpec) -> tuple[str, str, Fraction]:
    return card.kind, card.text, exact(card.seconds)


def _scene(scene: SceneSpec, stills: Container[str]) -> plan.Scene:
    return plan.Scene(
        title=scene.title,
        seconds=exact(scene.seconds),
        quotes=tuple(scene.quotes),
        cutaways=tuple(
            plan.CutawayOrder(
                one.quote,
                one.file,
                one.file in stills,
                one.over,
                one.join,
                exact(one.seconds),
                exact(one.start),
            )
            for one in scene.cutaway
        ),
        before={pause.quote: exact(pause.before) for pause in scene.pause},
        after={pause.quote: exact(pause.after) for pause in scene.pause},
        breaks=tuple(
            plan.BreakOrder(one.after, one.prompt, one.kind, exact(one.seconds)) for one in scene.reflection
        ),
        angles=tuple(plan.AngleOrder(one.quote, one.angle, one.part) for one in scene.angle),
    )
