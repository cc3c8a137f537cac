"""production.toml's scenes in the plan's own words, its seconds exact."""

from __future__ import annotations

from collections.abc import Container, Iterable
from fractions import Fraction

from pipeline.edit import plan
from pipeline.production.breaks import ReflectionSpec
from pipeline.production.load import Production
from pipeline.production.profile import Profile
from pipeline.production.reading_time import card_seconds, scene_seconds
from pipeline.production.specs import CardSpec, SceneSpec


def exact(seconds: float) -> Fraction:
    """Seconds as a person writes them in production.toml: to the millisecond."""
    return Fraction(seconds).limit_denominator(1000)


def storyboard(production: Production, stills: Container[str]) -> plan.Storyboard:
    """What the scenes ask for; `stills` are the cutaways that do not move."""
    return plan.Storyboard(
        production.film.title,
        production.rate,
        production.size,
        tuple(_card(card, production.profile) for card in production.cards if card.place == "start"),
        tuple(_card(card, production.profile) for card in production.cards if card.place == "end"),
        tuple(_scene(scene, production.profile, stills) for scene in production.scenes),
    )


def _card(card: CardSpec, profile: Profile) -> tuple[str, str, Fraction]:
    return card.kind, card.text, exact(card_seconds(card, profile))


def _pauses(asked: Iterable[tuple[str, float]]) -> dict[str, Fraction]:
    """Seconds by quote, all that were asked for: an entry for one side takes nothing from another's."""
    found: dict[str, Fraction] = {}
    for quote, seconds in asked:
        found[quote] = found.get(quote, Fraction(0)) + exact(seconds)
    return found


def _scene(scene: SceneSpec, profile: Profile, stills: Container[str]) -> plan.Scene:
    return plan.Scene(
        title=scene.title,
        seconds=exact(scene_seconds(scene, profile)),
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
        before=_pauses((one.quote, one.before) for one in scene.pause),
        after=_pauses((one.quote, one.after) for one in scene.pause),
        breaks=tuple(map(_break, scene.reflection)),
        angles=tuple(plan.AngleOrder(one.quote, one.angle, one.part) for one in scene.angle),
    )


def _break(one: ReflectionSpec) -> plan.BreakOrder:
    return plan.BreakOrder(
        one.after,
        one.prompt,
        one.kind,
        exact(one.seconds),
        one.template,
        one.easy_read,
        one.notes,
        one.content_note,
        one.translated,
    )
