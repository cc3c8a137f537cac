"""Work on quotes that is kept: where each was said, and where to cut it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache, partial
from pathlib import Path

from pipeline.core.clock_map import when
from pipeline.core.codec import codec
from pipeline.core.digest import digest
from pipeline.core.finding import Finding
from pipeline.core.footage import Footage, HeardBy
from pipeline.core.ports import Speech
from pipeline.core.time import Source, Span, Time
from pipeline.core.word import Word
from pipeline.engine.task import Call, Context, Task, call
from pipeline.engine.tools import AlignerFor, Engine, Tools, Witnesses
from pipeline.engine.workspace import Workspace
from pipeline.errors import InputError, MissingTool
from pipeline.language.lexicon import LANGUAGES
from pipeline.language.normalise import ways_said
from pipeline.matching import edit_points, judge, match
from pipeline.matching.listened import Listened
from pipeline.matching.model import Answer, Cut, Difference, Match, State, Stretch
from pipeline.production.load import Production
from pipeline.production.quotes import Pin, Quote
from pipeline.production.specs import SourceSpec
from pipeline.speech import held_weights
from pipeline.speech.tasks import HEARD_BY
from pipeline.speech.transcript import Transcript, Words
from pipeline.speech.transcripts import Filed

MATCHING = (
    "matching/match.py",
    "matching/align.py",
    "matching/word_diff.py",
    "matching/differences.py",
    "matching/model.py",
    "production/quotes.py",
    "speech/transcript.py",
    "speech/transcript_file.py",
    "language/normalise.py",
    "language/characters.py",
    "language/english_context.py",
    "language/english_spoken.py",
    "language/english_written.py",
    "language/lexicon.py",
    "language/numerals.py",
    "language/writing.py",
    *(f"language/{code}.toml" for code in sorted(LANGUAGES)),
    "core/codec.py",
    "core/time.py",
    "core/word.py",
)
"""The code that a match goes through, whole: here nobody has to remember to count a version up."""


WIDER = Fraction(3)
"""Seconds around a quote's place that are heard anew with it."""


FAINT = 1e-4
"""Peak below which a recording is silent (-80 dBFS). What is louder is searched at its full level: in a film
a whisper is made loud.
"""


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
        return [self.source, self.sha256, *sorted(self.haystack.others)]


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


def _judge(
    at: Context, source: HeardBy, differences: tuple[Difference, ...], witnesses: Witnesses
) -> tuple[Answer, ...]:
    listen = partial(at.tools.renderer(source.only).speech, "")
    asked = court(at.tools, witnesses)
    return tuple(judge.ask(one, listen, asked) for one in differences)


def _anew(
    at: Context,
    source: HeardBy,
    windows: tuple[Span[Source], ...],
    engine: Engine,
    language: str,
    glossary: tuple[str, ...],
) -> tuple[Word, ...]:
    listen = at.tools.renderer(source.only).speech
    found = []
    for window in windows:
        speech = listen("", window.start.seconds, window.duration)
        _, segments = at.tools.recogniser(engine).hear(speech, language, glossary, lambda _: None)
        words = (word for segment in segments for word in segment)
        at_source = window.start.seconds
        found += [
            replace(word, span=Span(word.span.start + at_source, word.span.end + at_source)) for word in words
        ]
    return tuple(found)


def _has_voice(at: Context, source: HeardBy) -> bool:
    listen = partial(at.tools.renderer(source.only).speech, "")
    end, minute = source.camera.media.duration, Fraction(60)
    starts = (minute * number for number in range(math.ceil(end / minute)))
    heard = (listen(start, min(minute, end - start)) for start in starts)
    loud = ((speech, float(abs(speech).max(initial=0))) for speech in heard)
    return any(at.tools.voiced(speech / peak) for speech, peak in loud if peak > FAINT)


def court(tools: Tools, asked: Witnesses) -> judge.Court:
    """The recognisers that are asked, as witnesses."""
    witnesses = [_witness(tools, engine, asked.language) for engine in asked.engines]
    return judge.Court(witnesses, asked.strict, asked.language)


def _witness(tools: Tools, engine: Engine, language: str) -> judge.Witness:
    """A recogniser's weights as a witness."""

    def hear(speech: Speech) -> list[str]:
        _, segments = tools.recogniser(engine).hear(speech, language, (), lambda _: None)
        return [word.text for segment in segments for word in segment]

    return judge.Witness(hear, tools.scorer(engine, language))


MATCH = Task("match {}", 1, _match, codec(Match), here=True, quick=True)
"""Where a quote was said. A dry run looks too: it is soon done, and what comes after it can be told."""

JUDGE = Task("listen to {}", 4, _judge, codec(tuple[Answer, ...]), tools=("av", "vad"), stage="listen")
"""What the sound says where approved and heard words differ."""

ANEW = Task("hear {} anew", 1, _anew, codec(tuple[Word, ...]), tools=HEARD_BY, stage="listen")
"""What a recogniser hears where a transcript from elsewhere has a quote."""

HAS_VOICE = Task("voices of {}", 2, _has_voice, codec(bool), tools=HEARD_BY, stage="listen")
"""Does anybody speak in a source at all?"""

EDIT_POINTS = Task("align {}", 10, _edit_points, codec(tuple[Cut, ...]), tools=("av",), stage="align")
"""Where a quote's stretches are cut, from forced alignment and the quiet around them."""


