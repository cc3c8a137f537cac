"""Quotes whose words stand on a card, in a title or in a prompt: they leave with the film as if they were
heard in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pipeline.consent import names
from pipeline.language.normalise import tokens
from pipeline.matching.tasks import speaker
from pipeline.production.load import Production
from pipeline.production.quotes import Quote

RUN = 5
"""So many words in a row are somebody's; a shorter quote is meant where all of it stands there, if it is of
three words or more. Shorter runs are everybody's: "in the waiting room" is no quote.
"""
LEAST = 3

Run = tuple[str, ...]


def on_screen(production: Production, texts: Iterable[names.Text] | None = None) -> dict[str, str]:
    """Quotes of the list that the film, or these `texts`, read out though no scene plays them: by id, where
    their words stand.

    Where several quotes have the words, it is the one that was approved; and none, where a scene plays one.
    """
    language = production.film.language
    whose: dict[Run, list[Quote]] = {}
    for quote in production.quotes:
        for run in _runs(quote.text, language, shorter=True):
            whose.setdefault(run, []).append(quote)
    played, found = set(production.in_scenes), dict[str, str]()
    for where, text in names.own_texts(production) if texts is None else texts:
        for size in range(LEAST, RUN + 1):
            for run in _runs(text, language, size):
                meant = whose.get(run, ())
                if meant and not any(one.id in played for one in meant):
                    found.setdefault(max(meant, key=lambda one: _approved(one, production)).id, where)
    return found


def contributor(production: Production, quote: Quote) -> str:
    """Whose words a quote is, as far as the lists say."""
    source = production.source_named(quote.source) if quote.source else None
    return speaker(source, quote) if source else quote.contributor


def _approved(quote: Quote, production: Production) -> int:
    use = production.film.use
    return bool(quote.approved_by) + (use in quote.use) + (not quote.void)


def _runs(text: str, language: str, size: int = RUN, *, shorter: bool = False) -> Iterator[Run]:
    """All runs of so many words; of a text that has fewer, where `shorter`, the whole of it."""
    said = [one.form for one in tokens(text.split(), language)]
    if shorter and LEAST <= len(said) < size:
        yield tuple(said)
    yield from (tuple(said[at : at + size]) for at in range(len(said) - size + 1))
