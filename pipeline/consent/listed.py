"""Approvals of the quote list that cannot be bound to its words, and why: for whoever keeps the list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from pipeline.consent.gate import VOID_STEP, Refusal
from pipeline.matching.model import State
from pipeline.production.load import Production
from pipeline.production.quotes import Quote


def unbound(production: Production, found: Mapping[str, State]) -> list[Refusal]:
    """Of the whole list, in its order. `found` is what the last `match` found, where there was one: nothing
    is opened for this.
    """
    return [
        replace(why, quote=quote.id, contributor=quote.contributor)
        for quote in production.quotes
        for why in list(_whys(production, quote, found.get(quote.id)))[:1]
    ]


def _whys(production: Production, quote: Quote, state: State | None) -> Iterator[Refusal]:
    consent = production.consent.get(quote.contributor)
    if consent and consent.withdrawn_on:
        yield _why(f"withdrew on {consent.withdrawn_on}", f"take {quote.id} out of the scenes and the list")
    if quote.void:
        yield _why(f"does not count as approved: {quote.where}, {quote.void}", VOID_STEP)
    if consent and consent.void:
        step = "clear the row of it, once they have said yes"
        yield _why(f"has no consent that counts: {consent.where}, {consent.void}", step)
    if not quote.text:
        yield _why("has no words that could be approved", f"write them down in {quote.where}")
    if not (quote.approved_by and quote.approved_on):
        yield _why("nobody has approved it", f"fill in approved_by and approved_on in {quote.where}")
    if state is State.NOT_FOUND:
        step = f"ourwords match --explain {quote.id}; once it is found, ourwords approve wording --listed"
        yield _why("was never said, as far as the last `ourwords match` found", step)


def _why(why: str, step: str) -> Refusal:
    return Refusal("", "", why, step)
