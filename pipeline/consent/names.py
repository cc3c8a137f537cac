"""Who must not be named: the names nobody may read or hear, and the texts of a production to be read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from pipeline.language.names import Name, Names, common
from pipeline.language.redaction import Bleep, hidden, said_by
from pipeline.production.load import Production
from pipeline.production.quotes import Consent, Quote

Text = tuple[str, str]
"""Where it stands, for whoever has to mend it, and what is written there."""


def unsaid(consents: Iterable[Consent], bleeps: Iterable[Bleep] = ()) -> Names:
    """The bleep list's names, and those of everybody who asked not to be named, in the film or not."""
    found = [name for bleep in said_by("", bleeps) for name in bleep.names]
    for one in consents:
        if "name" in one.anonymise:
            found += [Name(known, one.contributor, kind="known_as") for known in one.known_as]
            found += [Name(part, one.contributor, kind="id") for part in _named_by(one.contributor)]
    return Names(found)


def _named_by(id_: str) -> list[str]:
    """What of an id may be a name: "dev" of dev-2, nothing of p01 or patient-3."""
    if id_.isalpha():
        return [id_] if len(id_) > 1 else []
    parts = [part for part in re.findall(r"[a-z]{3,}", id_) if part not in common()]
    return [id_, *parts] if parts else []


def of(production: Production) -> Names:
    """Those of a production."""
    return unsaid(production.consents, production.bleeps)


def own_texts(production: Production) -> list[Text]:
    """What people will read that nobody says: the film's title, its cards, its scenes' titles, all that its
    breaks say in any language, to learners or to whoever facilitates, what stands beside it, and what its
    clips say where nobody says otherwise.
    """
    found = [("production.toml, film.title", production.film.title)]
    found += [(f"production.toml, card {n}, text", card.text) for n, card in enumerate(production.cards, 1)]
    for number, scene in enumerate(production.scenes, 1):
        where = f"production.toml, scene {number}"
        found.append((f"{where}, title", scene.title))
        if scene.content_note:
            found.append((f"{where}, content_note", scene.content_note))
        for n, one in enumerate(scene.reflection, 1):
            found += [(f"{where}, reflection {n}, {key}", text) for key, text in one.texts]
    found += [(f"production.toml, training, {key}", text) for key, text in production.training.texts]
    found += [(f"production.toml, clips, {key}", text) for key, text in production.clips.texts]
    return found


def texts(production: Production, quotes: Sequence[tuple[Quote, str]]) -> list[Text]:
    """Everything people will read that is known before the film is made, the bleep list's names taken out of
    what is said: `quotes` come with who says them.
    """
    found = own_texts(production)
    for number, scene in enumerate(production.scenes, 1):
        where = f"production.toml, scene {number}"
        found += [(f"{where}, the angle of {one.quote}", one.angle) for one in scene.angle]
    shown = {who for _, who in quotes}
    found += [
        (f"the display name in the consent register, row {one.row}", one.display_name)
        for one in production.consents
        if one.contributor in shown
    ]
    for quote, contributor in quotes:
        found.append((f"{quote.where}, id", quote.id))
        found.append((f"{quote.id} ({quote.where}, text)", said(production, quote, contributor)))
    return found


def said(production: Production, quote: Quote, contributor: str) -> str:
    """A quote's words as they leave: names on the bleep list are hidden in them, whoever's quote it is."""
    return hidden(quote.text, said_by(contributor, production.bleeps))


def to_hear(production: Production, contributor: str) -> tuple[Bleep, ...]:
    """The names that nobody may hear where somebody speaks: the bleep list's, and of who asked not to be
    named.
    """
    known = (name for name in unsaid(production.consents).names if name.kind == "known_as")
    asked = [Bleep(name.who, name.text, name.instead, own=False) for name in known]
    return (*said_by(contributor, production.bleeps), *asked)


def named_in(texts: Iterable[Text], names: Names) -> Iterator[tuple[str, Name]]:
    """Where somebody is named who may not be: once for each place and name."""
    for where, text in texts:
        for hit in {(hit.name.who, hit.name.kind): hit for hit in names.found(text)}.values():
            yield names.hidden(where), hit.name
