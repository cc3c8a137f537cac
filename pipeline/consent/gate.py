"""The gate: may these words of this person be used for this? Fails closed.

Everything that is missing, expired, withdrawn, out of scope or cannot be honoured yet is a
refusal that names the contributor and the quote. Consent wins over a quote's own use column.
(UK GDPR Art. 7 and ICO guidance: specific, recorded, as easy to withdraw as to give.)
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from shlex import quote as quoted

from pipeline.consent.model import Answer, Picture, Standing
from pipeline.consent.names import named_in, unsaid
from pipeline.consent.pictures import standings
from pipeline.errors import Refused
from pipeline.language.names import Name, Names, may_be_named
from pipeline.language.redaction import Bleep
from pipeline.production.quotes import Consent, Quote

VOID_STEP = "take the quote out of the scenes; or clear the row of it, once they have approved it as it is"
"""What to do about a row of the list that does not count."""
REWRITE = "write it in other words, or take it out; or ask those whose words they are"
"""What to do about words on a card that are somebody's."""
CANNOT_YET = ("face", "voice")
"""Disguises that this version cannot make, so nobody who asked for one can be shown."""


@dataclass(frozen=True)
class Refusal:
    quote: str
    contributor: str
    why: str
    next_step: str

    def __str__(self) -> str:
        return (
            f"{self.quote} ({self.contributor}): {self.why}"
            if self.quote and self.contributor
            else f"{self.quote or self.contributor}: {self.why}"
        )


def gate(
    quotes: Iterable[tuple[Quote, str]],
    consents: Mapping[str, Consent],
    use: str,
    today: date,
    *,
    draft: bool = False,
) -> list[Refusal]:
    """All refusals for these quotes, each with the contributor who says the words, for one use.

    `draft` lets disguises that cannot be made yet pass: for a watermarked draft that does not leave.
    """
    return [
        refusal
        for quote, contributor in quotes
        for refusal in _judge(quote, contributor, consents.get(contributor), use, today, draft)
    ]


def _judge(
    quote: Quote, contributor: str, consent: Consent | None, use: str, today: date, draft: bool
) -> list[Refusal]:
    whys = list(_of_words(quote, use, today))
    if quote.contributor and quote.contributor != contributor:
        why = f"approved by {quote.contributor}, but found in the interview of {contributor}"
        whys.append((why, "correct the quote list"))
    whys += _of_person(consent, use, today, draft)
    whys += _of_label(consent)
    return [Refusal(quote.id, contributor or "nobody named", why, step) for why, step in whys]


def _of_words(quote: Quote, use: str, today: date) -> Iterator[tuple[str, str]]:
    """Why these words may not be used, each with what to do next."""
    if not quote.text:
        why = "is given by its times alone: nobody can approve words that are not written down"
        yield why, "`ourwords match` shows what is heard there"
    if quote.void:
        yield f"does not count as approved: {quote.where}, {quote.void}", VOID_STEP
    elif not quote.approved_by or not quote.approved_on:
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
    if consent.void:
        step = "take the quote out of the scenes; or clear the row of it, once they have said yes"
        yield f"has no consent that counts: {consent.where}, {consent.void}", step
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


def barred(
    quote: Quote, contributor: str, consents: Mapping[str, Consent], use: str, today: date, *, approved: bool
) -> list[str]:
    """Why the register or the list keeps a quote out, whatever was said of it: its person, where they are
    known, and its words, where they are said to be `approved` or do not count.
    """
    person = _of_person(consents.get(contributor), use, today, draft=False) if contributor else ()
    words = _of_words(quote, use, today) if approved or quote.void else ()
    return [why for why, _ in (*person, *words)]


def _of_label(consent: Consent | None) -> Iterator[tuple[str, str]]:
    """Why what somebody is called on the screen may not be shown."""
    if (
        consent
        and "name" in consent.anonymise
        and not consent.known_as
        and may_be_named(consent.display_name)
    ):
        step = "write their name in known_as, which is never shown, and another one in display_name"
        yield "asked not to be named, and the display name may be their own", step


# Pictures that are no cleared shot -------------------------------------------------------------


def company(
    shown: Iterable[tuple[str, Iterable[str]]],
    consents: Mapping[str, Consent],
    use: str,
    today: date,
    *,
    draft: bool = False,
) -> list[Refusal]:
    """Those beside whoever is quoted who may not be seen or heard. `shown`: (recording or picture, who is in
    it).
    """
    return [
        Refusal(where, who, f"is in it, and {why}" if consents.get(who) else why, _without(step, where))
        for where, people in shown
        for who in sorted(people)
        for why, step in _of_person(consents.get(who), use, today, draft)
    ]


