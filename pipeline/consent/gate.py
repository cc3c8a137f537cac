"""The gate: may these words of this person be used for this? Fails closed.

Everything that is missing, expired, withdrawn, out of scope or cannot be honoured yet is a
refusal that names the contributor and the quote. Consent wins over a quote's own use column.
(UK GDPR Art. 7 and ICO guidance: specific, recorded, as easy to withdraw as to give.)
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.errors import Refused
from pipeline.language.redaction import Bleep, find
from pipeline.production.quotes import Consent, Quote

CANNOT_YET = ("face", "voice")
"""Disguises that this version cannot make, so nobody who asked for one can be shown."""


@dataclass(frozen=True)
class Refusal:
    quote: str
    contributor: str
    why: str
    next_step: str

    def __str__(self) -> str:
        return f"{self.quote} ({self.contributor}): {self.why}" if self.quote and self.contributor else f"{self.quote or self.contributor}: {self.why}"


def gate(quotes: Iterable[tuple[Quote, str]], consents: Mapping[str, Consent], use: str, today: date, *, draft: bool = False) -> list[Refusal]:
    """All refusals for these quotes, each with the contributor who says the words, for one use.

    `draft` lets disguises that cannot be made yet pass: for a watermarked draft that does not leave.
    """
    return [refusal for quote, contributor in quotes for refusal in _judge(quote, contributor, consents.get(contributor), use, today, draft)]


def _judge(quote: Quote, contributor: str, consent: Consent | None, use: str, today: date, draft: bool) -> list[Refusal]:
    whys = list(_of_words(quote, use, today))
    if quote.contributor and quote.contributor != contributor:
        why = f"approved by {quote.contributor}, but found in the interview of {contributor}"
        whys.append((why, "correct the quote list"))
    whys += _of_person(consent, use, today, draft)
    return [Refusal(quote.id, contributor or "nobody named", why, step) for why, step in whys]


def _of_words(quote: Quote, use: str, today: date) -> Iterator[tuple[str, str]]:
    """Why these words may not be used, each with what to do next."""
    if not quote.text:
        why = "is given by its times alone: nobody can approve words that are not written down"
        yield why, "`ourwords match` shows what is heard there"
    if not quote.approved_by or not quote.approved_on:
        yield "nobody has approved these words", "fill in approved_by and approved_on once they have"
    elif quote.approved_on > today:
        yield f"approved on {quote.approved_on}, which is in the future", "correct the date"
    if use not in quote.use:
        yield f"approved for {_list(quote.use)}, not for {use}", "ask the group, or take it out of this film"


def _of_person(consent: Consent | None, use: str, today: date, draft: bool) -> Iterator[tuple[str, str]]:
    """Why nobody may see or hear this person, each with what to do next."""
    if consent is None:
        yield "is not in the consent register", "add a row once there is a signed form"
        return
    if consent.withdrawn_on:
        yield f"withdrew on {consent.withdrawn_on}", "take the quote out of the scenes"
    if consent.given_on is None:
        yield "has no date of consent", "fill in given_on from the signed form"
    elif consent.given_on > today:
        yield f"consent is dated {consent.given_on}, which is in the future", "correct the date"
    if consent.expires_on and consent.expires_on < today:
        yield f"consent ran out on {consent.expires_on}", "ask again, and write the new date down"
    if use not in consent.scope:
        yield f"consents to {_list(consent.scope)}, not to {use}", "take the quote out, or ask"
    for disguise in CANNOT_YET:
        if disguise in consent.anonymise and not draft:
            why = f"asked for the {disguise} to be disguised, which ourwords cannot do yet"
            yield why, "leave the quote out of the scenes, or look at it with --draft"


# What leaves ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Facts:
    """Who is in a file, by voice, face, words or name; which approved words, by their digests; and what it was made for."""

    use: str
    people: frozenset[str]
    quotes: Mapping[str, str]
    draft: bool = False
    """Watermarked and not to be shown: disguises that cannot be made yet may be missing."""


@dataclass(frozen=True)
class Lists:
    """The quote list and the consent register, as they are now."""

    quotes: Mapping[str, Quote]
    consents: Mapping[str, Consent]
    today: date


def objections(facts: Facts, lists: Lists) -> list[Refusal]:
    """Why a file of these people and words may not lie where it could be passed on; nothing where it may."""
    found = [
        Refusal("", who, why, step) for who in sorted(facts.people) for why, step in _of_person(lists.consents.get(who), facts.use, lists.today, facts.draft)
    ]
    for name, digest in sorted(facts.quotes.items()):
        quote = lists.quotes.get(name)
        if quote is None or quote.digest != digest:
            why = "its words are not in the quote list any more" if quote is None else "its approved words are others now"
            found.append(Refusal(name, "", why, "ourwords build-cut makes what may be seen"))
        else:
            found += [Refusal(name, quote.contributor, *why) for why in _of_words(quote, facts.use, lists.today)]
    return found


def let_out(leaving: Iterable[Facts], lists: Lists) -> None:
    """The last look, just before files are published: the lists may have changed while they were made."""
    found = list(dict.fromkeys(one for facts in leaving for one in objections(facts, lists)))
    if found:
        listed = "\n".join(f"{one}\n  → {one.next_step}" for one in found)
        raise Refused(listed, where="the consent gate, just before publishing", next_step="nothing was published")


def _list(words: Iterable[str]) -> str:
    return ", ".join(sorted(words)) or "nothing"


def names_shown(texts: Iterable[tuple[str, str]], consents: Mapping[str, Consent], contributors: Iterable[str]) -> list[Refusal]:
    """Texts that would show the name of a contributor who asked not to be named. `texts`: (where, text)."""
    hidden = {who for who in contributors if who in consents and "name" in consents[who].anonymise}
    found = []
    for who in sorted(hidden):
        name = re.compile(rf"(?<!\w){re.escape(who)}(?!\w)", re.IGNORECASE)
        shown = [("the display name in the consent register", consents[who].display_name), *texts]
        found += [
            Refusal(where, who, "would be named, and asked not to be", "write it another way, or put the name on the bleep list")
            for where, text in shown
            if name.search(text)
        ]
    return found


def names_written(texts: Iterable[tuple[str, str]], bleeps: Sequence[Bleep]) -> list[Refusal]:
    """Texts that others wrote, with a name of the bleep list in them. `texts`: (where, text)."""
    return [
        Refusal(where, found.bleep.contributor, "has a name that is on the bleep list", f"write {found.bleep.caption_as} in its place")
        for where, text in texts
        for found in find(text.split(), bleeps)
    ]
