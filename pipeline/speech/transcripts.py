"""The transcripts of a production: files that people may read, correct and bring from elsewhere.

A recogniser's transcript stands while its footage, track, engine and settings do; an imported one while its
footage does. Each names in its own file what it was made from, and a hash of what it held: one that a person
edited counts as imported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from hashlib import sha256
from pathlib import Path

from pipeline.core.digest import digest
from pipeline.core.footage import Footage, HeardBy
from pipeline.core.ports import Listener, Recogniser
from pipeline.core.time import Source, Span, Time, ticks
from pipeline.core.word import Word
from pipeline.engine.cache import write_whole
from pipeline.engine.workspace import Workspace
from pipeline.errors import InputError, MissingTool
from pipeline.production.load import Production, SourceSpec
from pipeline.speech.held_to_sound import Held, by_voices, by_words, placed
from pipeline.speech.importers import READABLE
from pipeline.speech.tasks import TRANSCRIBE, heard
from pipeline.speech.transcribe import pieces
from pipeline.speech.transcript import Transcript, Words
from pipeline.speech.transcript_file import CONTENT, is_untouched, read_transcript, transcript_record


@dataclass(frozen=True)
class Filed:
    """A transcript, and the hash of the file that it lies in. `imported`: are its words and times a
    person's, by an import or an edit, and not as a recogniser heard them?
    """

    transcript: Transcript
    sha256: str
    imported: bool = False


def file_of(production: Production, source: str) -> Path:
    """Where a source's transcript lies."""
    return production.path(f"transcripts/{source}.json")


def transcripts(
    workspace: Workspace, production: Production, sources: Mapping[str, HeardBy]
) -> dict[str, Filed]:
    """What was said in each source: from its file, or heard now and filed."""
    find = partial(_found, workspace, production)
    specs = [production.source[name] for name in sources]
    found = workspace.side_by_side(lambda spec: find(spec, sources[spec.id]), specs)
    return dict(zip(sources, found, strict=True))


def _found(workspace: Workspace, production: Production, source: SourceSpec, of: HeardBy) -> Filed:
    path, wanted = file_of(production, source.id), heard(workspace, production, source, of)
    key = digest(TRANSCRIBE.components(workspace.tools, wanted.inputs))[:32]
    why = "new"
    if path.is_file():
        data = path.read_bytes()
        transcript, made_from = read_transcript(path.name, data)
        if made_from in (key, _imported(of.camera)):
            found = fitting(transcript, source.id, of.camera, path.name)
            return Filed(found, sha256(data).hexdigest(), made_from != key or not is_untouched(data))
        if made_from.startswith("import "):
            raise InputError(
                "was imported for other footage",
                where=path.name,
                next_step=f"import it again (ourwords transcribe --import), or delete {path.name}",
            )
        why = "footage, track, engine or settings changed"
        if CONTENT in data[:2000] and not is_untouched(data):
            again = f"ourwords transcribe {source.id} --import transcripts/{path.name}"
            raise InputError(
                f"was edited by hand, and its {why} since",
                where=path.name,
                next_step=f"keep your edit: {again}; or delete it to have it heard again",
            )
    if workspace.cache.dry and not workspace.keeps(TRANSCRIBE, wanted):
        workspace.cache.want(f"transcribe {source.id}", why)
    transcript = workspace.made(TRANSCRIBE, wanted)
    data = transcript_record(transcript, key)
    if not workspace.cache.dry:
        write_whole(path, data)
    return Filed(transcript, sha256(data).hexdigest())


FASTEST = 15
"""Words a second: nobody says more."""

Reader = Callable[[str, str, str, bytes], Transcript]
"""Reads a transcript made elsewhere: source, language, file name, content."""


def take(
    workspace: Workspace,
    production: Production,
    source: SourceSpec,
    of: HeardBy,
    file: Path,
    read: Reader,
    offset: float = 0.0,
) -> list[str]:
    """Keep a transcript made elsewhere, bound to this footage, once its words were held against the sound;
    what is to be told of it. `offset` is how much later all its words are than it says.
    """
    try:
        data = file.read_bytes()
    except OSError as problem:
        raise InputError(
            f"cannot be read: {problem.strerror}",
            where=str(file),
            next_step=f"give {READABLE}",
        ) from None
    found = read(source.id, source.language or production.transcribe.language, file.name, data)
    if len(found.words) > FASTEST * (of.camera.media.duration + 10):
        raise InputError(
            f"has {len(found.words)} words, more than can be said in {Time(of.camera.media.duration)}",
            where=file.name,
            next_step="give the transcript of this recording",
        )
    found = replace(found, words=moved(found.words, offset))

    def again(later: float) -> str:
        return f"ourwords transcribe {source.id} --import {file} --offset {offset + later:.2f}"

    told = list(overlapping(found.words))
    if found.engine in ("imported from text", "imported from docx"):
        words, placed_now = _placed(workspace, production, source, of, found.words)
        found, told = replace(found, words=words), [placed_now]
    try:
        told += _held(workspace, production, source, of, found.words, again)
    except InputError as problem:
        what = "; ".join([problem.what, *told])
        raise InputError(what, where=file.name, next_step=problem.next_step) from None
    found = fitting(found, source.id, of.camera, file.name)
    write_whole(file_of(production, source.id), transcript_record(found, _imported(of.camera)))
    return [f"{file.name}: {text}" for text in told]


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
    if _recogniser(workspace, production) is None:
        return words, (
            "its times are of whole paragraphs, and no recogniser is here to place its words: "
            f"ourwords models fetch {production.transcribe.model}, and import it again"
        )
    said = workspace.made(TRANSCRIBE, heard(workspace, production, source, of))
    found, count = placed(words, said.heard)
    return Words.of(found), f"its words were placed by the sound: {count} of {len(words)} are heard in it"