def _without(step: str, where: str) -> str:
    """What to do, of a recording or a picture and not of a quote."""
    return step.replace("the quote", f"what is shown of {where}")


def unanswered(pictures: Iterable[Picture], *, draft: bool = False) -> list[Refusal]:
    """Pictures of which nobody has said who is in them, or not for this; each with the command to type.

    A `draft` shows them, under its watermark: but none to which somebody said no.
    """
    return [
        Refusal(one.file, "", f"{_ANSWER[one.state]}{f' ({one.why})' if one.by else ''}", _answer(one))
        for one in pictures
        if one.state == "refused" or (one.state != "approved" and not draft)
    ]


_ANSWER = {
    "waiting": "is shown once a person has said who is in it",
    "lapsed": "needs a new answer: who is in it?",
    "expired": "needs a new answer: who is in it?",
    "refused": "is not to be shown",
}


def _answer(one: Picture) -> str:
    if one.state == "refused":
        return f"lay another picture there, or ask {one.by}"
    command = f'ourwords approve picture {quoted(one.file)} --people WHO --by "NAME"'
    return f"look at it, then: {command} (WHO: ids of who can be recognised, ; between them; or none)"


# What leaves ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Facts:
    """Who is in a file, by voice, face, words or name; which approved words, by their digests; and what it
    was made for.
    """

    use: str
    people: frozenset[str]
    quotes: Mapping[str, str]
    draft: bool = False
    """Watermarked and not to be shown: disguises that cannot be made yet may be missing."""
    named: frozenset[str] = frozenset()
    """Those of them who had not asked to be left without a name."""
    pictures: Mapping[str, str] = field(default_factory=dict)
    """The pictures in it that are no cleared shots: by name, their SHA-256."""
    sources: frozenset[str] = frozenset()
    """The recordings in it: who else is in one may be found out later."""


