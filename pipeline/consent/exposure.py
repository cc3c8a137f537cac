"""What of people a film would show, say and name: everything that the gate is asked about."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from pathlib import Path

from pipeline.captions.model import Captions
from pipeline.consent import gate, names, quoted, snapshot
from pipeline.consent.model import Picture, Seen
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


def files(production: Production, fingerprint: Fingerprint, made: Container[str]) -> None:
    """Every file is what it is given as, whatever it is called: nothing is made of what a build made
    (`made`, by SHA-256), one recording is one source with one set of people, an angle and a recorder are
    of the people of their source alone, and no other picture is an interview.
    """
    build = production.build.resolve()
    for file in production.inputs:
        path = production.path(file)
        gate.no_output(file, of_build=path.is_relative_to(build) or fingerprint(path) in made)
    owners, known = interviews(production, fingerprint), recorded(production, fingerprint)
    for source in production.open_sources:
        for one in source.beside.values():
            for file in one.all_files:
                gate.own_recording(file, fingerprint(production.path(file)), source.everybody, owners)
    for source in production.sources:
        for file in source.recorded:
            gate.one_source(file, known[fingerprint(production.path(file))])
    for file in production.pictures:
        gate.cutaway(file, fingerprint(production.path(file)), owners)


def recorded(production: Production, fingerprint: Fingerprint) -> dict[str, set[str]]:
    """Which sources a file is given as, by its content."""
    found: dict[str, set[str]] = {}
    for source in production.sources:
        for file in source.recorded:
            found.setdefault(fingerprint(production.path(file)), set()).add(source.id)
    return found


def pictures(production: Production, fingerprint: Fingerprint) -> dict[str, str]:
    """Every picture of the film that is no cleared shot, by its name in production.toml: its SHA-256."""
    return {file: fingerprint(production.path(file)) for file in production.pictures}


def recordings_named(production: Production) -> set[str]:
    """The sources that the quotes of the scenes come from, as far as the lists say."""
    found = set()
    for quote in (production.quote[name] for name in production.in_scenes if name in production.quote):
        named = production.source_named(quote.source) if quote.source else None
        spoken = [one for one in production.sources if quote.contributor in one.voices]
        found |= {named.id} if named else {one.id for one in spoken if len(spoken) == 1}
    return found


def beside(production: Production, timeline: Timeline, quotes: Iterable[str] | None = None) -> set[str]:
    """What may be seen or heard with these quotes, or with all, besides their own recordings: the pictures
    laid over them, and the other cameras and recorders.
    """
    wanted = None if quotes is None else set(quotes)
    takes = [take for take in timeline.takes if wanted is None or take.quote in wanted]
    laid = {laid.file for take in takes for laid in take.cutaways}
    sources = {take.source: production.source[take.source] for take in takes}.values()
    stills = {one.picture for one in sources if one.picture}
    return laid.union(stills, *(one.recorded for one in sources))


def public_names(production: Production) -> dict[str, str]:
    """What each source is called in anything that leaves: its file, or no name where somebody in it asked for
    none.
    """
    return {source.id: _public(production, source.id) for source in production.sources}


def _public(production: Production, name: str) -> str:
    source = production.source[name]
    people = [production.consent[who] for who in source.everybody if who in production.consent]
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
    stills = {source.id: source.picture for source in production.sources if source.picture}
    found: dict[str, dict[str, Seen]] = {}
    for name in production.in_scenes:
        quote, consent = production.quote[name], production.consent.get(whose[name])
        found[name] = {
            "wording": snapshot.wording(quote),
            "cut": snapshot.cut(
                quote, timeline, scenes, production.quote, consent, production.bleeps, stills
            ),
            "captions": snapshot.captions(quote, timeline, captions, production.profile.name),
        }
    return found


def facts(
    production: Production,
    timeline: Timeline,
    use: str = "",
    quotes: Iterable[str] | None = None,
    *,
    pictures: Mapping[str, Picture],
    draft: bool,
) -> gate.Facts:
    """Who and what is in the film, or in what is made of some of its quotes."""
    wanted = None if quotes is None else set(quotes)
    takes = [take for take in timeline.takes if wanted is None or take.quote in wanted]
    whose = {take.quote: take.contributor for take in takes}
    asked = [(production.quote[name], who) for name, who in whose.items()]
    if wanted is None:
        on_screen = [production.quote[name] for name in quoted.on_screen(production)]
        asked += [(quote, quoted.contributor(production, quote)) for quote in on_screen]
    besides = [who for take in takes for who in production.source[take.source].everybody]
    laid = {file: pictures[file] for file in beside(production, timeline, wanted) & pictures.keys()}
    besides += [who for one in laid.values() for who in one.people]
    return gate.facts(
        use or production.film.use,
        asked,
        production.consent,
        draft=draft,
        besides=besides,
        pictures={file: one.sha256 for file, one in laid.items()},
        sources={take.source for take in takes},
    )


def speakers_named(production: Production) -> Mapping[str, str]:
    """Whose words the quotes of the scenes are, as far as the quote list says."""
    named = {name: production.quote[name].contributor for name in production.in_scenes}
    return {name: who for name, who in named.items() if who}
