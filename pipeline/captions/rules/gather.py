"""All that a film knows of its own captions, on the film's clock: what the caption rules judge by."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from pipeline.captions.formats import CODECS, Codec
from pipeline.captions.formats import read as captions_file
from pipeline.captions.model import Captions, Cue
from pipeline.captions.rules import Judged, Loud, Spoken
from pipeline.core.finding import Finding
from pipeline.core.time import Programme, Source, Span
from pipeline.edit.timeline import Take, Timeline
from pipeline.errors import InputError
from pipeline.language.characters import joined
from pipeline.language.normalise import plain
from pipeline.language.redaction import Bleep, find, hidden, said_by
from pipeline.production.profile import Profile
from pipeline.production.quotes import Kind, Quote
from pipeline.speech.sound_event import Sounds
from pipeline.speech.transcript import Transcript, Words


def judged(
    captions: Captions,
    timeline: Timeline,
    profile: Profile,
    *,
    width: Callable[[str], float],
    approved: Mapping[str, str],
    transcripts: Mapping[str, Transcript],
    sounds: Sequence[Sounds],
    listened: frozenset[tuple[str, int]] = frozenset(),
    dismissed: Sequence[Span[Programme]] = (),
    labelled: Sequence[Span[Programme]] = (),
    bleeps: Sequence[Bleep] = (),
) -> Judged:
    """`sounds` are those of the timeline's takes, in their order; what of `bleeps` was heard is kept out of
    all that rules print.
    """
    heard = list(zip(timeline.takes, sounds, strict=True))
    return Judged(
        cues=captions.cues,
        profile=profile,
        language=captions.language,
        rate=timeline.rate,
        size=timeline.size,
        cuts=tuple(timeline.time(cut) for cut in timeline.cuts),
        stops=tuple(timeline.time(one.at) for one in timeline.breaks),
        end=timeline.time(timeline.frames),
        width=width,
        spoken=tuple(
            word
            for take in timeline.takes
            for word in _spoken(take, timeline, transcripts[take.source], bleeps)
        ),
        voiced=tuple(
            span for take, found in heard for voice in found.voiced if (span := _film(take, timeline, voice))
        ),
        loud=tuple(
            Loud(span, noise.decibels)
            for take, found in heard
            for noise in found.loud
            if (span := _film(take, timeline, noise.span))
        ),
        approved=approved,
        listened=listened,
        dismissed=tuple(dismissed),
        labelled=tuple(labelled),
    )


def read_back(captions: Captions, files: Mapping[str, bytes]) -> tuple[str, list[Finding]]:
    """Files by their formats, read again: in words that all say what was written, or what one says otherwise.
    No captions say nothing.
    """
    if not captions.cues:
        return "", []
    found = [
        finding
        for kind, data in files.items()
        if (finding := _otherwise(captions.cues, CODECS[kind], f"cut.{captions.language}.{kind}", data))
    ]
    same = (
        f"{', '.join(files)}: read back, each with the same {len(captions.cues)} cues and words, and times "
        f"as exact as it has"
    )
    return ("" if found else same), found


def _otherwise(cues: Sequence[Cue], codec: Codec, name: str, data: bytes) -> Finding | None:
    """The first thing that a file says otherwise."""

    def finding(what: str, measured: str, limit: str, cue: int = 0) -> Finding:
        return Finding(
            "sidecar",
            "error",
            f"captions/{name}",
            f"is read otherwise than it was written: {what}",
            measured,
            limit,
            cue,
            criterion="1.2.2",
        )

    try:
        read = captions_file(name, data).cues
    except InputError as problem:
        return finding("it cannot be read", str(problem), "the captions")
    if len(read) != len(cues):
        return finding("its cues are not as many", f"{len(read)} cues", f"{len(cues)} cues")
    for number, (cue, other) in enumerate(zip(cues, read, strict=True), 1):
        off = max(abs(cue.span.start - other.span.start), abs(cue.span.end - other.span.end))
        if off > codec.resolution:
            limit = f"{float(codec.resolution)} s"
            return finding(f"cue {number} has other times", f"{float(off):.3f} s apart", limit, number)
        if _words(cue) != _words(other):
            return finding(f"cue {number} has other words", f"“{other.text}”", f"“{cue.text}”", number)
    return None


def _words(cue: Cue) -> list[str]:
    """Its words, whatever signs a format has instead of those that players take for markup."""
    return [word for written in cue.text.split() if (word := plain(written))]


def approved_texts(
    quotes: Sequence[Quote], whose: Mapping[str, str], bleeps: Sequence[Bleep], *, editorial: bool
) -> dict[str, str]:
    """Each quote as its captions should read: names hidden, and insertions in brackets where they are
    shown.
    """
    kept = (Kind.SPOKEN, Kind.EDITORIAL) if editorial else (Kind.SPOKEN,)
    texts = {
        quote.id: joined([piece.text for piece in quote.pieces if piece.kind in kept])
        for quote in quotes
        if quote.id in whose
    }
    return {name: hidden(text, said_by(whose[name], bleeps)) for name, text in texts.items()}


def _spoken(
    take: Take, timeline: Timeline, transcript: Transcript, bleeps: Sequence[Bleep]
) -> Iterator[Spoken]:
    heard = _heard(take, said_by(take.contributor, bleeps))
    for said, text in zip(take.said, heard, strict=True):
        span = _film(take, timeline, said.span)
        if span:
            yield Spoken(text, span, confidence(said.span, transcript.words), take.quote, said.piece)


def _heard(take: Take, bleeps: Sequence[Bleep]) -> list[str]:
    """What was recognised for each word of a take, as it may be read: a name gives way to its `caption_as`,
    and a bleep's time to nothing.
    """
    texts = [
        "" if any(said.span.overlap(bleep) for bleep in take.bleeps) else said.heard for said in take.said
    ]
    owners = [number for number, text in enumerate(texts) for _ in text.split()]
    for name in find([word for text in texts for word in text.split()], bleeps):
        theirs = owners[name.first : name.last + 1]
        texts = [
            text if number not in theirs else name.bleep.caption_as if number == theirs[0] else ""
            for number, text in enumerate(texts)
        ]
    return texts


def confidence(span: Span[Source], words: Words) -> float:
    """How sure the recogniser was of what it heard there; 0 where it heard nothing."""
    there = [
        word.confidence
        for word in words.over(span)
        if word.span.overlap(span) * 2 >= min(word.span.duration, span.duration)
    ]
    return max(there, default=0.0)


def _film(take: Take, timeline: Timeline, span: Span[Source]) -> Span[Programme] | None:
    """A span of a take's source as the film plays it; None where it does not."""
    whole = timeline.span(take)
    start, end = (
        timeline.programme(take, moment)
        for moment in (max(span.start, take.sound.start), min(span.end, take.sound.end))
    )
    start, end = max(start, whole.start), min(end, whole.end)
    return Span(start, end) if start < end else None