@dataclass(frozen=True)
class Lists:
    """The quote list and the consent register, as they are now."""

    quotes: Mapping[str, Quote]
    consents: Mapping[str, Consent]
    today: date
    answers: Sequence[Answer] = ()
    """Who is in which picture, as the ledger has it."""
    bleeps: Sequence[Bleep] = ()
    worded: Callable[[str, str], Sequence[Refusal]] = lambda quote, use: ()
    """Why the ledger lets a quote's words not be used for something today."""
    noes: Sequence[Standing] = ()
    """What somebody said no to, and has not taken back."""
    recorded: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Everybody who is in a source, as production.toml has it now."""

    @property
    def names(self) -> Names:
        """The names nobody may read."""
        return unsaid(self.consents.values(), self.bleeps)


def objections(facts: Facts, lists: Lists, *, leaving: bool = False) -> list[Refusal]:
    """Why a file of these people and words may not lie where it could be passed on; nothing where it may.

    A no to the words, or the end of their approval, closes every file with them. A no to the cut or the
    captions closes what is `leaving`: a film stays to be looked at, until another cut of it is shown.
    """
    found = [
        Refusal("", who, why, step)
        for who in sorted(everybody(facts, lists))
        for why, step in _of_person(lists.consents.get(who), facts.use, lists.today, facts.draft)
    ]
    found += [
        Refusal("", who, "asked since not to be named", "ourwords build-cut makes what may be seen")
        for who in sorted(facts.named)
        if who in lists.consents and "name" in lists.consents[who].anonymise
    ]
    found += unanswered(_pictures(facts, lists), draft=facts.draft)
    for name, digest in sorted(facts.quotes.items()):
        quote = lists.quotes.get(name)
        if quote is None or quote.digest != digest:
            why = (
                "its words are not in the quote list any more"
                if quote is None
                else "its approved words are others now"
            )
            found.append(Refusal(name, "", why, "ourwords build-cut makes what may be seen"))
        else:
            found += [
                Refusal(name, quote.contributor, *why) for why in _of_words(quote, facts.use, lists.today)
            ]
            found += lists.worded(name, facts.use)
    return found + [
        Refusal(
            one.quote,
            one.contributor,
            f"its {one.kind} was refused by {one.by} ({one.why})",
            "change it, and ask again",
        )
        for one in lists.noes
        if leaving and one.quote in facts.quotes and one.kind != "wording"
    ]


def everybody(facts: Facts, lists: Lists) -> frozenset[str]:
    """Who is in a file, by what is known today: people are found in recordings and pictures later."""
    seen = (one.people for one in _pictures(facts, lists))
    return facts.people.union(*seen, *(lists.recorded.get(name, frozenset()) for name in facts.sources))


def _pictures(facts: Facts, lists: Lists) -> tuple[Picture, ...]:
    return standings(facts.pictures, lists.answers, facts.use, lists.today)


def facts(
    use: str,
    quotes: Iterable[tuple[Quote, str]],
    consents: Mapping[str, Consent],
    *,
    draft: bool = False,
    besides: Iterable[str] = (),
    pictures: Mapping[str, str] | None = None,
    sources: Iterable[str] = (),
) -> Facts:
    """Of a file with these quotes in it, each with the contributor who says the words; with those who are
    in the same recordings (`sources`), and with pictures that are no cleared shots.
    """
    asked = list(quotes)
    people = frozenset([*(who for _, who in asked), *besides])
    named = frozenset(who for who in people if who not in consents or "name" not in consents[who].anonymise)
    digests = {quote.id: quote.digest for quote, _ in asked}
    return Facts(use, people, digests, draft, named, pictures or {}, frozenset(sources))


def together(some: Iterable[Facts], use: str) -> Facts:
    """Of what is made of all of these."""
    every = list(some)
    return Facts(
        use,
        frozenset().union(*(one.people for one in every)),
        {name: digest for one in every for name, digest in one.quotes.items()},
        any(one.draft for one in every),
        frozenset().union(*(one.named for one in every)),
        {name: digest for one in every for name, digest in one.pictures.items()},
        frozenset().union(*(one.sources for one in every)),
    )


def let_out(some: Iterable[Facts], lists: Lists, *, leaving: bool = False) -> None:
    """The last look, just before files are published: the lists may have changed while they were made."""
    found = list(dict.fromkeys(one for facts in some for one in objections(facts, lists, leaving=leaving)))
    refuse(found, where="the consent gate, just before publishing", next_step="nothing was published")


def _list(words: Iterable[str]) -> str:
    return ", ".join(sorted(words)) or "nothing"


_NAMED = {
    "bleep": ("has a name that is on the bleep list", ""),
    "known_as": (
        "would be named, and asked not to be",
        "write it another way, or put it on the bleep list; what is only a word: in small letters",
    ),
    "id": (
        "would be named, and asked not to be",
        "write it another way, or put the name on the bleep list",
    ),
}
"""Why a name may not be read, and what to do, by what the name is."""


def named(where: str, name: Name) -> Refusal:
    """A text in which somebody is named who may not be. It does not say the name either."""
    why, step = _NAMED[name.kind]
    return Refusal(where, name.who, why, step or f"write {name.instead} in its place")


def nobody_named(texts: Iterable[tuple[str, str]], names: Names) -> None:
    """No text names anybody who may not be: the last look, at files as they are. `texts`: (where, text)."""
    refuse(
        [named(where, name) for where, name in named_in(texts, names)],
        where="names, just before publishing",
        next_step="nothing was published",
    )


# Refused ---------------------------------------------------------------------------------------


def refuse(
    refusals: Sequence[Refusal], *, where: str = "the consent gate", next_step: str = "nothing was built"
) -> None:
    """Stop where anything at all was refused, and tell it all."""
    if refusals:
        raise Refused(
            "\n".join(f"{one}\n  → {one.next_step}" for one in refusals), where=where, next_step=next_step
        )


def approved(refusals: Sequence[Refusal], use: str, stage: str) -> None:
    """What people said of what they were shown still holds, or nothing is made."""
    refuse(
        refusals,
        where=f"approvals for {use}, {stage}",
        next_step="nothing was built; `ourwords status` lists all approvals",
    )


def clips(refusals: Sequence[Refusal], use: str) -> None:
    refuse(
        refusals,
        where=f"the consent gate, for {use}",
        next_step="no clip was written; --skip-refused makes the others",
    )


def opened(source: str, *, may_be: bool) -> None:
    """Footage of somebody who has withdrawn is not opened at all."""
    if not may_be:
        raise Refused(
            "its contributor has withdrawn: it is not opened",
            where=source,
            next_step="take the source out of production.toml",
        )


def others_approved(unapproved: Mapping[str, str]) -> None:
    """For a final film, somebody has agreed to words and pictures that others made: by what it is, why nobody
    has.
    """
    if unapproved:
        raise Refused(
            "\n".join(f"{what}: {why}" for what, why in unapproved.items()),
            where="production.toml: words and pictures that are not the contributors' own",
            next_step="write approved_by, approved_on and sha256 there, once those concerned have "
            "seen it; or take it out",
        )


def names_placed(where: str, *, known: bool) -> None:
    """Where its words are is not known well enough to hide one of them: nothing is played."""
    if not known:
        raise Refused(
            "has a name to hide, and its words could not be placed in the sound",
            where=where,
            next_step="leave the name out of the quote with … , or leave the quote out",
        )


def names_said(where: str, who: Iterable[str]) -> None:
    """Nobody who asked not to be named is named in the sound of a quote, beside its approved words."""
    refuse(
        [
            Refusal(
                where,
                one,
                "is named in the sound there, and asked not to be",
                "put the name on the bleep list: it is hidden then",
            )
            for one in sorted({*who})
        ]
    )


def film_there(build: str, *, there: bool) -> None:
    """Nobody can have seen what was never made."""
    if not there:
        raise Refused(
            "there is no film yet, so nobody can have seen it",
            where=build,
            next_step="ourwords build-cut, then show it",
        )


def film_shown(*, same: bool) -> None:
    """What is approved is what the build made."""
    if not same:
        raise Refused(
            "is not the film that the build made",
            where="build/cut.mp4",
            next_step="ourwords build-cut makes it again; show that one",
        )


def no_output(file: str, *, of_build: bool) -> None:
    """What a build made is no input: it holds people whose consent may be gone by now, and says of none."""
    if of_build:
        raise Refused(
            "is what a build made: what leaves is made of recordings and pictures alone",
            where=file,
            next_step="give the recording or the picture itself, from outside build/",
        )


def still_listed(quote: str, *, there: bool) -> None:
    """A film may hold words that are in no quote list any more: nobody approves those."""
    if not there:
        raise Refused(
            "is in the film that was built, and not in the quote list any more",
            where=quote,
            next_step="ourwords build-cut, then show that film",
        )


Owners = Mapping[str, frozenset[str]]
"""Whose interview a file is, by its content: nobody's, where it is not there."""


