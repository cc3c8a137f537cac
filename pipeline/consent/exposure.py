"""What of people a film would show, say and name: everything that the gate is asked about."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from pipeline.captions.model import Captions
from pipeline.consent import gate, names, snapshot
from pipeline.consent.model import Seen
from pipeline.core.time import Source, Span
from pipeline.edit import plan
from pipeline.edit.timeline import Timeline, reference
from pipeline.language.redaction import said_by
from pipeline.matching.model import Cut
from pipeline.production.load import Production
from pipeline.production.quotes import Quote
from pipeline.speech.transcript import Transcript

Fingerprint = Callable[[Path], str]
"""SHA-256 of a file."""


def interviews(production: Production, fingerprint: Fingerprint) -> gate.Owners:
    """Whose interview a file is, whatever it is called."""
    return gate.owners((fingerprint(production.path(file)), who) for file, who in production.interviews)


def recordings(production: Production, fingerprint: Fingerprint) -> None:
    """Every angle and recorder is of the people of its source alone."""
    owners = interviews(production, fingerprint)
    for source in production.open_sources:
        for one in source.beside.values():
            for file in one.all_files:
                gate.own_recording(file, fingerprint(production.path(file)), source.people, owners)


def cutaways(production: Production, fingerprint: Fingerprint) -> None:
    """No picture that is laid over a join, or stands for sound alone, is anybody's interview."""
    owners = interviews(production, fingerprint)
    for file in sorted(production.pictures):
        gate.cutaway(file, fingerprint(production.path(file)), owners)


def public_names(production: Production) -> dict[str, str]:
    """What each source is called in anything that leaves: its file, or no name where somebody in it asked for
    none.
    """
    return {source.id: _public(production, source.id) for source in production.sources}


def _public(production: Production, name: str) -> str:
    source = production.source[name]
    people = [production.consent[who] for who in source.people if who in production.consent]
    files = " + ".join(Path(file).name for file in source.all_files)
    if any("name" in consent.anonymise for consent in people) or names.of(production).hits(files):
        return f"source-{reference(str(production.film.title), name)}"
    return files


def names_hidden(
    production: Production, quote: Quote, cuts: Sequence[Cut], contributor: str, transcript: Transcript
) -> tuple[Span[Source], ...]:
    """Where names of the bleep list are said in a quote; refused where one cannot be placed for sure."""
    mine = said_by(contributor, production.bleeps)
    approved = [(word.text, word.span) for one in cuts for word in one.stretch.said]
    heard = [word for one in cuts for word in transcript.heard.over(one.sound)]
    quiet = [span for one in cuts for span in one.quiet]
    found = plan.find_names(mine, approved, heard, quiet)
    gate.names_placed(quote.where, known=not found or all(one.aligned for one in cuts))
    covered = [*found, *(span for _, span in approved)]
    besides = [word.text for word in heard if not any(word.span.overlap(span) for span in covered)]
    people = names.unsaid(production.consents)
    gate.names_said(quote.where, (hit.name.who for text in besides for hit in people.hits(text)))
    return found


def shown(
    production: Production, scenes: Sequence[plan.Scene], timeline: Timeline, captions: Captions
) -> dict[str, dict[str, Seen]]:
    """What there is to see of each quote of the film: its words, its cut in its place, its captions."""
    whose = {take.quote: take.contributor for take in timeline.takes}
    found: dict[str, dict[str, Seen]] = {}
    for name in production.in_scenes:
        quote, consent = production.quote[name], production.consent.get(whose[name])
        found[name] = {
            "wording": snapshot.wording(quote),
            "cut": snapshot.cut(quote, timeline, scenes, production.quote, consent, production.bleeps),
            "captions": snapshot.captions(quote, timeline, captions, production.profile.name),
        }
    return found


def facts(
    production: Production,
    timeline: Timeline,
    use: str = "",
    quotes: Iterable[str] | None = None,
    *,
    draft: bool,
) -> gate.Facts:
    """Who and what is in the film, or in what is made of some of its quotes."""
    wanted = None if quotes is None else set(quotes)
    takes = [take for take in timeline.takes if wanted is None or take.quote in wanted]
    whose = {take.quote: take.contributor for take in takes}
    asked = [(production.quote[name], who) for name, who in whose.items()]
    besides = [who for take in takes for who in production.source[take.source].people]
    use = use or production.film.use
    return gate.facts(use, asked, production.consent, draft=draft, besides=besides)


def speakers_named(production: Production) -> Mapping[str, str]:
    """Whose words the quotes of the scenes are, as far as the quote list says."""
    named = {name: production.quote[name].contributor for name in production.in_scenes}
    return {name: who for name, who in named.items() if who}
