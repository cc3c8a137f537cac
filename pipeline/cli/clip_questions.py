"""What `ourwords clips` asks where nothing was said: of what, what for, how; and what consent says to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, get_args

from pipeline.cli.ask import agreed, answer, choose, leave, words
from pipeline.cli.clips import Order, foreseen
from pipeline.cli.console import opened_project, say
from pipeline.delivery.clips import choose as choosing
from pipeline.production.clips import Use
from pipeline.production.presets import about_presets

if TYPE_CHECKING:
    from pipeline.delivery.clips.model import Offer
    from pipeline.production.load import Production

Offers = Mapping[str, Sequence["Offer"]]
"""Every quote of the list, by use."""

FOR = {
    "training": "for people to learn with, by themselves or in a course",
    "workshop": "to show in a group, with somebody who leads it",
    "public": "for everybody: a web page, social media",
}
SHORT = {"training": "for training", "workshop": "for workshops", "public": "for everybody"}

SEARCH, PERSON = "words", "person"

SHOWN = 60
"""Characters of a quote in a list."""


def asked(order: Order, cluster: str | None) -> Order:
    """The order, completed by questions. The production is open between them only: nobody who thinks about
    an answer keeps a build waiting.
    """
    with opened_project(dry=True, cluster=cluster) as project:
        production, uses = project.production, get_args(Use)
        offers = {use: project.clip_offers(use) for use in uses}
        use = order.how(production).preset.use
    if not offers[use]:
        say("The quote list is empty: there is nothing to make clips of.", always=True)
        leave()
    say(f'Clips of "{production.film.title}". Enter takes what stands in brackets, q leaves.', always=True)
    order = _with_quotes(order, production, offers, use)
    order = _with_look(order, production)
    with opened_project(dry=True, cluster=cluster, again=True) as project:
        ahead = foreseen(project, order)
    say("That makes:", always=True)
    for line in ahead.lines:
        say(f"  {line}", always=True)
    agreed("Make them?")
    return order


def _with_quotes(order: Order, production: Production, offers: Offers, use: str) -> Order:
    """Of which quotes, and what for: asked again while consent allows none of them."""
    while True:
        picked, ids = _selection(order, offers[use], use)
        mine = {one: [offer for offer in offers[one] if offer.quote in ids] for one in offers}
        if "use" not in order.said:
            about = {one: f"{FOR[one]}: {_count(mine[one])}" for one in mine}
            chosen = choose("\nWhat are they for?", about, use)
            if chosen != use:
                picked = replace(picked, said={**picked.said, "use": chosen})
        else:
            chosen = use
        if _tell_allowed(mine[chosen], chosen):
            refused = any(one.refused for one in mine[chosen])
            return replace(picked, skip_refused=picked.skip_refused or refused)
        say("Choose others, or another use.", always=True)


def _selection(order: Order, offers: Sequence[Offer], use: str) -> tuple[Order, set[str]]:
    """Which quotes: those of a theme, with some words, or of a person."""
    themes: dict[str, list[Offer]] = {}
    for offer in offers:
        if offer.theme:
            themes.setdefault(choosing.plain(offer.theme), []).append(offer)
    about = {mine[0].theme: _count(mine) for mine in themes.values()}
    without = sum(not offer.theme for offer in offers)
    others = {SEARCH: "quotes with words that you type", PERSON: "quotes of one person"}
    others = {name if name not in about else f"{name}…": text for name, text in others.items()}
    heading = f"\nWhich theme? Beside it stands how many of its quotes may be used {SHORT[use]}."
    if without:
        heading += f" {without} {'quote has' if without == 1 else 'quotes have'} no theme."
    chosen = choose(heading, about | others)
    if chosen in about:
        mine = themes[choosing.plain(chosen)]
        return replace(order, theme=chosen), {one.quote for one in mine}
    if chosen.startswith(SEARCH):
        return _search(order, offers)
    people: dict[str, list[Offer]] = {}
    for offer in offers:
        people.setdefault(offer.contributor, []).append(offer)
    who = choose("\nWho?", {one: _named(mine) for one, mine in people.items()})
    return replace(order, contributor=who), {one.quote for one in people[who]}


def _search(order: Order, offers: Sequence[Offer]) -> tuple[Order, set[str]]:
    while True:
        typed = answer("Which words, all of which a quote has?")
        sought = choosing.words(typed)
        found = {one.quote for one in offers if sought and sought <= choosing.words(one.text)}
        if found:
            return replace(order, search=typed), found
        say(f'No quote has all of "{typed}".' if typed else "Type one word or more.", always=True)


def _named(offers: Sequence[Offer]) -> str:
    speaker = offers[0].speaker
    return f"{speaker}: {_count(offers)}" if speaker else _count(offers)


def _count(offers: Sequence[Offer]) -> str:
    allowed = sum(one.allowed for one in offers)
    return f"{allowed} of {len(offers)} may be used"


def _tell_allowed(offers: Sequence[Offer], use: str) -> bool:
    """What consent allows, and what it does not and why. Does it allow any?"""
    allowed = [one for one in offers if one.allowed]
    say(f"\n{len(allowed)} of {len(offers)} may be used {SHORT[use]}:" if allowed else "", always=True)
    for one in allowed:
        say(f"  {one.quote}  {one.speaker or one.contributor}: {_short(one.text)}", always=True)
    for one in offers:
        for why in one.refused:
            say(f"  Not {why}\n    → {why.next_step}", always=True)
    if not allowed:
        say(f"None of them may be used {SHORT[use]}.", always=True)
    return bool(allowed)


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[:SHOWN].rsplit(' ', 1)[0]} …"


def _with_look(order: Order, production: Production) -> Order:
    """How they come, what stands before them, and what is asked after them."""
    if not order.preset and "shape" not in order.said:
        about = about_presets(production.root)
        chosen = choose("\nWhat will they be shown on?", about, production.clips.preset)
        order = replace(order, preset="" if chosen == production.clips.preset else chosen)
    preset = order.how(production).preset
    if order.title is None:
        asked_for = f"\nA title, on a card before {'it' if preset.reel else 'each'}? Enter for none."
        title = words(
            asked_for, production.clips.title, lambda text: replace(order, title=text).how(production)
        )
        order = replace(order, title=title) if title != production.clips.title else order
    if "question" not in order.said:
        question = words(
            f"\nA question, asked at the end of {'it' if preset.reel else 'each'}?",
            preset.question,
            lambda text: _asking(order, text).how(production),
        )
        order = _asking(order, question) if question != preset.question else order
    return order


def _asking(order: Order, question: str) -> Order:
    return replace(order, said={**order.said, "question": question})