def owners(files: Iterable[tuple[str, str]]) -> Owners:
    """`files`: (digest, contributor) of everything that somebody was recorded with."""
    found: dict[str, frozenset[str]] = {}
    for digest, who in files:
        found[digest] = found.get(digest, frozenset()) | {who}
    return found


def cutaway(file: str, digest: str, interviews: Owners) -> None:
    """A picture laid over a join is seen without anybody's approval: it is nobody's interview."""
    if digest in interviews:
        raise Refused(
            "is an interview: a cutaway is seen without anybody's approval",
            where=file,
            next_step="lay another picture over the join",
        )


def copies(found: Mapping[str, str]) -> None:
    """No picture, and nothing that is passed on whole, shows or plays an interview that is not its own: by
    name, whose interview it is.
    """
    refuse(
        [
            Refusal(
                file,
                "",
                f"is {source}'s interview, packed or cut in another way: nobody approved it",
                "give another picture; what is approved of an interview is shown by its quotes",
            )
            for file, source in sorted(found.items())
        ]
    )


def passed_on(file: str, digest: str, interviews: Owners) -> None:
    """A file that is published whole is nobody's interview."""
    if digest in interviews:
        raise Refused(
            "is an interview: nobody approved it to be passed on whole",
            where=file,
            next_step="give what was made for this film",
        )


def one_source(file: str, sources: Collection[str]) -> None:
    """One recording is one source, with one set of people: what is approved of it is approved by all."""
    if len(sources) > 1:
        raise Refused(
            f"is given as several sources ({', '.join(sorted(sources))}): one recording is one source",
            where=file,
            next_step="keep one of them, and name everybody else who is in it as its `people`, or who speaks "
            "as its `speakers`",
        )


def own_recording(file: str, digest: str, people: Sequence[str], interviews: Owners) -> None:
    """An angle or a recorder is, by its content, of the people of its source alone."""
    if interviews.get(digest, frozenset()) != {*people}:
        raise Refused(
            "is also somebody else's interview: what one person approves says nothing for another",
            where=file,
            next_step=f"give {people[0]}'s own file, or take it out of production.toml",
        )
