"""An import before it is used: held against the sound, and placed by it where its times are rough."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from pipeline.core.footage import HeardBy
from pipeline.core.ports import Listener, Recogniser
from pipeline.core.time import Source, Span, Time
from pipeline.core.word import Word
from pipeline.engine.workspace import Workspace
from pipeline.errors import InputError, MissingTool
from pipeline.production.load import Production
from pipeline.production.specs import SourceSpec
from pipeline.speech import held_weights
from pipeline.speech.held_to_sound import Held, by_voices, by_words, placed
from pipeline.speech.tasks import TRANSCRIBE, heard
from pipeline.speech.transcribe import mark_loops, mark_silence, pieces
from pipeline.speech.transcript import Transcript, Words

FASTEST = 15
"""Words a second: nobody says more."""
BY_PARAGRAPH = ("imported from text", "imported from docx")
"""Kinds that give a time to a paragraph only."""


def checked(
    workspace: Workspace,
    production: Production,
    source: SourceSpec,
    of: HeardBy,
    found: Transcript,
    file: str,
    again: str,
    offset: float,
) -> tuple[Transcript, list[str]]:
    """An import with its words where they are said, and what is to be told of it; refused where they are not
    said there. `again` is the command that brings it, `offset` how much later its words are than it says.
    """
    duration = of.camera.media.duration
    if len(found.words) > FASTEST * (duration + 10):
        raise InputError(
            f"has {len(found.words)} words, more than can be said in {Time(duration)}",
            where=file,
            next_step="give the transcript of this recording",
        )
    found = replace(found, words=moved(found.words, offset))
    if not found.words:
        return found, []
    told = list(overlapping(found.words))
    if found.engine in BY_PARAGRAPH:
        words, placed_now = _placed(workspace, production, source, of, found.words)
        found, told = replace(found, words=words), [placed_now]
    held, more = _held(workspace, production, source, of, found.words)
    if not held.is_good:
        what, then = _misplaced(held, source.id, again, offset)
        raise InputError("; ".join([what, *told]), where=file, next_step=then)
    return found, told + more


def moved(words: Words, offset: float) -> Words:
    """The same words so many seconds later."""
    later = Time[Source].measured(offset).seconds
    if not later:
        return words
    spans = ((word, Span(word.span.start + later, word.span.end + later)) for word in words)
    return Words.of(replace(word, span=span) for word, span in spans)


def overlapping(words: Words) -> Iterator[str]:
    """Where one speaker's words are said over each other: two lines have the same time."""
    for one, two, three in zip(words, words[1:], words[2:], strict=False):
        same = one.speaker == two.speaker == three.speaker
        if same and two.span.start < one.span.end and three.span.start < two.span.end:
            yield f"lines overlap at {two.span.start} (“{one.text} {two.text}”): look at the times there"
            return


def _placed(
    workspace: Workspace, production: Production, source: SourceSpec, of: HeardBy, words: Words
) -> tuple[Words, str]:
    """A transcript that gives its times by the paragraph, at the times at which its words are heard."""
    if _recogniser(workspace, production, source) is None:
        return words, (
            "its times are of whole paragraphs, and no recogniser is here to place its words: "
            f"ourwords models fetch {production.transcribe.model}, and import it again"
        )
    said = workspace.made(TRANSCRIBE, heard(workspace, production, source, of))
    found, count = placed(words, said.heard)
    return Words.of(found), f"its words were placed by the sound: {count} of {len(words)} are heard in it"


def _held(
    workspace: Workspace, production: Production, source: SourceSpec, of: HeardBy, words: Words
) -> tuple[Held, list[str]]:
    """How an import lies on the sound, and what is to be told of that."""
    listen = partial(workspace.tools.renderer(of.only).speech, "")
    duration = of.camera.media.duration
    voices = [
        (float(at) + start, float(at) + end)
        for at, _, spoken in pieces(listen, duration, workspace.tools.voiced)
        for start, end in spoken
    ]
    if not voices:
        told = "no voice is heard in the recording: its words and times could not be held against anything"
        return Held(told), [told]
    if found := _by_words(workspace, production, source, listen, words, float(duration)):
        return found, []
    found = by_voices(words, voices, float(duration))
    return found, [f"its times were only {found.evidence}: listen to a quote or two"]


def _recogniser(workspace: Workspace, production: Production, source: SourceSpec) -> Recogniser | None:
    """The production's own, where it is here and knows the language."""
    if not workspace.tools.knows(source.language or production.transcribe.language):
        return None
    try:
        engine = held_weights.engine(workspace, production)
        return workspace.tools.recogniser(engine) if workspace.tools.is_here(engine) else None
    except MissingTool:
        return None


def _by_words(
    workspace: Workspace,
    production: Production,
    source: SourceSpec,
    listen: Listener,
    words: Words,
    duration: float,
) -> Held | None:
    settings, language = production.transcribe, source.language or production.transcribe.language
    recogniser = _recogniser(workspace, production, source)
    if recogniser is None:
        return None

    def hear(start: float, end: float) -> list[Word]:
        at = Time[Source].measured(start).seconds
        sound = listen(at, Time[Source].measured(end).seconds - at)
        _, segments = recogniser.hear(sound, language, settings.glossary, lambda done: None)
        every = [word for segment in segments for word in segment if word.text]
        every.sort(key=lambda word: word.span.start)
        marked = mark_silence(mark_loops(every), workspace.tools.voiced(sound))
        said = [word for word in marked if not word.suspect]  # noise is heard as words too
        return [replace(word, span=Span(word.span.start + at, word.span.end + at)) for word in said]

    try:
        return by_words(words, hear, duration)
    except ValueError:  # a language that it does not know
        return None


def _misplaced(held: Held, source: str, again: str, offset: float) -> tuple[str, str]:
    """Why an import is not taken, and what to do: the command that takes it, where there is one."""
    if held.foreign:
        return (
            f"is not what is said in {source}: {held.evidence}; heard is “{held.foreign} …”",
            "take the transcript that belongs to this recording, in the language that is spoken",
        )
    if held.first:
        way = f"{abs(held.first.later):.1f} s {'later' if held.first.later > 0 else 'earlier'}"
        at = Time[Source].measured(max(0.0, held.first.at))
        words = f"“{held.first.text} …”"
        what = f"is right in part only: from {at} ({words}) on its words are said {way} than it says"
        return what, "move the times from there on, or give the transcript of this version of the recording"
    if held.rate != 1.0:
        what = f"is of another frame rate: the recording takes {held.rate:.4f} times as long as it says"
        return what, "export it again for this recording"
    return (
        f"has its words {abs(held.later):.2f} s too {'early' if held.later > 0 else 'late'}",
        f"{again} --offset {offset + held.later:.2f}",
    )