def _held(
    workspace: Workspace,
    production: Production,
    source: SourceSpec,
    of: HeardBy,
    words: Words,
    again: Callable[[float], str],
) -> list[str]:
    """What is to be told of how an import lies on the sound; refused where it does not, with the command
    that moves it.
    """
    if not words:
        return []
    listen = partial(workspace.tools.renderer(of.only).speech, "")
    duration = of.camera.media.duration
    voices = [
        (float(at) + start, float(at) + end)
        for at, _, spoken in pieces(listen, duration, workspace.tools.voiced)
        for start, end in spoken
    ]
    if not voices:
        return ["no voice is heard in the recording: its words and times could not be held against anything"]
    held = _by_words(workspace, production, source, listen, words, float(duration))
    told = []
    if held is None:
        held = by_voices(words, voices, float(duration))
        told = [f"its times were only {held.evidence}: listen to a quote or two"]
    if not held.is_good:
        raise _misplaced(held, source.id, again)
    return told


def _recogniser(workspace: Workspace, production: Production) -> Recogniser | None:
    """The production's own, where it is here."""
    settings = production.transcribe
    try:
        engine = workspace.tools.engine(settings.engine, settings.model)
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
    recogniser = _recogniser(workspace, production)
    if recogniser is None:
        return None

    def hear(start: float, end: float) -> list[Word]:
        at = Time[Source].measured(start).seconds
        sound = listen(at, Time[Source].measured(end).seconds - at)
        _, segments = recogniser.hear(sound, language, settings.glossary, lambda done: None)
        said = [word for segment in segments for word in segment if word.text]
        return [replace(word, span=Span(word.span.start + at, word.span.end + at)) for word in said]

    try:
        return by_words(words, hear, duration)
    except ValueError:  # a language that it does not know
        return None


def _misplaced(held: Held, source: str, again: Callable[[float], str]) -> InputError:
    """Why an import is not taken, and the command that takes it."""
    if held.foreign:
        return InputError(
            f"is not what is said in {source}: {held.evidence}; heard is “{held.foreign} …”",
            next_step="take the transcript that belongs to this recording, in the language that is spoken",
        )
    if held.first:
        way = f"{abs(held.first.later):.1f} s {'later' if held.first.later > 0 else 'earlier'}"
        at = Time[Source].measured(max(0.0, held.first.at))
        return InputError(
            f"is right in part only: from {at} (“{held.first.text} …”) on its words are said {way} than it "
            f"says, as in another version of the recording",
            next_step="move the times from there on, or give the transcript of this version",
        )
    if held.rate != 1.0:
        return InputError(
            f"runs at another speed than the recording, 1 to {held.rate:.4f}: its times are of another frame "
            f"rate",
            next_step="export it again for this recording",
        )
    return InputError(
        f"has its words {abs(held.later):.2f} s too {'early' if held.later > 0 else 'late'}",
        next_step=again(held.later),
    )


def fitting(transcript: Transcript, source: str, footage: Footage, file: str) -> Transcript:
    """Refuse a transcript of another source, or with words where this one has no sound."""
    if transcript.source != source:
        raise InputError(
            f"is a transcript of {transcript.source}, not of {source}",
            where=file,
            next_step="delete it to have it made again",
        )
    end = Time[Source](footage.media.duration + 2)
    words = transcript.heard
    if words and (words.starts[0] < 0 or words.reach[-1] > ticks(end.seconds)):
        raise InputError(
            f"has words outside the footage, which lasts {end + Fraction(-2)}",
            where=file,
            next_step="take the transcript that belongs to this file",
        )
    return transcript


def _imported(footage: Footage) -> str:
    """What an imported transcript says that it was made from."""
    return f"import {footage.media.sha256[:16]}"
