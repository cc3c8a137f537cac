"""From a film's production that of some of its quotes: a small film of its own, a clip for one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pipeline.production.breaks import ReflectionSpec
from pipeline.production.clips import Fill
from pipeline.production.load import Production
from pipeline.production.specs import CardSpec, SceneSpec


@dataclass(frozen=True)
class Dress:
    """What a clip has around its quotes, and how it is shown; what is left out is as in the film."""

    title: str = ""
    size: tuple[int, int] | None = None
    fill: Fill | None = None
    framing: bool = False
    """Is the picture cut to who speaks? Else it is shown whole."""
    clean: bool | None = None
    opening: str = ""
    """Of the card before the first quote; blank: none, and no content note either."""
    between: Mapping[str, str] = field(default_factory=dict)
    """By quote, of the card before it."""
    question: str = ""
    """Asked after the last quote; blank: nothing is."""
    seconds: float = 30


def excerpt(
    production: Production, quotes: Sequence[str], use: str = "", dress: Dress | None = None
) -> Production:
    """The production of these quotes alone, in this order. Each keeps what its scene lays over it and how it
    pauses and is seen; nothing that others made for the whole film goes with it.
    """
    dress = dress or Dress()
    scenes = [_scene(production, name, dress.between.get(name, "")) for name in quotes]
    if dress.question and scenes:
        asked = ReflectionSpec(after=quotes[-1], prompt=dress.question, kind="group", seconds=dress.seconds)
        scenes[-1] = scenes[-1].model_copy(update={"reflection": [asked]})
    return replace(
        production,
        film=production.film.model_copy(update=_settings(production, use, dress)),
        cards=tuple(_cards(production, scenes, dress.opening)) if dress.opening else (),
        scenes=tuple(scenes),
        zones=tuple(zone for zone in production.zones if zone.camera),
        description=None,
        sign_language=None,
        easy_read=None,
    )


def content_notes(production: Production, quotes: Iterable[str]) -> tuple[str, ...]:
    """What people are told before these quotes: of the whole film, and of the scenes that they are from."""
    own = [card.text.strip() for card in production.cards if card.kind == "note"]
    scenes = [scene.content_note for name in quotes if (scene := scene_of(production, name))]
    return tuple(dict.fromkeys(note for note in (*own, *scenes) if note))


def scene_of(production: Production, quote: str) -> SceneSpec | None:
    """The scene that plays a quote; None: it is in no scene."""
    return next((scene for scene in production.scenes if quote in scene.quotes), None)


def _settings(production: Production, use: str, dress: Dress) -> dict[str, Any]:
    """What of [film] is another."""
    wide, high = dress.size or production.size
    return {
        "use": use or production.film.use,
        "title": dress.title,
        "size": f"{wide}x{high}",
        "fill": dress.fill or production.film.fill,
        "framing": "speaker" if dress.framing else "whole",
        "clean": production.film.clean if dress.clean is None else dress.clean,
        "breaks": "held",
    }


def _scene(production: Production, quote: str, title: str) -> SceneSpec:
    scene = scene_of(production, quote)

    def mine(orders: Sequence[Any]) -> list[Any]:
        return [order for order in orders if order.quote == quote]

    return SceneSpec(
        title=title,
        seconds=None if title else 0.0,
        quotes=[quote],
        content_note=scene.content_note if scene else "",
        cutaway=mine(scene.cutaway) if scene else [],
        pause=mine(scene.pause) if scene else [],
        angle=mine(scene.angle) if scene else [],
    )


def _cards(production: Production, scenes: Sequence[SceneSpec], opening: str) -> Iterable[CardSpec]:
    """The film's content note and its scenes', then the opening card."""
    own = [card for card in production.cards if card.kind == "note"]
    said = {card.text.strip() for card in own}
    yield from (card.model_copy(update={"place": "start"}) for card in own)
    notes = dict.fromkeys(scene.content_note for scene in scenes if scene.content_note)
    yield from (CardSpec(place="start", kind="note", text=note) for note in notes if note not in said)
    yield CardSpec(place="start", kind="opening", text=opening)
