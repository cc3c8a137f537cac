"""Which quotes become clips: those that are wanted, and of each why it may not be one today."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from pipeline.consent import gate, names
from pipeline.delivery.build import Finished
from pipeline.delivery.clips.model import Offer, Wanted
from pipeline.engine.cache import NotMade
from pipeline.errors import ChecksFailed, ConfigError, InputError, Refused
from pipeline.language.characters import folded, unaccented
from pipeline.language.names import may_be_named
from pipeline.matching.model import State
from pipeline.production.load import Production
from pipeline.production.quotes import Quote

UNSEEN = "put it into a scene and build, so that it can be shown and approved"


@dataclass(frozen=True)
class Chosen:
    """Quotes in the order of the film, then of the list; `left_out` tells what a theme or a search passes
    over.
    """

    quotes: tuple[str, ...]
    left_out: tuple[str, ...] = ()


def chosen(film: Finished, wanted: Wanted) -> Chosen:
    """The quotes that are wanted; ConfigError where nothing is, or where none fits."""
    production = film.production
    if not any((wanted.quotes, wanted.theme, wanted.contributor, wanted.search)):
        raise ConfigError(
            "clips of what?",
            next_step="ourwords clips --quote q01, --theme helped, --contributor amara or --search kettle",
        )
    if wanted.search is not None and not words(wanted.search):
        step = "name some: --search kettle"
        raise ConfigError("there is no word in it to look for", where="--search", next_step=step)
    for name in wanted.quotes:
        if name not in production.quote:
            known = ", ".join(production.quote) or "none"
            raise ConfigError(f'no quote "{name}" in the quote list', next_step=f"there are: {known}")
    asked = [name for name in _in_order(production) if _asked_by_name(film, name, wanted)]
    found = tuple(name for name in asked if not _passed_over(production, name, wanted))
    if not found:
        themes = ", ".join(sorted({one.theme.strip() for one in production.quotes if one.theme.strip()}))
        people = ", ".join(production.consent)
        raise ConfigError(
            "no quote of the list fits",
            next_step=f"themes: {themes or 'none'}; contributors: {people or 'none'}",
        )
    return Chosen(found, tuple(_told(production, asked, wanted)))


def _in_order(production: Production) -> Iterable[str]:
    """All quotes of the list, those of the film first and in its order."""
    listed = (name for name in production.in_scenes if name in production.quote)
    return dict.fromkeys([*listed, *(one.id for one in production.quotes)])


def _asked_by_name(film: Finished, name: str, wanted: Wanted) -> bool:
    if wanted.quotes and name not in wanted.quotes:
        return False
    return wanted.contributor is None or whose(film, name) == wanted.contributor


def _passed_over(production: Production, name: str, wanted: Wanted) -> str:
    """Why a theme or a search leaves a quote out; blank: it does not."""
    quote = production.quote[name]
    if wanted.theme is not None and plain(quote.theme) != plain(wanted.theme):
        return OTHER_THEME if quote.theme.strip() else NO_THEME
    if wanted.search is not None:
        sought, there = words(wanted.search), words(_readable(production, quote))
        if not sought <= there:
            return SOME if sought & there else NONE
    return ""


NO_THEME, OTHER_THEME = "without a theme", "of another theme"
SOME, NONE = "with some of these words and not all", "with none of these words"
MEANT = (NO_THEME, SOME)
"""What whoever asks for a theme or for words may have meant all the same."""


def _told(production: Production, asked: Sequence[str], wanted: Wanted) -> Iterable[str]:
    whys = {name: _passed_over(production, name, wanted) for name in asked}
    for why in dict.fromkeys(filter(None, whys.values())):
        left = [name for name, one in whys.items() if one == why]
        if why in MEANT or wanted.quotes:
            yield f"Left out, {why}: {', '.join(left)}"


def whose(film: Finished, quote: str) -> str:
    """Who says a quote; where a dry project cannot know it, by the list."""
    try:
        return film.contributor(quote)
    except NotMade:
        return film.production.quote[quote].contributor


def plain(theme: str) -> str:
    """A theme as people mean it.

    >>> plain(" What  helped ") == plain("what Helped")
    True
    """
    return " ".join(theme.casefold().split())


def words(text: str) -> set[str]:
    """The words of a text, without case and accents.

    >>> sorted(words("Siân’s KETTLE, don't"))
    ["don't", 'kettle', "sian's"]
    """
    return set(re.findall(r"[^\W_]+(?:'[^\W_]+)*", unaccented(folded(text)).replace("’", "'")))


def _readable(production: Production, quote: Quote) -> str:
    """A quote's words without names that nobody may read: a search does not find them either."""
    return names.said(production, quote, quote.contributor)


