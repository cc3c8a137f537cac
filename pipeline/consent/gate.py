"""The gate: may these words of this person be used for this? Fails closed.

Everything that is missing, expired, withdrawn, out of scope or cannot be honoured yet is a
refusal that names the contributor and the quote. Consent wins over a quote's own use column.
(UK GDPR Art. 7 and ICO guidance: specific, recorded, as easy to withdraw as to give.)
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

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
        return f"{self.quote} ({self.contributor}): {self.why}"


def gate(quotes: Iterable[tuple[Quote, str]], consents: Mapping[str, Consent], use: str, today: date, *, draft: bool = False) -> list[Refusal]:
    """All refusals for these quotes, each with the contributor who says the words, for one use.

    `draft` lets disguises that cannot be made yet pass: for a watermarked draft that does not leave.
    """
    return [refusal for quote, contributor in quotes for refusal in _judge(quote, contributor, consents.get(contributor), use, today, draft)]


def _judge(quote: Quote, contributor: str, consent: Consent | None, use: str, today: date, draft: bool) -> list[Refusal]:
    def no(why: str, next_step: str) -> Refusal:
        return Refusal(quote.id, contributor or "nobody named", why, next_step)

    found = []
    if not quote.text:
        found.append(no("is given by its times alone: nobody can approve words that are not written down", "`ourwords match` shows what is heard there"))
    if not quote.approved_by or not quote.approved_on:
        found.append(no("nobody has approved these words", "fill in approved_by and approved_on once they have"))
    elif quote.approved_on > today:
        found.append(no(f"approved on {quote.approved_on}, which is in the future", "correct the date"))
    if use not in quote.use:
        found.append(no(f"approved for {_list(quote.use)}, not for {use}", "ask the group, or take it out of this film"))
    if quote.contributor and quote.contributor != contributor:
        found.append(no(f"approved by {quote.contributor}, but found in the interview of {contributor}", "correct the quote list"))
    if consent is None:
        return [*found, no("is not in the consent register", "add a row once there is a signed form")]
    if consent.withdrawn_on:
        found.append(no(f"withdrew on {consent.withdrawn_on}", "take the quote out of the scenes"))
    if consent.given_on is None:
        found.append(no("has no date of consent", "fill in given_on from the signed form"))
    elif consent.given_on > today:
        found.append(no(f"consent is dated {consent.given_on}, which is in the future", "correct the date"))
    if consent.expires_on and consent.expires_on < today:
        found.append(no(f"consent ran out on {consent.expires_on}", "ask again, and write the new date down"))
    if use not in consent.scope:
        found.append(no(f"consents to {_list(consent.scope)}, not to {use}", "take the quote out, or ask"))
    for disguise in CANNOT_YET:
        if disguise in consent.anonymise and not draft:
            found.append(
                no(f"asked for the {disguise} to be disguised, which ourwords cannot do yet", "leave the quote out of the scenes, or look at it with --draft")
            )
    return found


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