def find(
    workspace: Workspace,
    production: Production,
    quote: Quote,
    heard: Mapping[str, Filed],
    haystacks: Mapping[tuple[str, str], match.Haystack],
    pin: Pin | None,
) -> Match:
    """Where a quote was said: in its own source, else where its contributor speaks, else anywhere; and in
    nobody else's words.
    """
    named = production.source_named(quote.source) if quote.source else None
    specs = [spec for spec in _places(production, quote, named) if spec.id in heard]
    places = tuple(
        Place(spec.id, haystacks[spec.id, speaker(spec, quote)], heard[spec.id].sha256) for spec in specs
    )
    return workspace.make(
        MATCH,
        quote.id,
        [who for spec in specs for who in spec.everybody],
        quote=Asked(quote),
        pin=pin,
        places=places,
        named=bool(named),
        code=matching_code(),
    )


def settled(
    workspace: Workspace,
    production: Production,
    found: Match,
    of: HeardBy,
    filed: Filed,
    others: frozenset[str],
    listened: Sequence[Listened],
) -> Match:
    """The match by what people heard, or else by what the sound says of its differences.

    Where a person wrote the transcript, its words are heard anew first: they are no evidence of the sound.
    """
    if found.state is not State.MATCHED and not found.differences:
        return found
    quote, people = production.quote[found.quote], production.source[_source(found)].everybody
    _must_be_in(quote, of.camera)
    if any(found.best and one.holds(quote, found.best, of) for one in listened):
        return match.settled(found, [Answer.LISTENED] * len(found.differences))
    if filed.imported and workspace.make(HAS_VOICE, _source(found), people, source=of):
        fresh = _heard_anew(workspace, production, found, of, filed.transcript)
        found = match.anew(
            found, quote, match.Haystack(_source(found), fresh, filed.transcript.language, others)
        )
    if not found.differences or not found.best:
        return found
    if any(one.holds(quote, found.best, of) for one in listened):
        return match.settled(found, [Answer.LISTENED] * len(found.differences))
    writer = production.transcribe.model
    answers = workspace.make(
        JUDGE,
        found.quote,
        people,
        source=of,
        differences=found.differences,
        witnesses=workspace.tools.witnesses(filed.transcript.language, writer),
    )
    return match.settled(found, answers)


def _must_be_in(quote: Quote, camera: Footage) -> None:
    """Refuse given times where there is no footage."""
    end = Time[Source](camera.media.duration)
    if quote.pinned_times and quote.pinned_times.end > end + Fraction(1):
        raise InputError(
            f"{quote.id} is at {quote.pinned_times} of {quote.source}, which lasts {end}",
            where=quote.where,
            next_step="correct its in and out",
        )


def _source(found: Match) -> str:
    assert found.best
    return found.best.source


def _heard_anew(
    workspace: Workspace, production: Production, found: Match, of: HeardBy, brought: Transcript
) -> Words:
    """What the production's recogniser hears around a match, each word with the speaker that the brought
    transcript has there; nothing where none is here that knows the language.
    """
    assert found.best
    if not workspace.tools.knows(brought.language):
        return Words.of(())
    try:
        engine = held_weights.engine(workspace, production)
        workspace.tools.recogniser(engine)
    except MissingTool:
        return Words.of(())
    settings, source = production.transcribe, production.source[found.best.source]
    end = Time[Source](of.camera.media.duration)
    wide = [
        Span(Time(max(Fraction(0), s.start.seconds - WIDER)), min(end, s.end + WIDER))
        for s in found.best.spans
    ]
    words = workspace.make(
        ANEW,
        found.quote,
        source.everybody,
        source=of,
        windows=_merged(wide),
        engine=engine,
        language=brought.language,
        glossary=(*settings.glossary, *source.glossary),
    )
    return Words.of(replace(word, speaker=_speaker_at(word.span, brought)) for word in words)


def _merged(spans: Sequence[Span[Source]]) -> tuple[Span[Source], ...]:
    found: list[Span[Source]] = []
    for span in sorted(spans, key=lambda one: one.start):
        if found and span.start <= found[-1].end:
            found[-1] = Span(found[-1].start, max(found[-1].end, span.end))
        else:
            found.append(span)
    return tuple(found)


def _speaker_at(span: Span[Source], brought: Transcript) -> str:
    """Who speaks there, by the transcript that was brought."""
    over = list(brought.heard.over(span))
    return max(over, key=lambda word: word.span.overlap(span)).speaker if over else ""


def _places(production: Production, quote: Quote, named: SourceSpec | None) -> list[SourceSpec]:
    if named:
        return [named]
    return [spec for spec in production.sources if quote.contributor in ("", *spec.voices)]


def speaker(source: SourceSpec, quote: Quote) -> str:
    """Who says a quote in a source: its contributor, where they are in it; else the source's own."""
    return quote.contributor if quote.contributor in source.voices else source.contributor


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
            f"{recorder.name} ran from {when(recorder.reaches)} of it",
            where=quote.where,
            next_step="take the recorder out of production.toml, or leave the quote out",
        )


def other_voices(
    name: str, cuts: Sequence[Cut], transcript: Transcript, others: frozenset[str]
) -> list[Finding]:
    """Shots of a quote in which somebody else is heard by the transcript."""
    found = []
    for cut in cuts:
        over = [word for word in transcript.heard.over(cut.sound) if word.speaker in others]
        if over:
            who = ", ".join(dict.fromkeys(word.speaker or "somebody" for word in over))
            what = f"another voice is heard in its shot, {over[0].span.start} of {transcript.source}: {who}"
            said = " ".join(word.text for word in over)
            found.append(Finding("other-voice", "warning", name, what, f"“{said}”", "its speaker alone"))
    return found


def findings(cuts: Mapping[str, Sequence[Cut]]) -> list[Finding]:
    """Ends of shots that a person should listen to, and where a cut is tight, by quote."""
    return [
        found
        for name, several in cuts.items()
        for one in several
        for found in edit_points.findings(name, one)
    ]
