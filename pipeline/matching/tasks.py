"""Work on quotes that is kept: where each was said, and where to cut it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from pipeline.core.clock_map import when
from pipeline.core.codec import codec
from pipeline.core.digest import digest
from pipeline.core.finding import Finding
from pipeline.core.footage import Footage, HeardBy
from pipeline.core.time import Source, Span
from pipeline.engine.task import Call, Context, Task, call
from pipeline.engine.tools import AlignerFor
from pipeline.engine.workspace import Workspace
from pipeline.errors import InputError
from pipeline.language.normalise import ways_said
from pipeline.matching import edit_points, match
from pipeline.matching.model import Cut, Match, Stretch
from pipeline.production.load import Production, SourceSpec
from pipeline.production.quotes import Pin, Quote
from pipeline.speech import held_weights
from pipeline.speech.transcripts import Filed

MATCHING = (
    "matching/match.py",
    "matching/align.py",
    "matching/word_diff.py",
    "matching/model.py",
    "production/quotes.py",
    "speech/transcript.py",
    "speech/transcript_file.py",
    "language/normalise.py",
    "language/lexicon.py",
    "language/en.toml",
    "core/codec.py",
    "core/time.py",
    "core/word.py",
)
"""The code that a match goes through, whole: here nobody has to remember to count a version up."""


@cache
def matching_code() -> str:
    """What decides where a quote was said, as a part of a match's key: a match that is kept may not be one
    any more by a better rule.
    """
    package = Path(__file__).parent.parent
    code = [(package / name).read_text(encoding="utf-8") for name in MATCHING]
    return digest([*code, match.TOOLS])


@dataclass(frozen=True)
class Asked:
    """A quote as it is looked for: `key` is all of it that a match depends on."""

    quote: Quote

    @property
    def key(self) -> list[object]:
        return [self.quote.id, self.quote.text, self.quote.pinned_times]


@dataclass(frozen=True)
class Place:
    """A source in which a quote may have been said: `key` is its transcript's file."""

    source: str
    haystack: match.Haystack
    sha256: str

    @property
    def key(self) -> list[str]:
        return [self.source, self.sha256]


def _match(
    at: Context, quote: Asked, pin: Pin | None, places: tuple[Place, ...], *, named: bool, code: str
) -> Match:
    there = [place.haystack for place in places]
    if quote.quote.pinned_times and named and there:
        return match.given(quote.quote, there[0])
    return match.match(quote.quote, there, pin)


def _edit_points(
    at: Context, source: HeardBy, stretches: tuple[Stretch, ...], aligner: AlignerFor, *, given: bool
) -> tuple[Cut, ...]:
    if given:
        return tuple(map(edit_points.as_given, stretches))
    listen = partial(at.tools.renderer(source.only).speech, "")
    hand = at.tools.aligner(aligner, ways_said)
    return tuple(edit_points.refine(one, listen, hand, rough=aligner.rough) for one in stretches)


MATCH = Task("match {}", 1, _match, codec(Match), here=True, quick=True)
"""Where a quote was said. A dry run looks too: it is soon done, and what comes after it can be told."""

EDIT_POINTS = Task("align {}", 9, _edit_points, codec(tuple[Cut, ...]), tools=("av",), stage="align")
"""Where a quote's stretches are cut, from forced alignment and the quiet around them."""


def find(
    workspace: Workspace,
    production: Production,
    quote: Quote,
    heard: Mapping[str, Filed],
    haystacks: Mapping[str, match.Haystack],
    pin: Pin | None,
) -> Match:
    """Where a quote was said: in its own source, else in its contributor's, else anywhere."""
    named = production.source_named(quote.source) if quote.source else None
    specs = [spec for spec in _places(production, quote, named) if spec.id in heard]
    places = tuple(Place(spec.id, haystacks[spec.id], heard[spec.id].sha256) for spec in specs)
    return workspace.make(
        MATCH,
        quote.id,
        [spec.contributor for spec in specs],
        quote=Asked(quote),
        pin=pin,
        places=places,
        named=bool(named),
        code=matching_code(),
    )


def _places(production: Production, quote: Quote, named: SourceSpec | None) -> list[SourceSpec]:
    if named:
        return [named]
    return [spec for spec in production.sources if quote.contributor in ("", spec.contributor)]


def places_of(production: Production, quote: Quote) -> list[str]:
    """The sources in which a quote is looked for."""
    named = production.source_named(quote.source) if quote.source else None
    return [spec.id for spec in _places(production, quote, named)]


def placed(
    workspace: Workspace,
    production: Production,
    quote: Quote,
    found: Match,
    of: HeardBy,
    language: str,
    who: str,
) -> Call:
    """EDIT_POINTS for a quote that was found, in a source of this language, said by `who`."""
    best = found.best
    assert best
    return call(
        quote.id,
        [who],
        source=of,
        stretches=best.stretches,
        aligner=workspace.tools.aligner_for(language, held_weights.engine(workspace, production)),
        given=bool(quote.pinned_times),
    )


def must_hear(recorder: Footage, spans: Sequence[Span[Source]], quote: Quote) -> None:
    """Refuse a quote that was said while its recorder did not run: nothing else is put in its place."""
    if missed := [span for span in spans if not recorder.hears(span)]:
        raise InputError(
            f"{quote.id} is said at {when(missed[0])} of its source, and the recorder "
            f"{recorder.path.name} ran from {when(recorder.reaches)} of it",
            where=quote.where,
            next_step="take the recorder out of production.toml, or leave the quote out",
        )


def findings(cuts: Mapping[str, Sequence[Cut]]) -> list[Finding]:
    """Ends of shots that a person should listen to, and where a cut is tight, by quote."""
    return [
        found
        for name, several in cuts.items()
        for one in several
        for found in edit_points.findings(name, one)
    ]