def speaker(production: Production, who: str) -> str:
    """Somebody as the register lets them be named; blank: not at all."""
    consent = production.consent.get(who)
    if consent is None:
        return ""
    shown = consent.display_name.strip()
    unsure = "name" in consent.anonymise and not consent.known_as and may_be_named(shown)
    return "" if unsure or names.of(production).hits(shown) else shown


# May it be one? ----------------------------------------------------------------------------------

Stage = Callable[[Finished, Sequence[str], str], list[gate.Refusal]]


def by_lists(film: Finished, quotes: Sequence[str], use: str) -> list[gate.Refusal]:
    """By the quote list and the consent register: known before anything is made."""
    production = film.production
    asked = [(production.quote[name], whose(film, name)) for name in quotes]
    return gate.gate(asked, production.consent, use, film.clearance.today)


def by_footage(film: Finished, quotes: Sequence[str], use: str) -> list[gate.Refusal]:
    """Those that were not found in one place alone."""
    found = [film.matches[name] for name in quotes]
    return [
        gate.Refusal(
            one.quote,
            film.contributor(one.quote),
            f"is {one.state.value} in the footage",
            f"ourwords match --explain {one.quote}",
        )
        for one in found
        if one.state is not State.MATCHED
    ]


def by_company(film: Finished, quotes: Sequence[str], use: str) -> list[gate.Refusal]:
    """Those with whom somebody is seen or heard who may not be, or a picture that nobody answered for."""
    return [
        replace(one, quote=name, why=f"{one.quote}: {one.why}")
        for name in quotes
        for one in _company(film, name, use)
    ]


def _company(film: Finished, name: str, use: str) -> list[gate.Refusal]:
    best, alone = film.matches[name].best, film.alone(name, use)
    everybody = film.production.source[best.source].everybody if best else ()
    beside = {best.source: {*everybody} - {film.contributor(name)}} if best else {}
    return alone.clearance.company(beside, [*alone.pictures.values(), *alone.unheard.values()], use)


def by_approvals(film: Finished, quotes: Sequence[str], use: str) -> list[gate.Refusal]:
    """By what people said of these words and pictures, and by all else that stands in the way of a film of
    this quote alone. What is in no scene of the film was never shown to anybody: only its wording can have
    been approved.
    """
    return [refusal for name in quotes for refusal in _approvals(film, name, use)]


def _approvals(film: Finished, name: str, use: str) -> list[gate.Refusal]:
    alone = film.alone(name, use)
    clearance = alone.clearance
    try:
        standings = clearance.standings(alone.shown, alone.whose, use)
    except (Refused, ChecksFailed, InputError) as problem:
        where = f"{problem.where}: " if problem.where else ""
        return [gate.Refusal(name, film.contributor(name), f"{where}{problem.what}", problem.next_step)]
    worded = [one for one in standings if one.kind == "wording"]
    others = [one for one in standings if one.kind != "wording"]
    # at any stage of the film, as a clip is passed on
    taken_back = [one.kind for one in others if one.state in ("refused", "expired")]
    unseen = clearance.disagreed(others, [*clearance.needed, *taken_back])
    if name not in film.production.in_scenes:
        unseen = [replace(one, next_step=UNSEEN) for one in unseen]
    return [*clearance.disagreed(worded, ["wording"]), *unseen]


STAGES: tuple[Stage, ...] = (by_lists, by_footage, by_company, by_approvals)
"""In this order: what one refuses, no later one is asked of."""


def offers(film: Finished, use: str) -> list[Offer]:
    """Every quote of the list, and whether it may be a clip for a use today, as far as is known without
    making anything where the project is dry.
    """
    production = film.production
    return [_offer(film, production.quote[name], use) for name in _in_order(production)]


def _offer(film: Finished, quote: Quote, use: str) -> Offer:
    production = film.production
    who = whose(film, quote.id)
    try:
        refused = next((found for stage in STAGES if (found := stage(film, [quote.id], use))), [])
    except NotMade:  # a dry project knows what the lists say
        refused = gate.gate([(quote, who)], production.consent, use, film.clearance.today)
    text = names.said(production, quote, who)
    return Offer(quote.id, who, speaker(production, who), quote.theme.strip(), text, tuple(refused))
